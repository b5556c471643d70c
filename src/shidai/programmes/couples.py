"""A couple's step for the partner: recorded on his own record, marked on hers without a word of what was found.

The union is the register's. Nobody sees the other's result without that one's consent, and taking it back hides it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.tree import county_of
from shidai.packs.schema.programme import NO_VISITS, PARTNER_MARKS, PartnerMark, ProgrammeStep
from shidai.programmes.booking import keep_booking
from shidai.programmes.duelists import renew_people
from shidai.programmes.models import Consent, Visit
from shidai.programmes.offered import Offer, find_step, offers
from shidai.registry.queries import people_by_number, spouse_on
from shidai.registry.recordsday import records_day
from shidai.rules.formschema import form_mark
from shidai.words import Problem, ShidaiError, Text


@dataclass(frozen=True, slots=True)
class OtherHalf:
    """Who was invited, whose partner's step it is: her row number and area, what is offered to her, her course."""

    person: int
    area: str
    offer: Offer
    course: UUID


@dataclass(frozen=True, slots=True)
class Partner:
    """Whether the register knows a partner on a day; `person`, `name`: only where the reader may read that record."""

    known: bool
    person: UUID | None = None
    name: str = ""


def partner_of(scope: Scope, person: int, on: date) -> Partner:
    """Somebody's partner by the register, for callers who have checked that the reader may read her record."""
    spouse = spouse_on(person, on)
    found = people_by_number(scope, {spouse}).get(spouse) if spouse is not None else None
    areas = [area for area in (found.living_area, found.registered_area) if area] if found is not None else []
    if found is None or not any(scope.allows("service.record", area) for area in areas):
        return Partner(spouse is not None)
    return Partner(True, found.uuid, found.name)


def find_other_half(by: Scope, person: int, offer: Offer, step: ProgrammeStep, on: date) -> OtherHalf | None:
    """Of a partner's step whose it is by the register, and her course that waits for it; None for a step of one's own.

    Raises ShidaiError when the step isn't this half's, when nobody is waiting, and when it was recorded; NoAccess when
    her record isn't the writer's.
    """
    if (step.for_ == "partner") != offer.partner:
        raise wrong_half(step)
    if not offer.partner:
        return None
    wife = spouse_on(person, on)
    told = next((one for _, one in offers([wife], on, [offer.programme])), None) if wife is not None else None
    if wife is None or told is None:
        raise _nobody_waits(step)
    areas = [area for area in (told.facts["living_area"], told.facts["registered_area"]) if area]
    require(by, "service.record", *areas)
    before = [
        one for one in told.lines
        if one.step == step.follows and one.outcome not in NO_VISITS and (not step.on or one.outcome in step.on)
    ]  # fmt: skip
    came = {one.course for one in told.lines if one.step == step.id and one.outcome == "attended"}
    if not before:
        raise _nobody_waits(step)
    if before[-1].course in came:
        raise _came_already(step)
    return OtherHalf(wife, areas[0], told, before[-1].course)


def mark_partner(by: Scope, hers: OtherHalf, step: str, mark: PartnerMark, on: date, id: UUID) -> Visit:
    """The mark on her line, once a course: that he came replaces that he didn't."""
    version = hers.offer.version
    former = Visit.objects.filter(course=hers.course, step=step, outcome__in=PARTNER_MARKS, replaced_by=None).first()
    facts = {
        "by": by.username, "person_id": hers.person, "programme": hers.offer.programme.id, "version": version.id,
        "step": step, "course": hers.course, "day": on, "area": hers.area, "outcome": mark,
        "form": form_mark(version, find_step(version, step)), "replaces": former,
        "reason": "partner" if former is not None else "",
    }  # fmt: skip
    made, _ = Visit.objects.get_or_create(uuid=id if mark == "not_attended" else uuid5(id, "mark"), defaults=facts)
    keep_booking(hers.person, hers.offer.programme.id, step)
    renew_people([hers.person], records_day())
    mark_changed([county_of(hers.area)])
    return made


def shared_results(lines: Sequence[Visit]) -> dict[UUID, Visit]:
    """Of marks on her line the partner's own visit, by course and step's mark, where he agrees that it is seen here."""
    marks = {one.course: one for one in lines if one.outcome == "attended"}
    theirs = Visit.objects.filter(course__in=marks, shared=True, replaced_by=None).exclude(outcome__in=NO_VISITS)
    found = [one for one in theirs if one.step == marks[one.course].step]
    agreed = _still_agreed({(one.person_id, one.programme) for one in found})
    return {marks[one.course].uuid: one for one in found if (one.person_id, one.programme) in agreed}


def _still_agreed(wanted: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of persons and programmes those whose last word is a yes."""
    last = {
        (one.person_id, one.programme): one.given
        for one in Consent.objects.filter(person__in={person for person, _ in wanted}).order_by("day", "pk")
    }
    return {one for one in wanted if last.get(one)}


def asked_again(offer: Offer, step: ProgrammeStep, values: Mapping[str, Any]) -> list[Problem]:
    """What is done once for each answer, such as for each child that is planned, and was done for this one before.

    It is asked about and refuses nobody: an order may be mistyped, a pregnancy may have ended.
    """
    wanted = values.get(step.once_for) if step.once_for is not None else None
    if wanted is None:
        return []
    same = [
        one.day for one in offer.lines
        if one.step == step.id and one.outcome not in NO_VISITS and one.values.get(step.once_for) == wanted
    ]  # fmt: skip
    if not same:
        return []
    title = next(one.title for one in step.field if one.id == step.once_for)
    return [
        Problem(
            step.once_for or "",
            Text(
                zh=f"{title.zh}：{wanted}，{same[-1]} 已经做过“{step.title.zh}”。",
                en=f"{title.en}: {wanted}; '{step.title.en}' was done for it on {same[-1]}.",
            ),
            Text(
                zh="免费的每孩次一次；请核对，属实即可保存。",
                en="It is free once for each. If it is so, save.",
            ),
        )
    ]


def wrong_half(step: ProgrammeStep) -> ShidaiError:
    """The step belongs to the other half of the couple."""
    return ShidaiError(
        Problem(
            "step",
            Text(
                zh=f"“{step.title.zh}”应登记在另一方的档案里。",
                en=f"'{step.title.en}' is recorded on the other half's record.",
            ),
            Text(zh="请从那一方的档案打开。", en="Open it from there."),
        )
    )


def _nobody_waits(step: ProgrammeStep) -> ShidaiError:
    return ShidaiError(
        Problem(
            "step",
            Text(
                zh=f"登记册里没有等待“{step.title.zh}”的配偶。",
                en=f"The register has no spouse whose course waits for '{step.title.en}'.",
            ),
            Text(
                zh="请核对婚姻登记，并先登记对方的那一步。",
                en="Check the union on the register, and record the other half's step first.",
            ),
        )
    )


def _came_already(step: ProgrammeStep) -> ShidaiError:
    return ShidaiError(
        Problem(
            "step",
            Text(
                zh=f"这一次的“{step.title.zh}”已登记过。",
                en=f"'{step.title.en}' of this course was recorded already.",
            ),
            Text(zh="如需改动，请更正那一次的记录。", en="To change it, correct that visit."),
        )
    )
