"""The plan with the least greatest regret over states of what is not known: min-max regret over given plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.strategy.plan import MET, levels, reductions
from airshed.strategy.problem import Problem


@dataclass(frozen=True)
class Loss:
    """What a plan is worth less in a state: its cost, and what its misses count.

    cost : million USD/yr; missed : (receptor), ug/m3 above the target; total : cost + price @ missed
    """

    cost: float
    missed: Floats
    total: float


def applied(problem: Problem, application: Floats) -> Floats:
    """Return what comes of applications (option), 0..1, in a state: none beyond its limits, none less than in place.

    Where the options of a group add up to more than is left of it, what is added to each is scaled alike.
    """
    change = np.clip(application, problem.current, np.maximum(problem.maximum, problem.current)) - problem.current
    ids, place, left = problem.groups
    added = np.bincount(place, weights=change, minlength=len(ids))
    scale = np.where(added > left, left / np.where(added > 0, added, 1.0), 1.0)
    return np.asarray(problem.current + change * scale[place])


def loss(problem: Problem, application: Floats, price: float) -> Loss:
    """Return the loss of applications (option) in a state; price : million USD/yr per ug/m3 above a target."""
    held = applied(problem, application)
    over = levels(problem, reductions(problem, held)) - problem.target
    missed = np.where(np.nan_to_num(over) > MET, over, 0.0)
    cost = float(problem.cost @ (held - problem.current))
    return Loss(cost, missed, cost + price * float(missed.sum()))


@equation(
    key="least-regret",
    title="Plan of least greatest regret",
    latex=r"x^* = \arg\min_{x \in X} \max_s \left( L_s(x) - \min_{x'} L_s(x') \right),\quad "
    r"L_s(x) = \text{cost}_s(x) + P \sum_c \max(0, C_s(c; x) - T(c))",
    units="million USD/yr",
    citation="Savage 1951, J. Am. Stat. Assoc. 46:55; over the best plans of all states and their mean (rule of this "
    "project)",
)
def regrets(states: Sequence[Problem], plans: Sequence[Floats], best: Sequence[float], price: float) -> Floats:
    """Return the regret of every plan in every state (plan, state), million USD/yr, never below 0.

    states : problems with the same options; plans : applications (option) of each; best : (state), the least loss
    Raises AirshedError for states whose options differ.
    """
    for state in states:
        if len(state.cost) != len(states[0].cost):
            raise AirshedError("states-regret-do-not-same")
    found = np.array([[loss(state, plan, price).total for state in states] for plan in plans])
    return np.asarray(np.maximum(found - np.asarray(best)[None, :], 0.0))


def least_regret(regret: Floats) -> int:
    """Return the plan whose greatest regret is least, of ties the one with the least mean.

    >>> least_regret(np.array([[0.0, 9.0], [4.0, 3.0], [7.0, 0.0]]))
    1
    """
    return int(np.lexsort((regret.mean(axis=1), regret.max(axis=1)))[0])
