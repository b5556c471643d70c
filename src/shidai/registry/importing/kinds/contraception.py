"""Use of contraception."""

from __future__ import annotations

from shidai.core import bulk
from shidai.core.ids import new_hex
from shidai.registry import afterdeath, places
from shidai.registry.facts import lives
from shidai.registry.importing.batch import Batch, Row, number_new, stored, stored_end
from shidai.registry.models import ContraceptiveUse
from shidai.registry.rules import Life, Stretch, spell_fits
from shidai.words import Text

_FIELDS = (
    "id", "uuid", "person_id", "method", "start_date", "start_precision", "end_date", "end_precision", "end_reason",
    "registered_area", "recorded_at", "version",
)  # fmt: skip


def take(rows: list[Row], batch: Batch) -> None:
    """Check and store a chunk of uses. Several methods at a time are possible, so overlaps are no fault."""
    people = batch.records("person", (row["person_key"] for row in rows))
    known = lives(set(people.values()))
    for row in rows:
        person = people.get(row["person_key"])
        if person is None:
            batch.missing(row, "person_key", row["person_key"])
        stretch = Stretch(row["start_date"], row["end_date"])
        batch.refuse(row, spell_fits("start_date", stretch, known.get(person or 0, Life()), (), batch.today))
        if row["method"].casefold() not in batch.methods:
            batch.reject(
                row,
                "method",
                Text(zh=f"政策包中没有避孕方法“{row['method']}”。", en=f"The pack knows no method '{row['method']}'."),
                Text(
                    zh="可填：" + "、".join(sorted(set(batch.methods.values()))) + "。",
                    en="Write one of: " + ", ".join(sorted(set(batch.methods.values()))) + ".",
                ),
            )
    number_new(ContraceptiveUse, rows)
    accepted = [row for row in rows if row.alive]
    bulk.upsert(
        ContraceptiveUse,
        _FIELDS,
        [
            (
                row.record, new_hex(), people[row["person_key"]], batch.methods[row["method"].casefold()],
                *stored(row["start_date"]), *stored_end(row["start_date"], row["end_date"]), row["end_reason"] or "",
                "", batch.now, 1,
            )
            for row in accepted
        ],
        key=("id",),
        keep=("uuid", "registered_area", "version"),
    )  # fmt: skip
    touched = {people[row["person_key"]] for row in accepted}
    afterdeath.follow(touched)
    places.settle_contraception(touched)
    places.mark_people(touched)
