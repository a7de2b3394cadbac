"""Whom a question means that names nobody: players of a game, members of a body, receivers of grants."""

from __future__ import annotations

import numpy as np

from airshed.assessment.chain.cities import platform_nations
from airshed.assessment.chain.economy import known_products
from airshed.impacts.valuation import incomes
from airshed.pack.codes import countries
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack

FOUNDERS = 4
"""Members of a body of which nothing is asked."""
POOREST = 2
"""Nations that receive, where none is named."""


def founders(pack: Pack) -> list[str]:
    """Return the first nations with a GDP, or the first nations of a pack without."""
    held = countries(pack)
    known = known_products(pack, held)
    return ([code for code in held if code in known] or held)[:FOUNDERS]


def poorest(pack: Pack) -> list[str]:
    """Return the nations of the lowest income per head, in the order of the pack; all of a pack without incomes."""
    held = countries(pack)
    try:
        found = incomes(pack, held)
    except AirshedError:
        return held
    known = sorted((code for code in held if np.isfinite(found[code].ratio)), key=lambda code: found[code].ratio)
    return [code for code in held if code in known[:POOREST]] or held


def negotiators(pack: Pack) -> list[str]:
    """Return the nations of the platform, or those of known mortality of a pack without one."""
    regions, dying = pack.table("regions"), set(pack.optional("mortality")["region"])
    nations = list(regions.loc[regions["level"] == "country", "code"])
    return platform_nations(pack) or [code for code in nations if code in dying or not dying]
