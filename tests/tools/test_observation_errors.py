"""The script that measures errors of observations: by hand, and the numbers that the pack holds of it."""

import csv
import importlib.util
import math
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        spec = importlib.util.spec_from_file_location("observation_errors", ROOT / "tools" / "observation_errors.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def test_three_kinds_are_told_apart(script):
    """Variances 1, 4 and 9 give squared differences of 5, 10 and 13: three equations, three unknowns."""
    found = [("a", "b", math.sqrt(5)), ("a", "c", -math.sqrt(10)), ("b", "c", math.sqrt(13))]
    assert script.errors_by_kind(found) == pytest.approx({"a": 1.0, "b": 2.0, "c": 3.0}, abs=1e-5)


def test_no_variance_is_below_zero(script):
    """Without a floor a would be (1 + 1 - 4) / 2 = -1; at zero b is 1 and 4 - v(c), c is 1 and 4 - v(b): 1.5 each."""
    found = [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 2.0)]
    errors = script.errors_by_kind(found)
    assert errors["a"] == 0.0
    assert errors["b"] ** 2 == pytest.approx((1 + (4 - errors["c"] ** 2)) / 2, abs=1e-9)
    assert errors["b"] ** 2 == pytest.approx(5 / 3, abs=1e-5)


def test_rests_around_a_line_and_their_pooled_deviation(script):
    growth = {2000 + year: math.exp(0.1 * year) for year in range(5)}
    assert list(script.rests(growth).values()) == pytest.approx([0.0] * 5, abs=1e-12)
    bent = {2000: 1.0, 2001: math.e, 2002: 1.0}
    assert list(script.rests(bent).values()) == pytest.approx([-1 / 3, 2 / 3, -1 / 3])
    value, degrees = script.pooled([bent, growth])
    assert (value, degrees) == (pytest.approx(math.sqrt((6 / 9) / 4)), 4)


def test_two_kinds_that_are_alike(script):
    assert script.common([("x", "y", 0.3), ("y", "x", -0.1), ("x", "z", 9.0)], "x", "y") == pytest.approx(
        math.sqrt((0.09 + 0.01) / 2 / 2)
    )


def test_the_pack_holds_what_is_measured(script, pack):
    rows = script.observations(script.TABLES)
    pairs = script.pairs(rows)
    kinds = pack.table("observation_kinds").set_index("kind")["error"]
    measured = script.errors_by_kind(pairs)
    for kind in ("city mean", "district mean", "embassy", "IQAir", "interpolated product"):
        assert kinds[kind] == pytest.approx(measured[kind], abs=6e-4)
    assert (
        kinds["official"] == kinds["derived"] == pytest.approx(script.common(pairs, "official", "city mean"), abs=6e-4)
    )
    assert kinds["station"] == kinds["embassy"]
    terms = pack.table("error_terms").set_index("term")["value"]
    series = script.long_series(rows)
    kept = [values for key, values in series.items() if key[0] != "interpolated product"]
    assert terms["annual_mean"] == pytest.approx(script.pooled(kept)[0], abs=6e-4)
    districts = [values for key, values in series.items() if key[0] == "district mean"]
    assert terms["shared_weather"] == pytest.approx(script.shared(districts), abs=6e-3)
    assert terms["weather"] == pytest.approx(math.sqrt(terms["annual_mean"] ** 2 - kinds["official"] ** 2), abs=6e-4)


@pytest.mark.shared
def test_the_spread_between_cities(script, shared, pack):
    path = shared / "data" / "observations" / "china_cities_points_means_2014_2015.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        found = script.between_cities(list(csv.DictReader(handle)))
    assert pack.table("error_terms").set_index("term")["value"]["between_cities"] == pytest.approx(found, abs=6e-4)
