"""Why CO2 changed between two years: people, income, energy and carbon, by LMDI on Kaya's identity; and decoupling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.transition.accounts import STUDY, TOTAL, UNIT, accounts, parts_of, places, sector_cube
from airshed.assessment.transition.levels import CURRENT, KnownLevel, energy, people, product
from airshed.pack.arrays import Floats
from airshed.pack.codes import children
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.pack import Pack
from airshed.transition.decoupling import elasticity, state
from airshed.transition.kaya import ratios
from airshed.transition.lmdi import effects

LEVELS = ("people", "GDP", "energy")
FACTORS = {
    ("", "people"): "people",
    ("", "GDP"): "GDP",
    ("", "energy"): "energy use",
    ("people", "GDP"): "GDP per head",
    ("people", "energy"): "energy per head",
    ("GDP", "energy"): "energy per GDP",
    ("people", "CO2"): "CO2 per head",
    ("GDP", "CO2"): "CO2 per GDP",
    ("energy", "CO2"): "CO2 per energy",
}
"""What the ratio of a level to the one before is called."""
UNKNOWN = "not known in both years: {levels}"
APPEARS = "appears or vanishes: {sectors}"
LEFT_OUT = "without {places}, which the account does not hold"
NOTES = (UNKNOWN, APPEARS, LEFT_OUT)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Decomposed:
    """The change of CO2 of a place between two years, and what it is made of.

    carbon : (2, sector), Mt/yr; levels : what is known of people, GDP and energy, (2) each; effects : (factor, sector),
    Mt/yr, which add up to the change of every sector
    """

    region: str
    account: str
    years: tuple[int, int]
    sectors: list[str]
    carbon: Floats
    levels: dict[str, KnownLevel]
    factors: list[str]
    effects: Floats
    source: str
    note: str

    @property
    def change(self) -> float:
        """The change of CO2, Mt/yr."""
        return float(self.carbon[1].sum() - self.carbon[0].sum())


def decompose(
    pack: Pack,
    region: str,
    first: int | None = None,
    last: int | None = None,
    sectors: Sequence[str] = (),
    account: str = "",
) -> Decomposed:
    """Return why the CO2 of a place changed between two years.

    first, last : the longest span in which most is known, GDP at constant prices before all, if not given
    sectors : of the pack, all if empty; account : the first in which it can be done if empty
    Raises AirshedError where no account holds the place in both years, where neither people, GDP nor energy of both
    are known, for years in the wrong order and for sectors that the account does not name.
    """
    if first is not None and last is not None and first >= last:
        raise AirshedError("decompose-years-not-in-order", first=first, last=last)
    names = [account] if account else [name for name in accounts(pack) if name != STUDY]
    best: tuple[tuple[int, bool, int], str, tuple[int, int]] | None = None
    for name in names:
        for pair in _pairs(pack, region, name, first, last):
            levels = [level for level in _levels(pack, region, name, pair).values() if level is not None]
            real = all(CURRENT not in level.note for level in levels)
            score = (len(levels), real, pair[1] - pair[0])
            if levels and (best is None or score > best[0]):
                best = (score, name, pair)
    if best is None:
        raise AirshedError("decompose-not-known", region=region, accounts=", ".join(names) or Phrase("word-none-there"))
    return _decomposed(pack, region, best[1], best[2], sectors)


def _pairs(pack: Pack, region: str, account: str, first: int | None, last: int | None) -> list[tuple[int, int]]:
    """Return the pairs of years to try: the one that is asked for, else those between years of GDP or people."""
    cube = sector_cube(pack, account)
    parts, _ = parts_of(pack, region, places(pack, account))
    there = np.atleast_1d(np.isfinite(cube.values[[cube.places[one] for one in parts]]).any(axis=1).all(axis=0))
    held = [year for year, at in cube.years.items() if parts and there[at]]
    if first is not None and last is not None:
        return [(first, last)] if first in held and last in held else []
    starts = [first] if first is not None else held
    ends = [last] if last is not None else held
    pairs = [(one, other) for one in starts for other in ends if one < other and one in held and other in held]
    known = {
        year
        for year in held
        if any(find(pack, region, [year], places(pack, account)) for find in (people, product))
        or energy(pack, region, [year])
    }
    usable = [pair for pair in pairs if set(pair) <= known]
    return sorted(usable, key=lambda pair: pair[0] - pair[1])


def _levels(pack: Pack, region: str, account: str, years: tuple[int, int]) -> dict[str, KnownLevel | None]:
    held = places(pack, account)
    return {
        LEVELS[0]: people(pack, region, years, held),
        LEVELS[1]: product(pack, region, years, held),
        LEVELS[2]: energy(pack, region, years),
    }


def _decomposed(pack: Pack, region: str, account: str, years: tuple[int, int], sectors: Sequence[str]) -> Decomposed:
    parts, left = parts_of(pack, region, places(pack, account))
    cube = sector_cube(pack, account)
    every = cube.values[[cube.places[one] for one in parts]][:, :, [cube.years[year] for year in years]]
    held = np.atleast_1d(np.isfinite(every).any(axis=(0, 2)))
    known = [name for name, here in zip(cube.sectors, held, strict=True) if here]
    known = [name for name in known if name != TOTAL] or known
    unheld = [code for code in sectors if code not in known]
    if unheld:
        raise AirshedError(
            "decompose-sector-not-held", sectors=", ".join(unheld), account=account, known=", ".join(known)
        )
    names = [code for code in known if not sectors or code in sectors]
    at = [cube.sectors.index(name) for name in names]
    carbon = np.nan_to_num(every[:, at]).sum(axis=0).T
    found = _levels(pack, region, account, years)
    levels = {name: level for name, level in found.items() if level is not None}
    chain = ["", *levels, "CO2"]
    heights = np.array([level.values for level in levels.values()])
    before, after = (ratios(heights[:, at], carbon[at]) for at in (0, 1))
    missing = [name for name in LEVELS if name not in levels]
    odd = [name for name, (one, other) in zip(names, carbon.T, strict=True) if (one == 0) != (other == 0)]
    notes = [level.note for level in levels.values() if level.note]
    notes += [UNKNOWN.format(levels=", ".join(missing))] if missing else []
    notes += [APPEARS.format(sectors=", ".join(odd))] if odd else []
    notes += [LEFT_OUT.format(places=", ".join(left))] if left else []
    cited = [*(cube.sources[one] for one in parts), *(key for level in levels.values() for key in level.source.split())]
    return Decomposed(
        region,
        account,
        years,
        names,
        carbon,
        levels,
        [FACTORS[pair] for pair in pairwise(chain)],
        effects(before, after),
        " ".join(dict.fromkeys(cited)),
        "; ".join(dict.fromkeys(part for note in notes for part in note.split("; "))),
    )


def effect_table(found: Decomposed, by_sector: bool = False) -> pd.DataFrame:
    """Return the effects of the factors, and the change that they add up to.

    returns : columns region, sector (`total` for all), factor, value (Mt/yr), percent (of the CO2 of the first year),
        unit, from, to, account, basis, source, note
    """
    records: list[dict[str, Any]] = []
    first = found.carbon[0]
    groups = [(TOTAL, found.effects.sum(axis=1), float(first.sum()))]
    if by_sector:
        groups = [(code, found.effects[:, place], float(first[place])) for place, code in enumerate(found.sectors)]
    for sector, values, start in groups:
        for factor, value in [*zip(found.factors, values, strict=True), ("change", values.sum())]:
            records.append(
                {
                    "region": found.region,
                    "sector": sector,
                    "factor": factor,
                    "value": float(value),
                    "percent": 100.0 * float(value) / start if start else np.nan,
                    "unit": UNIT,
                    "from": found.years[0],
                    "to": found.years[1],
                    "account": found.account,
                    "basis": "derived",
                    "source": found.source,
                    "note": found.note,
                }
            )
    return pd.DataFrame.from_records(records)


def decoupling_table(found: Sequence[Decomposed]) -> pd.DataFrame:
    """Return whether CO2 went with GDP, by place; without rows for places whose GDP is not known.

    returns : columns region, from, to, co2_percent, gdp_percent, elasticity, state, account, source, note
    """
    records = []
    for one in found:
        gdp = one.levels.get(LEVELS[1])
        total = one.carbon.sum(axis=1)
        if gdp is None or not total[0] or not gdp.values[0]:
            continue
        more, grown = (float(values[1] / values[0] - 1.0) for values in (total, gdp.values))
        records.append(
            {
                "region": one.region,
                "from": one.years[0],
                "to": one.years[1],
                "co2_percent": 100.0 * more,
                "gdp_percent": 100.0 * grown,
                "elasticity": float(elasticity(total, gdp.values)),
                "state": state(more, grown),
                "account": one.account,
                "source": one.source,
                "note": gdp.note,
            }
        )
    columns = ["region", "from", "to", "co2_percent", "gdp_percent", "elasticity", "state", "account", "source", "note"]
    return pd.DataFrame.from_records(records, columns=columns)


def parts_decomposed(
    pack: Pack, region: str, years: tuple[int, int], sectors: Sequence[str], account: str
) -> list[Decomposed]:
    """Return the same of the regions of a nation, as far as they can be told."""
    found = []
    for code in children(pack).get(region, []):
        if code not in places(pack, account):
            continue
        try:
            found.append(decompose(pack, code, *years, sectors, account))
        except AirshedError:
            continue
    return found
