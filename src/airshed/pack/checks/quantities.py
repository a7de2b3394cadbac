"""Checks of what numbers measure: values that no quantity has, and units of laws and of contributions that are used."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from airshed.pack.checks.columns import each
from airshed.pack.checks.evidence import rows_of
from airshed.pack.finding import Finding, finding
from airshed.pack.quantities import ENDS, law_in_units, parameter_of, quantities
from airshed.pack.units import alike, find

Frames = Mapping[str, pd.DataFrame]
READ_AS = {
    **dict.fromkeys(("anchor", "spread", "place", "own", "sector", "period"), ("percent",)),
    **dict.fromkeys(("kernel", "precursor"), ("ug/m3",)),
    "validation": ("percent", "ug/m3", "thousand deaths"),
}
"""The units, after conversion, of published contributions by what they are used for."""
LEAST, MOST = 1e-6, 1e6
"""What a number may be multiplied with at least, where its logarithm is taken, and at most."""
FINE = ("PM2.5", "anthropogenic PM2.5")


def check_ranges(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find numbers beyond what their quantity can be, such as a rate in percent that is said to be a share."""
    findings = []
    for table, kinds in quantities().items():
        for kind in kinds if table in numbers else ():
            for column in kind.columns:
                values = numbers[table][column].to_numpy()
                wrong = kind.holds(numbers[table]) & ((values < kind.minimum) | (values > kind.maximum))
                span = {"minimum": f"{kind.minimum:g}", "maximum": f"{kind.maximum:g}", "unit": kind.unit}
                findings += each("AS212", texts[table], wrong, column, table, key=kind.key or table, **span)
    return findings


def check_law_units(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find distributions in a unit that their number is not in, and that does not multiply it either."""
    findings = []
    parameters = numbers.get("parameters", pd.DataFrame({"key": [], "value": []}))
    for row, file, line in rows_of(texts, numbers, "distributions"):
        scale, target = law_in_units(row, parameters)
        known = find(target)
        if np.isnan(scale) and known is not None and row["unit"] != "factor":
            given = find(row["unit"])
            allowed = ", ".join(dict.fromkeys([*alike(known), "factor"]))
            place = (file, "distributions", line, "unit")
            if given is None:
                findings.append(finding("AS210", *place, value=row["unit"], allowed=allowed))
            else:
                said = {"value": row["unit"], "found": given.dimension, "expected": known.dimension}
                findings.append(finding("AS211", *place, **said, allowed=allowed))
    return findings


def check_laws(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find ends of distributions beyond what the number can be that they are about, or below nothing."""
    findings = []
    parameters = numbers.get("parameters", pd.DataFrame({"key": [], "value": []}))
    for row, file, line in rows_of(texts, numbers, "distributions"):
        key = parameter_of(row)
        about = next((kind for kind in quantities()["parameters"] if key and fnmatchcase(key, kind.key)), None)
        scale, unit = law_in_units(row, parameters)
        least, most = (about.minimum, about.maximum) if about else (LEAST if "log" in row["law"] else 0.0, MOST)
        for column in ENDS:
            value = scale * float(row[column])
            if value < least or value > most:
                span = {"minimum": f"{least:g}", "maximum": f"{most:g}", "unit": unit}
                said = {"key": f"{row['table']} {row['key']}", "value": f"{row[column]:g}", **span}
                findings.append(finding("AS212", file, "distributions", line, column, **said))
    return findings


def check_uses(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find published contributions whose use reads another unit or species than theirs."""
    findings = []
    name = "published_contributions"
    for row, file, line in rows_of(texts, numbers, name):
        units = READ_AS.get(row["use"], ())
        for column, allowed in (("unit", units), ("species", FINE if units else ())):
            if allowed and row[column] not in allowed:
                said = {"study": row["study"], "use": row["use"], "value": row[column], "allowed": ", ".join(allowed)}
                findings.append(finding("AS213", file, name, line, column, **said))
    return findings


QUANTITIES = (check_ranges, check_law_units, check_laws, check_uses)
