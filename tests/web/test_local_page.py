"""The pages of a city and of a nation through the doors of the server."""

import re

import pytest

from airshed.answers.registry import entry
from airshed.web.effort import EFFORTS
from support.pdf import pages_of, text_of


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_the_page_opens_with_its_sentence_and_three_numbers_and_leads_to_its_files(client, language):
    answer = client.get(f"/{language}/city/seoul")
    assert answer.status_code == 200 and len(answer.content) < 200_000
    lead = re.search(r'<p class="lead">(.*?)</p>', answer.text)[1]
    cards = [re.sub(r"<[^>]*>", "", card) for card in re.findall(r'<div class="card"><b>(.*?)</b>', answer.text)]
    assert "2022" in lead and len(cards) == 3 and answer.text.index(lead) < answer.text.index('class="card"')
    assert all(card in lead for card in cards[:2])
    for ending in ("pdf", "xlsx", "html"):
        assert f'href="/{language}/city/seoul.{ending}"' in answer.text
    paper = client.get(f"/{language}/city/seoul.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert pages_of(paper.content) == 1
    assert "".join(lead.split()) in "".join(text_of(paper.content).split())


def test_a_name_in_the_address_is_a_city_and_other_places_are_not(client):
    assert client.get("/ko/city/서울").status_code == 200
    assert client.get("/en/city/nowhere").status_code == 404
    assert client.get("/en/city/moscow").status_code == 404
    assert client.get("/en/country/KR-11").status_code == 404
    assert client.get("/en/region/KR-11").status_code == 200


def test_rest_gives_the_rows_of_the_trend(client, pack):
    rows = client.get("/api/v1/city/seoul").json()
    seen = pack.table("observations").query("place == 'KR-11' and statistic == 'annual mean'")
    assert {row["year"] for row in rows if row["observed"] is not None} == set(seen["year"])
    assert all(row["place"] == "seoul" and row["unit"] == "ug/m3" for row in rows)


def test_the_nation_is_told_of_its_own_measures_and_of_those_of_others(client):
    rows = client.get("/en/country/KOR.json?table=reach").json()
    assert [row["who"] for row in rows] == ["own", "abroad", "all"]
    answer = client.get("/en/country/KOR?year=2015")
    assert answer.status_code == 200 and "Republic of Korea, 2015:" in answer.text


def test_their_effort_is_known():
    assert {entry(name).name for name in ("city", "country")} <= set(EFFORTS)
