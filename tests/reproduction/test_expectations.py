"""What everybody who knows the region expects of it, from published sources; docs/method.md states what is not met."""

import numpy as np
import pytest

from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.emissions.baseline import baseline_cube
from airshed.pack.people import base_population
from airshed.transport.distance import receptor_homes

CAPITAL = ("KR-11", "KR-28", "KR-41", "seoul", "incheon", "suwon")
STUDIED = {*(("PRK", code) for code in CAPITAL), ("PRK", "KR-42")}
"""A study has the neighbour receive what the source does: Bae et al. 2018, 3.89 ug/m3 in the capital area."""
OBSERVED = {
    "CN-BJ": 77.8,
    "CN-GD": 35.3,
    "CN-GS": 38.5,
    "CN-HA": 85.1,
    "CN-HE": 74.9,
    "CN-HL": 49.6,
    "CN-JS": 56.0,
    "CN-LN": 54.4,
    "CN-NM": 48.3,
    "CN-SD": 68.0,
    "CN-SH": 53.6,
    "CN-SN": 55.9,
    "CN-XJ": 47.2,
    "CN-XZ": 24.6,
    "CN-ZJ": 47.6,
}
"""Means of the cities of 15 provinces in 2015, ug/m3: 132 cities of the official network."""


@pytest.fixture(scope="module")
def ensemble(pack):
    return ensemble_of(pack, 0)


@pytest.fixture(scope="module", params=["raw", "relation"])
def given(request, pack, ensemble):
    """Contributions (region, receptor) of 2015, ug/m3, before and after calibration."""
    emissions = baseline_cube(pack)["value"].sel(year=2015).fillna(0.0)
    return getattr(ensemble, request.param).contribution(emissions, ("region",)).to_pandas()


@pytest.fixture(scope="module")
def calibrated(pack, ensemble):
    emissions = baseline_cube(pack)["value"].sel(year=2015).fillna(0.0)
    return ensemble.relation.contribution(emissions, ("region",)).to_pandas()


def share(given, sources, receptor):
    rows = [code for code in given.index if code.startswith(sources)]
    return given.loc[rows, receptor].sum() / given[receptor].sum()


def test_no_neighbour_receives_more_from_a_region_than_the_region_itself(pack, given):
    homes = dict(receptor_homes(pack))
    beyond = {
        (source, receptor)
        for source in given.index.intersection(given.columns)
        for receptor in given.columns
        if homes.get(receptor, receptor) != source and given.loc[source, receptor] > given.loc[source, source] * 1.0001
    }
    assert beyond <= STUDIED


def test_guangdong_keeps_more_of_its_own_than_hong_kong_gets(given):
    assert given.loc["CN-GD", "CN-HK"] < given.loc["CN-GD", "CN-GD"]


def test_ulaanbaatar_breathes_its_own_smoke(calibrated):
    """Davy 2011, Gunchin 2019, Ganbat 2020: local coal is the main source."""
    assert share(calibrated, "MNG", "ulaanbaatar") > 0.6


@pytest.mark.parametrize(
    ("year", "measured"),
    [
        (2016, 64.8),
        (2017, 60.4),
        (2018, 58.5),
        (2019, 62.0),
        (2020, 46.6),
        (2021, 33.1),
        (2022, 29.5),
        (2023, 22.5),
    ],
)
def test_what_was_measured_in_ulaanbaatar_lies_inside_its_level(pack, year, measured):
    """The embassy in 2016 and 2017, the world air quality reports since 2018; the nation as a whole breathes less."""
    told = prepare(pack, year, with_health=False).levels
    ground, (logs, spread) = told.fit.ground, told.fit.logs(year)
    city, nation = (ground.receptors.index(code) for code in ("ulaanbaatar", "MNG"))
    ends = ground.natural + np.exp(logs + np.outer((-1.645, 1.645), spread)) * ground.modelled(year)
    assert ends[0, city] < measured < ends[1, city]
    level = ground.natural + np.exp(logs) * ground.modelled(year)
    assert level[nation] < 0.75 * level[city]


def test_a_city_is_a_place_of_its_own(pack, calibrated):
    """The capital of a province gets more of it than the mean of the province: Shijiazhuang is not Hebei."""
    homes = dict(receptor_homes(pack))
    for city in (
        "shijiazhuang",
        "jinan",
        "shenyang",
        "nanjing",
        "hefei",
        "hangzhou",
        "xian",
        "taiyuan",
        "zhengzhou",
        "guiyang",
    ):
        assert calibrated.loc[homes[city], city] > 1.3 * calibrated.loc[homes[city], homes[city]], city


def test_levels_of_provinces_come_nearer_to_what_was_observed(pack, ensemble):
    """Root mean square of modelled minus observed: 15.9 ug/m3 with the distances that step 6 had."""
    emissions = baseline_cube(pack)["value"].sel(year=2015).fillna(0.0)
    level = ensemble.relation.concentration(emissions).sel(receptor=list(OBSERVED)).to_numpy()
    assert np.sqrt(np.mean((level - np.array(list(OBSERVED.values()))) ** 2)) < 12.6


def test_the_block_gives_what_the_model_gives_in_every_pair(pack, ensemble):
    """Population-weighted over the regions of a block, with the emissions of the base year."""
    raw, blocks, places = ensemble.raw, ensemble.blocks, ensemble.places
    emitted = raw.precursors(baseline_cube(pack)["value"].sel(year=2015)).sum("sector").to_numpy()
    people = base_population(pack)
    matrix = raw.matrix.to_numpy()
    for source, sources in places.sources.items():
        rows = [raw.regions.index(code) for code in sources]
        for receptor, regions in places.receptors.items():
            columns = [raw.receptors.index(code) for code in regions]
            counted = np.array([people[code] for code in regions])
            part = matrix[:, 3:][:, :, rows][..., columns] @ (counted / counted.sum())
            effect = np.einsum("psr,pr->ps", part, emitted[:, rows])
            block = blocks.per_emission.sel(source=source, receptor=receptor).to_numpy()[:, 3:]
            assert effect == pytest.approx(block * emitted[:, rows].sum(axis=1)[:, None], rel=1e-9, abs=1e-12)


def test_what_korea_gives_itself_is_made_of_what_a_study_prints(pack, ensemble):
    """Kang et al. 2021: NOx 2.4, primary 1.9, ammonia 1.5, SO2 0.6 of 6.4 ug/m3; the sum stays that of the relation."""
    emissions = baseline_cube(pack)["value"].sel(year=2015).fillna(0.0)
    people = base_population(pack)
    korea = [code for code in ensemble.raw.receptors if code.startswith("KR-")]
    weights = np.array([people[code] for code in korea]) / people[korea].sum()
    given = [
        item.contribution(emissions, ("region", "pollutant")).sel(
            region=[code for code in item.regions if code.startswith("KR-")], receptor=korea
        )
        for item in (ensemble.raw, ensemble.raw.shaped(ensemble.shape[0]))
    ]
    before, after = (item.sum("region").transpose("pollutant", "receptor").to_pandas() for item in given)
    assert after.sum().to_numpy() == pytest.approx(before.sum().to_numpy())
    mean = (after @ weights) / (after @ weights).sum()
    found = {
        "NOx": mean["NOx"],
        "primary": mean[["BC", "OM", "PM_other"]].sum(),
        "NH3": mean["NH3"],
        "SO2": mean["SO2"],
    }
    assert found == pytest.approx({"NOx": 2.4 / 6.4, "primary": 1.9 / 6.4, "NH3": 1.5 / 6.4, "SO2": 0.6 / 6.4}, rel=0.1)
    old = (before @ weights) / (before @ weights).sum()
    lean = old[["BC", "OM", "PM_other"]].sum() / old["NOx"]
    assert lean > 5 * (1.9 / 2.4), "the relation alone has primary particles in the place of NOx"


def test_beijing_gives_itself_what_its_rounds_say_and_china_gives_it_no_less(pack, ensemble, calibrated):
    """Official rounds of 2018, 2021 and 2025: about 70, 60 and 43 %."""
    assert 0.43 <= share(calibrated, "CN-BJ", "CN-BJ") <= 0.70
    emissions = baseline_cube(pack)["value"].sel(year=2015).fillna(0.0)
    before, after = (
        share(item.contribution(emissions).to_pandas(), "CN-", "beijing")
        for item in (ensemble.raw, ensemble.raw.shaped(ensemble.shape[0]))
    )
    assert after == pytest.approx(before)


@pytest.mark.parametrize("region", ["CN-TJ", "CN-HE", "CN-BJ"])
def test_cities_of_jing_jin_ji_lie_inside_the_published_range(calibrated, region):
    """Wang Y. et al. 2017, 13 cities in 2015: own 21.49-68.74 %, from outside 13.32-45.02 %; never tuned to."""
    inside = sum(share(calibrated, code, region) for code in ("CN-BJ", "CN-TJ", "CN-HE"))
    assert 0.2149 <= share(calibrated, region, region) <= 0.6874
    assert 0.1332 <= 1 - inside <= 0.4502


def test_the_domestic_part_of_seoul_is_that_of_camx_without_tuning(pack):
    """Seoul 4.5, Gyeonggi 3.3, South Chungcheong 1.5, Incheon 1.1 ug/m3 in 2016; here with the response.

    The sum is met, and each part within 40 percent: Seoul itself is the farthest off, with 2.9.
    """
    chain = prepare(pack, 2016, with_health=False)
    given = chain.relation.contribution(chain.emissions(), ("region",)).to_pandas()["seoul"]
    studied = {"KR-11": 4.5, "KR-41": 3.3, "KR-44": 1.5, "KR-28": 1.1}
    for region, printed in studied.items():
        assert given[region] == pytest.approx(printed, rel=0.4), region
    assert given[list(studied)].sum() == pytest.approx(sum(studied.values()), rel=0.25)


def test_fukuoka_is_where_a_study_has_it(calibrated):
    """Uno et al. 2017: Japan 20 %, Korea 16 %."""
    assert share(calibrated, "JPN", "fukuoka") == pytest.approx(0.20, abs=0.05)
    assert share(calibrated, "KR-", "fukuoka") == pytest.approx(0.16, abs=0.03)


def test_damage_in_korea_does_not_lean_to_dust(pack, ensemble):
    """A kilotonne of primary PM2.5 beside one of NOx, on the people of Korea: the lean falls by more than five."""
    people = base_population(pack)
    korea = [code for code in ensemble.raw.receptors if code.startswith("KR-")]
    weights = np.array([people[code] for code in korea])
    ratios = []
    for item in (ensemble.raw, ensemble.relation):
        per = item.matrix.sum("species").sel(
            region=[code for code in item.regions if code.startswith("KR-")], receptor=korea
        )
        effect = per.mean("region").transpose("precursor", "receptor").to_pandas() @ weights
        ratios.append(effect["PM_other"] / effect["NOx"])
    assert 1 < ratios[1] < ratios[0] / 5
