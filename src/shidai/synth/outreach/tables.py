"""Sessions and pilots as record tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from shidai.indicators.tables import TABLES
from shidai.packs import Pack
from shidai.packs.schema.area import CODE_LENGTH
from shidai.synth.columns import pseudonyms
from shidai.synth.days import date_of
from shidai.synth.outreach.files import pilots_of_year, site_of
from shidai.synth.outreach.sessions import HeldSession
from shidai.synth.register_tables import OTHER, PILOT, SESSION


def outreach_parts(pack: Pack, sessions: Sequence[HeldSession]) -> Iterator[tuple[str, str, pa.Table]]:
    """Every partition of activity and pilot: table, county, rows."""
    held = [
        {
            "area": one.area, "day": date_of(one.day), "kind": "training", "quantity": one.staff + one.residents,
            "topic": one.shares.topic, "minutes": _minutes(one.shares.hours),
        }
        for one in sessions if not one.cancelled
    ]  # fmt: skip
    pilots = [
        {
            "site": site_of(one), "area": one.area, "kind": one.checklist, "start_date": one.enrolled,
            "signed_on": one.signed,
        }
        for one in pilots_of_year(pack)
    ]  # fmt: skip
    yield from _parts("activity", held, SESSION)
    yield from _parts("pilot", pilots, PILOT)


def _parts(table: str, rows: list[dict[str, Any]], purpose: int) -> Iterator[tuple[str, str, pa.Table]]:
    length, schema = CODE_LENGTH["county"], TABLES[table].schema
    numbered = list(zip(pseudonyms(np.arange(len(rows)), purpose).to_pylist(), rows, strict=True))
    by_county: dict[str, list[dict[str, Any]]] = {}
    for id_, row in numbered:
        county = row["area"][:length] if len(row["area"]) >= length else OTHER
        by_county.setdefault(county, []).append({"record_id": id_, **row})
    for county, own in sorted(by_county.items()):
        yield table, county, pa.Table.from_pylist(own, schema=schema)


def _minutes(hours: tuple[str, str]) -> int:
    begins, ends = (int(one[:2]) * 60 + int(one[3:]) for one in hours)
    return ends - begins
