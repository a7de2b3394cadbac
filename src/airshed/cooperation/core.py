"""The core: shares that no coalition can better by itself; how far shares are from it, and what kind of game it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import checked, checked_shares, player_count, sums, tolerance
from airshed.cooperation.least_excess import LeastExcess
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError

EFFICIENT = 1e-6
"""Share of the largest worth by which shares may miss the worth of all players: printed shares are rounded."""


@dataclass(frozen=True)
class Blocking:
    """The coalition that could gain most by itself, and how much, million USD/yr; inside where none could gain."""

    coalition: int
    excess: float
    inside: bool


@equation(
    key="core-excess",
    title="Distance from the core: the largest excess of a coalition",
    latex=r"e(x) = \max_{\emptyset \ne S \subset N} \left[v(S) - \sum_{i \in S} x_i\right],\quad "
    r"x \in \text{core} \iff e(x) \le 0",
    units="million USD/yr",
    citation="core: Gillies 1959, Contributions to the Theory of Games IV, 47; excess: Schmeidler 1969, "
    "SIAM J. Appl. Math. 17:1163",
)
def blocking(values: Floats, shares: Floats) -> Blocking:
    """Return the coalition with the largest excess at these shares, all players apart.

    values : (coalition); shares : (player), which add to the worth of all players
    Raises AirshedError if they do not.
    """
    values = checked(values)
    shares = checked_shares(shares, player_count(values))
    off = float(shares.sum() - values[-1])
    if abs(off) > EFFICIENT * max(float(np.abs(values).max()), float(np.abs(shares).max())):
        raise AirshedError("shares-add-worth-all-players", shares=f"{shares.sum():g}", worth=f"{values[-1]:g}")
    excess = values - sums(shares)
    worst = 1 + int(np.argmax(excess[1:-1]))
    return Blocking(worst, float(excess[worst]), bool(excess[worst] <= tolerance(values)))


@dataclass(frozen=True)
class LeastCore:
    """The least excess that any shares can have, million USD/yr, shares that have it, and who then complains."""

    excess: float
    shares: Floats
    coalitions: tuple[int, ...]
    empty: bool


@equation(
    key="least-core",
    title="Least core",
    latex=r"\varepsilon^* = \min_{x,\varepsilon} \varepsilon\quad\text{s.t.}\quad v(S) - \sum_{i \in S} x_i \le "
    r"\varepsilon\ \forall\, \emptyset \ne S \subset N,\ \sum_{i} x_i = v(N);\quad "
    r"\text{core} \ne \emptyset \iff \varepsilon^* \le 0",
    units="million USD/yr",
    citation="Maschler, Peleg and Shapley 1979, Math. Oper. Res. 4:303",
)
def least_core(values: Floats) -> LeastCore:
    """Return the least core of the worth of all coalitions, (coalition); the core is empty if its excess is above 0.

    coalitions : those that have this excess in all shares of the least core; if the core is empty, they are why
    """
    values = checked(values)
    singles = values[1 << np.arange(player_count(values))]
    excess, shares, tight = LeastExcess(values - sums(singles), individual=False).level()
    return LeastCore(excess, shares + singles, tuple(tight), excess > tolerance(values))


@dataclass(frozen=True)
class Convexity:
    """The least by which a joint entry of two players into a coalition beats their single entries, and where."""

    least: float
    coalition: int
    players: tuple[int, int]
    holds: bool


@equation(
    key="convex-game",
    title="Convexity of a game",
    latex=r"v(S \cup \{i, j\}) - v(S \cup j) \ge v(S \cup i) - v(S)\quad\forall\, i \ne j,\ S \not\ni i, j",
    units="million USD/yr",
    citation="Shapley 1971, Int. J. Game Theory 1:11",
)
def convexity(values: Floats) -> Convexity:
    """Return where a game is least convex: the condition on pairs of players is enough for all coalitions.

    In a convex game the core is not empty and holds the Shapley value.
    """
    values = checked(values)
    found = Convexity(np.inf, 0, (0, 1), True)
    for second in range(player_count(values)):
        for first in range(second):
            table = values.reshape(-1, 2, 1 << (second - first - 1), 2, 1 << first)
            gain = (table[:, 1, :, 1] - table[:, 1, :, 0]) - (table[:, 0, :, 1] - table[:, 0, :, 0])
            if gain.min() < found.least:
                high, middle, lower = (int(at) for at in np.unravel_index(int(gain.argmin()), gain.shape))
                where = high << (second + 1) | middle << (first + 1) | lower
                least = float(gain.min())
                found = Convexity(least, where, (first, second), least >= -tolerance(values))
    return found


@dataclass(frozen=True)
class Superadditivity:
    """The most that two coalitions without common member lose by joining, and which; it holds where none loses."""

    loss: float
    one: int
    other: int
    holds: bool


def superadditivity(values: Floats) -> Superadditivity:
    """Return which two coalitions lose most by joining: v(S) + v(T) - v(S and T), S and T without common member.

    All 3^n pairs are tried: about a second for 18 players, nine times as long for every two more.
    """
    values = checked(values)
    from airshed.cooperation.kernels import worst_split

    loss, one, other = worst_split(values)
    return Superadditivity(float(loss), int(one), int(other), bool(loss <= tolerance(values)))
