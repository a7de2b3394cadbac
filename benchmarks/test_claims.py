"""All published claims, beside the same number of plain comparisons of one column."""

import airshed
from airshed.assessment.evidence.claims import claims_table


def fresh(pack):
    """Return the pack as just opened: nothing derived yet, so that the indices are part of the time."""
    return airshed.Pack(pack.path, pack.descriptor, pack._frames, pack.findings)


def test_all_claims(pack, seconds, tell):
    """The floor filters each claim's rows by a single column; claims filter by up to six of several tables."""
    emissions = pack.table("emissions")
    number = len(pack.table("claims"))

    def floor():
        for _ in range(number):
            emissions[emissions["region"] == "CHN"]["value"].sum()

    found, plain = seconds(lambda: claims_table(fresh(pack)), rounds=5), seconds(floor, rounds=3)
    tell(
        f"{number} claims {found:.2f} s (under 1), as many plain filters {plain:.2f} s, ratio {found / plain:.2f}",
        "claims",
        f"{number} claims",
        here=found,
        theirs=plain,
        beside="plain filters",
    )
    assert found < 1 and found <= plain
