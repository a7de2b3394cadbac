"""The commands that say how far to trust the numbers: hindcast, transport, explain."""

import csv
import io
import json

import pytest

from airshed.assessment.evidence.hindcast import score
from airshed.assessment.tables_as_datasets import frame_of
from airshed.pack.pack import open_pack
from support.variant import small_variant, third_nation

TABLE = "published_contributions"


def rows(cli, *words):
    code, out, err = cli(*words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture(autouse=True)
def opened_once(pack, monkeypatch):
    """Let all commands on the built-in pack share one opened pack."""

    def opened(path=None, science=False):
        return pack if path is None else open_pack(path, science)

    monkeypatch.setattr("airshed.pack.pack.open_pack", opened)


@pytest.fixture(scope="module")
def far_folder(tmp_path_factory):
    """Return a small airshed in which an anchor forces a factor above 3."""

    def change(held):
        third_nation(held, None)
        held[TABLE] = [{**held[TABLE][0], "source_region": "CCC", "central": 70}]

    return small_variant(tmp_path_factory.mktemp("far") / "pack", change)


@pytest.fixture(scope="module")
def bare_folder(tmp_path_factory):
    """Return a small airshed without studies, observations and distributions."""

    def change(held):
        held.update({TABLE: [], "observations": [], "distributions": []})

    return small_variant(tmp_path_factory.mktemp("bare") / "pack", change)


def test_hindcast_gives_the_rows_of_the_assessment_and_its_score(cli, assessment):
    table = frame_of(assessment["hindcast"])
    found = rows(cli, "hindcast")
    assert [row["place"] for row in found] == list(table["place"])
    assert [row["value"] for row in found] == pytest.approx(list(table["value"]))
    code, out, err = cli("hindcast")
    counted = score(table)
    assert code == 0 and f"Of {counted.places} places" in err and f"right in {counted.same_sign}," in err
    assert "Beijing (CN-BJ)" in out and "predicted" in out


def test_csv_holds_every_series_and_the_table_the_preferred_ones(cli, tmp_path):
    def change(held):
        held["observation_kinds"].append({"kind": "station", "rank": 2})
        held["observations"] += [{**row, "kind": "station"} for row in held["observations"]]

    folder = small_variant(tmp_path / "pack", change)
    code, out, _ = cli("--pack", folder, "hindcast", "--format", "csv")
    assert code == 0 and [row["rank"] for row in csv.DictReader(io.StringIO(out))] == ["1", "2"]
    few, every = (cli("--pack", folder, "hindcast", *words)[1] for words in ((), ("--all",)))
    assert "official" in few and "station" not in few and "station" in every


def test_the_anchored_scenario_explains_more_where_it_is_anchored(cli):
    plain, anchored = (
        {row["place"]: row for row in rows(cli, "hindcast", "--scenario", name) if row["rank"] == 1}
        for name in ("baseline", "observed-anchored")
    )
    for nation in ("CHN", "KOR"):
        assert abs(anchored[nation]["rest"]) < abs(plain[nation]["rest"])
    assert anchored["JPN"]["value"] == pytest.approx(plain["JPN"]["value"], abs=2.0)


def test_transport_list_names_the_relation_that_answers(cli, pack):
    found = rows(cli, "transport", "list")
    table = pack.table("source_receptor")
    assert [row["relation"] for row in found] == list(dict.fromkeys(table["relation"]))
    assert [row["relation"] for row in found if row["used"] == "yes"] == ["tm5fasst"]
    assert found[0]["source_blocks"] == table["source_block"].nunique()


@pytest.mark.parametrize("of", ["validation", "left-out", "closure", "kernel"])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_transport_check_answers_in_every_form(cli, of, form):
    code, out, err = cli("transport", "check", "--of", of, "--format", form)
    assert code == 0 and out.strip() and "Traceback" not in err
    if form == "json":
        found = json.loads(out)
        assert found and all(isinstance(row, dict) for row in found)


def test_transport_check_shows_the_assessments_validation(cli, assessment):
    found = rows(cli, "transport", "check")
    table = frame_of(assessment["validation"])
    assert [row["study"] for row in found] == list(table["study"])
    assert [row["value"] for row in found] == pytest.approx(list(table["value"]))
    assert [row["published"] for row in found] == [
        None if value != value else pytest.approx(value) for value in table["published"]
    ]


def test_compare_keeps_one_receptor(cli):
    found = rows(cli, "transport", "compare", "--receptor", "KOR")
    assert {row["receptor"] for row in found} == {"KOR"} and sum(row["value"] for row in found) == pytest.approx(1.0)
    china = next(row for row in found if row["country"] == "CHN")
    assert china["published"] == pytest.approx(0.321)
    assert china["value"] == pytest.approx(0.37, abs=0.03)  # random effects over studies of 11-74 %, not one of them
    code, out, _ = cli("transport", "compare", "--receptor", "JPN")
    assert code == 0 and "55 %" in out and "(AIR)" not in out


def test_a_factor_outside_a_third_to_three_is_noted_on_the_command_line(cli, far_folder):
    found = rows(cli, "--pack", far_folder, "transport", "compare", "--receptor", "AAA")
    noted = [row for row in found if "the factor leaves 1/3 to 3" in row["note"]]
    assert [row["country"] for row in noted] == [row["country"] for row in found if not 1 / 3 <= row["factor"] <= 3]
    assert "CCC" in {row["country"] for row in noted}
    code, _, err = cli("--pack", far_folder, "transport", "compare")
    assert code == 0 and "1/3 to 3" in " ".join(err.split())


def test_explain_shows_the_numbers_of_the_attribution(cli):
    steps = rows(cli, "explain", "attribution", "KR-11", "CHN")
    wanted = next(row for row in rows(cli, "attribution", "KR-11", "--by", "country") if row["country"] == "CHN")
    first = steps[0]
    assert {name: first[name] for name in ("value", "low", "high", "unit", "basis", "source", "note")} == {
        name: wanted[name] for name in ("value", "low", "high", "unit", "basis", "source", "note")
    }
    assert steps[1]["value"] == pytest.approx(100 * wanted["share"])
    listed = {step["step"].removeprefix("study: ") for step in steps if step["step"].startswith("study: ")}
    assert listed == {"LTP 4th stage", "GEOS-Chem zero-out study (2016)", "Bae et al. 2020", "ISAM tagging study"}


def test_sources_of_explanations_are_those_of_airshed_sources(cli):
    known = {row["key"] for row in rows(cli, "sources")}
    for words in (("attribution", "KR-11", "CHN"), ("hindcast", "KOR"), ("emissions", "CN-SD", "NOx")):
        named = {key for step in rows(cli, "explain", *words) for key in step["source"].split()}
        assert named and named <= known


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("health", "KOR"), ("health", "--region", "KOR")),
        (("emissions", "CN-HE", "SO2", "industry"), ("emissions", "--region", "CN-HE", "--by", "sector")),
        (("hindcast", "CN-BJ"), ("hindcast",)),
    ],
)
def test_explain_agrees_with_the_command_it_explains(cli, words, numbers):
    number = rows(cli, "explain", *words)[0]["value"]
    assert any(row.get("value") == pytest.approx(number) for row in rows(cli, *numbers))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["explain", "attribution", "KR-11"], "needs RECEPTOR SOURCE"),
        (["explain", "attribution", "KR-11", "ABC"], "source ABC is not known"),
        (["explain", "attribution", "moscow", "CHN"], "outside the area"),
        (["explain", "attribution", "SHIP", "CHN"], "source without people"),
        (["explain", "attribution", "KR-11", "CHN", "--year", "1985"], "covers 1990 to 2030"),
        (["explain", "claims", "nothing"], "id nothing is not known"),
        (["explain", "weather", "KR-11"], "weather"),
        (["hindcast", "--scenario", "wishful"], "scenario wishful is not known"),
        (["transport", "check", "--of", "luck"], "luck"),
        (["transport", "compare", "--receptor", "KOO"], "did you mean KOR"),
        (["transport", "compare", "--receptor", "SHIP"], "receptor nation SHIP is not known"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(cli, words, message):
    code, out, err = cli(*words)
    assert code == 2 and message in err and "Traceback" not in err and out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["hindcast"],
        ["transport", "list"],
        ["transport", "check"],
        ["transport", "check", "--of", "left-out"],
        ["transport", "check", "--of", "kernel"],
        ["transport", "compare"],
        ["explain", "attribution", "port", "BBB"],
    ],
    ids=" ".join,
)
def test_packs_without_studies_and_observations_answer(cli, bare_folder, words):
    for form in ("table", "json"):
        code, out, err = cli("--pack", bare_folder, *words, "--format", form)
        assert code == 0, err
        assert form == "table" or isinstance(json.loads(out), list)


def test_a_scenario_that_needs_observations_says_so(cli, bare_folder):
    code, _, err = cli("--pack", bare_folder, "hindcast", "--scenario", "observed-anchored")
    assert code == 2 and "needs table observations" in err and "no place" not in err


@pytest.mark.parametrize(
    "words",
    [["hindcast"], ["transport", "check"], ["transport", "compare"], ["explain", "attribution", "KR-11", "CHN"]],
    ids=" ".join,
)
def test_korean_tables_have_korean_headings(cli, words):
    code, out, _ = cli("--lang", "ko", *words)
    head = out[: out.index("──")]
    assert code == 0 and any("가" <= letter <= "힣" for letter in head), words


def test_a_share_without_effect_is_noted_in_both_languages(cli, tmp_path):
    def change(held):
        third_nation(held, None)
        held[TABLE] = [{**held[TABLE][0], "source_region": "CCC"}]
        for row in held["source_receptor"]:
            if (row["source_block"], row["receptor_block"]) == ("BLOCK_C", "BLOCK_A"):
                row["coefficient"] = 0.0

    folder = small_variant(tmp_path / "pack", change)
    found = rows(cli, "--pack", folder, "transport", "compare", "--receptor", "AAA")
    note = next(row for row in found if row["country"] == "CCC")["note"]
    assert note == "printed by First, but the relation gives nothing of it"
    steps = cli("--lang", "ko", "--pack", folder, "explain", "attribution", "port", "CCC")[2]
    assert "First에 값이 있으나" in " ".join(steps.split())
