"""Letters that no text may hold: which they are, where they are refused, and that drawing gets none of them."""

import csv
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.assessment.games.beliefs import read_beliefs
from airshed.pack.checks import check_pack
from airshed.pack.errors import AirshedError
from airshed.pack.letters import cleaned, first_letter, letters_in
from airshed.pack.pack import open_pack
from airshed.pack.scenarios import read_scenario

CONTROLS = [*map(chr, range(32)), *map(chr, range(0x7F, 0xA0))]
SEPARATORS, TURNS = ["\u2028", "\u2029"], [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
HALVES, NONE = ["\ud800", "\udfff"], ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
BAD = [*CONTROLS, *SEPARATORS, *TURNS, *HALVES, *NONE]
LINES = "\t\n\r"


def noncharacter(letter):
    """Unicode 16, section 23.7: the last two of every plane, and thirty-two of the Arabic presentation forms."""
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF


@pytest.mark.parametrize("letter", BAD, ids=lambda letter: f"{ord(letter):04X}")
def test_each_is_found(letter):
    assert first_letter(f"a{letter}b") == f"{ord(letter):04X}"
    assert (first_letter(f"a{letter}b", lines=True) is None) == (letter in LINES)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_cleaned_holds_none_by_the_tables_of_unicode(text):
    for letter in cleaned(text):
        kind = unicodedata.category(letter)
        assert kind not in ("Cs", "Zl", "Zp") and (kind != "Cc" or letter in LINES)
        assert unicodedata.bidirectional(letter) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        assert not noncharacter(letter)
    assert len(cleaned(text)) == len(text)


@pytest.mark.parametrize("text", ["서울·北京", "👩\u200d🔬", "a\u00adb", "µg/m³", "e\u0301", "\u200f"])
def test_what_texts_need_passes(text):
    assert first_letter(text) is None and cleaned(text) == text


def test_documents_are_gone_through_to_the_bottom():
    document = {"a": [{"b\x0b": "x"}, ("y", "z\u2028")], "c": 3, "d": None}
    assert list(letters_in(document)) == [("a.0", "000B"), ("a.1.1", "2028")]
    assert cleaned(document) == {"a": [{"b\ufffd": "x"}, ("y", "z\ufffd")], "c": 3, "d": None}
    deep = "\x0b"
    for _ in range(20_000):
        deep = [deep]
    assert [letter for _, letter in letters_in(deep)] == ["000B"]


@pytest.mark.parametrize("letter", [letter for letter in BAD if letter not in "\0" + LINES + "".join(HALVES)])
def test_a_cell_is_a_finding_with_its_place(small_copy, letter):
    path = small_copy / "tables" / "areas.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[2][-1] = f"note{letter}end"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    found = [item for item in check_pack(small_copy).findings if item.code == "AS117"]
    assert [(item.file, item.row, item.column) for item in found] == [("tables/areas.csv", 3, rows[0][-1])]
    assert f"U+{ord(letter):04X}" in found[0].message


def test_lines_in_a_quoted_note_are_no_finding_and_a_bare_return_is(small_copy):
    path = small_copy / "tables" / "areas.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    head, tail = lines[1].rsplit(",", 1)[0], lines[2:]

    def written(note):
        path.write_bytes("\n".join([lines[0], f'{head},"{note}"', *tail, ""]).encode())
        return [item.code for item in check_pack(small_copy).findings if item.severity == "error"]

    assert written("one\ntwo\tthree") == written("one\r\ntwo") == []
    assert written("one\rtwo") == ["AS117"]


@pytest.mark.parametrize("text", ["title: 'a\u2029b'", 'title: "a\\x0bb"', 'title: "a\\u202eb"'])
def test_a_scenario_file_is_a_finding_and_refused(small_copy, text):
    folder = small_copy / "scenarios"
    folder.mkdir(exist_ok=True)
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\n{text}\ndescription: d\n", encoding="utf-8")
    assert [(item.code, item.file) for item in check_pack(small_copy).findings] == [("AS117", "scenarios/mine.yaml")]
    with pytest.raises(AirshedError, match=r"control character U\+(2029|000B|202E)"):
        read_scenario(path)


@pytest.mark.parametrize("key", ["title", "version", "title_ko"])
def test_the_descriptor_is_a_finding_with_its_key(small_copy, key):
    path = small_copy / "datapackage.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), key: "a\x0cb"}), encoding="utf-8")
    assert [(item.code, item.column) for item in check_pack(small_copy).findings] == [("AS117", key)]


def test_a_file_of_beliefs_is_refused_with_its_line(small_folder, tmp_path):
    path = tmp_path / "beliefs.csv"
    path.write_text("party,source,receptor,share\nAAA,AAA,BBB\x1c,10%\n", encoding="utf-8")
    with pytest.raises(AirshedError, match=r"line 2 of .*beliefs.csv holds the control character U\+001C"):
        read_beliefs(open_pack(small_folder), path, ["AAA", "BBB"])


def test_arguments_are_refused(cli):
    code, out, err = cli("scenarios", "show", "frozen\x0b")
    assert (code, out) == (2, "") and "frozen\ufffd holds the control character U+000B" in err


def test_an_error_says_no_such_letter():
    assert (
        str(AirshedError("claim-id-message", id="a\x1b[31mb", message="", remedy="c\u202ed"))
        == "claim a\ufffd[31mb: . c\ufffdd"
    )


def test_the_built_in_pack_has_none():
    assert [item for item in open_pack().findings if item.code == "AS117"] == []
