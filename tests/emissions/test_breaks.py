"""Changes across a change of method: what the command, the marks and the claims say of them."""

import json

import pytest

from airshed.assessment.evidence.claims import crossed_breaks
from airshed.emissions.breaks import crosses_break
from airshed.emissions.table import emission_table
from airshed.pack.expressions import parse
from airshed.pack.selection import Selection


def printed(pack, sector, pollutant, *years):
    rows = pack.table("emissions")
    here = (rows["inventory"] == "capss") & (rows["region"] == "KOR") & (rows["pollutant"] == pollutant)
    values = rows[here & (rows["sector"] == sector)].groupby("year")["value"].sum()
    return [float(values[year]) for year in years]


def test_the_fall_of_2020_is_said_to_be_one_of_method(cli):
    asked = ("emissions", "--inventory", "capss", "--region", "KOR", "--years", "2019,2020", "--marks")
    code, out, _ = cli(*asked, "--format", "json")
    assert code == 0
    rows = {(row["sector"], row["pollutant"], row["year"]): row for row in json.loads(out)}
    row = rows["industry", "PM2.5", 2020]
    assert row["change_percent"] == pytest.approx(-75.5, abs=0.05)
    assert row["note"].startswith("not a change of emissions alone: the method changed in 2020")
    assert row["note"].endswith("chained over the change of method it is 0 %")
    assert row["mark"] == "" and rows["road", "PM2.5", 2020]["mark"] == "largest_cut"
    assert not crosses_break(rows["industry", "SO2", 2020]["note"])


def chained(note):
    """Return the change in percent that a note tells."""
    return float(note.rpartition("it is ")[2].removesuffix(" %"))


def test_the_total_is_chained_as_well(pack):
    """87.618 to 58.558 kt as printed; without the step of industry, 24.355 kt, the fall is 4.7 of 87.6 kt."""
    rows = emission_table(pack, inventory="capss", regions=["KOR"], pollutants=["PM2.5"], years=[2019, 2020])
    note = rows.set_index(["sector", "year"])["note"]["total", 2020]
    before, after = printed(pack, "total", "PM2.5", 2019, 2020)
    step = -sum(
        number * sign for number, sign in zip(printed(pack, "industry", "PM2.5", 2019, 2020), (1, -1), strict=True)
    )
    assert chained(note) == pytest.approx(100 * (after - before - step) / before, abs=0.05) and "holds a sector" in note


@pytest.mark.parametrize(("first", "last"), [(2018, 2021), (2006, 2021), (2006, 2010)])
def test_later_years_are_chained_by_hand(pack, first, last):
    years = list(range(first, last + 1))
    rows = emission_table(pack, inventory="capss", regions=["KOR"], pollutants=["PM10"], years=[first, last])
    note = rows.set_index(["sector", "year"])["note"]["industry", last]
    factor = 1.0
    values = printed(pack, "industry", "PM10", *years)
    for year, before, after in zip(years[1:], values, values[1:], strict=False):
        factor *= 1.0 if year in (2007, 2020) else after / before
    start, end = values[0], values[-1]
    steps = end - chained_end(values, years)
    assert chained(note) == pytest.approx(100 * (end - start - steps) / start, abs=0.5)
    assert chained_end(values, years) == pytest.approx(start * factor)


def chained_end(values, years):
    """Return the last value of a series whose steps of 2007 and 2020 are taken out one by one."""
    level = values[0]
    for year, before, after in zip(years[1:], values, values[1:], strict=False):
        level = level if year in (2007, 2020) else level * after / before
    return level


def test_years_on_one_side_of_the_break_say_nothing(pack):
    rows = emission_table(pack, inventory="capss", regions=["KOR"], pollutants=["PM2.5"], years=[2016, 2019])
    assert not rows["note"].map(crosses_break).any()


def test_the_baseline_is_chained_already_and_needs_no_note(pack):
    rows = emission_table(pack, regions=["KOR"], pollutants=["PM2.5"], years=[2019, 2020])
    row = rows.set_index(["sector", "year"]).loc[("industry", 2020)]
    assert row["change"] == pytest.approx(0.0, abs=1e-9) and not crosses_break(row["note"])


@pytest.mark.parametrize(
    ("before", "after", "sector", "found"),
    [
        (2019, 2021, "industry", [("capss", 2020)]),
        (2019, 2021, "total", [("capss", 2020)]),
        (2020, 2021, "industry", []),
        (2019, 2021, "road", []),
    ],
)
def test_a_claim_that_compares_across_a_break_says_so(pack, before, after, sector, found):
    cell = 'emissions(inventory="capss", region="KOR", sector="{}", category="{}", pollutant="PM2.5", year={})'
    category = {"industry": "생산공정", "total": "합계", "road": "도로이동오염원"}[sector]
    first, last = (cell.format(sector, category, year) for year in (before, after))
    assert crossed_breaks(parse(f"percent_change({first}, {last})"), Selection(pack.printed)) == found


def test_the_notes_are_told_in_korean_and_chinese(cli):
    for language, words in (("ko", "산정 방법이 바뀜"), ("zh", "核算方法有变")):
        asked = ("emissions", "--inventory", "capss", "--region", "KOR", "--pollutant", "PM2.5", "--years", "2019,2020")
        code, _, out = cli("--lang", language, *asked)
        assert (code == 0 and words in "".join(out.split())) or words.replace(" ", "") in "".join(out.split())
