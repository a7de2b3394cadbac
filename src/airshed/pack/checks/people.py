"""Checks of the counts of people: whether a projection can carry them to other years."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.counts import BASE, at_year, covers, read_counts, read_projections
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
NAME = "populations"


def check_counts(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find the first and last counts of regions whose projection cannot carry them further: none there, or nobody."""
    if NAME not in numbers or not (numbers[NAME]["series"] == BASE).any():
        return []
    rows, projections = numbers[NAME], read_projections(numbers[NAME])
    parents = dict(zip(numbers["regions"]["code"], numbers["regions"]["parent"], strict=True))
    findings = []
    for region, counts in read_counts(rows).items():
        growing = projections.get(region, projections.get(parents.get(region, "")))
        if growing is None:
            continue
        for year in dict.fromkeys((int(counts.index[0]), int(counts.index[-1]))):
            nobody = covers(growing, year) and at_year(growing, year) == 0 and float(counts[year]) > 0
            if nobody or not covers(growing, year):
                where = (rows["region"] == region) & (rows["year"] == year) & (rows["series"] == BASE)
                file, line = (texts[NAME].loc[where.to_numpy(), name].iloc[0] for name in (FILE, LINE))
                words = {"region": region, "year": year, "span": f"{growing.index[0]} to {growing.index[-1]}"}
                code = "AS392" if nobody else "AS378"
                findings.append(finding(code, str(file), NAME, int(line), "year", **words))
    return findings
