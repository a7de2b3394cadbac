"""Every parameter of every page and command, times values that no question has: refused or answered, never a failure.

A sample with a fixed seed is drawn in the usual suite; the slow one asks them all.
"""

import random
import resource
import signal
from contextlib import contextmanager
from itertools import product
from urllib.parse import quote, urlencode

import pytest
import typer

from airshed.web.registry import PAGES
from support.small import write_grown

HOSTILE = (
    *(
        "",
        " ",
        ",",
        "0",
        "-0",
        "-1",
        "1",
        "3.5",
        "1e3",
        "1e999999",
        "-1e999999",
        "1e-999999",
        "9" * 3000,
        "-" + "9" * 30,
    ),
    *(
        "nan",
        "-nan",
        "inf",
        "-inf",
        "Infinity",
        "0x10",
        "1_000",
        "２０１５",
        "½",
        "1/0",
        "2015-02-30",
        "2015-13",
        "99999",
    ),
    *("2027-50000000", "2027-99999999999", "2030-2027", "2015,2015,2015", ",".join(["2015"] * 500), "2015 2020"),
    *("true", "null", "[" * 1000, "{" * 1000, "../../etc/passwd", "/dev/zero", "/dev/zero.csv", "=1+1", "a" * 3000),
    *("AAA=1e999", "AAA=nan", "AAA=-101%", "AAA=5%%", "=5", "AAA:SO2=1e300", "all=-1", "AAA=", "AAA,AAA", "%s", "{}"),
    *("mixed:gdp=1e999,equal=1", "mixed:gdp=nan", "AAA:power:nan", "AAA:power:1e309", "AAA=0.5,AAA=0.5", "\u0661"),
)
"""Values that are none, too many, too large or something else."""
COMMANDS = {
    "attribution": ["port"],
    "compare": ["AA-1", "BBB"],
    "explain": ["health", "AAA"],
    "partners": ["AAA"],
    "cooperate": ["--players", "AAA,BBB", "--samples", "5"],
    "budget": ["--members", "AAA,BBB", "--total", "100"],
    "schedule": ["--members", "AAA,BBB", "--years", "2015,2020"],
    "support": ["--members", "AAA,BBB"],
    "uncertainty": ["--samples", "100"],
    "optimise": ["--target", "20", "--samples", "5"],
    "scenarios show": ["baseline"],
    "plan evaluate": ["absent.csv"],
    "plan compare": ["absent.csv"],
}
"""The words that a command needs, of the small airshed."""
LEFT_OUT = ("serve", "run", "pack new", "pack check")
"""Commands that ask nothing: they serve until they are stopped, or write folders."""
UNNAMED = ("form", "format", "scheduler", "save", "sheet", "chart")
"""Parameters that choose a form, or a file or address to write to."""
LONGEST = 10
"""Seconds of the processor that one question may take."""
GROWTH = 200_000
"""Kilobytes by which the process may grow."""
SAMPLE = 60


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    from airshed.pack.pack import open_pack

    return open_pack(write_grown(tmp_path_factory.mktemp("hostile values") / "pack"))


@pytest.fixture
def ask(grown, cli, monkeypatch):
    """Run a command on the small airshed, which is opened once."""
    from airshed.pack import pack

    monkeypatch.setattr(pack, "open_pack", lambda path=None, science=False: grown)
    return cli


@contextmanager
def within_limits():
    """Fail a question that computes for too long; the time of the processor, not of a clock, is counted."""

    def late(*_):
        raise TimeoutError(f"more than {LONGEST} seconds of computation")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def commands():
    """Yield the words of every command with its parameters."""

    def walk(command, words):
        for name in command.list_commands(None) if hasattr(command, "commands") else ():
            yield from walk(command.get_command(None, name), [*words, name])
        if not hasattr(command, "commands"):
            yield " ".join(words), [one for one in command.params if one.name not in (*UNNAMED, "help")]

    from airshed.cli.main import app

    yield from walk(typer.main.get_command(app), [])


def asked_by_page():
    """Yield addresses: every parameter of every page with every value."""
    for page in PAGES:
        for name, value in product(page.question.model_fields, HOSTILE):
            if name in page.placed:
                yield f"/en/{page.path.format(**{name: quote(value, safe='')})}"
            else:
                stem = page.path.format(**dict.fromkeys(page.placed, "AAA")) or page.name
                yield f"/en/{stem}.json?{urlencode({name: value})}"


def asked_by_command():
    """Yield the words of calls: every option and argument of every command with every value."""
    for command, params in commands():
        if command in LEFT_OUT:
            continue
        needed = COMMANDS.get(command, [])
        for param, value in product(params, HOSTILE):
            if param.param_type_name == "argument":
                yield [*command.split(), "--", value]
            elif not getattr(param, "is_flag", False):
                yield [*command.split(), *without(needed, param.opts[0]), f"{param.opts[0]}={value}"]


def without(words, option):
    """Return words without an option and its value."""
    place = words.index(option) if option in words else len(words)
    return [*words[:place], *words[place + 2 :]]


def drawn(every, count):
    """Return some, the same always."""
    return random.Random(17).sample(every, min(count, len(every)))


def ask_pages(grown, addresses):
    from starlette.testclient import TestClient

    from airshed.web.app import create_app

    wrong = []
    with TestClient(create_app(grown, patience=None), raise_server_exceptions=False) as client:
        for page in PAGES:
            client.get(f"/en/{page.path.format(**dict.fromkeys(page.placed, 'AAA')) or page.name}.json")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for address in addresses:
            with within_limits():
                status = client.get(address, follow_redirects=False).status_code
            if status >= 500:
                wrong.append((status, address[:200]))
        grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return wrong, grew


def ask_commands(ask, calls):
    wrong = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for words in calls:
        with within_limits():
            code, _, err = ask(*words)
        if code not in (0, 2, 3) or "Traceback" in err:
            wrong.append((code, [word[:60] for word in words], err[-300:]))
    return wrong, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def test_some_values_on_pages(grown):
    wrong, grew = ask_pages(grown, drawn([*asked_by_page()], SAMPLE))
    assert wrong == [] and grew < GROWTH


def test_some_values_in_commands(ask):
    wrong, grew = ask_commands(ask, drawn([*asked_by_command()], SAMPLE))
    assert wrong == [] and grew < GROWTH


@pytest.mark.slow
def test_every_value_on_pages(grown):
    wrong, grew = ask_pages(grown, [*asked_by_page()])
    assert wrong == [] and grew < GROWTH


@pytest.mark.slow
def test_every_value_in_commands(ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong, grew = ask_commands(ask, [*asked_by_command()])
    assert wrong == [] and grew < GROWTH
