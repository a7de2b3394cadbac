"""Commands on saved plans: what they do by the whole chain, and several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from airshed.cli.output import fixed, names, plain, print_json, print_rows, records, say
from airshed.cli.plan import (
    MILLION,
    CaseOption,
    PriceOption,
    ReceptorOption,
    ScenarioOption,
    TargetOption,
    WithinOption,
    latest_year,
    show_answer,
)
from airshed.cli.settings import FormatOption, YearOption, bounded, settings
from airshed.pack.bounds import POINTS

app = typer.Typer(
    help="Plans: evaluate and compare saved ones, fronts of cost, the plan of least regret.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NOTHING = "nothing done"
"""What the plan that changes nothing is called."""


@app.command()
def evaluate(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="CSV with region, measure, application")],
    target: TargetOption = None,
    year: YearOption = None,
    scenario: ScenarioOption = "baseline",
    receptor: ReceptorOption = None,
    case: CaseOption = "middle",
    form: FormatOption = "table",
) -> None:
    """Check a saved or edited plan and say what it costs and reaches by the whole chain."""
    given = settings(context)
    from airshed.assessment.plans.aims import Aims
    from airshed.assessment.plans.plan_inputs import ground
    from airshed.assessment.plans.saved import evaluated, read_plan

    pack = given.open_pack()
    held = ground(pack, Aims(target), latest_year(pack) if year is None else year, scenario, case, receptor)
    show_answer(context, pack, evaluated(held, read_plan(held, plan)), form)


@app.command()
def compare(
    context: typer.Context,
    plan: Annotated[list[Path], typer.Argument(help="CSVs of plans")],
    target: TargetOption = None,
    year: YearOption = None,
    scenario: ScenarioOption = "baseline",
    receptor: ReceptorOption = None,
    case: CaseOption = "middle",
    form: FormatOption = "table",
) -> None:
    """Cost, deaths avoided and levels of plans side by side, with the difference to doing nothing more."""
    given = settings(context)
    from airshed.assessment.plans.aims import Aims
    from airshed.assessment.plans.plan_inputs import ground
    from airshed.assessment.plans.saved import compared, evaluated, read_plan

    pack = given.open_pack()
    held = ground(pack, Aims(target), latest_year(pack) if year is None else year, scenario, case, receptor)
    answers = [(NOTHING, evaluated(held, held.options.current))]
    answers += [(str(path), evaluated(held, read_plan(held, path))) for path in plan]
    rows = records(compared(answers))
    if form == "table":
        rows.sort(key=lambda row: (str(row["quantity"]), str(row["place"])))
        say(str(held.chain.year))
    translate = given.translator()
    print_rows(
        rows,
        form,
        columns=["quantity", "place", "plan", "value", "low", "high", "difference", "unit"],
        heads=translate,
        cells={
            "quantity": translate,
            "place": names(pack, given.language),
            "plan": translate,
            **dict.fromkeys(("value", "low", "high", "difference"), plain),
        },
    )


@app.command()
def front(
    context: typer.Context,
    against: Annotated[
        Literal["exposure", "deaths", "worst", "co2"],
        typer.Option("--against", help="mean over people, deaths, the highest level of a city, or CO2"),
    ] = "exposure",
    points: Annotated[int, bounded("--points", POINTS, "plans of the front")] = 30,
    target: TargetOption = None,
    year: YearOption = None,
    scenario: ScenarioOption = "baseline",
    receptor: ReceptorOption = None,
    case: CaseOption = "middle",
    form: FormatOption = "table",
) -> None:
    """Show what ever more ambition costs: the cheapest plan of every step, and the knee from which it gets dear."""
    given = settings(context)
    from airshed.assessment.plans.aims import Aims
    from airshed.assessment.plans.front import check_front, front_of
    from airshed.assessment.plans.front import front as points_of
    from airshed.assessment.plans.plan_inputs import ground

    check_front(target, against)
    pack = given.open_pack()
    held = ground(pack, Aims(target), latest_year(pack) if year is None else year, scenario, case, receptor)
    table = points_of(held, against, points)
    translate = given.translator()
    name = names(pack, given.language)
    if form == "table":
        for told in front_of(table, held.chain.year, translate, lambda code: pack.name(code, given.language)):
            say(told)
        say(
            translate(
                "cost, price_low and price_high (this plan at the ends of the prices of its measures): million USD "
                "of 2015 a year; exposure (mean over people) and worst (city): ug/m3; co2_change: kt a year, of the "
                "measures of which it is known; marginal_cost: million USD a year for one unit more of what the "
                "front is against"
            )
        )
    columns = ["point", "cost", "price_low", "price_high", "exposure", "deaths_avoided", "worst", "worst_city"]
    print_rows(
        records(table),
        form,
        columns=[*columns, "co2_change", "marginal_cost", "knee"],
        heads=translate,
        cells={
            **dict.fromkeys(("cost", "price_low", "price_high", "deaths_avoided", "co2_change"), fixed(0)),
            **dict.fromkeys(("exposure", "worst"), fixed(2)),
            "worst_city": name,
            "marginal_cost": plain,
            "knee": translate,
        },
    )


@app.command()
def regret(
    context: typer.Context,
    price_cap: PriceOption = None,
    target: TargetOption = None,
    year: YearOption = None,
    scenario: ScenarioOption = "baseline",
    receptor: ReceptorOption = None,
    within: WithinOption = 0.0,
    form: FormatOption = "table",
) -> None:
    """Find the plan that is least wrong whatever is true of what is applied today, of prices, and of levels."""
    given = settings(context)
    from airshed.assessment.plans.aims import Aims
    from airshed.assessment.plans.document import tables_of_plan
    from airshed.assessment.plans.plan_inputs import ground
    from airshed.assessment.plans.regret import HEADS, regret_answer, regret_table, regret_told, summary_of_regret

    pack = given.open_pack()
    aims = Aims(target, within=within, price_cap=None if price_cap is None else price_cap / MILLION)
    found = regret_answer(ground(pack, aims, latest_year(pack) if year is None else year, scenario, "middle", receptor))
    rows, summary = records(regret_table(found)), summary_of_regret(found)
    translate = given.translator()
    if form == "json":
        parts = {part: records(table) for part, table in tables_of_plan(found.answer).items()}
        print_json({"summary": summary, "states": rows, **parts})
        return
    if form == "table":
        for told in regret_told(summary, translate):
            say(told)
    money = dict.fromkeys(("cost", "regret", "central_regret"), fixed(0))
    words = dict.fromkeys(("application", "price", "level"), translate)
    print_rows(
        rows,
        form,
        columns=["application", "price", "level", "cost", "missed", "regret", "central_regret"],
        heads=lambda field: translate(HEADS.get(field, field)),
        cells={**words, **money},
    )
