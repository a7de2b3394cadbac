"""CO2 by nation, region, city, sector and year: its growth as printed and over the true span, and whether it peaked."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain
from airshed.answers.common import OneYear
from airshed.answers.transition._accounts import (
    ONE,
    SIGNED,
    account_name,
    amounts,
    category_name,
    co2_places,
    co2_sectors,
    megatonnes,
)
from airshed.answers.transition._co2_told import levels, told
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.transition.accounts import (
    STUDY,
    TOTAL,
    accounts,
    beside_parts,
    parts_of,
    places,
    totals,
)
from airshed.assessment.transition.co2 import NOTES, co2_table, covered_by_cities
from airshed.assessment.transition.peaks import peak_table
from airshed.charts.colours import colours
from airshed.charts.emissions import stacked_emissions
from airshed.pack.codes import children
from airshed.transition.peak import VERDICTS

CHARTED = 4
"""Places of the chart."""
SHOWN = (
    *("region", "city", "category", "sector", "year", "value", "growth_printed", "growth_computed"),
    *("share_percent", "per_head", "per_gdp", "account", "note", "source"),
)
RULE = (
    "A peak is a highest year that lies above the mean of at least three later years by more than the noise of the "
    "series explains; the rule does not know what happens next."
)


class Co2Question(Query):
    """Whose CO2, of what and when."""

    region: tuple[str, ...] = Field(
        default=(), description="nations, regions or groups; the nations of the account if none", max_length=20
    )
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    year: tuple[OneYear, ...] = Field(
        default=(),
        description="years; growth is since the one before; all of the account if none",
        max_length=40,
        json_schema_extra={"flag": "--years"},
    )
    by: Literal["sector", "region", "city"] = Field(
        default="sector", description="what is kept apart: sectors, whole regions, or the cities in them"
    )
    account: str | None = Field(
        default=None, description="whose numbers: the first that holds the place if empty", max_length=60
    )


def co2(ask: Ask, words: Words, question: Co2Question) -> Content:
    """Return CO2 with growth, shares, per head and per GDP, peaks, and what accounts differ by."""
    _, pack, asked = words.translate, ask.pack, question

    def make() -> pd.DataFrame:
        return co2_table(pack, asked.region, asked.sector, asked.year, asked.by, asked.account or "")

    rows = ask.ask(("co2", asked), make)
    shown = tuple(dict.fromkeys(rows["region"]))
    named = asked.region or (shown if asked.by != "city" else _homes(ask, shown))
    peaks = ask.ask(("co2 peaks", named), lambda: peak_table(pack, named))
    sums = pd.concat(
        [beside_parts(pack, name, code) for name in accounts(pack) for code in named if name != STUDY] or [rows[:0]]
    )
    course = _course(ask, named)
    sheets = [_sheet(rows, words, bool(asked.year)), *_further(ask, asked, peaks, sums, words)]
    panels = []
    if len(course):
        sheets.append(Sheet("course", _("CO2 by sector and year, Mt a year"), course, cells=amounts(words)))
        panels = [Panel(_figure(course, words), "course")]
    return Content(
        title=_("CO2"),
        sheets=tuple(sheets),
        panels=tuple(panels),
        equations=("compound-growth", "peak-test", "year-noise"),
        sentences=tuple(told(ask, rows, peaks, sums, named, words)),
        cards=_cards(ask, rows, peaks, named, words),
        held={"region": shown} if asked.by != "city" else {},
    )


def _homes(ask: Ask, regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the nations of regions."""
    homes = [nation for nation, parts in children(ask.pack).items() if set(parts) & set(regions)]
    return tuple(homes) or regions


def _sheet(rows: pd.DataFrame, words: Words, dated: bool) -> Sheet:
    cells = {
        **amounts(words),
        **dict.fromkeys(("growth_printed", "growth_computed", "growth_difference"), SIGNED),
        "share_percent": ONE,
        "per_head": fixed(2),
        "per_gdp": plain,
        "since": lambda year: "" if year is None or pd.isna(year) else str(int(year)),
        "printed_periods": lambda number: str(int(number)) if number else "",
    }
    named = "category" in rows and rows["category"].any()
    # A course over decades shows its last year; all years are in the files.
    long = len(set(rows["year"])) > CHARTED + 1 and not dated
    return Sheet(
        "co2",
        words.translate("CO2, Mt a year"),
        rows,
        tuple(name for name in SHOWN if name in rows and name != ("sector" if named else "category")),
        _heads(words),
        cells,
        NOTES,
        lead=True,
        brief=_latest if long else None,
        spare=("per_gdp", "account", "since", "per_head"),
    )


def _heads(words: Words) -> dict[str, str]:
    """Return the heads that differ from the names of their columns."""
    _ = words.translate
    return {
        "growth_printed": _("printed growth, %"),
        "growth_computed": _("growth a year, %"),
        "growth_difference": _("difference of the two"),
        "printed_periods": _("years that the print counts"),
        "since": _("growth since"),
        "share_percent": _("share, %"),
        "per_head": _("t per head"),
        "per_gdp": _("kg per unit of GDP"),
    }


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last year of every place."""
    return rows[rows["year"] == rows.groupby("region")["year"].transform("max")]


def _further(ask: Ask, asked: Co2Question, peaks: pd.DataFrame, sums: pd.DataFrame, words: Words) -> list[Sheet]:
    """Return the tables of peaks, of nations beside their regions, and of what the cities cover."""
    _ = words.translate
    found = []
    if len(peaks):
        cells = {
            **amounts(words),
            **dict.fromkeys(("drop_percent", "noise_percent"), ONE),
            **dict.fromkeys(("score", "bound"), fixed(2)),
        }
        shown = ("region", "year", "value", "later", "drop_percent", "noise_percent", "score", "bound", "verdict")
        title = _("The highest year, and whether it is a peak")
        spare = ("bound", "score", "later", "account")
        found.append(
            Sheet("peaks", title, peaks, (*shown, "account", "source"), cells=cells, said=_(RULE), spare=spare)
        )
    if len(sums):
        cells = {**amounts(words), "parts": ONE, "difference": SIGNED, "difference_percent": SIGNED}
        cells["missing"] = lambda codes: words.listed(words.name(code) for code in str(codes).split())
        title = _("A nation beside the sum of its regions, Mt a year: neither is scaled")
        found.append(
            Sheet("sums", title, sums, cells=cells, brief=lambda rows: rows.sort_values("year").tail(CHARTED + 1))
        )
    if asked.by == "city":
        covered = ask.ask("co2 of cities beside others", lambda: covered_by_cities(ask.pack))
        cells = {**amounts(words), "own_percent": ONE, "parts_percent": ONE}
        found.append(Sheet("coverage", _("What the cities cover, percent"), covered, cells=cells))
    return found


def _course(ask: Ask, regions: tuple[str, ...]) -> pd.DataFrame:
    """Return the years of the first places by sector, each of the first account with a course."""
    pack = ask.pack

    def make() -> pd.DataFrame:
        found = []
        for code in regions[:CHARTED]:
            name = next((one for one in accounts(pack) if one != STUDY and _long(ask, one, code)), "")
            if name:
                rows = co2_table(pack, [code], account=name)
                found.append(
                    rows[rows["sector"] != TOTAL][["region", "sector", "year", "value", "unit", "account", "source"]]
                )
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame()

    return ask.ask(("co2 course", regions[:CHARTED]), make)


def _long(ask: Ask, account: str, code: str) -> bool:
    """Return whether an account holds several years of a place."""
    wide = totals(ask.pack, account)
    parts, _ = parts_of(ask.pack, code, places(ask.pack, account))
    return bool(parts) and int(wide.loc[parts].notna().all(axis=0).sum()) > CHARTED


def _figure(course: pd.DataFrame, words: Words) -> Figure:
    _ = words.translate
    order = [str(code) for code in words.pack.table("sectors")["code"] if code in set(course["sector"])]
    held = course.drop_duplicates("region")
    named = {
        code: f"{words.name(code)} ({account_name(name, words)})"
        for code, name in zip(held["region"], held["account"], strict=True)
    }
    rows = pd.DataFrame(
        {
            "pollutant": course["region"].map(named),
            "year": course["year"],
            "sector": course["sector"].map(words.name),
            "value": course["value"],
        }
    )
    title = _("CO2 by sector")
    chart = stacked_emissions(
        rows,
        category="sector",
        order=[words.name(code) for code in order],
        colours=colours(words.pack, order),
        title=title,
        subtitle=_("Mt a year; in brackets: whose account"),
        axis=_("Mt a year"),
    )
    return Figure("course", chart, title, _("Accounts differ in what they count; they are kept apart."))


def _cards(ask: Ask, rows: pd.DataFrame, peaks: pd.DataFrame, named: tuple[str, ...], words: Words) -> tuple[Card, ...]:
    _ = words.translate
    year, account, value, _others = levels(ask, named[0])
    found = []
    if account:
        detail = f"{words.name(named[0])}, {year}, {account_name(account, words)}"
        found.append(Card(megatonnes(value), _("of CO2"), detail))
    grown = rows[rows["growth_computed"].notna() & (rows["region"] == rows["region"].iloc[0])]
    if len(grown):
        latest = grown[grown["year"] == grown["year"].max()]
        row: Any = latest.nlargest(1, "value").iloc[0]
        what = str(row.get("city", "")) or category_name(str(row.get("category", "")), words)
        what = what or words.name(str(row["sector"]))
        place = words.name(str(row["region"]))
        found.append(
            Card(
                f"{SIGNED(float(row['growth_computed']))} %",
                _("growth a year"),
                f"{what}, {place}, {int(row['since'])}-{int(row['year'])}",
            )
        )
    if len(peaks):
        past = int((peaks["verdict"] == VERDICTS[0]).sum())
        found.append(Card(f"{past} / {len(peaks)}", _("places past a peak of CO2"), str(int(peaks["last"].max()))))
    return tuple(found)


ANSWER = Entry(
    title="CO2",
    question=Co2Question,
    make=co2,
    choices={"region": co2_places, "sector": co2_sectors, "account": accounts},
)
