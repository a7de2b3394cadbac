"""The tables on subjects and applications of the built-in pack are what their tools make of the other tables."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from airshed.pack.pack import built_in_path

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Load both tools on a copy of the tables."""
    shutil.copytree(built_in_path() / "tables", tmp_path / "tables")
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in ("subject_shares", "applications"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import applications
    import subject_shares

    for module in (subject_shares, applications):
        monkeypatch.setattr(module, "TABLES", tmp_path / "tables")
    return subject_shares, applications, tmp_path / "tables"


@pytest.mark.parametrize(
    ("number", "names"),
    [(0, ("subjects", "measure-subjects", "subject-shares", "coasts")), (1, ("applications",))],
    ids=["subjects", "applications"],
)
def test_the_tables_are_what_the_tools_make(tools, number, names):
    folder = tools[2]
    for name in names[1:] if number == 0 else ():
        (folder / f"{name}.csv").unlink()
    with np.errstate(all="ignore"):
        tools[number].main()
    for name in names:
        made = (folder / f"{name}.csv").read_text(encoding="utf-8")
        assert made == (built_in_path() / "tables" / f"{name}.csv").read_text(encoding="utf-8"), name
