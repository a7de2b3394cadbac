"""Commands on plans: the least-cost plan, and cost curves."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, Settings, YearOption, settings

if TYPE_CHECKING:
    from airshed.pack.pack import Pack

LATEST = 2030
MILLION = 1e6
CASES = {"low": "low case", "middle": "middle case", "high": "high case"}
"""What the cases are called."""


def optimise(
    context: typer.Context,
    target: Annotated[
        str, typer.Option("--target", help="who-it1..who-it4, who-2005, who-2021, national, a number, CSV")
    ],
    year: YearOption = None,
    scenario: Annotated[str, typer.Option("--scenario", help="emissions that the plan starts from")] = "baseline",
    budget: Annotated[
        float | None, typer.Option("--budget", min=0, help="USD a year: the most exposure for it")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone/--together", help="each nation for its own cities, or all for all")
    ] = False,
    receptor: Annotated[
        list[str] | None, typer.Option("--receptor", help="city or region to plan for; repeatable")
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Find the cheapest measures that bring cities to a target, or say how near they can come."""
    given = settings(context)
    from airshed.assessment.chain import baseline_of
    from airshed.assessment.ground import ground
    from airshed.assessment.plan import answer
    from airshed.assessment.plan_tables import measures_of_plan, plan_summary, receptors_of_plan, regions_of_plan
    from airshed.pack.errors import AirshedError

    if alone and budget is not None:
        raise AirshedError("a budget is for all nations together", "leave out --alone or --budget")
    pack = given.open_pack()
    wanted = min(LATEST, int(baseline_of(pack)["year"].max())) if year is None else year
    found = answer(
        ground(pack, target, wanted, scenario, receptors=receptor), alone, None if budget is None else budget / MILLION
    )
    summary = plan_summary(found)
    parts = {
        "measures": records(measures_of_plan(found)),
        "receptors": records(receptors_of_plan(found)),
        "regions": records(regions_of_plan(found)),
    }
    if form == "json":
        json.dump({"summary": summary, **parts}, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
        return
    if form == "csv":
        print_rows(parts["measures"], form)
        return
    _say_plan(given, pack, summary)
    _print_plan(given, pack, parts)


def _say_plan(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    """Say what a plan costs and avoids, in every case, and what stands in its way."""
    translate = given.translator()
    name = names(pack, given.language)
    say(
        translate(
            "{status}, {year}: {cost} million USD of 2015 a year ({low} to {high} over what is and can be applied); "
            "{deaths} deaths a year avoided"
        ).format(
            status=translate(summary["status"]),
            year=summary["year"],
            cost=f"{summary['cost']:,.0f}",
            low=f"{summary['cost_low']:,.0f}",
            high=f"{summary['cost_high']:,.0f}",
            deaths=f"{summary['deaths_avoided']:,.0f}",
        )
    )
    said = translate("{case}: {status}, {cost}")
    words = []
    for item in summary["cases"]:
        label, status, amount = CASES[item["case"]], item["status"], item["cost"]
        words.append(said.format(case=translate(label), status=translate(status), cost=f"{amount:,.0f}"))
    say("; ".join(words))
    if "together_cost" in summary:
        say(translate("the same levels together: {cost} million USD").format(cost=f"{summary['together_cost']:,.0f}"))
    if summary["unreachable"]:
        say(
            translate("without measures around them: {cities}").format(
                cities=", ".join(map(name, summary["unreachable"]))
            )
        )
    for row in summary["relaxation"]:
        say(
            translate("{city} misses the target by {value} ug/m3").format(
                city=name(row["receptor"]), value=f"{row['value']:.1f}"
            )
        )


def _print_plan(given: Settings, pack: Pack, parts: dict[str, list[dict[str, Any]]]) -> None:
    """Print what the cities reach, and the regions and measures that cost most."""
    translate = given.translator()
    name = names(pack, given.language)
    print_rows(
        parts["receptors"],
        "table",
        columns=["receptor", "level", "target", "reached", "shadow_price", "binding", "lowest", "interim"],
        heads=translate,
        cells={
            "receptor": name,
            **dict.fromkeys(("level", "target", "reached", "lowest", "interim"), fixed(1)),
            "shadow_price": fixed(0),
            "binding": translate,
        },
    )
    print_rows(
        parts["regions"][:15],
        "table",
        columns=["region", "cost", "measures"],
        heads=translate,
        cells={"region": name, "cost": fixed(0)},
    )
    print_rows(
        parts["measures"][:20],
        "table",
        columns=["region", "measure", "current", "application", "maximum", "removed", "pollutant", "cost"],
        heads=translate,
        cells={
            "region": name,
            "cost": fixed(0),
            "removed": fixed(1),
            **dict.fromkeys(("current", "application", "maximum"), fixed(2)),
        },
    )


def costcurve(
    context: typer.Context,
    region: Annotated[
        str | None, typer.Option("--region", help="region whose measures are ranked; all if not given")
    ] = None,
    receptor: Annotated[str | None, typer.Option("--receptor", help="city whose PM2.5 is lowered")] = None,
    pollutant: Annotated[
        str | None, typer.Option("--pollutant", help="emission that is lowered, if no receptor")
    ] = None,
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Rank measures by what one unit less costs: the staircase of a region, pollutant or receptor."""
    given = settings(context)
    from airshed.assessment.chain import baseline_of
    from airshed.assessment.curve import cost_curve

    pack = given.open_pack()
    wanted = min(LATEST, int(baseline_of(pack)["year"].max())) if year is None else year
    rows = records(cost_curve(pack, wanted, region, receptor, pollutant))
    translate = given.translator()
    name = names(pack, given.language)
    unit = translate("million USD of 2015 a year")
    say(f"{wanted}; {unit}")
    print_rows(
        rows,
        form,
        columns=["region", "measure", "reduction", "marginal_cost", "cost", "unit"],
        heads=translate,
        cells={"region": name, "reduction": fixed(3), "marginal_cost": fixed(2), "cost": fixed(1)},
    )
