"""The answers on supply by their doors: what is said aloud, files of any table, what is refused."""

import json

import pytest

import airshed
from airshed.pack.errors import AirshedError
from support.trade import row, table, wire

LANGUAGES = ("en", "ko", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sentence_holds_place_number_and_year(pack, language):
    said = airshed.ask(pack, "transition imports", language).sentence
    assert "99.1 %" in said
    assert "2022" in said
    assert pack.name("CHN", language) in said


@pytest.mark.parametrize(("language", "number"), [("en", "4.26 million"), ("ko", "426만"), ("zh", "426万")])
def test_a_scenario_names_what_it_builds(pack, language, number):
    said = airshed.ask(pack, "transition risk", language).sentence
    assert number in said
    assert "2025" in said
    assert pack.name("graphite", language).lower() in said.lower()


def test_a_file_is_read_as_it_streams(cli, tmp_path):
    path = table(tmp_path / "trade.csv", wire())
    code, out, said = cli("transition", "imports", str(path), "--commodity", "7614", "--format", "json")
    assert code == 0, said
    rows = json.loads(out)
    assert [(one["year"], one["share_percent"], one["dependent"]) for one in rows] == [
        (2020, 80.0, "yes"),
        (2021, 90.0, "yes"),
        (2022, 70.0, "yes"),
    ]
    assert "In 2022 Korea took 70 % of its imports of stranded wire" in said


def test_a_pasted_table_gives_what_the_file_gives(pack, tmp_path):
    path = table(tmp_path / "trade.csv", wire())
    pasted = airshed.ask(pack, "transition imports", trade=path.read_text(encoding="utf-8"))
    named = airshed.ask(pack, "transition imports", file=str(path))
    assert pasted.table.equals(named.table)
    assert set(pasted.tables) == {"dependence", "partners", "substitutes", "warnings", "events", "left_out"}


def test_rows_that_are_not_read_are_said(pack, tmp_path):
    rows = [*wire(), row(2022, "KOR", "M", "CHN", "761490", 5, typeCode="S")]
    answer = airshed.ask(pack, "transition imports", file=str(table(tmp_path / "trade.csv", rows)))
    assert any(said.startswith("1 rows of the table are not read") for said in answer.sentences)
    assert answer.tables["left_out"]["reason"].tolist() == ["services, not goods"]


def test_a_national_table_by_its_mapping(cli, tmp_path):
    data, mapping = tmp_path / "customs.csv", tmp_path / "mapping.csv"
    data.write_text("연도,국가,HS,수입\n2022,중국,7614901000,99.1\n2022,베트남,7614901000,0.9\n", encoding="utf-8")
    lines = (
        "field,column\nyear,연도\npartner,국가\ncommodity,HS\nimports,수입\nreporter,=KOR\ncurrency,=USD\nscale,=1000\n"
    )
    mapping.write_text(lines, encoding="utf-8")
    words = ("transition", "imports", str(data), "--mapping", str(mapping), "--format", "json")
    code, out, said = cli(*words)
    assert code == 0, said
    assert json.loads(out)[0]["share_percent"] == pytest.approx(99.1)


def test_a_plan_says_which_measure_it_used(pack):
    plan = "region,measure,application\nCN-BJ,road.ELECTRIC_CARS,0.2\n"
    answer = airshed.ask(pack, "transition risk", plan=plan)
    assert set(answer.table["what"]) == {"road.ELECTRIC_CARS"}
    assert answer.sentence.startswith("Electric cars for petrol cars (Beijing, ")


@pytest.mark.parametrize(
    ("question", "fields", "message"),
    [
        ("transition imports", {"reporter": "Atlantis"}, "Atlantis"),
        ("transition imports", {"commodity": ("999999",)}, "999999"),
        ("transition imports", {"file": "/nowhere/trade.csv"}, "cannot be read"),
        ("transition imports", {"trade": "a,b\n1,2"}, "does not say"),
        ("transition risk", {"scenario": "frozen"}, "frozen"),
        ("transition risk", {"plan": "region,measure,application\nCN-BJ,road.ELECTRIC_CARS,7"}, "7"),
    ],
)
def test_what_cannot_be_is_refused(pack, question, fields, message):
    with pytest.raises(AirshedError, match=message):
        airshed.ask(pack, question, **fields)


@pytest.mark.parametrize("question", ["transition imports", "transition risk"])
def test_a_pack_without_the_tables_names_one(small_folder, question):
    with pytest.raises(AirshedError, match=r"import_facts|material_uses"):
        airshed.ask(airshed.open_pack(small_folder), question)
