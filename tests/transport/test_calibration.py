"""Calibration: splits of the simplex, proportional fitting, kernels, and the whole on small airsheds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from airshed.assessment.chain.chain import ensemble_of
from airshed.assessment.evidence.calibration import (
    NO_EFFECT,
    OUTSIDE_NOTE,
    calibration_dataset,
    calibration_table,
    outside,
)
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError
from airshed.transport.calibration import Effects, predictive, random_effects
from airshed.transport.ensemble import SAMPLES
from airshed.transport.kernel import Kernel, kernel
from airshed.transport.kernel_design import kernel_likelihood, shares_of
from airshed.transport.relation import EMITTED, downscaled_relation
from airshed.transport.splits import OriginShares, SourceSplit, Width, draw, factors, nested
from airshed.transport.studies import Published, from_log_odds, log_odds, published
from support.variant import opened_variant, third_nation, with_tables

TABLE = "published_contributions"
WIDTH = Width(0.55, 0.83)
SHARE = st.floats(0.01, 0.9)


def study(**changes) -> Published:
    row = dict.fromkeys(
        ("study", "method", "period", "receptor", "receptor_name", "source_region", "source_name", "stands_for"), ""
    )
    row |= dict.fromkeys(("role", "quantity", "confidence", "source", "note"), "")
    row |= {"unit": "percent", "low": math.nan, "central": math.nan, "high": math.nan}
    return Published(**{**row, "year": None, "year_before": None, **changes})


@pytest.mark.parametrize(
    ("values", "middle", "rounding"),
    [
        ({"central": 32.1}, 32.1, 0.05),
        ({"central": 91.0}, 91.0, 0.5),
        ({"central": 55.0, "low": 36.0, "high": 71.0}, 55.0, 0.5),
        ({"low": 40.0, "high": 65.0}, 52.5, 0.05),
        ({"high": 39.0}, 39.0, 0.5),
    ],
)
def test_the_middle_of_a_printed_number_and_its_rounding(values, middle, rounding):
    item = study(**values)
    assert item.middle == middle and item.rounding == pytest.approx(rounding)
    assert item.values == [values[end] for end in ("low", "central", "high") if end in values]


@given(st.floats(1e-6, 1 - 1e-6))
def test_log_odds_lead_there_and_back(share):
    assert float(log_odds(share)) == pytest.approx(float(stats.logistic.ppf(share)), abs=1e-9)
    assert float(from_log_odds(log_odds(share))) == pytest.approx(share)


def test_the_spread_of_studies_by_hand():
    """One pair: log-odds 0 and 2. Another: 1, 1 and 4, around 2: (2 + 6) / (1 + 2). Inside one study 3 and 5: 2 / 1."""
    effects = random_effects([[[0.0], [2.0]], [[1.0], [1.0], [3.0, 5.0]], [[7.0]]])
    assert (effects.between**2, effects.inside**2, effects.freedom) == pytest.approx((8 / 3, 2.0, 3))
    width = predictive(3, effects)
    assert width.below == width.above == pytest.approx(math.sqrt(8 / 3 * 4 / 3 + 2))
    assert width.quantile(np.array([0.05, 0.5, 0.95]), 1.0) == pytest.approx(
        1.0 + math.sqrt(8 / 3 * 4 / 3 + 2) * stats.t(3).ppf([0.05, 0.5, 0.95])
    )
    assert predictive(0, effects) == predictive(1, effects)


def test_without_two_studies_of_anything_there_is_no_spread():
    effects = random_effects([[[0.3]], [[-1.0]]])
    assert effects == Effects(0.0, 0.0, 0) and predictive(1, effects).below == 0.0


def test_a_further_study_lies_inside_as_often_as_the_interval_says():
    """Truths of three pairs; four, two and one studies of each; 90 % intervals hold 88 to 92 % of further studies."""
    random = np.random.default_rng(7)
    held = np.zeros(3)
    for _ in range(3000):
        truth = random.normal(0.0, 2.0, 3)
        printed = [[[value] for value in random.normal(truth[pair], 0.6, k)] for pair, k in enumerate((4, 2, 1))]
        effects = random_effects(printed)
        for pair, studies in enumerate(printed):
            width = predictive(len(studies), effects)
            low, high = width.quantile(np.array([0.05, 0.95]), float(np.mean(studies)))
            held[pair] += low <= random.normal(truth[pair], 0.6) <= high
    assert (np.abs(held / 3000 - 0.9) < 0.02).all(), held / 3000


@pytest.mark.parametrize(("printed", "within"), [(100.0, (0.985, 1.0)), (0.0, (0.0, 0.0105))])
def test_a_printed_nothing_or_everything_stands_for_what_rounds_to_it(tmp_path, printed, within):
    """Half a percent: a printed 0 or 100 itself would have no odds."""
    pack = opened_variant(
        tmp_path / "pack", lambda rows: rows.update({TABLE: [{**rows[TABLE][1], "central": printed}]})
    )
    _, centre, _ = nation_of(ensemble_of(pack, 20, 1), "AAA")
    share = centre.share[0, ["AAA", "BBB"].index(rows_source(pack))]
    assert within[0] <= share <= within[1]


def rows_source(pack):
    return str(pack.table(TABLE)["source_region"].iloc[0])


@given(st.lists(SHARE, min_size=1, max_size=4))
def test_splits_give_the_shares_back_or_fill_the_whole(given_shares):
    total = max(1.0, sum(given_shares))
    splits = nested([(str(place), share, WIDTH) for place, share in enumerate(given_shares)])
    left = 1.0
    for split, share in zip(splits, given_shares, strict=True):
        found = left * float(from_log_odds(split.centre))
        assert found == pytest.approx(share / total, abs=1e-6)
        left -= found


@given(
    st.integers(0, 10_000),
    st.lists(SHARE, max_size=3),
    st.lists(st.floats(0, 1), min_size=6, max_size=6),
    st.lists(st.floats(0.001, 0.02), max_size=2),
    st.booleans(),
)
def test_every_sample_is_a_share_vector_inside_its_bounds(seed, named, model, bounds, wide):
    random = np.random.default_rng(seed)
    sources = list("ABCDEF")
    shares = np.array(model) / max(sum(model), 1e-9)
    width = WIDTH if wide else Width(0.0, 0.0)
    splits = nested([(sources[place], share, width) for place, share in enumerate(named)])
    known = OriginShares(splits, dict(zip("DE", bounds, strict=False)), width)
    found = draw(known, sources, np.tile(shares, (50, 1)), random.random((50, 6)))
    assert (found >= 0).all() and (found[:, shares == 0] == 0).all()
    if shares.sum() > 0:
        assert found.sum(axis=1) == pytest.approx(1.0)
    free = [place for place, name in enumerate(sources) if name not in known.bounds]
    if (found[:, free].sum(axis=1) > 0).all():
        for name, bound in known.bounds.items():
            assert (found[:, sources.index(name)] <= bound + 1e-12).all()


def test_the_middle_of_the_design_gives_the_printed_shares_and_the_models_rest():
    known = OriginShares(nested([("A", 0.5, WIDTH), ("B", 0.3, WIDTH)]), {}, WIDTH)
    found = draw(known, list("ABCD"), np.array([[0.1, 0.1, 0.6, 0.2]]), np.full((1, 4), 0.5))
    assert found[0] == pytest.approx([0.5, 0.3, 0.15, 0.05])


@pytest.mark.parametrize("width", [WIDTH, Width(0.0, 0.0)])
def test_what_a_bound_takes_off_goes_to_the_rest_and_not_to_the_named(width):
    known = OriginShares(nested([("A", 0.3, width)]), {"B": 0.01}, width)
    found = draw(known, list("ABC"), np.array([[0.1, 0.4, 0.5]]), np.full((1, 3), 0.5))[0]
    assert found[0] == pytest.approx(0.3) and 0 < found[1] <= 0.01 + 1e-12
    if width.above == 0:
        assert found == pytest.approx([0.3, 0.01, 0.69])


def test_samples_of_a_split_have_its_quantiles():
    known = OriginShares((SourceSplit("A", float(log_odds(0.32)), WIDTH),), {}, WIDTH)
    design = np.stack([(np.arange(1000) + 0.5) / 1000, np.full(1000, 0.5)], axis=1)
    odds = log_odds(draw(known, ["A", "B"], np.full((1000, 2), 0.5), design)[:, 0])
    low, middle, high = np.quantile(odds, (0.05, 0.5, 0.95))
    assert middle == pytest.approx(math.log(0.32 / 0.68), abs=1e-3)
    assert (middle - low) / 1.645 == pytest.approx(0.55, rel=0.01)
    assert (high - middle) / 1.645 == pytest.approx(0.83, rel=0.01)


def test_a_bound_cuts_the_law_off_at_its_bound():
    """Of the law of a bounded source only the part below the bound is drawn from, by rejection here."""
    known = OriginShares((), {"B": 0.02}, WIDTH)
    design = np.stack([np.full(20_000, 0.5), (np.arange(20_000) + 0.5) / 20_000], axis=1)
    found = draw(known, ["A", "B"], np.tile([0.985, 0.015], (20_000, 1)), design)[:, 1]
    score = stats.norm.ppf(design[:, 1])
    free = 0.015 * np.exp(np.where(score < 0, 0.55, 0.83) * score)
    kept = free / (free + 0.985)
    kept = kept[kept <= 0.02]
    for level in (0.05, 0.5, 0.95):
        assert np.quantile(found, level) == pytest.approx(np.quantile(kept, level), rel=1e-3)


def test_proportional_fitting_by_hand():
    """Local shares 1/2 and 4/5; a factor ratio of 1/2 makes them 1/3 and 2/3, whose mean is 1/2."""
    at = np.array([[[5.0, 8.0], [5.0, 2.0]]])
    found = factors(np.array([[0.5, 0.5]]), at, np.array([0.5, 0.5]))
    assert found[0, 0] / found[0, 1] == pytest.approx(0.5)


@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 4))
def test_proportional_fitting_reaches_the_wanted_shares(seed, sources, places):
    random = np.random.default_rng(seed)
    at = random.uniform(0.1, 10, (3, sources, places))
    wanted = random.dirichlet(np.ones(sources) * 2, 3) * 0.99 + 0.01 / sources
    weights = random.dirichlet(np.ones(places))
    found = factors(wanted, at, weights)
    for sample in range(3):
        parts = found[sample][:, None] * at[sample]
        reached = sum(weights[place] * parts[:, place] / parts[:, place].sum() for place in range(places))
        assert reached == pytest.approx(wanted[sample], abs=1e-6)


def test_a_source_that_acts_nowhere_keeps_its_factor():
    found = factors(np.array([[1.0, 0.0]]), np.array([[[2.0, 3.0], [0.0, 0.0]]]), np.array([0.5, 0.5]))
    assert found.tolist() == [[1.0, 1.0]]


def test_the_likelihood_of_two_kernels_by_hand():
    """Log errors of the first kernel (0, 0, ln 2) and of the second (0, 0, 0) plus any level."""
    printed = np.array([1.0, 2.0, 4.0])
    computed = np.array([[1.0, 2.0, 8.0], [7.0, 14.0, 28.0]])
    rounding = np.array([0.1, 0.2, 0.4])
    floor = 3 * 0.1**2 / 3
    first = (2 / 3 * math.log(2) ** 2 + floor) ** -1.0
    second = floor**-1.0
    found = kernel_likelihood(computed, printed, rounding)
    assert found == pytest.approx([first / (first + second), second / (first + second)])


def test_emissions_as_shares_of_their_block():
    found = shares_of(np.array([[1.0, 3.0], [0.0, 0.0]]))
    assert found.tolist() == [[0.25, 0.75], [0.5, 0.5]]


def nation_of(ensemble, nation):
    place = next(number for number, item in enumerate(ensemble.evidence) if item.nation == nation)
    return ensemble.evidence[place], ensemble.centre[place], ensemble.fits[place]


def shares_at(ensemble, pack, relation, nation, emissions):
    """Return the mean of the local shares of the nations over the compared receptors of a nation, by loops."""
    home = {"AA-1": "AAA", "AA-2": "AAA"}
    known = next(item for item in ensemble.evidence if item.nation == nation)
    given_ = relation.contribution(emissions)
    found = dict.fromkeys(ensemble.nations, 0.0)
    for receptor, weight in zip(known.receptors, known.weights, strict=True):
        here = {str(code): float(given_.sel(region=code, receptor=receptor)) for code in relation.regions}
        for code, value in here.items():
            found[home.get(code, code)] += weight * value / sum(here.values())
    return [found[code] for code in ensemble.nations]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return opened_variant(tmp_path_factory.mktemp("calibration") / "pack", lambda rows: third_nation(rows, None))


@pytest.fixture(scope="module")
def base(small):
    return baseline_cube(small)["value"].sel(year=2015, pollutant=list(EMITTED)).fillna(0.0)


def test_the_centre_and_the_samples_reach_their_shares_in_the_relation(tmp_path, base):
    def change(rows):
        third_nation(rows, None)
        rows[TABLE][1]["central"] = 55

    pack = opened_variant(tmp_path / "pack", change)
    ensemble = ensemble_of(pack, 40, 1)
    _, centre, fits = nation_of(ensemble, "AAA")
    found = shares_at(ensemble, pack, ensemble.relation, "AAA", base)
    other = float(stats.logistic.cdf(np.mean(stats.logistic.ppf([0.30, 0.20, 0.45]))))
    assert found == pytest.approx([0.55, other, 0.45 - other]) and centre.share[0] == pytest.approx(found)
    owner = [ensemble.nations.index({"AA-1": "AAA", "AA-2": "AAA"}.get(code, code)) for code in ensemble.raw.regions]
    for sample in range(0, 40, 7):
        shape = ensemble.chosen.kernels[ensemble.kernel[sample]]
        scaled = downscaled_relation(pack, base, shape).scaled(ensemble.factor[sample][owner])
        assert shares_at(ensemble, pack, scaled, "AAA", base) == pytest.approx(fits.share[sample])
        totals = scaled.contribution(base).sum("region")
        assert totals.to_numpy() == pytest.approx(ensemble.raw.contribution(base).sum("region").to_numpy())


def test_the_total_of_every_receptor_stays_in_the_centre(small, base):
    ensemble = ensemble_of(small)
    before, after = (item.contribution(base).sum("region") for item in (ensemble.raw, ensemble.relation))
    assert after.to_numpy() == pytest.approx(before.to_numpy())
    assert ensemble.samples == 0 and not ensemble.fits


def test_contributions_under_many_kernels_by_brute_force(small, base):
    ensemble = ensemble_of(small, 40, 1)
    shapes = [Kernel(30, 1.5, 30, 2.0), Kernel(9.0, 1.35, 90.0, 2.4), Kernel(100.0, 1.9, 10.0, 2.0)]
    for year in (2010, 2015):
        emitted = baseline_cube(small)["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
        held = replace(ensemble, chosen=replace(ensemble.chosen, kernels=shapes), shape=np.ones((4, 1, 1, 1)))
        found = held.contributions(emitted)
        for number, shape in enumerate(shapes):
            relation = downscaled_relation(small, base, shape)
            wanted = relation.contribution(emitted, ("pollutant", "region"))
            wanted = wanted.transpose("pollutant", "region", "receptor").to_numpy()
            assert found[number] == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_seeds_and_samples_change_the_samples_and_nothing_else(small):
    one, same, other, few = (ensemble_of(small, *question) for question in ((64, 1), (64, 1), (64, 2), (1, 1)))
    again = with_tables(small)
    assert one is same
    assert (ensemble_of(again, 64, 1).factor == one.factor).all()
    assert (other.factor != one.factor).any()
    for item in (other, few, ensemble_of(small, 0, 5)):
        assert item.chosen.centre == one.chosen.centre
        assert (item.relation.matrix == one.relation.matrix).all()
    assert few.samples == 1 and few.factor.shape[0] == 1


def test_the_centre_taken_from_the_samples_is_the_one_made_alone(small):
    drawn, alone = with_tables(small), ensemble_of(with_tables(small))
    ensemble_of(drawn, SAMPLES)
    taken = ensemble_of(drawn)
    assert taken.samples == len(taken.fits) == len(taken.factor) == 0
    assert (taken.relation.matrix == alone.relation.matrix).all() and (taken.shape == alone.shape).all()
    assert [fit.factor.tolist() for fit in taken.centre] == [fit.factor.tolist() for fit in alone.centre]


def test_years_added_up_over_precursors_are_the_sum_of_their_contributions(small):
    ensemble = ensemble_of(small, 40, 1)
    for year in (2010, 2015):
        emitted = baseline_cube(small)["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
        each = ensemble.contributions(emitted, centre=True)
        assert ensemble.of_regions(ensemble.emitted(emitted), centre=True) == pytest.approx(each.sum(axis=1))


def test_a_pack_without_studies_keeps_its_relation(tmp_path):
    pack = opened_variant(tmp_path / "pack", lambda rows: rows.update({TABLE: []}))
    ensemble = ensemble_of(pack, 20, 1)
    assert ensemble.relation.matrix.to_numpy() == pytest.approx(ensemble.raw.matrix.to_numpy())
    assert ensemble.chosen.receptor == "" and ensemble.chosen.centre == kernel(pack)
    table = calibration_table(pack, ensemble)
    assert table["factor"].to_list() == pytest.approx([1.0] * 4) and (table["source"] != "").all()


def test_a_pack_without_distributions_has_one_kernel(tmp_path):
    pack = opened_variant(tmp_path / "pack", lambda rows: rows.update(distributions=[]))
    ensemble = ensemble_of(pack, 20, 1)
    assert ensemble.chosen.kernels == [kernel(pack)] and set(ensemble.kernel) == {0}


def alone(rows, share=None):
    for table in ("areas", "populations", "ages", "mortality", "emissions", "group_members"):
        rows[table] = [row for row in rows[table] if row["region"] != "BBB"]
    rows["regions"] = [row for row in rows["regions"] if row["code"] != "BBB"]
    rows["groups"] = [row for row in rows["groups"] if row["code"] != "BLOCK_B"]
    links = [row for row in rows["source_receptor"] if row["source_block"] == row["receptor_block"] == "BLOCK_A"]
    rows["source_receptor"] = links
    rows["source_receptor_base"] = [row for row in rows["source_receptor_base"] if row["block"] == "BLOCK_A"]
    rows[TABLE] = [] if share is None else [{**rows[TABLE][1], "central": share}]


@pytest.mark.parametrize("share", [None, 100, 60])
def test_the_only_nation_has_all_of_it_whatever_a_study_says(tmp_path, share):
    pack = opened_variant(tmp_path / "pack", lambda rows: alone(rows, share))
    _, centre, fits = nation_of(ensemble_of(pack, 20, 1), "AAA")
    assert centre.share.tolist() == [[1.0]] and (fits.share == 1.0).all() and (fits.factor > 0).all()


def links_of(rows, source, receptor, coefficient):
    for row in rows["source_receptor"]:
        if (row["source_block"], row["receptor_block"]) == (source, receptor):
            row["coefficient"] = coefficient


def anchored(shares, coefficient=None):
    """Return a change that anchors shares at AAA in an airshed of three nations, and weakens what CCC gives there."""

    def change(rows):
        third_nation(rows, None)
        first = rows[TABLE][0]
        rows[TABLE] = [{**first, "source_region": code, "central": share} for code, share in shares.items()]
        if coefficient is not None:
            links_of(rows, "BLOCK_C", "BLOCK_A", coefficient)

    return change


def test_anchors_that_add_to_100_leave_nothing_and_say_so(tmp_path):
    pack = opened_variant(tmp_path / "pack", anchored({"AAA": 70, "BBB": 30}))
    ensemble = ensemble_of(pack, 20, 1)
    _, centre, fits = nation_of(ensemble, "AAA")
    assert centre.share[0] == pytest.approx([0.7, 0.3, 0.0], abs=1e-6)
    assert fits.share.sum(axis=1) == pytest.approx(1.0)
    assert [row[:2] for row in outside(calibration_dataset(ensemble))] == [("AAA", "CCC")]


def test_anchors_of_all_sources_are_scaled_to_the_whole(tmp_path):
    pack = opened_variant(tmp_path / "pack", anchored({"AAA": 50, "BBB": 25, "CCC": 5}))
    _, centre, _ = nation_of(ensemble_of(pack, 20, 1), "AAA")
    assert centre.share[0] == pytest.approx([0.625, 0.3125, 0.0625])


@pytest.mark.parametrize(("share", "most"), [(2, 0.025), (1.4, 0.0145), (0.3, 0.0035)])
def test_two_percent_and_less_is_an_upper_bound_also_without_a_spread(tmp_path, share, most):
    pack = opened_variant(tmp_path / "pack", anchored({"CCC": share}))
    known, centre, fits = nation_of(ensemble_of(pack, 50, 1), "AAA")
    assert not known.shares.splits and known.shares.bounds == {"CCC": pytest.approx(most)}
    assert centre.model[0, 2] > most
    assert centre.share[0, 2] <= most + 1e-12 and (fits.share[:, 2] <= most + 1e-12).all()


def test_just_above_two_percent_is_a_share(tmp_path):
    pack = opened_variant(tmp_path / "pack", anchored({"CCC": 2.1}))
    known, centre, _ = nation_of(ensemble_of(pack, 1, 1), "AAA")
    assert not known.shares.bounds and centre.share[0, 2] == pytest.approx(0.021)


def test_a_source_below_its_bound_keeps_the_models_share(tmp_path):
    pack = opened_variant(tmp_path / "pack", anchored({"CCC": 2}, 0.001))
    _, centre, _ = nation_of(ensemble_of(pack, 1, 1), "AAA")
    assert centre.model[0, 2] < 0.02 and centre.share[0] == pytest.approx(centre.model[0])


def test_a_named_source_of_which_the_relation_gives_nothing_has_no_share_and_a_note(tmp_path):
    pack = opened_variant(tmp_path / "pack", anchored({"CCC": 30}, 0.0))
    ensemble = ensemble_of(pack, 20, 1)
    _, centre, fits = nation_of(ensemble, "AAA")
    assert centre.share[0, 2] == 0 and (fits.share[:, 2] == 0).all() and fits.share.sum(axis=1) == pytest.approx(1.0)
    table = calibration_table(pack, ensemble)
    row = table[(table["receptor"] == "AAA") & (table["country"] == "CCC")].iloc[0]
    assert row["note"] == NO_EFFECT.format(study="First")


def test_a_source_that_takes_away_has_no_share_and_keeps_its_sign(tmp_path, base):
    pack = opened_variant(tmp_path / "pack", anchored({"BBB": 30}, -0.01))
    ensemble = ensemble_of(pack, 20, 1)
    _, centre, fits = nation_of(ensemble, "AAA")
    assert centre.share[0] == pytest.approx([0.7, 0.3, 0.0]) and (fits.share >= 0).all()
    taken = ensemble.relation.contribution(base).sel(region="CCC", receptor="AA-1")
    assert float(taken) == pytest.approx(
        float(ensemble.raw.contribution(base).sel(region="CCC", receptor="AA-1")), rel=0.1
    )


def test_a_receptor_that_nothing_reaches_is_left_alone(tmp_path):
    def change(rows):
        for source in ("BLOCK_A", "BLOCK_B"):
            links_of(rows, source, "BLOCK_A", 0.0)

    ensemble = ensemble_of(opened_variant(tmp_path / "pack", change), 20, 1)
    assert np.isfinite(ensemble.factor).all() and np.isfinite(ensemble.relation.matrix.to_numpy()).all()


@pytest.mark.parametrize(("share", "beyond"), [(60, True), (3, True), (30, False)])
def test_a_factor_outside_a_third_to_three_is_listed_and_noted(tmp_path, share, beyond):
    pack = opened_variant(tmp_path / "pack", anchored({"CCC": share}))
    ensemble = ensemble_of(pack, 20, 1)
    _, centre, _ = nation_of(ensemble, "AAA")
    factor = share / 100 / centre.model[0, 2]
    assert beyond == (factor > 3 or factor < 1 / 3)
    found = outside(calibration_dataset(ensemble))
    assert [(*row[:2], pytest.approx(row[2])) for row in found] == ([("AAA", "CCC", factor)] if beyond else [])
    table = calibration_table(pack, ensemble)
    noted = table[table["note"].str.contains(OUTSIDE_NOTE)]
    assert list(zip(noted["receptor"], noted["country"], strict=True)) == ([("AAA", "CCC")] if beyond else [])


def bad(**changes):
    return lambda rows: rows[TABLE].append({**rows[TABLE][0], "study": "Bad", **changes})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (bad(source_region="AA-1"), "Bad is marked as anchor, but AA-1 is not a nation"),
        (bad(receptor="BOTH"), "Bad is marked as anchor, but BOTH is not a nation"),
        (bad(receptor="port", use="spread"), "Bad is marked as spread, but port is not a nation"),
        (bad(stands_for="foreign"), "Bad is marked as anchor, but its number stands for foreign sources"),
        (bad(receptor="BBB", source_region="BBB", model_year=2050), "BBB are compared in 2050"),
    ],
)
def test_studies_that_cannot_be_calibrated_to_are_refused(tmp_path, change, message):
    with pytest.raises(AirshedError, match=message) as caught:
        ensemble_of(opened_variant(tmp_path / "pack", change), 1, 1)
    assert caught.value.remedy


def test_studies_of_one_use_in_the_order_of_the_table(pack):
    rows = pack.table(TABLE)
    for use in ("anchor", "spread", "kernel", "validation"):
        assert [item.study for item in published(pack, use)] == list(rows.loc[rows["use"] == use, "study"])


def test_a_share_of_a_source_that_no_block_holds_is_refused_by_name(tmp_path):
    """Bland leaves the relation, but a study is still to be met about it."""

    def leave(rows):
        for row in rows["group_members"]:
            if row["group"] == "BLOCK_B":
                row["region"] = "AA-1"
        rows["group_members"] = [
            row for row in rows["group_members"] if (row["group"], row["region"]) != ("BLOCK_A", "AA-1")
        ]

    pack = opened_variant(tmp_path / "pack", leave)
    with pytest.raises(AirshedError, match="a share of BBB at AAA, which no block of the relation holds"):
        ensemble_of(pack, 0, 1)
