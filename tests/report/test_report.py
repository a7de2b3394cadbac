"""The report: files, languages, tables, atomic writing."""

import ast
import csv
import json
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import airshed
from airshed.answers.chapters.figures import figures
from airshed.answers.chapters.summary import cards, sentences
from airshed.answers.chapters.trust import score_cards
from airshed.answers.words import Words
from airshed.assessment.chain.anchored import RULES as ANCHORED_RULES
from airshed.assessment.chain.chain import observed_year
from airshed.assessment.chain.scenarios import COST_NOTES as SCENARIO_NOTES
from airshed.assessment.evidence.calibration import NOTES as STUDY_NOTES
from airshed.assessment.evidence.claims import COUNTS, VERDICTS
from airshed.assessment.evidence.claims import NOTES as CLAIM_NOTES
from airshed.assessment.evidence.equations import equations
from airshed.assessment.evidence.hindcast import NOTES as HINDCAST_NOTES
from airshed.assessment.evidence.validation import NOTES as VALIDATION_NOTES
from airshed.assessment.explain.explain import TEMPLATES
from airshed.assessment.lives.acute import NOTES as ACUTE_NOTES
from airshed.assessment.lives.damage import NOTES as DAMAGE_NOTES
from airshed.assessment.lives.health import NOTES as HEALTH_NOTES
from airshed.assessment.lives.periods import NOTES as PERIOD_NOTES
from airshed.assessment.lives.uncertainty import NOTES as UNCERTAINTY_NOTES
from airshed.assessment.lives.value import NOTES as VALUE_NOTES
from airshed.assessment.members.budget import NOTES as BUDGET_NOTES
from airshed.assessment.members.partner_reasons import CLAUSES, NOT_COUNTED
from airshed.assessment.members.schedule import NOTES as SCHEDULE_NOTES
from airshed.assessment.members.support import KINDS
from airshed.assessment.members.support import NOTES as SUPPORT_NOTES
from airshed.assessment.run import RULES
from airshed.assessment.tables import NOTES, all_tables
from airshed.assessment.transition.co2 import NOTES as CO2_NOTES
from airshed.assessment.transition.decompose import FACTORS
from airshed.assessment.transition.decompose import LEVELS as LEVELS_OF_KAYA
from airshed.assessment.transition.decompose import NOTES as DECOMPOSE_NOTES
from airshed.assessment.transition.levels import NOTES as LEVEL_NOTES
from airshed.assessment.transition.maker_credits import NOTES as CREDIT_NOTES
from airshed.assessment.transition.together import NOTES as TOGETHER_NOTES
from airshed.assessment.transition.together import SERVES
from airshed.assessment.transition.vehicles import NOTES as VEHICLE_NOTES
from airshed.charts.render import to_svg
from airshed.emissions.activity_table import NOTES as ACTIVITY_NOTES
from airshed.emissions.curtailment import COUNTERFACTUALS
from airshed.emissions.curtailment import NOTES as CURTAILMENT_NOTES
from airshed.emissions.flags import BASES
from airshed.emissions.interval import NOTES as INTERVAL_NOTES
from airshed.pack.errors import AirshedError
from airshed.pack.finding import SEVERITIES
from airshed.pack.finding import catalogue as findings
from airshed.pack.language import catalogue
from airshed.pack.sources import reuse_message
from airshed.report.write import write
from airshed.strategy.application import BASES as APPLICATION_BASES
from airshed.strategy.cost import NOTES as COST_NOTES
from airshed.strategy.measures import REPLACING
from airshed.strategy.measures import catalogue as measures
from airshed.strategy.options import REASONS
from airshed.strategy.prints import NOTES as PRINT_NOTES
from airshed.transition.decoupling import STATES
from airshed.transition.peak import VERDICTS as PEAK_VERDICTS

SOURCE = Path(airshed.__file__).parent


def page(folder, language):
    return (folder / f"report.{language}.html").read_text(encoding="utf-8")


def test_the_folder_holds_what_was_promised(run_folder):
    assert {path.name for path in run_folder.iterdir()} == {
        "report.en.html",
        "report.ko.html",
        "tables",
        "assessment.xlsx",
        "assessment.nc",
    }
    assert {path.suffix for path in (run_folder / "tables").iterdir()} == {".csv"}


def test_the_assessment_file_is_the_assessment(run_folder, assessment):
    assert airshed.Assessment.from_netcdf(run_folder / "assessment.nc").identical(assessment)


def test_csv_workbook_and_python_hold_the_same_tables(run_folder, pack, assessment):
    book = openpyxl.load_workbook(run_folder / "assessment.xlsx", read_only=True)
    for name, table in all_tables(pack, assessment).items():
        with (run_folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        assert rows[0] == list(table.columns) and len(rows) == len(table) + 1
        sheet = list(book[name[:31]].iter_rows(values_only=True))
        assert list(sheet[0]) == rows[0] and len(sheet) == len(rows)
        column = next(place for place, kind in enumerate(table.dtypes) if kind.kind == "f") if name != "sources" else 0
        for row, written, cells in zip(table.iloc[:, column], rows[1:], sheet[1:], strict=True):
            if row == row:
                assert cells[column] == (row if isinstance(row, str) else pytest.approx(row, rel=1e-15))
                assert written[column] == (row if isinstance(row, str) else repr(float(row)))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_needs_no_network_and_no_script(run_folder, language):
    text = page(run_folder, language)
    assert "<script" not in text
    loaded = re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', text)
    assert loaded == []
    assert "@import" not in text and "url(" not in text.split("</style>")[0]


def test_the_page_shows_the_numbers_of_the_tables(run_folder, assessment):
    text = page(run_folder, "en")
    deaths = float(assessment["health"]["deaths"].sum())
    assert f"{deaths / 1e6:.3g} million" in text
    assert "7,511" in text and "-41.0" in text
    assert "this is the baseline of this project" in text


def test_the_national_table_marks_the_largest_cuts_by_amount_and_by_rate(run_folder):
    """Table 3: PM2.5 industry by amount and mobile sources by rate; SO2 industry and power; NOx mobile and power."""
    table = page(run_folder, "en").split('id="table-projection-CHN"')[1].split("</table>")[0]
    cut = re.findall(r'<td class="n cut">([^<]*)</td>', table)
    assert cut == ["-2,789", "-41.5", "-37.8", "-3,448", "-49.3", "-4,433"]


def test_figures_are_valid_specs_and_have_words(pack, assessment):
    tables = all_tables(pack, assessment)
    for language in ("en", "ko", "zh"):
        made = figures(pack, assessment, tables, Words(pack, language, lambda text: text))
        assert set(made) == {
            *("baseline", "exposure", "matrix", "origins", "deaths", "change", "printed_map"),
            *("hindcast", "calibration"),
            *("plan_levels", "plan_regions", "plan_curve", "plan_front", "curtailment"),
        }
        for figure in made.values():
            spec = figure.chart.to_dict(validate=True)
            assert figure.alt and figure.caption
            json.dumps(spec)
    assert to_svg(made["matrix"].chart.to_dict()).startswith("<svg")


def messages():
    methods = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
    for _, _, message, _, _ in extract_from_dir(SOURCE, method_map=methods, keywords={"_": None, "translate": None}):
        yield message
    yield from (word for word in BASES if word)
    yield from SEVERITIES
    yield from NOTES
    yield from CLAIM_NOTES
    yield from (*VERDICTS, *COUNTS)
    yield from (*HEALTH_NOTES, *VALUE_NOTES, *DAMAGE_NOTES)
    yield from (*STUDY_NOTES, *VALIDATION_NOTES, *HINDCAST_NOTES, *TEMPLATES, *ANCHORED_RULES)
    yield from SCENARIO_NOTES
    yield from (*PERIOD_NOTES, *ACUTE_NOTES)
    yield from (*CLAUSES, NOT_COUNTED)
    yield from (*SCHEDULE_NOTES, *KINDS, *(part for note in SUPPORT_NOTES for part in note.split("; ")))
    yield from (*COST_NOTES, *PRINT_NOTES, *REASONS, *APPLICATION_BASES, REPLACING)
    yield from ("selectable", "inside", "efficiency", "priced", "price_region", "subject", "flagged", "lowest_print")
    yield from ("applied_low", "applied_high", "applied_basis")
    yield from (*ACTIVITY_NOTES, *CURTAILMENT_NOTES, *(words for words, _ in COUNTERFACTUALS.values()))
    yield from (item.title for item in equations())
    yield from RULES
    yield from (*VEHICLE_NOTES, *CREDIT_NOTES)
    yield from (*CO2_NOTES, *DECOMPOSE_NOTES, *LEVEL_NOTES, *TOGETHER_NOTES)
    yield from (*STATES, *PEAK_VERDICTS, *FACTORS.values(), *LEVELS_OF_KAYA, *SERVES, "air, with more CO2", "change")
    yield from (*INTERVAL_NOTES, *UNCERTAINTY_NOTES, *BUDGET_NOTES)
    yield from map(reuse_message, ("open", "attribution", "non-commercial", "not-stated"))
    yield from ("largest", "smallest", "largest_cut", "natural", "unexplained")
    for kind in findings().values():
        yield from (kind.message, kind.remedy)


def test_every_message_has_its_korean():
    known = catalogue("ko")
    missing = sorted({message for message in messages() if message not in known})
    assert missing == []


def test_the_log_is_told_in_korean(assessment):
    known = catalogue("ko")
    parts = {part for step in assessment.provenance for part in (step.dataset, *step.rule.split("; "))}
    assert {part for part in parts if part not in known and "after the last inventory year" not in part} == set()


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_translations_keep_their_placeholders(language):
    for message, translated in catalogue(language).items():
        wanted, found = (Counter(re.findall(r"{(\w+)}", text)) for text in (message, translated))
        assert found == wanted, message


def test_korean_and_chinese_have_the_same_messages():
    """Read as written: a catalogue in use leaves out what is empty."""
    ids = {}
    for language in ("ko", "zh"):
        with (SOURCE / "locale" / f"{language}.po").open("rb") as handle:
            read = [message for message in read_po(handle, locale=language, abort_invalid=True) if message.id]
        assert [message.id for message in read if not message.string or message.fuzzy] == []
        ids[language] = {message.id for message in read}
    assert ids["zh"] - ids["ko"] == set()
    assert ids["ko"] - ids["zh"] == set()


def test_no_hangul_in_the_chinese_and_no_english_left():
    known = catalogue("zh")
    hangul = r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"
    assert [message for message, text in known.items() if re.search(hangul, text)] == []
    assert {message for message, text in known.items() if text == message} <= SAME_IN_CHINESE
    assert [message for message, text in known.items() if re.search(r"[\u4e00-\u9fff][,;:?!]", text)] == []


SAME_IN_CHINESE = {"datapackage.json: {what}", "µg/m³", "PM2.5, µg/m³", "CO2", "GDP", "{message}", "{remedy}"}


def test_no_message_of_the_catalogue_is_left_over(pack):
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    written = {node.value for node in nodes if isinstance(node.value, str)}
    left = {*catalogue("ko")} - written - set(messages()) - FIELDS
    assert left - in_tables(pack) == set()


def in_tables(pack):
    """Return the sentences of the tables whose notes and reasons an answer passes on."""
    cells = {
        *pack.table("series_breaks")["note"],
        *pack.table("distributions")["note"],
        *pack.table("claims")["missing"],
        *pack.table("support_costs")["per"],
        *(cell.replace("_", " ") for cell in pack.table("co2")["category"]),
        *(cell for column in ("per", "item", "effect") for cell in pack.table("emergency_costs")[column]),
        *pack.table("responses_acute")["averaging"],
        *pack.table("observations")["kind"],
        *(cell for column in ("basis", "note") for cell in pack.table("material_intensities")[column]),
        *(cell for column in ("indicator", "note") for cell in pack.table("material_uses")[column]),
        *pack.table("trade_events")["kind"],
        *pack.table("import_facts")["unit"],
        *(f"{unit}{each}" for unit in pack.table("material_activities")["unit"] for each in ("", "/yr")),
        *pack.table("vehicle_rules")["unit"],
        *pack.table("seasonal_stops")["product"],
        *pack.table("target_observations")["series"],
        *(cell for table in ("policy_targets", "target_indicators") for cell in pack.table(table)["unit"]),
        *(caveat for measure in measures(pack) for caveat in measure.caveats),
    }
    return {part for cell in cells if isinstance(cell, str) for part in cell.split("; ")}


FIELDS = {
    *("category", "since", "growth_printed", "growth_computed", "growth_difference", "printed_periods", "per_head"),
    *("per_gdp", "money", "account", "later", "drop_percent", "noise_percent", "bound", "called", "passed", "last"),
    *("parts", "difference_percent", "missing", "own_percent", "parts_percent", "from", "to", "co2_percent"),
    *("gdp_percent", "elasticity", "serves", "pollutants", "adds", "co2_efficiency", "Mt/yr", "deaths/Mt"),
    "coal",
    "gas",
    "oil",
    "statement",
    "printed",
    "computed",
    "verdict",
    "reason",
    "percent",
    "percent per year",
    "percentage points",
    "kt/yr",
    "Gt/yr",
    "times",
    "rank",
    "nations",
    "cities",
    "organisations",
    "hours",
    "days",
    "year",
    "value",
    "share_percent",
    "change_percent",
    "growth_percent_per_year",
    "mark",
    "country",
    "cause",
    "set",
    "age",
    "vsl",
    "deaths_per_kt",
    "deaths_low",
    "deaths_high",
    "deaths_own",
    "deaths_abroad",
    "population",
    "exposure",
    "code",
    "severity",
    "file",
    "row",
    "column",
    "message",
    "remedy",
    "table",
    "rows",
    "files",
    "description",
    "id",
    "units",
    "type",
    "required",
    "annual mean",
    "fiscal-year mean",
    "official",
    "city mean",
    "station",
    "embassy",
    "interpolated product",
    "campaign",
    "harmonised baseline",
    "attribution",
    "as projected in 2018",
    "open",
    "country blocks shared out by the kernel",
    "base-year emissions and people keep the block's mean",
    "then calibrated to published shares",
    "emissions times calibrated relation",
    "low and high: 5 and 95 % over the posterior samples",
    "published shares as observations with an error: nested splits of the simplex, kernels by their likelihood",
    "change between two observed years by emissions alone",
    "reported national changes where the pack names them",
    "published numbers that the relation is never tuned to",
    "each study predicted by the calibration without it",
    "contribution",
    "change",
    "share of annual mean",
    "share during campaign",
    "share of 8-year mean",
    "GEMM by age, NCD+LRI",
    "low and high: 2.5 and 97.5 % of exposure, response and family of responses together",
    "non-commercial",
    "not-stated",
    "health",
    "concentration",
    "relation",
    "plan",
    "curtailment",
    "cheapest measures that bring every city to the target",
    "targets out of reach relaxed in tenths of ug/m3",
    "saved against several counterfactuals of what would have been generated",
    "the range is over them",
    "fine dust as the ministry counts it",
    "base year",
    "baseline",
    "emissions",
    "transport",
    "derived",
    "reported",
    "info",
    "warning",
    "error",
    "blocker",
    "total_low",
    "total_high",
    "modelled_low",
    "modelled_high",
    "quantity",
    "own",
    "foreign",
    "deaths_foreign",
    "response",
    "value_of_life",
    "deaths/yr",
    "million USD of 2015/yr",
}
"""Messages that data or field names bring: headings of records, kinds of observation, words of the provenance log,
units of claims."""


def test_the_readme_shows_what_a_run_prints(pack):
    words = Words(pack, "en", lambda text: text)
    assessment = airshed.assess(pack, airshed.Question(year=observed_year(pack), target="who-2005"))
    tables = all_tables(pack, assessment)
    shown = (SOURCE.parent.parent / "README.md").read_text(encoding="utf-8")
    for card in [*score_cards(tables, words), *cards(pack, assessment, tables, words)]:
        assert re.search(rf"│ {re.escape(card.value)} +{re.escape(card.label)} \({re.escape(card.detail)}\)", shown), (
            card
        )
    assert sentences(pack, assessment, tables, words)[0] in shown


def test_writing_is_all_or_nothing(pack, assessment, tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(pack, assessment, out)
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}

    def fail(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr("airshed.report.write.write_workbook", fail)
    with pytest.raises(OSError, match="no space"):
        write(pack, assessment, out)
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with pytest.raises(OSError, match="no space"):
        write(pack, assessment, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_older_assessment_is_replaced_and_foreign_files_are_kept(pack, assessment, tmp_path):
    out = tmp_path / "out"
    write(pack, assessment, out)
    write(pack, assessment, out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AirshedError, match=r"notes.txt"):
        write(pack, assessment, out)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(AirshedError, match="is not a folder"):
        write(pack, assessment, tmp_path / "file")
