"""The distributions that a pack states: which number is uncertain, by which law, and what moves together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.laws import LAWS


@dataclass(frozen=True)
class Distribution:
    """The law of one number of the pack: of the rows `key` of a table the field `field`."""

    table: str
    key: str
    field: str
    law: str
    parameters: dict[str, float]
    group: str
    source: str
    note: str

    @property
    def name(self) -> str:
        """What its numbers are drawn by: its correlation group, or itself."""
        return self.group or f"{self.table} {self.key} {self.field}"

    @property
    def conditions(self) -> dict[str, str]:
        """Which rows of the table it speaks of: column and value of every `column=value` in its key."""
        return {column: value for column, sign, value in (word.partition("=") for word in self.key.split()) if sign}

    def at(self, design: Floats) -> Floats:
        """Return the values at a design in 0..1."""
        return LAWS[self.law].quantile(np.asarray(design, dtype=np.float64), self.parameters)

    def sample(self, samples: int, seed: int) -> Floats:
        """Return that many values; those of one correlation group are drawn by the same numbers."""
        return self.at(latin_column(samples, seed, self.name))


def distributions(pack: Pack, table: str) -> list[Distribution]:
    """Return the distributions that the pack states for the numbers of a table."""
    rows = pack.optional("distributions")
    return [
        Distribution(
            table=row["table"],
            key=row["key"],
            field=row["field"],
            law=row["law"],
            parameters={name: float(row[name]) for name in LAWS[row["law"]].needs},
            group=row["group"],
            source=row["source"],
            note=row["note"],
        )
        for row in rows[rows["table"] == table].to_dict("records")
    ]


def distribution(pack: Pack, table: str, key: str) -> Distribution | None:
    """Return the distribution of one number, None where the pack states none; raises AirshedError for several."""
    found = [item for item in distributions(pack, table) if item.key == key]
    if len(found) > 1:
        raise AirshedError("table-distributions-laws", found=len(found), table=table, key=key)
    return found[0] if found else None
