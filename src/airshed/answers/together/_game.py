"""What answers on cooperation share: who plays, and how what is gained, keys and money are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from airshed.answers.answer import Query
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import (
    FIRST_YEAR,
    LAST_YEAR,
    LATEST_YEAR,
    alone,
    given_table,
    pasted,
    refuse_files,
    scenario_names,
    seats,
)
from airshed.answers.words import Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.cities import CITIES, platform
from airshed.assessment.games.game import (
    ACTED_ON,
    CURRENT,
    LIMITED,
    LINEAR,
    STATED,
    USUAL_POINT,
    Benefits,
    GameTable,
    table_of,
)
from airshed.assessment.games.keys import LeftOut
from airshed.assessment.games.many_players import TRIED
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.player_words import PlayerFacts, player_sentences
from airshed.assessment.members.founders import negotiators
from airshed.pack.codes import countries
from airshed.pack.economy import GDP
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.language import retell_whole
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import money
from airshed.pack.telling import told

Point = Literal["nash", "current", "limited", "stated"]
WITHOUT: Any = Field(default=USUAL_POINT, description="what happens without an agreement")
"""The field of a question on what happens without an agreement."""
SAMPLES = 200
MOST_SAMPLES = 2000
MOST_COUNTED = 16
"""Players of whom a page counts all coalitions; the command does so up to MOST_PLAYERS."""
MOST_LISTED = 12
"""Players of whom a page lists all coalitions, or weighs all keys for a deal."""
MOST_FOR_TARGETS = 10
MOST = 60
"""Players at most; their shares are sampled."""
GAME = {"players": seats, "scenario": scenario_names}
"""Codes that the fields of a game may take."""
FOLDED = {"How it is counted": ("scenario", "acted_on", "samples", "commitments")}
NO_GDP = re.compile(rf"{GDP} of (?P<who>.+) in (?P<year>\d{{4}})")
"""What an error says of players whose GDP is not known."""
COMMITMENTS = "player,pollutant,change,base_year,target_year"
"""Columns of stated plans."""
MONEY = (
    *(
        "benefit",
        "cost",
        "net_alone",
        "net_together",
        "own_gain",
        "cooperation_gain",
        "share",
        "low",
        "high",
        "transfer",
        "free_ride",
        "excess",
    ),
    *(
        "standard_error",
        "gain",
        "gain_alone",
        "gain_cooperating",
        "gain_full",
        "gain_linear",
        "cost_alone",
        "cost_together",
        "least_core",
        "fund",
        "worth",
        "surplus",
    ),
    *("loss", "gain_by_leaving", "cost_ground", "saving", "pays", "amount", "value"),
)
"""Columns of money, whole million USD on a page."""
HEADS = {"key": "sharing rule", "share": "part of the gain"}
"""Headings of columns that mean something else in other tables."""
PLAYERS = "players: nations, regions, groups or cities; the nations of the platform if none"


class GameQuestion(Query):
    """Who plays, in which year, from which emissions."""

    players: tuple[str, ...] = Field(default=(), description=PLAYERS, max_length=MOST)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)
    scenario: str = Field(default="baseline", description="emissions that the game starts from", max_length=500)
    acted_on: float = Field(
        default=ACTED_ON,
        ge=0,
        le=1,
        description="share of its benefit that a player acts on in the limited equilibrium",
    )
    samples: int = Field(
        default=SAMPLES, ge=0, le=MOST_SAMPLES, description="samples of the relation, for intervals; 0 for none"
    )
    commitments: str = given_table("stated plans, a line each: player,pollutant,change (percent),base_year,target_year")


def players_of(ask: Ask, question: GameQuestion, most: int = MOST_COUNTED) -> list[str]:
    """Return the players, those of the platform or of known mortality if none are named.

    most : that a page takes. Raises AirshedError for one player, and for more.
    """
    pack = ask.pack
    named = [one for code in question.players for one in (platform(pack) if code == CITIES else [code])]
    players = named or negotiators(pack)[:most]
    if len(players) == 1:
        others = ", ".join(code for code in countries(pack) if code not in players)
        raise AirshedError("game-needs-two-more-players-name-another", players=players[0], others=others)
    if len(players) > most and not alone(ask):
        raise AirshedError("players-too-many-page", players=len(players), most=most, some=", ".join(players[:most]))
    refuse_files(ask, question.scenario)
    return players


def year_of(pack: Pack, question: GameQuestion) -> int:
    """Return the year that is asked, the latest of the pack if none is."""
    return latest_year(pack) if question.year is None else question.year


def table_asked(ask: Ask, players: Sequence[str], question: GameQuestion, benefits: Benefits = LINEAR) -> GameTable:
    """Return the table that a question asks for."""
    return table_of(
        ask.pack,
        players,
        year_of(ask.pack, question),
        question.scenario,
        samples=question.samples,
        benefits=benefits,
        commitments=pasted(ask, "commitments", question.commitments, COMMITMENTS),
    )


def whole(value: float | None) -> str:
    """Return an amount without decimals; what rounds to nothing has no sign."""
    text = "" if value is None else f"{value:,.0f}"
    return "0" if text == "-0" else text


def heads_of(words: Words) -> dict[str, str]:
    """Return the headings of columns that mean something else in other tables."""
    return {name: words.translate(told) for name, told in HEADS.items()}


def cells_of(words: Words) -> dict[str, Callable[[Any], str]]:
    """Return how the columns of games are told: money whole, keys, points and coalitions by their names."""
    _ = words.translate
    points = point_names(_)
    return {
        **dict.fromkeys(MONEY, whole),
        "probability": fixed(2),
        "disagreement": lambda point: points.get(str(point), str(point)),
        "key": lambda key: key_name(str(key), _),
        **dict.fromkeys(("payer", "receiver", "player"), lambda code: words.name(str(code))),
        **dict.fromkeys(
            ("blocking", "coalition", "others", "largest_stable", "stable_shapley", "would_leave"), braces(words)
        ),
        **dict.fromkeys(
            ("potentially_stable", "internally_stable", "externally_stable", "loses", "rides_free"),
            lambda told: _(str(told)),
        ),
    }


def braces(words: Words) -> Callable[[Any], str]:
    """Return the rendering of a coalition, written {A, B}, with the short names of its members."""

    def told(text: str) -> str:
        said = retell_whole(str(text), TRIED, words.translate)
        return re.sub(r"\{([^}]*)\}", lambda found: words.listed(map(words.short, found[1].split(", "))), said)

    return told


def gain_sentences(rows: Sequence[dict[str, Any]], words: Words, acted_on: float) -> list[str]:
    """Return what is gained at each disagreement point, from the most to the least."""
    translate, language = words.translate, words.language
    points = point_names(translate)
    known = translate("{point}: {gain} a year are gained together ({full} by the curve of deaths)")
    plain = translate("{point}: {gain} a year are gained together")
    curved = translate(
        "{point}: {gain} a year are gained together by the full curve of deaths ({linear} with linear benefits: "
        "{times} times as much)"
    )
    split = translate("{own} by what each does for itself, {joint} by cooperating")
    limited = translate("each acts on {percent} of its own benefit")
    found = []
    for row in sorted(_told_once(rows), key=lambda row: -row["gain"]):
        full = row.get("gain_full")
        linear = row.get("gain_linear")
        said = (curved if linear is not None else plain if full is None else known).format(
            point=points[row["disagreement"]],
            gain=money(row["gain"], language),
            full="" if full is None else money(full, language),
            linear="" if linear is None else money(linear, language),
            times=f"{row['gain'] / linear:.2f}" if linear else "–",
        )
        if "gain_alone" in row:
            own, joint = (money(row[name], language) for name in ("gain_alone", "gain_cooperating"))
            said += f"; {split.format(own=own, joint=joint)}"
        note = f"; {limited.format(percent=percent(acted_on))}" if row["disagreement"] == LIMITED else ""
        found.append(said + note)
    return found


def _told_once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without the stated plans where they ask no more than current policy."""
    gains = {row["disagreement"]: row["gain"] for row in rows}
    return [row for row in rows if row["disagreement"] != STATED or row["gain"] != gains.get(CURRENT)]


def kind_sentences(row: dict[str, Any], words: Words) -> list[str]:
    """Return what is not as usual in a game, one sentence each: an empty core, losses by joining, doubtful plans."""
    translate, found = words.translate, []
    if row["core_empty"] == "yes":
        said = translate(
            "the core is empty: however the gain is divided, some coalition gains {excess} a year more by itself; "
            "those that complain at best are {blocked}. {fund} a year from outside would leave no coalition better off "
            "by itself; without it, shares of {nearest} million USD come nearest"
        )
        excess, fund = (money(row[name], words.language) for name in ("least_core", "core_fund"))
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
    points = point_names(translate)
    return [f"{points[row['disagreement']]}: {_named(said, words)}" for said in found]


def _named(said: str, words: Words) -> str:
    """Return a sentence with the short names of the members of its coalitions, which stay apart by their braces."""
    return re.sub(r"\{([^}]*)\}", lambda found: f"{{{', '.join(map(words.short, found[1].split(', ')))}}}", said)


def caution_sentences(facts: PlayerFacts, words: Words, left_out: Sequence[LeftOut] = ()) -> list[str]:
    """Return what must be said of the players, and which keys could not be answered."""
    _ = words.translate
    left = _("left out, {reason}")
    why_not = [f"{key_name(one.key, _)}: {_why_not(one.why, words)}" for one in left_out]
    said = player_sentences(words.pack, facts, _, words.name, words.language)
    return [*said, *(left.format(reason=reason) for reason in why_not)]


def _why_not(why: Phrase, words: Words) -> str:
    """Return why a key has no solution: whose GDP is not known, else the message of the error."""
    lacking = NO_GDP.search(str(why))
    if lacking is None:
        return told(why, words.language)
    said = words.translate("no GDP of {who} is known for {year}")
    return said.format(who=", ".join(map(words.name, lacking["who"].split(", "))), year=lacking["year"])


def query_of(question: GameQuestion, **more: str) -> str:
    """Return the query that asks another page on cooperation about the same players."""
    fields = GameQuestion.model_fields
    held = {name: getattr(question, name) for name in fields}
    kept = [(name, value) for name, value in held.items() if value != fields[name].default and value is not None]
    pairs = [(name, str(one)) for name, value in kept for one in (value if isinstance(value, tuple) else (value,))]
    query = urlencode([*pairs, *more.items()])
    return f"?{query}" if query else ""


def onward(question: GameQuestion, words: Words, here: str, **more: str) -> tuple[tuple[str, str], ...]:
    """Return the other pages on cooperation about the same players."""
    _ = words.translate
    pages = (
        (_("What is gained, and how it may be divided"), "cooperation"),
        (_("What is gained together"), "gains"),
        (_("Who pays whom"), "payments"),
        (_("What holds, and who would leave"), "cooperation/stability"),
        (_("A deal of one's own"), "cooperation/deal"),
        (_("The same for targets"), "cooperation/targets"),
        (_("If parties disagree on who affects whom"), "deals"),
        (_("The deal as a sheet"), "sheet"),
    )
    return tuple((told, path + query_of(question, **more)) for told, path in pages if path != here)
