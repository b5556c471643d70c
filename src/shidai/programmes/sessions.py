"""Group sessions: one meeting of a step, whoever came recorded in one go, each with a visit of her own by the same act.

Names aren't asked where they aren't needed: who came without one is counted and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.packs.schema.programme import Programme, ProgrammeStep, ProgrammeVersion
from shidai.programmes.actions import record_visit, refuse_old_form, set_consent
from shidai.programmes.models import Attendance, Session
from shidai.programmes.offered import find_programme, find_step, offers, step_rules, version_in_force
from shidai.registry.citypack import city_pack
from shidai.registry.queries import find_people, get_person, people_by_number
from shidai.registry.wording import say_date
from shidai.rules import columns_for
from shidai.rules.answers import as_kept
from shidai.rules.formschema import form_mark
from shidai.supply.finding import identify
from shidai.supply.queries import find_open_site
from shidai.words import Problem, ShidaiError, Text

MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who is, or may be, at a session; consented: she has agreed to the programme before."""

    uuid: UUID
    name: str
    about: str
    consented: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session with who came: those whom the reader may read, and how many others were named."""

    session: Session
    people: tuple[Came, ...]
    others: int


def group_steps(on: date) -> list[tuple[Programme, ProgrammeStep]]:
    """What can be held for a group on a day."""
    running = [(one, version) for one in city_pack().all_programmes if (version := one.version_on(on)) is not None]
    return [(one, step) for one, version in running for step in version.step if step.group]


@once
def hold_session(
    *, by: Scope, programme: str, step: str, site: str, values: Mapping[str, Any], people: Sequence[UUID] = (),
    agreed: bool = False, heads: int = 0, day: date | None = None, form: str = "",
    recorded_at: datetime | None = None, id: UUID | None = None,
) -> Session:  # fmt: skip
    """A session that was held, with the visits of all who came, or nothing of it. The same id again: no change.

    agreed: everybody named agreed to the programme (asked of those who hadn't yet); heads: who came besides, unnamed.
    Raises ShidaiError as `record_visit` does, naming whose visit it is; for a step that isn't held in groups; when
    nobody came.
    """
    on = day or timezone.localdate()
    refuse_future(on)
    require(by, "service.record")
    place = find_open_site(site, on)
    require(by, "service.record", place.area)
    known = Session.objects.filter(uuid=id).first() if id else None
    if known is not None:
        _refuse_changed(known, (programme, step, place.pk, on, heads), values, people)
        return known
    version, chosen = _find(programme, step, on)
    refuse_old_form(version, chosen, form)
    if not 0 <= heads <= 10_000 or not (people or heads):
        raise _nobody()
    kept = _answered(version, chosen, values, on)
    made = Session.objects.create(
        uuid=id or new_id(), by=by.username, programme=programme, version=version.id, step=step, day=on, site=place,
        area=place.area, values=kept, heads=heads, form=form_mark(version, chosen), recorded_at=recorded_at,
    )  # fmt: skip
    _record(by, made, values, people, agreed)
    audit.record(by, "service.session", f"site:{site}", area=place.area, programme=programme, step=step,
                 count=len(set(people)), heads=heads)  # fmt: skip
    return made


def sessions_of(scope: Scope, area: str, *, most: int = 50) -> list[Session]:
    """The last sessions of an area, for who serves there."""
    require(scope, "service.record", area)
    found = Session.objects.select_related("site").filter(area__startswith=area).order_by("-day", "-pk")
    return [one for one in found[:most] if scope.allows("service.record", one.area)]


def session_page(scope: Scope, uuid: UUID) -> SessionPage | None:
    """A session for who serves there; the look at who came is logged."""
    found = Session.objects.select_related("site").filter(uuid=uuid).first()
    if found is None or not scope.allows("service.record", found.area):
        return None
    numbers = set(found.attended.values_list("visit__person", flat=True))
    people = people_by_number(scope, numbers)
    if people:
        seen = sorted(str(one.uuid) for one in people.values())
        audit.record(scope, "service.agenda", f"site:{found.site.code}", area=found.area, people=seen)
    came = tuple(Came(one.uuid, one.name, "", True) for one in people.values())
    return SessionPage(found, came, len(numbers) - len(people))


def find_attendees(scope: Scope, text: str, programme: str, on: date) -> list[Came]:
    """Residents of the reader's areas whom the programme can serve, by a name, a number or a card."""
    require(scope, "service.record")
    if not text.strip():
        return []
    found = {one.person.pk: one.person for one in find_people(scope, text, limit=MOST_FOUND)}
    if not found:
        try:
            carried = identify(text).person
        except ShidaiError:  # no card either: nobody is found
            return []
        found = people_by_number(scope, {carried})
    return _came(scope, found, programme, on)


def read_attendees(scope: Scope, people: Collection[UUID], programme: str, on: date) -> list[Came]:
    """Those who were chosen, read again."""
    found = [one for uuid in people if (one := get_person(scope, uuid)) is not None]
    return _came(scope, {one.pk: one for one in found}, programme, on)


def _came(scope: Scope, people: Mapping[int, Any], programme: str, on: date) -> list[Came]:
    told = {
        person: offer for person, offer in offers(set(people), on, [find_programme(programme)]) if not offer.partner
    }
    return [
        Came(one.uuid, one.name, say_date(one.birth_date) if one.birth_date else "", told[pk].consented)
        for pk, one in people.items()
        if pk in told
        and any(scope.allows("service.record", area) for area in (one.living_area, one.registered_area) if area)
    ]


def _find(programme: str, step: str, on: date) -> tuple[ProgrammeVersion, ProgrammeStep]:
    version = version_in_force(find_programme(programme), on)
    chosen = find_step(version, step)
    if not chosen.group:
        raise ShidaiError(
            Problem(
                "step",
                Text(zh=f"“{chosen.title.zh}”不是集体活动。", en=f"'{chosen.title.en}' isn't held in groups."),
                Text(zh="请从本人的档案登记。", en="Record it from the person's own page."),
            )
        )
    return version, chosen


def _answered(version: ProgrammeVersion, step: ProgrammeStep, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The session's answers as they are kept; nothing of any person is known to them."""
    told = step_rules(version, step).answer(values, dict.fromkeys(columns_for("person")), on)
    if told.faults:
        raise ShidaiError(list(told.faults))
    return told.values


def _refuse_changed(known: Session, told: tuple[Any, ...], values: Mapping[str, Any], people: Sequence[UUID]) -> None:
    """Under the same id the same session is meant: of the same day, with the same answers and the same who came."""
    came = set(known.attended.values_list("visit__person__uuid", flat=True))
    version, chosen = _find(known.programme, known.step, known.day)
    same = as_kept(_answered(version, chosen, values, known.day)) == known.values and came == set(people)
    refuse_other(same and told == (known.programme, known.step, known.site_id, known.day, known.heads))


def _record(by: Scope, session: Session, values: Mapping[str, Any], people: Sequence[UUID], agreed: bool) -> None:
    """A visit for each; whose visit is refused is named, and nothing is kept of any."""
    for uuid in dict.fromkeys(people):
        try:
            if agreed and not _has_agreed(by, uuid, session):
                set_consent(
                    by=by, person=uuid, programme=session.programme, given=True, day=session.day,
                    recorded_at=session.recorded_at,
                )  # fmt: skip
            visit = record_visit(
                by=by, person=uuid, programme=session.programme, step=session.step, values=values, day=session.day,
                site=session.site.code, recorded_at=session.recorded_at, id=uuid5(session.uuid, str(uuid)),
            )  # fmt: skip
        except ShidaiError as error:
            person = get_person(by, uuid)
            name = person.name if person is not None else ""
            raise ShidaiError(
                [replace(one, where="people", what=Text(zh=f"{name}：{one.what.zh}", en=f"{name}: {one.what.en}"))
                 for one in error.problems]
            ) from error  # fmt: skip
        Attendance.objects.create(by=by.username, session=session, visit=visit)


def _has_agreed(by: Scope, uuid: UUID, session: Session) -> bool:
    person = get_person(by, uuid)
    if person is None:
        return False
    chosen = [find_programme(session.programme)]
    return any(offer.consented for _, offer in offers([person.pk], session.day, chosen))


def _nobody() -> ShidaiError:
    return ShidaiError(
        Problem(
            "people",
            Text(zh="没有人参加。", en="Nobody came."),
            Text(
                zh="请选择参加的人，或填写没有登记姓名的人数。",
                en="Choose who came, or say how many came without being named.",
            ),
        )
    )
