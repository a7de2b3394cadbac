"""The question of an assessment: a frozen, validated configuration."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from airshed.pack.pack import Pack
from airshed.pack.scenarios import combined
from airshed.transport.ensemble import SAMPLES, SEED


class Question(BaseModel):
    """What is asked of a pack; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str = Field(
        default="baseline", description="name of a scenario or path of its .yaml file, or several joined by +"
    )
    year: int | None = Field(default=None, description="year of the answer; the base year of the pack if not given")
    samples: int = Field(default=SAMPLES, ge=0, le=100_000, description="posterior samples of the relation")
    seed: int = Field(default=SEED, ge=0, description="seed of the samples")
    target: str | None = Field(
        default=None,
        description="who-it1..who-it4, who-2005, who-2021, national, a number in ug/m3, CSV of receptor, target, year",
    )

    def settled(self, pack: Pack) -> Question:
        """Return the question with the year filled in; raises AirshedError for a scenario that is not known."""
        combined(pack, self.scenario)
        return self if self.year is not None else self.model_copy(update={"year": pack.base_year})
