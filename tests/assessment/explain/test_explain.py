"""From a number to its sources: every step is the number of another door, every source is in the pack."""

import math

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.explain.explain import (
    ANSWER,
    BEFORE,
    COMPARED,
    FACTOR,
    MODEL,
    MODELLED,
    NATURAL,
    OBSERVED,
    RESPONSE,
    SAMPLES,
    SHARE,
    STUDY,
    THE_NUMBER,
    UNEXPLAINED,
    explain,
)
from airshed.assessment.run import assess
from airshed.assessment.tables import attribution
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import country_of, nations_of
from airshed.pack.errors import AirshedError
from airshed.transport.relation import EMITTED
from support.levels import written_out
from support.variant import opened_variant

ENDS = ("low", "central", "high")


@pytest.fixture(scope="module", autouse=True)
def answered_once():
    """Hold the assessments behind the steps: each question is answered once."""
    held = {}

    def once(pack, question, parts):
        key = (id(pack), question, tuple(parts))
        if key not in held:
            held[key] = (pack, assess(pack, question, parts=parts))
        return held[key][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("airshed.assessment.explain.explain.assess", once)
        yield


def steps_of(pack, *words, year=None):
    return explain(pack, words[0], words[1:], year)


def step(steps, name):
    return next(item for item in steps if item.step == name)


@pytest.fixture(scope="module")
def seoul(pack):
    return steps_of(pack, "attribution", "KR-11", "CHN")


def test_the_number_is_that_of_the_attribution(pack, assessment, seoul):
    rows = attribution(pack, assessment, "KR-11").set_index("country")
    row, first = rows.loc["CHN"], step(seoul, THE_NUMBER)
    assert (first.value, first.low, first.high) == (row["value"], row["low"], row["high"])
    assert first.source == row["source"] and first.note == row["note"]
    share = step(seoul, SHARE)
    assert share.value == pytest.approx(100 * row["share"])
    of_samples = assessment["attribution"].sel(place="KR-11", country="CHN")
    assert share.low == pytest.approx(100 * float(of_samples["share_low"]))
    assert share.high == pytest.approx(100 * float(of_samples["share_high"]))
    assert 0 < share.low < share.value < share.high < 100, "taken within each sample, so never more than the whole"
    total = float(assessment["concentration"]["total"].sel(place="KR-11"))
    assert step(seoul, OBSERVED).value == total


def test_the_steps_of_calibration_by_brute_force(pack, seoul):
    ensemble = ensemble_of(pack, airshed.Question().samples, airshed.Question().seed)
    emitted = baseline_cube(pack)["value"].sel(year=2015, pollutant=list(EMITTED)).fillna(0.0)
    chinese = [code for code in ensemble.raw.regions if country_of(pack)[code] == "CHN"]
    before, after = (
        sum(float(item.contribution(emitted).sel(region=code, receptor="KR-11")) for code in chinese)
        for item in (ensemble.raw, ensemble.relation)
    )
    assert step(seoul, BEFORE).value == pytest.approx(before)
    assert step(seoul, FACTOR).value == pytest.approx(after / before)
    logs, _ = written_out(prepare(pack, 2015, with_health=False).levels.fit, [("KR-11", 2015)])
    response = float(np.exp(logs[0]))
    assert step(seoul, ANSWER).value == pytest.approx(response)
    assert step(seoul, THE_NUMBER).value == pytest.approx(response * after)
    parts = [item.value for item in seoul if item.step.startswith("part by precursor")]
    assert len(parts) == 6 and sum(parts) == pytest.approx(response * after)
    compared = step(seoul, COMPARED.format(places="seoul, daejeon, busan", year=2017))
    before, after = (
        np.mean(
            [
                float(given.sel(region=chinese, receptor=city).sum() / given.sel(receptor=city).sum())
                for city in ("seoul", "daejeon", "busan")
            ]
        )
        for given in (
            item.contribution(baseline_cube(pack)["value"].sel(year=2017, pollutant=list(EMITTED)).fillna(0.0))
            for item in (ensemble.raw.shaped(ensemble.shape[0]), ensemble.relation)
        )
    )
    assert compared.value == pytest.approx(100 * after) and compared.low < 14 and compared.high > 64
    assert step(seoul, MODEL).value == pytest.approx(100 * before)
    assert step(seoul, SAMPLES).value == airshed.Question().samples


@pytest.mark.parametrize(
    ("place", "source"), [("KR-11", "CHN"), ("ulaanbaatar", "MNG"), ("SCA", "KOR"), ("PRK", "PRK")]
)
def test_the_steps_of_a_level_add_up_to_it(pack, place, source):
    """A receptor: natural + response x modelled; what the relation cannot carry at most three times is unexplained."""
    steps = steps_of(pack, "attribution", place, source)
    natural, modelled, response, unexplained, level = (
        step(steps, name) for name in (NATURAL, MODELLED, RESPONSE, UNEXPLAINED, OBSERVED)
    )
    assert natural.value + response.value * modelled.value == pytest.approx(level.value, rel=2e-3)
    over = max(response.value - 3.0, 0.0) * modelled.value
    assert unexplained.value == pytest.approx(over)
    assert 0 < natural.value < level.low < level.value < level.high
    assert response.low < response.value < response.high and response.note
    given = airshed.assess(pack, parts=("emissions", "concentration", "attribution"))["attribution"]["by_country"]
    assert float(given.sel(place=place).sum()) == pytest.approx(level.value - natural.value - over)
    assert bool(response.source) == (place != "PRK")


def test_the_studies_stand_there_with_their_printed_values(pack, seoul):
    rows = pack.table("published_contributions")
    rows = rows[rows["use"].isin(["anchor", "spread"]) & (rows["receptor"] == "KOR") & (rows["source_region"] == "CHN")]
    found = [
        (item.step, *(None if math.isnan(v) else v for v in (item.low, item.value, item.high)), item.source)
        for item in seoul
        if item.step.startswith("study: ")
    ]
    wanted = [
        (STUDY.format(study=row["study"]), *(None if math.isnan(row[end]) else row[end] for end in ENDS), row["source"])
        for row in rows.to_dict("records")
    ]
    assert found == wanted and len(wanted) == 5


def test_emissions_of_the_source_are_the_sums_of_its_provinces(pack, seoul):
    cube = baseline_cube(pack)["value"].sel(year=2015)
    chinese = [code for code in cube["region"].to_numpy() if country_of(pack)[str(code)] == "CHN"]
    for pollutant in EMITTED:
        found = next(item for item in seoul if item.step == f"emissions of CHN: {pollutant}")
        assert found.value == pytest.approx(float(cube.sel(region=chinese, pollutant=pollutant).sum()))


QUESTIONS = [
    ("attribution", "KR-11", "CHN"),
    ("attribution", "seoul", "SHIP"),
    ("attribution", "SCA", "ROW"),
    ("attribution", "KOR", "CN-SD"),
    ("attribution", "JJJ", "AIR"),
    ("attribution", "PRK", "PRK"),
    ("attribution", "TM5_CHN", "KOR"),
    ("attribution", "KR-11", "KR-50"),
    ("health", "KOR"),
    ("health", "SCA"),
    ("emissions", "CN-HE", "SO2", "industry"),
    ("emissions", "JJJ", "PM2.5"),
    ("emissions", "SHIP", "NH3"),
    ("hindcast", "CN-BJ"),
    ("hindcast", "CN-NM", "2"),
    ("measures", "CN-HE", "power.PRWFGD"),
    ("measures", "KR-26", "solvent.WBP"),
]


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_every_source_of_every_step_is_known_and_titled(pack, words):
    keys = set(pack.table("sources")["key"])
    for item in steps_of(pack, *words):
        assert item.step and set(item.source.split()) <= keys, item
        record = item.record(pack)
        assert bool(record["title"]) == bool(item.source) and all(
            value is None or math.isfinite(value) for value in (record["value"], record["low"], record["high"])
        )


@pytest.mark.parametrize("year", [1990, 2030])
def test_the_first_and_the_last_year(pack, year):
    found = steps_of(pack, "attribution", "KR-11", "CHN", year=year)
    wanted = airshed.assess(pack, airshed.Question(year=year), parts=("emissions", "concentration", "attribution"))
    assert found[0].value == float(wanted["attribution"]["by_country"].sel(place="KR-11", country="CHN"))


def test_a_measure_leads_from_its_printed_cost_to_the_region(pack):
    """The table holds 1.48814 thousand EUR per tonne of SO2, the median of the Lombardy rows."""
    steps = steps_of(pack, "measures", "CN-HE", "power.PRWFGD", year=2030)
    assert step(steps, "cost as published").value == pytest.approx(1488.14)
    there, here = step(steps, "cost there, money of 2015"), step(steps, "cost brought to the nation")
    assert here.low < here.value < there.value and here.high == pytest.approx(there.high)
    assert step(steps, "removal efficiency SO2").value == 0.9
    assert step(steps, "applied today").note == "published"
    number = step(steps, THE_NUMBER)
    assert "last step" in number.note and number.value > here.high and "zghjkx_ule" in number.source
    assert step(steps, "emitted by what it works on, SO2").note == "power.coal"


def test_health_names_people_exposure_and_deaths(pack, assessment):
    steps = steps_of(pack, "health", "SCA")
    data = assessment["health"].sel(region=["KR-11", "KR-28", "KR-41"])
    assert step(steps, THE_NUMBER).value == pytest.approx(float(data["deaths"].sum()))
    assert step(steps, "population").value == pytest.approx(float(data["population"].sum()))
    assert step(steps, "baseline deaths").value == pytest.approx(float(data["baseline_deaths"].sum()))
    assert all(step(steps, name).source for name in ("population", "baseline deaths"))


def test_emissions_split_into_their_sectors(pack):
    steps = [item for item in steps_of(pack, "emissions", "CN-HE", "SO2") if math.isfinite(item.value)]
    assert sum(item.value for item in steps[1:]) == pytest.approx(steps[0].value)


def test_every_claim_can_be_explained(pack):
    table = claims_table(pack)
    for row in table.to_dict("records")[::25]:
        printed, computed = steps_of(pack, "claims", row["id"])[:2]
        assert printed.value == row["printed"] or math.isnan(row["printed"])
        assert computed.value == row["computed"] or math.isnan(computed.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("attribution",), "needs RECEPTOR SOURCE"),
        (("attribution", "KR-11"), "needs RECEPTOR SOURCE"),
        (("attribution", "KR-11", "CHN", "SO2"), "needs RECEPTOR SOURCE"),
        (("attribution", "KR-11", "chn"), "did you mean CHN"),
        (("attribution", "KR-11", "natural"), "source natural is not known"),
        (("attribution", "KR-11", "JJJ"), "source JJJ is not known"),
        (("attribution", "ROW", "CHN"), "source without people"),
        (("attribution", "moscow", "CHN"), "outside the area"),
        (("attribution", "nowhere", "CHN"), "receptor nowhere is not known"),
        (("measures", "CN-HE"), "needs REGION MEASURE"),
        (("measures", "XX", "power.PRWFGD"), "region XX is not known"),
        (("measures", "CN-HE", "power.NONE"), "measure power.NONE is not known"),
        (("health", "RUS"), "needs table mortality"),
        (("health", "seoul"), "region seoul is not known"),
        (("emissions", "CN-HE"), "needs REGION POLLUTANT"),
        (("emissions", "CN-HE", "SO2", "colour"), "sector colour is not known"),
        (("emissions", "CN-HE", "gold"), "pollutant gold is not known"),
        (("claims", "nothing"), "id nothing is not known"),
        (("hindcast", "CN-QH"), "place CN-QH is not known"),
        (("hindcast", "CN-NM", "9"), "rank 9 is not known"),
        (("weather", "KR-11"), "command weather is not known"),
    ],
)
def test_wrong_keys_say_what_would_be_right(pack, words, message):
    with pytest.raises(AirshedError, match=message) as caught:
        steps_of(pack, *words)
    assert caught.value.remedy


def test_packs_without_studies_or_observations_can_be_explained(tmp_path):
    def change(rows):
        rows["published_contributions"], rows["observations"], rows["distributions"] = [], [], []

    pack = opened_variant(tmp_path / "pack", change)
    steps = steps_of(pack, "attribution", "port", "BBB")
    assert step(steps, FACTOR).value == pytest.approx(1.0)
    assert not [item for item in steps if item.step.startswith("study: ")]
    with pytest.raises(AirshedError, match="place AA-1 is not known"):
        steps_of(pack, "hindcast", "AA-1")


def test_the_nations_of_a_place(pack):
    assert nations_of(pack, "seoul") == nations_of(pack, "KR-11") == nations_of(pack, "SCA") == ["KOR"]
    assert sorted(nations_of(pack, "TM5_MON")) == ["MNG", "PRK"]
