"""A deal as negotiators put it: sums by hand, leavers by trying, terms, stages, donors, least shares, wrong files."""

from dataclasses import replace

import numpy as np
import pytest

from airshed.assessment.games.cooperate import bargain_at, shares_by
from airshed.assessment.games.game import table_of, together
from airshed.assessment.games.keys import income_of, people_of_players
from airshed.assessment.games.whatif import Terms, own_plan, package, what_if
from airshed.assessment.games.whatif_files import Term
from airshed.pack.errors import AirshedError

PLAYERS = ["KOR", "JPN", "MNG"]


@pytest.fixture(scope="module")
def table(pack):
    return table_of(pack, PLAYERS, 2030)


@pytest.fixture(scope="module")
def bargain(table):
    return bargain_at(table, "nash")


def test_every_share_is_the_sum_of_its_parts_and_money_adds_up(pack, table, bargain):
    terms = Terms(
        transfers={("JPN", "MNG"): 7.0, ("JPN", "KOR"): 3.0},
        terms=(Term("MNG", "technology", 5.0, "KOR"), Term("KOR", "bonus", 2.0, "fund"), Term("JPN", "penalty", 4.0)),
    )
    rows = what_if(pack, table, bargain, together(table), terms).set_index("player")
    move = bargain.move
    assert rows["transfer"].tolist() == [3.0, -10.0, 7.0]
    assert rows["terms"].tolist() == [2.0 - 5.0, 0.0, 5.0]
    np.testing.assert_allclose(rows["share"], move.net + rows["transfer"] + rows["terms"], rtol=1e-9)
    for at, code in enumerate(PLAYERS):
        others = table.game.owner != at
        ride = float(((together(table) - bargain.choice) * others) @ table.game.benefit[:, at])
        penalty = 4.0 if code == "JPN" else 0.0
        assert rows.loc[code, "outside"] == pytest.approx(ride - penalty, abs=1e-6), "at Nash nobody has a better reply"
        lacks = max(ride - penalty, -penalty) - rows.loc[code, "share"]
        assert rows.loc[code, "would_keep"] == pytest.approx(max(lacks, 0.0), abs=1e-6)
        assert rows.loc[code, "stays"] == ("yes" if lacks <= 1e-6 else "no")


def test_what_would_keep_them_keeps_them(pack, table, bargain):
    before = what_if(pack, table, bargain, together(table), Terms())
    lack = dict(zip(before["player"], before["would_keep"], strict=True))
    terms = tuple(Term(code, "bonus", amount) for code, amount in lack.items() if amount > 0)
    assert terms, "without any transfer someone leaves"
    assert set(what_if(pack, table, bargain, together(table), Terms(terms=terms))["stays"]) == {"yes"}
    fund = what_if(pack, table, bargain, together(table), Terms(donor=sum(lack.values()) + 1e-6, donor_name="fund"))
    assert set(fund["stays"]) == {"yes"} and fund["donor"].tolist() == pytest.approx(list(lack.values()))


def test_a_donor_keeps_as_many_as_its_money_can(pack, table, bargain):
    lack = what_if(pack, table, bargain, together(table), Terms())["would_keep"].to_numpy()
    needed = np.sort(lack[lack > 0])
    some = what_if(pack, table, bargain, together(table), Terms(donor=needed[0] * 1.0001))
    assert (some["donor"] > 0).sum() == 1 and some["donor"].sum() == pytest.approx(needed[0])


def test_a_leaver_takes_those_along_whose_commitment_depends_on_it(pack, table, bargain):
    terms = Terms(conditions={"JPN": frozenset({"KOR"}), "MNG": frozenset({"JPN"})})
    rows = what_if(pack, table, bargain, together(table), terms).set_index("player")
    moved, game = together(table) - bargain.choice, table.game
    assert rows.loc["KOR", "outside"] == pytest.approx(0.0, abs=1e-6), "if Korea leaves nobody does anything more"
    left = float((moved * (game.owner == 0)) @ game.benefit[:, 1])
    assert rows.loc["JPN", "outside"] == pytest.approx(left, abs=1e-6)


def test_stages_are_shares_of_the_plan(pack, table, bargain):
    rows = what_if(pack, table, bargain, together(table), Terms(stages=(0.25, 1.0)))
    first, last = (part.reset_index(drop=True) for _, part in rows.groupby("stage"))
    np.testing.assert_allclose(4 * first["benefit"], last["benefit"])
    np.testing.assert_allclose(4 * first["cost"], last["cost"])


def test_a_key_gives_the_shares_of_the_game_for_its_own_plan(pack, table, bargain):
    for key in ("per-head", "polluter-pays"):
        rows = what_if(pack, table, bargain, together(table), Terms(key=key))
        np.testing.assert_allclose(rows["share"], shares_by(pack, table, bargain, key), rtol=1e-7, atol=1e-7)


def test_members_of_low_income_have_their_least_share(pack, table, bargain):
    rows = what_if(pack, table, bargain, together(table), Terms(key="gdp", least_share=0.2)).set_index("player")
    per_head = income_of(pack, table) / people_of_players(table)
    assert per_head.argmin() == 2
    gain = bargain.gain_cooperating
    assert rows.loc["MNG", "share"] == pytest.approx(0.2 * gain) and rows["share"].sum() == pytest.approx(gain)
    with pytest.raises(AirshedError, match="more than the others gain"):
        what_if(pack, table, bargain, together(table), Terms(least_share=1.0))


def test_packages_by_sector_add_up_to_the_plan(table, bargain):
    sectors = sorted({table.held.options.sector[number] for number in table.used})
    moved = [package(table, bargain.choice, together(table), [sector]) - bargain.choice for sector in sectors]
    np.testing.assert_allclose(np.sum(moved, axis=0), together(table) - bargain.choice)
    with pytest.raises(AirshedError, match="has no measure"):
        package(table, bargain.choice, together(table), ["poetry"])


def test_a_plan_file_is_the_deal(pack, table, tmp_path):
    held = table.held.options
    beside = np.bincount(held.group, held.current)[held.group] - held.current
    free = (beside + held.maximum <= 1.0)[table.used]
    option = int(np.argmax(table.game.benefit.sum(axis=1) * (table.game.owner == 1) * free))
    place = table.used[option]
    most = float(table.held.options.maximum[place])
    file = tmp_path / "plan.csv"
    row = f"{table.held.options.region[place]},{table.held.options.measure[place]},{most!r}"
    file.write_text(f"region,measure,application\n{row}\n", encoding="utf-8")
    choice = own_plan(table, file)
    assert np.flatnonzero(choice).tolist() == [option]
    assert choice[option] == pytest.approx(most - table.held.options.current[place])
    file.write_text(f"region,measure,application,year\n{row},2025\n", encoding="utf-8")
    with pytest.raises(AirshedError, match="the plan is of 2025, and 2030 is asked"):
        own_plan(table, file)


def test_curved_benefits_and_a_donor_at_the_table_are_refused(pack, table, bargain):
    with pytest.raises(AirshedError, match="on linear benefits"):
        what_if(pack, replace(table, curved=object()), bargain, together(table), Terms())
    with pytest.raises(AirshedError, match="the donor JPN is a player"):
        what_if(pack, table, bargain, together(table), Terms(donor=1.0, donor_name="JPN"))


FILES = {
    "a stranger": ("--transfers", "payer,receiver,amount\nUSA,KOR,1\n", "line 2: 'USA' is no player"),
    "to itself": ("--transfers", "payer,receiver,amount\nKOR,KOR,1\n", "line 2: KOR pays itself"),
    "twice": ("--transfers", "payer,receiver,amount\nKOR,JPN,1\nKOR,JPN,2\n", "line 3: a second transfer"),
    "below zero": ("--transfers", "payer,receiver,amount\nKOR,JPN,-1\n", "line 2: the amount '-1' is no amount"),
    "a header": ("--transfers", "payer,receiver,amount\n", "holds no transfer"),
    "a kind": ("--terms", "member,kind,value\nKOR,love,1\n", "line 2: the kind 'love' is not known"),
    "a header of terms": ("--terms", "member,kind,value\n", "holds no term"),
    "own pocket": ("--terms", "member,kind,value,paid_by\nKOR,bonus,1,KOR\n", "line 2: KOR pays itself"),
    "itself": ("--conditions", "member,depends_on\nKOR,KOR\n", "line 2: KOR depends on itself"),
    "a header of conditions": ("--conditions", "member,depends_on\n", "holds no condition"),
    "a header of commitments": (
        "--commitments",
        "player,pollutant,change,base_year,target_year\n",
        "holds no commitment",
    ),
    "a share": (
        "--commitments",
        "player,pollutant,change,base_year,target_year\nKOR,NOx,-0.2,2020,2030\n",
        "line 2: the change '-0.2' may be a share or a percentage",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_wrong_files_are_said_with_place_and_remedy(cli, tmp_path, kind):
    option, text, said = FILES[kind]
    file = tmp_path / "given.csv"
    file.write_text(text, encoding="utf-8")
    code, out, err = cli("cooperate", "--players", "KOR,JPN", option, file, "--samples", "0")
    assert code == 2 and said in err and out == "" and len(err.splitlines()) >= 2 and "Traceback" not in err


BELIEF = "party,source,receptor,share\nKOR,CHN,KOR,40%\n"
QUESTIONS = {
    "two keys with a sheet": (
        ("cooperate", "--players", "KOR,JPN", "--key", "equal", "--key", "gdp", "--sheet", "deal.html"),
        "a sheet is of one key",
    ),
    "a share for a percentage": (
        ("cooperate", "--players", "CHN,KOR", "--beliefs", "{file}", "--from", "0.2", "--samples", "0"),
        "--from 0.2 may be a share or a percentage",
    ),
    "a donor at the table": (
        ("cooperate", "--players", "KOR,JPN", "--donor", "JPN=5", "--samples", "0"),
        "the donor JPN is a player",
    ),
    "stages that fall": (
        ("cooperate", "--players", "KOR,JPN", "--stages", "60,30", "--samples", "0"),
        "do not grow to 100",
    ),
    "a deal with beliefs": (
        ("cooperate", "--players", "CHN,KOR", "--beliefs", "{file}", "--stages", "100", "--samples", "0"),
        "has no beliefs and no sheet",
    ),
    "a header of scores": (
        ("budget", "--members", "KOR,JPN", "--total", "100", "--penalty", "0.1", "--scores", "{header}"),
        "holds a header only",
    ),
    "a negative score": (
        ("budget", "--members", "KOR,JPN", "--total", "100", "--penalty", "0.1", "--scores", "{score}"),
        "line 2: the score '-0.5' is not a share",
    ),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_questions_that_make_no_sense_are_said(cli, tmp_path, kind):
    words, said = QUESTIONS[kind]
    texts = {"file": BELIEF, "header": "member,year,score\n", "score": "member,year,score\nKOR,2027,-0.5\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    asked = [word.format(**{name: tmp_path / name for name in texts}) for word in words]
    code, out, err = cli(*asked, *(("--years", "2027-2027") if asked[0] == "budget" else ()))
    assert code == 2 and said in err and out == "" and "Traceback" not in err
