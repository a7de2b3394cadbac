"""What the answer on CO2 says in sentences: how much, how sure, how it grew, and whether it peaked."""

from __future__ import annotations

import pandas as pd

from airshed.answers.ask import Ask
from airshed.answers.transition._accounts import SIGNED, account_name, category_name, megatonnes
from airshed.answers.words import Words
from airshed.assessment.transition.accounts import CITIES, STUDY, accounts, beside_parts, parts_of, totals
from airshed.assessment.transition.co2 import covered_by_cities
from airshed.transition.peak import VERDICTS


def levels(ask: Ask, code: str) -> tuple[int, str, float, list[float]]:
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


def told(
    ask: Ask, rows: pd.DataFrame, peaks: pd.DataFrame, sums: pd.DataFrame, named: tuple[str, ...], words: Words
) -> list[str]:
    _ = words.translate
    said: list[str] = []
    if rows["account"].iloc[0] == CITIES:
        said.append(_cities_told(ask, rows, words))
    year, account, value, others = levels(ask, named[0])
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
    own, now = covered[covered["year"] == last], rows[rows["year"] == last]
    if own.empty or int(own["cities"].iloc[0]) != len(now):
        text = words.translate("In {year} {count} cities have a total, {amount} together; the others are not known.")
        return text.format(year=last, count=len(now), amount=megatonnes(float(now["value"].sum())))
    text = words.translate(
        "In {year} {count} cities have a total, {amount} together: {low} to {high} % of the CO2 of {place}, by what it "
        "is compared with; the other cities are not known."
    )
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
        "{what} in {place}: the study prints {printed} % a year to {year}, which is the change since {since} taken "
        "over {periods} years; over the true {span} years it is {computed} %."
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
    if len(peaks) == 1:
        row = peaks.iloc[0]
        text = _("The CO2 of {place} was highest in {year}: {verdict}.")
        return [
            text.format(place=words.name(str(row["region"])), year=int(row["year"]), verdict=_(str(row["verdict"])))
        ]
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
        "{past} of {count} places are past a peak of CO2 ({named}) by {last}, {rising} were highest in their last "
        "year, and in the others the highest year is not more than noise or too recent; of {called} peaks that the "
        "same rule would have called in earlier years, {passed} were passed later."
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
        "In {year} {count} regions of {place} add up to {parts}, {percent} % beside the {own} of the nation's own "
        "account; the two are not made equal."
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
