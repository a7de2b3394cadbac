"""An answer declared once has all its doors: command, page with its other forms, REST, chapter, Python."""

import csv
import io
import json
from typing import Literal

import pandas as pd
import pytest
from pydantic import Field
from starlette.testclient import TestClient

import airshed
from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.asked import resolved
from airshed.answers.common import places
from airshed.answers.registry import GROUPS, entries, entry, forget, listed, register
from airshed.answers.spoken import command_words, python_line
from airshed.pack.errors import AirshedError
from support.small import write_table

ABOUT = "How many letters the names of regions have."


class LettersQuestion(Query):
    """Of which regions, counted how."""

    region: tuple[str, ...] = Field(default=(), description="regions; all nations if none", max_length=20)
    times: int = Field(default=1, ge=1, le=9, description="how often each letter counts")
    order: Literal["code", "letters"] = Field(default="code", description="what comes first")
    capitals: bool = Field(default=False, description="count capitals alone")


def letters(ask, words, question):
    """Return the letters of the names of regions."""
    codes = list(question.region) or ["AAA", "BBB"]
    name = {code: ask.pack.name(code, "en") for code in codes}
    counted = {code: [one for one in name[code] if one.isupper() or not question.capitals] for code in codes}
    rows = pd.DataFrame(
        {"region": codes, "value": [question.times * len(counted[code]) for code in codes], "source": "s1"}
    )
    rows = rows if question.order == "code" else rows.sort_values("value", ascending=False)
    sheet = Sheet("letters", words.translate("region"), rows, ("region", "value"))
    total = int(rows["value"].sum())
    return Content("Letters", (sheet,), sentences=(f"{total} letters in {len(codes)} names",))


@pytest.fixture
def declared():
    """Hold a tiny answer while a test runs, as a file in a folder of answers would."""
    made = Entry(title="Letters", question=LettersQuestion, make=letters, choices={"region": places})
    yield register(made, "letters", GROUPS["together"], ABOUT)
    forget("letters")


@pytest.fixture
def small(small_folder):
    return airshed.open_pack(small_folder)


def expected(pack, *codes, times=1):
    """Return the rows by hand: the letters of the names in the table of regions."""
    regions = pack.table("regions").set_index("code")["name_en"]
    return [{"region": code, "value": times * len(regions[code]), "source": "s1"} for code in codes]


def test_the_command(declared, cli, small_folder, small):
    code, out, err = cli("--pack", small_folder, "letters", "--region", "AAA", "--times", "2", "--format", "json")
    assert code == 0 and json.loads(out) == expected(small, "AAA", times=2)
    assert err.startswith(f"{2 * len(small.name('AAA', 'en'))} letters in 1 names")
    code, out, _ = cli("--pack", small_folder, "letters", "--region", "AAA,BBB", "--format", "csv")
    assert [row["region"] for row in csv.DictReader(io.StringIO(out))] == ["AAA", "BBB"]
    code, out, _ = cli("--help")
    assert ABOUT in " ".join(out.split())
    shown = " ".join(cli("letters", "--help")[1].split())
    assert "--times 1..9" in shown and "--order code|letters" in shown and "how often each letter counts" in shown


def test_the_page_its_forms_and_rest(declared, small):
    from airshed.web.app import create_app

    with TestClient(create_app(small, patience=None)) as client:
        rows = expected(small, "AAA", "BBB", times=3)
        assert client.get("/en/letters.json?times=3").json() == rows == client.get("/api/v1/letters?times=3").json()
        page = client.get("/ko/letters?times=3").text
        assert "airshed letters --times 3" in page and "airshed.ask(pack, &#39;letters&#39;, times=3" in page
        assert client.get("/en/letters.csv").text.splitlines()[0] == "region,value,source"
        assert client.get("/en/letters.zip").content[:2] == b"PK"
        assert "/api/v1/letters" in client.get("/api/v1/openapi.json").json()["paths"]
        assert client.get("/en/letters?times=10").status_code == 400


def test_the_chapter(declared, cli, small_folder, small, tmp_path):
    out = tmp_path / "out"
    assert cli("--pack", small_folder, "run", "--with", "letters", "--out", out)[0] == 0
    text = (out / "report.en.html").read_text(encoding="utf-8")
    assert '<section id="letters">' in text and "letters in 2 names" in text
    rows = list(csv.DictReader(io.StringIO((out / "tables" / "letters_letters.csv").read_text(encoding="utf-8"))))
    assert [int(row["value"]) for row in rows] == [row["value"] for row in expected(small, "AAA", "BBB")]


def test_python(declared, small):
    answer = airshed.ask(small, "letters", region=["BBB"])
    assert (
        answer.table.to_dict("records")
        == expected(small, "BBB")
        == small.ask("letters", region=["BBB"]).table.to_dict("records")
    )
    assert answer.sentence == f"{len(small.name('BBB', 'en'))} letters in 1 names" and list(answer.tables) == [
        "letters"
    ]
    assert "<table>" in answer._repr_html_() and "letters" in repr(answer)
    assert airshed.ask(small, LettersQuestion(times=2)).table["value"].tolist() == [
        row["value"] for row in expected(small, "AAA", "BBB", times=2)
    ]
    assert "Letters" in dir(airshed) and airshed.Letters is LettersQuestion


def test_names_in_any_language_are_codes(pack):
    for asked, codes in (
        (("서울", "베이징"), ("KR-11", "CN-BJ")),
        (("Seoul", "SEOUL", "KR-11"), ("KR-11",)),
        (("韩国", "北京"), ("KOR", "CN-BJ")),
    ):
        found = entry("measures")
        assert resolved(found, pack, found.question(region=asked)).region == codes


def test_a_name_of_two_places_is_refused_with_both(small_copy):
    path = small_copy / "tables" / "regions.csv"
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        row["name_en"] = "Twin" if row["code"] in ("AA-1", "BBB") else row["name_en"]
    write_table(small_copy / "tables" / "regions.csv", "regions", rows)
    with pytest.raises(AirshedError, match=r"the region Twin may be (BBB or AA-1|AA-1 or BBB)") as caught:
        airshed.ask(airshed.open_pack(small_copy), "measures", region=["Twin"])
    assert caught.value.remedy == "give its code"
    with pytest.raises(AirshedError, match="the region  is not known"):
        airshed.ask(airshed.open_pack(small_copy), "measures", region=[""])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"region": ["nowhere"]}, "the region nowhere is not known"),
        ({"times": 10}, "times cannot be 10"),
        ({"times": "many"}, "times cannot be many"),
        ({"order": "size"}, "order cannot be size"),
        ({"size": 1}, "the field size is not known"),
    ],
)
def test_bad_fields_have_clear_answers(declared, small, fields, said):
    with pytest.raises(AirshedError, match=said) as caught:
        airshed.ask(small, "letters", **fields)
    assert caught.value.remedy


def test_a_question_that_is_not_known(small):
    with pytest.raises(AirshedError, match="the question lettres is not known"):
        airshed.ask(small, "lettres")
    with pytest.raises(AirshedError, match="the language fr is not known"):
        airshed.ask(small, "measures", language="fr")
    with pytest.raises(AirshedError, match="is the question of 0 answers"):
        airshed.ask(small, LettersQuestion())


@pytest.mark.parametrize("words", [("--times", "0"), ("--order", "size"), ("--region", "nowhere"), ("--table", "none")])
def test_bad_words_end_with_2(declared, cli, small_folder, words):
    code, out, err = cli("--pack", small_folder, "letters", *words)
    assert code == 2 and out == "" and words[1] in err and "Traceback" not in err


def test_the_lines_that_a_page_shows_give_the_question_again(declared, small):
    asked = LettersQuestion(region=("AAA", "BBB"), times=3, capitals=True)
    assert command_words(declared, asked) == (
        *("letters", "--region", "AAA", "--region", "BBB", "--times", "3", "--capitals"),
    )
    line = python_line(declared, asked, "ko")
    answer = eval(line, {"airshed": airshed, "pack": small})
    assert answer.question == asked and answer.words.language == "ko"


def test_every_answer_is_listed_without_being_loaded_and_says_what_it_answers():
    assert {item.command for item in entries()} == set(listed())
    for item in listed().values():
        assert item.about.endswith(".") and item.about[0].isupper()
