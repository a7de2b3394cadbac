"""`airshed activity` and `airshed curtailment`: fields, ranges, what is missing, languages."""

import csv
import io
import json

import pytest


def test_kilotonnes_of_the_built_in_pack_rest_on_classes_of_units(cli, pack):
    """Generation over the efficiency of the classes of South Chungcheong, 37.3 percent, times 94.6 kg of CO2 per GJ."""
    code, out, err = cli(
        *("activity", "--region", "KR-44", "--pollutant", "CO2", "--period", "2019", "--format", "json")
    )
    rows = {row["activity"]: row for row in json.loads(out)}
    counted = pack.table("activities")
    counted = counted[(counted["region"] == "KR-44") & (counted["activity"] == "coal")]
    energy = counted.loc[counted["period"].str.startswith("2019"), "value"].sum()
    assert code == 0 and rows["coal"]["value"] == pytest.approx(energy * 3.6 / 0.373 * 94.6 / 1e6)
    assert "gem_coal_2022" in rows["coal"]["source"] and "emitted" in err
    _, _, err = cli("activity", "--region", "KR-44", "--pollutant", "SO2")
    assert "would have emitted" in err and "removed nothing" in err


def test_the_index_answers_without_it(cli):
    code, out, _ = cli("activity", "--index", "2018-01", "--region", "KR-44", "--period", "2020-03", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and [row["activity"] for row in rows] == ["coal", "gas"]
    assert list(rows[0]) == [
        "region",
        "sector",
        "activity",
        "period",
        "value",
        "unit",
        "base",
        "basis",
        "source",
        "note",
    ]
    assert rows[0]["unit"] == "percent" and rows[0]["source"] == "kpx_thermal_daily"
    code, out, err = cli("activity", "--index", "2018-01", "--strategy", "law")
    assert code == 2 and "leave out" in err
    code, out, err = cli("activity", "--index", "2018-01", "--period", "2019")
    assert code == 2 and "cannot be compared" in err


def test_curtailment_has_its_fields_and_says_the_range(cli):
    code, out, err = cli("curtailment", "--region", "KOR", "--region", "KR-44", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and len(rows) == 3 * 2 * 5
    fields = ["winter", "region", "counterfactual", "generated", "counterfactual_value", "saved_percent", "low", "high"]
    assert list(rows[0]) == [*fields, "basis", "source", "note"]
    first = rows[0]
    assert f"2019/20, Korea: {first['low']:.0f} % to {first['high']:.0f} % of the emissions of coal power saved" in err
    assert "as if nothing were removed: the tables technology_effects, controls are missing." in err
    assert "coal power changed by -10 % in 2019-01/2019-03 against a year before: Korea" in err
    assert {"hankyung_20200317", "kpx_thermal_daily"} == set(first["source"].split())


def test_printed_emissions_and_csv(cli):
    code, out, err = cli("curtailment", "--printed", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and len(rows) == 5
    assert {"activity_effect", "factor_effect", "generated_percent", "change_percent"} <= set(rows[0])
    assert "emitted -19 % fine dust as the ministry counts it" in err and "generated -9.3 %" in err


@pytest.mark.parametrize(
    ("language", "words"), [("ko", ("석탄", "줄였습니다", "비교 시나리오")), ("en", ("coal", "saved"))]
)
def test_the_tables_speak_the_language(cli, language, words):
    _, out, err = cli("--lang", language, "curtailment")
    assert all(word in out + err for word in words)
    _, out, _ = cli("--lang", language, "activity", "--index", "2018", "--region", "KOR")
    assert words[0] in out
    if language == "ko":
        assert "same months" not in out and "efficiency and factor" not in out


def test_a_pack_without_activities_ends_with_2(cli, small_folder):
    for words in (("activity",), ("activity", "--index", "2015"), ("curtailment",)):
        code, _, err = cli("--pack", small_folder, *words)
        assert code == 2 and "needs table" in err


def test_help_names_the_commands_and_their_options(cli):
    assert "curtailment" in cli("--help")[1]
    shown = cli("activity", "--help")[1]
    assert all(option in shown for option in ("--index", "--since", "--pathway", "--vector", "--strategy", "--period"))
    assert all(option in cli("curtailment", "--help")[1] for option in ("--region", "--printed", "--pollutant"))
