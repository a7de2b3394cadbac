"""Which regions lead in steel, chemicals, recycling, hydrogen and reactors, what data say of it, and who is alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import places
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.transition.technology import (
    BY_PLANT,
    BY_RANK,
    NOTES,
    field_name,
    fields_of,
    fields_table,
    industry_rows,
    leads_table,
)
from airshed.assessment.transition.technology_partners import MATCH_NOTES, PARTS, matches_table, plants_table
from airshed.charts.partners import score_bars
from airshed.pack.bounds import ROWS
from airshed.pack.codes import countries, country_of
from airshed.pack.errors import AirshedError
from airshed.pack.language import retell
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.transition.leads import CANNOT_CHECK, CONFIRMED, DIFFERS, PARTLY

TOP = 3
CHARTED = 12
"""Regions of the chart of an industry."""
EQUATIONS = ("list-chance", "region-match", "profile-similarity", "size-ratio")


DIRECT = (
    "The CO2 of an industry is what its own fuel and processes emit: it tells size and not skill, and leaves out "
    "bought power and what goes into products."
)
BASIS = (
    "A match is the mean of the standings by sectors of emissions, size of the sector ({year}), CO2 in the latest year "
    "known of both, and power plants; what is not known stands in the middle. The ranks are those with any one part "
    "left out."
)
STAGES = ("proposed", "pilot")
PLANT_WORDS = (
    *("coal", "nuclear", "gas", "oil", "operating", "construction", "mothballed", "retired"),
    *("subcritical", "supercritical", "ultra-supercritical", "igcc", "cfb"),
    *("pressurized water reactor", "boiling water reactor", "pressurized heavy water reactor"),
    *("high temperature gas reactor", "fast breeder reactor", "gas-cooled reactor", "heavy water light water reactor"),
)
"""Words of the tables, for translation."""


class TechnologyQuestion(Query):
    """In which field, and matched to whom."""

    field: str | None = Field(default=None, description="field of technology; all if empty", max_length=40)
    partner: str | None = Field(
        default=None,
        description="whose regions are matched to those that lead; the first other nation if empty",
        max_length=20,
        json_schema_extra={"flag": "--with"},
    )
    top: int = Field(default=TOP, ge=ROWS.least, le=ROWS.most, description="how many matches of each leading region")


@dataclass(frozen=True)
class TechnologyFound:
    """What was found: fields, leading regions, matches, plants of those, and who the partner is."""

    fields: pd.DataFrame
    leads: pd.DataFrame
    matches: pd.DataFrame
    plants: pd.DataFrame
    partner: str


def technology(ask: Ask, words: Words, question: TechnologyQuestion) -> Content:
    """Return the lists of leading regions with their verdicts, and the regions of a partner that are most like them."""
    _, pack, asked = words.translate, ask.pack, question
    found = ask.ask(("technology", asked), lambda: _found(pack, asked))
    figures = [_industry(pack, found, words), _made_of(found, words)]
    sheets = (
        _fields(found, words),
        _said(found, words),
        _leads(found, words),
        _matches(found, words),
        _plants(found, words),
    )
    name = "" if asked.field is None else field_name(pack, asked.field, words.language)
    return Content(
        title=_("Leading regions: {field}").format(field=name) if name else _("Regions that lead in technology"),
        sheets=sheets,
        panels=tuple(Panel(figure, name) for name, figure in zip(("leads", "matches"), figures, strict=True) if figure),
        equations=EQUATIONS,
        sentences=_told(pack, found, words),
        cards=_cards(found, words),
        held={"partner": (found.partner,)},
        joined=("fields", "leads", "matches"),
    )


def _found(pack: Pack, asked: TechnologyQuestion) -> TechnologyFound:
    leads = leads_table(pack, asked.field)
    partner = asked.partner or _other(pack, leads)
    matches = matches_table(pack, partner, asked.field, asked.top)
    regions = list(dict.fromkeys([*leads["region"], *matches["partner"]]))
    return TechnologyFound(fields_table(pack, asked.field), leads, matches, plants_table(pack, regions), partner)


def _other(pack: Pack, leads: pd.DataFrame) -> str:
    """Return the first nation in which no region leads."""
    home = country_of(pack)
    own = {home[code] for code in leads["region"]}
    others = [code for code in countries(pack) if code not in own]
    if not others:
        raise AirshedError("no-partner-of-leads", partner=", ".join(sorted(own)))
    return others[0]


def _told(pack: Pack, found: TechnologyFound, words: Words) -> tuple[str, ...]:
    """Return how many lists come out of data, then each field, then who is most like its regions."""
    _, language = words.translate, words.language
    verdicts = found.fields["verdict"].to_list()
    years = found.fields["year"].dropna()
    lead = _(
        "Data up to {year} bear out {confirmed} of {all} lists of leading regions that a study names, and {partly} in "
        "part; {differs} they do not, and {unknown} cannot be tested."
    ).format(
        year=f"{years.max():.0f}" if len(years) else "–",
        all=len(verdicts),
        confirmed=verdicts.count(CONFIRMED),
        partly=verdicts.count(PARTLY),
        differs=verdicts.count(DIFFERS),
        unknown=verdicts.count(CANNOT_CHECK),
    )
    said = [] if len(verdicts) == 1 else [lead]
    said += [_of_field(pack, row, found, words) for row in found.fields.to_dict("records")]
    match = _("{field}: of the regions of {nation}, {partner} is most like {region} (rank {best} to {worst}).")
    for row in found.matches.drop_duplicates("field").to_dict("records"):
        names = {name: words.name(str(row[name])) for name in ("partner", "region")}
        names |= {"field": field_name(pack, str(row["field"]), language), "nation": words.short(found.partner)}
        said.append(match.format(**names, best=row["rank_best"], worst=row["rank_worst"]))
    tested = (found.fields["test"] == BY_RANK).any()
    return (*said, *([_(DIRECT)] if tested else []), _(BASIS).format(year=found.matches["year"].iloc[0]))


def _of_field(pack: Pack, row: Mapping[Any, Any], found: TechnologyFound, words: Words) -> str:
    """Return what the data say of one list."""
    _, language = words.translate, words.language
    named = found.leads[found.leads["field"] == row["field"]]
    spoken = [_place(one, words) for one in named.to_dict("records")]
    places_named = words.listed(dict.fromkeys(spoken))
    parts = {"field": field_name(pack, str(row["field"]), language), "places": places_named}
    if row["test"] == BY_RANK and np.isfinite(row["hits"]):
        text = _(
            "{field} ({places}): {hits} of the {listed} are among the first {listed} of {regions} regions by CO2 of "
            "the industry in {year}; {chance} of random lists would do as well."
        )
        numbers = {name: int(row[name]) for name in ("hits", "listed", "regions", "year")}
        return text.format(**parts, **numbers, chance=percent(float(row["chance"])))
    if row["test"] == BY_PLANT and row["verdict"] == CONFIRMED:
        text = _("{field} ({places}): {capacity} MW are in operation there since {year}.")
        capacity = f"{float(named['value'].iloc[0]):,.0f}"
        return text.format(**parts, capacity=capacity, year=int(named["year"].iloc[0]))
    missing = str(row[f"missing_{language}"] or row["missing_en"])
    return _("{field} ({places}): cannot be tested; missing: {missing}.").format(**parts, missing=missing or "–")


def _place(row: Mapping[Any, Any], words: Words) -> str:
    """Return the city that is named with its region, or the region."""
    city, region = str(row[f"city_{words.language}"] or row["city_en"]), words.name(str(row["region"]))
    if not city or city == region:
        return region
    return words.translate("{city} in {region}").format(city=city, region=region)


def _cards(found: TechnologyFound, words: Words) -> tuple[Card, ...]:
    """Return hits and chance of the first list that was tested by rank."""
    _ = words.translate
    tested = found.fields[found.fields["test"] == BY_RANK]
    tested = tested[tested["hits"].notna()]
    for row in tested.head(1).to_dict("records"):
        year = str(int(row["year"]))
        name = field_name(words.pack, str(row["field"]), words.language)
        of = _("{hits} of {listed}").format(hits=int(row["hits"]), listed=int(row["listed"]))
        first = Card(of, _("named regions among the first: {field}").format(field=name), year)
        return first, Card(percent(float(row["chance"])), _("of random lists would do as well"), year)
    return ()


def _fields(found: TechnologyFound, words: Words) -> Sheet:
    _, language = words.translate, words.language
    name = f"name_{language}"
    heads = {name: _("field"), "stage": _("stage of policy"), "chance": _("chance of a random list")}
    heads |= {"hits": _("among the first"), "listed": _("named"), "regions": _("regions ranked")}
    return Sheet(
        "fields",
        _("Lists of leading regions that a study names, and whether they come out of data"),
        found.fields,
        (name, "verdict", "hits", "listed", "regions", "chance", "year", "stage", "source"),
        heads=heads,
        cells={
            "chance": lambda share: percent(float(share)) if pd.notna(share) else "",
            **dict.fromkeys(("hits", "regions", "year"), _whole),
            "stage": _,
        },
        spare=("regions", "stage"),
        lead=True,
    )


def _said(found: TechnologyFound, words: Words) -> Sheet:
    """Return what the study says of each field, what it is tested by, and how it stood in earlier years."""
    _, language = words.translate, words.language
    name, text = f"name_{language}", found.fields[f"text_{language}"]
    rows = found.fields.assign(description=text.where(text != "", found.fields["text_en"]))
    heads = {name: _("field"), "description": _("what the study says"), "test": _("tested by")}
    return Sheet(
        "said",
        _("What the study says of each field, and what it is tested by"),
        rows[[name, "description", "test", "before", "place", "source"]],
        (name, "description", "test", "before", "source"),
        heads={**heads, "before": _("among the first in earlier years")},
        cells={"test": _},
        spare=("before", "test"),
    )


def _leads(found: TechnologyFound, words: Words) -> Sheet:
    _, language = words.translate, words.language
    columns = ("field", "region", f"city_{language}", "rank", "regions", "value", "unit", "year", "note", "source")
    heads = {f"city_{language}": _("city named"), "regions": _("regions ranked"), "value": _("CO2 or capacity")}
    return Sheet(
        "leads",
        _("Leading regions, and where they stand in the data"),
        found.leads,
        columns,
        heads={**heads, "field": _("field"), "rank": _("rank")},
        cells={
            "field": lambda code: field_name(words.pack, str(code), language),
            **dict.fromkeys(("rank", "regions", "year"), _whole),
            "value": fixed(2),
            "note": lambda note: _noted(note, words),
        },
        notes=NOTES,
        spare=("regions", "note"),
    )


def _matches(found: TechnologyFound, words: Words) -> Sheet:
    _, language = words.translate, words.language
    columns = (
        "field",
        "region",
        "partner",
        "rank",
        "score",
        "rank_best",
        "rank_worst",
        "among",
        *PARTS,
        "targets",
        "note",
    )
    heads = {"profile": _("sectors of emissions alike"), "emissions": _("size of the sector alike")}
    heads |= {"co2": _("CO2 alike"), "plants": _("power plants alike"), "region": _("leading region")}
    heads |= {"among": _("of how many")}
    heads |= {"rank_best": _("best rank"), "rank_worst": _("worst rank")}
    heads |= {"targets": _("targets of the partner's nation in the sector"), "field": _("field"), "rank": _("rank")}
    return Sheet(
        "matches",
        _("Regions of {partner} that are most like the leading ones, the best first").format(
            partner=words.name(found.partner)
        ),
        found.matches,
        (*columns, "source"),
        heads=heads,
        cells={
            "field": lambda code: field_name(words.pack, str(code), language),
            **dict.fromkeys(("score", *PARTS), fixed(2)),
            "note": lambda note: _noted(note, words),
        },
        notes=MATCH_NOTES,
        spare=("targets", "note", "rank_best", "rank_worst", *PARTS),
    )


def _plants(found: TechnologyFound, words: Words) -> Sheet:
    _ = words.translate
    columns = ("region", "fuel", "plant", "block", "technology", "status", "first_year", "last_year", "count", "value")
    heads = {"fuel": _("fuel"), "plant": _("plant"), "block": _("unit of the plant"), "value": "MW"}
    heads |= {"first_year": _("start, first year"), "last_year": _("start, last year"), "count": _("number of units")}
    heads |= {"technology": _("technology"), "status": _("status")}
    return Sheet(
        "plants",
        _("Power plants of these regions: coal added up by technology and period of start, reactors one by one"),
        found.plants,
        (*columns, "source"),
        heads=heads,
        cells={
            **dict.fromkeys(("fuel", "technology", "status"), lambda word: _(word) if word else ""),
            **dict.fromkeys(("first_year", "last_year"), _whole),
            "value": fixed(0),
        },
        spare=("block", "count"),
    )


def _whole(value: Any) -> str:
    """Return a whole number, nothing for one that is not known.

    >>> _whole(3.0), _whole(float("nan")), _whole("")
    ('3', '', '')
    """
    return "" if value == "" or pd.isna(value) else f"{float(value):.0f}"


def _noted(note: str, words: Words) -> str:
    """Return the notes of a row in the language of the page."""
    return "; ".join(retell(part, (*NOTES, *MATCH_NOTES), words.translate) for part in note.split("; ") if part)


def _industry(pack: Pack, found: TechnologyFound, words: Words) -> Figure | None:
    """Return the first regions of the industry of the first list that is tested by rank, with those that are named."""
    _ = words.translate
    tested = found.fields[(found.fields["test"] == BY_RANK) & found.fields["hits"].notna()]
    if tested.empty:
        return None
    field = str(tested["field"].iloc[0])
    kinds = pack.optional("technology_fields").set_index("field")["industry"]
    named = set(found.leads.loc[found.leads["field"] == field, "region"])
    ranked = industry_rows(pack, str(kinds[field])).reset_index(drop=True)
    shown = ranked[(ranked.index < CHARTED) | ranked["region"].isin(named)]
    parts = [_("named by the study"), _("not named")]
    rows = [
        {"label": f"{place + 1}. {words.short(code)}", "part": parts[code not in named], "value": float(value)}
        for place, code, value in zip(shown.index, shown["region"], shown["value"], strict=True)
    ]
    year = int(ranked["year"].iloc[0])
    title = _("{field}: CO2 of the industry by region, {year}").format(
        field=field_name(pack, field, words.language), year=year
    )
    chart = score_bars(
        pd.DataFrame.from_records(rows),
        parts=parts,
        title=title,
        subtitle=_("direct emissions; the first {count} regions and all that are named").format(count=CHARTED),
        axis="Mt CO2",
    )
    return Figure("industry", chart, title, _("A list is borne out where the bars of its colour stand first."))


def _made_of(found: TechnologyFound, words: Words) -> Figure:
    """Return by what the best match of each leading region is alike."""
    _ = words.translate
    names = {"profile": _("sectors of emissions alike"), "emissions": _("size of the sector alike")}
    names |= {"co2": _("CO2 alike"), "plants": _("power plants alike")}
    rows = []
    for row in found.matches[found.matches["rank"] == 1].head(CHARTED).to_dict("records"):
        field = field_name(words.pack, str(row["field"]), words.language)
        label = f"{field}: {words.short(str(row['region']))}–{words.short(str(row['partner']))}"
        rows += [{"label": label, "part": names[part], "value": float(np.nan_to_num(row[part]))} for part in PARTS]
    title = _("What the best matches have in common")
    chart = score_bars(
        pd.DataFrame.from_records(rows),
        parts=[names[part] for part in PARTS],
        title=title,
        subtitle=_("each part 0 to 1, one on the other; what is not known is left out"),
        axis=_("likeness"),
    )
    return Figure("matches", chart, title, _("A match compares regions with each other; it is no forecast."))


ANSWER = Entry(
    title="Leading regions",
    question=TechnologyQuestion,
    make=technology,
    choices={"field": fields_of, "partner": places},
)
