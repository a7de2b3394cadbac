"""The served pages in headless Chromium: no console error, no other host, charts drawn, tabs that work."""

import os
import shutil
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATHS = ("", "region/KR-11", "attribution?receptor=seoul")
DRAWN = ".chart[data-state=drawn] svg"


@pytest.fixture(scope="module")
def server(pack):
    """Serve the built-in pack at a free port; returns the address."""
    import uvicorn

    from airshed.web.app import create_app

    held = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(create_app(pack, patience=None), log_level="warning"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [held]})
    thread.start()
    yield f"http://127.0.0.1:{held.getsockname()[1]}"
    running.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium")
    assert path, "Debian's chromium is missing; make test installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Return the folder of the screenshots: AIRSHED_SCREENSHOTS, or one that the run throws away."""
    folder = Path(os.environ.get("AIRSHED_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def opened(browser, address, width, **options):
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.set_default_timeout(90_000)
    page.errors, page.asked = [], []
    kinds = ("error", "warning")
    page.on("console", lambda message: page.errors.append(message.text) if message.type in kinds else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address, timeout=90_000)
    return page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ko", "zh"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_comes_alive(browser, server, pictures, path, language, width):
    page = opened(browser, f"{server}/{language}/{path}", width)
    for chart in page.locator(".block:has(.chart)").all():
        chart.scroll_into_view_if_needed()
        chart.locator(DRAWN).first.wait_for()
    assert page.errors == []
    assert {urlsplit(url).netloc for url in page.asked if not url.startswith("data:")} == {urlsplit(server).netloc}
    assert page.locator(DRAWN).count() == page.locator(".chart").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    name = path.split("?")[0].replace("/", "-") or "overview"
    page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
    page.close()


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
    page.get_by_label("city, region, nation or group").select_option("beijing")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("heading", name="Who gives Beijing its PM2.5").wait_for()
    assert "receptor=beijing" in page.url
    page.goto(f"{server}/en/region/KR-11")
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
    import json

    _, out, _ = cli("attribution", "seoul", "--format", "json")
    china = next(row for row in json.loads(out) if row["country"] == "CHN")
    page = opened(browser, f"{server}/en/attribution?receptor=seoul", 1280)
    page.locator("#origins").get_by_role("tab", name="Table").click()
    cells = page.locator("#origins").get_by_role("row", name="China").locator("td")
    assert cells.nth(1).inner_text() == f"{china['value']:.2f}"
    page.close()
