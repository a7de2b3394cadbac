"""Plans as tables: saved as CSV, edited, read again with every row checked, evaluated and compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.plans.plan import MONEY, PlanSolution, answer_of
from airshed.assessment.plans.plan_inputs import PlanInputs, problem_of
from airshed.assessment.plans.tables import at_prices, co2_known, measures_of_plan
from airshed.pack.arrays import Floats
from airshed.pack.bounds import AMOUNT, SHOWN, number
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.spreadsheet import csv_text
from airshed.pack.user_table import Pasted, user_rows
from airshed.strategy.plan import evaluate

COLUMNS = ("region", "measure", "application")
ROUNDING = 1e-6
"""By so much an application may leave its limits: tables are printed with a few digits."""


def save_plan(found: PlanSolution, path: Path) -> int:
    """Write what a plan applies as CSV, whole or not at all; returns how many rows it has.

    Raises AirshedError where the file cannot be written.
    """
    table = saved_table(found)
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(csv_text(table), encoding="utf-8", newline="")
        draft.replace(path)
    except OSError as why:
        draft.unlink(missing_ok=True)
        raise AirshedError("cannot-written-name-file-folder", path=path, strerror=why.strerror) from None
    return len(table)


def saved_table(found: PlanSolution) -> pd.DataFrame:
    """Return what a plan applies, as it is saved: the rows of `measures_of_plan` with their year."""
    table = measures_of_plan(found).drop(columns=["basis"])
    table.insert(2, "year", found.ground.chain.year)
    return table


def read_plan(held: PlanInputs, path: Path | Pasted) -> Floats:
    """Return the applications (option) of a plan file; what it does not name stays as it is today.

    Raises AirshedError, with the line, for a file that cannot be read, a measure or region that is not known, a share
    that is no number or outside its limits, a measure named twice, measures of a group that add up to more than 1,
    another year than that of the ground, and no row at all.
    """
    options = held.options
    known = {pair: number for number, pair in enumerate(zip(options.region, options.measure, strict=True))}
    regions, measures = set(options.region), set(options.measure)
    application = options.current.copy()
    named: dict[int, int] = {}
    for row in user_rows(path, COLUMNS, None):
        region, measure, place = row["region"], row["measure"], row.place
        if row["year"] and row["year"] != str(held.chain.year):
            raise AirshedError("plan-of-other-year", place=place, year=row["year"][:SHOWN], asked=held.chain.year)
        if region not in regions:
            raise AirshedError("region-not-known", place=place, region=region)
        if measure not in measures:
            raise AirshedError("measure-not-known-see-airshed", place=place, measure=measure)
        option = known[region, measure]
        if option in named:
            raise AirshedError(
                "named-again-first-line-keep-one", place=place, measure=measure, region=region, named=named[option]
            )
        named[option] = row.line
        what = Phrase("place-measure", place=place, measure=measure, region=region)
        application[option] = _share(held, option, row["application"], what)
    if not named:
        raise AirshedError("header-only-write-row-every-measure", path=path)
    _check_groups(held, application, named, path)
    return application


def _share(held: PlanInputs, option: int, text: str, what: Phrase) -> float:
    """Return an application within its limits; raises AirshedError where it is not."""
    options = held.options
    try:
        share = float(number(text, "application", AMOUNT))
    except AirshedError:
        share = float("nan")
    if not np.isfinite(share):
        raise AirshedError("application-not-number", what=what, text=repr(text[:SHOWN]))
    if not 0 <= share <= 1:
        raise AirshedError("application-not-share", what=what, share=f"{share:g}")
    low, high = float(options.current[option]), float(options.maximum[option])
    if share > high + ROUNDING:
        raise AirshedError(
            "application-beyond-limit-case", what=what, share=f"{share:g}", high=f"{high:.4g}", case=options.case
        )
    if share < low - ROUNDING:
        raise AirshedError(
            "application-below-what-place-case", what=what, share=f"{share:g}", low=f"{low:.4g}", case=options.case
        )
    return min(max(share, low), high)


def _check_groups(held: PlanInputs, application: Floats, named: dict[int, int], path: Path | Pasted) -> None:
    """Raise AirshedError where the applications of a group of exclusive measures add up to more than 1."""
    options = held.options
    total = np.bincount(options.group, weights=application)
    wrong = np.flatnonzero(total > np.maximum(1.0, np.bincount(options.group, weights=options.current)) + ROUNDING)
    if len(wrong):
        group = int(wrong[0])
        mine = [option for option in named if options.group[option] == group]
        lines = ", ".join(str(named[option]) for option in sorted(mine, key=lambda one: named[one]))
        raise AirshedError(
            "lines-measures-exclude-each-other",
            path=path,
            lines=lines,
            group_name=options.group_name[mine[0]],
            region=options.region[mine[0]],
            total=f"{total[group]:.4g}",
        )


def evaluated(held: PlanInputs, application: Floats) -> PlanSolution:
    """Return what applications (option), 0..1, do by the whole chain."""
    problem = problem_of(held)
    return answer_of(held, problem, evaluate(problem, application))


def compared(answers: Sequence[tuple[str, PlanSolution]]) -> pd.DataFrame:
    """Return plans side by side, what is in place first.

    returns : columns plan, quantity (cost, deaths avoided, CO2 change, measures, level), place, value, low, high, unit,
        difference (to the first plan)
    """
    records: list[dict[str, Any]] = []

    def add(plan: str, quantity: str, place: str, values: Sequence[float], unit: str) -> None:
        value, low, high = values
        records.append(
            {"plan": plan, "quantity": quantity, "place": place, "value": value, "low": low, "high": high, "unit": unit}
        )

    for name, found in answers:
        prices = (found.plan.cost, at_prices(found, 0), at_prices(found, 2))
        add(name, "cost", "", prices, MONEY)
        add(name, "deaths avoided", "", (found.deaths, found.deaths_low, found.deaths_high), "deaths/yr")
        carbon = co2_known(found)
        add(name, "CO2 change", "", (np.nan if carbon is None else carbon, np.nan, np.nan), "kt/yr")
        add(name, "measures", "", (float(len(measures_of_plan(found))), np.nan, np.nan), "1")
        for place, level in zip(found.ground.receptors, found.plan.reached, strict=False):
            add(name, "level", place, (max(float(level), 0.0), np.nan, np.nan), "ug/m3")
    table = pd.DataFrame.from_records(records)
    first = table[table["plan"] == answers[0][0]].set_index(["quantity", "place"])["value"]
    keys = list(zip(table["quantity"], table["place"], strict=True))
    table["difference"] = table["value"] - np.array([first[key] for key in keys])
    return table
