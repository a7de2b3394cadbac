"""The activity form of many regions beside the bare numpy of the same arithmetic."""

import numpy as np
import xarray as xr

from airshed.emissions.activity import activity_emissions, remaining_share

SIZES = {"region": 200, "sector": 3, "activity": 6, "pollutant": 6, "technology": 8, "period": 48}
PARTS = {
    "activity": ("region", "sector", "activity", "period"),
    "factor": ("region", "sector", "activity", "pollutant"),
    "removal": ("sector", "activity", "technology", "pollutant"),
    "application": ("region", "sector", "activity", "technology", "period"),
}


def test_activity_form_against_bare_numpy(seconds, tell):
    random = np.random.default_rng(1)
    values = {name: random.random([SIZES[dim] for dim in dims]) for name, dims in PARTS.items()}
    arrays = {name: xr.DataArray(values[name], dims=dims) for name, dims in PARTS.items()}

    def form():
        remaining = remaining_share(arrays["removal"], arrays["application"])
        return activity_emissions(arrays["activity"], arrays["factor"], remaining)

    def bare():
        left = 1.0 - np.einsum("satp,rsatm->rsapm", values["removal"], values["application"], optimize=True)
        return values["activity"][:, :, :, None] * values["factor"][..., None] * left / 1e9

    assert np.allclose(form().to_numpy(), bare())
    here, there = seconds(form, rounds=3), seconds(bare, rounds=3)
    tell(
        f"activity form {1e3 * here:.0f} ms, bare numpy {1e3 * there:.0f} ms, ratio {here / there:.1f} (at most 4)",
        "activity form",
        "200 regions x 48 periods",
        here=here,
        theirs=there,
        beside="bare numpy",
    )
    assert here <= 4 * there
