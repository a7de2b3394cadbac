"""What a plan or scenario needs of materials: what it builds, how much material that takes, and who supplies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.transition.supply import facts_table, newest, warnings_table
from airshed.pack.codes import leaves, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transition.dependence import material_demand

MEASURE, TARGET = "measure", "target"
STOCK, SALES, CAPACITY = "stock", "sales", "capacity"
MW_PER_GW = 1000.0
KG_PER_KT = 1e6
SOME_ONLY, NO_TARGET, NO_PIECES, NOT_MORE, COUNTED = (
    "known for {known} only: the low end takes nothing for the rest",
    "the target {indicator} of {region} is not in the table targets",
    "the table equipment does not say how many there are in {region}",
    "the plan applies no more of it than is in place",
    "counted in the pieces of {year}",
)
NOTES = (SOME_ONLY, NO_TARGET, NO_PIECES, NOT_MORE, COUNTED)
COLUMNS = (
    "what", "region", "year", "activities", "pieces", "pieces_unit", "material", "low", "value", "high", "unit",
    "commodity", "supplier", "share_percent", "period", "flag", "basis", "source", "note",
)  # fmt: skip
ENDS = ("low", "value", "high")
WARNED = ("commodity", "supplier", "share_percent", "period", "flag")
"""What is shown of the gravest warning on a material."""


@dataclass(frozen=True)
class Build:
    """Something that is built: by which measure or target, where, what, how much.

    activities : one of them, or any mix; amount : pieces, NaN where it is not known; unit : of the amount, with /yr
    where it is of every year; note : why it is not known
    """

    what: str
    region: str
    year: str
    activities: tuple[str, ...]
    amount: float
    unit: str
    sources: tuple[str, ...]
    note: str = ""


def scenarios_that_build(pack: Pack) -> list[str]:
    """Return the scenarios that the pack says something is built in."""
    rows = pack.optional("material_uses")
    return list(dict.fromkeys(rows.loc[rows["kind"] == TARGET, "code"]))


def builds_of_scenario(pack: Pack, names: Sequence[str]) -> list[Build]:
    """Return what scenarios build by the targets that they list.

    Raises MissingTableError without such a table, AirshedError where none of the scenarios builds anything known.
    """
    rows = pack.table("material_uses")
    held = rows[(rows["kind"] == TARGET) & rows["code"].isin(names)]
    if held.empty:
        known = ", ".join(scenarios_that_build(pack)) or "–"
        raise AirshedError("scenario-builds-nothing", name="+".join(names), known=known)
    return [_of_target(pack, row) for row in held.to_dict("records")]


def _of_target(pack: Pack, use: Mapping[Any, Any]) -> Build:
    targets = pack.optional("targets")
    region, indicator = str(use["region"]), str(use["indicator"])
    same = (targets["indicator"] == indicator) & (targets["region"] == region) & (targets["kind"] == TARGET)
    held = targets[same]
    activities = tuple(str(use["activities"]).split())
    unit = _unit(pack, activities)
    if held.empty or not np.isfinite(held["value"].iloc[0]):
        note = NO_TARGET.format(indicator=indicator, region=region)
        return Build(indicator, region, "", activities, np.nan, unit, (), note)
    row = held.iloc[0]
    value, year, cited = float(row["value"]), str(row["target_year"]), [str(row["source"])]
    note = str(use["note"])
    if use["means"] == CAPACITY:
        return Build(indicator, region, year, activities, value * MW_PER_GW, unit, tuple(cited), note)
    pieces, counted, source = pieces_of(pack, region, str(use["equipment"]))
    note = NO_PIECES.format(region=region) if np.isnan(pieces) else f"{COUNTED.format(year=counted)}; {note}"
    amount = pieces * value / 100
    each = f"{unit}/yr" if use["means"] == SALES else unit
    return Build(indicator, region, year, activities, amount, each, tuple(filter(None, [*cited, source])), note)


def builds_of_plan(pack: Pack, changes: pd.DataFrame, year: int) -> list[Build]:
    """Return what a plan builds by its measures.

    changes : columns region, measure, more (0..1, by how much the application rises)
    Raises AirshedError where no measure of the plan builds anything known.
    """
    rows = pack.table("material_uses")
    uses = rows[rows["kind"] == MEASURE].set_index("code")
    held = changes[changes["measure"].isin(uses.index)]
    if held.empty:
        known = ", ".join(uses.index) or "–"
        raise AirshedError("plan-builds-nothing", known=known)
    return [_of_measure(pack, uses.loc[row["measure"]], row, year) for row in held.to_dict("records")]


def _of_measure(pack: Pack, use: pd.Series, row: Mapping[Any, Any], year: int) -> Build:
    activities, region = tuple(str(use["activities"]).split()), str(row["region"])
    pieces, counted, source = pieces_of(pack, region, str(use["equipment"]))
    counted_of = COUNTED.format(year=counted)
    note = NO_PIECES.format(region=region) if np.isnan(pieces) else f"{counted_of}; {use['note']}"
    if row["more"] <= 0:
        note = NOT_MORE
    amount = pieces * max(float(row["more"]), 0.0)
    return Build(str(row["measure"]), region, str(year), activities, amount, _unit(pack, activities), (source,), note)


def _unit(pack: Pack, activities: Sequence[str]) -> str:
    units = pack.table("material_activities").set_index("code")["unit"]
    return str(units[activities[0]])


def pieces_of(pack: Pack, region: str, item: str) -> tuple[float, int, str]:
    """Return how many pieces a region has, or buys in a year, the newest year of that, and the source; NaN for none.

    A nation without a row of its own is the sum of its parts, where all of them have one.
    """
    rows = pack.optional("equipment")
    rows = rows[rows["item"] == item]
    newest_rows = rows.sort_values("year", kind="stable").groupby("region").tail(1).set_index("region")
    if region in newest_rows.index:
        row = newest_rows.loc[region]
        return float(str(row["value"])), int(str(row["year"])), str(row["source"])
    parts = [code for code in members(pack, region) if code in leaves(pack)]
    if parts and all(code in newest_rows.index for code in parts):
        held = newest_rows.loc[parts]
        return float(held["value"].sum()), int(held["year"].min()), " ".join(dict.fromkeys(held["source"]))
    return float("nan"), 0, ""


def demand_table(pack: Pack, builds: Sequence[Build], importer: str) -> pd.DataFrame:
    """Return the materials that are needed for what is built, with how far an importer depends on one supplier.

    returns : the columns of `COLUMNS`; low, value, high in kt (kt/yr of what is built every year), NaN where no
    intensity was found; value NaN where any mix of activities is meant; supplier, share_percent, period and flag : the
    gravest early warning on a commodity of that material
    """
    warned = _warned(pack, importer)
    listed = list(pack.table("materials")["code"])
    records = []
    for build in builds:
        for material, found in _needed(pack, build, listed):
            row = {
                "what": build.what,
                "region": build.region,
                "year": build.year,
                "activities": " ".join(build.activities),
                "pieces": build.amount,
                "pieces_unit": build.unit,
                "material": material,
                "unit": "kt/yr" if build.unit.endswith("/yr") else "kt",
                **warned.get(material, {}),
                **found,
            }
            cited = [*build.sources, *str(found["source"]).split(), *str(row.pop("cited", "")).split()]
            row["source"] = " ".join(dict.fromkeys(filter(None, cited)))
            row["note"] = "; ".join(filter(None, [build.note, str(found["note"])]))
            records.append(row)
    return pd.DataFrame.from_records(records, columns=COLUMNS)


def _warned(pack: Pack, importer: str) -> dict[str, dict[str, Any]]:
    """Return the gravest warning by material."""
    if not pack.has("import_facts"):
        return {}
    table = warnings_table(pack, newest(facts_table(pack, importer)))
    first = table.drop_duplicates("material").set_index("material")
    return {
        str(material): {**{name: row[name] for name in WARNED}, "cited": row["source"]}
        for material, row in first.iterrows()
    }


def _needed(pack: Pack, build: Build, listed: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the materials that an activity needs, with those of which the pack says that it was not found."""
    rows = pack.table("material_intensities")
    replaces = pack.table("material_activities").set_index("code")["replaces"]
    known = [rows[rows["activity"] == activity].set_index("material") for activity in build.activities]
    spared = [rows[rows["activity"] == replaces[activity]].set_index("material") for activity in build.activities]
    for material in listed:
        cells = [own.loc[material] for own in known if material in own.index]
        if not cells:
            continue
        ends = [_ends(build, own, old, material) for own, old in zip(known, spared, strict=True)]
        held = {name: one for name, one in zip(build.activities, ends, strict=True) if one is not None}
        cell = next((one for one in cells if np.isfinite(one["value"])), cells[0])
        source = " ".join(dict.fromkeys(str(one["source"]) for one in cells))
        found = {
            "basis": str(cell["basis"]),
            "source": source,
            "note": str(cell["note"]),
            **dict.fromkeys(ENDS, np.nan),
        }
        if held:
            some = len(held) < len(build.activities)
            found["low"] = 0.0 if some else min(one[0] for one in held.values())
            found["high"] = max(one[2] for one in held.values())
            if len(build.activities) == 1:
                found["value"] = held[build.activities[0]][1]
            else:
                found["note"] = SOME_ONLY.format(known=", ".join(held)) if some else ""
        yield material, found


def _ends(build: Build, own: pd.DataFrame, old: pd.DataFrame, material: str) -> tuple[float, float, float] | None:
    """Return low, central and high demand for a material, kt; None where its intensity is not known."""
    if material not in own.index:
        return None
    need = own.loc[material, list(ENDS)].to_numpy(dtype=float)
    if np.isnan(need).any():
        return None
    spare = old.loc[material, list(ENDS)].to_numpy(dtype=float)[::-1] if material in old.index else np.zeros(3)
    low, value, high = material_demand(np.full(3, build.amount), need, spare) / KG_PER_KT
    return float(low), float(value), float(high)
