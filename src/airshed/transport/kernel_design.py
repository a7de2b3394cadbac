"""Many kernels at once: what every source gives under each of them, and which of them published numbers prefer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_hypercube, stream
from airshed.sampling.table import distribution
from airshed.transport.kernel import Kernel, kernel
from airshed.transport.relation import Geometry, Relation
from airshed.transport.sites import Apart
from airshed.transport.studies import published
from airshed.transport.tm5fasst import GASES, IONS, PRECURSORS, SPECIES, Blocks

CANDIDATES = 1024
"""Kernels of the prior among which the published numbers choose."""
KEPT = 32
"""Kernels that stand for the posterior."""
FIXED = 1
"""Seed of the candidates: the chosen kernel must not depend on the seed of a question."""


def prior_kernels(pack: Pack, count: int, seed: int) -> list[Kernel]:
    """Return kernels drawn from the laws that the pack states; a parameter without a law keeps its value."""
    start = kernel(pack)
    names = [field.name for field in fields(Kernel)]
    laws = [distribution(pack, "parameters", f"kernel_{name}") for name in names]
    groups = [law.group if law is not None else "" for law in laws]
    drawn = [group or f"kernel {name}" for group, name in zip(groups, names, strict=True)]
    design = latin_hypercube(count, drawn, seed)
    columns = [
        np.full(count, float(getattr(start, name))) if law is None else law.at(design[:, place])
        for place, (name, law) in enumerate(zip(names, laws, strict=True))
    ]
    return [Kernel(*(float(number) for number in row)) for row in np.stack(columns, axis=1)]


def block_contributions(
    blocks: Blocks,
    places: Geometry,
    pair: tuple[str, str],
    kernels: Sequence[Kernel],
    emitted: Floats,
    shares: Floats,
    kept: Floats,
) -> Floats:
    """Return what the regions of one source block give to the places of one receptor block under every kernel.

    emitted, shares : (precursor, region of the block), kt/yr of the year asked for, and shares of the base year
    kept : (species, place), 1 for the species that count at a place
    returns : (kernel, precursor, region, place), ug/m3, particle water included
    """
    source, receptor = pair
    size = (emitted.shape[1], len(places.receptors[receptor]) + len(places.cities[receptor]))
    where = (blocks.sources.index(source), blocks.receptors.index(receptor))
    per = (blocks.per_emission.to_numpy()[:, :, where[0], where[1]] * _water(blocks)) @ kept
    of = _weights(places.apart.get(pair), kernels, size)
    result = np.empty((len(kernels), len(PRECURSORS), *size))
    for number, precursor in enumerate(PRECURSORS):
        # The block's total is kept for each precursor by itself, with its own shares of the base year: ammonia comes
        # from fields and sulphur from stacks, so one common mean would move mass between them.
        weights = of[precursor]
        mean = (weights @ places.partition[receptor]) @ shares[number]
        each = emitted[number][None, :] / mean[:, None]
        np.multiply(weights, per[number], out=result[:, number])
        result[:, number] *= each[:, :, None]
    return result


def _water(blocks: Blocks) -> Floats:
    return np.array(
        [1.0 + blocks.water if str(code) in IONS else 1.0 for code in blocks.per_emission["species"].values]
    )


def _weights(apart: Apart | None, kernels: Sequence[Kernel], size: tuple[int, int]) -> dict[str, Floats]:
    """Return the weights (kernel, region, place) of every precursor; arrays may be shared."""
    if apart is None:
        return dict.fromkeys(PRECURSORS, np.ones((len(kernels), *size)))
    values = {name: np.array([getattr(item, name) for item in kernels]) for name in _NAMES}
    secondary, ammonia = apart.weights(values["d0_secondary"], values["omega_secondary"])
    primary, _ = apart.weights(values["d0_primary"], values["omega_primary"])
    return {**dict.fromkeys(PRECURSORS, primary), **dict.fromkeys(GASES, secondary), "NH3": ammonia}


_NAMES = tuple(field.name for field in fields(Kernel))


@dataclass(frozen=True)
class Chosen:
    """Kernels after the published numbers have spoken.

    centre : the posterior mean (of the logarithm for scales); kernels : equally likely kernels of the posterior
    table : the numbers it was chosen on: source, published and fitted values in ug/m3 (level free), and their ends
    """

    centre: Kernel
    kernels: list[Kernel]
    receptor: str
    sources: list[str]
    published: Floats
    fitted: Floats
    low: Floats
    high: Floats


@equation(
    key="kernel-likelihood",
    title="Which kernel a set of published contributions prefers",
    latex=r"p(k) \propto \Big(\sum_i (\epsilon_i - \bar\epsilon)^2\Big)^{-(n-1)/2},\quad "
    r"\epsilon_i = \ln\frac{C_i(k)}{C_i^{published}}",
    units="1",
    citation="normal errors of the logarithm with free level and unknown width (Jeffreys prior): Gelman et al. 2013, "
    "Bayesian Data Analysis, section 14.2",
)
def kernel_likelihood(computed: Floats, printed: Floats, rounding: Floats) -> Floats:
    """Return the weight of every kernel, adding to 1.

    computed : (kernel, source), ug/m3; printed : (source); rounding : (source), half a unit of the last digit
    """
    # Only the pattern over sources counts, not the level: that is the block's, which no kernel can change. Hence the
    # errors are centred, and one degree of freedom is gone.
    error = np.log(computed / printed)
    centred = error - error.mean(axis=1, keepdims=True)
    # Numbers printed with one digit cannot be met better than by their rounding (a third of its square is the variance
    # of an even law); without this one kernel that happens to hit them would take all the weight.
    floor = float(((rounding / printed) ** 2).sum()) / 3.0
    log_weight = -0.5 * (len(printed) - 1) * np.log((centred**2).sum(axis=1) + floor)
    # The largest is taken off first, since powers of small sums overflow.
    weights = np.exp(log_weight - log_weight.max())
    return np.asarray(weights / weights.sum())


def choose_kernel(
    pack: Pack, blocks: Blocks, places: Geometry, relation: Relation, base: Floats, seed: int, kept: int = KEPT
) -> Chosen:
    """Choose the kernel on the published contributions of use `kernel`; without any, the prior stands.

    base : (precursor, region of the relation), kt/yr of the base year
    """
    kernels = prior_kernels(pack, CANDIDATES, FIXED)
    rows = [item for item in published(pack, "kernel") if item.unit == "ug/m3" and item.source_region]
    names = {code for codes in places.sources.values() for code in codes}
    receptors = {item.receptor for item in rows}
    rows = [item for item in rows if item.source_region in names]
    if len(receptors) != 1 or len(rows) < 3:
        none = np.zeros(0)
        spread = prior_kernels(pack, kept, seed) if len(set(kernels)) > 1 else [kernel(pack)]
        return Chosen(kernel(pack), spread, "", [], none, none, none, none)
    receptor = rows[0].receptor
    computed = _computed(blocks, places, relation, base, kernels, receptor, [item.source_region for item in rows])
    printed = np.array([item.middle for item in rows])
    weights = kernel_likelihood(computed, printed, np.array([item.rounding for item in rows]))
    level = np.exp(np.log(printed).mean() - np.log(computed).mean(axis=1, keepdims=True))
    centre = _mean(kernels, weights)
    at_centre = _computed(blocks, places, relation, base, [centre], receptor, [item.source_region for item in rows])[0]
    picked = _systematic(weights, kept, seed)
    shaped = (computed * level)[picked]
    return Chosen(
        centre=centre,
        kernels=[kernels[place] for place in picked],
        receptor=receptor,
        sources=[item.source_region for item in rows],
        published=printed,
        fitted=at_centre * np.exp(np.log(printed).mean() - np.log(at_centre).mean()),
        low=np.quantile(shaped, 0.05, axis=0),
        high=np.quantile(shaped, 0.95, axis=0),
    )


def _computed(
    blocks: Blocks,
    places: Geometry,
    relation: Relation,
    base: Floats,
    kernels: Sequence[Kernel],
    receptor: str,
    sources: Sequence[str],
) -> Floats:
    """Return contributions (kernel, source) of regions to one receptor, ug/m3."""
    held = {block: [*places.receptors[block], *places.cities[block]] for block in blocks.receptors}
    receptor_block = next((block for block in blocks.receptors if receptor in held[block]), None)
    if receptor_block is None:
        raise AirshedError("contributions-use-kernel-name-receptor", receptor=receptor)
    column = held[receptor_block].index(receptor)
    found = {}
    for block in dict.fromkeys(block for code in sources for block in blocks.sources if code in places.sources[block]):
        names = places.sources[block]
        emitted = base[:, [relation.regions.index(code) for code in names]]
        every = np.ones((len(SPECIES), len(held[receptor_block])))
        given = block_contributions(
            blocks, places, (block, receptor_block), kernels, emitted, shares_of(emitted), every
        )
        found.update({code: given[:, :, names.index(code), column].sum(axis=1) for code in names})
    return np.stack([found[code] for code in sources], axis=1)


def shares_of(emitted: Floats) -> Floats:
    """Return emissions (precursor, region) as shares of their block; even where nothing is emitted."""
    total = emitted.sum(axis=1, keepdims=True)
    even = np.full(emitted.shape, 1.0 / emitted.shape[1])
    return np.where(total > 0, emitted / np.where(total > 0, total, 1.0), even)


def _mean(kernels: Sequence[Kernel], weights: Floats) -> Kernel:
    """Return the weighted mean kernel: geometric for the distance scales, arithmetic for the exponents."""
    values = {field.name: np.array([getattr(item, field.name) for item in kernels]) for field in fields(Kernel)}
    return Kernel(
        **{
            name: float(np.exp(weights @ np.log(column)) if name.startswith("d0") else weights @ column)
            for name, column in values.items()
        }
    )


def _systematic(weights: Floats, count: int, seed: int) -> list[int]:
    """Return indices drawn in proportion to their weights, by one random start and equal steps."""
    # One start and equal steps: every kernel comes as often as its weight says, to within one. Independent draws would
    # add noise of their own to 32 kernels.
    start = float(stream(seed, "kernels").random())
    steps = (np.arange(count) + start) / count
    return [int(place) for place in np.searchsorted(np.cumsum(weights), steps).clip(max=len(weights) - 1)]
