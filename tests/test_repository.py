"""The repository itself: documents name what there is, nothing lies about that must not."""

import re
from pathlib import Path

from airshed.pack.schema import tables

ROOT = Path(__file__).resolve().parent.parent


OWN = ("src", "tests", "docs", "benchmarks", "requirements", "tools", ".ci")


def own_files():
    inside = [path for folder in OWN for path in (ROOT / folder).rglob("*")]
    found = [*inside, *ROOT.iterdir()]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def test_the_document_on_packs_names_every_table():
    text = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    assert [name for name in tables() if f"`{name}`" not in text] == []


def test_links_between_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            # Pages below reference are made when the site is built, which fails at a link that leads nowhere.
            assert (path.parent / link).exists() or link.startswith("reference/"), (path.name, link)


def test_lock_files_pin_with_hashes_and_name_no_index():
    for name in ("run", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9._-]+==", text, flags=re.MULTILINE | re.IGNORECASE)
        assert len(pins) > 20 and text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_no_file_is_larger_than_a_megabyte():
    assert [path.name for path in own_files() if path.stat().st_size > 1_000_000] == []


def test_modules_stay_readable():
    long = [
        path.name
        for path in own_files()
        if path.suffix == ".py" and len(path.read_text(encoding="utf-8").splitlines()) > 500
    ]
    assert long == []


def test_one_name_of_a_class_means_one_thing():
    places = [
        (name, path.name)
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    ]
    names = [name for name, _ in places]
    assert len(names) > 300 and [place for place in places if names.count(place[0]) > 1] == []
