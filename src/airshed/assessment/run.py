"""Run an assessment: one question to one pack, every dataset with its provenance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.assessment import Assessment, ProvenanceStep
from airshed.assessment.chain.chain import Chain, prepare, refuse_other_years
from airshed.assessment.chain.concentration import concentration_dataset
from airshed.assessment.chain.contribution_intervals import SHARE, intervals
from airshed.assessment.chain.scenarios import scenario_emissions, uncalibrated
from airshed.assessment.chain.targets import due_target, known_codes
from airshed.assessment.chapters.curtailment import curtailment_frames, curtailment_step
from airshed.assessment.chapters.plan import plan_frames, plan_step
from airshed.assessment.evidence.calibration import calibration_dataset
from airshed.assessment.evidence.hindcast import hindcast_table
from airshed.assessment.evidence.left_out_places import left_out_places
from airshed.assessment.evidence.validation import left_out_table, validation_table
from airshed.assessment.lives.deaths_interval import deaths_ends
from airshed.assessment.lives.health import People, cause_dataset
from airshed.assessment.question import Question
from airshed.assessment.tables_as_datasets import dataset_of, dataset_of_tables, frames_of
from airshed.impacts.mortality import TOTAL_CAUSE
from airshed.pack.arrays import Floats
from airshed.pack.contents import reading_once
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.scenarios import inputs_hash
from airshed.pack.schema import tables
from airshed.transport.attribution import WAYS, by_way
from airshed.transport.relation import UNIT, coefficient_sources
from airshed.transport.rules import by_kernel_alone
from airshed.transport.studies import published

Progress = Callable[[str], None]
PROJECTED = "after the last inventory year {label}"
LEVEL_RULE = (
    "natural part plus response times modelled part; response: ratio found on all observations, held after the last; "
    "low and high: 5 and 95 % over the samples of relation, response, drift and weather"
)
ALONE_RULE = "kernel alone, by distance and formation factors, closed on what is observed"
RULES = (PROJECTED, *LEVEL_RULE.split("; "))
"""Templates of the rules in the provenance log, for translation."""
PARTS = (
    "emissions",
    "concentration",
    "attribution",
    "health",
    "relation",
    "calibration",
    "hindcast",
    "validation",
    "left_out",
    "left_out_places",
    "plan",
    "curtailment",
)
SAMPLED = frozenset(
    {"concentration", "attribution", "health", "calibration", "hindcast", "validation", "left_out", "left_out_places"}
)
"""The datasets that need the posterior samples."""
REPORTED = ("attribution", "health", "hindcast", "plan", "curtailment")
"""The datasets that progress is told of."""


def _silent(_: str) -> None:
    """Report nothing."""


@reading_once()
def assess(
    pack: Pack, question: Question | None = None, progress: Progress = _silent, parts: Collection[str] = PARTS
) -> Assessment:
    """Answer a question: the harmonised emissions, who affects whom, concentrations and deaths of its year.

    parts : the datasets that are wanted, all by default; what only others need is not computed
    A plan or curtailment that the pack cannot answer is an empty dataset with the reason in the attribute `unanswered`.
    Raises AirshedError if the pack has no emissions for the year, MissingTableError if it lacks a table that is needed.
    """
    question = (question or Question()).settled(pack)
    year = question.year if question.year is not None else pack.base_year
    if question.target is not None:
        due_target(pack, question.target, known_codes(pack), year)
    progress("emissions")
    samples = question.samples if set(parts) & SAMPLED else 0
    given = scenario_emissions(pack, question.scenario, samples, question.seed)
    baseline = given.scenario
    refuse_other_years(baseline, year, pack.base_year)
    progress("transport")
    raw = uncalibrated(pack, question.scenario)
    drawn = 0 if raw else samples
    chain = prepare(pack, year, baseline, "health" in parts, drawn, question.seed, given.reference, not raw)

    of_base: list[Chain] = [chain] if year == pack.base_year else []

    def checked() -> Chain:
        """Return the chain that published results are put beside: of the base year, near which they were made."""
        if not of_base:
            of_base.append(
                prepare(pack, pack.base_year, baseline, False, drawn, question.seed, given.reference, not raw)
            )
        return of_base[0]

    makers: dict[str, Callable[[], xr.Dataset]] = {
        "emissions": lambda: baseline,
        "concentration": lambda: concentration_dataset(chain),
        "attribution": lambda: _attribution(chain),
        "health": lambda: _health(pack, chain),
        "relation": lambda: xr.Dataset({"jacobian": chain.relation.jacobian(year)}),
        "calibration": lambda: calibration_dataset(chain.ensemble),
        "hindcast": lambda: dataset_of(hindcast_table(pack, chain)),
        "validation": lambda: dataset_of(validation_table(pack, checked())),
        "left_out": lambda: dataset_of(left_out_table(pack, checked(), seed=question.seed)),
        "left_out_places": lambda: dataset_of(left_out_places(checked())),
        "plan": lambda: _chapter(lambda: plan_frames(pack, question.scenario, samples, question.seed, question.regret)),
        "curtailment": lambda: _chapter(lambda: curtailment_frames(pack)),
    }
    datasets = {}
    wanted = [name for name in PARTS if name in parts]
    for done, name in enumerate(wanted):
        step("parts of the assessment", done, len(wanted))
        if name in REPORTED:
            progress(name)
        datasets[name] = makers[name]()
    return Assessment(
        question=question,
        pack_name=pack.descriptor.name,
        pack_version=pack.descriptor.version,
        inputs_hash=inputs_hash(pack, question.scenario),
        datasets=datasets,
        provenance=(
            *(step for step in _provenance(pack, chain) if step.dataset in parts),
            *_chapter_steps(datasets),
        ),
    )


def _chapter(make: Callable[[], Mapping[str, pd.DataFrame]]) -> xr.Dataset:
    """Return the tables of a chapter; where the pack cannot answer it, the reason."""
    try:
        return dataset_of_tables(make())
    except AirshedError as why:
        return xr.Dataset(attrs={"unanswered": why.text.record()})


def _chapter_steps(datasets: Mapping[str, xr.Dataset]) -> tuple[ProvenanceStep, ...]:
    """Return the log of the chapters that were answered."""
    makers = {"plan": plan_step, "curtailment": curtailment_step}
    return tuple(
        make(frames_of(datasets[name]))
        for name, make in makers.items()
        if name in datasets and datasets[name].data_vars
    )


def _attribution(chain: Chain) -> xr.Dataset:
    """Return contributions to every place by country, region, sector and pollutant, with their 90 % intervals."""
    emissions = chain.emissions()
    central = chain.places.mean(chain.relation.contribution(emissions, ("region", "sector", "pollutant")))
    result = {way: by_way(central, way, chain.home) for way in WAYS}
    ends = intervals(chain.ensemble, chain.places, emissions) if chain.ensemble.samples else {}
    data: dict[str, xr.DataArray] = {}
    for way in WAYS:
        data[f"by_{way}"] = result[way].assign_attrs(units=UNIT)
        values = result[way].to_numpy()
        low, high = ends.get(way, (values, values))
        data[f"by_{way}_low"] = data[f"by_{way}"].copy(data=np.minimum(low, values))
        data[f"by_{way}_high"] = data[f"by_{way}"].copy(data=np.maximum(high, values))
    data |= _shares(data["by_country"], ends.get(SHARE))
    return xr.Dataset(data, attrs={"samples": chain.ensemble.samples, "interval": "5 to 95 %"})


def _shares(contributions: xr.DataArray, ends: tuple[Floats, Floats] | None) -> dict[str, xr.DataArray]:
    """Return the ends of the shares of the nations in the man-made part (country, place), 0..1."""
    whole = contributions.sum("country")
    share = (contributions / whole.where(whole > 0)).fillna(0.0).transpose(*contributions.dims).assign_attrs(units="1")
    low, high = ends if ends is not None else (share.to_numpy(), share.to_numpy())
    return {
        "share_low": share.copy(data=np.minimum(low, share.to_numpy())),
        "share_high": share.copy(data=np.maximum(high, share.to_numpy())),
    }


def _health(pack: Pack, chain: Chain) -> xr.Dataset:
    """Return exposure and deaths of every region, with their interval, in all and by cause."""
    concentration, _ = chain.evaluate(chain.emissions())
    central = chain.people.attributable(concentration.to_numpy())[0]
    regions, persons = chain.people.regions, chain.people.persons
    people = People(chain.year, regions, [chain.home[code] for code in regions], persons, concentration.to_numpy())
    low, high, holds = deaths_ends(pack, chain, people, central)
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
        attrs={"cause": TOTAL_CAUSE, "response": "gemm", "interval": holds},
    )


def _provenance(pack: Pack, chain: Chain) -> tuple[ProvenanceStep, ...]:
    """Return the log: for every dataset the rule in words, the tables and the sources."""
    label = chain.baseline.attrs.get("projection", "")
    return (
        ProvenanceStep(
            "emissions",
            "harmonised baseline" + (f"; {PROJECTED.format(label=label)}" if label else ""),
            ("emissions", "series_breaks", "parameters"),
            tuple(dict.fromkeys(_words(str(chain.baseline["source"].attrs["flag_meanings"])))),
        ),
        _relation_step(pack),
        ProvenanceStep(
            "concentration",
            LEVEL_RULE,
            ("observations", "observation_kinds", "error_terms", "natural"),
            tuple(dict.fromkeys(key for item in chain.levels.places.values() for key in item.sources.split())),
        ),
        ProvenanceStep(
            "attribution",
            "emissions times calibrated relation; low and high: 5 and 95 % over the posterior samples",
            ("published_contributions", "distributions"),
            _calibrated_by(chain),
        ),
        ProvenanceStep(
            "calibration",
            "published shares as observations with an error: nested splits of the simplex, kernels by their likelihood",
            ("published_contributions", "distributions", "parameters"),
            (*_calibrated_by(chain), *_sources(pack, "distributions")),
        ),
        ProvenanceStep(
            "hindcast",
            "change between two observed years by emissions alone; reported national changes where the pack names them",
            ("observations", "observation_kinds", "emissions"),
            _sources(pack, "observations"),
        ),
        ProvenanceStep(
            "validation",
            "published numbers that the relation is never tuned to",
            ("published_contributions",),
            tuple(dict.fromkeys(row.source for row in published(pack, "validation"))),
        ),
        ProvenanceStep(
            "left_out",
            "each study predicted by the calibration without it",
            ("published_contributions", "distributions"),
            _calibrated_by(chain),
        ),
        ProvenanceStep(
            "left_out_places",
            "each observed region predicted by the responses of all other places",
            ("observations", "observation_kinds", "error_terms"),
            _sources(pack, "observations"),
        ),
        ProvenanceStep(
            "health",
            "GEMM by age, NCD+LRI; low and high: 2.5 and 97.5 % of exposure, response and family of responses together",
            ("responses_gemm", "mortality", "ages", "populations"),
            _sources(pack, "responses_gemm", "mortality", "ages", "populations"),
        ),
    )


def _relation_step(pack: Pack) -> ProvenanceStep:
    """Return the entry of the relation: of blocks of a model, or of the kernel alone."""
    places = ("regions", "areas", "populations", "receptors")
    if by_kernel_alone(pack):
        sources = tuple(dict.fromkeys([*coefficient_sources(pack), *_sources(pack, "parameters")]))
        return ProvenanceStep("relation", ALONE_RULE, ("parameters", "observations", "natural", *places), sources)
    return ProvenanceStep(
        "relation",
        "country blocks shared out by the kernel; base-year emissions and people keep the block's mean; "
        "then calibrated to published shares",
        ("source_receptor", "source_receptor_base", "parameters", *places),
        _sources(pack, "source_receptor", "source_receptor_base", "parameters"),
    )


def _calibrated_by(chain: Chain) -> tuple[str, ...]:
    """Return the sources of the studies that the relation is calibrated to."""
    rows = [row for item in chain.ensemble.evidence for studies in item.studies.values() for row in studies]
    return tuple(dict.fromkeys(row.source for row in rows))


def _words(text: str) -> list[str]:
    return [key for part in text.split("|") for key in part.split()]


def _sources(pack: Pack, *names: str) -> tuple[str, ...]:
    columns = [_used(pack, name)[column] for name in names for column in tables()[name].citing]
    return tuple(key for key in dict.fromkeys(key for column in columns for key in column) if key)


def _used(pack: Pack, name: str) -> pd.DataFrame:
    """Return the rows of a table that the datasets rest on: no parameter of the value of life, which only prices."""
    rows = pack.optional(name)
    return rows[~rows["key"].str.startswith("vsl_")] if name == "parameters" else rows
