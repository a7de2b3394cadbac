"""Facts on imports that studies print, and early warnings: concentrated imports beside events of trade policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transition.dependence import CONCENTRATED, concentration_bounds

RAISED, WATCH, QUIET = "raised", "watch", "none"
FLAGS = (RAISED, WATCH, QUIET)
"""How far a warning goes: concentrated imports and an event of the supplier; one of the two; neither."""
SHARE = "share"
PERIOD_END = "-12"
YEAR = 4
"""Letters of a year."""
COLUMNS = (
    "importer", "supplier", "commodity", "hs", "material", "period", "indicator", "value", "unit", "hhi_low",
    "hhi_high", "confidence", "source", "note",
)  # fmt: skip
WARNINGS = ("commodity", "material", "supplier", "period", "share_percent", "hhi_low", "flag", "events", "source")


def importers(pack: Pack) -> list[str]:
    """Return the importers that facts are known of, the one with most of them first."""
    held = pack.optional("import_facts")["importer"]
    return [str(code) for code in held.value_counts(sort=True).index]


def facts_table(pack: Pack, importer: str, commodities: Sequence[str] = (), years: Sequence[int] = ()) -> pd.DataFrame:
    """Return what is printed on the imports of a nation, with the concentration that a share alone says.

    commodities : codes of the pack or of the Harmonized System, all if none; years : all if none
    Raises MissingTableError without such facts, AirshedError for an importer, a code or years without any.
    """
    rows = pack.table("import_facts")
    goods = pack.table("commodities").set_index("code")
    known = list(dict.fromkeys(rows["importer"]))
    if importer not in known:
        raise unknown("importer", importer, known)
    held = rows[rows["importer"] == importer]
    if commodities:
        named = _known(pack, commodities)
        held = held[held["commodity"].isin(named)]
    if years:
        held = held[held["period"].str[:YEAR].isin([str(year) for year in years])]
    if held.empty:
        about = ", ".join([*commodities, *map(str, years)])
        raise AirshedError("no-import-facts", importer=importer, about=about)
    shares = np.where(held["indicator"] == SHARE, held["value"] / 100, np.nan)
    bounds = np.array([concentration_bounds(share) for share in shares]).reshape(-1, 2)
    held = held.assign(
        hs=held["commodity"].map(goods["hs"]),
        material=held["commodity"].map(goods["material"]),
        hhi_low=bounds[:, 0],
        hhi_high=bounds[:, 1],
    )
    order = held.assign(end=held["period"].map(period_end)).sort_values(
        ["commodity", "end", "period"], ascending=[True, False, True], kind="stable"
    )
    return order[list(COLUMNS)].reset_index(drop=True)


def _known(pack: Pack, commodities: Sequence[str]) -> list[str]:
    """Return the commodities of words: their own codes, or those of the Harmonized System, in either direction."""
    goods = pack.table("commodities")
    found: list[str] = []
    for word in commodities:
        held = goods[(goods["code"] == word) | (goods["material"] == word)]
        if held.empty and word.isdigit():
            held = goods[[bool(hs) and (hs.startswith(word) or word.startswith(hs)) for hs in goods["hs"]]]
        if held.empty:
            raise unknown("commodity", word, [*goods["code"], *(hs for hs in goods["hs"] if hs)])
        found += list(held["code"])
    return found


def period_end(period: str) -> str:
    """Return the last month of a period, to order by.

    >>> period_end("2021"), period_end("2022-01/2022-08")
    ('2021-12', '2022-08')
    """
    last = period.rpartition("/")[2]
    return last + PERIOD_END if len(last) == YEAR else last


def newest(facts: pd.DataFrame) -> pd.DataFrame:
    """Return of each commodity and supplier the newest share: columns commodity, supplier, period, share_percent."""
    shares = facts[facts["indicator"] == SHARE].copy()
    shares["end"] = shares["period"].map(period_end)
    shares = shares.sort_values("end", kind="stable").groupby(["commodity", "supplier"], sort=False).tail(1)
    return shares.rename(columns={"value": "share_percent"})[
        ["commodity", "supplier", "period", "share_percent", "source"]
    ]


def warnings_table(pack: Pack, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the early warnings on shares of suppliers: concentrated imports of a material that its supplier limits.

    shares : columns commodity, supplier, period, share_percent, source
    returns : the columns of `WARNINGS`, the gravest first; hhi_low is what the share alone makes the concentration;
    events : codes of the table trade_events, apart by spaces
    """
    goods = pack.table("commodities").set_index("code")["material"]
    events = pack.optional("trade_events")
    by = {key: " ".join(held["code"]) for key, held in events.groupby(["material", "actor"])}
    rows = shares.assign(material=shares["commodity"].map(goods).fillna(""))
    rows["hhi_low"] = [concentration_bounds(share / 100)[0] for share in rows["share_percent"]]
    rows["events"] = [by.get(pair, "") for pair in zip(rows["material"], rows["supplier"], strict=True)]
    both = (rows["hhi_low"] > CONCENTRATED).astype(int) + (rows["events"] != "").astype(int)
    rows["flag"] = [FLAGS[len(FLAGS) - 1 - count] for count in both]
    order = rows.assign(rank=rows["flag"].map(FLAGS.index)).sort_values(
        ["rank", "share_percent"], ascending=[True, False], kind="stable"
    )
    return order[list(WARNINGS)].reset_index(drop=True)


def events_table(pack: Pack, materials: Sequence[str], language: str) -> pd.DataFrame:
    """Return the events of trade policy on materials, the newest first, with their statement in a language."""
    rows = pack.optional("trade_events")
    held = rows[rows["material"].isin(materials)].sort_values("start", ascending=False, kind="stable")
    told = held.get(f"statement_{language}", held["statement_en"])
    held = held.assign(statement=told.where(told != "", held["statement_en"]))
    columns = [
        "code",
        "material",
        "actor",
        "kind",
        "start",
        "value",
        "unit",
        "statement",
        "confidence",
        "source",
        "note",
    ]
    return held[columns].reset_index(drop=True)
