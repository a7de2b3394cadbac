"""What a maker of cars earns and owes under the credit rule of a year, and the stages of rules as a roadmap."""

from __future__ import annotations

from typing import Any

import pandas as pd

from airshed.assessment.transition.vehicles import Fleet, SalesPath
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.transition.fleet import WHOLE, car_credits, credit_balance

RATIO = "nev_ratio_percent"
SMALL = "smaller makers are not bound"
NOT_READ = "credits by range from general knowledge, not re-read, their cap as printed"
NOTES = (SMALL, NOT_READ)
"""Templates of the notes, for translation."""
HALF, ALL = 50.0, 95.0
"""Percent of a fleet whose year a roadmap names."""
STAGES = {"standard": 1, "credits": 2, "target": 3, "share": 3, "end": 4, "withdrawn": 5, "fleet": 6}
"""Stages of a roadmap from light to strict rules: standards for new cars, duties of makers, targets of sales, the end
of sales, old cars withdrawn; and what the fleet becomes."""


def rule_at(rows: pd.DataFrame, key: str, year: int) -> dict[str, Any] | None:
    """Return the newest row of a rule that holds in a year; None where there is none."""
    held = rows[(rows["key"] == key) & (rows["year"] <= year)].sort_values("year")
    return None if held.empty else dict(held.iloc[-1])


def credit_years(pack: Pack, nation: str) -> list[int]:
    """Return the years whose ratio of credits is known."""
    rows = pack.optional("vehicle_rules")
    return sorted(int(year) for year in rows[(rows["region"] == nation) & (rows["key"] == RATIO)]["year"])


def credits_table(
    pack: Pack, nation: str, year: int, conventional: float, electric: float, hybrids: float, range_km: float
) -> pd.DataFrame:
    """Return the credits of a maker.

    conventional, electric (battery), hybrids (plug-in) : cars made or imported in the year; range_km : of the electric
    returns : one row, columns region, year, conventional, electric, hybrids, range_km, credits_per_car, hybrid_credits,
        ratio_percent, earned, wanted, balance, electric_needed (more electric cars that fill a deficit), bound, basis,
        source, note
    Raises AirshedError for a year without a ratio, MissingTableError for a rule that the pack lacks.
    """
    rows = pack.table("vehicle_rules")
    rows = rows[rows["region"] == nation]
    known = credit_years(pack, nation)
    if year not in known:
        raise AirshedError("no-credit-ratio", year=year, known=" ".join(map(str, known)) or Phrase("word-none-there"))
    found = {}
    for key in (RATIO, "bev_credit_cap", "bev_credit_per_km", "bev_credit_fixed", "bev_least_range", "phev_credit"):
        row = rule_at(rows, key, year)
        if row is None:
            raise MissingTableError("vehicle_rules", Phrase("detail-key-of-place", key=key, place=nation))
        found[key] = row
    value = {key: float(row["value"]) for key, row in found.items()}
    per_car = car_credits(
        range_km, *(value[f"bev_{key}"] for key in ("credit_per_km", "credit_fixed", "credit_cap", "least_range"))
    )
    least = rule_at(rows, "credit_threshold", year)
    bound = least is None or conventional + electric + hybrids >= float(least["value"])
    ratio = value[RATIO] / WHOLE
    earned, wanted, balance = credit_balance(
        conventional, electric, hybrids, per_car, value["phev_credit"], ratio if bound else 0.0
    )
    notes = [str(found[RATIO]["note"]), NOT_READ if found["bev_credit_per_km"]["confidence"] == "B" else ""]
    cited = [row["source"] for row in (*found.values(), *([least] if least is not None else []))]
    record = {
        "region": nation,
        "year": year,
        "conventional": conventional,
        "electric": electric,
        "hybrids": hybrids,
        "range_km": range_km,
        "credits_per_car": per_car,
        "hybrid_credits": value["phev_credit"],
        "ratio_percent": value[RATIO],
        "earned": earned,
        "wanted": wanted,
        "balance": balance,
        "electric_needed": max(-balance, 0.0) / per_car if per_car else float("nan"),
        "bound": "yes" if bound else "no",
        "basis": "derived",
        "source": " ".join(dict.fromkeys(cited)),
        "note": "; ".join(note for note in (*notes, "" if bound else SMALL) if note),
    }
    return pd.DataFrame.from_records([record])


def roadmap_table(pack: Pack, fleet: Fleet, path: SalesPath) -> pd.DataFrame:
    """Return the rules for vehicles of a nation by year, what is asked, and when the fleet follows.

    returns : columns year, stage (1 to 6, from light to strict), kind (of STAGES), item, value, unit, source, note
    """
    nation = fleet.nation.code
    rows: list[tuple[Any, ...]] = []
    dated = pack.table("vehicle_standards")
    for row in dated[dated["region"] == nation].to_dict("records"):
        rows.append((int(row["valid_from"][:4]), "standard", row["standard"], None, "", row["source"], row["note"]))
    rules = pack.optional("vehicle_rules")
    kinds = {RATIO: "credits", "fleet_fuel": "target", "electric_sales_target": "target"}
    for row in rules[(rules["region"] == nation) & rules["key"].isin(kinds)].to_dict("records"):
        kind = kinds[row["key"]]
        rows.append((int(row["year"]), kind, row["key"], float(row["value"]), row["unit"], row["source"], row["note"]))
    rows += [(year, "share", "asked", percent, "percent", "", "") for year, percent in path.points]
    if path.phase_out is not None:
        rows.append((path.phase_out, "end", "asked", WHOLE, "percent", "", ""))
    rows += [(year, "withdrawn", standard, None, "", "", "") for standard, year in path.retired]
    percent = WHOLE * fleet.electric().sum(axis=0) / fleet.turnover.vehicles.sum(axis=(0, 2))
    for goal in (HALF, ALL):
        reached = [int(year) for year, held in zip(fleet.years, percent, strict=True) if held >= goal]
        if reached:
            rows.append((reached[0], "fleet", "electric_percent", goal, "percent", " ".join(fleet.sources), ""))
    columns = ["year", "kind", "item", "value", "unit", "source", "note"]
    table = pd.DataFrame.from_records(rows, columns=columns)
    table.insert(1, "stage", table["kind"].map(STAGES))
    return table.sort_values(["year", "stage"], kind="stable", ignore_index=True)
