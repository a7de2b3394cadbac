"""Commands on the activity form of emissions: what is burned, and what holding it down saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import Format, FormatOption, RegionOption, Settings, settings
from airshed.pack.percent import percent

if TYPE_CHECKING:
    import pandas as pd

    from airshed.pack.pack import Pack

StrategyOption = Annotated[str, typer.Option("--strategy", help="control strategy; without one nothing is removed")]


def activity(
    context: typer.Context,
    region: RegionOption = None,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="sector; repeatable")] = None,
    pollutant: Annotated[list[str] | None, typer.Option("--pollutant", help="pollutant; repeatable")] = None,
    period: Annotated[
        list[str] | None, typer.Option("--period", help="year or month such as 2019-12; repeatable; else whole years")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="period from which changes are split by cause")] = None,
    index: Annotated[
        str | None, typer.Option("--index", help="in percent of this period, fuel by fuel; needs no factor")
    ] = None,
    pathway: Annotated[str, typer.Option("--pathway", help="activity pathway; without one what was counted")] = "",
    vector: Annotated[str, typer.Option("--vector", help="set of emission factors; without one the usual one")] = "",
    strategy: StrategyOption = "",
    form: FormatOption = "table",
) -> None:
    """Emissions in the activity form: activity, factor and controls; with their share in a change."""
    given = settings(context)
    from airshed.emissions.activity_form import EFFECTS, Scenario
    from airshed.emissions.activity_table import NOTES, activity_table, index_table
    from airshed.pack.errors import AirshedError
    from airshed.pack.language import retell

    pack = given.open_pack()
    translate = given.translator()
    if index is not None:
        if since or pollutant or vector or strategy:
            raise AirshedError(
                "an index compares activities only", "leave out --since, --pollutant, --vector and --strategy"
            )
        rows = index_table(pack, index, pathway, regions=region or [], sectors=sector or [], periods=period or [])
    else:
        rows = activity_table(
            pack,
            Scenario(pathway, vector, strategy),
            regions=region or [],
            sectors=sector or [],
            pollutants=pollutant or [],
            periods=period or [],
            since=since,
        )
    signed = ("change", *EFFECTS)
    digits = fixed(1) if index is not None else fixed(3)
    notes = list(dict.fromkeys(rows["note"]))
    print_rows(
        records(rows),
        form,
        columns=[
            "region",
            "sector",
            "activity",
            "pollutant",
            "period",
            "value",
            "unit",
            "low",
            "high",
            *signed,
            *(["note"] if len(notes) > 1 else []),
        ],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "sector": lambda code: pack.name(code, given.language),
            "activity": translate,
            **dict.fromkeys(("value", "low", "high"), digits),
            **dict.fromkeys(signed, fixed(3, sign=True)),
            "note": lambda note: retell(note, NOTES, translate),
        },
    )
    if len(notes) == 1 and notes[0]:
        say(retell(notes[0], NOTES, translate))


def curtailment(
    context: typer.Context,
    region: RegionOption = None,
    pollutant: Annotated[
        str | None, typer.Option("--pollutant", help="adds kilotonnes; needs efficiencies and a control strategy")
    ] = None,
    strategy: StrategyOption = "",
    printed: Annotated[
        bool, typer.Option("--printed", help="printed emissions, split into less and cleaner generation")
    ] = False,
    form: FormatOption = "table",
) -> None:
    """Show what each season of curtailed power saved, in percent, against several counterfactuals."""
    given = settings(context)
    from airshed.emissions.activity_form import Scenario
    from airshed.emissions.curtailment import COUNTERFACTUALS, NOTES, curtailment_table
    from airshed.pack.language import retell

    pack = given.open_pack()
    if printed:
        _printed(given, pack, form)
        return
    rows = curtailment_table(pack, region or [], pollutant, Scenario(strategy=strategy))
    translate = given.translator()
    print_rows(
        records(rows),
        form,
        columns=[
            *("winter", "region", "counterfactual", "generated", "counterfactual_value", "saved_percent"),
            *("low", "high", "saved_kt", "note"),
        ],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "counterfactual": lambda name: translate(COUNTERFACTUALS[name][0]),
            "generated": fixed(0),
            "counterfactual_value": fixed(0),
            **dict.fromkeys(("saved_percent", "low", "high"), fixed(1)),
            "saved_kt": fixed(2),
            "note": lambda note: retell(note, NOTES, translate),
        },
    )
    _ranges(given, pack, rows)
    if pollutant is None:
        _missing(given, pack)


def _ranges(given: Settings, pack: Pack, rows: pd.DataFrame) -> None:
    """Say the range of every season, and what a comparison of two years shows without any curtailment."""
    from airshed.emissions.curtailment import SEASON, unprompted_change

    translate = given.translator()
    seasons = pack.table("curtailments")
    seasons = seasons[seasons["kind"] == SEASON].set_index("code", drop=False)
    shown = rows.drop_duplicates(["winter", "region"])
    message = translate("{winter}, {region}: {low} to {high} of the emission of {activity} saved")
    for row in shown.to_dict("records"):
        words = {
            "winter": row["winter"],
            "region": names(pack, given.language)(row["region"]),
            "activity": translate(str(seasons.loc[row["winter"], "activity"])),
            "low": percent(row["low"] / 100.0),
            "high": percent(row["high"] / 100.0),
        }
        say(message.format(**words))
    first = shown.drop_duplicates("region").to_dict("records")
    message = translate(
        "without any season, {activity} power changed by {change} in {months} against a year before: {region}"
    )
    for row in first:
        months, change = unprompted_change(pack, dict(seasons.loc[row["winter"]]), row["region"])
        if months and change == change:
            words = {
                "region": names(pack, given.language)(row["region"]),
                "activity": translate(str(seasons.loc[row["winter"], "activity"])),
                "change": percent(change / 100.0, sign=True),
                "months": "/".join(dict.fromkeys([months[0], months[-1]])),
            }
            say(message.format(**words))


def _missing(given: Settings, pack: Pack) -> None:
    """Say which tables the answer in kilotonnes needs that the pack does not hold."""
    from airshed.emissions.curtailment import IN_KILOTONNES

    lacking = [name for name in IN_KILOTONNES if not pack.has(name)]
    translate = given.translator()
    if lacking:
        say(translate("in kilotonnes: needs {tables}").format(tables=", ".join(lacking)))
    if pack.has("activity_emissions"):
        say(translate("printed emissions of these months, split into less and cleaner generation: --printed"))


def _printed(given: Settings, pack: Pack, form: Format) -> None:
    from airshed.emissions.curtailment import printed_table

    translate = given.translator()
    rows = printed_table(pack)
    print_rows(
        records(rows),
        form,
        columns=[
            *("period", "region", "activity", "before", "value", "change", "change_percent", "generated_percent"),
            *("activity_effect", "factor_effect", "factor_before", "factor", "note"),
        ],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "activity": translate,
            **dict.fromkeys(("before", "value"), fixed(0)),
            **dict.fromkeys(("change", "activity_effect", "factor_effect"), fixed(0, sign=True)),
            **dict.fromkeys(("change_percent", "generated_percent"), fixed(1, sign=True)),
            **dict.fromkeys(("factor_before", "factor"), fixed(1)),
        },
    )
    for quantity in dict.fromkeys(rows["quantity"]):
        message = translate("tonnes of: {quantity}; implied factors in g/MWh; activity_effect: less generation")
        say(message.format(quantity=quantity))
