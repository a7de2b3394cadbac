"""The rule of a peak: by hand, over made-up series without a peak, and what it does not say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from airshed.transition.peak import LEAST, looked_back, peak, year_noise

YEARS = np.arange(2000, 2023)


def test_noise_by_hand():
    """Logarithms 0, 1, 0, 1, 0: every second difference is 2 in size."""
    assert year_noise(np.exp([0.0, 1.0, 0.0, 1.0, 0.0])) == pytest.approx(1.4826 * 2.0 / np.sqrt(6.0))


def test_score_by_hand():
    logs = np.array([0.0, 0.1, 0.2, 0.1, 0.5, 0.3, 0.2, 0.3, 0.2])
    found = peak(np.arange(2000, 2009), np.exp(logs))
    noise = 1.4826 * np.median(np.abs(np.diff(np.diff(logs)))) / np.sqrt(6.0)
    drop = 0.5 - np.mean([0.3, 0.2, 0.3, 0.2])
    assert (found.year, found.later) == (2004, 4)
    assert found.noise == pytest.approx(noise)
    assert found.score == pytest.approx(drop / (noise * np.sqrt(1 + 1 / 4)))
    assert found.bound == pytest.approx(t.ppf(1 - 0.05 / 9, 7))
    assert found.verdict == ("peak" if found.score >= found.bound else "noise")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (np.linspace(1.0, 2.0, 12), "rising"),
        ([*np.linspace(1.0, 2.0, 11), 1.9], "too early"),
        ([1.0, 2.0, 1.0], "too short"),
        ([*np.linspace(1.0, 2.0, 12), *np.linspace(1.95, 1.2, 8)], "peak"),
    ],
)
def test_verdicts(values, verdict):
    assert peak(np.arange(len(values)), np.asarray(values)).verdict == verdict


def test_a_level_series_with_noise_is_called_a_peak_in_one_of_ten_at_most():
    random = np.random.default_rng(5)
    series = np.exp(random.normal(0.0, 0.03, (600, len(YEARS))))
    called = sum(peak(YEARS, one).verdict == "peak" for one in series)
    assert called <= 60


def test_a_fall_of_ten_times_the_noise_is_found():
    random = np.random.default_rng(6)
    course = np.r_[np.linspace(0.0, 0.6, 14), np.linspace(0.5, 0.1, 9)]
    found = [peak(YEARS, np.exp(course + random.normal(0.0, 0.02, 23))).verdict for _ in range(100)]
    assert found.count("peak") == 100


@given(st.floats(1e-3, 1e6), st.integers(0, 50))
def test_neither_unit_nor_date_matters(factor, seed):
    values = np.exp(np.random.default_rng(seed).normal(0.0, 0.05, 15))
    one, other = peak(YEARS[:15], values), peak(YEARS[:15] + 7, values * factor)
    assert (one.verdict, one.year + 7) == (other.verdict, other.year)
    assert other.score == pytest.approx(one.score, rel=1e-6, nan_ok=True)


def test_a_peak_that_was_passed_later_is_counted():
    up, down = np.linspace(1.0, 2.0, 10), np.linspace(1.9, 1.5, 6)
    values = np.r_[up, down, 2.5]
    years = np.arange(len(values))
    # Brute force over the ends from which the rule could have judged.
    ends = range(LEAST, len(values))
    called = {peak(years[:end], values[:end]).year for end in ends if peak(years[:end], values[:end]).verdict == "peak"}
    assert looked_back(years, values) == (len(called), len(called)) == (1, 1)
