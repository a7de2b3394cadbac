"""Scenarios: overrides against hand calculation, files that cannot be read, and one unexplained part for all."""

import json

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.scenarios import scenario_emissions, scenario_table
from airshed.assessment.compare import compare_table
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import BASES, meanings
from airshed.emissions.overrides import apply_override
from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.pack.scenarios import Override, combined, scenarios


def override(**said):
    return Override(source="airshed", **said)


def test_a_change_in_percent_follows_constant_growth_and_then_the_baseline(pack):
    before = baseline_cube(pack)
    item = override(
        regions=["CHN"], pollutants=["SO2"], sectors=["industry"], change_percent=-15, base_year=2015, target_year=2020
    )
    after = apply_override(pack, before, item)
    old, new = (data["value"].sel(region="CN-HE", sector="industry", pollutant="SO2") for data in (before, after))
    start = float(old.sel(year=2015))
    for year in (2016, 2018, 2020):
        assert float(new.sel(year=year)) == pytest.approx(start * 0.85 ** ((year - 2015) / 5), rel=1e-12)
    ratio = float(old.sel(year=2030)) / float(old.sel(year=2020))
    assert float(new.sel(year=2030)) == pytest.approx(start * 0.85 * ratio, rel=1e-12)
    assert float(new.sel(year=2015)) == start
    untouched = after["value"].drop_sel(pollutant="SO2")
    assert untouched.equals(before["value"].drop_sel(pollutant="SO2"))
    korea = {"region": "KR-11", "pollutant": "SO2"}
    assert after["value"].sel(korea).equals(before["value"].sel(korea))


def test_a_held_year_and_a_factor(pack):
    before = baseline_cube(pack)
    held = apply_override(pack, before, override(hold=2015))
    assert held["value"].sel(year=2030).drop_vars("year").equals(before["value"].sel(year=2015).drop_vars("year"))
    assert held["value"].sel(year=2010).equals(before["value"].sel(year=2010))
    halved = apply_override(pack, before, override(factor=0.5, first_year=2020, last_year=2025))
    for year, factor in ((2019, 1.0), (2020, 0.5), (2025, 0.5), (2026, 1.0)):
        np.testing.assert_allclose(halved["value"].sel(year=year), factor * before["value"].sel(year=year))


def test_what_an_override_touches_is_derived_and_names_its_source(pack):
    before = baseline_cube(pack)
    item = Override(regions=["KR-11"], pollutants=["NOx"], factor=0.9, first_year=2020, source="seed_kiep_green")
    after = apply_override(pack, before, item)
    here = {"region": "KR-11", "sector": "road", "pollutant": "NOx"}
    cell = after.sel(**here, year=2020)
    assert BASES[int(cell["basis"])] == "derived"
    assert "seed_kiep_green" in meanings(after["source"])[int(cell["source"])].split()
    earlier = after.sel(**here, year=2019)
    assert int(earlier["basis"]) == int(before.sel(**here, year=2019)["basis"])


def test_overrides_of_different_pollutants_may_come_in_any_order(pack):
    one, other = override(pollutants=["SO2"], factor=0.5), override(pollutants=["NOx"], hold=2015)
    base = baseline_cube(pack)
    first = apply_override(pack, apply_override(pack, base, one), other)
    second = apply_override(pack, apply_override(pack, base, other), one)
    assert first["value"].equals(second["value"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"regions": ["CN-XX"], "factor": 0.5}, "the region CN-XX is not known"),
        ({"sectors": ["steel"], "factor": 0.5}, "the sector steel is not known"),
        ({"pollutants": ["dust"], "factor": 0.5}, "the pollutant dust is not known"),
        ({"hold": 2050}, "no year 2050"),
    ],
)
def test_codes_and_years_that_are_not_there(pack, said, words):
    with pytest.raises(AirshedError, match=words):
        apply_override(pack, baseline_cube(pack), override(**said))


GOOD = "name: mine\ntitle: Mine\ndescription: my own\nemissions:\n  - factor: 0.5\n    source: airshed\n"
BROKEN = {
    "two ways at once": (GOOD.replace("factor: 0.5", "factor: 0.5\n    hold: 2015"), "one of hold, factor"),
    "no way": (GOOD.replace("factor: 0.5", "note: nothing"), "one of hold, factor"),
    "unknown key": (GOOD + "colour: red\n", "colour"),
    "negative factor": (GOOD.replace("0.5", "-0.5"), "emissions.0.factor"),
    "cut above 100": (
        GOOD.replace("factor: 0.5", "change_percent: -120\n    base_year: 2015\n    target_year: 2020"),
        "change_percent",
    ),
    "years turned round": (
        GOOD.replace("factor: 0.5", "change_percent: -20\n    base_year: 2020\n    target_year: 2015"),
        "base_year must lie before",
    ),
    "no source": (GOOD.replace("    source: airshed\n", ""), "emissions.0.source"),
    "unknown source": (GOOD.replace("source: airshed", "source: nobody"), "nobody"),
    "not YAML": ("name: [mine\n", "cannot be read"),
    "combines nothing": (GOOD + "combines: [absent]\n", "combines absent"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_read_says_where(case, small_copy, cli):
    text, words = BROKEN[case]
    folder = small_copy / "scenarios"
    folder.mkdir()
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AirshedError, match=words):
        scenarios(open_pack(small_copy))
    code, _, err = cli("--pack", small_copy, "scenarios", "list")
    assert code == 2 and "Traceback" not in err


def test_a_scenario_of_a_pack_runs_and_can_be_joined(small_copy):
    folder = small_copy / "scenarios"
    folder.mkdir()
    (folder / "mine.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "more.yaml").write_text(GOOD.replace("mine", "more").replace("0.5", "0.8"), encoding="utf-8")
    pack = open_pack(small_copy)
    half, joined = (scenario_emissions(pack, name).scenario["value"] for name in ("mine", "mine+more"))
    base = baseline_cube(pack)["value"]
    np.testing.assert_allclose(half, 0.5 * base)
    np.testing.assert_allclose(joined, 0.4 * base)
    assert airshed.assess(pack, airshed.Question(scenario="mine", samples=10)).question.scenario == "mine"


def test_a_file_beside_the_pack_is_a_scenario_too(small_copy, tmp_path, cli):
    path = tmp_path / "beside" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")
    pack = open_pack(small_copy)
    base = baseline_cube(pack)["value"]
    np.testing.assert_allclose(scenario_emissions(pack, str(path)).scenario["value"], 0.5 * base)
    np.testing.assert_allclose(scenario_emissions(pack, f"{path}+{path}").scenario["value"], 0.5 * base)
    found = airshed.assess(pack, airshed.Question(scenario=str(path), samples=10))
    assert found.inputs_hash != pack.hash()
    before = found.inputs_hash
    path.write_text(GOOD.replace("0.5", "0.4"), encoding="utf-8")
    assert airshed.assess(pack, airshed.Question(scenario=str(path), samples=10)).inputs_hash != before
    code, out, _ = cli("--pack", small_copy, "scenarios", "compare", "baseline", path, "--format", "json")
    rows = {(row["scenario"], row["region"], row["quantity"]): row["value"] for row in json.loads(out)}
    assert code == 0
    assert rows[str(path), "AAA", "emissions SO2"] == pytest.approx(0.4 * rows["baseline", "AAA", "emissions SO2"])


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_beside_the_pack_is_checked_alike(case, small_folder, tmp_path, cli):
    text, words = BROKEN[case]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    code, _, err = cli("--pack", small_folder, "scenarios", "show", path)
    assert code == 2 and words in err and "Traceback" not in err


def test_a_path_without_a_file(small_folder, cli):
    for words in (("scenarios", "compare", "baseline", "absent.yaml"), ("run", "--scenario", "absent.yaml")):
        code, _, err = cli("--pack", small_folder, *words)
        assert code == 2 and "absent.yaml cannot be read: No such file" in err


def test_a_run_resolves_the_name_of_its_scenario_once(small_copy, tmp_path, monkeypatch):
    """Emissions, relation, plan and target ask for it again; a file that says something else by then is read anew."""
    read, resolve = [], airshed.pack.scenarios.scenario_of

    def counted(data, name):
        read.append(name)
        return resolve(data, name)

    monkeypatch.setattr(airshed.pack.scenarios, "scenario_of", counted)
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    pack = open_pack(small_copy)
    question = airshed.Question(scenario=str(path), samples=0)
    airshed.assess(pack, question, parts=("emissions", "concentration", "plan"))
    assert read == ["mine.yaml"]
    path.write_text(GOOD + "\n", encoding="utf-8")
    airshed.assess(pack, question, parts=("emissions",))
    assert read == ["mine.yaml", "mine.yaml"]


def test_a_scenario_file_is_part_of_the_inputs(small_copy):
    before = open_pack(small_copy).hash()
    (small_copy / "scenarios").mkdir()
    (small_copy / "scenarios" / "mine.yaml").write_text(GOOD, encoding="utf-8")
    assert open_pack(small_copy).hash() != before


def test_a_scenario_that_combines_itself(small_copy):
    folder = small_copy / "scenarios"
    folder.mkdir()
    for name, other in (("one", "two"), ("two", "one")):
        text = f"name: {name}\ntitle: T\ndescription: d\ncombines: [{other}]\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AirshedError, match="combines itself"):
        combined(open_pack(small_copy), "one")


def test_all_scenarios_share_the_responses(pack):
    """Frozen emissions of 2030 differ from the baseline's by the relation times the difference, and nothing else."""
    frozen = scenario_emissions(pack, "frozen")
    chain = prepare(pack, 2030, frozen.scenario, reference=frozen.reference)
    base = prepare(pack, 2030)
    assert {code: item.value for code, item in chain.levels.places.items()} == {
        code: item.value for code, item in base.levels.places.items()
    }
    above, below = chain.evaluate(chain.emissions())[0], base.evaluate(base.emissions())[0]
    difference = above - below
    model = chain.relation.concentration(chain.emissions()) - base.relation.concentration(base.emissions())
    expected = model.sel(receptor=difference["region"].to_numpy()).to_numpy()
    inside = (above.to_numpy() > 0) & (below.to_numpy() > 0)
    assert inside.mean() > 0.9
    np.testing.assert_allclose(difference.to_numpy()[inside], expected[inside], atol=1e-9)


def test_scenarios_side_by_side(pack):
    table = compare_table(pack, ["baseline", "seed-policies"], 2030, ["CHN", "KOR"], samples=50)
    assert set(table["scenario"]) == {"baseline", "seed-policies"}
    base = table[table["scenario"] == "baseline"]
    assert (base["difference"] == 0).all()
    picked = table.set_index(["scenario", "region", "quantity"])
    so2 = picked.loc[("seed-policies", "CHN", "emissions SO2")]
    assert so2["difference"] == pytest.approx(so2["value"] - picked.loc[("baseline", "CHN", "emissions SO2")]["value"])
    for name in ("concentration", "deaths"):
        rows = table[(table["quantity"] == name) & table["low"].notna()]
        assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
    korea = picked.loc[("seed-policies", "KOR", "concentration")]
    assert korea["difference"] < 0


def test_the_built_in_scenarios_name_what_could_not_be_turned(pack):
    table = scenario_table(pack).set_index("scenario")
    assert {"baseline", "observed-anchored", "frozen", "seed-policies"} <= set(table.index)
    assert table.loc["seed-policies", "not_turned"] >= 8
    keys = set(pack.table("sources")["key"])
    for item in scenarios(pack).values():
        assert {entry.source for entry in (*item.emissions, *item.not_turned)} <= keys
        assert item.told("ko") != item.told("en")


def test_the_commands(cli):
    code, out, _ = cli("scenarios", "show", "seed-policies", "--format", "json")
    assert code == 0 and '"turned": "no"' in out
    code, out, err = cli("scenarios", "compare", "baseline", "frozen", "--year", "2020", "--region", "KOR")
    assert code == 0 and "frozen" in out and "2020" in err
    code, _, err = cli("scenarios", "compare", "nonsense")
    assert code == 2 and "nonsense" in err
    code, _, err = cli("run", "--scenario", "nonsense")
    assert code == 2 and "nonsense" in err
