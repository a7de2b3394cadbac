"""Transport: distances, kernel, downscaling, levels and attribution, against brute force and laws."""

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.chain.concentration import concentration_dataset
from airshed.emissions.baseline import baseline_cube
from airshed.pack.people import base_population
from airshed.transport.attribution import WAYS
from airshed.transport.distance import great_circle, inner_distances
from airshed.transport.kernel import Kernel, downscale, weight
from airshed.transport.precursors import split_primary
from airshed.transport.protocol import SourceReceptor
from airshed.transport.relation import EMITTED, downscaled_relation
from airshed.transport.sites import CitySite, apart, site_distances, sites
from airshed.transport.tm5fasst import read_blocks
from support.levels import written_out

ANGLES = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@pytest.fixture(scope="module")
def chain(pack):
    return prepare(pack, 2015)


@given(ANGLES, ANGLES)
def test_great_circle_agrees_with_the_angle_between_unit_vectors(one, other):
    def vector(point):
        north, east = map(math.radians, point)
        return np.array([math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)])

    angle = 2 * math.asin(min(1.0, np.linalg.norm(vector(one) - vector(other)) / 2))
    found = float(great_circle(*map(np.array, one), *map(np.array, other)))
    assert found == pytest.approx(6371.0088 * angle, abs=1e-6, rel=1e-9)


def test_inner_distance_is_two_thirds_of_the_equivalent_radius(pack):
    assert inner_distances(pack)["KR-11"] == pytest.approx(2 / 3 * math.sqrt(605 / math.pi), rel=0.01)


def test_a_city_keeps_away_from_itself_by_its_built_up_area_and_its_region_by_its_own(pack):
    """Ulaanbaatar: 317 km2 and 1.3455 of 1.508 million people; Mongolia: 1,564,116 km2, capped at 100 km."""
    mongolia = sites(pack)["MNG"]
    assert [site.town for site in mongolia] == [True, False]
    city = 2 / 3 * math.sqrt(317 * 1345500 / 1508000 / math.pi)
    assert [site.extent for site in mongolia] == pytest.approx([city, 100.0])
    people = base_population(pack)["MNG"]
    assert [site.share for site in mongolia] == pytest.approx([1345500 / people, 1 - 1345500 / people])
    assert site_distances(mongolia, mongolia) == pytest.approx(np.array([[city, 100.0], [100.0, 100.0]]))


def test_places_are_never_nearer_than_the_wider_of_them_is_wide(pack):
    """Dalian from the people of Liaoning outside the towns, who lie around Shenyang and Dalian by people."""
    found = sites(pack)
    assert len(found["CN-LN"]) == 4
    (dalian,) = found["dalian"]
    apart_from = site_distances([dalian], found["CN-LN"])[0]
    straight = float(great_circle(*map(np.array, (38.91, 121.61, 41.80, 123.43))))
    assert apart_from[0] == pytest.approx(math.hypot(straight, found["CN-LN"][0].extent))
    assert sorted(apart_from)[0] == dalian.extent
    assert [site.extent for site in found["CN-LN"]][2:] == [100.0, 100.0]


def test_the_shares_of_sites_add_up_in_every_region_and_city(pack):
    for code, held in sites(pack, ["RUS"]).items():
        assert sum(site.share for site in held) == pytest.approx(1.0), code
        assert all(site.share > 0 and 0 < site.extent <= 100 for site in held), code


def test_a_town_emits_what_is_said_of_it_and_the_others_what_is_left(pack):
    """Ulaanbaatar has 48 % of the people of Mongolia and, with the power plants, 70 % of what it emits."""
    towns = [site for site in sites(pack)["MNG"] if site.town]
    assert [site.given for site in towns] == pytest.approx([0.7]) and towns[0].share == pytest.approx(0.48, abs=0.06)
    for code, held in sites(pack, ["RUS"]).items():
        assert sum(site.given for site in held) == pytest.approx(1.0), code
        if code not in ("MNG", "ulaanbaatar"):
            assert [site.given for site in held] == pytest.approx([site.share for site in held])


def test_weights_of_a_town_that_gives_more_than_its_share_of_people():
    emitter = [CitySite(40.0, 110.0, 0.3, 10.0, town=True, gives=0.8), CitySite(41.0, 111.0, 0.7, 60.0, gives=0.2)]
    own, _ = apart([emitter], [emitter[:1]]).weights(30.0, 1.5)
    straight = float(great_circle(*map(np.array, (40.0, 110.0, 41.0, 111.0))))
    near, far = (1 + 10 / 30) ** -1.5, (1 + math.hypot(straight, 60) / 30) ** -1.5
    assert own[0, 0] == pytest.approx(0.3 * (0.8 * near + 0.2 * far)), "the receiver has the share of its people"


def test_weights_are_means_over_pairs_of_sites_and_ammonia_comes_from_outside_the_towns():
    emitter = [CitySite(40.0, 110.0, 0.3, 10.0, town=True), CitySite(41.0, 111.0, 0.7, 60.0)]
    receiver = [CitySite(40.0, 110.0, 0.9, 10.0, town=True), CitySite(42.0, 111.0, 0.1, 40.0)]
    every, ammonia = apart([emitter], [receiver]).weights(np.array([30.0, 50.0]), np.array([1.5, 2.0]))

    def near(one, other, d0, omega):
        straight = float(great_circle(*map(np.array, (one.latitude, one.longitude, other.latitude, other.longitude))))
        return (1 + math.hypot(straight, max(one.extent, other.extent)) / d0) ** -omega

    for place, (d0, omega) in enumerate([(30.0, 1.5), (50.0, 2.0)]):
        pairs = [[near(one, other, d0, omega) * other.share for other in receiver] for one in emitter]
        by_hand = [sum(row) for row in pairs]
        assert every[place, 0, 0] == pytest.approx(0.3 * by_hand[0] + 0.7 * by_hand[1])
        assert ammonia[place, 0, 0] == pytest.approx(by_hand[1])


@given(
    st.integers(1, 6),
    st.integers(1, 6),
    st.floats(-2, 2),
    st.floats(5, 100),
    st.floats(0.5, 3),
    st.randoms(use_true_random=False),
)
def test_downscaling_keeps_the_effect_of_the_block(sources, receptors, block, d0, omega, random):
    distances = np.array([[random.uniform(1, 3000) for _ in range(receptors)] for _ in range(sources)])
    emissions = np.array([random.uniform(0.01, 1) for _ in range(sources)])
    people = np.array([random.uniform(0.01, 1) for _ in range(receptors)])
    shares, partition = emissions / emissions.sum(), people / people.sum()
    matrix = downscale(block, weight(distances, d0, omega), shares, partition)
    assert shares @ matrix @ partition == pytest.approx(block, rel=1e-9, abs=1e-12)


def test_downscaled_country_to_country_effects_are_those_of_the_model(pack, chain):
    """In the base year the population-weighted effect of China on Korea is 5 x the coefficient per base emission."""
    rows = pack.table("source_receptor")
    here = (rows["source_block"] == "TM5_CHN") & (rows["receptor_block"] == "TM5_COR")
    row = rows[here & (rows["precursor"] == "SO2") & (rows["species"] == "SO4")].iloc[0]
    emissions = chain.emissions().sum("sector").sel(pollutant="SO2")
    china = [code for code in chain.relation.regions if code.startswith("CN-")]
    korea = [code for code in chain.relation.receptors if code.startswith("KR-")]
    people = base_population(pack)[korea].to_numpy()
    matrix = chain.ensemble.raw.matrix.sel(precursor="SO2", species="SO4", region=china, receptor=korea)
    effect = (matrix * emissions.sel(region=china)).sum("region").to_numpy() @ people / people.sum()
    expected = 5 * row["coefficient"] / row["base_emission"] * float(emissions.sel(region=china).sum()) * 1.27
    assert effect == pytest.approx(expected, rel=1e-9)


def test_cities_near_large_sources_get_more(chain):
    matrix = chain.relation.matrix.sum("species").sel(precursor="BC", region="CN-HE")
    assert (
        float(matrix.sel(receptor="beijing"))
        > float(matrix.sel(receptor="shanghai"))
        > float(matrix.sel(receptor="CN-XZ"))
    )


def test_ammonia_of_korea_is_per_kilotonne_of_the_inventory(pack):
    """REAS 2000: Korea 150.1 kt in place of the 109 kt of the model; Mongolia with North Korea keeps its 2179 kt.

    The response to a tonne is that of the model, also where it holds too many: per kilotonne of the inventory
    (203.4 kt) a tonne of Mongolia would kill five times as many as one of Inner Mongolia beside it.
    """
    blocks = read_blocks(pack, "tm5fasst")
    rows = pack.table("source_receptor")
    emissions = pack.table("emissions")
    reas = emissions[
        (emissions["inventory"] == "reas") & (emissions["year"] == 2000) & (emissions["pollutant"] == "NH3")
    ]
    totals = reas[reas["sector"] == "total"].set_index("region")["value"]
    for block, base in (("TM5_COR", totals["KOR"]), ("TM5_MON", 2179.04427)):
        row = rows[
            (rows["source_block"] == block) & (rows["receptor_block"] == "TM5_COR") & (rows["precursor"] == "NH3")
        ]
        coefficient = row.set_index("species")["coefficient"]["NH4"]
        found = float(blocks.per_emission.sel(precursor="NH3", species="NH4", source=block, receptor="TM5_COR"))
        assert found == pytest.approx(5 * coefficient / base, rel=1e-4)


def test_ships_keep_their_ammonia_as_a_constant(pack):
    blocks = read_blocks(pack, "tm5fasst")
    constant = blocks.constant.sel(species="NO3", source="TM5_SHIP", receptor="TM5_JPN")
    assert float(constant) == pytest.approx(5 * -0.000536)
    assert not blocks.per_emission.sel(precursor="NH3", source="TM5_SHIP").to_numpy().any()


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_primary_particles_are_split_without_negative_rest(fine, black, organic):
    matter, other = split_primary(np.array(fine), np.array(black), np.array(organic), 1.3)
    assert matter == 1.3 * organic and other >= 0
    if black + matter <= fine:
        assert black + matter + other == pytest.approx(fine, abs=1e-9)


def test_the_relation_follows_the_protocol_and_is_linear(chain):
    relation = chain.relation
    assert isinstance(relation, SourceReceptor)
    emissions = chain.emissions()
    base, half, quarter, none = (relation.concentration(emissions * part) for part in (1.0, 0.5, 0.25, 0.0))
    assert (base - half).to_numpy() == pytest.approx(2 * (half - quarter).to_numpy())
    held = relation.constant.sum("region").clip(min=0.0).sum("species") + relation.natural
    assert none.to_numpy() == pytest.approx(held.to_numpy()), "what ships' ammonia takes off stops at zero"


def test_the_jacobian_predicts_the_effect_of_a_cut(chain):
    relation, emissions = chain.relation, chain.emissions()
    cut = xr.zeros_like(emissions)
    cut.loc[{"region": "CN-SD", "sector": "industry"}] = -0.1 * emissions.sel(region="CN-SD", sector="industry")
    change = relation.concentration(emissions + cut) - relation.concentration(emissions)
    jacobian = relation.jacobian(2015)
    predicted = (jacobian * cut.sum("sector").reindex(region=relation.regions).fillna(0.0)).sum(["pollutant", "region"])
    assert change.to_numpy() == pytest.approx(predicted.to_numpy(), rel=1e-9, abs=1e-12)


def test_concentrations_by_brute_force(small_folder):
    """The small airshed again, with loops over every source, receptor, precursor and species."""
    pack = airshed.open_pack(small_folder)
    base = baseline_cube(pack)["value"].sel(year=2015)
    relation = downscaled_relation(pack, base)
    blocks = {"A": ["AA-1", "AA-2"], "B": ["BBB"]}
    people = {"AA-1": 1e6, "AA-2": 3e6, "BBB": 2e6}
    emitted = {"AA-1": 10.0, "AA-2": 30.0, "BBB": 20.0}
    wide = {code: 2 / 3 * math.sqrt(area / math.pi) for code, area in {"AA-1": 3e4, "AA-2": 2e4, "BBB": 9e4}.items()}
    port, own = (9.6, 10.9, wide["AA-2"]), (9.5, 10.5, wide["AA-2"])
    where = {
        "AA-1": [(1.0, (10.5, 10.0, wide["AA-1"]))],
        "AA-2": [(0.5 / 3, port), (2.5 / 3, own)],
        "BBB": [(1.0, (12.0, 14.0, wide["BBB"]))],
        "port": [(1.0, port)],
    }

    def near(one, other, omega):
        straight = float(great_circle(*map(np.array, (*one[:2], *other[:2]))))
        return (1 + math.hypot(straight, max(one[2], other[2])) / 30) ** -omega

    def weight_of(source, receptor, omega, ammonia):
        givers = [(1.0, own)] if ammonia and source == "AA-2" else where[source]
        return sum(a * b * near(p, q, omega) for a, p in givers for b, q in where[receptor])

    def link(source, receptor, omega, ammonia=False):
        inside = "A" if source.startswith("AA") else "B"
        target = "B" if receptor == "BBB" else "A"
        coefficient = (0.3 if inside == target else 0.1) * 5 / 50
        mean = sum(
            emitted[r]
            / sum(emitted[s] for s in blocks[inside])
            * people[c]
            / sum(people[s] for s in blocks[target])
            * weight_of(r, c, omega, ammonia)
            for r in blocks[inside]
            for c in blocks[target]
        )
        return coefficient * weight_of(source, receptor, omega, ammonia) / mean

    for receptor in ("AA-1", "AA-2", "BBB", "port"):
        total = 3.0
        for source, amount in emitted.items():
            gases, black, organic = amount * (2 + 3), amount * 0.1, amount * 0.2 * 1.3
            other = amount - black - organic
            total += gases * 3 * 1.27 * link(source, receptor, 1.5)
            total += amount * 1.5 * 3 * 1.27 * link(source, receptor, 1.5, ammonia=True)
            total += (black + organic + other) * link(source, receptor, 2.0)
        found = float(relation.concentration(base).sel(receptor=receptor))
        assert found == pytest.approx(total, rel=1e-9)


def test_a_flat_kernel_gives_every_place_the_mean_of_its_nation(pack):
    base = baseline_cube(pack)["value"].sel(year=2015)
    relation = downscaled_relation(pack, base, Kernel(30.0, 0.0, 30.0, 0.0))
    korea = relation.concentration(base).sel(receptor=[code for code in relation.receptors if code.startswith("KR-")])
    assert float(korea.max() - korea.min()) < 1e-9


@pytest.mark.parametrize("way", WAYS)
def test_attribution_adds_up_to_the_concentration_at_every_place(assessment, way):
    air = assessment["concentration"]
    sources = assessment["attribution"][f"by_{way}"].sum(way)
    total = sources + air["natural"] + air["unexplained"].fillna(0.0)
    assert total.to_numpy() == pytest.approx(air["total"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("way", WAYS)
def test_the_kernel_interval_holds_the_central_value(assessment, way):
    data = assessment["attribution"]
    assert (data[f"by_{way}_low"] <= data[f"by_{way}"] + 1e-12).all()
    assert (data[f"by_{way}_high"] >= data[f"by_{way}"] - 1e-12).all()


@pytest.mark.parametrize(
    ("place", "year", "observed"),
    [("KR-11", 2018, 23.0), ("CN-BJ", 2018, 51.0), ("tokyo", 2015, 13.8), ("CHN", 2019, 36.0)],
)
def test_the_interval_of_an_observed_place_holds_its_observation(pack, place, year, observed):
    question = airshed.Question(year=year, target=None, samples=200)
    air = airshed.assess(pack, question, parts=("concentration",))["concentration"].sel(place=place)
    assert float(air["observed"]) == observed
    assert float(air["total_low"]) < observed < float(air["total_high"])


@pytest.mark.parametrize("year", [2010, 2015, 2020])
def test_the_level_of_every_receptor_by_a_gaussian_process_written_out(pack, year):
    """Beside all observations of the pack: natural part and exp(ln R) times what the calibrated relation gives."""
    chain = prepare(pack, year, with_health=False)
    relation = ensemble_of(pack).relation
    given = relation.by_species(baseline_cube(pack)["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0))
    logs, _ = written_out(chain.levels.fit, [(code, year) for code in relation.receptors])
    wanted = relation.natural.to_numpy() + np.exp(logs) * given.sum("species").to_numpy()
    found = concentration_dataset(chain)["total"].sel(place=relation.receptors)
    assert found.to_numpy() == pytest.approx(wanted, rel=1e-9)


def test_the_response_of_the_last_observed_year_is_held(pack):
    """Beijing is observed up to 2025: the level of 2030 is what the emissions of 2030 give at the same response."""
    found = {
        year: airshed.assess(pack, airshed.Question(year=year, target=None, samples=0), parts=("concentration",))
        for year in (2025, 2030)
    }
    before, after = (item["concentration"].sel(place="CN-BJ") for item in found.values())
    assert float(before["response"]) == pytest.approx(float(after["response"]), rel=1e-12)
    change = float(after["without_response"] / before["without_response"])
    man_made = [float(item["total"] - item["natural"]) for item in (before, after)]
    assert man_made[1] == pytest.approx(man_made[0] * change)
    assert "held after 2025" not in str(before["bias_note"].item()) and "held after 2025" in str(
        after["bias_note"].item()
    )


def test_a_nation_without_observation_takes_the_response_of_all_others_and_says_so(assessment, pack):
    """What all places have in common, by the process written out; its spread is that of nation and region besides."""
    air = assessment["concentration"].sel(place=["PRK", "pyongyang"])
    fit = prepare(pack, 2015, with_health=False).levels.fit
    logs, spread = written_out(fit, [("PRK", 2015), ("pyongyang", 2015)])
    assert air["response"].to_numpy() == pytest.approx(np.exp(logs))
    assert air["response_high"].to_numpy() == pytest.approx(np.exp(logs + 1.6448536269514722 * spread))
    assert (spread > math.hypot(fit.widths.nation, fit.widths.place)).all()
    assert air["unexplained"].to_numpy().tolist() == [0.0, 0.0]
    assert all("no observation in the nation" in str(note) for note in air["bias_note"].to_numpy())


def test_groups_take_the_mean_of_their_members(assessment, pack):
    air = assessment["concentration"]
    people = base_population(pack)[["KR-11", "KR-28", "KR-41"]].to_numpy()
    for name in ("modelled", "unexplained", "natural"):
        parts = air[name].sel(place=["KR-11", "KR-28", "KR-41"]).to_numpy()
        assert float(air[name].sel(place="SCA")) == pytest.approx(parts @ people / people.sum())
