"""With whom a joint project is worth most to a region, in which sector, why, and how firm that rank is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import alone, places, sectors
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.cities import city_region
from airshed.assessment.members.partner_reasons import NOT_COUNTED, STANDS_FOR
from airshed.assessment.members.partners import TOP, pairs_of, partners_table
from airshed.assessment.transition.technology import field_name
from airshed.assessment.transition.technology_partners import MATCH_NOTES, pair_table
from airshed.assessment.transition.technology_partners import PARTS as MATCHED
from airshed.charts.partners import network_map, rank_spans, score_bars
from airshed.cooperation.partners import DRAWS, WEIGHTS, weights_of
from airshed.pack.bounds import ROWS, WEIGHT, number
from airshed.pack.codes import countries, country_of, members
from airshed.pack.errors import AirshedError
from airshed.pack.language import retell, values_of
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, money
from airshed.transport.attribution import INDICATIVE

ALL = "all"
CHARTED = 20
"""Projects of a chart."""
LONGEST_WEIGHTS = 200
"""Characters of weights that are given at once."""
PAIRS = 300
"""Pairs of regions of one page; a network of more is for the command line."""
NOTES = (NOT_COUNTED, STANDS_FOR, INDICATIVE)
DEATHS = {"deaths": "deaths", "low": "deaths_low", "high": "deaths_high"}
"""Columns of what a project avoids, by what a sentence calls them."""
SPARE = (
    *("weights_best", "weights_worst", "samples_best", "samples_worst", "deaths_low", "deaths_high"),
    *("price_low", "price_high", "rank_history", "samples_in_top", "weights_in_top", "quotient_region"),
    *("quotient_partner", "technology", "cost_region", "cost_partner", "weakest", "share_region", "share_partner"),
    *("gives", "gets", "score", "receives"),
)
"""Columns that a narrow screen does without, the first first."""


class PartnersQuestion(Query):
    """Whose partners, and what counts."""

    region: str = Field(
        description="region, nation or group that looks for partners", json_schema_extra={"argument": True}
    )
    partner: str | None = Field(
        default=None,
        description="with whom; the first other nation if empty, all others: all",
        max_length=20,
        json_schema_extra={"flag": "--with"},
    )
    sector: str | None = Field(default=None, description="sector; all if empty", max_length=40)
    top: int = Field(default=TOP, ge=ROWS.least, le=ROWS.most, description="how many projects")
    relevance: float = Field(default=1.0, ge=0, le=WEIGHT.most, description="weight: what the sector counts for both")
    exposure: float = Field(default=1.0, ge=0, le=WEIGHT.most, description="weight: what they send each other")
    deaths: float = Field(default=1.0, ge=0, le=WEIGHT.most, description="weight: deaths avoided on both sides")
    cost: float = Field(default=1.0, ge=0, le=WEIGHT.most, description="weight: deaths avoided per dollar")
    co2: float = Field(default=0.0, ge=0, le=WEIGHT.most, description="weight: CO2 saved, where published")
    technology: float = Field(
        default=0.0, ge=0, le=WEIGHT.most, description="weight: what one has in place and the other lacks"
    )
    network: bool = Field(default=False, description="every region of the one with every region of the other")
    weights: str = Field(
        default="", description="several weights at once, such as relevance=2,cost=0", max_length=LONGEST_WEIGHTS
    )

    def weighted(self) -> dict[str, float]:
        """Return the weights of the parts of the score; raises AirshedError for a text that states none."""
        found: dict[str, float] = {}
        for word in self.weights.split(",") if self.weights else ():
            name, _sign, value = (part.strip() for part in word.partition("="))
            if name in found:
                raise AirshedError("weights-names-twice", name=name)
            found[name] = number(value, f"--weights {name}".strip(), WEIGHT)
        return {**{name: float(getattr(self, name)) for name in WEIGHTS}, **found}


def seekers(pack: Pack) -> list[str]:
    """Return the regions that look for partners: those of the cities first, then all regions, nations and groups."""
    cities, held = list(pack.optional("receptors")["region"]), places(pack)
    return list(dict.fromkeys([*(code for code in cities if code in held), *held]))


def sought(pack: Pack) -> list[str]:
    """Return the partners: nations, all others at once, then every region and group."""
    return list(dict.fromkeys([*countries(pack), ALL, *places(pack)]))


def _partner(pack: Pack, question: PartnersQuestion) -> str | None:
    """Return the partner asked for, None for all other nations."""
    if question.partner is not None:
        return None if question.partner == ALL else question.partner
    home = country_of(pack)
    own = {home[code] for code in members(pack, question.region)}
    return next((code for code in countries(pack) if code not in own), None)


def partners(ask: Ask, words: Words, question: PartnersQuestion) -> Content:
    """Return the joint projects of a region with others, ranked, with the reason and the firmness of every rank."""
    _, pack, asked = words.translate, ask.pack, question
    partner, weights = _partner(pack, asked), asked.weighted()
    weights_of(weights)
    pairs = len(pairs_of(pack, asked.region, partner, asked.network))
    if pairs > PAIRS and not alone(ask):
        raise AirshedError("pairs-regions-too-many-page", pairs=pairs, most=PAIRS)

    def make() -> pd.DataFrame:
        return partners_table(pack, asked.region, partner, asked.sector, asked.top, weights, asked.network)

    key = ("partners", asked.region, partner, asked.sector, asked.top, *weights.values(), asked.network)
    rows = ask.ask(key, make)
    title = _("Partners of {region}").format(region=words.name(asked.region))
    if partner:
        title = _("Joint projects of {region} with {partner}").format(
            region=words.name(asked.region), partner=words.name(partner)
        )
    figures = [_scores(rows, weights, asked, words), _ranks(rows, asked, words)]
    figures += [_network(rows, words)] if asked.network else []
    return Content(
        title=title,
        sheets=(
            _projects(rows, weights, asked, words),
            _parts(rows, words),
            *_leading(ask, asked.region, partner, words),
        ),
        panels=tuple(Panel(figure, "parts" if figure.id == "scores" else "partners") for figure in figures),
        equations=(
            "partner-score",
            "standing",
            "mutual",
            "lesser-gain",
            "location-quotient",
            "per-emission",
            "attributable-deaths",
        ),
        sentences=_told(rows, weights, words),
        cards=_cards(rows, words),
        held={"partner": (partner or ALL,)},
    )


def _label(row: Mapping[Any, Any], words: Words, network: bool = False) -> str:
    who = words.short(str(row["partner"]))
    pair = f"{words.short(str(row['region']))}–{who}" if network else who
    return f"{row['rank']}. {pair}, {words.name(str(row['sector']))}"


def _projects(rows: pd.DataFrame, weights: dict[str, float], asked: PartnersQuestion, words: Words) -> Sheet:
    """Return the projects with their reasons in the language of the page."""
    _ = words.translate
    told = bool((rows["technology"] != "unknown").any())
    columns = ("rank", *(("region",) if asked.network else ()), "partner", "sector", "score", f"why_{words.language}")
    columns += ("weights_in_top", "weights_best", "weights_worst", "samples_in_top", "samples_best", "samples_worst")
    columns += ("rank_history", "share_region", "share_partner", "quotient_region", "quotient_partner", "gives", "gets")
    columns += ("deaths", "deaths_low", "deaths_high", "deaths_share_partner", "cost", "price_low", "price_high")
    columns += ("cost_region", "cost_partner", "receives", "weakest")
    columns += (*(("co2_change",) if weights["co2"] else ()), *(("technology",) if told else ()), "note", "source")
    whole = (
        "deaths",
        "deaths_low",
        "deaths_high",
        "cost",
        "cost_region",
        "cost_partner",
        "receives",
        "price_low",
        "price_high",
        "rank_history",
    )
    shares = ("share_region", "share_partner", "deaths_share_partner", "weights_in_top", "samples_in_top")
    return Sheet(
        "partners",
        _("Joint projects, the best first; µg/m³, deaths a year, million USD of 2015 a year"),
        rows,
        columns,
        cells={
            **dict.fromkeys(("score", "quotient_region", "quotient_partner"), fixed(2)),
            **dict.fromkeys(shares, percent),
            **dict.fromkeys(("gives", "gets"), fixed(3)),
            **dict.fromkeys(whole, fixed(0)),
            "weakest": lambda word: _(str(word)),
            "technology": lambda word: _(word) if word == "unknown" else words.name(word),
            "note": lambda note: _noted(note, words),
        },
        notes=NOTES,
        spare=(f"why_{words.language}", *SPARE),
    )


def _noted(note: str, words: Words) -> str:
    """Return the notes of a row, with names for the codes in them."""
    told = []
    for part in note.split("; "):
        codes = values_of(part, STANDS_FOR)
        named = STANDS_FOR.format(**{key: words.name(code) for key, code in codes.items()}) if codes else part
        told.append(retell(named, NOTES, words.translate))
    return "; ".join(told)


def _parts(rows: pd.DataFrame, words: Words) -> Sheet:
    """Return the parts of the scores: the standing of each project among all, 0 to 1."""
    _ = words.translate
    parts = tuple(f"part_{name}" for name in WEIGHTS)
    return Sheet(
        "parts",
        _("What the scores are made of: standing among all projects, 0 to 1"),
        rows,
        ("rank", "region", "partner", "sector", "score", *parts),
        heads={f"part_{name}": _(name) for name in WEIGHTS},
        cells=dict.fromkeys(("score", *parts), fixed(2)),
    )


def _leading(ask: Ask, region: str, partner: str | None, words: Words) -> tuple[Sheet, ...]:
    """Return the fields of technology in which one of both sides leads; none where the tables name no such region."""
    _ = words.translate
    named = [city_region(ask.pack, code) for code in (region, partner) if code is not None]
    rows = ask.ask(("leading regions", *named), lambda: pair_table(ask.pack, *named))
    if rows.empty:
        return ()
    heads = {"field": _("field"), "region": _("leading region"), "rank": _("rank"), "among": _("of how many")}
    heads |= {"profile": _("sectors of emissions alike"), "emissions": _("size of the sector alike")}
    heads |= {"co2": _("CO2 alike"), "plants": _("power plants alike"), "stage": _("stage of policy")}
    return (
        Sheet(
            "technology",
            _(
                "Fields of technology in which one side leads, and where the other stands among the regions of its "
                "nation"
            ),
            rows,
            ("field", "verdict", "region", "partner", "rank", "among", *MATCHED, "stage", "note", "source"),
            heads=heads,
            cells={
                "field": lambda code: field_name(ask.pack, str(code), words.language),
                **dict.fromkeys(MATCHED, fixed(2)),
                **dict.fromkeys(("verdict", "stage"), _),
                "note": lambda note: retell(note, MATCH_NOTES, _),
            },
            notes=MATCH_NOTES,
            spare=(*MATCHED, "note", "stage"),
        ),
    )


def project_sentence(row: Mapping[Any, Any], words: Words) -> str:
    """Return the best joint project: with whom, in which sector, what it costs, and what it does."""
    _, language = words.translate, words.language
    said = _(
        "The best joint project of {region} is {sector} with {partner}: measures for {cost} a year on both sides avoid "
        "{deaths} early deaths a year ({low} to {high}; emissions of {year}), {share} of them in {partner}."
    )
    if not all(np.isfinite(float(row[name])) for name in (*DEATHS.values(), "cost")):
        said = _(
            "The best joint project of {region} is {sector} with {partner} (emissions of {year}); what it would cost "
            "or avoid is not known."
        )
    deaths = {key: count(float(row[name]), language) for key, name in DEATHS.items()}
    return said.format(
        region=words.short(str(row["region"])),
        sector=words.name(str(row["sector"])),
        partner=words.short(str(row["partner"])),
        cost=money(float(row["cost"]), language),
        year=row["year"],
        share=percent(float(row["deaths_share_partner"])),
        **deaths,
    )


def _cards(rows: pd.DataFrame, words: Words) -> tuple[Card, ...]:
    """Return what the best project avoids and costs, and how firm its rank is."""
    _, language = words.translate, words.language
    found = []
    known = rows[rows["cost"].notna() & rows["deaths"].notna()]
    for row in known.head(1).to_dict("records"):
        deaths = {key: count(float(row[name]), language) for key, name in DEATHS.items()}
        detail = _("{year}; {low} to {high}").format(year=row["year"], low=deaths["low"], high=deaths["high"])
        found.append(Card(deaths["deaths"], _("early deaths avoided a year"), detail))
        found.append(Card(money(float(row["cost"]), language), _("on both sides, a year"), str(row["year"])))
    return tuple(found)


def _told(rows: pd.DataFrame, weights: dict[str, float], words: Words) -> tuple[str, ...]:
    """Return why the first three stand where they do, which weights hold, and what must be said with all of them."""
    _ = words.translate
    best = [project_sentence(row, words) for row in rows.head(1).to_dict("records")]
    first = [f"{rank}. {why}" for rank, why in zip(rows["rank"][:3], rows[f"why_{words.language}"][:3], strict=True)]
    shown = ", ".join(f"{_(part)} {weight:g}" for part, weight in weights.items() if weight > 0)
    held = _("{year}; weights: {weights}").format(year=rows["year"].iloc[0], weights=shown)
    firm = _("in the top {top}: share of {draws} random weights, and of the samples of the relation")
    unit = _("gives, gets: µg/m³ to the people there and back; deaths avoided a year; million USD of 2015 a year")
    said = [*best, *first, held, unit, firm.format(top=len(rows), draws=DRAWS)]
    if not weights["co2"]:
        known = int(rows["co2_change"].notna().sum())
        published = _("CO2 is published for the measures of {known} of these projects; its weight is 0")
        said.append(published.format(known=known))
    if not (rows["technology"] != "unknown").any():
        said.append(_("which side has more of a technique in place: not known of any of these projects"))
    said.append(_("rank_history: the rank by the history of the baseline alone"))
    notes = list(dict.fromkeys(part for row in rows["note"] for part in row.split("; ") if part))
    said += [_("numbers between single regions across a border are indicative")] if INDICATIVE in notes else []
    return (*said, *(_noted(note, words) for note in notes if note != INDICATIVE))


def _scores(rows: pd.DataFrame, weights: dict[str, float], asked: PartnersQuestion, words: Words) -> Figure:
    """Return what each part adds to the score of the projects."""
    _ = words.translate
    whole = sum(weights.values())
    used = [name for name, weight in weights.items() if weight > 0]
    parts = [
        {
            "label": _label(row, words, asked.network),
            "part": _(name),
            "value": row[f"part_{name}"] * weights[name] / whole,
        }
        for row in rows.head(CHARTED).to_dict("records")
        for name in used
    ]
    title = _("What the scores of the projects are made of")
    chart = score_bars(
        pd.DataFrame.from_records(parts),
        parts=[_(name) for name in used],
        title=title,
        subtitle=_("standing among all projects by each part, weighted; at most 1"),
        axis=_("score"),
    )
    return Figure("scores", chart, title, _("A score compares projects with each other; it has no unit."))


def _ranks(rows: pd.DataFrame, asked: PartnersQuestion, words: Words) -> Figure:
    """Return the ranks that the projects take over random weights and over the samples of the relation."""
    _ = words.translate
    names = {"weights": _("random weights"), "samples": _("samples of the relation")}
    held = [name for name in names if f"{name}_best" in rows]
    shown = [(_label(row, words, asked.network), row) for row in rows.head(CHARTED).to_dict("records")]
    spans = [
        {"label": label, "series": names[name], "best": row[f"{name}_best"], "worst": row[f"{name}_worst"]}
        for label, row in shown
        for name in held
    ]
    title = _("How firm the ranks are")
    chart = rank_spans(
        pd.DataFrame.from_records(spans),
        pd.DataFrame.from_records([{"label": label, "rank": row["rank"]} for label, row in shown]),
        series=[names[name] for name in held],
        title=title,
        subtitle=_("diamond: the rank; lines: from the best to the worst rank that it takes; logarithmic axis"),
        axis=_("rank"),
    )
    return Figure("ranks", chart, title, _("A short line is a rank that hardly depends on weights or on the relation."))


def _network(rows: pd.DataFrame, words: Words) -> Figure:
    """Return which regions of the one side the listed projects join with which of the other."""
    _ = words.translate
    best = rows.drop_duplicates(["region", "partner"])
    counts = rows.groupby(["region", "partner"]).size()
    texts = [
        f"{rank} ({counts[one, other]})" if counts[one, other] > 1 else str(rank)
        for one, other, rank in zip(best["region"], best["partner"], best["rank"], strict=True)
    ]
    cells = pd.DataFrame(
        {
            "region": [words.short(code) for code in best["region"]],
            "partner": [words.short(code) for code in best["partner"]],
            "score": best["score"].to_numpy(),
            "text": texts,
        }
    )
    title = _("The network: which regions the best projects join")
    chart = network_map(
        cells,
        regions=sorted(set(cells["region"])),
        partners=sorted(set(cells["partner"])),
        title=title,
        subtitle=_("rank of the best project of each pair, and how many of the listed it has"),
        legend=_("score"),
    )
    return Figure("network", chart, title, _("Pairs without a project in the list are left empty."))


ANSWER = Entry(
    title="Partners",
    question=PartnersQuestion,
    make=partners,
    choices={"region": seekers, "partner": sought, "sector": sectors},
    first=("region",),
)
