"""The map in headless Chromium: marks are links that the keyboard reaches, drawn within the policy of the page."""

import json

import pytest

from support.held import serving

pytestmark = pytest.mark.browser
MARK = "#map svg path[role=link]"
DRAWN = "#map .chart[data-state=drawn].linked"


@pytest.fixture(scope="module")
def server(pack, tmp_path_factory):
    """Serve the built-in pack, with two square areas for boundaries, at a free port."""
    from airshed.pack.boundaries import read_boundaries
    from airshed.store import Store
    from airshed.web.app import create_app

    squares = {"KR-11": (126.0, 37.0), "CN-BJ": (116.0, 39.0)}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2], [x, y]]]},
        }
        for code, (x, y) in squares.items()
    ]
    path = tmp_path_factory.mktemp("areas") / "areas.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    store = Store()
    app = create_app(pack, store=store, patience=None, boundaries=read_boundaries(pack, [path]))
    with serving(app, store) as (place, _):
        yield "http://{}:{}".format(*place)


@pytest.fixture
def visit(browser, server):
    """Return what opens an address at a width; the page must end without a message of the console."""
    pages = []

    def visit(address, width=1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(90_000)
        page.told = []
        page.on("console", lambda message: page.told.append(message.text))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event => console.error(event.violatedDirective))"
        )
        page.goto(server + address)
        pages.append(page)
        return page

    yield visit
    assert [page.told for page in pages if page.told] == []
    for page in pages:
        page.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("query", ["", "form=bubbles&quantity=deaths", "form=boundaries", "form=bubbles&within=KOR"])
def test_a_map_is_drawn_and_its_marks_are_links(visit, pictures, query, width):
    page = visit(f"/ko/map?{query}", width)
    page.locator(DRAWN).wait_for()
    marks = page.locator(MARK)
    assert marks.count() == {"form=boundaries": 2, "form=bubbles&within=KOR": 17}.get(query, 55)
    named = marks.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    assert any(name.startswith("서울특별시: ") for name in named) and len(set(named)) == len(named)
    assert marks.evaluate_all("marks => marks.filter(mark => mark.tabIndex === 0).length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if query:
        assert page.locator("#map svg").bounding_box()["width"] <= width
    name = "-".join(part.split("=")[1] for part in query.split("&")) if query else "tiles"
    page.screenshot(path=pictures / f"map-{name}-ko-{width}.png", full_page=True)


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


@pytest.mark.parametrize("form", ["tiles", "bubbles", "boundaries"])
def test_the_keyboard_reaches_every_mark_and_opens_its_region(visit, form):
    page = visit(f"/ko/map?form={form}")
    page.locator(DRAWN).wait_for()
    page.locator("#map").get_by_role("tab", name="그래프").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "link"
    seen, waiting = set(), [focused(page)]
    page.keyboard.press("Home")
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"):
            page.evaluate(
                "name => [...document.querySelectorAll('#map [role=link]')]"
                ".find(mark => mark.getAttribute('aria-label') === name).focus()",
                name,
            )
            page.keyboard.press(key)
            waiting.append(focused(page))
    assert len(seen) >= 0.9 * page.locator(MARK).count()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    first = focused(page).split(":")[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/ko/region/*")
    assert page.get_by_role("heading", level=1).inner_text() == first


def test_a_click_opens_the_region(visit):
    page = visit("/en/map")
    page.locator(DRAWN).wait_for()
    page.get_by_role("link", name="Seoul: ").click()
    page.wait_for_url("**/en/region/KR-11")
    assert page.get_by_role("heading", level=1).inner_text() == "Seoul"


def test_the_overview_and_the_flows_lead_on_too(visit):
    page = visit("/en/attribution?receptor=seoul")
    page.locator("#flows").scroll_into_view_if_needed()
    page.locator("#flows .chart.linked").wait_for()
    assert page.locator("#flows svg path[role=link]").count() == 15
    page.locator("#flows svg path[role=link][aria-label^='Shandong']").click()
    page.wait_for_url("**/en/region/CN-SD")
    page.goto(page.url.replace("region/CN-SD", ""))
    page.locator("#map").scroll_into_view_if_needed()
    page.locator("#map .chart.linked").wait_for()
    assert page.locator("#map svg path[role=link]").count() > 40
