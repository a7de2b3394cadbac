"""The page that builds scenarios: the numbers of the command line, files, saved scenarios, and bad input."""

import csv
import html
import io
import json
import re
import threading
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airshed.pack.names import read_names
from airshed.pack.pack import open_pack
from airshed.store import Store
from airshed.store.store import LONGEST_TITLE
from airshed.web.app import create_app
from airshed.web.builder import LONGEST_FORM, settled
from airshed.web.guard import POLICY
from support.small import write_grown

BUILD, SAVED = "/en/scenarios/build", "/en/scenarios/saved"
QUERY = "change=CHN:power:-50&change=KR-11:road:-30&measure=KOR:industry4.PR_HED:0.53"


def cards(text):
    """Return the numbers that lead a page by their labels."""
    return {label: value for value, label in re.findall(r'<div class="card"><b>([^<]*)</b><span>([^<]*)', text)}


def test_the_page_says_what_the_command_prints_for_its_file(client, cli, tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(client.get(f"{BUILD}/files/scenario.yaml?{QUERY}").content)
    code, out, _ = cli("scenarios", "compare", "baseline", path, "--year", 2030, "--format", "json")
    assert code == 0
    rows = {(row["region"], row["quantity"], row["scenario"]): row for row in json.loads(out)}
    document = client.get(f"{BUILD}.json?{QUERY}").json()
    avoided = 0.0
    for row in document["nations"]:
        region = row["region"]
        if (region, "deaths", "baseline") not in rows:
            continue
        before, after = rows[region, "deaths", "baseline"], rows[region, "deaths", str(path)]
        assert row["deaths_avoided"] == pytest.approx(before["value"] - after["value"], rel=1e-7, abs=1e-6)
        assert row["cost"] == pytest.approx(rows[region, "cost", str(path)]["value"], rel=1e-9)
        avoided += before["value"] - after["value"]
    assert document["summary"]["deaths_avoided"] == pytest.approx(avoided, rel=1e-8)
    shown = cards(client.get(f"{BUILD}?{QUERY}").text)
    assert shown["deaths a year avoided"] == f"{avoided:,.0f}"
    assert client.get(f"/api/v1/scenarios/build?{QUERY}").json() == document


def test_the_plan_and_the_changes_run_on_the_command_line(client, cli, tmp_path):
    for name in ("plan.csv", "changes.yaml"):
        answer = client.get(f"{BUILD}/files/{name}?{QUERY}")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        (tmp_path / name).write_bytes(answer.content)
    command = ("plan", "evaluate", tmp_path / "plan.csv", "--scenario", tmp_path / "changes.yaml", "--year", 2030)
    code, out, _ = cli(*command, "--target", "who-2005", "--format", "json")
    assert code == 0
    reached = {row["receptor"]: row["reached"] for row in json.loads(out)["receptors"]}
    rows = client.get(f"{BUILD}.csv?{QUERY}").text
    for row in csv.DictReader(io.StringIO(rows)):
        if row["receptor"] in reached:
            assert float(row["value"]) == pytest.approx(reached[row["receptor"]], abs=1e-9)
    assert "airshed plan evaluate plan.csv --scenario changes.yaml --year 2030" in client.get(f"{BUILD}?{QUERY}").text


def test_asked_nothing_it_shows_where_to_start(client):
    """The sectors of the nation with the largest share, each with what a tenth less of it would save."""
    text = client.get(BUILD).text
    assert re.findall(r"<legend>([^<]*)", text) == ["China"]
    assert text.index('id="sectors"') < text.index('id="levels"')
    document = client.get(f"{BUILD}.json").json()
    assert document["summary"]["deaths_avoided"] == document["summary"]["cost"] == 0
    first = max(document["tenths"], key=lambda row: row["value"])
    one = client.get(f"{BUILD}.json?change=CHN:{first['sector']}:-10").json()
    assert one["summary"]["deaths_avoided"] == pytest.approx(first["value"])


def test_the_form_leads_to_the_address_of_the_answer(client):
    fields = "region=KR-11&year=2030&c.KR-11.road=-30&c.KR-11.power=0&c.KR-11.waste=&m.KR-11.industry4.PR_HED=20&add="
    answer = client.get(f"{BUILD}/set?{fields}")
    assert answer.status_code == 303
    found = urlsplit(answer.headers["location"])
    assert parse_qsl(found.query) == [
        ("region", "KR-11"),
        ("year", "2030"),
        ("change", "KR-11:road:-30"),
        ("measure", "KR-11:industry4.PR_HED:0.2"),
    ]
    text = client.get(answer.headers["location"]).text
    assert re.search(r'name="c.KR-11.road"[^>]*value="-30"', text)
    assert re.search(r'name="m.KR-11.industry4.PR_HED"[^>]*value="20"', text)
    assert "change=KR-11:road:-30" in text


def test_a_measure_can_be_added(client):
    code = re.search(r'<option value="KR-11:([^"]*)">', client.get(f"{BUILD}?region=KR-11").text).group(1)
    answer = client.get(f"{BUILD}/set?region=KR-11&add=KR-11:{code}")
    text = client.get(answer.headers["location"]).text
    assert f'name="m.KR-11.{code}"' in text and f'<option value="KR-11:{code}">' not in text


def test_a_live_answer_is_the_page_with_its_charts(client):
    answer = client.get(f"{BUILD}/answer?{QUERY}")
    found = answer.json()
    assert answer.headers["content-security-policy"] == POLICY
    assert found["query"] == QUERY and set(found["specs"]) == {"levels", "deaths"}
    assert cards(found["page"]) == cards(client.get(f"{BUILD}?{QUERY}").text)
    assert found["specs"]["deaths"] == client.get(f"{BUILD}.vl?chart=deaths&{QUERY}").json()


def test_sliders_answer_while_a_long_job_runs(pack, connect):
    waits = threading.Event()
    with connect(create_app(pack, patience=60)) as client:
        client.get(BUILD)
        desk = client.app.state.site.desk
        running = threading.Thread(target=lambda: desk.ask("long", waits.wait))
        running.start()
        assert client.get(f"{BUILD}/answer?change=KOR:road:-12").status_code == 200
        assert running.is_alive()
        waits.set()
        running.join()


BAD = {
    "change=KR-11:road:nan": "cannot be read",
    "change=KR-11:road:1e309": "cannot be read",
    "change=KR-11:road:-1000": "-1000 percent",
    "change=KR-11:road:": "cannot be read",
    "change=road": "cannot be read",
    "change=KR-11:moon:-10": "the sector moon is not known",
    "change=XX:road:-10": "the region XX is not known",
    "change=KR-11:road:-1&change=KR-11:road:-2": "changed twice",
    "measure=KR-11:windmills:0.5": "the measure windmills is not known",
    "measure=KR-11:industry4.PR_HED:7": "applied to 7",
    "measure=KR-11:industry4.PR_HED:nan": "cannot be read",
    "measure=SHIP:industry4.PR_HED:0.5": "does not apply in SHIP",
    "measure=KR-11:industry4.PR_HED:.5&measure=KR-11:industry4.PR_HED:.4": "applied twice",
    "measure=KR-11:industry4.PR_HED:1&measure=KR-11:industry3.PR_HED:1&measure=KR-11:industry3.IN_ESP2:1": "exclude",
    "year=2015&measure=KR-11:industry4.PR_HED:0.5": "after the base year 2015",
    "year=1700": "year cannot be 1700",
    "year=2100": "no year 2100",
    "region=atlantis": "atlantis",
    "colour=red": "colour is not known",
    "&".join(f"change=KR-11:road:-{percent}" for percent in range(90)): "cannot be",
}


@pytest.mark.parametrize("query", BAD)
def test_what_cannot_be_built_is_told(client, query):
    for address in (f"{BUILD}?{query}", f"{BUILD}.json?{query}", f"{BUILD}/files/plan.csv?{query}"):
        answer = client.get(address)
        assert answer.status_code == 400 and answer.headers["content-security-policy"] == POLICY
        assert BAD[query] in answer.text.replace("&#39;", "'")
    live = client.get(f"{BUILD}/answer?{query}")
    assert live.status_code == 200 and live.headers["cache-control"] == "no-store"
    assert live.json()["error"] == client.get(f"{BUILD}.json?{query}").json()["error"]


def test_hundreds_of_parameters_are_turned_away(client):
    query = "&".join(f"change=KR-11:road:{number}" for number in range(400))
    assert client.get(f"{BUILD}?{query}").status_code == 414
    assert client.get(f"{BUILD}/set?{query}").status_code == 414


places = st.sampled_from(["KR-11", "CHN", "SHIP", "JJJ", "", "X"]) | st.text(max_size=6)
codes = st.sampled_from(["road", "unsplit", "industry4.PR_HED", "road.CHINA_VI_HD", ""]) | st.text(max_size=6)
numbers = st.floats().map(str) | st.sampled_from(["1e309", "-100", "1_0", "٣", "", "0.5"]) | st.text(max_size=6)
parameters = st.tuples(st.sampled_from(["change", "measure"]), st.tuples(places, codes, numbers).map(":".join))
fields = st.tuples(st.sampled_from(["region", "year", "add", "c.KR-11.road", "m.", "c..", "table"]), numbers | places)


@settings(max_examples=80)
@given(pairs=st.lists(parameters | fields, max_size=4), form=st.sampled_from(["", ".json", "/answer", "/set"]))
@example(pairs=[("change", "KR-11:road:-1"), ("change", "KR-11:road:-1")], form="")
def test_no_query_breaks_the_builder(client, pairs, form):
    answer = client.get(f"{BUILD}{form}", params=pairs)
    assert answer.status_code in (200, 303, 400), (pairs, answer.text)


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=8)), max_size=5))
def test_the_form_never_fails(pairs):
    assert all(value for _, value in settled(pairs))


@pytest.fixture
def keeper(pack, connect):
    """Return a client of an application with a store of its own."""
    store = Store()
    with connect(create_app(pack, store=store, patience=None), follow_redirects=False) as opened:
        yield opened
    store.close()


def test_a_scenario_is_kept_listed_and_deleted(keeper, cli, tmp_path):
    assert "Nothing is saved yet" in keeper.get(SAVED).text
    title = "서울 도로 <b>30 %</b> & 'more'"
    answer = keeper.post(SAVED, data={"title": title, "query": QUERY})
    assert answer.status_code == 303
    place, _, key = answer.headers["location"].partition("#saved-")
    text = keeper.get(place).text
    assert "&lt;b&gt;30 %&lt;/b&gt;" in text and "<b>30" not in text
    link = re.search(r'<a href="(/en/scenarios/build\?[^"]*)">', text).group(1).replace("&amp;", "&")
    assert cards(keeper.get(link).text) == cards(keeper.get(f"{BUILD}?{QUERY}").text)
    listed = keeper.get(f"{SAVED}.json").json()
    assert [(row["id"], row["title"], row["same_pack"]) for row in listed] == [(key, title, "yes")]
    assert keeper.get(f"{SAVED}.csv").text.startswith("id,title,created,address,same_pack")
    file = keeper.get(f"{SAVED}/{key}.yaml")
    assert yaml.safe_load(file.text)["title"] == title
    (tmp_path / "kept.yaml").write_bytes(file.content)
    code, out, _ = cli("scenarios", "compare", tmp_path / "kept.yaml", "--region", "CHN", "--format", "json")
    assert code == 0 and json.loads(out)
    assert keeper.post(f"{SAVED}/{key}/delete", data={}).headers["location"] == SAVED
    assert keeper.get(f"{SAVED}.json").json() == []
    assert keeper.get(f"{SAVED}/{key}.yaml").status_code == 404
    assert keeper.post(f"{SAVED}/{key}/delete", data={}).status_code == 400


def test_forms_of_other_sites_are_refused(keeper):
    fields = {"title": "Mine", "query": QUERY}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://other.example"}):
        for address in (SAVED, f"{SAVED}/abc/delete"):
            answer = keeper.post(address, data=fields, headers=headers)
            assert answer.status_code == 403 and "another site" in answer.text
    assert keeper.get(f"{SAVED}.json").json() == []
    assert keeper.post(SAVED, data=fields, headers={"sec-fetch-site": "same-origin"}).status_code == 303


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        ({"title": " ", "query": QUERY}, {}, "title"),
        ({"title": "x" * (LONGEST_TITLE + 1), "query": QUERY}, {}, "title"),
        ({"title": "x", "query": "change=XX:road:-1"}, {}, "the region XX is not known"),
        ({"title": "x", "query": "a" * LONGEST_FORM}, {}, "longer than"),
        ({"title": "x", "query": QUERY}, {"content-type": "text/plain"}, "no form"),
    ],
)
def test_what_cannot_be_kept_is_told(keeper, body, headers, said):
    answer = keeper.post(SAVED, data=body, headers=headers)
    assert answer.status_code == 400 and said in answer.text
    assert keeper.get(f"{SAVED}.json").json() == []


def test_other_addresses_are_told(keeper):
    assert keeper.get("/fr/scenarios/saved").status_code == 404
    assert keeper.get("/fr/scenarios/build/answer").json()["error"]["status"] == 404
    assert keeper.post("/fr/scenarios/saved", data={"title": "x"}).status_code == 404
    assert keeper.get(f"{SAVED}/../../x.yaml").status_code == 404
    assert keeper.get(f"{BUILD}/files/passwd?{QUERY}").status_code == 400
    for language, word in (("ko", "저장한 시나리오"), ("zh", "已保存的情景")):
        assert word in keeper.get(f"/{language}/scenarios/saved").text


def test_a_pack_without_measures_still_moves_sectors(tmp_path, connect):
    away = ("measures", "measure_effects", "measure_costs", "applications")
    pack = open_pack(write_grown(tmp_path / "pack", away))
    with connect(create_app(pack, patience=None)) as client:
        text = client.get(f"{BUILD}?change=AAA:industry:-50").text
        assert "There are no measures for this year" in text
        assert float(cards(text)["deaths a year avoided"].replace(",", "")) > 0
        answer = client.get(f"{BUILD}?measure=AAA:industry.CLOTH:0.4")
        assert answer.status_code == 404 and "measures" in answer.text


def test_a_pack_without_health_says_what_it_needs(tmp_path, connect):
    pack = open_pack(write_grown(tmp_path / "pack", ("mortality",)))
    with connect(create_app(pack, patience=None)) as client:
        answer = client.get(BUILD)
        assert answer.status_code == 404 and "mortality" in answer.text


def test_the_map_and_the_list_show_the_cities_that_move(client):
    """The cities whose change has two decimals other than 0.00 are listed, the largest change first."""
    query = "change=CHN:road:-30"
    rows = client.get(f"{BUILD}.json?{query}").json()["receptors"]
    text = client.get(f"{BUILD}?{query}").text
    moved = sorted((row for row in rows if abs(row["change"]) >= 0.005), key=lambda row: -abs(row["change"]))
    listed = re.findall(r'<tr><th scope="row">([^<]*)</th>.*?<td class="n (?:down|up)">([^<]*)</td>', text)
    assert [change for _, change in listed] == [f"{row['change']:+.2f}".replace("-", "−") for row in moved[:6]]
    assert len(re.findall(r'<circle class="down"', text)) == sum(row["change"] <= -0.005 for row in rows)
    assert len(re.findall(r"<circle ", text)) == len(rows)
    assert text.index('id="told"') < text.index("<table")
    still = client.get(BUILD).text
    assert "No city moves yet" in still and not re.search(r'<circle class="(down|up)"', still)


def test_names_of_a_deployment_are_on_every_page(pack, tmp_path, connect):
    (tmp_path / "names.csv").write_text("code,name_en,name_ko\nKR-11,Hanyang,한양\n", encoding="utf-8")
    with connect(create_app(pack.named(read_names(pack, tmp_path / "names.csv")), patience=None)) as client:
        assert "<legend>Hanyang</legend>" in client.get(f"{BUILD}?region=KR-11").text
        assert "<legend>한양</legend>" in client.get("/ko/scenarios/build?region=KR-11").text


def test_the_lines_of_its_code_tab_run_and_give_its_numbers(client):
    page = client.get(f"{BUILD}?{QUERY}").text
    code = html.unescape(re.search(r"<code>(import airshed.*?)</code>", page, re.DOTALL).group(1))
    *lines, last = code.strip().splitlines()
    held = {}
    exec("\n".join(lines), held)
    found, document = eval(last, held), client.get(f"{BUILD}.json?{QUERY}").json()["summary"]
    assert found["deaths_avoided"] == pytest.approx(document["deaths_avoided"], rel=1e-9)
    assert found["cost"] == pytest.approx(document["cost"], rel=1e-9)
