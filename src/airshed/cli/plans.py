"""Commands on saved plans: what they do by the whole chain, and several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airshed.cli.output import names, plain, print_rows, records, say
from airshed.cli.plan import CaseOption, ReceptorOption, ScenarioOption, TargetOption, latest_year, show_answer
from airshed.cli.settings import FormatOption, YearOption, settings

app = typer.Typer(
    help="Saved plans: evaluate and compare them.",
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
    from airshed.assessment.aims import Aims
    from airshed.assessment.ground import ground
    from airshed.assessment.plan_file import evaluated, read_plan

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
    from airshed.assessment.aims import Aims
    from airshed.assessment.ground import ground
    from airshed.assessment.plan_file import compared, evaluated, read_plan

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
