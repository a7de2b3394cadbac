"""The command on partners: records for scripts, languages, networks, messages."""

import csv
import io
import json

import pytest

from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count

PARTS = ("relevance", "exposure", "deaths", "cost", "co2", "technology")


@pytest.fixture(scope="module")
def records():
    from contextlib import redirect_stdout

    from airshed.cli.main import main

    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["partners", "KR-28", "--with", "CHN", "--top", "12", "--format", "json"]) == 0
    return json.loads(out.getvalue())


def test_records_have_what_scripts_rely_on(records):
    assert len(records) == 12
    assert {"region", "partner", "sector", "score", *(f"part_{name}" for name in PARTS)} <= set(records[0])
    assert [row["rank"] for row in records] == sorted(row["rank"] for row in records)
    for row in records:
        assert row["region"] == "KR-28" and row["partner"].startswith("CN-") and row["note"] == "indicative"
        parts = [row[f"part_{name}"] for name in PARTS[:4]]
        assert row["score"] == pytest.approx(sum(parts) / 4)
        assert row["gives_low"] <= row["gives"] <= row["gives_high"]
        assert row["deaths"] == pytest.approx(row["deaths_region"] + row["deaths_partner"])
        assert row["deaths_low"] <= row["deaths"] <= row["deaths_high"]
        assert row["price_low"] <= row["cost"] <= row["price_high"]
        assert row["weights_best"] <= row["rank"] and 0 <= row["weights_in_top"] <= 1
        assert row["samples_best"] <= row["samples_worst"] and row["source"]
        assert row["technology"] in ("unknown", row["region"], row["partner"])


def test_the_reason_is_told_in_three_languages(records):
    for row in records:
        assert "add to PM2.5" in row["why_en"] and "인천" in row["why_ko"] and "仁川" in row["why_zh"]
        assert not any("가" <= letter <= "힣" for letter in row["why_zh"] + row["why_en"])
        assert not any(word in row["why_ko"] + row["why_zh"] for word in (" of ", "people", "deaths"))
        for language in ("en", "ko", "zh"):
            for number in (percent(row["share_region"]), f"{row['gets']:.2g}", count(row["deaths"], language)):
                assert number in row[f"why_{language}"]


def test_weights_change_the_order(cli):
    order = {}
    for words in ("exposure=1,relevance=0,deaths=0,cost=0", "exposure=0,relevance=0,deaths=0,cost=5"):
        code, out, _ = cli("partners", "KR-28", "--with", "JJJ", "--network", "--weights", words, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        order[words] = [(row["partner"], row["sector"]) for row in rows]
        column = "part_exposure" if words.startswith("exposure=1") else "part_cost"
        assert code == 0 and [float(row[column]) for row in rows] == [float(row["score"]) for row in rows]
    assert len({tuple(found) for found in order.values()}) == 2


def test_a_network_of_capitals_as_wholes_and_as_cities(cli):
    code, out, err = cli("--lang", "ko", "partners", "SCA", "--with", "JJJ")
    assert code == 0 and "징진지" in out and "가중치" in err and "1. " in err and "참고용" in err
    code, out, _ = cli("partners", "SCA", "--with", "JJJ", "--network", "--top", "200", "--format", "json")
    pairs = {(row["region"], row["partner"]) for row in json.loads(out)}
    assert pairs == {(one, other) for one in ("KR-11", "KR-28", "KR-41") for other in ("CN-BJ", "CN-TJ", "CN-HE")}


@pytest.mark.parametrize(
    "words",
    [
        ("KR-99",),
        ("KR-28", "--with", "KOR"),
        ("KR-28", "--with", "KR-28"),
        ("KR-28", "--sector", "ships"),
        ("KR-28", "--weights", "fame=1"),
        ("KR-28", "--weights", "cost=-1"),
        ("KR-28", "--weights", "cost"),
        ("KR-28", "--weights", "relevance=0,exposure=0,deaths=0,cost=0"),
        ("KR-28", "--top", "0"),
        ("KR-50", "--with", "CHN"),
    ],
)
def test_bad_input_ends_with_2(cli, words):
    code, out, err = cli("partners", *words)
    assert code == 2 and out == "" and err and "Traceback" not in err
