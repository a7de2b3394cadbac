"""The wheel and the sdist: built, installed in a clean environment, and run from another folder."""

import csv
import email
import json
import os
import re
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

import airshed

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(airshed.__file__).parent
LONG = 120


def run(*words, cwd, check=True):
    """Run a program in an environment that names no path of the source."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=bare, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the wheel, the sdist, and the wheel that is built from the sdist as it is unpacked."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", out, cwd=ROOT)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "source", filter="data")
    (source,) = (out / "source").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out / "again", cwd=source)
    return wheel, sdist, next((out / "again").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Return the folder of the programs of a new environment with the wheel, over the dependencies that are here."""
    place = tmp_path_factory.mktemp("clean") / "env"
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text("\n".join(path for path in sys.path if "-packages" in path))
    words = (
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        "--no-warn-script-location",
    )
    run(sys.executable, "-m", "pip", "--python", place / "bin" / "python", *words, built[0], cwd=place)
    return place / "bin"


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_the_wheel_holds_the_package_and_nothing_else(built):
    own = {
        f"airshed/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for wheel in (built[0], built[2]):
        held = names(wheel)
        assert {name for name in held if ".dist-info/" not in name} == own
        about = {name.partition(".dist-info/")[2] for name in held if ".dist-info/" in name}
        assert about == {
            *("METADATA", "RECORD", "WHEEL", "entry_points.txt"),
            *("licenses/LICENSE", "licenses/DATA-LICENSES.txt"),
        }
    assert {"airshed/py.typed", "airshed/packs/northeast_asia/datapackage.json", "airshed/locale/ko.po"} < own


def test_wheel_and_sdist_carry_the_same_files_whole(built):
    first, _, second = (zipfile.ZipFile(path) if path.suffix == ".whl" else None for path in built)
    with first, second:
        for name in first.namelist():
            assert first.read(name) == second.read(name), name


def test_the_licence_does_not_speak_for_the_data(built):
    with zipfile.ZipFile(built[0]) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        held = email.message_from_bytes(archive.read(name))
    assert held["License-Expression"] == "Apache-2.0 AND LicenseRef-airshed-data"
    assert sorted(held.get_all("License-File")) == ["DATA-LICENSES.txt", "LICENSE"]


def test_the_terms_of_the_data_are_those_of_the_sources():
    text = (ROOT / "DATA-LICENSES.txt").read_text(encoding="utf-8")
    with (PACKAGE / "packs" / "northeast_asia" / "tables" / "sources.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    parts = dict(re.findall(r"^([A-Z][\w -]+): (\d+) of \d+ sources$", text, flags=re.MULTILINE))
    assert len(rows) == sum(map(int, parts.values()))
    assert parts["No terms were found"] == str(sum(row["reuse"] == "not-stated" for row in rows))
    for row in rows:
        assert f"- {row['key']}: {row['title']}. {row['publisher']}. Terms: {row['licence']}\n" in text, (
            f"run tools/data_licences.py: {row['key']}"
        )


def test_it_runs_from_another_folder(installed, tmp_path, small_folder):
    assert run(installed / "airshed", "--version", cwd=tmp_path).stdout == f"airshed {airshed.__version__}\n"
    where = run(installed / "python", "-c", "import airshed; print(airshed.__file__)", cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(installed.parent)
    rows = json.loads(run(installed / "airshed", "sources", "--format", "json", cwd=tmp_path).stdout)
    assert len(rows) > 100
    run(installed / "airshed", "--pack", small_folder, "--lang", "ko", "run", "--out", tmp_path / "out", cwd=tmp_path)
    assert {"report.ko.html", "assessment.xlsx", "tables"} < {path.name for path in (tmp_path / "out").iterdir()}
    run(installed / "airshed", "pack", "new", "mine", cwd=tmp_path)
    assert (tmp_path / "mine" / "datapackage.json").exists()
    told = run(installed / "airshed", "--lang", "zh", "emissions", "--region", "nowhere", cwd=tmp_path, check=False)
    assert told.returncode == 2 and re.search("[一-鿿]", told.stderr)


def test_it_serves_from_another_folder(installed, tmp_path, small_folder):
    words = [installed / "airshed", "--pack", small_folder, "serve", "--port", "0"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            front = re.search(r"(http://\S+?)/en/", process.stderr.readline())[1]
            with urllib.request.urlopen(f"{front}/ko/sources", timeout=LONG) as answer:
                text = answer.read().decode()
            style = re.search(r'href="(/static/[^"]+\.css)"', text)[1]
            with urllib.request.urlopen(front + style, timeout=LONG) as answer:
                assert answer.status == 200 and b"{" in answer.read()
            with urllib.request.urlopen(f"{front}/api/v1/jobs", timeout=LONG) as answer:
                assert json.load(answer) == []
        finally:
            process.terminate()
            process.communicate(timeout=LONG)
    assert [path.name for path in tmp_path.iterdir()] == ["airshed.db", "airshed.db-answers"]
