"""The search for a place on every page: in three languages, by code and spelling, for one, several and none."""

import re
from urllib.parse import quote, unquote

import pytest

import airshed
from airshed.pack.place_names import completions, find, holding, nearest, spelt
from support.variant import small_variant


def sought(client, word, language="en"):
    return client.get(f"/{language}/search", params={"q": word})


def codes(places):
    return [place.code for place in places]


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("Seoul", "city/seoul"),
        ("서울", "city/seoul"),
        ("首尔", "city/seoul"),
        ("首爾", "city/seoul"),
        ("서울특별시", "city/seoul"),
        ("KR-11", "region/KR-11"),
        ("  sEoUl ", "city/seoul"),
        ("ＳＥＯＵＬ", "city/seoul"),
        ("北京", "city/beijing"),
        ("北京市", "city/beijing"),
        ("Beijing City", "city/beijing"),
        ("Xi'an", "city/xian"),
        ("Xi’an", "city/xian"),
        ("Tōkyō", "city/tokyo"),
        ("東京", "city/tokyo"),
        ("Republic of Korea", "country/KOR"),
        ("republic-of-korea", "country/KOR"),
        ("Korea", "country/KOR"),
        ("대한민국", "country/KOR"),
        ("KOR", "country/KOR"),
        ("kor", "country/KOR"),
        ("日本", "country/JPN"),
        ("Jing Jin Ji", "region/JJJ"),
        ("Hebei", "region/CN-HE"),
        ("河北省", "region/CN-HE"),
    ],
)
def test_a_name_leads_to_the_one_place_that_it_means(client, word, path):
    for language in ("en", "ko", "zh"):
        answer = sought(client, word, language)
        assert (answer.status_code, unquote(answer.headers["location"])) == (303, f"/{language}/{path}")


def test_every_place_is_found_by_every_name_and_its_page_is_there(pack, client):
    """All names of the tables; who has one alone is led to, who shares it is listed."""
    for table in ("receptors", "regions", "groups"):
        rows = pack.table(table)
        shown = {"receptors": "inside != 'no'", "regions": "level != 'outside'", "groups": "kind == 'policy'"}[table]
        for row in rows.query(shown).to_dict("records"):
            for name in {row["code"], row["name_en"], row["name_ko"], row["name_zh"]} - {""}:
                found = find(pack, name)
                cities = {place.region for place in found if place.kind == "city"}
                assert row["code"] in codes(found) or row["code"] in cities, name


def test_a_name_of_nothing_says_so_and_names_the_nearest(client):
    answer = sought(client, "Bejing")
    assert answer.status_code == 404 and "No place of this pack is called Bejing." in answer.text
    assert '<a href="/en/city/beijing">Beijing</a>' in answer.text
    answer = sought(client, "지구", "ko")
    assert answer.status_code == 404 and "지구: 데이터 팩에 그런 이름의 곳이 없습니다." in answer.text
    assert sought(client, "!!!!").status_code == 404


def test_a_part_of_a_name_lists_what_has_it(client):
    answer = sought(client, "Gyeongsang")
    assert answer.status_code == 200
    assert re.findall(r'<a href="/en/region/([\w-]+)">[^<]*</a> <small>', answer.text) == ["KR-47", "KR-48"]


def test_two_places_of_one_name_in_two_languages_are_listed(tmp_path):
    def same(rows):
        rows["regions"][1]["name_ko"] = "Port"
        rows["receptors"][0]["name_zh"] = "北"
        rows["regions"][2]["name_zh"] = "北"

    small = airshed.open_pack(small_variant(tmp_path / "small", same))
    assert codes(find(small, "port")) == ["port", "BBB"]
    assert codes(find(small, "北")) == ["port", "AA-1"]
    assert codes(find(small, "Aland")) == ["AAA"] and codes(holding(small, "aland")) == ["AAA", "AA-1", "AA-2"]
    assert codes(nearest(small, "Blend"))[0] == "BBB"


def test_a_city_and_the_region_of_its_name_are_one_place(tmp_path):
    def one(rows):
        rows["receptors"][0]["name_en"] = "Aland South"

    small = airshed.open_pack(small_variant(tmp_path / "small", one))
    assert codes(find(small, "aland south")) == ["port"]


def test_two_of_one_name_are_listed_on_the_page(connect, tmp_path):
    from airshed.web.app import create_app

    def same(rows):
        rows["regions"][1]["name_ko"] = "Port"

    app = create_app(airshed.open_pack(small_variant(tmp_path / "small", same)), patience=None)
    with connect(app, follow_redirects=False) as opened:
        answer = sought(opened, "port")
        assert answer.status_code == 200 and "port is the name of 2 places:" in answer.text
        assert 'href="/en/city/port"' in answer.text and 'href="/en/country/BBB"' in answer.text


def test_without_a_word_all_cities_and_nations_stand_there(client, pack):
    for answer in (sought(client, ""), client.get("/en/search")):
        assert answer.status_code == 200
        assert 'href="/en/city/seoul"' in answer.text and 'href="/en/country/JPN"' in answer.text


@pytest.mark.parametrize("path", ["/en/equations", "/ko/equations", "/zh/search", "/en/nothing"])
def test_the_field_stands_on_every_page_with_names_to_complete(client, path, pack):
    page, language = client.get(path).text, path.split("/")[1]
    assert f'<form class="seek" role="search" method="get" action="/{language}/search">' in page
    assert f'<option value="{pack.name("KOR", language)}">' in page
    assert page.count('<datalist id="places">') == 1


def test_what_is_written_is_never_read_as_markup(client):
    answer = sought(client, '"><script>alert(1)</script>')
    assert answer.status_code == 404 and "<script>alert" not in answer.text
    assert sought(client, "a\u202eb").status_code == 400
    assert sought(client, "x" * 1000).status_code == 404
    assert client.get(f"/xx/search?q={quote('서울')}").status_code == 404


def test_names_that_are_completed_stand_once(pack):
    for language in ("en", "ko", "zh"):
        names = completions(pack, language)
        assert len(names) == len(set(names)) and all(find(pack, name) for name in names)


def test_spellings_have_in_common_what_says_nothing():
    assert spelt("Ulaan-Baatar") == spelt("ulaan baatar") == "ulaanbaatar"
    assert spelt("ﾄ") == spelt("ト") and spelt("한국") == "한국"


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("Peking", "city/beijing"),
        ("Pékin", "city/beijing"),
        ("북경", "city/beijing"),
        ("Пекин", "city/beijing"),
        ("汉城", "city/seoul"),
        ("漢城", "city/seoul"),
        ("Söul", "city/seoul"),
        ("Pusan", "city/busan"),
        ("Inch'ŏn", "city/incheon"),
        ("Inchon", "city/incheon"),
        ("Taegu", "region/KR-27"),
        ("Ulan Bator", "city/ulaanbaatar"),
        ("Улаанбаатар", "city/ulaanbaatar"),
        ("Tsingtao", "city/qingdao"),
        ("청도", "city/qingdao"),
        ("P’yŏngyang", "city/pyongyang"),
        ("符拉迪沃斯托克", "city/vladivostok"),
        ("한국", "country/KOR"),
        ("North Korea", "country/PRK"),
        ("Gyeonggi-do", "region/KR-41"),
        ("Kyonggi", "region/KR-41"),
        ("섬서성", "region/CN-SN"),
        ("산서성", "region/CN-SX"),
        ("Xizang", "region/CN-XZ"),
    ],
)
def test_other_spellings_in_common_use_lead_to_their_place(client, word, path):
    answer = sought(client, word)
    assert (answer.status_code, unquote(answer.headers["location"])) == (303, f"/en/{path}")


def test_every_other_name_means_one_place_by_the_search_and_in_a_question(pack):
    """A city and the region of its name are one place: the search finds the city, a question takes either."""
    from airshed.pack.codes import named

    rows = pack.table("aliases")
    held = {}
    for code, alias in zip(rows["code"], rows["alias"], strict=True):
        held.setdefault(alias, set()).add(code)
        assert code in named(pack, alias.upper()) and len(find(pack, alias)) == 1
    cities = pack.table("receptors").set_index("code")["region"]
    assert all(len({cities.get(code, code) for code in codes}) == 1 for codes in held.values())


def test_a_question_takes_another_spelling(client):
    said, usual = (client.get(f"/en/attribution.json?receptor={word}&year=2015") for word in ("Peking", "beijing"))
    assert said.status_code == 200 and said.content == usual.content


def test_a_pack_without_other_names_finds_its_own(tmp_path):
    """The table is nothing that a pack must have."""
    plain = airshed.open_pack(small_variant(tmp_path, lambda rows: rows.pop("aliases", None)))
    city = plain.table("receptors").iloc[0]
    assert codes(find(plain, city["name_en"])) == [city["code"]]
    assert find(plain, "Peking") == []


def test_titles_of_sources_stand_in_the_language_of_the_reader_beside_the_original(client, pack):
    rows = pack.table("sources").set_index("key")
    key = "gb3095_2012"
    own, title = rows.loc[key, "title_zh"], rows.loc[key, "title"]
    shown = {language: client.get(f"/{language}/sources").text for language in ("en", "zh")}
    assert f"{own} – {title}" in shown["zh"] and own not in shown["en"] and title in shown["en"]
