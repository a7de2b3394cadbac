"""Texts of errors in Korean and Chinese: all of them, and with the values that they were made with."""

import copy
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from airshed.cooperation.least_excess import SharesError
from airshed.pack.complaints import complaint
from airshed.pack.errors import AirshedError, MissingTableError, Phrase, recalled, texts
from airshed.pack.expressions import parse
from airshed.pack.finding import PackError, finding
from airshed.pack.language import read_catalogue, values_of
from airshed.pack.telling import told
from airshed.store.states import DAMAGED, StoreError
from airshed.strategy.highs import OutOfTimeError, UndecidedError

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("ko", "zh")


def entries(language):
    return read_catalogue(f"errors.{language}", language)


def with_ascii_units(language):
    """Return the entries with micrograms as the English writes them."""
    return {key: text.replace("µg/m³", "ug/m3") for key, text in entries(language).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_hold_nothing_empty_fuzzy_or_twice(language):
    with (ROOT / "src" / "airshed" / "locale" / f"errors.{language}.po").open("rb") as handle:
        text = handle.read().decode()
        handle.seek(0)
        read = [one for one in read_po(handle, locale=language, abort_invalid=True) if one.id]
    assert [one.id for one in read if not one.string or one.fuzzy] == []
    assert len(read) + 1 == len(re.findall(r"^msgid ", text, flags=re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_options_and_code_words(language):
    for (_, message), text in with_ascii_units(language).items():
        for pattern in (r"{\w+}", r"--[a-z]+", r"`[^`]*`"):
            assert sorted(re.findall(pattern, message)) == sorted(re.findall(pattern, text)), message
        assert {*re.findall(r"\d+", message)} <= {*re.findall(r"\d+", text)}, message


SAME = {
    "airshed explain {command} {first_usage}",
    "{place}: {message}",
    "{message}. {remedy}",
    "{name}, {place}: {complaint}",
    "datapackage.json, {place}: {complaint}",
}
"""Nothing but code words and punctuation."""
LETTERS = {"ko": r"[\uac00-\ud7a3]", "zh": r"[\u4e00-\u9fff]"}
PLAIN = {"id"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left(language):
    """Latin words are those of the English text, as codes stand in both; never three of prose in a row."""
    for (_, message), text in with_ascii_units(language).items():
        plain = re.sub(r"{\w+}|`[^`]*`|--[a-z-]+", " | ", text)
        assert message in SAME or text in PLAIN or re.search(LETTERS[language], plain), message
        words = re.findall(r"(?a)[A-Za-z][\w.-]*", plain)
        assert {*words} <= {*re.findall(r"(?a)[A-Za-z][\w.-]*", message)}, message
        rows = {row for row in re.findall(r"[a-z]+(?: [a-z]+){2,}", plain) if not row.startswith(("airshed", "pip"))}
        assert rows == set(), message


def test_the_chinese_has_no_hangul_and_chinese_punctuation():
    texts = entries("zh").values()
    assert [text for text in texts if re.search(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]", text)] == []
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:?!]", text)] == []


CALLS = [
    (["emissions", "--region", "XX"], "지역 XX는 알 수 없습니다", "다음 가운데 하나를 쓰십시오: CHN, "),
    (
        ["emissions", "--by", "colour"],
        "매개변수 --by의 값으로 colour를 쓸 수 없습니다",
        "다음 가운데 하나를 쓰십시오: region, country",
    ),
    (["attribution", "KR-26", "--period", "episode"], "기간 episode의 KR-26을 다룬 연구가 없습니다", "KR-11"),
    (["attribution", "moscow"], "moscow는 배출원-수용지역 관계의 범위 밖에 있습니다", "그 안의 장소"),
    (["attribution", "KR-11", "--year", "1900"], "1900년이 없습니다", "1990부터 2030까지 있습니다"),
    (
        ["health", "--response", "ier", "--region", "RUS"],
        "표 mortality가 필요합니다: RUS의 LRI, COPD",
        "추가하십시오",
    ),
    (["damage", "--pollutant", "CO2"], "오염물질 CO2는 알 수 없습니다", "SO2"),
    (["value", "--region", "SHIP"], "SHIP의 주민이 없습니다", "지역을 고르십시오"),
    (["pack", "show", "nothing"], "표 nothing이 없습니다", "다음 가운데"),
    (["--pack", "/nowhere", "emissions"], "폴더 /nowhere가 없습니다", "datapackage.json이 있는 폴더"),
    (["run", "--target", "nonsense", "--out", "never"], "목표 nonsense는 알 수 없습니다", "µg/m³ 수치"),
    (["run", "--scenario", "wishful", "--out", "never"], "시나리오 wishful은 알 수 없습니다", "frozen"),
    (["optimise", "--target", "9", "--alone", "--path", "2020,2030"], "함께 쓸 수 없습니다", "하나만"),
    (["budget", "--total", "12x", "--members", "CHN,KOR"], "12x는 수가 아닙니다", "1250000.50"),
    (["budget", "--total", "100", "--members", "CHN"], "회원이 둘 이상 필요합니다", "CHN,KOR,JPN"),
]


@pytest.mark.parametrize(("words", "message", "remedy"), CALLS)
def test_a_command_tells_its_errors_in_korean(cli, words, message, remedy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = cli(*words, "--lang", "ko")
    assert (code, out) == (2, "")
    said = next(line for line in err.splitlines() if line.startswith("airshed: "))
    assert message in said and remedy in err.partition(said)[2]


def test_a_command_tells_the_findings_of_a_pack_in_its_language(cli, small_copy):
    path = small_copy / "tables" / "regions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    code, _, err = cli("--pack", small_copy, "emissions", "--lang", "zh")
    assert code == 2 and f"数据包 {small_copy} 有 1 处问题" in err and "行重复" in err and "请更正后再试" in err


def spelled(translated, value):
    """Return a translation with its value, in the two forms of the Korean particle behind it."""
    forms = {"이(가)": ("이", "가"), "은(는)": ("은", "는")}
    behind = translated.partition("{name}")[2][:4]
    return [translated.replace(behind, form).replace("{name}", value) for form in forms.get(behind, (behind,))]


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=40), st.sampled_from(LANGUAGES))
def test_a_value_survives_whatever_it_holds(value, language):
    translated = entries(language)[("", "the parameter {name} is given twice")]
    found = told(AirshedError("parameter-given-twice", name=value).text, language)
    assert found in spelled(translated, value)


TEMPLATES = sorted(template for _, template in entries("ko"))
SIGNS = ["{name}", "{", "}}", "{0}", "%s", "%(x)d", ".*", "(?P<a>", "\\", "\n", ", line 3: ", ": "]
AWKWARD = st.lists(st.sampled_from([*TEMPLATES, *SIGNS]), max_size=4).map(" ".join)


@given(AWKWARD, st.sampled_from(LANGUAGES))
def test_texts_of_other_errors_inside_a_value_stay_as_they_are(value, language):
    translated = entries(language)[("", "the scenario {name} combines itself")]
    assert told(Phrase("scenario-combines-itself", name=value), language) in spelled(translated, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_without_placeholders_may_hold_braces(language):
    """A remedy that shows a piece of JSON is no template."""
    plain = {key[1]: text for key, text in entries(language).items() if re.search(r"{[^\w]", key[1])}
    assert plain
    rows = {row.remedy: code for code, row in texts().items()}
    assert all(told(AirshedError(rows[english]).advice, language) == text for english, text in plain.items())


@given(AWKWARD)
def test_a_text_of_no_code_is_told_as_it_is(value):
    assert told(f"~{value}~", "ko") == f"~{value}~"
    assert str(Phrase("scenario-combines-itself", name="a")) == told(Phrase("scenario-combines-itself", name="a"), "en")


@given(st.lists(st.text("ab"), min_size=2, max_size=2), st.text())
def test_values_are_cut_where_the_template_says(first, last):
    one, other = first
    assert values_of(f"{one}; {other}: {last}", "{one}; {other}: {last}") == {"one": one, "other": other, "last": last}


def test_a_message_inside_a_message_is_told_too():
    with pytest.raises(AirshedError) as why:
        parse("nothing(region=AAA)")
    error = AirshedError("claim-id-message", id="c1", message=why.value.text, remedy=why.value.advice)
    assert told(error.text, "ko") == "주장 c1: 식에 알 수 없는 표 nothing이 있습니다"
    assert error.message == "claim c1: the expression names the table nothing, which is not known"
    assert error.remedy == why.value.remedy and told(error.advice, "ko") == told(why.value.advice, "ko")


def test_words_of_ours_are_told_and_codes_stay():
    error = AirshedError("not-known", kind="sector", code="sector", known="power, industry")
    assert told(error.text, "ko") == "부문 sector는 알 수 없습니다"
    assert told(error.text, "en") == "the sector sector is not known"


ERRORS = [
    AirshedError("not-known", kind="sector", code="x", known="a, b"),
    MissingTableError("economy", Phrase("detail-rows-of-sets", sets="ier")),
    PackError("somewhere", [finding("AS102", "datapackage.json", why="no end")]),
    UndecidedError("Unknown"),
    OutOfTimeError(5.0),
    SharesError(),
    StoreError(DAMAGED, "some.db"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [lambda one: pickle.loads(pickle.dumps(one)), copy.copy, copy.deepcopy])
def test_an_error_comes_out_of_another_process_as_it_went_in(error, copied):
    found = copied(error)
    assert type(found) is type(error) and (str(found), found.code, found.status) == (
        str(error),
        error.code,
        error.status,
    )
    assert [told(found.text, language) for language in LANGUAGES] == [
        told(error.text, language) for language in LANGUAGES
    ]
    assert getattr(found, "findings", None) == getattr(error, "findings", None)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_phrase_is_recalled_from_what_was_recorded(error):
    for phrase in (error.text, error.advice):
        assert recalled(phrase.record()) == phrase and recalled(phrase.record()).part == phrase.part


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "12",
        '"a"',
        '{"code": "not-known", "part": "message", "values": {}}',
        '{"code": "x", "part": "message", "values": {}}',
    ],
)
def test_a_text_of_another_version_is_recalled_as_it_is(text):
    assert recalled(text) == text


class Asked(BaseModel):
    year: int = Field(2015, ge=1990, le=2030)
    share: float = Field(0.5, gt=0, lt=1, allow_inf_nan=False)
    on: bool = False
    by: Literal["r", "s"] = "r"
    players: tuple[str, ...] = Field((), max_length=2)
    title: str = Field("ab", min_length=2, max_length=3, pattern="^[a-z]*$")
    model_config = {"extra": "forbid"}


@pytest.mark.parametrize(
    ("given", "english", "korean", "chinese"),
    [
        ({"year": "soon"}, "a whole number is needed", "정수가 필요합니다", "须为整数"),
        ({"year": 1700}, "a number of at least 1990 is needed", "1990 이상의 수가 필요합니다", "须为不小于 1990 的数"),
        ({"year": 2050}, "a number of at most 2030 is needed", "2030 이하의 수가 필요합니다", "须为不大于 2030 的数"),
        ({"share": 0}, "a number above 0 is needed", "0보다 큰 수가 필요합니다", "须为大于 0 的数"),
        ({"share": 1}, "a number below 1 is needed", "1보다 작은 수가 필요합니다", "须为小于 1 的数"),
        ({"share": "half"}, "a number is needed", "수가 필요합니다", "须为数"),
        ({"share": "nan"}, "a finite number is needed", "유한한 수가 필요합니다", "须为有限数"),
        ({"on": "maybe"}, "true or false is needed", "true 또는 false가 필요합니다", "须为 true 或 false"),
        (
            {"by": "x"},
            "use one of: r, s",
            "다음 가운데 하나를 쓰십시오: r, s",
            "请使用以下之一：r, s",
        ),
        ({"players": "abc"}, "a list is needed", "목록이 필요합니다", "须为列表"),
        ({"players": ["a", "b", "c"]}, "at most 2 values are allowed", "값은 2개까지 쓸 수 있습니다", "最多 2 个值"),
        ({"title": 3}, "a text is needed", "글자가 필요합니다", "须为文本"),
        ({"title": "a"}, "at least 2 characters are needed", "2자 이상이어야 합니다", "至少须 2 个字符"),
        ({"title": "AB"}, "it does not have the form ^[a-z]*$", "^[a-z]*$ 형식이 아닙니다", "不符合格式 ^[a-z]*$"),
        ({"colour": 1}, "there is no such key", "그런 항목은 없습니다", "没有这样的键"),
        ([1], "keys with values are needed", "항목과 값의 짝이 필요합니다", "须为键值对"),
    ],
)
def test_what_pydantic_refuses_is_told_in_words_of_ours(given, english, korean, chinese):
    with pytest.raises(ValidationError) as why:
        Asked.model_validate(given)
    text = complaint(why.value.errors()[0])
    assert (str(text), told(text, "ko"), told(text, "zh")) == (english, korean, chinese)


def test_the_command_line_starts_without_the_catalogues():
    code = "import sys; import airshed.cli.main; print({'babel', 'airshed.pack.telling', 'pydantic'} & {*sys.modules})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
