"""The overrides of a scenario, and what its source states but could not be turned into one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.common import refuse_files, scenario_names
from airshed.answers.words import Words
from airshed.assessment.chain.chain import latest_year
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
    said = (*_lead(held, ask, words), *(sentence for _, _, text in told for sentence in _described(text, words)))
    return Content(title, (sheet,), sentences=said)


def _lead(held: Sequence[Scenario], ask: Ask, words: Words) -> list[str]:
    """Return how many emissions a scenario changes, up to which year, and what of its source it leaves."""
    _ = words.translate
    filled = {
        "name": " + ".join(item.told(words.language)[0] for item in held),
        "year": latest_year(ask.pack),
        "changes": sum(len(item.emissions) for item in held),
        "left": sum(len(item.not_turned) for item in held),
    }
    if any(item.measures for item in held):
        text = _("The scenario “{name}” applies every measure as far as it can be, up to {year}.")
    elif filled["changes"] == 1:
        text = _("The scenario “{name}” makes one change to the emissions up to {year}.")
    elif filled["changes"]:
        text = _("The scenario “{name}” makes {changes} changes to the emissions up to {year}.")
    else:
        text = _("The scenario “{name}” states no change of emissions of its own up to {year}.")
    left = _("{left} statements of its source could not be turned into one.")
    return [said.format(**filled) for said in (text, *([left] if filled["left"] else []))]


def _described(text: str, words: Words) -> list[str]:
    """Return the description of a scenario as a sentence; nothing for none."""
    told, end = " ".join(text.split()), "。" if words.language == "zh" else "."
    if not told:
        return []
    return [told[0].upper() + told[1:] + ("" if told.endswith((".", "。")) else end)]


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
