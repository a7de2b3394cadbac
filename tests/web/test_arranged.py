"""Tables in the order of a column and with a word in them: the address keeps both, files neither."""

import html
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.answer import Content, Sheet
from airshed.answers.words import Words
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.web.leaves import Leaf, tables_of

ADDRESS = "/en/damage"
CELLS = st.one_of(st.none(), st.integers(-9, 9), st.floats(-5, 5), st.sampled_from(["", "b", "B", "a10", "a9"]))


@pytest.fixture(scope="module")
def words(pack):
    return Words(pack, "en", translator("en"))


def shown(words, rows, number=1, **asked):
    made = Sheet("long", "A long table", rows)
    return tables_of(Content("title", (made,)), words, Leaf("long", number, **asked))["long"]


def column(table, place=0):
    return [row[place].text for row in table.rows]


def test_numbers_stand_by_size_and_what_is_empty_comes_last_both_ways(words):
    rows = pd.DataFrame({"value": pd.Series([10, None, 9, -1.5, "text", ""], dtype=object)})
    assert column(shown(words, rows, sort="value")) == ["-1.5", "9", "10", "text", "", ""]
    assert column(shown(words, rows, sort="-value")) == ["text", "10", "9", "-1.5", "", ""]


def test_words_stand_by_their_names_in_the_language_of_the_page(pack):
    rows = pd.DataFrame({"region": ["MNG", "JPN", "CHN", "KOR"], "value": [1, 2, 3, 4]})
    told = {}
    for language in ("en", "ko"):
        told[language] = column(shown(Words(pack, language, translator(language)), rows, sort="region"))
        assert told[language] == sorted(told[language], key=str.casefold)
    assert told["en"][:2] == ["China", "Japan"] and told["ko"][0] == "대한민국"


def test_what_is_looked_for_is_what_is_shown(words):
    rows = pd.DataFrame({"region": ["MNG", "JPN", "CHN", "KOR"], "value": [1, 2, 3, 4], "note": ["", "x", "", "x"]})
    found = shown(words, rows, find="jApAn")
    assert column(found) == ["Japan"] and (found.total, found.every, found.more) == (1, 4, 0)
    assert column(shown(words, rows, find="JPN")) == []
    assert shown(words, rows, find="Mongolia").columns == ("region", "value", "note")


@given(cells=st.lists(CELLS, max_size=230), backwards=st.booleans())
def test_an_order_loses_and_invents_no_row_on_any_part(words, cells, backwards):
    rows = pd.DataFrame({"row": range(len(cells)), "cell": pd.Series(cells, dtype=object)})
    asked = "-cell" if backwards else "cell"
    first = shown(words, rows, sort=asked) if len(cells) and any(cell not in (None, "") for cell in cells) else None
    if first is None:
        return
    found = [row for number in range(first.leaves) for row in column(shown(words, rows, number + 1, sort=asked))]
    assert sorted(map(int, found)) == list(range(len(cells)))
    empty = [place for place in map(int, found) if cells[place] in (None, "")]
    assert list(map(int, found))[len(found) - len(empty) :] == empty == sorted(empty)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(client):
    answer = client.get(f"{ADDRESS}?sort=nothing")
    assert answer.status_code == 400 and "pollutant" in answer.text
    with pytest.raises(AirshedError, match="table"):
        tables_of(Content("title", ()), None, Leaf("none", sort="value"))


def test_heads_lead_to_their_order_and_back_and_parts_keep_it(client):
    text = client.get(ADDRESS).text
    link = html.unescape(re.search(r'<a href="([^"]*sort=value[^"]*)">', text).group(1))
    up = client.get(link).text
    assert 'aria-sort="ascending"' in up
    back = html.unescape(re.search(r'aria-sort="ascending"><a href="([^"]*)">', up).group(1))
    assert "sort=-value" in back and 'aria-sort="descending"' in client.get(back).text
    onward = html.unescape(re.search(r'<a href="([^"]*)" rel="next">', up).group(1))
    assert "sort=value" in onward and "page=2" in onward and client.get(onward).status_code == 200


def test_a_word_is_looked_for_by_a_form_that_keeps_the_question(client):
    text = client.get("/en/damage?pollutant=SO2&pollutant=NOx").text
    form = re.search(r'<form class="find".*?</form>', text, re.DOTALL).group()
    held = re.findall(r'name="(\w+)" value="(\w+)"', form)
    assert {("pollutant", "SO2"), ("pollutant", "NOx"), ("table", "damage")} <= set(held)
    found = client.get("/en/damage?pollutant=SO2&pollutant=NOx&table=damage&find=mongolia").text
    (body,) = re.findall(r'<table id="rows-damage">.*?</table>', found, re.DOTALL)
    cells = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.DOTALL)
    assert cells and all("Mongolia" in row for row in cells)
    nothing = client.get("/en/damage?find=nothing+like+it").text
    assert "nothing found" in nothing and "0 of" in nothing


def test_files_are_the_same_however_the_table_stands(client):
    for form in ("csv", "json"):
        assert client.get(f"{ADDRESS}.{form}?sort=value&find=Seoul").content == client.get(f"{ADDRESS}.{form}").content


def test_sources_stand_by_number_with_their_titles_below(client, pack):
    text = client.get("/en/claims").text
    listed = dict(re.findall(r'<li id="([^"]+)">\[\d+\] <a href="/en/sources#source-([^"]+)">', text))
    asked = set(re.findall(r'<td class="src">(?:<a href="#[^"]+">\[\d+\]</a> )*<a href="#([^"]+)">', text))
    assert asked and asked <= set(listed)
    titles = pack.table("sources").set_index("key")["title"]
    for name, key in list(listed.items())[:5]:
        below = re.search(rf'<li id="{name}">\[(\d+)\] <a [^>]*>(.*?)</a>', text)
        assert name.endswith(f"-{below.group(1)}") and html.unescape(below.group(2)).startswith(f"{titles[key]} (")


def heads_of(text, table="damage"):
    (head,) = re.findall(rf'<table id="rows-{table}">.*?<thead>(.*?)</thead>', text, re.DOTALL)
    return re.findall(r"<th [^>]*>(?:<a [^>]*>)?([^<]*)", head)


def test_columns_are_chosen_by_a_form_and_kept_by_order_search_and_parts(client):
    text = client.get("/en/damage?pollutant=SO2&pollutant=NOx").text
    form = re.search(r'<details class="columns"><summary>.*?</form>', text, re.DOTALL).group()
    offered = re.findall(r'name="columns" value="(\w+)" checked> ([^<]*)<', form)
    assert [head for _, head in offered] == heads_of(text)
    held = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', form)
    assert {("pollutant", "SO2"), ("pollutant", "NOx"), ("table", "damage")} == set(held)
    two = [offered[-1], offered[0]]
    asked = "&".join(f"{name}={value}" for name, value in [*held, *(("columns", name) for name, _ in two)])
    chosen = client.get(f"/en/damage?{asked}").text
    assert heads_of(chosen) == [head for _, head in reversed(two)]
    assert chosen.count("checked>") == text.count("checked>") - len(offered) + 2
    for pattern in (r'<a href="([^"]*sort=[^"]*)">', r'<a href="([^"]*)" rel="next">'):
        link = html.unescape(re.search(pattern, chosen).group(1))
        assert heads_of(client.get(link).text) == heads_of(chosen)
    find = re.search(r'<form class="find" [^>]*role="search".*?</form>', chosen, re.DOTALL).group()
    assert set(re.findall(r'name="columns" value="(\w+)"', find)) == {name for name, _ in two}
    assert "with every row and column" in chosen and "with every row and column" not in text


def test_all_columns_or_none_is_the_table_as_it_is(words):
    rows = pd.DataFrame({"region": ["MNG"], "value": [1], "note": ["x"]})
    for asked in ((), ("value", "note", "region")):
        table = shown(words, rows, columns=asked)
        assert (table.columns, table.chosen) == (("region", "value", "note"), ())
    assert shown(words, rows, columns=("note", "region")).columns == ("region", "note")
    assert shown(words, rows, columns=("note",), sort="-value", find="mongolia").columns == ("note",)
    with pytest.raises(AirshedError, match="column"):
        shown(words, rows, columns=("nothing",))


def test_files_hold_every_column_whatever_is_shown(client):
    assert client.get(f"{ADDRESS}.csv?columns=region").content == client.get(f"{ADDRESS}.csv").content
    answer = client.get(f"{ADDRESS}?columns=nothing")
    assert answer.status_code == 400 and "pollutant" in answer.text
