"""The least-cost problem of a RIAT+ measure table: each technology of each activity is an option.

It follows the optimisation of RIAT+ (github.com/enricopisoni/RIATplus, MAINmain_7.m, MAINcreate_constraints_matrix.m):
cost is unit cost x activity level x application; technologies of an activity that change the same pollutant add to 1
at most; what is not to be optimised stays as it is. RIAT+ may also take replaceable ones out; here none falls.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError, Phrase
from airshed.strategy.problem import Problem
from airshed.strategy.riat import GROUP, POLLUTANTS, REMOVAL, emissions

KT = 1e-3
"""Kilotonnes per tonne."""


def emission_problem(
    measures: pd.DataFrame,
    unabated: pd.DataFrame,
    activity: pd.Series,
    technologies: Mapping[int, str] | None = None,
    free: bool = False,
) -> Problem:
    """Return the problem whose receptors are the total emissions of the pollutants, kt/yr, in their order.

    Arguments as of `measure_problem`.
    """
    count = len(POLLUTANTS)
    effect = np.repeat(np.eye(count)[:, None, :], len(macrosectors(unabated)), axis=1)
    level = emissions(measures, unabated)[list(POLLUTANTS)].sum().to_numpy() * KT
    return measure_problem(measures, unabated, activity, effect, level, POLLUTANTS, technologies, free)


def measure_problem(
    measures: pd.DataFrame,
    unabated: pd.DataFrame,
    activity: pd.Series,
    effect: Floats,
    level: Floats,
    receptors: tuple[str, ...] = (),
    technologies: Mapping[int, str] | None = None,
    free: bool = False,
) -> Problem:
    """Return the problem of a measure table without targets; an option per row, a region per macrosector.

    measures, unabated, activity : as `riat.read_measures`, `read_unabated` and `read_activity` return them
    effect : (pollutant of riat.POLLUTANTS, macrosector, receptor), of a kt/yr less; level : (receptor), today
    receptors, technologies : what messages call receptors and, by number, technologies
    free : apply more also of what is printed with cost 0; otherwise it stays as it is, since its cost is not known
    Costs are million EUR a year where the Problem says million USD. An option that the table applies beyond its
    potential stays there. Raises AirshedError for an activity without emissions or activity level.
    """
    index = pd.MultiIndex.from_frame(measures[GROUP])
    needed = (("word-emissions-without-measures", unabated.index), ("word-activity-level", activity.index))
    for lacking, known in needed:
        missing = index[~index.isin(known)]
        if len(missing):
            place = ", ".join(f"{part} {number}" for part, number in zip(GROUP, missing[0], strict=True))
            raise AirshedError("measures-but-not", place=place, name=Phrase(lacking))
    current = measures["applied"].to_numpy() / 100.0
    sectors = macrosectors(unabated)
    return Problem(
        removal=measures[REMOVAL].to_numpy() / 100.0 * unabated[list(POLLUTANTS)].reindex(index).to_numpy() * KT,
        region=np.searchsorted(sectors, measures["macrosector"].to_numpy()),
        group=exclusive_groups(measures),
        cost=measures["unit_cost"].to_numpy() * activity.reindex(index).to_numpy(),
        current=current,
        maximum=np.where(_may_grow(measures, free), np.maximum(measures["potential"] / 100.0, current), current),
        effect=effect,
        level=level,
        target=np.full(len(level), np.nan),
        names={
            "option": _names(measures, technologies or {}),
            "region": [f"macrosector {number}" for number in sectors],
            "pollutant": POLLUTANTS,
            "receptor": receptors,
        },
    )


def macrosectors(unabated: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the numbers of macrosectors with emissions, ascending: the regions of the problem."""
    return np.unique(unabated.index.get_level_values("macrosector").to_numpy(dtype=np.int64))


def exclusive_groups(measures: pd.DataFrame) -> Ints:
    """Return the number of the group of technologies that exclude each other, (measure).

    A dust filter and a desulphurisation stand at the same plant; two dust filters do not. So a group holds what changes
    a common pollutant of an activity, directly or by way of others. A technology that changes nothing is alone.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(measures)
    place = measures.groupby(GROUP, sort=False).ngroup().to_numpy()
    row, pollutant = np.nonzero(measures[REMOVAL].to_numpy())
    node = count + place[row] * len(POLLUTANTS) + pollutant
    size = count + (place.max(initial=-1) + 1) * len(POLLUTANTS)
    graph = coo_array((np.ones(len(row)), (row, node)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:count], dtype=np.int64)


def _may_grow(measures: pd.DataFrame, free: bool) -> Bools:
    return np.asarray((measures["optimised"] != 0) & (free | (measures["unit_cost"] > 0)))


def _names(measures: pd.DataFrame, technologies: Mapping[int, str]) -> list[str]:
    rows = measures[["macrosector", "sector", "activity", "technology"]].itertuples(index=False)
    return [
        f"{technologies.get(number, number)} of macrosector {macrosector}, sector {sector}, activity {activity}"
        for macrosector, sector, activity, number in rows
    ]
