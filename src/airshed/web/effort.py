"""How long a question is thought to compute, from its size alone: by it the server sorts and refuses.

The figures are seconds of one core over the built-in pack, rounded up; only their order matters for the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airshed.pack.pack import Pack

DEAREST = 120.0
"""Seconds of computation up to which a server takes a question, if it is not told otherwise."""
USUAL = 1.0
"""Seconds of a question of which nothing else is said."""


def effort(page: str, pack: Pack, question: Any) -> float:
    """Return the seconds that a question to a page is thought to take."""
    return EFFORTS[page](pack, question) if page in EFFORTS else USUAL


def _always(seconds: float) -> Callable[[Pack, Any], float]:
    return lambda pack, question: seconds


def _plan(pack: Pack, question: Any) -> float:
    """Return the seconds of a plan: a path is solved over all its years at once, a certain plan in every sample."""
    path = 2.4 * len(question.path) ** 2
    certain = 0.0 if question.certainty is None else 0.15 * question.samples
    return 4.0 + path + certain + (8.0 if question.alone else 0.0) + (20.0 if question.whole else 0.0)


def _game(start: float, coalition: float) -> Callable[[Pack, Any], float]:
    """Every coalition is worth something of its own, in every sample of the relation.

    start : seconds before the first coalition; coalition : seconds of one, without samples
    """

    def seconds(pack: Pack, question: Any) -> float:
        from airshed.assessment.chain.cities import CITIES, platform

        named = sum(len(platform(pack)) if code == CITIES else 1 for code in question.players)
        players: int = named or int((pack.optional("regions")["level"] == "country").sum())
        return start + coalition * 2.0 ** min(players, MOST_PLAYERS) * (1.0 + float(question.samples) / 200)

    return seconds


MOST_PLAYERS = 18
"""Players of a game at most, as the pages take them."""
EFFORTS: dict[str, Callable[[Pack, Any], float]] = {
    "overview": _always(10.0),
    "city": _always(6.0),
    "country": _always(6.0),
    "episode": _always(3.0),
    "compare": lambda pack, question: 2.0 + 2.0 * (len(question.scenario) or 5),
    "builder": _always(4.0),
    "plan": _plan,
    "costcurve": _always(4.0),
    "regret": _always(8.0),
    "front": lambda pack, question: 4.0 + 0.05 * question.points,
    "cooperation": _game(5.0, 0.00008),
    "gains": _game(5.0, 0.00008),
    "payments": _game(5.0, 0.00008),
    "stability": _game(5.0, 0.00008),
    "negotiate": _game(5.0, 0.00008),
    "targets": _game(4.0, 0.004),
    "deals": _game(5.0, 0.001),
    "sheet": _game(5.0, 0.001),
    "schedule": lambda pack, question: 8.0 * (len(question.year) or 3),
    "support": _always(4.0),
    "transition-targets": lambda pack, question: 4.0 if question.target else 0.5,
    "plan-evaluate": _always(5.0),
    "plan-compare": _always(8.0),
    "measures": _always(3.0),
    "partners": _always(6.0),
    "transition-together": _always(6.0),
    "hindcast": _always(10.0),
    "explain": _always(6.0),
    "uncertainty": lambda pack, question: 2.0 + 0.002 * question.samples,
}
"""Seconds of the questions to a page."""
