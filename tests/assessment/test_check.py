"""`pack check` finds in scenarios and rules what an answer that uses them would say, with file and line."""

import json
from pathlib import Path

import pytest

import airshed
from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.check import check_whole
from airshed.pack.contents import LARGEST_SCENARIO
from airshed.pack.errors import AirshedError
from support.small import write_grown

HEAD = "name: mine\ntitle: Mine\ndescription: made up\n"
BODY = "emissions:\n  - factor: 0.5\n    source: airshed\n"


def written(folder: Path, text: str | bytes, name: str = "mine.yaml") -> Path:
    path = folder / "scenarios" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def found(folder: Path) -> list[tuple[str, str, int]]:
    return [(item.code, item.file, item.row) for item in check_whole(folder).findings]


def as_used(folder: Path, names: str = "mine") -> str:
    with pytest.raises(AirshedError) as told:
        scenario_emissions(airshed.open_pack(folder), names)
    return str(told.value)


def ruled(folder: Path, **rules) -> Path:
    path = folder / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**rules, **{k: v for k, v in raw.items() if k not in rules}}, indent=1))
    return path


@pytest.mark.parametrize("name", ["mine.yaml", "mine.yml", "Mine.YML"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_scenario_is_read_whatever_its_ending_and_mark(small_copy, name, mark):
    path = written(small_copy, mark + (HEAD + BODY).encode(), name)
    assert found(small_copy) == []
    pack = airshed.open_pack(small_copy)
    half = (
        scenario_emissions(pack, "mine").scenario["value"].sum()
        / scenario_emissions(pack, "baseline").scenario["value"].sum()
    )
    assert float(half) == pytest.approx(0.5)
    beside = path.rename(small_copy.parent / path.name)
    assert scenario_emissions(airshed.open_pack(small_copy), str(beside)).scenario.attrs["scenario"] == str(beside)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: mine\ntitle: Mine\n", 0),
        (HEAD + BODY + "colour: red\n", 7),
        (HEAD + BODY + "    hold: 2015\n", 5),
        (HEAD + BODY + "    regions: [AAA, CCC]\n", 7),
        (HEAD + BODY + "    sectors:\n    - industry\n    - magic\n", 9),
        (HEAD + BODY + "    pollutants: [SO2,\n      O3]\n", 8),
        (HEAD + BODY + "    first_year: 2050\n", 7),
        (HEAD + BODY + "    sectors: [power]\n", 7),
        (HEAD + BODY.replace("airshed", "nobody"), 6),
        (HEAD + BODY + "combines: [baseline,\n  theirs]\n", 8),
        (HEAD + BODY + "combines: [mine]\n", 7),
        (HEAD + BODY + "response: ours\n", 7),
        (HEAD + BODY + "target: clean\n", 7),
        (HEAD + "controls:\n- measures: [industry.MAGIC]\n  application: 1\n  source: airshed\n", 5),
        (HEAD + "controls:\n- measures: [industry.CLOTH]\n  application: 2\n  source: airshed\n", 6),
        (HEAD + BODY + "title: Again\n", 7),
        ("- name: mine\n", 0),
        (HEAD + "title_ko: " + "[" * 90 + "]" * 90, 4),
        (HEAD + "title_ko: " + "[" * 2000 + "]" * 2000, 0),
        (HEAD + "title_ko: " + "9" * 5000 + "\n", 4),
        (HEAD + BODY + "    hold: 2015-02-30\n", 7),
    ],
)
def test_a_wrong_scenario_is_a_finding_in_the_words_of_its_use(small_copy, text, line):
    written(small_copy, text)
    items = check_whole(small_copy).findings
    assert [(item.code, item.file, item.row) for item in items] == [("AS130", "scenarios/mine.yaml", line)]
    if "response" not in text and "target" not in text:
        assert f"{items[0].message}. {items[0].remedy}" == as_used(small_copy)


def test_all_that_is_wrong_is_found_in_all_files(small_copy):
    written(small_copy, HEAD + BODY.replace("0.5", "-1") + "colour: red\n")
    written(small_copy, HEAD.replace("mine", "other") + BODY + "size: 3\n", "other.yml")
    assert sorted(found(small_copy)) == [
        ("AS130", "scenarios/mine.yaml", 5),
        ("AS130", "scenarios/mine.yaml", 7),
        ("AS130", "scenarios/other.yml", 7),
    ]


def test_two_files_of_one_name_are_refused_in_use_and_found(small_copy):
    written(small_copy, HEAD + BODY)
    written(small_copy, HEAD + BODY, "mine.yml")
    assert found(small_copy) == [("AS130", "scenarios/mine.yml", 1)]
    told = "scenarios/mine.yaml and scenarios/mine.yml both give the scenario mine. keep one, or give it another name"
    assert as_used(small_copy) == as_used(small_copy, "baseline") == told


def test_a_scenario_file_is_bounded(small_copy):
    written(small_copy, HEAD + "#" * LARGEST_SCENARIO)
    items = check_whole(small_copy).findings
    assert [item.message for item in items] == ["mine.yaml has more than 1 MB"]


def test_scenarios_are_read_where_the_tables_are_broken(small_copy):
    written(small_copy, HEAD + BODY + "colour: red\n")
    (small_copy / "tables" / "areas.csv").write_text("", encoding="utf-8")
    assert sorted(found(small_copy)) == [("AS110", "tables/areas.csv", 0), ("AS130", "scenarios/mine.yaml", 7)]


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"baseline": {"history": "counted", "colour": "red"}}, 4),
        ({"baseline": {"history": 7}}, 3),
        ({"baseline": {"years": [2015, 99999999]}}, 5),
        ({"baseline": {"years": [2015, 2010]}}, 3),
        ({"baseline": {"years": [2012, 2013]}}, 2),
        ({"baseline": {"national": {"CCC": "counted"}}}, 4),
        ({"baseline": {"grow_like": {"PM2.5": "dust"}}}, 4),
        ({"baseline": {"sector_grows_like": {"industry": "magic"}}}, 4),
        ({"baseline": {"province_shares": {"BBB": {"inventory": "counted", "year": 2015}}}}, 4),
        ({"transport": {"relation": "other"}}, 3),
        (
            {"transport": {"rebase": [{"block": "BLOCK_C", "pollutant": "NH3", "inventory": "counted", "year": 2015}]}},
            5,
        ),
        ({"transport": {"rebase": [{"block": "BLOCK_A"}]}}, 4),
        ({"transport": {"rebase": {"block": "BLOCK_A"}}}, 3),
        ({"hindcast": {"first_year": "soon"}}, 3),
        ({"baseline": {"reported": {"CCC": "counted"}}}, 4),
        ({"baseline": {"reported": ["AAA"]}}, 3),
        ({"hindcast": {"reported": {"AAA": "counted"}}}, 3),
    ],
    ids=str,
)
def test_a_wrong_rule_is_a_finding_in_the_words_of_its_use(small_copy, rules, line):
    ruled(small_copy, **rules)
    items = [item for item in check_whole(small_copy).findings if item.code == "AS131"]
    assert items, check_whole(small_copy).findings
    assert [(item.file, item.row) for item in items][:1] == [("datapackage.json", line)]
    if "reported" not in str(rules):
        with pytest.raises(AirshedError) as told:
            airshed.assess(airshed.open_pack(small_copy), airshed.Question(year=2015))
        assert str(told.value) == f"{items[0].message}. {items[0].remedy}"


def test_an_unknown_inventory_is_found_once(small_copy):
    ruled(small_copy, baseline={"history": "guessed"})
    assert [code for code, _, _ in found(small_copy)] == ["AS386"]


def test_what_an_answer_would_say_is_told_in_the_language_of_the_call(small_copy, cli):
    written(small_copy, HEAD + BODY + "colour: red\n")
    code, out, _ = cli("--lang", "ko", "pack", "check", small_copy, "--format", "json")
    assert code == 3
    (item,) = json.loads(out)
    assert "there is no such key" not in item["message"] and "colour" in item["message"]
    assert not item["remedy"].isascii()


def test_published_results_stand_beside_the_base_year_whatever_year_is_asked(tmp_path):
    small = airshed.open_pack(write_grown(tmp_path / "grown"))
    parts = ("validation", "left_out", "left_out_places")
    one, other = (airshed.assess(small, airshed.Question(year=year, samples=50), parts=parts) for year in (2015, 2020))
    for name in parts:
        assert one[name].identical(other[name]), name
