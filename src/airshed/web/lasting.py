"""Answers that outlive a server: those of bare addresses, as they were sent, in a folder beside the database."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import airshed
from airshed.pack.boundaries import Boundaries
from airshed.pack.revision import revision
from airshed.store import MEMORY, KeptAnswers
from airshed.store.kept_answers import key_of
from airshed.web.cache import Rendered

FOLDER = "-answers"
"""What the name of the folder adds to that of the database."""


class LastingAnswers:
    """Rendered answers that a server finds again after a restart; without a folder none are kept.

    A key holds all that an answer depends on: version and revision of the code, the hash of the pack as it was read,
    the areas that maps draw, and what was asked in which form and language. What is damaged counts as not there.
    """

    def __init__(self, kept: KeptAnswers | None = None, digest: str = "", boundaries: Boundaries | None = None) -> None:
        """Keep answers in a folder; digest : the hash of the pack."""
        self._kept = kept
        drawn = "" if boundaries is None else hashlib.sha256(pickle.dumps(boundaries)).hexdigest()
        self._of = [airshed.__version__, "" if kept is None else revision(), digest, drawn]

    def get(self, key: Sequence[str]) -> Rendered | None:
        """Return the answer that was kept under a key, None if there is none."""
        held = None if self._kept is None else self._kept.get(self._name(key))
        if held is None:
            return None
        head, _, content = held.partition(b"\n")
        return Rendered(content, **json.loads(head))

    def put(self, key: Sequence[str], rendered: Rendered) -> None:
        """Keep an answer under a key."""
        if self._kept is not None:
            head = {name: value for name, value in asdict(rendered).items() if name != "content"}
            self._kept.put(self._name(key), json.dumps(head).encode() + b"\n" + rendered.content)

    def _name(self, key: Sequence[str]) -> str:
        return key_of(*self._of, *key)


def beside(database: str) -> KeptAnswers | None:
    """Return the answers kept beside a database; None for one in memory.

    database : its path, or `:memory:`
    """
    return None if database == MEMORY else KeptAnswers(Path(f"{database}{FOLDER}"))
