"""The page of a place as an answer: its sentences, cards, charts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from airshed.answers.answer import Content, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.local_facts import LocalFacts, local_facts
from airshed.answers.chapters.local_told import PARTNERS, PERIOD_NAMES, Told, cheapest, standard_name, told_of, who_name
from airshed.answers.chapters.sheets import origin_sheet
from airshed.answers.chapters.single import sources_figure
from airshed.answers.words import Figure, Words
from airshed.assessment.local import Local
from airshed.charts.local import level_trend
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, money, plain

EQUATIONS = (
    *("per-emission", "exposure", "level", "observed-response", "gemm", "attributable-deaths"),
    *("period-odds", "cost-staircase", "partner-score"),
)


@dataclass(frozen=True)
class LocalPage:
    """All of a place in one language: what it stands on, what is said, its charts and tables by part."""

    facts: LocalFacts
    told: Told
    figures: dict[str, Figure]
    sheets: dict[str, Sheet]


def local_page(ask: Ask, words: Words, place: Local, year: int | None) -> LocalPage:
    """Return what there is to say of a place; raises AirshedError for a place or year without a level."""
    facts = local_facts(ask, place, year)
    sheets = {sheet.name: sheet for sheet in _sheets(facts, words)}
    name = words.name(place.code)
    figures = {"trend": trend_figure(facts, words)}
    figures["attribution"] = sources_figure(facts.origins, "country", name, facts.year, words)
    return LocalPage(facts, told_of(facts, words), figures, sheets)


def content_of(page: LocalPage, words: Words) -> Content:
    """Return the page of a place as the answer that all doors show."""
    return Content(
        title=page.told.title,
        sheets=tuple(page.sheets.values()),
        panels=tuple(Panel(figure, name) for name, figure in page.figures.items()),
        equations=EQUATIONS,
        sentences=tuple(page.told.sentences),
        cards=tuple(page.told.cards),
        links=_onward(page.facts, words),
        screen=("reach",) if "reach" in page.sheets else (),
    )


def _onward(facts: LocalFacts, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the pages that say more: who gives it, the deaths, the costs of a city, the partners."""
    place, year = facts.place, urlencode({"year": facts.year})
    found = [("Who affects whom", f"attribution?receptor={place.code}&{year}")]
    found += [("Health", f"health?region={place.region}&{year}")] if facts.deaths is not None else []
    city = facts.reach is not None and place.code != place.region
    found += [("Cost curve", f"costcurve?receptor={place.code}")] if city else []
    found += [("Partners", f"partners?region={place.region}")] if facts.partners is not None else []
    return tuple((words.translate(title), path) for title, path in found)


def trend_figure(facts: LocalFacts, words: Words) -> Figure:
    """Return the levels of a place over the years with its standards."""
    _, place = words.translate, words.name(facts.place.code)
    title = _("PM2.5 in {place}, {first} to {last}").format(
        place=place, first=int(facts.trend["year"].min()), last=int(facts.trend["year"].max())
    )
    lines = [(item.limit, standard_name(item, words, limit=False)) for item in facts.standards]
    chart = level_trend(
        facts.trend[["year", "value", "low", "high", "observed"]],
        pd.DataFrame(lines, columns=["limit", "label"]),
        series=(_("modelled"), _("observed")),
        title=title,
        subtitle=_("annual mean; band: likely range of 90 %; later years as projected"),
        axis="µg/m³",
    )
    return Figure(
        "trend", chart, title, _("Dots: what was observed. Dashed: the standards of {year}.").format(year=facts.year)
    )


def _sheets(facts: LocalFacts, words: Words) -> list[Sheet]:
    _ = words.translate
    tenths = dict.fromkeys(("value", "low", "high", "observed"), fixed(1))
    columns = ("year", "value", "low", "high", "observed", "kind", "source")
    heads = {"value": _("modelled")}
    found = [
        Sheet("trend", _("PM2.5 over the years, µg/m³"), facts.trend, columns, heads=heads, cells=tenths),
        origin_sheet(facts.origins, "country", words, facts.year),
    ]
    if len(facts.periods):
        cells = dict.fromkeys(("value", "low", "high"), percent) | {"period": lambda word: _(PERIOD_NAMES[str(word)])}
        title = _("From abroad in seasons and episodes, share of the man-made part")
        shown = ("period", "place", "value", "low", "high", "year", "source")
        found.append(Sheet("periods", title, facts.periods, shown, heads={"value": _("share")}, cells=cells))
    found += _reach_sheets(facts, words)
    if facts.partners is not None and len(facts.partners):
        why, year = f"why_{words.language}", int(facts.partners["year"].iloc[0])
        title = _("With whom: the first joint projects, by the emissions of {year}").format(year=year)
        found.append(
            Sheet(
                "partners",
                title,
                facts.partners,
                ("rank", "partner", "sector", "score", why, "source"),
                heads={why: _("why")},
                cells={"score": fixed(2)},
                brief=lambda rows: rows.head(PARTNERS),
            )
        )
    return [*found, *_deaths_sheet(facts, words)]


def _reach_sheets(facts: LocalFacts, words: Words) -> list[Sheet]:
    """Return what is in whose hands, and the cheapest measures of one's own."""
    if facts.reach is None:
        return []
    _, reach = words.translate, facts.reach

    def spent(value: float | None) -> str:
        return "" if value is None else money(value, words.language)

    title = _("What it could do alone and what only others can, {year}").format(year=reach.year)
    heads = {"who": _("whose measures"), "value": _("level then, µg/m³"), "reduction": _("less, µg/m³")}
    heads |= {"cost": _("cost a year")}
    cells = {"value": fixed(1), "cost": spent, "who": lambda who: who_name(str(who), facts, words)}
    cells["reduction"] = fixed(2)
    shown = ("who", "value", "reduction", "cost")
    found = [Sheet("reach", title, reach.rows, shown, heads=heads, cells=cells)]
    if len(reach.measures):
        told = cheapest(facts)
        title = _("What works here, the cheapest per µg/m³ first, {year}").format(year=reach.year)
        heads |= {"marginal_cost": _("cost per µg/m³")}
        told_cells = {"measure": lambda code: words.measure(str(code)), "cost": spent, "marginal_cost": spent}
        told_cells["reduction"] = lambda value: "" if value is None else plain(value, 2)
        codes = [row["measure"] for row in told]
        found.append(
            Sheet(
                "measures",
                title,
                reach.measures,
                ("measure", "reduction", "cost", "marginal_cost", "source"),
                heads=heads,
                cells=told_cells,
                brief=lambda rows: rows[rows["measure"].isin(codes)],
            )
        )
    return found


def _deaths_sheet(facts: LocalFacts, words: Words) -> list[Sheet]:
    """Return deaths and their value, a row each."""
    if facts.deaths is None:
        return []
    _, rows = words.translate, []
    for kind, row in (("deaths", facts.deaths), ("value of deaths", facts.value)):
        if row is not None:
            kept = {name: row[name] for name in ("value", "low", "high", "unit", "basis", "source")}
            rows.append({"region": facts.place.region, "quantity": kind, "year": facts.year, **kept})

    def said(row: dict[str, Any]) -> dict[str, Any]:
        tell = count if row["quantity"] == "deaths" else money
        numbers = {name: tell(float(row[name]), words.language) for name in ("value", "low", "high")}
        return {**row, **numbers, "quantity": _(str(row["quantity"]))}

    shown = ("region", "quantity", "year", "value", "low", "high", "source")
    return [
        Sheet(
            "deaths",
            _("Deaths and what they are worth, USD of 2015 a year"),
            pd.DataFrame(rows),
            shown,
            told=said,
        )
    ]
