"""What outreach contributes to the record tables: sessions that were held, with how many came and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.db.models import Q, Sum

from shidai.core.access import within
from shidai.core.pseudonyms import pseudonyms
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES
from shidai.outreach.models import Session
from shidai.registry.following import Following

PURPOSE = "analysis"
KIND = "training"


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's sessions up to the cut-off. Rows by table."""
    rows = list(_sessions(partition, following))
    if rows:
        writer.write("activity", partition, _as_table(rows))
    else:
        writer.drop("activity", partition)
    return {"activity": len(rows)}


def _sessions(partition: str, following: Following) -> Iterator[dict[str, Any]]:
    """Of the county by the areas of the cut-off; what is for the city as a whole lies with the outside."""
    if partition == OUTSIDE:
        here = ~within((following.city,), "area") | Q(area=following.city)
    else:
        here = within(following.sources(partition), "area")
    held = Session.objects.filter(here, state=Session.State.HELD, day__lte=following.cutoff)
    counted = held.annotate(people=Sum("attendances__heads", filter=Q(attendances__end=None)))
    for one in counted.order_by("pk"):
        area = following.heirs.holder(one.area, following.cutoff) or one.area
        if partition == OUTSIDE or area.startswith(partition):
            yield {
                "record_id": one.pk, "person_id": None, "area": area, "day": one.day, "kind": KIND,
                "quantity": one.people or 0, "topic": one.topic, "minutes": one.minutes,
            }  # fmt: skip


def _as_table(rows: list[dict[str, Any]]) -> pa.Table:
    schema = TABLES["activity"].schema
    ids = pseudonyms([row["record_id"] for row in rows], PURPOSE, KIND)
    table = pa.Table.from_pylist(rows, schema=schema)
    return table.set_column(0, schema.field("record_id"), pa.array(ids, schema.field("record_id").type))
