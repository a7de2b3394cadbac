"""Run an assessment: one question to one pack, every dataset with its provenance."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.assessment import Assessment, Step
from airshed.assessment.chain import Chain, prepare, refuse_other_years
from airshed.assessment.config import Question
from airshed.assessment.health import People, cause_dataset
from airshed.assessment.targets import known_codes, resolve_target
from airshed.emissions.baseline import baseline_cube
from airshed.impacts.mortality import TOTAL_CAUSE
from airshed.pack.pack import Pack
from airshed.pack.schema import tables
from airshed.transport.attribution import WAYS, by_way
from airshed.transport.kernel import kernel_design
from airshed.transport.observation import UNOBSERVED, Bias
from airshed.transport.relation import UNIT, downscaled_relation
from airshed.transport.tm5fasst import GASES, PRIMARY

Progress = Callable[[str], None]
PROJECTED = "after the last inventory year {label}"
RULES = (PROJECTED,)
"""Templates of the rules in the provenance log, for translation."""
PARTS = ("emissions", "concentration", "attribution", "health", "relation")


def _silent(_: str) -> None:
    """Report nothing."""


def assess(
    pack: Pack, question: Question | None = None, progress: Progress = _silent, parts: Collection[str] = PARTS
) -> Assessment:
    """Answer a question: the harmonised emissions, who affects whom, concentrations and deaths of its year.

    parts : the datasets that are wanted, all by default; what only others need is not computed
    Raises AirshedError if the pack has no emissions for the year, MissingTableError if it lacks a table that is needed.
    """
    question = (question or Question()).settled(pack)
    year = question.year if question.year is not None else pack.base_year
    if question.target is not None:
        resolve_target(pack, question.target, known_codes(pack), year)
    progress("emissions")
    baseline = baseline_cube(pack)
    refuse_other_years(baseline, year, pack.base_year)
    progress("transport")
    chain = prepare(pack, year, baseline, with_health="health" in parts)
    makers: dict[str, Callable[[], xr.Dataset]] = {
        "emissions": lambda: baseline,
        "concentration": lambda: _concentration(chain),
        "attribution": lambda: _attribution(pack, chain),
        "health": lambda: _health(pack, chain),
        "relation": lambda: xr.Dataset({"jacobian": chain.relation.jacobian(year)}),
    }
    datasets = {}
    for name in PARTS:
        if name in parts:
            if name in ("attribution", "health"):
                progress(name)
            datasets[name] = makers[name]()
    return Assessment(
        question=question,
        pack_name=pack.descriptor.name,
        pack_version=pack.descriptor.version,
        inputs_hash=pack.hash(),
        datasets=datasets,
        provenance=tuple(step for step in _provenance(pack, chain) if step.dataset in parts),
    )


def _concentration(chain: Chain) -> xr.Dataset:
    """Return modelled, natural and unexplained PM2.5 and their sum for every place.

    A bias held constant may be larger than what is modelled in another year: then it takes all of it, not more.
    """
    relation, available = chain.relation, chain.places
    emissions = chain.emissions()
    species = available.mean(relation.by_species(emissions))
    natural = available.mean(relation.natural)
    modelled = species.sum("species") + natural
    items = [chain.biases[code] for code in available.codes]
    biases = np.array([item.value if item else np.nan for item in items])
    unexplained = np.maximum(biases, -modelled.to_numpy())
    total = modelled.to_numpy() + np.nan_to_num(unexplained)
    coords = {"place": available.codes}

    def on_places(values: object, units: str = UNIT) -> xr.DataArray:
        return xr.DataArray(values, coords=coords, dims="place", attrs={"units": units} if units else {})

    return xr.Dataset(
        {
            "total": on_places(total),
            "modelled": on_places(modelled.to_numpy()),
            "natural": on_places(natural.to_numpy()),
            "natural_low": on_places(available.mean(relation.natural_low).to_numpy()),
            "natural_high": on_places(available.mean(relation.natural_high).to_numpy()),
            "unexplained": on_places(unexplained),
            "by_species": species.assign_attrs(units=UNIT),
            "observed": on_places(np.array([item.observed if item else np.nan for item in items])),
            "observed_year": on_places(np.array([item.year if item else 0 for item in items]), ""),
            "bias_place": on_places(np.array([item.place if item else "" for item in items]), ""),
            "bias_source": on_places(np.array([item.source if item else "" for item in items]), ""),
            "bias_note": on_places(np.array([_bias_note(item) for item in items]), ""),
        }
    )


def _bias_note(item: Bias | None) -> str:
    return UNOBSERVED if item is None else item.note


def _attribution(pack: Pack, chain: Chain) -> xr.Dataset:
    """Return contributions to every place by country, region, sector and pollutant, with their kernel spread."""
    emissions = chain.emissions()
    every = ("region", "sector", "pollutant")
    central = chain.places.mean(chain.relation.contribution(emissions, every))
    result = {way: by_way(central, way, chain.home) for way in WAYS}
    low, high = _spread(pack, chain, emissions)
    data: dict[str, xr.DataArray] = {}
    for way in WAYS:
        data[f"by_{way}"] = result[way].assign_attrs(units=UNIT)
        central_values = result[way].to_numpy()
        for name, ends, bound in (("low", low, np.minimum), ("high", high, np.maximum)):
            data[f"by_{way}_{name}"] = data[f"by_{way}"].copy(data=bound(ends[way].to_numpy(), central_values))
    return xr.Dataset(data)


def _spread(
    pack: Pack, chain: Chain, emissions: xr.DataArray
) -> tuple[dict[str, xr.DataArray], dict[str, xr.DataArray]]:
    """Return the least and largest contributions over all combinations of the kernel parameters.

    Secondary and primary precursors have kernels of their own and add up, so the extremes of the sum are the sums of
    their extremes: as many relations are built as the longer of the two designs has entries.
    """
    base = chain.baseline["value"].sel(year=pack.base_year)
    extremes: dict[str, dict[str, list[xr.DataArray]]] = {}
    for shape in kernel_design(pack):
        relation = downscaled_relation(pack, base, shape, chain.blocks, chain.geometry)
        parts = chain.places.mean(relation.contribution(emissions, ("region", "sector", "pollutant")))
        for kind, precursors in (("secondary", GASES), ("primary", PRIMARY)):
            kept = parts.where(parts["pollutant"].isin(list(precursors)), 0.0)
            for way in WAYS:
                extremes.setdefault(way, {}).setdefault(kind, []).append(by_way(kept, way, chain.home))
    low, high = {}, {}
    for way, kinds in extremes.items():
        stacks = [np.stack([item.to_numpy() for item in items]) for items in kinds.values()]
        like = kinds["secondary"][0]
        low[way] = like.copy(data=np.sum([stack.min(axis=0) for stack in stacks], axis=0))
        high[way] = like.copy(data=np.sum([stack.max(axis=0) for stack in stacks], axis=0))
    return low, high


def _health(pack: Pack, chain: Chain) -> xr.Dataset:
    """Return exposure and deaths of every region, with the interval of the response, in all and by cause."""
    concentration, _ = chain.evaluate(chain.emissions())
    central, low, high = chain.people.attributable(concentration.to_numpy())
    regions, persons = chain.people.regions, chain.people.persons
    people = People(chain.year, regions, [chain.home[code] for code in regions], persons, concentration.to_numpy())
    coords = {"region": regions}

    def on_regions(values: object, units: str) -> xr.DataArray:
        return xr.DataArray(values, coords=coords, dims="region", attrs={"units": units})

    return xr.Dataset(
        {
            "population": on_regions(persons, "persons"),
            "exposure": concentration,
            "deaths": on_regions(central, "deaths/yr"),
            "deaths_low": on_regions(low, "deaths/yr"),
            "deaths_high": on_regions(high, "deaths/yr"),
            "baseline_deaths": on_regions(chain.people.deaths.sum(axis=1), "deaths/yr"),
            **cause_dataset(pack, people, (central, low, high)),
        },
        attrs={"cause": TOTAL_CAUSE, "response": "gemm"},
    )


def _provenance(pack: Pack, chain: Chain) -> tuple[Step, ...]:
    """Return the log: for every dataset the rule in words, the tables and the sources."""
    label = chain.baseline.attrs.get("projection", "")
    return (
        Step(
            "emissions",
            "harmonised baseline" + (f"; {PROJECTED.format(label=label)}" if label else ""),
            ("emissions", "series_breaks", "parameters"),
            tuple(dict.fromkeys(_words(str(chain.baseline["source"].attrs["flag_meanings"])))),
        ),
        Step(
            "relation",
            "country blocks shared out by the kernel; base-year emissions and people keep the block's mean",
            ("source_receptor", "source_receptor_base", "parameters", "regions", "areas", "populations", "receptors"),
            _sources(pack, "source_receptor", "source_receptor_base", "parameters"),
        ),
        Step(
            "concentration",
            "modelled plus natural plus bias of the nearest observed year",
            ("observations", "observation_kinds"),
            tuple(dict.fromkeys(key for item in chain.biases.values() if item for key in item.source.split())),
        ),
        Step(
            "attribution",
            "emissions times relation; low and high over all combinations of the kernel parameters",
            ("parameters",),
            _sources(pack, "source_receptor", "parameters"),
        ),
        Step(
            "health",
            "GEMM by age, NCD+LRI; low and high at theta -+ 1.96 standard errors, all ages together",
            ("responses_gemm", "mortality", "ages", "populations"),
            _sources(pack, "responses_gemm", "mortality", "ages", "populations"),
        ),
    )


def _words(text: str) -> list[str]:
    return [key for part in text.split("|") for key in part.split()]


def _sources(pack: Pack, *names: str) -> tuple[str, ...]:
    columns = [_used(pack, name)[column] for name in names for column in tables()[name].citing]
    return tuple(key for key in dict.fromkeys(key for column in columns for key in column) if key)


def _used(pack: Pack, name: str) -> pd.DataFrame:
    """Return the rows of a table that the datasets rest on: no parameter of the value of life, which only prices."""
    rows = pack.optional(name)
    return rows[~rows["key"].str.startswith("vsl_")] if name == "parameters" else rows
