"""Relations on a grid at the places of a pack: by hand on a grid of a degree, and what lies outside is left out."""

import math
from pathlib import Path

import numpy as np
import pytest

from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.transport.gridded import cell_area, inmap_matrix, sherpa_matrix
from airshed.transport.inmap import read_inmap
from airshed.transport.sherpa import read_sherpa
from support.relations import write_inmap, write_sherpa

# A grid of a degree around Aland (provinces at 10.5 N 10 E and 9.5 N 10.5 E, port at 9.6 N 10.9 E); Bland lies outside.
LATITUDE, LONGITUDE = np.array([8.6, 9.6, 10.6]), np.array([9.5, 10.5, 11.5])
SHAPE = (5, 3, 3)


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


def sherpa(path: Path, **parts) -> Path:
    full = {"alpha": np.full(SHAPE, 4.0), "omega": np.full(SHAPE, 2.0), "flatWeight": np.zeros(SHAPE), **parts}
    return write_sherpa(path, full, LATITUDE, LONGITUDE)


def test_the_area_of_a_cell(tmp_path, small):
    """A degree at the latitude 9.6: 111.195 km by 111.195 km x cos 9.6."""
    relation = read_sherpa(sherpa(tmp_path / "s.nc"))
    assert cell_area(relation, 1) == pytest.approx(111.195**2 * math.cos(math.radians(9.6)), rel=1e-4)


def test_a_kilotonne_by_hand(tmp_path, small):
    """North lies in cell (2, 0) (9.5 to 10 N rounds to the nearest centre), South in (1, 1): sqrt(2) cells apart."""
    relation = read_sherpa(sherpa(tmp_path / "s.nc"))
    matrix = sherpa_matrix(small, relation)
    assert list(matrix["region"].to_numpy()) == ["AA-1", "AA-2"]
    assert list(matrix["receptor"].to_numpy()) == ["AA-1", "AA-2", "port"]
    # South has two points, its own and the port, both in the cell (1, 1); North one, in the cell (2, 0) or (2, 1).
    north = [(abs(LATITUDE - 10.5).argmin(), abs(LONGITUDE - 10.0).argmin())]
    distance = math.hypot(north[0][0] - 1, north[0][1] - 1)
    density = 1000.0 / cell_area(relation, 1)
    expected = 4.0 * density * (1 + distance) ** -2
    assert float(matrix.sel(precursor="SO2", region="AA-2", receptor="AA-1").sum()) == pytest.approx(expected)
    # A region on itself, and on its city, at two thirds of the radius of a circle of 20,000 km2.
    own = 2 / 3 * math.sqrt(20000 / math.pi) / math.sqrt(cell_area(relation, 1))
    for receptor in ("AA-2", "port"):
        found = float(matrix.sel(precursor="NOx", region="AA-2", receptor=receptor).sum())
        assert found == pytest.approx(4.0 * density * (1 + own) ** -2)
    for part in ("BC", "OM", "PM_other"):
        assert np.array_equal(matrix.sel(precursor=part), matrix.sel(precursor="NOx"))


def test_beyond_the_radius_counts_the_flat_weight(tmp_path, small):
    flat = np.full(SHAPE, 0.125)
    path = tmp_path / "s.nc"
    full = {"alpha": np.full(SHAPE, 4.0), "omega": np.full(SHAPE, 2.0), "flatWeight": flat}
    write_sherpa(path, full, LATITUDE, LONGITUDE, radius=("Radius_of_influence", 0.9))
    relation = read_sherpa(path)
    assert relation.radius == 0.9
    found = float(sherpa_matrix(small, relation).sel(precursor="SO2", region="AA-2", receptor="AA-1").sum())
    assert found == pytest.approx(4.0 * 1000.0 / cell_area(relation, 1) * 0.125)


def test_a_region_with_a_point_in_a_cell_without_a_relation_is_left_out(tmp_path, small):
    alpha = np.full(SHAPE, 4.0)
    alpha[:, 2] = np.nan
    matrix = sherpa_matrix(small, read_sherpa(sherpa(tmp_path / "s.nc", alpha=alpha)))
    assert list(matrix["region"].to_numpy()) == ["AA-2"]


def test_a_grid_elsewhere_is_refused(tmp_path, small):
    path = write_sherpa(
        tmp_path / "s.nc",
        {name: np.ones(SHAPE) for name in ("alpha", "omega")},
        np.array([44.0, 45.0, 46.0]),
        LONGITUDE,
    )
    with pytest.raises(AirshedError, match="no region of the pack lies in the grid"):
        sherpa_matrix(small, read_sherpa(path))


def edges(step=1.0):
    south, west = (values.ravel() for values in np.meshgrid(np.arange(8.0, 12.0), np.arange(8.0, 12.0), indexing="ij"))
    return np.array([west, west + step, south, south + step])


def test_rows_of_inmap_stand_for_regions(tmp_path, small):
    """South emits at its two points (9.5 N 10.5 E; the port at 9.6 N 10.9 E), both in the cell from 9 N and 10 E."""
    cells = edges()
    random = np.random.default_rng(5)
    species = {name: random.random((1, 16, 16)).astype("f4") for name in ("pSO4", "pNO3", "PrimaryPM25", "SOA")}
    relation = read_inmap(write_inmap(tmp_path / "m.ncf", species, cells))
    matrix = inmap_matrix(small, relation)
    south, north = (int(np.flatnonzero((cells[2] == low) & (cells[0] == 10.0))[0]) for low in (9.0, 10.0))
    rate = 1e15 / 31_536_000
    for precursor, name in (("SO2", "pSO4"), ("NOx", "pNO3"), ("OM", "PrimaryPM25")):
        found = matrix.sel(precursor=precursor, species=name, region="AA-2")
        assert float(found.sel(receptor="AA-1")) == pytest.approx(rate * float(species[name][0, south, north]))
        assert float(found.sel(receptor="port")) == pytest.approx(rate * float(species[name][0, south, south]))
    assert "SOA" not in matrix["species"].to_numpy()
    assert float(matrix.sel(precursor="NH3").sum()) == 0.0


@pytest.mark.shared
def test_metres_without_a_projection_are_refused(small, shared):
    with pytest.raises(AirshedError, match="does not say in which projection"):
        inmap_matrix(small, read_inmap(shared / "data" / "transport" / "inmap" / "testSR_golden.ncf"))
