"""The chapter on held-down power: what each season saved, as a range over counterfactuals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, numeric, show
from airshed.answers.words import Figure, Words
from airshed.charts.strategy import saving_ranges
from airshed.emissions.curtailment import COUNTERFACTUALS, IN_KILOTONNES, ITSELF, NOTES
from airshed.pack.language import retell
from airshed.pack.percent import percent

Tables = Mapping[str, pd.DataFrame]
MILLION = 1e6


def curtailment_sentences(tables: Tables, words: Words) -> list[str]:
    """Return the range of every season, what two years without one differ by, and what kilotonnes would need."""
    if "curtailment_seasons" not in tables:
        return []
    _ = words.translate
    message = _("{winter}, {region}: {low} to {high} of the emission of {activity} saved")
    found = [
        message.format(
            winter=row["winter"],
            region=words.name(row["region"]),
            low=percent(row["low"] / 100.0),
            high=percent(row["high"] / 100.0),
            activity=_(row["activity"]),
        )
        for row in records(_ranges(tables), NAN)
    ]
    message = _("without any season, {activity} power changed by {change} in {months} against a year before: {region}")
    if "curtailment_unprompted" in tables:
        found += [
            message.format(
                activity=_(row["activity"]),
                change=percent(row["change_percent"] / 100.0, sign=True),
                months="/".join(dict.fromkeys([row["first"], row["last"]])),
                region=words.name(row["region"]),
            )
            for row in records(tables["curtailment_unprompted"], NAN)
        ]
    lacking = [name for name in IN_KILOTONNES if not words.pack.has(name)]
    if lacking:
        found.append(_("in kilotonnes: needs {tables}").format(tables=", ".join(lacking)))
    return found


def _ranges(tables: Tables) -> pd.DataFrame:
    rows: pd.DataFrame = tables["curtailment_seasons"].drop_duplicates(["winter", "region"])
    return rows


def _labels(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what seasons are called: with their region where there are several."""
    several = rows["region"].nunique() > 1
    return [
        f"{winter} {words.name(region)}" if several else str(winter)
        for winter, region in zip(rows["winter"], rows["region"], strict=True)
    ]


def curtailment_figures(tables: Tables, words: Words) -> list[Figure]:
    """Return the savings of the seasons with their ranges; nothing without any."""
    if "curtailment_seasons" not in tables:
        return []
    _ = words.translate
    rows = tables["curtailment_seasons"]
    rows = rows.assign(label=_labels(rows, words))
    spans = rows.drop_duplicates("label")[["label", "low", "high"]].dropna()
    said = {name: _(text) for name, (text, _function) in COUNTERFACTUALS.items()}
    points = pd.DataFrame(
        {
            "label": rows["label"],
            "series": rows["counterfactual"].map(said),
            "value": rows["saved_percent"],
            "counted": ~rows["note"].str.contains(ITSELF, regex=False),
        }
    ).dropna()
    activities = ", ".join(_(name) for name in dict.fromkeys(rows["activity"]))
    title = _("Saved by holding {activity} power down, winter by winter").format(activity=activities)
    chart = saving_ranges(
        spans,
        points,
        series=list(said.values()),
        title=title,
        subtitle=_("against what might have been generated otherwise; hollow: not in the range"),
        axis=_("percent of the emission without the season"),
    )
    shown = "; ".join(
        f"{label} {percent(low / 100.0)} – {percent(high / 100.0)}"
        for label, low, high in zip(spans["label"], spans["low"], spans["high"], strict=True)
    )
    caption = _("The range is over counterfactuals, not of chance; below zero more was generated.")
    return [Figure("curtailment", chart, f"{title}: {shown}", caption)]


def curtailment_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the tables of the seasons."""
    made = {}
    if "curtailment_seasons" in tables:
        made["curtailment_seasons"] = _seasons_view(tables["curtailment_seasons"], words)
    if "curtailment_printed" in tables:
        made["curtailment_printed"] = _printed_view(tables["curtailment_printed"], words)
    return made


def _seasons_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    heads = [
        Head(_("winter")),
        Head(_("compared with")),
        Head(_("generated, TWh"), True),
        Head(_("without, TWh"), True),
        Head(_("saved, %"), True),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(label),
            ChapterCell(_(COUNTERFACTUALS[row["counterfactual"]][0])),
            numeric(show(row["generated"] / MILLION, 1)),
            numeric(show(row["counterfactual_value"] / MILLION, 1)),
            numeric(f"{row['saved_percent']:+.1f}" if np.isfinite(row["saved_percent"]) else ""),
            ChapterCell(retell(row["note"], NOTES, _)),
        ]
        for label, row in zip(_labels(rows, words), records(rows, NAN), strict=True)
    ]
    return ChapterTable(heads, body, _("What each season saved, by counterfactual"))


def _printed_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    heads = [
        Head(_("period")),
        Head(_("quantity")),
        Head(_("a year before, t"), True),
        Head(_("printed, t"), True),
        Head(_("change, %"), True),
        Head(_("of it less generation, t"), True),
        Head(_("of it less per MWh, t"), True),
    ]
    body = [
        [
            ChapterCell(row["period"]),
            ChapterCell(_(row["quantity"])),
            numeric(show(row["before"])),
            numeric(show(row["value"])),
            numeric(percent(row["change_percent"] / 100.0, sign=True)),
            *(numeric(f"{row[name]:+,.0f}") for name in ("activity_effect", "factor_effect")),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Published emissions of these months, split into less and cleaner generation"))
