"""Determinations for a million invented persons, beside the two rule engines, hand-written numpy and hand-written SQL.

One rule set: the rural reward assistance of 2004. From arrays in memory: ours, numpy by hand with the bits of failed
conditions, and openfisca-core and policyengine-core, each in a process of its own with the very same persons, warm, the
best of five runs or more; then a threshold is moved as each documents it, and all is determined anew. Each starts from
arrays in the types it is fastest with (ours narrow, the peers' int32); a line shows ours with the peers' types. From
Parquet: ours through Ibis and DuckDB SQL by hand, in turn. All must agree on every row.

The peers are installed once into a virtual environment of their own (BENCH_PEERS, else a cache folder), since what they
depend on may clash with ours; where they can't be installed, only our lines are printed. They give no reasons unless
the rules are written with a variable for each condition: that is a line of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from bench.case import Case, Measured
from bench.rules_peers import best_of

PERSONS = int(os.environ.get("BENCH_PERSONS", "1000000"))
SECONDS = float(os.environ.get("BENCH_RULES_SECONDS", "2"))  # for each way of determining
PEERS = {"policyengine": ("policyengine-core", 10), "openfisca": ("openfisca-core", 50)}  # times faster: the goals
BY_HAND, BY_SQL = 2.0, 1.5  # at most so many times the hand-written
ON, EARLIEST = np.datetime64("2006-12-31"), np.datetime64("1933-01-01")
WORDS = ("rural", "urban")
CONDITIONS = {
    "registered_here": "registered_here",
    "rural": "registration = 'rural'",
    "age": "age >= :age",
    "born": "birth_date >= :born",
    "children": "surviving_children = 1 OR (surviving_children = 2 AND surviving_daughters = 2)"
    " OR (surviving_children = 0 AND dead_children > 0)",
    "alive": "alive",
}
BY_HAND_SQL = """
SELECT person, failed, failed = 0 AS eligible, CASE WHEN failed = 0 THEN 5000 ELSE 0 END::BIGINT AS fen
FROM (SELECT person,
    CASE WHEN registered_here THEN 0 ELSE 1 END
    + CASE WHEN registration = 'rural' THEN 0 ELSE 2 END
    + CASE WHEN age >= 60 THEN 0 ELSE 4 END
    + CASE WHEN birth_date >= DATE '1933-01-01' THEN 0 ELSE 8 END
    + CASE WHEN surviving_children = 1 OR (surviving_children = 2 AND surviving_daughters = 2)
                OR (surviving_children = 0 AND dead_children > 0) THEN 0 ELSE 16 END
    + CASE WHEN alive THEN 0 ELSE 32 END AS failed
FROM read_parquet('{file}'))
"""
Arrays = Mapping[str, np.ndarray]


def cases() -> list[Case]:
    return [Case("rules-arrays", from_arrays), Case("rules-parquet", from_parquet)]


def invent(count: int) -> dict[str, np.ndarray]:
    """Persons in the types that both peers store: bools, int32, days, and places among `WORDS`."""
    draw = np.random.default_rng(2006)
    birth = ON - draw.integers(0, 95 * 365, count).astype("timedelta64[D]")
    alive_children = draw.choice(5, count, p=[0.25, 0.35, 0.25, 0.1, 0.05]).astype(np.int32)
    return {
        "registered_here": draw.random(count) < 0.9,
        "registration": (draw.random(count) < 0.4).astype(np.uint8),
        "age": ((ON - birth).astype(np.int64) / 365.2425).astype(np.int32),
        "birth_date": birth,
        "surviving_children": alive_children,
        "surviving_daughters": draw.binomial(alive_children, 0.48).astype(np.int32),
        "dead_children": (draw.random(count) < 0.04).astype(np.int32),
        "alive": draw.random(count) < 0.97,
    }


def narrow(persons: Arrays) -> dict[str, np.ndarray]:
    """The same in the narrowest types: no age or number of children needs more than a byte, no day more than four."""
    return {name: _narrowest(values) for name, values in persons.items()}


def _narrowest(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "M":
        return values.astype(np.int64).astype(np.int32)
    return values.astype(np.uint8) if values.dtype.kind in "iu" else values


def rule_set() -> Any:
    """Our compiled rules."""
    from shidai.packs.schema.scheme import SchemeVersion
    from shidai.rules import columns_for, compile_version

    words = {"zh": "基准", "en": "benchmark"}
    parameters = (("age", 60, "years"), ("born", date(1933, 1, 1), "day"), ("month", 5000, "fen"))
    version = {
        "id": "bench",
        "source": "bench",
        "checked_on": date(2006, 1, 1),
        "effective_from": date(2004, 1, 1),
        "parameter": [{"id": id_, "value": value, "unit": unit, "title": words} for id_, value, unit in parameters],
        "condition": [{"id": id_, "when": when, "title": words, "clause": words} for id_, when in CONDITIONS.items()],
        "amount": {"per": "month", "fen": ":month"},
        "calendar": {"pay": ["12-31"]},
        "step": [{"level": "county", "act": "confirm"}],
        "stop": [{"on": "death", "text": words}],
    }
    return compile_version(SchemeVersion.model_validate(version), columns_for("person"))


def facts_of(persons: Arrays) -> dict[str, Any]:
    """Arrays as our rules take them: nothing is copied."""
    from shidai.rules.arrays import Fact

    days = {name: values.view(np.int64) if values.dtype.kind == "M" else values for name, values in persons.items()}
    return {name: Fact(values, words=WORDS if name == "registration" else ()) for name, values in days.items()}


def plainly(persons: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """As one writes it at first: bits of failed conditions and fen."""
    children = persons["surviving_children"]
    earliest = EARLIEST if persons["birth_date"].dtype.kind == "M" else EARLIEST.astype(np.int64).astype(np.int32)
    met = (
        persons["registered_here"],
        persons["registration"] == 0,
        persons["age"] >= 60,
        persons["birth_date"] >= earliest,
        (children == 1)
        | ((children == 2) & (persons["surviving_daughters"] == 2))
        | ((children == 0) & (persons["dead_children"] > 0)),
        persons["alive"],
    )
    failed = np.zeros(len(children), np.uint8)
    for at, condition in enumerate(met):
        failed |= (~condition).astype(np.uint8) << at
    return failed, np.where(failed == 0, np.int64(5000), np.int64(0))


def by_hand(persons: Arrays, block: int = 1 << 17) -> tuple[np.ndarray, np.ndarray]:
    """The same as fast as numpy goes on one core: blocks that stay in the cache, no array made twice, and bits moved up
    by adding a byte to itself, since numpy has no vector instructions for shifts."""
    count = len(persons["age"])
    failed, fen = np.empty(count, np.uint8), np.empty(count, np.int64)
    kept = tuple(np.empty(min(block, count), np.bool_) for _ in range(3))
    days = persons["birth_date"].view(np.int64) if persons["birth_date"].dtype.kind == "M" else persons["birth_date"]
    earliest = days.dtype.type(EARLIEST.astype(np.int64))
    for start in range(0, count, block):
        rows = slice(start, min(start + block, count))
        bits = failed[rows]
        miss, other, third = (one[: len(bits)] for one in kept)
        np.logical_not(persons["alive"][rows], out=bits.view(np.bool_))
        _wrong_children(persons, rows, miss, other, third)
        _push(bits, miss)
        _push(bits, np.less(days[rows], earliest, out=miss))
        _push(bits, np.less(persons["age"][rows], 60, out=miss))
        _push(bits, np.not_equal(persons["registration"][rows], 0, out=miss))
        _push(bits, np.logical_not(persons["registered_here"][rows], out=miss))
        np.multiply(np.logical_not(bits, out=miss), 5000, out=fen[rows])
    return failed, fen


def _wrong_children(persons: Arrays, rows: slice, miss: np.ndarray, other: np.ndarray, third: np.ndarray) -> None:
    children = persons["surviving_children"][rows]
    np.equal(children, 2, out=miss)
    np.logical_and(miss, np.equal(persons["surviving_daughters"][rows], 2, out=other), out=miss)
    np.equal(children, 0, out=other)
    np.logical_and(other, np.greater(persons["dead_children"][rows], 0, out=third), out=other)
    np.logical_or(miss, other, out=miss)
    np.logical_or(miss, np.equal(children, 1, out=other), out=miss)
    np.logical_not(miss, out=miss)


def _push(bits: np.ndarray, flags: np.ndarray) -> None:
    np.add(bits, bits, out=bits)
    np.bitwise_or(bits, flags.view(np.uint8), out=bits)


def race(runs: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Milliseconds of the shortest run of each, in turn, so that whatever else the machine does hits all alike."""
    best = dict.fromkeys(runs, float("inf"))
    rounds, end = 0, time.perf_counter() + seconds * len(runs)
    while rounds < 5 or time.perf_counter() < end:
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            best[name] = min(best[name], (time.perf_counter() - began) * 1000)
        rounds += 1
    return best


def from_arrays() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as folder:
        file = f"{folder}/persons.npz"
        np.savez(file, allow_pickle=False, **invent(PERSONS))
        ours = _told([sys.executable, "-m", "bench.rules"], file)
        peers = {library: _told([*command, library], file) for library, command in _peers()}
    warm, wide, unit = ours["warm"], ours["wide"], "ms"
    good = warm["ours"] <= BY_HAND * warm["hand"]
    yield Measured("rules-arrays", warm["ours"], warm["hand"], unit, f"numpy by hand; goal: {BY_HAND:g} at most", good)
    yield Measured("rules-arrays", warm["ours"], warm["plain"], unit, "numpy as one writes it at first")
    yield Measured("rules-arrays int32", wide["ours"], wide["hand"], unit, "numpy by hand, the peers' wider types")
    for library, told in peers.items():
        for what in ("rows", "fen", "younger"):
            assert told[what] == ours[what], f"{library} determines otherwise: {what}"
        yield from _beside(library, told, ours)


def _beside(library: str, told: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Measured]:
    warm, wide, unit = ours["warm"]["ours"], ours["wide"]["ours"], "ms"
    name, times = PEERS[library]
    named, case = f"{name} {told['version']}", f"rules-{library}"
    peer = {way: told[way] * 1000 for way in ("builder", "hand", "reasons", "moved", "cold")}
    good = warm * times <= peer["builder"]
    yield Measured(case, warm, peer["builder"], unit, f"{named}, no reasons; goal: {1 / times:g} at most", good)
    yield Measured(case, warm, peer["hand"], unit, "… its builder passed by, no reasons")
    yield Measured(case, wide, peer["hand"], unit, "… and ours from its own wider types")
    yield Measured(case, warm, peer["reasons"], unit, "… with a reason for every row, as ours")
    yield Measured(f"{case} moved", ours["moved"] * 1000, peer["moved"], unit, "… a threshold moved, then determined")
    yield Measured(f"{case} cold", ours["cold"] * 1000, peer["cold"], unit, "… import, rules, first run")


def _told(command: list[str], file: str) -> dict[str, Any]:
    """What a process of its own measures. Run twice and the better of each, so that one busy moment spoils nothing."""
    told = [_once([*command, file, str(SECONDS / 2)]) for _ in range(2)]
    return _better(*told)


def _better(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {key: _better(one[key], other[key]) for key in one}
    return min(one, other)


def _once(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(file: str, seconds: str) -> None:
    """In a process of its own as the peers are: print as JSON what our rules and numpy by hand take."""
    with np.load(file) as stored:
        persons = dict(stored)
    lean = narrow(persons)
    began = time.perf_counter()
    rules, facts = rule_set(), facts_of(lean)
    determined = rules.on_arrays(facts)
    cold = time.perf_counter() - began
    for found in (plainly(persons), plainly(lean), by_hand(persons), by_hand(lean)):
        assert (found[0] == determined.failed).all()
        assert (found[1] == determined.fen).all()
    ages = cycle((55, 60))
    told = {
        "cold": cold,
        "moved": best_of(lambda: rules.with_values(age=next(ages)).on_arrays(facts), float(seconds)),
        "younger": int(rules.with_values(age=55).on_arrays(facts).eligible.sum()),
        "warm": _ways(rules, lean, float(seconds)),
        "wide": _ways(rules, persons, float(seconds)),
        "fen": int(determined.fen.sum()),
        "rows": hashlib.sha256(np.packbits(determined.eligible).tobytes()).hexdigest(),
    }
    print(json.dumps(told))


def _ways(rules: Any, persons: Arrays, seconds: float) -> dict[str, float]:
    facts = facts_of(persons)
    ways = {
        "ours": lambda: rules.on_arrays(facts),
        "hand": lambda: by_hand(persons),
        "plain": lambda: plainly(persons),
    }
    return race(ways, seconds)


def _peers() -> Iterator[tuple[str, list[str]]]:
    """The peers that can be had, each with the command that measures it."""
    folder = Path(os.environ.get("BENCH_PEERS") or Path.home() / ".cache" / "shidai-bench" / "peers")
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    names = [name for name, _ in PEERS.values()]
    if not (folder / "ready").exists():
        print(f"installing {' and '.join(names)} into {folder}", file=sys.stderr)
        steps = (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *names],
        )
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{done.stderr}not to be had here: only our own lines follow", file=sys.stderr)
                return
        (folder / "ready").touch()
    for library in PEERS:
        yield library, [str(python), str(Path(__file__).with_name("rules_peers.py"))]


def from_parquet() -> Iterable[Measured]:
    with tempfile.TemporaryDirectory(prefix="shidai-bench-") as folder:
        return list(_from_parquet(Path(folder)))


def _from_parquet(folder: Path) -> Iterator[Measured]:
    """Unknown registrations and birth dates too. Both to Arrow in memory and to a Parquet file; ours says besides which
    conditions failed for want of a fact."""
    import duckdb
    import ibis

    file = str(folder / "persons.parquet")
    _write(file)
    hand, engine, rules, sql = duckdb.connect(), ibis.duckdb.connect(), rule_set(), BY_HAND_SQL.format(file=file)
    table = engine.read_parquet(file)

    def ours() -> Any:
        found = rules.on_table(table, "person")
        return found.mutate(eligible=found.failed == 0)

    one = engine.to_pyarrow(ours()).sort_by("person")
    other = hand.sql(sql).to_arrow_table().sort_by("person")
    for name in ("failed", "eligible", "fen"):
        assert one[name].cast(other[name].type).equals(other[name]), name
    ways = {
        "arrow": lambda: engine.to_pyarrow(ours()),
        "arrow hand": lambda: hand.sql(sql).to_arrow_table(),
        "parquet": lambda: engine.to_parquet(ours(), folder / "ours.parquet"),
        "parquet hand": lambda: hand.execute(f"COPY ({sql}) TO '{folder}/hand.parquet' (FORMAT parquet)"),
        "words": lambda: engine.compile(ours()),
    }
    best = race(ways, SECONDS)
    for to, into in (("arrow", "Arrow in memory"), ("parquet", "Parquet")):
        took, limit = best[to], best[f"{to} hand"]
        peer = f"DuckDB SQL by hand, into {into}; goal: {BY_SQL:g} at most"
        yield Measured(f"rules-parquet to {to}", took, limit, "ms", peer, took <= BY_SQL * limit)
    yield Measured("rules-parquet, its SQL", best["words"], best["arrow"], "ms", "of which the making of the SQL")


def _write(file: str) -> None:
    """Row groups of DuckDB's own size, so that two cores share the work."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    persons, draw = invent(PERSONS), np.random.default_rng(1933)
    columns: dict[str, Any] = {"person": pa.array(np.arange(PERSONS))}
    for name, values in persons.items():
        unknown = draw.random(PERSONS) < 0.01 if name in ("registration", "birth_date") else None
        texts = np.array(WORDS, dtype=object)[values] if name == "registration" else values
        columns[name] = pa.array(texts, mask=unknown)
    pq.write_table(pa.table(columns), file, row_group_size=122_880)


if __name__ == "__main__":
    measure(*sys.argv[1:])
