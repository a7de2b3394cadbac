"""Many ask at once: who waits holds no thread, other sites start nothing, and what would take too long is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airshed.pack.pack import open_pack
from airshed.web import app as application
from airshed.web import site as pages
from airshed.web.app import create_app
from airshed.web.jobs import Asked
from airshed.web.visitor import embedded
from support.held import LONG

WAITING = 30
IMAGE = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
EMBEDDED = (
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        "sec-purpose": "prefetch;prerender",
    },
    {"accept": IMAGE},
    {"accept": IMAGE, "referer": "http://evil.example/page"},
)
OPENED = (
    {},
    {"accept": "*/*"},
    {"accept": "text/html,application/xhtml+xml", "referer": "http://wiki.example/page"},
    {"accept": IMAGE, "referer": "http://testserver/en/health"},
    {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
)


@pytest.fixture
def small(small_folder):
    return open_pack(small_folder)


def test_who_waits_holds_no_thread(pack, connect, held, monkeypatch):
    """Thirty wait for one long answer with two threads to serve them; a page that is there is answered meanwhile."""
    monkeypatch.setattr(application, "THREADS", 2)
    waiting, came = threading.Semaphore(0), pages.came

    async def noted(future, seconds):
        waiting.release()
        await came(future, seconds)

    with connect(create_app(pack, patience=None)) as client, ThreadPoolExecutor(WAITING) as pool:
        ready = client.get("/en/equations")
        monkeypatch.setattr(pages, "came", noted)
        answers = [pool.submit(client.get, "/en/claims.json") for _ in range(WAITING)]
        for _ in range(WAITING):
            assert waiting.acquire(timeout=LONG)
        assert client.get("/en/equations").text == ready.text
        assert client.get("/api/v1/jobs").status_code == 200
        held.go(4)
        assert {answer.result(LONG).status_code for answer in answers} == {200}
    assert held.calls == 1


def test_an_answer_that_comes_as_the_time_is_up_is_an_answer(pack, connect, held, monkeypatch):
    """The job ends between the end of the waiting and the look at it: by no timing can that be an error."""

    async def late(future, seconds):
        held.go(4)
        assert future.result(LONG) is None

    monkeypatch.setattr(pages, "came", late)
    with connect(create_app(pack, patience=0.0)) as client:
        assert client.get("/en/claims").status_code == 200


def test_a_desk_whose_time_is_up_takes_what_is_there(small, monkeypatch):
    """The library waits in its thread; a timeout that is raised while the answer arrives is not the answer."""
    from airshed.web import desk as desks

    waited = []
    monkeypatch.setattr(desks, "wait", lambda futures, seconds: waited.append(futures[0].result(LONG)))
    desk = desks.Desk(small, 0.0)
    assert desk.ask("key", lambda: 5) == 5 and waited == [5]

    def fails():
        raise TimeoutError("of its own")

    monkeypatch.setattr(desks, "wait", lambda futures, seconds: futures[0].exception(LONG))
    with pytest.raises(TimeoutError, match="of its own"):
        desk.ask("other", fails)
    desk.close()


@pytest.mark.parametrize("headers", EMBEDDED)
def test_a_page_of_another_site_starts_nothing(small, connect, headers):
    with connect(create_app(small, patience=None)) as client:
        jobs = client.app.state.site.jobs
        jobs.ask = None
        for address in ("/en/health.svg", "/ko/health", "/api/v1/health", "/en/scenarios/build/files/plan.csv"):
            answer = client.get(address, headers=headers)
            assert answer.status_code == 403, (address, answer.text)
        del jobs.ask
        assert client.get("/en/health.svg").status_code == 200
        assert client.get("/en/health.svg", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", OPENED)
def test_who_opens_an_address_may_start_its_computation(headers):
    assert not embedded({"host": "testserver", **headers})


def test_a_question_that_is_too_dear_is_refused_with_words(client):
    years = "+".join(str(year) for year in range(2020, 2030))
    before = client.app.state.site.desk.answers.status()["entries"]
    for address in (f"/en/plan?path={years}", f"/en/plan.json?path={years}", f"/api/v1/plan?path={years}"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert "about 4.1 minutes" in answer.text and "use the command line" in answer.text
    assert client.app.state.site.desk.answers.status()["entries"] == before


def test_what_is_dear_is_for_each_server_to_say(small, connect):
    with connect(create_app(small, patience=None, dearest=0.5)) as client:
        assert client.get("/en/health").status_code == 400
        assert client.get("/en/equations").status_code == 200


def test_a_queue_that_is_full_for_a_moment_is_waited_for(small, connect, monkeypatch):
    monkeypatch.setattr("airshed.web.jobs.SHARE", 1)
    gate = threading.Event()
    with connect(create_app(small, patience=None)) as client, ThreadPoolExecutor(1) as pool:
        jobs = client.app.state.site.jobs
        tried, ask = threading.Event(), jobs.ask

        def asked(*given, **more):
            try:
                return ask(*given, **more)
            finally:
                tried.set()

        ask("before", Asked(), lambda: gate.wait(LONG), client="testclient")
        jobs.ask = asked
        answer = pool.submit(client.get, "/en/health")
        assert tried.wait(LONG)
        gate.set()
        assert answer.result(LONG).status_code == 200
