"""What the seasons of curtailed coal saved, recomputed from the daily file with the csv module only."""

import calendar
import csv
from collections import defaultdict

import pytest

import airshed
from airshed.emissions.activity_form import ActivityScenario
from airshed.emissions.curtailment import COUNTERFACTUALS, curtailment_table, printed_table, unprompted_change
from airshed.pack.errors import AirshedError, MissingTableError
from support.small import write_table

PROVINCES = {
    "서울시": "KR-11",
    "부산시": "KR-26",
    "대구시": "KR-27",
    "인천시": "KR-28",
    "광주시": "KR-29",
    "대전시": "KR-30",
    "울산시": "KR-31",
    "세종시": "KR-50",
    "경기도": "KR-41",
    "강원도": "KR-42",
    "충청북도": "KR-43",
    "충청남도": "KR-44",
    "전라북도": "KR-45",
    "전라남도": "KR-46",
    "경상북도": "KR-47",
    "경상남도": "KR-48",
    "제주도": "KR-49",
}
FUELS = {"LNG": "gas", "석탄": "coal", "유류": "oil"}


@pytest.fixture(scope="module")
def daily(shared):
    path = shared / "data" / "activity" / "korea_thermal_power_daily.csv"
    with path.open(encoding="cp949", newline="") as handle:
        header, *rows = csv.reader(handle)
    assert [name.strip() for name in header] == ["거래일자", "지역", "연료원", "발전량(MWh)"]
    return [(day, PROVINCES[place], FUELS[fuel], int(amount)) for day, place, fuel, amount in rows]


@pytest.mark.shared
def test_every_monthly_sum_is_that_of_the_daily_file(pack, daily):
    wanted, days = defaultdict(int), defaultdict(int)
    for day, region, fuel, amount in daily:
        wanted[region, fuel, day[:7]] += amount
        days[region, fuel, day[:7]] += 1
    rows = pack.table("activities")
    keys = zip(rows["region"], rows["activity"], rows["period"], strict=True)
    assert dict(zip(keys, rows["value"], strict=True)) == wanted
    assert set(rows["sector"]) == {"power"} and set(rows["unit"]) == {"MWh"} and set(rows["form"]) == {"electricity"}
    short = {key for key, n in days.items() if n != calendar.monthrange(int(key[2][:4]), int(key[2][5:]))[1]}
    noted = rows[rows["note"] != ""]
    assert set(zip(noted["region"], noted["activity"], noted["period"], strict=True)) == short
    assert [note.split()[0] for note in noted["note"]] == [
        str(days[key]) for key in zip(noted["region"], noted["activity"], noted["period"], strict=True)
    ]


def coal(daily, months, region=None, fuels=("coal",)):
    chosen = set(months)
    return sum(
        amount for day, place, fuel, amount in daily if fuel in fuels and day[:7] in chosen and region in (None, place)
    )


WINTER, BEFORE = ["2019-12", "2020-01", "2020-02", "2020-03"], ["2018-12", "2019-01", "2019-02", "2019-03"]
ALL = ("coal", "gas", "oil")


def saved(table, winter, region, counterfactual):
    row = table[(table["winter"] == winter) & (table["region"] == region) & (table["counterfactual"] == counterfactual)]
    assert len(row) == 1
    return float(row["saved_percent"].iloc[0])


@pytest.mark.shared
@pytest.mark.parametrize("region", [None, "KR-44"])
def test_the_first_winter_by_the_csv_module(pack, daily, region):
    code = region or "KOR"
    table = curtailment_table(pack, [code])
    generated = coal(daily, WINTER, region)
    found = table[(table["winter"] == "2019/20") & (table["region"] == code)]
    assert found["generated"].unique() == pytest.approx([generated])
    year_before = coal(daily, BEFORE, region)
    assert saved(table, "2019/20", code, "last-year") == pytest.approx(100 * (1 - generated / year_before))
    mean = coal(daily, ["2018-12"], region)
    mean += sum(coal(daily, [f"2018-{m}", f"2019-{m}"], region) / 2 for m in ("01", "02", "03"))
    assert saved(table, "2019/20", code, "free-mean") == pytest.approx(100 * (1 - generated / mean))
    summer = [f"2019-{month:02d}" for month in range(4, 12)]
    share = coal(daily, summer, region) / coal(daily, summer, None, ALL)
    there = share * coal(daily, WINTER, None, ALL)
    assert saved(table, "2019/20", code, "earlier-share") == pytest.approx(100 * (1 - generated / there))
    earlier = [f"2018-{month:02d}" for month in range(4, 12)]
    there = year_before * coal(daily, summer, region) / coal(daily, earlier, region)
    assert saved(table, "2019/20", code, "trend") == pytest.approx(100 * (1 - generated / there))
    there = 0.0
    for month, others in zip(
        WINTER, (["2018-12"], *([f"2018-{m}", f"2019-{m}"] for m in ("01", "02", "03"))), strict=True
    ):
        whole = coal(daily, others, None, ALL)
        there += coal(daily, [month], None, ALL) * coal(daily, others, region) / whole
    assert saved(table, "2019/20", code, "free-share") == pytest.approx(100 * (1 - generated / there))


@pytest.mark.shared
def test_coal_fell_by_a_tenth_in_the_year_before_without_any_season(pack, daily):
    season = pack.table("curtailments").set_index("code", drop=False).loc["2019/20"].to_dict()
    months, change = unprompted_change(pack, season, "KOR")
    assert months == ["2019-01", "2019-02", "2019-03"]
    before = coal(daily, ["2018-01", "2018-02", "2018-03"])
    assert change == pytest.approx(100 * (coal(daily, months) / before - 1))
    assert change == pytest.approx(-10.4, abs=0.05)


def test_the_range_leaves_out_what_was_curtailed_itself(pack):
    table = curtailment_table(pack)
    assert list(dict.fromkeys(table["winter"])) == ["2019/20", "2020/21", "2021/22"]
    assert set(table["counterfactual"]) == set(COUNTERFACTUALS)
    for _, rows in table.groupby("winter"):
        itself = rows["note"].str.contains("curtailed themselves")
        inside = rows.loc[~itself, "saved_percent"]
        assert (set(rows["low"]), set(rows["high"])) == ({inside.min()}, {inside.max()})
        assert list(rows.loc[itself, "counterfactual"]) == (
            ["last-year"] if rows["winter"].iloc[0] != "2019/20" else []
        )


def test_provinces_add_up_where_the_counterfactual_is_linear(pack):
    rows = pack.table("activities")
    provinces = sorted(set(rows.loc[rows["activity"] == "coal", "region"]) - {"KR-27"})
    table = curtailment_table(pack, ["KOR", *provinces])
    for name in ("last-year", "free-mean", "free-share", "earlier-share"):
        part = table[(table["counterfactual"] == name) & (table["winter"] == "2019/20")].set_index("region")
        values = part["counterfactual_value"]
        assert values.drop("KOR").sum() == pytest.approx(values["KOR"], rel=1e-3)
        assert values.drop("KOR").sum() <= values["KOR"] * (1 + 1e-12)


@pytest.mark.shared
def test_printed_emissions_fell_more_than_generation(pack, daily):
    """The ministry prints 39.6 % less in three months; their coal generation fell by 14 %."""
    table = printed_table(pack).set_index("period")
    three = table.loc[["2019-12", "2020-01", "2020-02"]]
    assert (three["before"].sum(), three["value"].sum()) == (5320, 3212)
    assert [round(value, 1) for value in three["change_percent"]] == [-37.5, -39.7, -42.2]
    assert 100 * (coal(daily, WINTER[:3]) / coal(daily, BEFORE[:3]) - 1) == pytest.approx(-14.0, abs=0.05)
    second = table.loc["2020-12/2021-03"]
    assert (second["value"], second["change"], round(second["change_percent"])) == (3191, -757, -19)
    first = table.loc["2019-12/2020-03"]
    assert first["change"] + second["change"] == -3358
    for period, row in table.iterrows():
        assert row["activity_effect"] + row["factor_effect"] == pytest.approx(row["change"], rel=1e-12), period
    rates = 1e6 * 6549 / coal(daily, BEFORE), 1e6 * 3948 / coal(daily, WINTER)
    assert (first["factor_before"], first["factor"]) == pytest.approx(rates)
    energy = coal(daily, BEFORE), coal(daily, WINTER)
    assert first["activity_effect"] == pytest.approx((energy[1] - energy[0]) * sum(rates) / 2 / 1e6)


SEASON = {"code": "2015/16", "region": "AAA", "sector": "power", "activity": "coal", "kind": "season"}


def two_winters(small_copy, **more):
    """Write coal and gas of two years: 100 and 100 a month, in the season from 2015-12 to 2016-01 coal 60, gas 140."""
    months = [f"{year}-{month:02d}" for year in (2014, 2015, 2016) for month in range(1, 13)]
    usual = {"region": "AA-1", "sector": "power", "form": "electricity", "unit": "MWh"}
    rows = [
        usual | {"activity": name, "period": month, "value": value if month in ("2015-12", "2016-01") else 100}
        for month in months
        for name, value in (("coal", 60), ("gas", 140))
    ]
    tables = {"activities": rows, "curtailments": [SEASON | {"period": "2015-12/2016-01"}]} | more
    for name, held in tables.items():
        write_table(small_copy / "tables" / f"{name.replace('_', '-')}.csv", name, held)
    return airshed.open_pack(small_copy)


def test_every_counterfactual_finds_what_was_put_in(small_copy):
    table = curtailment_table(two_winters(small_copy))
    assert list(table["saved_percent"]) == pytest.approx([40.0] * 5)
    assert list(table["counterfactual_value"]) == pytest.approx([200.0] * 5)


def test_kilotonnes_by_hand_where_the_pack_holds_what_they_need(small_copy):
    """120 MWh at 40 % are 1080 GJ, times 1000 g less 90 %: 0.000108 kt; 80 of 200 MWh saved are two thirds of it."""
    technology = {"code": "scrubber", "name_en": "Scrubber", "sector": "power", "activities": "coal"}
    control = {"strategy": "law", "region": "AAA", "sector": "power", "activity": "coal", "technology": "scrubber"}
    factor = {"sector": "power", "pollutant": "SO2", "unit": "g/GJ", "per": "fuel"}
    pack = two_winters(
        small_copy,
        technologies=[technology],
        technology_effects=[{"technology": "scrubber", "pollutant": "SO2", "value": 0.9}],
        controls=[control | {"period": year, "application": 1} for year in ("2015", "2016")],
        efficiencies=[{"sector": "power", "activity": name, "value": 0.4} for name in ("coal", "gas")],
        factors=[factor | {"fuel": name, "activity": name, "value": 1000} for name in ("coal", "gas")],
    )
    table = curtailment_table(pack, (), "SO2", ActivityScenario(strategy="law"))
    assert list(table["saved_kt"]) == pytest.approx([1080 * 100 / 1e9 * 80 / 120] * 5)


def test_what_is_missing_is_named(pack, small_folder, small_copy):
    with pytest.raises(MissingTableError, match="needs table curtailments"):
        curtailment_table(airshed.open_pack(small_folder))
    with pytest.raises(MissingTableError, match="coal of KR-11"):
        curtailment_table(pack, ["KR-11"])
    with pytest.raises(MissingTableError, match="no row for CHN"):
        curtailment_table(pack, ["CHN"])
    short = two_winters(small_copy, curtailments=[SEASON | {"period": "2014-01/2014-02"}])
    table = curtailment_table(short)
    assert table["note"].str.contains("do not reach back").sum() == 3
    with pytest.raises(AirshedError, match="needs table activity_emissions"):
        printed_table(short)


def test_kilotonnes_without_a_strategy_are_those_of_plants_that_remove_nothing(pack):
    """CO2 of coal power of South Chungcheong: GJ of electricity over 37.3 percent, times 94.6 kg/GJ."""
    table = curtailment_table(pack, ["KR-44"], "CO2").set_index(["winter", "counterfactual"])
    row = table.loc[("2019/20", "last-year")]
    emitted = row["generated"] * 3.6 / 0.373 * 94.6 / 1e6
    assert row["saved_kt"] == pytest.approx(emitted * (row["counterfactual_value"] / row["generated"] - 1))
    assert "gem_coal_2022" in row["source"].split() and "as if nothing were removed" in row["note"]
