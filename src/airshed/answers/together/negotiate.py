"""Own transfers, terms, stages and donors: who stays, who leaves, and what would keep them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.common import given_table, pasted, sectors, solved
from airshed.answers.game_words import GameAsked, members_named, without_deal
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST_LISTED, GameQuestion, Point
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.games.cooperate import bargain_at
from airshed.assessment.games.game import together
from airshed.assessment.games.keys import OF_COST, OF_GAIN
from airshed.assessment.games.names import point_names
from airshed.assessment.games.player_words import PlayerFacts, player_facts
from airshed.assessment.games.whatif import Terms, own_plan, package, what_if
from airshed.assessment.games.whatif_files import parse_donor, parse_stages, read_conditions, read_terms, read_transfers
from airshed.charts.cooperation import money_points
from airshed.pack.bounds import PERCENT
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import money

TABLES = {
    "transfers": "payer,receiver,amount",
    "terms": "member,kind,value,paid_by",
    "conditions": "member,depends_on",
}
"""Columns of the tables of what is agreed beside the plan."""
OF_PLAN = "region,measure,application"
"""Columns of a plan."""
COLUMNS = (
    *("stage", "player", "benefit", "cost", "transfer", "terms", "donor", "share", "own_gain", "outside", "stays"),
    *("would_keep", "why"),
)
HEADS = {"share": "what it has in all", "outside": "what it has outside"}
KEYS = (*OF_GAIN, *OF_COST)
TERMS = "terms, a line each: member,kind,value,paid_by (bonus, contribution, technology, investment, penalty)"
PLAN = "own plan, a line each: region,measure,application (0 to 1); best for all if none, a long one: command line"
ONE = fixed(1)


class NegotiateQuestion(GameQuestion):
    """Who negotiates, and what is put on the table beside the measures that are best for all."""

    samples: int = Field(default=0, ge=0, le=0, description="no samples: a deal is told by its middle")
    disagreement: Point = shared.WITHOUT
    key: str = Field(
        default="", description="key by which the gain is divided; none leaves costs where they fall", max_length=40
    )
    plan: str = given_table(PLAN)
    transfers: str = given_table("transfers, a line each: payer,receiver,amount (million USD a year)")
    terms: str = given_table(TERMS)
    conditions: str = given_table("who acts only if whom does, a line each: member,depends_on")
    sector: tuple[str, ...] = Field(default=(), description="only what the deal does in these sectors", max_length=9)
    stages: str = Field(default="100", description="percent of the plan by stage, such as 30,60,100", max_length=100)
    donor: str = Field(default="", description="donor from outside: NAME=AMOUNT, million USD a year", max_length=60)
    least_share: float = Field(
        default=0.0, ge=0, le=PERCENT.most, description="percent of the gain that members of low income have at least"
    )


def agreed(ask: Ask, players: list[str], asked: NegotiateQuestion) -> Terms:
    """Return what is agreed; raises AirshedError, with the line, for a table that cannot be read."""
    pack = ask.pack
    tables = {name: pasted(ask, name, getattr(asked, name), columns) for name, columns in TABLES.items()}
    transfers, terms, conditions = (tables[name] for name in TABLES)
    if asked.key and transfers is not None:
        raise AirshedError("deal-one-division")
    name, money = parse_donor(asked.donor) if asked.donor else ("", 0.0)
    return Terms(
        key=asked.key or None,
        transfers={} if transfers is None else read_transfers(pack, transfers, players),
        terms=() if terms is None else read_terms(pack, terms, players),
        conditions={} if conditions is None else read_conditions(pack, conditions, players),
        stages=parse_stages(asked.stages),
        donor=money,
        donor_name=name,
        least_share=asked.least_share / PERCENT.most,
    )


def negotiate(ask: Ask, words: Words, question: NegotiateQuestion) -> Content:
    """Return who stays in a deal, who leaves, and what would keep it."""
    _, pack, asked = words.translate, ask.pack, question
    players = shared.players_of(ask, asked, MOST_LISTED)

    def make() -> tuple[pd.DataFrame, PlayerFacts]:
        table = shared.table_asked(ask, players, asked)
        terms = agreed(ask, table.players, asked)
        bargain = bargain_at(table, asked.disagreement, asked.acted_on)
        own = pasted(ask, "plan", asked.plan, OF_PLAN)
        plan = together(table) if own is None else own_plan(table, own)
        plan = package(table, bargain.choice, plan, asked.sector) if asked.sector else plan
        return what_if(pack, table, bargain, plan, terms), player_facts(table)

    rows, facts = ask.ask(("negotiate", tuple(players), asked), lambda: solved(make))
    cells = {
        **shared.cells_of(words),
        **dict.fromkeys(("terms", "donor", "outside", "would_keep"), shared.whole),
        "stage": ONE,
        "stays": lambda told: _(str(told)),
        "why": lambda told: _(str(told)) if told else "",
    }
    point = point_names(_)[asked.disagreement]
    without = _("without an agreement: {point}").format(point=point)
    title = _("Who stays in a deal of one's own")
    of = GameAsked(facts.players, shared.year_of(pack, asked), asked.disagreement, asked.acted_on)
    return Content(
        title=title,
        sheets=(
            Sheet(
                "negotiate",
                _("What each has in the deal and outside, million USD of 2015 a year"),
                rows,
                COLUMNS,
                {name: _(told) for name, told in HEADS.items()},
                cells,
                spare=("terms", "donor", "own_gain", "benefit", "cost", "why"),
            ),
        ),
        panels=(Panel(_figure(rows, words, title, without), "negotiate"),),
        equations=("leaving-a-plan", "transfers", "free-riding"),
        sentences=(*staying_sentences(rows, of, words), *shared.caution_sentences(facts, words)),
        cards=staying_cards(rows, of, words),
        links=shared.onward(asked, words, "cooperation/deal", disagreement=asked.disagreement),
    )


def staying_sentences(rows: pd.DataFrame, of: GameAsked, words: Words) -> list[str]:
    """Return who leaves at every stage, the last one first, and what would keep them.

    rows : of `whatif.what_if`
    """
    _ = words.translate
    goes = _(
        "In {year} {who} would leave the deal and {stay} of {all} would stay at {stage} of the plan; {lack} a year "
        "would keep all, {without}."
    )
    stays = _("In {year} all {all} members stay in the deal at {stage} of the plan, {without}.")
    found = []
    for stage, part in rows.groupby("stage", sort=False):
        gone = part[part["stays"] == "no"]
        values: dict[str, Any] = {
            "year": of.year,
            "stage": percent(float(str(stage))),
            "stay": len(part) - len(gone),
            "all": len(part),
            "lack": money(float(gone["would_keep"].sum()), words.language),
            "who": members_named([str(code) for code in gone["player"]], words),
            "without": without_deal(of.point, words, of.acted_on),
        }
        found.append((goes if len(gone) else stays).format(**values))
    return found[::-1]


def staying_cards(rows: pd.DataFrame, of: GameAsked, words: Words) -> tuple[Card, ...]:
    """Return how many stay at the last stage, and what would keep the others."""
    _ = words.translate
    last = rows[rows["stage"] == rows["stage"].max()]
    gone = last[last["stays"] == "no"]
    number = _("{inside} of {places}").format(inside=len(last) - len(gone), places=len(last))
    found = [Card(number, _("stay in the deal"), str(of.year))]
    if len(gone):
        lack = money(float(gone["would_keep"].sum()), words.language)
        found.append(Card(lack, _("would keep the others, a year"), str(of.year)))
    return tuple(found)


def _figure(rows: pd.DataFrame, words: Words, title: str, without: str) -> Figure:
    """Return what each has in the deal and outside, at the last stage."""
    _ = words.translate
    kinds = {"share": _("what it has in all"), "outside": _("what it has outside"), "own_gain": _("own_gain")}
    last = rows[rows["stage"] == rows["stage"].max()]
    points = pd.DataFrame(
        [
            {"label": words.short(row["player"]), "series": told, "value": row[name]}
            for row in records(last)
            for name, told in kinds.items()
        ]
    )
    chart = money_points(
        points, series=list(kinds.values()), title=title, subtitle=without, axis=_("million USD of 2015 a year")
    )
    return Figure("negotiate", chart, title, _("Who has more outside than in the deal has a reason to leave."))


ANSWER = Entry(
    title="A deal of one's own",
    question=NegotiateQuestion,
    make=negotiate,
    choices=GAME | {"key": lambda pack: list(KEYS), "sector": sectors},
    folded=shared.FOLDED,
    path="cooperation/deal",
)
