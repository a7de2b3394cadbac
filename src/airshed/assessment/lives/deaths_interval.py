"""The interval of deaths: of exposure, response and its family together, not of the parameters of one curve alone."""

from __future__ import annotations

from typing import get_args

import numpy as np

from airshed.assessment.chain.chain import Chain
from airshed.assessment.chain.concentration import sampled_levels
from airshed.assessment.lives.health import People, cause_lines, fits
from airshed.impacts.gemm import attributable_fraction
from airshed.impacts.mortality import TOTAL_CAUSE
from airshed.impacts.response import Family, read_responses
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column, stream
from airshed.sampling.laws import normal_quantile

ENDS = (0.025, 0.975)
FAMILIES: tuple[Family, ...] = get_args(Family)
FAMILY_TERM = "response_family"
"""Row of the table error_terms that names the families of responses, each as likely as the others."""
TERMS = "95 % of exposure, response and family of responses ({families}) together"
THETA = "95 % of the response alone"
NOTES = (TERMS, THETA)
"""Templates of what the interval holds."""


@equation(
    key="deaths-interval",
    title="Deaths in a sample",
    latex=r"D^{(i)}(c) = \frac{D_{f(i)}(c)}{D_{GEMM}(c)} \sum_a D_a(c)\,"
    r"\Big(1 - \frac{1}{RR_a(C^{(i)}(c), \theta^{(i)}_a)}\Big)",
    units="deaths per year",
    citation="Monte Carlo propagation (JCGM 101:2008); f(i): a family of responses, each as likely as the others",
)
def sampled_deaths(chain: Chain, exposure: Floats, score: Floats, ratio: Floats) -> Floats:
    """Return deaths in every sample, (sample, region).

    exposure : (sample, region), ug/m3; score : (sample), standard score of theta, the same for all ages
    ratio : (sample, region), deaths by the family of the sample over those by GEMM
    """
    bands = chain.people.bands
    theta = bands.theta + score[:, None] * bands.theta_se
    shape = (bands.alpha, bands.mu, bands.nu, bands.counterfactual)
    fraction = attributable_fraction(exposure[..., None], theta[:, None, :], *shape)
    return np.asarray((fraction * chain.people.deaths).sum(axis=-1) * ratio)


def stated_families(pack: Pack) -> list[Family]:
    """Return the families of responses that the row response_family of error_terms names, and the pack holds.

    Raises AirshedError for a word that is no family.
    """
    terms = pack.optional("error_terms")
    words = " ".join(terms.loc[terms["term"] == FAMILY_TERM, "choices"]).split()
    wrong = [word for word in words if word not in FAMILIES]
    if wrong:
        raise AirshedError("family-responses-not-known", family=wrong[0], families=", ".join(FAMILIES))
    return [family for family in FAMILIES if family in words and _holds(pack, family)]


def _holds(pack: Pack, family: Family) -> bool:
    try:
        read_responses(pack, family)
    except MissingTableError:
        return False
    return True


def family_ratios(pack: Pack, people: People, central: Floats) -> dict[str, Floats]:
    """Return deaths by every family that the pack holds over those by GEMM (region), 1 for GEMM itself.

    The families are those that the table of error terms names, or all without such a row. A family of several sets of
    one kind is their mean; of different fits only the one that `fits` names; a set without the total is the sum of its
    causes.
    """
    found: dict[str, Floats] = {}
    for family in stated_families(pack) or [known for known in FAMILIES if _holds(pack, known)]:
        if family == "gemm":
            found["gemm"] = np.ones(len(central))
            continue
        sets = fits(family, cause_lines(pack, people, family))
        totals = []
        for lines in sets.values():
            whole = [item for item in lines if item.cause == TOTAL_CAUSE] or lines
            values = np.array([item.values[0] for item in whole])
            totals.append(np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0)))
        mean = np.mean(totals, axis=0)
        found[family] = np.where((central > 0) & np.isfinite(mean), mean / np.where(central > 0, central, 1.0), 1.0)
    return found


def deaths_ends(pack: Pack, chain: Chain, people: People, central: Floats) -> tuple[Floats, Floats, str]:
    """Return 2.5 and 97.5 % of the deaths of every region (region), the centre inside, and what they hold.

    Without samples of the chain they are those of the response alone.
    """
    samples = chain.ensemble.samples
    if not samples:
        _, low, high = chain.people.attributable(people.exposure)
        return low, high, THETA
    ratios = family_ratios(pack, people, central)
    modelled = chain.places.mean(chain.relation.concentration(chain.emissions())).to_numpy()
    columns = [chain.places.codes.index(code) for code in people.regions]
    exposure = sampled_levels(chain, modelled)[1][:, columns]
    score = normal_quantile(latin_column(samples, chain.seed, "response"))
    family = stream(chain.seed, "family of responses").integers(0, len(ratios), samples)
    drawn = sampled_deaths(chain, exposure, score, np.array(list(ratios.values()))[family])
    known = np.isfinite(drawn).all(axis=0)
    low, high = np.full((2, len(central)), np.nan)
    low[known], high[known] = np.quantile(drawn[:, known], ENDS, axis=0)
    return np.fmin(low, central), np.fmax(high, central), TERMS.format(families=", ".join(ratios))
