"""Every number is read through its unit: the same quantity in another unit gives the same answer, or a finding."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import airshed
from airshed.assessment.lives.value import value_table
from airshed.assessment.tables import attribution, levels
from airshed.emissions.table import emission_table
from airshed.pack.checks import check_pack
from airshed.pack.finding import PackError
from airshed.pack.quantities import converted, quantities
from airshed.pack.schema import tables
from airshed.pack.units import CURRENCY, SCALE, alike, find, units
from airshed.strategy.cost import Money
from airshed.strategy.measures import catalogue
from support.small_levels import NATURAL, responses_of_2015
from support.variant import opened_variant, small_variant


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory):
    """The small pack before any cell changes: its levels by place, and who gives what to the city, ug/m3."""
    pack = opened_variant(tmp_path_factory.mktemp("as_it_is") / "pack")
    rows = levels(pack, airshed.assess(pack, parts=("concentration",))).set_index("region")
    return rows, at_port(pack)


def changed(table, where, **cells):
    """Return the change of a small pack that writes cells into the rows of a table that hold the values of `where`."""

    def change(rows):
        meant = [row for row in rows[table] if all(row.get(name) == value for name, value in where.items())]
        assert meant
        for row in meant:
            row.update({name: cell(row) if callable(cell) else cell for name, cell in cells.items()})

    return change


def parameter(key, **cells):
    return changed("parameters", {"key": key}, **cells)


def value_in(pack):
    (row,) = value_table(pack, airshed.assess(pack), ["AAA"]).to_dict("records")
    assert row["unit"] == "million USD of 2015/yr"
    return row["value"]


def at_port(pack):
    table = attribution(pack, airshed.assess(pack), "port")
    return dict(zip(table["country"], table["value"], strict=True))


@pytest.mark.parametrize(
    "change",
    [
        parameter("vsl_base", value=3000, unit="thousand USD"),
        parameter("vsl_base", value=3e6, unit="USD"),
        parameter("vsl_income_elasticity", value=80, low=70, high=90, unit="percent"),
        changed(
            "economy",
            {"indicator": "gdp_per_head_ppp", "code": "AAA"},
            value=10,
            unit="thousand international dollars per person",
        ),
        changed(
            "economy",
            {"indicator": "gdp_per_head_ppp", "code": "AAA"},
            value=1,
            unit="10 thousand current international dollars per person",
        ),
        changed("economy", {"indicator": "gdp_per_head_usd"}, value=5, unit="thousand USD per head"),
        changed("economy", {"code": "USA", "year": 2005}, value=0.8, unit="index (base 1)"),
        changed("mortality", {}, value=9, unit="deaths/1000/yr"),
        changed("ages", {}, value=5, unit="percent"),
    ],
    ids=["thousand", "dollars", "elasticity", "income", "10 thousand", "market", "index", "rates", "ages"],
)
def test_the_value_of_lives_is_that_of_the_quantities(tmp_path, as_it_is, change):
    """Six bands of 5 % have a response, and 0.9 % of them die; a death is worth 3 M USD x (10/40)^0.8 x 96/80.

    In market money that is half: 5 of 10 thousand a head.
    """
    deaths = sum(
        6 * 0.05 * people * 0.009 * attributable(as_it_is[0].loc[code, "value"])
        for code, people in (("AA-1", 1e6), ("AA-2", 3e6))
    )
    expected = deaths * 3 * 0.25**0.8 * 1.2 * 5 / 10
    assert value_in(opened_variant(tmp_path / "pack", change)) == pytest.approx(expected, rel=1e-6)


def attributable(level):
    """The share of deaths by GEMM (Burnett et al. 2018, eq. 1) with the numbers of the small pack."""
    excess = level - 2.4
    return 1.0 - math.exp(-0.143 * math.log1p(excess / 1.6) / (1.0 + math.exp(-(excess - 15.5) / 36.8)))


@pytest.mark.parametrize(
    "change",
    [
        changed("published_contributions", {}, central=lambda row: row["central"] / 100, unit="1"),
        changed("published_contributions", {}, central=lambda row: row["central"] * 10, unit="per mille"),
        parameter("kernel_d0_primary", value=30000, unit="m"),
        changed("distributions", {"key": "kernel_d0_primary"}, low=20000, high=40000, unit="m"),
        parameter("kernel_omega_secondary", value=150, unit="percent"),
        parameter("particle_water", value=27, unit="%"),
        changed("source_receptor_base", {}, value=lambda row: row["value"] / 1000, unit="mg/m³"),
        changed("observations", {}, value=lambda row: row["value"] * 1000, unit="ng/m3"),
    ],
    ids=["shares", "per mille", "metres", "law in metres", "exponent", "water", "base", "observed"],
)
def test_who_affects_whom_is_that_of_the_quantities(tmp_path, as_it_is, change):
    rows, shares = as_it_is
    found = at_port(opened_variant(tmp_path / "pack", change))
    assert found == pytest.approx(shares, rel=1e-9)
    assert sum(found.values()) == pytest.approx(rows.loc["port", "value"])


def test_the_levels_of_the_small_pack_are_those_of_a_gaussian_process(as_it_is):
    """20 and 22 ug/m3 at AA-1 say less of its nation than of itself, and least of the other nation."""
    rows, shares = as_it_is
    expected = responses_of_2015(rows.loc["AA-1", "modelled"])
    for place, like in (("AA-1", "AA-1"), ("AA-2", "nation"), ("port", "nation"), ("BBB", "abroad")):
        assert rows.loc[place, "response"] == pytest.approx(expected[like], rel=1e-9)
        assert rows.loc[place, "value"] == pytest.approx(NATURAL + expected[like] * rows.loc[place, "modelled"])
    assert sum(shares.values()) == pytest.approx(rows.loc["port", "value"])


def test_a_law_that_multiplies_a_parameter_is_a_law_of_its_unit(tmp_path):
    """Two thirds to four thirds of 30 km are 20 to 40 km, around the same number."""
    laws = [
        opened_variant(tmp_path / name, changed("distributions", {"key": "kernel_d0_primary"}, **cells)).table(
            "distributions"
        )
        for name, cells in (
            ("factor", {"low": 2 / 3, "high": 4 / 3, "unit": "factor"}),
            ("named", {"low": 20, "high": 40, "unit": "km", "key": "key=kernel_d0_primary"}),
        )
    ]
    for rows in laws:
        row = rows[rows["key"] == "kernel_d0_primary"].iloc[0]
        assert (row["low"], row["high"], row["unit"]) == (pytest.approx(20), pytest.approx(40), "km")


@pytest.mark.parametrize(("unit", "scale"), [("factor", 1), ("1", 1), ("percent", 100), ("%", 100)])
def test_a_law_of_emissions_in_percent_is_around_the_emission(tmp_path, unit, scale):
    law = {end: value * scale for end, value in (("low", 0.5), ("central", 1), ("high", 2.5))}
    pack = opened_variant(tmp_path / "pack", changed("distributions", {"table": "emissions"}, **law, unit=unit))
    row = emission_table(pack, regions=["AA-1"], by=["region"], pollutants=["SO2"], years=[2015]).iloc[0]
    assert (row["value"], row["low"], row["high"]) == pytest.approx((20, 10, 50))


def test_the_interest_rate_in_percent_is_a_share(tmp_path):
    pack = opened_variant(
        tmp_path / "pack",
        parameter("discount_rate", value=4, low=2, high=6, unit="percent"),
    )
    rate = Money(pack).rate
    assert (rate.low, rate.value, rate.high) == pytest.approx((0.02, 0.04, 0.06))


@pytest.mark.parametrize(("value", "unit"), [(0.2, "kUSD/t"), (200, "USD/t"), (0.2, "thousand USD/t"), (0.2, "USD/kg")])
def test_costs_are_those_of_their_unit(tmp_path, value, unit):
    where = {"measure": "industry.CLOTH"}
    pack = opened_variant(tmp_path / "pack", changed("measure_costs", where, value=value, unit=unit))
    (cloth,) = (measure for measure in catalogue(pack) if measure.code == "industry.CLOTH")
    assert cloth.cost.amount.value == pytest.approx(200)


def test_tables_are_printed_as_the_file_gives_them(tmp_path, cli):
    folder = small_variant(tmp_path / "pack", parameter("vsl_base", value=3000, unit="thousand USD"))
    code, out, _ = cli("--pack", folder, "pack", "show", "parameters", "--format", "csv")
    assert code == 0
    assert any(line.startswith("vsl_base,3000.0,,,thousand USD,") for line in out.splitlines())
    rows = airshed.open_pack(folder).table("parameters").set_index("key")
    assert (rows.loc["vsl_base", "value"], rows.loc["vsl_base", "unit"]) == (3.0, "million USD")


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (parameter("discount_rate", value=4), "AS212", "value"),
        (parameter("kernel_d0_primary", value=-30), "AS212", "value"),
        (parameter("vsl_base", value=3000000), "AS212", "value"),
        (parameter("vsl_base", unit=""), "AS201", "unit"),
        (parameter("vsl_base", unit="million EUR"), "AS211", "unit"),
        (parameter("vsl_base_year", unit="1"), "AS211", "unit"),
        (changed("economy", {"code": "USA"}, unit="percent"), "AS211", "unit"),
        (changed("distributions", {"table": "emissions"}, unit="kt/yr"), "AS211", "unit"),
        (changed("distributions", {"table": "emissions"}, unit="parts"), "AS210", "unit"),
        (changed("published_contributions", {"study": "Third"}, unit="ug/m3"), "AS211", "unit"),
        (
            changed("published_contributions", {"study": "First"}, quantity="contribution", unit="ug/m3"),
            "AS213",
            "unit",
        ),
        (changed("published_contributions", {"study": "First"}, species="nitrate"), "AS213", "species"),
        (changed("published_contributions", {"study": "First"}, unit="1"), "AS316", "central"),
        (changed("measure_costs", {"measure": "industry.CLOTH"}, unit="EUR/t"), "AS356", "unit"),
        (changed("measure_costs", {"measure": "industry.CLOTH"}, unit="USD"), "AS211", "unit"),
    ],
)
def test_what_a_unit_cannot_mean_is_refused_with_its_place(tmp_path, change, code, column):
    with pytest.raises(PackError) as caught:
        opened_variant(tmp_path / "pack", change)
    found = {item.code: item for item in caught.value.findings}
    assert code in found, found
    assert found[code].column == column and found[code].row > 1 and found[code].remedy


def test_every_unit_column_has_its_quantity():
    """A table with a unit is converted, but for numbers kept as printed, and factors and laws, by their readers."""
    as_printed = {"targets", "claims", "factors", "distributions", "import_facts", "trade_events"}
    # their units are one word of a closed list each: vehicles, MW, kg/vehicle, kg/MW
    as_printed |= {"equipment", "material_activities", "material_intensities", "material_uses"}
    as_printed |= {"vehicle_parameters", "vehicle_rules"}
    as_printed |= {"policy_targets", "target_indicators", "target_observations"}
    held = {name for name, table in tables().items() if table.column("unit")}
    assert held - as_printed == set(quantities())
    for kinds in quantities().values():
        for kind in kinds:
            assert find(kind.unit.replace(CURRENCY, "EUR")) is not None
            assert all(tables()[kind.table].column(name) for name in (*kind.columns, kind.unit_column))


@pytest.mark.parametrize("table", ["parameters", "economy", "published_contributions", "source_receptor_base"])
def test_every_number_of_the_built_in_pack_is_in_the_unit_it_is_read_in(pack, table):
    """What the files give is what is read, but for one file in thousands."""
    read, printed = pack.table(table), pack.printed(table)
    if table != "economy":
        assert read.equals(printed)
    else:
        scaled = printed["unit"].str.startswith("thousand ")
        assert read[~scaled].equals(printed[~scaled])
        assert (read.loc[scaled, "value"] == 1000 * printed.loc[scaled, "value"]).all()
        assert set(read.loc[scaled, "source"]) == {"gcam_korea_grdp"}


SCALES = [""] + [f"{unit.unit} " for unit in units().values() if unit.dimension == SCALE]


@settings(max_examples=60)
@given(st.data())
def test_any_unit_of_the_same_dimension_gives_the_same_numbers(pack, data):
    """Written in another unit, by a factor of this test's own, the rows of every table come to the same."""
    table = data.draw(st.sampled_from(sorted(set(quantities()) & set(pack.tables))))
    rows = pack.table(table).head(40)
    kind = data.draw(st.sampled_from(quantities()[table]))
    here = kind.holds(rows)
    written = rows.copy()
    for unit in set(rows.loc[here, kind.unit_column]):
        other = data.draw(st.sampled_from(SCALES)) + data.draw(st.sampled_from(alike(find(unit))))
        ratio = find(unit).factor / find(other).factor
        mine = here & (rows[kind.unit_column] == unit)
        for column in kind.columns:
            written.loc[mine, column] = rows.loc[mine, column] * ratio
        written.loc[mine, kind.unit_column] = other
    read = converted(written, table)
    assert list(read[kind.unit_column]) == list(rows[kind.unit_column])
    for column in kind.columns:
        for one, two in zip(read[column], rows[column], strict=True):
            assert one == pytest.approx(two, rel=1e-12) or (math.isnan(one) and math.isnan(two))


def test_checks_of_sense_compare_numbers_in_one_unit(tmp_path):
    """A total in tonnes is that of its sectors in kilotonnes; 40 kt less than it are found, in kt."""

    def totals(rows):
        first = rows["emissions"][0]
        pollutants = {row["pollutant"]: row["value"] for row in rows["emissions"] if row["region"] == "BBB"}
        rows["emissions"] += [
            {**first, "region": "BBB", "year": 2015, "sector": "total", "pollutant": pollutant, "unit": "t/yr"}
            | {"value": 1000 * (value + (40 if pollutant == "SO2" else 0))}
            for pollutant, value in pollutants.items()
        ]

    findings = [item for item in check_pack(small_variant(tmp_path / "pack", totals)).findings if item.code == "AS302"]
    assert [item.message.split(" is ")[1].split(",")[0] for item in findings] == ["80"]
