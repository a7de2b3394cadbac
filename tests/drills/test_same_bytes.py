"""The same question gives the same bytes: whatever the hash seed, threads, locale and zone, and in a crowd."""

import hashlib
import itertools
import os
import subprocess
import sys

import pytest

ASKED = """
import sys
from airshed.cli.main import main
pack, out = sys.argv[1:]
front = ["--pack", pack] if pack else []
place = [] if pack else ["--region", "KR-11"]
for words in (
    ["emissions", "--by", "region", "--by", "sector", *place],
    ["health"],
    ["attribution", "KR-11" if not pack else "port", "--by", "region"],
    ["scenarios", "list"],
    ["sources"],
):
    if main([*front, *words, "--format", "json"]):
        sys.exit(f"failed: {words}")
if main([*front, "run", "--out", out]):
    sys.exit("failed: run")
"""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
WORLDS = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", **dict.fromkeys(THREADS, "1")},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "C", "PYTHONUTF8": "1", "TZ": "Asia/Seoul", **dict.fromkeys(THREADS, "2")},
    {"PYTHONHASHSEED": "7", "LC_ALL": "ko_KR.UTF-8", "TZ": "America/St_Johns", **dict.fromkeys(THREADS, "2")},
    {"PYTHONHASHSEED": "99", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", **dict.fromkeys(THREADS, "1")},
)
WHOLE = {"report.en.html", "report.ko.html", "tables", "assessment.xlsx", "assessment.nc"}


def digests(out):
    """Return the digest of each file of a result, which is whole."""
    assert {path.name for path in out.iterdir()} == WHOLE
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def answers(pack, out, world):
    """Return what the commands print, and the result of a run, in a world of its own."""
    out.parent.mkdir(exist_ok=True)
    words = [sys.executable, "-c", ASKED, str(pack or ""), "out"]
    done = subprocess.run(words, cwd=out.parent, env={**os.environ, **world}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout, digests(out)


def compare(pack, folder, worlds):
    first, *others = [answers(pack, folder / str(place) / "out", world) for place, world in enumerate(worlds)]
    for printed, files in others:
        assert printed == first[0]
        assert [name for name in files if files[name] != first[1].get(name)] == [] and len(files) == len(first[1])
    return len(first[1])


def test_two_worlds_give_the_same_bytes(small_folder, tmp_path):
    assert compare(small_folder, tmp_path, WORLDS[:2]) > 10


@pytest.mark.slow
def test_eight_worlds_give_the_same_bytes_of_the_built_in_pack(tmp_path):
    more = [{**world, "PYTHONHASHSEED": str(seed)} for seed, world in zip(itertools.count(1), WORLDS, strict=False)]
    files = compare(None, tmp_path, [*WORLDS, *more])
    assert files > 10
    sys.stdout.write(f"\n8 worlds of seeds, threads, locales and zones: the same {files} files and answers\n")


def crowd(pack, out, count):
    """Run so many processes into one folder at once; returns the result that stands, which is whole."""
    words = [sys.executable, "-m", "airshed", "--pack", str(pack), "run", "--out", str(out)]
    running = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(count)]
    for process in running:
        complaints = process.communicate()[1].decode()
        assert process.returncode == 0, complaints
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    return digests(out)


def alike(pack, folder, count):
    (folder / "alone").mkdir()
    wanted = crowd(pack, folder / "alone" / "out", 1)
    (folder / "many").mkdir()
    return crowd(pack, folder / "many" / "out", count) == wanted


def test_runs_into_one_folder_at_once_leave_one_whole(small_folder, tmp_path):
    assert alike(small_folder, tmp_path, 3)


@pytest.mark.slow
def test_24_runs_into_one_folder_at_once_leave_one_whole(small_folder, tmp_path):
    assert alike(small_folder, tmp_path, 24)
    sys.stdout.write("\n24 runs into one folder at once: the one that stands is whole and the same as one alone\n")
