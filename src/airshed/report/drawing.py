"""The figures of a report in one language while they are drawn beside the work on its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import pandas as pd

from airshed.answers.chapters.figures import figures
from airshed.answers.words import Figure, Words
from airshed.assessment.assessment import Assessment
from airshed.charts.render import Drawer
from airshed.pack.language import translator
from airshed.pack.pack import Pack
from airshed.report.chapter import Chapter


@dataclass(frozen=True)
class Drawing:
    """Figures by name, and their pictures that are being drawn."""

    words: Words
    figures: dict[str, Figure]
    asked: Mapping[str, Future[str]]

    @property
    def svg(self) -> dict[str, str]:
        """The pictures by name; waits until they are drawn."""
        return {name: picture.result() for name, picture in self.asked.items()}


def draw(words: Words, made: dict[str, Figure], drawer: Drawer) -> Drawing:
    """Start to draw figures; their specs are validated in the tests, not here."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        return Drawing(words, made, {name: drawer.draw(figure.chart) for name, figure in made.items()})


def start_drawing(
    pack: Pack,
    assessment: Assessment,
    tables: Mapping[str, pd.DataFrame],
    language: str,
    drawer: Drawer,
    chapters: Sequence[Chapter] = (),
) -> Drawing:
    """Start to draw the figures of the report of an assessment in a language, and those of chapters asked for."""
    from altair.utils.schemapi import debug_mode

    words = Words(pack, language, translator(language))
    with debug_mode(False):
        made = figures(pack, assessment, tables, words)
    for chapter in chapters:
        made |= chapter.figures
    return draw(words, made, drawer)
