"""Why two regions match for a project in a sector: one sentence, in every language of the messages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from airshed.pack.language import translator
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, money

NOT_COUNTED = "without the deaths in {places}, of whose people there is no mortality"
WEIGHT = "{sector} makes {own} of what {region} and {theirs} of what {partner} add to PM2.5"
CROSSING = "it brings {gives} µg/m³ from {region} to the people of {partner} and {gets} µg/m³ back"
GAIN = "measures for {cost} a year on both sides avoid {deaths} early deaths a year there"
NO_GAIN = "what measures would cost or avoid there is not known"
STANDS_FOR = "{city} stands for {region}, in which it lies"
BALANCE = "{there} of the deaths avoided are in {partner}: if both pay as they gain, {region} gets {receives} a year"
PAYS = "{there} of the deaths avoided are in {partner}: if both pay as they gain, {region} pays {receives} a year"
CLAUSES = (WEIGHT, CROSSING, GAIN, NO_GAIN, BALANCE, PAYS)
"""Templates of the sentence, for translation."""
BETWEEN = "; "
BETWEEN_IN = {"zh": "；"}
"""What joins the clauses, where it is not the semicolon with a space."""


def sentence(pack: Pack, language: str, key: tuple[str, str, str], numbers: Mapping[str, float]) -> str:
    """Return why a project stands where it does.

    key : region, partner, sector; numbers : share_region, share_partner (0..1), gives, gets (ug/m3), cost (million USD
    a year), deaths (a year)
    """
    translate = translator(language)
    words = {name: pack.name(code, language) for name, code in zip(("region", "partner", "sector"), key, strict=True)}
    known = np.isfinite(numbers["cost"]) and np.isfinite(numbers["deaths"])
    clauses: tuple[str, ...] = (WEIGHT, CROSSING, GAIN if known else NO_GAIN)
    values = {
        "own": percent(numbers["share_region"]),
        "theirs": percent(numbers["share_partner"]),
        "gives": f"{numbers['gives']:.2g}",
        "gets": f"{numbers['gets']:.2g}",
        "cost": money(numbers["cost"], language),
        "deaths": count(numbers["deaths"], language),
    }
    receives = numbers.get("receives", float("nan"))
    if np.isfinite(receives) and np.isfinite(numbers.get("deaths_share_partner", float("nan"))):
        clauses = (*clauses, BALANCE if receives >= 0 else PAYS)
        values |= {"receives": money(abs(receives), language), "there": percent(numbers["deaths_share_partner"])}
    told = [translate(clause).format(**words, **values) for clause in clauses]
    return BETWEEN_IN.get(language, BETWEEN).join(told)
