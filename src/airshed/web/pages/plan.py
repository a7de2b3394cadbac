"""The page on the least-cost plan: its aims and caps, alone or together, in one year or over several, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import target_of
from airshed.assessment.plans.aims import WHOLE_GAP, Aims, amounts
from airshed.assessment.plans.document import summary_of_path, summary_of_robust, tables_of_path, tables_of_plan
from airshed.assessment.plans.path import path_answer
from airshed.assessment.plans.plan import Answer, answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.robust import SAMPLES, robust_answer
from airshed.assessment.plans.saved import saved_table
from airshed.assessment.plans.tables import TRUST, plan_summary
from airshed.pack.bounds import GAP, MONEY, WITHIN
from airshed.pack.defaults import target_or_usual
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.report.cells import fixed, records
from airshed.report.plan import plan_figures
from airshed.report.plan_told import plan_told
from airshed.report.words import Words
from airshed.web.desk import Desk
from airshed.web.forms import csv_of
from airshed.web.page import Content, File, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, OneYear, words_of
from airshed.web.pages.strategy import LATEST_YEAR, ONE, TWO, measure_names, refuse_files, solved

WHOLE = fixed(0)
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
FILE = "applied.csv"


class PlanQuestion(Question):
    """Which aims and caps, where and when, and how the plan is made."""

    target: str | None = Field(
        default=None,
        description="target: who-it1 to who-2021, national, or a number; the pack's if nothing is aimed at",
        max_length=20,
    )
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)
    receptor: tuple[str, ...] = Field(
        default=(), description="cities, regions or nations to plan for; all cities if none", max_length=30
    )
    scenario: str = Field(default="baseline", description="emissions that the plan starts from", max_length=100)
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


def aims_of(pack: Pack, asked: PlanQuestion) -> Aims:
    """Return the aims and caps of a question; raises AirshedError for words that cannot be read."""
    refuse_files(asked.scenario, asked.target or "")
    aims = Aims(
        target=asked.target,
        exposure=amounts(asked.exposure, "exposure"),
        deaths=amounts(asked.deaths, "deaths"),
        emissions=amounts(asked.ceiling, "ceiling"),
        co2=amounts(asked.co2, "co2", percent=False),
        caps=amounts(asked.cap, "cap", percent=False),
        gdp_share=asked.gdp_share,
        whole=asked.whole,
        unmet=asked.unmet,
        within=asked.within,
        price_cap=None if asked.price_cap is None else asked.price_cap / MILLION,
        without_gdp=asked.without_gdp,
        gap=asked.gap,
        seconds=MOST_SECONDS if asked.whole else None,
    )
    aimed = aims.exposure or aims.deaths or aims.emissions or aims.co2 or asked.budget is not None
    if aims.target or aimed or target_of(pack, asked.scenario):
        return aims
    return replace(aims, target=target_or_usual(pack, None))


def check_ways(asked: PlanQuestion) -> None:
    """Raise AirshedError for ways of planning that do not go together."""
    ways = {
        "budget": asked.budget is not None,
        "alone": asked.alone,
        "path": bool(asked.path),
        "certainty": asked.certainty is not None,
        "price_cap": asked.price_cap is not None,
    }
    named = [name for name, given in ways.items() if given]
    if len(named) > 1:
        raise AirshedError(f"{' and '.join(named)} do not go together", f"ask for one of them, as {named[0]}")


def planned(pack: Pack, asked: PlanQuestion, aims: Aims) -> Planned:
    """Return the plan that is asked for."""
    year = latest_year(pack) if asked.year is None else asked.year
    receptors = list(asked.receptor) or None
    if asked.path:
        along = path_answer(pack, aims, asked.path, asked.scenario, asked.case, receptors)
        return _of_answer(along.answers[-1], summary_of_path(along), tables_of_path(along), path=True)
    if asked.certainty is not None:
        sure = robust_answer(pack, aims, year, asked.certainty, asked.scenario, asked.case, receptors, asked.samples)
        return _of_answer(sure.answer, summary_of_robust(sure), tables_of_plan(sure.answer))
    budget = None if asked.budget is None else asked.budget / MILLION
    found = answer(ground(pack, aims, year, asked.scenario, asked.case, receptors), asked.alone, budget, asked.buy)
    return _of_answer(found, plan_summary(found), tables_of_plan(found))


def _of_answer(last: Answer, summary: dict[str, Any], tables: dict[str, pd.DataFrame], path: bool = False) -> Planned:
    shown, aims = tables_of_plan(last), last.ground.aims
    named = [f"{code}={amount.value:g}{'%' if amount.percent else ''}" for code, amount in aims.exposure]
    return Planned(
        summary=summary,
        tables=tables,
        shown=plan_summary(last) if path else summary,
        levels=shown["receptors"],
        regions=shown["regions"],
        target=" ".join([*([aims.target] if aims.target else []), *named]),
        saved=None if path else saved_table(last),
    )


def plan_asked(desk: Desk, asked: PlanQuestion) -> tuple[Aims, Planned]:
    """Return the aims of a question with the plan for them."""
    pack = desk.pack
    check_ways(asked)
    aims = aims_of(pack, asked)
    return aims, desk.ask(("plan", asked), lambda: solved(lambda: planned(pack, asked, aims)))


def plan(desk: Desk, words: Words, question: PlanQuestion) -> Content:
    """Return the cheapest measures that meet the aims, or come as near as they can."""
    _, pack, asked = words.translate, desk.pack, question
    aims, found = plan_asked(desk, asked)
    costs = found.regions["cost"].sum() if len(found.regions) else 0.0
    drawn = plan_figures(
        {
            "plan_summary": pd.DataFrame([{**found.shown, "target": found.target}]),
            "plan_receptors": found.levels,
            **({"plan_regions": found.regions} if costs > 0 else {}),
        },
        words,
    )
    return Content(
        title=_("Least-cost plan"),
        sheets=tuple(_sheets(found, words)),
        panels=tuple(Panel(figure, figure.id.removeprefix("plan_").replace("levels", "receptors")) for figure in drawn),
        equations=("least-cost-plan", "elastic-plan", "annual-cost", "remaining-share", "cost-transfer"),
        command=_command(pack, aims, asked),
        python=_python(pack, aims, asked),
        sentences=tuple(_sentences(found, pack, words)),
        document={"summary": found.summary, **{name: records(table) for name, table in found.tables.items()}},
        without=frozenset({FILE}) if found.saved is None else frozenset(),
    )


def _sheets(found: Planned, words: Words) -> list[Sheet]:
    """Return the tables of a plan, those of aims and years only where there are any."""
    _ = words.translate
    tables = found.tables
    money = dict.fromkeys(("cost", "shadow_price"), WHOLE)
    levels = money | dict.fromkeys((*CITY_LEVELS, *WIDTHS, "relaxation"), ONE)
    applied = {**dict.fromkeys(APPLIED, TWO), "removed": ONE, "cost": ONE, "measure": measure_names(words)}
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
        Sheet("receptors", _("What the cities reach"), tables["receptors"], columns, heads, levels),
        Sheet("regions", _("Who does what"), tables["regions"], ("year", "region", "cost", "measures"), cells=money),
        Sheet("measures", _("Measures of the plan"), tables["measures"], listed, cells=applied),
    ]
    if len(tables["tenths"]):
        dear = dict.fromkeys(("cost", "saved"), WHOLE) | dict.fromkeys(("looser", "target"), ONE)
        title = _("What a looser target of one city would save")
        sheets.insert(1, Sheet("tenths", title, tables["tenths"], cells=dear))
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


def _command(pack: Pack, aims: Aims, asked: PlanQuestion) -> tuple[str, ...]:
    """Return the words of the command that gives the same plan."""
    single = {
        "--target": aims.target,
        "--budget": None if asked.budget is None else f"{asked.budget:.15g}",
        "--buy": asked.buy if asked.buy != "exposure" else None,
        "--gdp-share": None if asked.gdp_share is None else f"{asked.gdp_share:.15g}",
        "--unmet": asked.unmet if asked.unmet != "nearest" else None,
        "--within": f"{asked.within:.15g}" if asked.within else None,
        "--price-cap": None if asked.price_cap is None else f"{asked.price_cap:.15g}",
        "--without-gdp": asked.without_gdp if asked.without_gdp != "left-out" else None,
        "--gap": f"{aims.gap:g}" if aims.gap != WHOLE_GAP else None,
        "--seconds": f"{aims.seconds:g}" if aims.seconds else None,
        "--path": ",".join(map(str, asked.path)) or None,
        "--certainty": None if asked.certainty is None else f"{asked.certainty:.15g}",
        "--samples": str(asked.samples) if asked.samples != SAMPLES else None,
    }
    several: dict[str, Sequence[str]] = {
        "--receptor": asked.receptor,
        "--exposure": asked.exposure,
        "--deaths": asked.deaths,
        "--ceiling": asked.ceiling,
        "--co2": asked.co2,
        "--cap": asked.cap,
        "--whole": asked.whole,
    }
    command = ["optimise", *(word for option, value in single.items() if value for word in (option, value))]
    command += [word for option, values in several.items() for word in words_of(option, tuple(values))]
    command += [] if asked.path else ["--year", str(latest_year(pack) if asked.year is None else asked.year)]
    command += ["--scenario", asked.scenario, "--case", asked.case, *(["--alone"] if asked.alone else [])]
    return tuple(command)


def _python(pack: Pack, aims: Aims, asked: PlanQuestion) -> str:
    """Return the lines of Python that give the same plan."""
    given = [
        f"{item.name}={getattr(aims, item.name)!r}" for item in fields(aims) if getattr(aims, item.name) != item.default
    ]
    year = latest_year(pack) if asked.year is None else asked.year
    rest = f"{asked.scenario!r}, {asked.case!r}, {list(asked.receptor) or None!r}"
    first = f"from airshed.assessment.plans.aims import Aims, Amount\naims = Aims({', '.join(given)})\n"
    if asked.path:
        return (
            f"{first}from airshed.assessment.plans.path import path_answer\n"
            f"path_answer(pack, aims, {list(asked.path)!r}, {rest})"
        )
    if asked.certainty is not None:
        return (
            f"{first}from airshed.assessment.plans.robust import robust_answer\n"
            f"robust_answer(pack, aims, {year}, {asked.certainty!r}, {rest}, {asked.samples})"
        )
    budget = None if asked.budget is None else asked.budget / MILLION
    return (
        f"{first}from airshed.assessment.plans.plan_inputs import ground\n"
        "from airshed.assessment.plans.plan import answer\n"
        f"answer(ground(pack, aims, {year}, {rest}), {asked.alone}, {budget}, {asked.buy!r})"
    )


def applied_file(desk: Desk, words: Words, question: PlanQuestion) -> bytes:
    """Return the plan as the CSV that `airshed plan evaluate` reads; raises AirshedError for a path."""
    saved = plan_asked(desk, question)[1].saved
    if saved is None:
        raise AirshedError("a path is not one plan", "ask for the plan of one year, without a path")
    return csv_of(saved)


FILES = {FILE: File("Download the plan, for airshed plan evaluate", "text/csv; charset=utf-8", applied_file)}
