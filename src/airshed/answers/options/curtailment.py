"""What each season of curtailed power saved, in percent, against several counterfactuals."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import places, pollutants
from airshed.answers.words import Card, Words
from airshed.emissions.activity_form import ActivityScenario
from airshed.emissions.curtailment import (
    CONTROLLED,
    COUNTERFACTUALS,
    IN_KILOTONNES,
    NOTES,
    SEASON,
    curtailment_table,
    printed_table,
    unprompted_change,
)
from airshed.emissions.seasonal_stops import NOTES as STOP_NOTES
from airshed.emissions.seasonal_stops import stops_table
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import mass

COLUMNS = (
    *("winter", "region", "counterfactual", "generated", "counterfactual_value", "saved_percent", "low", "high"),
    *("saved_kt", "note", "source"),
)
PRINTED = (
    *("period", "region", "activity", "before", "value", "change", "change_percent", "generated_percent"),
    *("activity_effect", "factor_effect", "factor_before", "factor", "note"),
)
STOPS = (
    *("winter", "region", "product", "first", "last", "percent", "pollutant", "value", "low", "high"),
    *("percent_of_sector", "note", "source"),
)
SEASONS = 3
"""Seasons whose savings stand out."""
OF_PRINTED = "tonnes of: {quantity}; implied factors in g/MWh; activity_effect: less generation"


class CurtailmentQuestion(Query):
    """Whose seasons, and in what unit."""

    region: tuple[str, ...] = Field(
        default=(), description="regions, nations or groups; those with a season if none", max_length=20
    )
    pollutant: str | None = Field(
        default=None, description="adds kilotonnes; without a control strategy as if nothing were removed"
    )
    strategy: str = Field(default="", description="control strategy; without one nothing is removed", max_length=100)
    printed: bool = Field(default=False, description="printed emissions, split into less and cleaner generation")


def curtailment(ask: Ask, words: Words, question: CurtailmentQuestion) -> Content:
    """Return what seasons of curtailed power saved, or the printed emissions of their months."""
    _, pack, asked = words.translate, ask.pack, question
    if asked.printed:
        rows = ask.ask("printed curtailment", lambda: printed_table(pack))
        noted = tuple(_(OF_PRINTED).format(quantity=_(quantity)) for quantity in dict.fromkeys(rows["quantity"]))
        sheet = _printed_sheet(rows, words, " ".join(noted))
        return Content(sheet.title, (sheet,), sentences=(_printed_told(rows, words),))
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
    stops = _stops(ask, asked, words)
    said = (_newest(rows, pack, words), *_ranges(rows, pack, words), *_stops_told(stops, words), *lacking)
    return Content(
        title,
        (sheet, *stops),
        equations=("curtailment-saved", *(["seasonal-stop"] if stops else [])),
        sentences=said,
        cards=_cards(rows, words),
        screen=("curtailment",),
    )


def _stops(ask: Ask, asked: CurtailmentQuestion, words: Words) -> tuple[Sheet, ...]:
    """Return the seasonal stops of production as a table; nothing where the pack has none of the regions."""
    if not ask.pack.has("seasonal_stops"):
        return ()
    rows = ask.ask(("stops", asked.region), lambda: stops_table(ask.pack, asked.region))
    if rows.empty:
        return ()
    return (
        Sheet(
            "stops",
            words.translate("Seasonal stops of production, kt in the season"),
            rows,
            STOPS,
            cells={
                "product": words.translate,
                "percent": fixed(0),
                **dict.fromkeys(("value", "low", "high", "percent_of_sector"), fixed(1)),
            },
            notes=STOP_NOTES,
        ),
    )


def _stops_told(sheets: tuple[Sheet, ...], words: Words) -> list[str]:
    """Return what the stop that took off most did at most."""
    for sheet in sheets:
        rows = sheet.rows[sheet.rows["value"] > 0]
        if len(rows):
            row = rows.sort_values("value", kind="stable").iloc[-1]
            text = words.translate(
                "In the winter of {winter}, {product} in {place} was held down by {percent}: {mass} of {pollutant} "
                "less at most ({low} to {high})."
            )
            return [
                text.format(
                    winter=row["winter"],
                    product=words.translate(row["product"]),
                    place=words.name(row["region"]),
                    percent=percent(row["percent"] / 100.0),
                    mass=mass(float(row["value"])),
                    low=mass(float(row["low"])),
                    high=mass(float(row["high"])),
                    pollutant=row["pollutant"],
                )
            ]
    return []


def _newest(rows: pd.DataFrame, pack: Pack, words: Words) -> str:
    """Return what the newest season saved, in one sentence."""
    _ = words.translate
    held = rows.dropna(subset=["low", "high"])
    if held.empty:
        return _("No season of curtailed power is known here, so that no year has a saving.")
    row = held[held["winter"] == held["winter"].max()].iloc[0]
    activities = pack.table("curtailments").set_index("code")["activity"]
    text = _(
        "In the winter of {winter}, holding {activity} power down in {place} saved {low} to {high} of its emissions, "
        "depending on what would have been generated otherwise."
    )
    return text.format(
        winter=row["winter"],
        activity=_(str(activities[row["winter"]])),
        place=words.short(row["region"]),
        low=percent(row["low"] / 100.0),
        high=percent(row["high"] / 100.0),
    )


def _cards(rows: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    """Return what the newest seasons saved, three at most."""
    held = rows.dropna(subset=["low", "high"]).drop_duplicates(["winter", "region"])
    shown = held.sort_values("winter", ascending=False, kind="stable").head(SEASONS)
    between = words.translate("{low} to {high}")
    return tuple(
        Card(
            between.format(low=percent(row["low"] / 100.0), high=percent(row["high"] / 100.0)),
            words.translate("of its emissions saved, {place}").format(place=words.short(row["region"])),
            str(row["winter"]),
        )
        for row in shown.to_dict("records")
    )


def _printed_told(rows: pd.DataFrame, words: Words) -> str:
    """Return what the newest printed emissions are beside those of a year before."""
    _ = words.translate
    if rows.empty:
        return _("No emissions of such months are printed, of no year.")
    row = max(rows.to_dict("records"), key=lambda row: str(row["period"]).split("/")[-1])
    text = _(
        "In {period}, {activity} power in {place} emitted {change} {quantity} against a year before, as printed, and "
        "generated {generated}."
    )
    return text.format(
        period=row["period"].replace("/", "–"),
        activity=_(str(row["activity"])),
        place=words.short(row["region"]),
        quantity=_(str(row["quantity"])),
        change=percent(row["change_percent"] / 100.0, sign=True),
        generated=percent(row["generated_percent"] / 100.0, sign=True),
    )


def _printed_sheet(rows: pd.DataFrame, words: Words, said: str) -> Sheet:
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
        said=said,
    )


def _ranges(rows: pd.DataFrame, pack: Pack, words: Words) -> list[str]:
    """Return the range of every season, and what a comparison of two years shows without any curtailment."""
    _ = words.translate
    seasons = pack.table("curtailments")
    seasons = seasons[seasons["kind"] == SEASON].set_index("code", drop=False)
    shown = rows.drop_duplicates(["winter", "region"])
    message = _("{winter}, {region}: {low} to {high} of the emissions of {activity} power saved.")
    said = [
        message.format(
            winter=row["winter"],
            region=words.short(row["region"]),
            activity=_(str(seasons.loc[row["winter"], "activity"])),
            low=percent(row["low"] / 100.0),
            high=percent(row["high"] / 100.0),
        )
        for row in shown.to_dict("records")
    ]
    message = _("Without any season, {activity} power changed by {change} in {months} against a year before: {region}.")
    for row in shown.drop_duplicates("region").to_dict("records"):
        months, change = unprompted_change(pack, dict(seasons.loc[row["winter"]]), row["region"])
        if months and change == change:
            said.append(
                message.format(
                    region=words.short(row["region"]),
                    activity=_(str(seasons.loc[row["winter"], "activity"])),
                    change=percent(change / 100.0, sign=True),
                    months="/".join(dict.fromkeys([months[0], months[-1]])),
                )
            )
    return said


def _lacking(pack: Pack, words: Words) -> list[str]:
    """Return which tables the answer in kilotonnes needs that the pack does not hold."""
    lacking = [name for name in IN_KILOTONNES if not pack.has(name)]
    said = (
        [words.translate("In kilotonnes it needs the tables {tables}.").format(tables=", ".join(lacking))]
        if lacking
        else []
    )
    bare = [name for name in CONTROLLED if not pack.has(name)]
    if bare and not lacking:
        text = words.translate("In kilotonnes it counts as if nothing were removed: the tables {tables} are missing.")
        said.append(text.format(tables=", ".join(bare)))
    if pack.has("activity_emissions"):
        said.append(
            words.translate(
                "Printed emissions of these months, split into less and cleaner generation, can be asked for."
            )
        )
    return said


ANSWER = Entry(
    title="Curtailed power",
    question=CurtailmentQuestion,
    make=curtailment,
    choices={"region": places, "pollutant": pollutants},
)
