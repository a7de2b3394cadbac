"""A small made-up airshed for tests: nation AAA with two provinces, nation BBB, one city. Its numbers mean nothing."""

import csv
import json
from pathlib import Path

from airshed.pack.schema import tables
from airshed.pack.template import new_pack

POLLUTANTS = ("PM2.5", "BC", "OC", "SO2", "NOx", "NH3")
EMITTED = {"AA-1": 10.0, "AA-2": 30.0, "BBB": 20.0}
BLOCKS = {"BLOCK_A": ["AA-1", "AA-2"], "BLOCK_B": ["BBB"]}
LINKS = (
    ("SO2", "SO4"),
    ("SO2", "NO3"),
    ("SO2", "NH4"),
    ("NOx", "SO4"),
    ("NOx", "NO3"),
    ("NOx", "NH4"),
    ("NH3", "SO4"),
    ("NH3", "NO3"),
    ("NH3", "NH4"),
    ("BC", "BC"),
    ("OM", "POM"),
)
BANDS = [f"{age}-{age + 4}" for age in range(0, 95, 5)] + ["95+"]
SHARES = {"PM2.5": 1.0, "BC": 0.1, "OC": 0.2, "SO2": 2.0, "NOx": 3.0, "NH3": 1.5}


def rows_of() -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table of the small pack."""
    rows: dict[str, list[dict[str, object]]] = {}
    rows["regions"] = [
        {"code": "AAA", "name_en": "Aland", "level": "country", "latitude": 10.0, "longitude": 10.0},
        {"code": "BBB", "name_en": "Bland", "level": "country", "latitude": 12.0, "longitude": 14.0},
        {
            "code": "AA-1",
            "name_en": "Aland North",
            "parent": "AAA",
            "level": "province",
            "latitude": 10.5,
            "longitude": 10.0,
        },
        {
            "code": "AA-2",
            "name_en": "Aland South",
            "parent": "AAA",
            "level": "province",
            "latitude": 9.5,
            "longitude": 10.5,
        },
    ]
    for place, region in enumerate(rows["regions"]):
        region.update(tile_row=place, tile_column=place)
    rows["areas"] = [
        {"region": code, "measure": "official", "value": area, "unit": "km2"}
        for code, area in (("AA-1", 30000), ("AA-2", 20000), ("BBB", 90000))
    ]
    rows["groups"] = [{"code": code, "name_en": code, "kind": "model"} for code in BLOCKS]
    rows["groups"].append({"code": "BOTH", "name_en": "Both shores", "kind": "policy"})
    members = {**BLOCKS, "BOTH": ["AA-2", "BBB"]}
    rows["group_members"] = [{"group": group, "region": region} for group, held in members.items() for region in held]
    rows["receptors"] = [
        {
            "code": "port",
            "name_en": "Port",
            "region": "AA-2",
            "latitude": 9.6,
            "longitude": 10.9,
            "population": 500000,
            "roles": "capital",
            "inside": "yes",
        }
    ]
    rows["populations"] = [
        {"region": code, "year": 2015, "series": "base", "value": people, "unit": "persons"}
        for code, people in (("AA-1", 1e6), ("AA-2", 3e6), ("BBB", 2e6))
    ]
    rows["ages"] = [
        {"region": nation, "age": band, "year": 2015, "value": 0.05, "unit": "1"}
        for nation in ("AAA", "BBB")
        for band in BANDS
    ]
    rows["mortality"] = [
        {"region": nation, "cause": "NCD+LRI", "age": band, "year": 2015, "value": 900, "unit": "deaths/100000/yr"}
        for nation in ("AAA", "BBB")
        for band in BANDS
    ]
    rows["responses_gemm"] = [
        {
            "cause": "NCD+LRI",
            "age": age,
            "theta": 0.143,
            "theta_se": 0.01807,
            "alpha": 1.6,
            "mu": 15.5,
            "nu": 36.8,
            "counterfactual": 2.4,
        }
        for age in ("25+", "25-29", "30-34", "80+")
    ]
    rows["emissions"] = [
        {
            "inventory": "counted",
            "region": region,
            "sector": "industry",
            "pollutant": pollutant,
            "year": year,
            "value": emitted * SHARES[pollutant] * factor,
            "unit": "kt/yr",
            "basis": "reported",
        }
        for year, factor in ((2010, 1.2), (2015, 1.0))
        for region, emitted in EMITTED.items()
        for pollutant in POLLUTANTS
    ]
    rows["parameters"] = [
        {"key": key, "value": value, "unit": unit, "description": key}
        for key, value, unit in (
            ("kernel_d0_secondary", 30, "km"),
            ("kernel_d0_primary", 30, "km"),
            ("kernel_omega_secondary", 1.5, "1"),
            ("kernel_omega_primary", 2.0, "1"),
            ("om_to_oc", 1.3, "1"),
            ("particle_water", 0.27, "1"),
            ("vsl_base", 3, "million USD"),
            ("vsl_base_year", 2005, "year"),
        )
    ]
    rows["parameters"].append(
        {
            "key": "vsl_income_elasticity",
            "value": 0.8,
            "low": 0.7,
            "high": 0.9,
            "unit": "1",
            "description": "elasticity",
        }
    )
    rows["parameters"] += [
        {"key": "discount_rate", "value": 0.04, "low": 0.02, "high": 0.06, "unit": "1", "description": "interest"},
        {"key": "cost_labour_share", "value": 0.5, "low": 0, "high": 1, "unit": "1", "description": "transfer"},
    ]
    rows["distributions"] = [
        {
            "table": "parameters",
            "key": f"kernel_{key}",
            "field": "value",
            "law": law,
            "low": low,
            "high": high,
            "unit": unit,
        }
        for key, law, low, high, unit in (
            ("d0_secondary", "loguniform", 20, 40, "km"),
            ("d0_primary", "loguniform", 20, 40, "km"),
            ("omega_secondary", "uniform", 1.2, 1.8, "1"),
            ("omega_primary", "uniform", 1.8, 2.2, "1"),
        )
    ]
    rows["distributions"].append(
        {
            "table": "emissions",
            "key": "region=AA-1 pollutant=SO2",
            "field": "value",
            "law": "split_lognormal",
            "low": 0.5,
            "central": 1,
            "high": 2.5,
            "unit": "factor",
            "note": "made up",
        }
    )
    rows["published_contributions"] = [
        {
            "study": study,
            "method": "made up",
            "period": "2015",
            "receptor": "AAA",
            "source_region": source,
            "species": "PM2.5",
            "quantity": "share of annual mean",
            "unit": "percent",
            "central": share,
            "use": use,
            "stands_for": "source",
            "model_year": 2015,
        }
        for study, source, share, use in (
            ("First", "BBB", 30, "anchor"),
            ("First", "AAA", 70, "anchor"),
            ("Second", "BBB", 20, "spread"),
            ("Third", "BBB", 45, "spread"),
            ("Fourth", "BBB", 35, "validation"),
        )
    ]
    rows["economy"] = [
        {"code": code, "indicator": indicator, "year": year, "value": value, "unit": unit, "vintage": "first"}
        for code, indicator, year, value, unit in (
            ("OECD", "gdp_per_head_ppp", 2015, 40000, "international dollars per person"),
            ("AAA", "gdp_per_head_ppp", 2015, 10000, "international dollars per person"),
            ("AAA", "gdp_per_head_usd", 2015, 5000, "current USD per person"),
            ("USA", "gdp_deflator", 2005, 80, "index"),
            ("USA", "gdp_deflator", 2015, 96, "index"),
        )
    ]
    rows |= measure_rows()
    rows["source_receptor"] = [
        {
            "relation": "tm5fasst",
            "precursor": precursor,
            "species": species,
            "source_block": source,
            "receptor_block": receptor,
            "coefficient": 0.3 if source == receptor else 0.1,
            "unit": "ug/m3",
            "base_emission": 50,
            "base_unit": "kt/yr",
            "base_year": 2015,
        }
        for precursor, species in LINKS
        for source in BLOCKS
        for receptor in BLOCKS
    ]
    rows["source_receptor_base"] = [
        {
            "relation": "tm5fasst",
            "block": block,
            "quantity": "base_concentration",
            "item": item,
            "value": value,
            "unit": "ug/m3",
            "year": 2015,
        }
        for block in BLOCKS
        for item, value in (("SO4", 3), ("NO3", 3), ("NH4", 3), ("BC", 1), ("POM", 2), ("dust", 2), ("sea_salt", 1))
    ]
    rows["observations"] = [
        {
            "place": "AA-1",
            "place_name": "Aland North",
            "coverage": "whole",
            "year": year,
            "period": str(year),
            "statistic": "annual mean",
            "value": value,
            "unit": "ug/m3",
            "kind": "official",
            "confidence": "H",
        }
        for year, value in ((2013, 22), (2015, 20))
    ]
    rows["observation_kinds"] = [{"kind": "official", "rank": 1}]
    rows["standards"] = [
        {
            "scope": "WHO",
            "standard": "WHO air quality guidelines 2005",
            "pollutant": "PM2.5",
            "averaging": "annual",
            "level": "AQG",
            "target": "who-2005",
            "limit": 10,
            "unit": "ug/m3",
        },
        {
            "scope": "AAA",
            "standard": "Aland rule",
            "pollutant": "PM2.5",
            "averaging": "annual",
            "level": "standard",
            "limit": 12,
            "unit": "ug/m3",
            "valid_from": "2010-01-01",
            "valid_to": "2019-12-31",
        },
        {
            "scope": "AAA",
            "standard": "Aland rule",
            "pollutant": "PM2.5",
            "averaging": "annual",
            "level": "standard",
            "limit": 8,
            "unit": "ug/m3",
            "valid_from": "2020-01-01",
        },
    ]
    return rows


def measure_rows() -> dict[str, list[dict[str, object]]]:
    """Return the rows of the tables of measures: two filters that exclude each other, a catalyst, a purifier."""
    measure = {"sector": "industry", "kind": "emission", "indivisible": "no"}
    cost = {"currency": "USD", "anchor": "yes", "saving": "no", "region": "OECD"}
    tonne = {**cost, "form": "annual_per_tonne", "price_year": 2015}
    invested = {"investment": 1000, "lifetime": 20, "fixed_om": 40, "variable_om": 10, "savings": 30}
    return {
        "measures": [
            {**measure, "code": "industry.FILTER", "name_en": "Filter", "group": "industry.PM"},
            {**measure, "code": "industry.CLOTH", "name_en": "Cloth", "group": "industry.PM"},
            {**measure, "code": "industry.CATALYST", "name_en": "Catalyst", "group": "industry.NOx"},
            {**measure, "code": "industry.TALL", "name_en": "Tall stack", "group": "industry.NOx"},
            {**measure, "code": "industry.PURIFIER", "name_en": "Purifier", "group": "purifier", "kind": "exposure"},
        ],
        "measure_effects": [
            {"measure": "industry.FILTER", "pollutant": "PM2.5", "removal_efficiency": 0.9, "low": 0.8, "high": 0.95},
            {"measure": "industry.CLOTH", "pollutant": "PM2.5", "removal_efficiency": 0.5},
            {"measure": "industry.CATALYST", "pollutant": "NOx", "removal_efficiency": 0.8, "unabated_factor": 0.5},
            {"measure": "industry.CATALYST", "pollutant": "NH3", "removal_efficiency": -2, "unabated_factor": 0.004},
            {"measure": "industry.PURIFIER", "pollutant": "PM2.5", "exposure_factor": 0.6, "low": 0.5, "high": 0.7},
        ],
        "measure_costs": [
            {
                **cost,
                **invested,
                "measure": "industry.FILTER",
                "form": "investment",
                "pollutant": "PM2.5",
                "unit": "USD/t",
                "price_year": 2005,
            },
            {**tonne, "measure": "industry.CLOTH", "pollutant": "PM2.5", "value": 0.2, "unit": "kUSD/t"},
            {**tonne, "measure": "industry.CATALYST", "pollutant": "NOx", "low": 500, "high": 2000, "unit": "USD/t"},
        ],
        "applications": [
            {
                "measure": "industry.FILTER",
                "region": "AAA",
                "year": 2014,
                "current_low": 0.2,
                "current_high": 0.4,
                "maximum_low": 0.7,
                "maximum_high": 0.9,
            }
        ],
    }


def write_table(path: Path, name: str, rows: list[dict[str, object]]) -> None:
    """Write rows of a table with all its columns, the source filled in."""
    header = [column.column for column in tables()[name].columns]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            full = {"source": "airshed", **row} if "source" in header else row
            assert set(full) <= set(header), set(full) - set(header)
            writer.writerow([full.get(column, "") for column in header])


def write_small_pack(folder: Path) -> Path:
    """Write the small pack into a new folder, by way of `airshed pack new`."""
    new_pack(folder, "small", "Small airshed", 2015)
    for name, rows in rows_of().items():
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, rows)
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["baseline"] = {"history": "counted"}
    descriptor["transport"] = {"relation": "tm5fasst"}
    path.write_text(json.dumps(descriptor, indent=1), encoding="utf-8")
    return folder


def write_grown(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """Write the small pack with a year after its base year: 2020, with four fifths of the emissions of 2015.

    without : tables that are left empty
    """
    write_small_pack(folder)
    rows = rows_of()
    for name in ("emissions", "populations", "ages", "mortality"):
        share = 0.8 if name == "emissions" else 1.0
        later = [{**row, "year": 2020, "value": share * row["value"]} for row in rows[name] if row["year"] == 2015]
        write_table(folder / "tables" / f"{name}.csv", name, [*rows[name], *later])
    for name in without:
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, [])
    return folder
