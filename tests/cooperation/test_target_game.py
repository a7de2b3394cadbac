"""The target game: every coalition against a cold plan of its own, by scipy, and what must hold of the savings."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.cooperation.core import superadditivity
from airshed.cooperation.shapley import sampled_shapley, shapley
from airshed.cooperation.target_game import TargetCosts, target_game
from airshed.cooperation.transfers import transfers
from airshed.pack.errors import AirshedError
from airshed.strategy.problem import Problem
from support.plans import by_linprog, problem

SEEDS = st.integers(0, 2**32 - 1)
OWNER = np.array([0, 1, 2, -1])


def owned(seed, negative=False, **more):
    """Return a random problem of three players, one region and receptor each, and a fourth that is nobody's."""
    plain = problem(seed, options=10, regions=4, receptors=4, negative=negative, **more)
    return replace(plain, region_owner=OWNER, receptor_owner=OWNER)


def of_coalition(asked, mask, target):
    inside = np.array([owner >= 0 and bool(mask >> owner & 1) for owner in OWNER])
    ground = np.where(inside[asked.region], asked.maximum, asked.current)
    return replace(asked, maximum=ground, target=np.where(inside, target, np.nan))


@settings(max_examples=25)
@given(SEEDS)
def test_every_coalition_against_scipy(seed):
    asked = owned(seed, aim=(0.05, 0.6))
    found = target_game(asked)
    for mask in range(1, 8):
        other = by_linprog(of_coalition(asked, mask, found.target))
        assert other.status == 0
        assert found.cost[mask] == pytest.approx(other.fun, abs=1e-4)
    assert found.saving == pytest.approx(
        [sum(found.cost[1 << i] for i in range(3) if m >> i & 1) - found.cost[m] for m in range(8)]
    )
    assert not found.missed.any()
    assert (found.target >= asked.target).all()
    # no effect is negative, so that members' own plans are one way for all of them
    assert (found.saving >= -1e-6).all()
    assert superadditivity(np.where(np.abs(found.saving) < 1e-6, 0.0, found.saving)).loss <= 1e-4


@settings(max_examples=10)
@given(SEEDS)
def test_with_negative_effects_every_cost_is_finite(seed):
    asked = owned(seed, negative=True, aim=(0.05, 0.4))
    found = target_game(asked)
    assert np.isfinite(found.cost).all()
    for mask in range(1, 8):
        if not found.missed[mask]:
            other = by_linprog(of_coalition(asked, mask, found.target))
            if other.status == 0:
                assert found.cost[mask] == pytest.approx(other.fun, abs=1e-3)


def by_hand(target=(9.0, 8.0)):
    """Return two players: 0 abates 0.5 at both for 1 a step, 1 abates 1 at itself only for 5."""
    effect = np.array([[[1.0, 1.0], [0.0, 1.0]]])
    return Problem(
        removal=[[2.0], [2.0]], region=[0, 1], group=[0, 1], cost=[4.0, 10.0], current=[0.0, 0.0], maximum=[1.0, 1.0],
        effect=effect, level=[10.0, 10.0], target=target, region_owner=[0, 1], receptor_owner=[0, 1],
    )  # fmt: skip


def test_two_players_by_hand():
    # alone: 0 needs half its measure (2), 1 all of its own (10); together all of 0's (4)
    found = target_game(by_hand())
    assert found.cost == pytest.approx([0.0, 2.0, 10.0, 4.0])
    assert found.saving == pytest.approx([0.0, 0.0, 0.0, 8.0])
    assert not found.lowered.any()
    assert found.net_alone == pytest.approx([-2.0, -10.0])
    assert found.net_together == pytest.approx([-4.0, 0.0])
    assert transfers(shapley(found.saving), found.net_alone, found.net_together) == pytest.approx([6.0, -6.0])


def test_a_target_out_of_reach_alone_is_lowered():
    # 1 reaches 8 by itself and asks for 7: in the game it asks for 8
    found = target_game(by_hand(target=(9.0, 7.0)))
    assert found.lowered.tolist() == [False, True]
    assert found.target == pytest.approx([9.0, 8.0], abs=1e-5)
    assert found.cost == pytest.approx([0.0, 2.0, 10.0, 4.0], abs=1e-4)


def test_what_outsiders_owe_does_not_bind_a_coalition():
    asked = by_hand()
    capped = replace(
        asked, emissions=[[5.0, 5.0]], emission_ceiling=[[np.nan, 3.5]], region_budget=[3.0, 20.0],
        limit=[[1.0, 0.0], [0.0, 1.0]], limit_at_most=[0.9, np.nan],
    )  # fmt: skip
    found = target_game(capped)
    # 0 has 3 to spend, so 1 must add a quarter of its own; its ceiling asks for three quarters (7.5) anyway
    assert found.cost == pytest.approx([0.0, 2.0, 10.0, 2.0 + 7.5], abs=1e-6)


def test_sampling_the_target_game():
    asked = owned(5)
    costs, found = TargetCosts(asked), target_game(asked)
    sampled = sampled_shapley(costs.saving, 3, 60, seed=2)
    assert sampled.shares.sum() == pytest.approx(found.saving[-1], abs=1e-6)
    near = np.abs(sampled.shares - shapley(found.saving)) <= 4.5 * sampled.standard_error + 1e-6
    assert near.all()


def test_progress_is_told():
    told = []
    target_game(by_hand(), told.append)
    assert told == ["2 players alone"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"region_owner": None}, "needs region_owner"),
        ({"region_owner": [0, 0], "receptor_owner": [0, 0]}, "two players"),
        ({"budget": 5.0}, "budget binds all players"),
        ({"group": [1, 1]}, "group 1 lie with several players"),
        ({"limit": [[1.0, 1.0]], "limit_at_most": [1.0]}, "limit 0 binds several players"),
    ],
)
def test_wrong_problems_are_refused(change, message):
    with pytest.raises(AirshedError) as caught:
        target_game(replace(by_hand(), **change))
    assert message in str(caught.value)


def test_more_players_than_can_be_counted():
    owner = [0, 22]
    with pytest.raises(AirshedError, match="sampled_shapley"):
        target_game(replace(by_hand(), region_owner=owner, receptor_owner=owner))
