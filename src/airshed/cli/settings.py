"""What the global options say, shared by the commands of one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from airshed.pack.bounds import YEAR, Bound, reader

if TYPE_CHECKING:
    from airshed.pack.language import Translate
    from airshed.pack.pack import Pack

Format = Literal["table", "csv", "json"]
FormatOption = Annotated[Format, typer.Option("--format", help="how to print the rows")]


def bounded(flag: str, bound: Bound, words: str) -> Any:
    """Return the option of a number, which is read within its bounds; words : its help."""
    return typer.Option(flag, parser=reader(flag, bound), metavar=str(bound), help=words)


YearOption = Annotated[int | None, bounded("--year", YEAR, "year of the answer; the newest observed if not given")]


@dataclass
class Settings:
    """The global options: folder of the pack, language of messages and names, traceback on errors."""

    pack: str | None = None
    language: str = "en"
    debug: bool = False

    def open_pack(self, science: bool = False) -> Pack:
        """Open the pack that the call names, or the built-in one; with its checks of sense if asked."""
        from airshed.cli.kept_packs import opened

        return opened(self.pack, science)

    def translator(self) -> Translate:
        """Return the translation of messages into the language of the call."""
        from airshed.pack.language import translator

        return translator(self.language)


def settings(context: typer.Context) -> Settings:
    """Return the global options of the call."""
    found = context.find_object(Settings)
    return found if found is not None else Settings()
