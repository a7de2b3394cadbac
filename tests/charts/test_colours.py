"""Colours: the same for a code everywhere, and told apart by every kind of vision."""

from itertools import pairwise

import pytest

from airshed.charts import colours as table
from airshed.charts.colours import APART, GREY, NATURAL_COLOUR, categories, colours, colours_of_nations
from airshed.pack.codes import countries, leaves
from airshed.pack.pack import open_pack
from support.colour import SIGHTS, ciede2000, nearest

SHARMA = (
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)
"""Pairs of CIELAB colours and their difference: Sharma, Wu, Dalal, Color Res. Appl. 30, 2005, table 1."""
TOGETHER = {
    "nations": [*table.NATIONS.values(), NATURAL_COLOUR, GREY],
    "sectors": [*table.SECTORS.values(), NATURAL_COLOUR, GREY],
    "pollutants": [*table.POLLUTANTS.values(), NATURAL_COLOUR, GREY],
    "scenarios": list(table.SCENARIOS.values()),
    "all": [*table.SET, NATURAL_COLOUR, GREY],
    "plan": [table.BEFORE, table.AFTER, table.BEST],
    "evidence": [table.MAIN, table.OBSERVED, table.PUBLISHED],
    "categories": categories(13),
}


@pytest.mark.parametrize(("one", "other", "difference"), SHARMA)
def test_the_difference_is_the_published_one(one, other, difference):
    assert ciede2000(one, other) == pytest.approx(difference, abs=5e-5)
    assert ciede2000(other, one) == pytest.approx(difference, abs=5e-5)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("kind", TOGETHER)
def test_two_colours_that_stand_together_can_be_told_apart(kind, sight):
    held = TOGETHER[kind]
    assert len(set(held)) == len(held)
    assert nearest(held, sight)[0] >= APART, nearest(held, sight)


def test_a_code_has_its_colour_whoever_stands_beside_it(pack):
    nations = countries(pack)
    alone = [colours(pack, [code])[0] for code in nations]
    assert colours(pack, nations) == alone and len(set(alone)) == len(nations)
    assert colours(pack, ["JPN", "natural", "KOR"]) == [table.NATIONS["JPN"], NATURAL_COLOUR, table.NATIONS["KOR"]]
    sectors = [str(code) for code in pack.table("sectors")["code"]]
    assert len(set(colours(pack, sectors))) == len(sectors)


def test_codes_without_a_colour_share_none_with_those_beside_them(pack):
    provinces = leaves(pack)
    for first, last in pairwise(range(0, len(provinces), 6)):
        held = ["CHN", "KOR", *provinces[first:last]]
        given = colours(pack, held)
        assert given[:2] == [table.NATIONS["CHN"], table.NATIONS["KOR"]]
        assert len(set(given)) == len(given) and GREY not in given
        assert colours(pack, held[::-1]) == given[::-1]


def test_what_is_beyond_the_colours_is_grey(pack):
    cities = [str(code) for code in pack.table("receptors")["code"]]
    assert len(cities) > len(table.SET)
    given = colours(pack, cities)
    assert given.count(GREY) == len(cities) - len(table.SET)
    assert categories(20)[13:] == [GREY] * 7


def test_a_region_has_the_colour_of_its_nation(pack):
    assert colours_of_nations(pack, ["KR-11", "CN-BJ", "JPN"]) == colours(pack, ["KOR", "CHN", "JPN"])


def test_nations_of_another_pack_have_colours_too(small_folder):
    given = colours(open_pack(small_folder), ["AAA", "BBB"])
    assert len(set(given)) == 2 and set(given) <= set(table.SET)
