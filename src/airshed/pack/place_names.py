"""PlaceNames found by their names: in every language of the pack, by code, and by other spellings of the same word."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from airshed.pack.pack import Pack
from airshed.pack.spelling import fold

CITY, NATION, REGION, GROUP = "city", "nation", "region", "group"
"""What a place is."""
KINDS = (
    *("특별자치도", "특별자치시", "특별시", "광역시", "직할시", "자치구", "시", "도", "성"),
    *("特别行政区", "维吾尔自治区", "自治区", "直辖市", "市", "省", "道"),
    *(" metropolitan city", " special city", " municipality", " prefecture", " province", " city"),
)
"""What a name may say of the kind of its place, and may leave out; the longest first of those that end alike."""
SIMPLE = str.maketrans(
    "東濟爾廣門臺岡陽連貴瀋陝蘇寧遼龍內藏區縣韓國鮮烏蘭齊圖倫漢慶",
    "东济尔广门台冈阳连贵沈陕苏宁辽龙内藏区县韩国鲜乌兰齐图伦汉庆",
)
"""Traditional and Japanese forms of letters that stand in names of places, and the simplified ones."""
NEAR, NEAREST = 0.5, 5
"""How much two words must have in common to be called near, and how many such are named."""
APOSTROPHES = "'\u2019\u2018\u02bc\u00b7`."


@dataclass(frozen=True)
class Found:
    """A place: its code, what it is, and the region that holds it, itself if it is none of a city."""

    code: str
    kind: str
    region: str


@dataclass(frozen=True)
class PlaceNames:
    """The places of a pack, what each of their names stands for, and the cities that are regions of the same name.

    twins : the city by the code of its region
    """

    places: tuple[Found, ...]
    names: dict[str, tuple[int, ...]]
    twins: dict[str, Found]


def spelt(word: str) -> str:
    """Return what the spellings of a name have in common: width, case, hyphens, accents and spaces say nothing.

    >>> spelt("Jing-Jin-Ji") == spelt("ｊｉｎｇ jin ji"), spelt("Xi'an"), spelt("Tōkyō"), spelt("東京")
    (True, 'xian', 'tokyo', '东京')
    """
    apart = unicodedata.normalize("NFD", fold(word))
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f" and letter not in APOSTROPHES)
    return unicodedata.normalize("NFC", bare).replace(" ", "").translate(SIMPLE)


def spellings(word: str) -> list[str]:
    """Return a name, and the same without what it says of the kind of its place.

    >>> spellings("서울특별시"), spellings("Shenzhen City"), spellings("도")
    (['서울특별시', '서울'], ['shenzhencity', 'shenzhen'], ['도'])
    """
    whole = spelt(word)
    ends = (spelt(kind) for kind in KINDS)
    bare = next((whole.removesuffix(end) for end in ends if whole.endswith(end) and len(whole) > len(end) + 1), "")
    return [whole, bare] if bare else [whole]


def places_of(pack: Pack) -> PlaceNames:
    """Return the places of a pack with their names, collected once."""
    return pack.derive("names of places", _collected, pinned=True)


def _collected(pack: Pack) -> PlaceNames:
    places: list[Found] = []
    names: dict[str, list[int]] = {}
    for table in ("receptors", "regions", "groups"):
        rows = pack.optional(table)
        columns = [name for name in map(str, rows) if name == "code" or name.startswith(("name_", "label_"))]
        for row in rows.to_dict("records"):
            kind = _kind(table, row)
            if not kind:
                continue
            number = len(places)
            places.append(Found(row["code"], kind, row["region"] if kind == CITY else row["code"]))
            for name in {word for column in columns for word in spellings(str(row[column])) if word}:
                names.setdefault(name, []).append(number)
    _add_others(pack, places, names)
    cities = {number for number, place in enumerate(places) if place.kind == CITY}
    twins: dict[str, Found] = {}
    for numbers in names.values():
        here = {places[number].code for number in numbers}
        twins |= {places[city].region: places[city] for city in cities & set(numbers) if places[city].region in here}
    return PlaceNames(tuple(places), {name: tuple(numbers) for name, numbers in names.items()}, twins)


def _add_others(pack: Pack, places: Sequence[Found], names: dict[str, list[int]]) -> None:
    """Add the other spellings of places in common use, such as Peking."""
    numbers = {place.code: number for number, place in enumerate(places)}
    rows = pack.optional("aliases")
    for code, alias in zip(rows.get("code", ()), rows.get("alias", ()), strict=True):
        for name in spellings(str(alias)) if code in numbers else ():
            held = names.setdefault(name, [])
            held += [] if numbers[code] in held else [numbers[code]]


def _kind(table: str, row: Mapping[Hashable, str]) -> str:
    """Return what a place is, nothing for one that has no page."""
    if table == "receptors":
        return "" if row["inside"] == "no" else CITY
    if table == "groups":
        return GROUP if row["kind"] == "policy" else ""
    return "" if row["level"] == "outside" else NATION if row["level"] == "country" else REGION


def find(pack: Pack, word: str) -> list[Found]:
    """Return the places that a word names, in the order of the pack: none, one, or several.

    A city and the region of its name are one place: the city, unless the code of the region is asked for.
    """
    held = places_of(pack)
    asked = spellings(word)
    if not asked[0]:
        return []
    for spelling in asked:
        if spelling in held.names:
            met = [held.places[number] for number in held.names[spelling]]
            return _once(place if spelt(place.code) == asked[0] else held.twins.get(place.code, place) for place in met)
    return []


def holding(pack: Pack, word: str) -> list[Found]:
    """Return the places with a name that begins with a word, else those with a name that holds it."""
    held, asked = places_of(pack), spelt(word)
    for fits in (str.startswith, str.__contains__):
        numbers = sorted({number for name, numbers in held.names.items() if fits(name, asked) for number in numbers})
        if asked and numbers:
            return _once(held.places[number] for number in numbers)
    return []


def nearest(pack: Pack, word: str) -> list[Found]:
    """Return the places whose names have most in common with a word, the nearest first; none that is far from all."""
    held, asked = places_of(pack), spelt(word)
    near: dict[int, float] = {}
    for name, numbers in held.names.items():
        ratio = SequenceMatcher(None, name, asked).ratio()
        for number in numbers if ratio >= NEAR else ():
            near[number] = max(ratio, near.get(number, 0.0))
    order = sorted(near, key=lambda number: (-near[number], number))
    return _once(held.places[number] for number in order)[:NEAREST]


def _once(places: Iterable[Found]) -> list[Found]:
    """Return places without the regions whose city of the same name is there."""
    found = list(dict.fromkeys(places))
    cities = {place.region for place in found if place.kind == CITY}
    return [place for place in found if place.kind in (CITY, NATION, GROUP) or place.code not in cities]


def completions(pack: Pack, language: str) -> Sequence[str]:
    """Return the names that the field completes: of cities, nations, regions and groups, each once."""

    def made(pack: Pack) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pack.name(place.code, language) for place in places_of(pack).places))

    return pack.derive(f"completions {language}", made, pinned=True)
