"""Commands for packs: start one, check one, look into one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import print_rows, records, say
from airshed.cli.settings import FormatOption, Settings, settings

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    help="Start, check and look into packs: folders of cited tables.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def new(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="folder to write; must not exist or be empty")],
    title: Annotated[str | None, typer.Option("--title", help="title of the airshed")] = None,
    base_year: Annotated[int, typer.Option("--base-year", help="year that answers refer to")] = 2015,
    defaults: Annotated[
        bool,
        typer.Option("--with-defaults", help="with responses, WHO's levels, kernel and value of a life, and sources"),
    ] = False,
) -> None:
    """Start a pack: a descriptor and every table with its header line."""
    from airshed.pack.template import new_pack

    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in folder.resolve().name.lower())
    files = new_pack(folder, name.strip("-") or "pack", title or folder.resolve().name, base_year, defaults)
    translate = settings(context).translator()
    say(
        translate("{count} files in {folder}; fill the tables, then: airshed pack check {folder}").format(
            count=len(files), folder=folder
        )
    )


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="folder of the pack; that of --pack if not given")] = None,
    form: FormatOption = "table",
) -> None:
    """Check a pack and list every finding with place and remedy; ends with 3 if there is a blocker or an error."""
    given = settings(context)
    from airshed.assessment.check import check_whole
    from airshed.pack.finding import SEVERITIES, stops
    from airshed.pack.telling import in_language

    path = _folder(given, folder)
    checked = check_whole(path)
    found = sorted(checked.findings, key=lambda item: (SEVERITIES.index(item.severity), item.code))
    translate = given.translator()
    rows = [in_language(item, given.language).record() for item in found]
    needed = _needs(checked.texts)
    lacking = [row for row in needed if row["needs"]]
    if rows or form != "table" or not lacking:
        print_rows(
            rows,
            form,
            columns=["code", "severity", "file", "row", "column", "message", "remedy"],
            heads=translate,
            cells={"severity": translate},
        )
    if form == "table" and lacking:
        say(translate("what each answer still needs"))
        print_rows(needed, form, heads=translate, cells={"answerable": translate})
    counts = ", ".join(
        f"{translate(severity)} {sum(item.severity == severity for item in found)}" for severity in SEVERITIES
    )
    say(f"{path}: {counts}")
    if stops(found):
        raise typer.Exit(3)


@app.command()
def needs(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="folder of the pack; that of --pack if not given")] = None,
    form: FormatOption = "table",
) -> None:
    """Say for each answer whether a pack can give it, and which tables and rows it still needs for it."""
    given = settings(context)
    from airshed.pack.checks import check_pack

    translate = given.translator()
    rows = _needs(check_pack(_folder(given, folder), science=False).texts)
    print_rows(rows, form, heads=translate, cells={"answerable": translate})


def _folder(given: Settings, folder: Path | None) -> Path:
    """Return the folder of the pack that is meant."""
    from airshed.pack.pack import built_in_path

    return folder or (Path(given.pack) if given.pack else built_in_path())


def _needs(texts: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    from airshed.pack.needs import lacking

    return [
        {"answer": answer, "answerable": "no" if missing else "yes", "needs": "; ".join(missing)}
        for answer, missing in lacking(texts).items()
    ]


@app.command()
def show(
    context: typer.Context,
    table: Annotated[str | None, typer.Argument(help="name of a table; without it, all tables")] = None,
    form: FormatOption = "table",
) -> None:
    """List the tables of a pack, or print one with all its rows."""
    given = settings(context)
    pack = given.open_pack()
    translate = given.translator()
    if table is not None:
        from airshed.pack.errors import MissingTableError
        from airshed.pack.schema import tables

        if table in tables() and not pack.has(table):
            columns = [
                {"column": c.column, "type": c.type, "required": c.required, "description": c.description}
                for c in tables()[table].columns
            ]
            print_rows(columns, form, heads=translate)
            raise MissingTableError(table)
        print_rows(records(pack.printed(table)), form, heads=translate)
        return
    from airshed.pack.schema import tables

    rows = []
    for known in tables().values():
        names = [resource.name for resource in pack.descriptor.resources if resource.table == known.name]
        rows.append(
            {
                "table": known.name,
                "rows": len(pack.table(known.name)) if pack.has(known.name) else 0,
                "files": len(names),
                "title": known.title,
                "description": known.description,
            }
        )
    named = f"{pack.title(given.language)} ({pack.descriptor.name} {pack.descriptor.version})"
    say(f"{named}, {translate('base year')} {pack.base_year}: {pack.path}")
    print_rows(rows, form, heads=translate)
