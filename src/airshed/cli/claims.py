"""The command that recomputes published claims."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from airshed.cli.output import print_rows, records, say
from airshed.cli.settings import FormatOption, settings


class Verdict(StrEnum):
    """The verdicts as words of the command line."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    CANNOT_CHECK = "cannot_check"


def claims(
    context: typer.Context,
    verdict: Annotated[
        list[Verdict] | None, typer.Option("--verdict", help="show the claims of this verdict only; repeatable")
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Recompute published derived figures from the tables of the pack."""
    given = settings(context)
    from airshed.assessment.evidence.claims import NOTES, VERDICTS, claim_words, claims_table
    from airshed.pack.language import retell

    pack = given.open_pack()
    table = claims_table(pack, given.language)
    translate = given.translator()
    words = claim_words(pack, given.language)
    shown = table[table["verdict"].isin(verdict)] if verdict else table
    print_rows(
        [_rounded(row) if form == "table" else row for row in records(shown)],
        form,
        columns=["id", "statement", "printed", "computed", "unit", "verdict", "reason"],
        heads=translate,
        cells={
            "printed": str,
            "computed": str,
            "unit": translate,
            "verdict": translate,
            "reason": lambda reason: retell(reason, NOTES, words),
        },
    )
    counts = {name: int((table["verdict"] == name).sum()) for name in VERDICTS}
    say(translate("{confirmed} claims confirmed, {differs} differ, {cannot_check} cannot be checked").format(**counts))


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Show the printed number as printed, with the sign of its comparison, and the computed one with a digit more."""
    from airshed.assessment.evidence.claims import SIGNS

    printed = f"{SIGNS[row['comparison']]}{row['printed']:,.{row['decimals']}f}"
    computed = "" if row["computed"] is None else f"{row['computed']:,.{row['decimals'] + 1}f}"
    return {**row, "printed": printed, "computed": computed}
