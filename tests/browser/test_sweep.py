"""Every page in the browser: silent console, no other host, nothing too wide, charts drawn, letters there, no fault."""

import re
from urllib.parse import urlsplit

import pytest

from airshed.web.registry import PAGES
from support.browser import DESKTOP, DRAWN, LETTERS, PHONE, draw, faults, fonts, hosts, opened

pytestmark = pytest.mark.browser
BY_NAME = {page.name: page for page in PAGES}
VIEWS = {"en": DESKTOP, "zh": DESKTOP, "ko": PHONE}
ENGLISH = ("overview", "map", "attribution", "builder", "plan", "cooperation", "deals", "partners", "sources")
"""Pages of every kind: all are seen in Chinese at desktop width and in Korean on a phone."""
SHOW = "document.querySelectorAll('.tab[hidden], details').forEach(part => { part.hidden = false; part.open = true; })"
PAPER = 703
"""The width of A4 without its margins of 12 mm, at 96 dots per inch."""
YEAR = r"(?:19|20)\d\d"
LEADS = {"builder": "#told"}
"""Where the first sentence stands, if not on top."""
UNMEASURED = ("scenario", "plan-evaluate", "plan-compare")
"""Pages whose first sentence counts in words, or says that nothing is chosen yet."""
FAMILIES = {"ko": "CJK KR", "zh": "CJK SC"}


@pytest.mark.parametrize(
    ("language", "name"),
    [(language, name) for language in VIEWS for name in (ENGLISH if language == "en" else BY_NAME)],
)
def test_a_page_comes_alive(browser, server, pack, pictures, language, name):
    width = VIEWS[language]
    page = opened(browser, f"{server}/{language}/{BY_NAME[name].address(pack)}", width)
    draw(page)
    assert page.errors == [] and page.evaluate("window.refused") == []
    assert hosts(page) == {urlsplit(server).netloc}
    assert page.locator("h1").count() == 1 and page.locator("h1").inner_text().strip()
    assert page.locator(DRAWN).count() == page.locator(".chart").count()
    marks = page.eval_on_selector_all(
        ".chart", "charts => charts.map(c => c.querySelectorAll('.role-mark > *').length)"
    )
    assert all(marks), marks
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    letters = page.evaluate(LETTERS)
    assert letters["missing"] == []
    if language in FAMILIES:
        assert letters["count"] > 100
        assert {family for family in fonts(page) if re.search("CJK|Serif", family)} == {
            f"Noto Sans {FAMILIES[language]}"
        }
    page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
    says_a_number_with_its_year(page, name)
    fits_elsewhere(page, width)
    if width == PHONE:
        page.evaluate(SHOW)
        draw(page)
    assert faults(page) == []
    if language != "ko":  # letters and colours are those of the wide page
        page.emulate_media(color_scheme="dark")
        assert faults(page, "color-contrast") == []
    page.close()


def says_a_number_with_its_year(page, name):
    """The first paragraph can be said aloud: it holds a number and, but for what is of no year, the year of it."""
    said = page.locator(LEADS.get(name, "main p.lead")).first.inner_text()
    years = re.findall(YEAR, said)
    assert years, said
    assert name in UNMEASURED or re.search(r"\d", re.sub(YEAR, "", said)), said


def fits_elsewhere(page, width):
    """The page is as wide as the screen at the other width too, and as the paper when it is printed."""
    height = page.viewport_size["height"]
    for other in (DESKTOP, PHONE):
        page.set_viewport_size({"width": other, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= other
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    assert not page.locator("nav.pages").is_visible() and page.locator("h1").is_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_korea_and_japan_are_seen_on_the_map_of_a_phone(browser, server, language):
    """Marks of both lie within the width of the screen as the map opens; the rest is reached by moving it sideways."""
    page = opened(browser, f"{server}/{language}/map", PHONE)
    draw(page)
    page.locator("#map .chart.linked").wait_for()
    seen = page.eval_on_selector_all(
        "#map svg path[aria-label]",
        """marks => marks.filter(mark => {
            const box = mark.getBoundingClientRect();
            return box.width > 0 && box.left >= 0 && box.right <= window.innerWidth;
        }).map(mark => mark.__data__?.datum?.code)""",
    )
    assert {"KR-11", "KR-26", "JPN"} <= set(seen)
    page.close()


def test_a_letter_without_a_glyph_is_found(browser, server):
    """The check of letters must be able to fail: private letters, in the text and in a field."""
    page = opened(browser, f"{server}/ko/sources")
    assert page.evaluate(LETTERS)["missing"] == []
    page.locator("h1").evaluate("heading => heading.append('\\uE0F7\\u{10ABCD} 가 서울')")
    assert page.evaluate(LETTERS)["missing"] == ["\ue0f7", "\U0010abcd"]
    page.close()


def test_a_refused_script_is_noticed(browser, server):
    """The check of the policy must be able to fail: a script in the page is refused, and said in the console."""
    page = opened(browser, f"{server}/ko/sources")
    page.evaluate("""() => new Promise((noticed) => {
        document.addEventListener("securitypolicyviolation", () => noticed());
        const script = document.createElement("script");
        script.textContent = "1";
        document.body.append(script);
    })""")
    assert page.evaluate("window.refused")[0].startswith("script-src") and len(page.errors) == 1
    page.close()
