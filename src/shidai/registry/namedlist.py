"""People with their names, numbers and phones, as linkage reads them: kept private while it runs, and never longer.

The list lies in a folder of the data directory that only its owner can open; the folder goes when the run ends,
whether it succeeds or fails. What a killed run left is removed by the next one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from shidai.core import bulk, sealing

_SIZE = 20_000
_TOWNSHIP = 9  # digits of a village's code that name its township
_COLUMNS = ("id", "name", "sex", "birth_date", "identifier", "phone", "address", "locality", "region", "child")
_SCHEMA = pa.schema([(name, pa.string()) for name in _COLUMNS])
_DIGITS = {"day": 10, "month": 7, "year": 4}
_SEXES = {1: "1", 2: "2"}
_ELDEST = """(
        SELECT c.name || COALESCE(SUBSTR(
            CAST(c.birth_date AS TEXT), 1, CASE c.birth_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END
        ), '')
        FROM registry_parentage g JOIN registry_person c ON c.id = g.child_id
        WHERE g.{parent} = p.id AND c.merged_into_id IS NULL
        ORDER BY c.birth_date IS NULL, c.birth_date, c.name LIMIT 1)"""
_QUERY = f"""
    SELECT p.id, p.name, p.sex, p.birth_date, p.birth_precision, p.contact, i.number,
           CASE WHEN p.living_area <> '' THEN p.living_area ELSE p.registered_area END,
           CASE p.sex WHEN 2 THEN {_ELDEST.format(parent="mother_id")} ELSE {_ELDEST.format(parent="father_id")} END
    FROM registry_person p LEFT JOIN registry_identifier i ON i.person_id = p.id AND i.kind = 'resident'
    WHERE p.merged_into_id IS NULL"""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for personal data that is gone afterwards, whatever happens inside."""
    above = Path(settings.DATA) / "private"
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left(above)
    folder = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=above))  # made for its owner alone
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _remove_left(above: Path) -> None:
    """Remove what runs left that were killed."""
    for folder in above.glob("run-*-*"):
        if not _is_running(int(folder.name.split("-")[1])):
            shutil.rmtree(folder)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_named_list(path: Path, people: Collection[int] | None = None) -> int:
    """Write everybody on the register, or these row numbers only, by role (see `linkage.roles`); returns how many.

    Records merged into another one aren't written. `id` is the row's number.
    """
    query, parameters = _QUERY, []
    if people is not None:
        query, parameters = f"{_QUERY} AND {bulk.among('p.id')}", [bulk.listed(people)]
    count, last = 0, 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: SIM117
        with pq.ParquetWriter(file, _SCHEMA) as writer:
            for rows in bulk.stream(f"{query} ORDER BY p.id, i.id", parameters, size=_SIZE):
                told = []
                for row in rows:
                    if row[0] != last:  # the first of several numbers stands for the person
                        told.append(_plain(row))
                    last = row[0]
                count += len(told)
                columns = zip(*told, strict=True)
                writer.write(pa.table([pa.array(column, pa.string()) for column in columns], schema=_SCHEMA))
    return count


def read_named_list(path: Path) -> pa.Table:
    return pq.read_table(path)


def _plain(row: tuple[Any, ...]) -> tuple[str | None, ...]:
    number, name, sex, birth, precision, contact, identifier, area, child = row
    told = sealing.open_sealed(bytes(contact), "person.contact")
    phone, address = json.loads(told) if told else ("", "")
    born = str(birth)[: _DIGITS[str(precision)]] if birth is not None else None
    card = sealing.open_sealed(bytes(identifier), "identifier.number") if identifier else None
    village = str(area)
    return (
        str(number), str(name), _SEXES.get(int(str(sex))), born, card, phone or None, address or None, village or None,
        village[:_TOWNSHIP] or None, str(child) if child else None,
    )  # fmt: skip
