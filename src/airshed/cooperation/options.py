"""The measures that players of a benefit game can take on their own ground, and the choices among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError


@dataclass(frozen=True)
class PlayerOptions:
    """Measures, the players on whose ground they stand and pay, and what they are worth to every player.

    owner : (option), the player on whose ground it stands, 0 to players - 1
    group : (option), options of one group exclude each other: their applications add to what the group has left
    benefit : (option, player), million USD/yr of avoided damage at application 1, negative for some cross effects
    cost : (option), million USD/yr at application 1
    span : (option), by how much the application may grow; 1 if not given
    left : (group, by rising number), by how much all applications of a group may grow together; 1 if not given
    names : what messages call the players
    With span and left 1 a group is one option or none. A smaller span makes its best choice a mix: the options by
    falling net benefit, each to its span, until nothing is left; still exact, for the problem is linear.
    Raises AirshedError where a field has the wrong shape, is not a number or contradicts another.
    """

    owner: Ints
    group: Ints
    benefit: Floats
    cost: Floats
    span: Floats | None = None
    left: Floats | None = None
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        for field in ("owner", "group"):
            object.__setattr__(self, field, np.asarray(getattr(self, field), dtype=np.int64))
        for field in ("benefit", "cost", "span", "left"):
            given = getattr(self, field)
            if given is not None:
                object.__setattr__(self, field, np.asarray(given, dtype=np.float64))
        _check_shapes(self)
        _check_numbers(self)

    @property
    def players(self) -> int:
        """Return the number of players."""
        return int(self.benefit.shape[1])

    @cached_property
    def place(self) -> Ints:
        """Return the place of each option's group among the groups, (option)."""
        return np.unique(self.group, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def amount(self) -> Floats:
        """Return by how much each option can be applied, (option): its span, within what its group has left."""
        span = np.ones(len(self.cost)) if self.span is None else self.span
        return np.asarray(np.minimum(span, self.room[self.place]))

    @cached_property
    def room(self) -> Floats:
        """Return by how much the applications of each group can grow together, (group)."""
        return np.ones(int(self.place.max(initial=-1)) + 1) if self.left is None else self.left

    @cached_property
    def exclusive(self) -> bool:
        """Return whether the best choice in every group is one option or none."""
        alone = np.bincount(self.place, minlength=len(self.room))[self.place] == 1
        return bool((alone | (self.amount >= self.room[self.place])).all())

    def net(self, weight: Floats) -> Floats:
        """Return the benefit to players with these weights less the cost, million USD/yr at application 1.

        weight : (player) or (coalition, player); returns (option) or (coalition, option)
        """
        return np.asarray(weight @ self.benefit.T - self.cost)


def best(options: PlayerOptions, net: Floats) -> Floats:
    """Return the applications that are worth most by a net benefit, (option): the owner's choice if it is the owner's.

    net : (option), million USD/yr at application 1. Of options that are worth the same the first is taken; nothing
    that is worth nothing is taken.
    """
    order = np.lexsort((-net, options.place))
    place = options.place[order]
    wanted = np.where(net[order] > 0, options.amount[order], 0.0)
    before = np.cumsum(wanted) - wanted
    first = np.searchsorted(place, place)
    taken = np.clip(options.room[place] - (before - before[first]), 0.0, wanted)
    application = np.zeros(len(net))
    application[order] = taken
    return application


def nash(options: PlayerOptions, share: float = 1.0) -> Floats:
    """Return what every owner does by itself, given the others, (option): the best for a share of its own benefit.

    share : of its own benefit that a player acts on; 1 is the full Nash equilibrium, less a limited one
    Benefits add up, so that the best choice does not depend on what the others do.
    """
    if not 0.0 <= share <= 1.0:
        raise AirshedError("player-cannot-act-benefit", share=f"{share:g}")
    own = options.benefit[np.arange(len(options.cost)), options.owner]
    return best(options, share * own - options.cost)


def optimum(options: PlayerOptions) -> Floats:
    """Return what all players do together, (option): the best for the sum of their benefits."""
    return best(options, options.net(np.ones(options.players)))


@dataclass(frozen=True)
class Payoff:
    """What applications are worth to every player before any transfer, (player), million USD/yr."""

    benefit: Floats
    cost: Floats

    @property
    def net(self) -> Floats:
        """Return benefit less cost, (player)."""
        return self.benefit - self.cost


def payoff(options: PlayerOptions, application: Floats) -> Payoff:
    """Return the benefit of applications, (option), to every player and the cost on its own ground."""
    cost = np.bincount(options.owner, weights=options.cost * application, minlength=options.players)
    return Payoff(application @ options.benefit, cost.astype(np.float64))


def checked_application(options: PlayerOptions, application: Floats) -> Floats:
    """Return applications, (option); raises AirshedError if a group or a span does not allow them."""
    found = np.asarray(application, dtype=np.float64)
    if found.shape != options.cost.shape or not np.isfinite(found).all():
        raise AirshedError("choice-players-not-one-finite")
    total = np.bincount(options.place, weights=found, minlength=len(options.room))
    slack = 1e-9
    if (found < -slack).any() or (found > options.amount + slack).any() or (total > options.room + slack).any():
        raise AirshedError("players-choice-goes-beyond-span")
    return found


def _check_shapes(options: PlayerOptions) -> None:
    count = len(options.cost) if options.cost.ndim == 1 else -1
    if count < 0 or options.benefit.ndim != 2 or len(options.benefit) != count:
        raise AirshedError("benefit-shape-cost", shape=options.benefit.shape, cost_shape=options.cost.shape)
    for field in ("owner", "group", "span"):
        given = getattr(options, field)
        if given is not None and given.shape != (count,):
            raise AirshedError("field-shape-shape-must-one", field=field, shape=given.shape, count=count)
    groups = len(np.unique(options.group))
    if options.left is not None and options.left.shape != (groups,):
        raise AirshedError("left-shape", shape=options.left.shape, groups=groups)
    if options.players < 2:
        raise AirshedError("game-needs-two-players-more", players=options.players)
    if options.names and len(options.names) != options.players:
        raise AirshedError("names-players", names=len(options.names), players=options.players)


def _check_numbers(options: PlayerOptions) -> None:
    for field in ("benefit", "cost", "span", "left"):
        given = getattr(options, field)
        if given is not None and not np.isfinite(given).all():
            where = np.argwhere(~np.isfinite(given))[0].tolist()
            raise AirshedError("not-finite-number", field=field, where=where)
        if field in ("span", "left") and given is not None and (given < 0).any():
            raise AirshedError("field-given-negative", field=field, given=int(np.argmin(given)))
    outside: Bools = (options.owner < 0) | (options.owner >= options.players)
    if outside.any():
        raise AirshedError(
            "option-owned-player",
            outside=int(np.argmax(outside)),
            owner=options.owner[np.argmax(outside)],
            players=options.players - 1,
        )
    first = np.unique(options.place, return_index=True)[1]
    shared: Bools = options.owner != options.owner[first][options.place]
    if shared.any():
        raise AirshedError("options-group-lie-several-owners", group=options.group[np.argmax(shared)])
