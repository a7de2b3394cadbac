"""Tables 3-6 of the Seoul Institute report, every cell, through the command line; and what its text says of them."""

import csv
import json

import pytest

REGIONS = ("BJ", "HE", "TJ", "AH", "JS", "SH", "ZJ", "HA", "SN", "SX")
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def printed(shared):
    with (shared / "figures" / "emissions_gains_2015_2030.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def answered(cli):
    regions = [*("CHN", "JJJ", "YRD", "FW"), *(f"CN-{code}" for code in REGIONS)]
    words = [word for region in regions for word in ("--region", region)]
    code, out, _ = cli(
        "emissions", "--inventory", "gains", *words, "--years", "2015,2030", "--marks", "--format", "json"
    )
    assert code == 0
    return {(row["region"], row["sector"], row["pollutant"], row["year"]): row for row in json.loads(out)}


def test_every_cell(printed, answered):
    cells = 0
    for row in printed:
        found = answered[row["region"], row["sector"], row["pollutant"], int(row["year"])]
        assert found["value"] == float(row["kt"]), row
        cells += 1
        for field, name in (
            ("share_percent", "share_percent"),
            ("change_kt", "change"),
            ("change_percent", "change_percent"),
        ):
            if row[field] != "":
                assert found[name] == float(row[field]), (row, name)
                cells += 1
        terms = ["zhao_2011"] if row["pollutant"] == "SO2" else ["zhao_2011", "meic_zheng2018"]
        keys = ["seed_si_cooperation", *(terms if (row["region"], row["sector"]) == ("CHN", "total") else [])]
        assert (found["unit"], found["source"].split()) == ("kt/yr", keys)
    assert len(printed) == len(answered) == 582
    assert cells == 582 + 36 + 291 + 18


def test_the_three_cells_where_printed_and_computed_changes_differ(printed):
    """The print was rounded from more digits; the difference is one kt, never more."""
    values = {(r["table"], r["region"], r["sector"], r["pollutant"], r["year"]): float(r["kt"]) for r in printed}
    differing = {}
    for row in printed:
        if row["change_kt"] != "":
            key = (row["table"], row["region"], row["sector"], row["pollutant"])
            computed = values[*key, "2030"] - values[*key, "2015"]
            if computed != float(row["change_kt"]):
                differing[key[1:]] = computed - float(row["change_kt"])
    assert {key[0] for key in differing} == {"CHN"} and set(map(abs, differing.values())) == {1.0}


def test_marks_by_brute_force(printed, answered):
    for region in {row["region"] for row in printed}:
        for pollutant in ("PM2.5", "SO2", "NOx"):
            for year in ("2015", "2030"):
                here = [r for r in printed if (r["region"], r["pollutant"], r["year"]) == (region, pollutant, year)]
                here = {r["sector"]: r for r in here if r["sector"] != "total"}
                amounts = {sector: float(row["kt"]) for sector, row in here.items()}
                for sector, amount in amounts.items():
                    mark = answered[region, sector, pollutant, int(year)]["mark"].split()
                    assert ("largest" in mark) == (amount == max(amounts.values()))
                    assert ("smallest" in mark) == (amount == min(amounts.values()))
                    if year == "2030":
                        cuts = {name: float(row["change_kt"]) for name, row in here.items()}
                        assert ("largest_cut" in mark) == (cuts[sector] == min(cuts.values()) < 0)


@pytest.mark.parametrize(
    ("region", "pollutant", "largest", "cut"),
    [
        ("JJJ", "PM2.5", None, "residential_commercial"),
        ("JJJ", "SO2", None, "industry"),
        ("JJJ", "NOx", None, "industry"),
        ("YRD", "PM2.5", "residential_commercial", "residential_commercial"),
        ("YRD", "SO2", "industry", "industry"),
        ("FW", "PM2.5", "residential_commercial", "residential_commercial"),
        ("FW", "SO2", "industry", "industry"),
        ("FW", "NOx", "industry", "power"),
        ("CN-BJ", "PM2.5", "residential_commercial", None),
        ("CN-BJ", "SO2", "industry", None),
        ("CN-SX", "NOx", None, "power"),
        ("CN-SN", "NOx", None, "road"),
    ],
)
def test_what_the_text_says_of_the_marks(answered, region, pollutant, largest, cut):
    marks = {key[1]: row["mark"].split() for key, row in answered.items() if (key[0], key[2]) == (region, pollutant)}
    early = {
        key[1]: row["mark"].split()
        for key, row in answered.items()
        if (key[0], key[2], key[3]) == (region, pollutant, 2015)
    }
    if largest:
        assert [sector for sector, words in early.items() if "largest" in words] == [largest]
    if cut:
        assert [sector for sector, words in marks.items() if "largest_cut" in words] == [cut]


@pytest.mark.parametrize(
    ("region", "percents"),
    [
        ("CHN", (-30.3, -30.6, -41.0)),
        ("JJJ", (-29.5, -35.1, -32.3)),
        ("YRD", (-28.5, -28.2, -36.8)),
        ("FW", (-29.8, -33.7, -41.9)),
        ("CN-SH", (-4.3, -25.7, -14.1)),
    ],
)
def test_changes_that_the_text_prints(answered, region, percents):
    found = [answered[region, "total", pollutant, 2030]["change_percent"] for pollutant in ("PM2.5", "SO2", "NOx")]
    assert [round(value, 1) for value in found] == list(percents)


def test_shares_that_the_text_prints(answered):
    share = {key[1:3]: row["share_percent"] for key, row in answered.items() if key[0] == "CHN" and key[3] == 2015}
    assert [share["industry", name] for name in ("PM2.5", "SO2", "NOx")] == [70.5, 56.8, 34.5]
    assert [share["power", name] for name in ("SO2", "NOx")] == [25.2, 21.2]
    assert share["mobile", "NOx"] == 36.0
