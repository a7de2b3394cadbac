"""The sentences that open the chapters of the report: who dies where, what comes from abroad, who emits most."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.answers.cells import records
from airshed.answers.words import Words
from airshed.assessment.assessment import Assessment
from airshed.pack.codes import country_of
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count

Tables = Mapping[str, pd.DataFrame]
NAMED = 2
"""Nations that a sentence names."""
HALF = 0.5
"""Share of the man-made part above which most of it is foreign."""
EMITTED = ("PM2.5", "SO2", "NOx", "NH3")
APART = ("natural", "unexplained")


def deaths_sentence(assessment: Assessment, tables: Tables, words: Words) -> list[str]:
    """Return where most of the deaths are, with the 95 % interval of the response; nothing where nobody dies."""
    home = country_of(words.pack)
    rows = tables["health"]
    rows = rows[[home.get(str(code), "") == code for code in rows["region"]]].nlargest(NAMED, "value")
    rows = rows[rows["value"] > 0]
    if rows.empty:
        return []
    _ = words.translate
    parts = [
        _("{deaths} ({low} to {high}) in {place}").format(
            place=words.name(str(code)),
            **{
                name: count(float(value), words.language)
                for name, value in zip(("deaths", "low", "high"), values, strict=True)
            },
        )
        for code, *values in zip(*(rows[name] for name in ("region", "value", "low", "high")), strict=True)
    ]
    text = _("Of PM2.5 people die early most of all in these countries/regions: in {year} about {parts}.")
    return [text.format(year=assessment.year, parts=_(" and ").join(parts))]


def foreign_sentence(pack: Pack, assessment: Assessment, tables: Tables, words: Words) -> list[str]:
    """Return in how many cities most of the man-made PM2.5 is foreign, and in which it is the largest share."""
    found = foreign_shares(pack, tables["attribution_by_country"])
    if found.empty:
        return []
    text = words.translate(
        "In {year} other countries/regions give more than half of the man-made PM2.5 in {above} of {cities} cities; "
        "the largest share of it is foreign in {city}, {share}."
    )
    return [
        text.format(
            year=assessment.year,
            above=int((found > HALF).sum()),
            cities=len(found),
            city=words.name(str(found.idxmax())),
            share=percent(float(found.max())),
        )
    ]


def foreign_shares(pack: Pack, rows: pd.DataFrame) -> pd.Series:
    """Return the share of the man-made PM2.5 of each city that is not of its own nation, 0..1.

    rows : columns receptor, country, share
    """
    home, cities = country_of(pack), pack.table("receptors")
    own = {str(city): home[str(region)] for city, region in zip(cities["code"], cities["region"], strict=True)}
    picked = rows[rows["receptor"].isin(list(own)) & ~rows["country"].isin(APART)].dropna(subset=["share"])
    foreign = picked["share"].where(picked["country"] != picked["receptor"].map(own), 0.0)
    return foreign.groupby(picked["receptor"], sort=False).sum()


def emitters_sentence(assessment: Assessment, tables: Tables, words: Words) -> list[str]:
    """Return which nation emits most of each pollutant, and its share of what all nations of the pack emit."""
    rows = tables["emissions_series"]
    rows = rows[(rows["year"] == assessment.year) & rows["pollutant"].isin(EMITTED)]
    largest: dict[str, list[str]] = {}
    for pollutant, part in rows.groupby("pollutant", sort=False):
        whole = float(part["value"].sum())
        if whole > 0:
            first = records(part.nlargest(1, "value"))[0]
            said = f"{words.name(str(pollutant))} {percent(first['value'] / whole)}"
            largest.setdefault(str(first["region"]), []).append(said)
    text = words.translate("{place} emits most in {year}, of all countries/regions together: {shares}.")
    return [
        text.format(place=words.name(code), year=assessment.year, shares=words.listed(said))
        for code, said in largest.items()
    ]


def printed_sentence(tables: Tables, words: Words) -> list[str]:
    """Return how many of the printed figures come out again; nothing for a pack without any."""
    if "claims" not in tables or tables["claims"].empty:
        return []
    held = tables["claims"]["verdict"].value_counts()
    text = words.translate(
        "Of {places} printed figures of the studies {differs} come out differently and {missing} cannot be checked; "
        "{confirmed} are confirmed."
    )
    return [
        text.format(
            places=int(held.sum()),
            confirmed=int(held.get("confirmed", 0)),
            differs=int(held.get("differs", 0)),
            missing=int(held.get("cannot_check", 0)),
        )
    ]
