"""From a number to where it comes from: its rule, the numbers and studies behind it, and its interval."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.evidence.calibration import NOTES as STUDY_NOTES
from airshed.assessment.evidence.calibration import calibration_table, kernel_table
from airshed.assessment.evidence.hindcast import NOTES as HINDCAST_NOTES
from airshed.assessment.explain.impacts import TEMPLATES as IMPACT_TEMPLATES
from airshed.assessment.explain.impacts import explain_damage, explain_health, explain_value
from airshed.assessment.explain.measures import TEMPLATES as MEASURE_TEMPLATES
from airshed.assessment.explain.measures import explain_measure
from airshed.assessment.explain.steps import TEMPLATES as STEP_TEMPLATES
from airshed.assessment.explain.steps import THE_NUMBER, Step, equation_steps, pick, row_step
from airshed.assessment.question import Question
from airshed.assessment.run import assess
from airshed.assessment.tables import NOTES as ROW_NOTES
from airshed.assessment.tables import attribution
from airshed.emissions.flags import BASES, meanings
from airshed.pack.codes import country_of, named, nations_of, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transport.ensemble import Ensemble
from airshed.transport.relation import EMITTED, Relation, coefficient_sources

SHARE = "its share of the anthropogenic part"
BEFORE = "contribution before calibration"
FACTOR = "factor of the calibration here"
ANSWER = "factor of the response here"
COMPARED = "share at the compared receptors ({places}, {year})"
MODEL = "share of the relation itself there"
STUDY = "study: {study}"
STUDY_WORDS = "{method}; period {period}"
SAMPLES = "posterior samples"
SAMPLES_WORDS = "{samples} share vectors on the simplex, {kernels} kernels, seed {seed}; low and high are 5 and 95 %"
KERNEL = "kernel parameter {name}"
KERNEL_WORDS = "chosen on contributions to {receptor}"
EMISSION = "emissions of {region}: {pollutant}"
EMISSION_WORDS = "basis {basis}"
PRECURSOR = "part by precursor: {pollutant}"
RELATION = "source-receptor coefficients"
NATURAL = "natural part of the level"
MODELLED = "man-made part of the level as modelled"
RESPONSE = "response that the observations ask for"
UNEXPLAINED = "unexplained part of the level"
OBSERVED = "level it adds up to"
TEMPLATES = (
    SHARE,
    BEFORE,
    FACTOR,
    ANSWER,
    COMPARED,
    MODEL,
    STUDY,
    STUDY_WORDS,
    SAMPLES,
    SAMPLES_WORDS,
    KERNEL,
    KERNEL_WORDS,
    EMISSION,
    EMISSION_WORDS,
    PRECURSOR,
    RELATION,
    NATURAL,
    MODELLED,
    RESPONSE,
    UNEXPLAINED,
    OBSERVED,
    *STEP_TEMPLATES,
    *IMPACT_TEMPLATES,
    *MEASURE_TEMPLATES,
    *STUDY_NOTES,
    *ROW_NOTES,
    *HINDCAST_NOTES,
)
"""Templates of steps and notes, for translation."""


def explain(pack: Pack, command: str, keys: Sequence[str], year: int | None = None) -> list[Step]:
    """Return the steps behind one number of a command.

    keys : the arguments of the command and the key of the row: attribution RECEPTOR SOURCE; health REGION;
        value REGION; damage REGION POLLUTANT; emissions REGION POLLUTANT [SECTOR]; claims ID; hindcast PLACE [RANK];
        measures REGION MEASURE
    """
    makers: dict[str, tuple[int, int, str, Callable[[Pack, Sequence[str], int | None], list[Step]]]] = {
        "attribution": (2, 2, "RECEPTOR SOURCE, such as KR-11 CHN", _attribution),
        "health": (1, 1, "REGION, such as KOR", explain_health),
        "value": (1, 1, "REGION, such as KOR", explain_value),
        "damage": (2, 2, "REGION POLLUTANT, such as CN-SD SO2", explain_damage),
        "emissions": (2, 3, "REGION POLLUTANT [SECTOR], such as CN-HE SO2 industry", _emissions),
        "claims": (1, 1, "ID, as airshed claims prints it", _claims),
        "hindcast": (1, 2, "PLACE [RANK], such as CN-BJ 1", _hindcast),
        "measures": (2, 2, "REGION MEASURE, such as CN-HE power.PRWFGD", explain_measure),
    }
    if command not in makers:
        raise unknown("command", command, list(makers))
    least, most, usage, make = makers[command]
    if not least <= len(keys) <= most:
        raise AirshedError("explain-needs", command=command, usage=usage, first_usage=usage.split(",")[0])
    return make(pack, keys, year)


def _attribution(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    place, source = keys
    parts = ("emissions", "concentration", "attribution", "calibration")
    assessment = assess(pack, Question(year=year), parts=parts)
    ways = {"country": country_of(pack).values(), "region": country_of(pack)}
    way = next((name for name, codes in ways.items() if source in codes), "")
    if not way:
        raise unknown("source", source, list(dict.fromkeys(country_of(pack).values())), named(pack, source))
    rows = attribution(pack, assessment, place, way)
    row = rows[rows[way] == source].to_dict("records")[0]
    share = float(row["share"])
    low, high = _share_ends(assessment, place, source, way, row)
    return [
        Step(THE_NUMBER, row["value"], "ug/m3", row["low"], row["high"], row["basis"], row["source"], row["note"]),
        Step(SHARE, 100 * share, "percent", 100 * low, 100 * high, "derived"),
        *_calibration_steps(pack, assessment, place, source),
        *_emission_steps(pack, assessment, source),
        Step(RELATION, source=" ".join(coefficient_sources(pack))),
        *_level_steps(pack, assessment, place),
        *equation_steps("downscaling", "kernel-likelihood", "split-normal", "random-effects", "per-emission"),
        *equation_steps("level", "observed-response"),
    ]


def _share_ends(
    assessment: Assessment, place: str, source: str, way: str, row: Mapping[Hashable, object]
) -> tuple[float, float]:
    """Return the ends of a share: in the samples for a nation, else those of the contribution over all."""
    if way == "country":
        found = assessment["attribution"].sel(place=place, country=source)
        return float(found["share_low"]), float(found["share_high"])
    value, share, low, high = (float(str(row[name])) for name in ("value", "share", "low", "high"))
    return (low * share / value, high * share / value) if value else (float("nan"), float("nan"))


def _level_steps(pack: Pack, assessment: Assessment, place: str) -> list[Step]:
    """Return what the level of a place is made of: natural part, modelled part, its response, what is unexplained."""
    air = assessment["concentration"].sel(place=place)
    found = {name: float(air[name]) for name in air.data_vars if air[name].ndim == 0 and air[name].dtype.kind == "f"}
    natural = [key for name in ("source_receptor_base", "natural") for key in pack.optional(name)["source"]]
    rests_on, note = str(air["bias_source"].item()), str(air["bias_note"].item())
    ends = {name: (found[f"{name}_low"], found[f"{name}_high"], "derived") for name in ("natural", "response", "total")}
    steps = [
        Step(NATURAL, found["natural"], "ug/m3", *ends["natural"], " ".join(dict.fromkeys(natural))),
        Step(MODELLED, found["without_response"], "ug/m3", basis="derived"),
        Step(RESPONSE, found["response"], "1", *ends["response"], rests_on, note),
        Step(UNEXPLAINED, found["unexplained"], "ug/m3", basis="derived"),
        Step(OBSERVED, found["total"], "ug/m3", *ends["total"], rests_on),
    ]
    return [step for step in steps if np.isfinite(step.value)]


def _calibration_steps(pack: Pack, assessment: Assessment, place: str, source: str) -> list[Step]:
    """Return the shares at the compared receptors, the studies, the factor here, the samples and the kernel."""
    home = country_of(pack)
    nation = home[source]
    ensemble = ensemble_of(pack, assessment.question.samples, assessment.question.seed)
    table = calibration_table(pack, ensemble, assessment["calibration"])
    receptors = nations_of(pack, place)
    steps = []
    for row in table[table["receptor"].isin(receptors) & (table["country"] == nation)].to_dict("records"):
        where = COMPARED.format(places=row["receptors"].replace(" ", ", "), year=row["year"])
        ends = (100 * row["value"], "percent", 100 * row["low"], 100 * row["high"])
        steps += [
            Step(MODEL, 100 * row["model"], "percent", basis="derived"),
            Step(where, *ends, "derived", row["source"], row["note"]),
        ]
        known = next(item for item in ensemble.evidence if item.nation == row["receptor"])
        steps += [
            Step(
                STUDY.format(study=item.study),
                item.central,
                item.unit,
                item.low,
                item.high,
                "reported",
                item.source,
                STUDY_WORDS.format(method=item.method, period=item.period),
            )
            for item in known.studies.get(nation, [])
        ]
    steps += _factor_steps(ensemble, assessment, place, source)
    words = SAMPLES_WORDS.format(
        samples=ensemble.samples, kernels=len(ensemble.chosen.kernels), seed=assessment.question.seed
    )
    steps.append(Step(SAMPLES, ensemble.samples, "1", note=words))
    for row in kernel_table(ensemble).to_dict("records"):
        if row["item"].startswith("kernel_"):
            note = KERNEL_WORDS.format(receptor=ensemble.chosen.receptor) if ensemble.chosen.receptor else ""
            name = KERNEL.format(name=row["item"].removeprefix("kernel_"))
            steps.append(Step(name, row["value"], row["unit"], row["low"], row["high"], "derived", row["source"], note))
    return steps


def _factor_steps(ensemble: Ensemble, assessment: Assessment, place: str, source: str) -> list[Step]:
    """Return what calibration and response make of a contribution, and its parts by precursor."""
    chain = prepare(
        ensemble.pack, assessment.year, with_health=False, samples=ensemble.samples, seed=assessment.question.seed
    )
    emitted = chain.emissions()
    chosen = [code for code in ensemble.raw.regions if source in (code, chain.home[code])]

    def given(relation: Relation) -> float:
        parts = chain.places.mean(relation.contribution(emitted))
        return float(parts.sel(place=place, region=chosen).sum())

    before, calibrated, answered = (given(item) for item in (ensemble.raw, ensemble.relation, chain.relation))
    steps = [Step(BEFORE, before, "ug/m3", basis="derived")]
    if before > 0:
        steps.append(Step(FACTOR, calibrated / before, "1", basis="derived"))
    if calibrated > 0:
        note = str(assessment["concentration"]["bias_note"].sel(place=place).item())
        source_of = str(assessment["concentration"]["bias_source"].sel(place=place).item())
        steps.append(Step(ANSWER, answered / calibrated, "1", basis="derived", source=source_of, note=note))
    by = chain.places.mean(chain.relation.contribution(emitted, ("region", "pollutant")))
    parts = by.sel(place=place, region=chosen).sum("region").to_series().sort_values(ascending=False)
    return steps + [
        Step(PRECURSOR.format(pollutant=code), value, "ug/m3", basis="derived") for code, value in parts.items()
    ]


def _emission_steps(pack: Pack, assessment: Assessment, source: str) -> list[Step]:
    """Return the emissions of a source in the year of the answer, by pollutant, with basis and sources."""
    home = country_of(pack)
    data = assessment["emissions"].sel(year=assessment.year)
    rows = [str(code) for code in data["region"].to_numpy() if source in (str(code), home[str(code)])]
    steps = []
    for pollutant in EMITTED:
        part = data.sel(region=rows, pollutant=pollutant)
        words = [BASES[code] for code in np.unique(part["basis"].to_numpy()) if code]
        keys = [meanings(data["source"])[code] for code in np.unique(part["source"].to_numpy())]
        steps.append(
            Step(
                EMISSION.format(region=source, pollutant=pollutant),
                float(part["value"].sum()),
                "kt/yr",
                basis=" ".join(words),
                source=" ".join(dict.fromkeys(" ".join(keys).split())),
                note=EMISSION_WORDS.format(basis=", ".join(words)),
            )
        )
    return steps


def _emissions(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    from airshed.emissions.table import emission_table

    region, pollutant = keys[:2]
    wanted = pack.base_year if year is None else year
    rows = emission_table(pack, regions=[region], by=["sector"], pollutants=[pollutant], years=[wanted])
    sector = keys[2] if len(keys) > 2 else "total"
    if sector not in set(rows["sector"]):
        raise unknown("sector", sector, list(rows["sector"]))
    picked = rows[rows["sector"] == sector].to_dict("records")[0]
    others = [
        Step(str(row["sector"]), float(row["value"]), "kt/yr", basis=str(row["basis"]), source=str(row["source"]))
        for row in rows.to_dict("records")
        if sector == "total" and row["sector"] != "total"
    ]
    return [row_step({str(key): value for key, value in picked.items()}), *others, *equation_steps("residual-growth")]


def _claims(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    from airshed.assessment.evidence.claims import claims_table

    rows = claims_table(pack)
    row = pick(rows, "id", keys[0])
    printed = Step(
        "printed", float(row["printed"]), str(row["unit"]), source=str(row["source"]), note=str(row["place"])
    )
    computed = Step("computed", float(row["computed"]), str(row["unit"]), note=f"{row['verdict']}; {row['reason']}")
    table = pack.table("claims").set_index("id")
    return [printed, computed, Step("expression", note=str(table["expression"][keys[0]]))]


def _hindcast(pack: Pack, keys: Sequence[str], year: int | None) -> list[Step]:
    from airshed.assessment.tables_as_datasets import frame_of

    assessment = assess(pack, Question(year=year), parts=("hindcast",))
    rows = frame_of(assessment["hindcast"])
    row = pick(rows, "place", keys[0])
    if len(keys) > 1:
        rows = rows[rows["place"] == keys[0]]
        row = pick(rows.assign(rank=rows["rank"].astype(int).astype(str)), "rank", keys[1])
    steps = [
        row_step(row),
        Step("observed_change", row["observed_change"], "ug/m3", basis="reported", source=row["source"]),
        Step("rest", row["rest"], "ug/m3", basis="derived"),
    ]
    return steps + equation_steps("hindcast")
