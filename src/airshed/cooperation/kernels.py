"""Loops over coalitions, compiled: one member more or less at a time (Gray code), so that sums are only changed.

Each kernel fills one block of coalitions, those that share their higher players, and lets other threads run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

from airshed.pack.arrays import Floats, Ints

UNKNOWN = -2
NOTHING = -1
"""In place of the option that a group is given to."""
BYTE_CODE = Path(__file__).parent / "__pycache__"
KEPT = os.access(BYTE_CODE if BYTE_CODE.exists() else BYTE_CODE.parent, os.W_OK) and not sys.dont_write_bytecode
"""Whether machine code is kept beside Python's own byte code; elsewhere (the home folder) nothing is written."""
Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """Return the function as machine code."""
    # Sums may be reordered and fused, which is what makes them fast. Infinities stay what they are: the search for the
    # worst split begins at -inf, which the whole of fast-math would allow the compiler to take for any number.
    loose = {"reassoc", "nsz", "nnan", "contract"}
    return cast(Kernel, numba.njit(nogil=True, fastmath=loose, cache=KEPT)(function))


@compiled
def others(owner: int, low: int) -> Ints:
    """Return the players below `low` but the owner, who come and go."""
    return np.array([player for player in range(low) if player != owner], np.int64)


@compiled
def is_in(player: int, block: int, low: int) -> bool:
    """Return whether a player is a member of every coalition of a block."""
    return player >= low and bool(block >> (player - low) & 1)


@compiled
def turning(step: int) -> int:
    """Return the place of the player who comes or goes at a step of the Gray code: the lowest bit of the step."""
    bit = 0
    while not step >> bit & 1:
        bit += 1
    return bit


@compiled
def add(net: Floats, benefit: Floats, sign: float) -> None:
    """Add the benefit of a player who comes, or take off that of one who goes."""
    for row in range(len(net)):
        net[row] += sign * benefit[row]


@compiled
def sum_of_best(net: Floats, top: Floats, layout: Ints) -> float:
    """Return the sum over groups of their best row, or 0 where none is worth more; layout as in add_best_rows."""
    total = 0.0
    for kind in range(len(layout)):
        first, slots, groups = layout[kind, 0], layout[kind, 1], layout[kind, 2]
        last = first + (slots - 1) * groups
        for slot in range(slots - 1):
            at = first + slot * groups
            for group in range(groups):
                top[group] = max(top[group], net[at + group]) if slot else net[at + group]
        for group in range(groups):
            here = max(net[last + group], 0.0)
            total += max(top[group], here) if slots > 1 else here
    return total


@compiled
def add_best_rows(
    block: int, low: int, benefit: Floats, cost: Floats, rows: Ints, classes: Ints, layout: Ints, worth: Floats
) -> None:
    """Add to the worth of every coalition of a block the best row of each group on its members' ground, or 0.

    block : the players from `low` up, as a bit mask; the players below are gone through
    benefit : (player, row), cost : (row), both by owner, class, slot and group; rows : (owner + 1), where owners start
    classes : (owner + 1), where the classes of owners start; a class has groups with as many rows each
    layout : (class, 3), first row among the owner's, slots, groups; worth : (2^low), changed
    """
    players = len(rows) - 1
    for owner in range(players):
        start, stop = rows[owner], rows[owner + 1]
        if start == stop or (owner >= low and not is_in(owner, block, low)):
            continue
        kinds = layout[classes[owner] : classes[owner + 1]]
        net, top = benefit[owner, start:stop] - cost[start:stop], np.empty(stop - start)
        for player in range(players):
            if player != owner and is_in(player, block, low):
                add(net, benefit[player, start:stop], 1.0)
        # What an owner does depends on who else is a member, and only by sums of their benefits: going through the
        # coalitions by Gray code one player changes at a time, one addition a row instead of one for every member.
        free = others(owner, low)
        number = 1 << owner if owner < low else 0
        worth[number] += sum_of_best(net, top, kinds)
        for step in range(1, 1 << len(free)):
            player = free[turning(step)]
            number ^= 1 << player
            add(net, benefit[player, start:stop], 1.0 if number >> player & 1 else -1.0)
            worth[number] += sum_of_best(net, top, kinds)


@compiled
def best_left(net: Floats, amount: Floats, taken: Floats, start: int, stop: int) -> int:
    """Return the option from start to stop that is worth most, of those not taken yet, or NOTHING."""
    found, most = NOTHING, 0.0
    for option in range(start, stop):
        if net[option] > most and amount[option] > 0.0 and taken[option] == 0.0:
            found, most = option, net[option]
    return found


@compiled
def fill_best(net: Floats, amount: Floats, room: Floats, groups: Ints, taken: Floats) -> None:
    """Fill every group of every plan with its options by falling net benefit, each to its amount, while there is room.

    net : (plan, option), by group; amount : (option); room : (group); groups : (group + 1), where groups start
    taken : (plan, option), zeros, changed
    """
    for plan in range(len(net)):
        for group in range(len(room)):
            start, stop, left = groups[group], groups[group + 1], room[group]
            while left > 0.0:
                option = best_left(net[plan], amount, taken[plan], start, stop)
                if option < 0:
                    break
                taken[plan, option] = min(amount[option], left)
                left -= taken[plan, option]


@compiled
def moved(
    option: int, net: Floats, amount: Floats, room: float, start: int, stop: int, benefit: Floats, cost: Floats,
    applied: Floats, taken: Floats, gain: Floats,
) -> float:  # fmt: skip
    """Bring a group, start to stop, to its best applications, and return the cost of that.

    option : the best one; applied : (option), as it is, changed; taken : (option), zeros, left so
    gain : (player), of benefits so far, changed
    """
    left, paid = room, 0.0
    while option >= 0 and left > 0.0:
        taken[option] = min(amount[option], left)
        left -= taken[option]
        option = best_left(net, amount, taken, start, stop)
    for at in range(start, stop):
        change = taken[at] - applied[at]
        if change != 0.0:
            applied[at] = taken[at]
            paid += change * cost[at]
            for player in range(len(gain)):
                gain[player] += change * benefit[player, at]
        taken[at] = 0.0
    return paid


@compiled
def add_outcomes(
    block: int, low: int, benefit: Floats, cost: Floats, amount: Floats, choice: Floats, groups: Ints, room: Floats,
    owners: Ints, given: Floats, spent: Floats,
) -> None:  # fmt: skip
    """Add what the best applications of every coalition of a block give to each player and cost, beyond the choice.

    block, low : as in add_best_rows; benefit : (player, option), cost, amount, choice : (option), options by owner
        and group; groups : (group + 1), where groups start; room : (group); owners : (owner + 1), groups of owners
    given : (player, 2^low) and spent : (2^low), changed
    """
    players = len(owners) - 1
    net, held, gain = np.empty(len(cost)), np.full(len(room), UNKNOWN), np.empty(players)
    applied, taken = choice.copy(), np.zeros(len(cost))
    for owner in range(players):
        if owner >= low and not is_in(owner, block, low):
            continue
        start, stop = groups[owners[owner]], groups[owners[owner + 1]]
        net[start:stop] = benefit[owner, start:stop] - cost[start:stop]
        for player in range(players):
            if player != owner and is_in(player, block, low):
                add(net[start:stop], benefit[player, start:stop], 1.0)
        free = others(owner, low)
        number, paid = 1 << owner if owner < low else 0, 0.0
        gain[:] = 0.0
        for step in range(1 << len(free)):
            if step:
                player = free[turning(step)]
                number ^= 1 << player
                add(net[start:stop], benefit[player, start:stop], 1.0 if number >> player & 1 else -1.0)
            for group in range(owners[owner], owners[owner + 1]):
                one, end = groups[group], groups[group + 1]
                first = best_left(net, amount, taken, one, end)
                # Mostly one option fills its group, and it stays the best as players come and go: nothing moves then.
                whole = first < 0 or amount[first] >= room[group]
                if whole and held[group] == first:
                    continue
                held[group] = first if whole else UNKNOWN
                paid += moved(first, net, amount, room[group], one, end, benefit, cost, applied, taken, gain)
            spent[number] += paid
            for player in range(players):
                given[player, number] += gain[player]


@compiled
def worst_split(values: Floats) -> tuple[float, int, int]:
    """Return by how much two coalitions without common member can do better apart than together, at most, and which."""
    worst, one, other = -np.inf, 0, 0
    for joint in range(3, len(values)):
        # Each pair once: the part that holds the lowest player stands for both.
        lowest = joint & -joint
        part = (joint - 1) & joint
        while part:
            if part & lowest:
                loss = values[part] + values[joint ^ part] - values[joint]
                if loss > worst:
                    worst, one, other = loss, part, joint ^ part
            part = (part - 1) & joint
    return worst, one, other
