"""What answers on supply share: names of partners, periods in words, flags and events as cells."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable
from typing import Any

import pandas as pd

from airshed.answers.answer import Sheet
from airshed.answers.cells import fixed
from airshed.answers.words import Words
from airshed.assessment.transition.supply import events_table
from airshed.exchange.areas import WORLD, area_name, areas
from airshed.pack.codes import named, unknown

YEARS = {"ko": "년", "zh": "年"}
"""What stands behind a year."""
MONTHS = re.compile(r"(\d{4})-(\d{2})/(\d{4})-(\d{2})")


def area(words: Words) -> Callable[[Any], str]:
    """Return the rendering of an economy by its short name: of the pack, else of CLDR."""

    def show(code: Any) -> str:
        if not code or code != code:
            return ""
        if code == WORLD:
            return words.translate("all partners")
        held = words.short(str(code))
        return held if held != code else area_name(str(code), words.language)

    return show


def economy(words: Words, word: str) -> str:
    """Return the alpha-3 code of an economy that is given by code or name; raises AirshedError for none."""
    found = areas().get(word.upper()) or next(iter(named(words.pack, word)), "")
    if not found or found == WORLD:
        raise unknown("economy", word, list(words.pack.table("regions")["code"]))
    return found


def period(text: str, words: Words) -> str:
    """Return a period in words.

    >>> from airshed.pack.language import translator
    >>> period("2022-01/2022-08", Words(None, "ko", translator("ko"))), period("2021", Words(None, "en", str))
    ('2022년 1~8월', '2021')
    >>> period("2022-01/2022-08", Words(None, "en", str))
    'January to August 2022'
    """
    found = MONTHS.fullmatch(text)
    if not found or found.group(1) != found.group(3):
        return text + (YEARS.get(words.language, "") if text.isdigit() else "")
    year, first, _, last = found.groups()
    ends = [int(first), int(last)]
    told = [month_name[end] for end in ends] if words.language == "en" else ends
    return words.translate("{first} to {last} {year}").format(year=year, first=told[0], last=told[1])


def inside(name: str) -> str:
    """Return a name as it stands within a sentence.

    >>> inside("Lithium hydroxide"), inside("수산화리튬")
    ('lithium hydroxide', '수산화리튬')
    """
    return name[:1].lower() + name[1:]


def warning_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    """Return the early warnings as a table."""
    _ = words.translate
    shown = area(words)
    return Sheet(
        "warnings",
        _("Early warnings: concentrated imports beside what the supplier does"),
        rows,
        ("flag", "commodity", "material", "supplier", "period", "share_percent", "hhi_low", "events", "source"),
        cells={
            "flag": _,
            "commodity": words.name,
            "material": words.name,
            "supplier": shown,
            "period": lambda text: period(str(text), words),
            "share_percent": fixed(1),
            "hhi_low": fixed(2),
            "events": lambda codes: words.listed(_event_names(words, str(codes))),
        },
        heads={"hhi_low": _("concentration, at least")},
        spare=("hhi_low", "material", "period"),
    )


def _event_names(words: Words, codes: str) -> list[str]:
    rows = words.pack.optional("trade_events").set_index("code")
    held = [rows.loc[code] for code in codes.split() if code in rows.index]
    return [f"{words.translate(str(row['kind'])).replace('_', ' ')} ({row['start']})" for row in held]


def event_sheet(materials: list[str], words: Words) -> Sheet:
    """Return the events of trade policy on materials as a table."""
    _ = words.translate
    rows = events_table(words.pack, materials, words.language)
    return Sheet(
        "events",
        _("What suppliers do: caps, bans, licences, refunds; and warnings of studies"),
        rows,
        ("start", "actor", "material", "kind", "statement", "source"),
        cells={"actor": area(words), "material": words.name, "kind": lambda kind: _(kind).replace("_", " ")},
        heads={"statement": _("what happens")},
    )
