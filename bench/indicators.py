"""How fast indicators are counted, beside hand-written DuckDB SQL on the same files in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Measured

PEOPLE = int(os.environ.get("SHIDAI_BENCH_PEOPLE", "6600000"))
SLOWEST_RATIO = 1.5  # issue 2 §7: at most 1.5 x hand-written SQL
LIMIT, MEMORY, PAGE = 60.0, 8.0, 0.030  # seconds, GB, seconds

OURS = """
import json, resource, sys, time
from pathlib import Path
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.store import ResultStore
from shidai.packs import load_pack

pack, records_dir, results = load_pack("wuxi-2006"), Path(sys.argv[1]), Path(sys.argv[2])
start = time.perf_counter()
with Records.open(records_dir) as records:
    rows = compute(records, pack, year=2006, period=None, protect=False).num_rows
counted = time.perf_counter()
store = ResultStore(results)
with Records.open(records_dir) as records:
    store.compute_year(records, pack, 2006)
stored = time.perf_counter()
area = next(row.area for row in store.read(indicator="births", period="2006", breakdown="") if len(row.area) == 9)
reads = []
for _ in range(30):
    began = time.perf_counter()
    store.read(area=area, period="2006")
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
    yield Case("indicators", measure)


def measure() -> list[Measured]:
    """All indicators x all areas x all months, quarters and the year of a random city of full size."""
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as scratch:
        records = Path(os.environ.get("SHIDAI_BENCH_RECORDS", f"{scratch}/records"))
        if not (records / "manifest.json").exists():
            from bench.random_city import write_random_city

            write_random_city(records, PEOPLE)
        ours = json.loads(_python(OURS, str(records), f"{scratch}/results"))
        by_hand = float(_python(BY_HAND, str(records), str(Path(__file__).with_suffix(".sql")), f"{scratch}/spill"))
    ratio = ours["count"] / by_hand
    return [
        Measured(
            "indicators-all", ours["count"], by_hand, "s", "hand-written DuckDB SQL, same run", ratio <= SLOWEST_RATIO
        ),
        Measured("indicators-all", ours["count"], LIMIT, "s", f"limit, {PEOPLE:,} people", ours["count"] <= LIMIT),
        Measured("indicators-protect-and-store", ours["store"], LIMIT, "s", "limit", ours["store"] <= LIMIT),
        Measured("indicators-memory", ours["peak"], MEMORY, "GB", "limit", ours["peak"] <= MEMORY),
        Measured("indicators-page-read", ours["read"], PAGE, "s", "limit, 95th percentile", ours["read"] <= PAGE),
    ]


def _python(program: str, *arguments: str) -> str:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{done.stderr}\n(after {time.perf_counter() - began:.0f} s)")
    return done.stdout.strip().splitlines()[-1]
