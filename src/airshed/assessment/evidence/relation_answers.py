"""Answers of a relation that a user brings in a file: who gives the PM2.5 of a place, and beside published results.

It is taken as it is: not calibrated to studies, and without samples, so that its numbers have no interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, ensemble_of, refuse_other_years
from airshed.assessment.chain.levels import level_fit, levels_of
from airshed.assessment.chain.sampled_contributions import Given
from airshed.assessment.evidence.calibration import calibration_table
from airshed.assessment.evidence.validation import compared
from airshed.emissions.baseline import baseline_cube
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, country_of, group_members, members, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.transport.attribution import WAYS, attribution_records, by_way
from airshed.transport.calibration import Evidence
from airshed.transport.places import Places, places
from airshed.transport.relation import EMITTED, Relation
from airshed.transport.relation_file import RelationFile, placed_relation
from airshed.transport.studies import published

USES = ("anchor", "spread", "kernel", "validation")
"""Published results of every use: a relation from outside was tuned to none of them."""


@dataclass(frozen=True)
class FixedYears:
    """Contributions by year under one set of emissions by a relation without samples; see SampledYears."""

    relation: Relation
    places: Places
    home: Mapping[str, str]
    emissions: xr.DataArray
    _years: dict[int, Floats] = field(default_factory=dict)

    def at(self, place: str, year: int) -> Given:
        """Return the contributions of the regions to a place in a year, with themselves as the one sample."""
        if year not in self._years:
            emitted = self.emissions.sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
            self._years[year] = self.relation.contribution(emitted).to_numpy()
        central = self._years[year] @ self.places.weights.to_numpy()[self.places.codes.index(place)]
        return Given(central, central[None])

    def totals(self, place: str, year: int) -> tuple[float, Floats]:
        """Return all that sources give to a place in a year, with itself as the one sample, ug/m3."""
        total = float(self.at(place, year).central.sum())
        return total, np.array([total])

    def members(self, codes: set[str]) -> npt.NDArray[np.bool_]:
        """Return which regions of the relation are of some regions or nations."""
        return np.array([code in codes or self.home[code] in codes for code in self.relation.regions])


def opened_relation(pack: Pack, held: RelationFile) -> tuple[Relation, Places]:
    """Return the relation of a file between places of the pack, with the pack's natural part, and all its places."""
    names = {"natural": "natural", "low": "natural_low", "high": "natural_high"}
    if pack.has("source_receptor"):
        own = ensemble_of(pack).raw
        natural = {name: getattr(own, attribute) for name, attribute in names.items()}
    else:
        none = xr.DataArray(np.zeros(0), coords={"receptor": np.array([], dtype=str)}, dims="receptor")
        natural = dict.fromkeys(names, none)
    relation = placed_relation(pack, held, natural)
    return relation, _whole(pack, places(pack, relation))


def _whole(pack: Pack, available: Places) -> Places:
    """Return the places without the nations and groups of which some inhabited region is no receptor of a file."""
    people = base_population(pack)
    receptors = {str(code) for code in available.weights["receptor"].to_numpy()}
    sets = {*children(pack), *group_members(pack)}
    kept = [
        code
        for code in available.codes
        if code in receptors
        or code not in sets
        or all(leaf in receptors for leaf in members(pack, code) if people.get(leaf, 0.0) > 0)
    ]
    return replace(available, weights=available.weights.sel(place=kept))


def attribution_by_file(pack: Pack, held: RelationFile, place: str, way: str, year: int | None) -> pd.DataFrame:
    """Return who gives the PM2.5 of a place by a relation of a file.

    returns : columns of `airshed.assessment.tables.attribution`; low and high are empty. The rows add up to the
        observed concentration, with `natural` and, where anything was observed, `unexplained`
    """
    if way not in WAYS:
        raise unknown("split", way, WAYS)
    wanted = pack.base_year if year is None else year
    baseline = baseline_cube(pack)
    refuse_other_years(baseline, wanted)
    relation, available = opened_relation(pack, held)
    if place not in available.codes:
        raise _not_in_it(held, place, available)
    here = available.codes.index(place)
    emissions = baseline["value"].sel(year=wanted, pollutant=list(EMITTED)).fillna(0.0)
    found = levels_of(level_fit(pack, baseline, relation, available), available, wanted)
    relation = relation.scaled(found.ratio[None, :])
    given = available.mean(relation.contribution(emissions, ("region", "sector", "pollutant")))
    parts = by_way(given, way, country_of(pack)).transpose(way, "place")
    names = [str(code) for code in parts[way].to_numpy()]
    response = found.places[place]
    natural = tuple(
        float(available.mean(part).to_numpy()[here])
        for part in (relation.natural, relation.natural_low, relation.natural_high)
    )
    value = parts.to_numpy()[:, here]
    records = attribution_records(
        place,
        way,
        names,
        (value, value, value),
        (natural[0], natural[1], natural[2]),
        (response.unexplained, response.sources, response.note) if found.fit.used else None,
        [held.kind] * len(names),
        [held.source] * len(names),
        " ".join(dict.fromkeys(pack.optional("source_receptor_base")["source"])),
    )
    return pd.DataFrame.from_records(records)


def _not_in_it(held: RelationFile, place: str, available: Places) -> AirshedError:
    wrong = unknown("receptor", place, available.codes)
    return AirshedError("cannot-answer", path=held.path, place=place, remedy=wrong.advice)


def check_by_file(pack: Pack, held: RelationFile) -> pd.DataFrame:
    """Return published results of every use beside what a relation of a file gives: columns of `validation_table`.

    Results of which the relation lacks the receptor are left out.
    """
    relation, available = opened_relation(pack, held)
    rows = [item for use in USES for item in published(pack, use)]
    table = compared(
        pack, rows, set(available.codes), lambda emissions: FixedYears(relation, available, country_of(pack), emissions)
    )
    return table.assign(low=np.nan, high=np.nan) if len(table) else table


def compare_by_file(pack: Pack, held: RelationFile, chain: Chain) -> pd.DataFrame:
    """Return the shares of the nations by a relation of a file beside those of the pack's before and after calibration.

    chain : of the pack, with samples
    returns : the columns of `calibration_table` with the shares `file` before `model`, of the receptor nations that the
        file can answer for
    """
    relation, available = opened_relation(pack, held)
    baseline = baseline_cube(pack)
    years = FixedYears(relation, available, country_of(pack), baseline["value"])
    compared_at = {
        item.nation: found for item in chain.ensemble.evidence if (found := _compared_at(item, relation, available))
    }
    if not compared_at:
        raise AirshedError("holds-receptors-no-nation-shares", path=held.path)
    table = calibration_table(pack, chain.ensemble)
    table = table[table["receptor"].isin(compared_at)].reset_index(drop=True)
    shares = []
    for receptor, nation, year in zip(table["receptor"], table["country"], table["year"], strict=True):
        given = np.sum([share * years.at(at, int(year)).central for at, share in compared_at[receptor].items()], axis=0)
        total = float(given.sum())
        shares.append(float(given[years.members({nation})].sum()) / total if total else np.nan)
    table.insert(list(table.columns).index("model"), "file", shares)
    return table


def _compared_at(item: Evidence, relation: Relation, available: Places) -> dict[str, float]:
    """Return the places with weights that stand for a nation: what studies speak of, else the nation, else none."""
    if set(item.receptors) <= set(relation.receptors):
        return dict(zip(item.receptors, item.weights.tolist(), strict=True))
    return {item.nation: 1.0} if item.nation in available.codes else {}
