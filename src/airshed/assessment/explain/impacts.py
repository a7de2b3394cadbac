"""Steps behind deaths, their value and damage per tonne."""

from __future__ import annotations

from collections.abc import Sequence

from airshed.assessment.assessment import Assessment
from airshed.assessment.explain.steps import THE_NUMBER, Step, equation_steps, pick, row_step
from airshed.assessment.lives.damage import damage_chain, damage_table
from airshed.assessment.lives.value import value_table
from airshed.assessment.question import Question
from airshed.assessment.run import assess
from airshed.assessment.tables import health
from airshed.pack.codes import members, nations_of
from airshed.pack.pack import Pack

POPULATION, EXPOSURE, BASELINE_DEATHS = "population", "exposure", "baseline deaths"
LIFE = "value of a statistical life"
DEATHS = "deaths attributable to it"
OWN, ABROAD, PER_KT = "deaths_own", "deaths_abroad", "deaths_per_kt"
TEMPLATES = (POPULATION, EXPOSURE, BASELINE_DEATHS, LIFE, DEATHS, OWN, ABROAD, PER_KT)
"""Words of the steps, for translation."""


def explain_health(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    """Return the steps behind the deaths of a region."""
    assessment = assess(pack, Question(year=year), parts=("concentration", "health"))
    row = pick(health(pack, assessment, [keys[0]]), "region", keys[0])
    inputs = [
        Step(
            POPULATION,
            float(row["population"]),
            "persons",
            source=_cited(pack, "populations", keys[0], *members(pack, keys[0])),
        ),
        Step(EXPOSURE, float(row["exposure"]), "ug/m3", source=_bias_source(assessment, keys[0])),
        Step(
            BASELINE_DEATHS,
            _baseline_deaths(pack, assessment, keys[0]),
            "deaths/yr",
            source=_cited(pack, "mortality", *nations_of(pack, keys[0])),
        ),
    ]
    return [row_step(row), *inputs, *equation_steps("gemm", "baseline-deaths", "attributable-deaths")]


def explain_value(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    """Return the steps behind the value of the deaths of a region."""
    assessment = assess(pack, Question(year=year), parts=("health",))
    row = pick(value_table(pack, assessment, [keys[0]]), "region", keys[0])
    deaths = pick(health(pack, assessment, [keys[0]]), "region", keys[0])
    return [
        row_step(row),
        Step(DEATHS, deaths["value"], "deaths/yr", deaths["low"], deaths["high"], "derived", deaths["source"]),
        Step(LIFE, float(row["vsl"]), "million USD of 2015", source=_cited_parameters(pack), note=str(row["note"])),
        *equation_steps("value-of-life", "market-money", "attributable-deaths"),
    ]


def explain_damage(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    """Return the steps behind the damage of one more tonne of a pollutant from a region."""
    region, pollutant = keys
    row = pick(damage_table(pack, damage_chain(pack, year), [region], [pollutant]), "region", region)
    number = Step(
        THE_NUMBER,
        float(row["value"]),
        str(row["unit"]),
        float(row["low"]),
        float(row["high"]),
        str(row["basis"]),
        str(row["source"]),
        str(row["note"]),
    )
    parts = [Step(name, float(row[name]), "deaths/kt", basis="derived") for name in (PER_KT, OWN, ABROAD)]
    return [number, *parts, *equation_steps("marginal-deaths", "gemm-marginal", "value-of-life")]


def _baseline_deaths(pack: Pack, assessment: Assessment, code: str) -> float:
    data = assessment["health"]["baseline_deaths"]
    return float(data.sel(region=[region for region in members(pack, code) if region in data["region"]]).sum())


def _bias_source(assessment: Assessment, place: str) -> str:
    data = assessment["concentration"]
    return str(data["bias_source"].sel(place=place).item()) if place in data["place"] else ""


def _cited(pack: Pack, table: str, *regions: str) -> str:
    rows = pack.table(table)
    return " ".join(dict.fromkeys(rows.loc[rows["region"].isin(regions), "source"]))


def _cited_parameters(pack: Pack) -> str:
    rows = pack.table("parameters")
    return " ".join(dict.fromkeys(rows.loc[rows["key"].str.startswith("vsl_"), "source"]))
