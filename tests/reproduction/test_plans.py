"""Laws of plans over the built-in airshed: dense programmes by another library, monotone costs, floors, fronts."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from airshed.assessment.plans.aims import Aims, amounts
from airshed.assessment.plans.front import front
from airshed.assessment.plans.plan import answer, nearest
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.assessment.plans.setting import setting, tenths_table
from airshed.assessment.plans.tables import measures_of_plan, plan_summary, receptors_of_plan
from airshed.strategy.budget import most_exposure
from airshed.strategy.measures import catalogue
from airshed.strategy.plan import levels, reductions
from airshed.strategy.solve import Solver, reachable

YEAR = 2030
FIVE = ["seoul", "beijing", "tokyo", "ulaanbaatar", "taipei"]
TARGETS = ("gap:80%", "gap:50%", "cut:10%")
ROUNDING = 1e-6


@pytest.fixture(scope="module")
def cities(pack):
    return ground(pack, Aims(), YEAR)


def by_scipy(problem):
    """Return scipy's answer to a problem with targets and groups alone, written option by receptor."""
    gain = np.zeros((len(problem.cost), len(problem.level)))
    for pollutant in range(problem.removal.shape[1]):
        gain += problem.removal[:, pollutant, None] * problem.effect[pollutant][problem.region]
    _, place, left = problem.groups
    groups = csr_array((np.ones(len(place)), (place, np.arange(len(place)))))
    asked = ~np.isnan(problem.target)
    rows = vstack([groups, csr_array(-gain.T[asked])])
    right = np.r_[left, (np.maximum(problem.target, problem.floor) - problem.level)[asked]]
    bounds = np.column_stack([np.zeros(len(place)), problem.span])
    return linprog(problem.cost, A_ub=rows, b_ub=right, bounds=bounds, method="highs-ipm")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("places", [FIVE, None], ids=["five", "all"])
def test_the_plan_costs_what_another_programme_costs(pack, places, target):
    problem = problem_of(ground(pack, Aims(target), YEAR, receptors=places))
    plan, known = nearest(problem), by_scipy(problem)
    assert plan.status == "optimal" and known.status == 0
    assert plan.cost == pytest.approx(known.fun, rel=1e-6)
    assert (levels(problem, reductions(problem, plan.application)) <= problem.target + ROUNDING).all()


def test_a_limit_on_carbon_is_met_and_unpriced_substitutes_are_named(pack):
    """Hebei, 50 Mt less: coal power, boilers and homes give it; electric cars and heat pumps have no price."""
    found = answer(ground(pack, Aims(co2=amounts(["CN-HE=-50000"], "--co2")), YEAR, receptors=FIVE))
    summary = plan_summary(found)
    assert found.plan.status == "optimal" and summary["co2_change"] <= -50000 + 1e-3
    known = {one.code: one for one in catalogue(pack)}
    used = {row["measure"] for row in measures_of_plan(found).to_dict("records")}
    assert used and all("CO2" in known[code].efficiency for code in used)
    unpriced = {item["measure"]: item["value"] for item in summary["unpriced"]}
    assert set(unpriced) == {"residential_commercial.HEAT_PUMP", "road.ELECTRIC_CARS"}
    assert unpriced["residential_commercial.HEAT_PUMP"] is None and unpriced["road.ELECTRIC_CARS"] < 0


def test_the_cost_never_falls_with_the_target(cities):
    problem = problem_of(cities)
    lowest = reachable(problem)
    solver = Solver(problem)
    costs = [solver.solve(problem.level - share * (problem.level - lowest)).cost for share in np.linspace(0, 0.8, 17)]
    assert (np.diff(costs) >= -ROUNDING).all() and (np.diff(costs, 2) >= -1e-5 * costs[-1]).all()


def test_what_a_budget_buys_is_concave(cities):
    problem = problem_of(cities)
    bought = [problem.level - most_exposure(problem, budget).reached for budget in np.linspace(0, 5000, 11)]
    fall = np.array(bought) @ (problem.weights / problem.weights.sum())
    assert (np.diff(fall) >= -ROUNDING).all() and (np.diff(fall, 2) <= 1e-5).all() and fall[-1] > fall[0]


@pytest.mark.parametrize("target", ["who-2021", "0.5", "who-it3"])
def test_no_level_below_the_natural_part_counts_as_reached(pack, target):
    from airshed.assessment.plans.plan import answer_of

    held = ground(pack, Aims(target), YEAR)
    problem = problem_of(held)
    natural = held.weights @ held.chain.relation.natural.to_numpy()
    rows = receptors_of_plan(answer_of(held, problem, nearest(problem)))
    for name in ("reached", "lowest", "reached_low", "reached_high"):
        assert (rows[name].to_numpy() >= natural - ROUNDING).all(), name
    missed = rows["target"].to_numpy() < natural - ROUNDING
    assert (rows["relaxation"].to_numpy()[missed] > 0).all()
    assert (rows["reached_low"] <= rows["reached"] + ROUNDING).all()
    assert (rows["reached_high"] >= rows["reached"] - ROUNDING).all()


def test_everything_that_can_be_done_goes_below_no_floor(cities):
    problem = problem_of(cities)
    assert (levels(problem, reductions(problem, problem.maximum)) >= problem.floor - 1e-9).all()


def test_fronts_buy_more_for_more_and_none_beats_another(cities):
    """The front against exposure has the lowest exposure at its cost, that against the worst the lowest worst."""
    exposure, worst = front(cities, "exposure", 12), front(cities, "worst", 12)
    for table, name in ((exposure, "exposure"), (worst, "worst")):
        cost, value = table["cost"].to_numpy(), table[name].to_numpy()
        assert (np.diff(cost) >= -ROUNDING).all() and (np.diff(value) <= ROUNDING).all()
        assert (np.diff(value) / np.maximum(np.diff(cost), 1e-9) <= 0).all()
    before = exposure["exposure"].iloc[0]
    for row in worst.itertuples():
        known = np.interp(row.cost, exposure["cost"], exposure["exposure"])
        assert row.exposure >= known - 0.05 * (before - known), "a front of the worst avoids no more exposure"


def test_the_knee_is_farthest_from_the_chord(cities):
    table = front(cities, "exposure", 12)
    cost, gain = table["cost"].to_numpy(), table["exposure"].iloc[0] - table["exposure"].to_numpy()
    away = gain / gain[-1] - cost / cost[-1]
    assert list(table.index[table["knee"] == "yes"]) == [int(np.argmax(away))]


def test_a_tenth_of_one_city_costs_what_a_new_plan_costs(pack):
    held = ground(pack, Aims("gap:90%"), YEAR)
    problem = problem_of(held)
    plan = nearest(problem)
    found = setting(held, problem, plan)
    table = tenths_table(held, problem, plan, found, "million USD")
    row = table.iloc[4]
    target = problem.target.copy()
    target[held.receptors.index(row["receptor"])] += row["looser"]
    assert row["cost"] == pytest.approx(Solver(problem).solve(target).cost, rel=1e-6)
    assert row["saved"] == pytest.approx(plan.cost - row["cost"], abs=1e-6)
    for _, part in table.groupby("receptor"):
        assert (part["cost"].diff().dropna() <= ROUNDING).all()


def test_the_cities_that_set_the_cost_save_their_share(pack):
    held = ground(pack, Aims("who-it2"), YEAR)
    problem = problem_of(held)
    plan = nearest(problem)
    found = setting(held, problem, plan)
    target = problem.target + np.ceil(plan.relaxation / 0.1 - 1e-6) * 0.1
    whole = Solver(problem).solve(target).cost
    target[[held.receptors.index(code) for code in found.cities]] = np.nan
    assert found.share == pytest.approx(1 - Solver(problem).solve(target).cost / whole, abs=1e-6)


def test_gap_closure_and_equal_improvement_by_hand(pack, cities):
    lowest = reachable(problem_of(cities))
    gap, cut = (ground(pack, Aims(target), YEAR).target for target in ("gap:50%", "cut:10%"))
    assert gap == pytest.approx((cities.level + lowest) / 2, abs=1e-6)
    assert cut == pytest.approx(0.9 * cities.level, abs=1e-9)


def test_others_pay_no_more_than_their_share_for_those_without_gdp(pack):
    left, paid = (
        ground(pack, Aims("15", gdp_share=0.001, without_gdp=way), YEAR, receptors=["pyongyang", "seoul"])
        for way in ("left-out", "paid")
    )
    mine = np.array([code == "PRK" for code in paid.options.region])
    change = [nearest(problem_of(held)).application - held.options.current for held in (left, paid)]
    assert not change[0][mine].any() and (change[1][mine] > 0).any()
    cost = np.where(paid.options.selectable, np.nan_to_num(paid.options.cost[:, 1]), 0.0)
    economy = pack.table("economy")
    rows = economy[(economy["indicator"] == "gdp_usd") & (economy["year"].astype(int) == pack.base_year)]
    known = dict(zip(rows["code"], rows["value"].astype(float) * 1e3, strict=True))
    nations = {code for code in known if code in {"CHN", "KOR", "JPN", "MNG", "TWN", "RUS"}}
    assert cost @ change[1] <= 0.001 * sum(known[code] for code in nations) + 1e-3
