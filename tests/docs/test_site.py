"""The site of the documentation: built without a warning, without a request, and nothing of the program left out."""

import csv
import importlib.util
import logging
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


class Warnings(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "true")
        patch.setattr("socket.socket.connect", refuse)
        folder = tmp_path_factory.mktemp("site")
        heard = Warnings()
        logging.getLogger("mkdocs").addHandler(heard)
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
        logging.getLogger("mkdocs").removeHandler(heard)
    assert heard.said == []
    return folder


def refuse(*_):
    raise AssertionError("the build asks the network")


class Page(HTMLParser):
    """The identifiers of a page, and what it loads."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.loaded, self.text = set(), [], path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.ids.add(held.get("id"))
        if tag in ("script", "img", "iframe", "source"):
            self.loaded.append(held.get("src") or "")
        if tag == "link" and held.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(held["href"])


def test_no_page_loads_anything_from_elsewhere(site):
    pages = [Page(path) for path in site.rglob("*.html")]
    assert len(pages) > 15
    assert [address for page in pages for address in page.loaded if "//" in address] == []


def test_every_answer_and_each_of_its_fields_is_documented(site, reference):
    from airshed.answers.registry import entries

    page, text = Page(site / "reference" / "answers.html"), reference["reference/answers.md"]
    for entry in entries():
        assert entry.command.replace(" ", "-") in page.ids
        own = text.partition(f"### {entry.command} {{")[2].partition("\n### ")[0]
        assert {name for name in entry.question.model_fields if f"| `{name}` |" not in own} == set()


def test_defaults_are_those_of_the_question(reference):
    """`support` spends 50 million USD where nothing is said, as the CHANGELOG promises."""
    own = reference["reference/answers.md"].partition("### support {")[2].partition("\n### ")[0]
    row = next(line for line in own.splitlines() if line.startswith("| `budget` |"))
    assert float(row.split("|")[3].strip(" `")) == 50e6


def test_every_option_of_every_command_is_documented(cli, site, reference):
    """The help of each command is the witness: whatever it lists stands on the page."""
    page, text = Page(site / "reference" / "commands.html"), reference["reference/commands.md"]
    sections = {part.partition(" {")[0]: part for part in text.split("## airshed ")[1:]}
    assert {"run", "emissions", "plan front", "pack new", "serve", "cooperate"} <= set(sections)
    for words, section in sections.items():
        assert words.replace(" ", "-") in page.ids
        code, out, _ = cli(*words.split(), "--help")
        assert code == 0
        listed = set(re.findall(r"^  (--[a-z][a-z0-9-]*)", out, re.MULTILINE)) - {"--help"}
        assert {option for option in listed if f"`{option}`" not in section} == set(), words


def test_every_check_is_documented(site):
    page = Page(site / "reference" / "checks.html")
    with files("airshed.pack").joinpath("schema/findings.csv").open(encoding="utf-8") as handle:
        codes = [row["code"] for row in csv.DictReader(handle)]
    assert len(codes) > 100
    assert [code for code in codes if code.lower() not in page.ids] == []


def test_every_equation_is_documented(site):
    page = Page(site / "reference" / "equations.html")
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "airshed").rglob("*.py"))
    known = re.findall(r"^@equation\(\n    key=\"([^\"]+)\"", source, re.MULTILINE)
    assert len(known) > 60
    assert [key for key in known if key not in page.ids] == []


def test_every_table_and_column_is_documented_with_its_words(site, reference):
    page, text = Page(site / "reference" / "tables.html"), reference["reference/tables.md"]
    with files("airshed.pack").joinpath("schema/columns.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        assert row["table"].replace("_", "-") in page.ids
        own = text.partition(f"## {row['table']} {{")[2].partition("\n## ")[0]
        line = next(line for line in own.splitlines() if line.startswith(f"| `{row['column']}` |"))
        assert [word for word in row["values"].split() if f"`{word}`" not in line] == []


def test_every_unit_is_documented(site):
    text = Page(site / "reference" / "units.html").text
    with files("airshed.pack").joinpath("schema/units.csv").open(encoding="utf-8") as handle:
        units = [row["unit"] for row in csv.DictReader(handle)]
    assert [unit for unit in units if f"<code>{unit}</code>" not in text] == []
