"""Levels by a response in ratio: against hand calculation, a Gaussian process written out, and the laws of a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from airshed.transport.level_ground import Ground
from airshed.transport.levels import MOST, LevelFit, Widths, fit_levels, level, log_likelihood, observed_response
from airshed.transport.observation import Observation

NATURAL = np.array([5.0, 6.0, 7.0, 4.0, 7.0])
MODELLED = np.array([20.0, 30.0, 10.0, 12.0, 14.0])
SHARES = np.array([0.5, 0.3, 0.2])
PEOPLE = {"AAA": np.array([*SHARES, 0.0, 0.0]), "BBB": np.array([0.0, 0.0, 0.0, 1.0, 0.0])}


def ground(change: float = 0.0, natural_error: float = 0.0) -> Ground:
    """Two nations: AAA of A-1, A-2 and A-3 with the city `port` in A-3, and BBB; all emissions change by a share."""
    receptors = ["A-1", "A-2", "A-3", "BBB", "port"]
    own = {code: np.eye(5)[place] for place, code in enumerate(receptors)}
    return Ground(
        receptors=receptors,
        region=np.array([0, 1, 2, 3, 2]),
        nation=np.array([0, 0, 0, 1, 0]),
        city=np.array([False, False, False, False, True]),
        nations=["AAA", "BBB"],
        weights={**own, **PEOPLE},
        natural=NATURAL,
        natural_error=np.full(5, natural_error),
        modelled=lambda year: MODELLED * (1.0 + change) ** (year - 2015),
        years=range(2000, 2031),
    )


def seen(place: str, year: int, value: float, error: float | None = 0.05, sites: int = 0) -> Observation:
    return Observation(place, place, year, value, "annual mean", "official", "H", "somewhere", error, sites)


def response(fit: LevelFit, place: str, year: int) -> float:
    return float(np.exp(fit.logs(year)[0][fit.ground.receptors.index(place)]))


def test_one_observation_is_weighed_against_what_was_known_before() -> None:
    known = Widths(common=0.5, nation=0.3, place=0.4, weather=0.06)
    fit = fit_levels(ground(), {"A-1": [seen("A-1", 2015, 35.0)]}, known)
    prior = 0.5**2 + 0.3**2 + 0.4**2
    noise = (0.05**2 + 0.06**2) * (35.0 / 30.0) ** 2
    weight = prior / (prior + noise)
    assert response(fit, "A-1", 2015) == pytest.approx((30.0 / 20.0) ** weight)
    assert fit.logs(2015)[1][0] == pytest.approx(np.sqrt(prior * (1 - weight)))
    assert response(fit, "BBB", 2015) == pytest.approx((30.0 / 20.0) ** (0.5**2 / (prior + noise)))
    assert response(fit, "port", 2015) == pytest.approx((30.0 / 20.0) ** ((0.5**2 + 0.3**2) / (prior + noise)))


def test_without_observations_the_model_stands_alone() -> None:
    fit = fit_levels(ground(), {}, Widths())
    assert fit.logs(2020)[0].tolist() == [0.0] * 5
    assert fit.used == {}


def covariance(fit: LevelFit, one: tuple[str, int], other: tuple[str, int]) -> float:
    """The covariance of ln R at two receptors and years, written out."""
    held, known = fit.ground, fit.widths
    first, second = (held.receptors.index(code) for code in (one[0], other[0]))
    total = known.common**2
    if held.nation[first] == held.nation[second]:
        total += known.nation**2
        course = fit.courses.get(int(held.nation[first]))
        if course:
            steps = [min(max(year, course.years[0]), course.years[-1]) - course.years[0] for _, year in (one, other)]
            total += known.course**2 * min(steps)
    if held.region[first] == held.region[second]:
        total += known.place**2
        if {one[0], other[0]} == {"A-1"}:
            # the only region with two observed years in a nation of several: 2013 and 2018
            total += known.region_course**2 * min(min(max(year, 2013), 2018) - 2013 for _, year in (one, other))
    if first == second and held.city[first]:
        total += known.city**2
    return float(total)


OBSERVED = {
    "A-1": [seen("A-1", 2013, 40.0), seen("A-1", 2018, 31.0, 0.08)],
    "A-2": [seen("A-2", 2013, 50.0, None)],
    "port": [seen("port", 2016, 25.0, 0.1)],
    "BBB": [seen("BBB", 2018, 9.0)],
}


def test_a_gaussian_process_written_out_gives_the_same() -> None:
    known = Widths()
    fit = fit_levels(ground(-0.02), OBSERVED, known)
    held = fit.ground
    points, values, noises = [], [], []
    for place, items in OBSERVED.items():
        for item in items:
            at = held.receptors.index(place)
            part = item.value - held.natural[at]
            points.append((place, item.year))
            values.append(np.log(part / held.modelled(item.year)[at]))
            measured = known.measurement if item.error is None else item.error
            noises.append((measured * item.value / part, known.weather * item.value / part))
    count = len(points)
    matrix = np.array([[covariance(fit, one, other) for other in points] for one in points])
    for row in range(count):
        for column in range(count):
            same = points[row][1] == points[column][1] and {points[row][0], points[column][0]} != {"A-1", "BBB"}
            if row == column:
                matrix[row, column] += noises[row][0] ** 2 + noises[row][1] ** 2
            elif same:
                matrix[row, column] += known.shared * noises[row][1] * noises[column][1]
    for place in held.receptors:
        across = np.array([covariance(fit, (place, 2017), other) for other in points])
        at = held.receptors.index(place)
        logs, spread = fit.logs(2017)
        assert logs[at] == pytest.approx(across @ np.linalg.solve(matrix, np.array(values)))
        rest = covariance(fit, (place, 2017), (place, 2017)) - across @ np.linalg.solve(matrix, across)
        beyond = known.drift_reported**2 + (known.structure * np.log(0.98)) ** 2 if place == "BBB" else 0.0
        assert spread[at] ** 2 == pytest.approx(rest + beyond)


def test_samples_have_the_mean_and_spread_of_the_fit() -> None:
    fit = fit_levels(ground(-0.03), OBSERVED, Widths())
    random = np.random.default_rng(3)
    count = 40_000
    drawn = fit.samples(
        2025,
        random.standard_normal((count, len(fit.mean))),
        random.standard_normal((count, 2)),
        random.standard_normal(count),
    )
    logs, spread = fit.logs(2025)
    bias = (2025 - 2018) * Widths().drift_mean
    assert drawn.mean(axis=0) == pytest.approx(logs + bias, abs=0.02)
    assert np.sqrt(drawn.var(axis=0) + bias**2) == pytest.approx(spread, rel=0.02)


def test_a_nation_that_was_observed_as_a_whole_moves_all_its_regions() -> None:
    fit = fit_levels(ground(), {"AAA": [seen("AAA", 2015, 60.0)]}, Widths())
    before = np.array([1.0, 1.0, 1.0])
    ratios = np.array([response(fit, code, 2015) for code in ("A-1", "A-2", "A-3")])
    assert (ratios > before).all()
    whole = SHARES @ (NATURAL[:3] + ratios * MODELLED[:3])
    assert whole == pytest.approx(60.0, rel=0.05)


def test_the_course_of_a_nation_is_held_after_its_last_observed_year() -> None:
    fit = fit_levels(ground(-0.05), OBSERVED, Widths())
    last = fit.logs(2018)
    for year in (2019, 2025, 2030):
        logs, spread = fit.logs(year)
        assert logs.tolist() == last[0].tolist()
        assert (spread > last[1]).all()
        drift = Widths().drift_projected * (year - 2018)
        change = Widths().structure * (year - 2018) * np.log(0.95)
        assert spread**2 == pytest.approx(last[1] ** 2 + drift**2 + change**2)


def test_a_region_follows_its_own_series_and_is_held_where_it_ended() -> None:
    """A-1 falls by three tenths while A-2 stays: A-3, which nobody observed, goes along with neither of them."""
    known = Widths(course=0.02, region_course=0.1, weather=0.01, annual_mean=0.02)
    falls = {2013: 25.0, 2016: 22.0, 2019: 19.0}
    rows = {
        "A-1": [seen("A-1", year, value, 0.01) for year, value in falls.items()],
        "A-2": [seen("A-2", year, 36.0, 0.01) for year in (2013, 2016, 2019, 2022)],
    }
    fit = fit_levels(ground(), rows, known)
    for year, value in falls.items():
        assert NATURAL[0] + response(fit, "A-1", year) * MODELLED[0] == pytest.approx(value, rel=0.02)
        assert NATURAL[1] + response(fit, "A-2", year) * MODELLED[1] == pytest.approx(36.0, rel=0.02)
    alone = response(fit, "A-1", 2019) / response(fit, "A-3", 2019)
    for year in (2020, 2022, 2030):
        assert response(fit, "A-1", year) / response(fit, "A-3", year) == pytest.approx(alone)
    assert response(fit, "A-3", 2019) / response(fit, "A-3", 2013) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("code", ["A-1", "A-2", "BBB"])
def test_a_place_left_out_is_predicted_as_if_nobody_had_observed_it(code: str) -> None:
    rows = {**OBSERVED, "A-2": [seen("A-2", year, 50.0 - year % 5) for year in (2013, 2016, 2018)]}
    fit = fit_levels(ground(-0.02), rows, Widths())
    left = {place: items for place, items in rows.items() if place != code}
    logs, spread = fit_levels(fit.ground, left, fit.widths).logs(2016)
    place = fit.ground.receptors.index(code)
    assert fit.without({code}, place, 2016) == pytest.approx((logs[place], spread[place]))


def test_a_second_observation_of_the_same_weather_says_no_more_of_it() -> None:
    """Two instruments at one place in one year: their own errors halve in variance, the weather stays."""
    known = Widths()
    one = [seen("A-1", 2015, 35.0)]
    two = [*one, Observation(**{**vars(one[0]), "kind": "embassy"})]
    fit = fit_levels(ground(), {"A-1": two}, known)
    prior = known.common**2 + known.nation**2 + known.place**2
    noise = (0.05**2 / 2 + known.weather**2) * (35.0 / 30.0) ** 2
    assert fit.logs(2015)[1][0] == pytest.approx(np.sqrt(prior * noise / (prior + noise)))


def test_what_the_relation_cannot_carry_is_left_unexplained() -> None:
    given, rest = level(np.array(4.0), np.array([2.0, MOST, MOST + 2.0]), np.array(10.0))
    assert given.tolist() == [20.0, 30.0, 30.0]
    assert rest.tolist() == [0.0, 0.0, 20.0]


def test_an_observation_below_the_natural_part_says_little() -> None:
    log, width = observed_response(4.0, 5.0, 20.0, 0.1, 0.0)
    assert log == pytest.approx(np.log(0.4 / 20.0))
    assert width == pytest.approx(1.0)


def test_a_mean_of_few_cities_counts_less() -> None:
    few, many = (fit_levels(ground(), {"A-1": [seen("A-1", 2015, 60.0, 0.05, sites)]}, Widths()) for sites in (1, 100))
    assert 1.0 < response(few, "A-1", 2015) < response(many, "A-1", 2015)


VALUES = st.floats(1.0, 300.0)
PLACES = st.sampled_from(["A-1", "A-2", "A-3", "BBB", "port", "AAA"])
ROWS = st.lists(st.tuples(PLACES, st.integers(2005, 2025), VALUES), max_size=12)


def by_place(rows: Sequence[tuple[str, int, float]]) -> Mapping[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for place, year, value in rows:
        found.setdefault(place, []).append(seen(place, year, value))
    return found


@settings(max_examples=40, deadline=None)
@given(ROWS, st.floats(-0.08, 0.05))
def test_nothing_lies_below_the_natural_part_and_parts_add(rows: list[tuple[str, int, float]], change: float) -> None:
    fit = fit_levels(ground(change, 0.5), by_place(rows), Widths())
    for year in (2000, 2015, 2030):
        logs, spread = fit.logs(year)
        assert np.isfinite(logs).all() and np.isfinite(spread).all()
        carried, rest = level(NATURAL, np.exp(logs), fit.ground.modelled(year))
        assert (carried >= 0).all() and (rest >= 0).all()
        assert carried + rest == pytest.approx(np.exp(logs) * fit.ground.modelled(year))


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_observations_does_not_matter(rows: list[tuple[str, int, float]], random: Random) -> None:
    one = fit_levels(ground(), by_place(rows), Widths()).logs(2017)
    shuffled = list(rows)
    random.shuffle(shuffled)
    other = fit_levels(ground(), by_place(shuffled), Widths()).logs(2017)
    assert one[0] == pytest.approx(other[0], abs=1e-9)
    assert one[1] == pytest.approx(other[1], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_no_level_jumps_from_one_year_to_the_next(rows: list[tuple[str, int, float]]) -> None:
    """With constant emissions a level moves by its course alone; nothing changes because another year is nearest."""
    fit = fit_levels(ground(), by_place(rows), Widths())
    values = np.array([fit.logs(year)[0] for year in range(2000, 2031)])
    moved = np.abs(np.diff(values, axis=0))
    asked = [0.0]
    for place, _, value in rows:
        weights = fit.ground.weights[place]
        given, natural = float(weights @ MODELLED), float(weights @ NATURAL)
        asked.append(float(observed_response(value, natural, given, 0.05, 0.0)[0]))
    assert (moved <= max(asked) - min(asked) + 1e-9).all(), "no further than the observations lie apart"
    courses = {nation: course.years for nation, course in fit.courses.items()}
    for nation, years in courses.items():
        here = fit.ground.nation == nation
        still = [year for year in range(2000, 2030) if year >= years[-1] or year < years[0]]
        assert (moved[[year - 2000 for year in still]][:, here] == 0).all()


def test_a_declared_break_leaves_each_side_an_offset_of_its_own() -> None:
    """Two observations on either side of a break say less than one: each carries an offset as wide as a nation's."""
    known = Widths()
    rows = [seen("BBB", 2015, 40.0), seen("BBB", 2016, 8.0)]
    broken = [Observation(**{**vars(item), "segment": side}) for side, item in enumerate(rows, start=1)]
    fit = fit_levels(ground(), {"BBB": broken}, known)
    parts = [(40.0 - 4.0) / 12.0, (8.0 - 4.0) / 12.0]
    noise = [(0.05**2 + known.weather**2) * (value / (value - 4.0)) ** 2 + known.nation**2 for value in (40.0, 8.0)]
    offsets = known.common**2 + known.nation**2 + known.place**2
    matrix = np.array([[offsets + noise[0], offsets], [offsets, offsets + known.course**2 + noise[1]]])
    expected = np.array([offsets, offsets]) @ np.linalg.solve(matrix, np.log(parts))
    assert fit.logs(2015)[0][3] == pytest.approx(expected)
    assert abs(fit.logs(2015)[0][3] - fit.logs(2016)[0][3]) < 0.1
    whole = fit_levels(ground(), {"BBB": rows}, known)
    assert fit.logs(2015)[1][3] > whole.logs(2015)[1][3]


def natural_fit(error: float, wide: float = 100.0) -> LevelFit:
    """A-1 is observed without error at 35 ug/m3, nothing is known before; natural parts have ends of -+ error."""
    base = ground(natural_error=0.0)
    held = replace(base, natural_low=NATURAL - error, natural_high=NATURAL + error)
    known = Widths(common=0.0, nation=0.0, place=wide, course=0.0, region_course=0.0, weather=0.0)
    return fit_levels(held, {"A-1": [seen("A-1", 2015, 35.0, 1e-6)]}, known)


def test_more_natural_matter_leaves_an_observed_level_and_moves_one_that_is_not() -> None:
    """By hand: 2 ug/m3 more in A-1 leave 28 of 35 for R = 28 / 20; A-2, of another region, keeps its R = 1."""
    fit = natural_fit(2.0)
    away = np.array([[2.0, 3.0, 0.0, 0.0, 0.0]])
    none = np.zeros((1, fit.mean.size)), np.zeros((1, 2)), np.zeros(1)
    response = np.exp(fit.samples(2015, *none, away))[0]
    assert response[0] == pytest.approx(28.0 / 20.0) and response[1] == pytest.approx(1.0)
    assert NATURAL[0] + 2.0 + response[0] * MODELLED[0] == pytest.approx(35.0)
    assert fit.samples(2015, *none) == pytest.approx(fit.samples(2015, *none, 0.0 * away))


def test_natural_parts_are_drawn_within_their_ends_and_never_below_zero() -> None:
    held = natural_fit(5.0).ground
    drawn = NATURAL + held.natural_away(4000, 1)
    assert (drawn >= 0).all()
    assert np.quantile(drawn[:, 1], [0.05, 0.5, 0.95]) == pytest.approx([1.0, 6.0, 11.0], rel=0.03)
    assert (drawn[:, 2] == drawn[:, 4]).all(), "a city takes the natural part of its region"
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < 0.05
    assert not held.natural_away(0, 1).size and not ground().natural_away(3, 1).any()


def test_a_course_that_is_moved_more_than_others_has_a_pace_of_its_own() -> None:
    """The pace is where marginal likelihood times the inverse gamma law of Student's t is largest, sought by scipy."""
    known = Widths(course=0.05, course_freedom=2.0)
    rows = [
        ("BBB", year, value)
        for year, value in zip(range(2013, 2019), (30.0, 29.0, 24.0, 17.0, 14.0, 12.0), strict=True)
    ]
    fit = fit_levels(ground(), by_place(rows), known)
    nation = fit.ground.nations.index("BBB")
    found = fit.courses[nation].pace

    def loss(log: float) -> float:
        factor = float(np.exp(log))
        held = replace(known, course=known.course * factor**0.5)
        prior = -known.course_freedom / 2 * (log + 1 / factor)
        return -(log_likelihood(fit.ground, fit.used, held) + prior)

    best = minimize_scalar(loss, bounds=(-2.0, 5.0), method="bounded").x
    assert np.log(found) == pytest.approx(best, abs=0.1)
    assert found > 3.0
    alike = fit_levels(ground(), by_place(rows), replace(known, course_freedom=np.inf))
    last = rows[-1][2]
    levels = [4.0 + 12.0 * response(held, "BBB", 2018) for held in (fit, alike)]
    assert abs(levels[0] - last) < abs(levels[1] - last)
