"""Published derived figures, recomputed from the tables of the pack."""

from __future__ import annotations

import re
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.words import Card, Words
from airshed.assessment.evidence.claims import NOTES, SIGNS, VERDICTS, claim_words, claims_table
from airshed.pack.language import retell

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


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
    counted = _("{confirmed} claims confirmed, {differs} differ, {cannot_check} cannot be checked").format(**counts)
    named = claim_words(pack, words.language)
    sheet = Sheet(
        "claims",
        _("Published figures recomputed"),
        shown.reset_index(drop=True),
        ("id", "statement", "printed", "computed", "unit", "verdict", "reason", "source"),
        cells={"reason": lambda reason: retell(str(reason), NOTES, named)},
        way=Way("claims", ("id",), "computed"),
        told=printed_cells,
        brief=differing_first,
    )
    return Content(
        title=_("Published figures recomputed"),
        sheets=(sheet,),
        equations=("printed-agreement", "percent-change", "compound-growth"),
        sentences=(failed_sentence(table, years_of(table), words), counted),
        cards=_cards(counts, len(table), words),
    )


def failed_sentence(table: pd.DataFrame, years: tuple[int, int] | None, words: Words) -> str:
    """Return how many published figures come out differently, and which is farthest off.

    table : of `claims.claims_table`; years : that they speak of, None where none names one
    """
    _ = words.translate
    off = table[table["verdict"] == "differs"]
    told: dict[str, Any] = {
        "count": len(off),
        "all": len(table),
        "missing": int((table["verdict"] == "cannot_check").sum()),
        "when": "" if years is None else _(" on {first} to {last}").format(first=years[0], last=years[1]),
    }
    if off.empty:
        said = _("None of {all} published figures{when} comes out differently; {missing} cannot be checked.")
        return said.format(**told)
    apart = (off["computed"] - off["printed"]).abs() / off["printed"].abs().clip(lower=1.0)
    worst = printed_cells(records(off.loc[[apart.idxmax()]])[0])
    said = _(
        "{count} of {all} published figures{when} come out differently and {missing} cannot be checked; farthest off: "
        "{statement} (printed {printed}, computed {computed}, {unit})."
    )
    return said.format(
        statement=worst["statement"],
        printed=worst["printed"],
        computed=worst["computed"],
        unit=_(str(worst["unit"])),
        **told,
    )


def years_of(table: pd.DataFrame) -> tuple[int, int] | None:
    """Return the first and the last year that claims speak of; None where none names one."""
    years = [int(year) for text in table["statement"] for year in YEAR.findall(str(text))]
    return (min(years), max(years)) if years else None


def differing_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return claims with those that differ first, then those that cannot be checked."""
    order = {verdict: place for place, verdict in enumerate(("differs", "cannot_check", "confirmed"))}
    return table.sort_values("verdict", key=lambda column: column.map(order), kind="stable")


def _cards(counts: dict[str, int], whole: int, words: Words) -> tuple[Card, ...]:
    """Return how many claims differ, cannot be checked, and are confirmed."""
    _ = words.translate
    labels = {
        "differs": _("come out differently"),
        "cannot_check": _("cannot be checked"),
        "confirmed": _("are confirmed"),
    }
    of = _("of {all} published figures").format(all=whole)
    return tuple(Card(str(counts[verdict]), label, of) for verdict, label in labels.items())


def printed_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a claim with the printed number as printed and the computed one with a digit more."""
    digits = row["decimals"]
    computed = "" if row["computed"] is None else f"{row['computed']:,.{digits + 1}f}"
    return {**row, "printed": f"{SIGNS[row['comparison']]}{row['printed']:,.{digits}f}", "computed": computed}


ANSWER = Entry(title="Claims", question=ClaimsQuestion, make=claims)
