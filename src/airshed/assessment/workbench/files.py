"""Changes that were tried out, as files that the command line reads: a scenario, and the plan of its measures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airshed.assessment.chain.maximum_feasible import USED
from airshed.assessment.workbench.bench import Change, Tried, left
from airshed.pack.pack import Pack
from airshed.pack.scenarios import Control, Override, Scenario
from airshed.pack.spreadsheet import csv_text
from airshed.strategy.subjects import subject_years

OWN_SOURCE = "airshed"
"""The source of definitions of this project in every pack that `airshed pack new` made."""


def scenario_of(tried: Tried, title: str, name: str = "built", measures: bool = True) -> Scenario:
    """Return the scenario that does the same from the year of the bench on.

    measures : False for the changes of sectors alone, from which a plan can start
    What is in place may be published for later years: measures hold as long as it is what it was in the year.
    """
    bench = tried.bench
    source = source_of(bench.pack)
    moved = [item for item in tried.changes if item.percent]
    return Scenario(
        name=name,
        title=title,
        description=f"sectors and measures set by hand for {bench.year}",
        emissions=tuple(_override(item, bench.year, source) for item in moved),
        controls=_controls(tried, source) if measures else (),
    )


def source_of(pack: Pack) -> str:
    """Return the key under which statements of this project stand, else the first source of the pack."""
    keys = list(pack.table("sources")["key"])
    return OWN_SOURCE if OWN_SOURCE in keys else str(keys[0])


def _override(item: Change, year: int, source: str) -> Override:
    return Override(regions=(item.region,), sectors=(item.sector,), factor=left(item), first_year=year, source=source)


def _controls(tried: Tried, source: str) -> tuple[Control, ...]:
    """Return the applications, regions with the same one together."""
    options, year = tried.bench.options, tried.bench.year
    if options is None:
        return ()
    pack = tried.bench.pack
    stated = (*(int(one) for one in pack.optional("applications")["year"]), *subject_years(pack))
    later = [one for one in stated if one > year]
    last = min(later) - 1 if later else None
    alike: dict[tuple[str, float], list[str]] = {}
    for place in np.flatnonzero(tried.more > USED).tolist():
        reached = float(options.current[place] + tried.more[place])
        alike.setdefault((options.measure[place], reached), []).append(options.region[place])
    return tuple(
        Control(
            measures=(code,),
            regions=tuple(regions),
            application=min(reached, 1.0),
            first_year=year,
            last_year=last,
            source=source,
        )
        for (code, reached), regions in alike.items()
    )


def scenario_text(item: Scenario) -> str:
    """Return a scenario as YAML, what it does not state left out."""
    import yaml

    held = item.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(held, sort_keys=False, allow_unicode=True, width=100))


def plan_text(tried: Tried) -> str:
    """Return the measures as CSV for `airshed plan evaluate`: region, measure, application."""
    options, rows = tried.bench.options, []
    if options is not None:
        for at in np.flatnonzero(tried.more > USED).tolist():
            rows.append((options.region[at], options.measure[at], float(options.current[at] + tried.more[at])))
    return csv_text(pd.DataFrame(rows, columns=["region", "measure", "application"]))
