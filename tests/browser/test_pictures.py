"""Pictures of the pages for the README, small enough to be kept; `make screenshots` writes them to docs/images."""

import pytest

from support.browser import draw, opened

pytestmark = pytest.mark.browser
PICTURES = (
    ("overview", "en/", 1280, 900),
    ("map", "ko/map?form=bubbles#map", 1280, 900),
    ("attribution", "en/attribution?receptor=seoul#origins", 1280, 900),
    ("build", "en/scenarios/build?change=CHN:road:-10", 1280, 900),
    ("cooperation", "ko/cooperation#shares", 1280, 900),
    ("phone", "ko/region/KR-11", 390, 844),
)
"""Name, address, width and height; an address with a part of the page begins at that part."""
LARGEST, ALL = 300_000, 1_000_000
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
