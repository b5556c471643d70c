"""The full city in one run: grown, written as record tables, all indicators; beside hand-written SQL on its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Measured
from bench.synth import grow

PEOPLE = int(os.environ.get("SHIDAI_BENCH_PEOPLE", "6600000"))
SLOWEST_RATIO = 1.5  # issue 2 §7: at most 1.5 x hand-written SQL
CHAIN, MEMORY, PAGE = 360.0, 8.0, 0.2  # seconds, GB, seconds

OURS = """
import json, resource, sys, time
from pathlib import Path
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.store import ResultStore
from shidai.packs import load_pack

pack, records_dir, results = load_pack("wuxi-2006"), Path(sys.argv[1]), Path(sys.argv[2])
year = pack.last_day.year
start = time.perf_counter()
with Records.open(records_dir) as records:
    rows = compute(records, pack, year=year, period=None, protect=False).num_rows
counted = time.perf_counter()
store = ResultStore(results)
with Records.open(records_dir) as records:
    store.compute_year(records, pack, year)
stored = time.perf_counter()
area = next(row.area for row in store.read(indicator="births", period=str(year), breakdown="") if len(row.area) == 9)
reads = []
for _ in range(30):
    began = time.perf_counter()
    store.read(area=area, period=str(year))
    reads.append(time.perf_counter() - began)
print(json.dumps({"rows": rows, "count": counted - start, "store": stored - counted, "read": sorted(reads)[28],
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
"""

BY_HAND = """
import sys, time
from pathlib import Path
import duckdb
script = Path(sys.argv[2]).read_text().replace("{records}", sys.argv[1])
connection = duckdb.connect(config={"preserve_insertion_order": False, "temp_directory": sys.argv[3]})
start = time.perf_counter()
connection.execute(script)
print(time.perf_counter() - start)
"""


def cases() -> Iterator[Case]:
    yield Case("city", measure)


def measure() -> list[Measured]:
    """Grow the city, write its record tables, count all indicators x all areas x months, quarters and the year."""
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as scratch:
        grown = grow(PEOPLE, f"{scratch}/records")
        ours = json.loads(_python(OURS, f"{scratch}/records", f"{scratch}/results"))
        by_hand = float(
            _python(BY_HAND, f"{scratch}/records", str(Path(__file__).with_suffix(".sql")), f"{scratch}/spill")
        )
    chain = grown["grow"] + grown["write"] + ours["store"]
    ratio, peak = ours["count"] / by_hand, max(grown["peak"], ours["peak"])
    people = f"limit, {PEOPLE:,} people"
    return [
        Measured("city", chain, CHAIN, "s", f"{people}: grown, written, counted, stored", chain < CHAIN),
        Measured("city-grow", grown["grow"], CHAIN, "s", "of which growing"),
        Measured("city-write", grown["write"], CHAIN, "s", "of which writing the record tables"),
        Measured("city-store", ours["store"], CHAIN, "s", "of which counting, protecting and storing all figures"),
        Measured("city-memory", peak, MEMORY, "GB", "limit, all processes of the largest step", peak < MEMORY),
        Measured("indicators-all", ours["count"], by_hand, "s", "hand-written DuckDB SQL", ratio <= SLOWEST_RATIO),
        Measured(
            "indicators-page-read",
            ours["read"],
            PAGE,
            "s",
            "limit of a whole page, 95th percentile",
            ours["read"] <= PAGE,
        ),
    ]


def _python(program: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1]
