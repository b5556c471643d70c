"""Record tables of one village: 60 residents since 2005, 12 births in 2006, no deaths or contraception written down."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES

VILLAGE = "320205101203"
RESIDENTS, BIRTHS = 60, 12


def write_records(data: Path, *, births: int = BIRTHS, residents: int = RESIDENTS) -> None:
    """`DIR/records`, as an extract would leave it."""
    with RecordWriter(data / "records", cutoff=date(2006, 12, 31), source="registry") as writer:
        for table, rows in (("area", _areas()), ("residence", _residence(residents)), ("birth", _births(births))):
            schema = TABLES[table].schema
            plain = [{name: row.get(name) for name in schema.names} for row in rows]
            writer.write(table, "all", pa.Table.from_pylist(plain, schema=schema))


def _areas() -> list[dict[str, object]]:
    levels = {4: "city", 6: "county", 9: "township", 12: "village"}
    codes = [VILLAGE[:length] for length in levels]
    return [
        {
            "code": code, "parent": codes[at - 1] if at else None, "level": levels[len(code)], "name_zh": code,
            "name_en": code, "urban": False, "position": at, "start_date": date(1900, 1, 1),
        }
        for at, code in enumerate(codes)
    ]  # fmt: skip


def _residence(count: int) -> list[dict[str, object]]:
    return [
        {
            "person_id": number, "kind": kind, "area": VILLAGE, "start_date": date(2005, 1, 1),
            "migrant": False, "sex": 1 + number % 2, "birth_date": date(1975, 1 + number % 12, 5),
            "birth_precision": "day", "household_id": number // 3, "weight": 1.0,
        }
        for number in range(count)
        for kind in ("registered", "living")
    ]  # fmt: skip


def _births(count: int) -> list[dict[str, object]]:
    return [
        {
            "birth_id": number, "mother_id": number, "sex": 1 + number % 2, "birth_date": date(2006, 1 + number % 6, 9),
            "birth_precision": "day", "birth_order": 1, "plurality": 1, "registered_area": VILLAGE,
            "living_area": VILLAGE, "mother_birth_date": date(1975, 3, 5), "mother_birth_precision": "day",
            "weight": 1.0,
        }
        for number in range(count)
    ]  # fmt: skip
