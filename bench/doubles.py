"""Who is paid twice: the search for duplicates among the payees of a whole city, and on request among everybody.

The city is the demonstration's at full size. Its doubles are parents and their only child, registered once more in
another county with another resident number that holds, and a slip in the parent's date of birth or none. What is
searched is the register's list by role, as `shidai duplicates find` writes it.

BENCH_DOUBLES_RESIDENTS: the city's size. BENCH_DOUBLES_ALL=1: everybody as well, some minutes more.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.case import Case, Measured

RESIDENTS = int(os.environ.get("BENCH_DOUBLES_RESIDENTS", "6600000"))
EVERYBODY = os.environ.get("BENCH_DOUBLES_ALL") == "1"
TOWNSHIP = 9
Pairs = set[tuple[str, ...]]


def cases() -> list[Case]:
    return [Case("doubles", run_doubles)]


def run_doubles() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        for step in ("write", "search"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.doubles", step, folder], check=True, stdout=subprocess.PIPE, text=True
            )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    among = f"{found['payees']:,} payees of {found['records']:,} records"
    yield Measured(f"doubles among {among}", found["found"], found["doubles"], "found", "seeded among them")
    yield Measured("… pairs asked about", found["asked"], found["doubles"], "pairs", "seeded among them")
    yield Measured("… expected to be missed, as stated", found["missed"], found["overlooked"], "pairs", "truly missed")
    yield Measured("… time, reading to pairs", found["seconds"], 3600, "s", "an hour of a night")
    yield Measured("… memory", found["memory"], 24, "GB", "the machine's")
    if EVERYBODY:
        yield Measured("doubles among all", found["all_found"], found["all_doubles"], "found", "seeded")
        yield Measured("… pairs asked about", found["all_asked"], found["all_doubles"], "pairs", "seeded")
        yield Measured("… time", found["all_seconds"], 3600, "s", "an hour of a night")


def write(folder: Path) -> None:
    """named.parquet, and told.json with the payees and the seeded doubles by id."""
    from shidai.packs import load_pack
    from shidai.synth.benefits.plan import plan_of_year
    from shidai.synth.grow import grow_city

    pack = load_pack("wuxi-2006")
    city = grow_city(pack, RESIDENTS, 1)
    claims = plan_of_year(city, pack).claims
    persons = claims.table["kind"] == 0
    paid = np.unique(claims.payments["claim"])
    payees = np.unique(claims.table["who"][paid[persons[paid]]])
    doubles = city.tables["doubles"]
    told = {
        "payees": payees.astype(str).tolist(),
        "doubles": np.stack([doubles["original"], doubles["double"]], 1).astype(str).tolist(),
    }
    (folder / "told.json").write_text(json.dumps(told))
    pq.write_table(name_everybody(city, pack.demonstration), folder / "named.parquet")


def name_everybody(city: Any, params: Any) -> pa.Table:
    """Whoever was ever on the register, by role."""
    from shidai.synth.columns import area_words, days_column
    from shidai.synth.identity import home_addresses, phone_numbers, resident_numbers
    from shidai.synth.names import draw_names
    from shidai.synth.register_tables import last_areas

    people = city.people
    count = len(people["birth"])
    homes, area, eldest = np.full(count, -1, np.int64), last_areas(city).astype(np.int64), eldest_child(people)
    homes[city.spells["person"]] = city.spells["home"]
    names, births = draw_names(city), days_column(people["birth"]).cast(pa.string())
    village = take(pa.array([str(word) for word in area_words(city.places)]), area)
    table = pa.table(
        {
            "id": pa.array(np.arange(count)).cast(pa.string()),
            "name": names,
            "sex": pa.array(people["sex"]).cast(pa.string()),
            "birth_date": births,
            "identifier": resident_numbers(city, params),
            "phone": phone_numbers(city, params),
            "address": take(home_addresses(city), homes),
            "locality": village,
            "region": pc.utf8_slice_codeunits(village, 0, TOWNSHIP),
            "child": pc.binary_join_element_wise(take(names, eldest), take(births, eldest), ""),
        }
    )
    return table.filter(pa.array(area >= 0))


def eldest_child(people: Any) -> np.ndarray:
    """The row of each person's eldest child; -1 for who has none."""
    eldest = np.full(len(people["birth"]), -1, np.int64)
    youngest_first = np.argsort(-people["birth"], kind="stable")
    for parent in (people["mother"][youngest_first], people["father"][youngest_first]):
        known = parent >= 0
        eldest[parent[known]] = youngest_first[known]
    return eldest


def take(values: pa.Array, places: np.ndarray) -> pa.Array:
    """The values at these places; null where a place is below 0."""
    return pc.take(values, pa.array(places, mask=places < 0))


def search(folder: Path) -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shidai.site.settings")
    django.setup()
    from shidai.linkage.model import clean, find_pairs, find_pairs_among, train
    from shidai.linkage.pairs import expect_errors, keep_probable
    from shidai.registry.duplicatesearch import ASKED_FROM, ASSUMED_DOUBLES, PAYEES_ASKED_FROM

    told = json.loads((folder / "told.json").read_text())
    doubles, payees = {tuple(sorted(pair)) for pair in told["doubles"]}, set(told["payees"])
    among = {pair for pair in doubles if payees.issuperset(pair)}
    began = time.perf_counter()
    cleaned = clean("han", pq.read_table(folder / "named.parquet"))
    model = train("han", [cleaned])
    pairs = find_pairs_among(model, cleaned, told["payees"], ASSUMED_DOUBLES * len(payees))
    asked = as_pairs(keep_probable(pairs, PAYEES_ASKED_FROM))
    found: dict[str, Any] = {
        "records": cleaned.num_rows, "payees": len(payees), "doubles": len(among), "asked": len(asked),
        "found": len(asked & among), "missed": expect_errors(pairs, PAYEES_ASKED_FROM)[1],
        "overlooked": len(among - asked), "seconds": time.perf_counter() - began,
    }  # fmt: skip
    if EVERYBODY:
        asked = as_pairs(keep_probable(find_pairs(model, [cleaned]), ASKED_FROM))
        found |= {"all_asked": len(asked), "all_found": len(asked & doubles), "all_doubles": len(doubles)}
        found["all_seconds"] = time.perf_counter() - began
    return found | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2}


def as_pairs(pairs: pa.Table) -> Pairs:
    return {tuple(sorted(pair)) for pair in zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)}


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        print(json.dumps(search(Path(sys.argv[2]))))
