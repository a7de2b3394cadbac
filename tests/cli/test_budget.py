"""The command on the budget of a common body: records, files, the trail, messages in Korean, exit codes."""

import csv
import io
import json

import pytest

ASKED = ("budget", "--members", "CHN,KOR,JPN,MNG,PRK,TWN", "--total", "5000000", "--key", "population")
FIELDS = [
    "member",
    "year",
    "key_share",
    "by_key",
    "discount",
    "limits",
    "assessed",
    "compliance",
    "carried",
    "special",
    "total",
    "unit",
    "key",
    "source",
    "note",
]
PARTS = ("assessed", "compliance", "carried", "special")


def cents(number):
    return round(float(number) * 100)


@pytest.fixture
def files(tmp_path):
    contents = {
        "scores": "member,year,score\nCHN,2027,0.5\nKOR,2027,1\n",
        "special": "member,year,amount,purpose\nKOR,2028,250000.50,support of low-income cities\n",
        "paid": "member,year,amount\nJPN,2027,0\n",
    }
    words = []
    for name, text in contents.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        words += [f"--{name}", path]
    return words


def test_records_add_up_to_the_cent(cli, files):
    years = ("--years", "2027-2029", "--growth", "0.02", "--floor", "0.001", "--ceiling", "0.5")
    code, out, err = cli(*ASKED, *years, *files, "--penalty", "0.1", "--format", "json")
    assert code == 0, err
    rows = json.loads(out)
    assert list(rows[0]) == FIELDS and len(rows) == 18
    budgets = {2027: 500_000_000, 2028: 510_000_000, 2029: 520_200_000}
    for year, budget in budgets.items():
        held = [row for row in rows if row["year"] == year]
        assert sum(cents(row["assessed"]) for row in held) == budget
        assert sum(cents(row["compliance"]) for row in held) == 0
        assert all(cents(row["assessed"]) >= budget * 0.001 for row in held)
        assert all(cents(row["assessed"]) <= budget * 0.5 for row in held)
    for row in rows:
        assert cents(row["total"]) == sum(cents(row[part]) for part in PARTS)
        assert cents(row["assessed"]) == sum(cents(row[part]) for part in ("by_key", "discount", "limits"))
    by = {(row["member"], row["year"]): row for row in rows}
    assert by["CHN", 2027]["compliance"] > 0 > by["KOR", 2027]["compliance"]
    assert by["JPN", 2028]["carried"] == by["JPN", 2027]["total"] and by["JPN", 2029]["carried"] == 0
    assert by["KOR", 2028]["special"] == 250000.5 and "low-income cities" in by["KOR", 2028]["note"]


def test_the_trail_adds_up_to_the_totals(cli, files):
    words = (*ASKED, "--years", "2027-2028", *files, "--penalty", "0.1", "--format", "csv")
    code, out, err = cli(*words, "--audit")
    assert code == 0 and "all right to the cent" in err
    trail = list(csv.DictReader(io.StringIO(out)))
    assert list(trail[0]) == ["member", "year", "step", "before", "change", "after", "unit", "purpose"]
    totals = list(csv.DictReader(io.StringIO(cli(*words)[1])))
    for row in totals:
        own = [step for step in trail if (step["member"], step["year"]) == (row["member"], row["year"])]
        assert sum(cents(step["change"]) for step in own) == cents(row["total"]) == cents(own[-1]["after"])


def test_what_is_not_neutral_says_what_it_adds(cli, files):
    """China is assessed 4,275,660.69 of 5 million by people; half a score short at 0.1 is 5 % more: 213,783.03."""
    code, out, err = cli(
        *ASKED, "--years", "2027-2028", *files, "--penalty", "0.1", "--not-neutral", "--format", "json"
    )
    assert code == 0 and "2027: penalties and bonuses change the sum by +213,783.03 USD" in err
    rows = json.loads(out)
    assert sum(cents(row["compliance"]) for row in rows) == 213_783_03


def test_without_years_the_first_after_the_newest_observation_holds(cli, pack):
    code, out, err = cli(*ASKED, "--format", "json")
    (year,) = {row["year"] for row in json.loads(out)}
    assert code == 0 and f"{year}: 5,000,000.00 USD assessed, key people of 2015" in err
    assert year == int(pack.table("observations")["year"].max()) + 1


def test_exported_deaths_are_said_beside_their_shares(cli):
    """Shares by exported deaths are those deaths over their sum; a borrowed relation is said with it."""
    words = ("budget", "--members", "CHN,KOR,JPN,MNG", "--key", "exported", "--total", "1000", "--format", "json")
    code, out, _ = cli(*words)
    rows = json.loads(out)
    deaths = [float(row["note"].split(" deaths")[0].replace(",", "")) for row in rows]
    shares = [row["key_share"] for row in rows]
    assert code == 0 and shares == pytest.approx([one / sum(deaths) for one in deaths], rel=1e-3)
    assert ["indicative" in row["note"] for row in rows] == [False, False, False, True]


def test_in_korean(cli):
    code, out, err = cli("--lang", "ko", *ASKED[:-2], "--key", "un-scale", "--missing", "floor")
    assert code == 0
    assert "분담금" in out and "저소득 할인" in out and "몽골" in out
    assert "상한에 있음" in err and "하한에 둠" in err and "1센트까지" in err
    code, out, err = cli("--lang", "ko", *ASKED, "--audit")
    assert code == 0 and "기준 배분액" in out and "이행 조정" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--members", "CHN,XYZ", "--total", "100"), "the region XYZ is not known"),
        (("--members", "CHN,CN-BJ", "--total", "100"), "overlap in CN-BJ"),
        (("--members", "CHN", "--total", "100"), "at least two members"),
        (("--members", "CHN,KOR", "--total", "-100"), "the total -100 is negative"),
        (("--members", "CHN,KOR", "--total", "nan"), "the total nan is not a number"),
        (("--members", "CHN,KOR", "--total", "0"), "the total is not above 0"),
        (("--members", "CHN,PRK", "--total", "100", "--key", "gdp"), "no GDP of PRK"),
        (("--members", "CHN,KOR", "--total", "100", "--floor", "0.6"), "more than all of it"),
        (("--members", "CHN,KOR", "--total", "100", "--ceiling", "0.4"), "less than all of it"),
        (("--members", "CHN,KOR", "--total", "100", "--years", "2030-2027"), "--years cannot be 2030-2027"),
    ],
)
def test_a_mistake_ends_with_2_and_a_remedy(cli, words, message):
    code, out, err = cli("budget", *words)
    assert code == 2 and out == "" and message in err
    assert len(err.strip().splitlines()) == 2 and "Traceback" not in err
