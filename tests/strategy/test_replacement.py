"""Replacements and substitutes: old equipment by new, coal by gas, by hand and as laws over all regions."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

import airshed
from airshed.assessment.plans.caveats import paid_twice
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import country_of
from airshed.strategy.application import CASES
from airshed.strategy.measures import AT, Interval, catalogue
from airshed.strategy.option_rows import NOT_SOLD, NOTHING_OLD, replacement_cost
from airshed.strategy.options import build_options
from airshed.strategy.subjects import left_by_devices
from airshed.transport.relation import EMITTED

SO2, NOX, FINE = (EMITTED.index(code) for code in ("SO2", "NOx", "PM2.5"))
share = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def options(pack):
    return {case: build_options(pack, 2030, case=case) for case in CASES}


def write(folder, name, rows):
    with (folder / "tables" / f"{name.replace('_', '-')}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(dict.fromkeys(key for row in rows for key in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)


def with_replacement(folder, **applied):
    """Let the filter of the small pack stand in the place of the cloth; applied : current share by measure."""
    half = {"saved": 0.5, "low": 0, "high": 1, "source": "airshed"}
    write(folder, "supersedes", [{"measure": "industry.FILTER", "replaces": "industry.CLOTH", **half}])
    row = {"region": "AAA", "year": 2014, "maximum_low": 1, "maximum_high": 1, "source": "airshed"}
    write(
        folder,
        "applications",
        [
            {"measure": f"industry.{code}", "current_low": part, "current_high": part, **row}
            for code, part in applied.items()
        ],
    )
    return airshed.open_pack(folder)


def test_a_replacement_by_hand(small_copy):
    """Cloth (50 %) on 0.4, filter (90 %) on 0.2: without them emission over 1 - 0.2 - 0.18, the cloth on 0.4 of it."""
    pack = with_replacement(small_copy, FILTER=0.2, CLOTH=0.4)
    found = build_options(pack, 2015, regions=["AA-1"])
    at = {code: row for row, code in enumerate(found.measure)}
    new, old, swap = (at[code] for code in ("industry.FILTER", "industry.CLOTH", f"industry.FILTER{AT}industry.CLOTH"))
    emitted = float(baseline_cube(pack)["value"].sel(region="AA-1", sector="industry", pollutant="PM2.5", year=2015))
    whole = emitted / (1 - 0.2 * 0.9 - 0.4 * 0.5)
    assert found.removal[swap, FINE] == pytest.approx(0.4 * whole * (0.9 - 0.5))
    assert found.emitted[swap, FINE] == pytest.approx(0.4 * whole * 0.5)
    assert found.current[swap] == 0 and found.maximum[swap] == pytest.approx(1.0)
    cost = found.cost[new, 1] - 0.5 * found.cost[old, 1]
    assert found.cost[swap, 1] == pytest.approx(0.4 * cost)
    assert found.cost[swap, 2] == pytest.approx(0.4 * found.cost[new, 2])
    assert found.cost[swap, 0] == pytest.approx(max(0.0, 0.4 * (found.cost[new, 0] - found.cost[old, 2])))
    assert found.group[swap] not in (found.group[new], found.group[old])
    assert found.selectable[swap]


@pytest.mark.parametrize(("place", "year", "ended"), [("AAA", 2015, True), ("AA-1", 2015, True), ("AAA", 2016, False)])
def test_what_is_not_sold_any_more_cannot_grow_and_can_be_replaced(small_copy, place, year, ended):
    """The cloth on 0.4 of AA-1 stays and counts; from the year on it cannot grow, and the filter can take its place."""
    with_replacement(small_copy, FILTER=0.2, CLOTH=0.4)
    before = build_options(airshed.open_pack(small_copy), 2015, regions=["AA-1", "BBB"])
    write(small_copy, "sales_ends", [{"measure": "industry.CLOTH", "region": place, "year": year, "source": "airshed"}])
    found = build_options(airshed.open_pack(small_copy), 2015, regions=["AA-1", "BBB"])
    own = {code: row for row, code in enumerate(found.measure) if found.region[row] == "AA-1"}
    old, swap = own["industry.CLOTH"], own[f"industry.FILTER{AT}industry.CLOTH"]
    assert found.current[old] == pytest.approx(0.4)
    assert found.maximum[old] == pytest.approx(0.4 if ended else 1.0)
    assert found.selectable[old] != ended and (found.reason[old] == NOT_SOLD) == ended
    assert found.selectable[swap]
    np.testing.assert_array_equal(found.removal, before.removal)
    others = [row for row in range(len(found.measure)) if row != old]
    assert [found.reason[row] for row in others] == [before.reason[row] for row in others]
    np.testing.assert_array_equal(found.maximum[others], before.maximum[others])


def test_no_plan_of_any_region_sells_a_standard_that_has_ended(pack, options):
    """Euro IV lorries in Korea, China V cars in Beijing and stage II diggers in Shandong cannot grow in 2030."""
    rows = pack.table("sales_ends")
    ended = {(row["measure"], row["region"]) for _, row in rows.iterrows() if int(row["year"]) <= 2030}
    home = country_of(pack)
    for case, found in options.items():
        held = [place for place, code in enumerate(found.measure) if (code, home[found.region[place]]) in ended]
        assert len(held) > 400, case
        assert not found.selectable[held].any()
        np.testing.assert_array_equal(found.maximum[held], found.current[held])
    for measure, region in [("road.HDEUIV", "KR-11"), ("road.LFEUV", "CN-BJ"), ("offroad.CAGEUII", "CN-SD")]:
        found = options["middle"]
        place = list(zip(found.measure, found.region, strict=True)).index((measure, region))
        assert found.reason[place] == NOT_SOLD


def test_what_is_not_in_place_cannot_be_replaced(small_copy):
    found = build_options(with_replacement(small_copy, FILTER=0.2, CLOTH=0.0), 2015, regions=["AA-1"])
    swap = found.measure.index(f"industry.FILTER{AT}industry.CLOTH")
    assert found.reason[swap] == NOTHING_OLD and not found.selectable[swap] and found.cost[swap, 1] == 0


def test_new_and_old_as_two_applications_cost_the_same(small_copy):
    """Own programme in the applications themselves: what falls of the old one must be taken up by the new one."""
    pack = with_replacement(small_copy, FILTER=0.1, CLOTH=0.6)
    found = build_options(pack, 2015, regions=["AA-1"])
    at = {code: row for row, code in enumerate(found.measure)}
    new, old, swap = (at[code] for code in ("industry.FILTER", "industry.CLOTH", f"industry.FILTER{AT}industry.CLOTH"))
    gain, price = found.removal[:, FINE], found.cost[:, 1]
    for wanted in (0.2, 0.5, 0.9):
        aim = wanted * (gain[new] * 0.3 + gain[swap])
        ours = linprog(
            price[[new, old, swap]],
            A_ub=[-gain[[new, old, swap]], [1, 1, 0]],
            b_ub=[-aim, 0.3],
            bounds=[(0, 1), (0, 1), (0, 1)],
        )
        theirs = linprog(  # rise of new, rise of old, fall of old
            [price[new], price[old], -0.5 * price[old]],
            A_ub=[[-gain[new], -gain[old], gain[old]], [-1, 0, 1], [1, 1, -1]],
            b_ub=[-aim, 0, 0.3],
            bounds=[(0, 1), (0, 1), (0, 0.6)],
        )
        assert ours.status == theirs.status == 0
        assert ours.fun == pytest.approx(theirs.fun, rel=1e-6)


@given(share, share, st.floats(0.1, 10), st.floats(0.1, 10))
def test_saving_lowers_the_cost_of_a_replacement(saved, part, new, old):
    three = np.ones(3)
    cost = replacement_cost(new * three, old * three, Interval(saved, saved, saved), part)
    whole = replacement_cost(new * three, old * three, Interval(0.0, 0.0, 0.0), part)
    assert cost[1] == pytest.approx(part * (new - saved * old)) and (cost[1:] <= whole[1:] + 1e-12).all()
    assert cost[0] >= 0


@pytest.mark.parametrize("case", CASES)
def test_what_is_new_never_passes_its_own_greatest_application(options, case):
    held = options[case]
    at = {(region, code): row for row, (region, code) in enumerate(zip(held.region, held.measure, strict=True))}
    most: dict[int, float] = {}
    left = 1.0 - np.bincount(held.group, held.current)[held.group]
    for (region, code), row in at.items():
        new, swaps, old = code.partition(AT)
        if swaps:
            target = at[region, new]
            most[target] = most.get(target, 0.0) + held.maximum[row] * held.current[at[region, old]]
    for row, taken in most.items():
        fresh = min(held.maximum[row] - held.current[row], held.maximum[row] * left[row])
        assert taken <= held.maximum[row] - held.current[row] + 1e-9
        assert held.current[row] + min(fresh, left[row]) + taken <= 1 + 1e-9


@pytest.mark.parametrize("case", CASES)
def test_all_that_can_be_done_leaves_no_sector_below_nothing(pack, options, case):
    """Devices, replacements and substitutes together, each as far as it goes, with what two on one subject share."""
    held = options[case]
    taken = np.bincount(held.group, held.current)
    sums: dict[tuple[str, str], np.ndarray] = {}
    for column in range(len(EMITTED)):
        room = np.maximum(1.0 - taken, 0.0)
        for row in np.argsort(-held.removal[:, column], kind="stable"):
            step = max(min(held.maximum[row] - held.current[row], room[held.group[row]]), 0.0)
            key = (held.region[row], held.sector[row])
            part = sums.setdefault(key, np.zeros(len(EMITTED)))
            part[column] += step * max(held.removal[row, column], 0.0)
            room[held.group[row]] -= step
    value = baseline_cube(pack)["value"].sel(year=2030, pollutant=list(EMITTED))
    for (region, sector), part in sums.items():
        emitted = np.nan_to_num(value.sel(region=region, sector=sector).to_numpy())
        assert (part <= emitted * (1 + 1e-9) + 1e-9).all(), (region, sector)


def test_a_stove_that_burns_gas_emits_gas_s_share_of_every_pollutant(options):
    """No device of the catalogue works on coal of homes, so that all of the share holds: Tier 1 gas over coal, g/GJ."""
    left = {SO2: 0.3 / 900, NOX: 51 / 110, FINE: 1.2 / 398}
    for held in options.values():
        rows = [row for row, code in enumerate(held.measure) if code == "residential_commercial.COAL_SWITCH"]
        assert len(rows) > 50
        for column, part in left.items():
            kept = held.emitted[rows, column] - held.removal[rows, column]
            assert (np.abs(kept - part * held.emitted[rows, column]) <= 1e-4 * held.emitted[rows, column]).all()


def test_diesel_gives_its_sulphur_once(pack, options):
    """Standards of vehicles remove no SO2: the diesel does, in one group, and no more than vehicles on it emit."""
    road = [one for one in catalogue(pack) if one.sector == "road" and one.kind == "emission" and "EU" in one.code]
    assert road and not any(one.efficiency.get("SO2", Interval(0, 0, 0)).value for one in road)
    for held in options.values():
        for region in dict.fromkeys(held.region):
            rows = [
                row
                for row, code in enumerate(held.measure)
                if held.region[row] == region and held.sector[row] == "road" and "diesel" in held.subject[row]
            ]
            acting = [row for row in rows if held.removal[row, SO2] > 0]
            assert len({held.group[row] for row in acting}) <= 1
            assert all(held.removal[row, SO2] <= held.unabated[row, SO2] + 1e-9 for row in acting)


def test_what_a_measure_needs_is_paid_with_it(small_copy):
    """The filter needs the catalyst, of which 0.25 is in place: three quarters of its cost come with the filter."""
    bare = build_options(with_replacement(small_copy, FILTER=0.2, CATALYST=0.25), 2015, regions=["AA-1"])
    write(small_copy, "needs", [{"measure": "industry.FILTER", "needs": "industry.CATALYST", "source": "airshed"}])
    found = build_options(airshed.open_pack(small_copy), 2015, regions=["AA-1"])
    new, other = (found.measure.index(f"industry.{code}") for code in ("FILTER", "CATALYST"))
    assert found.cost[new] == pytest.approx(bare.cost[new] + 0.75 * bare.cost[other])
    assert found.unit_cost[new] / bare.unit_cost[new] == pytest.approx(found.cost[new] / bare.cost[new])
    assert found.cost[other] == pytest.approx(bare.cost[other])
    assert found.removal == pytest.approx(bare.removal)


@pytest.mark.parametrize("part", [0.1, 1.0])
def test_a_plan_that_buys_what_it_also_pays_as_a_need_says_how_much_is_paid_twice(small_copy, part):
    """The filter pays 0.75 of the catalyst; a plan that buys the catalyst as well pays the lesser of both twice."""
    bare = build_options(with_replacement(small_copy, FILTER=0.2, CATALYST=0.25), 2015, regions=["AA-1"])
    write(small_copy, "needs", [{"measure": "industry.FILTER", "needs": "industry.CATALYST", "source": "airshed"}])
    held = build_options(airshed.open_pack(small_copy), 2015, regions=["AA-1"])
    new, other = (held.measure.index(f"industry.{code}") for code in ("FILTER", "CATALYST"))
    change = np.zeros(len(held.measure))
    change[new], change[other] = part * (held.maximum - held.current)[new], (held.maximum - held.current)[other]
    plan = SimpleNamespace(ground=SimpleNamespace(options=held), application=held.current + change)
    ways = 0.75 * bare.cost[other, 1] * change[new], bare.cost[other, 1] * change[other]
    found = paid_twice(plan)
    assert found["paid_twice"] == pytest.approx(min(ways)) and min(ways) > 0
    assert found["paid_twice_for"] == ["industry.CATALYST"]
    change[other] = 0.0
    alone = SimpleNamespace(ground=plan.ground, application=held.current + change)
    assert paid_twice(alone) == {"paid_twice": 0, "paid_twice_for": []}


def test_a_standard_is_dearer_where_its_diesel_is_missing(options):
    """Sulphur-free diesel is sold in Japan since 2007, in Mongolia nothing is known: Euro VI costs more there."""
    held = options["middle"]
    at = {(region, code): row for row, (region, code) in enumerate(zip(held.region, held.measure, strict=True))}
    assert held.current[at["JPN", "road.LSMD3"]] >= 0.9 > held.current[at["MNG", "road.LSMD3"]]
    ratio = {
        region: held.unit_cost[at[region, "road.HDEUVI"], 1] / held.unit_cost[at[region, "road.HDEUIV"], 1]
        for region in ("JPN", "MNG")
    }
    assert ratio["MNG"] > 1.02 * ratio["JPN"]


def test_the_rank_of_an_assumed_measure_does_not_move_with_what_is_in_place(pack, options):
    """Cost and removal both go with what there is without measures: what is in place sets the amount, not the price.

    But where most is in place, the price of the next tonnes holds, and the note says so.
    """
    needing = set(pack.table("needs")["measure"])
    low, high = options["low"], options["high"]
    rows = [
        row
        for row, code in enumerate(low.measure)
        if not low.application_known[row] and AT not in code and code not in needing and low.unit_cost[row, 1] > 0
        if low.note[row] == high.note[row]
    ]
    assert len(rows) > 500
    assert low.unit_cost[rows, 1] == pytest.approx(high.unit_cost[rows, 1])
    assert np.abs(low.unabated[rows] - high.unabated[rows]).max() > 1


def test_one_decision_moves_all_pollutants_of_a_lorry(pack, options):
    """Euro VI for Euro III: NOx and particles fall together, by the difference of their efficiencies."""
    known = {one.code: one for one in catalogue(pack)}
    new, old = (known[f"road.HDEU{stage}"].efficiency for stage in ("VI", "III"))
    held = options["middle"]
    rows = [row for row, code in enumerate(held.measure) if code == f"road.HDEUVI{AT}road.HDEUIII"]
    some = [row for row in rows if held.unabated[row, NOX] > 0]
    assert some and len({(held.region[row], held.measure[row]) for row in rows}) == len(rows)
    for column, code in ((NOX, "NOx"), (FINE, "PM2.5")):
        ratio = held.removal[some, column] / held.unabated[some, column]
        assert ratio == pytest.approx(new[code].value - old[code].value)


def test_what_devices_leave_by_hand():
    """90 % on half: 0.55 is emitted of 1; everywhere 0.1 would be left."""
    found = left_by_devices(np.array([[True, False], [True, False]]), np.array([[0.9], [0.4]]), np.array([0.5, 0.0]))
    assert found == pytest.approx(np.array([[0.1 / 0.55], [1.0]]))


@given(st.lists(st.tuples(share, share), min_size=1, max_size=5), share)
def test_substitute_and_devices_add_to_no_more_than_there_is(rows, part):
    efficiency = np.array([[eta] for eta, _ in rows])
    current = np.array([applied for _, applied in rows])
    current /= max(1.0, current.sum())
    now = 1.0 - float(efficiency[:, 0] @ current)
    left = left_by_devices(np.ones((len(rows), 1), bool), efficiency, current)[0, 0]
    by_devices = max(0.0, now - (1.0 - float(efficiency.max())))
    assert by_devices + part * left * now <= now + 1e-9


def test_wind_and_sun_take_the_carbon_of_coal(pack, options):
    """Hebei: nothing is in place, and all of the CO2 of coal power goes at application 1; priced at 3.1 USD/t of it."""
    held = options["middle"]
    row = next(
        at
        for at, (code, region) in enumerate(zip(held.measure, held.region, strict=True))
        if (code, region) == ("power.WIND_SOLAR", "CN-HE")
    )
    power = float(baseline_cube(pack)["value"].sel(region="CN-HE", sector="power", pollutant="CO2", year=2030))
    assert 0.94 * power <= -held.co2[row] <= 0.99 * power
    assert held.maximum[row] == pytest.approx(0.2) and held.current[row] == 0
    gas = held.priced[row]
    assert gas == "CO2" and 2.5 < held.unit_cost[row, 1] < 4.0
    assert held.cost[row, 1] == pytest.approx(held.unit_cost[row, 1] * -held.co2[row] / 1e3)


@pytest.mark.parametrize(
    ("measure", "pollutant", "value"),
    [
        ("residential_commercial.COAL_SWITCH", "CO2", 1 - 56.1 / 94.6),
        ("residential_commercial.COAL_SWITCH", "SO2", 1 - 0.3 / 900),
        ("residential_commercial.COAL_SWITCH", "NOx", 1 - 51 / 110),
        ("residential_commercial.COAL_SWITCH", "PM2.5", 1 - 1.2 / 398),
        ("industry.BOILER_GAS", "SO2", 1 - 0.67 / 900),
        ("industry.BOILER_GAS", "NOx", 1 - 74 / 173),
        ("industry.BOILER_GAS", "PM2.5", 1 - 0.78 / 108),
        ("road.ELECTRIC_CARS", "CO2", 1 - 23e9 * (5398 / 8849) * 94.6 * 0.0036 / 0.35 / (9.6e9 * 0.0335 * 69.3)),
    ],
)
def test_the_shares_are_those_of_the_factors(pack, measure, pollutant, value):
    known = {one.code: one for one in catalogue(pack)}
    assert known[measure].efficiency[pollutant].value == pytest.approx(value, abs=1.5e-3)


def test_the_price_of_a_switched_home_by_hand(pack):
    """3,336.78 million USD, 4.74 million homes, 14,000 t of SO2 from 974,000: every year, or once for ten at 4 %."""
    cost = next(one for one in catalogue(pack) if one.code == "residential_commercial.COAL_SWITCH").cost
    dear = 3336.78e6 / 4.74e6 / (14000 / 974000)
    cheap = dear * 0.04 / (1 - 1.04**-10)
    assert (cost.amount.low, cost.amount.high) == (pytest.approx(cheap, rel=1e-3), pytest.approx(dear, rel=1e-3))
