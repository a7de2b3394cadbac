"""Every formula with its units, its paper and the function that computes it."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.assessment.evidence.equations import equations as catalogue

COLUMNS = ("id", "title", "latex", "units", "citation", "function")


class EquationsQuestion(Query):
    """Which formulas there are."""


def equations(ask: Ask, words: Words, question: EquationsQuestion) -> Content:
    """Return the catalogue of formulas."""
    rows = pd.DataFrame.from_records([asdict(item) for item in catalogue()])
    title = words.translate("Equations")
    heads = {"latex": words.translate("formula")}
    sheet = Sheet(
        "equations",
        title,
        rows,
        COLUMNS,
        heads=heads,
        cells={"title": words.translate},
        spare=("latex",),
    )
    return Content(title=title, sheets=(sheet,))


ANSWER = Entry(title="Equations", question=EquationsQuestion, make=equations)
