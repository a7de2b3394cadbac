"""Lists of leading regions: chance by counting all lists, verdicts by hand, similarity by hand and as laws."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import hypergeom

from airshed.pack.errors import AirshedError
from airshed.transition.leads import chance_of_hits, similarity, size_ratio, verdict_of_list

AMOUNTS = st.floats(0, 1e6, allow_subnormal=False)


@pytest.mark.parametrize("hits", range(4))
def test_the_chance_is_the_share_of_all_lists_of_three_of_seven(hits):
    lists = list(combinations(range(7), 3))
    as_good = sum(len({0, 1, 2} & set(one)) >= hits for one in lists)
    assert chance_of_hits(hits, 3, 7) == pytest.approx(as_good / len(lists))


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 40))
def test_the_chance_is_the_tail_of_the_hypergeometric_law(hits, listed, regions):
    if not hits <= listed <= regions:
        with pytest.raises(AirshedError, match="cannot be among the first"):
            chance_of_hits(hits, listed, regions)
    else:
        expected = hypergeom(regions, listed, listed).sf(hits - 1) if regions else 1.0
        assert chance_of_hits(hits, listed, regions) == pytest.approx(expected, abs=1e-9)


def test_verdicts_by_hand():
    """3 of 4 in 30: 105 of 27,405 lists, in part; 2 of 4: (6 x 325 + 105) / 27,405 = 7.5 percent, too many."""
    assert [verdict_of_list(hits, 4, 30) for hits in (4, 3, 2, 0)] == ["confirmed", "partly", "differs", "differs"]
    assert chance_of_hits(2, 4, 30) == pytest.approx((6 * 325 + 105) / 27405)
    assert verdict_of_list(1, 1, 30) == "confirmed"


def test_similarity_by_hand():
    """Shares 1/4, 3/4 and 3/4, 1/4 have 1/4 + 1/4 in common."""
    assert similarity(np.array([1.0, 3.0]), np.array([30.0, 10.0])) == pytest.approx(0.5)
    assert np.isnan(similarity(np.zeros(2), np.array([1.0, 2.0])))
    with pytest.raises(AirshedError, match="below 0"):
        similarity(np.array([-1.0, 2.0]), np.array([1.0, 2.0]))


@given(arrays(np.float64, 5, elements=AMOUNTS), arrays(np.float64, 5, elements=AMOUNTS), st.floats(0.1, 10))
def test_similarity_is_even_bounded_and_without_unit(one, other, scale):
    if one.sum() > 1e-3 and other.sum() > 1e-3:
        found = float(similarity(one, other))
        assert -1e-12 <= found <= 1 + 1e-12
        assert found == pytest.approx(float(similarity(other, one)))
        assert found == pytest.approx(float(similarity(scale * one, other)))
        assert float(similarity(one, one)) == pytest.approx(1.0)


def test_sizes_by_hand():
    assert size_ratio(np.array([2.0, 8.0, 0.0]), np.array([8.0, 2.0, 5.0])).tolist() == [0.25, 0.25, 0.0]
    assert np.isnan(size_ratio(np.array([np.nan, 0.0]), np.array([1.0, 0.0]))).all()
