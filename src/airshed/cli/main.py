"""The command `airshed`: global options, the command groups, and how errors end."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

import airshed
from airshed.answers.registry import GROUPS
from airshed.cli import (
    cooperate,
    packs,
    report,
    runs,
    serve,
)
from airshed.cli.bar import bar
from airshed.cli.door import command_of, commands, family, under
from airshed.cli.keeping import keeping
from airshed.cli.output import reader_left, say, steady
from airshed.cli.settings import Settings
from airshed.pack.contents import reading_once
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.refused import refuse_letters
from airshed.pack.spelling import composed

SHOWN = 80
"""Characters of a wrong argument that are said back."""
LONGEST = 1000
"""Characters of a failure that are said."""
THREADS = "OPENBLAS_NUM_THREADS"
"""How many threads numpy multiplies matrices in: read once, when it is loaded."""
OBJECTS = 20_000
"""New objects after which Python looks for circles of them that nobody holds: a command makes nearly none."""
GLOBAL_FLAGS = ("--debug",)
GLOBAL_VALUES = ("--pack", "--lang")


MENU: dict[str, dict[str, Callable[..., Any] | typer.Typer]] = {
    GROUPS["places"]: {
        "run": runs.run,
        "report": report.app,
    },
    GROUPS["air"]: {
        "transport": family("Source-receptor relations: which there are, beside published results, and calibrated."),
    },
    GROUPS["options"]: {
        "scenarios": family("Scenarios: named overrides of the baseline, which can be joined by +."),
        "plan": family("Plans: evaluate and compare saved ones, fronts of cost, the plan of least regret."),
    },
    GROUPS["together"]: {
        "cooperate": cooperate.cooperate,
    },
    GROUPS["transition"]: {
        "transition": family("The green transition: CO2, targets with verdicts, supply risk, technology, vehicles."),
    },
    GROUPS["trust"]: {},
    "Packs and pages": {
        "pack": packs.app,
        "serve": serve.serve,
    },
}
"""The commands by the headings of the site's menu."""


class Menu(TyperGroup):
    """The commands under the headings of the menu: those written by hand, and those made from answers when asked."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order of the menu."""
        return [name for heading, own in MENU.items() for name in under(own, heading)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name, made from its answer where none is written by hand."""
        own = super().get_command(ctx, cmd_name)
        return command_of(cmd_name) if own is None and cmd_name in commands() else own

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by heading, in the order of the menu."""
        width, made = max(map(len, self.list_commands(ctx))), commands()
        for heading, own in MENU.items():
            with formatter.section(heading):
                said = {
                    name: self.commands[name].get_short_help_str(LONGEST) if name in self.commands else made[name]
                    for name in under(own, heading)
                }
                formatter.write_dl([(name.ljust(width), text) for name, text in said.items()])


app = typer.Typer(
    name="airshed",
    cls=Menu,
    help="Integrated assessment and cooperation for cities that share the same air.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _heading, _commands in MENU.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name)
        else:
            app.command(_name)(_command)


def _version(asked: bool) -> None:
    if asked:
        print(f"airshed {airshed.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    pack: Annotated[
        str | None, typer.Option("--pack", help="folder of the pack; the built-in one if not given")
    ] = None,
    language: Annotated[
        Literal["ko", "en", "zh"], typer.Option("--lang", help="language of names and messages")
    ] = "en",
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version and end")
    ] = False,
) -> None:
    """Hold the global options for the command."""
    context.obj = Settings(pack, language, debug)


def hoist(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the global options in front, wherever they stood before a `--`.

    >>> hoist(["emissions", "--lang", "ko"])
    ['--lang', 'ko', 'emissions']
    """
    front: list[str] = []
    rest: list[str] = []
    pending = list(arguments)
    while pending:
        word = pending.pop(0)
        if word == "--":
            rest += [word, *pending]
            break
        if word in GLOBAL_FLAGS or word.split("=")[0] in GLOBAL_VALUES:
            front.append(word)
            if word in GLOBAL_VALUES and pending:
                front.append(pending.pop(0))
        else:
            rest.append(word)
    return [*front, *rest]


def _composed(word: str) -> str:
    """Return an argument with composed letters; a path stays as it is, as its letters must be those of the file."""
    path = word.rpartition("=")[2]
    return word if word.isascii() or os.sep in path or os.access(path, os.F_OK) else str(composed(word))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 answered, 1 own failure, 2 bad usage or input, 3 check failed.

    Who stops reading, as `head` does, has what he wanted. Linear algebra runs in one thread unless the environment says
    otherwise: matrices are small, and threads that wait for each other cost more than they save.
    """
    os.environ.setdefault(THREADS, "1")
    steady()
    output = sys.stdout
    code = _run(arguments)
    return 0 if reader_left(output) else code


def _run(arguments: Sequence[str] | None) -> int:
    words = [_composed(str(word)) for word in hoist(sys.argv[1:] if arguments is None else arguments)]
    debug, language = "--debug" in words, language_of(words)

    def translate(message: str) -> str:
        return translator(language)(message)

    try:
        for word in words:
            refuse_letters(word, Phrase("place-argument", word=word[:SHOWN]))
        with keeping(words) as call:
            if call is not None and call.replay():
                return 0
            with reading_once(), bar(sys.stderr, translate, words):
                app(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except AirshedError as error:
        if debug:
            traceback.print_exc()
        _explain(error, language)
        return 2
    except BrokenPipeError:
        return 1
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            return _failed(error, language, debug)
        _explain(AirshedError("path-too-long", filename=str(error.filename)[:SHOWN]), language)
        return 2
    except KeyboardInterrupt:
        say(translate("stopped"))
        return 1
    except Exception as error:
        return _failed(error, language, debug)
    return 0


def _failed(error: Exception, language: str, debug: bool) -> int:
    """Say that a failure is not the user's; returns the exit code."""
    if debug:
        traceback.print_exc()
    say(f"airshed: {type(error).__name__}: {str(error)[:LONGEST]}")
    translate = translator(language)
    say(translate("this is a failure of airshed or of the system, not of your input; --debug shows where"))
    return 1


def language_of(words: Sequence[str]) -> str:
    """Return the language that hoisted arguments ask for, English if none that there is.

    >>> language_of(["--lang", "ko", "emissions"])
    'ko'
    """
    asked = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word.startswith("--lang="):
            asked = word.partition("=")[2]
        elif word == "--lang":
            asked = next(iter(words[place + 1 : place + 2]), "")
    return asked if asked in LANGUAGES else "en"


def _explain(error: AirshedError, language: str) -> None:
    from airshed.pack.telling import in_language, told

    say(f"airshed: {told(error.text, language)}")
    if isinstance(error, PackError):
        for found in error.findings:
            item = in_language(found, language)
            place = ":".join(part for part in (item.file, str(item.row) if item.row else "", item.column) if part)
            say(f"  {item.code} {item.severity} {place}: {item.message}; {item.remedy}")
    if error.remedy:
        say(f"  {told(error.advice, language)}")


def script() -> None:
    """Run as the console script."""
    # Python's own 700 cost a run a twentieth of its time, and free nothing that the end would not.
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])
    sys.exit(main())
