"""Sampling: laws against scipy.stats, strata of Latin hypercubes, blocks that do not change results."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from airshed.sampling.blocks import blocks, quantiles
from airshed.sampling.design import latin_column, latin_hypercube
from airshed.sampling.laws import LAWS, NORMAL_90, NORMAL_95, normal_quantile, split_normal
from airshed.sampling.table import distribution, distributions
from support.variant import opened_variant

DESIGN = np.array([0.001, 0.025, 0.05, 0.3, 0.5, 0.62, 0.95, 0.975, 0.999])
KNOWN = {
    "normal": ({"central": 3.0, "width": 0.7}, stats.norm(3.0, 0.7)),
    "lognormal": ({"central": 3.0, "width": 0.7}, stats.lognorm(0.7, scale=3.0)),
    "uniform": ({"low": -1.0, "high": 4.0}, stats.uniform(-1.0, 5.0)),
    "loguniform": ({"low": 8.3, "high": 120.0}, stats.loguniform(8.3, 120.0)),
    "triangular": ({"low": 1.0, "central": 1.5, "high": 4.0}, stats.triang(0.5 / 3.0, 1.0, 3.0)),
}


@pytest.mark.parametrize("law", KNOWN)
def test_laws_have_the_quantiles_of_scipy(law):
    parameters, known = KNOWN[law]
    assert set(LAWS[law].needs) == set(parameters)
    assert LAWS[law].quantile(DESIGN, parameters) == pytest.approx(known.ppf(DESIGN), rel=1e-9)


def test_every_law_is_held_against_something():
    assert set(LAWS) == {*KNOWN, "split_lognormal"}


def test_split_lognormal_meets_the_ends_of_its_central_95_percent():
    ends = {"low": 0.6, "central": 1.0, "high": 2.21}
    found = LAWS["split_lognormal"].quantile(np.array([0.025, 0.5, 0.975]), ends)
    assert found == pytest.approx([0.6, 1.0, 2.21])
    below, above = np.log(1 / 0.6) / stats.norm.ppf(0.975), np.log(2.21) / stats.norm.ppf(0.975)
    score = stats.norm.ppf(DESIGN)
    wanted = np.exp(np.where(score < 0, below, above) * score)
    assert LAWS["split_lognormal"].quantile(DESIGN, ends) == pytest.approx(wanted)


@pytest.mark.parametrize("central", [1.0, 4.0])
def test_a_triangle_may_peak_at_an_end_or_be_a_point(central):
    found = LAWS["triangular"].quantile(DESIGN, {"low": 1.0, "central": central, "high": 4.0})
    assert found == pytest.approx(stats.triang((central - 1.0) / 3.0, 1.0, 3.0).ppf(DESIGN))
    point = LAWS["triangular"].quantile(DESIGN, {"low": 2.0, "central": 2.0, "high": 2.0})
    assert point.tolist() == [2.0] * len(DESIGN)


def test_constants_are_those_of_the_normal_law():
    assert pytest.approx(stats.norm.ppf(0.975), rel=1e-14) == NORMAL_95
    assert pytest.approx(stats.norm.ppf(0.95), rel=1e-14) == NORMAL_90


def test_normal_quantiles_are_finite_at_the_ends():
    assert np.isfinite(normal_quantile(np.array([0.0, 1.0]))).all()


@given(st.floats(-3, 3), st.floats(0, 2), st.floats(0, 2))
def test_half_of_a_split_normal_law_lies_on_either_side(median, below, above):
    low, middle, high = split_normal(np.array([0.05, 0.5, 0.95]), median, below, above)
    assert middle == pytest.approx(median)
    assert low == pytest.approx(median - stats.norm.ppf(0.95) * below)
    assert high == pytest.approx(median + stats.norm.ppf(0.95) * above)


@given(st.integers(1, 300), st.integers(0, 2**40), st.text(max_size=12))
def test_a_latin_column_has_one_point_in_every_stratum(samples, seed, name):
    column = latin_column(samples, seed, name)
    assert sorted(np.floor(column * samples).astype(int).tolist()) == list(range(samples))


def test_a_column_depends_on_its_seed_and_name_alone():
    names = ["share", "kernel", "emissions"]
    design = latin_hypercube(50, names, 7)
    assert (latin_hypercube(50, names[::-1], 7)[:, ::-1] == design).all()
    assert (design[:, 1] == latin_column(50, 7, "kernel")).all()
    assert (latin_column(50, 8, "kernel") != design[:, 1]).any()
    assert np.abs(np.corrcoef(latin_hypercube(4000, names, 1).T) - np.eye(3)).max() < 0.05


@given(st.integers(0, 40), st.integers(1, 30), st.integers(1, 200))
def test_blocks_cover_every_item_once_within_their_size(count, cells_each, cells):
    parts = list(blocks(count, cells_each, cells))
    assert [item for part in parts for item in range(part.start, part.stop)] == list(range(count))
    assert all((part.stop - part.start) * cells_each <= max(cells, cells_each) for part in parts)


@pytest.mark.parametrize("cells", [1, 100, 350, 10_000])
def test_quantiles_do_not_depend_on_the_size_of_blocks(cells):
    values = np.random.default_rng(3).normal(size=(100, 7, 2))
    found = quantiles(lambda part: values[:, part], 7, 100, (0.05, 0.95), cells)
    assert (found == np.quantile(values, (0.05, 0.95), axis=0)).all()


def test_distributions_of_a_pack(pack):
    law = distribution(pack, "parameters", "kernel_d0_secondary")
    assert law.law == "loguniform" and law.parameters == {"low": 8.3, "high": 120.0}
    drawn = law.sample(2000, 1)
    assert drawn.min() >= 8.3 and drawn.max() <= 120.0
    assert np.median(drawn) == pytest.approx(np.sqrt(8.3 * 120.0), rel=0.01)
    assert distribution(pack, "parameters", "om_to_oc") is None


def test_numbers_of_one_group_are_drawn_together(tmp_path):
    def change(rows):
        for row in rows["distributions"][:2]:
            row["group"] = "scales"

    items = distributions(opened_variant(tmp_path / "pack", change), "parameters")
    drawn = {item.key: item.sample(100, 1) for item in items}
    one, other, alone = (drawn[key] for key in ("kernel_d0_secondary", "kernel_d0_primary", "kernel_omega_secondary"))
    assert (one == other).all()
    assert abs(np.corrcoef(one, alone)[0, 1]) < 0.3


def test_a_pack_without_distributions_has_none(tmp_path):
    pack = opened_variant(tmp_path / "pack", lambda rows: rows.pop("distributions") and rows.update(distributions=[]))
    assert distributions(pack, "parameters") == []
