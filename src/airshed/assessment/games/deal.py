"""An agreement as tables: what each member does, pays and gains, what holds, and what happens if one leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import airshed
from airshed.assessment.evidence.calibration import relation_sources
from airshed.assessment.games.cooperate import GAME_KEYS, MIXED, MONEY, Bargain, game_table, shares_table
from airshed.assessment.games.game import ACTED_ON, GameTable, applied, full_benefit, together
from airshed.assessment.games.keys import OF_COST, OF_GAIN
from airshed.assessment.games.target_game import TargetAnswer, lowered_table, target_table
from airshed.assessment.plans.plan import USED, after_plan
from airshed.assessment.plans.plan_inputs import overpredicted
from airshed.cooperation.coalitions import grand
from airshed.cooperation.coalitions import name as coalition_name
from airshed.cooperation.transfers import leaving
from airshed.impacts.exposure import population_weighted
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.equations import Equation, catalogue
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import inputs_hash
from airshed.pack.schema import tables
from airshed.pack.sources import source_table
from airshed.strategy.options import CARBON

TOP = 5
"""Measures named for each member."""
HEALTH_TABLES = ("responses_gemm", "mortality", "ages", "populations")
OF_DEALS = (
    "airshed.assessment.games.beliefs",
    "airshed.assessment.games.game",
    "airshed.cooperation.core",
    "airshed.cooperation.nucleolus",
    "airshed.cooperation.shapley",
    "airshed.cooperation.transfers",
    "airshed.cooperation.worth",
)
"""Modules that register the formulas behind deals."""
ALWAYS = ("measure-benefit", "coalition-worth", "free-riding", "transfers", "core-excess")
"""Formulas behind every deal; the keys of the game are called as their formulas."""


@dataclass(frozen=True)
class Believed:
    """The deals that parties sign by their own beliefs on one pair: the tables of `deals_table`."""

    source: str
    receptor: str
    deals: pd.DataFrame
    walkouts: pd.DataFrame


@dataclass(frozen=True)
class Deal:
    """An agreement of players by one key, at one disagreement point.

    members : columns player, measures (that it adds or changes), cost_alone, cost, price_low, price_high, benefit
        (linear) and benefit_full (by the concave curve) of the move, pm25_before, pm25_after, deaths_avoided,
        deaths_low, deaths_high, unit
    measures : the TOP of each player by their benefit to all: player, measure, sector, regions, pollutant, removed,
        cost, benefit, known (share of its cost whose application a source tells)
    shares, keys : of `shares_table`, by this key and by all that the pack has numbers for; game : a row of `game_table`
    leaving : columns player, others, worth (of the others without it), loss (what the others lose), free_ride, share,
        gain_by_leaving, loses (yes: by the deal), rides_free (yes: it would rather), unit
    known_options, known_cost : share of what the plan applies, by number and by cost, whose application is published
    overpredicted : cities modelled far above what was observed
    target, targets, lowered : of the target game, if asked for
    """

    pack_name: str
    pack_version: str
    version: str
    inputs_hash: str
    year: int
    scenario: str
    case: str
    point: str
    acted_on: float
    key: str
    players: list[str]
    unvalued: list[str]
    borrowed: list[str]
    game: dict[str, Any]
    members: pd.DataFrame
    measures: pd.DataFrame
    shares: pd.DataFrame
    keys: pd.DataFrame
    leaving: pd.DataFrame
    known_options: float
    known_cost: float
    overpredicted: list[str]
    sources: pd.DataFrame
    equations: list[Equation]
    target: str = ""
    targets: pd.DataFrame | None = None
    lowered: pd.DataFrame | None = None
    believed: Believed | None = None


def deal_of(
    pack: Pack,
    table: GameTable,
    bargain: Bargain,
    key: str,
    scenario: str = "baseline",
    acted_on: float = ACTED_ON,
    believed: Believed | None = None,
    targets: TargetAnswer | None = None,
) -> Deal:
    """Return the agreement of the players of a table by a key.

    scenario, acted_on : as the table and the bargain were made; believed, targets : answers to stand on the sheet too
    Raises what `shares_table` raises for a key that is not known or that the pack has no numbers for.
    """
    if table.curved is not None:
        raise AirshedError("sheet-deal-linear-benefits")
    found = {bargain.point: bargain}
    shares, _ = shares_table(pack, table, found, [key])
    every, _ = shares_table(pack, table, found)
    options, used = table.held.options, table.used
    moved = np.abs(together(table) - bargain.choice) > USED
    spent = np.abs(table.game.cost * (together(table) - bargain.choice))
    known = options.application_known[used]
    return Deal(
        pack_name=pack.descriptor.name,
        pack_version=pack.descriptor.version,
        version=airshed.__version__,
        inputs_hash=inputs_hash(pack, scenario),
        year=table.held.chain.year,
        scenario=scenario,
        case=options.case,
        point=bargain.point,
        acted_on=acted_on,
        key=key,
        players=list(table.players),
        unvalued=list(table.unvalued),
        borrowed=list(table.borrowed),
        game={str(name): value for name, value in game_table(table, found).iloc[0].items()},
        members=members_table(table, bargain),
        measures=top_measures(table, bargain),
        shares=shares,
        keys=every,
        leaving=leaving_table(table, bargain, shares["share"].to_numpy()),
        known_options=_part(known, moved.astype(np.float64)),
        known_cost=_part(known, spent),
        overpredicted=overpredicted(table.held),
        sources=cited(pack, table, moved),
        equations=equations_of(key, believed is not None),
        target="" if targets is None else str(targets.held.aims.target),
        targets=None if targets is None else target_table(targets),
        lowered=None if targets is None else lowered_table(targets),
        believed=believed,
    )


def _part(chosen: npt.NDArray[np.bool_], weight: Floats) -> float:
    """Return the share of weights that is chosen, NaN where there is none."""
    total = float(weight.sum())
    return float(weight[chosen].sum()) / total if total > 0 else float("nan")


def application_of(table: GameTable, choice: Floats) -> Floats:
    """Return the application of all options of the ground when those of the game grow by a choice."""
    return np.asarray(table.held.options.current + applied(table, choice))


def members_table(table: GameTable, bargain: Bargain) -> pd.DataFrame:
    """Return what each member does, pays and reaches, by the whole chain; columns as `Deal` names them.

    PM2.5 is the mean over the people of a member; deaths have the ends of the response; NaN where nothing is known.
    """
    held, chain, people = table.held, table.held.chain, table.held.chain.people
    best = together(table)
    level, deaths = [], []
    for choice in (bargain.choice, best):
        emissions = after_plan(held, held.options, application_of(table, choice))
        level.append(chain.evaluate(emissions)[0].to_numpy())
        deaths.append(people.attributable(level[-1]))
    full = full_benefit(table, best) - full_benefit(table, bargain.choice)
    ends = [spent(table, best, end) for end in range(3)]
    moved = np.abs(best - bargain.choice) > USED
    rows = []
    for at, code in enumerate(table.players):
        inside = np.isin(people.regions, table.regions[at])
        persons = people.persons[inside]
        means = [population_weighted(one[inside], persons) if persons.sum() > 0 else np.nan for one in level]
        avoided = [table.part[at] * _sum_known((before - after)[inside]) for before, after in zip(*deaths, strict=True)]
        rows.append(
            {
                "player": code,
                "measures": int((moved & (table.game.owner == at)).sum()),
                "cost_alone": float(bargain.alone.cost[at]),
                "cost": float(bargain.joint.cost[at]),
                "price_low": float(min(end[at] for end in ends)),
                "price_high": float(max(end[at] for end in ends)),
                "benefit": float(bargain.move.benefit[at]),
                "benefit_full": float(full[at]),
                "pm25_before": means[0],
                "pm25_after": means[1],
                "deaths_avoided": avoided[0],
                "deaths_low": min(avoided),
                "deaths_high": max(avoided),
                "unit": MONEY,
            }
        )
    return pd.DataFrame.from_records(rows)


def _sum_known(values: Floats) -> float:
    """Return the sum of what is known, NaN where nothing is."""
    return float(np.nansum(values)) if np.isfinite(values).any() else float("nan")


def spent(table: GameTable, choice: Floats, end: int) -> Floats:
    """Return what a choice costs every player at an end of the cost of measures, (player), million USD/yr."""
    price = np.nan_to_num(table.held.options.cost[table.used, end]) * table.scale
    spent = np.bincount(table.game.owner, weights=price * choice, minlength=len(table.players))
    return np.asarray(spent, dtype=np.float64)


def top_measures(table: GameTable, bargain: Bargain, count: int = TOP) -> pd.DataFrame:
    """Return the measures by which each member does most for all, beyond the disagreement point; columns as in `Deal`.

    The options of a measure in the regions of a member are one row; removed : kt/yr of the priced pollutant.
    """
    options, change = table.held.options, (together(table) - bargain.choice) * table.scale
    places = np.flatnonzero(np.abs(change) > USED)
    option = table.used[places]
    priced = [options.priced[number] for number in option]
    column = [options.pollutants.index(code) if code in options.pollutants else -1 for code in priced]
    removal = np.where(np.array(column) >= 0, options.removal[option, column], np.nan)
    removal = np.where([code == CARBON for code in priced], -options.co2[option], removal)
    spent = options.cost[option, 1] * change[places]
    rows = pd.DataFrame(
        {
            "player": [table.players[at] for at in table.game.owner[places]],
            "measure": [options.measure[number] for number in option],
            "sector": [options.sector[number] for number in option],
            "region": [options.region[number] for number in option],
            "pollutant": priced,
            "removed": removal * change[places],
            "cost": spent,
            "benefit": table.game.benefit[places].sum(axis=1) * (change / table.scale)[places],
            "known": np.where(options.application_known[option], spent, 0.0),
        }
    )
    found = rows.groupby(["player", "measure", "sector", "pollutant"], sort=False, as_index=False).agg(
        regions=("region", "nunique"), removed=("removed", "sum"), cost=("cost", "sum"), benefit=("benefit", "sum"),
        known=("known", "sum"),
    )  # fmt: skip
    found = found[found["benefit"] > 0].sort_values("benefit", ascending=False, kind="stable")
    known = np.divide(found["known"], found["cost"], out=np.zeros(len(found)), where=found["cost"].to_numpy() > 0)
    best = found.assign(known=known).groupby("player", sort=False).head(count)
    order = [table.players.index(code) for code in best["player"]]
    shown = best.assign(order=order).sort_values("order", kind="stable", ignore_index=True)
    columns = ["player", "measure", "sector", "regions", "pollutant", "removed", "cost", "benefit", "known"]
    return shown[columns]


def leaving_table(table: GameTable, bargain: Bargain, shares: Floats) -> pd.DataFrame:
    """Return what happens if one member leaves and the others agree without it.

    shares : (player), of the gain by the key, million USD/yr
    returns : columns as `Deal` names them; loss is what the others have less than their shares, gain_by_leaving what
        the leaver has more by riding free than its share; all against the disagreement point
    """
    out = leaving(bargain.worth, shares, bargain.outside)
    rows = []
    for at, code in enumerate(table.players):
        others = grand(len(table.players)) ^ (1 << at)
        worth, ride = float(bargain.worth[others]), float(bargain.outside[at, others])
        rows.append(
            {
                "player": code,
                "others": coalition_name(others, table.players),
                "worth": worth,
                "loss": float(np.delete(shares, at).sum()) - worth,
                "free_ride": ride,
                "share": float(shares[at]),
                "gain_by_leaving": ride - float(shares[at]),
                "loses": "yes" if out.loses[at] else "no",
                "rides_free": "yes" if out.rides_free[at] else "no",
                "unit": MONEY,
            }
        )
    return pd.DataFrame.from_records(rows)


def cited(pack: Pack, table: GameTable, moved: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the sources of the measures applied, the relation, the response and the value of life, each once.

    moved : (option of the game), whether the agreement changes it; returns : columns key, title, reuse
    """
    options, chain = table.held.options, table.held.chain
    lives = life_values(pack, list(dict.fromkeys(chain.home[code] for code in chain.people.regions)))
    response = [key for name in HEALTH_TABLES for column in tables()[name].citing for key in pack.table(name)[column]]
    cells = [
        *(options.source[number] for number in table.used[moved]),
        *relation_sources(pack),
        *response,
        *(life.source for life in lives.values()),
    ]
    keys = dict.fromkeys(key for cell in cells for key in str(cell).split())
    rows = source_table(pack)
    known = rows[rows["key"].isin(list(keys))]
    return known[["key", "title", "reuse"]].sort_values("key", kind="stable", ignore_index=True)


def equations_of(key: str, believed: bool = False) -> list[Equation]:
    """Return the formulas behind a deal by a key, by id."""
    parts = [part.partition("=")[0].strip() for part in key.removeprefix(MIXED).split(",")]
    wanted = [*ALWAYS, *(["believed-benefit"] if believed else [])]
    for part in parts:
        wanted += [part] if part in GAME_KEYS else []
        wanted += ["gain-by-key"] if part in OF_GAIN else []
        wanted += ["cost-by-key"] if part in OF_COST else []
    return [item for item in catalogue(OF_DEALS) if item.id in wanted]
