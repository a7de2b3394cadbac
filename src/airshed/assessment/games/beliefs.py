"""Agreement without agreeing on the share: deals that every party signs by its own belief of who affects whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.games.cooperate import MONEY, Bargain, bargain_at, shares_by
from airshed.assessment.games.game import GameTable, benefit_through, choices, together
from airshed.assessment.lives.health import People, response_sets, set_totals
from airshed.cooperation.options import payoff
from airshed.cooperation.transfers import transfers
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import PERCENT, SHARE, SHOWN, number
from airshed.pack.codes import countries
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.user_table import user_rows
from airshed.transport.studies import PERCENT as IN_PERCENT
from airshed.transport.studies import SOURCE, published

COLUMNS = ("party", "source", "receptor", "share")
RESPONSE = "response"
ENDS = (0.05, 0.95)
STEPS = 50
OF_STUDIES = ("anchor", "spread")
"""Uses of published contributions that are shares of annual means; others are of episodes, campaigns or months."""
HALF = 0.5
"""ug/m3 on both sides of a level over which the slope of another response is taken."""


@dataclass(frozen=True)
class Belief:
    """What a party holds true: the share of a source nation in the anthropogenic PM2.5 of a receptor nation, 0..1.

    response : set of responses by which it counts deaths, that of the game if empty
    """

    party: str
    source: str
    receptor: str
    share: float
    response: str = ""


def read_beliefs(pack: Pack, path: Path, players: Sequence[str]) -> list[Belief]:
    """Return the beliefs of a CSV with party, source, receptor, share (0..1 or percent with %), and response if wanted.

    Raises AirshedError, with the line, for a file that cannot be read, a party that is no player, a nation or response
    that is not known, a share outside 0..1, and two beliefs of one party on one pair.
    """
    found: list[Belief] = []
    nations = countries(pack)
    for row in user_rows(path, COLUMNS, (RESPONSE,)):
        place = row.place
        if row["party"] not in players:
            raise AirshedError("no-player-use-one", place=place, party=row["party"], players=", ".join(players))
        for column in ("source", "receptor"):
            if row[column] not in nations:
                raise AirshedError("no-nation-pack", place=place, nation=row[column])
        if row[RESPONSE] and row[RESPONSE] not in (sets := response_sets(pack)):
            raise AirshedError(
                "belief-responses-not-known", place=place, responses=row[RESPONSE][:SHOWN], sets=", ".join(sets)
            )
        belief = Belief(row["party"], row["source"], row["receptor"], _share(row["share"], place), row[RESPONSE])
        if any(_pair(one) == _pair(belief) for one in found):
            raise AirshedError("second-belief-same-pair", place=place, party=belief.party)
        found.append(belief)
    if not found:
        raise AirshedError("holds-no-belief", path=path)
    if len({(one.source, one.receptor) for one in found}) > 1:
        raise AirshedError("speaks-several-pairs", path=path)
    return found


def _pair(belief: Belief) -> tuple[str, str, str]:
    return belief.party, belief.source, belief.receptor


def _share(word: str, place: str) -> float:
    most = PERCENT if word.endswith("%") else SHARE
    try:
        share = number(word.removesuffix("%"), "share", most) / most.most
    except AirshedError:
        share = float("nan")
    if not 0 < share < 1:
        raise AirshedError("party-share-not-between-0-1", place=place, word=repr(word[:SHOWN]))
    return share


@equation(
    key="believed-benefit",
    title="Benefit by a believed share",
    latex=r"b'_k(m) = b_k(m) \cdot \begin{cases} s / s_0 & m \text{ in the source} \\ "
    r"(1 - s) / (1 - s_0) & \text{elsewhere} \end{cases}",
    units="million USD of 2015/yr",
    citation="rule of this project: the level of the receptor stays, more from one source is less from all others",
)
def believed(benefit: Floats, in_source: npt.NDArray[np.bool_], share: float, central: float) -> Floats:
    """Return the benefit of options to a receptor if the source had another share of its PM2.5.

    benefit : (option), by the calibrated share `central`; in_source : (option), whether it stands in the source

    >>> believed(np.array([10.0, 10.0]), np.array([True, False]), 0.5, 0.25).round(2)
    array([20.  ,  6.67])
    """
    return np.asarray(benefit * np.where(in_source, share / central, (1.0 - share) / (1.0 - central)))


@dataclass(frozen=True)
class Pair:
    """The source and receptor nation at issue, with the calibrated share and the range of studies, 0..1."""

    source: str
    receptor: str
    central: float
    low: float
    high: float


def pair_of(table: GameTable, source: str, receptor: str) -> Pair:
    """Return the share of a source in the anthropogenic PM2.5 of a receptor's people, central and 5 to 95 %."""
    chain = table.held.chain
    receptors = [code for code in chain.people.regions if chain.home[code] == receptor]
    if not receptors:
        raise AirshedError("no-people-relation", receptor=receptor)
    given = chain.relation.contribution(chain.emissions()).sel(receptor=receptors)
    persons = chain.people.persons[np.isin(chain.people.regions, receptors)]
    values = given.transpose("region", "receptor").to_numpy() @ persons
    nations = np.array([chain.home.get(str(code), str(code)) for code in given["region"].to_numpy()])
    central = float(values[nations == source].sum() / values.sum())
    if not 0 < central < 1:
        raise AirshedError("gives-nothing-all", source=source, receptor=receptor)
    ensemble = chain.ensemble
    if not ensemble.samples:
        return Pair(source, receptor, central, central, central)
    from airshed.assessment.chain.sampled_contributions import SampledYears

    years = SampledYears(ensemble, chain.places, chain.baseline["value"])
    place = receptor if receptor in chain.places.codes else receptors[0]
    drawn = years.at(place, chain.year).samples
    inside = np.array([chain.home.get(code, code) == source for code in chain.relation.regions])
    shares = drawn[:, inside].sum(axis=1) / drawn.sum(axis=1)
    low, high = np.quantile(shares, ENDS)
    return Pair(source, receptor, central, float(low), float(high))


@dataclass(frozen=True)
class Span:
    """The shares that deals take for true, from low to high, and what they cover, 0..1.

    pair : with the 5 to 95 % of the calibrated share; published : the least and the most that studies print of annual
        means, None without any
    """

    low: float
    high: float
    pair: Pair
    published: tuple[float, float] | None


def published_range(pack: Pack, source: str, receptor: str) -> tuple[float, float] | None:
    """Return the least and the most that studies print of a share of annual means, 0..1; None where none does."""
    found = [
        value / 100.0
        for use in OF_STUDIES
        for row in published(pack, use)
        if (row.source_region, row.receptor) == (source, receptor)
        and row.unit == IN_PERCENT
        and row.stands_for == SOURCE
        for value in row.values
    ]
    return (min(found), max(found)) if found else None


def span_of(
    pack: Pack, table: GameTable, beliefs: Sequence[Belief], lowest: float | None = None, highest: float | None = None
) -> Span:
    """Return the shares that deals take for true.

    lowest, highest : ends, 0..1; those of the calibrated share, of published ones and of the beliefs together if not
        given. Raises AirshedError for ends outside 0..1 or in the wrong order.
    """
    pair = pair_of(table, beliefs[0].source, beliefs[0].receptor)
    printed = published_range(pack, pair.source, pair.receptor)
    known = [pair.low, pair.high, *(one.share for one in beliefs), *(printed or ())]
    low, high = min(known) if lowest is None else lowest, max(known) if highest is None else highest
    if not 0.0 <= low < high <= 1.0:
        raise AirshedError("shares-no-range", low=f"{100 * low:g}", high=f"{100 * high:g}")
    return Span(low, high, pair, printed)


@dataclass(frozen=True)
class Issue:
    """A table with what the share of a pair touches.

    in_source : (option), whether it stands in the source; through : (option, player), the benefit of each player that
        comes by its people in the receptor nation, million USD/yr
    """

    table: GameTable
    pair: Pair
    in_source: npt.NDArray[np.bool_]
    through: Floats

    def seen(self, share: float, player: int | None = None, factor: float = 1.0) -> GameTable:
        """Return the table by another share, for all players or for one; factor : on the benefits of that one."""
        benefit = self.table.game.benefit.copy()
        for at in range(len(self.table.players)) if player is None else [player]:
            mine = self.through[:, at]
            benefit[:, at] += believed(mine, self.in_source, share, self.pair.central) - mine
            benefit[:, at] *= factor
        return replace(self.table, game=replace(self.table.game, benefit=benefit))


def issue_of(table: GameTable, pair: Pair) -> Issue:
    """Return what the share of a pair touches."""
    home = table.held.chain.home
    in_source = np.array([home[table.held.options.region[number]] == pair.source for number in table.used])
    inside = [[code for code in part if home[code] == pair.receptor] for part in table.regions]
    through = [
        benefit_through(table, at, part) if part else np.zeros(len(table.used)) for at, part in enumerate(inside)
    ]
    return Issue(table, pair, in_source, np.column_stack(through))


def _response_ratio(pack: Pack, table: GameTable, player: int, response: str) -> float:
    """Return the slope of damage by a set of responses over that of the game, for a player."""
    chain = table.held.chain
    people = chain.people
    level = chain.evaluate(table.held.emissions)[0].to_numpy()
    nations = [chain.home[code] for code in people.regions]
    totals = [
        set_totals(pack, People(chain.year, people.regions, nations, people.persons, np.maximum(at, 0.0)), response)[0]
        for at in (level + HALF, level - HALF)
    ]
    lives = life_values(pack, nations)
    value = np.nan_to_num([lives[nation].value for nation in nations])
    slope = np.nan_to_num(totals[0] - totals[1]) / (2 * HALF) * value
    inside = table.worth[player] > 0
    return float(slope[inside].sum() / table.worth[player].sum()) if table.worth[player].sum() else 1.0


def deals_table(
    pack: Pack,
    table: GameTable,
    beliefs: Sequence[Belief],
    key: str,
    point: str,
    acted_on: float,
    steps: int = STEPS,
    span: Span | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the deals over the share of the pair, and the shares at which each party walks out.

    A deal is the joint optimum and its transfers by a key if all took one share for true; each party then values it by
    its own belief, against what it believes of the disagreement point. span : of `span_of`, its default if not given
    returns : deals with columns share, player, value (million USD/yr by its own belief), signs, all_sign, transfer,
        unit; and walk-outs with columns player, believes, lowest, highest (the deals that it signs, empty if none),
        belief_low, belief_high (the beliefs with which it would sign the central deal, inside the range), unit
    """
    if table.curved is not None:
        raise AirshedError("beliefs-linear-benefits")
    span = span or span_of(pack, table, beliefs)
    issue = issue_of(table, span.pair)
    own = {one.party: one for one in beliefs}
    grid = np.linspace(span.low, span.high, steps + 1)
    views = [_view(pack, issue, own.get(code), at) for at, code in enumerate(table.players)]
    rows: list[dict[str, Any]] = []
    for done, share in enumerate(grid):
        step("beliefs", done, len(grid))
        deal = _deal(pack, issue.seen(float(share)), key, point, acted_on)
        values = [_value(views[at], deal, at, point, acted_on) for at in range(len(table.players))]
        for at, code in enumerate(table.players):
            rows.append(
                {
                    "share": float(share),
                    "player": code,
                    "value": values[at],
                    "signs": "yes" if values[at] > 0 else "no",
                    "all_sign": "yes" if min(values) > 0 else "no",
                    "transfer": float(deal.paid[at]),
                    "unit": MONEY,
                }
            )
    deals = pd.DataFrame.from_records(rows)
    return deals, _walkouts(pack, issue, own, deals, (key, point, acted_on), grid)


@dataclass(frozen=True)
class _Deal:
    plan: Floats
    paid: Floats


def _deal(pack: Pack, table: GameTable, key: str, point: str, acted_on: float) -> _Deal:
    bargain: Bargain = bargain_at(table, point, acted_on)
    paid = transfers(shares_by(pack, table, bargain, key), bargain.alone.net, bargain.joint.net)
    return _Deal(together(table), paid)


def _view(pack: Pack, issue: Issue, belief: Belief | None, player: int) -> GameTable:
    """Return the table as a player sees it: by its own belief on its own benefit."""
    if belief is None:
        return issue.table
    factor = _response_ratio(pack, issue.table, player, belief.response) if belief.response else 1.0
    return issue.seen(belief.share, player, factor)


def _value(view: GameTable, deal: _Deal, player: int, point: str, acted_on: float) -> float:
    """Return what a deal is worth to a player by its own view, million USD/yr, against the disagreement point."""
    start = payoff(view.game, choices(view, acted_on)[point])
    end = payoff(view.game, deal.plan)
    return float(end.net[player] - start.net[player] + deal.paid[player])


def _walkouts(
    pack: Pack,
    issue: Issue,
    own: dict[str, Belief],
    deals: pd.DataFrame,
    rule: tuple[str, str, float],
    grid: Floats,
) -> pd.DataFrame:
    """Return the shares at which every player walks out; rule : key, disagreement point, share acted on."""
    key, point, acted_on = rule
    table = issue.table
    central = _deal(pack, table, key, point, acted_on)
    rows = []
    for at, code in enumerate(table.players):
        signed = deals[(deals["player"] == code) & (deals["signs"] == "yes")]["share"]
        worth = np.array([_value(issue.seen(float(share), at), central, at, point, acted_on) for share in grid])
        willing = grid[worth > 0]
        rows.append(
            {
                "player": code,
                "believes": own[code].share if code in own else issue.pair.central,
                "lowest": float(signed.min()) if len(signed) else np.nan,
                "highest": float(signed.max()) if len(signed) else np.nan,
                "belief_low": float(willing.min()) if len(willing) else np.nan,
                "belief_high": float(willing.max()) if len(willing) else np.nan,
                "unit": "1",
            }
        )
    return pd.DataFrame.from_records(rows)
