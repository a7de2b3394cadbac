"""Where answers ask for what they need: each thing is computed once, at once or by whoever serves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from airshed.pack.boundaries import Boundaries
from airshed.pack.pack import Pack

if TYPE_CHECKING:
    from airshed.assessment.assessment import Assessment

Found = TypeVar("Found")
BASELINE = "baseline"
PARTS = ("emissions", "concentration", "attribution", "calibration", "health")
"""The parts of an assessment that a single answer needs."""


class Ask(ABC):
    """A pack, and what was computed from it for the answers of one process.

    boundaries : of regions, for maps; reads_files : whether a scenario or target may name a file of this machine
    called : what messages call the tables of fields, where they came from files
    """

    pack: Pack
    boundaries: Boundaries | None = None
    reads_files: bool = False
    called: Mapping[str, str] = MappingProxyType({})
    alone: bool = False

    def option(self, name: str) -> str:
        """Return what messages call a field: an option of a command, or a field of a page."""
        return f"--{name.replace('_', '-')}" if self.alone else name

    def year(self, asked: int | None, place: str = "") -> int:
        """Return the year that is asked, where none is the newest in which the place, or most places, were observed."""
        from airshed.assessment.chain.chain import observed_year

        return observed_year(self.pack, place) if asked is None else asked

    @abstractmethod
    def ask(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """Return what `make` returns, computed once for its key."""

    def soon(self, key: Hashable, make: Callable[[], Found]) -> Found | None:
        """Return what `make` returns, computed once for its key; None where a page is shown before that is there."""
        return self.ask(key, make)

    def assessment(self, year: int | None, scenario: str = BASELINE, parts: Collection[str] = PARTS) -> Assessment:
        """Return the assessment of a year under a scenario without its chapters, the newest observed if none is given.

        parts : what a command computes alone; a server computes all parts of an answer at once, as others ask the rest
        """
        from airshed.assessment.question import Question
        from airshed.assessment.run import assess

        wanted = self.year(year)
        parts = tuple(parts) if self.alone else PARTS
        asked = Question(year=wanted, scenario=scenario)
        return self.ask(("assessment", wanted, scenario, parts), lambda: assess(self.pack, asked, parts=parts))


class Direct(Ask):
    """Asks on the spot, for a command or a call: nothing is kept longer than it lives."""

    reads_files = True
    alone = True

    def __init__(self, pack: Pack, called: Mapping[str, str] = MappingProxyType({})) -> None:
        self.pack = pack
        self.called = called
        self._found: dict[Hashable, object] = {}

    def ask(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """Return what `make` returns, computed once for its key."""
        if key not in self._found:
            self._found[key] = make()
        found: Found = self._found[key]  # type: ignore[assignment]  # of the type that its key was made with
        return found
