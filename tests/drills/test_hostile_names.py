"""Titles and names that are markup, formulas, templates or endless: shown as they are, run nowhere."""

import csv
import html
import io
import shutil

import openpyxl
import pytest
from starlette.testclient import TestClient

from airshed.answers.chapters.paper import html_sheet, pdf_sheet, xlsx_sheet
from airshed.answers.words import Words
from airshed.cli.main import main
from airshed.pack.pack import open_pack
from airshed.store.store import LONGEST_TITLE
from airshed.web.app import create_app

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)",
    '#import "/etc/passwd": *; $ x_1 $ [*b*]',
    "{{ 7*7 }}{% raw %}\\input{x}$",
    "txt.exe مرحبا",
    "🙂 👩‍👩‍👧 e\u0301",
)
SAVED = "/en/scenarios/saved"


SLOW = [pytest.param(first, marks=pytest.mark.slow) for first in (2, 4)]


@pytest.fixture(scope="module", params=[0, 5, *SLOW])
def hostile(request, small_folder, tmp_path_factory):
    """Return a pack whose two nations have hostile names, with these names."""
    folder = tmp_path_factory.mktemp("hostile") / "pack"
    shutil.copytree(small_folder, folder)
    names = HOSTILE[request.param : request.param + 2]
    path = folder / "tables" / "regions.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        if row["code"] in ("AAA", "BBB"):
            row["name_en"] = row["name_ko"] = row["name_zh"] = names[row["code"] == "BBB"]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder, names


def unharmed(text, names):
    """Say whether no name stands in a page as markup, and no template was filled in."""
    return all(name not in text for name in names if "<" in name) and ">49<" not in text


@pytest.mark.slow
def test_names_of_regions_in_a_report(hostile, tmp_path):
    folder, names = hostile
    assert main(["--pack", str(folder), "run", "--out", str(tmp_path / "out")]) == 0
    for path in (tmp_path / "out").glob("*.html"):
        assert unharmed(path.read_text(encoding="utf-8"), names)
    book = openpyxl.load_workbook(tmp_path / "out" / "assessment.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 100 and all(cell.data_type in "sn" for cell in cells)


@pytest.mark.slow
def test_a_title_is_shown_as_it_was_given(small_folder):
    pack = open_pack(small_folder, science=True)
    with TestClient(create_app(pack, patience=None), follow_redirects=False) as client:
        for title in HOSTILE:
            assert client.post(SAVED, data={"title": title, "query": ""}).status_code == 303
        for refused in ("x" * 10_000, "\u202etxt.exe", "a\x0bb"):
            assert client.post(SAVED, data={"title": refused, "query": ""}).status_code == 400
        assert client.post(SAVED, data={"title": "x" * LONGEST_TITLE, "query": ""}).status_code == 303
        wanted = {" ".join(title.split()) for title in HOSTILE} | {"x" * LONGEST_TITLE}
        assert {row["title"] for row in client.get(f"{SAVED}.json").json()} == wanted
        for language in ("en", "ko", "zh"):
            text = client.get(f"/{language}/scenarios/saved").text
            assert unharmed(text, HOSTILE) and all(title in html.unescape(text) for title in wanted)
        rows = csv.DictReader(io.StringIO(client.get(f"{SAVED}.csv").text.removeprefix("\ufeff")))
        assert {row["title"].removeprefix("'") for row in rows} == wanted


class Renamed(Words):
    """Words in which every place has a hostile name."""

    def name(self, code):
        return HOSTILE[hash_of(code)]

    short = name


def hash_of(code):
    return sum(map(ord, code)) % len(HOSTILE)


def test_a_deal_of_hostile_names_on_paper(deal, pack):
    """Typst takes each name for text: what it reads as its language, or complains of, makes no PDF of these pages."""
    words = Renamed(pack, "en", lambda text: text)
    assert pdf_sheet(deal, words).startswith(b"%PDF")
    assert unharmed(html_sheet(deal, words).decode(), HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(deal, words)))
    assert all(cell.data_type in "sn" for sheet in book for row in sheet.iter_rows() for cell in row)
