"""Charts as files: each form is what its name says, and needs no network."""

import json
import re

import pandas as pd
import pytest

from airshed.charts.curve import curve_chart
from airshed.charts.save import save_chart
from airshed.charts.strategy import thinned
from airshed.pack.errors import AirshedError


@pytest.fixture
def chart(pack):
    steps = pd.DataFrame({"reduction": [1.0, 3.0], "marginal_cost": [2.0, 5.0], "cost": [2.0, 12.0]})
    points = pd.DataFrame(
        {"receptor": "seoul", "reduction": [0.0, 2.0], "marginal_cost": [0.0, 5.0], "cost": [0.0, 7.0]}
    )
    return curve_chart(steps, points, pack, "ko", 2030)


def test_each_form_is_what_its_name_says(chart, tmp_path):
    for form in ("svg", "png", "html", "json"):
        save_chart(chart, tmp_path / f"curve.{form}")
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "서울" in (tmp_path / "curve.svg").read_text(encoding="utf-8")
    head = (tmp_path / "curve.png").read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20]) > 1000
    page = (tmp_path / "curve.html").read_text(encoding="utf-8")
    assert re.findall(r'<(?:script|link)[^>]+(?:src|href)="?http', page) == []
    spec = json.loads((tmp_path / "curve.json").read_text(encoding="utf-8"))
    assert spec == chart.to_dict(validate=True)


@pytest.mark.parametrize(("name", "message"), [("curve.gif", "is no name for a chart"), ("no/curve.svg", "No such")])
def test_other_names_are_refused(chart, tmp_path, name, message):
    with pytest.raises(AirshedError, match=message):
        save_chart(chart, tmp_path / name)


def test_a_curve_without_a_step_says_so(pack):
    with pytest.raises(AirshedError, match="nothing to draw"):
        curve_chart(pd.DataFrame(), pd.DataFrame({"pollutant": ["SO2"]}), pack, "en", 2030)


def test_thinned_steps_keep_their_end_and_lie_on_the_curve():
    many = pd.DataFrame({"reduction": [place**2 / 1e4 for place in range(1, 5001)]})
    many["marginal_cost"] = many["cost"] = many["reduction"] ** 2
    few = thinned(many)
    assert len(few) <= 1001 and few.iloc[-1].equals(many.iloc[-1])
    assert few["reduction"].diff().max() <= 2 * many["reduction"].iloc[-1] / 1000
    assert thinned(few.head(10)) is not None and len(thinned(few.head(10))) == 10
