"""The target game: what it costs a coalition to bring its members to their targets, and what joining saves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import check_players, grand, members, name, sums, tolerance
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step
from airshed.strategy.highs import Progress, silent
from airshed.strategy.plan import MET, Plan
from airshed.strategy.problem import Problem
from airshed.strategy.solve import Solver

JOINT = ("budget", "co2_ceiling", "exposure_target")


class TargetCosts:
    """The least cost of coalitions, from one model whose bounds change: each solve starts from the last solution.

    problem : with region_owner and receptor_owner, the players, numbered from 0; -1 is nobody's
    target : (receptor), ug/m3, as they count in the game; lowered : (receptor), where that is more than was asked,
        because the member cannot reach it alone
    regions, receptors : (region), (receptor), the owner
    alone : the plan of every player by itself, outsiders at their current applications
    Raises AirshedError without owners, with caps on all players together, or if a group lies with several.
    """

    def __init__(self, problem: Problem, progress: Progress = silent) -> None:
        if problem.region_owner is None or problem.receptor_owner is None:
            raise AirshedError("target-game-needs-region-owner")
        self.problem = problem
        self.regions, self.receptors = problem.region_owner, problem.receptor_owner
        self.players = 1 + int(max(self.regions.max(initial=-1), self.receptors.max(initial=-1)))
        if self.players < 2:
            raise AirshedError("game-needs-two-players-more", players=self.players)
        shared = [field for field in JOINT if getattr(problem, field) is not None]
        if shared:
            raise AirshedError("binds-all-players-together", shared=", ".join(shared))
        _check_ground(problem, self.regions[problem.region])
        self._solver = Solver(problem)
        self.target = problem.target.copy()
        self.lowered: Bools = np.zeros(len(self.target), bool)
        self.alone = [self._alone(player) for player in range(self.players)]
        progress(f"{self.players} players alone")

    def plan(self, coalition: int) -> Plan:
        """Return the cheapest plan of a coalition for its members' targets, outsiders at their current applications.

        Only with negative effects can members' own plans keep each other from a target; the plan nearest to it is
        returned then, and its relaxation is above 0.
        """
        inside = members(coalition)
        self._solver.only(np.isin(self.regions, inside))
        return self._solver.solve(np.where(np.isin(self.receptors, inside), self.target, np.nan))

    def saving(self, joined: Bools) -> Floats:
        """Return what coalitions (coalition, player) save, (coalition), million USD/yr: for sampled_shapley."""
        single = np.array([plan.cost for plan in self.alone])
        total = [self.plan(sum(1 << int(player) for player in np.flatnonzero(row))).cost for row in joined]
        return np.asarray(joined @ single - np.array(total))

    def _alone(self, player: int) -> Plan:
        plan = self.plan(1 << player)
        missed = plan.relaxation > 0
        if not missed.any():
            return plan
        self.lowered |= missed
        self.target = np.where(missed, plan.reached + MET, self.target)
        return self.plan(1 << player)


@dataclass(frozen=True)
class TargetGame:
    """The target game of all coalitions.

    cost : (coalition), million USD/yr; saving : (coalition), of the members alone less together: the worth
    missed : (coalition), ug/m3, sum by which members' targets are missed; 0 but with negative effects
    target : (receptor), ug/m3, as they count; lowered : (receptor), where that is more than was asked
    together : the plan of all players; net_alone, net_together : (player), million USD/yr, less the cost on its ground
    """

    cost: Floats
    saving: Floats
    missed: Floats
    target: Floats
    lowered: Bools
    together: Plan
    net_alone: Floats
    net_together: Floats


@equation(
    key="target-game",
    title="Cost and saving of a coalition in the target game",
    latex=r"c(S) = \min_x \sum_{m \in S} c_m (x_m - x_m^0)\ \text{s.t.}\ C(c; x) \le T(c)\ \forall\, c \in S,\quad "
    r"v(S) = \sum_{i \in S} c(\{i\}) - c(S)",
    units="million USD/yr",
    citation="saving game of a joint cost: Young 1985 (ed.), Cost Allocation: Methods, Principles, Applications, "
    "North-Holland",
)
def target_game(problem: Problem, progress: Progress = silent) -> TargetGame:
    """Return cost and saving of every coalition of the owners of regions and receptors.

    progress : is told how many coalitions are done. Raises AirshedError as TargetCosts does, or for more players than
    can be counted: take sampled_shapley of TargetCosts.saving then.
    """
    costs = TargetCosts(problem, progress)
    check_players(costs.players)
    count = 1 << costs.players
    cost, missed = np.zeros(count), np.zeros(count)
    coalition, every = 0, grand(costs.players)
    for number in range(1, count):
        step("coalitions", number, count)
        coalition ^= number & -number
        if coalition & (coalition - 1):
            plan = costs.plan(coalition)
            missed[coalition] = plan.relaxation.sum()
        else:
            plan = costs.alone[coalition.bit_length() - 1]
        cost[coalition] = plan.cost
        if number % 100 == 0:
            progress(f"coalition {number}/{count - 1}, {name(coalition)}")
    single = cost[1 << np.arange(costs.players)]
    saving = sums(single) - cost
    # Costs are known to the tolerance of the solver: a smaller saving is none, and must not divide anybody.
    saving[np.abs(saving) <= tolerance(cost)] = 0.0
    together = costs.plan(every)
    paid = np.zeros(costs.players + 1)
    np.add.at(paid, costs.regions, together.region_cost)
    return TargetGame(cost, saving, missed, costs.target, costs.lowered, together, 0.0 - single, 0.0 - paid[:-1])


def _check_ground(problem: Problem, mine: Ints) -> None:
    """Raise AirshedError for a group or limit whose options lie with several players."""
    ids, place, _ = problem.groups
    first = np.unique(place, return_index=True)[1]
    shared = mine != mine[first][place]
    if shared.any():
        raise AirshedError("options-group-lie-several-players", group=ids[place[int(np.argmax(shared))]])
    for number, row in enumerate(np.zeros((0, len(mine))) if problem.limit is None else problem.limit):
        if len(np.unique(mine[row != 0])) > 1:
            raise AirshedError("binds-several-players-together", limit=problem.label("limit", number))
