"""Import of a million rows: rows a second validated and stored on SQLite, and the memory it takes.

The files hold households, people with resident numbers, phones, addresses and parents, and two spells each, in the
proportion of a city's first load. Held against the issue's limits, and against what a good engineer would write by hand
to get the same cells into bare tables: csv and executemany, with no checks, no seals, no keys, no access areas.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.case import Case, Measured

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "1000000"))
LEAST, MOST_MEMORY = 15_000, 500
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文"
PERSON = "key,name,sex,birth_date,resident_number,registration,nationality,phone,address,mother_key,father_key"
SPELL = "key,person_key,kind,area,start_date,end_date,start_reason,end_reason,household_key"


def cases() -> list[Case]:
    return [Case("import", run)]


def run() -> Iterable[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        write_files(files, ROWS * 3 // 10)
        ours = json.loads(
            subprocess.run(
                [sys.executable, "-m", "bench.importing", f"{folder}/city", str(files)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.splitlines()[-1]
        )
        by_hand = hand_written(files, Path(folder) / "hand.sqlite3")
    for name, (rows, seconds) in ours["kinds"].items():
        speed = rows / seconds
        yield Measured(f"import {name}", speed, LEAST, "rows/s", "of which; the least is for all")
    rows = sum(rows for rows, _ in ours["kinds"].values())
    speed = rows / ours["seconds"]
    yield Measured(f"import {rows:,} rows", speed, LEAST, "rows/s", "least", speed >= LEAST)
    yield Measured("import, by hand without checks", speed, by_hand, "rows/s", "csv + executemany")
    yield Measured("import, memory", ours["memory"], MOST_MEMORY, "MB", "most", ours["memory"] < MOST_MEMORY)


def write_files(folder: Path, people: int) -> None:
    """Families of three: households, people, spells. Region 999999 exists nowhere, so no number is a real person's."""
    from shidai.packs import load_pack

    villages = [area.code for area in load_pack("wuxi-2006").areas_at("village")]
    draw = random.Random(2006)
    homes = people // 3
    area = [villages[home * len(villages) // homes] for home in range(homes)]
    _write(folder / "household.csv", "key,area,address,head_key", _households(homes, area))
    _write(folder / "person.csv", PERSON, _people(homes, draw))
    _write(folder / "spell.csv", SPELL, _spells(homes, area))


def _write(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _households(homes: int, area: list[str]) -> Iterator[tuple[object, ...]]:
    for home in range(homes):
        yield f"h{home}", area[home], f"幸福路{home}号", f"p{3 * home}"


def _people(homes: int, draw: random.Random) -> Iterator[tuple[object, ...]]:
    from shidai.registry.residentnumber import check_character

    used: dict[tuple[date, int], int] = {}
    for person in range(3 * homes):
        home, place = divmod(person, 3)
        sex = (1, 2, draw.choice((1, 2)))[place]
        start = date(1940, 1, 1) if place < 2 else date(1970, 1, 1)
        born = start + timedelta(days=draw.randrange(5000 if place < 2 else 10000))
        number = used[born, sex] = used.get((born, sex), -1) + 1
        first = f"{999999 - number // 500:06d}{born:%Y%m%d}{number % 500 * 2 + (sex == 1):03d}"
        name = draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN)
        parents = (f"p{3 * home + 1}", f"p{3 * home}") if place == 2 else ("", "")
        yield (
            *(f"p{person}", name, "男" if sex == 1 else "女", born, first + check_character(first), "农业", "汉"),
            *(f"1990{person:07d}", f"幸福路{home}号", *parents),
        )


def _spells(homes: int, area: list[str]) -> Iterator[tuple[object, ...]]:
    for person in range(3 * homes):
        for kind in ("户籍", "现居住"):
            yield (
                f"s{person}{kind}",
                f"p{person}",
                kind,
                area[person // 3],
                "2001-1-1",
                "",
                "更正",
                "",
                f"h{person // 3}",
            )


def hand_written(files: Path, database: Path) -> float:
    """Rows a second of the plain way."""
    began, count = time.perf_counter(), 0
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    for kind in ("household", "person", "spell"):
        with (files / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            connection.execute(f"CREATE TABLE {kind} ({', '.join(header)}, PRIMARY KEY (key))")
            marks = ", ".join("?" * len(header))
            count += connection.executemany(f"INSERT INTO {kind} VALUES ({marks})", reader).rowcount
            connection.commit()
    connection.close()
    return count / (time.perf_counter() - began)


def measure(data: str, files: str) -> None:
    """In a process of its own, so that its memory is its own: import and print what it took as JSON."""
    os.environ["SHIDAI_DATA"], os.environ["DJANGO_SETTINGS_MODULE"] = data, "shidai.site.settings"
    import django

    django.setup()
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.registry.importing import Order, find_files, import_files

    prepare_city(load_pack("wuxi-2006"), by=operator())
    began = time.perf_counter()
    report = import_files(find_files(Path(files)), Order("bench", operator(), "list"))
    seconds = time.perf_counter() - began
    assert (report.rejected, report.notes) == (0, 0), report.outcomes[0].rejects[:3]
    kinds = {outcome.kind: (outcome.counts.new, outcome.seconds) for outcome in report.outcomes}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"kinds": kinds, "seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    measure(*sys.argv[1:])
