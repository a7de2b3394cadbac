"""Codes of regions, groups and cities: what lies in what, and what a user's code means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import combinations

from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.pack import Pack

FEW = 12
"""Codes that an error names at most."""


def countries(pack: Pack) -> list[str]:
    """Return the codes of the nations and of the sources outside, in pack order."""
    regions = pack.table("regions")
    return list(regions.loc[regions["parent"] == "", "code"])


def children(pack: Pack) -> dict[str, list[str]]:
    """Return the parts of every nation that has parts."""
    return pack.derive("children", _children, pinned=True)


def _children(pack: Pack) -> dict[str, list[str]]:
    regions = pack.table("regions")
    parts: dict[str, list[str]] = {}
    for code, parent in zip(regions["code"], regions["parent"], strict=True):
        if parent:
            parts.setdefault(parent, []).append(code)
    return parts


def leaves(pack: Pack) -> list[str]:
    """Return the regions that have no parts: the partition in which emissions are counted once."""
    parents = children(pack)
    return [code for code in pack.table("regions")["code"] if code not in parents]


def country_of(pack: Pack) -> dict[str, str]:
    """Return the nation of every region; a nation is its own."""
    return pack.derive("country_of", _country_of, pinned=True)


def _country_of(pack: Pack) -> dict[str, str]:
    regions = pack.table("regions")
    return {code: parent or code for code, parent in zip(regions["code"], regions["parent"], strict=True)}


def group_members(pack: Pack) -> dict[str, list[str]]:
    """Return the member regions of every group."""
    return pack.derive("group_members", _group_members, pinned=True)


def _group_members(pack: Pack) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    rows = pack.optional("group_members")
    for group, region in zip(rows["group"], rows["region"], strict=True):
        members.setdefault(group, []).append(region)
    return members


def members(pack: Pack, code: str) -> list[str]:
    """Return the leaf regions of a region, nation or group; raises AirshedError for an unknown code."""
    parts, groups = children(pack), group_members(pack)
    if code in groups:
        return list(dict.fromkeys(leaf for member in groups[code] for leaf in parts.get(member, [member])))
    if code in parts:
        return parts[code]
    if code in country_of(pack):
        return [code]
    known = [*pack.table("regions")["code"], *groups]
    raise unknown("region", code, known, named(pack, code))


def emitters(pack: Pack, code: str) -> list[str]:
    """Return the regions whose emissions make up a region, nation or group: leaves, and nations that it holds whole.

    A nation with parts has a row of its own for what is not split to them.
    """
    held = members(pack, code)
    inside = set() if code in held else set(held)
    return [*(nation for nation, parts in children(pack).items() if inside.issuperset(parts)), *held]


def nations_of(pack: Pack, place: str) -> list[str]:
    """Return the nations in which a city, region, nation or group lies."""
    home, groups = country_of(pack), group_members(pack)
    cities = pack.optional("receptors").set_index("code")["region"]
    regions = groups.get(place) or [str(cities[place]) if place in cities.index else place]
    return list(dict.fromkeys(home[code] for code in regions))


def named(pack: Pack, word: str) -> list[str]:
    """Return the codes of the regions, groups and cities that a word names in any language, letter case aside."""
    found = []
    for table in ("regions", "groups", "receptors"):
        rows = pack.optional(table)
        columns = [name for name in map(str, rows) if name == "code" or name.startswith(("name_", "label_"))]
        meant = rows[columns].apply(lambda cells: cells.str.casefold()) == word.strip().casefold()
        found += [str(code) for code in rows.loc[meant.any(axis=1), "code"]]
    others = pack.optional("aliases")
    if len(others):
        meant = others["alias"].str.casefold() == word.strip().casefold()
        found += [str(code) for code in others.loc[meant, "code"] if code not in found]
    return found


def unknown(kind: str, code: str | Phrase, known: Sequence[str], meant: Sequence[str] = ()) -> AirshedError:
    """Return the error for a code that is not known, with what may be meant by it, else the nearest known ones."""
    word = str(code)
    near = (
        [one for one in meant if one in known]
        or get_close_matches(word.upper(), list(known), n=3, cutoff=0.5)
        or get_close_matches(word, list(known), n=3)
    )
    if near:
        return AirshedError("not-known-others-near", kind=kind, code=code, near=" or ".join(near))
    if len(known) > FEW:
        return AirshedError("not-known-of-many", kind=kind, code=code, known=", ".join(known[:FEW]))
    return AirshedError("not-known", kind=kind, code=code, known=", ".join(known) or Phrase("word-none-there"))


def refuse_overlap(pack: Pack, codes: Iterable[str]) -> None:
    """Raise AirshedError if two of the codes share a region, so that a sum would count it twice."""
    held = {code: set(members(pack, code)) for code in codes}
    for one, other in combinations(held, 2):
        shared = held[one] & held[other]
        if shared:
            raise AirshedError("regions-overlap", one=one, other=other, shared=", ".join(sorted(shared)[:5]))
