"""Deaths that a fall of PM2.5 on a single day avoids, by the percentage of a time-series study."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="acute-deaths",
    title="Deaths of a day avoided by less PM2.5",
    latex=r"\Delta D = D_{day}\,\left(1 - \exp(-\beta\,\Delta C)\right),\quad \beta = \frac{\ln(1 + p/100)}{\Delta_p}",
    units="deaths/day",
    citation="form of Poisson time-series studies, such as Liu et al. 2019, N. Engl. J. Med. 381:705; percentages with "
    "their studies in the table responses_acute",
)
def acute_deaths(deaths: Floats | float, fall: Floats | float, percent: Floats | float, increment: float) -> Floats:
    """Return the deaths that a lower level avoids on a day.

    deaths : deaths of a day at the level as it is; fall : by how much the level of the day is lower, ug/m3
    percent : by how many percent deaths rise with each increment, ug/m3; all broadcast
    returns : deaths per day, below zero where the level rises

    >>> round(float(acute_deaths(1000.0, 10.0, 0.5, 10.0)), 3)
    4.975
    """
    slope = np.log1p(np.asarray(percent) / 100.0) / increment
    return np.asarray(-np.asarray(deaths) * np.expm1(-slope * np.asarray(fall)))
