"""Tables of a deal that negotiators bring: transfers, terms with their value, commitments that depend on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airshed.assessment.chain.cities import named_region
from airshed.pack.bounds import MONEY, PERCENT, SHOWN, number
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.user_table import Pasted, user_rows

Source = Path | Pasted
BONUS, CONTRIBUTION, TECHNOLOGY, INVESTMENT, PENALTY = "bonus", "contribution", "technology", "investment", "penalty"
KINDS = (BONUS, CONTRIBUTION, TECHNOLOGY, INVESTMENT, PENALTY)
"""Rewards for those who stay, a reduced contribution, technology and foreign investment; what a leaver pays."""


@dataclass(frozen=True)
class Term:
    """A term of a deal: for whom, of which kind, its value in million USD/yr, and who pays it (a player or outside)."""

    member: str
    kind: str
    value: float
    paid_by: str = ""


def read_transfers(pack: Pack, source: Source, players: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return transfers (payer, receiver) to million USD/yr of a CSV with payer, receiver, amount.

    Raises AirshedError, with the line, for who is no player, pays itself or is named twice, and for a wrong amount.
    """
    found: dict[tuple[str, str], float] = {}
    for row in user_rows(source, ("payer", "receiver", "amount")):
        payer, receiver = (_player(pack, row[name], players, row.place) for name in ("payer", "receiver"))
        if payer == receiver:
            raise AirshedError("pays-itself-name-two", place=row.place, payer=payer)
        if (payer, receiver) in found:
            raise AirshedError("second-transfer", place=row.place, payer=payer, receiver=receiver)
        found[payer, receiver] = _money(row["amount"], row.place)
    if not found:
        raise AirshedError("holds-no-transfer", source=source)
    return found


def read_terms(pack: Pack, source: Source, players: Sequence[str]) -> list[Term]:
    """Return the terms of a CSV with member, kind, value (million USD/yr), and paid_by if wanted.

    Raises AirshedError, with the line, for who is no player, a kind that is not known and a wrong value.
    """
    found = []
    for row in user_rows(source, ("member", "kind", "value"), ("paid_by",)):
        member = _player(pack, row["member"], players, row.place)
        if row["kind"] not in KINDS:
            raise AirshedError(
                "kind-not-known", place=row.place, kind=repr(row["kind"][:SHOWN]), kinds=", ".join(KINDS)
            )
        paid_by = named_region(pack, row["paid_by"])
        if paid_by == member:
            raise AirshedError("pays-itself-name-another", place=row.place, member=member)
        found.append(Term(member, row["kind"], _money(row["value"], row.place), paid_by))
    if not found:
        raise AirshedError("holds-no-term", source=source)
    return found


def read_conditions(pack: Pack, source: Source, players: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return who acts only if whom does, of a CSV with member and depends_on; several rows of a member are joined.

    Raises AirshedError, with the line, for who is no player and for a member that depends on itself.
    """
    found: dict[str, frozenset[str]] = {}
    for row in user_rows(source, ("member", "depends_on")):
        member, other = (_player(pack, row[name], players, row.place) for name in ("member", "depends_on"))
        if member == other:
            raise AirshedError("depends-itself", place=row.place, member=member)
        found[member] = found.get(member, frozenset()) | {other}
    if not found:
        raise AirshedError("holds-no-condition", source=source)
    return found


def parse_stages(text: str) -> tuple[float, ...]:
    """Return the shares of a plan by stage from percentages that only grow and end at 100.

    >>> parse_stages("30,60,100")
    (0.3, 0.6, 1.0)
    """
    words = [word.strip() for word in text.split(",")]
    found = tuple(float(number(word.removesuffix("%"), "stages", PERCENT)) / PERCENT.most for word in words)
    if list(found) != sorted(set(found)) or found[0] <= 0 or found[-1] != 1.0:
        raise AirshedError("stages-do-not-grow-100", text=text[:SHOWN])
    return found


def parse_donor(text: str) -> tuple[str, float]:
    """Return the name of a donor and its money, million USD/yr.

    >>> parse_donor("fund=120")
    ('fund', 120.0)
    """
    name, sign, amount = text.partition("=")
    if not sign or not name.strip():
        raise AirshedError("donor-cannot-read", text=repr(text[:SHOWN]))
    return name.strip(), float(number(amount.strip(), "donor", MONEY))


def _player(pack: Pack, code: str, players: Sequence[str], place: str) -> str:
    found = named_region(pack, code)
    if found not in players:
        raise AirshedError("no-player-use-one", place=place, party=repr(code[:SHOWN]), players=", ".join(players))
    return found


def _money(word: str, place: str) -> float:
    try:
        return float(number(word, "amount", MONEY))
    except AirshedError:
        raise AirshedError("amount-no-amount", place=place, word=repr(word[:SHOWN])) from None
