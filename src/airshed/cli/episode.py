"""The command on joint emergency cuts."""

from __future__ import annotations

from typing import Annotated

import typer

from airshed.cli.completion import codes
from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, YearOption, settings


def episode(
    context: typer.Context,
    cut: Annotated[
        list[str],
        typer.Option("--cut", help="region, nation or group and the cut of all it emits: JJJ=30%; repeat"),
    ],
    receptor: Annotated[
        str, typer.Option("--receptor", help="code of a nation, or of a place that studies name", autocompletion=codes)
    ],
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Joint emergency cuts: what they do to the PM2.5 of a place in an episode, with the interval."""
    given = settings(context)
    from airshed.assessment.periods import LACKING, joint_cut, read_cuts

    wanted = read_cuts(cut)
    pack = given.open_pack()
    rows = joint_cut(pack, receptor, wanted, year=year)
    translate = given.translator()
    name = names(pack, given.language)
    say(f"{pack.name(receptor, given.language)} ({receptor}), {pack.base_year if year is None else year}")
    print_rows(
        records(rows),
        form,
        columns=["region", "cut_percent", "share", "value", "low", "high", "unit", "source"],
        heads=translate,
        cells={
            "region": lambda code: translate(code) if code == "total" else name(code),
            **dict.fromkeys(("cut_percent", "share", "value", "low", "high"), fixed(1)),
        },
    )
    for lacking in LACKING:
        say(translate(lacking))
