"""Commands that answer a question with rows: emissions, attribution, health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, RegionOption, settings
from airshed.pack.bounds import years as years_of

if TYPE_CHECKING:
    pass


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
