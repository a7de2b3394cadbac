"""Trade tables in the format of UN Comtrade, and national ones by a mapping: streamed by DuckDB, no row unaccounted.

A table holds the same trade several times: partners and their sum, modes of transport and customs procedures and their
sums, headings and chapters, re-exports within exports, years and their months. Of each flow one way of telling it is
read; what is left out is counted by reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from airshed.exchange.areas import UNSPECIFIED, WORLD, areas, named_areas
from airshed.exchange.trade_columns import Layout, layout_of
from airshed.pack.errors import AirshedError
from airshed.pack.user_table import Pasted

MEMORY, THREADS = "700MB", 2
NULLS = ("", "null", "NULL", "None", "NA", "N/A", "nan", "NaN", "-")
"""How files write that there is nothing: labels of UN Comtrade are null in files without descriptions."""
IMPORTS, EXPORTS, RE_EXPORTS, RE_IMPORTS = "M", "X", "RX", "RM"
FLOWS = {
    **dict.fromkeys(("m", "1", "import", "imports", "수입", "进口"), IMPORTS),
    **dict.fromkeys(("x", "2", "export", "exports", "수출", "出口"), EXPORTS),
    **dict.fromkeys(("rx", "3", "re-export", "re-exports", "재수출"), RE_EXPORTS),
    **dict.fromkeys(("rm", "4", "re-import", "re-imports", "재수입"), RE_IMPORTS),
}
"""Flows by how files write them; the other codes of UN Comtrade (DX, FM, MIP, XIP ...) are parts of these."""
GROUPS = ("EUR",)
"""Codes of sums of several partners."""
NOT_GOODS, NO_YEAR, NO_VALUE, NO_AREA, GROUP, OWN, LEVEL, PART_FLOW = (
    "services, not goods",
    "no year, or the year 0",
    "no value",
    "a reporter or partner that is not known",
    "a sum of several partners",
    "trade of a reporter with itself: goods that came back",
    "another level of the classification than six digits",
    "a part of another flow: inward processing, domestic exports",
)
REASONS = (NOT_GOODS, NO_YEAR, NO_VALUE, NO_AREA, GROUP, OWN, LEVEL, PART_FLOW)
TWICE, OTHER_REVISION, MONTHS, DETAILS = (
    "the same row again",
    "another revision of the classification",
    "months of a year that is there whole",
    "a part of a sum that is there: mode of transport, customs procedure, second partner",
)
"""Reasons why rows are left out, which the answer tells."""
NEGATIVE, NO_NUMBER = "negative", "no number"
"""Reasons to refuse the table."""
CUT = "the last line has no end: the file may be cut off"
SUMS = ((4, "customs"), (2, "transport"), (1, "second_partner"))
"""What UN Comtrade tells apart within a flow, with the bit of a row that is its sum, the first the strongest."""
BASES = ("", "cif", "fob")
"""Price bases by the number that stands for them while a table is read."""
KEY = ["reporter", "year", "flow", "partner", "commodity"]


@dataclass(frozen=True)
class Trade:
    """What a trade table says.

    rows : reporter, year, flow (M, X, RX, RM), partner (alpha-3, WLD for the sum, '' for no economy), commodity, value
    (in the currency of the table), weight (kg), basis (cif, fob or '' where the table does not say), months
    left_out : reason, rows, value; notes : what else is to be known; currency : of the values
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    currency: str

    @property
    def years(self) -> list[int]:
        """The years of the table."""
        return sorted(int(year) for year in self.rows["year"].unique())


def read_trade(
    path: Path,
    *,
    reporter: str = "",
    commodities: Sequence[str] = (),
    years: Sequence[int] = (),
    mapping: Path | Pasted | None = None,
) -> Trade:
    """Return the trade of a table of any size: imports of a reporter by partner, exports of all reporters.

    reporter : alpha-3, all if empty; commodities : codes of two to six digits with all below them, six-digit codes if
    none; years : all if none; mapping : of a national table, CSV `field,column`
    Raises AirshedError for a file that cannot be read or breaks off, columns that lack, values that are negative or no
    number, two currencies, and two different values of one flow.
    """
    import duckdb

    layout = layout_of(path, mapping)
    with TemporaryDirectory(prefix="airshed-trade-") as folder:
        base = duckdb.connect(str(Path(folder) / "trade.db"))
        try:
            base.execute(f"SET memory_limit='{MEMORY}'; SET threads={THREADS}; SET preserve_insertion_order=false")
            base.execute(f"SET temp_directory='{folder}'; SET enable_progress_bar=false")
            _register(base, layout)
            found = base.execute(_query(path, layout, reporter, commodities, years)).df()
        except duckdb.Error as why:
            raise _told(why, path) from None
        finally:
            base.close()
    return _trade(found, path, layout)


def _register(base: Any, layout: Layout) -> None:
    """Put the ways of writing areas and flows beside the table."""
    held = areas() | (named_areas() if "partner_iso" not in layout.fields else {})
    held |= {word.zfill(3): code for word, code in held.items() if word.isdigit()}
    base.register("areas", pd.DataFrame({"word": list(held), "iso3": list(held.values())}))
    flows = {form: flow for word, flow in FLOWS.items() for form in (word, word.upper(), word.capitalize())}
    base.register("flows", pd.DataFrame({"word": list(flows), "flow": list(flows.values())}))


def _query(path: Path, layout: Layout, reporter: str, commodities: Sequence[str], years: Sequence[int]) -> str:
    """Return the statement that reads the table once and adds up each way of telling a flow."""
    parts = [_typed(layout, flow) for flow in _flows(layout)]
    code = _getter(layout)("commodity").replace("raw.", "")
    body = " UNION ALL ".join(parts)
    wanted = [f"(flow NOT IN ('{IMPORTS}', '{RE_IMPORTS}') OR reporter = {_quoted(reporter)})"] if reporter else []
    wanted += [f"(year IS NULL OR year IN ({', '.join(map(str, years))}))"] if years else []
    if commodities:
        wanted.append("(" + " OR ".join(f"starts_with(commodity, {_quoted(code)})" for code in commodities) + ")")
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    return f"""
WITH raw AS (SELECT *, replace(replace({code}, '.', ''), ' ', '') AS digits FROM {_source(path, layout)}),
typed AS ({body}),
judged AS (SELECT *, {_reason(bool(commodities))} AS reason FROM typed {where})
SELECT coalesce(reason, '') AS reason,
    CASE WHEN reason IS NULL THEN reporter END AS reporter, CASE WHEN reason IS NULL THEN year END AS year,
    CASE WHEN reason IS NULL THEN flow END AS flow,
    CASE WHEN reason IS NULL THEN CASE WHEN flow = '{IMPORTS}' OR partner = '{WORLD}' THEN partner ELSE '*' END END
        AS partner,
    CASE WHEN reason IS NULL THEN commodity END AS commodity,
    CASE WHEN reason IS NULL THEN revision END AS revision, CASE WHEN reason IS NULL THEN totals END AS totals,
    CASE WHEN reason IS NULL THEN monthly END AS monthly,
    sum(value) AS value, min(value) AS least, max(value) AS most, count(*) AS rows, sum(weight) AS weight,
    min(basis) AS basis, max(basis) AS other_basis, bit_count(bit_or(month)) AS months,
    any_value(CASE WHEN reason IS NOT NULL THEN text END) AS example, min(currency) AS currency,
    max(currency) AS other_currency
FROM judged GROUP BY ALL"""


def _source(path: Path, layout: Layout) -> str:
    names = ", ".join(f"{_quoted(name or '_end')}: 'VARCHAR'" for name in layout.columns)
    nulls = ", ".join(map(_quoted, NULLS))
    return (
        f"read_csv({_quoted(str(path))}, auto_detect=false, header=false, skip=1, delim={_quoted(layout.separator)}, "
        f"quote='\"', escape='\"', columns={{{names}}}, nullstr=[{nulls}], null_padding=false, max_line_size=100000)"
    )


def _flows(layout: Layout) -> list[tuple[str, str]]:
    """Return how often a row is read, with its flow and the field of its value: twice where imports and exports are."""
    wide = [(flow, name) for flow, name in ((IMPORTS, "imports"), (EXPORTS, "exports")) if layout.has(name)]
    return wide or [("", "value")]


def _typed(layout: Layout, flow: tuple[str, str]) -> str:
    """Return the statement that gives the rows with one meaning per column."""
    get = _getter(layout)
    scale = layout.constants.get("scale", "1")
    amounts = [get(name) for name in ((flow[1],) if flow[0] else ("value", "cif", "fob")) if layout.has(name)]
    text = f"coalesce({', '.join(amounts)})"
    number = f"try_cast(replace({text}, ',', '') AS DOUBLE)"
    weight = f"nullif(try_cast(replace({get('weight')}, ',', '') AS DOUBLE), 0)"
    totals = [
        f"CASE WHEN coalesce({get(name)}, '0') IN ('0', 'C00') THEN {bit} ELSE 0 END"
        for bit, name in SUMS
        if layout.has(name)
    ]
    kind = get("type")
    basis = f"CASE WHEN {get('cif')} IS NOT NULL THEN 1 WHEN {get('fob')} IS NOT NULL THEN 2 ELSE 0 END"
    said = _quoted(flow[0]) if flow[0] else f"coalesce(flows.flow, {get('flow')})"
    joined = "" if flow[0] else f"LEFT JOIN flows ON flows.word = {get('flow')}"
    return f"""SELECT coalesce({_area(layout, "reporter", "one")}) AS reporter,
    coalesce({_area(layout, "partner", "other")}) AS partner,
    nullif(try_cast(left({get("year")}, 4) AS INTEGER), 0) AS year, {said} AS flow,
    CASE length(digits) WHEN 3 THEN '0' || digits WHEN 5 THEN '0' || digits WHEN 8 THEN left(digits, 6)
        WHEN 10 THEN left(digits, 6) ELSE digits END AS commodity,
    coalesce({get("classification")}, '') AS revision,
    {" + ".join(totals) or "0"} AS totals,
    coalesce({get("frequency")}, 'A') = 'M' AS monthly,
    CASE WHEN {get("frequency")} = 'M' THEN 1 << try_cast(right({get("period")}, 2) AS INTEGER) ELSE 1 END AS month,
    {number} * {scale} AS value, {text} AS text, {weight} AS weight, {basis} AS basis,
    coalesce({kind}, 'C') AS kind, {get("currency")} AS currency
FROM raw {_area_joins(layout, "reporter", "one")} {_area_joins(layout, "partner", "other")} {joined}"""


def _getter(layout: Layout) -> Callable[[str], str]:
    def get(name: str) -> str:
        if name in layout.fields:
            return f'raw."{layout.fields[name].replace(chr(34), chr(34) * 2)}"'
        return _quoted(layout.constants[name]) if name in layout.constants else "CAST(NULL AS VARCHAR)"

    return get


def _area(layout: Layout, name: str, alias: str) -> str:
    """Return the alpha-3 code of an area: by its number, else by its letters."""
    held = [f"{alias}_{end}.iso3" for end in ("number", "letters") if layout.has(_named(name, end))]
    return ", ".join([*held, "NULL"])


def _area_joins(layout: Layout, name: str, alias: str) -> str:
    get = _getter(layout)
    joins: list[str] = []
    for end in ("number", "letters"):
        field = _named(name, end)
        if layout.has(field):
            # Letters are looked up only where a number, such as that of Taiwan, says nothing.
            word = get(field) if not joins else f"CASE WHEN {alias}_number.iso3 IS NULL THEN {get(field)} END"
            joins.append(f"LEFT JOIN areas AS {alias}_{end} ON {alias}_{end}.word = {word}")
    return " ".join(joins)


def _named(name: str, end: str) -> str:
    return name if end == "number" else f"{name}_iso"


def _reason(asked: bool) -> str:
    """Return why a row is not read, NULL where it is; asked : whether commodities are named, of any level."""
    groups = ", ".join(map(_quoted, GROUPS))
    level = "length(commodity) BETWEEN 2 AND 6" if asked else "length(commodity) = 6"
    flows = ", ".join(map(_quoted, (IMPORTS, EXPORTS, RE_EXPORTS, RE_IMPORTS)))
    rules = (
        ("kind <> 'C'", NOT_GOODS),
        ("year IS NULL", NO_YEAR),
        (f"flow IS NULL OR flow NOT IN ({flows})", PART_FLOW),
        ("reporter IS NULL OR partner IS NULL", NO_AREA),
        (f"partner IN ({groups}) OR reporter IN ({groups})", GROUP),
        ("text IS NULL", NO_VALUE),
        ("value IS NULL", NO_NUMBER),
        ("value < 0", NEGATIVE),
        ("reporter = partner", OWN),
        (f"NOT ({level}) OR try_cast(commodity AS INTEGER) IS NULL", LEVEL),
    )
    return "CASE " + " ".join(f"WHEN {rule} THEN {_quoted(reason)}" for rule, reason in rules) + " END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _told(why: Exception, path: Path) -> AirshedError:
    """Return the error that says where a file cannot be read."""
    text = str(why)
    place = re.search(r"on Line:\s*(\d+)", text, re.IGNORECASE)
    line = int(place.group(1)) if place else 0
    if "utf-8" in text.lower() or "unicode" in text.lower():
        return AirshedError("trade-not-utf-8-line", table=path, line=line)
    columns = re.search(r"Expected Number of Columns:\s*(\d+)\s*Found:\s*(\d+)", text)
    if columns:
        expected, found = columns.groups()
        return AirshedError("trade-line-cut", table=path, line=line, found=found, expected=expected)
    return AirshedError("trade-line-wrong", table=path, line=line, why=text.splitlines()[0])


def _trade(found: pd.DataFrame, path: Path, layout: Layout) -> Trade:
    """Return of each flow one way of telling it, with what is left out."""
    for reason in (NO_NUMBER, NEGATIVE):
        wrong = found[found["reason"] == reason]
        if wrong.empty:
            continue
        number, example = int(wrong["rows"].sum()), str(wrong["example"].iloc[0])
        if reason == NO_NUMBER:
            raise AirshedError("trade-value-no-number", table=path, rows=number, example=example)
        raise AirshedError("trade-value-negative", table=path, rows=number, example=example)
    currency = _currency(found, path)
    left = [found[found["reason"] != ""].groupby("reason", as_index=False)[["rows", "value"]].sum()]
    rows = found[found["reason"] == ""].drop(columns="reason").astype({"year": "Int64", "totals": "Int64"})
    for reason, keep in ((OTHER_REVISION, _newest), (DETAILS, _whole), (MONTHS, _annual)):
        held = keep(rows)
        left.append(_counted(rows[~held], reason))
        rows = rows[held]
    rows, again = _once(rows, path, sum(bit for bit, name in SUMS if layout.has(name)))
    left.append(again)
    notes = [CUT] if _without_end(path) else []
    mixed = rows["basis"] != rows["other_basis"]
    rows["basis"] = rows["basis"].map(lambda number: BASES[int(number)])
    return Trade(
        rows.assign(basis=rows["basis"].where(~mixed, "mixed"))[
            [*KEY, "revision", "value", "weight", "basis", "months"]
        ]
        .sort_values(KEY, kind="stable")
        .reset_index(drop=True),
        pd.concat([part for part in left if len(part)], ignore_index=True) if any(map(len, left)) else left[0],
        tuple(notes),
        currency,
    )


def _currency(found: pd.DataFrame, path: Path) -> str:
    """Return the currency of the values; raises AirshedError for two of them."""
    held = sorted({str(word) for name in ("currency", "other_currency") for word in found[name].dropna()})
    if len(held) > 1:
        raise AirshedError("trade-two-currencies", table=path, currencies=", ".join(held))
    return held[0] if held else "USD"


def _counted(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=["reason", "rows", "value"])
    return pd.DataFrame({"reason": [reason], "rows": [int(rows["rows"].sum())], "value": [float(rows["value"].sum())]})


def _newest(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are of the newest revision that a reporter gives for a year."""
    return rows["revision"] == rows.groupby(["reporter", "year"])["revision"].transform("max")


def _whole(rows: pd.DataFrame) -> pd.Series:
    """Return which rows tell a flow with the most sums in place of parts: customs, then transport, then partner."""
    order = rows["totals"].map(lambda bits: (int(bits).bit_count() << 3) + int(bits))
    return order == order.groupby([rows[name] for name in (*KEY, "monthly")]).transform("max")


def _annual(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are of whole years, and months where a reporter gives no year."""
    return rows["monthly"] == rows.groupby(["reporter", "year", "flow"])["monthly"].transform("min")


def _once(rows: pd.DataFrame, path: Path, whole: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each sum once; raises AirshedError where a row is there again with another value.

    whole : bits of a row that is a sum in all that the table tells apart; 0 where it tells nothing apart
    """
    sums = (rows["totals"] == whole) & ~rows["monthly"].astype(bool) & (rows["partner"] != "*") & (whole > 0)
    again = rows[sums & (rows["rows"] > 1)]
    differing = again[again["least"] != again["most"]]
    if len(differing):
        row = differing.iloc[0]
        values = {name: row[name] for name in KEY}
        raise AirshedError("trade-flow-twice", table=path, least=row["least"], most=row["most"], **values)
    same = again[again["least"] == again["most"]]
    rows = rows.assign(value=rows["value"].where(~rows.index.isin(same.index), rows["most"]))
    counted = _counted(same.assign(rows=same["rows"] - 1, value=same["value"] - same["most"]), TWICE)
    return rows, counted


def _without_end(path: Path) -> bool:
    """Return whether the last line of a file that is not packed has no end."""
    if path.suffix == ".gz" or not path.stat().st_size:
        return False
    with path.open("rb") as handle:
        handle.seek(-1, 2)
        return handle.read(1) not in (b"\n", b"\r")


__all__ = ["EXPORTS", "IMPORTS", "RE_EXPORTS", "RE_IMPORTS", "UNSPECIFIED", "WORLD", "Trade", "read_trade"]
