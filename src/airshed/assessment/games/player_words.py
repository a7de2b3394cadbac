"""What is said of the players of a game: values and relations that are missing or borrowed, shares of cities, plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from airshed.assessment.chain.cities import city_of
from airshed.assessment.games.deal import spent
from airshed.assessment.games.game import Floats, Table, stated_choice, together
from airshed.assessment.games.names import point_names
from airshed.assessment.plans.caveats import SAID_FROM, far_apart
from airshed.assessment.plans.neighbours import beyond_neighbours
from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

HALF = 0.5
"""Share of the samples below which a gain is more likely a loss."""


def player_sentences(pack: Pack, table: Table, translate: Translate, name: Callable[[str], str]) -> list[str]:
    """Return what is not as it should be with the players of a game, one sentence each; name : of a code."""
    found = []
    if table.unvalued:
        said = translate("without a value of life or mortality, so that their benefits count nothing: {who}")
        found.append(said.format(who=", ".join(map(name, table.unvalued))))
    if table.borrowed:
        said = translate(
            "their relation is borrowed from a block that they share with another nation, so that what they give and "
            "get is indicative: {who}"
        )
        found.append(said.format(who=", ".join(map(name, table.borrowed))))
    players = {code: at for at, part in enumerate(table.regions) for code in part}
    said = translate(
        "a tonne of NH3 in {region} does {times} times the damage of one in its neighbours: by a relation that no "
        "study confirms"
    )
    for one in beyond_neighbours(table.held):
        if one.region in players and table.players[players[one.region]] in table.borrowed:
            found.append(said.format(region=name(one.region), times=f"{one.times:.1f}"))
    found += _wide(table, translate, name)
    return [*found, *city_sentences(pack, table.players, translate, name), *_stated(table, translate)]


def _wide(table: Table, translate: Translate, name: Callable[[str], str]) -> list[str]:
    """Return for whom a part of the joint plan that counts rests on prices that are hardly known, and between what."""
    low, high = (spent_far_apart(table, end) for end in (0, 2))
    whole = spent(table, together(table), 2)
    said = translate(
        "in the joint plan {low} to {high} million USD a year of what {who} pays, and so its gain, rest on measures "
        "whose lowest and highest price lie more than a thousand times apart"
    )
    return [
        said.format(who=name(code), low=f"{low[at]:,.3g}", high=f"{high[at]:,.0f}")
        for at, code in enumerate(table.players)
        if high[at] > 0 and high[at] >= SAID_FROM * whole[at]
    ]


def spent_far_apart(table: Table, end: int) -> Floats:
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


def _stated(table: Table, translate: Translate) -> list[str]:
    """Return what stated plans ask beyond current legislation."""
    number = sum(len(own) for own in table.pledges.of)
    if not number:
        return []
    asked = stated_choice(table)
    if np.any(asked > 0):
        spent = float(table.game.cost @ asked)
        said = translate(
            "stated plans: {number} commitments, which ask {cost} million USD a year beyond current policy"
        )
        return [said.format(number=number, cost=f"{spent:,.0f}")]
    said = translate("stated plans: {number} commitments, which current policy keeps: it is the same point")
    return [said.format(number=number)]
