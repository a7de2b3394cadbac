"""Who holds a connection: halves of requests, unread answers and too many of one client are closed; foreign names."""

import socket

import pytest

from airshed.pack.pack import open_pack
from airshed.store import Store
from airshed.web.app import create_app
from airshed.web.connections import Limits
from airshed.web.hosts import networks, own_names
from airshed.web.visitor import client_of
from support.held import LONG, serving

QUICK = Limits(head=0.2, body=0.2, reading=0.2, look=0.02)
HALVES = {
    "head": b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "body": b"POST /en/scenarios/saved HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ntitle",
}


@pytest.fixture(scope="module")
def app(small_folder):
    store = Store()
    yield create_app(open_pack(small_folder), store=store, patience=None, names=own_names("127.0.0.1", ["air.example"]))
    store.close()


@pytest.fixture
def served(app):
    """Give what opens a connection to a server with short limits."""
    store = Store()
    opened = []
    with serving(app, store, limits=QUICK) as (where, _):

        def connection(sent=b""):
            held = socket.create_connection(where, timeout=LONG)
            opened.append(held)
            held.sendall(sent)
            return held

        yield connection
        for held in opened:
            held.close()


def all_of(held):
    """Return what a server sends until it closes the connection."""
    found = b""
    while part := held.recv(65536):
        found += part
    return found


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_is_closed_after_its_time(served, half):
    assert all_of(served(HALVES[half])).startswith(b"HTTP/1.1 408 ")


def test_a_request_that_trickles_is_closed_too(served):
    held = served(b"GET / HTTP/1.1\r\n")
    with pytest.raises(OSError):
        while True:
            held.sendall(b"X-A: b\r\n")
            held.settimeout(0.05)
            try:
                if not held.recv(100):
                    raise ConnectionResetError
            except TimeoutError:
                continue


def test_a_connection_that_says_nothing_is_closed_without_a_word(served):
    assert all_of(served()) == b""


def test_a_connection_in_use_stays_longer_than_a_request_may_take(served):
    held = served()
    for _ in range(20):
        held.sendall(b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = held.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 ")
        while not answer.endswith(b"[]\n"):
            answer += held.recv(65536)


def test_an_answer_that_nobody_reads_is_dropped(served, app):
    """Ten large files asked and none read: the server lets go; who reads a part sees the end too early."""
    name, length = app.state.site.assets.names["vega.js"], len(app.state.site.assets.bundle().content)
    held = served(f"GET /static/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 10)
    for _ in range(5):
        assert all_of(served(HALVES["head"])).startswith(b"HTTP/1.1 408 ")
    read = 0
    with pytest.raises(ConnectionResetError):
        while part := held.recv(65536):
            read += len(part)
        raise ConnectionResetError
    assert read < 10 * length


def test_a_thousand_halves_stop_nobody(app):
    """Eleven hundred halves of requests, and a page beside them."""
    store = Store()
    limits = Limits(head=LONG, client=50)
    with serving(app, store, limits=limits) as (where, _):
        halves = []
        for _ in range(1100):
            held = socket.create_connection(where, timeout=LONG)
            halves.append(held)
            if len(halves) > limits.client:
                assert held.recv(100).startswith(b"HTTP/1.1 503 ")
                held.close()
        halves[0].close()
        answer = b""
        while not answer.startswith(b"HTTP/1.1 200 "):
            with socket.create_connection(where, timeout=LONG) as page:
                page.sendall(b"GET /api/v1/jobs HTTP/1.0\r\nHost: localhost\r\n\r\n")
                answer = page.recv(100)
        for held in halves:
            held.close()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.:8000", "127.0.0.1:80", "[::1]:8000", "air.example", "::1"])
def test_own_names_are_answered(app, connect, host):
    with connect(app) as client:
        assert client.get("/api/v1/jobs", headers={"host": host}).status_code == 200


FOREIGN = ("evil.example", "localhost.evil.example", "198.51.100.7", "air.example.evil", "", "[x")


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_is_refused_with_words_and_reads_and_saves_nothing(app, connect, host):
    with connect(app) as client:
        for method, address in (("GET", "/api/v1/health"), ("POST", "/ko/scenarios/saved"), ("HEAD", "/en/")):
            answer = client.request(method, address, headers={"host": host})
            assert answer.status_code == 421, answer.text
        answer = client.get("/api/v1/health", headers={"host": host})
        assert "--name" in answer.json()["error"]["remedy"] and host in answer.json()["error"]["message"]
    assert app.state.site.store.scenarios() == []


def test_forwarded_addresses_are_believed_of_named_proxies_only(small_folder):
    """The client of a job is who the proxy names, if the proxy is trusted, and the proxy itself if not."""
    import httpx

    for proxies, expected in (((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")):
        app, store = create_app(open_pack(small_folder), patience=None), Store()
        seen = []
        app.state.site.answer = _noting(seen)
        with serving(app, store, proxies=proxies) as (where, _):
            headers = {"x-forwarded-for": "1.1.1.1, 203.0.113.9"}
            answer = httpx.get("http://{}:{}/en/health".format(*where), headers=headers, timeout=LONG)
        assert answer.status_code == 204 and seen == [expected]


def _noting(seen):
    from starlette.responses import Response

    async def answer(*asked, **_):
        seen.append(asked[-1].client)
        return Response(status_code=204)

    return answer


def test_a_line_of_ipv6_is_one_client():
    assert client_of("2001:db8:1:2::7") == client_of("2001:db8:1:2:ffff::1") != client_of("2001:db8:1:3::7")
    assert client_of("::ffff:192.0.2.1") == client_of("192.0.2.1") == "192.0.2.1"


def test_a_proxy_has_to_be_an_address():
    from airshed.pack.errors import AirshedError

    assert networks(["10.0.0.0/8", "::1"]) == ("10.0.0.0/8", "::1")
    with pytest.raises(AirshedError, match=r"proxy\.example is no address"):
        networks(["proxy.example"])
