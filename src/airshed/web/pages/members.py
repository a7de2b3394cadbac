"""Pages on members: when each can meet which target and what all bear alike, and grants to those of low income."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.assessment.chain.chain import latest_year, years_ahead
from airshed.assessment.games.player_words import city_sentences
from airshed.assessment.members import schedule as work
from airshed.assessment.members.support import NOTES as SUPPORT_NOTES
from airshed.assessment.members.support import support as grants_of
from airshed.assessment.members.support import support_table
from airshed.charts.members import attainment_dots, grant_points, schedule_levels
from airshed.impacts.valuation import incomes
from airshed.pack.bounds import MONEY, POWER
from airshed.pack.codes import countries
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.report.cells import fixed, plain, records, small_money
from airshed.report.words import Figure, Words, target_name
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, OneYear, words_of
from airshed.web.pages.budget import founders
from airshed.web.pages.figures import MOST as CHARTED
from airshed.web.pages.strategy import LATEST_YEAR, refuse_files, solved

ONE, TWO, WHOLE = fixed(1), fixed(2), fixed(0)
MOST = 8
"""Members of a schedule on a page; more on the command line."""
POOREST = 2
CASE = "how much of what is unknown can still be applied"
SCENARIO = "emissions to start from"


class ScheduleQuestion(Question):
    """Whose schedule, to which targets, by which burden."""

    members: tuple[str, ...] = Field(
        default=(),
        description="members: nations, regions, groups or cities; the first nations with a GDP if none",
        max_length=20,
    )
    year: tuple[OneYear, ...] = Field(
        default=(), description="years of the schedule, ascending; after the newest observation if none", max_length=6
    )
    target: tuple[str, ...] = Field(
        default=(), description="targets: who-it1 to who-2021, or µg/m³; those of WHO if none", max_length=8
    )
    by: Literal["effort", "responsibility"] = Field(
        default="effort", description="what all bear alike: a share of GDP, or cost by share in the exposure"
    )
    of: Literal["mean", "cities"] = Field(
        default="mean", description="whose level counts: the mean of the people, or all cities"
    )
    scenario: str = Field(default="baseline", description=SCENARIO, max_length=100)
    case: Literal["low", "middle", "high"] = Field(default="middle", description=CASE)


class SupportQuestion(Question):
    """Grants to whom, from what budget, with which weight of a life."""

    members: tuple[str, ...] = Field(
        default=(),
        description="members: nations, regions, groups or cities; the two nations of lowest income if none",
        max_length=20,
    )
    budget: float = Field(default=50e6, ge=0, le=MONEY.most, description="budget, USD a year; 0: all that helps")
    equity: float = Field(
        default=0.0,
        ge=0,
        le=POWER.most,
        description="weight of a life: (reference income / income) to this power; 0: equal",
    )
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)
    whole: tuple[str, ...] = Field(
        default=(), description="measures that are paid for fully or not at all", max_length=5
    )
    scenario: str = Field(default="baseline", description=SCENARIO, max_length=100)
    case: Literal["low", "middle", "high"] = Field(default="middle", description=CASE)
    lives: Literal["all", "own"] = Field(default="all", description="rank by all lives, or by the member's own")


def poorest(pack: Pack) -> list[str]:
    """Return the nations of the lowest income per head, in the order of the pack; all of a pack without incomes."""
    held = countries(pack)
    try:
        found = incomes(pack, held)
    except AirshedError:
        return held
    known = sorted((code for code in held if np.isfinite(found[code].ratio)), key=lambda code: found[code].ratio)
    return [code for code in held if code in known[:POOREST]] or held


def schedule(desk: Desk, words: Words, question: ScheduleQuestion) -> Content:
    """Return when members can meet targets alone and together, and the schedule in which all bear the same."""
    _, pack, asked = words.translate, desk.pack, question
    refuse_files(asked.scenario, *asked.target)
    members, targets = list(asked.members) or founders(pack), list(asked.target) or None
    asked_years = list(asked.year) or years_ahead(pack)
    if len(members) > MOST:
        raise AirshedError(
            f"{len(members)} members are too many for a page", f"name {MOST} at most, or use the command"
        )

    def make() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, object]]:
        stage = work.stage(pack, members, asked_years, asked.of, asked.scenario, asked.case)
        reach = work.attainment(stage, targets)
        plan = work.schedule(stage, reach, asked.by)
        return (
            work.attainment_table(stage, reach),
            work.schedule_table(plan),
            work.schedule_summary(plan, asked.scenario),
        )

    attained, steps, summary = desk.ask(("schedule", asked, tuple(members)), lambda: solved(make))
    years = ",".join(map(str, asked_years))
    command = ["schedule", "--members", ",".join(members), "--years", years]
    command += ["--targets", ",".join(targets)] if targets else []
    command += ["--by", asked.by, "--of", asked.of, "--scenario", asked.scenario, "--case", asked.case]
    place = f"{members!r}, {asked_years!r}, {asked.of!r}, {asked.scenario!r}, {asked.case!r}"
    return Content(
        title=_("Targets of members, and a schedule"),
        sheets=(_attained_sheet(attained, words), _steps_sheet(steps, words)),
        panels=(
            Panel(_attained(attained, asked_years, words), "attainment"),
            Panel(_levels(attained, steps, words), "schedule"),
        ),
        equations=("common-burden", "responsibility-share", "least-cost-plan", "annual-cost", "attributable-deaths"),
        command=tuple(command),
        python=(
            "from airshed.assessment.members import schedule as work\n"
            f"stage = work.stage(pack, {place})\n"
            f"reach = work.attainment(stage, {targets!r})\n"
            f"work.schedule(stage, reach, {asked.by!r})"
        ),
        sentences=(*_said(summary, words), *city_sentences(pack, members, _, words.name)),
        held={"members": tuple(members)},
        document={"attainment": records(attained), "schedule": records(steps), "summary": summary},
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
    )


def _share(value: float | None) -> str:
    return percent(value, small=True)


def _said(summary: dict[str, object], words: Words) -> tuple[str, ...]:
    """Return what every year asks of the members, as the command says it."""
    _ = words.translate
    steps = summary["years"]
    if not isinstance(steps, list):
        raise TypeError("the summary of a schedule has a list of years")
    effort = _("each member spends {share} of its GDP")
    together = _("the members spend {cost} million USD together, each its share of the responsibility")
    costs = _("{year}: {said}, or all that helps: {cost} million USD, {deaths} deaths avoided; set by {by}")
    nobody = _("another year") if any(step["set_by"] for step in steps) else _("nobody")
    said = []
    for step in steps:
        common = (
            effort.format(share=percent(step["common"], small=True))
            if summary["by"] == "effort"
            else together.format(cost=f"{step['common']:,.0f}")
        )
        numbers = {"cost": f"{step['cost']:,.0f}", "deaths": f"{step['deaths_avoided']:,.0f}"}
        by = ", ".join(words.name(code) for code in step["set_by"]) or nobody
        said.append(costs.format(year=step["year"], said=common, by=by, **numbers))
    left = _("without the targets of {who}: {said}, {cost} million USD in {year}")
    setters = ", ".join(dict.fromkeys(words.name(code) for step in steps for code in step["set_by"]))
    for step in steps:
        if step["set_by"] and step["common_without"] is not None:
            common = (
                effort.format(share=f"{100 * step['common_without']:.3f}")
                if summary["by"] == "effort"
                else together.format(cost=f"{step['common_without']:,.0f}")
            )
            cost = f"{step['cost_without']:,.0f}"
            said.append(left.format(who=setters, said=common, cost=cost, year=step["year"]))
    without = summary["without_gdp"]
    if isinstance(without, list) and without:
        text = _("no GDP of {members}: no share of it, and in a schedule by effort no spending")
        said.append(text.format(members=", ".join(words.name(code) for code in without)))
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


def _levels(attained: pd.DataFrame, steps: pd.DataFrame, words: Words) -> Figure:
    """Return the levels of the members without and with the schedule, and the targets due."""
    _ = words.translate
    limits = dict(zip(attained["target"], attained["limit"], strict=True))
    rows = steps.assign(member=[words.short(code) for code in steps["member"]])
    names = {"level_before": _("without the schedule"), "level": _("with the schedule")}
    held = [
        rows[["member", "year", key]].rename(columns={key: "value"}).assign(series=name) for key, name in names.items()
    ]
    title = _("Levels of the members under the schedule")
    chart = schedule_levels(
        pd.concat(held, ignore_index=True),
        rows.assign(limit=rows["target_due"].map(limits))[["member", "year", "limit"]],
        series=list(names.values()),
        title=title,
        subtitle=_("black ticks: the target due in the year; each panel has an axis of its own"),
        axis="µg/m³",
    )
    return Figure("levels", chart, title, _("What it costs each member stands in the table."))


def support(desk: Desk, words: Words, question: SupportQuestion) -> Content:
    """Return the grants to members by deaths avoided per dollar, and what a budget buys."""
    _, pack, asked = words.translate, desk.pack, question
    refuse_files(asked.scenario)
    members = list(asked.members) or poorest(pack)
    year = latest_year(pack) if asked.year is None else asked.year
    money = asked.budget or None

    def make() -> tuple[dict[str, float], pd.DataFrame]:
        found = grants_of(
            pack, members, money, asked.equity, year, asked.scenario, asked.case, asked.whole, asked.lives
        )
        sums = {"cost": found.spent, "deaths": found.avoided, "own": found.avoided_own}
        return sums, support_table(pack, found)

    sums, rows = desk.ask(("support", asked, tuple(members), year), lambda: solved(make))
    command = ["support", "--members", ",".join(members), *(["--budget", f"{money:.15g}"] if money else [])]
    command += ["--equity", f"{asked.equity:g}", "--year", str(year), *words_of("--whole", asked.whole)]
    text = _(
        "{year}: {cost} million USD of 2015 a year avoid {deaths} deaths a year, {own} of them of the members' people"
    )
    numbers = {"cost": f"{sums['cost']:,.1f}", "deaths": f"{sums['deaths']:,.0f}", "own": f"{sums['own']:,.0f}"}
    place = f"{members!r}, {money!r}, {asked.equity!r}, {year}, {asked.scenario!r}, {asked.case!r}, {asked.whole!r}"
    place += f", {asked.lives!r}"
    figure = _grants(rows, words)
    return Content(
        title=_("Grants to {members}").format(members=", ".join(words.name(code) for code in members)),
        sheets=(_grant_sheet(rows, words),),
        panels=(Panel(figure, "support"),) if figure else (),
        equations=("equity-weight", "marginal-deaths", "annual-cost", "attributable-deaths"),
        command=(*command, "--scenario", asked.scenario, "--case", asked.case, "--lives", asked.lives),
        python=(
            "from airshed.assessment.members.support import support, support_table\n"
            f"support_table(pack, support(pack, {place}))"
        ),
        sentences=(
            text.format(year=year, **numbers),
            *_best(rows, words),
            *city_sentences(pack, members, _, words.name),
        ),
        held={"members": tuple(members)},
    )


def _best(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what the best grant does, and what the answer cannot rank."""
    _ = words.translate
    said = []
    for row in records(rows[rows["rank"] == 1]):
        text = _("the best grant: {measure} in {place}, {deaths} deaths avoided a year by a million USD a year")
        deaths = plain(row["deaths_per_million_usd"])
        said.append(text.format(measure=words.measure(row["measure"]), place=words.name(row["region"]), deaths=deaths))
    unranked = int(rows["rank"].isna().sum())
    text = _("{count} grants cannot be ranked, because no cost or no effect of theirs is published")
    return [*said, text.format(count=unranked)] if unranked else said


def _grant_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    columns = ["rank", "member", "kind", "region", "measure", "cost", "deaths_avoided", "deaths_low", "deaths_high"]
    columns += ["deaths_own", "deaths_abroad", "deaths_per_million_usd", "weighted", "chosen", "cumulative_cost"]
    return Sheet(
        "support",
        _("Grants, the most deaths avoided per dollar first; million USD of 2015 a year, deaths a year"),
        rows,
        (*columns, "note", "source"),
        cells={
            "region": lambda code: words.name(code) if code else "",
            "cost": small_money,
            "cumulative_cost": TWO,
            **dict.fromkeys(("deaths_avoided", "deaths_own", "deaths_abroad", "deaths_low", "deaths_high"), WHOLE),
            **dict.fromkeys(("deaths_per_million_usd", "weighted"), plain),
            "chosen": percent,
        },
        notes=SUPPORT_NOTES,
    )


def _grants(rows: pd.DataFrame, words: Words) -> Figure | None:
    """Return what a million dollars does in the best grants, and how much of them is bought; None without any."""
    _ = words.translate
    ranked = rows[rows["rank"].notna() & (rows["deaths_per_million_usd"] > 0)].head(CHARTED)
    if ranked.empty:
        return None
    names = (_("bought in full"), _("bought in part"), _("not bought"))
    shares = ranked["chosen"].to_numpy(dtype=np.float64)
    bought = np.select([shares > 1 - work.PRICED, shares > work.PRICED], [0, 1], 2)
    labels = [
        f"{rank}. {words.short(place)}, {words.measure(measure)}"
        for rank, place, measure in zip(ranked["rank"], ranked["region"], ranked["measure"], strict=True)
    ]
    title = _("What a million dollars does in each grant")
    chart = grant_points(
        pd.DataFrame(
            {
                "label": labels,
                "value": ranked["deaths_per_million_usd"].to_numpy(dtype=np.float64),
                "series": [names[place] for place in bought],
            }
        ),
        series=names,
        title=title,
        subtitle=_(
            "deaths avoided a year per million USD a year, in the order of the weighted lives; logarithmic axis"
        ),
        axis=_("deaths a year per million USD a year"),
    )
    return Figure("grants", chart, title, _("Of a group of measures that exclude each other, one alone is bought."))
