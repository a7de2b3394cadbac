"""Which code computes: the hash of the files of the package, and the versions of what it is made with."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import airshed

LEFT_OUT = ("packs", "__pycache__")
"""Folders of the package that hold no code: a pack has a hash of its own."""


@cache
def revision() -> str:
    """Return the SHA-256 of the files of the package, and of the versions of the packages that it requires.

    The number of a version says too little: code is edited between two of them, and a solver that was replaced may
    choose another plan of the same cost.
    """
    return hashlib.sha256("\n".join([revision_of(Path(airshed.__file__).parent), *_required()]).encode()).hexdigest()


def revision_of(folder: Path) -> str:
    """Return the SHA-256 of the files of a package with their names.

    folder : of the package; LEFT_OUT is not looked at
    """
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not set(LEFT_OUT) & set(inner.parts):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{inner.as_posix()}\0{content}\n".encode())
    return found.hexdigest()


def _required() -> list[str]:
    """Return the packages that airshed requires with their versions, those that are not there without."""
    try:
        texts = [text for text in requires("airshed") or () if "extra ==" not in text]
    except PackageNotFoundError:
        return []
    names = [re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in texts]
    return [f"{name} {_version(name)}" for name in names]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
