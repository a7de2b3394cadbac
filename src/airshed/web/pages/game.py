"""What the pages on cooperation share: who plays, what is asked of the command, and how keys and money are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.cities import named_region, platform, platform_nations
from airshed.assessment.games.game import ACTED_ON, LIMITED, LINEAR, Benefits, Table, table_of
from airshed.assessment.games.many_players import TRIED
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.player_words import city_sentences
from airshed.pack.errors import AirshedError
from airshed.pack.given import Pasted
from airshed.pack.language import Translate, retell_whole
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.telling import told
from airshed.report.cells import fixed
from airshed.report.words import Words
from airshed.web.page import Question
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, places
from airshed.web.pages.budget import AREA, LONGEST_TABLE
from airshed.web.pages.strategy import LATEST_YEAR, refuse_files

Point = Literal["nash", "current", "limited", "stated"]
SAMPLES = 200
MOST_SAMPLES = 1000
MOST_COUNTED = 16
"""Players of whom a page counts all coalitions; the command does so up to MOST_PLAYERS."""
MOST_LISTED = 12
"""Players of whom a page lists all coalitions, or weighs all keys for a deal."""
MOST_FOR_TARGETS = 10
MOST = 60
"""Players at most; their shares are sampled."""
FOLDED = {"How it is counted": ("scenario", "acted_on", "samples", "commitments")}
HEADERS = {
    "transfers": "payer,receiver,amount",
    "terms": "member,kind,value,paid_by",
    "conditions": "member,depends_on",
    "plan": "region,measure,application",
    "commitments": "player,pollutant,change,base_year,target_year",
}
"""Columns of the tables that are pasted, by the option of the command."""
COMMITMENTS = "stated plans, a line each: player,pollutant,change (percent),base_year,target_year"
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


def seats(pack: Pack) -> list[str]:
    """Return the codes that may sit at a table: regions, nations, policy groups, and cities of the platform."""
    known = places(pack)
    return [*known, *(code for code in platform(pack) if code not in known and named_region(pack, code) == code)]


class GameQuestion(Question):
    """Who plays, in which year, from which emissions."""

    players: tuple[str, ...] = Field(default=(), description=PLAYERS, max_length=MOST)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)
    scenario: str = Field(default="baseline", description="emissions that the game starts from", max_length=100)
    acted_on: float = Field(
        default=ACTED_ON,
        ge=0,
        le=1,
        description="share of its benefit that a player acts on in the limited equilibrium",
    )
    samples: int = Field(
        default=SAMPLES, ge=0, le=MOST_SAMPLES, description="samples of the relation, for intervals; 0 for none"
    )
    commitments: str = Field(default="", description=COMMITMENTS, max_length=LONGEST_TABLE, json_schema_extra=AREA)


def pasted(name: str, text: str) -> Pasted | None:
    """Return a table that was pasted into a field, with its header if that was left out; None for nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    columns = HEADERS[name].split(",")
    if lines[0].split(",")[0].strip().lower() != columns[0]:
        longest = max(line.count(",") for line in lines) + 1
        lines.insert(0, ",".join(columns[:longest]))
    return Pasted("\n".join(lines), f"{name} (pasted)")


def players_of(pack: Pack, question: GameQuestion, most: int = MOST_COUNTED) -> list[str]:
    """Return the players, the nations of known mortality if none are named.

    Raises AirshedError for one player, and for more than `most`.
    """
    regions, dying = pack.table("regions"), set(pack.optional("mortality")["region"])
    nations = list(regions.loc[regions["level"] == "country", "code"])
    known = platform_nations(pack) or [code for code in nations if code in dying or not dying]
    players = list(question.players) or known[:most]
    if len(players) == 1:
        others = ", ".join(code for code in nations if code not in players)
        raise AirshedError("a game needs two or more players", f"name another beside {players[0]}, of {others}")
    if len(players) > most:
        raise AirshedError(
            f"{len(players)} players are too many for this page", f"name {most} at most, as {', '.join(players[:most])}"
        )
    refuse_files(question.scenario)
    return players


def year_of(pack: Pack, question: GameQuestion) -> int:
    """Return the year that is asked, the last of the baseline up to 2030 if none is."""
    return latest_year(pack) if question.year is None else question.year


def table_asked(pack: Pack, players: Sequence[str], question: GameQuestion, benefits: Benefits = LINEAR) -> Table:
    """Return the table that a question asks for."""
    return table_of(
        pack,
        players,
        year_of(pack, question),
        question.scenario,
        samples=question.samples,
        benefits=benefits,
        commitments=pasted("commitments", question.commitments),
    )


def command_of(pack: Pack, players: Sequence[str], question: GameQuestion, *more: str) -> tuple[str, ...]:
    """Return the words of the command that gives the same answer."""
    words = ["cooperate", "--players", ",".join(players), *more, "--year", str(year_of(pack, question))]
    words += ["--scenario", question.scenario] if question.scenario != "baseline" else []
    words += ["--acted-on", f"{question.acted_on:.15g}"] if question.acted_on != ACTED_ON else []
    words += ["--samples", str(question.samples)] if question.samples != SAMPLES else []
    words += ["--commitments", "commitments.csv"] if question.commitments.strip() else []
    return tuple(words)


def python_of(
    pack: Pack, players: Sequence[str], question: GameQuestion, *lines: str, benefits: Benefits = LINEAR
) -> str:
    """Return the lines of Python that give the same answer; lines : what comes after the table."""
    told = f"{list(players)!r}, {year_of(pack, question)}, {question.scenario!r}, samples={question.samples}"
    told += f", benefits={benefits!r}" if benefits != LINEAR else ""
    told += ", commitments=Path('commitments.csv')" if question.commitments.strip() else ""
    first = f"from airshed.assessment.games.game import table_of\ntable = table_of(pack, {told})"
    return "\n".join((first, *lines))


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
        return re.sub(r"\{([^}]*)\}", lambda found: ", ".join(map(words.short, found[1].split(", "))), said)

    return told


def gain_sentences(rows: Sequence[dict[str, Any]], translate: Translate, acted_on: float) -> list[str]:
    """Return what is gained at each disagreement point, from the most to the least."""
    points = point_names(translate)
    known = translate("{point}: {gain} million USD of 2015 a year are gained together ({full} by the curve of deaths)")
    plain = translate("{point}: {gain} million USD of 2015 a year are gained together")
    curved = translate(
        "{point}: {gain} million USD of 2015 a year are gained together by the curve of deaths ({linear} with linear "
        "benefits and plans)"
    )
    split = translate("{own} by what each does for itself, {joint} by cooperating")
    limited = translate("each acts on {percent} of its own benefit")
    found = []
    for row in sorted(rows, key=lambda row: -row["gain"]):
        full = row.get("gain_full")
        linear = row.get("gain_linear")
        said = (curved if linear is not None else plain if full is None else known).format(
            point=points[row["disagreement"]], gain=whole(row["gain"]), full=whole(full), linear=whole(linear)
        )
        if "gain_alone" in row:
            said += f"; {split.format(own=whole(row['gain_alone']), joint=whole(row['gain_cooperating']))}"
        note = f"; {limited.format(percent=percent(acted_on))}" if row["disagreement"] == LIMITED else ""
        found.append(said + note)
    return found


def caution_sentences(
    unvalued: Sequence[str],
    left_out: Sequence[str],
    words: Words,
    borrowed: Sequence[str] = (),
    players: Sequence[str] = (),
) -> list[str]:
    """Return whose benefits count nothing, whose relation is borrowed, which keys are missing, shares of cities."""
    _ = words.translate
    who = ", ".join(map(words.name, unvalued))
    without = _("without a value of life or mortality, so that their benefits count nothing: {who}")
    left = _("left out, {reason}")
    reasons = [reason.partition(": ") for reason in left_out]
    why_not = [f"{key_name(key, _)}: {told(why, words.language)}" for key, _sep, why in reasons]
    found = [without.format(who=who)] if unvalued else []
    if borrowed:
        lent = _(
            "their relation is borrowed from a block that they share with another nation, so that what they give and "
            "get is indicative: {who}"
        )
        found.append(lent.format(who=", ".join(map(words.name, borrowed))))
    cities = city_sentences(words.pack, players, _, words.name)
    return [*found, *cities, *(left.format(reason=reason) for reason in why_not)]


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
        (_("What holds, and who would leave"), "cooperation/stability"),
        (_("A deal of one's own"), "cooperation/deal"),
        (_("The same for targets"), "cooperation/targets"),
        (_("If parties disagree on who affects whom"), "deals"),
        (_("The deal as a sheet"), "sheet"),
    )
    return tuple((told, path + query_of(question, **more)) for told, path in pages if path != here)
