"""Tables of records as xarray Datasets and back, so that an assessment holds them and netCDF keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

ROW = "row"


def dataset_of(table: pd.DataFrame) -> xr.Dataset:
    """Return a table as a Dataset over `row`: numbers as they are, whole numbers as int64, text as fixed-width text."""
    return xr.Dataset({str(name): (ROW, _plain(table[name])) for name in table.columns})


def _plain(values: pd.Series) -> npt.NDArray[Any]:
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.to_numpy(dtype=np.int64)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64)
    return np.array([str(value) for value in values] or [""][:0], dtype=str)


def frame_of(data: xr.Dataset) -> pd.DataFrame:
    """Return the table of such a Dataset."""
    return pd.DataFrame({str(name): data[name].to_numpy() for name in data.data_vars})


def dataset_of_tables(tables: Mapping[str, pd.DataFrame]) -> xr.Dataset:
    """Return several tables as one Dataset, each over a dimension of its own name; a table without rows is left out.

    The column `cost` of the table `regions` is the variable `regions_cost`.
    """
    return xr.Dataset(
        {
            f"{name}_{column}": (name, _plain(table[column]))
            for name, table in tables.items()
            if len(table)
            for column in table.columns
        }
    )


def frames_of(data: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return the tables of such a Dataset by name."""
    columns: dict[str, dict[str, object]] = {}
    for variable in data.data_vars:
        name = str(data[variable].dims[0])
        columns.setdefault(name, {})[str(variable).removeprefix(f"{name}_")] = data[variable].to_numpy()
    return {name: pd.DataFrame(held) for name, held in columns.items()}
