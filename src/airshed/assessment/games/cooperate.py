"""What cooperation gains, who gets how much of it by which key, who pays whom, and who would leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.games.game import (
    ACTED_ON,
    CURVE,
    DISAGREEMENTS,
    NASH,
    GameTable,
    acted_alone,
    choices,
    full_benefit,
    payoff_of,
    together,
)
from airshed.assessment.games.keys import OF_COST, OF_GAIN, LeftOut, key_of
from airshed.assessment.games.samples import sampled_moves
from airshed.cooperation.coalitions import check_players, name, tolerance
from airshed.cooperation.core import LeastCore, convexity, least_core, superadditivity
from airshed.cooperation.core_fund import core_fund
from airshed.cooperation.nucleolus import nucleolus
from airshed.cooperation.options import Payoff
from airshed.cooperation.shapley import shapley
from airshed.cooperation.stability import (
    externally_stable,
    internally_stable,
    largest,
    potentially_stable,
    shapley_of_all,
    stabilising_fund,
    surplus,
)
from airshed.cooperation.transfers import by_key, chander_tulkens, cost_by_key, leaving, transfers
from airshed.cooperation.worth import outcomes, outside_options
from airshed.pack.arrays import Floats
from airshed.pack.bounds import once
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.progress import step

MONEY = "million USD of 2015/yr"
SHAPLEY, NUCLEOLUS, CHANDER_TULKENS, MIXED = "shapley", "nucleolus", "chander-tulkens", "mixed:"
GAME_KEYS = (SHAPLEY, NUCLEOLUS, CHANDER_TULKENS)
KEYS = (*GAME_KEYS, *OF_GAIN, *OF_COST)
USUAL_KEY = CHANDER_TULKENS
"""The key of a deal where a question names none."""
MOST_FOR_NUCLEOLUS = 12
LOW, HIGH = 0.05, 0.95
SWEEP = tuple(round(0.05 * step, 2) for step in range(21))
NOTHING = 1e-6
"""Million USD/yr below which there is no gain to divide."""


@dataclass(frozen=True)
class Bargain:
    """What the players have to divide at one disagreement point.

    choice : (option), there; alone, joint : payoff of the players there and at the optimum
    own : (player), what each does for itself from there while all others sit still
    worth : (coalition); outside : (player, coalition), what an outsider has by its best reply to a coalition
    sampled : (sample, player), benefit of the move to the optimum in every sample of relation, response and value of
        life; price : (sample, player), its cost by sampled prices
    best : (option), the optimum; acted_on : share of its own benefit that a player acts on at the limited point
    agreed : (coalition), under the curve, whether its plans from little and from much are worth the same; empty where
        plans are exact
    """

    point: str
    choice: Floats
    alone: Payoff
    joint: Payoff
    own: Payoff
    worth: Floats
    outside: Floats
    sampled: Floats
    price: Floats
    best: Floats
    acted_on: float
    agreed: npt.NDArray[np.bool_]

    @property
    def gain(self) -> float:
        """What all players gain together, million USD/yr: what each gains for itself, and by cooperating."""
        return float(self.joint.net.sum() - self.alone.net.sum())

    @property
    def gain_cooperating(self) -> float:
        """The gain of cooperating, million USD/yr: what is gained together less what each gains for itself."""
        return self.gain - float(self.own.net.sum())

    @property
    def move(self) -> Payoff:
        """Benefit and cost of the move from the disagreement point to the optimum, (player)."""
        return Payoff(self.joint.benefit - self.alone.benefit, self.joint.cost - self.alone.cost)

    @property
    def cooperating(self) -> Payoff:
        """Benefit and cost of that move beyond what each does for itself, (player)."""
        move = self.move
        return Payoff(move.benefit - self.own.benefit, move.cost - self.own.cost)


def bargains(table: GameTable, points: Sequence[str] = DISAGREEMENTS, acted_on: float = ACTED_ON) -> dict[str, Bargain]:
    """Return the bargain at disagreement points; raises AirshedError for more players than can be counted."""
    check_players(len(table.players))
    drawn = table.held.chain.ensemble.samples > 0
    asked = [point for point in DISAGREEMENTS if point in points]
    found = {}
    for place, point in enumerate(asked):
        step("disagreement points", place, len(asked))
        found[point] = bargain_at(table, point, acted_on)
    if not drawn:
        return found
    return with_samples(table, found)


def with_samples(table: GameTable, found: dict[str, Bargain]) -> dict[str, Bargain]:
    """Return bargains with what their moves are worth and cost in samples of all that is uncertain."""
    drawn = sampled_moves(table, [one.choice for one in found.values()], together(table))
    return {
        point: replace(one, sampled=sampled, price=price)
        for (point, one), (sampled, price) in zip(found.items(), drawn, strict=True)
    }


def bargain_at(table: GameTable, point: str, acted_on: float = ACTED_ON) -> Bargain:
    """Return the bargain at one disagreement point, without samples of the relation."""
    choice = choices(table, acted_on)[point]
    if table.curved is None:
        worked, best, agreed = outcomes(table.game, choice), together(table), np.zeros(0, bool)
        outside = outside_options(worked)
    else:
        held = table.curved.outcomes(choice)
        worked, best, agreed, outside = held.outcomes, held.together, held.agreed, held.outside
    none = np.zeros((0, len(table.players)))
    return Bargain(
        point=point,
        choice=choice,
        alone=payoff_of(table, choice),
        joint=payoff_of(table, best),
        own=Payoff(*worked.own()),
        worth=worked.worth(),
        outside=outside,
        sampled=none,
        price=none,
        best=best,
        acted_on=acted_on,
        agreed=agreed,
    )


def shares_by(pack: Pack, table: GameTable, bargain: Bargain, key: str) -> Floats:
    """Return what every player has of the gain by a key, (player), million USD/yr.

    Each keeps what it gains for itself; only the gain of cooperating is divided. The Shapley value and the nucleolus do
    so by themselves.
    key : one of KEYS, or several with weights, `mixed:gdp=0.5,per-head=0.5`
    Raises AirshedError for a key that is not known, MissingTableError for one that the pack has no numbers for.
    """
    move, own = bargain.cooperating, bargain.own.net
    if key.startswith(MIXED):
        parts = _mixture(key)
        found = [weight * shares_by(pack, table, bargain, one) for one, weight in parts.items()]
        return np.asarray(np.sum(found, axis=0))
    if key == SHAPLEY:
        return shapley(bargain.worth)
    if key == NUCLEOLUS:
        if len(table.players) > MOST_FOR_NUCLEOLUS:
            raise AirshedError(
                "nucleolus-players-takes-too-long", players=len(table.players), most_for_nucleolus=MOST_FOR_NUCLEOLUS
            )
        return nucleolus(bargain.worth).shares
    if key == CHANDER_TULKENS:
        moved = chander_tulkens(move.benefit, move.cost)
        return np.asarray(own + move.net + moved)
    weights = key_of(pack, table, key, move.benefit) if key in (*OF_GAIN, *OF_COST) else None
    if weights is None:
        raise AirshedError("key-not-known-use-one", key=key, keys=", ".join(KEYS), mixed=MIXED)
    if key in OF_GAIN:
        return np.asarray(own + by_key(bargain.gain_cooperating, weights))
    return np.asarray(own + cost_by_key(move.benefit, move.cost, weights))


def _mixture(key: str) -> dict[str, float]:
    """Return the keys of a mixed one with their weights, which add to 1."""
    found: dict[str, float] = {}
    for word in key.removeprefix(MIXED).split(","):
        one, _, text = word.partition("=")
        try:
            weight = float(text)
        except ValueError:
            weight = float("nan")
        if not np.isfinite(weight) or weight < 0 or one.strip() in found:
            raise AirshedError("key-cannot-read-write-gdp", key=key, mixed=MIXED)
        found[one.strip()] = weight
    total = sum(found.values())
    if not total > 0:
        raise AirshedError("weights-all-zero", key=key, mixed=MIXED)
    return {one: weight / total for one, weight in found.items()}


def shares_table(
    pack: Pack, table: GameTable, found: dict[str, Bargain], keys: Sequence[str] | None = None
) -> tuple[pd.DataFrame, list[LeftOut]]:
    """Return who has how much of the gain, and which keys could not be answered and why.

    keys : all without any, less those that the pack has no numbers for
    returns : columns disagreement, key, player, benefit, cost (at the optimum), net_alone, net_together, own_gain (what
        it gains by itself while the others sit still), cooperation_gain (its part of the gain of cooperating, by the
        key), share (the two together), transfer (received if above 0), low, high (5 and 95 % of what the player gains
        by the fixed deal over samples of relation, response, value of life and prices), probability (that it gains),
        free_ride (what it has by its best reply if the others agree without it), stays (no: it has less than own_gain
        or free_ride), blocking (coalition that could do better by itself) and excess (by how much), unit; all money
        million USD of 2015 a year
    """
    rows: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    for bargain in found.values():
        for key in once(keys or KEYS):
            try:
                shares = shares_by(pack, table, bargain, key)
            except (MissingTableError, AirshedError) as why:
                if keys:
                    raise
                left_out.append(LeftOut(key, why.text))
                continue
            rows += share_rows(table, bargain, key, shares, holding(table, bargain, shares))
    return pd.DataFrame.from_records(rows), list(dict.fromkeys(left_out))


@dataclass(frozen=True)
class Holding:
    """What holds a division together, or not: gains of riding free (player), the coalition that could do better.

    blocking : empty where none could; excess : by how much, million USD/yr; leaves : (player)
    """

    free_ride: Floats
    leaves: npt.NDArray[np.bool_]
    blocking: str
    excess: float


def holding(table: GameTable, bargain: Bargain, shares: Floats) -> Holding:
    """Return what holds shares, (player), together."""
    out = leaving(bargain.worth, shares, bargain.outside)
    players = len(table.players)
    outside = [float(bargain.outside[at, (1 << players) - 1 - (1 << at)]) for at in range(players)]
    blocked = "" if out.blocking.inside else name(out.blocking.coalition, table.players)
    return Holding(np.array(outside), out.loses | out.rides_free, blocked, max(float(out.blocking.excess), 0.0))


def share_rows(table: GameTable, bargain: Bargain, key: str, shares: Floats, held: Holding) -> list[dict[str, Any]]:
    """Return the rows of one key at one disagreement point, see `shares_table`."""
    paid = transfers(shares, bargain.alone.net, bargain.joint.net)
    players = len(table.players)
    gained = bargain.sampled - bargain.price + paid if len(bargain.sampled) else np.zeros((0, players))
    rows = []
    for at, player in enumerate(table.players):
        ends = np.quantile(gained[:, at], (LOW, HIGH)) if len(gained) else (np.nan, np.nan)
        share, own = float(shares[at]), float(_settled(bargain.own.net, bargain.worth)[at])
        rows.append(
            {
                "disagreement": bargain.point,
                "key": key,
                "player": player,
                "benefit": float(bargain.joint.benefit[at]),
                "cost": float(bargain.joint.cost[at]),
                "net_alone": float(bargain.alone.net[at]),
                "net_together": float(bargain.joint.net[at]),
                "own_gain": own,
                "cooperation_gain": share - own,
                "share": share,
                "transfer": float(paid[at]),
                "low": min(float(ends[0]), share) if len(gained) else np.nan,
                "high": max(float(ends[1]), share) if len(gained) else np.nan,
                "probability": float((gained[:, at] > 0).mean()) if len(gained) else np.nan,
                "free_ride": float(held.free_ride[at]),
                "stays": "no" if held.leaves[at] else "yes",
                "blocking": held.blocking,
                "excess": held.excess,
                "unit": MONEY,
            }
        )
    return rows


def game_table(table: GameTable, found: dict[str, Bargain]) -> pd.DataFrame:
    """Return what kind of game is played at every disagreement point.

    returns : columns disagreement, gain (together), gain_alone (of each for itself), gain_cooperating,
        gain_full (of the same plans by the concave curve of deaths), cost_alone,
        cost_together, convex, superadditive, loses_by_joining (the two coalitions that lose most by it), core_empty,
        least_core (largest excess that cannot be avoided), core_blocked (if the core is empty, the coalitions that have
        it), core_nearest (the shares of the least core then), core_fund (million USD a year from outside that would
        leave no coalition better off by itself), shapley_in_core, largest_stable (coalitions in which nobody would
        rather ride free, if the gain may be divided in any way), stable_shapley (the largest that is stable inside and
        outside with Shapley shares), fund (million USD a year that would keep all in), unit; under the curve those of
        `_curved_row` too
    """
    rows = []
    for point, bargain in found.items():
        worth, outside = bargain.worth, bargain.outside
        shares = shapley(worth)
        full = full_benefit(table, bargain.best) - full_benefit(table, bargain.choice)
        every = shapley_of_all(worth)
        both = internally_stable(worth, every, outside) & externally_stable(worth, every, outside)
        possible, stable = largest(potentially_stable(worth, outside), worth), largest(both, worth)
        core, joining = least_core(worth), superadditivity(worth)
        apart = [name(one, table.players) for one in (joining.one, joining.other)]
        rows.append(
            {
                "disagreement": point,
                "gain": bargain.gain,
                "gain_alone": float(_settled(bargain.own.net.sum(), worth)),
                "gain_cooperating": bargain.gain_cooperating,
                "gain_full": float(full.sum() - bargain.move.cost.sum()),
                "cost_alone": float(bargain.alone.cost.sum()),
                "cost_together": float(bargain.joint.cost.sum()),
                "convex": "yes" if convexity(worth).holds else "no",
                "superadditive": "yes" if joining.holds else "no",
                "loses_by_joining": "" if joining.holds else " + ".join(apart),
                "core_empty": "yes" if core.empty else "no",
                "least_core": float(core.excess),
                "core_blocked": _complaining(table, core),
                "core_nearest": _nearest(table, core),
                "core_fund": core_fund(worth) if core.empty else 0.0,
                "shapley_in_core": "yes" if leaving(worth, shares, outside).blocking.inside else "no",
                "largest_stable": name(int(possible[0]), table.players) if len(possible) else "",
                "stable_shapley": name(int(stable[0]), table.players) if len(stable) else "",
                "fund": stabilising_fund(worth, shares, outside).least,
                "unit": MONEY,
                **_curved_row(table, bargain),
            }
        )
    return pd.DataFrame.from_records(rows)


def _complaining(table: GameTable, core: LeastCore) -> str:
    """Return the coalitions that keep the core empty; nothing where it is not."""
    return " ".join(name(number, table.players) for number in sorted(core.coalitions)) if core.empty else ""


def _nearest(table: GameTable, core: LeastCore) -> str:
    """Return the shares at which the coalition that complains most complains least, if the core is empty."""
    shares = zip(table.players, core.shares, strict=True)
    return ", ".join(f"{code} {share:,.4g}" for code, share in shares) if core.empty else ""


def _curved_row(table: GameTable, bargain: Bargain) -> dict[str, Any]:
    """Return what is told of a game by the curve beside the rest: nothing of a linear one.

    returns : benefits, gain_linear (the gain that linear benefits give, each form with plans of its own), starts_agree
        (share of coalitions whose plans from little and from much are worth the same), equilibrium_unique (whether
        best replies from everything end where those from nothing do; empty at the other disagreement points)
    """
    if table.curved is None:
        return {}
    plain = replace(table, curve=None, curved=None)
    alone = payoff_of(plain, choices(plain, bargain.acted_on)[bargain.point])
    unique = ""
    if bargain.point == NASH:
        other = table.curved.payoff(table.curved.nash_from_all()).net
        unique = "yes" if np.allclose(other, bargain.alone.net, rtol=1e-9) else "no"
    return {
        "benefits": CURVE,
        "gain_linear": float((payoff_of(plain, together(plain)).net - alone.net).sum()),
        "starts_agree": float(bargain.agreed[1:].mean()),
        "equilibrium_unique": unique,
    }


def _settled(values: Floats, worth: Floats) -> Floats:
    """Return values with those that are nothing beside the worths of a game as 0."""
    return np.where(np.abs(values) > tolerance(worth), values, 0.0)


def coalition_table(table: GameTable, found: dict[str, Bargain]) -> pd.DataFrame:
    """Return every coalition, single players first: their worth is what each gains for itself.

    returns : columns disagreement, coalition, size, worth, surplus (over what members would gain by leaving),
        potentially_stable, internally_stable and externally_stable (with Shapley shares), unit
    """
    rows = []
    for point, bargain in found.items():
        worth, apart = bargain.worth, bargain.outside
        every = shapley_of_all(worth)
        inside, outside = internally_stable(worth, every, apart), externally_stable(worth, every, apart)
        spare, possible = surplus(worth, apart), potentially_stable(worth, apart)
        shown, left = _settled(worth, worth), _settled(spare, worth)
        for number in sorted(range(1, len(worth)), key=lambda one: (one.bit_count() > 1, one)):
            rows.append(
                {
                    "disagreement": point,
                    "coalition": name(number, table.players),
                    "size": number.bit_count(),
                    "worth": float(shown[number]),
                    "surplus": float(left[number]),
                    "potentially_stable": "yes" if possible[number] else "no",
                    "internally_stable": "yes" if inside[number] else "no",
                    "externally_stable": "yes" if outside[number] else "no",
                    "unit": MONEY,
                }
            )
    return pd.DataFrame.from_records(rows)


def sweep_table(table: GameTable, shares: Sequence[float] = SWEEP) -> pd.DataFrame:
    """Return the limited equilibrium over the share of its own benefit that a player acts on.

    returns : columns acted_on (0 is current policy, 1 full Nash), player (`all` for the sum), net_alone, gain (of all,
        beside `all`), cost, unit
    """
    joint = payoff_of(table, together(table))
    rows = []
    for share in shares:
        alone = payoff_of(table, acted_alone(table, share))
        rows.append(
            {
                "acted_on": share,
                "player": "all",
                "net_alone": float(alone.net.sum()),
                "cost": float(alone.cost.sum()),
                "gain": float(joint.net.sum() - alone.net.sum()),
                "unit": MONEY,
            }
        )
        rows += [
            {
                "acted_on": share,
                "player": code,
                "net_alone": float(alone.net[at]),
                "cost": float(alone.cost[at]),
                "gain": float(joint.net[at] - alone.net[at]),
                "unit": MONEY,
            }
            for at, code in enumerate(table.players)
        ]
    return pd.DataFrame.from_records(rows)
