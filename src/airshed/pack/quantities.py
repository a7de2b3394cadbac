"""What the numbers of a pack measure: the unit that every table, key and column is read in, and how it gets there."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.units import CURRENCY, Unit, find

PARAMETERS = "parameters"
MULTIPLIES = "factor"
"""Unit of a distribution whose numbers multiply the number that they are about."""
ENDS = ("low", "central", "high")


@dataclass(frozen=True)
class Quantity:
    """Numbers that are read in one unit: the columns of a table, where it has a column `by` of the rows of one key.

    key : word of the column `by`; `*` stands for anything
    unit : the unit they are read in; CUR in it stands for the currency that the unit of the row is in
    minimum, maximum : what no value of the quantity lies beyond, in that unit; NaN where nothing is excluded
    """

    table: str
    by: str
    key: str
    columns: tuple[str, ...]
    unit_column: str
    unit: str
    minimum: float
    maximum: float

    def holds(self, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Say which rows of the table are of this quantity."""
        if not self.by:
            return np.ones(len(frame), dtype=bool)
        keys = [key for key in frame[self.by].unique() if fnmatchcase(key, self.key)]
        return frame[self.by].isin(keys).to_numpy(dtype=bool)

    def read_in(self, unit: Unit | None) -> Unit:
        """Return the unit that numbers in `unit` are read in; of another dimension if they measure something else."""
        name = self.unit.replace(CURRENCY, unit.currency) if unit and unit.currency else self.unit
        found = find(name)
        assert found is not None, f"quantities.csv names the unit {self.unit}"
        return found


@cache
def quantities() -> dict[str, tuple[Quantity, ...]]:
    """Return the quantities of every table that has a unit, by table, in the order of `schema/quantities.csv`."""
    found: dict[str, tuple[Quantity, ...]] = {}
    with files("airshed.pack").joinpath("schema/quantities.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            item = Quantity(
                table=row["table"],
                by=row["by"],
                key=row["key"],
                columns=tuple(row["columns"].split()),
                unit_column=row["unit_column"],
                unit=row["unit"],
                minimum=float(row["minimum"] or "nan"),
                maximum=float(row["maximum"] or "nan"),
            )
            found[item.table] = (*found.get(item.table, ()), item)
    return found


def in_units(frame: pd.DataFrame, table: str) -> Iterator[tuple[Quantity, str, npt.NDArray[np.bool_]]]:
    """Go through the quantities of a table and the units its rows are given in: quantity, unit as given, rows."""
    for quantity in quantities().get(table, ()) if len(frame) else ():
        here = quantity.holds(frame)
        given = frame[quantity.unit_column]
        for name in given[here].unique():
            yield quantity, str(name), here & (given == name).to_numpy(dtype=bool)


def scales(frame: pd.DataFrame, table: str) -> dict[str, Floats]:
    """Return by column what its numbers are multiplied with to be in the unit they are read in; 1 where none is known.

    frame : rows of the table, typed or as text
    """
    result: dict[str, Floats] = {}
    for quantity, name, rows in in_units(frame, table):
        unit = find(name)
        target = quantity.read_in(unit)
        if unit is None or unit.dimension != target.dimension:
            continue
        for column in quantity.columns:
            result.setdefault(column, np.ones(len(frame)))[rows] = unit.factor / target.factor
    return result


def converted(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return typed rows of a table with every number in the unit it is read in, and that unit in the column of units.

    The same frame where nothing changes.
    """
    given = [
        (quantity, name, rows, quantity.read_in(find(name)).unit) for quantity, name, rows in in_units(frame, table)
    ]
    if all(name == target for _, name, _, target in given):
        return frame
    result = frame.copy()
    for column, scale in scales(frame, table).items():
        result[column] = frame[column] * scale
    for quantity, _, rows, target in given:
        result.loc[rows, quantity.unit_column] = target
    return result


def law_in_units(row: Mapping[Hashable, Any], parameters: pd.DataFrame) -> tuple[float, str]:
    """Return what the ends of a distribution are multiplied with, and the unit that they are in then.

    row : a row of `distributions`; parameters : the rows of that table, converted
    Those of a parameter are numbers in its unit, or multiply it; those of other numbers multiply. NaN where the unit
    measures something else: then the text is the unit that was expected; empty for a parameter that is none.
    """
    unit, key = find(row["unit"]), parameter_of(row)
    about = next((one for one in quantities()[PARAMETERS] if key and fnmatchcase(key, one.key)), None)
    if key and about is None:
        return np.nan, ""
    target = find(about.unit if about else MULTIPLIES)
    assert target is not None, "quantities.csv names a unit that is none"
    if about is not None and unit is not None and unit.unit == MULTIPLIES:
        values = parameters.loc[parameters["key"] == key, "value"]
        return (float(values.iloc[0]) if len(values) else np.nan), target.unit
    if unit is None or unit.dimension != target.dimension:
        return np.nan, target.unit
    return unit.factor / target.factor, target.unit


def parameter_of(row: Mapping[Hashable, Any]) -> str:
    """Return the key of the parameter that a row of `distributions` is about, empty if it is about something else."""
    return str(row["key"]).removeprefix("key=") if row["table"] == PARAMETERS else ""


def converted_laws(frame: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Return typed rows of `distributions` with numbers in the unit of what they are about, or that multiply it.

    The width of a lognormal law is that of a logarithm, which has no unit. The same frame where nothing changes.
    """
    result = frame.copy()
    for index, row in zip(frame.index, frame.to_dict("records"), strict=True):
        scale, unit = law_in_units(row, parameters)
        columns = [*ENDS, "width"] if row["law"] == "normal" else [*ENDS]
        result.loc[index, columns] = [scale * float(row[column]) for column in columns]
        result.loc[index, ["key", "unit"]] = [parameter_of(row) or row["key"], unit]
    return frame if result.equals(frame) else result
