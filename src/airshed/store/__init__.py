"""What outlives a server: saved scenarios and jobs, in a database."""

from airshed.store.engine import MEMORY, StoreError
from airshed.store.models import Job, SavedScenario
from airshed.store.store import Store

__all__ = ["MEMORY", "Job", "SavedScenario", "Store", "StoreError"]
