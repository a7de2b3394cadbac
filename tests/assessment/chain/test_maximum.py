"""Maximum feasible reduction: groups against brute force, the plan's optimum and hand calculation, and its cost."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.assessment.chain.chain import ensemble_of
from airshed.assessment.chain.maximum_feasible import Wanted, fullest, maximum_feasible
from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.compare import compare_table
from airshed.assessment.plans.plan import after_plan
from airshed.assessment.plans.plan_inputs import ground, levels_of, problem_of
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import open_pack
from airshed.pack.people import base_population
from airshed.strategy.budget import most_exposure
from airshed.strategy.options import build_options
from airshed.transport.relation import EMITTED as CARRIED
from support.small import EMITTED, POLLUTANTS, SHARES, rows_of, write_table

shares = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def feasible(pack):
    return scenario_emissions(pack, "maximum-feasible")


@pytest.fixture
def later(small_copy):
    """Hold the small pack with emissions of 2020, four fifths of those of 2015."""
    rows = rows_of()["emissions"]
    rows += [
        {
            "inventory": "counted",
            "region": region,
            "sector": "industry",
            "pollutant": pollutant,
            "year": 2020,
            "value": emitted * SHARES[pollutant] * 0.8,
            "unit": "kt/yr",
            "basis": "reported",
        }
        for region, emitted in EMITTED.items()
        for pollutant in POLLUTANTS
    ]
    write_table(small_copy / "tables" / "emissions.csv", "emissions", rows)
    return small_copy


def wanted(value):
    column = np.array(value, dtype=float)[:, None]
    return Wanted(column, np.zeros_like(column), np.ones_like(column))


@st.composite
def groups(draw):
    size = draw(st.integers(1, 5))
    values = draw(st.lists(st.integers(-5, 5), min_size=size, max_size=size))
    spans = draw(st.lists(shares, min_size=size, max_size=size))
    whole = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return np.array(values, dtype=float), np.array(spans), draw(shares), np.array(whole)


@settings(max_examples=60)
@given(groups())
def test_a_group_is_filled_as_a_linear_programme_would(group):
    values, spans, room, whole = group
    found = fullest(wanted(values), spans, room)[:, 0]
    assert (found >= 0).all() and (found <= spans + 1e-12).all() and found.sum() <= room + 1e-12
    best = linprog(-values, A_ub=[np.ones(len(values))], b_ub=[room], bounds=list(zip(0 * spans, spans, strict=True)))
    assert values @ found == pytest.approx(-best.fun, abs=1e-6)
    taken = fullest(wanted(values), spans, room, whole)[:, 0]
    assert all(taken[one] in (0.0, spans[one]) for one in np.flatnonzero(whole))
    assert values @ taken == pytest.approx(best_with_whole(values, spans, room, whole), abs=1e-6)


def best_with_whole(values, spans, room, whole):
    """Try every choice of what is taken whole or not at all, and fill the rest by a linear programme."""
    results = []
    for choice in product((0.0, 1.0), repeat=int(whole.sum())):
        taken = np.zeros(len(values))
        taken[whole] = np.array(choice) * spans[whole]
        left = room - taken.sum()
        if left < -1e-12:
            continue
        free = np.where(whole, 0.0, spans)
        rest = linprog(-values, A_ub=[np.ones(len(values))], b_ub=[max(left, 0)], bounds=[(0, one) for one in free])
        results.append(values @ taken - rest.fun)
    return max(results)


def test_ties_go_to_more_removed_and_then_to_the_cheapest():
    same = np.ones((3, 1))
    spans = np.full(3, 0.4)
    by_amount = Wanted(0 * same, np.array([[1.0], [3.0], [2.0]]), same)
    assert fullest(by_amount, spans, 0.5)[:, 0].tolist() == pytest.approx([0, 0.4, 0.1])
    by_cost = Wanted(same, same, np.array([[np.inf], [7.0], [5.0]]))
    assert fullest(by_cost, spans, 0.5)[:, 0].tolist() == pytest.approx([0, 0.1, 0.4])
    worthless = Wanted(-same, same, same)
    assert not fullest(worthless, spans, 0.5).any()


def test_the_small_pack_by_hand(later):
    """Aland North in 2020: 8 kt PM2.5 and 24 kt NOx, its income a quarter of the OECD's.

    Filter 0.3 in place of at most 0.8, cloth 0.35: the filter takes the 0.35 left. Unabated 8 / (1 - 0.27 - 0.175).
    Catalyst 0.5 in place of at most 0.75: unabated 24 / 0.6 = 40, so 0.25 of 32 kt NOx; slip 2 x 0.004 / (0.8 x 0.5).
    Filter: (73.582 + 40 + 10 - 30) USD of 2005 x 1.2 x 0.625; catalyst: the mean of 500 and 2000, 1000 x 0.625.
    Half of the cost is labour at a quarter of the income: 0.5 + 0.5 x 0.25.
    """
    pack = open_pack(later)
    found = scenario_emissions(pack, "maximum-feasible")
    here = found.scenario["value"].sel(region="AA-1", sector="industry", year=2020)
    dust = 0.35 * 0.9 * 8 / 0.555
    assert float(here.sel(pollutant="PM2.5")) == pytest.approx(8 - dust)
    assert float(here.sel(pollutant="BC")) == pytest.approx(0.8 - dust / 10)
    assert float(here.sel(pollutant="NOx")) == pytest.approx(24 - 8)
    assert float(here.sel(pollutant="NH3")) == pytest.approx(12 + 8 * 0.02)
    assert float(here.sel(pollutant="SO2")) == pytest.approx(16)
    spent = found.measures.spent(["AA-1"], 2020)
    assert (spent.measures, spent.unpriced) == (2, 0)
    assert spent.cost[1] == pytest.approx(93.582 * 1.2 * 0.625 * dust * 1e-3 + 1000 * 0.625 * 8 * 1e-3, rel=1e-5)
    assert spent.cost[0] < spent.cost[1] < spent.cost[2]
    bland = found.measures.spent(["BBB"], 2020)
    assert (bland.measures, bland.unpriced) == (3, 3) and np.isnan(bland.cost).all(), "no income, so no cost there"
    assert "airshed" in found.scenario["source"].attrs["flag_meanings"]


def test_applications_of_later_years_hold_from_their_year_on(later):
    rows = rows_of()["applications"]
    rows.append({**rows[0], "year": 2018, "current_low": 0.8, "current_high": 0.8, "maximum_low": 0.8})
    write_table(later / "tables" / "applications.csv", "applications", rows)
    found = scenario_emissions(open_pack(later), "maximum-feasible").measures
    place = list(zip(found.measure, found.region, strict=True)).index(("industry.FILTER", "AA-1"))
    by_year = dict(zip(found.years, found.more[place], strict=True))
    assert by_year[2017] == pytest.approx(0.35) and by_year[2018] == pytest.approx(0.05)


def test_no_plan_lowers_the_exposure_more(pack, feasible):
    """HiGHS, free to spend on every measure of the catalogue, finds the same exposure of the people of all regions."""
    people = base_population(pack)
    relation = ensemble_of(pack).relation
    regions = [code for code in relation.receptors if code in people.index and people[code] > 0]
    persons = people[regions].to_numpy(dtype=float)
    effect = relation.matrix.sum("species").sel(receptor=regions)
    held = ground(pack, "10", 2030, receptors=["seoul"])
    problem = replace(
        problem_of(held),
        maximum=held.options.maximum,
        effect=effect.transpose("precursor", "region", "receptor").to_numpy(),
        level=np.full(len(regions), 1e3),
        target=np.full(len(regions), np.nan),
        floor=np.zeros(len(regions)),
        weights=persons,
        receptor_owner=None,
        names={},
    )
    best = most_exposure(problem, 1e9)
    fall = float((problem.level - best.reached) @ persons / persons.sum())
    before, after = (
        relation.precursors(data["value"].sel(year=2030)) for data in (baseline_cube(pack), feasible.scenario)
    )
    gone = (before - after).sum("sector")
    ours = float((effect * gone).sum(["precursor", "region"]).to_numpy() @ persons / persons.sum())
    assert ours == pytest.approx(fall, rel=1e-6)


def test_the_plan_and_the_scenario_remove_the_same(pack, feasible):
    """What a plan would leave at these applications, by its own arithmetic for that year."""
    held = ground(pack, "10", 2030, receptors=["seoul"])
    column = feasible.measures.years.index(2030)
    left = after_plan(held, held.options, held.options.current + feasible.measures.more[:, column])
    ours = feasible.scenario["value"].sel(year=2030, pollutant=list(CARRIED)).fillna(0.0)
    np.testing.assert_allclose(ours.transpose(*left.dims), left, rtol=1e-9, atol=1e-9)
    level = levels_of(held, left)
    assert (level < held.level).all()


def test_applications_stay_between_today_and_the_most(pack, feasible):
    for year in (2016, 2030):
        options = build_options(pack, year)
        more = feasible.measures.more[:, feasible.measures.years.index(year)]
        assert (more >= 0).all() and (options.current + more <= options.maximum + 1e-9).all()
        assert np.bincount(options.group, weights=options.current + more).max() <= 1 + 1e-9


def test_nothing_rises_but_the_slip_of_catalysts(pack, feasible):
    before, after = baseline_cube(pack)["value"], feasible.scenario["value"]
    assert after.sel(year=slice(None, 2015)).equals(before.sel(year=slice(None, 2015)))
    others = [code for code in before["pollutant"].to_numpy() if code != "NH3"]
    change = (after - before).sel(pollutant=others)
    assert float(change.max()) <= 1e-9 and float(after.min()) >= 0
    assert (after.isnull() <= before.isnull()).all()
    waste = {"sector": "waste"}
    assert after.sel(waste).equals(before.sel(waste)), "no measure works on waste"
    touched = change.fillna(0.0) != 0
    assert set(np.unique(feasible.scenario["basis"].sel(pollutant=others).to_numpy()[touched.to_numpy()])) == {6}


def test_measures_come_after_all_overrides(pack):
    one, other = (scenario_emissions(pack, name) for name in ("frozen+maximum-feasible", "maximum-feasible+frozen"))
    assert one.scenario["value"].equals(other.scenario["value"])
    frozen = scenario_emissions(pack, "frozen").scenario
    again, _ = maximum_feasible(pack, frozen, ensemble_of(pack).relation)
    assert one.scenario["value"].equals(again["value"])
    assert not one.scenario["value"].sel(year=2030).equals(frozen["value"].sel(year=2030))


def test_no_plan_starts_where_all_is_done(pack, feasible):
    with pytest.raises(AirshedError, match="applied in these emissions already"):
        build_options(pack, 2030, baseline=feasible.scenario)


def test_costs_side_by_side(pack):
    names = ["baseline", "maximum-feasible", "frozen", "frozen+maximum-feasible"]
    table = compare_table(pack, names, 2030, ["KOR", "KR-11", "KR-41"], samples=0)
    cost = table[table["quantity"] == "cost"].set_index(["scenario", "region"])
    assert set(cost["unit"]) == {"million USD of 2015/yr"}
    assert (cost.loc["baseline", "value"] == 0).all() and cost.loc["frozen", "value"].isna().all()
    assert cost["note"].loc["frozen"].str.contains("not known").all()
    assert cost["note"].loc["frozen+maximum-feasible"].str.contains("measures alone").all()
    most = cost.loc["maximum-feasible"]
    assert (most["low"] < most["value"]).all() and (most["value"] < most["high"]).all()
    assert (most["difference"] == most["value"]).all()
    assert most.loc[["KR-11", "KR-41"], "value"].sum() < most.loc["KOR", "value"]
    assert (most["unpriced"] > 0).all() and (most["unpriced"] < most["measures"]).all()


def test_the_cost_is_that_of_the_options(pack, feasible):
    """Sum over the options of 2030 as `airshed measures` prices them: cost at application 1 times what is added."""
    options = build_options(pack, 2030)
    more = feasible.measures.more[:, feasible.measures.years.index(2030)]
    here = np.array([code.startswith("KR-") for code in options.region])
    priced = np.isfinite(options.cost[:, 1]) & (options.cost[:, 1] != 0)
    expected = (options.cost * more[:, None])[here & priced].sum(axis=0)
    found = feasible.measures.spent(sorted({code for code in options.region if code.startswith("KR-")}), 2030)
    np.testing.assert_allclose(found.cost, expected, rtol=1e-9)
    used = here & (more > 1e-9)
    assert found.measures == len({options.measure[row] for row in np.flatnonzero(used)})
    assert found.unpriced == len({options.measure[row] for row in np.flatnonzero(used & ~priced)})


def test_the_command(cli):
    words = ("scenarios", "compare", "baseline", "maximum-feasible", "--year", "2030", "--region", "KOR")
    code, out, _ = cli(*words, "--format", "json")
    rows = {(row["scenario"], row["quantity"]): row for row in json.loads(out)}
    assert code == 0
    cost = rows["maximum-feasible", "cost"]
    assert cost["low"] < cost["value"] < cost["high"] and type(cost["measures"]) is int
    assert rows["baseline", "cost"]["value"] == 0 and rows["baseline", "cost"]["measures"] is None
    assert rows["maximum-feasible", "deaths"]["difference"] < 0
    code, out, err = cli("--lang", "ko", *words)
    assert code == 0 and "비용 미공표" in out and "기준 전망을 넘는" in err
    code, out, _ = cli("scenarios", "list", "--format", "json")
    assert {row["scenario"]: row["measures"] for row in json.loads(out)}["maximum-feasible"] == "maximum"
    code, out, _ = cli("--lang", "ko", "scenarios", "list")
    assert code == 0 and "최대 기술적 감축" in out
    code, out, _ = cli("scenarios", "show", "frozen+maximum-feasible")
    assert code == 0 and "maximum" in out and "hold 2015" in out


def test_a_pack_without_measures_names_the_table(small_copy, cli):
    tables = small_copy / "tables"
    for path in (*tables.glob("measure*.csv"), tables / "applications.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(MissingTableError, match="needs table measures"):
        scenario_emissions(open_pack(small_copy), "maximum-feasible")
    code, _, err = cli("--pack", small_copy, "scenarios", "compare", "baseline", "maximum-feasible")
    assert code == 2 and "needs table measures" in err and "Traceback" not in err
