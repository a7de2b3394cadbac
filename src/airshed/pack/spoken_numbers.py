"""Numbers as people say them, in each language: 77 bn USD, 594억 달러, 1.18万亿美元; two or three significant digits.

Tables for machines keep their numbers as they are; this is for sentences, cards, and cells that people read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DIGITS = 3
"""Significant digits of a number that is said."""
MILLION = 1e6
TENS = 10.0
STEPS: dict[str, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
    "ko": ((1e12, "조"), (1e8, "억"), (1e4, "만")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
"""What a number is counted in, the greatest first: by 10^3 in English, by 10^4 in Korean and Chinese."""
SHORT = {" trillion": " tn", " billion": " bn", " million": " million"}
"""Steps of money in English."""
MONEY = {"en": "{amount} {unit}", "ko": "{amount} {unit}", "zh": "{amount}{unit}"}
UNITS = {"USD": {"ko": "달러", "zh": "美元"}}
KILOTONNES = 1000.0


def significant(value: float, digits: int = DIGITS) -> float:
    """Return a number rounded to significant digits, never to -0.

    >>> significant(2_293_192), significant(0.018763, 2), significant(-0.0), significant(12345, 2)
    (2290000.0, 0.019, 0.0, 12000.0)
    """
    if not value or not math.isfinite(value):
        return value + 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value)))) + 0.0


def plain(value: float, digits: int = DIGITS) -> str:
    """Return a number with significant digits and the commas of thousands, without zeros that say nothing.

    >>> [plain(value) for value in (2_293_192, 1182, 5.217, 0.0019, 0.5, -0.0)]
    ['2,290,000', '1,180', '5.22', '0.0019', '0.5', '0']
    """
    if not math.isfinite(value):
        return ""
    held = significant(value, digits)
    if not held:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(held))))
    text = f"{held:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: float, language: str = "en", digits: int = DIGITS) -> str:
    """Return how many there are, as people say it in a language.

    Korean says the rest in the next smaller step (1조 1,800억) where one digit stands before it.

    >>> count(454_649), count(2_482_494), count(1.612e9)
    ('455,000', '2.48 million', '1.61 billion')
    >>> count(1.18e12, "ko"), count(5.94e10, "ko"), count(1.612e9, "ko"), count(34_812, "ko"), count(3200, "ko")
    ('1조 1,800억', '594억', '16억', '3만 4,800', '3,200')
    >>> count(1.18e12, "zh"), count(5.94e10, "zh"), count(1.612e9, "zh"), count(454_649, "zh")
    ('1.18万亿', '594亿', '16.1亿', '45.5万')
    """
    if not math.isfinite(value):
        return ""
    held = significant(value, digits)
    steps = STEPS.get(language, STEPS["en"])
    for number, (size, name) in enumerate(steps):
        if abs(held) < size:
            continue
        if language != "ko":
            return plain(held / size, digits) + name
        return ("-" if held < 0 else "") + _in_two_steps(abs(held), steps[number:])
    return plain(held, digits)


def _in_two_steps(value: float, steps: Sequence[tuple[float, str]]) -> str:
    """Return a number in the greatest of Korean steps, and its rest in the next where one digit stands before it."""
    (size, name), (next_size, next_name) = [*steps, (1.0, "")][:2]
    if value / size >= TENS:
        return f"{round(value / size):,}{name}"
    whole = math.floor(value / size)
    rest = round((value - whole * size) / next_size)
    return f"{whole:,}{name}" + (f" {rest:,}{next_name}" if rest else "")


def money(million: float, language: str = "en", unit: str = "USD", digits: int = DIGITS) -> str:
    """Return an amount of money as people say it; million : in millions of the unit.

    >>> money(84_602), money(58.3), money(1_180_000), money(0.31), money(0.0042)
    ('84.6 bn USD', '58.3 million USD', '1.18 tn USD', '310,000 USD', '4,200 USD')
    >>> money(59_400, "ko"), money(1_180_000, "ko"), money(59_400, "zh"), money(1_180_000, "zh")
    ('594억 달러', '1조 1,800억 달러', '594亿美元', '1.18万亿美元')
    """
    if not math.isfinite(million):
        return ""
    amount = count(million * MILLION, language, digits)
    for name, short in SHORT.items():
        amount = amount.replace(name, short)
    form = MONEY.get(language, MONEY["en"])
    return form.format(amount=amount, unit=UNITS.get(unit, {}).get(language, unit))


def money_range(low: float, high: float, language: str = "en", unit: str = "USD") -> str:
    """Return what an amount of money lies between, the unit once where both ends have the same.

    >>> money_range(41_139, 176_681), money_range(107, 710), money_range(800, 41_139)
    ('41.1 to 177 bn USD', '107 to 710 million USD', '800 million to 41.1 bn USD')
    >>> money_range(41_139, 176_681, "ko"), money_range(41_139, 176_681, "zh")
    ('411억~1,770억 달러', '411亿～1,770亿美元')
    """
    first, last = money(low, language, unit), money(high, language, unit)
    if not first or not last:
        return first or last
    sign = {"ko": "~", "zh": "～"}.get(language, " to ")
    tail = UNITS.get(unit, {}).get(language, unit) if language in UNITS.get(unit, {}) else f" {unit}"
    first = first.removesuffix(tail).rstrip()
    step = next((name for name in SHORT.values() if first.endswith(name)), "")
    if step and last.removesuffix(tail).endswith(step):
        first = first.removesuffix(step)
    return first + sign + last


def mass(kilotonnes: float) -> str:
    """Return an amount of emissions: kt, or Mt from a thousand of them on.

    >>> mass(17_530), mass(304.2), mass(0.0187)
    ('17.5 Mt', '304 kt', '0.0187 kt')
    """
    if not math.isfinite(kilotonnes):
        return ""
    if abs(significant(kilotonnes)) >= KILOTONNES:
        return f"{plain(kilotonnes / KILOTONNES)} Mt"
    return f"{plain(kilotonnes)} kt"


def level(value: float) -> str:
    """Return a concentration of PM2.5: one decimal, two digits below one; with its unit.

    >>> level(25.86), level(0.0019), level(-0.01), level(5.0)
    ('25.9 µg/m³', '0.0019 µg/m³', '-0.01 µg/m³', '5.0 µg/m³')
    """
    if not math.isfinite(value):
        return ""
    text = f"{value + 0.0:.1f}" if abs(value) >= 1.0 else plain(value, 2)
    return f"{text} µg/m³"
