"""Places side by side: what they breathe and from whom, what they emit, the deaths, and what they earn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain, records
from airshed.answers.common import OBSERVED_YEAR, receptors, refuse_files, scenario, scenario_names, year
from airshed.answers.words import Card, Figure, Words, target_name
from airshed.assessment.side_by_side import (
    DEATHS,
    EMISSION,
    LEVEL,
    NOTES,
    ORIGIN,
    PER_HEAD,
    PERSONS,
    PRODUCT,
    RATE,
    TARGET,
    side_by_side,
)
from airshed.charts.colours import colours
from airshed.charts.emissions import stacked_shares
from airshed.charts.marks import who_levels
from airshed.charts.transport import origin_bars
from airshed.pack.codes import countries
from airshed.pack.defaults import defaults
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import level as level_of

MOST = 12
"""Places that may stand side by side."""
LARGEST = 0.05
"""Share of the anthropogenic part from which on a nation has a colour of its own."""
TENTHS = fixed(1)
DIGITS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys((LEVEL, TARGET), TENTHS),
    ORIGIN: fixed(2),
    EMISSION: TENTHS,
    **dict.fromkeys((DEATHS, PERSONS, PRODUCT, PER_HEAD), fixed(0)),
    RATE: TENTHS,
}


class PlacesCompareQuestion(Query):
    """Which places, when."""

    region: tuple[str, ...] = Field(
        default=(),
        description="two or more regions, nations, groups or cities",
        max_length=MOST,
        json_schema_extra={"argument": True},
    )
    year: int | None = year(OBSERVED_YEAR)
    scenario: str = scenario()


def comparable(pack: Pack) -> list[str]:
    """Return the places that may be compared: those shown first, then all others."""
    return list(dict.fromkeys([*shown(pack), *receptors(pack)]))


def shown(pack: Pack) -> list[str]:
    """Return the places that are compared where none is named."""
    held = receptors(pack)
    known = [code for code in defaults(pack).places if code in held]
    return known if len(known) > 1 else held[:2]


def compare(ask: Ask, words: Words, question: PlacesCompareQuestion) -> Content:
    """Return levels, targets, origins, emissions, deaths, people and GDP of places side by side."""
    _, pack = words.translate, ask.pack
    refuse_files(ask, question.scenario)
    codes = list(question.region) or shown(pack)
    assessment = ask.assessment(question.year, question.scenario)
    when = assessment.year
    key = ("side by side", tuple(codes), when, question.scenario)
    rows = ask.ask(key, lambda: side_by_side(pack, assessment, codes))
    named = _labels(codes, words)
    whole = Sheet(
        "compare",
        _("Every number with its interval and source"),
        rows,
        (
            "region",
            "quantity",
            "pollutant",
            "item",
            "value",
            "low",
            "high",
            "share",
            "met",
            "unit",
            "year",
            "source",
            "note",
        ),
        cells={
            "quantity": _,
            "unit": _,
            "item": lambda code: _item(str(code), words) if code else "",
            "met": _,
            "share": percent,
        },
        notes=NOTES,
    )
    facts = _facts(rows, named, words)
    figures = [(_origins(rows, named, when, words), "origins")] if (rows["quantity"] == ORIGIN).any() else []
    emitted = rows[rows["quantity"] == EMISSION]
    figures += [] if emitted.empty else [(_sectors(emitted, named, when, words), "emissions")]
    sheets = [
        whole,
        facts,
        _wide("origins", rows, ORIGIN, named, words),
        _wide("emissions", rows, EMISSION, named, words),
    ]
    return Content(
        title=_("{places} side by side").format(places=", ".join(named.values())),
        sheets=tuple(sheet for sheet in sheets if len(sheet.rows)),
        panels=tuple(Panel(figure, name) for figure, name in figures),
        equations=("per-emission", "exposure", "level", "harmonisation", "gemm", "attributable-deaths"),
        sentences=(_told(rows, named, when, words),),
        cards=tuple(_cards(rows, named, words)),
        held={"region": tuple(codes)},
    )


def _told(rows: pd.DataFrame, named: dict[str, str], year: int, words: Words) -> str:
    """Return what the places breathe."""
    levels = rows[rows["quantity"] == LEVEL].set_index("region")["value"]
    parts = [f"{name} {level_of(float(levels[code]))}" for code, name in named.items() if code in levels]
    return words.translate("PM2.5 in {year}: {parts}.").format(year=year, parts=", ".join(parts))


def _labels(codes: list[str], words: Words) -> dict[str, str]:
    """Return the names of the places; where two have the same, with the code behind."""
    names = {code: words.name(code) for code in codes}
    held = list(names.values())
    return {code: name if held.count(name) == 1 else f"{name} ({code})" for code, name in names.items()}


def _item(code: str, words: Words) -> str:
    """Return an origin, sector or target in words."""
    name = target_name(code, words)
    return name if name != code else words.name(code)


def _cards(rows: pd.DataFrame, named: dict[str, str], words: Words) -> list[Card]:
    """Return the level of every place, and the targets that it meets."""
    _ = words.translate
    found = []
    for code, name in named.items():
        mine = rows[rows["region"] == code]
        met = [target_name(item, words) for item in mine.loc[mine["met"] == "yes", "item"]]
        told = _("meets {targets}").format(targets=", ".join(met)) if met else _("meets no target of the pack")
        found += [Card(f"{level:.1f} µg/m³", name, told) for level in mine.loc[mine["quantity"] == LEVEL, "value"]]
    return found


def _text(row: dict[str, Any]) -> str:
    """Return a number with its interval."""
    show = DIGITS.get(str(row["quantity"]), plain)
    text = show(row["value"])
    return f"{text} ({show(row['low'])}–{show(row['high'])})" if row["low"] is not None else text


def _facts(rows: pd.DataFrame, named: dict[str, str], words: Words) -> Sheet:
    """Return what is one number per place, a column per place; targets with whether they are met."""
    _ = words.translate
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(rows[~rows["quantity"].isin([ORIGIN, EMISSION])]):
        about = found.setdefault(
            (row["quantity"], row["item"]), {"quantity": "", "unit": row["unit"], "year": row["year"]}
        )
        about["quantity"] = _(row["quantity"]) + (f": {_item(row['item'], words)}" if row["item"] else "")
        about[row["region"]] = f"{_text(row)} · {_met(row['met'], words)}" if row["met"] else _text(row)
    return _sheet(
        "facts", _("The places side by side; intervals in brackets"), found, ("quantity", "unit", "year"), named
    )


def _met(word: str, words: Words) -> str:
    return words.translate("met") if word == "yes" else words.translate("not met")


def _wide(name: str, rows: pd.DataFrame, quantity: str, named: dict[str, str], words: Words) -> Sheet:
    """Return origins or emissions, a row per part and a column per place, with shares."""
    _ = words.translate
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(rows[rows["quantity"] == quantity]):
        about = found.setdefault((row["pollutant"], row["item"]), {"pollutant": row["pollutant"]})
        about["item"] = _item(row["item"], words)
        share = "" if row["share"] is None else f" · {percent(row['share'])}"
        about[row["region"]] = DIGITS[quantity](row["value"]) + share
    titles = {
        ORIGIN: _("Origins of the PM2.5, µg/m³, and share of the anthropogenic part"),
        EMISSION: _("Emissions by sector, kt per year, and share of the total"),
    }
    columns = ("item",) if quantity == ORIGIN else ("pollutant", "item")
    return _sheet(name, titles[quantity], found, columns, named)


def _sheet(
    name: str, title: str, found: dict[tuple[str, str], dict[str, Any]], columns: tuple[str, ...], named: dict[str, str]
) -> Sheet:
    shown = [*columns, *named]
    rows = pd.DataFrame([[row.get(key, "") for key in shown] for row in found.values()], columns=shown)
    return Sheet(name, title, rows, (*columns, *named), heads=named, lead=name == "facts")


def _origins(rows: pd.DataFrame, named: dict[str, str], year: int, words: Words) -> Figure:
    """Return where the PM2.5 of the places comes from, stacked by nation, with the observed level."""
    _ = words.translate
    parts = rows[(rows["quantity"] == ORIGIN) & (rows["item"] != "unexplained")]
    held = set(parts.loc[parts["share"] >= LARGEST, "item"])
    large = [code for code in countries(words.pack) if code in held]
    source = np.where(parts["item"].isin([*large, "natural"]), parts["item"], "others")
    bars = pd.DataFrame(
        {
            "receptor": parts["region"].map(named),
            "source": [_("others") if code == "others" else words.short(code) for code in source],
            "value": parts["value"].clip(lower=0.0),
        }
    )
    bars = bars.groupby(["receptor", "source"], as_index=False, sort=False).agg(value=("value", "sum"))
    level = rows[rows["quantity"] == LEVEL]
    title = _("Where the PM2.5 of the places comes from, {year}").format(year=year)
    chart = origin_bars(
        bars,
        pd.DataFrame({"receptor": level["region"].map(named), "total": level["value"]}),
        sources=[*(words.short(code) for code in large), _("others"), words.short("natural")],
        colours=colours(words.pack, [*large, "others", "natural"]),
        receptors=[name for code, name in named.items() if code in set(parts["region"])],
        title=title,
        subtitle=_("bars: modelled sources; black tick: observed level; the gap is unexplained"),
        axis="µg/m³",
        guides=who_levels(words.pack),
    )
    return Figure("origins", chart, title, _("What bar and tick differ by is never given to a source."))


def _sectors(emitted: pd.DataFrame, named: dict[str, str], year: int, words: Words) -> Figure:
    """Return the share of the sectors in the emissions of the places, by pollutant."""
    _ = words.translate
    parts = emitted[(emitted["item"] != "total") & (emitted["value"] > 0)]
    known = [str(code) for code in words.pack.table("sectors")["code"]]
    order = [code for code in known if code in set(parts["item"])]
    title = _("Emissions of the places by sector, {year}").format(year=year)
    chart = stacked_shares(
        pd.DataFrame(
            {
                "pollutant": parts["pollutant"].map(words.name),
                "region": parts["region"].map(named),
                "sector": parts["item"].map(words.name),
                "share": parts["share"],
            }
        ),
        category="sector",
        order=[words.name(code) for code in order],
        colours=colours(words.pack, order),
        title=title,
        subtitle=_("share of the sectors in the emission of each pollutant"),
        axis=_("share"),
    )
    return Figure("sectors", chart, title, _("Kilotonnes stand in the table."))


ANSWER = Entry(
    title="Places side by side",
    question=PlacesCompareQuestion,
    make=compare,
    choices={"region": comparable, "scenario": scenario_names},
    name="side-by-side",
)
