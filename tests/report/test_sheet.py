"""The sheet of a deal: the same numbers in every form, opened by what reads the form; written whole or not at all."""

import io
import json
import re
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from airshed.answers.chapters.deal import holding_sentences, sheet_of
from airshed.answers.chapters.paper import FORMS, deal_tables, html_sheet, put, typeset, write_sheet
from airshed.answers.words import Words
from airshed.assessment.games.beliefs import Belief, deals_table
from airshed.assessment.games.cooperate import bargain_at
from airshed.assessment.games.deal import Believed, deal_of
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.pack.percent import percent


@pytest.fixture(scope="module")
def words(pack):
    return {language: Words(pack, language, translator(language)) for language in ("en", "ko")}


@pytest.fixture(scope="module")
def believed(pack, korea_and_japan, deal):
    """Hold a deal whose parties disagree on the share of Korea in Japan."""
    own = [Belief("KOR", "KOR", "JPN", 0.02), Belief("JPN", "KOR", "JPN", 0.3)]
    found = deals_table(pack, korea_and_japan, own, "shapley", "nash", 0.1, steps=4)
    bargain = bargain_at(korea_and_japan, "nash")
    return deal_of(pack, korea_and_japan, bargain, "shapley", believed=Believed("KOR", "JPN", *found))


def cells(text, section):
    """Return the rows of the table of a section of the page."""
    part = text.split(f'<section id="{section}">')[1].split("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part.split("<tbody>")[1], flags=re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_holds_the_numbers_of_the_shares(deal, words, language):
    text = html_sheet(deal, words[language]).decode()
    found = cells(text, "shares")
    for row, shown in zip(deal.shares.to_dict("records"), found, strict=True):
        assert shown[3] == f"{row['transfer']:,.0f}" and shown[4] == f"{row['share']:,.0f}"
        assert shown[5] == f"{row['low']:,.0f} – {row['high']:,.0f}" and shown[6] == f"{row['probability']:.2f}"
        assert float(shown[1].replace(",", "")) - float(shown[2].replace(",", "")) == pytest.approx(
            row["share"] - row["transfer"], abs=1.5
        )
    assert abs(sum(int(shown[3].replace(",", "")) for shown in found)) <= 1
    assert "<script" not in text and re.findall(r'(?:src|href)="(?!data:)', text) == []
    assert "@page { size: A4;" in text
    assert ("대한민국" in text) == (language == "ko")


def test_the_workbook_holds_every_table_as_it_is(deal, pack, tmp_path):
    write_sheet(deal, pack, "ko", tmp_path / "deal.xlsx")
    book = openpyxl.load_workbook(tmp_path / "deal.xlsx", read_only=True)
    assert book.sheetnames == ["about", *deal_tables(deal)]
    for name, table in deal_tables(deal).items():
        rows = list(book[name].iter_rows(values_only=True))
        assert list(rows[0]) == list(table.columns) and len(rows) == len(table) + 1
    rows = list(book["shares"].iter_rows(values_only=True))
    read = pd.DataFrame(rows[1:], columns=rows[0])
    for column in ("share", "transfer", "low", "high", "free_ride"):
        assert read[column].tolist() == pytest.approx(deal.shares[column].tolist(), rel=1e-12)
    assert read["transfer"].sum() == 0.0
    about = " ".join(str(cell) for row in book["about"].iter_rows(values_only=True) for cell in row)
    assert deal.inputs_hash in about and "합의안" in about
    book.close()


def headings(sheet, language):
    """Return the headings that Typst sets."""
    import typst

    from airshed.answers.chapters import paper as module

    seen = []

    def query(template, **options):
        seen.append(json.loads(typst.query(template, "heading", sys_inputs=options["sys_inputs"])))
        return b"", []

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typst, "compile_with_warnings", query)
        module.typeset(sheet, language)
    return [flat(item["body"]) for item in seen[0]]


def flat(content):
    """Return the text of content as a query gives it."""
    if content.get("func") == "space":
        return " "
    return content.get("text", "") + "".join(flat(child) for child in content.get("children", []))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pdf_is_a_tagged_document_of_two_pages(deal, words, language):
    sheet = sheet_of(deal, words[language])
    content = typeset(sheet, language)
    assert content.startswith(b"%PDF-1.") and content.rstrip().endswith(b"%%EOF") and b"/StructTreeRoot" in content
    assert len(typeset(sheet, language, "png")) == 2
    named = {section.id: section.heading for section in sheet.sections}
    front, back = ("members", "shares", "holding", "measures", "caveats"), ("measures", "keys", "method")
    assert headings(sheet, language) == [sheet.title, *(named[name] for name in front + back)]


def test_a_deal_that_adds_no_measure_has_no_table_of_them(deal, pack, words, tmp_path):
    idle = replace(deal, measures=deal.measures.iloc[:0])
    for form in FORMS:
        write_sheet(idle, pack, "en", tmp_path / f"idle{form}")
    assert "measures" not in [section.id for section in sheet_of(idle, words["en"]).sections]


def test_no_word_of_a_sheet_is_read_as_markup(deal, words):
    wild = '#panic("no") *bold* $x$ <b>&amp; \\ [a] @b `c` {{ d }} "quoted"'
    sheet = replace(sheet_of(deal, words["en"]), title=wild, meta=wild, footer=wild)
    assert headings(sheet, "en")[0] == wild
    assert typeset(sheet, "en").startswith(b"%PDF")
    text = html_sheet(replace(deal, pack_name="<b>{{ 1 }}"), words["en"]).decode()
    assert "&lt;b&gt;{{ 1 }}" in text and "<b>{{ 1 }}" not in text


def test_the_same_deal_is_the_same_file(deal, pack, tmp_path):
    for form in FORMS:
        for name in ("first", "second"):
            write_sheet(deal, pack, "en", tmp_path / f"{name}{form}")
        assert (tmp_path / f"first{form}").read_bytes() == (tmp_path / f"second{form}").read_bytes()


def test_a_sheet_with_beliefs_says_which_deals_all_sign(believed, words, pack, tmp_path):
    section = next(item for item in sheet_of(believed, words["en"]).sections if item.id == "beliefs")
    signed = believed.believed.deals.query("all_sign == 'yes'")["share"]
    if signed.empty:
        assert section.sentences == ["Republic of Korea in Japan: there is no deal that all sign."]
    else:
        assert f"{percent(signed.min())} – " in section.sentences[0]
    assert section.figure is not None and len(section.views[0].rows) == 2
    write_sheet(believed, pack, "ko", tmp_path / "deal.xlsx")
    book = openpyxl.load_workbook(tmp_path / "deal.xlsx", read_only=True)
    assert {"deals", "walkouts"} <= set(book.sheetnames)
    book.close()
    assert typeset(sheet_of(believed, words["ko"]), "ko").startswith(b"%PDF")


def test_what_holds_is_said_for_every_case(deal, words):
    shares = deal.shares.assign(blocking="{KOR, JPN}", excess=123456.0)
    leaving = deal.leaving.assign(loses=["yes", "no"], rides_free=["yes", "no"])
    broken = replace(
        deal, shares=shares, leaving=leaving, game={**deal.game, "core_empty": "yes", "largest_stable": ""}
    )
    said = holding_sentences(broken, words["en"])
    assert said == [
        "No division of the gain satisfies all coalitions: the core is empty.",
        "This division is not in the core: Republic of Korea, Japan could gain 123 bn USD a year more by themselves.",
        "Would lose by it: Republic of Korea.",
        "Would gain more by riding free on the others: Republic of Korea.",
    ]
    assert "This division is in the core: no coalition could gain more by itself." in holding_sentences(
        deal, words["en"]
    )


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [("deal.docx", "is no name for a sheet", ".html, .pdf, .xlsx"), ("no/deal.pdf", "is not there", "make it")],
)
def test_other_names_are_refused(deal, pack, tmp_path, name, message, remedy):
    with pytest.raises(AirshedError, match=message) as caught:
        write_sheet(deal, pack, "en", tmp_path / name)
    assert remedy in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_or_not_at_all(deal, pack, tmp_path):
    path = tmp_path / "deal.html"
    write_sheet(deal, pack, "en", path)
    old = path.read_bytes()
    with pytest.raises(TypeError):
        put(path, "text where bytes are due")
    assert path.read_bytes() == old and list(tmp_path.iterdir()) == [path]
    (tmp_path / "taken.pdf").mkdir()
    with pytest.raises(AirshedError, match=r"taken\.pdf is a folder"):
        write_sheet(deal, pack, "en", tmp_path / "taken.pdf")
    with pytest.raises(AirshedError, match="cannot be written"):
        put(tmp_path / "taken.pdf", b"")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["deal.html", "taken.pdf"]


def test_korean_without_a_font_for_it_is_refused(deal, words, monkeypatch):
    monkeypatch.setattr("airshed.answers.chapters.paper.FONTS", ("No Such Font",))
    with pytest.raises(AirshedError, match="no font with Korean and Chinese letters"):
        typeset(sheet_of(deal, words["ko"]), "ko")
    assert io.BytesIO(typeset(sheet_of(deal, words["en"]), "en")).read(4) == b"%PDF"
