"""Partners of a region in a nation of 33 provinces, beside the options of all regions alone."""

from airshed.assessment.members.partners import partners_table
from airshed.strategy.options import build_options


def test_partners(pack, seconds, tell):
    """The floor are five times the options: two inventories, and three cases of what is applied."""

    def floor():
        for _ in range(5):
            build_options(pack)

    found, plain = seconds(lambda: partners_table(pack, "KR-28", "CHN"), rounds=3), seconds(floor, rounds=3)
    tell(
        f"partners {found:.2f} s (under 5), options {plain:.2f} s, ratio {found / plain:.1f} (at most 4)",
        "partners",
        "33 provinces",
        here=found,
        theirs=plain,
        beside="options five times",
    )
    assert found < 5 and found <= 4 * plain
