"""The figures of the report: an assessment's tables turned into the rows of each chart, with names in one language."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from airshed.answers.chapters.curtailment import curtailment_figures
from airshed.answers.chapters.evidence import calibration_figure, hindcast_figure
from airshed.answers.chapters.maps import Subject, tile_figure, tiles
from airshed.answers.chapters.plan import plan_figures
from airshed.answers.chapters.plan_front import front_figures
from airshed.answers.words import Figure, Words
from airshed.assessment.assessment import Assessment
from airshed.charts.colours import colours, colours_of_nations
from airshed.charts.emissions import change_bars, stacked_emissions
from airshed.charts.health import death_points
from airshed.charts.maps import tile_map
from airshed.charts.marks import who_levels
from airshed.charts.transport import heat_map, origin_bars
from airshed.emissions.rules import Projection, baseline_rules
from airshed.pack.codes import countries
from airshed.pack.defaults import lead_cities, shown_cities
from airshed.pack.pack import Pack

Tables = Mapping[str, pd.DataFrame]
FARTHEST = 20
"""Places of the hindcast that the report draws."""
PANELS = ("PM2.5", "SO2", "NOx", "NH3")


def figures(pack: Pack, assessment: Assessment, tables: Tables, words: Words) -> dict[str, Figure]:
    """Return every figure of the report by its id."""
    made = [
        baseline_figure(assessment, tables, words),
        exposure_figure(assessment, words),
        matrix_figure(pack, tables, words),
        origins_figure(pack, assessment, tables, words),
        deaths_figure(assessment, tables, words),
    ]
    projection = baseline_rules(pack).projection
    if projection is not None:
        made += [change_figure(pack, projection, tables, words), printed_map_figure(pack, projection, tables, words)]
    made += [
        figure for figure in (hindcast_figure(tables, words, FARTHEST), calibration_figure(tables, words)) if figure
    ]
    made += [*plan_figures(tables, words), *front_figures(tables, words), *curtailment_figures(tables, words)]
    return {figure.id: figure for figure in made}


def baseline_figure(assessment: Assessment, tables: Tables, words: Words) -> Figure:
    """Return the stacked emissions of the nations over the years of the baseline."""
    _ = words.translate
    attributes = assessment["emissions"].attrs
    rows = tables["emissions_series"]
    rows = rows[rows["pollutant"].isin(PANELS)]
    years = sorted({int(year) for year in rows["year"]})
    largest = rows.groupby("region")["value"].sum().sort_values(ascending=False).index
    rows = rows.assign(country=rows["region"].map(words.short), pollutant=rows["pollutant"].map(words.name))
    label = str(attributes.get("projection", ""))
    subtitle = _("kt per year; after {year} {label}").format(year=attributes.get("base_year", ""), label=_(label))
    title = _("Baseline of this project: emissions by nation, {first} to {last}").format(first=years[0], last=years[-1])
    chart = stacked_emissions(
        rows,
        category="country",
        order=[words.short(code) for code in largest],
        colours=colours(words.pack, largest),
        title=title,
        subtitle=subtitle,
        axis=_("kt per year"),
    )
    return Figure(
        "baseline",
        chart,
        title,
        _("The series of the printed figure is not in the source document; this is the baseline of this project."),
    )


def change_figure(pack: Pack, projection: Projection, tables: Tables, words: Words) -> Figure:
    """Return the printed changes of the projection by group and sector."""
    _ = words.translate
    rows = tables["emissions_projection"]
    groups = [code for code in projection.groups if code in set(rows["region"])]
    last = int(rows["year"].max())
    picked = rows[rows["region"].isin(groups) & (rows["sector"] != "total") & (rows["year"] == last)]
    sectors = [code for code in pack.table("sectors")["code"] if code in set(picked["sector"])]
    picked = picked.assign(
        region=picked["region"].map(words.name),
        sector=picked["sector"].map(words.name),
        pollutant=picked["pollutant"].map(words.name),
    )
    title = _("Change of emissions {first} to {last} in the key regions").format(
        first=int(rows["year"].min()), last=last
    )
    chart = change_bars(
        picked,
        category="sector",
        order=[words.name(code) for code in sectors],
        colours=colours(pack, sectors),
        title=title,
        subtitle=_("as printed by the projection, kt per year"),
        axis=_("change, kt per year"),
    )
    return Figure("change", chart, title, _("Bars to the left are cuts."))


def exposure_figure(assessment: Assessment, words: Words) -> Figure:
    """Return the tile-grid map of PM2.5 of the regions."""
    _ = words.translate
    exposure = assessment["health"]["exposure"].to_series()
    subject = Subject(
        title=_("Annual mean PM2.5 of the regions, {year}").format(year=assessment.year),
        subtitle=_("model corrected by observation, µg/m³; one tile per region"),
        caption=_("Tiles stand for regions; borders are not drawn because some are disputed."),
        unit="µg/m³",
        digits=0,
    )
    return tile_figure(exposure.reindex(tiles(words)["code"]), subject, words, "exposure")


def printed_map_figure(pack: Pack, projection: Projection, tables: Tables, words: Words) -> Figure:
    """Return the tile-grid maps of printed provincial emissions: pollutants by year (figure 6 of the first study)."""
    _ = words.translate
    rows = tables["emissions_projection"]
    nation = projection.national
    regions = pack.table("regions").set_index("code")["parent"]
    inside = [code for code in regions.index if regions[code] == nation]
    laid = tiles(words)
    laid = laid[laid["code"].isin(inside)]
    totals = rows[(rows["sector"] == "total") & rows["region"].isin(inside)]
    panels = []
    pollutants = list(dict.fromkeys(totals["pollutant"]))
    for year in sorted(set(totals["year"])):
        for pollutant in pollutants:
            values = totals[(totals["pollutant"] == pollutant) & (totals["year"] == year)].set_index("region")["value"]
            panel = laid.assign(value=laid["code"].map(values), panel=f"{words.name(pollutant)}, {year}")
            panels.append(panel)
    every = pd.concat(panels, ignore_index=True)
    every["text"] = [f"{value:.0f}" if np.isfinite(value) else "" for value in every["value"]]
    title = _("Emissions of the provinces as printed, kt per year")
    chart = tile_map(
        every,
        title=title,
        subtitle=_("grey: not printed in the source"),
        legend=_("kt per year"),
        size=34,
        across=len(pollutants),
    )
    return Figure("printed_map", chart, title, _("The source prints the ten provinces of its three key regions."))


def matrix_figure(pack: Pack, tables: Tables, words: Words) -> Figure:
    """Return the source-receptor heat map of nations and the cities that lead."""
    _ = words.translate
    rows = tables["attribution_by_country"]
    rows = rows[~rows["country"].isin(["natural", "unexplained"])]
    order = [code for code in countries(pack) if code in set(rows["country"])]
    relevant = [code for code in order if rows.loc[rows["country"] == code, "share"].max() >= 0.005]
    leading = lead_cities(pack, list(rows["receptor"]))
    nations = [code for code in order if code in set(rows["receptor"])]
    receptors = [code for code in [*nations, *leading] if code in set(rows["receptor"])]
    picked = rows[rows["receptor"].isin(receptors) & rows["country"].isin(relevant)]
    picked = pd.DataFrame(
        {
            "receptor": picked["receptor"].map(words.name),
            "source": picked["country"].map(words.short),
            "share": picked["share"],
        }
    )
    names = _distinct_names(words, receptors)
    picked["receptor"] = list(rows.loc[picked.index, "receptor"].map(names))
    title = _("Who affects whom: share of the anthropogenic PM2.5")
    chart = heat_map(
        picked,
        sources=[words.short(code) for code in relevant],
        receptors=[names[code] for code in receptors],
        title=title,
        subtitle=_("columns: source; rows: receptor"),
        legend=_("share"),
    )
    return Figure("matrix", chart, title, _("Each row adds to 100 %; shares below 0.5 % are not written."))


def _distinct_names(words: Words, codes: list[str]) -> dict[str, str]:
    """Return names that tell a city from a region of the same name."""
    names = {code: words.name(code) for code in codes}
    repeated = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {code: f"{name} ({code})" if name in repeated else name for code, name in names.items()}


def origins_figure(pack: Pack, assessment: Assessment, tables: Tables, words: Words) -> Figure:
    """Return the origin of the PM2.5 of the cities that the pack shows, by nation."""
    _ = words.translate
    rows = tables["attribution_by_country"]
    shown = shown_cities(pack, list(rows["receptor"]))
    picked = rows[rows["receptor"].isin(shown) & (rows["country"] != "unexplained")]
    order = [code for code in countries(pack) if code in set(picked["country"])]
    big = [code for code in order if picked.loc[picked["country"] == code, "value"].max() >= 0.5]
    rest = words.translate("others")
    source = picked["country"].where(picked["country"].isin([*big, "natural"]), "others")
    parts = pd.DataFrame(
        {
            "receptor": picked["receptor"].map(words.name),
            "source": [rest if code == "others" else words.short(code) for code in source],
            "value": picked["value"].clip(lower=0.0),
        }
    )
    bars = parts.groupby(["receptor", "source"], as_index=False, sort=False).agg(value=("value", "sum"))
    level = assessment["concentration"]["total"].sel(place=shown).to_series().sort_values(ascending=False)
    shown = [str(code) for code in level.index]
    title = _("Where the PM2.5 of the cities comes from, {year}").format(year=assessment.year)
    chart = origin_bars(
        bars,
        pd.DataFrame({"receptor": [words.name(code) for code in shown], "total": level.to_numpy()}),
        sources=[*(words.short(code) for code in big), rest, words.name("natural")],
        colours=colours(pack, [*big, "others", "natural"]),
        receptors=[words.name(code) for code in shown],
        title=title,
        subtitle=_("bars: modelled sources; black tick: observed level; the gap is unexplained"),
        axis="µg/m³",
        guides=who_levels(pack),
    )
    return Figure("origins", chart, title, _("What bar and tick differ by is never given to a source."))


def deaths_figure(assessment: Assessment, tables: Tables, words: Words) -> Figure:
    """Return deaths of the nations and of the provinces with the most."""
    _ = words.translate
    rows = tables["health"]
    regions = words.pack.table("regions").set_index("code")
    nations = rows[rows["region"].map(regions["parent"]).fillna("") == ""]
    provinces = rows[rows["region"].map(regions["parent"]).fillna("") != ""].nlargest(12, "value")
    both = pd.concat([nations, provinces])
    picked = both.assign(region=both["region"].map(words.name))
    title = _("Deaths attributable to PM2.5, {year}").format(year=assessment.year)
    chart = death_points(
        picked,
        title=title,
        subtitle=_("nations, and the twelve provinces with the most; lines: likely range, 95 %; logarithmic axis"),
        axis=_("deaths per year"),
        colours=colours_of_nations(words.pack, list(both["region"])),
    )
    return Figure(
        "deaths", chart, title, _("Adults from 25, non-communicable diseases and lower respiratory infections.")
    )
