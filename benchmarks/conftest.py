"""Benchmarks print ratios to a floor or peer of the same run; they are not part of the suite."""

import os
import sys
import time
from pathlib import Path

import pytest

import airshed

# before numpy is loaded, as the command line has it
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["AIRSHED_CACHE"] = "off"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))


@pytest.fixture(scope="session")
def pack():
    return airshed.open_pack(science=True)


def best(function, rounds=7, loops=1):
    """Return the least seconds of one call over several rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(loops):
            function()
        times.append((time.perf_counter() - started) / loops)
    return min(times)


@pytest.fixture
def seconds():
    return best


@pytest.fixture
def tell(capsys):
    """Print a line of the result past pytest's capture."""

    def line(text):
        with capsys.disabled():
            print(f"\n  {text}", end="")

    return line
