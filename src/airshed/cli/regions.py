"""The command on regions side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.completion import codes
from airshed.cli.output import names, plain, print_rows, records, say
from airshed.cli.settings import FormatOption, YearOption, settings
from airshed.pack.percent import percent


def compare(
    context: typer.Context,
    region: Annotated[
        list[str], typer.Argument(help="codes of two or more regions, nations, groups or cities", autocompletion=codes)
    ],
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Regions side by side: levels, targets met, origins, emissions by sector, deaths, people and GDP."""
    given = settings(context)
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.assessment.side_by_side import PARTS, side_by_side

    pack = given.open_pack()
    assessment = assess(pack, Question(year=year), parts=PARTS)
    rows = side_by_side(pack, assessment, region)
    translate = given.translator()
    name = names(pack, given.language)
    say(f"{assessment.year}")
    print_rows(
        records(rows),
        form,
        columns=["region", "quantity", "pollutant", "item", "value", "low", "high", "share", "met", "unit", "year"],
        heads=translate,
        cells={
            "region": name,
            "quantity": translate,
            "item": lambda code: name(code) if pack.name(code, given.language) != code else translate(code),
            **dict.fromkeys(("value", "low", "high"), plain),
            "share": percent,
            "met": translate,
            "unit": translate,
        },
    )
