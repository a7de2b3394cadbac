"""Areas of trade statistics: the numbers of M49 as UN Comtrade writes them, and other spellings, as ISO 3166-1 alpha-3.

Numbers and letters of ISO 3166-1 come from CLDR (Babel); where UN Comtrade differs from M49 stands in
`comtrade_areas.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from importlib.resources import files

WORLD = "WLD"
"""Code of the sum of all partners."""
UNSPECIFIED = ""
"""Stands for what is no economy: areas not elsewhere specified, bunkers, free zones, special categories."""
WORLD_WORDS = ("W00", "WLD", "World", "TOTAL", "세계", "전체", "총계", "合计")
"""How files call the sum of all partners in words."""
LANGUAGES = ("en", "ko", "zh")


@cache
def alpha3() -> dict[str, str]:
    """Return the three letters of each ISO 3166-1 alpha-2 code, of territories that are today."""
    return {two: three for three, two in _aliases(3, str.isalpha).items()}


def _aliases(length: int, form: Callable[[str], bool]) -> dict[str, str]:
    """Return the codes of a form that stand for one territory, with its two letters."""
    from babel import Locale
    from babel.core import get_global

    known = set(Locale("en").territories)
    held: dict[str, str] = {}
    for code, stands in get_global("territory_aliases").items():
        if len(code) == length and form(code) and len(stands) == 1 and stands[0] in known:
            held[code] = stands[0]
    return held


@cache
def areas() -> dict[str, str]:
    """Return by every way of writing an area its alpha-3 code: numbers, two and three letters; '' for no economy.

    >>> [areas()[code] for code in ("410", "KOR", "KR", "842", "490", "0", "899")]
    ['KOR', 'KOR', 'KOR', 'USA', 'TWN', 'WLD', '']
    """
    letters = alpha3()
    held = {str(int(code)): letters[two] for code, two in _aliases(3, str.isdigit).items() if two in letters}
    held |= {**{three: three for three in letters.values()}, **letters}
    with files("airshed.exchange").joinpath("comtrade_areas.csv").open(encoding="utf-8") as handle:
        held |= {row["code"]: row["iso3"] for row in csv.DictReader(handle)}
    return held | dict.fromkeys(WORLD_WORDS, WORLD)


@cache
def named_areas() -> dict[str, str]:
    """Return the alpha-3 codes by the names of the territories in English, Korean and Chinese, for national tables.

    >>> named_areas()["중국"], named_areas()["智利"], named_areas()["South Korea"]
    ('CHN', 'CHL', 'KOR')
    """
    from babel import Locale

    letters = alpha3()
    held: dict[str, str] = {}
    for language in LANGUAGES:
        for two, name in Locale(language).territories.items():
            if two in letters:
                held.setdefault(str(name), letters[two])
    return held


def area_name(code: str, language: str = "en") -> str:
    """Return the name of an alpha-3 code by CLDR, the code where it has none.

    >>> area_name("CHL", "ko"), area_name("XYZ")
    ('칠레', 'XYZ')
    """
    from babel import Locale

    two = next((two for two, three in alpha3().items() if three == code), "")
    return str(Locale(language).territories.get(two, code))
