"""A relation to start with: the kernel alone, for packs without coefficients of an atmospheric model.

What a tonne gives falls with distance as the kernel says; what precursors make of particles goes by formation factors;
one factor for the whole airshed makes what is emitted add up to what is observed. It says who is near, not what weather
or chemistry do: published shares (`published_contributions`) and coefficients (`source_receptor`) say more.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from airshed.emissions.baseline import baseline_cube
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, leaves
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.transport.distance import points
from airshed.transport.natural import natural_rows
from airshed.transport.observation import annual_observations
from airshed.transport.tm5fasst import GASES, PRECURSORS, PRIMARY, SPECIES, Blocks

WHOLE = "airshed"
"""The one block of the relation: every region of the pack."""
FORMED = {"SO2": "SO4", "NOx": "NO3", "NH3": "NH4", "BC": "BC", "OM": "POM", "PM_other": "PM_other"}
"""The species that each precursor becomes here."""
FACTORS = {gas: f"formation_factor_{gas.lower()}" for gas in GASES}
"""Keys of `parameters`: particles per precursor, mass per mass; 1 for primary particles."""


@equation(
    key="kernel-alone",
    title="Concentration per emission without an atmospheric model",
    latex=r"K_p = f_p\,\frac{\overline{C_{obs} - C_{nat}}}{\sum_{p'} f_{p'}\,E_{p'}}",
    units="ug/m3 per kt/yr",
    citation="formation factors: de Leeuw 2002, Environ. Sci. Policy 5:135, as printed by EEA; the closure on what is "
    "observed is a rule of this project",
)
def closing_coefficients(formation: Floats, emitted: Floats, made: float) -> Floats:
    """Return the concentration per emission of every precursor that makes all emissions add up to what people made.

    formation : (precursor), particles per precursor, mass per mass; emitted : (precursor), kt/yr
    made : observed less natural PM2.5, ug/m3
    returns : (precursor), ug/m3 per kt/yr

    >>> closing_coefficients(np.array([0.5, 1.0]), np.array([20.0, 10.0]), 10.0)
    array([0.25, 0.5 ])
    """
    return np.asarray(formation * made / float(formation @ emitted), dtype=np.float64)


def kernel_blocks(pack: Pack) -> Blocks:
    """Return one block of all regions, whose coefficients close on what is observed in the base year.

    Raises MissingTableError where the pack lacks observations, natural parts, people, emissions or a parameter, and
    AirshedError where a region has no place, nothing is emitted, or no more is observed than is natural.
    """
    parameters = pack.table("parameters").set_index("key")["value"]
    for key in ("om_to_oc", *FACTORS.values()):
        if key not in parameters:
            raise MissingTableError("parameters", Phrase("detail-parameter", key=key))
    located, people = points(pack), base_population(pack)
    sources = leaves(pack)
    placeless = [code for code in sources if code not in located]
    if placeless:
        raise AirshedError("kernel-alone-no-place", placeless=", ".join(placeless[:5]))
    receptors = [code for code in sources if float(people.get(code, 0.0)) > 0]
    if not receptors:
        raise MissingTableError("populations", Phrase("detail-of-series-base"))
    natural = _natural(pack, receptors)
    formation = np.array([float(parameters[FACTORS[name]]) if name in FACTORS else 1.0 for name in PRECURSORS])
    coefficient = closing_coefficients(formation, _emitted(pack), _made(pack, natural))
    values = np.zeros((len(PRECURSORS), len(SPECIES), 1, 1))
    for number, name in enumerate(PRECURSORS):
        values[number, SPECIES.index(FORMED[name])] = coefficient[number]
    coords = {"precursor": list(PRECURSORS), "species": list(SPECIES), "source": [WHOLE], "receptor": [WHOLE]}
    dims = tuple(coords)
    rest = {name: coords[name] for name in dims[1:]}
    central = xr.DataArray([float(np.mean(list(natural.values())))], coords={"receptor": [WHOLE]}, dims="receptor")
    return Blocks(
        sources=[WHOLE],
        receptors=[WHOLE],
        per_emission=xr.DataArray(values, coords=coords, dims=dims),
        constant=xr.DataArray(np.zeros(values.shape[1:]), coords=rest, dims=dims[1:]),
        natural=central,
        natural_low=central,
        natural_high=central,
        base=xr.DataArray(
            np.full((len(SPECIES), 1), np.nan),
            coords={"species": list(SPECIES), "receptor": [WHOLE]},
            dims=("species", "receptor"),
        ),
        # Formation factors are of whole particles, and the closure on what is observed holds their water.
        water=0.0,
        om_to_oc=float(parameters["om_to_oc"]),
        emitters={WHOLE: sources},
        breathers={WHOLE: receptors},
    )


def kernel_alone_sources(pack: Pack) -> list[str]:
    """Return the sources that the closure rests on: of formation factors, observations and natural parts."""
    parameters = pack.optional("parameters")
    factors = parameters.loc[parameters["key"].isin(FACTORS.values()), "source"]
    return list(
        dict.fromkeys([*factors, *pack.optional("observations")["source"], *pack.optional("natural")["source"]])
    )


def _natural(pack: Pack, receptors: list[str]) -> dict[str, float]:
    """Return the natural part of every receptor region, ug/m3; without a model nothing stands in for it."""
    rows, home = natural_rows(pack)["value"], country_of(pack)
    found = {
        code: next((float(rows[one]) for one in (code, home[code]) if one in rows.index), None) for code in receptors
    }
    lacking = [code for code, value in found.items() if value is None]
    if lacking:
        raise MissingTableError(
            "natural", Phrase("detail-of-lacking", lacking=", ".join(lacking[:5])) if len(rows) else None
        )
    return {code: value for code, value in found.items() if value is not None}


def _emitted(pack: Pack) -> Floats:
    """Return what the pack emits in the base year (precursor), kt/yr; primary particles stand under PM_other."""
    values = baseline_cube(pack)["value"].sel(year=pack.base_year)
    lacking = [code for code in ("PM2.5", *GASES) if code not in values["pollutant"]]
    if lacking:
        raise MissingTableError("emissions", Phrase("detail-of-lacking", lacking=", ".join(lacking)))
    here = values.sel(region=[code for code in leaves(pack) if code in values["region"]])
    total = {code: float(here.sel(pollutant=code).fillna(0.0).sum()) for code in ("PM2.5", *GASES)}
    if sum(total.values()) <= 0:
        raise AirshedError("nothing-emitted-base-year", base_year=pack.base_year)
    return np.array(
        [total.get(name, 0.0) if name not in PRIMARY else 0.0 for name in PRECURSORS[:-1]] + [total["PM2.5"]]
    )


def _made(pack: Pack, natural: dict[str, float]) -> float:
    """Return observed less natural PM2.5, ug/m3: mean over observed places, each in its year nearest to the base."""
    cities = pack.optional("receptors").set_index("code")["region"]
    made = []
    for place, held in annual_observations(pack).items():
        region = str(cities.get(place, place))
        if region in natural and held:
            nearest = min(held, key=lambda item: abs(item.year - pack.base_year))
            made.append(nearest.value - natural[region])
    if not made:
        raise MissingTableError("observations", Phrase("detail-of-region-or-city"))
    if np.mean(made) <= 0:
        raise AirshedError("observed-not-above-natural")
    return float(np.mean(made))
