"""Shares of variance: against functions whose indices are known in closed form, and the laws that shares obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.sampling.design import latin_hypercube
from airshed.sampling.laws import normal_quantile
from airshed.sampling.sensitivity import bins_of, noise_floor, variance_share, variance_shares

ISHIGAMI = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
"""First-order indices of sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 (Ishigami and Homma 1990), x in -pi..pi."""


def test_a_linear_sum_has_the_shares_of_its_variances():
    scores = normal_quantile(latin_hypercube(2000, ["a", "b", "c"], 4))
    weights = np.array([3.0, 2.0, 1.0])
    found = [variance_share(scores @ weights, column) for column in scores.T]
    assert found == pytest.approx((weights**2 / (weights**2).sum()).tolist(), abs=0.03)


def test_a_product_leaves_its_interaction_to_no_one():
    """Of (1 + a)(1 + b) with uniform a, b in -1..1: Var = (4/3)^2 - 1 = 7/9, each alone 1/3, so 3/7 each."""
    a, b = (2 * latin_hypercube(4000, ["a", "b"], 2) - 1).T
    assert [variance_share((1 + a) * (1 + b), driver) for driver in (a, b)] == pytest.approx([3 / 7] * 2, abs=0.03)


def test_the_function_of_ishigami():
    points = np.pi * (2 * latin_hypercube(8000, list(ISHIGAMI), 1) - 1)
    one, two, three = points.T
    values = np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)
    assert [variance_share(values, column) for column in points.T] == pytest.approx(list(ISHIGAMI.values()), abs=0.03)


def test_an_input_that_is_alone_explains_all_and_a_foreign_one_nothing():
    random = np.random.default_rng(1)
    values, other = random.lognormal(size=1000), random.normal(size=1000)
    assert variance_share(values, values) == pytest.approx(1.0)
    assert variance_share(values, other) < 0.03 and variance_share(values, np.ones(1000)) == 0.0
    assert np.isnan(variance_share(np.full(1000, 3.0), other))


def test_chance_is_taken_off_on_average():
    random = np.random.default_rng(2)
    shares = [variance_share(random.normal(size=300), random.normal(size=300)) for _ in range(200)]
    assert np.mean(shares) < 0.5 * noise_floor(300)


@given(seed=st.integers(0, 1000), scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_units_and_order_of_the_samples_do_not_matter(seed, scale, shift):
    random = np.random.default_rng(seed)
    driver = random.normal(size=200)
    values = driver + random.normal(size=200)
    share = variance_share(values, driver)
    assert 0 <= share <= 1
    assert variance_share(scale * values + shift, driver) == pytest.approx(share, abs=1e-6)
    assert variance_share(values, scale * driver + shift) == pytest.approx(share, abs=1e-6)
    order = random.permutation(200)
    assert variance_share(values[order], driver[order]) == pytest.approx(share, abs=1e-9)


def test_bins_hold_enough():
    assert [bins_of(count) for count in (2, 100, 499, 500, 10**6)] == [2, 2, 9, 10, 10]


@pytest.mark.parametrize("samples", [100, 217, 1000])
def test_many_shares_are_those_of_a_line_in_each_bin_by_hand(samples):
    """An input with three values only, one that nothing depends on, one that does not vary, an answer that does not."""
    random = np.random.default_rng(3)
    drivers = random.normal(size=(samples, 5))
    drivers[:, 1] = random.integers(3, size=samples)
    drivers[:, 3] = 7.0
    values = drivers[:, [0, 1, 2, 3, 4]] + random.normal(size=(samples, 5))
    values[:, 4] = 1.0
    found = variance_shares(values, drivers)
    for column in range(3):
        order = sorted(range(samples), key=lambda row, column=column: drivers[row, column])
        centred = values[:, column] - values[:, column].mean()
        explained = 0.0
        for rows in np.array_split(order, bins_of(samples)):
            x, y = drivers[rows, column], centred[rows]
            fit = np.polyval(np.polyfit(x, y, 1), x) if np.ptp(x) else np.full(len(y), y.mean())
            explained += (fit**2).sum()
        floor = noise_floor(samples)
        share = (explained / (centred**2).sum() - floor) / (1 - floor)
        assert found[column] == pytest.approx(min(max(share, 0.0), 1.0), abs=1e-10)
    assert found[3] == 0.0 and np.isnan(found[4])
