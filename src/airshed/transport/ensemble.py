"""The calibrated relation: its central factors, and the posterior samples that give every contribution its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.transport.calibration import Compared, Evidence, Fit, Modelled, calibration_design, evidence, fit
from airshed.transport.kernel import Kernel
from airshed.transport.kernel_design import Chosen, block_contributions, choose_kernel, shares_of
from airshed.transport.relation import Geometry, Relation, downscaled_relation
from airshed.transport.shaping import Shaper, shaping
from airshed.transport.tm5fasst import PRECURSORS, Blocks

Indices = npt.NDArray[np.intp]
SAMPLES = 4000
SEED = 1


@dataclass(frozen=True)
class Ensemble:
    """The relation with what calibration made of it.

    relation : the central relation, calibrated; raw : before calibration, with the same kernel
    shape : (centre and kernels, precursor, region, receptor), factors of what studies say of a nation's own part
    nations : nations of the sources, in order; source : (region), the nation of every source as a place in it
    evidence, centre, fits : per receptor nation what was known, and the fit of the centre and of the samples
    factor : (sample, nation, receptor), what multiplies the contribution of a nation's sources in a sample
    kernel : (sample), the kernel of each sample as a place in `chosen.kernels`
    """

    pack: Pack
    blocks: Blocks
    places: Geometry
    raw: Relation
    relation: Relation
    chosen: Chosen
    nations: list[str]
    source: Indices
    evidence: list[Evidence]
    centre: list[Fit]
    fits: list[Fit]
    factor: Floats
    kernel: Indices
    shares: Floats
    shape: Floats
    _units: dict[bytes, Floats] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def samples(self) -> int:
        """How many posterior samples there are."""
        return len(self.kernel)

    def central(self) -> Ensemble:
        """Return the ensemble without its samples."""
        return replace(
            self, fits=[], factor=np.ones((0, *self.factor.shape[1:])), kernel=np.zeros(0, dtype=self.kernel.dtype)
        )

    def contributions(self, emissions: xr.DataArray, centre: bool = False) -> Floats:
        """Return contributions (kernel, precursor, region, receptor), ug/m3, without constant sources.

        They are those before the factors of the nations; `centre` puts those of the central kernel before the others.

        A species that falls below zero at a receptor is left out of all its sources.
        """
        return self.given(self.emitted(emissions), centre)

    def emitted(self, emissions: xr.DataArray) -> Floats:
        """Return emissions (region, sector, pollutant) of one year as (precursor, region), kt/yr."""
        return _emitted(self.raw, emissions)

    def given(self, emitted: Floats, centre: bool = False) -> Floats:
        """Return `contributions` of emissions as (precursor, region), kt/yr."""
        return np.asarray(self._of_one(emitted, centre) * emitted[:, :, None])

    def of_regions(self, emitted: Floats, centre: bool = False) -> Floats:
        """Return `given` added up over the precursors: (kernel, region, receptor), ug/m3."""
        return np.asarray(np.einsum("kprc,pr->krc", self._of_one(emitted, centre), emitted))

    def _of_one(self, emitted: Floats, centre: bool) -> Floats:
        """Return contributions of one kt/yr (kernel, precursor, region, receptor) with the species that count.

        Those last made are kept: years differ in emissions, seldom in the species that fall below zero.
        """
        # Which species count is told by the raw relation, for all kernels alike: told by each, a sample near zero would
        # jump between having nitrate and having none, and its interval with it.
        kept = self.raw.raw_species(emitted) >= 0
        key = kept.tobytes()
        found = self._units.get(key)
        if found is None:
            kernels, one = [self.chosen.centre, *self.chosen.kernels], np.ones_like(emitted)
            found = _contributions(
                self.raw, self.blocks, self.places, kernels, one, self.shares, kept.astype(np.float64)
            )
            found *= self.shape
            # One set at a time: it is the largest array of a run, and a plan asks for the same again and again.
            self._units.clear()
            self._units[key] = found
        return found if centre else found[1:]

    def per_kilotonne(self, kept: Floats) -> Floats:
        """Return uncalibrated contributions of one kt/yr under every kernel (kernel, precursor, region, receptor).

        kept : (species, receptor), 1 for the species that count at a receptor, ug/m3 per kt/yr
        """
        one = np.ones((len(PRECURSORS), len(self.raw.regions)))
        given = _contributions(self.raw, self.blocks, self.places, self.chosen.kernels, one, self.shares, kept)
        given *= self.shape[1:]
        return given

    def by_nation(self, contributions: Floats) -> Floats:
        """Return contributions (kernel, region, receptor) added up to nations: (kernel, nation, receptor)."""
        result = np.zeros((len(contributions), len(self.nations), contributions.shape[-1]))
        for nation in range(len(self.nations)):
            result[:, nation] = contributions[:, self.source == nation].sum(axis=1)
        return result

    def constant(self) -> Floats:
        """Return what sources without a known emission give: (nation, receptor), ug/m3, uncalibrated."""
        held: Floats = self.by_nation(self.raw.constant.to_numpy().sum(axis=0)[None])[0]
        return held

    def at_place(self, contributions: Floats, weights: Floats, owner: Indices) -> Floats:
        """Return contributions of sources to a place in every sample: (sample, source), ug/m3.

        contributions : (kernel, source, receptor), uncalibrated, constant sources included
        weights : (receptor), the share of each receptor in the place; owner : (source), the nation of every source
        """
        result = np.zeros((self.samples, contributions.shape[1]))
        for receptor in np.flatnonzero(weights):
            # Receptor by receptor: all at once would hold (sample, source, receptor), gigabytes for a group of cities.
            part = contributions[:, :, receptor] * weights[receptor]
            result += part[self.kernel] * self.factor[:, owner, receptor]
        return result

    def sampled(self, nations: Floats, samples: slice | Indices = slice(None)) -> Floats:
        """Return contributions of the nations in every sample: (sample, nation, receptor), ug/m3.

        nations : (kernel, nation, receptor), uncalibrated, constant sources included
        """
        return np.asarray(nations[self.kernel[samples]] * self.factor[samples])


def _emitted(relation: Relation, emissions: xr.DataArray) -> Floats:
    precursors = relation.precursors(emissions)
    rest = [dim for dim in precursors.dims if dim not in ("precursor", "region")]
    return np.asarray(precursors.sum(rest).to_numpy(), dtype=np.float64)


def _contributions(
    relation: Relation,
    blocks: Blocks,
    places: Geometry,
    kernels: Sequence[Kernel],
    emitted: Floats,
    shares: Floats,
    kept: Floats,
) -> Floats:
    """Return contributions under every kernel; a species that is not kept at a receptor is left out of all sources."""
    result = np.empty((len(kernels), len(PRECURSORS), len(relation.regions), len(relation.receptors)))
    regions, receptors = relation.regions, relation.receptors
    for source in blocks.sources:
        rows = [regions.index(code) for code in places.sources[source]]
        for receptor in blocks.receptors:
            columns = [receptors.index(code) for code in [*places.receptors[receptor], *places.cities[receptor]]]
            result[np.ix_(range(len(kernels)), range(len(PRECURSORS)), rows, columns)] = block_contributions(
                blocks, places, (source, receptor), kernels, emitted[:, rows], shares[:, rows], kept[:, columns]
            )
    return result


def build_ensemble(
    pack: Pack,
    baseline: xr.Dataset,
    blocks: Blocks,
    places: Geometry,
    samples: int = SAMPLES,
    seed: int = SEED,
    without: str = "",
) -> Ensemble:
    """Choose the kernel, calibrate the relation and draw the samples.

    baseline : emissions of all years; samples : 0 for the centre alone
    without : a study that is left out
    """
    base = baseline["value"].sel(year=pack.base_year)
    start = downscaled_relation(pack, base, blocks=blocks, places=places)
    emitted = _emitted(start, base)
    chosen = choose_kernel(pack, blocks, places, start, emitted, seed)
    raw = downscaled_relation(pack, base, chosen.centre, blocks, places)
    home = country_of(pack)
    nations = list(dict.fromkeys(home[code] for code in raw.regions))
    source = np.array([nations.index(home[code]) for code in raw.regions])
    # Shares of the base year in all years: a province that cuts must not make its neighbours' tonnes count for more.
    shares = np.concatenate([shares_of(emitted[:, _rows(raw, places, block)]) for block in blocks.sources], axis=1)
    yearly = _Yearly(raw, baseline, nations, source, {None: emitted, pack.base_year: emitted})
    known = _evidence(pack, raw, home, without, yearly.shares)
    draft = Ensemble(
        pack=pack,
        blocks=blocks,
        places=places,
        raw=raw,
        relation=raw,
        chosen=chosen,
        nations=nations,
        source=source,
        evidence=known,
        centre=[],
        fits=[],
        factor=np.zeros((0, len(nations), len(raw.receptors))),
        kernel=np.zeros(0, dtype=np.intp),
        shares=shares,
        shape=np.ones((1 + len(chosen.kernels), 1, 1, 1)),
    )
    given = draft.given(emitted, centre=True)
    shape = shaping(pack, Shaper(given, raw.regions, raw.receptors, home, known[0].effects), seed)
    given *= shape
    return _calibrated(replace(draft, shape=shape), yearly, given.sum(axis=1), samples, seed)


def _rows(relation: Relation, places: Geometry, block: str) -> list[int]:
    return [relation.regions.index(code) for code in places.sources[block]]


@dataclass(frozen=True)
class _Yearly:
    """Emissions (precursor, region) by year, kt/yr, read once (None: the base year), and the raw relation's shares."""

    relation: Relation
    baseline: xr.Dataset
    nations: list[str]
    source: Indices
    emitted: dict[int | None, Floats]

    def of(self, year: int | None) -> Floats:
        """Return the emissions of a year."""
        if year not in self.emitted:
            self.emitted[year] = _emitted(self.relation, self.baseline["value"].sel(year=year))
        return self.emitted[year]

    def shares(self, receptors: Sequence[str], weights: Floats, year: int | None) -> dict[str, float]:
        """Return the shares of the nations at the mean of receptors; the nearest year of the baseline stands in."""
        held = self.baseline["year"].to_numpy()
        at = None if year is None else int(np.clip(year, held[0], held[-1]))
        columns = [self.relation.receptors.index(code) for code in receptors]
        matrix = self.relation.matrix.to_numpy()[..., columns].sum(axis=1)
        given = np.einsum("prc,pr->rc", matrix, self.of(at)) + self.relation.constant.to_numpy()[..., columns].sum(
            axis=0
        )
        parts = np.stack([given[self.source == number].sum(axis=0) for number in range(len(self.nations))]).clip(
            min=0.0
        )
        mean = (parts / parts.sum(axis=0)) @ weights
        return dict(zip(self.nations, mean.tolist(), strict=True))


def _evidence(pack: Pack, relation: Relation, home: dict[str, str], without: str, modelled: Modelled) -> list[Evidence]:
    nations: dict[str, list[str]] = {}
    for code in relation.receptors:
        if code in home:
            nations.setdefault(home[code], []).append(code)
    people = {str(code): float(value) for code, value in base_population(pack).items()}
    return evidence(pack, nations, people, without, modelled)


def leave_out(
    ensemble: Ensemble, baseline: xr.Dataset, study: str, samples: int, seed: int
) -> list[tuple[Compared, Floats]]:
    """Return every share of a study with what the calibration without it predicts at its place: (sample), 0..1."""
    rows = [row for item in ensemble.evidence for row in item.rows if row.item.study == study]
    home = country_of(ensemble.pack)
    kernel = _kernel_of_samples(len(ensemble.chosen.kernels), samples, seed)
    base = _emitted(ensemble.raw, baseline["value"].sel(year=ensemble.pack.base_year))
    yearly = _Yearly(ensemble.raw, baseline, ensemble.nations, ensemble.source, {None: base})
    found = []
    for known in _evidence(ensemble.pack, ensemble.raw, home, study, yearly.shares):
        mine = [row for row in rows if row.nation == known.nation]
        if not mine:
            continue
        same = next(item for item in ensemble.evidence if item.nation == known.nation)
        # Without the study that is predicted another one would set where shares are compared; then the error of moving
        # between places would be taken for that of the prediction.
        known = replace(known, receptors=same.receptors, weights=same.weights, year=same.year)
        design = calibration_design(known.nation, ensemble.nations, samples, seed)
        given = {year: _nation_contributions(ensemble, yearly, year)[1:] for year in {known.year, *_years(mine)}}
        factor = fit(known, ensemble.nations, _at(ensemble, given[known.year], known.receptors)[kernel], design).factor
        for row in mine:
            at = np.maximum(_at(ensemble, given[row.item.year], row.receptors), 0.0)[kernel] * factor[:, :, None]
            shares = (at / at.sum(axis=1, keepdims=True)) @ row.weights
            if row.source in ensemble.nations:
                found.append((row, shares[:, ensemble.nations.index(row.source)]))
    return found


def _years(rows: Sequence[Compared]) -> set[int | None]:
    return {row.item.year for row in rows}


def _at(ensemble: Ensemble, given: Floats, receptors: Sequence[str]) -> Floats:
    return given[..., [ensemble.raw.receptors.index(code) for code in receptors]]


def _calibrated(draft: Ensemble, yearly: _Yearly, base: Floats, samples: int, seed: int) -> Ensemble:
    """Fit the centre and the samples of every receptor nation, and scale the relation by the central factors.

    base : contributions (centre and kernels, region, receptor) of the base year, ug/m3, without constant sources
    """
    _refuse_other_years(draft.evidence, yearly.baseline)
    base = draft.by_nation(base) + draft.constant()
    at_year = {draft.pack.base_year: base, None: base}
    for year in {item.year for item in draft.evidence} - set(at_year):
        at_year[year] = _nation_contributions(draft, yearly, year)
    kernel = _kernel_of_samples(len(draft.chosen.kernels), samples, seed)
    centre, fits = [], []
    central = np.ones((len(draft.nations), len(draft.raw.receptors)))
    factor = np.ones((samples, len(draft.nations), len(draft.raw.receptors)))
    for known in draft.evidence:
        where = [draft.raw.receptors.index(code) for code in known.receptors]
        column = _columns(draft, known.nation)
        here = at_year[known.year]
        middle = fit(known, draft.nations, here[:1][..., where], np.full((1, len(draft.nations)), 0.5))
        centre.append(middle)
        central[:, column] = _holding_total(middle.factor, base[:1][..., column], base[0][:, column])[0]
        if samples:
            design = calibration_design(known.nation, draft.nations, samples, seed)
            drawn = fit(known, draft.nations, here[1:][kernel][..., where], design)
            fits.append(drawn)
            factor[:, :, column] = _holding_total(drawn.factor, base[1:][kernel][..., column], base[0][:, column])
    return replace(
        draft,
        relation=draft.raw.shaped(draft.shape[0]).scaled(central[draft.source]),
        centre=centre,
        fits=fits,
        factor=factor,
        kernel=kernel,
    )


def _refuse_other_years(known: Sequence[Evidence], baseline: xr.Dataset) -> None:
    held = {int(year) for year in baseline["year"].to_numpy()}
    for item in known:
        if item.year is not None and item.year not in held:
            raise AirshedError(
                "published-contributions-year-not-held",
                nation=item.nation,
                year=item.year,
                first=min(held),
                last=max(held),
            )


def _nation_contributions(draft: Ensemble, yearly: _Yearly, year: int | None) -> Floats:
    """Return (centre and kernels, nation, receptor) in a year, the base year without one, constant sources included.

    All at once, also where the centre alone is wanted: so it has the same last digit with samples and without.
    """
    return draft.by_nation(draft.of_regions(yearly.of(year), centre=True)) + draft.constant()


def _columns(draft: Ensemble, nation: str) -> list[int]:
    """Return the receptors of a nation: its regions and the cities in them."""
    home = country_of(draft.pack)
    cities = draft.pack.optional("receptors")
    region = dict(zip(cities["code"], cities["region"], strict=True))
    return [place for place, code in enumerate(draft.raw.receptors) if home[region.get(code, code)] == nation]


def _holding_total(factor: Floats, given: Floats, centre: Floats) -> Floats:
    """Return factors (sample, nation, receptor) that keep the total of every receptor in the base year.

    factor : (sample, nation); given : (sample, nation, receptor) of the sample's kernel; centre : (nation, receptor)
    """
    # Studies print shares, not levels. Without this a larger share of one nation would raise the level as well; the
    # level is fitted to observations elsewhere, and must not be found twice.
    totals = np.einsum("in,inc->ic", factor, given)
    level = np.where(totals != 0, centre.sum(axis=0)[None] / np.where(totals != 0, totals, 1.0), 1.0)
    return np.asarray(factor[:, :, None] * level[:, None, :])


def _kernel_of_samples(kernels: int, samples: int, seed: int) -> Indices:
    from airshed.sampling.design import stream

    # Each kernel as often as any other, in random order: drawn freely, few samples would miss some kernels.
    return np.asarray(stream(seed, "kernel of samples").permutation(np.arange(samples) % max(kernels, 1)))
