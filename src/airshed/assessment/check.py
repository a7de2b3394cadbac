"""Checks that only answers can make: the scenarios and the rules of a pack are tried as answers use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import xarray as xr

from airshed.assessment.chain.chain import refuse_other_years
from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.chain.targets import known_codes, resolve_target
from airshed.assessment.lives.health import family_of
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.overrides import apply_override
from airshed.emissions.reported import HindcastRules, hindcast_rules
from airshed.emissions.rules import BaselineRules, baseline_rules
from airshed.pack.checks import Checked, check_pack
from airshed.pack.contents import LARGEST_SCENARIO
from airshed.pack.defaults import Defaults, defaults
from airshed.pack.descriptor import FILE
from airshed.pack.documents import line_of, steps_to
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.finding import Finding, finding, stops
from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Steps, wrong_rules
from airshed.pack.scenarios import OWN, Scenario, checked_scenario, combined, twice, wrong_names
from airshed.transport.relation import blocks_of, geometry
from airshed.transport.rules import TransportRules, transport_rules

SCENARIO, RULE = "AS130", "AS131"
"""Codes of the findings that say what an answer would say."""
RULES: Mapping[str, tuple[type[Rules], Callable[[Pack], object]]] = {
    "baseline": (BaselineRules, baseline_rules),
    "transport": (TransportRules, transport_rules),
    "hindcast": (HindcastRules, hindcast_rules),
    "defaults": (Defaults, defaults),
}


def check_whole(folder: Path) -> Checked:
    """Read and check a pack with its scenarios and rules, which are tried where the tables themselves are sound."""
    checked = check_pack(folder)
    if checked.descriptor is None:
        return checked
    pack = None
    if not stops(checked.findings):
        held = (checked.frames, checked.findings, checked.contents, checked.printed)
        pack = Pack(folder, checked.descriptor, *held)
    found = [*_rules(checked, pack), *_scenarios(checked, pack)]
    seen = {(item.code, item.file, item.message) for item in checked.findings}
    checked.findings += [item for item in found if (item.code, item.file, item.message) not in seen]
    return checked


def _said(code: str, file: str, line: int, error: AirshedError) -> Finding:
    """Return the finding that says what an answer would say."""
    return finding(code, file, row=line, message=error.text, remedy=error.advice)


def _rules(checked: Checked, pack: Pack | None) -> list[Finding]:
    """Find rules that are wrong in themselves, or that the tables of the pack do not bear."""
    text = checked.contents.read(FILE).decode("utf-8-sig")
    findings = []
    for part, (kind, read) in RULES.items():
        raw = getattr(checked.descriptor, part)
        wrong = list(wrong_rules(kind, raw, part))
        if not wrong and pack is not None:
            wrong = list(_of_rules(raw, part, read, pack))
        findings += [_said(RULE, FILE, line_of(text, steps), error) for steps, error in wrong]
    if findings or pack is None:
        return findings
    for part, use in (("baseline", _baseline), ("transport", _blocks)):
        wrong = list(_of_rules(getattr(pack.descriptor, part), part, use, pack))
        findings += [_said(RULE, FILE, line_of(text, steps), error) for steps, error in wrong]
    return findings


def _of_rules(
    raw: Mapping[str, Any], part: str, use: Callable[[Pack], object], pack: Pack
) -> Iterator[tuple[Steps, AirshedError]]:
    """Go through the error that a use of rules ends in, with its place; but for tables that they do not name."""
    for error in _tried(use, pack):
        steps = steps_to(raw, error.message, (part,))
        if steps or not isinstance(error, MissingTableError):
            yield steps or (part,), error


def _baseline(pack: Pack) -> None:
    refuse_other_years(baseline_cube(pack), pack.base_year)


def _blocks(pack: Pack) -> object:
    return geometry(pack, blocks_of(pack))


def _tried(use: Callable[[Pack], object], pack: Pack) -> Iterator[AirshedError]:
    """Go through the error that a use of the pack ends in, if it does."""
    try:
        use(pack)
    except AirshedError as why:
        yield why


@dataclass(frozen=True)
class _File:
    """A scenario of the pack: its path in it, its text and what it says."""

    path: str
    text: str
    item: Scenario

    def said(self, steps: Steps, error: AirshedError) -> Finding:
        return _said(SCENARIO, self.path, line_of(self.text, steps), error)


def _scenarios(checked: Checked, pack: Pack | None) -> list[Finding]:
    """Find what is wrong in the files of scenarios, each in itself and then with the tables of the pack."""
    letters = {item.file for item in checked.findings if item.code == "AS117"}
    files: dict[str, _File] = {}
    findings: list[Finding] = []
    for path, data in checked.contents.scenarios().items():
        item, wrong = checked_scenario(data, Path(path).name)
        findings += [_said(SCENARIO, path, line, error) for line, error in wrong if path not in letters]
        if item is None:
            continue
        file = _File(path, data[:LARGEST_SCENARIO].decode("utf-8-sig"), item)
        first = files.setdefault(item.name, file)
        if first is not file:
            findings.append(file.said(("name",), twice(item.name, first.path, path)))
    known = {item.name: item for item in OWN} | {name: file.item for name, file in files.items()}
    sources = checked.frames.get("sources")
    for file in files.values():
        keys = None if sources is None else set(sources["key"])
        findings += [file.said(*wrong) for wrong in (wrong_names(keys, file.item, known) if keys is not None else ())]
    if stops(findings) or pack is None:
        return findings
    baseline = _made(baseline_cube, pack)
    for file in files.values():
        findings += _in_use(pack, file, baseline)
    return findings


def _made(make: Callable[[Pack], xr.Dataset], pack: Pack) -> xr.Dataset | None:
    """Return what is made of a pack, None where it lacks something for it."""
    try:
        return make(pack)
    except AirshedError:
        return None


def _in_use(pack: Pack, file: _File, baseline: xr.Dataset | None) -> Iterator[Finding]:
    """Go through what keeps a scenario from being used with the tables of the pack."""
    item = file.item
    found = [(steps, raw, error) for steps, raw, use in _uses(item, baseline) for error in _tried(use, pack)]
    if not found and item.controls and baseline is not None:
        controls = [_plain(control) for control in item.controls]
        tried = _tried(partial(scenario_emissions, names=item.name), pack)
        found = [(("controls",), controls, error) for error in tried]
    for steps, raw, error in found:
        if not isinstance(error, MissingTableError):
            yield file.said(steps_to(raw, error.message, steps) or steps, error)


def _uses(item: Scenario, baseline: xr.Dataset | None) -> Iterator[tuple[Steps, Any, Callable[[Pack], object]]]:
    """Go through the parts of a scenario: where each stands, what it says, and what an answer does with it."""
    yield ("combines",), list(item.combines), partial(combined, names=item.name)
    if item.response:
        yield ("response",), item.response, partial(family_of, name=item.response)
    if item.target is not None:
        yield ("target",), item.target, partial(_target, target=item.target)
    if baseline is None:
        return
    for number, override in enumerate(item.emissions):
        use = partial(apply_override, emissions=baseline, item=override)
        yield ("emissions", number), _plain(override), use


def _target(pack: Pack, target: str) -> object:
    return resolve_target(pack, target, known_codes(pack), pack.base_year)


def _plain(part: Rules) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude={"source", "note"})
