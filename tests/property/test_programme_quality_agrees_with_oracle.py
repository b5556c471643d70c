"""How a programme is done: findings, days between steps and empty fields are those of plain Python, row by row."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
from scipy import stats

from shidai.cli import run
from shidai.indicators.programmequality import completeness, findings_by_place, turnaround
from shidai.indicators.records import Records
from shidai.packs import Pack, load_pack
from shidai.packs.schema.programme import Programme
from shidai.words import Exit, ShidaiError
from tests.oracle.cities import random_city, write_city
from tests.oracle.facts import Rows
from tests.oracle.programmes import REFUSALS, add_visits
from tests.spec.rules.making import TITLE

FIRST, LAST = date(2004, 1, 1), date(2006, 12, 31)
AREAS = ("320205101201", "320205101202", "320281110203", None)
CALLING = {("look", "doubtful"), ("again", "ill")}


def make_programme() -> Programme:
    seen = {"id": "seen", "type": "bool", "title": TITLE}
    why = {"id": "why", "type": "text", "title": TITLE, "when": "NOT seen"}
    marks = {"id": "marks", "type": "choices", "title": TITLE, "option": [{"id": "a", "title": TITLE}]}
    doubt = {"id": "doubt", "type": "bool", "title": TITLE, "computed": "NOT seen"}
    well = {"id": "well", "title": TITLE, "when": "seen"}
    steps = [
        {"id": "look", "title": TITLE, "field": [seen, why, marks, doubt],
         "result": [well, {"id": "doubtful", "title": TITLE, "action": "recheck", "days": 14}]},
        {"id": "again", "title": TITLE, "follows": "look", "on": ["doubtful"], "after_days": 14, "within_days": 26,
         "field": [seen], "result": [well, {"id": "ill", "title": TITLE, "action": "refer", "days": 7}]},
        {"id": "after", "title": TITLE, "follows": "again", "after_days": 30, "field": [seen],
         "result": [{"id": "over", "title": TITLE, "closes": True}]},
    ]  # fmt: skip
    version = {
        "id": "only", "source": "law", "checked_on": "2026-01-01", "effective_from": "2000-01-01",
        "condition": [{"id": "here", "when": "alive", "title": TITLE, "clause": TITLE}],
        "schedule": {"per": "once"}, "consent": {"text": TITLE}, "step": steps,
    }  # fmt: skip
    case = {"note": TITLE, "on": "2006-01-01", "invited": False}
    return Programme.model_validate(
        {"id": "check", "title": TITLE, "definition": TITLE, "version": [version], "case": [case]}
    )


def with_programme(programme: Programme) -> Pack:
    pack = load_pack("wuxi-2006")
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    return Pack.model_construct(**{**fields, "all_programmes": (programme,)})


PACK = with_programme(make_programme())


def answers_to(rows: Rows, seed: int) -> None:
    """Some of the fields of each visit, as the extract writes them."""
    rng = Random(seed)
    rows["observation"] = []
    for visit in rows["service"]:
        if visit["outcome"] in REFUSALS:
            continue
        fields = ["seen", "why", "marks_a", "doubt"] if visit["step"] == "look" else ["seen"]
        for field in (one for one in fields if rng.random() < 0.7):
            rows["observation"].append({
                **{name: visit[name] for name in ("person_id", "area", "day", "kind", "step")}, "field": field,
                "record_id": len(rows["observation"]) + 1, "service_id": visit["record_id"], "number": 1, "text": None,
            })  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2, 3])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    rows = random_city(request.param, 2006, 120)
    add_visits(rows, make_programme(), request.param, 2006, AREAS)
    rng = Random(request.param)
    for visit in rows["service"]:
        visit["site"] = rng.choice(("S1", "S2", None))
    answers_to(rows, request.param)
    folder = tmp_path_factory.mktemp("records")
    write_city(folder, rows, 2006)
    return folder, rows


def visits_of(rows: Rows) -> list[dict[str, Any]]:
    return [one for one in rows["service"] if one["outcome"] not in REFUSALS and FIRST <= one["day"] <= LAST]


@pytest.mark.parametrize(("where", "length"), [("area", 6), ("area", 12), ("site", 6)])
def test_findings_are_counted_by_step_and_place(city: tuple[Path, Rows], where: Any, length: int) -> None:
    folder, rows = city
    counts: defaultdict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for one in visits_of(rows):
        place = one["site"] if where == "site" else one["area"] and one["area"][:length]
        counts[one["step"], place][0] += 1
        counts[one["step"], place][1] += (one["step"], one["outcome"]) in CALLING
    with Records.open(folder, threads=1) as records:
        told = findings_by_place(records, PACK, "check", FIRST, LAST, where=where, length=length).to_pylist()
    assert {(row["step"], row["place"]): [row["visits"], row["findings"]] for row in told} == dict(counts)
    assert any(row["findings"] for row in told)


def test_limits_hold_all_but_a_tail_of_chance(city: tuple[Path, Rows]) -> None:
    """Outside the limits lies no more than 0.1 % on either side, by the binomial distribution itself."""
    with Records.open(city[0], threads=1) as records:
        told = findings_by_place(records, PACK, "check", FIRST, LAST).to_pylist()
    for step in ("look", "again"):
        mine = [row for row in told if row["step"] == step]
        target = sum(row["findings"] for row in mine) / sum(row["visits"] for row in mine)
        for row in mine:
            n = row["visits"]
            outside = [k for k in range(n + 1) if not row["low"] <= k / n <= row["high"]]
            below = sum(stats.binom.pmf(k, n, target) for k in outside if k / n < target)
            above = sum(stats.binom.pmf(k, n, target) for k in outside if k / n > target)
            assert max(below, above) <= 0.001 + 1e-12
            verdict = "within" if row["findings"] not in outside else "below" if row["share"] < target else "above"
            assert row["verdict"] == verdict


def test_days_between_steps(city: tuple[Path, Rows]) -> None:
    folder, rows = city
    with Records.open(folder, threads=1) as records:
        told = {row["step"]: row for row in turnaround(records, PACK, "check", FIRST, LAST).to_pylist()}
    for step, follows, on, allowed in (("again", "look", {"doubtful"}, 40), ("after", "again", {"well", "ill"}, 60)):
        taken, ripe, in_time, asked = [], 0, 0, 0
        for call in visits_of(rows):
            if call["step"] != follows or call["outcome"] not in on:
                continue
            made = [
                one["day"]
                for one in visits_of(rows)
                if one["course_id"] == call["course_id"] and one["step"] == step and one["day"] >= call["day"]
            ]
            days = (min(made) - call["day"]).days if made else None
            asked += 1
            taken += [days] if days is not None else []
            if call["day"] + timedelta(days=allowed) <= LAST:
                ripe += 1
                in_time += days is not None and days <= allowed
        assert told[step] == {
            "step": step, "asked": asked, "done": len(taken), "ripe": ripe, "in_time": in_time,
            "median_days": median(taken) if taken else None,
        }  # fmt: skip
    assert told["again"]["done"] > 0


def test_empty_fields(city: tuple[Path, Rows]) -> None:
    folder, rows = city
    visits = visits_of(rows)
    with Records.open(folder, threads=1) as records:
        told = {
            (row["step"], row["field"]): row for row in completeness(records, PACK, "check", FIRST, LAST).to_pylist()
        }
    assert set(told) == {("look", "seen"), ("look", "why"), ("look", "marks"), ("again", "seen"), ("after", "seen")}
    for (step, field), row in told.items():
        column = "marks_a" if field == "marks" else field
        n = sum(one["step"] == step for one in visits)
        of = {one["record_id"] for one in visits if one["step"] == step}
        filled = len({
            one["service_id"] for one in rows["observation"] if one["field"] == column and one["service_id"] in of
        })  # fmt: skip
        assert (row["visits"], row["filled"]) == (n, filled)
        assert row["share"] == (None if field == "why" or not n else pytest.approx(filled / n))


def test_a_programme_that_is_not_there_is_named(city: tuple[Path, Rows]) -> None:
    with Records.open(city[0], threads=1) as records, pytest.raises(ShidaiError, match="chek"):
        turnaround(records, PACK, "chek", FIRST, LAST)


@pytest.mark.parametrize("view", ["areas", "sites", "turnaround", "completeness"])
def test_the_command_writes_each_view(tmp_path: Path, view: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = random_city(1, 2006, 150)
    add_visits(rows, load_pack("wuxi-2006").programmes["rti-control"], 1, 2006, AREAS)
    write_city(tmp_path / "records", rows, 2006)
    words = ["--programme", "rti-control", "--from", "2006-01-01", "--until", "2006-12-31", "--view", view]
    assert run(["programme", "quality", *words, "--data", str(tmp_path)]) == Exit.OK
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith('"step"')
    assert len(told) > 1
