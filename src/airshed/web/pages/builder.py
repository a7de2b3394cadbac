"""The page on which a scenario is built: sectors and measures moved, and what that does at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.single import side_by_side
from airshed.answers.common import FIRST_YEAR, LAST_YEAR, LATEST_YEAR, places, words_of
from airshed.answers.words import Card, Figure, Words, target_name
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import COST_NOTES
from airshed.assessment.workbench.bench import (
    Bench,
    Change,
    Tried,
    Use,
    attempt,
    greatest_share,
    hints,
    options_at,
    prepare_bench,
    room,
    sectors_of,
)
from airshed.assessment.workbench.tables import (
    emissions_tried,
    levels_tried,
    measure_names,
    measures_tried,
    nations_tried,
    summary,
    tenths,
)
from airshed.charts.colours import AFTER, BEFORE, colours
from airshed.charts.marks import who_levels
from airshed.charts.workbench import saved_bars
from airshed.pack.codes import leaves
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.web.pages.builder_view import View, view_of

MOST_REGIONS = 6
MOST_CHANGES = 40
"""Changes of one scenario, and measures of one."""
LISTED = 4
"""Measures that are shown of a region before any is chosen: the most effective of their groups."""
COMMAND = ("scenarios", "compare", "baseline", "scenario.yaml")
PERCENT = 100
WHOLE, TENTHS = fixed(0), fixed(1)
SIGNED, SIGNED_WHOLE = fixed(1, sign=True), fixed(0, sign=True)


class BuilderQuestion(Query):
    """Which sectors and measures are moved, where and when."""

    region: tuple[str, ...] = Field(
        default=(), description="regions, nations or groups whose sliders are shown", max_length=MOST_REGIONS
    )
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)
    change: tuple[str, ...] = Field(
        default=(), description="region:sector:percent of emissions, such as KR-11:road:-30", max_length=MOST_CHANGES
    )
    measure: tuple[str, ...] = Field(
        default=(), description="region:measure:share that it is applied to, 0 to 1", max_length=MOST_CHANGES
    )


@dataclass(frozen=True)
class Lever:
    """A slider: the name of its field, its words, its ends and where it stands; None where it rests."""

    name: str
    label: str
    hint: str
    low: int
    high: int
    rest: int
    value: float | None


@dataclass(frozen=True)
class Board:
    """The sliders of a region: its sectors, some measures, and the measures that can be added."""

    region: str
    name: str
    sectors: tuple[Lever, ...]
    measures: tuple[Lever, ...]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Built(Content):
    """The answer with its sliders.

    query : that asks it; told : what it does in a sentence; year : of the answer; regions : codes and names to choose
    from; measured : whether the year has measures; view : map of the cities and those that move
    """

    boards: tuple[Board, ...] = ()
    query: str = ""
    told: str = ""
    year: int = 0
    regions: tuple[tuple[str, str], ...] = ()
    measured: bool = True
    view: View | None = None


def builder_places(pack: Pack) -> list[str]:
    """Return the codes of regions and policy groups, and of the sources outside all nations."""
    inside = places(pack)
    return [*inside, *(code for code in leaves(pack) if code not in inside)]


def parts_of(kind: str, text: str, form: str) -> tuple[str, str, float]:
    """Return region, sector or measure, and number of a parameter; raises AirshedError where it cannot be read."""
    region, _, rest = text.partition(":")
    code, _, number = rest.rpartition(":")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (region and code and math.isfinite(value)):
        raise AirshedError("cannot-read-write", kind=kind, text=text[:80], form=form)
    return region, code, value


def tried_of(desk: Ask, question: BuilderQuestion) -> Tried:
    """Return what the question tries out; raises AirshedError for what cannot be."""
    changes = [Change(*parts_of("change", text, "KR-11:road:-30")) for text in question.change]
    uses = [Use(*parts_of("measure", text, "KR-11:road.CHINA_VI_HD:0.5")) for text in question.measure]
    return attempt(bench_of(desk, question.year), changes, uses)


def bench_of(desk: Ask, year: int | None) -> Bench:
    """Return the bench of a year, made once."""
    wanted = latest_year(desk.pack) if year is None else year
    return desk.ask(("bench", wanted), lambda: prepare_bench(desk.pack, wanted))


def query_of(question: BuilderQuestion) -> str:
    """Return the query that asks a question, colons left as they are."""
    pairs = [("region", code) for code in question.region]
    pairs += [("year", str(question.year))] if question.year is not None else []
    pairs += [("change", text) for text in question.change] + [("measure", text) for text in question.measure]
    return urlencode(pairs, safe=":")


def builder(desk: Ask, words: Words, question: BuilderQuestion) -> Built:
    """Return the sliders and what they do to levels, deaths, cost and CO2."""
    _ = words.translate
    tried = tried_of(desk, question)
    bench = tried.bench
    named = [*question.region, *(item.region for item in tried.changes), *(item.region for item in tried.uses)]
    shown = list(dict.fromkeys(named)) or [greatest_share(bench)]
    said = summary(tried)
    sheets = _sheets(tried, shown, words)
    panels = _panels(tried, sheets, words)
    changes = [(item.region, item.sector, item.percent) for item in tried.changes]
    uses = [(item.region, item.measure, item.application) for item in tried.uses]
    return Built(
        title=_("Build a scenario"),
        sheets=tuple(sheets.values()),
        panels=panels,
        equations=("per-emission", "level", "total-spread", "gemm", "attributable-deaths", "annual-cost"),
        command=(*COMMAND, "--year", str(bench.year), *words_of("--region", tuple(shown))),
        python=(
            "from airshed.assessment.workbench.bench import Change, Use, attempt, prepare_bench\n"
            "from airshed.assessment.workbench.tables import summary\n"
            f"changes = [Change(*item) for item in {changes!r}]\n"
            f"uses = [Use(*item) for item in {uses!r}]\n"
            f"summary(attempt(prepare_bench(pack, {bench.year}), changes, uses))"
        ),
        cards=_cards(said, words),
        sentences=_sentences(said, words),
        document={"summary": said, **{name: records(sheet.rows) for name, sheet in sheets.items()}},
        boards=tuple(_board(tried, code, words) for code in shown),
        query=query_of(question),
        told=_told(said, words),
        year=bench.year,
        regions=tuple((code, words.name(code)) for code in builder_places(desk.pack)),
        measured=bench.options is not None,
        view=view_of(sheets["receptors"].rows, words),
    )


def _board(tried: Tried, region: str, words: Words) -> Board:
    """Return the sliders of a region."""
    bench, _ = tried.bench, words.translate
    sectors, measures = hints(bench, region)
    set_here = {item.sector: item.percent for item in tried.changes if item.region == region}
    levers = tuple(
        Lever(
            f"c.{region}.{code}",
            words.name(code),
            _("−10 %: {deaths} deaths").format(deaths=f"{-round(sectors[code]):+,}"),
            -PERCENT,
            PERCENT,
            0,
            set_here.get(code, 0.0),
        )
        for code in sectors_of(bench, region)
    )
    applied = {item.measure: item.application for item in tried.uses if item.region == region}
    names = measure_names(bench, words.language)
    first = [code for code in _foremost(bench, region, list(measures)) if code not in applied][:LISTED]
    chosen = [*applied, *first]
    others = [(code, names[code]) for code in measures if code not in chosen]
    return Board(
        region,
        words.name(region),
        levers,
        tuple(_measure_lever(bench, region, code, names[code], measures.get(code), applied, words) for code in chosen),
        tuple(sorted(others, key=lambda item: item[1])),
    )


def _foremost(bench: Bench, region: str, ranked: Sequence[str]) -> list[str]:
    """Return the most effective measure of every group, the most effective first."""
    if bench.options is None:
        return []
    groups = dict(zip(bench.options.measure, bench.options.group_name, strict=True))
    best: dict[str, str] = {}
    for code in ranked:
        best.setdefault(groups[code], code)
    return list(best.values())


def _measure_lever(
    bench: Bench, region: str, code: str, name: str, saved: float | None, applied: dict[str, float], words: Words
) -> Lever:
    """Return the slider of a measure between what is in place and what can be applied, percent."""
    options = bench.options
    if options is None:
        raise AirshedError("cannot-applied", code=code, year=bench.year)
    held = options_at(bench, region, code)
    least = float(options.current[held].min())
    most = float((options.current + room(options))[held].max())
    low, high = math.floor(PERCENT * least + 0.5), math.ceil(PERCENT * most - 0.01)
    told = words.translate("up to {share}: {deaths} deaths")
    hint = told.format(share=percent(high / PERCENT), deaths=f"{-round(saved or 0.0):+,}")
    return Lever(
        f"m.{region}.{code}",
        name,
        hint,
        low,
        max(high, low + 1),
        low,
        min(max(round(PERCENT * applied[code], 2), low), high) if code in applied else None,
    )


def _sheets(tried: Tried, shown: Sequence[str], words: Words) -> dict[str, Sheet]:
    """Return the tables of the answer."""
    _, bench, year = words.translate, tried.bench, tried.bench.year
    met = {name: lambda code: target_name(code, words) if code else "–" for name in ("met_before", "met")}
    levels = dict.fromkeys(("before", "value", "low", "high"), TENTHS)
    moved = dict.fromkeys(("change", "change_low", "change_high"), fixed(2, sign=True))
    shown_levels = ("receptor", *levels, *moved, "met_before", "met", "national")
    counts = dict.fromkeys(("deaths_avoided", "low", "high"), WHOLE)
    money = dict.fromkeys(("cost", "price_low", "price_high"), WHOLE)
    nations = ("region", *counts, *money, "measures", "unpriced", "co2_change", "note")
    shares = dict.fromkeys(("current", "application", "maximum"), fixed(2))
    return {
        "receptors": Sheet(
            "receptors",
            _("PM2.5 of the cities before and after, {year}, µg/m³").format(year=year),
            levels_tried(tried),
            shown_levels,
            heads={"value": _("after"), "met": _("WHO value met"), "met_before": _("WHO value met before")},
            cells={**levels, **moved, **met, "national": lambda word: _(str(word))},
        ),
        "nations": Sheet(
            "nations",
            _("Deaths avoided, cost in million USD of 2015 and change of CO2 in kt, a year"),
            nations_tried(tried),
            nations,
            cells={**counts, **money, "co2_change": SIGNED_WHOLE},
            notes=COST_NOTES,
        ),
        "emissions": Sheet(
            "emissions",
            _("Emissions before and after, kt per year"),
            emissions_tried(tried, shown),
            ("region", "pollutant", "before", "value", "change_percent"),
            heads={"value": _("after")},
            cells={"before": TENTHS, "value": TENTHS, "change_percent": SIGNED},
        ),
        "measures": Sheet(
            "measures",
            _("Measures applied above today's"),
            measures_tried(tried, words.language),
            ("region", "name", "sector", *shares, "cost", "low", "high", "source"),
            cells={**shares, **dict.fromkeys(("cost", "low", "high"), TENTHS)},
        ),
        "tenths": Sheet(
            "tenths",
            _("Deaths avoided by a tenth less of one sector alone"),
            tenths(bench, shown),
            ("region", "sector", "percent", "value", "unit"),
            cells={"percent": WHOLE, "value": WHOLE},
        ),
    }


def _panels(tried: Tried, sheets: dict[str, Sheet], words: Words) -> tuple[Panel, ...]:
    """Return the charts of the answer; before anything is moved the one that says what to move comes first."""
    year = tried.bench.year
    found = [
        (_levels_figure(sheets["receptors"].rows, year, words), "receptors"),
        (_deaths_figure(sheets["nations"].rows, year, words), "nations"),
    ]
    found.insert(2 if tried.changes or tried.uses else 0, (_tenths_figure(sheets["tenths"].rows, words), "tenths"))
    return tuple(Panel(figure, name) for figure, name in found if figure is not None)


def _levels_figure(rows: pd.DataFrame, year: int, words: Words) -> Figure | None:
    _ = words.translate
    if rows.empty:
        return None
    rows = rows.sort_values("value", ascending=False, kind="stable")
    labels = [words.name(code) for code in rows["receptor"]]
    series = (_("after"), _("before"))
    points = pd.concat(
        [
            pd.DataFrame({"label": labels, "series": name, "value": rows[column].to_numpy()})
            for name, column in zip(series, ("value", "before"), strict=True)
        ]
    )
    return side_by_side(
        "levels",
        points,
        pd.DataFrame({"label": labels, "low": rows["low"].to_numpy(), "high": rows["high"].to_numpy()}),
        series,
        title=_("PM2.5 of the cities before and after, {year}").format(year=year),
        subtitle=_("band: likely range, 90 %, after"),
        axis="µg/m³",
        colours=(AFTER, BEFORE),
        guides=who_levels(words.pack),
        caption=_("What the model does not explain is held as observed."),
    )


def _deaths_figure(rows: pd.DataFrame, year: int, words: Words) -> Figure | None:
    _ = words.translate
    known = rows[np.isfinite(rows["deaths_avoided"])].sort_values("deaths_avoided", ascending=False, kind="stable")
    if known.empty:
        return None
    title = _("Deaths avoided by nation, {year}").format(year=year)
    chart = saved_bars(
        known.assign(label=[words.short(code) for code in known["region"]], value=known["deaths_avoided"]),
        title=title,
        subtitle=_("line: likely range of the response, 95 %"),
        axis=_("deaths per year"),
        colours=colours(words.pack, known["region"]),
    )
    return Figure("deaths", chart, title, _("Below zero where more people die."))


def _tenths_figure(rows: pd.DataFrame, words: Words) -> Figure | None:
    _ = words.translate
    if rows.empty:
        return None
    several = rows["region"].nunique() > 1
    names = [
        f"{words.name(region)}, {words.name(sector)}" if several else words.name(sector)
        for region, sector in zip(rows["region"], rows["sector"], strict=True)
    ]
    picked = rows.assign(label=names, low=np.nan, high=np.nan).sort_values("value", ascending=False, kind="stable")
    title = _("What a tenth less of each sector would save")
    if not several:
        title = _("What a tenth less of each sector would save, {region}").format(region=words.name(rows["region"][0]))
    subtitle = _("deaths avoided in all nations, each sector alone")
    shades = colours(words.pack, picked["sector"])
    chart = saved_bars(picked, title=title, subtitle=subtitle, axis=_("deaths per year"), colours=shades)
    return Figure("sectors", chart, title, _("Start with the sliders at the top of this chart."))


def _cards(said: dict[str, Any], words: Words) -> tuple[Card, ...]:
    """Return the numbers that lead the answer."""
    _ = words.translate
    between = _("{low} to {high}")

    def span(name: str) -> str:
        low, high = (said[f"{name}_{end}"] for end in ("low", "high"))
        return between.format(low=f"{low:,.0f}", high=f"{high:,.0f}") if math.isfinite(low) else ""

    unpriced = _("{count} measures have no published cost").format(count=said["unpriced"]) if said["unpriced"] else ""
    note = _(said["note"]) if said["note"] else ""
    mean = said["exposure"] - said["exposure_before"]
    return (
        Card(f"{said['deaths_avoided']:,.0f}", _("deaths a year avoided"), span("deaths_avoided")),
        Card(
            f"{said['cost']:,.0f}" if math.isfinite(said["cost"]) else "–",
            _("million USD of 2015 a year"),
            "; ".join(part for part in (span("price"), unpriced, note) if part),
        ),
        Card(
            f"{said['exposure']:.2f} µg/m³",
            _("PM2.5 that people breathe on average"),
            f"{mean:+.2f} µg/m³",
        ),
        Card(
            f"{said['co2_change']:+,.0f} kt" if math.isfinite(said["co2_change"]) else "–",
            _("CO2 a year"),
            _("as far as it is known"),
        ),
    )


def _sentences(said: dict[str, Any], words: Words) -> tuple[str, ...]:
    """Return which cities meet a stricter or a laxer WHO value than before."""
    _ = words.translate
    told = {
        "stricter": _("{count} of {cities} cities meet a stricter WHO value than before: {names}."),
        "laxer": _("{count} of {cities} cities only meet a laxer WHO value than before: {names}."),
    }
    found = [
        message.format(count=len(said[key]), cities=said["cities"], names=words.listed(map(words.name, said[key])))
        for key, message in told.items()
        if said[key]
    ]
    return tuple(found) or (_("No city meets another WHO value than before."),)


def _told(said: dict[str, Any], words: Words) -> str:
    """Return what changes do in a sentence, for those who hear the page."""
    _ = words.translate
    priced = _("cost {cost} million USD").format(cost=f"{said['cost']:,.0f}")
    told = _("{year}: {deaths} deaths a year avoided; {cost}; {cities} cities meet a stricter WHO value")
    return told.format(
        year=said["year"],
        deaths=f"{said['deaths_avoided']:,.0f}",
        cost=priced if math.isfinite(said["cost"]) else _("cost not known"),
        cities=len(said["stricter"]),
    )
