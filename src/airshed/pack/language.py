"""Languages: messages from gettext catalogues (`airshed/locale/*.po`), names of places from the pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from airshed.pack.errors import AirshedError
from airshed.pack.particles import decided

LANGUAGES = ("ko", "en", "zh")
Translate = Callable[[str], str]


def translator(language: str) -> Translate:
    """Return the function that translates a message; what a catalogue lacks stays English.

    >>> translator("ko")("deaths")
    '사망자 수'
    """
    if language not in LANGUAGES:
        raise AirshedError("language-not-known", language=language, languages=", ".join(LANGUAGES))
    messages = catalogue(language)
    return lambda message: messages.get(message) or message


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the messages of a language by their English text; empty for English and where there is no catalogue."""
    read = decided if language == "ko" else str
    return {message: read(text) for (_, message), text in read_catalogue(language, language).items()}


def read_catalogue(name: str, language: str) -> dict[tuple[str, str], str]:
    """Return the messages of `locale/{name}.po` by context and English text; empty where there is no such file."""
    path = files("airshed").joinpath("locale", f"{name}.po")
    if not path.is_file():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as handle:
        messages = read_po(handle, locale=language)
    return {(one.context or "", str(one.id)): str(one.string) for one in messages if one.id and one.string}


def retell(note: str, templates: Sequence[str], translate: Translate) -> str:
    """Return a note in another language: its parts (between semicolons) were made from templates, which are translated.

    >>> retell("response of CHN", ["response of {place}"], translator("ko"))
    'CHN의 반응비'

    A template that has semicolons itself is looked for in the note as a whole.

    >>> retell("tagging; period 2017", ["{method}; period {period}"], translator("ko"))
    'tagging; 기간 2017'
    """
    for template in templates:
        if "; " in template and values_of(note, template) is not None:
            return _retell_part(note, [template], translate)
    return "; ".join(_retell_part(part, templates, translate) for part in note.split("; ") if part)


def _retell_part(part: str, templates: Sequence[str], translate: Translate) -> str:
    for template in templates:
        values = values_of(part, template)
        if values is not None:
            return translate(template).format(**{key: translate(value) for key, value in values.items()})
    return translate(part)


def retell_whole(text: str, template: str, translate: Translate) -> str:
    """Return a text that was made from one template in another language, the filled-in values as they are."""
    values = values_of(text, template)
    return text if values is None else translate(template).format(**values)


def values_of(text: str, template: str) -> dict[str, str] | None:
    """Return what fills the placeholders of the template in the text, or None if the text is not made from it.

    Where a text can be cut in several ways, the first values are the shortest; one pass, whatever the values hold.

    >>> values_of("a of b of c", "{part} of {whole}")
    {'part': 'a', 'whole': 'b of c'}
    """
    names = re.findall(r"{(\w+)}", template)
    if not names:
        return {} if text == template else None
    first, *between, last = literals(template)
    start, end = len(first), len(text) - len(last)
    if start > end or not text.startswith(first) or not text.endswith(last):
        return None
    values = []
    for literal in between:
        place = text.find(literal, start, end)
        if place < 0:
            return None
        values.append(text[start:place])
        start = place + len(literal)
    return dict(zip(names, [*values, text[start:end]], strict=True))


def literals(template: str) -> list[str]:
    """Return what stands before, between and after the placeholders of a template.

    >>> literals("response of {place}")
    ['response of ', '']
    """
    return re.split(r"{\w+}", template)
