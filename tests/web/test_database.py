"""What visitors are told when the database cannot be used, and when the server stops: words and status, no path."""

import json
import re
import signal
import sqlite3
import threading
import urllib.error
import urllib.request

import pytest

from airshed.store import Store
from airshed.store.states import BUSY, DAMAGED, DENIED, FAILING, FULL, MOVED, StoreError
from airshed.web.app import create_app
from support.held import LONG, serving

SAVED = "/en/scenarios/saved"
FORM = {"title": "a", "query": "change=KR-11:road:-30"}


@pytest.fixture
def kept(pack, connect, tmp_path):
    store = Store(tmp_path / "kept.db")
    with connect(create_app(pack, store=store, patience=None), follow_redirects=False) as client:
        yield client, store
    store.close()


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (BUSY, 503, "another program is writing"),
        (FULL, 507, "disk of the server is full"),
        (DENIED, 503, "cannot be written"),
        (DAMAGED, 503, "is damaged"),
        (FAILING, 503, "disk of the server fails"),
        (MOVED, 503, "was taken away"),
    ],
)
def test_each_state_has_its_words_and_status_and_hides_the_path(kept, monkeypatch, state, status, words):
    client, store = kept

    def fail(*_, **__):
        raise StoreError(state, store.path)

    for name in ("save", "delete", "scenarios", "scenario", "job", "jobs"):
        monkeypatch.setattr(store, name, fail)
    for method, address in (
        ("POST", SAVED),
        ("POST", f"{SAVED}/abc/delete"),
        ("GET", SAVED),
        ("GET", f"{SAVED}.json"),
        ("GET", f"{SAVED}/abc.yaml"),
        ("GET", "/en/jobs"),
        ("GET", "/en/jobs/abc"),
        ("GET", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs/abc"),
        ("GET", "/jobs/abc/events"),
    ):
        answer = client.request(method, address, data=FORM if method == "POST" else None)
        assert (answer.status_code, words in answer.text) == (status, True), (address, answer.text)
        assert store.path not in answer.text and "--database" not in answer.text
        assert ("retry-after" in answer.headers) == (state is BUSY)
    for language, sign in (("ko", r"[가-힣]{2}"), ("zh", r"[一-鿿]{2}")):
        text = client.get(f"/{language}/scenarios/saved").text
        assert words not in text and re.search(sign, text)
    assert client.get("/en/sources").status_code == 200


def test_a_locked_file_is_read_and_a_save_is_busy(kept, monkeypatch):
    client, store = kept
    assert client.post(SAVED, data=FORM).status_code == 303
    connection = sqlite3.connect(store.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("airshed.store.store.WRITE_WAIT", 0.0)
    for address in (f"{SAVED}.json", "/en/jobs", "/api/v1/jobs"):
        assert client.get(address).status_code == 200
    from airshed.store import store as module

    begun = module.writing
    monkeypatch.setattr(module, "writing", lambda wait: begun(0.0))
    answer = client.post(SAVED, data=FORM)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    connection.close()
    assert client.post(SAVED, data=FORM).status_code == 303 and len(client.get(f"{SAVED}.json").json()) == 2


def test_one_visitor_cannot_take_all_places(kept, monkeypatch):
    client, store = kept
    monkeypatch.setattr("airshed.store.store.SHARE", 2)
    answers = [client.post(SAVED, data=FORM) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 507]
    assert "saved from your address" in answers[2].text and "delete some" in answers[2].text
    assert store.save("another", "", "", "", "192.0.2.9")


def asking(where, path, answers):
    """Ask in a thread; what comes is noted."""

    def ask():
        try:
            with urllib.request.urlopen("http://{}:{}".format(*where) + path, timeout=LONG) as answer:
                answers.append((answer.status, answer.read().decode(), answer.headers))
        except urllib.error.HTTPError as why:
            answers.append((why.code, why.read().decode(), why.headers))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_sigterm_tells_those_who_wait_for_a_job(pack, held):
    store = Store()
    app = create_app(pack, store=store, patience=None)
    answers, queued = [], threading.Semaphore(0)
    ask_job = app.state.site.jobs.ask

    def asked(*words, **named):
        task = ask_job(*words, **named)
        queued.release()
        return task

    app.state.site.jobs.ask = asked
    with serving(app, store) as (where, server):
        threads = [asking(where, "/en/claims", answers)]
        assert held.entered.acquire(timeout=LONG)
        threads += [asking(where, path, answers) for path in ("/ko/claims", "/api/v1/claims?verdict=differs")]
        for _ in range(3):
            assert queued.acquire(timeout=LONG)
        server.handle_exit(signal.SIGTERM, None)
        for thread in threads:
            thread.join(LONG)
    assert sorted(status for status, _, _ in answers) == [503] * 3
    assert all(headers["retry-after"] == "5" for *_, headers in answers)
    assert sum("the computation was ended" in text for _, text, _ in answers) == 2


@pytest.mark.parametrize(("path", "kind"), [("/slow", "html"), ("/api/v1/slow", "json")])
def test_sigterm_answers_what_cannot_be_ended(pack, monkeypatch, path, kind):
    """A request whose thread goes on for longer than the server has."""
    monkeypatch.setattr("airshed.web.server.FAREWELL", 0)
    store = Store()
    app = create_app(pack, store=store)
    begun, gate, answers = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        assert gate.wait(LONG)

    app.add_api_route(path, slow)
    app.router.routes.insert(0, app.router.routes.pop())
    with serving(app, store) as (where, server):
        thread = asking(where, path, answers)
        assert begun.wait(LONG)
        server.handle_exit(signal.SIGTERM, None)
        thread.join(LONG)
        gate.set()
    ((status, text, headers),) = answers
    assert status == 503 and headers["retry-after"] == "5" and "content-security-policy" in headers
    told = json.loads(text)["error"]["message"] if kind == "json" else text
    assert "the computation was ended" in told
