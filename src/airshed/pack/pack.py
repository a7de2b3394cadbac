"""A pack: a folder of cited tables that describes an airshed, opened once, checked, and read by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from airshed.pack.checks import check_pack
from airshed.pack.descriptor import FILE, Descriptor
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.finding import Finding, PackError, stops
from airshed.pack.schema import tables

BUILT_IN = "northeast_asia"
Derived = TypeVar("Derived")


class Pack:
    """The tables of one airshed, typed and checked; read-only."""

    def __init__(
        self,
        path: Path,
        descriptor: Descriptor,
        frames: Mapping[str, pd.DataFrame],
        findings: Sequence[Finding] = (),
        printed: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self.path = path
        self.descriptor = descriptor
        self.findings = tuple(findings)
        self._frames = dict(frames)
        self._printed = dict(printed or {})
        self._named: dict[str, dict[str, str]] = {}
        self._derived: dict[str, Any] = {}

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
            raise AirshedError(f"there is no table {name}", f"use one of: {', '.join(tables())}")
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
        return self._printed[name] if name in self._printed else self.optional(name)

    def title(self, language: str = "en") -> str:
        """Return the title of the pack in that language, in English where it has none."""
        return self.descriptor.titles.get(language, self.descriptor.title)

    def name(self, code: str, language: str = "en") -> str:
        """Return the name of a region, group, city, sector or pollutant in that language; the code if it has none."""
        return self._names(language).get(code, code)

    def _names(self, language: str) -> dict[str, str]:
        if language in self._named:
            return self._named[language]
        names = self._named.setdefault(language, {})
        for table in ("groups", "regions", "receptors", "sectors", "pollutants"):
            frame = self.optional(table)
            local = frame[f"name_{language}"].where(frame[f"name_{language}"] != "", frame["name_en"])
            for code, name in zip(frame["code"], local, strict=True):
                names.setdefault(str(code), str(name))
        return names

    def derive(self, key: str, make: Callable[[Pack], Derived]) -> Derived:
        """Return what `make` makes of the pack, made once: tables never change after opening."""
        if key not in self._derived:
            self._derived[key] = make(self)
        found: Derived = self._derived[key]
        return found

    def hash(self) -> str:
        """Return the SHA-256 of the descriptor and all files, by which an answer names its input."""
        digest = hashlib.sha256()
        files = {FILE, *(resource.path for resource in self.descriptor.resources)}
        files |= {str(path.relative_to(self.path)) for path in self.path.glob("scenarios/*.yaml")}
        for name in sorted(files):
            digest.update(name.encode())
            digest.update((self.path / name).read_bytes())
        return digest.hexdigest()


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
        raise AirshedError(f"there is no folder {folder}", "give --pack the folder that holds datapackage.json")
    checked = check_pack(folder, science=science)
    stopping = stops(checked.findings)
    if stopping or checked.descriptor is None:
        raise PackError(str(folder), stopping)
    return Pack(folder, checked.descriptor, checked.frames, checked.findings, checked.printed)
