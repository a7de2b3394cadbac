"""Pictures of the pages for the README, small enough to be kept; `make screenshots` writes them to docs/images."""

import pytest

from airshed.answers.ask import Direct
from airshed.answers.chapters.local_page import local_page
from airshed.answers.chapters.local_paper import typeset
from airshed.answers.words import Words
from airshed.assessment import local
from airshed.pack.language import translator
from support.browser import draw, opened

pytestmark = pytest.mark.browser
PICTURES = (
    ("overview", "en/", 1280, 900),
    ("map", "ko/map?form=bubbles#map", 1280, 900),
    ("attribution", "en/attribution?receptor=seoul#origins", 1280, 900),
    ("build", "en/scenarios/build?change=CHN:road:-10", 1280, 900),
    ("cooperation", "ko/cooperation#shares", 1280, 900),
    ("phone", "ko/region/KR-11", 390, 844),
    ("city-ko", "ko/city/seoul", 1280, 900),
    ("city-zh", "zh/city/beijing", 1280, 900),
)
"""Name, address, width and height; an address with a part of the page begins at that part."""
DOTS = 84
"""Dots per inch of the sheet of paper."""
LARGEST, ALL = 300_000, 2_000_000
"""Bytes of one picture, and of all."""


@pytest.fixture(scope="module")
def sizes():
    return {}


@pytest.mark.parametrize(("name", "address", "width", "height"), PICTURES, ids=[name for name, *_ in PICTURES])
def test_a_picture_is_small(browser, server, pictures, sizes, name, address, width, height):
    page = opened(browser, f"{server}/{address}", width)
    draw(page)
    page.set_viewport_size({"width": width, "height": height})
    part = address.partition("#")[2]
    page.evaluate("part => part ? document.getElementById(part).scrollIntoView() : scrollTo(0, 0)", part)
    sizes[name] = len(page.screenshot(path=pictures / f"{name}.png", animations="disabled"))
    assert sizes[name] < LARGEST and sum(sizes.values()) < ALL, sizes
    page.close()


@pytest.mark.parametrize(("language", "city"), [("ko", "seoul"), ("zh", "beijing")])
def test_the_sheet_of_a_city_is_a_picture(pack, pictures, sizes, language, city):
    """The page as it is printed, one sheet of A4, beside the picture of the page on the screen."""
    words = Words(pack, language, translator(language))
    page = local_page(Direct(pack), words, local.city(pack, city), None)
    sheet = typeset(page, words, "png", DOTS)
    assert isinstance(sheet, bytes)
    (pictures / f"paper-{language}.png").write_bytes(sheet)
    width, height = (int.from_bytes(sheet[place : place + 4], "big") for place in (16, 20))
    assert height / width == pytest.approx(297 / 210, rel=0.01)
    sizes[f"paper-{language}"] = len(sheet)
    assert len(sheet) < LARGEST and sum(sizes.values()) < ALL, sizes
