"""What questions share: years, places, sectors, scenarios, and what is refused of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import xarray as xr
from pydantic import Field

from airshed.answers.ask import BASELINE, Ask
from airshed.answers.words import Words
from airshed.assessment.chain.cities import CITIES, named_region, platform
from airshed.pack.bounds import YEAR
from airshed.pack.contents import ENDINGS
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import scenarios as scenarios_of
from airshed.pack.user_table import Pasted
from airshed.strategy.highs import SolverError
from airshed.strategy.measures import catalogue

FIRST_YEAR, LAST_YEAR = int(YEAR.least), int(YEAR.most)
OneYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
"""A year of a list."""
REGIONS = "regions, nations or groups; all nations if none"
AnyOf = TypeVar("AnyOf")
OBSERVED_YEAR = "year; the newest observed if empty"
LATEST_YEAR = "year; the latest of the pack if empty"
AREA: dict[str, Any] = {"format": "textarea"}
"""Says of a field that a table is pasted into it, and is a file on the command line."""


def given_table(words: str) -> Any:
    """Return the field of a table that may be given; words : what its lines hold."""
    return Field(default="", description=words, json_schema_extra=AREA)


def pasted(ask: Ask, name: str, text: str, columns: str) -> Pasted | None:
    """Return the table of a field, with its header if that was left out; None for nothing.

    columns : of the table, with commas; those behind may be left out
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    heads = columns.split(",")
    if lines[0].split(",")[0].strip().lower() != heads[0]:
        longest = max(line.count(",") for line in lines) + 1
        lines.insert(0, ",".join(heads[:longest]))
    return Pasted("\n".join(lines), ask.called.get(name) or f"{name} (pasted)")


def year(words: str) -> Any:
    """Return the field of a year, which may be left empty; words : what it is then."""
    return Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=words)


def scenario() -> Any:
    """Return the field of a scenario."""
    return Field(default=BASELINE, description="emissions to start from", max_length=100)


def places(pack: Pack) -> list[str]:
    """Return the codes of regions and policy groups."""
    regions, groups = pack.table("regions"), pack.optional("groups")
    inside = regions.loc[regions["level"] != "outside", "code"]
    return [*inside, *groups.loc[groups["kind"] == "policy", "code"]]


def receptors(pack: Pack) -> list[str]:
    """Return the codes of cities, regions and policy groups that have a level, the cities first."""
    cities = pack.optional("receptors")
    return [*cities.loc[cities["inside"] != "no", "code"], *places(pack)]


def pollutants(pack: Pack) -> list[str]:
    """Return the codes of the pollutants."""
    return list(pack.table("pollutants")["code"])


def inventories(pack: Pack) -> list[str]:
    """Return the harmonised baseline and the inventories behind it."""
    return ["baseline", *dict.fromkeys(pack.table("emissions")["inventory"])]


def words_of(option: str, values: tuple[object, ...]) -> list[str]:
    """Return a repeatable option of the command line with its values."""
    return [word for value in values for word in (option, str(value))]


def scenario_names(pack: Pack) -> list[str]:
    """Return the scenarios that the pack can answer."""
    return [name for name, item in scenarios_of(pack).items() if pack.has("measures") or not item.measures]


def cities(pack: Pack) -> list[str]:
    """Return the codes of the cities inside the area of the relation."""
    table = pack.optional("receptors")
    return list(table.loc[table["inside"] != "no", "code"])


def measure_names(words: Words) -> Callable[[Any], str]:
    """Return the rendering of the code of a measure as its name."""
    known = {item.code: item.named(words.language) for item in catalogue(words.pack)}
    return lambda code: known.get(str(code), str(code))


def emissions_of(ask: Ask, year: int | None, scenario: str) -> xr.Dataset | None:
    """Return the emissions of a scenario other than the baseline, as tables of emissions take them."""
    return None if scenario == BASELINE else ask.assessment(year, scenario)["emissions"]


def refuse_files(ask: Ask, *names: str) -> None:
    """Raise AirshedError for a scenario or target that names a file of the server; a command may name its own."""
    if ask.reads_files:
        return
    for name in names:
        if name.strip().lower().endswith((*ENDINGS, ".csv")) or "/" in name or "\\" in name:
            raise AirshedError("names-file-pages-take", name=name)


def alone(ask: Ask) -> bool:
    """Return whether nobody else waits for what is asked here, so that large questions are taken."""
    return ask.reads_files


def solved(make: Callable[[], AnyOf]) -> AnyOf:
    """Return what `make` finds; raises AirshedError where the solver gives up on numbers that are too far apart."""
    try:
        return make()
    except SolverError as why:
        raise AirshedError("solver-found-no-answer-question", message=why.text) from why


def seats(pack: Pack) -> list[str]:
    """Return the codes that may sit at a table: regions, nations, policy groups, platform cities or all of these."""
    known, cities = places(pack), platform(pack)
    own = [code for code in cities if code not in known and named_region(pack, code) == code]
    return [*known, *own, *([CITIES] if cities else [])]


def sectors(pack: Pack) -> list[str]:
    """Return the codes of the sectors."""
    rows = pack.table("sectors")
    return list(rows.loc[rows["kind"] == "sector", "code"])
