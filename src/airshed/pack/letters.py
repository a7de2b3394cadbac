"""Letters that no text of a question or a table may hold, for no page, file or picture can show them.

Controls (but the tab and the ends of lines), the separators U+2028 and U+2029, halves of surrogate pairs, letters that
turn the direction of what follows, and code points that are none: they end the program that draws charts, break
documents, or show another text than is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar, cast

Held = TypeVar("Held")
_PLANES = "".join(f"{chr(plane << 16 | 0xFFFE)}-{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef"
_NEVER += _PLANES
ALLOWED = {True: f"^[^{_NEVER}]*$", False: f"^[^{_NEVER}\t\n\r]*$"}
"""Patterns of a text of several lines and of one line, as a JSON schema holds them."""
_NEVER += "\ud800-\udfff"
NEVER = re.compile(f"[{_NEVER}]")
"""What no text may hold."""
NEVER_IN_LINE = re.compile(f"[{_NEVER}\t\n\r]")
"""What a text of one line may not hold."""
LONGEST = 300
"""Letters of a word of a message that are shown."""
LONG = re.compile(rf"[^\s]{{{LONGEST + 1},}}")
REPLACEMENT = "\ufffd"
"""What stands for such a letter where a text is shown all the same."""


def first_letter(text: str, lines: bool = False) -> str | None:
    r"""Return the code point of the first letter of a text that it may not hold, such as 000B.

    lines : whether the text may have lines and tabs

    >>> first_letter("a\x0bb"), first_letter("a\nb"), first_letter("a\nb", lines=True)
    ('000B', '000A', None)
    """
    found = (NEVER if lines else NEVER_IN_LINE).search(text)
    return format(ord(found.group()), "04X") if found else None


def letters_in(document: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Return the places of a parsed document whose text holds such a letter, and the code point of each."""
    waiting = [(place, document)]
    while waiting:
        at, held = waiting.pop()
        if isinstance(held, str):
            letter = first_letter(held, lines=True)
            if letter:
                yield at, letter
        elif isinstance(held, dict):
            parts = [(f"{at}.{cleaned(str(key))}".lstrip("."), value) for key, value in held.items()]
            waiting += [*reversed(parts), *((at, str(key)) for key in reversed(held))]
        elif isinstance(held, list | tuple):
            waiting += [(f"{at}.{number}".lstrip("."), held[number]) for number in reversed(range(len(held)))]


def shown(value: Held) -> Held:
    """Return a cleaned text with what is no word any more cut short, so that a message stays one; also in a document.

    >>> len(shown("k" * 20_000))
    303
    """
    found: Any = value
    if isinstance(value, str):
        found = LONG.sub(lambda long: f"{long.group()[:LONGEST]}...", cleaned(value))
    elif isinstance(value, dict):
        found = {key: shown(item) for key, item in value.items()}
    return cast("Held", found)


def cleaned(value: Held) -> Held:
    r"""Return a text, or a document of texts, with a sign in the place of every letter that no text may hold.

    Lists, tuples and dictionaries are gone through; all else is returned as it is.

    >>> cleaned({"title": ["a\x0bb", 3]})
    {'title': ['a�b', 3]}
    """
    found: Any = value
    if isinstance(value, str):
        found = NEVER.sub(REPLACEMENT, value)
    elif isinstance(value, dict):
        found = {cleaned(key): cleaned(item) for key, item in value.items()}
    elif isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        found = type(value)(cleaned(item) for item in value)
    return cast("Held", found)
