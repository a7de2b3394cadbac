"""CO2 by place, sector and year: growth as printed and over the true span, shares, per head and per GDP, peaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from airshed.assessment.transition.accounts import (
    LACKING,
    STUDY,
    TOTAL,
    UNIT,
    account_of,
    account_rows,
    accounts,
    parts_of,
    places,
    totals,
)
from airshed.assessment.transition.levels import money, people, product
from airshed.emissions.change import compound_growth
from airshed.pack.codes import children, country_of
from airshed.pack.codes import unknown as unknown_code
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack

By = Literal["sector", "region", "city"]
PERIODS = range(1, 21)
"""Counts of years that a printed growth may have been taken over."""
PRINTED_DIGITS = 1
PER_MEGATONNE = 1e6
SPAN = "printed over {periods} years, the true span is {span}"
PICKED = "share of the sectors that the study prints, not of all CO2"
NOTES = (SPAN, PICKED, LACKING)
"""Templates of the notes, for translation."""
NUMBERS = ("growth_printed", "growth_computed", "growth_difference", "share_percent", "per_head", "per_gdp")


def co2_table(
    pack: Pack,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    years: Sequence[int] = (),
    by: By = "sector",
    account: str = "",
) -> pd.DataFrame:
    """Return CO2 of places by sector, as totals, or of the cities in them.

    regions : codes of nations, regions and groups; without any the nations of the account; sectors : of the pack, all
    if empty; years : all of the account if empty; account : the first that holds each place if empty
    returns : columns region, sector, category (row of the source), year, value (Mt/yr), unit, since (year that growth
        is counted from), growth_printed and growth_computed (percent a year; NaN without an earlier value),
        growth_difference (computed less printed), printed_periods (years that the printed growth was taken over; 0
        where none gives it), share_percent (of the place and year), per_head (t per person), per_gdp (kg per unit of
        money), money, account, basis, source, note
    Raises AirshedError for a place, sector, year or account that is not held, MissingTableError without any account.
    """
    if by == "city":
        return _cities(pack, regions, years)
    wanted = [(code, account or account_of(pack, code)) for code in regions] or _nations(pack, account)
    parts = [_of_place(pack, code, name, by) for code, name in wanted]
    rows = pd.concat(parts, ignore_index=True)
    known = list(dict.fromkeys(rows["sector"]))
    for sector in sectors:
        if sector not in known:
            raise unknown_code("sector", sector, known)
    rows = _in_years(_grown(rows.assign(share_percent=_shares(rows)), years), years)
    if sectors:
        rows = rows[rows["sector"].isin(list(sectors))]
    return _finished(pack, rows)


def _nations(pack: Pack, account: str) -> list[tuple[str, str]]:
    """Return the places of an account that are nations, all of its places where none is one."""
    held = accounts(pack)
    name = account or (held[0] if held else "")
    held_here, home = places(pack, name), country_of(pack)
    return [(code, name) for code in held_here if home.get(code) == code] or [(code, name) for code in held_here]


def _of_place(pack: Pack, code: str, account: str, by: By) -> pd.DataFrame:
    """Return the rows of a place by sector, with its total where the account has one."""
    rows = account_rows(pack, account)
    parts, left = parts_of(pack, code, places(pack, account))
    if not parts:
        raise AirshedError("co2-account-without", account=account, region=code)
    mine = rows[rows["region"].isin(parts)]
    keys = ["sector", "category", "year"] if account == STUDY else ["sector", "year"]
    held = {"value": ("value", "sum"), "basis": ("basis", "first"), "source": ("source", _cited)}
    if account == STUDY:
        held["printed"] = ("printed", "first")
    found = mine.groupby(keys, sort=False, as_index=False).agg(**held)
    complete = mine.groupby("year")["region"].nunique()
    found = found[found["year"].map(complete) == len(parts)]
    whole = found[found["sector"] == TOTAL]
    if account != STUDY and whole.empty:
        whole = found.groupby("year", as_index=False).agg(
            value=("value", "sum"), basis=("basis", "first"), source=("source", _cited)
        )
        whole = whole.assign(sector=TOTAL)
        found = pd.concat([found, whole], ignore_index=True)
    if by == "region" and account == STUDY:
        raise AirshedError("co2-study-no-totals")
    if by == "region":
        found = found[found["sector"] == TOTAL]
    note = LACKING.format(places=", ".join(left)) if left else ""
    for name, blank in (("category", ""), ("printed", np.nan)):
        if name not in found:
            found[name] = blank
    return found.assign(region=code, account=account, lacks=note)


def _cited(keys: pd.Series) -> str:
    return " ".join(dict.fromkeys(word for key in keys for word in str(key).split()))


def _grown(rows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Return rows with the year that growth is counted from, growth, and the years that a printed one was taken over.

    From the year before among those asked for; of the first of them from the one before in the account.
    """
    keys = ["region", "sector", "category"]
    rows = rows.sort_values("year", kind="stable")
    before = rows.groupby(keys, sort=False)[["value", "year"]].shift()
    last, since = before["value"], before["year"]
    printed = rows["printed"].to_numpy(dtype=float)
    span = (rows["year"] - since).to_numpy(dtype=float)
    periods = np.zeros(len(rows), dtype=int)
    for place in np.flatnonzero(np.isfinite(printed) & np.isfinite(span)):
        periods[place] = _periods(last.iloc[place], rows["value"].iloc[place], printed[place], span[place])
    asked = rows[rows["year"].isin(list(years))]
    shown = asked.groupby(keys, sort=False)[["value", "year"]].shift().dropna()
    last, since = shown["value"].combine_first(last), shown["year"].combine_first(since)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = 100.0 * ((rows["value"] / last) ** (1.0 / (rows["year"] - since)) - 1.0)
    growth = growth.where((last > 0) & since.notna())
    found = rows.assign(from_year=since, printed_periods=periods, growth_computed=growth)
    return found.sort_index()


def _periods(before: float, now: float, printed: float, span: float) -> int:
    """Return over how many years a printed growth comes out; the true span where it does, 0 where none does."""
    if not (np.isfinite(before) and np.isfinite(printed) and np.isfinite(span)):
        return 0
    half = 0.5 * 10.0**-PRINTED_DIGITS
    fitting = [
        number
        for number in PERIODS
        if abs(100.0 * float(compound_growth(np.array(before), np.array(now), number)) - printed) <= half + 1e-9
    ]
    return min(fitting, key=lambda number: abs(number - span), default=0)


def _in_years(rows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    known = sorted({int(year) for year in rows["year"]})
    wrong = [year for year in years if year not in known]
    if wrong:
        raise AirshedError(
            "co2-year-not-held",
            years=", ".join(map(str, wrong)),
            accounts=", ".join(dict.fromkeys(rows["account"])),
            known=_spans(known),
        )
    return rows[rows["year"].isin(list(years))] if years else rows


def _spans(years: Sequence[int]) -> str:
    """Return years as spans where they follow one another.

    >>> _spans([2010, 2015, 2016, 2017])
    '2010, 2015-2017'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], year]
        else:
            spans.append([year])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _finished(pack: Pack, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with shares, per head and per GDP, and what their numbers are in words."""
    order = {code: place for place, code in enumerate(pack.table("sectors")["code"])}
    rows = rows.assign(place=rows["sector"].map(order))
    shown = list(dict.fromkeys(rows["region"]))
    rows = rows.assign(at=rows["region"].map(shown.index)).sort_values(
        ["at", "year", "place"], kind="stable", ignore_index=True
    )
    span = rows["year"] - rows["from_year"]
    odd = (rows["printed_periods"] > 0) & (rows["printed_periods"] != span)
    told = np.where(
        odd,
        [
            SPAN.format(periods=number, span=int(years) if pd.notna(years) else 0)
            for number, years in zip(rows["printed_periods"], span, strict=True)
        ],
        "",
    )
    picked = np.where(rows["account"] == STUDY, PICKED, "")
    notes = ["; ".join(filter(None, parts)) for parts in zip(rows["lacks"], told, picked, strict=True)]
    head, gdp, unit = _per(pack, rows)
    found = rows.assign(
        unit=UNIT,
        since=rows["from_year"].astype("Int64"),
        growth_printed=rows["printed"],
        growth_difference=rows["growth_computed"] - rows["printed"],
        per_head=head,
        per_gdp=gdp,
        money=unit,
        note=notes,
    )
    first = ["region", "sector", "category", "year", "value", "unit", "since", *NUMBERS[:3], "printed_periods"]
    return found[[*first, *NUMBERS[3:], "money", "account", "basis", "source", "note"]]


def _shares(rows: pd.DataFrame) -> pd.Series:
    """Return the share of every row in its place and year, percent.

    NaN in years of which a study prints fewer sectors than in others, for their sum is less than it is then.
    """
    keys = ["region", "account", "year"]
    whole = rows[rows["sector"] == TOTAL].set_index(keys)["value"]
    picked = rows[rows["account"] == STUDY].groupby(keys)["value"].agg(["sum", "size"])
    most = picked.groupby("region")["size"].transform("max")
    sums = pd.concat([whole, picked.loc[picked["size"] == most, "sum"]])
    each = sums.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy(dtype=float)
    return 100.0 * rows["value"] / np.where(each > 0, each, np.nan)


def _per(pack: Pack, rows: pd.DataFrame) -> tuple[list[float], list[float], list[str]]:
    """Return CO2 per person and per unit of GDP of the year, and the money of the latter."""
    known: dict[tuple[str, str, int], tuple[float, float, str]] = {}
    for code, account, year in dict.fromkeys(zip(rows["region"], rows["account"], rows["year"], strict=True)):
        held = places(pack, account)
        persons, gdp = (find(pack, code, [int(year)], held) for find in (people, product))
        known[code, account, year] = (
            float(persons.values[0]) if persons else np.nan,
            float(gdp.values[0]) if gdp else np.nan,
            money(gdp.unit) if gdp else "",
        )
    found = [known[key] for key in zip(rows["region"], rows["account"], rows["year"], strict=True)]
    head = [value * PER_MEGATONNE / each[0] for value, each in zip(rows["value"], found, strict=True)]
    earned = [value / each[1] for value, each in zip(rows["value"], found, strict=True)]
    return head, earned, [each[2] for each in found]


def _cities(pack: Pack, regions: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return the totals of cities in regions, with the growth since the year before in which the city has one."""
    rows = pack.table("co2_cities")
    if regions:
        within = {one for code in regions for one in parts_of(pack, code, list(rows["region"]))[0]}
        within |= {one for code in regions for one in children(pack).get(code, [])}
        rows = rows[rows["region"].isin(within)]
    if rows.empty:
        raise MissingTableError("co2_cities")
    held = rows.assign(
        category=rows["city"], sector=TOTAL, printed=np.nan, account="cities", lacks="", basis="reported"
    ).reset_index(drop=True)
    found = _in_years(_grown(held, years), years)
    found = found.sort_values(["year", "value"], ascending=[True, False], kind="stable", ignore_index=True)
    whole = found.groupby("year")["value"].transform("sum")
    return pd.DataFrame(
        {
            "region": found["region"],
            "city": found["city"],
            "sector": TOTAL,
            "year": found["year"],
            "value": found["value"],
            "unit": UNIT,
            "since": found["from_year"].astype("Int64"),
            "growth_printed": np.nan,
            "growth_computed": found["growth_computed"],
            "share_percent": 100.0 * found["value"] / whole,
            "account": "cities",
            "basis": "reported",
            "source": found["source"],
            "note": "",
        }
    )


def covered_by_cities(pack: Pack) -> pd.DataFrame:
    """Return how many cities have a total in every year, what they come to, and what that is of other totals.

    returns : columns year, cities, value (Mt/yr), account, region, own_percent (of what the account gives for the
        nation), parts_percent (of the sum of its regions), source
    """
    rows = pack.optional("co2_cities")
    sums = rows.groupby("year").agg(cities=("city", "size"), value=("value", "sum"), source=("source", _cited))
    home = country_of(pack)
    nations = list(dict.fromkeys(home[code] for code in rows["region"]))
    found = []
    for account in accounts(pack):
        wide = totals(pack, account)
        for nation in nations if len(wide) else ():
            within = [one for one in children(pack).get(nation, []) if one in wide.index]
            if nation not in wide.index or not set(rows["region"]) <= set(within):
                continue
            both = sums[sums.index.isin(wide.columns)]
            own = wide.loc[[nation], both.index].to_numpy(dtype=float)[0]
            parts = wide.loc[within, both.index].sum(axis=0).to_numpy(dtype=float)
            value = both["value"].to_numpy(dtype=float)
            found.append(
                both.reset_index().assign(
                    account=account, region=nation, own_percent=100 * value / own, parts_percent=100 * value / parts
                )
            )
    columns = ["year", "cities", "value", "account", "region", "own_percent", "parts_percent", "source"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)
