"""Facts on imports and early warnings: the pack's rows are those that were collected, flags by hand."""

import csv

import pandas as pd
import pytest

from airshed.assessment.transition.supply import events_table, facts_table, newest, warnings_table
from airshed.pack.errors import AirshedError

PUBLISHERS = {
    "seoul.co.kr": "kita_seoul_2023",
    "v.daum.net": "kita_daum_2024",
    "donga.com": "motie_donga_2022",
    "daegu.thesegye.com": "thesegye_2022",
    "hellot.net": "kita_hellot_2022",
}
KINDS = {"share of import value": "share", "import value": "value", "count": "count"}


def read(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.shared
def test_the_pack_carries_every_fact_that_was_collected(pack, shared):
    wanted = {
        (r["importer"], r["supplier"] or "WLD", r["period"], KINDS[r["indicator"]], float(r["value"]), source)
        for r in read(shared / "data" / "trade" / "facts_import_dependence.csv")
        for start, source in PUBLISHERS.items()
        if r["source"].startswith(start)
    }
    wanted |= {
        (r["importer"], r["supplier"], r["period"], "share", float(r["value"]), r["source"])
        for r in read(shared / "figures" / "import_dependence.csv")
        if r["value"] and r["importer"]
    }
    rows = pack.table("import_facts")
    columns = ("importer", "supplier", "period", "indicator", "value", "source")
    assert set(zip(*(rows[name] for name in columns), strict=True)) == wanted
    assert len(rows) == len(wanted)


@pytest.mark.shared
def test_codes_are_those_that_were_collected(pack, shared):
    known = {code for code in pack.table("commodities")["hs"] if code}
    collected = {r["hs"] for r in read(shared / "data" / "trade" / "facts_import_dependence.csv") if r["hs"]}
    # the collected file writes the heading of cobalt oxides with six digits, and so does the pack
    assert collected | {"7614", "870240", "870380"} <= known


@pytest.mark.shared
def test_cars_by_province_are_those_of_the_yearbooks(pack, shared):
    rows = pack.table("equipment")
    cars = rows[rows["item"] == "cars"]
    wanted = {
        r["code"]: 1e4 * float(r["2023"])
        for r in read(shared / "data/vehicles/nbs_private_cars_province_2005_2023.csv")
    }
    assert dict(zip(cars["region"], cars["value"], strict=True)) == pytest.approx(wanted)
    assert wanted["CN-BJ"] == pytest.approx(5_455_300)


def test_a_share_alone_says_how_concentrated_imports_are(pack):
    facts = facts_table(pack, "KOR", ["7614"])
    assert facts["period"].tolist() == ["2022-01/2022-08", "2021"]
    assert facts["hhi_low"].to_numpy() == pytest.approx([0.991**2, 0.975**2])
    assert facts["hhi_high"].to_numpy() == pytest.approx([0.991**2 + 0.009**2, 0.975**2 + 0.025**2])


def test_lithium_hydroxide_s_shares_are_those_of_its_values(pack):
    rows = facts_table(pack, "KOR", ["lithium_hydroxide"])
    for year, share in (("2022", 87.9), ("2023", 79.7)):
        mine = rows[(rows["period"] == year) & (rows["indicator"] == "value")].set_index("supplier")["value"]
        # the press prints values of 2022 to three digits, so that the share is good to half a percent
        assert 100 * mine["CHN"] / mine["WLD"] == pytest.approx(share, abs=0.5)


def test_the_newest_share_counts_and_a_year_ends_in_december(pack):
    held = newest(facts_table(pack, "KOR")).set_index("commodity")
    assert held.loc["aluminium_wire", "period"] == "2022-01/2022-08"
    assert held.loc["cobalt_oxide", ["period", "share_percent"]].tolist() == ["2022", 72.8]
    assert held.loc["lithium_hydroxide", "period"] == "2023"


def test_a_cap_a_ban_or_a_licence_raises_the_flag(pack):
    shares = pd.DataFrame(
        [
            # concentrated, and the supplier acts: aluminium, nickel and lithium are capped or warned of
            ("aluminium_wire", "CHN", 90.0),
            ("lithium_hydroxide", "CHN", 80.0),
            ("nickel_ores", "IDN", 70.0),
            # concentrated on one that does nothing; acts, but a share of 63 % leaves open how concentrated imports are
            ("nickel_ores", "PHL", 90.0),
            ("natural_graphite", "CHN", 63.0),
            ("natural_graphite", "MOZ", 20.0),
        ],
        columns=["commodity", "supplier", "share_percent"],
    ).assign(period="2022", source="")
    found = warnings_table(pack, shares).set_index(["commodity", "supplier"])["flag"].to_dict()
    assert found == {
        ("aluminium_wire", "CHN"): "raised",
        ("lithium_hydroxide", "CHN"): "raised",
        ("nickel_ores", "IDN"): "raised",
        ("nickel_ores", "PHL"): "watch",
        ("natural_graphite", "CHN"): "watch",
        ("natural_graphite", "MOZ"): "none",
    }


def test_the_gravest_warnings_come_first(pack):
    table = warnings_table(pack, newest(facts_table(pack, "KOR")))
    assert table["flag"].tolist() == sorted(table["flag"], key=("raised", "watch", "none").index)
    assert table["commodity"].iloc[0] == "aluminium_wire"
    assert table.set_index("commodity").loc["cobalt_oxide", "flag"] == "watch"


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_events_are_told_in_every_language(pack, language):
    rows = events_table(pack, ["aluminium", "nickel"], language)
    assert rows["start"].is_monotonic_decreasing
    assert (rows["statement"] != "").all()
    assert {"cap", "export_ban"} <= set(rows["kind"])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("MNG",), "MNG"),
        (("KOR", ["bauxite"]), "bauxite"),
        (("KOR", ["999999"]), "999999"),
        (("KOR", ["7614"], [2015]), "no facts on imports of KOR for 7614, 2015"),
    ],
)
def test_what_no_fact_is_known_of_is_refused(pack, asked, message):
    with pytest.raises(AirshedError, match=message):
        facts_table(pack, *asked)
