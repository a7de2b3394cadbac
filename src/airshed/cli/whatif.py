"""A deal as negotiators put it, at the command line: the options of `cooperate` that ask for it, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import Settings, bounded
from airshed.pack.bounds import PERCENT
from airshed.pack.percent import percent

if TYPE_CHECKING:
    from airshed.assessment.games.game import Table
    from airshed.pack.pack import Pack

PlanOption = Annotated[Path | None, typer.Option("--plan", help="CSV of a plan that is the deal")]
TransfersOption = Annotated[
    Path | None, typer.Option("--transfers", help="CSV of transfers: payer, receiver, amount in million USD a year")
]
TermsOption = Annotated[
    Path | None,
    typer.Option(
        "--terms", help="CSV with member, kind (bonus, contribution, technology, investment, penalty), value, paid_by"
    ),
]
ConditionsOption = Annotated[
    Path | None, typer.Option("--conditions", help="CSV with member, depends_on: who acts only if whom does")
]
SectorsOption = Annotated[
    list[str] | None, typer.Option("--sector", help="only what the deal does in this sector; repeatable")
]
StagesOption = Annotated[str | None, typer.Option("--stages", help="percent of the plan by stage, such as 30,60,100")]
DonorOption = Annotated[str | None, typer.Option("--donor", help="NAME=AMOUNT from outside, million USD a year")]
LeastOption = Annotated[
    float | None,
    bounded("--least-share", PERCENT, "percent of the gain of cooperating that members of low income have at least"),
]
MONEY_COLUMNS = (*("benefit", "cost", "transfer", "terms", "donor", "share", "own_gain", "outside", "would_keep"),)
SPARE = ("unit", "terms", "donor", "own_gain", "benefit", "cost", "why")
"""Columns that a narrow screen does without, the first first."""
HEADS = {"share": "what it has in all", "outside": "what it has outside"}


@dataclass(frozen=True)
class Put:
    """What negotiators put on the table; all None or empty where the deal is the joint optimum by a key."""

    plan: Path | None
    transfers: Path | None
    terms: Path | None
    conditions: Path | None
    sectors: list[str]
    stages: str | None
    donor: str | None
    least: float | None

    @property
    def asked(self) -> bool:
        """Whether anything is put on the table."""
        given = (self.plan, self.transfers, self.terms, self.conditions, self.stages, self.donor, self.least)
        return bool(self.sectors) or any(one is not None for one in given)


def print_what_if(
    given: Settings, pack: Pack, table: Table, point: str, acted_on: float, key: list[str] | None, put: Put, form: Any
) -> None:
    """Print who stays in the deal, who leaves, and what would keep them."""
    from airshed.assessment.games.cooperate import bargain_at
    from airshed.assessment.games.game import together
    from airshed.assessment.games.whatif import Terms, own_plan, package, what_if
    from airshed.assessment.games.whatif_files import (
        parse_donor,
        parse_stages,
        read_conditions,
        read_terms,
        read_transfers,
    )
    from airshed.pack.errors import AirshedError

    if key is not None and (len(key) > 1 or put.transfers is not None):
        raise AirshedError("a deal has one division", "give one --key, or --transfers")
    donor, money = ("", 0.0) if put.donor is None else parse_donor(put.donor)
    agreed = Terms(
        key=None if key is None else key[0],
        transfers={} if put.transfers is None else read_transfers(pack, put.transfers, table.players),
        terms=() if put.terms is None else read_terms(pack, put.terms, table.players),
        conditions={} if put.conditions is None else read_conditions(pack, put.conditions, table.players),
        stages=(1.0,) if put.stages is None else parse_stages(put.stages),
        donor=money,
        donor_name=donor,
        least_share=0.0 if put.least is None else put.least / PERCENT.most,
    )
    bargain = bargain_at(table, point, acted_on)
    plan = together(table) if put.plan is None else own_plan(table, put.plan)
    plan = package(table, bargain.choice, plan, put.sectors) if put.sectors else plan
    rows = what_if(pack, table, bargain, plan, agreed)
    translate, name = given.translator(), names(pack, given.language)
    for stage, part in rows.groupby("stage", sort=False):
        gone = part[part["stays"] == "no"]
        said = translate(
            "at {stage} of the plan {stay} of {all} members stay; {lack} million USD a year would keep the others: "
            "{who}"
        )
        who = ", ".join(map(name, gone["player"])) or "–"
        lack = f"{gone['would_keep'].sum():,.0f}"
        count = len(part)
        say(said.format(stage=percent(float(str(stage))), stay=count - len(gone), all=count, lack=lack, who=who))
    print_rows(
        records(rows),
        form,
        heads=lambda column: translate(HEADS.get(column, column)),
        cells={
            "player": name,
            "stays": translate,
            "why": lambda word: translate(word) if word else "",
            **dict.fromkeys(MONEY_COLUMNS, fixed(1)),
        },
        spare=SPARE,
    )


def refuse_mixed(key: list[str] | None, sheet: Path | None, beliefs: Path | None, put: Put) -> None:
    """Raise AirshedError for questions that one call cannot answer: two keys with a sheet, beliefs with a deal."""
    from airshed.pack.errors import AirshedError

    if sheet is not None and key is not None and len(key) > 1:
        raise AirshedError("a sheet is of one key", f"give one --key with --sheet, such as {key[0]}")
    if put.asked and (beliefs is not None or sheet is not None):
        raise AirshedError("a deal of one's own has no beliefs and no sheet", "ask for them in a call of their own")
