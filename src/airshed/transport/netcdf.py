"""NetCDF files of relations: opened in one place, so that what is wrong with one is told with place and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.contents import is_file
from airshed.pack.errors import AirshedError

CLASSIC = (b"CDF\x01", b"CDF\x02")
"""How files begin that scipy reads too."""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Hold a netCDF file open; raises AirshedError for what is no netCDF or breaks off in the middle."""
    import netCDF4

    if not is_file(path):
        raise AirshedError("no-file-give-path", path=path)
    _refuse_short(path)
    try:
        with netCDF4.Dataset(path) as data:
            yield data
    except (OSError, RuntimeError) as why:
        raise AirshedError("cannot-read-netcdf-get-again", path=path, why=why) from why


def is_netcdf(path: Path) -> bool:
    """Say whether a file begins as netCDF does, classic (CDF) or on HDF5."""
    with path.open("rb") as file:
        return file.read(4).startswith((b"CDF", b"\x89HDF"))


def _refuse_short(path: Path) -> None:
    """Refuse a classic file that ends before its numbers do: the netCDF library would read zeros there."""
    from scipy.io import netcdf_file

    with path.open("rb") as file:
        classic = file.read(4) in CLASSIC
    if not classic:
        return
    try:
        netcdf_file(path, mmap=True).close()
    except (TypeError, ValueError, IndexError, OSError, KeyError) as why:
        raise AirshedError("cannot-read-netcdf-breaks-off", path=path) from why


def numbers(path: Path, data: Any, name: str, rows: Any = slice(None)) -> Floats:
    """Return a variable, or rows of it, as float64; NaN where it holds its fill value.

    Raises AirshedError where the file does not hold it, or holds text.
    """
    if name not in data.variables:
        raise AirshedError("path-name-missing-file-holds", path=path, name=name, variables=", ".join(data.variables))
    values = np.ma.asarray(data.variables[name][rows])
    if values.dtype.kind not in "fiu":
        raise AirshedError("holds-no-numbers", path=path, name=name)
    return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
