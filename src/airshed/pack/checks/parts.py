"""Checks of numbers that are given for a nation, for its parts, or for some of them: none may be lost unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.descriptor import FILE as DESCRIPTOR
from airshed.pack.descriptor import Descriptor
from airshed.pack.finding import Finding, finding
from airshed.pack.units import factor

Frames = Mapping[str, pd.DataFrame]
Told = tuple[tuple[str, str], ...]
CARRIED = ("PM2.5", "BC", "OC", "SO2", "NOx", "NH3")
"""Pollutants that the relation needs by region; of others a nation may have a row that nothing splits."""
BY_NATION = ("ages", "mortality")
"""Tables that are read by nation, for all its parts."""
RELATION = "tm5fasst"
"""The relation of a pack that names none."""
UNIT = "kt/yr"
BASE = "base"
ROUNDING = 0.5
"""What printed whole numbers may be off by, kt/yr for every row."""


@dataclass(frozen=True)
class Nesting:
    """What the checks need of a pack: rules and tables, what lies in what, and the rows of the history.

    parts : of every nation that has parts; cells : sums (kt/yr) of the history by region, sector, pollutant and year
    """

    descriptor: Descriptor
    texts: Frames
    numbers: Frames
    parts: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def leaves(self) -> list[str]:
        """Return the regions that have no parts."""
        return [code for code in self.numbers["regions"]["code"] if code not in self.parts]

    @cached_property
    def history(self) -> str:
        """Return the name of the inventory that comes first; empty where the pack has no emissions."""
        rows = self.numbers.get("emissions", pd.DataFrame())
        named = self.descriptor.baseline.get("history")
        return str(named or (rows["inventory"].iloc[0] if len(rows) else ""))

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Return region, sector, pollutant, year, value of the history, sectors and pollutants of the baseline only."""
        return self.of(self.history)

    @cached_property
    def _shares(self) -> dict[tuple[object, object], pd.DataFrame]:
        """Rows of the inventories that rules name, by inventory and year, once they were asked for."""
        return {}

    def of(self, inventory: object, year: object = None) -> pd.DataFrame:
        """Return region, sector, pollutant, year, value (kt/yr) of an inventory, of one year if it is given."""
        rows = self.numbers["emissions"]
        rows = rows[(rows["inventory"] == inventory) & ((rows["year"] == year) if year is not None else True)]
        for table, kind in (("sectors", "sector"), ("pollutants", "emission")):
            known = self.numbers[table]
            rows = rows[rows[table[:-1]].isin(known.loc[known["kind"] == kind, "code"])]
        scale = rows["unit"].map({unit: factor(unit, UNIT) for unit in rows["unit"].unique()})
        keys = ["region", "sector", "pollutant", "year"]
        sums = rows.assign(value=rows["value"] * scale).groupby(keys, sort=False)["value"].sum()
        return sums.reset_index()

    @cached_property
    def years(self) -> dict[tuple[str, str], set[int]]:
        """Return the years of the history by region and pollutant."""
        found: dict[tuple[str, str], set[int]] = {}
        keys = self.cells[["region", "pollutant", "year"]].drop_duplicates()
        for region, pollutant, year in zip(*(keys[name] for name in keys), strict=True):
            found.setdefault((str(region), str(pollutant)), set()).add(int(year))
        return found

    def years_of(self, pollutant: str, *regions: str) -> set[int]:
        """Return the years of the history in which any of the regions has a pollutant."""
        return set[int]().union(*(self.years.get((region, pollutant), set()) for region in regions))

    def has_shares(self, nation: str, pollutant: str) -> bool:
        """Say whether a rule of the pack splits a pollutant of a nation to its parts."""
        rule = _entry(self.descriptor.baseline.get("province_shares"), nation)
        wanted = _entry(_entry(rule, "pollutant_like"), pollutant) or pollutant
        named = (_entry(rule, "inventory"), _entry(rule, "year"))
        if named not in self._shares:
            self._shares[named] = self.of(*named)
        rows = self._shares[named]
        rows = rows[rows["region"].isin(self.parts[nation]) & (rows["pollutant"] == wanted)]
        return bool(rows["value"].sum() > 0)

    def place_of(self, table: str, column: str, value: str) -> tuple[str, int]:
        """Return file and line of the first row of a table that holds a value."""
        rows = self.texts[table]
        row = rows[rows[column] == value].iloc[0]
        return str(row[FILE]), int(row[LINE])

    def blocks(self, role: str) -> Iterator[tuple[str, str]]:
        """Go through the regions without parts of the blocks of the relation, as region and block, each once."""
        seen = set()
        for code, block in self.places(role):
            if code not in seen:
                seen.add(code)
                yield code, block

    def places(self, role: str) -> Iterator[tuple[str, str]]:
        """Go through the regions without parts of every block of the relation, as region and block."""
        rows = self.numbers.get("source_receptor")
        if rows is None:
            return
        members = self.numbers.get("group_members", pd.DataFrame({"group": [], "region": []}))
        rows = rows[rows["relation"] == self.descriptor.transport.get("relation", RELATION)]
        for block in dict.fromkeys(rows[f"{role}_block"]):
            held = [*members.loc[members["group"] == block, "region"], block]
            inside = [code for member in held for code in self.parts.get(member, [member])]
            yield from ((code, str(block)) for code in dict.fromkeys(inside) if code in self.leaves)


@dataclass(frozen=True)
class PartFault:
    """What was found of a region and pollutant: the code of the finding and what else it says."""

    code: str
    region: str
    pollutant: str
    told: Told


def check_parts(texts: Frames, numbers: Frames, descriptor: Descriptor) -> list[Finding]:
    """Find what a nation or its parts would lose: see the findings AS383 to AS388, AS395 and AS394."""
    parts: dict[str, list[str]] = {}
    regions = numbers["regions"]
    for code, parent in zip(regions["code"], regions["parent"], strict=True):
        if parent:
            parts.setdefault(str(parent), []).append(str(code))
    held = Nesting(descriptor, texts, numbers, parts)
    findings = [*_by_nation(held), *_people(held), *_left_out(held), *_in_two_blocks(held)]
    if held.history:
        findings += _rules(held)
    if held.history and len(held.cells):
        findings += [*_findings(held, _nations(held)), *_relation(held)]
    return findings


def _rules(held: Nesting) -> list[Finding]:
    """Find rules that name an inventory without rows."""
    known = list(dict.fromkeys(held.numbers["emissions"]["inventory"]))
    rules = {part: getattr(held.descriptor, part) for part in ("baseline", "transport", "hindcast")}
    named = {"baseline.history": rules["baseline"].get("history")}
    for part, key in (("baseline", "national"), ("baseline", "reported")):
        named |= {f"{part}.{key}.{code}": name for code, name in _entries(rules[part].get(key))}
    for part, key in (("baseline", "level"), ("baseline", "province_shares"), ("transport", "rebase")):
        for code, rule in _entries(rules[part].get(key)):
            named[f"{part}.{key}.{code}.inventory"] = _entry(rule, "inventory")
    for key in ("projection", "outside"):
        named[f"baseline.{key}.inventory"] = _entry(rules["baseline"].get(key), "inventory")
    return [
        finding("AS386", DESCRIPTOR, "emissions", 0, rule, rule=rule, inventory=name, known=", ".join(known))
        for rule, name in named.items()
        if isinstance(name, str) and name not in known
    ]


def _entries(rules: Any) -> Iterable[tuple[Any, Any]]:
    """Return keys and values of rules by name, numbers and values of a list of rules; nothing of anything else."""
    if isinstance(rules, Mapping):
        return rules.items()
    return enumerate(rules) if isinstance(rules, list) else ()


def _entry(rule: Any, key: str) -> Any:
    return rule.get(key) if isinstance(rule, Mapping) else None


def _nations(held: Nesting) -> list[PartFault]:
    """Find rows of nations that no part takes, and parts without rows where others have some, by pollutant."""
    found = []
    for pollutant in dict.fromkeys(held.cells["pollutant"]):
        cells = held.cells[held.cells["pollutant"] == pollutant]
        for nation, parts in held.parts.items():
            of_parts = {code: held.years[code, pollutant] for code in parts if (code, pollutant) in held.years}
            whole = held.years.get((nation, pollutant), set())
            if of_parts:
                found += _of_years(cells, nation, parts, of_parts, whole)
            elif whole and pollutant in CARRIED and not held.has_shares(nation, pollutant):
                found.append(_unplaced(pollutant, nation, whole))
    return found


def _of_years(
    cells: pd.DataFrame, nation: str, parts: list[str], of_parts: dict[str, set[int]], whole: set[int]
) -> list[PartFault]:
    """Find what is lost of one pollutant of a nation of which at least one part has rows.

    of_parts : years of the parts that have rows; whole : years of the nation's own rows
    """
    pollutant = str(cells["pollutant"].iloc[0])
    unplaced: set[int] = set()
    lost: dict[tuple[str, ...], set[int]] = {}
    lacking: dict[str, set[int]] = {}
    at = dict(list(cells.groupby("year")))
    for year in sorted(whole.union(*of_parts.values())):
        without = tuple(code for code in parts if year not in of_parts.get(code, ()))
        if len(without) == len(parts) or (year in whole and not without and _sectors_lost(at[year], nation, parts)):
            unplaced.add(year)
        elif without and year in whole and not (len(without) == 1 and _leaves_rest(at[year], nation, parts)):
            lost.setdefault(without, set()).add(year)
        elif without and year not in whole:
            never = tuple(code for code in without if code not in of_parts)
            if never:
                lost.setdefault(never, set()).add(year)
            for code in set(without) - set(never):
                lacking.setdefault(code, set()).add(year)
    found = [_unplaced(pollutant, nation, unplaced)] if unplaced else []
    for codes, years in lost.items():
        others = ", ".join(code for code in parts if code not in codes)
        told = {"region": nation, "parts": ", ".join(codes), "others": others, "years": _told(years)}
        found.append(PartFault("AS384", codes[0], pollutant, tuple(told.items())))
    beyond = {code: _beyond(of_parts[code], years) for code, years in lacking.items()}
    return found + [_year_held(code, pollutant, of_parts[code], years) for code, years in beyond.items() if years]


def _sectors_lost(cells: pd.DataFrame, nation: str, parts: list[str]) -> bool:
    """Say whether a nation emits in a sector of which none of its parts has a row."""
    emitted = cells.loc[(cells["region"] == nation) & (cells["value"] > 0), "sector"]
    return not set(emitted) <= set(cells.loc[cells["region"].isin(parts), "sector"])


def _leaves_rest(cells: pd.DataFrame, nation: str, parts: list[str]) -> bool:
    """Say whether the nation's row is, sector by sector, at least what its parts add to, rounding aside."""
    inside = cells[cells["region"].isin(parts)].groupby("sector")["value"].agg(["sum", "count"])
    whole = cells[cells["region"] == nation].set_index("sector")["value"]
    both = inside.join(whole, how="inner")
    return bool((both["sum"] <= both["value"] * 1.001 + ROUNDING * (both["count"] + 1)).all())


def _unplaced(pollutant: str, nation: str, years: set[int]) -> PartFault:
    return PartFault("AS383", nation, pollutant, (("region", nation), ("years", _told(years))))


def _year_held(region: str, pollutant: str, years: set[int], lacking: set[int]) -> PartFault:
    told = {"region": region, "years": _told(years), "lacking": _told(lacking)}
    return PartFault("AS387", region, pollutant, tuple(told.items()))


def _findings(held: Nesting, found: Sequence[PartFault]) -> list[Finding]:
    """Return what was found pollutant by pollutant, once for all pollutants of which the same is true."""
    pollutants: dict[tuple[str, str, Told], list[str]] = {}
    for item in found:
        pollutants.setdefault((item.code, item.region, item.told), []).append(item.pollutant)
    findings = []
    for (code, region, told), names in pollutants.items():
        file, line = held.place_of("regions", "code", region)
        values = {"inventory": held.history, "pollutant": ", ".join(names), **dict(told)}
        findings.append(finding(code, file, "regions", line, "code", **values))
    return findings


def _told(years: set[int]) -> str:
    return ", ".join(map(str, sorted(years)))


def _relation(held: Nesting) -> list[Finding]:
    """Find sources of the relation that the baseline does not know, or of which it knows some pollutants or years."""
    outside = held.descriptor.baseline.get("outside")
    rows = held.numbers["emissions"]
    printed = set(rows.loc[rows["inventory"] == _entry(outside, "inventory"), "region"])
    from_model = printed & set(_entry(outside, "regions") or ())
    every = set[int]().union(*held.years.values())
    wanted = [code for code in CARRIED if code in set(held.cells["pollutant"])]
    home = {code: nation for nation, parts in held.parts.items() for code in parts}
    findings: list[Finding] = []
    short: dict[tuple[str, str], PartFault] = {}
    for code, block in held.blocks("source"):
        nation = home.get(code, code)
        years = {one: held.years_of(one, nation, *held.parts.get(nation, ())) for one in wanted}
        lacking = [one for one in wanted if not years[one]]
        if lacking and code not in from_model:
            what = [held.history, *([", ".join(lacking)] if lacking != wanted else [])]
            findings.append(_unknown(held, code, block, "emissions", " ".join(what)))
        for one in wanted:
            beyond = _beyond(years[one], every)
            if beyond:
                short[nation, one] = _year_held(nation, one, years[one], beyond)
    return findings + _findings(held, list(short.values()))


def _beyond(known: set[int], years: set[int]) -> set[int]:
    """Return the years before the first and after the last known one, in which that one is held."""
    return {year for year in years if known and not min(known) <= year <= max(known)}


def _people(held: Nesting) -> list[Finding]:
    """Find receptors of the relation without a base count, where the pack has base counts at all."""
    rows = held.numbers.get("populations")
    counted = set() if rows is None else set(rows.loc[rows["series"] == BASE, "region"])
    return [
        _unknown(held, code, block, "populations", BASE)
        for code, block in held.blocks("receptor")
        if counted and code not in counted
    ]


def _left_out(held: Nesting) -> list[Finding]:
    """Find parts of a nation that lie in no block of the relation, of which other parts do."""
    inside = {code for role in ("source", "receptor") for code, _ in held.blocks(role)}
    findings = []
    for nation, parts in held.parts.items():
        others = [code for code in parts if code in inside]
        for code in parts if others else ():
            if code not in inside:
                file, line = held.place_of("regions", "code", code)
                told = {"region": code, "others": ", ".join(others), "nation": nation}
                findings.append(finding("AS395", file, "regions", line, "code", **told))
    return findings


def _in_two_blocks(held: Nesting) -> list[Finding]:
    """Find regions that lie in two blocks of the relation: they would be counted twice."""
    findings: dict[str, Finding] = {}
    for role in ("source", "receptor"):
        first: dict[str, str] = {}
        for code, block in held.places(role):
            if first.setdefault(code, block) != block:
                file, line = held.place_of("regions", "code", code)
                told = {"region": code, "first": first[code], "second": block}
                findings.setdefault(code, finding("AS394", file, "regions", line, "code", **told))
    return list(findings.values())


def _unknown(held: Nesting, region: str, block: str, name: str, what: str) -> Finding:
    file, line = held.place_of("regions", "code", region)
    return finding("AS385", file, "regions", line, "code", region=region, block=block, name=name, what=what)


def _by_nation(held: Nesting) -> list[Finding]:
    """Find rows of parts in the tables that are read by nation."""
    home = {code: nation for nation, parts in held.parts.items() for code in parts}
    findings = []
    for table in BY_NATION:
        rows = held.texts.get(table)
        codes = [] if rows is None else [code for code in dict.fromkeys(rows["region"]) if code in home]
        for code in codes:
            file, line = held.place_of(table, "region", code)
            findings.append(finding("AS388", file, table, line, "region", region=code, nation=home[code]))
    return findings
