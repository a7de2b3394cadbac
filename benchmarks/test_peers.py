"""The same work by other open libraries, where they are installed: `pip install -e .[peers]`."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from airshed.cooperation.nucleolus import nucleolus
from airshed.cooperation.shapley import shapley
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.table import emission_table
from airshed.pack.codes import members
from airshed.sampling.sensitivity import variance_shares
from airshed.strategy.programme import programme
from airshed.strategy.solve import least_cost
from test_cooperation import games
from test_plan import synthetic

pytestmark = pytest.mark.filterwarnings("ignore")
ABSENT, BROKEN = "peer not installed", "peer does not load"
SAMPLES, INPUTS = 4000, 3


def loaded(peer):
    """Return a module, or None with the reason: not there, or broken by a newer version of what it rests on."""
    try:
        return import_module(peer), ""
    except ImportError:
        return None, ABSENT
    except Exception as why:
        return None, f"{BROKEN}: {type(why).__name__}"


@pytest.fixture
def beside(seconds, tell):
    """Time a job here, and by a peer where it is installed; tells both.

    peer : the name that it is imported by; theirs : gives what is timed, of the module; agrees : of both answers
    """

    def timed(job, size, peer, here, theirs, agrees, rounds=3):
        spent = seconds(here, rounds=rounds)
        module, missing = loaded(peer)
        if module is None:
            tell(f"{job}, {size}: {1e3 * spent:.1f} ms; {missing}: {peer}", job, size, spent, peer, missing=missing)
            return
        work = theirs(module)
        assert agrees(here(), work())
        other = seconds(work, rounds=rounds)
        told = f"{job}, {size}: {1e3 * spent:.1f} ms, {peer} {1e3 * other:.1f} ms, ratio {spent / other:.3g}"
        tell(told, job, size, spent, peer, theirs=other)

    return timed


def test_nucleolus_and_shapley_value(beside):
    values = games(10)["bankruptcy"]

    def game(module):
        return module.Game(values[1:].tolist())

    beside(
        *("nucleolus", "10 players", "coopgame"),
        lambda: nucleolus(values).shares,
        lambda module: lambda: module.nucleolus(game(module))["allocation"],
        lambda here, there: np.allclose(here, there, atol=1e-6),
    )
    beside(
        *("Shapley value", "10 players", "coopgame"),
        lambda: shapley(values),
        lambda module: lambda: module.shapley(game(module)),
        lambda here, there: np.allclose(here, there, atol=1e-6),
    )


def test_shares_of_the_variance(beside):
    """First-order indices of a given sample of x1 + 2 x2 + 3 x3: 1, 4 and 9 of 14."""
    inputs = np.random.default_rng(1).normal(size=(SAMPLES, INPUTS))
    answer = inputs @ np.arange(1.0, INPUTS + 1)
    names = {"num_vars": INPUTS, "names": list("abc"), "bounds": [[0.0, 1.0]] * INPUTS, "dists": ["unif"] * INPUTS}
    wanted = np.array([1, 4, 9]) / 14

    def theirs(module):
        analyse = import_module("SALib.analyze.rbd_fast").analyze
        return lambda: analyse(names, inputs, answer, num_resamples=2)["S1"]

    beside(
        *("shares of the variance", f"{SAMPLES} samples", "SALib"),
        lambda: variance_shares(np.repeat(answer[:, None], INPUTS, axis=1), inputs),
        theirs,
        lambda here, there: np.allclose(here, wanted, atol=0.05) and np.allclose(there, wanted, atol=0.05),
    )


def test_a_plan(beside):
    """The programme as arrays handed to linopy, which writes it to HiGHS."""
    import scipy.sparse
    import xarray as xr

    problem = synthetic(20, 60, 30)
    model = programme([problem])
    held = (model.value, model.index, model.start)
    rows = scipy.sparse.csc_array(held, shape=(len(model.row_lower), len(model.cost))).toarray()

    def theirs(module):
        def solved():
            made = module.Model()
            x = made.add_variables(lower=model.lower, upper=model.upper, name="x")
            low, high = np.isfinite(model.row_lower), np.isfinite(model.row_upper)
            given = [(x * xr.DataArray(rows[part], dims=["row", "dim_0"])).sum("dim_0") for part in (low, high)]
            made.add_constraints(given[0] >= xr.DataArray(model.row_lower[low], dims=["row"]), name="low")
            made.add_constraints(given[1] <= xr.DataArray(model.row_upper[high], dims=["row"]), name="high")
            made.add_objective((x * model.cost).sum())
            made.solve(solver_name="highs", output_flag=False)
            return made.objective.value

        return solved

    beside(
        *("least-cost plan", "20 x 60 x 30", "linopy"),
        lambda: least_cost(problem).cost,
        theirs,
        lambda here, there: np.isclose(here, there, rtol=1e-6),
        rounds=1,
    )


def test_totals_of_a_nation(beside, pack):
    """Emissions of the provinces of China added up by pollutant and year; pyam is given their totals over sectors."""
    cube = baseline_cube(pack)
    years, codes = [int(year) for year in cube["year"].to_numpy()], ["SO2", "NOx", "NH3"]
    parts = [code for code in members(pack, "CHN") if code in cube["region"]]
    given = cube["value"].sel(region=parts, pollutant=codes).sum("sector").transpose("region", "pollutant", "year")
    rows = [
        ["m", "s", region, f"Emissions|{code}", "kt/yr", *given.sel(region=region, pollutant=code).to_numpy()]
        for region in parts
        for code in codes
    ]
    frame = pd.DataFrame(rows, columns=["model", "scenario", "region", "variable", "unit", *years])
    names = [f"Emissions|{code}" for code in codes]

    def here():
        return emission_table(pack, regions=["CHN"], by=["country"], pollutants=codes, years=years, cube=cube)

    def theirs(module):
        held = module.IamDataFrame(frame)
        return lambda: held.aggregate_region(names, "all", parts)

    beside(
        *("totals of a nation", f"{len(parts)} provinces x {len(years)} years", "pyam"),
        here,
        theirs,
        lambda here, there: np.allclose(np.sort(here["value"]), np.sort(there.data["value"]), rtol=1e-6),
    )
