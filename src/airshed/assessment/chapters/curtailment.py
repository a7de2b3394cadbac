"""The chapter on held-down power: what each season saved, beside what a year without a season shows by itself."""

from __future__ import annotations

import pandas as pd

from airshed.assessment.assessment import ProvenanceStep
from airshed.emissions.curtailment import SEASON, curtailment_table, printed_table, unprompted_change
from airshed.pack.errors import MissingTableError
from airshed.pack.pack import Pack

RULE = "saved against several counterfactuals of what would have been generated; the range is over them"
TABLES = ("curtailments", "activities", "activity_emissions")


def curtailment_frames(pack: Pack) -> dict[str, pd.DataFrame]:
    """Return the tables of the seasons.

    returns : seasons (a row per winter, region and counterfactual), unprompted (change between two years without a
        season), printed (published emissions split by cause, where the pack holds them)
    Raises MissingTableError for a pack without seasons or without what was generated in them.
    """
    known = _known(pack)
    seasons = curtailment_table(pack)
    seasons.insert(2, "activity", list(known.loc[seasons["winter"], "activity"]))
    frames = {"seasons": seasons, "unprompted": _unprompted(pack, seasons)}
    try:
        frames["printed"] = printed_table(pack)
    except MissingTableError:
        return frames
    return frames


def curtailment_step(frames: dict[str, pd.DataFrame]) -> ProvenanceStep:
    """Return the entry of the provenance log: by which rule, from which tables, after which sources."""
    cited = [key for table in frames.values() for cell in table["source"] for key in str(cell).split()]
    return ProvenanceStep("curtailment", RULE, TABLES, tuple(dict.fromkeys(cited)))


def _known(pack: Pack) -> pd.DataFrame:
    """Return the seasons of the pack by their code."""
    rows = pack.table("curtailments")
    return rows[rows["kind"] == SEASON].set_index("code", drop=False)


def _unprompted(pack: Pack, seasons: pd.DataFrame) -> pd.DataFrame:
    """Return by how much generation changed between two years without a season, one row per region."""
    known = _known(pack)
    rows = []
    for row in seasons.drop_duplicates("region").to_dict("records"):
        season = {str(name): cell for name, cell in known.loc[row["winter"]].items()}
        months, change = unprompted_change(pack, season, row["region"])
        if months and change == change:
            rows.append(
                {
                    "region": row["region"],
                    "activity": season["activity"],
                    "first": months[0],
                    "last": months[-1],
                    "change_percent": change,
                    "basis": "derived",
                    "source": row["source"],
                }
            )
    return pd.DataFrame(rows, columns=["region", "activity", "first", "last", "change_percent", "basis", "source"])
