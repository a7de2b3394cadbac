"""Letters can be read on their ground, in light and in dark: WCAG 2.2 AA, computed from the variables of the sheet."""

import re
from importlib.resources import files

import pytest

SHEET = files("airshed.web").joinpath("static/app.css").read_text(encoding="utf-8")
LETTERS = 4.5
"""WCAG 2.2, 1.4.3: contrast of letters with what is behind them."""
SHAPES = 3.0
"""WCAG 2.2, 1.4.11: contrast of what shows where a control is."""
SHADES = ("largest", "smallest", "cut", "differs", "aimed")
READ = [
    *((letter, ground) for letter in ("ink", "soft", "accent", "confirmed") for ground in ("paper", "tint")),
    *(("ink", shade) for shade in SHADES),
    ("on-accent", "accent"),
    ("hint", "paper"),
    ("soft", "aimed"),
]
SEEN = [("edge", "paper"), ("focus", "paper"), ("focus", "tint")]


def variables(block):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour):
    """Return the relative luminance of a colour, by the formula of WCAG."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


LIGHT = variables(re.search(r"^:root \{.*?\}", SHEET, re.DOTALL | re.MULTILINE).group())
DARK = variables(re.search(r"prefers-color-scheme: dark\) \{\s*:root \{.*?\}", SHEET, re.DOTALL).group())


def test_the_measure_is_that_of_wcag():
    assert contrast("#000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)  # the known grey just below AA


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_letters_and_shapes_stand_out(scheme):
    assert {pair: found for pair in READ if (found := contrast(scheme[pair[0]], scheme[pair[1]])) < LETTERS} == {}
    assert {pair: found for pair in SEEN if (found := contrast(scheme[pair[0]], scheme[pair[1]])) < SHAPES} == {}


def test_dark_names_every_colour_and_no_rule_has_one_of_its_own():
    assert set(DARK) == set(LIGHT)
    rules = SHEET[SHEET.index("* { box-sizing") :]
    assert re.findall(r"#[0-9a-f]{3,6}\b(?=[; ])", rules) == []


def test_paper_is_light_whatever_the_screen_prefers():
    assert re.findall(r"@media ([^{]*prefers-color-scheme[^{]*)\{", SHEET) == [
        "screen and (prefers-color-scheme: dark) "
    ]
