"""Charts of cooperation: who gains and who pays by which key, which deals all sign, and what the start is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airshed.assessment.games.names import key_name, point_names
from airshed.charts.colours import MAIN, categories, colours
from airshed.charts.deferred import deferred
from airshed.charts.marks import EACH, INK, at_mark, numbers
from airshed.charts.theme import configured
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.pack.pack import Pack

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
DECADES = 4
"""Powers of ten that a symmetric logarithmic axis shows on each side of zero before it is linear."""
SIGNED = "#d9e6da"
ROOM = 1.25
"""How much further an axis of money goes than its values."""


@dataclass(frozen=True)
class _Shown:
    """The rows of shares with the names of one language: points, keys and players in the order of the table.

    colours : of the players
    """

    rows: pd.DataFrame
    points: list[str]
    keys: list[str]
    players: list[str]
    colours: list[str]


def _shown(table: pd.DataFrame, pack: Pack, language: str) -> _Shown:
    if table.empty:
        raise AirshedError("no-shares-draw")
    translate = translator(language)
    points = point_names(translate)
    rows = table.assign(
        point=[points.get(code, code) for code in table["disagreement"]],
        key=[key_name(code, translate) for code in table["key"]],
        player=[pack.name(code, language) for code in table["player"]],
    )
    listed, keys, players = (list(dict.fromkeys(rows[column])) for column in ("point", "key", "player"))
    return _Shown(rows, listed, keys, players, colours(pack, dict.fromkeys(table["player"])))


def _legend() -> Any:
    return alt.Legend(title=None, orient="bottom", columns=4, labelLimit=0)


def _colour(shown: _Shown) -> Any:
    scale = alt.Scale(domain=shown.players, range=shown.colours)
    return alt.Color("player:N", sort=shown.players, scale=scale, legend=_legend())


def symmetric_ticks(values: Sequence[float]) -> tuple[float, list[float]]:
    """Return where a symmetric logarithmic axis turns linear, and its ticks: 0 and powers of ten on both sides.

    >>> symmetric_ticks([-130.0, 0.0, 900000.0])
    (100.0, [-100.0, 0.0, 100.0, 1000.0, 10000.0, 100000.0])
    """
    known = np.asarray([value for value in values if np.isfinite(value)])
    size = np.abs(known)
    if not size.any():
        return 1.0, [0.0]
    top = int(np.floor(np.log10(size.max())))
    low = max(int(np.floor(np.log10(size[size > 0].min()))), top - DECADES + 1)
    powers = [10.0**power for power in range(low, top + 1)]
    below = [-power for power in reversed(powers) if -power >= known.min()]
    return powers[0], [*below, 0.0, *(power for power in powers if power <= known.max())]


def _money_axis(field: str, values: Sequence[float], title: str) -> Any:
    """Return a symmetric logarithmic axis over the values and zero, with some room at both ends."""
    constant, ticks = symmetric_ticks(values)
    known = [value for value in values if np.isfinite(value)]
    ends = [ROOM * min(0.0, *known), ROOM * max(0.0, *known)] if any(known) else [0.0, 1.0]
    scale = alt.Scale(type="symlog", constant=constant, domain=ends, nice=False, zero=False)
    axis = alt.Axis(title=title, values=ticks, labelExpr=EACH, labelOverlap="greedy")
    return alt.X(field, scale=scale, axis=axis)


@deferred
def shares_chart(table: pd.DataFrame, pack: Pack, language: str, without: str = "") -> Any:
    """Return what each player gains: by one key a row each with its interval; by several also its part in percent.

    table : of `shares_table`; of several keys a row of panels for each disagreement point. Gains span many powers of
        ten, so that their axis is logarithmic on both sides of zero
    without : what is taken to happen without a deal, as a clause
    Raises AirshedError for a table without rows.
    """
    _ = translator(language)
    shown = _shown(table, pack, language)
    unit = _("million USD of 2015 a year")
    if _is_one(shown):
        title = _("What each gains by acting together")
        return _gains_of_one(shown, title, _conditions(shown, without, language), _("line: likely range, 90 %"), unit)
    panels = [_share_panels(shown, point, unit, _("share of the gain, %")) for point in shown.points]
    chart = alt.vconcat(*panels, spacing=26).resolve_scale(color="shared")
    subtitle = [
        _("left: parts of the gain; right: the gain with its 5 to 95 % interval, logarithmic axis"),
        *([without] if without else []),
    ]
    return configured(chart.properties(title=alt.TitleParams(_("What cooperation gains, by key"), subtitle=subtitle)))


def _is_one(shown: _Shown) -> bool:
    """Return whether shares are those of one key at one disagreement point."""
    return len(shown.keys) == 1 and len(shown.points) == 1


def _conditions(shown: _Shown, without: str, language: str) -> str:
    """Return by which key, and what is taken to happen without a deal."""
    key = translator(language)("by the key {key}").format(key=shown.keys[0])
    sign = "，" if language == "zh" else ", "
    return f"{key}{sign}{without}" if without else key


def _rows_of_one(shown: _Shown, column: str) -> tuple[pd.DataFrame, dict[str, Any], Any]:
    """Return the players from the largest amount down, with the amount in words of a mark, and their encoding."""
    rows = shown.rows.sort_values(column, ascending=False, kind="stable")
    rows = rows.assign(text=[at_mark(value) for value in rows[column]])
    order = list(rows["player"])
    down = alt.Y("player:N", sort=order, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    scale = alt.Scale(domain=shown.players, range=shown.colours)
    colour = alt.Color("player:N", scale=scale, legend=None)
    size = {"width": 560, "height": max(30 * len(order), 60)}
    kept = [name for name in ("player", "text", "low", "high", "share", "transfer") if name in rows]
    return rows[kept], {"y": down, "color": colour}, size


def _gains_of_one(shown: _Shown, title: str, conditions: str, told: str, unit: str) -> Any:
    """Return the gains of the players by one key as points with their interval and the amount behind them."""
    rows, encoding, size = _rows_of_one(shown, "share")
    values = [*rows["share"], *rows["low"], *rows["high"]]
    across, down = _money_axis("share:Q", values, unit), encoding["y"]
    base = alt.Chart(rows).encode(**encoding)
    spans = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2.5)
    spans = spans.encode(x=_money_axis("low:Q", values, unit), x2=alt.X2("high:Q"))
    marks = base.mark_point(size=80, filled=True, opacity=1).encode(x=across)
    words = numbers(rows.assign(end=rows[["share", "high"]].max(axis=1)), down, "end")
    named = alt.TitleParams(title, subtitle=[conditions, told])
    return configured((_zero() + spans + marks + words).properties(title=named, **size))


def _share_panels(shown: _Shown, point: str, unit: str, percent: str) -> Any:
    """Return the panels of one disagreement point: stacked parts, and points with intervals."""
    rows = shown.rows[shown.rows["point"] == point]
    keys = [key for key in shown.keys if key in set(rows["key"])]
    whole = rows.groupby("key")["share"].transform("sum")
    rows = rows.assign(percent=np.where(whole != 0, 100.0 * rows["share"] / whole.where(whole != 0, 1.0), 0.0))
    rows = rows.assign(order=[shown.players.index(player) for player in rows["player"]])
    rows = rows[["key", "player", "percent", "order", "share", "low", "high"]]
    height = max(20, 7 * len(shown.players)) * len(keys)
    parts = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("percent:Q", stack="zero", axis=alt.Axis(title=percent, tickCount=5)),
            y=alt.Y("key:N", sort=keys, axis=alt.Axis(title=None, labelLimit=0)),
            color=_colour(shown),
            order=alt.Order("order:Q"),
        )
        .properties(width=270, height=height, title=alt.TitleParams(point, fontSize=13))
    )
    values = [*rows["share"], *rows["low"], *rows["high"]]
    across = _money_axis("share:Q", values, unit)
    base = alt.Chart(rows).encode(
        y=alt.Y("key:N", sort=keys, axis=alt.Axis(title=None, labels=False, grid=True)),
        yOffset=alt.YOffset("player:N", sort=shown.players),
        color=_colour(shown),
    )
    spans = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2)
        .encode(x=_money_axis("low:Q", values, unit), x2=alt.X2("high:Q"))
    )
    marks = base.mark_point(size=34, filled=True, opacity=1).encode(x=across, shape=_shape(shown.players))
    return alt.hconcat(parts, (_zero() + spans + marks).properties(width=330, height=height), spacing=14)


def _shape(players: Sequence[str]) -> Any:
    shapes = [SHAPES[place % len(SHAPES)] for place in range(len(players))]
    scale = alt.Scale(domain=list(players), range=shapes)
    return alt.Shape("player:N", sort=list(players), scale=scale, legend=_legend())


def _zero(field: str = "x") -> Any:
    rule = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK)
    return rule.encode(x=alt.X("zero:Q")) if field == "x" else rule.encode(y=alt.Y("zero:Q"))


@deferred
def transfers_chart(table: pd.DataFrame, pack: Pack, language: str, without: str = "") -> Any:
    """Return who pays (left of zero) and who receives: by one key a row each, by several a panel for each point.

    table : of `shares_table`; without : as of `shares_chart`. The axis is logarithmic on both sides of zero.
    """
    _ = translator(language)
    shown = _shown(table, pack, language)
    unit = _("pays ◀ million USD of 2015 a year ▶ receives")
    if _is_one(shown):
        return _transfers_of_one(shown, _("Who pays, and who receives"), _conditions(shown, without, language), unit)
    panels = []
    for point in shown.points:
        rows = shown.rows[shown.rows["point"] == point][["key", "player", "transfer"]]
        keys = [key for key in shown.keys if key in set(rows["key"])]
        bars = (
            alt.Chart(rows)
            .mark_bar()
            .encode(
                x=_money_axis("transfer:Q", list(rows["transfer"]), unit),
                y=alt.Y("key:N", sort=keys, axis=alt.Axis(title=None, labelLimit=0, grid=True)),
                yOffset=alt.YOffset("player:N", sort=shown.players),
                color=_colour(shown),
            )
        )
        height = max(20, 8 * len(shown.players)) * len(keys)
        size = {"width": 560, "height": height, "title": alt.TitleParams(point, fontSize=13)}
        panels.append((bars + _zero()).properties(**size))
    subtitle = [_("logarithmic axis on both sides of zero"), *([without] if without else [])]
    title = alt.TitleParams(_("Who pays whom, by key"), subtitle=subtitle)
    return configured(alt.vconcat(*panels, spacing=26).resolve_scale(color="shared").properties(title=title))


def _transfers_of_one(shown: _Shown, title: str, conditions: str, unit: str) -> Any:
    """Return what the players pay and receive by one key as bars with the amount beside them."""
    rows, encoding, size = _rows_of_one(shown, "transfer")
    across = _money_axis("transfer:Q", list(rows["transfer"]), unit)
    bars = alt.Chart(rows).mark_bar(height={"band": 0.6}).encode(x=across, **encoding)
    down = encoding["y"]
    texts = numbers(rows.assign(end=rows["transfer"].clip(lower=0.0)), down, "end")
    named = alt.TitleParams(title, subtitle=conditions)
    return configured((_zero() + bars + texts).properties(title=named, **size))


def signable(deals: pd.DataFrame) -> list[tuple[float, float]]:
    """Return the ranges of shares over which all sign, from the lowest; shares between two deals count with neither.

    >>> deals = pd.DataFrame({"share": [0.1, 0.2, 0.3, 0.4, 0.5], "all_sign": ["no", "yes", "yes", "no", "yes"]})
    >>> signable(deals)
    [(0.2, 0.3), (0.5, 0.5)]
    """
    rows = deals.drop_duplicates("share").sort_values("share")
    willing = (rows["all_sign"] == "yes").to_numpy()
    runs = np.cumsum(np.r_[True, willing[1:] != willing[:-1]])
    shares = rows["share"].to_numpy()
    parts = [shares[(runs == run) & willing] for run in dict.fromkeys(runs.tolist())]
    return [(float(part[0]), float(part[-1])) for part in parts if len(part)]


@deferred
def deals_chart(
    deals: pd.DataFrame, walkouts: pd.DataFrame, pack: Pack, language: str, pair: tuple[str, str] | None = None
) -> Any:
    """Return what a deal is worth to each party by its own belief, over the share that the deal takes for true.

    deals, walkouts : of `deals_table`; pair : source and receptor of the share, for the title of the axis
    A panel for each party, each with an axis of its own. Shaded: deals that all sign. Dashed: where the party begins or
    ceases to sign. Diamond: the share that it believes. Raises AirshedError for a table without rows.
    """
    _ = translator(language)
    if deals.empty:
        raise AirshedError("no-deals-draw")
    across = _("share of the source in the receptor, %")
    if pair is not None:
        source, receptor = (pack.name(code, language) for code in pair)
        across = _("share of {source} in {receptor}, %").format(source=source, receptor=receptor)
    spans = pd.DataFrame(signable(deals), columns=["low", "high"]) * 100.0
    panels = []
    for code in dict.fromkeys(deals["player"]):
        mine = deals[deals["player"] == code].assign(percent=lambda rows: 100.0 * rows["share"])
        held = walkouts[walkouts["player"] == code]
        panel = _deal_panel(mine, held, spans, colours(pack, [code])[0], across)
        panels.append(
            panel.properties(width=280, height=160, title=alt.TitleParams(pack.name(code, language), fontSize=13))
        )
    subtitle = [
        _("million USD of 2015 a year"),
        _("shaded: deals that all sign; dashed: the party walks out; diamond: the share that it believes"),
    ]
    title = alt.TitleParams(_("What a deal is worth to each party by its own belief"), subtitle=subtitle)
    return configured(alt.concat(*panels, columns=2, spacing=24).properties(title=title))


def _deal_panel(mine: pd.DataFrame, held: pd.DataFrame, spans: pd.DataFrame, colour: str, title: str) -> Any:
    """Return the panel of one party; mine : its deals; held : its walk-outs; spans : low, high, all in percent."""
    ends = [float(mine["percent"].min()), float(mine["percent"].max())]
    scale = alt.Scale(domain=ends, nice=False)
    axis = alt.Axis(title=title, tickCount=6)
    own = 100.0 * held[["lowest", "highest"]].to_numpy().ravel()
    leaves = pd.DataFrame({"at": [value for value in own if ends[0] < value < ends[1]]}, dtype=float)
    believed = 100.0 * held["believes"].to_numpy()
    believed = believed[(believed >= ends[0]) & (believed <= ends[1])]
    worth = np.interp(believed, mine["percent"].to_numpy(), mine["value"].to_numpy())
    shade = (
        alt.Chart(spans).mark_rect(color=SIGNED).encode(x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"))
    )
    line = (
        alt.Chart(mine[["percent", "value"]])
        .mark_line(strokeWidth=2.5, color=colour)
        .encode(
            x=alt.X("percent:Q", scale=scale, axis=axis),
            y=alt.Y("value:Q", axis=alt.Axis(title=None, format=",~f", tickCount=5)),
        )
    )
    dashes = alt.Chart(leaves).mark_rule(strokeDash=[5, 3], color=INK).encode(x=alt.X("at:Q", scale=scale, axis=axis))
    belief = (
        alt.Chart(pd.DataFrame({"at": believed, "value": worth}))
        .mark_point(size=110, filled=True, opacity=1, shape="diamond", color=INK)
        .encode(x=alt.X("at:Q", scale=scale, axis=axis), y=alt.Y("value:Q"))
    )
    return shade + _zero("y") + line + dashes + belief


@deferred
def sweep_chart(table: pd.DataFrame, pack: Pack, language: str) -> Any:
    """Return what cooperation gains over the share of its own benefit that a player acts on.

    table : of `sweep_table`. The axis is logarithmic, and linear near zero where some gain is not above it.
    """
    _ = translator(language)
    rows = table[table["player"] == "all"]
    if rows.empty:
        raise AirshedError("no-sweep-draw")
    rows = rows.assign(percent=100.0 * rows["acted_on"])[["percent", "gain"]]
    positive = bool((rows["gain"] > 0).all())
    base = alt.Chart(rows).encode(
        x=alt.X("percent:Q", axis=alt.Axis(title=_("share of its own benefit that each acts on, %"), tickCount=10)),
        y=alt.Y(
            "gain:Q",
            scale=alt.Scale(type="log" if positive else "symlog"),
            axis=alt.Axis(title=_("million USD of 2015 a year"), format="~s", tickCount=6),
        ),
    )
    line = base.mark_line(strokeWidth=2.5, color=MAIN) + base.mark_circle(size=45, opacity=1, color=MAIN)
    chart = (
        line
        + _end_words(rows, 0.0, _("current policy"), "left")
        + _end_words(rows, 100.0, _("each does all that pays at home"), "right")
    )
    names = ", ".join(pack.name(code, language) for code in dict.fromkeys(table["player"]) if code != "all")
    title = alt.TitleParams(_("What cooperation gains over what each does alone"), subtitle=names)
    return configured(chart.properties(title=title, width=620, height=280))


def _end_words(rows: pd.DataFrame, percent: float, words: str, align: Any) -> Any:
    """Return the name of one end of the sweep beside its point, nothing where the sweep does not reach it."""
    end = rows[rows["percent"] == percent].assign(text=words)
    left = align == "left"
    mark = alt.Chart(end).mark_text(align=align, dx=6 if left else 0, dy=-12 if left else 18, fontSize=12, color=INK)
    return mark.encode(x=alt.X("percent:Q"), y=alt.Y("gain:Q"), text=alt.Text("text:N"))


@deferred
def money_points(
    rows: pd.DataFrame, *, series: Sequence[str], title: str, subtitle: str, axis: str, apart: bool = False
) -> Any:
    """Return a row per label with a mark per series, on an axis that is logarithmic on both sides of zero.

    rows : columns label, series, value (million USD/yr); labels from above; series : names in order, at most six
    apart : a panel for each series, for numbers of different games, which are not to be read against each other
    """
    if apart and len(series) > 1:
        return _panels_of_money(rows, series, title, subtitle, axis)
    labels = list(dict.fromkeys(rows["label"]))
    names = list(series)
    legend = alt.Legend(title=None, orient="bottom", labelLimit=0)
    marks = (
        alt.Chart(rows[["label", "series", "value"]])
        .mark_point(size=95, filled=True, opacity=1)
        .encode(
            x=_money_axis("value:Q", list(rows["value"]), axis),
            y=alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=340, grid=True)),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=categories(len(names))), legend=legend),
            shape=alt.Shape("series:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=legend),
        )
    )
    size = {"width": 620, "height": max(30 * len(labels), 60)}
    return configured((_zero() + marks).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


def _panels_of_money(rows: pd.DataFrame, series: Sequence[str], title: str, subtitle: str, axis: str) -> Any:
    """Return a panel for each series, one below the other, each with the number at its mark."""
    labels = list(dict.fromkeys(rows["label"]))
    across = _money_axis("value:Q", list(rows["value"]), axis)
    down = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    panels = []
    for name, colour in zip(series, categories(len(series)), strict=True):
        mine = rows[rows["series"] == name].dropna(subset=["value"])
        mine = mine.assign(text=[at_mark(value) for value in mine["value"]])[["label", "value", "text"]]
        base = alt.Chart(mine).encode(x=across, y=down)
        marks = base.mark_point(size=95, filled=True, opacity=1, color=colour)
        words = base.mark_text(align="left", dx=9, fontSize=11, color=INK).encode(text=alt.Text("text:N"))
        size = {
            "width": 620,
            "height": max(26 * len(labels), 52),
            "title": alt.TitleParams(name, fontSize=13, offset=6),
        }
        panels.append((_zero() + marks + words).properties(**size))
    told = alt.TitleParams(title, subtitle=subtitle)
    return configured(alt.vconcat(*panels, spacing=20).properties(title=told))
