"""Charts of cooperation: their specs hold the numbers of the tables, in names of the language."""

import pandas as pd
import pytest

from airshed.assessment.games.names import key_name
from airshed.charts.cooperation import (
    deals_chart,
    shares_chart,
    signable,
    sweep_chart,
    symmetric_ticks,
    transfers_chart,
)
from airshed.charts.render import to_svg
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator

PLAYERS = ("CHN", "KOR", "JPN")


@pytest.fixture
def shares():
    rows = []
    for point, scale in (("current", 1e4), ("nash", 1.0)):
        for key, parts in (("shapley", (60.0, 30.0, 10.0)), ("emissions", (150.0, -20.0, -30.0))):
            for player, share in zip(PLAYERS, parts, strict=True):
                rows.append(
                    {"disagreement": point, "key": key, "player": player, "share": scale * share,
                     "low": scale * (share - 5), "high": scale * (share + 5), "transfer": scale * (share - 100 / 3)}
                )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def deals():
    rows = []
    for share in (0.1, 0.2, 0.3, 0.4, 0.5):
        values = {"CHN": 4.0 - 10 * share, "KOR": 1000 * (share - 0.15)}
        for player, value in values.items():
            rows.append({"share": share, "player": player, "value": value, "signs": "yes" if value > 0 else "no",
                         "all_sign": "yes" if min(values.values()) > 0 else "no"})  # fmt: skip
    ends = [("CHN", 0.2, 0.1, 0.3), ("KOR", 0.4, 0.2, 0.5)]
    return pd.DataFrame(rows), pd.DataFrame(ends, columns=["player", "believes", "lowest", "highest"])


def points(spec):
    """Return the rows of all data sets of a spec."""
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize(
    ("language", "china", "point"), [("en", "China", "current policy"), ("ko", "중국", "현행 정책")]
)
def test_shares_are_percent_of_the_gain_and_amounts(shares, pack, language, china, point):
    spec = shares_chart(shares, pack, language).to_dict(validate=True)
    first, second = spec["vconcat"]
    assert first["hconcat"][0]["title"]["text"] == point
    rows = [row for row in points(spec) if row.get("player") == china]
    assert sorted({row["percent"] for row in rows}) == pytest.approx([60.0, 150.0])
    assert {row["share"] for row in rows} == {600000.0, 1500000.0, 60.0, 150.0}
    for panel, top in ((first, 1.55e6), (second, 155.0)):
        scale = panel["hconcat"][1]["layer"][2]["encoding"]["x"]["scale"]
        assert scale["type"] == "symlog" and scale["domain"][1] >= top
    assert to_svg(spec).startswith("<svg")


def test_transfers_stand_on_both_sides_of_zero_and_add_to_it(shares, pack):
    spec = transfers_chart(shares, pack, "ko").to_dict(validate=True)
    assert len(spec["vconcat"]) == 2
    rows = pd.DataFrame([row for row in points(spec) if "transfer" in row])
    assert rows["transfer"].min() < 0 < rows["transfer"].max()
    assert rows["transfer"].sum() == pytest.approx(0.0, abs=1e-6)
    assert set(rows["player"]) == {"중국", "대한민국", "일본"}
    assert to_svg(spec).startswith("<svg")


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_one_key_is_a_row_for_each_player_with_what_happens_without_a_deal(shares, pack, language):
    one = shares[(shares["key"] == "emissions") & (shares["disagreement"] == "current")]
    spec = shares_chart(one, pack, language, "if nobody does more").to_dict(validate=True)
    assert "vconcat" not in spec and "if nobody does more" in spec["title"]["subtitle"][0]
    names = [pack.name(code, language) for code in ("CHN", "KOR", "JPN")]
    assert spec["layer"][1]["encoding"]["y"]["sort"] == names
    rows = [row for row in points(spec) if "end" in row]
    assert [(row["share"], row["text"]) for row in rows] == [
        (1500000.0, "1,500,000"),
        (-200000.0, "-200,000"),
        (-300000.0, "-300,000"),
    ]
    paid = transfers_chart(one, pack, language, "if nobody does more").to_dict(validate=True)
    rows = {row["player"]: row for row in points(paid) if "end" in row}
    assert rows[names[0]]["transfer"] == pytest.approx(1e4 * (150 - 100 / 3)) == rows[names[0]]["end"]
    assert rows[names[1]]["transfer"] == pytest.approx(1e4 * (-20 - 100 / 3)) and rows[names[1]]["end"] == 0.0


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_no_chart_speaks_of_equilibria(shares, pack, language):
    sweep = pd.DataFrame({"acted_on": [0.0, 0.5, 1.0], "player": "all", "gain": [1e6, 1e4, 1e2]})
    for chart in (shares_chart(shares, pack, language), transfers_chart(shares, pack, language)):
        assert "Nash" not in str(chart.to_dict()) and "내시" not in str(chart.to_dict())
    text = str(sweep_chart(sweep, pack, language).to_dict())
    assert translator(language)("each does all that pays at home") in text
    assert not any(word in text for word in ("Nash", "내시", "纳什"))


def test_deals_have_a_panel_for_each_party_with_its_own_axis(deals, pack):
    spec = deals_chart(*deals, pack, "en", ("CHN", "KOR")).to_dict(validate=True)
    assert [panel["title"]["text"] for panel in spec["concat"]] == ["China", "Republic of Korea"]
    shade, _, line, leaves, belief = spec["concat"][1]["layer"]
    data = spec["datasets"]
    assert data[shade["data"]["name"]] == [{"low": 20.0, "high": pytest.approx(30.0)}]
    assert [row["value"] for row in data[line["data"]["name"]]] == pytest.approx([-50.0, 50.0, 150.0, 250.0, 350.0])
    assert data[leaves["data"]["name"]] == [{"at": 20.0}]
    assert data[belief["data"]["name"]] == [{"at": 40.0, "value": pytest.approx(250.0)}]
    assert line["encoding"]["x"]["axis"]["title"] == "share of China in Republic of Korea, %"
    assert to_svg(spec).startswith("<svg")


def test_no_deal_that_all_sign_shades_nothing(deals, pack):
    rows, walkouts = deals
    spec = deals_chart(rows.assign(all_sign="no"), walkouts, pack, "ko").to_dict(validate=True)
    assert signable(rows.assign(all_sign="no")) == []
    assert to_svg(spec).startswith("<svg")


def test_the_sweep_is_logarithmic_where_all_gains_are_above_zero(pack):
    rows = pd.DataFrame({"acted_on": [0.0, 0.5, 1.0], "player": "all", "gain": [1e6, 1e4, 1e2]})
    rows = pd.concat([rows, rows.assign(player="KOR", gain=-1.0)])
    spec = sweep_chart(rows, pack, "en").to_dict(validate=True)
    assert spec["layer"][0]["encoding"]["y"]["scale"]["type"] == "log"
    assert [row["gain"] for row in points(spec) if "text" not in row] == [1e6, 1e4, 1e2]
    assert "Republic of Korea" in spec["title"]["subtitle"]
    flat = sweep_chart(rows.assign(gain=0.0), pack, "en").to_dict(validate=True)
    assert flat["layer"][0]["encoding"]["y"]["scale"]["type"] == "symlog"
    assert to_svg(spec).startswith("<svg")


def test_tables_without_rows_say_so(pack, deals):
    empty = pd.DataFrame(columns=["player", "disagreement", "key", "share", "all_sign"])
    for make in (shares_chart, transfers_chart, sweep_chart):
        with pytest.raises(AirshedError, match="to draw"):
            make(empty, pack, "en").to_dict()
    with pytest.raises(AirshedError, match="no deals to draw"):
        deals_chart(empty, deals[1], pack, "en").to_dict()


def test_ticks_of_gains_that_are_all_zero():
    assert symmetric_ticks([0.0, float("nan")]) == (1.0, [0.0])


def test_a_mixed_key_is_named_by_its_parts():
    assert key_name("mixed:gdp=0.25, shapley=0.75", translator("en")) == "0.25 gain by GDP + 0.75 Shapley value"
    assert key_name("mixed:gdp=0.25", translator("ko")) == "0.25 이득을 GDP 비례로"
