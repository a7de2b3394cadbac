"""Cities in games of targets, by the curve, in schedules and as members that are supported: by hand and by scipy."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from airshed.assessment.chain.cities import city_of
from airshed.assessment.games.game import choices, full_benefit, table_of, together
from airshed.assessment.games.player_words import doubtful_sentences
from airshed.assessment.games.target_game import lowered_table, targets_together
from airshed.assessment.members.schedule import (
    attainment,
    responsibility,
    schedule,
    schedule_summary,
    schedule_table,
    stage,
)
from airshed.assessment.members.support import support, support_table
from airshed.assessment.plans.aims import Aims, Amount
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.cooperation.schedule import only
from airshed.pack.people import population
from airshed.strategy.solve import reachable

YEAR = 2030
CITY, AROUND, OTHER = "suwon", "KR-41", "KR-11"


@pytest.fixture(scope="module")
def share(pack):
    return city_of(pack, CITY).share


def least_cost(problem, acting, receptors, target):
    """Return the least cost by scipy; acting : (option) share that acts, 0 for options that do not."""
    span = np.where(acting > 0, problem.maximum - problem.current, 0.0)
    cut = np.einsum("op,por->or", problem.removal, problem.effect[:, problem.region][:, :, receptors])
    ids, place, left = problem.groups
    group = np.zeros((len(ids), len(span)))
    group[place, np.arange(len(span))] = 1.0
    some = np.flatnonzero(span > 0)
    need = problem.level[receptors] - target
    found = linprog(
        (problem.cost * acting)[some],
        A_ub=np.r_[-(cut * acting[:, None])[some].T, group[:, some]],
        b_ub=np.r_[-need, left],
        bounds=[(0.0, value) for value in span[some]],
    )
    assert found.status == 0, found.message
    return found.fun


def test_the_costs_of_a_city_and_its_neighbour_are_those_of_scipy(pack, share):
    """Suwon acts with its share of the options of Gyeonggi, and brings its own level to a target; Seoul is whole."""
    held = ground(pack, Aims("who-it3"), YEAR)
    problem = problem_of(held)
    regions = held.chain.relation.regions
    inside = {code: problem.region == regions.index(code) for code in (AROUND, OTHER)}
    acting = [share * inside[AROUND], 1.0 * inside[OTHER]]
    at = [held.receptors.index("suwon"), held.receptors.index("seoul")]
    lowest = reachable(only(problem, inside[AROUND]))[at[0]]
    target = float(problem.level[at[0]] - 0.5 * share * (problem.level[at[0]] - lowest))
    found = targets_together(pack, [CITY, "seoul"], repr(target), YEAR)
    assert found.players == [CITY, OTHER] and lowered_table(found).empty
    for coalition, members in ((1, [0]), (2, [1]), (3, [0, 1])):
        both = np.sum([acting[one] for one in members], axis=0)
        cost = least_cost(problem, both, [at[one] for one in members], np.full(len(members), target))
        assert found.game.cost[coalition] == pytest.approx(cost, rel=1e-5, abs=1e-6)
    assert found.game.saving[3] > 0, "Gyeonggi and Seoul share their air"


def test_benefits_of_cities_by_the_curve_are_those_of_the_chain(pack):
    """Every plan run through the whole chain: emissions, levels, deaths and the value of a life."""
    table = table_of(pack, [CITY, OTHER, "tokyo", "kitakyushu"], YEAR, benefits="curve")
    plans = np.array([*choices(table).values(), together(table)])
    by_chain = [full_benefit(table, plan) for plan in plans]
    np.testing.assert_allclose(table.curve.benefit(plans), by_chain, rtol=1e-9, atol=1e-9)
    assert (np.array(by_chain)[-1] > 0).all()


@pytest.fixture(scope="module")
def staged(pack):
    return stage(pack, [CITY, "JPN"], [YEAR])


def test_a_city_alone_lowers_its_level_by_its_share_of_what_its_region_could(pack, staged, share):
    held = ground(pack, Aims(exposure=((CITY, Amount(0.0, percent=True)),)), YEAR, receptors=[CITY])
    problem = problem_of(held)
    mine = problem.region == held.chain.relation.regions.index(AROUND)
    whole = reachable(only(problem, mine))[0]
    reach = attainment(staged)
    assert reach.alone[0, 0] == pytest.approx(held.level[0] - share * (held.level[0] - whole), rel=1e-6)


def test_a_city_gives_and_breathes_its_share_in_a_schedule(pack, staged, share):
    chain = staged.grounds[0].chain
    given = chain.relation.contribution(chain.emissions(pack.base_year), by=("region",))
    japan = [code for code in chain.people.regions if chain.home[code] == "JPN"]
    people = population(pack, pack.base_year, [AROUND, *japan])
    people[AROUND] *= share
    felt = (given.sel(receptor=list(people.index)) * people.to_numpy()).sum("receptor")
    parts = np.array([share * float(felt.sel(region=AROUND)), float(felt.sel(region=japan).sum())])
    np.testing.assert_allclose(responsibility(staged), parts / parts.sum(), rtol=1e-9)


def test_members_spend_the_same_share_of_gdp_and_the_chain_gives_their_levels(pack, staged, share):
    near = attainment(staged)
    halfway = (near.before[0, 0] + near.together[0, 0]) / 2
    plan = schedule(staged, attainment(staged, [repr(float(halfway))]))
    rows = schedule_table(plan).set_index("member")
    (step,) = schedule_summary(plan, "baseline")["years"]
    assert step["set_by"] == [CITY] and step["common"] > 0
    assert step["common_without"] == 0.0, "Japan is below the target without doing anything"
    assert step["cost_without"] == pytest.approx(0.0, abs=1e-3)
    assert rows.loc[CITY, "met"] == "yes" and rows.loc[CITY, "cost"] > 0
    assert rows["cost_share_of_gdp"].max() == pytest.approx(float(plan.burden.common[0]), rel=1e-6)
    held, problem = staged.grounds[0], staged.problems[0]
    change = plan.burden.application[0] - problem.current
    mine = staged.member == 0
    price = np.nan_to_num(held.options.cost[staged.shares.used[mine], 1])
    assert rows.loc[CITY, "cost"] == pytest.approx(share * float(price @ change[mine]), rel=1e-9)
    removed = np.nan_to_num(held.options.removal)[staged.shares.used[mine]] * change[mine][:, None]
    ground_change = staged.on_ground(0, plan.burden.application[0]) - held.options.current
    around = np.array([code == AROUND for code in held.options.region])
    total = (np.nan_to_num(held.options.removal)[around] * ground_change[around][:, None]).sum(axis=0)
    np.testing.assert_allclose(total, share * removed.sum(axis=0), rtol=1e-9, atol=1e-12)


def test_grants_to_a_city_are_its_share_of_those_to_its_region(pack, share):
    """All that helps: cost and deaths scale with the share, and of the region's own deaths the city's people again."""
    keys = ["measure", "kind"]
    tables = [support_table(pack, support(pack, [code])) for code in (CITY, AROUND)]
    city, region = (rows[rows["rank"].notna()].set_index(keys) for rows in tables)
    assert set(city["region"]) == {CITY} and set(region["region"]) == {AROUND}
    region = region.loc[city.index]
    for column in ("cost", "deaths_avoided", "price_low", "price_high"):
        np.testing.assert_allclose(city[column].astype(float), share * region[column].astype(float), rtol=1e-7)
    np.testing.assert_allclose(city["deaths_own"], share**2 * region["deaths_own"], rtol=1e-7, atol=1e-12)
    exposed = [rows[(rows["kind"] == "exposure reduction") & rows["deaths_own"].notna()] for rows in tables]
    np.testing.assert_allclose(exposed[0]["deaths_own"], share * exposed[1]["deaths_own"].to_numpy(), rtol=1e-7)


@pytest.mark.parametrize(
    "words",
    [
        ("cooperate", "--part", "targets", "--players", "suwon,KR-11"),
        ("schedule", "--members", "suwon,KR-11", "--years", "2030"),
        ("support", "--members", "suwon", "--budget", "1e6"),
    ],
)
def test_commands_say_which_share_a_city_has(cli, words):
    code, _, err = cli(*words)
    assert code == 0 and "has 9.6 % of the people of Gyeonggi" in err
    code, out, _ = cli(*words, "--format", "json")
    assert code == 0 and "suwon" in json.dumps(json.loads(out))


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "--members", "suwon,KOR", "--years", "2030"),
        ("cooperate", "--part", "targets", "--players", "suwon,KR-41"),
    ],
)
def test_a_city_and_its_region_overlap(cli, words):
    code, _, err = cli(*words)
    assert code == 2 and "overlap" in err


def test_who_stays_though_a_loss_is_more_likely_is_said():
    rows = pd.DataFrame(
        [
            ("nash", "gdp", "KOR", "yes", 0.3),
            ("nash", "equal", "KOR", "yes", 0.4),
            ("nash", "gdp", "JPN", "no", 0.2),
            ("nash", "gdp", "CHN", "yes", 0.9),
            ("current", "gdp", "CHN", "yes", float("nan")),
        ],
        columns=["disagreement", "key", "player", "stays", "probability"],
    )
    (said,) = doubtful_sentences(rows, str, str)
    assert said.endswith("less than half of the samples: KOR")
    assert doubtful_sentences(rows.iloc[:0], str, str) == []
