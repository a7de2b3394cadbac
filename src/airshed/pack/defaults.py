"""What a pack answers with where a question names nothing: latest year, targets, and the places shown first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Year, read_rules
from airshed.pack.units import factor

NATIONAL = "national"
"""The target of every nation's own standard, which no level of the table standards may be named by."""
WHO, INTERIM = re.compile(r"WHO air quality guidelines (\d{4})"), "2021"
"""Editions of the guidelines, and that whose interim targets are meant by their numbers alone."""
LEADING = 3
"""Cities that lead where the pack gives none the role: the largest."""
SHOWN = 12
"""Cities that a chart shows where the pack gives none the roles: the largest."""


class Defaults(Rules):
    """The part `defaults` of datapackage.json.

    latest_year : year of a plan that names none, where the baseline reaches it; else its last year
    target, plan_target, game_target : of a run, of the plan in its report, and of the game of targets
    schedule_targets : of a schedule; all that the pack names if empty
    lead_role, shown_roles : roles of the cities that lead a report, and of those in its charts
    places : that stand side by side
    income_estimate : indicator of the income of a nation without purchasing power, in the money of another one
    """

    latest_year: Year | None = None
    target: str | None = None
    plan_target: str | None = None
    game_target: str | None = None
    schedule_targets: tuple[str, ...] = ()
    lead_role: str | None = None
    shown_roles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    income_estimate: str | None = None


@dataclass(frozen=True)
class NamedTarget:
    """A level of annual mean PM2.5 that the pack names, ug/m3, the same for all places."""

    name: str
    scope: str
    standard: str
    level: str
    limit: float
    source: str


def defaults(pack: Pack) -> Defaults:
    """Return the defaults of the pack; raises AirshedError for one that is not known or names what is not there."""
    return pack.derive("defaults", _checked, pinned=True)


def _checked(pack: Pack) -> Defaults:
    found = read_rules(Defaults, pack.descriptor.defaults, "defaults")
    held = {
        "target": {*named_targets(pack), NATIONAL},
        "role": {word for cell in pack.optional("receptors")["roles"] for word in cell.split()},
        "place": {code for table in ("regions", "groups", "receptors") for code in pack.optional(table)["code"]},
    }
    for key, kind, value in _named(found):
        if value not in held[kind]:
            raise AirshedError(
                "datapackagejson-defaults-no-pack-named",
                key=key,
                kind=kind,
                name=value,
                known=", ".join(sorted(held[kind])) or Phrase("word-none"),
            )
    return found


def _named(found: Defaults) -> Iterator[tuple[str, str, str]]:
    """Go through what the defaults name: key, kind (target, role, place) and name."""
    for key in ("target", "plan_target", "game_target", "lead_role"):
        value = getattr(found, key)
        if value is not None:
            yield key, "role" if key == "lead_role" else "target", value
    for key, kind in (("schedule_targets", "target"), ("shown_roles", "role"), ("places", "place")):
        yield from ((key, kind, value) for value in getattr(found, key))


def named_targets(pack: Pack) -> dict[str, NamedTarget]:
    """Return the levels of annual mean PM2.5 that the pack names as targets, by name, in the order of the table.

    In a pack that names none, those of WHO have the names that they are known by.
    """

    def made(pack: Pack) -> dict[str, NamedTarget]:
        rows = pack.optional("standards")
        rows = rows[(rows["pollutant"] == "PM2.5") & (rows["averaging"] == "annual")]
        if len(rows) and not rows["target"].any():
            known = [
                _known(str(standard), str(level))
                for standard, level in zip(rows["standard"], rows["level"], strict=True)
            ]
            rows = rows.assign(target=known)
        rows = rows[rows["target"] != ""]
        return {
            row["target"]: NamedTarget(
                row["target"],
                row["scope"],
                row["standard"],
                row["level"],
                float(row["limit"]) * factor(row["unit"], "ug/m3"),
                row["source"],
            )
            for row in rows.to_dict("records")
        }

    return pack.derive("named targets", made, pinned=True)


def _known(standard: str, level: str) -> str:
    """Return the name by which a level of WHO is known, nothing for any other.

    >>> _known("WHO air quality guidelines 2021", "IT-2"), _known("WHO air quality guidelines 2005", "AQG")
    ('who-it2', 'who-2005')
    """
    edition = WHO.fullmatch(standard)
    if edition and level == "AQG":
        return f"who-{edition[1]}"
    return (
        f"who-{level.lower().replace('-', '')}" if edition and edition[1] == INTERIM and level.startswith("IT-") else ""
    )


def usual_target(pack: Pack, use: str = "target") -> str | None:
    """Return the target of a question that names none; None for a pack without standards.

    use : the key of the defaults; what it leaves out is the `target`, and without one the first that the pack names
    """
    held = defaults(pack)
    stated = getattr(held, use) or held.target
    if stated is not None:
        return str(stated)
    return next(iter(named_targets(pack)), NATIONAL if pack.has("standards") else None)


def target_or_usual(pack: Pack, target: str | None, use: str = "target") -> str:
    """Return a target, the usual one if none is given; raises MissingTableError for a pack without standards."""
    found = target or usual_target(pack, use)
    if found is None:
        raise MissingTableError("standards")
    return found


def schedule_targets(pack: Pack) -> tuple[str, ...]:
    """Return the targets of a schedule that names none: those of the defaults, else all levels that the pack names."""
    return defaults(pack).schedule_targets or tuple(named_targets(pack))


def lead_cities(pack: Pack, among: Sequence[str] | None = None) -> list[str]:
    """Return the cities that lead: those with the role of the defaults, else the largest, the first one first.

    among : cities to choose from; all if None
    """
    role = defaults(pack).lead_role
    return _cities(pack, () if role is None else (role,), LEADING, among)


def shown_cities(pack: Pack, among: Sequence[str] | None = None) -> list[str]:
    """Return the cities of a chart: those with a role of the defaults, else the largest, in the order of the table."""
    found = set(_cities(pack, defaults(pack).shown_roles, SHOWN, among))
    return [code for code in pack.optional("receptors")["code"] if code in found]


def _cities(pack: Pack, roles: Sequence[str], count: int, among: Sequence[str] | None) -> list[str]:
    rows = pack.optional("receptors")
    rows = rows if among is None else rows[rows["code"].isin(set(among))]
    chosen = [
        str(code) for code, held in zip(rows["code"], rows["roles"], strict=True) if set(roles) & set(str(held).split())
    ]
    if chosen:
        return chosen
    largest = rows.sort_values("population", ascending=False, kind="stable", na_position="last")
    return [str(code) for code in largest["code"].head(count)]
