"""What stands beside the least-cost plan: the front of cost against exposure with its knee, and the least regret."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, numeric, rounded, show
from airshed.answers.words import Figure, Words
from airshed.assessment.plans.front import front_of
from airshed.assessment.plans.regret import HEADS, regret_told
from airshed.charts.front import front_line
from airshed.charts.marks import who_levels

Tables = Mapping[str, pd.DataFrame]
FRONT, REGRET = "plan_front", "plan_regret"


def front_sentences(tables: Tables, words: Words) -> list[str]:
    """Return what the front says: its ends, and the plan at the knee; empty without one."""
    if FRONT not in tables:
        return []
    return front_of(tables[FRONT], _year(tables), words.translate, words.name)


def regret_sentences(tables: Tables, words: Words) -> list[str]:
    """Return what the plan of least regret says; empty where it was not asked for."""
    if REGRET not in tables:
        return []
    return regret_told(records(tables["plan_regret_summary"], NAN)[0], words.translate)


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
