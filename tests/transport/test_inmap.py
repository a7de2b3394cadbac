"""InMAP matrices: numbers by netCDF4 and scipy, rows read one by one, files of another form refused."""

import netCDF4
import numpy as np
import pytest
from scipy.io import netcdf_file

from airshed.pack.errors import AirshedError
from airshed.transport import netcdf
from airshed.transport.inmap import read_inmap
from support.relations import write_inmap

GOLDEN = "transport/inmap/testSR_golden.ncf"
EDGES = np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 2.0, 1.0, 2.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 2.0, 2.0]])
PER_KT = 1e15 / 31_536_000
"""A kilotonne is 10^15 ug, a year of 365 days 31,536,000 s."""


def made(path, **species):
    given = species or {"pSO4": np.arange(16.0).reshape(1, 4, 4)}
    return write_inmap(path, given, EDGES)


@pytest.mark.shared
def test_the_golden_matrix_against_scipy(shared):
    path = shared / "data" / GOLDEN
    relation = read_inmap(path)
    assert (relation.layers, relation.cells) == ((0, 2, 4), 10)
    raw = netcdf_file(path, mmap=False).variables
    for pollutant, species in (("SO2", "pSO4"), ("NMVOC", "SOA"), ("PM2.5", "PrimaryPM25")):
        for place, layer in enumerate((0, 2, 4)):
            found = relation.response(pollutant, {3: 0.5, 7: 2.0}, layer)
            rows = raw[species].data[place].astype(float)
            assert found == pytest.approx(PER_KT * (0.5 * rows[3] + 2.0 * rows[7]), rel=1e-12)
    assert found.max() > 0
    assert not relation.in_degrees


def test_only_the_rows_of_sources_are_read(tmp_path, monkeypatch):
    relation = read_inmap(made(tmp_path / "m.ncf"))
    asked = []
    read = netcdf.numbers
    monkeypatch.setattr(
        "airshed.transport.inmap.numbers",
        lambda path, data, name, rows=slice(None): asked.append((name, rows)) or read(path, data, name, rows),
    )
    assert relation.response("SO2", {2: 1.0}) == pytest.approx(PER_KT * np.array([8.0, 9.0, 10.0, 11.0]))
    assert asked == [("pSO4", (0, 2))]


def test_cells_hold_their_points(tmp_path):
    relation = read_inmap(made(tmp_path / "m.ncf"))
    assert relation.in_degrees
    assert [relation.cell_at(*point) for point in ((0.5, 0.5), (0.5, 1.0), (1.9, 0.1), (2.0, 0.0))] == [0, 1, 2, None]


def test_what_a_matrix_does_not_hold_is_told(tmp_path):
    relation = read_inmap(made(tmp_path / "m.ncf"))
    for pollutant, cell, layer in (("NOx", 0, 0), ("SO2", 0, 1), ("SO2", 4, 0), ("SO2", -1, 0), ("CO2", 0, 0)):
        with pytest.raises(AirshedError) as refused:
            relation.of_source(pollutant, cell, layer)
        assert refused.value.remedy


def change(path, do):
    with netCDF4.Dataset(path, "a") as data:
        do(data)
    return path


def test_files_of_another_form_are_refused(tmp_path):
    with pytest.raises(AirshedError, match="none of pSO4"):
        read_inmap(write_inmap(tmp_path / "other.ncf", {}, EDGES))
    path = made(tmp_path / "edges.ncf")
    change(path, lambda data: data["W"].__setitem__(slice(None), 9.0))
    with pytest.raises(AirshedError, match="edges of the cells"):
        read_inmap(path)
    with netCDF4.Dataset(tmp_path / "turned.ncf", "w") as data:
        for name in ("source", "receptor", "layer"):
            data.createDimension(name, 1)
        data.createVariable("pSO4", "f4", ("source", "receptor", "layer"))
    with pytest.raises(AirshedError, match=r"pSO4 runs over \(source, receptor, layer\)"):
        read_inmap(tmp_path / "turned.ncf")
    unit = change(made(tmp_path / "unit.ncf"), lambda data: data["pSO4"].setncattr("units", "kg"))
    with pytest.raises(AirshedError, match="unit of pSO4 is kg"):
        read_inmap(unit)
    gaps = np.arange(16.0).reshape(1, 4, 4)
    gaps[0, 1, 2] = np.nan
    with pytest.raises(AirshedError, match="pSO4 of layer 0, source 1, receptor 2 is no number"):
        read_inmap(made(tmp_path / "gaps.ncf", pSO4=gaps)).of_source("SO2", 1)


def test_a_file_that_breaks_off_is_refused(tmp_path):
    path = made(tmp_path / "m.ncf")
    whole = len(path.read_bytes())
    for size in (0, 3, 40, whole // 2, whole - 1):
        short = tmp_path / f"{size}.ncf"
        short.write_bytes(path.read_bytes()[:size])
        with pytest.raises(AirshedError, match="cannot be read as netCDF"):
            read_inmap(short)
    with pytest.raises(AirshedError, match="no file"):
        read_inmap(tmp_path)
