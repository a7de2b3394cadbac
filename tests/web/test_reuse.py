"""What others take from a page: its address, how it is cited, its picture, its formulas, and its code."""

import html
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from airshed.answers.formulas import mathml
from airshed.assessment.evidence.equations import equations
from airshed.web.reuse import ORIGIN, TODAY, cited_page, filled

MATH = "{http://www.w3.org/1998/Math/MathML}"
PAGE = "/en/levels?region=JPN&year=2030&scenario=frozen"
HOST = "http://testserver"


@pytest.fixture(scope="module")
def text(client):
    return client.get(PAGE).text


def content_of(text, name):
    return html.unescape(re.search(rf'<meta property="og:{name}" content="([^"]*)">', text).group(1))


def test_a_page_is_cited_with_its_whole_address_and_the_day(text):
    days = {f"{datetime.now(UTC):%Y-%m-%d}"}
    apa = html.unescape(re.search(r"<p class='cite'>(.*?)</p>", text).group(1))
    assert apa.startswith(f"airshed contributors. ({datetime.now(UTC):%Y}). ") and apa.endswith(f"from {HOST}{PAGE}")
    assert set(re.findall(r"Retrieved (\S+),", apa)) == days
    (first, *_) = re.findall(r"@misc\{airshed:levels,\n(.*?)\n\}", html.unescape(text), re.DOTALL)
    fields = dict(re.findall(r"  (\w+) = \{(.*)\}", first))
    assert fields["url"] == HOST + PAGE and fields["urldate"] in days and fields["author"] == "{airshed contributors}"
    assert "pack northeast-asia" in fields["note"]
    assert ORIGIN not in text and TODAY not in text


def test_a_page_that_was_kept_names_the_server_as_each_reader_calls_it(client):
    for host in ("localhost", "127.0.0.1:8000"):
        text = client.get("/en/sources", headers={"host": host}).text
        assert f"from http://{host}/en/sources</p>" in text and "testserver" not in text


def test_titles_are_no_commands_of_bibtex(pack):
    title = "100 % of PM_{2.5} & SO2"
    told = cited_page("levels", title, pack, "0" * 64, "/en/levels").bibtex
    assert r"  title = {100 \% of PM\_\{2.5\} \& SO2}," in told


def test_what_a_reader_calls_the_server_is_no_html():
    assert filled(b"[[origin]]", '"><b>') == b"&quot;&gt;&lt;b&gt;"


def test_what_others_show_of_a_page_is_its_first_sentence_and_its_first_chart(text, client):
    told = client.get("/en/levels?region=JPN&year=2030&scenario=frozen").text
    assert content_of(text, "description") in html.unescape(re.search(r'<p class="lead">(.*?)</p>', told).group(1))
    assert content_of(text, "url") == HOST + PAGE
    picture = client.get(content_of(text, "image").removeprefix(HOST))
    assert picture.headers["content-type"] == "image/png" and picture.content[:4] == b"\x89PNG"


def test_every_formula_of_the_catalogue_is_read_whole():
    for item in equations():
        found = mathml(item.latex)
        tree = ElementTree.fromstring(found)
        assert tree.tag == f"{MATH}math" and "\\" not in found and not list(tree.iter(f"{MATH}merror")), item.id
        assert len(list(tree.iter(f"{MATH}mfrac"))) == len(re.findall(r"\\(?:t?frac|binom)", item.latex)), item.id


def test_a_formula_is_what_it_says():
    tree = ElementTree.fromstring(mathml(r"\frac{a}{b_i}"))
    (fraction,) = tree.iter(f"{MATH}mfrac")
    assert ["".join(part.itertext()) for part in fraction] == ["a", "bi"]


def test_method_and_catalogue_show_formulas_and_no_latex(client):
    for address in (PAGE, "/en/equations"):
        text = client.get(address).text
        assert text.count("<math ") > 2 and r"\frac" not in text


def test_print_ends_with_address_and_sources(text):
    (last,) = re.findall(r'<section class="colophon".*?</section>', text, re.DOTALL)
    assert html.escape(HOST + PAGE) in last and "Sources:" in last


def test_what_can_be_copied_has_a_button_that_waits_for_the_script(text):
    parts = re.findall(r'<div class="copied">.*?</div>', text, re.DOTALL)
    assert len(parts) % 6 == 0 and all(
        re.search(r'<button [^>]*class="copy"[^>]* hidden>Copy<', part) for part in parts
    )
    assert any("airshed levels" in part for part in parts) and any("open_pack" in part for part in parts)


def frame_of(text, chart):
    """Return the address that the code for other pages names for a chart."""
    codes = [html.unescape(part) for part in re.findall(r"<pre tabindex='0'>(&lt;iframe.*?)</pre>", text)]
    addresses = [html.unescape(re.search(r'src="([^"]*)"', code).group(1)) for code in codes]
    return next(address for address in addresses if address.endswith(f"chart={chart}"))


def test_code_for_other_pages_leads_to_a_page_that_may_be_framed_and_no_other_may(text, client):
    chart = re.search(r'<section class="block" id="([^"]+)"', text).group(1)
    address = frame_of(text, chart)
    assert address.startswith(HOST + PAGE.partition("?")[0]) and "embed=1" in address
    framed, plain = client.get(address.removeprefix(HOST)), client.get(PAGE)
    assert framed.status_code == 200
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]
    for part in ("<nav", "<form", "<button", "<footer"):
        assert part in plain.text and part not in framed.text
    assert f"chart={chart}" in framed.text and f">{HOST}{PAGE.replace('&', '&amp;')}</a>" in framed.text
    lead = re.search(r'<p class="lead">(.*?)</p>', text).group(1)
    assert lead in framed.text and "Sources:" in framed.text


@pytest.mark.parametrize("asked", ["chart=none", "year=1500"])
def test_what_a_frame_cannot_show_is_said_in_it_without_menu_and_form(client, asked):
    answer = client.get(f"/ko/levels?embed=1&{asked}")
    assert answer.status_code == 400 and "frame-ancestors *" in answer.headers["content-security-policy"]
    assert 'class="what"' in answer.text and "<nav" not in answer.text and "<form" not in answer.text


def test_files_of_a_framed_page_are_as_ever(client):
    answer = client.get("/en/levels.csv?embed=1")
    assert answer.status_code == 200 and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
