"""The game that players make of a pack: their measures, what these are worth to each, and what everyone does alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain.cities import city_of, held_by, named_region, share_in
from airshed.assessment.games.deaths_curve import DeathsCurve, deaths_curve
from airshed.assessment.games.stated import Pledges, Source, least_cost_of, needs, pledges_of
from airshed.assessment.lives.damage import slopes
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan import after_plan
from airshed.assessment.plans.plan_inputs import PlanInputs, ground, precursors_removed
from airshed.cooperation.curved import CurvedGame
from airshed.cooperation.options import Payoff, nash, optimum, payoff
from airshed.cooperation.options import PlayerOptions as Game
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import SHARE, within
from airshed.pack.codes import country_of, group_members
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.strategy.application import Case

Places = npt.NDArray[np.intp]
NASH, CURRENT, LIMITED, STATED = "nash", "current", "limited", "stated"
DISAGREEMENTS = (NASH, CURRENT, LIMITED, STATED)
USUAL_POINT = CURRENT
"""What happens without an agreement where a question names nothing: the one assumption of every answer and sheet."""
ACTED_ON = 0.1
"""Share of its own benefit that a player acts on in the limited equilibrium, if nothing else is asked."""
Benefits = Literal["linear", "curve"]
LINEAR: Benefits = "linear"
CURVE: Benefits = "curve"
"""Benefits linear around the baseline, and by the whole curve of deaths."""


@dataclass(frozen=True)
class GameTable:
    """The players at the table, and what they play.

    held : the ground of plans in the year; players : codes; regions : the regions of the relation of each
    part : (player), its share of the people and emissions of its regions: 1, less for a city that is no region
    used : (option of the game), place among the options of the ground; game : the options of the players
    scale : (option of the game), the share of the option of the ground that stands on the player's ground
    worth : (player, region of the people), million USD/yr per ug/m3; unvalued : nations of players without a value
    borrowed : players whose relation is that of a block they share with another nation
    pledges : what each has committed itself to, for the disagreement point of stated plans
    curve, curved : the whole curve of deaths and the game by it, None where benefits are linear
    """

    held: PlanInputs
    players: list[str]
    regions: list[list[str]]
    used: Places
    game: Game
    worth: Floats
    unvalued: list[str]
    part: Floats
    scale: Floats
    borrowed: list[str]
    pledges: Pledges
    curve: DeathsCurve | None = None
    curved: CurvedGame | None = None


@equation(
    key="measure-benefit",
    title="Benefit of a measure to a player",
    latex=r"b_i(m) = \sum_{c \in i} V_n\,\frac{dD_c}{dC}\,\sum_p K_p(r_m,c)\,\rho_{m,p}",
    units="million USD of 2015/yr",
    citation="avoided damage, linear around the baseline: chain rule on relation, GEMM (Burnett et al. 2018, PNAS "
    "115:9592) and the value of a statistical life (OECD 2012)",
)
def measure_benefit(removed: Floats, effect: Floats, worth: Floats) -> Floats:
    """Return the benefit of options to players, (option, player), million USD/yr at application 1.

    removed : (option, precursor), kt/yr; effect : (option, precursor, region), ug/m3 per kt/yr
    worth : (player, region), million USD/yr per ug/m3

    >>> measure_benefit(np.array([[2.0]]), np.array([[[0.5, 0.25]]]), np.array([[10.0, 0.0], [0.0, 4.0]]))
    array([[10.,  2.]])
    """
    fall = np.einsum("op,opc->oc", removed, effect)
    return np.asarray(fall @ worth.T)


def table_of(
    pack: Pack,
    players: Sequence[str],
    year: int,
    scenario: str = "baseline",
    case: Case = "middle",
    samples: int = 0,
    seed: int = 1,
    benefits: Benefits = LINEAR,
    commitments: Source | None = None,
) -> GameTable:
    """Return the players of a pack with their measures and what these are worth to each.

    players : regions, nations, groups or cities that do not overlap; a city that is no region of its own takes its
    share of its region by people; benefits : `linear` around the baseline, or by the whole `curve` of deaths
    commitments : a CSV of `stated.read_pledges`, beside the targets of the pack
    Raises AirshedError for one player, for overlapping ones, for a place without measures on its ground anywhere, and
    for more players than the curve carries; MissingTableError without a value of life.
    """
    held = ground(pack, Aims(), year, scenario, case, samples=samples, seed=seed)
    players = [named_region(pack, code) for code in players]
    regions = regions_of(pack, players, held.chain.relation.regions)
    part = np.array([share_in(pack, code) for code in players])
    pledges = pledges_of(pack, players, regions, commitments)
    options = held.options
    used, owner = _open_to(held, regions)
    worth, unvalued = worth_of(held, regions, part)
    scale = part[owner]
    people = held.chain.people.regions
    effect = held.chain.relation.matrix.sum("species").sel(receptor=people).transpose("region", "precursor", "receptor")
    source = [held.chain.relation.regions.index(options.region[number]) for number in used]
    removed = precursors_removed(held, options)[used]
    total = np.bincount(options.group, weights=options.current)
    left = np.maximum(1.0 - total, 0.0)
    group = options.group[used].astype(np.int64) * len(players) + owner
    game = Game(
        owner=owner,
        group=group,
        benefit=measure_benefit(removed * scale[:, None], effect.to_numpy()[source], worth),
        cost=options.cost[used, 1] * scale,
        span=(options.maximum - options.current)[used],
        left=left[np.unique(group) // len(players)],
        names=list(players),
    )
    borrowed = [code for code, mine in zip(players, regions, strict=True) if borrows(pack, mine)]
    linear = GameTable(
        held=held,
        players=list(players),
        regions=regions,
        used=used,
        game=game,
        worth=worth,
        unvalued=unvalued,
        part=part,
        scale=scale,
        borrowed=borrowed,
        pledges=pledges,
    )
    if benefits == LINEAR:
        return linear
    curve = deaths_curve(held, used, regions, scale, part)
    return replace(linear, curve=curve, curved=CurvedGame(game, curve))


def _open_to(held: PlanInputs, regions: Sequence[Sequence[str]]) -> tuple[Places, npt.NDArray[np.int64]]:
    """Return the options of the ground that players can choose, and who does, (option of the game) each.

    Cities of one region share its options: each has its own. Raises AirshedError where nobody has any.
    """
    options = held.options
    able = np.flatnonzero(options.selectable & (options.maximum > options.current))
    owners = {code: [at for at, mine in enumerate(regions) if code in mine] for code in set(options.region)}
    pairs = [(number, at) for number in able.tolist() for at in owners[options.region[number]]]
    if not pairs:
        raise AirshedError("no-player-measure-can-chosen")
    return np.array([number for number, _ in pairs], dtype=np.intp), np.array([at for _, at in pairs], dtype=np.int64)


def regions_of(pack: Pack, players: Sequence[str], known: Sequence[str]) -> list[list[str]]:
    """Return the regions of the relation of every player; raises AirshedError for one player or overlapping ones."""
    if len(players) < 2:
        raise AirshedError("game-needs-two-more-players-name-others")
    twice = next((code for code in players if list(players).count(code) > 1), None)
    if twice is not None:
        raise AirshedError("player-named-twice", twice=twice)
    found: list[list[str]] = []
    taken: dict[str, str] = {}
    for code in players:
        mine = [region for region in held_by(pack, code) if region in known]
        if not mine:
            raise AirshedError("no-source-relation-choose-regions", code=code)
        for region in mine:
            if region in taken and not (city_of(pack, code) and city_of(pack, taken[region])):
                raise AirshedError("players-overlap-lies-both", taken=taken[region], code=code, region=region)
            taken[region] = code
        found.append(mine)
    return found


def worth_of(
    held: PlanInputs, regions: Sequence[Sequence[str]], part: Floats | None = None
) -> tuple[Floats, list[str]]:
    """Return what one ug/m3 less is worth to every player (player, region of the people), million USD/yr.

    part : (player), its share of the people of its regions; all of them if not given

    returns too : the nations of players of whose people the pack has no value of life or mortality
    Raises MissingTableError without the tables of the value of a statistical life.
    """
    chain = held.chain
    people = chain.people.regions
    level, _ = chain.evaluate(held.emissions)
    deaths, _, _ = slopes(chain, level.to_numpy())
    nations = [chain.home[code] for code in people]
    lives = life_values(held.pack, nations)
    value = deaths * np.nan_to_num([lives[nation].value for nation in nations])
    if not value.any():
        raise MissingTableError("economy", Phrase("detail-incomes-value-statistical-life"))
    inside = np.array([np.isin(people, part) for part in regions], dtype=np.float64)
    known = {nation for nation, dead in zip(nations, value, strict=True) if dead}
    mine = {chain.home[code] for part in regions for code in part}
    whole = inside * value
    return whole if part is None else whole * part[:, None], sorted(mine - known)


def borrows(pack: Pack, regions: Sequence[str]) -> bool:
    """Say whether regions have the relation of a block that they share with another nation, such as Mongolia's."""
    groups, home = pack.optional("groups"), country_of(pack)
    blocks = set(groups.loc[groups["kind"] == "model", "code"]) if len(groups) else set()
    mine = {home[code] for code in regions}
    shared = [{home[code] for code in held} for block, held in group_members(pack).items() if block in blocks]
    return any(mine & held and len(held) > 1 for held in shared)


def applied(table: GameTable, choice: Floats) -> Floats:
    """Return by how much the applications of the ground, (option), grow by a choice, (option of the game)."""
    total = np.bincount(table.used, weights=choice * table.scale, minlength=len(table.held.options.current))
    return np.asarray(total, dtype=np.float64)


def benefit_through(table: GameTable, player: int, regions: Sequence[str]) -> Floats:
    """Return the benefit of options to a player through its people in some regions alone, (option), million USD/yr."""
    held = table.held
    people = held.chain.people.regions
    inside = np.isin(people, list(regions))
    effect = held.chain.relation.matrix.sum("species").sel(receptor=people).transpose("region", "precursor", "receptor")
    source = [held.chain.relation.regions.index(held.options.region[number]) for number in table.used]
    removed = precursors_removed(held, held.options)[table.used] * table.scale[:, None]
    worth = np.where(inside, table.worth[player], 0.0)[None]
    return measure_benefit(removed, effect.to_numpy()[source], worth)[:, 0]


def choices(table: GameTable, share: float = ACTED_ON) -> dict[str, Floats]:
    """Return what is applied at every disagreement point, (option of the game); share : see `ACTED_ON`."""
    within(share, "acted_on", SHARE)
    return {
        NASH: acted_alone(table),
        CURRENT: np.zeros(len(table.game.cost)),
        LIMITED: acted_alone(table, share),
        STATED: stated_choice(table),
    }


def stated_choice(table: GameTable) -> Floats:
    """Return what players apply by what they have committed themselves to, at least cost, (option of the game)."""
    held, game = table.held, table.game
    removal = np.nan_to_num(held.options.removal)[table.used] * table.scale[:, None]
    emitted = held.chain.baseline["value"].sum("sector")
    needed = needs(table.pledges, table.regions, table.part, emitted, held.chain.year, held.options.pollutants)
    return least_cost_of(game, removal, needed)


def acted_alone(table: GameTable, share: float = 1.0) -> Floats:
    """Return what every player applies by itself for a share of its own benefit, (option of the game)."""
    return nash(table.game, share) if table.curved is None else table.curved.nash(share)


def together(table: GameTable) -> Floats:
    """Return what is applied at the joint optimum of the players, (option of the game)."""
    return optimum(table.game) if table.curved is None else table.curved.together()


def payoff_of(table: GameTable, choice: Floats) -> Payoff:
    """Return what a choice, (option of the game), is worth to every player and costs on its ground."""
    return payoff(table.game, choice) if table.curved is None else table.curved.payoff(choice)


def full_benefit(table: GameTable, choice: Floats) -> Floats:
    """Return the avoided damage of every player by the whole chain and the concave curve, (player), million USD/yr.

    choice : (option of the game), by how much applications grow
    """
    held = table.held
    application = held.options.current + applied(table, choice)
    chain = held.chain
    _, before = chain.evaluate(held.emissions)
    _, after = chain.evaluate(after_plan(held, held.options, application))
    people = chain.people.regions
    lives = life_values(held.pack, [chain.home[code] for code in people])
    value = np.nan_to_num([lives[chain.home[code]].value for code in people])
    saved = np.nan_to_num(before.to_numpy() - after.to_numpy()) * value
    index = pd.Index(people)
    mine = np.array([saved[index.isin(part)].sum() for part in table.regions])
    return np.asarray(mine * table.part)


def sampled_benefit(table: GameTable, moves: Floats) -> Floats:
    """Return the linear benefit of moves to players in samples of the relation, (sample, move, player), million USD/yr.

    moves : (move, option of the game), by how much applications change
    """
    return np.asarray(sampled_fall(table, moves) @ table.worth.T)


def sampled_fall(table: GameTable, moves: Floats) -> Floats:
    """Return by how much moves lower PM2.5 in samples of the relation, (sample, move, region of the people), ug/m3.

    moves : (move, option of the game), by how much applications change
    """
    held, ensemble = table.held, table.held.chain.ensemble
    relation = held.chain.relation
    columns = [relation.receptors.index(code) for code in held.chain.people.regions]
    per = ensemble.per_kilotonne(np.ones((len(ensemble.raw.species), len(relation.receptors))))[..., columns]
    removed = precursors_removed(held, held.options)[table.used] * table.scale[:, None]
    source = np.array([relation.regions.index(held.options.region[number]) for number in table.used])
    less = np.zeros((len(moves), per.shape[1], len(relation.regions)))
    for place, move in enumerate(moves):
        np.add.at(less[place].T, source, removed * move[:, None])
    nations = len(ensemble.nations)
    given = np.zeros((len(per), len(moves), nations, len(columns)))
    for nation in range(nations):
        rows = np.flatnonzero(ensemble.source == nation)
        given[:, :, nation] = np.einsum("kprc,mpr->kmc", per[:, :, rows], less[:, :, rows], optimize=True)
    result = np.empty((ensemble.samples, len(moves), len(columns)))
    for sample, kernel in enumerate(ensemble.kernel):
        result[sample] = (given[kernel] * ensemble.factor[sample][:, columns]).sum(axis=1)
    return result
