"""Which sources a table names: the one of each row, and further ones that its remark names by their key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

import pandas as pd

from airshed.pack.schema import tables

NOTE = "note"
WORD = re.compile(r"\w+")


def cited(frame: pd.DataFrame, table: str, keys: Collection[str]) -> Counter[str]:
    """Return how many cells of a table name each source.

    frame : rows of the table; keys : those of the sources, by which a remark may name some
    """
    counts: Counter[str] = Counter()
    for column in tables()[table].citing:
        counts.update({str(key): int(number) for key, number in frame[column].value_counts().items() if key})
    if NOTE in frame:
        for remark, number in frame[NOTE].value_counts().items():
            for word in set(WORD.findall(str(remark))) & set(keys):
                counts[word] += int(number)
    return counts
