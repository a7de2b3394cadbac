"""What charts write at their marks, WHO's lines, lines that do not move, and the rows that are shown of many."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.chapters.largest import largest
from airshed.answers.chapters.single import region_deaths_figure
from airshed.answers.words import Words
from airshed.charts.colours import NATIONS
from airshed.charts.evidence import comparison_points
from airshed.charts.front import front_line
from airshed.charts.marks import at_mark, flat, who_levels, who_shown
from airshed.charts.render import to_svg
from airshed.pack.codes import leaves
from airshed.pack.language import translator
from airshed.pack.pack import open_pack

WHO_2021 = [5.0, 10.0, 15.0, 25.0, 35.0]
"""Guideline and interim targets 4 to 1 of the annual mean: WHO global air quality guidelines, 2021, table 0.1."""


def texts(spec, field="words"):
    return [row[field] for rows in spec["datasets"].values() for row in rows if row.get(field)]


@given(st.floats(1e-6, 1e9))
def test_a_number_at_a_mark_is_within_its_last_digit(value):
    shown = float(at_mark(value).replace(",", ""))
    assert shown == pytest.approx(value, rel=0.051 if value < 1000 else 0.0051)


def test_the_lines_of_who_are_those_of_the_newest_guidelines(pack, small_folder):
    assert who_levels(pack) == WHO_2021
    assert who_shown(WHO_2021, 24.0) == [5.0, 10.0, 15.0, 25.0]
    assert who_levels(open_pack(small_folder)) == [10.0]


def test_every_axis_of_pm25_bears_the_lines_that_it_reaches():
    points = pd.DataFrame({"label": ["Seoul", "Beijing"], "series": "after", "value": [17.0, 30.0]})
    spans = pd.DataFrame({"label": ["Seoul", "Beijing"], "low": [8.0, 16.0], "high": [26.0, 42.0]})
    told = {"labels": ["Beijing", "Seoul"], "series": ["after"], "title": "t", "subtitle": "s", "axis": "µg/m³"}
    spec = comparison_points(spans, points, guides=WHO_2021, **told).to_dict(validate=True)
    assert texts(spec) == ["WHO 5", "10", "15", "25", "35"]
    assert sorted(texts(spec, "text")) == ["17", "30"]
    assert texts(comparison_points(spans, points, **told).to_dict(validate=True)) == []


def test_lines_are_flat_where_none_moves_by_two_percent():
    rows = pd.DataFrame({"who": ["a", "a", "b", "b"], "value": [100.0, 101.9, -5.0, -5.0]})
    assert flat(rows, "who")
    assert not flat(rows.assign(value=[100.0, 102.1, -5.0, -5.0]), "who")
    assert not flat(rows.assign(value=[100.0, 100.0, -5.0, 5.0]), "who")
    assert flat(rows.assign(value=np.nan), "who")


def test_no_nation_falls_out_of_the_largest(pack):
    rows = pd.DataFrame(
        {
            "region": ["CHN", "CN-SD", "CN-HA", "CN-HE", "KOR", "KR-11", "JPN", "SHIP"],
            "value": [100.0, 20.0, 19.0, 18.0, 4.0, 1.0, 2.0, 3.0],
        }
    )
    assert list(largest(pack, rows, "region", 5)["region"]) == ["CHN", "CN-SD", "CN-HA", "KOR", "JPN"]
    provinces = rows[~rows["region"].isin(["CHN", "KOR", "JPN"])]
    assert list(largest(pack, provinces, "region", 3)["region"]) == ["CN-SD", "CN-HA", "KR-11"]
    assert list(largest(pack, rows, "region", 50)["value"]) == sorted(rows["value"], reverse=True)


def test_a_chart_is_the_same_bytes_twice():
    rows = pd.DataFrame({"label": ["a"], "series": "x", "value": [3.0]})
    spans = pd.DataFrame({"label": ["a"], "low": [2.0], "high": [5.0]})
    told = {"labels": ["a"], "series": ["x"], "title": "t", "subtitle": "s", "axis": "µg/m³", "guides": WHO_2021}
    first, second = (to_svg(comparison_points(spans, rows, **told).to_dict()) for _ in range(2))
    assert first == second


def test_a_front_of_levels_bears_the_lines_that_it_crosses():
    rows = pd.DataFrame({"value": [30.0, 22.0, 12.0], "cost": [0.0, 5.0, 90.0], "knee": ["no", "yes", "no"]})
    told = {"title": "t", "subtitle": "s", "aim": "mean over people, µg/m³", "cost": "million USD a year"}
    spec = front_line(rows, guides=WHO_2021, **told).to_dict(validate=True)
    assert texts(spec) == ["WHO 15", "25"]
    assert texts(front_line(rows, **told).to_dict(validate=True)) == []


def test_the_chart_of_deaths_holds_every_nation_of_the_question(pack):
    provinces = [code for code in leaves(pack) if code.startswith("CN-")]
    rows = pd.DataFrame({"region": [*provinces, "CHN", "KOR", "MNG"], "value": 1000.0})
    rows.loc[rows["region"].isin(["KOR", "MNG"]), "value"] = 1.0
    rows = rows.assign(low=0.5 * rows["value"], high=2.0 * rows["value"])
    rows.loc[rows["region"] == "MNG", ["low", "high"]] = np.nan
    figure = region_deaths_figure(rows, 2015, "gemm", Words(pack, "en", translator("en")))
    assert figure is not None
    spec = figure.chart.to_dict(validate=True)
    drawn = {row["region"]: row for held in spec["datasets"].values() for row in held}
    assert len(drawn) == 20 and {"China", "Republic of Korea", "Mongolia"} <= set(drawn)
    assert drawn["Republic of Korea"]["shade"] == NATIONS["KOR"]
    assert to_svg(spec).count("NaN") == 0
