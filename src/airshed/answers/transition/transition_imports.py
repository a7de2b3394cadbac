"""Dependence on imports: shares and concentration by supplier, the test over three years, and early warnings."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain, records
from airshed.answers.common import OneYear, given_table, pasted
from airshed.answers.transition._supply import area, economy, event_sheet, inside, period, warning_sheet
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.transition.imports import NOTES, Dependence, dependence_of
from airshed.assessment.transition.supply import RAISED, facts_table, importers, newest, warnings_table
from airshed.charts.evidence import comparison_points
from airshed.pack.language import retell
from airshed.pack.percent import percent
from airshed.pack.user_table import Pasted

SHOWN = 15
"""Commodities of the chart."""
COLUMNS = "typeCode, freqCode, refYear, reporterCode, flowCode, partnerCode, cmdCode, primaryValue"
"""Columns of UN Comtrade that the answer reads at least, or best."""


class ImportsQuestion(Query):
    """Whose imports, of what, when, by which table."""

    file: str = Field(
        default="",
        description="trade table in the format of UN Comtrade (CSV, also .gz, of any size), or a national one",
        json_schema_extra={"local": True, "argument": True},
    )
    trade: str = given_table("rows of a trade table in the format of UN Comtrade, with its header")
    mapping: str = given_table("columns of a national table, a line each: field,column")
    reporter: str = Field(default="", description="nation that imports; that of most facts if empty", max_length=80)
    commodity: tuple[str, ...] = Field(
        default=(), description="commodities, or codes of the Harmonized System; all if none", max_length=20
    )
    years: tuple[OneYear, ...] = Field(
        default=(), description="years; the last three of a table if none", max_length=40
    )


def imports(ask: Ask, words: Words, question: ImportsQuestion) -> Content:
    """Return the dependence by a trade table, else the facts that studies print, with early warnings."""
    known = importers(ask.pack)
    reporter = economy(words, question.reporter) if question.reporter else next(iter(known), "")
    if question.file or question.trade:
        return _of_table(ask, words, question, reporter)
    return _of_facts(ask, words, question, reporter)


def _of_facts(ask: Ask, words: Words, question: ImportsQuestion, reporter: str) -> Content:
    _, pack = words.translate, ask.pack
    rows = facts_table(pack, reporter, question.commodity, question.years)
    warned = warnings_table(pack, newest(rows))
    held = warned.rename(columns={"commodity": "label", "share_percent": "value"})
    title = _("Imports of {place}: what one supplier gives").format(place=area(words)(reporter))
    figure = _chart(held, title, words)
    return Content(
        title=title,
        sheets=(_fact_sheet(rows, words), warning_sheet(warned, words), event_sheet(_materials(warned), words)),
        panels=(Panel(figure, "warnings"),) if figure else (),
        equations=("trade-concentration-bounds", "trade-concentration", "import-dependence"),
        sentences=(*_facts_told(rows, warned, reporter, words), _needs_table(words)),
        cards=_cards(warned, words),
        screen=("warnings", "imports"),
    )


def _materials(warned: pd.DataFrame) -> list[str]:
    return [material for material in dict.fromkeys(warned["material"]) if material]


def _needs_table(words: Words) -> str:
    text = words.translate(
        "The pack holds no trade table: with one of UN Comtrade (columns {columns}), `airshed transition imports FILE` "
        "gives shares, concentration and the test of three criteria."
    )
    return text.format(columns=COLUMNS)


def _facts_told(rows: pd.DataFrame, warned: pd.DataFrame, reporter: str, words: Words) -> tuple[str, ...]:
    """Return the gravest share aloud, and how many goods raise a warning."""
    _ = words.translate
    if warned.empty:
        count = _("{count} facts on imports of {place} are known, none of them a share.")
        return (count.format(count=len(rows), place=area(words)(reporter)),)
    first = records(warned)[0]
    lead = _(
        "{place} took {share} of its imports of {commodity} from {supplier} in {period}: as printed, not recomputed."
    ).format(
        place=area(words)(reporter),
        share=_exact(first["share_percent"]),
        commodity=inside(words.name(first["commodity"])),
        supplier=area(words)(first["supplier"]),
        period=period(first["period"], words),
    )
    raised = int((warned["flag"] == RAISED).sum())
    text = _(
        "{raised} of {all} goods raise an early warning: imports that come mostly from one supplier, which caps, taxes "
        "or licenses what it sells, or of which a study warns."
    )
    return (lead, text.format(raised=raised, all=len(warned)))


def _exact(share: float) -> str:
    """Return a share as it is printed: 97.5 and 99.1 % are not 98 and 99 %."""
    return f"{share:.3g} %"


def _cards(warned: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    _ = words.translate
    label = _("of imports of {commodity} from {supplier}")
    cards = [
        Card(
            _exact(row["share_percent"]),
            label.format(commodity=inside(words.name(row["commodity"])), supplier=area(words)(row["supplier"])),
            period(str(row["period"]), words),
        )
        for row in records(warned.drop_duplicates("material"))[:2]
    ]
    raised = int((warned["flag"] == RAISED).sum())
    total = _("of {all} goods").format(all=len(warned))
    return (*cards, Card(str(raised), _("early warnings"), total)) if cards else ()


def _fact_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "imports",
        _("Facts on imports, as studies and trade institutes print them"),
        rows,
        ("commodity", "supplier", "period", "indicator", "value", "unit", "hhi_low", "source"),
        cells={
            "commodity": words.name,
            "supplier": area(words),
            "period": lambda text: period(str(text), words),
            "indicator": _,
            "unit": _,
            "hhi_low": fixed(2),
        },
        heads={"hhi_low": _("concentration, at least")},
        spare=("hhi_low", "unit"),
    )


def _chart(rows: pd.DataFrame, title: str, words: Words) -> Figure | None:
    """Return the share of the supplier in each good; rows : columns label (commodity), value (percent), supplier."""
    _ = words.translate
    held = rows.head(SHOWN).sort_values("value", ascending=False, kind="stable")
    if held.empty:
        return None
    labels = [words.name(str(code)) for code in held["label"]]
    points = pd.DataFrame(
        {"label": labels, "series": _("share of the supplier"), "value": held["value"].to_numpy(dtype=float) / 100}
    )
    spans = pd.DataFrame({"label": labels, "low": points["value"], "high": points["value"]})
    subtitle = _("newest share known; from 63 % on imports are concentrated whoever gives the rest")
    chart = comparison_points(
        spans,
        points,
        labels=list(dict.fromkeys(labels)),
        series=[_("share of the supplier")],
        title=title,
        subtitle=subtitle,
        axis=_("share of imports by value"),
        percent=True,
    )
    return Figure("shares", chart, title, subtitle)


def _of_table(ask: Ask, words: Words, question: ImportsQuestion, reporter: str) -> Content:
    _, pack = words.translate, ask.pack
    mapping = pasted(ask, "mapping", question.mapping, "field,column")
    found = ask.ask(("imports", question, reporter), lambda: _read(ask, question, reporter, mapping))
    last = found.rows.sort_values("year", kind="stable").groupby("commodity", sort=False).tail(1)
    shares = last.dropna(subset=["share_percent"])[["commodity", "supplier", "share_percent"]]
    shares = shares.assign(period=last["year"].astype(str), source="")
    warned = warnings_table(pack, shares)
    title = _("Dependence of {place} on imports").format(place=area(words)(reporter))
    held = warned.rename(columns={"commodity": "label", "share_percent": "value"})
    figure = _chart(held.sort_values("value", ascending=False, kind="stable"), title, words)
    return Content(
        title=title,
        sheets=(
            _dependence_sheet(found, words),
            _partner_sheet(found, words),
            _substitute_sheet(found, words),
            warning_sheet(warned, words),
            event_sheet(_materials(warned), words),
            _left_sheet(found, words),
        ),
        panels=(Panel(figure, "dependence"),) if figure else (),
        equations=("import-dependence", "trade-concentration", "export-growth"),
        sentences=_table_told(found, words),
        cards=_table_cards(found, warned, words),
    )


def _read(ask: Ask, question: ImportsQuestion, reporter: str, mapping: Pasted | None) -> Dependence:
    """Return the dependence by the table of a file, or by one that was pasted."""
    if question.file and ask.reads_files:
        return dependence_of(ask.pack, Path(question.file), reporter, question.commodity, question.years, mapping)
    with TemporaryDirectory(prefix="airshed-trade-") as folder:
        path = Path(folder) / "trade.csv"
        path.write_text(question.trade + "\n", encoding="utf-8")
        return dependence_of(ask.pack, path, reporter, question.commodity, question.years, mapping)


def _dependence_sheet(found: Dependence, words: Words) -> Sheet:
    _ = words.translate
    columns: tuple[str, ...] = (
        "commodity",
        "hs",
        "year",
        "imports",
        "supplier",
        "share_percent",
        "hhi_imports",
        "hhi_exports",
    )
    columns += (
        "exporters",
        "exports",
        "import_export_ratio",
        "holds",
        "dependent",
        "re_exports",
        "unallocated_percent",
    )
    return Sheet(
        "dependence",
        _("Dependence by commodity and year, {currency}").format(currency=found.currency),
        found.rows,
        columns,
        cells={
            "commodity": words.name,
            "supplier": area(words),
            **dict.fromkeys(("hhi_imports", "hhi_exports", "hhi_low", "hhi_high"), fixed(2)),
            **dict.fromkeys(("imports", "exports", "re_exports"), plain),
            **dict.fromkeys(("share_percent", "import_export_ratio", "unallocated_percent"), fixed(1)),
            "holds": _,
            "dependent": _,
        },
        spare=("unallocated_percent", "re_exports", "exporters", "exports", "hs", "import_export_ratio", "hhi_exports"),
    )


def _partner_sheet(found: Dependence, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "partners",
        _("Suppliers of each commodity, {currency} and percent of the imports").format(currency=found.currency),
        found.partners,
        ("commodity", "hs", "year", "partner", "value", "share_percent", "weight"),
        cells={"commodity": words.name, "partner": area(words), "share_percent": fixed(1), "value": plain},
        spare=("hs", "weight"),
    )


def _substitute_sheet(found: Dependence, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "substitutes",
        _("Who could supply instead: exports that grow faster than the world's, with less than 10 % of the imports"),
        found.substitutes,
        ("commodity", "hs", "supplier", "exports_first", "exports_last", "growth", "beside_world", "share_percent"),
        cells={
            "commodity": words.name,
            "supplier": area(words),
            "beside_world": fixed(2),
            "share_percent": fixed(1),
            **dict.fromkeys(("exports_first", "exports_last", "growth"), plain),
        },
        spare=("hs", "exports_first", "beside_world"),
    )


def _left_sheet(found: Dependence, words: Words) -> Sheet:
    _ = words.translate
    cells: dict[str, Any] = {"reason": _, "value": plain}
    return Sheet("left_out", _("Rows of the table that are not read, by reason"), found.left_out, cells=cells)


def _table_told(found: Dependence, words: Words) -> tuple[str, ...]:
    _, rows = words.translate, found.rows
    years = sorted(int(year) for year in rows["year"].unique())
    if not years:
        return (_("The table has no imports of {place}.").format(place=area(words)(found.reporter)),)
    once = rows.drop_duplicates("commodity")
    counts = {name: int((once["dependent"] == name).sum()) for name in ("yes", "undecided")}
    last = rows[rows["year"] == years[-1]].dropna(subset=["share_percent"]).nlargest(1, "imports")
    said = []
    if len(once) <= SHOWN and len(last):
        row = records(last)[0]
        lead = _("In {year} {place} took {share} of its imports of {commodity} from {supplier}, by the table given.")
        said.append(
            lead.format(
                year=years[-1],
                place=area(words)(found.reporter),
                share=percent(row["share_percent"] / 100),
                commodity=inside(words.name(row["commodity"])),
                supplier=area(words)(row["supplier"]),
            )
        )
    text = _("By three criteria {place} depends on imports of {yes} of {all} goods ({first} to {last}).")
    said.append(
        text.format(place=area(words)(found.reporter), all=len(once), first=years[0], last=years[-1], yes=counts["yes"])
    )
    if counts["undecided"]:
        said.append(_("Of {count} goods the table does not decide it.").format(count=counts["undecided"]))
    left = int(found.left_out["rows"].sum()) if len(found.left_out) else 0
    if left:
        said.append(_("{count} rows of the table are not read: the table left_out says why.").format(count=f"{left:,}"))
    return (*said, *(retell(note, NOTES, _) for note in found.notes))


def _table_cards(found: Dependence, warned: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    _, rows = words.translate, found.rows
    if rows.empty:
        return ()
    once = rows.drop_duplicates("commodity")
    years = f"{int(rows['year'].min())}–{int(rows['year'].max())}"
    dependent = Card(str(int((once["dependent"] == "yes").sum())), _("goods of dependence"), years)
    return (dependent, *_cards(warned, words)[-1:])


ANSWER = Entry(
    title="Dependence on imports",
    question=ImportsQuestion,
    make=imports,
    folded={"A trade table": ("trade", "mapping")},
)
