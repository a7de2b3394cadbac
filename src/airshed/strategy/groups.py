"""Groups of measures: those that exclude each other, and those that take their subject out of use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from airshed.pack.arrays import Floats
from airshed.strategy.application import Case
from airshed.strategy.measures import SUBSTITUTION, Measure
from airshed.strategy.subjects import Subjects, components


def exclusive_groups(measures: Sequence[Measure], subjects: Subjects) -> list[tuple[str, list[Measure]]]:
    """Return the measures that exclude each other, with a name: those of one group and of subjects that touch."""
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(measure.group, []).append(measure)
    found = []
    for name, members in groups.items():
        parts = components([measure.code for measure in members], subjects)
        for numbers in parts:
            held = [members[number] for number in numbers]
            of = dict.fromkeys(code for measure in held for code in subjects.of(measure.code))
            found.append((name if len(parts) == 1 else f"{name} {'+'.join(of)}", held))
    return found


def substitutes(members: Sequence[Measure]) -> bool:
    """Say whether a group takes its subjects out of use: another fuel, electricity, less use."""
    return any(measure.kind == SUBSTITUTION for measure in members)


def open_shares(members: Sequence[Measure], case: Case) -> tuple[Floats, Floats]:
    """Return nothing in place and the greatest application of measures that take their subject out of use.

    What they have replaced already emits no more, so that none of it is in the inventory.
    """
    part = {"low": 0.0, "middle": 0.5, "high": 1.0}[case]
    ends = np.array([measure.applicability for measure in members], dtype=np.float64)
    low, high = np.nan_to_num(ends[:, 0]), np.where(np.isnan(ends[:, 1]), 1.0, ends[:, 1])
    most = low + part * (high - low)
    most[[not measure.efficiency for measure in members]] = 0.0
    return np.zeros(len(members)), most
