"""What a pack answers with where a question names nothing: years, targets and places that are its own."""

import csv
import json

import pytest

import airshed
from airshed.answers.words import Words, target_name
from airshed.assessment.chain.chain import latest_year, years_ahead
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.members.schedule import target_limits
from airshed.impacts.valuation import incomes
from airshed.pack.defaults import lead_cities, named_targets, schedule_targets, shown_cities, target_or_usual
from airshed.pack.defaults import usual_target as usual
from airshed.pack.errors import AirshedError, MissingTableError
from support.small import write_grown
from support.variant import opened_variant, small_variant


def stated(folder, **defaults):
    """Write what datapackage.json of a folder states as defaults, and open the pack."""
    path = folder / "datapackage.json"
    full = {**json.loads(path.read_text(encoding="utf-8")), "defaults": defaults}
    path.write_text(json.dumps(full), encoding="utf-8")
    return airshed.open_pack(folder)


def level(name, limit, **row):
    return {
        "scope": "Union",
        "standard": "Union limits 2019",
        "pollutant": "PM2.5",
        "averaging": "annual",
        "level": name,
        "target": f"union-{name}",
        "limit": limit,
        "unit": "ug/m3",
        **row,
    }


def of_union(rows):
    rows["standards"] = [level("strict", 12), level("mild", 30), level("AQG", 0.02, unit="mg/m3", target="union-best")]


def towns(rows):
    """Four more cities of AA-2, the third without a role, in no order of size."""
    first = {**rows["receptors"][0], "roles": ""}
    rows["receptors"] = [
        {**first, "code": code, "name_en": code.title(), "population": people, "roles": role}
        for code, people, role in (
            ("ash", 100, "studied"),
            ("birch", 900, ""),
            ("cedar", 300, "studied seat"),
            ("dale", 800, ""),
        )
    ]


def test_the_latest_year_is_the_last_of_the_baseline_unless_the_pack_states_one(tmp_path):
    folder = write_grown(tmp_path / "pack")
    assert latest_year(airshed.open_pack(folder)) == 2020
    assert latest_year(stated(folder, latest_year=2017)) == 2017
    assert latest_year(stated(folder, latest_year=2040)) == 2020
    assert latest_year(stated(folder, latest_year=1999)) == 2010, "the first year, where all come after it"


def test_a_schedule_runs_to_the_latest_year_of_the_pack(tmp_path):
    """Observed to 2015; the baseline goes on by single years to 2020."""
    folder = write_grown(tmp_path / "pack")
    assert years_ahead(airshed.open_pack(folder)) == [2016, 2018, 2020]
    assert years_ahead(stated(folder, latest_year=2018)) == [2016, 2017, 2018]


def test_targets_go_by_the_names_of_the_pack(tmp_path):
    pack = opened_variant(tmp_path / "pack", of_union)
    assert [(item.name, item.limit) for item in named_targets(pack).values()] == [
        ("union-strict", 12.0),
        ("union-mild", 30.0),
        ("union-best", pytest.approx(20.0)),
    ]
    assert resolve_target(pack, "union-best", ["port", "BBB"], 2015).tolist() == pytest.approx([20.0, 20.0])
    with pytest.raises(AirshedError, match="the target who-it2 is not known") as refused:
        resolve_target(pack, "who-it2", ["port"], 2015)
    assert refused.value.remedy.startswith("use union-strict, union-mild, union-best, national, a number")
    words = Words(pack, "en", lambda text: text)
    assert target_name("union-mild", words) == "Union 2019 mild"
    assert target_name("union-best", words) == "Union 2019 guideline"


def test_a_pack_that_states_no_target_takes_the_first_that_it_names(tmp_path):
    folder = small_variant(tmp_path / "pack", of_union)
    pack = airshed.open_pack(folder)
    assert usual(pack) == usual(pack, "plan_target") == usual(pack, "game_target") == "union-strict"
    assert list(target_limits(pack, None, 2015)) == ["union-mild", "union-best", "union-strict"], "the mildest first"
    pack = stated(folder, target="union-mild", game_target="national", schedule_targets=["union-best"])
    assert [usual(pack), usual(pack, "plan_target"), usual(pack, "game_target")] == [
        "union-mild",
        "union-mild",
        "national",
    ]
    assert schedule_targets(pack) == ("union-best",) and target_or_usual(pack, "33") == "33"


def test_a_pack_without_names_takes_the_national_standards_and_without_standards_none(tmp_path):
    def other(rows):
        rows["standards"][0].update(target="", standard="Union limits")

    unnamed = opened_variant(tmp_path / "a", other)
    assert usual(unnamed) == "national"
    without = opened_variant(tmp_path / "b", lambda rows: rows.update(standards=[]))
    assert usual(without) is None
    with pytest.raises(MissingTableError):
        target_or_usual(without, None)
    with pytest.raises(MissingTableError):
        resolve_target(without, "who-it2", ["port"], 2015)


def test_a_pack_without_roles_shows_its_largest_cities(tmp_path):
    folder = small_variant(tmp_path / "pack", towns)
    pack = airshed.open_pack(folder)
    assert lead_cities(pack) == ["birch", "dale", "cedar"]
    assert lead_cities(pack, ["cedar", "ash"]) == ["cedar", "ash"]
    assert shown_cities(pack) == ["ash", "birch", "cedar", "dale"]
    pack = stated(folder, lead_role="seat", shown_roles=["studied"])
    assert lead_cities(pack) == ["cedar"] and shown_cities(pack) == ["ash", "cedar"]
    assert lead_cities(pack, ["ash", "dale"]) == ["dale", "ash"], "no city with the role among them"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"latest_year": "soon"}, "defaults, latest_year"),
        ({"lead_rôle": "capital"}, "defaults, lead_rôle"),
        ({"target": "who-it2"}, "defaults, target: no target of the pack is named who-it2"),
        ({"schedule_targets": ["who-2005", "who-it9"]}, "no target of the pack is named who-it9"),
        ({"lead_role": "seat"}, "defaults, lead_role: no role of the pack is named seat"),
        ({"places": ["AAA", "KR-11"]}, "defaults, places: no place of the pack is named KR-11"),
    ],
)
def test_a_wrong_default_is_found_with_its_line(small_copy, cli, rule, message):
    stated(small_copy, **rule)
    code, out, _ = cli("pack", "check", str(small_copy), "--format", "json")
    found = [item for item in json.loads(out) if item["code"] == "AS131"]
    assert code == 3 and len(found) == 1 and message in found[0]["message"]
    assert found[0]["file"] == "datapackage.json"


def test_the_income_of_a_nation_rests_on_the_estimate_that_the_pack_names(tmp_path):
    """BBB of 2 million people: 50 billion crowns at 5 a dollar are 5,000 USD a head, an eighth of the OECD's 40,000."""

    def estimated(rows):
        first = rows["economy"][0]
        rows["economy"] += [
            {**first, "code": "BBB", "indicator": "gni_lcu_south", "value": 50, "unit": "billion KRW"},
            {**first, "code": "BBB", "indicator": "exchange_rate", "value": 5, "unit": "KRW per USD"},
        ]

    folder = small_variant(tmp_path / "pack", estimated)
    assert not incomes(airshed.open_pack(folder), ["BBB"])["BBB"].ratio > 0
    assert incomes(stated(folder, income_estimate="gni_lcu_south"), ["BBB"])["BBB"].ratio == pytest.approx(0.125)


def test_a_hindcast_says_from_which_year_it_looks_back(small_copy, cli):
    """Observed in 2014 and 2015 only: the sentence says since 2014."""
    path = small_copy / "tables" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2013", "2014"), encoding="utf-8")
    code, _, err = cli("--pack", str(small_copy), "hindcast")
    assert code == 0 and "two observed years since 2014" in err and "2013" not in err


def test_a_pack_that_names_no_target_knows_those_of_who(small_copy):
    """Tables of standards that were written without names keep the names that WHO's levels are known by."""
    path = small_copy / "tables" / "standards.csv"
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert {row.pop("target") for row in rows} == {"who-2005", ""}
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    pack = airshed.open_pack(small_copy)
    assert list(named_targets(pack)) == ["who-2005"] and usual(pack) == "who-2005"
