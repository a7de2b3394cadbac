"""What axe-core finds where something is wrong; test_sweep.py asks it about every page."""

import pytest

from airshed.web.registry import PAGES
from support.browser import PHONE, draw, faults, opened

pytestmark = pytest.mark.browser
BY_NAME = {page.name: page for page in PAGES}


@pytest.mark.parametrize("name", ["overview", "attribution"])
def test_axe_finds_nothing_on_a_phone(browser, server, pack, name):
    page = opened(browser, f"{server}/ko/{BY_NAME[name].address(pack)}", PHONE)
    draw(page)
    assert faults(page) == []
    page.close()


def test_axe_finds_nothing_on_a_page_that_says_what_is_wrong(browser, server):
    page = opened(browser, f"{server}/ko/region/nowhere")
    assert faults(page) == []
    page.close()


def test_axe_finds_what_is_wrong(browser, server):
    """The check must be able to fail: letters too pale, a field without a name, a picture without words.

    A row far down a table that is not like the others is looked at too.
    """
    page = opened(browser, f"{server}/ko/sources")
    page.evaluate("""() => {
        const main = document.querySelector("main");
        const pale = document.createElement("p");
        pale.textContent = "pale";
        pale.style.color = "#bbb";
        main.append(pale, document.createElement("input"), document.createElement("img"));
        const rows = document.querySelector("tbody").rows;
        rows[rows.length - 1].cells[0].append(document.createElement("button"));
    }""")
    assert page.locator("tbody").first.locator("tr").count() > 20
    found = " ".join(faults(page))
    assert all(rule in found for rule in ("color-contrast", '"label"', "image-alt", "button-name"))
    page.close()


def test_a_wide_chart_is_moved_by_the_keyboard(browser, server):
    page = opened(browser, f"{server}/ko/attribution", PHONE)
    draw(page)
    chart = page.locator("#matrix .chart")
    assert page.locator("#matrix .sideways").is_visible() and chart.get_attribute("aria-label")
    chart.focus()
    page.keyboard.press("ArrowRight")
    chart.evaluate("""chart => new Promise((moved) => {
        if (chart.scrollLeft) moved();
        else chart.addEventListener("scroll", moved, { once: true });
    })""")
    narrow = page.locator("#origins .chart")
    assert narrow.get_attribute("tabindex") is None and not page.locator("#origins .sideways").is_visible()
    page.set_viewport_size({"width": 1600, "height": 900})
    page.locator("#matrix .chart:not([tabindex])").wait_for()
    page.close()
