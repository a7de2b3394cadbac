"""The accounts of CO2 that a pack holds: rows of one account, its places, years and totals; never two mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.codes import children, group_members, named, unknown
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack

STUDY, CITIES = "study", "cities"
"""The table `co2` as an account, and the totals of `co2_cities`."""
UNIT = "Mt/yr"
TOTAL = "total"
LACKING = "without {places}, which the account does not hold"
COLUMNS = ("region", "sector", "category", "year", "value", "printed", "basis", "source", "note")


def accounts(pack: Pack) -> list[str]:
    """Return the accounts of regions: the study's table first, then those of `co2_accounts` in its order."""
    return pack.derive("accounts of co2", _accounts)


def _accounts(pack: Pack) -> list[str]:
    found = pack.optional("co2_accounts")["account"].unique()
    return [*([STUDY] if pack.has("co2") else []), *(str(name) for name in found)]


def places(pack: Pack, account: str) -> list[str]:
    """Return the places of an account, in its order."""
    return pack.derive(
        f"places of {account}", lambda held: [str(one) for one in account_rows(held, account)["region"].unique()]
    )


def account_rows(pack: Pack, account: str) -> pd.DataFrame:
    """Return the rows of an account.

    returns : columns region, sector, category, year, value (Mt/yr), printed (growth as the source prints it, percent a
        year, NaN without), basis, source, note
    Raises AirshedError for an account that the pack does not hold, MissingTableError for a pack without any.
    """
    known = accounts(pack)
    if not known:
        raise MissingTableError("co2_accounts")
    if account not in known:
        raise unknown("account", account, known)
    if account == STUDY:
        return pack.derive("co2 of the study", _study)
    return pack.derive(f"co2 of {account}", lambda held: _account(held, account))


def _study(pack: Pack) -> pd.DataFrame:
    rows = pack.table("co2")
    found = rows.assign(printed=rows["printed_growth_percent"].astype(float), basis="reported")
    return found[list(COLUMNS)].reset_index(drop=True)


def _account(pack: Pack, account: str) -> pd.DataFrame:
    rows = pack.table("co2_accounts")
    found = rows[rows["account"] == account].assign(printed=float("nan"))
    return found[list(COLUMNS)].reset_index(drop=True)


def parts_of(pack: Pack, code: str, held: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the places of an account whose sum is a place, and what of it the account does not hold.

    A place that the account holds is itself; a group its members, where the account holds one at least.
    Raises AirshedError for a code that is none.
    """
    if code in held:
        return [code], []
    groups = group_members(pack)
    if code not in groups:
        known = [*pack.table("regions")["code"], *groups]
        if code not in known:
            raise unknown("region", code, known, named(pack, code))
        return [], [code]
    members = groups[code]
    return [one for one in members if one in held], [one for one in members if one not in held]


def account_of(pack: Pack, code: str, years: Sequence[int] = (), least: int = 1) -> str:
    """Return the first account that holds a place, in all of these years and in so many at least.

    Raises AirshedError where none does, with the accounts that were looked at.
    """
    for name in accounts(pack):
        rows = account_rows(pack, name)
        parts, _ = parts_of(pack, code, places(pack, name))
        mine = rows[rows["region"].isin(parts)]
        if parts and set(years) <= set(mine["year"]) and mine["year"].nunique() >= least:
            return name
    raise AirshedError("co2-no-account-of", region=code, accounts=", ".join(accounts(pack)))


def totals(pack: Pack, account: str) -> pd.DataFrame:
    """Return the totals of the places of an account (region by year), Mt/yr; NaN where it has no row.

    A printed total stands for the sectors; the sectors that a study picks out come to no total, so it has none.
    """

    def made(held: Pack) -> pd.DataFrame:
        rows = account_rows(held, account)
        printed = rows[rows["sector"] == TOTAL]
        whole = printed.groupby(["region", "year"])["value"].sum()
        summed = rows[rows["sector"] != TOTAL].groupby(["region", "year"])["value"].sum()
        return whole.combine_first(summed).unstack("year")

    if account == STUDY:
        return pd.DataFrame()
    return pack.derive(f"totals of {account}", made)


@dataclass(frozen=True)
class SectorCube:
    """The rows of an account as values (place, sector, year), Mt/yr, NaN without a row, with the sources of each place.

    places, years : where their values stand; sectors : in the order of the pack
    """

    places: dict[str, int]
    sectors: list[str]
    years: dict[int, int]
    values: Floats
    sources: dict[str, str]


def sector_cube(pack: Pack, account: str) -> SectorCube:
    """Return the values of an account by place, sector and year; rows of one sector are added up."""
    return pack.derive(f"cube of {account}", lambda held: _cube(held, account))


def _cube(pack: Pack, account: str) -> SectorCube:
    rows = account_rows(pack, account)
    named = set(rows["sector"])
    sectors = [str(code) for code in pack.table("sectors")["code"] if code in named]
    where = {code: place for place, code in enumerate(places(pack, account))}
    years = {int(year): place for place, year in enumerate(sorted(rows["year"].unique()))}
    values = np.full((len(where), len(sectors), len(years)), np.nan)
    sums = rows.groupby(["region", "sector", "year"])["value"].sum()
    for (code, sector, year), value in zip(sums.index, sums.to_numpy(dtype=float), strict=True):
        values[where[code], sectors.index(sector), years[int(year)]] = value
    cited = rows.groupby("region")["source"].agg(lambda keys: " ".join(dict.fromkeys(keys)))
    return SectorCube(where, sectors, years, values, {str(code): str(keys) for code, keys in cited.items()})


def beside_parts(pack: Pack, account: str, code: str) -> pd.DataFrame:
    """Return what an account gives for a nation and for its regions together, by year.

    returns : columns region, year, value (the nation's own, Mt/yr), parts (sum of the regions), difference (parts minus
        own), difference_percent, regions (how many), missing (regions without a row, with a space between), source;
        a year of which it gives no more than
        half of the regions is left out. Nothing is scaled.
    """
    return pack.derive(f"{account} of {code} beside its regions", lambda held: _beside(held, account, code))


def _beside(pack: Pack, account: str, code: str) -> pd.DataFrame:
    columns = ["region", "year", "value", "parts", "difference", "difference_percent", "regions", "missing", "source"]
    whole, within = totals(pack, account), children(pack).get(code, [])
    inside = [one for one in within if one in whole.index]
    if code not in whole.index or not inside:
        return pd.DataFrame(columns=columns)
    rows = account_rows(pack, account)
    cited = " ".join(dict.fromkeys(rows.loc[rows["region"].isin([code, *inside]), "source"]))
    records = []
    for year in whole.columns:
        own, parts = float(whole.loc[[code], year].iloc[0]), whole.loc[inside, year].dropna()
        if not own > 0 or 2 * len(parts) <= len(within):
            continue
        gap = float(parts.sum()) - own
        records.append(
            {
                "region": code,
                "year": int(year),
                "value": own,
                "parts": float(parts.sum()),
                "difference": gap,
                "difference_percent": 100.0 * gap / own,
                "regions": len(parts),
                "missing": " ".join(one for one in within if one not in parts.index),
                "source": cited,
            }
        )
    return pd.DataFrame.from_records(records, columns=columns)
