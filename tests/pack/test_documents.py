"""YAML and JSON as a pack holds them, against the plain readers of the libraries and by hand."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.pack.documents import TwiceError, json_of, yaml_of
from airshed.pack.errors import AirshedError
from airshed.pack.scenarios import read_scenario

SCENARIO = """name: mine
title: Mine
description: mine
emissions:
  - regions: [AAA]
    {said}
    source: made
"""
KEYS = st.text("abcxyz", min_size=1, max_size=3)
NESTED = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.none() | st.text("abc ", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def scenario(folder, said):
    path = folder / "mine.yaml"
    path.write_text(SCENARIO.format(said=said), encoding="utf-8")
    return read_scenario(path)


@given(NESTED)
@settings(max_examples=50)
def test_a_plain_document_is_read_as_by_the_libraries(held):
    assert json_of(json.dumps(held)) == yaml_of(json.dumps(held)) == yaml_of(yaml.safe_dump(held)) == held


@given(st.dictionaries(KEYS, NESTED, min_size=1, max_size=4), st.data())
@settings(max_examples=50)
def test_a_key_said_twice_is_refused_with_its_line(held, data):
    key = data.draw(st.sampled_from(sorted(held)))
    lines = [f'"{name}": {json.dumps(value)}' for name, value in [*held.items(), (key, 1)]]
    text = "{\n" + ",\n".join(lines) + "\n}"
    with pytest.raises(TwiceError) as told:
        json_of(text)
    assert (told.value.key, told.value.line) == (key, len(lines) + 1)
    with pytest.raises(yaml.YAMLError, match=f"key {key} is given twice") as refused:
        yaml_of(text)
    assert refused.value.problem_mark.line == len(lines)


@pytest.mark.parametrize("text", ["[1e400]", "[NaN]", "[-Infinity]", "[" + "9" * 5000 + "]"])
def test_json_numbers_without_end_are_refused(text):
    with pytest.raises(ValueError, match=r"number|digits"):
        json_of(text)


@pytest.mark.parametrize(
    "said",
    [
        *(f"factor: {word}" for word in (".inf", "-.inf", ".nan", "1e400", "1.0e+400", "off", "on", "yes", "true")),
        *(f"factor: {word}" for word in ("1:30", "0x10", "1_000", "'0.5'", "-1", "9" * 400, "2015-02-30", "[0.5]")),
        *("hold: 2015.5", "hold: '2015'", "hold: 99999", "hold: 0", "hold: true"),
        *("factor: 0.5\n    regions: [BBB]", "factor: 0.5\n    factor: 0.6"),
        *("factor: 0.5\n    sectors: []", "factor: 0.5\n    pollutants: []"),
        "factor: 0.5\n    first_year: 2020\n    last_year: 2015",
    ],
)
def test_what_no_override_can_mean_is_refused_with_file_and_place(tmp_path, said):
    with pytest.raises(AirshedError, match=r"mine\.yaml") as told:
        scenario(tmp_path, said)
    assert told.value.remedy


def test_what_an_override_can_mean_is_read(tmp_path):
    assert scenario(tmp_path, "factor: 0.5").emissions[0].factor == 0.5
    assert scenario(tmp_path, "factor: 1").emissions[0].factor == 1.0
    assert scenario(tmp_path, "factor: 5e-1").emissions[0].factor == 0.5
    assert scenario(tmp_path, "hold: 2015").emissions[0].hold == 2015


def test_a_few_lines_cannot_stand_for_more_than_a_memory_holds():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    with pytest.raises(yaml.YAMLError, match="alias"):
        yaml_of(bomb)
    with pytest.raises(yaml.YAMLError, match="deeply"):
        yaml_of("[" * 20_000)
