"""A random city of any size, for speed alone: the record tables are well-formed, the demography is not plausible."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa

from shidai.indicators.records import Manifest, RecordWriter
from shidai.indicators.tables import TABLES

YEAR = 2006
NOBODY = None


def write_random_city(folder: Path, people: int, *, seed: int = 1, villages: int = 1300) -> Manifest:
    """Fill the record tables with `people` residents of nine counties; a third are migrants from outside."""
    rng = np.random.default_rng(seed)
    codes = _village_codes(villages)
    with RecordWriter(folder, cutoff=dt.date(YEAR, 12, 31), source="synth") as writer:
        writer.write("area", "all", _areas(codes))
        for county in sorted({code[:6] for code in codes}):
            own = np.array([code for code in codes if code.startswith(county)])
            _write_county(writer, county, own, int(people * len(own) / villages), rng)
    return Manifest.read(folder)


def _village_codes(villages: int) -> list[str]:
    counties = [f"3202{n:02d}" for n in (2, 3, 4, 5, 6, 11, 71, 81, 82)]
    return sorted(f"{counties[i % 9]}{101 + (i // 9) % 10}{200 + i // 90:03d}" for i in range(villages))


def _areas(villages: list[str]) -> pa.Table:
    levels = {4: "city", 6: "county", 9: "township", 12: "village"}
    codes = sorted({code[:n] for code in villages for n in levels})
    above = {6: 4, 9: 6, 12: 9}
    return pa.table(
        {
            "code": codes,
            "parent": [code[: above[len(code)]] if len(code) > 4 else None for code in codes],
            "level": [levels[len(code)] for code in codes],
            "name_zh": codes,
            "name_en": codes,
            "urban": [False] * len(codes),
            "position": np.arange(len(codes), dtype=np.int32),
            "start_date": [dt.date(1949, 10, 1)] * len(codes),
            "end_date": pa.nulls(len(codes), pa.date32()),
            "successor": pa.nulls(len(codes), pa.string()),
        }
    )


def _write_county(writer: RecordWriter, county: str, codes: np.ndarray, people: int, rng: np.random.Generator) -> None:
    first = int(county) << 32
    ids = first + np.arange(people, dtype=np.int64)
    today = int(np.datetime64(f"{YEAR + 1}-01-01").astype(int))
    birth = (today - rng.beta(1.1, 1.8, people) * 95 * 365.25).astype(np.int32)
    sex = rng.integers(1, 3, people).astype(np.int8)
    village = rng.integers(0, len(codes), people)
    migrant = rng.random(people) < 0.3
    begin = np.maximum(birth, today - rng.integers(1, 20 * 365, people)).astype(np.int32)
    dead = rng.random(people) < 0.08
    end = np.where(dead, begin + ((today - begin) * rng.random(people)).astype(np.int32), 0)
    who = _Subjects(ids, sex, birth, village, begin, np.where(dead & (end > begin), end, 0).astype(np.int32), migrant)
    writer.write("residence", county, _residence(who, codes, rng))
    writer.write("death", county, _deaths(who, codes))
    women = np.flatnonzero((sex == 2) & (birth < today - 16 * 365))
    writer.write("birth", county, _births(who, women, codes, rng, today))
    writer.write("union_", county, _unions(who, women, codes, rng, today))
    writer.write("contraception", county, _contraception(who, women, codes, rng, today))
    writer.write("person", county, _persons(who))


class _Subjects:
    def __init__(self, ids, sex, birth, village, begin, end, migrant) -> None:
        self.ids, self.sex, self.birth, self.village = ids, sex, birth, village
        self.begin, self.end, self.migrant = begin, end, migrant


def _days(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    return pa.array(values.astype(np.int32), mask=missing, type=pa.int32()).cast(pa.date32())


def _words(values: np.ndarray, among: list[str | None]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int32)), pa.array(among)).cast(pa.string())


def _constant(text: str | None, rows: int) -> pa.Array:
    return pa.nulls(rows, pa.string()) if text is None else _words(np.zeros(rows), [text])


def _fill(table: str, rows: int, **columns: pa.Array) -> pa.Table:
    schema = TABLES[table].schema
    filled = {}
    for field in schema:
        if field.name in columns:
            filled[field.name] = columns[field.name]
        elif field.name == "weight":
            filled[field.name] = pa.array(np.ones(rows))
        elif field.name.endswith("_precision"):
            filled[field.name] = _constant("day", rows)
        else:
            filled[field.name] = pa.nulls(rows, field.type)
    return pa.table(filled).cast(schema)


def _residence(who: _Subjects, codes: np.ndarray, rng: np.random.Generator) -> pa.Table:
    rows = who.ids.size
    moved = np.flatnonzero((rng.random(rows) < 0.25) & ((who.end == 0) | (who.end - who.begin > 60)))
    limit = np.where(who.end[moved] == 0, int(np.datetime64(f"{YEAR + 1}-01-01").astype(int)), who.end[moved])
    turn = (who.begin[moved] + (limit - who.begin[moved]) * rng.random(moved.size)).astype(np.int32)
    first_end = who.end.copy()
    first_end[moved] = turn
    person = np.concatenate([np.arange(rows), moved])
    area = np.concatenate([who.village, rng.integers(0, len(codes), moved.size)])
    start = np.concatenate([who.begin, turn])
    end = np.concatenate([first_end, who.end[moved]])
    return pa.concat_tables([_spells(who, codes, kind, person, area, start, end) for kind in ("registered", "living")])


def _spells(who: _Subjects, codes: np.ndarray, kind: str, person, area, start, end) -> pa.Table:
    keep = ~who.migrant[person] if kind == "registered" else np.ones(person.size, dtype=bool)
    person, area, start, end = person[keep], area[keep], start[keep], end[keep]
    return _fill(
        "residence",
        person.size,
        person_id=pa.array(who.ids[person]),
        kind=_constant(kind, person.size),
        area=_words(area, list(codes)),
        start_date=_days(start),
        end_date=_days(end, end == 0),
        start_reason=_constant("move", person.size),
        end_reason=_constant("move", person.size),
        household_id=pa.array(who.ids[person] // 3),
        migrant=pa.array(who.migrant[person] if kind == "living" else np.zeros(person.size, dtype=bool)),
        sex=pa.array(who.sex[person]),
        birth_date=_days(who.birth[person]),
    )


def _places(who: _Subjects, chosen: np.ndarray, codes: np.ndarray) -> dict[str, pa.Array]:
    place = _words(who.village[chosen], list(codes))
    registered = pa.array(np.where(who.migrant[chosen], -1, who.village[chosen]).astype(np.int32))
    registered = pa.array(registered.to_numpy(), mask=who.migrant[chosen])
    named = pa.DictionaryArray.from_arrays(registered, pa.array(list(codes))).cast(pa.string())
    return {"registered_area": named, "living_area": place}


def _deaths(who: _Subjects, codes: np.ndarray) -> pa.Table:
    chosen = np.flatnonzero(who.end > 0)
    return _fill(
        "death",
        chosen.size,
        person_id=pa.array(who.ids[chosen]),
        death_date=_days(who.end[chosen]),
        sex=pa.array(who.sex[chosen]),
        birth_date=_days(who.birth[chosen]),
        **_places(who, chosen, codes),
    )


def _births(who: _Subjects, women: np.ndarray, codes: np.ndarray, rng: np.random.Generator, today: int) -> pa.Table:
    mothers = women[rng.random(women.size) < 0.4]
    day = who.birth[mothers] + rng.integers(16 * 365, 45 * 365, mothers.size)
    mothers, day = mothers[day < today], day[day < today]
    return _fill(
        "birth",
        mothers.size,
        birth_id=pa.array(who.ids[mothers]),
        mother_id=pa.array(who.ids[mothers]),
        sex=pa.array(rng.integers(1, 3, mothers.size).astype(np.int8)),
        birth_date=_days(day),
        birth_order=pa.array(rng.integers(1, 4, mothers.size).astype(np.int16)),
        plurality=pa.array(np.ones(mothers.size, dtype=np.int8)),
        mother_birth_date=_days(who.birth[mothers]),
        **_places(who, mothers, codes),
    )


def _unions(who: _Subjects, women: np.ndarray, codes: np.ndarray, rng: np.random.Generator, today: int) -> pa.Table:
    wives = women[rng.random(women.size) < 0.75]
    day = who.birth[wives] + rng.integers(20 * 365, 30 * 365, wives.size)
    wives, day = wives[day < today], day[day < today]
    return _fill(
        "union_",
        wives.size,
        union_id=pa.array(who.ids[wives]),
        wife_id=pa.array(who.ids[wives]),
        husband_id=pa.array(who.ids[wives] + 1),
        start_date=_days(day),
        registered_area=_words(who.village[wives], list(codes)),
    )


def _contraception(
    who: _Subjects, women: np.ndarray, codes: np.ndarray, rng: np.random.Generator, today: int
) -> pa.Table:
    users = women[rng.random(women.size) < 0.6]
    day = who.birth[users] + rng.integers(22 * 365, 40 * 365, users.size)
    users, day = users[day < today], day[day < today]
    return _fill(
        "contraception",
        users.size,
        person_id=pa.array(who.ids[users]),
        method=_words(rng.integers(0, 2, users.size), ["iud", "rhythm"]),
        modern=pa.array(rng.random(users.size) < 0.9),
        start_date=_days(day),
        area=_words(who.village[users], list(codes)),
    )


def _persons(who: _Subjects) -> pa.Table:
    return _fill(
        "person",
        who.ids.size,
        person_id=pa.array(who.ids),
        sex=pa.array(who.sex),
        birth_date=_days(who.birth),
        death_date=_days(who.end, who.end == 0),
    )
