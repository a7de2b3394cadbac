"""People, GDP and energy of a place in several years, each of one edition: two editions are never joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.codes import children, country_of, group_members
from airshed.pack.pack import Pack

PRODUCT = ("gdp_lcu_constant", "gdp_lcu")
DEFLATOR = "gdp_deflator"
BILLION = "billion "
CURRENT = "GDP at current prices: what prices rose is in what people earn"
DEFLATED = "GDP at the prices of {year}, by the deflator of the nation"
WITHOUT = "people or GDP without {places}"
NOTES = (CURRENT, DEFLATED, WITHOUT)


@dataclass(frozen=True)
class KnownLevel:
    """A quantity of a place in some years (year), of one edition.

    unit : of the values, money of GDP; source : keys; note : what it is, for translation by `NOTES`
    """

    values: Floats
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Edition:
    """One edition of a quantity: values (place, year), NaN where it says nothing, and the sources of each place.

    places, years : where their values stand
    """

    name: str
    unit: str
    places: dict[str, int]
    years: dict[int, int]
    values: Floats
    sources: dict[str, str]


def people(pack: Pack, code: str, years: Sequence[int], beside: Sequence[str] = ()) -> KnownLevel | None:
    """Return the people of a place in years, persons; None where no series counts it in all of them.

    beside : regions whose sum the place may be where it is not counted itself
    """
    for edition in pack.derive("people by series", _people):
        found = _summed(pack, edition, code, years, beside)
        if found is not None:
            return found
    return None


def product(pack: Pack, code: str, years: Sequence[int], beside: Sequence[str] = ()) -> KnownLevel | None:
    """Return the GDP of a place in years, in the money of its nation; None where no edition holds it in all of them.

    At constant prices where an edition is; else by the deflator of the nation where that reaches all years; else at
    current prices, which the note says.
    """
    for edition in pack.derive("products by edition", _products):
        found = _summed(pack, edition, code, years, beside)
        if found is None:
            continue
        if edition.name == PRODUCT[0]:
            return found
        prices = _prices(pack, code, years)
        if prices is None or len(set(years)) == 1:
            told = CURRENT if len(set(years)) > 1 else ""
            return replace(found, note="; ".join(filter(None, [told, found.note])))
        told = DEFLATED.format(year=years[-1])
        cited = " ".join(dict.fromkeys([*found.source.split(), *prices[1].split()]))
        values = found.values / prices[0] * prices[0][-1]
        return KnownLevel(values, found.unit, cited, "; ".join(filter(None, [told, found.note])))
    return None


def energy(pack: Pack, code: str, years: Sequence[int]) -> KnownLevel | None:
    """Return the primary energy of a place in years, EJ; None where it is not known in all of them."""
    return next(
        (found for item in pack.derive("energy", _energy) if (found := _summed(pack, item, code, years, ()))), None
    )


def _people(pack: Pack) -> list[Edition]:
    table = pack.optional("populations")
    return [_edition(str(name), "persons", rows, "region") for name, rows in table.groupby("series", sort=False)]


def _products(pack: Pack) -> list[Edition]:
    table = pack.optional("economy")
    found = []
    for indicator in PRODUCT:
        held = table[table["indicator"] == indicator]
        parts = held.groupby(["vintage", "unit"], sort=False)
        found += [_edition(indicator, str(unit), rows, "code") for (_, unit), rows in parts]
    return found


def _energy(pack: Pack) -> list[Edition]:
    table = pack.optional("energy_uses")
    whole = table[table["fuel"] == "total"]
    return [_edition("total", "EJ", whole, "region")] if len(whole) else []


def _edition(name: str, unit: str, rows: pd.DataFrame, column: str) -> Edition:
    wide = rows.drop_duplicates([column, "year"]).pivot(index=column, columns="year", values="value")
    cited = rows.groupby(column, sort=False)["source"].agg(lambda keys: " ".join(dict.fromkeys(keys)))
    return Edition(
        name,
        unit,
        {str(code): place for place, code in enumerate(wide.index)},
        {int(str(year)): place for place, year in enumerate(wide.columns)},
        wide.to_numpy(dtype=float),
        {str(code): str(keys) for code, keys in cited.items()},
    )


def _summed(pack: Pack, edition: Edition, code: str, years: Sequence[int], beside: Sequence[str]) -> KnownLevel | None:
    """Return a place in years, as it is or as the sum of its parts; None where the edition does not hold it."""
    if any(year not in edition.years for year in years):
        return None
    at = [edition.years[year] for year in years]

    def known(one: str) -> bool:
        return one in edition.places and bool(np.isfinite(edition.values[edition.places[one], at]).all())

    parts = [code] if known(code) else list(group_members(pack).get(code, children(pack).get(code, [])))
    held = [one for one in parts if known(one)]
    wanted = [one for one in parts if not beside or one in beside or one == code]
    if not held or len(set(wanted) - set(held)):
        return None
    left = [one for one in parts if one not in held]
    cited = " ".join(dict.fromkeys(key for one in held for key in edition.sources[one].split()))
    values = edition.values[[edition.places[one] for one in held]][:, at].sum(axis=0)
    return KnownLevel(values, edition.unit, cited, WITHOUT.format(places=", ".join(left)) if left else "")


def _prices(pack: Pack, code: str, years: Sequence[int]) -> tuple[Floats, str] | None:
    """Return the deflator of the nation of a place in years, of the first edition that holds all; None without one."""
    home = country_of(pack)
    nation = home.get(code) or next((home[one] for one in group_members(pack).get(code, []) if one in home), code)
    for edition in pack.derive("deflators by edition", _deflators):
        found = _summed(pack, edition, nation, years, ())
        if found is not None:
            return found.values, found.source
    return None


def _deflators(pack: Pack) -> list[Edition]:
    table = pack.optional("economy")
    held = table[table["indicator"] == DEFLATOR]
    return [_edition(DEFLATOR, "index", rows, "code") for _, rows in held.groupby("vintage", sort=False)]


def money(unit: str) -> str:
    """Return the money of a unit of GDP.

    >>> money("billion CNY")
    'CNY'
    """
    return unit.removeprefix(BILLION)
