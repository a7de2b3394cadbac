"""The tables of the activity form as labelled arrays: a pathway, a vector of factors and a strategy of controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from airshed.emissions.activity import GRAMS_PER_KT, activity_emissions, remaining_share
from airshed.emissions.effects import shapley_effects
from airshed.pack.codes import country_of, unknown
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.units import convert, factor

ENERGY, PER_ENERGY = "GJ", "g/GJ"
ENDS = ("value", "low", "high")
EFFECTS = ("activity_effect", "factor_effect", "control_effect")


@dataclass(frozen=True)
class ActivityScenario:
    """What an emission is computed from; each part can be swapped alone. Empty: counted, usual factors, no controls."""

    pathway: str = ""
    vector: str = ""
    strategy: str = ""


@dataclass(frozen=True)
class ActivityForm:
    """The three parts of an emission.

    activity : (region, sector, activity, period), GJ
    factor : `value`, `low`, `high` over (region, sector, activity, pollutant), g/GJ of that energy
    remaining : `value`, `low`, `high` over (region, sector, activity, pollutant, period), share left by the controls
    sources : keys of all rows that went in
    """

    activity: xr.DataArray
    factor: xr.Dataset
    remaining: xr.Dataset
    sources: tuple[str, ...]

    def emissions(self) -> xr.Dataset:
        """Return `value`, `low`, `high` over (region, sector, activity, pollutant, period), kt."""
        parts = {end: activity_emissions(self.activity, self.factor[end], self.remaining[end]) for end in ENDS}
        return xr.Dataset(parts)


def activity_rows(pack: Pack, pathway: str = "") -> pd.DataFrame:
    """Return the rows of a pathway with the value in GJ; raises AirshedError for an unknown pathway."""
    rows = pack.table("activities")
    if pathway not in set(rows["pathway"]):
        known = sorted({name for name in rows["pathway"] if name})
        raise unknown("pathway", pathway or Phrase("word-of-what-was-counted"), known)
    rows = rows[rows["pathway"] == pathway].copy()
    scale = rows["unit"].map({unit: factor(unit, ENERGY) for unit in rows["unit"].unique()})
    rows["value"] = rows["value"] * scale
    return rows


def activity_array(rows: pd.DataFrame) -> xr.DataArray:
    """Return the activities over (region, sector, activity, period), GJ; NaN where there is no row."""
    dims = ["region", "sector", "activity", "period"]
    array = xr.DataArray.from_series(rows.set_index(dims)["value"])
    return array.rename("activity").assign_attrs(units=ENERGY)


def read_form(
    pack: Pack,
    scenario: ActivityScenario,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    activities: Sequence[str] = (),
    pollutants: Sequence[str] = (),
) -> ActivityForm:
    """Read what an emission of these regions, sectors, activities and pollutants is computed from; empty: all.

    Raises MissingTableError with the table and the number that the pack lacks: a factor, or the efficiency that makes
    fuel of electricity.
    """
    rows = activity_rows(pack, scenario.pathway)
    for column, wanted in (("region", regions), ("sector", sectors), ("activity", activities)):
        if wanted:
            rows = rows[rows[column].isin(wanted)]
    if rows.empty:
        raise MissingTableError("activities", Phrase("detail-no-row-choice"))
    activity = activity_array(rows)
    factors = _factor_rows(pack, scenario.vector, pollutants)
    usual = factors[factors["technology"] == ""]
    factor_set, used = _factors(pack, rows, usual, activity)
    remaining, applied = _remaining(pack, scenario.strategy, activity, factor_set, factors)
    keys = [*rows["source"], *factors.loc[factors["activity"].isin(rows["activity"]), "source"], *used, *applied]
    return ActivityForm(activity, factor_set, remaining, tuple(dict.fromkeys(keys)))


def _factor_rows(pack: Pack, vector: str, pollutants: Sequence[str]) -> pd.DataFrame:
    """Return the factors of a vector that serve an activity, in g/GJ; shares of another pollutant are resolved."""
    rows = pack.table("factors")
    rows = rows[(rows["vector"] == vector) & (rows["activity"] != "")].copy()
    if rows.empty:
        if vector:
            raise MissingTableError("factors", Phrase("detail-no-vector", vector=vector))
        raise MissingTableError("factors", Phrase("detail-no-factor-serves-activity"))
    keys = ["sector", "activity", "pollutant", "technology", "per"]
    plain = rows["share_of"] == ""
    for end in ENDS:
        rows[end] = [
            convert(number, unit, PER_ENERGY if own else "1")
            for number, unit, own in zip(rows[end], rows["unit"], plain, strict=True)
        ]
    whole = rows[plain].set_index(keys)[list(ENDS)]
    for place in rows.index[~plain]:
        key = tuple(rows.loc[place, [*keys[:2], "share_of", *keys[3:]]])
        if key not in whole.index:
            raise MissingTableError(
                "factors",
                Phrase("detail-key-pollutant-share", key=" ".join(key[:3]), pollutant=rows.loc[place, "pollutant"]),
            )
        rows.loc[place, list(ENDS)] = rows.loc[place, list(ENDS)].astype(float) * whole.loc[key]
    known = list(dict.fromkeys(rows["pollutant"]))
    for code in pollutants:
        if code not in known:
            raise unknown("pollutant", code, known)
    return rows[rows["pollutant"].isin(pollutants)] if pollutants else rows


def _factors(
    pack: Pack, rows: pd.DataFrame, factors: pd.DataFrame, activity: xr.DataArray
) -> tuple[xr.Dataset, list[str]]:
    """Return the uncontrolled factors per energy in the form in which each activity is given, and sources used."""
    pollutants = list(dict.fromkeys(factors["pollutant"]))
    coords = {dim: activity[dim].to_numpy() for dim in ("region", "sector", "activity")} | {"pollutant": pollutants}
    arrays = {end: xr.DataArray(np.nan, coords=coords, dims=tuple(coords)) for end in ENDS}
    table = {(r["sector"], r["activity"], r["pollutant"]): r for r in factors.to_dict("records")}
    used: list[str] = []
    for region, sector, name, form in rows[["region", "sector", "activity", "form"]].drop_duplicates().to_numpy():
        for pollutant in pollutants:
            row = table.get((sector, name, pollutant))
            if row is None:
                raise MissingTableError(
                    "factors",
                    Phrase("detail-no-factor-pollutant-name-sector", pollutant=pollutant, name=name, sector=sector),
                )
            ends = {end: float(row[end]) for end in ENDS}
            if row["per"] != form:
                ends, source = _through_efficiency(pack, region, sector, name, str(row["per"]), ends)
                used.append(source)
            for end, number in ends.items():
                arrays[end].loc[{"region": region, "sector": sector, "activity": name, "pollutant": pollutant}] = number
    return xr.Dataset(arrays, attrs={"units": PER_ENERGY}), used


def _through_efficiency(
    pack: Pack, region: str, sector: str, activity: str, per: str, ends: dict[str, float]
) -> tuple[dict[str, float], str]:
    """Return a factor per electricity of one per fuel, or the other way round, and the source of the efficiency."""
    rows = pack.optional("efficiencies")
    rows = rows[(rows["sector"] == sector) & (rows["activity"] == activity)]
    for place in (region, country_of(pack).get(region, region), ""):
        found = rows[rows["region"] == place]
        if len(found):
            row = found.iloc[0]
            break
    else:
        raise MissingTableError("efficiencies", Phrase("detail-efficiency", activity=activity, sector=sector))
    value = float(row["value"])
    low, high = (float(row[end]) if np.isfinite(row[end]) else value for end in ("low", "high"))
    if per == "fuel":
        ends = {"value": ends["value"] / value, "low": ends["low"] / high, "high": ends["high"] / low}
    else:
        ends = {"value": ends["value"] * value, "low": ends["low"] * low, "high": ends["high"] * high}
    return ends, str(row["source"])


def _remaining(
    pack: Pack, strategy: str, activity: xr.DataArray, factor_set: xr.Dataset, factors: pd.DataFrame
) -> tuple[xr.Dataset, list[str]]:
    """Return the shares left by the controls of a strategy, all 1 without one, and the sources used."""
    dims = ("region", "sector", "activity", "period")
    pollutants = factor_set["pollutant"].to_numpy()
    coords = {dim: activity[dim].to_numpy() for dim in dims}
    if not strategy:
        whole = xr.DataArray(1.0, coords=coords | {"pollutant": pollutants}, dims=(*dims, "pollutant"))
        return xr.Dataset(dict.fromkeys(ENDS, whole)), []
    application, used = application_array(pack, strategy, coords)
    left, effects = _removals(pack, application, factor_set, factors)
    swapped = {"value": "value", "low": "high", "high": "low"}
    parts = {end: remaining_share(left[swapped[end]], application) for end in ENDS}
    return xr.Dataset(parts), [*used, *effects]


def application_array(pack: Pack, strategy: str, coords: dict[str, np.ndarray]) -> tuple[xr.DataArray, list[str]]:
    """Return the shares to which technologies are applied, and the sources used.

    The rows of a region win over those of its nation, those of a month over those of its year; the shares of one
    activity are always taken together from one of them.
    returns : (region, sector, activity, technology, period), 0 where nothing is applied
    """
    rows = pack.table("controls")
    rows = rows[rows["strategy"] == strategy]
    if rows.empty:
        raise unknown("strategy", strategy, list(dict.fromkeys(pack.table("controls")["strategy"])))
    technologies = list(dict.fromkeys(rows["technology"]))
    dims = ("region", "sector", "activity", "technology", "period")
    full = {dim: technologies if dim == "technology" else coords[dim] for dim in dims}
    array = xr.DataArray(0.0, coords=full, dims=dims)
    groups = dict(iter(rows.groupby(["region", "sector", "activity", "period"])))
    home = country_of(pack)
    used: list[str] = []
    for region in coords["region"]:
        for sector in coords["sector"]:
            for name in coords["activity"]:
                for period in coords["period"]:
                    keys = [(place, sector, name, p) for place in (region, home[region]) for p in (period, period[:4])]
                    for row in next((groups[key] for key in keys if key in groups), rows[:0]).to_dict("records"):
                        where = {"region": region, "sector": sector, "activity": name, "period": period}
                        array.loc[where | {"technology": row["technology"]}] = row["application"]
                        used.append(str(row["source"]))
    return array, list(dict.fromkeys(used))


def _removals(
    pack: Pack, application: xr.DataArray, factor_set: xr.Dataset, factors: pd.DataFrame
) -> tuple[xr.Dataset, list[str]]:
    """Return what each technology removes; where its own factor was measured, what that is below the usual one."""
    effects = pack.optional("technology_effects")
    dims = ("sector", "activity", "technology", "pollutant")
    coords = {dim: (factor_set if dim in factor_set.dims else application)[dim].to_numpy() for dim in dims}
    arrays = {end: xr.DataArray(0.0, coords=coords, dims=dims) for end in ENDS}
    used = []
    for row in effects.to_dict("records"):
        if row["technology"] in coords["technology"] and row["pollutant"] in coords["pollutant"]:
            for end in ENDS:
                number = row[end] if np.isfinite(row[end]) else row["value"]
                arrays[end].loc[{"technology": row["technology"], "pollutant": row["pollutant"]}] = number
            used.append(str(row["source"]))
    usual = {(r["sector"], r["activity"], r["pollutant"]): r for r in factors.to_dict("records") if not r["technology"]}
    for row in factors[factors["technology"].isin(coords["technology"])].to_dict("records"):
        key = (row["sector"], row["activity"], row["pollutant"])
        if key[0] not in coords["sector"] or key[1] not in coords["activity"]:
            continue
        if usual[key]["per"] != row["per"]:
            raise AirshedError("factors-per-different-energies", key=" ".join(key))
        where = dict(zip(("sector", "activity", "pollutant"), key, strict=True)) | {"technology": row["technology"]}
        for end in ENDS:
            arrays[end].loc[where] = 1.0 - row["value"] / usual[key]["value"]
    return xr.Dataset(arrays), used


def split_change(before: ActivityForm, after: ActivityForm) -> xr.Dataset:
    """Return the change of an emission and what activity, factors and controls contribute to it, kt.

    before, after : of the same regions, sectors, activities, pollutants and number of periods, compared in order
    returns : `change` and EFFECTS over (region, sector, activity, pollutant, period); the effects add up to the change
    """
    dims = ("region", "sector", "activity", "pollutant", "period")
    first, last = before.emissions()["value"], after.emissions()["value"]
    parts = []
    for form, like in ((before, first), (after, last)):
        arrays = (form.activity / GRAMS_PER_KT, form.factor["value"], form.remaining["value"])
        parts.append([array.broadcast_like(like).transpose(*dims).to_numpy() for array in arrays])
    effects = shapley_effects(*parts)
    change = last.copy(data=last.to_numpy() - first.to_numpy())
    return xr.Dataset(
        {"change": change} | {name: change.copy(data=part) for name, part in zip(EFFECTS, effects, strict=True)}
    )
