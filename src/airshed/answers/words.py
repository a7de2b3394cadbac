"""What every part of the report shares: the words of one language, and a figure with the words beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from airshed.pack.defaults import NATIONAL, named_targets
from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.strategy.measures import AT, REPLACING


@dataclass(frozen=True)
class Figure:
    """A chart with the words that stand beside it."""

    id: str
    chart: Any
    alt: str
    caption: str


@dataclass(frozen=True)
class Words:
    """The names and messages of one language."""

    pack: Pack
    language: str
    translate: Translate

    def name(self, code: str) -> str:
        """Return the name of a code."""
        return self.translate(code) if code in ("natural", "unexplained") else self.pack.name(code, self.language)

    def listed(self, names: Iterable[str]) -> str:
        """Return names one after another, as the language joins them.

        >>> from airshed.pack.language import translator
        >>> Words(None, "zh", translator("zh")).listed(["首尔", "东京"])
        '首尔、东京'
        """
        return ("、" if self.language == "zh" else ", ").join(names)

    def coded(self, code: str) -> str:
        """Return the name of a code with the code behind it."""
        name = self.pack.name(code, self.language)
        return code if name == code else f"{name} ({code})"

    def measure(self, code: str) -> str:
        """Return the name of a measure; the English one where it has none in the language, the code without any."""
        new, replaced, old = code.partition(AT)
        if replaced:
            return self.translate(REPLACING).format(new=self.measure(new), old=self.measure(old))
        rows = self.pack.optional("measures")
        held = rows[rows["code"] == code] if "code" in rows else rows
        names = [str(name) for column in (f"name_{self.language}", "name_en") for name in held.get(column, ())]
        return next((name for name in names if name), code)

    def short(self, code: str) -> str:
        """Return the short name of a region, for legends and tiles; the name of any other code."""

        def made(pack: Pack) -> dict[str, str]:
            regions = pack.table("regions")
            return dict(zip(regions["code"], regions[f"label_{self.language}"], strict=True))

        return self.pack.derive(f"labels {self.language}", made, pinned=True).get(code) or self.name(code)


def target_name(target: str, words: Words) -> str:
    """Return a target in words."""
    named = named_targets(words.pack).get(target)
    if named is not None:
        guideline = words.translate("guideline") if named.level == "AQG" else named.level
        edition = named.standard[-4:]
        return f"{named.scope} {edition} {guideline}" if edition.isdigit() else f"{named.standard} {guideline}"
    if target == NATIONAL:
        return words.translate("national standard")
    return target


@dataclass(frozen=True)
class Card:
    """A number that leads the summary.

    why : query of the page that explains it, of `explanation`; link : path and query of its page, below the language
    """

    value: str
    label: str
    detail: str
    why: str = ""
    link: str = ""


def explanation(command: str, *keys: str, year: int | None = None) -> str:
    """Return the query of the page that explains a number.

    command, keys : of `airshed explain`; year : of the number, None where its row says it

    >>> explanation("attribution", "seoul", "CHN", year=2022)
    'command=attribution&row=seoul+CHN&year=2022'
    """
    asked = {"command": command, "row": " ".join(keys)}
    return urlencode({**asked, **({} if year is None else {"year": year})})
