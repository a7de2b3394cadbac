"""What the memory of a real server grows by: varied requests after a warm-up, and many seeds; printed and bounded."""

import itertools
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

WARM, REQUESTS, SEEDS = 200, 2000, 50
MEGABYTE = 1_000_000
GROWTH = 50 * MEGABYTE
PLACES = ("seoul", "beijing", "tokyo", "KOR", "KR-11", "CHN", "JPN", "CN-BJ", "CN-SD", "CN-JS")
PATHS = (
    "/{language}/attribution{form}?receptor={place}&by={by}",
    "/{language}/health{form}?region={region}",
    "/{language}/emissions{form}?region={region}&by={by}",
    "/{language}/map{form}?quantity=deaths&within={nation}",
    "/{language}/sources{form}",
)


def varied():
    """Yield addresses that differ from each other, for ever."""
    languages, forms = ("en", "ko", "zh"), ("", ".json", ".csv", ".svg", ".png")
    regions, nations, ways = PLACES[3:], ("KOR", "CHN", "JPN"), ("sector", "pollutant", "region", "country")
    for number in itertools.count():
        yield PATHS[number % len(PATHS)].format(
            language=languages[number // 3 % 3],
            form=forms[number // 5 % 5],
            place=PLACES[number // 7 % len(PLACES)],
            region=regions[number // 11 % len(regions)],
            nation=nations[number // 13 % 3],
            by=ways[number // 17 % 4],
        )


@pytest.fixture
def server(tmp_path):
    command = [sys.executable, "-m", "airshed", "serve", "--port", "0", "--database", str(tmp_path / "airshed.db")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://[\d.:]+", process.stderr.readline()).group()
        yield process.pid, address
        process.terminate()


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=600) as answer:
            return answer.read()
    except urllib.error.HTTPError as why:
        assert why.code in (400, 404, 503), url
        return why.read()


def resident(process):
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.slow
def test_the_memory_of_a_server_is_flat(server, tell):
    process, address = server
    asked = varied()
    for path in itertools.islice(asked, WARM):
        get(address + path)
    before = resident(process)
    for path in itertools.islice(asked, REQUESTS):
        get(address + path)
    after, kept = resident(process), json.loads(get(f"{address}/api/v1/status"))["caches"]
    told = {name: round(part["bytes"] / MEGABYTE, 1) for name, part in kept.items()}
    tell(
        f"{before / MEGABYTE:.0f} MB, after {REQUESTS} requests {after / MEGABYTE:.0f} MB; kept {told} MB",
        "memory of a server",
        f"{REQUESTS} requests",
        here=after / MEGABYTE,
        theirs=before / MEGABYTE,
        beside="when warm",
        unit="MB",
    )
    assert after - before < GROWTH


@pytest.mark.slow
def test_seeds_do_not_fill_a_server(server, tell):
    process, address = server
    form = "/api/v1/uncertainty?samples=1000&seed={}"
    get(address + form.format(0))
    before = resident(process)
    for seed in range(1, SEEDS + 1):
        get(address + form.format(seed))
    grown = resident(process) - before
    tell(
        f"{SEEDS} seeds: {grown / MEGABYTE:.0f} MB",
        "memory of a server by seeds",
        f"{SEEDS} seeds",
        here=grown / MEGABYTE,
        unit="MB",
    )
    assert grown < 2 * GROWTH
