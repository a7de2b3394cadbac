"""Deaths attributable to PM2.5, by age, from population, age structure, baseline mortality and a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from airshed.impacts.gemm import attributable_fraction
from airshed.pack.ages import Span, Structure, age_span, age_word, read_bands, structure, whole_band
from airshed.pack.arrays import Floats
from airshed.pack.checks.ages import unfit
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

Read = dict[str, dict[int, dict[Span, float]]]
"""A table by nation, year and band."""
TOTAL_CAUSE = "NCD+LRI"
NORMAL_95 = 1.959963984540054
"""Half width of the central 95 % of the standard normal distribution."""


class Banded(Protocol):
    """Anything by age band of a response."""

    @property
    def ages(self) -> list[str]:
        """Age words of the response."""


@dataclass(frozen=True)
class AgeBands:
    """A response by age band: parameters (age)."""

    ages: list[str]
    theta: Floats
    theta_se: Floats
    alpha: Floats
    mu: Floats
    nu: Floats
    counterfactual: Floats
    source: str


def gemm_bands(pack: Pack, cause: str = TOTAL_CAUSE, all_age: bool = False) -> AgeBands:
    """Return the GEMM parameters of a cause by age band, or its all-age row alone."""
    rows = pack.table("responses_gemm")
    rows = rows[rows["cause"] == cause]
    whole = rows["age"] == whole_band(list(rows["age"]))
    bands = rows[whole if all_age else ~whole]
    if bands.empty:
        bands = rows
    if bands.empty:
        raise MissingTableError("responses_gemm", Phrase("detail-rows-of-cause", cause=cause))
    return AgeBands(
        ages=list(bands["age"]),
        theta=bands["theta"].to_numpy(),
        theta_se=bands["theta_se"].to_numpy(),
        alpha=bands["alpha"].to_numpy(),
        mu=bands["mu"].to_numpy(),
        nu=bands["nu"].to_numpy(),
        counterfactual=bands["counterfactual"].to_numpy(),
        source=" ".join(dict.fromkeys(bands["source"])),
    )


@equation(
    key="baseline-deaths",
    title="Baseline deaths of an age band",
    latex=r"D_0(r,a) = P(r)\, s(r,a)\, m(r,a)",
    units="deaths/yr",
    citation="definition; population P, age share s, death rate m",
)
def baseline_deaths(persons: Floats, age_share: Floats, rate: Floats) -> Floats:
    """Return the deaths of every region and band: persons (region, 1), age_share and rate per person (region, band)."""
    return persons * age_share * rate


@equation(
    key="attributable-deaths",
    title="Deaths attributable to PM2.5",
    latex=r"D(r) = \sum_a D_0(r,a)\,\left(1 - \frac{1}{RR_a(C(r))}\right)",
    units="deaths/yr",
    citation="Burnett et al. 2018, PNAS 115:9592",
)
def attributable_deaths(concentration: Floats, deaths: Floats, bands: AgeBands, theta: Floats | None = None) -> Floats:
    """Return deaths per year of every region.

    concentration : (region), ug/m3; NaN gives NaN
    deaths : (region, age), baseline deaths of the bands of the response
    bands : the response; theta : other values of its theta (age), for the interval
    returns : (region)
    """
    fraction = attributable_fraction(
        concentration[:, None],
        bands.theta if theta is None else theta,
        bands.alpha,
        bands.mu,
        bands.nu,
        bands.counterfactual,
    )
    return np.asarray((fraction * deaths).sum(axis=1))


def theta_interval(bands: AgeBands) -> tuple[Floats, Floats]:
    """Return theta at the ends of its 95 % interval, all ages together: theta -+ 1.96 standard errors."""
    half = NORMAL_95 * bands.theta_se
    return bands.theta - half, bands.theta + half


def band_deaths(pack: Pack, nations: Sequence[str], persons: Floats, year: int, cause: str, bands: Banded) -> Floats:
    """Return baseline deaths (region, age of the response) of regions whose nations' age structure and rates hold.

    nations : the nation of every region; persons : (region)
    Every nation has the age bands and the years of its own rows. Raises MissingTableError for a nation without
    mortality, and AirshedError for a year outside the years of a nation and for bands that do not fit each other.
    """
    shares, rates = _age_shares(pack), _death_rates(pack, cause)
    missing = sorted(set(nations) - (set(shares) & set(rates)))
    if missing:
        raise MissingTableError(
            "mortality", Phrase("detail-causes-of-nations", causes=cause, nations=", ".join(missing))
        )
    response = [age_span(word) for word in bands.ages]
    deaths = np.empty((len(nations), len(response)))
    for nation in dict.fromkeys(nations):
        held = _structure(pack, nation, year, cause, bands)
        if isinstance(held, str):
            years = list((shares if held == "ages" else rates)[nation])
            raise AirshedError(
                "structure-no-year", structure=held, nation=nation, year=year, first=years[0], last=years[-1]
            )
        _refuse(held, nation, year, cause, response)
        mine = np.array([home == nation for home in nations])
        share, rate = (np.array([of(band) for band in held.shares]) for of in (held.shares.__getitem__, held.rate))
        cover = np.array([[held.owner.get(band) == place for place in range(len(response))] for band in held.shares])
        deaths[mine] = baseline_deaths(persons[mine][:, None], share, rate) @ cover.astype(np.float64)
    return deaths


def _refuse(held: Structure, nation: str, year: int, cause: str, response: Sequence[Span]) -> None:
    """Raise AirshedError, worded as the finding of the pack check, for bands of which the deaths cannot be said."""
    for item, _ in unfit(held, nation, year, cause, response):
        raise AirshedError(item.code, **item.values)


def split_bands(pack: Pack, nations: Sequence[str], year: int, cause: str, bands: Banded) -> dict[str, list[str]]:
    """Return the bands of death rates that lie on both sides of a border of a response, by nation that has such bands.

    Their deaths are divided by people: the one rate serves either side.
    """
    known = nations_with_mortality(pack, cause)
    found = {}
    for nation in [code for code in dict.fromkeys(nations) if code in known]:
        held = _structure(pack, nation, year, cause, bands)
        if not isinstance(held, str) and held.bands("split"):
            found[nation] = [age_word(band) for band in held.bands("split")]
    return found


def regional_deaths(
    pack: Pack, nations: Sequence[str], persons: Floats, year: int, cause: str, bands: Banded
) -> Floats:
    """Return baseline deaths (region, age of the response); NaN for regions of nations without mortality.

    nations : the nation of every region; persons : (region)
    """
    known = nations_with_mortality(pack, cause)
    inside = np.array([nation in known for nation in nations], dtype=bool)
    deaths = np.full((len(nations), len(bands.ages)), np.nan)
    if inside.any():
        named = [nation for nation in nations if nation in known]
        deaths[inside] = band_deaths(pack, named, persons[inside], year, cause, bands)
    return deaths


def nations_with_mortality(pack: Pack, cause: str = TOTAL_CAUSE) -> set[str]:
    """Return the nations of which the pack knows the mortality by a cause and the age structure."""

    def make(opened: Pack) -> dict[str, set[str]]:
        rows, ages = opened.optional("mortality"), set(opened.optional("ages")["region"].unique())
        return {str(name): set(held.unique()) & ages for name, held in rows.groupby("cause")["region"]}

    return set(pack.derive("nations with mortality", make).get(cause, ()))


def _structure(pack: Pack, nation: str, year: int, cause: str, bands: Banded) -> Structure | str:
    """Return what `structure` does for a nation, made once for all responses with the same bands."""
    made: dict[tuple[object, ...], Structure | str] = pack.derive("age structures", lambda _: {})
    key = (nation, year, cause, *bands.ages)
    if key not in made:
        response = [age_span(word) for word in bands.ages]
        made[key] = structure(_age_shares(pack)[nation], _death_rates(pack, cause)[nation], year, response)
    return made[key]


def _age_shares(pack: Pack) -> Read:
    return pack.derive("age shares", lambda opened: read_bands(opened.table("ages"), "1"))


def _death_rates(pack: Pack, cause: str) -> Read:
    """Return the death rates by a cause, deaths per person and year; raises MissingTableError if there are none."""

    def make(opened: Pack) -> Read:
        rows = opened.table("mortality")
        rows = rows[rows["cause"] == cause]
        if rows.empty:
            raise MissingTableError("mortality", Phrase("detail-rows-of-cause", cause=cause))
        return read_bands(rows, "deaths/person/yr")

    return pack.derive(f"death rates {cause}", make)
