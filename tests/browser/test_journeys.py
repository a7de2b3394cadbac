"""What people come for, by clicking and typing from the front door: the figures are those that the commands print."""

import csv
import io
import json
import shlex
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from airshed.assessment.games.cooperate import USUAL_KEY
from airshed.pack.percent import percent
from support.browser import DESKTOP, PATIENCE, PHONE, draw, hosts, opened

pytestmark = pytest.mark.browser
WORDS = {
    "ko": {
        "pages": "페이지",
        "ask": "조회",
        "table": "표",
        "download": "내려받기",
        "code": "코드",
        "chart": "그래프",
        "attribution": "국가·지역 간 영향(기여율)",
        "whose": "서울의 초미세먼지는 어디서 오는가",
        "seoul": "서울 (seoul)",
        "city": "도시, 지역, 국가 또는 권역",
        "country": "국가",
        "region": "지역",
        "value": "값",
        "share": "비중",
        "natural": "자연 배출",
        "unexplained": "미설명분",
        "low": "하한",
        "high": "상한",
        "china": "중국",
        "explain": "수치의 근거",
        "title": "제목",
        "build": "시나리오 만들기",
        "road": "중국, 도로이동",
        "avoided": "예방되는 사망자 수",
        "cooperation": "협력",
        "without": "합의가 없을 때",
        "player": "참여자",
        "together": "협력의 이득 몫",
        "transfer": "이전(받으면 +)",
    },
    "en": {
        "pages": "Pages",
        "ask": "Ask",
        "table": "Table",
        "download": "Download",
        "code": "Code",
        "chart": "Chart",
        "attribution": "Who affects whom",
        "whose": "Who gives Seoul its PM2.5",
        "seoul": "Seoul (seoul)",
        "city": "city, region, nation or group",
        "country": "country",
        "region": "region",
        "value": "value",
        "natural": "natural",
        "unexplained": "unexplained",
        "share": "share",
        "low": "low",
        "high": "high",
        "china": "China",
        "explain": "Where a number comes from",
        "title": "title",
        "build": "Build a scenario",
        "road": "China, Road transport",
        "avoided": "deaths avoided",
        "cooperation": "Cooperation",
        "without": "what happens without an agreement",
        "player": "player",
        "together": "cooperation gain",
        "transfer": "transfer",
    },
}


class Visitor:
    """One who reads a page in a language, and knows the command line."""

    def __init__(self, page, language, pack, cli):
        self.page, self.words, self.cli = page, WORDS[language], cli
        self.name = lambda code: self.words.get(code) or pack.name(code, language)

    def told(self, *words):
        """Return what a command prints as JSON."""
        code, out, _ = self.cli(*words, "--format", "json")
        assert code == 0
        return json.loads(out)

    def go(self, name):
        """Choose a page of the navigation."""
        pages = self.page.get_by_role("navigation", name=self.words["pages"])
        if not pages.get_by_role("link").first.is_visible():
            pages.get_by_text(self.words["pages"], exact=True).click()
        pages.get_by_role("link", name=self.words[name], exact=True).click()

    def tab(self, block, name):
        """Choose a tab of a block, and return its panel."""
        block.get_by_role("tab", name=self.words[name]).click()
        return block.get_by_role("tabpanel")

    def rows(self, table):
        """Return the rows of a table by their headings, as they are read."""
        heads = table.locator("thead th").all_inner_texts()
        found = table.locator("tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
        )
        return [dict(zip(heads, row, strict=True)) for row in found]


def find_who_affects_seoul(visitor):
    page, words = visitor.page, visitor.words
    visitor.go("attribution")
    page.locator(".asking > summary").click()
    page.get_by_role("combobox", name=words["city"]).select_option(label=words["seoul"])
    page.get_by_role("button", name=words["ask"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["whose"])
    draw(page)
    block = page.locator("#origins")
    rows = visitor.rows(visitor.tab(block, "table").get_by_role("table"))
    printed = visitor.told("attribution", "seoul")
    assert len(printed) > 5
    shown = [[row[words[name]] for name in ("country", "value", "share", "low", "high")] for row in rows]
    for (name, value, share, *ends), row in zip(shown, printed, strict=True):
        assert (name, value) == (visitor.name(row["country"]), f"{row['value']:.2f}")
        assert share == ("" if row["share"] is None else percent(row["share"]))
        assert ends == ["" if row[end] is None else f"{row[end]:.2f}" for end in ("low", "high")]


def explain_a_number(visitor):
    """From the part of China in the air of Seoul to a study on it, and to where that lies."""
    page, words = visitor.page, visitor.words
    row = page.locator("#origins").get_by_role("row", name=words["china"])
    shown = row.get_by_role("link").first
    number = shown.inner_text()
    shown.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["explain"])
    steps = visitor.rows(page.locator("#rows-explain"))
    printed = visitor.told("explain", "attribution", "seoul", "CHN")
    assert len(steps) == len(printed) and float(steps[0][words["value"]]) == pytest.approx(float(number), abs=0.0051)
    for step, row in zip(steps, printed, strict=True):
        assert step[words["title"]] == row["title"]
        values = [(step[words[name]], row[name]) for name in ("value", "low", "high")]
        assert all((text == "") == (value is None) for text, value in values)
        near = [pytest.approx(value, rel=1e-3, abs=1e-3) for _, value in values if value is not None]
        assert [float(text.replace(",", "")) for text, value in values if value is not None] == near
    studies = [row["source"] for row in printed if row["step"].startswith("study")]
    page.locator(f'.references a[href$="#source-{studies[0]}"]').first.click()
    page.wait_for_url(f"**/sources#source-{studies[0]}")
    source = next(row for row in visitor.told("sources") if row["key"] == studies[0])
    found = page.locator("tr:has(:target)")
    expect(found).to_contain_text(source["title"])
    expect(found).to_be_in_viewport()
    assert source["licence"] in found.inner_text()


def build_a_scenario(visitor, folder):
    """A tenth less of the roads of China: the file of the page gives the command the same deaths."""
    page, words = visitor.page, visitor.words
    visitor.go("build")
    page.get_by_role("slider", name=words["road"]).focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**change=CHN:road:-10*")
    page.locator("#build[data-state=answered]").wait_for()
    block = page.locator("#deaths")
    rows = visitor.rows(visitor.tab(block, "table").get_by_role("table"))
    with page.expect_download() as download:
        page.get_by_role("link", name="scenario.yaml").click()
    path = folder / "scenario.yaml"
    download.value.save_as(path)
    compared = visitor.told("scenarios", "compare", "baseline", path, "--year", "2030", "--region", "CHN")
    deaths = {row["scenario"]: row["value"] for row in compared if row["quantity"] == "deaths"}
    avoided = next(row[words["avoided"]] for row in rows if row[words["region"]] == words["china"])
    assert avoided == f"{deaths['baseline'] - deaths[str(path)]:,.0f}" != "0"


def read_the_deal(visitor):
    """Who pays whom when current policy goes on without an agreement: chart, table, command, and the files."""
    page, words = visitor.page, visitor.words
    visitor.go("cooperation")
    page.locator(".asking > summary").click()
    page.get_by_role("combobox", name=words["without"]).select_option("current")
    page.get_by_role("button", name=words["ask"]).click()
    page.wait_for_url("**disagreement=current*")
    draw(page)
    block = page.locator("#shares")
    expect(block.locator(".chart")).to_have_attribute("data-state", "drawn")
    rows = visitor.rows(visitor.tab(block, "table").get_by_role("table"))
    command = shlex.split(visitor.tab(block, "code").locator("code").first.inner_text())
    assert command[:2] == ["airshed", "cooperation"]
    printed = visitor.told(*command[1:])
    # The page divides by one key, the command by all.
    by_key = [row for row in printed if row["key"] == USUAL_KEY]
    assert len(rows) == len(by_key) < len(printed) and any(row["transfer"] > 1 for row in printed)
    for row, right in zip(rows, by_key, strict=True):
        assert row[words["player"]] == visitor.name(right["player"])
        for name, key in (("together", "cooperation_gain"), ("transfer", "transfer")):
            assert row[words[name]].replace(",", "") in {f"{right[key]:.0f}", f"{right[key] + 0.0:.0f}".lstrip("-")}
    panel = visitor.tab(block, "download")
    with page.expect_download() as download:
        panel.get_by_role("link", name="ZIP").click()
    with zipfile.ZipFile(Path(download.value.path())) as files:
        assert {"metadata.json", "LICENCE.txt", "sources.csv"} <= set(files.namelist())
        kept = list(csv.DictReader(io.StringIO(files.read("shares.csv").decode())))
    assert [(row["key"], row["player"]) for row in kept] == [(row["key"], row["player"]) for row in printed]
    near = [pytest.approx(row["transfer"], rel=1e-9, abs=1e-6) for row in printed]
    assert [float(row["transfer"]) for row in kept] == near


@pytest.mark.parametrize(("language", "width"), [("ko", DESKTOP), ("en", PHONE)])
def test_from_the_front_door_to_the_deal(browser, server, pack, cli, tmp_path, language, width):
    """All of it in one visit; the browser's own language opens the door."""
    page = opened(browser, f"{server}/", width, locale={"ko": "ko-KR", "en": "en-GB"}[language])
    expect.set_options(timeout=PATIENCE)
    assert urlsplit(page.url).path == f"/{language}/"
    visitor = Visitor(page, language, pack, cli)
    find_who_affects_seoul(visitor)
    explain_a_number(visitor)
    build_a_scenario(visitor, tmp_path)
    read_the_deal(visitor)
    assert page.errors == [] and page.evaluate("window.refused") == []
    assert hosts(page) == {urlsplit(server).netloc}
    page.close()
