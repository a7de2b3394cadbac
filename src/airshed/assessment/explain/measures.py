"""Steps behind what a measure costs and does in a region."""

from __future__ import annotations

from collections.abc import Sequence

from airshed.assessment.explain.steps import THE_NUMBER, Step, equation_steps
from airshed.pack.codes import country_of, leaves, named, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.application import BASES, CASES
from airshed.strategy.cost import NOTES as COST_NOTES
from airshed.strategy.cost import Money, cost_in, dollar_cost, published
from airshed.strategy.measures import Measure, catalogue
from airshed.strategy.options import REASONS, build_options
from airshed.strategy.prints import NOTES as PRINT_NOTES

PRINTED, IN_DOLLARS, LABOUR, BROUGHT, WORKED_ON = (
    "cost as published",
    "cost there, money of 2015",
    "share of labour in the cost",
    "cost brought to the nation",
    "emitted by what it works on, {pollutant}",
)
EFFICIENCY, REMOVED, CURRENT, MAXIMUM = (
    "removal efficiency {pollutant}",
    "removed at full application, {pollutant}",
    "applied today",
    "applied at most",
)
NOT_CHOSEN = "cannot be chosen: {reason}"
TEMPLATES = (
    *COST_NOTES,
    *PRINT_NOTES,
    *REASONS,
    *(PRINTED, IN_DOLLARS, LABOUR, BROUGHT, WORKED_ON, EFFICIENCY, REMOVED, CURRENT, MAXIMUM, NOT_CHOSEN),
    *BASES,
)
"""Words of the steps, for translation."""


def explain_measure(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    """Return the steps behind the cost of a measure in a region: as printed, money, transfer, and what it does."""
    region, code = keys
    if region not in leaves(pack):
        raise unknown("region", region, leaves(pack), named(pack, region))
    known = {measure.code: measure for measure in catalogue(pack)}
    if code not in known:
        raise unknown("measure", code, list(known))
    cases = {case: build_options(pack, year, case, regions=[region]) for case in CASES}
    if code not in cases["middle"].measure:
        raise AirshedError("baseline-no-emissions", region=region)
    row, options = cases["middle"].measure.index(code), cases["middle"]
    low, value, high = options.unit_cost[row].tolist()
    reason = options.reason[row]
    note = NOT_CHOSEN.format(reason=reason) if reason else options.note[row]
    number = Step(THE_NUMBER, value, "USD of 2015/t", low, high, "derived", options.source[row], note)
    steps = [number, *_cost_steps(pack, known[code], country_of(pack)[region])]
    steps += [
        Step(WORKED_ON.format(pollutant=name), float(amount), "kt/yr", basis="derived", note=options.subject[row])
        for name, amount in zip(options.pollutants, options.emitted[row], strict=True)
        if name == options.priced[row]
    ]
    steps += [
        Step(EFFICIENCY.format(pollutant=name), item.value, "1", item.low, item.high, source=known[code].source)
        for name, item in known[code].efficiency.items()
    ]
    steps += [
        Step(REMOVED.format(pollutant=name), float(amount), "kt/yr", basis="derived")
        for name, amount in zip(options.pollutants, options.removal[row], strict=True)
        if amount
    ]
    for words, field in ((CURRENT, "current"), (MAXIMUM, "maximum")):
        values = [float(getattr(cases[case], field)[row]) for case in CASES]
        said = options.application_basis[row]
        steps.append(Step(words, values[1], "1", min(values), max(values), "derived", note=said))
    return [*steps, *equation_steps("annual-cost", "cost-transfer", "unabated-emission")]


def _cost_steps(pack: Pack, measure: Measure, nation: str) -> list[Step]:
    """Return the steps from the printed cost to money of 2015, and to the nation, before prints of studies."""
    if measure.cost is None:
        return []
    money = pack.derive("money", Money)
    own, there = published(measure.cost, money.rate), dollar_cost(money, measure.cost)
    unit = f"{measure.cost.currency}/t {measure.cost.pollutant}"
    labour, here = money.labour, cost_in(money, measure.cost, nation)
    return [
        Step(PRINTED, own.value, unit, own.low, own.high, "", measure.cost.source, measure.cost.note),
        Step(
            IN_DOLLARS,
            there.amount.value,
            f"USD of 2015/t {measure.cost.pollutant}",
            there.amount.low,
            there.amount.high,
            "derived",
            there.source,
            there.note,
        ),
        Step(LABOUR, labour.value, "1", labour.low, labour.high, note=measure.cost.region),
        Step(
            BROUGHT,
            here.amount.value,
            f"USD of 2015/t {measure.cost.pollutant}",
            here.amount.low,
            here.amount.high,
            "derived",
            here.source,
            here.note,
        ),
    ]
