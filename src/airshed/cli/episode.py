"""The command on joint emergency cuts."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.completion import codes
from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, YearOption, bounded, settings
from airshed.pack.bounds import LEVEL

LIVES = ("fall", "fall_low", "fall_high", "lives", "lives_low", "lives_high")
"""Columns of what a cut does on a day, ug/m3 and deaths."""


def episode(
    context: typer.Context,
    cut: Annotated[
        list[str],
        typer.Option("--cut", help="region, nation or group and the cut of all it emits: JJJ=30%; repeat"),
    ],
    receptor: Annotated[
        str, typer.Option("--receptor", help="code of a nation, or of a place that studies name", autocompletion=codes)
    ],
    level: Annotated[
        float | None,
        bounded("--level", LEVEL, "PM2.5 of the place on such a day, ug/m3; that of the year if not given"),
    ] = None,
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Joint emergency cuts: what they do to the PM2.5 of a place in an episode, and what they avoid in lives a day."""
    given = settings(context)
    from airshed.assessment.lives.acute import NOTES as ACUTE
    from airshed.assessment.lives.acute import emergency_costs, told_costs
    from airshed.assessment.lives.periods import NOTES, joint_cut, read_cuts
    from airshed.pack.language import retell

    wanted = read_cuts(cut)
    pack = given.open_pack()
    rows = joint_cut(pack, receptor, wanted, year=year, level=level)
    translate = given.translator()
    name = names(pack, given.language)
    say(f"{pack.name(receptor, given.language)} ({receptor}), {pack.base_year if year is None else year}")
    print_rows(
        records(rows),
        form,
        columns=["region", "cut_percent", "share", "value", "low", "high", "unit", *LIVES, "source"],
        heads=translate,
        cells={
            "region": lambda code: translate(code) if code == "total" else name(code),
            **dict.fromkeys(("cut_percent", "share", "value", "low", "high"), fixed(1)),
            **dict.fromkeys(LIVES, fixed(2)),
        },
    )
    costs = told_costs(emergency_costs(pack, wanted))
    for said in [*rows["note"].iloc[-1].split("; "), *costs]:
        say(retell(said, [*NOTES, *ACUTE], translate))
