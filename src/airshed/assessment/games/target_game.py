"""The target game of a pack: what each player would pay for its own targets alone, and what joining saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain.cities import held_by, named_region, share_in
from airshed.assessment.chain.city_options import shares_of, with_cities
from airshed.assessment.games.game import regions_of
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan import MONEY
from airshed.assessment.plans.plan_inputs import PlanInputs, ground, problem_of
from airshed.cooperation.coalitions import name
from airshed.cooperation.core import blocking
from airshed.cooperation.nucleolus import nucleolus
from airshed.cooperation.shapley import shapley
from airshed.cooperation.target_game import TargetGame, target_game
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.highs import Progress, silent

SHAPLEY, NUCLEOLUS = "shapley", "nucleolus"


@dataclass(frozen=True)
class TargetAnswer:
    """The target game of players: the ground it stands on, and the game of their costs."""

    held: PlanInputs
    players: list[str]
    game: TargetGame


def targets_together(
    pack: Pack,
    players: Sequence[str],
    target: str,
    year: int,
    scenario: str = "baseline",
    case: Case = "middle",
    progress: Progress = silent,
) -> TargetAnswer:
    """Return the target game: every player has to bring its cities to a target, alone or with others.

    players : regions, nations, groups, or cities: one that is no region of its own has its own target, and its share of
    the measures of its region by people
    A target that its player cannot reach alone is lowered to what it reaches alone. Raises AirshedError for one player,
    overlapping ones, or players without cities that have a target.
    """
    held = ground(pack, Aims(target), year, scenario, case)
    players = [named_region(pack, code) for code in players]
    regions_of(pack, players, held.chain.relation.regions)
    receptor_owner = _owners(pack, players, held.receptors)
    if not (receptor_owner >= 0).any():
        raise AirshedError("no-player-city-measures-around")
    whole = problem_of(held)
    shares = shares_of(pack, players, whole, held.chain.relation.regions)
    problem = replace(with_cities(whole, shares), receptor_owner=receptor_owner)
    aims = np.where(receptor_owner >= 0, problem.target, np.nan)
    acting = shares.option_owner >= 0
    problem = replace(problem, target=aims, maximum=np.where(acting, problem.maximum, problem.current))
    return TargetAnswer(held, players, target_game(problem, progress))


def _owners(pack: Pack, players: Sequence[str], receptors: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return whose the targets of receptors are, (receptor), -1 for nobody: a city is its own, not its region's."""
    cities = {code: number for number, code in enumerate(players) if share_in(pack, code) < 1.0}
    owner = {
        region: number for number, code in enumerate(players) if code not in cities for region in held_by(pack, code)
    }
    homes = dict(zip(pack.optional("receptors")["code"], pack.optional("receptors")["region"], strict=True))
    found = [cities.get(code, owner.get(homes.get(code, code), -1)) for code in receptors]
    return np.array(found, dtype=np.int64)


def target_table(found: TargetAnswer) -> pd.DataFrame:
    """Return what each player pays alone and together.

    returns : columns key, player, cost_alone, cost_ground (of the joint plan on its ground), saving (its share of
        what joining saves, by the key), pays (cost alone less its saving), transfer (received if above 0: what is done
        on its ground less what it pays), excess and blocking (of the key), unit
    """
    game = found.game
    count = len(found.players)
    alone = game.cost[1 << np.arange(count)]
    on_ground = -game.net_together
    rows: list[dict[str, Any]] = []
    for key in (SHAPLEY, NUCLEOLUS):
        shares = shapley(game.saving) if key == SHAPLEY else nucleolus(game.saving).shares
        worst = blocking(game.saving, shares)
        for at, code in enumerate(found.players):
            pays = float(alone[at] - shares[at])
            rows.append(
                {
                    "key": key,
                    "player": code,
                    "cost_alone": float(alone[at]),
                    "cost_ground": float(on_ground[at]),
                    "saving": float(shares[at]),
                    "pays": pays,
                    "transfer": float(on_ground[at]) - pays,
                    "excess": max(float(worst.excess), 0.0),
                    "blocking": "" if worst.inside else name(worst.coalition, found.players),
                    "unit": MONEY,
                }
            )
    return pd.DataFrame.from_records(rows)


def lowered_table(found: TargetAnswer) -> pd.DataFrame:
    """Return the cities whose target was lowered to what their player reaches alone: receptor, target, counted."""
    game, held = found.game, found.held
    places = np.flatnonzero(game.lowered)
    return pd.DataFrame(
        {
            "receptor": [held.receptors[place] for place in places],
            "target": held.target[places],
            "counted": game.target[places],
            "unit": "ug/m3",
        }
    )
