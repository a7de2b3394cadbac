"""Commands that say how far to trust the numbers: hindcast, relations side by side, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from airshed.cli.output import fixed, names, print_rows, records, say
from airshed.cli.settings import FormatOption, RelationOption, Settings, YearOption, settings
from airshed.pack.percent import percent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from airshed.assessment.chain.chain import Chain
    from airshed.pack.pack import Pack
    from airshed.transport.relation_file import RelationFile

app = typer.Typer(
    help="Source-receptor relations: which there are, how they compare with published results, what calibration did.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ScenarioOption = Annotated[str, typer.Option("--scenario", help="baseline or observed-anchored")]


def hindcast(
    context: typer.Context,
    scenario: ScenarioOption = "baseline",
    every: Annotated[bool, typer.Option("--all", help="every series, not only the preferred one of a place")] = False,
    form: FormatOption = "table",
) -> None:
    """Predicted against observed change of PM2.5, for every place with two observed years."""
    given = settings(context)
    from airshed.assessment.evidence.hindcast import NOTES, score
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.assessment.tables_as_datasets import frame_of
    from airshed.pack.language import retell

    pack = given.open_pack()
    assessment = assess(pack, Question(scenario=scenario), parts=("hindcast",))
    table = frame_of(assessment["hindcast"])
    translate = given.translator()
    name = names(pack, given.language)
    rows = records(table if every or form != "table" else table[table["rank"] == 1])
    print_rows(
        rows,
        form,
        columns=[
            "place",
            "first_year",
            "last_year",
            "observed_change",
            "value",
            "low",
            "high",
            "rest",
            "inside",
            "observed_percent",
            "predicted_percent",
            "kind",
            "source",
            "note",
        ],
        heads=lambda head: translate("predicted change") if head == "value" else translate(head),
        cells={
            "place": name,
            **{column: fixed(1, sign=True) for column in ("observed_change", "value", "low", "high", "rest")},
            "observed_percent": fixed(0, sign=True),
            "predicted_percent": fixed(0, sign=True),
            "inside": translate,
            "kind": translate,
            "note": lambda note: retell(note, NOTES, translate),
        },
    )
    from airshed.report.scoreboard import score_sentence, series_sentences, span_sentences

    found = score(table)
    say(translate("no place has two observed years") if found is None else score_sentence(found, translate))
    for sentence in (*series_sentences(table, translate), *span_sentences(table, translate)):
        say(sentence)


def _chain(given: Settings) -> tuple[Pack, Chain]:
    from airshed.assessment.chain.chain import prepare
    from airshed.transport.ensemble import SAMPLES

    pack = given.open_pack()
    return pack, prepare(pack, pack.base_year, with_health=False, samples=SAMPLES)


@app.command("list")
def list_relations(context: typer.Context, relation: RelationOption = None, form: FormatOption = "table") -> None:
    """List the relations of the pack: blocks, base year, sources; which one answers. Or what a file holds."""
    given = settings(context)
    from airshed.transport.rules import transport_rules

    pack = given.open_pack()
    if relation is not None:
        from airshed.transport.relation_file import read_relation

        held = read_relation(pack, relation)
        row = {"relation": held.kind, **held.facts, "source": held.source}
        print_rows([row], form, heads=given.translator(), cells={"relation": given.translator()})
        return
    table = pack.table("source_receptor")
    used = transport_rules(pack).relation
    rows = [
        {
            "relation": str(name),
            "used": "yes" if name == used else "no",
            "source_blocks": int(part["source_block"].nunique()),
            "receptor_blocks": int(part["receptor_block"].nunique()),
            "precursors": " ".join(dict.fromkeys(part["precursor"])),
            "base_year": int(part["base_year"].iloc[0]),
            "source": " ".join(dict.fromkeys(part["source"])),
        }
        for name, part in table.groupby("relation", sort=False)
    ]
    translate = given.translator()
    print_rows(rows, form, heads=translate, cells={"used": translate})


@app.command("check")
def check_relation(
    context: typer.Context,
    of: Annotated[
        Literal["validation", "left-out", "left-out-places", "closure", "kernel"],
        typer.Option(
            "--of", help="published results never tuned to; each study left out; each region; the base run; the kernel"
        ),
    ] = "validation",
    relation: RelationOption = None,
    form: FormatOption = "table",
) -> None:
    """Compare the relation with published results that it was never tuned to, and with its own base run.

    With a relation of a file: with all published results, for it was tuned to none of them.
    """
    given = settings(context)
    from airshed.assessment.evidence.validation import NOTES
    from airshed.pack.language import retell

    translate = given.translator()
    if relation is not None and of != "validation":
        raise typer.BadParameter(f"{of} is of the relation of the pack", param_hint="--relation")
    if relation is not None:
        pack = given.open_pack()
        rows = records(_of_file(given, pack, relation))
    else:
        pack, chain = _chain(given)
        rows = records(_checked(pack, chain, of))
    name = names(pack, given.language)
    two = dict.fromkeys(
        ("published", "published_low", "published_high", "value", "low", "high", "column_sum", "base", "ratio"),
        fixed(2),
    )
    if form == "table" and of == "validation":
        foreign = translate("all foreign sources")
        rows = [{**row, "source_region": foreign} if row["stands_for"] == "foreign" else row for row in rows]
    print_rows(
        rows,
        form,
        columns=COLUMNS[of],
        heads=lambda head: translate("computed") if head == "value" else translate(head),
        cells={
            **two,
            "deviation": fixed(2, sign=True),
            "receptor": name,
            "source_region": lambda code: translate("others") if code == "other" else name(code),
            "country": name,
            "inside": translate,
            "quantity": translate,
            "note": lambda note: retell(note, NOTES, translate),
        },
    )


def _checked(pack: Pack, chain: Chain, of: str) -> pd.DataFrame:
    """Return a table of the checks of the pack's own relation."""
    from airshed.assessment.evidence.calibration import kernel_table
    from airshed.assessment.evidence.left_out_places import left_out_places
    from airshed.assessment.evidence.validation import left_out_table, validation_table
    from airshed.transport.rules import transport_rules
    from airshed.transport.tm5fasst import closure

    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "validation": lambda: validation_table(pack, chain),
        "left-out": lambda: left_out_table(pack, chain),
        "left-out-places": lambda: left_out_places(chain),
        "closure": lambda: closure(pack, transport_rules(pack).relation),
        "kernel": lambda: kernel_table(chain.ensemble),
    }
    return makers[of]()


def _of_file(given: Settings, pack: Pack, path: Path) -> pd.DataFrame:
    """Return published results beside a relation of a file, and say what a reader must know of it."""
    from airshed.assessment.evidence.relation_answers import check_by_file
    from airshed.transport.relation_file import read_relation

    held = read_relation(pack, path)
    say_notes(given, pack, held)
    return check_by_file(pack, held)


def say_notes(given: Settings, pack: Pack, held: RelationFile) -> None:
    """Say what a reader must know of the answers of a relation of a file."""
    from airshed.pack.language import retell
    from airshed.transport.relation_file import NOTES

    for note in held.notes(pack):
        say(retell(note, NOTES, given.translator()))


BESIDE = [
    "published",
    "published_low",
    "published_high",
    "value",
    "low",
    "high",
    "unit",
    "deviation",
    "inside",
    "method",
]
COLUMNS = {
    "validation": ["study", "receptor", "source_region", "quantity", "year", *BESIDE],
    "left-out": ["study", "receptor", "country", *BESIDE],
    "left-out-places": ["place", "year", "observed", "value", "low", "high", "inside", "score", "kind", "source"],
    "closure": [],
    "kernel": [],
}
"""The columns of the tables of `transport check`; empty: all."""


@app.command("compare")
def compare(
    context: typer.Context,
    receptor: Annotated[str | None, typer.Option("--receptor", help="nation; all if not given")] = None,
    relation: RelationOption = None,
    form: FormatOption = "table",
) -> None:
    """Shares of the nations before and after calibration, with the studies behind them and the factor."""
    given = settings(context)
    from airshed.assessment.evidence.calibration import NOTES, calibration_table
    from airshed.pack.codes import unknown
    from airshed.pack.language import retell

    pack, chain = _chain(given)
    if relation is None:
        table = calibration_table(pack, chain.ensemble)
    else:
        from airshed.assessment.evidence.relation_answers import compare_by_file
        from airshed.transport.relation_file import read_relation

        held = read_relation(pack, relation)
        say_notes(given, pack, held)
        table = compare_by_file(pack, held, chain)
    if receptor is not None:
        if receptor not in set(table["receptor"]):
            raise unknown("receptor nation", receptor, list(dict.fromkeys(table["receptor"])))
        table = table[table["receptor"] == receptor]
    translate = given.translator()
    name = names(pack, given.language)

    shown = table if form != "table" else table[table["value"] >= SMALL]
    print_rows(
        records(shown),
        form,
        columns=[
            "receptor",
            "country",
            "year",
            "published",
            "file",
            "model",
            "value",
            "low",
            "high",
            "factor",
            "source",
            "note",
        ],
        heads=lambda head: translate("calibrated") if head == "value" else translate(head),
        cells={
            "receptor": name,
            "country": name,
            **dict.fromkeys(("published", "file", "model", "value", "low", "high"), percent),
            "factor": fixed(2),
            "note": lambda note: retell(note, NOTES, translate),
        },
    )


SMALL = 0.001
"""Shares below this are not shown in the table, only in CSV and JSON."""


def explain(
    context: typer.Context,
    command: Annotated[
        Literal["attribution", "health", "value", "damage", "emissions", "claims", "hindcast", "measures"],
        typer.Argument(help="the command that gave the number"),
    ],
    keys: Annotated[list[str], typer.Argument(help="its arguments, then the key of the row, such as KR-11 CHN")],
    year: YearOption = None,
    form: FormatOption = "table",
) -> None:
    """Lead from a number to its sources, its rule and its interval."""
    given = settings(context)
    from airshed.assessment.explain.explain import TEMPLATES
    from airshed.assessment.explain.explain import explain as steps_of
    from airshed.pack.language import retell

    pack = given.open_pack()
    translate = given.translator()
    rows = [step.record(pack) for step in steps_of(pack, command, keys, year)]
    if form == "table":
        rows = [{**row, "title": "" if "|" in row["title"] else row["title"]} for row in rows]
    print_rows(
        rows,
        form,
        columns=["step", "value", "low", "high", "unit", "source", "title", "note"],
        heads=translate,
        cells={
            "step": lambda text: retell(text, TEMPLATES, translate),
            "note": lambda text: retell(text, TEMPLATES, translate),
        },
    )
