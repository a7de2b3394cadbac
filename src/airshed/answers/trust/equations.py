"""Every formula with its units, its paper and the function that computes it."""

from __future__ import annotations

import re
from dataclasses import asdict

import pandas as pd

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.assessment.evidence.equations import equations as catalogue

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
COLUMNS = ("id", "title", "latex", "units", "citation", "function")


class EquationsQuestion(Query):
    """Which formulas there are."""


def equations(ask: Ask, words: Words, question: EquationsQuestion) -> Content:
    """Return the catalogue of formulas."""
    rows = pd.DataFrame.from_records([asdict(item) for item in catalogue()])
    title = words.translate("Equations")
    heads = {"latex": words.translate("formula")}
    cells = {"title": words.translate}
    sheet = Sheet("equations", title, rows, COLUMNS, heads=heads, cells=cells, spare=("latex",))
    return Content(title=title, sheets=(sheet,), sentences=(equations_sentence(rows, words),))


def equations_sentence(rows: pd.DataFrame, words: Words) -> str:
    """Return how many formulas there are, and from which years the papers are that they cite.

    rows : with the column citation
    """
    years = [int(year) for cell in rows["citation"] for year in YEAR.findall(str(cell))]
    said = words.translate(
        "{count} formulas lead from emissions to air, deaths, money and deals; each names its source, papers of "
        "{first} to {last} or the method of this project."
    )
    return said.format(count=len(rows), first=min(years, default="–"), last=max(years, default="–"))


ANSWER = Entry(title="Equations", question=EquationsQuestion, make=equations)
