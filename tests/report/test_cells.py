"""Cells of tables as records: one rule for what is no number, in what is shown and in what is reckoned with."""

import math

import numpy as np
import pandas as pd

from airshed.answers import cells
from airshed.answers.cells import NAN, clean, records

TABLE = pd.DataFrame({"place": ["a", "b", "c"], "value": [1.5, np.nan, np.inf], "count": [1, 2, 3]})


def test_what_is_no_number_is_null_in_what_is_sent():
    assert records(TABLE) == [
        {"place": "a", "value": 1.5, "count": 1},
        {"place": "b", "value": None, "count": 2},
        {"place": "c", "value": None, "count": 3},
    ]
    assert {type(row["count"]) for row in records(TABLE)} == {int}


def test_what_is_no_number_stays_one_to_reckon_with():
    values = [row["value"] for row in records(TABLE, NAN)]
    assert values[0] == 1.5 and all(math.isnan(value) for value in values[1:])
    assert clean("nan") == "nan" and clean(np.float64("nan")) is None


def test_there_is_one_such_function():
    from airshed.answers.chapters import table

    assert not hasattr(table, "records") and cells.records is records
