"""The report in headless Chromium: no console error, no outside request, pictures drawn, nothing cut off."""

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_report_opens_cleanly(browser, run_folder, language, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    errors, requests = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    address = (run_folder / f"report.{language}.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("load")
    assert errors == []
    assert {url for url in requests if not url.startswith("data:")} == {address}
    assert page.locator("html").get_attribute("lang") == language
    widths = page.eval_on_selector_all("figure img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == 14 and min(widths) > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert all(page.eval_on_selector_all("figure img", "images => images.map(image => image.alt.length > 0)"))
    page.close()


def test_the_page_shows_what_the_command_prints(browser, run_folder, cli):
    import json

    _, out, _ = cli("attribution", "seoul", "--year", "2015", "--format", "json")
    china = next(row for row in json.loads(out) if row["country"] == "CHN")
    page = browser.new_page()
    page.goto((run_folder / "report.en.html").as_uri() + "#table-origins-seoul")
    row = page.locator("#table-origins-seoul tbody tr", has_text="China")
    assert row.locator("td").nth(1).inner_text() == f"{china['value']:.2f}"
    assert row.locator("td").nth(2).inner_text() == f"{100 * china['share']:.0f} %"
    page.close()


def test_the_annex_is_folded_on_the_screen_opened_by_a_link_and_whole_on_paper(browser, run_folder):
    page = browser.new_page()
    page.goto((run_folder / "report.en.html").as_uri())
    last = page.locator("#table-sources tbody tr").last.locator("td").first
    assert last.inner_text() == ""
    page.emulate_media(media="print")
    assert last.inner_text() == last.text_content() != ""
    page.emulate_media(media="screen")
    first = page.locator("#health a[href^='#table-']").first
    first.click()
    assert page.locator(first.get_attribute("href")).is_visible()
    page.close()


def test_korean_letters_are_drawn(browser, run_folder):
    """A letter without a glyph is as wide as the box of an unassigned one; the page's letters must not be."""
    page = browser.new_page()
    page.goto((run_folder / "report.ko.html").as_uri())
    found = page.evaluate(
        """() => {
            const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
            const font = getComputedStyle(document.body).fontFamily;
            const draw = letter => {
                context.canvas.width = 40; context.canvas.height = 40;
                context.font = `30px ${font}`; context.fillText(letter, 2, 32);
                return context.getImageData(0, 0, 40, 40).data.join();
            };
            const missing = draw('\\u{10FFFE}');
            const letters = new Set(document.body.innerText.match(/[\\uAC00-\\uD7A3\\u4E00-\\u9FFF]/g));
            return [letters.size, [...letters].filter(letter => draw(letter) === missing)];
        }"""
    )
    assert found[0] > 100 and found[1] == []
    page.close()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_sheet_of_a_deal_opens_cleanly(browser, pack, deal, tmp_path, language, width):
    from airshed.answers.chapters.paper import write_sheet

    write_sheet(deal, pack, language, tmp_path / "deal.html")
    page = browser.new_page(viewport={"width": width, "height": 900})
    errors, requests = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    address = (tmp_path / "deal.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("load")
    assert errors == []
    assert {url for url in requests if not url.startswith("data:")} == {address}
    assert page.eval_on_selector_all("figure img", "images => images.map(image => image.naturalWidth > 100)") == [True]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    gain = deal.shares.set_index("player")["share"]["KOR"]
    assert page.locator("#shares tbody tr").first.locator("td").nth(4).inner_text() == f"{gain:,.0f}"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 2
    page.close()
