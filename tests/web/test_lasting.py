"""A restart is warm: what bare addresses showed is found again, and only while it is what would be computed."""

import io

import pandas as pd
import pytest

from airshed.pack.pack import open_pack
from airshed.store import Store
from airshed.web import lasting, preparing
from airshed.web.app import create_app
from airshed.web.lasting import FOLDER
from support.small import write_small_pack

BARE = ("/en/", "/ko/health", "/en/emissions.csv", "/en/health.vl?chart=deaths", "/en/region/AAA")


@pytest.fixture
def folder(tmp_path):
    return write_small_pack(tmp_path / "pack")


@pytest.fixture
def started(folder, tmp_path, connect):
    """Return what starts a server over the same folder and database, and ends it."""

    def start(database=tmp_path / "kept.db", **more):
        store = Store(database)
        client = connect(create_app(open_pack(folder), store=store, patience=None, **more))
        client.store = store
        return client

    return start


def answers(client, addresses=BARE):
    """Return the answers of a server, and how many questions it computed."""
    jobs, asked = client.app.state.site.jobs, []
    ask = jobs.ask
    jobs.ask = lambda key, *rest, **more: asked.append(key) or ask(key, *rest, **more)
    with client:
        found = [client.get(address) for address in addresses]
    client.store.close()
    return [(one.status_code, one.headers["content-type"], one.content) for one in found], len(asked)


def test_a_restart_answers_bare_addresses_as_before_and_computes_nothing(started):
    first, computed = answers(started())
    known = [address for address, answer in zip(BARE, first, strict=True) if answer[0] == 200]
    assert computed and len(known) == len(BARE)
    again, computed = answers(started(), known)
    assert computed == 0 and again == [answer for answer in first if answer[0] == 200]


def test_what_is_asked_beyond_a_bare_address_is_not_kept(started, tmp_path):
    address = ["/en/emissions?pollutant=SO2"]
    first, _ = answers(started(), address)
    again, computed = answers(started(), address)
    assert again == first and first[0][0] == 200 and computed
    assert not list(tmp_path.glob(f"*{FOLDER}/*"))


def test_a_table_that_changed_gives_a_new_answer(started, folder):
    first, _ = answers(started(), ["/en/emissions.csv"])
    (table,) = folder.glob("tables/emissions.csv")
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    rows.assign(value=[str(2 * float(value)) for value in rows["value"]]).to_csv(table, index=False)
    again, computed = answers(started(), ["/en/emissions.csv"])
    assert computed
    before, after = (pd.read_csv(io.BytesIO(body))["value"] for ((_, _, body),) in (first, again))
    assert after.to_list() == [2 * value for value in before]


def test_another_revision_of_the_code_finds_nothing(started, monkeypatch):
    answers(started(), ["/en/health"])
    monkeypatch.setattr(lasting, "revision", lambda: "another")
    _, computed = answers(started(), ["/en/health"])
    assert computed


@pytest.mark.parametrize("damage", [lambda held: b"", lambda held: held[:-1], lambda held: held[::-1]])
def test_a_damaged_answer_is_made_again(started, tmp_path, damage):
    first, _ = answers(started(), ["/en/health"])
    for path in tmp_path.glob(f"*{FOLDER}/*"):
        path.write_bytes(damage(path.read_bytes()))
    again, computed = answers(started(), ["/en/health"])
    assert computed and again == first
    assert answers(started(), ["/en/health"]) == (first, 0)


def test_a_database_in_memory_keeps_no_answers(started, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answers(started(":memory:"), ["/en/health"])
    assert not list(tmp_path.glob(f"*{FOLDER}*"))


def test_what_was_prepared_is_there_with_its_charts_and_prepared_once(started, monkeypatch):
    made, computed = [], []
    prepare, compute = preparing._prepare, preparing._compute
    few = [page for page in preparing.pages() if page.name in ("health", "emissions", "claims")]
    monkeypatch.setattr(preparing, "pages", lambda: few)

    def note(held, do):
        return lambda site, page, words: held.append((page.name, words.language)) or do(site, page, words)

    monkeypatch.setattr(preparing, "_prepare", note(made, prepare))
    for _ in range(2):
        client = started()
        with client:
            preparing.prepare_pages(client.app.state.site)
        client.store.close()
        monkeypatch.setattr(preparing, "_compute", note(computed, compute))
    languages = ("en", "ko", "zh")
    # The small pack has no claims: nothing was kept of them.
    again = [("claims", language) for language in languages]
    assert sorted(made) == sorted([(page.name, language) for page in few for language in languages] + again)
    assert sorted(computed) == sorted([*again, ("emissions", "en"), ("health", "en")])
    found, asked = answers(started(), ["/ko/health", "/ko/health.vl?chart=deaths"])
    assert asked == 0 and [status for status, *_ in found] == [200, 200]
