"""The main command: the whole assessment and its report."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import console, say
from airshed.cli.settings import Settings, YearOption, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from airshed.assessment.assessment import Assessment
    from airshed.pack.pack import Pack


def run(
    context: typer.Context,
    scenario: Annotated[str, typer.Option("--scenario", help="name of the scenario")] = "baseline",
    year: YearOption = None,
    target: Annotated[
        str,
        typer.Option(
            "--target",
            help="who-it1..who-it4, who-2005, who-2021, national, a number, or a CSV (receptor, target, year)",
        ),
    ] = "who-2005",
    out: Annotated[Path, typer.Option("--out", help="folder of the report")] = Path("out"),
) -> None:
    """Assess the whole chain and write its report: who emits, who is hit and by whom, what it does to people."""
    given = settings(context)
    translate = given.translator()
    started = time.perf_counter()

    def progress(step: str) -> None:
        say(f"[{time.perf_counter() - started:5.1f} s] {translate(step)}")

    progress("reading the pack")
    from airshed.assessment.config import Question
    from airshed.assessment.run import assess
    from airshed.report.write import check_folder, write

    check_folder(out)
    pack = given.open_pack(science=True)
    assessment = assess(pack, Question(scenario=scenario, year=year, target=target), progress)
    progress("writing")
    tables = write(pack, assessment, out, pack.findings, progress)
    progress("done")
    _summary(given, pack, assessment, tables, out)


def _summary(
    given: Settings, pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], out: Path
) -> None:
    """Print the findings that lead the report, and where it stands."""
    from rich import box
    from rich.panel import Panel
    from rich.table import Table

    from airshed.report.figures import Words
    from airshed.report.summary import cards, sentences

    words = Words(pack, given.language, given.translator())
    _ = words.translate
    grid = Table(box=None, show_header=False, pad_edge=False)
    for card in cards(pack, assessment, tables, words):
        grid.add_row(f"[bold]{card.value}[/bold]", f"{card.label} ({card.detail})")
    screen = console()
    title = f"{pack.title(given.language)} {assessment.year}"
    screen.print(Panel(grid, title=title, box=box.ROUNDED, expand=False))
    for sentence in sentences(pack, assessment, tables, words):
        screen.print(f"- {sentence}", markup=False)
    screen.print(
        _("Report: {path}").format(path=out / f"report.{'ko' if given.language == 'ko' else 'en'}.html"),
        markup=False,
        soft_wrap=True,
    )
    sys.stdout.flush()
