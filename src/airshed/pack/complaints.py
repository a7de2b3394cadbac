"""What is wrong with a value that pydantic refuses, in words of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPLAINTS = {
    "int_parsing": "a whole number is needed",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "int_parsing_size": "the number has too many digits",
    "float_parsing": "a number is needed",
    "float_type": "a number is needed",
    "finite_number": "a finite number is needed",
    "bool_parsing": "true or false is needed",
    "bool_type": "true or false is needed",
    "string_type": "a text is needed",
    "string_too_short": "at least {min_length} characters are needed",
    "string_too_long": "at most {max_length} characters are allowed",
    "string_pattern_mismatch": "it does not have the form {pattern}",
    "greater_than": "a number above {gt} is needed",
    "greater_than_equal": "a number of at least {ge} is needed",
    "less_than": "a number below {lt} is needed",
    "less_than_equal": "a number of at most {le} is needed",
    "literal_error": "use one of: {expected}",
    "enum": "use one of: {expected}",
    "too_short": "at least {min_length} values are needed",
    "too_long": "at most {max_length} values are allowed",
    "missing": "it is missing",
    "extra_forbidden": "there is no such key",
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
    "dict_type": "keys with values are needed",
    "mapping_type": "keys with values are needed",
    "model_type": "keys with values are needed",
}
"""What is needed, by the type of pydantic's error."""


def complaint(wrong: Mapping[str, Any]) -> str:
    """Return what is wrong with a value; wrong : one of the errors of a ValidationError.

    >>> complaint({"type": "less_than_equal", "ctx": {"le": 2030}, "msg": "Input should be less than or equal to 2030"})
    'a number of at most 2030 is needed'
    """
    context = wrong.get("ctx", {})
    if wrong["type"] == "value_error":
        return str(context["error"])
    template = COMPLAINTS.get(wrong["type"])
    if template is None:
        return str(wrong["msg"])
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    told = {name: f"{one:.15g}" if isinstance(one, float) else one for name, one in context.items()}
    return template.format(**{**told, "expected": expected})
