"""Words that decide: one spelling, whatever their case, space, hyphens and letters; what is no word is found."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import airshed
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.tables import attribution
from airshed.pack.checks import check_pack
from airshed.pack.checks.words import one_spelling
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError, stops
from airshed.pack.scenarios import read_scenario
from airshed.pack.schema import tables
from airshed.pack.selection import Selection
from airshed.pack.spelling import fold
from airshed.pack.words import CLOSED, DEFINES, EXACT, vocabularies
from support.small import rows_of
from support.variant import opened_variant, small_variant

KOREAN = "두루미섬"


def changed(table, where, **cells):
    """Return the change of a small pack that writes cells into the rows of a table that hold the values of `where`."""

    def change(rows):
        meant = [row for row in rows[table] if all(row.get(name) == value for name, value in where.items())]
        assert meant
        for row in meant:
            row.update({name: cell(row[name]) if callable(cell) else cell for name, cell in cells.items()})

    return change


def at_port(pack):
    table = attribution(pack, airshed.assess(pack), "port")
    return dict(zip(table["country"], table["value"], strict=True))


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory):
    """What the small pack says of the city before any cell changes; test_quantities holds it against a calculation."""
    return at_port(opened_variant(tmp_path_factory.mktemp("as_it_is") / "pack"))


ONE = {"region": "BBB", "pollutant": "SO2", "year": 2015}


@pytest.mark.parametrize(
    "change",
    [
        changed("observations", {}, statistic="Annual mean"),
        changed("observations", {}, statistic="annual\u00a0average "),
        changed("observations", {}, statistic="연평균"),
        changed("observations", {}, coverage="Whole", kind="OFFICIAL"),
        changed("observation_kinds", {}, kind="Official"),
        changed("emissions", ONE, inventory="Counted"),
        changed("emissions", {}, inventory="COUNTED"),
        changed("emissions", ONE, year="２０１５"),
        changed("emissions", ONE, value="40\u200b"),
        changed("populations", {"region": "AA-1"}, series="Base"),
        changed("published_contributions", {"study": "Third"}, use="Spread", quantity="Share of Annual mean"),
        changed("published_contributions", {"study": "First", "source_region": "AAA"}, study="FIRST"),
        changed("source_receptor_base", {"item": "sea_salt"}, item="Sea salt"),
        changed("source_receptor", {"species": "SO4"}, species="sulfate"),
        changed("source_receptor", {"source_block": "BLOCK_A"}, relation="TM5FASST"),
        changed("parameters", {"key": "om_to_oc"}, key="OM_to_OC"),
        changed("distributions", {"table": "parameters"}, law=str.upper),
    ],
)
def test_another_spelling_of_a_word_gives_the_same_answer(tmp_path, as_it_is, change):
    found = at_port(opened_variant(tmp_path / "pack", change))
    assert found == pytest.approx(as_it_is, rel=1e-9)


def test_a_standard_is_found_by_its_words(tmp_path):
    words = {"pollutant": "pm2.5", "averaging": "Yearly", "level": "guideline", "standard": "WHO 2005"}
    pack = opened_variant(tmp_path / "pack", changed("standards", {"scope": "WHO"}, **words))
    assert resolve_target(pack, "who-2005", ["port"], 2015).tolist() == [10.0]


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (changed("observations", {}, statistic="median"), "AS205", "statistic"),
        (changed("standards", {"scope": "WHO"}, averaging="now and then"), "AS205", "averaging"),
        (changed("parameters", {"key": "vsl_base"}, key="vsl"), "AS205", "key"),
        (changed("economy", {"code": "AAA"}, indicator="income"), "AS205", "indicator"),
        (changed("published_contributions", {"study": "Third"}, quantity="part"), "AS205", "quantity"),
        (changed("published_contributions", {"study": "Third"}, species="dust"), "AS205", "species"),
        (changed("source_receptor_base", {"item": "dust"}, item="sand"), "AS205", "item"),
        (changed("emissions", ONE, value="1\u2009000"), "AS202", "value"),
        (changed("emissions", ONE, value="10²"), "AS202", "value"),
        (changed("emissions", ONE, year="20l5"), "AS207", "year"),
    ],
)
def test_what_is_no_word_or_number_is_found_with_its_place(tmp_path, change, code, column):
    with pytest.raises(PackError) as caught:
        opened_variant(tmp_path / "pack", change)
    found = {item.code: item for item in caught.value.findings}
    assert code in found, found
    assert found[code].column == column and found[code].row > 1 and found[code].remedy


def test_a_repeated_key_is_not_hidden_by_its_digits_or_spelling(tmp_path):
    """20 kt said twice, once in full-width digits and once in another spelling, are no 60 kt."""

    def twice(rows):
        (row,) = (row for row in rows["emissions"] if all(row[name] == value for name, value in ONE.items()))
        rows["emissions"] += [{**row, "year": "２０１５", "value": 500}, {**row, "inventory": "Counted "}]

    found = stops(check_pack(small_variant(tmp_path / "pack", twice)).findings)
    assert [item.code for item in found] == ["AS220", "AS220"]


def test_a_spelling_that_differs_is_told(tmp_path):
    change = changed("emissions", ONE, inventory="Counted")
    (told,) = check_pack(small_variant(tmp_path / "pack", change)).findings
    assert (told.code, told.severity, told.column) == ("AS240", "info", "inventory")
    assert "Counted here and counted elsewhere" in told.message


def test_the_rules_name_words_in_any_spelling(tmp_path, as_it_is):
    rules = {"baseline": {"history": "Counted", "grow_like": {"pm2.5": "so2"}}, "transport": {"relation": "TM5FASST"}}
    pack = opened_variant(tmp_path / "pack", descriptor=rules)
    assert pack.descriptor.baseline == {"history": "counted", "grow_like": {"PM2.5": "SO2"}}
    assert at_port(pack) == pytest.approx(as_it_is, rel=1e-9)


@pytest.mark.parametrize(
    "rules",
    [{"grow_like": {"PM3": "SO2"}}, {"grow_like": {"BC": "soot"}}, {"printed_sectors": {"mobile": ["rail"]}}],
)
def test_a_rule_that_names_no_pollutant_or_sector_is_refused(tmp_path, rules):
    pack = opened_variant(tmp_path / "pack", descriptor={"baseline": {"history": "counted", **rules}})
    with pytest.raises(AirshedError, match=r"in the rules of the baseline .* is not known"):
        airshed.assess(pack)


def test_claims_name_words_in_any_spelling(tmp_path):
    def claim(rows):
        place = 'inventory="COUNTED", region="bbb", sector="Industry", pollutant="so2", year=2015'
        words = {"statement_en": "x", "statement_ko": "x", "place": "x", "unit": "kt/yr", "comparison": "Equals"}
        rows["claims"] = [{"id": "x", "expression": f"emissions({place})", "printed": 40, "decimals": 0, **words}]

    (row,) = claims_table(opened_variant(tmp_path / "pack", claim)).to_dict("records")
    assert (row["verdict"], row["computed"]) == ("confirmed", 40)


def test_a_claim_about_two_spellings_that_a_table_keeps_apart_takes_its_own(pack):
    """Where both occur, the word as it is written comes first."""
    from airshed.pack.expressions import parse, references

    frame = pack.table("emissions").head(2).assign(category=["A-1", "a 1"])
    (reference,) = references(parse('emissions(category="a 1")'))
    assert Selection(lambda name: frame).find(reference).rows == [1]


def apart(text):
    return unicodedata.normalize("NFD", text)


def test_names_and_files_are_compared_composed(tmp_path, cli):
    """A pack from a Mac: names of inventories, files and rules decomposed; asked with either."""
    folder = small_variant(tmp_path / "pack", changed("emissions", {}, inventory=apart(KOREAN)))
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor |= {"baseline": {"history": KOREAN}, "title": apart(KOREAN)}
    (folder / "tables" / "emissions.csv").rename(folder / "tables" / f"{apart(KOREAN)}.csv")
    for resource in descriptor["resources"]:
        if resource["name"] == "emissions":
            resource["path"] = f"tables/{KOREAN}.csv"
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    assert airshed.open_pack(folder).title() == KOREAN
    answers = [
        cli("--pack", folder, "emissions", "--region", "BBB", "--inventory", name, "--format", "csv")
        for name in (KOREAN, apart(KOREAN))
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 0 and len(answers[0][1].splitlines()) > 2


def test_a_scenario_from_a_mac_is_read_composed(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(apart(f"name: mine\ntitle: {KOREAN}\ndescription: x\n"), encoding="utf-8")
    assert read_scenario(path).title == KOREAN


def test_an_address_asks_with_composed_letters(small_copy):
    from airshed.answers.asked import question_of
    from airshed.web.registry import PAGES

    pack = airshed.open_pack(small_copy)
    page = next(page for page in PAGES if page.name == "compare")
    question = question_of(page, pack, {}, [("scenario", apart(KOREAN))])
    assert question.scenario == (KOREAN,)


def test_every_vocabulary_speaks_of_columns_that_there_are():
    for vocabulary in vocabularies().values():
        for table, column, kind in vocabulary.columns:
            assert tables()[table].column(column), (vocabulary.name, table, column)
            assert kind != CLOSED or vocabulary.known
        means = set(vocabulary.words.values())
        assert all(fold(word) in vocabulary.words for word in means), vocabulary.name


def disguised(draw, word):
    """Return a word as another might write it: case, hyphens, space, decomposed, wide, with what cannot be seen."""
    case = draw(st.sampled_from([str, str.upper, str.title, str.swapcase]))
    text = "".join(
        draw(st.sampled_from([letter, "\u2013", "\u00a0"])) if letter in "-_ " else letter for letter in case(word)
    )
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in text)
    return draw(st.sampled_from([text, apart(text), wide, f"\u200b{text}\ufeff", f" {text}\u3000"]))


PLACES = sorted(
    (table, column, kind)
    for vocabulary in vocabularies().values()
    for table, column, kind in vocabulary.columns
    if kind not in (DEFINES, EXACT) and any(row.get(column) for row in rows_of().get(table, ()))
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_spelling_makes_two_words_of_one(tmp_path_factory, data):
    """Cells of any column that decides, disguised: the pack reads as before, or is refused; open words may change.

    Open are also the words after one that a closed vocabulary knows with anything behind it ("share of annual mean").
    """
    table, column, kind = data.draw(st.sampled_from(PLACES))
    before = rows_of()[table]
    where = data.draw(st.sets(st.sampled_from(range(len(before))), min_size=1, max_size=5))

    def change(rows):
        for place in where:
            cell = str(rows[table][place].get(column, ""))
            rows[table][place][column] = disguised(data.draw, cell) if cell else ""

    checked = check_pack(small_variant(tmp_path_factory.mktemp("words") / "pack", change), science=False)
    if stops(checked.findings):
        assert all(item.row and item.remedy for item in stops(checked.findings))
        return
    cells = list(checked.frames[table][column])
    meant = [str(row.get(column, "")) for row in before]
    known = {word for vocabulary in vocabularies().values() for word in vocabulary.words.values()} | {""}
    if kind == CLOSED:
        assert [fold(cell) for cell in cells] == [fold(word) for word in meant]
        assert [cell for cell, word in zip(cells, meant, strict=True) if word in known and cell != word] == []
    assert len(set(zip(cells, meant, strict=True))) == len(set(meant)) == len(set(cells))


def test_the_built_in_pack_spells_every_word_once(pack):
    frames = {name: pack.table(name) for name in pack.tables}
    result, _, findings = one_spelling(frames)
    assert findings == []
    assert all(result[name] is frames[name] for name in frames)
