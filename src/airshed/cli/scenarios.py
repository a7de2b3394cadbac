"""Commands on scenarios: which there are, what they say, and what they do side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.output import fixed, names, plain, print_rows, records, say
from airshed.cli.settings import FormatOption, RegionOption, YearOption, settings

app = typer.Typer(
    help="Scenarios: named overrides of the baseline, which can be joined by +.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_scenarios(context: typer.Context, form: FormatOption = "table") -> None:
    """List the scenarios of the pack."""
    given = settings(context)
    from airshed.assessment.chain.scenarios import scenario_table

    table = scenario_table(given.open_pack(), given.language)
    translate = given.translator()
    print_rows(
        records(table),
        form,
        columns=["scenario", "title", "overrides", "measures", "not_turned", "target", "description"],
        heads=translate,
        cells={"measures": lambda word: translate(word) if word else ""},
    )


@app.command()
def show(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(help="scenario, or path of a .yaml file; several joined by +")],
    form: FormatOption = "table",
) -> None:
    """Show the overrides of a scenario, and what its source states but could not be turned into one."""
    given = settings(context)
    from airshed.pack.scenarios import combined

    pack = given.open_pack()
    rows = []
    for item in combined(pack, scenario):
        title, description = item.told(given.language)
        say(f"{item.name}: {title}. {' '.join(description.split())}")
        if item.measures:
            rows.append(
                {"scenario": item.name, "turned": "yes", "what": "measures", "change": item.measures}
                | {"source": "", "note": ""}
            )
        for override in item.emissions:
            said = {
                name: getattr(override, name)
                for name in ("hold", "factor", "change_percent", "base_year", "target_year", "first_year", "last_year")
                if getattr(override, name) is not None
            }
            rows.append(
                {
                    "scenario": item.name,
                    "turned": "yes",
                    "what": " ".join([*override.regions, *override.sectors, *override.pollutants]),
                    "change": ", ".join(f"{key} {value:g}" for key, value in said.items()),
                    "source": override.source,
                    "note": override.note,
                }
            )
        rows += [
            {
                "scenario": item.name,
                "turned": "no",
                "what": left.statement,
                "change": "",
                "source": left.source,
                "note": left.reason,
            }
            for left in item.not_turned
        ]
    translate = given.translator()
    print_rows(rows, form, heads=translate, cells={"turned": translate})


@app.command()
def compare(
    context: typer.Context,
    scenario: Annotated[
        list[str] | None, typer.Argument(help="scenarios, or paths of .yaml files; all of the pack if none is given")
    ] = None,
    year: YearOption = None,
    region: RegionOption = None,
    form: FormatOption = "table",
) -> None:
    """Emissions, concentrations, deaths and cost of scenarios side by side, with the difference to the first."""
    given = settings(context)
    from airshed.assessment.chain.chain import latest_year
    from airshed.assessment.compare import COUNTS, compare_table
    from airshed.pack.scenarios import scenarios

    pack = given.open_pack()
    chosen = scenario or [name for name, item in scenarios(pack).items() if pack.has("measures") or not item.measures]
    wanted = latest_year(pack) if year is None else year
    rows = records(compare_table(pack, chosen, wanted, region))
    translate = given.translator()
    say(f"{', '.join(chosen)}; {wanted}")
    name = names(pack, given.language)
    counts = [key for key in COUNTS if any(row[key] is not None for row in rows)]
    if form == "table":
        rows.sort(key=lambda row: (str(row["region"]), str(row["quantity"])))
    print_rows(
        rows,
        form,
        columns=["region", "quantity", "scenario", "value", "low", "high", "difference", "unit", *counts],
        heads=translate,
        cells={
            "region": name,
            "quantity": lambda text: " ".join(translate(word) for word in text.split()),
            "value": plain,
            "low": plain,
            "high": plain,
            "unit": translate,
            "difference": lambda value: "" if not value else fixed(1, sign=True)(value),
        },
    )
    if form == "table":
        for said in dict.fromkeys((row["scenario"], row["note"]) for row in rows if row["note"]):
            say(f"{said[0]}: {translate(said[1])}")
    if form == "table" and counts:
        say(translate("unpriced: measures applied without a published cost; the cost leaves them out"))
