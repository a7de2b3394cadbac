"""The answers of a small pack as plain numbers by question and row, and what differs between two sets of them."""

import math

import airshed
from airshed.assessment.compare import compare_table
from airshed.assessment.games.cooperate import bargains, shares_table
from airshed.assessment.games.game import table_of
from airshed.assessment.lives.damage import damage_chain, damage_table
from airshed.assessment.lives.health import health
from airshed.assessment.lives.value import value_table
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan import answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.tables import measures_of_plan
from airshed.assessment.tables import attribution
from airshed.emissions.table import emission_table
from airshed.pack.errors import AirshedError

SAMPLES = 20
YEAR, LATER = 2015, 2020
PARTS = ("emissions", "concentration", "attribution", "health")
TOLERANCE = 1e-9
REFUSED = "refused"


def _shares(pack, _):
    table = table_of(pack, ["AAA", "BBB"], LATER)
    return shares_table(pack, table, bargains(table, ["nash"]), ["shapley"])[0]


def _plan(pack, _):
    return measures_of_plan(answer(ground(pack, Aims(target="25"), LATER)))


QUESTIONS = {
    "emissions": (
        lambda pack, found: emission_table(pack, by=["region", "sector"], years=[YEAR, LATER], cube=found["emissions"]),
        ("region", "sector", "pollutant", "year"),
        ("value", "low", "high"),
    ),
    "attribution": (
        lambda pack, found: attribution(pack, found, "port"),
        ("country",),
        ("value", "share", "low", "high"),
    ),
    "health": (lambda pack, found: health(pack, found), ("region", "cause"), ("value", "low", "high", "exposure")),
    "value": (lambda pack, found: value_table(pack, found), ("region",), ("value", "low", "high")),
    "damage": (
        lambda pack, _: damage_table(pack, damage_chain(pack, YEAR, samples=0)),
        ("region", "pollutant"),
        ("deaths_per_kt", "value", "low", "high"),
    ),
    "scenarios": (
        lambda pack, _: compare_table(pack, ["baseline", "maximum-feasible"], LATER, samples=0),
        ("scenario", "region", "quantity"),
        ("value", "low", "high"),
    ),
    "optimise": (_plan, ("region", "measure"), ("application", "cost")),
    "cooperate": (_shares, ("player",), ("benefit", "cost", "transfer")),
}
"""By question: how it is asked, the columns that name a row, and those that hold its numbers."""


def answers(pack, questions=tuple(QUESTIONS)):
    """Return the numbers of every question by row and column, or the words of a refusal; other exceptions pass."""
    try:
        found = airshed.assess(pack, airshed.Question(year=YEAR, samples=SAMPLES), parts=PARTS)
    except AirshedError as why:
        found = why
    return {name: _numbers(pack, found, name) for name in questions}


def _numbers(pack, found, name):
    ask, keys, columns = QUESTIONS[name]
    try:
        if isinstance(found, AirshedError):
            raise found
        table = ask(pack, found)
    except AirshedError as why:
        assert why.message and why.remedy, f"{name}: {why!r} has no remedy"
        return {(REFUSED,): why.message}
    rows = table.to_dict("records")
    return {
        (*(str(row[key]) for key in keys), column): float(row[column])
        for row in rows
        for column in columns
        if row.get(column) is not None
    }


def differences(before, after):
    """Return the numbers that differ, without those of questions that the second refuses: question, row, both."""
    found = []
    for name, numbers in after.items():
        if (REFUSED,) in numbers or (REFUSED,) in before[name]:
            continue
        for key in before[name].keys() | numbers.keys():
            one, other = before[name].get(key), numbers.get(key)
            if one is None or other is None or not _same(one, other):
                found.append((name, key, one, other))
    return found


def refusals(before, after):
    """Return the questions that only the second refuses."""
    return [name for name, numbers in after.items() if (REFUSED,) in numbers and (REFUSED,) not in before[name]]


def _same(one, other):
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def endless(after):
    """Return the numbers that are infinite."""
    return [
        (name, key)
        for name, numbers in after.items()
        for key, value in numbers.items()
        if isinstance(value, float) and math.isinf(value)
    ]
