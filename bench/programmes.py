"""Programmes and supply: due lists of the whole city at once, a village's page, a visit and a hand-out saved.

`SHIDAI_BENCH_RECORDS` names the record tables of a city that is there, `SHIDAI_BENCH_CITY` a demonstration city.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.case import Case, Measured
from bench.synth import grow

PEOPLE = int(os.environ.get("SHIDAI_BENCH_PEOPLE", "6600000"))
RECORDS, CITY = (os.environ.get(f"SHIDAI_BENCH_{name}", "") for name in ("RECORDS", "CITY"))
RESIDENTS = 50_000
FULL, PROGRAMMES = 6_600_000, 12
LISTS_SECONDS, PAGE_MS, SAVE_MS = 20.0, 150.0, 100.0  # of issue 4

LISTS = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from shidai.indicators.programmes import list_all_due
from shidai.indicators.records import Records
from shidai.packs import Pack, load_pack

pack, wanted = load_pack("wuxi-2006"), int(sys.argv[2])
own = [one for one in pack.all_programmes if one.version_on(pack.last_day) is not None]
many = tuple(own[at % len(own)].model_copy(update={"id": f"{own[at % len(own)].id}-{at}"}) for at in range(wanted))
fields = {name: getattr(pack, name) for name in type(pack).model_fields}
pack = Pack.model_construct(**{**fields, "all_programmes": many})
start = time.perf_counter()
with Records.open(Path(sys.argv[1])) as records:
    found = list_all_due(records, pack, pack.last_day)
print(json.dumps({"seconds": time.perf_counter() - start, "rows": sum(one.num_rows for one in found.values()),
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
"""

PAGES = """
import json, os, statistics, sys, time
os.environ["DJANGO_SETTINGS_MODULE"], os.environ["SHIDAI_DATA"] = "shidai.site.settings", sys.argv[1]
import django
django.setup()
from django.test import Client
from shidai.core import queries
from shidai.core.access import Grant, Scope
from shidai.core.queries import scope_of
from shidai.programmes import actions
from shidai.programmes.models import KeptDue
from shidai.registry.recordsday import records_day
from shidai.supply import actions as supply
from shidai.supply.models import Site

def timed(do, times):
    taken = []
    for at in range(times):
        start = time.perf_counter()
        answer = do(at)
        assert getattr(answer, "status_code", 200) == 200, answer
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)[int(0.95 * (len(taken) - 1))]

lan, xu = queries.staff_named("lan"), queries.staff_named("xu")
village = next(grant.prefix for grant in scope_of(lan).grants)
client = Client(SERVER_NAME="localhost")
client.force_login(lan)
page = timed(lambda at: client.get("/services/", {"area": village}), 30)
by, day = Scope(None, "bench", "Bench", (Grant("", "station_nurse"),)), records_day()
due = [one for one in KeptDue.objects.filter(programme="rti-control", step="check").select_related("person")][:30]
for one in due:
    actions.set_consent(by=by, person=one.person.uuid, programme="rti-control", given=True, day=day)
visit = timed(lambda at: actions.record_visit(
    by=by, person=due[at].person.uuid, programme="rti-control", step="check", values={"microscopy": "clear"}, day=day
), len(due))
site = next(one.code for one in Site.objects.filter(kind="station") if scope_of(xu).allows("supply.dispense", one.area))
line = supply.Received("male-condom", "BENCH", day.replace(year=day.year + 2), 5000)
supply.receive(by=by, site=site, day=day, lines=[line])
given = timed(lambda at: supply.hand_out(by=by, site=site, commodity="male-condom", quantity=10, day=day), 50)
client.force_login(xu)
stock = timed(lambda at: client.get(f"/supply/sites/{site}/"), 20)
print(json.dumps({"page": page, "visit": visit, "visits": len(due), "given": given, "stock": stock}))
"""


def cases() -> Iterator[Case]:
    yield Case("programmes-lists", measure_lists)
    yield Case("programmes-pages", measure_pages)


def measure_lists() -> list[Measured]:
    """Due lists of twelve programmes for everybody, from the record tables."""
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as scratch:
        records = RECORDS or f"{scratch}/records"
        if not RECORDS:
            grow(PEOPLE, records)
        told = _run(LISTS, records, str(PROGRAMMES))
    goal = told["seconds"] < LISTS_SECONDS if PEOPLE == FULL and not RECORDS else None
    size = "records given" if RECORDS else f"{PEOPLE:,} people"
    what = f"limit at {FULL:,} people; here {size}, {PROGRAMMES} programmes, {told['rows']:,.0f} lines"
    return [
        Measured("programmes-lists", told["seconds"], LISTS_SECONDS, "s", what, goal),
        Measured("programmes-lists-memory", told["peak"], 24.0, "GB", "memory of the machine"),
    ]


def measure_pages() -> list[Measured]:
    """On a demonstration city: the 95th percentile of a village's page, a visit, a hand-out and a station's page."""
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as scratch:
        city = CITY or f"{scratch}/city"
        if not CITY:
            make = ["demo", "--residents", str(RESIDENTS), "--data", city, "--no-serve"]
            subprocess.run([sys.executable, "-m", "shidai.cli", *make], check=True, capture_output=True)
        told = _run(PAGES, city)
    return [
        _held("programmes-page", told["page"], PAGE_MS, "p95 of a village's due list"),
        _held("programmes-visit", told["visit"], SAVE_MS, f"p95 of {told['visits']:.0f} visits saved"),
        _held("supply-handout", told["given"], SAVE_MS, "p95 of 50 hand-outs saved"),
        _held("supply-page", told["stock"], PAGE_MS, "p95 of a station's page"),
    ]


def _held(case: str, ours: float, limit: float, what: str) -> Measured:
    return Measured(case, ours, limit, "ms", what, ours < limit)


def _run(program: str, *words: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
