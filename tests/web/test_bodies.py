"""Partners, common budgets, schedules, grants, places side by side: the numbers of the command line, and bad input."""

import csv
import io
import json
import re
import zipfile

import pytest

from airshed.answers.ask import Direct
from airshed.answers.common import pasted
from airshed.answers.together.partners import PAIRS
from airshed.assessment.members.founders import poorest
from airshed.pack.pack import open_pack
from airshed.web.app import create_app
from airshed.web.desk import Desk

MEMBERS = ("--members", "CHN,KOR,JPN,MNG")
CHOSEN = "members=CHN&members=KOR&members=JPN&members=MNG"
CASES = {
    "partners": ("partners", "KR-11", "--with", "CHN"),
    "partners?region=KR-28&partner=JJJ&sector=offroad&top=5": (
        *("partners", "KR-28", "--with", "JJJ", "--sector", "offroad", "--top", "5"),
    ),
    "partners?region=SCA&partner=JJJ&network=true&top=12&cost=0&relevance=2": (
        *("partners", "SCA", "--with", "JJJ", "--network", "--top", "12", "--weights", "cost=0,relevance=2"),
    ),
    "partners?region=CN-SD&partner=all&top=7": ("partners", "CN-SD", "--with", "all", "--top", "7"),
    f"budget?{CHOSEN}&years=2027-2029": (
        "budget",
        *MEMBERS,
        "--total",
        "10000000",
        "--key",
        "gdp",
        "--years",
        "2027-2029",
    ),
    f"budget?{CHOSEN}&years=2027-2029&table=trail": (
        *("budget", *MEMBERS, "--total", "10000000", "--key", "gdp", "--years", "2027-2029", "--audit"),
    ),
    f"budget?{CHOSEN}&key=un-scale&ceiling=0.6&floor=0.01&total=1234567.89&years=2030&growth=0.1": (
        *("budget", *MEMBERS, "--total", "1234567.89", "--key", "un-scale", "--ceiling", "0.6", "--floor", "0.01"),
        *("--years", "2030", "--growth", "0.1"),
    ),
    "budget?members=CHN&members=PRK&missing=floor&floor=0.02&years=2030": (
        *("budget", "--members", "CHN,PRK", "--total", "10000000", "--key", "gdp", "--years", "2030"),
        *("--missing", "floor", "--floor", "0.02"),
    ),
    "schedule?members=KOR&members=JPN&members=MNG": ("schedule", "--members", "KOR,JPN,MNG"),
    "schedule?members=KOR&members=MNG&year=2025+2030&target=who-it2&target=12&by=responsibility&of=cities": (
        *("schedule", "--members", "KOR,MNG", "--years", "2025,2030", "--targets", "who-it2,12"),
        *("--by", "responsibility", "--of", "cities"),
    ),
    "support": ("support", "--members", "PRK,MNG", "--budget", "5e7", "--year", "2030"),
    "support?members=MNG&members=KOR&budget=0&equity=0.7&year=2025&case=high": (
        *("support", "--members", "MNG,KOR", "--budget", "0", "--equity", "0.7", "--year", "2025", "--case", "high"),
    ),
    "compare": ("compare", "KR-11", "CN-BJ", "JPN"),
    "compare?region=tokyo&region=JJJ&region=RUS&year=2030": ("compare", "tokyo", "JJJ", "RUS", "--year", "2030"),
}
SHOWN = (
    "partners?region=KR-28&partner=JJJ&sector=offroad&top=5",
    "partners?region=SCA&partner=JJJ&network=true&top=12&cost=0&relevance=2",
    *(address for address in CASES if address.startswith("budget")),
    "schedule?members=KOR&members=MNG&year=2025+2030&target=who-it2&target=12&by=responsibility&of=cities",
    "support?members=MNG&members=KOR&budget=0&equity=0.7&year=2025&case=high",
    "compare?region=tokyo&region=JJJ&region=RUS&year=2030",
)
"""Questions of every page, with all that the command beside their answer has to say."""
BAD = {
    "partners?region=atlantis": ("atlantis", "use one of"),
    "partners?region=CN-BJ&partner=CHN": ("share CN-BJ", "outside the region"),
    "partners?region=CHN&partner=JPN&sector=space": ("space", "use one of"),
    "partners?region=CHN&partner=all&network=true": ("pairs of regions are too many", "use the command"),
    "partners?cost=-1": ("cost cannot be -1", "from 0 to 1000000 is needed"),
    "partners?cost=nan": ("cost cannot be nan", ""),
    "partners?cost=1e999": ("cost cannot be 1e999", ""),
    "partners?relevance=0&exposure=0&deaths=0&cost=0": ("all weights are 0", "above 0"),
    "partners?top=0": ("top cannot be 0", "from 1 to 10000 is needed"),
    "budget?total=-5": ("negative", "at least 0"),
    "budget?total=much": ("not a number", "write an amount"),
    "budget?total=0": ("not above 0", ""),
    "budget?total=1e30": ("too large", ""),
    "budget?years=soon": ("years cannot be soon", "2027-2031"),
    "budget?years=2030-2020": ("years cannot be 2030-2020", "earlier year first"),
    "budget?key=luck": ("luck cannot be read", "equal, population"),
    "budget?key=mixed:gdp=x": ("cannot be read", "weights above 0"),
    "budget?members=KOR": ("at least two members", ""),
    "budget?members=CHN&members=CN-BJ": ("overlap", "once"),
    "budget?members=CHN&members=PRK": ("the pack has no GDP of PRK", "at the floor"),
    "budget?floor=0.9": ("add up to", ""),
    "budget?floor=7": ("floor cannot be 7", "from 0 to 1 is needed"),
    "budget?penalty=0.1": ("needs scores", "member, year, score"),
    "budget?years=2027&scores=KOR,2027,0.5": ("change nothing without a rate", "penalty"),
    "budget?years=2027&penalty=0.1&scores=KOR,2027,high": ("scores (pasted), line 2", "from 0"),
    "budget?years=2027&penalty=0.1&scores=RUS,2027,0.5": ("not a member", "use one of"),
    "budget?penalty=0.1&scores=%22": ("scores (pasted), line", ""),
    "budget?years=2027-2029&special=KOR,2099,5": ("outside the budget", "it covers 2027 to 2029"),
    "budget?threshold=5": ("does nothing without a discount", ""),
    "budget?key=population&key_year=1950": ("1950", "populations"),
    "schedule?members=KOR": ("two or more members", ""),
    "schedule?members=KOR&members=KR-11": ("overlap", ""),
    "schedule?year=2030+2020": ("must ascend", ""),
    "schedule?year=1700": ("1700", ""),
    "schedule?target=/etc/passwd": ("names a file", "of the pack"),
    "schedule?target=national": ("not one level for all", "use who-it1"),
    "schedule?target=-3": ("-3", ""),
    "schedule?scenario=moon": ("moon", "use one of"),
    "support?budget=-1": ("budget cannot be -1", "a number from 0 to"),
    "support?equity=99": ("equity cannot be 99", "from 0 to 10 is needed"),
    "support?whole=magic": ("magic", "codes"),
    "support?scenario=x.yaml": ("names a file", ""),
    "compare?region=KOR": ("beside no other", "two or more"),
    "compare?region=KOR&region=KOR": ("beside no other", "two or more"),
    "compare?region=KOR&region=atlantis": ("atlantis", "use one of"),
    "compare?region=KOR&region=JPN&year=2150": ("2150", ""),
    "emissions?inventory=gains&year=1999": ("1999", "it has"),
}


def rounded(value):
    """Return a document with numbers to nine digits: the samples of the relation end in the last bits differently."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def in_form(address, form):
    stem, _, query = address.partition("?")
    return f"/en/{stem}.{form}?{query}"


@pytest.mark.parametrize("address", CASES)
def test_the_page_says_what_the_command_prints(client, cli, address):
    code, out, err = cli(*CASES[address], "--format", "json")
    assert code == 0, err
    answer = client.get(in_form(address, "json"))
    assert answer.status_code == 200, answer.text
    assert rounded(answer.json()) == rounded(json.loads(out))


@pytest.mark.parametrize("address", SHOWN)
def test_the_command_beside_an_answer_gives_the_same(client, cli, address):
    held = json.loads(zipped(client, address)["metadata.json"])
    words = held["command"].split()[1:]
    code, out, err = cli(*words, *(["--audit"] if "table=trail" in address else []), "--format", "json")
    assert code == 0, err
    assert rounded(json.loads(out)) == rounded(client.get(in_form(address, "json")).json())


@pytest.mark.parametrize("address", BAD)
def test_what_cannot_be_answered_says_what_and_what_next(client, address):
    what, remedy = BAD[address]
    answer = client.get(f"/en/{address}")
    text = answer.text.replace("&#39;", "'")
    assert answer.status_code in (400, 404), text
    assert what in text and remedy in text and 'role="alert"' in text


def zipped(client, address):
    with zipfile.ZipFile(io.BytesIO(client.get(in_form(address, "zip")).content)) as held:
        return {name: held.read(name).decode() for name in held.namelist()}


def test_a_pasted_table_gives_what_the_file_gives(client, cli, tmp_path):
    """The download holds the pasted tables as the files that the command beside the answer asks for."""
    tables = {
        "scores": "CHN,2027,0.4\nKOR,2028,1",
        "special": "member,year,amount,purpose\nJPN,2027,1000.50,monitoring\nJPN,2027,20,training",
        "paid": "KOR,2027,5",
    }
    query = {
        **tables,
        "members": ["CHN", "KOR", "JPN", "MNG"],
        "penalty": "0.2",
        "change_sum": "true",
        "years": "2027-2029",
    }
    found = client.get("/en/budget.json", params=query).json()
    with zipfile.ZipFile(io.BytesIO(client.get("/en/budget.zip", params=query).content)) as held:
        held.extractall(tmp_path)
    words = json.loads((tmp_path / "metadata.json").read_text())["command"].split()[1:]
    words = [str(tmp_path / word) if word.endswith(".csv") else word for word in words]
    code, out, err = cli(*words, "--format", "json")
    assert code == 0, err
    assert json.loads(out) == found
    china = next(row for row in found if (row["member"], row["year"]) == ("CHN", 2027))
    assert china["compliance"] == pytest.approx(china["assessed"] * 0.2 * 0.6, abs=0.01)


def test_contributions_add_up_to_the_budget_to_the_cent(client):
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/en/budget.csv?{CHOSEN}&years=2027-2029&total=10000000.07").text))
    )
    for year in ("2027", "2028", "2029"):
        assert round(sum(float(row["total"]) * 100 for row in rows if row["year"] == year)) == 1_000_000_007


def test_a_pasted_table_may_leave_its_header_out(pack):
    desk = Desk(pack)
    assert pasted(desk, "scores", " \n ", "member,year,score") is None
    assert pasted(desk, "paid", "KOR,2027,1\n", "member,year,amount").text == "member,year,amount\nKOR,2027,1"
    special = "member,year,amount,purpose"
    assert pasted(desk, "special", "KOR,2027,1,air", special).text == f"{special}\nKOR,2027,1,air"
    assert pasted(desk, "special", "KOR,2027,1", special).text == "member,year,amount\nKOR,2027,1"
    assert pasted(desk, "scores", "Member,year,score\nKOR,2027,1", "member,year,score").text.startswith("Member,")
    assert str(pasted(desk, "paid", "KOR,2027,1", "member,year,amount")) == "paid (pasted)"
    called = Direct(pack, {"paid": "paid-2027.csv"})
    assert str(pasted(called, "paid", "KOR,2027,1", "member,year,amount")) == "paid-2027.csv"
    desk.close()


def test_the_reason_is_told_in_the_language_of_the_page(client):
    for language in ("ko", "en", "zh"):
        first = client.get(f"/{language}/partners.json").json()[0]
        assert first[f"why_{language}"] in client.get(f"/{language}/partners").text


def test_a_form_shows_what_empty_fields_stand_for(client):
    text = client.get("/en/partners").text
    assert '<option value="CHN" selected>' in text and '<option value="KR-11" selected>' in text
    text = client.get("/en/support").text
    assert re.findall('<option value="([A-Z]+)" selected>', text)[:2] == ["PRK", "MNG"]
    text = client.get("/en/budget?years=2027&key=mixed:population=0.9,gdp=0.1&scores=KOR,2027,1&penalty=0.1").text
    assert '<option value="mixed:population=0.9,gdp=0.1" selected>' in text
    assert re.search('<textarea[^>]*name="scores"[^>]*>KOR,2027,1</textarea>', text)


def test_the_poorest_are_those_of_the_table(pack):
    rows = pack.table("economy")
    rows = rows[(rows["indicator"] == "gdp_per_head_ppp") & (rows["year"] == 2015) & (rows["source"] == "wb_wdi")]
    assert rows.loc[rows["value"].idxmin(), "code"] == "MNG"
    assert poorest(pack) == ["PRK", "MNG"]


def test_places_side_by_side_are_those_of_their_own_pages(client):
    rows = client.get("/en/compare.json?region=KOR&region=CHN&year=2021").json()
    health = {row["region"]: row for row in client.get("/en/health.json?region=KOR&region=CHN&year=2021").json()}
    for row in (row for row in rows if row["quantity"] == "deaths"):
        assert (row["value"], row["low"]) == (health[row["region"]]["value"], health[row["region"]]["low"])
    for row in (row for row in rows if row["quantity"] == "deaths per 100,000 people"):
        own = health[row["region"]]
        assert row["value"] == pytest.approx(1e5 * own["value"] / own["population"])
    given = {row["country"]: row["value"] for row in client.get("/en/attribution.json?receptor=KOR&year=2021").json()}
    told = {row["item"]: row["value"] for row in rows if (row["region"], row["quantity"]) == ("KOR", "origin")}
    assert rounded(told) == rounded(given)
    level = next(row["value"] for row in rows if (row["region"], row["quantity"]) == ("KOR", "PM2.5"))
    assert sum(told.values()) == pytest.approx(level)
    met = {row["item"]: row["met"] for row in rows if (row["region"], row["quantity"]) == ("KOR", "target")}
    assert 25 < level < 35 or level < 25
    assert met["who-it1"] == "yes" and met["who-2021"] == "no" and met["who-it2"] == ("yes" if level <= 25 else "no")


def test_gdp_of_a_part_is_its_share_of_the_nation_in_one_edition(client, pack):
    """The 345 of 1,564 trillion won that the same table of 2016 prints for Seoul and for all, of the GDP in USD."""
    rows = client.get("/en/compare.json?region=KR-11&region=JPN").json()
    found = next(row for row in rows if (row["region"], row["quantity"]) == ("KR-11", "GDP"))
    table = pack.table("economy")
    table = table[table["year"] == 2015]
    nation = table[(table["code"] == "KOR") & (table["source"] == "wb_wdi")].set_index("indicator")["value"]
    assert found["value"] == pytest.approx(1e3 * nation["gdp_usd"] * 345 / 1564, rel=1e-4)
    assert found["source"] == "kostat_grdp_2015 wb_wdi" and "share of 2015" in found["note"]


def test_the_marks_of_a_change_are_words_and_shades(client, cli):
    """The marks are those of the command, in the table of both years side by side."""
    words = ("--inventory", "gains", "--by", "region", "--by", "sector", "--region", "JJJ", "--years", "2015,2030")
    _, out, _ = cli("emissions", *words, "--marks", "--format", "json")
    address = "inventory=gains&region=JJJ&year=2015&year=2030"
    rows = client.get(f"/en/emissions.json?{address}&table=change").json()
    marked = {(row["pollutant"], row["sector"], row["year"]): row for row in json.loads(out)}
    assert {row["first_year"] for row in rows} == {2015} and {row["last_year"] for row in rows} == {2030}
    for row in rows:
        before, after = (marked[row["pollutant"], row["sector"], year] for year in (2015, 2030))
        assert (row["before"], row["after"], row["change"]) == (before["value"], after["value"], after["change"])
        assert row["before_mark"] == before["mark"]
        assert set(f"{row['after_mark']} {row['change_mark']}".split()) == set(after["mark"].split())
    assert any(row["change_mark"] for row in rows) and any(row["before_mark"] == "largest" for row in rows)
    text = client.get(f"/ko/emissions?{address}").text
    assert re.search(r'<td class="n cut">-[\d,.]+ · 최대 감축</td>', text)
    assert re.search(r'<td class="n largest">[\d,.]+ · 최대</td>', text)


def test_numbers_lead_to_their_explanation(client):
    for address in (
        "attribution?receptor=seoul&year=2030",
        "health",
        "emissions",
        "claims",
        "hindcast",
        "region/KR-11",
    ):
        found = re.findall(r'<a class="why" href="([^"]*)"', client.get(f"/en/{address}").text)
        assert found, address
        answer = client.get(found[0].replace("&amp;", "&"))
        assert answer.status_code == 200, (address, found[0])
    assert "year=2030" in client.get("/en/attribution?receptor=seoul&year=2030").text


def test_a_pack_without_the_tables_says_which(small_folder, connect):
    with connect(create_app(open_pack(small_folder), patience=None)) as client:
        for address in ("partners", "budget", "schedule", "support", "compare", "emissions"):
            answer = client.get(f"/en/{address}")
            assert answer.status_code in (200, 400, 404), (address, answer.text)
            assert answer.status_code == 200 or 'class="next"' in answer.text


def test_a_network_has_its_chart_and_its_limit(client, pack):
    assert client.get("/ko/partners.svg?region=SCA&partner=JJJ&network=true&chart=network").text.startswith("<svg")
    nations = pack.table("regions")
    assert (nations["parent"] == "CHN").sum() * (nations["parent"] == "KOR").sum() > PAIRS
