"""Trade tables in the format of UN Comtrade: one way of telling each flow is read, the rest is counted by reason."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.exchange import comtrade
from airshed.exchange.comtrade import read_trade
from airshed.pack.errors import AirshedError
from support.trade import HEAD, row, table, wire


def values(trade, flow="M"):
    rows = trade.rows[trade.rows["flow"] == flow]
    keys = zip(rows["reporter"], rows["year"], rows["partner"], rows["commodity"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


def left(trade):
    return dict(zip(trade.left_out["reason"], trade.left_out["rows"], strict=True))


def test_labels_are_null_and_areas_are_joined_by_their_numbers(tmp_path):
    rows = [row(2021, "KOR", "M", partner, "761490", value) for partner, value in (("USA", 1), ("TWN", 2), ("", 4))]
    trade = read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")
    # 842 is the United States of UN Comtrade, not of M49; 490 is in practice Taiwan; 899 is no economy
    assert values(trade) == {
        ("KOR", 2021, partner, "761490"): value for partner, value in (("USA", 1), ("TWN", 2), ("", 4))
    }
    assert left(trade) == {}


def test_modes_of_transport_and_customs_procedures_are_not_added_to_their_sum(tmp_path):
    one = ("KOR", "M", "CHN", "761490")
    rows = [row(2021, *one, 100), row(2021, *one, 90, motCode=2100), row(2021, *one, 10, motCode=1000)]
    rows += [row(2021, *one, 60, customsCode="C01", motCode=2100), row(2021, *one, 40, partner2Code=344)]
    trade = read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")
    assert values(trade) == {("KOR", 2021, "CHN", "761490"): 100}
    assert left(trade) == {comtrade.DETAILS: 4}


def test_parts_are_added_where_their_sum_is_not_there(tmp_path):
    one = (2021, "KOR", "M", "CHN", "761490")
    rows = [row(*one, 90, motCode=2100), row(*one, 10, motCode=1000), row(*one, 30, customsCode="C01", motCode=3100)]
    trade = read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")
    assert values(trade) == {("KOR", 2021, "CHN", "761490"): 100}


def test_re_exports_and_re_imports_stand_beside_and_parts_of_flows_are_left_out(tmp_path):
    rows = [row(2021, "KOR", flow, "WLD", "761490", value) for flow, value in (("X", 50), ("RX", 20), ("DX", 30))]
    rows += [row(2021, "KOR", flow, "WLD", "761490", value) for flow, value in (("M", 100), ("RM", 7), ("MIP", 40))]
    trade = read_trade(table(tmp_path / "t.csv", rows))
    key = ("KOR", 2021, "WLD", "761490")
    assert [values(trade, flow)[key] for flow in ("X", "M")] == [50, 100]
    assert values(trade, "RM")[key] == 7
    assert sum(values(trade, "RX").values()) == 20
    assert left(trade) == {comtrade.PART_FLOW: 2}


def test_what_is_left_out_is_counted_by_reason(tmp_path):
    one = ("KOR", "M", "CHN")
    rows = [row(2021, *one, "761490", 1), row(2021, *one, "761490", 2, typeCode="S"), row(0, *one, "761490", 3)]
    rows += [row("null", *one, "761490", 4, period="null"), row(2021, *one, "7614", 5), row(2021, *one, "TOTAL", 6)]
    rows += [row(2021, "KOR", "M", "KOR", "761490", 7), row(2021, *one, "761490", 8, partnerCode=97)]
    rows += [row(2021, *one, "761490", 9, partnerCode=12345, partnerISO="null")]
    rows += [row(2021, *one, "761410", "null", cifvalue="null")]
    trade = read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")
    assert values(trade) == {("KOR", 2021, "CHN", "761490"): 1}
    assert left(trade) == {
        comtrade.NOT_GOODS: 1,
        comtrade.NO_YEAR: 2,
        comtrade.LEVEL: 2,
        comtrade.OWN: 1,
        comtrade.GROUP: 1,
        comtrade.NO_AREA: 1,
        comtrade.NO_VALUE: 1,
    }


def test_months_make_a_year_where_the_year_is_not_there(tmp_path):
    months = [
        row(2021, "KOR", "M", "CHN", "761490", 10, freqCode="M", period=f"2021{month:02}") for month in range(1, 9)
    ]
    assert read_trade(table(tmp_path / "m.csv", months), reporter="KOR").rows[
        ["value", "months"]
    ].to_numpy().tolist() == [[80, 8]]
    whole = read_trade(
        table(tmp_path / "a.csv", [*months, row(2021, "KOR", "M", "CHN", "761490", 150)]), reporter="KOR"
    )
    assert values(whole) == {("KOR", 2021, "CHN", "761490"): 150}
    assert left(whole) == {comtrade.MONTHS: 8}


def test_the_newest_revision_of_a_year_is_read(tmp_path):
    rows = [row(2022, "KOR", "M", "CHN", "870380", 10, classificationCode="H6")]
    rows += [row(2022, "KOR", "M", "CHN", "870380", 10), row(2021, "KOR", "M", "CHN", "870380", 8)]
    trade = read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")
    assert values(trade) == {("KOR", 2022, "CHN", "870380"): 10, ("KOR", 2021, "CHN", "870380"): 8}
    assert left(trade) == {comtrade.OTHER_REVISION: 1}


def test_a_row_that_is_there_again_counts_once_and_with_another_value_it_is_refused(tmp_path):
    one = row(2021, "KOR", "M", "CHN", "761490", 100)
    trade = read_trade(table(tmp_path / "same.csv", [one, one]), reporter="KOR")
    assert values(trade) == {("KOR", 2021, "CHN", "761490"): 100}
    assert left(trade) == {comtrade.TWICE: 1}
    with pytest.raises(AirshedError, match=r"twice, as 100.0 and as 120.0"):
        read_trade(table(tmp_path / "other.csv", [one, one | {"primaryValue": 120}]), reporter="KOR")


def test_files_of_the_page_end_rows_with_a_comma(tmp_path):
    plain = read_trade(table(tmp_path / "plain.csv", wire()), reporter="KOR")
    trailing = read_trade(table(tmp_path / "page.csv", wire(), end=","), reporter="KOR")
    assert values(trailing) == values(plain)


def test_a_packed_file_and_one_with_a_mark_are_the_same(tmp_path):
    path = table(tmp_path / "t.csv", wire())
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    wanted = values(read_trade(path, reporter="KOR"))
    assert values(read_trade(packed, reporter="KOR")) == wanted
    assert values(read_trade(marked, reporter="KOR")) == wanted


def test_zeros_that_a_spreadsheet_took_off_are_put_back(tmp_path):
    trade = read_trade(table(tmp_path / "t.csv", [row(2021, "KOR", "M", "CHN", "10121", 5)]), reporter="KOR")
    assert values(trade) == {("KOR", 2021, "CHN", "010121"): 5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"primaryValue": "-5"}, "1 rows have a negative value, such as -5"),
        ({"primaryValue": "five"}, "1 rows have a value that is no number, such as five"),
    ],
)
def test_values_that_cannot_be_are_refused(tmp_path, change, message):
    rows = [*wire(), row(2022, "KOR", "M", "JPN", "761490", 1) | change]
    with pytest.raises(AirshedError, match=message):
        read_trade(table(tmp_path / "t.csv", rows), reporter="KOR")


def test_a_file_that_is_cut_off_is_refused_with_the_line(tmp_path):
    path = table(tmp_path / "t.csv", wire())
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"H5")])
    with pytest.raises(AirshedError, match=r"line 25: 16 cells in place of 29"):
        read_trade(path, reporter="KOR")


def test_a_file_without_an_end_is_said(tmp_path):
    path = table(tmp_path / "t.csv", wire())
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert read_trade(path, reporter="KOR").notes == (comtrade.CUT,)


def test_columns_that_lack_are_named(tmp_path):
    head = [name for name in HEAD if name not in ("flowCode", "flowDesc", "cmdCode")]
    with pytest.raises(AirshedError, match="does not say flow, commodity"):
        read_trade(table(tmp_path / "t.csv", wire(), head=head))


def test_text_that_is_not_utf_8_is_refused(tmp_path):
    path = table(tmp_path / "t.csv", [row(2021, "KOR", "M", "CHN", "761490", 5, cmdDesc="x")] * 1)
    path.write_bytes(path.read_bytes().replace(b",x,", ",알루미늄,".encode("cp949")))
    with pytest.raises(AirshedError, match="UTF-8"):
        read_trade(path, reporter="KOR")


CUSTOMS = "기간;국가명;품목코드;수출 금액;수입 금액\n2022;중국;761490;1,000;9,000\n2022;베트남;761490;0;1,000\n"
MAPPING = "field,column\nyear,기간\npartner,국가명\ncommodity,품목코드\nexports,수출 금액\nimports,수입 금액\n"
CONSTANTS = "reporter,=KOR\ncurrency,=USD\nscale,=1000\n"


def mapped(folder, table_text=CUSTOMS, mapping=MAPPING + CONSTANTS):
    path, columns = folder / "customs.csv", folder / "mapping.csv"
    path.write_text(table_text, encoding="utf-8")
    columns.write_text(mapping, encoding="utf-8")
    return read_trade(path, reporter="KOR", mapping=columns)


def test_a_national_table_is_read_by_a_mapping(tmp_path):
    trade = mapped(tmp_path)
    assert values(trade) == {("KOR", 2022, "CHN", "761490"): 9e6, ("KOR", 2022, "VNM", "761490"): 1e6}
    assert sum(values(trade, "X").values()) == 1e6
    assert trade.currency == "USD"


def test_national_codes_of_ten_digits_are_added_to_six(tmp_path):
    rows = "2022;중국;7614901000;0;9,000\n2022;중국;7614909000;0;1,000\n"
    trade = mapped(tmp_path, CUSTOMS.splitlines()[0] + "\n" + rows)
    assert values(trade) == {("KOR", 2022, "CHN", "761490"): 1e7}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (MAPPING + "reporter,=KOR\n", "does not say the currency"),
        (MAPPING.replace("국가명", "나라"), "has no column 나라 for partner"),
        (MAPPING + CONSTANTS + "colour,=blue\n", "a trade table has no field colour"),
        (MAPPING + CONSTANTS + "reporter,=JPN\n", "reporter is mapped twice"),
        (MAPPING + "reporter,=KOR\ncurrency,=USD\nscale,=many\n", "cannot be many"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, mapping, message):
    with pytest.raises(AirshedError, match=message):
        mapped(tmp_path, mapping=mapping)


def test_two_currencies_are_refused(tmp_path):
    text = "year,reporter,partner,flow,code,value,money\n2022,KOR,CHN,M,761490,5,USD\n2022,KOR,VNM,M,761490,5,KRW\n"
    fields = "year,year\nreporter,reporter\npartner,partner\nflow,flow\ncommodity,code\nvalue,value\ncurrency,money\n"
    with pytest.raises(AirshedError, match="KRW, USD"):
        mapped(tmp_path, text, "field,column\n" + fields)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(["CHN", "VNM", "DEU"]), st.sampled_from([2020, 2021]), st.integers(0, 10**9)),
        min_size=1,
        max_size=20,
        unique_by=lambda item: item[:2],
    )
)
def test_no_value_is_lost_or_added(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("trade")
    rows = [row(year, "KOR", "M", partner, "761490", value) for partner, year, value in parts]
    trade = read_trade(table(folder / "t.csv", rows), reporter="KOR")
    assert values(trade) == {("KOR", year, partner, "761490"): value for partner, year, value in parts}
