"""The measure table of RIAT+: technologies by activity, with what they remove, cost, and how far they are applied.

The format is that of the test case of Lombardy (github.com/enricopisoni/RIATplus): columns without names, separated by
spaces. Units are not documented. Emissions are read as tonnes a year. In every activity those of one pollutant at least
are then 1,000 times factor and activity level, so that factors are kt per unit of activity, and unit costs million EUR
per unit of activity, as in GAINS.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from airshed.pack.errors import AirshedError

POLLUTANTS = ("NOx", "NMVOC", "NH3", "PM10", "PM2.5", "SO2")
"""In the order of the columns."""
GROUP = ["macrosector", "sector", "activity", "height"]
REMOVAL = [f"removal {code}" for code in POLLUTANTS]
FACTOR = [f"factor {code}" for code in POLLUTANTS]
COLUMNS = [
    *("macrosector", "sector", "activity", "technology", "height"),
    *REMOVAL,
    *FACTOR,
    *("unit_cost", "applied", "potential", "irreplaceable", "optimised", "technical"),
    *("applied_detailed", "applied_reference"),
]
"""Flags as the source of RIAT+ reads them: irreplaceable 0, another technology of the activity may take its place;
optimised 0, no plan may apply more of it; technical 0, a change of behaviour."""
PRINTED = dict(zip(("nox", "voc", "nh3", "pm10", "pm25", "so2"), POLLUTANTS, strict=True))


def read_measures(path: Path) -> pd.DataFrame:
    """Return the measure table: removal and application in percent, factors and cost as printed.

    Raises AirshedError for a file whose rows do not have the columns of the format.
    """
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    wrong = next((number for number, row in enumerate(rows, 1) if len(row) != len(COLUMNS)), None)
    if wrong is not None:
        raise AirshedError("line-columns", path=path, line=wrong, columns=len(rows[wrong - 1]), wanted=len(COLUMNS))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(float)
    return table.astype(dict.fromkeys([*GROUP, "technology"], "int64"))


def read_technologies(path: Path) -> dict[int, str]:
    """Return the names of technologies by number."""
    lines = [line.strip().rsplit(";", 1) for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    return {int(number): name for name, number in lines}


def read_unabated(path: Path) -> pd.DataFrame:
    """Return emissions without measures (group, pollutant), t/yr, over macrosector, sector, activity and height."""
    return _by_group(path)[list(POLLUTANTS)]


def read_activity(path: Path) -> pd.Series:
    """Return the activity level (group), in the unit of its activity, from the table of emissions without measures."""
    return _by_group(path)["activity_level"]


def _by_group(path: Path) -> pd.DataFrame:
    return pd.read_csv(path).rename(columns={**PRINTED, "height_flag": "height"}).set_index(GROUP)


def emissions(measures: pd.DataFrame, unabated: pd.DataFrame) -> pd.DataFrame:
    """Return emissions (group, pollutant), t/yr, with the measures applied as the table says.

    `E = E0 (1 - sum of application x removal)`, over the technologies of a group, which exclude each other.
    """
    share = measures[REMOVAL].mul(measures["applied"], axis=0) / 1e4
    removed = share.set_axis(list(POLLUTANTS), axis=1).groupby([measures[name] for name in GROUP]).sum()
    return unabated * (1.0 - removed.reindex(unabated.index, fill_value=0.0))
