"""Regions where nobody lives: what is a mean over people there is not known; the others answer as before."""

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.maximum_feasible import exposure_effect
from airshed.assessment.compare import compare_table
from support.small import write_grown


@pytest.fixture
def emptied(tmp_path):
    folder = write_grown(tmp_path / "pack")
    path = folder / "tables" / "populations.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    at = head.split(",").index("value")
    empty = [",".join(["0" if place == at else cell for place, cell in enumerate(row.split(","))]) for row in rows]
    kept = [gone if row.startswith("BBB,2020") else row for row, gone in zip(rows, empty, strict=True)]
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return airshed.open_pack(folder)


def test_scenarios_where_nobody_lives(emptied, tmp_path):
    before = compare_table(airshed.open_pack(write_grown(tmp_path / "whole")), ["baseline"], 2020, samples=0)
    after = compare_table(emptied, ["baseline"], 2020, samples=0)

    def levels(table):
        rows = table[table["quantity"] == "concentration"]
        return dict(zip(rows["region"], rows["value"], strict=True))

    was, now = levels(before), levels(after)
    assert np.isnan(now.pop("BBB")) and np.isfinite(was.pop("BBB"))
    assert now == pytest.approx(was)
    deaths = after[(after["quantity"] == "deaths") & (after["region"] == "BBB")]["value"]
    assert (deaths == 0).all()


def test_a_tonne_spares_nobody_where_nobody_lives():
    assert exposure_effect(np.array([[2.0, 4.0]]), np.zeros(2)).tolist() == [0.0]
