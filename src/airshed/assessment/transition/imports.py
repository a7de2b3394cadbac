"""Dependence on imports: shares and concentration of each commodity of a trade table, and the test over three years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from airshed.exchange.comtrade import EXPORTS, IMPORTS, RE_EXPORTS, RE_IMPORTS, UNSPECIFIED, WORLD, Trade, read_trade
from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.user_table import Pasted
from airshed.transition.dependence import CONCENTRATED, WINDOW, criteria_hold, dependent, export_growth

OPEN = "undecided"
YES_NO = {1.0: "yes", 0.0: "no"}
EXCEEDS = 1.005
"""Partners over their sum above which a table contradicts itself, beyond rounding."""
LOW_SHARE, FASTER = 0.1, 1.0
"""A candidate supplies less than this share of the imports, and its exports grow faster than those of the world."""
CANDIDATES = 5
"""Candidates of each commodity, by the growth of their exports."""
REVISIONS = {"H0": 1988, "H1": 1996, "H2": 2002, "H3": 2007, "H4": 2012, "H5": 2017, "H6": 2022}
"""Revisions of the Harmonized System by the year that they are of."""
MIXED, PARTNERS_OVER, NO_EXPORTERS, OLDER = (
    "imports are partly CIF and partly FOB",
    "the partners add to more than the sum of all partners",
    "world exports are those of the reporters of this table alone",
    "in {years} the table follows an older revision, in which {hs} was part of {older}: these years are left out",
)
NOTES = (MIXED, PARTNERS_OVER, NO_EXPORTERS, OLDER)
SHOWN = 12
"""Reporters or codes that an error names."""
FEW = 10
"""Reporters below which exports of a table say little of the world's."""
KEY = ["commodity", "year"]


@dataclass(frozen=True)
class Dependence:
    """What a trade table says of the dependence of a nation.

    rows : a commodity and year each; partners : who supplies what share; substitutes : who could supply instead;
    left_out : rows of the table that were not read, by reason
    """

    reporter: str
    currency: str
    rows: pd.DataFrame
    partners: pd.DataFrame
    substitutes: pd.DataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]


def dependence_of(
    pack: Pack,
    path: Path,
    reporter: str,
    commodities: Sequence[str] = (),
    years: Sequence[int] = (),
    mapping: Path | Pasted | None = None,
) -> Dependence:
    """Return the dependence of a nation on imports by a trade table of UN Comtrade, or a national one by a mapping.

    reporter : alpha-3 code; commodities : codes of the pack or of the Harmonized System, every six-digit code if none
    years : the last three of the table if none
    Raises AirshedError for a reporter, code or year that the table does not have.
    """
    wanted = codes_of(pack, commodities)
    older = _older(pack, wanted)
    trade = read_trade(path, reporter=reporter, commodities=[*wanted, *older], mapping=mapping)
    rows, notes = _at_level(trade.rows, wanted), list(trade.notes)
    if not wanted:
        _refuse_reporter(trade.rows, path, reporter)
    else:
        notes += _refuse_absent(trade, rows, path, reporter, wanted, older, mapping)
    held = _years(rows, years, path)
    rows = rows[rows["year"].isin(held)]
    imports, total = _imports(rows[(rows["flow"] == IMPORTS) & (rows["reporter"] == reporter)])
    exports = _exports(rows)
    table = _rows(imports, total, exports, rows, reporter)
    table = _tested(table, held)
    if exports["reporter"].nunique() < FEW:
        notes.append(NO_EXPORTERS)
    if (imports["basis"] == "mixed").any() or imports[imports["basis"] != ""].groupby("year")["basis"].nunique().gt(
        1
    ).any():
        notes.append(MIXED)
    if (table["unallocated_percent"] < 100 * (1 - EXCEEDS)).any():
        notes.append(PARTNERS_OVER)
    return Dependence(
        reporter,
        trade.currency,
        _named(pack, table),
        _named(pack, imports.drop(columns="basis")),
        _named(pack, _substitutes(imports, exports, reporter, held)),
        trade.left_out,
        tuple(notes),
    )


def codes_of(pack: Pack, commodities: Sequence[str]) -> list[str]:
    """Return the codes of the Harmonized System that are asked; raises AirshedError for a word that is none."""
    table = pack.optional("commodities")
    own = dict(zip(table["code"], table["hs"], strict=True))
    found: list[str] = []
    for word in commodities:
        code = own.get(word, word).replace(".", "").replace(" ", "")
        if word in own and not code:
            raise AirshedError("commodity-no-code", commodity=word)
        if not code.isdigit() or len(code) not in (2, 4, 6):
            raise unknown("commodity", word, [key for key in own if own[key]])
        found.append(code)
    return list(dict.fromkeys(found))


def _older(pack: Pack, wanted: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return by code of an older revision the code that it held, and from when that has one of its own."""
    table = pack.optional("commodity_concordances")
    held = zip(table["older_hs"], table["hs"], table["revision"], strict=True)
    return {older: (hs, int(revision)) for older, hs, revision in held if hs in wanted and older not in wanted}


def _at_level(rows: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Return the rows under the codes that are asked: by that code itself, else the sum of those below it."""
    if not wanted:
        return rows
    parts = []
    for code in wanted:
        held = rows[rows["commodity"].str.startswith(code)]
        whole = held[held["commodity"] == code]
        key = ["reporter", "year", "flow"]
        known = pd.MultiIndex.from_frame(whole[key])
        below = held[(held["commodity"].str.len() == 6) & ~pd.MultiIndex.from_frame(held[key]).isin(known)]
        summed = below.groupby([*key, "partner"], as_index=False).agg(
            value=("value", "sum"), weight=("weight", "sum"), basis=("basis", _same), revision=("revision", "max")
        )
        parts.append(pd.concat([whole, summed.assign(commodity=code)], ignore_index=True))
    return pd.concat(parts, ignore_index=True)


def _same(words: pd.Series) -> str:
    held = list(words.unique())
    return str(held[0]) if len(held) == 1 else "mixed"


def _refuse_reporter(rows: pd.DataFrame, path: Path, reporter: str) -> None:
    """Raise AirshedError for a table without imports of a reporter, naming those that it has."""
    if not len(rows[(rows["flow"] == IMPORTS) & (rows["reporter"] == reporter)]):
        reporters = ", ".join(sorted(rows["reporter"].unique())[:SHOWN]) or "–"
        raise AirshedError("trade-no-imports-of", table=path, reporter=reporter, known=reporters)


def _refuse_absent(
    trade: Trade,
    rows: pd.DataFrame,
    path: Path,
    reporter: str,
    wanted: Sequence[str],
    older: dict[str, tuple[str, int]],
    mapping: Path | Pasted | None,
) -> list[str]:
    """Raise AirshedError for a code that the table does not have; return what older revisions make of the others."""
    notes = []
    mine = rows[rows["flow"] == IMPORTS]
    for code in wanted:
        present = set(mine.loc[mine["commodity"] == code, "year"])
        before = [(old, since) for old, (new, since) in older.items() if new == code]
        for old, since in before:
            held = trade.rows[(trade.rows["commodity"] == old) & (trade.rows["flow"] == IMPORTS)]
            early = held[held["revision"].map(REVISIONS).fillna(0) < since]
            years = sorted({int(year) for year in early["year"]} - present)
            if years:
                notes.append(OLDER.format(years=", ".join(map(str, years)), hs=code, older=old))
        if not present and not notes:
            every = read_trade(path, reporter=reporter, mapping=mapping).rows
            _refuse_reporter(every, path, reporter)
            known = sorted(every.loc[every["flow"] == IMPORTS, "commodity"].unique())
            near = [other for other in known if other[:2] == code[:2]] or known
            raise AirshedError("commodity-not-in-table", table=path, code=code, known=", ".join(near[:SHOWN]))
    return notes


def _years(rows: pd.DataFrame, years: Sequence[int], path: Path) -> list[int]:
    known = sorted({int(year) for year in rows.loc[rows["flow"] == IMPORTS, "year"]})
    missing = [year for year in years if year not in known]
    if missing:
        raise AirshedError(
            "trade-no-year", table=path, years=", ".join(map(str, missing)), known=", ".join(map(str, known)) or "–"
        )
    return sorted(years) or known[-WINDOW:]


def _imports(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return imports by partner with their share of all, in percent, and all imports by commodity and year."""
    sums = rows[rows["partner"] == WORLD].set_index(KEY)["value"]
    parts = rows[rows["partner"] != WORLD]
    total = sums.reindex(parts.set_index(KEY).index.union(sums.index).unique())
    total = total.fillna(parts.groupby(KEY)["value"].sum())
    named = parts[parts["partner"] != UNSPECIFIED].copy()
    named["share_percent"] = 100 * named["value"] / total.reindex(pd.MultiIndex.from_frame(named[KEY])).to_numpy()
    columns = [*KEY, "partner", "value", "share_percent", "weight", "basis"]
    named = named.sort_values([*KEY, "value"], ascending=[True, True, False], kind="stable")
    return named[columns].reset_index(drop=True), total


def _exports(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the exports of each reporter to the world, by commodity and year; the sum of partners where none is."""
    held = rows[rows["flow"] == EXPORTS]
    sums = held[held["partner"] == WORLD]
    key = ["reporter", *KEY]
    parts: pd.DataFrame = held[held["partner"] != WORLD].groupby(key)["value"].sum().reset_index()
    known = pd.MultiIndex.from_frame(sums[key])
    parts = parts.loc[~pd.MultiIndex.from_frame(parts[key]).isin(known)]
    return pd.concat([sums[[*key, "value"]], parts], ignore_index=True)


def _squares(values: pd.Series, by: list[pd.Series]) -> pd.Series:
    """Return the Herfindahl-Hirschman index of each group."""
    squared, total = (values**2).groupby(by).sum(), values.groupby(by).sum()
    return squared / (total**2).where(total > 0)


def _rows(
    imports: pd.DataFrame, total: pd.Series, exports: pd.DataFrame, rows: pd.DataFrame, reporter: str
) -> pd.DataFrame:
    by = [imports[name] for name in KEY]
    first = imports.groupby(KEY, sort=True).first()
    table = pd.DataFrame({"imports": total.sort_index()})
    table["supplier"], table["share_percent"] = first["partner"], first["share_percent"]
    table["partners"] = imports[imports["value"] > 0].groupby(KEY).size()
    table["hhi_imports"] = _squares(imports["value"], by)
    table["unallocated_percent"] = 100 - imports.groupby(KEY)["share_percent"].sum()
    spare = (table["unallocated_percent"].fillna(100).clip(lower=0) / 100) ** 2
    table["hhi_low"] = ((imports["share_percent"] / 100) ** 2).groupby(by).sum()
    table["hhi_high"] = (table["hhi_low"].fillna(0) + spare).clip(upper=1)
    table["hhi_exports"] = _squares(exports["value"], [exports[name] for name in KEY])
    table["exporters"] = exports[exports["value"] > 0].groupby(KEY)["reporter"].nunique()
    mine = exports[exports["reporter"] == reporter].set_index(KEY)["value"]
    table["exports"] = mine
    table["import_export_ratio"] = table["imports"] / table["exports"].where(table["exports"] > 0)
    for name, flow in (("re_exports", RE_EXPORTS), ("re_imports", RE_IMPORTS)):
        again = rows[(rows["flow"] == flow) & (rows["reporter"] == reporter) & (rows["partner"] == WORLD)]
        table[name] = again.groupby(KEY)["value"].sum()
    return table.reset_index()


def _tested(table: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Return the rows with what the criteria say of each year, and of the window."""
    sure = (table["hhi_low"] > CONCENTRATED) == (table["hhi_high"] > CONCENTRATED)
    concentrated = table["hhi_low"].where(sure & table["hhi_low"].notna())
    enough = table["hhi_exports"].where(table["exporters"] > 1)
    known = (concentrated, enough, table["imports"], table["exports"])
    holds = criteria_hold(*(column.to_numpy(dtype=float) for column in known))
    table = table.assign(holds=holds)
    window = list(years)[-WINDOW:]
    wide = table.pivot(index="commodity", columns="year", values="holds").reindex(columns=window)
    verdicts = {code: dependent(row) for code, row in zip(wide.index, wide.to_numpy(dtype=float), strict=True)}
    return table.assign(
        holds=[YES_NO.get(value, OPEN) for value in holds],
        dependent=[YES_NO.get(verdicts[code], OPEN) for code in table["commodity"]],
    )


def _substitutes(imports: pd.DataFrame, exports: pd.DataFrame, reporter: str, years: Sequence[int]) -> pd.DataFrame:
    """Return other suppliers whose exports grew faster than the world's, and who supply little so far."""
    first, last = (exports[exports["year"] == year] for year in (years[0], years[-1])) if years else (exports, exports)
    both = first.merge(last, on=["commodity", "reporter"], suffixes=("_first", "_last"))
    share = imports[imports["year"] == (years[-1] if years else 0)].set_index(["commodity", "partner"])["share_percent"]
    parts = []
    for code, held in both[both["reporter"] != reporter].groupby("commodity"):
        growth, beside = export_growth(held["value_first"].to_numpy(), held["value_last"].to_numpy())
        mine = share.reindex(pd.MultiIndex.from_arrays([[code] * len(held), held["reporter"]])).fillna(0.0).to_numpy()
        table = pd.DataFrame({"commodity": code, "supplier": held["reporter"].to_numpy(), "first_year": years[0]})
        table = table.assign(
            last_year=years[-1],
            exports_first=held["value_first"].to_numpy(),
            exports_last=held["value_last"].to_numpy(),
            growth=growth,
            beside_world=beside,
            share_percent=mine,
        )
        chosen = table[(table["growth"] > 0) & (table["beside_world"] > FASTER) & (mine < 100 * LOW_SHARE)]
        parts.append(chosen.nlargest(CANDIDATES, "growth", keep="all"))
    columns = ["commodity", "supplier", "first_year", "last_year", "exports_first", "exports_last", "growth"]
    empty = pd.DataFrame(columns=[*columns, "beside_world", "share_percent"])
    return pd.concat(parts, ignore_index=True) if parts and len(years) > 1 else empty


def _named(pack: Pack, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the pack's own code of a commodity beside that of the Harmonized System."""
    own = pack.optional("commodities")
    codes = {hs: code for hs, code in zip(own["hs"], own["code"], strict=True) if hs}
    names = [codes.get(hs, hs) for hs in table["commodity"]]
    table = table.rename(columns={"commodity": "hs"})
    table.insert(0, "commodity", names)
    return table.reset_index(drop=True)


__all__ = ["NOTES", "Dependence", "codes_of", "dependence_of"]
