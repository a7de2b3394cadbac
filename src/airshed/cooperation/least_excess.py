"""The programme behind least core and nucleolus: shares that leave the least to the coalition that complains most."""

from __future__ import annotations

import numpy as np

from airshed.cooperation.coalitions import grand, members, player_count, sums
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError
from airshed.strategy.highs import Engine, Solution
from airshed.strategy.programme import Programme

SCALE = 1e3
"""Largest worth in the programme: the solver's tolerances are absolute, about 1e-7."""
EXACT = 1e-7
"""By so much of SCALE a coalition may complain more than the programme knows, before it is written down."""
PRICED = 1e-6
"""A dual above it proves that a row is tight in every optimum; the duals of a level add to 1."""


class SharesError(AirshedError):
    """The solver finds no shares of a game, although there are some."""

    def __init__(self) -> None:
        super().__init__("no-shares-found")


def found(engine: Engine) -> Solution:
    """Return the solution of a programme that has one, solved anew if it was lost; raises SharesError if none comes."""
    solution = engine.run()
    if solution is None:
        engine.forget()
        solution = engine.run()
    if solution is None:
        raise SharesError
    return solution


class LeastExcess:
    """Minimise the largest excess v(S) - x(S) over coalitions that are not settled yet, sum of x = v(N).

    values : (coalition), worths with those of single players 0. Only coalitions that complain most are written as
    rows, until no other complains more.
    """

    def __init__(self, values: Floats, individual: bool) -> None:
        self.players = player_count(values)
        # The tolerances of the solver are absolute: a game in dollars and one in billions must be the same to it.
        self._unit = float(np.abs(values).max(initial=0.0)) / SCALE or 1.0
        self._values = values / self._unit
        self._open: Bools = np.ones(len(values), bool)
        self._open[[0, grand(self.players)]] = False
        self._rows: list[int] = []
        self._known: Bools = ~self._open
        self._count = 1
        self._basis = _complement(np.ones((1, self.players)))
        self._engine = Engine(self._start(individual))
        single = 1 << np.arange(self.players)
        self._write(np.unique(np.r_[single, grand(self.players) ^ single]))

    @property
    def settled(self) -> bool:
        """Return whether only one vector of shares is left."""
        return bool(self._basis.shape[1] == 0)

    def level(self) -> tuple[float, Floats, list[int]]:
        """Return the least largest excess, shares that have it, and coalitions that have it in all such shares.

        Raises SharesError if the solver finds none.
        """
        while True:
            solution = found(self._engine)
            shares, excess = solution.column[: self.players], float(solution.column[-1])
            # Of a million coalitions some hundred ever complain most. A few at a time are written, not the worst alone:
            # each solve costs more than a row too many.
            missing = np.where(self._open & ~self._known, self._values - sums(shares) - excess, -np.inf)
            worst = np.argpartition(missing, -min(4 * self.players, len(missing)))[-4 * self.players :]
            worst = worst[missing[worst] > EXACT]
            if not len(worst):
                return excess * self._unit, shares * self._unit, self._tight(solution)
            self._write(worst)

    def settle(self, shares: Floats, tight: list[int]) -> None:
        """Hold what these coalitions have, and leave out all whose sum of shares follows from it.

        Raises SharesError where that settles nothing: the prices of the solver are all below its tolerance.
        """
        before = self._basis.shape[1]
        for number in tight:
            indicator = _indicator(number, self.players)
            if np.abs(indicator @ self._basis).max(initial=0.0) > EXACT:
                value = float(shares[members(number)].sum()) / self._unit
                self._add(np.array([value]), [number], 0.0)
                self._engine.rows(np.array([self._count - 1]), value, value)
                self._basis = self._basis @ _complement((indicator @ self._basis)[None, :])
        if self._basis.shape[1] == before:
            raise SharesError
        following = np.ones(len(self._values), bool)
        for direction in self._basis.T:
            following &= np.abs(sums(direction)) <= EXACT
        self._open &= ~following
        closed = np.array(
            [at + 1 for at, number in enumerate(self._rows) if number >= 0 and following[number]], np.int64
        )
        self._engine.rows(closed, -np.inf, np.inf)

    def _tight(self, solution: Solution) -> list[int]:
        """Return the coalitions whose row, and the players whose lower bound, has a price."""
        priced = np.flatnonzero(np.abs(solution.row_dual[1:]) > PRICED)
        tight = [self._rows[at] for at in priced if self._rows[at] >= 0 and self._open[self._rows[at]]]
        held = np.flatnonzero(np.abs(solution.column_dual[: self.players]) > PRICED)
        return tight + [1 << int(player) for player in held]

    def _start(self, individual: bool) -> Programme:
        """Return the programme without coalitions: shares, the excess, and that shares add up."""
        count = self.players
        total = self._values[-1:]
        lower = np.r_[np.full(count, 0.0 if individual else -np.inf), -np.inf]
        return Programme(
            blocks=(),
            cost=np.r_[np.zeros(count), 1.0],
            lower=lower,
            upper=np.full(count + 1, np.inf),
            row_lower=total,
            row_upper=total,
            start=np.r_[np.arange(count + 1), count].astype(np.int32),
            index=np.zeros(count, np.int32),
            value=np.ones(count),
            integral=np.zeros(0, np.int64),
            largest=count,
            total=0,
        )

    def _write(self, coalitions: Ints) -> None:
        """Write rows x(S) + excess >= v(S)."""
        self._known[coalitions] = True
        self._add(self._values[coalitions], coalitions.tolist(), 1.0)

    def _add(self, lower: Floats, coalitions: list[int], excess: float) -> None:
        who = [members(number) for number in coalitions]
        last = [self.players] if excess else []
        index = np.concatenate([np.array(one + last, np.int64) for one in who])
        start = np.cumsum([0] + [len(one) + len(last) for one in who])[:-1]
        self._engine.add_rows(lower, start, index, np.ones(len(index)))
        self._rows += coalitions if excess else [-1] * len(coalitions)
        self._count += len(coalitions)


def _indicator(number: int, players: int) -> Floats:
    return (number >> np.arange(players) & 1).astype(np.float64)


def _complement(rows: Floats) -> Floats:
    """Return the directions in which nothing of these rows changes, orthonormal, as columns."""
    from scipy.linalg import null_space

    return np.asarray(null_space(rows))
