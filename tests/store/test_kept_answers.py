"""Answers in a folder: what was put is got, in bounds, whatever happens to the files."""

import itertools
import os

import pytest

from airshed.store import KeptAnswers
from airshed.store.kept_answers import BESIDE, DIGEST, ENDING, LEFT_BEHIND, key_of

FIRST, SECOND, THIRD = (key_of(name) for name in ("first", "second", "third"))


@pytest.fixture
def answers(tmp_path):
    return KeptAnswers(tmp_path / "answers", clock=itertools.count(1e9, 10.0).__next__)


def files(answers):
    return sorted(path.name for path in answers.folder.iterdir())


def test_what_was_put_is_got_by_another_process_too(answers):
    assert answers.get(FIRST) is None
    answers.put(FIRST, "대기".encode())
    answers.put(SECOND, b"")
    answers.put(FIRST, b"newer")
    other = KeptAnswers(answers.folder)
    assert (other.get(FIRST), other.get(SECOND), other.get(THIRD)) == (b"newer", b"", None)


@pytest.mark.parametrize(
    "damage",
    [
        lambda held: b"",
        lambda held: held[: DIGEST - 1],
        lambda held: held[:-1],
        lambda held: held[:-1] + bytes([held[-1] ^ 1]),
        lambda held: bytes([held[0] ^ 1]) + held[1:],
    ],
)
def test_what_was_damaged_is_none_and_gone(answers, damage):
    answers.put(FIRST, b"an answer")
    path = answers.folder / f"{FIRST}{ENDING}"
    path.write_bytes(damage(path.read_bytes()))
    assert answers.get(FIRST) is None and files(answers) == []
    answers.put(FIRST, b"again")
    assert answers.get(FIRST) == b"again"


def test_the_least_lately_used_goes_first(tmp_path):
    one = os.urandom(1000)
    answers = KeptAnswers(tmp_path, limit=2500, clock=itertools.count(1e9, 10.0).__next__)
    answers.put(FIRST, one)
    answers.put(SECOND, one)
    assert answers.get(FIRST) == one
    answers.put(THIRD, one)
    assert (answers.get(FIRST), answers.get(SECOND), answers.get(THIRD)) == (one, None, one)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2500


def test_what_is_beyond_the_limit_is_not_kept_and_drops_nothing(tmp_path):
    answers = KeptAnswers(tmp_path, limit=2500)
    answers.put(FIRST, b"small")
    answers.put(SECOND, os.urandom(3000))
    assert (answers.get(FIRST), answers.get(SECOND)) == (b"small", None)


def test_a_writer_that_fails_leaves_the_old_entry_and_nothing_beside(answers, monkeypatch):
    answers.put(FIRST, b"old")

    def ended(*names):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", ended)
        with pytest.raises(KeyboardInterrupt):
            answers.put(FIRST, b"new")
    assert answers.get(FIRST) == b"old" and files(answers) == [f"{FIRST}{ENDING}"]


def test_what_a_killed_writer_left_is_swept_away_and_what_is_being_written_is_not(tmp_path):
    now = 1e9
    for name, age in (("left", LEFT_BEHIND + 1), ("writing", LEFT_BEHIND - 1)):
        path = tmp_path / f"{name}{BESIDE}"
        path.write_bytes(b"half")
        os.utime(path, (now - age,) * 2)
    KeptAnswers(tmp_path, clock=lambda: now).put(FIRST, b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([f"{FIRST}{ENDING}", f"writing{BESIDE}"])


def test_a_folder_that_cannot_be_one_keeps_nothing(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    answers = KeptAnswers(file)
    answers.put(FIRST, b"an answer")
    assert answers.get(FIRST) is None and file.read_text(encoding="utf-8") == "in the way"
