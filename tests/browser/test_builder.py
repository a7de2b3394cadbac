"""A scenario built in the browser: sliders by keyboard, the address, a reload, saving, opening it from the list."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WAIT = 90_000
ANSWERED = "#build[data-state=answered]"


@pytest.fixture
def page(browser, server):
    """Open a page that collects what goes wrong and what it asks for; both are checked at its end."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(WAIT)
    expect.set_options(timeout=WAIT)
    errors, asked = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert errors == []
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(server).netloc}


def deaths(page):
    """Return the deaths avoided that the page leads with."""
    return float(page.locator(".card b").first.inner_text().replace(",", ""))


def test_build_a_scenario(page, server):
    """In Korean: find the page, move a slider by keyboard, reload, save, open it from the list."""
    page.goto(f"{server}/ko/")
    page.get_by_role("navigation", name="페이지").get_by_role("link", name="시나리오 만들기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("시나리오 만들기")
    assert deaths(page) == 0
    slider = page.get_by_role("slider", name="중국, 도로이동")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**change=CHN:road:-10*")
    page.locator(ANSWERED).wait_for()
    assert slider.get_attribute("aria-valuetext") == "-10 %"
    assert page.evaluate("document.activeElement.type") == "range"
    found, told = deaths(page), page.get_by_role("status").inner_text()
    assert found > 0 and f"{found:,.0f}" in told
    rows = page.request.get(page.url.replace("/build?", "/build.json?")).json()
    assert found == round(rows["summary"]["deaths_avoided"])
    cell = page.locator("#rows-nations tr", has_text="중국").locator("td").nth(1)
    assert cell.text_content() == f"{rows['nations'][0]['deaths_avoided']:,.0f}"
    page.reload()
    expect(page.get_by_role("status")).to_have_text(told)
    assert page.get_by_role("slider", name="중국, 도로이동").input_value() == "-10"
    assert deaths(page) == found
    page.get_by_label("제목").fill("중국 도로 10 % 감축")
    page.get_by_role("button", name="저장", exact=True).click()
    page.get_by_role("link", name="중국 도로 10 % 감축").click()
    expect(page.get_by_role("status")).to_have_text(told)
    assert page.locator("[id='c.CHN.road']").input_value() == "-10"


def test_charts_and_files_follow_the_sliders(page, server):
    page.goto(f"{server}/en/scenarios/build?region=KOR")
    chart = page.locator("#deaths .chart")
    chart.scroll_into_view_if_needed()
    chart.locator("svg").first.wait_for()
    before = chart.inner_html()
    page.get_by_role("spinbutton", name="Industry").fill("-40")
    page.wait_for_url("**change=KOR:industry:-40*")
    expect(chart).not_to_have_js_property("innerHTML", before)
    assert chart.locator("svg").count() == 1
    for name in ("scenario.yaml", "changes.yaml", "plan.csv"):
        assert "change=KOR:industry:-40" in page.get_by_role("link", name=name).get_attribute("href")
    assert "change=KOR:industry:-40" in page.locator("#keep-query").get_attribute("value")
    assert "change=KOR%3Aindustry%3A-40" in page.get_by_role("link", name="한국어").get_attribute("href")


def test_measures_that_exclude_each_other_are_told_and_nothing_else_moves(page, server):
    both = "measure=KR-11:industry4.PR_HED:0.53&measure=KR-11:industry3.PR_HED:0.06&measure=KR-11:industry3.IN_HED:0.06"
    page.goto(f"{server}/en/scenarios/build?{both}")
    address = page.url
    for name in ("industry3.PR_HED", "industry3.IN_HED"):
        box = page.locator(f"[id='m.KR-11.{name}']")
        box.fill(box.get_attribute("max"))
    expect(page.get_by_role("alert")).to_contain_text("exclude each other")
    assert not page.locator(ANSWERED).count() or page.url != address
    page.locator("[id='m.KR-11.industry3.PR_HED']").fill("")
    page.locator("[id='m.KR-11.industry3.IN_HED']").fill("")
    page.locator(ANSWERED).wait_for()
    assert not page.get_by_role("alert").count()


def test_without_scripts_numbers_and_a_button_do_the_same(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{server}/en/scenarios/build?region=KR-11")
    assert page.get_by_role("slider").count() == 0
    page.get_by_label("Road transport", exact=True).fill("-30")
    page.get_by_role("button", name="Compute").click()
    page.wait_for_url(re.compile("change=KR-11:road:-30"))
    assert page.get_by_label("Road transport", exact=True).input_value() == "-30" and deaths(page) > 0
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ko", "zh"])
def test_the_page_fits(page, server, pictures, language, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server}/{language}/scenarios/build?change=KR-11:road:-30&measure=KOR:industry4.PR_HED:0.53")
    page.get_by_role("slider").first.wait_for()
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=pictures / f"build-{language}-{width}.png", full_page=True)
