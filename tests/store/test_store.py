"""The database: brought up from nothing and from older revisions, and what is kept is read back as it was."""

import gc
import sqlite3
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from airshed.pack.errors import AirshedError
from airshed.store import MEMORY, Store, StoreError
from airshed.store.engine import open_engine, url_of
from airshed.store.models import Base
from airshed.store.store import LONGEST_DOCUMENT, LONGEST_TITLE


@pytest.fixture
def place(tmp_path):
    return tmp_path / "kept.db"


@pytest.fixture(params=["memory", "file"])
def store(request, place):
    opened = Store(MEMORY if request.param == "memory" else place)
    yield opened
    opened.close()


def columns(path):
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        found = {name: {row[1] for row in connection.execute(f"pragma table_info({name})")} for name in tables}
    connection.close()
    return found


def test_the_migrations_make_the_tables_that_the_models_describe(place):
    Store(place).close()
    found = columns(place)
    assert found.pop("alembic_version") == {"version_num"}
    assert found == {name: {column.name for column in table.columns} for name, table in Base.metadata.tables.items()}


def test_the_models_need_no_further_migration(place):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    Store(place).close()
    engine = create_engine(f"sqlite:///{place}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_database_of_an_older_revision_is_brought_up_and_keeps_its_rows(place):
    engine = open_engine(url_of(place), "0001")
    row = "insert into scenarios values ('a1', '서울', 'x: 1', '', 'h', '2026-01-02 03:04:05.000000')"
    with engine.begin() as connection:
        connection.execute(text(row))
    engine.dispose()
    assert "jobs" not in columns(place)
    store = Store(place)
    kept = store.scenario("a1")
    assert (kept.title, kept.created.isoformat()) == ("서울", "2026-01-02T03:04:05+00:00")
    assert store.jobs() == []
    store.close()


def test_a_database_of_a_newer_airshed_is_refused(place):
    Store(place).close()
    with sqlite3.connect(place) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer airshed") as caught:
        Store(place)
    assert "update airshed" in caught.value.remedy


def test_what_is_no_database_of_ours_is_refused_and_left_alone(tmp_path):
    letter, other = tmp_path / "letter.txt", tmp_path / "other.db"
    letter.write_text("not a database at all\n" * 100, encoding="utf-8")
    with sqlite3.connect(other) as connection:
        connection.execute("create table birds (name text)")
    connection.close()
    for path, reason in ((letter, "is not a database"), (other, "another program"), (tmp_path, "is a folder")):
        with pytest.raises(StoreError, match=reason):
            Store(path)
    assert letter.read_text(encoding="utf-8").startswith("not a database")
    assert set(columns(other)) == {"birds"}


@pytest.mark.parametrize("address", ["/nowhere/at/all.db", "postgresql://a:secret@b/c", "://", "sqlite:///x?mode=ro"])
def test_a_place_that_cannot_be_used_says_so(address):
    with pytest.raises(StoreError) as caught:
        Store(address)
    assert caught.value.remedy and "secret" not in caught.value.message


def test_the_address_may_be_a_path_or_a_url(place):
    store = Store(f"sqlite:///{place}")
    kept = store.save("a", "b", "c", "d")
    store.close()
    again = Store(str(place))
    assert again.scenario(kept).title == "a"
    again.close()


LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(LETTERS.filter(str.strip), LETTERS, LETTERS)
def test_what_is_saved_is_read_back(kept_in_memory, title, document, query):
    key = kept_in_memory.save(title, document, query, "h" * 64)
    found = kept_in_memory.scenario(key)
    assert (found.title, found.document, found.query, found.pack_hash) == (title, document, query, "h" * 64)
    assert key in [item.id for item in kept_in_memory.scenarios()]
    assert kept_in_memory.delete(key) and not kept_in_memory.delete(key)
    assert kept_in_memory.scenario(key) is None


@pytest.fixture(scope="module")
def kept_in_memory():
    opened = Store()
    yield opened
    opened.close()


@pytest.mark.parametrize("title", ["", "  ", "x" * (LONGEST_TITLE + 1), "half \ud800"])
def test_a_title_that_cannot_be_kept_is_refused(store, title):
    with pytest.raises(AirshedError) as caught:
        store.save(title, "", "", "")
    assert caught.value.remedy and store.scenarios() == []


def test_a_document_that_is_too_long_is_refused(store):
    with pytest.raises(AirshedError, match="too long"):
        store.save("a", "x" * (LONGEST_DOCUMENT + 1), "", "")


@pytest.mark.parametrize("key", ["", "x" * 10_000, "' or 1=1 --", "\0", "가"])
def test_an_absurd_identifier_finds_nothing(store, key):
    assert store.scenario(key) is None and store.job(key) is None
    assert not store.delete(key) and not store.cancel_job(key)


def test_many_threads_lose_nothing(store):
    def write(number):
        for turn in range(10):
            store.save(f"{number}-{turn}", "", "", "")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = {f"{number}-{turn}" for number in range(8) for turn in range(10)}
    assert {item.title for item in store.scenarios()} == wanted


def test_a_job_goes_its_way_once(store):
    job = store.add_job("plan", "plan?target=10", "ko", "h")
    assert store.job(job.id).state == "queued" and not store.move_job(job.id, 0.5, "years")
    assert store.start_job(job.id) and not store.start_job(job.id)
    assert store.move_job(job.id, 0.5, "years")
    held = store.job(job.id)
    assert (held.state, held.progress, held.stage) == ("running", 0.5, "years") and held.created <= held.started
    assert store.end_job(job.id, "done") and not store.cancel_job(job.id) and not store.move_job(job.id, 0.6, "years")
    assert (store.job(job.id).state, store.job(job.id).progress) == ("done", 1.0)


def test_two_servers_leave_each_other_their_jobs(place):
    first = Store(place)
    job = first.add_job("plan", "plan", "en", "h")
    second = Store(place)
    assert second.job(job.id).state == "queued" and second.start_job(job.id)
    assert second.cancel_job(job.id) and not first.move_job(job.id, 0.5, "")
    other = first.add_job("plan", "plan", "en", "h")
    second.close()
    assert first.job(other.id).state == "queued"
    first.close()
    third = Store(place)
    assert [item.state for item in third.jobs()] == ["interrupted", "cancelled"]
    third.close()
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name]


DYING = """
import sys
from airshed.store import Store
store = Store(sys.argv[1])
job = store.add_job("plan", "plan?target=10", "en", "h")
store.start_job(job.id)
print(job.id, flush=True)
sys.stdin.read()
"""


def test_jobs_of_a_server_that_was_killed_are_interrupted(place):
    command = [sys.executable, "-c", DYING, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        job = running.stdout.readline().strip()
        store = Store(place)
        assert store.job(job).state == "running"
        running.kill()
        running.wait()
        assert store.job(job).state == "interrupted" and store.job(job).ended is not None
    store.close()


def test_a_store_that_nobody_closes_leaves_no_connection(tmp_path):
    for place in (MEMORY, tmp_path / "kept.db"):
        store = Store(place)
        with store._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
        held = store._presence._held
        del store
        gc.collect()
        for one in [raw, *([] if held is None else [held])]:
            with pytest.raises(sqlite3.ProgrammingError, match="closed"):
                one.execute("SELECT 1")
