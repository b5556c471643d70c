"""Takes over visits that were recorded elsewhere, from a file: all of them or none, and each only once.

Columns: key, course_key (the key of the course's first visit), person_key, programme, version, step, area, day,
outcome, until, answers (what was answered, as it is kept, in JSON). Persons are those of the same source's import.
Every visit is answered again by the step's own form; a file whose results differ is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.tree import county_of
from shidai.packs.schema.programme import NO_VISITS, ProgrammeStep, ProgrammeVersion
from shidai.programmes.models import Consent, Visit
from shidai.programmes.offered import find_programme, find_step
from shidai.registry.queries import records_of
from shidai.registry.rosterrows import read_rows
from shidai.rules import columns_for
from shidai.rules.answers import StepRules, compile_step
from shidai.rules.formschema import form_mark
from shidai.words import Problem, ShidaiError, problem

COLUMNS = (
    "key", "course_key", "person_key", "programme", "version", "step", "area", "day", "outcome", "until", "answers",
)  # fmt: skip
_AT_ONCE = 2000
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """How many visits and answers to an offer were new, and how many were known."""

    new: int
    known: int


@dataclass(slots=True)
class _Forms:
    """The steps' forms, compiled once, and what was answered before: equal answers are judged once."""

    source: str
    steps: dict[tuple[str, str, str], tuple[ProgrammeVersion, ProgrammeStep, StepRules, str]] = field(
        default_factory=dict
    )
    judged: dict[tuple[str, ...], str] = field(default_factory=dict)

    def of(self, row: dict[str, str]) -> tuple[ProgrammeVersion, ProgrammeStep, StepRules, str]:
        key = (row["programme"], row["version"], row["step"])
        if key not in self.steps:
            version = next(one for one in find_programme(row["programme"]).version if one.id == row["version"])
            step = find_step(version, row["step"]) if row["step"] else version.step[0]
            rules = compile_step(version, step, columns_for("person"))
            self.steps[key] = (version, step, rules, form_mark(version, step))
        return self.steps[key]

    def judge(self, row: dict[str, str]) -> str:
        """The result of a row's answers; what is wrong with them otherwise, after '!'."""
        key = (row["programme"], row["version"], row["step"], row["answers"])
        if key not in self.judged:
            _, step, rules, _ = self.of(row)
            answered = rules.answer(
                _typed(step, json.loads(row["answers"] or "{}")),
                dict.fromkeys(columns_for("person")),
                date.fromisoformat(row["day"]),
            )
            wrong = "！".join(one.what.zh for one in answered.faults)
            self.judged[key] = answered.result.id if answered.result is not None else f"!{wrong}"
        return self.judged[key]


@transaction.atomic
def take_visits(*, by: Scope, source: str, file: Path) -> Taken:
    """Take the file's visits over, with the consent that each of them rests on.

    Raises ShidaiError with the lines that are at fault (the first twenty of them); then nothing is taken.
    """
    rows = list(read_rows(file, COLUMNS))
    people = records_of(by, source, "person", {row["person_key"] for _, row in rows})
    known = set(Visit.objects.values_list("uuid", flat=True)) if Visit.objects.exists() else set()
    forms, faults = _Forms(source), []
    made: list[Visit] = []
    for place, row in rows:
        found = _fault(place, row, people, forms)
        if found is not None:
            faults.append(found)
        elif visit_id(source, row["key"]) not in known:
            made.append(_visit(by, row, people[row["person_key"]], forms))
        if len(faults) == _MOST_FAULTS:
            break
    if faults:
        raise ShidaiError(faults)
    counties = {county_of(one.area) for one in made}
    for county in counties:
        require(by, "record.import", county)
    Consent.objects.bulk_create(_consents(by, source, made), batch_size=_AT_ONCE)
    Visit.objects.bulk_create(made, batch_size=_AT_ONCE)
    mark_changed(counties)
    audit.record(by, "service.take", f"source:{source}", visits=len(made))
    return Taken(len(made), len(rows) - len(made))


def visit_id(source: str, key: str) -> UUID:
    """The id of a visit of a source: the same file taken twice is taken once."""
    return uuid5(NAMESPACE_URL, f"visit:{source}:{key}")


def _fault(place: str, row: dict[str, str], people: dict[str, int], forms: _Forms) -> Problem | None:
    if row["person_key"] not in people:
        return problem(
            f"{place} / person_key",
            zh=f"登记库里没有来自同一来源的 {row['person_key']}。",
            en=f"The register has nobody of this source with the key {row['person_key']}.",
            mend_zh="请先导入人员。",
            mend_en="Import the people first.",
        )
    if row["outcome"] in NO_VISITS:
        return None
    told = forms.judge(row)
    if told == row["outcome"]:
        return None
    return problem(
        f"{place} / outcome",
        zh=f"结果写作 {row['outcome']}，按表单应为 {told.lstrip('!')}。",
        en=f"The result is given as {row['outcome']}; the form makes it {told.lstrip('!')}.",
        mend_zh="请核对回答和结果。",
        mend_en="Check the answers and the result.",
    )


def _visit(by: Scope, row: dict[str, str], person: int, forms: _Forms) -> Visit:
    version, step, _, mark = forms.of(row)
    return Visit(
        uuid=visit_id(forms.source, row["key"]), by=by.username, person_id=person, programme=row["programme"],
        version=version.id, step=step.id, course=visit_id(forms.source, row["course_key"]),
        day=date.fromisoformat(row["day"]), area=row["area"], outcome=row["outcome"],
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        values=json.loads(row["answers"] or "{}"), form="" if row["outcome"] in NO_VISITS else mark,
    )  # fmt: skip


def _consents(by: Scope, source: str, visits: list[Visit]) -> Iterator[Consent]:
    """One for each person and programme, of the day of the first visit."""
    first: dict[tuple[int, str], Visit] = {}
    for one in visits:
        key = (one.person_id, one.programme)
        if one.outcome not in NO_VISITS and (key not in first or one.day < first[key].day):
            first[key] = one
    known = set(Consent.objects.values_list("person_id", "programme"))
    for (person, programme), one in first.items():
        if (person, programme) not in known:
            yield Consent(
                uuid=uuid5(one.uuid, "consent"), by=by.username, person_id=person, programme=programme,
                version=one.version, day=one.day, given=True,
            )  # fmt: skip


def _typed(step: ProgrammeStep, kept: dict[str, Any]) -> dict[str, Any]:
    """Kept answers as somebody would type them: decimals with their point, days as days; computed ones left out."""
    found: dict[str, Any] = {}
    for one in step.field:
        value = kept.get(one.id)
        if value is None or one.computed is not None:
            continue
        if one.type == "decimal":
            found[one.id] = Decimal(value).scaleb(-one.decimals)
        else:
            found[one.id] = date.fromisoformat(value) if one.type == "day" else value
    return found
