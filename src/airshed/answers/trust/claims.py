"""Published derived figures, recomputed from the tables of the pack."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.assessment.evidence.claims import NOTES, SIGNS, VERDICTS, claim_words, claims_table
from airshed.pack.language import retell


class ClaimsQuestion(Query):
    """Which claims."""

    verdict: tuple[Literal["confirmed", "differs", "cannot_check"], ...] = Field(
        default=(), description="verdict; all if none", max_length=3
    )


def claims(ask: Ask, words: Words, question: ClaimsQuestion) -> Content:
    """Return the published derived figures, recomputed."""
    _, pack = words.translate, ask.pack
    table = ask.ask(("claims", words.language), lambda: claims_table(pack, words.language))
    shown = table[table["verdict"].isin(question.verdict)] if question.verdict else table
    counts = {name: int((table["verdict"] == name).sum()) for name in VERDICTS}
    told = _("{confirmed} claims confirmed, {differs} differ, {cannot_check} cannot be checked").format(**counts)
    named = claim_words(pack, words.language)
    sheet = Sheet(
        "claims",
        _("Published figures recomputed"),
        shown.reset_index(drop=True),
        ("id", "statement", "printed", "computed", "unit", "verdict", "reason", "source"),
        cells={"reason": lambda reason: retell(str(reason), NOTES, named)},
        way=Way("claims", ("id",), "computed"),
        told=printed_cells,
    )
    return Content(
        title=_("Published figures recomputed"),
        sheets=(sheet,),
        equations=("printed-agreement", "percent-change", "compound-growth"),
        sentences=(told,),
    )


def printed_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a claim with the printed number as printed and the computed one with a digit more."""
    digits = row["decimals"]
    computed = "" if row["computed"] is None else f"{row['computed']:,.{digits + 1}f}"
    return {**row, "printed": f"{SIGNS[row['comparison']]}{row['printed']:,.{digits}f}", "computed": computed}


ANSWER = Entry(title="Claims", question=ClaimsQuestion, make=claims)
