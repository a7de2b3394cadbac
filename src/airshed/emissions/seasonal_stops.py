"""What seasonal stops of production take off the emissions of a sector, from printed shares of the product in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import meanings
from airshed.pack.codes import country_of, members, unknown
from airshed.pack.equations import equation
from airshed.pack.pack import Pack

YEAR_DAYS, WHOLE = 365.0, 100.0
SOME_PLANTS = "at most: as if all plants of the region were in the cities that stopped"
NO_SHARE = "what part of its sector the product is was not found"
NO_EMISSION = "the baseline has no emission of that sector"
NOTES = (SOME_PLANTS, NO_SHARE, NO_EMISSION)
"""Templates of the notes, for translation."""


@equation(
    key="seasonal-stop",
    title="Taken off by a seasonal stop",
    latex=r"\Delta E = E\, m\, q\, \frac{D}{365}",
    units="kt; m: share of the product in the emission E of the sector, q: share of output stopped for D days",
    citation="definition; output is taken as even over the year",
)
def stopped(emission: float, share: float, output: float, days: float) -> float:
    """Return what a stop takes off the emission of a year.

    emission : of the sector, kt/yr; share : of the product in it; output : share of the output that stops; days : of
    the stop

    >>> round(stopped(365.0, 0.2, 0.5, 120), 6)
    12.0
    """
    return emission * share * output * days / YEAR_DAYS


def stops_table(pack: Pack, regions: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return what seasonal stops took off.

    regions : codes of regions, nations or groups; all that stopped without any
    returns : columns winter, region, product, first, last, days, percent (of the output), pollutant (empty where no
        share is known), value, low, high (kt in the season, at most), percent_of_sector (of the year's emission), unit,
        basis, source, note
    Raises MissingTableError where the pack has no stops; without rows for regions that never stopped.
    """
    rows = pack.table("seasonal_stops")
    wanted = {leaf for code in regions for leaf in members(pack, code)}
    if regions:
        rows = rows[rows["region"].isin(wanted)]
    records: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        days = (date.fromisoformat(row["last"]) - date.fromisoformat(row["first"])).days + 1
        first = {
            "winter": row["code"],
            "region": row["region"],
            "product": row["product"],
            "first": row["first"],
            "last": row["last"],
            "days": days,
            "percent": float(row["percent"]),
        }
        records += [first | one for one in _taken_off(pack, row, days)]
    return pd.DataFrame.from_records(records)


def _taken_off(pack: Pack, row: dict[Any, Any], days: int) -> list[dict[str, Any]]:
    """Return what one stop takes off, by pollutant; one row without a number where no share is known."""
    shares = pack.optional("stop_shares")
    home = country_of(pack)[row["region"]]
    shares = shares[(shares["region"] == home) & (shares["product"] == row["product"])]
    bare = {"pollutant": "", "value": np.nan, "low": np.nan, "high": np.nan, "percent_of_sector": np.nan, "unit": "kt"}
    if shares.empty:
        return [bare | {"basis": "reported", "source": row["source"], "note": NO_SHARE}]
    found = []
    for share in shares.to_dict("records"):
        emission, source = _emission(pack, row["region"], share["sector"], share["pollutant"], int(row["last"][:4]))
        output = float(row["percent"]) / WHOLE
        ends = {end: stopped(emission, float(share[name]), output, days) for end, name in ENDS.items()}
        note = SOME_PLANTS if emission > 0 else NO_EMISSION
        found.append(
            {
                **bare,
                "pollutant": share["pollutant"],
                **ends,
                "percent_of_sector": WHOLE * stopped(1.0, float(share["share"]), output, days),
                "basis": "derived",
                "source": " ".join(dict.fromkeys([row["source"], share["source"], *source.split()])),
                "note": note,
            }
        )
    return found


ENDS = {"value": "share", "low": "low", "high": "high"}


def _emission(pack: Pack, region: str, sector: str, pollutant: str, year: int) -> tuple[float, str]:
    """Return the baseline's emission of a sector in a year, kt/yr, and its sources."""
    cube = baseline_cube(pack)
    years = cube["year"].to_numpy()
    if region not in cube["region"].to_numpy():
        raise unknown("region", region, [str(code) for code in cube["region"].to_numpy()])
    held = int(np.clip(year, years[0], years[-1]))
    cell = cube.sel(region=region, sector=sector, pollutant=pollutant, year=held)
    value = float(cell["value"])
    return (value if np.isfinite(value) else 0.0), meanings(cube["source"])[int(cell["source"])]
