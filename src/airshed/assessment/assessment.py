"""The result of an assessment: data only, with its question, the hash of its inputs and where everything came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from airshed.assessment.question import Question
from airshed.pack.errors import AirshedError

FORMAT = "airshed-assessment-1"


@dataclass(frozen=True)
class ProvenanceStep:
    """One entry of the provenance log: which dataset came from which tables and sources, by which rule."""

    dataset: str
    rule: str
    tables: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """What an assessment found.

    datasets : `emissions` (region, sector, pollutant, year), `concentration` (place), `attribution` (country, region,
        sector, pollutant by place, with kernel spread), `health` (region, cause), `relation` (pollutant, region,
        receptor), `plan` and `curtailment` (several tables, each over a dimension of its own)
    """

    question: Question
    pack_name: str
    pack_version: str
    inputs_hash: str
    datasets: Mapping[str, xr.Dataset]
    provenance: tuple[ProvenanceStep, ...] = field(default=())

    @property
    def year(self) -> int:
        """The year of the answer."""
        if self.question.year is None:
            raise AirshedError("question-no-year")
        return self.question.year

    def __repr__(self) -> str:
        asked = f"{self.question.scenario}, {self.question.year}, {self.question.samples} samples"
        return f"<Assessment of {self.pack_name} {self.pack_version} ({asked}): {', '.join(self.datasets)}>"

    def __getitem__(self, name: str) -> xr.Dataset:
        return self.datasets[name]

    def identical(self, other: Assessment) -> bool:
        """Say whether two assessments hold the same question, inputs, provenance, values, dimensions and attributes."""
        same = (self.question, self.pack_name, self.pack_version, self.inputs_hash, self.provenance) == (
            other.question,
            other.pack_name,
            other.pack_version,
            other.inputs_hash,
            other.provenance,
        )
        if not same or list(self.datasets) != list(other.datasets):
            return False
        return all(self.datasets[name].identical(other.datasets[name]) for name in self.datasets)

    def to_netcdf(self, path: str | Path) -> None:
        """Write the assessment as one netCDF-4 file: a group per dataset, the question and the log as attributes."""
        root = xr.Dataset(attrs=self._attributes())
        tree = xr.DataTree.from_dict({"/": root, **{f"/{name}": data for name, data in self.datasets.items()}})
        encoding = {f"/{name}": _encoding(data) for name, data in self.datasets.items()}
        tree.to_netcdf(path, format="NETCDF4", engine="netcdf4", encoding=encoding)

    @classmethod
    def from_netcdf(cls, path: str | Path) -> Assessment:
        """Read an assessment as `to_netcdf` wrote it; raises AirshedError for any other file."""
        try:
            tree = xr.load_datatree(path, engine="netcdf4", mask_and_scale=False)
        except (OSError, ValueError) as why:
            raise AirshedError("cannot-read-netcdf", path=path, why=why) from why
        attributes = dict(tree.attrs)
        if attributes.get("format") != FORMAT:
            raise AirshedError("not-assessment-airshed", path=path)
        log = json.loads(attributes["provenance"])
        return cls(
            question=Question.model_validate_json(attributes["question"]),
            pack_name=attributes["pack_name"],
            pack_version=attributes["pack_version"],
            inputs_hash=attributes["inputs_hash"],
            datasets={name: _as_text(tree[name].to_dataset()) for name in attributes["datasets"].split()},
            provenance=tuple(
                ProvenanceStep(step["dataset"], step["rule"], tuple(step["tables"]), tuple(step["sources"]))
                for step in log
            ),
        )

    def _attributes(self) -> dict[str, Any]:
        log = [
            {"dataset": step.dataset, "rule": step.rule, "tables": step.tables, "sources": step.sources}
            for step in self.provenance
        ]
        return {
            "format": FORMAT,
            "question": self.question.model_dump_json(),
            "pack_name": self.pack_name,
            "pack_version": self.pack_version,
            "inputs_hash": self.inputs_hash,
            "datasets": " ".join(self.datasets),
            "provenance": json.dumps(log, ensure_ascii=False),
        }


def _encoding(data: xr.Dataset) -> dict[str, dict[str, Any]]:
    """Compress numbers without loss; write no fill value, so that NaN and 0 come back as they were."""
    encoding: dict[str, dict[str, Any]] = {}
    for name, variable in data.variables.items():
        if variable.dtype.kind in "fiu":
            packed = {"zlib": True, "complevel": 1} if name in data.data_vars else {}
            encoding[str(name)] = {"_FillValue": None, **packed}
    return encoding


def _as_text(data: xr.Dataset) -> xr.Dataset:
    """Turn text read from netCDF back into fixed-width text, and drop what only the file needed."""
    fixed = {}
    for name, variable in data.variables.items():
        variable = variable.copy(deep=False)
        variable.encoding = {}
        if variable.dtype.kind in "OT":
            variable = variable.copy(data=np.asarray(variable.to_numpy(), dtype=object).astype(str))
        fixed[name] = variable
    result = xr.Dataset({name: fixed[name] for name in data.data_vars}, attrs=data.attrs)
    return result.assign_coords({name: fixed[name] for name in data.coords})
