"""What holding an activity down for a season saved: several answers to what would have been generated without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.emissions.activity_form import ActivityScenario, activity_rows
from airshed.emissions.activity_table import MONTHS, UNCONTROLLED, activity_table, held_regions
from airshed.emissions.effects import shapley_effects
from airshed.pack.bounds import once
from airshed.pack.codes import country_of
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.units import factor

UNIT = "MWh"
IN_KILOTONNES = ("efficiencies",)
"""Tables that an answer in kilotonnes needs."""
CONTROLLED = ("technology_effects", "controls")
"""Tables without which it counts as if plants removed nothing."""
SEASON = "season"
ITSELF = "the months it is compared with were curtailed themselves: not in the range"
PARTLY = "months of comparison hold {codes}, when a few plants stood"
NOT_THERE = "the activities do not reach back far enough"
NOTES = (ITSELF, PARTLY, NOT_THERE, UNCONTROLLED)
"""Templates of the notes, for translation."""


def shift(month: str, by: int) -> str:
    """Return the month that lies `by` months later.

    >>> shift("2019-12", 1), shift("2020-01", -12)
    ('2020-01', '2019-01')
    """
    count = MONTHS * int(month[:4]) + int(month[5:7]) - 1 + by
    return f"{count // MONTHS:04d}-{count % MONTHS + 1:02d}"


def months_of(period: str) -> list[str]:
    """Return the months from the first to the last of a period, of a single month itself.

    >>> months_of("2019-12/2020-02")
    ['2019-12', '2020-01', '2020-02']
    """
    first, _, last = period.partition("/")
    months = [first]
    while months[-1] < (last or first):
        months.append(shift(months[-1], 1))
    return months


@dataclass(frozen=True)
class Case:
    """One season at one place: what the counterfactuals look at.

    months : of the season; held : energy of the activity by month here
    thermal : energy of all activities of the sector by month in the nation
    curtailed : months in which any season held it down
    """

    months: list[str]
    held: Mapping[str, float]
    thermal: Mapping[str, float]
    curtailed: frozenset[str]

    def total(self, series: Mapping[str, float], months: Sequence[str]) -> float:
        """Return the sum over months, NaN where one of them is not known."""
        return float(sum(series.get(month, float("nan")) for month in months))

    def free(self, month: str) -> list[str]:
        """Return the months without a season that are the same month of the calendar."""
        return [other for other in sorted(self.thermal) if other[5:] == month[5:] and other not in self.curtailed]

    def before(self, back: int = 0) -> list[str]:
        """Return the months between the season `back` years earlier and the one before it."""
        first = shift(self.months[0], -MONTHS * back)
        return [shift(first, -step) for step in range(MONTHS - len(self.months), 0, -1)]

    def last_free(self) -> int:
        """Return how many years lie between the season and the last one that was free; 0 if there is none."""
        for back in range(1, MONTHS):
            months = [shift(month, -MONTHS * back) for month in [*self.months, *self.before()]]
            free = not set(months[: len(self.months)]) & self.curtailed
            if free and all(month in self.thermal for month in months):
                return back
        return 0


def last_year(case: Case) -> tuple[float, list[str]]:
    """Return the same months one year earlier."""
    months = [shift(month, -MONTHS) for month in case.months]
    return case.total(case.held, months), months


def free_mean(case: Case) -> tuple[float, list[str]]:
    """Return, month by month, the mean of the same months of all years without a season."""
    free = [case.free(month) for month in case.months]
    value = sum(case.total(case.held, months) / len(months) if months else float("nan") for months in free)
    return value, [month for months in free for month in months]


def free_share(case: Case) -> tuple[float, list[str]]:
    """Return the nation's thermal generation of the season, at the activity's share in the same months without one."""
    free = [case.free(month) for month in case.months]
    value = 0.0
    for month, others in zip(case.months, free, strict=True):
        whole = case.total(case.thermal, others)
        share = case.total(case.held, others) / whole if whole > 0 else float("nan")
        value += case.total(case.thermal, [month]) * share
    return value, [month for months in free for month in months]


def earlier_share(case: Case) -> tuple[float, list[str]]:
    """Return the nation's thermal generation of the season, at the activity's share in the months right before it."""
    before = case.before()
    whole = case.total(case.thermal, before)
    share = case.total(case.held, before) / whole if whole > 0 else float("nan")
    return case.total(case.thermal, case.months) * share, before


def trend(case: Case) -> tuple[float, list[str]]:
    """Return the last season without curtailment, changed like the months right before the two seasons."""
    back = case.last_free()
    if not back:
        return float("nan"), []
    months = [shift(month, -MONTHS * back) for month in case.months]
    then, now = case.total(case.held, case.before(back)), case.total(case.held, case.before())
    value = case.total(case.held, months) * now / then if then > 0 else float("nan")
    return value, [*months, *case.before(back), *case.before()]


Counterfactual = Callable[[Case], tuple[float, list[str]]]
COUNTERFACTUALS: dict[str, tuple[str, Counterfactual]] = {
    "last-year": ("the same months one year earlier", last_year),
    "free-mean": ("mean of the same months of all years without a season", free_mean),
    "free-share": ("share of the nation's thermal power in the same months of years without a season", free_share),
    "earlier-share": ("share of the nation's thermal power in the months right before the season", earlier_share),
    "trend": ("last season without curtailment, changed like the months before it", trend),
}
"""What might have been generated without the curtailment: name, what it says, and the function."""


@equation(
    key="curtailment-saved",
    title="Saved by a curtailment",
    latex=r"s = 100\,\frac{G' - G}{G'}",
    units="percent of the emission without curtailment",
    citation="definition; factor and efficiency of one fuel cancel. G': generated without it, by a counterfactual",
)
def saved_percent(generated: float, counterfactual: float) -> float:
    """Return what was saved in percent of the counterfactual, negative where more was generated; NaN without one.

    >>> saved_percent(75.0, 100.0)
    25.0
    """
    return 100.0 * (counterfactual - generated) / counterfactual if counterfactual > 0 else float("nan")


def curtailment_table(
    pack: Pack, regions: Sequence[str] = (), pollutant: str | None = None, scenario: ActivityScenario | None = None
) -> pd.DataFrame:
    """Return what each season saved, against every counterfactual.

    regions : codes of regions, nations or groups; without any, the regions of the curtailments
    pollutant : adds saved_kt, the emission of the season times saved over generated, which needs what `activity_table`
        needs; without a control strategy it counts as if plants removed nothing
    returns : columns winter, region, counterfactual, generated (MWh), counterfactual_value (MWh), saved_percent, low
        and high (of the counterfactuals that are not curtailed themselves), with a pollutant saved_kt, then basis,
        source, note
    """
    seasons = pack.table("curtailments")
    every = seasons
    seasons = seasons[seasons["kind"] == SEASON]
    if seasons.empty:
        raise MissingTableError("curtailments", Phrase("detail-no-row-kind-season"))
    scenario = scenario or ActivityScenario()
    records: list[dict[str, Any]] = []
    for season in [{str(key): cell for key, cell in row.items()} for _, row in seasons.iterrows()]:
        for code in once(regions or [season["region"]]):
            rows = _season_rows(pack, season, code, every)
            if pollutant is not None:
                emitted, cited = _emitted(pack, season, code, pollutant, scenario)
                rows = [_in_kilotonnes(row, emitted, cited, bool(scenario.strategy)) for row in rows]
            records += rows
    table = pd.DataFrame.from_records(records)
    last = ["basis", "source", "note"]
    return table[[name for name in table.columns if name not in last] + last]


def _in_kilotonnes(row: Mapping[str, Any], emitted: float, cited: str, controlled: bool) -> dict[str, Any]:
    """Return a row with what was saved in kilotonnes; emitted : in the season, kt; cited : its sources."""
    saved = emitted * (row["counterfactual_value"] / row["generated"] - 1.0)
    notes = [note for note in (row["note"], "" if controlled else UNCONTROLLED) if note]
    source = " ".join(dict.fromkeys(f"{row['source']} {cited}".split()))
    return {**row, "saved_kt": saved, "source": source, "note": "; ".join(notes)}


def _season_rows(pack: Pack, season: Mapping[str, Any], code: str, every: pd.DataFrame) -> list[dict[str, Any]]:
    case, sources = make_case(pack, season, code, every)
    generated = case.total(case.held, case.months)
    if not generated > 0:
        raise MissingTableError(
            "activities",
            Phrase("detail-activity-of-season", activity=season["activity"], code=code, period=season["period"]),
        )
    partial = {
        row["code"]: set(months_of(row["period"]))
        for row in every[every["kind"] != SEASON].to_dict("records")
        if row["activity"] == season["activity"]
    }
    rows = []
    for name, (_, function) in COUNTERFACTUALS.items():
        value, months = function(case)
        touched = sorted(held for held, during in partial.items() if during & set(months))
        notes = [PARTLY.format(codes=", ".join(touched))] if touched else []
        notes += [ITSELF] if set(months) & case.curtailed - set(case.months) else []
        notes += [NOT_THERE] if np.isnan(value) else []
        rows.append(
            {
                "winter": season["code"],
                "region": code,
                "counterfactual": name,
                "generated": generated,
                "counterfactual_value": value,
                "saved_percent": saved_percent(generated, value),
                "basis": "derived",
                "source": " ".join(dict.fromkeys([*sources, season["source"]])),
                "note": "; ".join(notes),
            }
        )
    inside = [row["saved_percent"] for row in rows if ITSELF not in row["note"] and np.isfinite(row["saved_percent"])]
    ends = {"low": min(inside, default=float("nan")), "high": max(inside, default=float("nan"))}
    return [row | ends for row in rows]


def make_case(pack: Pack, season: Mapping[str, Any], code: str, every: pd.DataFrame) -> tuple[Case, list[str]]:
    """Return what the counterfactuals of a season at a place look at, and the sources of the activities.

    A month in which the nation has rows and the place has none counts as nothing: its plants are closed.
    """
    rows = activity_rows(pack)
    rows = rows[rows["sector"] == season["sector"]]
    scale = factor("GJ", UNIT)
    present = list(dict.fromkeys(rows["region"]))
    held = held_regions(pack, code, present)
    home = country_of(pack)
    nation = held_regions(pack, home[held[0]], present)
    if len({home[region] for region in held}) > 1:
        raise AirshedError("lies-several-nations", code=code)
    own = rows[rows["region"].isin(held) & (rows["activity"] == season["activity"])]
    whole = rows[rows["region"].isin(nation)]
    known = set(whole["period"])
    series = {str(month): 0.0 for month in known} | (own.groupby("period")["value"].sum() * scale).to_dict()
    seasons = every[(every["kind"] == SEASON) & (every["activity"] == season["activity"])]
    curtailed = frozenset(month for period in seasons["period"] for month in months_of(period))
    thermal = (whole.groupby("period")["value"].sum() * scale).to_dict()
    sources = list(dict.fromkeys([*own["source"], *whole["source"]]))
    return Case(months_of(str(season["period"])), series, thermal, curtailed), sources


def unprompted_change(pack: Pack, season: Mapping[str, Any], code: str) -> tuple[list[str], float]:
    """Return how much generation changed between two years without a season: what a comparison may show by itself.

    returns : the months of the later year that are in the calendar of the season, and their change to the same months a
        year before in percent; NaN where the activities do not hold two such years
    """
    case, _ = make_case(pack, season, code, pack.table("curtailments"))
    free = {month for months in map(case.free, case.months) for month in months}
    later = sorted(month for month in free if shift(month, -MONTHS) in free)
    later = [month for month in later if month[:4] == later[-1][:4]]
    before = case.total(case.held, [shift(month, -MONTHS) for month in later])
    return later, -saved_percent(case.total(case.held, later), before)


def _emitted(
    pack: Pack, season: Mapping[str, Any], code: str, pollutant: str, scenario: ActivityScenario
) -> tuple[float, str]:
    """Return what the activity emitted in a season, kt, and its sources."""
    rows = activity_table(
        pack,
        scenario,
        regions=[code],
        sectors=[season["sector"]],
        pollutants=[pollutant],
        periods=months_of(season["period"]),
    )
    rows = rows[rows["activity"] == season["activity"]]
    return float(rows["value"].sum()), " ".join(dict.fromkeys(" ".join(rows["source"]).split()))


def printed_table(pack: Pack) -> pd.DataFrame:
    """Return printed emissions beside those of a year before, the change split into less and cleaner generation.

    returns : columns period, region, activity, quantity, before, value (emission, tonnes), change, change_percent,
        generated_percent (change of generation), activity_effect and factor_effect (tonnes, adding up to the change),
        factor_before and factor (implied, g/MWh), basis, source, note
    """
    printed = pack.table("activity_emissions")
    keys = ["region", "sector", "activity", "quantity", "period"]
    table = {tuple(row[key] for key in keys): row for row in printed.to_dict("records")}
    records = []
    for (region, sector, activity, quantity, period), row in table.items():
        months = months_of(period)
        earlier = "/".join(dict.fromkeys([shift(months[0], -MONTHS), shift(months[-1], -MONTHS)]))
        old = table.get((region, sector, activity, quantity, earlier))
        if old is None:
            continue
        season = {"sector": sector, "activity": activity, "period": period}
        case, sources = make_case(pack, season, region, pack.optional("curtailments"))
        energy = [case.total(case.held, [shift(m, -MONTHS) for m in months]), case.total(case.held, months)]
        tonnes = [float(each["value"]) * factor(each["unit"], "t") for each in (old, row)]
        rates = [mass / size for mass, size in zip(tonnes, energy, strict=True)]
        effects = shapley_effects(*([np.array(a), np.array(b)] for a, b in zip(energy, rates, strict=True)))
        records.append(
            {
                "period": period,
                "region": region,
                "activity": activity,
                "quantity": quantity,
                "before": tonnes[0],
                "value": tonnes[1],
                "unit": "t",
                "change": tonnes[1] - tonnes[0],
                "change_percent": -saved_percent(tonnes[1], tonnes[0]),
                "generated_percent": -saved_percent(energy[1], energy[0]),
                "activity_effect": float(effects[0]),
                "factor_effect": float(effects[1]),
                "factor_before": 1e6 * rates[0],
                "factor": 1e6 * rates[1],
                "basis": "derived",
                "source": " ".join(dict.fromkeys([row["source"], old["source"], *sources])),
                "note": row["note"],
            }
        )
    if not records:
        raise MissingTableError("activity_emissions", Phrase("detail-no-period-also-printed-year"))
    return pd.DataFrame.from_records(records)
