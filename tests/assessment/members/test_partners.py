"""Joint projects of regions: against the relation, the chain with the options applied, and printed inventories."""

from dataclasses import replace

import numpy as np
import pytest

import airshed
from airshed.assessment.lives.damage import damage_chain
from airshed.assessment.members.partner_facts import facts_of, given, side_of, weighed
from airshed.assessment.members.partners import pairs_of, partners_table, projects_of, ranked
from airshed.cooperation.partners import WEIGHTS, weights_of
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.printed import history_emissions, printed_emissions
from airshed.impacts.valuation import life_values
from airshed.pack.errors import AirshedError
from airshed.strategy.options import build_options
from airshed.transport.relation import EMITTED

PAIRS = [("KR-28", "CN-TJ"), ("KR-28", "CN-SH"), ("KR-28", "JPN"), ("SCA", "JJJ")]


@pytest.fixture(scope="module")
def chain(pack):
    return damage_chain(pack)


@pytest.fixture(scope="module")
def history(pack, chain):
    return facts_of(pack, chain, history_emissions(pack), sampled=True)


@pytest.fixture(scope="module")
def projects(history):
    return projects_of(history, PAIRS, {})


def at(projects, *key):
    return projects.keys.index(key)


@pytest.mark.parametrize("region", ["CN-TJ", "CN-HE", "CN-SN"])
def test_printed_rows_of_a_province_stand_as_they_are(pack, region):
    found = printed_emissions(pack)
    rows = pack.table("emissions")
    rows = rows[(rows["inventory"] == "gains") & (rows["region"] == region) & (rows["year"] == 2015)]
    assert found.inventory[region] == "gains" and "seed_si_cooperation" in found.sources[region].split()
    for row in rows[rows["sector"] != "total"].to_dict("records"):
        cell = found.emissions["value"].sel(region=region, sector=row["sector"], pollutant=row["pollutant"], year=2015)
        assert float(cell) == row["value"]


def test_provinces_add_up_to_the_national_inventory(pack):
    """CAPSS 2015 of the table, and the harbour city's part of it by the printed shares of 2008."""
    found, rows = printed_emissions(pack), pack.table("emissions")
    rows = rows[(rows["inventory"] == "capss") & (rows["sector"] == "offroad") & (rows["pollutant"] == "NOx")]
    national = float(rows.loc[(rows["region"] == "KOR") & (rows["year"] == 2015), "value"].sum())
    shares = rows[(rows["year"] == 2008) & rows["region"].str.startswith("KR-")].set_index("region")["value"]
    cells = found.emissions["value"].sel(sector="offroad", pollutant="NOx", year=2015)
    parts = [code for code, name in found.inventory.items() if name == "capss"]
    assert float(cells.sel(region=parts).sum()) == pytest.approx(national)
    assert float(cells.sel(region="KR-28")) == pytest.approx(national * shares["KR-28"] / shares.sum())


def test_other_regions_keep_the_baseline(pack):
    found, base = printed_emissions(pack), baseline_cube(pack)["value"].sel(year=[2015])
    others = [code for code, name in found.inventory.items() if name == "reas"]
    assert {"CN-SD", "JPN", "PRK"} <= set(others) and "CN-HE" not in others
    assert (
        found.emissions["value"]
        .sel(region=others)
        .equals(base.sel(region=others).transpose(*found.emissions["value"].dims))
    )


@pytest.mark.shared
def test_carbon_of_printed_particles_has_the_published_shares(pack, shared):
    """The share of BC and OC in PM2.5 of China's sectors, as the file of speciation has it."""
    import pandas as pd

    found = printed_emissions(pack).emissions["value"].sel(region="CN-TJ", year=2015)
    rows = pd.read_csv(shared / "figures" / "speciation.csv")
    rows = rows[(rows["region"] == "CHN") & rows["component"].isin(["BC", "OC"]) & (rows["share"] > 0.01)]
    assert len(rows) >= 8
    for row in rows[rows["sector"].isin(found["sector"].to_numpy())].to_dict("records"):
        here = found.sel(sector=row["sector"])
        share = float(here.sel(pollutant=row["component"]) / here.sel(pollutant="PM2.5"))
        assert share == pytest.approx(row["share"], rel=0.01)


def test_exposures_are_contributions_of_the_relation(pack, chain, history, projects):
    emissions = history_emissions(pack).emissions["value"].sel(year=2015, pollutant=list(EMITTED)).fillna(0.0)
    found = chain.relation.contribution(emissions, by=("region", "sector"))
    for one, other in PAIRS[:3]:
        for sector in ("offroad", "industry"):
            place = at(projects, one, other, sector)
            assert projects.given[0, place] == pytest.approx(
                float(found.sel(region=one, sector=sector, receptor=other))
            )
            assert projects.given[1, place] == pytest.approx(
                float(found.sel(region=other, sector=sector, receptor=one))
            )


def test_a_group_gives_what_its_regions_give_to_the_mean_of_the_people(pack, chain, history, projects):
    capital, emissions = ["KR-11", "KR-28", "KR-41"], history_emissions(pack).emissions["value"].sel(year=2015)
    found = chain.relation.contribution(emissions.fillna(0.0), by=("region", "sector")).sel(sector="road")
    people = dict(zip(chain.people.regions, chain.people.persons, strict=True))
    weights = np.array([people[code] for code in capital]) / sum(people[code] for code in capital)
    there = found.sel(region=["CN-BJ", "CN-TJ", "CN-HE"], receptor=capital).sum("region").to_numpy() @ weights
    assert projects.given[1, at(projects, "SCA", "JJJ", "road")] == pytest.approx(there)


@pytest.mark.parametrize(("one", "other", "sector"), [("KR-28", "CN-TJ", "offroad"), ("KR-28", "CN-SH", "industry")])
def test_deaths_avoided_are_those_of_the_chain_with_the_measures_applied(pack, chain, projects, one, other, sector):
    """Every group of measures filled by brute force over corners, then the whole chain run before and after."""
    emissions = chain.emissions()
    after = emissions.copy(deep=True)
    options, cost = build_options(pack, 2015, regions=[one, other]), 0.0
    people = chain.people.persons / chain.people.persons.sum()
    for group in sorted(set(options.group.tolist())):
        rows = [row for row in np.flatnonzero(options.group == group) if options.sector[row] == sector]
        free = [row for row in rows if options.selectable[row]]
        worth = {row: _worth(chain, emissions, options, row, people) for row in free}
        room = 1.0 - sum(options.current[row] for row in rows)
        for row in sorted(free, key=lambda row: -worth[row]):
            more = min(options.maximum[row] - options.current[row], room) if worth[row] > 0 else 0.0
            room -= more
            cost += more * options.cost[row, 1]
            cell = {"region": options.region[row], "sector": sector, "pollutant": list(EMITTED)}
            after.loc[cell] = after.loc[cell] - more * np.nan_to_num(options.removal[row])
    place = at(projects, one, other, sector)
    deaths = chain.evaluate(emissions)[1] - chain.evaluate(after)[1]
    assert projects.deaths[:, place] == pytest.approx(deaths.sel(region=[one, other]).to_numpy(), rel=1e-6)
    assert projects.cost[1, place] == pytest.approx(cost)


def _worth(chain, emissions, options, row, people):
    """Return what an option at application 1 takes off the exposure of all people, by the chain without biases."""
    after = emissions.copy(deep=True)
    cell = {"region": options.region[row], "sector": options.sector[row], "pollutant": list(EMITTED)}
    after.loc[cell] = after.loc[cell] - 1e-6 * np.nan_to_num(options.removal[row])
    change = chain.evaluate(emissions)[0] - chain.evaluate(after)[0]
    return float(change.to_numpy() @ people)


def test_relevance_is_what_sectors_give_to_all_people(pack, history):
    """By contributions of the relation, precursor by precursor; the reference has the effects of the region."""
    side, relation, people = side_of(pack, history.chain, "KR-28"), history.chain.relation, history.chain.people
    emissions = history_emissions(pack).emissions["value"].sel(year=2015).fillna(0.0)
    ways = ("region", "sector", "pollutant")
    felt = relation.contribution(emissions, by=ways).sel(receptor=people.regions).to_numpy() @ people.persons
    felt, place = felt / people.persons.sum(), relation.regions.index("KR-28")
    amounts = relation.precursors(emissions).transpose("region", "sector", "precursor").to_numpy()
    own = np.maximum(felt[place], 0.0).sum(axis=1)
    total = amounts[place].sum(axis=0)
    per_kilotonne = np.maximum(felt[place].sum(axis=0), 0.0) / np.where(total > 0, total, 1.0)
    korean = [number for number, code in enumerate(relation.regions) if code.startswith("KR-")]
    around = amounts[korean].sum(axis=0) @ per_kilotonne
    found = weighed(history, side)
    assert found[0] == pytest.approx(own) and found[1] == pytest.approx(around)


def test_the_centre_lies_among_its_samples(projects):
    low, high = np.quantile(projects.given_samples, (0.0, 1.0), axis=1)
    assert ((low <= projects.given) & (projects.given <= high)).all()
    assert np.isfinite(projects.deaths_samples).all()


def test_the_order_of_regions_and_the_scale_of_weights_change_nothing(history, projects):
    turned = projects_of(history, PAIRS[::-1], {})
    weights = weights_of({"exposure": 3.0})
    one, other = ranked(projects, weights, 5), ranked(turned, 7.0 * weights, 5)
    assert dict(zip(projects.keys, one.rank, strict=True)) == dict(zip(turned.keys, other.rank, strict=True))
    assert one.score.max() <= 1.0 and one.parts.shape == (len(WEIGHTS), len(projects.keys))


def test_the_two_sides_can_be_exchanged(history, projects):
    turned = projects_of(history, [(other, one) for one, other in PAIRS], {})
    back = [turned.keys.index((other, one, sector)) for one, other, sector in projects.keys]
    for name in ("share", "quotient", "given", "deaths"):
        assert getattr(turned, name)[::-1][:, back] == pytest.approx(getattr(projects, name))


def test_technology_is_told_where_both_sides_are_published(history):
    known = {("KR-28", "power"): (0.1, 0.3), ("CN-TJ", "power"): (0.8, 0.9), ("CN-TJ", "road"): (0.5, 0.6)}
    found = projects_of(history, PAIRS[:1], known)
    told = {found.sector[place]: found.equipped(place) for place in range(len(found.sector))}
    assert told["power"] == ("CN-TJ", pytest.approx(0.5))
    assert told["road"][0] == "" and told["industry"][0] == ""
    share = dict(zip(found.sector, found.standings()[list(WEIGHTS).index("technology")], strict=True))
    assert share["power"] == 1.0 and share["road"] == 0.0


def test_pairs_of_nations_groups_and_networks(pack):
    assert len(pairs_of(pack, "KR-28", "CHN")) == 33
    assert pairs_of(pack, "SCA", "JJJ") == [("SCA", "JJJ")]
    assert len(pairs_of(pack, "SCA", "JJJ", network=True)) == 9
    assert {other.split("-")[0] for _, other in pairs_of(pack, "KR-28")} >= {"CN", "JPN", "PRK"}
    assert not any(other.startswith("KR") for _, other in pairs_of(pack, "KR-28"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("KR-99",), "KR-99 is not known"),
        (("KR-28", "XXX"), "XXX is not known"),
        (("KR-28", "KR-28"), "no partner of its own"),
        (("KR-28", "KOR"), "KR-28 and KOR share KR-28"),
        (("SCA", "KR-11"), "SCA and KR-11 share KR-11"),
        (("KR-28", "RUS"), "no sector emits on both sides"),
        (("KR-50", "CHN"), "no sector emits on both sides"),
        (("SHIP", "CHN"), "no sector emits on both sides"),
        (("KR-28", "CHN", "ships"), "the sector ships is not known"),
        (("KR-28", "CHN", "solvent"), "solvent does not emit on both sides"),
        (("KR-28", "CHN", None, 0), "the parameter top cannot be 0"),
        (("KR-28", "CHN", None, 5, {"deaths": -2.0}), "the parameter deaths cannot be -2"),
    ],
)
def test_bad_questions_are_refused(pack, words, message):
    with pytest.raises(AirshedError, match=message):
        partners_table(pack, *words, samples=0)


def test_another_airshed(small_folder):
    """One sector, no projection, no inventory of a nation: everything is its first inventory."""
    rows = partners_table(airshed.open_pack(small_folder), "AA-2", "BBB", samples=200)
    assert rows[["region", "partner", "sector"]].to_numpy().tolist() == [["AA-2", "BBB", "industry"]]
    assert rows["inventory_region"].item() == "counted" and rows["quotient_partner"].item() == pytest.approx(1.0)
    assert rows["share_region"].item() == 1.0 and rows["gives"].item() > 0 and rows["deaths"].item() > 0


def test_a_pack_without_measures_says_so(small_copy):
    import json

    path = small_copy / "datapackage.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["resources"] = [row for row in held["resources"] if not row["table"].startswith(("measure", "applications"))]
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(AirshedError, match="measures"):
        partners_table(airshed.open_pack(small_copy), "AA-2", "BBB", samples=0)


def test_exposures_of_other_emissions_follow_them(pack, chain, history):
    """Seven times the emissions of a port give seven times as much to the other side, sector by sector."""
    printed = history_emissions(pack)
    more = printed.emissions.copy(deep=True)
    more["value"].loc[{"region": "CN-TJ", "sector": "offroad"}] *= 7.0
    other = facts_of(pack, chain, replace(printed, emissions=more), ["CN-TJ"])
    sides = [side_of(pack, chain, code) for code in ("CN-TJ", "KR-28")]
    place = history.sectors.index("offroad")
    before, after = (float(given(facts, facts.emitted, *sides)[place, 0]) for facts in (history, other))
    assert before > 0 and after == pytest.approx(7 * before)


def test_the_balance_of_a_project_adds_up_and_pays_as_both_gain(pack):
    rows = partners_table(pack, "KR-11", "CN-BJ", samples=0)
    lives = life_values(pack, ["KOR", "CHN"])
    np.testing.assert_allclose(rows["cost_region"] + rows["cost_partner"], rows["cost"])
    np.testing.assert_allclose(rows["worth_region"], rows["deaths_region"] * lives["KOR"].value)
    np.testing.assert_allclose(rows["worth_partner"], rows["deaths_partner"] * lives["CHN"].value)
    share = rows["worth_region"] / (rows["worth_region"] + rows["worth_partner"])
    np.testing.assert_allclose(rows["cost_region"] - rows["receives"], share * rows["cost"], rtol=1e-9)
    np.testing.assert_allclose(rows["deaths_share_partner"], rows["deaths_partner"] / rows["deaths"])


def test_what_stands_in_the_way_is_the_lowest_part_that_counts(pack):
    """Power of Gyeonggi with Hebei: 4 % of what Gyeonggi adds to PM2.5."""
    rows = partners_table(pack, "KR-41", "CN-HE", samples=0).set_index("sector")
    counted = [name for name, weight in WEIGHTS.items() if weight > 0]
    for sector, row in rows.iterrows():
        lowest = min(counted, key=lambda name: row[f"part_{name}"])
        assert row["weakest"] == lowest and row["weakest_standing"] == row[f"part_{lowest}"], sector
    assert rows.loc["power", "share_region"] < 0.05 and rows.loc["power", "weakest"] in ("relevance", "deaths")


def test_a_city_stands_for_the_region_around_it(pack):
    city, region = (partners_table(pack, code, "CN-BJ", samples=0, top=3) for code in ("suwon", "KR-41"))
    assert city["note"].str.startswith("suwon stands for KR-41").all()
    assert city.drop(columns="note").equals(region.drop(columns="note"))
