"""The table of cases of a plan is the same whichever case is asked, and a case that misses its targets has no cost."""

import json

import pytest

from support.small import write_grown


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    return str(write_grown(tmp_path_factory.mktemp("cases") / "grown"))


def test_each_case_stands_under_its_own_name_and_has_no_cost_where_targets_are_missed(cli, grown):
    told = {}
    for case in ("low", "middle", "high"):
        code, out, _ = cli("--pack", grown, "optimise", "--target", "21", "--case", case, "--format", "json")
        assert code == 0
        told[case] = json.loads(out)["summary"]
    rows = {case: {row["case"]: row for row in summary["cases"]} for case, summary in told.items()}
    for case, summary in told.items():
        assert rows["middle"].keys() == rows[case].keys() == {"low", "middle", "high"}
        for name, row in rows[case].items():
            other = rows["middle"][name]["cost"]
            assert row["cost"] == (None if other is None else pytest.approx(other, rel=1e-9))
        met = summary["status"] == "optimal"
        assert rows[case][case]["cost"] == (pytest.approx(summary["cost"], rel=1e-9) if met else None)
        costs = [row["cost"] for row in rows[case].values() if row["cost"] is not None]
        assert [summary["cost_low"], summary["cost_high"]] == [min(costs), max(costs)]
    assert rows["middle"]["low"] == {"case": "low", "status": "infeasible", "cost": None, "missed": 1}
    assert told["middle"]["cost"] > told["high"]["cost"] > 0, "the less is applied today, the more is left to take"


@pytest.mark.parametrize(
    "words",
    [
        ("scenarios", "compare", "baseline"),
        ("emissions", "--region", "AAA", "--by", "region"),
        ("health", "--region", "AAA"),
    ],
)
def test_a_value_that_is_repeated_counts_once(cli, grown, words):
    again = (*words, "baseline") if words[0] == "scenarios" else (*words, "--region", "AAA")
    once, twice = (cli("--pack", grown, *one, "--format", "json") for one in (words, again))
    assert once[0] == twice[0] == 0 and json.loads(once[1]) == json.loads(twice[1]) != []


@pytest.mark.parametrize(
    ("years", "total", "growth"),
    [
        *((years, "100", "0") for years in ("2027-50000000", "2027-99999999999", "2027-2026", "0", "20270", "²⁰²⁷")),
        *(("2027", total, "0") for total in ("1e999999", "9" * 5000, "1e-999999", "nan", "-inf", "1e308", "-0.5")),
        *(("2027-2100", "100", growth) for growth in ("nan", "inf", "1e308", "-1")),
    ],
)
def test_a_budget_without_bounds_is_refused(cli, grown, years, total, growth):
    words = ["--members", "AAA,BBB", f"--total={total}", "--years", years, f"--growth={growth}"]
    code, out, err = cli("--pack", grown, "budget", *words)
    assert code == 2 and out == "" and "Traceback" not in err
