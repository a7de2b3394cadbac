"""The kernel that a study's contributions choose, on the small airshed."""

import pytest
from scipy import stats

from airshed.assessment.chain.chain import ensemble_of
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError
from airshed.transport.relation import downscaled_relation
from support.variant import opened_variant

TABLE = "published_contributions"


def chosen_on(receptor):
    def change(rows):
        rows[TABLE] += [
            {**rows[TABLE][0], "receptor": receptor, "source_region": source, "unit": "ug/m3", "use": "kernel"}
            | {"quantity": "contribution", "central": value}
            for source, value in (("AA-1", 3), ("AA-2", 2), ("BBB", 1))
        ]

    return change


def test_a_kernel_may_be_chosen_on_a_city_but_not_on_a_nation(tmp_path):
    pack = opened_variant(tmp_path / "city", chosen_on("port"))
    chosen = ensemble_of(pack, 1, 1).chosen
    relation = downscaled_relation(pack, baseline_cube(pack)["value"].sel(year=2015), chosen.centre)
    values = relation.contribution(baseline_cube(pack)["value"].sel(year=2015)).sel(
        region=["AA-1", "AA-2", "BBB"], receptor="port"
    )
    shape = values.to_numpy() / stats.gmean(values.to_numpy()) * stats.gmean([3, 2, 1])
    assert chosen.fitted == pytest.approx(shape)
    with pytest.raises(AirshedError, match="AAA, which is no region or city"):
        ensemble_of(opened_variant(tmp_path / "nation", chosen_on("AAA")), 1, 1)


def test_two_numbers_or_two_receptors_choose_no_kernel(tmp_path):
    def two(rows):
        chosen_on("AA-1")(rows)
        rows[TABLE].pop()

    def places(rows):
        chosen_on("AA-1")(rows)
        chosen_on("port")(rows)

    for number, change in enumerate((two, places)):
        assert ensemble_of(opened_variant(tmp_path / str(number), change), 1, 1).chosen.receptor == ""
