"""Checks of sense: shares that must add to one, totals, parts and wholes, licences and use of the sources."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from airshed.pack.cited import cited
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
CELL = ["inventory", "region", "pollutant", "year"]
PARTS = (("BC", "PM2.5"), ("OC", "PM2.5"), ("PM2.5", "PM10"), ("CO2_fossil", "CO2"))


def check_age_shares(frames: Frames) -> list[Finding]:
    """Find age shares of one region and year that do not add to one, within a thousandth."""
    if "ages" not in frames:
        return []
    totals = frames["ages"].groupby(["region", "year"], sort=False, as_index=False)["value"].sum()
    return [
        finding("AS301", "", "ages", region=region, year=year, total=f"{total:.4f}")
        for region, year, total in zip(totals["region"], totals["year"], totals["value"], strict=True)
        if abs(total - 1.0) > 1e-3
    ]


def check_town_sources(frames: Frames) -> list[Finding]:
    """Find regions whose towns are said to emit more than all that the region emits."""
    if "built_up_areas" not in frames:
        return []
    rows = frames["built_up_areas"]
    cities = frames["receptors"].set_index("code")["region"] if "receptors" in frames else pd.Series(dtype="str")
    home = rows["region"].where(rows["region"] != "", rows["city"].map(cities))
    totals = rows["sources"].groupby(home, sort=False).sum()
    return [
        finding("AS331", "", "built_up_areas", region=region, total=f"{total:.2f}")
        for region, total in totals.items()
        if total > 1.0 + 1e-9
    ]


def check_totals(frames: Frames) -> list[Finding]:
    """Find printed totals that differ from their sectors by more than rounding: half a unit of the last digit each."""
    if "emissions" not in frames:
        return []
    rows = frames["emissions"]
    rows = rows[rows["sector"] != "unsplit"]
    printed = rows[rows["sector"] == "total"].set_index(CELL)["value"]
    sectors = rows[rows["sector"] != "total"].groupby(CELL)["value"].agg(["sum", "count"])
    both = sectors.join(printed.rename("printed"), how="inner")
    digit = np.where(both["printed"] == np.round(both["printed"]), 1.0, 1e-3)
    both["tolerance"] = np.maximum(0.5 * (both["count"] + 1) * digit, 1e-4 * both["printed"])
    wrong = both[(both["sum"] - both["printed"]).abs() > both["tolerance"]].reset_index()
    return [
        finding(
            "AS302",
            "",
            "emissions",
            where=_place(row, CELL),
            printed=f"{row['printed']:g}",
            total=f"{row['sum']:g}",
            tolerance=f"{row['tolerance']:g}",
        )
        for row in wrong.to_dict("records")
    ]


def _place(row: Mapping[Hashable, object], keys: list[str]) -> str:
    return " ".join(str(row[key]) for key in keys)


def check_parts(frames: Frames) -> list[Finding]:
    """Find pollutants that are smaller than a pollutant they hold."""
    if "emissions" not in frames:
        return []
    rows = frames["emissions"]
    cells = rows.groupby([*CELL, "sector"])["value"].sum().unstack("pollutant")
    findings = []
    for part, whole in PARTS:
        if part not in cells or whole not in cells:
            continue
        wrong = cells[cells[part] > cells[whole] * 1.001 + 1e-3].reset_index()
        for row in wrong.to_dict("records"):
            findings.append(
                finding(
                    "AS303",
                    "",
                    "emissions",
                    part=part,
                    whole=whole,
                    where=_place(row, ["inventory", "region", "year", "sector"]),
                    part_value=f"{row[part]:g}",
                    whole_value=f"{row[whole]:g}",
                )
            )
    return findings


def check_wholes(frames: Frames) -> list[Finding]:
    """Find printed rows of nations that are smaller than their regions together, or larger than all of them."""
    if "emissions" not in frames:
        return []
    rows = frames["emissions"]
    parents = frames["regions"].set_index("code")["parent"]
    cells = rows.groupby([*CELL, "sector"])["value"].sum().reset_index()
    cells["whole"] = cells["region"].map(parents).fillna("")
    keys = ["inventory", "whole", "sector", "pollutant", "year"]
    parts = cells[cells["whole"] != ""].groupby(keys)["value"].agg(["sum", "count"]).reset_index()
    wholes = cells.drop(columns="whole").rename(columns={"region": "whole", "value": "printed"})
    both = parts.merge(wholes, on=keys)
    tolerance = both["printed"] * 1e-3 + 0.5 * (both["count"] + 1)
    every = both["count"] == both["whole"].map(parents.value_counts())
    wrong = {
        "AS304": both[both["sum"] > both["printed"] + tolerance],
        "AS389": both[every & (both["sum"] < both["printed"] - tolerance)],
    }
    return [
        finding(
            code,
            "",
            "emissions",
            region=row["whole"],
            total=f"{row['sum']:g}",
            printed=f"{row['printed']:g}",
            where=f"{row['inventory']} {row['sector']} {row['pollutant']} {row['year']}",
        )
        for code, rows in wrong.items()
        for _, row in rows.iterrows()
    ]


def check_groups(frames: Frames) -> list[Finding]:
    """Find groups without members that are not those of a study."""
    if "groups" not in frames:
        return []
    groups = frames["groups"]
    members = set(frames["group_members"]["group"]) if "group_members" in frames else set()
    codes = groups.loc[groups["kind"] != "study", "code"]
    return [finding("AS306", "", "groups", group=code) for code in codes if code not in members]


def check_sources(frames: Frames) -> list[Finding]:
    """Find sources that no row uses, and those that restrict or do not say how numbers may be passed on."""
    sources = frames["sources"]
    keys = set(sources["key"])
    used = {key for name, frame in frames.items() if name != "sources" for key in cited(frame, name, keys)}
    findings = []
    for key, reuse in zip(sources["key"], sources["reuse"], strict=True):
        if key not in used:
            findings.append(finding("AS402", "", "sources", source=key))
        if reuse == "not-stated":
            findings.append(finding("AS401", "", "sources", source=key))
        elif reuse == "non-commercial":
            findings.append(finding("AS404", "", "sources", source=key))
    return findings


CHECKS = (check_age_shares, check_town_sources, check_totals, check_parts, check_wholes, check_groups, check_sources)
