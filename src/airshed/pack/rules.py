"""Rules that a pack states in datapackage.json: what they may hold is a model, what they do hold is validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from airshed.pack.complaints import complaint
from airshed.pack.errors import AirshedError


class Rules(BaseModel):
    """The parent of all rules: frozen, extra keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Kind = TypeVar("Kind", bound=Rules)


def read_rules(kind: type[Kind], raw: Mapping[str, Any], part: str) -> Kind:
    """Return the rules of a part of datapackage.json; raises AirshedError with the place of the first wrong one."""
    try:
        return kind.model_validate(raw)
    except ValidationError as why:
        first = why.errors()[0]
        place = ", ".join([part, ".".join(str(step) for step in first["loc"])])
        raise AirshedError(
            f"datapackage.json, {place}: {complaint(first)}", "see docs/packs.md for the rules"
        ) from None
