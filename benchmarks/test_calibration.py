"""Choosing the kernel and calibrating with all samples, beside drawing and normalising as many numbers with numpy."""

import time

import numpy as np

import airshed
from airshed.emissions.baseline import baseline_cube
from airshed.transport.ensemble import SAMPLES, SEED, build_ensemble, leave_out
from airshed.transport.relation import geometry
from airshed.transport.rules import transport_rules
from airshed.transport.tm5fasst import read_blocks

LIMIT = 10.0
"""Seconds beyond which a calibration is no longer something to wait for."""


def test_calibration_of_all_nations(pack, seconds, tell):
    """The floor draws and normalises the shares of every receptor; calibration also fits them and runs the kernels."""
    baseline = baseline_cube(pack)
    blocks = read_blocks(pack, transport_rules(pack).relation)
    places = geometry(pack, blocks)
    ensemble = build_ensemble(pack, baseline, blocks, places, SAMPLES, SEED)
    nations, receptors = len(ensemble.nations), len(ensemble.raw.receptors)

    def floor():
        random = np.random.default_rng(1)
        for _ in range(receptors):
            drawn = np.exp(random.normal(size=(SAMPLES, nations)))
            drawn /= drawn.sum(axis=1, keepdims=True)

    here = seconds(lambda: build_ensemble(pack, baseline, blocks, places, SAMPLES, SEED), rounds=3)
    centre = seconds(lambda: build_ensemble(pack, baseline, blocks, places, 0, SEED), rounds=3)
    there = seconds(floor, rounds=3)
    tell(
        f"calibration with {SAMPLES} samples {here:.2f} s (under {LIMIT:.0f}), its centre alone {centre:.2f} s, "
        f"{SAMPLES} x {nations} shares at {receptors} receptors {there:.2f} s, ratio {here / there:.1f} (at most 30)",
        "calibration",
        f"{SAMPLES} samples",
        here=here,
        theirs=there,
        beside="shares drawn and normalised",
    )
    assert here < LIMIT and here <= 30 * there


def test_samples_cost_no_more_than_in_proportion(pack, tell):
    """Ten times the samples may take at most ten times as long."""
    baseline = baseline_cube(pack)
    blocks = read_blocks(pack, transport_rules(pack).relation)
    places = geometry(pack, blocks)
    times = []
    for samples in (SAMPLES // 10, SAMPLES):
        started = time.perf_counter()
        build_ensemble(pack, baseline, blocks, places, samples, SEED)
        times.append(time.perf_counter() - started)
    tell(
        f"{SAMPLES // 10} samples {times[0]:.2f} s, {SAMPLES} samples {times[1]:.2f} s",
        "calibration by samples",
        f"{SAMPLES // 10} to {SAMPLES} samples",
        here=times[1],
        exponent=float(np.log10(times[1] / times[0])),
    )
    assert times[1] <= 10 * times[0]


def test_leaving_out_every_study(pack, seconds, tell):
    baseline = baseline_cube(pack)
    blocks = read_blocks(pack, transport_rules(pack).relation)
    ensemble = build_ensemble(pack, baseline, blocks, geometry(pack, blocks), 0, SEED)
    rows = [row for item in ensemble.evidence for studies in item.studies.values() for row in studies]
    names = list(dict.fromkeys(row.study for row in rows))
    found = seconds(lambda: [leave_out(ensemble, baseline, name, 1000, SEED) for name in names], rounds=3)
    tell(
        f"{len(names)} studies left out in turn, 1000 samples each, {found:.2f} s (under {LIMIT:.0f})",
        "studies left out",
        f"{len(names)} studies",
        here=found,
    )
    assert found < LIMIT


def test_the_first_answer_with_intervals(pack, tell):
    """From an opened pack to the attribution with its intervals, nothing derived before."""
    fresh = airshed.Pack(pack.path, pack.descriptor, pack._frames, pack.findings)
    started = time.perf_counter()
    airshed.assess(fresh, parts=("concentration", "attribution"))
    found = time.perf_counter() - started
    tell(
        f"first attribution with {SAMPLES} samples {found:.2f} s (under {LIMIT:.0f})",
        "first attribution",
        f"{SAMPLES} samples",
        here=found,
    )
    assert found < LIMIT
