"""What is made beside its place: whole or not at all, also by many at once, after signals and after kill -9."""

import random
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from airshed.pack.lock import hold
from airshed.pack.staging import LOCK, OLD, staged, sweep

HOLDING = """
import sys
from pathlib import Path
from airshed.pack.staging import staged
with staged(Path(sys.argv[1])) as draft:
    draft.mkdir()
    (draft / "half").write_text("half")
    print("made", flush=True)
    sys.stdin.read()
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def stopped(place, number):
    command = [sys.executable, "-c", HOLDING, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "made\n"
        process.send_signal(number)
        return process.wait()


def write(place, word, parts=5):
    with staged(place) as draft:
        draft.mkdir()
        for part in range(parts):
            (draft / str(part)).write_text(word)


def test_sigterm_leaves_nothing(tmp_path):
    assert stopped(tmp_path / "out", signal.SIGTERM) == 128 + signal.SIGTERM
    assert names(tmp_path) == []


def test_what_a_killed_process_left_goes_with_the_next(tmp_path):
    for _ in range(2):
        assert stopped(tmp_path / "out", signal.SIGKILL) == -signal.SIGKILL
    write(tmp_path / "out", "new")
    assert names(tmp_path) == ["out"] and names(tmp_path / "out") == list("01234")


def test_what_lives_and_what_is_not_ours_stays(tmp_path):
    foreign = tmp_path / ".out-notes"
    foreign.mkdir()
    (foreign / "mine").touch()
    with staged(tmp_path / "out") as draft:
        draft.mkdir()
        (draft / "first").touch()
        write(tmp_path / "out", "second")
        assert (draft / "first").exists() and (foreign / "mine").exists()
    assert names(tmp_path) == [".out-notes", "out"] and names(tmp_path / "out") == ["first"]


def test_what_a_killed_process_moved_away_is_put_back(tmp_path):
    """Killed between the two moves: the old folder is not lost."""
    left = tmp_path / ".out-dead"
    (left / OLD).mkdir(parents=True)
    (left / OLD / "kept").touch()
    (left / LOCK).touch()
    with pytest.raises(KeyError), staged(tmp_path / "out"):
        raise KeyError
    assert names(tmp_path) == ["out"] and names(tmp_path / "out") == ["kept"]


def test_who_is_about_to_lock_never_sees_a_folder_half_gone(tmp_path, monkeypatch):
    """It opens the lock of its new folder while another takes that for left behind."""
    made, seen = tmp_path / ".out-new", []
    made.mkdir()
    (made / LOCK).touch()
    remove = shutil.rmtree

    def looked(folder, **options):
        seen.append((made.exists(), hold(made / LOCK), (folder / LOCK).exists()))
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", looked)
    sweep(tmp_path / "out")
    assert seen == [(False, None, True)] and names(tmp_path) == []


def test_many_into_one_folder_leave_one_whole(tmp_path):
    place, rng, seen = tmp_path / "out", random.Random(0), []

    def work(seed):
        for turn in range(10):
            try:
                write(place, f"{seed}-{turn}")
            except BaseException as why:
                seen.append(why)

    threads = [threading.Thread(target=work, args=(rng.random(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [] and names(tmp_path) == ["out"] and names(place) == list("01234")
    assert len({path.read_text() for path in place.iterdir()}) == 1


def test_a_file_is_replaced_or_left(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), staged(target) as draft:
        draft.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old" and names(tmp_path) == ["a.txt"]
    with staged(target) as draft:
        draft.write_text("new")
    assert target.read_text() == "new" and names(tmp_path) == ["a.txt"]
