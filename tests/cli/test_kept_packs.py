"""A pack that was read and checked is opened again from what is kept of it, and is the same pack."""

import hashlib
import io
import pickle
import zlib
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from airshed.cli import kept_packs
from airshed.cli.kept_packs import opened
from airshed.pack import pack as packs
from airshed.pack.errors import AirshedError


@pytest.fixture
def checked(monkeypatch, tmp_path):
    """Keep packs in a folder of the test; holds which folders were checked."""
    monkeypatch.setenv("AIRSHED_CACHE", str(tmp_path / "kept"))
    found, read = [], packs.open_pack

    def opening(path=None, science=False):
        found.append((path, science))
        return read(path, science)

    monkeypatch.setattr(packs, "open_pack", opening)
    return found


@pytest.fixture
def entry(tmp_path):
    """Return the only entry that is kept."""
    return lambda: next((tmp_path / "kept" / "packs").glob("*.answer"))


@pytest.mark.parametrize("science", [False, True])
@pytest.mark.parametrize("built_in", [False, True])
def test_it_is_the_same_pack(checked, small_copy, built_in, science):
    path = None if built_in else small_copy
    first, second = opened(path, science), opened(path, science)
    assert checked == [(path, science)]
    assert (first.hash(), first.descriptor, first.findings) == (second.hash(), second.descriptor, second.findings)
    assert [one.values for one in first.findings] == [one.values for one in second.findings]
    assert [str(one.advice) for one in first.findings] == [str(one.advice) for one in second.findings]
    for before, after in zip(first.as_read(), second.as_read(), strict=True):
        assert list(before) == list(after)
        for name, frame in before.items():
            pd.testing.assert_frame_equal(frame, after[name])


def test_without_the_checks_of_sense_it_is_another(checked, small_copy):
    assert len(opened(small_copy, True).findings) >= len(opened(small_copy, False).findings)
    assert len(checked) == 2


@pytest.mark.parametrize("name", ["tables/populations.csv", "datapackage.json", "tables/stray.csv", "scenarios/a.yaml"])
def test_a_folder_in_which_something_changed_is_checked_anew(checked, small_copy, name):
    opened(small_copy, True)
    path = small_copy / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.is_file() else b"") + b"\n")
    with suppress(AirshedError):
        opened(small_copy, True)
    assert len(checked) == 2


def test_a_file_that_changed_under_its_old_size_and_time_is_found_by_its_hash(checked, small_copy, monkeypatch):
    monkeypatch.setattr(kept_packs, "lying", lambda folder: [])
    opened(small_copy, True)
    path = small_copy / "tables" / "populations.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    opened(small_copy, True)
    assert len(checked) == 2


def test_a_pack_that_fails_is_not_kept(checked, small_copy, tmp_path):
    path = small_copy / "tables" / "populations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("value", "valeu", 1), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(AirshedError):
            opened(small_copy, False)
    assert len(checked) == 2 and not list((tmp_path / "kept").rglob("*.answer"))


class Foreign:
    """An object that does something when it is read."""

    def __reduce__(self):
        return print, ("foreign",)


IMPORTED = b"cairshed.pack.contents\nPath\n(S'foreign'\ntR."
"""Calls a class that a module of the package has from elsewhere."""


@pytest.mark.parametrize("held", [b"", b"\x80\x05.", pickle.dumps(Foreign()), pickle.dumps(("a", "b")), IMPORTED])
def test_an_entry_that_holds_something_else_is_none(checked, small_copy, entry, held, capsys):
    opened(small_copy, False)
    packed = zlib.compress(held)
    entry().write_bytes(hashlib.sha256(packed).digest() + packed)
    opened(small_copy, False)
    assert len(checked) == 2 and "foreign" not in capsys.readouterr().out


def test_a_class_from_elsewhere_is_not_made():
    assert pickle.loads(IMPORTED) == Path("foreign"), "the entry is sound"
    with pytest.raises(pickle.UnpicklingError, match="Path"):
        kept_packs._Tables(io.BytesIO(IMPORTED)).load()


def test_off_checks_every_time(checked, small_copy, monkeypatch):
    monkeypatch.setenv("AIRSHED_CACHE", "off")
    opened(small_copy, False)
    opened(small_copy, False)
    assert len(checked) == 2
