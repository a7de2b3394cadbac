"""Responses of places by a Gaussian process written out: covariances between places and years, point by point."""

from collections.abc import Sequence

import numpy as np

from airshed.transport.levels import LevelFit
from airshed.transport.observation import Observation

Points = list[tuple[int, int, int, float]]
"""Number of the place, receptor, year, and its part in the mean of the place."""


def covariance(fit: LevelFit, one: Points, other: Points) -> np.ndarray:
    """Return the covariance of ln R before any observation between two lists of receptors and years."""
    held, known = fit.ground, fit.widths
    first, second = ([point[1] for point in points] for points in (one, other))
    nation = np.equal.outer(held.nation[first], held.nation[second])
    total = known.common**2 + nation * known.nation**2
    total = total + np.equal.outer(held.region[first], held.region[second]) * known.place**2
    total = total + np.equal.outer(first, second) * (held.city[first] * known.city**2)[:, None]

    def walk(of: np.ndarray, inside: int) -> np.ndarray:
        """Return the steps that two points share of a walk on the years seen, times the pace of its course."""

        def steps(points: Points) -> np.ndarray:
            found = []
            for _, receptor, year, _ in points:
                seen = [
                    item.year
                    for place, items in fit.used.items()
                    if (of[held.weights[place] > 0] == of[receptor]).all()
                    for item in items
                ]
                parts = len(set(held.region[held.nation == held.nation[receptor]].tolist()))
                moves = seen and parts > inside
                found.append(min(max(year, min(seen)), max(seen)) - min(seen) if moves else 0)
            return np.array(found)

        same = np.equal.outer(of[first], of[second])
        courses = fit.walks.regions if inside else fit.walks.nations
        paces = np.array([courses[number].pace if number in courses else 1.0 for number in of[first].tolist()])
        return np.asarray(paces[:, None] * same * np.minimum.outer(steps(one), steps(other)))

    total = total + known.course**2 * walk(held.nation, 0)
    return np.asarray(total + known.region_course**2 * walk(held.region, 1))


def _error(fit: LevelFit, item: Observation) -> tuple[float, float, float]:
    """Return the errors of an observation: of weather, of measurement, both in ln, and of the natural part, ug/m3."""
    known = fit.widths
    of_kind = np.sqrt(known.annual_mean**2 - known.weather**2) if item.error is None else item.error
    of_sites = known.sites / np.sqrt(item.sites) if item.sites else 0.0
    return (
        known.weather,
        float(np.hypot(of_kind, of_sites)),
        float(fit.ground.weights[item.place] @ fit.ground.natural_error),
    )


def written_out(fit: LevelFit, wanted: Sequence[tuple[str, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return ln R of receptors in years (place, year), and its standard deviation but for drift and structure."""
    held = fit.ground
    points: Points = []
    values, own, weathers, airsheds, homes, sides = [], [], [], [], [], []
    for item in (item for items in fit.used.values() for item in items):
        given = held.weights[item.place] * held.modelled(item.year)
        for receptor in np.flatnonzero(given):
            points.append((len(values), int(receptor), item.year, given[receptor] / given.sum()))
        natural = float(held.weights[item.place] @ held.natural)
        part = max(item.value - natural, 0.1 * item.value)
        weather, measured, of_natural = _error(fit, item)
        values.append(np.log(part / given.sum()))
        own.append((measured * item.value / part) ** 2 + (of_natural / part) ** 2)
        weathers.append(weather * item.value / part)
        airsheds.append((int(held.nation[np.flatnonzero(given)[0]]), item.year))
        homes.append(item.place)
        sides.append((item.place, item.kind, item.segment) if item.segment else None)
    sums = np.zeros((len(values), len(points)))
    for column, (row, _, _, share) in enumerate(points):
        sums[row, column] = share
    matrix = sums @ covariance(fit, points, points) @ sums.T + np.diag(own)
    for row, one in enumerate(airsheds):
        for column, other in enumerate(airsheds):
            if one == other:
                common = 1.0 if homes[row] == homes[column] else fit.widths.shared
                matrix[row, column] += common * weathers[row] * weathers[column]
            if sides[row] is not None and sides[row] == sides[column]:
                matrix[row, column] += fit.widths.nation**2
    asked: Points = [(0, held.receptors.index(place), year, 1.0) for place, year in wanted]
    across = covariance(fit, asked, points) @ sums.T
    before = np.diag(covariance(fit, asked, asked))
    rest = before - np.einsum("ij,ji->i", across, np.linalg.solve(matrix, across.T))
    return across @ np.linalg.solve(matrix, np.array(values)), np.sqrt(rest)
