"""The cheapest measures that bring the cities to a target, or how near they can come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, File, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain_amount, records
from airshed.answers.chapters.plan import plan_figures
from airshed.answers.chapters.plan_told import money as told_money
from airshed.answers.chapters.plan_told import plan_told
from airshed.answers.common import (
    LATEST_YEAR,
    OneYear,
    measure_names,
    receptors,
    refuse_files,
    scenario_names,
    solved,
    year,
)
from airshed.answers.words import Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import target_of
from airshed.assessment.plans.aims import WHOLE_GAP, Aims, amounts
from airshed.assessment.plans.document import summary_of_path, summary_of_robust, tables_of_path, tables_of_plan
from airshed.assessment.plans.path import path_answer
from airshed.assessment.plans.plan import PlanSolution, answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.robust import SAMPLES, robust_answer
from airshed.assessment.plans.saved import saved_table
from airshed.assessment.plans.tables import TRUST, plan_summary
from airshed.pack.bounds import GAP, MONEY, SECONDS, WITHIN
from airshed.pack.defaults import target_or_usual
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spreadsheet import csv_text

ONE, TWO, WHOLE = fixed(1), fixed(2), fixed(0)
CITY_LEVELS = ("level", "target", "reached", "lowest", "interim")
WIDTHS = ("reached_low", "reached_high", "natural")
APPLIED = ("current", "application", "maximum")
MILLION = 1e6
MOST = 20
"""Words of one kind in a question."""
MOST_SAMPLES = 1000
MOST_SECONDS = 60.0
"""Time for a plan with whole measures on a page; more on the command line."""
FOLDED = {
    "More aims": ("exposure", "deaths", "budget", "buy"),
    "Caps": ("ceiling", "co2", "cap", "gdp_share", "without_gdp", "price_cap"),
    "How it is planned": ("case", "alone", "unmet", "within", "whole", "gap", "path", "certainty", "samples"),
}
PAYING = ("year", "region", "cost", "measures")
FILE = "applied.csv"
SCREEN = ("receptors", "tenths", "aims", "regions", "measures")
"""Tables that a screen shows."""
OF_LEVELS = (
    "levels and targets in ug/m3; slack: target less what is reached; shadow_price: million USD a year for "
    "the last ug/m3; lowest: if all were done for this city alone; interim: the strictest WHO value in its "
    "reach"
)
OF_MEASURES = (
    "current, application and maximum: share of what it works on that a measure is applied to, before the "
    "plan, in it and at most; removed: kt a year; cost: million USD of 2015 a year; applied_basis: where the "
    "current share is from; flagged: priced below a tenth of what studies print"
)
SAME = 1e-6
LISTED = 20
"""Rows of regions and measures that a screen shows."""


class PlanQuestion(Query):
    """Which aims and caps, where and when, and how the plan is made."""

    target: str | None = Field(
        default=None,
        description="target: who-it1 to who-2021, national, or a number; the pack's if nothing is aimed at",
        max_length=500,
    )
    year: int | None = year(LATEST_YEAR)
    receptor: tuple[str, ...] = Field(
        default=(), description="cities, regions or nations to plan for; all cities if none", max_length=30
    )
    scenario: str = Field(default="baseline", description="emissions that the plan starts from", max_length=500)
    exposure: tuple[str, ...] = Field(
        default=(), description="mean over people, µg/m³ or change, as KOR=15 CHN=-20%", max_length=MOST
    )
    deaths: tuple[str, ...] = Field(
        default=(), description="deaths a year at most, or change, as KOR=20000 JPN=-20%", max_length=MOST
    )
    budget: float | None = Field(default=None, ge=0, le=MONEY.most, description="budget, USD a year")
    buy: Literal["exposure", "deaths"] = Field(default="exposure", description="what a budget is to lower")
    ceiling: tuple[str, ...] = Field(
        default=(), description="emission at most, kt a year or change, as KOR:SO2=100 CHN:NOx=-30%", max_length=MOST
    )
    co2: tuple[str, ...] = Field(default=(), description="change of CO2 at most, kt a year, as KOR=0", max_length=MOST)
    cap: tuple[str, ...] = Field(default=(), description="cost at most, USD a year, as KR-11=5e8", max_length=MOST)
    gdp_share: float | None = Field(
        default=None, ge=0, le=1, description="cost of each nation at most, share of its GDP, as 0.001"
    )
    without_gdp: Literal["left-out", "paid"] = Field(
        default="left-out", description="nations without GDP under a share of GDP: left out, or paid for by the others"
    )
    price_cap: float | None = Field(
        default=None, ge=0, le=MONEY.most, description="a target is left where the next µg/m³ costs more, USD a year"
    )
    case: Literal["low", "middle", "high"] = Field(
        default="middle", description="how much of what is unknown can still be applied"
    )
    alone: bool = Field(default=False, description="each nation alone for its own cities")
    unmet: Literal["nearest", "interim"] = Field(
        default="nearest", description="where a target is out of reach: what is aimed at"
    )
    within: float = Field(default=0.0, ge=0, le=WITHIN.most, description="µg/m³ by which a city may miss its target")
    whole: tuple[str, ...] = Field(
        default=(), description="codes of measures that are done fully or not at all", max_length=MOST
    )
    gap: float = Field(
        default=WHOLE_GAP,
        ge=GAP.least,
        le=GAP.most,
        description="relative gap at which a plan with whole measures is the cheapest",
    )
    seconds: float | None = Field(
        default=None,
        ge=SECONDS.least,
        le=SECONDS.most,
        description="time for a plan with whole measures; the best found so far is kept",
        json_schema_extra={"local": True},
    )
    path: tuple[OneYear, ...] = Field(default=(), description="years of a path, as 2020 2025 2030", max_length=10)
    certainty: float | None = Field(
        default=None, ge=0, le=1, description="share of samples in which targets are met, as 0.9"
    )
    samples: int = Field(
        default=SAMPLES, ge=1, le=MOST_SAMPLES, description="samples of the relation that a certainty is counted in"
    )


@dataclass(frozen=True)
class Planned:
    """A plan as its page shows it.

    shown : summary of the plan whose levels are drawn, the last of a path; levels, regions : its tables; target : what
    its cities aim at; saved : what the plan applies as `airshed plan` reads it, None of a path
    """

    summary: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    shown: dict[str, Any]
    levels: pd.DataFrame
    regions: pd.DataFrame
    target: str
    saved: pd.DataFrame | None


def aims_of(ask: Ask, asked: PlanQuestion) -> Aims:
    """Return the aims and caps of a question; raises AirshedError for words that cannot be read."""
    refuse_files(ask, asked.scenario, asked.target or "")
    aims = Aims(
        target=asked.target,
        exposure=amounts(asked.exposure, ask.option("exposure")),
        deaths=amounts(asked.deaths, ask.option("deaths")),
        emissions=amounts(asked.ceiling, ask.option("ceiling")),
        co2=amounts(asked.co2, ask.option("co2"), percent=False),
        caps=amounts(asked.cap, ask.option("cap"), percent=False),
        gdp_share=asked.gdp_share,
        whole=asked.whole,
        unmet=asked.unmet,
        within=asked.within,
        price_cap=None if asked.price_cap is None else asked.price_cap / MILLION,
        without_gdp=asked.without_gdp,
        gap=asked.gap,
        seconds=MOST_SECONDS if asked.whole and not ask.reads_files else asked.seconds,
    )
    aimed = aims.exposure or aims.deaths or aims.emissions or aims.co2 or asked.budget is not None
    if aims.target or aimed or target_of(ask.pack, asked.scenario):
        return aims
    return replace(aims, target=target_or_usual(ask.pack, None))


def check_ways(ask: Ask, asked: PlanQuestion) -> None:
    """Raise AirshedError for ways of planning that do not go together."""
    ways = {
        "budget": asked.budget is not None,
        "alone": asked.alone,
        "path": bool(asked.path),
        "certainty": asked.certainty is not None,
        "price_cap": asked.price_cap is not None,
    }
    named = [ask.option(name) for name, given in ways.items() if given]
    if len(named) > 1:
        raise AirshedError("do-not-go-together", options=" and ".join(named), first=named[0])


def planned(pack: Pack, asked: PlanQuestion, aims: Aims) -> Planned:
    """Return the plan that is asked for."""
    year = latest_year(pack) if asked.year is None else asked.year
    receptors = list(asked.receptor) or None
    if asked.path:
        along = path_answer(pack, aims, asked.path, asked.scenario, asked.case, receptors)
        return of_answer(along.answers[-1], summary_of_path(along), tables_of_path(along), path=True)
    if asked.certainty is not None:
        sure = robust_answer(pack, aims, year, asked.certainty, asked.scenario, asked.case, receptors, asked.samples)
        return of_answer(sure.answer, summary_of_robust(sure), tables_of_plan(sure.answer))
    budget = None if asked.budget is None else asked.budget / MILLION
    found = answer(ground(pack, aims, year, asked.scenario, asked.case, receptors), asked.alone, budget, asked.buy)
    return of_answer(found)


def of_answer(
    last: PlanSolution,
    summary: dict[str, Any] | None = None,
    tables: dict[str, pd.DataFrame] | None = None,
    path: bool = False,
) -> Planned:
    """Return a plan as it is shown; summary, tables : where they say more than those of the plan itself."""
    shown, aims = tables_of_plan(last), last.ground.aims
    named = [f"{code}={amount.value:g}{'%' if amount.percent else ''}" for code, amount in aims.exposure]
    told = plan_summary(last)
    return Planned(
        summary=told if summary is None else summary,
        tables=shown if tables is None else tables,
        shown=told if path or summary is None else summary,
        levels=shown["receptors"],
        regions=shown["regions"],
        target=" ".join([*([aims.target] if aims.target else []), *named]),
        saved=None if path else saved_table(last),
    )


def plan_asked(ask: Ask, asked: PlanQuestion) -> Planned:
    """Return the plan for the aims of a question."""
    pack = ask.pack
    check_ways(ask, asked)
    aims = aims_of(ask, asked)
    return ask.ask(("plan", asked), lambda: solved(lambda: planned(pack, asked, aims)))


def plan(ask: Ask, words: Words, question: PlanQuestion) -> Content:
    """Return the cheapest measures that meet the aims, or come as near as they can."""
    return told_plan(plan_asked(ask, question), ask.pack, words, words.translate("Least-cost plan"))


def told_plan(found: Planned, pack: Pack, words: Words, title: str) -> Content:
    """Return a plan with all that is said and shown of it."""
    costs = found.regions["cost"].sum() if len(found.regions) else 0.0
    drawn = plan_figures(
        {
            "plan_summary": pd.DataFrame([{**found.shown, "target": found.target}]),
            "plan_receptors": found.levels,
            **({"plan_regions": found.regions} if costs > 0 else {}),
        },
        words,
    )
    sheets = tuple(_sheets(found, words))
    return Content(
        title=title,
        sheets=sheets,
        panels=tuple(Panel(figure, figure.id.removeprefix("plan_").replace("levels", "receptors")) for figure in drawn),
        equations=("least-cost-plan", "elastic-plan", "annual-cost", "remaining-share", "cost-transfer"),
        sentences=tuple(_sentences(found, pack, words)),
        document={"summary": found.summary, **{name: records(table) for name, table in found.tables.items()}},
        screen=tuple(sheet.name for name in SCREEN for sheet in sheets if sheet.name == name and len(sheet.rows)),
        flat="measures",
        without=frozenset({FILE}) if found.saved is None else frozenset(),
    )


def _amount(value: float | None) -> str:
    """Return an amount in million USD, with digits where it is small."""
    return "" if value is None else told_money(value)


def _sheets(found: Planned, words: Words) -> list[Sheet]:
    """Return the tables of a plan, those of aims and years only where there are any."""
    _ = words.translate
    tables = found.tables
    money = dict.fromkeys(("cost", "shadow_price"), _amount)
    levels = money | dict.fromkeys((*CITY_LEVELS, *WIDTHS, "relaxation"), ONE)
    applied: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(APPLIED, percent),
        "removed": plain_amount,
        "cost": _amount,
        "measure": measure_names(words),
    }
    applied |= dict.fromkeys(("applied_low", "applied_high"), TWO)
    applied |= dict.fromkeys(("applied_basis", "flagged"), lambda text: _(str(text)))
    columns = (
        "year",
        "receptor",
        "level",
        "target",
        "reached",
        "relaxation",
        *WIDTHS,
        *CITY_LEVELS[3:],
        "shadow_price",
        "binding",
    )
    listed = ("year", "region", "measure", *APPLIED, "removed", "pollutant", "cost", *TRUST, "basis", "source")
    heads = {"relaxation": _("misses by")}
    sheets = [
        Sheet("receptors", _("What the cities reach"), tables["receptors"], columns, heads, levels, said=_(OF_LEVELS)),
        Sheet(
            "regions",
            _("Who does what"),
            tables["regions"],
            ("year", "region", "cost", "measures"),
            cells=money,
            short=LISTED,
        ),
        Sheet(
            "measures",
            _("Measures of the plan"),
            tables["measures"],
            listed,
            cells=applied,
            short=LISTED,
            said=_(OF_MEASURES),
        ),
    ]
    if len(tables["tenths"]):
        dear: dict[str, Callable[[Any], str]] = dict.fromkeys(("cost", "saved"), _amount) | dict.fromkeys(
            ("looser", "target"), ONE
        )
        title = _("What a looser target of one city would save")
        said = _("what the plan would cost if one city had a looser target, million USD of 2015 a year")
        sheets.insert(1, Sheet("tenths", title, tables["tenths"], cells=dear, brief=telling, said=said))
    if len(tables["aims"]):
        told = dict.fromkeys(("aim", "met"), lambda text: _(str(text)))
        cells = {**told, "place": lambda place: _placed(str(place), words)}
        sheets.insert(1, Sheet("aims", _("Aims and caps beside the targets of cities"), tables["aims"], cells=cells))
    if "years" in found.summary:
        years = pd.DataFrame(found.summary["years"])[
            ["year", "share", "status", "cost", "deaths_avoided", "co2_change"]
        ]
        years = years.assign(missed=[len(step["relaxation"]) for step in found.summary["years"]])
        cells = {**dict.fromkeys(("cost", "deaths_avoided", "co2_change"), WHOLE), "share": TWO}
        cells["status"] = lambda text: _(str(text))
        heads = {
            "share": _("years that it counts, discounted"),
            "missed": _("targets missed"),
            "co2_change": _("change of CO2, kt a year"),
        }
        sheets.append(Sheet("years", _("The years of the path"), years, heads=heads, cells=cells))
    return sheets


def telling(tenths: pd.DataFrame) -> pd.DataFrame:
    """Return the tenths of every city up to the last that saves more than the one before it."""
    saved = tenths["saved"].to_numpy(dtype=np.float64)
    before = tenths.groupby("receptor", sort=False)["saved"].shift(fill_value=-np.inf).to_numpy(dtype=np.float64)
    kept: pd.DataFrame = tenths[saved > before * (1 + SAME * np.isfinite(before)) + SAME]
    return kept


def _placed(place: str, words: Words) -> str:
    """Return a place, or a place and a pollutant, by name."""
    code, _, pollutant = place.partition(":")
    return f"{words.name(code)} {pollutant}".strip()


def _sentences(found: Planned, pack: Pack, words: Words) -> list[str]:
    _ = words.translate
    if "years" not in found.summary:
        return plan_told(found.summary, pack, words.language, _)
    steps = found.summary["years"]
    years = ", ".join(str(step["year"]) for step in steps)
    said = _("path {years}: {cost} million USD of 2015 in all, discounted to the first year")
    first = said.format(years=years, cost=f"{found.summary['cost']:,.0f}")
    return [first, *(told for step in steps for told in plan_told(step, pack, words.language, _))]


def applied_file(ask: Ask, words: Words, question: PlanQuestion) -> bytes:
    """Return the plan as the CSV that `airshed plan evaluate` reads; raises AirshedError for a path."""
    saved = plan_asked(ask, question).saved
    if saved is None:
        raise AirshedError("path-not-one-plan")
    return csv_text(saved).encode()


FILES = {FILE: File("Download the plan, for airshed plan evaluate", "text/csv; charset=utf-8", applied_file)}

ANSWER = Entry(
    title="Least-cost plan",
    question=PlanQuestion,
    make=plan,
    name="plan",
    path="plan",
    choices={"receptor": receptors, "scenario": scenario_names},
    files=FILES,
    folded=FOLDED,
)
