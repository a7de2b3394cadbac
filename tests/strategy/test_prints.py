"""Prices beside prints: the last step, the mean between prices a decade apart, and what is flagged."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.chapters.plan_told import plan_told
from airshed.emissions.baseline import baseline_cube
from airshed.strategy.cost import AnnualCost, Money, cost_in
from airshed.strategy.measures import Interval, catalogue
from airshed.strategy.options import build_options
from airshed.strategy.prints import between, far_below, lowest_print, price_there, prints
from airshed.strategy.tables import cost_check_table, options_table

prices = st.floats(1e-3, 1e7)


@pytest.fixture(scope="module")
def options(pack):
    return build_options(pack, 2030)


def at(options, measure, region):
    return list(zip(options.measure, options.region, strict=True)).index((measure, region))


def test_the_next_tonne_of_a_controlled_plant_costs_what_the_retrofit_prints(pack, options):
    """44,600 CNY per tonne of SO2 at the rate of 2015 (economy.csv): 7,099 USD, not the 299 of the first tonne."""
    place = at(options, "power.RFGD", "CN-HE")
    assert options.unit_cost[place, 1] == pytest.approx(7099, abs=1)
    rows = pack.table("economy")
    rows = rows[(rows["unit"] == "CNY per USD") & (rows["year"] == 2015)]
    assert 44600 / float(rows["value"].iloc[0]) == pytest.approx(options.unit_cost[place, 1], rel=1e-6)
    assert "last step" in options.note[place] and "zghjkx_ule" in options.source[place]
    assert not options.flagged[place]


def test_where_little_is_controlled_the_first_tonne_is_cheap(pack, options):
    money = Money(pack)
    cost = next(item for item in catalogue(pack) if item.code == "power.RFGD").cost
    place = at(options, "power.RFGD", "MNG")
    assert options.unit_cost[place, 1] == pytest.approx(cost_in(money, cost, "MNG").amount.value)
    assert "last step" not in options.note[place]


def test_a_price_far_below_the_print_of_its_nation_stands_between_both(pack, options):
    """Seoul's facilities: 1,111 million KRW per tonne of PM2.5; the filter comes to a thousandth of that."""
    place = at(options, "industry3.IN_HED", "KR-44")
    cost = next(item for item in catalogue(pack) if item.code == "industry3.IN_HED").cost
    ours = cost_in(Money(pack), cost, "KOR").amount
    printed = lowest_print(pack, "industry3.IN_HED", "PM2.5")
    assert printed == pytest.approx(1058942, rel=1e-3)
    assert options.unit_cost[place] == pytest.approx([ours.low, np.sqrt(ours.value * printed), printed])
    assert options.flagged[place] and options.lowest_print[place] == printed
    other = at(options, "industry3.IN_HED", "CN-HE")
    assert options.unit_cost[other, 1] == pytest.approx(cost_in(Money(pack), cost, "CHN").amount.value)
    assert options.flagged[other]


def test_industry_and_boilers_stand_beside_what_seoul_paid(pack):
    table = cost_check_table(pack).set_index("measure")
    for code, printed in (("industry3.PR_HED", 1058942), ("residential_commercial.STV_IMP_B", 272599)):
        assert table.loc[code, "printed"] == pytest.approx(printed, rel=1e-3)
        assert table.loc[code, "flagged"] == "yes"
    assert (table["flagged"] == "yes").sum() == (table["ratio"] < 0.1).sum()


def test_cheap_air_for_seoul_says_what_it_rests_on(pack, cli):
    """15 million USD a year once brought both cities to 15 ug/m3, two orders below what Korea's programmes cost."""
    code, out, _ = cli("optimise", "--target", "15", "--receptor", "seoul", "--receptor", "incheon", "--format", "json")
    found = json.loads(out)
    summary = found["summary"]
    assert code == 0 and summary["cost"] > 5 * 15
    assert 0 < summary["assumed_cost_share"] < 1 and 0 < summary["assumed_removed_share"] < 1
    flagged = [row for row in found["measures"] if row["flagged"] == "yes"]
    assert len(flagged) == summary["flagged_measures"]
    spent = sum(row["cost"] for row in found["measures"])
    assert sum(row["cost"] for row in flagged) / spent == pytest.approx(summary["flagged_cost_share"], rel=1e-6)
    assumed = sum(row["cost"] for row in found["measures"] if row["applied_basis"] in ("rule", "unknown"))
    assert assumed / spent == pytest.approx(summary["assumed_cost_share"], rel=1e-6)
    assert summary["benefit_cost"] == pytest.approx(summary["benefit"] / summary["cost"])
    assert (summary["too_good"] == "yes") == (summary["benefit_cost"] > 100)
    told = plan_told(summary, pack, "en", str)
    assert any("rest on assumed applications" in line for line in told)


def test_the_curve_flags_what_is_far_below_prints(pack, cli, options):
    code, out, _ = cli("costcurve", "--receptor", "seoul", "--year", "2030", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and {row["flagged"] for row in rows} == {"yes", "no"}
    table = options_table(pack, ["KOR"], 2030).set_index(["region", "measure"])["flagged"]
    for row in rows:
        if row["region"].startswith("KR-"):
            assert row["flagged"] == table[row["region"], row["measure"]]


def test_prints_of_measures_are_of_their_own_pollutant(pack):
    for code, found in prints(pack).items():
        assert all(item.measure == code and item.value > 0 for item in found if np.isfinite(item.value))


@given(prices, prices)
def test_a_price_between_prints_lies_between_them(price, printed):
    found = between(Interval(price / 2, price, price * 2), printed)
    assert found.low <= found.high
    if far_below(price, printed):
        assert price <= found.value <= printed * (1 + 1e-9) and found.high == max(printed, price * 2)


def test_without_prints_or_last_steps_a_price_stays(pack):
    measure = next(item for item in catalogue(pack) if item.code == "solvent.ACA")
    price = AnnualCost(Interval(1.0, 2.0, 3.0), "s", "")
    assert price_there(pack, measure, "KOR", [], 1.0, price) is price


def test_coal_that_leaves_small_boilers_takes_its_carbon_with_it(pack, options):
    """Taiyuan prints 50 to 95 % less CO2 for gas in place of coal; SO2 of gas is 0.281 over 820 g/GJ of coal."""
    place = at(options, "residential_commercial.BOILER_COAL", "CN-HE")
    emitted = baseline_cube(pack)["value"].sel(region="CN-HE", sector="residential_commercial", year=2030)
    names = list(options.subjects.pollutants)
    coal = options.subjects.names("residential_commercial").index("residential_commercial.coal")
    share = options.subjects.parts("CN-HE", "residential_commercial")[coal, names.index("CO2")]
    assert options.selectable[place] and 0 < share < 1
    assert options.co2[place] == pytest.approx(-0.725 * share * float(emitted.sel(pollutant="CO2")))
    column = options.pollutants.index("SO2")
    assert options.removal[place, column] == pytest.approx(
        (1 - 0.281 / 820) * options.unabated[place, column], rel=1e-4
    )
    assert options.subject[place] == "residential_commercial.coal"
