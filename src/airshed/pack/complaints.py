"""What is wrong with a value that pydantic refuses, in words of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airshed.pack.errors import Phrase

COMPLAINTS = {
    "int_parsing": "complaint-whole-number",
    "int_type": "complaint-whole-number",
    "int_from_float": "complaint-whole-number",
    "int_parsing_size": "complaint-too-many-digits",
    "float_parsing": "complaint-number",
    "float_type": "complaint-number",
    "finite_number": "complaint-finite-number",
    "bool_parsing": "complaint-true-or-false",
    "bool_type": "complaint-true-or-false",
    "string_type": "complaint-text",
    "string_too_short": "complaint-too-short",
    "string_too_long": "complaint-too-long",
    "string_pattern_mismatch": "complaint-form",
    "greater_than": "complaint-above",
    "greater_than_equal": "complaint-at-least",
    "less_than": "complaint-below",
    "less_than_equal": "complaint-at-most",
    "literal_error": "complaint-one-of",
    "enum": "complaint-one-of",
    "too_short": "complaint-too-few",
    "too_long": "complaint-too-many",
    "missing": "complaint-missing",
    "extra_forbidden": "complaint-no-such-key",
    "list_type": "complaint-list",
    "tuple_type": "complaint-list",
    "dict_type": "complaint-keys",
    "mapping_type": "complaint-keys",
    "model_type": "complaint-keys",
}
"""The code of what is needed, by the type of pydantic's error."""


class ComplaintError(ValueError):
    """What a validator of ours finds wrong with a value; code : of the table of errors."""

    def __init__(self, code: str) -> None:
        self.text = Phrase(code)
        super().__init__(str(self.text))


def complaint(wrong: Mapping[str, Any]) -> Phrase | str:
    """Return what is wrong with a value; wrong : one of the errors of a ValidationError.

    >>> str(complaint({"type": "less_than_equal", "ctx": {"le": 2030}, "msg": "Input should be less or equal to 2030"}))
    'a number of at most 2030 is needed'
    """
    context = wrong.get("ctx", {})
    if wrong["type"] == "value_error":
        error = context["error"]
        return error.text if isinstance(error, ComplaintError) else str(error)
    code = COMPLAINTS.get(wrong["type"])
    if code is None:
        return str(wrong["msg"])
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    told = {name: f"{one:.15g}" if isinstance(one, float) else one for name, one in context.items()}
    return Phrase(code, **{**told, "expected": expected})
