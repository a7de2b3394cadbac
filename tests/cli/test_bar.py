"""How far a command is: drawn on a terminal after two seconds, taken away before the answer, nowhere else."""

import io

import pytest

from airshed.cli.bar import ERASE, Bar, bar
from airshed.cli.output import say
from airshed.pack.progress import listening, note, step


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def drawn():
    clock, stream = Clock(), Terminal()
    return Bar(stream, lambda word: {"cases": "경우"}.get(word, word), clock), clock, stream


def test_a_short_command_shows_nothing(drawn):
    shown, clock, stream = drawn
    clock.now = 1.9
    shown.told("cases", 1, 2)
    shown.draw()
    assert stream.getvalue() == ""


def test_a_long_one_shows_its_stage_and_share(drawn):
    shown, clock, stream = drawn
    clock.now = 2.0
    shown.draw()
    shown.told("cases", 1, 4)
    clock.now = 7.2
    shown.draw()
    assert stream.getvalue() == f"{ERASE}2 s{ERASE}7 s   25 % 경우"


def test_what_is_printed_clears_the_line_and_keeps_it_away_until_work_goes_on(drawn, capsys):
    shown, clock, stream = drawn
    clock.now = 3.0
    shown.draw()
    with listening(shown):
        say("answer")
        shown.draw()
        assert stream.getvalue() == f"{ERASE}3 s{ERASE}" and capsys.readouterr().err == "answer\n"
        step("cases", 2, 4)
        shown.draw()
    assert stream.getvalue().endswith(f"{ERASE}3 s   50 % 경우")


def test_the_best_plan_so_far_is_shown(drawn):
    shown, clock, stream = drawn
    clock.now = 65.0
    with listening(shown):
        note("best plan so far", 49020.9, 48712.1)
    shown.draw()
    assert stream.getvalue() == f"{ERASE}65 s  best plan so far 49,021 (48,712)"


def test_no_terminal_no_line():
    stream = io.StringIO()
    with bar(stream, str, ["optimise"]):
        step("cases", 1, 2)
    assert stream.getvalue() == ""


def test_a_server_has_no_end_to_wait_for():
    stream = Terminal()
    with bar(stream, str, ["serve"]):
        step("cases", 1, 2)
    assert stream.getvalue() == ""
