"""Concentration-response functions of every kind behind one protocol, read from the tables of a pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from airshed.impacts.curves import tabulated_risk
from airshed.impacts.gemm import attributable_fraction
from airshed.impacts.ier import ier_risk
from airshed.impacts.loglinear import loglinear_risk
from airshed.impacts.mortality import NORMAL_95, AgeBands, gemm_bands, theta_interval
from airshed.pack.ages import MORTALITY_CAUSE, whole_band
from airshed.pack.arrays import Floats
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack

Family = Literal["gemm", "ier", "mrbrt", "loglinear"]
End = Literal["central", "low", "high"]
CURVE_SETS: dict[str, tuple[str, ...]] = {"ier": ("ier2015",), "mrbrt": ("mrbrt2019", "mrbrt2021")}
"""Sets of the table response_curves that belong to a family."""
FORMULA_TABLES: dict[str, str] = {"ier": "responses_ier", "loglinear": "responses_loglinear"}
"""Tables of parameters that belong to a family; all their sets do."""
PRINTED = "the set names the cause {name}"
AGAINST = "against {value} ug/m3"
NOTES = (PRINTED, AGAINST)


class Response(Protocol):
    """A response of one cause by age band."""

    @property
    def set(self) -> str:
        """Name of the set of parameters or curves."""

    @property
    def cause(self) -> str:
        """Cause, as the mortality table names it."""

    @property
    def ages(self) -> list[str]:
        """Age words of the set."""

    @property
    def source(self) -> str:
        """Keys of its sources."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of it."""

    @property
    def limit(self) -> float:
        """Concentration beyond which the last value holds, ug/m3; infinite for a formula."""

    def fraction(self, concentration: Floats, end: End = "central") -> Floats:
        """Return the share of deaths due to PM2.5 (region, age), 1 - 1/RR; NaN at an end that the set does not hold.

        concentration : (region), ug/m3; NaN gives NaN
        """


@dataclass(frozen=True)
class Bands:
    """What all responses hold."""

    set: str
    cause: str
    ages: list[str]
    source: str
    notes: tuple[str, ...]
    limit: float


@dataclass(frozen=True)
class GemmResponse(Bands):
    """GEMM by its parameters; the ends are those of theta."""

    bands: AgeBands

    def fraction(self, concentration: Floats, end: End = "central") -> Floats:
        """Return the share of deaths due to PM2.5 (region, age)."""
        own = self.bands
        low, high = theta_interval(own)
        theta = {"central": own.theta, "low": low, "high": high}[end]
        return attributable_fraction(concentration[:, None], theta, own.alpha, own.mu, own.nu, own.counterfactual)


@dataclass(frozen=True)
class IerResponse(Bands):
    """IER by its parameters, which come without an interval."""

    parameters: Floats

    def fraction(self, concentration: Floats, end: End = "central") -> Floats:
        """Return the share of deaths due to PM2.5 (region, age)."""
        if end != "central":
            return np.full((len(concentration), len(self.ages)), np.nan)
        return 1.0 - 1.0 / ier_risk(concentration[:, None], *self.parameters)


@dataclass(frozen=True)
class CurveResponse(Bands):
    """Tabulated relative risk: nodes (node), ug/m3, and risks (age, node) for the mean and both ends."""

    nodes: Floats
    risks: dict[End, Floats]

    def fraction(self, concentration: Floats, end: End = "central") -> Floats:
        """Return the share of deaths due to PM2.5 (region, age)."""
        return 1.0 - 1.0 / tabulated_risk(concentration, self.nodes, self.risks[end])


@dataclass(frozen=True)
class LoglinearResponse(Bands):
    """One coefficient per age band; the ends are those of its standard error, where there is one."""

    beta: Floats
    beta_se: Floats
    counterfactual: Floats

    def fraction(self, concentration: Floats, end: End = "central") -> Floats:
        """Return the share of deaths due to PM2.5 (region, age)."""
        half = {"central": 0.0 * self.beta, "low": -NORMAL_95 * self.beta_se, "high": NORMAL_95 * self.beta_se}[end]
        return 1.0 - 1.0 / loglinear_risk(concentration[:, None], self.beta + half, self.counterfactual)


@dataclass(frozen=True)
class CauseResponse:
    """The response of a set for one cause: by age where it has bands, and beside them its row for all ages together."""

    main: Response
    whole: Response | None


def deaths_by_age(response: Response, concentration: Floats, baseline: Floats, end: End = "central") -> Floats:
    """Return the deaths per year due to PM2.5 (region, age of the response), for any response.

    concentration : (region), ug/m3; baseline : (region, age of the response), baseline deaths per year
    """
    return response.fraction(concentration, end) * baseline


def read_responses(pack: Pack, family: Family) -> dict[str, list[CauseResponse]]:
    """Return the sets of a family with the response of every cause, read once.

    Raises MissingTableError if the pack holds none of its sets.
    """
    return dict(pack.derive(f"responses {family}", lambda opened: _read(opened, family)))


def _read(pack: Pack, family: Family) -> dict[str, list[CauseResponse]]:
    if family == "gemm":
        causes = dict.fromkeys(pack.table("responses_gemm")["cause"])
        return {"gemm": [_gemm(pack, cause) for cause in causes]}
    found: dict[str, list[CauseResponse]] = {}
    curves = pack.optional("response_curves")
    for name in CURVE_SETS.get(family, ()):
        for cause, rows in _by_cause(curves[curves["set"] == name]):
            found.setdefault(name, []).append(_curve(name, cause, rows))
    formulas = pack.optional(FORMULA_TABLES[family]) if family in FORMULA_TABLES else None
    if formulas is not None:
        for name in dict.fromkeys(formulas["set"]):
            for cause, rows in _by_cause(formulas[formulas["set"] == name]):
                found.setdefault(name, []).append(_formula(family, name, cause, rows))
    if not found:
        if family in FORMULA_TABLES:
            raise MissingTableError(FORMULA_TABLES[family], Phrase("detail-coefficient-of-response"))
        sets = " or ".join(CURVE_SETS.get(family, ()))
        raise MissingTableError("response_curves", Phrase("detail-rows-of-sets", sets=sets))
    return found


def _by_cause(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for cause in dict.fromkeys(rows["cause"]):
        yield str(cause), rows[rows["cause"] == cause]


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the rows by age band, and the rows for all ages together if there are both."""
    whole = whole_band(list(dict.fromkeys(rows["age"])))
    return (rows, None) if whole is None else (rows[rows["age"] != whole], rows[rows["age"] == whole])


def _gemm(pack: Pack, cause: str) -> CauseResponse:
    rows = pack.table("responses_gemm")
    _, whole = _split(rows[rows["cause"] == cause])
    return CauseResponse(
        _gemm_response(gemm_bands(pack, cause), cause),
        None if whole is None else _gemm_response(gemm_bands(pack, cause, all_age=True), cause),
    )


def _gemm_response(bands: AgeBands, cause: str) -> GemmResponse:
    return GemmResponse("gemm", cause, bands.ages, bands.source, (), np.inf, bands)


def _frame(name: str, cause: str, rows: pd.DataFrame, limit: float, against: Floats) -> Bands:
    ages = list(dict.fromkeys(rows["age"]))
    mapped = MORTALITY_CAUSE.get(cause, cause)
    notes = [PRINTED.format(name=cause)] if mapped != cause else []
    ends = dict.fromkeys((float(against.min()), float(against.max())))
    notes.append(AGAINST.format(value=" - ".join(f"{value:g}" for value in ends)))
    source = " ".join(dict.fromkeys(rows["source"]))
    return Bands(name, mapped, ages, source, tuple(notes), limit)


def _curve(name: str, cause: str, rows: pd.DataFrame) -> CauseResponse:
    main, whole = _split(rows)
    return CauseResponse(
        _curve_response(name, cause, main),
        None if whole is None else _curve_response(name, cause, whole),
    )


def _curve_response(name: str, cause: str, rows: pd.DataFrame) -> CurveResponse:
    """Return a curve; it is relative to its first node, where the relative risk is 1."""
    ages = list(dict.fromkeys(rows["age"]))
    nodes = np.sort(rows["concentration"].unique())
    risks: dict[End, Floats] = {}
    columns: tuple[tuple[End, str], ...] = (("central", "relative_risk"), ("low", "low"), ("high", "high"))
    bands = [rows[rows["age"] == age].sort_values("concentration") for age in ages]
    for end, column in columns:
        risks[end] = np.stack([np.interp(nodes, band["concentration"], band[column]) for band in bands])
    frame = _frame(name, cause, rows, float(nodes[-1]), nodes[:1])
    return CurveResponse(**vars(frame), nodes=nodes, risks=risks)


def _formula(family: Family, name: str, cause: str, rows: pd.DataFrame) -> CauseResponse:
    main, whole = _split(rows)
    make = _ier_response if family == "ier" else _loglinear_response
    return CauseResponse(make(name, cause, main), None if whole is None else make(name, cause, whole))


def _ier_response(name: str, cause: str, rows: pd.DataFrame) -> Response:
    parameters = rows[["alpha", "beta", "delta", "counterfactual"]].to_numpy(dtype=np.float64).T
    return IerResponse(**vars(_frame(name, cause, rows, np.inf, parameters[3])), parameters=parameters)


def _loglinear_response(name: str, cause: str, rows: pd.DataFrame) -> Response:
    beta, beta_se, against = (
        rows[column].to_numpy(dtype=np.float64) for column in ("beta", "beta_se", "counterfactual")
    )
    frame = _frame(name, cause, rows, np.inf, against)
    return LoglinearResponse(**vars(frame), beta=beta, beta_se=beta_se, counterfactual=against)
