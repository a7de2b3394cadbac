"""Flags: words kept beside numbers as small integers, in the CF manner (flag_values, flag_meanings)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

BASES = ("", "reported", "projected", "residual", "interpolated", "constant", "derived", "harmonised")
"""What a number rests on; the empty word stands where there is no number.

reported: printed by an inventory for that year. projected: the last reported year times the projection's growth of the
same region, sector and pollutant. residual: the growth of the nation less its groups. interpolated: between two known
years. constant: nothing is known, the nearest known year is held. derived: a number times a share, of a province or of
a part of PM2.5. harmonised: the change of one inventory applied to the level of another, or chained over a break.
"""


def flag_array(values: npt.NDArray[np.integer], meanings: Sequence[str], like: xr.DataArray, name: str) -> xr.DataArray:
    """Return the codes as a DataArray that carries their meanings."""
    attrs = {"flag_values": np.arange(len(meanings), dtype=values.dtype), "flag_meanings": "|".join(meanings)}
    return xr.DataArray(values, coords=like.coords, dims=like.dims, name=name, attrs=attrs)


def meanings(flags: xr.DataArray) -> list[str]:
    """Return the words that the codes of the array stand for."""
    return str(flags.attrs["flag_meanings"]).split("|")


def add_source(codes: npt.NDArray[np.integer], words: list[str], key: str) -> npt.NDArray[np.integer]:
    """Return the codes of the same sources with one more; new sets of sources are added to the words, in place."""
    result = codes.copy()
    for code in np.unique(codes):
        if words[int(code)]:
            phrase = " ".join(dict.fromkeys([*words[int(code)].split(), *key.split()]))
            if phrase not in words:
                words.append(phrase)
            result[codes == code] = words.index(phrase)
    return result
