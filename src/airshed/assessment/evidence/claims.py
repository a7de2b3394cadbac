"""Published claims recomputed: what a study prints against what tables of the pack, or its relation, give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.evidence.claim_values import (
    Ask,
    Drawn,
    Inputs,
    collect,
    rounding_range,
    sampled_range,
    value_of,
)
from airshed.assessment.lives.periods import Contributors, contributors, shares_from_abroad
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.expressions import Call, ExpressionError, Modelled, Node, Number, Reference, calls, parse, references
from airshed.pack.language import Translate, translator
from airshed.pack.pack import Pack
from airshed.pack.selection import Selection

VERDICTS = ("confirmed", "differs", "cannot_check")
SIGNS = {"equals": "", "about": "≈ ", "at_least": "≥ ", "at_most": "≤ "}
"""How the comparison of a claim is written before its number."""
EXACT = 1e-9
"""What binary fractions may lose, in the unit of a claim."""
COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NO_ROW = "the pack has no row {row}"
NO_NUMBER = "the pack has no number in {row}"
NO_VALUE = "the printed inputs give no value, a divisor is zero"
LACKS = "missing: {missing}"
GIVES = "comes out as {computed}"
ROUNDING = "within the rounding of the inputs, {low} to {high}"
PERIODS = "comes out with {periods} periods"
SPAN = "the span is {span} years"
BREAK = "compares years of {inventory} before and after a change of method in {year}"
PARTS = "the whole, {whole}, is smaller than its parts, {parts}, by {gap}"
INTERVAL = "by the relation, with an interval from {low} to {high}"
EITHER = "by the relation, with an interval from {low} to {high}, which holds both verdicts"
NOTES = (EITHER, INTERVAL, NO_ROW, NO_NUMBER, NO_VALUE, LACKS, GIVES, ROUNDING, PERIODS, SPAN, PARTS, BREAK)
"""Templates of all reasons, for translation."""


def claims_table(pack: Pack, language: str = "en") -> pd.DataFrame:
    """Return every claim of the pack with its recomputed value and the verdict.

    language : that of the statements; reasons are English, made from the templates `NOTES`
    returns : columns id, statement, printed, computed (NaN where it cannot be checked), low, high (5 and 95 % of what
        the relation says; NaN where tables alone are read), difference (computed minus printed), verdict (`VERDICTS`,
        that of the computed value), reason, source, unit, decimals, place, comparison, tolerance, note
    Raises MissingTableError if the pack has no claims, AirshedError for an expression that cannot be read or that
    matches several rows where one number is meant.
    """
    selection = pack.derive("selection", lambda opened: Selection(opened.printed))
    ask = _asking(pack)
    return pd.DataFrame.from_records(
        [_recompute(row, selection, ask, language) for row in pack.table("claims").to_dict("records")]
    )


def claim_words(pack: Pack, language: str) -> Translate:
    """Return the translation with which reasons are retold: it also knows the pack's own words for what is missing."""
    translate, claims = translator(language), pack.table("claims")
    own = {} if language == "en" else dict(zip(claims["missing"], claims[f"missing_{language}"], strict=True))
    return lambda message: own.get(message) or translate(message)


def _asking(pack: Pack) -> Ask:
    """Return the function that asks the relation of the pack for a share; who gives in a year is found once."""
    known: dict[int | None, Contributors] = {}

    def ask(part: Modelled) -> Drawn:
        if part.year not in known:
            known[part.year] = contributors(pack, part.year)
        return Drawn(*shares_from_abroad(known[part.year], part.place, part.period))

    return ask


def _recompute(row: dict[Any, Any], selection: Selection, ask: Ask, language: str) -> dict[str, Any]:
    computed, (low, high), verdict, reason = _judge(row, selection, ask)
    return {
        "id": row["id"],
        "statement": row[f"statement_{language}"] or row["statement_en"],
        "printed": row["printed"],
        "computed": computed,
        "difference": computed - row["printed"],
        "verdict": verdict,
        "reason": reason,
        "source": row["source"],
        "unit": row["unit"],
        "decimals": int(row["decimals"]),
        "place": row["place"],
        "low": low,
        "high": high,
        "comparison": row["comparison"],
        "tolerance": row["tolerance"],
        "note": row["note"],
    }


Judged = tuple[float, tuple[float, float], str, str]
NO_ENDS = (np.nan, np.nan)


def _judge(row: dict[Any, Any], selection: Selection, ask: Ask) -> Judged:
    """Return the recomputed value, its ends, the verdict and the reason for it."""
    lacks = [LACKS.format(missing=row["missing"])] if row["missing"] else []
    if not row["expression"]:
        return np.nan, NO_ENDS, "cannot_check", "; ".join(lacks)
    try:
        node, inputs = _read(row, selection, ask)
    except MissingTableError as why:
        return np.nan, NO_ENDS, "cannot_check", "; ".join([LACKS.format(missing=why.table), *lacks])
    absent = [NO_ROW.format(row=text) for text in inputs.missing] + [
        NO_NUMBER.format(row=text) for text in inputs.empty
    ]
    if absent:
        return np.nan, NO_ENDS, "cannot_check", "; ".join([*absent, *lacks])
    computed = value_of(node, inputs)
    if not np.isfinite(computed):
        return np.nan, NO_ENDS, "cannot_check", "; ".join([NO_VALUE, *lacks])
    ends = sampled_range(node, inputs)
    said = [_within(row, ends)] if ends else []
    said += [BREAK.format(inventory=name, year=year) for name, year in crossed_breaks(node, selection)]
    if _agrees(row, computed):
        return computed, ends or NO_ENDS, "confirmed", "; ".join(said)
    return computed, ends or NO_ENDS, "differs", "; ".join([*_explain(row, node, inputs, computed), *said])


def _agrees(row: dict[Any, Any], computed: float) -> bool:
    return agrees(computed, row["printed"], row["decimals"], row["comparison"], row["tolerance"])


def _within(row: dict[Any, Any], ends: tuple[float, float]) -> str:
    """Say what the interval of a value by the relation is, and whether all of it has one verdict."""
    both = ends[0] < row["printed"] < ends[1]
    low, high = (f"{end:,.{int(row['decimals'])}f}" for end in ends)
    return (EITHER if both else INTERVAL).format(low=low, high=high)


def crossed_breaks(node: Node, selection: Selection) -> list[tuple[str, int]]:
    """Return the inventories and first years of a new method that an expression compares across, each once."""
    asked = [part for part in references(node) if part.table == "emissions"]
    names = ("inventory", "region", "sector", "pollutant")
    breaks = zip(*(selection.cells("series_breaks", name) for name in (*names, "year")), strict=True) if asked else ()
    used = {row for part in asked for row in selection.find(part).rows}
    rows = {row: tuple(selection.cells("emissions", name)[row] for name in (*names, "year")) for row in used}
    parents = dict(zip(selection.cells("regions", "code"), selection.cells("regions", "parent"), strict=True))
    found = []
    for inventory, region, sector, pollutant, first in breaks:
        years = [
            int(year)
            for name, place, part, emitted, year in rows.values()
            if name == inventory
            and region in (place, parents.get(place))
            and part in (sector, "total")
            and emitted == pollutant
        ]
        if years and min(years) < first <= max(years):
            found.append((str(inventory), int(first)))
    return list(dict.fromkeys(found))


def _read(row: dict[Any, Any], selection: Selection, ask: Ask) -> tuple[Node, Inputs]:
    try:
        node = parse(row["expression"])
        inputs = collect(node, selection, ask)
        for reference, places in inputs.places.items():
            if isinstance(reference, Reference) and reference.use == "one" and len(places) > 1:
                raise ExpressionError("AS326", reference=reference.text(), count=len(places))
    except ExpressionError as why:
        raise AirshedError("claim-id-message", id=row["id"], message=why.text, remedy=why.advice) from None
    return node, inputs


@equation(
    key="printed-agreement",
    title="A recomputed value agrees with the printed one",
    latex=r"|c - p| \le \tfrac{1}{2}\, 10^{-d}",
    units="that of the claim",
    citation="definition of rounding to d decimals; the bound itself for at_least and at_most, a tolerance for about",
)
def agrees(computed: float, printed: float, decimals: float, comparison: str, tolerance: float = 0.0) -> bool:
    """Say whether a recomputed value bears out what is printed.

    comparison : `equals` at the printed decimals, `about` within the tolerance, `at_least` or `at_most` the number

    >>> agrees(6.162, 6.2, 1, "equals"), agrees(9.434, 9.8, 1, "equals"), agrees(31.2, 30, 0, "at_least")
    (True, False, True)
    """
    if comparison == "at_least":
        return computed >= printed - EXACT
    if comparison == "at_most":
        return computed <= printed + EXACT
    allowed = tolerance if comparison == "about" else 0.5 * 10.0**-decimals
    return abs(computed - printed) <= allowed + EXACT


def _explain(row: dict[Any, Any], node: Node, inputs: Inputs, computed: float) -> list[str]:
    """Say what the value comes out as, and look for what would explain the difference."""
    digits = int(row["decimals"]) + (0 if row["comparison"] == "equals" else 2)
    words = [GIVES.format(computed=f"{computed:,.{digits}f}")]
    words += _other_periods(row, node, inputs)
    words += _whole_below_parts(node, inputs)
    reach = rounding_range(node, inputs)
    if reach and reach[0] - EXACT <= row["printed"] <= reach[1] + EXACT:
        low, high = (f"{end:,.{int(row['decimals']) + 1}f}" for end in reach)
        words.append(ROUNDING.format(low=low, high=high))
    return words


def _other_periods(row: dict[Any, Any], node: Node, inputs: Inputs) -> list[str]:
    spans = {int(call.arguments[2].value) for call in calls(node, "growth") if isinstance(call.arguments[2], Number)}
    if len(spans) != 1:
        return []
    (span,) = spans
    for more in (1, -1):
        if span + more < 1:
            continue
        computed = value_of(node, inputs, more)
        if agrees(computed, row["printed"], row["decimals"], row["comparison"], row["tolerance"]):
            return [PERIODS.format(periods=_count(span + more)), SPAN.format(span=_count(span))]
    return []


def _count(number: int) -> str:
    return COUNTS[number] if number < len(COUNTS) else str(number)


def _whole_below_parts(node: Node, inputs: Inputs) -> list[str]:
    return [text for call in calls(node, "share") for text in _gap(call, inputs)]


def _gap(call: Call, inputs: Inputs) -> list[str]:
    parts, whole = (value_of(argument, inputs) for argument in call.arguments)
    if not 0 < whole < parts:
        return []
    return [PARTS.format(whole=_amount(whole), parts=_amount(parts), gap=_amount(parts - whole))]


def _amount(value: float) -> str:
    return f"{value:,.10g}" if abs(value) < 100 else f"{value:,.0f}"
