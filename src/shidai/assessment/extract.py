"""What assessment contributes to the record tables: pilots, from when to when, and when they were signed off."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.db.models import Q

from shidai.assessment.models import Pilot
from shidai.core.access import within
from shidai.core.pseudonyms import pseudonyms
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.indicators.tables import TABLES
from shidai.registry.following import Following

PURPOSE = "analysis"


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's pilots up to the cut-off. Rows by table."""
    if partition == OUTSIDE:
        here = ~within((following.city,), "area") | Q(area=following.city)
    else:
        here = within(following.sources(partition), "area")
    found = Pilot.objects.filter(here, started_on__lte=following.cutoff).select_related("site").order_by("pk")
    rows = [row for row in (_row(one, following) for one in found) if _lies_in(row, partition)]
    if not rows:
        writer.drop("pilot", partition)
        return {"pilot": 0}
    schema = TABLES["pilot"].schema
    ids = pa.array(pseudonyms([row["record_id"] for row in rows], PURPOSE, "pilot"), schema.field("record_id").type)
    writer.write("pilot", partition, pa.Table.from_pylist(rows, schema=schema).set_column(0, schema.field(0), ids))
    return {"pilot": len(rows)}


def _row(one: Pilot, following: Following) -> dict[str, Any]:
    cutoff = following.cutoff
    return {
        "record_id": one.pk, "site": one.site.code, "area": following.heirs.holder(one.area, cutoff) or one.area,
        "kind": one.checklist, "start_date": one.started_on, "signed_on": _by(one.signed_on, cutoff),
        "end_date": _by(one.ended_on, cutoff),
    }  # fmt: skip


def _by(day: Any, cutoff: Any) -> Any:
    """A day unless it lies after the cut-off."""
    return day if day is not None and day <= cutoff else None


def _lies_in(row: dict[str, Any], partition: str) -> bool:
    return partition == OUTSIDE or str(row["area"]).startswith(partition)
