"""Pages beside a bare page of FastAPI of the same size: kept ones, and ones that are made anew from kept answers."""

import time
from statistics import median

import pytest

from airshed.web.app import create_app
from airshed.web.registry import PAGES

CACHED, UNCACHED, SLIDER = 0.020, 0.150, 0.300
"""Seconds at the median."""
ROUNDS = 5


@pytest.fixture(scope="module")
def client():
    from starlette.testclient import TestClient

    import airshed

    with TestClient(create_app(airshed.open_pack(), patience=None)) as opened:
        yield opened


def bare_client(text):
    """Return a client of an application that sends one page."""
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse
    from starlette.testclient import TestClient

    app = FastAPI()

    @app.get("/")
    def page():
        return HTMLResponse(text)

    return TestClient(app)


def taken(ask, rounds=ROUNDS):
    """Return the median seconds of a call."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return median(times)


def test_pages_against_a_bare_page(client, tell):
    site = client.app.state.site
    pack = site.pack
    cached, uncached, sizes = {}, {}, {}
    for page in PAGES:
        address = f"/ko/{page.address(pack)}"
        sizes[page.name] = len(client.get(address).text)

        def anew(address=address):
            site.cache.clear()
            client.get(address)

        uncached[page.name] = taken(anew, 3)
        cached[page.name] = taken(lambda address=address: client.get(address))
    text = "x" * int(median(sizes.values()))
    with bare_client(text) as bare:
        floor = taken(lambda: bare.get("/"), 50)
    kept, made = median(cached.values()), median(uncached.values())
    slowest = max(uncached, key=lambda name: uncached[name])
    tell(
        f"bare page {1e3 * floor:.1f} ms; cached {1e3 * kept:.1f} ms, ratio {kept / floor:.1f} (under 20 ms); "
        f"uncached {1e3 * made:.0f} ms, ratio {made / floor:.0f} (under 150 ms); "
        f"slowest {slowest} {1e3 * uncached[slowest]:.0f} ms",
        "cached page",
        "",
        here=kept,
        theirs=floor,
        beside="bare page",
    )
    assert kept < CACHED and made < UNCACHED
    assert kept < 20 * floor


def test_a_slider_against_a_bare_page(client, tell):
    """Every answer is a new one: the percentage of one slider changes, three others and two measures stay."""
    stem = "/ko/scenarios/build/answer?change=KR-11:road:-30&change=JPN:industry:10&change=CHN:agriculture:-20"
    stem += "&measure=KOR:industry4.PR_HED:0.53&measure=CN-HE:residential_commercial.STV_PELL:0.4"
    size = len(client.get(f"{stem}&change=CHN:power:1").content)
    steps = iter(range(2, 100))
    with bare_client("x" * size) as bare:
        floor = taken(lambda: bare.get("/"), 20)
        made = taken(lambda: client.get(f"{stem}&change=CHN:power:-{next(steps)}"), 21)
    tell(
        f"slider: bare page {1e3 * floor:.1f} ms; answer {1e3 * made:.0f} ms at the median, ratio {made / floor:.0f} "
        f"(under 300 ms)",
        "slider",
        "",
        here=made,
        theirs=floor,
        beside="bare page",
    )
    assert made < SLIDER
