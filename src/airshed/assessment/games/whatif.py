"""A deal as negotiators put it: their own plan, transfers and terms; who stays, who leaves, what would keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.games.cooperate import MONEY, Bargain
from airshed.assessment.games.game import GameTable, payoff_of
from airshed.assessment.games.keys import OF_COST, OF_GAIN, income_of, key_of, people_of_players
from airshed.assessment.games.whatif_files import PENALTY, Source, Term
from airshed.assessment.plans.saved import read_plan
from airshed.cooperation.options import Payoff
from airshed.cooperation.transfers import by_key, cost_by_key
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack

SLACK = 1e-9
LESS, RIDES = "less than by itself", "more by its best reply outside"
WHY = (LESS, RIDES)
"""Reasons to leave, for translation."""


@dataclass(frozen=True)
class Terms:
    """What is agreed beside the plan.

    key : by which the gain is divided where no transfers are given; none leaves every cost where it falls
    transfers : (payer, receiver) to million USD/yr; terms : bonuses, reduced contributions, technology, investment and
        penalties with their value; conditions : member to those without whom it does not act
    stages : shares of the plan that are carried out one after the other, 0..1
    donor : money from outside, million USD/yr, and who gives it; least_share : of the gain of cooperating that every
        member of low income has at least, 0..1
    """

    key: str | None = None
    transfers: Mapping[tuple[str, str], float] = field(default_factory=dict)
    terms: Sequence[Term] = ()
    conditions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stages: Sequence[float] = (1.0,)
    donor: float = 0.0
    donor_name: str = ""
    least_share: float = 0.0


def own_plan(table: GameTable, source: Source) -> Floats:
    """Return the choice (option of the game) of a plan file; raises AirshedError for rows outside the players' ground.

    A measure of a region that holds a player city is taken as applied on the ground of the city.
    """
    application = read_plan(table.held, source)
    change = application - table.held.options.current
    moved = np.flatnonzero(np.abs(change) > SLACK)
    strange = sorted(
        {table.held.options.region[at] for at in moved} - {code for part in table.regions for code in part}
    )
    if strange:
        raise AirshedError("plan-measures-no-player-holds", strange=", ".join(strange[:5]))
    return np.asarray(np.clip(change[table.used], 0.0, table.game.amount))


def package(table: GameTable, choice: Floats, plan: Floats, sectors: Sequence[str]) -> Floats:
    """Return the part of a plan that lies in some sectors, the rest as at the disagreement point, (option)."""
    known = sorted({table.held.options.sector[number] for number in table.used})
    for sector in sectors:
        if sector not in known:
            raise AirshedError("sector-no-measure-players", sector=sector, known=", ".join(known))
    inside = np.isin([table.held.options.sector[number] for number in table.used], list(sectors))
    return np.where(inside, plan, choice)


def what_if(pack: Pack, table: GameTable, bargain: Bargain, plan: Floats, agreed: Terms) -> pd.DataFrame:
    """Return who stays in a deal, who leaves, and what would keep it, by stage.

    plan : (option of the game), what all apply in the end
    returns : columns stage (share of the plan), player, benefit and cost (of the move from the disagreement point),
        transfer (received if above 0), terms (their value), donor (from outside), share (all of it together),
        own_gain (what it gains by itself while the others sit still), outside (what it has if it alone leaves: others
        keep their part of the plan, but for those whose commitment depends on it, and it plays its best reply, less
        its penalty), stays, would_keep (what it lacks), why, unit; money in million USD of 2015 a year
    Raises AirshedError for curved benefits, and for a least share that the others cannot pay.
    """
    if table.curved is not None:
        raise AirshedError("deal-one-own-linear-benefits")
    _check_names(table, agreed)
    rows: list[dict[str, Any]] = []
    for stage in agreed.stages:
        rows += _stage(pack, table, bargain, plan, agreed, stage)
    return pd.DataFrame.from_records(rows)


def _check_names(table: GameTable, agreed: Terms) -> None:
    if agreed.donor_name in table.players:
        raise AirshedError("donor-player", donor_name=agreed.donor_name)


def _stage(
    pack: Pack, table: GameTable, bargain: Bargain, plan: Floats, agreed: Terms, stage: float
) -> list[dict[str, Any]]:
    """Return the rows of one stage of the plan."""
    reached = bargain.choice + stage * (plan - bargain.choice)
    end = payoff_of(table, reached)
    move = Payoff(end.benefit - bargain.alone.benefit, end.cost - bargain.alone.cost)
    paid = (
        stage * _transfers(pack, table, bargain, move, agreed)
        if agreed.transfers
        else _by_key(pack, table, bargain, move, agreed)
    )
    terms, penalty = (stage * one for one in _terms(table, agreed.terms))
    own = bargain.own.net
    share = move.net + paid + terms
    raised = _least(pack, table, share, own, agreed.least_share)
    outside = left_alone(table, bargain, reached, agreed.conditions) - penalty
    least = np.maximum(own - penalty, outside)
    share = share + raised
    slack = SLACK * max(float(np.abs(share).max()), float(np.abs(least).max()), 1.0)
    given = _given(least - share, stage * agreed.donor, slack)
    share = share + given
    rows = []
    for at, player in enumerate(table.players):
        lack = float(least[at] - share[at])
        rows.append(
            {
                "stage": stage,
                "player": player,
                "benefit": float(move.benefit[at]),
                "cost": float(move.cost[at]),
                "transfer": float(paid[at] + raised[at]),
                "terms": float(terms[at]),
                "donor": float(given[at]),
                "share": float(share[at]),
                "own_gain": float(own[at]),
                "outside": float(outside[at]),
                "stays": "yes" if lack <= slack else "no",
                "would_keep": max(lack, 0.0) if lack > slack else 0.0,
                "why": "" if lack <= slack else RIDES if outside[at] >= own[at] - penalty[at] else LESS,
                "unit": MONEY,
            }
        )
    return rows


@equation(
    key="leaving-a-plan",
    title="What a member has if it leaves a plan that the others keep",
    latex=r"w_i(x) = \sum_{j \ne i,\ j \not\to i} \left[b_i(x_j) - b_i(x^N_j)\right] + r_i - p_i",
    units="million USD/yr",
    citation="as the gain of a free rider, of a given plan x; j \u2192 i: j's commitment depends on i's; p: penalty",
)
def left_alone(
    table: GameTable, bargain: Bargain, plan: Floats, conditions: Mapping[str, frozenset[str]] | None = None
) -> Floats:
    """Return what each player has if it alone leaves, (player), million USD/yr: the others keep their part.

    plan : (option of the game); conditions : member to those without whom it does not act, through others too
    """
    found = bargain.own.net.copy()
    for at, code in enumerate(table.players):
        gone = {code} | _following(code, conditions or {})
        kept = ~np.isin(table.game.owner, [table.players.index(one) for one in gone])
        found[at] += float((np.where(kept, plan - bargain.choice, 0.0)) @ table.game.benefit[:, at])
    return found


def _following(leaver: str, conditions: Mapping[str, frozenset[str]]) -> set[str]:
    """Return who stops as well if one leaves."""
    gone: set[str] = set()
    while True:
        more = {one for one, on in conditions.items() if one not in gone and on & (gone | {leaver})} - {leaver}
        if not more:
            return gone
        gone |= more


def _transfers(pack: Pack, table: GameTable, bargain: Bargain, move: Payoff, agreed: Terms) -> Floats:
    found = np.zeros(len(table.players))
    for (payer, receiver), amount in agreed.transfers.items():
        found[table.players.index(payer)] -= amount
        found[table.players.index(receiver)] += amount
    return found


def _by_key(pack: Pack, table: GameTable, bargain: Bargain, move: Payoff, agreed: Terms) -> Floats:
    """Return the transfers that divide what the plan gains beyond what each gains for itself; none without a key."""
    if agreed.key is None:
        return np.zeros(len(table.players))
    if agreed.key not in (*OF_GAIN, *OF_COST):
        raise AirshedError("key-not-one-plan-one", key=agreed.key, of_gain=", ".join((*OF_GAIN, *OF_COST)))
    own = bargain.own
    beyond = Payoff(move.benefit - own.benefit, move.cost - own.cost)
    weights = key_of(pack, table, agreed.key, beyond.benefit)
    if agreed.key in OF_GAIN:
        return own.net + by_key(float(beyond.net.sum()), weights) - move.net
    return own.net + cost_by_key(beyond.benefit, beyond.cost, weights) - move.net


def _terms(table: GameTable, terms: Sequence[Term]) -> tuple[Floats, Floats]:
    """Return the value of terms to every player that stays, what payers among them pay taken off, and penalties."""
    value, penalty = np.zeros(len(table.players)), np.zeros(len(table.players))
    for term in terms:
        at = table.players.index(term.member)
        if term.kind == PENALTY:
            penalty[at] += term.value
            continue
        value[at] += term.value
        if term.paid_by in table.players:
            value[table.players.index(term.paid_by)] -= term.value
    return value, penalty


def _least(pack: Pack, table: GameTable, share: Floats, own: Floats, least: float) -> Floats:
    """Return what members of low income get, and the others give, so that each has a least share of the gain."""
    moved = np.zeros(len(share))
    gain = float((share - own).sum())
    if least <= 0.0 or gain <= 0.0:
        return moved
    per_head = income_of(pack, table) / people_of_players(table)
    low = per_head < float(income_of(pack, table).sum() / people_of_players(table).sum())
    lack = np.where(low, np.maximum(own + least * gain - share, 0.0), 0.0)
    spare = np.where(~low, np.maximum(share - own, 0.0), 0.0)
    if lack.sum() > spare.sum() * (1.0 + SLACK):
        raise AirshedError("least-share-members-low-income", least=f"{100 * least:g}")
    return np.asarray(lack - (spare / spare.sum() * lack.sum() if lack.sum() > 0 else 0.0))


def _given(lack: Floats, money: float, slack: float) -> Floats:
    """Return what a donor gives to whom, (player): the smallest lack first, which keeps most members for its money."""
    found = np.zeros(len(lack))
    for at in np.argsort(lack, kind="stable").tolist():
        if slack < lack[at] <= money:
            found[at] = lack[at]
            money -= lack[at]
    return found
