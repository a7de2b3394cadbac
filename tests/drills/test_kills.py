"""Servers killed at any moment while they save, delete and run jobs: nothing acknowledged is lost, nothing comes back.

A few rounds here; `make test-slow` kills 1,200 processes over one store, alone and in pairs, and 120 whole servers.
"""

import http.client
import random
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from types import MappingProxyType
from urllib.parse import urlencode

import pytest

from airshed.store import Store

WORKING = """
import random, sys, threading
from airshed.store import Store, StoreError
store, told = Store(sys.argv[1]), threading.Lock()

def say(*words):
    with told:
        print(*words, flush=True)

def turn(rng, mine):
    title = f"{rng.random()}"
    key = store.save(title, title * rng.randrange(1, 400), "", "h")
    say("saved", key, title)
    mine.append(key)
    if rng.random() < 0.4:
        gone = mine.pop(rng.randrange(len(mine)))
        say("deleting", gone)
        store.delete(gone)
        say("deleted", gone)
    job = store.add_job("plan", "plan", "en", "h")
    store.start_job(job.id)
    store.move_job(job.id, 0.5, "years")
    if rng.random() < 0.5:
        store.end_job(job.id, "done")

def work(seed):
    rng, mine = random.Random(seed), []
    while True:
        try:
            turn(rng, mine)
        except StoreError as why:
            # Who is told that another writes asks again: nothing was acknowledged.
            if not why.state.passing:
                raise

for number in range(3):
    threading.Thread(target=work, args=(int(sys.argv[2]) + number,)).start()
"""


class Acknowledged:
    """What clients were told over all rounds, and whether it holds."""

    def __init__(self):
        self.saved, self.deleting, self.deleted = {}, set(), set()

    def note(self, line):
        word, key, *title = line.split()
        if word == "saved":
            self.saved[key] = title[0]
        elif word == "deleting":
            self.deleting.add(key)
        else:
            self.deleted.add(key)

    def check(self, place):
        """Open the database as the next server does; raises AssertionError for what is lost, or back."""
        store = Store(place)
        found = {kept.id: kept for kept in store.scenarios()}
        assert {*self.saved} - self.deleting - {*found} == set(), "an acknowledged save is gone"
        assert self.deleted & {*found} == set(), "what was deleted is back"
        assert all(found[key].title == title for key, title in self.saved.items() if key in found)
        assert not {job.state for job in store.jobs()} & {"queued", "running"}
        for kept in [*found][: max(len(found) - 40, 0)]:
            self.deleting.add(kept)
            store.delete(kept)
            self.deleted.add(kept)
        store.close()
        with sqlite3.connect(place) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        assert [path.name for path in place.parent.iterdir()] == [place.name], "something was left over"


def kill_stores(place, rounds, servers, seed):
    """Kill so many processes; returns how many saves were acknowledged."""
    rng, told = random.Random(seed), Acknowledged()
    for turn in range(rounds):
        commands = [[sys.executable, "-c", WORKING, str(place), str(100 * turn + 10 * one)] for one in range(servers)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
        for process in running:
            for _ in range(rng.randrange(1, 25)):
                told.note(process.stdout.readline())
        for process in running:
            process.kill()
        for process in running:
            for line in process.communicate()[0].splitlines():
                # The last line may have been cut by the kill: it was told to nobody.
                if re.fullmatch(r"saved \w{12} 0\.\d+(e-\d+)?|delet(ed|ing) \w{12}", line):
                    told.note(line)
        told.check(place)
    return len(told.saved)


def test_killed_stores_keep_what_they_acknowledged(tmp_path):
    assert kill_stores(tmp_path / "kept.db", 3, 1, seed=1) >= 3


def test_two_killed_servers_on_one_file_keep_what_they_acknowledged(tmp_path):
    assert kill_stores(tmp_path / "kept.db", 1, 2, seed=2) >= 2


@pytest.mark.slow
def test_1200_killed_stores_keep_what_they_acknowledged(tmp_path):
    alone = kill_stores(tmp_path / "kept.db", 800, 1, seed=3)
    (tmp_path / "pairs").mkdir()
    pairs = kill_stores(tmp_path / "pairs" / "kept.db", 200, 2, seed=4)
    sys.stdout.write(
        f"\n1,200 kills, 400 of them in pairs on one file: none lost of {alone + pairs} saves, none back\n"
    )
    assert alone + pairs > 3000


def serve(small_folder, place):
    """Start a server; returns its process and port."""
    words = [sys.executable, "-m", "airshed", "--pack", str(small_folder), "serve", "--port", "0", "--database"]
    process = subprocess.Popen([*words, str(place)], stderr=subprocess.PIPE, text=True)
    return process, int(re.search(r":(\d+)/", process.stderr.readline())[1])


def client(port, seed, told, enough):
    """Save, delete and ask for jobs until the server is gone."""
    rng, mine = random.Random(seed), []
    try:
        while True:
            title = f"{rng.random()}"
            place = post(port, "/en/scenarios/saved", {"title": title, "query": "change=BBB:industry:-30"})
            key = place.partition("#saved-")[2]
            told.note(f"saved {key} {title}")
            mine.append(key)
            enough.release()
            if rng.random() < 0.3:
                told.note(f"deleting {mine[0]}")
                post(port, f"/en/scenarios/saved/{mine[0]}/delete", {})
                told.note(f"deleted {mine.pop(0)}")
            ask(port, "GET", f"/en/scenarios/compare?year={rng.randrange(2015, 2030)}")
    except (OSError, http.client.HTTPException):
        enough.release()


COMPUTING = 202


def post(port, path, fields):
    """Return the place that an answer to a form leads to; while the server is still computing, nothing is saved."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    status, location = COMPUTING, None
    while status == COMPUTING:
        status, location = ask(port, "POST", path, urlencode(fields), form)
    assert status == 303, status
    return location


def ask(port, method, path, body=None, headers=MappingProxyType({})):
    """Return the status and the place that an answer leads to."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["location"]


def kill_servers(small_folder, place, rounds, seed):
    rng, told = random.Random(seed), Acknowledged()
    for turn in range(rounds):
        process, port = serve(small_folder, place)
        enough = threading.Semaphore(0)
        threads = [threading.Thread(target=client, args=(port, 10 * turn + one, told, enough)) for one in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(rng.randrange(2, 12)):
            assert enough.acquire(timeout=60)
        process.kill()
        for thread in threads:
            thread.join(60)
        process.communicate()
        told.check(place)
    return len(told.saved)


@pytest.mark.slow
def test_a_killed_server_keeps_what_it_acknowledged(small_folder, tmp_path):
    assert kill_servers(small_folder, tmp_path / "kept.db", 2, seed=5) >= 2


@pytest.mark.slow
def test_120_killed_servers_keep_what_they_acknowledged(small_folder, tmp_path):
    saved = kill_servers(small_folder, tmp_path / "kept.db", 120, seed=6)
    assert saved >= 120
    sys.stdout.write(f"\n120 servers killed under three clients each: none lost of {saved} saves, none back\n")
