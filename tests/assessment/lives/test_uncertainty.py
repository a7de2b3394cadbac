"""Joint Monte Carlo: single samples against the relation and the published tables by hand, laws, seeds, workers."""

import json
import pickle
import sys

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.concentration import sampled_levels
from airshed.assessment.lives.health import health
from airshed.assessment.lives.joint import CENTRE, ImpactDraws, draw, evaluate, joint
from airshed.assessment.lives.uncertainty import uncertainty, wide
from airshed.emissions.table import emission_table
from airshed.impacts.gemm import attributable_fraction
from airshed.impacts.valuation import life_values, life_values_at
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.sampling.sensitivity import variance_share
from airshed.sampling.table import distributions

SAMPLES = 200
NORMAL_95 = 1.959963984540054
INPUTS = ["emissions", "relation", "natural", "response", "family", "weather", "value_of_life"]


@pytest.fixture(scope="module")
def chain(pack):
    return prepare(pack, 2015, samples=SAMPLES)


@pytest.fixture(scope="module")
def model(pack, chain):
    return joint(pack, chain)


@pytest.fixture(scope="module")
def draws(pack, chain):
    return draw(pack, chain, SAMPLES, 1)


@pytest.fixture(scope="module")
def table(pack):
    return uncertainty(pack, SAMPLES)


def scaled(pack, chain, sample):
    """Return the emissions of a sample: China's totals times the drawn factors of both laws of each pollutant."""
    emissions = chain.emissions().copy(deep=True)
    china = [code for code in members(pack, "CHN") if code in emissions["region"]]
    for pollutant in ("PM2.5", "BC", "OC", "SO2", "NOx"):
        laws = [law for law in distributions(pack, "emissions") if law.key == f"region=CHN pollutant={pollutant}"]
        assert len(laws) == 2
        for law in laws:
            emissions.loc[{"region": china, "pollutant": pollutant}] *= law.sample(SAMPLES, 1)[sample]
    return emissions


def contributions(model, emitted, sample):
    """Return what every source gives to every receptor in a sample (region, receptor), one source after the other."""
    effect, constant = model.effect[model.kernel[sample]], model.constant[model.kernel[sample]]
    given = np.array([[effect[:, source, :].T @ emitted[:, source]] for source in range(emitted.shape[1])])[:, 0]
    return (given + constant) * model.factor[sample][model.source]


def test_all_inputs_together_by_brute_force(model, draws):
    """Source by source and place by place, as the products of groups of sources do it at once."""
    found = evaluate(model, draws, SAMPLES)
    for sample in (0, 113, 199):
        values = contributions(model, draws.emissions[sample], sample)
        usual = contributions(model, model.emitted, sample).sum(axis=0)
        values = values * (usual / values.sum(axis=0)) * model.natural_factor[sample]
        level = values.sum(axis=0) + draws.natural[sample] + model.rest[sample]
        for place, code in enumerate(model.places):
            own, foreign = (side[place] @ values for side in (model.own, model.foreign))
            assert found["own"][sample, place] == pytest.approx(own @ model.weights[place], rel=1e-12), code
            assert found["foreign"][sample, place] == pytest.approx(foreign @ model.weights[place], rel=1e-12), code
            deaths = foreign_deaths = 0.0
            for person in np.flatnonzero(model.inside[place]):
                theta = model.bands.theta + draws.response[sample] * model.bands.theta_se
                here = level[model.where[person]] * np.exp(draws.weather[sample, person])
                share = attributable_fraction(here, theta, *shape_of(model.bands))
                lost = (share * model.deaths[person]).sum() * model.family[draws.family[sample], person]
                deaths += lost
                foreign_deaths += lost * foreign[model.where[person]] / level[model.where[person]]
            wanted = pytest.approx([deaths, foreign_deaths], rel=1e-12, nan_ok=True)
            assert [found["deaths"][sample, place], found["deaths_foreign"][sample, place]] == wanted, code


def test_the_centre_of_the_groups_is_that_of_their_sources(model):
    groups = model.groups
    assert sorted(np.concatenate(groups.sources).tolist()) == list(range(len(model.source)))
    for number, part in enumerate(groups.sources):
        assert len(set(model.source[part])) == 1
        assert groups.central[CENTRE][number] == pytest.approx(model.central[CENTRE][part].sum(axis=0))


@pytest.mark.parametrize("sample", [0, 71, 199])
def test_one_sample_is_the_relation_of_its_kernel_times_the_drawn_emissions(pack, chain, model, draws, sample):
    """The species that count are those of the emissions as they stand."""
    relation, ensemble = chain.relation, chain.ensemble
    precursors = relation.precursors(scaled(pack, chain, sample)).sum("sector")
    base = relation.precursors(chain.emissions()).sum("sector")
    given = ensemble.contributions(chain.emissions())[ensemble.kernel[sample]]
    ratio = np.where(base > 0, precursors / base.where(base > 0, 1.0), 0.0)
    korea = ensemble.nations.index("KOR")
    column = relation.receptors.index("KR-11")
    by_hand = sum(
        float((given[:, place, column] * ratio[:, place]).sum())
        * ensemble.factor[sample, korea, column]
        / chain.natural_factor[sample, column]
        for place, code in enumerate(relation.regions)
        if code.startswith("KR-")
    )
    values = contributions(model, draws.emissions[sample], sample)
    own = [place for place, code in enumerate(relation.regions) if code.startswith("KR-")]
    assert values[own, column].sum() == pytest.approx(by_hand)


def test_the_centre_is_the_attribution(pack, chain, model, assessment):
    found = evaluate(model, ImpactDraws(), 1)
    for place in ("KOR", "CHN", "JPN"):
        column = model.places.index(place)
        parts = assessment["attribution"]["by_country"].sel(place=place)
        assert found["own"][0, column] == pytest.approx(float(parts.sel(country=place)))
        assert found["foreign"][0, column] == pytest.approx(float(parts.sum() - parts.sel(country=place)))
        air = assessment["concentration"].sel(place=place)
        assert found["unexplained"][0, column] == pytest.approx(float(air["unexplained"]))


def test_the_ends_of_the_response_are_those_of_gemm(chain, model):
    found = evaluate(model, ImpactDraws(response=np.array([-NORMAL_95, 0.0, NORMAL_95])), 3)
    level, _ = chain.evaluate(chain.emissions())
    central, low, high = chain.people.attributable(level.to_numpy())
    korea = [place for place, code in enumerate(chain.people.regions) if code.startswith("KR-")]
    wanted = [float(ends[korea].sum()) for ends in (low, central, high)]
    assert found["deaths"][:, model.places.index("KOR")] == pytest.approx(wanted)


def test_a_family_of_responses_gives_the_deaths_of_the_health_command(pack, model, draws, assessment):
    """GEMM, the mean of both editions of MR-BRT, and the fit ier2015 of the IER, in the order of the families."""
    found = evaluate(model, ImpactDraws(family=np.array([0, 1, 2])), 3)["deaths"]
    totals = {}
    for family in ("gemm", "ier", "mrbrt"):
        rows = health(pack, assessment, ["KOR", "CHN", "MNG"], family)
        rows = rows[rows["cause"].isin(["SUM", "NCD+LRI"])]
        totals[family] = rows.groupby("region")["value"].mean()
    for place in ("KOR", "CHN", "MNG"):
        wanted = [totals[family][place] for family in ("gemm", "ier", "mrbrt")]
        assert found[:, model.places.index(place)] == pytest.approx(wanted)
    assert np.bincount(draws.family).tolist() in ([67, 67, 66], [66, 67, 67], [67, 66, 67])


def test_the_weather_moves_level_and_parts_alike(model, draws):
    """Half more PM2.5 everywhere: deaths as at the level and a half, the part of foreign sources as it was."""
    more = np.full((1, draws.weather.shape[1]), np.log(1.5))
    plain, windy = evaluate(model, ImpactDraws(), 1), evaluate(model, ImpactDraws(weather=more), 1)
    column = model.places.index("TWN")
    place = int(np.flatnonzero(model.inside[column])[0])
    level = sum(plain[name][0, column] for name in ("own", "foreign", "unexplained"))
    level += float(model.weights[column] @ model.natural)
    assert windy["own"][0, column] == plain["own"][0, column]
    fraction = attributable_fraction(np.array([1.5 * level])[:, None], model.bands.theta, *shape_of(model.bands))
    assert windy["deaths"][0, column] == pytest.approx(float((fraction * model.deaths[place]).sum()))
    shares = [found["deaths_foreign"][0, column] / found["deaths"][0, column] for found in (plain, windy)]
    assert shares[0] == pytest.approx(shares[1]) and shares[0] == pytest.approx(plain["foreign"][0, column] / level)


def shape_of(bands):
    return bands.alpha, bands.mu, bands.nu, bands.counterfactual


def test_lives_are_valued_at_the_drawn_elasticity(pack, chain, model):
    nations = [chain.home[code] for code in chain.people.regions]
    at = life_values_at(pack, nations, np.array([0.7, 0.8, 1.4]))
    found = evaluate(model, ImpactDraws(value_of_life=at), 3)
    lives = life_values(pack, ["KOR", "CHN"])
    for nation in ("KOR", "CHN"):
        column = model.places.index(nation)
        deaths = found["deaths"][0, column]
        worth = [deaths * number for number in (lives[nation].low, lives[nation].value, lives[nation].high)]
        assert sorted(found["value"][:, column]) == pytest.approx(sorted(worth))


def test_other_emissions_move_the_parts_of_an_observed_level_and_not_its_sum(chain, model, draws):
    """Own, foreign, natural and unexplained add up to the level of the chain, whatever was emitted."""
    found = evaluate(model, ImpactDraws(emissions=draws.emissions), SAMPLES)
    level, _ = chain.evaluate(chain.emissions())
    persons = chain.people.persons
    for place in ("KOR", "CHN", "JPN", "TWN"):
        column = model.places.index(place)
        mine = model.inside[column] > 0
        natural = float(model.weights[column] @ model.natural)
        parts = found["own"][:, column] + found["foreign"][:, column] + found["unexplained"][:, column] + natural
        assert parts == pytest.approx(np.full(SAMPLES, np.average(level.to_numpy()[mine], weights=persons[mine])))
        assert np.ptp(found["deaths"][:, column]) == pytest.approx(0.0, abs=1e-6)
        assert np.ptp(found["foreign"][:, column]) > 0


def test_the_relation_moves_the_level_as_the_levels_say(chain, model, draws):
    """Without weather, by the samples that the interval of a level is made of; none falls below the natural part."""
    found = evaluate(model, ImpactDraws(relation=draws.relation, natural=draws.natural), SAMPLES)
    modelled = chain.places.mean(chain.relation.concentration(chain.emissions())).to_numpy()
    levels = sampled_levels(chain, modelled)[0]
    for place in ("KOR", "JPN", "PRK"):
        column = model.places.index(place)
        natural = draws.natural @ model.weights[column]
        parts = found["own"][:, column] + found["foreign"][:, column] + natural
        assert parts == pytest.approx(levels[:, chain.places.codes.index(place)], rel=1e-6)
        assert (parts >= natural).all() and np.ptp(parts) > 0


def test_foreign_deaths_are_the_foreign_part_of_all(model):
    found = evaluate(model, ImpactDraws(), 1)
    column = model.places.index("JPN")
    level = found["own"][0, column] + found["foreign"][0, column] + found["unexplained"][0, column]
    level += float(model.weights[column] @ model.natural)
    part = found["foreign"][0, column] / level
    assert found["deaths_foreign"][0, column] == pytest.approx(found["deaths"][0, column] * part)


def test_drawn_totals_spread_like_the_published_interval(pack, chain, draws):
    """Quantiles of the drawn sum of SO2 are near the ends of the table, which joins laws split at the median."""
    row = emission_table(pack, regions=["CHN"], by=["country"], pollutants=["SO2"]).iloc[0]
    china = [place for place, code in enumerate(chain.relation.regions) if chain.home[code] == "CHN"]
    totals = draws.emissions[:, 0, china].sum(axis=1)
    low, high = np.quantile(totals, [0.025, 0.975])
    assert [low, high] == pytest.approx([row["low"], row["high"]], rel=0.03)
    others = [place for place in range(len(chain.relation.regions)) if place not in china]
    assert np.ptp(draws.emissions[:, :, others], axis=0).max() == 0.0


def test_an_input_that_is_alone_has_the_share_1(model, draws):
    for name, quantity in (("response", "deaths"), ("relation", "own"), ("value_of_life", "value")):
        values = evaluate(model, draws.alone(name), SAMPLES)[quantity][:, model.places.index("CHN")]
        assert variance_share(values, values) == pytest.approx(1.0)


def test_rows_are_whole_and_ordered(pack, table):
    moved = table.dropna(subset=["low", "high"])
    assert (moved["low"] <= moved["value"]).all() and (moved["value"] <= moved["high"]).all()
    assert set(table.loc[table["low"].isna(), "quantity"]) == {"unexplained"}
    assert moved["variance_share"].between(0, 1).all()
    assert list(dict.fromkeys(table["input"])) == INPUTS
    sources = set(pack.table("sources")["key"])
    assert all(row and set(row.split()) <= sources for row in table["source"])
    by = table.set_index(["region", "quantity", "input"])["variance_share"]
    assert by["KOR", "deaths", "family"] > 0.8 > 0.2 > by["KOR", "deaths", "response"] > 0
    assert (
        by["KOR", "deaths", "emissions"] == by["KOR", "own", "weather"] == by["KOR", "deaths", "value_of_life"] == 0.0
    )
    assert by["CHN", "value", "value_of_life"] > 0.2 and by["JPN", "value", "value_of_life"] < 0.05
    assert by["JPN", "foreign", "relation"] > 0.8 > 0.2 > by["JPN", "foreign", "emissions"]
    # nine tenths of China's air are its own and the level is observed: other emissions move next to nothing
    assert by["CHN", "own", "relation"] > by["CHN", "own", "emissions"] >= 0
    groups = moved.groupby(["region", "quantity"])["variance_share"].sum()
    assert groups.between(0.65, 1.25).all(), groups[~groups.between(0.65, 1.25)].to_dict()


def test_what_is_not_known_has_no_row_and_what_is_not_observed_says_so(table):
    quantities = table.groupby("region")["quantity"].agg(set)
    assert quantities["RUS"] == {"own", "foreign", "unexplained"} and "deaths" in quantities["PRK"]
    unobserved = table["note"].str.contains("no observation in the nation: response of all other places")
    assert set(table.loc[unobserved, "region"]) == {"PRK"}
    assert "SHIP" not in quantities.index


def test_the_same_seed_has_the_same_numbers_whoever_works_them(pack, table):
    class Client:
        def map(self, make, parts):
            copied = pickle.loads(pickle.dumps(make))
            return [copied(part) for part in reversed(parts)][::-1]

        def gather(self, futures):
            return futures

    again = uncertainty(pack, SAMPLES, client=Client())
    assert again.equals(table)
    assert not uncertainty(pack, SAMPLES, seed=2)["low"].equals(table["low"])


def test_a_block_is_the_whole_in_part(model, draws):
    whole = evaluate(model, draws, SAMPLES)
    first = evaluate(model, draws, 100)
    for name, values in first.items():
        assert np.array_equal(values, whole[name][:100], equal_nan=True)


def test_the_wide_table_has_one_row_per_answer(table):
    rows = wide(table)
    assert not rows.duplicated(["region", "quantity"]).any() and len(rows) * len(INPUTS) == len(table)
    one = rows[(rows["region"] == "KOR") & (rows["quantity"] == "foreign")].iloc[0]
    long = table[(table["region"] == "KOR") & (table["quantity"] == "foreign")].set_index("input")["variance_share"]
    assert one["relation"] == pytest.approx(100 * long["relation"])


def test_the_small_pack_states_what_it_states(small_copy):
    """No published natural spread there; BBB has no income, so its deaths have no value."""
    table = uncertainty(airshed.open_pack(small_copy), 100)
    assert set(table["input"]) == {"emissions", "relation", "response", "weather", "value_of_life"}
    assert "value" not in set(table.loc[table["region"] == "BBB", "quantity"])
    path = small_copy / "tables" / "distributions.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("emissions")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert "emissions" not in set(uncertainty(airshed.open_pack(small_copy), 100)["input"])


def test_a_law_of_rows_that_the_baseline_merges_is_refused(small_copy):
    path = small_copy / "tables" / "distributions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("region=AA-1 pollutant=SO2", "inventory=counted pollutant=SO2"), encoding="utf-8")
    with pytest.raises(AirshedError, match="names inventory"):
        uncertainty(airshed.open_pack(small_copy), 100)


@pytest.mark.parametrize("about", ["pollutant=SO2", "region=AA-1 pollutant=SO2 sector=industry", "region=AA-1"])
def test_laws_may_speak_of_all_regions_of_a_sector_or_of_all_pollutants(small_copy, about):
    path = small_copy / "tables" / "distributions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("region=AA-1 pollutant=SO2", about), encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    chain = prepare(pack, 2015, samples=100)
    drawn = draw(pack, chain, 100, 1).emissions
    moved = np.ptp(drawn, axis=0) > 0
    north = chain.relation.regions.index("AA-1")
    assert moved[0, north] and moved[0].all() == (about == "pollutant=SO2")
    assert moved[1, north] == (about == "region=AA-1")


def test_the_command(cli):
    code, out, err = cli("uncertainty", "--samples", "100", "--format", "json")
    assert code == 0 and "2015" in err
    found = json.loads(out)
    fields = {"region", "quantity", "value", "low", "high", "unit", "input", "variance_share", "noise", "source"}
    assert set(found[0]) >= fields and {row["samples"] for row in found} == {100}
    code, out, err = cli("--lang", "ko", "uncertainty", "--samples", "100")
    assert code == 0 and "국외 배출원" in out and "반응 함수" in out and "분산의 비율" in err


def test_mistakes_of_the_command(cli, monkeypatch):
    code, _, err = cli("uncertainty", "--samples", "50")
    assert code == 2 and "a whole number from 100 to 100000" in err
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = cli("uncertainty", "--scheduler", "tcp://127.0.0.1:8786")
    assert code == 2 and "needs the package distributed" in err and "pip install distributed" in err
