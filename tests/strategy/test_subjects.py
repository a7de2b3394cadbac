"""What measures work on: no measure, and no sum of measures, removes more than its subject emits, in any region."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import leaves
from airshed.pack.pack import built_in_path
from airshed.strategy.application import CASES
from airshed.strategy.options import NO_SUBJECT, build_options
from airshed.strategy.subjects import components, fitted_shares, subjects_in, unabated_subjects
from airshed.strategy.tables import options_table
from airshed.transport.relation import EMITTED

TABLES = built_in_path() / "tables"
COAST_OF_CHINA = {
    f"CN-{code}" for code in ("TJ", "HE", "LN", "SH", "JS", "ZJ", "FJ", "SD", "GD", "GX", "HI", "HK", "MO")
}
"""The provinces that the yearbooks of China call coastal, with Hong Kong and Macao."""
share = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def options(pack):
    return {case: build_options(pack, case=case) for case in CASES}


def rows_of(name):
    with (TABLES / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def most_removed(options):
    """Return the most that each exclusive group takes off each pollutant (group, pollutant), kt/yr, by hand."""
    found = np.zeros((options.group.max() + 1, len(EMITTED)))
    taken = np.bincount(options.group, options.current)
    for column in range(len(EMITTED)):
        gain = np.maximum(options.removal[:, column], 0.0)
        room = np.maximum(1.0 - taken, 0.0)
        for at in np.argsort(-gain, kind="stable"):
            group = options.group[at]
            step = min(options.maximum[at] - options.current[at], room[group])
            found[group, column] += gain[at] * step
            room[group] -= step
    return found


@pytest.mark.parametrize("case", CASES)
def test_no_sum_of_measures_removes_more_than_the_subject_emits(options, case):
    held = options[case]
    most = most_removed(held)
    union = np.zeros_like(most)
    for group in range(len(most)):
        rows = np.flatnonzero(held.group == group)
        region, sector = held.region[rows[0]], held.sector[rows[0]]
        cover = np.any([held.subjects.cover(held.measure[row], sector) for row in rows], axis=0)
        whole = baseline_cube(held.subjects.pack)["value"].sel(region=region, sector=sector, year=held.year)
        emitted = np.nan_to_num(whole.sel(pollutant=list(EMITTED)).to_numpy())
        names = list(held.subjects.pollutants)
        parts = held.subjects.parts(region, sector)[:, [names.index(code) for code in EMITTED]]
        union[group] = emitted * (cover @ parts)
    assert (most <= union * (1 + 1e-9) + 1e-9).all()


@pytest.mark.parametrize("case", CASES)
def test_measures_on_different_subjects_add_to_no_more_than_the_sector(pack, options, case):
    held = options[case]
    most = most_removed(held)
    groups = {group: (held.region[at], held.sector[at]) for at, group in enumerate(held.group.tolist())}
    value = baseline_cube(pack)["value"].sel(year=held.year, pollutant=list(EMITTED))
    sums = {}
    for group, place in groups.items():
        sums[place] = sums.get(place, 0.0) + most[group]
    for (region, sector), removed in sums.items():
        emitted = np.nan_to_num(value.sel(region=region, sector=sector).to_numpy())
        assert (removed <= emitted * (1 + 1e-9) + 1e-9).all(), (region, sector)


@pytest.mark.parametrize("case", CASES)
def test_no_single_measure_removes_more_than_its_subject_holds(options, case):
    held = options[case]
    assert (held.removal <= held.unabated + 1e-9).all()
    step = np.minimum(held.maximum - held.current, 1.0 - np.bincount(held.group, held.current)[held.group])
    assert (held.removal * np.maximum(step, 0.0)[:, None] <= held.emitted * (1 + 1e-9) + 1e-9).all()


def test_no_ships_inland(pack, options):
    inland = {"MNG", "KR-11", "KR-27", "KR-29", "KR-30", "KR-43", "KR-50"}
    inland |= {code for code in leaves(pack) if code.startswith("CN-") and code not in COAST_OF_CHINA}
    for held in options.values():
        ships = [at for at, subject in enumerate(held.subject) if subject == "offroad.ship"]
        dry = [at for at in ships if held.region[at] in inland]
        assert {held.region[at] for at in dry} == inland & set(held.region)
        assert not held.removal[dry].any() and not held.selectable[dry].any()
        assert {held.reason[at] for at in dry} <= {NO_SUBJECT, "the sector has no emission in the region"}
    held = options["high"]
    sold = {
        held.region[at] for at in range(len(held.region)) if held.subject[at] == "offroad.ship" and held.selectable[at]
    }
    assert sold >= {"CN-SH", "CN-TJ", "KR-26", "KR-28", "JPN"}


def test_low_ammonia_manure_removes_no_more_than_all_manure_emits(options):
    """REAS 2015: manure of the provinces of China emits 2,643 kt of NH3; 3,903 kt were once said to be removed."""
    manure = {
        row["region"]: float(row["value"])
        for row in rows_of("emissions-reas-nh3.csv")
        if row["category"] == "MM" and row["year"] == "2015"
    }
    assert manure["CHN"] == pytest.approx(2643, abs=1)
    column = EMITTED.index("NH3")
    for held in options.values():
        best = {}
        for at, subject in enumerate(held.subject):
            region = held.region[at]
            if subject == "agriculture.manure" and region in manure:
                taken = held.removal[at, column] * (held.maximum[at] - held.current[at])
                best[region] = max(best.get(region, 0.0), taken)
                assert taken <= manure[region] * (1 + 1e-3)
        assert sum(best[region] for region in best if region.startswith("CN-")) <= manure["CHN"]


def test_heating_oil_and_gas_boilers_work_on_oil_and_gas_only(options):
    """In no province of China do oil and gas hold more of the homes' SO2 than Shanghai gives per CO2: 25 % in all."""
    held = options["high"]
    oil = [
        at
        for at, code in enumerate(held.measure)
        if code == "residential_commercial.LSMD2" and held.region[at][:3] == "CN-"
    ]
    column = EMITTED.index("SO2")
    homes = sum(
        float(row["value"])
        for row in rows_of("emissions-reas-so2.csv")
        if row["region"] == "CHN" and row["category"] in ("RESI", "ODOM") and row["year"] == "2015"
    )
    shanghai = 4.5 / 5498.0 * 356471 + 14.1 / 10449.0 * 435439
    assert held.emitted[oil, column].sum() <= 1.02 * shanghai < 0.3 * homes
    assert {held.subject[at] for at in range(len(held.measure)) if held.measure[at].endswith("DGCCR")} == {
        "residential_commercial.oil residential_commercial.gas"
    }


def subjects_beside(folder, shares):
    """Write two subjects of industry into a pack: the filter works on kilns, the cloth on boilers."""
    texts = {
        "subjects": "code,name_en,sector,coast,source\nindustry.kiln,Kilns,industry,no,airshed\n"
        "industry.boiler,Boilers,industry,no,airshed\n",
        "measure-subjects": "measure,subject,source\nindustry.FILTER,industry.kiln,airshed\n"
        "industry.CLOTH,industry.boiler,airshed\n",
        "subject-shares": "region,subject,pollutant,year,share,low,high,basis,source\n" + shares,
    }
    for name, text in texts.items():
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    return airshed.open_pack(folder)


def test_options_on_shares_by_hand(small_copy):
    """Aland North emits 10 kt: kilns 2.5, boilers 6. Filters are on 0.3 of the kilns, cloth on half of the boilers."""
    pack = subjects_beside(
        small_copy,
        "AAA,industry.kiln,PM2.5,2015,0.25,,,published,airshed\nAA-1,industry.boiler,PM2.5,2015,,0.5,0.7,rule,airshed\n",
    )
    options = build_options(pack, 2015)
    filters, cloth = (
        list(zip(options.measure, options.region, strict=True)).index((f"industry.{code}", "AA-1"))
        for code in ("FILTER", "CLOTH")
    )
    assert options.group[filters] != options.group[cloth]
    assert options.emitted[filters, 0] == pytest.approx(2.5) and options.emitted[cloth, 0] == pytest.approx(6.0)
    assert options.removal[filters, 0] == pytest.approx(0.9 * 2.5 / (1 - 0.9 * 0.3))
    assert options.removal[cloth, 0] == pytest.approx(0.5 * 6.0 / (1 - 0.5 * 0.5))
    assert options.removal[filters, 1] == pytest.approx(options.removal[filters, 0] * 0.1)
    high = build_options(pack, 2015, "high")
    assert high.emitted[cloth, 0] == pytest.approx(7.0)
    table = options_table(pack, ["AA-1"], 2015).set_index("measure")
    assert table.loc["industry.FILTER", "subject"] == "industry.kiln"
    assert table.loc["industry.CATALYST", "subject"] == ""


def test_without_rows_a_subject_is_anything_between_nothing_and_all(small_copy):
    """Two subjects of which nothing is known: nothing, half each, half each: more than all there is not."""
    pack = subjects_beside(small_copy, "")
    found = {case: subjects_in(pack, 2015, case, ["PM2.5"]).parts("AA-1", "industry")[:, 0] for case in CASES}
    assert np.array_equal(found["low"], [0, 0, 1])
    assert np.array_equal(found["middle"], [0.5, 0.5, 0])
    assert np.array_equal(found["high"], [0.5, 0.5, 0])


def test_without_the_tables_a_measure_works_on_its_whole_sector(small_folder):
    options = build_options(airshed.open_pack(small_folder), 2015)
    assert set(options.subject) == {""}
    at = list(zip(options.measure, options.region, strict=True)).index(("industry.FILTER", "AA-1"))
    assert options.emitted[at, 0] == pytest.approx(10.0)


def test_measures_that_share_a_subject_by_others_exclude_each_other(pack):
    """The package works on manure and fertiliser: it excludes what works on one of them."""
    subjects = subjects_in(pack, 2015, "middle", list(EMITTED))
    codes = ["agriculture.LNA", "agriculture.NH3_PACKAGE", "agriculture.SA"]
    assert components(codes, subjects) == [[0, 1, 2]]
    codes = ["industry3.IN_HED", "industry3.PR_HED", "industry3.IN_ESP2"]
    assert components(codes, subjects) == [[0, 2], [1]]


@given(st.lists(st.tuples(share, share), min_size=1, max_size=6))
def test_shares_add_to_one_at_most_and_what_is_known_stays(pairs):
    low = np.array([min(pair) for pair in pairs])
    value = np.array([max(pair) for pair in pairs])
    found = fitted_shares(low, value)
    assert found.sum() <= 1 + 1e-9
    if low.sum() <= 1:
        assert (found >= low - 1e-12).all() and (found <= value + 1e-12).all()
        exact = low == value
        assert found[exact] == pytest.approx(value[exact])


@given(
    st.lists(st.tuples(share, share, st.booleans(), st.booleans()), min_size=1, max_size=5),
    share,
    st.floats(0.0, 1e4),
    st.data(),
)
def test_what_is_unabated_less_what_is_in_place_is_what_is_emitted(rows, part, emission, data):
    """Brute force over two subjects: with today's measures each subject emits its share again, whatever covers what."""
    rate = np.array([[min(eta, 0.9)] for eta, *_ in rows])
    current = np.array([x for _, x, *_ in rows]) / max(1.0, sum(x for _, x, *_ in rows))
    cover = np.array([[one, other] for *_, one, other in rows])
    parts = np.array([[part], [1.0 - part]])
    found = unabated_subjects(np.array([emission]), parts, cover, rate, current)
    for number in range(len(rows)):
        total = 0.0
        for subject in range(2):
            if cover[number, subject]:
                left = 1.0 - sum(rate[k, 0] * current[k] for k in range(len(rows)) if cover[k, subject])
                total += parts[subject, 0] * emission / left
        assert found[number, 0] == pytest.approx(total, rel=1e-9, abs=1e-9)
