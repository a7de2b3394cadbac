"""The chapter on the least-cost plan: its figures, its tables, and what it says in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.largest import largest
from airshed.answers.chapters.plan_told import CASES
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, number, numeric, rounded, show
from airshed.answers.words import Figure, Words, target_name
from airshed.charts.colours import colours
from airshed.charts.curve import curve_chart, curve_title
from airshed.charts.marks import who_levels
from airshed.charts.strategy import city_levels, cost_bars
from airshed.pack.errors import Phrase
from airshed.pack.percent import percent
from airshed.pack.sources import reuse_message
from airshed.pack.spoken_numbers import count, mass, money, money_range
from airshed.pack.telling import told
from airshed.strategy.measures import catalogue
from airshed.strategy.plan import OPTIMAL

Tables = Mapping[str, pd.DataFrame]
SHOWN_REGIONS = 15
SHOWN_MEASURES = 20
OUT = "n out"


def unanswered_sentence(reason: Phrase | str, words: Words) -> str:
    """Return why a chapter is left out."""
    message = words.translate("Left out, since the pack cannot answer it: {reason}.")
    return message.format(reason=told(reason, words.language))


def plan_sentences(tables: Tables, words: Words) -> list[str]:
    """Return what the plan says: whether the target is met, its cost, what binds, what it avoids; empty without one."""
    if "plan_summary" not in tables:
        return []
    row = records(tables["plan_summary"], NAN)[0]
    cities = tables["plan_receptors"]
    return [
        _met_sentence(row, cities, words),
        *_cost_sentences(row, words),
        *_binding_sentences(cities, words),
        *_avoided_sentences(row, words),
        *_caution_sentences(row, words),
    ]


def _aim(row: Mapping[str, Any], cities: pd.DataFrame, words: Words) -> str:
    return f"{target_name(str(row['target']), words)} ({number(float(cities['target'].max()))} µg/m³)"


def _met_sentence(row: Mapping[str, Any], cities: pd.DataFrame, words: Words) -> str:
    _ = words.translate
    aim = _aim(row, cities, words)
    above = int((cities["level"] > cities["target"]).sum())
    if row["status"] == OPTIMAL:
        return _("{target} in {year} can be met in all {cities} cities, {above} of them above it before.").format(
            target=aim, year=row["year"], cities=len(cities), above=above
        )
    missed = cities[cities["relaxation"] > 0].sort_values("relaxation", ascending=False)
    named = ", ".join(
        _("{city} by {value} µg/m³").format(city=words.name(code), value=number(value, 1))
        for code, value in zip(missed["receptor"], missed["relaxation"], strict=True)
    )
    return _(
        "{target} in {year} cannot be met everywhere: of {cities} cities, {above} of them above it before, the nearest "
        "plan misses {missed}."
    ).format(target=aim, year=row["year"], cities=len(cities), above=above, missed=named)


def _cost_sentences(row: Mapping[str, Any], words: Words) -> list[str]:
    _ = words.translate
    found = [
        _("The plan costs {cost} a year ({range} at low and high unit prices, in prices of 2015).").format(
            cost=money(row["cost"], words.language),
            range=money_range(row["price_low"], row["price_high"], words.language),
        )
    ]
    named = [words.name(code) for code in str(row["set_by"]).split()] if np.isfinite(row["set_share"]) else []
    if named:
        found.append(
            _("Without the targets of {cities} it would cost {share} less.").format(
                cities=", ".join(named), share=percent(row["set_share"])
            )
        )
    if np.isfinite(row["interim_cost"]):
        found.append(
            _("If these cities aim at the WHO value in their reach instead, the plan costs {cost} a year.").format(
                cost=money(row["interim_cost"], words.language)
            )
        )
    return found


def _binding_sentences(cities: pd.DataFrame, words: Words) -> list[str]:
    _ = words.translate
    tight = cities[(cities["binding"] == "yes") & (cities["shadow_price"] > 0)]
    tight = tight.sort_values("shadow_price", ascending=False)
    if tight.empty:
        return []
    named = ", ".join(
        f"{words.name(code)} {money(price, words.language)}"
        for code, price in zip(tight["receptor"], tight["shadow_price"], strict=True)
    )
    return [_("It binds in these cities; the last µg/m³ there costs a year: {cities}.").format(cities=named)]


def _avoided_sentences(row: Mapping[str, Any], words: Words) -> list[str]:
    _ = words.translate
    ends = [count(row[f"deaths_avoided{end}"], words.language) for end in ("", "_low", "_high")]
    found = [
        _(
            "It avoids about {deaths} early deaths a year in {year} (95 % interval of the response {low} to {high})."
        ).format(deaths=ends[0], low=ends[1], high=ends[2], year=row["year"])
    ]
    if row["co2_unknown"] >= row["measures"]:
        return [*found, _("Its change of CO2 is not known: none was published for the measures that it applies.")]
    return [
        *found,
        _("CO2 changes by {change} a year; not known for {unknown} of the {measures} measures that it applies.").format(
            change=("+" if row["co2_change"] > 0 else "") + mass(row["co2_change"]),
            unknown=number(row["co2_unknown"]),
            measures=number(row["measures"]),
        ),
    ]


def _caution_sentences(row: Mapping[str, Any], words: Words) -> list[str]:
    _ = words.translate
    messages = {
        "unreachable": _("No measure can be chosen around: {cities}."),
        "overpredicted": _(
            "Modelled far above what was observed, so that levels after the plan are too low: {cities}."
        ),
    }
    found = []
    for column, message in messages.items():
        codes = str(row[column]).split()
        if codes:
            found.append(message.format(cities=words.listed(map(words.name, codes))))
    return found


def plan_figures(tables: Tables, words: Words) -> list[Figure]:
    """Return the figures of the plan: levels of cities, cost of regions, cost curve of one city."""
    if "plan_summary" not in tables:
        return []
    row = records(tables["plan_summary"], NAN)[0]
    made = [_levels_figure(row, tables["plan_receptors"], words)]
    if "plan_regions" in tables:
        made.append(_regions_figure(row, tables["plan_regions"], words))
    if "plan_curve" in tables and "plan_frontier" in tables:
        made.append(_curve_figure(row, tables, words))
    return made


def _levels_figure(row: Mapping[str, Any], cities: pd.DataFrame, words: Words) -> Figure:
    _ = words.translate
    shown = cities.sort_values("level", ascending=False, kind="stable")
    shown = shown.assign(city=[words.name(code) for code in shown["receptor"]])
    title = _("PM2.5 of the cities before and after the plan, {year}").format(year=row["year"])
    tick, aimed = _("black tick: target, {target}"), bool(cities["target"].notna().any())
    chart = city_levels(
        shown[["city", "level", "reached", "lowest", "target"]],
        series=[_("without the plan"), _("with the plan"), _("lowest in reach")],
        title=title,
        subtitle=tick.format(target=_aim(row, cities, words)) if aimed else _("no city has a target"),
        axis="µg/m³",
        guides=who_levels(words.pack),
    )
    alt = f"{title}. {_met_sentence(row, cities, words)}" if aimed else title
    caption = _("Lowest in reach: if all were done for this city alone. Many cities fall further than they must.")
    return Figure("plan_levels", chart, alt, caption)


def _regions_figure(row: Mapping[str, Any], regions: pd.DataFrame, words: Words) -> Figure:
    _ = words.translate
    shown = largest(words.pack, regions, "region", SHOWN_REGIONS, "cost")
    counted = _("{count} measures")
    nations = list(dict.fromkeys(shown["country"]))
    picked = pd.DataFrame(
        {
            "region": [words.name(code) for code in shown["region"]],
            "nation": [words.short(code) for code in shown["country"]],
            "cost": shown["cost"].to_numpy(),
            "text": [counted.format(count=count) for count in shown["measures"]],
        }
    )
    title = _("Where the plan costs most, {year}").format(year=row["year"])
    subtitle = _("{count} of {regions} regions: the dearest, and the dearest of each nation")
    subtitle = subtitle.format(count=len(shown), regions=len(regions))
    chart = cost_bars(
        picked,
        nations=list(dict.fromkeys(picked["nation"])),
        colours=colours(words.pack, nations),
        title=title,
        subtitle=subtitle,
        axis=_("million USD of 2015 a year"),
    )
    share = shown["cost"].sum() / regions["cost"].sum()
    caption = _("Together these regions bear {share} of the cost. Who pays for it is another question.")
    named = ", ".join(picked["region"].head(3))
    return Figure("plan_regions", chart, f"{title}: {named}", caption.format(share=percent(float(share))))


def _curve_figure(row: Mapping[str, Any], tables: Tables, words: Words) -> Figure:
    _ = words.translate
    steps, points = tables["plan_curve"], tables["plan_frontier"]
    year = int(row["year"])
    title = curve_title(points, words.pack, words.language, year)
    half = points[points["reduction"] <= points["reduction"].max() / 2].iloc[-1]
    alt = _("{title}. Half of the reduction in reach costs {half}, all of it {all} million USD a year.").format(
        title=title, half=rounded(half["cost"]), all=rounded(points["cost"].iloc[-1])
    )
    caption = _("For one city alone both agree; they part where a plan has several aims.")
    return Figure("plan_curve", curve_chart(steps, points, words.pack, words.language, year), alt, caption)


def plan_views(tables: Tables, words: Words) -> dict[str, ChapterTable]:
    """Return the tables of the plan that were answered."""
    makers = {
        "plan_receptors": _cities_view,
        "plan_cases": _cases_view,
        "plan_regions": _regions_view,
        "plan_measures": _measures_view,
        "plan_frontier": _frontier_view,
        "plan_applied": _applied_view,
        "plan_reasons": _reasons_view,
    }
    made = {name: make(tables[name], words) for name, make in makers.items() if name in tables}
    if "plan_regions" in tables:
        made["plan_nations"] = _nations_view(tables["plan_regions"], words)
    if "plan_measures" in tables:
        made["plan_sources"] = _sources_view(tables, words)
    return made


def _cities_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    order = rows.sort_values(["relaxation", "shadow_price", "level"], ascending=False, kind="stable")
    heads = [
        Head(_("city")),
        Head(_("without the plan"), True),
        Head(_("target"), True),
        Head(_("with the plan"), True),
        Head(_("misses it by"), True),
        Head(_("last µg/m³, million USD"), True),
        Head(_("lowest in reach"), True),
        Head(_("WHO value in reach"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["receptor"])),
            *(numeric(show(row[name], 1)) for name in ("level", "target", "reached")),
            ChapterCell(
                show(row["relaxation"], 1) if row["relaxation"] > 0 else "", OUT if row["relaxation"] > 0 else "n"
            ),
            numeric(rounded(row["shadow_price"]) if row["shadow_price"] > 0 else ""),
            numeric(show(row["lowest"], 1)),
            numeric(show(row["interim"])),
        ]
        for row in records(order, NAN)
    ]
    return ChapterTable(heads, body, _("PM2.5 of the cities, µg/m³; those that miss the target or set the cost first"))


def _cases_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    by_case = {row["case"]: row for row in records(rows, NAN)}
    heads = [
        Head(_("case")),
        Head(_("status")),
        Head(_("cities that miss the target"), True),
        Head(_("million USD of 2015 a year"), True),
    ]
    body = [
        [
            ChapterCell(_(words_of)),
            ChapterCell(_(by_case[case]["status"])),
            numeric("–" if pd.isna(by_case[case]["missed"]) else f"{by_case[case]['missed']:.0f}"),
            numeric(_("no cost") if pd.isna(by_case[case]["cost"]) else rounded(by_case[case]["cost"])),
        ]
        for case, words_of in CASES.items()
        if case in by_case
    ]
    return ChapterTable(heads, body, _("How much room there is for more: nothing (low), half (middle), all (high)"))


def _nations_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    sums = rows.groupby("country", sort=False)[["cost", "measures"]].sum().sort_values("cost", ascending=False)
    whole = float(sums["cost"].sum())
    heads = [
        Head(_("nation")),
        Head(_("million USD of 2015 a year"), True),
        Head(_("share, %"), True),
        Head(_("measures applied, region by region"), True),
    ]
    body = [
        [
            ChapterCell(words.name(str(code))),
            numeric(rounded(float(row["cost"]))),
            numeric(show(100 * float(row["cost"]) / whole if whole else np.nan, 1)),
            numeric(number(float(row["measures"]))),
        ]
        for code, row in sums.iterrows()
    ]
    return ChapterTable(heads, body, _("What the plan costs, nation by nation"))


def _regions_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    heads = [
        Head(_("region")),
        Head(_("nation")),
        Head(_("million USD of 2015 a year"), True),
        Head(_("measures applied"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["region"])),
            ChapterCell(words.name(row["country"])),
            numeric(show(row["cost"], 1)),
            numeric(str(row["measures"])),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("What the plan costs, region by region"))


def _measure_names(words: Words) -> dict[str, str]:
    return {item.code: item.named(words.language) for item in catalogue(words.pack)}


def _measures_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    named = _measure_names(words)
    heads = [
        Head(_("region")),
        Head(_("measure")),
        Head(_("sector")),
        Head(_("today, %"), True),
        Head(_("plan, %"), True),
        Head(_("at most, %"), True),
        Head(_("removed, kt per year"), True),
        Head(_("million USD a year"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["region"])),
            ChapterCell(named.get(row["measure"], row["measure"])),
            ChapterCell(words.name(row["sector"])),
            *(numeric(show(100 * row[name])) for name in ("current", "application", "maximum")),
            numeric(f"{show(row['removed'], 1)} {row['pollutant']}"),
            numeric(rounded(row["cost"])),
        ]
        for row in records(rows.head(SHOWN_MEASURES), NAN)
    ]
    caption = _("The {count} dearest of {measures} measures; shares of the emission of the sector")
    return ChapterTable(heads, body, caption.format(count=len(body), measures=number(len(rows))))


def _frontier_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    named = _measure_names(words)
    place = words.name(str(rows["receptor"].iloc[0]))
    heads = [
        Head(_("PM2.5 at most, µg/m³"), True),
        Head(_("reduction, µg/m³"), True),
        Head(_("million USD of 2015 a year"), True),
        Head(_("last µg/m³, million USD"), True),
        Head(_("largest new measure")),
    ]
    body = [
        [
            numeric(show(row["target"], 1)),
            numeric(show(row["reduction"], 1)),
            numeric(_money(row["cost"])),
            numeric(_money(row["marginal_cost"])),
            ChapterCell(
                f"{named.get(row['measure'], row['measure'])}, {words.name(row['region'])}" if row["measure"] else ""
            ),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("The least cost of ever stricter targets in {place}").format(place=place))


def _money(value: float) -> str:
    """Return an amount: with a decimal below ten, else three significant digits."""
    return show(value, 1) if abs(value) < 10 else rounded(value)


def _applied_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    regions = list(dict.fromkeys(rows["region"]))
    cells = {(row["region"], row["sector"]): row for row in records(rows, NAN)}
    heads = [Head(_("sector")), *(Head(words.short(region), True) for region in regions)]
    body = []
    for sector in dict.fromkeys(rows["sector"]):
        found = [cells.get((region, sector)) for region in regions]
        body.append([ChapterCell(words.name(sector)), *(numeric(_share(row)) for row in found)])
    return ChapterTable(
        heads, body, _("Share of the best technique that is applied today, %, with what it may lie between")
    )


def _share(row: Mapping[str, Any] | None) -> str:
    return "" if row is None else f"{100 * row['value']:.0f} ({100 * row['low']:.0f}-{100 * row['high']:.0f})"


def _reasons_view(rows: pd.DataFrame, words: Words) -> ChapterTable:
    _ = words.translate
    heads = [Head(_("answer")), Head(_("measures, region by region"), True), Head(_("share, %"), True)]
    body = [
        [
            ChapterCell(_(row["reason"])),
            numeric(number(row["options"])),
            numeric(show(100 * row["share"], 1)),
        ]
        for row in records(rows, NAN)
    ]
    return ChapterTable(heads, body, _("How many measures can be selected, and why others cannot"))


def _sources_view(tables: Tables, words: Words) -> ChapterTable:
    _ = words.translate
    cited = tables["plan_measures"]["source"].str.split().explode().value_counts()
    sources = tables["sources"].set_index("key")
    heads = [Head(_("key")), Head(_("title")), Head(_("reuse")), Head(_("measures applied"), True)]
    body = [
        [
            ChapterCell(str(key)),
            ChapterCell(str(sources["title"].get(key, ""))),
            ChapterCell(_(reuse_message(str(sources["reuse"].get(key, ""))))),
            numeric(number(float(count))),
        ]
        for key, count in cited.items()
    ]
    return ChapterTable(heads, body, _("Sources of the measures that the plan applies"))
