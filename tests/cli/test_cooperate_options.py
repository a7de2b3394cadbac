"""Options of `airshed cooperate` that change nothing of the part that is asked: refused, and nothing is written."""

import pytest

from airshed.cli.main import main

CASES = [
    ("game", "--chart", "g.svg"),
    ("game", "--key", "gdp"),
    ("coalitions", "--chart", "g.xyz"),
    ("sweep", "--disagreement", "nash"),
    ("targets", "--benefits", "curve"),
    ("targets", "--samples", "10"),
    ("shares", "--target", "who-it3"),
    ("game", "--beliefs", "beliefs.csv"),
    ("deals", "--exact", ""),
]


@pytest.mark.parametrize(("part", "flag", "value"), CASES)
def test_an_option_without_effect_is_refused(tmp_path, monkeypatch, capsys, part, flag, value):
    monkeypatch.chdir(tmp_path)
    given = [flag, *([value] if value else [])]
    assert main(["cooperate", "--players", "KOR,JPN", "--part", part, *given]) == 2
    said = capsys.readouterr()
    assert f"{flag} has no effect on the part {part}" in said.err
    assert said.out == "" and not list(tmp_path.iterdir())
