"""The command on control measures: the catalogue, and what it can do in a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import Format, FormatOption, RegionOption, YearOption, settings

if TYPE_CHECKING:
    import pandas as pd

    from airshed.pack.language import Translate
    from airshed.pack.pack import Pack

ENDS = ("low", "value", "high")


def measures(
    context: typer.Context,
    region: RegionOption = None,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="sector; repeatable")] = None,
    year: YearOption = None,
    applied: Annotated[
        bool, typer.Option("--applied", help="how much of the best available technique is applied, by sector")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="costs beside what studies of the region print on the same thing")
    ] = False,
    form: FormatOption = "table",
) -> None:
    """Control measures: the catalogue; with --region what they can do there, and why some cannot be selected."""
    given = settings(context)
    from airshed.pack.codes import members
    from airshed.strategy.tables import applied_table, cost_check_table, measures_table, options_table

    pack = given.open_pack()
    translate = given.translator()
    _refuse_unknown(pack, sector or [])
    if applied:
        wanted = [leaf for code in region for leaf in members(pack, code)] if region else None
        rows = applied_table(pack, year, wanted)
        columns = ["region", "sector", *ENDS]
        say(translate("share of the best available technique that is applied"))
    elif compare:
        rows = cost_check_table(pack)
        columns = ["measure", "region", "pollutant", *ENDS, "printed", "ratio", "inside", "flagged", "study"]
        say(translate("USD of 2015 per tonne; printed: the study's; ratio: ours over the study's"))
    elif region:
        rows = options_table(pack, region, year, sector)
        columns = ["region", "measure", "name", "subject", "efficiency", "priced", *ENDS, "flagged"]
        columns += ["applied_basis", "selectable", "reason"]
        say(f"{pack.base_year if year is None else year}, {translate('USD of 2015 per tonne')}")
    else:
        rows = measures_table(pack, sector)
        columns = ["measure", "name", "sector", "efficiency", "priced", *ENDS, "lowest_print", "price_region", "source"]
        say(translate("USD of 2015 per tonne, where it was published"))
    if sector and "sector" in rows:
        rows = rows[rows["sector"].isin(sector)]
    _print(pack, rows, form, columns, given.language, translate, 2 if applied else 0)


def _print(
    pack: Pack, rows: pd.DataFrame, form: Format, columns: list[str], language: str, translate: Translate, digits: int
) -> None:
    local = language == "ko" and "name_ko" in rows
    shown = ["name_ko" if local and column == "name" else column for column in columns]
    print_rows(
        records(rows),
        form,
        columns=shown,
        heads=lambda column: translate(column.removesuffix("_ko")),
        cells={
            "region": names(pack, language),
            "sector": lambda code: pack.name(code, language),
            "subject": lambda codes: _subject(pack, codes, language, translate),
            "emitted": fixed(1),
            "low": fixed(digits),
            "value": fixed(digits),
            "high": fixed(digits),
            "printed": fixed(0),
            "ratio": fixed(3),
            "lowest_print": fixed(0),
            "flagged": translate,
            "known": translate,
            "applied_low": fixed(2),
            "applied_high": fixed(2),
            "applied_basis": translate,
            "selectable": translate,
            "inside": translate,
            "reason": translate,
        },
    )
    if form == "table" and "selectable" in rows:
        counts = {"yes": int((rows["selectable"] == "yes").sum()), "no": int((rows["selectable"] == "no").sum())}
        say(translate("{yes} measures can be selected, {no} cannot").format(**counts))
        flagged = int((rows["flagged"] == "yes").sum())
        if flagged:
            say(
                translate("{count} prices are below a tenth of what studies of the airshed print").format(count=flagged)
            )
        known = int((rows["known"] == "yes").sum())
        say(
            translate("how far they are applied rests on counts, emissions or standards for {known} of {all}").format(
                known=known, all=len(rows)
            )
        )
    if form == "table" and ("selectable" in rows or "price_region" in rows):
        say(
            translate(
                "costs of GAINS technologies are Italian, their units an inference; "
                "brought to other nations by income, see docs/method.md"
            )
        )


def _subject(pack: Pack, codes: str, language: str, translate: Translate) -> str:
    """Return the names of what a measure works on."""
    return ", ".join(pack.name(code, language) for code in codes.split()) or translate("whole sector")


def _refuse_unknown(pack: Pack, sectors: list[str]) -> None:
    """Raise AirshedError for a sector that the pack does not know."""
    from airshed.pack.codes import unknown

    known = list(pack.table("sectors")["code"])
    for code in sectors:
        if code not in known:
            raise unknown("sector", code, known)
