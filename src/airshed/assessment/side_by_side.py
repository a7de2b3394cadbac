"""Places side by side: what they breathe and from whom, what they emit, how many die of it, what they earn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.economy import NOTES as GDP_NOTES
from airshed.assessment.chain.economy import product_of
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.lives.health import health
from airshed.assessment.members.budget_keys import FINE, people
from airshed.assessment.tables import NOTES as ROW_NOTES
from airshed.assessment.tables import attribution, concentrations
from airshed.emissions.table import emission_table
from airshed.pack.codes import members, nations_of
from airshed.pack.defaults import NATIONAL, named_targets
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack

POLLUTANTS = ("PM2.5", "SO2", "NOx", "NH3")
"""Emissions that are compared, of those that the pack holds."""
PARTS = ("emissions", "concentration", "attribution", "calibration", "health")
"""The parts of an assessment that are compared."""
PER = 1e5
MILLION = 1e6
LEVEL, ORIGIN, TARGET, EMISSION = "PM2.5", "origin", "target", "emission"
DEATHS, RATE, PERSONS = "deaths", "deaths per 100,000 people", "people"
PRODUCT, PER_HEAD = "GDP", "GDP per head"
QUANTITIES = (LEVEL, TARGET, ORIGIN, EMISSION, DEATHS, RATE, PERSONS, PRODUCT, PER_HEAD)
COLUMNS = (
    *("region", "quantity", "pollutant", "item", "value", "low", "high", "share", "met"),
    *("unit", "year", "basis", "source", "note"),
)
Record = dict[str, Any]
NOTES = (*GDP_NOTES, *ROW_NOTES)
"""Templates of the notes, for translation."""


def side_by_side(pack: Pack, assessment: Assessment, codes: Sequence[str]) -> pd.DataFrame:
    """Return what there is to compare between regions, in rows.

    codes : two or more regions, nations, groups or cities; they may overlap. Of a city only the air is known
    returns : columns region, quantity (see QUANTITIES), pollutant, item (the nation of an origin, the sector of an
        emission, the name of a target), value, low, high, share (of the anthropogenic part, of the total of the
        region), met (yes or no, of a target), unit, year, basis, source, note; what the pack does not know is left out
    Raises AirshedError for codes that are unknown, or fewer than two different ones.
    """
    twice = next((code for place, code in enumerate(codes) if code in codes[:place]), None)
    if twice is not None:
        raise AirshedError("place-named-twice", twice=twice)
    if len(codes) < 2:
        raise AirshedError("one-place-stands-beside-no")
    levels = concentrations(pack, assessment)
    cities = set(pack.optional("receptors")["code"])
    rows: list[Record] = []
    for code in codes:
        if code not in cities:
            members(pack, code)
        rows += _air(pack, assessment, levels, code)
        if code in cities:
            continue
        rows += _emitted(pack, assessment, code)
        rows += _lives(pack, assessment, code)
        rows += _economy(pack, code)
    return pd.DataFrame.from_records(rows, columns=list(COLUMNS))


def _row(code: str, quantity: str, value: float, unit: str, year: int, **more: Any) -> Record:
    """Return a row in which what is not given is not known."""
    numbers = dict.fromkeys(("low", "high", "share"), np.nan)
    texts = {"pollutant": "", "item": "", "met": "", "basis": "derived", "source": "", "note": ""}
    return {
        "region": code,
        "quantity": quantity,
        "value": value,
        "unit": unit,
        "year": year,
        **numbers,
        **texts,
        **more,
    }


def _air(pack: Pack, assessment: Assessment, levels: pd.DataFrame, code: str) -> list[Record]:
    """Return level, targets and origins of a region; nothing where it has no level."""
    found = levels[levels["place"] == code].to_dict("records")
    if not found or not np.isfinite(found[0]["total"]):
        return []
    air = {str(name): value for name, value in found[0].items()}
    year = assessment.year
    ends = {"low": air["total_low"], "high": air["total_high"]}
    rows = [_row(code, LEVEL, float(air["total"]), "ug/m3", year, source=air["source"], note=air["note"], **ends)]
    for name in (*named_targets(pack), NATIONAL):
        try:
            limit = float(resolve_target(pack, name, [code], year).iloc[0])
        except MissingTableError:
            continue
        if np.isfinite(limit):
            met = "yes" if air["total"] <= limit else "no"
            kept = {"item": name, "met": met, "basis": "reported", "source": _standard_source(pack, name, code)}
            rows.append(_row(code, TARGET, limit, "ug/m3", year, **kept))
    for part in attribution(pack, assessment, code).to_dict("records"):
        kept = {name: part[name] for name in ("low", "high", "share", "basis", "source", "note")}
        rows.append(_row(code, ORIGIN, part["value"], "ug/m3", year, item=part["country"], **kept))
    return rows


def _standard_source(pack: Pack, name: str, code: str) -> str:
    """Return the sources of a target: of the level that the pack names, or of the standards of the nation."""
    named = named_targets(pack)
    if name in named:
        return named[name].source
    rows = pack.table("standards")
    rows = rows[(rows["pollutant"] == FINE) & (rows["averaging"] == "annual")]
    rows = rows[rows["scope"].isin(nations_of(pack, code))]
    return " ".join(dict.fromkeys(rows["source"]))


def _emitted(pack: Pack, assessment: Assessment, code: str) -> list[Record]:
    """Return the emissions of a region by sector; nothing of a region that the baseline does not hold."""
    cube = assessment["emissions"]
    wanted = [name for name in POLLUTANTS if name in cube["pollutant"]]
    try:
        found = emission_table(
            pack, regions=[code], by=["region", "sector"], pollutants=wanted, years=[assessment.year], cube=cube
        )
    except MissingTableError:
        return []
    rows = []
    for part in found.to_dict("records"):
        kept = {name: part[name] for name in ("pollutant", "low", "high", "basis", "source", "note")}
        share = part["share_percent"] / 100.0
        rows.append(
            _row(code, EMISSION, part["value"], part["unit"], assessment.year, item=part["sector"], share=share, **kept)
        )
    return rows


def _lives(pack: Pack, assessment: Assessment, code: str) -> list[Record]:
    """Return deaths, deaths per head and people of a region; what is not known is left out."""
    rows: list[Record] = []
    try:
        found = health(pack, assessment, [code]).to_dict("records")
    except MissingTableError:
        return rows
    for part in found:
        year, kept = part["year"], {"source": part["source"], "note": part["note"]}
        ends = {name: part[name] for name in ("low", "high")}
        if np.isfinite(part["value"]):
            rows.append(_row(code, DEATHS, part["value"], "deaths/yr", year, **ends, **kept))
        if np.isfinite(part["value"]) and part["population"] > 0:
            rate = PER / part["population"]
            scaled = {name: value * rate for name, value in ends.items()}
            rows.append(_row(code, RATE, part["value"] * rate, "deaths/yr per 100,000", year, **scaled, **kept))
        if np.isfinite(part["population"]):
            rows.append(_row(code, PERSONS, part["population"], "persons", year, **kept))
    return rows


def _economy(pack: Pack, code: str) -> list[Record]:
    """Return GDP and GDP per head of a region in the base year; nothing without them."""
    try:
        product = product_of(pack, code)
    except MissingTableError:
        return []
    if not np.isfinite(product.value):
        return []
    kept = {"source": product.source, "note": product.note}
    rows = [_row(code, PRODUCT, product.value, "million USD", pack.base_year, **kept)]
    try:
        persons = people(pack, [code], pack.base_year)[code]
    except MissingTableError:
        return rows
    per_head = _row(code, PER_HEAD, MILLION * product.value / persons, "USD per person", pack.base_year, **kept)
    return [*rows, per_head] if persons > 0 else rows
