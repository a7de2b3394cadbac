"""Control measures: the catalogue, money, options against brute force and hand calculation, and the RIAT+ table."""

import csv
import itertools
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.strategy import riat
from airshed.strategy.application import CASES, Application, group_shares
from airshed.strategy.cost import Money, annual_cost, annuity, cost_in, dollar_cost, transferred
from airshed.strategy.measures import catalogue, single
from airshed.strategy.options import REASONS, build_options
from airshed.strategy.removal import raised
from airshed.strategy.subjects import unabated_subjects
from airshed.strategy.tables import applied_table, cost_check_table, measures_table, options_table, selectable_table
from airshed.transport.relation import EMITTED

SECTORS = {
    "power": 23,
    "industry": 22,
    "residential_commercial": 15,
    "road": 29,
    "offroad": 21,
    "agriculture": 9,
    "solvent": 29,
    "other": 2,
}
shares = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def small(small_folder):
    return airshed.open_pack(small_folder)


@pytest.fixture(scope="module")
def options(pack):
    return {case: build_options(pack, case=case) for case in CASES}


def place(options, measure, region):
    return list(zip(options.measure, options.region, strict=True)).index((measure, region))


def measure_of(pack, code):
    return next(item for item in catalogue(pack) if item.code == code)


def test_the_catalogue_covers_the_sectors(pack):
    found = single(pack)
    assert Counter(measure.sector for measure in found) == SECTORS
    assert len({measure.code for measure in found}) == len(found) >= 80
    assert all(measure.name and measure.name_ko and measure.source for measure in found)
    assert all(sum(cost.anchor for cost in measure.costs) == bool(measure.costs) for measure in found)
    assert sum(measure.cost is not None and bool(measure.efficiency) for measure in found) >= 80


@pytest.mark.parametrize(
    ("investment", "rate", "lifetime"), [(1000, 0.04, 20), (250, 0.1, 5), (70, 0.0, 7), (9, 0.04, 1)]
)
def test_an_annuity_pays_its_investment_back(investment, rate, lifetime):
    payment = float(annuity(investment, rate, lifetime))
    assert sum(payment / (1 + rate) ** year for year in range(1, lifetime + 1)) == pytest.approx(investment)


def test_annual_cost_by_hand():
    """The annuity factor of 4 % over 20 years in every table of them is 0.0736 (0.073582)."""
    assert annual_cost(1000, 0.04, 20, 40, 10, 30) == pytest.approx(73.582 + 40 + 10 - 30, abs=1e-3)
    assert annual_cost(0, 0.04, 20, savings=5) == -5
    with pytest.raises(AirshedError, match="lifetime"):
        annuity(1, 0.04, 0)


def test_italian_costs_of_2005_to_2015_in_dollars(pack):
    """Wet desulphurisation: 0.552083 kEUR/t; deflator of Italy 85.957 to 100, 0.9012 EUR per USD (economy.csv)."""
    found = dollar_cost(Money(pack), measure_of(pack, "power.PWFGD").cost).amount
    assert found.value == pytest.approx(552.083 * 100 / 85.957 / 0.9012, rel=1e-9)
    assert found.high == found.value
    assert found.low == pytest.approx(552.083 / 0.9012, rel=1e-9)


def test_labour_goes_by_income_and_the_rest_at_one_price(pack):
    """China 13201.7, OECD 40574.2 international dollars per head (World Bank, economy.csv)."""
    ratio = 13201.7 / 40574.2
    found = cost_in(Money(pack), measure_of(pack, "power.PWFGD").cost, "CHN")
    assert found.amount.value == pytest.approx(552.083 * 100 / 85.957 / 0.9012 * (0.75 + 0.25 * ratio), rel=1e-9)
    assert found.amount.low == pytest.approx(552.083 / 0.9012 * (0.5 + 0.5 * ratio), rel=1e-9)
    assert found.amount.high == pytest.approx(552.083 * 100 / 85.957 / 0.9012, rel=1e-9)
    assert "published for ITA" in found.note and "wb_wdi" in found.source
    at_home = cost_in(Money(pack), measure_of(pack, "road.CHINA_VI_HD").cost, "CHN").amount
    assert (at_home.low, at_home.value, at_home.high) == (620, 620, 620)


def test_a_range_without_a_middle_takes_the_geometric_mean(pack):
    """Ship SCR: 200 to 800 EUR per tonne, whose geometric mean is 400."""
    cost = measure_of(pack, "offroad.SHIP_SCR_JRC").cost
    assert (cost.amount.low, cost.amount.value, cost.amount.high) == (200, pytest.approx(400), 800)


@given(st.floats(0.01, 10), st.floats(0, 1))
def test_transfer_is_monotone_in_income_and_one_at_equal_income(ratio, labour):
    assert float(transferred(7.0, 1.0, labour)) == pytest.approx(7.0)
    assert (float(transferred(7.0, ratio, labour)) - 7.0) * (ratio - 1.0) >= -1e-9


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=6), st.floats(0, 1e4), st.data())
def test_no_mix_of_a_group_removes_more_than_there_is(pairs, emission, data):
    efficiency = np.array([[min(eta, 0.999)] for eta, _ in pairs])
    current = np.array([x for _, x in pairs]) / max(1.0, sum(x for _, x in pairs))
    every = np.ones((len(pairs), 1), dtype=bool)
    whole = unabated_subjects(np.array([emission]), np.ones((1, 1)), every, efficiency, current)[0]
    assert whole[0] >= emission * (1 - 1e-12)
    assert whole[0] * (1 - current @ efficiency)[0] == pytest.approx(emission)
    other = np.array(data.draw(st.lists(shares, min_size=len(pairs), max_size=len(pairs))))
    other /= max(1.0, other.sum())
    assert whole[0] * (1 - other @ efficiency)[0] >= -1e-9 * max(1.0, whole[0])


@st.composite
def known_applications(draw):
    low, high, least, most = sorted(draw(st.tuples(shares, shares, shares, shares)))
    return draw(st.sampled_from([None, Application((low, high), (least, most), "s")]))


@given(st.lists(known_applications(), min_size=1, max_size=6), st.sampled_from(CASES))
def test_applications_of_a_group_leave_room_for_each_other(found, case):
    current, maximum = group_shares(found, [(np.nan, np.nan)] * len(found), case)
    assert current.sum() <= 1 + 1e-9
    assert (current >= 0).all() and (maximum >= current).all() and (maximum <= 1).all()


def test_unknown_applications_lie_anywhere():
    """Two measures without a row: nothing in place, a quarter each, all; and no, half, all room above that."""
    unknown, anywhere = [None, None], [(np.nan, np.nan)] * 2
    assert np.array_equal(group_shares(unknown, anywhere, "high"), [[0, 0], [1, 1]])
    assert np.array_equal(group_shares(unknown, anywhere, "middle"), [[0.25, 0.25], [0.625, 0.625]])
    assert np.array_equal(group_shares(unknown, anywhere, "low"), [[0.5, 0.5], [0.5, 0.5]])
    bounded = group_shares([None], [(0.2, 0.4)], "high")
    assert np.array_equal(bounded, [[0], [0.4]])


def test_options_of_the_small_pack_by_hand(small):
    """Aland North emits 10 kt PM2.5 and 30 kt NOx; its income is a quarter of the OECD's; prices rose by 1.2.

    Filter: 0.3 in place (0.2-0.4). Cloth: unknown, half of the rest, 0.35. Left of the emission: 1 - 0.27 - 0.175.
    """
    options = build_options(small, 2015)
    at = place(options, "industry.FILTER", "AA-1")
    whole = 10 / (1 - 0.9 * 0.3 - 0.5 * 0.35)
    assert options.current[at] == pytest.approx(0.3) and options.maximum[at] == pytest.approx(0.8)
    assert options.removal[at] == pytest.approx(0.9 * whole * np.array([1, 0.1, 0.2, 0, 0, 0]))
    assert options.cost[at, 1] == pytest.approx((73.5818 + 20) * 1.2 * 0.625 * 0.9 * whole / 1000, rel=1e-6)
    assert options.cost[at, 0] == pytest.approx((61.1567 + 20) * 1.2 * 0.25 * 0.9 * whole / 1000, rel=1e-6)
    assert options.cost[at, 2] == pytest.approx((87.1846 + 20) * 1.2 * 1.0 * 0.9 * whole / 1000, rel=1e-6)
    at = place(options, "industry.CATALYST", "AA-2")
    removed = 0.8 * 90 / (1 - 0.8 * 0.5)
    slip = 2 * 0.004 / (0.8 * 0.5)
    assert options.removal[at] == pytest.approx([0, 0, 0, 0, removed, -slip * removed])
    assert options.unit_cost[at] == pytest.approx([500 * 0.25, 1000 * 0.625, 2000])
    assert options.group[at] == options.group[place(options, "industry.TALL", "AA-2")]
    assert np.isnan(options.co2).all() and not options.indivisible.any()
    reasons = {code: options.reason[place(options, f"industry.{code}", "AA-1")] for code in ("TALL", "PURIFIER")}
    assert reasons == {"TALL": "no published efficiency", "PURIFIER": "works on exposure, not on emissions"}
    at = place(options, "industry.CLOTH", "BBB")
    assert not options.selectable[at] and "income" in options.reason[at]


def test_the_whole_group_cannot_remove_more_than_the_region_emits(small):
    """Every corner of the group by brute force, in every case."""
    for case in CASES:
        options = build_options(small, 2015, case)
        pair = [place(options, f"industry.{code}", "AA-1") for code in ("FILTER", "CLOTH")]
        now = 10.0
        for mix in itertools.product(np.linspace(0, 1, 11), repeat=2):
            if sum(mix) <= 1:
                change = sum(
                    (x - options.current[at]) * options.removal[at, 0] for x, at in zip(mix, pair, strict=True)
                )
                assert change <= now + 1e-9


def test_options_do_not_depend_on_the_order_of_rows(small_copy):
    before = build_options(airshed.open_pack(small_copy), 2015)
    for table in ("measures", "measure-effects", "measure-costs", "regions"):
        path = small_copy / "tables" / f"{table}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    after = build_options(airshed.open_pack(small_copy), 2015)
    assert sorted(zip(after.measure, after.region, strict=True)) == sorted(
        zip(before.measure, before.region, strict=True)
    )
    for number, pair in enumerate(zip(before.measure, before.region, strict=True)):
        at = place(after, *pair)
        for name in ("removal", "cost", "current", "maximum"):
            assert getattr(after, name)[at] == pytest.approx(getattr(before, name)[number], nan_ok=True)
        assert after.reason[at] == before.reason[number]


def test_built_in_options_keep_the_laws(options):
    for case, found in options.items():
        emitted = found.unabated
        assert (found.removal <= emitted + 1e-9).all()
        sums = np.bincount(found.group, found.current)
        assert sums.max() <= 1 + 1e-9
        assert (found.maximum >= found.current).all() and (found.maximum <= 1 + 1e-12).all()
        assert np.isfinite(found.cost[found.selectable]).all() and (found.cost[found.selectable, 1] > 0).all()
        assert (np.diff(found.cost[found.selectable], axis=1) >= 0).all()
        one = pd.DataFrame({"group": found.group, "region": found.region, "name": found.group_name}).drop_duplicates()
        assert one["group"].is_unique
        assert set(found.reason) <= {"", *REASONS}
        assert found.pollutants == list(EMITTED) and found.case == case
    emitting = options["low"].exposure_factor == 1.0
    kinds = {measure.code: measure.kind for measure in catalogue(found.subjects.pack)}
    emitting &= np.array([kinds[code] != "substitution" for code in options["low"].measure])
    assert np.array_equal(options["low"].current[emitting], options["low"].maximum[emitting])
    unknown = np.array([basis == "unknown" for basis in options["high"].application_basis])
    assert unknown.any() and not options["high"].current[unknown].any()


def test_what_emits_nothing_is_not_raised_or_removed(options):
    found = options["middle"]
    russia = [number for number, region in enumerate(found.region) if region == "RUS"]
    assert russia and not found.removal[russia].any() and not found.selectable[russia].any()


def test_ammonia_slip_follows_the_nitrogen_oxides(pack):
    """Catalysts slip around a hundredth of the NOx they remove: 9900 percent of 0.00001 against 80 of 0.15."""
    measure = measure_of(pack, "power.PHCSCR")
    assert raised(measure)["NH3"] == pytest.approx(99 * measure.factor["NH3"] / (0.8 * measure.factor["NOx"]), rel=1e-9)
    assert 0 < raised(measure)["NH3"] < 0.02
    assert raised(measure_of(pack, "power.PWFGD")) == {}


def test_reasons_add_up(pack, options):
    table = selectable_table(options["middle"])
    count = len(catalogue(pack))
    assert (table["selectable"] + table["not_selectable"] == count).all()
    assert (table[list(REASONS)].sum(axis=1) == table["not_selectable"]).all()
    assert table.set_index("region").loc["CN-HE", "selectable"] >= 80


def test_applied_share_of_the_best_technique(pack, small):
    table = applied_table(pack, regions=["CN-HE", "MNG"])
    values = table[["low", "value", "high"]].to_numpy()
    assert (np.diff(values, axis=1) >= -1e-9).all() and (values >= 0).all() and (values <= 1).all()
    solvent = applied_table(pack, regions=["CN-HE"], year=2015).set_index("sector")
    assert "solvent" not in solvent.index or tuple(solvent.loc["solvent", ["low", "high"]]) == (0.0, 1.0)
    row = applied_table(small, 2015, ["AA-1"]).iloc[0]
    assert 0 < row["low"] < row["value"] < row["high"] <= 1


def test_costs_beside_studies(pack):
    table = cost_check_table(pack)
    studies = pack.table("measure_studies")
    named = [code for cell in studies["compare"] for code in cell.split()]
    priced = {code: {cost.pollutant for cost in measure_of(pack, code).costs} for code in named}
    printed = [
        (code, {"PM": "PM2.5"}.get(row["pollutant"], row["pollutant"]))
        for row in studies.to_dict("records")
        for code in row["compare"].split()
    ]
    assert len(table) == sum(pollutant in priced[code] for code, pollutant in printed) > 20
    assert table["ratio"].to_numpy() == pytest.approx((table["value"] / table["printed"]).to_numpy())
    inside = (table["low"] <= table["printed"]) & (table["printed"] <= table["high"])
    assert list(table["inside"] == "yes") == list(inside)
    assert set(table["measure"]) >= {"power.PWFGD", "road.HDEUVI", "agriculture.CS_LNA"}


def test_the_command(pack, cli):
    code, out, err = cli("measures", "--format", "json")
    assert code == 0 and len(json.loads(out)) == sum(SECTORS.values())
    code, out, err = cli("measures", "--region", "SCA", "--sector", "offroad", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and len(rows) == 3 * sum(measure.sector == "offroad" for measure in catalogue(pack))
    assert {row["region"] for row in rows} == {"KR-11", "KR-28", "KR-41"}
    assert all((row["selectable"] == "yes") == (row["reason"] == "") for row in rows)
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows if row["selectable"] == "yes")
    code, out, err = cli("--lang", "ko", "measures", "--region", "KR-11", "--sector", "power")
    chosen = (options_table(pack, ["KR-11"], sectors=["power"])["selectable"] == "yes").sum()
    assert code == 0 and "습식 배연탈황" in out and str(chosen) in err
    for option in ("--applied", "--compare"):
        code, out, err = cli("measures", option, "--format", "csv")
        assert code == 0 and len(list(csv.DictReader(out.splitlines()))) >= 15
    assert cli("measures", "--sector", "shipping")[0] == 2
    assert cli("measures", "--region", "CN-XX")[0] == 2


def test_a_pack_without_measures_says_so(small_copy):
    path = small_copy / "tables" / "measures.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    for table in ("measure-effects", "measure-costs", "applications"):
        path = small_copy / "tables" / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(MissingTableError, match="measures"):
        build_options(airshed.open_pack(small_copy), 2015)


def test_wrong_questions_are_refused(small):
    with pytest.raises(AirshedError, match="no year 1900"):
        build_options(small, 1900)
    with pytest.raises(AirshedError, match="the case best"):
        build_options(small, 2015, "best")
    assert len(options_table(small, ["AAA"], 2015)) == 2 * 5
    assert len(measures_table(small, ["industry"])) == 5


@pytest.mark.shared
def test_lombardy_closes(shared):
    """Emissions without measures less what is applied are the areal emissions of the case, six pollutants."""
    folder = shared / "data" / "transport" / "lombardy"
    measures = riat.read_measures(folder / "out_clemfr.txt")
    unabated = riat.read_unabated(folder / "unabated_emissions_by_group.csv")
    assert (len(measures), len(unabated)) == (379, 257)
    found = riat.emissions(measures, unabated).sum()
    files = dict(zip(riat.POLLUTANTS, ("NOx", "VOC", "NH3", "PM10", "PM25", "SO2"), strict=True))
    for pollutant, name in files.items():
        printed = np.loadtxt(folder / "areal_emissions" / f"{name}.txt", skiprows=1)[:, 2:].sum()
        assert found[pollutant] == pytest.approx(printed, abs=0.002)


@pytest.mark.shared
def test_the_catalogue_holds_the_medians_of_lombardy(pack, shared):
    """Removal efficiencies of the pack against the raw table: median over the activities of a technology."""
    folder = shared / "data" / "transport" / "lombardy"
    raw = riat.read_measures(folder / "out_clemfr.txt")
    names = riat.read_technologies(folder / "techsList.csv")
    raw["name"] = raw["technology"].map(names)
    sector = {1: "power", 2: "residential_commercial", 6: "solvent", 7: "road", 8: "offroad", 10: "agriculture"}
    rows = pack.table("measures")
    codes = {(row["sector"], row["technology"]): row["code"] for _, row in rows.iterrows() if row["technology"]}
    held = pack.table("measure_effects").set_index(["measure", "pollutant"])["removal_efficiency"]
    seen = 0
    for (macrosector, name), group in raw[raw["macrosector"].isin(sector)].groupby(["macrosector", "name"]):
        code = codes.get((sector[macrosector], name))
        for pollutant in riat.POLLUTANTS:
            values = group.loc[group[f"factor {pollutant}"] > 0, f"removal {pollutant}"]
            values = values[values != 0]
            if code is not None and (code, pollutant) in held.index and len(values):
                assert 100 * held[code, pollutant] == pytest.approx(values.median(), rel=1e-4), (code, pollutant)
                seen += 1
    assert seen >= 200


def test_a_table_of_other_columns_is_refused(tmp_path):
    (tmp_path / "out.txt").write_text("1 2 3\n", encoding="ascii")
    with pytest.raises(AirshedError, match="3 columns"):
        riat.read_measures(tmp_path / "out.txt")


@pytest.mark.parametrize("name", ["measure_effects", "measure_costs", "applications", "economy"])
def test_what_a_pack_leaves_out_is_named_or_done_without(small_copy, name):
    path = small_copy / "tables" / f"{name.replace('_', '-')}.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    if name == "economy":
        with pytest.raises(MissingTableError, match=name):
            build_options(pack, 2015)
    else:
        options = build_options(pack, 2015)
        assert options.selectable.any() == (name == "applications")
        assert len(selectable_table(options)) == 3
        assert len(measures_table(pack)) == 5 and len(cost_check_table(pack)) == 0


def test_options_of_the_baseline_are_made_once_and_cannot_be_written_to(pack):
    """In a copy of the same emissions they are made anew, and are the same."""
    kept = build_options(pack, 2030, regions=["KR-11"])
    again = build_options(pack, 2030, regions=["KR-11"], baseline=baseline_cube(pack))
    anew = build_options(pack, 2030, regions=["KR-11"], baseline=baseline_cube(pack).copy())
    assert again is kept and anew is not kept
    np.testing.assert_array_equal(anew.removal, kept.removal)
    with pytest.raises(ValueError, match="read-only"):
        kept.removal[0, 0] = 1.0
