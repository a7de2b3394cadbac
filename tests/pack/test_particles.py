"""Korean particles by the last sound of the word before them; the right forms are written by hand."""

import re

import pytest

from airshed.pack.errors import AirshedError
from airshed.pack.language import catalogue, read_catalogue
from airshed.pack.particles import MARKS, particles
from airshed.pack.telling import told

EXAMPLES = """
서울이(가)|서울이
중국이(가)|중국이
한국은(는)|한국은
러시아은(는)|러시아는
베이징을(를)|베이징을
도쿄을(를)|도쿄를
몽골와(과) 일본|몽골과 일본
러시아와(과) 일본|러시아와 일본
서울(으)로|서울로
부산(으)로|부산으로
대구(으)로|대구로
경기도(이)나|경기도나
강원(이)나|강원이나
PM2.5이(가)|PM2.5가
PM10이(가)|PM10이
SO2은(는)|SO2는
NOx을(를)|NOx를
CO2이(가)|CO2가
2015이(가)|2015가
2016은(는)|2016은
2017(으)로|2017로
2018(으)로|2018로
2019(으)로|2019로
2013(으)로|2013으로
1,000을(를)|1,000을
1,000,000,000,000을(를)|1,000,000,000,000를
100,000,000을(를)|100,000,000을
46 %은(는)|46 %는
12.5 µg/m³이(가)|12.5 µg/m³이
3 kt을(를)|3 kt을
WHO 2021 IT-3 (15 µg/m³)은(는)|WHO 2021 IT-3 (15 µg/m³)은
중국 (CHN)이(가)|중국 (CHN)이
러시아(RUS)은(는)|러시아(RUS)는
"서울"은(는)|"서울"은
“도쿄”을(를)|“도쿄”를
CHN은(는)|CHN은
KOR(으)로|KOR로
JPN(으)로|JPN으로
Seoul이(가)|Seoul이
Seoul(으)로|Seoul로
Beijing이(가)|Beijing이
Tokyo을(를)|Tokyo를
plan.csv이(가)|plan.csv가
--budget은(는)|--budget은
scenario.yaml(으)로|scenario.yaml로
measures을(를)|measures를
map이(가)|map이
USD을(를)|USD를
GAINS와(과) MEIC|GAINS와 MEIC
이(가)|가
"""


@pytest.mark.parametrize("line", EXAMPLES.strip().splitlines())
def test_particles_follow_the_last_sound(line):
    text, right = line.split("|")
    assert particles(text) == right


@pytest.mark.parametrize("ending", ["은(는) 어떻고", "을(를) 보며", "이(가) 와(과) 같다"])
def test_a_text_has_no_mark_left_whatever_stands_before_it(ending):
    for code in range(0x20, 0xD7A4, 7):
        assert not MARKS.search(particles(f"{chr(code)}{ending}"))


def test_a_hangul_syllable_decides_by_its_final_consonant_as_unicode_decomposes_it():
    import unicodedata

    for code in range(0xAC00, 0xD7A4):
        parts = unicodedata.normalize("NFD", chr(code))
        closed = len(parts) == 3
        assert particles(f"{chr(code)}이(가)")[1:] == ("이" if closed else "가")
        assert particles(f"{chr(code)}(으)로")[1:] == ("으로" if closed and parts[2] != "\u11af" else "로")


def test_messages_of_pages_decide_when_they_are_filled_in():
    marked = [text for text in catalogue("ko").values() if MARKS.search(text)]
    assert marked
    for text in marked:
        values = dict.fromkeys(re.findall(r"{(\w+)", text), "서울")
        assert not MARKS.search(text.format(**values)), text


def test_errors_decide_too():
    assert told(AirshedError("scenario-combines-itself", name="서울").text, "ko").startswith("시나리오 서울이 ")
    assert told(AirshedError("scenario-combines-itself", name="대구").text, "ko").startswith("시나리오 대구가 ")


@pytest.mark.parametrize("name", ["ko", "errors.ko"])
def test_catalogues_write_only_marks_that_are_decided(name):
    """Other ways to leave a particle open are not understood."""
    other = re.compile(r"과\(와\)|가\(이\)|는\(은\)|를\(을\)|로\(으로\)|[이은을과]/[가는를와](?![가-힣])")
    assert [text for text in read_catalogue(name, "ko").values() if other.search(text)] == []
