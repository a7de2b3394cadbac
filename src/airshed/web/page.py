"""What a page is: a route, a question, the function that answers it, and what the answer holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from airshed.pack.pack import Pack
from airshed.report.words import Card, Figure, Words
from airshed.web.desk import Desk


class Question(BaseModel):
    """What a page is asked by its address; keys that are not known are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Way:
    """How the numbers of a column are explained: the command of `airshed explain`, and the columns of its keys.

    year : that the numbers are of, where the rows have no column for it
    """

    command: str
    keys: tuple[str, ...]
    column: str = "value"
    year: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table of an answer: its rows as they are, and how a page shows them.

    columns : the columns shown, all if empty; heads : headings that differ from the name of the column; cells : how a
    column is shown, where that differs from the usual; notes : templates of its notes, for translation; lead : whether
    it stands before the charts; way : how its numbers are explained; links : the path below the language that a cell
    of a column leads to
    """

    name: str
    title: str
    rows: pd.DataFrame
    columns: tuple[str, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lead: bool = False
    way: Way | None = None
    links: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A chart, and the sheet that holds its numbers."""

    figure: Figure
    sheet: str


@dataclass(frozen=True)
class Content:
    """The answer of a page, in one language.

    sheets : the first is the page's .json and .csv; equations : keys of the catalogue; command : the words that give
    the same answer on the command line; python : the lines that give it in Python; document : the JSON, where it is
    not the rows of the first sheet; held : what fields of the question stand for that were left empty; withheld :
    choices of fields that this server does not offer
    """

    title: str
    sheets: tuple[Sheet, ...]
    command: tuple[str, ...]
    python: str
    panels: tuple[Panel, ...] = ()
    equations: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    document: Any = None
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withheld: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


@dataclass(frozen=True)
class Page:
    """A page as the registry lists it.

    path : below the language, with the fields of the question that stand in it in braces; choices : the codes that a
    field of the question may take; first : fields that take their first choice where none is named; scripts : files
    of the folder static that the page loads beside those of every page
    """

    name: str
    path: str
    title: str
    group: str
    about: str
    question: type[Question]
    make: Callable[[Desk, Words, Any], Content]
    choices: Mapping[str, Callable[[Pack], Sequence[str]]] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    template: str = "page.html.j2"
    scripts: tuple[str, ...] = ()

    @property
    def placed(self) -> tuple[str, ...]:
        """The fields of the question that stand in the path."""
        return tuple(word[1:-1] for word in self.path.split("/") if word.startswith("{"))

    def address(self, pack: Pack) -> str:
        """Return the path with the first choice in every brace."""
        return self.path.format(**{name: self.choices[name](pack)[0] for name in self.placed})
