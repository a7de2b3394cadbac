"""What cannot be answered: a page that says what and what next, in every form; nothing fails with 500."""

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.answers.common import solved
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError
from airshed.pack.pack import open_pack
from airshed.strategy.highs import UndecidedError
from airshed.web.app import create_app
from airshed.web.cache import Cache, Rendered
from airshed.web.desk import Desk, StillComputingError
from airshed.web.guard import LONGEST, POLICY
from airshed.web.jobs import SHARE, Asked
from support.pages import refused

BAD = {
    "/en/region/KR-99": (404, "KR-99", "did you mean"),
    "/en/region/%3Cscript%3E": (404, "&lt;script&gt;", "use one of"),
    "/en/region/KR-11?x=1": (404, "parameter x", "use one of: year, scenario"),
    "/en/sources?x=1": (400, "parameter x", "takes none"),
    "/en/attribution?receptor=atlantis": (400, "atlantis", "use one of"),
    "/en/attribution?receptor=seoul&year=1700": (400, "year cannot be 1700", "a whole number from 1850 to 2200"),
    "/en/attribution?receptor=seoul&year=2150": (400, "2150", "it covers 1990 to"),
    "/en/attribution?receptor=seoul&year=soon": (400, "year cannot be soon", "whole number"),
    "/en/attribution?receptor=seoul&receptor=tokyo": (400, "given twice", "once"),
    "/en/attribution?by=moon": (400, "by cannot be moon", "country, region, sector, pollutant"),
    "/en/attribution?colour=red": (400, "colour is not known", "receptor, by, year"),
    "/en/attribution.json?receptor=atlantis": (400, "atlantis", "use one of"),
    "/en/attribution.csv?receptor=atlantis": (400, "atlantis", "use one of"),
    "/en/attribution.zip?receptor=atlantis": (400, "atlantis", "use one of"),
    "/en/attribution.json?table=none": (400, "table none", "matrix"),
    "/en/attribution.svg?chart=none": (400, "chart none", "matrix"),
    "/en/sources.png": (400, "chart", "none on this page"),
    "/en/health?region=XX": (400, "XX", "use one of"),
    "/en/health?response=loglinear": (404, "needs", "add it to the pack"),
    "/en/emissions?year=99999999999999999999": (400, "year cannot be", "from 1850 to 2200"),
    "/en/emissions?inventory=mine": (400, "mine", "use one of"),
    "/en/emissions?region=CHN&region=CN-BJ&by=country": (400, "overlap", "once"),
    "/en/plan?target=-5": (400, "-5", ""),
    "/en/plan?target=1e999": (400, "1e999", ""),
    "/en/plan?target=/etc/passwd": (400, "names a file", "of the pack"),
    "/en/plan?scenario=../../x.yaml": (400, "names a file", "of the pack"),
    "/en/scenarios/compare?scenario=moon": (400, "moon", "use one of"),
    "/en/scenarios/compare?scenario=a.yaml": (400, "names a file", "of the pack"),
    "/en/costcurve?pollutant=gold": (400, "gold", "use one of"),
    "/en/cooperation?players=CHN": (400, "player", ""),
    "/en/cooperation?players=CHN&players=CN-BJ": (400, "overlap", ""),
    "/en/cooperation?players=CHN&players=KOR&key=luck": (400, "luck", "use one of"),
    "/en/explain?command=health&row=": (400, "needs", "airshed explain"),
    "/en/explain?row=KR-11+MARS": (400, "MARS", ""),
    "/en/claims?verdict=maybe": (400, "maybe", "use one of"),
    "/en/nowhere": (404, "nothing lies at", "choose a page"),
    "/fr/": (404, "no language fr", "use one of"),
    "/fr": (404, "nothing lies", "choose a page"),
    "/static/other.js": (404, "no file", "reload"),
    "/api/v1/nothing": (404, "nothing lies", "choose a page"),
    "/api/v1/attribution?receptor=atlantis": (400, "atlantis", "use one of"),
}


@pytest.mark.parametrize("address", BAD)
def test_a_page_says_what_is_wrong_and_what_next(client, address):
    answer = refused(client, address, BAD[address])
    if address.startswith("/api/") or ".json" in address:
        assert set(answer.json()["error"]) == {"status", "code", "message", "remedy"}


TOLD = {
    "/ko/region/KR-99": (404, "답할 수 없습니다", "지역 KR-99는 알 수 없습니다", "혹시 KR-"),
    "/zh/region/%3Cscript%3E": (404, "&lt;script&gt;", "请使用以下之一：CHN"),
    "/ko/sources?x=1": (400, "매개변수 x는 알 수 없습니다", "이 페이지에는 매개변수가 없습니다"),
    "/ko/attribution?receptor=seoul&year=1700": (
        400,
        "값으로 1700을 쓸 수 없습니다",
        "1850부터 2200까지의 정수가 필요합니다",
    ),
    "/zh/attribution?receptor=seoul&year=soon": (400, "参数 year 不能为 soon", "须为 1850 至 2200 的整数"),
    "/zh/attribution?receptor=seoul&year=2150": (400, "基准排放中没有 2150 年", "其范围为 1990 至 2030"),
    "/ko/attribution?receptor=seoul&receptor=tokyo": (400, "매개변수 receptor가 두 번", "한 번만"),
    "/ko/attribution.json?receptor=atlantis": (400, "수용지역 atlantis는 알 수 없습니다", "다음 가운데"),
    "/zh/attribution.csv?receptor=atlantis": (400, "error,未知的受体：atlantis", "remedy,请使用以下之一："),
    "/ko/health?response=loglinear": (404, "표 responses_loglinear가 필요합니다: 출처가 있는", "airshed pack show"),
    "/zh/emissions?region=CHN&region=CN-BJ&by=country": (400, "CHN与CN-BJ在CN-BJ重叠", "每个地区请只写一次"),
    "/ko/plan?target=/etc/passwd": (400, "/etc/passwd는 파일을 가리킵니다", "이름으로 씁니다"),
    "/ko/explain?command=health&row=": (400, "explain health에는 ", "airshed explain health"),
    "/zh/nowhere": (404, "/zh/nowhere 处没有内容", "请从列表中选择页面"),
    "/zh/attribution.svg?chart=none": (400, "未知的图：none", "请使用以下之一："),
}


@pytest.mark.parametrize("address", TOLD)
def test_a_page_says_what_is_wrong_in_its_language(client, address):
    status, *words = TOLD[address]
    answer = client.get(address)
    assert answer.status_code == status
    assert [word for word in words if word not in answer.text] == []


def test_rest_says_what_is_wrong_in_english(client):
    answer = client.get("/api/v1/attribution?receptor=atlantis", headers={"accept-language": "ko"})
    assert answer.json()["error"]["message"] == "the receptor atlantis is not known"
    assert answer.json()["error"]["code"].startswith("not-known")


def test_a_huge_query_is_turned_away(client):
    for address in ("/en/attribution", "/en/attribution.json", "/api/v1/attribution", "/static/x"):
        answer = client.get(f"{address}?receptor={'x' * LONGEST}")
        assert answer.status_code == 414 and "longer than" in answer.text
        assert answer.headers["content-security-policy"] == POLICY
    assert client.get("/en/" + "y" * 3 * LONGEST).status_code == 414


def test_korean_is_told_in_korean(client):
    assert "답할 수 없습니다" in client.get("/ko/attribution?receptor=atlantis").text


words = st.text(max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["receptor", "by", "year", "table"]), value=words, form=st.sampled_from(["", ".json", ".csv"])
)
def test_no_query_breaks_a_page(client, name, value, form):
    answer = client.get(f"/en/attribution{form}", params={name: value})
    assert answer.status_code in (200, 400, 404), (name, value, answer.text)


def test_a_broken_pack_is_told_on_every_page(small_copy, connect):
    target = small_copy / "tables"
    (target if target.is_dir() else small_copy).joinpath("regions.csv").write_text("code\nX\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        open_pack(small_copy)
    with connect(create_app(caught.value)) as client:
        for address in ("/en/", "/ko/region/KR-11", "/en/attribution"):
            answer = client.get(address)
            assert answer.status_code == 503 and answer.headers["content-security-policy"] == POLICY
            assert caught.value.findings[0].code in answer.text
        assert client.get("/api/v1/health").json()["error"]["status"] == 503


def test_a_pack_without_tables_says_which(small_folder, connect):
    with connect(create_app(open_pack(small_folder), patience=None)) as client:
        for address in (
            "/en/plan",
            "/en/cooperation",
            "/en/costcurve",
            "/en/claims",
            "/en/",
            "/en/health",
            "/en/sources",
        ):
            answer = client.get(address)
            assert answer.status_code in (200, 400, 404), (address, answer.text)
            assert answer.status_code == 200 or 'class="next"' in answer.text


def test_what_is_not_ready_says_so(pack, connect):
    waits = threading.Event()
    with connect(create_app(pack, patience=0.01)) as client:
        jobs = client.app.state.site.jobs
        jobs.ask("before", Asked(), waits.wait)
        answer = client.get("/en/attribution?receptor=seoul")
        assert answer.status_code == 202 and answer.headers["retry-after"] == "5"
        assert "waiting, 1 before it" in answer.text
        assert 'http-equiv="refresh"' in answer.text
        assert json.loads(client.get("/api/v1/attribution").text)["waiting"]["status"] == 202
        waits.set()


def test_the_code_of_an_error_is_the_same_in_every_language(client):
    said = [client.get(f"/{language}/emissions.json?year=1700").json()["error"] for language in ("en", "ko", "zh")]
    assert {one["code"] for one in said} == {"parameter-cannot"} and len({one["message"] for one in said}) == 3
    assert said[1]["remedy"] == "1850부터 2200까지의 정수가 필요합니다"


def test_the_desk_computes_once_and_forgets_errors(pack):
    desk, calls = Desk(pack, None), []

    def make():
        calls.append(1)
        return len(calls)

    assert [desk.ask("a", make), desk.ask("a", make)] == [1, 1]

    def fail():
        calls.append(1)
        raise AirshedError("question-no-year")

    for _ in range(2):
        with pytest.raises(AirshedError):
            desk.ask("b", fail)
    assert len(calls) == 3
    desk.close()


def test_a_full_queue_turns_questions_away(pack):
    desk, waits = Desk(pack, 0.001), threading.Event()
    for number in range(SHARE):
        with pytest.raises(StillComputingError) as caught:
            desk.ask(number, waits.wait)
        assert not caught.value.full
    with pytest.raises(StillComputingError) as caught:
        desk.ask("one more", waits.wait)
    assert caught.value.full
    waits.set()
    desk.close()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=60))
def test_the_cache_never_holds_more_than_its_size(puts):
    cache = Cache(100)
    for key, size in puts:
        cache.put((str(key),), Rendered(b"x" * size, "text/plain"))
        kept = cache.get((str(key),))
        assert kept is not None and len(kept.content) == size
        held = [cache.get((str(key),)) for key in range(10)]
        assert sum(len(item.content) for item in held if item) == cache.status()["bytes"] <= 100


def test_a_solver_that_gives_up_is_told_as_such():
    """Numbers too far apart for the solver are a question that cannot be answered, not a failure of the page."""

    def lost():
        raise UndecidedError("Unknown")

    with pytest.raises(AirshedError, match=r"the solver found no answer.*HiGHS: Unknown"):
        solved(lost)


def test_a_failure_of_something_else_is_not_taken_for_the_solver():
    def broken():
        raise RuntimeError("dictionary changed size during iteration")

    with pytest.raises(RuntimeError, match="dictionary changed size"):
        solved(broken)
