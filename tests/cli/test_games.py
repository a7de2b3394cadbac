"""The commands of games: each says what `cooperate` says of the same question, in a table of its own."""

import json

import pytest

from airshed.answers.ask import Direct
from airshed.answers.together._game import players_of
from airshed.answers.together.gains import GainsQuestion
from airshed.assessment.chain.cities import platform
from airshed.pack.errors import AirshedError

TWO = ("--players", "KOR,JPN", "--samples", "0", "--year", "2015")


@pytest.fixture
def told(cli):
    """Return what a command prints as JSON."""

    def ask(*words):
        code, out, err = cli(*words, "--format", "json")
        assert code == 0, err
        return json.loads(out)

    return ask


def test_payments_add_to_the_transfers_of_the_contract(told):
    rows = told("cooperate", *TWO, "--disagreement", "current", "--key", "gdp")
    paid = told("payments", *TWO, "--disagreement", "current", "--key", "gdp")
    for row in rows:
        net = sum(one["amount"] for one in paid if one["receiver"] == row["player"])
        net -= sum(one["amount"] for one in paid if one["payer"] == row["player"])
        assert net == pytest.approx(row["transfer"], rel=1e-9, abs=1e-6)


def test_gains_and_stability_are_the_kind_of_game_of_the_contract(told):
    rows = told("cooperate", *TWO, "--part", "game")
    assert told("gains", *TWO) == rows and told("stability", *TWO) == rows


def test_players_are_named_in_any_language(told):
    words = ("--samples", "0", "--year", "2015", "--key", "per-head", "--disagreement", "current")
    rows = told("cooperate", "--players", "대한민국,japan", *words)
    assert rows == told("cooperate", *TWO[:2], *words)
    assert told("cooperation", "--players", "日本", "--players", "KOR", *words)[0]["player"] == "JPN"


def test_a_deal_of_ones_own_is_that_of_the_contract(told, tmp_path):
    file = tmp_path / "transfers.csv"
    file.write_text("payer,receiver,amount\nJPN,KOR,3\n", encoding="utf-8")
    words = ("--players", "KOR,JPN", "--year", "2015", "--transfers", file, "--stages", "50,100")
    rows = told("negotiate", *words)
    assert rows == told("cooperate", *words, "--samples", "0")
    moved = {row["player"]: row["transfer"] for row in rows if row["stage"] == 1}
    assert moved == {"KOR": 3.0, "JPN": -3.0}


def test_the_cities_of_the_platform_are_named_by_one_word(pack):
    ask = Direct(pack)
    assert players_of(ask, GainsQuestion(players=("cities",))) == list(platform(pack))
    with pytest.raises(AirshedError, match="two or more players"):
        players_of(ask, GainsQuestion(players=("KOR",)))
