"""The page on plans in full, the cost curve by all its ways, and the pages on lives, damage and intervals."""

import csv
import io
import json

import pytest

from airshed.answers.ask import Direct
from airshed.answers.options.optimise import PlanQuestion, aims_of
from support.pages import refused

CASES = {
    "plan.json?exposure=KOR%3D-20%25+JPN%3D10&year=2025": (
        *("optimise", "--exposure", "KOR=-20%", "--exposure", "JPN=10", "--year", "2025"),
    ),
    "plan.json?deaths=KOR%3D-10%25&gdp_share=0.001": ("optimise", "--deaths", "KOR=-10%", "--gdp-share", "0.001"),
    "plan.json?budget=2e9&buy=deaths": ("optimise", "--budget", "2e9", "--buy", "deaths"),
    "plan.json?target=who-it3&receptor=seoul&receptor=CN-BJ&unmet=interim&case=high": (
        *("optimise", "--target", "who-it3", "--receptor", "seoul", "--receptor", "CN-BJ"),
        *("--unmet", "interim", "--case", "high"),
    ),
    "plan.json?target=who-it1&ceiling=CHN:SO2%3D-30%25&cap=KR-11%3D5e8&co2=KOR%3D0": (
        *("optimise", "--target", "who-it1", "--ceiling", "CHN:SO2=-30%", "--cap", "KR-11=5e8", "--co2", "KOR=0"),
    ),
    "plan.json?target=cut:20%25&within=0.5&receptor=seoul&receptor=beijing": (
        *("optimise", "--target", "cut:20%", "--within", "0.5", "--receptor", "seoul", "--receptor", "beijing"),
    ),
    "plan.json?target=who-it2&price_cap=1e9": ("optimise", "--target", "who-it2", "--price-cap", "1e9"),
    "plan.json?target=15&gdp_share=0.001&without_gdp=paid": (
        *("optimise", "--target", "15", "--gdp-share", "0.001", "--without-gdp", "paid"),
    ),
    "plan.json?target=who-it2&alone=true": ("optimise", "--target", "who-it2", "--alone"),
    "plan.json?target=who-it2&certainty=0.8&samples=20&receptor=seoul&receptor=beijing": (
        *("optimise", "--target", "who-it2", "--certainty", "0.8", "--samples", "20"),
        *("--receptor", "seoul", "--receptor", "beijing"),
    ),
    "plan.json?target=who-it2&path=2020+2025&receptor=seoul&receptor=beijing": (
        *("optimise", "--target", "who-it2", "--path", "2020,2025", "--receptor", "seoul", "--receptor", "beijing"),
    ),
    "plan.json?scenario=seed-policies": ("optimise", "--scenario", "seed-policies"),
    "plan.json": ("optimise", "--target", "who-2005"),
    "plan.csv?target=who-it2&table=measures": ("optimise", "--target", "who-it2"),
    "plan/front.json?points=4": ("plan", "front", "--points", "4"),
    "plan/front.json?points=4&against=worst&receptor=seoul&receptor=beijing": (
        *("plan", "front", "--points", "4", "--against", "worst", "--receptor", "seoul", "--receptor", "beijing"),
    ),
    "plan/regret.json?target=15&price_cap=2e9&receptor=seoul&within=0.2": (
        *("plan", "regret", "--target", "15", "--price-cap", "2e9", "--receptor", "seoul", "--within", "0.2"),
    ),
    "costcurve.json?pollutant=SO2": ("costcurve", "--pollutant", "SO2"),
    "costcurve.json?pollutant=NH3&region=CN-HE": ("costcurve", "--pollutant", "NH3", "--region", "CN-HE"),
    "costcurve.json?receptor=beijing&region=CN-HE": ("costcurve", "--receptor", "beijing", "--region", "CN-HE"),
    "value.json": ("value",),
    "value.json?region=KOR&region=JJJ&year=2030": ("value", "--region", "KOR", "--region", "JJJ", "--year", "2030"),
    "damage.json?region=CN-SD&region=KOR&pollutant=SO2": (
        *("damage", "--region", "CN-SD", "--region", "KOR", "--pollutant", "SO2"),
    ),
    "uncertainty.json?samples=150&seed=3": ("uncertainty", "--samples", "150", "--seed", "3"),
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
    form = "csv" if ".csv" in address else "json"
    code, out, err = cli(*CASES[address], "--format", form)
    assert code == 0, err
    answer = client.get(f"/en/{address}")
    assert answer.status_code == 200, answer.text
    if form == "csv":
        told, shown = (list(csv.DictReader(io.StringIO(text))) for text in (out, answer.text))
        assert [row["measure"] for row in shown] == [row["measure"] for row in told]
    else:
        assert rounded(answer.json()) == rounded(json.loads(out))


def test_the_plan_is_downloaded_as_the_command_saves_and_reads_it(client, cli, tmp_path):
    saved, served = tmp_path / "saved.csv", tmp_path / "served.csv"
    assert cli("optimise", "--target", "who-it2", "--save", saved)[0] == 0
    served.write_bytes(client.get("/en/plan.applied.csv?target=who-it2").content)
    assert served.read_bytes() == saved.read_bytes()
    code, out, _ = cli("plan", "evaluate", served, "--target", "who-it2", "--format", "json")
    found = json.loads(out)["summary"]
    told = client.get("/en/plan.json?target=who-it2").json()["summary"]
    assert code == 0 and found["cost"] == pytest.approx(told["cost"], rel=1e-6)


def test_a_path_is_no_one_plan_and_offers_none(client):
    page = client.get("/en/plan?target=who-it2&path=2020+2025").text
    assert "applied.csv" not in page and "The years of the path" in page and "discounted to the first year" in page
    answer = client.get("/en/plan.applied.csv?target=who-it2&path=2020+2025")
    assert answer.status_code == 400 and "a path is not one plan" in answer.text
    assert "plan.applied.csv?target=who-it2" in client.get("/en/plan?target=who-it2").text


def test_what_is_missed_is_shown(client):
    found = client.get("/en/plan.json?target=who-2021").json()
    missed = found["summary"]["relaxation"]
    assert missed
    text = client.get("/en/plan?target=who-2021").text
    assert f"above their targets, by ug/m3: Beijing {missed[0]['value']:.1f}," in text and "misses by" in text
    assert missed[0]["receptor"] == "beijing"
    assert "infeasible" in text or "cannot" in text


def test_the_gap_of_a_question_is_that_of_the_command(pack):
    assert aims_of(Direct(pack), PlanQuestion(target="who-it2")).gap == 1e-3
    assert aims_of(Direct(pack), PlanQuestion(gap=0.05, whole=("SCR",))).gap == 0.05


def test_the_target_of_a_question_that_aims_at_nothing(pack):
    for asked, target in (
        ({}, "who-2005"),
        ({"deaths": ("KOR=-10%",)}, None),
        ({"budget": 1e9}, None),
        ({"scenario": "seed-policies"}, None),
        ({"cap": ("KOR=1e9",)}, "who-2005"),
        ({"target": "national", "deaths": ("KOR=-10%",)}, "national"),
    ):
        assert aims_of(Direct(pack), PlanQuestion(**asked)).target == target


BAD = {
    "plan?budget=1e9&alone=true": (400, "budget and alone do not go together", "ask for one of them"),
    "plan?path=2020+2025&certainty=0.5": (400, "path and certainty do not go together", "ask for one"),
    "plan?path=2025+2020": (400, "two or more years in order", ""),
    "plan?path=1700+1800": (400, "1700", ""),
    "plan?budget=-1": (400, "budget cannot be -1", "from 0 to 1000000000000000 is needed"),
    "plan?budget=1e300": (400, "budget cannot be 1e300", "from 0 to 1000000000000000 is needed"),
    "plan?budget=nan": (400, "budget cannot be nan", ""),
    "plan?certainty=2": (400, "certainty cannot be 2", "from 0 to 1 is needed"),
    "plan?exposure=KOR": (400, "cannot be read", "PLACE=NUMBER"),
    "plan?exposure=KOR%3D5+KOR%3D6": (400, "twice", "one amount"),
    "plan?exposure=MARS%3D5": (400, "MARS", ""),
    "plan?ceiling=CHN:gold%3D5": (400, "no pollutant", "PLACE:POLLUTANT"),
    "plan?co2=KOR%3D-20%25": (400, "cannot be read", "PLACE=NUMBER"),
    "plan?target=who-it1&co2=KOR%3D-500": (400, "no plan meets the caps", "loosen one"),
    "plan?cap=KOR%3D-5": (400, "negative", "at least 0"),
    "plan?whole=HUGS": (400, "HUGS", "measures"),
    "plan?deaths=KOR%3D-10%25&alone=true": (400, "deaths", ""),
    "plan?gap=0.6": (400, "gap cannot be 0.6", "from 0 to 0.5 is needed"),
    "plan/regret?target=mine.csv": (400, "names a file", "by name"),
    "plan/regret?price_cap=-1": (400, "price_cap cannot be -1", "from 0 to 1000000000000000 is needed"),
    "plan?gdp_share=0&target=who-it1&receptor=beijing": (200, "misses", ""),
    "plan?samples=0": (400, "samples cannot be 0", "from 1 to 1000 is needed"),
    "costcurve?receptor=seoul&pollutant=SO2": (400, "both are given", ""),
    "costcurve?pollutant=SO2&region=atlantis": (400, "atlantis", "use one of"),
    "uncertainty?samples=5": (400, "samples cannot be 5", "from 100 to 100000 is needed"),
    "uncertainty?samples=5001": (400, "at most 5000 samples", "use the command"),
    "uncertainty?scheduler=tcp://here:1": (400, "no samples with a scheduler", "use the command"),
    "attribution?relation=x": (400, "x names a file", "on your own machine"),
    "uncertainty?quantity=luck": (400, "quantity cannot be luck", "deaths_foreign"),
    "damage?pollutant=CO2": (400, "CO2", "did you mean SO2"),
    "damage?region=atlantis": (400, "atlantis", "use one of"),
    "damage?year=1900": (400, "1900", ""),
    "value?year=2150": (400, "2150", ""),
}


@pytest.mark.parametrize("address", BAD)
def test_a_page_says_what_is_wrong_and_what_next(client, address):
    assert refused(client, f"/en/{address}", BAD[address]).text


def test_the_charts_of_intervals_show_the_rows(client):
    rows = client.get("/en/uncertainty.json").json()
    china = next(row for row in rows if (row["region"], row["quantity"]) == ("CHN", "own"))
    spec = client.get("/en/uncertainty.vl?chart=intervals&quantity=own").json()
    drawn = [row for held in spec["datasets"].values() for row in held if row["region"] == "China"]
    assert drawn[0]["value"] == pytest.approx(china["value"]) and drawn[0]["low"] == pytest.approx(china["low"])
    spec = client.get("/en/uncertainty.vl?chart=drivers&quantity=own").json()
    shares = {
        row["input"]: row["share"] for held in spec["datasets"].values() for row in held if row["region"] == "China"
    }
    told = {row["input"]: row["variance_share"] for row in rows if (row["region"], row["quantity"]) == ("CHN", "own")}
    assert shares["emissions"] == pytest.approx(told["emissions"]) and set(shares) >= {"emissions", "relation"}


@pytest.mark.parametrize("quantity", ["own", "foreign", "unexplained", "deaths", "deaths_foreign", "value"])
def test_every_quantity_is_drawn(client, quantity):
    for language in ("en", "ko"):
        answer = client.get(f"/{language}/uncertainty?quantity={quantity}")
        assert answer.status_code == 200 and "data-spec" in answer.text


def test_a_pack_without_tables_says_which(small_folder, connect):
    from airshed.pack.pack import open_pack
    from airshed.web.app import create_app

    paths = ("plan?exposure=5", "cooperation", "cooperation/stability", "cooperation/targets", "deals", "sheet")
    with connect(create_app(open_pack(small_folder), patience=None)) as client:
        for path in (*paths, "sheet.pdf", "deals.beliefs.csv", "plan.applied.csv", "uncertainty", "value", "damage"):
            answer = client.get(f"/en/{path}")
            assert answer.status_code in (200, 400, 404), (path, answer.text)
            assert answer.status_code == 200 or 'class="next"' in answer.text or "csv" in path


def test_the_page_of_a_curve_tells_the_caveats_of_its_measures_and_takes_a_nation(client):
    text = client.get("/en/costcurve?pollutant=SO2&region=CHN").text
    assert "Wind and solar power for coal power: storage and grid are not in its price" in text
