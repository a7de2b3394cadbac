"""The question of an assessment: a frozen, validated configuration."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from airshed.pack import bounds
from airshed.pack.pack import Pack
from airshed.pack.scenarios import combined
from airshed.transport.ensemble import SAMPLES, SEED


def _year(value: Any) -> int | None:
    return None if value is None else bounds.whole(value, "year", bounds.YEAR)


class Question(BaseModel):
    """What is asked of a pack; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str = Field(
        default="baseline", description="name of a scenario or path of its .yaml file, or several joined by +"
    )
    year: Annotated[int | None, BeforeValidator(_year)] = Field(
        default=None, description="year of the answer; the base year of the pack if not given"
    )
    samples: Annotated[int, BeforeValidator(bounds.reader("samples", bounds.SAMPLES))] = Field(
        default=SAMPLES, description="posterior samples of the relation"
    )
    seed: Annotated[int, BeforeValidator(bounds.reader("seed", bounds.SEED))] = Field(
        default=SEED, description="seed of the samples"
    )
    target: str | None = Field(
        default=None,
        description="who-it1..who-it4, who-2005, who-2021, national, a number in ug/m3, CSV of receptor, target, year",
    )
    regret: bool = Field(
        default=False, description="whether the chapter on the plan tells the plan of least regret too"
    )

    def settled(self, pack: Pack) -> Question:
        """Return the question with the year filled in; raises AirshedError for a scenario that is not known."""
        combined(pack, self.scenario)
        return self if self.year is not None else self.model_copy(update={"year": pack.base_year})
