"""The rules of the source-receptor relation that a pack states in datapackage.json, validated."""

from __future__ import annotations

from pydantic import Field

from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Year, read_rules


class Rebase(Rules):
    """A block whose base emission of a pollutant is replaced by that of an inventory and year."""

    block: str
    pollutant: str
    inventory: str
    year: Year


class TransportRules(Rules):
    """Which relation of the pack is used, and which of its base emissions are replaced."""

    relation: str = "tm5fasst"
    rebase: list[Rebase] = Field(default_factory=list)


def transport_rules(pack: Pack) -> TransportRules:
    """Return the rules of the pack; raises AirshedError for a rule that is not known or misses a part."""
    return read_rules(TransportRules, pack.descriptor.transport, "transport")


KERNEL_ALONE = "kernel"
"""The relation without coefficients: who is near gives more (`transport/kernel_alone.py`)."""


def by_kernel_alone(pack: Pack) -> bool:
    """Return whether the kernel alone is the relation: the pack says so, or has no coefficients."""
    return transport_rules(pack).relation == KERNEL_ALONE or not pack.has("source_receptor")
