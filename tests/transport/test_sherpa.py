"""The SHERPA relation: weights by hand, and the files of Lombardy against a sum cell by cell."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.io import netcdf_file

from airshed.pack.errors import AirshedError
from airshed.strategy.riat_relation import on_grid, read_areal, read_cells
from airshed.transport.sherpa import Sherpa, read_base, read_sherpa
from support.relations import write_sherpa

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


LATITUDE, LONGITUDE, LITTLE = np.array([44.0, 44.5, 45.0]), np.array([8.0, 9.0]), (5, 3, 2)


def parts(**instead):
    full = {"alpha": np.full(LITTLE, 2.0), "omega": np.full(LITTLE, 1.5), "flatWeight": np.full(LITTLE, 0.1), **instead}
    return {name: values for name, values in full.items() if values is not None}


@pytest.mark.parametrize("name", ["Radius of influence", "Radius_of_influence", "Radius", "radius (cells)"])
def test_the_radius_may_stand_under_any_name_that_begins_so(tmp_path, name):
    path = write_sherpa(tmp_path / "s.nc", parts(), LATITUDE, LONGITUDE, radius=(name, 7))
    assert read_sherpa(path).radius == 7


def test_a_file_without_flat_weight_leaves_out_what_lies_beyond_the_radius(tmp_path):
    path = write_sherpa(
        tmp_path / "s.nc", parts(flatWeight=None), LATITUDE, LONGITUDE, radius=("Radius of influence", 1)
    )
    source = np.zeros(LITTLE[1:])
    source[0, 0] = 1.0
    found = read_sherpa(path).response("NOx", source)
    # 2 in its own cell, 2 x 2^-1.5 in the neighbours, nothing at the distance sqrt 2 and farther
    assert found == pytest.approx(np.array([[2.0, 2.0**-0.5], [2.0**-0.5, 0.0], [0.0, 0.0]]))


def gap(value, name="omega", pollutant=3):
    values = parts()[name].copy()
    values[pollutant, 2, 1] = value
    return {name: values}


WRONG = {
    "no omega": (parts(omega=None), {}, "omega is missing"),
    "no order": (parts(), {"order": None}, "Order_Pollutant is missing"),
    "order of another length": (parts(), {"order": "NOx, NH3"}, r"runs over \(pollutant 5"),
    "no radius": (parts(), {"radius": None}, "the radius of influence is missing"),
    "radius in words": (parts(), {"radius": ("Radius", "thirty")}, "the radius of influence is missing"),
    "radius below zero": (parts(), {"radius": ("Radius", -3.0)}, "the radius of influence is missing"),
    "omega without a number": (parts(**gap(np.nan)), {}, "omega of PPM at latitude 45, longitude 9 is nan"),
    "omega below zero": (parts(**gap(-1.0)), {}, "omega of PPM at latitude 45, longitude 9 is -1"),
    "weight without a number": (parts(**gap(np.nan, "flatWeight")), {}, "flatWeight of PPM at latitude 45"),
    "alpha of one pollutant": (parts(**gap(np.nan, "alpha", 0)), {}, "alpha of NOx at latitude 45, longitude 9 is nan"),
    "alpha of none": (parts(alpha=np.full(LITTLE, np.nan)), {}, "alpha holds no number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_place_and_remedy(tmp_path, case):
    given, instead, message = WRONG[case]
    with pytest.raises(AirshedError, match=message) as refused:
        read_sherpa(write_sherpa(tmp_path / "s.nc", given, LATITUDE, LONGITUDE, **instead))
    assert refused.value.remedy


def test_a_transposed_file_is_refused(tmp_path):
    """Square grids too: the names of the dimensions tell, not their sizes."""
    for latitude, longitude in ((LATITUDE, LONGITUDE), (LATITUDE, np.array([8.0, 9.0, 10.0]))):
        turned = {name: np.full((5, len(longitude), len(latitude)), 1.0) for name in ("alpha", "omega", "flatWeight")}
        path = write_sherpa(
            tmp_path / "s.nc", turned, latitude, longitude, dimensions=("pollutant", "longitude", "latitude")
        )
        with pytest.raises(AirshedError, match=r"alpha runs over \(pollutant 5, longitude"):
            read_sherpa(path)
    with pytest.raises(AirshedError, match="lat does not rise or fall in degrees") as refused:
        read_sherpa(write_sherpa(tmp_path / "x.nc", parts(), np.array([118.0, 119.0, 120.0]), LONGITUDE))
    assert "exchanged" in refused.value.remedy
    with pytest.raises(AirshedError, match="lon does not rise or fall"):
        read_sherpa(write_sherpa(tmp_path / "x.nc", parts(), LATITUDE, np.array([8.0, np.nan])))


def test_a_file_of_another_kind_is_refused(tmp_path):
    xr.Dataset({"alpha": ("x", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="netcdf4")
    with pytest.raises(AirshedError, match="omega is missing"):
        read_sherpa(tmp_path / "other.nc")
    whole = write_sherpa(tmp_path / "s.nc", parts(), LATITUDE, LONGITUDE).read_bytes()
    (tmp_path / "short.nc").write_bytes(whole[:-100])
    with pytest.raises(AirshedError, match="it breaks off"):
        read_sherpa(tmp_path / "short.nc")
    with pytest.raises(AirshedError, match="no file"):
        read_sherpa(tmp_path / "absent.nc")
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
