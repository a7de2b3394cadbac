"""The way to a number in words: what it rests on, its steps, its studies and where they differ, its interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from airshed.answers.cells import records
from airshed.answers.words import Words
from airshed.assessment.explain.explain import SAMPLES as SAMPLED
from airshed.assessment.explain.explain import STUDY, STUDY_WORDS, TEMPLATES
from airshed.assessment.explain.steps import THE_NUMBER
from airshed.pack.language import retell, retell_whole, values_of
from airshed.pack.spoken_numbers import count, level, mass, money, plain

EQUATION = "equation: "
PER_TONNE = "{amount} a tonne"
PAIR = 2
"""Keys of a contribution: receptor and source."""
YEAR = re.compile(r"\d{4}")
UNSAID = ("emissions of ", "kernel parameter ", "study: ", "part by precursor", EQUATION)
"""Beginnings of steps that stand in the table, or are told apart."""


def amount_told(value: float, unit: str, words: Words) -> str:
    """Return a number with its unit as people say it."""
    _, language = words.translate, words.language
    if unit == "percent":
        return f"{plain(value, 2)} %"
    if unit == "ug/m3":
        return level(value)
    if unit == "kt/yr":
        return _("{amount} a year").format(amount=mass(value))
    if unit == "deaths/yr":
        return _("{amount} deaths a year").format(amount=count(value, language))
    if unit == "million USD of 2015/yr":
        return _("{amount} a year").format(amount=money(value, language))
    if unit == "million USD of 2015":
        return money(value, language)
    if unit == "USD of 2015/t":
        return _(PER_TONNE).format(amount=money(value / 1e6, language))
    return f"{plain(value)} {_(unit)}" if unit not in ("", "1") else plain(value)


def valued(row: dict[str, Any], words: Words) -> str:
    """Return the number of a step with its interval, or the interval alone; nothing where it has neither."""
    between = between_told(row, words)
    if row["value"] is None:
        return between
    value = amount_told(row["value"], row["unit"], words)
    return f"{value} ({between})" if between else value


def between_told(row: dict[str, Any], words: Words) -> str:
    """Return what a step lies between, the unit once where both ends have the same; nothing without an interval."""
    if row["low"] is None or row["high"] is None:
        return ""
    low, high = (amount_told(row[name], row["unit"], words) for name in ("low", "high"))
    if low.partition(" ")[2] == high.partition(" ")[2]:
        low = low.partition(" ")[0]
    return words.translate("{low} to {high}").format(low=low, high=high)


def studies_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the studies among the steps, with what each found, percent: name, low, high and years."""
    found = []
    for row in records(rows):
        name = values_of(row["step"], STUDY)
        if name is None:
            continue
        held = values_of(row["note"], STUDY_WORDS)
        ends = [row["value"]] if row["value"] is not None else [row["low"], row["high"]]
        known = [float(end) for end in ends if end is not None]
        if known:
            years = [int(year) for year in YEAR.findall(held["period"] if held else "")]
            found.append({**name, "low": min(known), "high": max(known), "years": years})
    return found


def rests_sentence(rows: pd.DataFrame, keys: Sequence[str], asked: str, year: int | None, words: Words) -> str:
    """Return what a number rests on, in one line.

    rows : steps, the number first; keys : receptor and source of a contribution; asked : what the number is of; year :
        of the number, None where its row says it
    """
    _ = words.translate
    first = records(rows)[0]
    studies = studies_of(rows)
    if studies and len(keys) == PAIR and first["value"] is not None:
        years = [one for study in studies for one in study["years"]]
        said = _(
            "The {value} of PM2.5 that reach {receptor} from {source} ({year}; {between}) rest on {count} studies of "
            "{first} to {last}, which put the share between {low} and {high} %."
        )
        return said.format(
            value=amount_told(first["value"], first["unit"], words),
            receptor=words.short(keys[0]),
            source=words.short(keys[1]),
            between=between_told(first, words),
            year=year,
            count=len({study["study"] for study in studies}),
            first=min(years, default=year),
            last=max(years, default=year),
            low=plain(min(study["low"] for study in studies), 2),
            high=plain(max(study["high"] for study in studies), 2),
        )
    sources = {key for cell in rows["source"] for key in str(cell).split()}
    told = {
        "subject": asked,
        "value": valued(first, words) or "–",
        "year": year,
        "sources": len(sources),
        "formulas": len(equations_of(rows)),
    }
    if year is None:
        return _("{subject}: {value}, from {sources} sources and {formulas} formulas.").format(**told)
    return _("{subject}: {value} in {year}, from {sources} sources and {formulas} formulas.").format(**told)


def step_sentences(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return the steps with the numbers in them, one line each, as they follow each other."""
    found: list[str] = []
    for row in records(rows):
        told = valued(row, words)
        if row["step"] == THE_NUMBER or row["step"].startswith(UNSAID) or not told or row["step"] == SAMPLED:
            continue
        found.append(f"{len(found) + 1}. {retell(row['step'], TEMPLATES, words.translate)}: {told}")
    return found


def differing_sentences(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what each study found, and how far apart they are."""
    _, studies = words.translate, studies_of(rows)
    if not studies:
        return []
    between = _("{low} to {high}")
    told = []
    for one in studies:
        ends = [f"{plain(one[end], 2)} %" for end in ("low", "high")]
        share = ends[0] if one["low"] == one["high"] else between.format(low=ends[0], high=ends[1])
        years = "/".join(map(str, one["years"]))
        told.append(f"{_(one['study'])} {share}" + (f" ({years})" if years else ""))
    low, high = min(studies, key=lambda one: one["low"]), max(studies, key=lambda one: one["high"])
    apart = _("the studies differ by {points} percentage points: {least} puts the share lowest, {most} highest")
    said = [_("the studies: {studies}").format(studies="; ".join(told))]
    if high["high"] > low["low"]:
        points = plain(high["high"] - low["low"], 2)
        said.append(apart.format(points=points, least=_(low["study"]), most=_(high["study"])))
    return said


def interval_sentences(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what the interval of a number comes from, where its samples are a step."""
    _ = words.translate
    notes = [str(row["note"]) for row in records(rows) if row["step"] == SAMPLED]
    cause = _("the range holds what a further study would find, and how far each kernel carries: {samples}")
    return [cause.format(samples=_told_note(note, words)) for note in notes]


def _told_note(note: str, words: Words) -> str:
    for template in TEMPLATES:
        if "; " in template and values_of(note, template) is not None:
            return retell_whole(note, template, words.translate)
    return note


def equations_of(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the keys of the formulas among the steps."""
    notes: Sequence[str] = [str(row["note"]) for row in records(rows) if row["step"].startswith(EQUATION)]
    return tuple(note.rpartition(": ")[2] for note in notes)
