"""Words that decide, brought to one spelling in all tables and in the rules; what no vocabulary knows is a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from airshed.pack.checks.columns import each
from airshed.pack.descriptor import RULES, Descriptor
from airshed.pack.finding import Finding
from airshed.pack.spelling import fold
from airshed.pack.units import find
from airshed.pack.words import CLOSED, CODES, DEFINES, EXACT, LIST, Vocabulary, vocabularies

Frames = dict[str, pd.DataFrame]
RULE_CODES = ("code", "sector", "pollutant")
RULE_NAMES = ("inventory", "relation")
"""Vocabularies whose words the rules of a pack name: codes also as the names of parts."""


@dataclass
class Spelling:
    """How the words of a vocabulary are spelled in a pack.

    exact : words that stay as they are; known : spelling by what its variants have in common; patterns : of closed
    vocabularies, words that anything may follow: the whole is spelled as where it occurs first
    """

    exact: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)

    def of(self, word: str) -> str | None:
        """Return the spelling of a word, None where it is not known."""
        if word in self.exact:
            return word
        common = fold(word)
        if common in self.known:
            return self.known[common]
        if any(fnmatchcase(common, pattern) for pattern in self.patterns):
            return self.known.setdefault(common, word.casefold())
        return None

    def learn(self, word: str) -> None:
        """Take a word as the spelling of its variants."""
        self.exact.add(word)
        self.known.setdefault(fold(word), word)


def one_spelling(texts: Frames) -> tuple[Frames, dict[str, Spelling], list[Finding]]:
    """Return the tables with one spelling of every word that decides, the spellings by vocabulary, and the findings.

    texts : the tables as text. A word of an open vocabulary is spelled as where it occurs first: nothing is joined or
    compared by two spellings of it; that it had others is told.
    """
    result, spellings, findings = dict(texts), {}, []
    for vocabulary in vocabularies().values():
        spelling = spellings[vocabulary.name] = _start(vocabulary, texts)
        for table, column, kind in vocabulary.columns:
            if table in texts and kind not in (DEFINES, EXACT):
                frame = result[table]
                words, found = _spelled(frame, table, column, kind, vocabulary, spelling)
                findings += found
                if words:
                    result[table] = frame.assign(**{column: frame[column].replace(words)})
    return result, spellings, findings


def _start(vocabulary: Vocabulary, texts: Frames) -> Spelling:
    """Return the spelling of the words that the vocabulary lists, and of the codes that the pack defines."""
    plain = {common: word for common, word in vocabulary.words.items() if "*" not in word}
    patterns = [common for common, word in vocabulary.words.items() if "*" in word]
    spelling = Spelling(set(plain.values()), plain, patterns)
    defined = [texts[table][column] for table, column, kind in vocabulary.columns if kind == DEFINES and table in texts]
    codes = list(dict.fromkeys(code for cells in defined for code in cells))
    spelling.exact.update(codes)
    common = [fold(code) for code in codes]
    spelling.known |= {one: code for one, code in zip(common, codes, strict=True) if common.count(one) == 1}
    return spelling


def _spelled(
    frame: pd.DataFrame, table: str, column: str, kind: str, vocabulary: Vocabulary, spelling: Spelling
) -> tuple[dict[str, str], list[Finding]]:
    """Return what the cells of a column become where that is another spelling, and what is told of them."""
    words: dict[str, str] = {}
    findings: list[Finding] = []
    for cell in (cell for cell in frame[column].unique() if cell):
        parts = cell.split() if kind in (LIST, CODES) else [cell]
        found = [spelling.of(part) for part in parts]
        if kind not in (CLOSED, CODES):
            for part, known in zip(parts, found, strict=True):
                if known is None:
                    spelling.learn(part)
            found = [part if known is None else known for part, known in zip(parts, found, strict=True)]
        elif None in found:
            code, told = ("AS205", ", ".join(vocabulary.known)) if kind == CLOSED else ("AS221", vocabulary.name)
            findings += each(code, frame, frame[column] == cell, column, table, allowed=told, references=told)
            continue
        spelled = " ".join(str(word) for word in found)
        if spelled != " ".join(parts):
            words[cell] = spelled
            if kind not in (CLOSED, CODES) and spelled not in vocabulary.words.values():
                findings += each("AS240", frame, frame[column] == cell, column, table, spelled=spelled)
    return words, findings


def plain_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with every unit that is known written as in the table of units."""
    for column in (name for name in frame.columns if name == "unit" or name.endswith("_unit")):
        known = {cell: unit.unit for cell in frame[column].unique() if (unit := find(cell)) and unit.unit != cell}
        if known:
            frame = frame.assign(**{column: frame[column].replace(known)})
    return frame


def spelled_rules(descriptor: Descriptor, spellings: Mapping[str, Spelling]) -> Descriptor:
    """Return the descriptor with the words that its rules name spelled as in the tables."""

    def word_of(text: str, names: Sequence[str]) -> str:
        used = [spellings[name] for name in names]
        exact = any(text in spelling.exact for spelling in used)
        return text if exact else next((word for spelling in used if (word := spelling.of(text))), text)

    def spelled(value: Any) -> Any:
        if isinstance(value, str):
            return word_of(value, (*RULE_NAMES, *RULE_CODES))
        if isinstance(value, list):
            return [spelled(item) for item in value]
        if isinstance(value, dict):
            return {word_of(key, RULE_CODES): spelled(item) for key, item in value.items()}
        return value

    rules = {name: spelled(dict(getattr(descriptor, name))) for name in RULES}
    return replace(descriptor, **rules)
