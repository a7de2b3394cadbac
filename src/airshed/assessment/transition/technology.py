"""Regions that a study names as leading in a field of technology: tested against data, and matched to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from airshed.pack.codes import unknown
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.language import LANGUAGES
from airshed.pack.pack import Pack
from airshed.transition.leads import CANNOT_CHECK, CONFIRMED, DIFFERS, chance_of_hits, verdict_of_list

FIELDS, LEADS = "technology_fields", "technology_leads"
ALL_INDUSTRIES = "all"
OPERATING = "operating"
BY_RANK = "rank by CO2 of the industry, direct emissions"
BY_PLANT = "plants of the table that stand there"
NO_TABLE = "no table to test it by"
BY_REGION = "cities are tested by the region around them"
NO_ROWS = "no rows of the industry in the table industries"
NO_PLANT = "the plant is not in the table plants"
TESTS = (BY_RANK, BY_PLANT, NO_TABLE)
NOTES = (BY_REGION, NO_ROWS, NO_PLANT)
"""Templates, for translation."""


def fields_of(pack: Pack) -> list[str]:
    """Return the keys of the fields, in the order of the table."""
    return [str(field) for field in pack.optional(FIELDS)["field"]]


def field_name(pack: Pack, field: str, language: str) -> str:
    """Return the name of a field in a language, in English where it has none, its key without any."""
    rows = pack.optional(FIELDS)
    row = rows[rows["field"] == field].iloc[0]
    return str(row[f"name_{language}"] or row["name_en"] or field)


def leads_table(pack: Pack, field: str | None = None) -> pd.DataFrame:
    """Return every region that is named as leading in a field, with its rank in the data that the field is tested by.

    field : one field, all if None
    returns : columns field, region, city_en, city_ko, city_zh, test (`TESTS`), year (the latest of the data), value,
        unit, rank, regions (how many are ranked; regions of one nation, by the table), among_first (whether the rank is
        within as many as are listed), source, note; NaN where it cannot be tested
    Raises MissingTableError for a pack without leading regions, AirshedError for an unknown field.
    """
    return pd.DataFrame.from_records(list(_leads(pack, field)))


def fields_table(pack: Pack, field: str | None = None) -> pd.DataFrame:
    """Return the fields with the verdict on their list of leading regions.

    returns : columns field, name_*, sector, stage, test, year, listed, hits (listed regions among the first as many),
        regions, chance (share of random lists that do as well), verdict (`leads.VERDICTS`), before (hits of earlier
        years, as `2015: 2`), text_*, missing_*, place, source
    Raises MissingTableError for a pack without leading regions.
    """
    leads, rows = leads_table(pack, field), pack.optional(FIELDS)
    found = []
    for row in rows[rows["field"].isin(set(leads["field"]))].to_dict("records"):
        mine = leads[leads["field"] == row["field"]]
        listed, ranked = mine["region"].nunique(), mine["regions"].max()
        record: dict[str, Any] = {key: row[key] for key in ("field", *_spoken("name"), "sector", "stage")}
        record |= {"test": mine["test"].iloc[0], "year": mine["year"].max(), "listed": listed, "before": ""}
        record |= {"hits": np.nan, "regions": ranked, "chance": np.nan, "verdict": CANNOT_CHECK}
        if record["test"] == BY_PLANT:
            record |= {"hits": int(mine["among_first"].sum())}
            record["verdict"] = CONFIRMED if mine["among_first"].all() else DIFFERS
        elif record["test"] == BY_RANK and np.isfinite(ranked):
            hits = int(mine.drop_duplicates("region")["among_first"].sum())
            record |= {"hits": hits, "chance": chance_of_hits(hits, listed, int(ranked))}
            record |= {"verdict": verdict_of_list(hits, listed, int(ranked))}
            record["before"] = _before(pack, str(row["industry"]), set(mine["region"]), int(record["year"]))
        record |= {key: row[key] for key in (*_spoken("text"), *_spoken("missing"), "place", "source")}
        record["source"] = " ".join(
            dict.fromkeys(word for cell in (row["source"], *mine["source"]) for word in cell.split())
        )
        found.append(record)
    return pd.DataFrame.from_records(found)


def _spoken(name: str) -> list[str]:
    return [f"{name}_{language}" for language in LANGUAGES]


def leading(pack: Pack, field: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the fields and the leading regions of the pack.

    field : a field that is asked for, which must be known
    Raises MissingTableError for a pack without them, AirshedError for an unknown field.
    """
    fields, leads = pack.optional(FIELDS), pack.optional(LEADS)
    if fields.empty or leads.empty:
        raise MissingTableError(FIELDS if fields.empty else LEADS, Phrase("detail-leading-regions"))
    if field is not None and field not in set(fields["field"]):
        raise unknown("field", field, fields_of(pack))
    return fields, leads


def _leads(pack: Pack, field: str | None) -> Iterator[dict[str, Any]]:
    fields, leads = leading(pack, field)
    kinds = fields.set_index("field")
    for row in leads[leads["field"].isin([field] if field else kinds.index)].to_dict("records"):
        mine = leads[leads["field"] == row["field"]]
        empty = {"value": np.nan, "unit": "", "rank": np.nan, "regions": np.nan, "among_first": False, "note": ""}
        record: dict[str, Any] = {"field": row["field"], "region": row["region"]}
        record |= {key: row[key] for key in _spoken("city")} | {"test": NO_TABLE, "year": np.nan} | empty
        record["source"] = str(row["source"])
        industry = str(kinds.loc[row["field"], "industry"])
        if (mine["plant"] != "").any():
            record |= _plant(pack, str(row["plant"]))
        elif industry:
            record |= _ranked(pack, industry, str(row["region"]), mine["region"].nunique())
            if row["city_en"]:
                record["note"] = "; ".join(part for part in (record["note"], BY_REGION) if part)
        record["source"] = " ".join(dict.fromkeys([str(row["source"]), *str(record["source"]).split()]))
        yield record


def _plant(pack: Pack, name: str) -> dict[str, Any]:
    """Return what operates of a plant: its capacity, and since when."""
    rows = pack.optional("plants")
    rows = rows[(rows["plant"] == name) & (rows["status"] == OPERATING)]
    if rows.empty or not name:
        return {"test": BY_PLANT, "note": NO_PLANT}
    found = {"value": float(rows["value"].sum()), "unit": str(rows["unit"].iloc[0]), "among_first": True}
    return found | {"test": BY_PLANT, "year": float(rows["first_year"].min()), "source": str(rows["source"].iloc[0])}


def _ranked(pack: Pack, industry: str, region: str, listed: int) -> dict[str, Any]:
    """Return the rank of a region in the latest year of an industry."""
    rows = industry_rows(pack, industry)
    if rows.empty or region not in set(rows["region"]):
        return {"test": BY_RANK, "note": NO_ROWS}
    row = rows[rows["region"] == region].iloc[0]
    rank = 1 + int((rows["value"] > row["value"]).sum())
    found = {"value": float(row["value"]), "unit": str(row["unit"]), "rank": rank, "regions": len(rows)}
    found |= {"test": BY_RANK, "year": int(row["year"]), "among_first": rank <= listed, "source": str(row["source"])}
    return found


def industry_rows(pack: Pack, industry: str, year: int | None = None) -> pd.DataFrame:
    """Return the CO2 of an industry by region in a year, the latest if None, the largest first."""
    rows = pack.optional("industries")
    rows = rows[rows["industry"] == industry]
    wanted = rows["year"].max() if year is None else year
    return rows[rows["year"] == wanted].sort_values("value", ascending=False, kind="stable")


def _before(pack: Pack, industry: str, regions: set[str], year: int) -> str:
    """Return how many of some regions were among the first as many in each year before."""
    rows = pack.optional("industries")
    years = sorted(set(rows.loc[rows["industry"] == industry, "year"]) - {year})
    told = []
    for one in years:
        first = industry_rows(pack, industry, int(one))["region"].head(len(regions))
        told.append(f"{int(one)}: {len(regions & set(first))}")
    return ", ".join(told)
