"""Fixtures of the suite: the built-in pack and its assessment, a small pack, the folder of real files."""

import functools
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

import airshed

# before numpy is loaded, as the command line has it: two workers with two threads each wait for each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# what a command prints is computed, not what another test or run kept
os.environ["AIRSHED_CACHE"] = "off"
settings.register_profile("airshed", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("airshed")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True


def shared_folder() -> Path:
    return Path(os.environ.get("AIRSHED_SHARED", ROOT.parent / "shared"))


LONGEST = (
    *("browser/test_sweep.py", "fuzz/test_mutants.py", "web/test_plan_page.py", "broken/test_broken.py"),
    *("web/test_deals.py", "web/test_pages.py", "web/test_bodies.py", "assessment/plans/test_plan_aims.py"),
)
"""Files that take longest: they are begun first, so that none is left to one process when the others have ended."""


def pytest_configure(config):
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config, items):
    files = Counter(item.path for item in items)
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(item.path, len(places)), -files[item.path]))
    if shared_folder().is_dir() or os.environ.get("CI"):
        return
    away = [item for item in items if item.get_closest_marker("shared")]
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]
        config.left_out = len(away)


def pytest_terminal_summary(terminalreporter, config):
    if getattr(config, "left_out", 0):
        terminalreporter.write_line(
            f"{config.left_out} tests need the folder {shared_folder()} and were left out; set AIRSHED_SHARED"
        )


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = shared_folder()
    assert folder.is_dir(), f"the folder of real files {folder} is missing"
    return folder


@pytest.fixture(scope="session")
def built_in():
    """Return what opens the built-in pack, read once for all tests of a process: tables never change after opening.

    What is made of the tables is made once too, of the pack with the checks of sense: without them the tables are the
    same.
    """
    from airshed.pack.pack import open_pack

    @functools.cache
    def opened(science):
        found = open_pack(science=science)
        if not science:
            found.derive, found.derived = opened(True).derive, opened(True).derived
        return found

    return opened


@pytest.fixture(scope="session")
def pack(built_in):
    return built_in(True)


@pytest.fixture(scope="session")
def answering(pack):
    """Return an application that keeps its answers with the others over the built-in pack, and waits for every answer.

    An answer that a worker could not send to it fails, though nothing is sent here.
    """
    from airshed.pack.kept import Kept
    from airshed.web.app import create_app
    from airshed.web.desk import KEPT
    from airshed.web.worker import packed

    answers = Kept(KEPT)

    def make(**options):
        app = create_app(pack, patience=None, **options)
        app.state.site.desk.answers = answers
        app.state.site.desk.made = lambda key, answer: packed(answer, pack)
        return app

    return make


@pytest.fixture(scope="session")
def assessment(pack):
    return airshed.assess(pack, airshed.Question(target="who-2005"))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory) -> Path:
    from support.small import write_small_pack

    return write_small_pack(tmp_path_factory.mktemp("small") / "pack")


@pytest.fixture
def small_copy(small_folder, tmp_path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "pack"))


@pytest.fixture(scope="session")
def korea_and_japan(pack):
    """Hold the table of two nations in the base year, with samples of the relation."""
    from airshed.assessment.games.game import table_of

    return table_of(pack, ["KOR", "JPN"], 2015, samples=40)


@pytest.fixture(scope="session")
def deal(pack, korea_and_japan):
    """Hold their agreement by Chander and Tulkens, from current policy."""
    from airshed.assessment.games.cooperate import bargains
    from airshed.assessment.games.deal import deal_of

    found = bargains(korea_and_japan, ["current"])["current"]
    return deal_of(pack, korea_and_japan, found, "chander-tulkens")


@pytest.fixture
def cli(capsys, monkeypatch, built_in):
    """Run the command line in this process; returns exit code, standard output and standard error."""
    from airshed.cli.main import main
    from airshed.pack import pack

    read = pack.open_pack
    monkeypatch.setattr(
        pack,
        "open_pack",
        lambda path=None, science=False: built_in(science) if path is None else read(path, science),
    )

    def call(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def held(monkeypatch):
    """Hold the table of claims; one job per language computes it."""
    from airshed.answers.trust import claims
    from support.held import Held

    made = Held(claims.claims_table)
    monkeypatch.setattr(claims, "claims_table", made)
    yield made
    made.go(1000)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """Hold what `airshed run` on the built-in pack writes."""
    from airshed.cli.main import main

    out = tmp_path_factory.mktemp("run") / "out"
    assert main(["run", "--year", "2015", "--out", str(out)]) == 0
    return out
