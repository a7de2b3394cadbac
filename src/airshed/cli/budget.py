"""The command on the budget of a common body: who contributes what, by year."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, bounded, settings
from airshed.pack.bounds import GROWTH, PER_HEAD, SHARE, YEAR

if TYPE_CHECKING:
    from airshed.assessment.members.budget import Answer
    from airshed.pack.language import Translate

COLUMNS = (
    "member",
    "year",
    "key_share",
    "by_key",
    "discount",
    "limits",
    "assessed",
    "compliance",
    "carried",
    "special",
    "total",
    "unit",
)
TRAIL = ("member", "year", "step", "before", "change", "after", "unit", "purpose")
SHARE_DIGITS = 6
STEP_HEADS = {"key": "by_key"}
"""What a step of the trail is called where a column of the answer is called otherwise."""

Share = float | None
MembersOption = Annotated[
    str, typer.Option("--members", help="nations, regions, groups or cities: CHN,KOR,JPN", autocompletion=codes)
]
TotalOption = Annotated[str, typer.Option("--total", help="budget of the first year, USD")]
KeyOption = Annotated[
    str,
    typer.Option(
        "--key",
        help="equal, population, gdp, emissions:PM2.5, exported (deaths elsewhere), un-scale, "
        "un-rates, "
        "or mixed:gdp=0.5,population=0.5",
    ),
]
KeyYearOption = Annotated[
    int | None, bounded("--key-year", YEAR, "year of people and emissions; the base year of the pack if not given")
]
FloorOption = Annotated[Share, bounded("--floor", SHARE, "least share of the budget, 0..1")]
CeilingOption = Annotated[Share, bounded("--ceiling", SHARE, "greatest share of the budget, 0..1")]
DiscountOption = Annotated[
    Share, bounded("--discount", SHARE, "gradient of the discount for low income per head, 0..1")
]
ThresholdOption = Annotated[
    Share, bounded("--threshold", PER_HEAD, "GDP per head below which it begins, USD; mean of the members if not given")
]
YearsOption = Annotated[
    str | None,
    typer.Option("--years", help="one year or 2027-2031; the first after the newest observation if not given"),
]
GrowthOption = Annotated[float, bounded("--growth", GROWTH, "growth of the budget from year to year: 0.02")]
SpecialOption = Annotated[
    Path | None, typer.Option("--special", help="CSV with member, year, amount and, if earmarked, purpose")
]
ScoresOption = Annotated[Path | None, typer.Option("--scores", help="CSV with member, year, score (0..1)")]
PaidOption = Annotated[
    Path | None, typer.Option("--paid", help="CSV with member, year, amount: arrears are carried to the next year")
]
PenaltyOption = Annotated[float, bounded("--penalty", SHARE, "rise per unit of score below --pass")]
BonusOption = Annotated[Share, bounded("--bonus", SHARE, "fall per unit of score above --pass; as --penalty if none")]
PassOption = Annotated[float, bounded("--pass", SHARE, "score with neither penalty nor bonus")]
NeutralOption = Annotated[
    bool, typer.Option("--neutral/--not-neutral", help="share penalties and bonuses out again, or let the sum change")
]
MissingOption = Annotated[
    Literal["refuse", "floor"],
    typer.Option("--missing", help="members of which the pack lacks a needed number"),
]
AuditOption = Annotated[bool, typer.Option("--audit", help="every step of every member, added up again")]


def budget(
    context: typer.Context,
    members: MembersOption,
    total: TotalOption,
    key: KeyOption = "population",
    key_year: KeyYearOption = None,
    floor: FloorOption = None,
    ceiling: CeilingOption = None,
    discount: DiscountOption = None,
    threshold: ThresholdOption = None,
    years: YearsOption = None,
    growth: GrowthOption = 0.0,
    special: SpecialOption = None,
    scores: ScoresOption = None,
    paid: PaidOption = None,
    penalty: PenaltyOption = 0.0,
    bonus: BonusOption = None,
    passing: PassOption = 1.0,
    neutral: NeutralOption = True,
    missing: MissingOption = "refuse",
    audit: AuditOption = False,
    form: FormatOption = "table",
) -> None:
    """Contributions to the budget of a common body: by key, with discounts, limits, compliance, to the last cent."""
    given = settings(context)
    from airshed.assessment.members import budget as bodies
    from airshed.assessment.members.budget_files import Files
    from airshed.cooperation.contributions import to_cents

    pack = given.open_pack()
    question = bodies.Question(
        members=tuple(word.strip() for word in members.split(",") if word.strip()),
        total=to_cents(total, "total"),
        years=bodies.years_of_body(pack) if years is None else bodies.parse_years(years, "--years"),
        key=key.strip(),
        key_year=key_year,
        growth=growth,
        floor=floor,
        ceiling=ceiling,
        gradient=discount,
        threshold=threshold,
        penalty=penalty,
        bonus=bonus,
        passing=passing,
        neutral=neutral,
        missing_at_floor=missing == "floor",
        files=Files(scores, special, paid),
    )
    answer = bodies.budget(pack, question)
    translate = given.translator()
    show = names(pack, given.language)
    print_rows(
        records(answer.trail if audit else answer.rows),
        form,
        columns=TRAIL if audit else COLUMNS,
        heads=translate,
        cells={
            "member": show,
            "step": lambda step: translate(STEP_HEADS.get(step, step)),
            "key_share": fixed(SHARE_DIGITS),
            **dict.fromkeys(("by_key", "assessed", "special", "total", "before", "after"), fixed(2)),
            **dict.fromkeys(("discount", "limits", "compliance", "carried", "change"), fixed(2, sign=True)),
        },
    )
    _say_sums(answer, question.key, translate)
    if scores is not None:
        _say_compliance(answer, neutral, translate)
    if form == "table" and not audit:
        _say_notes(answer, show, translate)


def _say_sums(answer: Answer, key: str, translate: Translate) -> None:
    """Say the budgets, the key and its year, and that all sums were added again."""
    for year, cents in answer.budgets.items():
        said = translate("{year}: {amount} USD assessed, key {key} of {key_year}")
        say(said.format(year=year, amount=dollars(cents), key=key, key_year=answer.key_year))
    said = translate("{count} sums of the trail added again, all right to the cent")
    say(said.format(count=len(answer.checks)))


def _say_compliance(answer: Answer, neutral: bool, translate: Translate) -> None:
    if neutral:
        say(translate("penalties and bonuses are shared out again: the sum stays the budget"))
        return
    for year, cents in answer.surplus.items():
        said = translate("{year}: penalties and bonuses change the sum by {amount} USD")
        say(said.format(year=year, amount=dollars(cents, sign=True)))


def _say_notes(answer: Answer, show: Callable[[str], str], translate: Translate) -> None:
    """Say every note once, with the members it is about."""
    from airshed.assessment.members.budget import NOTES
    from airshed.pack.language import retell

    about: dict[str, dict[str, None]] = {}
    for member, note in zip(answer.rows["member"], answer.rows["note"], strict=True):
        for part in note.split("; ") if note else []:
            about.setdefault(part, {})[member] = None
    for part, who in about.items():
        say(f"{', '.join(show(member) for member in who)}: {retell(part, NOTES, translate)}")


def dollars(cents: int, sign: bool = False) -> str:
    """Return cents as dollars.

    >>> dollars(-5)
    '-0.05'
    """
    return f"{Decimal(cents) / 100:{'+' if sign else ''},.2f}"
