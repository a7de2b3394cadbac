"""Terms are chosen once (locale/terms.csv): no message uses a wording that was rejected."""

import csv
import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

LOCALE = files("airshed").joinpath("locale")


def terms():
    with LOCALE.joinpath("terms.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def messages(name, language):
    with LOCALE.joinpath(f"{name}.po").open("rb") as handle:
        return [str(item.string) for item in read_po(handle, locale=language) if item.id]


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_no_message_uses_a_rejected_wording(language):
    rejected = [row[f"{language}_rejected"] for row in terms() if row[f"{language}_rejected"]]
    texts = messages(language, language) + messages(f"errors.{language}", language)
    assert len(rejected) > 15 and len(texts) > 1500
    assert [(wrong, text) for wrong in rejected for text in texts if wrong in text] == []


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_every_term_is_in_use(language):
    texts = "\n".join(messages(language, language))
    unused = [row["en"] for row in terms() if row[language] not in texts]
    assert unused == []


def test_terms_say_what_is_used_where_and_by_whom():
    for row in terms():
        assert all(row[name] for name in ("en", "ko", "zh", "where", "source")), row
    names = [row["en"] for row in terms()]
    assert len(names) == len(set(names))


def test_chinese_has_no_half_width_punctuation_behind_a_character():
    wrong = re.compile(r"[\u4e00-\u9fff][,;](?!\S*=)")
    assert [text for text in messages("zh", "zh") if wrong.search(text)] == []


def test_korean_keeps_one_style_and_one_word_for_measures():
    """조치 is a remedy, and a part of the legal name of emergency measures; a pack is always a data pack."""
    wrong = re.compile(r"(?<!저감)조치|(?<!데이터 )(?<![가-힣])팩(?![가-힣]{2})|세요")
    texts = messages("ko", "ko") + messages("errors.ko", "ko")
    assert [text for text in texts if wrong.search(text) and text != "조치"] == []


def test_chinese_has_no_half_width_punctuation_beside_a_character():
    wrong = re.compile(r"[,;:](?=[一-鿿（])|[一-鿿）][,;:](?!\S*=)|[一-鿿] ?\([^()]*\)|\([^()]*\)(?=[一-鿿])")
    assert [text for text in messages("zh", "zh") if wrong.search(text)] == []


def test_a_region_is_a_place_and_an_area_lies_on_a_map():
    """区域 stands in fixed terms, in groups of regions, and for the areas of files with boundaries."""
    with LOCALE.joinpath("zh.po").open("rb") as handle:
        pairs = [(str(item.id), str(item.string)) for item in read_po(handle, locale="zh") if item.id]
    free = re.compile(r"(?<!重点)(?<!大气)区域(?!间传输|组)")
    assert [text for english, text in pairs if free.search(text) and not re.search(r"\barea", english)] == []
