"""Rendered answers: many who ask for the same at once get what was made once, also where that fails."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airshed.web.cache import Cache, Rendered

ASKING = 20


class Slow:
    """Makes an answer when the test lets it, and counts how often."""

    def __init__(self, fails=False):
        self.fails, self.calls = fails, 0
        self.entered, self.gate = threading.Event(), threading.Event()

    def __call__(self):
        self.calls += 1
        self.entered.set()
        assert self.gate.wait(60)
        if self.fails:
            raise ValueError("no answer")
        return Rendered(b"made", "text/plain")


def asked(cache, make):
    """Return what all get who ask while the first is being made."""
    with ThreadPoolExecutor(ASKING) as pool:
        first = pool.submit(cache.once, ("key",), make)
        assert make.entered.wait(60)
        others = [pool.submit(cache.once, ("key",), make) for _ in range(ASKING - 1)]
        make.gate.set()
        return [future.exception(60) or future.result() for future in (first, *others)]


def test_who_asks_for_the_same_waits_for_the_first():
    cache, make = Cache(), Slow()
    found = asked(cache, make)
    assert make.calls == 1 and all(item is found[0] for item in found)
    assert cache.once(("key",), make) is found[0] and make.calls == 1
    assert cache.once(("other",), make) is not found[0] and make.calls == 2


def test_a_failure_is_told_to_all_who_wait_and_not_kept():
    cache, make = Cache(), Slow(fails=True)
    assert all(isinstance(item, ValueError) for item in asked(cache, make))
    make.fails = False
    assert cache.once(("key",), make).content == b"made"


def test_an_answer_larger_than_the_cache_is_given_and_not_kept():
    cache = Cache(3)
    make = Slow()
    make.gate.set()
    assert cache.once(("key",), make).content == cache.once(("key",), make).content == b"made"
    assert make.calls == 2
    with pytest.raises(ZeroDivisionError):
        cache.once(("key",), lambda: 1 // 0)
