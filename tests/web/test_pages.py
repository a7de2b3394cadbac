"""Every page in every form and language: answered, kept to this server, and the same numbers as the command line."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest

from airshed.answers.asked import question_of
from airshed.answers.choices import literals
from airshed.pack.language import catalogue
from airshed.web.guard import POLICY
from airshed.web.order import content_of, order_of
from airshed.web.registry import PAGES

LANGUAGES = ("ko", "en", "zh")
BY_NAME = {page.name: page for page in PAGES}


def content_at(site, page, words, question):
    site.ordered(order_of(page, words.language, question)).future.result()
    return content_of(site.desk.glance(), page, words, question)


def path(page, pack, form="", language="en"):
    stem = page.address(pack)
    return f"/{language}/{stem}" + (f"{'' if stem else page.name}.{form}" if form else "")


class Loaded(HTMLParser):
    """Collects the addresses that a page loads or leads to, and the scripts and styles that stand in it."""

    def __init__(self):
        super().__init__()
        self.addresses, self.inline, self.lang, self.tags = [], [], "", []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.addresses += [found[name] for name in ("href", "src", "action", "data-spec") if name in found]
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.inline += ["script"] if tag == "script" and "src" not in found else []
        self.lang = found.get("lang", self.lang) if tag == "html" else self.lang


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_in_html(client, pack, name, language):
    page = BY_NAME[name]
    answer = client.get(path(page, pack, language=language))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = Loaded()
    found.feed(answer.text)
    assert found.lang == language and found.inline == []
    assert [address for address in found.addresses if not address.startswith(("/", "#"))] == []
    assert "<table" in answer.text and "{}" not in answer.text
    for address in {address for address in found.addresses if address.startswith("/static/")}:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_in_its_other_forms(client, pack, name, language, form):
    page = BY_NAME[name]
    answer = client.get(path(page, pack, form, language))
    assert answer.status_code == 200 and answer.headers["content-security-policy"] == POLICY
    if form == "csv":
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1
    else:
        found = answer.json()
        assert found and (isinstance(found, dict) or all(isinstance(row, dict) for row in found))


@pytest.mark.parametrize("name", BY_NAME)
def test_rest_is_the_json_of_the_page(client, pack, name):
    page = BY_NAME[name]
    stem = page.address(pack) or page.name
    assert client.get(f"/api/v1/{stem}").json() == client.get(path(page, pack, "json")).json()


def test_rest_is_described(client):
    described = client.get("/api/v1/openapi.json").json()
    jobs = {"/api/v1/jobs", "/api/v1/jobs/{key}", "/api/v1/status"}
    assert set(described["paths"]) == {f"/api/v1/{page.path or page.name}" for page in PAGES} | jobs
    attribution = described["paths"]["/api/v1/attribution"]["get"]
    shapes = {item["name"]: item["schema"] for item in attribution["parameters"]}
    assert "seoul" in shapes["receptor"]["enum"] and shapes["by"]["enum"][0] == "country"


CASES = {
    "attribution.json?receptor=seoul&by=region": ("attribution", "seoul", "--by", "region"),
    "attribution.json?receptor=KR-11&year=2030": ("attribution", "KR-11", "--year", "2030"),
    "attribution.json?receptor=KOR&period=season:DJF": ("attribution", "KOR", "--period", "season:DJF"),
    "episode.json?receptor=KR-11&cut=JJJ=30%25&cut=SCA=20": (
        *("episode", "--receptor", "KR-11", "--cut", "JJJ=30%", "--cut", "SCA=20"),
    ),
    "health.json?region=KOR&region=JPN": ("health", "--region", "KOR", "--region", "JPN"),
    "health.json?response=ier&by=cause": ("health", "--response", "ier", "--by", "cause"),
    "claims.json?verdict=differs": ("claims", "--verdict", "differs"),
    "emissions.json?inventory=gains&by=region&region=JJJ&year=2015&year=2030&marks=true": (
        *("emissions", "--inventory", "gains", "--by", "region", "--region", "JJJ"),
        *("--years", "2015,2030", "--marks"),
    ),
    "hindcast.json": ("hindcast",),
    "hindcast.json?every=true": ("hindcast", "--all"),
    "levels.json?region=JPN&year=2030&scenario=frozen": (
        *("levels", "--region", "Japan", "--year", "2030", "--scenario", "frozen"),
    ),
    "attribution.json?receptor=seoul&year=2030&scenario=frozen": (
        *("attribution", "서울", "--year", "2030", "--scenario", "frozen"),
    ),
    "region/KR-11.json?year=2020": ("region", "KR-11", "--year", "2020"),
    "map.json?quantity=deaths&form=bubbles&within=KOR": (
        *("map", "--quantity", "deaths", "--form", "bubbles", "--within", "KOR"),
    ),
    "transport/list.json": ("transport", "list"),
    "transport/check.json?of=kernel": ("transport", "check", "--of", "kernel"),
    "transport/compare.json?receptor=KOR": ("transport", "compare", "--receptor", "KOR"),
    "sources.json": ("sources",),
    "equations.json": ("equations",),
    "scenarios.json": ("scenarios", "list"),
    "explain.json?command=claims&row=2.1": ("explain", "claims", "2.1"),
    "costcurve.json?receptor=seoul": ("costcurve", "--receptor", "seoul"),
    "plan.json?target=who-it2&receptor=seoul": ("optimise", "--target", "who-it2", "--receptor", "seoul"),
}


@pytest.mark.parametrize("address", CASES)
def test_the_page_says_what_the_command_prints(client, cli, pack, address):
    words = CASES[address]
    if "row=" in address:
        known = pack.table("claims")["id"].iloc[0]
        address, words = re.sub("row=.*", f"row={known}", address), (*words[:-1], known)
    code, out, _ = cli(*words, "--format", "json")
    assert code == 0
    answer = client.get(f"/en/{address}")
    assert answer.status_code == 200, answer.text
    assert rounded(answer.json()) == rounded(json.loads(out))


def rounded(value):
    """Return a document with numbers to nine digits: the samples of the relation end in the last bits differently."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


@pytest.mark.parametrize("name", BY_NAME)
def test_the_command_beside_an_answer_exists(client, cli, pack, name):
    text = client.get(path(BY_NAME[name], pack)).text
    command = re.search(r"<pre[^>]*><code>airshed ([^<]*)</code>", text).group(1).split()
    words = command[:2] if command[0] in ("scenarios", "plan", "transport") else command[:1]
    code, out, _ = cli(*words, "--help")
    assert code == 0
    assert [word for word in command if word.startswith("--") and word not in out] == []


def test_the_numbers_on_the_page_are_those_of_the_json(client):
    rows = client.get("/en/attribution.json?receptor=seoul").json()
    china = next(row for row in rows if row["country"] == "CHN")
    line = re.search(r"<tr><td>China</td>(.*?)</tr>", client.get("/en/attribution?receptor=seoul").text).group(1)
    cells = [re.sub("<[^>]*>", "", cell) for cell in re.findall(r'<td class="n">(.*?)</td>', line)]
    assert cells[:2] == [f"{china['value']:.2f}", f"{100 * china['share']:.0f} %"]


def test_the_zip_holds_tables_metadata_and_terms(client):
    answer = client.get("/en/attribution.zip?receptor=seoul")
    assert answer.headers["content-disposition"] == 'attachment; filename="attribution.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        assert set(held.namelist()) == {
            *("attribution.csv", "flows.csv", "matrix.csv", "sources.csv"),
            *("metadata.json", "LICENCE.txt"),
        }
        assert held.read("attribution.csv") == client.get("/en/attribution.csv?receptor=seoul").content
        told = json.loads(held.read("metadata.json"))
        sources = list(csv.DictReader(io.StringIO(held.read("sources.csv").decode())))
    assert told["command"] == "airshed attribution seoul"
    cited = {key for row in client.get("/en/attribution.json?receptor=seoul").json() for key in row["source"].split()}
    assert cited <= {row["key"] for row in sources} and all(row["reuse"] for row in sources)


def test_years_may_stand_in_one_field(client):
    together = client.get("/en/emissions.json?year=2015+2030&region=KOR").json()
    assert {row["year"] for row in together} == {2015, 2030}
    assert together == client.get("/en/emissions.json?year=2015&year=2030&region=KOR").json()


def test_charts_as_files(client):
    assert client.get("/en/attribution.png?chart=matrix").content.startswith(b"\x89PNG")
    assert client.get("/ko/attribution.svg?chart=origins").text.startswith("<svg")
    spec = client.get("/ko/attribution.vl?chart=origins").json()
    assert spec["$schema"].endswith(".json") and "Noto Sans" in spec["config"]["font"]


def test_every_chart_is_a_valid_spec_over_a_sheet(pack, site_app):
    site = site_app.state.site
    words = site.words("en")
    for page in PAGES:
        placed = {name: page.choices[name](pack)[0] for name in page.placed}
        content = content_at(site, page, words, question_of(page, pack, placed, []))
        for panel in content.panels:
            panel.figure.chart.to_dict(validate=True)
            assert panel.figure.alt and panel.figure.caption
            assert content.sheet(panel.sheet).rows is not None


def test_the_equations_beside_answers_are_in_the_catalogue(pack, site_app):
    from airshed.assessment.evidence.equations import equations

    site, known = site_app.state.site, {item.id for item in equations()}
    for page in PAGES:
        placed = {name: page.choices[name](pack)[0] for name in page.placed}
        content = content_at(site, page, site.words("en"), question_of(page, pack, placed, []))
        assert set(content.equations) <= known, page.name


def test_every_word_of_the_registry_has_its_korean(pack, site_app):
    known, site = catalogue("ko"), site_app.state.site
    words = site.words("ko")
    wanted = set()
    for page in PAGES:
        wanted |= {page.title, page.group, page.about}
        for field in page.question.model_fields.values():
            wanted |= {field.description, *literals(field.annotation)}
        placed = {name: page.choices[name](pack)[0] for name in page.placed}
        content = content_at(site, page, words, question_of(page, pack, placed, []))
        for sheet in content.sheets:
            wanted |= {name for name in sheet.columns if name in sheet.rows and name not in sheet.heads}
    assert sorted(word for word in wanted if word not in known) == []


def test_names_and_titles_follow_the_language(client):
    assert "首尔" in client.get("/zh/attribution?receptor=seoul").text
    korean = client.get("/ko/attribution?receptor=seoul").text
    assert "서울의 초미세먼지는 어디서 오는가" in korean and "중국" in korean
    assert "/en/attribution?receptor=seoul" in korean


def test_the_front_door_follows_the_browser(client):
    for accepted, language in (("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("zh;q=0.3,fr", "zh"), ("de", "en"), ("a;q=x", "en")):
        answer = client.get("/", headers={"accept-language": accepted})
        assert answer.headers["location"] == f"/{language}/"
    assert client.get("/ko").headers["location"] == "/ko/"
    icon = client.get(client.get("/favicon.ico").headers["location"])
    assert icon.headers["content-type"].startswith("image/svg+xml")


def test_the_bundle_is_compressed_and_kept_for_good(client, site_app):
    name = site_app.state.site.assets.names["vega.js"]
    answer = client.get(f"/static/{name}")
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    assert "vegaEmbed" in answer.text and int(answer.headers["content-length"]) < 500_000
