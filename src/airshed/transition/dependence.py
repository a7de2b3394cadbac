"""Dependence on imports: shares, concentration, the three criteria of a dependence, and who could supply instead."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

CONCENTRATED = 0.4
"""Concentration above which imports, or world exports, count as concentrated (Lefebvre and Wibaux 2024)."""
OVER_EXPORTS = 1.0
"""Imports over exports above which a product cannot be replaced by own supply (the same)."""
WINDOW, LASTING = 3, 2
"""Years that are looked at, and in how many of them all criteria must hold (the same)."""


def import_shares(values: Floats) -> Floats:
    """Return the share of each partner in imports.

    values : (partner), imports, >= 0, of any one unit
    returns : (partner), 0..1; NaN where nothing is imported

    >>> import_shares(np.array([75.0, 25.0])).tolist()
    [0.75, 0.25]
    """
    total = float(np.sum(values))
    return values / total if total > 0 else np.full(len(values), np.nan)


@equation(
    key="trade-concentration",
    title="Concentration of trade over partners",
    latex=r"H = \sum_p s_p^2, \quad s_p = \frac{m_p}{\sum_q m_q}",
    units="m imports from, or exports of, a partner, USD a year; s share; H index 0..1",
    citation="Herfindahl-Hirschman index, as criteria 1 and 2 of Lefebvre and Wibaux (2024), CEPII Policy Brief 47",
)
def concentration(values: Floats) -> float:
    """Return the Herfindahl-Hirschman index of trade over partners.

    values : (partner), >= 0, of any one unit
    returns : 1 over the number of partners where all are equal, to 1 for a single one; NaN without trade

    >>> round(concentration(np.array([50.0, 30.0, 20.0])), 2), concentration(np.array([1.0, 1.0]))
    (0.38, 0.5)
    """
    return float(np.sum(import_shares(values) ** 2)) if len(values) else float("nan")


@equation(
    key="trade-concentration-bounds",
    title="What one share says of the concentration",
    latex=r"s^2 \le H \le s^2 + (1-s)^2",
    units="s share of one partner, 0..1; H index 0..1",
    citation="from the definition: the rest is spread over many partners, or comes from one",
)
def concentration_bounds(share: float) -> tuple[float, float]:
    """Return between what the concentration lies where the share of one partner alone is known.

    share : of a partner, 0..1

    >>> [round(end, 3) for end in concentration_bounds(0.975)]
    [0.951, 0.951]
    >>> [round(end, 2) for end in concentration_bounds(0.47)]
    [0.22, 0.5]
    """
    return share**2, share**2 + (1.0 - share) ** 2


@equation(
    key="import-dependence",
    title="Dependence on imports by three criteria",
    latex=r"D = \Big[\sum_{t=1}^{3} [H^m_t > 0.4]\,[H^x_t > 0.4]\,[M_t > X_t] \ge 2\Big]",
    units="H^m concentration of imports, H^x of world exports, M imports and X exports, USD a year, of three years t",
    citation="Lefebvre and Wibaux (2024), CEPII Policy Brief 47; GeoDep database, criteria 1 to 4",
)
def criteria_hold(imported: Floats, exported: Floats, imports: Floats, exports: Floats) -> Floats:
    """Return in which years all three criteria of a dependence hold.

    imported, exported : (year), concentration of imports and of world exports, 0..1; NaN: not known
    imports, exports : (year), of the nation, of any one unit; exports of 0 or NaN are none, so that the third holds
    returns : (year), 1 where all hold, 0 where one does not, NaN where that depends on what is not known

    >>> one = np.array
    >>> criteria_hold(one([0.5, 0.5, 0.3]), one([0.6, np.nan, np.nan]), one([9.0, 9.0, 9.0]), one([0.0, 1.0, 1.0]))
    array([ 1., nan,  0.])
    """
    parts = np.stack(
        [
            np.where(np.isnan(imported), np.nan, imported > CONCENTRATED),
            np.where(np.isnan(exported), np.nan, exported > CONCENTRATED),
            np.where(np.isnan(imports), np.nan, imports > OVER_EXPORTS * np.nan_to_num(exports)),
        ]
    )
    fails = (parts == 0).any(axis=0)
    unknown = np.isnan(parts).any(axis=0)
    return np.where(fails, 0.0, np.where(unknown, np.nan, 1.0))


def dependent(holds: Floats) -> float:
    """Return whether a product is one of dependence: all criteria hold in at least two of three years.

    holds : (year), of the last three years, as `criteria_hold` gives them; a year without data is NaN
    returns : 1 or 0; NaN where the years that are not known decide

    >>> dependent(np.array([1.0, np.nan, 1.0])), dependent(np.array([0.0, 0.0, np.nan]))
    (1.0, 0.0)
    >>> dependent(np.array([1.0, np.nan, 0.0]))
    nan
    """
    yes, open_years = int(np.nansum(holds)), int(np.isnan(holds).sum())
    missing = WINDOW - len(holds)
    if yes >= LASTING:
        return 1.0
    return 0.0 if yes + open_years + missing < LASTING else float("nan")


@equation(
    key="export-growth",
    title="Growth of the exports of another supplier",
    latex=r"g = x_{1} - x_{0}, \quad r = \frac{x_1 / x_0}{\sum_q x_{q1} / \sum_q x_{q0}}",
    units="x exports to the world in the first and last year, USD; g growth, USD; r growth over that of the world",
    citation="the arithmetic of constant market shares: Leamer and Stern (1970), Quantitative International Economics",
)
def export_growth(first: Floats, last: Floats) -> tuple[Floats, Floats]:
    """Return by how much the exports of each supplier grew, and how fast beside those of all.

    first, last : (supplier), exports to the world in two years, >= 0; NaN: not known in that year
    returns : growth, in their unit, and the ratio of its growth to that of all suppliers known in both years

    >>> growth, beside = export_growth(np.array([10.0, 90.0]), np.array([30.0, 90.0]))
    >>> growth.tolist(), beside.round(2).tolist()
    ([20.0, 0.0], [2.5, 0.83])
    """
    both = ~np.isnan(first) & ~np.isnan(last)
    before, after = float(first[both].sum()), float(last[both].sum())
    world = after / before if before > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return last - first, np.where(first > 0, last / first, np.nan) / world


@equation(
    key="material-demand",
    title="Demand for a material by what is built",
    latex=r"D_m = \sum_a n_a \, (k_{a,m} - k_{a',m})",
    units="n vehicles or MW built; k kg of a material per piece, of the activity and of what it replaces; D kg",
    citation="material flow by intensity of use, as in IEA (2021), The Role of Critical Minerals, chapter 2",
)
def material_demand(amount: Floats, intensity: Floats, replaced: Floats) -> Floats:
    """Return the demand for a material by what is built, less what is not built in its place.

    amount : vehicles or MW; intensity, replaced : kg per vehicle or MW; all of one shape
    returns : kg

    >>> material_demand(np.array([1e6]), np.array([53.2]), np.array([22.3])).round().tolist()
    [30900000.0]
    """
    return amount * (intensity - replaced)
