"""The door of the command line: a command made from the declaration of an answer, when it is asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from airshed.answers.registry import entry, listed, place
from airshed.cli.completion import codes
from airshed.cli.keeping import keep
from airshed.cli.output import print_json, print_rows, records, say
from airshed.cli.settings import FormatOption, settings

if TYPE_CHECKING:
    from airshed.answers.answer import Content, Entry, Sheet
    from airshed.answers.words import Words

NOTE = "note"
"""The column of notes: one that all rows share is said once below the table."""
WHOLE = 1000
"""Letters of a sentence of help that are said."""
CITED = 60
"""Letters of the keys of sources in a row, beyond which a screen does without them."""
UNKEPT = ("chart", "save", "scheduler")
"""Parameters with which a call does more than print what follows from pack and question."""
OWN = ("format", "table", "chart", "save")
"""Parameters of a command that are no fields of its question."""


def command_of(words: str) -> Any:
    """Return the command of an answer, made from its declaration."""
    found = entry(words)

    def run(context: typer.Context, **given: Any) -> None:
        _answer(found, context, given)

    own = _own(found)
    fields = {name: _option(found, name) for name in _ordered(found)}
    run.__doc__ = f"{found.title}: {found.about[:1].lower()}{found.about[1:]}"
    run.__annotations__ = {"context": typer.Context, **{name: kind for name, (kind, _) in (fields | own).items()}}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("context", keyword, annotation=typer.Context)]
    for name, (kind, default) in (fields | own).items():
        parameters.append(inspect.Parameter(name, keyword, annotation=kind, default=default))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions may have one
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(words.split()[-1])(run)
    return typer.main.get_command(alone)


class Family(TyperGroup):
    """Commands of two words, such as `plan front`: those written by hand, and those made from answers when asked."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the second words of all commands."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in commands(str(self.name)) if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its second word, made from its answer where none is written by hand."""
        own = super().get_command(ctx, cmd_name)
        made = own is None and cmd_name in commands(str(self.name))
        return command_of(f"{self.name} {cmd_name}") if made else own

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each with its whole first sentence."""
        own, made = self.commands, commands(str(self.name))
        said = {
            name: own[name].get_short_help_str(WHOLE) if name in own else made[name] for name in self.list_commands(ctx)
        }
        with formatter.section("Commands"):
            formatter.write_dl(list(said.items()))


def family(words: str) -> typer.Typer:
    """Return the commands of two words that begin with the same; words : what they are about."""
    made = typer.Typer(cls=Family, help=words, no_args_is_help=True, rich_markup_mode=None)
    made.callback()(lambda: None)
    return made


def commands(group: str = "") -> dict[str, str]:
    """Return the commands that are made from answers and what they answer, those of a group such as `plan` if named."""
    above = f"{group} " if group else ""
    found = {words.removeprefix(above): item.about for words, item in listed().items() if words.startswith(above)}
    return {words: found[words] for words in sorted(found, key=lambda words: place(above + words)) if " " not in words}


def _ordered(found: Entry) -> list[str]:
    """Return the fields of a question, those first that are given by their place."""
    from airshed.answers.spoken import is_argument

    return sorted(found.question.model_fields, key=lambda name: not is_argument(found, name))


def _option(found: Entry, name: str) -> tuple[Any, Any]:
    """Return the type and default of the parameter of a field: everything is read from text by the declaration."""
    from airshed.answers.asked import bounds_of, is_area, is_list
    from airshed.answers.choices import literals
    from airshed.answers.spoken import flag, has_words, is_argument

    field = found.question.model_fields[name]
    words, several = field.description or "", is_list(found, name)
    if field.annotation is bool:
        return Annotated[bool, typer.Option(flag(found, name), help=words)], False
    bound, coded = bounds_of(found).get(name), name in found.choices
    literal = "|".join(literals(field.annotation))
    shape = "file" if is_area(found, name) else literal or (str(bound) if bound else "code" if coded else "text")
    more: dict[str, Any] = {"help": words + _default(field.default), "metavar": shape}
    if coded:
        more["autocompletion"] = codes
    kind: Any = list[str] | None if several else str | None
    if is_argument(found, name):
        needed = field.is_required() or (name in found.placed and name not in found.first)
        kind = list[str] | None if has_words(found, name) else kind
        more["metavar"] = name
        return Annotated[str if needed else kind, typer.Argument(**more)], ... if needed else None
    return Annotated[kind, typer.Option(flag(found, name), **more)], None


def _default(value: Any) -> str:
    """Return a default as help shows it; nothing for none."""
    from pydantic_core import PydanticUndefined

    if value in (None, "", ()) or value is PydanticUndefined:
        return ""
    if isinstance(value, float):
        return f"  [default: {value:g}]"
    return f"  [default: {','.join(map(str, value)) if isinstance(value, tuple) else value}]"


def _own(found: Entry) -> dict[str, tuple[Any, Any]]:
    """Return the parameters that every command of an answer has."""
    own: dict[str, tuple[Any, Any]] = {
        "table": (
            Annotated[str | None, typer.Option("--table", metavar="name", help="which of its tables is printed")],
            None,
        ),
        "chart": (
            Annotated[Path | None, typer.Option("--chart", help="file of its chart: .svg, .png, .html or .json")],
            None,
        ),
    }
    if found.files:
        ends = ", ".join(f".{ending.rpartition('.')[2]}" for ending in found.files)
        own["save"] = (Annotated[Path | None, typer.Option("--save", help=f"file of the answer: {ends}")], None)
    own["format"] = (FormatOption, "table")
    return own


def _answer(found: Entry, context: typer.Context, given: Mapping[str, Any]) -> None:
    """Ask the question that the words of a call mean, and print its answer."""
    from airshed.answers.ask import Direct
    from airshed.answers.asked import is_area, question_of
    from airshed.answers.spoken import answered, flag
    from airshed.answers.words import Words

    held = settings(context)
    _check_files(found, given)
    pack = held.open_pack()
    flags = {name: flag(found, name) for name in found.question.model_fields}
    placed = {name: str(given[name]) for name in found.placed if given[name] is not None}
    tables = [name for name in found.question.model_fields if is_area(found, name)]
    question = question_of(found, pack, placed, asked_of(found, given), flags=flags)
    words = Words(pack, held.language, held.translator())
    here = Direct(pack, {name: str(given[name]) for name in given if given[name] and name in tables})
    content = answered(here, found, words, question)
    if given["chart"] is not None:
        save_chart(content, given["chart"])
    if given.get("save") is not None:
        path: Path = given["save"]
        _write(path, found.files[_ending(found, path)].make(here, words, question))
        say(words.translate("written to {file}").format(file=path))
    show(content, words, given["format"], given["table"])
    if not here.called and not any(given.get(name) for name in UNKEPT):
        keep(pack)


def asked_of(found: Entry, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of a call as an address has them: lists of codes and numbers also by commas."""
    from airshed.answers.asked import FREE, bounds_of, is_area, is_list
    from airshed.answers.spoken import has_words
    from airshed.pack.user_table import text_of

    numbers = bounds_of(found)
    asked: list[tuple[str, str]] = []
    for name in found.question.model_fields:
        value = given[name]
        if name in found.placed or value is None or value is False:
            continue
        if has_words(found, name):
            asked.append((name, " ".join(value)))
        elif is_area(found, name):
            asked.append((name, text_of(Path(value))))
        elif is_list(found, name):
            split = (name in found.choices and name not in FREE) or name in numbers
            for word in value:
                asked += [(name, part) for part in (word.split(",") if split else [word])]
        else:
            asked.append((name, "true" if value is True else str(value)))
    return asked


def show(content: Content, words: Words, form: Any, table: str | None = None) -> None:
    """Print an answer: what is said on standard error, a table or the whole document on standard output."""
    from airshed.answers.picked import document_of, joined, sheets_of

    sheets = sheets_of(content, table or (content.flat if form == "csv" else None))
    if form == "table" and content.screen and not table:
        sheets = [sheet for name in content.screen for sheet in sheets_of(content, name)]
    for card in content.cards:
        say(f"{card.value}: {card.label} ({card.detail})")
    for sentence in content.sentences:
        say(sentence)
    if form == "json":
        print_json(document_of(content, table))
    elif form == "csv":
        print_rows(joined(sheets), form)
    else:
        for sheet in sheets:
            _show_table(sheet, words)


def _show_table(sheet: Sheet, words: Words) -> None:
    """Print a table as a screen has room for it; its notes stand below, each once, by number where rows differ."""
    from airshed.answers.columns import CITING, tellers

    if sheet.said and len(sheet.rows):
        say(sheet.said)
    if 0 < sheet.short < len(sheet.shown):
        told = words.translate("the first {shown} of {all} rows; all are in --format csv and json")
        say(told.format(shown=sheet.short, all=f"{len(sheet.shown):,}"))
    tell = tellers(sheet, words, codes=True)
    rows = records(sheet.shown.head(sheet.short) if sheet.short else sheet.shown)
    noted = NOTE in _columns(sheet, rows)
    notes = list(dict.fromkeys(part for row in rows for part in _notes(row))) if noted else []
    shared = len(notes) == 1 and all(map(_notes, rows))
    shown = [sheet.told(row) for row in rows] if sheet.told else rows
    if notes:
        shown = [{**row, NOTE: " ".join(str(1 + notes.index(part)) for part in _notes(row))} for row in shown]
    print_rows(
        shown,
        "table",
        columns=[name for name in _columns(sheet, rows) if name != NOTE or (notes and not shared)],
        heads=lambda name: sheet.heads.get(name) or words.translate(name),
        cells={**tell, NOTE: str},
        spare=(*CITING, *sheet.spare),
    )
    for number, note in enumerate(notes, start=1):
        say(tell[NOTE](note) if shared else f"{number}: {tell[NOTE](note)}")


def _notes(row: Mapping[str, Any]) -> list[str]:
    return [part for part in str(row.get(NOTE) or "").split("; ") if part]


def _columns(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of a screen: without sources that would fill it, unless the sheet says how they are told."""
    from airshed.answers.columns import CITING

    held = [name for name in sheet.columns or tuple(map(str, sheet.rows)) if name in sheet.rows]
    cited = [name for name in CITING if name in held and name not in sheet.cells]
    wide = {name for name in cited if any(len(str(row[name])) > CITED for row in rows)}
    return [name for name in held if name not in wide]


def _check_files(found: Entry, given: Mapping[str, Any]) -> None:
    """Raise AirshedError for a file whose name does not say what it is to be, before anything is computed."""
    from airshed.pack.errors import AirshedError

    path = given.get("save")
    if given["chart"] is not None:
        check_chart(given["chart"])
    if path is not None and not _ending(found, path):
        ends = [f".{ending}" for ending in found.files]
        raise AirshedError("no-name-answer", name=path.name, ends=", ".join(ends))


def check_chart(path: Path) -> None:
    """Raise AirshedError for a name that no chart can have."""
    from airshed.charts.save import FORMS
    from airshed.pack.errors import AirshedError

    if path.suffix.lower() not in FORMS:
        raise AirshedError("no-name-chart", name=path.name, forms=", ".join(FORMS))


def _ending(found: Entry, path: Path) -> str:
    """Return the form that the name of a file ends with, nothing for none; of `x.y` the last part is enough."""
    suffix = path.suffix.lower()[1:]
    return next((ending for ending in found.files if suffix and ending.rpartition(".")[2] == suffix), "")


def save_chart(content: Content, path: Path, name: str | None = None) -> None:
    """Write a chart of an answer, the first if none is named."""
    from airshed.answers.picked import panel_of
    from airshed.charts.save import save_chart as save
    from airshed.pack.errors import AirshedError

    if not content.panels:
        raise AirshedError("answer-no-chart")
    save(panel_of(content, name).figure.chart, path)


def _write(path: Path, content: bytes) -> None:
    from airshed.pack.errors import AirshedError

    try:
        path.write_bytes(content)
    except OSError as why:
        raise AirshedError("cannot-written-name-file", target=path, strerror=why.strerror) from why


def under(own: Mapping[str, Callable[..., Any] | typer.Typer], heading: str) -> list[str]:
    """Return the names of the commands under a heading of the menu: those written by hand, and those of answers."""
    made = [words for words, item in listed().items() if item.group == heading and " " not in words]
    made.sort(key=place)
    return [*own, *(name for name in made if name not in own)]
