"""The response at a place of the small airshed by a Gaussian process of two observations, written out."""

from math import exp, log

OBSERVED = ((2013, 22.0), (2015, 20.0))
"""Years and ug/m3 of AA-1."""
NATURAL = 3.0
GROWTH = {2013: 1.2**0.4, 2015: 1.0}
"""Emissions over those of 2015: 1.2 in 2010, by the same ratio every year."""
COMMON, NATION, PLACE, COURSE, OWN_COURSE, ANNUAL_MEAN = 0.5, 0.5, 0.24, 0.12, 0.05, 0.074
"""Standard deviations in ln, as in docs/method.md: of offsets, of the courses of a nation and of a region in it per
root of a year, of an annual mean."""


def responses_of_2015(modelled: float) -> dict[str, float]:
    """Return the responses at AA-1, at another place of its nation, and in another nation.

    modelled : the man-made part at AA-1 in 2015 as the relation gives it, ug/m3

    The two errors of an observation are weather and measurement, together that of an annual mean; what years of one
    place share with each other is its offsets, and courses that start at 0 in the first observed year.
    """
    parts = [value - NATURAL for _, value in OBSERVED]
    logs = [log(part / (modelled * GROWTH[year])) for part, (year, _) in zip(parts, OBSERVED, strict=True)]
    errors = [(ANNUAL_MEAN * value / part) ** 2 for part, (_, value) in zip(parts, OBSERVED, strict=True)]
    years = OBSERVED[1][0] - OBSERVED[0][0]
    offsets, walked = COMMON**2 + NATION**2 + PLACE**2, (COURSE**2 + OWN_COURSE**2) * years
    first, both, second = offsets + errors[0], offsets, offsets + walked + errors[1]
    area = first * second - both**2
    scores = ((second * logs[0] - both * logs[1]) / area, (first * logs[1] - both * logs[0]) / area)

    def response(shared: float, course: float) -> float:
        return exp(shared * scores[0] + (shared + course) * scores[1])

    return {
        "AA-1": response(offsets, walked),
        "nation": response(COMMON**2 + NATION**2, COURSE**2 * years),
        "abroad": response(COMMON**2, 0.0),
    }
