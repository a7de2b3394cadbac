"""Terms are chosen once (locale/terms.csv): no message uses a wording that was rejected."""

import csv
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
    import re

    wrong = re.compile(r"[\u4e00-\u9fff][,;](?!\S*=)")
    assert [text for text in messages("zh", "zh") if wrong.search(text)] == []
