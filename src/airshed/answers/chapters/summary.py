"""The summary of the report: a few sentences that a city official understands, each with its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.answers.chapters.plan import plan_sentences
from airshed.answers.leads import origins_lead
from airshed.answers.words import Card, Words, target_name
from airshed.assessment.assessment import Assessment
from airshed.emissions.rules import baseline_rules
from airshed.impacts.exposure import population_weighted
from airshed.pack.defaults import lead_cities
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, level

LEADING = 2
"""Sentences on the plan that stand in the summary: whether the target is met, and the cost."""


def cards(pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], words: Words) -> list[Card]:
    """Return the leading numbers with their year: exposure, deaths, places above the target."""
    _, year = words.translate, assessment.year
    health = assessment["health"]
    counted = health["deaths"].notnull().to_numpy()
    people = health["population"].to_numpy()[counted]
    mean = population_weighted(health["exposure"].to_numpy()[counted], people)
    deaths = [float(health[name].sum()) for name in ("deaths", "deaths_low", "deaths_high")]
    result = [
        Card(
            level(mean),
            _("PM2.5 that people breathe"),
            _("mean of {people} people, {year}").format(people=count(people.sum(), words.language), year=year),
            link=f"levels?year={year}",
        ),
        Card(
            count(deaths[0], words.language),
            _("early deaths a year"),
            _("{low} to {high}, {year}").format(
                low=count(deaths[1], words.language), high=count(deaths[2], words.language), year=year
            ),
            link=f"health?year={year}",
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
                f"{target_name(target, words)}, {year}",
            )
        )
    return result


def sentences(pack: Pack, assessment: Assessment, tables: Mapping[str, pd.DataFrame], words: Words) -> list[str]:
    """Return the summary, a sentence per finding; the first is what all of it comes to."""
    leading = lead_cities(pack, list(tables["attribution_by_country"]["receptor"]))
    found = [_whole_sentence(pack, assessment, words)]
    found += [_city_sentence(tables, words, city, assessment) for city in leading[:3]]
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
            "{studies} published studies on the share of {source} in {receptor}: here {share} ({low} to {high}), "
            "calibrated to them."
        ).format(
            studies=row["studies"],
            source=words.name(row["country"]),
            receptor=words.name(row["receptor"]),
            share=percent(row["value"]),
            low=percent(row["low"]),
            high=percent(row["high"]),
        )
    ]


def _whole_sentence(pack: Pack, assessment: Assessment, words: Words) -> str:
    """Return how many people of the airshed die early, and in the air of which level they live."""
    health = assessment["health"]
    counted = health["deaths"].notnull().to_numpy()
    mean = population_weighted(health["exposure"].to_numpy()[counted], health["population"].to_numpy()[counted])
    deaths = {
        name: count(float(health[column].sum()), words.language)
        for name, column in (("deaths", "deaths"), ("low", "deaths_low"), ("high", "deaths_high"))
    }
    return words.translate(
        "In {year} people in {place} breathed {level} of PM2.5 on average, and about {deaths} of them died early of it "
        "({low} to {high})."
    ).format(year=assessment.year, place=pack.title(words.language), level=level(mean), **deaths)


def _city_sentence(tables: Mapping[str, pd.DataFrame], words: Words, city: str, assessment: Assessment) -> str:
    rows = tables["attribution_by_country"]
    return origins_lead(rows[rows["receptor"] == city], "country", words, city, assessment.year, assessment)


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
            f"{pollutant} {percent(change / 100.0, sign=True)}"
            for pollutant, change in zip(here["pollutant"], here["change_percent"], strict=True)
        )

    national = _("{nation} until {year} as projected: {changes}.").format(
        nation=words.name(rules.national), year=last, changes=changes(rules.national)
    )
    groups = "; ".join(f"{words.name(code)} {changes(code)}" for code in rules.groups)
    return [national, _("Its key regions: {groups}.").format(groups=groups)]
