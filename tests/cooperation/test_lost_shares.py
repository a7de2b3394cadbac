"""Shares that the solver loses: it is asked anew, and what stays lost is told with what to do."""

import numpy as np
import pytest

from airshed.cooperation.core import least_core
from airshed.cooperation.core_fund import core_fund
from airshed.cooperation.least_excess import LeastExcess, SharesError
from airshed.cooperation.nucleolus import nucleolus
from airshed.pack.errors import AirshedError
from airshed.strategy.highs import Engine

MAJORITY = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0])
"""Three players, of whom two are enough: nucleolus a third each, fund 1/2."""


@pytest.fixture
def losing(monkeypatch):
    """Let the solver find nothing in its first runs; returns how many it is to lose."""
    run, left = Engine.run, [0]

    def lost(self):
        left[0] -= 1
        return None if left[0] >= 0 else run(self)

    monkeypatch.setattr(Engine, "run", lost)
    return left


@pytest.mark.parametrize("count", [0, 1])
def test_what_is_lost_once_is_found_anew(losing, count):
    losing[0] = count
    assert nucleolus(MAJORITY).shares == pytest.approx([1 / 3] * 3)
    losing[0] = count
    assert core_fund(MAJORITY) == pytest.approx(0.5)
    losing[0] = count
    assert least_core(MAJORITY).excess == pytest.approx(1 / 3)


@pytest.mark.parametrize("ask", [nucleolus, core_fund, least_core])
def test_what_stays_lost_is_told(losing, ask):
    losing[0] = 100
    with pytest.raises(AirshedError, match="found no shares of this game") as told:
        ask(MAJORITY)
    assert "take another key" in told.value.remedy


def test_prices_that_settle_nothing_are_told():
    programme = LeastExcess(MAJORITY, individual=True)
    _, shares, _ = programme.level()
    with pytest.raises(SharesError):
        programme.settle(shares, [])
