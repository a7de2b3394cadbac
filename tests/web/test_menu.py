"""The menu: six doors, every page once, and grey where the pack cannot answer."""

import re

import pytest

from airshed.pack.pack import open_pack
from airshed.web.app import create_app
from airshed.web.menu import LIKE, menu
from airshed.web.registry import PAGES
from support.small import write_grown

DOORS = ["My city", "Who affects whom", "What can be done", "A deal", "The green transition", "How far to trust it"]
HEADS = {
    "ko": [
        "우리 도시",
        "국가·지역 간 영향(기여율)",
        "무엇을 할 수 있는가",
        "합의",
        "녹색 전환",
        "어디까지 믿을 수 있는가",
    ],
    "zh": ["我的城市", "区域间传输贡献", "能做什么", "达成协议", "绿色转型", "可信程度如何"],
    "en": DOORS,
}

MEASURED = ("measures", "measure_effects", "measure_costs", "applications")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return open_pack(write_grown(tmp_path_factory.mktemp("small") / "pack", without=MEASURED))


def test_every_page_stands_once_beneath_one_of_the_doors(pack):
    found = menu(pack)
    assert list(found) == DOORS
    assert sorted(line.name for lines in found.values() for line in lines) == sorted(page.name for page in PAGES)


@pytest.mark.parametrize("language", HEADS)
def test_the_doors_are_told_in_the_language_of_the_page(client, language):
    text = client.get(f"/{language}/sources").text
    beside = re.search(r'<nav class="pages".*?</nav>', text, re.DOTALL).group()
    assert re.findall(r"<h2>(.*?)</h2>", beside) == HEADS[language]
    assert "lacks" not in beside


def test_a_page_without_its_tables_is_grey_and_names_them(small, connect):
    lines = {line.name: line.lacks for lines in menu(small).values() for line in lines}
    wanted = "measures, measure_effects, measure_costs"
    assert lines["plan"] == lines["regret"] == lines["cooperation"] == wanted
    assert lines["measures"] == "measures" and lines["activity"] == "activities, factors"
    assert lines["emissions"] == lines["attribution"] == lines["levels"] == lines["sources"] == ""
    with connect(create_app(small, patience=None)) as opened:
        text = opened.get("/en/sources").text
    assert re.search(r'<li class="lacks"><a href="/en/activity">.*?<small>the pack lacks: activities', text)


def test_pages_that_stand_for_others_are_pages():
    assert set(LIKE) <= {page.command or page.name for page in PAGES}
