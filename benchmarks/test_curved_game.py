"""Plans of all coalitions with curved benefits, beside the benefits and slopes of as many plans once."""

import numpy as np
import pytest

from airshed.cooperation.curved import CurvedGame
from airshed.cooperation.options import PlayerOptions

MEASURES, PLACES = 1_000, 50


class Deaths:
    """Concave damage at places that measures lower the level of; places belong to players in turn."""

    def __init__(self, players: int) -> None:
        random = np.random.default_rng(0)
        self.effect = random.uniform(0, 1, (MEASURES, PLACES))
        self.level = 1.1 * self.effect.sum(axis=0)
        self.player = (np.arange(PLACES) % players == np.arange(players)[:, None]).astype(float)

    def benefit(self, application: np.ndarray) -> np.ndarray:
        left = (self.level - application @ self.effect) / self.level
        return -np.log(0.1 + left) @ self.player.T + np.log(1.1) * self.player.sum(axis=1)

    def slope(self, application: np.ndarray, weight: np.ndarray) -> np.ndarray:
        left = (self.level - application @ self.effect) / self.level
        return (weight @ self.player / (0.1 + left) / self.level) @ self.effect.T


@pytest.mark.parametrize("players", [6, 10])
def test_plans_of_all_coalitions(players, seconds, tell):
    curve, random = Deaths(players), np.random.default_rng(1)
    near = curve.slope(np.zeros((players, MEASURES)), np.eye(players)).T
    cost = near.sum(axis=1) * random.uniform(0.3, 3.0, MEASURES)
    options = PlayerOptions(np.arange(MEASURES) % players, np.arange(MEASURES), near, cost)
    choice, plans = np.zeros(MEASURES), random.uniform(0, 1, (1 << players, MEASURES))
    weight = np.ones((1 << players, players))
    found = CurvedGame(options, curve).outcomes(choice)
    here = seconds(lambda: CurvedGame(options, curve).outcomes(choice), rounds=1)
    there = seconds(lambda: (curve.benefit(plans), curve.slope(plans, weight)), rounds=3)
    tell(
        f"curved plans of 2^{players} coalitions, {MEASURES} options: {here:.2f} s, {here / there:.0f} times benefits "
        f"and slopes of as many plans once (at most 1000); starts agree in {100 * found.agreed.mean():.0f} %",
        "curved plans",
        f"2^{players} coalitions",
        here=here,
        theirs=there,
        beside="benefits and slopes once",
    )
    assert here <= 1000 * there
