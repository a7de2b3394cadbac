"""Leading regions matched to regions of another nation: profile and size of emissions, CO2, power plants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.transition.technology import (
    ALL_INDUSTRIES,
    FIELDS,
    LEADS,
    OPERATING,
    fields_table,
    leading,
)
from airshed.emissions.baseline import baseline_cube
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transition.leads import similarity, size_ratio

COMPARED = ("PM2.5", "SO2", "NOx", "NMVOC", "NH3")
"""Pollutants whose sectors make the profile of a region, each with the same weight."""
MIDDLE = 0.5
"""Standing of what is not known."""
EQUAL = 1e-12
"""What binary fractions may lose."""
PARTS = ("profile", "emissions", "co2", "plants")
UNSPLIT = "unsplit"
NO_CO2 = "CO2 is not known of both in one year"
NO_PLANTS = "the table has no power plants of a nation"
CO2_YEAR = "CO2 of {year}"
MATCH_NOTES = (NO_CO2, NO_PLANTS, CO2_YEAR)
"""Templates, for translation."""


def matches_table(pack: Pack, partner: str, field: str | None = None, top: int = 3) -> pd.DataFrame:
    """Return the regions of a partner that are most like each leading region, the best first.

    partner : nation, group or region; top : how many for each field and leading region
    returns : columns field, region (leading), partner, rank, score (see `scores`), rank_best, rank_worst (ranks when
        any one part is left out), among (how many regions were ranked), profile (similarity of the sectors of
        emissions), emissions (likeness in size of the field's sector), co2 (likeness in size of all CO2), plants
        (similarity of the plants in operation by fuel, technology and period of start), known (how many parts), stage
        (of the field there), targets (how many the pack holds for the partner's nation in that sector), year, source,
        note
    Raises MissingTableError for a pack without leading regions, AirshedError for an unknown field, and for a partner
    whose regions all lie in the nations that lead.
    """
    fields, leads = leading(pack, field)
    home = country_of(pack)
    held = members(pack, partner)
    wanted = fields[fields["field"] == field] if field else fields
    facts = _Facts(pack)
    found: list[dict[str, Any]] = []
    for kind in ({str(key): value for key, value in row.items()} for row in wanted.to_dict("records")):
        for region in dict.fromkeys(leads.loc[leads["field"] == kind["field"], "region"]):
            others = [code for code in held if home[code] != home[region] and facts.emits(code)]
            found += _matched(facts, kind, str(region), others)[:top]
    if not found:
        raise AirshedError("no-partner-of-leads", partner=partner)
    return pd.DataFrame.from_records(found)


class _Facts:
    """What regions are compared by; every table is read once.

    emitted : (region, pollutant, sector), kt/yr; totals : CO2 by year of a region; fleets : (kind of plant) of a region
    """

    def __init__(self, pack: Pack) -> None:
        self.year, self.home = pack.base_year, country_of(pack)
        cube = baseline_cube(pack)["value"].sel(year=self.year, pollutant=list(COMPARED))
        cube = cube.transpose("region", "pollutant", "sector")
        sectors = [str(code) for code in cube["sector"].to_numpy()]
        kept = [place for place, code in enumerate(sectors) if code != UNSPLIT]
        self.sectors = [sectors[place] for place in kept]
        values = np.nan_to_num(cube.to_numpy()[:, :, kept])
        self.emitted = dict(zip([str(code) for code in cube["region"].to_numpy()], values, strict=True))
        totals = pack.optional("industries")
        totals = totals[totals["industry"] == ALL_INDUSTRIES]
        self.totals: dict[str, dict[int, float]] = {}
        for region, year, value in zip(totals["region"], totals["year"], totals["value"], strict=True):
            self.totals.setdefault(str(region), {})[int(year)] = float(value)
        self.fleets = _fleets(pack.optional("plants"))
        self.covered = {self.home[code] for code in self.fleets}
        targets = pack.optional("targets")
        self.targets = targets[targets["kind"] == "target"].groupby(["region", "sector"]).size().to_dict()

    def emits(self, code: str) -> bool:
        """Say whether a region has emissions to compare."""
        return code in self.emitted and float(self.emitted[code].sum()) > 0

    def profile(self, region: str, others: Sequence[str]) -> Floats:
        """Return the mean over pollutants of the similarity of the sectors (other)."""
        found = similarity(self.emitted[region][None], np.stack([self.emitted[code] for code in others]))
        return np.asarray(np.nanmean(found, axis=1))

    def emissions(self, region: str, others: Sequence[str], sector: str) -> Floats:
        """Return the mean over pollutants of the likeness in size of a sector (other); NaN where one has none of it."""
        at = self.sectors.index(sector)
        one, two = self.emitted[region][None, :, at], np.stack([self.emitted[code][:, at] for code in others])
        both = (one > 0) & (two > 0)
        ratios = np.where(both, size_ratio(one, two), 0.0).sum(axis=1)
        return np.asarray(np.where(both.any(axis=1), ratios / np.maximum(both.sum(axis=1), 1), np.nan))

    def co2(self, region: str, other: str) -> tuple[float, int | None]:
        """Return the likeness in size of all CO2 in the latest year that is known of both."""
        one, two = self.totals.get(region, {}), self.totals.get(other, {})
        year = max(one.keys() & two.keys(), default=None)
        if year is None:
            return float("nan"), None
        return float(size_ratio(np.array(one[year]), np.array(two[year]))), year

    def plants(self, region: str, others: Sequence[str]) -> Floats:
        """Return the similarity of the plants in operation (other), 0 where one has none; NaN without rows of a nation.

        A nation without any row is one that the table does not know; a region without one in a nation that it knows
        has no plant.
        """
        if not self.fleets:
            return np.full(len(others), np.nan)
        none = np.zeros(len(next(iter(self.fleets.values()))))
        found = similarity(
            self.fleets.get(region, none)[None], np.stack([self.fleets.get(code, none) for code in others])
        )
        known = np.array([{self.home[region], self.home[code]} <= self.covered for code in others])
        return np.asarray(np.where(known, np.nan_to_num(found), np.nan))


def _fleets(plants: pd.DataFrame) -> dict[str, Floats]:
    """Return the capacity in operation by fuel, technology and period of start of every region that has any."""
    plants = plants[plants["status"] == OPERATING]
    if plants.empty:
        return {}
    periods = plants["first_year"].astype(str) + plants["last_year"].astype(str)
    # A reactor is a row of its own: its year is not a period that others share.
    kinds = plants["fuel"] + " " + plants["technology"] + " " + periods.where(plants["plant"] == "", "")
    table = plants.assign(kind=kinds).pivot_table(
        index="region", columns="kind", values="value", aggfunc="sum", fill_value=0.0
    )
    return dict(zip(map(str, table.index), table.to_numpy(dtype=np.float64), strict=True))


def _matched(facts: _Facts, kind: dict[str, Any], region: str, others: Sequence[str]) -> list[dict[str, Any]]:
    """Return the matches of one leading region in one field, the best first."""
    if not others:
        return []
    parts = {"profile": facts.profile(region, others), "plants": facts.plants(region, others)}
    parts["emissions"] = facts.emissions(region, others, str(kind["sector"]))
    co2 = [facts.co2(region, other) for other in others]
    parts["co2"] = np.array([value for value, _ in co2])
    table = np.stack([parts[name] for name in PARTS], axis=1)
    found: list[dict[str, Any]] = []
    for place, other in enumerate(others):
        year = co2[place][1]
        notes = [NO_CO2 if year is None else CO2_YEAR.format(year=year)]
        notes += [NO_PLANTS] if np.isnan(parts["plants"][place]) else []
        record: dict[str, Any] = {"field": kind["field"], "region": region, "partner": other}
        record |= dict(zip(PARTS, table[place].tolist(), strict=True))
        held = facts.targets.get((facts.home[other], kind["sector"]), 0)
        record |= {"stage": kind["stage"], "targets": int(held), "year": facts.year, "note": "; ".join(notes)}
        found.append(record | {"source": str(kind["source"])})
    ranks = [_rank(scores(np.delete(table, place, axis=1))) for place in range(len(PARTS))]
    score = scores(table)
    rank = _rank(score)
    for place, record in enumerate(found):
        across = [one[place] for one in (rank, *ranks)]
        record |= {
            "rank": int(rank[place]),
            "score": float(score[place]),
            "known": int(np.isfinite(table[place]).sum()),
        }
        record |= {"rank_best": int(min(across)), "rank_worst": int(max(across)), "among": len(others)}
    return sorted(found, key=lambda record: (record["rank"], record["partner"]))


@equation(
    key="region-match",
    title="Match of a region to a leading one",
    latex=r"S_j = \frac{1}{K} \sum_k n_{k,j}, \quad n_{k,j} = \frac{\#\{i : v_{k,i} < v_{k,j}\}}{N_k - 1}",
    units="1",
    citation="mean of percentile ranks among the regions of the partner whose part k is known (N_k); what is not known "
    "stands in the middle; rule of this project, see docs/method.md",
)
def scores(table: Floats) -> Floats:
    """Return how well regions match (region), 0..1: the mean of their standings by each part.

    table : (region, part), NaN where a part is not known, which counts as standing in the middle

    >>> scores(np.array([[0.9, 0.2], [0.1, np.nan], [0.5, 0.4]])).round(3)
    array([0.5 , 0.25, 0.75])
    """
    found = np.full(table.shape, MIDDLE)
    for place in range(table.shape[1]):
        known = np.isfinite(table[:, place])
        values = table[known, place]
        if len(values) > 1:
            lower = (values[None, :] < values[:, None] - EQUAL).sum(axis=1)
            found[known, place] = lower / (len(values) - 1)
    return np.asarray(found.mean(axis=1))


def _rank(values: Floats) -> Floats:
    """Return ranks, 1 for the highest; equals share the better rank."""
    return np.asarray([1 + int((values > value + EQUAL).sum()) for value in values])


def pair_table(pack: Pack, region: str, partner: str | None = None) -> pd.DataFrame:
    """Return the fields in which one of two places leads, and how the other stands among the regions of its nation.

    region, partner : region, nation or group; all other nations if there is no partner
    returns : columns of `matches_table` with `verdict` of the field; region is the one that leads; without rows in a
        pack without leading regions, and where neither leads
    """
    if not (pack.has(FIELDS) and pack.has(LEADS)):
        return pd.DataFrame()
    home = country_of(pack)
    own = set(members(pack, region))
    others = {code for code in home if home[code] not in {home[one] for one in own}}
    others = others if partner is None else set(members(pack, partner))
    verdicts = fields_table(pack).set_index("field")["verdict"].to_dict()
    found = []
    for one, other in ((own, others), (others, own)):
        for nation in dict.fromkeys(home[code] for code in sorted(other)):
            rows = _all_matches(pack, nation)
            if len(rows):
                found.append(rows[rows["region"].isin(one) & rows["partner"].isin(other) & (rows["among"] > 1)])
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return table if table.empty else table.assign(verdict=table["field"].map(verdicts))


def _all_matches(pack: Pack, nation: str) -> pd.DataFrame:
    """Return every match of the regions of a nation; without rows where all that lead are its own."""
    try:
        return matches_table(pack, nation, top=len(members(pack, nation)))
    except AirshedError:
        return pd.DataFrame()


def plants_table(pack: Pack, regions: Sequence[str]) -> pd.DataFrame:
    """Return the power plants of regions, the newest first within each; reactors unit by unit, coal as sums.

    returns : columns of the table plants; value in MW
    """
    rows = pack.optional("plants")
    rows = rows[rows["region"].isin(list(regions))]
    order = rows.assign(place=rows["region"].map({code: place for place, code in enumerate(regions)}))
    return order.sort_values(["place", "fuel", "status", "first_year"], kind="stable").drop(columns="place")
