"""What questions on plans share: the plan of a table, and the ground that it stands on."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from airshed.answers.ask import Ask
from airshed.answers.common import pasted, refuse_files
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan_inputs import PlanInputs, ground
from airshed.assessment.plans.saved import COLUMNS
from airshed.pack.errors import AirshedError
from airshed.pack.user_table import Pasted

FROM = "emissions that the plan starts from"
FOR = "cities, regions or nations to plan for; all cities if none"
CASE = "how much of what is unknown can still be applied"
TARGET = "target: who-it1 to who-2021, national, or a number"
PLAN = "plan: region,measure,application a line"


def plan_field(argument: bool) -> Any:
    """Return the field of a plan as a table; argument : whether its file is named without an option."""
    extra: dict[str, Any] = {"format": "textarea", "argument": True} if argument else {"format": "textarea"}
    # No limit of its own: a plan has a row for every measure in every region, and an address is limited by the server.
    return Field(default="", description=PLAN, json_schema_extra=extra)


def ground_of(ask: Ask, asked: Any) -> PlanInputs:
    """Return the ground of a question with target, year, scenario, case and receptor."""
    refuse_files(ask, asked.scenario, asked.target or "")
    year = latest_year(ask.pack) if asked.year is None else asked.year
    return ground(ask.pack, Aims(asked.target), year, asked.scenario, asked.case, list(asked.receptor) or None)


def plan_given(ask: Ask, name: str, text: str) -> Pasted | None:
    """Return the plan of a field; None for nothing. Raises AirshedError for a header only."""
    table = pasted(ask, name, text, ",".join(COLUMNS))
    if table is not None and len(table.text.splitlines()) < len(("header", "row")):
        raise AirshedError("header-only-write-row", table=table, columns=", ".join(COLUMNS))
    return table
