"""Errors and findings in another language: the English text of a code is looked up, and its values are filled in.

The translations of errors stand in `airshed/locale/errors.*.po`, those of findings in `airshed/locale/*.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from airshed.pack.errors import Phrase
from airshed.pack.finding import Finding
from airshed.pack.language import catalogue, read_catalogue, translator
from airshed.pack.particles import decided


def told(text: Phrase | str, language: str) -> str:
    """Return the message or remedy of an error in a language; what has no translation as it is.

    >>> told(Phrase("scenario-combines-itself", name="a+b"), "ko")
    '시나리오 a+b가 자기 자신을 결합합니다'
    """
    if isinstance(text, str):
        return translator(language)(text)
    if language == "en":
        return str(text)
    known = translations(language)
    return text.told(lambda template: known.get(template, template))


def in_language(item: Finding, language: str) -> Finding:
    """Return a finding in a language, also one that says what an answer would say."""
    return replace(item, message=told(item.text, language), remedy=told(item.advice, language))


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the texts of errors and findings in a language by their English."""
    read = decided if language == "ko" else str
    errors = {english: read(text) for (_, english), text in read_catalogue(f"errors.{language}", language).items()}
    return {**catalogue(language), **errors}
