"""Over which shares deals range: what studies print, the calibrated share, beliefs, or what is asked for."""

import csv
import json

import pytest

from airshed.assessment.games.beliefs import Belief, deals_table, pair_of, published_range, span_of
from airshed.assessment.games.game import table_of
from airshed.charts.cooperation import deals_chart

PLAYERS = ["CHN", "KOR", "JPN"]
MINE = Belief("KOR", "CHN", "KOR", 0.5)


@pytest.fixture(scope="module")
def table(pack):
    return table_of(pack, PLAYERS, 2030, samples=40)


def test_the_published_range_is_that_of_annual_means_in_the_table(pack):
    """Read from the file itself: shares of annual and longer means that the calibration uses, none of episodes."""
    with (pack.path / "tables" / "published-contributions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    mine = [row for row in rows if (row["source_region"], row["receptor"]) == ("CHN", "KOR")]
    of_years = [row for row in mine if row["quantity"] in ("share of annual mean", "share of 8-year mean")]
    values = [float(row[end]) for row in of_years for end in ("low", "central", "high") if row[end]]
    assert (min(values), max(values)) == (15.7, 65.0), "the range that is spoken of as 16 to 65 %"
    assert published_range(pack, "CHN", "KOR") == pytest.approx((0.157, 0.65))
    assert published_range(pack, "MNG", "TWN") is None


def test_deals_range_over_studies_calibration_and_beliefs(pack, table):
    pair = pair_of(table, "CHN", "KOR")
    for share in (0.1, 0.5, 0.9):
        span = span_of(pack, table, [Belief("KOR", "CHN", "KOR", share)])
        assert span.low == pytest.approx(min(pair.low, 0.157, share))
        assert span.high == pytest.approx(max(pair.high, 0.65, share))
    deals, _ = deals_table(pack, table, [MINE], "per-head", "current", 0.1, steps=4)
    span = span_of(pack, table, [MINE])
    assert (deals["share"].min(), deals["share"].max()) == pytest.approx((span.low, span.high))


def test_without_studies_the_calibrated_share_is_the_range(pack, table):
    span = span_of(pack, table, [Belief("JPN", "KOR", "JPN", 0.1)])
    known = [span.pair.low, span.pair.high, 0.1, *(span.published or ())]
    assert (span.low, span.high) == (min(known), max(known))


def test_a_range_that_is_asked_for(cli, tmp_path):
    file = tmp_path / "beliefs.csv"
    file.write_text("party,source,receptor,share\nKOR,CHN,KOR,50%\n", encoding="utf-8")
    words = ("cooperate", "--players", "CHN,KOR", "--samples", "20", "--beliefs", file, "--disagreement", "current")
    code, out, err = cli(*words, "--from", "20", "--to", "40", "--part", "deals", "--format", "json")
    shares = sorted({row["share"] for row in json.loads(out)})
    assert code == 0 and (shares[0], shares[-1]) == pytest.approx((0.2, 0.4))
    assert "deals take 20 % to 40 % for true" in err and "16 % – 65 %" in err
    picture = tmp_path / "deals.json"
    code, _, _ = cli(*words, "--to", "40", "--chart", picture)
    assert code == 0 and picture.stat().st_size > 0
    for low, high, said in (
        ("40", "20", "are no range"),
        ("-1", "20", "--from cannot be -1"),
        ("20", "101", "--to cannot be 101"),
        ("30", "30", "are no range"),
        ("nan", "20", "--from cannot be nan"),
    ):
        code, out, err = cli(*words, "--from", low, "--to", high)
        assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_a_belief_outside_the_range_is_not_drawn(pack, table):
    """The panel of Korea, which believes 50 %: with deals up to 40 % there is no diamond at the edge."""
    for high, diamonds in ((0.4, 0), (0.6, 1)):
        span = span_of(pack, table, [MINE], 0.2, high)
        deals, walkouts = deals_table(pack, table, [MINE], "per-head", "current", 0.1, steps=4, span=span)
        spec = deals_chart(deals, walkouts[walkouts["player"] == "KOR"], pack, "en").to_dict()
        drawn = [layer for panel in spec["concat"] for layer in panel["layer"] if _shape(layer) == "diamond"]
        korea = spec["datasets"][drawn[1]["data"]["name"]]
        assert len(korea) == diamonds


def _shape(layer):
    mark = layer["mark"]
    return mark.get("shape") if isinstance(mark, dict) else None
