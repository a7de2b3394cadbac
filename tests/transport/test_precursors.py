"""The places of the emitted pollutants in arrays, and the precursors that they are."""

import numpy as np
import xarray as xr

from airshed.emissions.baseline import baseline_cube
from airshed.pack.pack import open_pack
from airshed.transport.precursors import BLACK, FINE, GASEOUS, ORGANIC
from airshed.transport.relation import EMITTED, downscaled_relation


def test_the_places_are_those_of_the_pollutants():
    assert (EMITTED[FINE], EMITTED[BLACK], EMITTED[ORGANIC]) == ("PM2.5", "BC", "OC")
    assert EMITTED[GASEOUS] == ("SO2", "NOx", "NH3")


def test_emissions_become_precursors_by_name(small_folder):
    """10 kt of PM2.5 with 2 of BC and 3 of OC: 1.3 times 3 of OM, 4.1 of the rest; gases as they are."""
    pack = open_pack(small_folder)
    relation = downscaled_relation(pack, baseline_cube(pack)["value"].sel(year=pack.base_year))
    amounts = {"PM2.5": 10.0, "BC": 2.0, "OC": 3.0, "SO2": 5.0, "NOx": 6.0, "NH3": 7.0}
    order = list(reversed(amounts))
    values = np.array([[amounts[code] for code in order]] * len(relation.regions))
    emissions = xr.DataArray(
        values, coords={"region": relation.regions, "pollutant": order}, dims=("region", "pollutant")
    )
    found = relation.precursors(emissions).isel(region=0)
    wanted = {"SO2": 5.0, "NOx": 6.0, "NH3": 7.0, "BC": 2.0, "OM": 1.3 * 3.0, "PM_other": 10.0 - 2.0 - 1.3 * 3.0}
    assert {code: round(float(found.sel(precursor=code)), 12) for code in wanted} == {
        code: round(value, 12) for code, value in wanted.items()
    }
