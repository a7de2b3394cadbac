"""Responses of every kind: by hand, by loops, and by the laws that hold for them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.lives.health import DIFFERENCE, NOTES, SUM, health
from airshed.impacts.curves import tabulated_risk
from airshed.impacts.gemm import attributable_fraction, marginal_fraction
from airshed.impacts.ier import ier_risk
from airshed.impacts.loglinear import loglinear_risk
from airshed.impacts.response import deaths_by_age, read_responses
from airshed.pack.ages import age_span, holds, whole_band
from airshed.pack.errors import MissingTableError
from airshed.pack.language import retell, translator

FAMILIES = ("gemm", "ier", "mrbrt")
NATIONS = ["CHN", "KOR", "JPN", "PRK", "MNG", "TWN"]


def responses(pack):
    for family in FAMILIES:
        for held in read_responses(pack, family).values():
            for item in held:
                yield item.main
                if item.whole is not None:
                    yield item.whole


@pytest.mark.parametrize(
    ("concentration", "risk"),
    [(4.2605, 1.0), (1.0, 1.0), (14.2605, 1.21554), (35.0, 1.35811)],
)
def test_ier_of_copd_by_hand(concentration, risk):
    """COPD of the single set: alpha 13.0831, beta .0058, delta .457, c0 4.2605.

    At C - c0 = 10: 10^.457 = 2.8642, exp(-.016612) = .983525, 13.0831 x .016475 = .21554.
    """
    found = ier_risk(np.array([concentration]), 13.0831, 0.0058, 0.457, 4.2605)
    assert found[0] == pytest.approx(risk, abs=2e-5)


def test_a_curve_between_its_nodes_by_hand(pack):
    """MR-BRT 2019 COPD: 1.010544 at 5 and 1.061360 at 10; at 7 two fifths of the way."""
    (copd,) = (item.main for item in read_responses(pack, "mrbrt")["mrbrt2019"] if item.main.cause == "COPD")
    risk = 1.010544 + 0.4 * (1.061360 - 1.010544)
    assert copd.fraction(np.array([7.0]))[0, 0] == pytest.approx(1 - 1 / risk, rel=1e-12)
    assert copd.fraction(np.array([0.0]))[0, 0] == 0.0
    last = copd.fraction(np.array([200.0]))
    assert copd.fraction(np.array([500.0])) == pytest.approx(last) and copd.limit == 200.0


@given(st.lists(st.tuples(st.floats(0.1, 20), st.floats(0.5, 3)), min_size=2, max_size=8), st.floats(0, 100))
def test_curves_agree_with_the_straight_line_through_two_points(steps, value):
    nodes, risks = np.cumsum([step for step, _ in steps]), [risk for _, risk in steps]
    expected = risks[0] if value <= nodes[0] else risks[-1]
    for place in range(len(nodes) - 1):
        left, right = nodes[place], nodes[place + 1]
        if left < value <= right:
            expected = (risks[place] * (right - value) + risks[place + 1] * (value - left)) / (right - left)
    assert tabulated_risk(np.array([value]), nodes, np.array([risks]))[0, 0] == pytest.approx(expected, rel=1e-9)


@given(st.floats(1e-7, 1e-5), st.floats(0, 100), st.floats(0, 10))
def test_a_small_coefficient_is_linear(beta, concentration, counterfactual):
    """For beta near 0 the excess risk is beta times the excess concentration."""
    excess = max(concentration - counterfactual, 0.0)
    found = loglinear_risk(np.array([concentration]), beta, counterfactual)[0]
    assert found - 1 == pytest.approx(beta * excess, abs=(beta * excess) ** 2 + 1e-15)


@given(st.floats(0, 150), st.floats(0.01, 50))
def test_formulas_never_fall_with_pollution(concentration, more):
    both = np.array([concentration, concentration + more])
    for risk in (ier_risk(both, 6.671, 0.0032, 0.6874, 3.6674), loglinear_risk(both, 0.006, 5.8)):
        assert 1.0 <= risk[0] <= risk[1]


def test_curves_never_fall_with_pollution_except_where_the_source_does(pack):
    """MR-BRT 2021 diabetes falls above 65 ug/m3 in its source; everything else rises."""
    grid = np.linspace(0, 220, 441)
    falling = set()
    for response in responses(pack):
        fraction = response.fraction(grid)
        assert (fraction >= 0).all() and (fraction < 1).all()
        falls = np.diff(fraction, axis=0) < -1e-12
        if falls.any():
            falling.add((response.set, response.cause))
            assert grid[:-1][falls.any(axis=1)].min() >= 65.0
    assert falling == {("mrbrt2021", "DM2")}


def test_ends_lie_around_the_middle_where_a_set_has_them(pack):
    grid = np.linspace(0, 120, 25)
    for response in responses(pack):
        central, low, high = (response.fraction(grid, end) for end in ("central", "low", "high"))
        if response.set == "rfasst":
            assert np.isnan(low).all() and np.isnan(high).all()
        else:
            assert (low <= central + 1e-12).all() and (central <= high + 1e-12).all()


@given(st.floats(3, 120))
def test_the_slope_of_gemm_is_its_finite_difference(concentration):
    parameters = (0.143, 1.6, 15.5, 36.8)
    step = 1e-4
    before, after = attributable_fraction(np.array([concentration - step, concentration + step]), *parameters)
    slope = marginal_fraction(np.array([concentration]), *parameters)[0]
    assert slope == pytest.approx((after - before) / (2 * step), rel=1e-5)
    assert marginal_fraction(np.array([2.3]), *parameters)[0] == 0.0


def test_every_response_holds_bands_of_the_tables_whole_and_no_band_twice(pack):
    known = {age_span(age) for age in pack.table("ages")["age"]}
    for response in responses(pack):
        bands = [age_span(age) for age in response.ages]
        held = [[band for band in known if holds(one, band)] for one in bands]
        assert all(held) and sum(map(len, held)) == len({band for part in held for band in part})
        assert whole_band(response.ages) is None


def test_causes_are_those_of_the_mortality_table(pack):
    causes = set(pack.table("mortality")["cause"])
    for response in responses(pack):
        assert response.cause in causes, (response.set, response.cause)
    named = {item.main.cause: item.main.notes for item in read_responses(pack, "ier")["ier2015"]}
    assert "the set names the cause ALRI" in named["LRI"]


def test_deaths_of_stroke_by_loops(pack, assessment):
    """Korea by mrbrt2019: the rows of the tables, region by region and band by band."""
    data = assessment["health"]
    curves = pack.table("response_curves")
    curves = curves[(curves["set"] == "mrbrt2019") & (curves["cause"] == "STROKE")]
    ages, rates = pack.table("ages"), pack.table("mortality")
    share = ages[(ages["region"] == "KOR") & (ages["year"] == 2015)].set_index("age")["value"]
    here = (rates["region"] == "KOR") & (rates["year"] == 2015) & (rates["cause"] == "STROKE")
    rate = rates[here].set_index("age")["value"] / 1e5
    total = 0.0
    for region in [str(code) for code in data["region"].to_numpy() if str(code).startswith("KR-")]:
        level, people = float(data["exposure"].sel(region=region)), float(data["population"].sel(region=region))
        for age, band in curves.groupby("age"):
            at = band.set_index("concentration")["relative_risk"]
            lower = 5.0 * math.floor(level / 5)
            risk = at[lower] + (level - lower) / 5 * (at[lower + 5] - at[lower])
            total += people * share[age] * rate[age] * (1 - 1 / risk)
    rows = health(pack, assessment, ["KOR"], "mrbrt").set_index(["set", "cause"])
    assert rows.loc[("mrbrt2019", "STROKE"), "value"] == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_causes_and_regions_add_up(pack, assessment, family):
    rows = health(pack, assessment, [*NATIONS, "SCA", "KR-11", "KR-28", "KR-41"], family, "cause")
    for (_, _), part in rows.groupby(["region", "set"]):
        total = part[part["cause"].isin([SUM, "NCD+LRI"])]
        causes = part[~part["cause"].isin([SUM, "NCD+LRI"])]
        assert len(total) == 1 and total.index[0] == part.index[0]
        assert causes["value"].sum() == pytest.approx(total["value"].item())
        assert (causes["value"] > 0).all()
    keyed = rows.set_index(["region", "set", "cause"])["value"]
    parts = keyed.loc[["KR-11", "KR-28", "KR-41"]].groupby(["set", "cause"]).sum()
    assert keyed.loc["SCA"].to_dict() == pytest.approx(parts.to_dict())


@pytest.mark.parametrize("family", FAMILIES)
def test_ages_add_up_to_the_cause_and_stand_beside_the_row_for_all_ages(pack, assessment, family):
    totals = health(pack, assessment, NATIONS, family, "cause").set_index(["region", "set", "cause"])["value"]
    rows = health(pack, assessment, NATIONS, family, "age")
    checked = 0
    for key, part in rows.groupby(["region", "set", "cause"]):
        by_age = part.set_index("age")["value"]
        bands = by_age.drop(["sum", DIFFERENCE], errors="ignore")
        if DIFFERENCE in by_age:
            whole = bands.index[-1]
            assert by_age[DIFFERENCE] == pytest.approx(by_age[whole] - by_age["sum"])
            bands = bands.drop(whole)
            checked += 1
        assert bands.sum() == pytest.approx(totals[key])
    assert checked == {"gemm": 6, "ier": 0, "mrbrt": 0}[family]


def test_the_assessment_holds_the_causes(pack, assessment):
    data = assessment["health"]
    assert data["deaths_by_cause"].sel(cause="NCD+LRI").to_numpy() == pytest.approx(
        data["deaths"].to_numpy(), nan_ok=True
    )
    assert [str(code) for code in data["cause"].to_numpy()] == ["NCD+LRI", "IHD", "STROKE", "COPD", "LC", "LRI"]


def test_a_cause_without_mortality_is_left_out_and_said(pack, assessment):
    cut = airshed.open_pack()
    rows = cut.table("mortality")
    cut._frames["mortality"] = rows[~((rows["cause"] == "COPD") & (rows["region"] == "KOR"))]
    found = health(cut, assessment, ["KOR", "JPN"], "ier", name="rfasst").set_index(["region", "set", "cause"])
    assert ("KOR", "rfasst", "COPD") not in found.index and ("JPN", "rfasst", "COPD") in found.index
    assert "without COPD" in found.loc[("KOR", "rfasst", SUM), "note"]
    assert "COPD" not in found.loc[("KOR", "rfasst", SUM), "note"].split(";")[0]


def test_beyond_the_last_node_it_is_said(pack, assessment):
    high = airshed.Assessment(**{**vars(assessment), "datasets": dict(assessment.datasets)})
    high.datasets["health"] = assessment["health"].assign(exposure=assessment["health"]["exposure"] * 0 + 150.0)
    notes = {
        name: health(pack, high, ["KOR"], "ier", name=name).set_index("cause")["note"]["LRI"]
        for name in ("ier2015", "rfasst")
    }
    assert "above 100 ug/m3" in notes["ier2015"] and "above" not in notes["rfasst"]


def test_a_pack_with_a_coefficient_answers_by_the_log_linear_form(small_copy):
    path = small_copy / "tables" / "responses-loglinear.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header == "set,cause,age,beta,beta_se,counterfactual,source,note"
    path.write_text(f"{header}\nmade,NCD+LRI,all ages,0.01,0.002,5,airshed,\n", encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    found = airshed.assess(pack)
    data = found["health"].sel(region="BBB")
    risk = math.exp(0.01 * (float(data["exposure"]) - 5))
    (row,) = health(pack, found, ["BBB"], "loglinear").to_dict("records")
    assert row["value"] == pytest.approx(2e6 * 20 * 0.05 * 0.009 * (1 - 1 / risk))
    assert row["low"] < row["value"] < row["high"] and row["set"] == "made"


def test_a_response_that_the_pack_lacks_is_named(pack, assessment, small_folder):
    with pytest.raises(MissingTableError, match="needs table responses_loglinear"):
        health(pack, assessment, ["KOR"], "loglinear")
    with pytest.raises(MissingTableError, match="needs table response_curves: rows of mrbrt2019"):
        read_responses(airshed.open_pack(small_folder), "mrbrt")


def test_one_function_serves_every_response(pack):
    level = np.array([20.0])
    for response in responses(pack):
        baseline = np.full((1, len(response.ages)), 100.0)
        found = deaths_by_age(response, level, baseline)
        assert found == pytest.approx(100.0 * response.fraction(level)) and (found > 0).all()


def test_ages_of_china_at_a_uniform_level_are_reconciled(pack, assessment):
    """At 45.9 ug/m3: 2.28 million by age, 2.49 million by the row for all ages; Hong Kong and Macao add 0.6 %."""
    even = airshed.Assessment(**{**vars(assessment), "datasets": dict(assessment.datasets)})
    even.datasets["health"] = assessment["health"].assign(exposure=assessment["health"]["exposure"] * 0 + 45.9)
    found = health(pack, even, ["CHN"], by="age").set_index("age")["value"] / 1e6
    assert found["sum"] == pytest.approx(2.28, abs=0.02) and found["25+"] == pytest.approx(2.49, abs=0.02)
    assert found[DIFFERENCE] == pytest.approx(0.21, abs=0.01)


def test_notes_are_retold_whole():
    told = retell("sum of the age bands; row for all ages together less the sum of the bands", NOTES, translator("ko"))
    assert told == "연령대의 합; 전 연령 값에서 연령대 합을 뺀 차이"
