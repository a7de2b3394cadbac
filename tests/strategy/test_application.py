"""How far measures are applied: families of measures whose shares are known together, against hand calculation."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.strategy.application import CASES, Application, MeasureFamily, group_shares
from airshed.strategy.options import build_options
from airshed.strategy.tables import applied_table, options_table, selectable_table
from support.variant import opened_variant

NAN = float("nan")
shares = st.floats(0.0, 1.0)


def known(low, high, most=(NAN, NAN)):
    return Application((low, high), most, "s")


def currents(found, case, *families, limits=None):
    anywhere = [(NAN, NAN)] * len(found) if limits is None else limits
    return group_shares(found, anywhere, case, families)[0]


def test_a_family_shares_what_its_own_rows_leave():
    """Family of three 0.8-1, the first of them 0.5-0.6; two more measures unknown.

    Middle: 0.9, of it 0.55, so (0.9 - 0.55) / 2 for the two others; half of the last 0.1 for the two unknown ones.
    """
    found = [known(0.5, 0.6), None, None, None, None]
    family = MeasureFamily(known(0.8, 1.0), (0, 1, 2))
    assert currents(found, "high", family) == pytest.approx([0.5, 0.15, 0.15, 0, 0])
    assert currents(found, "middle", family) == pytest.approx([0.55, 0.175, 0.175, 0.025, 0.025])
    assert currents(found, "low", family) == pytest.approx([0.6, 0.2, 0.2, 0, 0])


def test_a_family_below_its_own_rows_gives_the_others_nothing():
    found = [known(0.7, 0.7), None, None]
    family = MeasureFamily(known(0.5, 0.5), (0, 1))
    assert currents(found, "middle", family) == pytest.approx([0.7, 0, 0.15])
    assert currents([known(0.7, 0.7)], "middle", MeasureFamily(known(0.9, 0.9), (0,))) == pytest.approx([0.7])


def test_families_that_add_above_one_are_scaled_together():
    """Greatest shares of 0.8 and 0.7 in a group that holds 1: 0.8 / 1.5 and 0.7 / 1.5."""
    families = MeasureFamily(known(0.6, 0.8), (0,)), MeasureFamily(known(0.3, 0.7), (1,))
    assert currents([None, None, None], "low", *families) == pytest.approx([0.8 / 1.5, 0.7 / 1.5, 0])
    assert currents([None, None, None], "high", *families) == pytest.approx([0.6, 0.3, 0])


def test_the_limits_of_a_family_hold_for_its_measures():
    """At most 0.7 where the family can be applied to 0.7; never beyond what a measure can work on."""
    family = MeasureFamily(known(0.4, 0.4, (0.7, 0.7)), (0, 1))
    current, maximum = group_shares([None, None], [(NAN, NAN), (0.1, 0.1)], "high", [family])
    assert current == pytest.approx([0.2, 0.1]) and maximum == pytest.approx([0.7, 0.1])
    only_limit = MeasureFamily(known(NAN, NAN, (0.2, 0.3)), (0,))
    current, maximum = group_shares([None], [(NAN, NAN)], "high", [only_limit])
    assert current == pytest.approx([0]) and maximum == pytest.approx([0.3])


@st.composite
def groups(draw):
    count = draw(st.integers(1, 6))
    rows = st.tuples(shares, shares).map(lambda pair: known(*sorted(pair)))
    found = draw(st.lists(st.none() | rows, min_size=count, max_size=count))
    split = draw(st.integers(0, count))
    parts = [part for part in (range(split), range(split, count)) if part]
    return found, [MeasureFamily(draw(rows), tuple(part)) for part in parts if draw(st.booleans())]


@given(groups())
def test_families_leave_room_for_each_other(group):
    found, families = group
    totals = []
    for case in CASES:
        current, maximum = group_shares(found, [(NAN, NAN)] * len(found), case, families)
        assert (current >= 0).all() and current.sum() <= 1 + 1e-9
        assert (maximum >= current).all() and (maximum <= 1 + 1e-12).all()
        totals.append(float(current.sum()))
    by_room = dict(zip(CASES, totals, strict=True))
    assert by_room["high"] <= by_room["middle"] + 1e-9 <= by_room["low"] + 2e-9


def in_family(rows):
    """Filter and cloth become the family dust, 0.6-0.8 in the nation; its north has a filter row of its own."""
    for row in rows["measures"]:
        row["family"] = "industry.dust" if row["code"] in ("industry.FILTER", "industry.CLOTH") else ""
    rows["applications"] = [
        {"measure": "industry.dust", "region": "AAA", "year": 2010, "current_low": 0.6, "current_high": 0.8},
        {"measure": "industry.FILTER", "region": "AA-1", "year": 2012, "current_low": 0.2, "current_high": 0.4},
    ]


def test_options_of_a_family_by_hand(tmp_path):
    """Middle of the family 0.7; in the north 0.3 filter and 0.4 cloth, in the south 0.35 each, in Bland unknown."""
    options = build_options(opened_variant(tmp_path, in_family), 2015)
    found = {pair: place for place, pair in enumerate(zip(options.region, options.measure, strict=True))}

    def of(values, region):
        return [float(values[found[region, f"industry.{code}"]]) for code in ("FILTER", "CLOTH", "CATALYST")]

    assert of(options.current, "AA-1") == pytest.approx([0.3, 0.4, 0.5])
    assert of(options.current, "AA-2") == pytest.approx([0.35, 0.35, 0.5])
    assert of(options.current, "BBB") == pytest.approx([0.25, 0.25, 0.5])
    assert of(options.application_known, "AA-1") == of(options.application_known, "AA-2") == [1, 1, 0]
    assert not any(of(options.application_known, "BBB"))
    whole = 10 / (1 - 0.9 * 0.3 - 0.5 * 0.4)
    assert options.removal[found["AA-1", "industry.CLOTH"]][0] == pytest.approx(0.5 * whole)
    counts = selectable_table(options).set_index("region")["known"]
    assert counts.to_dict() == {"AA-1": 2, "AA-2": 2, "BBB": 0}


def test_a_row_without_current_leaves_the_family_its_share(tmp_path):
    def limited(rows):
        in_family(rows)
        rows["applications"][1] |= {"current_low": "", "current_high": "", "maximum_high": 0.5}

    options = build_options(opened_variant(tmp_path, limited), 2015, "high", ["AA-1"])
    at = options.measure.index("industry.FILTER")
    assert options.current[at] == pytest.approx(0.3) and options.maximum[at] == pytest.approx(0.5)
    assert options.application_known[at]


def test_chinese_coal_power_is_nearly_done_in_the_built_in_pack(pack):
    """2030: 0.95-1 high-efficiency desulphurisation, the family 0.96-1; its four others have (0.98 - 0.975) / 4.

    The emission per CO2 says 0 to 1 of the group in Hebei, no more than the family alone: furnaces have nothing of it.
    Korea's family has 0.888 to 1, in equal parts for its five.
    """
    options = build_options(pack, 2030, regions=["CN-HE", "CN-GD", "KR-11"])
    found = {pair: place for place, pair in enumerate(zip(options.region, options.measure, strict=True))}
    for region, family in (("CN-HE", 0.98), ("CN-GD", 0.98)):
        assert options.current[found[region, "power.RFGD"]] == pytest.approx(0.975)
        for code in ("PRWFGD", "PWFGD", "FGD", "FGD_advanced"):
            assert options.current[found[region, f"power.{code}"]] == pytest.approx((family - 0.975) / 4)
        assert options.current[found[region, "power.IN_FURNACE"]] == pytest.approx(0.0)
        for code in ("PHCCSC", "PHCSCR", "SCR"):
            assert options.current[found[region, f"power.{code}"]] == pytest.approx(0.975 / 3)
        assert options.current[found[region, "power.HED"]] == pytest.approx(0.975)
    assert options.current[found["KR-11", "power.RFGD"]] == pytest.approx((0.888 + 1) / 2 / 5, abs=1e-4)
    counts = selectable_table(options).set_index("region")["known"]
    known_of = {
        region: sum(
            options.application_basis[at] not in ("rule", "unknown")
            for (code, _), at in found.items()
            if code == region
        )
        for region in counts.index
    }
    assert counts.to_dict() == known_of and min(known_of.values()) >= 60


def test_the_case_of_least_room_leaves_more_in_place(pack):
    found = {case: build_options(pack, 2030, case, ["CN-SD"]) for case in CASES}
    sums = {case: np.bincount(options.group, options.current) for case, options in found.items()}
    assert (sums["high"] <= sums["middle"] + 1e-9).all() and (sums["middle"] <= sums["low"] + 1e-9).all()


def test_the_commands_show_it(pack, cli):
    rows = options_table(pack, ["CN-GD"], 2030, ["power"]).set_index("measure")
    assert (rows["known"] == "yes").drop("power.WIND_SOLAR").all() and rows.loc["power.WIND_SOLAR", "known"] == "no"
    assert "mee_20240925" in rows.loc["power.RFGD", "source"]
    assert "chinadaily_20170921" in rows.loc["power.PWFGD", "source"]
    code, _, err = cli("measures", "--region", "CN-HE", "--sector", "power", "--year", "2030")
    assert code == 0 and "of 29 measures" in err and "in place is known for 28." in err
    code, out, _ = cli("measures", "--applied", "--region", "CN-HE", "--year", "2030", "--format", "json")
    power = next(row for row in json.loads(out) if row["sector"] == "power")
    assert code == 0 and 0.9 < power["low"] < power["value"] < power["high"] <= 1
    before = applied_table(pack, 2015, ["CN-HE"]).set_index("sector").loc["power"]
    assert before["low"] < power["low"] and before["value"] < power["value"]


def test_the_whole_of_a_group_fills_what_its_measures_and_families_leave():
    """Of 0.8 in all, the first has 0.3, the family of the next two 0.2: the last has the other 0.3."""
    items = [known(0.3, 0.3), None, None, None]
    family = MeasureFamily(known(0.2, 0.2), (1, 2))
    current, _ = group_shares(items, [(NAN, NAN)] * 4, "middle", [family], known(0.7, 0.9))
    assert current == pytest.approx([0.3, 0.1, 0.1, 0.3])
    current, _ = group_shares(items, [(NAN, NAN)] * 4, "middle", [family], known(0.1, 0.1))
    assert current == pytest.approx([0.3, 0.1, 0.1, 0.0])


def test_what_is_in_place_goes_by_nation_and_says_its_basis(pack):
    """Best technique was 0.5 from Tokyo to Ulaanbaatar; SO2 of Japan's coal plants was to fall by another 87 %.

    By new desulphurisation beside what all have: what it rebuilds is a replacement, at the price of the next tonnes.
    """
    options = build_options(pack, case="middle")
    places = {(code, region): at for at, (code, region) in enumerate(zip(options.measure, options.region, strict=True))}
    basis = {key: options.application_basis[at] for key, at in places.items()}
    assert basis["power.PWFGD", "CN-HE"] == basis["power.PWFGD", "JPN"] == "published"
    assert basis["power.PWFGD", "KR-44"] == "implied" and basis["road.HDEUVI", "KR-44"] == "standard"
    assert basis["industry3.PR_HED", "KR-44"] == "implied" and basis["agriculture.LNA", "MNG"] == "rule"
    assert basis["solvent.ACA", "JPN"] == "unknown"
    known_of = options.application_known
    assert known_of[places["power.PWFGD", "JPN"]] and not known_of[places["agriculture.LNA", "JPN"]]
    column = options.pollutants.index("SO2")
    coal = [
        at for at in range(len(options.measure)) if (options.region[at], options.subject[at]) == ("JPN", "power.coal")
    ]
    sulphur = [at for at in coal if options.group_name[at].startswith("power.SO2")]
    room = 1.0 - options.current[sulphur].sum()
    more = max(options.removal[at, column] for at in sulphur) * room
    assert more < 0.15 * options.emitted[sulphur[0], column]
    for sector in ("power", "industry"):
        shares = applied_table(pack, regions=["JPN", "KR-44", "MNG", "PRK"]).set_index(["region", "sector"])["value"]
        assert min(shares["JPN", sector], shares["KR-44", sector]) > max(shares["MNG", sector], shares["PRK", sector])


@pytest.mark.parametrize("case", CASES)
def test_the_share_applied_lies_between_its_ends(pack, case):
    options = build_options(pack, case=case)
    inside = options.exposure_factor == 1.0
    assert (options.applied[:, 0] <= options.applied[:, 1]).all()
    assert (options.current >= options.applied[:, 0] - 1e-9)[inside & (case == "high")].all()
