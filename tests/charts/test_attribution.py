"""The bar of a level: its parts lie one behind the other from zero, and what no source explains is apart."""

import pandas as pd
import pytest

from airshed.answers.chapters.single import sector_figure, sources_figure
from airshed.answers.words import Words
from airshed.charts.attribution import LEFT
from airshed.charts.colours import NATIONS, NATURAL_COLOUR, SECTORS
from airshed.charts.render import to_svg
from airshed.pack.language import translator


def rows_of(gap):
    """Return what gives a city its PM2.5, and the gap to its level."""
    codes = ["KOR", "CHN", "JPN", "natural", "unexplained"]
    values = [10.0, 6.0, 1.0, 4.0, gap]
    shares = [10 / 17, 6 / 17, 1 / 17, None, None]
    low = [5.0, 2.0, 0.5, 4.0, None]
    high = [14.0, 9.0, 2.0, 4.5, None]
    return pd.DataFrame({"country": codes, "value": values, "share": shares, "low": low, "high": high})


def figure(pack, gap, language="en"):
    words = Words(pack, language, translator(language))
    return sources_figure(rows_of(gap), "country", words.name("seoul"), 2015, words)


def datasets(spec):
    return [row for rows in spec["datasets"].values() for row in rows]


def test_the_parts_lie_one_behind_the_other_up_to_the_level(pack):
    spec = figure(pack, 3.0).chart.to_dict(validate=True)
    parts = sorted((row for row in datasets(spec) if "part" in row), key=lambda row: row["start"])
    names = list(dict.fromkeys(row["part"] for row in parts))
    assert names == ["natural", "Korea", "China", "Japan", "unexplained"]
    ends = {row["part"]: (row["start"], row["end"]) for row in parts}
    assert ends == {"natural": (0, 4), "Korea": (4, 14), "China": (14, 20), "Japan": (20, 21), "unexplained": (21, 24)}
    shades = {row["part"]: row["colour"] for row in parts}
    assert shades["Korea"] == NATIONS["KOR"] and shades["China"] == NATIONS["CHN"]
    assert shades["natural"] == NATURAL_COLOUR and shades["unexplained"] == LEFT
    assert next(row["level"] for row in datasets(spec) if "level" in row) == 24.0
    assert {row["words"] for row in datasets(spec) if "who" in row} == {"WHO 5", "10", "15", "25"}


def test_the_title_says_who_gives_most_in_each_language(pack):
    title = figure(pack, 0.0).chart.to_dict()["title"]["text"]
    assert title == "Seoul, 2015: Korea 59 %, China 35 % of the man-made PM2.5"
    korean = figure(pack, 0.0, "ko")
    assert korean.chart.to_dict()["title"]["text"] == "서울, 2015년: 인위적 초미세먼지에서 대한민국 59 %, 중국 35 %"
    assert to_svg(korean.chart.to_dict()) == to_svg(figure(pack, 0.0, "ko").chart.to_dict())


def test_sources_beyond_the_level_are_said_and_the_gap_is_below_zero(pack):
    spec = figure(pack, -5.0).chart.to_dict(validate=True)
    assert any("5.0 µg/m³ more than the level" in line for line in spec["title"]["subtitle"])
    gap = [row for row in datasets(spec) if row.get("label") == "unexplained"]
    assert {row["value"] for row in gap} == {-5.0}
    assert max(row["end"] for row in datasets(spec) if "part" in row) == 21.0
    assert next(row["level"] for row in datasets(spec) if "level" in row) == 16.0


def test_each_pollutant_is_a_whole_of_its_own(pack):
    words = Words(pack, "en", translator("en"))
    rows = pd.DataFrame(
        {
            "pollutant": ["SO2", "SO2", "NOx", "NOx", "NOx"],
            "sector": ["power", "industry", "power", "road", "total"],
            "value": [3.0, 1.0, 2.0, 8.0, 10.0],
            "share_percent": [75.0, 25.0, 20.0, 80.0, 100.0],
            "year": 2015,
        }
    )
    spec = sector_figure(rows, "Seoul", words).chart.to_dict(validate=True)
    held = pd.DataFrame(datasets(spec))
    assert held.groupby("pollutant")["share"].sum().to_list() == pytest.approx([1.0, 1.0])
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["Road transport"] == SECTORS["road"]
