"""The table of errors, `schema/errors.csv`, against the source that raises them: read as text, nothing is run."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from airshed.pack.complaints import COMPLAINTS
from airshed.pack.errors import TABLES, WORDS
from airshed.pack.language import read_catalogue

PACKAGE = Path(__file__).resolve().parent.parent.parent / "src" / "airshed"
SCHEMA = PACKAGE / "pack" / "schema"
LANGUAGES = ("ko", "zh")
MAKERS = {"Phrase", "ComplaintError"}
"""What takes a code beside the errors."""
WITHOUT_CODE = {"PackError", "MissingTableError", "StoreError", "UndecidedError", "OutOfTimeError", "SharesError"}
"""Errors whose own constructor knows the code."""
UNKNOWN = "unknown"
"""The function whose first value is a word of ours."""


def placeholders(text):
    return re.findall(r"{(\w+)}", text)


@cache
def rows(table="errors"):
    with (SCHEMA / f"{table}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@cache
def needed():
    """Return the placeholders of every code, of errors and findings."""
    return {
        row["code"]: {*placeholders(row["message"]), *placeholders(row["remedy"])}
        for name in TABLES
        for row in rows(name)
    }


@cache
def trees():
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def nodes(kind):
    return [(name, node) for name, tree in trees().items() for node in ast.walk(tree) if isinstance(node, kind)]


@cache
def errors():
    """Return the classes of user errors."""
    known, classes = {"AirshedError"}, [node for _, node in nodes(ast.ClassDef)]
    for _ in range(4):
        known |= {node.name for node in classes if {getattr(base, "id", "") for base in node.bases} & known}
    return known


@cache
def calls():
    """Return the calls that take a code, as place, node, code: of a parent's constructor too."""
    found = []
    for name, tree in trees().items():
        makers = {
            id(call)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and node.name in errors() - {"AirshedError"}
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if called in (errors() | MAKERS) - WITHOUT_CODE or id(node) in makers:
                found.append((f"{name}:{node.lineno}", node))
    return found


def literal(node):
    """Return the codes that the first value of a call may be, None where it is computed."""
    match node.args[:1]:
        case [ast.Constant(value=str() as code)]:
            return [code]
        case [ast.IfExp(body=ast.Constant(value=one), orelse=ast.Constant(value=other))]:
            return [one, other]
    return None


def test_codes_are_sorted_unique_and_readable():
    codes = [row["code"] for row in rows()]
    assert codes == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code)] == []
    assert {*codes} & {row["code"] for row in rows("findings")} == set()


def test_what_says_the_same_has_one_code():
    held = [(row["status"], row["message"], row["remedy"]) for row in rows()]
    assert sorted({one for one in held if held.count(one) > 1}) == []


def test_statuses_are_those_of_http_and_parts_have_neither_status_nor_remedy():
    allowed = {"202", "400", "403", "404", "414", "421", "500", "503", "507"}
    assert {row["status"] for row in rows()} == allowed | {""}
    assert [row["code"] for row in rows() if not row["status"] and row["remedy"]] == []
    assert [row["code"] for row in rows() if not row["message"]] == []


def test_every_site_gives_a_code_of_the_table_and_exactly_its_values():
    wrong = []
    for place, node in calls():
        given = {item.arg for item in node.keywords}
        for code in literal(node) or ():
            if code not in needed() or (given != needed()[code] and None not in given):
                wrong.append((place, code, sorted(map(str, given)), sorted(needed().get(code, ()))))
    assert wrong == []


COMPUTED = {
    "assessment/plans/aims.py",
    "impacts/mortality.py",
    "pack/complaints.py",
    "pack/errors.py",
    "pack/expressions.py",
    "pack/finding.py",
    "strategy/problem.py",
    "strategy/riat_problem.py",
}
"""Files that choose a code before they raise it; each code stands there as a word."""


def test_few_sites_compute_their_code():
    assert {place.partition(":")[0] for place, node in calls() if literal(node) is None} == COMPUTED


def test_no_site_raises_an_error_without_a_code():
    bare = [place for place, node in calls() if not node.args]
    assert bare == []


def test_every_row_is_used():
    said = {node.value for _, node in nodes(ast.Constant) if isinstance(node.value, str)}
    unused = [row for row in rows() if row["code"] not in said]
    assert [row["code"] for row in unused if not (row["code"].startswith("word-") and row["message"] in said)] == []


def test_words_of_ours_are_rows():
    """What stands for a kind of code is translated by its row."""
    words = {row["message"] for row in rows() if row["code"].startswith("word-")}
    given = {
        item.value.value
        for _, node in calls()
        for item in node.keywords
        if item.arg in WORDS[:2] and isinstance(item.value, ast.Constant)
    }
    given |= {
        node.args[0].value
        for _, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == UNKNOWN and isinstance(node.args[0], ast.Constant)
    }
    assert given >= {"region", "sector", "table"}
    assert sorted(given - words) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_its_translation_and_none_is_left_over(language):
    texts = {row[part] for row in rows() for part in ("message", "remedy")}
    prose = {text for text in texts if re.sub(r"{\w+}", "", text).strip()}
    known = {english for (_, english), text in read_catalogue(f"errors.{language}", language).items() if text}
    assert sorted(prose - known) == []
    assert sorted(known - prose) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_the_english(language):
    held = read_catalogue(f"errors.{language}", language)
    assert [key for key, text in held.items() if sorted(placeholders(key[1])) != sorted(placeholders(text))] == []


def test_what_pydantic_refuses_has_a_row():
    assert {*COMPLAINTS.values()} <= {row["code"] for row in rows() if row["code"].startswith("complaint-")}
