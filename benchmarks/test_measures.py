"""All options of the built-in pack, beside bare Python for the removals alone."""

from airshed.strategy.measures import catalogue
from airshed.strategy.options import build_options
from airshed.transport.relation import EMITTED


def test_all_options(pack, seconds, tell):
    """The floor makes the same removals, one by one, without costs, reasons or labels."""
    options = build_options(pack)
    efficiency = {measure.code: measure.efficiency for measure in catalogue(pack)}
    unabated = options.unabated.tolist()

    def floor():
        removal = []
        for name, emitted in zip(options.measure, unabated, strict=True):
            known = efficiency[name]
            pairs = zip(EMITTED, emitted, strict=True)
            removal.append([known[code].value * value if code in known else 0.0 for code, value in pairs])
        return removal

    found, plain = seconds(lambda: build_options(pack), rounds=5), seconds(floor, rounds=5)
    count = len(options.measure)
    tell(
        f"{count} options {found:.2f} s (under 2), removals alone {plain:.3f} s, "
        f"ratio {found / plain:.0f} (at most 60)",
        "options of measures",
        f"{count} options",
        here=found,
        theirs=plain,
        beside="removals alone",
    )
    assert found < 2 and found <= 60 * plain
