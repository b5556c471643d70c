"""Households."""

from __future__ import annotations

from shidai.core import bulk, sealing
from shidai.core.ids import new_hex
from shidai.registry.importing.batch import Batch, Row, number_new
from shidai.registry.importing.links import wait_for
from shidai.registry.models import Household

_FIELDS = ("id", "uuid", "area", "address", "recorded_at", "version")


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of households; the head is linked once people are there."""
    for row in rows:
        batch.check_village(row, "area")
    number_new(Household, rows)
    accepted = [row for row in rows if row.alive]
    sealed = sealing.seal_all([row["address"] or "" for row in accepted], "household.address")
    bulk.upsert(
        Household,
        _FIELDS,
        [
            (row.record, new_hex(), row["area"], address, batch.now, 1)
            for row, address in zip(accepted, sealed, strict=True)
        ],
        key=("id",),
        keep=("uuid", "version"),
    )
    wait_for("head", [(row.record, row["head_key"], row.line) for row in accepted if row["head_key"]], batch)
