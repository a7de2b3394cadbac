"""What outlives a server: saved scenarios and jobs, in a database."""

from airshed.store.engine import MEMORY
from airshed.store.models import Job, SavedScenario
from airshed.store.states import NoRoomError, StoreError
from airshed.store.store import Store

__all__ = ["MEMORY", "Job", "NoRoomError", "SavedScenario", "Store", "StoreError"]
