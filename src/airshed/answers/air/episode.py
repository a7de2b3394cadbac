"""What emergency cuts, announced together, take off the PM2.5 of a place on days of high concentration."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import OBSERVED_YEAR, year
from airshed.answers.words import Figure, Words
from airshed.assessment.lives.acute import NOTES as NOTES_OF_LIVES
from airshed.assessment.lives.acute import emergency_costs, told_costs
from airshed.assessment.lives.periods import EPISODE, TOTAL, joint_cut, places_in, read_cuts
from airshed.assessment.lives.periods import NOTES as NOTES_OF_PERIODS
from airshed.charts.evidence import comparison_points
from airshed.pack.bounds import LEVEL
from airshed.pack.codes import nations_of
from airshed.pack.language import retell
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

USUAL_CUT = 30
"""Percent of the cut that stands where none is given."""
NOTES = (*NOTES_OF_PERIODS, *NOTES_OF_LIVES)
LIVES = ("fall", "fall_low", "fall_high", "lives", "lives_low", "lives_high")
"""Columns of what a cut does on a day, ug/m3 and deaths."""
NUMBERS = ("cut_percent", "share", "value", "low", "high")


class EpisodeQuestion(Query):
    """Whose emissions are cut by how much on such days, and whose air is asked for."""

    receptor: str = Field(description="nation, or a place of which studies of episodes speak")
    cut: tuple[str, ...] = Field(
        default=(), description="region, nation or group and the cut of all it emits: JJJ=30%", max_length=20
    )
    year: int | None = year(OBSERVED_YEAR)
    level: float | None = Field(
        default=None,
        gt=LEVEL.least,
        le=LEVEL.most,
        description="PM2.5 of the place on such a day, ug/m3; that of the year if empty",
    )


def studied(pack: Pack) -> list[str]:
    """Return the places of which studies of episodes speak; the nations of a pack without any."""
    return places_in(pack, EPISODE) or nations_of(pack, next(iter(pack.table("regions")["code"])))


def usual_cut(pack: Pack, receptor: str) -> tuple[str, ...]:
    """Return the cut that stands where none is given: the first policy group of the pack, else the nation itself."""
    rows = pack.optional("groups")
    policy = rows.loc[rows["kind"] == "policy", "code"]
    return (f"{next(iter(policy), nations_of(pack, receptor)[0])}={USUAL_CUT}%",)


def episode(ask: Ask, words: Words, question: EpisodeQuestion) -> Content:
    """Return what emergency cuts do to the PM2.5 of a place in an episode."""
    pack, _, place, level = ask.pack, words.translate, question.receptor, question.level
    shown = ask.year(question.year, question.receptor)
    given = question.cut or usual_cut(pack, place)
    cuts = read_cuts(given)
    key = ("episode", place, shown, tuple(cuts.items()), level)
    rows = ask.ask(key, lambda: joint_cut(pack, place, cuts, year=shown, level=level))
    sheet = Sheet(
        "episode",
        _("What the cuts take off the PM2.5 of the place in an episode, percent"),
        rows,
        ("region", *NUMBERS, "unit", *LIVES, "source"),
        cells=dict.fromkeys(NUMBERS, fixed(1)) | dict.fromkeys(LIVES, fixed(2)),
        notes=NOTES,
    )
    whole = rows.set_index("region").loc[TOTAL]
    whole_of = {name: float(rows.loc[rows["region"] == TOTAL, name].iloc[0]) for name in ("value", "low", "high")}
    told = _(
        "In an episode of {year} the cuts take {value} ({low} to {high}) off the man-made PM2.5 of {place}."
    ).format(
        place=words.name(place),
        year=shown,
        **{name: percent(whole_of[name] / 100.0) for name in ("value", "low", "high")},
    )
    notes = [*str(whole["note"]).split("; "), *told_costs(emergency_costs(pack, cuts))]
    return Content(
        title=_("Joint cuts in an episode"),
        sheets=(sheet,),
        panels=(Panel(_figure(rows, place, words), "episode"),),
        equations=("period-odds", "log-odds", "random-effects", "acute-deaths"),
        sentences=(told, *(retell(note, NOTES, _) for note in notes)),
        held={"cut": given} if not question.cut else {},
    )


def _figure(rows: pd.DataFrame, place: str, words: Words) -> Figure:
    _ = words.translate
    labels = [words.name(code) for code in rows["region"]]
    title = _("What the cuts do in an episode: {place}").format(place=words.name(place))
    named = rows.assign(label=labels, series=_("cut"))
    chart = comparison_points(
        named[["label", "low", "high"]],
        named[["label", "series", "value"]],
        labels=labels,
        series=[_("cut")],
        title=title,
        subtitle=_("band: likely range, 90 %"),
        axis="%",
    )
    return Figure("episode", chart, title, _("Percent of what the sources give on such a day."))


ANSWER = Entry(
    title="Joint cuts in an episode",
    question=EpisodeQuestion,
    make=episode,
    choices={"receptor": studied},
    first=("receptor",),
)
