"""What is said of the players of a game: values and relations that are missing or borrowed, shares of cities, plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.assessment.chain.cities import city_of
from airshed.assessment.games.deal import spent
from airshed.assessment.games.game import GameTable, stated_choice, together
from airshed.assessment.games.names import point_names
from airshed.assessment.plans.caveats import SAID_FROM, far_apart
from airshed.assessment.plans.neighbours import beyond_neighbours
from airshed.pack.arrays import Floats
from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import money, money_range

HALF = 0.5
"""Share of the samples below which a gain is more likely a loss."""


@dataclass(frozen=True)
class PlayerFacts:
    """What is not as it should be with the players of a game.

    unvalued : without a value of life or mortality; borrowed : whose relation is that of a block; beyond : regions of
    theirs whose tonne of NH3 does so many times the damage of one in its neighbours
    commitments : stated by plans; asked : million USD a year that these ask beyond current policy, None for nothing
    wide : players of whom a part of the joint plan that counts rests on prices that are hardly known, and between what
    million USD a year
    """

    players: tuple[str, ...]
    unvalued: tuple[str, ...] = ()
    borrowed: tuple[str, ...] = ()
    beyond: tuple[tuple[str, float], ...] = ()
    commitments: int = 0
    asked: float | None = None
    wide: tuple[tuple[str, float, float], ...] = ()


def player_facts(table: GameTable) -> PlayerFacts:
    """Return what must be said of the players of a game."""
    players = {code: table.players[at] for at, part in enumerate(table.regions) for code in part}
    beyond = [(one.region, one.times) for one in beyond_neighbours(table.held)]
    number, asked = sum(len(own) for own in table.pledges.of), None
    if number:
        chosen = stated_choice(table)
        asked = float(table.game.cost @ chosen) if np.any(chosen > 0) else None
    return PlayerFacts(
        tuple(table.players),
        tuple(table.unvalued),
        tuple(table.borrowed),
        tuple((region, times) for region, times in beyond if players.get(region) in table.borrowed),
        number,
        asked,
        _wide(table),
    )


def player_sentences(
    pack: Pack, facts: PlayerFacts, translate: Translate, name: Callable[[str], str], language: str = "en"
) -> list[str]:
    """Return what is not as it should be with the players of a game, one sentence each; name : of a code."""
    found = []
    if facts.unvalued:
        said = translate("without a value of life or mortality, so that their benefits count nothing: {who}")
        found.append(said.format(who=", ".join(map(name, facts.unvalued))))
    if facts.borrowed:
        said = translate(
            "their relation is borrowed from a block that they share with another nation, so that what they give and "
            "get is indicative: {who}"
        )
        found.append(said.format(who=", ".join(map(name, facts.borrowed))))
    said = translate(
        "a tonne of NH3 in {region} does {times} times the damage of one in its neighbours: by a relation that no "
        "study confirms"
    )
    found += [said.format(region=name(region), times=f"{times:.1f}") for region, times in facts.beyond]
    said = translate(
        "in the joint plan {range} a year of what {who} pays, and so its gain, rest on measures whose lowest and "
        "highest price lie more than a thousand times apart"
    )
    found += [said.format(who=name(code), range=money_range(low, high, language)) for code, low, high in facts.wide]
    return [*found, *city_sentences(pack, facts.players, translate, name), *_stated(facts, translate, language)]


def _wide(table: GameTable) -> tuple[tuple[str, float, float], ...]:
    low, high = (spent_far_apart(table, end) for end in (0, 2))
    whole = spent(table, together(table), 2)
    return tuple(
        (code, float(low[at]), float(high[at]))
        for at, code in enumerate(table.players)
        if high[at] > 0 and high[at] >= SAID_FROM * whole[at]
    )


def spent_far_apart(table: GameTable, end: int) -> Floats:
    """Return what players spend in the joint plan on measures whose prices are hardly known, (player), million USD/yr.

    end : 0, 1, 2 for the low, central and high price
    """
    wide = far_apart(table.held.options)[table.used]
    return spent(table, np.where(wide, together(table), 0.0), end)


def doubtful_sentences(shares: pd.DataFrame, translate: Translate, name: Callable[[str], str]) -> list[str]:
    """Return who stays by the central numbers, yet gains in less than half of the samples, by disagreement point.

    shares : of `cooperate.shares_table`; name : of a code
    """
    said = translate("{point}: stay by the central numbers, yet gain in less than half of the samples: {who}")
    points, found = point_names(translate), []
    doubtful = shares[(shares["stays"] == "yes") & (shares["probability"] < HALF)] if len(shares) else shares
    for point, rows in doubtful.groupby("disagreement", sort=False) if len(doubtful) else ():
        who = ", ".join(name(str(code)) for code in dict.fromkeys(rows["player"]))
        found.append(said.format(point=points[str(point)], who=who))
    return found


def city_sentences(pack: Pack, codes: Iterable[str], translate: Translate, name: Callable[[str], str]) -> list[str]:
    """Return which share of their region those have that are cities and no region of their own, one sentence each."""
    found = []
    for code in codes:
        city = city_of(pack, code)
        if city is not None:
            said = translate(
                "{city} has {share} of the people of {region}, and by them of its emissions and measures ({low} to "
                "{high}, as regions that are a city have a head)"
            )
            ends = {"share": city.share, "low": city.emitted_low, "high": city.emitted_high}
            shares = {key: percent(value) for key, value in ends.items()}
            found.append(said.format(city=name(code), region=name(city.region), **shares))
    return found


def _stated(facts: PlayerFacts, translate: Translate, language: str) -> list[str]:
    """Return what stated plans ask beyond current legislation."""
    if not facts.commitments:
        return []
    if facts.asked is not None:
        said = translate("stated plans: {number} commitments, which ask {cost} a year beyond current policy")
        return [said.format(number=facts.commitments, cost=money(facts.asked, language))]
    said = translate("stated plans: {number} commitments, which current policy keeps: it is the same point")
    return [said.format(number=facts.commitments)]
