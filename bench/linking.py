"""Linkage of Chinese lists: quality at three levels of error, honesty of the probabilities, time and memory.

The people are those of a demonstration city: families with twins and siblings, remarriages and moves. Those without a
phone of their own mostly give their mother's or father's, so siblings share phone and village. Two lists have four
fifths of their people in common; list A has a few errors, list B as many as its level says: names in other signs of the
same sound, traditional signs, another surname, turned or wrong dates, lost and mistyped numbers, other phones, moves.
'no id' and 'hard' have no resident numbers in B, and 'hard' has twice the errors.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from bench.case import Case, Measured

RECORDS = int(os.environ.get("BENCH_LINK_RECORDS", "250000"))
MANY = int(os.environ.get("BENCH_LINK_MANY", "1000000"))
NEW = MANY // 100
COLUMNS = ("id", "name", "sex", "birth_date", "identifier", "phone", "locality")
LEVELS = {"dirty": (1.0, True, 0.9989), "no id": (1.0, False, 0.9948), "hard": (2.0, False, 0.989)}
"""Errors against an ordinary list's, whether it has numbers, and the F1 that was measured before (issue 3)."""
Row = list[str | None]


def cases() -> list[Case]:
    return [
        *(Case(f"link-{level.replace(' ', '-')}", lambda level=level: run_quality(level)) for level in LEVELS),
        Case("link-many", run_many),
        Case("link-new", run_new),
    ]


def run_quality(level: str) -> Iterable[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        write_pair(Path(folder), RECORDS, LEVELS[level][0], numbers=LEVELS[level][1])
        found = measure_apart("quality", folder)
    goal, name = LEVELS[level][2], f"link {level}"
    yield Measured(f"{name}, one to one", found["one_to_one"], goal, "F1", "goal", found["one_to_one"] >= goal)
    yield Measured(f"{name}, pairs by themselves", found["pairwise"], goal, "F1", "goal, which may be one to one")
    yield Measured(f"{name}, candidates", found["candidates"], 1.0, "recall", "all true pairs")
    for what, (said, true, count) in found["reliability"].items():
        yield Measured(f"{name}, {what} ({count:,} pairs)", true, said, "share true", "probability said")
    yield Measured(f"{name}, calibration error", found["error"], 0.05, "", "most", found["error"] <= 0.05)
    yield Measured(f"{name}, … by chance alone", found["by_chance"], 0.05, "", "what honest ones would show on so few")
    yield Measured(f"{name}, time", found["seconds"], 180, "s", "most for 1,000,000 records")


def run_many() -> Iterable[Measured]:
    """The command from file to file: read, clean, learn, compare, choose, write."""
    with tempfile.TemporaryDirectory() as folder:
        write_pair(Path(folder), MANY // 2, 1.0, numbers=True)
        found = measure_apart("many", folder)
    yield Measured(f"link {MANY:,} records, time", found["seconds"], 180, "s", "most", found["seconds"] <= 180)
    yield Measured("… memory", found["memory"], 3000, "MB", "most", found["memory"] <= 3000)
    yield Measured("… one to one", found["one_to_one"], LEVELS["dirty"][2], "F1", "goal for 250,000 each")


def run_new() -> Iterable[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        write_pair(Path(folder), MANY, 1.0, numbers=True, other=NEW)
        found = measure_apart("new", folder)
    yield Measured(f"{NEW:,} new against {MANY:,}, time", found["seconds"], 10, "s", "most", found["seconds"] <= 10)
    yield Measured("… with reading and cleaning the new", found["all"], 10, "s", "most", found["all"] <= 10)
    yield Measured("… one to one", found["one_to_one"], LEVELS["dirty"][2], "F1", "goal for 250,000 each")
    yield Measured("… keeping the register, once", found["keep"], 180, "s", "most for 1,000,000 records")


# The lists


def write_pair(
    folder: Path, size: int, level: float, *, numbers: bool, other: int | None = None, seed: int = 0
) -> None:
    """a.csv and b.csv with four fifths of the smaller in common; a person has one id in both."""
    other = other or size
    common = min(size, other) * 4 // 5
    people = make_people(size + other - common, seed)
    Random(1 + seed).shuffle(people)
    write_list(folder / "a.csv", make_errors(people[:size], 0.3, 3 + seed, numbers=True))
    write_list(folder / "b.csv", make_errors(people[size - common :], level, 5 + seed, numbers=numbers))


def write_list(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def make_people(count: int, seed: int = 0) -> list[Row]:
    from shidai.packs import load_pack
    from shidai.synth.columns import area_words, days_column
    from shidai.synth.county import LIVING
    from shidai.synth.grow import grow_city
    from shidai.synth.identity import phone_numbers, resident_numbers
    from shidai.synth.names import draw_names

    pack = load_pack("wuxi-2006")
    assert pack.demonstration is not None
    city = grow_city(pack, int(count * 0.88) + 20_000, 7 + seed)
    living = np.flatnonzero(city.spells["kind"] == LIVING)
    living = living[np.argsort(city.spells["start"][living], kind="stable")]
    area = np.full(len(city.people["birth"]), -1)
    area[city.spells["person"][living]] = city.spells["area"][living]
    words = area_words(city.places)
    phones = phone_numbers(city, pack.demonstration).to_pylist()
    draw = Random(9 + seed)
    parents = zip(city.people["mother"].tolist(), city.people["father"].tolist(), strict=True)
    for person, pair in enumerate(parents):
        if phones[person] is None and draw.random() < 0.7:
            phones[person] = next((phones[at] for at in pair if at >= 0 and phones[at]), None)
    made = zip(
        map(str, range(len(phones))),
        draw_names(city).to_pylist(),
        city.people["sex"].astype(str).tolist(),
        map(str, days_column(city.people["birth"]).to_pylist()),
        resident_numbers(city, pack.demonstration).to_pylist(),
        phones,
        (words[at] if at >= 0 else None for at in area.tolist()),
        strict=True,
    )
    people = [list(row) for row in made]
    assert len(people) >= count, len(people)
    Random(8 + seed).shuffle(people)
    return people[:count]


def make_errors(people: Sequence[Row], level: float, seed: int, *, numbers: bool) -> Iterable[Row]:
    from opencc import OpenCC

    draw, traditional = Random(seed), OpenCC("s2t")
    signs = sorted({sign for row in people[:50_000] for sign in str(row[1])})
    sounds = same_sounds(signs)
    places = sorted({row[6] for row in people[:50_000] if row[6]})
    for key, name, sex, birth, number, phone, place in people:
        name, birth = mistake_name(str(name), level, draw, signs, sounds), mistake_date(str(birth), level, draw)
        if draw.random() < 0.02 * level:
            name = traditional.convert(name)
        luck = draw.random()
        if luck < 0.2 * level:
            phone = None
        elif luck < 0.4 * level and phone:
            phone = f"154{draw.randrange(10**8):08d}"
        elif luck < 0.42 * level and phone:
            phone = put(phone, draw.randrange(3, 11), str(draw.randrange(10)))
        if draw.random() < 0.1 * level:
            place = draw.choice(places)
        if draw.random() < 0.03 * level:
            place = None
        if draw.random() < 0.003 * level:
            sex = "1" if sex == "2" else "2"
        yield [key, name, sex, birth, mistake_number(str(number), level, draw) if numbers else None, phone, place]


def mistake_name(name: str, level: float, draw: Random, signs: list[str], sounds: dict[str, list[str]]) -> str:
    luck, last = draw.random(), draw.randrange(1, len(name))
    if luck < 0.03 * level:
        return put(name, last, draw.choice(sounds.get(name[last]) or signs))
    if luck < 0.04 * level:
        return put(name, last, draw.choice(signs))
    if luck < 0.045 * level and len(name) == 3:
        return name[0] + name[2] + name[1]
    return put(name, 0, draw.choice(signs)) if luck < 0.048 * level else name


def mistake_date(birth: str, level: float, draw: Random) -> str:
    luck, (year, month, day) = draw.random(), birth.split("-")
    if luck < 0.01 * level:
        day = f"{draw.randrange(1, 29):02d}"
    elif luck < 0.015 * level:
        month = f"{draw.randrange(1, 13):02d}"
    elif luck < 0.02 * level:
        year = str(int(year) + draw.choice((-10, -1, 1, 10)))
    elif luck < 0.025 * level and int(day) < 13:
        month, day = day, month
    return f"{year}-{month}" if draw.random() < 0.01 * level else f"{year}-{month}-{day}"


def mistake_number(number: str, level: float, draw: Random) -> str | None:
    luck = draw.random()
    if luck < 0.1 * level:
        return None
    if luck < 0.15 * level:
        at = draw.randrange(17)
        return put(number, at, str((int(number[at]) + draw.randrange(1, 10)) % 10))
    at = draw.randrange(16)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :] if luck < 0.16 * level else number


def put(text: str, at: int, sign: str) -> str:
    return text[:at] + sign + text[at + 1 :]


def same_sounds(signs: Sequence[str]) -> dict[str, list[str]]:
    from pypinyin import lazy_pinyin

    by_sound: dict[str, list[str]] = {}
    for sign in signs:
        by_sound.setdefault(lazy_pinyin(sign)[0], []).append(sign)
    return {sign: [one for one in group if one != sign] for group in by_sound.values() for sign in group}


# What is measured, each in a process of its own, so that its memory is its own


def measure_apart(what: str, folder: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.linking", what, folder], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_quality(folder: Path) -> dict[str, Any]:
    from shidai.linkage.model import find_pairs, train
    from shidai.linkage.pairs import choose_one_to_one, keep_probable, weigh_one_to_one
    from shidai.linkage.reliability import calibration_error, error_by_chance, f1, measure_reliability

    began = time.perf_counter()
    lists = [read(folder / name) for name in ("a.csv", "b.csv")]
    pairs = find_pairs(train("han", lists), lists)
    sizes = (lists[0].num_rows, lists[1].num_rows)
    chosen = choose_one_to_one(pairs, sizes=sizes)
    seconds = time.perf_counter() - began
    truth = {(one, one) for one in {*lists[0]["record"].to_pylist()} & {*lists[1]["record"].to_pylist()}}
    classes = measure_reliability(weigh_one_to_one(pairs, sizes), truth)
    named = {f"said {one.low:.0%} to {one.high:.0%}": (one.said, one.true, one.pairs) for one in classes}
    return {
        "one_to_one": f1(chosen, truth),
        "pairwise": f1(keep_probable(pairs, 0.5), truth),
        "candidates": sum(is_true(pairs)) / len(truth),
        "reliability": named,
        "error": calibration_error(classes),
        "by_chance": error_by_chance(classes),
        "seconds": seconds,
    }


def measure_many(folder: Path) -> dict[str, Any]:
    from pyarrow import csv as arrow_csv

    from shidai.cli import run

    (folder / "map.toml").write_text("\n".join(f'{name} = "{name}"' for name in COLUMNS))
    began = time.perf_counter()
    files = [str(folder / name) for name in ("a.csv", "b.csv", "map.toml", "pairs.csv")]
    code = run(["link", *files[:2], "--columns", files[2], "--out", files[3], "--one-to-one"])
    seconds, memory = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert code == 0, code
    return {
        "seconds": seconds,
        "memory": memory,
        "one_to_one": share_right(arrow_csv.read_csv(files[3]), MANY // 2 * 4 // 5),
    }


def measure_new(folder: Path) -> dict[str, Any]:
    from shidai.linkage.model import train
    from shidai.linkage.pairs import choose_one_to_one
    from shidai.linkage.register import keep_register, link_new

    register, new = read(folder / "a.csv"), read(folder / "b.csv")
    model = train("han", [register, new])
    began = time.perf_counter()
    keep_register(register, folder / "register.duckdb")
    kept = time.perf_counter()
    new = read(folder / "b.csv")
    ready = time.perf_counter()
    chosen = choose_one_to_one(link_new(model, folder / "register.duckdb", new), sizes=(MANY, NEW))
    done = time.perf_counter()
    found = {"keep": kept - began, "seconds": done - ready, "all": done - kept}
    return found | {"one_to_one": share_right(chosen, NEW * 4 // 5)}


def read(path: Path) -> Any:
    from shidai.linkage.model import clean
    from shidai.linkage.roles import read_list

    return clean("han", read_list(path, {name: (name,) for name in COLUMNS}))


def is_true(pairs: Any) -> list[bool]:
    return [a == b for a, b in zip(pairs["id_a"].to_pylist(), pairs["id_b"].to_pylist(), strict=True)]


def share_right(pairs: Any, truth: int) -> float:
    """F1, where a person has one id in both lists and so many are in both."""
    return 2 * sum(is_true(pairs)) / (truth + pairs.num_rows)


if __name__ == "__main__":
    measures = {"quality": measure_quality, "many": measure_many, "new": measure_new}
    print(json.dumps(measures[sys.argv[1]](Path(sys.argv[2]))))
