"""Every write of programmes: consent, a visit, an answer to an offer, a correction. The same id again does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import NoAccess, Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.tree import county_of
from shidai.core.written import once
from shidai.packs.schema.programme import NO_VISITS, REFUSALS, FormField, ProgrammeStep, ProgrammeVersion, Refusal
from shidai.programmes.booking import keep_booking
from shidai.programmes.counsel import keep_counsel
from shidai.programmes.couples import OtherHalf, find_other_half, mark_partner, wrong_half
from shidai.programmes.duelists import renew_people
from shidai.programmes.models import Consent, Visit
from shidai.programmes.offered import Offer, find_programme, find_step, offers, step_rules
from shidai.programmes.serving import Served, find_served
from shidai.registry.recordsday import records_day
from shidai.rules.answers import Answered, as_kept
from shidai.rules.formschema import form_mark
from shidai.rules.periods import months_later
from shidai.supply.actions import hand_out, hold_for
from shidai.words import ShidaiError, problem


@once
def set_consent(
    *, by: Scope, person: UUID, programme: str, given: bool, day: date | None = None,
    recorded_at: datetime | None = None, id: UUID | None = None,
) -> Consent:  # fmt: skip
    """Somebody agrees to a programme, or takes it back: then nothing more is asked or recorded.

    Raises ShidaiError for a day to come, or who isn't hers to serve.
    """
    on = day or timezone.localdate()
    refuse_future(on)
    served = find_served(by, person, programme, on, "service.invite")
    known = Consent.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(
            (known.person_id, known.programme, known.given, known.day) == (served.person, programme, given, on)
        )
        return known
    made = Consent.objects.create(
        uuid=id or new_id(), by=by.username, person_id=served.person, programme=programme,
        version=served.offer.version.id, day=on, given=given, recorded_at=recorded_at,
    )  # fmt: skip
    if not given:
        _write_answer(by, served, "withdrawn", on, None, uuid5(made.uuid, "withdrawn"), recorded_at)
    renew_people([served.person], records_day())
    audit.record(by, "service.consent", f"person:{person}", area=served.area, programme=programme, given=given)
    return made


@transaction.atomic
def record_visit(
    *, by: Scope, person: UUID, programme: str, step: str, values: Mapping[str, Any], day: date | None = None,
    site: str = "", form: str = "", shared: bool = False, recorded_at: datetime | None = None, id: UUID | None = None,
) -> Visit:  # fmt: skip
    """Record what was done at a step. form: the mark of the form on which it was typed.

    A couple's step for the partner is recorded on the partner's own record, in the course of the one who was invited;
    shared: the partner agrees that it is seen there too.

    Raises ShidaiError with every fault of the values at its field; for a form that has changed since, a step that
    nothing leads to, a second visit on the day, without consent, and for what can't be handed out.
    """
    on = day or timezone.localdate()
    refuse_future(on)
    served = find_served(by, person, programme, on, "service.record", answers=(step, id))
    known = Visit.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.person_id, known.programme, known.step) == (served.person, programme, step))
        _refuse_changed(known, values, served.offer.facts, on)
        return known
    version, chosen = served.offer.version, find_step(served.offer.version, step)
    refuse_old_form(version, chosen, form)
    if not served.offer.consented:
        raise _no_consent()
    _refuse_twice(served, step, on)
    hers = find_other_half(by, served.person, served.offer, chosen, on)
    course = hers.course if hers is not None else _course_of(served.offer, chosen)
    answered = _answered(version, chosen, values, served.offer.facts, on)
    assert answered.result is not None
    facts = {
        "by": by.username, "person_id": served.person, "programme": programme, "version": version.id, "step": step,
        "course": course, "day": on, "area": served.area, "site": site or served.site, "outcome": answered.result.id,
        "values": answered.values, "form": form_mark(version, chosen), "recorded_at": recorded_at or timezone.now(),
        "shared": shared if hers is not None else None,
    }  # fmt: skip
    try:
        with transaction.atomic():
            made, _ = Visit.objects.get_or_create(uuid=id or new_id(), defaults=facts)
    except IntegrityError:  # somebody else's visit of the same step and day came first
        raise _twice(on) from None
    _hand_out(by, made, chosen, person)
    keep_counsel(made, served.offer, chosen)
    keep_booking(served.person, programme, step)
    if hers is not None:
        mark_partner(by, hers, step, "attended", on, made.uuid)
    renew_people([served.person], records_day())
    mark_changed([county_of(served.area)])
    audit.record(by, "service.visit", f"person:{person}", area=served.area, programme=programme, step=step)
    return made


def _hand_out(by: Scope, visit: Visit, step: ProgrammeStep, person: UUID) -> None:
    """What the visit's answers say was handed out leaves the site's shelf; a refusal stands at its field."""
    given = [(field, units) for field in dispensing(step) if (units := visit.values.get(field.id))]
    if len(given) > 1:
        hold_for(site=visit.site, commodities=[field.dispenses or "" for field, _ in given], person=visit.person_id)
    for field, units in given:
        try:
            hand_out(
                by=by, site=visit.site, commodity=field.dispenses or "", quantity=units, day=visit.day, person=person,
                channel="visit", recorded_at=visit.recorded_at, id=uuid5(visit.uuid, field.id),
            )  # fmt: skip
        except NoAccess:
            raise
        except ShidaiError as error:
            site = "site" if error.problems[0].where == "site" else field.id
            raise ShidaiError([replace(one, where=site) for one in error.problems]) from error


def dispensing(step: ProgrammeStep) -> tuple[FormField, ...]:
    """The fields of a step that hand something out."""
    return tuple(field for field in step.field if field.dispenses is not None)


@once
def correct_visit(
    *, by: Scope, visit: UUID, values: Mapping[str, Any], reason: str, recorded_at: datetime | None = None,
    id: UUID | None = None,
) -> Visit:  # fmt: skip
    """Replace what was recorded of a visit; the former values stay on file.

    Raises ShidaiError as `record_visit` does, without a reason, and for a visit that was corrected already.
    """
    old = Visit.objects.select_for_update().filter(uuid=visit).exclude(outcome__in=NO_VISITS).first()
    if old is None:
        raise _no_visit(visit)
    require(by, "service.record", old.area)
    known = Visit.objects.filter(uuid=id).first() if id else None
    version = next(one for one in find_programme(old.programme).version if one.id == old.version)
    step = find_step(version, old.step)
    offer = next((one for _, one in offers([old.person_id], old.day, [find_programme(old.programme)])), None)
    if known is not None:
        refuse_other(known.replaces_id == old.pk)
        _refuse_changed(known, values, offer.facts if offer is not None else {}, old.day)
        return known
    if Visit.objects.filter(replaces=old).exists():
        raise _no_visit(visit)
    if not reason.strip():
        raise ShidaiError(
            problem(
                "reason",
                zh="请写明更正的理由。",
                en="Give the reason of the correction.",
                mend_zh="原来的记录仍会保留。",
                mend_en="What was recorded before stays on file.",
            )
        )
    answered = _answered(version, step, values, offer.facts if offer is not None else {}, old.day)
    _refuse_other_units(old, step, answered.values)
    assert answered.result is not None
    made = Visit.objects.create(
        uuid=id or new_id(), by=by.username, person_id=old.person_id, programme=old.programme, version=old.version,
        step=old.step, course=old.course, day=old.day, area=old.area, site=old.site,
        outcome=answered.result.id, values=answered.values, form=form_mark(version, step),
        replaces=old, reason=reason.strip(), shared=old.shared, recorded_at=recorded_at or timezone.now(),
    )  # fmt: skip
    if offer is not None:
        keep_counsel(made, replace(offer, version=version), step)
    renew_people([old.person_id], records_day())
    mark_changed([county_of(old.area)])
    audit.record(by, "service.correct", f"visit:{old.uuid}", area=old.area, programme=old.programme, step=old.step)
    return made


@once
def record_answer(
    *, by: Scope, person: UUID, programme: str, answer: Refusal, day: date | None = None,
    recorded_at: datetime | None = None, id: UUID | None = None,
) -> Visit:  # fmt: skip
    """'Not now' or 'never': a final answer, after which nobody asks again for the programme's time, or ever."""
    on = day or timezone.localdate()
    refuse_future(on)
    served = find_served(by, person, programme, on, "service.invite")
    known = Visit.objects.filter(uuid=id).first() if id else None
    if known is not None:
        told = (known.person_id, known.programme, known.outcome, known.day)
        refuse_other(told == (served.person, programme, answer, on))
        return known
    until = months_later(on, served.offer.version.not_now_months) if answer == "not_now" else None
    made = _write_answer(by, served, answer, on, until, id or new_id(), recorded_at)
    renew_people([served.person], records_day())
    audit.record(by, "service.answer", f"person:{person}", area=served.area, programme=programme)
    return made


@transaction.atomic
def record_absence(
    *, by: Scope, person: UUID, programme: str, step: str, day: date | None = None, id: UUID | None = None
) -> Visit:
    """The partner doesn't come to his step: it isn't due any more, and nothing is held against either of them.

    Raises ShidaiError for a step that isn't the partner's, or that nothing leads to.
    """
    on = day or timezone.localdate()
    refuse_future(on)
    served = find_served(by, person, programme, on, "service.record")
    known = Visit.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.person_id, known.programme, known.step) == (served.person, programme, step))
        return known
    chosen = find_step(served.offer.version, step)
    if chosen.for_ != "partner" or served.offer.partner:
        raise wrong_half(chosen)
    hers = OtherHalf(served.person, served.area, served.offer, _course_of(served.offer, chosen))
    made = mark_partner(by, hers, step, "not_attended", on, id or new_id())
    audit.record(by, "service.absence", f"person:{person}", area=served.area, programme=programme, step=step)
    return made


def _answered(
    version: ProgrammeVersion, step: ProgrammeStep, values: Mapping[str, Any], facts: Mapping[str, Any], on: date
) -> Answered:
    answered = step_rules(version, step).answer(values, facts, on)
    if answered.faults:
        raise ShidaiError(list(answered.faults))
    return answered


def _course_of(offer: Offer, step: ProgrammeStep) -> UUID:
    """The course that a visit belongs to: a new one for the first step, else the one in which the step is due."""
    if step.follows is None:
        return new_id()
    due = [one for one in offer.due if one.step == step.id]
    open_ = [one for one in offer.lines if one.step == step.follows]
    if due and isinstance(due[0].course, UUID):
        return due[0].course
    if open_:
        return open_[-1].course  # earlier than planned, or once more
    raise ShidaiError(
        problem(
            "step",
            zh=f"还没有做过前一步，不能登记“{step.title.zh}”。",
            en=f"'{step.title.en}' follows a step that hasn't been done.",
            mend_zh="请先登记前一步。",
            mend_en="Record the earlier step first.",
        )
    )


def _write_answer(
    by: Scope, served: Served, answer: Refusal, on: date, until: date | None, id: UUID, recorded_at: datetime | None
) -> Visit:
    version = served.offer.version
    step = version.step[0]
    mark_changed([county_of(served.area)])
    facts = {
        "by": by.username, "person_id": served.person, "programme": served.offer.programme.id, "version": version.id,
        "step": step.id, "day": on, "course": new_id(), "area": served.area, "outcome": answer, "until": until,
        "form": form_mark(version, step), "recorded_at": recorded_at or timezone.now(),
    }  # fmt: skip
    return Visit.objects.get_or_create(uuid=id, defaults=facts)[0]


def _refuse_other_units(old: Visit, step: ProgrammeStep, values: Mapping[str, Any]) -> None:
    """What left the shelf is put right in the stock book, which a correction of the visit doesn't touch."""
    changed = [one.id for one in dispensing(step) if (old.values.get(one.id) or 0) != (values.get(one.id) or 0)]
    if changed:
        raise ShidaiError(
            problem(
                changed[0],
                zh="发放的数量不能在这里更正。",
                en="What was handed out isn't corrected here.",
                mend_zh="请在站点的账册中冲销那笔发放，再重新发放。",
                mend_en="Take the hand-out back in the site's book and hand out anew.",
            )
        )


def refuse_old_form(version: ProgrammeVersion, step: ProgrammeStep, form: str) -> None:
    """Raise ShidaiError when something was typed on a form that has changed since; '' is held against nothing."""
    if form and form != form_mark(version, step):
        raise ShidaiError(
            problem(
                "form",
                zh=f"“{step.title.zh}”的表单已更新。",
                en=f"The form of '{step.title.en}' has changed since this page was opened.",
                mend_zh="已填内容都在：请按新表单核对后再保存。",
                mend_en="What was typed is still here: check it against the new form and save again.",
            )
        )


def _refuse_changed(known: Visit, values: Mapping[str, Any], facts: Mapping[str, Any], on: date) -> None:
    """What was saved under an id isn't told as saved again when something else is sent with it."""
    version = next((one for one in find_programme(known.programme).version if one.id == known.version), None)
    if version is None:  # the pack has changed since: nothing to hold it against
        return
    rules = step_rules(version, find_step(version, known.step))
    told = as_kept(rules.answer(values, facts, on).values)
    typed = [field.id for field in rules.step.field if field.computed is None]
    if known.day != on or any(told.get(name) != known.values.get(name) for name in typed):
        raise ShidaiError(
            problem(
                "values",
                zh=f"这一页已在 {known.day} 名下保存过，与现在填写的不同。",
                en=f"This page was saved before, for {known.day}, with other answers.",
                mend_zh="现在填写的没有保存：如需改动，请打开那次就诊并更正。",
                mend_en="What stands here now isn't saved: to change it, open that visit and correct it.",
            )
        )


def _refuse_twice(served: Served, step: str, on: date) -> None:
    if any(one.step == step and one.day == on and one.outcome not in REFUSALS for one in served.offer.lines):
        raise _twice(on)


def _twice(on: date) -> ShidaiError:
    return ShidaiError(
        problem(
            "day",
            zh=f"{on} 已登记过这一步。",
            en=f"This step was recorded on {on} already.",
            mend_zh="如需改动，请更正那一次的记录。",
            mend_en="To change it, correct that visit.",
        )
    )


def _no_consent() -> ShidaiError:
    return ShidaiError(
        problem(
            "consent",
            zh="还没有本人同意。",
            en="She hasn't agreed to it.",
            mend_zh="请先说明内容并征得同意；不同意就记“暂不”或“不参加”。",
            mend_en="Explain it and ask first; without consent the answer is 'not now' or 'never'.",
        )
    )


def _no_visit(visit: UUID) -> ShidaiError:
    return ShidaiError(
        problem(
            str(visit),
            zh="找不到这次就诊，或它已被更正。",
            en="There is no such visit, or it was corrected already.",
            mend_zh="请刷新页面。",
            mend_en="Load the page again.",
        )
    )
