"""CO2 by nation, region, city, sector and year: its growth as printed and over the true span, and whether it peaked."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain
from airshed.answers.common import OneYear
from airshed.answers.transition._accounts import (
    ONE,
    SIGNED,
    account_name,
    amounts,
    category_name,
    co2_places,
    co2_sectors,
    megatonnes,
)
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.transition.accounts import (
    CITIES,
    STUDY,
    TOTAL,
    accounts,
    beside_parts,
    parts_of,
    places,
    totals,
)
from airshed.assessment.transition.co2 import NOTES, co2_table, covered_by_cities
from airshed.assessment.transition.peaks import peak_table
from airshed.charts.colours import colours
from airshed.charts.emissions import stacked_emissions
from airshed.pack.codes import children
from airshed.transition.peak import VERDICTS

CHARTED = 4
"""Places of the chart."""
SHOWN = ("region", "city", "category", "sector", "year", "value", "growth_printed", "growth_computed", "since")
MORE = (
    "growth_difference",
    "printed_periods",
    "share_percent",
    "per_head",
    "per_gdp",
    "money",
    "account",
    "note",
    "source",
)
RULE = (
    "A peak is a highest year that lies above the mean of at least three later years by more than the noise of the "
    "series explains; the rule does not know what happens next."
)


class Co2Question(Query):
    """Whose CO2, of what and when."""

    region: tuple[str, ...] = Field(
        default=(), description="nations, regions or groups; the nations of the account if none", max_length=20
    )
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    year: tuple[OneYear, ...] = Field(
        default=(),
        description="years; growth is since the one before; all of the account if none",
        max_length=40,
        json_schema_extra={"flag": "--years"},
    )
    by: Literal["sector", "region", "city"] = Field(
        default="sector", description="what is kept apart: sectors, whole regions, or the cities in them"
    )
    account: str | None = Field(
        default=None, description="whose numbers: the first that holds the place if empty", max_length=60
    )


def co2(ask: Ask, words: Words, question: Co2Question) -> Content:
    """Return CO2 with growth, shares, per head and per GDP, peaks, and what accounts differ by."""
    _, pack, asked = words.translate, ask.pack, question

    def make() -> pd.DataFrame:
        return co2_table(pack, asked.region, asked.sector, asked.year, asked.by, asked.account or "")

    rows = ask.ask(("co2", asked), make)
    shown = tuple(dict.fromkeys(rows["region"]))
    named = asked.region or shown if asked.by != "city" else _homes(ask, shown)
    peaks = ask.ask(("co2 peaks", named), lambda: peak_table(pack, named))
    sums = pd.concat(
        [beside_parts(pack, name, code) for name in accounts(pack) for code in named if name != STUDY] or [rows[:0]]
    )
    course = _course(ask, named)
    sheets = [_sheet(rows, words, bool(asked.year)), *_further(ask, asked, peaks, sums, words)]
    panels = []
    if len(course):
        sheets.append(Sheet("course", _("CO2 by sector and year, Mt a year"), course, cells=amounts(words)))
        panels = [Panel(_figure(course, words), "course")]
    return Content(
        title=_("CO2"),
        sheets=tuple(sheets),
        panels=tuple(panels),
        equations=("compound-growth", "peak-test", "year-noise"),
        sentences=tuple(_told(ask, rows, peaks, sums, named, words)),
        cards=_cards(ask, rows, peaks, named, words),
        held={"region": shown} if asked.by != "city" else {},
    )


def _homes(ask: Ask, regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the nations of regions."""
    homes = [nation for nation, parts in children(ask.pack).items() if set(parts) & set(regions)]
    return tuple(homes) or regions


def _sheet(rows: pd.DataFrame, words: Words, dated: bool) -> Sheet:
    cells = {
        **amounts(words),
        **dict.fromkeys(("growth_printed", "growth_computed", "growth_difference"), SIGNED),
        "share_percent": ONE,
        "per_head": fixed(2),
        "per_gdp": plain,
        "since": lambda year: "" if year is None or pd.isna(year) else str(int(year)),
        "printed_periods": lambda number: str(int(number)) if number else "",
    }
    # A course over decades shows its last year; all years are in the files.
    long = len(set(rows["year"])) > CHARTED + 1 and not dated
    return Sheet(
        "co2",
        words.translate("CO2, Mt a year"),
        rows,
        tuple(name for name in (*SHOWN, *MORE) if name in rows),
        {"per_head": words.translate("t per head"), "per_gdp": words.translate("kg per unit of GDP")},
        cells,
        NOTES,
        lead=True,
        brief=_latest if long else None,
        spare=("printed_periods", "money", "growth_difference", "since", "account"),
    )


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last year of every place."""
    return rows[rows["year"] == rows.groupby("region")["year"].transform("max")]


def _further(ask: Ask, asked: Co2Question, peaks: pd.DataFrame, sums: pd.DataFrame, words: Words) -> list[Sheet]:
    """Return the tables of peaks, of nations beside their regions, and of what the cities cover."""
    _ = words.translate
    found = []
    if len(peaks):
        cells = {
            **amounts(words),
            **dict.fromkeys(("drop_percent", "noise_percent"), ONE),
            **dict.fromkeys(("score", "bound"), fixed(2)),
        }
        shown = ("region", "year", "value", "later", "drop_percent", "noise_percent", "score", "bound", "verdict")
        title = _("The highest year, and whether it is a peak")
        spare = ("bound", "score", "later", "account")
        found.append(
            Sheet("peaks", title, peaks, (*shown, "account", "source"), cells=cells, said=_(RULE), spare=spare)
        )
    if len(sums):
        cells = {**amounts(words), "parts": ONE, "difference": SIGNED, "difference_percent": SIGNED}
        cells["missing"] = lambda codes: words.listed(words.name(code) for code in str(codes).split())
        title = _("A nation beside the sum of its regions, Mt a year: neither is scaled")
        found.append(
            Sheet("sums", title, sums, cells=cells, brief=lambda rows: rows.sort_values("year").tail(CHARTED + 1))
        )
    if asked.by == "city":
        covered = ask.ask("co2 of cities beside others", lambda: covered_by_cities(ask.pack))
        cells = {**amounts(words), "own_percent": ONE, "parts_percent": ONE}
        found.append(Sheet("coverage", _("What the cities cover, percent"), covered, cells=cells))
    return found


def _course(ask: Ask, regions: tuple[str, ...]) -> pd.DataFrame:
    """Return the years of the first places by sector, each of the first account with a course."""
    pack = ask.pack

    def make() -> pd.DataFrame:
        found = []
        for code in regions[:CHARTED]:
            name = next((one for one in accounts(pack) if one != STUDY and _long(ask, one, code)), "")
            if name:
                rows = co2_table(pack, [code], account=name)
                found.append(
                    rows[rows["sector"] != TOTAL][["region", "sector", "year", "value", "unit", "account", "source"]]
                )
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame()

    return ask.ask(("co2 course", regions[:CHARTED]), make)


def _long(ask: Ask, account: str, code: str) -> bool:
    """Return whether an account holds several years of a place."""
    wide = totals(ask.pack, account)
    parts, _ = parts_of(ask.pack, code, places(ask.pack, account))
    return bool(parts) and int(wide.loc[parts].notna().all(axis=0).sum()) > CHARTED


def _figure(course: pd.DataFrame, words: Words) -> Figure:
    _ = words.translate
    order = [str(code) for code in words.pack.table("sectors")["code"] if code in set(course["sector"])]
    named = {
        code: f"{words.name(code)} ({account_name(name, words)})"
        for code, name in zip(course["region"], course["account"], strict=True)
    }
    rows = pd.DataFrame(
        {
            "pollutant": course["region"].map(named),
            "year": course["year"],
            "sector": course["sector"].map(words.name),
            "value": course["value"],
        }
    )
    title = _("CO2 by sector")
    chart = stacked_emissions(
        rows,
        category="sector",
        order=[words.name(code) for code in order],
        colours=colours(words.pack, order),
        title=title,
        subtitle=_("Mt a year; in brackets: whose account"),
        axis=_("Mt a year"),
    )
    return Figure("course", chart, title, _("Accounts differ in what they count; they are kept apart."))


def _levels(ask: Ask, code: str) -> tuple[int, str, float, list[float]]:
    """Return the last total of a place with its year and account, and what others say of that year."""
    pack = ask.pack
    first: tuple[int, str, float] | None = None
    others: list[float] = []
    for name in (one for one in accounts(pack) if one != STUDY):
        wide = totals(pack, name)
        parts, _ = parts_of(pack, code, list(wide.index))
        course = wide.loc[parts].sum(axis=0, min_count=len(parts)).dropna() if parts else pd.Series(dtype=float)
        if course.empty:
            continue
        if first is None:
            first = (int(course.index[-1]), name, float(course.iloc[-1]))
        elif first[0] in course.index:
            others.append(float(course[first[0]]))
        beside = beside_parts(pack, name, code)
        others += [float(value) for value in beside.loc[beside["year"] == first[0], "parts"]]
    return (*first, others) if first else (0, "", float("nan"), [])


def _told(
    ask: Ask, rows: pd.DataFrame, peaks: pd.DataFrame, sums: pd.DataFrame, named: tuple[str, ...], words: Words
) -> list[str]:
    _ = words.translate
    said: list[str] = []
    if rows["account"].iloc[0] == CITIES:
        said.append(_cities_told(ask, rows, words))
    year, account, value, others = _levels(ask, named[0])
    if account:
        held = {
            "year": year,
            "place": words.name(named[0]),
            "amount": megatonnes(value),
            "account": account_name(account, words),
        }
        text = _("In {year} {place} emitted {amount} of CO2 by {account}; no other account says how sure that is.")
        if others:
            text = _(
                "In {year} {place} emitted {amount} of CO2 by {account}; other accounts and the sum of its regions lie "
                "between {low} and {high}."
            )
            held |= {"low": megatonnes(min(others)), "high": megatonnes(max(others))}
        said.append(text.format(**held))
    said += _growth_told(rows, words)
    said += _peaks_told(peaks, words)
    said += _sums_told(sums, words)
    return said


def _cities_told(ask: Ask, rows: pd.DataFrame, words: Words) -> str:
    covered = covered_by_cities(ask.pack)
    last = int(rows["year"].max())
    own = covered[covered["year"] == last]
    text = words.translate(
        "In {year} {count} cities have a total, {amount} together: {low} to {high} % of the CO2 of {place}, by what it is "
        "compared with; the other cities are not known."
    )
    if own.empty:
        plain_text = words.translate(
            "In {year} {count} cities have a total, {amount} together; the others are not known."
        )
        now = rows[rows["year"] == last]
        return plain_text.format(year=last, count=len(now), amount=megatonnes(float(now["value"].sum())))
    row = own.iloc[0]
    shares = sorted([float(row["own_percent"]), float(row["parts_percent"])])
    return text.format(
        year=last,
        count=int(row["cities"]),
        amount=megatonnes(float(row["value"])),
        low=f"{shares[0]:.0f}",
        high=f"{shares[1]:.0f}",
        place=words.name(str(row["region"])),
    )


def _growth_told(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return the growth of the largest row whose printed growth was taken over another span than the true one."""
    if "printed_periods" not in rows:
        return []
    odd = rows[(rows["printed_periods"] > 0) & (rows["printed_periods"] != rows["year"] - rows["since"])]
    if odd.empty:
        return []
    row = odd.nlargest(1, "value").iloc[0]
    text = words.translate(
        "{what} in {place}: the study prints {printed} % a year to {year}, which is the change since {since} taken over "
        "{periods} years; over the true {span} years it is {computed} %."
    )
    what = category_name(str(row["category"]), words) or words.name(str(row["sector"]))
    return [
        text.format(
            what=what[:1].upper() + what[1:],
            place=words.name(str(row["region"])),
            printed=SIGNED(float(row["growth_printed"])),
            computed=SIGNED(float(row["growth_computed"])),
            year=int(row["year"]),
            since=int(row["since"]),
            periods=int(row["printed_periods"]),
            span=int(row["year"]) - int(row["since"]),
        )
    ]


def _peaks_told(peaks: pd.DataFrame, words: Words) -> list[str]:
    """Return which places are past a peak, and how the rule would have done in earlier years."""
    if peaks.empty:
        return []
    _ = words.translate
    past = peaks[peaks["verdict"] == VERDICTS[0]]
    rising = int((peaks["verdict"] == VERDICTS[3]).sum())
    last = int(peaks["last"].max())
    if past.empty:
        text = _("None of {count} places is past a peak of CO2 by {last}; {rising} were highest in their last year.")
        return [text.format(count=len(peaks), last=last, rising=rising)]
    named = words.listed(
        f"{words.name(str(code))} {year}" for code, year in zip(past["region"], past["year"], strict=True)
    )
    text = _(
        "{past} of {count} places are past a peak of CO2 ({named}) by {last}, {rising} were highest in their last year, and "
        "in the others the highest year is not more than noise or too recent; of {called} peaks that the same rule would "
        "have called in earlier years, {passed} were passed later."
    )
    return [
        text.format(
            past=len(past),
            count=len(peaks),
            named=named,
            last=last,
            rising=rising,
            called=int(peaks["called"].sum()),
            passed=int(peaks["passed"].sum()),
        )
    ]


def _sums_told(sums: pd.DataFrame, words: Words) -> list[str]:
    if sums.empty:
        return []
    row = sums.sort_values("year").iloc[-1]
    text = words.translate(
        "In {year} {count} regions of {place} add up to {parts}, {percent} % beside the {own} of the nation's own account; "
        "the two are not made equal."
    )
    return [
        text.format(
            year=int(row["year"]),
            count=int(row["regions"]),
            place=words.name(str(row["region"])),
            parts=megatonnes(float(row["parts"])),
            own=megatonnes(float(row["value"])),
            percent=SIGNED(float(row["difference_percent"])),
        )
    ]


def _cards(ask: Ask, rows: pd.DataFrame, peaks: pd.DataFrame, named: tuple[str, ...], words: Words) -> tuple[Card, ...]:
    _ = words.translate
    year, account, value, _others = _levels(ask, named[0])
    found = []
    if account:
        detail = f"{words.name(named[0])}, {year}, {account_name(account, words)}"
        found.append(Card(megatonnes(value), _("of CO2"), detail))
    grown = rows[rows["growth_computed"].notna() & (rows["region"] == rows["region"].iloc[0])]
    if len(grown):
        latest = grown[grown["year"] == grown["year"].max()]
        row: Any = latest.nlargest(1, "value").iloc[0]
        what = category_name(str(row.get("category", "")), words) or words.name(str(row["sector"]))
        place = words.name(str(row["region"]))
        found.append(
            Card(
                f"{SIGNED(float(row['growth_computed']))} %",
                _("growth a year"),
                f"{what}, {place}, {int(row['since'])}-{int(row['year'])}",
            )
        )
    if len(peaks):
        past = int((peaks["verdict"] == VERDICTS[0]).sum())
        found.append(Card(f"{past} / {len(peaks)}", _("places past a peak of CO2"), str(int(peaks["last"].max()))))
    return tuple(found)


ANSWER = Entry(
    title="CO2",
    question=Co2Question,
    make=co2,
    choices={"region": co2_places, "sector": co2_sectors, "account": accounts},
)
