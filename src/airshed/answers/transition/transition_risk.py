"""What a plan or scenario needs of materials whose supply is at risk: electric cars, solar and wind power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain, records
from airshed.answers.common import LATEST_YEAR, refuse_files, year
from airshed.answers.options._plans import ground_of, plan_field, plan_given
from airshed.answers.transition._supply import area, economy, event_sheet, inside, period
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.plans.saved import read_plan
from airshed.assessment.transition.risk import (
    NOTES,
    Build,
    builds_of_plan,
    builds_of_scenario,
    demand_table,
    scenarios_that_build,
)
from airshed.assessment.transition.supply import FLAGS, importers
from airshed.charts.evidence import comparison_points
from airshed.pack.pack import Pack
from airshed.pack.scenarios import JOIN
from airshed.pack.spoken_numbers import count, mass

SHOWN = 12
"""Materials of the chart."""


class RiskQuestion(Query):
    """Which scenario, or plan; whose imports."""

    scenario: str = Field(
        default="",
        description="scenario whose targets build something; the first of the pack if empty",
        max_length=100,
        json_schema_extra={"argument": True},
    )
    plan: str = plan_field(argument=False)
    importer: str = Field(default="", description="nation whose imports are looked at", max_length=80)
    year: int | None = year(LATEST_YEAR)


class _Ground(Query):
    """What a plan stands on, to know how much of its measures is in place."""

    scenario: str = "baseline"
    target: str | None = None
    year: int | None = None
    receptor: tuple[str, ...] = ()
    case: str = "high"


def risk(ask: Ask, words: Words, question: RiskQuestion) -> Content:
    """Return the demand for materials by what is built, beside the dependence on their supplier."""
    _, pack = words.translate, ask.pack
    refuse_files(ask, question.scenario)
    importer = economy(words, question.importer) if question.importer else next(iter(importers(pack)), "")

    def make() -> pd.DataFrame:
        return demand_table(pack, _builds(ask, question), importer)

    rows = ask.ask(("risk", question, importer), make)
    title = _("Materials for what is built")
    figure = _chart(rows, words)
    materials = [str(code) for code in dict.fromkeys(rows["material"])]
    return Content(
        title=title,
        sheets=(_sheet(rows, words), event_sheet(materials, words)),
        panels=(Panel(figure, "risk"),) if figure else (),
        equations=("material-demand", "trade-concentration-bounds"),
        sentences=_told(rows, importer, words),
        cards=_cards(rows, words),
        held={} if question.plan else {"scenario": (question.scenario or next(iter(scenarios_that_build(pack)), ""),)},
    )


def _builds(ask: Ask, question: RiskQuestion) -> list[Build]:
    pack = ask.pack
    table = plan_given(ask, "plan", question.plan)
    if table is None:
        names = question.scenario or next(iter(scenarios_that_build(pack)), "")
        return builds_of_scenario(pack, names.split(JOIN))
    held = ground_of(ask, _Ground(year=question.year, scenario=question.scenario or "baseline"))
    application, options = read_plan(held, table), held.options
    more = application - options.current
    changes = pd.DataFrame({"region": options.region, "measure": options.measure, "more": more})
    return builds_of_plan(pack, changes[changes["more"] > 0], held.chain.year)


def _sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "risk",
        _("Materials that are needed, beside the share of their largest supplier"),
        rows,
        (
            *(
                "what",
                "region",
                "year",
                "activities",
                "pieces",
                "pieces_unit",
                "material",
                "low",
                "value",
                "high",
                "unit",
            ),
            *("commodity", "supplier", "share_percent", "period", "flag", "basis", "note", "source"),
        ),
        cells={
            "what": lambda code: _what(str(code), words),
            "activities": lambda codes: words.listed(words.name(code) for code in str(codes).split()),
            "pieces": plain,
            "pieces_unit": _,
            "material": words.name,
            "commodity": lambda code: words.name(code) if code == code and code else "",
            **dict.fromkeys(("low", "value", "high"), plain),
            "supplier": area(words),
            "share_percent": fixed(1),
            "period": lambda text: period(str(text), words) if text == text and text else "",
            "flag": lambda flag: _(flag) if flag == flag and flag else "",
            "basis": _,
        },
        notes=NOTES,
        spare=("basis", "commodity", "pieces_unit", "period", "pieces", "activities", "year", "flag", "region"),
    )


def _what(code: str, words: Words) -> str:
    """Return a measure or the indicator of a target in words."""
    held = words.measure(code)
    return held if held != code else words.translate(code)


def _told(rows: pd.DataFrame, importer: str, words: Words) -> tuple[str, ...]:
    """Return the demand for the material whose supply is most at risk, of each thing that is built."""
    _ = words.translate
    said = [_told_of(held, importer, words) for _what_built, held in rows.groupby("what", sort=False)]
    unknown = list(dict.fromkeys(inside(words.name(code)) for code in rows.loc[rows["high"].isna(), "material"]))
    lacking = _("How much {materials} it takes was not found for all that is built: see the notes.")
    said += [lacking.format(materials=words.listed(unknown))] if unknown else []
    return tuple(said) if said else (_("Nothing is built of which materials are known."),)


def _told_of(rows: pd.DataFrame, importer: str, words: Words) -> str:
    _ = words.translate
    first = records(_gravest(rows))[0] if len(_gravest(rows)) else None
    build = records(rows)[0]
    what, place = _what(build["what"], words), words.short(build["region"])
    if rows["region"].nunique() > 1:
        place = _("all places of the plan")
    place = words.listed(filter(None, (place, period(str(build["year"]), words))))
    what = what[:1].upper() + what[1:]
    if first is None or first["pieces"] is None:
        return _("{what} ({place}): how much is built is not known.").format(what=what, place=place)
    values = {
        "what": what,
        "place": place,
        "amount": _amount(float(rows.drop_duplicates("region")["pieces"].sum()), str(first["pieces_unit"]), words),
        "material": inside(words.name(first["material"])),
        "need": _range(rows[rows["material"] == first["material"]], words),
        "importer": area(words)(importer),
        "commodity": inside(words.name(str(first["commodity"]))),
        "share": f"{first['share_percent']:.3g} %" if first["share_percent"] is not None else "",
        "supplier": area(words)(first["supplier"]),
        "period": period(str(first["period"]), words),
    }
    if first["share_percent"] is None:
        return _("{what} ({place}), {amount}, takes {need} of {material}.").format(**values)
    return _(
        "{what} ({place}), {amount}, takes {need} of {material}; {importer} took {share} of its imports of {commodity} "
        "from {supplier} in {period}."
    ).format(**values)


def _gravest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the materials of which the demand is known, the one whose supply is most at risk first."""
    held = rows[rows["high"].notna() & (rows["high"] > 0)]
    rank = held["flag"].map(lambda flag: FLAGS.index(flag) if flag in FLAGS else len(FLAGS))
    # What is known within wide limits only comes after the rest.
    order = held.assign(rank=rank, spread=((held["high"] - held["low"]) / held["high"]).round(1))
    return order.sort_values(["rank", "spread", "share_percent"], ascending=[True, True, False], kind="stable")


def _amount(value: float, unit: str, words: Words) -> str:
    _ = words.translate
    if unit.startswith("MW"):
        return f"{count(value / 1000, words.language)} GW"
    number = count(value, words.language)
    text = _("{count} vehicles a year") if unit.endswith("/yr") else _("{count} vehicles")
    return text.format(count=number)


def _range(rows: pd.DataFrame, words: Words) -> str:
    """Return a demand with its range, in a mass that can be said."""
    _ = words.translate
    low, high = float(rows["low"].sum()), float(rows["high"].sum())
    value = float(rows["value"].sum(min_count=1))
    ends = {"low": mass(low), "high": mass(high), "value": mass(value)}
    if np.isnan(value):
        text = _("up to {high}") if low <= 0 else _("{low} to {high}")
    else:
        text = _("{value} ({low} to {high})")
    said = text.format(**{name: end for name, end in ends.items() if f"{{{name}}}" in text})
    return _("{mass} a year").format(mass=said) if str(rows["unit"].iloc[0]).endswith("/yr") else said


def _cards(rows: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    _ = words.translate
    cards = []
    for what, held in list(rows.groupby("what", sort=False))[:3]:
        first = records(_gravest(held))[:1]
        for row in first:
            mine = held[held["material"] == row["material"]]
            label = _("{material} for {what}").format(
                material=words.name(row["material"]), what=inside(_what(str(what), words))
            )
            cards.append(Card(_range(mine, words), label, period(str(row["year"]), words)))
    return tuple(cards)


def _chart(rows: pd.DataFrame, words: Words) -> Figure | None:
    """Return the demand for each material of the first thing that is built, with its range."""
    _ = words.translate
    held = rows[rows["high"].notna()]
    if held.empty:
        return None
    what = held["what"].iloc[0]
    mine = held[held["what"] == what].groupby("material", sort=False)[["low", "value", "high"]].sum(min_count=1)
    mine = mine.sort_values("high", ascending=False, kind="stable").head(SHOWN)
    labels = [words.name(str(code)) for code in mine.index]
    unit = str(held["unit"].iloc[0])
    title = _("Materials for {what}").format(what=_what(str(what), words))
    central = _("as printed")
    spans = pd.DataFrame({"label": labels, "low": mine["low"].to_numpy(), "high": mine["high"].to_numpy()})
    points = pd.DataFrame({"label": labels, "series": central, "value": mine["value"].to_numpy()})
    subtitle = _("less what is not built in their place; bars: least to most")
    chart = comparison_points(
        spans,
        points.dropna(),
        labels=labels,
        series=[central],
        title=title,
        subtitle=subtitle,
        axis=unit,
    )
    return Figure("materials", chart, title, subtitle)


def _scenarios(pack: Pack) -> list[str]:
    return scenarios_that_build(pack)


CHOICES: dict[str, Any] = {"scenario": _scenarios}
ANSWER = Entry(title="Supply risk of a plan", question=RiskQuestion, make=risk, choices=CHOICES)
