"""The command `cooperate`: what cooperation gains, how it may be divided, what holds, and what can be signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.game_words import kind_words, say_game, say_left_out, say_players, say_span
from airshed.cli.output import fixed, names, plain, print_rows, records, say
from airshed.cli.plan import latest_year
from airshed.cli.settings import FormatOption, Settings, YearOption, bounded, settings
from airshed.cli.whatif import (
    ConditionsOption,
    DonorOption,
    LeastOption,
    PlanOption,
    Put,
    SectorsOption,
    StagesOption,
    TermsOption,
    TransfersOption,
    print_what_if,
    refuse_mixed,
)
from airshed.pack.bounds import PERCENT as HUNDRED
from airshed.pack.bounds import SHARE, Bound
from airshed.pack.percent import percent

if TYPE_CHECKING:
    from airshed.assessment.games.cooperate import Bargain
    from airshed.assessment.games.game import Table
    from airshed.pack.pack import Pack

SAMPLES = 200
PERCENT = 100.0
CURRENT, STATED = "current", "stated"
"""Disagreement points that may be one: where stated plans are kept by what is done already."""
Part = Literal["shares", "transfers", "game", "coalitions", "sweep", "targets", "deals", "walkouts"]
PlayersOption = Annotated[
    str | None,
    typer.Option(
        "--players",
        help="codes of regions, nations, groups or cities, with commas; `cities` for the members of the pack's "
        "platform, whose nations if not given",
        autocompletion=codes,
    ),
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option("--key", help="shapley, nucleolus, chander-tulkens, per-head, gdp, ..., mixed:gdp=0.5,equal=0.5"),
]
PointOption = Annotated[
    list[str] | None, typer.Option("--disagreement", help="nash, current, limited, stated; all of them if not given")
]
ActedOption = Annotated[float, bounded("--acted-on", SHARE, "share of its benefit that a player acts on")]
PartOption = Annotated[Part, typer.Option("--part", help="which answer")]
BeliefsOption = Annotated[Path | None, typer.Option("--beliefs", help="CSV with party, source, receptor, share")]
SheetOption = Annotated[Path | None, typer.Option("--sheet", help=".html, .pdf or .xlsx of the deal")]
ChartOption = Annotated[Path | None, typer.Option("--chart", help=".svg, .png, .html or .json of the answer")]
BenefitsOption = Annotated[
    Literal["linear", "curve"],
    typer.Option("--benefits", help="linear around the baseline, or by the whole curve of deaths (12 players at most)"),
]
FromOption = Annotated[
    float | None, bounded("--from", HUNDRED, "least share that a deal takes for true, percent (with --beliefs)")
]
ToOption = Annotated[
    float | None, bounded("--to", HUNDRED, "largest share that a deal takes for true, percent (with --beliefs)")
]
TargetOption = Annotated[
    str, typer.Option("--target", help="of the target game: who-it1..who-2021, national, a number")
]
CommitmentsOption = Annotated[
    Path | None,
    typer.Option("--commitments", help="CSV with player, pollutant, change, base_year, target_year, of stated plans"),
]
ExactOption = Annotated[bool, typer.Option("--exact", help="count all coalitions of more than 16 players, up to 22")]
NUMBERS = (
    *("benefit", "cost", "net_alone", "net_together", "own_gain", "cooperation_gain", "share", "transfer"),
    *("low", "high"),
    *("free_ride", "excess", "standard_error"),
)
HEADS = {"key": "sharing rule", "share": "part of the gain"}
"""Headings of fields that mean something else in other tables."""
COLUMNS = [
    *("disagreement", "key", "player", "own_gain", "cooperation_gain", "share", "low", "high", "transfer"),
    "probability",
    *("free_ride", "stays", "blocking", "excess"),
]


SPARE = (
    "excess",
    "blocking",
    "standard_error",
    "probability",
    "own_gain",
    "free_ride",
    "cooperation_gain",
    "low",
    "high",
)
"""Columns that a narrow screen does without, the first first: who has what, pays what and stays is kept."""
SPARE_OF_GAME = (
    *("unit", "least_core", "shapley_in_core", "convex", "superadditive", "loses_by_joining", "core_blocked"),
    *("core_nearest", "core_fund", "gain_full", "cost_alone", "cost_together", "stable_shapley", "benefits"),
    *("starts_agree", "equilibrium_unique", "gain_linear", "fund", "gain_alone", "externally_stable", "surplus"),
)

ALWAYS = ("players", "part", "year", "scenario", "form")
OF_GAMES = ("benefits", "commitments", "samples")
OF_DEALS = ("key", "disagreement", "acted_on", "chart", "beliefs", "lowest", "highest")
EFFECTIVE: dict[str, tuple[str, ...]] = {
    "shares": (*OF_GAMES, "key", "disagreement", "acted_on", "chart", "exact"),
    "transfers": (*OF_GAMES, "key", "disagreement", "acted_on", "chart", "exact"),
    "game": (*OF_GAMES, "disagreement", "acted_on"),
    "coalitions": (*OF_GAMES, "disagreement", "acted_on"),
    "sweep": (*OF_GAMES, "chart"),
    "targets": ("target",),
    "deals": (*OF_GAMES, *OF_DEALS),
    "walkouts": (*OF_GAMES, *OF_DEALS),
}
"""Options that have an effect on each part, beside those that all have."""


def _said(context: typer.Context, name: str) -> bool:
    """Say whether an option stands on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse_without_effect(context: typer.Context, part: str, whole: bool) -> None:
    """Raise AirshedError for an option that was given and changes nothing of the part that is asked.

    whole : whether a sheet or a what-if is asked, which take all options
    """
    from airshed.pack.errors import AirshedError

    if _said(context, "beliefs") and not _said(context, "part"):
        part = "deals"
    for option in context.command.params if not whole else ():
        name = str(option.name)
        if _said(context, name) and name not in (*ALWAYS, *EFFECTIVE[part]):
            raise AirshedError(
                f"{option.opts[0]} has no effect on the part {part}", "leave it out, or choose another --part"
            )


def cooperate(
    context: typer.Context,
    players: PlayersOption = None,
    key: KeyOption = None,
    disagreement: PointOption = None,
    part: PartOption = "shares",
    beliefs: BeliefsOption = None,
    sheet: SheetOption = None,
    chart: ChartOption = None,
    target: TargetOption = "who-it2",
    year: YearOption = None,
    scenario: Annotated[str, typer.Option("--scenario", help="emissions that the game starts from")] = "baseline",
    acted_on: ActedOption = 0.1,
    benefits: BenefitsOption = "linear",
    commitments: CommitmentsOption = None,
    exact: ExactOption = False,
    plan: PlanOption = None,
    transfers: TransfersOption = None,
    terms: TermsOption = None,
    conditions: ConditionsOption = None,
    sector: SectorsOption = None,
    stages: StagesOption = None,
    donor: DonorOption = None,
    least_share: LeastOption = None,
    lowest: FromOption = None,
    highest: ToOption = None,
    samples: Annotated[int, bounded("--samples", Bound(0, 2000, whole=True), "samples of the relation")] = SAMPLES,
    form: FormatOption = "table",
) -> None:
    """Say what cooperation gains, who gets how much of it by which key, who pays whom, and who would leave."""
    given = settings(context)
    put = Put(plan, transfers, terms, conditions, sector or [], stages, donor, least_share)
    _refuse_without_effect(context, part, sheet is not None or bool(put.asked))
    from airshed.assessment.games.game import DISAGREEMENTS, table_of
    from airshed.pack.codes import unknown
    from airshed.pack.errors import AirshedError

    pack = given.open_pack()
    from airshed.assessment.chain.cities import players_asked

    chosen = players_asked(pack, players)
    wanted = latest_year(pack) if year is None else year
    points = list(disagreement or DISAGREEMENTS)
    for point in points:
        if point not in DISAGREEMENTS:
            raise unknown("disagreement", point, DISAGREEMENTS)
    if sheet is not None:
        from airshed.report.sheet import check_sheet

        check_sheet(sheet)
    if (lowest is not None or highest is not None) and beliefs is None:
        raise AirshedError("--from and --to are the shares of deals", "give --beliefs FILE with them")
    refuse_mixed(key, sheet, beliefs, put)
    if part == "targets" and sheet is None:
        _targets(given, pack, chosen, target, wanted, scenario, form)
        return
    table = table_of(pack, chosen, wanted, scenario, samples=samples, benefits=benefits, commitments=commitments)
    if sheet is not None:
        from airshed.cli.sheet import Asked, save_sheet

        goal, ends = target if part == "targets" else None, (lowest, highest)
        save_sheet(given, pack, table, Asked(key, disagreement, scenario, acted_on, beliefs, goal, ends), sheet)
    if put.asked:
        print_what_if(given, pack, table, (disagreement or ["nash"])[0], acted_on, key, put, form)
    elif part == "targets":
        _targets(given, pack, chosen, target, wanted, scenario, form)
    elif beliefs is not None or part in ("deals", "walkouts"):
        _beliefs(given, pack, table, beliefs, (lowest, highest), key, points, acted_on, part, chart, form)
    elif part == "sweep":
        _sweep(given, pack, table, chart, form)
    elif part in ("game", "coalitions"):
        _kinds(given, pack, table, points, acted_on, part, form)
    else:
        _shares(given, pack, table, points, acted_on, part, key, chart, form, exact)


def _sweep(given: Settings, pack: Pack, table: Table, chart: Path | None, form: Any) -> None:
    """Print what is gained over the share of its own benefit that a player acts on."""
    from airshed.assessment.games.cooperate import sweep_table

    rows = sweep_table(table)
    if chart is not None:
        from airshed.charts.cooperation import sweep_chart
        from airshed.charts.save import save_chart

        save_chart(sweep_chart(rows, pack, given.language), chart)
    print_rows(records(rows), form, heads=given.translator(), cells={"player": names(pack, given.language)})


def _kinds(
    given: Settings, pack: Pack, table: Table, points: list[str], acted_on: float, part: Part, form: Any
) -> None:
    """Print what kind of game is played, or its coalitions."""
    from airshed.assessment.games.cooperate import bargains, coalition_table, game_table

    found = bargains(table, points, acted_on)
    rows = game_table(table, found) if part == "game" else coalition_table(table, found)
    from airshed.assessment.games.names import point_names

    translate = given.translator()
    points_named = point_names(translate)
    for row in records(rows) if part == "game" else []:
        for words in kind_words(row, translate):
            say(f"{points_named[row['disagreement']]}: {words}")
    cells = {"disagreement": lambda point: points_named[point]}
    print_rows(records(rows), form, heads=translate, cells=cells, spare=SPARE_OF_GAME)


def _shares(
    given: Settings,
    pack: Pack,
    table: Table,
    points: list[str],
    acted_on: float,
    part: Part,
    key: list[str] | None,
    chart: Path | None,
    form: Any,
    exact: bool = False,
) -> None:
    """Print who has how much of the gain by each key."""
    from airshed.assessment.games.cooperate import bargains, game_table, shares_table
    from airshed.assessment.games.many_players import many_table, too_many
    from airshed.assessment.games.names import key_name, point_names

    translate = given.translator()
    many = too_many(table, exact)
    if many:
        rows, left_out = many_table(pack, table, points, acted_on, key)
        said = translate("{count} players are too many to count all coalitions: Shapley shares are sampled")
        say(said.format(count=len(table.players)))
        say_players(given, pack, table)
        say_left_out(given, left_out)
    else:
        found = bargains(table, points, acted_on)
        found = _told_once(found) if form == "table" else found
        rows, left_out = shares_table(pack, table, found, key)
        say_game(given, pack, table, records(game_table(table, found)), left_out)
    from airshed.assessment.games.player_words import doubtful_sentences

    for told in doubtful_sentences(rows, translate, names(pack, given.language)):
        say(told)
    if chart is not None:
        from airshed.charts.cooperation import shares_chart, transfers_chart
        from airshed.charts.save import save_chart

        draw = transfers_chart if part == "transfers" else shares_chart
        save_chart(draw(rows, pack, given.language), chart)
    name = names(pack, given.language)
    points_named = point_names(translate)
    words: dict[str, Any] = {
        "disagreement": lambda point: points_named[point],
        "key": lambda one: key_name(one, translate),
        "stays": translate,
    }
    print_rows(
        records(rows),
        form,
        columns=COLUMNS[:6] + (["standard_error"] if many else []) + COLUMNS[6:],
        heads=lambda field: translate(HEADS.get(field, field)),
        cells={"player": name, **words, **dict.fromkeys(NUMBERS, fixed(0)), "probability": fixed(2)},
        spare=SPARE,
    )


def _told_once(found: dict[str, Bargain]) -> dict[str, Bargain]:
    """Return the bargains of a table: stated plans that ask no more than current policy are the same point again."""
    if not {CURRENT, STATED} <= set(found) or (found[CURRENT].choice != found[STATED].choice).any():
        return found
    return {point: one for point, one in found.items() if point != STATED}


def _beliefs(
    given: Settings,
    pack: Pack,
    table: Table,
    beliefs: Path | None,
    ends: tuple[float | None, float | None],
    key: list[str] | None,
    points: list[str],
    acted_on: float,
    part: Part,
    chart: Path | None,
    form: Any,
) -> None:
    """Print the deals that all sign by their own beliefs, or the shares at which each walks out."""
    from airshed.assessment.games.beliefs import deals_table, read_beliefs, span_of
    from airshed.pack.errors import AirshedError

    for flag, end in zip(("--from", "--to"), ends, strict=True):
        if end is not None and 0 < end < 1:
            raise AirshedError(
                f"{flag} {end:g} may be a share or a percentage", f"write {PERCENT * end:g} for {PERCENT * end:g} %"
            )
    if beliefs is None:
        raise AirshedError("deals need beliefs", "give --beliefs FILE with party, source, receptor, share")
    held = read_beliefs(pack, beliefs, table.players)
    rule, point = (key or ["chander-tulkens"])[0], points[0]
    span = span_of(pack, table, held, *(None if end is None else end / PERCENT for end in ends))
    deals, walkouts = deals_table(pack, table, held, rule, point, acted_on, span=span)
    translate = given.translator()
    if not (deals["all_sign"] == "yes").any():
        say(translate("no deal in this range is signed by all: widen --from and --to, or look who never signs"))
    say_span(given, span)
    name = names(pack, given.language)
    signed = deals[deals["all_sign"] == "yes"]["share"]
    shares = (percent(signed.min()), percent(signed.max())) if len(signed) else ("–", "–")
    said = translate("{source} in {receptor}: all sign deals that take a share from {low} to {high} for true")
    say(said.format(source=name(held[0].source), receptor=name(held[0].receptor), low=shares[0], high=shares[1]))
    if chart is not None:
        from airshed.charts.cooperation import deals_chart
        from airshed.charts.save import save_chart

        pair = (held[0].source, held[0].receptor)
        save_chart(deals_chart(deals, walkouts, pack, given.language, pair), chart)
    rows = records(walkouts if part != "deals" and form == "table" else deals)
    cells = {"player": name, "signs": translate, "all_sign": translate}
    print_rows(rows, form, heads=translate, cells=cells)


def _targets(given: Settings, pack: Pack, players: list[str], target: str, year: int, scenario: str, form: Any) -> None:
    """Print the target game."""
    from airshed.assessment.games.names import key_name
    from airshed.assessment.games.player_words import city_sentences
    from airshed.assessment.games.target_game import lowered_table, target_table, targets_together

    found = targets_together(pack, players, target, year, scenario)
    translate = given.translator()
    name = names(pack, given.language)
    said = translate("{city}: target lowered from {target} to {counted} ug/m3, which its player reaches alone")
    for told in city_sentences(pack, found.players, translate, name):
        say(told)
    for row in records(lowered_table(found)):
        city, aim, counted = name(row["receptor"]), f"{row['target']:.1f}", f"{row['counted']:.1f}"
        say(said.format(city=city, target=aim, counted=counted))
    cells: dict[str, Any] = {"player": name, "key": lambda one: key_name(one, translate)}
    print_rows(
        records(target_table(found)),
        form,
        heads=lambda field: translate(HEADS.get(field, field)),
        cells={**cells, **dict.fromkeys(("cost_alone", "cost_ground", "saving", "pays", "transfer", "excess"), plain)},
        spare=("unit", "excess", "blocking", "cost_ground"),
    )
