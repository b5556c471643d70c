"""Due lists made for everybody at once are those of plain Python, for every kind of schedule and on awkward days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.indicators.coverage import cover
from shidai.indicators.everybody import day_number
from shidai.indicators.programmes import NEVER, NOT_YET, due_days, list_due
from shidai.indicators.records import Records
from shidai.packs import Pack, load_pack
from shidai.packs.schema.programme import Programme, Schedule
from shidai.rules import columns_for
from shidai.rules.schedules import due_on
from tests.oracle.cities import random_city, write_city
from tests.oracle.facts import add_families
from tests.oracle.programmes import add_visits, coverage, due_list
from tests.spec.rules.making import TITLE

DAYS = (date(2006, 12, 31), date(2006, 2, 28), date(2004, 2, 29))
ROUND = {"id": "first", "title": TITLE, "effective_from": "2004-02-01", "effective_to": "2006-12-01"}
SCHEDULES: dict[str, dict[str, Any]] = {
    "once": {"per": "once"},
    "months": {"per": "months", "months": 12},
    "round": {"per": "round", "round": [ROUND]},
    "ages": {"per": "ages", "at": [12, 240, 360, 480], "within_days": 3000, "early_days": 20},
    "birth": {"per": "birth", "at": [3, 28, 42], "within_days": 2000},
    "union": {"per": "union", "at": [0], "within_days": 3000},
}
FIELD = {"id": "seen", "type": "bool", "title": TITLE}


def make_programme(schedule: dict[str, Any], sex: int | None = None) -> Programme:
    """Three steps: the second follows some results of the first, the third any of the second."""
    condition = {"id": "here", "when": "lives_here OR registered_here", "title": TITLE, "clause": TITLE}
    steps = [
        {"id": "look", "title": TITLE, "field": [FIELD], "result": [
            {"id": "well", "title": TITLE, "when": "seen", "closes": True}, {"id": "doubtful", "title": TITLE}]},
        {"id": "again", "title": TITLE, "follows": "look", "on": ["doubtful"], "after_days": 14, "field": [FIELD],
         "result": [{"id": "well", "title": TITLE, "when": "seen"}, {"id": "ill", "title": TITLE}]},
        {"id": "after", "title": TITLE, "follows": "again", "after_days": 30, "field": [FIELD],
         "result": [{"id": "over", "title": TITLE, "closes": True}]},
    ]  # fmt: skip
    version = {
        "id": "only", "source": "law", "checked_on": "2026-01-01", "effective_from": "2000-01-01",
        "condition": [condition], "schedule": schedule, "consent": {"text": TITLE}, "step": steps,
    }  # fmt: skip
    case = {"note": TITLE, "on": "2006-01-01", "invited": False}
    return Programme.model_validate(
        {"id": "check", "title": TITLE, "definition": TITLE, "sex": sex, "version": [version], "case": [case]}
    )


def with_programme(programme: Programme) -> Pack:
    """The shipped pack with one more programme."""
    pack = load_pack("wuxi-2006")
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    return Pack.model_construct(**{**fields, "all_programmes": (programme,)})


@pytest.mark.parametrize("per", SCHEDULES)
@pytest.mark.parametrize("seed", [1, 2])
def test_due_lists_and_coverage_are_those_of_plain_python(tmp_path: Path, per: str, seed: int) -> None:
    programme = make_programme(SCHEDULES[per], sex=2 if per in ("birth", "union") else None)
    rows = random_city(seed, 2006, 40)
    add_families(rows, seed)
    add_visits(rows, programme, seed, 2006)
    write_city(tmp_path, rows, 2006)
    seen = set()
    with Records.open(tmp_path, threads=1) as records:
        for on in DAYS:
            told = list_due(records, with_programme(programme), "check", on)
            got = [tuple(row.values()) for row in told.to_pylist()]
            assert len(got) == len(set(got))
            assert set(got) == due_list(rows, programme, columns_for("person"), on), (per, seed, on)
            seen |= {row[2] for row in got}
            spans = ((date(2004, 1, 1), on), (date(on.year, 1, 1), on))
            for first, last in spans:
                counted = cover(records, with_programme(programme), "check", first, last).to_pylist()
                got_sums = {
                    row["area"] or "": [row[name] for name in ("offered", "reached", "declined", "visits")]
                    for row in counted
                }
                assert got_sums == coverage(rows, programme, columns_for("person"), first, last), (per, seed, first)
    assert "look" in seen
    if seed == 1:
        assert {"again", "after"} & seen


days = st.dates(date(1930, 1, 1), date(2006, 12, 31))


@given(
    st.sampled_from(sorted(SCHEDULES)),
    st.sampled_from(DAYS),
    st.lists(st.tuples(st.none() | days, st.none() | days), min_size=1, max_size=9),
)
def test_many_schedules_at_once_are_each_alone(
    per: str, on: date, people: list[tuple[date | None, date | None]]
) -> None:
    schedule = Schedule.model_validate(SCHEDULES[per])
    people = [(last if last is None or last <= on else on, start) for last, start in people]
    last = np.array([NOT_YET if one is None else day_number(one) for one, _ in people])
    start = np.array([NEVER if one is None or one > on else day_number(one) for _, one in people])
    since, by = due_days(schedule, on, last, start)
    for at, (done, begun) in enumerate(people):
        begun = begun if begun is not None and begun <= on else None
        alone = due_on(schedule, on, last=done, birth=begun, event=begun)
        got = None if since[at] == NEVER else (since[at], by[at])
        assert got == (None if alone is None else (day_number(alone.since), day_number(alone.by)))
