"""Letters of texts that are compared: one form of what looks the same, and what two spellings have in common."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

JOINING = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")
"""Space, hyphens, dashes and underscores: which of them stands between two words says nothing."""
MINUS = dict.fromkeys(map(ord, "\u2212\ufe63\uff0d"), "-")
WIDE = {place: place - 0xFEE0 for place in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII."""


def composed(value: Any) -> Any:
    """Return a text, or all texts of a document of lists and objects, with composed letters (Unicode NFC).

    A Mac writes the names of files, and what is copied from them, decomposed: the same letters, other bytes.
    """
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(item) for item in value]
    if isinstance(value, dict):
        return {composed(key): composed(item) for key, item in value.items()}
    return value


def tidy(cell: str) -> str:
    """Return a cell that decides something, without what cannot be seen, with plain digits, minus and space.

    Superscripts and fractions stay: they are no digits.

    >>> tidy(" ２０１５ "), tidy("−3\u200b"), tidy("1\u202f000"), tidy("10²")
    ('2015', '-3', '1 000', '10²')
    """
    if cell.isascii():
        return cell.strip()
    plain = "".join(_plain(letter) for letter in cell.translate(MINUS).translate(WIDE))
    return unicodedata.normalize("NFC", plain).strip()


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    return "" if kind == "Cf" else " " if kind == "Zs" else letter


def fold(text: str) -> str:
    """Return what two spellings of a word have in common.

    >>> fold(" Fiscal–Year  Mean") == fold("fiscal-year mean")
    True
    """
    return JOINING.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
