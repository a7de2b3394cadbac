"""Pages on a part of the year: who gives the PM2.5 of a place in a season or episode, and what a joint cut does."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airshed.assessment.lives.acute import NOTES as NOTES_OF_LIVES
from airshed.assessment.lives.acute import emergency_costs, told_costs
from airshed.assessment.lives.periods import EPISODE, TOTAL, joint_cut, period_attribution, places_in, read_cuts
from airshed.assessment.lives.periods import NOTES as NOTES_OF_PERIODS
from airshed.charts.evidence import comparison_points
from airshed.pack.bounds import LEVEL, YEAR
from airshed.pack.codes import nations_of
from airshed.pack.language import retell
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.report.cells import fixed
from airshed.report.words import Figure, Words
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.figures import sources_figure

Period = Literal["annual", "season:DJF", "season:MAM", "season:JJA", "season:SON", "episode"]
USUAL_CUT = 30
"""Percent of the cut that stands where none is given."""


class EpisodeQuestion(Question):
    """Whose emissions are cut by how much on such days, and whose air is asked for."""

    receptor: str = Field(description="nation, or a place of which studies of episodes speak")
    cut: tuple[str, ...] = Field(
        default=(), description="region, nation or group and the cut of all it emits: JJJ=30%", max_length=20
    )
    year: int | None = Field(
        default=None, ge=int(YEAR.least), le=int(YEAR.most), description="year; the base year if empty"
    )
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


def in_period(desk: Desk, words: Words, receptor: str, by: str, year: int | None, period: str) -> Content:
    """Return who gives the PM2.5 of a place in a season or in episodes."""
    pack, _ = desk.pack, words.translate
    shown = pack.base_year if year is None else year
    key = ("period", receptor, by, shown, period)
    rows = desk.ask(key, lambda: period_attribution(pack, receptor, period, by, shown))
    sheet = Sheet(
        "attribution",
        _("Who gives the PM2.5 of the place, µg/m³"),
        rows,
        (by, "value", "share", "low", "high", "source", "note"),
        cells={**dict.fromkeys(("value", "low", "high"), fixed(2)), "share": percent},
        notes=NOTES_OF_PERIODS,
    )
    return Content(
        title=_("Who gives {place} its PM2.5: {period}").format(place=words.name(receptor), period=_(period)),
        sheets=(sheet,),
        panels=(Panel(sources_figure(rows, by, words.name(receptor), shown, words), "attribution"),),
        equations=("period-odds", "log-odds", "random-effects"),
        command=("attribution", receptor, "--by", by, "--year", str(shown), "--period", period),
        python=(
            "from airshed.assessment.lives.periods import period_attribution\n"
            f"period_attribution(pack, {receptor!r}, {period!r}, {by!r}, {shown})"
        ),
        sentences=tuple(_(note) for note in NOTES_OF_PERIODS),
    )


def episode(desk: Desk, words: Words, question: EpisodeQuestion) -> Content:
    """Return what emergency cuts do to the PM2.5 of a place in an episode."""
    pack, _ = desk.pack, words.translate
    shown = pack.base_year if question.year is None else question.year
    given = question.cut or usual_cut(pack, question.receptor)
    cuts = read_cuts(given)
    level = question.level
    key = ("episode", question.receptor, shown, tuple(cuts.items()), level)
    rows = desk.ask(key, lambda: joint_cut(pack, question.receptor, cuts, year=shown, level=level))
    lives = ("fall", "fall_low", "fall_high", "lives", "lives_low", "lives_high")
    numbers = ("cut_percent", "share", "value", "low", "high")
    sheet = Sheet(
        "episode",
        _("What the cuts take off the PM2.5 of the place in an episode, percent"),
        rows,
        ("region", *numbers, *lives, "source"),
        cells=dict.fromkeys(numbers, fixed(1)) | dict.fromkeys(lives, fixed(2)),
        notes=(*NOTES_OF_PERIODS, *NOTES_OF_LIVES),
    )
    whole = rows.set_index("region").loc[TOTAL]
    told = _("{place}, {year}: the cuts take {value} ({low} to {high}) off what sources give in an episode").format(
        place=words.name(question.receptor),
        year=shown,
        **{name: percent(float(str(whole[name])) / 100.0) for name in ("value", "low", "high")},
    )
    notes = [*str(whole["note"]).split("; "), *told_costs(emergency_costs(pack, cuts))]
    said = tuple(retell(note, (*NOTES_OF_PERIODS, *NOTES_OF_LIVES), _) for note in notes)
    labels = [words.name(code) for code in rows["region"]]
    title = _("What the cuts do in an episode: {place}").format(place=words.name(question.receptor))
    named = rows.assign(label=labels, series=_("cut"))
    chart = comparison_points(
        named[["label", "low", "high"]],
        named[["label", "series", "value"]],
        labels=labels,
        series=[_("cut")],
        title=title,
        subtitle=_("band: 5 to 95 % of the posterior samples of the relation"),
        axis="%",
    )
    figure = Figure("episode", chart, title, _("Percent of what the sources give on such a day."))
    return Content(
        title=_("Joint cuts in an episode"),
        sheets=(sheet,),
        panels=(Panel(figure, "episode"),),
        equations=("period-odds", "log-odds", "random-effects", "acute-deaths"),
        command=(
            "episode",
            *(word for cut in given for word in ("--cut", cut)),
            *("--receptor", question.receptor, "--year", str(shown)),
            *(("--level", f"{level:g}") if level is not None else ()),
        ),
        python=(
            "from airshed.assessment.lives.periods import joint_cut\n"
            f"joint_cut(pack, {question.receptor!r}, {cuts!r}, year={shown}, level={level!r})"
        ),
        sentences=(told, *said),
        held={"cut": given} if not question.cut else {},
    )
