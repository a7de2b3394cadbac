"""Contributions to a common budget: tables calculated by hand, and laws that hold for any members."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airshed.cooperation.contributions import (
    NOTHING,
    STEPS,
    ContributionRules,
    Tables,
    adjusted,
    assessed,
    audit,
    cent_limits,
    contributions,
    discounted,
    largest_remainder,
    limited,
    mixed,
    shares,
    to_cents,
    yearly_budgets,
)
from airshed.pack.errors import AirshedError

CODES = "ABCDEFGH"
weights_of = st.integers(2, 8).flatmap(
    lambda count: st.fixed_dictionaries({code: st.integers(1, 10**6) for code in CODES[:count]})
)
totals = st.integers(1, 10**9)
shares_of = st.fractions(0, 1, max_denominator=1000)


def last(trail, step, year):
    return {row.member: row.after for row in trail if row.step == step and row.year == year}


def test_cents_left_over_go_to_the_largest_remainders():
    """100.00 by 1 : 2 : 4 is 14.2857, 28.5714, 57.1428; the cent left over goes to the second."""
    assert largest_remainder(100_00, {"A": 1, "B": 2, "C": 4}) == {"A": 14_29, "B": 28_57, "C": 57_14}
    assert largest_remainder(10_01, {"C": 1, "B": 1, "A": 1}) == {"A": 3_34, "B": 3_34, "C": 3_33}


def test_a_discount_by_hand():
    """Income 2 of a threshold of 8, gradient 0.8: 0.8 * 0.75 = 60 % off half the budget, borne 2 : 1 by the others."""
    key = {"A": Fraction(1, 2), "B": Fraction(1, 3), "C": Fraction(1, 6)}
    found = discounted(key, {"A": 2, "B": 8, "C": 30}, 8, 0.8)
    assert found == {"A": Fraction(1, 5), "B": Fraction(8, 15), "C": Fraction(4, 15)}


def test_floor_and_ceiling_by_hand():
    """Of 1000.00: the first held at 500, the last at 50; 450 are left, 20 : 9 are 310.3448 and 139.6552."""
    weights = {"A": 70, "B": 20, "C": 9, "D": 1}
    found = assessed(1000_00, weights, ContributionRules(floor=0.05, ceiling=0.5))
    assert found["key"] == {"A": 700_00, "B": 200_00, "C": 90_00, "D": 10_00}
    assert found["limits"] == {"A": 500_00, "B": 310_34, "C": 139_66, "D": 50_00}


def test_what_a_ceiling_takes_off_may_bring_another_to_the_ceiling():
    """60, 25, 10, 5 with a ceiling of 30 %: A to 30; B would be 43.75, so 30 too; 40 is left for 10 : 5."""
    found = assessed(90_00, {"A": 60, "B": 25, "C": 10, "D": 5}, ContributionRules(ceiling=0.3))["limits"]
    assert found == {"A": 27_00, "B": 27_00, "C": 24_00, "D": 12_00}


def test_members_put_at_the_floor_bear_just_that():
    weights = {"A": 3, "B": 1, "C": 0}
    found = assessed(100_00, weights, ContributionRules(floor=0.04), at_floor={"C"})["limits"]
    assert found == {"A": 72_00, "B": 24_00, "C": 4_00}
    assert assessed(100_00, weights, ContributionRules(), at_floor={"C"})["limits"]["C"] == 0


def test_penalties_shared_out_again_by_hand():
    """Factors 1.05 and 1: 630 and 400 of 1030, so 611.6505 and 388.3495."""
    rules = ContributionRules(penalty=0.1)
    assert adjusted(1000_00, {"A": 600_00, "B": 400_00}, {"A": 0.5, "B": 1}, rules) == {"A": 611_65, "B": 388_35}
    open_ended = replace(rules, neutral=False)
    assert adjusted(1000_00, {"A": 600_00, "B": 400_00}, {"A": 0.5}, open_ended) == {"A": 630_00, "B": 400_00}


def test_bonus_and_penalty_have_their_own_rates():
    """Passing 0.6: a score of 1 is 0.4 above, 5 % of it off; a score of 0.1 is 0.5 below, 20 % of it on."""
    rules = ContributionRules(penalty=0.2, bonus=0.05, passing=0.6, neutral=False)
    found = adjusted(300_00, dict.fromkeys("ABC", 100_00), {"A": 1, "B": 0.1, "C": 0.6}, rules)
    assert found == {"A": 98_00, "B": 110_00, "C": 100_00}


def test_arrears_and_special_contributions_by_hand():
    """A pays 20 of 50 in the first year: 30 more are due in the second. B pays 5 too much. Gifts are never due."""
    tables = Tables({}, {("A", 2027): 20_00, ("B", 2027): 55_00}, {("B", 2027, "training"): 7_00, ("B", 2027, ""): 1})
    trail = contributions({2027: 100_00, 2028: 100_00}, {"A": 1, "B": 1}, ContributionRules(), tables=tables)
    assert last(trail, "carried", 2028) == {"A": 80_00, "B": 45_00}
    gifts = [(row.purpose, row.change, row.after) for row in trail if row.step == "special"]
    assert gifts == [("", 1, 50_01), ("training", 7_00, 57_01)]
    assert all(check.holds for check in audit(trail, {2027: 100_00, 2028: 100_00}, tables))


def test_budgets_grow_to_the_cent():
    """1.02^4 of 5 million is 5,412,160.80."""
    found = yearly_budgets(5_000_000_00, range(2027, 2032), 0.02)
    assert list(found.values()) == [5_000_000_00, 5_100_000_00, 5_202_000_00, 5_306_040_00, 5_412_160_80]


def test_a_mixed_key_is_the_weighted_mean_of_shares():
    found = mixed([(0.25, {"A": 1, "B": 3}), (0.75, {"A": 9, "B": 1})])
    assert found == {"A": Fraction(59, 80), "B": Fraction(21, 80)}


@given(totals, weights_of)
def test_sums_are_exact_and_nobody_is_a_cent_off(total, weights):
    found = largest_remainder(total, weights)
    assert sum(found.values()) == total
    whole = sum(weights.values())
    assert all(abs(found[code] * whole - total * weight) < whole for code, weight in weights.items())


@given(totals, weights_of, shares_of, shares_of, st.randoms())
def test_limits_are_kept_and_nothing_is_left_to_share_out(total, weights, floor, ceiling, random):
    count = len(weights)
    floor, ceiling = floor / count, (1 + ceiling * (count - 1)) / count
    rules = ContributionRules(floor=floor, ceiling=ceiling)
    found = assessed(total, weights, rules)["limits"]
    assert sum(found.values()) == total
    assert all(total * floor - 1 < cents < total * ceiling + 1 for cents in found.values())
    low, high = cent_limits(total, weights, rules)
    exact = limited(total, weights, low, high)
    for one, other in combinations(weights, 2):
        for more, less in ((one, other), (other, one)):
            if exact[more] / weights[more] > exact[less] / weights[less]:
                assert exact[more] == low[more] or exact[less] == high[less]
    shuffled = random.sample(list(weights), count)
    assert assessed(total, {code: weights[code] for code in shuffled}, rules)["limits"] == found


@given(totals, weights_of, st.integers(1, 1000), st.integers(0, 1000))
def test_whole_limits_are_kept_to_the_cent(total, weights, parts, spread):
    """Where limits are whole cents, or there is room for whole cents inside them, no part of a cent leaves them."""
    count = len(weights)
    floor, ceiling = Fraction(1, count + parts), Fraction(min(1000 + spread, 1000 * count), 1000 * count)
    assume(total * floor >= 2 * count and total * (ceiling - Fraction(1, count)) >= 1)
    assume(total * (Fraction(1, count) - floor) >= 1)
    found = assessed(total, weights, ContributionRules(floor=floor, ceiling=ceiling))["limits"]
    assert all(total * floor <= cents <= total * ceiling for cents in found.values())


@given(totals, weights_of, st.data())
def test_a_discount_lowers_only_those_below_the_threshold(total, weights, data):
    incomes = {code: data.draw(st.integers(1, 100)) for code in weights}
    threshold = data.draw(st.integers(1, max(incomes.values())))
    key = shares(weights)
    found = discounted(key, incomes, threshold, data.draw(shares_of))
    assert sum(found.values()) == 1
    assert all((found[code] <= key[code]) == (incomes[code] < threshold) or found[code] == key[code] for code in key)
    assert (
        sum(assessed(total, weights, ContributionRules(gradient=0.8, threshold=threshold), incomes)["limits"].values())
        == total
    )


@given(totals, weights_of, st.data(), shares_of, shares_of, shares_of, st.booleans())
def test_a_better_score_never_costs_more(total, weights, data, penalty, bonus, passing, neutral):
    rules = ContributionRules(penalty=penalty, bonus=bonus, passing=passing, neutral=neutral)
    amounts = assessed(total, weights, rules)["limits"]
    scores = {code: data.draw(shares_of) for code in weights}
    who = data.draw(st.sampled_from(sorted(weights)))
    better = {**scores, who: data.draw(st.fractions(scores[who], 1, max_denominator=1000))}
    assume(bonus < 1)
    before, after = (adjusted(total, amounts, given, rules) for given in (scores, better))
    assert after[who] <= before[who]
    if neutral:
        assert sum(before.values()) == sum(after.values()) == total


@given(
    st.lists(totals, min_size=1, max_size=4),
    weights_of,
    st.data(),
    st.booleans(),
)
def test_the_audit_finds_every_sum_right_and_any_cent_that_is_moved(amounts, weights, data, neutral):
    budgets = dict(enumerate(amounts, start=2027))
    keys = [(code, year) for code in weights for year in budgets]
    tables = Tables(
        scores={key: data.draw(shares_of) for key in keys[::2]},
        paid={key: data.draw(st.integers(0, 10**9)) for key in keys[::3]},
        special={(*key, "monitors"): data.draw(st.integers(0, 10**6)) for key in keys[::4]},
    )
    trail = contributions(budgets, weights, ContributionRules(floor=0.01, penalty=0.3, neutral=neutral), tables=tables)
    assert all(check.holds for check in audit(trail, budgets, tables, neutral))
    for year in budgets:
        assert sum(last(trail, "limits", year).values()) == budgets[year]
    place = data.draw(st.integers(0, len(trail) - 1))
    row = trail[place]
    for wrong in (
        replace(row, change=row.change + 1),
        replace(row, before=row.before - 1, change=row.change + 1),
        replace(row, change=row.change + 1, after=row.after + 1),
    ):
        spoilt = [*trail[:place], wrong, *trail[place + 1 :]]
        loose = not neutral and row.step == "compliance"
        assert loose or not all(check.holds for check in audit(spoilt, budgets, tables, neutral))


def test_the_trail_is_complete_and_in_order():
    trail = contributions({2027: 10_00, 2028: 20_00}, {"A": 1, "B": 2}, ContributionRules())
    steps = [step for step in STEPS if step != "special"]
    wanted = [(member, year, step) for year in (2027, 2028) for member in "AB" for step in steps]
    assert [(row.member, row.year, row.step) for row in trail] == wanted


def test_a_left_out_row_fails_the_audit():
    budgets = {2027: 10_00}
    trail = contributions(budgets, {"A": 1, "B": 2}, ContributionRules())
    assert all(check.holds for check in audit(trail, budgets, NOTHING))
    assert not all(check.holds for check in audit(trail[5:], budgets, NOTHING))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: to_cents("-1"), "is negative"),
        (lambda: to_cents("nan"), "is not a number"),
        (lambda: to_cents("ten"), "is not a number"),
        (lambda: to_cents(Decimal("1.005")), "parts of a cent"),
        (lambda: to_cents("1e40"), "too large"),
        (lambda: shares({"A": 1, "B": -1}), "weight of B is negative"),
        (lambda: shares({"A": float("nan")}), "weight of A nan is not a number"),
        (lambda: shares({"A": 0, "B": 0}), "zero for every member"),
        (lambda: ContributionRules(floor=float("nan")), "the floor nan is not a number"),
        (lambda: ContributionRules(ceiling=22), "the ceiling 22 is not a share"),
        (lambda: ContributionRules(floor=0.3, ceiling=0.2), "above the ceiling"),
        (lambda: ContributionRules(gradient=0.8), "income threshold above 0"),
        (
            lambda: assessed(100, {"A": 1, "B": 1, "C": 1}, ContributionRules(floor=0.4)),
            "floors of 3 members add up to 1.2",
        ),
        (
            lambda: assessed(100, {"A": 1, "B": 1, "C": 1}, ContributionRules(ceiling=0.3)),
            "add up to 0.9 of the budget, less",
        ),
        (lambda: assessed(9, {"A": 1, "B": 0}, ContributionRules(ceiling=0.5)), "ceilings of 1 members by the key"),
        (lambda: discounted({"A": Fraction(1)}, {"A": 1}, 2, 0.5), "every member has an income per head below 2"),
        (lambda: discounted({"A": Fraction(1)}, {}, 2, 0.5), "A has no income per head"),
        (lambda: yearly_budgets(100, [2027, 2028], -1), "the parameter growth cannot be -1"),
        (lambda: adjusted(9, {"A": 9}, {"A": 1}, ContributionRules(bonus=1, passing=0)), "leave nobody to pay"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(AirshedError, match=words) as refused:
        make()
    assert refused.value.remedy
