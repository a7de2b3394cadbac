"""Jobs in headless Chromium: the page goes to the answer by itself, and ends the computation by keyboard."""

import pytest
from playwright.sync_api import expect

from airshed.store import Store
from airshed.web.app import create_app
from support.held import LONG, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def address(pack, held):
    store = Store()
    with serving(create_app(pack, store=store, patience=0.0), store) as (where, _):
        yield "http://{}:{}".format(*where)


@pytest.fixture
def page(browser):
    """Give a page that collects what goes wrong; that an answer is not there yet is no error."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(1000 * LONG)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: page.errors.append(said.text) if said.type in ("error", "warning") else None)
    yield page
    page.close()
    assert page.errors == []


def test_the_page_of_a_job_goes_to_the_answer_by_itself(page, address, held):
    page.goto(f"{address}/ko/claims")
    bar = page.get_by_role("progressbar", name="진행")
    for done in range(4):
        expect(bar).to_have_js_property("value", done / 4, timeout=1000 * LONG)
        held.go()
    page.get_by_role("heading", level=1, name="발표 수치 검증").wait_for()
    expect(page.locator("table tbody tr").first).to_be_visible(timeout=1000 * LONG)
    assert page.url == f"{address}/ko/claims" and held.calls == 1


def test_a_job_is_cancelled_by_keyboard(page, address, held):
    page.goto(f"{address}/en/claims")
    page.locator(".pages details").evaluate("part => part.open = false")
    reached = ""
    for _ in range(30):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.textContent")
        if reached == "Cancel":
            break
    assert reached == "Cancel"
    page.keyboard.press("Enter")
    page.get_by_text("the computation was ended before it was done").wait_for()
    held.go()
    page.get_by_role("link", name="All jobs").click()
    row = page.get_by_role("row", name="Claims")
    expect(row).to_contain_text("cancelled")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    row.get_by_role("link", name="Ask again").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_the_list_of_jobs_moves_without_a_new_load(page, address, held):
    page.goto(f"{address}/en/claims")
    page.goto(f"{address}/en/jobs")
    page.evaluate("window.same = true")
    button = page.get_by_role("button", name="Cancel")
    button.focus()
    held.go()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 0.25, timeout=1000 * LONG)
    expect(button).to_be_focused()
    held.go(3)
    page.get_by_role("link", name="See the answer").wait_for()
    assert page.evaluate("window.same") is True


def test_without_scripts_the_page_of_a_job_reaches_the_answer(browser, address, held):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(1000 * LONG)
    page.goto(f"{address}/en/claims")
    expect(page.get_by_role("progressbar")).to_be_visible()
    held.go(4)
    page.wait_for_url(f"{address}/en/claims")
    page.locator("#rows-claims").wait_for()
    context.close()


def test_what_is_printed_of_a_page_that_computes_says_so(page, address, held):
    """On paper stands that the answer is not there yet, and what is computed; on the screen there is no such word."""
    page.goto(f"{address}/ko/claims")
    said = page.locator(".paper")
    expect(said).to_be_hidden()
    page.emulate_media(media="print")
    expect(said).to_be_visible()
    assert said.inner_text().startswith("결과가 계산되기 전에") and page.locator("h1").is_visible()
    assert page.locator(".waiting .what").inner_text().strip()
    for _ in range(4):
        held.go()
