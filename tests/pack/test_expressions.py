"""The language of claims: what can be read, what is refused and how, and which rows a reference matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.expressions import ExpressionError, Reference, calls, parse, references
from airshed.pack.selection import Selection


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("-(4 - 1) / 2", "(-(4 - 1) / 2)"),
        (' co2(region="CHN", year=2015) ', "co2(region=CHN, year=2015)"),
        ('count(receptors(roles="*capital*"))', "count(receptors(roles=*capital*))"),
        ("growth(1, 2, 5)", "growth(1, 2, 5)"),
        ('sum(emissions(year=[2015, 2030], column="printed_change"), 1)', "sum(emissions(year=2015|2030), 1)"),
        ('share_from_abroad("AAA") + 1', "(share_from_abroad(AAA, period=annual) + 1)"),
        ('share_from_abroad("a", period="episode", year=2019)', "share_from_abroad(a, period=episode, year=2019)"),
    ],
)
def test_what_can_be_read(text, read):
    assert parse(text).text() == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "AS320"),
        ("1 +", "AS320"),
        ("sum(1", "AS320"),
        ("year", "AS320"),
        ("'text'", "AS320"),
        ("True", "AS320"),
        ("1e999", "AS320"),
        ("1j", "AS320"),
        ("2 ** 3", "AS320"),
        ("+1", "AS320"),
        ("[1, 2]", "AS320"),
        ("1 if 2 else 3", "AS320"),
        ("(lambda: 1)()", "AS320"),
        ("__import__('os').system('true')", "AS320"),
        ("sum(*[1, 2])", "AS320"),
        ("sum(1, start=2)", "AS320"),
        ("count(1)", "AS320"),
        ("emissions(2015)", "AS320"),
        ("emissions(**{'year': 2015})", "AS320"),
        ("emissions(year=True)", "AS320"),
        ("emissions(year=[])", "AS320"),
        ("emissions(year=2010 + 5)", "AS320"),
        ('emissions(column=["value", "year"])', "AS320"),
        ("growth(1, 2, 2.5)", "AS320"),
        ("growth(1, 2, 0)", "AS320"),
        ("growth(1, 2, count(co2()))", "AS320"),
        ("1" + " + 1" * 5000, "AS320"),
        ("-" * 5000 + "1", "AS320"),
        ("share_from_abroad()", "AS320"),
        ("share_from_abroad(2015)", "AS320"),
        ('share_from_abroad("AAA", "episode")', "AS320"),
        ('share_from_abroad("AAA", colour="red")', "AS320"),
        ('share_from_abroad("AAA", period=1)', "AS320"),
        ('share_from_abroad("AAA", year="2015")', "AS320"),
        ('share_from_abroad("AAA", year=True)', "AS320"),
        ('share_from_abroad("AAA", period="campaign")', "AS329"),
        ("weather(year=2015)", "AS321"),
        ('emissions(colour="red")', "AS322"),
        ('regions(code="KOR")', "AS322"),
        ('emissions(column="amount")', "AS322"),
        ("median(1, 2)", "AS323"),
        ("open('file')", "AS323"),
        ("share(1)", "AS324"),
        ("growth(1, 2)", "AS324"),
        ("sum()", "AS324"),
        ('emissions(year="2015")', "AS325"),
        ("emissions(region=2015)", "AS325"),
        ('sum(regions(column="name_en"))', "AS325"),
    ],
)
def test_what_is_refused(text, code):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.message and caught.value.remedy


def test_where_one_row_is_meant():
    node = parse('share(sum(co2(year=2015)), co2(region="CHN")) + count(co2()) + max(ratio(co2(year=2010), 2))')
    assert [(part.text(), part.use) for part in references(node)] == [
        ("co2(year=2015)", "many"),
        ("co2(region=CHN)", "one"),
        ("co2()", "count"),
        ("co2(year=2010)", "one"),
    ]
    assert [call.text() for call in calls(node, "ratio")] == ["ratio(co2(year=2010), 2)"]


COLUMNS = ("inventory", "region", "sector", "pollutant", "year")


@given(data=st.data())
def test_rows_are_those_of_a_plain_comparison(pack, data):
    frame = pack.table("emissions")
    columns = data.draw(st.lists(st.sampled_from(COLUMNS), unique=True, max_size=4))
    row = data.draw(st.integers(0, len(frame) - 1))
    filters, wanted = [], frame["year"] > 0
    for column in columns:
        other = data.draw(st.sampled_from(sorted(frame[column].unique().tolist())))
        values = (frame[column].tolist()[row], other) if data.draw(st.booleans()) else (frame[column].tolist()[row],)
        filters.append((column, values))
        wanted &= frame[column].isin(values)
    selection = pack.derive("selection of a test", lambda opened: Selection(opened.optional))
    found = selection.find(Reference("emissions", tuple(filters), "value", "many"))
    assert found.rows == frame.index[wanted].tolist()
    occurring = frame[wanted]
    named_in_vain = {value for column, values in filters for value in values if value not in set(occurring[column])}
    assert len(set(found.missing)) >= len(named_in_vain) and bool(found.missing) == bool(named_in_vain)


def test_a_star_stands_for_anything_and_need_not_occur(pack):
    selection = Selection(pack.optional)
    cities = references(parse('count(receptors(roles="*eacac_member*", region=["KR-*", "ZZ-*"]))'))[0]
    codes = pack.table("receptors")["code"]
    assert [codes[row] for row in selection.find(cities).rows] == ["seoul", "suwon"]
    assert selection.find(cities).missing == ()
    nowhere = references(parse('count(receptors(roles="*nothing*"))'))[0]
    assert selection.find(nowhere).missing == ("receptors(roles=*nothing*)",)
    absent = references(parse('sum(co2(region=["CHN", "JPN"], year=2015))'))[0]
    assert selection.find(absent).missing == ("co2(region=JPN, year=2015)",)
