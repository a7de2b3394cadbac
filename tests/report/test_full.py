"""The whole report as one file: its order, its annex, its forms and languages, and what stands in their way."""

import io
import re

import openpyxl
import pandas as pd
import pytest

import airshed
from airshed.answers.chapters import openings
from airshed.answers.chapters.paper import BUILT_IN, FONTS, fonts_for, set_on_paper
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head
from airshed.answers.words import Words
from airshed.assessment.tables import all_tables
from airshed.charts.render import Drawer
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.report.document import ROWS, Document, ReportPart, ReportSection
from airshed.report.drawing import start_drawing
from airshed.report.formula import runs_of, typst_of
from airshed.report.full import full_report
from airshed.report.html import html_text
from airshed.report.pdf import PACKAGE, TEMPLATE, breakable, data_of, pdf_report
from airshed.report.whole import whole_document
from support.pdf import pages_of, text_of
from support.variant import small_variant

LANGUAGES = ("en", "ko", "zh")
BEFORE = 29
"""Pages of the report as it was printed before it had an annex."""


def squeezed(text):
    return re.sub("[\\s\u200b]+", "", text)


@pytest.fixture(scope="module")
def reports(pack, assessment):
    """Hold the report in every language, with its pictures."""
    tables = all_tables(pack, assessment)
    made = {}
    for language in LANGUAGES:
        with Drawer() as drawer:
            drawing = start_drawing(pack, assessment, tables, language, drawer)
            document = whole_document(pack, assessment, tables, drawing.words, drawing.figures, pack.findings)
            made[language] = document, drawing.svg
    return made


@pytest.fixture(scope="module")
def papers(reports):
    """Hold the report as a PDF in every language."""
    return {language: pdf_report(*report) for language, report in reports.items()}


def test_the_summary_opens_and_the_scoreboard_follows(reports):
    document, svg = reports["en"]
    order = ["summary", "scoreboard", "health", "transport", "emissions", "plan", "curtailment", "method"]
    assert [section.id for section in document.sections] == order
    text = html_text(document, svg)
    assert re.findall(r'<section id="([^"]+)"', text) == [*order, "annex"]
    for section in document.sections[:-1]:
        first = section.parts[0]
        assert re.search(r"\d", first.sentences[0]), section.id
        assert text.index(section.heading) < text.index(first.sentences[0].replace("'", "&#39;"))


def test_the_scoreboard_says_first_what_failed(reports, assessment):
    rows = assessment["hindcast"].to_dataframe()
    rows = rows[rows["rank"] == 1]
    out = int((rows["inside"] != "yes").sum())
    said = reports["en"][0].sections[1].parts[0].sentences[0]
    assert said.startswith(f"{out} of {len(rows)} observed changes" if out else f"None of {len(rows)}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_body_is_half_as_long_as_it_was(reports, language):
    document, svg = reports[language]
    body = set_on_paper(TEMPLATE, {**data_of(document, svg), "annex": []}, package=PACKAGE)
    assert 2 * pages_of(body) <= BEFORE


def test_every_table_and_figure_stands_in_the_report_once(reports):
    document, svg = reports["en"]
    near = [name for section in document.sections for part in section.parts for name in document.near(part)]
    assert sorted([*near, *document.references()]) == sorted(document.tables)
    assert all(len(document.tables[name].rows) <= ROWS for name in near)
    drawn = [name for section in document.sections for part in section.parts for name in document.drawn(part)]
    assert sorted(drawn) == sorted(document.figures) == sorted(svg)
    text = html_text(document, svg)
    assert sorted(re.findall(r'<table id="table-([^"]+)"', text)) == sorted(document.tables)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_what_the_report_says(reports, papers, language):
    document, _ = reports[language]
    text = squeezed(text_of(papers[language]))
    for section in document.sections:
        assert squeezed(section.heading) in text
        for part in section.parts:
            said = [*part.sentences, *(word for card in part.cards for word in (card.value, card.label, card.detail))]
            assert [one for one in said if squeezed(one) not in text] == []
    cells = {
        cell.text
        for view in document.tables.values()
        for row in view.rows
        for cell in row
        if "n" in cell.css.split() and cell.text
    }
    assert len(cells) > 1000 and [cell for cell in cells if squeezed(cell) not in text] == []


def test_the_pdf_holds_the_numbers_of_the_answers(papers, cli):
    import json

    _, out, _ = cli("attribution", "seoul", "--year", "2015", "--format", "json")
    china = next(row for row in json.loads(out) if row["country"] == "CHN")
    assert f"China{china['value']:.2f}{100 * china['share']:.0f}%" in squeezed(text_of(papers["en"]))


def test_the_same_report_is_the_same_file(reports, papers):
    assert pdf_report(*reports["ko"]) == papers["ko"]
    assert html_text(*reports["ko"]) == html_text(*reports["ko"])


def test_the_workbook_is_that_of_a_run(pack, assessment, run_folder):
    """The same assessment gives the same bytes, by the command that writes all files and by the one of this file."""
    assert full_report(pack, assessment, "xlsx") == (run_folder / "assessment.xlsx").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pdf", "xlsx"])
def test_every_form_in_every_language_by_the_command(small_folder, tmp_path, cli, monkeypatch, form, language):
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("--pack", small_folder, "--lang", language, "report", "full", "--format", form)
    target = tmp_path / f"report-full.{language}.{form}"
    assert code == 0 and target.name in err
    content, signs = target.read_bytes(), {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "xlsx": b"PK"}
    assert content.startswith(signs[form])
    if form == "html":
        assert f'<html lang="{language}">' in content.decode()


def test_a_run_writes_the_language_that_is_asked(small_folder, tmp_path, cli):
    out, language = tmp_path / "out", "zh"
    code, said, _ = cli("--pack", small_folder, "--lang", language, "run", "--out", out)
    assert code == 0 and f"report.{language}.html" in said.replace("\n", "")
    names = {path.name for path in out.iterdir()}
    assert names == {
        *(f"report.{one}.html" for one in {"en", "ko", language}),
        *("tables", "assessment.xlsx", "assessment.nc"),
    }
    assert f'<html lang="{language}">' in (out / f"report.{language}.html").read_text(encoding="utf-8")
    assert cli("--pack", small_folder, "run", "--out", out)[0] == 0
    assert {path.name for path in out.glob("*.html")} == {"report.en.html", "report.ko.html"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["html", "pdf", "xlsx"])
def test_a_pack_that_lacks_something_is_reported_in_part(small_copy, tmp_path, cli, form, language):
    from support.small import write_table

    write_table(small_copy / "tables" / "mortality.csv", "mortality", [])
    target = tmp_path / f"part.{form}"
    code, _, err = cli("--pack", small_copy, "--lang", language, "report", "full", "--format", form, "--out", target)
    assert code == 0, err
    content = target.read_bytes()
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        said = {cell.value for row in book["about"].iter_rows() for cell in row}
        assert "mortality" in said and "emissions_emissions" in book.sheetnames
    else:
        text = content.decode() if form == "html" else text_of(content)
        assert "mortality" in text and ("What is missing" in text) == (language == "en")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("full", "--out", "full.html"), "full.html does not end with .pdf"),
        (("full", "--out", "no/full.pdf"), "the folder no is not there"),
        (("full", "--year", "3000"), "3000"),
        (("full", "--with", "letters"), "letters"),
        (("full", "--scenario", "no-such"), "no-such"),
    ],
)
def test_what_cannot_be_written_is_told(small_folder, tmp_path, cli, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("--pack", small_folder, "report", *words)
    assert code == 2 and message in err and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("full",)), ("ko", ("city", "port")), ("zh", ("country", "AAA"))]
)
def test_a_missing_font_names_its_debian_package(small_folder, cli, monkeypatch, tmp_path, language, words):
    """The package of Debian 12 that brings Noto Sans CJK is fonts-noto-cjk."""
    monkeypatch.setattr("airshed.answers.chapters.paper.FONTS", ("No Such Font",))
    monkeypatch.setattr("airshed.answers.chapters.paper.CHINESE", ("No Such Font",))
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("--pack", small_folder, "--lang", language, "report", *words)
    assert code == 2 and "fonts-noto-cjk" in err and list(tmp_path.iterdir()) == []
    assert cli("--pack", small_folder, "--lang", language, "report", *words, "--format", "html")[0] == 0
    assert cli("--pack", small_folder, "report", *words)[0] == 0


def test_chinese_is_set_in_chinese_letters_where_a_font_has_them():
    held = {"Noto Sans CJK KR", "Noto Sans CJK SC", BUILT_IN}
    assert fonts_for("zh", held) == ["Noto Sans CJK SC", BUILT_IN]
    assert fonts_for("ko", held) == ["Noto Sans CJK KR", BUILT_IN]
    assert fonts_for("zh", {FONTS[0]}) == [FONTS[0], BUILT_IN]
    assert fonts_for("en", set()) == [BUILT_IN]
    with pytest.raises(AirshedError, match="no font with Korean and Chinese letters"):
        fonts_for("zh", {BUILT_IN})


LONG = "Port of the Very Long Name on the Southern Shore of Aland beyond the Second Cape " * 3


def long_names(rows):
    """Give every region and city an English name that no cell holds in one line, and no other."""
    for table in ("regions", "receptors"):
        for place, row in enumerate(rows[table]):
            row["name_en"] = f"{LONG}{place}"
            row.pop("name_zh", None)
            row.pop("name_ko", None)


@pytest.fixture(scope="module")
def long_named(tmp_path_factory):
    """Hold a pack with long names and no Korean or Chinese ones, with its assessment."""
    held = airshed.open_pack(small_variant(tmp_path_factory.mktemp("long") / "pack", long_names))
    return held, airshed.assess(held, airshed.Question())


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_too_long_or_missing_in_a_language_are_whole(long_named, language):
    held, assessment = long_named
    paper = full_report(held, assessment, "pdf", language)
    text = squeezed(text_of(paper))
    names = [held.name(code, language) for table in ("regions", "receptors") for code in held.table(table)["code"]]
    assert len(names) > 3 and all(LONG in name for name in names)
    assert [name for name in names if squeezed(name) not in text] == []
    page = full_report(held, assessment, "html", language).decode()
    assert all(name in page for name in names)


def test_a_table_of_few_rows_stands_where_it_belongs_and_a_longer_one_in_the_annex(pack):
    def view(count):
        return ChapterTable([Head("place")], [[ChapterCell(str(row))] for row in range(count)], f"{count} rows")

    tables = {"short": view(ROWS), "long": view(ROWS + 1), "asked": view(2), "after": view(1)}
    parts = [ReportPart(tables=["short", "long"], annex=["asked"], whole=["after"])]
    words = Words(pack, "en", translator("en"))
    held = Document(words, "t", "m", "f", [ReportSection("one", "One", parts)], {}, tables)
    assert held.near(parts[0]) == ["after", "short"] and held.far(parts[0]) == ["long", "asked"]
    assert [(item.name, item.number) for item in held.references().values()] == [("long", "A1"), ("asked", "A2")]
    assert held.told(parts[0]) == "All numbers: A1–A2 of the annex."


def test_sentences_that_a_column_repeats_stand_beneath_the_table_once(pack):
    note = "a sentence that is far too long for a narrow column of numbers"
    rows = [[ChapterCell(str(row), "n"), ChapterCell(note), ChapterCell("")] for row in range(ROWS + 2)]
    table = ChapterTable([Head("value", True), Head("note"), Head("empty")], rows, "numbers")
    words = Words(pack, "en", translator("en"))
    held = Document(words, "t", "m", "f", [ReportSection("one", "One", [ReportPart(tables=["t"])])], {}, {"t": table})
    found = data_of(held, {})["annex"][0]["tables"][0]
    assert [head["text"] for head in found["heads"]] == ["value", "note"]
    assert found["notes"] == [f"(1) {note}"] and {row[1]["text"] for row in found["rows"]} == {"(1)"}
    text = text_of(pdf_report(held, {}))
    assert squeezed(text).count(squeezed(note)) == 1


def test_nothing_of_a_long_section_is_cut(pack):
    """Two hundred sentences need more than one page: each stands on one of them."""
    said = [f"sentence number {count} " + "of many words " * 8 for count in range(200)]
    words = Words(pack, "en", translator("en"))
    held = Document(words, "t", "m", "f", [ReportSection("one", "One", [ReportPart(sentences=said)])], {}, {})
    paper = pdf_report(held, {})
    text = squeezed(text_of(paper))
    assert pages_of(paper) > 2 and [one for one in said if squeezed(one) not in text] == []


def test_formulas_keep_their_parts():
    fraction = "<math><mfrac><mi>a</mi><mrow><mn>1</mn><mo>+</mo><mi>b</mi></mrow></mfrac></math>"
    over = ["frac", ["italic", "a"], ["row", ["upright", "1"], ["binary", "+"], ["italic", "b"]]]
    assert typst_of(fraction) == ["row", over]
    assert typst_of("<math><mover><mi>x</mi><mo>¯</mo></mover></math>") == ["row", ["overline", ["italic", "x"]]]
    assert runs_of("<math><mi>a</mi><mspace width='1em'/><mtext>if</mtext><mi>b</mi></math>") == [
        ["row", ["italic", "a"]],
        ["text", "if"],
        ["row", ["italic", "b"]],
    ]
    with pytest.raises(ValueError, match="mglyph"):
        typst_of("<math><mglyph/></math>")


def test_every_formula_of_the_catalogue_can_be_set():
    from airshed.answers.formulas import mathml
    from airshed.assessment.evidence.equations import equations

    assert all(runs_of(mathml(item.latex)) for item in equations())


def test_paths_may_be_broken_and_words_are_not():
    assert breakable("incomprehensibilities of a_b") == "incomprehensibilities of a_b"
    assert breakable("published_contributions").split("\u200b") == ["published_", "contributions"]


def test_what_is_foreign_is_what_is_not_of_the_nation_of_the_city(pack):
    """Seoul lies in KOR and Tokyo in JPN: 1 - 0.4 = 0.6 and 1 - 0.8 = 0.2 are foreign."""
    rows = pd.DataFrame(
        [
            *(("seoul", "KOR", 0.4), ("seoul", "CHN", 0.5), ("seoul", "JPN", 0.1), ("seoul", "natural", float("nan"))),
            *(("tokyo", "JPN", 0.8), ("tokyo", "CHN", 0.2), ("KOR", "CHN", 1.0)),
        ],
        columns=["receptor", "country", "share"],
    )
    assert openings.foreign_shares(pack, rows).to_dict() == pytest.approx({"seoul": 0.6, "tokyo": 0.2})


def test_the_openings_hold_the_numbers_of_their_tables(pack, assessment):
    words, tables = Words(pack, "en", translator("en")), all_tables(pack, assessment)
    rows = tables["emissions_series"]
    rows = rows[(rows["year"] == assessment.year) & (rows["pollutant"] == "SO2")].set_index("region")["value"]
    (said,) = openings.emitters_sentence(assessment, tables, words)
    assert f"{100 * rows['CHN'] / rows.sum():.0f} %" in said and str(assessment.year) in said
    (said,) = openings.deaths_sentence(assessment, tables, words)
    assert "China" in said and f"{tables['health'].set_index('region')['value']['CHN'] / 1e6:.3g} million" in said
    (said,) = openings.printed_sentence(tables, words)
    assert str(int((tables["claims"]["verdict"] == "differs").sum())) in said
