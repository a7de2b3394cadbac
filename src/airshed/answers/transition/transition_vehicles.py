"""Vehicles by cohort: what they emit by standard, what ends of sales change, and the credits of a maker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers import common
from airshed.answers.answer import Content, Entry, File, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain_amount
from airshed.answers.common import FIRST_YEAR, LATEST_YEAR, places
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.transition import maker_credits
from airshed.assessment.transition.maker_credits import credit_years, credits_table, roadmap_table
from airshed.assessment.transition.vehicle_scenario import scenario_of
from airshed.assessment.transition.vehicles import (
    ELECTRIC,
    KEPT,
    LAST_YEAR,
    NOTES,
    Fleet,
    SalesPath,
    asked_nation,
    emissions_table,
    fleet_of,
    standards_table,
    years_table,
)
from airshed.assessment.workbench.files import scenario_text
from airshed.charts.colours import categories
from airshed.charts.emissions import stacked_emissions
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, mass, plain

MOST, CARS, FARTHEST = 20, 1e9, 5000
"""Values of a list; cars of a maker; km of a range."""
CARBON = "CO2"
RULES = {
    "nev_ratio_percent": "makers must have credits for part of their conventional cars",
    "fleet_fuel": "target of the fuel of new cars",
    "electric_sales_target": "target of electric cars in sales",
    "asked": "asked for",
    "electric_percent": "part of the fleet that is electric",
}
KINDS = {
    "standard": "new cars must meet a standard",
    "credits": "duty of makers",
    "target": "target",
    "share": "share of electric cars in sales",
    "end": "nothing but electric cars is sold",
    "withdrawn": "cars of a standard and older ones are withdrawn",
    "fleet": "electric cars in the fleet",
}
TITLES = ("Vehicles on the asked path", "물어본 경로의 자동차", "所询问路径的车辆")


class VehiclesQuestion(Query):
    """Whose vehicles, and what path of sales."""

    region: tuple[str, ...] = Field(
        default=(), description="regions, groups or the nation; the nation if none", max_length=MOST
    )
    year: int | None = common.year(LATEST_YEAR)
    phase_out: int | None = Field(
        default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year from which only electric cars are sold"
    )
    share: tuple[str, ...] = Field(
        default=(), description="electric cars in sales, percent, as 2030=50; linear between", max_length=MOST
    )
    retire: tuple[str, ...] = Field(
        default=(), description="standards that must be gone with all older ones, as III=2027", max_length=MOST
    )
    growth: float | None = Field(
        default=None, ge=-20, le=20, description="of sales after the last known year, percent a year; none if empty"
    )
    against: Literal["kept", "none"] | None = Field(
        default=None, description="compared with: kept, the last share of sales, or none, no electric cars"
    )
    maker_cars: float | None = Field(default=None, ge=0, le=CARS, description="conventional cars of a maker in a year")
    maker_electric: float | None = Field(default=None, ge=0, le=CARS, description="its battery electric cars")
    maker_hybrids: float | None = Field(default=None, ge=0, le=CARS, description="its plug-in hybrid cars")
    maker_range: float | None = Field(default=None, ge=0, le=FARTHEST, description="range of its electric cars, km")
    credit_year: int | None = common.year("year of the credit rule; the latest known if empty")


@dataclass(frozen=True)
class AskedFleet:
    """What was computed: the fleets, and tables of them."""

    fleet: Fleet
    path: SalesPath
    year: int
    emissions: pd.DataFrame
    years: pd.DataFrame
    standards: pd.DataFrame
    course: pd.DataFrame
    roadmap: pd.DataFrame
    credits: pd.DataFrame | None


def pairs(words: Sequence[str], field: str, example: str) -> list[tuple[str, str]]:
    """Return words such as 2030=50 in two parts; raises AirshedError for one that cannot be read."""
    found = []
    for word in words:
        left, _, right = (part.strip() for part in word.partition("="))
        if not left or not right:
            raise AirshedError("word-cannot-read-as-year", field=field, word=word, example=example)
        found.append((left, right))
    return found


def path_of(ask: Ask, asked: VehiclesQuestion) -> SalesPath:
    """Return the path that is asked; raises AirshedError for words that cannot be read."""
    shares, gone = [], []
    for left, right in pairs(asked.share, ask.option("share"), "2030=50"):
        try:
            shares.append((int(left), float(right.removesuffix("%"))))
        except ValueError as why:
            raise AirshedError(
                "word-cannot-read-as-year", field=ask.option("share"), word=f"{left}={right}", example="2030=50"
            ) from why
    for left, right in pairs(asked.retire, ask.option("retire"), "III=2027"):
        if not right.isdecimal():
            raise AirshedError(
                "word-cannot-read-as-year", field=ask.option("retire"), word=f"{left}={right}", example="III=2027"
            )
        gone.append((left, int(right)))
    return SalesPath(tuple(shares), asked.phase_out, asked.growth or 0.0, tuple(gone), asked.against or "")


def found_of(ask: Ask, asked: VehiclesQuestion) -> AskedFleet:
    """Return the fleets that are asked with their tables."""
    pack = ask.pack

    def make() -> AskedFleet:
        path = path_of(ask, asked)
        nation = asked_nation(pack, asked.region)
        wanted = latest_year(pack) if asked.year is None else asked.year
        last = max([wanted, *(year for year, _ in path.points), *(year for _, year in path.retired)])
        fleet = fleet_of(pack, nation, path, max(last, path.phase_out or last))
        if not fleet.years[0] <= wanted <= LAST_YEAR:
            raise AirshedError("path-year-not-after-sales", year=wanted, known=int(fleet.years[0]) - 1, last=LAST_YEAR)
        codes = tuple(dict.fromkeys(asked.region))
        course = standards_table(pack, fleet, fleet.years, codes[:1])
        return AskedFleet(
            fleet,
            path,
            wanted,
            emissions_table(pack, fleet, wanted, codes),
            years_table(pack, fleet, codes),
            standards_table(pack, fleet, [wanted], codes),
            course,
            roadmap_table(pack, fleet, path),
            _credits(ask, asked, nation),
        )

    return ask.ask(("vehicles", asked), make)


def _credits(ask: Ask, asked: VehiclesQuestion, nation: str) -> pd.DataFrame | None:
    if asked.maker_cars is None:
        if any(one is not None for one in (asked.maker_electric, asked.maker_hybrids, asked.maker_range)):
            raise AirshedError("maker-needs-cars", field=ask.option("maker_cars"))
        return None
    if asked.maker_electric and asked.maker_range is None:
        raise AirshedError("maker-needs-cars", field=ask.option("maker_range"))
    known = credit_years(ask.pack, nation)
    wanted = asked.credit_year if asked.credit_year is not None else max(known, default=ask.pack.base_year)
    numbers = (asked.maker_cars, asked.maker_electric or 0.0, asked.maker_hybrids or 0.0, asked.maker_range or 0.0)
    return credits_table(ask.pack, nation, wanted, *numbers)


def vehicles(ask: Ask, words: Words, question: VehiclesQuestion) -> Content:
    """Return fleets by cohort, what they emit, what a path of sales changes, and the credits of a maker."""
    _, found = words.translate, found_of(ask, question)
    title = _("Vehicles and their standards")
    signed = dict.fromkeys(("change", "change_percent"), fixed(1, sign=True))
    sheets = [
        Sheet(
            "emissions",
            _("What the vehicles emit, kt per year"),
            found.emissions,
            (
                "region",
                "pollutant",
                "year",
                "before",
                "value",
                "change",
                "change_percent",
                "low",
                "high",
                "note",
                "source",
            ),
            heads={"before": _against(found, words)},
            cells={**dict.fromkeys(("before", "value", "low", "high"), plain_amount), **signed},
            notes=NOTES,
        ),
        _standards(found, words, "standards", _("Vehicles by the standard that they met when new")),
        _standards(found, words, "course", _("Vehicles by standard and year")),
        _years(found, words),
        _roadmap(found, words),
    ]
    if found.credits is not None:
        sheets.append(_balance(found.credits, words))
    credit = [] if found.credits is None else [_credit_told(found.credits, words)]
    caveat = _(
        "Sales are implied by stocks and survival; provinces share the nation's part of electric cars, and plug-in "
        "hybrids count as conventional cars."
    )
    return Content(
        title=title,
        sheets=tuple(sheets),
        panels=(Panel(_figure(found, words), "course"),),
        sentences=(_lead(found, words), *credit, caveat),
        cards=_cards(found, words),
        equations=("vehicle-survival", "implied-sales", "fleet-emissions", "nev-credits", "credit-balance"),
        screen=("emissions", "standards", *(["credits"] if credit else [])),
        held={"year": (str(found.year),)},
    )


def _against(found: AskedFleet, words: Words) -> str:
    """Return what the fleets are compared with, for a head."""
    _ = words.translate
    return _("share of sales kept") if found.path.compared == KEPT else _("no electric cars")


def _standards(found: AskedFleet, words: Words, name: str, title: str) -> Sheet:
    return Sheet(
        name,
        title,
        found.standards if name == "standards" else found.course,
        ("region", "standard", "year", "vehicles", "percent", "source"),
        cells={"vehicles": fixed(0), "percent": fixed(1), "standard": _standard(words)},
    )


def _standard(words: Words) -> Any:
    return lambda code: words.translate("electric cars") if code == ELECTRIC else str(code)


def _years(found: AskedFleet, words: Words) -> Sheet:
    shares = ("electric_percent", "electric_sales_percent", "before_percent", "printed_percent")
    return Sheet(
        "years",
        words.translate("The fleets by year; sales are implied by stock and survival"),
        found.years,
        ("region", "year", "vehicles", "sales", "left", "electric", *shares, "basis", "source"),
        heads={"before_percent": _against(found, words)},
        cells={**dict.fromkeys(("vehicles", "sales", "left", "electric"), fixed(0)), **dict.fromkeys(shares, fixed(1))},
    )


def _roadmap(found: AskedFleet, words: Words) -> Sheet:
    _ = words.translate
    return Sheet(
        "roadmap",
        _("A roadmap in stages, from light to strict rules"),
        found.roadmap,
        ("year", "stage", "kind", "item", "value", "unit", "note", "source"),
        cells={
            "kind": lambda kind: _(KINDS[kind]),
            "item": lambda item: _(RULES[item]) if item in RULES else str(item),
            "unit": _,
        },
    )


def _balance(rows: pd.DataFrame, words: Words) -> Sheet:
    numbers = ("conventional", "electric", "hybrids", "range_km", "earned", "wanted", "electric_needed")
    return Sheet(
        "credits",
        words.translate("Credits of a maker"),
        rows,
        (
            *numbers[:4],
            "year",
            "credits_per_car",
            "ratio_percent",
            *numbers[4:6],
            "balance",
            numbers[6],
            "bound",
            "note",
        ),
        cells={
            **dict.fromkeys(numbers, fixed(0)),
            "credits_per_car": fixed(2),
            "balance": fixed(0, sign=True),
            "bound": words.translate,
        },
        notes=maker_credits.NOTES,
    )


def _figure(found: AskedFleet, words: Words) -> Figure:
    """Return the fleets of the first place by standard over the years."""
    _ = words.translate
    rows, code = found.course, str(found.course["region"].iloc[0])
    tell = _standard(words)
    names = [tell(name) for name in dict.fromkeys(rows["standard"])]
    shown = rows.assign(pollutant=words.name(code), value=rows["vehicles"], standard=rows["standard"].map(tell))
    title = _("Vehicles by standard, {place}").format(place=words.name(code))
    chart = stacked_emissions(
        shown[["pollutant", "year", "standard", "value"]],
        category="standard",
        order=names,
        colours=categories(len(names)),
        title=title,
        subtitle=_("stock to {year}, then sales as asked").format(year=found.fleet.observed),
        axis=_("vehicles"),
        columns=1,
    )
    return Figure("standards", chart, f"{title}. {_lead(found, words)}", title)


def _row(found: AskedFleet, code: str) -> dict[str, Any] | None:
    """Return the first place's emission of a pollutant."""
    rows = found.emissions[found.emissions["region"] == found.emissions["region"].iloc[0]]
    rows = rows[rows["pollutant"] == code]
    return None if rows.empty else dict(rows.iloc[0])


def _lead(found: AskedFleet, words: Words) -> str:
    """Return how much of a fleet is electric in a year, and what it emits."""
    _ = words.translate
    row = dict(found.emissions.iloc[0])
    held = found.years[(found.years["region"] == row["region"]) & (found.years["year"] == found.year)].iloc[0]
    known = int(found.fleet.observed)
    share = float(found.fleet.share[found.fleet.cohorts == known][0])
    values = {
        "year": found.year,
        "place": words.name(row["region"]),
        "vehicles": count(float(held["vehicles"]), words.language),
        "percent": percent(float(held["electric_percent"]) / 100.0),
        "before": percent(float(held["before_percent"]) / 100.0),
        "share": percent(share / 100.0),
        "known": known,
        "pollutant": row["pollutant"],
        "mass": mass(float(row["value"])),
        "low": mass(float(row["low"])),
        "high": mass(float(row["high"])),
        "change": percent(float(row["change_percent"]) / 100.0, sign=True),
    }
    if found.path.compared == KEPT:
        text = _(
            "In {year}, {percent} of the {vehicles} vehicles in {place} are electric on the asked path, and {before} "
            "if sales stay at {share} as in {known}: they emit {mass} of {pollutant} a year ({low} to {high}), "
            "{change} against that, by the limit values of petrol cars: lorries and real driving give more."
        )
    else:
        text = _(
            "In {year}, {percent} of the {vehicles} vehicles in {place} are electric (sales of {known}: {share}): they "
            "emit {mass} of {pollutant} a year ({low} to {high}), {change} against a fleet without electric cars, by "
            "the limit values of petrol cars: lorries and real driving give more."
        )
        values.pop("before")
    return text.format(**values)


def _credit_told(rows: pd.DataFrame, words: Words) -> str:
    """Return what a maker earns and owes."""
    _, row = words.translate, rows.iloc[0]
    text = (
        _("By the rule of {year} the maker earns {earned} credits and owes {wanted}: {balance} are left over.")
        if row["balance"] >= 0
        else _("By the rule of {year} the maker earns {earned} credits and owes {wanted}: {balance} are missing.")
    )
    balance = plain(abs(float(row["balance"])), 9)
    return text.format(
        year=row["year"], earned=plain(float(row["earned"]), 9), wanted=plain(float(row["wanted"]), 9), balance=balance
    )


def _cards(found: AskedFleet, words: Words) -> tuple[Card, ...]:
    """Return the electric part of the fleet, and what the path takes off pollutants and CO2."""
    _ = words.translate
    first = dict(found.emissions.iloc[0])
    held = found.years[(found.years["region"] == first["region"]) & (found.years["year"] == found.year)].iloc[0]
    cards = [Card(percent(float(held["electric_percent"]) / 100.0), _("of the fleet is electric"), str(found.year))]
    for row in (first, _row(found, CARBON)):
        if row is not None:
            label = _("change of {pollutant}, {against}").format(
                pollutant=row["pollutant"], against=_against(found, words)
            )
            cards.append(Card(percent(float(row["change_percent"]) / 100.0, sign=True), label, str(found.year)))
    return tuple(cards)


def scenario_file(ask: Ask, words: Words, question: VehiclesQuestion) -> bytes:
    """Return the path as a scenario that commands read."""
    found = found_of(ask, question)
    return scenario_text(scenario_of(ask.pack, found.fleet, question.region, TITLES)).encode()


ANSWER = Entry(
    title="Vehicles",
    question=VehiclesQuestion,
    make=vehicles,
    choices={"region": places},
    files={"vehicles.yaml": File("The path as a scenario", "application/yaml", scenario_file)},
    folded={
        "A maker of cars": ("maker_cars", "maker_electric", "maker_hybrids", "maker_range", "credit_year"),
    },
    chapter="Vehicles",
)
