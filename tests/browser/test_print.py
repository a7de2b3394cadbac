"""Printed and in the dark: nothing cut or left out, no menu on paper, letters that can be read."""

import pytest
from playwright.sync_api import expect

from support.browser import faults, opened

pytestmark = pytest.mark.browser
PAPER = {"width": 703, "height": 1000}
"""The width of A4 without its margins of 12 mm, at 96 dots per inch."""


def at_rest(page):
    """Wait until the page has drawn its charts by itself, also those that nobody has scrolled to."""
    expect(page.locator(".chart:not([data-state=drawn])")).to_have_count(0)


@pytest.mark.parametrize("address", ["ko/attribution?receptor=seoul", "en/damage#rows-damage", "zh/equations"])
def test_paper_has_charts_and_tables_whole_and_no_menu(browser, server, address):
    page = opened(browser, f"{server}/{address}")
    at_rest(page)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(PAPER)
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    for part in (".pages", ".languages", ".tabs", "form.seek", "footer", ".copy"):
        assert not any(each.is_visible() for each in page.locator(part).all()), part
    for part in (".block table", ".colophon"):
        assert page.locator(part).count() and all(each.is_visible() for each in page.locator(part).all()), part
    for chart in page.locator(".chart").all():
        drawn = chart.locator("svg").first.bounding_box()
        assert drawn["width"] > 300 and drawn["x"] + drawn["width"] <= PAPER["width"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_charts_out_of_sight_are_drawn_once_the_page_is_at_rest(browser, server):
    page = opened(browser, f"{server}/ko/attribution?receptor=seoul")
    at_rest(page)
    assert page.locator(".chart").count() > 2 and page.evaluate("window.scrollY") == 0
    page.close()


@pytest.mark.parametrize("address", ["ko/attribution", "en/damage?find=seoul#rows-damage"])
def test_axe_finds_nothing_in_the_dark(browser, server, address):
    page = opened(browser, f"{server}/{address}")
    page.emulate_media(color_scheme="dark")
    at_rest(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 28)"
    assert faults(page) == []
    page.close()
