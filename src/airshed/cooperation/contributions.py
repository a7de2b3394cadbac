"""Contributions of members to the budget of a common body: key, discount, limits, compliance, audited to the cent.

Amounts are whole cents and shares exact fractions from end to end, so that nothing is lost between the steps.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from airshed.pack.bounds import GROWTH, PER_HEAD, within
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, Phrase

Number = int | float | Decimal | Fraction
Cents = dict[str, int]
KEY, DISCOUNT, LIMITS, COMPLIANCE, CARRIED, SPECIAL = "key", "discount", "limits", "compliance", "carried", "special"
STEPS = (KEY, DISCOUNT, LIMITS, COMPLIANCE, CARRIED, SPECIAL)
"""The steps of a contribution, in their order; the first three make what is assessed."""
LARGEST = 10**15
"""Cents; above it a number with two decimals no longer holds every cent."""
LONGEST, SMALLEST = 40, -30
"""Letters of an amount, and the power of ten of its first digit: what is beyond is no amount of money."""


@dataclass(frozen=True)
class ContributionRules:
    """How a scale is bent; shares and rates 0..1.

    floor, ceiling : least and greatest share of the budget that a member is assessed
    gradient : of the discount for members with an income per head below `threshold` (of any one unit)
    penalty, bonus : change of what is assessed per unit of score below or above `passing`
    neutral : whether penalties and bonuses are shared out again, so that the sum stays the budget
    """

    floor: Number = 0
    ceiling: Number = 1
    gradient: Number = 0
    threshold: Number = 0
    penalty: Number = 0
    bonus: Number = 0
    passing: Number = 1
    neutral: bool = True

    def __post_init__(self) -> None:
        """Raise AirshedError for a number that makes no sense."""
        for name in ("floor", "ceiling", "gradient", "penalty", "bonus", "passing"):
            if not 0 <= exact(getattr(self, name), name) <= 1:
                raise AirshedError("field-not-share", name=name, value=getattr(self, name))
        if exact(self.floor) > exact(self.ceiling):
            raise AirshedError("floor-above-ceiling", floor=self.floor, ceiling=self.ceiling)
        if exact(self.threshold, "income threshold") <= 0 < exact(self.gradient):
            raise AirshedError("discount-needs-income-threshold-above")
        if self.threshold:
            within(self.threshold, "threshold", PER_HEAD)


@dataclass(frozen=True)
class ContributionStep:
    """One step of the contribution of a member in a year, in cents; `purpose` of an earmarked contribution."""

    member: str
    year: int
    step: str
    before: int
    change: int
    after: int
    purpose: str = ""


@dataclass(frozen=True)
class Check:
    """A sum that was added again: what of, what came out, and what it should be, in cents."""

    year: int
    what: str
    added: int
    wanted: int

    @property
    def holds(self) -> bool:
        """Whether the sum is right to the last cent."""
        return self.added == self.wanted


@dataclass(frozen=True)
class Tables:
    """What is known of single members and years, in cents: scores 0..1, what was paid, special contributions."""

    scores: Mapping[tuple[str, int], Number]
    paid: Mapping[tuple[str, int], int]
    special: Mapping[tuple[str, int, str], int]


NOTHING = Tables({}, {}, {})


def exact(number: Number, what: str | Phrase = "number") -> Fraction:
    """Return a number as the decimal that it is written as; raises AirshedError for what is not finite.

    >>> exact(0.22)
    Fraction(11, 50)
    """
    if isinstance(number, (int, Fraction)):
        return Fraction(number)
    try:
        return Fraction(str(number))
    except ValueError:
        raise AirshedError("not-number-write-plain", what=what, number=number) from None


def to_cents(amount: str | Number, what: str = "amount") -> int:
    """Return an amount in cents; raises AirshedError for one that is negative, no number, or no whole cents.

    >>> to_cents("1250.5")
    125050
    """
    written = str(amount).strip()
    try:
        cents = Decimal(written if len(written) <= LONGEST and "_" not in written else "NaN")
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite():
        raise AirshedError("not-number-write-amount", what=what, amount=amount)
    if cents < 0:
        raise AirshedError("what-amount-negative", what=what, amount=amount)
    if cents > LARGEST // 100:
        raise AirshedError("too-large", what=what, amount=amount)
    if cents and cents.adjusted() < SMALLEST:
        raise AirshedError("parts-cent", what=what, amount=amount)
    cents *= 100
    if cents != cents.to_integral_value():
        raise AirshedError("parts-cent", what=what, amount=amount)
    return int(cents)


def yearly_budgets(total: int, years: Sequence[int], growth: Number = 0) -> dict[int, int]:
    """Return the budget of every year, cents: `total` in the first, then growing by a constant rate, to the cent.

    >>> yearly_budgets(100_00, [2027, 2028, 2029], 0.015)
    {2027: 10000, 2028: 10150, 2029: 10302}
    """
    rate = 1 + exact(within(growth, "growth", GROWTH), "growth")
    budgets = {year: round(total * rate ** (year - years[0])) for year in years}
    for year, cents in budgets.items():
        if cents > LARGEST:
            raise AirshedError("budget-too-large", year=year)
    return budgets


def shares(weights: Mapping[str, Number]) -> dict[str, Fraction]:
    """Return weights as shares of their sum; raises AirshedError for a negative one, or if all are zero."""
    held = {code: exact(weight, Phrase("word-weight-of", code=code)) for code, weight in weights.items()}
    for code, weight in held.items():
        if weight < 0:
            raise AirshedError("weight-negative", code=code)
    whole = sum(held.values(), Fraction(0))
    if whole == 0:
        raise AirshedError("key-zero-every-member")
    return {code: weight / whole for code, weight in held.items()}


def mixed(parts: Sequence[tuple[Number, Mapping[str, Number]]]) -> dict[str, Fraction]:
    """Return the shares of a key made of several: each by its weight, the weights in proportion."""
    weights = shares({str(place): weight for place, (weight, _) in enumerate(parts)})
    result: dict[str, Fraction] = {}
    for place, (_, key) in enumerate(parts):
        for code, share in shares(key).items():
            result[code] = result.get(code, Fraction(0)) + weights[str(place)] * share
    return result


@equation(
    key="contribution-discount",
    title="Discount for low income per head",
    latex=r"s'_i = s_i\left(1 - g\,\max\left(0, 1 - \frac{y_i}{T}\right)\right),\quad "
    r"s'_j = s_j\,\frac{1 - \sum_{y_i<T} s'_i}{\sum_{y_k\ge T} s_k}",
    units="share of the budget",
    citation="United Nations scale of assessments, A/RES/73/271 (2018) paragraph 6 (e)",
)
def discounted(
    key: Mapping[str, Fraction], incomes: Mapping[str, Number], threshold: Number, gradient: Number
) -> dict[str, Fraction]:
    """Return shares after the discount; what it takes off is borne by the members that are not below the threshold.

    incomes : per head, of every member with a share, in the unit of the threshold
    Raises AirshedError if nobody is left to bear it.
    """
    limit, steep = exact(threshold), exact(gradient)
    unknown = [code for code, share in key.items() if share and code not in incomes]
    if unknown:
        raise AirshedError("no-income-per-head", unknown=unknown[0])
    result = dict(key)
    low = {code for code, share in key.items() if share and exact(incomes[code]) < limit}
    for code in low:
        result[code] = key[code] * (1 - steep * (1 - exact(incomes[code]) / limit))
    bearing = sum((share for code, share in key.items() if code not in low), Fraction(0))
    moved = sum((key[code] - result[code] for code in low), Fraction(0))
    if moved and not bearing:
        raise AirshedError("every-member-income-per-head", limit=f"{float(limit):g}")
    return {
        code: share if code in low or not moved else share * (1 + moved / bearing) for code, share in result.items()
    }


def largest_remainder(total: int, weights: Mapping[str, Number]) -> Cents:
    """Return cents in proportion to weights, adding up to the total: cents left over go to the largest remainders.

    Nobody is further than a cent from the exact share, and whose weight falls while the others' stay never gets
    more. Of equal remainders the first in the alphabet comes first.

    >>> largest_remainder(100, {"A": 1, "B": 1, "C": 1})
    {'A': 34, 'B': 33, 'C': 33}
    """
    quotas = {code: total * share for code, share in shares(weights).items()}
    given = {code: floor(quota) for code, quota in quotas.items()}
    order = sorted(quotas, key=lambda code: (given[code] - quotas[code], code))
    for code in order[: total - sum(given.values())]:
        given[code] += 1
    return given


@equation(
    key="contribution-limits",
    title="Floor and ceiling of contributions",
    latex=r"a_i = \min(\max(\lambda\,s_i, l_i), u_i),\quad \sum_i a_i = B",
    units="cents",
    citation="as the minimum and maximum rates of the United Nations scale of assessments, A/RES/73/271 (2018)",
)
def limited(
    total: int, weights: Mapping[str, Number], low: Mapping[str, int], high: Mapping[str, int]
) -> dict[str, Fraction]:
    """Return amounts within limits that add up to the total, in proportion to weights wherever no limit binds.

    This is where it ends to share out again, pro rata, what limits take and give until nothing changes.
    low, high : cents; a member without weight gets its low one
    Raises AirshedError if the limits contradict the total.
    """
    held = {code: exact(weight) for code, weight in weights.items()}
    _refuse_contradiction(total, held, low, high)

    def amounts(scale: Fraction) -> dict[str, Fraction]:
        return {
            code: min(max(weight * scale, Fraction(low[code])), Fraction(high[code])) for code, weight in held.items()
        }

    def level(scale: Fraction) -> Fraction:
        return sum(amounts(scale).values(), Fraction(0))

    turns = sorted({bound[code] / weight for code, weight in held.items() if weight for bound in (low, high)})
    place = bisect_left(turns, Fraction(total), key=level)
    if place == 0:
        return amounts(turns[0] if turns else Fraction(0))
    before, after = turns[place - 1], turns[place]
    part = (total - level(before)) / (level(after) - level(before))
    return amounts(before + part * (after - before))


def _refuse_contradiction(
    total: int, weights: Mapping[str, Fraction], low: Mapping[str, int], high: Mapping[str, int]
) -> None:
    least = sum(low.values())
    if least > total:
        raise AirshedError(
            "floors-members-add-up-budget",
            members=len(low),
            share=f"{least / total:.4g}",
            highest=f"{1 / len(low):.4g}",
        )
    most = sum(high[code] if weight else low[code] for code, weight in weights.items())
    if most < total:
        paying = sum(weight > 0 for weight in weights.values())
        raise AirshedError("ceilings-members-key-floors-others", members=paying, share=f"{most / total:.4g}")


def cent_limits(
    total: int, weights: Mapping[str, Number], rules: ContributionRules, at_floor: Collection[str] = ()
) -> tuple[Cents, Cents]:
    """Return the limits of every member in whole cents inside the shares; `at_floor` have both at the floor.

    Where only a part of a cent is in the way of keeping all of them, the floor is the cent below, the ceiling above.
    """
    least, most = total * exact(rules.floor), total * exact(rules.ceiling)
    paying = sum(code not in at_floor and weight > 0 for code, weight in weights.items())
    resting = len(weights) - paying
    low, high = ceil(least), floor(most)
    if low > high or (low * len(weights) > total >= least * len(weights)):
        low = floor(least)
    if paying * high + resting * low < total <= paying * most + resting * least:
        high = ceil(most)
    return dict.fromkeys(weights, low), {code: low if code in at_floor else high for code in weights}


def assessed(
    total: int,
    weights: Mapping[str, Number],
    rules: ContributionRules,
    incomes: Mapping[str, Number] | None = None,
    at_floor: Collection[str] = (),
) -> dict[str, Cents]:
    """Return the cents of every member after the steps key, discount and limits; each adds up to the total.

    weights : of the key, by member; those `at_floor` must have none
    incomes : per head, needed with a gradient, of every member with a weight
    """
    key = shares(weights)
    lowered = discounted(key, incomes or {}, rules.threshold, rules.gradient) if rules.gradient else key
    within = limited(total, lowered, *cent_limits(total, lowered, rules, at_floor))
    parts = ((KEY, key), (DISCOUNT, lowered), (LIMITS, within))
    return {step: largest_remainder(total, part) for step, part in parts}


@equation(
    key="contribution-compliance",
    title="Penalty and bonus for compliance",
    latex=r"a'_i = B\,\frac{a_i f_i}{\sum_j a_j f_j},\quad f_i = 1 + p\,\max(0, t - c_i) - q\,\max(0, c_i - t)",
    units="cents",
    citation="rule of this project; rates and passing score are the user's",
)
def adjusted(total: int, amounts: Mapping[str, int], scores: Mapping[str, Number], rules: ContributionRules) -> Cents:
    """Return amounts (cents) after penalties and bonuses; a member without a score has the factor 1.

    The limits are those of the assessment, so a penalty may lead past the ceiling. A better score never costs more.
    """
    passing, penalty, bonus = (exact(getattr(rules, name)) for name in ("passing", "penalty", "bonus"))
    factors = dict.fromkeys(amounts, Fraction(1))
    for code, score in scores.items():
        missed = passing - exact(score)
        factors[code] = 1 + (penalty if missed > 0 else bonus) * missed
    if all(factor == 1 for factor in factors.values()):
        return dict(amounts)
    bent = {code: amount * factors[code] for code, amount in amounts.items()}
    if rules.neutral and not any(bent.values()):
        raise AirshedError("bonuses-leave-nobody-pay-budget")
    return largest_remainder(total, bent) if rules.neutral else {code: round(amount) for code, amount in bent.items()}


def contributions(
    budgets: Mapping[int, int],
    weights: Mapping[str, Number],
    rules: ContributionRules,
    incomes: Mapping[str, Number] | None = None,
    at_floor: Collection[str] = (),
    tables: Tables = NOTHING,
) -> list[ContributionStep]:
    """Return every step of every contribution, by year and member.

    budgets : cents by year, of years that follow each other
    Arrears: where it is known what was paid, what was due but not paid (or paid too much) is carried to the next
    year; else all is taken as paid. Special contributions are voluntary: they come on top and are not carried.
    """
    trail: list[ContributionStep] = []
    carried = dict.fromkeys(weights, 0)
    for year in sorted(budgets):
        stages = assessed(budgets[year], weights, rules, incomes, at_floor)
        scores = {code: tables.scores[code, year] for code in weights if (code, year) in tables.scores}
        stages[COMPLIANCE] = adjusted(budgets[year], stages[LIMITS], scores, rules)
        stages[CARRIED] = {code: amount + carried[code] for code, amount in stages[COMPLIANCE].items()}
        due = stages[CARRIED]
        for code in weights:
            steps = [(step, amounts[code], "") for step, amounts in stages.items()]
            end = due[code]
            for purpose, gift in _gifts(tables, code, year):
                end += gift
                steps.append((SPECIAL, end, purpose))
            before = 0
            for step, after, purpose in steps:
                trail.append(ContributionStep(code, year, step, before, after - before, after, purpose))
                before = after
        carried = {code: due[code] - tables.paid.get((code, year), due[code]) for code in weights}
    return trail


def _gifts(tables: Tables, member: str, year: int) -> list[tuple[str, int]]:
    """Return the purposes and amounts of special contributions of a member in a year, by purpose."""
    return sorted(
        (purpose, gift) for (who, when, purpose), gift in tables.special.items() if (who, when) == (member, year)
    )


def audit(
    trail: Sequence[ContributionStep], budgets: Mapping[int, int], tables: Tables = NOTHING, neutral: bool = True
) -> list[Check]:
    """Add a trail up again, by nothing but its rows and what was asked, and return every sum beside what it must be.

    Checked are: every row; every row's start with the end of the one before; by year the key with the budget, and
    discount, limits and neutral compliance with zero; by member what is carried with what was due and paid, and what
    is special with its table.
    """
    checks = [Check(row.year, f"{row.member} {row.step}", row.before + row.change, row.after) for row in trail]
    due: dict[tuple[str, int], int] = {}
    for (member, year), rows in groupby(trail, key=lambda row: (row.member, row.year)):
        end, regular, carried = 0, 0, 0
        for row in rows:
            checks.append(Check(year, f"{member} {row.step} start", row.before, end))
            end = row.after
            regular += row.change if row.step != SPECIAL else 0
            carried += row.change if row.step == CARRIED else 0
        earlier = due.get((member, year - 1), 0)
        checks.append(Check(year, f"{member} arrears", carried, earlier - tables.paid.get((member, year - 1), earlier)))
        due[member, year] = regular
    wanted = {KEY: dict(budgets), DISCOUNT: dict.fromkeys(budgets, 0), LIMITS: dict.fromkeys(budgets, 0)}
    if neutral:
        wanted[COMPLIANCE] = dict.fromkeys(budgets, 0)
    for step, sums in wanted.items():
        for year, amount in sums.items():
            checks.append(Check(year, step, _added(trail, year, step), amount))
    for year in budgets:
        gifts = sum(gift for (_, when, _), gift in tables.special.items() if when == year)
        checks.append(Check(year, SPECIAL, _added(trail, year, SPECIAL), gifts))
    return checks


def _added(trail: Sequence[ContributionStep], year: int, step: str) -> int:
    return sum(row.change for row in trail if row.year == year and row.step == step)
