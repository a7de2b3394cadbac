"""Every published claim against verdicts that were worked out by hand from the tables of the two studies."""

import csv
import re
from pathlib import Path

import pytest

from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.lives.periods import period_attribution

HERE = Path(__file__).parent
with (HERE / "claims_expected.csv").open(encoding="utf-8") as handle:
    EXPECTED = {row["id"]: row for row in csv.DictReader(handle)}
STUDIES = {"seed_si_cooperation": "000_", "seed_kiep_green": "003_"}
IN_WORDS = {"co2-total": "99", "co2-total-of-table": "99"}
"""Printed in another unit: 9.9 Gt as 99 times a hundred million tonnes."""


@pytest.fixture(scope="module")
def found(pack):
    return {row["id"]: row for row in claims_table(pack).to_dict("records")}


def test_every_claim_is_expected_and_none_is_left_out(found):
    assert set(found) == set(EXPECTED)
    assert len(found) >= 80


@pytest.mark.parametrize("key", EXPECTED)
def test_verdict_value_and_reason(found, key):
    row, wanted = found[key], EXPECTED[key]
    assert row["verdict"] == wanted["verdict"]
    assert all(words in row["reason"] for words in wanted["reason_words"].split("|"))
    if wanted["computed"]:
        assert row["computed"] == pytest.approx(float(wanted["computed"]), rel=1e-4, abs=1e-4)
    assert bool(row["reason"]) == (row["verdict"] != "confirmed" or row["low"] == row["low"])


@pytest.mark.parametrize(("code", "bound"), [("KOR", 70.0), ("seoul", 80.0)])
def test_claims_on_episodes_are_what_attribution_says_of_them(pack, found, code, bound):
    rows = period_attribution(pack, code, "episode").set_index("country")
    row = found[f"episodes-{'low' if bound == 70.0 else 'high'}-model-{code}"]
    assert row["computed"] == pytest.approx(100 * (1 - rows.loc["KOR", "share"]))
    assert row["low"] < 70.0 < row["computed"] < 80.0 < row["high"]
    assert f"from {row['low']:.0f} to {row['high']:.0f}" in row["reason"]


def test_the_findings_that_matter_are_made_without_help(found):
    for year, whole, parts in ((2015, "39", "1,588"), (2030, "33", "936")):
        reason = found[f"holds-residential_commercial-PM2.5-{year}"]["reason"]
        assert f"the whole, {whole}, is smaller than its parts, {parts}" in reason
    rates = [key for key in found if key.startswith("growth-")]
    assert len(rates) == 30
    assert {found[key]["verdict"] for key in rates if key.endswith("2015")} == {"confirmed"}
    assert all("five periods" in found[key]["reason"] for key in rates if key.endswith("2019"))
    assert all("year=2005" in found[key]["reason"] for key in rates if key.endswith("2010"))


@pytest.mark.shared
def test_every_printed_number_stands_in_its_study(pack, shared):
    texts = {
        key: next((shared / "seeds").glob(f"{start}*.txt")).read_text(encoding="utf-8").replace(",", "")
        for key, start in STUDIES.items()
    }
    for row in pack.table("claims").to_dict("records"):
        assert row["source"] in STUDIES and row["place"] and row["statement_ko"] != row["statement_en"]
        if row["comparison"] in ("equals", "about") and row["printed"] != 0:
            printed = IN_WORDS.get(row["id"]) or f"{abs(row['printed']):.{int(row['decimals'])}f}"
            if not row["id"].startswith(("network-KOR", "network-CHN", "network-JPN", "network-MNG", "key-regions")):
                assert re.search(rf"(?<![\d.]){re.escape(printed)}(?!\d)", texts[row["source"]]), row["id"]
