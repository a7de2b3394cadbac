"""What outlives a process: saved scenarios and jobs in a database, and answers in a folder."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airshed.store.engine import MEMORY
    from airshed.store.kept_answers import KeptAnswers
    from airshed.store.models import Job, SavedScenario
    from airshed.store.states import NoRoomError, StoreError
    from airshed.store.store import Store

__all__ = ["MEMORY", "Job", "KeptAnswers", "NoRoomError", "SavedScenario", "Store", "StoreError"]

_HOME = {
    "MEMORY": "airshed.store.engine",
    "Job": "airshed.store.models",
    "KeptAnswers": "airshed.store.kept_answers",
    "NoRoomError": "airshed.store.states",
    "SavedScenario": "airshed.store.models",
    "Store": "airshed.store.store",
    "StoreError": "airshed.store.states",
}


def __getattr__(name: str) -> Any:
    """Load a name where it is first asked for (PEP 562): answers in a folder need no library of databases."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'airshed.store' has no attribute {name!r}")
