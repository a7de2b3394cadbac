"""The page on the budget of a common body: who contributes what, by key, limits and compliance, to the cent."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.chain.economy import known_products
from airshed.assessment.members import budget as bodies
from airshed.assessment.members.budget import NOTES, Answer
from airshed.assessment.members.budget_files import Files
from airshed.charts.members import yearly_bars
from airshed.cooperation.contributions import STEPS, to_cents
from airshed.pack.bounds import GROWTH, PER_HEAD
from airshed.pack.codes import countries
from airshed.pack.language import retell
from airshed.pack.pack import Pack
from airshed.pack.user_table import Pasted, user_rows
from airshed.report.cells import fixed
from airshed.report.words import Figure, Words
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR
from airshed.web.pages.figures import side_by_side

CENT = fixed(2)
SIGNED_CENT = fixed(2, sign=True)
FOUNDERS = 4
"""Members of a body of which nothing is asked."""
PASTED = {"scores": "score", "special": "amount", "paid": "amount"}
"""Tables that may be pasted, and the column that they need besides member and year."""
AREA: dict[str, Any] = {"format": "textarea"}
LONGEST_TABLE = 1500
"""Characters of a pasted table: it stands in the address."""
KEYS = (
    *("equal", "population", "gdp", "emissions:PM2.5", "emissions:SO2", "exported", "un-scale", "un-rates"),
    *("mixed:gdp=0.5,population=0.5", "mixed:gdp=0.5,emissions:PM2.5=0.5"),
)


class BudgetQuestion(Question):
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
    years: str = Field(default="2027-2029", description="years: one, or a span such as 2027-2031", max_length=20)
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
    scores: str = Field(
        default="",
        description="compliance, a line each: member,year,score (0 to 1)",
        max_length=LONGEST_TABLE,
        json_schema_extra=AREA,
    )
    penalty: float = Field(default=0.0, ge=0, le=1, description="rise per unit of score below the passing score")
    bonus: float | None = Field(
        default=None, ge=0, le=1, description="fall per unit of score above it; as the rise if empty"
    )
    passing: float = Field(default=1.0, ge=0, le=1, description="passing score, 0 to 1")
    change_sum: bool = Field(default=False, description="let penalties and bonuses change the sum")
    special: str = Field(
        default="",
        description="special contributions, a line each: member,year,amount,purpose",
        max_length=LONGEST_TABLE,
        json_schema_extra=AREA,
    )
    paid: str = Field(
        default="",
        description="what was paid, a line each: member,year,amount",
        max_length=LONGEST_TABLE,
        json_schema_extra=AREA,
    )


def founders(pack: Pack) -> list[str]:
    """Return the first nations with a GDP, or the first nations of a pack without."""
    held = countries(pack)
    known = known_products(pack, held)
    return ([code for code in held if code in known] or held)[:FOUNDERS]


def pasted(text: str, name: str) -> Pasted | None:
    """Return a table that was pasted into a field, with its header if that was left out; None for nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    if lines[0].split(",")[0].strip().lower() != "member":
        longest = max(line.count(",") for line in lines)
        lines.insert(0, ",".join(["member", "year", PASTED[name], *(["purpose"] if longest > 2 else [])]))
    return Pasted("\n".join(lines), f"{name} (pasted)")


def _files(asked: BudgetQuestion) -> dict[str, Pasted]:
    found = {name: pasted(getattr(asked, name), name) for name in PASTED}
    return {name: table for name, table in found.items() if table is not None}


def _question(pack: Pack, asked: BudgetQuestion, members: list[str], files: dict[str, Pasted]) -> bodies.Question:
    return bodies.Question(
        members=tuple(members),
        total=to_cents(asked.total, "total"),
        years=bodies.parse_years(asked.years),
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


def budget(desk: Desk, words: Words, question: BudgetQuestion) -> Content:
    """Return what every member contributes, the trail of every step, and what came out of the audit."""
    _, pack, asked = words.translate, desk.pack, question
    members = list(asked.members) or founders(pack)
    files = _files(asked)
    asking = _question(pack, asked, members, files)
    answer = desk.ask(("budget", asked, tuple(members)), lambda: bodies.budget(pack, asking))
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
        ),
        Sheet(
            "trail",
            _("Audit: every step of every member, USD (the command with --audit)"),
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
        sheets=tuple(sheets),
        panels=tuple(Panel(figure, name) for figure, name in figures),
        equations=("contribution-discount", "contribution-limits", "contribution-compliance"),
        command=_command(asked, members, files),
        python=_python(asking, files),
        sentences=_told(answer, asked, bool(files.get("scores")), words),
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


def _command(asked: BudgetQuestion, members: list[str], files: dict[str, Pasted]) -> tuple[str, ...]:
    options: dict[str, Any] = {
        "--members": ",".join(members),
        "--total": asked.total,
        "--key": asked.key,
        "--key-year": asked.key_year,
        "--years": asked.years,
        "--growth": asked.growth or None,
        "--floor": asked.floor,
        "--ceiling": asked.ceiling,
        "--discount": asked.discount,
        "--threshold": asked.threshold,
        "--missing": None if asked.missing == "refuse" else asked.missing,
        **{f"--{name}": f"{name}.csv" for name in files},
        "--penalty": asked.penalty or None,
        "--bonus": asked.bonus,
        "--pass": None if asked.passing == 1 else asked.passing,
    }
    given = [word for option, value in options.items() if value is not None for word in (option, str(value))]
    return ("budget", *given, *(["--not-neutral"] if asked.change_sum else []))


def _python(asking: bodies.Question, files: dict[str, Pasted]) -> str:
    """Return the lines that ask the same; pasted tables lie in the files of a download."""
    plain = bodies.Question((), 0, ())
    given = [f"{name}={value!r}" for name, value in vars(asking).items() if value != getattr(plain, name)]
    given = [word for word in given if not word.startswith("files=")]
    paths = ", ".join(f'{name}=Path("{name}.csv")' for name in files)
    given += [f"files=Files({paths})"] if files else []
    imports = "from pathlib import Path\nfrom airshed.assessment.members.budget_files import Files\n" if files else ""
    asked = f"budget(pack, Question({', '.join(given)}))"
    return f"{imports}from airshed.assessment.members.budget import Question, budget\n{asked}"


def _told(answer: Answer, asked: BudgetQuestion, scored: bool, words: Words) -> tuple[str, ...]:
    """Return the budgets of the years, what the audit says, what compliance does, and the notes with their members."""
    _ = words.translate
    assessed = _("{year}: {amount} USD assessed, key {key} of {key_year}")
    said = [
        assessed.format(year=year, amount=f"{cents / 100:,.2f}", key=_(asked.key), key_year=answer.key_year)
        for year, cents in answer.budgets.items()
    ][:FOUNDERS]
    said.append(_("{count} sums of the trail added again, all right to the cent").format(count=len(answer.checks)))
    if scored and not asked.change_sum:
        said.append(_("penalties and bonuses are shared out again: the sum stays the budget"))
    elif scored:
        changes = _("{year}: penalties and bonuses change the sum by {amount} USD")
        said += [changes.format(year=year, amount=f"{cents / 100:+,.2f}") for year, cents in answer.surplus.items()]
    about: dict[str, dict[str, None]] = {}
    for member, note in zip(answer.rows["member"], answer.rows["note"], strict=True):
        for part in note.split("; ") if note else []:
            about.setdefault(part, {})[words.name(member)] = None
    return (*said, *(f"{', '.join(who)}: {retell(part, NOTES, _)}" for part, who in about.items()))


def _first_year(answer: Answer, words: Words) -> Figure:
    """Return what the members contribute in the first year: by the key alone, as assessed, and in all."""
    _ = words.translate
    year = next(iter(answer.budgets))
    rows = answer.rows[answer.rows["year"] == year]
    labels = [words.short(code) for code in rows["member"]]
    names = {"by_key": _("by_key"), "assessed": _("assessed"), "total": _("total contribution")}
    points = pd.concat(
        [pd.DataFrame({"label": labels, "series": name, "value": rows[key].to_numpy()}) for key, name in names.items()]
    )
    held = rows[list(names)]
    spans = pd.DataFrame({"label": labels, "low": held.min(axis=1).to_numpy(), "high": held.max(axis=1).to_numpy()})
    return side_by_side(
        "contributions",
        points,
        spans,
        list(names.values()),
        title=_("Contributions of the members, {year}").format(year=year),
        subtitle=_(
            "from the share by the key to what is assessed with discount and limits, and to what is owed in all"
        ),
        axis=_("USD a year"),
        caption=_("The audit below shows every step, to the cent."),
    )


def _by_year(answer: Answer, words: Words) -> Figure:
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
        title=title,
        subtitle=_("what is owed in all: assessed, compliance, arrears, special"),
        axis=_("USD a year"),
    )
    return Figure("years", chart, title, _("Each bar adds up to what the body receives in that year."))
