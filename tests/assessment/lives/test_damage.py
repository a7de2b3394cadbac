"""Deaths and damage per tonne: against brute-force differences of the whole chain."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import airshed
from airshed.assessment.lives.damage import damage, damage_chain, damage_table, place_by_place, slopes
from airshed.assessment.lives.health import health
from airshed.assessment.lives.value import value_table
from airshed.impacts.valuation import life_values
from airshed.pack.errors import AirshedError
from airshed.transport.relation import EMITTED, downscaled_relation

ALONG = {"BC": (("BC", 1.0), ("PM2.5", 1.0)), "OC": (("OC", 1.0), ("PM2.5", 1.3))}
"""What comes with a kilotonne of carbon: the PM2.5 that it is."""


@pytest.fixture(scope="module")
def chain(pack):
    return damage_chain(pack)


@pytest.fixture(scope="module")
def found(pack, chain):
    return damage(pack, chain)


@pytest.mark.parametrize("pollutant", EMITTED)
@pytest.mark.parametrize("source", ["CN-SD", "KR-11", "JPN", "PRK", "MNG"])
def test_deaths_per_kilotonne_are_differences_of_the_chain(chain, found, source, pollutant):
    """Central difference of Chain.evaluate, in a sector whose PM2.5 is more than its carbon."""
    emissions = chain.emissions()
    cells = emissions.sel(region=source)
    spare = cells.sel(pollutant="PM2.5") - cells.sel(pollutant="BC") - 1.3 * cells.sel(pollutant="OC")
    sector = str(spare["sector"].to_numpy()[spare.to_numpy().argmax()])
    step = 0.02
    deaths = []
    for sign in (1.0, -1.0):
        changed = emissions.copy(deep=True)
        for code, part in ALONG.get(pollutant, ((pollutant, 1.0),)):
            changed.loc[{"region": source, "sector": sector, "pollutant": code}] += sign * step * part
        deaths.append(chain.evaluate(changed)[1].fillna(0.0))
    change = (deaths[0] - deaths[1]) / (2 * step)
    place = EMITTED.index(pollutant), found.regions.index(source)
    assert found.deaths[place] == pytest.approx(float(change.sum()), rel=1e-5)
    at_home = [code for code in chain.people.regions if chain.home[code] == chain.home[source]]
    assert found.own[place] == pytest.approx(float(change.sel(region=at_home).sum()), rel=1e-5)


def test_primary_particles_never_save_lives(found):
    carbon = [EMITTED.index(code) for code in ("PM2.5", "BC", "OC")]
    assert (found.deaths[carbon] >= 0).all() and (found.own[carbon] >= 0).all()
    assert (found.low <= found.value + 1e-9).all() and (found.value <= found.high + 1e-9).all()


def test_the_value_is_deaths_at_home_and_abroad_times_their_worth(pack, chain, found):
    """Eastern Russia has no mortality; a source that only reaches one nation is worth its deaths times its value."""
    lives = life_values(pack, ["JPN", "PRK"])
    place = EMITTED.index("PM2.5"), found.regions.index("JPN")
    least = found.own[place] * lives["JPN"].value * 1000
    most = least + (found.deaths[place] - found.own[place]) * 4.1 * 1000
    assert least < found.value[place] < most
    assert found.uncounted == ["RUS"] and found.unvalued == []


def test_large_cuts_save_more_than_the_slope_says(chain, found):
    """The response is concave: half of all emissions save more lives than the marginal value times the tonnes."""
    emissions = chain.emissions()
    saved = float((chain.evaluate(emissions)[1] - chain.evaluate(emissions * 0.5)[1]).sum())
    carbon = 0.5 * found.emitted
    fine = carbon[0] - carbon[1] - 1.3 * carbon[2]
    told = float((found.deaths[0] * fine).sum() + (found.deaths[1:] * carbon[1:]).sum())
    assert saved > told > 0


def test_rows_of_nations_are_means_weighted_with_emissions(pack, chain, found):
    (row,) = damage_table(pack, chain, ["KOR"], ["SO2"]).to_dict("records")
    held = [place for place, code in enumerate(found.regions) if code.startswith("KR-")]
    weights = found.emitted[EMITTED.index("SO2"), held]
    assert row["deaths_per_kt"] == pytest.approx(np.average(found.deaths[EMITTED.index("SO2"), held], weights=weights))
    assert "weighted with their emission" in row["note"]


def test_every_source_and_pollutant_has_a_row(pack, chain):
    rows = damage_table(pack, chain)
    assert len(rows) == len(chain.relation.regions) * len(EMITTED)
    assert rows["deaths_own"].add(rows["deaths_abroad"]).to_numpy() == pytest.approx(rows["deaths_per_kt"].to_numpy())
    assert (rows["source"] != "").all() and not rows[["value", "low", "high"]].isna().any().any()
    keys = set(pack.table("sources")["key"])
    cited = set(rows["source"].iloc[0].split())
    assert cited <= keys and {"rfasst_bcf2e44", "attr_mort_repo", "wb_wdi", "oecd_vsl_2012", "bok_nk"} <= cited
    assert "fed_h10_datasets" not in cited
    sejong = rows[rows["region"] == "KR-50"]
    assert (sejong["value"] == 0).all() and sejong["note"].str.startswith("no emission of it here").all()
    with pytest.raises(AirshedError, match="pollutant CO2 is not known"):
        damage_table(pack, chain, pollutants=["CO2"])


def test_a_tonne_of_world_shipping_is_flagged_as_no_tonne_of_a_port(pack, chain):
    rows = damage_table(pack, chain)
    flagged = set(rows.loc[rows["note"].str.contains("as from ships in a port"), "region"])
    assert flagged == {"SHIP", "AIR", "ROW"}


def test_what_is_held_constant_is_said_where_ammonia_matters(pack):
    """No source projects China's ammonia beyond 2017; its SO2 is projected, and in 2015 both are counted."""
    said = {}
    for year in (2015, 2030):
        chain = damage_chain(pack, year, samples=0)
        rows = damage_table(pack, chain, ["CHN", "CN-HE"], ["NH3", "SO2"]).set_index(["region", "pollutant"])["note"]
        said |= {(year, *key): "held constant" in note for key, note in rows.items()}
    assert {key for key, held in said.items() if held} == {(2030, "CHN", "NH3"), (2030, "CN-HE", "NH3")}


def test_the_flag_is_told_in_korean_and_chinese(cli):
    for language, words in (("ko", "항만의 선박처럼"), ("zh", "如港口船舶")):
        code, out, err = cli("--lang", language, "damage", "--region", "SHIP", "--pollutant", "NOx")
        assert code == 0 and words in out + err


def test_deaths_without_income_are_counted_and_not_valued(small_folder):
    pack = airshed.open_pack(small_folder)
    rows = damage_table(pack, damage_chain(pack), ["BBB"], ["SO2"])
    assert "without the value of lives in BBB" in rows["note"].item()
    assert rows["value"].item() == pytest.approx(
        rows["deaths_abroad"].item() * life_values(pack, ["AAA"])["AAA"].value * 1000
    )


@pytest.mark.parametrize("name", ["economy", "parameters", "mortality", "ages", "responses-gemm", "populations"])
@pytest.mark.parametrize("kept", ["header", "all but the first row", "all but the last row"])
def test_what_a_pack_leaves_out_is_named_or_done_without(small_copy, name, kept):
    path = small_copy / "tables" / f"{name}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    left = {"header": [], "all but the first row": rows[1:], "all but the last row": rows[:-1]}[kept]
    path.write_text("\n".join([header, *left]) + "\n", encoding="utf-8")
    questions = {
        "value": lambda pack: value_table(pack, airshed.assess(pack)),
        "damage": lambda pack: damage_table(pack, damage_chain(pack)),
        "cause": lambda pack: health(pack, airshed.assess(pack), by="cause"),
        "age": lambda pack: health(pack, airshed.assess(pack), by="age"),
    }
    for ask in questions.values():
        try:
            answer = ask(airshed.open_pack(small_copy))
        except AirshedError as error:
            assert error.message and error.remedy
        else:
            assert len(answer) > 0


def test_the_value_of_life_is_no_source_of_the_relation(assessment):
    for step in assessment.provenance:
        assert "oecd_vsl_2012" not in step.sources


@pytest.fixture(scope="module")
def few(pack):
    """The chain with so few samples that they can be worked through one by one."""
    return damage_chain(pack, samples=40, seed=3)


def one_by_one(pack, chain, source, pollutant):
    """Return deaths per kt in every sample: the relation of its kernel, scaled by its factors, times the slopes.

    The factors are those of the samples and, by precursor, those that studies of a nation's own part give a kernel.
    """
    ensemble, people = chain.ensemble, chain.people.regions
    base = chain.baseline["value"].sel(year=pack.base_year)
    emissions = chain.emissions()
    concentration, _ = chain.evaluate(emissions)
    slope, _, _ = slopes(chain, concentration.to_numpy())
    held = (chain.relation.by_species(emissions) > 0).sel(receptor=people)
    nation = ensemble.nations.index(chain.home[source])
    columns = [ensemble.raw.receptors.index(code) for code in people]
    deaths = []
    for sample in range(ensemble.samples):
        number = ensemble.kernel[sample]
        relation = downscaled_relation(pack, base, ensemble.chosen.kernels[number], ensemble.blocks, ensemble.places)
        matrix = relation.shaped(ensemble.shape[1 + number]).matrix
        effect = (matrix.sel(precursor=pollutant, region=source, receptor=people) * held).sum("species").to_numpy()
        deaths.append(float((effect * ensemble.factor[sample, nation, columns] * slope).sum()))
    return deaths


@pytest.mark.parametrize(("source", "pollutant"), [("CN-SD", "SO2"), ("KR-11", "NOx"), ("PRK", "BC")])
def test_the_spread_of_deaths_is_that_of_the_samples(pack, few, source, pollutant):
    (row,) = damage_table(pack, few, [source], [pollutant]).to_dict("records")
    low, high = np.quantile(one_by_one(pack, few, source, pollutant), [0.05, 0.95])
    assert row["deaths_low"] == pytest.approx(min(low, row["deaths_per_kt"]))
    assert row["deaths_high"] == pytest.approx(max(high, row["deaths_per_kt"]))


def test_a_nation_is_spread_like_its_weighted_samples(pack, few):
    found = damage(pack, few)
    place = EMITTED.index("NH3")
    held = [number for number, code in enumerate(found.regions) if code.startswith("KR-")]
    weights = found.emitted[place, held] / found.emitted[place, held].sum()
    means = [sum(w * sample[place, h] for w, h in zip(weights, held, strict=True)) for sample in found.spread.deaths]
    (row,) = damage_table(pack, few, ["KOR"], ["NH3"]).to_dict("records")
    assert np.quantile(means, 0.05) == pytest.approx(row["deaths_low"])
    assert np.quantile(means, 0.95) == pytest.approx(row["deaths_high"])


def test_the_ends_of_the_value_join_ends_with_ends(pack, few):
    """Primary particles only add: the low end is the 5 % of the effect priced at the least slope and value of life."""
    found, without = damage(pack, few), damage(pack, damage_chain(pack, samples=0))
    assert without.spread is None
    place = EMITTED.index("PM2.5"), found.regions.index("JPN")
    single = damage_table(pack, few, ["JPN"], ["PM2.5"]).iloc[0]
    assert single["low"] == pytest.approx(min(np.quantile(found.spread.low[:, *place], 0.05), without.low[place]))
    assert single["high"] == pytest.approx(max(np.quantile(found.spread.high[:, *place], 0.95), without.high[place]))
    ratio = found.spread.low[:, *place] / found.spread.deaths[:, *place]
    assert np.median(ratio) == pytest.approx(without.low[place] / without.deaths[place], rel=0.05)
    assert (found.spread.low <= found.spread.high).all()


def test_rows_have_their_value_inside_and_widen_with_samples(pack, chain):
    wide = damage_table(pack, chain)
    narrow = damage_table(pack, damage_chain(pack, samples=0))
    assert (wide["deaths_low"] <= wide["deaths_per_kt"]).all() and (wide["deaths_per_kt"] <= wide["deaths_high"]).all()
    assert (wide["low"] <= narrow["low"]).all() and (wide["high"] >= narrow["high"]).all()
    assert narrow[["deaths_low", "deaths_high"]].isna().all().all()
    assert wide["note"].str.contains("over the samples of the relation").all()
    assert narrow["note"].str.contains("without the relation").all()
    assert wide.columns.to_list()[2:5] == ["deaths_per_kt", "deaths_low", "deaths_high"]


def test_the_same_seed_has_the_same_spread(pack):
    first, again, other = (
        damage_table(pack, damage_chain(pack, samples=64, seed=seed), ["CHN"], ["SO2"])["deaths_high"].item()
        for seed in (5, 5, 6)
    )
    assert first == again != other


@given(
    effect=arrays(float, 3, elements=st.floats(-10, 10)),
    ends=arrays(float, (3, 3), elements=st.floats(0, 100)),
)
def test_place_by_place_is_the_extreme_over_all_choices_of_ends(effect, ends):
    least, most = place_by_place(effect, ends)
    choices = [sum(effect[p] * ends[e, p] for p, e in enumerate(pick)) for pick in product(range(3), repeat=3)]
    assert least.sum() == pytest.approx(min(choices)) and most.sum() == pytest.approx(max(choices))
