"""Writes the reference pages of the documentation from the program itself, when mkdocs builds the site.

mkdocs loads this file as a hook: `on_files` adds the pages below `reference/`, so that none can be out of date.
`python tools/reference.py FOLDER` writes them into a folder.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

HEADER = "<!-- made by tools/reference.py -->\n"


def pages() -> dict[str, str]:
    """Return every generated page in Markdown by its path below docs."""
    made: dict[str, Callable[[], str]] = {
        "answers": answers_page,
        "commands": commands_page,
        "tables": tables_page,
        "units": units_page,
        "checks": checks_page,
        "equations": equations_page,
    }
    return {f"reference/{name}.md": HEADER + make() for name, make in made.items()}


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages to those that mkdocs found."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def answers_page() -> str:
    """Return the page of all answers: what each is asked, with defaults and limits, and how it is reached."""
    from airshed.answers.registry import GROUPS, entries, place

    parts = [
        "# Answers",
        "A question is declared once; its command, page, JSON, CSV and Python call take the same fields with the same "
        "defaults. A field may be left out; where its default is empty, the pack decides, as its meaning says.",
    ]
    for group in GROUPS.values():
        parts.append(f"## {group}")
        held = [entry for entry in entries() if entry.group == group]
        for entry in sorted(held, key=lambda entry: place(entry.command)):
            parts += [
                f"### {entry.command} {{ #{entry.command.replace(' ', '-')} }}",
                entry.about,
                f"Command `airshed {entry.command}`, page `/en/{entry.path}`, "
                f'Python `airshed.ask(pack, "{entry.command}")`.',
                _fields(entry.question),
            ]
    return _joined(parts)


def _fields(question: Any) -> str:
    """Return the fields of a question as a table."""
    held = question.model_json_schema()
    required = held.get("required", [])
    rows = []
    for name, field in held.get("properties", {}).items():
        default = "required" if name in required else _default(field.get("default"))
        rows.append([f"`{name}`", _type(field, held.get("$defs", {})), default, field.get("description", "")])
    return _table(("field", "what it takes", "default", "meaning"), rows) if rows else "It takes no fields."


def _default(value: Any) -> str:
    return "" if value in (None, "", [], ()) else f"`{value}`"


def _type(field: dict[str, Any], known: dict[str, Any]) -> str:
    """Return what a field takes, in words."""
    if "$ref" in field:
        field = {**known[field["$ref"].rpartition("/")[2]], **field}
    for one in ("anyOf", "oneOf", "allOf"):
        if one in field:
            said = [_type(part, known) for part in field[one] if part.get("type") != "null"]
            return " or ".join(dict.fromkeys(said))
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), known) or 'texts'}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}
    limits = [
        f"{word} {field[key]:g}"
        for key, word in (
            ("minimum", "from"),
            ("exclusiveMinimum", "above"),
            ("maximum", "to"),
            ("exclusiveMaximum", "below"),
        )
        if key in field
    ]
    return " ".join([names.get(str(field.get("type")), str(field.get("type", "text"))), *limits])


def commands_page() -> str:
    """Return the page of all commands with their arguments and options."""
    import typer

    from airshed.cli.main import app

    root: Any = typer.main.get_command(app)
    parts = [
        "# Commands",
        "`airshed COMMAND --help` prints the same. Global options stand before the command. Data go to standard "
        "output, messages to standard error. A command ends with 0 if it answered, 1 for a failure of its own or of "
        "the system, 2 for wrong usage or input; `pack check` ends with 3 where it found errors.",
        "## Global options",
        _options(root.params),
    ]
    for words, command in _commands(root, ()):
        parts += [f"## airshed {' '.join(words)} {{ #{'-'.join(words)} }}", (command.help or "").split("\f")[0].strip()]
        if getattr(command, "list_commands", None):
            parts.append("\n".join(f"- `airshed {' '.join(words)} {name}`" for name in command.list_commands(None)))
        else:
            parts.append(_options(command.params))
    return _joined(parts)


def _commands(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Go through all commands below a group, families before their members."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        yield (*words, name), command
        if getattr(command, "list_commands", None):
            yield from _commands(command, (*words, name))


def _options(params: Iterable[Any]) -> str:
    """Return arguments and options as a table."""
    rows = []
    for param in params:
        if getattr(param, "hidden", False) or param.name == "help":
            continue
        option = any(name.startswith("-") for name in param.opts)
        named = ", ".join(f"`{name}`" for name in [*param.opts, *param.secondary_opts]) if option else ""
        named = named or f"`{(param.metavar or param.name).upper()}`"
        said = (getattr(param, "help", None) or "").strip()
        if "[default:" not in said and not callable(param.default):
            value = param.default
            said += f" [default: {value}]" if value not in (None, "", False, (), []) else ""
        rows.append([named, _flags(param, option), said])
    return _table(("name", "takes", "meaning"), rows) if rows else "It takes no options."


def _flags(param: Any, option: bool) -> str:
    words = []
    if getattr(param, "is_flag", False):
        words.append("nothing")
    elif option and param.metavar:
        words.append(param.metavar.strip("<>"))
    if param.required:
        words.append("required")
    if getattr(param, "multiple", False) or param.nargs == -1:
        words.append("repeatable")
    return ", ".join(words)


def tables_page() -> str:
    """Return the page of all tables of a pack: every column with its words, units, limits and meaning."""
    from airshed.pack.schema import tables

    parts = [
        "# Tables of a pack",
        "A pack may leave tables out; an answer that needs one says which ([checks](checks.md), `airshed pack needs`). "
        "`key` marks the columns that together occur once; words in any spelling are read as those listed here. "
        "What the tables are for stands in [Packs](../packs.md).",
    ]
    for table in tables().values():
        rows = [
            [
                f"`{column.column}`",
                _type_of(column),
                " ".join(word for word, holds in (("required", column.required), ("key", column.key)) if holds),
                _allowed(table.name, column),
                column.description,
            ]
            for column in table.columns
        ]
        parts += [
            f"## {table.name} {{ #{table.name.replace('_', '-')} }}",
            f"{table.title}. {table.description}." + (" Every pack has it." if table.core else ""),
            _table(("column", "type", "", "allowed", "meaning"), rows),
        ]
        held = _quantities(table.name)
        if held:
            parts.append("Numbers are read in these units:\n\n" + held)
    return _joined(parts)


def _type_of(column: Any) -> str:
    limits = [
        f"{word} {limit:g}" for word, limit in (("from", column.minimum), ("to", column.maximum)) if limit is not None
    ]
    return " ".join([column.type, *limits])


def _allowed(table: str, column: Any) -> str:
    """Return the words, references and units that a column takes."""
    from airshed.pack.words import CLOSED, vocabularies

    said = [f"a {' or '.join(f'`{name}`' for name in column.references)}"] if column.references else []
    if column.dimension == "any":
        said.append("a unit of what the row is about ([units](units.md))")
    elif column.dimension:
        said.append(f"a unit of {column.dimension} ([units](units.md#{column.dimension.replace('_', '-')}))")
    closed = [
        word
        for held in vocabularies().values()
        for of, name, kind in held.columns
        if (of, name, kind) == (table, column.column, CLOSED)
        for word in held.known
    ]
    words = list(dict.fromkeys([*column.values, *closed]))
    said += [", ".join(f"`{word}`" for word in words)] if words else []
    return "; ".join(said)


def _quantities(table: str) -> str:
    """Return the quantities of a table: rows, columns, unit and limits."""
    rows = [
        [
            f"`{row['key']}`" if row["key"] else "all",
            ", ".join(f"`{name}`" for name in row["columns"].split()),
            row["unit"],
            row["minimum"],
            row["maximum"],
            row["note"],
        ]
        for row in _schema("quantities.csv")
        if row["table"] == table
    ]
    return _table(("rows", "columns", "unit", "from", "to", ""), rows) if rows else ""


def units_page() -> str:
    """Return the page of units by what they measure, and of words with others that mean the same."""
    units = _schema("units.csv")
    parts = [
        "# Units and words",
        "A scale may stand before any unit (`thousand`, `10 thousand`, `million`), `k` and `M` before a currency.",
    ]
    for dimension in dict.fromkeys(row["dimension"] for row in units):
        rows = [
            [f"`{row['unit']}`", row["factor"], row["source"], row["note"]]
            for row in units
            if row["dimension"] == dimension
        ]
        parts += [
            f"## {dimension} {{ #{dimension.replace('_', '-')} }}",
            _table(("unit", "factor", "source", "note"), rows),
        ]
    words = _schema("words.csv")
    parts += ["## Words { #words }", "Other words for those of closed vocabularies."]
    rows = [[row["vocabulary"], f"`{row['word']}`", f"`{row['means']}`"] for row in words if row["means"]]
    parts.append(_table(("vocabulary", "word", "means"), rows))
    return _joined(parts)


def checks_page() -> str:
    """Return the page of all findings of `airshed pack check`."""
    rows = [
        [f'<span id="{row["code"].lower()}">`{row["code"]}`</span>', row["severity"], row["message"], row["remedy"]]
        for row in _schema("findings.csv")
    ]
    return _joined(
        [
            "# Checks",
            "What `airshed pack check` can find, with the remedy. A blocker or an error keeps the pack from being "
            "used; words in braces are filled in.",
            _table(("code", "severity", "message", "remedy"), rows),
        ]
    )


def equations_page() -> str:
    """Return the page of all formulas in LaTeX, with units, paper and function."""
    from airshed.assessment.evidence.equations import equations

    parts = ["# Equations", "Every formula with its units, its paper and the function that computes it."]
    for item in equations():
        parts += [
            f"## {item.title} {{ #{item.id} }}",
            f"```latex\n{item.latex}\n```",
            f"Units: {_cell(item.units)}. {_cell(item.citation)}. Computed by `{item.function}`; named `{item.id}`.",
        ]
    return _joined(parts)


def _schema(name: str) -> list[dict[str, str]]:
    with files("airshed.pack").joinpath(f"schema/{name}").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [list(heads), ["---"] * len(heads), *[[_cell(str(cell)) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, but for code and the anchors made here."""
    if text.startswith("<span id="):
        return text
    parts = text.replace("\n", " ").split("`")
    for place in range(0, len(parts), 2):
        for sign in "\\*_<{|":
            parts[place] = parts[place].replace(sign, f"\\{sign}" if sign != "<" else "&lt;")
    for place in range(1, len(parts), 2):
        parts[place] = parts[place].replace("|", "\\|")
    return "`".join(parts)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for path, text in pages().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        print(folder / path)
