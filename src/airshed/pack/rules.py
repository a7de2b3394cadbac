"""Rules that a pack states in datapackage.json: what they may hold is a model, what they do hold is validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from airshed.pack.complaints import complaint
from airshed.pack.errors import AirshedError


class Rules(BaseModel):
    """The parent of all rules: frozen, extra keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Year = Annotated[int, Field(ge=1900, le=2200)]
Steps = tuple[str | int, ...]
"""Keys and places in lists, from a whole document to a part of it."""
Kind = TypeVar("Kind", bound=Rules)


def read_rules(kind: type[Kind], raw: Mapping[str, Any], part: str) -> Kind:
    """Return the rules of a part of datapackage.json; raises AirshedError with the place of the first wrong one."""
    try:
        return kind.model_validate(raw)
    except ValidationError as why:
        raise _error(part, why.errors()[0]) from None


def wrong_rules(kind: type[Rules], raw: Mapping[str, Any], part: str) -> Iterator[tuple[Steps, AirshedError]]:
    """Go through all that is wrong with the rules of a part: its place in datapackage.json, and the error."""
    try:
        kind.model_validate(raw)
    except ValidationError as why:
        for one in why.errors():
            yield (part, *one["loc"]), _error(part, one)


def _error(part: str, wrong: Mapping[str, Any]) -> AirshedError:
    place = ", ".join([part, ".".join(str(step) for step in wrong["loc"])])
    return AirshedError("datapackagejson-place-complaint", place=place, complaint=complaint(wrong))
