"""The deal as tables: against the chain run apart from it, linear programmes, and the assessment."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

import airshed
from airshed.assessment.games.cooperate import bargain_at, bargains, shares_table
from airshed.assessment.games.deal import Deal, deal_of, equations_of, leaving_table, members_table, top_measures
from airshed.assessment.games.game import table_of, together
from airshed.assessment.lives.health import health
from airshed.impacts.valuation import life_values
from airshed.pack.errors import AirshedError

NOTHING = 1e-6
"""What a measure is applied to beyond now, as a share, below which a deal does not name it."""


@pytest.fixture(scope="module")
def three(small_folder, tmp_path_factory):
    """Hold three players, two provinces and the other nation, with an income for it too and measures so dear that they
    do not all pay at home."""
    folder = Path(shutil.copytree(small_folder, tmp_path_factory.mktemp("three") / "pack"))
    path = folder / "tables" / "economy.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    known = [row for row in rows if row.startswith("AAA,")]
    path.write_text("\n".join([*rows, *(row.replace("AAA,", "BBB,") for row in known)]) + "\n", encoding="utf-8")
    pack = airshed.open_pack(folder)
    table = table_of(pack, ["AA-1", "AA-2", "BBB"], 2015)
    return pack, replace(table, game=replace(table.game, cost=5 * table.game.cost))


def best_by_linprog(game, start, members):
    """Return the best applications of a coalition on its own ground, others as at the start, by scipy."""
    mine = np.isin(game.owner, members)
    value = game.benefit[:, members].sum(axis=1) - game.cost
    rows = np.array([(game.place == group).astype(float) for group in range(len(game.room))])
    bounds = [(0.0, float(most)) if own else (float(now), float(now)) for most, own, now in
              zip(game.amount, mine, start, strict=True)]  # fmt: skip
    found = linprog(-value, A_ub=rows, b_ub=game.room, bounds=bounds, method="highs-ds")
    assert found.status == 0
    return found.x


@pytest.mark.parametrize("point", ["current", "nash"])
def test_leaving_is_what_linear_programmes_say(three, point):
    _, table = three
    bargain = bargain_at(table, point)
    count, game = len(table.players), table.game
    shares = np.array([0.5, 0.3, 0.2]) * bargain.gain
    assert (
        (bargain.worth[[3, 5, 6, 7]] >= 0).all() and bargain.worth[7] > 0 and bargain.choice.any() == (point == "nash")
    )
    found = leaving_table(table, bargain, shares).set_index("player")
    for at, code in enumerate(table.players):
        others = [one for one in range(count) if one != at]
        change = best_by_linprog(game, bargain.choice, others) - bargain.choice
        worth = float((game.benefit[:, others].sum(axis=1) - game.cost) @ change)
        reply = best_by_linprog(game, bargain.choice, [at]) - bargain.choice
        ride = float(game.benefit[:, at] @ (change + reply) - game.cost @ reply)
        row = found.loc[code]
        assert row["worth"] == pytest.approx(worth, abs=1e-6)
        assert row["loss"] == pytest.approx(shares[others].sum() - worth, abs=1e-6)
        assert row["free_ride"] == pytest.approx(ride, abs=1e-6)
        assert row["gain_by_leaving"] == pytest.approx(ride - shares[at], abs=1e-6)
        assert row["loses"] == ("yes" if shares[at] < bargain.worth[1 << at] else "no")
        assert row["rides_free"] == ("yes" if ride > shares[at] else "no")
        assert row["others"] == "{" + ", ".join(table.players[one] for one in others) + "}"


def test_rounding_makes_nobody_leave(three):
    """A player that has nothing and gets nothing neither loses nor rides free."""
    _, table = three
    bargain = bargain_at(table, "current")
    alone = bargain.worth.copy()
    alone[[1, 2, 4]] = 0.0
    nothing = replace(bargain, worth=alone, outside=np.zeros_like(bargain.outside))
    found = leaving_table(table, nothing, np.array([-1e-12, bargain.gain, 1e-12]))
    assert set(found["loses"]) == set(found["rides_free"]) == {"no"}
    assert leaving_table(table, nothing, np.array([-1.0, bargain.gain, 1.0]))["loses"].tolist() == ["yes", "no", "no"]


def after_by_hand(table, choice):
    """Return the emissions after a choice, an option at a time."""
    options = table.held.options
    emissions = table.held.emissions.copy(deep=True)
    for place, option in enumerate(table.used):
        where = {"region": options.region[option], "sector": options.sector[option]}
        for column, pollutant in enumerate(options.pollutants):
            emissions.loc[{**where, "pollutant": pollutant}] -= (
                np.nan_to_num(options.removal[option, column]) * choice[place]
            )
    return emissions


def test_members_reach_what_the_whole_chain_gives(pack, assessment, korea_and_japan, deal):
    table, rows = korea_and_japan, deal.members.set_index("player")
    before = health(pack, assessment, ["KOR", "JPN"]).set_index("region")
    chain = table.held.chain
    level, deaths = chain.evaluate(after_by_hand(table, together(table)))
    people = chain.people
    for at, code in enumerate(table.players):
        inside = [place for place, region in enumerate(people.regions) if region in table.regions[at]]
        mean = sum(float(level[place]) * people.persons[place] for place in inside) / people.persons[inside].sum()
        gone = float(deaths.to_numpy()[inside].sum())
        life = life_values(pack, [code])[code].value
        assert rows.loc[code, "pm25_before"] == pytest.approx(before.loc[code, "exposure"], rel=1e-9)
        assert rows.loc[code, "pm25_after"] == pytest.approx(mean, rel=1e-9)
        assert rows.loc[code, "deaths_avoided"] == pytest.approx(before.loc[code, "value"] - gone, rel=1e-9)
        assert rows.loc[code, "benefit_full"] == pytest.approx((before.loc[code, "value"] - gone) * life, rel=1e-9)
        assert rows.loc[code, "deaths_low"] < rows.loc[code, "deaths_avoided"] < rows.loc[code, "deaths_high"]
        assert rows.loc[code, "price_low"] <= rows.loc[code, "cost"] <= rows.loc[code, "price_high"]


def test_costs_and_measures_are_those_of_the_plan(korea_and_japan, deal):
    table, options = korea_and_japan, korea_and_japan.held.options
    applied = together(table)
    for at, code in enumerate(table.players):
        mine = [place for place in np.flatnonzero(applied) if table.game.owner[place] == at]
        row = deal.members.set_index("player").loc[code]
        cost = sum(options.cost[table.used[place], 1] * applied[place] for place in mine)
        assert row["measures"] == sum(applied[place] > NOTHING for place in mine) and row["cost_alone"] == 0
        assert row["cost"] == pytest.approx(cost, rel=1e-9)
    moved = table.used[applied > NOTHING]
    assert deal.known_options == pytest.approx(options.application_known[moved].mean())


def test_the_top_measures_are_the_sums_over_regions(korea_and_japan, deal):
    table, options = korea_and_japan, korea_and_japan.held.options
    applied = together(table)
    assert deal.measures.groupby("player").size().to_dict() == {"KOR": 5, "JPN": 5}
    worth: dict[tuple[str, str], float] = {}
    removed: dict[tuple[str, str], float] = {}
    for place, option in enumerate(table.used):
        key = (table.players[table.game.owner[place]], options.measure[option])
        carried = options.priced[option] in options.pollutants
        gone = (
            options.removal[option, options.pollutants.index(options.priced[option])]
            if carried
            else -options.co2[option]
        )
        worth[key] = worth.get(key, 0.0) + float(table.game.benefit[place].sum() * applied[place])
        removed[key] = removed.get(key, 0.0) + float(gone * applied[place])
    for code, rows in deal.measures.groupby("player", sort=False):
        best = sorted((value for (player, _), value in worth.items() if player == code), reverse=True)[:5]
        assert rows["benefit"].tolist() == pytest.approx(best)
        for measure, amount in zip(rows["measure"], rows["removed"], strict=True):
            assert amount == pytest.approx(removed[code, measure])


def test_the_deal_holds_the_rows_of_the_shares(pack, korea_and_japan, deal):
    found, _ = shares_table(pack, korea_and_japan, bargains(korea_and_japan, ["current"]), ["chander-tulkens"])
    assert isinstance(deal, Deal)
    assert deal.shares.equals(found)
    assert deal.shares["transfer"].sum() == 0.0
    assert set(found["key"]) < set(deal.keys["key"])
    same = deal.keys[deal.keys["key"] == "chander-tulkens"].reset_index(drop=True)
    assert same.equals(found)


def test_two_players_never_gain_by_leaving_with_shapley(pack, korea_and_japan):
    """Where each does what pays at home already, what both add is divided: nobody has less than outside."""
    deal = deal_of(pack, korea_and_japan, bargain_at(korea_and_japan, "nash"), "shapley")
    assert (deal.leaving["gain_by_leaving"] < 1e-6).all()
    assert deal.leaving["worth"].to_numpy() == pytest.approx(0.0, abs=1e-6), "the other does what pays already"
    assert (deal.leaving["loss"] > 0).all()
    assert deal.shares["low"].isna().all()


def test_sources_and_formulas_are_those_behind_the_deal(pack, korea_and_japan, deal):
    titles = pack.table("sources").set_index("key")["title"]
    applied = together(korea_and_japan) > NOTHING
    for option in korea_and_japan.used[applied]:
        assert set(korea_and_japan.held.options.source[option].split()) <= set(deal.sources["key"])
    assert (deal.sources["title"] == titles[deal.sources["key"]].to_numpy()).all()
    assert {"oecd_vsl_2012", *pack.table("source_receptor")["source"]} <= set(deal.sources["key"])
    assert "chander-tulkens" in {item.id for item in deal.equations}
    mixed = {item.id for item in equations_of("mixed:shapley=0.5,gdp=0.5", believed=True)}
    assert {"shapley", "gain-by-key", "believed-benefit", "transfers"} <= mixed and "chander-tulkens" not in mixed
    assert "cost-by-key" in {item.id for item in equations_of("polluter-pays")}


def test_a_member_without_a_value_of_life_is_named(small_folder):
    pack = airshed.open_pack(small_folder)
    table = table_of(pack, ["AA-1", "AA-2", "BBB"], 2015)
    deal = deal_of(pack, table, bargain_at(table, "current"), "equal", scenario="baseline")
    assert deal.unvalued == ["BBB"]
    assert members_table(table, bargain_at(table, "current"))["player"].tolist() == ["AA-1", "AA-2", "BBB"]
    assert len(top_measures(table, bargain_at(table, "current"), 1)) <= 3


def test_a_key_that_is_not_known_is_refused(three):
    pack, table = three
    with pytest.raises(AirshedError, match="the key best is not known"):
        deal_of(pack, table, bargain_at(table, "current"), "best")
