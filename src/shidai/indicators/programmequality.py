"""How well a programme is done: findings by place against chance, days between steps, fields left empty.

It looks at places and forms, never at a person or who recorded. A share outside its limits says 'look', not 'blame':
who comes to a place differs, and so do its instruments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.demography.funnel import binomial_funnel
from shidai.indicators.columnreading import days_of
from shidai.indicators.engines import Records
from shidai.indicators.everybody import day_number
from shidai.indicators.programmes import NEVER, find_programme, version_on
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.programme import NO_VISITS, Programme, ProgrammeStep

Where = Literal["area", "site"]
CALLING = ("refer", "recheck")
"""Actions of a result that make it a finding."""

FINDINGS = pa.schema([
    pa.field("step", pa.string(), nullable=False),
    pa.field("place", pa.string()),
    pa.field("visits", pa.int64(), nullable=False),
    pa.field("findings", pa.int64(), nullable=False),
    pa.field("share", pa.float64(), nullable=False),
    pa.field("low", pa.float64(), nullable=False),
    pa.field("high", pa.float64(), nullable=False),
    pa.field("verdict", pa.string(), nullable=False),
])  # fmt: skip
"""Of each step and place the visits that found something, and the shares between which chance leaves its size."""

TURNAROUND = pa.schema([
    pa.field("step", pa.string(), nullable=False),
    pa.field("asked", pa.int64(), nullable=False),
    pa.field("done", pa.int64(), nullable=False),
    pa.field("median_days", pa.float64()),
    pa.field("ripe", pa.int64(), nullable=False),
    pa.field("in_time", pa.int64(), nullable=False),
])  # fmt: skip
"""Of each later step how often it was called for and done, and of those whose time has run out how many in time."""

COMPLETENESS = pa.schema([
    pa.field("step", pa.string(), nullable=False),
    pa.field("field", pa.string(), nullable=False),
    pa.field("visits", pa.int64(), nullable=False),
    pa.field("filled", pa.int64(), nullable=False),
    pa.field("share", pa.float64()),
])  # fmt: skip
"""Of each step's visits how many answered a field; no share where it isn't asked of everybody."""


def findings_by_place(
    records: Records, pack: Pack, programme: str, first: date, last: date,
    *, where: Where = "area", length: int = 6, level: float = 0.998,
) -> pa.Table:  # fmt: skip
    """Findings of a span by step and place, as `FINDINGS` says, with exact binomial limits around the step's share.

    where: by areas, of whose codes `length` characters count, or by sites. level: of the limits (Spiegelhalter 2005:
    0.95 and 0.998 are usual). Raises ShidaiError when there is no such programme.
    """
    chosen = find_programme(pack, programme)
    calling = {(step.id, one.id) for step in _steps(chosen) for one in step.result if one.action in CALLING}
    visits = _visits(records, programme, first, last)
    place = visits.area.substr(0, length) if where == "area" else visits.site
    told = records.fetch(visits.group_by(visits.step, visits.outcome, place=place).aggregate(n=visits.count()))
    counts: defaultdict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for row in told.to_pylist():
        cell = counts[row["step"], row["place"]]
        cell[0] += row["n"]
        cell[1] += row["n"] * ((row["step"], row["outcome"]) in calling)
    rows = [row for step in dict.fromkeys(one.id for one in _steps(chosen)) for row in _judged(step, counts, level)]
    return pa.Table.from_pylist(rows, schema=FINDINGS)


def turnaround(records: Records, pack: Pack, programme: str, first: date, last: date) -> pa.Table:
    """How long later steps take, as `TURNAROUND` says: of the visits of a span that call for one.

    Days from the visit that calls for it to the first such step of its course, up to the span's last day; the median is
    of those done, so it is short where many still wait: see `ripe` and `in_time`. Raises ShidaiError when there is no
    such programme, or none in force on the last day.
    """
    version, today = version_on(find_programme(pack, programme), last), day_number(last)
    rows = []
    for step in version.step[1:]:
        asked, done = _pairs(records, programme, step, first, last)
        taken = (done - asked)[done != NEVER]
        allowed = step.after_days + step.within_days
        in_time, ripe = (done != NEVER) & (done - asked <= allowed), asked + allowed <= today
        rows.append({
            "step": step.id, "asked": len(asked), "done": len(taken), "ripe": int(ripe.sum()),
            "in_time": int((in_time & ripe).sum()), "median_days": float(np.median(taken)) if len(taken) else None,
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TURNAROUND)


def completeness(records: Records, pack: Pack, programme: str, first: date, last: date) -> pa.Table:
    """How often each field of each step was answered in a span, as `COMPLETENESS` says; computed ones aren't listed.

    Of several choices an answer with none ticked is one. Raises ShidaiError when there is no such programme, or none in
    force on the last day.
    """
    version = version_on(find_programme(pack, programme), last)
    visits = _visits(records, programme, first, last)
    told = records.fetch(visits.group_by("step").aggregate(n=visits.count())).to_pylist()
    came = {row["step"]: row["n"] for row in told}
    answers = records.table("observation")
    answers = answers.semi_join(visits, answers.service_id == visits.record_id)
    counted = answers.group_by("step", "field").aggregate(n=answers.service_id.nunique())
    filled = {(row["step"], row["field"]): row["n"] for row in records.fetch(counted).to_pylist()}
    rows = []
    for step in version.step:
        n = came.get(step.id, 0)
        for field in step.field:
            if field.computed is not None:
                continue
            column = f"{field.id}_{field.option[0].id}" if field.type == "choices" else field.id
            some = filled.get((step.id, column), 0)
            share = some / n if n and field.when is None else None
            rows.append({"step": step.id, "field": field.id, "visits": n, "filled": some, "share": share})
    return pa.Table.from_pylist(rows, schema=COMPLETENESS)


def _steps(programme: Programme) -> Iterator[ProgrammeStep]:
    """The steps of all versions: a span may lie across a change."""
    for version in programme.version:
        yield from version.step


def _visits(records: Records, programme: str, first: date, last: date) -> Any:
    """The visits of a span; answers to an offer are none."""
    rows = records.table("service")
    return rows.filter(rows.kind == programme, rows.day >= first, rows.day <= last, ~rows.outcome.isin(NO_VISITS))


def _judged(step: str, counts: dict[tuple[str, str | None], list[int]], level: float) -> Iterator[dict[str, Any]]:
    """A step's places against the share of all of them together."""
    here = {place: cell for (of, place), cell in counts.items() if of == step}
    if not here:
        return
    places = sorted(here, key=lambda place: (place is None, place or ""))
    n, found = (np.array([here[place][at] for place in places], dtype=np.float64) for at in (0, 1))
    low, high = binomial_funnel(n, found.sum() / n.sum(), level)
    for at, place in enumerate(places):
        share = found[at] / n[at]
        verdict = "above" if share > high[at] else "below" if share < low[at] else "within"
        yield {
            "step": step, "place": place, "visits": int(n[at]), "findings": int(found[at]), "share": share,
            "low": low[at], "high": high[at], "verdict": verdict,
        }  # fmt: skip


def _pairs(
    records: Records, programme: str, step: ProgrammeStep, first: date, last: date
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of each visit that calls for a step its day, and the day of its course's first such step; NEVER: not done."""
    calls = _visits(records, programme, first, last)
    calls = calls.filter(calls.step == step.follows)
    if step.on:
        calls = calls.filter(calls.outcome.isin(step.on))
    calls = calls.select(call="record_id", course="course_id", asked="day")
    later = _visits(records, programme, first, last)
    later = later.filter(later.step == step.id).select(of="course_id", made="day")
    both = calls.left_join(later, [calls.course == later.of, later.made >= calls.asked])
    told = records.fetch(both.group_by("call", "asked").aggregate(made=both.made.min()))
    return days_of(told["asked"]).astype(np.int64), days_of(told["made"]).astype(np.int64)
