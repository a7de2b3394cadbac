"""What stands beside the least-cost plan: the front of cost against exposure with its knee, and the least regret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, numeric, rounded, show
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.plans.regret import HEADS
from airshed.charts.front import front_line
from airshed.charts.marks import who_levels
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, level, mass, money, money_range

Tables = Mapping[str, pd.DataFrame]
FRONT, REGRET = "plan_front", "plan_regret"
USD_PER_MILLION = 1e6


def front_sentences(tables: Tables, words: Words) -> list[str]:
    """Return what the front says: its ends, and the plan at the knee; empty without one."""
    if FRONT not in tables:
        return []
    return front_told(tables[FRONT], _year(tables), words)


def regret_sentences(tables: Tables, words: Words) -> list[str]:
    """Return what the plan of least regret says; empty where it was not asked for."""
    if REGRET not in tables:
        return []
    return regret_told(records(tables["plan_regret_summary"], NAN)[0], words)


def front_told(table: pd.DataFrame, year: int, words: Words) -> list[str]:
    """Return what a front says: the plan at the knee beside the strictest one, then what people breathe.

    table : of `front`, the strictest plan last; without a knee every step costs alike, and that plan is said first
    """
    _, language = words.translate, words.language
    first, last = table.iloc[0], table.iloc[-1]
    turning = table[table["knee"] == "yes"]
    filled = {
        "year": year,
        "cost": money(float(last["cost"]), language),
        "deaths": count(float(last["deaths_avoided"]), language),
        "before": level(float(first["exposure"])),
        "after": level(float(last["exposure"])),
    }
    whole = _(
        "The strictest plan costs {cost} a year in {year}, avoids about {deaths} early deaths a year and brings what "
        "people breathe from {before} to {after}."
    ).format(**filled)
    if turning.empty:
        return [whole, _("Every step costs alike: there is no point from which it gets dear.")]
    row = turning.iloc[0]
    worst = _(
        "At that point (number {point}) people breathe {exposure} on average; the worst city, {city}, has {worst}."
    )
    bare = _("At that point (number {point}) people breathe {exposure} on average.")
    said = (worst if row["worst_city"] else bare).format(
        point=row["point"],
        exposure=level(float(row["exposure"])),
        city=words.name(str(row["worst_city"])) if row["worst_city"] else "",
        worst=level(float(row["worst"])),
    )
    return [_turning_told(row, last, year, words), said, whole]


def _turning_told(row: pd.Series[Any], last: pd.Series[Any], year: int, words: Words) -> str:
    """Return what the plan at the knee costs and brings, beside the strictest plan."""
    _, language = words.translate, words.language
    filled = {
        "year": year,
        "cost": money(float(row["cost"]), language),
        "range": money_range(float(row["price_low"]), float(row["price_high"]), language),
        "all": money(float(last["cost"]), language),
        "deaths": count(float(row["deaths_avoided"]), language),
    }
    if row["against"] == "co2":
        text = _(
            "{cost} a year ({range}) change CO2 by {change} a year in {year}, the strictest plan changes it by {most} "
            "for {all}; beyond the first sum every step costs more."
        )
        changes = (mass(float(row["co2_change"])), mass(float(last["co2_change"])))
        return text.format(change=changes[0], most=changes[1], **filled)
    text = _(
        "{cost} a year ({range}) avoid about {deaths} early deaths a year in {year}, {share} of what the strictest "
        "plan avoids for {all}; beyond the first sum every step costs more."
    )
    share = float(row["deaths_avoided"] / last["deaths_avoided"]) if last["deaths_avoided"] else None
    return text.format(share=percent(share), **filled)


def front_cards(table: pd.DataFrame, year: int, words: Words) -> tuple[Card, ...]:
    """Return what the plan at the knee costs and avoids, and what the strictest costs; nothing without a knee."""
    turning = table[table["knee"] == "yes"]
    if turning.empty:
        return ()
    _, language, row = words.translate, words.language, turning.iloc[0]
    return (
        Card(money(float(row["cost"]), language), _("a year, before it gets dear"), str(year)),
        Card(count(float(row["deaths_avoided"]), language), _("early deaths avoided a year by it"), str(year)),
        Card(money(float(table["cost"].iloc[-1]), language), _("a year for the strictest plan"), str(year)),
    )


def regret_told(summary: Mapping[str, Any], words: Words) -> list[str]:
    """Return what the plan of least regret says: its cost, and how wrong it and the central plan can be."""
    _, language = words.translate, words.language
    lead = _(
        "The plan that is least wrong, whatever turns out true, costs {cost} a year in {year}; at worst it does "
        "{regret} worse than the best plan would have, the plan for central assumptions {central}."
    ).format(
        year=summary["year"],
        cost=money(summary["cost"], language),
        regret=money(summary["regret"], language),
        central=money(summary["central_regret"], language),
    )
    counted = _("Each µg/m³ of a city above its target counts {price} a year.")
    states = _("States: what is applied today, unit costs, and levels of cities, each low, central or high.")
    return [lead, counted.format(price=money(summary["price_cap"] / USD_PER_MILLION, language)), states]


def regret_cards(summary: Mapping[str, Any], words: Words) -> tuple[Card, ...]:
    """Return what the plan of least regret costs, and how wrong it and the central plan can be."""
    _, language, year = words.translate, words.language, str(summary["year"])
    return (
        Card(money(summary["cost"], language), _("cost a year"), year),
        Card(money(summary["regret"], language), _("worse than the best plan, at most"), year),
        Card(money(summary["central_regret"], language), _("so much for the plan for central assumptions"), year),
    )


def front_figures(tables: Tables, words: Words) -> list[Figure]:
    """Return the front of cost against the mean over people, if there is one."""
    if FRONT not in tables:
        return []
    _, rows = words.translate, tables[FRONT]
    title = _("What ever more ambition costs, {year}").format(year=_year(tables))
    chart = front_line(
        rows.assign(value=rows["exposure"]),
        title=title,
        subtitle=_("each point is the cheapest plan of its step; diamond: the knee"),
        aim=_("mean over people, µg/m³"),
        cost=_("million USD a year"),
        guides=who_levels(words.pack),
    )
    caption = _("Beyond the knee each step costs more than on the whole.")
    return [Figure(FRONT, chart, f"{title}. {' '.join(front_sentences(tables, words))}", caption)]


def front_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the tables of the front and of the least regret that were answered."""
    makers = {FRONT: _front_view, REGRET: _regret_view}
    return {name: make(tables[name], words) for name, make in makers.items() if name in tables}


def _year(tables: Tables) -> int:
    return int(tables["plan_summary"]["year"].iloc[0])


def _front_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    heads = [
        Head(_("point"), True),
        Head(_("million USD of 2015 a year"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("mean over people, µg/m³"), True),
        Head(_("deaths avoided a year"), True),
        Head(_("highest level of a city, µg/m³"), True),
        Head(_("city")),
        Head(_("knee")),
    ]
    body = [
        [
            numeric(str(row["point"])),
            *(numeric(rounded(row[name])) for name in ("cost", "price_low", "price_high")),
            numeric(show(row["exposure"], 1)),
            numeric(rounded(row["deaths_avoided"])),
            numeric(show(row["worst"], 1)),
            ChapterCell(words.name(row["worst_city"]) if row["worst_city"] else ""),
            ChapterCell(_("yes") if row["knee"] == "yes" else ""),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(
        heads, body, _("The cheapest plan of ever less exposure; low and high: at the ends of unit prices")
    )


def _regret_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    parts = ("application", "price", "level")
    heads = [
        *(Head(_(HEADS[name])) for name in parts),
        Head(_("million USD of 2015 a year"), True),
        Head(_("cities that miss the target"), True),
        Head(_("worse than the best plan of the state"), True),
        Head(_("the plan for central assumptions"), True),
    ]
    body = [
        [
            *(ChapterCell(_(row[name])) for name in parts),
            numeric(rounded(row["cost"])),
            numeric(str(row["missed"])),
            *(numeric(rounded(row[name])) for name in ("regret", "central_regret")),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("What the plan costs and misses in every state, million USD of 2015 a year"))
