"""The game by the whole curve of deaths: benefits against the chain, slopes against differences, and the command."""

import json
from dataclasses import replace

import numpy as np
import pytest

from airshed.assessment.games import samples as game_samples
from airshed.assessment.games.cooperate import KEYS, bargains, game_table, shares_table, sweep_table
from airshed.assessment.games.game import choices, full_benefit, payoff_of, table_of, together
from airshed.assessment.games.samples import sampled_moves
from airshed.cooperation.options import nash, optimum

PLAYERS = ["KOR", "JPN", "MNG"]
YEAR = 2030


@pytest.fixture(scope="module")
def table(pack):
    return table_of(pack, PLAYERS, YEAR, samples=40, benefits="curve")


@pytest.fixture(scope="module")
def found(table):
    return bargains(table)


def test_the_benefit_of_a_plan_is_what_the_whole_chain_avoids(table):
    game, random = table.game, np.random.default_rng(1)
    mixed = random.uniform(0, 1, len(game.cost)) * game.amount / np.bincount(game.place)[game.place]
    plans = np.array([optimum(game), 0.3 * optimum(game), mixed, np.zeros(len(game.cost))])
    by_chain = [full_benefit(table, plan) for plan in plans]
    np.testing.assert_allclose(table.curve.benefit(plans), by_chain, rtol=1e-9, atol=1e-9)


def test_the_slope_is_that_of_the_benefit(table):
    """Near nothing the linear benefit; half way a difference of the curve, option by option."""
    game, every = table.game, np.eye(len(PLAYERS))
    near = table.curve.slope(np.zeros((len(PLAYERS), len(game.cost))), every)
    np.testing.assert_allclose(near, game.benefit.T, rtol=1e-9, atol=1e-12 * np.abs(game.benefit).max())
    half, step = 0.5 * optimum(game), 1e-5
    some = np.argsort(-np.abs(game.benefit[:, 0]))[:200:10]
    moved = step * np.eye(len(game.cost))[some]
    difference = (table.curve.benefit(half + moved) - table.curve.benefit(half - moved)) / (2 * step)
    slope = np.array([table.curve.slope(half[None], one[None])[0, some] for one in every]).T
    np.testing.assert_allclose(slope, difference, rtol=1e-5, atol=1e-6 * np.abs(difference).max())


def test_no_line_and_no_single_step_leads_out_of_the_optimum(table):
    """The plan of all is worth more than that of linear benefits, than nothing, and than itself less any group."""
    best = together(table)
    worth = payoff_of(table, best).net.sum()
    others = [optimum(table.game), np.zeros(len(best)), nash(table.game)]
    groups = np.unique(table.game.place[best > 0])[::7]
    others += [np.where(table.game.place == group, 0.0, best) for group in groups]
    assert all(payoff_of(table, other).net.sum() <= worth + 1e-6 for other in others)


def test_the_game_table_says_both_forms(pack, table, found):
    """The gain is that of the chain for the same plans; the linear one is that of the linear game."""
    rows = game_table(table, found)
    np.testing.assert_allclose(rows["gain"], rows["gain_full"], rtol=1e-9)
    plain = table_of(pack, PLAYERS, YEAR)
    linear = game_table(plain, bargains(plain))
    np.testing.assert_allclose(rows["gain_linear"], linear["gain"], rtol=1e-9)
    assert "benefits" not in linear and set(rows["benefits"]) == {"curve"}
    assert rows["starts_agree"].between(0, 1).all()
    at = rows.set_index("disagreement")
    assert at.loc["nash", "equilibrium_unique"] in ("yes", "no")
    assert at.loc["nash", "gain"] < at.loc["limited", "gain"] < at.loc["current", "gain"]


def test_money_adds_up_by_the_curve(pack, table, found):
    rows, _ = shares_table(pack, table, found)
    assert {"shapley", "nucleolus", "chander-tulkens", "per-head"} <= set(rows["key"]) <= set(KEYS)
    for (point, key), part in rows.groupby(["disagreement", "key"]):
        assert part["share"].sum() == pytest.approx(found[point].gain, rel=1e-9), (point, key)
        assert part["transfer"].sum() == pytest.approx(0.0, abs=1e-6)
        assert ((part["low"] <= part["share"]) & (part["share"] <= part["high"])).all()


def test_worths_stand_on_plans_of_the_chain(table, found):
    """Of all and of one alone, from the chain at the disagreement point and at the plan, less what it costs."""
    for point, choice in choices(table).items():
        bargain = found[point]
        moved = full_benefit(table, bargain.best) - full_benefit(table, choice)
        assert bargain.worth[-1] == pytest.approx(moved.sum() - table.game.cost @ (bargain.best - choice), rel=1e-9)
        np.testing.assert_allclose(bargain.outside[:, -1], moved, rtol=1e-8, atol=1e-6)
        assert (bargain.worth >= -1e-6).all()
    assert found["nash"].worth[[1, 2, 4]] == pytest.approx(0.0, abs=1e-6)


def test_samples_of_the_relation_lie_around_the_centre(table, found, monkeypatch):
    """All else at its centre: response, value of life, prices and what is in place."""
    bargain = found["current"]
    held = game_samples.draws(table)
    middle = np.tile([0.0, 1.0, 0.0], (len(held.room), 1))
    plain = replace(held, worth=np.ones_like(held.worth), price=np.ones_like(held.price), room=middle)
    monkeypatch.setattr(game_samples, "draws", lambda asked: plain)
    (drawn, price), (still, free) = sampled_moves(table, [bargain.choice, bargain.best], bargain.best)
    central = bargain.move.benefit
    assert drawn.shape == price.shape == (40, len(PLAYERS))
    assert ((drawn.min(axis=0) < central) & (central < drawn.max(axis=0))).all()
    np.testing.assert_allclose(price, np.tile(bargain.move.cost, (40, 1)), rtol=1e-9)
    assert still == pytest.approx(0.0) and free == pytest.approx(0.0)


def test_the_sweep_ends_at_current_policy_and_at_equilibrium(table, found):
    rows = sweep_table(table, (0.0, 0.1, 1.0)).query("player == 'all'").set_index("acted_on")["gain"]
    for share, point in ((0.0, "current"), (0.1, "limited"), (1.0, "nash")):
        assert rows[share] == pytest.approx(found[point].gain, rel=1e-6)


def test_the_command_answers_by_the_curve(cli):
    words = ("cooperate", "--players", "KOR,JPN", "--benefits", "curve", "--samples", "20")
    code, out, err = cli(*words, "--format", "json")
    rows = json.loads(out)
    assert code == 0 and len(rows) == 4 * len(KEYS) * 2 and "with linear benefits" in err and "times as much" in err
    for part in ("game", "coalitions", "sweep", "transfers"):
        code, out, _ = cli(*words, "--part", part, "--format", "json")
        assert code == 0 and json.loads(out)
    code, _, err = cli("--lang", "ko", *words, "--key", "shapley")
    assert code == 0 and "사망 곡선 전체" in err


def test_what_the_curve_does_not_carry_is_refused(cli, pack, tmp_path):
    from airshed.pack.codes import children

    beliefs = tmp_path / "beliefs.csv"
    beliefs.write_text("party,source,receptor,share\nKOR,CHN,KOR,0.5\n", encoding="utf-8")
    many = ",".join(children(pack)["CHN"][:13])
    wrong = [
        (("--players", "CHN,KOR", "--beliefs", beliefs), "beliefs are on linear benefits"),
        (("--players", "KOR,JPN", "--sheet", tmp_path / "deal.html"), "the sheet of a deal is on linear benefits"),
        (("--players", many), "13 players take too long"),
        (("--players", "KOR,JPN", "--part", "deals", "--from", "10"), "--from and --to are the shares of deals"),
    ]
    for words, said in wrong:
        code, out, err = cli("cooperate", *words, "--samples", "0", "--benefits", "curve")
        assert code == 2 and said in err and out == "" and "Traceback" not in err
