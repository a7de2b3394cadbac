"""The calibration as data and as a table: shares before and after, factors, and the blocks that leave 1/3..3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.pack.pack import Pack
from airshed.sampling.interval import LEVELS
from airshed.sampling.table import distributions
from airshed.transport.calibration import OUTSIDE, Evidence
from airshed.transport.ensemble import Ensemble
from airshed.transport.kernel import Kernel
from airshed.transport.relation import coefficient_sources
from airshed.transport.studies import published

PARAMETERS = [field.name for field in fields(Kernel)]
OUTSIDE_NOTE = "the factor leaves 1/3 to 3"
BOUND_NOTE = "upper bound only"
UNNAMED = "not named by the studies: the relation's own proportion, with the spread between studies"
NO_STUDY = "no study: the relation's own share, with the spread between studies"
NAMED = "calibrated to {study}"
NO_EFFECT = "printed by {study}, but the relation gives nothing of it"
NOTES = (OUTSIDE_NOTE, BOUND_NOTE, UNNAMED, NO_STUDY, NAMED, NO_EFFECT)
"""Templates of the notes on calibrated shares."""


def calibration_dataset(ensemble: Ensemble) -> xr.Dataset:
    """Return shares of the nations at the compared receptors of every nation, before and after, and all samples.

    returns : over (receptor_nation, nation): model_share, share, share_low, share_high, factor (share over model
        share), printed (NaN where no study names it); over (receptor_nation, nation, sample) share_samples;
        kernel parameters of the centre and of every kernel, kernel_of_sample
    """
    receptors = [item.nation for item in ensemble.evidence]
    pair = ("receptor_nation", "nation")
    model = np.stack([item.model[0] for item in ensemble.centre])
    share = np.stack([item.share[0] for item in ensemble.centre])
    samples = np.stack([item.share for item in ensemble.fits]) if ensemble.fits else share[:, None, :]
    low, high = np.quantile(samples, LEVELS, axis=1)
    printed = np.full(share.shape, np.nan)
    for row, item in enumerate(ensemble.evidence):
        for source, study in item.printed.items():
            if source in ensemble.nations:
                printed[row, ensemble.nations.index(source)] = study.middle / 100
    factor = np.where(model > 0, share / np.where(model > 0, model, 1.0), 1.0)
    return xr.Dataset(
        {
            "model_share": (pair, model),
            "share": (pair, share),
            "share_low": (pair, np.minimum(low, share)),
            "share_high": (pair, np.maximum(high, share)),
            "factor": (pair, factor),
            "printed": (pair, printed),
            "share_samples": ((*pair, "sample"), samples.transpose(0, 2, 1)),
            "source": (pair, _texts(ensemble, "source")),
            "note": (pair, _texts(ensemble, "note")),
            "kernel_centre": ("parameter", np.array(astuple(ensemble.chosen.centre))),
            "kernel_parameters": (
                ("kernel", "parameter"),
                np.array([astuple(item) for item in ensemble.chosen.kernels]),
            ),
            "kernel_of_sample": ("sample", ensemble.kernel if ensemble.fits else np.zeros(1, dtype=np.int64)),
        },
        coords={"receptor_nation": receptors, "nation": ensemble.nations, "parameter": PARAMETERS},
        attrs={
            "units": "1",
            "interval": "5 to 95 %",
            "samples": ensemble.samples,
            "kernel_receptor": ensemble.chosen.receptor,
            "kernel_sources": " ".join(ensemble.chosen.sources),
        },
    )


def _texts(ensemble: Ensemble, name: str) -> list[list[str]]:
    """Return a text of every share: (receptor nation, nation)."""
    relation = " ".join(relation_sources(ensemble.pack))
    return [
        [_words(item, nation, bool(acts), relation)[name] for nation, acts in zip(ensemble.nations, model, strict=True)]
        for item, model in zip(ensemble.evidence, (item.model[0] > 0 for item in ensemble.centre), strict=True)
    ]


def relation_sources(pack: Pack) -> list[str]:
    """Return the sources of the coefficients and of the kernel that shares them out."""
    return list(dict.fromkeys([*coefficient_sources(pack), *kernel_sources(pack)]))


def kernel_sources(pack: Pack) -> list[str]:
    """Return the sources of the kernel: of its start, its prior and the numbers it is chosen on."""
    parameters = pack.table("parameters")
    start = parameters.loc[parameters["key"].str.startswith("kernel_"), "source"]
    laws = [item.source for item in distributions(pack, "parameters") if item.key.startswith("kernel_")]
    chosen_on = [item.source for item in published(pack, "kernel")]
    return [key for key in dict.fromkeys([*start, *laws, *chosen_on]) if key]


def outside(data: xr.Dataset) -> list[tuple[str, str, float]]:
    """Return the blocks whose factor leaves 1/3..3: receptor nation, source nation, factor."""
    found = []
    for receptor in data["receptor_nation"].to_numpy():
        for nation in data["nation"].to_numpy():
            factor = float(data["factor"].sel(receptor_nation=receptor, nation=nation))
            if abs(np.log(max(factor, 1e-300))) > OUTSIDE:
                found.append((str(receptor), str(nation), factor))
    return found


def calibration_table(pack: Pack, ensemble: Ensemble, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the shares of the nations at every nation's receptors before and after calibration.

    returns : columns receptor, receptors (compared cities or regions), country, year, published, model, value, low,
        high (all shares of the anthropogenic part, 0..1), factor, studies, method, source, note
    """
    data = calibration_dataset(ensemble) if data is None else data
    beyond = {(receptor, nation) for receptor, nation, _ in outside(data)}
    columns = {
        "published": "printed",
        "model": "model_share",
        "value": "share",
        "low": "share_low",
        "high": "share_high",
        "factor": "factor",
    }
    arrays = {name: data[variable].to_numpy() for name, variable in columns.items()}
    relation = " ".join(relation_sources(pack))
    records = []
    for row, item in enumerate(ensemble.evidence):
        for column in np.argsort(-arrays["value"][row], kind="stable"):
            nation = ensemble.nations[column]
            records.append(
                {
                    "receptor": item.nation,
                    "receptors": " ".join(item.receptors) if item.printed else item.nation,
                    "country": nation,
                    "year": pack.base_year if item.year is None else item.year,
                    **{name: float(values[row, column]) for name, values in arrays.items()},
                    **_words(
                        item,
                        nation,
                        bool(arrays["model"][row, column] > 0),
                        relation,
                        [OUTSIDE_NOTE] if (item.nation, nation) in beyond else [],
                    ),
                }
            )
    return pd.DataFrame.from_records(records)


def _words(item: Evidence, nation: str, acts: bool, relation: str, before: Sequence[str] = ()) -> dict[str, Any]:
    """Return studies, method, source and note of one share; the sources are those of the relation without a study."""
    rows = item.studies.get(nation, [])
    anchor = item.printed.get(nation)
    notes = list(before)
    if anchor is not None and not acts:
        notes.append(NO_EFFECT.format(study=anchor.study))
    elif anchor is not None and nation in item.shares.bounds:
        notes.append(BOUND_NOTE)
    elif anchor is not None:
        notes.append(NAMED.format(study=anchor.study))
    else:
        notes.append(UNNAMED if item.printed else NO_STUDY)
    return {
        "studies": len({row.study for row in rows}),
        "method": "; ".join(dict.fromkeys(row.method for row in rows)),
        "source": " ".join(dict.fromkeys(row.source for row in rows)) or relation,
        "note": "; ".join(notes),
    }


def kernel_table(ensemble: Ensemble) -> pd.DataFrame:
    """Return the numbers that the kernel was chosen on, and its parameters.

    returns : columns item (a parameter, or the receptor and source of a contribution), published, value, low, high,
        unit, deviation, source
    """
    chosen = ensemble.chosen
    studies = {item.source_region: item.source for item in published(ensemble.pack, "kernel")}
    every = " ".join(kernel_sources(ensemble.pack))
    records = []
    for name in PARAMETERS:
        spread = np.array([getattr(item, name) for item in chosen.kernels])
        value = getattr(chosen.centre, name)
        low, high = np.quantile(spread, LEVELS)
        unit = "km" if name.startswith("d0") else "1"
        records.append({**_kernel_row(f"kernel_{name}", np.nan, value, (low, high), unit), "source": every})
    ends = zip(chosen.low, chosen.high, strict=True)
    for source, printed, fitted, end in zip(chosen.sources, chosen.published, chosen.fitted, ends, strict=True):
        row = _kernel_row(f"{chosen.receptor} {source}", printed, fitted, end, "ug/m3")
        records.append({**row, "source": studies[source]})
    return pd.DataFrame.from_records(records)


def _kernel_row(item: str, printed: float, value: float, ends: tuple[float, float], unit: str) -> dict[str, Any]:
    low, high = float(min(ends[0], value)), float(max(ends[1], value))
    return {
        "item": item,
        "published": float(printed),
        "value": float(value),
        "low": low,
        "high": high,
        "unit": unit,
        "deviation": float(value - printed),
    }
