"""When each member can meet which target, alone and together, and a schedule in which all bear the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.common import OneYear, alone, refuse_files, scenario_names, seats, solved
from airshed.answers.game_words import members_named
from airshed.answers.words import Card, Figure, Words, target_name
from airshed.assessment.chain.chain import years_ahead
from airshed.assessment.games.player_words import city_sentences
from airshed.assessment.members import schedule as work
from airshed.assessment.members.founders import founders
from airshed.charts.marks import flat, who_levels
from airshed.charts.members import attainment_dots, schedule_levels
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, money, money_range

ONE, TWO, WHOLE = fixed(1), fixed(2), fixed(0)
MOST = 8
"""Members of a schedule on a page; more on the command line."""


class ScheduleQuestion(Query):
    """Whose schedule, to which targets, by which burden."""

    members: tuple[str, ...] = Field(
        default=(),
        description="members: nations, regions, groups or cities; the first nations with a GDP if none",
        max_length=20,
    )
    year: tuple[OneYear, ...] = Field(
        default=(),
        description="years of the schedule, ascending; after the newest observation if none",
        max_length=6,
        json_schema_extra={"flag": "--years"},
    )
    target: tuple[str, ...] = Field(
        default=(),
        description="targets: who-it1 to who-2021, or µg/m³; those of the pack if none",
        max_length=8,
        json_schema_extra={"flag": "--targets"},
    )
    by: Literal["effort", "responsibility"] = Field(
        default="effort", description="what all bear alike: a share of GDP, or cost by share in the exposure"
    )
    of: Literal["mean", "cities"] = Field(
        default="mean", description="whose level counts: the mean of the people, or all cities"
    )
    scenario: str = Field(default="baseline", description="emissions to start from", max_length=500)
    case: Literal["low", "middle", "high"] = Field(
        default="middle", description="how much of what is unknown can still be applied"
    )


def schedule(ask: Ask, words: Words, question: ScheduleQuestion) -> Content:
    """Return when members can meet targets alone and together, and the schedule in which all bear the same."""
    _, pack, asked = words.translate, ask.pack, question
    refuse_files(ask, asked.scenario, *asked.target)
    members, targets = list(asked.members) or founders(pack), list(asked.target) or None
    asked_years = list(asked.year) or years_ahead(pack)
    if len(members) > MOST and not alone(ask):
        raise AirshedError("members-too-many-page", members=len(members), most=MOST)

    def make() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, object]]:
        stage = work.stage(pack, members, asked_years, asked.of, asked.scenario, asked.case)
        reach = work.attainment(stage, targets)
        plan = work.schedule(stage, reach, asked.by)
        return (
            work.attainment_table(stage, reach),
            work.schedule_table(plan),
            work.schedule_summary(plan, asked.scenario),
        )

    attained, steps, summary = ask.ask(("schedule", asked, tuple(members)), lambda: solved(make))
    moves = _levels(attained, steps, words)
    still = () if moves else (_("The levels of all members stay within 2 % over the years, with and without it."),)
    return Content(
        title=_("Targets of members, and a schedule"),
        sheets=(_attained_sheet(attained, words), _steps_sheet(steps, words)),
        panels=(
            Panel(_attained(attained, asked_years, words), "attainment"),
            *([] if moves is None else [Panel(moves, "schedule")]),
        ),
        equations=("common-burden", "responsibility-share", "least-cost-plan", "annual-cost", "attributable-deaths"),
        sentences=(
            schedule_sentence(steps, summary, words),
            *_said(summary, words),
            *still,
            *city_sentences(pack, members, _, words.name),
        ),
        cards=_cards(steps, summary, words),
        held={"members": tuple(members)},
        document={"attainment": records(attained), "schedule": records(steps), "summary": summary},
        joined=("attainment", "schedule"),
    )


def _attained_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    columns = ("member", "target", "limit", "baseline_year", "alone_year", "together_year")
    return Sheet(
        "attainment",
        words.translate("First years in which members can meet targets; levels in µg/m³"),
        rows,
        (*columns, "lowest_alone", "lowest_together", "note"),
        cells={
            "target": lambda name: target_name(str(name), words),
            **dict.fromkeys(("limit", "lowest_alone", "lowest_together"), ONE),
        },
        notes=work.NOTES,
        spare=("baseline_year", "lowest_alone", "limit", "lowest_together"),
    )


def _steps_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    target = dict.fromkeys(("target_due", "target_next"), lambda name: target_name(str(name), words) if name else "")
    money = dict.fromkeys(("cost", "price_low", "price_high"), ONE)
    columns = ("year", "member", "level_before", "target_due", "level", "met", "target_next", *money)
    return Sheet(
        "schedule",
        _("The schedule: levels in µg/m³, cost in million USD of 2015 a year"),
        rows,
        (*columns, "cost_share_of_gdp", "responsibility", "cost_share", "note"),
        cells={
            **target,
            **money,
            **dict.fromkeys(("level_before", "level"), ONE),
            **dict.fromkeys(("cost_share_of_gdp", "responsibility", "cost_share"), _share),
            "met": _,
        },
        notes=work.NOTES,
        spare=("cost_share", "responsibility", "price_low", "price_high", "target_next", "level_before"),
    )


def _share(value: float | None) -> str:
    return percent(value, small=True)


def schedule_sentence(rows: pd.DataFrame, summary: Mapping[str, Any], words: Words) -> str:
    """Return what the schedule reaches in its last year, what it costs, and what it avoids.

    rows : of `schedule.schedule_table`; summary : of `schedule.schedule_summary`
    """
    _, language = words.translate, words.language
    last = summary["years"][-1]
    due = rows[(rows["year"] == last["year"]) & (rows["target_due"] != "")]
    said = _(
        "By {year} {met} of {due} members that have a target due meet it: the measures cost {cost} a year "
        "({range}){share} and avoid {deaths} early deaths a year."
    )
    effort = _(", at most {share} of a member's GDP,")
    share = percent(last["common"], small=True)
    return said.format(
        year=last["year"],
        met=int((due["met"] == "yes").sum()),
        due=len(due),
        cost=money(last["cost"], language),
        range=money_range(*prices_of(rows, last["year"]), language),
        share=effort.format(share=share) if summary["by"] == "effort" else "",
        deaths=count(last["deaths_avoided"], language),
    )


def prices_of(rows: pd.DataFrame, year: int) -> tuple[float, float]:
    """Return what the measures of a year cost at low and high prices, million USD a year."""
    mine = rows[rows["year"] == year]
    return float(mine["price_low"].sum()), float(mine["price_high"].sum())


def _cards(rows: pd.DataFrame, summary: Mapping[str, Any], words: Words) -> tuple[Card, ...]:
    """Return what the last year of the schedule costs and avoids, and what sets its pace."""
    _, language = words.translate, words.language
    last = summary["years"][-1]
    between = money_range(*prices_of(rows, last["year"]), language)
    found = [
        Card(money(last["cost"], language), _("spent on measures, a year"), f"{last['year']}; {between}"),
        Card(count(last["deaths_avoided"], language), _("early deaths avoided a year"), str(last["year"])),
    ]
    paced = [step for step in summary["years"] if step["set_by"]]
    label = _("sets the pace of all")
    found += [Card(members_named(step["set_by"], words), label, str(step["year"])) for step in paced[:1]]
    return tuple(found)


def _said(summary: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """Return what every year asks of the members, as the command says it."""
    _, language = words.translate, words.language
    steps = summary["years"]
    effort = _("each member spends {share} of its GDP")
    together = _("the members spend {cost} together, each its share of the responsibility")
    costs = _("{year}: {said}, or all that helps: {cost} a year, {deaths} early deaths avoided; set by {by}")
    nobody = _("another year") if any(step["set_by"] for step in steps) else _("nobody")
    said = []
    for step in steps:
        common = (
            effort.format(share=percent(step["common"], small=True))
            if summary["by"] == "effort"
            else together.format(cost=money(step["common"], language))
        )
        numbers = {"cost": money(step["cost"], language), "deaths": count(step["deaths_avoided"], language)}
        by = words.listed(words.name(code) for code in step["set_by"]) or nobody
        said.append(costs.format(year=step["year"], said=common, by=by, **numbers))
    left = _("without the targets of {who}: {said}, {cost} a year in {year}")
    setters = ", ".join(dict.fromkeys(words.name(code) for step in steps for code in step["set_by"]))
    for step in steps:
        if step["set_by"] and step["common_without"] is not None:
            common = (
                effort.format(share=percent(step["common_without"], small=True))
                if summary["by"] == "effort"
                else together.format(cost=money(step["common_without"], language))
            )
            cost = money(step["cost_without"], language)
            said.append(left.format(who=setters, said=common, cost=cost, year=step["year"]))
    whose = {"mean": _("of the mean over people"), "cities": _("of the worst city")}[str(summary["of"])]
    text = _("scenario {scenario}; levels in µg/m³, {of}; costs in million USD of 2015 a year")
    said.append(text.format(scenario=summary["scenario"], of=whose))
    without = summary["without_gdp"]
    if isinstance(without, list) and without:
        text = _("no GDP of {members}: no share of it, and in a schedule by effort no spending")
        said.append(text.format(members=words.listed(words.name(code) for code in without)))
    return tuple(said)


def _attained(rows: pd.DataFrame, years: Sequence[int], words: Words) -> Figure:
    """Return the first year in which every member can meet every target, by the way of meeting it."""
    _ = words.translate
    ways = {
        "baseline_year": _("without measures"),
        "alone_year": _("with its own measures"),
        "together_year": _("with the measures of all"),
    }
    never = _("not by {year}").format(year=years[-1])
    dots = [
        {
            "member": words.short(row["member"]),
            "target": target_name(row["target"], words),
            "series": name,
            "year": never if row[key] is None else str(row[key]),
        }
        for row in records(rows)
        for key, name in ways.items()
    ]
    title = _("When members can meet which target")
    chart = attainment_dots(
        pd.DataFrame.from_records(dots),
        years=[*map(str, years), never],
        targets=list(dict.fromkeys(dot["target"] for dot in dots)),
        series=list(ways.values()),
        title=title,
        subtitle=_("of the years asked, the first in which the lowest level in reach meets the target"),
    )
    return Figure("attainment", chart, title, _("Where the marks part, acting together brings a target nearer."))


def _levels(attained: pd.DataFrame, steps: pd.DataFrame, words: Words) -> Figure | None:
    """Return the levels of the members without and with the schedule, and the targets due; None where none moves."""
    _ = words.translate
    limits = dict(zip(attained["target"], attained["limit"], strict=True))
    rows = steps.assign(member=[words.short(code) for code in steps["member"]])
    names = {"level_before": _("without the schedule"), "level": _("with the schedule")}
    held = [
        rows[["member", "year", key]].rename(columns={key: "value"}).assign(series=name) for key, name in names.items()
    ]
    lines = pd.concat(held, ignore_index=True)
    if flat(lines, "member"):
        return None
    title = _("Levels of the members under the schedule")
    chart = schedule_levels(
        lines,
        rows.assign(limit=rows["target_due"].map(limits))[["member", "year", "limit"]],
        series=list(names.values()),
        title=title,
        subtitle=_("black ticks: the target due in the year; each panel has an axis of its own"),
        axis="µg/m³",
        guides=who_levels(words.pack),
    )
    return Figure("levels", chart, title, _("What it costs each member stands in the table."))


ANSWER = Entry(
    title="Targets and schedule",
    question=ScheduleQuestion,
    make=schedule,
    choices={"members": seats, "scenario": scenario_names},
)
