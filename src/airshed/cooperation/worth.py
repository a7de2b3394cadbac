"""What coalitions are worth in the benefit game, and what outsiders gain from them without paying."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import check_players, without_and_with
from airshed.cooperation.options import PlayerOptions, best, checked_application, nash
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.progress import step

BLOCK = 11
"""Players that a block of coalitions goes through: sums that are only changed start anew in every block."""


@equation(
    key="coalition-worth",
    title="Worth of a coalition in the benefit game",
    latex=r"v(S) = \sum_{g \text{ on } S} \left[\max\left(0, \max_{m \in g} (b_S(m) - c(m))\right) "
    r"- (b_S - c)(m^N_g)\right],\quad b_S = \sum_{i \in S} b_i",
    units="million USD/yr",
    citation="outsiders stay at the disagreement point, as under gamma: Chander and Tulkens 1997, "
    "Int. J. Game Theory 26:379",
)
def worths(options: PlayerOptions, choice: Floats | None = None) -> Floats:
    """Return the worth of every coalition, (coalition), million USD/yr beyond what its members do by themselves.

    choice : (option), applications at the disagreement point; by default those of the Nash equilibrium, zeros for
        current policy. Outsiders stay there, so that what they do cancels.
    Raises AirshedError for one player, or more than can be counted: see worths_of for sampling.
    """
    check_players(options.players)
    choice = nash(options) if choice is None else checked_application(options, choice)
    if not options.exclusive:
        return outcomes(options, choice).worth()
    from airshed.cooperation.kernels import add_best_rows

    rows = _rows(options, choice)
    low = min(options.players, BLOCK)
    worth = np.zeros(1 << options.players)
    parts = worth.reshape(-1, 1 << low)

    def fill(block: int) -> None:
        add_best_rows(block, low, rows.benefit, rows.cost, rows.rows, rows.classes, rows.layout, parts[block])

    _over_blocks(fill, len(parts))
    return worth


def worths_of(options: PlayerOptions, choice: Floats, members: Bools) -> Floats:
    """Return the worth of some coalitions, (coalition), as `worths` does: for sampling among many players.

    members : (coalition, player)
    """
    if not options.exclusive:
        moved = [best(options, options.net(row.astype(float))) - choice for row in members]
        mine = members[:, options.owner]
        return np.asarray((np.array(moved) * mine * options.net(members.astype(float))).sum(axis=1))
    group, benefit, cost = _beyond(options, choice)
    if not len(group):
        return np.zeros(len(members))
    order = np.argsort(group, kind="stable")
    first = np.unique(group[order], return_index=True)[1]
    net = members.astype(float) @ benefit[order].T - cost[order]
    top = np.maximum(np.maximum.reduceat(net, first, axis=1), 0.0)
    owner = np.zeros(len(options.room), np.int64)
    owner[options.place] = options.owner
    return np.asarray((top * members[:, owner[group[order][first]]]).sum(axis=1))


@dataclass(frozen=True)
class Outcomes:
    """What the best applications of every coalition do, beyond the disagreement point, million USD/yr.

    given : (player, coalition), benefit to each player of what the coalition does on its members' ground; for a
        player outside it is what comes to it for nothing; spent : (coalition), what that costs its members
    """

    given: Floats
    spent: Floats

    def worth(self) -> Floats:
        """Return the worth of every coalition, (coalition): what it gives its members less what it spends."""
        total = -self.spent
        for player, benefit in enumerate(self.given):
            without_and_with(total, player)[1][...] += without_and_with(benefit, player)[1]
        return total

    def own(self) -> tuple[Floats, Floats]:
        """Return what every player does for itself while all others sit still: benefit and cost, (player)."""
        alone = 1 << np.arange(len(self.given))
        return self.given[np.arange(len(alone)), alone].copy(), self.spent[alone].copy()


@equation(
    key="free-riding",
    title="Gain of a free rider",
    latex=r"w_i(T) = \sum_{g \text{ on } T} \left[b_i(m^T_g) - b_i(m^N_g)\right] + r_i,\quad i \notin T,\ "
    r"r_i = \sum_{g \text{ on } i} \left[\max\left(0, \max_{m \in g} (b_i(m) - c(m))\right) - (b_i - c)(m^N_g)\right]",
    units="million USD/yr",
    citation="the outsider's payoff in the stability conditions of Carraro and Siniscalco 1993, J. Public Econ. "
    "52:309, with its best reply: it goes on doing what pays at home",
)
def outside_options(found: Outcomes) -> Floats:
    """Return what each player has outside of every coalition, (player, coalition); members keep what they are given.

    What the coalition's measures give it and its own best reply, which does not depend on the coalition, for benefits
    add up. So what a coalition has left beyond its members' outside options is the same at every disagreement point.
    """
    benefit, cost = found.own()
    outside = found.given.copy()
    for player, reply in enumerate(benefit - cost):
        without_and_with(outside[player], player)[0][...] += reply
    return outside


def outcomes(options: PlayerOptions, choice: Floats | None = None) -> Outcomes:
    """Return what every coalition gives to each player, members and free riders, and what it spends.

    choice : as in `worths`, with the same zero: nothing is gained at the disagreement point
    Of applications that are worth the same to a coalition the first is taken.
    """
    check_players(options.players)
    choice = nash(options) if choice is None else checked_application(options, choice)
    from airshed.cooperation.kernels import add_outcomes

    order = np.lexsort((options.place, options.owner))
    place, owner = options.place[order], options.owner[order]
    start = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, np.int64)
    groups = np.r_[start, len(place)]
    owners = np.searchsorted(owner[start], np.arange(options.players + 1))
    benefit = np.ascontiguousarray(options.benefit[order].T)
    cost, amount = options.cost[order], options.amount[order]
    low = min(options.players, BLOCK)
    given, spent = np.zeros((options.players, 1 << options.players)), np.zeros(1 << options.players)

    def fill(block: int) -> None:
        part = slice(block << low, (block + 1) << low)
        add_outcomes(
            block, low, benefit, cost, amount, choice[order], groups, options.room[place[start]], owners,
            given[:, part], spent[part],
        )  # fmt: skip

    _over_blocks(fill, 1 << (options.players - low))
    return Outcomes(given, spent)


def _over_blocks(fill: Callable[[int], None], blocks: int) -> None:
    """Fill the first block, which compiles, then the others on all cores; each is filled the same way whoever does."""
    # The first call compiles; two threads that both find no machine code would both compile it.
    fill(0)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(fill, range(1, blocks)), start=1):
            step("blocks of coalitions", done, blocks)


def _beyond(options: PlayerOptions, choice: Floats) -> tuple[Ints, Floats, Floats]:
    """Return what each group could do in place of its choice: group, benefit and cost beyond the choice, by row.

    So the choice itself is worth exactly 0, and no small worth is lost in the difference of large benefits. Rows are
    the options at their amount, and to do nothing where the choice does something.
    """
    # Worths are differences of sums that are thousands of times as large. Taken beyond the choice row by row, what
    # stays as it is cancels exactly, and a coalition that changes nothing is worth 0 and not 1e-9.
    moved = np.zeros((len(options.room), options.players))
    np.add.at(moved, options.place, options.benefit * choice[:, None])
    paid = np.bincount(options.place, weights=options.cost * choice, minlength=len(options.room))
    other = np.flatnonzero((choice != options.amount) & (options.amount > 0))
    busy = np.unique(options.place[choice > 0])
    place = options.place[other]
    benefit = options.benefit[other] * options.amount[other, None] - moved[place]
    cost = options.cost[other] * options.amount[other] - paid[place]
    return np.r_[place, busy], np.concatenate([benefit, -moved[busy]]), np.r_[cost, -paid[busy]]


@dataclass(frozen=True)
class _BeyondRows:
    """The rows of `_beyond` as the kernel goes through them: see kernels.add_best_rows."""

    benefit: Floats
    cost: Floats
    rows: Ints
    classes: Ints
    layout: Ints


def _rows(options: PlayerOptions, choice: Floats) -> _BeyondRows:
    group, benefit, cost = _beyond(options, choice)
    owner_of = np.zeros(len(options.room), np.int64)
    owner_of[options.place] = options.owner
    owner = owner_of[group]
    slots = np.bincount(group, minlength=len(options.room))[group]
    by_group = np.argsort(group, kind="stable")
    slot = np.empty(len(group), np.int64)
    slot[by_group] = np.arange(len(group)) - np.searchsorted(group[by_group], group[by_group])
    order = np.lexsort((group, slot, slots, owner))
    kind = np.stack([owner[order], slots[order]], axis=1)
    first = np.flatnonzero(np.r_[True, (kind[1:] != kind[:-1]).any(axis=1)]) if len(kind) else np.zeros(0, np.int64)
    length = np.diff(np.r_[first, len(kind)])
    many = kind[first, 1]
    every = np.arange(options.players + 1)
    rows = np.searchsorted(kind[:, 0], every)
    return _BeyondRows(
        benefit=np.ascontiguousarray(benefit[order].T),
        cost=cost[order],
        rows=rows,
        classes=np.searchsorted(kind[first, 0], every),
        layout=np.stack([first - rows[kind[first, 0]], many, length // many], axis=1),
    )
