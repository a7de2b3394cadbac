"""Trade tables in the format of UN Comtrade, made for tests: none of its rows were to be had."""

import csv

HEAD = (
    "typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode", "reporterISO",
    "reporterDesc", "flowCode", "flowDesc", "partnerCode", "partnerISO", "partnerDesc", "partner2Code",
    "classificationCode", "isOriginalClassification", "cmdCode", "cmdDesc", "customsCode", "motCode",
    "qtyUnitCode", "qty", "netWgt", "cifvalue", "fobvalue", "primaryValue", "isReported", "isAggregate",
)  # fmt: skip
NUMBERS = {"KOR": 410, "CHN": 156, "VNM": 704, "DEU": 276, "USA": 842, "JPN": 392, "TWN": 490, "WLD": 0, "": 899}
LETTERS = {"WLD": "W00", "TWN": "S19", "": "_X"}


def row(year, reporter, flow, partner, code, value, **other):
    """Return a row as UN Comtrade writes it without descriptions: labels are null, sums of all modes and customs."""
    basis = {"cifvalue": value, "fobvalue": "null"} if flow in ("M", "RM") else {"cifvalue": "null", "fobvalue": value}
    cells = {
        **dict.fromkeys(HEAD, "null"),
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": f"{year}0101",
        "refYear": year,
        "refMonth": 52,
        "period": year,
        "reporterCode": NUMBERS[reporter],
        "reporterISO": LETTERS.get(reporter, reporter),
        "flowCode": flow,
        "partnerCode": NUMBERS[partner],
        "partnerISO": LETTERS.get(partner, partner),
        "partner2Code": 0,
        "classificationCode": "H5",
        "isOriginalClassification": "true",
        "cmdCode": code,
        "customsCode": "C00",
        "motCode": 0,
        "netWgt": 1000,
        **basis,
        "primaryValue": value,
    }
    return cells | other


def table(path, rows, head=HEAD, end=""):
    """Write rows, with what stands at the end of each."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator=f"{end}\n")
        handle.write(",".join(head) + "\n")
        writer.writerows([cells[name] for name in head] for cells in rows)
    return path


WIRE = {
    2020: {"CHN": 80, "VNM": 15, "DEU": 5},
    2021: {"CHN": 90, "VNM": 8, "DEU": 2},
    2022: {"CHN": 70, "VNM": 25, "DEU": 5},
}
"""Imports of Korea in each year: HHI 0.6650, 0.8168, 0.5550 by hand."""
WORLD = {2020: {"CHN": 700, "VNM": 100, "DEU": 190, "KOR": 10}, 2021: {"CHN": 800, "VNM": 100, "DEU": 90, "KOR": 10}}
WORLD[2022] = {"CHN": 800, "VNM": 40, "DEU": 150, "KOR": 10}
"""Exports to the world, 1000 in all: HHI 0.5362, 0.6582, 0.6642 by hand."""


def wire(code="761490"):
    """Return three years of a good: its imports by Korea, and the exports of four nations."""
    rows = []
    for year, parts in WIRE.items():
        rows += [row(year, "KOR", "M", "WLD", code, sum(parts.values()))]
        rows += [row(year, "KOR", "M", partner, code, value) for partner, value in parts.items()]
        rows += [row(year, reporter, "X", "WLD", code, value) for reporter, value in WORLD[year].items()]
    return rows
