"""The colours of codes: a nation, sector, pollutant or scenario has the same one on every page and in every report.

All colours are taken from one set, any two of which are at least `APART` apart in CIEDE2000 for normal, deuteranope and
protanope vision. Pages hand names to charts; the colour comes from the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from airshed.pack.codes import country_of, nations_of
from airshed.pack.pack import Pack

APART = 12.0
"""Least distance in CIEDE2000 of two colours that may stand in one chart, for any of the three kinds of vision."""
NATURAL, OTHERS = "natural", "others"
UNEXPLAINED = "unexplained"
NATURAL_COLOUR = "#d8cfb8"
GREY = "#8f969c"
"""What is put together as others, and whatever is beyond the colours that can be told apart."""
SET = (
    *("#c8452f", "#2b6cb0", "#dd8800", "#662200", "#664466", "#448866", "#335544", "#2233aa", "#55ccff", "#ddbbcc"),
    *("#ff4488", "#ccdd77", "#5599ff"),
)
"""The colours of codes; natural and others have the two beside them."""
NATIONS: Mapping[str, str] = {
    "CHN": "#c8452f",
    "KOR": "#2b6cb0",
    "JPN": "#dd8800",
    "MNG": "#662200",
    "PRK": "#664466",
    "TWN": "#448866",
    "RUS": "#335544",
    "SHIP": "#2233aa",
    "AIR": "#55ccff",
    "ROW": "#ddbbcc",
}
SECTORS: Mapping[str, str] = {
    "power": "#662200",
    "industry": "#664466",
    "residential_commercial": "#dd8800",
    "road": "#c8452f",
    "offroad": "#2233aa",
    "agriculture": "#448866",
    "solvent": "#ff4488",
    "waste": "#335544",
    "other": "#ccdd77",
    "mobile": "#55ccff",
    "unsplit": "#ddbbcc",
    "total": "#2b6cb0",
}
POLLUTANTS: Mapping[str, str] = {
    "PM2.5": "#335544",
    "PM10": "#ddbbcc",
    "BC": "#2233aa",
    "OC": "#5599ff",
    "SO2": "#dd8800",
    "NOx": "#c8452f",
    "NH3": "#448866",
    "NMVOC": "#664466",
    "CO2": "#2b6cb0",
    "CO2_fossil": "#55ccff",
    "CO": "#ff4488",
    "OM": "#662200",
    "PM_other": "#ccdd77",
}
SCENARIOS: Mapping[str, str] = {
    "baseline": "#335544",
    "frozen": "#dd8800",
    "seed-policies": "#5599ff",
}
KNOWN = {**NATIONS, **SECTORS, **POLLUTANTS, **SCENARIOS, NATURAL: NATURAL_COLOUR, OTHERS: GREY, UNEXPLAINED: GREY}
MAIN = "#335544"
"""Marks of what is computed, where colour says nothing else."""
BEFORE, AFTER, BEST = "#8f969c", "#335544", "#dd8800"
"""Marks of what is without a plan, with it, and at best."""
OBSERVED, PUBLISHED = "#000000", "#dd8800"
RESERVE = ("#ff4488", "#ccdd77", "#5599ff", *reversed(list(NATIONS.values())))
"""Colours of codes that have none of their own: what no nation has first."""


def colours(pack: Pack, codes: Iterable[str]) -> list[str]:
    """Return a colour for each code, in their order.

    Codes with a colour of their own have that one. Others have the one that their place in the pack says, the next
    free one where that is taken in this chart, and grey where none is left.
    """
    wanted = list(dict.fromkeys(codes))
    found = {code: KNOWN[code] for code in wanted if code in KNOWN}
    rank = pack.derive("places of colours", _ranks, pinned=True)
    free = [colour for colour in RESERVE if colour not in found.values()]
    for code in sorted((code for code in wanted if code not in found), key=lambda code: (rank.get(code, 0), code)):
        start = rank.get(code, 0) % len(RESERVE)
        turn = [*RESERVE[start:], *RESERVE[:start]]
        found[code] = next((colour for colour in turn if colour in free), GREY)
        free = [colour for colour in free if colour != found[code]]
    return [found[code] for code in codes]


def colours_of_nations(pack: Pack, regions: Sequence[str]) -> list[str]:
    """Return the colour of the nation that each place lies in; what lies in none or in several has its own."""
    nations = [_home(pack, code) for code in regions]
    held = list(dict.fromkeys(nations))
    shown = dict(zip(held, colours(pack, held), strict=True))
    return [shown[nation] for nation in nations]


def _home(pack: Pack, code: str) -> str:
    """Return the one nation in which a place lies, the code itself where there is none."""
    home = country_of(pack)
    if code in home:
        return home[code]
    held = set(pack.optional("groups")["code"]) | set(pack.optional("receptors")["code"])
    nations = nations_of(pack, code) if code in held else []
    return nations[0] if len(nations) == 1 else code


def _ranks(pack: Pack) -> dict[str, int]:
    """Return the place of every code without a colour of its own among those of its table."""
    found: dict[str, int] = {}
    for table in ("regions", "groups", "receptors", "sectors", "pollutants"):
        codes = [str(code) for code in pack.optional(table)["code"]]
        found |= {code: place for place, code in enumerate(code for code in codes if code not in KNOWN)}
    return found


def categories(count: int) -> list[str]:
    """Return the colours of things that have no code, in their order; grey beyond those that can be told apart.

    >>> categories(2)
    ['#335544', '#dd8800']
    """
    order = (MAIN, "#dd8800", "#5599ff", "#664466", "#448866", *(one for one in SET))
    distinct = list(dict.fromkeys(order))
    return [distinct[place] if place < len(distinct) else GREY for place in range(count)]


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour (relative luminance of WCAG 2.1).

    >>> ink_on("#2b6cb0"), ink_on("#d8cfb8")
    ('white', 'black')
    """
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"
