"""Deaths attributable to PM2.5, by age, from population, age structure, baseline mortality and a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.impacts.ages import covered
from airshed.impacts.gemm import attributable_fraction
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.units import factor

Floats = npt.NDArray[np.float64]
TOTAL_CAUSE = "NCD+LRI"
ALL_AGES = "25+"
NORMAL_95 = 1.959963984540054
"""Half width of the central 95 % of the standard normal distribution."""


class Banded(Protocol):
    """Anything by age band of a response: for each of its bands, the bands of the mortality table that it covers."""

    @property
    def covers(self) -> list[list[str]]:
        """Bands of the mortality table, per band of the response."""


@dataclass(frozen=True)
class AgeBands:
    """A response by age band: parameters (age), and for each the age bands of the mortality table that it covers."""

    ages: list[str]
    covers: list[list[str]]
    theta: Floats
    theta_se: Floats
    alpha: Floats
    mu: Floats
    nu: Floats
    counterfactual: Floats
    source: str


def gemm_bands(pack: Pack, cause: str = TOTAL_CAUSE, all_age: bool = False) -> AgeBands:
    """Return the GEMM parameters of a cause by age band, or its all-age row alone.

    An open band such as 80+ covers every band of the mortality table from there on: 80-84, 85-89, 90-94, 95+.
    """
    rows = pack.table("responses_gemm")
    rows = rows[rows["cause"] == cause]
    bands = rows[rows["age"] == ALL_AGES] if all_age else rows[rows["age"] != ALL_AGES]
    if bands.empty:
        bands = rows
    if bands.empty:
        raise MissingTableError("responses_gemm", f"rows of the cause {cause}")
    known = list(dict.fromkeys(pack.table("ages")["age"]))
    return AgeBands(
        ages=list(bands["age"]),
        covers=[covered(age, known) for age in bands["age"]],
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
    Raises MissingTableError for a nation without mortality, or a year outside the years of the tables.
    """
    shares = _by_nation(pack, "ages", year)
    rates = _by_nation(pack, "mortality", year, cause)
    missing = sorted(set(nations) - (set(shares.index) & set(rates.index)))
    if missing:
        raise MissingTableError("mortality", f"{cause} of {', '.join(missing)}")
    rates = rates.reindex(columns=shares.columns).fillna(0.0)
    cover = np.array([[age in covered for covered in bands.covers] for age in shares.columns], dtype=np.float64)
    deaths = baseline_deaths(
        persons[:, None], shares.loc[list(nations)].to_numpy(), rates.loc[list(nations)].to_numpy()
    )
    return np.asarray(deaths @ cover)


def regional_deaths(
    pack: Pack, nations: Sequence[str], persons: Floats, year: int, cause: str, bands: Banded
) -> Floats:
    """Return baseline deaths (region, age of the response); NaN for regions of nations without mortality.

    nations : the nation of every region; persons : (region)
    """
    known = nations_with_mortality(pack, cause)
    inside = np.array([nation in known for nation in nations], dtype=bool)
    deaths = np.full((len(nations), len(bands.covers)), np.nan)
    if inside.any():
        named = [nation for nation in nations if nation in known]
        deaths[inside] = band_deaths(pack, named, persons[inside], year, cause, bands)
    return deaths


def nations_with_mortality(pack: Pack, cause: str = TOTAL_CAUSE) -> set[str]:
    """Return the nations of which the pack knows the mortality by a cause and the age structure."""
    rows, ages = pack.optional("mortality"), pack.optional("ages")
    return set(rows.loc[rows["cause"] == cause, "region"]) & set(ages["region"])


def _by_nation(pack: Pack, name: str, year: int, cause: str | None = None) -> pd.DataFrame:
    """Return a table (nation, age) in a year, linear between the years that the pack holds; rates per person."""
    rows = pack.table(name)
    if cause is not None:
        rows = rows[rows["cause"] == cause]
        if rows.empty:
            raise MissingTableError(name, f"rows of the cause {cause}")
    years = sorted({int(known) for known in rows["year"]})
    if not years[0] <= year <= years[-1]:
        raise AirshedError(f"{name} has no year {year}", f"it covers {years[0]} to {years[-1]}")
    target = "1" if name == "ages" else "deaths/person/yr"
    rows = rows.assign(value=rows["value"] * rows["unit"].map({u: factor(u, target) for u in rows["unit"].unique()}))
    before = max(known for known in years if known <= year)
    after = min(known for known in years if known >= year)
    part = (year - before) / (after - before) if after > before else 0.0
    start, end = (
        rows[rows["year"] == known].pivot(index="region", columns="age", values="value") for known in (before, after)
    )
    return (1.0 - part) * start + part * end
