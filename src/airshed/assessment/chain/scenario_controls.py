"""Emissions under a control strategy: measures applied in some regions as far as a scenario says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from airshed.assessment.chain.maximum_feasible import Applied, Places, Wanted, maximum_feasible
from airshed.pack.arrays import Floats
from airshed.pack.codes import leaves, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import EVERY, Control
from airshed.strategy.application import Case
from airshed.strategy.measures import catalogue
from airshed.strategy.options import Options
from airshed.transport.relation import Relation

ROUNDING = 1e-9


def controlled(
    pack: Pack, emissions: xr.Dataset, relation: Relation, controls: Sequence[Control], case: Case = "middle"
) -> tuple[xr.Dataset, Applied]:
    """Return emissions with measures applied as controls say after the base year, and the applications.

    emissions : value (kt/yr), basis and source over (region, sector, pollutant, year), without the measures
    A later control of the same measure and region takes the place of an earlier one. What a family lacks of its share
    goes to its members in equal parts. Raises AirshedError for a measure or region that is not known,
    a measure beyond what it can be applied to, and measures of one group whose applications add up to more than 1.
    """
    wanted = _wanted(pack, controls)

    def choose(options: Options, rows: Places, years: Sequence[int], _: Wanted, span: Floats, room: float) -> Floats:
        more = np.zeros((len(rows), len(years)))
        current = {options.measure[row]: float(options.current[row]) for row in rows}
        for number, row in enumerate(rows):
            for control, family in wanted.get((options.measure[row], options.region[row]), ()):
                lacking = control.application - sum(current[code] for code in family)
                due = np.array([_due(control, year) for year in years])
                more[number, due] = max(lacking, 0.0) / len(family)
        _check(options, rows, more, span, room)
        return np.minimum(more, span[:, None])

    regions = list(dict.fromkeys(region for _, region in wanted))
    return maximum_feasible(pack, emissions, relation, case, choose, regions)


def _due(control: Control, year: int) -> bool:
    first, last = control.first_year, control.last_year
    return (first is None or year >= first) and (last is None or year <= last)


def _wanted(pack: Pack, controls: Sequence[Control]) -> dict[tuple[str, str], list[tuple[Control, list[str]]]]:
    """Return what is asked of every measure and region, each with the measures that it is asked of together."""
    families: dict[str, list[str]] = {}
    for measure in catalogue(pack):
        families.setdefault(measure.code, [measure.code])
        if measure.family:
            families.setdefault(measure.family, []).append(measure.code)
    found: dict[tuple[str, str], list[tuple[Control, list[str]]]] = {}
    for control in controls:
        held = [leaves(pack) if code == EVERY else members(pack, code) for code in control.regions]
        for name in control.measures:
            if name not in families:
                raise AirshedError("scenario-applies-no-measure", name=name)
            for code in families[name]:
                for region in (one for part in held for one in part):
                    found.setdefault((code, region), []).append((control, families[name]))
    return found


def _check(options: Options, rows: Places, more: Floats, span: Floats, room: float) -> None:
    """Raise AirshedError for applications beyond a measure's limit, or a group's."""
    beyond = (more > span[:, None] + ROUNDING).any(axis=1)
    if beyond.any():
        row = int(rows[int(np.argmax(beyond))])
        asked = options.current[row] + more[int(np.argmax(beyond))].max()
        raise AirshedError(
            "scenario-applies-beyond-limit-case",
            measure=options.measure[row],
            region=options.region[row],
            asked=f"{asked:.4g}",
            maximum=f"{options.maximum[row]:.4g}",
            case=options.case,
        )
    if (more.sum(axis=0) > room + ROUNDING).any():
        names = ", ".join(options.measure[row] for row, part in zip(rows, more, strict=True) if part.any())
        raise AirshedError("scenario-applies-measures-exclude-each", region=options.region[rows[0]], names=names)
