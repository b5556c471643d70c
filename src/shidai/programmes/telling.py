"""Visits in words: a line of each, its step as it was then, a stored value as it is read and as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from shidai.packs.schema.programme import NO_VISITS, FormField, ProgrammeStep
from shidai.programmes.models import Visit
from shidai.programmes.offered import find_programme
from shidai.programmes.referrals import Referred
from shidai.programmes.wording import MARKS, NO, REFUSED, SHARED, YES
from shidai.registry.citypack import city_pack
from shidai.registry.wording import say_date
from shidai.rules.units import say_amount
from shidai.words import Text


def visit_line(visit: Visit, shared: Mapping[UUID, Visit] | None = None) -> dict[str, Any]:
    """A visit or an answer to an offer: when, of what, what came of it. shared: results that a partner lets be seen."""
    refused = REFUSED.get(visit.outcome)
    step = step_then(visit)
    result = result_title(visit) or MARKS.get(visit.outcome)
    theirs = (shared or {}).get(visit.uuid)
    if theirs is not None:
        result = SHARED.filled(result=result_title(theirs) or Text(zh=theirs.outcome, en=theirs.outcome))
    return {
        "when": say_date(visit.day),
        "programme": find_programme(visit.programme).title,
        "step": step.title if step is not None and refused is None else None,
        "result": refused or result or Text(zh=visit.outcome, en=visit.outcome),
        "url": "" if visit.outcome in NO_VISITS else f"/services/visits/{visit.uuid}/",
    }


def referral_line(one: Referred, *, told: bool) -> dict[str, Any]:
    """A referral: where to, since when, until when, whether it waits, the answer. told: what it says may be seen."""
    to, answer = one.referral.site, one.answer
    said = result_title(answer) if answer is not None and told else None
    return {
        "to": to.text if to is not None else Text(zh=one.referral.outside, en=one.referral.outside),
        "outside": to is None, "reason": one.referral.reason,
        "since": say_date(one.referral.day), "until": say_date(one.called.until), "waits": one.waits, "late": one.late,
        "answerable": bool(one.called.answers), "answered": answer is not None and say_date(answer.day), "answer": said,
    }  # fmt: skip


def result_title(visit: Visit) -> Text | None:
    """What a visit came to, by the step's own word for it."""
    step = step_then(visit)
    return next((one.title.text for one in (step.result if step else ()) if one.id == visit.outcome), None)


def programme_title(programme: str) -> Text:
    """A programme's title; its id where the pack no longer has it."""
    found = city_pack().programmes.get(programme)
    return found.title.text if found is not None else Text(zh=programme, en=programme)


def step_title(programme: str, step: str, on: date) -> Text:
    """A step's title under the version of a day; its id where the pack no longer has it."""
    found = city_pack().programmes.get(programme)
    version = found.version_on(on) if found is not None else None
    titles = {one.id: one.title.text for one in version.step} if version is not None else {}
    return titles.get(step, Text(zh=step, en=step))


def step_then(visit: Visit) -> ProgrammeStep | None:
    """The step under the version that held then; None when the pack no longer has it."""
    versions = [one for one in find_programme(visit.programme).version if one.id == visit.version]
    return next((step for one in versions for step in one.step if step.id == visit.step), None)


def value_line(field: FormField, values: dict[str, Any]) -> dict[str, Any]:
    """A field with what was answered."""
    value = values[field.id]
    words = {one.id: one.title.text for one in field.option}
    if field.type == "bool":
        said = YES if value else NO
    elif field.type == "choice":
        said = words.get(value, Text(zh=value, en=value))
    elif field.type == "choices":
        chosen = [words[one] for one in value if one in words]
        said = Text(zh="、".join(one.zh for one in chosen) or "无", en=", ".join(one.en for one in chosen) or "none")
    elif field.type == "day":
        day = say_date(date.fromisoformat(str(value)))
        said = Text(zh=day, en=day)
    else:
        plain = f"{value / 10**field.decimals:.{field.decimals}f}" if field.decimals else str(value)
        said = say_amount(plain, field.unit)
    return {"title": field.title, "value": said}


def as_typed(step: ProgrammeStep, name: str, value: Any) -> Any:
    """A stored value as it was typed."""
    field = next((one for one in step.field if one.id == name), None)
    if field is not None and field.decimals and isinstance(value, int):
        return f"{value / 10**field.decimals:.{field.decimals}f}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return value
