"""Benchmarks print ratios to a floor or peer of the same run; they are not part of the suite."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

import airshed

# before numpy is loaded, as the command line has it
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["AIRSHED_CACHE"] = "off"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]


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


ROWS = []
"""What the tests tell, for the table at the end."""
RESULTS = HERE / "results.json"
HEADS = ("job", "size", "here", "beside", "theirs", "ratio", "exponent")


@pytest.fixture
def tell(capsys, request):
    """Print a line of the result past pytest's capture, and keep its numbers for the table at the end.

    job, size : what is done to how much; here : what it takes, in `unit`; theirs : what `beside` takes, a floor of the
    same run or a peer, None for none; missing : why a peer has no number; exponent : of growth, in what `size` says
    """

    def line(text, job, size="", here=None, beside="", theirs=None, exponent=None, unit="s", missing=""):
        ROWS.append(
            {
                "job": job,
                "size": size,
                "here": here,
                "beside": beside,
                "theirs": theirs,
                "ratio": here / theirs if here and theirs else None,
                "exponent": exponent,
                "unit": unit,
                "missing": missing,
                "test": request.node.nodeid,
            }
        )
        with capsys.disabled():
            print(f"\n  {text}", end="")

    return line


def pytest_terminal_summary(terminalreporter):
    """Print one table of all jobs, and write it beside the benchmarks."""
    if not ROWS:
        return
    cells = [HEADS, *(_cells(row) for row in ROWS)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    terminalreporter.section("benchmarks")
    for line in cells:
        parts = [f"{cell:{side}{width}}" for cell, side, width in zip(line, "<<><>>>", widths, strict=True)]
        terminalreporter.write_line("  ".join(parts).rstrip())
    RESULTS.write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    terminalreporter.write_line(f"written to {RESULTS.relative_to(RESULTS.parent.parent)}")


def _cells(row):
    """Return a row as it is printed; what a peer cannot say is told in the place of its number."""
    theirs = row["missing"] or _number(row["theirs"], row["unit"])
    exponent = "" if row["exponent"] is None else f"{row['exponent']:.2f}"
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.3g}"
    return (row["job"], row["size"], _number(row["here"], row["unit"]), row["beside"], theirs, ratio, exponent)


def _number(value, unit):
    """Return a quantity of the table: seconds below one in thousandths."""
    if value is None:
        return ""
    return f"{1e3 * value:.3g} ms" if unit == "s" and value < 1 else f"{value:.3g} {unit}"
