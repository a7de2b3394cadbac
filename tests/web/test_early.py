"""The front page is there before its scoreboard, says so, and is not kept until it is whole."""

import threading

import pytest

from airshed.answers.places import overview
from airshed.pack.pack import open_pack
from airshed.store import Store
from airshed.web.app import create_app
from airshed.web.lasting import FOLDER
from support.held import LONG

COMING = "More of this page is still being computed"


@pytest.fixture
def gate(monkeypatch):
    """Hold the computation of the scoreboard until the test lets it go on."""
    gate, real = threading.Event(), overview.scoreboard_tables

    def held(*args):
        assert gate.wait(LONG)
        return real(*args)

    monkeypatch.setattr(overview, "scoreboard_tables", held)
    yield gate
    gate.set()


def test_the_front_page_comes_before_its_scoreboard_and_whole_after_it(small_folder, connect, gate, tmp_path):
    store = Store(tmp_path / "kept.db")
    with connect(create_app(open_pack(small_folder), store=store, patience=LONG)) as client:
        site = client.app.state.site
        early = client.get("/en/")
        assert early.status_code == 200 and COMING in early.text and 'http-equiv="refresh"' in early.text
        assert "Printed before all of it was computed" in early.text
        assert 'id="rows-concentrations"' in early.text and 'id="rows-hindcast"' not in early.text
        assert site.cache.status()["entries"] == 0 and not list(tmp_path.glob(f"*{FOLDER}/*"))
        # What it lacks is being computed already, as the question that a file asks.
        (task,) = (task for task in site.jobs._active.values() if task.order.page == "overview")
        assert not task.order.early
        gate.set()
        task.future.result(LONG)
        whole = client.get("/en/")
        assert "Printed before" not in whole.text
        assert COMING not in whole.text and 'http-equiv="refresh"' not in whole.text
        assert 'id="rows-hindcast"' in whole.text and site.cache.status()["entries"] == 1
    store.close()


def test_files_of_the_front_page_are_whole(small_folder, connect, gate):
    with connect(create_app(open_pack(small_folder), patience=LONG)) as client:
        gate.set()
        assert client.get("/en/overview.csv?table=hindcast").text.startswith("place,")
        assert COMING not in client.get("/ko/").text
