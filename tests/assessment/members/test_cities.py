"""Cities as members: their shares by hand from the tables, one GDP rule, sums over a region, overlaps refused."""

import numpy as np
import pytest

from airshed.assessment.chain.cities import city_of, members_asked, platform, platform_nations
from airshed.assessment.chain.economy import known_products, product_of
from airshed.assessment.games.cooperate import bargain_at
from airshed.assessment.games.game import table_of
from airshed.assessment.games.keys import income_of, key_of, people_of_players
from airshed.assessment.lives.value import value_table
from airshed.assessment.members.budget import BudgetTerms, budget
from airshed.assessment.members.budget_keys import incomes, people, products, read_key
from airshed.assessment.members.schedule import member_gdp
from airshed.pack.errors import AirshedError

TEN = ["seoul", "suwon", "beijing", "guiyang", "shenzhen", "jinan", "sichuan", "tokyo", "kitakyushu", "ulaanbaatar"]
YEAR = 2030


def test_the_ten_cities_of_the_forum_are_the_platform(pack):
    assert platform(pack) == TEN
    assert platform_nations(pack) == ["CHN", "KOR", "JPN", "MNG"]
    assert members_asked(pack, ["cities"])[:3] == ["KR-11", "suwon", "CN-BJ"]


@pytest.mark.parametrize(
    ("city", "persons", "around"),
    [("suwon", 1194313, 12479061), ("tokyo", 13515271, None), ("jinan", 7132000, 98470000)],
)
def test_a_city_has_its_share_of_the_people_of_its_region(pack, city, persons, around):
    found = city_of(pack, city)
    whole = around or float(people(pack, [found.region], 2015)[found.region])
    assert found.share == pytest.approx(persons / whole, rel=1e-6)
    assert found.emitted_low <= found.share <= found.emitted_high and found.gdp_low <= found.share <= found.gdp_high


def test_a_city_that_is_a_region_is_no_share(pack):
    assert all(city_of(pack, code) is None for code in ("seoul", "beijing", "sichuan", "KOR", "JJJ"))


def test_seoul_and_beijing_divide_by_gdp_as_they_stand_side_by_side(pack):
    """345 of 1,564 thousand billion won, as one edition prints both, of 1,466.039 billion USD; and 369.565 billion."""
    seoul, beijing = 1_466_039 * 345 / 1564, 369_565.0
    key = read_key(pack, "gdp", ["KR-11", "CN-BJ"], 2015)
    assert float(key.shares["KR-11"]) == pytest.approx(seoul / (seoul + beijing), rel=1e-6)
    assert round(100 * float(key.shares["KR-11"]), 1) == 46.7


def test_all_commands_take_one_gdp(pack):
    codes = ["KR-11", "KR-41", "CN-BJ", "JPN", "suwon", "SCA", "TM5_COR"]
    found = [product_of(pack, code).value for code in codes]
    assert [value / 1e6 for value in products(pack, codes).values()] == pytest.approx(found)
    assert member_gdp(pack, codes) == pytest.approx(found)
    table = table_of(pack, ["suwon", "KR-11", "JPN"], YEAR)
    assert income_of(pack, table) == pytest.approx([found[4], found[0], found[3]])
    assert known_products(pack, [*codes, "PRK"]) == pytest.approx(dict(zip(codes, found, strict=True)))
    whole = product_of(pack, "KR-41").value
    assert found[4] == pytest.approx(whole * city_of(pack, "suwon").share)
    # the other provinces by their shares of 2014 in the sum of the units that the same print gives
    assert product_of(pack, "KR-26").value == pytest.approx(product_of(pack, "KOR").value * 73700 / 1484500)


def test_a_block_that_is_a_nation_has_its_gdp_by_every_door(pack):
    """World Bank 2015: Korea 1,466.039 billion USD, Japan 4,444.931: 24.802 and 75.198 per cent."""
    wanted = 1466.039 / (1466.039 + 4444.931)
    two = ["TM5_COR", "JPN"]
    assert float(read_key(pack, "gdp", two, 2015).shares["TM5_COR"]) == pytest.approx(wanted)
    assert member_gdp(pack, two) == pytest.approx([1466039.0, 4444931.0])
    table = table_of(pack, two, YEAR)
    weights = income_of(pack, table)
    assert weights[0] / weights.sum() == pytest.approx(wanted)


def test_the_value_of_lives_of_a_province_is_told_against_its_own_gdp(pack, assessment):
    """Of Busan: its share of 2014 in the sum of the units, of Korea's GDP of 2015."""
    (row,) = value_table(pack, assessment, ["KR-26"]).to_dict("records")
    percent = 100 * row["value"] / (1466039.0 * 73700 / 1484500)
    assert percent < 9.95 and f"; {percent:.1f} % of its GDP of 2015" in row["note"]


def test_the_rates_of_the_united_nations_prorated(pack):
    """China, Japan, Korea and Mongolia: 52.6, 37.5, 9.9 and 0.02 per cent."""
    shares = read_key(pack, "un-rates", ["CHN", "JPN", "KOR", "MNG"], 2015).shares
    assert [round(100 * float(shares[code]), 1) for code in ("CHN", "JPN", "KOR")] == [52.6, 37.5, 9.9]
    assert round(100 * float(shares["MNG"]), 2) == 0.02


def test_a_city_plays_with_its_share_of_measures_and_people(pack):
    """What the rest of the region would add is what is missing to the region's own game: benefits and costs scale."""
    share = city_of(pack, "suwon").share
    city, whole = (table_of(pack, [code, "JPN"], YEAR) for code in ("suwon", "KR-41"))
    assert people_of_players(city)[0] == pytest.approx(share * people_of_players(whole)[0])
    mine = city.game.owner == 0
    assert mine.sum() == (whole.game.owner == 0).sum()
    np.testing.assert_allclose(city.game.cost[mine], share * whole.game.cost[mine])
    np.testing.assert_allclose(city.game.benefit[mine, 0], share**2 * whole.game.benefit[mine, 0])
    np.testing.assert_allclose(city.game.benefit[mine, 1], share * whole.game.benefit[mine, 1])
    benefit = np.zeros(2)
    for key in ("emissions", "polluter-pays"):
        assert key_of(pack, city, key, benefit)[0] / key_of(pack, whole, key, benefit)[0] <= share + 1e-9


def test_two_cities_of_one_region_play_side_by_side(pack):
    table = table_of(pack, ["tokyo", "kitakyushu", "KOR"], YEAR)
    first, second = (table.game.owner == at for at in (0, 1))
    assert first.sum() == second.sum() > 0 and not set(table.game.group[first]) & set(table.game.group[second])
    assert bargain_at(table, "current").gain > 0


@pytest.mark.parametrize("players", [["suwon", "KOR"], ["KR-41", "suwon"]])
def test_a_city_and_its_region_overlap(pack, players):
    with pytest.raises(AirshedError, match="overlap"):
        table_of(pack, players, YEAR)
    with pytest.raises(AirshedError, match="overlap"):
        budget(pack, BudgetTerms(members=tuple(players), total=100, years=(2027,)))


def test_the_ten_cities_share_a_budget(pack):
    found = budget(pack, BudgetTerms(members=("cities",), total=1_000_000_00, years=(2027,), key="population"))
    persons, _ = people(pack, members_asked(pack, ["cities"]), 2015), incomes(pack, ["KOR", "JPN"])
    rows = found.rows.set_index("member")
    for member, count in persons.items():
        assert rows.loc[member, "key_share"] == pytest.approx(count / sum(persons.values()))
    assert rows.loc["suwon", "note"].startswith("9.6 % of KR-41 by people") and rows.loc["KR-11", "note"] == ""
