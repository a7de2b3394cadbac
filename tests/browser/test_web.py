"""The served pages in the browser: tabs by mouse and keyboard, forms, and what stands there without scripts."""

import json

import pytest

from support.browser import opened

pytestmark = pytest.mark.browser


def test_the_tabs_work_by_mouse_and_keyboard(browser, server):
    page = opened(browser, f"{server}/en/attribution?receptor=seoul", 1280)
    block = page.locator("#origins")
    assert block.get_by_role("tab").all_inner_texts() == ["Chart", "Table", "Download", "Cite", "Method", "Code"]
    assert block.get_by_role("tabpanel").count() == 1
    block.get_by_role("tab", name="Table").click()
    assert block.get_by_role("row", name="China").is_visible() and not block.locator(".chart").is_visible()
    for shown in ("all tables", "airshed 0", "Burnett|Van Dingenen|kernel", "airshed attribution seoul"):
        page.keyboard.press("ArrowRight")
        panel = block.get_by_role("tabpanel").inner_text()
        assert any(word in panel for word in shown.split("|")), panel
    assert page.errors == []
    page.close()


def test_a_form_leads_to_an_address_that_can_be_linked(browser, server):
    page = opened(browser, f"{server}/en/attribution", 1280)
    page.locator(".asking > summary").click()
    page.get_by_label("city, region, nation or group").select_option("beijing")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("heading", name="Who gives Beijing its PM2.5").wait_for()
    assert "receptor=beijing" in page.url
    page.goto(f"{server}/en/region/KR-11")
    page.locator(".asking > summary").click()
    page.get_by_label("region, nation or group").select_option("CN-HE")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/en/region/CN-HE")
    assert page.get_by_role("heading", level=1).inner_text() == "Hebei"
    page.close()


def test_without_scripts_tables_and_pictures_stand_below_each_other(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/en/attribution?receptor=seoul")
    assert page.locator("#origins table").is_visible()
    assert page.get_by_role("tab").count() == 0
    assert "CSV" in page.locator("#origins").inner_text()
    context.close()


def test_the_page_shows_what_the_command_prints(browser, server, cli):
    _, out, _ = cli("attribution", "seoul", "--format", "json")
    china = next(row for row in json.loads(out) if row["country"] == "CHN")
    page = opened(browser, f"{server}/en/attribution?receptor=seoul", 1280)
    page.locator("#origins").get_by_role("tab", name="Table").click()
    cells = page.locator("#origins").get_by_role("row", name="China").locator("td")
    assert cells.nth(1).inner_text() == f"{china['value']:.2f}"
    page.close()
