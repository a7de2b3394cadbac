"""What coalitions are worth where benefits are curved: what a measure is worth depends on what else is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from airshed.cooperation.coalitions import check_players, grand, membership, sizes
from airshed.cooperation.options import Payoff, PlayerOptions, checked_application
from airshed.cooperation.worth import Outcomes
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step

MOST_CURVED = 12
"""Players beyond which the plans of all coalitions take many minutes to find."""
AT_ONCE = 64
"""Plans whose benefits are worked out in one call."""
ROUNDS = 100
"""Straight lines drawn at most from one start, and turns that players take at most."""
BETTER = 1e-12
"""Share of benefits and costs by which a plan must be worth more than another to count as better."""
SAME = 1e-9
"""Share of benefits and costs within which two plans count as worth the same."""
GRADES = (0.125, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Factors on the first straight line: each makes a plan that does less or more, of which the best is a start."""
BETWEEN = (0.25, 0.5, 0.75)
"""Where between two plans from different starts further straight lines are drawn."""


class Curve(Protocol):
    """Benefits that depend on all applications together."""

    def benefit(self, application: Floats) -> Floats:
        """Return the benefit of applications (plan, option) to every player (plan, player), million USD/yr."""

    def slope(self, application: Floats, weight: Floats) -> Floats:
        """Return what more of each option is worth (plan, option), million USD/yr at application 1.

        application : (plan, option); weight : (plan, player), of the benefits of players
        """


@dataclass(frozen=True)
class CoalitionPlans:
    """The plans of all coalitions at one disagreement point.

    outcomes : what they do, beyond that point; together : (option), the plan of all players
    outside : (player, coalition), what outsiders have by their best replies to these plans; members what they are given
    agreed : (coalition), whether the climbs from little and from much ended at the same worth
    """

    outcomes: Outcomes
    together: Floats
    agreed: Bools
    outside: Floats


class CurvedGame:
    """The benefit game with curved benefits; what was found once is kept, by disagreement point and coalition.

    options : the measures; their benefits are those near nothing, the first straight line. Raises AirshedError for
    more players than MOST_CURVED.
    """

    def __init__(self, options: PlayerOptions, curve: Curve) -> None:
        check_players(options.players)
        if options.players > MOST_CURVED:
            raise AirshedError("curved-benefits-players-take-too", players=options.players, most_curved=MOST_CURVED)
        self.options, self.curve = options, curve
        self._alone: dict[float, Floats] = {}
        self._best: Floats | None = None
        self._found: dict[bytes, CoalitionPlans] = {}

    def payoff(self, application: Floats) -> Payoff:
        """Return the benefit of applications, (option), to every player and the cost on its own ground."""
        cost = np.bincount(self.options.owner, weights=self.options.cost * application, minlength=self.options.players)
        return Payoff(self.curve.benefit(application[None])[0], cost.astype(np.float64))

    def nash(self, share: float = 1.0) -> Floats:
        """Return what every owner does by itself, given the others, for a share of its own benefit, (option).

        The equilibrium that turns of best replies reach from nothing.
        """
        if not 0.0 <= share <= 1.0:
            raise AirshedError("player-cannot-act-benefit", share=f"{share:g}")
        if share not in self._alone:
            self._alone[share] = self._equilibrium(share, np.zeros(len(self.options.cost)))
        return self._alone[share]

    def nash_from_all(self) -> Floats:
        """Return the full equilibrium that turns reach if all begin with everything, (option): not always the same."""
        return self._equilibrium(1.0, filled(self.options, np.ones((1, len(self.options.cost))))[0])

    def together(self) -> Floats:
        """Return what all players do together, (option): the best plan found for the sum of their benefits."""
        if self._best is None:
            starts = [np.zeros((1, len(self.options.cost))), self.nash()[None]]
            everything = np.ones(starts[0].shape, bool)
            self._best = self._plans(np.ones((1, self.options.players)), everything, starts)[0][0]
        return self._best

    def outcomes(self, choice: Floats) -> CoalitionPlans:
        """Return the plans of all coalitions, outsiders at their choice, (option), and what these plans do.

        Coalitions of few members come first: what they found is where larger ones start from as well.
        """
        choice = checked_application(self.options, choice)
        key = choice.tobytes()
        if key not in self._found:
            self._found[key] = self._outcomes(choice)
        return self._found[key]

    def _outcomes(self, choice: Floats) -> CoalitionPlans:
        players, together = self.options.players, self.together()
        inside, size = membership(players).astype(np.float64), sizes(players)
        before = self.curve.benefit(choice[None])[0]
        paid = self.options.cost * choice
        given, spent = np.zeros((players, 1 << players)), np.zeros(1 << players)
        outside = np.zeros((players, 1 << players))
        agreed = np.ones(1 << players, bool)
        smaller = {0: choice}
        for count in range(1, players + 1):
            step("sizes of coalitions", count - 1, players)
            these = np.flatnonzero(size == count)
            free = inside[these][:, self.options.owner] > 0
            # A larger coalition can do what a smaller one does. Climbs that begin there never find less, so that worth
            # grows with members as it must; climbs from nothing alone break that now and then.
            starts = [np.tile(choice, (len(these), 1)), np.where(free, together, choice)]
            starts += _without_one(these, smaller, count)
            plan, agreed[these] = self._plans(inside[these], free, starts)
            given[:, these] = (self._benefit(plan) - before).T
            outside[:, these] = self._outside(these, plan, choice, before)
            spent[these] = np.where(free, plan * self.options.cost - paid, 0.0).sum(axis=1)
            smaller = dict(zip(these.tolist(), plan, strict=True))
        found = Outcomes(given, spent)
        benefit, cost = found.own()
        outside[:, 0] = benefit - cost
        return CoalitionPlans(found, smaller[grand(players)], agreed, np.where(inside.T > 0, given, outside))

    def _outside(self, these: Ints, plan: Floats, choice: Floats, before: Floats) -> Floats:
        """Return what players outside of coalitions have by their best replies to the plans, (player, coalition).

        these : (coalition), numbers; plan : (coalition, option); choice : (option) and before : (player), the benefit
        there, at the disagreement point
        """
        options = self.options
        found = np.zeros((options.players, len(these)))
        for player in range(options.players):
            rows = np.flatnonzero(~(these >> player & 1).astype(bool))
            if not len(rows):
                continue
            mine = options.owner == player
            weight = np.zeros((len(rows), options.players))
            weight[:, player] = 1.0
            free, start = np.tile(mine, (len(rows), 1)), plan[rows]
            much = np.where(free, filled(options, weight @ options.benefit.T), start)
            low, high = self._climbed(start, weight, free), self._climbed(much, weight, free)
            _, worth = _better(*low, high, self._scale(weight))
            found[player, rows] = worth - before[player] + float((options.cost * choice)[mine].sum())
        return found

    def _equilibrium(self, share: float, start: Floats) -> Floats:
        """Return what best replies in turn end at; raises AirshedError if they go in circles."""
        held = start.copy()
        for _ in range(ROUNDS):
            # In turn, not all at once: simultaneous replies overshoot and go in circles where benefits are shared.
            last = held.copy()
            for player in range(self.options.players):
                weight = np.zeros((1, self.options.players))
                weight[0, player] = share
                held = self._plans(weight, (self.options.owner == player)[None], [held[None]])[0][0]
            if np.array_equal(held, last):
                return held
        raise AirshedError("best-replies-players-go-circles")

    def _plans(self, weight: Floats, free: Bools, starts: Sequence[Floats]) -> tuple[Floats, Bools]:
        """Return the best plans found, (plan, option), and whether climbs from little and from much agree, (plan).

        weight : (plan, player), of benefits; free : (plan, option), what may change; starts : (plan, option) each. The
        first is little; it is kept where nothing found is worth more, and says what is applied that may not change
        """
        options, little = self.options, starts[0]
        # Deaths are concave in the level, so benefits are convex: cleaner air makes the next tonne worth more. A climb
        # may end at a small plan though a large one is worth more, and no local test can tell. Hence climbs from little
        # and from much, and from plans between; where both ends agree nothing better is looked for.
        near = weight @ options.benefit.T
        much = np.where(free, filled(options, near), little)
        plan, worth = self._climbed(little, weight, free)
        top, top_worth = self._climbed(much, weight, free)
        scale = self._scale(weight)
        agreed = np.abs(top_worth - worth) <= SAME * scale
        lines = (np.where(free, filled(options, grade * near - options.cost), little) for grade in GRADES)
        for start in (self._best_of(lines, weight, free), self._best_of(starts, weight, free)):
            plan, worth = _better(plan, worth, self._climbed(start, weight, free), scale)
        low = plan
        plan, worth = _better(plan, worth, (top, top_worth), scale)
        for part in () if agreed.all() else BETWEEN:
            line = self._slope(low + part * (top - low), weight) - options.cost
            start = np.where(free, filled(options, line), little)
            plan, worth = _better(plan, worth, self._climbed(start, weight, free), scale)
        return plan, agreed

    def _best_of(self, plans: Iterable[Floats], weight: Floats, free: Bools) -> Floats:
        """Return the best of several plans, row by row, (plan, option)."""
        scale, rest = self._scale(weight), iter(plans)
        plan = next(rest)
        worth = self._worth(plan, weight, free)
        for other in rest:
            plan, worth = _better(plan, worth, (other, self._worth(other, weight, free)), scale)
        return plan

    def _climbed(self, start: Floats, weight: Floats, free: Bools) -> tuple[Floats, Floats]:
        """Return where successive straight lines lead from a start, (plan, option), and what that is worth, (plan)."""
        held, active, scale = start.copy(), np.arange(len(start)), self._scale(weight)
        worth = self._worth(held, weight, free)
        for _ in range(ROUNDS):
            # A whole step to the best corner of the straight line (Frank and Wolfe 1956): of a convex benefit the line
            # lies below the curve, so that what the line promises is kept, and no search along the way is needed.
            line = self._slope(held[active], weight[active]) - self.options.cost
            next_plan = np.where(free[active], filled(self.options, line), held[active])
            found = self._worth(next_plan, weight[active], free[active])
            # By more than rounding: two corners of the same worth would be changed for each other without end.
            better = found > worth[active] + BETTER * scale[active]
            active = active[better]
            held[active], worth[active] = next_plan[better], found[better]
            if not len(active):
                break
        return held, worth

    def _worth(self, plan: Floats, weight: Floats, free: Bools) -> Floats:
        return np.asarray((self._benefit(plan) * weight).sum(axis=1) - np.where(free, plan, 0.0) @ self.options.cost)

    def _scale(self, weight: Floats) -> Floats:
        """Return the size of the sums that worths are differences of, (plan), for tolerances."""
        options = self.options
        return np.asarray(weight @ np.abs(options.benefit).T @ options.amount + np.abs(options.cost) @ options.amount)

    def _benefit(self, plan: Floats) -> Floats:
        parts = [self.curve.benefit(plan[at : at + AT_ONCE]) for at in range(0, len(plan), AT_ONCE)]
        return np.concatenate([np.zeros((0, self.options.players)), *parts])

    def _slope(self, plan: Floats, weight: Floats) -> Floats:
        parts = [
            self.curve.slope(plan[at : at + AT_ONCE], weight[at : at + AT_ONCE]) for at in range(0, len(plan), AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, len(self.options.cost))), *parts])


def _better(plan: Floats, worth: Floats, other: tuple[Floats, Floats], scale: Floats) -> tuple[Floats, Floats]:
    """Return the better of two plans, row by row: the first if they are worth the same."""
    take = other[1] > worth + BETTER * scale
    return np.where(take[:, None], other[0], plan), np.where(take, other[1], worth)


def _without_one(these: Ints, smaller: dict[int, Floats], count: int) -> list[Floats]:
    """Return the plans of coalitions with one member less, for each place of that member, (plan, option) each."""
    players = [[player for player in range(int(number).bit_length()) if number >> player & 1] for number in these]
    return [
        np.array([smaller[int(number) ^ (1 << who[at])] for number, who in zip(these, players, strict=True)])
        for at in range(count)
    ]


@equation(
    key="curved-worth",
    title="Worth of a coalition with curved benefits",
    latex=r"v(S) = \max_{x_S} \sum_{i \in S} \left[B_i(x_S, x^N_{-S}) - B_i(x^N)\right] - "
    r"\sum_{m \text{ on } S} c_m (x_m - x^N_m),\quad "
    r"x_S^{k+1} = \arg\max_{x_S} \sum_{m \text{ on } S} \Bigl(\sum_{i \in S} "
    r"\frac{\partial B_i}{\partial x_m}(x^k) - c_m\Bigr) x_m",
    units="million USD/yr",
    citation="successive straight lines: Frank and Wolfe 1956, Nav. Res. Logist. Q. 3:95, with whole steps; outsiders "
    "as under gamma but without a reply: Chander and Tulkens 1997, Int. J. Game Theory 26:379",
)
def filled(options: PlayerOptions, net: Floats) -> Floats:
    """Return the applications that are worth most by straight lines, (plan, option), as options.best does for one.

    net : (plan, option), million USD/yr at application 1
    """
    from airshed.cooperation.kernels import fill_best

    order = np.argsort(options.place, kind="stable")
    place = options.place[order]
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, np.int64)
    taken = np.zeros(net.shape)
    fill_best(np.ascontiguousarray(net[:, order]), options.amount[order], options.room, np.r_[first, len(place)], taken)
    application = np.empty(net.shape)
    application[:, order] = taken
    return application
