"""States of a database that cannot be used: busy, full, read-only, failing; what is there is read all the same."""

import contextlib
import ctypes
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from airshed.store import NoRoomError, Store, StoreError
from airshed.store import store as module
from airshed.store.states import BUSY, DENIED, FAILING, FULL, NO_ADDRESS, NO_DATABASE

LONG = 60


@pytest.fixture
def place(tmp_path):
    return tmp_path / "kept.db"


@pytest.fixture
def store(place):
    opened = Store(place)
    yield opened
    opened.close()


@contextlib.contextmanager
def locked(place):
    """Hold the right to write, as another program that does not end."""
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


def state_of(act):
    with pytest.raises(StoreError) as caught:
        act()
    return caught.value.state


def test_reading_a_locked_file_asks_for_no_lock(store, place, monkeypatch):
    """With no patience at all, so that whatever waited would fail."""
    key = store.save("a", "b", "", "")
    job = store.add_job("plan", "plan", "en", "h")
    monkeypatch.setattr("airshed.store.engine.READ_WAIT", 0.0)
    with locked(place):
        assert store.scenario(key).document == "b" and [kept.id for kept in store.scenarios()] == [key]
        assert store.job(job.id).state == "queued" and [item.id for item in store.jobs()] == [job.id]


def test_readers_do_not_wait_for_a_writer_of_their_own_process(store):
    """While one thread waits to write, others read."""
    store.save("a", "", "", "")
    with store._writing():
        reader = threading.Thread(target=lambda: seen.append(len(store.scenarios())))
        seen = []
        reader.start()
        reader.join(LONG)
        assert seen == [1]


def test_writing_a_locked_file_is_busy(store, place, monkeypatch):
    key = store.save("a", "b", "", "")
    waits = []
    begun = module.writing
    monkeypatch.setattr(module, "writing", lambda wait: waits.append(wait) or begun(0.0))
    with locked(place):
        for act in (lambda: store.save("c", "", "", ""), lambda: store.delete(key), lambda: store.add_job(*"abcd")):
            assert state_of(act) is BUSY
    assert BUSY.status == 503 and BUSY.passing and max(waits) <= 3.0
    assert [kept.id for kept in store.scenarios()] == [key] and store.save("c", "", "", "")


def test_many_writers_share_one_patience(store, place, monkeypatch):
    """Five saves at once on a locked file wait together, not one after the other: the wait is handed on."""
    waits = []
    begun = module.writing
    monkeypatch.setattr(module, "writing", lambda wait: waits.append(wait) or begun(wait))
    monkeypatch.setattr(module, "WRITE_WAIT", 0.3)
    ends = []
    with locked(place):

        def write():
            try:
                with store._writing(0.3):
                    ends.append("written")
            except StoreError as why:
                ends.append(why.state)

        threads = [threading.Thread(target=write) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
    assert ends == [BUSY] * 5 and sum(waits) < 2 * 0.3


def test_a_server_starts_on_a_locked_file_and_ends_its_dead_jobs_later(place, monkeypatch):
    first = Store(place)
    job = first.add_job("plan", "plan", "en", "h")
    first._presence.end()
    monkeypatch.setattr("airshed.store.engine.WRITE_WAIT", 0.0)
    with locked(place):
        second = Store(place)
        assert second.job(job.id).state == "queued"
    assert second.job(job.id).state == "interrupted"
    second.close()
    first.close()


def test_the_end_of_a_job_is_not_lost_to_a_busy_moment(store, place, monkeypatch):
    job = store.add_job("plan", "plan", "en", "h")
    store.start_job(job.id)
    begun = module.writing
    with locked(place), monkeypatch.context() as patch:
        patch.setattr(module, "writing", lambda wait: begun(0.0))
        assert state_of(lambda: store.end_job(job.id, "done")) is BUSY
        assert (store.job(job.id).state, store.jobs()[0].progress) == ("done", 1.0)
    store.save("what is written next", "", "", "")
    other = Store(place)
    assert (other.job(job.id).state, other.job(job.id).progress) == ("done", 1.0)
    other.close()


def test_a_full_disk_takes_nothing_and_loses_nothing(store, place):
    key = store.save("a", "b", "", "")
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    assert state_of(lambda: store.save("c", "x" * 90_000, "", "")) is FULL and FULL.status == 507
    assert [kept.id for kept in store.scenarios()] == [key] and store.delete(key)


LIMITED = """
import resource, sys
from airshed.store import Store, StoreError
store = Store(sys.argv[1])
key = store.save("a", "b", "", "")
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
kept, states = [key], set()
for number in range(20):
    try:
        kept.append(store.save("c", "x" * 20_000, "", ""))
    except StoreError as why:
        states.add((why.state.status, why.state.owner.message))
assert [item.id for item in store.scenarios()][::-1] == kept, "an acknowledged save is gone"
print(len(kept), states)
"""


def test_a_disk_that_refuses_to_write_takes_nothing_and_loses_nothing(place):
    done = subprocess.run([sys.executable, "-c", LIMITED, str(place)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 1 < int(done.stdout.split()[0]) < 21
    assert done.stdout.partition(" ")[2].strip() == str({(FAILING.status, FAILING.owner.message)})
    after = Store(place)
    assert len(after.scenarios()) == int(done.stdout.split()[0])
    after.close()


READ_ONLY = """
import sys
from airshed.store import Store, StoreError
try:
    Store(sys.argv[1])
except StoreError as why:
    print(why)
"""
CAPBSET_DROP, DAC_OVERRIDE = 24, 1


def bound_by_rights():
    """Let rights of files bind root too, in a process that is about to start."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(CAPBSET_DROP, DAC_OVERRIDE, 0, 0, 0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_written_is_told_at_the_start(tmp_path, what):
    folder = tmp_path / "there"
    folder.mkdir()
    place = folder / "kept.db"
    if what == "file":
        Store(place).close()
        place.chmod(0o444)
    folder.chmod(0o555)
    words = [sys.executable, "-c", READ_ONLY, str(place)]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=bound_by_rights, check=False)
    folder.chmod(0o755)
    assert DENIED.owner.message in done.stdout and "--database in a folder" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("address", ["", " ", "a\0b"])
def test_no_name_is_no_database(address):
    assert state_of(lambda: Store(address)) is NO_ADDRESS


def test_what_is_no_file_is_no_database():
    assert state_of(lambda: Store("/dev/null")) is NO_DATABASE


def test_the_files_of_dead_servers_are_removed_at_the_start(place):
    living = Store(place)
    for number in range(30):
        place.with_name(f"{place.name}-server-{number:012x}").touch()
    second = Store(place)
    held = {path.name for path in place.parent.iterdir() if "-server-" in path.name}
    assert held == {f"{place.name}-server-{server}" for server in (living.server, second.server)}
    second.close()
    living.close()
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_each_address_has_its_share(store, monkeypatch):
    monkeypatch.setattr(module, "SHARE", 3)
    monkeypatch.setattr(module, "MOST_SCENARIOS", 5)
    first = [store.save("a", "", "", "", "192.0.2.1") for _ in range(3)]
    with pytest.raises(NoRoomError, match="3 scenarios were saved from your address"):
        store.save("a", "", "", "", "192.0.2.1")
    for _ in range(2):
        store.save("a", "", "", "", "192.0.2.2")
    with pytest.raises(NoRoomError, match="no room for more"):
        store.save("a", "", "", "", "192.0.2.3")
    assert store.delete(first[0]) and store.save("a", "", "", "", "192.0.2.3")
