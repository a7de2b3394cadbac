"""What REST documents of its answers: every status that it gives, and what the answer holds then."""

from __future__ import annotations

from typing import Any

from airshed.web.forms import JSON

TOLD = {
    "type": "object",
    "required": ["status", "code", "message", "remedy"],
    "properties": {
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "of what is wrong, the same in every language"},
        "message": {"type": "string", "description": "what is wrong"},
        "remedy": {"type": "string", "description": "what next"},
        "job": {"type": "string", "description": "where it is said how far the answer is"},
    },
}
LATER = {"retry-after": {"description": "seconds after which to ask again", "schema": {"type": "integer"}}}
STATUSES = {
    "202": ("waiting", "still computing; `waiting.job` says how far"),
    "400": ("error", "the question cannot be read, or would take too long"),
    "403": ("error", "a page of another site asks for what has to be computed or changed"),
    "404": ("error", "what is named is not there, or the pack does not hold what the answer needs"),
    "409": ("error", "the question can be read, but not answered from this pack"),
    "414": ("error", "the address is too long"),
    "421": ("error", "the server does not have the name that it is asked by"),
    "500": ("error", "a failure of airshed"),
    "503": ("error", "too many questions wait, the computation was ended, or the pack fails its checks"),
}
"""The statuses beside 200: the one field of the answer, and when it is given."""
ALWAYS = ("414", "421", "500")
"""Statuses that every address may give."""


def responses(schema: dict[str, Any], *statuses: str) -> dict[str, Any]:
    """Return the answers of an address as OpenAPI lists them.

    schema : of what is answered; statuses : that it may give beside 200 and those that every address may
    """
    found: dict[str, Any] = {"200": {"description": "records", "content": {JSON: {"schema": schema}}}}
    for status in sorted({*statuses, *ALWAYS}):
        field, when = STATUSES[status]
        told = {"type": "object", "required": [field], "properties": {field: TOLD}}
        found[status] = {"description": when, "content": {JSON: {"schema": told}}}
        if status in ("202", "503"):
            found[status]["headers"] = LATER
    return found
