"""Everybody in the city under eight schemes, from the record tables, with a reason for every row; beside SQL by hand.

The eight: the five of `wuxi-2006` (the retirees' draft in both variants) and two of `china-2025` at the rules of a day
of theirs. The attested facts of `china-2025` aren't in the city, so who depends on one isn't eligible.
`SHIDAI_BENCH_PEOPLE` gives a smaller city, `SHIDAI_BENCH_RECORDS` the record tables of one that is there already.
"""

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
RECORDS = os.environ.get("SHIDAI_BENCH_RECORDS", "")
FULL, LIMIT = 6_600_000, 15.0  # people and seconds of issue 3

OURS = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from shidai.indicators.factarrays import facts_in_arrays
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.rules import columns_for, compile_version

day = date.fromisoformat(sys.argv[2])
wuxi, china = load_pack("wuxi-2006"), load_pack("china-2025")
chosen = [(wuxi, id_, None) for id_ in ("rural-reward", "public-welfare-fund", "holiday-relief", "village-grant")]
chosen += [(wuxi, "retiree-reward", id_) for id_ in ("variant-a", "variant-b")]
chosen += [(china, "childcare-subsidy", "from-2025"), (china, "special-assistance", "from-2008")]
attested = {**wuxi.attested, **china.attested}
start = time.perf_counter()
rules = {}
for pack, id_, version in chosen:
    scheme = pack.schemes[id_]
    found = scheme.version_named(version) if version else scheme.version_on(day)
    rules.setdefault(scheme.subject, []).append(compile_version(found, columns_for(scheme.subject, attested.values())))
rows, eligible = 0, []
with Records.open(Path(sys.argv[1])) as records:
    for subject, own in rules.items():
        columns = dict.fromkeys(name for one in own for name in one.columns)
        people = facts_in_arrays(records, subject, day, tuple(columns), attested.values())
        done = [one.on_arrays(people.facts) for one in own]
        rows += len(people.keys) * len(own)
        eligible += [int(found.eligible.sum()) for found in done]
print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows, "eligible": eligible,
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
"""

BY_HAND = """
import json, sys, time
from pathlib import Path
import duckdb
script = Path(sys.argv[3]).read_text().replace("{records}", sys.argv[1]).replace("{day}", sys.argv[2])
connection = duckdb.connect(config={"preserve_insertion_order": False})
connection.execute("SET enable_progress_bar = false")
start = time.perf_counter()
connection.execute(script)
for table in ("people", "households", "villages"):
    connection.execute(f"FROM {table}").to_arrow_table()
seconds = time.perf_counter() - start
eligible = [
    connection.execute(f"SELECT count(*) FILTER ({column} = 0) FROM {table}").fetchone()[0]
    for table, column in (
        *(("people", name) for name in ("reward", "a", "b", "childcare", "special")),
        ("households", "fund"), ("households", "relief"), ("villages", "failed"),
    )
]
print(json.dumps({"seconds": seconds, "eligible": eligible}))
"""
DAY = "2006-12-31"


def cases() -> Iterator[Case]:
    yield Case("schemes", measure)


def measure() -> list[Measured]:
    """Eight schemes over the whole city: ours beside the SQL; time, peak memory."""
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as scratch:
        records = RECORDS or f"{scratch}/records"
        if not RECORDS:
            grow(PEOPLE, records)
        ours, by_hand = _run(OURS, records), _run(BY_HAND, records, str(Path(__file__).with_suffix(".sql")))
    _compare(ours["eligible"], by_hand["eligible"])
    full = not RECORDS and PEOPLE == FULL
    goal = ours["seconds"] < LIMIT if full else None
    size = f"{PEOPLE:,} people" if not RECORDS else "records given"
    what = f"{size} x 8 schemes, {ours['rows']:,} rows with a reason"
    return [
        Measured("schemes-all", ours["seconds"], LIMIT, "s", f"limit at {FULL:,} people; here {what}", goal),
        Measured("schemes-by-hand", ours["seconds"], by_hand["seconds"], "s", "hand-written DuckDB SQL"),
        Measured("schemes-memory", ours["peak"], 24.0, "GB", "memory of the machine"),
    ]


def _compare(ours: list[int], by_hand: list[int]) -> None:
    """The SQL must find as many as we do under each scheme, or it isn't the same work."""
    if ours != by_hand:
        raise RuntimeError(f"eligible: ours {ours}, by hand {by_hand}")


def _run(program: str, records: str, *more: str) -> dict[str, list[int] | float]:
    done = subprocess.run(
        [sys.executable, "-c", program, records, DAY, *more], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
