"""The budget of a common body: keys against the tables of the pack, questions that cannot be answered."""

import pytest

from airshed.assessment.members.budget import BudgetTerms, budget, parse_years
from airshed.assessment.members.budget_files import Files
from airshed.assessment.members.budget_keys import exported_deaths, read_key
from airshed.emissions.table import emission_table
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import open_pack

NATIONS = ("CHN", "KOR", "JPN", "MNG", "TWN")
TOTAL = 5_000_000_00


def asked(codes=NATIONS, years=(2027,), **more):
    return BudgetTerms(members=tuple(codes), total=TOTAL, years=tuple(years), **more)


def column(answer, name):
    return dict(zip(answer.rows["member"], answer.rows[name], strict=True))


def printed(pack, indicator):
    rows = pack.table("economy")
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] == 2015)]
    return dict(zip(rows["code"], rows["value"], strict=True))


def counted(pack):
    rows = pack.table("populations")
    rows = rows[rows["series"] == "base"]
    return dict(zip(rows["region"], rows["value"], strict=True))


def test_keys_are_the_numbers_of_the_tables(pack):
    product, people = printed(pack, "gdp_usd"), counted(pack)
    for key, table in (("gdp", product), ("population", people), ("equal", dict.fromkeys(NATIONS, 1))):
        found = column(budget(pack, asked(key=key)), "assessed")
        whole = sum(table[code] for code in NATIONS)
        assert found == {code: pytest.approx(5e6 * table[code] / whole, abs=0.01) for code in NATIONS}
        assert round(sum(found.values()) * 100) == TOTAL


def test_emissions_are_those_of_the_emission_table(pack):
    rows = emission_table(pack, regions=NATIONS, by=["region"], pollutants=["SO2"], years=[2020])
    emitted = dict(zip(rows["region"], rows["value"], strict=True))
    answer = budget(pack, asked(key="emissions:SO2", key_year=2020))
    whole = sum(emitted.values())
    assert column(answer, "key_share") == {code: pytest.approx(emitted[code] / whole) for code in NATIONS}
    assert answer.key_year == 2020 and "reas32_ceds" in answer.rows["source"][0]


def test_a_mixed_key_lies_between_its_parts(pack):
    shares = {
        key: column(budget(pack, asked(key=key)), "key_share")
        for key in ("gdp", "population", "mixed:gdp=3,population=1")
    }
    for code in NATIONS:
        wanted = 0.75 * shares["gdp"][code] + 0.25 * shares["population"][code]
        assert shares["mixed:gdp=3,population=1"][code] == pytest.approx(wanted)


def test_the_un_scale_by_hand(pack):
    """Income per head below the mean of all lowers the share by 0.8 times the gap; who is above bears it."""
    product, people = printed(pack, "gdp_usd"), counted(pack)
    whole = sum(product[code] for code in NATIONS)
    mean = whole / sum(people[code] for code in NATIONS)
    heads = {code: product[code] / people[code] for code in NATIONS}
    kept = {code: 1 - 0.8 * max(0, 1 - heads[code] / mean) for code in NATIONS}
    low = [code for code in NATIONS if heads[code] < mean]
    assert low == ["CHN", "MNG"]
    moved = sum(product[code] * (1 - kept[code]) for code in low)
    bearing = sum(product[code] for code in NATIONS if code not in low)
    wanted = {
        code: 5e6 * product[code] * (kept[code] if code in low else 1 + moved / bearing) / whole for code in NATIONS
    }
    free = budget(pack, asked(key="un-scale", ceiling=1))
    assert column(free, "assessed") == {code: pytest.approx(wanted[code], abs=0.011) for code in NATIONS}
    bound = budget(pack, asked(key="un-scale"))
    assert column(bound, "assessed") == {**dict.fromkeys(NATIONS, 1_100_000.0), "MNG": 600_000.0}
    assert "because of the ceiling of others" in column(bound, "note")["MNG"]
    assert bound.rows["source"].str.contains("un_res_73_271").all()


def test_who_has_no_gdp_is_named_or_put_at_the_floor(pack):
    with pytest.raises(AirshedError, match="no GDP of PRK") as refused:
        budget(pack, asked([*NATIONS, "PRK"], key="gdp"))
    assert "--missing floor" in refused.value.remedy
    with pytest.raises(AirshedError, match="no GDP per head of PRK"):
        budget(pack, asked([*NATIONS, "PRK"], gradient=0.5))
    answer = budget(pack, asked([*NATIONS, "PRK"], key="gdp", floor=0.002, missing_at_floor=True))
    assert column(answer, "assessed")["PRK"] == 10_000
    assert column(answer, "note")["PRK"] == "no GDP in the pack, so put at the floor"
    nothing = budget(pack, asked(["KOR", "JPN", "PRK"], key="gdp", missing_at_floor=True))
    assert column(nothing, "total")["PRK"] == 0


def test_regions_and_groups_are_the_sums_of_their_regions(pack):
    product, people = printed(pack, "gdp_usd"), counted(pack)
    parts = {"JJJ": ["CN-BJ", "CN-TJ", "CN-HE"], "CN-SD": ["CN-SD"]}
    for key, table in (("gdp", product), ("population", people)):
        found = column(budget(pack, asked(["JJJ", "CN-SD"], key=key)), "key_share")
        sums = {code: sum(table[region] for region in held) for code, held in parts.items()}
        assert found == {code: pytest.approx(number / sum(sums.values())) for code, number in sums.items()}


def test_exported_deaths_add_up_over_a_nation_and_its_neighbours(pack):
    """What a nation exports is what its regions export, less what these give each other: so it is no more."""
    found = exported_deaths(pack, ["KOR", "CHN", "JJJ"], 2015)
    alone = exported_deaths(pack, members(pack, "JJJ"), 2015)
    assert 0 < found["KOR"] < found["CHN"]
    assert found["JJJ"] < sum(alone.values())
    shares = read_key(pack, "exported", ["KOR", "CHN"], 2015).shares
    assert float(shares["KOR"]) == pytest.approx(found["KOR"] / (found["KOR"] + found["CHN"]))


def test_exported_deaths_of_the_small_airshed_by_another_way(small_folder):
    """A member that emits a ten-thousandth less saves, by the whole chain, that part of the deaths that it exports."""
    from airshed.assessment.chain.chain import prepare

    pack = open_pack(small_folder)
    found = exported_deaths(pack, ["AAA", "BBB"], 2015)
    chain = prepare(pack, 2015)
    emissions = chain.emissions()
    _, deaths = chain.evaluate(emissions)
    step = 1e-4
    for code, away in (("AAA", ["BBB"]), ("BBB", ["AA-1", "AA-2"])):
        less = emissions.copy(deep=True)
        held = [region in members(pack, code) for region in emissions["region"].to_numpy()]
        less[{"region": held}] = less[{"region": held}] * (1 - step)
        _, fewer = chain.evaluate(less)
        saved = float((deaths - fewer).sel(region=away).sum()) / step
        assert found[code] == pytest.approx(saved, rel=1e-3)


def test_years_follow_each_other():
    assert parse_years("2027") == (2027,) and parse_years("2027-2029") == (2027, 2028, 2029)
    for text in ("27", "2029-2027", "2027-", "2027,2028", "x", "2027-9999"):
        with pytest.raises(AirshedError, match="parameter years cannot be"):
            parse_years(text)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (asked(["CHN", "XYZ"]), "the region XYZ is not known"),
        (asked(["CHN", "KOR", "CN-BJ"]), "CHN and CN-BJ overlap"),
        (asked(["CHN"]), "at least two members"),
        (asked(["CHN", "CHN"]), "the member CHN is named twice"),
        (asked(key="wealth"), "the key wealth cannot be read"),
        (asked(key="emissions"), "the key emissions cannot be read"),
        (asked(key="mixed:gdp=0.5,gdp=0.5"), "names a part twice"),
        (asked(key="mixed:gdp=-1,population=1"), "cannot be read"),
        (asked(key="mixed:gdp,population"), "cannot be read"),
        (asked(key="emissions:SOX"), "the pollutant SOX is not known"),
        (asked(key="emissions:SO2", key_year=2060), "has no year 2060"),
        (asked(["PRK", "KR-50"], key="un-scale"), "no GDP of any member"),
        (asked(floor=0.25), "floors of 5 members add up to 1.25"),
        (asked(ceiling=0.15), "add up to 0.75 of the budget, less"),
        (asked(gradient=0.5, threshold=1e6), "every member has an income per head below 1e\\+06"),
        (asked(threshold=1e4), "a threshold does nothing without a discount"),
        (asked(penalty=0.1), "a penalty or bonus needs scores"),
        (asked(growth=-1, years=(2027, 2028)), "growth cannot be -1"),
        (asked(growth=float("nan")), "growth cannot be nan"),
        (asked(floor=float("nan")), "the floor nan is not a number"),
    ],
)
def test_questions_that_make_no_sense_are_refused(pack, question, words):
    with pytest.raises(AirshedError, match=words) as refused:
        budget(pack, question)
    assert refused.value.remedy


def test_a_total_of_nothing_is_refused(pack):
    with pytest.raises(AirshedError, match="not above 0"):
        budget(pack, BudgetTerms(("CHN", "KOR"), 0, (2027,)))


def test_a_pack_without_the_tables_says_what_it_lacks(small_folder):
    pack = open_pack(small_folder)
    found = column(budget(pack, asked(["AAA", "BBB"])), "assessed")
    assert found == {"AAA": 3_333_333.33, "BBB": 1_666_666.67}
    for key, words in (("gdp", "gdp_usd of 2015"), ("un-scale", "gdp_usd of 2015")):
        with pytest.raises(MissingTableError, match=words):
            budget(pack, asked(["AAA", "BBB"], key=key))


HEADERS = {"scores": "member,year,score", "special": "member,year,amount,purpose", "paid": "member,year,amount"}


@pytest.mark.parametrize(
    ("kind", "lines", "words"),
    [
        ("scores", ["CHN,2027,0.5", "PRK,2027,1"], "line 3: 'PRK' is not a member"),
        ("scores", ["CHN,2027,1.5"], "line 2: the score '1.5' is not a share"),
        ("scores", ["CHN,2027,nan"], "line 2: the score 'nan' is not a share"),
        ("scores", ["CHN,2027,"], "line 2: the score '' is not a share"),
        ("scores", ["CHN,2026,1"], "line 2: the year 2026 is outside the budget"),
        ("scores", ["CHN,soon,1"], "line 2: the year 'soon' is not a year"),
        ("scores", ["CHN,2027,1", "", "CHN,2027,1"], "line 4: CHN 2027 is named again, first in line 2"),
        ("special", ["CHN,2027,-1,"], "line 2: the amount -1 is negative"),
        ("special", ["CHN,2027,NaN,"], "line 2: the amount NaN is not a number"),
        ("special", ["CHN,2027,1.001,"], "line 2: the amount 1.001 has parts of a cent"),
        ("special", ["CHN,2027,1,x", "CHN,2027,1,y", "CHN,2027,2,x"], "line 4: CHN 2027 x is named again"),
        ("paid", ["CHN,2027,1", "CHN,2027,1"], "line 3: CHN 2027 is named again"),
        ("paid", ["CHN,,1"], "line 2: the year '' is not a year"),
        ("paid", ["CHN"], "line 2: the line has 1 columns, the header has 3"),
        ("paid", ["CHN,2027,1,5"], "line 2: the line has 4 columns, the header has 3"),
        ("scores", ["CHN,2027,0_5"], "line 2: the score '0_5' is not a share"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(pack, tmp_path, kind, lines, words):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([HEADERS[kind], *lines]) + "\n", encoding="utf-8")
    with pytest.raises(AirshedError, match=words) as refused:
        budget(pack, asked(penalty=0.1, files=Files(**{"scores": None, kind: path})))
    assert refused.value.remedy


def test_files_that_are_no_tables_are_refused(pack, tmp_path):
    path = tmp_path / "table.csv"
    for content, words in (
        (b"member,year\n", "lacks a column"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"", "lacks a column"),
    ):
        path.write_bytes(content)
        with pytest.raises(AirshedError, match=words):
            budget(pack, asked(files=Files(paid=path)))
    with pytest.raises(AirshedError, match="cannot be read"):
        budget(pack, asked(files=Files(paid=tmp_path / "none.csv")))


def test_scores_without_a_rate_are_refused(pack, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("member,year,score\nCHN,2027,0.5\n", encoding="utf-8")
    with pytest.raises(AirshedError, match="without a rate"):
        budget(pack, asked(files=Files(scores=path)))
