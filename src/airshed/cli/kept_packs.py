"""Packs kept as they were read and checked, so that the next call need not check the same files again.

A pack is found again by its folder, the program and what lies in the folder, and used only where its files still have
the hash of those that were read. Of what is kept only tables and findings are made again: nothing else is loaded.
"""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import airshed
from airshed.cli.keeping import folder as kept_folder
from airshed.cli.keeping import program
from airshed.pack.contents import Contents
from airshed.pack.errors import AirshedError
from airshed.store.kept_answers import KeptAnswers, key_of

if TYPE_CHECKING:
    import pandas as pd

    from airshed.pack.pack import Pack

FORMAT = 1
"""Of an entry: another one is that of another program."""
PACKS = "packs"
"""The folder of the packs in that of the answers."""
OURS = "airshed.pack."
"""The modules whose classes may be in an entry."""
MAKERS = frozenset(
    {
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.numeric", "_frombuffer"),
    }
)
"""What else may be in it: how numpy writes arrays. An entry with anything else is none."""
Column = tuple[str, Any, tuple[Any, ...] | None]


class _Tables(pickle.Unpickler):
    """Reads what `pickle` wrote, if it holds tables, findings and descriptors alone."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in MAKERS:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(OURS) else None
        # A module of ours also holds what it imports: only classes that it defines itself are made.
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def opened(path: str | Path | None, science: bool) -> Pack:
    """Return a pack as `airshed.open_pack` does, from what is kept of its last opening where nothing changed since.

    science : with the checks of sense, whose warnings are then among its findings
    """
    from airshed.pack.pack import built_in_path, open_pack

    where = kept_folder()
    folder = (built_in_path() if path is None else Path(path)).absolute()
    if where is None or not folder.is_dir():
        return open_pack(path, science)
    answers = KeptAnswers(where / PACKS)
    key = key_of("pack", FORMAT, airshed.__version__, program(), str(folder), science, lying(folder))
    held = answers.get(key)
    found = None if held is None else _again(held, folder if path is None else Path(path))
    if found is not None:
        return found
    pack = open_pack(path, science)
    answers.put(key, _entry(pack))
    return pack


def lying(folder: Path) -> list[list[Any]]:
    """Return what lies in a folder and below it: path, size and time of each file."""
    found: list[list[Any]] = []
    for above, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(above, name)  # noqa: PTH118  # a call less for each
            status = os.lstat(path)
            found.append([path, status.st_size, status.st_mtime_ns])
    return found


def _entry(pack: Pack) -> bytes:
    digest = pack.contents.hash(pack.descriptor.files)
    tables = [{name: _columns(frame) for name, frame in frames.items()} for frames in pack.as_read()]
    return pickle.dumps((digest, pack.descriptor, pack.findings, tables), protocol=5)


def _columns(frame: pd.DataFrame) -> list[Column]:
    """Return the columns of a table: name, and numbers as an array, or texts as codes into those that differ."""
    found: list[Column] = []
    for name in frame.columns:
        column = frame[name]
        if column.dtype == "str":
            codes, words = column.factorize()
            found.append((name, codes.astype("int32"), tuple(words)))
        else:
            found.append((name, column.to_numpy(), None))
    return found


def _frame(columns: list[Column]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    made = {}
    for name, values, words in columns:
        if words is None:
            made[name] = pd.Series(values)
        else:  # a missing cell has the code -1
            made[name] = pd.Series(np.array([*words, None], dtype=object)[values], dtype="str")
    return pd.DataFrame(made)


def _again(held: bytes, folder: Path) -> Pack | None:
    """Return the pack of an entry, None where the files are others now, or where it cannot be read."""
    from airshed.pack.pack import Pack

    contents = Contents(folder)
    try:
        digest, descriptor, findings, tables = _Tables(io.BytesIO(held)).load()
        if contents.hash(descriptor.files) != digest:
            return None
        frames, printed = ({name: _frame(columns) for name, columns in held.items()} for held in tables)
    except (pickle.UnpicklingError, AirshedError, AttributeError, ImportError, TypeError, ValueError, EOFError):
        return None
    pack = Pack(folder, descriptor, frames, findings, contents, printed)
    pack.hash()
    return pack
