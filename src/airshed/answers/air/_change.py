"""The change of emissions between two years by region and sector, with the marks that policy tables print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.answer import Sheet
from airshed.answers.cells import fixed
from airshed.answers.words import Figure, Words
from airshed.charts.colours import colours
from airshed.charts.emissions import change_bars
from airshed.emissions.breaks import crosses_break
from airshed.emissions.table import BASELINE, NOTES, emission_table, open_inventory
from airshed.pack.codes import countries
from airshed.pack.pack import Pack

MOST = 12
"""Regions of the chart."""
LARGEST_CUT = "largest_cut"
KEYS = ["region", "pollutant", "sector"]


def ends_of(pack: Pack, inventory: str, asked: Sequence[int]) -> tuple[int, int] | None:
    """Return the two years between which a change is shown: those asked, else the base year and the last one held.

    None where there is one year only.
    """
    known = [int(year) for year in open_inventory(pack, inventory)["year"].to_numpy()]
    first = pack.base_year if inventory == BASELINE and pack.base_year in known else known[0]
    first, last = (min(asked), max(asked)) if len(set(asked)) > 1 else (first, known[-1])
    return (first, last) if first < last else None


def change_rows(
    pack: Pack, inventory: str, regions: Sequence[str], pollutants: Sequence[str], years: tuple[int, int]
) -> pd.DataFrame:
    """Return a row per region, pollutant and sector with both years side by side.

    returns : columns region, pollutant, sector, before, share_before, after, share_after (kt/yr; percent of the total
        of the region), change, change_percent, unit, their marks (before_mark, after_mark: largest or smallest of the
        sectors; change_mark, change_percent_mark: the largest cut), first_year, last_year, source, note
    """
    by = ["region" if regions else "country", "sector"]
    rows = emission_table(
        pack, inventory=inventory, regions=regions, by=by, pollutants=pollutants, years=years, marks=True
    )
    first, last = (rows[rows["year"] == year].set_index(KEYS) for year in years)
    both = last[["unit", "source", "note"]].assign(
        before=first["value"].reindex(last.index),
        share_before=first["share_percent"].reindex(last.index),
        after=last["value"],
        share_after=last["share_percent"],
        change=last["change"],
        change_percent=last["change_percent"],
        before_mark=first["mark"].reindex(last.index).fillna(""),
        after_mark=[_without_cut(words) for words in last["mark"]],
        change_mark=[LARGEST_CUT if LARGEST_CUT in words.split() else "" for words in last["mark"]],
        first_year=years[0],
        last_year=years[1],
    )
    return both.assign(change_percent_mark=_largest_rates(both)).reset_index()


def _without_cut(words: str) -> str:
    return " ".join(word for word in words.split() if word != LARGEST_CUT)


def _largest_rates(both: pd.DataFrame) -> list[str]:
    """Return the mark of the largest cut in percent of the sectors of a region and pollutant, totals left out."""
    cuts = both.reset_index()
    cut = (cuts["sector"] != "total") & (cuts["change_percent"] < 0) & ~cuts["note"].map(crosses_break)
    rate = cuts["change_percent"].where(cut)
    least = rate.groupby([cuts["region"], cuts["pollutant"]]).transform("min")
    return list(np.where(rate.notna() & (rate == least), LARGEST_CUT, ""))


def change_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    """Return the change table, each mark as a word and a shade."""
    _ = words.translate
    first, last = int(rows["first_year"].iloc[0]), int(rows["last_year"].iloc[0])
    tenth, signed = fixed(1), fixed(1, sign=True)
    share = _("share, %")
    return Sheet(
        "change",
        _("Change of emissions by sector, {first} to {last}, kt per year, with the marks of the printed tables").format(
            first=first, last=last
        ),
        rows,
        (*KEYS, "before", "share_before", "after", "share_after", "change", "change_percent", "source", "note"),
        notes=NOTES,
        heads={"before": str(first), "after": str(last), "share_before": share, "share_after": share},
        cells={
            **dict.fromkeys(("before", "after", "share_before", "share_after"), tenth),
            **dict.fromkeys(("change", "change_percent"), signed),
        },
    )


def change_figure(rows: pd.DataFrame, words: Words) -> Figure:
    """Return the changes by region, stacked by sector, a panel per pollutant."""
    _ = words.translate
    first, last = int(rows["first_year"].iloc[0]), int(rows["last_year"].iloc[0])
    parts = rows[rows["sector"] != "total"].dropna(subset=["change"])
    moved = parts.groupby("region")["change"].transform(lambda held: bool((held != 0).any())).astype(bool)
    parts = parts[moved] if moved.any() else parts
    size = parts.assign(size=parts["change"].abs()).groupby("region")["size"].sum().sort_values(ascending=False)
    shown = [code for code in _ordered(words.pack, parts) if code in set(size.index[:MOST])]
    picked = pd.concat([parts[parts["region"] == code] for code in shown]) if shown else parts
    order = [code for code in words.pack.table("sectors")["code"] if code in set(picked["sector"])]
    named: dict[str, Any] = {
        "region": picked["region"].map(words.short),
        "sector": picked["sector"].map(words.name),
        "pollutant": picked["pollutant"].map(words.name),
    }
    title = _("Change of emissions, {first} to {last}").format(first=first, last=last)
    chart = change_bars(
        picked[["change"]].assign(**named),
        category="sector",
        order=[words.name(code) for code in order],
        colours=colours(words.pack, order),
        title=title,
        subtitle=_("kt per year, by sector"),
        axis=_("change, kt per year"),
    )
    caption = _("Bars to the left are cuts. Regions without a change stand in the table only.")
    return Figure("change", chart, title, caption)


def _ordered(pack: Pack, rows: pd.DataFrame) -> list[str]:
    """Return the regions of rows, nations in the order of the pack first."""
    held = list(dict.fromkeys(rows["region"]))
    return [
        *(code for code in countries(pack) if code in held),
        *(code for code in held if code not in countries(pack)),
    ]
