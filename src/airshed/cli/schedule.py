"""Commands on members: differentiated targets with a schedule, and support of members of low income."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import Record, fixed, names, plain, print_json, print_rows, records, say
from airshed.cli.settings import Format, FormatOption, Settings, YearOption, bounded, settings
from airshed.pack.bounds import MONEY, POWER
from airshed.pack.bounds import years as years_of
from airshed.pack.percent import percent
from airshed.report.cells import small_money

if TYPE_CHECKING:
    from airshed.pack.pack import Pack

MembersOption = Annotated[
    str, typer.Option("--members", help="nations, regions, groups or cities, such as MNG,PRK", autocompletion=codes)
]
ScenarioOption = Annotated[
    str, typer.Option("--scenario", help="emissions to start from; observed-anchored explains observed levels")
]
CaseOption = Annotated[
    Literal["low", "middle", "high"], typer.Option("--case", help="how much of what is unknown can still be applied")
]


def schedule(
    context: typer.Context,
    members: MembersOption,
    years: Annotated[
        str | None, typer.Option("--years", help="years of the schedule; after the newest observation if not given")
    ] = None,
    targets: Annotated[
        str | None, typer.Option("--targets", help="who-it1..who-it4, who-2021, who-2005 or ug/m3; WHO's if not given")
    ] = None,
    by: Annotated[
        Literal["effort", "responsibility"],
        typer.Option("--by", help="equal share of GDP, or cost in proportion to the share in the exposure"),
    ] = "effort",
    of: Annotated[
        Literal["mean", "cities"], typer.Option("--of", help="what meets a target: the mean over people, or all cities")
    ] = "mean",
    scenario: ScenarioOption = "baseline",
    case: CaseOption = "middle",
    form: FormatOption = "table",
) -> None:
    """When each member can reach which target, alone and together; a schedule in which all carry the same burden."""
    given = settings(context)
    from airshed.assessment.chain.chain import years_ahead
    from airshed.assessment.members import schedule as work

    pack = given.open_pack()
    asked = years_ahead(pack) if years is None else years_of(years, "--years")
    stage = work.stage(pack, members.split(","), asked, of, scenario, case)
    wanted = None if targets is None else [word.strip() for word in targets.split(",")]
    reach = work.attainment(stage, wanted)
    plan = work.schedule(stage, reach, by)
    rows = records(work.attainment_table(stage, reach)), records(work.schedule_table(plan))
    summary = work.schedule_summary(plan, scenario)
    if form == "json":
        print_json({"attainment": rows[0], "schedule": rows[1], "summary": summary})
    elif form == "csv":
        print_rows(_joined(*rows), "csv")
    else:
        _say_schedule(given, pack, summary)
        _print_schedule(given, pack, *rows)


def _joined(attained: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[Record]:
    """Return both tables as one flat list: `part` says which, and what a part does not have is empty."""
    parts = [("attainment", attained), ("schedule", steps)]
    fields = list(dict.fromkeys(["part", "member", *attained[0], *steps[0]]))
    return [{**dict.fromkeys(fields), "part": part, **row} for part, rows in parts for row in rows]


def _say_schedule(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    from airshed.assessment.games.player_words import city_sentences

    translate, name = given.translator(), names(pack, given.language)
    effort = translate("each member spends {share} of its GDP")
    budget = translate("the members spend {cost} million USD together, each its share of the responsibility")
    costs = translate("{year}: {said}, or all that helps: {cost} million USD, {deaths} deaths avoided; set by {by}")
    anyone = any(step["set_by"] for step in summary["years"])
    nobody = translate("another year") if anyone else translate("nobody")
    for step in summary["years"]:
        if summary["by"] == "effort":
            said = effort.format(share=percent(step["common"], small=True))
        else:
            said = budget.format(cost=f"{step['common']:,.0f}")
        say(
            costs.format(
                year=step["year"],
                said=said,
                cost=f"{step['cost']:,.0f}",
                deaths=f"{step['deaths_avoided']:,.0f}",
                by=", ".join(map(name, step["set_by"])) or nobody,
            )
        )
    without = translate("without the targets of {who}: {said}, {cost} million USD in {year}")
    setters = list(dict.fromkeys(code for step in summary["years"] for code in step["set_by"]))
    for step in summary["years"]:
        if step["set_by"] and step["common_without"] is not None:
            said = (
                effort.format(share=f"{100 * step['common_without']:.3f}")
                if summary["by"] == "effort"
                else budget.format(cost=f"{step['common_without']:,.0f}")
            )
            cost = f"{step['cost_without']:,.0f}"
            say(without.format(who=", ".join(map(name, setters)), said=said, cost=cost, year=step["year"]))
    of = {"mean": translate("of the mean over people"), "cities": translate("of the worst city")}[summary["of"]]
    text = translate("scenario {scenario}; levels in ug/m3, {of}; costs in million USD of 2015 a year")
    say(text.format(scenario=summary["scenario"], of=of))
    if summary["without_gdp"]:
        text = translate("no GDP of {members}: no share of it, and in a schedule by effort no spending")
        say(text.format(members=", ".join(map(name, summary["without_gdp"]))))
    for told in city_sentences(pack, summary["members"], translate, name):
        say(told)


def _print_schedule(given: Settings, pack: Pack, attained: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    from airshed.assessment.members.schedule import NOTES
    from airshed.pack.language import retell

    translate = given.translator()
    name = names(pack, given.language)
    shared: dict[str, Callable[[Any], str]] = {
        "member": name,
        "note": lambda note: retell(note, NOTES, translate),
        "met": translate,
        "cost_share_of_gdp": _percent,
        "responsibility": _percent,
    }
    levels = ("limit", "lowest_alone", "lowest_together", "level_before", "level")
    print_rows(
        attained,
        "table",
        columns=[
            "member", "target", "limit", "baseline_year", "alone_year", "together_year", "lowest_alone",
            "lowest_together", "note",
        ],
        heads=translate,
        cells={**shared, **dict.fromkeys(levels, fixed(1))},
        spare=("baseline_year", "lowest_alone", "limit", "lowest_together", "note"),
    )  # fmt: skip
    print_rows(
        steps,
        "table",
        columns=[
            "year", "member", "level_before", "target_due", "level", "met", "target_next", "cost", "price_low",
            "price_high", "cost_share_of_gdp", "responsibility", "note",
        ],
        heads=translate,
        cells={**shared, **dict.fromkeys(levels, fixed(1)), "year": str},
        spare=("responsibility", "price_low", "price_high", "target_next", "note", "level_before"),
    )  # fmt: skip


def _percent(value: float | None) -> str:
    return percent(value, small=True)


def support(
    context: typer.Context,
    members: MembersOption,
    budget: Annotated[float | None, bounded("--budget", MONEY, "USD a year; all that helps if not given")] = None,
    equity: Annotated[
        float, bounded("--equity", POWER, "weight of a life: (reference income / income) to this power; 0: equal")
    ] = 0.0,
    year: YearOption = None,
    whole: Annotated[
        list[str] | None, typer.Option("--whole", help="measure that is paid for fully or not at all; repeatable")
    ] = None,
    scenario: ScenarioOption = "baseline",
    case: CaseOption = "middle",
    lives: Annotated[
        Literal["all", "own"], typer.Option("--lives", help="rank by all lives, or by those of the member's own people")
    ] = "all",
    form: FormatOption = "table",
) -> None:
    """Which grants to members avoid most deaths per dollar, and what a budget should go to."""
    given = settings(context)
    from airshed.assessment.games.player_words import city_sentences
    from airshed.assessment.members.support import support as answer
    from airshed.assessment.members.support import support_table

    pack = given.open_pack()
    found = answer(pack, members.split(","), budget, equity, year, scenario, case, whole or (), lives)
    rows = records(support_table(pack, found))
    translate = given.translator()
    text = translate(
        "{year}: {cost} million USD of 2015 a year avoid {deaths} deaths a year, {own} of them of the members' people"
    )
    numbers = {"cost": f"{found.spent:,.1f}", "deaths": f"{found.avoided:,.0f}", "own": f"{found.avoided_own:,.0f}"}
    if form == "table":
        say(text.format(year=found.ground.chain.year, **numbers))
        for told in city_sentences(pack, found.members, translate, names(pack, given.language)):
            say(told)
    _print_support(given, pack, rows, form)


def _print_support(given: Settings, pack: Pack, rows: list[dict[str, Any]], form: Format) -> None:
    from airshed.assessment.members.support import NOTES
    from airshed.pack.language import retell

    translate = given.translator()
    name = names(pack, given.language)
    print_rows(
        rows,
        form,
        columns=[
            "rank", "member", "kind", "region", "measure", "cost", "deaths_avoided", "deaths_own", "deaths_abroad",
            "deaths_per_million_usd", "weighted", "chosen", "cumulative_cost",
        ],
        heads=translate,
        cells={
            "member": name,
            "kind": translate,
            "cost": small_money,
            "cumulative_cost": fixed(2),
            "chosen": fixed(2),
            **dict.fromkeys(("deaths_avoided", "deaths_own", "deaths_abroad"), fixed(1)),
            **dict.fromkeys(("deaths_per_million_usd", "weighted"), plain),
        },
        spare=("weighted", "deaths_abroad", "cumulative_cost", "region", "kind", "deaths_own"),
    )  # fmt: skip
    if form == "table":
        for note in dict.fromkeys(part for row in rows for part in row["note"].split("; ") if part):
            say(retell(note, NOTES, translate))
