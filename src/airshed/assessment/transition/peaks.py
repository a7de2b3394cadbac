"""Which places are past a peak of CO2, by a rule that knows the noise of their own series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.transition.accounts import account_rows, accounts, parts_of, totals
from airshed.pack.codes import children
from airshed.pack.pack import Pack
from airshed.transition.peak import LEAST, VERDICTS, looked_back, peak

COLUMNS = (
    *("region", "year", "value", "later", "drop_percent", "noise_percent", "score", "bound", "verdict"),
    *("called", "passed", "last", "account", "source"),
)


def peak_table(pack: Pack, regions: Sequence[str], account: str = "") -> pd.DataFrame:
    """Return the highest year of places and of their regions, and whether it is a peak.

    regions : codes; a nation has rows for its regions too; account : the first with enough years if empty
    returns : columns region, year (of the highest value), value (Mt/yr), later (years after it), drop_percent (of the
        mean of the later years below it), noise_percent, score, bound, verdict (`transition.peak.VERDICTS`), called and
        passed (peaks that the rule would have called in earlier years, and how many were passed later), last (year of
        the series), account, source; without rows where no account holds years enough
    """
    records: list[dict[str, Any]] = []
    for code in regions:
        name = account or _long(pack, code)
        wide = totals(pack, name) if name else pd.DataFrame()
        if wide.empty:
            continue
        cited = account_rows(pack, name).drop_duplicates("region").set_index("region")["source"]
        for place in [code, *children(pack).get(code, [])]:
            parts, _ = parts_of(pack, place, list(wide.index))
            course = wide.loc[parts].sum(axis=0, min_count=len(parts)).dropna() if parts else pd.Series(dtype=float)
            if course.empty:
                continue
            source = " ".join(dict.fromkeys(str(cited[one]) for one in parts))
            records.append({"region": place, **_judged(course), "account": name, "source": source})
    return pd.DataFrame.from_records(records, columns=list(COLUMNS))


def _long(pack: Pack, code: str) -> str:
    """Return the first account with years enough for the rule; "" for none."""
    for name in accounts(pack):
        wide = totals(pack, name)
        parts = parts_of(pack, code, list(wide.index))[0] if len(wide) else []
        if parts and int(wide.loc[parts].notna().all(axis=0).sum()) >= LEAST:
            return name
    return ""


def _judged(course: pd.Series) -> dict[str, Any]:
    """Return what the rule says of a series by year; a series with gaps or zeros is too short."""
    years, values = course.index.to_numpy(dtype=int), course.to_numpy(dtype=float)
    whole = bool((np.diff(years) == 1).all() and (values > 0).all())
    if not whole:
        top = int(np.argmax(values))
        blank = dict.fromkeys(("drop_percent", "noise_percent", "score", "bound"), np.nan)
        held = {"year": int(years[top]), "value": float(values[top]), "later": len(values) - 1 - top}
        return {**held, **blank, "verdict": VERDICTS[4], "called": 0, "passed": 0, "last": int(years[-1])}
    found = asdict(peak(years, values))
    called, passed = looked_back(years, values)
    drop, noise = found.pop("drop"), found.pop("noise")
    return {
        **found,
        "drop_percent": 100.0 * drop,
        "noise_percent": 100.0 * noise,
        "called": called,
        "passed": passed,
        "last": int(years[-1]),
    }
