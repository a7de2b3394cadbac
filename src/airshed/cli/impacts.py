"""Commands on what the air costs people: the value of lives lost, damage per tonne."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, RegionOption, YearOption, settings


def value(
    context: typer.Context, region: RegionOption = None, year: YearOption = None, form: FormatOption = "table"
) -> None:
    """Value of the deaths attributable to PM2.5, market USD of 2015, by the value of a statistical life of a nation."""
    given = settings(context)
    from airshed.assessment.lives.value import NOTES, value_table
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.pack.language import retell

    pack = given.open_pack()
    assessment = assess(pack, Question(year=year), parts=("health",))
    rows = value_table(pack, assessment, region)
    translate = given.translator()
    units = translate("million market USD of 2015 per year; vsl: per death; value_ppp: million international dollars")
    say(f"{assessment.year}, {units}")
    print_rows(
        records(rows),
        form,
        columns=["region", "deaths", "vsl", "value", "low", "high", "value_ppp", "basis", "note"],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "deaths": fixed(0),
            "vsl": fixed(2),
            "value": fixed(0),
            "low": fixed(0),
            "high": fixed(0),
            "value_ppp": fixed(0),
            "basis": translate,
            "note": lambda note: retell(note, NOTES, translate),
        },
    )


def damage(
    context: typer.Context,
    region: RegionOption = None,
    pollutant: Annotated[list[str] | None, typer.Option("--pollutant", help="pollutant; repeatable")] = None,
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Deaths and damage in market USD of 2015 by a tonne emitted more, by source region and pollutant."""
    given = settings(context)
    from airshed.assessment.lives.damage import FIELDS, NOTES, damage_chain, damage_table
    from airshed.pack.language import retell

    pack = given.open_pack()
    chain = damage_chain(pack, year)
    rows = damage_table(pack, chain, region, pollutant)
    translate = given.translator()
    units = translate("deaths per kt emitted, market USD of 2015 per tonne")
    say(f"{chain.year}, {units}")
    print_rows(
        records(rows),
        form,
        columns=["region", "pollutant", *FIELDS],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "deaths_per_kt": fixed(2),
            "deaths_low": fixed(2),
            "deaths_high": fixed(2),
            "deaths_own": fixed(2),
            "deaths_abroad": fixed(2),
            "value": fixed(0),
            "low": fixed(0),
            "high": fixed(0),
        },
    )
    if form == "table":
        for note in dict.fromkeys(part for row in rows["note"] for part in row.split("; ")):
            say(retell(note, NOTES, translate))
