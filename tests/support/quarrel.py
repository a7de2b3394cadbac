"""A small airshed whose members are better off in parts: what cleans the air of one nation soils that of another."""

from support.variant import Rows

HARM = -0.1
"""Coefficient from Aland's nitrogen to the nitrate of Bland; that of every other link is positive."""
CROWD = 8
"""How many times as many people Bland has."""


def harmful_catalyst(rows: Rows) -> None:
    """Leave the catalyst as the one measure: less NOx of Aland means more nitrate in Bland, which has many people.

    So the two provinces of Aland gain by it, and Bland loses more than they gain.
    """
    for row in rows["source_receptor"]:
        if (row["precursor"], row["source_block"], row["receptor_block"]) == ("NOx", "BLOCK_A", "BLOCK_B"):
            row["coefficient"] = HARM if row["species"] == "NO3" else 0.0
    rows["economy"] += [{**row, "code": "BBB"} for row in rows["economy"] if row["code"] == "AAA"]
    for row in rows["populations"]:
        row["value"] *= CROWD if row["region"] == "BBB" else 1
    rows["measures"] = [row for row in rows["measures"] if row["code"] == "industry.CATALYST"]
    for table in ("measure_effects", "measure_costs", "applications"):
        rows[table] = [row for row in rows[table] if row["measure"] == "industry.CATALYST"]
    rows["measure_effects"] = [row for row in rows["measure_effects"] if row["pollutant"] == "NOx"]
