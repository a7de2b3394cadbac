"""Languages: messages from gettext catalogues (`airshed/locale/*.po`), names of places from the pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from airshed.pack.errors import AirshedError

LANGUAGES = ("ko", "en", "zh")
Translate = Callable[[str], str]


def translator(language: str) -> Translate:
    """Return the function that translates a message; what a catalogue lacks stays English.

    >>> translator("ko")("deaths")
    '사망자 수'
    """
    if language not in LANGUAGES:
        raise AirshedError(f"the language {language} is not known", f"use one of: {', '.join(LANGUAGES)}")
    messages = catalogue(language)
    return lambda message: messages.get(message) or message


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the messages of a language by their English text; empty for English and where there is no catalogue."""
    path = files("airshed").joinpath("locale", f"{language}.po")
    if not path.is_file():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as handle:
        messages = read_po(handle, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def retell(note: str, templates: Sequence[str], translate: Translate) -> str:
    """Return a note in another language: its parts (between semicolons) were made from templates, which are translated.

    >>> retell("bias of CHN", ["bias of {place}"], translator("ko"))
    'CHN의 편차'

    A template that has semicolons itself is looked for in the note as a whole.

    >>> retell("tagging; period 2017", ["{method}; period {period}"], translator("ko"))
    'tagging; 기간 2017'
    """
    for template in templates:
        if "; " in template and _values(note, template) is not None:
            return _retell_part(note, [template], translate)
    return "; ".join(_retell_part(part, templates, translate) for part in note.split("; ") if part)


def _retell_part(part: str, templates: Sequence[str], translate: Translate) -> str:
    for template in templates:
        values = _values(part, template)
        if values is not None:
            return translate(template).format(**{key: translate(value) for key, value in values.items()})
    return translate(part)


def retell_whole(text: str, template: str, translate: Translate) -> str:
    """Return a text that was made from one template in another language, the filled-in values as they are."""
    values = _values(text, template)
    return text if values is None else translate(template).format(**values)


def _values(text: str, template: str) -> dict[str, str] | None:
    """Return what fills the placeholders of the template in the text, or None if the text is not made from it."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template))
    match = re.fullmatch(pattern, text, flags=re.DOTALL)
    return match.groupdict() if match else None
