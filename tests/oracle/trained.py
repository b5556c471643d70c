"""Sessions held, those who came, pilots and those signed off, row by row: slow and obvious."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from shidai.packs.schema.indicator import OUTREACH, PILOTS, Term
from tests.oracle.cities import awkward_day
from tests.oracle.supplied import last_day
from tests.oracle.tally import Tally

MEASURES = OUTREACH | PILOTS
CHECKLIST = "generations-service"


def add_training(records: dict[str, list[dict[str, Any]]], seed: int, year: int, areas: Sequence[str]) -> None:
    """Sessions at every level; pilots of which some were signed off, some ended, some are of another checklist."""
    rng, years = Random(seed), range(year - 1, year + 2)
    everywhere = [*areas, areas[0][:9], areas[0][:6], areas[0][:4]]
    records["activity"] = [
        {
            "record_id": number + 1, "person_id": None, "area": rng.choice(everywhere), "day": awkward_day(rng, years),
            "kind": rng.choice(("training", "training", "other")), "quantity": rng.randrange(1, 60), "topic": "any",
            "minutes": 90,
        }
        for number in range(40)
    ]  # fmt: skip
    records["pilot"] = []
    for number in range(12):
        start = awkward_day(rng, years)
        signed = rng.choice((None, start + timedelta(days=rng.choice((1, 40)))))
        ended = rng.choice((None, (signed or start) + timedelta(days=rng.choice((1, 100)))))
        records["pilot"].append({
            "record_id": number + 1, "site": f"S{number}", "area": rng.choice(everywhere),
            "kind": rng.choice((CHECKLIST, CHECKLIST, "other")), "start_date": start, "signed_on": signed,
            "end_date": ended,
        })  # fmt: skip


def counted(tally: Tally, term: Term, area: str, months: range) -> float:
    """How much of a term there is in an area and in some months of the tally's year."""
    records, year = tally.records, tally.year
    if term.measure in PILOTS:
        last = last_day(year, months[-1])
        since = "start_date" if term.measure == "pilots" else "signed_on"
        return sum(
            one["kind"] == term.kind and one["area"].startswith(area) and one[since] is not None
            and one[since] <= last and (one["end_date"] is None or one["end_date"] > last)
            for one in records["pilot"]
        )  # fmt: skip
    return sum(
        one["quantity"] if term.measure == "attendances" else 1
        for one in records["activity"]
        if one["kind"] == term.kind and one["area"].startswith(area) and one["day"].year == year
        and one["day"].month - 1 in months
    )  # fmt: skip
