"""The kernel alone as a relation: what it gives closes on what is observed, and falls with distance."""

import csv
import json

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.chain import ensemble_of
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError
from airshed.pack.people import base_population
from airshed.transport.relation import EMITTED, blocks_of
from support.small import rows_of, write_small_pack, write_table

FACTORS = {"so2": 0.54, "nox": 0.88, "nh3": 0.64}
NATURAL = {"AAA": 3.0, "BBB": 2.0}


def write_alone(folder, **changed):
    """Write the small pack without coefficients, with natural parts and formation factors; changed : other rows."""
    write_small_pack(folder)
    rows = rows_of()
    factors = [
        {"key": f"formation_factor_{gas}", "value": value, "unit": "1", "description": gas}
        for gas, value in FACTORS.items()
    ]
    held = {
        "parameters": [*rows["parameters"], *factors],
        "natural": [{"place": code, "value": value, "unit": "ug/m3"} for code, value in NATURAL.items()],
        "source_receptor": [],
        "source_receptor_base": [],
        "published_contributions": [],
        **changed,
    }
    for name, given in held.items():
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, given)
    return folder


def test_coefficients_are_those_computed_by_hand(tmp_path):
    """60 kt of PM2.5, 120 of SO2, 180 of NOx, 90 of NH3 make the 20 observed less 3 natural at AA-1: 17 ug/m3."""
    blocks = blocks_of(airshed.open_pack(write_alone(tmp_path / "pack")))
    per = 17.0 / (60 + 0.54 * 120 + 0.88 * 180 + 0.64 * 90)
    found = {name: float(blocks.per_emission.sel(precursor=name).sum()) for name in ("SO2", "NOx", "NH3", "BC", "OM")}
    assert found == pytest.approx({"SO2": 0.54 * per, "NOx": 0.88 * per, "NH3": 0.64 * per, "BC": per, "OM": per})


def test_what_people_breathe_adds_up_to_what_is_observed(tmp_path):
    """Whatever the kernel, the mean over people before the responses of places is what people made: 17 ug/m3."""
    pack = airshed.open_pack(write_alone(tmp_path / "pack"))
    raw = ensemble_of(pack).raw
    emitted = baseline_cube(pack)["value"].sel(year=2015, pollutant=list(EMITTED)).fillna(0.0)
    given, people = raw.by_species(emitted).sum("species"), base_population(pack)
    regions = ["AA-1", "AA-2", "BBB"]
    share = np.array([people[code] for code in regions]) / sum(people[code] for code in regions)
    assert float(share @ given.sel(receptor=regions).to_numpy()) == pytest.approx(17.0)


def test_of_equal_sources_the_nearer_gives_more(tmp_path):
    emissions = [{**row, "value": 10.0} for row in rows_of()["emissions"]]
    pack = airshed.open_pack(write_alone(tmp_path / "pack", emissions=emissions))
    given = airshed.assess(pack, parts=("attribution",))["attribution"]["by_region"].sel(place="AA-1")
    assert float(given.sel(region="AA-1")) > float(given.sel(region="AA-2")) > float(given.sel(region="BBB")) > 0


def test_a_pack_with_coefficients_may_ask_for_the_kernel(tmp_path):
    rows = rows_of()
    held = {name: rows[name] for name in ("source_receptor", "source_receptor_base")}
    folder = write_alone(tmp_path / "pack", **held)
    assert blocks_of(airshed.open_pack(folder)).sources == ["BLOCK_A", "BLOCK_B"]
    path = folder / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["transport"] = {"relation": "kernel"}
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert blocks_of(airshed.open_pack(folder)).sources == ["airshed"]


def test_the_kernel_is_listed_and_explained_with_its_sources(tmp_path, cli):
    folder = write_alone(tmp_path / "pack")
    code, out, err = cli("--pack", folder, "transport", "list", "--format", "json")
    assert code == 0, err
    assert [(row["relation"], row["used"], row["source"]) for row in json.loads(out)] == [("kernel", "yes", "airshed")]
    code, out, err = cli("--pack", folder, "explain", "attribution", "AA-1", "BBB", "--format", "json")
    assert code == 0, err


def placeless() -> list[dict]:
    rows = rows_of()["regions"]
    return [{**row, "latitude": "", "longitude": ""} if row["code"] == "BBB" else row for row in rows]


def emitted(value: float) -> list[dict]:
    return [{**row, "value": value} for row in rows_of()["emissions"]]


BROKEN = {
    "no natural part": ({"natural": []}, "needs table natural"),
    "a nation without one": (
        {"natural": [{"place": "AAA", "value": 3.0, "unit": "ug/m3"}]},
        "needs table natural: of BBB",
    ),
    "nothing observed": ({"observations": []}, "needs table observations: of a region or city"),
    "no formation factor": ({"parameters": rows_of()["parameters"]}, "needs table parameters: formation_factor_so2"),
    "a region without a place": ({"regions": placeless()}, "BBB: no place, so that a kernel alone cannot say"),
    "nobody counted": ({"populations": []}, "needs table populations"),
    "nothing emitted": ({"emissions": emitted(0.0)}, "nothing is emitted in 2015"),
    "less observed than is natural": (
        {"natural": [{"place": code, "value": 30.0, "unit": "ug/m3"} for code in NATURAL]},
        "no more PM2.5 is observed than is natural",
    ),
    "no gas known": (
        {"emissions": [row for row in rows_of()["emissions"] if row["pollutant"] != "NH3"]},
        "needs table emissions: of NH3",
    ),
}


@pytest.mark.parametrize(("changed", "said"), BROKEN.values(), ids=BROKEN)
def test_what_the_kernel_alone_cannot_do_without_is_named(tmp_path, changed, said):
    pack = airshed.open_pack(write_alone(tmp_path / "pack", **changed))
    with pytest.raises(AirshedError) as why:
        blocks_of(pack)
    assert why.value.message.startswith(said)


def test_the_factors_of_the_built_in_pack_are_those_that_eea_prints():
    """EEA, figure "Changes in emissions of primary": primary 1, SO2 0.54, NOx 0.88, NH3 0.64 (de Leeuw 2002)."""
    from airshed.pack.pack import built_in_path

    with (built_in_path() / "tables" / "parameters.csv").open(encoding="utf-8") as handle:
        rows = {row["key"]: row for row in csv.DictReader(handle)}
    assert {gas: float(rows[f"formation_factor_{gas}"]["value"]) for gas in FACTORS} == FACTORS
    assert {rows[f"formation_factor_{gas}"]["source"] for gas in FACTORS} == {"eea_formation_factors"}


def test_the_log_says_that_no_model_stands_behind_it(tmp_path):
    made = airshed.assess(airshed.open_pack(write_alone(tmp_path / "pack")), parts=("relation",))
    (step,) = made.provenance
    assert step.rule.startswith("kernel alone")
    assert "observations" in step.tables
    assert "source_receptor" not in step.tables
