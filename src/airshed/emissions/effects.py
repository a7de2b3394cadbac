"""The change of a product split into the effects of its factors, without a residual."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import permutations
from math import factorial

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="shapley-effects",
    title="Change of a product split into the effects of its factors",
    latex=r"\Delta_i = \frac{1}{n!} \sum_{\pi} \left[ f(\pi_{\le i}\ \text{after}) - f(\pi_{<i}\ \text{after}) \right],"
    r"\quad f = \prod_i x_i, \quad \sum_i \Delta_i = f_1 - f_0",
    units="unit of the product",
    citation="Sun 1998, Energy Econ. 20:85; Albrecht et al. 2002, Energy Policy 30:727 (mean over all orders)",
)
def shapley_effects(before: Sequence[Floats], after: Sequence[Floats]) -> list[Floats]:
    """Return what each factor of a product contributes to its change: the mean over all orders of swapping them.

    before, after : the factors in the same order, arrays that broadcast to one shape
    returns : one array per factor, unit of the product; they add up to the change. Zeros need no special case, which is
        why this is preferred to a logarithmic mean

    >>> [float(part) for part in shapley_effects([np.array(2.0), np.array(5.0)], [np.array(4.0), np.array(3.0)])]
    [8.0, -6.0]
    """
    shape = np.broadcast_shapes(*(np.shape(values) for values in [*before, *after]))
    effects = [np.zeros(shape) for _ in before]
    for order in permutations(range(len(before))):
        state = list(before)
        product = reduce(np.multiply, state)
        for place in order:
            state[place] = after[place]
            swapped = reduce(np.multiply, state)
            effects[place] += swapped - product
            product = swapped
    return [effect / factorial(len(before)) for effect in effects]
