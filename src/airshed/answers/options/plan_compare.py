"""Cost, deaths avoided and levels of plans side by side, with the difference to doing nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import NAN, plain, records
from airshed.answers.common import LATEST_YEAR, receptors, scenario_names, solved, year
from airshed.answers.options._plans import CASE, FOR, FROM, TARGET, ground_of, plan_field, plan_given
from airshed.answers.words import Card, Words
from airshed.assessment.plans.saved import compared, evaluated, read_plan
from airshed.pack.spoken_numbers import count, money, money_range

NOTHING = "nothing done"
"""What the plan that changes nothing is called."""
Held = Mapping[tuple[str, str], Mapping[str, Any]]
PARTED = {"zh": "；"}
"""What parts plans, where it is not the semicolon with a space."""
PLANS = ("plan", "other", "third")
COLUMNS = ("quantity", "place", "plan", "value", "low", "high", "difference", "unit")


class ComparePlansQuestion(Query):
    """Which plans, for which target, where and when."""

    plan: str = plan_field(argument=True)
    other: str = plan_field(argument=True)
    third: str = plan_field(argument=True)
    target: str | None = Field(default=None, description=TARGET, max_length=500)
    year: int | None = year(LATEST_YEAR)
    scenario: str = Field(default="baseline", description=FROM, max_length=500)
    receptor: tuple[str, ...] = Field(default=(), description=FOR, max_length=30)
    case: Literal["low", "middle", "high"] = Field(default="middle", description=CASE)


def compare(ask: Ask, words: Words, question: ComparePlansQuestion) -> Content:
    """Return plans side by side, what is in place today first."""
    _ = words.translate

    def make() -> tuple[pd.DataFrame, int]:
        held = ground_of(ask, question)
        answers = [(NOTHING, evaluated(held, held.options.current))]
        for name in PLANS:
            table = plan_given(ask, name, getattr(question, name))
            if table is not None:
                answers.append((ask.called.get(name, _(name)), evaluated(held, read_plan(held, table))))
        return compared(answers), held.chain.year

    rows, year = ask.ask(("compare plans", question, words.language), lambda: solved(make))
    title = _("Plans side by side, {year}").format(year=year)
    sheet = Sheet(
        "plans",
        title,
        rows,
        COLUMNS,
        cells={
            **dict.fromkeys(("quantity", "plan"), _),
            "place": lambda code: words.coded(code) if code else "",
            **dict.fromkeys(("value", "low", "high", "difference"), plain),
        },
        brief=lambda table: table.sort_values(["quantity", "place"], kind="stable"),
    )
    return Content(title, (sheet,), sentences=tuple(_said(rows, year, words)), cards=_cards(rows, year, words))


def _said(rows: pd.DataFrame, year: int, words: Words) -> list[str]:
    """Return what every plan costs and avoids, or that none is given, and how one is."""
    _, language = words.translate, words.language
    held = _held(rows)
    names = [name for name in dict.fromkeys(rows["plan"]) if name != NOTHING]
    if not names:
        return [
            _("No plan is given: in {year} there is only doing nothing more than today to compare.").format(year=year),
            _("To compare, give up to three plans, each a table of region, measure and share, as saved plans are."),
        ]
    told = _("{plan} costs {cost} a year ({range}) and avoids about {deaths} early deaths a year")
    parts = [
        told.format(
            plan=_(name),
            cost=money(held[name, "cost"]["value"], language),
            range=money_range(held[name, "cost"]["low"], held[name, "cost"]["high"], language),
            deaths=count(held[name, "deaths avoided"]["value"], language),
        )
        for name in names
    ]
    return [_("In {year}: {plans}.").format(year=year, plans=PARTED.get(language, "; ").join(parts))]


def _cards(rows: pd.DataFrame, year: int, words: Words) -> tuple[Card, ...]:
    """Return what every plan costs, with the deaths that it avoids."""
    _, language = words.translate, words.language
    held = _held(rows)
    detail = _("{year}; {deaths} early deaths avoided a year")
    return tuple(
        Card(
            money(held[name, "cost"]["value"], language),
            _("{plan}: cost a year").format(plan=_(name)),
            detail.format(year=year, deaths=count(held[name, "deaths avoided"]["value"], language)),
        )
        for name in dict.fromkeys(rows["plan"])
        if name != NOTHING
    )


def _held(rows: pd.DataFrame) -> Held:
    """Return the rows of whole plans by plan and quantity."""
    return {(row["plan"], row["quantity"]): row for row in records(rows[rows["place"] == ""], NAN)}


ANSWER = Entry(
    title="Plans side by side",
    question=ComparePlansQuestion,
    make=compare,
    choices={"receptor": receptors, "scenario": scenario_names},
)
