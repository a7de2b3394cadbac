"""Calibration of the relation to published shares: soft, Bayesian, as share vectors on the simplex (docs/method.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, group_members, members
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.laws import NORMAL_90
from airshed.transport.splits import OriginShares, Width, draw, factors, nested
from airshed.transport.studies import BOUND, FOREIGN, PERCENT, SOURCE, Published, from_log_odds, log_odds, published

OUTSIDE = float(np.log(3.0))
"""A block whose factor leaves 1/3..3 is a finding."""
USES = ("anchor", "spread", "place")
"""Uses of published shares of nations, at nations or at places in them, that the relation is calibrated to."""
Modelled = Callable[[Sequence[str], Floats, int | None], dict[str, float]]
"""Shares of the nations at the mean of receptors with weights, in a year (None: the base year), by the relation."""


@dataclass(frozen=True)
class Effects:
    """Standard deviations of log-odds between studies and inside them, and the degrees of freedom of the former."""

    between: float
    inside: float
    freedom: int


@dataclass(frozen=True)
class Compared:
    """A published share of a nation with the receptors in one nation that it is compared at.

    item : a share of all foreign sources is turned into that of the nation itself
    """

    item: Published
    nation: str
    source: str
    receptors: list[str]
    weights: Floats
    use: str = "anchor"


@dataclass(frozen=True)
class Evidence:
    """What is known of the origins at the receptors of one nation.

    receptors : the receptor cities the published shares are compared with, and their weights in the mean
    year : of the baseline that the shares are compared in; None where no study is known
    shares : splits, bounds and widths; printed : source to the study named for it; studies : source to all studies
    rows : every study with the receptors of its own; effects : how far studies differ
    """

    nation: str
    receptors: list[str]
    weights: Floats
    year: int | None
    shares: OriginShares
    printed: dict[str, Published]
    studies: dict[str, list[Published]]
    rows: tuple[Compared, ...] = ()
    effects: Effects = Effects(0.0, 0.0, 0)


@equation(
    key="random-effects",
    title="Share that a further study would find",
    latex=r"x \sim \bar x + t_\nu \sqrt{\tau^2 (1 + 1/k) + \sigma^2},\quad "
    r"\tau^2 = \frac{1}{\nu}\sum_{pairs}\sum_{i=1}^{k}(\bar x_i - \bar x)^2,\quad \nu = \sum_{pairs}(k - 1),\quad "
    r"x = \ln\frac{p}{1-p}",
    units="1 (log-odds)",
    citation="predictive interval of random effects: Higgins et al. 2009, J. R. Stat. Soc. A 172:137; both variances "
    "pooled over all pairs of receptor and source, sigma that of the numbers inside a study around their mean",
)
def random_effects(pairs: Sequence[Sequence[Sequence[float]]]) -> Effects:
    """Return how far studies differ, pooled over pairs of a receptor and a source.

    pairs : for each pair, for each study, the log-odds that it prints; a pair with one study says nothing about the
        difference between studies, a study with one number nothing about that inside it

    >>> effects = random_effects([[[-0.75], [-0.2], [0.1], [-0.94, -1.68]], [[0.2]]])
    >>> round(effects.between, 2), round(effects.inside, 2), effects.freedom
    (0.62, 0.52, 3)
    """
    # Both variances are pooled over all pairs: most have two or three studies, from which none can be told by itself.
    means = [[float(np.mean(study)) for study in pair] for pair in pairs if pair]
    freedom = sum(len(values) - 1 for values in means)
    between = sum(float(((np.array(values) - np.mean(values)) ** 2).sum()) for values in means)
    studies = [study for pair in pairs for study in pair]
    inside = sum(float(((np.array(study) - np.mean(study)) ** 2).sum()) for study in studies)
    repeated = sum(len(study) - 1 for study in studies)
    return Effects(
        between=float(np.sqrt(between / freedom)) if freedom else 0.0,
        inside=float(np.sqrt(inside / repeated)) if repeated else 0.0,
        freedom=freedom,
    )


def predictive(studies: int, effects: Effects) -> Width:
    """Return the width of a share that so many studies give, of one that none gives as of one."""
    # The interval is of what one more study would find, not of the mean of those there are: the truth is taken for one
    # more draw. That of the mean alone would shrink with every study, however much they contradict each other.
    scale = float(np.sqrt(effects.between**2 * (1.0 + 1.0 / max(studies, 1)) + effects.inside**2))
    return Width(scale, scale, float(effects.freedom) if effects.freedom else np.inf)


def evidence(
    pack: Pack,
    nations: dict[str, list[str]],
    people: dict[str, float],
    without: str = "",
    modelled: Modelled | None = None,
) -> list[Evidence]:
    """Return what the studies say of every nation's receptors; of a nation without a study its own mean, no split.

    nations : nation to its receptor regions; people : their persons
    without : a study that is left out, to predict it from the others
    modelled : the relation's own shares. A study of a place counts by how far its log-odds are from the relation's
        there, added to those at the receptors of the nation; without, it counts as printed
    """
    rows = [row for row in compared_rows(pack, nations, people) if row.item.study != without]
    homes = {nation: _home(pack, nation, regions, people, rows) for nation, regions in nations.items()}
    printed: dict[tuple[str, str], dict[str, list[float]]] = {}
    for (nation, source), mine in _by_pair(rows).items():
        found = printed.setdefault((nation, source), {})
        for row in mine:
            found.setdefault(row.item.study, []).append(_odds_at_home(row, homes[nation], modelled))
    effects = random_effects([list(found.values()) for found in printed.values()])
    odds = {pair: [float(np.mean(values)) for values in found.values()] for pair, found in printed.items()}
    return [
        _of_nation(nation, homes[nation], [row for row in rows if row.nation == nation], odds, effects)
        for nation in nations
    ]


def _of_nation(
    nation: str,
    home: _Home,
    rows: Sequence[Compared],
    odds: Mapping[tuple[str, str], Sequence[float]],
    effects: Effects,
) -> Evidence:
    mine = _by_pair(rows)
    named, bounds, printed = [], {}, {}
    for (_, source), held in mine.items():
        printed[source] = _named(held, float(np.mean(odds[nation, source])))
        most = max(row.item.middle for row in held)
        # A percent or two is no number around which there is a width: studies round it, and log-odds of nearly nothing
        # run off to minus infinity. Such a share is a bound from above, at which the law of the relation's own is cut.
        if most <= 100 * BOUND:
            bounds[source] = (most + printed[source].rounding) / 100
            continue
        values = odds[nation, source]
        width = _at_least(predictive(len(values), effects), printed[source])
        named.append((source, float(from_log_odds(float(np.mean(values)))), width, len(values)))
    # The share that most studies name is split off first and stands by itself; each later one is a share of the rest.
    # In another order the draws of a share that one study names would push the better known ones about.
    named.sort(key=lambda split: (-split[3], -split[1]))
    return Evidence(
        nation=nation,
        receptors=home.receptors,
        weights=home.weights,
        year=home.year,
        shares=OriginShares(nested([split[:3] for split in named]), bounds, predictive(0, effects)),
        printed=printed,
        studies={source: [row.item for row in held] for (_, source), held in mine.items()},
        rows=tuple(rows),
        effects=effects,
    )


@dataclass(frozen=True)
class _Home:
    """The receptors that a nation's shares are compared at, their weights, and the year."""

    receptors: list[str]
    weights: Floats
    year: int | None


def _home(
    pack: Pack, nation: str, regions: Sequence[str], people: Mapping[str, float], rows: Sequence[Compared]
) -> _Home:
    """Return where a nation's shares are compared: as in its first study of use `anchor`, else `spread`."""
    mine = [row for row in rows if row.nation == nation and row.item.receptor == nation and row.item.year is not None]
    mine.sort(key=lambda row: USES.index(row.use))
    first = next((row for row in mine if row.item.role and row.use != "place"), None)
    receptors, weights = (first.receptors, first.weights) if first else _people_mean(regions, people)
    return _Home(list(receptors), weights, mine[0].item.year if mine else None)


def _people_mean(codes: Sequence[str], people: Mapping[str, float]) -> tuple[list[str], Floats]:
    counted = np.array([people.get(code, 0.0) for code in codes])
    return list(codes), counted / counted.sum() if counted.sum() > 0 else np.full(len(codes), 1 / len(codes))


def compared_rows(pack: Pack, nations: Mapping[str, Sequence[str]], people: Mapping[str, float]) -> list[Compared]:
    """Return every published share that the relation is calibrated to, with the receptors it is compared at.

    Raises AirshedError for a share that is not of a nation or of all foreign sources, or not at a place in one nation.
    """
    roles, groups = _roles(pack), group_members(pack)
    found = []
    for use in USES:
        for printed_item in (item for item in published(pack, use) if item.unit == PERCENT):
            item, nation = _in_nation(pack, printed_item, use)
            if nation not in nations:
                continue
            named = roles.get((nation, item.role), []) if item.receptor == nation else []
            whole = list(nations[nation]) if item.receptor == nation else [item.receptor]
            held = named or (members(pack, item.receptor) if item.receptor in groups else whole)
            receptors, weights = _people_mean(held, dict.fromkeys(held, 1.0) if named else people)
            found.append(Compared(item, nation, item.source_region, receptors, weights, use))
    return found


def _in_nation(pack: Pack, item: Published, use: str) -> tuple[Published, str]:
    """Return a share as one of a nation, with the nation that it is printed for."""
    home, groups = country_of(pack), group_members(pack)
    cities = dict(zip(pack.optional("receptors")["code"], pack.optional("receptors")["region"], strict=True))
    held = members(pack, item.receptor) if item.receptor in groups else [cities.get(item.receptor, item.receptor)]
    owners = {home.get(code, "") for code in held}
    if len(owners) != 1 or owners == {""} or (use != "place" and item.receptor not in owners):
        raise _refused(item, use, item.receptor)
    nation = owners.pop()
    if item.stands_for == FOREIGN and use == "place":
        return replace(_complement(item), source_region=nation), nation
    if home.get(item.source_region) != item.source_region:
        raise _refused(item, use, item.source_region)
    if item.stands_for not in ("", SOURCE):
        raise AirshedError("marked-but-number-stands-sources", study=item.study, use=use, stands_for=item.stands_for)
    return item, nation


def _refused(item: Published, use: str, code: str) -> AirshedError:
    return AirshedError("marked-but-not-nation", study=item.study, use=use, code=code)


def _complement(item: Published) -> Published:
    """Return the share of all that is not foreign."""
    return replace(item, low=100 - item.high, central=100 - item.central, high=100 - item.low)


def _by_pair(rows: Sequence[Compared]) -> dict[tuple[str, str], list[Compared]]:
    found: dict[tuple[str, str], list[Compared]] = {}
    for row in rows:
        found.setdefault((row.nation, row.source), []).append(row)
    return found


def _odds_at_home(row: Compared, home: _Home, modelled: Modelled | None) -> float:
    """Return the log-odds of a share as its study would have them at the receptors of the nation."""
    # Half a unit of the last digit keeps a printed 0 or 100 % at finite odds.
    least = max(row.item.rounding / 100, 1e-4)
    odds = float(log_odds(np.clip(row.item.middle / 100, least, 1 - least)))
    if modelled is None or (row.receptors == home.receptors and np.array_equal(row.weights, home.weights)):
        return odds
    # A city is no nation: what the study found there is carried over by the difference that the relation itself sees
    # between the two, in log-odds, where it cannot leave 0..1.
    there = modelled(row.receptors, row.weights, row.item.year).get(row.source, 0.0)
    here = modelled(home.receptors, home.weights, home.year).get(row.source, 0.0)
    return odds + float(log_odds(here) - log_odds(there)) if min(here, there) > 0 else odds


def _named(rows: Sequence[Compared], centre: float) -> Published:
    """Return the study that a share is named after: the first anchor, else the one nearest the mean of all."""
    anchor = next((row.item for row in rows if row.use == "anchor"), None)
    return anchor or min((row.item for row in rows), key=lambda item: abs(float(log_odds(item.middle / 100)) - centre))


def _at_least(width: Width, item: Published) -> Width:
    """Return a width that is never below the rounding of the printed share."""
    share, half = item.middle / 100, item.rounding / 100
    ends = (max(half, share - half), min(1.0 - half, share + half))
    low, high = (abs(float(log_odds(end) - log_odds(share))) / NORMAL_90 for end in ends)
    return Width(max(width.below, low), max(width.above, high), width.freedom)


def _roles(pack: Pack) -> dict[tuple[str, str], list[str]]:
    """Return the receptor cities inside the relation by nation and role."""
    home = country_of(pack)
    cities = pack.optional("receptors")
    found: dict[tuple[str, str], list[str]] = {}
    for row in cities[cities["inside"] == "yes"].to_dict("records"):
        for role in row["roles"].split():
            found.setdefault((home[row["region"]], role), []).append(row["code"])
    return found


@dataclass(frozen=True)
class Fit:
    """Factors on the sources at one nation's receptors, and the shares behind them.

    model, share, factor : (sample, source) at the mean of the compared receptors
    """

    model: Floats
    share: Floats
    factor: Floats


def fit(known: Evidence, sources: Sequence[str], at: Floats, design: Floats) -> Fit:
    """Fit the factors of one nation's receptors.

    at : (sample, source, receptor of the evidence), modelled contributions, ug/m3. A source that takes away at a
        receptor, by cross terms, has no share there
    design : (sample, source) in 0..1
    Raises AirshedError for a printed share of a source that the relation does not have.
    """
    beyond = next((split.source for split in known.shares.splits if split.source not in sources), None)
    if beyond is not None:
        raise AirshedError("studies-print-share-no-block", beyond=beyond, nation=known.nation)
    # Shares live on the simplex: what a source takes away by cross terms is none of them, and comes back with the
    # factors, which multiply the contribution as it is.
    given = np.maximum(at, 0.0)
    total = given.sum(axis=1, keepdims=True)
    model = (given / np.where(total > 0, total, 1.0)) @ known.weights
    share = draw(known.shares, sources, model, design)
    return Fit(model, share, factors(share, given, known.weights))


def calibration_design(nation: str, sources: Sequence[str], samples: int, seed: int) -> Floats:
    """Return the design (sample, source) of a nation's receptors: a column for every source, drawn by its name."""
    return np.stack([latin_column(samples, seed, f"share {nation} {source}") for source in sources], axis=1)
