"""Long tables in parts: every row is reached by following links, no page is long, and files stay whole."""

import html
import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.answer import Content, Sheet
from airshed.answers.words import Words
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.web.leaves import Leaf, rows_within, tables_of
from airshed.web.registry import pages

LONGEST = 200_000
"""Bytes of HTML of a page that is asked nothing."""
ADDRESS = "/en/damage"


@pytest.fixture(scope="module")
def words(pack):
    return Words(pack, "en", translator("en"))


def sheet(rows, **more):
    return Sheet("long", "A long table", rows, **more)


def told(words, made, number=1):
    return tables_of(Content("title", (made,)), words, Leaf("long", number))["long"]


@given(count=st.integers(0, 460), width=st.integers(1, 3000))
def test_the_parts_of_a_table_are_its_rows_once_each_in_order(words, count, width):
    made = sheet(pd.DataFrame({"row": [f"{number:05d}" for number in range(count)], "text": "x" * width}))
    first = told(words, made)
    found = [row[0].text for number in range(first.leaves) for row in told(words, made, number + 1).rows]
    assert found == [f"{number:05d}" for number in range(count)]
    size = len(first.rows)
    assert first.leaves == max(-(-count // max(size, 1)), 1) and first.more == 0 and first.total == count
    with pytest.raises(AirshedError, match=f"has no page {first.leaves + 1}"):
        told(words, made, first.leaves + 1)


def test_columns_stay_where_a_part_has_nothing_in_them(words):
    rows = pd.DataFrame({"row": range(300), "note": [""] * 299 + ["last"], "never": "", "number": [None] * 299 + [1.5]})
    heads = [[head.text for head in told(words, sheet(rows), number).heads] for number in (1, 3)]
    assert heads[0] == heads[1] == ["row", "note", "number"]


def test_rows_that_links_lead_to_stand_on_one_page(words):
    rows = pd.DataFrame({"key": [f"key{number}" for number in range(400)]})
    found = told(words, sheet(rows, anchored=True))
    assert (found.leaves, len(found.rows)) == (1, 400)


def test_rows_left_out_for_short_are_counted_and_not_paged(words):
    rows = pd.DataFrame({"row": range(300)})
    found = told(words, sheet(rows, brief=lambda table: table.head(250)))
    assert (found.total, found.more, found.leaves) == (250, 50, 3)


def test_long_rows_make_short_parts(words):
    rows = pd.DataFrame({"row": range(200), "source": "one two three"})
    assert rows_within(sheet(rows), 1_000_000) == 100
    assert rows_within(sheet(rows), 1) == 25
    short = rows_within(sheet(rows), 20_000)
    assert rows_within(replace(sheet(rows), rows=rows.assign(source="one two three " * 5)), 20_000) < short


def test_following_the_links_of_a_page_reaches_every_row_of_its_csv(client):
    every = pd.read_csv(io.BytesIO(client.get(f"{ADDRESS}.csv").content))
    seen, address = 0, ADDRESS
    while address:
        text = client.get(address).text
        (body,) = re.findall(r'<table id="rows-damage">.*?</table>', text, re.DOTALL)
        seen += body.count("<tr>") - 1
        onward = re.search(r'<a href="([^"]*)#rows-damage" rel="next">', text)
        address = html.unescape(onward.group(1)) if onward else ""
    assert seen == len(every) > 100


def test_links_keep_what_was_asked_and_the_language(client):
    text = client.get("/ko/damage?pollutant=SO2&pollutant=NH3&pollutant=NOx&page=2").text
    back = html.unescape(re.search(r'<a href="([^"]*)#rows-damage" rel="prev">', text).group(1))
    assert back == "/ko/damage?pollutant=SO2&pollutant=NH3&pollutant=NOx"
    assert client.get(back).status_code == 200 and '<b aria-current="page">2</b>' in text


def test_a_part_of_one_table_leaves_the_others_at_their_first(client):
    text = client.get("/en/?table=attribution&page=2").text
    assert re.findall(r'<nav class="leaves".*?<b aria-current="page">(\d)</b>', text, re.DOTALL) == ["1", "2", "1", "1"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("page=0", "a whole number from 1 to 1000000 is needed"),
        ("page=two", "a whole number from 1 to 1000000 is needed"),
        ("page=1000", "give a page from 1 to"),
        ("table=nothing&page=2", "damage"),
    ],
)
def test_a_part_that_is_not_there_is_refused_with_what_is(client, query, said):
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400 and said in answer.text


def test_files_are_whole_whatever_part_is_asked(client):
    for form in ("csv", "json", "zip"):
        assert client.get(f"{ADDRESS}.{form}?page=2").content == client.get(f"{ADDRESS}.{form}").content


@pytest.mark.slow
def test_no_page_that_is_asked_nothing_is_long_and_no_name_stands_twice_in_it(client, pack):
    sizes = {}
    for language in ("en", "ko", "zh"):
        for page in pages():
            answer = client.get(f"/{language}/{page.address(pack)}")
            assert answer.status_code == 200, page.name
            sizes[language, page.name] = len(answer.content)
            names = re.findall(r' id="([^"]+)"', answer.text)
            assert len(names) == len(set(names)), page.name
    assert {page: size for page, size in sizes.items() if size > LONGEST} == {}
