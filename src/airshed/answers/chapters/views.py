"""Tables as a reader sees them: headings in one language, numbers rounded, marks as shades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.curtailment import curtailment_views
from airshed.answers.chapters.lives import impact_views
from airshed.answers.chapters.plan import plan_views
from airshed.answers.chapters.plan_front import front_views
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, number, numeric, rounded, show
from airshed.answers.chapters.trust import (
    calibration_view,
    claim_views,
    hindcast_view,
    kernel_view,
    left_out_view,
    validation_view,
)
from airshed.answers.formulas import mathml
from airshed.answers.words import Words
from airshed.assessment.assessment import Assessment
from airshed.assessment.evidence.equations import equations
from airshed.assessment.run import RULES
from airshed.assessment.tables import NOTES, shown_years
from airshed.pack.finding import Finding
from airshed.pack.language import retell
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.sources import reuse_message
from airshed.pack.telling import in_language

Tables = Mapping[str, pd.DataFrame]
CSS = {"largest": "n largest", "smallest": "n smallest"}


def emissions_view(assessment: Assessment, tables: Tables, words: Words) -> ChapterTable:
    """Return baseline emissions by nation for the shown years."""
    _ = words.translate
    rows, years = tables["emissions_series"], shown_years(assessment)
    heads = [Head(_("nation")), Head(_("pollutant")), *(Head(str(year), True) for year in years), Head(_("basis"))]
    body = []
    for (pollutant, region), part in rows.groupby(["pollutant", "region"], sort=False):
        values = part.set_index("year")["value"]
        basis = part.sort_values("year")["basis"].iloc[-1]
        cells = [ChapterCell(words.name(str(region))), ChapterCell(str(pollutant))]
        cells += [numeric(show(float(values.get(year, np.nan)), 0 if values.max() >= 100 else 1)) for year in years]
        body.append([*cells, ChapterCell(f"{years[-1]}: {_(str(basis))}")])
    order = list(dict.fromkeys(rows["pollutant"]))
    body.sort(key=lambda cells: order.index(cells[1].text))
    return ChapterTable(heads, body, _("Emissions by nation, kt per year (baseline of this project)"))


def projection_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the change table of the projection, one per region, with marks: largest cuts by amount and by rate."""
    _ = words.translate
    if "emissions_projection" not in tables:
        return {}
    rows = tables["emissions_projection"]
    first, last = int(rows["year"].min()), int(rows["year"].max())
    views = {}
    heads = [
        Head(_("pollutant")),
        Head(_("sector")),
        Head(str(first), True),
        Head(_("share, %"), True),
        Head(str(last), True),
        Head(_("share, %"), True),
        Head(_("change"), True),
        Head(_("change, %"), True),
    ]
    pairs: dict[str, dict[tuple[str, str], dict[int, dict[str, Any]]]] = {}
    for row in records(rows, NAN):
        cells = pairs.setdefault(row["region"], {}).setdefault((row["pollutant"], row["sector"]), {})
        cells[int(row["year"])] = row
    rates = _largest_rates(rows, last)
    for region, cells_of in pairs.items():
        body = []
        for (pollutant, sector), by_year in cells_of.items():
            before, after = by_year[first], by_year[last]
            cut = "n cut" if "largest_cut" in str(after["mark"]).split() else "n"
            body.append(
                [
                    ChapterCell(words.name(pollutant)),
                    ChapterCell(words.name(sector)),
                    ChapterCell(show(before["value"]), _shade(before["mark"])),
                    numeric(show(before["share_percent"], 1)),
                    ChapterCell(show(after["value"]), _shade(after["mark"])),
                    numeric(show(after["share_percent"], 1)),
                    ChapterCell(f"{after['change']:+,.0f}", cut),
                    ChapterCell(
                        show(after["change_percent"], 1), "n cut" if (region, pollutant, sector) in rates else "n"
                    ),
                ]
            )
        caption = _("{region}: emissions {first} and {last}, kt per year").format(
            region=words.name(region), first=first, last=last
        )
        views[f"projection-{region}"] = ChapterTable(heads, body, caption, "projection")
    return views


def _largest_rates(rows: pd.DataFrame, year: int) -> set[tuple[str, str, str]]:
    """Return the cells (region, pollutant, sector) with the largest cut in percent, totals left out."""
    later = rows[(rows["year"] == year) & (rows["sector"] != "total") & (rows["change_percent"] < 0)]
    largest = later.loc[later.groupby(["region", "pollutant"])["change_percent"].idxmin()]
    return set(zip(largest["region"], largest["pollutant"], largest["sector"], strict=True))


def _shade(marks: str) -> str:
    for mark, css in CSS.items():
        if mark in str(marks).split():
            return css
    return "n"


def origin_views(pack: Pack, assessment: Assessment, tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the origin of the air of every city of the answer."""
    _ = words.translate
    cities = pack.table("receptors")
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in records(tables["attribution_by_country"], NAN):
        parts.setdefault(row["receptor"], []).append(row)
    heads = [
        Head(_("source")),
        Head(_("µg/m³"), True),
        Head(_("share"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("note")),
    ]
    views = {}
    for city in [code for code in cities["code"] if code in parts]:
        body = [
            [
                ChapterCell(words.name(row["country"])),
                numeric(show(row["value"], 2)),
                numeric(percent(row["share"])),
                numeric(show(row["low"], 2)),
                numeric(show(row["high"], 2)),
                ChapterCell(retell(row["note"], NOTES, _)),
            ]
            for row in parts[city]
            if abs(row["value"]) >= 0.005
        ]
        total = float(assessment["concentration"]["total"].sel(place=city))
        views[f"origins-{city}"] = ChapterTable(heads, body, f"{words.name(city)}: {number(total, 1)} µg/m³", "origins")
    return views


def health_view(tables: Tables, words: Words) -> ChapterTable:
    """Return exposure and deaths of every region with its nation's sum first."""
    _ = words.translate
    rows = tables["health"]
    parents = words.pack.table("regions").set_index("code")["parent"]
    home = [parents.get(code, "") or code for code in rows["region"]]
    order = {code: place for place, code in enumerate(dict.fromkeys(home))}
    rows = rows.assign(
        place=[order[code] for code in home], part=[bool(parents.get(code, "")) for code in rows["region"]]
    )
    rows = rows.sort_values(["place", "part", "value"], ascending=[True, True, False], kind="stable")
    heads = [
        Head(_("region")),
        Head(_("people, million"), True),
        Head(_("PM2.5, µg/m³"), True),
        Head(_("deaths"), True),
        Head(_("low"), True),
        Head(_("high"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["region"])),
            numeric(show(row["population"] / 1e6, 1)),
            numeric(show(row["exposure"], 1)),
            *(numeric(rounded(row[name])) for name in ("value", "low", "high")),
        ]
        for row in rows.to_dict("records")
    ]
    return ChapterTable(heads, body, _("Exposure and deaths per year attributable to PM2.5"))


def bias_view(tables: Tables, words: Words) -> ChapterTable:
    """Return the places whose observed level the model misses most, with the observation behind it."""
    _ = words.translate
    rows = tables["concentrations"].dropna(subset=["unexplained"])
    rows = rows.assign(size=rows["unexplained"].abs()).nlargest(12, "size")
    heads = [
        Head(_("place")),
        Head(_("modelled, µg/m³"), True),
        Head(_("unexplained, µg/m³"), True),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(words.name(row["place"])),
            numeric(show(row["modelled"], 1)),
            numeric(f"{row['unexplained']:+.1f}"),
            ChapterCell(retell(row["note"], NOTES, _)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Where the model misses the observed level most"))


def closure_view(tables: Tables, words: Words) -> ChapterTable:
    """Return how the relation closes over its base run, worst first."""
    _ = words.translate
    rows = tables["closure"]
    rows = rows.assign(distance=np.abs(np.log(rows["ratio"]))).sort_values("distance", ascending=False)
    heads = [
        Head(_("receptor")),
        Head(_("species")),
        Head(_("5 x column sum"), True),
        Head(_("base"), True),
        Head(_("ratio"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["receptor"])),
            ChapterCell(row["species"]),
            numeric(show(row["column_sum"], 2)),
            numeric(show(row["base"], 2)),
            numeric(show(row["ratio"], 2)),
        ]
        for row in rows.to_dict("records")
    ]
    return ChapterTable(heads, body, _("Closure of the source-receptor relation (1 would be perfect), µg/m³"))


def provenance_view(assessment: Assessment, words: Words) -> ChapterTable:
    """Return the log: dataset, rule, tables, sources."""
    _ = words.translate
    heads = [Head(_("dataset")), Head(_("rule")), Head(_("tables")), Head(_("sources"))]
    body = [
        [
            ChapterCell(_(step.dataset)),
            ChapterCell(retell(step.rule, RULES, _)),
            ChapterCell(", ".join(step.tables)),
            ChapterCell(", ".join(step.sources)),
        ]
        for step in assessment.provenance
    ]
    return ChapterTable(heads, body, _("Where the datasets come from"))


def equations_view(words: Words) -> ChapterTable:
    """Return the equation catalogue."""
    _ = words.translate
    heads = [Head(_("equation")), Head(_("formula")), Head(_("unit")), Head(_("citation")), Head(_("function"))]
    body = [
        [
            ChapterCell(_(item.title)),
            ChapterCell(item.latex, markup=mathml(item.latex)),
            ChapterCell(item.units),
            ChapterCell(item.citation),
            ChapterCell(item.function),
        ]
        for item in equations()
    ]
    return ChapterTable(heads, body, _("Equations"))


def sources_view(tables: Tables, words: Words) -> ChapterTable:
    """Return the sources with their terms of reuse."""
    _ = words.translate
    heads = [
        Head(_("key")),
        Head(_("title")),
        Head(_("publisher")),
        Head(_("licence")),
        Head(_("reuse")),
        Head(_("tables")),
    ]
    body = [
        [
            ChapterCell(row["key"]),
            ChapterCell(row["title"]),
            ChapterCell(row["publisher"]),
            ChapterCell(row["licence"]),
            ChapterCell(_(reuse_message(row["reuse"]))),
            ChapterCell(row["tables"]),
        ]
        for row in tables["sources"].to_dict("records")
    ]
    return ChapterTable(heads, body, _("All sources"))


def views(pack: Pack, assessment: Assessment, tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return every table of the report, ready to be drawn, by name."""
    return {
        "emissions": emissions_view(assessment, tables, words),
        **projection_views(tables, words),
        **origin_views(pack, assessment, tables, words),
        "health": health_view(tables, words),
        **impact_views(tables, words),
        **plan_views(tables, words),
        **front_views(tables, words),
        **curtailment_views(tables, words),
        "hindcast": hindcast_view(tables, words),
        "validation": validation_view(tables, words),
        "left_out": left_out_view(tables, words),
        "calibration": calibration_view(tables, words),
        "kernel": kernel_view(tables, words),
        **claim_views(tables, words),
        "bias": bias_view(tables, words),
        "closure": closure_view(tables, words),
        "provenance": provenance_view(assessment, words),
        "equations": equations_view(words),
        "sources": sources_view(tables, words),
    }


def finding_lines(findings: Sequence[Finding], words: Words) -> list[str]:
    """Return the findings that a reader of numbers must know, a line each; licences stand with the sources."""
    shown = [item for item in findings if item.code not in ("AS401", "AS402", "AS404")]
    return [f"{item.code} {in_language(item, words.language).message}" for item in shown]
