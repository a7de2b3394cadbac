"""Published and hand-calculated numbers: closure of TM5-FASST, its linear effects, GEMM deaths of China."""

import numpy as np
import pytest

from airshed.impacts.mortality import attributable_deaths, band_deaths, gemm_bands
from airshed.transport.tm5fasst import closure, read_blocks


@pytest.fixture(scope="module")
def ratios(pack):
    table = closure(pack, "tm5fasst")
    return table.set_index(["receptor", "species"])["ratio"]


@pytest.mark.parametrize(
    ("species", "low", "high"),
    [
        ("BC", 0.75, 1.10),
        ("POM", 0.75, 1.10),
        ("SO4+NO3+NH4", 0.75, 1.25),
        ("NO3", 1.5, 4.9),
        ("SO4", 0.44, 0.89),
    ],
)
def test_five_times_the_column_sums_over_the_base(ratios, species, low, high):
    """The sum of the ions closes, single ions do not: 20 % cuts are carried on over a chemistry that is not linear."""
    found = ratios.xs(species, level="species")
    assert len(found) == 6
    assert found.min() >= low and found.max() <= high


def test_linear_effects_of_the_model_before_the_urban_increment(pack):
    """The full linear effect of every source on every receptor, as derived with the coefficients, to 0.01 ug/m3."""
    blocks = read_blocks(pack, "tm5fasst")
    rows = pack.table("published_contributions")
    rows = rows[rows["study"] == "TM5-FASST linear full effect"]
    coefficients = pack.table("source_receptor")
    assert len(rows) >= 35
    for row in rows.to_dict("records"):
        source = {"SHIP": "TM5_SHIP", "AIR": "TM5_AIR"}.get(row["source_region"], row["source_region"])
        here = coefficients[
            (coefficients["source_block"] == source) & (coefficients["receptor_block"] == row["receptor"])
        ].drop_duplicates("precursor")
        base = dict(zip(here["precursor"], here["base_emission"], strict=True))
        if source in ("TM5_COR", "TM5_MON"):
            base.pop("NH3")
        effect = sum(
            float(blocks.per_emission.sel(precursor=name, source=source, receptor=row["receptor"], species=species))
            * amount
            for name, amount in base.items()
            for species in ("SO4", "NO3", "NH4")
        )
        increments = pack.table("source_receptor_base").set_index(["block", "quantity", "item"])["value"]
        for name, species in (("BC", "BC"), ("OM", "POM")):
            factor = increments[row["receptor"], "urban_increment", species]
            cell = blocks.per_emission.sel(precursor=name, source=source, receptor=row["receptor"], species=species)
            effect += float(cell) * base[name] / factor
        if source in ("TM5_COR", "TM5_MON") or source == "TM5_SHIP":
            ammonia = coefficients[
                (coefficients["source_block"] == source)
                & (coefficients["receptor_block"] == row["receptor"])
                & (coefficients["precursor"] == "NH3")
            ]
            effect += 5 * ammonia["coefficient"].sum()
        assert effect == pytest.approx(row["central"], abs=0.0101), (source, row["receptor"])


@pytest.mark.parametrize(("all_age", "millions"), [(False, 2.28), (True, 2.49)])
def test_deaths_of_china_at_a_uniform_level(pack, all_age, millions):
    """China at a uniform 45.9 ug/m3, NCD+LRI: 2.28 million by age, 2.49 million with the all-age row."""
    bands = gemm_bands(pack, all_age=all_age)
    deaths = band_deaths(pack, ["CHN"], np.array([1374620000.0]), 2015, "NCD+LRI", bands)
    assert attributable_deaths(np.array([45.9]), deaths, bands)[0] / 1e6 == pytest.approx(millions, abs=0.005)


@pytest.mark.parametrize(("nation", "lost"), [("CHN", 0.33), ("KOR", 0.40), ("JPN", 0.59)])
def test_deaths_lost_if_the_open_band_is_read_too_narrowly(pack, nation, lost):
    """Leaving out 80-84, 85-89, 90-94 and 95+ loses 33 % of the deaths in China, 40 % in Korea, 59 % in Japan."""
    bands = gemm_bands(pack)
    deaths = band_deaths(pack, [nation], np.array([1e8]), 2015, "NCD+LRI", bands)
    every = attributable_deaths(np.array([45.9]), deaths, bands)[0]
    deaths[:, bands.ages.index("80+")] = 0.0
    assert 1 - attributable_deaths(np.array([45.9]), deaths, bands)[0] / every == pytest.approx(lost, abs=0.02)


def test_emissions_of_china_above_ninety_percent_of_the_six_nations(assessment, pack):
    """The study: over 90 % of the emissions of Northeast Asia come from China. Here for its main pollutants in 2015."""
    from airshed.emissions.table import emission_table

    six = ["CHN", "KOR", "PRK", "JPN", "MNG", "TWN"]
    rows = emission_table(pack, regions=six, by=["country"], years=[2015], pollutants=["PM2.5", "SO2", "PM10"])
    china = rows[rows["region"] == "CHN"].set_index("pollutant")["share_percent"]
    assert (china > 90).all()
