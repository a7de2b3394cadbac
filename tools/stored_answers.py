#!/usr/bin/env python3
"""Stores the answers of every command and page, and compares two such stores: what a move of code must not change.

    python tools/stored_answers.py store FOLDER            asks all, one JSON file each
    python tools/stored_answers.py store FOLDER --only WORD  those whose question holds the word
    python tools/stored_answers.py compare BEFORE AFTER    lists what differs; exit status 1 if anything does

Every question is asked as it stands and in three other ways. What is stored is the JSON that a user gets, without the
version and the hash of the pack. A refusal is an answer, and stored with its words.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMANDS = """
emissions
emissions --region KOR --years 2015,2030
emissions --by sector --pollutant NOx
emissions --inventory capss
activity
activity --region CN-HE
activity --sector power
activity --year 2015
curtailment
curtailment --region CN-HE
curtailment --region CN-BJ
curtailment --region CN-SD
claims
claims --verdict confirmed
claims --verdict unsettled
claims --verdict differs
attribution seoul
attribution KOR --year 2030
attribution beijing --by sector
attribution ulaanbaatar --period episode
episode --cut CHN=30% --receptor KR-11
episode --cut KOR=10% --receptor seoul
episode --cut CHN=20% --cut KOR=20% --receptor seoul
episode --cut JPN=10% --receptor KR-11
health
health --region KOR --year 2030
health --response ier
health --region CN-BJ
levels
levels --region MNG
levels --region beijing --year 2020
levels --year 2030
compare KR-11 CN-BJ
compare KR-11 JPN
compare CN-SH CN-TJ --year 2020
compare KOR MNG
hindcast
explain attribution seoul CHN
explain emissions KOR SO2 power
explain health KOR
explain value KOR
value
value --region JPN --year 2030
value --region KOR
value --region CHN
damage
damage --pollutant NH3
damage --region MNG
damage --year 2030
uncertainty
uncertainty --samples 200
uncertainty --seed 3 --samples 200
uncertainty --samples 100
measures
measures --region KR-11
measures --compare
measures --region CN-HE --sector industry
optimise --target 15 --receptor seoul
optimise --budget 1e9 --buy deaths
optimise --target who-it3 --year 2030
optimise --target 20 --receptor beijing --year 2030
costcurve --receptor seoul
costcurve --pollutant SO2
costcurve --receptor beijing
costcurve --pollutant NOx --region KR-11
partners KR-11
partners KR-28 --with CN-SH
partners KR-44 --sector power
partners JPN
cooperate --players KOR,JPN
cooperate --players KOR,CHN,JPN --disagreement nash
cooperate --players KOR,JPN --part coalitions
cooperate --players KOR,CHN --part targets
gains --players KOR,JPN
gains --players KOR,CHN,JPN --year 2015
gains --players KOR,JPN --benefits curve
gains --players KR-11,CN-BJ
payments --players KOR,JPN
payments --players KOR,CHN,JPN --key gdp
payments --players KOR,JPN --disagreement current
payments --players KR-11,CN-BJ
budget --members KOR,CHN,JPN --key gdp --total 1000 --years 2027
budget --members KR-11,CN-BJ --key gdp --total 1000 --years 2027
budget --members KOR,CHN --key exported --total 1000 --years 2027
budget --members KOR,CHN,JPN,MNG --key un-scale --total 1000 --years 2027
schedule --members KOR,CHN
schedule --members KOR,JPN,MNG --by responsibility
schedule --members KR-11,CN-BJ
schedule --members KOR,CHN --targets who-it3
support --members MNG,PRK --budget 5e7
support --members MNG --budget 1e7
support --members MNG,CHN --budget 1e8
support --members PRK --budget 5e7 --equity 1
equations
sources
pack show regions
pack check
transport list
transport check
transport compare
transport check --receptor KOR
scenarios list
scenarios compare baseline frozen
scenarios compare baseline maximum-feasible --year 2030
scenarios compare baseline seed-policies
plan front --receptor seoul
plan regret --target who-it3 --receptor seoul
plan front --against deaths
plan regret --target 15 --receptor seoul
"""
"""Questions on the command line, one a line."""

PAGES = {
    "map": ("", "year=2030", "quantity=emissions&pollutant=NOx", "receptor=seoul"),
    "side-by-side": ("", "region=KR-11&region=JPN", "region=CN-SH&region=CN-TJ", "year=2030"),
    "emissions": ("", "region=KOR", "pollutant=NOx", "inventory=capss"),
    "attribution": ("", "receptor=beijing", "receptor=KOR&year=2030", "receptor=ulaanbaatar&by=sector"),
    "episode": ("", "receptor=seoul", "receptor=KOR", "receptor=beijing"),
    "levels": ("", "region=MNG", "year=2030", "region=beijing"),
    "health": ("", "region=KOR", "year=2030", "response=ier"),
    "value": ("", "region=KOR", "year=2030", "region=JPN&year=2020"),
    "damage": ("", "pollutant=NH3", "region=MNG", "year=2030"),
    "compare": ("", "scenario=frozen", "year=2030", "scenario=maximum-feasible"),
    "builder": ("", "year=2030", "region=KR-11", "region=CN-HE&year=2030"),
    "plan": ("", "receptor=seoul&target=15", "year=2030", "budget=1e9"),
    "front": ("", "receptor=seoul", "against=deaths", "points=4"),
    "costcurve": ("", "receptor=seoul", "pollutant=SO2", "receptor=beijing"),
    "cooperation": ("", "players=KOR&players=JPN", "key=gdp", "disagreement=stated"),
    "stability": ("", "players=KOR&players=JPN", "key=gdp", "disagreement=stated"),
    "gains": ("", "players=KOR&players=JPN", "benefits=curve", "year=2015"),
    "payments": ("", "players=KOR&players=JPN", "key=gdp", "disagreement=stated"),
    "negotiate": ("", "players=KOR&players=JPN", "key=gdp", "sector=power"),
    "targets": ("", "players=KOR&players=JPN", "year=2030", "target=15"),
    "deals": ("", "players=KOR&players=JPN", "key=gdp", "disagreement=stated"),
    "sheet": ("", "players=KOR&players=JPN", "key=gdp", "target=15"),
    "partners": ("", "region=KR-28", "region=KR-11&partner=CN-BJ", "region=JPN"),
    "budget": ("", "members=KOR&members=JPN", "key=gdp", "total=1000"),
    "schedule": ("", "members=KOR&members=JPN", "by=responsibility", "members=KR-11&members=CN-BJ"),
    "support": ("", "members=MNG", "budget=10000000", "equity=1"),
    "uncertainty": ("", "samples=200", "seed=3", "quantity=deaths"),
}
"""Ways to ask a page, as the query of its address; pages that are not named here are asked as they stand."""

VARIES = {"version", "pack_hash", "hash", "generated", "seconds", "pack"}


def without(value: Any) -> Any:
    """Return a document without what says which pack and program it is from."""
    if isinstance(value, dict):
        return {name: without(item) for name, item in value.items() if name not in VARIES}
    if isinstance(value, list):
        return [without(item) for item in value]
    return value


def command(line: str) -> Any:
    """Return what a command prints as JSON, or its refusal."""
    from airshed.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as complained:
        code = main([*line.split(), "--format", "json"])
    try:
        return {"exit": code, "answer": without(json.loads(said.getvalue()))}
    except ValueError:
        return {"exit": code, "words": (said.getvalue() + complained.getvalue()).strip()[-1000:]}


def asked(only: str) -> Iterator[tuple[str, Any]]:
    """Go through all questions with their answers."""
    for line in COMMANDS.split("\n"):
        if line and only in line:
            yield f"command {line}", command(line)
    from starlette.testclient import TestClient

    from airshed import open_pack
    from airshed.web.app import create_app
    from airshed.web.registry import PAGES as REGISTRY

    with TestClient(create_app(open_pack(), patience=None), follow_redirects=False) as client:
        for page in REGISTRY:
            path = re.sub(r"\{.*?\}", "KR-11", page.path)
            for query in PAGES.get(page.name, ("",)):
                address = f"/en/{path}.json?{query}" if path else f"/en/overview.json?{query}"
                if only in address:
                    answer = client.get(address)
                    kept = without(answer.json()) if "json" in answer.headers["content-type"] else answer.text[:2000]
                    yield f"page {address}", {"status": answer.status_code, "answer": kept}


def store(folder: Path, only: str) -> int:
    """Write every answer into a file of its own, and print how each ended."""
    folder.mkdir(parents=True, exist_ok=True)
    for question, answer in asked(only):
        name = re.sub(r"[^A-Za-z0-9.=,%+-]+", "_", question).strip("_")
        text = json.dumps({"question": question, **answer}, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(f"{answer.get('exit', answer.get('status'))}  {question}\n")
    return 0


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Go through the places in which two documents differ; numbers are equal to nine digits."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            yield from differences(before.get(name), after.get(name), f"{path}.{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif isinstance(before, float | int) and isinstance(after, float | int) and not isinstance(before, bool):
        if not math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
            yield f"{path}: {before} -> {after}"
    elif before != after:
        yield f"{path}: {str(before)[:100]} -> {str(after)[:100]}"


def compare(before: Path, after: Path) -> int:
    """Print what differs between two stores; returns 1 if anything does."""
    names = sorted({path.name for folder in (before, after) for path in folder.glob("*.json")})
    differing = 0
    for name in names:
        one, other = (folder / name for folder in (before, after))
        if not (one.exists() and other.exists()):
            found = ["only in one of the stores"]
        else:
            found = list(differences(*(json.loads(path.read_text(encoding="utf-8")) for path in (one, other))))
        if found:
            differing += 1
            sys.stdout.write(f"{name}: {len(found)} differ\n" + "".join(f"    {item}\n" for item in found[:5]))
    sys.stdout.write(f"{len(names)} answers, {differing} differ\n")
    return int(differing > 0)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    doors = parser.add_subparsers(dest="door", required=True)
    storing = doors.add_parser("store")
    storing.add_argument("folder", type=Path)
    storing.add_argument("--only", default="")
    comparing = doors.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("COLUMNS", "200")
    os.environ["AIRSHED_CACHE"] = "off"
    with contextlib.suppress(BrokenPipeError, io.UnsupportedOperation):
        return store(given.folder, given.only) if given.door == "store" else compare(given.before, given.after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
