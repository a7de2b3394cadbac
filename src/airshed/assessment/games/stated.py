"""Stated plans: what players have committed themselves to, and the cheapest measures that keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from airshed.assessment.chain.cities import named_region
from airshed.cooperation.options import PlayerOptions
from airshed.pack.arrays import Floats
from airshed.pack.bounds import SHOWN, YEAR, Bound, number
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.user_table import Pasted, user_rows
from airshed.strategy.highs import UndecidedError
from airshed.transport.relation import EMITTED

Source = Path | Pasted
COLUMNS = ("player", "pollutant", "change", "base_year", "target_year")
CHANGE = Bound(-100.0, 100.0)
WORDS: Mapping[str, tuple[str, ...]] = {
    "NOx emissions": ("NOx",),
    "SO2 emissions": ("SO2",),
    "SOx emissions": ("SO2",),
    "VOC emissions": ("NMVOC",),
    "NH3 emissions": ("NH3",),
    "PM2.5 emissions": ("PM2.5",),
    "emissions of precursor pollutants": ("SO2", "NOx"),
}
"""Indicators of targets that are emissions; precursors are not named there: SO2 and NOx, rule of this project."""
TIGHT = 10.0
"""Times the dearest measure that a kilotonne missing from a commitment costs in the search, so that none is missed."""


@dataclass(frozen=True)
class Pledge:
    """A commitment: emissions of a place change by so many percent to a target year, and stay there."""

    place: str
    pollutant: str
    change: float
    base_year: int
    target_year: int


@dataclass(frozen=True)
class Pledges:
    """The commitments of every player, (player), and the targets of the pack that emissions do not carry."""

    of: tuple[tuple[Pledge, ...], ...]
    left_out: tuple[str, ...] = ()


def pledges_of(
    pack: Pack, players: Sequence[str], regions: Sequence[Sequence[str]], commitments: Source | None = None
) -> Pledges:
    """Return what players have committed themselves to: emission targets of the pack, and the rows of a file.

    A target of a place counts for the player that is the place or holds all of it, or lies in it as a whole: each part
    then bears the same change in percent. A file's rows take the place of the pack's for the same player and pollutant.
    """
    given = [] if commitments is None else read_pledges(pack, commitments, players)
    stated, left = _stated(pack)
    found = []
    for code, mine in zip(players, regions, strict=True):
        own = [one for one in given if one.place == code]
        told = {one.pollutant for one in own}
        found.append((*own, *(one for one in stated if one.pollutant not in told and _binds(pack, one.place, mine))))
    return Pledges(tuple(found), tuple(left))


def _binds(pack: Pack, place: str, mine: Sequence[str]) -> bool:
    return set(mine) <= set(members(pack, place))


def _stated(pack: Pack) -> tuple[list[Pledge], list[str]]:
    """Return the targets of the pack on emissions, and what its other targets are about."""
    rows = pack.optional("targets")
    found, left = [], []
    for _, row in rows[rows["kind"] == "target"].iterrows() if len(rows) else ():
        word, value = str(row["indicator"]), float(row["value"])
        years = [str(row[name]) for name in ("base_year", "target_year")]
        plain = row["region"] and not row["sector"] and row["unit"] == "percent" and all(map(str.isdigit, years))
        if word in WORDS and plain and np.isfinite(value):
            base, due = map(int, years)
            found += [Pledge(str(row["region"]), pollutant, value, base, due) for pollutant in WORDS[word]]
        else:
            left.append(f"{row['region']}: {word}")
    return found, list(dict.fromkeys(left))


def read_pledges(pack: Pack, path: Source, players: Sequence[str]) -> list[Pledge]:
    """Return the commitments of a CSV with player, pollutant, change (percent, -10 or -10%), base_year, target_year.

    Raises AirshedError, with the line, for a player that is not at the table, a pollutant that the relation does not
    carry, a change outside -100 to 100, years in the wrong order, and a second row of one player and pollutant.
    """
    found: list[Pledge] = []
    for row in user_rows(path, COLUMNS):
        code = named_region(pack, row["player"])
        if code not in players:
            raise AirshedError("no-player-use-one", place=row.place, party=row["player"], players=", ".join(players))
        if row["pollutant"] not in EMITTED:
            raise AirshedError(
                "no-pollutant-relation", place=row.place, pollutant=row["pollutant"][:SHOWN], emitted=", ".join(EMITTED)
            )
        change = _percent(row["change"], row.place)
        base, due = (int(number(row[name], name, YEAR)) for name in ("base_year", "target_year"))
        if not base < due:
            raise AirshedError("years-do-not-follow-each", place=row.place, base=base, due=due)
        if any((one.place, one.pollutant) == (code, row["pollutant"]) for one in found):
            raise AirshedError("second-commitment", place=row.place, code=code, pollutant=row["pollutant"])
        found.append(Pledge(code, row["pollutant"], change, base, due))
    if not found:
        raise AirshedError("holds-no-commitment", path=path)
    return found


def _percent(word: str, place: str) -> float:
    try:
        value = number(word.removesuffix("%"), "change", CHANGE)
    except AirshedError:
        raise AirshedError("change-no-percentage", place=place, word=repr(word[:SHOWN])) from None
    if 0 < abs(value) < 1 and not word.endswith("%"):
        raise AirshedError("change-may-share-percentage", place=place, word=repr(word[:SHOWN]))
    return value


def needs(
    pledges: Pledges,
    regions: Sequence[Sequence[str]],
    part: Floats,
    emitted: xr.DataArray,
    year: int,
    pollutants: Sequence[str],
) -> Floats:
    """Return what players still have to remove to keep their commitments, (player, pollutant), kt/yr.

    emitted : (region, pollutant, year), kt/yr, current legislation; nothing is needed before a commitment is due, nor
    where current legislation keeps it
    """
    found = np.zeros((len(regions), len(pollutants)))
    values = emitted.transpose("region", "pollutant", "year").to_numpy()
    known = {str(code): place for place, code in enumerate(emitted["region"].to_numpy())}
    species = [str(code) for code in emitted["pollutant"].to_numpy()]
    years = [int(one) for one in emitted["year"].to_numpy()]
    for at, (mine, own) in enumerate(zip(regions, pledges.of, strict=True)):
        held = [known[code] for code in mine if code in known]
        for pledge in own:
            if pledge.target_year > year or pledge.base_year not in years or pledge.pollutant not in pollutants:
                continue
            then, now = (
                float(np.nansum(values[held, species.index(pledge.pollutant), years.index(one)])) * part[at]
                for one in (pledge.base_year, year)
            )
            column = list(pollutants).index(pledge.pollutant)
            found[at, column] = max(found[at, column], now - then * (1.0 + pledge.change / 100.0))
    return found


def least_cost_of(game: PlayerOptions, removal: Floats, needed: Floats) -> Floats:
    """Return the cheapest applications by which each player removes what it needs, or as much as it can, (option).

    removal : (option, pollutant), kt/yr at application 1; needed : (player, pollutant), kt/yr
    """
    found = np.zeros(len(game.cost))
    for player in np.flatnonzero((needed > 0).any(axis=1)).tolist():
        mine = np.flatnonzero(game.owner == player)
        if len(mine):
            found[mine] = _cheapest(game, mine, removal[mine], needed[player])
    return found


def _cheapest(game: PlayerOptions, mine: Any, removal: Floats, needed: Floats) -> Floats:
    """Return the applications of one player, (option of it): a linear programme with what is missed at a high price."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack, vstack

    columns = np.flatnonzero(needed > 0)
    cost = game.cost[mine]
    per = np.divide(
        cost, removal[:, columns].max(axis=1), out=np.zeros(len(mine)), where=removal[:, columns].max(axis=1) > 0
    )
    dear = TIGHT * max(float(per.max(initial=0.0)), 1.0)
    groups, place = np.unique(game.place[mine], return_inverse=True)
    inside = csr_matrix((np.ones(len(mine)), (place, np.arange(len(mine)))), shape=(len(groups), len(mine)))
    missed = csr_matrix((len(groups), len(columns)))
    keep = hstack([csr_matrix(-removal[:, columns].T), -csr_matrix(np.eye(len(columns)))])
    answer = linprog(
        np.r_[cost, np.full(len(columns), dear)],
        A_ub=vstack([hstack([inside, missed]), keep]),
        b_ub=np.r_[game.room[groups], -needed[columns]],
        bounds=[*((0.0, float(one)) for one in game.amount[mine]), *((0.0, None) for _ in columns)],
        method="highs",
    )
    if answer.x is None:
        raise UndecidedError(str(answer.message))
    applied = np.clip(answer.x[: len(mine)], 0.0, game.amount[mine])
    total = np.bincount(place, weights=applied, minlength=len(groups))
    over = np.maximum(total / np.maximum(game.room[groups], 1e-300), 1.0)
    return np.asarray(applied / over[place])
