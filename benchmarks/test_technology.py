"""Leading regions matched to the regions of a nation, beside the reading of their table of industries from text."""

import io

import pandas as pd

from airshed.assessment.transition.technology_partners import matches_table

LIMIT = 0.15


def test_matches(pack, seconds, tell):
    """The floor is five times the parsing of the two tables that are matched; a page has 150 ms uncached."""
    texts = [pack.table(name).to_csv() for name in ("industries", "plants")]

    def floor():
        for _ in range(5):
            for text in texts:
                pd.read_csv(io.StringIO(text))

    matches_table(pack, "KOR")
    found, plain = seconds(lambda: matches_table(pack, "KOR"), rounds=5), seconds(floor, rounds=5)
    tell(
        f"matches {found * 1e3:.0f} ms (under 150), reading {plain * 1e3:.0f} ms, ratio {found / plain:.1f} (under 6)",
        "leading regions",
        "16 leads x 16 regions",
        here=found,
        theirs=plain,
        beside="reading both tables five times",
    )
    assert found < LIMIT and found <= 6 * plain
