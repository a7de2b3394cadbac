"""The main command: the whole assessment and its report."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


ScenarioOption = Annotated[
    str, typer.Option("--scenario", help="scenario, or path of a .yaml file; several joined by +")
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target", help="who-it1..who-it4, who-2005, who-2021, national, a number, CSV; the pack's if not given"
    ),
]
ChaptersOption = Annotated[
    list[str] | None,
    typer.Option("--with", help="an answer as a chapter of the report too, such as support; or regret; repeatable"),
]


def run(
    context: typer.Context,
    scenario: ScenarioOption = "baseline",
    year: YearOption = None,
    target: TargetOption = None,
    more: ChaptersOption = None,
    out: Annotated[Path, typer.Option("--out", help="folder of the report")] = Path("out"),
) -> None:
    """Assess the whole chain and write its report: who emits, who is hit and by whom, what it does to people.

    A pack that lacks something of the chain is reported with what it can answer, and all that is missing is listed.
    """
    given = settings(context)
    with progressed(given) as progress:
        progress("reading the pack")
        from airshed.assessment.chain.chain import observed_year
        from airshed.assessment.question import Question
        from airshed.assessment.run import assess
        from airshed.pack.defaults import usual_target
        from airshed.pack.spreadsheet import quoted
        from airshed.report.chapter import check_chapters
        from airshed.report.partial import WHOLE, missing_of
        from airshed.report.write import check_folder, languages_with, write

        check_folder(out)
        wanted = check_chapters([name for name in more or [] if name != REGRET])
        pack = given.open_pack(science=True)
        missing = missing_of(pack)
        if WHOLE in missing:
            _in_part(given, pack, missing, _Asked(scenario, year, target, wanted), out, progress)
            return
        aim = target if target is not None else usual_target(pack)
        shown = observed_year(pack) if year is None else year
        assessment = assess(
            pack, Question(scenario=scenario, year=shown, target=aim, regret=REGRET in (more or [])), progress
        )
        progress("writing")
        tables = write(pack, assessment, out, pack.findings, progress, wanted, languages_with(given.language))
        progress("done")
    _summary(given, pack, assessment, tables, out)
    count = sum(quoted(table)[1] for table in tables.values())
    if count:
        said = given.translator()("{count} cells of the CSV files begin as a formula; an apostrophe stands in front")
        say(said.format(count=count))


@dataclass(frozen=True)
class _Asked:
    """What was asked of a run: scenario, year, target, and answers that are chapters too."""

    scenario: str
    year: int | None
    target: str | None
    chapters: list[str]


def _in_part(
    given: Settings,
    pack: Pack,
    missing: Mapping[str, Sequence[str]],
    asked: _Asked,
    out: Path,
    progress: Callable[[str], None],
) -> None:
    """Write the report of what the pack can answer, and list all that is missing for the rest."""
    from airshed.pack.telling import told
    from airshed.report.partial import write_partial
    from airshed.report.write import languages_with

    refuse_beyond(missing, asked.scenario, asked.year, asked.target)
    spoken = languages_with(given.language)
    held = write_partial(pack, out, missing, asked.chapters, pack.findings, progress, spoken)
    translate = given.translator()
    say(translate("the report holds what the pack can answer: {answers}").format(answers=", ".join(held.made)))
    say(translate("what each answer still needs"))
    for answer, what in missing.items():
        say(f"  {answer}: {'; '.join(what)}")
    for name, why in held.refused.items():
        say(f"  {name}: {told(why.whole, given.language)}")
    print(translate("Report: {path}").format(path=_report(given, out)))


def refuse_beyond(missing: Mapping[str, Sequence[str]], scenario: str, year: int | None, target: str | None) -> None:
    """Raise AirshedError, with all that is missing, where more is asked than a report of a part answers."""
    from airshed.pack.errors import AirshedError
    from airshed.report.partial import WHOLE

    if (scenario, year, target) != ("baseline", None, None):
        raise AirshedError("run-needs-whole-chain", missing="; ".join(missing[WHOLE]))


def _report(given: Settings, out: Path) -> Path:
    """Return the report in the language of the run."""
    return out / f"report.{given.language}.html"


REGRET = "regret"
"""The plan of least regret, a part of the plan's chapter."""
STEPS = 12
"""How many steps a run reports."""


@contextmanager
def progressed(given: Settings) -> Iterator[Callable[[str], None]]:
    """Report steps on standard error: as a bar on a terminal, as lines with the time elsewhere."""
    translate = given.translator()
    if not sys.stderr.isatty():
        started = time.perf_counter()
        yield lambda step: say(f"[{time.perf_counter() - started:5.1f} s] {translate(step)}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TimeElapsedColumn(), BarColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(translate("reading the pack"), total=STEPS)
        yield lambda step: bar.update(task, advance=1, description=translate(step))


def _summary(
    given: Settings, pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], out: Path
) -> None:
    """Print the findings that lead the report, and where it stands."""
    from rich import box
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    from airshed.answers.chapters.summary import cards, sentences
    from airshed.answers.chapters.trust import score_cards
    from airshed.answers.words import Words

    words = Words(pack, given.language, given.translator())
    _ = words.translate
    screen = console()
    title = f"{pack.title(given.language)} {assessment.year}"
    panels = ((_("Scoreboard"), score_cards(tables, words)), (title, cards(pack, assessment, tables, words)))
    for heading, shown in panels:
        grid = Table(box=None, show_header=False, pad_edge=False)
        for card in shown:
            grid.add_row(Text(card.value, style="bold"), f"{card.label} ({card.detail})")
        if shown:
            screen.print(Panel(grid, title=Text(heading), box=box.ROUNDED, expand=False))
    for sentence in sentences(pack, assessment, tables, words):
        screen.print(f"- {sentence}")
    screen.print(
        _("Report: {path}").format(path=_report(given, out)),
        soft_wrap=True,
    )
    sys.stdout.flush()
