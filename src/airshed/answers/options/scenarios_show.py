"""The overrides of a scenario, and what its source states but could not be turned into one."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.common import refuse_files, scenario_names
from airshed.answers.words import Words
from airshed.pack.scenarios import Scenario, combined

COLUMNS = ("scenario", "turned", "what", "change", "source", "note")
SAID = ("hold", "factor", "change_percent", "base_year", "target_year", "first_year", "last_year")


class ScenarioQuestion(Query):
    """Which scenario."""

    scenario: str = Field(
        default="",
        description="scenario, or path of a .yaml file; several joined by +; the last of the pack if empty",
        max_length=500,
        json_schema_extra={"argument": True},
    )


def scenario(ask: Ask, words: Words, question: ScenarioQuestion) -> Content:
    """Return what a scenario overrides, row by row, and what of its source it leaves."""
    asked = question.scenario or scenario_names(ask.pack)[-1]
    refuse_files(ask, asked)
    held = combined(ask.pack, asked)
    told = [(item, *item.told(words.language)) for item in held]
    rows = pd.DataFrame([row for item in held for row in _rows(item)], columns=COLUMNS)
    title = words.translate("Scenario {name}").format(name=asked)
    sheet = Sheet("overrides", title, rows, COLUMNS, cells={"turned": words.translate})
    said = tuple(f"{item.name}: {name}. {' '.join(text.split())}" for item, name, text in told)
    return Content(title, (sheet,), sentences=said)


def _rows(item: Scenario) -> list[dict[str, str]]:
    rows = []
    if item.measures:
        rows.append({"turned": "yes", "what": "measures", "change": item.measures})
    for override in item.emissions:
        said = {name: getattr(override, name) for name in SAID if getattr(override, name) is not None}
        rows.append(
            {
                "turned": "yes",
                "what": " ".join([*override.regions, *override.sectors, *override.pollutants]),
                "change": ", ".join(f"{key} {value:g}" for key, value in said.items()),
                "source": override.source,
                "note": override.note,
            }
        )
    for left in item.not_turned:
        rows.append({"turned": "no", "what": left.statement, "source": left.source, "note": left.reason})
    return [{**dict.fromkeys(COLUMNS, ""), "scenario": item.name, **row} for row in rows]


ANSWER = Entry(
    title="A scenario in detail",
    question=ScenarioQuestion,
    make=scenario,
    name="scenario",
    path="scenarios/show",
    choices={"scenario": scenario_names},
)
