"""The summary of the report: a few sentences that a city official understands, each with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.plan import plan_sentences
from airshed.answers.chapters.table import number, rounded
from airshed.answers.words import Card, Words, target_name
from airshed.assessment.assessment import Assessment
from airshed.emissions.rules import baseline_rules
from airshed.impacts.exposure import population_weighted
from airshed.pack.defaults import lead_cities
from airshed.pack.pack import Pack

LEADING = 2
"""Sentences on the plan that stand in the summary: whether the target is met, and the cost."""


def cards(pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], words: Words) -> list[Card]:
    """Return the leading numbers: exposure, deaths, places above the target, share of the largest emitter."""
    _ = words.translate
    health = assessment["health"]
    counted = health["deaths"].notnull().to_numpy()
    people = health["population"].to_numpy()[counted]
    mean = population_weighted(health["exposure"].to_numpy()[counted], people)
    deaths = [float(health[name].sum()) for name in ("deaths", "deaths_low", "deaths_high")]
    result = [
        Card(
            f"{number(mean, 1)} µg/m³",
            _("PM2.5 that people breathe"),
            _("mean over {people} million people").format(people=number(people.sum() / 1e6)),
        ),
        Card(
            rounded(deaths[0]),
            _("deaths a year attributable to it"),
            _("95 % interval {low} to {high}").format(low=rounded(deaths[1]), high=rounded(deaths[2])),
        ),
    ]
    target = assessment.question.target
    if target is not None:
        cities = set(pack.table("receptors")["code"])
        rows = tables["concentrations"]
        rows = rows[rows["place"].isin(cities) & rows["target"].notna()]
        above = int((rows["above_target"] > 0).sum())
        result.append(
            Card(
                _("{above} of {cities}").format(above=above, cities=len(rows)),
                _("cities above the target"),
                target_name(target, words),
            )
        )
    share = largest_emitter(assessment, tables)
    if share is not None:
        code, percent = share
        result.append(
            Card(
                f"{number(percent)} %",
                _("of the primary PM2.5 emissions from {nation}").format(nation=words.name(code)),
                _("of the nations with an inventory"),
            )
        )
    return result


def largest_emitter(assessment: Assessment, tables: Mapping[str, pd.DataFrame]) -> tuple[str, float] | None:
    """Return the nation that emits most PM2.5 in the year of the answer, with its share in percent."""
    rows = tables["emissions_series"]
    rows = rows[(rows["pollutant"] == "PM2.5") & (rows["year"] == assessment.year)]
    if rows.empty:
        return None
    first = rows.sort_values("value", ascending=False).iloc[0]
    return str(first["region"]), float(first["share_percent"])


def sentences(pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], words: Words) -> list[str]:
    """Return the summary, a sentence per finding."""
    _ = words.translate
    leading = lead_cities(pack, list(tables["attribution_by_country"]["receptor"]))
    found = [_city_sentence(pack, assessment, tables, words, city) for city in leading[:3]]
    found += _calibration_sentences(tables, words)
    found += _projection_sentences(pack, tables, words)
    return found + plan_sentences(tables, words)[:LEADING]


def example_of_explain(pack: Pack, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return a command that explains a number of this report; nothing for a pack without cities."""
    for city in lead_cities(pack, list(tables["attribution_by_country"]["receptor"]))[:1]:
        rows = tables["attribution_by_country"]
        rows = rows[(rows["receptor"] == city) & rows["share"].notna()].sort_values("share", ascending=False)
        return f"airshed explain attribution {city} {rows['country'].iloc[min(1, len(rows) - 1)]}"
    return ""


def _calibration_sentences(tables: Mapping[str, pd.DataFrame], words: Words) -> list[str]:
    """Return the share that most studies speak of, with its interval."""
    _ = words.translate
    rows = tables["calibration"]
    rows = rows[rows["published"].notna() & (rows["receptor"] != rows["country"])]
    if rows.empty:
        return []
    row = rows.sort_values("studies", ascending=False, kind="stable").iloc[0]
    return [
        _(
            "{studies} published studies on the share of {source} in {receptor}: here {share} % ({low} to {high} %), "
            "calibrated to them."
        ).format(
            studies=row["studies"],
            source=words.name(row["country"]),
            receptor=words.name(row["receptor"]),
            share=number(100 * row["value"]),
            low=number(100 * row["low"]),
            high=number(100 * row["high"]),
        )
    ]


def _city_sentence(
    pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], words: Words, city: str
) -> str:
    _ = words.translate
    rows = tables["attribution_by_country"]
    rows = rows[(rows["receptor"] == city) & rows["share"].notna()].sort_values("share", ascending=False)
    ends = assessment["attribution"].sel(place=city)
    total = float(assessment["concentration"]["total"].sel(place=city))
    parts = ", ".join(_share_with_ends(row, ends, words) for row in records(rows.head(3), NAN))
    return _("{city}: {total} µg/m³; of the anthropogenic part {parts}.").format(
        city=words.name(city), total=number(total, 1), parts=parts
    )


def _share_with_ends(row: dict[str, Any], ends: xr.Dataset, words: Words) -> str:
    """Return the share of a nation with its interval, in percent; ends : share_low and share_high (country)."""
    text = f"{words.name(row['country'])} {100 * row['share']:.0f} %"
    low, high = (100 * float(ends[name].sel(country=row["country"])) for name in ("share_low", "share_high"))
    if high > low:
        text += f" ({low:.0f}-{high:.0f})"
    return text


def _projection_sentences(pack: Pack, tables: Mapping[str, pd.DataFrame], words: Words) -> list[str]:
    _ = words.translate
    rules = baseline_rules(pack).projection
    if rules is None:
        return []
    rows = tables["emissions_projection"]
    last = int(rows["year"].max())
    totals = rows[(rows["sector"] == "total") & (rows["year"] == last)]

    def changes(code: str) -> str:
        here = totals[totals["region"] == code]
        return ", ".join(
            f"{pollutant} {percent:+.1f} %"
            for pollutant, percent in zip(here["pollutant"], here["change_percent"], strict=True)
        )

    national = _("{nation} until {year} as projected: {changes}.").format(
        nation=words.name(rules.national), year=last, changes=changes(rules.national)
    )
    groups = "; ".join(f"{words.name(code)} {changes(code)}" for code in rules.groups)
    return [national, _("Its key regions: {groups}.").format(groups=groups)]
