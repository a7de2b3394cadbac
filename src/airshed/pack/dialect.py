"""How a Frictionless resource says that its files are written: encoding, Table Dialect, missing values, numbers.

What is said is read so, or refused with the name of the property: nothing is passed over that changes a cell.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Raw = Mapping[str, Any]
Refused = tuple[str, Any]
"""A property that is not read as it stands, and its value."""
ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "cp949", "euc_kr", "johab"),
    *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950", "shift_jis", "cp932", "euc_jp", "mac-roman"),
    *(f"cp{page}" for page in (437, 850, 852, 866, 874, *range(1250, 1259))),
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    *("koi8-r", "koi8-u"),
)
"""Encodings that are read, by the names of Python's codecs."""
FORMATS = {"csv": ",", "tsv": "\t"}
MEDIATYPES = {"text/csv": ",", "application/csv": ",", "text/plain": ",", "text/tab-separated-values": "\t"}
LINE_ENDS = ("\n", "\r\n", "\r")
NOT_READ = ("data", "layout", "control", "query", "innerpath", "pipeline")
"""Properties of a resource that say where else, or what part of it, its rows are."""
NO_EFFECT = ("$schema", "csvddfVersion", "headerJoin", "caseSensitiveHeader", "csv")
"""Properties of a dialect that change nothing that is read here."""


@dataclass(frozen=True)
class Dialect:
    """How the files of a table are written.

    quote, escape, comment : one letter, empty where there is none; header : line of the header, 0 where there is none
    names : of the columns, where there is no header; missing : what a cell holds that is empty, by column, in all
    others by ""; numbers : decimal and group letter by column; comment_rows : lines that are passed over
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str = ""
    skip_initial_space: bool = False
    header: int = 1
    comment: str = ""
    comment_rows: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def cell(self, column: str) -> Callable[[str], str] | None:
        """Return what turns a cell of a column into what is read, None where that is the cell itself."""
        empty = self.missing.get(column, self.missing.get("", frozenset()))
        point, group = self.numbers.get(column, (".", ""))
        if not empty and (point, group) == (".", ""):
            return None

        def read(text: str) -> str:
            if text in empty or text.strip() in empty:
                return ""
            return (text.replace(group, "") if group else text).replace(point, ".")

        return read


PLAIN = Dialect()
"""How a file without a word on it is written."""


class _Reader:
    """Takes values out of descriptors, and keeps what cannot be read."""

    def __init__(self) -> None:
        self.refused: list[Refused] = []

    def take(self, raw: Raw, key: str, default: Any, fits: Callable[[Any], bool], place: str = "") -> Any:
        """Return a value; the default where it is absent, null, or does not fit, which is kept then."""
        value = raw.get(key)
        if value is None:
            return default
        if not fits(value):
            self.refused.append((f"{place}{key}", value))
            return default
        return value


def read_dialect(entry: Raw, package: Raw, document: Callable[[Any], Any]) -> tuple[Dialect, list[Refused]]:
    """Return how the files of a resource are written, and the properties that are refused.

    entry, package : the resource and the package as the descriptor gives them
    document : gives the object that a property is, or names by the path of its file; None if there is none
    """
    held = _Reader()
    _whole_files(entry, held)
    dialect, schema = (_object(entry, key, document, held) for key in ("dialect", "schema"))
    said = {**dialect, **nested} if isinstance(nested := dialect.get("csv"), Mapping) else dialect
    fields = _fields(schema, held)
    names = tuple(str(item.get("name", "")) for item in fields)
    first = held.take(said, "header", True, _is_bool, "dialect.")
    if not first and not names:
        held.refused.append(("dialect.header", False))
    made = Dialect(
        encoding=_encoding(entry, held),
        delimiter=held.take(said, "delimiter", _delimiter(entry), _is_letter, "dialect."),
        quote=held.take(said, "quoteChar", '"', _is_letter_or_none, "dialect."),
        double_quote=held.take(said, "doubleQuote", True, _is_bool, "dialect."),
        escape=held.take(said, "escapeChar", "", _is_letter_or_none, "dialect."),
        skip_initial_space=held.take(said, "skipInitialSpace", False, _is_bool, "dialect."),
        header=held.take(said, "headerRows", [1], _is_one_row, "dialect.")[0] if first else 0,
        comment=held.take(said, "commentChar", "", lambda value: isinstance(value, str), "dialect."),
        comment_rows=frozenset(held.take(said, "commentRows", [], _are_rows, "dialect.")),
        names=() if first else names,
        missing=_missing(entry, package, schema, fields, said, held),
        numbers=_numbers(fields, held),
    )
    held.take(said, "lineTerminator", "", lambda value: value in LINE_ENDS, "dialect.")
    taken = (made.quote, made.escape, made.comment)
    if made.delimiter in taken:
        held.refused.append(("dialect.delimiter", made.delimiter))
        # It is refused, but what else is wrong is still read: csv itself fails where two marks are one (Python 3.13).
        made = replace(made, delimiter=next(mark for mark in (",", ";", "\t", "|") if mark not in taken))
    read = {
        *("header", "delimiter", "quoteChar", "doubleQuote", "escapeChar", "skipInitialSpace", "headerRows"),
        *("commentChar", "commentRows", "nullSequence", "lineTerminator", *NO_EFFECT),
    }
    held.refused += [(f"dialect.{key}", value) for key, value in said.items() if key not in read and value is not None]
    return made, held.refused


def _whole_files(entry: Raw, held: _Reader) -> None:
    """Refuse what says that a resource is something else than whole files of separated values."""
    held.take(entry, "format", "", lambda value: isinstance(value, str) and value.lower() in FORMATS)
    held.take(entry, "mediatype", "", lambda value: isinstance(value, str) and value.lower() in MEDIATYPES)
    held.take(entry, "compression", "", lambda value: value in ("", "no"))
    held.take(entry, "scheme", "", lambda value: value in ("", "file"))
    held.refused += [(key, entry[key]) for key in NOT_READ if entry.get(key) not in (None, {}, "")]


def _object(entry: Raw, key: str, document: Callable[[Any], Any], held: _Reader) -> Raw:
    if entry.get(key) is None:
        return {}
    found = document(entry[key])
    if not isinstance(found, Mapping):
        held.refused.append((key, entry[key]))
        return {}
    return found


def _fields(schema: Raw, held: _Reader) -> list[Raw]:
    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(item, Mapping) and isinstance(item.get("name", ""), str) for item in value
        )

    found: list[Raw] = held.take(schema, "fields", [], fits, "schema.")
    return found


def _encoding(entry: Raw, held: _Reader) -> str:
    def fits(value: Any) -> bool:
        return isinstance(value, str) and _codec(value) in ENCODINGS

    found = held.take(entry, "encoding", "utf-8", fits)
    return _codec(found)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _delimiter(entry: Raw) -> str:
    for key, known in (("format", FORMATS), ("mediatype", MEDIATYPES)):
        found = known.get(str(entry.get(key)).lower())
        if found is not None:
            return found
    return ","


def _missing(
    entry: Raw, package: Raw, schema: Raw, fields: list[Raw], dialect: Raw, held: _Reader
) -> dict[str, frozenset[str]]:
    """Return what stands for an empty cell by column: of the field, else of the schema, the resource or the package."""
    levels = ((schema, "schema."), (entry, ""), (package, ""))
    common = next(
        (_values(level, held, place) for level, place in levels if level.get("missingValues") is not None), []
    )
    null = held.take(dialect, "nullSequence", "", lambda value: isinstance(value, str), "dialect.")
    found = {"": frozenset([*common, null])}
    for item in fields:
        if item.get("missingValues") is not None:
            name = str(item.get("name", ""))
            found[name] = frozenset([*_values(item, held, f"schema.fields.{name}."), null])
    return {name: values - {""} for name, values in found.items() if len(found) > 1 or values - {""}}


def _values(raw: Raw, held: _Reader, place: str) -> list[str]:
    """Return missing values, which may be given with labels."""

    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(_value_of(item), str) for item in value)

    return [_value_of(item) for item in held.take(raw, "missingValues", [], fits, place)]


def _value_of(item: Any) -> Any:
    return item.get("value") if isinstance(item, Mapping) else item


def _numbers(fields: list[Raw], held: _Reader) -> dict[str, tuple[str, str]]:
    """Return decimal and group letter of the columns that have others than a point and none."""
    found = {}
    for item in fields:
        place = f"schema.fields.{item.get('name', '')}."
        point = held.take(item, "decimalChar", ".", _is_letter, place)
        group = held.take(item, "groupChar", "", _is_letter_or_none, place)
        held.take(item, "bareNumber", True, lambda value: value is True, place)
        if item.get("type") in ("date", "year", "yearmonth", "datetime"):
            held.take(item, "format", "", lambda value: value in ("default", "%Y-%m-%d", "%Y", "%Y-%m"), place)
        if point == group:
            held.refused.append((f"{place}groupChar", group))
        elif (point, group) != (".", ""):
            found[str(item.get("name", ""))] = (point, group)
    return found


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_letter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and value not in "\r\n\0"


def _is_letter_or_none(value: Any) -> bool:
    return value == "" or _is_letter(value)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(type(row) is int and row > 0 for row in value)


def _is_one_row(value: Any) -> bool:
    return _are_rows(value) and len(value) == 1
