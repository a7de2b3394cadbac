"""The commands `report city`, `report country` and `report full`: a place or the whole assessment as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import say
from airshed.cli.runs import REGRET, ChaptersOption, ScenarioOption, TargetOption, progressed, refuse_beyond
from airshed.cli.settings import Settings, YearOption, settings

Form = Literal["html", "pdf", "xlsx"]
FormOption = Annotated[Form, typer.Option("--format", help="of the file")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="file; report-CODE.LANGUAGE.FORMAT in this folder if not given")
]
CityArgument = Annotated[
    str, typer.Argument(help="city, by code or by name in any language", metavar="city", autocompletion=codes)
]
CountryArgument = Annotated[
    str, typer.Argument(help="nation, by code or by name in any language", metavar="country", autocompletion=codes)
]
app = typer.Typer(
    help="Reports: a city or a nation on one page, or the whole assessment, as a file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("city")
def city(
    context: typer.Context,
    place: CityArgument,
    form: FormOption = "pdf",
    year: YearOption = None,
    out: OutOption = None,
) -> None:
    """Write one city on one page: its air, who gives it, what works, with whom, and what only others can do."""
    _write(context, "city", {"receptor": place}, form, year, out)


@app.command("country")
def country(
    context: typer.Context,
    place: CountryArgument,
    form: FormOption = "pdf",
    year: YearOption = None,
    out: OutOption = None,
) -> None:
    """Write one nation on one page: its air, who gives it, what works, with whom, and what only others can do."""
    _write(context, "country", {"region": place}, form, year, out)


@app.command("full")
def full(
    context: typer.Context,
    form: FormOption = "pdf",
    scenario: ScenarioOption = "baseline",
    year: YearOption = None,
    target: TargetOption = None,
    more: ChaptersOption = None,
    out: OutOption = None,
) -> None:
    """Write the whole assessment as one file: summary, how far to trust it, chapters, and an annex of the long tables.

    A pack that lacks something of the chain is reported with what it can answer, and what is missing.
    """
    from airshed.assessment.chain.chain import observed_year
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.pack.defaults import usual_target
    from airshed.report.chapter import check_chapters
    from airshed.report.full import check_form, full_report, partial_report
    from airshed.report.partial import WHOLE, missing_of

    held = settings(context)
    goal = _target(out, "full", form, held.language)
    check_form(form, held.language)
    wanted = check_chapters([name for name in more or [] if name != REGRET])
    with progressed(held) as progress:
        progress("reading the pack")
        pack = held.open_pack(science=True)
        missing = missing_of(pack)
        if WHOLE in missing:
            refuse_beyond(missing, scenario, year, target)
            content = partial_report(pack, missing, form, held.language, pack.findings, progress, wanted)
        else:
            asked = Question(
                scenario=scenario,
                year=observed_year(pack) if year is None else year,
                target=target if target is not None else usual_target(pack),
                regret=REGRET in (more or []),
            )
            assessment = assess(pack, asked, progress)
            content = full_report(pack, assessment, form, held.language, pack.findings, progress, wanted)
        progress("done")
    _put(held, goal, content)


def _target(out: Path | None, code: str, form: str, language: str) -> Path:
    """Return where a file is written; raises AirshedError where none of its form can be."""
    from airshed.answers.chapters.paper import check_place
    from airshed.pack.errors import AirshedError

    target = out or Path(f"report-{code}.{language}.{form}")
    if target.suffix.lower() != f".{form}":
        raise AirshedError("out-ending", name=target.name, form=form)
    check_place(target)
    return target


def _put(held: Settings, target: Path, content: bytes) -> None:
    from airshed.answers.chapters.paper import put

    put(target, content)
    say(held.translator()("Report: {path}").format(path=target))


def _write(
    context: typer.Context, command: str, placed: dict[str, str], form: str, year: int | None, out: Path | None
) -> None:
    """Write the file of an answer; raises AirshedError before anything is computed for a name that cannot be."""
    from airshed.answers.ask import Direct
    from airshed.answers.asked import question_of
    from airshed.answers.chapters.paper import check_fonts
    from airshed.answers.registry import entry
    from airshed.answers.words import Words
    from airshed.assessment import local

    held = settings(context)
    pack, found = held.open_pack(), entry(command)
    asked = [] if year is None else [("year", str(year))]
    question = question_of(found, pack, placed, asked, flags={"year": "--year"})
    code = str(getattr(question, next(iter(placed))))
    target = _target(out, code, form, held.language)
    if form == "pdf":
        check_fonts(held.language)
    (local.city if command == "city" else local.nation)(pack, code)
    words = Words(pack, held.language, held.translator())
    _put(held, target, found.files[form].make(Direct(pack), words, question))
