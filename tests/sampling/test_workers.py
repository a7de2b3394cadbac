"""Blocks on the workers of a Dask client, with a client made up for the test, and without the package."""

import sys
from types import SimpleNamespace

import pytest

from airshed.pack.errors import AirshedError
from airshed.sampling.blocks import blocks, connect, over_blocks


class Client:
    """What is used of a Dask client; works the blocks from the last to the first."""

    def __init__(self, address="here"):
        if address == "tcp://nobody:1":
            raise TimeoutError("no answer")
        self.address = address
        self.asked = 0

    def map(self, make, parts):
        self.asked += 1
        done = [(number, make(part)) for number, part in reversed(list(enumerate(parts)))]
        return sorted(done, key=lambda pair: pair[0])

    def gather(self, futures):
        return [result for _, result in futures]


def test_workers_give_the_same_results_in_the_same_order():
    parts = list(blocks(10, 1, 3))
    client = Client()
    assert over_blocks(lambda part: part.start, parts, client) == over_blocks(lambda part: part.start, parts)
    assert client.asked == 1


def test_without_the_package_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AirshedError, match="needs the package distributed"):
        connect("tcp://127.0.0.1:8786")


def test_the_client_is_asked_for_the_address(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    assert connect("tcp://127.0.0.1:8786").address == "tcp://127.0.0.1:8786"
    with pytest.raises(AirshedError, match="no scheduler answers at tcp://nobody:1"):
        connect("tcp://nobody:1")
