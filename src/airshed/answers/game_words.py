"""What a game comes to in one sentence: what cooperating is worth, who pays, who would leave and what keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.words import Card, Words
from airshed.assessment.games.cooperate import NOTHING
from airshed.assessment.games.names import key_name
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import money, money_range

NAMED = 5
"""Members that a sentence names at most."""
SOME = 2
"""Members that it names of more."""
AND = {"en": ", ", "ko": "·", "zh": "、"}
LAST = {"en": " and ", "ko": "·", "zh": "和"}


def members_named(codes: Sequence[str], words: Words) -> str:
    """Return members by their short names, as a sentence lists them; of many the first and how many more there are."""
    names = [words.short(code) for code in codes]
    sign = AND.get(words.language, AND["en"])
    if len(names) > NAMED:
        said = words.translate("{some} and {count} others")
        return said.format(some=sign.join(names[:SOME]), count=len(names) - SOME, all=len(names))
    if len(names) < 2:
        return "".join(names)
    return sign.join(names[:-1]) + LAST.get(words.language, LAST["en"]) + names[-1]


def without_deal(point: str, words: Words, acted_on: float) -> str:
    """Return what is taken to happen without an agreement, as a clause of a sentence."""
    _ = words.translate
    said = {
        "current": _("if without a deal nobody does more than current policy"),
        "stated": _("if without a deal nobody does more than the law and stated plans"),
        "limited": _("if without a deal each acts on {percent} of its own benefit"),
        "nash": _("if without a deal each does all that pays at home"),
    }
    return said[point].format(percent=percent(acted_on)) if point == "limited" else said[point]


@dataclass(frozen=True)
class GameAsked:
    """Of whom and when a game is, and what is taken to happen without an agreement."""

    players: Sequence[str]
    year: int
    point: str
    acted_on: float


def worth_sentence(rows: Sequence[dict[str, Any]], asked: GameAsked, words: Words) -> str:
    """Return what cooperating is worth at the disagreement point, and over the others.

    rows : of `cooperate.game_table`, a disagreement point each; of many players without what each gains alone
    """
    _ = words.translate
    mine = next(row for row in rows if row["disagreement"] == asked.point)
    column = "gain_cooperating" if "gain_cooperating" in mine else "gain"
    values = [float(row[column]) for row in rows]
    others = _range_told(values, words)
    told = {
        "who": members_named(asked.players, words),
        "year": asked.year,
        "gain": money(mine[column], words.language),
        "without": without_deal(asked.point, words, asked.acted_on),
        "range": others,
    }
    if column == "gain":
        said = _("{who} gain {gain} a year by acting together in {year} {without}{range}.")
        return said.format(**told)
    said = _("Cooperating is worth {gain} a year to {who} in {year} {without}{range}.")
    return said.format(**told)


def _range_told(values: Sequence[float], words: Words) -> str:
    """Return what a gain is between over all assumptions; nothing where there is one."""
    least, most = min(values), max(values)
    if most - least <= NOTHING:
        return ""
    said = words.translate(" ({range} by other assumptions)")
    return said.format(range=money_range(least, most, words.language))


def worth_cards(rows: Sequence[dict[str, Any]], asked: GameAsked, words: Words) -> tuple[Card, ...]:
    """Return what is gained by cooperating, by what each does for itself, and what the measures cost."""
    _ = words.translate
    mine = next(row for row in rows if row["disagreement"] == asked.point)
    without = without_deal(asked.point, words, asked.acted_on)
    labels = {
        "gain_cooperating": _("gained by cooperating, a year"),
        "gain_alone": _("gained by what each does for itself, a year"),
        "cost_together": _("spent on measures, a year"),
    }
    held = {name: label for name, label in labels.items() if name in mine} or {"gain": _("gained together, a year")}
    return tuple(
        Card(money(mine[name], words.language), label, f"{asked.year}; {without}") for name, label in held.items()
    )


def payments_sentence(shares: pd.DataFrame, key: str, asked: GameAsked, words: Words) -> str:
    """Return who pays most to whom by a key, what is paid in all, and over the other keys.

    shares : of `cooperate.shares_table` at one disagreement point
    """
    _ = words.translate
    paid = {
        str(name): float(part["transfer"].clip(lower=0.0).sum()) for name, part in shares.groupby("key", sort=False)
    }
    told = {"year": asked.year, "key": key_name(key, _), "without": without_deal(asked.point, words, asked.acted_on)}
    whole = paid.get(key, 0.0)
    if whole <= NOTHING:
        said = _("Nobody pays anybody in {year} by the key {key} {without}: there is nothing to divide.")
        return said.format(**told)
    mine = shares[shares["key"] == key].sort_values("transfer", kind="stable")
    values = list(paid.values())
    others = ""
    if max(values) - min(values) > NOTHING:
        said = _(" ({range} by other keys)")
        others = said.format(range=money_range(min(values), max(values), words.language))
    said = _(
        "{payer} pays most and {receiver} receives most in {year}: {amount} a year in all by the key {key}{others}, "
        "{without}."
    )
    return said.format(
        payer=words.short(str(mine["player"].iloc[0])),
        receiver=words.short(str(mine["player"].iloc[-1])),
        amount=money(whole, words.language),
        others=others,
        **told,
    )


def leaving_sentence(leaving: pd.DataFrame, row: dict[str, Any], key: str, asked: GameAsked, words: Words) -> str:
    """Return who would leave an agreement whose gain a key divides, what they gain by it, and what keeps all in.

    leaving : of `deal.leaving_table`; row : of `cooperate.game_table` at the disagreement point
    """
    _ = words.translate
    away = leaving[(leaving["loses"] == "yes") | (leaving["rides_free"] == "yes")]
    told = {
        "year": asked.year,
        "key": key_name(key, _),
        "without": without_deal(asked.point, words, asked.acted_on),
        "who": members_named([str(code) for code in leaving["player"]], words),
    }
    if away.empty:
        said = _(
            "Nobody of {who} gains by leaving the deal of {year}: the gain is divided by the key {key}, {without}."
        )
        return said.format(**told)
    missing = sum(_missing(one) for one in records(away, NAN))
    fund = float(row["fund"])
    if fund > NOTHING:
        keeps = _("{fund} a year from outside would keep all in").format(fund=money(fund, words.language))
    else:
        keeps = _("dividing the same gain otherwise would keep all in")
    said = _("{away} would gain {missing} a year more outside the deal of {year} by the key {key}, {without}; {keeps}.")
    leavers = members_named([str(code) for code in away["player"]], words)
    return said.format(away=leavers, missing=money(missing, words.language), keeps=keeps, **told)


def _missing(row: dict[str, Any]) -> float:
    """Return what a member has more outside than in the deal, million USD a year."""
    return max(float(row["gain_by_leaving"]), 0.0)


def holding_cards(leaving: pd.DataFrame, row: dict[str, Any], asked: GameAsked, words: Words) -> tuple[Card, ...]:
    """Return how many would leave, what they would gain by it, and what would keep all in."""
    _ = words.translate
    away = leaving[(leaving["loses"] == "yes") | (leaving["rides_free"] == "yes")]
    missing, year = sum(_missing(one) for one in records(away, NAN)), str(asked.year)
    number = _("{inside} of {places}").format(inside=len(away), places=len(leaving))
    fund = float(row["fund"])
    return (
        Card(number, _("would leave the deal"), year),
        *(
            (Card(money(missing, words.language), _("more outside than in the deal, a year"), year),)
            if len(away)
            else ()
        ),
        *(
            (Card(money(fund, words.language), _("from outside would keep all in, a year"), year),)
            if fund > NOTHING
            else ()
        ),
    )
