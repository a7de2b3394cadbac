"""Robust plans of a pack: targets met in a stated share of the samples of the relation, and the price of certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from airshed.assessment.chain.concentration import sampled_levels
from airshed.assessment.plans.aims import ALL, Aims
from airshed.assessment.plans.plan import PlanSolution, answer_of
from airshed.assessment.plans.plan_inputs import PlanInputs, ground, problem_of
from airshed.pack.arrays import Floats
from airshed.pack.bounds import SHARE, Bound, within
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.highs import Progress, silent
from airshed.strategy.robust import Robust, robust
from airshed.transport.ensemble import SEED

SAMPLES = 200
SAMPLED = Bound(1, 2000, whole=True)
"""Samples in which a plan can be held to its targets."""


@dataclass(frozen=True)
class RobustAnswer:
    """A robust plan: the answer for it, and the search that led to it."""

    answer: PlanSolution
    search: Robust
    samples: int


def robust_answer(
    pack: Pack,
    aims: Aims,
    year: int,
    share: float,
    scenario: str = "baseline",
    case: Case = "middle",
    receptors: Sequence[str] | None = None,
    samples: int = SAMPLES,
    seed: int = SEED,
    progress: Progress = silent,
) -> RobustAnswer:
    """Return the plan that meets the targets in at least a share of the samples of the calibrated relation.

    share : 0..1; samples : how many are drawn. Levels before the plan differ by sample as well: in the year of its
    observation a place has the observed level in every sample.
    Raises AirshedError for aims on deaths.
    """
    within(share, "certainty", SHARE)
    within(samples, "samples", SAMPLED)
    if aims.deaths:
        raise AirshedError("robust-plan-no-aims-deaths")
    held = ground(pack, aims, year, scenario, case, receptors, samples, seed)
    problem = problem_of(held)
    found = robust(problem, sampled_effects(held), share, progress, levels_in_samples(held))
    return RobustAnswer(answer_of(held, problem, found.plan), found, samples)


def sampled_effects(held: PlanInputs) -> Floats:
    """Return the effects in every sample (sample, precursor, region, receptor), ug/m3 per kt/yr."""
    ensemble = held.chain.ensemble
    every = np.ones((len(ensemble.raw.species), len(ensemble.raw.receptors)))
    per = ensemble.per_kilotonne(every)
    result = np.empty((ensemble.samples, *per.shape[1:3], len(held.receptors)))
    for sample in range(ensemble.samples):
        factor = ensemble.factor[sample][ensemble.source]
        result[sample] = (per[ensemble.kernel[sample]] * factor) @ held.weights.T
    return result


def levels_in_samples(held: PlanInputs) -> Floats:
    """Return the level of every receptor before the plan in every sample, (sample, receptor), ug/m3.

    Without the weather of a single year: a target is one of a mean over years.
    """
    chain = held.chain
    codes = chain.places.codes
    modelled = chain.places.mean(chain.relation.concentration(held.emissions)).to_numpy()
    totals = sampled_levels(chain, modelled)[0] + chain.rest @ chain.places.weights.to_numpy().T
    columns = [codes.index(code) for code in chain.relation.receptors]
    own = [totals[:, codes.index(code)] if code != ALL else totals[:, columns] @ row for code, row in _rows(held)]
    return np.column_stack(own)


def _rows(held: PlanInputs) -> Sequence[tuple[str, Floats]]:
    """Return every receptor with its weights over the receptors of the relation."""
    known = set(held.chain.places.codes)
    return [(code if code in known else ALL, row) for code, row in zip(held.receptors, held.weights, strict=True)]
