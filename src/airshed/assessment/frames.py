"""Tables of records as xarray Datasets and back, so that an assessment holds them and netCDF keeps them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

ROW = "row"


def dataset_of(table: pd.DataFrame) -> xr.Dataset:
    """Return a table as a Dataset over `row`: numbers as they are, whole numbers as int64, text as fixed-width text."""
    data = {}
    for name in table.columns:
        values = table[name]
        if pd.api.types.is_integer_dtype(values.dtype):
            column = values.to_numpy(dtype=np.int64)
        elif pd.api.types.is_numeric_dtype(values.dtype):
            column = values.to_numpy(dtype=np.float64)
        else:
            column = np.array([str(value) for value in values] or [""][:0], dtype=str)
        data[str(name)] = (ROW, column)
    return xr.Dataset(data)


def frame_of(data: xr.Dataset) -> pd.DataFrame:
    """Return the table of such a Dataset."""
    return pd.DataFrame({str(name): data[name].to_numpy() for name in data.data_vars})
