"""Intervals of the answers when all that is uncertain varies together, and what they are due to."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.words import Figure, Words
from airshed.assessment.lives.uncertainty import FEWEST, NOTES, SAMPLES, wide
from airshed.assessment.lives.uncertainty import uncertainty as rows_of
from airshed.charts.colours import colours_of_nations
from airshed.charts.uncertainty import interval_points, variance_bars
from airshed.pack.bounds import SAMPLES as MOST_SAMPLES
from airshed.pack.bounds import SEED as SEEDS
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, level, money
from airshed.sampling.blocks import connect
from airshed.transport.ensemble import SEED

SERVED = 5000
"""Samples that a page draws at most."""
WHOLE = fixed(0)


class UncertaintyQuestion(Query):
    """How many samples, and which quantity the charts show."""

    quantity: Literal["own", "foreign", "unexplained", "deaths", "deaths_foreign", "value"] = Field(
        default="deaths_foreign", description="what the charts show"
    )
    samples: int = Field(default=SAMPLES, ge=FEWEST, le=int(MOST_SAMPLES.most), description="samples, at least 100")
    seed: int = Field(default=SEED, ge=0, le=int(SEEDS.most), description="seed of the random numbers")
    scheduler: str = Field(
        default="",
        description="address of a Dask scheduler whose workers share the samples",
        json_schema_extra={"local": True},
    )


def uncertainty(ask: Ask, words: Words, question: UncertaintyQuestion) -> Content:
    """Return the answers of the base year with their intervals, and the inputs that these are due to."""
    _, pack, asked = words.translate, ask.pack, question
    client = _workers(ask, asked)
    rows = ask.ask(("uncertainty", asked.samples, asked.seed), lambda: rows_of(pack, asked.samples, asked.seed, client))
    inputs = list(dict.fromkeys(rows["input"]))
    noise = float(rows["noise"].iloc[0])
    share = {"variance_share": percent, **dict.fromkeys(inputs, WHOLE)}
    cells = {**dict.fromkeys(("value", "low", "high"), _digits), **share}
    cells |= dict.fromkeys(("quantity", "input", "unit"), lambda word: _(str(word)))
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
        sentences=(
            *widest_sentences(rows, asked.quantity, pack.base_year, words),
            said.format(samples=asked.samples, noise=percent(noise)),
            f"{pack.base_year}, {_('value: median; low and high: 5 and 95 %')}",
        ),
        screen=("drivers",),
    )


def quantity_told(quantity: str, words: Words) -> str:
    """Return what a quantity is called in a sentence."""
    _ = words.translate
    return {
        "own": _("PM2.5 from its own sources"),
        "foreign": _("PM2.5 from other nations"),
        "unexplained": _("PM2.5 that no source explains"),
        "deaths": _("early deaths from PM2.5"),
        "deaths_foreign": _("early deaths from PM2.5 of other nations"),
        "value": _("the money value of early deaths"),
    }[quantity]


def widest_sentences(rows: pd.DataFrame, quantity: str, year: int, words: Words) -> list[str]:
    """Return the largest number of a quantity, its interval, and the input that explains most of it.

    rows : of `uncertainty.uncertainty`
    """
    _ = words.translate
    held = rows[(rows["quantity"] == quantity) & rows["low"].notna() & rows["variance_share"].notna()]
    if held.empty:
        return [_("No interval is known of this in {year}: nothing that it depends on varies.").format(year=year)]
    region = held.sort_values("value", ascending=False, kind="stable")["region"].iloc[0]
    mine = held[held["region"] == region].sort_values("variance_share", ascending=False, kind="stable")
    row = mine.iloc[0]
    said = _("{region}, {year}: {what} {value} ({low} to {high}, 90 %); {share} of that range comes from {input}.")
    numbers = {name: _spoken(float(row[name]), str(row["unit"]), words) for name in ("value", "low", "high")}
    share = percent(min(float(row["variance_share"]), 1.0))
    told = {"region": words.name(str(region)), "year": year, "what": quantity_told(quantity, words)}
    return [said.format(share=share, input=input_told(str(row["input"]), words), **told, **numbers)]


def input_told(name: str, words: Words) -> str:
    """Return what an input is called in a sentence."""
    _ = words.translate
    told = {
        "emissions": _("emissions"),
        "relation": _("how much comes from where"),
        "natural": _("natural dust and salt"),
        "response": _("the parameters of the response function"),
        "family": _("the choice of the response function"),
        "weather": _("weather and errors of observation"),
        "value_of_life": _("the value of a life"),
    }
    return told.get(name, _(name))


def _spoken(value: float, unit: str, words: Words) -> str:
    """Return a number of a quantity as people say it."""
    if unit == "ug/m3":
        return level(value)
    return count(value, words.language) if unit == "deaths/yr" else money(value, words.language)


def _workers(ask: Ask, asked: UncertaintyQuestion) -> Any:
    """Return the client of the Dask scheduler that is named, None without one; raises AirshedError for pages."""
    if not ask.alone and asked.samples > SERVED:
        raise AirshedError("page-draws-most-samples", served=SERVED)
    if not asked.scheduler:
        return None
    if not ask.alone:
        raise AirshedError("pages-share-no-samples-scheduler")
    return connect(asked.scheduler)


def _digits(value: float | None) -> str:
    """Return a number of either kind: counts whole, levels with decimals."""
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _uncertain_panels(rows: pd.DataFrame, asked: UncertaintyQuestion, year: int, words: Words) -> list[Panel]:
    """Return the intervals of one quantity, and the shares of the inputs in its variance."""
    _ = words.translate
    mine = rows[rows["quantity"] == asked.quantity].assign(
        code=rows["region"], region=lambda held: [words.name(code) for code in held["region"]]
    )
    told = _(asked.quantity)
    first = mine.drop_duplicates("region").dropna(subset=["low", "high"])
    panels = []
    if len(first):
        title = _("{quantity}: median and interval, {year}").format(quantity=told, year=year)
        subtitle = _("band: likely range, 90 %, from {samples} samples of all inputs together").format(
            samples=asked.samples
        )
        shades = colours_of_nations(words.pack, list(first["code"]))
        chart = interval_points(first, title=title, subtitle=subtitle, axis=_unit(first, words), colours=shades)
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


def _unit(rows: pd.DataFrame, words: Words) -> str:
    """Return the unit of rows as an axis says it."""
    return words.translate(str(rows["unit"].iloc[0])).replace("ug/m3", "µg/m³")


ANSWER = Entry(
    title="Intervals",
    question=UncertaintyQuestion,
    make=uncertainty,
    folded={"How it is counted": ("samples", "seed")},
)
