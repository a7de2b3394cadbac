"""Names that a deployment lays over those of a pack: of places, sectors, pollutants, subjects and measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from airshed.pack.errors import AirshedError
from airshed.pack.spelling import fold
from airshed.pack.user_table import user_rows

if TYPE_CHECKING:
    from airshed.pack.pack import Pack

TABLE = "names"
NAMED = ("groups", "regions", "receptors", "sectors", "pollutants", "subjects", "measures")
"""Tables whose rows have names, in the order in which a code is looked up."""
COLUMNS = ("name_en", "name_ko", "name_zh")
SHORT = {"name_en": "label_en", "name_ko": "label_ko", "name_zh": "label_zh"}
"""The short name that a new name takes the place of, where a table has one."""
LONGEST = 80
"""Letters of a name, so that it fits menus and charts."""


@dataclass(frozen=True)
class Named:
    """The names of a code: English, Korean, Chinese; empty where the pack's own stays."""

    code: str
    names: tuple[str, str, str]


def read_names(pack: Pack, file: Path) -> tuple[Named, ...]:
    """Return the names of a CSV with the columns code, name_en, name_ko and name_zh, any of the last three left out.

    Raises AirshedError with file and line for a code that the pack does not know or that stands twice, a row without a
    name, a name that is too long, and one that two codes of a table would share.
    """
    known = {fold(code): code for table in NAMED for code in codes_of(pack, table)}
    found: dict[str, Named] = {}
    places: dict[str, str] = {}
    for row in user_rows(file, ("code",), COLUMNS):
        code = known.get(fold(row["code"]))
        if code is None:
            near = get_close_matches(row["code"], list(known.values()), n=1, cutoff=0.0)
            raise AirshedError("names-code-unknown", place=row.place, code=row["code"], near=near[0])
        if code in found:
            raise AirshedError("names-code-twice", place=row.place, code=code)
        english, korean, chinese = (row[column] for column in COLUMNS)
        if not (english or korean or chinese):
            raise AirshedError("names-without-name", place=row.place, code=code)
        if max(map(len, (english, korean, chinese))) > LONGEST:
            raise AirshedError("names-too-long", place=row.place, code=code, longest=LONGEST)
        found[code], places[code] = Named(code, (english, korean, chinese)), row.place
    named = tuple(found.values())
    _refuse_shared(pack, named, places)
    return named


def codes_of(pack: Pack, table: str) -> list[str]:
    """Return the codes of a table that has names; none where the pack leaves it out."""
    return [str(code) for code in pack.optional(table)["code"]]


def _refuse_shared(pack: Pack, named: tuple[Named, ...], places: Mapping[str, str]) -> None:
    """Raise AirshedError if a new name is that of another code of the same table, in the same language."""
    for table in NAMED:
        frame = laid_over({table: pack.optional(table)}, named)[table]
        for column in COLUMNS:
            held: dict[str, str] = {}
            # New names come last: a clash is told where it was brought in.
            for code, name in sorted(
                zip(frame["code"], frame[column], strict=True), key=lambda pair: pair[0] in places
            ):
                if name and code in places and fold(name) in held:
                    raise AirshedError("names-shared", place=places[code], name=name, other=held[fold(name)])
                held.setdefault(fold(str(name)), str(code))


def laid_over(frames: Mapping[str, pd.DataFrame], named: Iterable[Named]) -> dict[str, pd.DataFrame]:
    """Return tables with new names in the place of theirs; the tables given stay as they are."""
    listed, found = list(named), dict(frames)
    for table in NAMED if listed else ():
        frame = frames.get(table)
        if frame is None or not frame["code"].isin([one.code for one in listed]).any():
            continue
        frame = frame.copy()
        for place, column in enumerate(COLUMNS):
            new = {one.code: one.names[place] for one in listed if one.names[place]}
            for taken in (column, SHORT[column]):
                if taken in frame.columns:
                    cells = zip(frame["code"], frame[taken], strict=True)
                    frame[taken] = pd.Series(
                        [new.get(code, name) for code, name in cells], frame.index, frame[taken].dtype
                    )
        found[table] = frame
    return found


def of_table(frame: pd.DataFrame | None) -> list[Named]:
    """Return the rows of the table `names` of a pack."""
    if frame is None:
        return []
    return [
        Named(str(row["code"]), (str(row["name_en"]), str(row["name_ko"]), str(row["name_zh"])))
        for row in frame.to_dict("records")
    ]
