"""Every read of programmes, inside the caller's areas. Results are health data: only who serves there sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.packs.schema.programme import Programme
from shidai.programmes.models import Visit
from shidai.programmes.offered import Offer, offers
from shidai.registry.queries import get_person, list_people, people_by_number
from shidai.rules.schedules import StepDue


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line of a due list: whose step of which programme, and how many days late."""

    person: UUID
    name: str
    area: str
    programme: Programme
    due: StepDue
    late: int


@dataclass(frozen=True, slots=True)
class PersonOffers:
    """What the programmes offer one person, and what is on file. `visits`: only for who may see results."""

    name: str
    sex: int
    offers: tuple[Offer, ...]
    visits: tuple[Visit, ...]
    may_record: bool


def offers_to(scope: Scope, person: UUID, on: date) -> PersonOffers | None:
    """What is offered to a person of the reader's areas on a day; None elsewhere. A look at visits is logged."""
    require(scope, "service.invite")
    found = get_person(scope, person)
    if found is None or not any(scope.allows("service.invite", area) for area in _areas(found)):
        return None
    told = tuple(offer for _, offer in offers([found.pk], on))
    may_record = any(scope.allows("service.record", area) for area in _areas(found))
    visits = tuple(one for offer in told for one in offer.lines) if may_record else ()
    if visits:
        audit.record(scope, "service.read", f"person:{person}", area=_areas(found)[0], count=len(visits))
    return PersonOffers(
        found.name, found.sex, told, tuple(sorted(visits, key=lambda one: (one.day, one.pk), reverse=True)), may_record
    )


def _areas(person: object) -> tuple[str, ...]:
    """Where somebody lives, and is registered."""
    return tuple(area for area in (person.living_area, person.registered_area) if area)  # type: ignore[attr-defined]


def due_list(scope: Scope, *, area: str, on: date, programmes: Sequence[Programme] = ()) -> list[DueLine]:
    """Every step that is due in an area on a day, what ends first at the top; who declined isn't on it.

    For a village; the whole city's is `shidai programme due`. The look is logged with whose names it shows.
    """
    require(scope, "service.invite", area)
    here = [list_people(scope, area=area, who="living"), list_people(scope, area=area, who="registered")]
    ids = {pk for people in here for pk in people.order_by().values_list("pk", flat=True)}
    lines = [(person, offer.programme, due) for person, offer in offers(ids, on, programmes) for due in offer.due]
    lines.sort(key=lambda one: (one[2].due.by, one[0]))
    people = people_by_number(scope, {person for person, _, _ in lines})
    found = [
        DueLine(one.uuid, one.name, _areas(one)[0], programme, due, max(0, (on - due.due.by).days))
        for person, programme, due in lines
        if (one := people.get(person)) is not None
    ]
    if found:
        audit.record(scope, "service.list", "due", area=area, people=sorted({str(line.person) for line in found}))
    return found


def visit_page(scope: Scope, uuid: UUID) -> Visit | None:
    """One visit with its values, for who may see results there; the look is logged."""
    found = Visit.objects.select_related("person", "replaces").filter(uuid=uuid).first()
    if found is None or not scope.allows("service.record", found.area):
        return None
    audit.record(scope, "service.read", f"person:{found.person.uuid}", area=found.area, count=1)
    return found
