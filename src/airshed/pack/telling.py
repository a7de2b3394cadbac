"""User errors in another language: an English text is matched to the template that it was made from.

The templates stand in `airshed/locale/errors.*.po`. A message whose context is a placeholder's name fills that
placeholder: the kind of a code, the detail of a missing table. All other values stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from airshed.pack.finding import Finding, catalogue, in_language
from airshed.pack.language import literals, read_catalogue, translator, values_of

WHOLE = {"message": "", "complaint": "complaint"}
"""Placeholders that a whole message fills, with the context in which it is looked for."""
DEEPEST = 3
"""How often a message may stand inside another."""


def told(text: str, language: str) -> str:
    """Return the message or remedy of an error in a language, its values as they are; what is not known as it is.

    >>> told("the scenario a+b is not known", "ko")
    '시나리오 a+b은(는) 알 수 없습니다'
    """
    contexts = ("", *(context for context in WHOLE.values() if context))
    found = (_told(text, context, language, DEEPEST) for context in contexts)
    return next((one for one in found if one is not None), translator(language)(text))


def retold(item: Finding, language: str) -> Finding:
    """Return a finding in a language, also one that says what an answer would say."""
    if catalogue()[item.code].message != "{message}":
        return in_language(item, translator(language))
    return replace(item, message=told(item.message, language), remedy=told(item.remedy, language))


def told_behind(text: str, language: str) -> str:
    """Return a name and, behind a colon, the message of an error, with the message in a language.

    >>> told_behind("gdp: no player has a measure that can be chosen", "zh")
    'gdp: 没有参与方拥有可选措施'
    """
    name, _, message = text.partition(": ")
    return f"{name}: {told(message, language)}"


def _told(text: str, context: str, language: str, depth: int) -> str | None:
    """Return the text by the first template that made it; None if none did."""
    for template, translated in _templates(language).get(context, ()):
        values = values_of(text, template)
        if values is None:
            continue
        inside = {name: _inside(name, value, language, depth) for name, value in values.items()}
        if all(inside[name] is not None for name in values):
            return translated.format(**inside) if inside else translated
    return None


def _inside(name: str, value: str, language: str, depth: int) -> str | None:
    """Return what fills a placeholder; None if a message belongs there and this is none."""
    if name not in WHOLE:
        part = _told(value, name, language, depth - 1) if depth else None
        return value if part is None else part
    return _told(value, WHOLE[name], language, depth - 1) if depth else None


@cache
def _templates(language: str) -> dict[str, list[tuple[str, str]]]:
    """Return templates and their translations by context, in the order in which they are tried.

    The longest beginning comes first, then the longest text: what stands in a value cannot bring another template
    with a longer beginning, as it stands behind the beginning of its own.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for context, template, text in _known(language):
        found.setdefault(context, []).append((template, text))
    for templates in found.values():
        templates.sort(key=lambda held: _weight(held[0]), reverse=True)
    return found


def _known(language: str) -> Iterator[tuple[str, str, str]]:
    for (context, template), text in read_catalogue(f"errors.{language}", language).items():
        yield context, template, text
    translate = translator(language)
    for kind in catalogue().values():
        for template in (kind.message, kind.remedy):
            if translate(template) != template:
                yield "", template, translate(template)


def _weight(template: str) -> tuple[int, int]:
    held = literals(template)
    return len(held[0]), sum(map(len, held))
