"""Games without a plain answer, through the command: an empty core, losers, no measures, no GDP."""

import json

import numpy as np
import pytest
from scipy.optimize import linprog

from airshed.assessment.games.cooperate import bargains
from airshed.assessment.games.game import table_of
from airshed.pack.pack import open_pack
from support.quarrel import harmful_catalyst
from support.variant import small_variant

PLAYERS = ["AA-1", "AA-2", "BBB"]


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory):
    return small_variant(tmp_path_factory.mktemp("quarrel") / "pack", harmful_catalyst)


def ask(cli, folder, *words):
    return cli("--pack", folder, "cooperate", "--players", ",".join(PLAYERS), "--samples", "0", *words)


@pytest.mark.parametrize("benefits", ["linear", "curve"])
def test_an_empty_core_is_said_with_what_it_lacks(cli, quarrel, benefits):
    """By hand: the two provinces by themselves and Bland by itself gain more than all three together.

    The least core gives both sides half of what lacks; the fund is all of it.
    """
    words = ("--disagreement", "current", "--benefits", benefits)
    code, out, err = ask(cli, quarrel, *words, "--part", "game", "--format", "json")
    (row,) = json.loads(out)
    table = table_of(open_pack(quarrel), PLAYERS, 2015, benefits=benefits)
    worth = bargains(table, ["current"])["current"].worth
    lacking = worth[0b011] + worth[0b100] - worth[0b111]
    assert code == 0 and lacking > 1 and row["gain"] == pytest.approx(worth[0b111])
    assert row["core_empty"] == "yes" and row["superadditive"] == "no" and row["convex"] == "no"
    assert row["core_fund"] == pytest.approx(lacking) and row["least_core"] == pytest.approx(lacking / 2)
    assert row["core_blocked"] == "{AA-1, AA-2} {BBB}" and row["loses_by_joining"] == "{AA-1, AA-2} + {BBB}"
    nearest = [float(word.split()[1]) for word in row["core_nearest"].split(", ")]
    assert nearest[2] == pytest.approx(worth[0b100] - lacking / 2, rel=1e-3)
    inside = np.array([[mask >> at & 1 for at in range(3)] for mask in range(1, 8)], dtype=float)
    whole = linprog(np.ones(3), A_ub=-inside, b_ub=-worth[1:], bounds=(None, None))
    assert row["core_fund"] == pytest.approx(whole.fun - worth[-1], rel=1e-6)
    one, other, third = (open_pack(quarrel).name(code, "en") for code in ("AA-1", "AA-2", "BBB"))
    for said in (
        "the core is empty",
        f"{{{one}, {other}}} {{{third}}}",
        f"{lacking:.3g} million USD",
        "not superadditive",
    ):
        assert said in err
    code, out, err = ask(cli, quarrel, *words, "--key", "shapley", "--format", "json")
    assert code == 0 and "the core is empty" in err and {one["blocking"] for one in json.loads(out)} == {"{AA-1, AA-2}"}


def test_an_empty_core_is_said_in_korean(cli, quarrel):
    code, _, err = cli("--lang", "ko", "--pack", quarrel, "cooperate", "--players", "AA-1,AA-2,BBB", "--samples", "0")
    assert code == 0 and "코어가 비어" in err and "초가법" in err and "the core" not in err


def test_the_nucleolus_of_players_who_are_better_off_alone_is_left_out_by_name(cli, quarrel):
    code, out, err = ask(cli, quarrel, "--disagreement", "current", "--format", "json")
    assert code == 0 and "left out, Nucleolus: all players together are worth" in err
    assert "nucleolus" not in {row["key"] for row in json.loads(out)}
    code, out, err = ask(cli, quarrel, "--disagreement", "current", "--key", "nucleolus")
    assert code == 2 and "nobody would join" in err and out == "" and "Traceback" not in err


def test_who_loses_by_a_key_does_not_stay(cli, quarrel):
    """At equilibrium the provinces give up what harms Bland; a key that leaves them the loss does not hold them."""
    code, out, _ = ask(cli, quarrel, "--disagreement", "nash", "--key", "shapley", "--format", "json")
    rows = json.loads(out)
    losers = [row for row in rows if row["share"] < -1e-6]
    assert code == 0 and losers and all(row["stays"] == "no" for row in losers)
    assert all(row["excess"] > 0 and row["blocking"] for row in rows)


def more_crowded(rows):
    """Give Bland so many people that the catalyst of Aland harms more than it helps: the joint best leaves it out."""
    harmful_catalyst(rows)
    for row in rows["populations"]:
        row["value"] *= 2 if row["region"] == "BBB" else 1


def test_nothing_to_gain_is_divided_into_nothing(cli, tmp_path):
    folder = small_variant(tmp_path / "pack", more_crowded)
    code, out, _ = ask(
        cli, folder, "--disagreement", "limited", "--key", "shapley", "--key", "equal", "--format", "json"
    )
    rows = json.loads(out)
    equal = [row for row in rows if row["key"] == "equal"]
    assert code == 0 and sum(row["share"] for row in equal) == pytest.approx(0.0, abs=1e-6)
    lost = sum(row["own_gain"] for row in equal)
    assert lost > 0, "what one gains by itself another loses"
    assert [row["cooperation_gain"] for row in equal] == pytest.approx([-lost / 3] * 3)


def without_measures(rows):
    for table in ("measures", "measure_effects", "measure_costs", "applications"):
        rows[table] = []


def without_prices(rows):
    rows["measure_costs"] = []


def without_economy(rows):
    rows["economy"] = []


LACKING = [
    (without_measures, (), "measures"),
    (without_prices, (), "measures"),
    (without_economy, (), "economy"),
    (harmful_catalyst, ("--key", "gdp"), "economy: gdp_usd of AA-1"),
    (harmful_catalyst, ("--key", "mixed:gdp=1,equal=1"), "economy: gdp_usd of AA-1"),
]


@pytest.mark.parametrize(("change", "words", "said"), LACKING)
@pytest.mark.parametrize("benefits", ["linear", "curve"])
def test_what_a_game_lacks_is_named(cli, tmp_path, change, words, said, benefits):
    folder = small_variant(tmp_path / "pack", change)
    code, out, err = ask(cli, folder, *words, "--benefits", benefits)
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_keys_without_numbers_are_left_out_by_name(cli, quarrel):
    code, out, err = ask(cli, quarrel, "--disagreement", "current", "--format", "json")
    assert (
        code == 0 and "left out, gain by GDP: no GDP of" in err and "left out, cost by ability to pay: no GDP of" in err
    )
    assert not {"gdp", "ability-to-pay"} & {row["key"] for row in json.loads(out)}


@pytest.mark.parametrize(
    ("players", "said"),
    [
        ("AA-1", "a game needs two or more players"),
        ("AAA,AA-2", "the players AAA and AA-2 overlap: AA-2 lies in both"),
        ("BOTH,BBB", "the players BOTH and BBB overlap: BBB lies in both"),
        ("BBB,BBB", "the player BBB is named twice"),
    ],
)
def test_players_that_are_none(cli, quarrel, players, said):
    for benefits in ("linear", "curve"):
        code, out, err = cli("--pack", quarrel, "cooperate", "--players", players, "--benefits", benefits)
        assert code == 2 and said in err and out == ""
