"""The eight states of Tapio, each with numbers inside and at its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.transition.decoupling import STATES, elasticity, state

# Tapio 2005, figure 1: relative change of CO2 and of GDP, and the state.
CASES = [
    (0.0, 0.10, "weak decoupling"),
    (0.079, 0.10, "weak decoupling"),
    (0.08, 0.10, "expansive coupling"),
    (0.10, 0.10, "expansive coupling"),
    (0.12, 0.10, "expansive coupling"),
    (0.121, 0.10, "expansive negative decoupling"),
    (-0.01, 0.10, "strong decoupling"),
    (0.01, -0.10, "strong negative decoupling"),
    (-0.05, -0.10, "weak negative decoupling"),
    (-0.10, -0.10, "recessive coupling"),
    (-0.121, -0.10, "recessive decoupling"),
    (0.05, 0.0, ""),
]


@pytest.mark.parametrize(("carbon", "product", "wanted"), CASES)
def test_states(carbon, product, wanted):
    assert state(carbon, product) == wanted


@given(st.floats(-0.9, 3.0), st.floats(-0.9, 3.0).filter(lambda grown: abs(grown) > 1e-6))
def test_every_pair_has_one_of_the_eight_states(carbon, product):
    found = state(carbon, product)
    assert found in STATES
    assert found.startswith(("recessive", "weak negative", "strong negative")) == (product < 0)


def test_elasticity_by_hand():
    """CO2 from 50 to 60 is a fifth, GDP from 200 to 300 a half: 0.4."""
    assert float(elasticity(np.array([50.0, 60.0]), np.array([200.0, 300.0]))) == pytest.approx(0.4)
    assert np.isnan(elasticity(np.array([50.0, 60.0]), np.array([200.0, 200.0])))
