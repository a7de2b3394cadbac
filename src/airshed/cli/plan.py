"""Commands on plans: the least-cost plan, and cost curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import print_json, print_rows, records, say
from airshed.cli.plan_words import print_curve, print_plan, say_plan
from airshed.cli.settings import FormatOption, YearOption, bounded, settings
from airshed.pack.bounds import GAP, MONEY, SECONDS, SHARE, WITHIN, Bound
from airshed.pack.bounds import years as years_of

if TYPE_CHECKING:
    from airshed.assessment.plans.aims import Aims
    from airshed.assessment.plans.plan import Answer
    from airshed.pack.pack import Pack

MILLION = 1e6
SAMPLES = 200
Words = list[str] | None
Case = Literal["low", "middle", "high"]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", help="who-it1..who-it4, who-2005, who-2021, national, a number, gap:60%, cut:20%, CSV"),
]
ScenarioOption = Annotated[str, typer.Option("--scenario", help="emissions that the plan starts from")]
BudgetOption = Annotated[
    float | None, bounded("--budget", MONEY, "USD a year: the most exposure, or --buy deaths, for it")
]
BuyOption = Annotated[Literal["exposure", "deaths"], typer.Option("--buy", help="what a budget is to lower")]
AloneOption = Annotated[bool, typer.Option("--alone/--together", help="each nation for its own cities, or all for all")]
ReceptorOption = Annotated[
    Words,
    typer.Option("--receptor", help="city, region, nation or group to plan for; repeatable", autocompletion=codes),
]
ExposureOption = Annotated[Words, typer.Option("--exposure", help="KOR=15 or KOR=-20%: mean over people, ug/m3")]
DeathsOption = Annotated[Words, typer.Option("--deaths", help="KOR=20000 or KOR=-20%: deaths a year")]
CeilingOption = Annotated[Words, typer.Option("--ceiling", help="KOR:SO2=100 or CHN:NOx=-30%: emission, kt a year")]
CarbonOption = Annotated[Words, typer.Option("--co2", help="KOR=-500: the plan's change of CO2 at most, kt a year")]
CapOption = Annotated[Words, typer.Option("--cap", help="KR-11=5e8: cost at most, USD a year")]
ShareOption = Annotated[float | None, bounded("--gdp-share", SHARE, "cost of each nation at most, share of its GDP")]
WholeOption = Annotated[Words, typer.Option("--whole", help="measure that is done fully or not at all; repeatable")]
UnmetOption = Annotated[
    Literal["nearest", "interim"], typer.Option("--unmet", help="where a target is out of reach: what is aimed at")
]
WithinOption = Annotated[float, bounded("--within", WITHIN, "ug/m3 by which a city may miss its target")]
PriceOption = Annotated[
    float | None, bounded("--price-cap", MONEY, "USD per ug/m3: where the next one costs more, a target is left")
]
WithoutOption = Annotated[
    Literal["left-out", "paid"], typer.Option("--without-gdp", help="nations without GDP: do nothing, or others pay")
]
GapOption = Annotated[float, bounded("--gap", GAP, "relative gap at which a plan with whole measures is the cheapest")]
SecondsOption = Annotated[
    float | None, bounded("--seconds", SECONDS, "time for a plan with whole measures; then the best found")
]
PathOption = Annotated[str | None, typer.Option("--path", help="years of a path, such as 2020,2025,2030")]
CertaintyOption = Annotated[float | None, bounded("--certainty", SHARE, "share of samples in which targets are met")]
SamplesOption = Annotated[int, bounded("--samples", Bound(1, 2000, whole=True), "samples of the relation drawn")]
CaseOption = Annotated[Case, typer.Option("--case", help="how much of what is unknown can still be applied")]
SaveOption = Annotated[Path | None, typer.Option("--save", help="CSV of the plan, for `airshed plan`")]


def optimise(
    context: typer.Context,
    target: TargetOption = None,
    year: YearOption = None,
    scenario: ScenarioOption = "baseline",
    budget: BudgetOption = None,
    buy: BuyOption = "exposure",
    alone: AloneOption = False,
    receptor: ReceptorOption = None,
    exposure: ExposureOption = None,
    deaths: DeathsOption = None,
    ceiling: CeilingOption = None,
    co2: CarbonOption = None,
    cap: CapOption = None,
    gdp_share: ShareOption = None,
    whole: WholeOption = None,
    unmet: UnmetOption = "nearest",
    within: WithinOption = 0.0,
    price_cap: PriceOption = None,
    without_gdp: WithoutOption = "left-out",
    gap: GapOption = 1e-3,
    seconds: SecondsOption = None,
    path: PathOption = None,
    certainty: CertaintyOption = None,
    samples: SamplesOption = SAMPLES,
    case: CaseOption = "middle",
    save: SaveOption = None,
    form: FormatOption = "table",
) -> None:
    """Find the cheapest measures that bring cities to a target, or say how near they can come."""
    given = settings(context)
    from airshed.assessment.plans.aims import Aims, amounts

    aims = Aims(
        target=target,
        exposure=amounts(exposure or [], "--exposure"),
        deaths=amounts(deaths or [], "--deaths"),
        emissions=amounts(ceiling or [], "--ceiling"),
        co2=amounts(co2 or [], "--co2", percent=False),
        caps=amounts(cap or [], "--cap", percent=False),
        gdp_share=gdp_share,
        whole=tuple(whole or ()),
        unmet=unmet,
        within=within,
        price_cap=None if price_cap is None else price_cap / MILLION,
        without_gdp=without_gdp,
        gap=gap,
        seconds=seconds,
    )
    _check(aims, scenario, budget, alone, path, certainty)
    pack = given.open_pack()
    if path is not None:
        _along(context, pack, aims, path, scenario, case, receptor, save, form)
        return
    wanted = latest_year(pack) if year is None else year
    told: dict[str, Any] | None = None
    if certainty is not None:
        from airshed.assessment.plans.document import summary_of_robust
        from airshed.assessment.plans.robust import robust_answer

        sure = robust_answer(pack, aims, wanted, certainty, scenario, case, receptor, samples)
        found, told = sure.answer, summary_of_robust(sure)
    else:
        from airshed.assessment.plans.plan import answer
        from airshed.assessment.plans.plan_inputs import ground

        held = ground(pack, aims, wanted, scenario, case, receptor)
        found = answer(held, alone, None if budget is None else budget / MILLION, buy)
    _saved(context, found, save)
    show_answer(context, pack, found, form, told)


def _check(
    aims: Aims, scenario: str, budget: float | None, alone: bool, path: str | None, certainty: float | None
) -> None:
    """Raise AirshedError for questions that do not go together."""
    from airshed.pack.errors import AirshedError

    if alone and budget is not None:
        raise AirshedError("a budget is for all nations together", "leave out --alone or --budget")
    if aims.price_cap is not None and (path is not None or certainty is not None or budget is not None or alone):
        raise AirshedError("--price-cap is for a plan of one year, for all together", "leave out the other")
    if sum(way is not None and way is not False for way in (budget, alone, path, certainty)) > 1:
        raise AirshedError("--budget, --alone, --path and --certainty do not go together", "ask for one of them")
    nothing = not (aims.target or scenario != "baseline" or aims.exposure or aims.deaths or aims.emissions or aims.co2)
    if nothing and budget is None:
        raise AirshedError("a plan needs an aim", "give --target, --exposure, --deaths, --ceiling, --co2 or --budget")


def latest_year(pack: Pack) -> int:
    """Return the year of a plan that names none: 2030, or the last of the baseline before it."""
    from airshed.assessment.chain.chain import latest_year as latest

    return latest(pack)


def _saved(context: typer.Context, found: Answer, save: Path | None) -> None:
    if save is None:
        return
    from airshed.assessment.plans.saved import save_plan

    count = save_plan(found, save)
    translate = settings(context).translator()
    say(translate("{count} rows of the plan written to {file}").format(count=count, file=save))


def show_answer(
    context: typer.Context, pack: Pack, found: Answer, form: str, told: dict[str, Any] | None = None
) -> None:
    """Print a plan in the form that is asked for; told : its summary, if it says more than that of a plan."""
    from airshed.assessment.plans.document import tables_of_plan
    from airshed.assessment.plans.tables import plan_summary

    given = settings(context)
    summary = plan_summary(found) if told is None else told
    parts = {name: records(table) for name, table in tables_of_plan(found).items()}
    if form == "json":
        print_json({"summary": summary, **parts})
    elif form == "csv":
        print_rows(parts["measures"], "csv")
    else:
        say_plan(given, pack, summary)
        print_plan(given, pack, parts)


def _along(
    context: typer.Context,
    pack: Pack,
    aims: Aims,
    path: str,
    scenario: str,
    case: Case,
    receptor: Words,
    save: Path | None,
    form: str,
) -> None:
    """Answer a path over years."""
    from airshed.assessment.plans.document import summary_of_path, tables_of_path
    from airshed.assessment.plans.path import path_answer
    from airshed.pack.errors import AirshedError

    years = years_of(path, "--path")
    if save is not None:
        raise AirshedError("a path is not one plan", "save the plan of one year: --year instead of --path")
    found = path_answer(pack, aims, years, scenario, case, receptor)
    summary = summary_of_path(found)
    rows = {name: records(table) for name, table in tables_of_path(found).items()}
    if form == "json":
        print_json({"summary": summary, **rows})
    elif form == "csv":
        print_rows(rows["measures"], "csv")
    else:
        given = settings(context)
        translate = given.translator()
        said = translate("path {years}: {cost} million USD of 2015 in all, discounted to the first year")
        say(said.format(years=", ".join(map(str, found.years)), cost=f"{found.cost:,.0f}"))
        for step in summary["years"]:
            say_plan(given, pack, step)
        print_plan(given, pack, rows)


def costcurve(
    context: typer.Context,
    region: Annotated[
        str | None,
        typer.Option(
            "--region", help="region, nation or group whose measures are ranked; all if not given", autocompletion=codes
        ),
    ] = None,
    receptor: Annotated[
        str | None, typer.Option("--receptor", help="city whose PM2.5 is lowered", autocompletion=codes)
    ] = None,
    pollutant: Annotated[
        str | None, typer.Option("--pollutant", help="emission that is lowered, if no receptor")
    ] = None,
    year: YearOption = None,
    chart: Annotated[Path | None, typer.Option("--chart", help=".svg, .png, .html or .json of the curve")] = None,
    form: FormatOption = "table",
) -> None:
    """Rank measures by what one unit less costs: the staircase of a region, pollutant or receptor."""
    given = settings(context)
    from airshed.assessment.plans.cost_curve import cost_curve

    pack = given.open_pack()
    wanted = latest_year(pack) if year is None else year
    table = cost_curve(pack, wanted, region, receptor, pollutant)
    if chart is not None:
        from airshed.assessment.plans.cost_curve import frontier_curve
        from airshed.charts.curve import curve_chart
        from airshed.charts.save import save_chart

        frontier = frontier_curve(pack, wanted, receptor, region=region, pollutant=pollutant)
        save_chart(curve_chart(table, frontier, pack, given.language, wanted), chart)
    print_curve(given, pack, table, wanted, form)
