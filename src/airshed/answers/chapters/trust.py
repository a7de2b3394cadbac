"""Tables on how far to trust the numbers: scoreboard, validation, calibration, claims; deviations first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.scoreboard import failed_sentence, score_sentence, series_sentences, span_sentences
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, numeric, show
from airshed.answers.words import Card, Words
from airshed.assessment.assessment import Assessment
from airshed.assessment.evidence.calibration import NOTES as STUDY_NOTES
from airshed.assessment.evidence.calibration import outside
from airshed.assessment.evidence.claims import NOTES as CLAIM_NOTES
from airshed.assessment.evidence.claims import SIGNS, claim_words
from airshed.assessment.evidence.hindcast import NOTES as HINDCAST_NOTES
from airshed.assessment.evidence.hindcast import inside_counts, score
from airshed.pack.language import retell
from airshed.pack.percent import percent

Tables = Mapping[str, pd.DataFrame]
SMALL = 0.005
OUT = "n out"
"""The style of a number that lies outside its interval."""


def score_cards(tables: Tables, words: Words) -> list[Card]:
    """Return the scoreboard: hindcast, validation, studies left out, claims."""
    _ = words.translate
    found = score(tables["hindcast"])
    cards = []
    if found is not None:
        counts = inside_counts(tables["hindcast"])
        cards.append(
            Card(
                _("{inside} of {places}").format(inside=found.inside, places=found.places),
                _("observed changes inside the 90 % interval"),
                _(
                    "preferred series; {every} of {series} in all; {inside} in the right direction; emissions explain "
                    "{explained} of the change"
                ).format(
                    explained=percent(found.explained),
                    inside=found.same_sign,
                    every=counts.every[0],
                    series=counts.every[1],
                ),
            )
        )
    for name, label, detail in (
        ("validation", _("published results inside the interval"), _("numbers the relation was never tuned to")),
        ("left_out", _("numbers of left-out studies inside the interval"), _("each study predicted from the others")),
        ("left_out_places", _("left-out regions inside the interval"), _("each region predicted from the others")),
    ):
        rows = tables[name]
        if len(rows):
            inside = int((rows["inside"] == "yes").sum())
            cards.append(Card(_("{inside} of {places}").format(inside=inside, places=len(rows)), label, detail))
    if "claims" in tables:
        held = tables["claims"]["verdict"].value_counts()
        cards.append(
            Card(
                _("{inside} of {places}").format(inside=int(held.get("confirmed", 0)), places=int(held.sum())),
                _("printed figures of the studies confirmed"),
                _("{differs} differ, {missing} cannot be checked").format(
                    differs=int(held.get("differs", 0)), missing=int(held.get("cannot_check", 0))
                ),
            )
        )
    return cards


def scoreboard_sentence(tables: Tables, words: Words) -> str:
    """Return the hindcast in a paragraph, or that there is none."""
    return " ".join(scoreboard_sentences(tables, words))


def scoreboard_sentences(tables: Tables, words: Words) -> list[str]:
    """Return the hindcast in sentences, what failed first, or that there is none."""
    found = score(tables["hindcast"])
    _ = words.translate
    if found is None:
        return [_("no place has two observed years")]
    table = tables["hindcast"]
    return [
        failed_sentence(table, words),
        score_sentence(found, _),
        *series_sentences(table, _),
        *span_sentences(table, _),
    ]


def hindcast_view(tables: Tables, words: Words) -> ChapterTable:
    """Return predicted and observed changes, the largest differences first."""
    _ = words.translate
    rows = tables["hindcast"]
    rows = rows.assign(size=rows["rest"].abs()).sort_values(["rank", "size"], ascending=[True, False])
    heads = [
        Head(_("place")),
        Head(_("years")),
        Head(_("observed change"), True),
        Head(_("predicted change"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("rest"), True),
        Head(_("kind")),
        Head(_("source")),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(words.name(row["place"])),
            ChapterCell(f"{row['first_year']}-{row['last_year']}"),
            numeric(_signed(row["observed_change"])),
            numeric(_signed(row["value"])),
            numeric(_signed(row["low"])),
            numeric(_signed(row["high"])),
            ChapterCell(_signed(row["rest"]), "n" if row["inside"] == "yes" else OUT),
            ChapterCell(_(row["kind"])),
            ChapterCell(row["source"]),
            ChapterCell(retell(row["note"], HINDCAST_NOTES, _)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(
        heads, body, _("Predicted and observed change of PM2.5, µg/m³; the preferred series of a place first")
    )


def _signed(value: float, digits: int = 1) -> str:
    return f"{value:+.{digits}f}" if np.isfinite(value) else ""


def _published(row: Mapping[str, Any], digits: int = 1) -> str:
    """Return a published number, or its range."""
    if np.isfinite(row["published"]):
        return f"{row['published']:.{digits}f}"
    ends = [f"{row[end]:.{digits}f}" for end in ("published_low", "published_high") if np.isfinite(row[end])]
    return "-".join(ends)


def validation_view(tables: Tables, words: Words) -> ChapterTable:
    """Return published results beside computed ones, those outside the interval and the largest deviations first."""
    _ = words.translate
    rows = tables["validation"]
    if len(rows):
        scale = rows["published"].fillna(rows["published_high"]).abs().clip(lower=1e-9)
        rows = rows.assign(size=rows["deviation"].abs() / scale).sort_values(
            ["inside", "size"], ascending=[True, False]
        )
    heads = [
        Head(_("study")),
        Head(_("receptor")),
        Head(_("source")),
        Head(_("quantity")),
        Head(_("published"), True),
        Head(_("computed"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("unit")),
        Head(_("deviation"), True),
        Head(_("method")),
    ]
    body = [
        [
            ChapterCell(row["study"]),
            ChapterCell(words.name(row["receptor"])),
            ChapterCell(_source(row, words)),
            ChapterCell(f"{_(row['quantity'])}, {row['year']}"),
            numeric(_published(row)),
            numeric(show(row["value"], 1)),
            numeric(show(row["low"], 1)),
            numeric(show(row["high"], 1)),
            ChapterCell(_(row["unit"])),
            ChapterCell(_signed(row["deviation"]), "n" if row["inside"] == "yes" else OUT),
            ChapterCell(row["method"]),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Published results that the relation was never tuned to"))


def _source(row: Mapping[str, Any], words: Words) -> str:
    if row["stands_for"] == "foreign":
        return words.translate("all foreign sources")
    return words.translate("others") if row["source_region"] == "other" else words.name(row["source_region"])


def left_out_view(tables: Tables, words: Words) -> ChapterTable:
    """Return every study beside what the calibration without it predicts."""
    _ = words.translate
    rows = tables["left_out"]
    if len(rows):
        rows = rows.assign(size=rows["deviation"].abs()).sort_values(["inside", "size"], ascending=[True, False])
    heads = [
        Head(_("study left out")),
        Head(_("receptor")),
        Head(_("source")),
        Head(_("published"), True),
        Head(_("predicted"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("deviation"), True),
        Head(_("method")),
    ]
    body = [
        [
            ChapterCell(row["study"]),
            ChapterCell(words.name(row["receptor"])),
            ChapterCell(words.name(row["country"])),
            numeric(_published(row)),
            numeric(show(row["value"], 1)),
            numeric(show(row["low"], 1)),
            numeric(show(row["high"], 1)),
            ChapterCell(_signed(row["deviation"]), "n" if row["inside"] == "yes" else OUT),
            ChapterCell(row["method"]),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Each study left out in turn, shares in percent"))


def calibration_view(tables: Tables, words: Words) -> ChapterTable:
    """Return shares before and after calibration, the factors farthest from one first inside every receptor."""
    _ = words.translate
    rows = tables["calibration"]
    rows = rows[(rows["value"] >= SMALL) | (rows["model"] >= SMALL)]
    heads = [
        Head(_("receptor")),
        Head(_("source")),
        Head(_("published"), True),
        Head(_("relation itself"), True),
        Head(_("calibrated"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("factor"), True),
        Head(_("studies"), True),
        Head(_("note")),
    ]
    body = [
        [
            ChapterCell(words.name(row["receptor"])),
            ChapterCell(words.name(row["country"])),
            *(numeric(percent(row[name])) for name in ("published", "model", "value", "low", "high")),
            ChapterCell(show(row["factor"], 2), "n" if 1 / 3 <= row["factor"] <= 3 else OUT),
            numeric(str(row["studies"])),
            ChapterCell(retell(row["note"], STUDY_NOTES, _)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("Shares of the anthropogenic part before and after calibration"))


def outside_sentence(assessment: Assessment, words: Words) -> str:
    """Return which blocks have a calibration factor outside 1/3 to 3, or that none has."""
    _ = words.translate
    found = outside(assessment["calibration"])
    if not found:
        return _("No block has a calibration factor outside 1/3 to 3.")
    pairs = [
        f"{_('{source} in {receptor}').format(source=words.name(source), receptor=words.name(receptor))} {factor:.2f}"
        for receptor, source, factor in found
    ]
    return _("Calibration factors outside 1/3 to 3: {blocks}.").format(blocks="; ".join(pairs))


def kernel_view(tables: Tables, words: Words) -> ChapterTable:
    """Return the chosen kernel and the contributions it was chosen on."""
    _ = words.translate
    heads = [
        Head(_("item")),
        Head(_("published"), True),
        Head(_("value"), True),
        Head(_("low"), True),
        Head(_("high"), True),
        Head(_("unit")),
    ]
    body = []
    for row in records(tables["kernel"], NAN):
        name = row["item"]
        if not name.startswith("kernel_"):
            receptor, source = name.split()
            name = _("{source} in {receptor}").format(source=words.name(source), receptor=words.name(receptor))
        numbers = [numeric(show(row[key], 2)) for key in ("published", "value", "low", "high")]
        body.append([ChapterCell(name), *numbers, ChapterCell(row["unit"])])
    return ChapterTable(heads, body, _("Kernel parameters, and the contributions they were chosen on (level free)"))


def claim_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the claims by verdict: what differs, what cannot be checked, what is confirmed."""
    if "claims" not in tables:
        return {}
    _ = words.translate
    rows = tables["claims"]
    held = words.pack.table("claims").set_index("id")
    own = held[f"statement_{words.language}"].where(held[f"statement_{words.language}"] != "", held["statement_en"])
    translate = claim_words(words.pack, words.language)
    captions = {
        "differs": _("Printed figures that come out differently"),
        "cannot_check": _("Printed figures that cannot be checked, and what is missing"),
        "confirmed": _("Printed figures that are confirmed"),
    }
    heads = [
        Head(_("statement")),
        Head(_("printed"), True),
        Head(_("computed"), True),
        Head(_("unit")),
        Head(_("reason")),
        Head(_("place in the study")),
    ]
    views = {}
    for verdict in ("differs", "cannot_check", "confirmed"):
        part = rows[rows["verdict"] == verdict]
        body = [
            [
                ChapterCell(str(own[row["id"]])),
                numeric(SIGNS[row["comparison"]] + show(row["printed"], int(row["decimals"]))),
                numeric(show(row["computed"], int(row["decimals"]) + 1)),
                ChapterCell(_(row["unit"])),
                ChapterCell(retell(row["reason"], CLAIM_NOTES, translate)),
                ChapterCell(row["place"]),
            ]
            for row in records(part, NAN)
        ]
        caption = f"{captions[verdict]} ({len(body)})"
        views[f"claims-{verdict}"] = ChapterTable(heads, body, caption, "claims")
    return views
