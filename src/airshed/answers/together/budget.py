"""Who contributes what to a secretariat or fund: by key, limits, discounts and compliance, to the cent."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import FIRST_YEAR, LAST_YEAR, alone, given_table, pasted, seats
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.members import budget as bodies
from airshed.assessment.members.budget import NOTES, BudgetResult
from airshed.assessment.members.budget_files import Files
from airshed.assessment.members.budget_keys import key_told
from airshed.assessment.members.founders import FOUNDERS, founders
from airshed.charts.colours import colours
from airshed.charts.evidence import comparison_points
from airshed.charts.members import yearly_bars
from airshed.cooperation.contributions import STEPS, to_cents
from airshed.pack.bounds import GROWTH, PER_HEAD
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import MILLION, money
from airshed.pack.user_table import Pasted, user_rows

CENT = fixed(2)
SIGNED_CENT = fixed(2, sign=True)
PASTED = {"scores": "member,year,score", "special": "member,year,amount,purpose", "paid": "member,year,amount"}
"""Columns of the tables that may be given."""
KEYS = (
    *("equal", "population", "gdp", "emissions:PM2.5", "emissions:SO2", "exported", "un-scale", "un-rates"),
    *("mixed:gdp=0.5,population=0.5", "mixed:gdp=0.5,emissions:PM2.5=0.5"),
)


class BudgetQuestion(Query):
    """Whose body, what it costs, and how the cost is shared."""

    members: tuple[str, ...] = Field(
        default=(),
        description="members: nations, regions, groups or cities; the first nations with a GDP if none",
        max_length=20,
    )
    total: str = Field(default="10000000", description="budget of the first year, USD", max_length=20)
    key: str = Field(default="gdp", description="key: what the shares follow", max_length=120)
    key_year: int | None = Field(
        default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year of people and emissions; the base year if empty"
    )
    years: str = Field(
        default="",
        description="years: one, or a span such as 2027-2031; the first after the newest observation if empty",
        max_length=20,
    )
    growth: float = Field(
        default=0.0, gt=GROWTH.least, le=GROWTH.most, description="growth of the budget a year, such as 0.02"
    )
    floor: float | None = Field(default=None, ge=0, le=1, description="least share of a member, 0 to 1")
    ceiling: float | None = Field(default=None, ge=0, le=1, description="greatest share of a member, 0 to 1")
    discount: float | None = Field(default=None, ge=0, le=1, description="discount for low income, gradient 0 to 1")
    threshold: float | None = Field(
        default=None, gt=0, le=PER_HEAD.most, description="GDP per head below which it begins, USD; the mean if empty"
    )
    missing: Literal["refuse", "floor"] = Field(default="refuse", description="members whose number is not known")
    scores: str = given_table("compliance, a line each: member,year,score (0 to 1)")
    penalty: float = Field(default=0.0, ge=0, le=1, description="rise per unit of score below the passing score")
    bonus: float | None = Field(
        default=None, ge=0, le=1, description="fall per unit of score above it; as the rise if empty"
    )
    passing: float = Field(
        default=1.0, ge=0, le=1, description="passing score, 0 to 1", json_schema_extra={"flag": "--pass"}
    )
    change_sum: bool = Field(
        default=False,
        description="let penalties and bonuses change the sum",
        json_schema_extra={"flag": "--not-neutral"},
    )
    special: str = given_table("special contributions, a line each: member,year,amount,purpose")
    paid: str = given_table("what was paid, a line each: member,year,amount")
    audit: bool = Field(default=False, description="every step of every member first, added up again")


def _files(ask: Ask, asked: BudgetQuestion) -> dict[str, Pasted]:
    found = {name: pasted(ask, name, getattr(asked, name), columns) for name, columns in PASTED.items()}
    return {name: held for name, held in found.items() if held is not None}


def _question(ask: Ask, asked: BudgetQuestion, members: list[str], files: dict[str, Pasted]) -> bodies.BudgetTerms:
    said = "--years" if alone(ask) else "years"
    return bodies.BudgetTerms(
        members=tuple(members),
        total=to_cents(asked.total, "total"),
        years=bodies.parse_years(asked.years, said) if asked.years else bodies.years_of_body(ask.pack),
        key=asked.key.strip(),
        key_year=asked.key_year,
        growth=asked.growth,
        floor=asked.floor,
        ceiling=asked.ceiling,
        gradient=asked.discount,
        threshold=asked.threshold,
        penalty=asked.penalty,
        bonus=asked.bonus,
        passing=asked.passing,
        neutral=not asked.change_sum,
        missing_at_floor=asked.missing == "floor",
        files=Files(**files),
    )


def budget(ask: Ask, words: Words, question: BudgetQuestion) -> Content:
    """Return what every member contributes, the trail of every step, and what came out of the audit."""
    _, pack, asked = words.translate, ask.pack, question
    members = list(asked.members) or founders(pack)
    files = _files(ask, asked)
    asking = _question(ask, asked, members, files)
    answer = ask.ask(("budget", asked, tuple(members)), lambda: bodies.budget(pack, asking))
    money = ("by_key", "assessed", "special", "total")
    moved = ("discount", "limits", "compliance", "carried")
    amounts = {**dict.fromkeys(money, CENT), **dict.fromkeys(moved, SIGNED_CENT)}
    columns = ("member", "year", "key_share", "by_key", "discount", "limits", "assessed", "compliance", "carried")
    sheets = [
        Sheet(
            "budget",
            _("Contributions, USD"),
            answer.rows,
            (*columns, "special", "total", "note", "source"),
            cells={**amounts, "key_share": fixed(6)},
            notes=NOTES,
            spare=("key_share", "carried", "special", "compliance", "limits", "discount", "by_key"),
        ),
        Sheet(
            "trail",
            _("Audit: every step of every member, USD"),
            answer.trail,
            ("member", "year", "step", "before", "change", "after", "purpose"),
            cells={"before": CENT, "after": CENT, "change": SIGNED_CENT, "step": lambda step: _(_step(step))},
        ),
        *(_sheet(name, table, words) for name, table in files.items()),
    ]
    figures = [(_first_year(answer, words), "budget")]
    figures += [(_by_year(answer, words), "budget")] if len(answer.budgets) > 1 else []
    return Content(
        title=_("Budget of a common body"),
        sheets=tuple(sheets if not asked.audit else [sheets[1], sheets[0], *sheets[2:]]),
        panels=tuple(Panel(figure, name) for figure, name in figures),
        equations=("contribution-discount", "contribution-limits", "contribution-compliance"),
        sentences=_told(answer, asked, bool(files.get("scores")), words),
        cards=_cards(answer.rows, words),
        held={"members": tuple(members)},
    )


def _step(step: str) -> str:
    """Return what a step of the trail is called: as the column of the answer."""
    return "by_key" if step == STEPS[0] else step


def _sheet(name: str, table: Pasted, words: Words) -> Sheet:
    """Return a pasted table, so that a download holds the file that the command asks for."""
    rows = [row.cells for row in user_rows(table, (), None)]
    title = words.translate("Pasted: {name}").format(name=words.translate(name))
    return Sheet(name, title, pd.DataFrame(rows))


def budget_sentence(rows: pd.DataFrame, key: str, key_year: int, words: Words) -> str:
    """Return what a body costs in its first year, by which key, and who contributes most and least.

    rows : of `budget.budget`, with columns member, year, total (USD)
    """
    _ = words.translate
    year = int(rows["year"].min())
    mine = rows[rows["year"] == year].sort_values("total", ascending=False, kind="stable")
    whole = float(mine["total"].sum())
    said = _(
        "The body costs its {members} members {whole} in {year}: {most} pays most, {most_amount} ({share}), {least} "
        "least, {least_amount}, by the key {key} of {key_year}."
    )
    first, last = mine.iloc[0], mine.iloc[-1]
    return said.format(
        members=len(mine),
        whole=_usd(whole, words),
        year=year,
        most=words.short(str(first["member"])),
        most_amount=_usd(float(first["total"]), words),
        share=percent(float(first["total"]) / whole) if whole else "–",
        least=words.short(str(last["member"])),
        least_amount=_usd(float(last["total"]), words),
        key=key_told(key, words.translate),
        key_year=key_year,
    )


def _usd(amount: float, words: Words) -> str:
    return money(amount / MILLION, words.language)


def _cards(rows: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    """Return what the body costs in its first year, and who contributes most and least."""
    _, year = words.translate, int(rows["year"].min())
    mine = rows[rows["year"] == year].sort_values("total", ascending=False, kind="stable")
    ends = [
        Card(_usd(float(row["total"]), words), label.format(member=words.short(str(row["member"]))), str(year))
        for row, label in ((mine.iloc[0], _("{member} pays most")), (mine.iloc[-1], _("{member} pays least")))
    ]
    return (Card(_usd(float(mine["total"].sum()), words), _("budget of the body"), str(year)), *ends)


def _told(answer: BudgetResult, asked: BudgetQuestion, scored: bool, words: Words) -> tuple[str, ...]:
    """Return the budgets of the years, what the audit says, and what compliance does."""
    _ = words.translate
    assessed = _("{year}: {amount} USD assessed, key {key} of {key_year}")
    said = [budget_sentence(answer.rows, asked.key, answer.key_year, words)]
    said += [
        assessed.format(year=year, amount=f"{cents / 100:,.2f}", key=key_told(asked.key, _), key_year=answer.key_year)
        for year, cents in answer.budgets.items()
    ][:FOUNDERS]
    said.append(_("{count} sums of the trail added again, all right to the cent").format(count=len(answer.checks)))
    if scored and not asked.change_sum:
        said.append(_("penalties and bonuses are shared out again: the sum stays the budget"))
    elif scored:
        changes = _("{year}: penalties and bonuses change the sum by {amount} USD")
        said += [changes.format(year=year, amount=f"{cents / 100:+,.2f}") for year, cents in answer.surplus.items()]
    return tuple(said)


def _first_year(answer: BudgetResult, words: Words) -> Figure:
    """Return what the members contribute in the first year: by the key alone, as assessed, and in all."""
    _ = words.translate
    year = next(iter(answer.budgets))
    rows = answer.rows[answer.rows["year"] == year].sort_values("total", ascending=False, kind="stable")
    labels = [words.short(code) for code in rows["member"]]
    names = {"by_key": _("by the key alone"), "assessed": _("as assessed"), "total": _("total contribution")}
    points = pd.concat(
        [pd.DataFrame({"label": labels, "series": name, "value": rows[key].to_numpy()}) for key, name in names.items()]
    )
    held = rows[list(names)]
    spans = pd.DataFrame({"label": labels, "low": held.min(axis=1).to_numpy(), "high": held.max(axis=1).to_numpy()})
    title = _("Contributions of the members, {year}").format(year=year)
    chart = comparison_points(
        spans,
        points,
        labels=list(dict.fromkeys(labels)),
        series=list(names.values()),
        title=title,
        subtitle=_(
            "from the share by the key to what is assessed with discount and limits, and to what is owed in all"
        ),
        axis=_("USD a year"),
    )
    return Figure("contributions", chart, title, _("The audit below shows every step, to the cent."))


def _by_year(answer: BudgetResult, words: Words) -> Figure:
    """Return the contributions of all years, stacked by member."""
    _ = words.translate
    years = list(answer.budgets)
    rows = answer.rows.assign(
        member=[words.short(code) for code in answer.rows["member"]], value=answer.rows["total"].clip(lower=0.0)
    )
    title = _("Contributions of the members, {first} to {last}").format(first=years[0], last=years[-1])
    chart = yearly_bars(
        rows[["member", "year", "value"]],
        members=list(dict.fromkeys(rows["member"])),
        colours=colours(words.pack, dict.fromkeys(answer.rows["member"])),
        title=title,
        subtitle=_("what is owed in all: assessed, compliance, arrears, special"),
        axis=_("USD a year"),
    )
    return Figure("years", chart, title, _("Each bar adds up to what the body receives in that year."))


ANSWER = Entry(
    title="Budget of a common body",
    question=BudgetQuestion,
    make=budget,
    choices={"members": seats, "key": lambda pack: list(KEYS)},
    told={"key": key_told},
)
