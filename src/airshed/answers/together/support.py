"""Which grants avoid most deaths per dollar, and what a budget should go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain, records, small_money
from airshed.answers.common import LATEST_YEAR, refuse_files, scenario_names, seats, solved, year
from airshed.answers.game_words import members_named
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.games.player_words import city_sentences
from airshed.assessment.members.founders import poorest
from airshed.assessment.members.schedule import PRICED
from airshed.assessment.members.support import NOTES, support_table
from airshed.assessment.members.support import support as grants_of
from airshed.charts.members import grant_points
from airshed.pack.bounds import MONEY, POWER
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, money

NUMBERS = ("deaths_avoided", "deaths_low", "deaths_high")
LISTED = 20
"""Grants of the chart."""


class SupportQuestion(Query):
    """Grants to whom, from what budget, with which weight of a life."""

    members: tuple[str, ...] = Field(
        default=(),
        description="members: nations, regions, groups or cities; the two nations of lowest income if none",
        max_length=20,
    )
    budget: float = Field(default=50e6, ge=0, le=MONEY.most, description="budget, USD a year; 0: all that helps")
    equity: float = Field(
        default=0.0,
        ge=0,
        le=POWER.most,
        description="weight of a life: (reference income / income) to this power; 0: equal",
    )
    year: int | None = year(LATEST_YEAR)
    whole: tuple[str, ...] = Field(
        default=(), description="measures that are paid for fully or not at all", max_length=5
    )
    scenario: str = Field(default="baseline", description="emissions to start from", max_length=500)
    case: Literal["low", "middle", "high"] = Field(
        default="middle", description="how much of what is unknown can still be applied"
    )
    lives: Literal["all", "own"] = Field(default="all", description="rank by all lives, or by the member's own")


def support(ask: Ask, words: Words, question: SupportQuestion) -> Content:
    """Return the grants to members by deaths avoided per dollar, and what a budget buys."""
    _, pack, asked = words.translate, ask.pack, question
    refuse_files(ask, asked.scenario)
    members = list(asked.members) or poorest(pack)
    wanted = latest_year(pack) if asked.year is None else asked.year
    money = asked.budget or None

    def make() -> tuple[dict[str, float], pd.DataFrame]:
        found = grants_of(
            pack, members, money, asked.equity, wanted, asked.scenario, asked.case, asked.whole, asked.lives
        )
        sums = {"cost": found.spent, "deaths": found.avoided, "own": found.avoided_own}
        return sums, support_table(pack, found)

    sums, rows = ask.ask(("support", asked, tuple(members), wanted), lambda: solved(make))
    figure = _grants(rows, words)
    return Content(
        title=_("Grants to {members}").format(members=words.listed(words.name(code) for code in members)),
        sheets=(_grant_sheet(rows, words),),
        panels=(Panel(figure, "support"),) if figure else (),
        equations=("equity-weight", "marginal-deaths", "annual-cost", "attributable-deaths"),
        sentences=(
            grants_sentence(rows, sums, members, wanted, words),
            *_best(rows, words),
            *city_sentences(pack, members, _, words.name),
        ),
        cards=_cards(rows, sums, wanted, words),
        held={"members": tuple(members)},
    )


def grants_sentence(
    rows: pd.DataFrame, sums: Mapping[str, float], members: Sequence[str], year: int, words: Words
) -> str:
    """Return what grants cost, the early deaths that they avoid with their interval, and whose these are.

    rows : of `support.support_table`; sums : cost (million USD a year), deaths and own (a year) of what is bought
    """
    _, language = words.translate, words.language
    low, high = interval_of(rows, sums["deaths"])
    said = _(
        "Grants of {cost} a year to {members} avoid {deaths} early deaths a year in {year} ({low} to {high}), {own} of "
        "them among their own people."
    )
    return said.format(
        cost=money(sums["cost"], language),
        members=members_named(members, words),
        deaths=count(sums["deaths"], language),
        year=year,
        low=count(low, language),
        high=count(high, language),
        own=count(sums["own"], language),
    )


def interval_of(rows: pd.DataFrame, deaths: float) -> tuple[float, float]:
    """Return between what the deaths that are avoided lie: by the intervals of the grants that are bought."""
    bought = rows[(rows["chosen"] > PRICED) & rows["deaths_low"].notna()]
    part = bought["chosen"].to_numpy(dtype=np.float64)
    sums = [float(bought[name].to_numpy(dtype=np.float64) @ part) for name in NUMBERS]
    return (deaths, deaths) if sums[0] <= 0 else (deaths * sums[1] / sums[0], deaths * sums[2] / sums[0])


def _cards(rows: pd.DataFrame, sums: Mapping[str, float], year: int, words: Words) -> tuple[Card, ...]:
    """Return what grants cost and avoid, and what a million dollars does in the best."""
    _, language = words.translate, words.language
    low, high = (count(value, language) for value in interval_of(rows, sums["deaths"]))
    found = [
        Card(
            count(sums["deaths"], language),
            _("early deaths avoided a year"),
            _("{year}; {low} to {high}").format(year=year, low=low, high=high),
        ),
        Card(money(sums["cost"], language), _("granted, a year"), str(year)),
    ]
    best = [row["deaths_per_million_usd"] for row in records(rows[rows["rank"] == 1])][:1]
    label = _("early deaths avoided a year by a million USD in the best grant")
    return (*found, *(Card(count(value, language), label, str(year)) for value in best))


def _best(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what the best grant does, and what the answer cannot rank."""
    _ = words.translate
    said = []
    for row in records(rows[rows["rank"] == 1]):
        text = _("the best grant: {measure} in {place}, {deaths} early deaths avoided a year by a million USD a year")
        deaths = count(row["deaths_per_million_usd"], words.language)
        said.append(text.format(measure=words.measure(row["measure"]), place=words.name(row["region"]), deaths=deaths))
    unranked = int(rows["rank"].isna().sum())
    text = _("{count} grants cannot be ranked, because no cost or no effect of theirs is published")
    return [*said, text.format(count=unranked)] if unranked else said


def _grant_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    columns = ["rank", "member", "kind", "region", "measure", "cost", "deaths_avoided", "deaths_low", "deaths_high"]
    columns += ["deaths_own", "deaths_abroad", "deaths_per_million_usd", "weighted", "chosen", "cumulative_cost"]
    return Sheet(
        "support",
        _("Grants, the most deaths avoided per dollar first; million USD of 2015 a year, deaths a year"),
        rows,
        (*columns, "note", "source"),
        cells={
            "region": lambda code: words.name(code) if code else "",
            "cost": small_money,
            "cumulative_cost": fixed(2),
            **dict.fromkeys(("deaths_avoided", "deaths_own", "deaths_abroad", "deaths_low", "deaths_high"), fixed(0)),
            **dict.fromkeys(("deaths_per_million_usd", "weighted"), plain),
            "chosen": percent,
        },
        notes=NOTES,
        spare=(
            "weighted",
            "deaths_abroad",
            "cumulative_cost",
            "region",
            "kind",
            "deaths_own",
            "deaths_low",
            "deaths_high",
        ),
    )


def _grants(rows: pd.DataFrame, words: Words) -> Figure | None:
    """Return what a million dollars does in the best grants, and how much of them is bought; None without any."""
    _ = words.translate
    ranked = rows[rows["rank"].notna() & (rows["deaths_per_million_usd"] > 0)].head(LISTED)
    if ranked.empty:
        return None
    names = (_("bought in full"), _("bought in part"), _("not bought"))
    shares = ranked["chosen"].to_numpy(dtype=np.float64)
    bought = np.select([shares > 1 - PRICED, shares > PRICED], [0, 1], 2)
    labels = [
        f"{rank}. {words.short(place)}, {words.measure(measure)}"
        for rank, place, measure in zip(ranked["rank"], ranked["region"], ranked["measure"], strict=True)
    ]
    title = _("What a million dollars does in each grant")
    chart = grant_points(
        pd.DataFrame(
            {
                "label": labels,
                "value": ranked["deaths_per_million_usd"].to_numpy(dtype=np.float64),
                "series": [names[place] for place in bought],
            }
        ),
        series=names,
        title=title,
        subtitle=_(
            "deaths avoided a year per million USD a year, in the order of the weighted lives; logarithmic axis"
        ),
        axis=_("deaths a year per million USD a year"),
    )
    return Figure("grants", chart, title, _("Of a group of measures that exclude each other, one alone is bought."))


ANSWER = Entry(
    title="Grants to members",
    question=SupportQuestion,
    make=support,
    choices={"members": seats, "scenario": scenario_names},
)
