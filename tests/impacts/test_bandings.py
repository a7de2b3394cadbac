"""Deaths by other age bands: the built-in tables in the bandings met in practice, nation by nation, by brute force."""

import math

import numpy as np
import pandas as pd
import pytest

import airshed
from airshed.assessment.lives.health import health
from airshed.impacts.mortality import attributable_deaths, band_deaths, gemm_bands, split_bands
from airshed.pack.ages import age_span, holds
from airshed.pack.checks.ages import check_deaths
from airshed.pack.codes import country_of
from airshed.pack.errors import AirshedError
from support.small import write_grown
from support.variant import with_tables

FIVE = [f"{age}-{age + 4}" for age in range(0, 95, 5)] + ["95+"]
CHILDREN = ["<1", "1-4"]
BANDINGS = {
    "5 years": FIVE,
    "5 years, other words": [word.replace("-", "–").replace("95+", "95 and over") for word in FIVE],
    "<1, 1-4": [*CHILDREN, *FIVE[1:]],
    "100+": [*FIVE[:-1], "95-99", "100+"],
    "90+": [*FIVE[:18], "90 plus"],
    "85+": [*FIVE[:17], "85+"],
    "<1, 1-4, >=85": [*CHILDREN, *FIVE[1:17], ">=85"],
    "80+": [*FIVE[:16], "80+"],
    "75+": [*FIVE[:15], "75+"],
    "10 years": [f"{age}-{age + 9}" for age in range(0, 90, 10)] + ["90+"],
    "10 years from 5": ["<1", "01-04", *(f"{age}-{age + 9}" for age in range(5, 85, 10)), "85+"],
    "65+": [*FIVE[:13], "65+"],
}
COARSE = {"75+", "10 years", "10 years from 5", "65+"}
"""Bandings that reach over borders of GEMM, 25-29 to 75-79 and 80+; the last too far."""
GROUPS = (["JPN"], ["KOR"], ["CHN", "JPN"], ["CHN", "KOR", "JPN", "PRK", "MNG", "TWN"])
LEVEL = {"CHN": 48.1, "KOR": 24.1, "JPN": 10.2, "PRK": 20.5, "MNG": 58.8, "TWN": 21.1}
FINE_PARTS = {"<1": 0.2, "1-4": 0.8, "01-04": 0.8, "95-99": 0.9, "100+": 0.1}


@pytest.fixture(scope="module")
def cells(pack):
    """Shares and rates of every nation in 2015 by the five-year bands of the built-in tables."""
    ages, rates = pack.table("ages"), pack.table("mortality")
    ages = ages[ages["year"] == 2015]
    rates = rates[(rates["year"] == 2015) & (rates["cause"] == "NCD+LRI")]
    return {
        nation: (
            ages[ages["region"] == nation].set_index("age")["value"].to_dict(),
            rates[rates["region"] == nation].set_index("age")["value"].to_dict(),
        )
        for nation in LEVEL
    }


def fives(word):
    """Return the five-year bands that a band holds, or the one that it is a part of."""
    return [five for five in FIVE if holds(age_span(word), age_span(five))] or [
        five for five in FIVE if holds(age_span(five), age_span(word))
    ]


def rebanded(words, share, rate):
    """Return people and people-weighted rates by other bands; a part of a five-year band has its rate."""
    people = {word: FINE_PARTS.get(word, 1.0) * sum(share[five] for five in fives(word)) for word in words}
    deaths = {
        word: sum(share[five] * rate[five] for five in fives(word)) / sum(share[five] for five in fives(word))
        for word in words
    }
    return people, deaths


def rows_of(table, nation, values, cause=""):
    unit = "1" if table == "ages" else "deaths/100000/yr"
    more = {"cause": cause} if cause else {}
    return [
        {"region": nation, "age": age, "year": 2015, "value": value, "unit": unit, "source": "x", "note": "", **more}
        for age, value in values.items()
    ]


def made(pack, cells, words, nations, shape):
    """Return the pack with the rates, the people or both of some nations by other bands."""
    tables = {"ages": [], "mortality": []}
    for nation, (share, rate) in cells.items():
        people, deaths = rebanded(words, share, rate)
        other = nation in nations
        tables["ages"] += rows_of("ages", nation, people if other and shape != "rates" else share)
        tables["mortality"] += rows_of("mortality", nation, deaths if other and shape != "people" else rate, "NCD+LRI")
    return with_tables(pack, **{name: pd.DataFrame(rows) for name, rows in tables.items()})


def by_hand(pack, cells, words, nation, shape, level=None):
    """Return the deaths per person: each five-year band at the rate and at the GEMM parameters that hold in it.

    level : PM2.5, ug/m3; that of the nation if not given
    """
    parameters = pack.table("responses_gemm").query("cause == 'NCD+LRI'").set_index("age")
    share, rate = cells[nation]
    total = 0.0
    for five in FIVE[5:]:
        row = parameters.loc[five if five in parameters.index else "80+"]
        own = rate[five]
        if shape != "people":
            wide = next(word for word in words if five in fives(word))
            own = rebanded(words, share, rate)[1][wide]
        z = (LEVEL[nation] if level is None else level) - 2.4
        risk = math.exp(row["theta"] * math.log(z / row["alpha"] + 1) / (1 + math.exp(-(z - row["mu"]) / row["nu"])))
        total += share[five] * own / 1e5 * (1 - 1 / risk)
    return total


def refused(name, shape):
    """Say whether the deaths cannot be known: people across a border, rates finer than people, too wide a rate."""
    return (
        name == "65+"
        or (shape != "rates" and name in COARSE)
        or (shape == "people" and name in ("80+", "85+", "90+", "<1, 1-4, >=85"))
    )


def found_in(pack):
    numbers = {name: pack.table(name) for name in ("ages", "mortality", "responses_gemm")}
    texts = {name: frame.assign(_file=name, _line=range(2, len(frame) + 2)) for name, frame in numbers.items()}
    return check_deaths(texts, numbers)


@pytest.mark.parametrize("name", list(BANDINGS))
@pytest.mark.parametrize("shape", ["rates", "people", "both"])
def test_every_banding_gives_the_deaths_or_says_why_not(pack, cells, name, shape):
    """12 bandings, 4 groups of nations, 3 shapes: 144 packs."""
    words = BANDINGS[name]
    for nations in GROUPS:
        other = made(pack, cells, words, nations, shape)
        bands = gemm_bands(other)
        found = found_in(other)
        for nation in LEVEL:
            changed = nation in nations
            if changed and refused(name, shape):
                with pytest.raises(AirshedError, match=nation) as error:
                    band_deaths(other, [nation], np.array([1.0]), 2015, "NCD+LRI", bands)
                assert error.value.message in {item.message for item in found if item.severity == "error"}
                continue
            deaths = band_deaths(other, [nation], np.array([1.0]), 2015, "NCD+LRI", bands)
            expected = by_hand(pack, cells, words if changed else FIVE, nation, shape)
            assert attributable_deaths(np.array([LEVEL[nation]]), deaths, bands)[0] == pytest.approx(
                expected, rel=1e-12
            )
            divided = changed and name in COARSE
            assert (nation in split_bands(other, [nation], 2015, "NCD+LRI", bands)) == divided
            assert any(item.code == "AS376" and nation in item.message for item in found) == divided


def test_85_and_over_gives_the_deaths_of_the_five_year_bands(pack, cells, assessment):
    """The rate of 85+ times its people is the sum of its bands, all under 80+ of GEMM: not one death moves in 2015.

    The deaths are those of every region by hand, each band at the exposure of the region.
    """
    mortality, ages = pack.table("mortality"), pack.table("ages")
    old = mortality["age"].isin(["85-89", "90-94", "95+"])
    share = ages.set_index(["region", "year", "age"])["value"]
    rows = mortality[old].assign(
        people=[share[key] for key in mortality.loc[old, ["region", "year", "age"]].itertuples(index=False, name=None)]
    )
    rows = rows.assign(value=rows["value"] * rows["people"])
    kept = [column for column in mortality if column not in ("age", "value")]
    joined = rows.groupby(kept, sort=False)[["value", "people"]].sum().reset_index()
    joined = joined.assign(age="85+", value=joined["value"] / joined["people"]).drop(columns="people")
    other = with_tables(pack, mortality=pd.concat([mortality[~old], joined], ignore_index=True))
    found = health(other, assessment, ["JPN", "KOR", "CHN"], by="age")
    deaths = found[found["age"] == "sum"].set_index("region")["value"]
    home, exposed = country_of(pack), assessment["health"]
    for nation in ("JPN", "KOR", "CHN"):
        whole = sum(
            float(exposed["population"].sel(region=code))
            * by_hand(pack, cells, FIVE, nation, "rates", float(exposed["exposure"].sel(region=code)))
            for code in exposed["region"].to_numpy()
            if home[code] == nation
        )
        assert deaths[nation] == pytest.approx(whole, rel=1e-9)
    assert not found["note"].str.contains("divided").any()


def test_nations_of_other_years_and_open_bands_keep_their_deaths(pack, cells):
    """Japan by 85+ in 2010 and 2020, Korea by 5 years in 2015 alone: each between its own years, none lost."""
    share, rate = cells["JPN"]
    wide = rebanded(BANDINGS["85+"], share, rate)[1]
    rows = [
        {**row, "year": year, "value": factor * row["value"]}
        for year, factor in ((2010, 1.2), (2020, 0.8))
        for row in rows_of("mortality", "JPN", wide, "NCD+LRI")
    ]
    rows += rows_of("mortality", "KOR", cells["KOR"][1], "NCD+LRI")
    other = with_tables(pack, mortality=pd.DataFrame(rows))
    bands, persons = gemm_bands(other), np.array([1.0, 1.0])
    deaths = band_deaths(other, ["KOR", "JPN"], persons, 2015, "NCD+LRI", bands)
    levels = np.array([LEVEL["KOR"], LEVEL["JPN"]])
    expected = [by_hand(pack, cells, FIVE, "KOR", "people"), by_hand(pack, cells, BANDINGS["85+"], "JPN", "rates")]
    assert attributable_deaths(levels, deaths, bands) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(AirshedError, match=r"mortality of KOR has no year 2018\. it covers 2015 to 2015"):
        band_deaths(other, ["KOR", "JPN"], persons, 2018, "NCD+LRI", bands)


def test_a_divided_band_is_said_in_the_note_of_its_nation(pack, assessment, cells):
    other = made(pack, cells, BANDINGS["75+"], ["JPN"], "rates")
    found = health(other, assessment, ["JPN", "KOR"], by="age")
    notes = found.groupby("region")["note"].agg(" ".join)
    assert "deaths of JPN at 75+ are divided among the bands of the response by people" in notes["JPN"]
    assert "divided" not in notes["KOR"]


def test_the_order_of_rows_never_matters(tmp_path):
    names = ("ages", "mortality", "responses_gemm", "populations", "regions", "receptors")
    pack = airshed.open_pack(write_grown(tmp_path / "pack"))
    shuffled = {name: pack.table(name).sample(frac=1, random_state=place) for place, name in enumerate(names)}
    other = with_tables(pack, **{name: rows.reset_index(drop=True) for name, rows in shuffled.items()})
    expected, found = (health(one, airshed.assess(one), by="age").set_index(["region", "age"]) for one in (pack, other))
    assert not shuffled["mortality"].index.is_monotonic_increasing
    for column in ("value", "low", "exposure", "population"):
        assert found[column].to_dict() == pytest.approx(expected[column].to_dict(), rel=1e-12, nan_ok=True)
