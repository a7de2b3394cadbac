"""The script that makes annual means of cities and provinces: by hand on small files, and the pack against the real."""

import csv
import importlib.util
import io
import statistics
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "src/airshed/packs/northeast_asia/tables/observations-cities.csv"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("observations", ROOT / "tools" / "observations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(shared):
    return shared / "data" / "observations"


def printed(rows, columns):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_year_with_too_few_days_has_no_mean(script):
    assert script.annual([10.0, None, 20.0, 30.0], 4) == (20.0, 0.75)
    assert script.annual([10.0, None, None, 30.0], 4) is None


def test_three_cities_stand_for_a_province_two_for_a_part_of_it(script):
    three = script.of_province("CN-XJ", "Xinjiang", 2015, [10.0, 20.0, 60.0], "city mean", "key", "cities")
    assert (three["value"], three["coverage"], three["sites"]) == ("30.0", "whole", "3")
    two = script.of_province("CN-XJ", "Xinjiang", 2015, [10.0, 20.0], "city mean", "key", "cities")
    assert (two["value"], two["coverage"], two["note"]) == ("15.0", "part", "derived: plain mean of 2 cities")


def test_districts_go_to_their_province_and_the_copied_year_is_left_out(script, tmp_path):
    lines = [
        "code,name,year,pm25_ugm3",
        "36110,Sejong-si,2017,20",
        "50110,Jeju-si,2017,10",
        "50130,Seogwipo-si,2017,13",
    ]
    lines += ["36110,Sejong-si,2018,20", "11110,Jongno-gu,2010,"]
    (tmp_path / "korea_250_districts_annual_2010_2021.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {(row["place"], row["year"]): row["value"] for row in script.korean_districts(tmp_path)}
    assert found == {("KR-50", "2017"): "20.0", ("KR-49", "2017"): "11.5"}


@pytest.mark.shared
def test_the_pack_holds_what_the_files_give(script, files):
    assert TABLE.read_text(encoding="utf-8") == printed(script.rows_of(files), script.COLUMNS)


@pytest.mark.shared
def test_means_of_cities_are_those_that_the_collector_printed(script, files, pack):
    """By another way: the means beside the points, made when the daily values were taken from the package."""
    means = {row["City"]: row for row in script.read(files, "china_cities_points_means_2014_2015.csv")}
    rows = pack.table("observations")
    rows = rows[rows["source"] == "cnemc_daily"]
    names = {place: city for city, place in {**script.OWN, **script.MUNICIPALITIES}.items() if city in means}
    own = [row for row in rows.to_dict("records") if row["place"] in names]
    assert len(own) == 24
    for row in own:
        assert row["value"] == pytest.approx(float(means[names[row["place"]]][f"mean_{row['year']}"]), abs=0.11)
    henan = [city for city, row in means.items() if script.MOVED.get(city, row["province"]) == "CN-HA"]
    assert len(henan) == 6 and "Luoyang" in henan
    found = rows[(rows["place"] == "CN-HA") & (rows["year"] == 2015)]["value"].item()
    assert found == pytest.approx(statistics.fmean(float(means[city]["mean_2015"]) for city in henan), abs=0.11)


@pytest.mark.shared
def test_namesakes_breathe_with_the_province_they_are_moved_to(script, files):
    """The days of every moved city follow the cities of its new province, not those around the printed point."""
    rows = script.read(files, "china_cities_daily_pm25_2014_2015.csv")
    points = {row["City"]: row["province"] for row in script.read(files, "china_cities_points_means_2014_2015.csv")}
    series = {city: np.log(np.maximum([float(row[city]) for row in rows], 3.0)) for city in points}

    def with_province(city, province):
        others = [one for one, home in points.items() if home == province and one not in script.MOVED]
        return statistics.fmean(np.corrcoef(series[city], series[other])[0, 1] for other in others)

    for city, province in script.MOVED.items():
        assert with_province(city, province) > with_province(city, points[city]) + 0.1


@pytest.mark.shared
def test_no_year_that_is_known_to_be_wrong(pack):
    rows = pack.table("observations")
    years = rows.groupby("source")["year"].agg(["min", "max"])
    assert tuple(years.loc["cnemc_daily"]) == (2014, 2015)
    assert 2018 not in set(rows[rows["source"] == "airkorea_districts"]["year"])
    assert set(rows[rows["source"] == "us_ulaanbaatar"]["year"]) == {2016, 2017}
