"""Tables on measures: the catalogue, the options of regions, what is selectable, how far measures are applied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.codes import members as regions_of
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.strategy.cost import Money, cost_in, dollar_cost
from airshed.strategy.measures import SUBSTITUTION, Measure, catalogue, single
from airshed.strategy.options import REASONS, Options, build_options
from airshed.strategy.prints import far_below, lowest_print, prints
from airshed.strategy.removal import raised


def measures_table(pack: Pack, sectors: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the catalogue: what measures remove, and their cost where it was published, USD of 2015 per tonne."""
    money = pack.derive("money", Money)
    rows = []
    for measure in single(pack):
        if sectors and measure.sector not in sectors:
            continue
        price = None if measure.cost is None else dollar_cost(money, measure.cost)
        rows.append(
            {
                **_description(measure),
                "priced": "" if measure.cost is None else measure.cost.pollutant,
                "low": np.nan if price is None else price.amount.low,
                "value": np.nan if price is None else price.amount.value,
                "high": np.nan if price is None else price.amount.high,
                "unit": "USD/t",
                "lowest_print": np.nan
                if measure.cost is None
                else lowest_print(pack, measure.code, measure.cost.pollutant),
                "price_region": "" if measure.cost is None else measure.cost.region,
                "confidence": measure.confidence,
                "source": measure.source if price is None else price.source,
                "note": "; ".join(part for part in ("" if price is None else price.note, measure.note) if part),
            }
        )
    return pd.DataFrame(rows)


def options_table(
    pack: Pack, regions: Sequence[str], year: int | None = None, sectors: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the options of regions, nations or groups with their cost there, and the reason where there is none.

    subject : codes of what it works on there, empty for the whole sector; emitted : what that emits of the pollutant
    that the measure is priced by, kt/yr; applied : share of that which it is applied to, with its ends and its basis
    known : whether that is more than a rule or nothing
    """
    wanted = [leaf for code in regions for leaf in regions_of(pack, code)]
    options = build_options(pack, year, regions=wanted)
    described = {measure.code: _description(measure) for measure in catalogue(pack)}
    rows = []
    for place, code in enumerate(options.measure):
        if sectors and options.sector[place] not in sectors:
            continue
        low, value, high = options.unit_cost[place].tolist()
        rows.append(
            {
                "region": options.region[place],
                **described[code],
                "subject": options.subject[place],
                "priced": options.priced[place],
                "emitted": _emitted(options, place),
                "low": low,
                "value": value,
                "high": high,
                "unit": "USD/t",
                "lowest_print": float(options.lowest_print[place]),
                "flagged": "yes" if options.flagged[place] else "no",
                "applied_low": float(options.applied[place, 0]),
                "applied": float(options.current[place]),
                "applied_high": float(options.applied[place, 1]),
                "applied_basis": options.application_basis[place],
                "known": "yes" if options.application_known[place] else "no",
                "selectable": "yes" if options.selectable[place] else "no",
                "reason": options.reason[place],
                "source": options.source[place],
                "note": options.note[place],
            }
        )
    return pd.DataFrame(rows)


def _emitted(options: Options, place: int) -> float:
    """Return what the subjects of an option emit of the pollutant that it is priced by, NaN without one, kt/yr."""
    names = options.pollutants
    priced = options.priced[place]
    return float(options.emitted[place, names.index(priced)]) if priced in names else float("nan")


def _description(measure: Measure) -> dict[str, object]:
    risen = raised(measure)
    removed = [f"{code} {percent(item.value)}" for code, item in measure.efficiency.items() if code not in risen]
    removed += [f"{code} +{share:.2g} t/t" for code, share in risen.items()]
    if measure.exposure_factor.known:
        removed.append(f"exposure x {measure.exposure_factor.value:.2f}")
    return {
        "measure": measure.code,
        "name": measure.name,
        "name_ko": measure.name_ko,
        "sector": measure.sector,
        "group": measure.group,
        "efficiency": ", ".join(removed),
    }


def selectable_table(options: Options) -> pd.DataFrame:
    """Return how many measures can be selected in every region, and how many not for which reason.

    known : of how many a source tells the application there, of their own, their family or their group
    """
    rows = []
    regions, reasons = np.array(options.region), np.array(options.reason)
    for region in dict.fromkeys(options.region):
        here = regions == region
        counts = {reason: int((here & (reasons == reason)).sum()) for reason in REASONS}
        chosen = int((here & options.selectable).sum())
        totals = {"selectable": chosen, "not_selectable": int(here.sum()) - chosen}
        rows.append({"region": region, **totals, "known": int((here & options.application_known).sum()), **counts})
    return pd.DataFrame(rows, columns=["region", "selectable", "not_selectable", "known", *REASONS])


def applied_table(pack: Pack, year: int | None = None, regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the share of the best available technique that is applied, by region and sector, with its interval.

    The current application of each group over its greatest, both at most 1, weighted with the emission that the group
    works on (kt/yr, all its pollutants together). `low` is where as little as possible is in place, `high` as much:
    the ends of what is applied, over what can be in the middle case.
    """
    options = build_options(pack, year, regions=regions)
    ends = {"low": options.applied[:, 0], "value": options.current, "high": options.applied[:, 1]}
    table = pd.DataFrame({name: _applied(options, share) for name, share in ends.items()})
    table.index.names = ["region", "sector"]
    return table.reset_index()


def _applied(options: Options, share: npt.NDArray[np.float64]) -> pd.Series:
    """Return the share of the best technique that is applied over (region, sector), of shares of the options.

    Of devices alone: what takes its subject out of use, or stands in the place of another, is not in place.
    """
    devices = {one.code for one in single(options.subjects.pack) if one.kind != SUBSTITUTION}
    rows = pd.DataFrame(
        {
            "region": options.region,
            "sector": options.sector,
            "group": options.group,
            "current": share,
            "maximum": options.maximum,
            "emission": np.where(options.removal > 0, options.unabated, 0.0).sum(axis=1),
        }
    )
    rows = rows[[code in devices for code in options.measure]]
    groups = rows.groupby(["region", "sector", "group"], sort=False).agg(
        current=("current", "sum"), maximum=("maximum", "sum"), emission=("emission", "max")
    )
    groups = groups[(groups["emission"] > 0) & (groups["maximum"] > 0)]
    groups["share"] = (groups["current"] / groups["maximum"].clip(upper=1.0)).clip(upper=1.0)
    groups["weighted"] = groups["share"] * groups["emission"]
    sums = groups.groupby(["region", "sector"], sort=False)[["weighted", "emission"]].sum()
    return (sums["weighted"] / sums["emission"]).clip(upper=1.0)


def cost_check_table(pack: Pack) -> pd.DataFrame:
    """Return transferred costs beside what studies print on the same thing, USD of 2015 per tonne.

    The whole cost of a measure is put on the pollutant of the study. `ratio` is ours over the study's, `flagged` says
    whether that is below a tenth.
    """
    money = pack.derive("money", Money)
    known = {measure.code: measure for measure in catalogue(pack)}
    rows = []
    for code, studies in prints(pack).items():
        for study in studies:
            cost = next((item for item in known[code].costs if item.pollutant == study.pollutant), None)
            if cost is None:
                continue
            ours = cost_in(money, cost, study.nation)
            rows.append(
                {
                    "measure": code,
                    "name": known[code].name,
                    "name_ko": known[code].name_ko,
                    "region": study.nation,
                    "pollutant": cost.pollutant,
                    "low": ours.amount.low,
                    "value": ours.amount.value,
                    "high": ours.amount.high,
                    "study": study.study,
                    "printed": study.value,
                    "ratio": ours.amount.value / study.value,
                    "inside": "yes" if ours.amount.low <= study.value <= ours.amount.high else "no",
                    "flagged": "yes" if far_below(ours.amount.value, study.value) else "no",
                    "source": study.source,
                    "note": study.note,
                }
            )
    return pd.DataFrame(rows)
