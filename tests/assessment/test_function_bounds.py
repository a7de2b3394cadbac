"""Functions refuse numbers beyond their bounds, as the command line and pages do, before anything is computed."""

from decimal import Decimal

import pytest

from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.games.game import choices, table_of
from airshed.assessment.lives.damage import damage_chain
from airshed.assessment.lives.uncertainty import uncertainty
from airshed.assessment.members.budget import BudgetTerms, budget
from airshed.assessment.members.partners import partners_table
from airshed.assessment.members.schedule import stage
from airshed.assessment.members.support import support
from airshed.assessment.plans.aims import Aims, amounts
from airshed.assessment.plans.path import path_answer
from airshed.assessment.plans.plan import answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.robust import robust_answer
from airshed.assessment.question import Question
from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack

NAN, HUGE = float("nan"), 10**5000
AIMS = Aims("20")
PLAYERS = ["AAA", "BBB"]


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


ASKED = {
    "year": [
        lambda pack: Question(year=HUGE),
        lambda pack: Question(year=1),
        lambda pack: prepare(pack, 10**9),
        lambda pack: ground(pack, AIMS, 10**9),
        lambda pack: damage_chain(pack, 10**9),
        lambda pack: table_of(pack, PLAYERS, 10**9),
        lambda pack: path_answer(pack, AIMS, [2015, 10**9]),
        lambda pack: stage(pack, PLAYERS, [2015, 10**9]),
        lambda pack: support(pack, ["AAA"], year=10**9),
    ],
    "years": [
        lambda pack: budget(pack, BudgetTerms(("AAA", "BBB"), 100, (1,))),
        lambda pack: budget(pack, BudgetTerms(("AAA", "BBB"), 100, (2015,), key_year=HUGE)),
    ],
    "samples": [
        lambda pack: Question(samples=10**9),
        lambda pack: Question(samples=-1),
        lambda pack: ensemble_of(pack, 10**9),
        lambda pack: uncertainty(pack, 10**9),
        lambda pack: uncertainty(pack, 99),
        lambda pack: table_of(pack, PLAYERS, 2015, samples=10**9),
        lambda pack: robust_answer(pack, AIMS, 2015, 0.5, samples=10**9),
        lambda pack: robust_answer(pack, AIMS, 2015, 0.5, samples=0),
    ],
    "seed": [lambda pack: Question(seed=-1), lambda pack: ensemble_of(pack, 10, HUGE)],
    "certainty": [
        lambda pack: robust_answer(pack, AIMS, 2015, NAN),
        lambda pack: robust_answer(pack, AIMS, 2015, 1.5),
    ],
    "budget": [
        lambda pack: support(pack, ["AAA"], NAN),
        lambda pack: support(pack, ["AAA"], float("inf")),
        lambda pack: answer(ground(pack, AIMS, 2015), budget=NAN),
        lambda pack: answer(ground(pack, AIMS, 2015), budget=-1.0),
    ],
    "equity": [lambda pack: support(pack, ["AAA"], 1e6, NAN), lambda pack: support(pack, ["AAA"], 1e6, 1e9)],
    "acted_on": [lambda pack: choices(table_of(pack, PLAYERS, 2015), NAN)],
    "top": [lambda pack: partners_table(pack, "AAA", top=0), lambda pack: partners_table(pack, "AAA", top=10**9)],
    "cost": [lambda pack: partners_table(pack, "AAA", weights={"cost": NAN})],
    "total": [lambda pack: budget(pack, BudgetTerms(("AAA", "BBB"), HUGE, (2015,)))],
    "growth": [
        lambda pack, growth=growth: budget(pack, BudgetTerms(("AAA", "BBB"), 100, (2015, 2016), "equal", growth=growth))
        for growth in (NAN, -1, 1e9)
    ]
    + [lambda pack: budget(pack, BudgetTerms(("AAA", "BBB"), 100, (2015, 2016), "equal", growth=Decimal("1e999999")))],
    "target": [
        lambda pack: resolve_target(pack, "0", ["port"], 2015),
        lambda pack: resolve_target(pack, "1e300", ["port"], 2015),
    ],
}


@pytest.mark.parametrize("name", ASKED)
def test_the_parameter_and_its_bounds_are_told(name, small):
    for ask in ASKED[name]:
        with pytest.raises(AirshedError, match=f"the parameter {name} cannot be") as told:
            ask(small)
        assert told.value.remedy.endswith("needed")


@pytest.mark.parametrize("word", ["KOR=nan", "KOR=1e999", "KOR=-101%", "KOR=1e16", "KOR=1e7%", "KOR=", "1_0", "=%"])
def test_amounts_are_bounded(word):
    with pytest.raises(AirshedError, match="cannot be read"):
        amounts([word], "--exposure")
