"""What is said twice in a question is counted once or refused, in every list of every command and page."""

import pytest
import typer

from airshed.pack.errors import AirshedError
from airshed.web.registry import PAGES
from support.small import write_table

LISTS = {
    "emissions --region": ("emissions", "KOR"),
    "emissions --by": ("emissions", "sector"),
    "emissions --pollutant": ("emissions", "SO2"),
    "emissions --years": ("emissions --region KOR", "2015"),
    "activity --region": ("--pack {small} activity", "AA-1"),
    "activity --sector": ("--pack {small} activity", "power"),
    "activity --pollutant": ("--pack {small} activity", "SO2"),
    "activity --period": ("--pack {small} activity", "2019"),
    "curtailment --region": ("curtailment", "KOR"),
    "claims --verdict": ("claims", "confirmed"),
    "health --region": ("health", "KOR"),
    "levels --region": ("levels", "KOR"),
    "episode --cut": ("episode --receptor KR-11", "JJJ=30%"),
    "value --region": ("value", "KOR"),
    "damage --region": ("damage --pollutant SO2", "KOR"),
    "damage --pollutant": ("damage --region KOR", "SO2"),
    "transition co2 --region": ("transition co2", "KOR"),
    "transition co2 --sector": ("transition co2", "power"),
    "transition co2 --years": ("transition co2", "2015"),
    "transition decompose --sector": ("transition decompose", "power"),
    "transition together --region": ("transition together", "CN-HE"),
    "transition together --sector": ("transition together --region CN-HE", "power"),
    "measures --region": ("measures --sector power", "KOR"),
    "measures --sector": ("measures --region KOR", "power"),
    "scenarios compare --region": ("scenarios compare baseline", "KOR"),
    "cooperate --key": ("cooperate --players KOR,JPN --samples 5 --year 2015", "shapley"),
    "cooperate --sector": ("cooperate --players KOR,JPN --samples 0 --year 2015", "power"),
    "cooperate --disagreement": ("cooperate --players KOR,JPN --samples 5 --year 2015", "nash"),
    "optimise --receptor": ("optimise --target 20", "seoul"),
    "optimise --exposure": ("optimise --receptor seoul --target 20", "KOR=20"),
    "optimise --deaths": ("optimise --receptor seoul --target 20", "KOR=-5%"),
    "optimise --ceiling": ("optimise --receptor seoul --target 20", "KOR:SO2=-5%"),
    "optimise --co2": ("optimise --receptor seoul --target 20", "KOR=0"),
    "optimise --cap": ("optimise --receptor seoul --target 20", "KOR=1e9"),
    "optimise --path": ("optimise --receptor seoul --target 20", "2025,2030"),
    "optimise --whole": ("optimise --receptor seoul --target 20", "power.FGD"),
    "plan evaluate --receptor": ("plan evaluate {plan}", "seoul"),
    "plan compare --receptor": ("plan compare {plan}", "seoul"),
    "plan front --receptor": ("plan front --points 3", "seoul"),
    "plan regret --receptor": ("plan regret --target 15 --price-cap 1e9", "seoul"),
    "support --members": ("support", "KOR"),
    "support --whole": ("support --members KOR", "power.FGD"),
    "budget --members": ("budget --total 100 --members JPN", "KOR"),
    "schedule --members": ("schedule --years 2020 --members JPN", "KOR"),
    "schedule --years": ("schedule --members KOR,JPN", "2020"),
    "schedule --targets": ("schedule --members KOR,JPN --years 2020", "15"),
    **{
        f"{name} --players": (f"{name} --samples 0 --year 2015 --players JPN", "KOR")
        for name in ("cooperation", "gains", "payments", "stability", "targets", "deals", "sheet", "negotiate")
    },
    **{
        f"{name} --key": (f"{name} --players KOR,JPN --samples 0 --year 2015", "shapley")
        for name in ("cooperation", "payments", "stability")
    },
    **{
        f"{name} --{option}": (f"{name} --players KOR,JPN --samples 0 --year 2015", value)
        for name in ("deals", "sheet")
        for option, value in {"beliefs": "KOR=20%", "response": "KOR=ier2015"}.items()
    },
    "transition imports --commodity": ("transition imports", "lithium_hydroxide"),
    "transition imports --years": ("transition imports", "2022"),
    "transition vehicles --region": ("transition vehicles", "CHN"),
    "transition vehicles --share": ("transition vehicles", "2028=50"),
    "transition vehicles --retire": ("transition vehicles", "III=2027"),
    "negotiate --sector": ("negotiate --players KOR,JPN --year 2015", "power"),
    "transition targets --status": ("transition targets", "met"),
}
"""A call without the option, and a value of it."""
NO_QUESTION = ("run --with", "report full --with", "serve --boundaries", "serve --name", "serve --trust")
JOINED = {
    "compare KOR JPN": "compare KOR JPN KOR",
    "scenarios compare baseline": "scenarios compare baseline baseline",
    "scenarios show frozen": "scenarios show frozen+frozen",
    "cooperate --players KOR,JPN --samples 5 --year 2015": "cooperate --players KOR,JPN,KOR --samples 5 --year 2015",
    "budget --members KOR,JPN --total 100": "budget --members KOR,JPN,KOR --total 100",
    "schedule --members KOR,JPN --years 2015,2020": "schedule --members KOR,JPN --years 2015,2020,2020",
    "schedule --members KOR,JPN --years 2020": "schedule --members KOR,JPN,JPN --years 2020",
    "schedule --members KOR,JPN --years 2020 --targets 15": "schedule --members KOR,JPN --years 2020 --targets 15,15",
    "support --members KOR": "support --members KOR,KOR",
    "emissions --region KOR --years 2015": "emissions --region KOR --years 2015,2015",
    "partners KR-11 --weights cost=2": "partners KR-11 --weights cost=2,cost=2",
}
"""Calls whose lists stand in one word or behind each other, and the same with one part said twice."""


def lists():
    """Yield every option of the command line that takes several values."""
    from airshed.cli.main import app

    def walk(command, words):
        for name in command.list_commands(None) if hasattr(command, "commands") else ():
            yield from walk(command.get_command(None, name), [*words, name])
        for param in () if hasattr(command, "commands") else command.params:
            if getattr(param, "multiple", False):
                yield " ".join([*words, param.opts[0]])

    yield from walk(typer.main.get_command(app), [])


def test_no_list_of_a_command_is_left_out():
    assert {*lists()} == {*LISTS, *NO_QUESTION}


@pytest.fixture
def twice(cli, small_copy, tmp_path):
    """Ask a question and the same with something said twice: the same answer, or a refusal that says so."""
    plan = tmp_path / "plan.csv"
    plan.write_text("region,measure,application\nCN-HE,power.FGD,0.01\n", encoding="utf-8")
    counted = {"region": "AA-1", "sector": "power", "activity": "coal", "period": "2019", "value": 1000}
    factor = {"sector": "power", "fuel": "hard coal", "activity": "coal", "pollutant": "SO2", "value": 2}
    more = {"activities": {"form": "electricity", "unit": "MWh"}, "factors": {"unit": "kg/MWh", "per": "electricity"}}
    for name, row in (("activities", counted), ("factors", factor)):
        write_table(small_copy / "tables" / f"{name}.csv", name, [row | more[name]])

    def ask(once, again):
        words = [call.format(plan=plan, small=small_copy).split() for call in (once, again)]
        code, out, err = cli(*words[0], "--format", "json")
        assert code == 0, err
        second, doubled, said = cli(*words[1], "--format", "json")
        return "the same" if (second, doubled) == (0, out) else said if second == 2 else f"{second}: {said}"

    return ask


QUICK = ("emissions --region", "value --region", "damage --pollutant", "claims --verdict", "curtailment --region")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in LISTS]
)
def test_a_value_that_is_given_twice(name, twice):
    call, value = LISTS[name]
    option = f"{call} {name.split()[-1]} {value}"
    told = twice(option, f"{option} {name.split()[-1]} {value}")
    assert told == "the same" or "twice" in told


QUICK_CALLS = ("scenarios show frozen", "budget --members KOR,JPN --total 100", "emissions --region KOR --years 2015")


@pytest.mark.parametrize(
    "call", [pytest.param(call, marks=[] if call in QUICK_CALLS else pytest.mark.slow) for call in JOINED]
)
def test_a_part_that_is_given_twice(call, twice):
    told = twice(call, JOINED[call])
    assert told == "the same" or "twice" in told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lists_of_a_page_hold_every_value_once(page, pack):
    from airshed.answers.asked import is_list, question_of
    from airshed.answers.choices import choices

    placed = {name: choices(page, name, pack)[0] for name in page.placed}
    for name in filter(lambda name: is_list(page, name), page.question.model_fields):
        value = next(iter(choices(page, name, pack)), "2015")
        asked = [question_of(page, pack, placed, [(name, value)] * count) for count in (1, 2)]
        assert asked[0] == asked[1] and len(getattr(asked[0], name)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("keys", [["shapley", "shapley"], ["gdp", "shapley", "gdp"]])
def test_keys_of_a_function_count_once(keys, pack, korea_and_japan):
    from airshed.assessment.games.cooperate import bargains, shares_table

    rows, _ = shares_table(pack, korea_and_japan, bargains(korea_and_japan, ["nash"]), keys)
    assert list(rows["key"]) == [key for key in dict.fromkeys(keys) for _ in korea_and_japan.players]


def test_years_of_a_budget_follow_each_other_once(pack):
    from airshed.assessment.members.budget import BudgetTerms, budget

    for years in ((2027, 2027), (2028, 2027), (2027, 2029), (), tuple(range(2027, 2150)), (1, 2)):
        with pytest.raises(AirshedError):
            budget(pack, BudgetTerms(("KOR", "JPN"), 100, years))
