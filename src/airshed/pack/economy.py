"""Products of nations as the pack prints them."""

from __future__ import annotations

from airshed.pack.errors import MissingTableError
from airshed.pack.pack import Pack

GDP, GDP_UNIT = "gdp_usd", "billion USD"
MILLION_PER_BILLION = 1e3


def gdp(pack: Pack) -> dict[str, float]:
    """Return the GDP of nations in the base year of the pack, million USD of that year."""
    rows = pack.table("economy")
    rows = rows[(rows["indicator"] == GDP) & (rows["year"].astype(int) == pack.base_year)]
    if rows.empty:
        raise MissingTableError("economy", f"{GDP} of {pack.base_year}")
    return {code: float(value) * MILLION_PER_BILLION for code, value in zip(rows["code"], rows["value"], strict=True)}
