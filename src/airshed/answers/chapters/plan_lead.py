"""The sentence that a plan opens with, as a mayor would say it, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from airshed.answers.words import Card, Words
from airshed.pack.defaults import NATIONAL, named_targets
from airshed.pack.language import Translate
from airshed.pack.spoken_numbers import count, level, money, money_range

SAME = 1e-9
"""ug/m3 below which targets are alike."""


@dataclass(frozen=True)
class Aimed:
    """What a plan aims at, in words of one language.

    aim : the target, empty for places with targets of their own; place : the only place with a target, empty for
    several
    """

    aim: str = ""
    place: str = ""


def aimed(levels: pd.DataFrame, target: str, words: Words) -> Aimed:
    """Return what a plan aims at.

    levels : columns receptor and target (ug/m3), of a plan; target : as it was asked, empty if a scenario holds it
    """
    held = levels.dropna(subset=["target"]).drop_duplicates("receptor")
    place = words.name(str(held["receptor"].iloc[0])) if len(held) == 1 else ""
    if target == NATIONAL:
        return Aimed(words.translate("the national standards"), place)
    if held.empty or float(held["target"].max() - held["target"].min()) > SAME:
        return Aimed("", place)
    value = float(held["target"].iloc[0])
    known = [item.scope for item in named_targets(words.pack).values() if abs(item.limit - value) < SAME]
    scope = f"{known[0]} " if known and not _number(target) else ""
    return Aimed(f"{scope}{level(value).replace('.0 ', ' ')}", place)


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def plan_lead(summary: Mapping[str, Any], language: str, translate: Translate, aims: Aimed | None = None) -> str:
    """Return what a plan costs a year, avoids, and whether its places reach their targets, in one sentence.

    summary : of `plan_summary`; aims : what it aims at, for words; without it they are called the targets
    """
    aims = aims or Aimed()
    if not summary["measures_applied"] and summary["cost"] == 0:
        return _without_measures(summary, translate, aims)
    filled = {
        "year": summary["year"],
        "cost": money(summary["cost"], language),
        "range": money_range(summary["price_low"], summary["price_high"], language),
        "deaths": count(summary["deaths_avoided"], language),
        "few": count(summary["deaths_avoided_low"], language),
        "many": count(summary["deaths_avoided_high"], language),
        "aim": aims.aim or translate("the targets"),
        "who": _who(summary, translate, aims),
    }
    return _kind(summary, translate).format(**filled)


def _kind(summary: Mapping[str, Any], translate: Translate) -> str:
    """Return the message of a plan by what it was asked for and what came of it."""
    status, missed = summary["status"], _missed(summary)
    if status == "infeasible" and missed:
        return translate(
            "{who} cannot reach {aim} in {year}; the nearest plan costs {cost} a year ({range}) and avoids about "
            "{deaths} early deaths a year ({few} to {many})."
        )
    if status == "infeasible":
        return translate(
            "No plan keeps all its aims in {year}; the nearest one costs {cost} a year ({range}) and avoids about "
            "{deaths} early deaths a year ({few} to {many})."
        )
    if status == "optimal" and summary["targets"] and "budget" not in summary:
        return translate(
            "{who} can reach {aim} in {year}; the cheapest plan costs {cost} a year ({range}) and avoids about "
            "{deaths} early deaths a year ({few} to {many})."
        )
    if status == "found":
        return translate(
            "The best plan found in the time given costs {cost} a year in {year} ({range}) and avoids about {deaths} "
            "early deaths a year ({few} to {many})."
        )
    return _of_given(summary, translate)


def _of_given(summary: Mapping[str, Any], translate: Translate) -> str:
    """Return the message of a plan that was given, or that spends a budget."""
    spent, missed = "budget" in summary, _missed(summary)
    if spent and missed:
        return translate(
            "The plan that does most for {cost} a year ({range}) avoids about {deaths} early deaths a year in {year} "
            "({few} to {many}), but {who} cannot reach {aim} with it."
        )
    if spent:
        return translate(
            "The plan that does most for {cost} a year ({range}) avoids about {deaths} early deaths a year in {year} "
            "({few} to {many})."
        )
    if missed:
        return translate(
            "This plan costs {cost} a year in {year} ({range}) and avoids about {deaths} early deaths a year ({few} to "
            "{many}), but {who} cannot reach {aim} with it."
        )
    if summary["targets"]:
        return translate(
            "{who} can reach {aim} in {year} with this plan, which costs {cost} a year ({range}) and avoids about "
            "{deaths} early deaths a year ({few} to {many})."
        )
    return translate(
        "This plan costs {cost} a year in {year} ({range}) and avoids about {deaths} early deaths a year ({few} to "
        "{many})."
    )


def _missed(summary: Mapping[str, Any]) -> int:
    return len(summary["relaxation"])


def _who(summary: Mapping[str, Any], translate: Translate, aims: Aimed) -> str:
    """Return who misses the targets; if nobody does, who reaches them."""
    if aims.place and summary["targets"] == 1:
        return aims.place
    missed, cities = _missed(summary), summary["targets"]
    if not missed:
        return translate("All {cities} cities").format(cities=cities)
    return translate("{missed} of {cities} cities").format(missed=missed, cities=cities)


def _without_measures(summary: Mapping[str, Any], translate: Translate, aims: Aimed) -> str:
    """Return what holds where nothing is done beyond what is in place: nothing needed, or nothing chosen."""
    filled = {
        "who": _who(summary, translate, aims),
        "aim": aims.aim or translate("the targets"),
        "year": summary["year"],
    }
    if not summary["targets"]:
        text = translate("No measures are chosen: in {year} nothing more is done than today, at no cost.")
    elif _missed(summary):
        text = translate("No measures are chosen: in {year}, {who} cannot reach {aim} without any.")
    else:
        text = translate("{who} can reach {aim} in {year} without any further measure.")
    return text.format(**filled)


def chosen_nothing(summary: Mapping[str, Any]) -> bool:
    """Return whether a plan that was given holds no measure beyond what is in place."""
    return summary["status"] in ("met", "missed") and not summary["measures_applied"] and summary["cost"] == 0


def plan_cards(summary: Mapping[str, Any], words: Words, aims: Aimed) -> tuple[Card, ...]:
    """Return what a plan costs, the deaths that it avoids, and how many places reach their targets."""
    if not summary["measures_applied"] and summary["cost"] == 0:
        return ()
    _, language, year = words.translate, words.language, str(summary["year"])
    between = _("{year}; {few} to {many}").format(
        year=year,
        few=count(summary["deaths_avoided_low"], language),
        many=count(summary["deaths_avoided_high"], language),
    )
    paid = _("{year}; {range}").format(
        year=year, range=money_range(summary["price_low"], summary["price_high"], language)
    )
    found = (
        Card(money(summary["cost"], language), _("cost a year"), paid),
        Card(count(summary["deaths_avoided"], language), _("early deaths avoided a year"), between),
    )
    if not summary["targets"]:
        return found
    reached = _("{met} of {cities}").format(met=summary["targets"] - _missed(summary), cities=summary["targets"])
    label = _("cities that reach {aim}").format(aim=aims.aim or _("the targets"))
    return (*found, Card(reached, label, year))
