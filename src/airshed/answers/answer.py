"""What an answer is: a question, the function that answers it, and what the answer holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from airshed.answers.ask import Ask
from airshed.answers.words import Card, Figure, Words
from airshed.pack.language import Translate
from airshed.pack.pack import Pack


class Query(BaseModel):
    """What is asked; keys that are not known are refused."""

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
    of a column leads to; told : turns a whole row into what is shown of it, where one cell needs another; spare :
    columns that a narrow screen does without, the first first; brief : the rows that are shown, where not all are or
    where they are folded, which may have columns of its own: JSON and CSV hold all rows as they are; anchored : whether
    links of other pages lead to its rows, so that a page shows all of them
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
    told: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    spare: tuple[str, ...] = ()
    brief: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    short: int = 0
    said: str = ""
    anchored: bool = False

    @property
    def shown(self) -> pd.DataFrame:
        """The rows that a page or screen shows."""
        return self.rows if self.brief is None else self.brief(self.rows)


@dataclass(frozen=True)
class Panel:
    """A chart, and the sheet that holds its numbers."""

    figure: Figure
    sheet: str


@dataclass(frozen=True)
class Content:
    """The answer of a page, in one language.

    sheets : the first is the page's .json and .csv; equations : keys of the catalogue; command : the words that give
    the same answer on the command line, python : the lines that give it in Python, both made from the question where
    they are not given; document : the JSON, where it is
    not the rows of the first sheet; held : what fields of the question stand for that were left empty; withheld :
    choices of fields that this server does not offer; links : what leads on, as words and the path and query below
    the language; without : files of the page that this answer cannot be; screen : the sheets that a screen
    shows where none is named, the first if empty; flat : the sheet that a command prints as CSV, the first if empty;
    joined : sheets that a command shows one below the other, and joins
    in its CSV; why : query of the page that explains the number of the first sentence, of `words.explanation`
    """

    title: str
    sheets: tuple[Sheet, ...]
    command: tuple[str, ...] = ()
    python: str = ""
    panels: tuple[Panel, ...] = ()
    equations: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    document: Any = None
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withheld: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    without: frozenset[str] = frozenset()
    screen: tuple[str, ...] = ()
    flat: str = ""
    joined: tuple[str, ...] = ()
    why: str = ""

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


@dataclass(frozen=True)
class File:
    """A form of an answer that a function of its own makes: what it is called, its media type, its bytes."""

    label: str
    media: str
    make: Callable[[Ask, Words, Any], bytes]


@dataclass(frozen=True)
class Entry:
    """A question with its answer, as it is declared once for all doors.

    make : gives the answer; choices : the codes that a field of the question may take; told : how
    choices of a field are called, where not by the names of the pack; first : fields that take their first choice where
    none is named; files : forms of its own by their ending; folded : fields of the question that
    stand folded in the form, by the words above them; chapter : the heading under which the report shows the answer to
    the question without any fields, nothing for none; path : below the language, with the fields of the question that
    stand in it in braces, / for the front page; scripts : files of the folder static that the page loads beside those
    of every page; early : whether a server shows the page before all of it is computed, by `Ask.soon`

    Name, path, command, group and about are those of the file where they are not given (`answers/registry.py`).
    """

    title: str
    question: type[Query]
    make: Callable[[Ask, Words, Any], Content]
    choices: Mapping[str, Callable[[Pack], Sequence[str]]] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    told: Mapping[str, Callable[[str, Translate], str]] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    folded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chapter: str = ""
    name: str = ""
    path: str = ""
    command: str = ""
    group: str = ""
    about: str = ""
    template: str = "page.html.j2"
    scripts: tuple[str, ...] = ()
    early: bool = False

    @property
    def placed(self) -> tuple[str, ...]:
        """The fields of the question that stand in the path."""
        return tuple(word[1:-1] for word in self.path.split("/") if word.startswith("{"))

    def address(self, pack: Pack) -> str:
        """Return the path with the first choice in every brace."""
        return self.path.format(**{name: self.choices[name](pack)[0] for name in self.placed})
