"""The page of a place in words: the sentence that opens it, three numbers, and what is told of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.local_facts import LocalFacts
from airshed.answers.words import Card, Words, explanation, target_name
from airshed.assessment.local import ABROAD, ALL, DOUBTFUL, NATION, OWN, Standard
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count, level, money, money_range, plain
from airshed.pack.telling import told as error_told

NATIONS = 3
"""Nations whose share a sentence tells."""
LEAST = 0.02
"""Share of what all own measures do together that a measure does at least to be told."""
CHEAPEST, NAMED = 8, 3
"""Measures that a page lists, and those that a sentence names."""
PARTNERS = 3
PERIOD_NAMES = {
    "season:DJF": "Winter (December to February)",
    "season:MAM": "Spring (March to May)",
    "season:JJA": "Summer (June to August)",
    "season:SON": "Autumn (September to November)",
    "episode": "Episodes of high levels",
}


@dataclass(frozen=True)
class Told:
    """What is said of a place: its first sentence, its numbers, and sentences by the part of the page."""

    title: str
    lead: str
    cards: list[Card]
    parts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """All sentences in their order, the first one first."""
        return [self.lead, *(said for part in self.parts.values() for said in part)]


def told_of(facts: LocalFacts, words: Words) -> Told:
    """Return what is said of a place in the language of the words."""
    parts = {
        "trend": _trend(facts, words),
        "attribution": _origins(facts, words),
        "periods": _periods(facts, words),
        "reach": _reach(facts, words),
        "measures": _measures(facts, words),
        "partners": _partners(facts, words),
        "deaths": _deaths(facts, words),
        "missing": _missing(facts, words),
    }
    title = words.translate("{place}: the air of {year} on one page")
    name = words.name(facts.place.code)
    return Told(title.format(place=name, year=facts.year), _lead(facts, words), _cards(facts, words), parts)


def listed(names: Sequence[str], words: Words) -> str:
    """Return names in a row, as the language joins them."""
    return ("、" if words.language == "zh" else ", ").join(names)


def standard_name(item: Standard, words: Words, limit: bool = True) -> str:
    """Return a standard in words, with its limit."""
    _ = words.translate
    if item.target:
        name = target_name(item.target, words)
    else:
        step = "" if item.level in ("standard", "primary") else _(item.level)
        name = f"{_('national standard')} {step}".strip()
    return f"{name} ({plain(item.limit)})" if limit else name


def span(low: float, high: float, words: Words) -> str:
    """Return a range of shares."""
    return words.translate("{low} to {high}").format(low=percent(low), high=percent(high))


def met_and_missed(facts: LocalFacts) -> tuple[list[Standard], list[Standard]]:
    """Return the strictest standards that the level meets and the least strict that it misses, each of one limit."""
    value = level_of(facts)
    met = [item for item in facts.standards if value <= item.limit]
    missed = [item for item in facts.standards if value > item.limit]
    return (
        [item for item in met if item.limit == met[0].limit],
        [item for item in missed if item.limit == missed[-1].limit],
    )


def level_of(facts: LocalFacts) -> float:
    """Return the level that the page is of: observed, else modelled, ug/m3."""
    return facts.observed.value if facts.observed is not None else float(facts.level["value"])


def _lead(facts: LocalFacts, words: Words) -> str:
    _ = words.translate
    place = words.name(facts.place.code)
    opening = _("{place}, {year}: {level} of PM2.5 ({kind})").format(
        place=place, year=facts.year, level=level(level_of(facts)), kind=_kind(facts, words)
    )
    met, missed = met_and_missed(facts)
    names = [listed([standard_name(item, words) for item in items], words) for items in (met, missed)]
    if met and missed:
        against = _("meets {met}, misses {missed}").format(met=names[0], missed=names[1])
    elif met:
        against = _("meets every standard, even {met}").format(met=names[0])
    elif missed:
        against = _("misses every standard, even {missed}").format(missed=names[1])
    else:
        against = _("the pack holds no standard to hold it against")
    first = _("{level}; {against}.").format(level=opening, against=against)
    if facts.foreign is None:
        return first
    share, low, high = facts.foreign
    abroad = _("{share} of its man-made part comes from abroad ({span}, likely range of 90 %).")
    return f"{first} {abroad.format(share=percent(share), span=span(low, high, words))}"


def _kind(facts: LocalFacts, words: Words) -> str:
    """Return what the level is: of which kind the observation is, or that it is modelled, and how sure."""
    _, item = words.translate, facts.observed
    if item is None:
        ends = {name: level(float(facts.level[name])) for name in ("low", "high")}
        if not all(ends.values()):
            return _("modelled; nothing was observed here")
        return _("modelled, {low} to {high}; nothing was observed here").format(**ends)
    said = _("observed, {kind}").format(kind=_(item.kind))
    if item.place not in (facts.place.code, facts.place.region):
        said = f"{said}, {words.name(item.place)}"
    elif item.place != facts.place.code and words.name(item.place) != words.name(facts.place.code):
        said = _("{observed} of {region}").format(observed=said, region=words.name(item.place))
    return _("{observed}; doubtful by its source").format(observed=said) if item.confidence == DOUBTFUL else said


def _cards(facts: LocalFacts, words: Words) -> list[Card]:
    _ = words.translate
    who = f"attribution?receptor={facts.place.code}&year={facts.year}"
    found = [Card(level(level_of(facts)), _("PM2.5 of {year}").format(year=facts.year), _kind(facts, words), link=who)]
    if facts.foreign is not None:
        share, low, high = facts.foreign
        label = _("of its man-made PM2.5 of {year} from abroad").format(year=facts.year)
        detail = _("likely range of 90 %: {span}").format(span=span(low, high, words))
        found.append(Card(percent(share), label, detail, link=who))
    if facts.deaths is not None:
        value, low, high = _numbers(facts.deaths)
        label = _("deaths in {region} in {year} from PM2.5").format(
            region=words.name(facts.place.region), year=facts.year
        )
        detail = _("95 % interval {low} to {high}").format(
            low=count(low, words.language), high=count(high, words.language)
        )
        why = explanation("health", facts.place.region, year=facts.year)
        found.append(Card(count(value, words.language), label, detail, why))
    return found


def _numbers(row: dict[str, Any]) -> tuple[float, float, float]:
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    return value, low, high


def _trend(facts: LocalFacts, words: Words) -> list[str]:
    _, said = words.translate, []
    if len(facts.seen) > 1:
        ends = [f"{item.year}: {level(item.value)} ({_(item.kind)})" for item in (facts.seen[0], facts.seen[-1])]
        said.append(_("Observed: {first}; {last}.").format(first=ends[0], last=ends[1]))
    elif not facts.seen:
        place = words.name(facts.place.code)
        said.append(_("The pack holds no annual mean observed in {place}.").format(place=place))
    rows = records(facts.trend.dropna(subset=["value"]), NAN)
    if len(rows) > 1:
        ends = [f"{row['year']}: {level(row['value'])}" for row in (rows[0], rows[-1])]
        said.append(_("Modelled, later years as projected: {first}; {last}.").format(first=ends[0], last=ends[1]))
    return said


def _origins(facts: LocalFacts, words: Words) -> list[str]:
    rows = records(facts.shares.head(NATIONS), NAN)
    if not rows:
        return []
    nations = [f"{words.name(row['country'])} {percent(row['value'])} ({_ends(row, words)})" for row in rows]
    text = words.translate("Who gives its man-made PM2.5 of {year}: {nations}.")
    return [text.format(year=facts.year, nations=listed(nations, words))]


def _ends(row: dict[str, Any], words: Words) -> str:
    return span(row["low"], row["high"], words)


def _periods(facts: LocalFacts, words: Words) -> list[str]:
    _ = words.translate
    if facts.periods.empty:
        return [_("No study in the pack speaks of a season or of episodes here.")]
    said = []
    for row in records(facts.periods, NAN):
        text = _("{period}: {share} of the man-made part of {place} from abroad ({span}), at the level of {year}.")
        numbers = {"share": percent(row["value"]), "span": _ends(row, words), "year": row["year"]}
        said.append(text.format(period=_(PERIOD_NAMES[str(row["period"])]), place=words.name(row["place"]), **numbers))
    return said


def who_name(who: str, facts: LocalFacts, words: Words) -> str:
    """Return whose measures a row is of."""
    _, region, nation = words.translate, words.name(facts.place.region), words.name(facts.place.nation)
    if who == OWN:
        return _("{region} alone").format(region=region)
    if who == NATION:
        return _("the rest of {nation}").format(nation=nation)
    return _("all other nations") if who == ABROAD else _("all of them together")


def _reach(facts: LocalFacts, words: Words) -> list[str]:
    if facts.reach is None:
        return []
    _, reach = words.translate, facts.reach
    rows = {str(row["who"]): row for row in records(reach.rows, NAN)}
    own, others, every = rows[OWN], rows[ABROAD], rows[ALL]
    alone = _(
        "What it can do alone: all measures left in {region} bring {year} from {start} to {level}, for {cost} a year."
    )
    needed = _("What only others can: all measures of other nations bring it to {abroad}, all together to {all}.")
    return [
        alone.format(
            region=words.name(facts.place.region),
            year=reach.year,
            start=level(reach.level),
            level=level(own["value"]),
            cost=money(own["cost"], words.language),
        ),
        needed.format(abroad=level(others["value"]), all=level(every["value"])),
    ]


def cheapest(facts: LocalFacts) -> list[dict[str, Any]]:
    """Return the measures of a place that weigh, the cheapest first."""
    if facts.reach is None or facts.reach.measures.empty:
        return []
    rows = facts.reach.measures
    return records(rows[rows["reduction"] >= LEAST * rows["reduction"].sum()].head(CHEAPEST), NAN)


def _measures(facts: LocalFacts, words: Words) -> list[str]:
    rows = cheapest(facts)[:NAMED]
    if facts.reach is None or not rows:
        return []
    text = words.translate("{measure} (-{less} for {cost} a year)")
    named = [
        text.format(
            measure=words.measure(str(row["measure"])),
            less=level(row["reduction"]),
            cost=money(row["cost"], words.language),
        )
        for row in rows
    ]
    said = words.translate("What works in {region} and costs least per µg/m³ in {year}: {measures}.")
    region = words.name(facts.place.region)
    return [said.format(region=region, year=facts.reach.year, measures=listed(named, words))]


def _partners(facts: LocalFacts, words: Words) -> list[str]:
    if facts.partners is None or facts.partners.empty:
        return []
    rows = records(facts.partners.head(PARTNERS), NAN)
    named = [f"{words.name(row['partner'])} ({words.name(row['sector'])})" for row in rows]
    text = words.translate("With whom first, by the emissions of {year}: {partners}.")
    return [text.format(year=rows[0]["year"], partners=listed(named, words))]


def _deaths(facts: LocalFacts, words: Words) -> list[str]:
    if facts.deaths is None:
        return []
    _, language, said = words.translate, words.language, []
    value, low, high = _numbers(facts.deaths)
    numbers = {"deaths": count(value, language), "low": count(low, language), "high": count(high, language)}
    text = _("Deaths in {region} in {year} from PM2.5: {deaths} ({low} to {high}).")
    said.append(text.format(region=words.name(facts.place.region), year=facts.year, **numbers))
    if facts.value is not None:
        worth, least, most = _numbers(facts.value)
        text = _("Their value: {money} of 2015 a year ({range}).")
        said.append(text.format(money=money(worth, language), range=money_range(least, most, language)))
    return said


def _missing(facts: LocalFacts, words: Words) -> list[str]:
    """Return what the pack cannot say of the place, and why."""
    text = words.translate("The pack cannot say: {why}.")
    whys = dict.fromkeys(error_told(why.message, words.language) for why in facts.missing)
    return [text.format(why=why) for why in whys]
