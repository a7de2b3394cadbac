#!/usr/bin/env python3
"""Derives annual means of PM2.5 by province and city from the collected observations, as rows of a pack.

python tools/observations.py [FOLDER]    print the CSV; FOLDER holds the files, ../shared/data/observations if not given

A province is the plain mean of its cities or districts, since their people cannot be cited; where the pack answers for
a city, or a province is one city, it has a row of its own. Days and hours are means of what was measured, a year with
less than 75 percent of them is left out. The years that the files are known to hold wrongly are left out as well: the
Korean districts of 2018 (a copy of 2017), and cities of the same name that the file does not tell apart.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ("place", "place_name", "coverage", "year", "period", "statistic", "value", "kind", "sites", "capture")
COLUMNS = (*COLUMNS, "confidence", "source", "note")
CAPTURE = 0.75
LEAST_CITIES = 3
DAYS = {year: 366 if year % 4 == 0 else 365 for year in range(2009, 2030)}
MOVED = {"Jining": "CN-SD", "Zhaoyuan": "CN-SD", "Luoyang": "CN-HA", "Taizhou": "CN-ZJ"}
"""Cities that the file puts at a namesake: their days go with those of the province here, not with its neighbours."""
OWN = {
    "Qingdao": "qingdao",
    "Shenyang": "shenyang",
    "Dalian": "dalian",
    "Shenzhen": "shenzhen",
    "Jinan": "jinan",
    "Shijiazhuang": "shijiazhuang",
    "Nanjing": "nanjing",
    "Hefei": "hefei",
    "Hangzhou": "hangzhou",
    "Xian": "xian",
    "Xi'an": "xian",
    "Taiyuan": "taiyuan",
    "Zhengzhou": "zhengzhou",
    "Suwon": "suwon",
    "Vladivostok": "vladivostok",
}
"""Cities that the pack answers for, as the files spell them."""
MUNICIPALITIES = {"Beijing": "CN-BJ", "Tianjin": "CN-TJ", "Shanghai": "CN-SH", "Chongqing": "CN-CQ"}
MUNICIPALITIES |= {"Hong Kong": "CN-HK", "Seoul": "KR-11"}
KOREAN = {
    "KR-41": "Ansan Bucheon Gimpo Hwaseong Namyangju Siheung Suwon",
    "KR-43": "Cheongju",
    "KR-44": "Asan Cheonan Seosan",
    "KR-45": "Gunsan",
    "KR-46": "Gwangyang Suncheon",
    "KR-47": "Gyeongsan Pohang Yeongju",
    "KR-48": "Changwon Gimhae Jinju",
}
PROVINCE_OF_CODE = {"36": "KR-50", "50": "KR-49"}
"""Legal district codes whose first two digits are not those of ISO 3166-2."""
NATIONS = {"Japan": ("JPN", "Japan"), "Taiwan": ("TWN", "Taiwan")}
PRINTED = {("KR-11", 2018), ("KR-11", 2020), ("KR-11", 2021)}
"""Numbers of the world air quality report that the pack has from another text."""

DOUBTFUL = {"vladivostok": "falls by three quarters in three years: hardly the same instruments"}
"""Places whose city means in the report cannot be one series."""

Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    """Return the rows of a file."""
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def record(place: str, name: str, year: int, value: float, kind: str, source: str, **more: object) -> Row:
    """Return a row of the pack, the mean with one decimal."""
    given = {"coverage": "whole", "sites": 1, "capture": "", "confidence": "H", "note": ""} | more
    fixed = {"place": place, "place_name": name, "year": year, "period": year, "statistic": "annual mean"}
    row = {**fixed, "value": f"{value:.1f}", "kind": kind, "source": source, **given}
    return {column: str(row[column]) for column in COLUMNS}


def of_province(
    place: str, name: str, year: int, values: list[float], kind: str, source: str, what: str, **more: object
) -> Row:
    """Return the row of a province from its cities: a part of it where they are fewer than three."""
    coverage = "whole" if len(values) >= LEAST_CITIES else "part"
    note = f"derived: plain mean of {len(values)} {what}" if len(values) > 1 else "derived: one city"
    mean = statistics.fmean(values)
    return record(place, name, year, mean, kind, source, sites=len(values), coverage=coverage, note=note, **more)


def annual(values: Iterable[float | None], slots: int) -> tuple[float, float] | None:
    """Return the mean and the share of the days or hours measured; None below 75 percent."""
    known = [value for value in values if value is not None]
    share = len(known) / slots
    return (statistics.fmean(known), share) if share >= CAPTURE else None


def number(text: str) -> float | None:
    """Return a number, None for an empty cell."""
    return float(text) if text else None


def provinces_of(folder: Path) -> dict[str, str]:
    """Return the province of every Chinese city of the file of points, namesakes put right."""
    rows = read(folder, "china_cities_points_means_2014_2015.csv")
    return {row["City"]: MOVED.get(row["City"], row["province"]) for row in rows}


def names(folder: Path) -> dict[str, str]:
    """Return the English names of the regions of the pack beside this script."""
    tables = ROOT / "src" / "airshed" / "packs" / "northeast_asia" / "tables"
    return {row["code"]: row["name_en"] for row in read(tables, "regions.csv")}


def chinese_cities(folder: Path) -> Iterator[Row]:
    """Yield 2014 and 2015 from daily means of Chinese cities."""
    days, province, name = read(folder, "china_cities_daily_pm25_2014_2015.csv"), provinces_of(folder), names(folder)
    for year in (2014, 2015):
        here = [day for day in days if day["date"].startswith(str(year))]
        held: dict[str, list[float]] = defaultdict(list)
        for city, home in province.items():
            found = annual((number(day[city]) for day in here), DAYS[year])
            if found is None:
                continue
            held[home].append(found[0])
            if city in OWN or city in MUNICIPALITIES:
                place = OWN.get(city) or MUNICIPALITIES[city]
                note = "derived: mean of daily means"
                yield record(
                    place,
                    city.replace("Xian", "Xi'an"),
                    year,
                    found[0],
                    "city mean",
                    "cnemc_daily",
                    capture=f"{found[1]:.2f}",
                    note=note,
                )
        for place, values in held.items():
            if place not in MUNICIPALITIES.values():
                yield of_province(place, name[place], year, values, "city mean", "cnemc_daily", "cities")


def report_cities(folder: Path) -> Iterator[Row]:
    """Yield 2018-2021 from the city means of the world air quality report."""
    rows = read(folder, "iqair_city_annual_2018_2021_part.csv")
    twice = {key for key, count in Counter((r["Country"], r["City"]) for r in rows).items() if count > 1}
    chinese, name = provinces_of(folder), names(folder)
    korean = {city: place for place, cities in KOREAN.items() for city in cities.split()}
    for year in (2018, 2019, 2020, 2021):
        held: dict[tuple[str, str], list[float]] = defaultdict(list)
        for row in rows:
            city, nation, value = row["City"], row["Country"], number(row[str(year)])
            if value is None or (nation, city) in twice:
                continue
            if nation in NATIONS:
                held[NATIONS[nation]].append(value)
            elif city in OWN or city in MUNICIPALITIES:
                place = OWN.get(city) or MUNICIPALITIES[city]
                if (place, year) not in PRINTED:
                    doubt = {"confidence": "L", "note": DOUBTFUL[place]} if place in DOUBTFUL else {}
                    yield record(place, city.replace("Xian", "Xi'an"), year, value, "IQAir", "iqair_2021", **doubt)
            home = korean.get(city) if nation == "South Korea" else chinese.get(city) if nation == "China" else None
            if home and home not in MUNICIPALITIES.values():
                held[home, name[home]].append(value)
        for (place, title), values in held.items():
            yield of_province(place, title, year, values, "IQAir", "iqair_2021", "cities")


def korean_districts(folder: Path) -> Iterator[Row]:
    """Yield 2015-2021 without 2018 from the districts of Korea, interpolated from the official stations."""
    held: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in read(folder, "korea_250_districts_annual_2010_2021.csv"):
        value = number(row["pm25_ugm3"])
        if value is not None and row["year"] != "2018":
            digits = row["code"][:2]
            held[PROVINCE_OF_CODE.get(digits, f"KR-{digits}"), int(row["year"])].append(value)
    name = names(folder)
    for (place, year), values in held.items():
        mean, note = statistics.fmean(values), f"derived: plain mean of {len(values)} districts, kriged from stations"
        yield record(
            place, name[place], year, mean, "district mean", "airkorea_districts", sites=len(values), note=note
        )


def eight_cities(folder: Path) -> Iterator[Row]:
    """Yield 2022-2024 from the daily means of eight Chinese cities, dust days included."""
    held: dict[tuple[str, int], list[float | None]] = defaultdict(list)
    for row in read(folder, "china_8_cities_daily_2022_2024.csv"):
        held[row["city_en"], int(row["date"][:4])].append(number(row["PM2.5"]))
    for (city, year), values in held.items():
        found = annual(values, DAYS[year])
        place = OWN.get(city) or MUNICIPALITIES.get(city) or "CN-GD"
        if found:
            more = {"capture": f"{found[1]:.2f}", "note": "derived: mean of daily means; dust days not taken out"}
            coverage = "part" if place == "CN-GD" else "whole"
            yield record(place, city, year, found[0], "city mean", "eight_cities_daily", coverage=coverage, **more)


def posts(folder: Path) -> Iterator[Row]:
    """Yield full years of the hourly values at posts of the United States: one site each."""
    series: Mapping[tuple[str, str, str, str], tuple[str, str]] = {
        ("ulaanbaatar", "Ulaanbaatar (US Embassy)", "ulaanbaatar_embassy_hourly_2015_2018.csv", "pm25_ugm3"): (
            "us_ulaanbaatar",
            "negative hours kept",
        ),
        ("shenyang", "Shenyang (US Consulate)", "us_consulates_3_cities_hourly_2013_2015.csv", "Shenyang_pm25_us"): (
            "uci_five_cities",
            "",
        ),
        ("CN-GD", "Guangzhou (US Consulate)", "us_consulates_3_cities_hourly_2013_2015.csv", "Guangzhou_pm25_us"): (
            "uci_five_cities",
            "",
        ),
    }
    for (place, title, file, column), (source, remark) in series.items():
        held: dict[int, list[float | None]] = defaultdict(list)
        for row in read(folder, file):
            held[int(row["time_local"][:4])].append(number(row[column]))
        for year, values in held.items():
            found = annual(values, 24 * DAYS[year])
            if found:
                note = "derived: mean of valid hours; single site" + (f"; {remark}" if remark else "")
                more = {"coverage": "site", "capture": f"{found[1]:.2f}", "note": note}
                yield record(place, title, year, found[0], "embassy", source, **more)


def rows_of(folder: Path) -> list[Row]:
    """Return all rows, by place, source and year."""
    parts = (chinese_cities, report_cities, korean_districts, eight_cities, posts)
    found = [row for part in parts for row in part(folder)]
    return sorted(found, key=lambda row: (row["place"], row["source"], row["place_name"], row["year"]))


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if sys.argv[1:] else ROOT.parent / "shared" / "data" / "observations"
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows_of(chosen))
