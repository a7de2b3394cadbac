"""The game of the built-in pack: benefits against the chain, money that adds up, laws of keys, deals over beliefs."""

import json

import numpy as np
import pytest
from scipy.optimize import linprog

from airshed.assessment.games.beliefs import Belief, believed, deals_table, issue_of, pair_of
from airshed.assessment.games.cooperate import (
    KEYS,
    bargains,
    coalition_table,
    game_table,
    shares_by,
    shares_table,
    sweep_table,
)
from airshed.assessment.games.game import choices, full_benefit, sampled_benefit, stated_choice, table_of, together
from airshed.assessment.games.keys import caused, income_of, key_of, people_of_players
from airshed.assessment.games.player_words import player_facts, player_sentences
from airshed.assessment.games.samples import draws
from airshed.assessment.games.target_game import lowered_table, target_table, targets_together
from airshed.assessment.plans.neighbours import beyond_neighbours
from airshed.assessment.plans.plan import after_plan
from airshed.cooperation.options import payoff
from airshed.emissions.baseline import baseline_cube
from airshed.impacts.valuation import life_values
from airshed.pack.codes import emitters
from airshed.pack.errors import MissingTableError

PLAYERS = ["CHN", "KOR", "JPN", "MNG"]
YEAR = 2030


@pytest.fixture(scope="module")
def table(pack):
    return table_of(pack, PLAYERS, YEAR, samples=60)


@pytest.fixture(scope="module")
def found(table):
    return bargains(table)


@pytest.fixture(scope="module")
def shares(pack, table, found):
    return shares_table(pack, table, found)[0]


def test_a_benefit_is_the_damage_that_the_chain_avoids(pack, table):
    """One option a little: deaths of the whole chain times the value of life, nation by nation."""
    held, game = table.held, table.game
    option = int(np.argmax(game.benefit[:, 1] * (game.owner == 0)))
    step = 1e-4
    application = held.options.current.copy()
    application[table.used[option]] += step
    people = held.chain.people.regions
    before, after = (
        held.chain.evaluate(one)[1].to_numpy() for one in (held.emissions, after_plan(held, held.options, application))
    )
    lives = life_values(pack, [held.chain.home[code] for code in people])
    for number, player in enumerate(PLAYERS):
        mine = [place for place, code in enumerate(people) if held.chain.home[code] == player]
        saved = sum((before[place] - after[place]) * lives[player].value for place in mine)
        assert game.benefit[option, number] * step == pytest.approx(saved, rel=1e-3, abs=1e-9)


def test_the_key_of_consumption_moves_what_is_emitted_for_others(pack):
    """Ju 2017: China emits 56.53 kt of PM2.5 for Japan and 59.19 for Korea, which emit 3.58 and 5.31 for China."""
    table = table_of(pack, ["CHN", "KOR", "JPN"], 2015, samples=0)
    cube = baseline_cube(pack)["value"].sel(pollutant="PM2.5", year=2015).sum("sector")
    held = cube["region"].to_numpy()
    own = {
        code: float(cube.sel(region=[one for one in emitters(pack, code) if one in held]).sum())
        for code in table.players
    }
    found = dict(zip(table.players, key_of(pack, table, "consumption", np.zeros(3)), strict=True))
    assert found["CHN"] == pytest.approx(own["CHN"] - 56.53 - 59.19 + 3.58 + 5.31)
    assert found["KOR"] == pytest.approx(own["KOR"] + 59.19 - 5.31)
    assert found["JPN"] == pytest.approx(own["JPN"] + 56.53 - 3.58)
    assert sum(found.values()) == pytest.approx(sum(own.values()))


def test_the_key_of_consumption_names_players_without_a_row(pack, table):
    with pytest.raises(MissingTableError, match="consumption_transfers: rows of MNG"):
        key_of(pack, table, "consumption", np.zeros(len(PLAYERS)))


def test_deaths_are_concave_so_that_the_full_benefit_is_larger(table):
    best = together(table)
    linear, full = payoff(table.game, best).benefit, full_benefit(table, best)
    assert (full > linear).all()
    small = 1e-3 * best
    np.testing.assert_allclose(full_benefit(table, small), payoff(table.game, small).benefit, rtol=2e-3, atol=1e-6)


def test_at_the_optimum_no_group_does_better_for_all(table):
    """Each option by itself: one that is worth more than it costs to all is taken as far as its group lets it."""
    game, best = table.game, together(table)
    net = game.benefit.sum(axis=1) - game.cost
    left = game.room - np.bincount(game.place, weights=best, minlength=len(game.room))
    idle = (best < game.amount - 1e-9) & (net > 1e-9)
    for option in np.flatnonzero(idle):
        assert left[game.place[option]] < 1e-9, "its group is full"
        rivals = (game.place == game.place[option]) & (best > 1e-9)
        assert net[rivals].min() >= net[option] - 1e-9, "of what is worth more"
    assert not best[net < -1e-9].any()


def test_money_adds_up_at_every_disagreement_point(shares, found):
    for (point, key), rows in shares.groupby(["disagreement", "key"]):
        gain = found[point].gain
        assert rows["share"].sum() == pytest.approx(gain, rel=1e-9), (point, key)
        assert rows["transfer"].sum() == pytest.approx(0.0, abs=1e-6)
        np.testing.assert_allclose(
            rows["transfer"], rows["share"] - (rows["net_together"] - rows["net_alone"]), rtol=1e-6, atol=1e-5 * gain
        )
        assert ((rows["low"] <= rows["share"]) & (rows["share"] <= rows["high"])).all()
        assert rows["probability"].between(0, 1).all()
    assert set(shares["disagreement"]) == {"nash", "current", "limited", "stated"}


def test_nash_is_nearly_the_optimum_with_a_full_value_of_life(table, found):
    """A result on the disagreement point, which must be shown as such: most of what pays for all pays at home."""
    game = game_table(table, found).set_index("disagreement")
    assert game.loc["nash", "gain"] < 0.02 * game.loc["current", "gain"]
    assert game.loc["nash", "gain"] < game.loc["limited", "gain"] < game.loc["current", "gain"]
    assert (game["convex"] == "yes").all() and (game["core_empty"] == "no").all()
    assert (game["shapley_in_core"] == "yes").all(), "the core of a convex game holds the Shapley value"
    sweep = sweep_table(table, (0.0, 0.1, 1.0)).query("player == 'all'").set_index("acted_on")["gain"]
    assert sweep[0.0] == pytest.approx(game.loc["current", "gain"])
    assert sweep[0.1] == pytest.approx(game.loc["limited", "gain"])
    assert sweep[1.0] == pytest.approx(game.loc["nash", "gain"])


def test_keys_are_what_they_say(pack, table, found, shares):
    """Per head: equal gain per person; polluters and beneficiaries pay the joint cost in proportion."""
    rows = shares[shares["disagreement"] == "current"].set_index(["key", "player"])
    people = dict(zip(PLAYERS, people_of_players(table), strict=True))
    per_head = [rows.loc[("per-head", player), "cooperation_gain"] / people[player] for player in PLAYERS]
    np.testing.assert_allclose(per_head, per_head[0])
    income = dict(zip(PLAYERS, income_of(pack, table), strict=True))
    assert income["KOR"] == pytest.approx(1466.039e3) and income["MNG"] == pytest.approx(11.620e3)
    paid = {
        key: found["current"].cooperating.benefit - [rows.loc[(key, p), "cooperation_gain"] for p in PLAYERS]
        for key in ("polluter-pays", "beneficiary-pays", "emissions")
    }
    own = found["nash"].alone.cost
    np.testing.assert_allclose(found["current"].own.cost, own, err_msg="alone from rest each does what it does at Nash")
    total = (found["current"].joint.cost - own).sum()
    weights = {"polluter-pays": caused(table), "beneficiary-pays": found["current"].cooperating.benefit}
    weights["emissions"] = key_of(pack, table, "emissions", found["current"].move.benefit)
    for key, amounts in paid.items():
        np.testing.assert_allclose(amounts, total * weights[key] / weights[key].sum(), rtol=1e-8)
    mixed = shares_by(pack, table, found["current"], "mixed:per-head=3,gdp=1")
    parts = [shares_by(pack, table, found["current"], key) for key in ("per-head", "gdp")]
    np.testing.assert_allclose(mixed, 0.75 * parts[0] + 0.25 * parts[1])


def test_the_worth_of_a_pair_by_hand(table, found):
    """Korea and Japan from current policy: on their ground what pays for both, less what pays for nobody."""
    game = table.game
    for one, other in ((1, 2),):
        total = 0.0
        net = game.benefit[:, one] + game.benefit[:, other] - game.cost
        for group in np.unique(game.place[np.isin(game.owner, (one, other))]):
            rows = np.flatnonzero(game.place == group)
            room = game.room[group]
            for row in rows[np.argsort(-net[rows])]:
                taken = min(game.amount[row], room) if net[row] > 0 else 0.0
                total += taken * net[row]
                room -= taken
        assert found["current"].worth[(1 << one) | (1 << other)] == pytest.approx(total, rel=1e-9)
    rows = coalition_table(table, found)
    assert len(rows) == 4 * (2**4 - 1)
    alone = rows[(rows["disagreement"] == "current") & (rows["size"] == 1)].set_index("coalition")["worth"]
    for at, player in enumerate(PLAYERS):
        mine = (game.owner == at) * found["nash"].choice
        assert alone[f"{{{player}}}"] == pytest.approx(mine @ (game.benefit[:, at] - game.cost))
    pairs = rows[(rows["size"] == 2)]
    assert (pairs["potentially_stable"] == "yes").all(), "of two players neither gains by the other's leaving"


def test_what_holds_is_the_same_at_all_disagreement_points(table, found):
    """Benefits add up and a leaver plays its best reply: what is left beyond outside options cannot differ."""
    rows = game_table(table, found)
    assert rows["largest_stable"].nunique() == 1
    assert rows["fund"].to_numpy() == pytest.approx(rows["fund"][0], rel=1e-6, abs=1e-3)
    spare = coalition_table(table, found).pivot(index="coalition", columns="disagreement", values="surplus")
    for point in ("current", "limited", "stated"):
        np.testing.assert_allclose(spare[point], spare["nash"], rtol=1e-6, atol=1e-2)
    parts = rows["gain_alone"] + rows["gain_cooperating"]
    np.testing.assert_allclose(parts, rows["gain"], rtol=1e-9)
    assert rows.set_index("disagreement").loc["nash", "gain_alone"] == pytest.approx(0.0, abs=1e-3)


def test_nobody_stays_below_its_outside_option(shares):
    """An outsider has what the others' plan gives it, and what pays at home: it stays only for as much as that."""
    size = shares.groupby(["disagreement", "key"])["share"].transform(lambda part: part.abs().max())
    stays = (shares["share"] >= shares[["own_gain", "free_ride"]].max(axis=1) - 1e-6 * size).map(
        {True: "yes", False: "no"}
    )
    assert (stays == shares["stays"]).all()


def test_samples_of_benefits_are_spread_around_the_centre(table):
    best = together(table)
    drawn = sampled_benefit(table, best[None])[:, 0]
    central = payoff(table.game, best).benefit
    assert drawn.shape == (60, len(PLAYERS))
    assert ((drawn.min(axis=0) < central) & (central < drawn.max(axis=0))).all()
    np.testing.assert_allclose(sampled_benefit(table, 0.5 * best[None])[:, 0], 0.5 * drawn)


def test_a_believed_share_moves_benefit_from_one_source_to_the_others(table):
    pair = pair_of(table, "CHN", "KOR")
    assert 0.1 < pair.low < pair.central < pair.high < 0.7
    issue = issue_of(table, pair)
    np.testing.assert_allclose(issue.seen(pair.central).game.benefit, table.game.benefit)
    np.testing.assert_allclose(issue.through[:, 1], table.game.benefit[:, 1])
    assert not issue.through[:, [0, 2, 3]].any()
    more = issue.seen(0.6).game.benefit
    china = issue.in_source
    np.testing.assert_allclose(more[china, 1], table.game.benefit[china, 1] * 0.6 / pair.central)
    np.testing.assert_allclose(more[~china, 1], table.game.benefit[~china, 1] * 0.4 / (1 - pair.central))
    assert believed(np.array([4.0]), np.array([True]), 0.2, 0.4) == pytest.approx([2.0])


def test_deals_without_quarrel_are_those_of_the_table(pack, table):
    """All believe the calibrated share: the deal that takes it for true gives each what the key says."""
    pair = pair_of(table, "CHN", "KOR")
    deals, walkouts = deals_table(
        pack, table, [Belief("KOR", "CHN", "KOR", pair.central)], "chander-tulkens", "current", 0.1, steps=4
    )
    bargain = bargains(table, ["current"])["current"]
    shares = shares_by(pack, table, bargain, "chander-tulkens")
    near = deals.iloc[(deals["share"] - pair.central).abs().to_numpy().argsort()[:4]].set_index("player")["value"]
    np.testing.assert_allclose(near[PLAYERS], shares, rtol=0.05)
    assert (deals["all_sign"] == "yes").all() and walkouts["believes"].tolist() == pytest.approx([pair.central] * 4)
    korea = deals[deals["player"] == "KOR"].sort_values("share")
    assert (np.diff(korea["transfer"]) < 0).all(), "the more of its air comes from China, the more Korea pays"


def test_a_party_values_a_deal_by_its_own_belief(pack, table):
    """From current policy, by hand: what Korea believes to gain from both sides, less its cost, and the transfer."""
    pair = pair_of(table, "CHN", "KOR")
    issue = issue_of(table, pair)
    deals, _ = deals_table(pack, table, [Belief("KOR", "CHN", "KOR", 0.6)], "per-head", "current", 0.1, steps=3)
    plan = together(issue.seen(float(deals["share"].iloc[0])))
    row = deals[deals["player"] == "KOR"].iloc[0]
    game, china = table.game, issue.in_source
    gained = plan * game.benefit[:, 1]
    value = gained[china].sum() * 0.6 / pair.central + gained[~china].sum() * 0.4 / (1 - pair.central)
    spent = plan[game.owner == 1] @ game.cost[game.owner == 1]
    assert row["value"] == pytest.approx(value - spent + row["transfer"], rel=1e-9)


def test_targets_alone_and_together(pack):
    found = targets_together(pack, ["KOR", "JPN", "CHN"], "15", YEAR)
    rows = target_table(found)
    for _, part in rows.groupby("key"):
        assert part["saving"].sum() == pytest.approx(found.game.saving[-1], rel=1e-6, abs=1e-6)
        assert part["transfer"].sum() == pytest.approx(0.0, abs=1e-4)
        assert (part["saving"] >= -1e-6).all()
        assert part["pays"].sum() == pytest.approx(found.game.cost[-1], rel=1e-6)
    assert found.game.cost[-1] <= rows[rows["key"] == "shapley"]["cost_alone"].sum() + 1e-6
    assert (lowered_table(found)["counted"] > lowered_table(found)["target"]).all()


WRONG = [
    (("--players", "KOR"), "a game needs two or more players"),
    (("--players", "KOR,KOR"), "the player KOR is named twice"),
    (("--players", "KOR,KR-11"), "the players KOR and KR-11 overlap: KR-11 lies in both"),
    (("--players", "JJJ,CN-BJ"), "overlap"),
    (("--players", "KOR,XYZ"), "XYZ"),
    (("--players", "KOR,JPN", "--key", "fair"), "the key fair is not known"),
    (("--players", "KOR,JPN", "--key", "mixed:gdp=x"), "cannot be read"),
    (("--players", "KOR,PRK", "--key", "gdp"), "gdp_usd of PRK"),
    (("--players", "KOR,JPN", "--disagreement", "war"), "the disagreement war is not known"),
    (("--players", "KOR,JPN", "--part", "deals"), "deals need beliefs"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_bad_questions_have_clear_answers(cli, words, said):
    code, out, err = cli("cooperate", *words, "--samples", "0")
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_an_unknown_target_has_a_clear_answer(cli):
    code, out, err = cli("cooperate", "--players", "KOR,RUS,JPN", "--part", "targets", "--target", "fair")
    assert code == 2 and "the target fair is not known" in err and out == "" and "Traceback" not in err


BELIEFS = {
    "column": ("party,source,share\nKOR,CHN,0.5\n", "lacks a column"),
    "party": ("party,source,receptor,share\nUSA,CHN,KOR,0.5\n", "line 2: USA is no player"),
    "nation": ("party,source,receptor,share\nKOR,CN,KOR,0.5\n", "line 2: CN is no nation"),
    "share": ("party,source,receptor,share\nKOR,CHN,KOR,150%\n", "line 2: the share '150%' is not between 0 and 1"),
    "twice": ("party,source,receptor,share\nKOR,CHN,KOR,0.5\nKOR,CHN,KOR,0.4\n", "line 3: a second belief of KOR"),
    "pairs": ("party,source,receptor,share\nKOR,CHN,KOR,0.5\nJPN,CHN,JPN,0.2\n", "speaks of several pairs"),
    "nothing": ("party,source,receptor,share\n", "holds no belief"),
    "response": ("party,source,receptor,share,response\nKOR,CHN,KOR,0.5,magic\n", "responses magic is not known"),
}


@pytest.mark.parametrize("kind", BELIEFS)
def test_what_is_wrong_with_beliefs_is_named(cli, tmp_path, kind):
    file = tmp_path / "beliefs.csv"
    file.write_text(BELIEFS[kind][0], encoding="utf-8")
    code, out, err = cli("cooperate", "--players", "CHN,KOR,JPN", "--beliefs", file, "--samples", "0")
    assert code == 2 and BELIEFS[kind][1] in err and out == "" and "Traceback" not in err


def test_the_flat_list_of_the_contract(cli):
    code, out, _ = cli("cooperate", "--players", "KOR,JPN", "--samples", "20", "--format", "json")
    rows = json.loads(out)
    names = {"disagreement", "key", "player", "benefit", "cost", "net_alone", "net_together", "share", "transfer"}
    assert code == 0 and names | {"low", "high"} <= set(rows[0])
    # what Korea and Japan emit for each other is not known
    known = set(KEYS) - {"consumption"}
    assert {row["key"] for row in rows} == known and len(rows) == 4 * len(known) * 2
    code, out, err = cli("--lang", "ko", "cooperate", "--players", "KOR,JPN", "--samples", "0", "--key", "shapley")
    assert code == 0 and "대한민국" in out and "억 달러" in err and "현행 정책에 머문다고 보면" in err


def test_beliefs_and_parts_are_printed(cli, tmp_path):
    file = tmp_path / "beliefs.csv"
    file.write_text(
        "party,source,receptor,share,response\nKOR,CHN,KOR,50%,ier2015\nCHN,CHN,KOR,0.2,\n", encoding="utf-8"
    )
    words = ("cooperate", "--players", "CHN,KOR,JPN", "--samples", "20")
    code, out, err = cli("--lang", "ko", *words, "--beliefs", file, "--disagreement", "current")
    assert code == 0 and "대한민국" in out and "%" in err
    for part in ("game", "coalitions", "sweep"):
        code, out, _ = cli(*words, "--part", part, "--format", "json")
        assert code == 0 and json.loads(out)


def test_players_may_be_provinces_and_groups(pack):
    table = table_of(pack, ["SCA", "JJJ"], YEAR)
    assert table.regions[0] == ["KR-11", "KR-28", "KR-41"]
    found = bargains(table, ["current"])["current"]
    assert found.gain > 0 and len(choices(table)) == 4


def test_many_players_are_sampled(pack, monkeypatch):
    """Four players as if they were too many: the sampled Shapley shares lie within five errors of the exact ones."""
    from airshed.assessment.games import many_players as cooperate_many

    few = table_of(pack, PLAYERS, YEAR)
    exact = shares_by(pack, few, bargains(few, ["current"])["current"], "shapley")
    monkeypatch.setattr(cooperate_many, "MOST_EXACT", 3)
    assert not cooperate_many.too_many(few, exact=True)
    assert cooperate_many.too_many(few)
    rows, left_out = cooperate_many.many_table(pack, few, ["current"], orders=60)
    sampled = rows[rows["key"] == "shapley"].set_index("player")
    assert sampled["share"].sum() == pytest.approx(exact.sum())
    assert (np.abs(sampled["share"][PLAYERS] - exact) <= 5 * sampled["standard_error"][PLAYERS] + 1e-6).all()
    assert any(one.key == "nucleolus" for one in left_out)
    full, _ = shares_table(pack, few, bargains(few, ["current"]), ["per-head"])
    some = rows[rows["key"] == "per-head"]
    np.testing.assert_allclose(some["free_ride"], full["free_ride"], rtol=1e-9)
    assert set(some["stays"]) == set(full["stays"])


def test_more_players_than_can_be_counted_are_answered(pack, cli):
    from airshed.pack.codes import children

    players = ",".join([*children(pack)["CHN"][:19], *children(pack)["KOR"][:4]])
    words = ("--samples", "0", "--disagreement", "current", "--key", "per-head", "--format", "json")
    code, out, err = cli("cooperate", "--players", players, *words)
    assert code == 0 and len(json.loads(out)) == 23 and "23 players are too many" in err


def test_no_tonne_by_a_borrowed_relation_does_more_elsewhere_than_the_neighbours_allow(pack):
    """Mongolia and North Korea share a block: a tonne of NH3 there kills no more abroad than one beside them."""
    table = table_of(pack, ["CHN", "KOR", "JPN", "MNG", "PRK", "TWN"], YEAR)
    assert set(table.borrowed) == {"MNG", "PRK"}
    for pollutant in ("NH3", "SO2", "PM2.5", "NOx"):
        assert not {one.region for one in beyond_neighbours(table.held, pollutant)} & set(table.borrowed)
    told = " ".join(player_sentences(pack, player_facts(table), str, str))
    assert "borrowed" in told and "NH3 in" not in told


def test_intervals_hold_response_value_and_price(pack, table, found):
    """Draws lie inside the ends that the tables state, and each of them moves what a deal is worth."""
    drawn = draws(table)
    low, central, high = (table.held.options.cost[table.used, end] for end in range(3))
    known = central > 0
    ratio = drawn.price[:, known] * central[known]
    assert (ratio >= np.minimum(low, central)[known] * (1 - 1e-9)).all()
    assert (ratio <= np.maximum(high, central)[known] * (1 + 1e-9)).all()
    np.testing.assert_allclose(drawn.room.sum(axis=1), 1.0)
    plan = together(table)
    np.testing.assert_allclose(drawn.carried(plan)[1], plan, err_msg="the middle case is the plan itself")
    assert not drawn.carried(0.0 * plan).any(), "what is not agreed is not done"
    nations = [table.held.chain.home[code] for code in table.held.chain.people.regions]
    spread = np.log(drawn.worth).std(axis=0)
    assert spread[nations.index("MNG")] > spread[nations.index("JPN")] > 0, "farther from where lives were valued"
    bargain = found["current"]
    assert (bargain.sampled.std(axis=0) > 0).all() and (bargain.price.std(axis=0) > 0).all()


def test_stated_plans_are_kept_at_least_cost(pack, tmp_path):
    """A cut of 30 % of Korea's NOx from 2015 to 2030: what is missing to it, by scipy on the table of the game."""
    file = tmp_path / "plans.csv"
    file.write_text("player,pollutant,change,base_year,target_year\nKOR,NOx,-30%,2015,2030\n", encoding="utf-8")
    table = table_of(pack, ["KOR", "JPN"], YEAR, commitments=file)
    held, game = table.held, table.game
    emitted = held.chain.baseline["value"].sum("sector").sel(pollutant="NOx")
    home = [held.chain.home[str(code)] == "KOR" for code in emitted["region"].to_numpy()]
    emitted = emitted.isel(region=np.flatnonzero(home)).sum("region")
    missing = float(emitted.sel(year=2030)) - 0.7 * float(emitted.sel(year=2015))
    removal = np.nan_to_num(held.options.removal[table.used, held.options.pollutants.index("NOx")])
    mine = game.owner == 0
    choice = stated_choice(table)
    assert not choice[~mine].any()
    rows = [(game.place == group).astype(float)[mine] for group in np.unique(game.place[mine])]
    room = [game.room[group] for group in np.unique(game.place[mine])]
    best = linprog(
        game.cost[mine],
        A_ub=np.array([*rows, -removal[mine]]),
        b_ub=[*room, -missing],
        bounds=[(0.0, float(one)) for one in game.amount[mine]],
        method="highs-ipm",
    )
    if missing <= 0:
        assert not choice.any()
    elif best.status == 0:
        assert removal @ choice == pytest.approx(missing, rel=1e-6)
        assert game.cost @ choice == pytest.approx(best.fun, rel=1e-6)
