"""Pages on cooperation, deals and the sheet of a deal: the numbers and files of the command line."""

import codecs
import csv
import io
import json
import re
from urllib.parse import quote, quote_plus

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.answers.asked import is_local
from airshed.answers.together._game import MOST_COUNTED
from airshed.assessment.games.beliefs import pair_of, read_beliefs
from airshed.assessment.games.game import table_of
from airshed.assessment.games.payments import payments_table
from airshed.cooperation.coalitions import MOST_PLAYERS
from airshed.web.forms import MEDIA
from airshed.web.guard import POLICY
from airshed.web.registry import PAGES
from support.pages import refused

THREE = "players=CHN&players=KOR&players=JPN&samples=40"
COMMAND = ("cooperate", "--players", "CHN,KOR,JPN")
SAMPLES = ("--samples", "40")
FILED = {"transition-targets": "target=coal-30"}
"""What a page asks that has a file only then."""
STARTS = {"yaml": b"name: ", "pdf": b"%PDF", "xlsx": b"PK", "html": b"<!DOCTYPE html>", "csv": b"party,"}
CASES = {
    f"cooperation.json?{THREE}&disagreement=limited&acted_on=0.3": ("--disagreement", "limited", "--acted-on", "0.3"),
    f"cooperation.json?{THREE}&key=gdp&key=mixed:gdp%3D0.5,equal%3D0.5": (
        *("--disagreement", "current", "--key", "gdp", "--key", "mixed:gdp=0.5,equal=0.5"),
    ),
    f"cooperation.json?{THREE}&table=game": ("--part", "game"),
    f"cooperation.json?{THREE}&table=sweep": ("--part", "sweep"),
    f"cooperation/stability.json?{THREE}&scenario=frozen": ("--part", "game", "--scenario", "frozen"),
    f"cooperation/stability.json?{THREE}&disagreement=current&table=coalitions": (
        *("--part", "coalitions", "--disagreement", "current"),
    ),
    f"cooperation/targets.json?{THREE}&target=who-it3": ("--part", "targets", "--target", "who-it3"),
}


def rounded(value):
    """Return a document with numbers to nine digits, and nothing below a millionth: samples end in other last bits."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{round(value, 6):.9g}") if isinstance(value, float) else value


@pytest.mark.parametrize("address", CASES)
def test_the_page_says_what_the_command_prints(client, cli, address):
    # the game of targets draws no samples, so that its command takes none
    samples = () if "targets" in address else SAMPLES
    code, out, _ = cli(*COMMAND, *samples, *CASES[address], "--format", "json")
    assert code == 0
    answer = client.get(f"/en/{address}")
    assert answer.status_code == 200, answer.text
    assert rounded(answer.json()) == rounded(json.loads(out))


def test_many_players_are_sampled_as_by_the_command(client, cli, pack):
    regions = pack.table("regions")
    many = list(regions.loc[regions["level"] == "province", "code"])[: MOST_PLAYERS + 2]
    code, out, _ = cli("cooperate", "--players", ",".join(many), "--samples", "0", "--key", "shapley", "--format",
                       "json", "--disagreement", "current")  # fmt: skip
    assert code == 0
    query = "&".join([*(f"players={code}" for code in many), "samples=0", "key=shapley"])
    answer = client.get(f"/en/cooperation.json?{query}")
    assert rounded(answer.json()) == rounded(json.loads(out))
    assert "Shapley shares are sampled" in client.get(f"/en/cooperation?{query}").text
    between = "&".join(f"players={code}" for code in many[: MOST_COUNTED + 1])
    told = client.get(f"/en/cooperation?{between}&samples=0&key=shapley")
    assert told.status_code == 200 and "Shapley shares are sampled" in told.text


def test_who_pays_whom_by_hand():
    """A pays 3, B pays 1, C receives 1 and D 3: D has three quarters of every payment."""
    shares = pd.DataFrame(
        {
            "disagreement": "nash",
            "key": "equal",
            "player": list("ABCD"),
            "transfer": [-3.0, -1.0, 1.0, 3.0],
            "unit": "u",
        }
    )
    found = payments_table(shares)
    assert list(zip(found["payer"], found["receiver"], found["amount"], strict=True)) == [
        ("A", "C", 0.75),
        ("A", "D", 2.25),
        ("B", "C", 0.25),
        ("B", "D", 0.75),
    ]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=8))
def test_payments_add_to_what_each_pays_and_receives(values):
    moved = [value - sum(values) / len(values) for value in values]
    players = [f"P{place}" for place in range(len(values))]
    shares = pd.DataFrame({"disagreement": "nash", "key": "equal", "player": players, "transfer": moved, "unit": "u"})
    found = payments_table(shares)
    for player, transfer in zip(players, moved, strict=True):
        net = (
            found.loc[found["receiver"] == player, "amount"].sum() - found.loc[found["payer"] == player, "amount"].sum()
        )
        assert net == pytest.approx(transfer, rel=1e-6, abs=1e-4)


DEALS = f"{THREE}&disagreement=nash&key=shapley"
RULE = ("--part", "deals", "--disagreement", "nash", "--key", "shapley")


@pytest.mark.parametrize("beliefs", ["", "&beliefs=CHN%3D20%25&beliefs=KOR%3D0.55&response=KOR%3Dier2015"])
def test_deals_are_those_of_the_command_with_the_downloaded_beliefs(client, cli, tmp_path, beliefs):
    path = tmp_path / "deals.beliefs.csv"
    path.write_bytes(client.get(f"/en/deals.beliefs.csv?{DEALS}{beliefs}").content)
    code, out, _ = cli(*COMMAND, *SAMPLES, *RULE, "--beliefs", path, "--format", "json")
    assert code == 0
    assert rounded(client.get(f"/en/deals.json?{DEALS}{beliefs}").json()) == rounded(json.loads(out))


def test_beliefs_that_nobody_names_are_the_ends_of_the_studies(client, pack, tmp_path):
    path = tmp_path / "beliefs.csv"
    path.write_bytes(client.get(f"/en/deals.beliefs.csv?{THREE}").content)
    pair = pair_of(table_of(pack, ["CHN", "KOR", "JPN"], 2030, samples=40), "CHN", "KOR")
    held = read_beliefs(pack, path, ["CHN", "KOR", "JPN"])
    assert [(one.party, one.share) for one in held] == [
        ("CHN", pytest.approx(pair.low)),
        ("KOR", pytest.approx(pair.high)),
    ]


SHEET = f"{THREE}&disagreement=limited&key=shapley&target=who-it2&beliefs=KOR%3D50%25"


def test_the_sheet_is_that_of_the_command(client, cli, tmp_path):
    beliefs = tmp_path / "beliefs.csv"
    beliefs.write_text("party,source,receptor,share\nKOR,CHN,KOR,50%\n", encoding="utf-8")
    words = ("--disagreement", "limited", "--key", "shapley", "--target", "who-it2", "--part", "targets")
    for ending in ("html", "pdf", "xlsx"):
        path = tmp_path / f"sheet.{ending}"
        code, _, err = cli(*COMMAND, *SAMPLES, *words, "--beliefs", beliefs, "--sheet", path)
        assert code == 0, err
        served = client.get(f"/en/sheet.{ending}?{SHEET}").content
        if ending == "xlsx":
            assert cells(io.BytesIO(served)) == cells(path)
        else:
            assert served == path.read_bytes()


def cells(book):
    held = openpyxl.load_workbook(book, read_only=True)
    return {name: [rounded(list(row)) for row in held[name].iter_rows(values_only=True)] for name in held.sheetnames}


def test_the_page_of_a_sheet_shows_what_stands_on_it(client):
    text = client.get(f"/en/sheet?{SHEET}").text
    for words in ("Who pays, and what each gains", "What holds", "The same for targets", "Measures that do most"):
        assert words in text
    members = client.get(f"/en/sheet.json?{SHEET}").json()
    assert [row["player"] for row in members] == ["CHN", "KOR", "JPN"]
    assert f'<td class="n">{members[0]["cost"]:,.0f}</td>' in text


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
@pytest.mark.parametrize("name", [page.name for page in PAGES if page.files])
def test_a_page_as_a_file_of_its_own(client, pack, name, language):
    page = next(page for page in PAGES if page.name == name)
    stem = page.address(pack)
    for ending, file in page.files.items():
        answer = client.get(f"/{language}/{stem}.{ending}?{FILED.get(name, '')}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["content-type"] == file.media
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.{ending}"'
        start = STARTS[ending.rpartition(".")[2]] if ending != "applied.csv" else b"region,measure,year,"
        marked = file.media == MEDIA["csv"] and language != "en"
        assert answer.content.startswith((codecs.BOM_UTF8 if marked else b"") + start)
        wrong = client.get(f"/{language}/{stem}.{ending}?colour=red")
        assert wrong.status_code == (404 if page.placed else 400) and "colour" in wrong.text
        assert f"{stem}.{ending}" in client.get(f"/{language}/{stem}?{FILED.get(name, '')}").text


def test_files_are_as_large_as_they_say(client):
    with io.StringIO(client.get(f"/en/deals.beliefs.csv?{THREE}").text) as text:
        assert next(csv.reader(text)) == ["party", "source", "receptor", "share", "response"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/ko/sheet.xlsx?{THREE}").content), read_only=True)
    assert {"members", "shares", "leaving", "measures", "game", "keys"} <= set(book.sheetnames)


@pytest.mark.parametrize("name", [page.name for page in PAGES if page.folded])
def test_every_field_stands_in_the_form_once(client, pack, name):
    page = next(page for page in PAGES if page.name == name)
    text = client.get(f"/en/{page.address(pack)}").text
    start = text.index('<form class="ask"')
    form = text[start : text.index("</form>", start)]
    fields = [name for name in page.question.model_fields if not is_local(page, name)]
    assert sorted(re.findall(r'<(?:select|input|textarea)[^>]* name="(\w+)"', form)) == sorted(fields)
    assert form.count('<details class="fold"><summary>') == len(page.folded)


def test_folded_fields_open_where_they_are_asked(client):
    text = client.get(f"/en/cooperation?{THREE}").text
    assert '<details class="fold" open><summary>How it is counted' in text


BAD = {
    "cooperation?players=CHN": (400, "two or more players", "name another beside CHN"),
    "cooperation?players=CHN&players=CHN": (400, "two or more players", "name another beside CHN"),
    "cooperation?players=CHN&players=CN-BJ": (400, "overlap", "leave one"),
    "cooperation?players=CHN&players=KOR&acted_on=7": (400, "acted_on cannot be 7", "from 0 to 1 is needed"),
    "cooperation?players=CHN&players=KOR&acted_on=nan": (400, "acted_on cannot be nan", ""),
    "cooperation?players=CHN&players=KOR&samples=-1": (400, "samples cannot be -1", "from 0 to 2000 is needed"),
    "cooperation?players=CHN&players=KOR&scenario=moon": (400, "moon", "use one of"),
    "cooperation?players=CHN&players=KOR&key=mixed:luck%3D1": (400, "luck", "use one of"),
    "cooperation?players=CHN&players=KOR&key=mixed:equal%3D0": (400, "all zero", "write mixed:"),
    "cooperation?players=CHN&players=PRK&key=gdp": (404, "needs table economy", "add it to the pack"),
    "cooperation/stability?players=KOR": (400, "two or more players", "name another beside KOR"),
    "cooperation/targets?players=CHN&players=KOR&target=-3": (400, "-3", "above 0"),
    "cooperation/targets?players=CHN&players=KOR&target=a.csv": (400, "names a file", "by name"),
    "deals?players=CHN&players=KOR&beliefs=CHN%3D120%25": (400, "not between 0 and 1", "32%"),
    "deals?players=CHN&players=KOR&beliefs=JPN%3D20%25": (400, "JPN is no player", "CHN, KOR"),
    "deals?players=CHN&players=KOR&beliefs=CHN%3Dmany": (400, "cannot be read", "PLACE=NUMBER"),
    "deals?players=CHN&players=KOR&response=KOR%3Dluck": (400, "luck is not known", "use one of"),
    "deals?players=CHN&players=KOR&response=KOR": (400, "cannot be read", "PARTY=RESPONSE"),
    "deals?players=CHN&players=KOR&source=KOR&receptor=KOR": (400, "cannot be source and receptor", "another"),
    "deals?players=KR-11&players=KR-28": (400, "two nations", "name source and receptor"),
    "sheet?players=CHN&players=KOR&key=luck": (400, "luck", "use one of"),
    "sheet.pdf?players=CHN": (400, "two or more players", "name another"),
    "sheet.docx": (404, "nothing lies", "choose a page"),
}


@pytest.mark.parametrize("address", BAD)
def test_a_page_says_what_is_wrong_and_what_next(client, address):
    assert refused(client, f"/en/{address}", BAD[address]).text


def test_too_many_players_are_told_how_many_may_play(client, pack):
    regions = pack.table("regions")
    many = "&".join(f"players={code}" for code in regions.loc[regions["level"] == "province", "code"][:30])
    for path, most in (("cooperation/stability", 16), ("cooperation/targets", 10), ("deals", 12), ("sheet", 12)):
        answer = client.get(f"/en/{path}?{many}")
        assert answer.status_code == 400 and f"name {most} at most" in answer.text


def test_the_language_of_a_game(client):
    text = client.get(f"/ko/cooperation/stability?{THREE}").text
    assert "중국, 대한민국" in text and "{CHN" not in text.split("<pre")[0]


TABLES = {
    "plan": ("region,measure,application", "KR-41,{measure},{most}"),
    "transfers": ("payer,receiver,amount", "JPN,KOR,3"),
    "commitments": ("player,pollutant,change,base_year,target_year", "KOR,NOx,-30%,2020,2030"),
}


def test_pasted_tables_of_a_deal_are_those_of_the_command(client, cli, pack, tmp_path):
    """An own plan, transfers and stated plans, pasted with or without their header, are the files of the command."""
    held = table_of(pack, ["KOR", "JPN"], 2030).held.options
    free = held.selectable & (np.array(held.region) == "KR-41") & (held.maximum > held.current + 0.1)
    beside = np.bincount(held.group, held.current)[held.group] - held.current
    place = int(np.flatnonzero(free & (beside + held.maximum <= 1.0))[0])
    filled = {"measure": held.measure[place], "most": float(held.maximum[place])}
    words, query = [], ["players=KOR", "players=JPN", "disagreement=stated"]
    for number, (name, (header, row)) in enumerate(TABLES.items()):
        file, row = tmp_path / f"{name}.csv", row.format(**filled)
        file.write_text(f"{header}\n{row}\n", encoding="utf-8")
        words += [f"--{name}", file]
        query.append(f"{name}={quote(row if number else f'{header}{chr(10)}{row}')}")
    command = ("cooperate", "--players", "KOR,JPN", "--disagreement", "stated", "--samples", "0", *words)
    code, out, err = cli(*command, "--format", "json")
    assert code == 0, err
    answer = client.get(f"/en/cooperation/deal.json?{'&'.join(query)}")
    assert answer.status_code == 200, answer.text
    assert rounded(answer.json()) == rounded(json.loads(out))
    bare = client.get("/en/cooperation/deal.json?players=KOR&players=JPN&disagreement=stated")
    assert rounded(answer.json()) != rounded(bare.json())
    page = client.get(f"/en/cooperation/deal?{'&'.join(query)}").text
    assert all(f"--{name} {name}.csv" in page for name in TABLES)


def test_stated_plans_are_kept_from_page_to_page(client, cli, tmp_path):
    header, row = TABLES["commitments"]
    file = tmp_path / "commitments.csv"
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    command = ("cooperate", "--players", "KOR,JPN", "--disagreement", "stated", "--samples", "0", "--key", "gdp")
    code, out, err = cli(*command, "--commitments", file, "--format", "json")
    assert code == 0, err
    query = f"players=KOR&players=JPN&samples=0&disagreement=stated&commitments={quote(row)}"
    assert rounded(client.get(f"/en/cooperation.json?{query}&key=gdp").json()) == rounded(json.loads(out))
    assert f"commitments={quote_plus(row)}" in client.get(f"/en/cooperation?{query}&key=gdp").text.replace("&amp;", "&")


BAD_TABLES = {
    "plan=atlantis,power.FGD,0.5": ("plan (pasted), line 2: the region atlantis is not known", "region with measures"),
    "plan=region,measure,application": ("plan (pasted) has a header only", "row for every measure"),
    "commitments=USA,NOx,-10,2020,2030": ("line 2: USA is no player", "KOR, JPN"),
    "commitments=KOR,NOx,-0.2,2020,2030": ("may be a share or a percentage", "-20"),
}


@pytest.mark.parametrize("table", BAD_TABLES)
def test_a_wrong_pasted_table_is_said_with_place_and_remedy(client, table):
    name, text = table.split("=")
    said, remedy = BAD_TABLES[table]
    answer = client.get(f"/en/cooperation/deal?players=KOR&players=JPN&{name}={quote(text)}")
    assert answer.status_code == 400 and said in answer.text and remedy in answer.text
