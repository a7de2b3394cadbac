"""Targets of policies with verdicts by data, and one walk from a policy to its override, the air and deaths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, File, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import NAN, fixed, plain, records
from airshed.answers.common import year
from airshed.answers.transition._goals import (
    AIMED,
    absent,
    amount,
    needed,
    on_path,
    rate,
    status_sentence,
    target_year,
    trend_chart,
    under_way,
    unit_of,
    way_chart,
)
from airshed.answers.words import Card, Words
from airshed.assessment.transition.target_effects import (
    ALREADY,
    BASE_YEAR,
    BASELINE,
    NONE,
    NOTES,
    SHARE,
    Effect,
    effect_of,
    scenario_of,
)
from airshed.assessment.transition.targets import (
    by_status,
    observations,
    target_codes,
    target_row,
    targets_table,
)
from airshed.assessment.workbench.files import scenario_text
from airshed.pack.language import retell
from airshed.pack.spoken_numbers import count
from airshed.transition.targets import BEHIND, MET, MISSED, NO_DATA, ON_TRACK, STATUSES, UNDATED

FIRST = (MISSED, BEHIND, ON_TRACK, MET, UNDATED, NO_DATA)
"""Statuses as a reader looks for them."""
NAMED = 3
"""Targets that a sentence names at most."""
WHOLE_FROM = 1000.0
"""From which a change is shown as a whole number."""
SCENARIO = "target.yaml"
COLUMNS = (
    *("target", "statement", "status", "data_year", "value", "goal", "on_path", "target_year", "rate_needed", "rule"),
    *("source", "observed_source"),
)


class PolicyTargetsQuestion(Query):
    """Which targets, by data up to which year."""

    target: str = Field(
        default="", description="target whose walk is shown, from policy to deaths; the list if empty", max_length=100
    )
    status: tuple[Literal["met", "on track", "behind", "missed", "undated", "no data"], ...] = Field(
        default=(), description="verdicts of the list; all if none", max_length=len(STATUSES)
    )
    year: int | None = year("last year of data that counts; all data if empty")


def targets(ask: Ask, words: Words, question: PolicyTargetsQuestion) -> Content:
    """Return the targets with their verdicts, or the walk of one of them."""
    return _walk(ask, words, question) if question.target else _listed(ask, words, question)


def _table(ask: Ask, words: Words, question: PolicyTargetsQuestion, *codes: str) -> pd.DataFrame:
    return ask.ask(
        ("policy targets", words.language, question.year, codes),
        lambda: targets_table(ask.pack, words.language, question.year, codes),
    )


def _listed(ask: Ask, words: Words, question: PolicyTargetsQuestion) -> Content:
    _ = words.translate
    every = _table(ask, words, question)
    rows = every[every["status"].isin(question.status)] if question.status else every
    title = _("Targets and verdicts")
    sheet = _sheet(title, rows.reset_index(drop=True), words)
    figure, way = way_chart(rows, words), _way_sheet(rows, words)
    return Content(
        title=title,
        sheets=(sheet, *([way] if figure else [])),
        panels=(Panel(figure, way.name),) if figure else (),
        equations=("target-verdict", "target-path", "target-distance", "target-needed-rate"),
        sentences=(_counted(every, words), *_named(every, words), *_turned(every, words)),
        cards=_counts(every, words),
        without=frozenset({SCENARIO}),
    )


def _sheet(title: str, rows: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    order = {status: place for place, status in enumerate(FIRST)}
    return Sheet(
        "targets",
        title,
        rows,
        COLUMNS,
        heads={"value": _("observed"), "goal": _(AIMED), "on_path": _("path asks for"), "rule": _("emissions")},
        cells={"status": _, "rule": lambda name: _(str(name))},
        links={"target": lambda code: f"transition/targets?target={code}"},
        told=lambda row: _cells(row, words),
        brief=lambda table: table.sort_values("status", key=lambda column: column.map(order), kind="stable"),
        spare=("observed_source", "on_path", "rule", "rate_needed", "target_year"),
        lead=True,
    )


def _way_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    """Return how far the targets that are not met are along their way."""
    _ = words.translate
    return Sheet(
        "way",
        _("How far targets are along their way"),
        under_way(rows).reset_index(drop=True),
        ("target", "statement", "status", "data_year", "done_percent", "path_percent"),
        heads={"done_percent": _("done, percent"), "path_percent": _("path asks for, percent")},
        cells={"status": _, **dict.fromkeys(("done_percent", "path_percent"), fixed(0))},
        spare=("status", "data_year"),
    )


def _cells(row: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return a target with its numbers as people read them: a change in percent of its base, else with their unit."""
    held = {name: NAN if row[name] is None else row[name] for name in ("value", "goal", "on_path", "base_value")}
    told = {name: amount({**row, **held}, name, words) for name in ("value", "goal")}
    return {
        **row,
        **told,
        "on_path": on_path({**row, **held}, words),
        "rate_needed": rate({**row, **held}, "rate_needed", words),
    }


def _counted(table: pd.DataFrame, words: Words) -> str:
    """Return how many targets are met, on their way, behind and missed, by data up to which year."""
    _, counts = words.translate, by_status(table)
    seen = table["data_year"].dropna()
    if seen.empty:
        return _("For none of {all} targets is there data, so that no year has a verdict.").format(all=len(table))
    text = _(
        "By data up to {year}, {met} of {all} targets are met, {on_track} on track, {behind} behind and {missed} "
        "missed; of {none} nothing can be said."
    )
    none = counts.get(NO_DATA, 0) + counts.get(UNDATED, 0)
    told = {"met": MET, "on_track": ON_TRACK, "behind": BEHIND, "missed": MISSED}
    numbers = {name: counts.get(status, 0) for name, status in told.items()}
    return text.format(year=int(seen.max()), all=len(table), none=none, **numbers)


def _named(table: pd.DataFrame, words: Words) -> list[str]:
    """Return the sentences of targets that are missed or behind, a few at most."""
    order = [row for status in (MISSED, BEHIND) for row in records(table[table["status"] == status], NAN)]
    return [status_sentence(row, words) for row in order[:NAMED]]


def _turned(table: pd.DataFrame, words: Words) -> list[str]:
    """Return how many targets change emissions by a rule."""
    turned = int((~table["rule"].isin(["", NONE])).sum())
    text = words.translate(
        "{turned} of {all} targets change emissions by a stated rule; each is followed from the policy to early deaths."
    )
    return [text.format(turned=turned, all=len(table))] if turned else []


def _counts(table: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    _, counts = words.translate, by_status(table)
    of = _("of {all} targets").format(all=len(table))
    open_ones = counts.get(NO_DATA, 0) + counts.get(UNDATED, 0)
    return (
        Card(str(counts.get(MET, 0)), _("targets met"), of),
        Card(str(counts.get(MISSED, 0) + counts.get(BEHIND, 0)), _("missed or behind"), of),
        Card(str(open_ones), _("without a verdict"), of),
    )


def _walk(ask: Ask, words: Words, question: PolicyTargetsQuestion) -> Content:
    _, pack, code = words.translate, ask.pack, question.target
    row = records(_table(ask, words, question, code), NAN)[0]
    effect = ask.ask(("policy target", code, words.language), lambda: effect_of(pack, code, words.language))
    seen = observations(pack, target_row(pack, code), question.year)
    figure = trend_chart(row, seen, words)
    walk = Sheet(
        "walk",
        _("From the policy to what it does"),
        pd.DataFrame(_steps(row, effect, words)),
        ("step", "text", "year", "source"),
        cells={"step": _, "year": lambda value: "" if value is None else str(int(value))},
        heads={"text": _("what is known")},
        lead=True,
    )
    return Content(
        title=str(row["statement"]),
        sheets=(walk, _seen_sheet(seen, words), *_effect_sheet(effect, words)),
        panels=(Panel(figure, "observations"),) if figure else (),
        equations=("target-verdict", "target-path", "target-needed-rate", "target-share", "policy-path"),
        sentences=(status_sentence(row, words), *_outlook(row, words), *_effect_told(effect, words)),
        cards=_walk_cards(row, effect, words),
        screen=("walk", "observations", "effect") if len(effect.rows) else ("walk", "observations"),
        without=frozenset() if effect.override else frozenset({SCENARIO}),
    )


def _outlook(row: Mapping[str, Any], words: Words) -> list[str]:
    """Return the yearly rate that a target still needs beside that so far; nothing where none is left."""
    wanted, so_far = rate(row, "rate_needed", words), rate(row, "rate_so_far", words)
    if not wanted or not so_far:
        return []
    text = words.translate("To be met in {year} it needs {needed} a year; so far it was {so_far} a year.")
    return [text.format(year=target_year(row), needed=wanted, so_far=so_far)]


def _main(effect: Effect) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the rows of air and deaths of the place where a target does most; against the baseline if that moves."""
    for against in (BASELINE, BASE_YEAR):
        held = effect.rows[effect.rows["against"] == against] if len(effect.rows) else effect.rows
        deaths = [row for row in records(held, NAN) if row["quantity"] == "deaths"]
        if deaths:
            most = max(deaths, key=lambda row: abs(float(row["difference"])))
            air = [row for row in records(held, NAN) if row["quantity"] == "concentration"]
            return next(row for row in air if row["region"] == most["region"]), most
    return None


def _effect_told(effect: Effect, words: Words) -> list[str]:
    """Return what the target does if it is met, in the place where it does most."""
    _ = words.translate
    if effect.override is None:
        text = _("It becomes no change of emissions: {reason}.")
        return [text.format(reason=effect.reason)] if effect.reason else []
    found = _main(effect)
    if found is None:
        return [_("It changes no emission against the baseline of {year}.").format(year=effect.year)]
    air, deaths = found
    text = _(
        "If it is met, people in {place} breathe {air} µg/m³ less PM2.5 in {year}, with about {deaths} early deaths a "
        "year fewer ({low} to {high})."
    )
    if effect.rule == SHARE:
        text = _(
            "If it is met and takes the place of coal power, people in {place} breathe at most {air} µg/m³ less PM2.5 "
            "in {year}, with at most about {deaths} early deaths a year fewer ({low} to {high})."
        )
    elif (effect.rows["note"] == ALREADY).any():
        text = _(
            "The baseline falls as far without it; against emissions as in {base}, people in {place} breathe {air} "
            "µg/m³ less PM2.5 in {year}, with about {deaths} early deaths a year fewer ({low} to {high})."
        )
    low, high = sorted((-float(deaths["high"]), -float(deaths["low"])))
    return [
        text.format(
            place=words.short(air["region"]),
            air=plain(-float(f"{air['difference']:.2g}")),
            year=effect.year,
            base=effect.override.base_year,
            deaths=count(-deaths["difference"], words.language),
            low=count(max(low, 0.0), words.language),
            high=count(high, words.language),
        )
    ]


def _walk_cards(row: Mapping[str, Any], effect: Effect, words: Words) -> tuple[Card, ...]:
    """Return the verdict, how far it is along its way, and the deaths that it would avoid."""
    _ = words.translate
    cards = []
    if not absent(row["data_year"]):
        seen = str(int(row["data_year"]))
        cards.append(Card(_(str(row["status"])), _("verdict"), seen))
        cards.append(
            Card(amount(row, "value", words), _("{goal} aimed at").format(goal=amount(row, "goal", words)), seen)
        )
    found = _main(effect)
    if found is not None:
        place = _("{place}, {year}").format(place=words.short(found[1]["region"]), year=effect.year)
        cards.append(Card(count(-found[1]["difference"], words.language), _("early deaths fewer a year"), place))
    return tuple(cards)


def _steps(row: Mapping[str, Any], effect: Effect, words: Words) -> list[dict[str, Any]]:
    """Return the walk: policy, aim, observation, verdict, rate, override, air, deaths, cost; a row each."""
    _ = words.translate
    empty: dict[str, Any] = {"year": None, "source": ""}
    due = None if absent(row["target_year"]) else int(row["target_year"])
    seen = None if absent(row["data_year"]) else int(row["data_year"])
    steps = [
        {"step": "policy", "text": row["statement"], "year": None, "source": row["source"]},
        {"step": AIMED, "text": amount(row, "goal", words), "year": due, "source": row["source"]},
        {"step": "observed", "text": amount(row, "value", words), "year": seen, "source": row["observed_source"]},
        {"step": "verdict", "text": _(str(row["status"])), "year": seen, "source": ""},
        {**empty, "step": "path asks for", "text": on_path(row, words), "year": seen},
        {**empty, "step": "still needed", "text": needed(row, words)},
        {**empty, "step": "rule for emissions", "text": effect.reason},
    ]
    if row["missing"]:
        steps.insert(3, {**empty, "step": "missing", "text": row["missing"]})
    found = _main(effect)
    if effect.override is not None:
        steps += _override_steps(effect, words)
    if found is not None:
        for name, held in zip(("air", "deaths"), found, strict=True):
            steps.append({**empty, "step": name, "text": _change(held, words), "year": effect.year})
    if effect.override is not None:
        cost = records(effect.rows[effect.rows["quantity"] == "cost"])[0]
        steps.append({**empty, "step": "cost", "text": retell(str(cost["note"]), NOTES, _), "year": effect.year})
    return [step for step in steps if step["text"]]


def _override_steps(effect: Effect, words: Words) -> list[dict[str, Any]]:
    """Return the change of every pollutant against the baseline, and against the base year where there is one."""
    _ = words.translate
    steps = []
    for held in records(effect.rows[effect.rows["quantity"].str.startswith("emissions")], NAN):
        text = _change(held, words) if held["difference"] else retell(str(held["note"]), NOTES, _)
        told = f"{held['quantity'].split()[-1]}: {text}"
        if held["against"] == BASE_YEAR and effect.override is not None:
            told = _("{change}, against emissions as in {base}").format(change=told, base=effect.override.base_year)
        steps.append({"step": "override", "text": told, "year": effect.year, "source": ""})
    return steps


def _change(row: Mapping[str, Any], words: Words) -> str:
    """Return a change as text: the place, how much, and its range where it has one."""
    _ = words.translate
    told = {
        "place": words.short(str(row["region"])),
        "change": _signed(row["difference"]),
        "unit": unit_of(row, words),
    }
    if math.isnan(row["low"]):
        return " ".join(told.values())
    ends = {name: _signed(row[name]) for name in ("low", "high")}
    return _("{place} {change} {unit} ({low} to {high})").format(**told, **ends)


def _signed(value: float) -> str:
    """Return a change with its sign and three digits; 0 without one."""
    if value == 0:
        return "0"
    return f"{value:+,.3g}" if abs(value) < WHOLE_FROM else f"{value:+,.0f}"


def _seen_sheet(seen: pd.DataFrame, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "observations",
        _("What is observed"),
        seen,
        ("series", "period", "value", "unit", "basis", "source"),
        cells={"series": _, "value": plain, "unit": _},
        spare=("basis", "unit"),
    )


def _effect_sheet(effect: Effect, words: Words) -> tuple[Sheet, ...]:
    _ = words.translate
    if effect.rows.empty:
        return ()
    sheet = Sheet(
        "effect",
        _("If the target is met, {year}").format(year=effect.year),
        effect.rows,
        ("against", "region", "quantity", "without", "value", "difference", "low", "high", "unit", "note"),
        heads={"value": _("with the target"), "without": _("without it")},
        cells={
            "against": _,
            "quantity": lambda text: " ".join(_(word) for word in str(text).split()),
            **dict.fromkeys(("without", "value", "low", "high"), plain),
            "difference": lambda value: plain(value) if abs(value or 0.0) < 1 else fixed(1, sign=True)(value),
        },
        notes=NOTES,
        spare=("note", "low", "high", "without"),
    )
    return (sheet,)


def scenario_file(ask: Ask, words: Words, question: PolicyTargetsQuestion) -> bytes:
    """Return the target as a scenario that commands read."""
    return scenario_text(scenario_of(ask.pack, question.target)).encode()


ANSWER = Entry(
    title="Targets and verdicts",
    question=PolicyTargetsQuestion,
    make=targets,
    choices={"target": target_codes},
    files={SCENARIO: File("The target as a scenario", "application/yaml", scenario_file)},
    chapter="Targets and verdicts",
)
