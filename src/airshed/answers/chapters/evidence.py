"""The figures on evidence: hindcast and calibration."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.answers.words import Figure, Words
from airshed.charts.evidence import comparison_points

Tables = Mapping[str, pd.DataFrame]
SMALL = 0.005


def hindcast_figure(tables: Tables, words: Words, most: int | None = None) -> Figure | None:
    """Return predicted beside observed changes of the preferred series; None without any.

    most : places that are shown at most, those whose prediction is farthest off; all if none is given
    """
    _ = words.translate
    rows = tables["hindcast"]
    every = rows[rows["rank"] == 1]
    if every.empty:
        return None
    rows = every if most is None else every.loc[every["rest"].abs().nlargest(most).index]
    rows = rows.sort_values("observed_change")
    labels = [
        f"{words.name(place)} {first}-{last}"
        for place, first, last in zip(rows["place"], rows["first_year"], rows["last_year"], strict=True)
    ]
    rows = rows.assign(label=labels)
    predicted, observed = _("predicted from emissions"), _("observed")
    points = pd.concat(
        [
            pd.DataFrame({"label": labels, "series": predicted, "value": list(rows["value"])}),
            pd.DataFrame({"label": labels, "series": observed, "value": list(rows["observed_change"])}),
        ]
    )
    title = _("Hindcast: change of PM2.5 between two observed years")
    chart = comparison_points(
        rows[["label", "low", "high"]],
        points,
        labels=labels,
        series=[predicted, observed],
        title=title,
        subtitle=_("band: likely range, 90 %; weather and errors of emissions are not in it"),
        axis="µg/m³",
    )
    caption = _("Where both marks meet, emissions explain what was observed.")
    if len(rows) < len(every):
        said = _("The {shown} of {places} places where the prediction is farthest off.")
        caption = f"{said.format(shown=len(rows), places=len(every))} {caption}"
    return Figure("hindcast", chart, title, caption)


def calibration_figure(tables: Tables, words: Words) -> Figure | None:
    """Return calibrated beside published and uncalibrated shares of the nations that studies name; None without any."""
    _ = words.translate
    rows = tables["calibration"]
    rows = rows[rows["published"].notna() & (rows["value"] >= SMALL)]
    if rows.empty:
        return None
    labels = [
        _("{source} in {receptor}").format(source=words.short(source), receptor=words.short(receptor))
        for source, receptor in zip(rows["country"], rows["receptor"], strict=True)
    ]
    rows = rows.assign(label=labels)
    names = {"value": _("calibrated"), "published": _("published"), "model": _("relation itself")}
    points = pd.concat(
        [pd.DataFrame({"label": labels, "series": name, "value": list(rows[key])}) for key, name in names.items()]
    )
    title = _("Shares of the nations before and after calibration")
    chart = comparison_points(
        rows[["label", "low", "high"]],
        points,
        labels=labels,
        series=list(names.values()),
        title=title,
        subtitle=_("band: likely range, 90 %; means over the receptor cities that the studies name"),
        axis=_("share of the anthropogenic part"),
        percent=True,
    )
    return Figure("calibration", chart, title, _("The band is the spread between studies, not of one study."))
