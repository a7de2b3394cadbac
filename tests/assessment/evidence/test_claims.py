"""Claims recomputed: values by hand, the rounding of inputs by brute force, verdicts and the reasons for them."""

import csv
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import airshed
from airshed.assessment.evidence.claim_values import Inputs, collect, printed_decimals, rounding_range, value_of
from airshed.assessment.evidence.claims import NOTES, agrees, claim_words, claims_table
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.expressions import parse, references
from airshed.pack.language import retell
from airshed.pack.schema import tables
from airshed.pack.selection import Selection
from support.variant import opened_variant

SO2 = 'emissions(inventory="counted", region="%s", pollutant="SO2", year=%s)'
NORTH, SOUTH = SO2 % ("AA-1", 2015), SO2 % ("AA-2", 2015)
EARLIER = SO2 % ("AA-1", 2010)


def claimed(folder, *rows):
    """Write claims into a pack and return the recomputed rows."""
    header = [column.column for column in tables()["claims"].columns]
    usual = {"statement_en": "said", "statement_ko": "주장", "decimals": 0, "unit": "1", "comparison": "equals"}
    with (folder / "tables" / "claims.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({**usual, "id": f"c{number}", "place": "page 1", "source": "airshed", **row})
    return claims_table(airshed.open_pack(folder)).to_dict("records")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (NORTH, 20.0),
        (f"{NORTH} + {SOUTH} * 2 - -1", 141.0),
        (f"percent_change({EARLIER}, {NORTH})", -100 / 6),
        (f"share({NORTH}, {NORTH} + {SOUTH})", 25.0),
        (f"ratio({SOUTH}, {NORTH})", 3.0),
        ("growth(100, 146.41, 4)", 10.0),
        ("growth(100, 81, 2)", -10.0),
        ('sum(emissions(pollutant="SO2", year=2015))', 120.0),
        ('mean(emissions(pollutant="SO2", year=2015), 0)', 30.0),
        ('max(emissions(pollutant="SO2", year=2015)) - min(emissions(pollutant="SO2", year=2015), 5)', 55.0),
        ('count(emissions(region="A*"))', 24.0),
        ('count(emissions(region="AA-1"), emissions(region="A*"))', 24.0),
        ('standards(scope="WHO", column="limit")', 10.0),
    ],
)
def test_values_by_hand(small_copy, expression, value):
    (row,) = claimed(small_copy, {"expression": expression, "printed": value, "decimals": 6})
    assert row["computed"] == pytest.approx(value, rel=1e-12)
    assert (row["verdict"], row["reason"]) == ("confirmed", "")
    assert row["difference"] == pytest.approx(0, abs=1e-9)


def test_the_four_comparisons(small_copy):
    user_rows = [
        ({"printed": 20}, "confirmed"),
        ({"printed": 19}, "differs"),
        ({"printed": 19, "comparison": "about", "tolerance": 1}, "confirmed"),
        ({"printed": 19, "comparison": "about", "tolerance": 0.9}, "differs"),
        ({"printed": 20, "comparison": "at_least"}, "confirmed"),
        ({"printed": 20.1, "comparison": "at_least"}, "differs"),
        ({"printed": 20, "comparison": "at_most"}, "confirmed"),
        ({"printed": 19.9, "comparison": "at_most"}, "differs"),
    ]
    found = claimed(small_copy, *({"expression": NORTH, **row} for row, _ in user_rows))
    assert [row["verdict"] for row in found] == [verdict for _, verdict in user_rows]


def test_what_cannot_be_checked_names_what_is_missing(small_copy):
    path = small_copy / "tables" / "parameters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("kernel_d0_primary,30,20,", "kernel_d0_primary,30,,"))
    rows = claimed(
        small_copy,
        {"expression": SO2 % ("AA-1", 1990), "printed": 1},
        {"expression": 'sum(emissions(region=["AA-1", "CCC"], pollutant="BC", year=2015))', "printed": 1},
        {"expression": 'sum(co2(region="AAA"))', "printed": 1, "missing": "CO2 of Aland"},
        {"expression": "", "printed": 1, "missing": "hourly values"},
        {"expression": 'parameters(key="kernel_d0_primary", column="low")', "printed": 1},
        {"expression": f"share({NORTH}, {NORTH} - 20)", "printed": 1},
    )
    assert {row["verdict"] for row in rows} == {"cannot_check"}
    assert all(np.isnan(row["computed"]) for row in rows)
    assert [row["reason"] for row in rows] == [
        "the pack has no row emissions(inventory=counted, region=AA-1, pollutant=SO2, year=1990)",
        "the pack has no row emissions(region=CCC, pollutant=BC, year=2015)",
        "the pack has no row co2(region=AAA); missing: CO2 of Aland",
        "missing: hourly values",
        "the pack has no number in parameters(key=kernel_d0_primary)",
        "the printed inputs give no value, a divisor is zero",
    ]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('emissions(region="AA-1", pollutant="SO2")', r"claim c0: .* matches 2 rows"),
        ("sum(1 2)", "claim c0: the expression cannot be read"),
    ],
)
def test_an_expression_that_is_wrong_is_an_error_with_the_claim(small_copy, expression, message):
    with pytest.raises(AirshedError, match=message):
        claimed(small_copy, {"expression": expression, "printed": 1})


def test_a_pack_without_claims_says_so(small_folder):
    with pytest.raises(MissingTableError, match="needs table claims"):
        claims_table(airshed.open_pack(small_folder))


def test_reasons_are_found_without_being_told(small_copy):
    """20 of 1990 moves by half a unit; 1.1^5 over four and six years; parts 80 in a whole of 20."""
    five = {"printed": 10, "decimals": 1}
    rows = claimed(
        small_copy,
        {"expression": f"percent_change({NORTH}, {EARLIER})", "printed": 23, "decimals": 0},
        {"expression": f"percent_change({NORTH}, {EARLIER})", "printed": 26, "decimals": 0},
        {"expression": "growth(100, 161.051, 4)", **five},
        {"expression": "growth(100, 161.051, 6)", **five},
        {"expression": "growth(100, 161.051, 7)", **five},
        {"expression": f"share({NORTH} + {SOUTH}, {NORTH})", "printed": 100, "comparison": "at_most"},
    )
    assert [row["reason"] for row in rows] == [
        "comes out as 20; within the rounding of the inputs, 14.6 to 25.6",
        "comes out as 20",
        "comes out as 12.7; comes out with five periods; the span is four years",
        "comes out as 8.3; comes out with five periods; the span is six years",
        "comes out as 7.0",
        "comes out as 400.00; the whole, 20, is smaller than its parts, 80, by 60",
    ]


def test_statements_and_reasons_in_korean(small_copy):
    claimed(
        small_copy,
        {"expression": "growth(100, 161.051, 4)", "printed": 10, "decimals": 1},
        {"expression": "", "printed": 1, "missing": "hourly values", "missing_ko": "시간별 값"},
    )
    pack = airshed.open_pack(small_copy)
    table = claims_table(pack, "ko")
    assert set(table["statement"]) == {"주장"}
    words = claim_words(pack, "ko")
    told = [retell(reason, NOTES, words) for reason in table["reason"]]
    assert told == ["다시 계산하면 12.7; 기간을 5로 두면 실린 값이 나옴; 실제 간격은 4년", "없는 자료: 시간별 값"]
    english = claim_words(pack, "en")
    assert [retell(reason, NOTES, english) for reason in table["reason"]] == table["reason"].tolist()


@given(
    st.decimals(-1000, 1000, places=4),
    st.integers(0, 3),
)
def test_equals_is_rounding_to_the_printed_decimals(computed, decimals):
    step = Decimal(1).scaleb(-decimals)
    assume(abs(computed % step) != step / 2)
    printed = computed.quantize(step, ROUND_HALF_UP)
    assert agrees(float(computed), float(printed), decimals, "equals")
    assert not agrees(float(computed), float(printed + step), decimals, "equals")
    assert not agrees(float(computed), float(printed - step), decimals, "equals")


ROW = 'co2(region="CHN", category="industry", year={})'
YEARS = (2010, 2015, 2019)
ROWS = [ROW.format(year) for year in YEARS]
FORMS = (
    "{0} + {1} - {2}",
    "percent_change({0}, {1})",
    "share({0}, sum({0}, {1}, {2}))",
    "growth({0}, {1}, 4) - growth({1}, {2}, 5)",
    "ratio(max({0}, {1}), min({1}, {2}))",
    "mean({0}, {1}, {2}) * {0}",
)


@given(
    form=st.sampled_from(FORMS),
    values=st.lists(st.integers(2, 500), min_size=3, max_size=3),
    moves=st.lists(st.floats(-1, 1), min_size=3, max_size=3),
)
def test_no_move_within_the_rounding_leaves_the_range(form, values, moves):
    node = parse(form.format(*ROWS))
    places = {reference: [YEARS.index(dict(reference.filters)["year"][0])] for reference in references(node)}
    half = np.full(3, 0.5)
    inputs = Inputs(np.array(values, dtype=float), half, places, (), ())
    moved = Inputs(inputs.values + half * np.array(moves), half, places, (), ())
    low, high = rounding_range(node, inputs)
    assert low <= value_of(node, inputs) <= high
    assert low - 1e-9 <= value_of(node, moved) <= high + 1e-9


def test_the_range_of_a_ratio_by_hand_and_where_there_is_none(pack):
    """265 to 290 kt: 289.5/265.5 and 290.5/264.5."""
    selection = Selection(pack.optional)
    row = 'emissions(inventory="gains", region="CHN", sector="mobile", pollutant="SO2", year=%d)'
    node = parse(f"percent_change({row % 2015}, {row % 2030})")
    found = rounding_range(node, collect(node, selection))
    assert found == pytest.approx((100 * (289.5 / 265.5 - 1), 100 * (290.5 / 264.5 - 1)))
    for text in ("1 + 2", 'sum(emissions(inventory="reas", pollutant="BC", year=2015))', f"1 / ({row % 2015} - 265.5)"):
        node = parse(text)
        assert rounding_range(node, collect(node, selection)) is None


def test_the_last_printed_digit_is_that_of_the_finest_row(pack):
    shares = (
        'emissions(inventory="gains", region="CHN", sector=["%s", "power"], pollutant="NOx", year=2015, column="%s")'
    )
    node = parse(f"sum({shares % ('mobile', 'printed_share_percent')})")
    inputs = collect(node, Selection(pack.optional))
    assert sorted(inputs.values) == [21.2, 36.0] and set(inputs.half_units) == {0.05}
    assert [printed_decimals(value) for value in (0.0, 36.0, 0.04, 1e-7, np.nan)] == [0, 0, 2, 7, 0]


def told_of_episodes(*shares):
    """Return a change that adds studies of episodes at AAA, and a claim on them."""

    def change(made):
        first = made["published_contributions"][0]
        made["published_contributions"] += [
            {**first, "study": f"s{share}", "source_region": "", "stands_for": "foreign", "central": share}
            | {"use": "period", "period_kind": "episode", "quantity": "share during episode"}
            for share in shares
        ]

    return change


def claim_of(printed, comparison):
    asked = 'share_from_abroad("AAA", period="episode")'
    return {"expression": asked, "printed": printed, "comparison": comparison, "unit": "percent"}


def test_a_share_by_the_relation_is_that_of_the_study_and_carries_an_interval(tmp_path):
    opened_variant(tmp_path / "pack", told_of_episodes(70.0))
    rows = claimed(
        tmp_path / "pack", claim_of(70, "equals"), claim_of(69, "at_most"), {"expression": "1", "printed": 1}
    )
    assert [row["computed"] for row in rows[:2]] == pytest.approx([70.0, 70.0])
    assert [row["verdict"] for row in rows] == ["confirmed", "differs", "confirmed"]
    assert rows[0]["low"] < 70.0 < rows[0]["high"] and "holds both verdicts" in rows[0]["reason"]
    assert np.isnan(rows[2]["low"]) and rows[2]["reason"] == ""


def test_a_pack_that_cannot_ask_its_relation_says_what_is_missing(tmp_path):
    opened_variant(tmp_path / "pack", lambda made: made.update(source_receptor=[]))
    (row,) = claimed(tmp_path / "pack", {"expression": 'share_from_abroad("AAA")', "printed": 1})
    assert (row["verdict"], row["reason"]) == ("cannot_check", "missing: parameters"), "a kernel alone would do"


def test_a_period_without_a_study_is_an_error_of_the_claim(small_copy):
    with pytest.raises(AirshedError, match="no study"):
        claimed(small_copy, {"expression": 'share_from_abroad("AAA", period="season:JJA")', "printed": 1})
