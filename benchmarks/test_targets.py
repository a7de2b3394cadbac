"""All targets of policies with their verdicts, beside as many plain filters of their observations."""

from airshed.assessment.transition.targets import targets_table


def test_all_targets(pack, seconds, tell):
    """The floor filters the observations of each target by indicator and region, once."""
    seen, targets = pack.table("target_observations"), pack.table("policy_targets")
    pairs = list(zip(targets["indicator"], targets["region"], strict=True))

    def floor():
        for indicator, region in pairs:
            seen[(seen["indicator"] == indicator) & (seen["region"] == region)]["value"].sum()

    found, plain = seconds(lambda: targets_table(pack), rounds=5), seconds(floor, rounds=5)
    tell(
        f"{len(pairs)} targets {1000 * found:.1f} ms, as many plain filters {1000 * plain:.1f} ms, "
        f"ratio {found / plain:.2f} (under 2)",
        "targets",
        f"{len(pairs)} targets",
        here=found,
        theirs=plain,
        beside="plain filters",
    )
    assert found <= 2 * plain
