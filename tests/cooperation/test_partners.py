"""Scores and ranks of joint projects: by hand, and laws that hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from airshed.cooperation.partners import (
    WEIGHTS,
    better_equipped,
    firmness,
    lesser,
    location_quotient,
    mutual,
    random_weights,
    ranks,
    scores,
    standing,
    weights_of,
)
from airshed.pack.errors import AirshedError

amounts = st.floats(0.0, 1e6).map(lambda value: round(value, 6))
values = arrays(np.float64, st.integers(2, 12), elements=amounts)
weights = arrays(np.float64, len(WEIGHTS), elements=st.floats(0.0, 10.0).map(lambda value: round(value, 3)))
parts = st.integers(2, 9).flatmap(
    lambda count: arrays(np.float64, (len(WEIGHTS), count), elements=st.floats(0.0, 1.0).map(lambda one: round(one, 3)))
)


def test_a_location_quotient_by_hand():
    """Ships are 3 of 12 here and 10 of 100 in the nation: 0.25 over 0.1; the rest 0.25 over 0.4."""
    found = location_quotient(np.array([3.0, 6.0, 3.0, 0.0]), np.array([10.0, 50.0, 40.0, 0.0]))
    assert found == pytest.approx([2.5, 1.0, 0.625, 0.0])


@given(values, st.floats(1e-3, 1e3))
def test_a_region_like_its_reference_has_a_quotient_of_one(reference, scale):
    found = location_quotient(scale * reference, reference)
    assert found == pytest.approx(np.where(reference > 0, 1.0, 0.0))


@given(values)
def test_shares_weigh_quotients_to_one(own):
    """The quotients of a region, weighted with the shares of the reference, add up to one."""
    reference = np.arange(1.0, len(own) + 1.0)
    assume(own.sum() > 0)
    assert location_quotient(own, reference) @ reference / reference.sum() == pytest.approx(1.0)


def test_what_one_side_lacks_is_not_mutual():
    found = mutual(np.array([4.0, 5.0, -1.0, np.nan]), np.array([9.0, 0.0, 2.0, 1.0]))
    assert found[:3] == pytest.approx([6.0, 0.0, 0.0]) and np.isnan(found[3])


def test_what_the_side_has_that_has_less():
    found = lesser(np.array([4.0, 5.0, -1.0, np.nan]), np.array([9.0, 0.0, 2.0, 1.0]))
    np.testing.assert_array_equal(found, [4.0, 0.0, 0.0, np.nan])


@given(values)
def test_standing_counts_who_lies_lower(found):
    counted = [sum(other < one for other in found) / (len(found) - 1) for one in found]
    assert standing(found) == pytest.approx(counted)


@given(values, st.permutations(range(12)))
def test_standing_follows_the_projects_and_no_scale(found, order):
    order = [place for place in order if place < len(found)]
    assert standing(found[order]) == pytest.approx(standing(found)[order])
    assert standing(1000.0 * found) == pytest.approx(standing(found))
    assert standing(found**3) == pytest.approx(standing(found))


@given(parts, weights, st.floats(0.01, 100.0))
def test_ranks_do_not_depend_on_the_scale_of_the_weights(held, given_weights, scale):
    assume(given_weights.sum() > 0)
    one, other = (ranks(scores(held, factor * given_weights)) for factor in (1.0, scale))
    assert one.tolist() == other.tolist()


@given(parts, weights)
def test_a_score_lies_between_its_parts_and_dominance_is_kept(held, given_weights):
    assume(given_weights.sum() > 0)
    found = scores(held, given_weights)
    assert (found <= held.max(axis=0) + 1e-12).all() and (found >= held.min(axis=0) - 1e-12).all()
    for one in range(held.shape[1]):
        above = (held >= held[:, one : one + 1]).all(axis=0)
        assert (found[above] >= found[one] - 1e-12).all()


def test_random_weights_add_up_spread_and_come_again():
    drawn = random_weights(weights_of({"cost": 0}), 4000, seed=3)
    used = [place for place, name in enumerate(WEIGHTS) if name in ("relevance", "exposure", "deaths")]
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    assert drawn[:, used].mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.02)
    assert drawn[:, used].var(axis=0) == pytest.approx([1 / 18] * 3, abs=0.005)
    assert (np.delete(drawn, used, axis=1) == 0).all()
    assert (drawn == random_weights(weights_of({"cost": 0}), 4000, seed=3)).all()


def test_firmness_by_hand():
    found = firmness(np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [1.0, 3.0, 2.0], [1.0, 2.0, 3.0]]), 1)
    assert found.inside.tolist() == [0.75, 0.25, 0.0]
    assert found.best.tolist() == [1, 1, 2] and found.worst.tolist() == [2, 3, 3]


def test_who_has_more_is_told_only_where_the_ends_do_not_overlap():
    assert better_equipped(["A", "B"], [0.1, 0.6], [0.5, 0.9]) == ("B", pytest.approx(0.1))
    for low, high in (([0.1, 0.4], [0.5, 0.9]), ([np.nan, 0.4], [np.nan, 0.9]), ([0.5, 0.5], [0.5, 0.5])):
        name, gap = better_equipped(["A", "B"], low, high)
        assert name == "" and np.isnan(gap)


@pytest.mark.parametrize(
    ("given_weights", "message"),
    [
        ({"relevanse": 1.0}, "relevanse is not known"),
        ({"cost": -1.0}, "the parameter cost cannot be -1.0"),
        ({"cost": float("nan")}, "the parameter cost cannot be nan"),
        ({"cost": float("inf")}, "the parameter cost cannot be inf"),
        (dict.fromkeys(WEIGHTS, 0.0), "all weights are 0"),
    ],
)
def test_bad_weights_are_refused(given_weights, message):
    with pytest.raises(AirshedError, match=message):
        weights_of(given_weights)
