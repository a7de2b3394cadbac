"""The tour names commands and options that there are."""

import re
import shlex
from pathlib import Path

TOUR = Path(__file__).parents[2] / "docs" / "tour.md"


def test_every_command_of_the_tour_and_its_options_are_there(cli):
    lines = re.findall(r"^airshed (.+)$", TOUR.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line)
        named = [word for word in words if not word.startswith("-")]
        command = named[:2] if named[0] in ("transport", "plan", "pack", "scenarios") else named[:1]
        code, out, _ = cli(*command, "--help")
        assert code == 0, line
        assert {word for word in words if word.startswith("--") and word not in out} == set(), line
