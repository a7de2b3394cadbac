"""Shares by which a nation's emissions are split to its provinces, from the provincial rows of an inventory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from airshed.emissions.inventory import inventory_rows
from airshed.emissions.rules import ProvinceShares
from airshed.pack.arrays import Floats
from airshed.pack.codes import children
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack


@equation(
    key="provincial-shares",
    title="Shares of the provinces in a nation's emissions",
    latex=r"s(r) = \frac{\sum_k N_k\, s_k(r)}{\sum_k N_k}, \quad s_k(r) = \frac{E_k(r)}{\sum_{r'} E_k(r')}",
    units="1",
    citation="arithmetic; category k with the latest provincial rows, one without takes the shares of all categories",
)
def weighted_shares(shares: Floats, weights: Floats) -> Floats:
    """Return the shares of provinces in a sum of categories.

    shares : (province, category); weights : (category,), the nation's emission in each, kt/yr
    returns : (province,); 0 where no category weighs anything

    >>> weighted_shares(np.array([[0.25, 1.0], [0.75, 0.0]]), np.array([3.0, 1.0]))
    array([0.4375, 0.5625])
    """
    whole = weights.sum()
    return np.asarray(shares @ weights / whole) if whole > 0 else np.zeros(len(shares))


def provincial_shares(
    pack: Pack,
    nation: str,
    rule: ProvinceShares,
    sectors: Sequence[str],
    pollutants: Sequence[str],
    years: Sequence[int],
) -> tuple[list[str], Floats, str]:
    """Return the provinces of a nation, their shares (province, sector, pollutant, year) and the sources.

    A year takes the latest provincial rows of each category up to it, one before them the first. A category or sector
    without provincial rows takes the shares of the pollutant's sum; 0 where nothing is printed at all.
    Raises AirshedError for a year or nation of which the inventory has no parts.
    """
    rows = inventory_rows(pack, rule.inventory)
    rows = rows[rows["sector"].isin(sectors)]
    if rule.year is not None and rule.year not in set(rows["year"]):
        raise AirshedError("no-year-shares", inventory=rule.inventory, year=rule.year, nation=nation)
    own = rows[rows["region"].isin(children(pack).get(nation, []))]
    own = own if rule.year is None else own[own["year"] == rule.year]
    parts = [code for code in children(pack).get(nation, []) if code in set(own["region"])]
    if not parts:
        if rule.year is None:
            raise AirshedError("no-parts", inventory=rule.inventory, nation=nation)
        raise AirshedError("no-parts-in-year", inventory=rule.inventory, nation=nation, year=rule.year)
    whole = rows[rows["region"] == nation]
    shares = np.zeros((len(parts), len(sectors), len(pollutants), len(years)))
    for column, pollutant in enumerate(pollutants):
        like = rule.pollutant_like.get(pollutant, pollutant)
        printed = own[own["pollutant"] == like]
        nationwide = whole[whole["pollutant"] == (pollutant if (whole["pollutant"] == pollutant).any() else like)]
        if len(printed):
            shares[:, :, column] = _of_pollutant(printed, nationwide, parts, sectors, years)
    sources = " ".join(dict.fromkeys(own["source"]))
    return parts, shares, sources


def _of_pollutant(
    printed: pd.DataFrame, nationwide: pd.DataFrame, parts: list[str], sectors: Sequence[str], years: Sequence[int]
) -> Floats:
    """Return the shares of one pollutant (province, sector, year)."""
    keys = ["sector", "category"]
    by_category = {key: _by_year(rows, parts) for key, rows in printed.groupby(keys)}
    every = _by_year(printed, parts)
    amounts = {key: _amounts(rows, years) for key, rows in nationwide.groupby(keys)}
    result = np.zeros((len(parts), len(sectors), len(years)))
    for place, year in enumerate(years):
        fallback = _shares(_latest(every, year, len(parts)))
        for row, sector in enumerate(sectors):
            names = [key for key in (amounts or by_category) if key[0] == sector]
            found = [_latest(by_category.get(key, {}), year, len(parts)) for key in names]
            each = [_shares(amount) if amount.sum() > 0 else fallback for amount in found]
            weights = [
                amounts[key][place] if amounts else amount.sum() for key, amount in zip(names, found, strict=True)
            ]
            mixed = weighted_shares(np.array(each).T, np.array(weights)) if names else np.zeros(len(parts))
            result[:, row, place] = mixed if mixed.sum() > 0 else fallback
    return result


def _by_year(rows: pd.DataFrame, parts: list[str]) -> dict[int, Floats]:
    """Return the provincial amounts (province,), kt/yr, of every year that has any."""
    table = rows.groupby(["year", "region"])["value"].sum().unstack("region").reindex(columns=parts).fillna(0.0)
    return {int(str(year)): row.to_numpy() for year, row in table.iterrows() if row.sum() > 0}


def _latest(known: dict[int, Floats], year: int, parts: int) -> Floats:
    """Return the latest amounts (province,) up to a year, the first where there are none yet, 0 where none ever."""
    if not known:
        return np.zeros(parts)
    return known[max((have for have in known if have <= year), default=min(known))]


def _shares(amounts: Floats) -> Floats:
    whole = amounts.sum()
    return amounts / whole if whole > 0 else amounts


def _amounts(rows: pd.DataFrame, years: Sequence[int]) -> Floats:
    """Return what a nation emits in a category (year,): in the latest printed year up to each, or in the first."""
    known = rows.groupby("year")["value"].sum().sort_index()
    places = np.searchsorted(known.index.to_numpy(), np.array(years), side="right") - 1
    return np.asarray(known.to_numpy()[np.maximum(places, 0)])
