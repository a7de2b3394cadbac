"""The queue: everybody has the same share, whatever one client piles up; short questions wait for no long one."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.pack import open_pack
from airshed.store import Store
from airshed.web.app import create_app
from airshed.web.fair import FairQueue
from airshed.web.jobs import LONG, LONG_FROM, QUEUE, SHARE, SHORT, SHORT_UNTIL, Asked, Jobs, QueueFullError
from support.held import LONG as PATIENT

DEAR = 239.0
"""Seconds of the dearest question that was met."""
CLIENTS = st.sampled_from("abcdef")


@pytest.fixture
def jobs():
    """Give the jobs of a server without a pack, in which nothing ends before the test does."""
    store = Store()
    found = Jobs(store)
    found.gate, found.begun = threading.Event(), threading.Semaphore(0)

    def held():
        found.begun.release()
        found.gate.wait(PATIENT)

    found.held = held
    yield found
    found.gate.set()
    found.close()
    store.close()


def test_sixty_questions_of_one_client_are_no_matter_to_another(jobs):
    for number in range(60):
        jobs.ask(number, Asked(), jobs.held, client="a", cost=DEAR)
    assert jobs.begun.acquire(timeout=PATIENT)
    jobs.ask("b", Asked(), jobs.held, client="b", cost=DEAR)
    assert [task.key for task in jobs._lanes[LONG]][:3] == ["b", 1, 2]


def test_a_short_question_waits_for_no_long_one(jobs):
    for number in range(10):
        jobs.ask(number, Asked(), jobs.held, client="a", cost=DEAR)
    assert jobs.begun.acquire(timeout=PATIENT)
    answer = jobs.ask("short", Asked(), lambda: "there", client="a", cost=LONG_FROM)
    assert answer.future.result(PATIENT) == "there" and not jobs.gate.is_set()


def test_a_short_question_waits_for_no_plan_of_a_few_seconds(jobs):
    jobs.ask("plan", Asked(), jobs.held, client="a", cost=LONG_FROM)
    assert jobs.begun.acquire(timeout=PATIENT)
    answer = jobs.ask("short", Asked(), lambda: "there", client="a", cost=SHORT_UNTIL)
    assert answer.future.result(PATIENT) == "there" and not jobs.gate.is_set()


def test_a_plan_of_a_few_seconds_waits_for_no_long_question_and_for_all_short_ones(jobs):
    """The reserved computer takes it, but not before what it is reserved for."""
    order, gate = [], threading.Event()
    jobs.ask("long", Asked(), jobs.held, client="a", cost=DEAR)
    assert jobs.begun.acquire(timeout=PATIENT)
    jobs.ask("held", Asked(), lambda: gate.wait(PATIENT), client="a")
    asked = [
        jobs.ask(name, Asked(), lambda name=name: order.append(name), client="a", cost=cost)
        for name, cost in (("long too", DEAR), ("plan", LONG_FROM), ("short", 0.0), ("short too", SHORT_UNTIL))
    ]
    gate.set()
    for task in asked[1:]:
        task.future.result(PATIENT)
    assert order == ["short", "short too", "plan"] and not jobs.gate.is_set() and not asked[0].future.done()


def test_one_client_is_turned_away_before_the_queue_is_full(jobs):
    for number in range(SHARE):
        jobs.ask(number, Asked(), jobs.held, client="a")
    with pytest.raises(QueueFullError):
        jobs.ask("one more", Asked(), jobs.held, client="a")
    assert jobs.ask(0, Asked(), jobs.held, client="a").key == 0
    for number in range(SHARE, QUEUE):
        jobs.ask(number, Asked(), jobs.held, client=f"client {number}")
    with pytest.raises(QueueFullError):
        jobs.ask("one more", Asked(), jobs.held, client="nobody yet")


def test_who_asks_what_another_has_queued_late_gets_it_in_his_own_turn(jobs):
    for number in range(5):
        jobs.ask(number, Asked(), jobs.held, client="a", cost=DEAR)
    assert jobs.begun.acquire(timeout=PATIENT)
    jobs.ask(4, Asked(), jobs.held, client="b", cost=DEAR)
    assert [task.key for task in jobs._lanes[LONG]] == [4, 1, 2, 3]


def test_what_is_cancelled_is_not_charged(jobs):
    tasks = [jobs.ask(number, Asked("claims", "claims"), jobs.held, client="a", cost=DEAR) for number in range(5)]
    assert jobs.begun.acquire(timeout=PATIENT)
    for task in tasks[1:]:
        jobs.keep(task)
        jobs.cancel(task.id)
    jobs.ask("b1", Asked(), jobs.held, client="b", cost=DEAR)
    jobs.ask("b2", Asked(), jobs.held, client="b", cost=DEAR)
    jobs.ask("a again", Asked(), jobs.held, client="a", cost=DEAR)
    assert [task.key for task in jobs._lanes[LONG]] == ["b1", "b2", "a again"]


def test_the_client_of_a_question_is_its_address(small_folder, connect):
    with connect(
        create_app(open_pack(small_folder), patience=0.0), client=("192.0.2.7", 1), follow_redirects=False
    ) as client:
        jobs = client.app.state.site.jobs
        gate = threading.Event()
        jobs.ask("before", Asked(), lambda: gate.wait(PATIENT))
        assert client.get("/en/health", headers={"x-forwarded-for": "198.51.100.1"}).status_code == 202
        assert [task.client for task in jobs._lanes[SHORT]] == ["192.0.2.7"]
        gate.set()


@given(st.lists(st.tuples(CLIENTS, st.integers(1, 30)), min_size=1, max_size=8, unique_by=lambda item: item[0]))
def test_the_first_question_of_every_client_comes_before_the_second_of_any(asked):
    queue, order = FairQueue(), []
    for client, count in asked:
        for number in range(count):
            queue.put((client, number), client, DEAR)
    while queue:
        order.append(queue.pop())
        queue.served(order[-1][0], DEAR)
    rounds = [number for _, number in order]
    assert rounds == sorted(rounds) and len(order) == sum(count for _, count in asked)


@given(st.lists(st.tuples(CLIENTS, st.floats(0.1, 300)), min_size=2, max_size=60), st.integers(0, 59))
def test_nothing_is_lost_and_nobody_gets_more_than_his_share(asked, gone):
    """Among those who still wait, the service given differs by less than the two dearest questions."""
    queue = FairQueue()
    for number, (client, cost) in enumerate(asked):
        queue.put((number, client, cost), client, cost)
    left = dict(enumerate(asked))
    if gone in left:
        assert queue.remove(next(item for item in queue if item[0] == gone))
        del left[gone]
    given_to, dearest = Counter(), max(cost for _, cost in asked)
    while queue:
        number, client, cost = queue.pop()
        del left[number]
        given_to[client] += cost
        queue.served(client, cost)
        waiting = {client for client, _ in left.values()}
        service = [given_to[client] for client in waiting]
        assert not service or max(service) - min(service) <= 2 * dearest + 1e-6
    assert not left


def test_newcomers_do_not_starve_who_has_had_his_share():
    """A client with two questions against an endless row of new ones."""
    queue = FairQueue()
    for number in range(2):
        queue.put(number, "a", 100.0)
    served = []
    for number in range(10):
        queue.put(f"new {number}", f"client {number}", 100.0)
        served.append(queue.pop())
        queue.served("a" if served[-1] in (0, 1) else f"client {number}", 100.0)
    assert 1 in served
