#!/usr/bin/env python3
"""Writes the tables of the built-in pack on what measures work on: subjects, their shares, and the coasts.

python tools/subject_shares.py    write them into the pack

Shares are reckoned from the inventories of the pack and printed numbers that are named here with their source; where
neither says anything there is no row, which stands for anything between nothing and all.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

TABLES = Path(__file__).resolve().parent.parent / "src" / "airshed" / "packs" / "northeast_asia" / "tables"
YEAR = 2015
SUBJECTS = (
    ("power.coal", "Coal", "석탄", "煤炭", "no", "coal burned by power and heat"),
    ("power.oil", "Oil", "석유", "石油", "no", "oil burned by power and heat"),
    ("power.gas", "Gas", "가스", "天然气", "no", "gas burned by power and heat"),
    (
        "industry.boiler_coal",
        "Coal boilers and furnaces",
        "석탄 보일러와 로",
        "燃煤锅炉与炉窑",
        "no",
        "combustion of coal",
    ),
    (
        "industry.boiler_oil_gas",
        "Oil and gas boilers and furnaces",
        "석유·가스 보일러와 로",
        "燃油燃气锅炉与炉窑",
        "no",
        "combustion of oil and gas",
    ),
    ("industry.process", "Processes", "공정", "工艺过程", "no", "what is made: cement, steel, chemicals, metals"),
    ("residential_commercial.biomass", "Biomass", "바이오매스", "生物质", "no", "wood, crop residues, dung, pellets"),
    ("residential_commercial.coal", "Coal", "석탄", "煤炭", "no", "stoves and small boilers on coal"),
    ("residential_commercial.oil", "Oil", "석유", "石油", "no", "heating oil and bottled gas"),
    ("residential_commercial.gas", "Gas", "가스", "天然气", "no", "gas boilers, heaters and stoves"),
    ("road.heavy_diesel", "Heavy diesel vehicles", "대형 경유차", "重型柴油车", "no", "lorries and buses"),
    ("road.light_diesel", "Light diesel vehicles", "소형 경유차", "轻型柴油车", "no", "cars and vans on diesel"),
    ("road.petrol", "Petrol vehicles", "휘발유차", "汽油车", "no", "cars and vans on petrol"),
    ("road.two_wheel", "Two-wheelers", "이륜차", "摩托车", "no", "motorcycles and mopeds"),
    ("offroad.machine", "Machines", "건설·농업기계", "工程与农业机械", "no", "construction and farm machines, diesel"),
    ("offroad.machine_petrol", "Petrol machines", "휘발유 기계", "汽油机械", "no", "small machines on petrol"),
    (
        "offroad.ship",
        "Sea-going ships",
        "해상 선박",
        "海上船舶",
        "yes",
        "ships and ports of the coast; not river craft",
    ),
    ("agriculture.manure", "Manure", "분뇨", "畜禽粪便", "no", "housing, storage and application of manure"),
    ("agriculture.fertiliser", "Fertiliser", "화학비료", "化肥", "no", "application of mineral fertiliser"),
)
BOTH = ("agriculture.manure", "agriculture.fertiliser")
DIESEL = ("road.heavy_diesel", "road.light_diesel")
OIL_GAS = ("residential_commercial.oil", "residential_commercial.gas")
OF = {
    "agriculture.NH3_PACKAGE": BOTH,
    "agriculture.NH3_PACKAGE_2017": BOTH,
    "industry3.IN_": ("industry.boiler_coal",),
    "industry3.IOG": ("industry.boiler_oil_gas",),
    "industry3.": ("industry.process",),
    "industry4.LDAR": (),
    "industry4.": ("industry.process",),
    "industry.PROCESS": ("industry.process",),
    "industry.SNCR": ("industry.boiler_coal",),
    "industry.LOW_NOX": ("industry.boiler_oil_gas",),
    "industry.LOW_SULPHUR": ("industry.boiler_coal", "industry.boiler_oil_gas"),
    "industry.SEOUL": ("industry.process",),
    "agriculture.": ("agriculture.manure",),
    "offroad.LFEU": ("offroad.machine_petrol",),
    "offroad.CAGE": ("offroad.machine",),
    "offroad.ENGINES": ("offroad.machine",),
    "offroad.PLASMA": ("offroad.machine",),
    "offroad.LSMD": ("offroad.machine",),
    "offroad.": ("offroad.ship",),
    "power.LSHF": ("power.oil",),
    "power.POG": ("power.oil", "power.gas"),
    "power.": ("power.coal",),
    "residential_commercial.DGC": OIL_GAS,
    "residential_commercial.CONDENSING": ("residential_commercial.gas",),
    "residential_commercial.LSMD": ("residential_commercial.oil",),
    "residential_commercial.SEOUL": OIL_GAS,
    "residential_commercial.BOILER_COAL": ("residential_commercial.coal",),
    "residential_commercial.COAL": ("residential_commercial.coal",),
    "residential_commercial.HEAT": ("residential_commercial.coal",),
    "industry.BOILER_GAS": ("industry.boiler_coal",),
    "road.ELECTRIC_CARS": ("road.petrol",),
    "residential_commercial.AIR": (),
    "residential_commercial.MASKS": (),
    "residential_commercial.": ("residential_commercial.biomass",),
    "road.LFEU": ("road.petrol",),
    "road.MO": ("road.two_wheel",),
    "road.MMO": ("road.two_wheel",),
    "road.MDEU": ("road.light_diesel",),
    "road.LSMD": DIESEL,
    "road.LOW_SULPHUR": DIESEL,
    "road.EURO": ("road.heavy_diesel",),
    "road.SEOUL": ("road.heavy_diesel",),
    "road.": ("road.heavy_diesel",),
}
"""Subjects by the beginning of the code of a measure, the first that fits; none: the whole sector."""
INLAND = {
    "MNG": "poly_ne50",
    **{
        f"CN-{code}": "poly_ne50"
        for code in [
            "AH",
            "BJ",
            "CQ",
            "GS",
            "GZ",
            "HA",
            "HB",
            "HL",
            "HN",
            "JL",
            "JX",
            "NM",
            "NX",
            "QH",
            "SC",
            "SN",
            "SX",
            "XJ",
            "XZ",
            "YN",
        ]
    },
    **{f"KR-{code}": "poly_kr2018" for code in ["11", "27", "29", "30", "43", "50"]},
}
GENERATION = {
    "CHN": {"coal": 4046.0, "gas": 166.9, "oil": 9.679},
    "JPN": {"coal": 346.7, "gas": 414.0, "oil": 103.6},
    "KOR": {"coal": 232.2, "gas": 119.9, "oil": 12.6},
    "TWN": {"coal": 117.2, "gas": 79.01, "oil": 11.99},
}
"""TWh in 2015, Energy Institute."""
BEST = {"SO2": 0.98, "NOx": 0.8}
"""Efficiency of the best technique at coal plants in the table measure_effects: RFGD, SCR."""
COAL_CHINA = {"SO2": 0.93, "NOx": 0.70}
"""Share of coal in all emissions of China, 2012 (NRDC)."""
CARBON = {"coal": 94.6, "oil": 77.4, "gas": 56.1}
"""kg of CO2 per GJ: bituminous coal, residual fuel oil, natural gas (IPCC 2006, default)."""
EFFICIENCY = (0.30, 0.60)
"""Of plants of any fuel: a rule of this project."""
Row = dict[str, object]


def read(name: str) -> pd.DataFrame:
    """Return a table file of the pack."""
    return pd.read_csv(TABLES / name, keep_default_na=False, na_values=[""])


def reas(pollutant: str) -> pd.DataFrame:
    """Return REAS of the year over (region, category), kt/yr."""
    rows = read(f"emissions-reas-{pollutant}.csv")
    return rows[rows["year"] == YEAR].pivot_table(index="region", columns="category", values="value")


def row(region: str, subject: str, pollutant: str, ends: tuple[float, float], **more: object) -> Row:
    """Return a row of shares; ends : least and greatest, cut to 0 and 1."""
    low, high = (min(max(end, 0.0), 1.0) for end in ends)
    known = {"low": round(low, 4), "high": round(high, 4)}
    return {"region": region, "subject": subject, "pollutant": pollutant, "year": YEAR, **known, **more}


def agriculture() -> list[Row]:
    """Return manure and fertiliser in NH3, as the inventory of the baseline has them."""
    found = []
    table = reas("nh3")
    for region, item in table[table["MM"] + table["FER"] > 0].iterrows():
        for subject, part in (("manure", item["MM"]), ("fertiliser", item["FER"])):
            share = round(part / (item["MM"] + item["FER"]), 4)
            note = f"manure {item['MM']:.1f} and fertiliser {item['FER']:.1f} kt in {YEAR}"
            more = {"share": share, "basis": "derived", "source": "reas32_ceds", "note": note}
            found.append(row(str(region), f"agriculture.{subject}", "NH3", (share, share), **more))
    return found


def homes() -> list[Row]:
    """Return fuels of homes and shops by what biofuel gives per CO2 in provinces that burn hardly anything else.

    Oil and gas give at most what they give in Shanghai, where homes burn least coal; coal is the rest.
    """
    whole, fossil = reas("co2"), reas("co2-fossil")
    bio = {name: whole[name] - fossil[f"{name}-EXCL-BF"] for name in ("RESI", "ODOM")}
    pure = bio["RESI"] / whole["RESI"] > 0.9
    total = bio["RESI"] + bio["ODOM"]
    found = []
    for name, pollutant in (("pm25", "PM2.5"), ("so2", "SO2"), ("nox", "NOx")):
        table = reas(name)
        factors = (table["RESI"] / bio["RESI"])[pure]
        clean = {part: table.loc["CN-SH", part] / fossil.loc["CN-SH", f"{part}-EXCL-BF"] for part in ("RESI", "ODOM")}
        for region in table.index:
            sector = table.loc[region, "RESI"] + table.loc[region, "ODOM"]
            if not sector > 0 or region not in total.index:
                continue
            least = factors.min() if pollutant != "SO2" else 0.0
            low, high = (min(1.0, factor * total[region] / sector) for factor in (least, factors.max()))
            others = sum(clean[part] * fossil.loc[region, f"{part}-EXCL-BF"] for part in clean) / sector
            note = (
                f"biofuel CO2 {total[region]:.0f} kt times {least * 1e3:.2f} to {factors.max() * 1e3:.2f} kt per Mt, "
                f"as Guangxi and Tibet have, over {sector:.1f} kt; oil and gas at most what Shanghai has per CO2; "
                "coal the rest"
            )
            more = {"basis": "derived", "source": "reas32_ceds", "note": note}
            prefix = "residential_commercial."
            found.append(row(region, f"{prefix}biomass", pollutant, (low, high), **more))
            found.append(row(region, f"{prefix}oil", pollutant, (0.0, min(others, 1.0 - low)), **more))
            most = 0.01 if pollutant == "SO2" else min(others, 1.0 - low)
            found.append(row(region, f"{prefix}gas", pollutant, (0.0, most), **more))
            found.append(row(region, f"{prefix}coal", pollutant, (1.0 - high - others - most, 1.0 - low), **more))
    return found


def power() -> list[Row]:
    """Return fuels of power by generation times uncontrolled factor, from coal as clean as can be to uncontrolled."""
    factors = read("factors-power.csv").set_index(["activity", "pollutant"])
    found = []
    for nation, generation in GENERATION.items():
        for pollutant in ("SO2", "NOx", "PM2.5"):
            value = {fuel: factors.loc[(fuel, pollutant), "value"] for fuel in generation}
            if pollutant == "PM2.5":
                ends = [factors.loc[("coal", pollutant), end] for end in ("low", "high")]
                rule = f"particles of coal from {ends[0]:g} to {ends[1]:g} g/GJ"
            else:
                ends = [value["coal"] * (1.0 - BEST[pollutant]), value["coal"]]
                rule = f"coal from {BEST[pollutant]:.0%} controlled to uncontrolled"
            amount = [{fuel: generation[fuel] * ({**value, "coal": end}[fuel]) for fuel in generation} for end in ends]
            told = ", ".join(f"{fuel} {energy:g}" for fuel, energy in generation.items())
            note = f"generation {YEAR} in TWh: {told}; times the Tier 1 factor; {rule}"
            for fuel in generation:
                parts = sorted(item[fuel] / sum(item.values()) for item in amount)
                more = {"basis": "derived", "source": "ei_review_2023", "note": note}
                found.append(row(nation, f"power.{fuel}", pollutant, (parts[0], parts[1]), **more))
    note = "heat and power stations burn coal; rule: the rest is at most a tenth"
    more = {"basis": "rule", "source": "kleinman_2019", "note": note}
    for pollutant in ("SO2", "NOx", "PM2.5"):
        found.append(row("MNG", "power.coal", pollutant, (0.9, 1.0), **more))
        found.append(row("MNG", "power.oil", pollutant, (0.0, 0.1), **more))
        found.append(row("MNG", "power.gas", pollutant, (0.0, 0.0), **more))
    return found


def carbon() -> list[Row]:
    """Return fuels of power and homes in CO2, by generation and by what is left beside biofuel."""
    found = []
    for nation, generation in GENERATION.items():
        ends = []
        for coal, other in (EFFICIENCY, EFFICIENCY[::-1]):
            plants = {fuel: coal if fuel == "coal" else other for fuel in generation}
            amount = {fuel: twh * CARBON[fuel] / plants[fuel] for fuel, twh in generation.items()}
            ends.append({fuel: value / sum(amount.values()) for fuel, value in amount.items()})
        told = ", ".join(f"{fuel} {twh:g}" for fuel, twh in generation.items())
        note = (
            f"generation {YEAR} in TWh: {told}; times CO2 per GJ (ipcc_2006); "
            "rule, the ends of any plant: coal at 30 to 60 % efficiency with the others at 60 to 30 %"
        )
        for fuel in generation:
            parts = sorted(item[fuel] for item in ends)
            more = {"basis": "derived", "source": "ei_review_2023", "note": note}
            found.append(row(nation, f"power.{fuel}", "CO2", (parts[0], parts[1]), **more))
    note = "heat and power stations burn coal; rule: the rest is at most a tenth"
    found.append(row("MNG", "power.coal", "CO2", (0.9, 1.0), basis="rule", source="kleinman_2019", note=note))
    whole, fossil = reas("co2"), reas("co2-fossil")
    for region in whole.index:
        total = whole.loc[region, "RESI"] + whole.loc[region, "ODOM"]
        if not total > 0:
            continue
        burnt = sum(fossil.loc[region, f"{name}-EXCL-BF"] for name in ("RESI", "ODOM")) / total
        note = f"fossil fuels give {burnt:.2f} of {total:.0f} kt; rule: how much of that is coal is not known"
        more = {"basis": "derived", "source": "reas32_ceds", "note": note}
        rest = 1.0 - burnt
        found.append(row(str(region), "residential_commercial.biomass", "CO2", (rest, rest), **more))
        for fuel in ("coal", "oil", "gas"):
            found.append(row(str(region), f"residential_commercial.{fuel}", "CO2", (0.0, burnt), **more))
    return found


def industry() -> list[Row]:
    """Return combustion and processes: Korea by the categories of CAPSS, China by what is printed on parts of it."""
    found = []
    for name, places in (("emissions-capss.csv", ["KOR"]), ("emissions-capss-provinces.csv", None)):
        rows = read(name)
        rows = rows[rows["sector"].eq("industry") & rows["pollutant"].isin(["SO2", "NOx", "PM2.5"])]
        rows = rows[rows["year"] == (YEAR if places else rows["year"].max())]
        table = rows.pivot_table(index=["region", "pollutant", "year"], columns="category", values="value").fillna(0.0)
        for (region, pollutant, year), item in table.iterrows():
            process, burnt = item["생산공정"], item["제조업 연소"]
            if not process + burnt > 0:
                continue
            share = round(process / (process + burnt), 4)
            note = (
                f"processes {process:.2f} and combustion {burnt:.2f} kt in {year}; the fuels of combustion are not told"
            )
            more = {"basis": "derived", "source": "capss_ceds" if places else "capss_sido", "note": note}
            found.append(row(region, "industry.process", pollutant, (share, share), share=share, **more))
            for fuel in ("boiler_coal", "boiler_oil_gas"):
                found.append(row(region, f"industry.{fuel}", pollutant, (0.0, 1.0 - share), **more))
    return found + _china()


def _china() -> list[Row]:
    found = []
    sums = {name: reas(name).loc["CHN"] for name in ("so2", "nox")}
    cement = 1690.0 / sums["nox"]["IND"]
    printed = (
        (
            "NOx",
            cement,
            "jiang_2018",
            "cement kilns 1,690 kt of NOx in 2015 (as in 2010), over REAS; the other processes add",
        ),
        ("PM2.5", 0.40, "lbnl_cement_steel", "cement is 40 % of industrial PM; the other processes add"),
        ("SO2", 0.20, "lbnl_cement_steel", "steel is about 20 % of SO2 of the key industries, 2013; the others add"),
    )
    for pollutant, low, source, note in printed:
        more = {"basis": "derived", "source": source, "note": note}
        found.append(row("CHN", "industry.process", pollutant, (low, 1.0), **more))
        found.append(row("CHN", "industry.boiler_coal", pollutant, (0.0, 1.0 - low), **more))
    for name, pollutant in (("so2", "SO2"), ("nox", "NOx")):
        item = sums[name]
        other = (1.0 - COAL_CHINA[pollutant]) * item["TOTAL"]
        road = item["ROAD"] + item["OTRA"]
        note = (
            f"all but coal is {1 - COAL_CHINA[pollutant]:.0%} of China's emission: {other:.0f} kt, "
            f"less {road:.0f} kt of transport, over {item['IND']:.0f} kt of industry"
        )
        more = {"basis": "derived", "source": "nrdc_coal_2014", "note": note}
        high = (other - road) / item["IND"]
        found.append(row("CHN", "industry.boiler_oil_gas", pollutant, (0.0, high), **more))
    return found


def road() -> list[Row]:
    """Return vehicle classes: China by the counts of its ministry and of a study, Korea by the CO2 of its lorries."""
    lang, mee = "lang_2014", "mee_mobile_2019"
    heavy = "heavy lorries 58.9 % of NOx, 57.6 % of BC and 52.8 % of OC in 2011 at least"
    diesel = "diesel near 70 % of NOx and over 90 % of PM of automobiles in 2018; these over 90 % of all vehicles"
    found = [
        row(
            "CHN",
            "road.heavy_diesel",
            "NOx",
            (0.589, 0.70),
            basis="derived",
            source=lang,
            note=f"{heavy}; {diesel} ({mee})",
        ),
        row("CHN", "road.heavy_diesel", "PM2.5", (0.528, 1.0), basis="derived", source=lang, note=heavy),
        row("CHN", "road.light_diesel", "NOx", (0.0, 0.111), basis="derived", source=mee, note=diesel),
        row("CHN", "road.light_diesel", "PM2.5", (0.0, 0.472), basis="derived", source=mee, note=diesel),
        row("CHN", "road.petrol", "NOx", (0.2, 0.411), basis="derived", source=mee, note=diesel),
        row("CHN", "road.petrol", "PM2.5", (0.0, 0.10), basis="derived", source=mee, note=diesel),
        row(
            "KOR",
            "road.heavy_diesel",
            "NOx",
            (0.255, 1.0),
            basis="derived",
            source="energies_9_638",
            note="25.5 % of the CO2 of road transport in 2015; lorries give more NOx per CO2 than cars",
        ),
    ]
    for nation in ("CHN", "KOR", "JPN", "MNG", "PRK"):
        own = nation == "CHN"
        note = "automobiles are over 90 % of NOx and PM of all vehicles in China, 2018" + (
            "" if own else "; rule: here too"
        )
        for pollutant in ("NOx", "PM2.5"):
            more = {"basis": "derived" if own else "rule", "source": mee, "note": note}
            found.append(row(nation, "road.two_wheel", pollutant, (0.0, 0.1), **more))
    return found


def offroad() -> list[Row]:
    """Return machines and ships of China by the ministry; elsewhere nothing is known but that few run on petrol."""
    counted = "machines 28.5 + 34.7, ships 32.5, rail 2.9, aircraft 1.4 % of NOx off the road in 2022"
    own = "REAS has rail and navigation only, without machines: none of it at least"
    found = [
        row(
            "CHN",
            "offroad.machine",
            "NOx",
            (0.0, 0.662),
            basis="derived",
            source="mee_mobile_2021",
            note=f"machines 31.3 + 34.9 % in 2020; {counted} (mee_mobile_2023); {own}",
        ),
        row(
            "CHN",
            "offroad.machine",
            "PM2.5",
            (0.0, 0.713),
            basis="derived",
            source="mee_mobile_2021",
            note=f"machines 32.5 + 38.8 % of PM off the road in 2020; {own}",
        ),
        row(
            "CHN",
            "offroad.ship",
            "NOx",
            (0.325, 1.0),
            basis="derived",
            source="mee_mobile_2023",
            note=f"{counted}; the coast has more than the nation, and the inventory no machines",
        ),
        row(
            "CHN",
            "offroad.ship",
            "SO2",
            (0.325, 1.0),
            basis="rule",
            source="mee_mobile_2023",
            note=f"{counted}; rule: of SO2 not less than of NOx, for ship fuel holds most sulphur",
        ),
    ]
    for nation in ("CHN", "KOR", "JPN", "TWN", "MNG", "PRK"):
        for pollutant in ("NOx", "PM2.5", "SO2"):
            here = nation == "CHN" and pollutant == "NOx"
            more = {
                "basis": "derived" if here else "rule",
                "source": "mee_mobile_2023",
                "note": f"{counted}: 100.0 % without petrol machines" + ("" if here else "; rule: here too"),
            }
            found.append(row(nation, "offroad.machine_petrol", pollutant, (0.0, 0.003), **more))
    return found


def write(name: str, columns: str, rows: list[Row]) -> None:
    """Write a table file of the pack."""
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the four tables."""
    names = ("code", "name_en", "name_ko", "name_zh", "coast", "description")
    subjects = [dict(zip(names, item, strict=True)) for item in SUBJECTS]
    for item in subjects:
        item |= {"sector": item["code"].split(".")[0], "source": "airshed"}
    write("subjects.csv", "code name_en name_ko name_zh sector coast description source", subjects)
    links = []
    for code in read("measures.csv")["code"]:
        of = next((held for start, held in OF.items() if str(code).startswith(start)), ())
        links += [{"measure": code, "subject": subject, "source": "airshed"} for subject in of]
    write("measure-subjects.csv", "measure subject source", links)
    held = set(read("regions.csv")["code"])
    shares = [*agriculture(), *homes(), *power(), *carbon(), *industry(), *road(), *offroad()]
    shares = [item for item in shares if item["region"] in held]
    write("subject-shares.csv", "region subject pollutant year share low high basis source note", shares)
    regions = read("regions.csv")
    parts = set(regions["parent"].dropna())
    coasts = [
        {"region": code, "coast": "no" if code in INLAND else "yes", "source": INLAND.get(code, _map(str(code)))}
        for code in regions["code"]
        if code not in parts
    ]
    write("coasts.csv", "region coast source", coasts)


def _map(code: str) -> str:
    return "poly_kr2018" if code.startswith("KR-") else "poly_ne50"


if __name__ == "__main__":
    main()
