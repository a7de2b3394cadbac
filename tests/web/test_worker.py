"""Computing beside the server: the same answers, errors in their words, an end at any time, and no orphan."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.pack.progress import CancelledError
from airshed.web import processes, worker
from airshed.web.app import create_app
from airshed.web.desk import Desk
from airshed.web.order import Order
from airshed.web.processes import LostError, Worker
from support.small import write_small_pack

CLAIMS = Order("claims", "en", '{"verdict": []}')
INSTEAD = """
import sys, time, os
sys.path.append(sys.argv[1])
import airshed.web.order as order
def fulfil(asked, desk):
    {what}
order.fulfil = fulfil
from airshed.web.worker import main
main()
"""
"""A worker that does something else than what it is asked."""
AS_EVER = """
import sys
sys.path.append(sys.argv[1])
import airshed.web.order as order
real = order.fulfil
def fulfil(asked, desk):
    if asked.page == "overview":
        open({gate!r}, "rb").read()
    real(asked, desk)
order.fulfil = fulfil
from airshed.web.worker import main
main()
"""
"""A worker that does what it is asked, the overview once a pipe is closed."""

FAILURE = "this is a failure of airshed, not of your input"


class Hearing:
    """Hears how far an order is, and does not want it any more once it was told so."""

    def __init__(self, wanted=True):
        self.wanted, self.steps = wanted, []

    def moved(self, stage, progress):
        self.steps.append((stage, progress))
        self.wanted = False

    def check(self):
        if not self.wanted:
            raise CancelledError


@pytest.fixture
def small(small_folder):
    return open_pack(small_folder)


@pytest.fixture
def hired(small):
    """Return what starts a worker, that may do something else than what it is asked; all are ended after the test."""
    workers = []

    def hire(monkeypatch=None, what=None, pack=small):
        if what:
            monkeypatch.setattr(processes, "BEGIN", INSTEAD.format(what=what))
        workers.append(Worker(Desk(pack, None)))
        return workers[-1]

    yield hire
    for one in workers:
        one.close()
        one._desk.close()


def test_pages_and_errors_are_those_of_the_server_itself(small_folder, connect):
    asked = ("/en/health", "/ko/attribution?by=sector", "/en/emissions.csv", "/ko/budget", "/ko/claims")
    with (
        connect(create_app(open_pack(small_folder), patience=None)) as here,
        connect(create_app(open_pack(small_folder), patience=None, workers=1)) as beside,
    ):
        for address in asked:
            wanted, found = here.get(address), beside.get(address)
            assert (found.status_code, found.text) == (wanted.status_code, wanted.text), address
        computers = beside.app.state.site.jobs._computers
        assert beside.app.state.site.desk.answers.status()["entries"] and all(one._process for one in computers[:1])
    assert all(one._process is None or one._process.poll() is not None for one in computers)


def test_a_computation_that_hears_nothing_is_ended_and_a_fresh_process_takes_its_place(hired, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.0)
    deaf = 'from airshed.pack.progress import _listener; _listener.get().say("moved", "years", 0.5); time.sleep(1e6)'
    one = hired(monkeypatch, deaf)
    hearing = Hearing()
    with pytest.raises(CancelledError):
        one.compute(CLAIMS, hearing)
    assert hearing.steps == [("years", 0.5)] and one._process.returncode == -signal.SIGKILL
    before = one._process.pid
    monkeypatch.setattr(processes, "BEGIN", INSTEAD.format(what="desk.ask('here', lambda: 7)"))
    one.compute(CLAIMS, Hearing())
    assert one._process.pid != before and one._desk.glance().ask("here", lambda: 8) == 7


def test_a_computation_that_listens_ends_at_its_next_step_and_its_process_stays(hired, monkeypatch):
    one = hired(monkeypatch, "from airshed.pack.progress import step\n    while True: step('years', 1, 4)")
    with pytest.raises(CancelledError):
        one.compute(CLAIMS, Hearing())
    with pytest.raises(CancelledError):
        one.compute(CLAIMS, Hearing())
    assert one._process.poll() is None


def test_a_short_question_is_answered_while_another_process_computes_a_long_one(small, connect, monkeypatch, tmp_path):
    """The long one computes until the test writes into a pipe."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    monkeypatch.setattr(processes, "BEGIN", AS_EVER.format(gate=str(gate)))
    with connect(create_app(small, patience=None, workers=1)) as client, ThreadPoolExecutor(1) as beside:
        long = beside.submit(client.get, "/en/")
        with gate.open("wb"):
            # Who computes has opened the other end by now.
            assert client.get("/en/health").status_code == 200
            assert not long.done()
        assert long.result(60).status_code == 200


def test_a_process_that_dies_costs_its_question_a_clear_failure_and_is_replaced(hired, monkeypatch):
    one = hired(monkeypatch, f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
    with pytest.raises(LostError, match="has ended before its answer was there") as caught:
        one.compute(CLAIMS, Hearing())
    assert "command line" in caught.value.remedy and one._process.returncode == -signal.SIGKILL
    before = one._process.pid
    with pytest.raises(LostError):
        one.compute(CLAIMS, Hearing())
    assert one._process.pid != before


def test_a_lost_computation_is_told_with_its_status(small, connect, monkeypatch):
    monkeypatch.setattr(processes, "BEGIN", INSTEAD.format(what="os._exit(3)"))
    with connect(create_app(small, patience=None, workers=1)) as client:
        answer = client.get("/ko/health.json")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "3" in answer.json()["error"]["message"] and "has ended" not in answer.text


def test_an_error_that_cannot_be_sent_is_a_failure(small, connect, monkeypatch):
    what = "E = type('E', (Exception,), dict(__init__=lambda self, a, b: None)); raise E(1, threading)"
    monkeypatch.setattr(processes, "BEGIN", INSTEAD.format(what=f"import threading; {what}"))
    with connect(create_app(small, patience=None, workers=1)) as client:
        answer = client.get("/en/health.json")
    assert answer.status_code == 500 and answer.json()["error"]["message"] == FAILURE


def test_the_process_ends_with_the_server_however_that_ends(hired, monkeypatch):
    one = hired(monkeypatch, "time.sleep(1e6)")
    one.open()
    assert one._answers.poll(60)
    one._orders.send_bytes(processes.pickle.dumps(CLAIMS))
    one._orders.close()
    assert one._process.wait(60) == 0


def test_a_pack_that_was_edited_since_is_not_computed_from(tmp_path, hired):
    folder = write_small_pack(tmp_path / "pack")
    pack = open_pack(folder)
    one = hired(pack=pack)
    one._desk.hash = pack.hash()
    table = next(folder.glob("tables/*.csv"))
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(AirshedError, match="have changed since the server was started") as caught:
        one.compute(CLAIMS, Hearing())
    assert "start the server again" in caught.value.remedy


def test_the_pack_is_not_sent_along(small):
    held = {"pack": small, "rows": small.table("regions")}
    data = worker.packed(held, small)
    found = worker.unpacked(data, small)
    assert found["pack"] is small and found["rows"].equals(held["rows"])
    assert len(data) < len(worker.packed(small.table("regions"), small)) + 1000


def test_files_of_the_working_directory_are_no_modules(tmp_path, hired, monkeypatch):
    for name in ("queue", "types", "pickle", "airshed"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    one = hired()
    with pytest.raises(AirshedError, match="needs table claims") as caught:
        one.compute(CLAIMS, Hearing())
    assert "pack show claims" in caught.value.remedy and one._process.poll() is None
