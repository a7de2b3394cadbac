"""Formulas as MathML, so that browsers set them and readers of the screen read them out."""

from __future__ import annotations

import re
from functools import cache

WORDS = re.compile(r"\\arg\b")
"""Names of functions that the converter does not know."""
SLANTED = {"⧸": "/", "&#x029F8;": "/", "⧵": "&#x02212;", "&#x029F5;": "&#x02212;"}


@cache
def mathml(latex: str) -> str:
    """Return a formula of the catalogue as MathML; latex : without signs around it.

    >>> mathml("a^2").partition(">")[2]
    '<mrow><msup><mi>a</mi><mn>2</mn></msup></mrow></math>'
    """
    from latex2mathml.converter import convert

    found: str = convert(WORDS.sub(r"\\operatorname{arg}", latex), display="block")
    # The slanted signs that the converter writes are in no common font of East Asia.
    for sign, plain in SLANTED.items():
        found = found.replace(sign, plain)
    return found
