"""The command on partners: joint projects of a region with others, ranked, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.completion import codes
from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, bounded, settings
from airshed.pack.bounds import ROWS, WEIGHT, number
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from airshed.pack.language import Translate


SPARE = (
    *("rank_history", "samples_in_top", "weights_in_top", "quotient_region", "quotient_partner", "technology"),
    *("cost_region", "cost_partner", "weakest", "share_region", "share_partner", "gives", "gets", "score", "receives"),
)
"""Columns that a narrow screen does without, the first first."""


def partners(
    context: typer.Context,
    region: Annotated[str, typer.Argument(help="code of a region, nation or group", autocompletion=codes)],
    partner: Annotated[
        str | None,
        typer.Option(
            "--with", help="nation (each of its regions), group or region (as a whole); all other nations if not given"
        ),
    ] = None,
    sector: Annotated[str | None, typer.Option("--sector", help="list the projects of this sector alone")] = None,
    top: Annotated[int, bounded("--top", ROWS, "how many to list; they are the top")] = 20,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            help="weights of the parts, such as relevance=2,cost=0: relevance, exposure, deaths, cost "
            "(1 if not given), co2, technology (0 if not given)",
        ),
    ] = None,
    network: Annotated[
        bool, typer.Option("--network", help="every region of the one with every region of the other")
    ] = False,
    form: FormatOption = "table",
) -> None:
    """Partners of a region: joint projects by sector, what they bring to both sides, and how firm their rank is."""
    given = settings(context)
    wanted = _weights(weights)
    from airshed.assessment.members.partners import partners_table
    from airshed.cooperation.partners import DRAWS, weights_of

    pack, translate = given.open_pack(), given.translator()
    rows = partners_table(pack, region, partner, sector, top, wanted, network)
    name = names(pack, given.language)
    told = bool((rows["technology"] != "unknown").any())
    print_rows(
        records(rows),
        form,
        columns=[
            *("rank", *(["region"] if network else []), "partner", "sector", "score", "share_region", "share_partner"),
            *("quotient_region", "quotient_partner", "gives", "gets", "deaths", "deaths_share_partner", "cost"),
            *("cost_region", "cost_partner", "receives"),
            *(["technology"] if told else []),
            *("weakest", "rank_history", "weights_in_top", "samples_in_top"),
        ],
        heads=translate,
        cells={
            "region": name,
            "partner": name,
            "sector": lambda code: pack.name(code, given.language),
            "score": fixed(2),
            **dict.fromkeys(
                ("share_region", "share_partner", "deaths_share_partner", "weights_in_top", "samples_in_top"), percent
            ),
            **dict.fromkeys(("quotient_region", "quotient_partner"), fixed(2)),
            **dict.fromkeys(("gives", "gets"), fixed(3)),
            **dict.fromkeys(("deaths", "cost", "cost_region", "cost_partner", "receives", "rank_history"), fixed(0)),
            "weakest": translate,
            "technology": lambda word: translate(word) if word == "unknown" else name(word),
        },
        spare=SPARE,
    )
    if form == "table":
        for rank, sentence in zip(rows["rank"], rows[f"why_{given.language}"], strict=True):
            say(f"{rank}. {sentence}")
        _explain(rows, dict(zip(_parts(), weights_of(wanted).tolist(), strict=True)), DRAWS, translate, name)


def _explain(
    rows: pd.DataFrame, weights: dict[str, float], draws: int, translate: Translate, name: Callable[[str], str]
) -> None:
    """Say what the columns are, and which weights hold; name : of a code."""
    from airshed.assessment.members.partner_reasons import NOT_COUNTED, STANDS_FOR
    from airshed.pack.language import retell
    from airshed.transport.attribution import INDICATIVE

    shown = ", ".join(f"{translate(part)} {weight:g}" for part, weight in weights.items() if weight > 0)
    message = translate("{year}; weights: {weights}")
    say(message.format(year=rows["year"].iloc[0], weights=shown))
    say(translate("gives, gets: ug/m3 to the people there and back; deaths avoided a year; million USD of 2015 a year"))
    message = translate("in the top {top}: share of {draws} random weights, and of the samples of the relation")
    say(message.format(top=len(rows), draws=draws))
    if not weights["co2"]:
        known = int(rows["co2_change"].notna().sum())
        message = translate("CO2 is published for the measures of {known} of these projects; its weight is 0")
        say(message.format(known=known))
    if not (rows["technology"] != "unknown").any():
        say(translate("which side has more of a technique in place: not known of any of these projects"))
    say(translate("rank_history: the rank by the history of the baseline alone"))
    for note in dict.fromkeys(part for row in rows["note"] for part in row.split("; ") if part):
        say(retell(_with_names(note, STANDS_FOR, name), (NOT_COUNTED, STANDS_FOR, INDICATIVE), translate))


def _with_names(note: str, template: str, name: Callable[[str], str]) -> str:
    """Return a note of a template with names for the codes that fill it; every other note as it is."""
    from airshed.pack.language import values_of

    found = values_of(note, template)
    return note if found is None else template.format(**{key: name(code) for key, code in found.items()})


def _parts() -> list[str]:
    from airshed.cooperation.partners import WEIGHTS

    return list(WEIGHTS)


def _weights(text: str | None) -> dict[str, float]:
    """Return the weights that a text such as relevance=2,cost=0 states; raises AirshedError for another form."""
    found: dict[str, float] = {}
    for word in (text or "").split(","):
        name, sign, value = (part.strip() for part in word.partition("="))
        if not (name or sign) and not text:
            continue
        if name in found:
            raise AirshedError(f"--weights names {name} twice", "give each part one weight")
        found[name] = number(value, f"--weights {name}".strip(), WEIGHT)
    return found
