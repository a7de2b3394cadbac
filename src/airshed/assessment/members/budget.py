"""The budget of a common body: what each member contributes by year, by numbers of the pack and tables of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

import pandas as pd

from airshed.assessment.chain.cities import city_of, held_by, members_asked, refuse_shared
from airshed.assessment.games.game import borrows
from airshed.assessment.members.budget_files import NO_FILES, Files, read_tables
from airshed.assessment.members.budget_keys import UN_SCALE, incomes, read_key
from airshed.cooperation.contributions import (
    CARRIED,
    COMPLIANCE,
    DISCOUNT,
    KEY,
    LIMITS,
    SPECIAL,
    STEPS,
    Check,
    ContributionRules,
    ContributionStep,
    Number,
    audit,
    cent_limits,
    contributions,
    exact,
    shares,
    yearly_budgets,
)
from airshed.pack.bounds import MONEY, YEAR, Bound, span, within
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

UNIT = "USD"
CENTS = 100
CENTS_OF_MONEY = Bound(0, CENTS * MONEY.most, whole=True)
LONGEST = 100
"""Years; a growing budget further on is no budget."""
UN_PARAMETERS = {"floor": "un_scale_floor", "ceiling": "un_scale_ceiling", "gradient": "un_scale_gradient"}
PER_HEAD = "GDP per head"
RAISED_FROM = 2
"""Times the share by the key, from which on a note says so."""
NO_NUMBER = "no {number} in the pack, so put at the floor"
LOW_INCOME = "GDP per head {income} USD, below {threshold}"
AT_FLOOR, AT_CEILING = "at the floor", "at the ceiling"
RAISED = "{times} times what the key alone gives, because of the ceiling of others"
NO_SCORE = "no score, so taken as just passing"
EARMARKED = "special for {purposes}"
EXPORTS = "{deaths} deaths a year outside its regions, at the margin"
BORROWED = "by a relation that it shares with another nation: indicative"
CITY = "{share} of {region} by people, of emissions and GDP {low} to {high}"
NOTES = (EXPORTS, BORROWED, CITY, NO_NUMBER, LOW_INCOME, AT_FLOOR, AT_CEILING, RAISED, NO_SCORE, EARMARKED)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class BudgetTerms:
    """What a budget is asked for.

    members : codes of nations, regions or groups; total : cents of the first year; years : following each other
    key : as `budget_keys.FORM` says; key_year : of people and emissions, the base year of the pack if not given
    floor, ceiling, gradient : shares; those of the key `un-scale`, else none, if not given
    threshold : GDP per head below which the discount begins, USD; the mean of the members if not given
    missing_at_floor : put members at the floor of which the pack lacks a number that is needed; else they are refused
    """

    members: tuple[str, ...]
    total: int
    years: tuple[int, ...]
    key: str = "population"
    key_year: int | None = None
    growth: Number = 0
    floor: Number | None = None
    ceiling: Number | None = None
    gradient: Number | None = None
    threshold: Number | None = None
    penalty: Number = 0
    bonus: Number | None = None
    passing: Number = 1
    neutral: bool = True
    missing_at_floor: bool = False
    files: Files = NO_FILES


@dataclass(frozen=True)
class BudgetResult:
    """A budget: rows by year and member, the trail of every step, and the sums that were added again.

    rows : columns member, year, key_share, by_key, discount, limits, assessed (the sum of these three), compliance,
        carried, special, total (assessed and what follows), unit (USD), key, source, note
    trail : columns member, year, step, before, change, after, unit, purpose
    surplus : what compliance adds to the budgets, cents by year; zero where it is neutral
    """

    rows: pd.DataFrame
    trail: pd.DataFrame
    checks: list[Check]
    budgets: dict[int, int]
    surplus: dict[int, int]
    key_year: int


def budget(pack: Pack, question: BudgetTerms) -> BudgetResult:
    """Return what every member contributes in every year.

    Raises AirshedError for members that are unknown or overlap, for amounts, shares, scores and files that make no
    sense, limits that contradict each other, and members without a number that the key or the discount needs.
    """
    codes = _members(pack, question.members)
    _check(question)
    tables = read_tables(question.files, codes, question.years)
    _refuse_idle(question, bool(tables.scores))
    key_year = pack.base_year if question.key_year is None else question.key_year
    key = read_key(pack, question.key, codes, key_year)
    limits, sources = _limits(pack, question)
    per_head, threshold = _per_head(pack, question, codes, limits["gradient"])
    rules = ContributionRules(
        **limits,
        threshold=threshold,
        penalty=question.penalty,
        bonus=question.penalty if question.bonus is None else question.bonus,
        passing=question.passing,
        neutral=question.neutral,
    )
    missing = dict(key.missing)
    if limits["gradient"]:
        missing |= {code: PER_HEAD for code in codes if code not in per_head and code not in missing}
    if missing and not question.missing_at_floor:
        raise AirshedError("pack-lacks-of-members", what=next(iter(missing.values())), members=", ".join(missing))
    weights = shares({code: Fraction(0) if code in missing else share for code, share in key.shares.items()})
    budgets = yearly_budgets(question.total, question.years, question.growth)
    trail = contributions(budgets, weights, rules, per_head, missing, tables)
    checks = audit(trail, budgets, tables, rules.neutral)
    wrong = [check for check in checks if not check.holds]
    if wrong:
        raise RuntimeError(f"the audit of the budget failed: {wrong[0]}")
    said = _Said(budgets, weights, rules, missing, per_head, set(tables.scores), _remarks(pack, codes, key.exported))
    return BudgetResult(
        rows=_rows(trail, said, question.key, " ".join(dict.fromkeys([*key.sources, *sources]))),
        trail=_trail(trail),
        checks=checks,
        budgets=budgets,
        surplus={year: _added(trail, year, COMPLIANCE) for year in budgets},
        key_year=key_year,
    )


def _check(question: BudgetTerms) -> None:
    """Raise AirshedError for a total and years that no budget has."""
    if question.total <= 0:
        raise AirshedError("total-not-above-0")
    within(question.total, "total", CENTS_OF_MONEY)
    years = question.years
    if not years or len(years) > LONGEST or list(years) != list(range(years[0], years[0] + len(years))):
        raise AirshedError("years-do-not-follow-each-other", longest=LONGEST)
    for year in (years[0], years[-1], *([] if question.key_year is None else [question.key_year])):
        within(year, "years", YEAR)


def parse_years(text: str, name: str = "years") -> tuple[int, ...]:
    """Return the years of a span; raises AirshedError for what is none.

    >>> parse_years("2027-2029")
    (2027, 2028, 2029)
    """
    return span(text, name, LONGEST)


def _members(pack: Pack, codes: Sequence[str]) -> list[str]:
    """Return the members; raises AirshedError for fewer than two, one named twice, unknown or overlapping ones."""
    twice = [code for place, code in enumerate(codes) if code in codes[:place]]
    if twice:
        raise AirshedError("member-named-twice", twice=twice[0])
    codes = members_asked(pack, codes)
    refuse_shared(pack, codes)
    if len(codes) < 2:
        raise AirshedError("common-budget-needs-least-two")
    return list(codes)


def _refuse_idle(question: BudgetTerms, scored: bool) -> None:
    """Raise AirshedError for scores without a rate, and rates without scores, which would do nothing."""
    rated = bool(question.penalty or question.bonus)
    if scored and not rated:
        raise AirshedError("scores-change-nothing-without-rate")
    if rated and question.files.scores is None:
        raise AirshedError("penalty-bonus-needs-scores")


def _limits(pack: Pack, question: BudgetTerms) -> tuple[dict[str, Number], list[str]]:
    """Return floor, ceiling and gradient of a question, those of the un-scale from the pack, and their sources."""
    asked = {"floor": question.floor, "ceiling": question.ceiling, "gradient": question.gradient}
    found: dict[str, Number] = {"floor": 0, "ceiling": 1, "gradient": 0}
    sources: list[str] = []
    for name, value in asked.items():
        if value is not None:
            found[name] = value
        elif question.key == UN_SCALE:
            rows = pack.table("parameters")
            rows = rows[rows["key"] == UN_PARAMETERS[name]]
            if rows.empty:
                raise MissingTableError(
                    "parameters",
                    Phrase("detail-un-parameters-key-un-scale", un_parameters=UN_PARAMETERS[name], un_scale=UN_SCALE),
                )
            found[name] = float(rows["value"].iloc[0])
            sources.append(str(rows["source"].iloc[0]))
    return found, sources


def _per_head(
    pack: Pack, question: BudgetTerms, codes: Sequence[str], gradient: Number
) -> tuple[dict[str, float], Number]:
    """Return the GDP per head of the members that have one, and the threshold; nothing without a discount."""
    if not gradient:
        if question.threshold is not None:
            raise AirshedError("threshold-does-nothing-without-discount")
        return {}, 0
    found, mean = incomes(pack, codes)
    known = {code: number for code, number in found.items() if isfinite(number)}
    return known, mean if question.threshold is None else question.threshold


def years_of_body(pack: Pack) -> tuple[int, ...]:
    """Return the year of a budget that names none: the first after the newest observation and the base year."""
    observed = pack.optional("observations")
    return (max(int(observed["year"].max()) if len(observed) else 0, pack.base_year) + 1,)


def _remarks(pack: Pack, codes: Sequence[str], exported: Mapping[str, float]) -> dict[str, list[str]]:
    """Return what is said of members: deaths that they export, a borrowed relation, the share of a city by people."""
    found: dict[str, list[str]] = {code: [] for code in codes}
    for code, deaths in exported.items():
        found[code] += [EXPORTS.format(deaths=f"{deaths:,.0f}")] if isfinite(deaths) else []
        found[code] += [BORROWED] if borrows(pack, held_by(pack, code)) else []
    for code in codes:
        city = city_of(pack, code)
        if city is not None:
            found[code].append(
                CITY.format(
                    region=city.region,
                    share=percent(city.share),
                    low=percent(min(city.emitted_low, city.gdp_low)),
                    high=percent(max(city.emitted_high, city.gdp_high)),
                )
            )
    return found


@dataclass(frozen=True)
class _Said:
    """What the notes of the rows are made from."""

    budgets: dict[int, int]
    weights: dict[str, Fraction]
    rules: ContributionRules
    missing: dict[str, str]
    per_head: dict[str, float]
    scores: set[tuple[str, int]]
    remarks: dict[str, list[str]]

    def notes(self, member: str, year: int, limited: int, own: Sequence[ContributionStep]) -> list[str]:
        """Return the notes on what a member is assessed in a year (cents), and on its other steps."""
        if member in self.missing:
            notes = [NO_NUMBER.format(number=self.missing[member])]
        else:
            notes = self._of_limits(member, year, limited)
        if self.per_head.get(member, self.rules.threshold) < self.rules.threshold:
            income, threshold = self.per_head[member], float(self.rules.threshold)
            notes.append(LOW_INCOME.format(income=f"{income:,.0f}", threshold=f"{threshold:,.0f}"))
        if self.scores and (member, year) not in self.scores:
            notes.append(NO_SCORE)
        purposes = [row.purpose for row in own if row.purpose]
        return [*notes, EARMARKED.format(purposes=", ".join(purposes))] if purposes else notes

    def _of_limits(self, member: str, year: int, limited: int) -> list[str]:
        low, high = cent_limits(self.budgets[year], self.weights, self.rules, self.missing)
        if limited == low[member] and exact(self.rules.floor):
            return [AT_FLOOR]
        notes = [AT_CEILING] if limited == high[member] and exact(self.rules.ceiling) < 1 else []
        by_key = self.budgets[year] * self.weights[member]
        if exact(self.rules.ceiling) < 1 and by_key and limited >= RAISED_FROM * by_key:
            notes.append(RAISED.format(times=f"{float(limited / by_key):.3g}"))
        return notes


def _rows(trail: Sequence[ContributionStep], said: _Said, key: str, source: str) -> pd.DataFrame:
    records = []
    for year in said.budgets:
        for member in said.weights:
            own = [row for row in trail if (row.member, row.year) == (member, year)]
            moved = {step: sum(row.change for row in own if row.step == step) for step in STEPS}
            limited = moved[KEY] + moved[DISCOUNT] + moved[LIMITS]
            records.append(
                {
                    "member": member,
                    "year": year,
                    "key_share": float(said.weights[member]),
                    "by_key": moved[KEY] / CENTS,
                    "discount": moved[DISCOUNT] / CENTS,
                    "limits": moved[LIMITS] / CENTS,
                    "assessed": limited / CENTS,
                    "compliance": moved[COMPLIANCE] / CENTS,
                    "carried": moved[CARRIED] / CENTS,
                    "special": moved[SPECIAL] / CENTS,
                    "total": own[-1].after / CENTS,
                    "unit": UNIT,
                    "key": key,
                    "source": source,
                    "note": "; ".join([*said.notes(member, year, limited, own), *said.remarks.get(member, ())]),
                }
            )
    return pd.DataFrame.from_records(records)


def _trail(trail: Sequence[ContributionStep]) -> pd.DataFrame:
    return pd.DataFrame.from_records(
        [
            {
                "member": row.member,
                "year": row.year,
                "step": row.step,
                "before": row.before / CENTS,
                "change": row.change / CENTS,
                "after": row.after / CENTS,
                "unit": UNIT,
                "purpose": row.purpose,
            }
            for row in trail
        ]
    )


def _added(trail: Sequence[ContributionStep], year: int, step: str) -> int:
    return sum(row.change for row in trail if row.year == year and row.step == step)
