"""Damaged databases: 40 cases here and 400 in the slow suite; nothing raw, nothing written, nothing read wrong."""

import random
import shutil
import sqlite3
import subprocess
import sys

import pytest

from airshed.store import Store, StoreError
from airshed.store.states import CLOSED, DAMAGED, FOREIGN, MOVED, NEWER, NO_DATABASE
from support.damage import beside, contents, copied, damage, flip, zero_page

WRITTEN = 60
KILLED = """
import os, sys
from airshed.store import Store
store = Store(sys.argv[1])
for number in range(int(sys.argv[2])):
    print(store.save(f"title {number}", f"document {number} " * 50, f"year={number}", "h" * 64), flush=True)
job = store.add_job("plan", "plan?target=10", "en", "h")
store.end_job(job.id, "done")
os._exit(1)
"""


@pytest.fixture(scope="module")
def lying(tmp_path_factory):
    """Hold databases as they lie: one that was closed, and one whose server was killed; with what they hold."""
    folder = tmp_path_factory.mktemp("lying")
    command = [sys.executable, "-c", KILLED, str(folder / "killed.db"), str(WRITTEN)]
    ids = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.split()
    killed = folder / "killed.db"
    assert len(ids) == WRITTEN and beside(killed, "-wal").stat().st_size
    closed = copied(killed, folder / "other")
    Store(closed).close()
    assert not beside(closed, "-wal").exists()
    return (closed, killed), {key: number for number, key in enumerate(ids)}


def outcome(place, wanted):
    """Open a database, read all and write; returns what came of it. Whatever is read must be what was saved."""
    before = contents(place)
    try:
        store = Store(place)
    except StoreError as why:
        assert why.remedy and why.state in (DAMAGED, NO_DATABASE, NEWER, FOREIGN), why
        assert contents(place) == before, "a file that was refused was written into"
        return "refused"
    try:
        found = store.scenarios()
        for kept in found:
            number = wanted[kept.id]
            assert (kept.title, kept.document) == (f"title {number}", f"document {number} " * 50)
            assert (kept.query, kept.pack_hash) == (f"year={number}", "h" * 64)
        store.jobs()
        key = store.save("new", "new", "", "")
        assert store.scenario(key).title == "new" and store.delete(key)
    finally:
        store.close()
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "a damaged file was taken"
    connection.close()
    return "whole" if len(found) == len(wanted) else "older"


def run_cases(lying, folder, seeds):
    places, wanted = lying
    seen = {}
    for seed in seeds:
        place = copied(places[seed % 2], folder / str(seed))
        told = damage(place, seed)
        try:
            end = outcome(place, wanted)
        except BaseException as why:
            why.add_note(told)
            raise
        seen[end] = seen.get(end, 0) + 1
        shutil.rmtree(folder / str(seed))
    return seen


def test_40_damaged_files_are_refused_or_whole(lying, tmp_path):
    seen = run_cases(lying, tmp_path, range(40))
    assert seen["refused"] > 10 and seen["whole"] > 2


@pytest.mark.slow
def test_400_damaged_files_are_refused_or_whole(lying, tmp_path, capsys):
    seen = run_cases(lying, tmp_path, range(1000, 1400))
    with capsys.disabled():
        sys.stdout.write(f"\n400 damaged files: {seen}; none raw, none written into, none read wrong\n")
    assert seen["refused"] > 100


def test_damage_while_the_file_is_open_ends_all_writing(lying, tmp_path):
    """What is damaged under a server is refused as soon as SQLite meets it, and the file stays as it is then."""
    places, _ = lying
    met = 0
    for seed in range(20):
        place = copied(places[seed % 2], tmp_path / str(seed))
        store, rng = Store(place), random.Random(seed)
        (zero_page, flip)[seed % 2](place, rng)
        refused = None
        for act in (store.scenarios, store.jobs, lambda at=store: at.save("a", "b" * 9000, "", "")) * 3:
            try:
                act()
            except StoreError as why:
                assert why.state is DAMAGED, why
                refused = refused or contents(place)
        if refused:
            met += 1
            with pytest.raises(StoreError, match="damaged"):
                store.delete("nothing")
            assert contents(place) == refused
        store.close()
    assert met > 5


def test_a_damaged_row_is_told_though_the_file_is_sound(tmp_path):
    """A letter that changed in a scenario would be another scenario."""
    place = tmp_path / "kept.db"
    store = Store(place)
    store.save("a", "factor: 0.5", "", "")
    store.close()
    place.write_bytes(place.read_bytes().replace(b"factor: 0.5", b"factor: 0.7"))
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    with pytest.raises(StoreError) as caught:
        Store(place)
    assert caught.value.state is DAMAGED


@pytest.mark.parametrize(
    "change",
    [
        "update jobs set state = 'flying'",
        "update jobs set created = 'yesterday'",
        "update jobs set progress = 'half'",
        "update jobs set stage = cast(x'ff' as text)",
        "update jobs set page = x'00ff'",
    ],
)
def test_a_job_that_nobody_wrote_is_damage(tmp_path, change):
    place = tmp_path / "kept.db"
    store = Store(place)
    store.add_job("plan", "plan", "en", "h")
    with sqlite3.connect(place) as connection:
        connection.execute(change)
    connection.close()
    for ask in (store.jobs, lambda: store.save("a", "", "", "")):
        with pytest.raises(StoreError) as caught:
            ask()
        assert caught.value.state is DAMAGED
    store.close()


@pytest.mark.parametrize("how", ["moved", "removed", "replaced"])
def test_a_file_that_was_taken_away_takes_nothing(tmp_path, how):
    """SQLite would go on writing into a file that has no name any more: saves that are lost with the server."""
    place, other = tmp_path / "kept.db", tmp_path / "other.db"
    store = Store(place)
    store.save("a", "", "", "")
    if how == "replaced":
        Store(other).close()
        other.replace(place)
    elif how == "moved":
        place.rename(other)
    else:
        place.unlink()
    for ask in (store.scenarios, lambda: store.save("b", "", "", "")):
        with pytest.raises(StoreError) as caught:
            ask()
        assert caught.value.state is MOVED and str(tmp_path) not in caught.value.state.visitor.message
    store.close()
    assert place.exists() == (how == "replaced")


def test_a_visitor_is_never_told_the_path():
    from airshed.store import states

    held = [state for state in vars(states).values() if isinstance(state, states.State)]
    assert len(held) == 13
    for state in held:
        assert state.visitor.message and state.visitor.remedy and "{" not in state.visitor.message
        assert "--database" not in state.visitor.message + state.visitor.remedy
    assert CLOSED.remedy
