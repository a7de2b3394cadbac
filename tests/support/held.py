"""A computation that goes on only when a test lets it, and a server in a thread."""

import contextlib
import http.client
import json
import socket
import threading

from airshed.pack.progress import step

LONG = 60
"""Seconds after which a test that waits in vain fails."""


class Held:
    """Stands in for a computation: tells its stage "years" in `parts` steps, each when the test lets it go on."""

    def __init__(self, real, parts=4):
        self.real, self.parts, self.calls = real, parts, 0
        self.entered, self.left = threading.Semaphore(0), threading.Semaphore(0)
        self._gate = threading.Semaphore(0)

    def __call__(self, *args):
        self.calls += 1
        try:
            for done in range(self.parts):
                step("years", done, self.parts)
                if not done:
                    self.entered.release()
                assert self._gate.acquire(timeout=LONG)
            return self.real(*args)
        finally:
            self.left.release()

    def go(self, parts=1):
        self._gate.release(parts)


@contextlib.contextmanager
def serving(app, store, **more):
    """Give the address of a server, and the server; it has stopped when the block is left; more : of the server."""
    from airshed.web.server import Server

    held = socket.create_server(("127.0.0.1", 0))
    server = Server(app, store, **more)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]})
    thread.start()
    try:
        yield held.getsockname(), server
    finally:
        server.should_exit = True
        thread.join(LONG)
        assert not thread.is_alive()


def followed(place, path):
    """Give the events of a stream until the server closes it."""
    connection = http.client.HTTPConnection(*place, timeout=LONG)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    for line in answer:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])
    connection.close()
