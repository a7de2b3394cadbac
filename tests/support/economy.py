"""The GDP of nations as the table economy prints it."""

from airshed.pack.pack import Pack


def printed_gdp(pack: Pack) -> dict[str, float]:
    """Return the GDP of the nations that are printed in USD in the base year, million USD."""
    rows = pack.table("economy")
    rows = rows[(rows["indicator"] == "gdp_usd") & (rows["year"] == pack.base_year) & (rows["unit"] == "billion USD")]
    return {code: 1000.0 * value for code, value in zip(rows["code"], rows["value"], strict=True)}
