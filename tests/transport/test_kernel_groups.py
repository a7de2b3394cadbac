"""Kernel parameters of one correlation group."""

import csv

from airshed.pack.pack import open_pack
from airshed.transport.kernel_design import prior_kernels


def test_kernel_parameters_of_one_group_are_drawn_together(small_copy):
    """With the same law and group, both distance scales are the same number in every kernel."""
    path = small_copy / "tables" / "distributions.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        if row["key"].startswith("kernel_d0"):
            row["group"] = "scales"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    kernels = prior_kernels(open_pack(small_copy), 50, 1)
    assert [item.d0_primary for item in kernels] == [item.d0_secondary for item in kernels]
    assert len({item.omega_primary for item in kernels}) == 50
