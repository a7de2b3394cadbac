"""Deaths and damage by a tonne emitted more, by source and pollutant."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.largest import largest
from airshed.answers.chapters.single import MOST
from airshed.answers.common import OBSERVED_YEAR, places, year
from airshed.answers.words import Figure, Words
from airshed.assessment.lives.damage import FIELDS, NOTES, UNIT, damage_chain, damage_table
from airshed.charts.colours import colours, colours_of_nations
from airshed.charts.health import death_points
from airshed.pack.pack import Pack
from airshed.pack.spoken_numbers import MILLION, money
from airshed.transport.relation import EMITTED

WHOLE, TWO = fixed(0), fixed(2)


class DamageQuestion(Query):
    """Which sources and pollutants, and when."""

    region: tuple[str, ...] = Field(
        default=(), description="sources: regions, nations or groups; all regions if none", max_length=20
    )
    pollutant: tuple[str, ...] = Field(default=(), description="pollutants; all if none", max_length=20)
    year: int | None = year(OBSERVED_YEAR)


def emitted(pack: Pack) -> list[str]:
    """Return the pollutants that the relation moves."""
    return list(EMITTED)


def damage(ask: Ask, words: Words, question: DamageQuestion) -> Content:
    """Return deaths and damage by one tonne emitted more."""
    _, pack, asked = words.translate, ask.pack, question
    year = ask.year(asked.year)
    regions, pollutants = list(asked.region) or None, list(asked.pollutant) or None
    rows = ask.ask(("damage", asked), lambda: damage_table(pack, damage_chain(pack, year), regions, pollutants))
    money = dict.fromkeys(("value", "low", "high"), WHOLE)
    cells = {**dict.fromkeys(FIELDS, TWO), **money}
    title = _("Deaths and damage by a tonne emitted more, {year}").format(year=year)
    heads = {"value": UNIT}
    return Content(
        title=title,
        sheets=(
            Sheet(
                "damage",
                _("Damage by source and pollutant"),
                rows,
                ("region", "pollutant", *FIELDS, "note", "source"),
                heads,
                cells,
                NOTES,
                way=Way("damage", ("region", "pollutant"), year=year),
            ),
        ),
        panels=tuple(_damage_panels(rows, year, words)),
        equations=("marginal-deaths", "gemm", "value-of-life", "market-money", "per-emission"),
        sentences=(*_told(rows, year, words), _("deaths per kt emitted, market USD of 2015 per tonne")),
    )


def _told(rows: pd.DataFrame, year: int, words: Words) -> tuple[str, ...]:
    """Return where one tonne more of the first pollutant costs most."""
    first = rows[(rows["pollutant"] == rows["pollutant"].iloc[0]) & rows["value"].notna()] if len(rows) else rows
    if first.empty:
        return ()
    most = records(first.nlargest(1, "value"))[0]
    text = words.translate(
        "In {year} one tonne more of {pollutant} from {place} costs {value} in lives lost ({low} to {high})."
    )
    ends = {name: money(float(most[name]) / MILLION, words.language) for name in ("value", "low", "high")}
    return (text.format(year=year, pollutant=most["pollutant"], place=words.name(most["region"]), **ends),)


def _damage_panels(rows: pd.DataFrame, year: int, words: Words) -> list[Panel]:
    """Return the damage of the first pollutant by source, and of the source where it is highest by pollutant."""
    _ = words.translate
    subtitle = _("lines: likely range, 90 %, at the ends of response and elasticity")
    caption = _("Logarithmic axis; what is not above zero stands in the table only.")
    pollutant = str(rows["pollutant"].iloc[0])
    by_source = rows[rows["pollutant"] == pollutant].assign(
        label=lambda held: [words.name(code) for code in held["region"]]
    )
    region = str(by_source.nlargest(1, "value")["region"].iloc[0])
    by_pollutant = rows[rows["region"] == region].assign(label=lambda held: held["pollutant"])
    of_pollutant = _("Damage by a tonne of {pollutant}, by source, {year}")
    of_region = _("Damage by a tonne from {region}, by pollutant, {year}")
    shown = [
        ("sources", of_pollutant.format(pollutant=pollutant, year=year), by_source),
        ("pollutants", of_region.format(region=words.name(region), year=year), by_pollutant),
    ]
    panels = []
    for name, title, held in shown:
        known = held[(held["value"] > 0) & (held["low"] > 0)]
        known = largest(words.pack, known, "region", MOST) if name == "sources" else known.nlargest(MOST, "value")
        shades = colours_of_nations(words.pack, list(known["region"]))
        shades = shades if name == "sources" else colours(words.pack, list(known["pollutant"]))
        known = known.assign(region=known["label"])[["region", "value", "low", "high"]]
        if len(known) > 1:
            chart = death_points(
                known, title=title, subtitle=subtitle, axis=_("market USD of 2015 per tonne"), colours=shades
            )
            panels.append(Panel(Figure(name, chart, title, caption), "damage"))
    return panels


ANSWER = Entry(
    title="Damage per tonne",
    question=DamageQuestion,
    make=damage,
    choices={"region": places, "pollutant": emitted},
)
