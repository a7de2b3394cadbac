"""What a server keeps, and what no address may hold; over the small pack, whose answers are quick."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airshed.charts.render import DrawingError, drawers
from airshed.pack.kept import Kept
from airshed.pack.pack import open_pack
from airshed.web.app import create_app
from airshed.web.desk import Desk

BAD = [*"\0\x01\x08\x0b\x0c\x0e\x1b\x1c\x1f\x7f\x85\x9f\u2028\u2029\u202e\u2066\ufdd0\uffff\U0001ffff"]
ADDRESSES = (
    "/en/scenarios/compare.svg?scenario=baseline&scenario=frozen{}%2Bobserved-anchored&year=2030",
    "/en/cooperation.svg?key=mixed:equal=0.5{},population=0.5",
    "/en/cooperation.png?key=mixed:equal=0.5{},population=0.5",
    "/api/v1/emissions?region=AAA{}",
    "/en/emissions?table={}",
    "/en/emissions?{}=1",
    "/en/budget?scores=member{}",
    "/en/region/AAA{}",
    "/en/jobs/{}",
    "/en/scenarios/build/set?title={}",
    "/static/{}",
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def opened(small_folder, connect):
    with connect(create_app(open_pack(small_folder), patience=None), follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_control_character_is_refused_wherever_it_stands(opened, address):
    for letter in BAD:
        answer = opened.get(address.format(quote(letter)))
        assert answer.status_code == 400, (address, letter)
        assert f"U+{ord(letter):04X}" in answer.text


@pytest.mark.parametrize("letter", ["\t", "\n", "\r"])
def test_lines_are_refused_but_in_a_pasted_table(opened, letter):
    assert opened.get(f"/en/emissions?region=AAA{quote(letter)}").status_code == 400
    pasted = opened.get(f"/en/budget?scores={quote(f'member,year,score{letter}')}")
    assert "control character" not in pasted.text


@pytest.mark.parametrize("field", ["title", "query"])
def test_a_form_and_the_address_in_it_are_refused(opened, field):
    for letter in ("\x0b", "\x1f", "\x85", "\u2028", "\n"):
        wrong = {"title": f"a{letter}b", "query": f"region=AA-1{quote(letter)}"}
        fields = {"title": "Mine", "query": "region=AA-1", field: wrong[field]}
        answer = opened.post("/en/scenarios/saved", data=fields, headers=FORM)
        assert answer.status_code == 400 and f"U+{ord(letter):04X}" in answer.text
    assert opened.get("/en/scenarios/saved.json").json() == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ADDRESSES), st.text(st.characters(exclude_categories=("Cs",)), max_size=5))
def test_no_text_in_an_address_is_a_failure_of_ours(opened, address, text):
    assert opened.get(address.format(quote(text, safe=""))).status_code < 500


def test_a_picture_that_cannot_be_drawn_costs_itself_alone(opened, monkeypatch):
    address = "/en/emissions.svg?region=AAA"
    ask, gone = drawers().ask, []

    def dying(form, spec):
        gone.append(form)
        raise DrawingError("chart-could-not-drawn-process")

    monkeypatch.setattr(drawers(), "ask", dying)
    answer = opened.get(address)
    assert answer.status_code == 503 and "the process that draws it ended" in answer.text and gone == ["svg"]
    assert int(answer.headers["retry-after"]) > 0
    monkeypatch.setattr(drawers(), "ask", ask)
    assert opened.get(address).text.startswith("<svg") and opened.get("/en/emissions").status_code == 200


def test_the_status_counts_what_each_cache_holds(opened):
    opened.get("/en/emissions?region=AAA&region=BBB")
    before = opened.get("/api/v1/status").json()
    page = opened.get("/en/emissions?region=BBB")
    opened.get("/en/emissions?region=BBB")
    after = opened.get("/api/v1/status").json()
    pages = [said["caches"]["pages"] for said in (before, after)]
    # The address of the server and the day are filled in when a page is sent.
    assert abs(pages[1]["bytes"] - pages[0]["bytes"] - len(page.content)) < 200
    assert [pages[1][name] - pages[0][name] for name in ("entries", "hits")] == [1, 1]
    assert pages[1]["misses"] > pages[0]["misses"]
    for name in ("pack", "answers", "pages"):
        assert after["caches"][name]["bytes"] <= after["caches"][name]["limit"] <= 100_000_000
    assert after["drawing"]["entries"] <= after["drawing"]["limit"] == 2


def test_the_status_is_described(opened):
    described = opened.get("/api/v1/openapi.json").json()["paths"]["/api/v1/status"]["get"]
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    found = opened.get("/api/v1/status").json()
    assert set(schema["properties"]) == set(found)
    for name in ("pack", "answers", "pages"):
        assert set(schema["properties"]["caches"]["properties"][name]["properties"]) == set(found["caches"][name])
    assert set(schema["properties"]["drawing"]["properties"]) == set(found["drawing"])


def test_answers_are_bounded_by_their_bytes(opened):
    desk = Desk(opened.app.state.site.pack, patience=None)
    desk.answers = Kept(1_000_000)
    for number in range(50):
        assert len(desk.ask(("some", number), lambda: bytes(100_000))) == 100_000
    assert desk.answers.status()["bytes"] <= 1_000_000 and desk.answers.status()["entries"] == 9
    desk.close()
