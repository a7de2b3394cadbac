"""The benefit of many plans by the whole curve of deaths: emissions, species, levels, deaths and their value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.assessment.plans.plan_inputs import PlanInputs, precursors_removed
from airshed.impacts.gemm import attributable_fraction, marginal_fraction
from airshed.impacts.mortality import AgeBands
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@dataclass(frozen=True)
class DeathsCurve:
    """What applications avoid of the damage to players, by the curve of deaths; a `cooperation.curved.Curve`.

    moved : sparse (option, precursor and source), kt/yr that an option removes at application 1
    effect : (precursor and source, species, region), ug/m3 per kt/yr; before : (species, region), ug/m3, without
        measures and as they add up, below zero too; offset : (region), ug/m3, natural part and bias
    deaths : (region, age), baseline deaths times the value of a life, million USD/yr
    player : (player, region), share of its people: 0, 1, or that of a city
    places : (region), places among the regions of the people: those of the players
    """

    moved: Any
    effect: Floats
    before: Floats
    offset: Floats
    deaths: Floats
    bands: AgeBands
    player: Floats
    places: npt.NDArray[np.intp]

    def benefit(self, application: Floats) -> Floats:
        """Return the benefit of plans (plan, option) to players (plan, player), million USD/yr."""
        return self.saved(self._level(self._species(application)))

    def slope(self, application: Floats, weight: Floats) -> Floats:
        """Return what more of every option is worth, (plan, option), to players with weights (plan, player)."""
        species = self._species(application)
        level = self._level(species)
        per_level = (marginal_fraction(level[..., None], *self._shape) * self.deaths).sum(axis=-1)
        # Where a species or a level has reached zero more of a measure moves nothing there: the slope is one-sided, as
        # the next step would be. Left out, straight lines would promise lives that the curve does not hold.
        felt = per_level * (level > 0.0) * (weight @ self.player)
        per_cut = (felt[:, None, :] * (species > 0.0)).reshape(len(felt), -1) @ self._flat.T
        return np.asarray((self.moved @ per_cut.T).T)

    def saved(self, level: Floats) -> Floats:
        """Return what levels (..., region), ug/m3, are worth to players (..., player) against those of no measure."""
        avoided = curved_benefit(self._damage(self._level(self.before)), self._damage(level))
        return np.asarray(avoided @ self.player.T)

    def level_without(self) -> Floats:
        """Return the levels without measures, (region), ug/m3."""
        return self._level(self.before)

    def damage(self, level: Floats) -> Floats:
        """Return the damage at levels (..., region), million USD/yr."""
        return self._damage(level)

    def _damage(self, level: Floats) -> Floats:
        return np.asarray((attributable_fraction(level[..., None], *self._shape) * self.deaths).sum(axis=-1))

    def _species(self, application: Floats) -> Floats:
        # Through precursor and source, never as (option, species, region): a thousand options at sixty regions and five
        # species are hundreds of megabytes, and a measure touches two or three precursors of one source.
        cut = (self.moved.T @ application.T).T
        return np.asarray(self.before - (cut @ self._flat).reshape(-1, *self.before.shape))

    def _level(self, species: Floats) -> Floats:
        return np.asarray(np.maximum(np.maximum(species, 0.0).sum(axis=-2) + self.offset, 0.0))

    @property
    def _flat(self) -> Floats:
        return self.effect.reshape(len(self.effect), -1)

    @property
    def _shape(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        bands = self.bands
        return bands.theta, bands.alpha, bands.mu, bands.nu, bands.counterfactual


@equation(
    key="curved-benefit",
    title="Benefit of a plan to a player by the curve of deaths",
    latex=r"B_i(x) = \sum_{c \in i} V_n \left[D_c(C_c(0)) - D_c(C_c(x))\right],\quad "
    r"C_c(x) = \max\Bigl(0, \sum_j \max\bigl(0, C_{j,c} - \sum_{p,r} K_{p,j}(r,c) \sum_{m \text{ on } r} "
    r"\rho_{m,p} x_m\bigr) + n_c\Bigr)",
    units="million USD of 2015/yr",
    citation="avoided damage by GEMM (Burnett et al. 2018, PNAS 115:9592) and the value of a statistical life (OECD "
    "2012), no species and no level below zero",
)
def curved_benefit(before: Floats, after: Floats) -> Floats:
    """Return the damage that is avoided at every place, (..., region), million USD/yr."""
    return np.asarray(before - after)


def deaths_curve(
    held: PlanInputs, used: npt.NDArray[np.intp], regions: list[list[str]], scale: Floats, part: Floats
) -> DeathsCurve:
    """Return the curve of the players with these regions.

    used, scale : (option), places among the options of the ground, and the share of each that its owner has
    part : (player), share of the people of its regions
    """
    from scipy.sparse import csr_array

    chain, options = held.chain, held.options
    relation, people = chain.relation, chain.people
    mine = np.array([np.isin(people.regions, part) for part in regions])
    places = np.flatnonzero(mine.any(axis=0))
    codes = [people.regions[place] for place in places]
    at = [relation.receptors.index(code) for code in codes]
    level, _ = chain.evaluate(held.emissions)
    emitted = relation.precursors(held.emissions)
    emitted = emitted.sum([dim for dim in emitted.dims if dim not in ("precursor", "region")])
    species = relation.raw_species(emitted.transpose("precursor", "region").to_numpy())[:, at]
    effect = relation.matrix.transpose("precursor", "region", "species", "receptor").to_numpy()[..., at]
    sources = len(relation.regions)
    source = np.array([relation.regions.index(options.region[number]) for number in used])
    removed = precursors_removed(held, options)[used] * scale[:, None]
    rows, kinds = np.nonzero(removed)
    moved = csr_array(
        (removed[rows, kinds], (rows, kinds * sources + source[rows])), shape=(len(used), removed.shape[1] * sources)
    )
    lives = life_values(held.pack, [chain.home[code] for code in codes])
    value = np.nan_to_num([lives[chain.home[code]].value for code in codes])
    return DeathsCurve(
        moved=moved,
        effect=effect.reshape(-1, *effect.shape[2:]),
        before=species,
        # What the chain says less what species add up to, not the natural part read anew: so the curve begins at the
        # very level that all other answers have.
        offset=level.to_numpy()[places] - np.maximum(species, 0.0).sum(axis=0),
        deaths=np.nan_to_num(people.deaths[places]) * value[:, None],
        bands=people.bands,
        player=mine[:, places] * part[:, None],
        places=places,
    )
