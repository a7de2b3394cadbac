"""The server in a process of its own: 50 clients beside a bare page of FastAPI, and the first load in Chromium."""

import asyncio
import http.client
import random
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from statistics import median, quantiles

import pytest

import airshed
from airshed.answers.common import places, receptors
from airshed.pack.language import LANGUAGES
from airshed.web.registry import PAGES

CLIENTS, SECONDS, FLOOR_SECONDS = 50, 60, 5
LATER = 202
"""Status of a page that is being computed."""
NO_EMISSIONS, NO_DEATHS = "KR-50", "RUS"
"""What the pack does not know is not asked: emissions of Jeju, deaths of Russia."""
LONGEST = 65.0
"""Seconds after which an answer that has not come counts as an error."""
FIRST_LOAD, INTERACTIVE = 600_000, 2.0
"""Bytes as they are sent, and seconds to the first chart, at the median."""
ROUNDS = 5
BARE = """
import sys, socket, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
app = FastAPI()
text = "x" * int(sys.argv[1])
@app.get("/")
def page():
    return HTMLResponse(text)
held = socket.create_server(("127.0.0.1", 0))
print(f"at http://127.0.0.1:{held.getsockname()[1]}/", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[held])
"""


@contextmanager
def started(*words):
    """Start a server; gives its port when it says where it listens."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        line = next(line for line in process.stdout if "http://" in line)
        yield int(re.search(r":(\d+)/", line).group(1))
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def port():
    """Serve the built-in pack as the command does, with what every page shows computed."""
    with started("-m", "airshed", "serve", "--port", "0", "--database", ":memory:") as found:
        wait(found)
        yield found


def wait(port):
    """Wait until every page answers."""
    pack = airshed.open_pack()
    for page in PAGES:
        for _ in range(600):
            try:
                address = f"http://127.0.0.1:{port}/en/{page.address(pack)}"
                with urllib.request.urlopen(address, timeout=60) as answer:
                    if answer.status == 200:
                        break
            except urllib.error.HTTPError as why:
                assert why.code == 503, page.name
            time.sleep(0.2)


def addresses():
    """Return addresses of pages in all languages, and of other forms: few that all ask, and many that few ask."""
    pack = airshed.open_pack()
    common = [f"/{language}/{page.address(pack)}" for page in PAGES for language in LANGUAGES]
    common += [f"/en/{page.address(pack) or page.name}.json" for page in PAGES]
    regions, cities = places(pack), receptors(pack)
    rare = [f"/ko/region/{code}" for code in regions]
    rare += [f"/en/attribution?receptor={code}&by={by}" for code in cities for by in ("country", "sector", "region")]
    rare += [f"/zh/health?region={code}&year={year}" for code in regions for year in (2015, 2030) if code != NO_DEATHS]
    rare += [f"/en/emissions.csv?region={code}" for code in regions if code != NO_EMISSIONS]
    return common, rare


async def client(port, choose, until, found):
    """Ask one address after the other over one connection, again if it is being computed; notes status and seconds."""
    reader = writer = address = None
    while time.perf_counter() < until:
        address, began = address or choose(), time.perf_counter()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            status = await asyncio.wait_for(answered(reader), LONGEST)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as why:
            status = type(why).__name__
            writer = closed(writer)
        found.append((address, status, time.perf_counter() - began))
        if status == LATER:
            await asyncio.sleep(1.0)
        else:
            address = None
    closed(writer)


def closed(writer):
    """Close a connection, if there is one; returns None in its place."""
    if writer is not None:
        writer.transport.abort()


async def answered(reader):
    """Read an answer to its end; returns its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = re.search(r"content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length.group(1)))
    elif "transfer-encoding: chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return int(head.split()[1])


def load(port, chooser, seconds):
    """Return the answers that the clients got, in `seconds` of asking; chooser : of the address by the client."""
    found = []

    async def run():
        until = time.perf_counter() + seconds
        await asyncio.gather(*(client(port, chooser(number), until, found) for number in range(CLIENTS)))

    asyncio.run(run())
    return found


def spread(found):
    """Return the median and the 95th percentile of the seconds of answers."""
    cuts = quantiles([seconds for _, _, seconds in found], n=20)
    return cuts[9], cuts[18]


@pytest.mark.slow
def test_fifty_clients_for_a_minute(port, tell):
    common, rare = addresses()

    def chooser(number):
        dice = random.Random(number)
        return lambda: dice.choice(common if dice.random() < 0.8 else rare)

    with started("-c", BARE, "40000") as bare:
        floor = load(bare, lambda number: lambda: "/", FLOOR_SECONDS)
    found = load(port, chooser, SECONDS)
    statuses = Counter(status for _, status, _ in found)
    wrong = {(address, status) for address, status, _ in found if status not in (200, LATER)}
    (middle, late), (floor_middle, floor_late) = spread(found), spread(floor)
    tell(
        f"{CLIENTS} clients, {SECONDS} s: {len(found)} answers, {len(found) / SECONDS:.0f} a second, "
        f"{dict(statuses)}; median {1e3 * middle:.0f} ms, 95 % under {1e3 * late:.0f} ms; bare page "
        f"{1e3 * floor_middle:.0f} and {1e3 * floor_late:.0f} ms, "
        f"ratios {middle / floor_middle:.1f} and {late / floor_late:.1f}",
        "answers under load, median",
        f"{CLIENTS} clients",
        here=middle,
        theirs=floor_middle,
        beside="bare page",
    )
    assert wrong == set() and statuses[200] > CLIENTS * SECONDS / 2


@pytest.mark.slow
def test_fifty_clients_at_a_server_that_has_just_started(tell):
    """Nothing is computed yet: pages say so, and answer later."""
    common, _ = addresses()
    with started("-m", "airshed", "serve", "--port", "0", "--database", ":memory:") as port:
        found = load(port, lambda number: lambda: common[number % len(common)], SECONDS)
    statuses = Counter(status for _, status, _ in found)
    middle, late = spread(found)
    told = f"just started: {dict(statuses)}; median {1e3 * middle:.0f} ms, 95 % under {1e3 * late:.0f} ms"
    tell(told, "answers just started, median", f"{CLIENTS} clients", here=middle)
    assert set(statuses) <= {200, LATER} and statuses[200]


def test_fifty_ask_the_same_at_once(port, tell):
    """What nobody asked before is made once, not by each who asks."""
    cities = iter(receptors(airshed.open_pack()))

    def asked(times):
        address = f"/ko/attribution?receptor={next(cities)}&by=pollutant"

        async def run():
            found = []
            until = time.perf_counter() + 0.001
            await asyncio.gather(*(client(port, lambda: address, until, found) for _ in range(times)))
            return found

        began = time.perf_counter()
        found = asyncio.run(run())
        assert {status for _, status, _ in found} == {200}
        return time.perf_counter() - began

    one, all_at_once = median(asked(1) for _ in range(ROUNDS)), median(asked(CLIENTS) for _ in range(ROUNDS))
    tell(
        f"same page anew: one {1e3 * one:.0f} ms, {CLIENTS} at once {1e3 * all_at_once:.0f} ms",
        "same page at once",
        f"{CLIENTS} clients",
        here=all_at_once,
        theirs=one,
        beside="one client",
    )
    assert all_at_once < one * CLIENTS / 4


def test_one_client_with_sixty_long_questions(port, tell):
    """Another client's new page, alone and beside sixty questions that each compute for seconds."""
    cities = iter(reversed(receptors(airshed.open_pack())))

    def seconds():
        began = time.perf_counter()
        status, _ = fetched(port, f"/ko/attribution.json?receptor={next(cities)}&by=pollutant", "127.0.0.2")
        assert status == 200
        return time.perf_counter() - began

    alone = median(seconds() for _ in range(ROUNDS))
    long = [f"/en/schedule?year=2020&year={2021 + number % 9}&target={number}.5" for number in range(60)]
    asked = [fetched(port, path) for path in long]
    beside = median(seconds() for _ in range(ROUNDS))
    jobs = [path for status, path in asked if status == LATER]
    began = time.perf_counter()
    for job in jobs:
        fetched(port, job, method="DELETE")
    freed = time.perf_counter() - began
    tell(
        f"a new page alone {1e3 * alone:.0f} ms, beside {len(jobs)} long questions of another client "
        f"{1e3 * beside:.0f} ms, ratio {beside / alone:.1f}; all cancelled in {freed:.1f} s",
        "new page beside long questions",
        f"{len(jobs)} questions",
        here=beside,
        theirs=alone,
        beside="alone",
    )
    assert {status for status, _ in asked} == {LATER}


def fetched(port, path, source="127.0.0.1", method="GET"):
    """Return the status of an answer to a client at an address of this machine, and the job that it names."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST, source_address=(source, 0))
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    job = re.search(r'data-job="/../jobs/(\w+)"', text)
    return answer.status, f"/api/v1/jobs/{job.group(1)}" if job else ""


def test_the_first_load(port, tell):
    """With nothing kept in the browser: bytes as they are sent, and the time until the first chart is drawn."""
    from playwright.sync_api import sync_playwright

    from support.browser import DRAWN, FLAGS, chromium

    sizes, ready, drawn = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(ROUNDS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            session, sent = context.new_cdp_session(page), []
            session.send("Network.enable")
            session.on("Network.loadingFinished", lambda event, sent=sent: sent.append(event["encodedDataLength"]))
            began = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/ko/", wait_until="domcontentloaded")
            ready.append(time.perf_counter() - began)
            page.locator(DRAWN).first.wait_for()
            drawn.append(time.perf_counter() - began)
            page.wait_for_load_state("networkidle")
            sizes.append(sum(sent))
            context.close()
        blank = browser.new_page()
        began = time.perf_counter()
        blank.goto("data:text/html,<svg></svg>")
        floor = time.perf_counter() - began
        browser.close()
    tell(
        f"first load {median(sizes) / 1e6:.2f} MB (under 0.6); ready {median(ready):.2f} s, first chart "
        f"{median(drawn):.2f} s (under 2), ratio to a blank page {median(drawn) / floor:.0f}",
        "first chart in a browser",
        f"{median(sizes) / 1e6:.2f} MB",
        here=median(drawn),
        theirs=floor,
        beside="blank page",
    )
    assert median(sizes) < FIRST_LOAD and median(drawn) < INTERACTIVE
