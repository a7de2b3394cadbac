"""Country blocks of a source-receptor relation in the form of TM5-FASST: coefficients per kt of emission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from airshed.emissions.inventory import inventory_rows
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.units import convert
from airshed.transport.rules import transport_rules

IONS = ("SO4", "NO3", "NH4")
GASES = ("SO2", "NOx", "NH3")
PRIMARY = ("BC", "OM", "PM_other")
PRECURSORS = (*GASES, *PRIMARY)
SPECIES = (*IONS, "BC", "POM", "PM_other")
CUT = 0.2


@dataclass(frozen=True)
class Blocks:
    """A relation between blocks.

    per_emission : (precursor, species, source, receptor), ug/m3 per kt/yr, urban increment included
    constant : (species, source, receptor), ug/m3: sources of which no base emission is known
    natural, natural_low, natural_high : (receptor), ug/m3: dust and sea salt, and the spread of their two versions
    base : (species, receptor), ug/m3: base concentrations, for the closure check
    emitters, breathers : the regions of blocks that are no region, nation or group of the pack
    """

    sources: list[str]
    receptors: list[str]
    per_emission: xr.DataArray
    constant: xr.DataArray
    natural: xr.DataArray
    natural_low: xr.DataArray
    natural_high: xr.DataArray
    base: xr.DataArray
    water: float
    om_to_oc: float
    emitters: Mapping[str, list[str]] = field(default_factory=dict)
    breathers: Mapping[str, list[str]] = field(default_factory=dict)


@equation(
    key="per-emission",
    title="Concentration per emission from a 20 % perturbation",
    latex=r"K_{p \to j}(S,R) = \frac{5\,\Delta C_j(R)}{E_p(S)}",
    units="ug/m3 per kt/yr",
    citation="Van Dingenen et al. 2018, Atmos. Chem. Phys. 18:16173 (TM5-FASST), linear source-receptor relation",
)
def per_emission(change: Floats, base_emission: Floats) -> Floats:
    """Return the concentration per emission.

    change : change of a species for a cut of the base emission by 20 %, ug/m3
    base_emission : kt/yr; where it is zero the result is zero
    """
    safe = np.where(base_emission > 0, base_emission, 1.0)
    return np.where(base_emission > 0, change / CUT / safe, 0.0)


def read_blocks(pack: Pack, relation: str) -> Blocks:
    """Read the blocks of a relation; the pack may name blocks whose base emission is replaced (`rebase`)."""
    rows = pack.table("source_receptor")
    rows = rows[rows["relation"] == relation]
    if rows.empty:
        raise MissingTableError("source_receptor", Phrase("detail-relation-relation", relation=relation))
    sources = list(dict.fromkeys(rows["source_block"]))
    receptors = list(dict.fromkeys(rows["receptor_block"]))
    coords = {"precursor": list(PRECURSORS), "species": list(SPECIES), "source": sources, "receptor": receptors}
    shape = tuple(len(codes) for codes in coords.values())
    values, constant = np.zeros(shape), np.zeros(shape)
    emission = _base_emissions(pack, rows)
    change = np.array(
        [convert(value, unit, "ug/m3") for value, unit in zip(rows["coefficient"], rows["unit"], strict=True)]
    )
    coefficient = per_emission(change, emission)
    columns = ("precursor", "species", "source_block", "receptor_block")
    for place, (codes, number) in enumerate(zip(rows[list(columns)].itertuples(index=False), coefficient, strict=True)):
        where = tuple(coords[dim].index(code) for dim, code in zip(coords, codes, strict=True))
        values[where] = number
        constant[where] = 0.0 if emission[place] > 0 else change[place] / CUT
    values[PRECURSORS.index("PM_other"), SPECIES.index("PM_other")] = values[
        PRECURSORS.index("OM"), SPECIES.index("POM")
    ]
    increment = _increments(pack, relation, receptors)
    dims = tuple(coords)
    parameters = pack.table("parameters").set_index("key")["value"]
    for key in ("particle_water", "om_to_oc"):
        if key not in parameters:
            raise MissingTableError("parameters", Phrase("detail-parameter", key=key))
    natural = _natural(pack, relation, receptors)
    return Blocks(
        sources=sources,
        receptors=receptors,
        per_emission=xr.DataArray(values * increment, coords=coords, dims=dims),
        constant=xr.DataArray(
            (constant * increment).sum(axis=0), coords={d: coords[d] for d in dims[1:]}, dims=dims[1:]
        ),
        natural=natural["natural"],
        natural_low=natural["low"],
        natural_high=natural["high"],
        base=_base(pack, relation, receptors),
        water=float(parameters["particle_water"]),
        om_to_oc=float(parameters["om_to_oc"]),
    )


def _base_emissions(pack: Pack, rows: pd.DataFrame) -> Floats:
    """Return the base emission of every row in kt/yr, replaced where the pack says that the model's is off."""
    emission = np.array(
        [convert(value, unit, "kt/yr") for value, unit in zip(rows["base_emission"], rows["base_unit"], strict=True)]
    )
    for rule in transport_rules(pack).rebase:
        printed = inventory_rows(pack, rule.inventory)
        printed = printed[(printed["year"] == rule.year) & (printed["pollutant"] == rule.pollutant)]
        printed = printed[printed["sector"] != "total"]
        regions = _printed_regions(pack, rule.block, set(printed["region"]))
        here = (rows["source_block"] == rule.block) & (rows["precursor"] == rule.pollutant)
        emission[here.to_numpy()] = printed.loc[printed["region"].isin(regions), "value"].sum()
    return emission


def _printed_regions(pack: Pack, block: str, printed: set[str]) -> list[str]:
    """Return the regions of a block that the inventory prints, its nation where it prints no parts."""
    home = country_of(pack)
    found = [code if code in printed else home[code] for code in members(pack, block)]
    kept = list(dict.fromkeys(code for code in found if code in printed))
    if not kept:
        raise MissingTableError("emissions", Phrase("detail-block-block-replace-base-emission", block=block))
    return kept


def _quantity(pack: Pack, relation: str, quantity: str) -> dict[tuple[str, str], float]:
    rows = pack.table("source_receptor_base")
    rows = rows[(rows["relation"] == relation) & (rows["quantity"] == quantity)]
    return {
        (block, item): float(value)
        for block, item, value in zip(rows["block"], rows["item"], rows["value"], strict=True)
    }


def _increments(pack: Pack, relation: str, receptors: list[str]) -> Floats:
    """Return the urban increment (species, 1, receptor): 1 for the ions, the published factor for primary particles."""
    factors = _quantity(pack, relation, "urban_increment")
    names = {"BC": "BC", "POM": "POM", "PM_other": "other_PM2.5"}
    result = np.ones((len(SPECIES), 1, len(receptors)))
    for species, item in names.items():
        result[SPECIES.index(species), 0] = [factors.get((block, item), 1.0) for block in receptors]
    return result


def _natural(pack: Pack, relation: str, receptors: list[str]) -> dict[str, xr.DataArray]:
    """Return dust plus sea salt by receptor block, and the least and largest of the published versions."""
    first = _quantity(pack, relation, "base_concentration")
    revised = _quantity(pack, relation, "base_concentration_revised")
    versions = [
        [table.get((block, "dust"), np.nan) + table.get((block, "sea_salt"), np.nan) for block in receptors]
        for table in (first, revised)
    ]
    if np.isnan(versions[0]).any():
        raise MissingTableError("source_receptor_base", Phrase("detail-dust-sea-salt-every-receptor"))
    stack = np.array(versions)
    coords = {"receptor": receptors}
    return {
        "natural": xr.DataArray(stack[0], coords=coords, dims="receptor"),
        "low": xr.DataArray(np.nanmin(stack, axis=0), coords=coords, dims="receptor"),
        "high": xr.DataArray(np.nanmax(stack, axis=0), coords=coords, dims="receptor"),
    }


def _base(pack: Pack, relation: str, receptors: list[str]) -> xr.DataArray:
    base = _quantity(pack, relation, "base_concentration")
    species = [*IONS, "BC", "POM"]
    values = [[base.get((block, item), np.nan) for block in receptors] for item in species]
    return xr.DataArray(values, coords={"species": species, "receptor": receptors}, dims=("species", "receptor"))


@equation(
    key="closure",
    title="Closure of a perturbation matrix over its base run",
    latex=r"\frac{5 \sum_S \sum_p \Delta C_{p \to j}(S,R)}{C_j(R)}",
    units="1",
    citation="check of this project on the coefficients of TM5-FASST; 1 if the chemistry were linear",
)
def closure(pack: Pack, relation: str) -> pd.DataFrame:
    """Return how far 5 x the column sums of the coefficients reach the base concentrations.

    returns : columns receptor, species (the ions also together), column_sum, base (ug/m3), ratio; a species whose base
        concentration the pack does not hold is left out
    """
    rows = pack.optional("source_receptor")
    rows = rows[rows["relation"] == relation]
    sums = rows.groupby(["receptor_block", "species"], sort=False)["coefficient"].sum() / CUT
    base = _quantity(pack, relation, "base_concentration") if len(rows) else {}
    records = []
    for block in dict.fromkeys(rows["receptor_block"]):
        for name, species in {**{one: (one,) for one in (*IONS, "BC", "POM")}, "+".join(IONS): IONS}.items():
            if any((block, one) not in base or (block, one) not in sums for one in species):
                continue
            total = float(sum(sums[block, one] for one in species))
            known = sum(base[block, one] for one in species)
            records.append(
                {"receptor": block, "species": name, "column_sum": total, "base": known, "ratio": total / known}
            )
    return pd.DataFrame.from_records(records, columns=["receptor", "species", "column_sum", "base", "ratio"])
