"""Commands that answer a question with rows: emissions, attribution, health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, RegionOption, RelationOption, YearOption, settings
from airshed.pack.bounds import years as years_of
from airshed.pack.percent import percent

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from airshed.cli.settings import Settings
    from airshed.pack.pack import Pack


def emissions(
    context: typer.Context,
    region: RegionOption = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="region, sector, pollutant or country: what is kept apart; repeatable"),
    ] = None,
    pollutant: Annotated[list[str] | None, typer.Option("--pollutant", help="pollutant; repeatable")] = None,
    years: Annotated[str | None, typer.Option("--years", help="years with commas; changes are since the first")] = None,
    inventory: Annotated[
        str, typer.Option("--inventory", help="gains, reas, capss, or the harmonised baseline")
    ] = "baseline",
    marks: Annotated[
        bool, typer.Option("--marks", help="mark the largest and smallest emission and the largest cut")
    ] = False,
    form: FormatOption = "table",
) -> None:
    """Emissions by region, nation, group, sector and pollutant, with changes and shares."""
    given = settings(context)
    wanted = years_of(years, "--years") if years is not None else []
    from airshed.emissions.table import NOTES, coverage_changes, emission_table, open_inventory
    from airshed.pack.language import retell

    wanted = years_of(years, "--years") if years is not None else []
    pack = given.open_pack()
    cube = open_inventory(pack, inventory)
    rows = emission_table(
        pack,
        inventory=inventory,
        regions=region or [],
        by=by or [],
        pollutants=pollutant or [],
        years=wanted,
        marks=marks,
        cube=cube,
    )
    shown = sorted({int(year) for year in rows["year"]})
    say(f"{inventory}, {', '.join(map(str, shown))}, kt/yr")
    label, after = cube.attrs.get("projection"), int(cube.attrs.get("projected_after", 0))
    if label and shown[-1] > after:
        say(f"> {after}: {given.translator()(str(label))}")
    message = given.translator()(
        "{inventory}: {year} does not hold {categories}, which {other} holds; their totals are not comparable"
    )
    for change in coverage_changes(pack, inventory, shown, pollutant or []):
        named = ", ".join(change.categories)
        say(message.format(inventory=inventory, year=change.year, other=change.other, categories=named))
    columns = ["region", "pollutant", "sector", "year", "value"]
    columns += [*(["low", "high"] if rows["low"].notna().any() else []), "share_percent"]
    if len(shown) > 1:
        columns += ["change", "change_percent", "growth_percent_per_year"]
    columns += [*(["mark"] if marks else []), "basis", "source", *(["note"] if rows["note"].any() else [])]
    name = names(pack, given.language)
    print_rows(
        records(rows),
        form,
        columns=columns,
        heads=given.translator(),
        cells={
            "region": name,
            "sector": lambda code: pack.name(code, given.language),
            "value": _amount,
            "low": _amount,
            "high": _amount,
            "share_percent": fixed(1),
            "change": _amount,
            "change_percent": fixed(1, sign=True),
            "growth_percent_per_year": fixed(2, sign=True),
            "basis": given.translator(),
            "note": lambda note: retell(note, NOTES, given.translator()),
            "mark": lambda words: ", ".join(given.translator()(word) for word in words.split()),
        },
    )


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:,.2f}"


def attribution(
    context: typer.Context,
    receptor: Annotated[str, typer.Argument(help="code of a region, group or city", autocompletion=codes)],
    year: YearOption = None,
    by: Annotated[
        Literal["country", "region", "sector", "pollutant"], typer.Option("--by", help="what the sources are split by")
    ] = "country",
    period: Annotated[
        Literal["annual", "season:DJF", "season:MAM", "season:JJA", "season:SON", "episode"],
        typer.Option("--period", help="period of the mean"),
    ] = "annual",
    relation: RelationOption = None,
    form: FormatOption = "table",
) -> None:
    """Who gives the PM2.5 of a place: rows that add up to the observed concentration."""
    given = settings(context)
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.assessment.tables import NOTES
    from airshed.assessment.tables import attribution as rows_of
    from airshed.pack.language import retell

    pack = given.open_pack()
    if period != "annual":
        from airshed.assessment.lives.periods import period_attribution

        if relation is not None:
            raise typer.BadParameter("a relation of a file has annual means only", param_hint="--period")
        rows, shown = period_attribution(pack, receptor, period, by, year), pack.base_year if year is None else year
    elif relation is not None:
        rows, shown = _by_file(given, pack, relation, receptor, by, year), pack.base_year if year is None else year
    else:
        parts = ("emissions", "concentration", "attribution", "calibration")
        assessment = assess(pack, Question(year=year), parts=parts)
        rows, shown = rows_of(pack, assessment, receptor, by), assessment.year
    when = f"{shown}, {period}" if period != "annual" else f"{shown}"
    say(f"{pack.name(receptor, given.language)} ({receptor}), {when}, ug/m3")
    translate = given.translator()
    name = names(pack, given.language)

    def part(code: str) -> str:
        return translate(code) if code in ("natural", "unexplained") else name(code)

    print_rows(
        records(rows),
        form,
        columns=[by, "value", "share", "low", "high", "source", "note"],
        heads=translate,
        cells={
            by: part,
            "value": fixed(2),
            "share": percent,
            "low": fixed(2),
            "high": fixed(2),
            "note": lambda note: retell(note, NOTES, translate),
        },
    )
    if form == "table":
        total = float(rows["value"].sum())
        say(translate("sum: {total} ug/m3").format(total=f"{total:.2f}"))
    if form == "table" and relation is None and period == "annual":
        say(
            translate(
                "share: of the anthropogenic part; low and high: 5 and 95 % of {samples} samples of the relation"
            ).format(samples=assessment["attribution"].attrs["samples"])
        )


def _by_file(given: Settings, pack: Pack, path: Path, receptor: str, by: str, year: int | None) -> pd.DataFrame:
    """Return the attribution by a relation of a file, and say what a reader must know of it."""
    from airshed.assessment.evidence.relation_answers import attribution_by_file
    from airshed.cli.evidence import say_notes
    from airshed.transport.relation_file import read_relation

    held = read_relation(pack, path)
    rows = attribution_by_file(pack, held, receptor, by, year)
    say_notes(given, pack, held)
    return rows


def health(
    context: typer.Context,
    region: RegionOption = None,
    year: YearOption = None,
    response: Annotated[
        Literal["gemm", "ier", "mrbrt", "loglinear"], typer.Option("--response", help="concentration-response function")
    ] = "gemm",
    by: Annotated[
        Literal["total", "cause", "age"] | None,
        typer.Option("--by", help="total, cause or age; without it the total of GEMM, the causes of the others"),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--set", help="one set of the response, such as ier2015, rfasst or mrbrt2019")
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Deaths a year attributable to PM2.5, with the interval of the response."""
    given = settings(context)
    from airshed.assessment.lives.health import NOTES
    from airshed.assessment.lives.health import health as rows_of
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.pack.language import retell

    pack = given.open_pack()
    assessment = assess(pack, Question(year=year), parts=("health",))
    rows = rows_of(pack, assessment, region, response, by, name)
    translate = given.translator()
    say(f"{response}, {assessment.year}, {translate('deaths per year')}")
    plainly = response == "gemm" and by in (None, "total")
    kinds = [] if plainly else ["set", "age"]
    print_rows(
        records(rows),
        form,
        columns=[
            *("region", "cause", *kinds, "value", "low", "high", "population", "exposure"),
            "basis" if plainly else "note",
        ],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "cause": translate,
            "age": translate,
            "value": fixed(0),
            "low": fixed(0),
            "high": fixed(0),
            "population": fixed(0),
            "exposure": fixed(1),
            "basis": translate,
            "note": lambda note: retell(note, NOTES, translate),
        },
    )


def levels(
    context: typer.Context, region: RegionOption = None, year: YearOption = None, form: FormatOption = "table"
) -> None:
    """PM2.5 of regions, cities and nations: natural part, modelled part, response, and what was observed."""
    given = settings(context)
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.assessment.tables import NOTES
    from airshed.assessment.tables import levels as rows_of
    from airshed.pack.language import retell

    pack = given.open_pack()
    assessment = assess(pack, Question(year=year), parts=("concentration",))
    rows = rows_of(pack, assessment, region)
    translate = given.translator()
    rule = translate("value = natural + response x modelled")
    say(f"PM2.5, {assessment.year}, ug/m3; {rule}")
    numbers = ("value", "low", "high", "natural", "modelled", "unexplained", "observed")
    print_rows(
        records(rows),
        form,
        columns=["region", *numbers[:5], "response", *numbers[5:], "kind", "note"],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            **dict.fromkeys(numbers, fixed(1)),
            "response": fixed(2),
            "kind": translate,
            "note": lambda note: retell(note, NOTES, translate),
        },
    )
