"""Which sectors and measures serve air and CO2 together, and where a cut of CO2 also avoids most deaths."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.maps import Subject, tile_figure, tiles
from airshed.answers.common import measure_names, year
from airshed.answers.transition._accounts import ONE, amounts, co2_places, co2_sectors
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.chain import Chain
from airshed.assessment.lives.damage import Damage, damage, damage_chain
from airshed.assessment.transition.accounts import TOTAL
from airshed.assessment.transition.together import (
    NOTES,
    SERVES,
    UNKNOWN,
    account_years,
    known_places,
    measure_table,
    together_table,
)
from airshed.charts.evidence import comparison_points
from airshed.pack.codes import children
from airshed.pack.errors import MissingTableError
from airshed.pack.spoken_numbers import count, plain

WHOLE = fixed(0)
MOST = 20
"""Places of a chart where no map can be drawn."""
SHOWN = ("region", "sector", "co2", "deaths", "deaths_low", "deaths_high", "value", "low", "high")
MORE = ("co2_share_percent", "deaths_share_percent", "serves", "account", "note", "source")


class TogetherQuestion(Query):
    """Where, in which sectors, and when."""

    region: tuple[str, ...] = Field(
        default=(), description="nations, regions or groups; all with CO2 by sector if none", max_length=20
    )
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    year: int | None = year("year; the newest with CO2 of most places if empty")


def together(ask: Ask, words: Words, question: TogetherQuestion) -> Content:
    """Return deaths and CO2 of sectors by place, and what is known of the CO2 of measures."""
    _, pack, asked = words.translate, ask.pack, question
    when = usual_year(ask) if asked.year is None else asked.year

    def made() -> tuple[Chain, Damage]:
        chain = damage_chain(pack, when)
        return chain, damage(pack, chain)

    def make() -> pd.DataFrame:
        return together_table(pack, *ask.ask(("damage by source", when), made), asked.region, asked.sector)

    rows = ask.ask(("together", asked, when), make)
    measures = ask.ask(("co2 of measures", asked.sector), lambda: measure_table(pack, asked.sector))
    cells = {
        **amounts(words),
        **dict.fromkeys(("deaths", "deaths_low", "deaths_high", "low", "high"), WHOLE),
        **dict.fromkeys(("co2", "value", "co2_share_percent", "deaths_share_percent"), ONE),
        "serves": _,
    }
    heads = {"co2": _("CO2, Mt"), "deaths": _("deaths that go with it"), "value": _("deaths per Mt of CO2")}
    heads |= {"co2_share_percent": _("share of CO2, %"), "deaths_share_percent": _("share of deaths, %")}
    spare = ("deaths_low", "deaths_high", "low", "high", "account")
    of_measures = {
        **dict.fromkeys(("co2_efficiency", "low", "high"), fixed(2)),
        "serves": _,
        "measure": measure_names(words),
    }
    title = _("Air and CO2 together, {year}").format(year=when)
    sheets = (
        Sheet(
            "together",
            _("Deaths and CO2 by sector"),
            rows,
            (*SHOWN, *MORE),
            heads,
            cells,
            NOTES,
            spare=spare,
            brief=_brief,
        ),
        Sheet("measures", _("CO2 of measures, where it is known"), measures, cells=of_measures, brief=_known),
    )
    return Content(
        title=title,
        sheets=sheets,
        panels=(Panel(_figure(ask, rows, when, words), "together"),),
        equations=("co-benefit", "marginal-deaths"),
        sentences=tuple(_told(rows, measures, when, words)),
        cards=_cards(rows, measures, when, words),
        held={"year": (str(when),)},
    )


def usual_year(ask: Ask) -> int:
    """Return the newest of the years in which most places have CO2 by sector.

    Raises MissingTableError for a pack without such an account.
    """

    def make() -> int:
        return max(account_years(ask.pack), key=lambda each: (len(known_places(ask.pack, each)), each), default=0)

    found = ask.ask("newest year of accounts", make)
    if not found:
        raise MissingTableError("co2_accounts")
    return found


def _brief(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of places where there are many, with all sectors of a few."""
    return rows if rows["region"].nunique() <= len(SERVES) else rows[rows["sector"] == TOTAL]


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the measures whose CO2 is known; all where it is of none."""
    held = rows[rows["serves"] != UNKNOWN]
    return held if len(held) else rows


def _told(rows: pd.DataFrame, measures: pd.DataFrame, when: int, words: Words) -> list[str]:
    _ = words.translate
    said = []
    whole = rows[(rows["sector"] == TOTAL) & rows["value"].notna()]
    if len(whole):
        most, least = whole.nlargest(1, "value").iloc[0], whole.nsmallest(1, "value").iloc[0]
        text = _(
            "In {year} a cut of a million tonnes of CO2 in {most}, of whole sectors, would also avoid about {value} "
            "deaths from air pollution (likely range {low} to {high}), in {least} about {small}."
        )
        one = _(
            "In {year} a cut of a million tonnes of CO2 in {most}, of whole sectors, would also avoid about {value} "
            "deaths from air pollution (likely range {low} to {high})."
        )
        held = {name: count(float(most[name]), words.language, 2) for name in ("value", "low", "high")}
        held |= {"year": str(when), "most": words.name(str(most["region"]))}
        said.append(
            one.format(**held)
            if len(whole) < 2
            else text.format(least=words.name(str(least["region"])), small=plain(float(least["value"]), 2), **held)
        )
    parts = rows[rows["sector"] != TOTAL]
    both = parts[parts["serves"] == SERVES[0]]
    if len(both):
        often = both["sector"].value_counts()
        places = rows["region"].nunique()
        text = _("Sectors that matter to both (10 % of deaths and of CO2 at least): {sectors}.")
        of = _("{sector} in {count} of {places} places")
        named = (
            of.format(sector=words.name(str(code)), count=int(number), places=places) for code, number in often.items()
        )
        said.append(text.format(sectors=words.listed(named)))
    known = int((measures["serves"] != UNKNOWN).sum()) if len(measures) else 0
    text = _("Of {all} measures the CO2 of {known} is known; of the others it is unknown, and nothing is assumed.")
    said.append(text.format(all=len(measures), known=known))
    return said


def _cards(rows: pd.DataFrame, measures: pd.DataFrame, when: int, words: Words) -> tuple[Card, ...]:
    _ = words.translate
    whole = rows[(rows["sector"] == TOTAL) & rows["value"].notna()]
    found = []
    if len(whole):
        most = whole.nlargest(1, "value").iloc[0]
        value = count(float(most["value"]), words.language, 2)
        found.append(Card(value, _("deaths per Mt of CO2, the most"), f"{words.name(str(most['region']))}, {when}"))
    if len(measures):
        known = int((measures["serves"] != UNKNOWN).sum())
        found.append(Card(f"{known} / {len(measures)}", _("measures whose CO2 is known"), ""))
    return tuple(found)


def _figure(ask: Ask, rows: pd.DataFrame, when: int, words: Words) -> Figure:
    """Return the map of deaths per tonne of CO2; points where one place or none has a tile."""
    _ = words.translate
    whole = rows[(rows["sector"] == TOTAL) & rows["value"].notna()].set_index("region")["value"]
    title = _("Deaths avoided with a million tonnes of CO2, {year}").format(year=when)
    caption = _("A nation without accounts of its regions has one number on all of them.")
    parts = children(ask.pack)
    spread = {one: value for code, value in whole.items() for one in parts.get(str(code), [str(code)])}
    held = set(tiles(words)["code"]) & set(spread)
    if len(held) > 1:
        subtitle = _("a sector is cut as a whole; by people everywhere")
        subject = Subject(title, subtitle, caption, _("deaths per Mt of CO2"), 0)
        return tile_figure(pd.Series(spread, dtype=float), subject, words, "together")
    shown = rows[rows["value"].notna()].nlargest(MOST, "value")
    named = zip(shown["sector"], shown["region"], strict=True)
    labels = [f"{words.name(str(sector))}, {words.name(str(code))}" for sector, code in named]
    series = _("deaths per Mt of CO2")
    spans = pd.DataFrame({"label": labels, "low": list(shown["low"]), "high": list(shown["high"])})
    points = pd.DataFrame({"label": labels, "series": series, "value": list(shown["value"])})
    chart = comparison_points(
        spans,
        points,
        labels=labels,
        series=[series],
        title=title,
        subtitle=_("lines: likely range, 90 %"),
        axis=series,
    )
    return Figure("together", chart, title, caption)


ANSWER = Entry(
    title="Air and CO2 together",
    question=TogetherQuestion,
    make=together,
    choices={"region": co2_places, "sector": co2_sectors},
)
