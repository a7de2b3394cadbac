"""The commands `report city` and `report country`: the page of a place as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import say
from airshed.cli.settings import YearOption, settings

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
    help="Reports: a city or a nation on one page, as a file.", no_args_is_help=True, rich_markup_mode=None
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


def _write(
    context: typer.Context, command: str, placed: dict[str, str], form: str, year: int | None, out: Path | None
) -> None:
    """Write the file of an answer; raises AirshedError before anything is computed for a name that cannot be."""
    from airshed.answers.ask import Direct
    from airshed.answers.asked import question_of
    from airshed.answers.chapters.paper import check_place, put
    from airshed.answers.registry import entry
    from airshed.answers.words import Words
    from airshed.assessment import local
    from airshed.pack.errors import AirshedError

    held = settings(context)
    pack, found = held.open_pack(), entry(command)
    asked = [] if year is None else [("year", str(year))]
    question = question_of(found, pack, placed, asked, flags={"year": "--year"})
    code = str(getattr(question, next(iter(placed))))
    target = out or Path(f"report-{code}.{held.language}.{form}")
    if target.suffix.lower() != f".{form}":
        raise AirshedError("out-ending", name=target.name, form=form)
    check_place(target)
    (local.city if command == "city" else local.nation)(pack, code)
    words = Words(pack, held.language, held.translator())
    put(target, found.files[form].make(Direct(pack), words, question))
    say(words.translate("Report: {path}").format(path=target))
