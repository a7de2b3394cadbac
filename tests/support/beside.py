"""What is given beside a small pack, read as questions read it: by kind the valid file, its mutants and its numbers."""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.chain.targets import known_codes, resolve_target
from airshed.assessment.games.beliefs import read_beliefs
from airshed.assessment.members.budget import BudgetTerms, budget
from airshed.assessment.members.budget_files import Files
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.saved import read_plan
from airshed.pack.boundaries import read_boundaries
from support.documents import document_mutant, json_text, table_mutant

SCENARIO = {
    "name": "mine",
    "title": "섬의 계획",
    "description": "made up",
    "emissions": [
        {"regions": ["AA-1"], "sectors": ["industry"], "pollutants": ["SO2"], "factor": 0.5, "source": "airshed"},
        {
            "regions": ["BBB"],
            "change_percent": -30,
            "base_year": 2015,
            "target_year": 2020,
            "source": "airshed",
            "note": "made up",
        },
        {"pollutants": ["NOx", "NH3"], "factor": 0.9, "first_year": 2016, "last_year": 2020, "source": "airshed"},
        {"regions": ["AA-2"], "pollutants": ["BC"], "hold": 2010, "source": "airshed"},
    ],
    "controls": [
        {
            "measures": ["industry.CLOTH"],
            "regions": ["BBB"],
            "application": 0.4,
            "first_year": 2016,
            "source": "airshed",
        }
    ],
    "not_turned": [{"statement": "x", "reason": "y", "source": "airshed"}],
}
PLAN = (
    "region,measure,application,note\nAA-1,industry.CLOTH,0.5,x\nBBB,industry.CATALYST,0.7,\nBBB,industry.CLOTH,0.5,\n"
)
TARGETS = "receptor,target,year\nport,25.0,2015\nport,20.5,2018\nAA-1,18.0,2016\nBBB,15.5,2019\n"
BELIEFS = "party,source,receptor,share,response\nAAA,BBB,AAA,0.25,gemm\nBBB,BBB,AAA,0.125,\n"
SCORES = "member,year,score\nAAA,2027,0.5\nBBB,2027,0.75\nAAA,2028,1.0\n"
SPECIAL = "member,year,amount,purpose\nAAA,2027,100.5,monitors\nAAA,2027,50.0,ships\nBBB,2028,10.0,\n"
PAID = "member,year,amount\nAAA,2027,1000.0\nBBB,2027,2000.5\nBBB,2028,10.0\n"


TOLD = "told"
"""A row of what a reading tells besides: areas of a file that are no region."""


def square(longitude, latitude, **properties):
    ring = [[longitude + x, latitude + y] for x, y in ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [
        square(10.0, 10.5, code="AA-1", title="North"),
        square(10.5, 9.5, code="AA-2", title="South"),
        square(14.0, 12.0, code="BBB", title="섬"),
    ],
}


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, its valid text, how a mutant of it is made and how its numbers are read."""

    ending: str
    text: str
    mutant: Any
    read: Any


def _yaml(document):
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _scenario(pack, path):
    values = scenario_emissions(pack, str(path)).scenario["value"]
    return {("emissions", place): value for place, value in enumerate(values.to_numpy().ravel().tolist())}


def _plan(pack, path):
    held = pack.derive("ground of the fuzz", lambda made: ground(made, Aims(target="25"), 2020), pinned=True)
    return {("application", place): value for place, value in enumerate(read_plan(held, path).tolist())}


def _targets(pack, path):
    return {
        (code, year): value
        for year in (2015, 2018, 2030)
        for code, value in resolve_target(pack, str(path), known_codes(pack), year).items()
    }


def _beliefs(pack, path):
    read = read_beliefs(pack, path, ["AAA", "BBB"])
    return {(one.party, one.source, one.receptor, one.response): one.share for one in read}


def _budget(name):
    def read(pack, path):
        question = BudgetTerms(
            ("AAA", "BBB"), 1_000_000, (2027, 2028), penalty=0.2, files=Files(**{"scores": None, name: path})
        )
        if name != "scores":
            question = BudgetTerms(("AAA", "BBB"), 1_000_000, (2027, 2028), files=Files(**{name: path}))
        found = budget(pack, question)
        rows = found.trail.to_dict("records")
        # what a sum is for is any text, in any encoding: it decides nothing
        return {
            (row["member"], row["year"], row["step"], place): float(row["change"])
            for place, row in enumerate(sorted(rows, key=lambda row: (row["member"], row["year"])))
        }

    return read


def _boundaries(pack, path):
    found = read_boundaries(pack, [path])
    told = sum(len(match.unmatched) for match in found.matches)
    ends = {(code, place): end for code, held in found.areas.items() for place, end in enumerate(held[0].box)}
    return {(TOLD,): float(told), **ends} if told else ends


def _tables(text, columns, read):
    return Kind("csv", text, lambda random: table_mutant(text, columns, random), read)


KINDS = {
    "scenario": Kind(
        "yaml",
        _yaml(SCENARIO),
        lambda random: document_mutant(
            SCENARIO, _yaml, random, ("name", "title", "description", "note", "statement", "reason")
        ),
        _scenario,
    ),
    "plan": _tables(PLAN, {"region": "word", "measure": "word", "application": "number"}, _plan),
    "targets": _tables(TARGETS, {"receptor": "word", "target": "number", "year": "year"}, _targets),
    "beliefs": _tables(
        BELIEFS,
        {"party": "word", "source": "word", "receptor": "word", "share": "number", "response": "name"},
        _beliefs,
    ),
    "scores": _tables(SCORES, {"member": "word", "year": "year", "score": "number"}, _budget("scores")),
    "special": _tables(
        SPECIAL, {"member": "word", "year": "year", "amount": "number", "purpose": "name"}, _budget("special")
    ),
    "paid": _tables(PAID, {"member": "word", "year": "year", "amount": "number"}, _budget("paid")),
    "boundaries": Kind(
        "json",
        json_text(BOUNDARIES),
        lambda random: document_mutant(BOUNDARIES, json_text, random, ("title",)),
        _boundaries,
    ),
}
"""Files that are given beside a pack."""


def descriptor_of(folder):
    """Return the parsed datapackage.json of a folder."""
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
