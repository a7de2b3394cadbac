"""Emissions in the activity form: activity, factor and controls; with their share in a change."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import REGIONS, places, pollutants, sectors
from airshed.answers.words import Words
from airshed.emissions.activity_form import EFFECTS, ActivityScenario
from airshed.emissions.activity_table import NOTES, activity_table, index_table
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import mass

NAME = 100
"""Letters of a pathway, vector, strategy or period."""
CARBON = "CO2"
"""What no control takes off."""
YEAR = len("2015")
"""Letters of the year that a period begins with."""
COLUMNS = ("region", "sector", "activity", "pollutant", "period", "value", "unit", "low", "high")


class ActivityQuestion(Query):
    """What is burned where, and by which factors and controls it is emitted."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    pollutant: tuple[str, ...] = Field(default=(), description="pollutants; all if none", max_length=20)
    period: tuple[str, ...] = Field(
        default=(), description="years or months such as 2019-12; else whole years", max_length=50
    )
    since: str | None = Field(default=None, description="period from which changes are split by cause", max_length=NAME)
    index: str | None = Field(
        default=None, description="in percent of this period, fuel by fuel; needs no factor", max_length=NAME
    )
    pathway: str = Field(default="", description="activity pathway; without one what was counted", max_length=NAME)
    vector: str = Field(default="", description="set of emission factors; without one the usual one", max_length=NAME)
    strategy: str = Field(default="", description="control strategy; without one nothing is removed", max_length=NAME)


def activity(ask: Ask, words: Words, question: ActivityQuestion) -> Content:
    """Return activities times factors times what controls leave, or an index of activities."""
    _, pack, asked = words.translate, ask.pack, question
    factors = asked.since or asked.pollutant or asked.vector or asked.strategy
    if asked.index is not None and factors:
        raise AirshedError("index-compares-activities-only")
    chosen = {"regions": asked.region, "sectors": asked.sector, "periods": asked.period}
    scenario = ActivityScenario(asked.pathway, asked.vector, asked.strategy)

    def make() -> tuple[pd.DataFrame, str, str]:
        base, lacking = asked.index, ""
        if base is None:
            try:
                rows = activity_table(pack, scenario, pollutants=asked.pollutant, since=asked.since, **chosen)
                return rows, "", ""
            except MissingTableError as why:
                # What a pack cannot say in kilotonnes it can still say in percent of a year, unless factors were asked.
                base, lacking = _first_year(pack), why.table
                if factors or base is None:
                    raise
        return index_table(pack, base, asked.pathway, **chosen), base, lacking

    rows, base, lacking = ask.ask(("activity", asked), make)
    indexed = _("What is burned, in percent of {period}").format(period=base)
    title = indexed if base else _("Emissions in the activity form, kt")
    signed = ("change", *EFFECTS)
    sheet = Sheet(
        "activity",
        title,
        rows,
        (*COLUMNS, *signed, "note", "source"),
        cells={
            "activity": _,
            **dict.fromkeys(("value", "low", "high"), fixed(1 if base else 3)),
            **dict.fromkeys(signed, fixed(3, sign=True)),
        },
        notes=NOTES,
    )
    said = _("in kilotonnes: needs {tables}").format(tables=lacking)
    return Content(
        title=title,
        sheets=(sheet,),
        equations=() if base else ("activity-emissions", "remaining-share"),
        sentences=(*_told(rows, base, words, bool(asked.strategy)), *((said,) if lacking else ())),
    )


def _first_year(pack: Pack) -> str | None:
    """Return the first year that activities are known of; None without any."""
    return min((period[:YEAR] for period in map(str, pack.optional("activities")["period"])), default=None)


def _told(rows: pd.DataFrame, base: str, words: Words, controlled: bool) -> tuple[str, ...]:
    """Return the last number of the first row of places, sectors and fuels; controlled : by a strategy."""
    if rows.empty:
        return ()
    same = ["region", "sector", "activity", *(["pollutant"] if "pollutant" in rows else [])]
    first = rows[(rows[same] == rows[same].iloc[0]).all(axis=1)]
    row = first.iloc[-1]
    values = {
        "place": words.name(row["region"]),
        "sector": words.name(row["sector"]),
        "activity": words.translate(row["activity"]),
        "period": row["period"],
    }
    if base:
        text = words.translate("In {period} {place} burned {share} of the {activity} of {base} ({sector}).")
        return (text.format(share=percent(row["value"] / 100.0), base=base, **values),)
    if controlled or row["pollutant"] == CARBON:
        text = words.translate("In {period} {place} emitted {mass} of {pollutant} from {activity} ({sector}).")
    else:
        text = words.translate(
            "In {period} {place} would have emitted {mass} of {pollutant} from {activity} ({sector}) if plants removed "
            "nothing of it."
        )
    return (text.format(mass=mass(float(row["value"])), pollutant=row["pollutant"], **values),)


ANSWER = Entry(
    title="Activity and emissions",
    question=ActivityQuestion,
    make=activity,
    choices={"region": places, "sector": sectors, "pollutant": pollutants},
)
