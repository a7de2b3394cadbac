"""Commands that print catalogues: equations and sources."""

from __future__ import annotations

from dataclasses import asdict

import typer

from airshed.cli.output import print_rows, records, say
from airshed.cli.settings import FormatOption, settings


def equations(context: typer.Context, form: FormatOption = "table") -> None:
    """Every formula with its units, its paper and the function that computes it."""
    from airshed.assessment.evidence.equations import equations as catalogue

    print_rows(
        [asdict(item) for item in catalogue()],
        form,
        columns=["id", "title", "units", "citation", "function"],
        heads=settings(context).translator(),
    )


def sources(context: typer.Context, form: FormatOption = "table") -> None:
    """Every source: what it is, on what terms its numbers may be passed on, and where they stand."""
    given = settings(context)
    from airshed.pack.sources import reuse_message, source_table

    translate = given.translator()
    table = source_table(given.open_pack())
    print_rows(
        records(table),
        form,
        columns=["key", "title", "year", "licence", "reuse", "tables", "rows"],
        heads=translate,
        cells={"reuse": lambda reuse: translate(reuse_message(reuse))},
    )
    if form == "table":
        counts = table["reuse"].value_counts().to_dict()
        say(
            translate("terms of reuse: {counts}").format(
                counts=", ".join(f"{translate(reuse_message(str(k)))} {v}" for k, v in counts.items())
            )
        )
        say(
            translate(
                "the code is Apache-2.0, the data are not: "
                "numbers of non-commercial sources must not be used for business"
            )
        )
