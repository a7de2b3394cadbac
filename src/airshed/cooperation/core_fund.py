"""Money from outside that would leave no coalition better off by itself: what an empty core lacks."""

from __future__ import annotations

import numpy as np

from airshed.cooperation.coalitions import checked, members, player_count, sums, tolerance
from airshed.cooperation.least_excess import EXACT, SCALE, found
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.strategy.highs import Engine
from airshed.strategy.programme import Programme


@equation(
    key="core-fund",
    title="Fund that makes the core hold something (cost of stability)",
    latex=r"\Delta = \min_x \sum_i x_i - v(N)\quad\text{s.t.}\quad "
    r"\sum_{i \in S} x_i \ge v(S)\ \forall\, S \subseteq N",
    units="million USD/yr",
    citation="Bachrach, Elkind, Meir, Pasechnik, Zuckerman, Rothe and Rosenschein 2009, SAGT, LNCS 5814:122",
)
def core_fund(values: Floats) -> float:
    """Return the least that has to come from outside so that no coalition does better by itself, million USD/yr.

    values : (coalition), worth; 0 where the core is not empty. Only coalitions that lack most are written as rows,
    until none lacks anything. Raises SharesError if the solver finds none.
    """
    values = checked(values)
    players = player_count(values)
    unit = float(np.abs(values).max()) / SCALE or 1.0
    wanted = values / unit
    engine = Engine(_sum_of_shares(wanted[1 << np.arange(players)]))
    written = 1 << np.arange(players)
    while True:
        solution = found(engine)
        lacking = wanted - sums(solution.column)
        lacking[written] = 0.0
        worst = np.argsort(lacking)[-4 * players :]
        worst = worst[lacking[worst] > EXACT]
        if not len(worst):
            fund = float(solution.column.sum() - wanted[-1]) * unit
            return fund if fund > tolerance(values) else 0.0
        who = [members(int(number)) for number in worst]
        index = np.concatenate([np.array(one, np.int64) for one in who])
        start = np.cumsum([0] + [len(one) for one in who])[:-1]
        engine.add_rows(wanted[worst], start, index, np.ones(len(index)))
        written = np.r_[written, worst]


def _sum_of_shares(least: Floats) -> Programme:
    """Return the programme of the least sum of shares, (player), that are no less than what each has alone."""
    count = len(least)
    return Programme(
        blocks=(),
        cost=np.ones(count),
        lower=least,
        upper=np.full(count, np.inf),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        start=np.zeros(count + 1, np.int32),
        index=np.zeros(0, np.int32),
        value=np.zeros(0),
        integral=np.zeros(0, np.int64),
        largest=count,
        total=0,
    )
