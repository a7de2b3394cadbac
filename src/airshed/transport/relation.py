"""A source-receptor relation between provinces and cities: country blocks shared out by the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import leaves, members
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.transport.distance import points, receptor_homes
from airshed.transport.kernel import Kernel, downscale, kernel
from airshed.transport.kernel_alone import kernel_alone_sources, kernel_blocks
from airshed.transport.natural import natural_parts
from airshed.transport.precursors import BLACK, FINE, GASEOUS, ORGANIC, split_primary
from airshed.transport.rules import by_kernel_alone, transport_rules
from airshed.transport.sites import Apart, apart, require_area, sites
from airshed.transport.tm5fasst import GASES, IONS, PRECURSORS, SPECIES, Blocks, read_blocks

EMITTED = ("PM2.5", "BC", "OC", *GASES)
UNIT = "ug/m3"
WAYS = ("region", "sector", "pollutant")


@dataclass(frozen=True)
class Relation:
    """A downscaled relation; implements SourceReceptor.

    matrix : (precursor, species, region, receptor), ug/m3 per kt/yr, particle water included
    constant : (species, region, receptor), ug/m3: what sources without a known emission give, whatever is emitted
    natural, natural_low, natural_high : (receptor), ug/m3
    """

    matrix: xr.DataArray
    constant: xr.DataArray
    natural: xr.DataArray
    natural_low: xr.DataArray
    natural_high: xr.DataArray
    om_to_oc: float

    @cached_property
    def receptors(self) -> list[str]:
        """Codes of the regions and cities that concentrations are answered for."""
        return [str(code) for code in self.matrix["receptor"].to_numpy()]

    @cached_property
    def regions(self) -> list[str]:
        """Codes of the source regions."""
        return [str(code) for code in self.matrix["region"].to_numpy()]

    @property
    def pollutants(self) -> list[str]:
        """Emitted pollutants that the relation uses."""
        return list(EMITTED)

    @cached_property
    def species(self) -> list[str]:
        """Particle species that add up to PM2.5; the ions carry their water."""
        return [str(code) for code in self.matrix["species"].to_numpy()]

    def precursors(self, emissions: xr.DataArray) -> xr.DataArray:
        """Return emissions (region, pollutant, ...), kt/yr, as (precursor, region, ...); what is not known counts 0."""
        missing = [code for code in EMITTED if code not in emissions["pollutant"]]
        if missing:
            raise MissingTableError("emissions", Phrase("detail-missing-relation-needs", missing=", ".join(missing)))
        known = emissions.reindex(region=self.regions).sel(pollutant=list(EMITTED))
        rest = [str(dim) for dim in known.dims if dim not in ("region", "pollutant")]
        values = np.nan_to_num(known.transpose("pollutant", "region", *rest).to_numpy())
        matter, other = split_primary(values[FINE], values[BLACK], values[ORGANIC], self.om_to_oc)
        parts = np.concatenate([values[GASEOUS], values[BLACK][None], matter[None], other[None]])
        coords = {"precursor": list(PRECURSORS), **{dim: known[dim] for dim in ("region", *rest)}}
        return xr.DataArray(parts, coords=coords, dims=("precursor", "region", *rest), attrs={"units": "kt/yr"})

    def by_species(self, emissions: xr.DataArray) -> xr.DataArray:
        """Return modelled concentrations (species, receptor), ug/m3, without the natural part; none is negative."""
        return self._raw_species(self.precursors(emissions)).clip(min=0.0)

    def _raw_species(self, precursors: xr.DataArray) -> xr.DataArray:
        rest = [dim for dim in precursors.dims if dim not in ("precursor", "region")]
        values = self.raw_species(precursors.sum(rest).to_numpy())
        coords = {"species": self.matrix["species"], "receptor": self.matrix["receptor"]}
        return xr.DataArray(values, coords=coords, dims=("species", "receptor"), attrs={"units": UNIT})

    def raw_species(self, emitted: Floats) -> Floats:
        """Return concentrations (species, receptor), ug/m3, of emissions (precursor, region), kt/yr.

        Cross terms may leave a species below zero.
        """
        values = np.einsum("psrc,pr->sc", self.matrix.to_numpy(), emitted) + self.constant.to_numpy().sum(axis=1)
        return np.asarray(values, dtype=np.float64)

    def scaled(self, factor: Floats) -> Relation:
        """Return the relation with factors (region, receptor) on what sources give; the natural part stays."""
        return replace(self, matrix=self.matrix * factor, constant=self.constant * factor)

    def shaped(self, factor: Floats) -> Relation:
        """Return the relation with factors (precursor, region, receptor) on its matrix."""
        return replace(self, matrix=self.matrix * factor[:, None])

    def concentration(self, emissions: xr.DataArray) -> xr.DataArray:
        """Return modelled PM2.5 (receptor), ug/m3, natural part included."""
        total = self.by_species(emissions).sum("species") + self.natural
        return total.assign_attrs(units=UNIT)

    def contribution(self, emissions: xr.DataArray, by: Sequence[str] = ("region",)) -> xr.DataArray:
        """Return what the sources give to every receptor, ug/m3, over the dimensions of `by` and `receptor`.

        by : of `region`, `sector`, `pollutant` (the precursors SO2, NOx, NH3, BC, OM, PM_other). The sources and the
        natural part add up to the concentration: a species that falls below zero is left out of all its sources.
        """
        precursors = self.precursors(emissions)
        kept = (self._raw_species(precursors) >= 0).to_numpy()
        matrix = np.where(kept[None, :, None, :], self.matrix.to_numpy(), 0.0)
        matrix = matrix.sum(axis=1)
        with_sector = "sector" in precursors.dims
        emitted = precursors.transpose("precursor", "region", "sector") if with_sector else precursors
        letters = {"region": "r", "pollutant": "p", "sector": "s"}
        ways = [way for way in WAYS if way in by and (way != "sector" or with_sector)]
        out = "".join(letters[way] for way in ways)
        values = np.einsum(f"prc,pr{'s' if with_sector else ''}->{out}c", matrix, emitted.to_numpy(), optimize=True)
        coords = {
            "region": self.matrix["region"].to_numpy(),
            "pollutant": np.array(PRECURSORS),
            "sector": precursors["sector"].to_numpy() if with_sector else np.array([]),
        }
        result = xr.DataArray(
            values,
            coords={**{way: coords[way] for way in ways}, "receptor": self.matrix["receptor"].to_numpy()},
            dims=(*ways, "receptor"),
            attrs={"units": UNIT},
        )
        return self._add_constant(result, kept, with_sector)

    def _add_constant(self, result: xr.DataArray, kept: npt.NDArray[np.bool_], with_sector: bool) -> xr.DataArray:
        """Add the constant sources to the cells they belong to: ammonia of ships, not split by sector."""
        constant = np.where(kept[:, None, :], self.constant.to_numpy(), 0.0).sum(axis=0)
        if not constant.any():
            return result
        values = result.to_numpy().copy()
        where: list[int | slice] = [slice(None)] * values.ndim
        if "sector" in result.dims and with_sector:
            sectors = [str(code) for code in result["sector"].to_numpy()]
            where[result.dims.index("sector")] = sectors.index("unsplit") if "unsplit" in sectors else -1
        if "pollutant" in result.dims:
            where[result.dims.index("pollutant")] = PRECURSORS.index("NH3")
        values[tuple(where)] += constant if "region" in result.dims else constant.sum(axis=0)
        return result.copy(data=values)

    def jacobian(self, year: int) -> xr.DataArray:
        """Return the change of PM2.5 per emission (pollutant, region, receptor), ug/m3 per kt/yr.

        The relation is linear, so it is the same in every year. An emitted kt of BC or OC is taken to be part of the
        PM2.5 that is emitted with it: alone it replaces other primary PM2.5.
        """
        of = self.matrix.sum("species")
        other, carbon, matter = (of.sel(precursor=code).to_numpy() for code in ("PM_other", "BC", "OM"))
        gases = [of.sel(precursor=code).to_numpy() for code in GASES]
        values = np.stack([other, carbon - other, self.om_to_oc * (matter - other), *gases])
        coords = {"pollutant": list(EMITTED), "region": self.matrix["region"], "receptor": self.matrix["receptor"]}
        attrs = {"units": "ug/m3 per kt/yr", "year": year}
        return xr.DataArray(values, coords=coords, dims=("pollutant", "region", "receptor"), attrs=attrs)


@dataclass(frozen=True)
class Geometry:
    """What downscaling needs of the pack once: places, blocks, distances, shares of emissions and of people."""

    sources: dict[str, list[str]]
    receptors: dict[str, list[str]]
    cities: dict[str, list[str]]
    apart: dict[tuple[str, str], Apart]
    partition: dict[str, Floats]


def geometry(pack: Pack, blocks: Blocks) -> Geometry:
    """Return the places of every block with how far they are apart and their population shares.

    A source without a point or a city (shipping, the rest of the world) has no distance. The extent of a region cancels
    where it is the only region of its block and has no city, so it needs no area.
    """
    leaf = set(leaves(pack))
    emitting, breathing = blocks.emitters, blocks.breathers
    sources = {
        block: [code for code in emitting.get(block) or members(pack, block) if code in leaf]
        for block in blocks.sources
    }
    receptors = {
        block: [code for code in breathing.get(block) or members(pack, block) if code in leaf]
        for block in blocks.receptors
    }
    homes = receptor_homes(pack)
    where = sites(pack, [codes[0] for codes in receptors.values() if len(codes) == 1])
    located = points(pack)
    cities = {
        block: [city for city in homes.index if homes[city] in set(regions) and city in where]
        for block, regions in receptors.items()
    }
    people = base_population(pack)
    apart_from: dict[tuple[str, str], Apart] = {}
    partition = {}
    for receptor_block, regions in receptors.items():
        require_area(where, regions)
        places = [where[code] for code in [*regions, *cities[receptor_block]]]
        share = np.array([float(people.get(code, 0.0)) for code in regions])
        if share.sum() <= 0:
            raise MissingTableError("populations", Phrase("detail-block-receptor-block", receptor_block=receptor_block))
        partition[receptor_block] = np.concatenate([share / share.sum(), np.zeros(len(cities[receptor_block]))])
        for source_block, emitters in sources.items():
            if all(code in located for code in emitters):
                require_area(where, emitters)
                apart_from[source_block, receptor_block] = apart([where[code] for code in emitters], places)
    return Geometry(sources, receptors, cities, apart_from, partition)


def blocks_of(pack: Pack) -> Blocks:
    """Return the blocks of the relation that the pack uses: its coefficients, or the kernel alone where it has none."""
    return kernel_blocks(pack) if by_kernel_alone(pack) else read_blocks(pack, transport_rules(pack).relation)


def coefficient_sources(pack: Pack) -> list[str]:
    """Return the sources of what the relation gives per tonne."""
    if by_kernel_alone(pack):
        return kernel_alone_sources(pack)
    return list(dict.fromkeys(pack.table("source_receptor")["source"]))


def downscaled_relation(
    pack: Pack,
    emissions: xr.DataArray,
    shape: Kernel | None = None,
    blocks: Blocks | None = None,
    places: Geometry | None = None,
) -> Relation:
    """Return the relation of the pack between its provinces and cities.

    emissions : baseline of the base year (region, pollutant, sector), kt/yr, for the shares inside the blocks
    shape : kernel parameters, those of the pack if not given
    blocks, places : as read before, for several kernels in a row
    """
    blocks = blocks or blocks_of(pack)
    places = places or geometry(pack, blocks)
    shape = shape or kernel(pack)
    regions = [code for block in blocks.sources for code in places.sources[block]]
    receptors = [code for block in blocks.receptors for code in [*places.receptors[block], *places.cities[block]]]
    dims = ("precursor", "species", "region", "receptor")
    matrix = np.zeros((len(PRECURSORS), len(SPECIES), len(regions), len(receptors)))
    constant = np.zeros((len(SPECIES), len(regions), len(receptors)))
    shares = _precursor_shares(emissions, regions, blocks.om_to_oc)
    per_emission, held = blocks.per_emission.to_numpy(), blocks.constant.to_numpy()
    for source, source_block in enumerate(blocks.sources):
        rows = [regions.index(code) for code in places.sources[source_block]]
        for receptor, receptor_block in enumerate(blocks.receptors):
            names = [*places.receptors[receptor_block], *places.cities[receptor_block]]
            columns = [receptors.index(code) for code in names]
            block, flat = per_emission[..., source, receptor], held[..., source, receptor]
            constant[np.ix_(range(len(SPECIES)), rows, columns)] = flat[:, None, None] / len(rows)
            apart_from = places.apart.get((source_block, receptor_block))
            for number, precursor in enumerate(PRECURSORS):
                weights = _weights(apart_from, precursor, shape, (len(rows), len(columns)))
                unit = downscale(1.0, weights, _share(shares[number, rows]), places.partition[receptor_block])
                matrix[number][np.ix_(range(len(SPECIES)), rows, columns)] = block[number][:, None, None] * unit
    ions = np.array([1.0 + blocks.water if species in IONS else 1.0 for species in SPECIES])
    natural_of = [block for block in blocks.receptors for _ in [*places.receptors[block], *places.cities[block]]]
    coords = {"precursor": list(PRECURSORS), "species": list(SPECIES), "region": regions, "receptor": receptors}
    attrs = {"units": "ug/m3 per kt/yr"}
    relation = Relation(
        matrix=xr.DataArray(matrix * ions[None, :, None, None], coords=coords, dims=dims, attrs=attrs),
        constant=xr.DataArray(
            constant * ions[:, None, None], coords={dim: coords[dim] for dim in dims[1:]}, dims=dims[1:]
        ),
        natural=_spread(blocks.natural, natural_of, receptors),
        natural_low=_spread(blocks.natural_low, natural_of, receptors),
        natural_high=_spread(blocks.natural_high, natural_of, receptors),
        om_to_oc=blocks.om_to_oc,
    )
    central, low, high = natural_parts(pack, relation)
    return replace(relation, natural=central, natural_low=low, natural_high=high)


def _spread(values: xr.DataArray, blocks: list[str], receptors: list[str]) -> xr.DataArray:
    picked = values.sel(receptor=blocks).to_numpy()
    return xr.DataArray(picked, coords={"receptor": receptors}, dims="receptor", attrs={"units": UNIT})


def _precursor_shares(emissions: xr.DataArray, regions: list[str], om_to_oc: float) -> Floats:
    empty = xr.DataArray(
        np.zeros((len(PRECURSORS), 1, len(regions), 0)),
        coords={"precursor": list(PRECURSORS), "species": ["BC"], "region": regions, "receptor": []},
        dims=("precursor", "species", "region", "receptor"),
    )
    none = xr.DataArray([], coords={"receptor": []}, dims="receptor")
    precursors = Relation(empty, empty[0], none, none, none, om_to_oc).precursors(emissions)
    rest = [dim for dim in precursors.dims if dim not in ("precursor", "region")]
    return np.asarray(precursors.sum(rest).to_numpy(), dtype=np.float64)


def _share(emitted: Floats) -> Floats:
    total = emitted.sum()
    return emitted / total if total > 0 else np.full(emitted.shape, 1.0 / emitted.size)


def _weights(apart_from: Apart | None, precursor: str, shape: Kernel, size: tuple[int, int]) -> Floats:
    """Return the kernel weights of a precursor; a source without a place (shipping, the rest of the world) is even."""
    if apart_from is None:
        return np.ones(size)
    if precursor in GASES:
        every, ammonia = apart_from.weights(shape.d0_secondary, shape.omega_secondary)
        return ammonia if precursor == "NH3" else every
    return apart_from.weights(shape.d0_primary, shape.omega_primary)[0]
