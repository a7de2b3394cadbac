"""The SHERPA relation: weights by hand, and the files of Lombardy against a sum cell by cell."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.io import netcdf_file

from airshed.pack.errors import AirshedError
from airshed.strategy.riat_relation import on_grid, read_areal, read_cells
from airshed.transport.sherpa import Sherpa, read_base, read_sherpa

SHAPE = (43, 35)
SHERPA = {"NOx": "nox", "NH3": "nh3", "PPM": "pm25", "SOx": "so2"}


def test_the_weight_of_a_cell_by_hand():
    """Three cells in a row, the source in the first: 1, (1 + 1)^-2 = 1/4, and beyond the radius of 1 cell 0.01."""
    alpha = np.array([[[2.0, 4.0, np.nan]]])
    relation = Sherpa(("NOx",), alpha, np.full((1, 1, 3), 2.0), np.full((1, 1, 3), 0.01), 1.0)
    assert relation.response("NOx", np.array([[3.0, 0.0, 0.0]])).tolist() == [[6.0, 3.0, 0.0]]
    whole = Sherpa(("NOx",), np.full((1, 1, 3), 2.0), relation.omega, relation.flat, 1.0)
    assert whole.response("NOx", np.array([[3.0, 0.0, 0.0]]))[0, 2] == pytest.approx(0.06)
    assert whole.response("NOx", np.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]


def test_fields_are_answered_together_and_add_up():
    random = np.random.default_rng(0)
    relation = Sherpa(("A",), random.random((1, 4, 5)), 1 + random.random((1, 4, 5)), random.random((1, 4, 5)), 2.0)
    fields = random.random((2, 3, 4, 5))
    found = relation.response("A", fields)
    assert found[1, 2] == pytest.approx(relation.response("A", fields[1, 2]))
    assert found.sum(axis=(0, 1)) == pytest.approx(relation.response("A", fields.sum(axis=(0, 1))))


def test_a_file_of_another_kind_is_refused(tmp_path):
    xr.Dataset({"alpha": ("x", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="netcdf4")
    with pytest.raises(AirshedError, match="omega is missing"):
        read_sherpa(tmp_path / "other.nc")
    with pytest.raises(AirshedError, match="3 cells for a grid"):
        on_grid(np.zeros(3), (2, 2))


@pytest.mark.shared
def test_lombardy_against_a_sum_cell_by_cell(shared):
    """Raw arrays read by scipy, weights added up cell by cell, for three receptors."""
    folder = shared / "data" / "transport" / "lombardy"
    relation = read_sherpa(folder / "SR_PM25_Annual.nc")
    assert relation.pollutants == ("NOx", "NMVOC", "NH3", "PPM", "SOx") and relation.radius == 30
    assert np.isnan(relation.alpha[1]).all()
    raw = netcdf_file(folder / "SR_PM25_Annual.nc", mmap=False)
    alpha, omega, flat = (raw.variables[name].data for name in ("alpha", "omega", "flatWeight"))
    density = np.random.default_rng(1).random(SHAPE)
    for number, pollutant in enumerate(relation.pollutants):
        found = relation.response(pollutant, density)
        for north, east in ((0, 0), (20, 17), (42, 30)):
            expected = 0.0
            for row in range(SHAPE[0]):
                for column in range(SHAPE[1]):
                    distance = ((row - north) ** 2 + (column - east) ** 2) ** 0.5
                    near = (1 + distance) ** -omega[number, north, east]
                    expected += density[row, column] * (near if distance <= 30 else flat[number, north, east])
            factor = alpha[number, north, east]
            assert found[north, east] == pytest.approx(0.0 if np.isnan(factor) else factor * expected, rel=1e-9)


@pytest.mark.shared
def test_lombardy_all_emissions_stay_below_the_base_case(shared):
    """The reading of units and of the order of cells: all emissions follow the base case and never exceed it."""
    folder = shared / "data" / "transport" / "lombardy"
    relation, base = read_sherpa(folder / "SR_PM25_Annual.nc"), read_base(folder / "BC_conc_PM25_Y.nc")
    code, area = read_cells(folder / "Dim_cells.txt", SHAPE)
    assert [(code == kind).sum() for kind in (0, 1, 2)] == [1067, 272, 166]
    outside = (
        pd.read_csv(folder / "outside_emissions_by_cell.csv").set_index("cell_id").reindex(range(1, 1506)).fillna(0)
    )
    inside = read_areal(folder / "areal_emissions", SHAPE).sum(axis=1)
    assert (area[inside.any(axis=0)] > 66).all()
    place = {"NOx": 0, "NH3": 2, "PPM": 4, "SOx": 5}
    level = np.zeros(SHAPE)
    for pollutant, column in SHERPA.items():
        emitted = inside[place[pollutant]] + on_grid(outside[column].to_numpy(), SHAPE)
        level += relation.response(pollutant, np.divide(emitted, area, out=np.zeros(SHAPE), where=area > 0))
    ratio = level / base
    assert ratio.max() < 1 and np.corrcoef(level.ravel(), base.ravel())[0, 1] == pytest.approx(0.94, abs=0.005)
    assert np.percentile(ratio, [5, 95]) == pytest.approx([0.17, 0.66], abs=0.005)
