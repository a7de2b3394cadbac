"""Keys by which players may divide a gain or a cost: people, income, emissions, what their pollution does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from airshed.assessment.chain.economy import products
from airshed.assessment.games.game import GameTable
from airshed.emissions.baseline import baseline_cube
from airshed.pack.arrays import Floats
from airshed.pack.economy import GDP
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

COUNTED = ("PM2.5", "SO2", "NOx", "NH3")
"""Pollutants of which the kilotonnes are added up for the keys of emissions."""
EQUAL, PER_HEAD, GDP_KEY = "equal", "per-head", "gdp"
EMISSIONS, HISTORIC, CONSUMPTION, POLLUTER, BENEFICIARY, ABILITY = (
    "emissions",
    "historic-emissions",
    "consumption",
    "polluter-pays",
    "beneficiary-pays",
    "ability-to-pay",
)
OF_GAIN = (EQUAL, PER_HEAD, GDP_KEY)
"""Keys that divide the gain; the others divide the joint cost, and everyone keeps its own benefit."""
OF_COST = (EMISSIONS, HISTORIC, CONSUMPTION, POLLUTER, BENEFICIARY, ABILITY)


class LeftOut(NamedTuple):
    """A key that could not be answered, and why."""

    key: str
    why: Phrase


def key_of(pack: Pack, table: GameTable, name: str, benefit: Floats) -> Floats:
    """Return a key, (player), in a unit of its own.

    benefit : (player), million USD/yr, of the move to the optimum. Raises MissingTableError where the
    pack does not hold it for a player, AirshedError for a key that is not known.
    """
    makers: dict[str, Callable[[], Floats]] = {
        EQUAL: lambda: np.ones(len(table.players)),
        PER_HEAD: lambda: people_of_players(table),
        GDP_KEY: lambda: income_of(pack, table),
        EMISSIONS: lambda: _emitted(pack, table, [table.held.chain.year]),
        HISTORIC: lambda: _emitted(pack, table, _until(pack)),
        CONSUMPTION: lambda: consumed(pack, table),
        POLLUTER: lambda: caused(table),
        BENEFICIARY: lambda: np.maximum(benefit, 0.0),
        ABILITY: lambda: income_of(pack, table) ** 2 / people_of_players(table),
    }
    if name not in makers:
        raise AirshedError("key-name-not-known-use-one", name=name, makers=", ".join(makers))
    return makers[name]()


def people_of_players(table: GameTable) -> Floats:
    """Return the people of every player, (player)."""
    people = table.held.chain.people
    return np.array([people.persons[np.isin(people.regions, part)].sum() for part in table.regions]) * table.part


def income_of(pack: Pack, table: GameTable) -> Floats:
    """Return the GDP of every player in the base year, million USD, by `economy.product_of`.

    Raises MissingTableError for a player whose GDP the pack does not hold.
    """
    try:
        found = products(pack, table.players)
    except MissingTableError:
        found = dict.fromkeys(table.players, float("nan"))
    lacking = [code for code, value in found.items() if not np.isfinite(value)]
    if lacking:
        raise MissingTableError(
            "economy",
            Phrase("detail-item-of-place-in-year", item=GDP, place=", ".join(lacking[:5]), year=pack.base_year),
        )
    return np.array([found[code] for code in table.players])


def caused(table: GameTable) -> Floats:
    """Return the damage that the emissions of every player do to all players, (player), million USD/yr, linear."""
    chain = table.held.chain
    given = chain.relation.contribution(chain.emissions()).sel(receptor=chain.people.regions)
    damage = given.transpose("region", "receptor").to_numpy() @ table.worth.sum(axis=0)
    order = [str(code) for code in given["region"].to_numpy()]
    return np.array([np.maximum(damage[np.isin(order, part)].sum(), 0.0) for part in table.regions]) * table.part


def consumed(pack: Pack, table: GameTable) -> Floats:
    """Return what players emit less what they emit for the consumption of others, and more what these emit for them.

    Of the pollutants of the table `consumption_transfers`, in the year of the game; what is emitted for others than
    players stays with who emits it, and a pair of which no transfer is known has none.
    returns : (player), kilotonnes. Raises MissingTableError for a player of which no transfer with another is known.
    """
    rows = pack.table("consumption_transfers")
    players = list(table.players)
    rows = rows[rows["region"].isin(players) & rows["consumer"].isin(players)]
    lacking = [code for code in players if code not in {*rows["region"], *rows["consumer"]}]
    if lacking:
        raise MissingTableError("consumption_transfers", Phrase("detail-rows-of-place", place=", ".join(lacking[:5])))
    moved = np.zeros(len(players))
    for row in rows.to_dict("records"):
        moved[players.index(row["region"])] -= row["value"]
        moved[players.index(row["consumer"])] += row["value"]
    own = _emitted(pack, table, [table.held.chain.year], tuple(dict.fromkeys(rows["pollutant"])))
    return np.maximum(own + moved, 0.0)


def _until(pack: Pack) -> list[int]:
    years = baseline_cube(pack)["year"].to_numpy().tolist()
    return [int(year) for year in years if year <= pack.base_year]


def _emitted(pack: Pack, table: GameTable, years: Sequence[int], pollutants: Sequence[str] = COUNTED) -> Floats:
    """Return the kilotonnes of some pollutants of every player in some years together, (player)."""
    of = table.held.chain.baseline if len(years) == 1 else baseline_cube(pack)
    value = of["value"].sel(year=list(years), pollutant=list(pollutants))
    total = value.sum([dim for dim in value.dims if dim != "region"])
    known = [str(code) for code in total["region"].to_numpy()]
    held = [[code for code in part if code in known] for part in table.regions]
    return np.array([float(total.sel(region=part).sum()) for part in held]) * table.part
