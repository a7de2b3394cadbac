"""What stands on the sheet of a deal, in one language: numbers that lead, tables, what holds, what to keep in mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head, number, numeric, rounded, show
from airshed.answers.game_words import members_named, without_deal
from airshed.answers.words import Card, Figure, Words, target_name
from airshed.assessment.games.deal import Deal
from airshed.assessment.games.names import key_name, point_names
from airshed.charts.cooperation import deals_chart, shares_chart, signable
from airshed.pack.percent import percent
from airshed.pack.sources import reuse_message
from airshed.pack.spoken_numbers import count, money, money_range
from airshed.strategy.measures import catalogue

FEW = 1000.0
"""Million USD below which amounts have a decimal."""


@dataclass(frozen=True)
class Section:
    """A part of the sheet: its heading, sentences, tables and a figure."""

    id: str
    heading: str
    sentences: list[str] = field(default_factory=list)
    views: list[ChapterTable] = field(default_factory=list)
    figure: Figure | None = None


@dataclass(frozen=True)
class DealSheet:
    """What stands on the sheet of a deal."""

    title: str
    meta: str
    cards: list[Card]
    sections: list[Section]
    footer: str


def sheet_of(deal: Deal, words: Words) -> DealSheet:
    """Return the sheet of a deal in the language of the words."""
    _ = words.translate
    sections = [
        _members_section(deal, words),
        _shares_section(deal, words),
        _holding_section(deal, words),
        *([_measures_section(deal, words)] if len(deal.measures) else []),
        _keys_section(deal, words),
        *_target_sections(deal, words),
        *_belief_sections(deal, words),
        Section("caveats", _("What to keep in mind"), caveats(deal, words)),
        _method_section(deal, words),
    ]
    return DealSheet(
        title=_("Deal sheet: {members}").format(members=_names(deal.players, words)),
        meta=_meta(deal, words),
        cards=deal_cards(deal, words),
        sections=sections,
        footer=_("Inputs SHA-256 {hash}.").format(hash=deal.inputs_hash),
    )


def _names(codes: Sequence[str], words: Words) -> str:
    return words.listed(map(words.name, codes))


def _meta(deal: Deal, words: Words) -> str:
    _ = words.translate
    told = [
        (_("Year of the answer"), str(deal.year)),
        (_("scenario"), _(deal.scenario)),
        (_("disagreement point"), point_names(_).get(deal.point, deal.point)),
        (_("key of the division"), key_name(deal.key, _)),
        (_("pack"), f"{deal.pack_name} {deal.pack_version}"),
        ("airshed", deal.version),
    ]
    return " · ".join(f"{name} {value}" for name, value in told)


def amount(value: float, largest: float) -> str:
    """Return an amount of money, with a decimal in a table of small ones; nothing where there is none.

    >>> amount(-12.345, 900.0), amount(12345.6, 1e6)
    ('-12.3', '12,346')
    """
    text = show(value, 0 if largest >= FEW else 1)
    return "0" if text in ("-0", "0.0", "-0.0") else text


def _amounts(values: Sequence[float]) -> list[ChapterCell]:
    known = [abs(value) for value in values if np.isfinite(value)]
    return [numeric(amount(value, max(known, default=0.0))) for value in values]


def _money(rows: pd.DataFrame, *columns: str) -> dict[str, list[ChapterCell]]:
    """Return columns of money as cells, all with the same number of decimals."""
    width = len(rows)
    cells = _amounts([float(value) for column in columns for value in rows[column]])
    return {column: cells[place * width : (place + 1) * width] for place, column in enumerate(columns)}


def deal_sentence(deal: Deal, words: Words) -> str:
    """Return what a deal does, what it costs, and who would leave it."""
    _ = words.translate
    deaths = [_total(deal.members[name]) for name in ("deaths_avoided", "deaths_low", "deaths_high")]
    away = deal.leaving.loc[(deal.leaving["loses"] == "yes") | (deal.leaving["rides_free"] == "yes"), "player"].tolist()
    leave = _("{away} would gain more by leaving, {without}") if away else _("nobody would gain by leaving, {without}")
    said = _(
        "{who} together avoid {deaths} early deaths in {year} ({low} to {high}) for {cost} a year of measures; {leave}."
    )
    counted = dict(zip(("deaths", "low", "high"), (count(value, words.language) for value in deaths), strict=True))
    return said.format(
        who=members_named(deal.players, words),
        year=deal.year,
        cost=money(_total(deal.members["cost"]), words.language),
        leave=leave.format(away=members_named(away, words), without=without_deal(deal.point, words, deal.acted_on)),
        **counted,
    )


def deal_cards(deal: Deal, words: Words) -> list[Card]:
    """Return the numbers that lead the sheet."""
    _, year = words.translate, str(deal.year)
    members = deal.members
    deaths = [count(_total(members[name]), words.language) for name in ("deaths_avoided", "deaths_low", "deaths_high")]
    return [
        Card(
            deaths[0],
            _("early deaths avoided a year"),
            _("{year}; {low} to {high} by the interval of the response").format(
                year=year, low=deaths[1], high=deaths[2]
            ),
        ),
        Card(money(_total(members["cost"]), words.language), _("spent on measures, a year"), year),
        Card(
            money(float(deal.game["gain_cooperating"]), words.language),
            _("gained by cooperating, a year"),
            _("{year}; {own} more by what each does for itself").format(
                year=year, own=money(float(deal.game["gain_alone"]), words.language)
            ),
        ),
    ]


def paid_sentence(deal: Deal, words: Words) -> str:
    """Return what is paid between the members, and by which key."""
    _ = words.translate
    paid = float(deal.shares["transfer"].clip(lower=0.0).sum())
    said = _("Members pay each other {amount} a year in {year}, by the key {key}.")
    return said.format(amount=money(paid, words.language), year=deal.year, key=key_name(deal.key, _))


def _total(values: pd.Series) -> float:
    return float(np.nansum(values.to_numpy()))


def _members_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    rows = deal.members
    money = _money(rows, "cost_alone", "cost")
    heads = [
        Head(_("member")),
        Head(_("measures added or changed"), True),
        Head(_("cost without the deal"), True),
        Head(_("cost with the deal"), True),
        Head(_("at low and high prices"), True),
        Head(_("PM2.5 before"), True),
        Head(_("PM2.5 after"), True),
        Head(_("deaths avoided a year"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["player"])),
            numeric(number(row["measures"])),
            money["cost_alone"][place],
            money["cost"][place],
            numeric(f"{rounded(row['price_low'])} – {rounded(row['price_high'])}"),
            numeric(show(row["pm25_before"], 1)),
            numeric(show(row["pm25_after"], 1)),
            numeric(_deaths(row)),
        ]
        for place, row in enumerate(records(rows, NAN))
    ]
    caption = _("Costs in million USD of 2015 a year; PM2.5 as the mean over people, µg/m³")
    return Section(
        "members", _("What each member does"), [deal_sentence(deal, words)], [ChapterTable(heads, body, caption)]
    )


def _deaths(row: dict[str, Any]) -> str:
    if not np.isfinite(row["deaths_avoided"]):
        return ""
    return f"{rounded(row['deaths_avoided'])} ({rounded(row['deaths_low'])} – {rounded(row['deaths_high'])})"


def _shares_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    rows = deal.shares
    full = deal.members["benefit_full"].to_numpy() - (deal.members["cost"] - deal.members["cost_alone"]).to_numpy()
    rows = rows.assign(
        benefit=deal.members["benefit"].to_numpy(),
        added=(deal.members["cost"] - deal.members["cost_alone"]).to_numpy(),
        full=full + rows["transfer"].to_numpy(),
    )
    lost = deal.leaving["loses"].tolist()
    money = _money(rows, "benefit", "added", "transfer", "share", "low", "high", "full")
    heads = [
        Head(_("member")),
        Head(_("its benefit"), True),
        Head(_("added cost"), True),
        Head(_("receives (pays if below 0)"), True),
        Head(_("gain"), True),
        Head(_("5 to 95 %"), True),
        Head(_("probability that it gains"), True),
        Head(_("gains by the full curve"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["player"])),
            *(money[name][place] for name in ("benefit", "added", "transfer")),
            ChapterCell(money["share"][place].text, "n" if lost[place] == "no" else "n out"),
            numeric(f"{money['low'][place].text} – {money['high'][place].text}" if np.isfinite(row["low"]) else ""),
            numeric(show(row["probability"], 2)),
            money["full"][place],
        ]
        for place, row in enumerate(records(rows, NAN))
    ]
    caption = _("Million USD of 2015 a year against the disagreement point; transfers add to zero")
    return Section("shares", _("Who pays, and what each gains"), views=[ChapterTable(heads, body, caption)])


def _holding_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    rows = deal.leaving
    money = _money(rows, "worth", "loss", "free_ride", "share", "gain_by_leaving")
    columns = ("worth", "loss", "free_ride", "share")
    heads = [
        Head(_("if it leaves")),
        Head(_("the others still gain"), True),
        Head(_("the others lose"), True),
        Head(_("it gains by riding free"), True),
        Head(_("its gain in the deal"), True),
        Head(_("more by leaving"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["player"])),
            *(money[name][place] for name in columns),
            ChapterCell(money["gain_by_leaving"][place].text, "n out" if row["rides_free"] == "yes" else "n"),
        ]
        for place, row in enumerate(records(rows, NAN))
    ]
    caption = _("If one member leaves and the others agree without it; million USD of 2015 a year")
    return Section("holding", _("What holds"), holding_sentences(deal, words), [ChapterTable(heads, body, caption)])


def holding_sentences(deal: Deal, words: Words) -> list[str]:
    """Return what holds: the core, the coalition that could do better, who loses, who would leave, what could hold."""
    _ = words.translate
    row = records(deal.shares, NAN)[0]
    found = []
    if deal.game["core_empty"] == "yes":
        found.append(_("No division of the gain satisfies all coalitions: the core is empty."))
    if row["blocking"]:
        found.append(
            _("This division is not in the core: {coalition} could gain {excess} a year more by themselves.").format(
                coalition=_coalition(row["blocking"], words), excess=money(float(row["excess"]), words.language)
            )
        )
    else:
        found.append(_("This division is in the core: no coalition could gain more by itself."))
    losing = deal.leaving.loc[deal.leaving["loses"] == "yes", "player"].tolist()
    if losing:
        found.append(_("Would lose by it: {members}.").format(members=_names(losing, words)))
    away = deal.leaving.loc[deal.leaving["rides_free"] == "yes", "player"].tolist()
    if away:
        found.append(_("Would gain more by riding free on the others: {members}.").format(members=_names(away, words)))
    else:
        found.append(_("Nobody would gain more by riding free on the others."))
    if deal.game["largest_stable"]:
        stable = _coalition(deal.game["largest_stable"], words)
        found.append(
            _("Largest coalition that some division of the gain can hold together: {coalition}.").format(
                coalition=stable
            )
        )
    return found


def _coalition(text: str, words: Words) -> str:
    """Return a coalition, written {A, B}, with names."""
    return _names([code.strip() for code in text.strip("{}").split(",")], words)


def _measures_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    named = {item.code: item.named(words.language) for item in catalogue(words.pack)}
    heads = [
        Head(_("member")),
        Head(_("measure")),
        Head(_("sector")),
        Head(_("in regions"), True),
        Head(_("removed, kt per year"), True),
        Head(_("cost"), True),
        Head(_("benefit to all"), True),
    ]
    body, last = [], ""
    for row in records(deal.measures, NAN):
        body.append(
            [
                ChapterCell(words.name(row["player"]) if row["player"] != last else ""),
                ChapterCell(named.get(row["measure"], row["measure"])),
                ChapterCell(words.name(row["sector"])),
                numeric(number(row["regions"])),
                numeric(f"{show(row['removed'], 1)} {row['pollutant']}"),
                numeric(rounded(row["cost"])),
                numeric(rounded(row["benefit"])),
            ]
        )
        last = row["player"]
    caption = _("The measures of each member that do most for all, beyond the disagreement point; million USD a year")
    return Section("measures", _("Measures that do most"), views=[ChapterTable(heads, body, caption)])


def _keys_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    chart = shares_chart(deal.keys, words.pack, words.language)
    row = deal.keys.pivot_table(index="key", columns="player", values="share", sort=False)
    widest = (row.max() - row.min()).idxmax()
    caption = _("The key matters most to {member}: {range} a year.").format(
        member=words.name(str(widest)),
        range=money_range(float(row[widest].min()), float(row[widest].max()), words.language),
    )
    heading = _("The same gain by other keys")
    return Section("keys", heading, figure=Figure("keys", chart, f"{heading}. {caption}", caption))


def _target_sections(deal: Deal, words: Words) -> list[Section]:
    """Return the part on targets, if they were asked for."""
    if deal.targets is None:
        return []
    _ = words.translate
    rows = deal.targets[deal.targets["key"] == "shapley"]
    columns = ("cost_alone", "cost_ground", "saving", "pays", "transfer")
    money = _money(rows, *columns)
    heads = [
        Head(_("member")),
        *(
            Head(text, True)
            for text in (
                _("cost alone"),
                _("spent on its ground together"),
                _("saved by joining"),
                _("pays in the end"),
                _("receives (pays if below 0)"),
            )
        ),
    ]
    body = [
        [ChapterCell(words.name(row["player"])), *(money[name][place] for name in columns)]
        for place, row in enumerate(records(rows, NAN))
    ]
    lowered = [] if deal.lowered is None else records(deal.lowered, NAN)
    said = [
        _("{city}: target lowered from {target} to {counted} µg/m³, which its member reaches alone").format(
            city=words.name(row["receptor"]), target=show(row["target"], 1), counted=show(row["counted"], 1)
        )
        for row in lowered
    ]
    caption = _(
        "Each brings its own cities to {target}, alone or together, saving divided by Shapley; million USD a year"
    )
    view = ChapterTable(heads, body, caption.format(target=target_name(deal.target, words)))
    return [Section("targets", _("The same for targets"), said, [view])]


def _belief_sections(deal: Deal, words: Words) -> list[Section]:
    """Return the part on beliefs, if they were given."""
    if deal.believed is None:
        return []
    _ = words.translate
    held = deal.believed
    source, receptor = words.name(held.source), words.name(held.receptor)
    spans = signable(held.deals)
    if spans:
        told = ", ".join(f"{percent(low)} – {percent(high)}" for low, high in spans)
        said = _("{source} in {receptor}: all sign deals that take this share for true: {ranges}.").format(
            source=source, receptor=receptor, ranges=told
        )
    else:
        said = _("{source} in {receptor}: there is no deal that all sign.").format(source=source, receptor=receptor)
    heads = [
        Head(_("party")),
        Head(_("believes, %"), True),
        Head(_("signs from, %"), True),
        Head(_("signs to, %"), True),
    ]
    body = [
        [
            ChapterCell(words.name(row["player"])),
            *(numeric(show(100 * row[name])) for name in ("believes", "lowest", "highest")),
        ]
        for row in records(held.walkouts, NAN)
    ]
    caption = _("Share that each party believes, and the deals that it signs")
    chart = deals_chart(held.deals, held.walkouts, words.pack, words.language, (held.source, held.receptor))
    figure = Figure("deals", chart, said, "")
    return [
        Section(
            "beliefs",
            _("If parties disagree on who affects whom"),
            [said],
            [ChapterTable(heads, body, caption)],
            figure,
        )
    ]


def caveats(deal: Deal, words: Words) -> list[str]:
    """Return what a reader should keep in mind."""
    _ = words.translate
    found = []
    if np.isfinite(deal.known_options):
        found.append(
            _(
                "How far measures are applied today rests on counts, emissions or standards for {options} of those "
                "applied here, {cost} by cost; on rules for the others, at the middle of what may be."
            ).format(options=percent(deal.known_options), cost=percent(deal.known_cost))
        )
    found.append(
        _(
            "Benefits are linear around today's levels: {gain} a year gained together. By the full curve of deaths it "
            "is {full}; the division rests on the linear ones."
        ).format(
            gain=money(float(deal.game["gain"]), words.language),
            full=money(float(deal.game["gain_full"]), words.language),
        )
    )
    found.append(
        {
            "current": _(
                "Counted from current policy, as if nobody did anything more without a deal: gains look large."
            ),
            "limited": _("Counted from what each does if it acts on {percent} of its own benefit.").format(
                percent=percent(deal.acted_on)
            ),
            "stated": _("Counted from current legislation and stated plans."),
            "nash": _("Counted from all that pays at home by the full value of life: then little is left to gain."),
        }[deal.point]
    )
    found.append(
        _(
            "Intervals are the 5 and 95 % over samples of relation, response, value of life, prices and what can still "
            "be applied, with the deal held fixed."
        )
    )
    if deal.unvalued:
        found.append(
            _("Without a value of life or mortality, so that their benefits count nothing: {members}.").format(
                members=_names(deal.unvalued, words)
            )
        )
    if deal.borrowed:
        found.append(
            _(
                "The relation is borrowed from a block shared with another nation, so that what they give and get is "
                "indicative: {members}."
            ).format(members=_names(deal.borrowed, words))
        )
    if deal.overpredicted:
        found.append(
            _("Modelled far above what was observed, so that levels after the plan are too low: {cities}.").format(
                cities=_names(deal.overpredicted, words)
            )
        )
    return found


def _method_section(deal: Deal, words: Words) -> Section:
    _ = words.translate
    formulas = "; ".join(f"{_(item.title)} ({item.id}; {item.citation})" for item in deal.equations)
    titles = "; ".join(f"{row['title']} [{_(reuse_message(row['reuse']))}]" for row in records(deal.sources, NAN))
    return Section(
        "method",
        _("Method and sources"),
        [_("Formulas: {formulas}.").format(formulas=formulas), _("Sources: {titles}.").format(titles=titles)],
    )
