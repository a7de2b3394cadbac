"""The command on uncertainty: everything uncertain at once, and which input the intervals are due to."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.output import fixed, names, plain, print_rows, records, say
from airshed.cli.settings import FormatOption, bounded, settings
from airshed.pack.bounds import SAMPLES, SEED
from airshed.pack.percent import percent


def uncertainty(
    context: typer.Context,
    samples: Annotated[int, bounded("--samples", SAMPLES, "how many samples, at least 100")] = 1000,
    seed: Annotated[int, bounded("--seed", SEED, "seed of the random numbers")] = 1,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="address of a Dask scheduler whose workers share the samples")
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Intervals under everything uncertain that the pack states, and the share of each input in their variance."""
    given = settings(context)
    from airshed.assessment.lives.uncertainty import NOTES, wide
    from airshed.assessment.lives.uncertainty import uncertainty as rows_of
    from airshed.pack.language import retell
    from airshed.sampling.blocks import connect

    client = connect(scheduler) if scheduler is not None else None
    pack = given.open_pack()
    table = rows_of(pack, samples, seed, client)
    translate = given.translator()
    inputs = list(dict.fromkeys(table["input"]))
    shown = wide(table)
    about = translate("value: median; low and high: 5 and 95 %")
    say(f"{pack.base_year}, {about}")
    print_rows(
        records(shown if form == "table" else table),
        form,
        columns=["region", "quantity", "value", "low", "high", "unit", *inputs],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "quantity": translate,
            "unit": translate,
            **dict.fromkeys(("value", "low", "high"), _digits),
            **{name: fixed(0) for name in inputs},
        },
    )
    if form == "table":
        for note in dict.fromkeys(part for row in shown["note"] for part in row.split("; ")):
            say(retell(note, NOTES, translate))
        say(
            translate(
                "inputs: percent of the variance that each explains alone, of {samples} samples; noise about {noise}"
            ).format(samples=samples, noise=percent(float(table["noise"].iloc[0])))
        )


def _digits(value: float | None) -> str:
    return plain(value) if value is None or abs(value) >= 1000 else f"{value:,.2f}"
