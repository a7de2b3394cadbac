"""A pack: a folder of cited tables that describes an airshed, opened once, checked, and read by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

import airshed
from airshed.pack.checks import check_pack
from airshed.pack.contents import Contents
from airshed.pack.descriptor import Descriptor
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.finding import Finding, PackError, stops
from airshed.pack.kept import Kept
from airshed.pack.names import TABLE, Named, laid_over, of_table
from airshed.pack.schema import tables

if TYPE_CHECKING:
    from airshed.answers.python import Answer

BUILT_IN = "northeast_asia"
Derived = TypeVar("Derived")
MATERIALS = ("materials", "commodities", "material_activities")
"""Tables with names of their own, after those of places, sectors, pollutants and subjects."""
DERIVED = 96_000_000
"""Bytes that are kept of what is made of a pack."""


class Pack:
    """The tables of one airshed, typed and checked; read-only."""

    held_anyway = True
    """Not counted among the bytes of what refers to it."""

    def __init__(
        self,
        path: Path,
        descriptor: Descriptor,
        frames: Mapping[str, pd.DataFrame],
        findings: Sequence[Finding] = (),
        contents: Contents | None = None,
        printed: Mapping[str, pd.DataFrame] | None = None,
        names: Sequence[Named] = (),
    ) -> None:
        """Hold tables that were read.

        contents : the files that they were read from, those of the folder if None; names : of a deployment, which are
        laid over those of the pack, after its own table `names`
        """
        self.path = path
        self.contents = contents or Contents(path)
        self.descriptor = descriptor
        self.findings = tuple(findings)
        self.names = tuple(names)
        self._frames = laid_over(frames, [*of_table(frames.get(TABLE)), *self.names])
        self.derived = Kept(DERIVED)
        self._printed = dict(printed or {})

    def __repr__(self) -> str:
        count = sum(len(frame) for frame in self._frames.values())
        name = f"{self.descriptor.name} {self.descriptor.version}"
        return f"<Pack {name}: {self.title()}, {len(self.tables)} tables, {count} rows>"

    def ask(self, question: str, language: str = "en", **fields: Any) -> Answer:
        """Return the answer to a question, by the words of its command and its fields (`airshed.ask`)."""
        return airshed.ask(self, question, language, **fields)

    @property
    def base_year(self) -> int:
        """The year that answers refer to when the question names none."""
        return self.descriptor.base_year

    @property
    def tables(self) -> list[str]:
        """Names of the tables of which the pack holds rows, in the order of the schema."""
        return [name for name in tables() if self.has(name)]

    def has(self, table: str) -> bool:
        """Say whether the pack holds rows of that table."""
        return table in self._frames and len(self._frames[table]) > 0

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; raises MissingTableError if the pack holds no row of it."""
        if name not in tables():
            raise AirshedError("no-table", name=name, tables=", ".join(tables()))
        if not self.has(name):
            raise MissingTableError(name)
        return self._frames[name]

    def optional(self, name: str) -> pd.DataFrame:
        """Return a table, or one without rows if the pack leaves it out."""
        if name in self._frames:
            return self._frames[name]
        return pd.DataFrame({column.column: pd.Series(dtype="str") for column in tables()[name].columns})

    def printed(self, name: str) -> pd.DataFrame:
        """Return a table with its numbers in the units that its files give; without rows if the pack leaves it out."""
        known = self.optional(name) if name in tables() else self.table(name)
        return self._printed.get(name, known)

    def as_read(self) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
        """Return all tables by their names, and those whose files give other units as they are printed."""
        return dict(self._frames), dict(self._printed)

    def title(self, language: str = "en") -> str:
        """Return the title of the pack in that language, in English where it has none."""
        return self.descriptor.titles.get(language, self.descriptor.title)

    def name(self, code: str, language: str = "en") -> str:
        """Return the name of a region, city, sector, pollutant or subject in that language; the code if it has none."""
        return self._names(language).get(code, code)

    def _names(self, language: str) -> dict[str, str]:
        def made(pack: Pack) -> dict[str, str]:
            names: dict[str, str] = {}
            for table in ("groups", "regions", "receptors", "sectors", "pollutants", "subjects", *MATERIALS):
                frame = pack.optional(table)
                local = frame[f"name_{language}"].where(frame[f"name_{language}"] != "", frame["name_en"])
                for code, name in zip(frame["code"], local, strict=True):
                    names.setdefault(str(code), str(name))
            return names

        return self.derive(f"names {language}", made, pinned=True)

    def derive(self, key: str, make: Callable[[Pack], Derived], pinned: bool = False) -> Derived:
        """Return what `make` makes of the pack, made once while it is kept: tables never change after opening.

        pinned : for what is small and always needed, whatever is asked: it is never dropped
        """
        return self.derived.once(key, lambda: make(self), pinned)

    def hash(self) -> str:
        """Return the SHA-256 of the descriptor and all files as they were read, by which an answer names its input.

        Names of a deployment are part of it.
        """
        digest = self.contents.hash(self.descriptor.files)
        return hashlib.sha256(repr((digest, self.names)).encode()).hexdigest() if self.names else digest

    def named(self, names: Sequence[Named]) -> Pack:
        """Return the same pack with names of a deployment over its own (`airshed.pack.names.read_names`)."""
        return Pack(
            self.path, self.descriptor, self._frames, self.findings, self.contents, self._printed, [*self.names, *names]
        )


def built_in_path() -> Path:
    """Return the folder of the pack that comes with the package."""
    return Path(str(files("airshed").joinpath("packs", BUILT_IN)))


def open_pack(path: str | Path | None = None, science: bool = False) -> Pack:
    """Open the pack in a folder, the built-in one without a path.

    science : run the checks of sense too, whose warnings are then among the findings of the pack
    Raises PackError with the collected findings if the checks find a blocker or an error.
    """
    folder = built_in_path() if path is None else Path(path)
    if not folder.is_dir():
        raise AirshedError("no-folder-give-pack", folder=folder)
    checked = check_pack(folder, science=science)
    stopping = stops(checked.findings)
    if stopping or checked.descriptor is None:
        raise PackError(str(folder), stopping)
    pack = Pack(folder, checked.descriptor, checked.frames, checked.findings, checked.contents, checked.printed)
    pack.hash()
    return pack
