"""Mutated packs and files beside them: none is answered with another number unsaid, none ends in an own failure."""

import sys

import pytest

import airshed
from support.beside import KINDS
from support.fuzzing import Bench, Tally, beside
from support.mutants import mutant
from support.small import rows_of, write_grown

FEW, MANY, MOST = 20, 200, 20_000
FAST = ("emissions", "attribution", "health", "damage")
TABLES = ("sectors", "pollutants", "sources", *rows_of())
"""Tables of which the small pack has rows."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("fuzz") / "pack", FAST)


@pytest.fixture(scope="module")
def full_bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("fuzz") / "pack")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    return airshed.open_pack(write_grown(tmp_path_factory.mktemp("beside") / "pack"))


@pytest.mark.parametrize("table", TABLES)
def test_a_mutated_table_is_refused_or_answered_as_it_means(bench, table):
    assert bench.tables(table, FEW).faults == []


def test_a_mutated_descriptor_is_refused_or_answered_as_it_means(bench):
    assert bench.descriptors(FEW).faults == []


@pytest.mark.parametrize("name", KINDS)
def test_a_mutated_file_beside_a_pack_is_refused_or_read_as_it_means(grown, tmp_path, name):
    assert beside(grown, tmp_path, name, KINDS[name], FEW).faults == []


def test_a_seed_gives_the_same_mutants(bench):
    import random

    data = bench.files["emissions"].read_bytes()
    one, other = ([mutant("emissions", data, chance) for _ in range(5)] for chance in map(random.Random, "xx"))
    assert one == other
    assert len({made.data for made in one}) == 5


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_many_mutants_of_a_table(full_bench, table):
    assert full_bench.tables(table, MANY, seed=1).faults == []


@pytest.mark.slow
def test_twenty_thousand_mutants(full_bench, grown, tmp_path):
    """Two thirds of files beside a pack, a third of its own; the figures are printed."""
    tally = Tally()
    for table in TABLES:
        tally.add(full_bench.tables(table, MOST // 3 // (len(TABLES) + 1), seed=2))
    tally.add(full_bench.descriptors(MOST // 3 // (len(TABLES) + 1), seed=2))
    left = MOST - tally.counts.total()
    for place, (name, kind) in enumerate(KINDS.items()):
        share = left // len(KINDS) + (place < left % len(KINDS))
        tally.add(beside(grown, tmp_path, name, kind, share, seed=2))
    sys.stdout.write(f"\n{tally.told()}\n")
    assert tally.counts.total() == MOST
    assert tally.faults == []
