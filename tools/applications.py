#!/usr/bin/env python3
"""Writes what is in place by nation into the table of applications of the built-in pack.

python tools/applications.py    keep the published rows and write the others anew

Where nothing is published, an emission per activity over that without control gives the share that is removed, and that
over the efficiency the share that the measures are applied to. Where no activity is known either, the date of a
standard, or a rule of this project that the row states.
"""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
from subject_shares import GENERATION, TABLES, YEAR, reas

COLUMNS = (
    *("measure", "region", "year", "current_low", "current_high", "maximum_low", "maximum_high"),
    *("basis", "confidence", "source", "note"),
)
EFFICIENCY_OF_PLANTS = (0.30, 0.41)
"""Of the classes of heat rate of coal units in East Asia (Global Energy Monitor)."""
FACTOR = {"SO2": (330.0, 5000.0), "NOx": (200.0, 350.0)}
"""g/GJ of hard coal without abatement, printed ends (EMEP/EEA)."""
BEST = {"SO2": ("power.desulphurisation", 0.98), "NOx": ("power.denitrification", 0.8)}
GROUPS = (
    ("power", ("PP",), "power.PM", "pm25", "PM2.5"),
    ("power", ("PP",), "power.SO2", "so2", "SO2"),
    ("power", ("PP",), "power.NOx", "nox", "NOx"),
    ("industry", ("IND",), "industry.PM", "pm25", "PM2.5"),
    ("industry", ("IND",), "industry.SO2", "so2", "SO2"),
    ("industry", ("IND",), "industry.NOx", "nox", "NOx"),
    ("road", ("ROAD",), "road.engines", "nox", "NOx"),
    ("road", ("ROAD",), "road.fuel", "so2", "SO2"),
)
HOMES = (
    "residential_commercial.fuel",
    "residential_commercial.PM",
    "residential_commercial.SO2",
    "residential_commercial.NOx",
)
UNCOUNTED = ("agriculture.NH3", "offroad.engines", "offroad.fuel", *HOMES)
"""Groups whose activity no table of the pack holds, or whose emission per CO2 tells the fuel and not the control."""
LEAST = 3000.0
"""kt of CO2 below which a sector is too small and too much of one kind for its emission per CO2 to tell anything."""
RICH = ("JPN", "KOR", "TWN")
"""Nations with at least half of the income per head of the OECD (table economy)."""
DATED = (
    ("road.HDEUVI", "CHN", 2021.5, None, "iea_china_vi", "China VI for all new heavy vehicles, July 2021"),
    ("road.LFEUVI", "CHN", 2021.0, None, "iea_china_vi", "China VI for all new light vehicles, January 2021"),
    ("road.MDEUVI", "CHN", 2021.0, None, "iea_china_vi", "China VI for all new light vehicles, January 2021"),
    (
        "road.HDEUV",
        "KOR",
        2009.7,
        2014.0,
        "transportpolicy_kr",
        "Euro V for heavy vehicles, September 2009 to 2013",
    ),
    ("road.HDEUVI", "KOR", 2014.0, None, "transportpolicy_kr", "Euro VI for heavy vehicles since 2014"),
    ("road.MDEUVI", "KOR", 2015.5, None, "danbinews_euro6", "Euro 6 for all new diesel vehicles, July 2015"),
    ("road.HDEUV", "JPN", 2010.0, 2016.0, "transportpolicy_jp", "post new long-term limits for all new, 2010 to 2015"),
    ("road.HDEUVI", "JPN", 2016.0, None, "transportpolicy_jp", "limit of NOx as Euro VI for new heavy vehicles, 2016"),
    (
        "offroad.CAGEUIII",
        "CHN",
        2015.8,
        2022.9,
        "dieselnet_cn_nonroad",
        "stage III (EU IIIA), all engines, October 2015",
    ),
    ("offroad.CAGEUIV", "CHN", 2022.9, None, "dieselnet_cn_nonroad", "stage IV (EU IIIB and a filter), December 2022"),
)
"""Measure, nation, from and until when all that is new must have it, source, and what the source says."""
YEARS = (2015, 2020, 2022, 2025, 2028, 2030)
FUELS = (
    (
        "road.LSMD3",
        "CHN",
        2017,
        "transportpolicy_cn",
        "10 ppm for diesel on the road in all of China, January 2017",
    ),
    (
        "offroad.LSMD3",
        "CHN",
        2018,
        "transportpolicy_cn",
        "10 ppm for diesel off the road in China, January 2018",
    ),
    (
        "road.LSMD3",
        "KOR",
        2010,
        "ifqc_2010",
        "tied in 2010 with Europe, where all diesel has 10 ppm since 2009",
    ),
    ("road.LSMD3", "JPN", 2007, "dieselnet_jp", "10 ppm effective from 2007"),
)
"""Fuel, nation, year from which all that is sold has it, source and what it says."""
SOLD = (0.9, 1.0)
"""Share of a fuel that is as the standard says: a rule, stations in the country sold other diesel in China."""
LIFE = (10.0, 20.0)
Row = dict[str, object]


def row(measure: str, region: str, year: int, ends: tuple[float, float], basis: str, source: str, note: str) -> Row:
    """Return a row of applications, its ends cut to 0 and 1."""
    low, high = (round(min(max(float(end), 0.0), 1.0), 3) for end in ends)
    names = {"measure": measure, "region": region, "year": year, "current_low": low, "current_high": high}
    return {**names, "basis": basis, "confidence": "L", "source": source, "note": note}


def plants() -> list[Row]:
    """Return desulphurisation and denitrification by the factor of coal plants over that without abatement."""
    shares = pd.read_csv(TABLES / "subject-shares.csv").set_index(["region", "subject", "pollutant"])
    found = []
    for nation, generation in GENERATION.items():
        if nation == "CHN":
            continue
        energy = sorted(generation["coal"] * 3.6 / efficiency for efficiency in EFFICIENCY_OF_PLANTS)
        for pollutant, (family, best) in BEST.items():
            emitted = reas(pollutant.lower()).loc[nation, "PP"]
            coal = shares.loc[(nation, "power.coal", pollutant)]
            factor = FACTOR[pollutant]
            low = 1.0 - coal["high"] * emitted / (energy[0] * factor[0] / 1e3)
            high = 1.0 - coal["low"] * emitted / (energy[1] * factor[1] / 1e3)
            note = (
                f"coal gives {coal['low']:g} to {coal['high']:g} of {emitted:.1f} kt of power (reas32_ceds) from "
                f"{generation['coal']:g} TWh (ei_review_2023) at 30 to 41 % efficiency; without abatement "
                f"{factor[0]:g} to {factor[1]:g} g/GJ; over an efficiency of {best:g}"
            )
            ends = (low / best, high / best)
            found.append(row(family, nation, YEAR, ends, "implied", "emep_eea_gb", note))
    ends = (0.95, 1.0)
    note = (
        "printed: all thermal stations but those on gas alone have high-performance precipitators, of one company; "
        "low end: rule, a twentieth may be without"
    )
    found.append({**row("power.dedusting", "JPN", YEAR, ends, "published", "jera_air", note), "confidence": "M"})
    said = "printed: of 72 coal units (38 GW) almost 90 % have denitrification, all have desulphurisation"
    counted = {
        "power.desulphurisation": ((0.98, 1.0), "low end: rule, a fiftieth may stand still"),
        "power.denitrification": ((0.85, 0.90), "low end: rule, what almost may mean"),
    }
    found = [item for item in found if (item["measure"], item["region"]) not in [(code, "JPN") for code in counted]]
    for code, (ends, why) in counted.items():
        made = row(code, "JPN", YEAR, ends, "published", "iea_ccc_2014", f"{said}; {why}")
        found.append({**made, "confidence": "M"})
    return found


def by_carbon() -> list[Row]:
    """Return the share of each group by the emission per CO2 of a region, against the regions of the inventory.

    What lies below the median region is controlled beyond it; the dirtiest may be half controlled itself.
    """
    effects = pd.read_csv(TABLES / "measure-effects.csv").merge(
        pd.read_csv(TABLES / "measures.csv")[["code", "group"]], left_on="measure", right_on="code"
    )
    carbon = reas("co2")
    found: list[Row] = []
    for _, categories, group, name, pollutant in GROUPS:
        table = reas(name)
        emitted = table[list(categories)].sum(axis=1)
        burnt = carbon[list(categories)].sum(axis=1)
        factor = (emitted / burnt.where(burnt > 0)).where(emitted > 0).dropna() * 1e3
        if group.startswith("road."):
            factor = factor.drop(["MNG", "PRK"], errors="ignore")
        factor = factor[burnt.reindex(factor.index) >= LEAST]
        parts = factor[[code not in ("CHN", "CN-HK", "CN-MO") for code in factor.index]]
        median, most = float(parts.median()), float(parts.max())
        held = effects[(effects["group"] == group) & (effects["pollutant"] == pollutant)]
        mean, best = (float(held["removal_efficiency"].clip(lower=0).agg(how)) for how in ("mean", "max"))
        for region, value in factor.items():
            removed = (max(0.0, 1.0 - value / median), 1.0 - value / (2.0 * most))
            note = (
                f"{value:.3g} kt {pollutant} per Mt CO2, median of the regions {median:.3g}, most {most:.3g}: removed "
                f"{removed[0]:.2f} over the best efficiency {best:.2f}, to {removed[1]:.2f} over the mean {mean:.2f}; "
                "rule: the median is uncontrolled at the low end, the dirtiest half controlled at the high end"
            )
            ends = (removed[0] / best, removed[1] / mean)
            found.append(row(group, str(region), YEAR, ends, "implied", "reas32_ceds", note))
    return found


def standards() -> list[Row]:
    """Return fleets and fuels by the date of their standard, and the life of a vehicle."""
    found = []
    for measure, nation, start, end, source, what in DATED:
        for year in YEARS:
            if year + 0.5 < start:
                continue
            parts = [(min(year + 0.5, end or np.inf) - max(start, year + 0.5 - life)) / life for life in LIFE]
            ends = (max(0.0, min(parts)), max(0.0, *parts))
            note = f"{what}; rule: a fleet is renewed evenly in 10 to 20 years, the oldest first"
            found.append(row(measure, nation, year, ends, "standard", source, note))
    for measure, nation, year, source, what in FUELS:
        note = f"{what}; rule: a tenth may be sold otherwise"
        found.append(row(measure, nation, year, SOLD, "standard", source, note))
    return found


def rules() -> list[Row]:
    """Return what neither a count nor an activity tells, by income."""
    found = []
    small = [(group, "MNG") for group in ("industry.PM", "industry.SO2", "industry.NOx")]
    small += [(group, nation) for group in ("road.engines", "road.fuel") for nation in ("MNG", "PRK")]
    whole = [(group, nation) for group in UNCOUNTED for nation in ("CHN", "JPN", "KOR", "TWN", "MNG", "PRK")]
    for group, nation in (*whole, *small):
        strict = nation in RICH and group != "agriculture.NH3"
        said = "at least half of the OECD's: half to all" if strict else "below, or no standard found: at most half"
        note = f"no count and no activity in the pack; rule by income per head: {said}"
        ends = (0.5, 1.0) if strict else (0.0, 0.5)
        found.append(row(group, nation, YEAR, ends, "rule", "airshed", note))
    return found


def main() -> None:
    """Write the table."""
    path = TABLES / "applications.csv"
    with path.open(encoding="utf-8") as file:
        kept = [item for item in csv.DictReader(file) if item.get("basis") in (None, "")]
    known = set(pd.read_csv(TABLES / "regions.csv", keep_default_na=False)["code"])
    made = [item for item in (*plants(), *by_carbon(), *standards(), *rules()) if item["region"] in known]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows([*({"basis": "", **item} for item in kept), *made])


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
