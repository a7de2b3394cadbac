"""What each season of curtailed power saved, in percent, against several counterfactuals."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import places, pollutants
from airshed.answers.words import Words
from airshed.emissions.activity_form import ActivityScenario
from airshed.emissions.curtailment import (
    COUNTERFACTUALS,
    IN_KILOTONNES,
    NOTES,
    SEASON,
    curtailment_table,
    printed_table,
    unprompted_change,
)
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

COLUMNS = (
    *("winter", "region", "counterfactual", "generated", "counterfactual_value", "saved_percent", "low", "high"),
    *("saved_kt", "note", "source"),
)
PRINTED = (
    *("period", "region", "activity", "before", "value", "change", "change_percent", "generated_percent"),
    *("activity_effect", "factor_effect", "factor_before", "factor", "note"),
)
OF_PRINTED = "tonnes of: {quantity}; implied factors in g/MWh; activity_effect: less generation"


class CurtailmentQuestion(Query):
    """Whose seasons, and in what unit."""

    region: tuple[str, ...] = Field(
        default=(), description="regions, nations or groups; those with a season if none", max_length=20
    )
    pollutant: str | None = Field(
        default=None, description="adds kilotonnes; needs efficiencies and a control strategy"
    )
    strategy: str = Field(default="", description="control strategy; without one nothing is removed", max_length=100)
    printed: bool = Field(default=False, description="printed emissions, split into less and cleaner generation")


def curtailment(ask: Ask, words: Words, question: CurtailmentQuestion) -> Content:
    """Return what seasons of curtailed power saved, or the printed emissions of their months."""
    _, pack, asked = words.translate, ask.pack, question
    if asked.printed:
        rows = ask.ask("printed curtailment", lambda: printed_table(pack))
        said = tuple(_(OF_PRINTED).format(quantity=quantity) for quantity in dict.fromkeys(rows["quantity"]))
        return Content(_("Printed emissions of power plants"), (_printed_sheet(rows, words),), sentences=said)
    scenario = ActivityScenario(strategy=asked.strategy)
    rows = ask.ask(
        ("curtailment", asked), lambda: curtailment_table(pack, list(asked.region), asked.pollutant, scenario)
    )
    title = _("What seasons of curtailed power saved")
    sheet = Sheet(
        "curtailment",
        title,
        rows,
        COLUMNS,
        cells={
            "counterfactual": lambda name: _(COUNTERFACTUALS[name][0]),
            "generated": fixed(0),
            "counterfactual_value": fixed(0),
            **dict.fromkeys(("saved_percent", "low", "high"), fixed(1)),
            "saved_kt": fixed(2),
        },
        notes=NOTES,
        spare=("generated", "counterfactual_value"),
    )
    lacking = [] if asked.pollutant else _lacking(pack, words)
    said = (*_ranges(rows, pack, words), *lacking)
    return Content(title, (sheet,), equations=("curtailment-saved",), sentences=said)


def _printed_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    return Sheet(
        "printed",
        words.translate("Printed emissions of power plants"),
        rows,
        PRINTED,
        cells={
            "activity": words.translate,
            **dict.fromkeys(("before", "value"), fixed(0)),
            **dict.fromkeys(("change", "activity_effect", "factor_effect"), fixed(0, sign=True)),
            **dict.fromkeys(("change_percent", "generated_percent"), fixed(1, sign=True)),
            **dict.fromkeys(("factor_before", "factor"), fixed(1)),
        },
        notes=NOTES,
    )


def _ranges(rows: pd.DataFrame, pack: Pack, words: Words) -> list[str]:
    """Return the range of every season, and what a comparison of two years shows without any curtailment."""
    _ = words.translate
    seasons = pack.table("curtailments")
    seasons = seasons[seasons["kind"] == SEASON].set_index("code", drop=False)
    shown = rows.drop_duplicates(["winter", "region"])
    message = _("{winter}, {region}: {low} to {high} of the emission of {activity} saved")
    said = [
        message.format(
            winter=row["winter"],
            region=words.coded(row["region"]),
            activity=_(str(seasons.loc[row["winter"], "activity"])),
            low=percent(row["low"] / 100.0),
            high=percent(row["high"] / 100.0),
        )
        for row in shown.to_dict("records")
    ]
    message = _("without any season, {activity} power changed by {change} in {months} against a year before: {region}")
    for row in shown.drop_duplicates("region").to_dict("records"):
        months, change = unprompted_change(pack, dict(seasons.loc[row["winter"]]), row["region"])
        if months and change == change:
            said.append(
                message.format(
                    region=words.coded(row["region"]),
                    activity=_(str(seasons.loc[row["winter"], "activity"])),
                    change=percent(change / 100.0, sign=True),
                    months="/".join(dict.fromkeys([months[0], months[-1]])),
                )
            )
    return said


def _lacking(pack: Pack, words: Words) -> list[str]:
    """Return which tables the answer in kilotonnes needs that the pack does not hold."""
    lacking = [name for name in IN_KILOTONNES if not pack.has(name)]
    said = [words.translate("in kilotonnes: needs {tables}").format(tables=", ".join(lacking))] if lacking else []
    if pack.has("activity_emissions"):
        said.append(
            words.translate("printed emissions of these months, split into less and cleaner generation: --printed")
        )
    return said


ANSWER = Entry(
    title="Curtailed power",
    question=CurtailmentQuestion,
    make=curtailment,
    choices={"region": places, "pollutant": pollutants},
)
