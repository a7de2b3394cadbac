"""Pages on what the air costs people, and on how sure the answers are: value of lives, damage per tonne, intervals."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.lives.damage import FIELDS, UNIT, damage_chain, damage_table
from airshed.assessment.lives.damage import NOTES as DAMAGE_NOTES
from airshed.assessment.lives.uncertainty import FEWEST, NOTES, SAMPLES, uncertainty, wide
from airshed.assessment.lives.value import NOTES as VALUE_NOTES
from airshed.assessment.lives.value import value_table
from airshed.charts.health import death_points
from airshed.charts.uncertainty import interval_points, variance_bars
from airshed.pack.bounds import SEED as SEEDS
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.report.cells import fixed
from airshed.report.words import Figure, Words
from airshed.transport.ensemble import SEED
from airshed.transport.relation import EMITTED
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, REGIONS, words_of
from airshed.web.pages.figures import MOST

Quantity = Literal["own", "foreign", "unexplained", "deaths", "deaths_foreign", "value"]
MOST_SAMPLES = 5000
FOLDED = {"How it is counted": ("samples", "seed")}
WHOLE, TWO = fixed(0), fixed(2)
YEAR = "year; the base year if empty"
SOURCES = "sources: regions, nations or groups; all regions if none"


class UncertaintyQuestion(Question):
    """How many samples, and which quantity the charts show."""

    quantity: Quantity = Field(default="deaths_foreign", description="what the charts show")
    samples: int = Field(default=SAMPLES, ge=FEWEST, le=MOST_SAMPLES, description="samples, at least 100")
    seed: int = Field(default=SEED, ge=0, le=int(SEEDS.most), description="seed of the random numbers")


class ValueQuestion(Question):
    """Whose deaths, and when."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=YEAR)


class DamageQuestion(Question):
    """Which sources and pollutants, and when."""

    region: tuple[str, ...] = Field(default=(), description=SOURCES, max_length=20)
    pollutant: tuple[str, ...] = Field(default=(), description="pollutants; all if none", max_length=20)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=YEAR)


def emitted(pack: Pack) -> list[str]:
    """Return the pollutants that the relation moves."""
    return list(EMITTED)


def uncertain(desk: Desk, words: Words, question: UncertaintyQuestion) -> Content:
    """Return the answers of the base year with their intervals, and the inputs that these are due to."""
    _, pack, asked = words.translate, desk.pack, question
    rows = desk.ask(("uncertainty", asked.samples, asked.seed), lambda: uncertainty(pack, asked.samples, asked.seed))
    inputs = list(dict.fromkeys(rows["input"]))
    noise = float(rows["noise"].iloc[0])
    share = {"variance_share": percent, **dict.fromkeys(inputs, WHOLE)}
    cells = {**dict.fromkeys(("value", "low", "high"), digits), **share}
    cells |= dict.fromkeys(("quantity", "input"), lambda word: _(str(word)))
    columns = ("region", "quantity", "value", "low", "high", "unit", "input", "variance_share", "note", "source")
    title = _("Intervals of the answers, and what they are due to, {year}").format(year=pack.base_year)
    said = _("inputs: percent of the variance that each explains alone, of {samples} samples; noise about {noise}")
    return Content(
        title=title,
        sheets=(
            Sheet("uncertainty", _("Every answer by every input"), rows, columns, cells=cells, notes=NOTES),
            Sheet(
                "drivers",
                _("What the intervals are due to, percent of the variance"),
                wide(rows),
                cells=cells,
                notes=NOTES,
            ),
        ),
        panels=tuple(_uncertain_panels(rows, asked, pack.base_year, words)),
        equations=("per-emission", "observed-anchored", "gemm", "attributable-deaths"),
        command=("uncertainty", "--samples", str(asked.samples), "--seed", str(asked.seed)),
        python=(
            "from airshed.assessment.lives.uncertainty import uncertainty\n"
            f"uncertainty(pack, {asked.samples}, {asked.seed})"
        ),
        sentences=(
            said.format(samples=asked.samples, noise=percent(noise)),
            _("value: median; low and high: 5 and 95 %"),
        ),
    )


def digits(value: float | None) -> str:
    """Return a number of either kind: counts whole, levels with decimals."""
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _uncertain_panels(rows: pd.DataFrame, asked: UncertaintyQuestion, year: int, words: Words) -> list[Panel]:
    """Return the intervals of one quantity, and the shares of the inputs in its variance."""
    _ = words.translate
    mine = rows[rows["quantity"] == asked.quantity].assign(
        region=lambda held: [words.name(code) for code in held["region"]]
    )
    told = _(asked.quantity)
    first = mine.drop_duplicates("region").dropna(subset=["low", "high"])
    panels = []
    if len(first):
        title = _("{quantity}: median and interval, {year}").format(quantity=told, year=year)
        subtitle = _("band: 5 to 95 % of {samples} samples of all inputs together").format(samples=asked.samples)
        chart = interval_points(first, title=title, subtitle=subtitle, axis=_(str(first["unit"].iloc[0])))
        caption = _("What does not vary has no interval and stands in the table only.")
        panels.append(Panel(Figure("intervals", chart, title, caption), "uncertainty"))
    shown = mine.dropna(subset=["variance_share"])
    if len(shown):
        title = _("{quantity}: what the interval is due to, {year}").format(quantity=told, year=year)
        inputs = list(dict.fromkeys(shown["input"].map(_)))
        chart = variance_bars(
            shown.assign(input=shown["input"].map(_), share=shown["variance_share"].clip(lower=0.0)),
            inputs=inputs,
            title=title,
            subtitle=_("share of the variance that each input explains alone; the rest is due to several together"),
            axis=_("share of the variance"),
        )
        caption = _("Research on the largest part narrows the interval most.")
        panels.append(Panel(Figure("drivers", chart, title, caption), "drivers"))
    return panels


def value(desk: Desk, words: Words, question: ValueQuestion) -> Content:
    """Return what the deaths due to PM2.5 are worth."""
    _, pack, asked = words.translate, desk.pack, question
    assessment = desk.assessment(asked.year)
    rows = value_table(pack, assessment, list(asked.region) or None)
    cells = {**dict.fromkeys(("deaths", "value", "low", "high", "value_ppp"), WHOLE), "vsl": TWO}
    title = _("Value of the deaths attributable to PM2.5, {year}").format(year=assessment.year)
    heads = {
        "vsl": _("value of a statistical life, million market USD of 2015"),
        "value_ppp": _("in purchasing power, million international dollars of 2015 a year"),
    }
    columns = ("region", "deaths", "vsl", "value", "low", "high", "value_ppp", "note", "source")
    named = rows[(rows["value"] > 0) & (rows["low"] > 0)].nlargest(MOST, "value")
    named = named.assign(region=[words.name(code) for code in named["region"]])
    subtitle = _("lines: ends of the response with ends of the elasticity; logarithmic axis")
    axis = _("million market USD of 2015 a year")
    chart = death_points(named, title=title, subtitle=subtitle, axis=axis)
    caption = _("A value of life follows income: it says what a nation would pay, not what a life is worth.")
    unit = _("Value of lives, million market USD of 2015 a year")
    return Content(
        title=title,
        sheets=(Sheet("value", unit, rows, columns, heads, cells, VALUE_NOTES),),
        panels=(Panel(Figure("value", chart, title, caption), "value"),) if len(named) else (),
        equations=("gemm", "attributable-deaths", "value-of-life", "market-money"),
        command=("value", *words_of("--region", asked.region), "--year", str(assessment.year)),
        python=(
            "from airshed.assessment.lives.value import value_table\n"
            f"assessment = airshed.assess(pack, airshed.Question(year={assessment.year}), parts=('health',))\n"
            f"value_table(pack, assessment, {list(asked.region) or None!r})"
        ),
    )


def damage(desk: Desk, words: Words, question: DamageQuestion) -> Content:
    """Return deaths and damage by one tonne emitted more."""
    _, pack, asked = words.translate, desk.pack, question
    year = pack.base_year if asked.year is None else asked.year
    regions, pollutants = list(asked.region) or None, list(asked.pollutant) or None
    rows = desk.ask(("damage", asked), lambda: damage_table(pack, damage_chain(pack, year), regions, pollutants))
    money = dict.fromkeys(("value", "low", "high"), WHOLE)
    cells = {**dict.fromkeys(FIELDS, TWO), **money}
    title = _("Deaths and damage by a tonne emitted more, {year}").format(year=year)
    given = ", ".join((repr(regions), repr(pollutants)))
    heads = {"value": UNIT}
    return Content(
        title=title,
        sheets=(
            Sheet(
                "damage",
                _("Damage by source and pollutant"),
                rows,
                ("region", "pollutant", *FIELDS, "note", "source"),
                heads,
                cells,
                DAMAGE_NOTES,
            ),
        ),
        panels=tuple(_damage_panels(rows, year, words)),
        equations=("marginal-deaths", "gemm", "value-of-life", "market-money", "per-emission"),
        command=(
            "damage",
            *words_of("--region", asked.region),
            *words_of("--pollutant", asked.pollutant),
            *("--year", str(year)),
        ),
        python=(
            "from airshed.assessment.lives.damage import damage_chain, damage_table\n"
            f"damage_table(pack, damage_chain(pack, {year}), {given})"
        ),
    )


def _damage_panels(rows: pd.DataFrame, year: int, words: Words) -> list[Panel]:
    """Return the damage of the first pollutant by source, and of the source where it is highest by pollutant."""
    _ = words.translate
    subtitle = _("lines: 5 to 95 % over the samples of the relation, at the ends of response and elasticity")
    caption = _("Logarithmic axis; what is not above zero stands in the table only.")
    pollutant = str(rows["pollutant"].iloc[0])
    by_source = rows[rows["pollutant"] == pollutant].assign(
        label=lambda held: [words.name(code) for code in held["region"]]
    )
    region = str(by_source.nlargest(1, "value")["region"].iloc[0])
    by_pollutant = rows[rows["region"] == region].assign(label=lambda held: held["pollutant"])
    of_pollutant = _("Damage by a tonne of {pollutant}, by source, {year}")
    of_region = _("Damage by a tonne from {region}, by pollutant, {year}")
    shown = [
        ("sources", of_pollutant.format(pollutant=pollutant, year=year), by_source),
        ("pollutants", of_region.format(region=words.name(region), year=year), by_pollutant),
    ]
    panels = []
    for name, title, held in shown:
        known = held[(held["value"] > 0) & (held["low"] > 0)].nlargest(MOST, "value")
        known = known.assign(region=known["label"])[["region", "value", "low", "high"]]
        if len(known) > 1:
            chart = death_points(known, title=title, subtitle=subtitle, axis=_("market USD of 2015 per tonne"))
            panels.append(Panel(Figure(name, chart, title, caption), "damage"))
    return panels
