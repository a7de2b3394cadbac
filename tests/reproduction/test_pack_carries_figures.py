"""The pack's tables hold the same facts as the collected figures: nothing lost, nothing added, every source kept."""

import csv
from collections import Counter

import pytest

from support.sources import COMPUTED, LEADS, MEASURED, PROVINCES, READ, SECOND, TARGETS, VEHICLES

pytestmark = pytest.mark.shared
RENAMED = {"SOx": "SO2", "VOC": "NMVOC"}


@pytest.fixture(scope="module")
def figure(shared):
    def read(name):
        with (shared / "figures" / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    return read


def emissions(pack, inventory):
    rows = pack.table("emissions")
    rows = rows[rows["inventory"] == inventory]
    keys = ("region", "sector", "category", "pollutant", "year", "value", "source")
    return Counter(zip(*(rows[key] for key in keys), strict=True))


def test_reas(pack, figure):
    wanted = Counter(
        (r["region"], r["sector"], r["sector_reas"], r["pollutant"], int(r["year"]), float(r["value"]), r["source"])
        for r in figure("emissions_reas.csv")
        if not r["region"].startswith("JPN-")
    )
    assert emissions(pack, "reas") == wanted


def test_capss(pack, figure):
    wanted = Counter(
        (
            r["region"],
            r["sector"],
            r["sector_capss_ko"],
            RENAMED.get(r["pollutant"], r["pollutant"]),
            int(r["year"]),
            float(r["value"]),
            r["source"],
        )
        for name in ("emissions_capss.csv", "emissions_capss_sido_2008.csv")
        for r in figure(name)
    )
    found = emissions(pack, "capss")
    assert Counter({row: count for row, count in found.items() if row[-1] != "capss_sido"}) == wanted


def test_capss_of_provinces_before_2008(pack, shared, figure):
    sectors = {row["sector_capss_ko"]: row["sector"] for row in figure("sector_map_capss.csv")}
    kept = {"PM10": "PM10", "SOx": "SO2", "NOx": "NOx", "VOC": "NMVOC", "NH3": "NH3"}
    path = shared / "data" / "inventories" / "capss_sido_category_1999_2008_kt.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["pollutant"] in kept]
    wanted = Counter(
        (
            row["region"],
            sectors[row["category_ko"]],
            row["category_ko"],
            kept[row["pollutant"]],
            year,
            float(row[str(year)]),
        )
        for row in rows
        for year in (1999, 2000, 2004, 2005, 2006, 2007)
        if row[str(year)] != ""
    )
    assert Counter(row[:-1] for row in emissions(pack, "capss").elements() if row[-1] == "capss_sido") == wanted


def test_mortality_and_ages(pack, figure):
    rows = pack.table("mortality")
    found = Counter(
        zip(rows["region"], rows["cause"], rows["age"], rows["year"], rows["value"], rows["source"], strict=True)
    )
    assert found == Counter(
        (r["region"], r["cause"], r["age_band"], int(r["year"]), float(r["rate"]), r["source"])
        for r in figure("baseline_mortality.csv")
    )
    rows = pack.table("ages")
    found = Counter(zip(rows["region"], rows["age"], rows["year"], rows["value"], strict=True))
    assert found == Counter(
        (r["region"], r["age_band"], int(r["year"]), float(r["share"])) for r in figure("age_structure.csv")
    )


def test_responses(pack, figure):
    rows = pack.table("responses_gemm")
    fields = ("theta", "theta_se", "alpha", "mu", "nu")
    found = {(r["cause"], r["age"]): [r[field] for field in fields] for r in rows.to_dict("records")}
    assert found == {
        (r["cause"], r["age_band"]): [float(r[field]) for field in fields] for r in figure("response_gemm.csv")
    }
    curves = pack.table("response_curves").groupby("set").size().to_dict()
    assert curves == {
        name: len(figure(f"response_{file}.csv"))
        for name, file in (("ier2015", "ier2015"), ("mrbrt2019", "mrbrt2019"), ("mrbrt2021", "mrbrt2021"))
    }


def test_curves_and_single_sets_hold_every_node(pack, figure):
    rows = pack.table("response_curves")
    keys = ("set", "cause", "age", "concentration", "relative_risk", "low", "high", "source", "note")
    found = Counter(zip(*(rows[key] for key in keys), strict=True))
    names = ("pm25_ugm3", "rr_mean", "rr_low", "rr_high")
    assert found == Counter(
        (name, r["cause"], r["age_band"], *(float(r[key]) for key in names), r["source"], r["note"])
        for name in ("ier2015", "mrbrt2019", "mrbrt2021")
        for r in figure(f"response_{name}.csv")
    )
    rows = pack.table("responses_ier")
    keys = ("cause", "age", "alpha", "beta", "delta", "counterfactual", "source", "note")
    found = Counter(zip(*(rows[key] for key in keys), strict=True))
    names = ("alpha", "beta", "delta", "zcf_ugm3")
    assert found == Counter(
        (r["cause"], r["age_band"], *(float(r[key]) for key in names), r["source"], r["note"])
        for r in figure("response_ier_single_set.csv")
    )


def test_economy(pack, figure):
    """GDP per head at market rates, the scale of 2019-2021 of the United Nations and series of provinces came later."""
    rows = pack.table("economy")
    rows = rows[~rows["source"].isin(PROVINCES)]
    later = (rows["indicator"] == "un_assessment") & (rows["year"] == 2019)
    rows = rows[(rows["indicator"] != "gdp_per_head_usd") & ~later]
    keys = ("code", "indicator", "year", "value", "unit", "vintage", "confidence", "source", "note")
    assert Counter(zip(*(rows[key] for key in keys), strict=True)) == Counter(
        tuple({"year": int, "value": float}.get(key, str)(r[key]) for key in keys) for r in figure("economy.csv")
    )


def test_source_receptor_coefficients(pack, figure):
    rows = pack.table("source_receptor")
    found = Counter(zip(rows["precursor"], rows["species"], rows["coefficient"], rows["base_emission"], strict=True))
    assert found == Counter(
        (r["precursor"], r["species"], float(r["coefficient_20pct"]), float(r["base_emission_kt"]))
        for r in figure("source_receptor_tm5fasst.csv")
    )


def test_second_batch_of_contributions(pack, shared):
    """Every printed number; North Chungcheong's domestic part is in the first batch, Ulaanbaatar has no number.

    The region's 66 percent in the episodes of Beijing stand in a note there.
    """
    with (shared / "data" / "anchors_second_batch.csv").open(encoding="utf-8", newline="") as handle:
        printed = [row for row in csv.DictReader(handle) if row["receptor"] not in ("KR-43", "ulaanbaatar")]
    wanted = Counter(
        (row["unit"], *(float(row[end]) if row[end] else None for end in ("low", "value", "high")), row["confidence"])
        for row in printed
    )
    wanted["percent", None, 66.0, None, "M"] += 1
    rows = pack.table("published_contributions")
    rows = rows[rows["source"].isin(SECOND) | rows["use"].eq("sector")]
    ends = ([None if value != value else float(value) for value in rows[end]] for end in ("low", "central", "high"))
    assert Counter(zip(rows["unit"], *ends, rows["confidence"], strict=True)) == wanted


SEASON_OF_MONTH = {"01": "season:DJF", "02": "season:DJF", "07": "season:JJA", "08": "season:JJA"}


def test_months_lie_in_the_season_they_are_marked_with(pack):
    """Rows printed for months are a season or a campaign, those for days an episode, the others speak of years."""
    for row in pack.table("published_contributions").to_dict("records"):
        words = row["period"].split("/")[0].split("-")
        if len(words) == 1 and words[0].isdigit():
            assert row["period_kind"] == "annual"
        elif len(words) == 2 and words[1] in SEASON_OF_MONTH and "campaign" not in row["quantity"]:
            assert row["period_kind"] == SEASON_OF_MONTH[words[1]]
        elif len(words) == 3:
            assert row["period_kind"] == "episode"


def test_every_study_of_a_period_is_marked(pack):
    """The rows that seasons and episodes are fitted to: which receptor, which part of the year, which share."""
    rows = pack.table("published_contributions")
    rows = rows[rows["use"] == "period"].fillna({"low": 0, "central": 0, "high": 0})
    found = {
        (r["study"], r["receptor"], r["period_kind"], r["low"], r["central"], r["high"])
        for r in rows.to_dict("records")
    }
    assert found == {
        ("GEOS-Chem zero-out study (2016)", "KOR", "season:DJF", 0, 0, 60),
        ("GEOS-Chem zero-out study (2016)", "KOR", "season:JJA", 0, 20, 0),
        ("NIER president statement", "KOR", "episode", 0, 70, 0),
        ("NIER episode analysis", "KOR", "episode", 69, 75, 82),
        ("NIER episode analysis", "KOR", "episode", 51, 0, 66),
        ("NIER episode analysis", "SCA", "episode", 0, 0, 74),
        ("NIER episode analysis", "SCA", "episode", 0, 57, 0),
        ("NIER episode analysis", "SCA", "episode", 0, 45, 0),
        ("NIER episode analysis", "SCA", "episode", 0, 38, 0),
        ("Seoul Institute", "KR-11", "episode", 0, 72, 0),
        ("Kim B-U et al. 2017", "SCA", "episode", 0, 70, 0),
        ("Kim B-U et al. 2017", "SCA", "episode", 0, 21, 0),
        ("Guo et al. 2025", "CN-BJ", "episode", 0, 34, 0),
        ("Guo et al. 2025", "CN-BJ", "episode", 0, 66, 0),
    }


def test_observations_contributions_populations(pack, figure):
    rows = pack.table("observations")
    rows = rows[~rows["source"].isin(COMPUTED)]
    found = Counter(
        zip(rows["place_name"], rows["year"], rows["period"], rows["value"], rows["kind"], rows["source"], strict=True)
    )
    assert found == Counter(
        (r["place_name"], int(r["year"]), r["period"], float(r["ugm3"]), r["kind"], r["source"])
        for r in figure("observed_pm25_annual.csv")
    )
    rows = pack.table("published_contributions")
    rows = rows[~(rows["source"].isin((*SECOND, *READ)) | rows["use"].eq("sector"))]
    assert Counter(zip(rows["study"], rows["quantity"], rows["source"], strict=True)) == Counter(
        (r["study"], r["quantity"], r["source"]) for r in figure("published_contributions.csv")
    )
    rows = pack.table("populations")
    base = rows[rows["series"] == "base"].set_index("region")["value"].to_dict()
    base.pop("RUS")
    assert base == {
        r["code"]: float(r["population_2015"])
        for r in figure("regions.csv")
        if r["level"] != "inventory_subregion" and r["code"] != "RUS"
    }


def test_targets(pack, figure):
    """All rows, and one printed number that the figures leave out: the highest day of March 2019."""
    rows = pack.table("targets")
    keys = ("kind", "region", "indicator", "operator", "unit", "base_year", "target_year", "scope", "source", "note")
    found = Counter(zip(*(rows[key] for key in (*keys, "sector", "confidence")), strict=True))
    wanted = Counter(
        (*(r[key] for key in keys), r["sector"].replace("all", ""), r["confidence"])
        for r in figure("policy_targets.csv")
    )
    assert wanted - found == Counter()
    assert [key[2] for key in found - wanted] == ["highest daily mean PM2.5 while emergency measures held"]
    values = Counter(f"{value:g}" for value in rows["value"].dropna())
    ranges = Counter(f"{low:g}-{high:g}" for low, high in zip(rows["low"], rows["high"], strict=True) if low == low)
    printed = Counter(
        r["value"] if "-" in r["value"][1:] else f"{float(r['value']):g}"
        for r in figure("policy_targets.csv")
        if r["value"]
    )
    assert values + ranges == printed + Counter(["135"])


def test_co2(pack, figure):
    rows = pack.table("co2")
    rows = rows[rows["source"] == "seed_kiep_green"]
    keys = ("region", "category", "sector", "printed_name", "year", "value", "printed_growth_percent", "source", "note")
    assert set(rows["unit"]) == {"Mt/yr"}
    assert Counter(zip(*(rows[key] for key in keys), strict=True)) == Counter(
        (
            r["region"],
            r["sector_iea"],
            r["sector"],
            r["sector_printed_ko"],
            int(r["year"]),
            float(r["value"]),
            float(r["growth_percent_per_year_printed"]),
            r["source"],
            r["note"],
        )
        for r in figure("co2_sectors_iea.csv")
    )


def test_intervals_of_emission_totals(pack, figure):
    """Percent of the central estimate there, factors here, of the one study chosen; total PM is no pollutant here."""
    known = set(pack.table("pollutants")["code"])
    rows = pack.table("distributions")
    rows = rows[(rows["table"] == "emissions") & (rows["source"] == "zhao_2011")]
    assert set(rows["law"]) == {"split_lognormal"} and set(rows["central"]) == {1.0}
    found = zip(rows["key"], rows["low"].round(9), rows["high"].round(9), rows["source"], strict=True)
    assert sorted(found) == sorted(
        (
            f"region={r['region']} pollutant={r['pollutant']}",
            round(1 + float(r["low_percent"]) / 100, 9),
            round(1 + float(r["high_percent"]) / 100, 9),
            r["source"],
        )
        for r in figure("inventory_uncertainty.csv")
        if r["source"] == "zhao_2011" and r["pollutant"] in known
    )


def test_measures_of_gains(pack, figure):
    """Every printed efficiency, factor and cost per tonne; a share here is a percentage there."""
    printed = figure("measures_gains_lombardy.csv")
    technology = pack.table("measures").set_index("code")[["sector", "technology"]]
    effects = pack.table("measure_effects").join(technology, on="measure")
    effects = effects[effects["source"] == "riatplus_lombardy"]
    keys = ("sector", "technology", "pollutant")
    shares = ("removal_efficiency", "low", "high")
    found = Counter(
        (
            *(row[key] for key in keys),
            *(round(100 * row[key], 6) for key in shares),
            row["unabated_factor"],
            row["note"],
        )
        for row in effects.to_dict("records")
    )
    names = ("removal_efficiency_percent", "removal_efficiency_percent_min", "removal_efficiency_percent_max")
    assert found == Counter(
        (
            *(r[key] for key in keys),
            *(round(float(r[name]), 6) for name in names),
            float(r["unabated_factor"]),
            r["note"],
        )
        for r in printed
    )
    costs = pack.printed("measure_costs").join(technology, on="measure")
    costs = costs[(costs["source"] == "riatplus_lombardy") & (costs["value"] > 0)]
    assert set(costs["unit"]) == {"kEUR/t"}
    assert Counter(zip(*(costs[key] for key in (*keys, "value", "printed_unit_cost")), strict=True)) == Counter(
        (*(r[key] for key in keys), float(r["keur_per_t"]), float(r["unit_cost"])) for r in printed if r["keur_per_t"]
    )


def test_measures_of_the_literature(pack, figure):
    rows = pack.table("measure_studies")
    text = {"measure_name": "measure"}
    text |= {key: key for key in ("sector", "pollutant", "unit_cost", "currency_and_year", "cost_basis", "usd_basis")}
    text |= {key: key for key in ("region", "confidence", "source", "note")}
    number = {"efficiency_low": "removal_efficiency_percent_low", "efficiency_high": "removal_efficiency_percent_high"}
    number |= {"usd_per_t": "usd_per_t"}
    found = Counter(
        (*(row[key] for key in text), *("" if row[key] != row[key] else row[key] for key in number))
        for row in rows.to_dict("records")
    )
    assert found == Counter(
        (*(r[key] for key in text.values()), *(float(r[key]) if r[key] else "" for key in number.values()))
        for r in figure("measures_literature.csv")
    )


def test_emission_factors_of_power(pack, figure):
    rows = pack.table("factors")
    assert set(rows["sector"]) == {"power"} and set(rows["per"]) == {"fuel"} and set(rows["technology"]) == {""}
    keys = (
        "fuel",
        "pollutant",
        "value",
        "low",
        "high",
        "unit",
        "share_of",
        "tier",
        "nfr",
        "confidence",
        "source",
        "note",
    )
    found = Counter(zip(*(rows[key].astype(str).fillna("nan") for key in keys), strict=True))
    wanted = Counter()
    for r in figure("emission_factors_power.csv"):
        unit, _, whole = r["unit"].partition(" of ")
        numbers = [str(float(r[end])) if r[end] else "nan" for end in ("value", "low", "high")]
        pollutant = RENAMED.get(r["pollutant"], r["pollutant"])
        rest = (r["tier"], r["nfr"], r["confidence"], r["source"], r["note"].strip())
        wanted[(r["fuel"], pollutant, *numbers, unit, whole, *rest)] += 1
    assert found == wanted


def test_sources_keep_title_address_and_licence(pack, figure):
    wanted = {r["key"]: (r["title"], r["address_or_doi"], r["licence"]) for r in figure("sources.csv")}
    rows = pack.table("sources")
    found = dict(zip(rows["key"], zip(rows["title"], rows["address"], rows["licence"], strict=True), strict=True))
    own = {"airshed", "nfr_annex1_2023", "iamc_template", "oecd_vsl_2012"}
    own |= {"jrc_ships_2010", "maestas_2018", "facemask_beijing_2021", "gains_cost_docs"}
    own |= {"kpx_thermal_daily", "hankyung_20200317", "koscaj_218010", "pressian_20180228", "press_20191121"}
    own |= {"airkorea_season", "capss_sido"}
    own |= {"liu_2016_nox", "mep_2014_half", "mep_2015_half", "chinadaily_20170921", "interfax_20180918"}
    own |= {"mee_20190121", "mee_20240925", "un_res_73_271", "eea_formation_factors"}
    own |= {*COMPUTED, *SECOND, *READ, *MEASURED, *PROVINCES, *LEADS, *VEHICLES, *TARGETS}
    assert {key: value for key, value in found.items() if key not in own} == {
        key: wanted[key] for key in found if key not in own
    }
