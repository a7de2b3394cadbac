"""The plan that is least wrong whatever is true of what is applied today, of prices, and of levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.plan_front import regret_cards, regret_told
from airshed.answers.common import LATEST_YEAR, measure_names, receptors, refuse_files, scenario_names, solved, year
from airshed.answers.options._folded import PLACES, folded
from airshed.answers.words import Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import target_of
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.document import tables_of_plan
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.regret import HEADS, PRICE, regret_answer, regret_table, summary_of_regret
from airshed.charts.cooperation import money_points
from airshed.pack.bounds import MONEY, WITHIN
from airshed.pack.defaults import target_or_usual

ONE, TWO, WHOLE = fixed(1), fixed(2), fixed(0)
MILLION = 1e6
APPLIED = ("current", "application", "maximum")


class RegretQuestion(Query):
    """What a target counts, where and when."""

    target: str | None = Field(
        default=None,
        description="target: who-it1 to who-2021, national, or a number; the pack's if nothing is aimed at",
        max_length=500,
    )
    price_cap: float = Field(
        default=PRICE * MILLION,
        ge=0,
        le=MONEY.most,
        description="what a µg/m³ of a city above its target counts, USD a year",
    )
    year: int | None = year(LATEST_YEAR)
    receptor: tuple[str, ...] = Field(
        default=(), description="cities, regions or nations to plan for; all cities if none", max_length=30
    )
    scenario: str = Field(default="baseline", description="emissions that the plan starts from", max_length=500)
    within: float = Field(default=0.0, ge=0, le=WITHIN.most, description="µg/m³ by which a city may miss its target")


@dataclass(frozen=True)
class Weighed:
    """The plan of least regret: its record, what it and the central plan do in every state, and its own tables."""

    summary: dict[str, Any]
    states: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def aims_of(ask: Ask, asked: RegretQuestion) -> Aims:
    """Return the aims of a question; raises AirshedError for a target that names a file."""
    refuse_files(ask, asked.scenario, asked.target or "")
    target = asked.target if asked.target or target_of(ask.pack, asked.scenario) else target_or_usual(ask.pack, None)
    return Aims(target, within=asked.within, price_cap=asked.price_cap / MILLION)


def regret(ask: Ask, words: Words, question: RegretQuestion) -> Content:
    """Return the plan that is least wrong over all states, and what it costs and misses in each."""
    _, pack, asked = words.translate, ask.pack, question
    aims = aims_of(ask, asked)
    year = latest_year(pack) if asked.year is None else asked.year
    receptors = list(asked.receptor) or None

    def make() -> Weighed:
        found = regret_answer(ground(pack, aims, year, asked.scenario, "middle", receptors))
        return Weighed(summary_of_regret(found), regret_table(found), tables_of_plan(found.answer))

    found = ask.ask(("regret", asked, year), lambda: solved(make))
    title = _("The plan of least regret, {year}").format(year=year)
    return Content(
        title=title,
        sheets=tuple(_sheets(found, words)),
        panels=(Panel(_figure(found.states, words, title), "states"),),
        equations=("least-regret", "least-cost-plan", "annual-cost"),
        sentences=tuple(regret_told(found.summary, words)),
        cards=regret_cards(found.summary, words),
        document={
            "summary": found.summary,
            "states": records(found.states),
            **{name: records(table) for name, table in found.tables.items()},
        },
    )


def _sheets(found: Weighed, words: Words) -> list[Sheet]:
    """Return the states, and what the plan reaches and applies where nothing is low or high."""
    _ = words.translate
    money = dict.fromkeys(("cost", "regret", "central_regret"), WHOLE)
    states = dict.fromkeys(("application", "price", "level"), lambda text: _(str(text)))
    levels = dict.fromkeys(("level", "target", "reached", "natural"), ONE)
    applied = {**dict.fromkeys(APPLIED, TWO), "removed": ONE, "cost": WHOLE, "measure": measure_names(words)}
    return [
        Sheet(
            "states",
            _("What the plan costs and misses in every state, million USD of 2015 a year"),
            found.states,
            ("application", "price", "level", "cost", "missed", "regret", "central_regret"),
            {name: _(told) for name, told in HEADS.items()},
            {**states, **money},
        ),
        Sheet(
            "receptors",
            _("What the cities reach"),
            found.tables["receptors"],
            ("receptor", "level", "target", "reached", "natural"),
            cells=levels,
        ),
        Sheet(
            "measures",
            _("Measures of the plan"),
            found.tables["measures"],
            ("measure", PLACES, "cost", "removed", "pollutant", "source"),
            {PLACES: _("where")},
            applied,
            brief=lambda table: folded(table, words),
        ),
    ]


def _figure(states: pd.DataFrame, words: Words, title: str) -> Figure:
    """Return the regret of the plan and of the central one in every state."""
    _ = words.translate
    kinds = {"regret": _("the plan of least regret"), "central_regret": _("the plan for central assumptions")}
    points = pd.DataFrame(
        [
            {"label": ", ".join(_(row[name]) for name in ("application", "price", "level")), "series": told, **value}
            for row in records(states)
            for name, told in kinds.items()
            for value in ({"value": row[name]},)
        ]
    )
    chart = money_points(
        points,
        series=list(kinds.values()),
        title=title,
        subtitle=_("states: what is applied today, unit costs, levels of cities"),
        axis=_("million USD of 2015 a year worse than the best plan of the state"),
    )
    caption = _("The best plan of a state knows it beforehand; nobody does.")
    return Figure("states", chart, title, caption)


ANSWER = Entry(
    title="Plan of least regret",
    question=RegretQuestion,
    make=regret,
    name="regret",
    choices={"receptor": receptors, "scenario": scenario_names},
)
