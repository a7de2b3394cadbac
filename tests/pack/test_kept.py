"""What is kept: made once, bounded by its bytes, and never seen half made."""

import ast
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.chain.chain import ensemble_of
from airshed.pack.kept import Kept, measured
from airshed.pack.pack import DERIVED, Pack, open_pack
from airshed.pack.progress import CancelledError


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


class Holder:
    """An object with a dictionary."""

    def __init__(self, **parts):
        self.__dict__.update(parts)


class Slotted:
    """An object without one."""

    __slots__ = ("part",)

    def __init__(self, part):
        self.part = part


def test_bytes_are_those_of_the_arrays_wherever_they_are(small):
    array = np.zeros(1_000_000)
    table = pd.DataFrame({"a": np.zeros(1_000_000)})
    cube = xr.Dataset({"a": ("x", np.zeros(1_000_000))}, coords={"x": np.arange(1_000_000.0)})
    eight = 8_000_000
    held = {
        "array": (array, eight),
        "view": (array[::2], eight),
        "table": (table, eight),
        "series": (table["a"], eight),
        "cube": (cube, 2 * eight),
        "part of a cube": (cube["a"], 2 * eight),
        "list": ([array, array], eight),
        "object": (Holder(a=array, pack=small, make=len), eight),
        "slots": (Slotted(array), eight),
        "objects": (np.array([array, None], dtype=object), eight),
        "text": ("a" * eight, eight),
        "texts": (pd.Series(["a" * 1_000_000, "b" * 1_000_000], dtype=object), 2_000_000),
    }
    for name, (value, size) in held.items():
        assert measured(value) == pytest.approx(size, abs=10_000), name
    assert measured([dict.fromkeys([f"{number}"], bytes(1000)) for number in range(100)]) > 100 * 1000 - 99 * 1000


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=60))
def test_it_holds_what_a_list_of_the_lately_used_would(puts):
    kept, reference = Kept(100, len, large=False), OrderedDict()
    for key, size in puts:
        if key in reference:
            reference.move_to_end(key)
            assert kept.get(key) == reference[key]
            continue
        assert kept.get(key) is None
        kept.put(key, b"x" * size)
        reference[key] = b"x" * size
        while sum(map(len, reference.values())) > 100:
            reference.popitem(last=False)
        assert kept.status()["bytes"] == sum(map(len, reference.values()))
        assert kept.status()["entries"] == len(reference)


def test_what_is_pinned_stays_and_what_is_large_drops_nothing():
    kept = Kept(100, len)
    kept.put("map", b"x" * 10, pinned=True)
    kept.put("small", b"x" * 20)
    kept.put("huge", b"x" * 1000)
    assert kept.get("small") and kept.get("map") and kept.get("huge") and kept.status()["bytes"] == 1030
    kept.put("huger", b"x" * 2000)
    assert kept.get("huge") is None and kept.status()["bytes"] == 2030
    kept.clear()
    assert kept.get("map") and (kept.status()["bytes"], kept.status()["entries"]) == (10, 1)


def test_one_that_is_larger_than_half_the_limit_leaves_the_others_where_they_are():
    kept = Kept(100, len)
    for number in range(4):
        kept.put(f"small {number}", b"x" * 20)
    kept.put("bench", b"x" * 60)
    assert kept.get("bench") and all(kept.get(f"small {number}") for number in range(4))
    kept.put("next bench", b"x" * 51)
    assert kept.get("bench") is None and kept.get("next bench") and kept.status()["bytes"] == 80 + 51
    kept.put("half", b"x" * 50)
    assert [name for name in (*(f"small {number}" for number in range(4)), "half") if kept.get(name)] == [
        *("small 2", "small 3", "half")
    ]


def test_what_grows_is_measured_again():
    kept, growing = Kept(100, len, large=False), bytearray(10)
    kept.put("a", growing)
    growing += bytes(80)
    assert kept.get("a") is growing
    kept.put("b", b"x" * 20)
    assert kept.get("a") is None and kept.status()["bytes"] == 20


def test_what_grows_on_and_on_is_never_counted_as_less_than_half():
    kept, growing, looked = Kept(10**6, len, large=False), bytearray(1), []
    kept.put("a", growing)
    for number in range(100):
        growing += b"x"
        assert kept.get("a") is growing
        kept.put(number, b"")
        looked.append(kept.status()["bytes"])
        assert 2 * looked[-1] >= len(growing)
    assert len(set(looked)) == 7, "measured at 1, 2, 4, ... 64 uses"


def test_it_is_made_once_and_others_make_others_meanwhile():
    kept, entered, gate, calls = Kept(10**6), threading.Event(), threading.Event(), []

    def slow():
        calls.append(1)
        entered.set()
        assert gate.wait(60)
        return kept.once("inner", lambda: "inner made") + " inside"

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(kept.once, "slow", slow)
        assert entered.wait(60)
        others = [pool.submit(kept.once, "slow", slow) for _ in range(5)]
        assert kept.once("quick", lambda: 3) == 3
        gate.set()
        assert {future.result(60) for future in (first, *others)} == {"inner made inside"}
    assert len(calls) == 1


def test_who_waits_for_one_that_is_cancelled_makes_it():
    kept, entered, gate = Kept(10**6), threading.Event(), threading.Event()

    def cancelled():
        entered.set()
        assert gate.wait(60)
        raise CancelledError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.once, "key", cancelled)
        assert entered.wait(60)
        second = pool.submit(kept.once, "key", lambda: "made")
        gate.set()
        assert isinstance(first.exception(60), CancelledError) and second.result(60) == "made"


def test_what_needs_itself_is_told():
    kept = Kept(10**6)
    with pytest.raises(RuntimeError, match="needs itself"):
        kept.once("a", lambda: kept.once("a", lambda: 1))
    assert kept.once("a", lambda: 2) == 2


def test_names_are_never_seen_half_made(small):
    """The first thread stops in the middle of its table; a second one asks for a name of what is not read yet."""
    entered, gate = threading.Event(), threading.Event()

    class Slow(Pack):
        def optional(self, name):
            if name == "regions":
                entered.set()
                assert gate.wait(60)
            return super().optional(name)

    pack = Slow(small.path, small.descriptor, small._frames)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(pack.name, "AAA")
        assert entered.wait(60)
        second = pool.submit(pack.name, "AAA")
        gate.set()
        assert first.result(60) == second.result(60) == "Aland"


def test_many_seeds_keep_to_the_limit(small):
    pack = Pack(small.path, small.descriptor, small._frames)
    pack.derived.limit = 200_000
    for seed in range(12):
        ensemble_of(pack, 20, seed)
        held = pack.derived.status()
        assert held["bytes"] <= held["limit"] + sum(size for _, size in pack.derived._pinned.values())
    assert held["misses"] > 12 > held["entries"] and DERIVED <= 100_000_000


FINITE = {
    "exchange/areas.py alpha3",
    "exchange/areas.py areas",
    "exchange/areas.py named_areas",
    *(
        "answers/formulas.py mathml",
        "answers/registry.py _found",
        "charts/frame.py _outline",
        "charts/render.py _of_process",
        "pack/finding.py catalogue",
    ),
    *("pack/kept.py _kind", "pack/kept.py _slots", "pack/language.py catalogue", "pack/schema.py tables"),
    *(
        "pack/errors.py texts",
        "pack/revision.py revision",
        "pack/telling.py translations",
        "pack/units.py units",
        "web/render.py _environment",
        "web/static.py _bundle",
    ),
    *("pack/quantities.py quantities", "pack/words.py deciding", "pack/words.py vocabularies"),
    *("pack/ages.py read_span", "pack/units.py find"),
}
"""Functions whose every result is kept, of words of a table the last few thousand: no visitor makes them grow."""


def test_no_function_keeps_all_its_results_but_those_of_few_questions():
    package = Path(airshed.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            marks = [ast.unparse(item) for item in getattr(node, "decorator_list", [])]
            if any("lru_cache" in mark or mark.endswith("cache") for mark in marks):
                found.add(f"{path.relative_to(package).as_posix()} {node.name}")
    assert found == FINITE
