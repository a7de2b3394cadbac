"""Why CO2 changed between two years: people, income, energy and carbon; and whether it went with GDP."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import FIRST_YEAR, LAST_YEAR
from airshed.answers.transition._accounts import (
    SIGNED,
    account_name,
    amounts,
    co2_places,
    co2_sectors,
    megatonnes,
)
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.transition.accounts import STUDY, accounts, places
from airshed.assessment.transition.decompose import (
    NOTES,
    Decomposed,
    decompose,
    decoupling_table,
    effect_table,
    parts_decomposed,
)
from airshed.assessment.transition.levels import NOTES as LEVEL_NOTES
from airshed.charts.colours import categories
from airshed.charts.emissions import change_bars
from airshed.pack.language import retell
from airshed.pack.pack import Pack

MOST = 12
"""Places of the chart besides the one that is asked for: those whose CO2 changed most."""
SHOWN = ("region", "factor", "value", "percent", "from", "to", "account", "note", "source")


class DecomposeQuestion(Query):
    """Whose CO2, between which years."""

    region: str | None = Field(default=None, description="nation, region or group; the first with an account if empty")
    start: int | None = Field(
        default=None,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="first year; that of the longest span in which most is known if empty",
        json_schema_extra={"flag": "--from"},
    )
    end: int | None = Field(
        default=None,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="last year; as the first if empty",
        json_schema_extra={"flag": "--to"},
    )
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    account: str | None = Field(
        default=None, description="whose numbers: the first in which it can be told if empty", max_length=60
    )


def yearly_accounts(pack: Pack) -> list[str]:
    """Return the accounts whose years can be compared: all but the table of a study."""
    return [name for name in accounts(pack) if name != STUDY]


def decomposed(ask: Ask, words: Words, question: DecomposeQuestion) -> Content:
    """Return what people, income, energy and carbon did to CO2, by sector and for the regions of a nation."""
    _, pack, asked = words.translate, ask.pack, question
    region = asked.region or next((code for name in yearly_accounts(pack) for code in places(pack, name)), "")

    def make() -> tuple[Decomposed, list[Decomposed]]:
        found = decompose(pack, region, asked.start, asked.end, asked.sector, asked.account or "")
        return found, parts_decomposed(pack, region, found.years, asked.sector, found.account)

    found, parts = ask.ask(("decompose", asked, region), make)
    first, last = found.years
    whole = effect_table(found)
    within = pd.concat([effect_table(part) for part in parts], ignore_index=True) if parts else pd.DataFrame()
    cells = {**amounts(words), "value": SIGNED, "percent": SIGNED, "factor": _}
    states = {**cells, **dict.fromkeys(("co2_percent", "gdp_percent"), SIGNED), "elasticity": fixed(2), "state": _}
    notes = (*NOTES, *LEVEL_NOTES)
    heads = {"factor": _("what changed it")}
    title = _("Why CO2 changed, {first} to {last}, Mt a year").format(first=first, last=last)
    sheets = [
        Sheet("effects", title, whole, SHOWN, heads, cells, notes, lead=True),
        Sheet(
            "sectors",
            _("The same by sector, Mt a year"),
            effect_table(found, by_sector=True),
            ("sector", "factor", "value", "percent"),
            heads,
            cells,
            notes,
        ),
    ]
    if len(within):
        sheets.append(Sheet("regions", _("The same by region, Mt a year"), within, SHOWN, heads, cells, notes))
    coupled = decoupling_table([found, *parts])
    if len(coupled):
        sheets.append(Sheet("decoupling", _("Whether CO2 went with GDP"), coupled, cells=states, notes=notes))
    return Content(
        title=_("Why CO2 of {place} changed").format(place=words.name(region)),
        sheets=tuple(sheets),
        panels=_panels(found, parts, words),
        equations=("lmdi", "logarithmic-mean", "kaya", "decoupling"),
        sentences=tuple(_told(found, coupled, notes, words)),
        cards=_cards(found, coupled, words),
        held={"region": (region,), "start": (str(first),), "end": (str(last),), "account": (found.account,)},
    )


def _told(found: Decomposed, coupled: pd.DataFrame, notes: tuple[str, ...], words: Words) -> list[str]:
    _ = words.translate
    first, last = found.years
    start, change = float(found.carbon[0].sum()), found.change
    sums = sorted(zip(found.factors, found.effects.sum(axis=1), strict=True), key=lambda item: -abs(item[1]))
    more = _("{factor} added {amount}")
    less = _("{factor} took off {amount}")
    parts = words.listed(
        (more if value >= 0 else less).format(factor=_(name), amount=megatonnes(abs(value))) for name, value in sums
    )
    text = _(
        "From {first} to {last} the CO2 of {place} changed from {before} to {after} ({percent} %, {account}): {parts}; "
        "they add up to the whole change."
    )
    said = [
        text.format(
            first=first,
            last=last,
            place=words.name(found.region),
            before=megatonnes(start),
            after=megatonnes(start + change),
            percent=SIGNED(100.0 * change / start) if start else "",
            account=account_name(found.account, words),
            parts=parts,
        )
    ]
    own = coupled[coupled["region"] == found.region]
    if len(own):
        row = own.iloc[0]
        told = _(
            "CO2 changed by {co2} % while GDP changed by {gdp} %: {state} (elasticity {elasticity}; it counts as "
            "coupled from 0.8 to 1.2)."
        )
        said.append(
            told.format(
                co2=SIGNED(float(row["co2_percent"])),
                gdp=SIGNED(float(row["gdp_percent"])),
                state=_(str(row["state"])),
                elasticity=f"{float(row['elasticity']):.2f}",
            )
        )
    if found.note:
        said.append(_("How sure: {note}.").format(note=retell(found.note, notes, words.translate)))
    return said


def _cards(found: Decomposed, coupled: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    _ = words.translate
    span = f"{words.name(found.region)}, {found.years[0]}-{found.years[1]}"
    sign = "+" if found.change >= 0 else "-"
    cards = [Card(f"{sign}{megatonnes(abs(found.change))}", _("change of CO2"), span)]
    sums = found.effects.sum(axis=1)
    place = int(abs(sums).argmax())
    sign = "+" if sums[place] >= 0 else "-"
    cards.append(Card(f"{sign}{megatonnes(abs(float(sums[place])))}", _(found.factors[place]), span))
    own = coupled[coupled["region"] == found.region]
    if len(own):
        row = own.iloc[0]
        cards.append(Card(f"{float(row['elasticity']):.2f}", _("elasticity of CO2 to GDP"), _(str(row["state"]))))
    return tuple(cards)


def _panels(found: Decomposed, parts: list[Decomposed], words: Words) -> tuple[Panel, ...]:
    """Return the place that is asked for, and those of its regions whose CO2 changed most, on an axis of their own."""
    _ = words.translate
    first, last = found.years
    place = words.name(found.region)
    title = _("What changed CO2 of {place}, {first} to {last}").format(place=place, first=first, last=last)
    panels = [Panel(_figure("effects", [found], title, words), "effects")]
    known = max((part.factors for part in parts), key=len, default=[])
    shown = sorted((part for part in parts if part.factors == known), key=lambda part: -abs(part.change))[:MOST]
    if shown:
        title = _("What changed CO2 in the regions of {place}, {first} to {last}")
        title = title.format(place=place, first=first, last=last)
        panels.append(Panel(_figure("regions", shown, title, words), "regions"))
    return tuple(panels)


def _figure(name: str, shown: list[Decomposed], title: str, words: Words) -> Figure:
    _ = words.translate
    rows = pd.DataFrame.from_records(
        [
            {"pollutant": "CO2", "region": words.name(part.region), "factor": _(factor), "change": float(value)}
            for part in shown
            for factor, value in zip(part.factors, part.effects.sum(axis=1), strict=True)
        ]
    )
    factors = shown[0].factors
    chart = change_bars(
        rows,
        category="factor",
        order=[_(factor) for factor in factors],
        colours=categories(len(factors)),
        title=title,
        subtitle=_("right of zero: more CO2; left: less"),
        axis=_("Mt a year"),
    )
    return Figure(name, chart, title, _("The parts of a bar add up to the change of CO2 (LMDI-I, no residual)."))


ANSWER = Entry(
    title="Why CO2 changed",
    question=DecomposeQuestion,
    make=decomposed,
    choices={"region": co2_places, "sector": co2_sectors, "account": yearly_accounts},
)
