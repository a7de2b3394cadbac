"""Five million rows of trade to the table of dependence, beside a scan that counts its cells, with its memory."""

import subprocess
import sys

import pytest

ROWS, REPORTERS, PARTNERS, CODES, YEARS = 5_000_000, 58, 60, 239, 3
MAKE = f"""
COPY (
  SELECT 'C' AS typeCode, 'A' AS freqCode, 2020 + y AS refYear, 2020 + y AS period, r.code AS reporterCode,
    r.iso AS reporterISO, 'null' AS reporterDesc, f AS flowCode, p.code AS partnerCode, p.iso AS partnerISO,
    0 AS partner2Code, 'H5' AS classificationCode, printf('%06d', 280000 + c) AS cmdCode, 'C00' AS customsCode,
    0 AS motCode, 'null' AS qty, 1000 AS netWgt, 'null' AS cifvalue, 'null' AS fobvalue,
    (hash(y, r.code, p.code, c, f) % 1000000) AS primaryValue, 'false' AS isReported, 'true' AS isAggregate
  FROM range({YEARS}) AS a(y), reporters AS r, partners AS p, range({CODES}) AS b(c), (VALUES ('M'), ('X')) AS d(f)
  WHERE r.code <> p.code LIMIT {ROWS}
) TO '{{path}}' (HEADER, DELIMITER ',')
"""
HERE = """
import sys, time
import airshed
from pathlib import Path
from airshed.assessment.transition.imports import dependence_of
pack = airshed.open_pack()
started = time.perf_counter()
found = dependence_of(pack, Path(sys.argv[1]), "KOR")
took = time.perf_counter() - started
# of this process alone: what getrusage says holds that of the process that started it
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(peak) / 1024, len(found.rows))
"""
FLOOR = """
import sys, time
import duckdb
started = time.perf_counter()
base = duckdb.connect()
base.execute("SET threads=2; SET enable_progress_bar=false")
counts = base.execute(f"SELECT count(COLUMNS(*)) FROM read_csv('{sys.argv[1]}', all_varchar=true)").fetchone()
print(time.perf_counter() - started, max(counts))
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Write the table: the world and Korea first, so that both are among the rows."""
    import duckdb
    import pandas as pd

    from airshed.exchange.areas import alpha3, areas

    by_code = {iso: code for code, iso in areas().items() if code.isdigit() and iso}
    known = [iso for iso in ("KOR", "CHN", "USA", *sorted(alpha3().values())) if iso in by_code]
    codes = pd.DataFrame([(int(by_code[iso]), iso) for iso in dict.fromkeys(known)], columns=["code", "iso"])
    path = tmp_path_factory.mktemp("trade") / "trade.csv"
    base = duckdb.connect()
    base.register("reporters", codes.head(REPORTERS))
    world = pd.DataFrame([(0, "W00")], columns=["code", "iso"])
    base.register("partners", pd.concat([world, codes.head(PARTNERS)], ignore_index=True))
    base.execute(MAKE.format(path=path))
    base.close()
    return path


def run(script, path):
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


@pytest.mark.slow
def test_five_million_rows(rows, tell):
    found, memory, count = run(HERE, rows)
    floor, read = run(FLOOR, rows)
    size = rows.stat().st_size / 1e6
    tell(
        f"{read:.0f} rows ({size:.0f} MB) to {count:.0f} rows of dependence {found:.1f} s (under 10), {memory:.0f} MB "
        f"at most (under 1000), a count of its cells {floor:.1f} s, ratio {found / floor:.2f}",
        "trade",
        f"{read / 1e6:.1f} million rows of trade",
        here=found,
        theirs=floor,
        beside="a count of the cells by DuckDB",
    )
    assert read > 0.99 * ROWS
    # on a machine that others use too, five times a count of its cells stands for the ten seconds
    assert found < 10 or found < 5 * floor
    assert memory < 1000
