"""What was computed and is kept: made once for its key, measured in bytes, the least lately used dropped first."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, TypeVar, cast

from airshed.pack.progress import CancelledError

Made = TypeVar("Made")
OUTSIDE = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)
"""Kinds of objects that are held anyway."""
FIXED = ("plain", "ndarray", "DataFrame", "Series", "Index", "Dataset", "DataArray")
"""Kinds of objects that do not grow while they are kept."""
PLAIN = frozenset({str, bytes, int, float, complex, bool, type(None)})
"""Kinds of objects that hold no others."""
SEQUENCES = frozenset({list, tuple, set, frozenset})
"""Kinds of objects that hold what one gets by going through them."""


class Kept:
    """A bounded store that several threads share.

    limit : bytes that are kept; size : measures one thing; large : whether the last thing that is larger than half the
    limit is kept beside the others, which it would push out, so that who asks for it again need not make it anew. What
    is pinned is counted and never dropped. What was used since is measured again when the next thing comes, ever more
    rarely, for things grow: an answer keeps what it worked out meanwhile. Arrays, tables, texts and what says
    `grows = False` do not.
    """

    def __init__(self, limit: int, size: Callable[[Any], int] | None = None, large: bool = True) -> None:
        self.limit = limit
        self._size, self._large = size or measured, large
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._pinned: dict[Hashable, tuple[Any, int]] = {}
        self._beyond: dict[Hashable, tuple[Any, int]] = {}
        self._making: dict[Hashable, tuple[Future[Any], int]] = {}
        self._used: set[Hashable] = set()
        self._looks: dict[Hashable, int] = {}
        self._bytes = self._hits = self._misses = 0
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made], pinned: bool = False) -> Made:
        """Return what is kept under a key, or what `make` returns; who asks meanwhile waits for that of the first.

        No lock is held while something is made, so that others make other things, and `make` may ask for them. Raises
        what `make` raises, for all who wait; where the first was cancelled, the next one makes it.
        """
        while True:
            with self._lock:
                found = self._found(key)
                if found is not None:
                    self._hits += 1
                    return cast("Made", found[0])
                making, owner = self._making.get(key, (None, 0))
                if making is None:
                    self._misses += 1
                    mine: Future[Made] = Future()
                    self._making[key] = (mine, threading.get_ident())
            if making is None:
                return self._make(key, make, pinned, mine)
            if owner == threading.get_ident():
                raise RuntimeError(f"what is kept as {key} needs itself")
            try:
                waited: Made = making.result()
                return waited
            except CancelledError:
                continue

    def _make(self, key: Hashable, make: Callable[[], Made], pinned: bool, mine: Future[Made]) -> Made:
        try:
            made = make()
            self.put(key, made, pinned)
        except BaseException as why:
            mine.set_exception(why)
            raise
        else:
            mine.set_result(made)
        finally:
            with self._lock:
                del self._making[key]
        return made

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return what is kept under a key, the default if nothing is."""
        with self._lock:
            found = self._found(key)
            self._hits += found is not None
            self._misses += found is None
            return default if found is None else found[0]

    def _found(self, key: Hashable) -> tuple[Any, int] | None:
        if key in self._held:
            self._held.move_to_end(key)
        found = self._store(key).get(key)
        if found is not None:
            self._used.add(key)
        return found

    def _store(self, key: Hashable) -> dict[Hashable, tuple[Any, int]]:
        return next((part for part in (self._pinned, self._beyond) if key in part), self._held)

    def put(self, key: Hashable, made: Any, pinned: bool = False) -> None:
        """Keep something, and drop what was not used for the longest time where that takes its room."""
        with self._lock:
            again = [
                (old, *found) for old in self._used if (found := self._store(old).get(old)) and self._due(old, found)
            ]
            self._used.clear()
            self._looks.pop(key, None)
        sizes = [(old, held, before, self._size(held)) for old, held, before in again]
        size = self._size(made)
        with self._lock:
            for old, held, before, now in sizes:
                part = self._store(old)
                if part.get(old, (None, 0))[0] is held:
                    part[old] = (held, now)
                    self._bytes += now - before
            self._bytes -= self._store(key).pop(key, (None, 0))[1]
            if pinned:
                self._pinned[key] = (made, size)
            elif size <= (self.limit / 2 if self._large else self.limit):
                self._held[key] = (made, size)
            elif self._large:
                self._bytes -= sum(old for _, old in self._beyond.values())
                self._beyond = {key: (made, size)}
            else:
                return
            self._bytes += size
            self._drop()

    def _due(self, key: Hashable, found: tuple[Any, int]) -> bool:
        """Say whether something that was used is measured again: the first time, the second, the fourth and so on."""
        if not _grows(found[0]):
            return False
        looks = self._looks[key] = self._looks.get(key, 0) + 1
        return looks & (looks - 1) == 0

    def _drop(self) -> None:
        """Drop the least lately used until the rest keeps to the limit; what is beyond it by itself does not count."""
        beyond = sum(size for _, size in self._beyond.values())
        while self._held and self._bytes - beyond > self.limit:
            key, (_, size) = self._held.popitem(last=False)
            self._bytes -= size
            self._looks.pop(key, None)

    def clear(self) -> None:
        """Drop everything but what is pinned."""
        with self._lock:
            self._held.clear()
            self._beyond.clear()
            self._bytes = sum(size for _, size in self._pinned.values())

    def status(self) -> dict[str, int]:
        """Return how many things are kept, their bytes, the limit of these, and how often one was there or not."""
        with self._lock:
            return {
                "entries": len(self._held) + len(self._pinned) + len(self._beyond),
                "bytes": self._bytes,
                "limit": self.limit,
                "hits": self._hits,
                "misses": self._misses,
            }


def measured(value: Any) -> int:
    """Return the bytes that something holds: arrays and tables with their texts, containers and objects with parts.

    What occurs twice is counted once; packs, which are held anyway, functions, classes and modules are not counted.

    >>> measured(b"x" * 1000) > 1000 and measured([b"x" * 1000] * 9) < 2000
    True
    """
    seen: dict[int, Any] = {}
    waiting, total = [value], 0
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        kind = type(item)
        if kind in PLAIN:
            seen[id(item)] = item
            total += sys.getsizeof(item)
            continue
        if kind in SEQUENCES:
            seen[id(item)] = item
            total += sys.getsizeof(item)
            waiting += item
            continue
        if isinstance(item, OUTSIDE) or getattr(type(item), "held_anyway", False):
            continue
        seen[id(item)] = item
        size, parts = _own(item)
        total += size
        waiting += parts
    return total


def _grows(held: Any) -> bool:
    """Say whether what is kept may have become larger since it was measured."""
    kind: Any = type(held)
    return bool(getattr(kind, "grows", _kind(kind) not in FIXED))


def _own(item: Any) -> tuple[int, list[Any]]:
    """Return the bytes of something by itself, and what it holds."""
    kind = _kind(item.__class__)
    size = sys.getsizeof(item, 0)
    if kind == "ndarray":
        if item.base is not None:
            return size, [item.base]
        return size, list(item.flat) if item.dtype.hasobject else []
    if kind == "DataFrame":
        return int(item.memory_usage(deep=True).sum()), []
    if kind in ("Series", "Index"):
        return int(item.memory_usage(deep=True)), []
    if kind == "Dataset":
        return size, [*(variable.data for variable in item.variables.values()), dict(item.attrs)]
    if kind == "DataArray":
        return size, [item.variable.data, *(part.variable.data for part in item.coords.values()), dict(item.attrs)]
    if kind == "plain":
        return size, []
    if isinstance(item, Mapping):
        return size, [*list(item.keys()), *list(item.values())]
    if isinstance(item, list | tuple | set | frozenset | deque):
        return size, list(item)
    return size, [
        *(getattr(item, name, None) for name in _slots(item.__class__)),
        *list(getattr(item, "__dict__", {}).values()),
    ]


@cache
def _kind(kind: Any) -> str:
    """Return what a class is, without loading the library that it may be of."""
    if issubclass(kind, str | bytes | int | float | complex | type(None)):
        return "plain"
    libraries = ("numpy", "pandas", "xarray")
    known = ("ndarray", "DataFrame", "Series", "Index", "Dataset", "DataArray")
    names = [part.__name__ for part in kind.__mro__ if part.__module__.partition(".")[0] in libraries]
    return next((name for name in names if name in known), "object")


@cache
def _slots(kind: Any) -> tuple[str, ...]:
    found = [part.__dict__.get("__slots__", ()) for part in kind.__mro__]
    return tuple(name for names in found for name in ([names] if isinstance(names, str) else names))
