"""What the shell offers where a code of the pack belongs: codes of regions, nations, groups and cities."""

from __future__ import annotations

from typing import Any

COMMA = ","


def codes(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Return the codes of the pack that begin with a word, each with its name; none of a pack with errors.

    A list with commas is completed at its last code.
    """
    from airshed.pack.errors import AirshedError
    from airshed.pack.pack import open_pack

    given = ctx.find_root().params
    before, comma, begun = incomplete.rpartition(COMMA)
    try:
        pack = open_pack(given.get("pack"))
    except AirshedError:
        return []
    held = [code for table in ("groups", "regions", "receptors") for code in map(str, pack.optional(table)["code"])]
    language = given.get("language") or "en"
    return [(f"{before}{comma}{code}", pack.name(code, language)) for code in held if code.startswith(begun)]
