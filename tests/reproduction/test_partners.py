"""What experts chose as joint projects of cities, and where the tables alone put them.

The study on cooperation of cities names, as examples, vehicles and buildings of Seoul and Beijing, ships of Incheon and
Shanghai or Tianjin, and industry and power of Gyeonggi or South Chungcheong and Hebei.
"""

import pytest

from airshed.assessment.partners import partners_table

REGIONS = ("KR-28", "KR-11", "KR-41", "KR-44")
FOUND = {
    ("KR-28", "CN-SH", "offroad"): (4, 1, 1),
    ("KR-28", "CN-TJ", "offroad"): (8, 2, 1),
    ("KR-11", "CN-BJ", "road"): (11, 8, 1),
    ("KR-11", "CN-BJ", "residential_commercial"): (36, 15, 2),
    ("KR-41", "CN-HE", "industry"): (12, 3, 1),
    ("KR-41", "CN-HE", "power"): (94, 12, 5),
    ("KR-44", "CN-HE", "power"): (9, 9, 1),
    ("KR-44", "CN-HE", "industry"): (12, 3, 2),
}
"""Rank among all 260 projects with Chinese provinces, among those of the sector, and among the sectors of the pair."""


@pytest.fixture(scope="module")
def tables(pack):
    return {region: partners_table(pack, region, "CHN", top=300) for region in REGIONS}


def row_of(table, partner, sector):
    (row,) = table[(table["partner"] == partner) & (table["sector"] == sector)].to_dict("records")
    return row


def test_the_best_shipping_partners_of_incheon_are_shanghai_and_tianjin(pack, tables):
    rows = partners_table(pack, "KR-28", "CHN", "offroad", top=5)
    assert {"CN-SH", "CN-TJ"} == set(rows["partner"].head(2))
    assert row_of(rows, "CN-TJ", "offroad")["quotient_partner"] > 5
    alone = row_of(tables["KR-28"], "CN-TJ", "offroad")["rank_history"]
    assert alone <= 20, "the baseline takes the level of ports from the tables that know them"


@pytest.mark.parametrize(("region", "partner", "sector"), FOUND)
def test_where_the_choices_of_experts_stand(tables, region, partner, sector):
    table, row = tables[region], row_of(tables[region], partner, sector)
    ranks = tuple(int(row[name]) for name in ("rank", "rank_in_sector", "rank_in_pair"))
    assert len(table) == 260
    assert all(found <= stated for found, stated in zip(ranks, FOUND[region, partner, sector], strict=True)), ranks


def test_vehicles_and_buildings_are_what_seoul_and_beijing_share_most(tables):
    table = tables["KR-11"]
    pair = table[table["partner"] == "CN-BJ"].sort_values("rank_in_pair")
    assert pair["sector"].head(2).tolist() == ["road", "residential_commercial"]


def test_each_region_finds_hebei_in_its_first_eighteenth_by_industry_or_power(tables):
    for region in ("KR-41", "KR-44"):
        best = min(row_of(tables[region], "CN-HE", sector)["rank"] for sector in ("industry", "power"))
        assert best <= len(tables[region]) / 18
