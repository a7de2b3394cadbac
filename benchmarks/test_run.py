"""The whole command: wall time beside the import of its libraries, science and writing, the first progress line."""

import os
import subprocess
import sys
import time
from pathlib import Path

import airshed
from airshed.report.write import write

ROOT = Path(__file__).resolve().parent.parent


def wall(words, cache="off"):
    started = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, cwd=ROOT, env={**os.environ, "AIRSHED_CACHE": str(cache)})
    return time.perf_counter() - started


def test_the_command_beside_its_imports(tmp_path, tell):
    floor = min(wall([sys.executable, "-c", "import pandas, xarray, netCDF4, altair, vl_convert"]) for _ in range(3))
    run = [sys.executable, "-m", "airshed", "run", "--out"]
    first, *later = (wall([*run, str(tmp_path / f"out{n}")], tmp_path / "kept") for n in range(4))
    found = min(later)
    tell(
        f"airshed run {found:.1f} s (under 12), on a pack that is read for the first time {first:.1f}, "
        f"imports alone {floor:.1f} s, ratio {found / floor:.1f}",
        "airshed run",
        "built-in pack",
        here=found,
        theirs=floor,
        beside="imports alone",
    )
    assert found < 12


def test_science_and_writing(pack, tmp_path, seconds, tell):
    def science():
        return airshed.assess(airshed.Pack(pack.path, pack.descriptor, pack._frames, pack.findings))

    assessment = science()
    write(pack, assessment, tmp_path / "out", pack.findings)

    def writing():
        write(pack, assessment, tmp_path / "out", pack.findings)

    times = seconds(science, rounds=3), seconds(writing, rounds=3)
    tell(
        f"science {times[0]:.2f} s, writing {times[1]:.2f} s, together {sum(times):.2f} s (under 12)",
        "science and writing of a run",
        "built-in pack",
        here=sum(times),
    )
    assert sum(times) < 12


def test_the_first_progress_line(tell):
    """Of a machine that is set up: a change of the requirements is installed by the run before."""
    subprocess.run(["make", "run"], cwd=ROOT, check=True, capture_output=True)
    started = time.perf_counter()
    process = subprocess.Popen(["make", "run"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    first = time.perf_counter() - started
    process.communicate()
    tell(f"make run prints {line.strip()!r} after {first:.2f} s (under 2)", "first line of make run", "", here=first)
    assert process.returncode == 0 and first < 2 and "reading the pack" in line


def test_light_start(tell):
    floor = min(wall([sys.executable, "-c", "pass"]) for _ in range(5))
    for words in (["-c", "import airshed"], ["-m", "airshed", "--help"]):
        found = min(wall([sys.executable, *words]) for _ in range(5))
        tell(
            f"{' '.join(words)}: {found:.2f} s, bare python {floor:.2f} s, ratio {found / floor:.1f}",
            f"start of {' '.join(words)}",
            "",
            here=found,
            theirs=floor,
            beside="bare python",
        )
        assert found < 0.5


def test_a_kept_answer(tmp_path, tell):
    words = [sys.executable, "-m", "airshed", "attribution", "seoul", "--year", "2015"]
    first, found = wall(words, tmp_path), min(wall(words, tmp_path) for _ in range(5))
    floor = min(wall([sys.executable, "-c", "pass"]) for _ in range(5))
    tell(
        f"attribution anew {first:.2f} s, kept {found:.2f} s (under 0.6), bare python {floor:.2f} s",
        "kept answer of a command",
        "attribution seoul",
        here=found,
        theirs=floor,
        beside="bare python",
    )
    assert found < 0.6


def test_checking_the_pack(seconds, tell):
    import pandas as pd

    from airshed.pack.checks import check_pack
    from airshed.pack.pack import built_in_path

    def read():
        return [
            pd.read_csv(path, dtype=str, keep_default_na=False) for path in (built_in_path() / "tables").glob("*.csv")
        ]

    found, floor = seconds(lambda: check_pack(built_in_path()), rounds=3), seconds(read, rounds=3)
    tell(
        f"pack check {found:.2f} s, reading the same files with pandas {floor:.2f} s, ratio {found / floor:.1f}",
        "pack check",
        "built-in pack",
        here=found,
        theirs=floor,
        beside="pandas reads the files",
    )
    assert found < 2
