"""The calibrated relation of the built-in pack against the printed shares, recomputed receptor by receptor."""

import csv

import numpy as np
import pytest
from scipy import stats

from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.evidence.calibration import calibration_dataset, calibration_table, outside
from airshed.assessment.evidence.validation import validation_table
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import country_of
from airshed.pack.people import base_population
from airshed.transport.ensemble import SAMPLES, SEED, leave_out
from airshed.transport.kernel import kernel
from airshed.transport.relation import EMITTED, downscaled_relation
from support.variant import with_tables

CITIES = {
    "KOR": ["seoul", "daejeon", "busan"],
    "CHN": ["beijing", "tianjin", "shanghai", "qingdao", "shenyang", "dalian"],
    "JPN": ["tokyo", "osaka", "fukuoka"],
}
PRINTED = {
    ("KOR", "CHN"): 32.1,
    ("KOR", "KOR"): 51.2,
    ("CHN", "CHN"): 91.0,
    ("JPN", "JPN"): 55.4,
    ("JPN", "CHN"): 24.6,
    ("JPN", "KOR"): 8.2,
}
BOUNDS = {("KOR", "JPN"): 2.5, ("CHN", "KOR"): 1.95, ("CHN", "JPN"): 1.5}
"""Shares of 2 % or less with half a unit of their last digit."""
CHUNGBUK = {"KR-43": 2.6, "KR-44": 2.5, "KR-41": 1.9, "KR-47": 0.9}
TABLE = "published_contributions"


@pytest.fixture(scope="module")
def ensemble(pack):
    return ensemble_of(pack, SAMPLES, SEED)


@pytest.fixture(scope="module")
def data(ensemble):
    return calibration_dataset(ensemble)


def emissions(pack, year):
    return baseline_cube(pack)["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)


def city_shares(pack, relation, receptor):
    """Return the mean over the cities of a nation of the shares of the nations, percent, by loops over sources."""
    home = country_of(pack)
    given = relation.contribution(emissions(pack, 2017))
    names, values = list(given["region"].to_numpy()), given.to_pandas()
    found = {}
    for city in CITIES[receptor]:
        total = sum(values.loc[name, city] for name in names)
        for name in names:
            nation = home[name]
            found[nation] = found.get(nation, 0.0) + 100 * values.loc[name, city] / total / len(CITIES[receptor])
    return found


def test_the_compared_cities_are_those_that_the_study_names(pack):
    rows = pack.table("receptors")
    for nation, cities in CITIES.items():
        named = rows[rows["roles"].str.contains("ltp_receptor") & (rows["region"].map(country_of(pack)) == nation)]
        assert list(named["code"]) == cities


def raw_share(pack, ensemble, places, year, nation):
    """Return the share of a nation before calibration, in the mean of places with weights, by loops."""
    given = ensemble.raw.contribution(emissions(pack, year)).to_pandas()
    own = [code for code in given.index if country_of(pack)[code] == nation]
    return sum(weight * given.loc[own, place].sum() / given[place].sum() for place, weight in places.items())


@pytest.mark.parametrize("receptor", CITIES)
def test_shares_that_one_study_prints_are_met_at_the_mean_of_the_cities(pack, ensemble, receptor):
    found = city_shares(pack, ensemble.relation, receptor)
    assert sum(found.values()) == pytest.approx(100)
    for nation, source in (("KOR", "KOR"), ("CHN", "CHN")):
        if nation == receptor:
            assert found[source] == pytest.approx(PRINTED[nation, source], abs=0.05)
    for (nation, source), bound in BOUNDS.items():
        if nation == receptor:
            assert 0 < found[source] <= bound


def test_the_share_of_china_in_korea_is_the_mean_of_four_studies(pack, ensemble):
    """Each in log-odds, moved from the people of Korea in its year to the three cities in 2017 by the relation."""
    people = base_population(pack)
    korea = {code: people[code] for code in ensemble.raw.receptors if code.startswith("KR-")}
    korea = {code: value / sum(korea.values()) for code, value in korea.items()}
    here = stats.logistic.ppf(raw_share(pack, ensemble, dict.fromkeys(CITIES["KOR"], 1 / 3), 2017, "CHN"))
    printed = {"LTP": [(32.1, None)], "GEOS": [(45, 2016)], "Bae": [(52.5, 2017)], "ISAM": [(28, 2010), (15.7, 2017)]}
    odds = []
    for rows in printed.values():
        moved = [
            stats.logistic.ppf(share / 100)
            + (0 if year is None else here - stats.logistic.ppf(raw_share(pack, ensemble, korea, year, "CHN")))
            for share, year in rows
        ]
        odds.append(np.mean(moved))
    wanted = 100 * stats.logistic.cdf(np.mean(odds))
    assert city_shares(pack, ensemble.relation, "KOR")["CHN"] == pytest.approx(wanted, abs=0.05)
    assert 33 < wanted < 39


@pytest.mark.shared
def test_the_printed_shares_are_those_of_the_figures(shared):
    with (shared / "figures" / f"{TABLE}.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["study"] == "LTP 4th stage"]
    found = {
        (row["receptor"], row["source_region"]): float(row["central"])
        for row in rows
        if row["source_region"] != "ROW" and row["central"]
    }
    assert {pair: found[pair] for pair in PRINTED} == PRINTED
    assert all(found[pair] <= 2 and bound - found[pair] <= 0.5 for pair, bound in BOUNDS.items())


def test_bounds_hold_in_every_sample(data):
    for (receptor, source), bound in BOUNDS.items():
        samples = 100 * data["share_samples"].sel(receptor_nation=receptor, nation=source).to_numpy()
        assert len(samples) == SAMPLES and samples.max() <= bound + 1e-9


def test_china_to_korea_spreads_like_the_published_studies(data):
    """About 37 %, 11 to 74, by the spread of these four studies alone; pooled with other pairs a little narrower."""
    samples = data["share_samples"].sel(receptor_nation="KOR", nation="CHN").to_numpy()
    low, middle, high = 100 * np.quantile(samples, (0.05, 0.5, 0.95))
    assert 9 < low < 14 and 33 < middle < 39 and 64 < high < 76


def test_four_of_four_studies_on_china_in_korea_lie_inside_what_the_others_predict(pack, ensemble):
    baseline, inside = baseline_cube(pack), {}
    for study in studies(ensemble, "KOR"):
        for row, share in leave_out(ensemble, baseline, study, 1000, 1):
            if (row.nation, row.source) == ("KOR", "CHN"):
                low, high = 100 * np.quantile(share, (0.05, 0.95))
                inside[study] = inside.get(study, False) or (
                    low <= max(row.item.values) and high >= min(row.item.values)
                )
    assert len(inside) == 4 and all(inside.values())


def test_no_share_has_a_width_of_zero(ensemble):
    for known in ensemble.evidence:
        for width in (known.shares.rest, *(split.width for split in known.shares.splits)):
            assert width.below > 0.3 and width.above > 0.3 and width.freedom == known.effects.freedom > 3


def test_more_from_china_means_less_from_elsewhere(data):
    samples = data["share_samples"].sel(receptor_nation="KOR")
    own, china = (samples.sel(nation=code).to_numpy() for code in ("KOR", "CHN"))
    assert np.corrcoef(own, china)[0, 1] < -0.5


def test_every_sample_is_a_share_vector(data):
    samples = data["share_samples"]
    assert float(samples.min()) >= 0.0
    assert samples.sum("nation").to_numpy() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("sample", [0, 1234, 3999])
def test_a_sample_is_a_relation_whose_city_shares_are_the_drawn_ones(pack, ensemble, data, sample):
    shape = ensemble.chosen.kernels[ensemble.kernel[sample]]
    raw = downscaled_relation(pack, emissions(pack, 2015), shape)
    shape = ensemble.shape[1 + ensemble.kernel[sample]]
    relation = raw.shaped(shape).scaled(ensemble.factor[sample][ensemble.source])
    for receptor in CITIES:
        found = city_shares(pack, relation, receptor)
        drawn = data["share_samples"].sel(receptor_nation=receptor).isel(sample=sample)
        assert [found[nation] for nation in ensemble.nations] == pytest.approx((100 * drawn).to_numpy(), abs=1e-6)


def test_calibration_keeps_the_anthropogenic_total_of_every_receptor(pack, ensemble):
    base = emissions(pack, 2015)
    before = ensemble.raw.contribution(base).sum("region").to_numpy()
    assert ensemble.relation.contribution(base).sum("region").to_numpy() == pytest.approx(before)
    nations = ensemble.by_nation(ensemble.contributions(base).sum(axis=1)) + ensemble.constant()
    for place in range(len(before)):
        totals = (nations[ensemble.kernel, :, place] * ensemble.factor[:, :, place]).sum(axis=1)
        assert totals == pytest.approx(before[place], rel=1e-9)


def test_samples_hang_on_the_seed_and_the_centre_does_not(pack, ensemble):
    fresh = with_tables(pack)
    one, other = ensemble_of(fresh, 1000, 1), ensemble_of(fresh, 1000, 2)
    assert (one.factor == ensemble_of(pack, 1000, 1).factor).all() and (one.factor != other.factor).any()
    for item in (one, other):
        assert item.chosen.centre == ensemble.chosen.centre
        assert (item.relation.matrix == ensemble.relation.matrix).all()
    interval = [np.quantile(item.fits[1].share, (0.05, 0.95), axis=0) for item in (one, other)]
    assert interval[0] == pytest.approx(interval[1], rel=0.25, abs=0.003)


def test_no_block_of_the_pack_leaves_a_third_to_three(pack, ensemble, data):
    """By brute force: shares of the printed cities before and after; single receptors lie a little beyond (3.07)."""
    wrong = []
    for receptor in CITIES:
        before = city_shares(pack, ensemble.raw, receptor)
        after = city_shares(pack, ensemble.relation, receptor)
        wrong += [
            (receptor, nation)
            for nation in ensemble.nations
            if before[nation] > 0 and not 1 / 3 <= after[nation] / before[nation] <= 3
        ]
    assert [row[:2] for row in outside(data)] == wrong == []
    shaped = ensemble.raw.shaped(ensemble.shape[0]).matrix.to_numpy()
    ratio = ensemble.relation.matrix.to_numpy() / np.where(shaped > 0, shaped, np.nan)
    assert np.nanmin(ratio) > 1 / 3 and np.nanmax(ratio) < 3.1


def test_the_table_shows_printed_shares_and_factors(pack, ensemble, data):
    table = calibration_table(pack, ensemble, data).set_index(["receptor", "country"])
    for (receptor, source), share in PRINTED.items():
        row = table.loc[(receptor, source)]
        assert 100 * row["published"] == pytest.approx(share) and "ltp4_2019" in row["source"].split()
        assert row["factor"] == pytest.approx(row["value"] / row["model"]) and row["low"] <= row["value"] <= row["high"]
    assert table.loc[("KOR", "CHN"), "studies"] == 4
    assert set(" ".join(table["source"]).split()) <= set(pack.table("sources")["key"])


def error(pack, shape):
    """Return the spread of the log errors at North Chungcheong (their level is free)."""
    base = emissions(pack, 2015)
    given = downscaled_relation(pack, base, shape).contribution(base).sel(receptor="KR-43")
    errors = [np.log(float(given.sel(region=source)) / value) for source, value in CHUNGBUK.items()]
    return float(np.std(errors))


def test_the_chosen_kernel_is_better_on_north_chungcheong_than_the_start(pack, ensemble):
    start = kernel(pack)
    assert (start.d0_secondary, start.omega_secondary, start.omega_primary) == (30.0, 1.5, 2.0)
    assert ensemble.chosen.published.tolist() == [CHUNGBUK[source] for source in ensemble.chosen.sources]
    assert error(pack, ensemble.chosen.centre) < error(pack, start)


def test_numbers_of_seoul_and_all_others_of_validation_move_nothing(pack, ensemble):
    rows = pack.table(TABLE).copy()
    told = (rows["use"] == "validation") | (rows["use"] == "")
    assert (rows.loc[told, "receptor"] == "KR-11").sum() > 5
    rows.loc[told, ["low", "central", "high"]] *= 0.3
    changed = with_tables(pack, **{TABLE: rows})
    again = ensemble_of(changed, 50, 1)
    before = ensemble_of(pack, 50, 1)
    assert again.chosen.centre == before.chosen.centre and again.chosen.kernels == before.chosen.kernels
    assert (again.factor == before.factor).all() and (again.relation.matrix == before.relation.matrix).all()
    one, other = (
        validation_table(item, prepare(item, 2015, with_health=False, samples=50)) for item in (pack, changed)
    )
    assert (one["value"] == other["value"]).all() and (one["published"] != other["published"]).any()


def studies(ensemble, nation):
    known = next(item for item in ensemble.evidence if item.nation == nation)
    return list(dict.fromkeys(row.study for rows in known.studies.values() for row in rows))


def test_leaving_a_study_out_is_calibrating_without_its_rows(pack, ensemble):
    """The share of China in Korea as a relation has it that was made without the study, receptor by receptor."""
    rows = pack.table(TABLE)
    for study in studies(ensemble, "KOR")[1:]:
        rebuilt = ensemble_of(with_tables(pack, **{TABLE: rows[rows["study"] != study]}), 300, 1)
        for row, found in leave_out(ensemble, baseline_cube(pack), study, 300, 1):
            base = emissions(pack, row.item.year)
            nations = rebuilt.by_nation(rebuilt.contributions(base).sum(axis=1)) + rebuilt.constant()
            wanted = np.zeros(300)
            for receptor, weight in zip(row.receptors, row.weights, strict=True):
                place = rebuilt.raw.receptors.index(receptor)
                parts = np.maximum(nations[rebuilt.kernel][..., place], 0.0) * rebuilt.factor[:, :, place]
                wanted += weight * parts[:, rebuilt.nations.index(row.source)] / parts.sum(axis=1)
            assert found == pytest.approx(wanted, abs=0.01), study


@pytest.mark.shared
def test_meics_cuts_by_brute_force_against_xie_and_liao(pack, ensemble, shared):
    """China's emissions of 2013 changed by the printed percentages, province by province, through the relation."""
    with (shared / "figures" / "meic_national.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    printed = {row["pollutant"]: float(row["value"]) for row in rows if row["quantity"] == "change_2013_2017"}
    totals = {(row["pollutant"], row["year"]): float(row["value"]) for row in rows if row["quantity"] == "emission"}
    cuts = {**printed, "NH3": 100 * (totals["NH3", "2017"] / totals["NH3", "2013"] - 1)}
    exact = {code: 100 * (totals[code, "2017"] / totals[code, "2013"] - 1) for code in EMITTED}
    start = emissions(pack, 2013)
    start = start.sel(region=[code for code in start["region"].to_numpy() if country_of(pack)[code] == "CHN"])
    chain = prepare(pack, 2015, with_health=False, samples=SAMPLES)
    matrix, people = chain.relation.matrix.sum("species").sel(region=start["region"]), base_population(pack)
    table = validation_table(pack, chain)
    table = table[(table["study"] == "Xie and Liao 2022")].set_index("receptor")

    def precursors(percent):
        later = {code: start.sel(pollutant=code) * (1 + percent[code] / 100) for code in EMITTED}
        later["OM"] = 1.3 * later["OC"]
        later["PM_other"] = (later["PM2.5"] - later["BC"] - later["OM"]).clip(min=0.0)
        return {code: later[code].sum("sector") for code in matrix["precursor"].to_numpy()}

    def change(receptor, percent):
        cells = [code for code in ensemble.relation.receptors if country_of(pack).get(code) == receptor]
        before, after = precursors(dict.fromkeys(EMITTED, 0.0)), precursors(percent)
        by_cell = sum(
            (matrix.sel(precursor=code, receptor=cells) * (after[code] - before[code])).sum("region").to_numpy()
            for code in before
        )
        return by_cell @ people[cells].to_numpy() / people[cells].sum()

    for receptor, published in (("KOR", -2.7), ("JPN", -1.0)):
        row = table.loc[receptor]
        assert row["published"] == published
        assert row["value"] == pytest.approx(change(receptor, exact), rel=1e-9)
        assert row["value"] == pytest.approx(change(receptor, cuts), rel=0.02)
        assert row["deviation"] == pytest.approx(row["value"] - published)
        assert row["low"] < row["value"] < row["high"]
