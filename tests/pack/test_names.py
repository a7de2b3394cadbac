"""Names of a deployment over the pack, and that every shown name of the built-in pack stands in three languages."""

import pickle
import re

import pytest

from airshed.answers.words import Words, target_name
from airshed.pack.defaults import NATIONAL, named_targets
from airshed.pack.errors import AirshedError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.names import LONGEST, NAMED, read_names
from airshed.pack.pack import open_pack
from airshed.pack.particles import MARKS
from airshed.pack.scenarios import scenarios
from airshed.strategy.measures import catalogue

HALF_WIDTH = re.compile(r"[一-鿿]\s?[,;:()]|[,;:()]\s?[一-鿿]")
UNDECIDED = re.compile(MARKS.pattern + r"|[이은을과]/[가는를와]|가\(이\)|는\(은\)|를\(을\)")


def tables(pack):
    return [(table, pack.optional(table)) for table in NAMED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_with_a_name_has_one_in_every_language(pack, language):
    for table, frame in tables(pack):
        assert len(frame), table
        bare = [str(code) for code, name in zip(frame["code"], frame[f"name_{language}"], strict=True) if not name]
        assert (table, bare) == (table, [])


def test_no_name_is_the_code_but_formulas_of_pollutants(pack):
    """What chemists write alike in every language stays as it is."""
    same = {
        str(row["code"])
        for table, frame in tables(pack)
        for row in frame.to_dict("records")
        if str(row["code"]) in (row["name_en"], row["name_ko"], row["name_zh"]) and table != "pollutants"
    }
    assert same == set()


def test_korean_names_are_in_hangul_and_chinese_ones_in_han(pack):
    for table, frame in tables(pack):
        for row in frame.to_dict("records"):
            if table != "pollutants":
                assert re.search("[가-힣]", row["name_ko"]), (table, row["code"])
                assert re.search("[一-鿿]", row["name_zh"]), (table, row["code"])


def test_chinese_texts_of_the_pack_have_full_width_punctuation(pack):
    texts = [name for _, frame in tables(pack) for name in frame["name_zh"]]
    claims = pack.table("claims")
    texts += [*claims["statement_zh"], *claims["missing_zh"]]
    assert len(texts) > 600
    assert [text for text in texts if HALF_WIDTH.search(text)] == []


def test_claims_are_told_in_three_languages_with_the_same_numbers(pack):
    claims = pack.table("claims")
    number = re.compile(r"\d+(?:[.,]\d+)*")
    for row in claims.to_dict("records"):
        english, korean, chinese = (row[f"statement_{language}"] for language in ("en", "ko", "zh"))
        assert chinese and len({english, korean, chinese}) == 3
        told = {tuple(sorted(number.findall(text))) for text in (english, korean)}
        assert tuple(sorted(number.findall(chinese))) in told or "亿" in chinese, row["id"]
        assert bool(row["missing"]) == bool(row["missing_ko"]) == bool(row["missing_zh"])


def test_scenarios_have_a_title_and_a_description_in_every_language(pack):
    found = scenarios(pack)
    assert len(found) >= 5
    for item in found.values():
        told = [item.told(language) for language in LANGUAGES]
        assert len({title for title, _ in told}) == len({text for _, text in told}) == 3, item.name
        assert all(item.name not in one for one in told)


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_targets_and_kinds_of_series_have_names(pack, language):
    words = Words(pack, language, translator(language))
    for target in (*named_targets(pack), NATIONAL):
        assert target_name(target, words) != target
    for kind in dict.fromkeys(pack.table("observations")["kind"]):
        assert words.translate(str(kind)) != kind or kind == "IQAir", kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_leaves_a_particle_open(pack, language):
    words = Words(pack, language, translator(language))
    names = [words.name(code) for table, frame in tables(pack) for code in frame["code"] if table != "measures"]
    names += [words.measure(code) for code in pack.table("measures")["code"]]
    assert [name for name in names if UNDECIDED.search(name)] == []


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


def written(folder, text):
    file = folder / "names.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_names_of_a_deployment_take_the_place_of_those_of_the_pack(small, tmp_path):
    code = str(small.table("regions")["code"].iloc[0])
    sector = str(small.table("sectors")["code"].iloc[0])
    text = f"code,name_en,name_ko,name_zh\n{code.lower()},Upland,윗땅,上地\n{sector},,난방 부문,\n"
    other = small.named(read_names(small, written(tmp_path, text)))
    assert [other.name(code, language) for language in ("en", "ko", "zh")] == ["Upland", "윗땅", "上地"]
    assert [other.name(sector, language) for language in ("en", "ko")] == [small.name(sector, "en"), "난방 부문"]
    words = Words(other, "ko", translator("ko"))
    assert words.short(code) == words.name(code) == "윗땅"
    assert small.name(code, "en") != "Upland" and other.hash() != small.hash()
    assert pickle.loads(pickle.dumps(other.names)) == other.names
    assert other.named(()).hash() == other.hash()


def test_a_measure_is_renamed_too(pack, tmp_path):
    other = pack.named(read_names(pack, written(tmp_path, "code,name_zh\npower.FGD,脱硫\n")))
    assert Words(other, "zh", translator("zh")).measure("power.FGD") == "脱硫"
    assert {one.code: one for one in catalogue(other)}["power.FGD"].named("zh") == "脱硫"


def test_the_table_names_of_a_pack_does_the_same(small_copy):
    code = str(open_pack(small_copy).table("regions")["code"].iloc[0])
    (small_copy / "tables" / "names.csv").write_text(f"code,name_en,name_ko\n{code},Upland,윗땅\n", encoding="utf-8")
    pack = open_pack(small_copy)
    assert (pack.name(code, "en"), pack.name(code, "ko")) == ("Upland", "윗땅")


REFUSED = {
    "code,name_en\nKR-11,Hanyang\nXQ-99,Elsewhere\n": ("line 3: XQ-99 is no code", "such as"),
    "code,name_en\nKR-11,Hanyang\nkr-11,Hansong\n": ("line 3: the code KR-11 stands twice", "one row"),
    "code,name_en\nKR-11,\n": ("line 2: KR-11 has no name", "give name_en, name_ko or name_zh"),
    f"code,name_en\nKR-11,{'a' * (LONGEST + 1)}\n": ("line 2: a name of KR-11 has more than 80 letters", "shorten"),
    "code,name_ko\nKR-11,부산광역시\n": ("line 2: 부산광역시 is the name of KR-26 too", "a name of its own"),
    "code,name_en\nKR-11,Joseon\nKR-26,Joseon\n": ("line 3: Joseon is the name of KR-11 too", "a name of its own"),
    "name_en\nHanyang\n": ("lacks a column", "code"),
    "code,nom\nKR-11,Hanyang\n": ("nom", ""),
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_names_that_cannot_be_used_are_refused_with_place_and_remedy(pack, tmp_path, text):
    with pytest.raises(AirshedError) as told:
        read_names(pack, written(tmp_path, text))
    message, remedy = REFUSED[text]
    assert message in told.value.message and remedy in told.value.remedy
