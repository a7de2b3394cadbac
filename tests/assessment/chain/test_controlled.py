"""Scenarios that say how far measures are applied, which relation and response count, and what a plan aims at."""

import json

import numpy as np
import pytest

from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.compare import compare_table
from airshed.emissions.baseline import baseline_cube
from airshed.strategy.options import build_options

HEAD = "name: mine\ntitle: Mine\ndescription: a test\n"
SOURCE = "source: gains_hh"


@pytest.fixture
def written(tmp_path, pack):
    """Write a scenario file of its body; returns its path as a name. Its sources are the pack's first."""
    key = pack.table("sources")["key"].iloc[0]

    def write(body):
        path = tmp_path / "mine.yaml"
        path.write_text(HEAD + body.replace(SOURCE, f"source: {key}"), encoding="utf-8")
        return str(path)

    return write


CONTROL = "controls:\n  - {measures: [%s], regions: [KR-26], application: %s, first_year: 2025, " + SOURCE + "}\n"


def emitted(emissions, year, pollutant, region="KR-26", sector="industry"):
    return float(emissions["value"].sel(year=year, pollutant=pollutant, region=region, sector=sector))


def a_little_more(options, row):
    """Return an application half way between what is in place and what its limit and its group leave room for."""
    group = options.group == options.group[row]
    room = min(options.maximum[row] - options.current[row], 1.0 - options.current[group].sum())
    return float(options.current[row] + room / 2)


def test_a_control_takes_off_what_its_efficiency_says(pack, written):
    """E(x) = E0 (1 - sum of eta x): a change of x by dx takes eta dx E0 off, with E0 = E / (1 - sum of eta x0)."""
    code = "industry4.PR_HED"
    options = build_options(pack, 2030)
    row = next(i for i, one in enumerate(options.measure) if one == code and options.region[i] == "KR-26")
    share = a_little_more(options, row)
    given = scenario_emissions(pack, written(CONTROL % (code, share)))
    base = baseline_cube(pack)
    for year in (2020, 2030):
        before, after = (emitted(item, year, "PM2.5") for item in (base, given.scenario))
        fall = build_options(pack, year).removal[row, 0] * (share - options.current[row]) if year == 2030 else 0.0
        assert before - after == pytest.approx(fall, rel=1e-9)
    assert emitted(given.scenario, 2030, "PM2.5", "KR-11") == emitted(base, 2030, "PM2.5", "KR-11")
    spent = given.measures.spent(["KR-26"], 2030)
    assert spent.measures == 1
    assert spent.cost[1] == pytest.approx(options.cost[row, 1] * (share - options.current[row]), rel=1e-9)


def test_what_a_family_lacks_goes_to_its_members_in_equal_parts(pack, written):
    options = build_options(pack, 2030)
    family = [
        i
        for i, one in enumerate(options.measure)
        if options.region[i] == "KR-26" and one in members_of_family(pack, "power.denitrification")
    ]
    now = options.current[family]
    asked = float(now.sum()) + 0.03
    given = scenario_emissions(pack, written(CONTROL % ("power.denitrification", asked)))
    before, after = (emitted(item, 2030, "NOx", sector="power") for item in (baseline_cube(pack), given.scenario))
    fall = sum(options.removal[i, options.pollutants.index("NOx")] * 0.03 / len(family) for i in family)
    assert before - after == pytest.approx(fall, rel=1e-6)


def members_of_family(pack, family):
    rows = pack.table("measures")
    return set(rows.loc[rows["family"] == family, "code"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (CONTROL % ("windmills", 0.5), "a scenario applies windmills, which is no measure"),
        (CONTROL % ("industry4.PR_HED", 1.5), "controls.0.application"),
        (CONTROL % ("industry4.PR_HED", 0.99), "beyond its limit 0."),
        ((CONTROL % ("industry4.PR_HED", 0.5)).replace("KR-26", "KR-99"), "KR-99"),
        (CONTROL % ("industry4.PR_HED, industry4.PR_ESP2", 0.53), "exclude each other in KR-26"),
        ("relation: perfect\n", "relation"),
        ("response: hopeful\n", "the set of responses hopeful is not known"),
    ],
)
def test_what_cannot_be_is_named(cli, written, body, said):
    code, out, err = cli("scenarios", "compare", "baseline", written(body), "--region", "KOR", "--year", "2030")
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def values(pack, name, year):
    table = compare_table(pack, ["baseline", name], year, ["KOR"], samples=0)
    return table.set_index(["scenario", "quantity"])["value"]


def test_the_relation_as_the_model_gives_it(pack, written):
    """Emissions stay; what half of China's give to Korea is another number."""
    name = written("relation: uncalibrated\n")
    rows = values(pack, name, 2015)
    assert rows[name, "emissions SO2"] == rows["baseline", "emissions SO2"]
    half = "emissions:\n  - {regions: [CHN], factor: 0.5, first_year: 2016, " + SOURCE + "}\n"
    raw = values(pack, written("relation: uncalibrated\n" + half), 2030)[name, "concentration"]
    calibrated = values(pack, written(half), 2030)
    assert raw < calibrated["baseline", "concentration"]
    assert raw != pytest.approx(calibrated[name, "concentration"], rel=1e-3)


def test_another_response_counts_other_deaths(pack, written, cli):
    """The same numbers as `airshed health --response ier` prints for the set."""
    name = written("response: ier2015\n")
    rows = compare_table(pack, [name], 2015, ["KOR"], samples=0).set_index("quantity")
    code, out, _ = cli(
        "health", "--response", "ier", "--by", "total", "--region", "KOR", "--year", "2015", "--format", "json"
    )
    printed = next(row for row in json.loads(out) if row["set"] == "ier2015")
    assert code == 0 and rows.loc["deaths", "value"] == pytest.approx(printed["value"], rel=1e-9)
    assert rows.loc["deaths", "low"] == pytest.approx(printed["low"], rel=1e-9)


def test_a_plan_aims_at_the_target_of_its_scenario(cli, written):
    words = ("optimise", "--receptor", "seoul", "--year", "2030", "--format", "json")
    code, out, _ = cli(*words, "--scenario", written('target: "17"\n'))
    assert code == 0 and json.loads(out)["receptors"][0]["target"] == 17
    code, out, _ = cli(*words, "--scenario", written('target: "17"\n'), "--target", "18")
    assert code == 0 and json.loads(out)["receptors"][0]["target"] == 18


def test_controls_are_costed_beside_the_baseline(pack, written):
    options = build_options(pack, 2030)
    row = list(zip(options.measure, options.region, strict=True)).index(("industry4.PR_HED", "KR-26"))
    name = written(CONTROL % ("industry4.PR_HED", a_little_more(options, row)))
    rows = compare_table(pack, ["baseline", name], 2030, ["KR-26"], samples=0).set_index(["scenario", "quantity"])
    cost = rows.loc[(name, "cost")]
    assert 0 < cost["low"] <= cost["value"] <= cost["high"] and np.isfinite(cost["high"])
    assert cost["measures"] == 1 and rows.loc[("baseline", "cost"), "value"] == 0
