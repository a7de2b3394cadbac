"""The activity form: by hand, by loops, by laws; and how a pack's tables become it."""

import csv
import itertools
import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions.activity import activity_emissions, implied_factor, remaining_share
from airshed.emissions.activity_form import EFFECTS, ActivityForm, ActivityScenario, read_form, split_change
from airshed.emissions.activity_table import activity_table, index_table
from airshed.emissions.effects import shapley_effects
from airshed.pack.errors import AirshedError
from support.small import write_table

NAMES = {
    "region": ["r1", "r2"],
    "sector": ["power"],
    "activity": ["coal", "gas"],
    "pollutant": ["SO2", "NOx", "PM2.5"],
    "technology": ["filter", "scrubber"],
    "period": ["2019-01", "2019-02"],
}
PARTS = {
    "activity": ("region", "sector", "activity", "period"),
    "factor": ("region", "sector", "activity", "pollutant"),
    "removal": ("sector", "activity", "technology", "pollutant"),
    "application": ("region", "sector", "activity", "technology", "period"),
}


def arrays(seed):
    random = np.random.default_rng(seed)
    made = {}
    for name, dims in PARTS.items():
        coords = {dim: NAMES[dim] for dim in dims}
        values = random.random([len(coords[dim]) for dim in dims])
        made[name] = xr.DataArray(values, coords=coords, dims=dims)
    made["application"] = made["application"] / 2.0
    made["activity"], made["factor"] = 1e9 * made["activity"], 1e3 * made["factor"]
    return made


def by_loops(activity, factor, removal, application):
    """Return the equation as it is printed, one number at a time: sum over technologies with the uncontrolled share."""
    found = {}
    for region, sector, pollutant, period in itertools.product(
        *(NAMES[dim] for dim in ("region", "sector", "pollutant", "period"))
    ):
        total = 0.0
        for name in NAMES["activity"]:
            shares = [
                float(application.sel(region=region, sector=sector, activity=name, technology=t, period=period))
                for t in NAMES["technology"]
            ]
            kept = [
                1 - float(removal.sel(sector=sector, activity=name, technology=t, pollutant=pollutant))
                for t in NAMES["technology"]
            ]
            left = (1 - sum(shares)) * 1.0 + sum(share * part for share, part in zip(shares, kept, strict=True))
            amount = float(activity.sel(region=region, sector=sector, activity=name, period=period))
            rate = float(factor.sel(region=region, sector=sector, activity=name, pollutant=pollutant))
            total += amount * rate * left / 1e9
        found[region, sector, pollutant, period] = total
    return found


def computed(made):
    remaining = remaining_share(made["removal"], made["application"])
    return activity_emissions(made["activity"], made["factor"], remaining).sum("activity")


@given(st.integers(0, 10_000))
def test_arrays_give_what_loops_give(seed):
    made = arrays(seed)
    found = computed(made)
    for (region, sector, pollutant, period), value in by_loops(**made).items():
        there = found.sel(region=region, sector=sector, pollutant=pollutant, period=period)
        assert float(there) == pytest.approx(value, rel=1e-12)


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_nothing_applied_is_uncontrolled_and_activity_scales(seed, scale):
    made = arrays(seed)
    found = computed(made)
    assert np.allclose(computed(made | {"activity": scale * made["activity"]}), scale * found, rtol=1e-12)
    bare = computed(made | {"application": 0.0 * made["application"]})
    assert np.allclose(
        bare, (made["activity"] * made["factor"] / 1e9).sum("activity").transpose(*bare.dims), rtol=1e-12
    )
    assert (found <= bare + 1e-12).all()


def test_implied_factor_gives_the_factor_back():
    made = arrays(1)
    alone = activity_emissions(made["activity"], made["factor"], xr.ones_like(made["factor"]))
    implied = 1e9 * implied_factor(alone, made["activity"])
    assert np.allclose(implied.isel(period=0), made["factor"].transpose("region", "sector", "activity", "pollutant"))


@given(st.lists(st.floats(0, 1e3), min_size=6, max_size=6))
def test_three_effects_are_the_closed_form_and_add_up(numbers):
    before, after = numbers[:3], numbers[3:]
    effects = [float(part) for part in shapley_effects([np.array(x) for x in before], [np.array(x) for x in after])]
    assert sum(effects) == pytest.approx(math.prod(after) - math.prod(before), rel=1e-9, abs=1e-6)
    for place in range(3):
        (b0, b1), (c0, c1) = [(before[other], after[other]) for other in range(3) if other != place]
        mean = (b0 * c0 + b1 * c1) / 3 + (b0 * c1 + b1 * c0) / 6
        assert effects[place] == pytest.approx((after[place] - before[place]) * mean, rel=1e-9, abs=1e-6)


def form_of(made):
    remaining = remaining_share(made["removal"], made["application"])
    same = dict.fromkeys(("value", "low", "high"))
    factor, left = (xr.Dataset(dict.fromkeys(same, array)) for array in (made["factor"], remaining))
    return ActivityForm(made["activity"], factor, left, ())


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_split_of_a_change_has_no_residual(one, other):
    before, after = form_of(arrays(one)), form_of(arrays(other))
    split = split_change(before, after)
    change = after.emissions()["value"] - before.emissions()["value"]
    assert np.allclose(split["change"], change, rtol=1e-12)
    assert np.allclose(sum(split[name] for name in EFFECTS), change, rtol=1e-9, atol=1e-9)


def test_what_did_not_change_has_no_effect():
    made = arrays(3)
    later = made | {"activity": 2.0 * made["activity"]}
    split = split_change(form_of(made), form_of(later))
    assert not split["factor_effect"].any() and not split["control_effect"].any()
    assert np.allclose(split["activity_effect"], split["change"])


TECHNOLOGIES = [
    {"code": "filter", "name_en": "Filter", "sector": "power", "activities": "coal"},
    {"code": "scrubber", "name_en": "Scrubber", "sector": "power", "activities": "coal"},
]
EFFECT = [
    {"technology": "filter", "pollutant": "PM2.5", "value": 0.99, "low": 0.98, "high": 0.995},
    {"technology": "scrubber", "pollutant": "SO2", "value": 0.9},
    {"technology": "scrubber", "pollutant": "PM2.5", "value": 0.5},
]
SHARES = {"filter": 0.6, "scrubber": 0.3}


def factor_row(pollutant, value, **more):
    usual = {"sector": "power", "fuel": "hard coal", "activity": "coal", "unit": "g/GJ", "per": "fuel"}
    return usual | {"pollutant": pollutant, "value": value, "low": value / 2, "high": 2 * value} | more


FACTORS = [factor_row("SO2", 800), factor_row("PM2.5", 100), factor_row("BC", 2, unit="percent", share_of="PM2.5")]


def activity_row(region, period, value, **more):
    usual = {"region": region, "sector": "power", "activity": "coal", "form": "electricity", "unit": "MWh"}
    return usual | {"period": period, "value": value} | more


ACTIVITIES = [activity_row("AA-1", "2019", 1_000_000), activity_row("AA-1", "2020", 500_000)]
ACTIVITIES += [activity_row("AA-2", "2019", 200_000), activity_row("AA-2", "2020", 300_000)]
EFFICIENCIES = [{"sector": "power", "activity": "coal", "value": 0.4}]


def control_rows(region, shares, **more):
    usual = {"strategy": "law", "region": region, "sector": "power", "activity": "coal", "period": "2019"}
    return [usual | {"technology": name, "application": share} | more for name, share in shares.items()]


def opened(folder, **changed):
    tables = {
        "activities": ACTIVITIES,
        "technologies": TECHNOLOGIES,
        "technology_effects": EFFECT,
        "factors": FACTORS,
        "controls": control_rows("AA-1", SHARES),
        "efficiencies": EFFICIENCIES,
    } | changed
    for name, rows in tables.items():
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, rows)
    return airshed.open_pack(folder)


def cell(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


LAW = ActivityScenario(strategy="law")


def test_two_technologies_by_hand(small_copy):
    """1 TWh at 40 % is 9 PJ of coal: 7.2 kt SO2, of which scrubbers on 30 % with 90 % leave 73 %."""
    pack = opened(small_copy)
    table = activity_table(pack, LAW, regions=["AA-1"], periods=["2019"])
    sulphur = cell(table, pollutant="SO2")
    assert sulphur["value"] == pytest.approx(7.2 * 0.73)
    assert (sulphur["low"], sulphur["high"]) == pytest.approx((3.6 * 0.73, 14.4 * 0.73))
    fine = cell(table, pollutant="PM2.5")
    left = 0.1 + 0.6 * 0.01 + 0.3 * 0.5
    assert fine["value"] == pytest.approx(0.9 * left)
    assert fine["low"] == pytest.approx(0.45 * (0.1 + 0.6 * 0.005 + 0.3 * 0.5))
    black = cell(table, pollutant="BC")
    assert black["value"] == pytest.approx(0.9 * 0.02)
    uncontrolled = cell(activity_table(pack, regions=["AA-1"], periods=["2019"]), pollutant="SO2")
    assert uncontrolled["value"] == pytest.approx(7.2) and "no control strategy" in uncontrolled["note"]


def test_a_change_by_cause_by_hand(small_copy):
    """Half the activity, and the controls of 2019 gone in 2020: 7.2 x 0.73 against 3.6."""
    table = activity_table(opened(small_copy), LAW, regions=["AA-1"], periods=["2020"], since="2019")
    row = cell(table, pollutant="SO2", period="2020")
    assert row["change"] == pytest.approx(3.6 - 5.256)
    assert row["activity_effect"] == pytest.approx(-3.6 * (0.73 + 1) / 2)
    assert row["control_effect"] == pytest.approx(0.27 * (7.2 + 3.6) / 2)
    assert row["factor_effect"] == 0


def test_rows_of_a_region_and_a_month_win(small_copy):
    months = [f"2019-{month:02d}" for month in range(1, 13)]
    controls = [
        *control_rows("AAA", {"scrubber": 0.5}),
        *control_rows("AA-1", {"scrubber": 1.0}, period="2019-02"),
    ]
    rows = [activity_row(region, month, 100) for month in months for region in ("AA-1", "AA-2")]
    pack = opened(small_copy, activities=rows, controls=controls)
    form = read_form(pack, LAW, pollutants=["SO2"])
    left = form.remaining["value"].sel(sector="power", activity="coal", pollutant="SO2")
    assert left.sel(region="AA-1").to_numpy() == pytest.approx([0.55, 0.1] + [0.55] * 10)
    assert left.sel(region="AA-2").to_numpy() == pytest.approx([0.55] * 12)
    year = cell(activity_table(pack, LAW, regions=["AAA"], pollutants=["SO2"]), period="2019")
    single = activity_table(pack, LAW, regions=["AA-1", "AA-2"], pollutants=["SO2"], periods=months)
    assert len(single) == 24 and year["value"] == pytest.approx(single["value"].sum())


def test_the_order_of_rows_does_not_matter(small_copy):
    table = activity_table(opened(small_copy), LAW)
    turned = activity_table(opened(small_copy, activities=ACTIVITIES[::-1], factors=FACTORS[::-1]), LAW)
    keys = ["region", "activity", "pollutant", "period"]
    one, other = (rows.set_index(keys)[["value", "low", "high"]].sort_index() for rows in (table, turned))
    assert one.to_numpy() == pytest.approx(other.to_numpy())


def test_a_measured_factor_replaces_the_efficiency(small_copy):
    factors = [factor_row("SO2", 800), factor_row("SO2", 40, technology="scrubber", fuel="scrubbed coal")]
    table = activity_table(opened(small_copy, factors=factors), LAW, regions=["AA-1"], periods=["2019"])
    assert cell(table, pollutant="SO2")["value"] == pytest.approx(9 * (0.7 * 0.8 + 0.3 * 0.04))


def test_factors_per_electricity_and_fuel_as_counted_need_no_efficiency(small_copy):
    per_mwh = [factor_row("SO2", 2, unit="kg/MWh", per="electricity")]
    table = activity_table(opened(small_copy, factors=per_mwh, efficiencies=[]), regions=["AA-1"], periods=["2019"])
    assert cell(table, pollutant="SO2")["value"] == pytest.approx(2.0)
    fuel = [activity_row("AA-1", "2019", 9, form="fuel", unit="PJ")]
    table = activity_table(opened(small_copy, activities=fuel, efficiencies=[]), periods=["2019"])
    assert cell(table, pollutant="SO2")["value"] == pytest.approx(7.2)


@pytest.mark.parametrize(
    ("changed", "scenario", "message"),
    [
        ({"efficiencies": []}, ActivityScenario(), "needs table efficiencies: the efficiency of coal in power"),
        ({"factors": FACTORS[2:]}, ActivityScenario(), "power coal PM2.5, of which BC is a share"),
        (
            {"activities": [activity_row("AA-1", "2019", 1, activity="peat")]},
            ActivityScenario(),
            "no factor of SO2 for peat",
        ),
        ({}, ActivityScenario(strategy="plan"), "the strategy plan is not known"),
        ({}, ActivityScenario(pathway="plan"), "the pathway plan is not known"),
        ({}, ActivityScenario(vector="new"), "no vector new"),
    ],
)
def test_what_is_missing_is_named(small_copy, changed, scenario, message):
    with pytest.raises(AirshedError, match=message):
        activity_table(opened(small_copy, **changed), scenario)


def test_pathway_vector_and_strategy_are_swapped_alone(small_copy):
    activities = [*ACTIVITIES, activity_row("AA-1", "2019", 2_000_000, pathway="more")]
    factors = [*FACTORS, factor_row("SO2", 400, vector="low sulphur")]
    pack = opened(small_copy, activities=activities, factors=factors)

    def sulphur(**scenario):
        where = {"regions": ["AA-1"], "pollutants": ["SO2"], "periods": ["2019"]}
        return cell(activity_table(pack, ActivityScenario(**scenario), **where), pollutant="SO2")["value"]

    assert sulphur() == pytest.approx(7.2)
    assert sulphur(pathway="more") == pytest.approx(14.4)
    assert sulphur(vector="low sulphur") == pytest.approx(3.6)
    assert sulphur(strategy="law") == pytest.approx(7.2 * 0.73)


def test_index_needs_neither_factor_nor_efficiency(small_copy):
    pack = opened(small_copy, efficiencies=[], factors=[])
    table = index_table(pack, "2019", regions=["AA-1", "AAA"])
    assert cell(table, region="AA-1", period="2020")["value"] == pytest.approx(50.0)
    assert cell(table, region="AAA", period="2020")["value"] == pytest.approx(100 * 800 / 1200)
    with pytest.raises(AirshedError, match="no period 2011"):
        index_table(pack, "2011")


@pytest.mark.shared
def test_efficiencies_of_coal_are_those_of_the_classes_of_units(pack, shared):
    """3412.14 Btu are a kWh; heat rates of operating units weighted with their capacity."""
    with (shared / "data" / "energy" / "gem_coal_units_east_asia_2022_07.csv").open(encoding="utf-8") as handle:
        units = [row for row in csv.DictReader(handle) if row["status"] == "operating"]
    held = pack.table("efficiencies").set_index(["activity", "region"])["value"]
    for code, key, name in (("KOR", "country", "South Korea"), ("KR-44", "province", "South Chungcheong")):
        rows = [(float(row["mw"]), float(row["heat_rate_btu_kwh"])) for row in units if row[key] == name]
        fuel = sum(size * rate for size, rate in rows)
        assert held["coal", code] == pytest.approx(3412.14 * sum(size for size, _ in rows) / fuel, abs=5e-4)


def test_co2_of_korean_power_is_near_that_of_the_nation(pack):
    """IEA prints 317 Mt for electricity and heat in 2019, heat plants and waste included."""
    table = activity_table(pack, regions=["KOR"], pollutants=["CO2"], periods=["2019"])
    found = cell(table, region="KOR", activity="total", period="2019")
    assert found["low"] < 317_000
    assert 0.75 * 317_000 < found["value"] < 1.1 * 317_000


def test_the_built_in_index_follows_the_sums(pack):
    rows = pack.table("activities")
    coal = rows[rows["activity"] == "coal"].groupby("period")["value"].sum()
    table = index_table(pack, "2018-01", regions=["KOR"])
    found = table[table["activity"] == "coal"].set_index("period")["value"]
    assert len(found) == 54
    assert found.to_numpy() == pytest.approx(100 * (coal / coal["2018-01"])[found.index].to_numpy())
