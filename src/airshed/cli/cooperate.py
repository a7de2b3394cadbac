"""The command `cooperate`: what cooperation gains, how it may be divided, what holds, and what can be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from airshed.cli.completion import codes
from airshed.cli.door import check_chart, save_chart, show
from airshed.cli.output import say
from airshed.cli.settings import FormatOption, YearOption, bounded, settings
from airshed.pack.bounds import PERCENT, SHARE, Bound

if TYPE_CHECKING:
    import pandas as pd

    from airshed.answers.answer import Content
    from airshed.answers.ask import Ask
    from airshed.answers.words import Words
    from airshed.pack.pack import Pack

SAMPLES = 200
KEY = "chander-tulkens"
"""The key of a deal, if the call names none."""
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
    float | None, bounded("--from", PERCENT, "least share that a deal takes for true, percent (with --beliefs)")
]
ToOption = Annotated[
    float | None, bounded("--to", PERCENT, "largest share that a deal takes for true, percent (with --beliefs)")
]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", help="of the target game: who-it1..who-2021, national, a number; the pack's if not given"),
]
CommitmentsOption = Annotated[
    Path | None,
    typer.Option("--commitments", help="CSV with player, pollutant, change, base_year, target_year, of stated plans"),
]
ExactOption = Annotated[bool, typer.Option("--exact", help="count all coalitions of more than 16 players, up to 22")]
PlanOption = Annotated[Path | None, typer.Option("--plan", help="CSV of a plan that is the deal")]
TransfersOption = Annotated[
    Path | None, typer.Option("--transfers", help="CSV of transfers: payer, receiver, amount in million USD a year")
]
TermsOption = Annotated[
    Path | None,
    typer.Option(
        "--terms", help="CSV with member, kind (bonus, contribution, technology, investment, penalty), value, paid_by"
    ),
]
ConditionsOption = Annotated[
    Path | None, typer.Option("--conditions", help="CSV with member, depends_on: who acts only if whom does")
]
SectorsOption = Annotated[
    list[str] | None, typer.Option("--sector", help="only what the deal does in this sector; repeatable")
]
StagesOption = Annotated[str | None, typer.Option("--stages", help="percent of the plan by stage, such as 30,60,100")]
DonorOption = Annotated[str | None, typer.Option("--donor", help="NAME=AMOUNT from outside, million USD a year")]
LeastOption = Annotated[
    float | None,
    bounded("--least-share", PERCENT, "percent of the gain of cooperating that members of low income have at least"),
]
OF_A_DEAL = ("plan", "transfers", "terms", "conditions", "sector", "stages", "donor", "least_share")
"""Options that put a deal of one's own on the table."""
TABLES = ("plan", "transfers", "terms", "conditions", "commitments")
"""Options that name a file of rows."""
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


def cooperate(
    context: typer.Context,
    players: PlayersOption = None,
    key: KeyOption = None,
    disagreement: PointOption = None,
    part: PartOption = "shares",
    beliefs: BeliefsOption = None,
    sheet: SheetOption = None,
    chart: ChartOption = None,
    target: TargetOption = None,
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
    given: dict[str, Any] = {**locals(), "key": tuple(key or ()), "sector": tuple(sector or ())}
    put = any(given[name] not in (None, ()) for name in OF_A_DEAL)
    _refuse_without_effect(context, part, sheet is not None or put)
    _refuse_mixed(given, put)
    from airshed.answers.ask import Direct
    from airshed.answers.chapters.paper import check_sheet
    from airshed.answers.words import Words

    held = settings(context)
    pack = held.open_pack()
    ask, words = Direct(pack), Words(pack, held.language, held.translator())
    points = _points(disagreement)
    if sheet is not None:
        check_sheet(sheet)
        _save_sheet(ask, words, given, sheet)
    if chart is not None:
        check_chart(chart)
    content, table = _told(ask, words, given, points, put)
    if table == "shares" and form == "table":
        content = _told_once(content)
    if chart is not None:
        save_chart(content, chart, "deals" if beliefs is not None else part)
    show(content, words, form, table)


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
            raise AirshedError("no-effect-part", opts=option.opts[0], part=part)


def _refuse_mixed(given: Mapping[str, Any], put: bool) -> None:
    """Raise AirshedError for what one call cannot answer: two keys with a sheet, beliefs with a deal of one's own."""
    from airshed.pack.errors import AirshedError

    key, beliefs, sheet = given["key"], given["beliefs"], given["sheet"]
    if beliefs is None and (given["lowest"] is not None or given["highest"] is not None):
        raise AirshedError("shares-deals")
    if sheet is not None and len(key) > 1:
        raise AirshedError("sheet-one-key", key=key[0])
    if put and (beliefs is not None or sheet is not None):
        raise AirshedError("deal-one-own-no-beliefs")
    if put and (len(key) > 1 or (key and given["transfers"] is not None)):
        raise AirshedError("deal-one-division")
    if beliefs is None and given["part"] in ("deals", "walkouts") and not put:
        raise AirshedError("deals-need-beliefs")
    if given["benefits"] == "curve":
        _refuse_curve(sheet is not None, put, beliefs is not None)


def _refuse_curve(sheet: bool, put: bool, beliefs: bool) -> None:
    """Raise AirshedError for what is told by linear benefits only."""
    from airshed.pack.errors import AirshedError

    if sheet:
        raise AirshedError("sheet-deal-linear-benefits")
    if put:
        raise AirshedError("deal-one-own-linear-benefits")
    if beliefs:
        raise AirshedError("beliefs-linear-benefits")


def _points(asked: Sequence[str] | None) -> tuple[str, ...]:
    from airshed.assessment.games.game import DISAGREEMENTS
    from airshed.pack.codes import unknown

    for point in asked or ():
        if point not in DISAGREEMENTS:
            raise unknown("disagreement", point, DISAGREEMENTS)
    return tuple(asked or DISAGREEMENTS)


def _first_point(given: Mapping[str, Any]) -> str:
    """Return the disagreement point that sentences and sheets are of: the first that is asked, else the usual one."""
    from airshed.assessment.games.game import USUAL_POINT

    return str((given["disagreement"] or [USUAL_POINT])[0])


def _question(ask: Ask, command: str, given: Mapping[str, Any], **more: Any) -> Any:
    """Return the question of an answer: its fields as the call gives them; more : those that the call means."""
    from pydantic import ValidationError

    from airshed.answers.asked import wrong
    from airshed.answers.registry import entry
    from airshed.pack.user_table import text_of

    found = entry(command)
    held: dict[str, Any] = {**given, "players": _players(ask.pack, given["players"]), **more}
    held |= {name: text_of(held[name]) for name in TABLES if isinstance(held.get(name), Path)}
    fields = {name: held[name] for name in found.question.model_fields if held.get(name) not in (None, ())}
    try:
        return found.question.model_validate(fields)
    except ValidationError as why:
        raise wrong(found, ask.pack, fields, why) from None


def _players(pack: Pack, text: str | None) -> tuple[str, ...]:
    """Return the codes of the players, which may be named in any language."""
    from airshed.answers.asked import resolved
    from airshed.answers.registry import entry
    from airshed.assessment.chain.cities import players_asked
    from airshed.pack.codes import named

    found = entry("gains")

    def code(word: str) -> str:
        question: Any = resolved(found, pack, found.question.model_validate({"players": (word,)}))
        return str(question.players[0])

    asked = players_asked(pack, text)
    return tuple(one if one in named(pack, one) else code(one) for one in asked)


def _told(
    ask: Ask, words: Words, given: Mapping[str, Any], points: tuple[str, ...], put: bool
) -> tuple[Content, str | None]:
    """Return the answer that a call means, and which of its tables is printed."""
    from airshed.answers.together import cooperation, deals, gains, negotiate, stability, targets
    from airshed.answers.together._game import year_of

    part: str = given["part"]
    if put:
        point = _first_point(given)
        key = next(iter(given["key"]), None)
        asked = _question(ask, "negotiate", given, disagreement=point, key=key, samples=0)
        return negotiate.negotiate(ask, words, asked), None
    if part == "targets":
        return targets.targets(
            ask, words, _question(ask, "targets", given, disagreement=_first_point(given), samples=0)
        ), None
    if given["beliefs"] is not None:
        asked = _question(
            ask, "deals", given, disagreement=_first_point(given), **_rule(given), **_believed(ask.pack, given)
        )
        return deals.deals(ask, words, asked), "walkouts" if part != "deals" and given["form"] == "table" else "deals"
    if part == "sweep":
        return gains.gains(ask, words, _question(ask, "gains", given)), "sweep"
    asked = _question(ask, "cooperation", given, disagreement=_first_point(given))
    if part in ("game", "coalitions"):
        return stability.stability_told(
            words, asked, stability.held(ask, asked, points), year_of(ask.pack, asked)
        ), part
    found = cooperation.divided(ask, asked, points, given["exact"])
    return cooperation.cooperation_told(ask, words, asked, found), "shares"


def _rule(given: Mapping[str, Any]) -> dict[str, str]:
    return {"key": (*given["key"], KEY)[0]}


def _believed(pack: Pack, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a question that say what the parties of a file believe."""
    from airshed.assessment.games.beliefs import read_beliefs

    held = read_beliefs(pack, given["beliefs"], _players(pack, given["players"]))
    return {
        "source": held[0].source,
        "receptor": held[0].receptor,
        "beliefs": tuple(f"{one.party}={one.share!r}" for one in held),
        "response": tuple(f"{one.party}={one.response}" for one in held if one.response),
    }


def _save_sheet(ask: Ask, words: Words, given: Mapping[str, Any], path: Path) -> None:
    """Write the sheet of the deal that a call means, and say where it is."""
    from airshed.answers.chapters.paper import FORMS, put
    from airshed.answers.together.sheet import agreed
    from airshed.pack.defaults import target_or_usual

    target = target_or_usual(ask.pack, given["target"], "game_target") if given["part"] == "targets" else None
    beliefs = {} if given["beliefs"] is None else _believed(ask.pack, given)
    point = _first_point(given)
    asked = _question(
        ask, "sheet", {**given, "beliefs": ()}, disagreement=point, target=target, **_rule(given), **beliefs
    )
    put(path, FORMS[path.suffix.lower()](agreed(ask, asked), words))
    say(words.translate("the sheet of the deal is in {path}").format(path=path))


def _told_once(content: Content) -> Content:
    """Return an answer without stated plans where they ask no more than current policy: they are that point again."""
    first = content.sheets[0]
    parts = {
        point: rows.drop(columns="disagreement").reset_index(drop=True)
        for point, rows in first.rows.groupby("disagreement", sort=False)
    }
    if CURRENT not in parts or STATED not in parts or not parts[CURRENT].equals(parts[STATED]):
        return content
    rows: pd.DataFrame = first.rows[first.rows["disagreement"] != STATED]
    return replace(content, sheets=(replace(first, rows=rows), *content.sheets[1:]))
