"""Tables on people: deaths by cause and by other responses, the value of lives, damage per tonne."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, numeric, rounded, show
from airshed.answers.words import Words
from airshed.assessment.lives.damage import MARGINAL
from airshed.assessment.lives.health import NOTES as HEALTH_NOTES
from airshed.assessment.lives.value import NOTES as VALUE_NOTES
from airshed.pack.language import retell

Tables = Mapping[str, pd.DataFrame]


def impact_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the tables of the impacts that the pack holds everything for."""
    made: dict[str, ChapterTable] = {}
    if "health_by_cause" in tables:
        made["health_by_cause"] = cause_view(tables, words)
    if "health_responses" in tables:
        made["health_responses"] = response_view(tables, words)
    if "value" in tables:
        made["value"] = value_view(tables, words)
    if "damage" in tables:
        made["damage"] = damage_view(tables, words)
    return made


def _count(value: float) -> str:
    return rounded(value) if np.isfinite(value) else ""


def cause_view(tables: Tables, words: Words) -> ChapterTable:
    """Return deaths of the nations by cause, GEMM."""
    _ = words.translate
    rows = tables["health_by_cause"]
    causes = list(dict.fromkeys(rows["cause"]))
    values = rows.pivot(index="region", columns="cause", values="value")
    heads = [Head(_("nation")), *(Head(_(cause), True) for cause in causes)]
    body = [
        [ChapterCell(words.name(region)), *(numeric(_count(float(values[cause][region]))) for cause in causes)]
        for region in dict.fromkeys(rows["region"])
    ]
    return ChapterTable(heads, body, _("Deaths per year by cause (GEMM); the causes add to NCD+LRI"))


def response_view(tables: Tables, words: Words) -> ChapterTable:
    """Return deaths of the nations by other responses, totals only."""
    _ = words.translate
    rows = tables["health_responses"]
    rows = rows[rows["cause"] == "SUM"]
    heads = [
        Head(_("nation")),
        Head(_("response")),
        Head(_("deaths"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(words.name(row["region"])),
            ChapterCell(row["set"]),
            *(numeric(_count(row[name])) for name in ("value", "low", "high")),
            ChapterCell(retell(row["note"], HEALTH_NOTES, _)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(
        heads, body, _("The same by other concentration-response functions: other causes, other curves")
    )


def value_view(tables: Tables, words: Words) -> ChapterTable:
    """Return the value of the deaths of the nations."""
    _ = words.translate
    rows = tables["value"]
    parents = words.pack.table("regions").set_index("code")["parent"]
    rows = rows[rows["region"].map(parents).fillna("") == ""]
    heads = [
        Head(_("nation")),
        Head(_("deaths"), True),
        Head(_("value of a statistical life, million USD"), True),
        Head(_("value, billion USD a year"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(words.name(row["region"])),
            numeric(_count(row["deaths"])),
            numeric(show(row["vsl"], 2)),
            *(numeric(show(row[name] / 1000, 1)) for name in ("value", "low", "high")),
            ChapterCell(retell(row["note"], VALUE_NOTES, _)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Value of the deaths, market USD of 2015"))


def damage_view(tables: Tables, words: Words) -> ChapterTable:
    """Return deaths per kilotonne and damage per tonne of the sources that do most, by pollutant."""
    _ = words.translate
    rows = tables["damage"]
    pollutants = list(dict.fromkeys(rows["pollutant"]))
    deaths = rows.pivot(index="region", columns="pollutant", values="deaths_per_kt")
    value = rows.pivot(index="region", columns="pollutant", values="value")
    order = deaths["PM2.5"].sort_values(ascending=False, kind="stable").head(15).index
    heads = [Head(_("source"))]
    for pollutant in pollutants:
        heads += [Head(f"{pollutant}: {_('deaths per kt')}", True), Head(_("USD per tonne"), True)]
    body = []
    for region in order:
        cells = [ChapterCell(words.name(str(region)))]
        for pollutant in pollutants:
            cells += [
                numeric(show(float(deaths[pollutant][region]), 1)),
                numeric(_count(float(value[pollutant][region]))),
            ]
        body.append(cells)
    caption = _("Deaths and damage by one more tonne, the fifteen most harmful sources")
    return ChapterTable(heads, body, f"{caption} ({_(MARGINAL)})")
