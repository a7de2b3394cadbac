"""Values of parsed expressions: as printed, over the corners of the rounding of their inputs, and over samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from airshed.emissions.change import compound_growth, percent_change
from airshed.pack.arrays import Floats
from airshed.pack.expressions import Call, Modelled, Node, Number, Reference, modelled, references
from airshed.pack.selection import Selection
from airshed.sampling.interval import ends_around

MOST_CORNERS = 12
"""Inputs up to which all corners are tried: 4096 of them."""


@dataclass(frozen=True)
class Drawn:
    """What the relation says of a place: the central value, and the same in every sample (sample)."""

    central: float
    samples: Floats


Ask = Callable[[Modelled], Drawn]


@dataclass(frozen=True)
class Inputs:
    """The printed numbers behind an expression, each once, and what it takes from the relation.

    values, half_units : (input,), the half unit is that of the last printed digit, 0 where nothing is printed
    places : inputs of each reference, and of what the relation says
    missing : references, or single values of their filters, that match no row; empty : references to empty cells
    drawn : (sample) of the inputs that the relation gives, one sample the same in all of them
    """

    values: Floats
    half_units: Floats
    places: dict[Reference | Modelled, list[int]]
    missing: tuple[str, ...]
    empty: tuple[str, ...]
    drawn: dict[int, Floats] = field(default_factory=dict)


def printed_decimals(value: float) -> int:
    """Return how many decimals a number shows; a zero at the end is not seen.

    >>> [printed_decimals(value) for value in (39.0, 9.9, 266.7977)]
    [0, 1, 4]
    """
    if not np.isfinite(value):
        return 0
    return len(np.format_float_positional(value, trim="-").partition(".")[2])


def collect(node: Node, selection: Selection, ask: Ask | None = None) -> Inputs:
    """Return the inputs of an expression; rows that several references share are one input.

    The last printed digit is the smallest that any row of the same reference shows, so that 36.0 beside 34.5 has one.

    ask : gives what the relation says; without it an expression that asks the relation has that as missing
    """
    known: dict[tuple[str, str, int], int] = {}
    values: list[float] = []
    half_units: list[float] = []
    places: dict[Reference | Modelled, list[int]] = {}
    missing: list[str] = []
    empty: list[str] = []
    for reference in references(node):
        found = selection.find(reference)
        missing += found.missing
        if reference.use == "count":
            places[reference] = found.rows
            continue
        cells = selection.cells(reference.table, reference.column)
        numbers = [float(cells[row]) for row in found.rows]
        if not all(np.isfinite(number) for number in numbers):
            empty.append(reference.text())
        half = 0.5 * 10.0 ** -max(map(printed_decimals, numbers), default=0)
        places[reference] = []
        for row, number in zip(found.rows, numbers, strict=True):
            place = known.setdefault((reference.table, reference.column, row), len(values))
            if place == len(values):
                values.append(number)
                half_units.append(half)
            half_units[place] = min(half_units[place], half)
            places[reference].append(place)
    drawn: dict[int, Floats] = {}
    for part in modelled(node):
        if ask is None:
            missing.append(part.text())
            continue
        found_here = ask(part)
        places[part] = [len(values)]
        drawn[len(values)] = found_here.samples
        values.append(found_here.central)
        half_units.append(0.0)
    return Inputs(np.array(values), np.array(half_units), places, tuple(missing), tuple(empty), drawn)


def value_of(node: Node, inputs: Inputs, more_periods: int = 0) -> float:
    """Return the value of an expression at the printed inputs; NaN where it divides by zero.

    more_periods : added to the periods of every growth, to see whether another count of years was used
    """
    return float(_evaluate(node, inputs, inputs.values[:, None], more_periods)[0])


def sampled_range(node: Node, inputs: Inputs) -> tuple[float, float] | None:
    """Return the 5 and 95 % of the value over the samples of the relation; None where it asks nothing of the relation.

    Printed inputs stay as printed.
    """
    if not inputs.drawn:
        return None
    cases = min(len(samples) for samples in inputs.drawn.values())
    values = np.repeat(inputs.values[:, None], cases, axis=1)
    for place, samples in inputs.drawn.items():
        values[place] = samples[:cases]
    found = _evaluate(node, inputs, values)
    return ends_around(value_of(node, inputs), found[np.isfinite(found)])


def rounding_range(node: Node, inputs: Inputs) -> tuple[float, float] | None:
    """Return the least and the largest value when every input moves by half a unit of its last printed digit.

    All corners are tried, which is exact for expressions that rise or fall with each input; None without inputs, for
    more than `MOST_CORNERS` of them, or where a corner divides by zero.
    """
    number = len(inputs.values)
    if not 0 < number <= MOST_CORNERS or not inputs.half_units.any():
        return None
    corners = np.arange(2**number)[None, :] >> np.arange(number)[:, None] & 1
    moved = inputs.values[:, None] + inputs.half_units[:, None] * (2.0 * corners - 1.0)
    found = _evaluate(node, inputs, moved)
    if not np.isfinite(found).all():
        return None
    return float(found.min()), float(found.max())


def _evaluate(node: Node, inputs: Inputs, values: Floats, more_periods: int = 0) -> Floats:
    """Return the value for every case; `values` is (input, case)."""
    cases = values.shape[1]
    if isinstance(node, Number):
        return np.full(cases, node.value)
    if isinstance(node, Reference | Modelled):
        return np.asarray(values[inputs.places[node][0]])
    if node.function == "count":
        rows = {
            (part.table, row) for part in node.arguments if isinstance(part, Reference) for row in inputs.places[part]
        }
        return np.full(cases, float(len(rows)))
    parts = [
        values[inputs.places[part]]
        if isinstance(part, Reference) and part.use == "many"
        else _evaluate(part, inputs, values, more_periods)[None]
        for part in node.arguments
    ]
    if node.function == "among_first":
        return _among_first(*parts)
    if node.function in SUMMARIES:
        return SUMMARIES[node.function](np.concatenate(parts))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _single(node, [part[0] for part in parts], more_periods)
    return np.where(np.isfinite(found), found, np.nan)


def _among_first(listed: Floats, ranked: Floats) -> Floats:
    """Return how many of listed values (value, case) are among the largest, as many as listed, of all (value, case).

    >>> _among_first(np.array([[9.0], [2.0]]), np.array([[9.0], [2.0], [7.0]]))
    array([1.])
    """
    least = np.sort(ranked, axis=0)[-min(len(listed), len(ranked))]
    return np.asarray((listed >= least).sum(axis=0), dtype=np.float64)


SUMMARIES: dict[str, Callable[[Floats], Floats]] = {
    "sum": lambda values: values.sum(axis=0),
    "mean": lambda values: values.mean(axis=0),
    "min": lambda values: values.min(axis=0),
    "max": lambda values: values.max(axis=0),
}
"""Functions of any number of values (value, case)."""


def _single(node: Call, parts: Sequence[Floats], more_periods: int) -> Floats:
    match node.function, parts:
        case "+", [left, right]:
            return left + right
        case "-", [left, right]:
            return left - right
        case "-", [value]:
            return -value
        case "*", [left, right]:
            return left * right
        case "/" | "ratio", [left, right]:
            return left / right
        case "share", [part, whole]:
            return 100.0 * part / whole
        case "percent_change", [before, after]:
            return percent_change(before, after)
        case "growth", [before, after, periods]:
            return 100.0 * compound_growth(before, after, int(periods[0]) + more_periods)
    raise ValueError(f"{node.function} of {len(parts)} values")
