"""Charts are drawn beside this process: a death or delay there costs one picture, and no file of the folder is run."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import vl_convert

import airshed
from airshed.charts import render
from airshed.charts.render import Drawers, DrawingError, command, to_svg, written
from airshed.charts.save import save_chart

BAR = {
    "data": {"values": [{"a": "north", "b": 3}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "nominal"}},
}
SLOW = {"data": {"sequence": {"start": 0, "stop": 500_000, "as": "x"}}, "mark": "point", "encoding": {}}
"""A chart that takes far longer than a second."""
PANIC = "import vl_convert; vl_convert.vegalite_to_svg({spec!r})"


@pytest.fixture
def drawers():
    made = Drawers()
    yield made
    made.close()


def named(text):
    return {**BAR, "title": text}


def test_a_chart_is_what_the_library_makes_of_it(drawers):
    alone = vl_convert.vegalite_to_svg(BAR)
    assert drawers.ask("svg", BAR).decode() == alone
    assert drawers.ask("png", BAR) == vl_convert.svg_to_png(alone, scale=2.0)
    assert b"vegaEmbed" in drawers.ask("script", "window.vegaEmbed = vegaEmbed;")


@pytest.mark.parametrize(
    "letter", ["\0", "\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\u2028", "\u202e", "\ud800", "\uffff"]
)
def test_text_that_ends_the_library_is_cleaned_before(letter):
    svg = to_svg(named(f"fro{letter}zen"))
    assert "fro\ufffdzen" in svg and letter not in svg


@pytest.mark.parametrize("length", range(1, 8))
def test_a_label_is_shortened_wherever_a_letter_stands(length):
    """Emoji and rare characters of names lie beyond U+FFFF; the library draws nothing where it would cut one."""
    axis = {"field": "a", "type": "nominal", "axis": {"labelLimit": 40}}
    name = "x" * length + "\U00020bb7\U0001f32b" * 20
    spec = {"data": {"values": [{"a": name}]}, "mark": "bar", "encoding": {"y": axis}}
    assert "\ufffd" in to_svg(spec)
    assert json.loads(written("html", spec)) == ["html", spec]


def test_what_is_drawn_cleaned_would_end_a_process_that_draws_it_as_it_is():
    ended = subprocess.run([sys.executable, "-c", PANIC.format(spec=named("a\x0bb"))], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGABRT


def test_texts_without_such_letters_are_drawn_as_they_are():
    spec = named("back\\u000bslash \\b 서울 tab\tline\n")
    assert json.loads(written("svg", spec)) == ["svg", spec]


def test_a_panic_costs_one_picture(drawers, monkeypatch):
    monkeypatch.setattr(render, "cleaned", lambda spec: spec)
    with pytest.raises(DrawingError, match="the process that draws it ended"):
        drawers.ask("svg", named("a\x0bb"))
    assert drawers.ask("svg", BAR).startswith(b"<svg")
    assert {name: drawers.status()[name] for name in ("drawn", "failed", "limit")} == {
        "drawn": 1,
        "failed": 1,
        "limit": 2,
    }


def test_a_process_that_was_killed_before_is_replaced_unnoticed(drawers):
    drawers.start()
    os.kill(drawers._idle[0].id, signal.SIGKILL)
    assert drawers.ask("svg", BAR).startswith(b"<svg")


def test_one_that_is_killed_while_it_draws_costs_its_picture(drawers):
    drawers.start()
    process = drawers._idle[0]
    picture, was_read = process._picture, threading.Event()

    def waiting():
        was_read.set()
        return picture()

    process._picture = waiting
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(drawers.ask, "svg", SLOW)
        assert was_read.wait(60)
        process.kill()
        assert isinstance(asked.exception(60), DrawingError)
    assert drawers.ask("svg", BAR).startswith(b"<svg")


def test_one_that_takes_too_long_is_ended(drawers):
    assert drawers.ask("svg", BAR).startswith(b"<svg")
    drawers._seconds = 0.2
    with pytest.raises(DrawingError, match=r"longer than 0\.2 seconds"):
        drawers.ask("svg", SLOW)
    drawers._seconds = 60
    assert drawers.ask("svg", BAR).startswith(b"<svg")


def test_what_the_library_refuses_is_told_and_the_process_stays(drawers):
    drawers.start()
    first = drawers._idle[0].id
    with pytest.raises(DrawingError, match=r"could not be drawn: .*TypeError"):
        drawers.ask("svg", {"mark": 3})
    assert drawers.ask("svg", BAR).startswith(b"<svg") and drawers._idle[0].id == first


def test_many_who_ask_at_once_share_two_processes(drawers):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: drawers.ask("svg", named(f"chart {number}")).decode(), range(24)))
    assert all(f"chart {number}<" in svg for number, svg in enumerate(found))
    assert drawers.status() == {"entries": 2, "limit": 2, "drawn": 24, "failed": 0}


def test_a_process_ends_with_the_one_that_asks():
    script = "from airshed.charts.render import drawers as d; d().start(); print(d()._idle[0].id, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()
        while alive(child):
            os.sched_yield()


def alive(process):
    """Say whether a process runs; one that ended and is not fetched yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """A working directory whose files would be run by who looks for modules in it."""
    mark = tmp_path / "was-run"
    code = f"open({str(mark)!r}, 'a').write(__name__ + ' ')\nraise SystemExit(9)\n"
    for name in ("queue", "types", "sitecustomize", "usercustomize", "numpy", "vl_convert", "json", "struct", "signal"):
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    (tmp_path / "airshed").mkdir()
    (tmp_path / "airshed" / "__init__.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return mark


def test_nothing_of_the_working_directory_is_run(hostile, drawers, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(hostile.parent))
    monkeypatch.setenv("PYTHONSTARTUP", str(hostile.parent / "queue.py"))
    assert drawers.ask("svg", BAR).startswith(b"<svg")
    assert not hostile.exists()


def test_the_console_script_runs_nothing_of_the_working_directory(hostile):
    script = Path(sys.executable).with_name("airshed")
    ended = subprocess.run([script, "pack", "check", "--format", "json"], capture_output=True, text=True, check=False)
    assert (ended.returncode, hostile.exists()) == (0, False), ended.stderr


def test_the_module_runs_nothing_of_the_working_directory(tmp_path, monkeypatch):
    """What `python -m` itself loads before airshed is Python's; all that airshed loads comes from elsewhere."""
    for name in ("numpy", "pandas", "typer", "rich"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ended = subprocess.run([sys.executable, "-m", "airshed", "pack", "show"], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_where_airshed_lies_is_handed_over():
    start = command()
    assert start[1] == "-I" and repr(str(Path(airshed.__file__).parents[1])) in start[-1]


def test_every_process_of_the_package_is_started_here():
    """Whoever starts one elsewhere has to think of what it loads, and of who ends it."""
    package = Path(airshed.__file__).parent
    starts = re.compile(
        r"\b(subprocess|multiprocessing|ProcessPoolExecutor|os\.(system|popen|spawn\w*|fork|exec\w*))\b"
    )
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if starts.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"charts/render.py", "web/processes.py", "web/worker.py"}


def test_a_library_user_gets_a_clean_spec_as_a_file(tmp_path):
    class Chart:
        def to_dict(self, validate):
            return named("a\u2028b")

    for form in ("svg", "png", "html", "json"):
        save_chart(Chart(), tmp_path / f"chart.{form}")
    assert json.loads((tmp_path / "chart.json").read_text(encoding="utf-8"))["title"] == "a\ufffdb"
    assert "\u2028b" not in (tmp_path / "chart.svg").read_text(encoding="utf-8")
