"""What a saved or edited plan costs and reaches by the whole chain, after its rows are checked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.ask import Ask
from airshed.answers.common import LATEST_YEAR, receptors, scenario_names, solved, year
from airshed.answers.options._plans import CASE, FOR, FROM, TARGET, ground_of, plan_field, plan_given
from airshed.answers.options.optimise import Planned, of_answer, told_plan
from airshed.answers.words import Words
from airshed.assessment.plans.saved import evaluated, read_plan


class EvaluateQuestion(Query):
    """Which plan, for which target, where and when; without a plan nothing more is done than today."""

    plan: str = plan_field(argument=True)
    target: str | None = Field(default=None, description=TARGET, max_length=500)
    year: int | None = year(LATEST_YEAR)
    scenario: str = Field(default="baseline", description=FROM, max_length=500)
    receptor: tuple[str, ...] = Field(default=(), description=FOR, max_length=30)
    case: Literal["low", "middle", "high"] = Field(default="middle", description=CASE)


def evaluate(ask: Ask, words: Words, question: EvaluateQuestion) -> Content:
    """Return what a plan costs, avoids and reaches."""

    def make() -> Planned:
        held = ground_of(ask, question)
        table = plan_given(ask, "plan", question.plan)
        return of_answer(evaluated(held, held.options.current if table is None else read_plan(held, table)))

    found = ask.ask(("evaluate", question), lambda: solved(make))
    return told_plan(found, ask.pack, words, words.translate("A plan by the whole chain"))


ANSWER = Entry(
    title="Evaluate a plan",
    question=EvaluateQuestion,
    make=evaluate,
    choices={"receptor": receptors, "scenario": scenario_names},
)
