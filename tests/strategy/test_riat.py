"""The measure table of Lombardy as a least-cost problem: what it holds, and its plans against scipy and brute force.

Oracles read the printed table by themselves and write limits as RIAT+ does: one row per activity and pollutant.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from airshed.pack.errors import AirshedError
from airshed.strategy import riat
from airshed.strategy.curve import abated, frontier, removed, staircase, steps_at
from airshed.strategy.riat_problem import emission_problem, exclusive_groups, macrosectors, measure_problem
from airshed.strategy.riat_relation import effects, read_areal, read_cells
from airshed.strategy.solve import Solver, least_cost, reachable
from airshed.transport.sherpa import read_base, read_sherpa

SHAPE = (43, 35)
FILES = ("NOx", "VOC", "NH3", "PM10", "PM25", "SO2")
STEPS = 21
ROOM = 1e-9
"""kt/yr or ug/m3 above the lowest level, so that rounding does not put the last step out of reach."""
CLOSE = {"rel": 1e-7, "abs": 1e-6}
FLAT = 1e-7
"""Million EUR by which the cost of equal steps may fall, or its slope, by rounding: of 226 at most."""


@dataclass(frozen=True)
class Case:
    """The case as the package reads it, and the printed numbers beside it."""

    measures: pd.DataFrame
    unabated: pd.DataFrame
    activity: pd.Series
    names: dict
    printed: np.ndarray
    groups: np.ndarray
    areal: np.ndarray


@pytest.fixture(scope="module")
def case(shared):
    folder = shared / "data" / "transport" / "lombardy"
    table = folder / "unabated_emissions_by_group.csv"
    return Case(
        riat.read_measures(folder / "out_clemfr.txt"),
        riat.read_unabated(table),
        riat.read_activity(table),
        riat.read_technologies(folder / "techsList.csv"),
        np.loadtxt(folder / "out_clemfr.txt"),
        np.loadtxt(table, delimiter=",", skiprows=1),
        np.stack([np.loadtxt(folder / "areal_emissions" / f"{name}.txt", skiprows=1).T[2:] for name in FILES]),
    )


@pytest.fixture(scope="module")
def lombardy(case):
    return emission_problem(case.measures, case.unabated, case.activity, case.names)


@pytest.fixture(scope="module")
def lowest(lombardy):
    return reachable(lombardy)


@pytest.fixture(scope="module")
def cells(case, shared):
    """Return effects and levels of the 438 cells of the policy area."""
    folder = shared / "data" / "transport" / "lombardy"
    code, area = read_cells(folder / "Dim_cells.txt", SHAPE)
    areal = read_areal(folder / "areal_emissions", SHAPE)
    relation = read_sherpa(folder / "SR_PM25_Annual.nc")
    found = effects(relation, "PM2.5", areal, area, macrosectors(case.unabated).tolist())
    return found[:, :, code > 0], read_base(folder / "BC_conc_PM25_Y.nc")[code > 0]


def dense(case):
    """Return removal (kt), cost, room, and the rows of RIAT+ with what is left of 1, from the printed numbers."""
    table = case.printed
    activity = {tuple(row[:4]): row for row in case.groups}
    rows = [activity[(line[0], line[1], line[2], line[4])] for line in table]
    removal = np.array([line[5:11] / 100 * row[4:10] / 1000 for line, row in zip(table, rows, strict=True)])
    cost = np.array([line[17] * row[10] for line, row in zip(table, rows, strict=True)])
    room = np.where((table[:, 21] == 1) & (table[:, 17] > 0), (table[:, 19] - table[:, 18]) / 100, 0.0)
    left, right = [], []
    for key in sorted(activity):
        inside = (table[:, [0, 1, 2, 4]] == key).all(axis=1)
        for pollutant in range(6):
            member = inside & (table[:, 5 + pollutant] != 0)
            if member.any():
                left.append(member.astype(float))
                right.append(1 - table[member, 18].sum() / 100)
    return removal, cost, room, np.array(left), np.maximum(right, 0.0)


def by_linprog(case, cost, needed):
    """Return scipy's answer for a fall of each pollutant, kt/yr, NaN for none asked."""
    removal, _, room, left, right = dense(case)
    for pollutant in np.flatnonzero(~np.isnan(needed)):
        left, right = np.vstack([left, -removal[:, pollutant]]), np.append(right, -needed[pollutant])
    return linprog(cost, left, right, bounds=[(0, upper) for upper in room], method="highs-ipm")


@pytest.mark.shared
def test_every_row_of_the_table_is_an_option(case, lombardy):
    assert len(lombardy.cost) == 379 == len(case.printed)
    assert len(set(lombardy.names["option"])) == 379
    assert len(lombardy.names["region"]) == 10
    applied, potential, optimised, price = (case.printed[:, column] / 100 for column in (18, 19, 21, 17))
    assert lombardy.current == pytest.approx(applied)
    grows = (optimised > 0) & (price > 0)
    assert lombardy.maximum == pytest.approx(np.where(grows, potential, applied))
    assert grows.sum() == 125 and (lombardy.span > 0).sum() == 111
    assert (lombardy.removal[:, 2] < 0).sum() == 65
    free = emission_problem(case.measures, case.unabated, case.activity, free=True)
    assert ((free.maximum > lombardy.maximum) & (free.cost == 0)).sum() == 19 == (free.span > 0).sum() - 111


@pytest.mark.shared
def test_emissions_before_the_plan_are_the_areal_emissions(case, lombardy):
    """Total by pollutant, and what is left of emissions without measures by macrosector, within 0.002 t."""
    printed = case.areal.sum(axis=2)
    assert lombardy.level == pytest.approx(printed.sum(axis=1) / 1000, abs=2e-6)
    whole = np.stack(
        [case.groups[case.groups[:, 0] == number + 1][:, 4:10].sum(axis=0) for number in range(10)], axis=1
    )
    off = np.stack(
        [np.bincount(lombardy.region, lombardy.current * column, minlength=10) for column in lombardy.removal.T]
    )
    assert whole / 1000 - off == pytest.approx(printed[:, :10] / 1000, abs=2e-6)


@pytest.mark.shared
def test_factor_and_activity_give_the_emission_of_a_pollutant(case):
    """The reading of units: of every activity to be optimised one emission at least is 1,000 factor x activity."""
    optimised = case.measures[case.measures["optimised"] == 1].drop_duplicates(riat.GROUP).set_index(riat.GROUP)
    assert len(optimised) == 65
    made = 1000 * optimised[riat.FACTOR].mul(case.activity.reindex(optimised.index), axis=0)
    emitted = case.unabated.reindex(optimised.index).to_numpy()
    ratio = np.divide(emitted, made.to_numpy(), out=np.zeros_like(emitted), where=made.to_numpy() > 0)
    assert (np.abs(ratio - 1) < 1e-4).any(axis=1).all()


@pytest.mark.shared
def test_a_row_by_hand(lombardy):
    """PWFGD at coal: 95 % of 10,999.341193 t SO2, 0.869725 million EUR a unit of 37.586263 units; 60 % applied."""
    option = lombardy.names["option"].index("PWFGD of macrosector 1, sector 77, activity 25")
    assert lombardy.cost[option] == pytest.approx(0.869725 * 37.586263)
    assert lombardy.current[option] == 0.6 and lombardy.span[option] == pytest.approx(0.4)
    assert lombardy.names["pollutant"][5] == "SO2"
    assert lombardy.removal[option] == pytest.approx([0, 0, 0, 0, 0, 0.95 * 10.999341193], rel=1e-6)


@pytest.mark.shared
def test_groups_are_the_limits_of_riat(case, lombardy):
    """Each group has a pollutant that all of it changes: its limit is that of RIAT+, and the others follow from it."""
    changes = case.printed[:, 5:11] != 0
    activities = [tuple(row) for row in case.printed[:, [0, 1, 2, 4]]]
    for number in np.unique(lombardy.group):
        members = np.flatnonzero(lombardy.group == number)
        assert len({activities[one] for one in members}) == 1
        assert len(members) == 1 or changes[members].all(axis=0).any()
        apart = [one for one, where in enumerate(activities) if where == activities[members[0]] and one not in members]
        assert not (changes[members].any(axis=0) & changes[apart].any(axis=0)).any()


def test_filters_exclude_each_other_and_desulphurisation_stands_beside():
    rows = [(1, 1, 1, 1, 95, 0), (1, 1, 1, 2, 99, 0), (1, 1, 1, 3, 0, 90), (1, 1, 2, 1, 95, 0), (1, 1, 2, 9, 0, 0)]
    table = pd.DataFrame(0.0, index=range(5), columns=riat.COLUMNS)
    table[[*riat.GROUP[:3], "technology", "removal PM10", "removal SO2"]] = np.array(rows, dtype=float)
    first, second, third, fourth, fifth = exclusive_groups(table).tolist()
    assert first == second and len({first, third, fourth, fifth}) == 4


@pytest.mark.shared
@pytest.mark.parametrize("pollutant", range(6), ids=riat.POLLUTANTS)
def test_the_frontier_of_a_pollutant_is_monotone_convex_and_the_staircase(lombardy, lowest, pollutant):
    """All 21 equal steps from today to the lowest; one pollutant asked, nothing interacts: the staircase everywhere."""
    found = frontier(lombardy, steps_at(lombardy, pollutant, lowest[pollutant] + ROOM, STEPS))
    cost, curve = found["cost"].to_numpy(), staircase(lombardy, removed(lombardy, pollutant))
    assert len(found) == STEPS and cost[0] == pytest.approx(0.0, abs=FLAT) and cost[-1] > 10
    assert (np.diff(cost) >= -FLAT).all() and (np.diff(cost, 2) >= -FLAT).all()
    corners = np.r_[0.0, curve["reduction"]], np.r_[0.0, curve["cost"]]
    stairs = np.interp(found["reduction"], *corners)
    assert (cost <= stairs + 1e-6).all() and cost == pytest.approx(stairs, **CLOSE)
    solver = Solver(lombardy)
    for reduction, spent in zip(corners[0][:-1], corners[1][:-1], strict=True):
        target = np.where(np.arange(6) == pollutant, lombardy.level - reduction, np.nan)
        assert solver.solve(target).cost == pytest.approx(spent, **CLOSE)


@pytest.mark.shared
def test_the_lowest_emissions_by_hand_and_by_scipy(case, lombardy, lowest):
    """In every activity the best technologies fill what is left, best first."""
    removal, _, room, _, _ = dense(case)
    activities = case.printed[:, [0, 1, 2, 4]]
    for pollutant in range(6):
        fall = 0.0
        for key in np.unique(activities, axis=0):
            member = np.flatnonzero((activities == key).all(axis=1) & (case.printed[:, 5 + pollutant] != 0))
            left = 1 - case.printed[member, 18].sum() / 100
            for option in sorted(member, key=lambda one: -removal[one, pollutant]):
                taken = min(max(left, 0.0), room[option]) if removal[option, pollutant] > 0 else 0.0
                left, fall = left - taken, fall + taken * removal[option, pollutant]
        assert lombardy.level[pollutant] - lowest[pollutant] == pytest.approx(fall, rel=1e-7)
        most = by_linprog(case, -removal[:, pollutant], np.full(6, np.nan))
        assert -most.fun == pytest.approx(fall, rel=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("pollutant", "today", "least", "half", "whole"),
    [
        (0, 126.6, 110.0, 4.3, 26.7),
        (2, 76.5, 64.5, 2.9, 12.8),
        (4, 22.5, 13.9, 17.7, 226.1),
        (5, 15.4, 14.3, 0.3, 23.6),
    ],
)
def test_the_numbers_of_the_method_are_those_of_scipy(case, pollutant, today, least, half, whole):
    removal, cost, _, _, _ = dense(case)
    level, none = case.areal[pollutant].sum() / 1000, np.full(6, np.nan)
    fall = -by_linprog(case, -removal[:, pollutant], none).fun
    assert (level, level - fall) == pytest.approx((today, least), abs=0.051)
    assert cost @ case.printed[:, 18] / 100 == pytest.approx(580, abs=0.5)
    for share, spent in ((0.5, half), (1.0, whole)):
        needed = np.where(np.arange(6) == pollutant, share * (fall - ROOM), np.nan)
        plan = by_linprog(case, cost, needed)
        assert plan.fun == pytest.approx(spent, abs=0.051)
    if pollutant == 4:
        assert (plan.x * cost)[case.printed[:, 0] == 2].sum() == pytest.approx(217, abs=0.5)


@pytest.mark.shared
@pytest.mark.parametrize(("share", "spent"), [(0.5, 21.2), (0.8, 134.7)])
def test_a_plan_for_four_pollutants_costs_what_scipy_finds(case, lombardy, lowest, share, spent):
    """Part of what each could reach alone, of PM2.5, NOx, SO2 and NH3 at once; the dual objective is the cost."""
    asked = np.isin(np.arange(6), (0, 2, 4, 5))
    target = np.where(asked, lombardy.level - share * (lombardy.level - lowest), np.nan)
    plan = least_cost(replace(lombardy, target=target))
    assert plan.status == "optimal" and (plan.reached[asked] <= target[asked] + 1e-7).all()
    known = by_linprog(case, dense(case)[1], lombardy.level - target)
    assert plan.cost == pytest.approx(known.fun, rel=1e-6) and known.fun == pytest.approx(spent, abs=0.051)
    duals = plan.shadow_price @ np.where(asked, lombardy.level - target, 0.0) - plan.group_price @ lombardy.groups[2]
    duals += np.minimum(plan.reduced_cost, 0.0) @ lombardy.span
    assert duals == pytest.approx(plan.cost, rel=1e-7)


@pytest.mark.shared
def test_the_frontier_of_four_pollutants_is_monotone_and_convex(lombardy, lowest):
    asked = np.isin(np.arange(6), (0, 2, 4, 5))
    fall = np.where(asked, 0.85 * (lombardy.level - lowest), np.nan)
    found = frontier(lombardy, lombardy.level - np.linspace(0, 1, STEPS)[:, None] * fall)
    cost = found["cost"].to_numpy()
    assert len(found) == STEPS and (np.diff(cost) > 0).all() and (np.diff(cost, 2) >= -FLAT).all()


@pytest.mark.shared
def test_the_frontier_of_concentrations_is_monotone_and_convex(case, cells):
    """PM2.5 by the SHERPA relation: the mean of the policy area and its worst cell, alone, then all cells at once."""
    effect, level = cells
    worst = int(level.argmax())
    pair = np.stack([effect.mean(axis=2), effect[:, :, worst]], axis=2)
    asked = measure_problem(
        case.measures,
        case.unabated,
        case.activity,
        pair,
        np.array([level.mean(), level[worst]]),
        ("mean", "worst cell"),
    )
    low = reachable(asked)
    assert np.r_[asked.level, low] == pytest.approx([18.2, 32.3, 16.3, 23.7], abs=0.051)
    for receptor in range(2):
        found = frontier(asked, steps_at(asked, receptor, low[receptor] + ROOM, STEPS))
        cost, curve = found["cost"].to_numpy(), staircase(asked, abated(asked, receptor))
        assert len(found) == STEPS and (np.diff(cost) >= -FLAT).all() and (np.diff(cost, 2) >= -FLAT).all()
        known = np.interp(found["reduction"], np.r_[0.0, curve["reduction"]], np.r_[0.0, curve["cost"]])
        assert cost == pytest.approx(known, **CLOSE)
        assert cost[[10, 20]] == pytest.approx([(18.3, 279.7), (24.1, 279.7)][receptor], abs=0.051)
    whole = measure_problem(case.measures, case.unabated, case.activity, effect, level)
    targets = level - np.linspace(0, 0.9, STEPS)[:, None] * (level - reachable(whole))
    cost = frontier(whole, targets)["cost"].to_numpy()
    assert len(cost) == STEPS and (np.diff(cost) >= -FLAT).all() and (np.diff(cost, 2) >= -FLAT).all()


@pytest.mark.shared
@pytest.mark.parametrize(("primary", "name", "place", "other"), [("PM2.5", "PM25", 4, 3), ("PM10", "PM10", 3, 4)])
def test_all_emissions_of_a_macrosector_move_the_air_as_its_field_does(case, shared, primary, name, place, other):
    """Effect per kiloton times all kilotons of road transport is what its field of emissions gives."""
    folder = shared / "data" / "transport" / "lombardy"
    relation = read_sherpa(folder / f"SR_{name}_Annual.nc")
    _, area = read_cells(folder / "Dim_cells.txt", SHAPE)
    effect = effects(relation, primary, read_areal(folder / "areal_emissions", SHAPE), area, [2, 7])
    expected = np.zeros(SHAPE)
    for pollutant, emitted in ((0, "NOx"), (2, "NH3"), (place, "PPM"), (5, "SOx")):
        field = case.areal[pollutant, 6].reshape(35, 43).T
        expected += relation.response(emitted, np.divide(field, area, out=np.zeros(SHAPE), where=field > 0))
    found = np.tensordot(case.areal[:, 6].sum(axis=1) / 1000, effect[:, 1], axes=1)
    assert found == pytest.approx(expected) and (effect[[1, other]] == 0).all() and found.max() > 1


@pytest.mark.shared
def test_an_activity_without_a_level_is_named(case):
    with pytest.raises(AirshedError, match="sector 2, activity 36, height 1 has measures but not an activity"):
        emission_problem(case.measures, case.unabated, case.activity.drop((10, 2, 36, 1)))
    with pytest.raises(AirshedError, match="but not emissions without measures"):
        emission_problem(case.measures, case.unabated.drop((10, 2, 36, 1)), case.activity)
