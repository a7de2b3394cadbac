"""The ground floor: schema, units, codes, people, languages, equations, sources."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Package, system
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.evidence.equations import MODULES, equations
from airshed.pack import codes, people, units
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.language import retell, translator
from airshed.pack.pack import built_in_path
from airshed.pack.schema import tables
from airshed.pack.sources import source_table

SOURCE = Path(airshed.__file__).parent


def test_the_descriptor_is_a_valid_frictionless_package():
    with system.use_context(trusted=True):
        package = Package(str(built_in_path() / "datapackage.json"))
        report = package.validate(limit_rows=300)
    assert report.valid, report.flatten(["type", "note"])
    assert len(package.resources) == len({resource.name for resource in package.resources})


def test_a_new_pack_is_a_valid_frictionless_package(small_folder):
    with system.use_context(trusted=True):
        report = Package(str(small_folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])


def test_no_file_of_the_pack_is_larger_than_a_megabyte():
    sizes = {path: path.stat().st_size for path in built_in_path().rglob("*") if path.is_file()}
    assert max(sizes.values()) < 1_000_000


def test_the_built_in_pack_has_no_stopping_finding_and_finds_the_misprinted_row(pack):
    assert not [item for item in pack.findings if item.severity in ("blocker", "error")]
    messages = [item.message for item in pack.findings if item.code == "AS304"]
    assert any("residential_commercial PM2.5 2015" in text and " 39 " in text for text in messages)


def test_what_the_pack_covers(pack):
    regions = pack.table("regions")
    assert (regions["parent"] == "CHN").sum() == 33
    assert (regions["parent"] == "KOR").sum() == 17
    assert {"PRK", "JPN", "MNG", "TWN", "RUS", "SHIP", "ROW"} <= set(codes.leaves(pack))
    assert {"JJJ", "YRD", "FW", "PRD", "SCA"} <= set(codes.group_members(pack))
    cities = pack.table("receptors")
    roles = " ".join(cities["roles"]).split()
    assert (roles.count("eacac_member"), roles.count("ltp_receptor"), roles.count("capital")) == (10, 12, 7)
    assert set(cities["region"]) <= set(codes.leaves(pack))


def test_every_row_has_a_source_and_every_resource_a_licence(pack):
    keys = set(pack.table("sources")["key"])
    for name in pack.tables:
        if name != "sources":
            assert set(pack.table(name)["source"]) <= keys, name
    assert all(resource.licences for resource in pack.descriptor.resources)


def test_sources_name_what_is_not_free(pack):
    reuse = source_table(pack).set_index("key")["reuse"]
    assert reuse["attr_mort_repo"] == reuse["ihme_pop_2015"] == reuse["berkeley_earth"] == "non-commercial"
    assert reuse["capss_ceds"] == reuse["reas32_ceds"] == "not-stated"
    licences = {r.table: " ".join(r.licences) for r in pack.descriptor.resources}
    assert "non-commercial" in licences["mortality"]


def test_the_tile_grid_gives_every_leaf_region_a_tile_of_its_own(pack):
    regions = pack.table("regions").dropna(subset=["tile_row"])
    assert set(regions["code"]) == {code for code in codes.leaves(pack) if code not in ("SHIP", "AIR", "ROW")}
    assert not regions.duplicated(["tile_row", "tile_column"]).any()


def test_convert_by_the_table_of_units():
    assert units.convert(3.5, "Mt/yr", "kt/yr") == pytest.approx(3500.0)
    assert units.convert(1.0, "deaths/100000/yr", "deaths/person/yr") == pytest.approx(1e-5)
    with pytest.raises(AirshedError, match="measures emission"):
        units.convert(1.0, "kt/yr", "ug/m3")
    with pytest.raises(AirshedError, match="is not known"):
        units.convert(1.0, "kilo", "t/yr")


@given(st.sampled_from(sorted(units.units())), st.floats(1e-6, 1e6))
def test_conversion_there_and_back_is_the_same_number(unit, value):
    for other in units.units().values():
        if other.dimension == units.units()[unit].dimension:
            there = units.convert(value, unit, other.unit)
            assert units.convert(there, other.unit, unit) == pytest.approx(value, rel=1e-12)


def test_members_of_a_group_a_nation_a_region(pack):
    assert codes.members(pack, "SCA") == ["KR-11", "KR-28", "KR-41"]
    assert len(codes.members(pack, "KOR")) == 17
    assert codes.members(pack, "KR-11") == ["KR-11"]
    with pytest.raises(AirshedError, match="did you mean JJJ"):
        codes.members(pack, "JJ")
    with pytest.raises(AirshedError, match="overlap in CN-BJ"):
        codes.refuse_overlap(pack, ["JJJ", "CN-BJ"])


def test_population_grows_like_the_nation_and_levels_are_not_mixed(pack):
    base = people.population(pack, 2015, ["KR-11", "CN-BJ"])
    assert base.to_dict() == {"KR-11": 9904312.0, "CN-BJ": 21710000.0}
    later = people.population(pack, 2030, ["KR-11"])
    assert later["KR-11"] == pytest.approx(9904312 * 51152050 / 50823087)
    with pytest.raises(MissingTableError, match="covers 2015 to 2030"):
        people.population(pack, 2005, ["KR-11"])


def test_a_missing_table_is_named():
    empty = airshed.open_pack()
    empty._frames.pop("mortality")
    with pytest.raises(MissingTableError, match="needs table mortality"):
        airshed.assess(empty)


def test_the_hash_names_the_input(small_folder, small_copy):
    before = airshed.open_pack(small_folder).hash()
    assert airshed.open_pack(small_copy).hash() == before
    path = small_copy / "tables" / "areas.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("30000", "30001"), encoding="utf-8")
    assert airshed.open_pack(small_copy).hash() != before


def test_names_in_three_languages(pack):
    assert [pack.name("KR-11", language) for language in ("en", "ko", "zh")] == ["Seoul", "서울특별시", "首尔"]
    assert (pack.name("CN-SX", "ko"), pack.name("CN-SN", "ko")) == ("산시(山西)", "산시(陝西)")
    assert pack.name("nowhere") == "nowhere"


def test_notes_are_retold_part_by_part():
    note = "response of KR-11; indicative; something else"
    told = retell(note, ["response of {place}", "indicative"], translator("ko"))
    assert told == "KR-11의 반응비; 참고용; something else"
    with pytest.raises(AirshedError, match="use one of: ko, en, zh"):
        translator("fr")


def test_every_module_that_registers_a_formula_is_in_the_catalogue():
    using = {
        ".".join(["airshed", *path.relative_to(SOURCE).with_suffix("").parts])
        for path in SOURCE.rglob("*.py")
        if re.search(r"^@equation\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    assert using == set(MODULES)
    for item in equations():
        module, name = item.function.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))
        assert item.latex and item.units and item.citation


def test_light_imports():
    heavy = ["pandas", "xarray", "scipy", "altair", "numpy", "pydantic"]
    for code in ("import airshed", "from airshed.cli.main import main; main(['--help'])"):
        done = subprocess.run(
            [sys.executable, "-c", f"{code}\nimport sys; print([m for m in {heavy} if m in sys.modules])"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


def test_every_column_of_the_schema_is_described():
    for table in tables().values():
        assert table.description
        assert all(column.description for column in table.columns), table.name


def test_the_descriptor_follows_the_schema():
    descriptor = json.loads((built_in_path() / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        known = {column.column for column in tables()[resource["table"]].columns}
        named = {field["name"] for field in resource["schema"]["fields"]}
        assert named | set(resource.get("constants", {})) <= known
