"""What targets do if they are met: shares by hand, the same as a scenario file gives, none where the baseline falls."""

import json
import math

import pytest
import yaml

import airshed
from airshed.assessment.compare import compare_table
from airshed.assessment.transition.target_effects import (
    ALREADY,
    AT_MOST,
    BASE_YEAR,
    BASELINE,
    effect_of,
    override_of,
    scenario_of,
    stock_share,
)
from airshed.assessment.workbench.files import scenario_text
from airshed.pack.errors import AirshedError

LANGUAGES = ("en", "ko", "zh")
SAMPLES = 40


@pytest.fixture(scope="module")
def coal(pack):
    return effect_of(pack, "coal-30", samples=SAMPLES)


@pytest.fixture(scope="module")
def nitrogen(pack):
    return effect_of(pack, "nox-2025", samples=SAMPLES)


def test_shares_of_hand(pack):
    """30 of 1,039.663 GW; 455 GW at 1,190.4 TWh / 759.1 GW, and 15.4 at 417.8 / 58.264, of 5,398 TWh of coal power."""
    assert stock_share(pack, "coal-30") == pytest.approx(30.0 / 1039.663)
    assert stock_share(pack, "wind-solar-455") == pytest.approx(455.0 * 1190.4 / 759.1 / 5398.0)
    assert stock_share(pack, "wind-solar-1200") == pytest.approx((1200.0 - 536.2) * 1190.4 / 759.1 / 5398.0)
    assert stock_share(pack, "nuclear-70") == pytest.approx(15.4 * 417.8 / 58.264 / 5398.0)


def test_a_share_takes_so_much_of_its_sector(pack, coal):
    """The power sector of China loses 2.9 % of each pollutant in 2025."""
    from airshed.emissions.baseline import baseline_cube
    from airshed.pack.codes import emitters

    cube = baseline_cube(pack)["value"].sel(year=2025, sector="power")
    held = [code for code in emitters(pack, "CHN") if code in cube["region"]]
    for pollutant in ("SO2", "NOx", "PM2.5"):
        power = float(cube.sel(region=held, pollutant=pollutant).sum())
        row = coal.rows[coal.rows["quantity"] == f"emissions {pollutant}"].iloc[0]
        assert row["difference"] == pytest.approx(-power * 30.0 / 1039.663, rel=1e-4)


def test_the_walk_says_what_the_comparison_of_its_file_says(pack, coal, tmp_path):
    """The same target saved as a scenario and compared with the baseline by `scenarios compare`."""
    path = tmp_path / "coal-30.yaml"
    path.write_text(scenario_text(scenario_of(pack, "coal-30")), encoding="utf-8")
    rows = compare_table(pack, ["baseline", str(path)], 2025, ["CHN", "KOR"], samples=SAMPLES)
    rows = rows[rows["scenario"] == str(path)].set_index(["region", "quantity"])
    own = coal.rows.set_index(["region", "quantity"])
    for place in (("CHN", "concentration"), ("CHN", "deaths"), ("KOR", "concentration"), ("KOR", "deaths")):
        assert own.loc[place, "value"] == pytest.approx(rows.loc[place, "value"], rel=1e-9)
        assert own.loc[place, "difference"] == pytest.approx(rows.loc[place, "difference"], rel=1e-6)


def test_the_range_of_the_most_that_can_be_begins_at_nothing(coal):
    rows = coal.rows[coal.rows["quantity"].isin(["concentration", "deaths"])]
    assert (rows["high"] == 0).all()
    assert (rows["low"] <= rows["difference"]).all()
    assert set(rows["note"]) == {AT_MOST}


def test_where_the_baseline_falls_as_far_nothing_changes_and_the_base_year_shows_the_worth(nitrogen):
    """By hand: emissions as in 2020 fall by a tenth of them by 2025."""
    rows = nitrogen.rows
    still = rows[(rows["against"] == BASELINE) & (rows["quantity"] == "emissions NOx")].iloc[0]
    assert (still["difference"], still["note"]) == (0.0, ALREADY)
    held = rows[(rows["against"] == BASE_YEAR) & (rows["quantity"] == "emissions NOx")].iloc[0]
    assert held["difference"] == pytest.approx(-0.1 * held["without"])
    deaths = rows[(rows["against"] == BASE_YEAR) & (rows["quantity"] == "deaths")]
    assert (deaths["difference"] < 0).all()
    assert ((deaths["low"] <= deaths["difference"]) & (deaths["difference"] <= deaths["high"])).all()


def test_the_override_of_a_change_is_the_target_in_words(pack):
    override, share = override_of(pack, "precursors-so2-2020")
    assert (override.regions, override.pollutants, override.sectors) == (("CHN",), ("SO2",), ("*",))
    assert (override.change_percent, override.base_year, override.target_year) == (-15.0, 2015, 2020)
    assert override.never_above
    assert math.isnan(share)


@pytest.mark.parametrize("code", ["pm25-2020", "ev-sales-20", "industry-co2", "recycling-480", "v2g-pilot"])
def test_a_target_without_a_rule_says_why_and_gives_no_scenario(pack, code):
    found = effect_of(pack, code)
    assert found.override is None
    assert found.rows.empty
    assert len(found.reason) > 20
    with pytest.raises(AirshedError, match="changes no emission by itself"):
        scenario_of(pack, code)


def test_every_target_has_a_rule_or_a_reason(pack):
    """36 targets: four changes, four shares, the others say what they lack."""
    rules = pack.table("target_rules")
    assert sorted(rules["target"]) == sorted(pack.table("policy_targets")["code"])
    assert rules["rule"].value_counts().to_dict() == {"none": 28, "change": 4, "share": 4}
    assert (rules[["reason_en", "reason_ko", "reason_zh"]] != "").all().all()


def test_a_rule_without_its_observation_is_refused(pack, monkeypatch):
    rows = pack.table("target_observations")
    whole = type(pack).table
    cut = rows[rows["indicator"] != "coal_capacity"]
    monkeypatch.setattr(
        type(pack), "table", lambda self, name: cut if name == "target_observations" else whole(self, name)
    )
    with pytest.raises(AirshedError, match="needs an observation of coal_capacity"):
        stock_share(pack, "coal-30")


def test_a_change_without_its_years_is_refused(pack, monkeypatch):
    rows = pack.table("policy_targets")
    whole = type(pack).table
    cut = rows.assign(base_year=rows["base_year"].where(rows["code"] != "nox-2025", ""))
    monkeypatch.setattr(type(pack), "table", lambda self, name: cut if name == "policy_targets" else whole(self, name))
    with pytest.raises(AirshedError, match="one of which is missing"):
        override_of(pack, "nox-2025")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_begins_with_how_many_are_met(pack, language):
    """By hand from the verdicts: 20 met, 2 on track, 3 behind, 1 missed, 10 without one; by data up to 2025."""
    answer = airshed.ask(pack, "transition targets", language)
    said = "".join(answer.sentence.split())
    for number in ("2025", "36", "20", "10"):
        assert number in said
    assert len(answer.table) == 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_walk_of_nuclear_power_in_every_language(pack, language):
    answer = airshed.ask(pack, "transition targets", language, target="nuclear-70")
    assert "62.5 GW" in answer.sentence
    assert "2025" in answer.sentence
    assert "70 GW" in answer.sentence
    assert set(answer.tables) == {"walk", "observations", "effect"}


def test_steps_of_the_walk_stand_in_order(pack):
    steps = airshed.ask(pack, "transition targets", target="coal-30").tables["walk"]["step"].tolist()
    order = ["policy", "aimed at", "observed", "verdict", "path asks for", "still needed", "rule for emissions"]
    assert list(dict.fromkeys(steps)) == [*order, "override", "air", "deaths", "cost"]


def test_verdicts_can_be_picked_and_printed(cli):
    code, out, _ = cli("transition", "targets", "--status", "behind", "--status", "missed", "--format", "json")
    assert code == 0
    rows = json.loads(out)
    assert {row["target"] for row in rows} == {"nuclear-70", "coal-30", "recycling-480", "ev-stock-20"}
    assert {row["status"] for row in rows} == {"behind", "missed"}


def test_a_target_is_saved_as_a_scenario_that_commands_read(cli, tmp_path):
    path = tmp_path / "target.yaml"
    code, _, said = cli("transition", "targets", "--target", "wind-solar-455", "--save", str(path))
    assert code == 0, said
    held = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert held["emissions"][0]["factor"] == pytest.approx(1 - 455.0 * 1190.4 / 759.1 / 5398.0, abs=1e-6)
    code, out, _ = cli("scenarios", "show", str(path), "--format", "json")
    assert code == 0
    assert json.loads(out)[0]["turned"] == "yes"


def test_a_target_that_changes_nothing_is_not_saved(cli, tmp_path):
    code, _, said = cli("transition", "targets", "--target", "yrd-2025", "--save", str(tmp_path / "x.yaml"))
    assert code == 2
    assert "changes no emission by itself" in said


def test_an_unknown_target_names_the_known_ones(cli):
    code, _, said = cli("transition", "targets", "--target", "nuclear")
    assert code == 2
    assert "nuclear-70" in said


def test_before_all_data_nothing_has_a_verdict(cli):
    code, out, said = cli("transition", "targets", "--year", "2000", "--format", "json")
    assert code == 0
    assert {row["status"] for row in json.loads(out)} == {"no data"}
    assert "no year has a verdict" in said


def test_a_pack_without_targets_says_which_tables_it_lacks(cli, small_copy):
    code, _, said = cli("--pack", small_copy, "transition", "targets")
    assert code == 2
    assert "policy_targets" in said or "policy-targets" in said
