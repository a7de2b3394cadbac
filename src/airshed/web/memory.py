"""The memory of a server: what is dropped goes back to the system."""

from __future__ import annotations

import ctypes
import sys

LARGE = 128 * 1024
"""Bytes from which a piece of memory is asked of the system alone, and given back as soon as it is free."""
ARENAS = 2
"""Heaps that all threads share."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Numbers of the options, from malloc.h of the GNU C library."""


def give_back() -> bool:
    """Tell the C library to give back what is free; return whether it is one that can be told.

    By itself GNU's gives every thread a heap of its own, and after the first large array that was dropped it takes such
    arrays from these heaps too, where one small piece at the end keeps all before it.
    """
    if not sys.platform.startswith("linux"):
        return False
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is None:
        return False
    options = ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, LARGE))
    told = [tell(option, value) for option, value in options]
    return told == [1, 1, 1]
