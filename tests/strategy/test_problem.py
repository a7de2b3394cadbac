"""What contradicts itself is refused with a message that names it."""

from dataclasses import replace

import numpy as np
import pytest

from airshed.pack.errors import AirshedError
from airshed.strategy.solve import Solver
from support.plans import problem


def changed(field, at, value, **names):
    """Return a problem with one number of a field replaced."""
    asked = problem(0, weights=np.ones(3), **names)
    array = getattr(asked, field).copy()
    array[at] = value
    return {field: array}


WRONG = {
    "option 2 has a current application above its maximum": lambda: (
        changed("maximum", 2, 0.0) | changed("current", 2, 0.01)
    ),
    "option 1 has a maximum application outside 0..1: current .*, maximum 1.5": lambda: changed("maximum", 1, 1.5),
    "option 0 has a current application outside 0..1": lambda: changed("current", 0, -0.1),
    "the current applications of group 0 add to 1.8 ": lambda: {
        "group": np.zeros(8),
        "current": np.r_[0.9, 0.9, np.zeros(6)],
        "maximum": np.ones(8),
    },
    "the level of receptor 1 is negative": lambda: changed("level", 1, -1.0),
    "the target of receptor 2 is negative": lambda: changed("target", 2, -1.0),
    "cost of option 3 is not a finite number": lambda: changed("cost", 3, np.nan),
    "effect of pollutant 1, region 0, receptor 2 is not a finite": lambda: changed("effect", (1, 0, 2), np.inf),
    "receptor 1 has a target below its level, but no region": lambda: changed("effect", np.s_[:, :, 1], 0.0),
    "a target is infinite|target of receptor 0 is not": lambda: changed("target", 0, -np.inf),
    "option 7 is in region 3. regions are numbered 0 to 2": lambda: changed("region", 7, 3),
    "level has the shape": lambda: {"level": np.ones(4)},
    "removal must be": lambda: {"removal": np.ones(8)},
    "emission_ceiling is given without": lambda: {"emission_ceiling": np.ones((2, 3))},
    "an emission ceiling is negative": lambda: {
        "emission_ceiling": -np.ones((2, 3)),
        "emissions": np.ones((2, 3)),
    },
    "co2_ceiling is given without": lambda: {"co2_ceiling": 1.0},
    "limit and limit_at_most belong together": lambda: {"limit": np.ones((1, 8))},
    "limit has the shape": lambda: {"limit": np.ones((1, 7)), "limit_at_most": [1.0]},
    "budget is not a finite": lambda: {"budget": np.nan},
    "weights of receptors": lambda: {"weights": np.zeros(3)},
    "exposure_target is given without": lambda: {"weights": None, "exposure_target": 5.0},
}


@pytest.mark.parametrize("message", WRONG)
def test_what_is_wrong_is_named(message):
    with pytest.raises(AirshedError, match=message):
        replace(problem(0, weights=np.ones(3)), **WRONG[message]())


def test_names_stand_in_messages_instead_of_numbers():
    named = problem(0, names={"receptor": ["Busan", "Seoul", "Daegu"]})
    with pytest.raises(AirshedError, match="the level of receptor Seoul is negative"):
        replace(named, level=np.array([30.0, -1.0, 30.0]))


def test_new_targets_are_checked_too():
    silent = problem(0)
    effect = silent.effect.copy()
    effect[:, :, 0] = 0.0
    solver = Solver(replace(silent, effect=effect, target=np.full(3, np.nan)))
    with pytest.raises(AirshedError, match="receptor 0 has a target below its level"):
        solver.solve(silent.target)
    with pytest.raises(AirshedError, match="target has the shape"):
        solver.solve(silent.target[:2])
    assert solver.solve(np.array([100.0, np.nan, np.nan])).cost == 0.0
