"""Jobs: seen, ended, found again after a restart; the computation goes on only when the test lets it."""

import ast
import json
import re
import threading
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.trust import claims
from airshed.pack.errors import AirshedError
from airshed.pack.language import catalogue
from airshed.pack.progress import Track
from airshed.store import Store
from airshed.store.models import STATES as KEPT_STATES
from airshed.web.app import create_app
from airshed.web.guard import POLICY
from airshed.web.jobs import SHARE, Asked
from airshed.web.site import came
from airshed.web.waiting import NEXT, STATES
from support.held import LONG, Held, followed, serving

FAILURE = "this is a failure of airshed, not of your input"
HOSTILE = {"origin": "https://elsewhere.example"}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "kept.db"


@pytest.fixture
def served(pack, connect, place):
    """Give a client whose pages wait for nothing."""
    store = Store(place)
    with connect(create_app(pack, store=store, patience=0.0), follow_redirects=False) as client:
        yield client
    store.close()


def asked(client, address):
    """Return the identifier of the job that a page waits for."""
    answer = client.get(address)
    assert answer.status_code == 202 and answer.headers["retry-after"] == "5", answer.text
    assert answer.headers["content-security-policy"] == POLICY
    return re.search(r'data-job="/../jobs/(\w+)"', answer.text).group(1)


def state(client, job):
    return client.get(f"/api/v1/jobs/{job}").json()["state"]


def test_progress_is_seen_until_the_answer_is_there(pack, held, place, cli):
    import httpx

    store = Store(place)
    with serving(create_app(pack, store=store, patience=0.0), store) as (where, _):
        client = httpx.Client(base_url="http://{}:{}".format(*where), timeout=LONG)
        job = asked(client, "/ko/claims")
        assert held.entered.acquire(timeout=LONG)
        events = followed(where, f"/jobs/{job}/events?language=ko")
        for done in range(4):
            event = next(event for event in events if event["progress"] == done / 4 and event["stage"])
            assert (event["state"], event["told"], event["stage"]) == ("running", "계산 중", catalogue("ko")["years"])
            assert event["percent"] == f"{25 * done} %"
            held.go()
        *_, last = events
        assert (last["state"], last["active"], last["progress"]) == ("done", False, 1.0)
        answer = client.get(f"/ko/jobs/{job}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/ko/claims")
        rows = client.get("/ko/claims.json").json()
        client.close()
    assert held.calls == 1
    held.go(held.parts)
    code, out, _ = cli("--lang", "ko", "claims", "--format", "json")
    assert code == 0 and rows == json.loads(out)


def test_a_waiting_page_says_how_far_it_is_and_works_without_scripts(served, held):
    first = asked(served, "/en/claims")
    assert held.entered.acquire(timeout=LONG)
    second = asked(served, "/ko/claims?verdict=differs")
    assert asked(served, "/ko/claims?verdict=differs") == second != first
    text = served.get("/ko/claims?verdict=differs").text
    assert '<progress id="progress" max="1" value="0.0">' in text and "앞에 1건" in text
    assert f'content="5; url=/ko/jobs/{second}"' in text
    assert f'<form method="post" action="/ko/jobs/{second}/cancel">' in text
    assert 'href="/ko/claims?verdict=differs"' in text and 'href="/ko/jobs"' in text
    answer = served.get("/en/claims.json")
    assert answer.status_code == 202 and answer.headers["retry-after"] == "5"
    assert answer.json()["waiting"]["job"] == f"/api/v1/jobs/{first}"
    rows = served.get("/en/claims.csv")
    assert rows.status_code == 503 and rows.headers["retry-after"] == "5"
    assert f"job,/api/v1/jobs/{first}\n" in rows.text
    shown = served.get(f"/zh/jobs/{first}")
    assert shown.status_code == 200 and "计算中" in shown.text and shown.headers["cache-control"] == "no-store"
    rows = {row["id"]: row for row in served.get("/api/v1/jobs").json()}
    assert (rows[first]["state"], rows[second]["state"], rows[second]["ahead"]) == ("running", "queued", 1)
    assert rows[second]["result"] == "/api/v1/claims?verdict=differs"
    listed = served.get("/en/jobs").text
    assert listed.count("<progress") == 2 and f'action="/en/jobs/{first}/cancel"' in listed
    assert served.get("/en/jobs.csv").text.count("\n") == 3 and len(served.get("/en/jobs.json").json()) == 2


def test_cancelling_ends_a_computation_and_frees_the_queue(served, held):
    first = asked(served, "/en/claims")
    assert held.entered.acquire(timeout=LONG)
    second, third = asked(served, "/ko/claims"), asked(served, "/zh/claims")
    answer = served.delete(f"/api/v1/jobs/{third}")
    assert answer.status_code == 200 and answer.json()["state"] == "cancelled"
    answer = served.post(f"/en/jobs/{first}/cancel", headers={"origin": "http://testserver"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/jobs/{first}")
    assert [state(served, job) for job in (first, second, third)] == ["cancelled", "queued", "cancelled"]
    text = served.get(f"/en/jobs/{first}").text
    assert "ended before it was done" in text and 'href="/en/claims"' in text and "<progress" not in text
    held.go()
    assert held.left.acquire(timeout=LONG) and held.entered.acquire(timeout=LONG)
    assert state(served, second) == "running"
    held.go(4)
    assert held.left.acquire(timeout=LONG)
    assert held.calls == 2
    assert served.delete(f"/api/v1/jobs/{first}").json()["state"] == "cancelled"


def test_who_asks_again_after_cancelling_gets_a_new_job(served, held):
    first = asked(served, "/en/claims")
    assert held.entered.acquire(timeout=LONG)
    served.post(f"/en/jobs/{first}/cancel")
    second = asked(served, "/en/claims")
    assert second != first
    held.go()
    assert held.entered.acquire(timeout=LONG)
    assert state(served, second) == "running"


def test_an_answer_that_comes_while_its_job_is_written_is_given(served, held, monkeypatch):
    jobs = served.app.state.site.jobs
    keep = jobs.keep

    def late(task):
        held.go(4)
        task.future.result(LONG)
        return keep(task)

    monkeypatch.setattr(jobs, "keep", late)
    assert served.get("/en/claims").status_code == 200
    assert [row["state"] for row in served.get("/api/v1/jobs").json()] == ["done"]


def test_a_script_gets_its_rows_when_they_are_there(pack, connect, held, monkeypatch):
    monkeypatch.setattr("airshed.web.site.LONGER", 1000 * LONG)
    waited = []
    with connect(create_app(pack, patience=0.001)) as client:
        asked(client, "/en/claims")

        async def going(future, seconds):
            waited.append(seconds)
            held.go(4)
            await came(future, seconds)

        monkeypatch.setattr("airshed.web.site.came", going)
        answer = client.get("/en/claims.csv")
    assert answer.status_code == 200 and waited == [pytest.approx(LONG, abs=LONG / 2)]
    assert answer.text.startswith("id,statement,")


def test_a_full_queue_says_so_and_makes_no_job(served):
    jobs, waits = served.app.state.site.jobs, threading.Event()
    for number in range(SHARE):
        jobs.ask(number, Asked(), waits.wait, client="testclient")
    answer = served.get("/en/claims")
    assert answer.status_code == 503 and "too many questions" in answer.text
    assert "job" not in served.get("/en/claims.json").json()["error"]
    assert served.get("/api/v1/jobs").json() == []
    waits.set()


@pytest.mark.parametrize(
    ("why", "told", "korean"),
    [
        (
            AirshedError("no-cut", word="moon"),
            "moon is not a cut. give each region once, such as JJJ=30%",
            "moon은 감축이 아닙니다",
        ),
        (ValueError("secret"), FAILURE, "입력이 아니라 airshed의 오류입니다"),
    ],
)
def test_a_failed_job_says_why(served, monkeypatch, why, told, korean):
    def fail(*_):
        raise why

    held = Held(fail)
    monkeypatch.setattr(claims, "claims_table", held)
    job = asked(served, "/en/claims")
    future = next(iter(served.app.state.site.jobs._active.values())).future
    held.go(4)
    assert future.exception(LONG) is why
    found = served.get(f"/api/v1/jobs/{job}").json()
    assert (found["state"], found["message"]) == ("failed", told)
    text = served.get(f"/en/jobs/{job}").text
    assert told in text and "Ask again" in text and "secret" not in text
    assert told in served.get("/en/jobs").text
    assert korean in served.get(f"/ko/jobs/{job}").text and korean in served.get("/ko/jobs").text
    assert asked(served, "/en/claims") != job
    held.go(1000)


def test_what_a_stopped_server_left_is_said_to_be_interrupted(pack, connect, place, held):
    ids = []
    for language in ("en", "ko"):
        store = Store(place)
        with connect(create_app(pack, store=store, patience=0.0)) as client:
            ids.append(asked(client, f"/{language}/claims"))
            assert held.entered.acquire(timeout=LONG)
        store.close()
    held.go(2)
    store = Store(place)
    with connect(create_app(pack, store=store, patience=None), follow_redirects=False) as client:
        assert [state(client, job) for job in ids] == ["interrupted", "interrupted"]
        text = client.get(f"/en/jobs/{ids[0]}").text
        assert "server was stopped" in text and '<a href="/en/claims">Ask again</a>' in text
        held.go(4)
        assert client.get("/en/claims").status_code == 200
    store.close()


def test_a_finished_job_leads_to_its_answer_after_a_restart(pack, connect, place):
    store = Store(place)
    job = store.add_job("claims", "claims?verdict=differs", "en", pack.hash())
    store.start_job(job.id)
    store.end_job(job.id, "done")
    store.close()
    again = Store(place)
    with connect(create_app(pack, store=again, patience=None), follow_redirects=False) as client:
        found = client.get(f"/zh/jobs/{job.id}")
        assert found.headers["location"] == "/zh/claims?verdict=differs"
        assert client.get(found.headers["location"]).status_code == 200
    again.close()


def test_two_servers_share_their_jobs(pack, connect, place, held, monkeypatch):
    monkeypatch.setattr("airshed.web.jobs.BETWEEN_WRITES", 0.0)
    one, two = Store(place), Store(place)
    with (
        connect(create_app(pack, store=one, patience=0.0)) as first,
        connect(create_app(pack, store=two, patience=0.0)) as second,
    ):
        job = asked(first, "/en/claims")
        assert held.entered.acquire(timeout=LONG)
        assert state(second, job) == "running"
        assert second.delete(f"/api/v1/jobs/{job}").json()["state"] == "cancelled"
        held.go()
        assert held.left.acquire(timeout=LONG)
        assert state(first, job) == "cancelled"
    two.close()
    one.close()


def test_a_server_that_is_told_to_stop_waits_for_nobody(pack, held, place):
    import signal

    import httpx

    store = Store(place)
    with serving(create_app(pack, store=store, patience=0.0), store) as (where, server):
        with httpx.Client(base_url="http://{}:{}".format(*where), timeout=LONG) as client:
            job = asked(client, "/en/claims")
        assert held.entered.acquire(timeout=LONG)
        events = followed(where, f"/jobs/{job}/events")
        assert next(events)["active"]
        server.handle_exit(signal.SIGTERM, None)
        assert all(event["active"] for event in events)
    assert held.left.acquire(blocking=False) is False
    after = Store(place)
    assert after.job(job).state == "interrupted"
    after.close()


@pytest.mark.parametrize("headers", [HOSTILE, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_other_sites_cannot_cancel(served, held, headers):
    job = asked(served, "/en/claims")
    for answer in (
        served.post(f"/en/jobs/{job}/cancel", headers=headers),
        served.delete(f"/api/v1/jobs/{job}", headers=headers),
    ):
        assert answer.status_code == 403 and "another site" in answer.text
    assert state(served, job) in ("queued", "running")


ABSURD = ("nothing", "0" * 12, "x" * 1900, "%00", "..%2f..", "%ff", "' or 1=1 --", "가")


@pytest.mark.parametrize("key", ABSURD)
def test_a_job_that_is_not_there(served, key):
    """A key with a control character is no address at all."""
    status = 400 if key == "%00" else 404
    for answer in (
        served.get(f"/en/jobs/{key}"),
        served.post(f"/ko/jobs/{key}/cancel"),
        served.get(f"/jobs/{key}/events"),
        served.get(f"/api/v1/jobs/{key}"),
        served.delete(f"/api/v1/jobs/{key}"),
        served.get(f"/jobs/{key}/events?language={key}"),
    ):
        assert answer.status_code == status, answer.text
    assert [served.get(address).status_code for address in ("/fr/jobs", "/fr/jobs/1")] == [404, 404]


def test_a_page_cannot_be_posted_to(served):
    for address in ("/en/", "/en/claims", "/en/jobs", "/api/v1/jobs"):
        answer = served.post(address)
        assert (answer.status_code == 405 and "class=" in answer.text) or answer.json()["error"]["status"] == 405


def test_a_database_that_fails_leaves_pages_answered(served, held):
    asked(served, "/en/claims")
    with served.app.state.site.store._engine.begin() as connection:
        connection.exec_driver_sql("drop table jobs")
    assert held.entered.acquire(timeout=LONG)
    held.go(4)
    assert held.left.acquire(timeout=LONG)
    assert served.get("/en/sources").status_code == 200
    answer = served.get("/en/jobs")
    assert answer.status_code == 503 and "cannot be read" in answer.text


def test_serving_needs_a_database_that_can_be_used(cli, tmp_path):
    code, _, err = cli("serve", "--port", 0, "--database", tmp_path)
    assert code == 2 and "is a folder" in err and "--database" in err


def test_every_state_and_stage_has_its_words():
    stages = set()
    for path in files("airshed").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step":
                stages.add(node.args[0].value)
    assert {"samples", "years", "coalitions", "cases"} <= stages
    assert set(STATES) == set(KEPT_STATES) and set(NEXT) < set(STATES)
    for language in ("ko", "zh"):
        known = catalogue(language)
        assert sorted({*stages, *STATES.values(), *NEXT.values()} - set(known)) == []


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_progress_of_nested_loops_counts_what_is_done(sizes):
    """The innermost parts that are done over all, as counted by hand."""
    track, seen, total = Track(), [], 1
    for size in sizes:
        total *= size
    worked = 0

    def run(depth):
        nonlocal worked
        if depth == len(sizes):
            worked += 1
            return
        for done in range(sizes[depth]):
            seen.append((track.move(str(depth), done, sizes[depth]), worked / total))
            run(depth + 1)
        seen.append((track.move(str(depth), sizes[depth], sizes[depth]), worked / total))

    run(0)
    assert all(found == pytest.approx(wanted) for found, wanted in seen) and seen[-1][0] == 1.0
