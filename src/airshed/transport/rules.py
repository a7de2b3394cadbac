"""The rules of the source-receptor relation that a pack states in datapackage.json, validated."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack


class Rebase(BaseModel):
    """A block whose base emission of a pollutant is replaced by that of an inventory and year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    block: str
    pollutant: str
    inventory: str
    year: int


class TransportRules(BaseModel):
    """Which relation of the pack is used, and which of its base emissions are replaced."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: str = "tm5fasst"
    rebase: list[Rebase] = Field(default_factory=list)


def transport_rules(pack: Pack) -> TransportRules:
    """Return the rules of the pack; raises AirshedError for a rule that is not known or misses a part."""
    try:
        return TransportRules.model_validate(pack.descriptor.transport)
    except ValidationError as why:
        first = why.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AirshedError(
            f"datapackage.json, transport, {place}: {first['msg']}", "see docs/packs.md for the rules of a relation"
        ) from None
