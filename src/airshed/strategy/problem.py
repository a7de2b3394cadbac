"""What a least-cost plan has to decide, as plain arrays: options, whom they reach, what is to be met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError, Phrase
from airshed.strategy.effort import EXACT, Effort

ROUNDING = 1e-9
"""By so much applications may leave 0..1: sums of published shares are not exact."""
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "removal": ("option", "pollutant"),
    "region": ("option",),
    "group": ("option",),
    "cost": ("option",),
    "current": ("option",),
    "maximum": ("option",),
    "effect": ("pollutant", "region", "receptor"),
    "level": ("receptor",),
    "target": ("receptor",),
    "emissions": ("pollutant", "region"),
    "emission_ceiling": ("pollutant", "region"),
    "co2": ("option",),
    "region_budget": ("region",),
    "weights": ("receptor",),
    "limit": ("limit", "option"),
    "limit_at_most": ("limit",),
    "limit_before": ("limit",),
    "floor": ("receptor",),
    "indivisible": ("option",),
    "closed": ("option",),
    "region_owner": ("region",),
    "receptor_owner": ("receptor",),
}
WHOLE = ("region", "group", "region_owner", "receptor_owner")
MAY_BE_UNKNOWN = ("target", "emission_ceiling", "co2", "region_budget", "limit_at_most")
"""Fields in which NaN has a meaning: no target, no limit, not known."""


@dataclass(frozen=True)
class Problem:
    """Options on the ground of regions, and the aims at receptors.

    removal : (option, pollutant), kt/yr at application 1; region : (option), where it is applied
    group : (option), options of one group exclude each other: their applications add to 1 at most
    cost : (option), million USD/yr at application 1, negative where the option saves
    current, maximum : (option), application today and at most, 0..1
    effect : (pollutant, region, receptor), ug/m3 per kt/yr, negative for some cross terms
    level : (receptor), ug/m3 before the plan; target : (receptor), ug/m3, NaN for none
    emissions, emission_ceiling : (pollutant, region), kt/yr, before the plan and at most after it; NaN for no ceiling
    co2 : (option), kt/yr of change at application 1, NaN where not known; co2_ceiling : kt/yr, of the plan's change
    region_budget : (region), million USD/yr, NaN for none; budget : of all regions
    limit, limit_at_most : (limit, option) per application of change and (limit): what the change of applications may
        add up to at most, in any unit (costs of a nation, emissions of a group of regions); NaN for no limit
    limit_before : (limit), what there is before the plan of what a limit counts, for messages; 0 if not given
    floor : (receptor), ug/m3 below which no level counts as reached: the part that no measure moves
    weights : (receptor), persons for instance; exposure_target : ug/m3 of the mean so weighted
    indivisible : (option), taken to its maximum or left where it is
    closed : (option), on a path: nothing more of it than in the year before, as what is not sold new any more
    region_owner, receptor_owner : (region), (receptor), number of the nation, -1 for none
    effort : gap and time of plans with indivisible options
    names : what messages call an option, region, receptor, pollutant or limit, instead of its number
    Raises AirshedError where a field has the wrong shape, is not a number or contradicts another.
    """

    removal: Floats
    region: Ints
    group: Ints
    cost: Floats
    current: Floats
    maximum: Floats
    effect: Floats
    level: Floats
    target: Floats
    emissions: Floats | None = None
    emission_ceiling: Floats | None = None
    co2: Floats | None = None
    co2_ceiling: float | None = None
    region_budget: Floats | None = None
    budget: float | None = None
    weights: Floats | None = None
    exposure_target: float | None = None
    limit: Floats | None = None
    limit_at_most: Floats | None = None
    limit_before: Floats | None = None
    floor: Floats | None = None
    indivisible: Bools | None = None
    closed: Bools | None = None
    region_owner: Ints | None = None
    receptor_owner: Ints | None = None
    effort: Effort = EXACT
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in DIMENSIONS:
            given = getattr(self, name)
            if given is not None:
                kind = np.int64 if name in WHOLE else np.bool_ if name in ("indivisible", "closed") else np.float64
                object.__setattr__(self, name, np.asarray(given, dtype=kind))
        _check_shapes(self)
        _check_numbers(self)
        _check_applications(self)
        _check_aims(self)
        check_target(self, self.target)

    @property
    def span(self) -> Floats:
        """How far each option can still be applied, (option), 0..1."""
        return np.maximum(self.maximum - self.current, 0.0)

    @cached_property
    def groups(self) -> tuple[Ints, Ints, Floats]:
        """Group ids in order, the place of each option's group among them, and what each group has left of 1."""
        ids, place = np.unique(self.group, return_inverse=True)
        left = 1.0 - np.bincount(place, weights=self.current, minlength=len(ids))
        return ids, place, np.maximum(left, 0.0)

    def counted(self, level: Floats) -> Floats:
        """Return levels (..., receptor), ug/m3, none of them below the floor."""
        return level if self.floor is None else np.maximum(level, self.floor)

    def label(self, kind: str, place: int) -> str:
        """Return the name of an item, its number without names."""
        known = self.names.get(kind)
        return str(known[place] if known else place)

    def name(self, kind: str, place: int) -> str:
        """Return what messages call an item: `receptor Seoul`, or `receptor 3` without names."""
        return f"{kind} {self.label(kind, place)}"


def sizes(problem: Problem) -> dict[str, int]:
    """Return the number of options, pollutants, regions, receptors and limits; raises AirshedError without them."""
    if problem.removal.ndim != 2 or problem.effect.ndim != 3:
        raise AirshedError("removal-must-option-pollutant-effect")
    options, pollutants = problem.removal.shape
    _, regions, receptors = problem.effect.shape
    limits = 0 if problem.limit is None else len(problem.limit)
    return {"option": options, "pollutant": pollutants, "region": regions, "receptor": receptors, "limit": limits}


def check_target(problem: Problem, target: Floats) -> None:
    """Raise AirshedError where a target asks for less than the level at a receptor that nothing has an effect on."""
    if target.shape != problem.level.shape:
        raise AirshedError("target-shape", shape=target.shape, wanted=problem.level.shape)
    if np.isinf(target).any():
        raise AirshedError("target-infinite")
    asked = np.flatnonzero(target < problem.level)
    idle = asked[~problem.effect[:, :, asked].any(axis=(0, 1))]
    if len(idle):
        raise AirshedError("target-below-level-but-no", receptor=problem.label("receptor", int(idle[0])))


def _check_shapes(problem: Problem) -> None:
    count = sizes(problem)
    for name, dims in DIMENSIONS.items():
        value = getattr(problem, name)
        shape = tuple(count[dim] for dim in dims)
        if value is not None and value.shape != shape:
            raise AirshedError("array-shape-wrong", name=name, shape=value.shape, dims=dims, wanted=shape)
    outside = np.flatnonzero((problem.region < 0) | (problem.region >= count["region"]))
    if len(outside):
        raise AirshedError(
            "option-in-no-region",
            option=problem.label("option", int(outside[0])),
            region=problem.region[outside[0]],
            last=count["region"] - 1,
        )


def _check_numbers(problem: Problem) -> None:
    for name, dims in DIMENSIONS.items():
        value = getattr(problem, name)
        if value is None or value.dtype != np.float64:
            continue
        bad = np.isinf(value) if name in MAY_BE_UNKNOWN else ~np.isfinite(value)
        if bad.any():
            where = ", ".join(problem.name(dim, int(at)) for dim, at in zip(dims, np.argwhere(bad)[0], strict=True))
            raise AirshedError("not-finite-number-give-number", name=name, where=where)
    for name in ("co2_ceiling", "budget", "exposure_target"):
        limit = getattr(problem, name)
        if limit is not None and not np.isfinite(limit):
            raise AirshedError("not-finite-number-leave-out", name=name)


def _check_applications(problem: Problem) -> None:
    wrong = {
        "word-current-outside": (problem.current < 0) | (problem.current > 1 + ROUNDING),
        "word-maximum-outside": (problem.maximum < 0) | (problem.maximum > 1 + ROUNDING),
        "word-current-above-maximum": problem.current > problem.maximum + ROUNDING,
    }
    for what, where in wrong.items():
        if where.any():
            option = int(np.argmax(where))
            raise AirshedError(
                "option-application-out-of-range",
                option=problem.label("option", option),
                what=Phrase(what),
                current=f"{problem.current[option]:g}",
                maximum=f"{problem.maximum[option]:g}",
            )
    ids, place, _ = problem.groups
    total = np.bincount(place, weights=problem.current, minlength=len(ids))
    if (total > 1 + ROUNDING).any():
        worst = int(np.argmax(total))
        members = ", ".join(problem.name("option", int(one)) for one in np.flatnonzero(place == worst)[:5])
        raise AirshedError(
            "applications-of-group-too-large", group=ids[worst], total=f"{total[worst]:g}", members=members
        )


def _check_aims(problem: Problem) -> None:
    if (problem.level < 0).any():
        receptor = int(np.argmin(problem.level))
        raise AirshedError("level-negative", receptor=problem.label("receptor", receptor))
    if (problem.target < 0).any():
        receptor = int(np.nanargmin(problem.target))
        raise AirshedError("target-negative", receptor=problem.label("receptor", receptor))
    if problem.emission_ceiling is not None:
        if problem.emissions is None:
            raise AirshedError("emission-ceiling-given-without-emissions")
        if (problem.emission_ceiling < 0).any():
            raise AirshedError("emission-ceiling-negative")
    if problem.floor is not None and (problem.floor < 0).any():
        receptor = int(np.argmin(problem.floor))
        raise AirshedError("floor-negative", receptor=problem.label("receptor", receptor))
    if (problem.limit is None) != (problem.limit_at_most is None):
        raise AirshedError("limit-limit-most-belong-together")
    if problem.co2_ceiling is not None and problem.co2 is None:
        raise AirshedError("co2-ceiling-given-without-co2")
    if problem.weights is not None and (problem.weights.min(initial=0.0) < 0 or problem.weights.sum() <= 0):
        raise AirshedError("weights-receptors-negative-all-zero")
    if problem.exposure_target is not None and problem.weights is None:
        raise AirshedError("exposure-target-given-without-weights")
