"""What is said of a game beside its table: what is gained, and what kind of game that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airshed.cli.output import names, say
from airshed.pack.percent import percent

NOTHING = 1e-6
"""Million USD/yr below which an amount is rounding."""
if TYPE_CHECKING:
    from airshed.assessment.games.beliefs import Span
    from airshed.assessment.games.game import Table
    from airshed.cli.settings import Settings
    from airshed.pack.language import Translate
    from airshed.pack.pack import Pack


def say_game(given: Settings, pack: Pack, table: Table, rows: list[dict[str, Any]], left_out: list[str]) -> None:
    """Say what is gained together at each disagreement point, and what kind of game that is; rows : of game_table."""
    from airshed.assessment.games.names import point_names

    translate = given.translator()
    points = point_names(translate)
    for row in rows:
        tell = _by_curve if "benefits" in row else _linear
        say(tell(row, points[row["disagreement"]], translate))
        for words in kind_words(row, translate):
            say(f"  {words}")
    say_players(given, pack, table)
    say_left_out(given, left_out)


def say_players(given: Settings, pack: Pack, table: Table) -> None:
    """Say whose benefits count nothing, whose relation is borrowed, which cities take a share, what plans ask."""
    from airshed.assessment.games.player_words import player_sentences

    for words in player_sentences(pack, table, given.translator(), names(pack, given.language)):
        say(words)


def _linear(row: dict[str, Any], point: str, translate: Translate) -> str:
    """Return what is gained with linear benefits."""
    said = translate(
        "{point}: {gain} million USD of 2015 a year more together ({full} by the full curve of deaths), of it {own} by "
        "what each does for itself and {joint} by cooperating; {alone} are spent alone, {together} together; convex: "
        "{convex}, core empty: {empty}, largest coalition that can hold: {stable}"
    )
    return said.format(full=_money(row["gain_full"]), **_common(row, point, translate))


def _by_curve(row: dict[str, Any], point: str, translate: Translate) -> str:
    """Return what is gained with benefits by the curve, and how that differs from the linear form."""
    said = translate(
        "{point}: {gain} million USD of 2015 a year more together by the full curve of deaths ({linear} with linear "
        "benefits: {times} times as much), of it {own} by what each does for itself and {joint} by cooperating; "
        "{alone} are spent alone, {together} together; convex: {convex}, core empty: {empty}, largest coalition that "
        "can hold: {stable}"
    )
    linear = float(row["gain_linear"])
    times = f"{row['gain'] / linear:.2f}" if linear > 0 else "–"
    return said.format(linear=_money(linear), times=times, **_common(row, point, translate))


def _common(row: dict[str, Any], point: str, translate: Translate) -> dict[str, str]:
    return {
        "point": point,
        "gain": _money(row["gain"]),
        "own": _money(row["gain_alone"]),
        "joint": _money(row["gain_cooperating"]),
        "alone": _money(row["cost_alone"]),
        "together": _money(row["cost_together"]),
        "convex": translate(row["convex"]),
        "empty": translate(row["core_empty"]),
        "stable": row["largest_stable"] or "–",
    }


def kind_words(row: dict[str, Any], translate: Translate) -> list[str]:
    """Return what is not as usual in a game, one sentence each: an empty core, losses by joining, doubtful plans."""
    found = []
    if row["core_empty"] == "yes":
        said = translate(
            "the core is empty: however the gain is divided, some coalition gains {excess} million USD a year more by "
            "itself; those that complain at best are {blocked}. {fund} million USD a year from outside would leave no "
            "coalition better off by itself; without it, shares of {nearest} come nearest"
        )
        excess, fund = _money(row["least_core"]), _money(row["core_fund"])
        found.append(said.format(excess=excess, blocked=row["core_blocked"], fund=fund, nearest=row["core_nearest"]))
    if row["superadditive"] == "no":
        said = translate("not superadditive: {pair} gain more apart than together")
        found.append(said.format(pair=row["loses_by_joining"]))
    if row.get("starts_agree", 1.0) < 1.0:
        said = translate(
            "of {share} of the coalitions the searches from little and from much ended at plans that are not worth "
            "the same: their worth is the best of several local optima"
        )
        found.append(said.format(share=percent(1.0 - row["starts_agree"])))
    if row.get("equilibrium_unique") == "no":
        found.append(translate("there is another equilibrium: best replies from everything end elsewhere"))
    return found


def say_span(given: Settings, span: Span) -> None:
    """Say over which shares deals range, and what is known of the share."""
    translate = given.translator()
    said = translate(
        "deals take {low} to {high} for true; calibrated: {central} ({least} to {most}), annual means of "
        "studies: {printed}"
    )
    pair = span.pair
    printed = "–" if span.published is None else " – ".join(map(percent, span.published))
    numbers = {"low": span.low, "high": span.high, "central": pair.central, "least": pair.low, "most": pair.high}
    say(said.format(printed=printed, **{name: percent(value) for name, value in numbers.items()}))


def say_left_out(given: Settings, left_out: list[str]) -> None:
    """Say which keys could not be answered, and why."""
    from airshed.pack.telling import told_behind

    translate = given.translator()
    for reason in left_out:
        say(translate("left out, {reason}").format(reason=told_behind(reason, given.language)))


def _money(amount: float) -> str:
    """Return an amount with as many digits as it needs: 1,234 or 0.0123."""
    if abs(amount) < NOTHING:
        return "0"
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:.3g}"
