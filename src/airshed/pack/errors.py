"""Errors of a user's input: what was wrong, where, and what would be right."""

from __future__ import annotations

from airshed.pack.letters import shown


class AirshedError(Exception):
    """A mistake in a question or its input; the command line shows it without a traceback and exits with 2."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message, self.remedy = shown(message), shown(remedy)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class MissingTableError(AirshedError):
    """The question needs a table, or rows of one, that the pack does not hold."""

    def __init__(self, table: str, detail: str = "") -> None:
        self.table = table
        what = f"needs table {table}" + (f": {detail}" if detail else "")
        super().__init__(what, f"add it to the pack (airshed pack show {table} prints its columns)")
