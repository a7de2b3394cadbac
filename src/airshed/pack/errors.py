"""Errors of a user's input: what was wrong, where, and what would be right.

Every text stands in `schema/errors.csv` under its code, in English, with a placeholder for all that is computed; the
texts of findings stand in `schema/findings.csv`. `airshed.pack.telling` looks their translations up by the English.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from airshed.pack.letters import shown
from airshed.pack.particles import Decided, filled

PLACEHOLDER = re.compile(r"{(\w+)}")
MESSAGE, REMEDY = "message", "remedy"
TABLES = ("errors", "findings")
WORDS = ("kind", "what", "why")
"""Placeholders that words of our own may fill, which are translated too."""


@dataclass(frozen=True)
class ErrorTexts:
    """The texts of a code; status : of the answer of a server, 0 for a part of other texts."""

    status: int
    message: str
    remedy: str


@cache
def texts() -> dict[str, ErrorTexts]:
    """Return the texts of errors and findings by code."""
    found = {}
    for table in TABLES:
        with files("airshed.pack").joinpath(f"schema/{table}.csv").open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                found[row["code"]] = ErrorTexts(int(row.get("status") or 0), row[MESSAGE], row[REMEDY])
    return found


class Phrase:
    """A text of the table with its values: English as `str`, another language by its translations.

    values : numbers, texts, and phrases, which are translated with the text that they stand in

    >>> str(Phrase("detail-rows-of-cause", cause="LRI"))
    'rows of the cause LRI'
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.code, self.part = code, MESSAGE
        self.values: Mapping[str, object] = {name: _plain(value) for name, value in values.items()}

    @property
    def template(self) -> str:
        """The English text with its placeholders."""
        row = texts()[self.code]
        return row.message if self.part == MESSAGE else row.remedy

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the text in a language; translate : gives the translation of an English text with placeholders."""
        message = translate(self.template)

        def fill(part: str) -> str:
            return PLACEHOLDER.sub(lambda found: self._filled(found[1], translate), part)

        return filled(message, fill) if isinstance(message, Decided) else fill(message)

    def _filled(self, name: str, translate: Callable[[str], str]) -> str:
        value = self.values[name]
        if isinstance(value, Phrase):
            return value.told(translate)
        return translate(str(value)) if name in WORDS else str(value)

    def remedied(self) -> Phrase:
        """Return the remedy of the same row with the same values."""
        other = Phrase(self.code, **self.values)
        other.part = REMEDY
        return other

    def record(self) -> str:
        """Return the phrase as JSON, for files and databases; `recalled` reads it."""
        return json.dumps(_recorded(self), ensure_ascii=False)

    def __str__(self) -> str:
        return shown(self.told(str))

    def __repr__(self) -> str:
        return f"Phrase({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and _recorded(self) == _recorded(other)

    def __hash__(self) -> int:
        return hash((self.code, self.part, str(self)))


def recalled(text: str) -> Phrase | str:
    """Return the phrase that was recorded; a text that is none, as older versions wrote it, as it is."""
    try:
        return _of_record(json.loads(text))
    except (ValueError, KeyError, TypeError):
        return text


def _plain(value: object) -> object:
    if isinstance(value, Phrase | int | float):
        return value
    return shown(str(value))


def _recorded(phrase: Phrase) -> dict[str, Any]:
    values = {
        name: _recorded(value) if isinstance(value, Phrase) else value if isinstance(value, str) else str(value)
        for name, value in phrase.values.items()
    }
    return {"code": phrase.code, "part": phrase.part, "values": values}


def _of_record(held: Any) -> Phrase:
    values = {name: _of_record(one) if isinstance(one, dict) else str(one) for name, one in held["values"].items()}
    found = Phrase(held["code"], **values)
    found = found.remedied() if held["part"] == REMEDY else found
    names = {*PLACEHOLDER.findall(found.template)}
    if not names <= {*values}:
        raise KeyError(found.code)
    return found


class AirshedError(Exception):
    """A mistake in a question or its input; the command line shows it without a traceback and exits with 2.

    code : a row of `schema/errors.csv` or `schema/findings.csv`; values : what fills the placeholders of its texts
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.text = Phrase(code, **values)

    @property
    def code(self) -> str:
        """The code of the error, the same in every language."""
        return self.text.code

    @property
    def values(self) -> Mapping[str, object]:
        """What fills the placeholders of message and remedy."""
        return self.text.values

    @property
    def status(self) -> int:
        """The HTTP status of an answer that says it."""
        return texts()[self.code].status or 400

    @property
    def advice(self) -> Phrase:
        """The remedy as a phrase."""
        return self.text.remedied()

    @property
    def whole(self) -> Phrase:
        """Message and remedy as one phrase."""
        return Phrase("message-and-remedy", message=self.text, remedy=self.advice) if self.remedy else self.text

    @property
    def message(self) -> str:
        """What was wrong, in English."""
        return str(self.text)

    @property
    def remedy(self) -> str:
        """What would be right, in English."""
        return str(self.advice)

    def __str__(self) -> str:
        return str(self.whole)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.code), self.__dict__


def _again(kind: type[AirshedError], code: str) -> AirshedError:
    """Return an error as it was before it was sent to another process; its state follows."""
    return kind.__new__(kind, code)


class MissingTableError(AirshedError):
    """The question needs a table, or rows of one, that the pack does not hold."""

    def __init__(self, table: str, detail: Phrase | None = None) -> None:
        self.table = table
        if detail is None:
            super().__init__("needs-table", table=table)
        else:
            super().__init__("needs-table-rows", table=table, detail=detail)
