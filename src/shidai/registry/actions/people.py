"""People come onto the register, and what is recorded of them is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import F

from shidai.core import audit, sealing
from shidai.core.access import Scope
from shidai.core.ids import new_id
from shidai.linkage.names import read_name
from shidai.registry import facts, kinship, places
from shidai.registry.actions.refusing import (
    check_village,
    day_columns,
    find,
    find_person,
    life,
    recall,
    refuse,
    today,
)
from shidai.registry.citypack import city_limits
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.importing.cells import sealed_contact
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import Household, Identifier, Name, Parentage, Person, Spell
from shidai.registry.phones import phone_mark
from shidai.registry.residentnumber import ResidentNumber, parse_resident_number
from shidai.registry.rules import (
    Fault,
    Life,
    Stretch,
    birth_date_fits,
    father_fits,
    in_order,
    mother_fits,
    not_future,
    not_too_old,
    outside_fits,
    phone_fits,
    sibling_fits,
    spell_fits,
)
from shidai.words import Text

_COMPARE = Text(zh="请对照证件更正。", en="Check it against the card.")


@dataclass(frozen=True, slots=True)
class Identity:
    """What is stated of a person on entry."""

    name: str
    sex: int
    birth: HalfDate | None = None
    resident_number: str = ""
    former_name: str = ""
    registration: str = ""  # rural or urban
    nation: str = ""
    phone: str = ""
    address: str = ""


@transaction.atomic
def register_person(
    *,
    by: Scope,
    identity: Identity,
    area: str,
    kinds: Sequence[str] = (Spell.Kind.REGISTERED, Spell.Kind.LIVING),
    since: HalfDate | None = None,
    household: UUID | None = None,
    mother: UUID | None = None,
    father: UUID | None = None,
    registered_area: str = "",
    id: UUID | None = None,
) -> Person:
    """Enter a person who is registered or lives in a village. Again with the same id it changes nothing.

    `since`: when she came there (default today); `registered_area`: the outside code of one registered elsewhere.
    Raises ShidaiError with every problem.
    """
    known = Person.objects.filter(uuid=id).first() if id else None
    if known is not None:
        return recall(by, known, [known], same=_is_told(known, identity, area))
    check_village(by, area)
    parents = {
        side: Person.objects.filter(uuid=uuid).first() if uuid else None
        for side, uuid in (("mother", mother), ("father", father))
    }
    number, faults = _read_number(identity)
    birth = identity.birth or (HalfDate(number.birth_date) if number else None)
    came = since or HalfDate(today())
    limits = city_limits()
    faults += not_future("birth", birth, today()) + not_too_old("birth", birth, today(), limits)
    faults += spell_fits("since", Stretch(came), Life(birth), (), today())
    faults += phone_fits("phone", identity.phone) + outside_fits("registered_area", kinds, registered_area)
    refuse(faults + _parents_fit(parents["mother"], parents["father"], birth))
    home = find(Household.objects.all(), household, "家庭户", "household") if household else None
    person = make_person(identity, birth, number, id)
    if any(parents.values()):
        Parentage.objects.create(child=person, **parents)
    for kind in kinds:
        Spell.objects.create(
            person=person, kind=kind, area=area, household=home, start_reason="correction",
            registered_area=registered_area if kind == Spell.Kind.LIVING else "", **day_columns(came, "start"),
        )  # fmt: skip
    settle(person)
    audit.record(by, "person.register", f"person:{person.uuid}", area=area)
    return person


def _parents_fit(mother: Person | None, father: Person | None, birth: HalfDate | None) -> list[Fault]:
    """A new person beside the parents who are stated, and the mother's other children."""
    limits = city_limits()
    faults = father_fits("father", birth, life(father), limits) if father else []
    if mother is None:
        return faults
    siblings = [(day, plurality) for _, day, plurality in facts.births_of([mother.pk])[mother.pk]]
    faults += mother_fits("mother", birth, life(mother), limits)
    return faults + sibling_fits("birth", birth, None, siblings, limits)


def _is_told(person: Person, identity: Identity, area: str) -> bool:
    """Whether this person is the one whom the form describes."""
    born = half_date(person.birth_date, person.birth_precision)
    told = (identity.name, identity.sex, identity.birth or born, identity.registration, identity.nation)
    stored = (person.name, person.sex, born, person.registration, person.nation)
    return told == stored and person.spells.filter(area=area).exists()


def _read_number(identity: Identity) -> tuple[ResidentNumber | None, list[Fault]]:
    """The resident number with its checks: spelling, agreement with sex and birth, nobody else's."""
    if not identity.resident_number:
        return None, []
    try:
        number = parse_resident_number(identity.resident_number)
    except Mistyped as error:
        return None, [Fault("resident_number", error.what, error.mend)]
    faults = []
    birth = identity.birth
    if birth is not None and not birth.earliest <= number.birth_date <= birth.latest:
        what = Text(
            zh="出生日期与公民身份号码中的不一致。", en="The date of birth differs from the one in the resident number."
        )
        faults.append(Fault("birth", what, _COMPARE))
    if identity.sex in (1, 2) and identity.sex != number.sex:
        what = Text(zh="性别与公民身份号码中的不一致。", en="The sex differs from the one in the resident number.")
        faults.append(Fault("sex", what, _COMPARE))
    mark = sealing.blind_index(number.number, "resident")
    if Identifier.objects.filter(kind=Identifier.Kind.RESIDENT, mark=mark).exists():
        what = Text(
            zh="这个公民身份号码已登记在另一人名下。", en="This resident number already belongs to another person."
        )
        mend = Text(zh="请先查找此人，可能已登记。", en="Search for the person, who may be registered already.")
        faults.append(Fault("resident_number", what, mend))
    return number, faults


def make_person(identity: Identity, birth: HalfDate | None, number: ResidentNumber | None, id: UUID | None) -> Person:
    """The person's own rows; the caller has checked them."""
    reading = read_name(identity.name)
    person = Person.objects.create(
        uuid=id or new_id(), name=identity.name, pinyin=reading.pinyin, initials=reading.initials[:20],
        sex=identity.sex, registration=identity.registration, nation=identity.nation,
        contact=sealing.seal(sealed_contact(identity.phone, identity.address), "person.contact"),
        phone_mark=phone_mark(identity.phone),
        **day_columns(birth, "birth"),
    )  # fmt: skip
    if number is not None:
        Identifier.objects.create(
            person=person, kind=Identifier.Kind.RESIDENT, number=sealing.seal(number.number, "identifier.number"),
            mark=sealing.blind_index(number.number, "resident"),
        )  # fmt: skip
    if identity.former_name:
        Name.objects.create(person=person, name=identity.former_name, pinyin=read_name(identity.former_name).pinyin)
    return person


def settle(*people: Person) -> None:
    """Renew the copies of residence and note the counties for the next extract."""
    ids = [person.pk for person in people]
    places.settle(ids)
    places.mark_people(ids)
    for person in people:
        person.refresh_from_db()


@transaction.atomic
def correct_birth_date(*, by: Scope, person: UUID, birth: HalfDate | None) -> Person:
    """Correct a date of birth; residence since birth begins on the new day.

    Refused when it doesn't fit the parents, the siblings, the children, the number or any event.
    """
    who = find_person(by, person)
    since_birth = [one for one in who.spells.filter(start_reason="birth") if one.start_date == who.birth_date]
    begun = [half_date(spell.start_date, spell.start_precision) for spell in since_birth]
    events = [event for event in facts.first_events([who.pk]).get(who.pk, ()) if event not in begun]
    faults = birth_date_fits("birth", birth, events, today(), city_limits())
    for spell in since_birth:
        faults += in_order("birth", Stretch(birth, half_date(spell.end_date, spell.end_precision)))
    refuse(faults + _family_fits(who, birth) + _number_agrees(who, birth))
    before = {"birth_date": who.birth_date, "birth_precision": who.birth_precision}
    for name, value in day_columns(birth, "birth").items():
        setattr(who, name, value)
    who.version += 1
    who.save(update_fields=("birth_date", "birth_precision", "version"))
    if birth is not None:
        for spell in since_birth:  # a half-known day may stand behind the spell's end: then it is that day
            start = min(birth.day, spell.end_date or birth.day)
            Spell.objects.filter(pk=spell.pk).update(
                start_date=start, start_precision=birth.precision, version=F("version") + 1
            )
    settle(who)
    audit.record(by, "person.birth_date", f"person:{who.uuid}", area=who.registered_area, before=before)
    return who


def _family_fits(who: Person, birth: HalfDate | None) -> list[Fault]:
    """A date of birth beside those of parents, siblings and children."""
    limits, faults = city_limits(), []
    family = Parentage.objects.select_related("mother", "father").filter(child=who).first()
    if family is not None and family.mother is not None:
        faults += mother_fits("birth", birth, life(family.mother), limits)
        born = facts.births_of([family.mother.pk])[family.mother.pk]
        plurality = next((number for child, _, number in born if child == who.pk), 1)
        siblings = [(day, number) for child, day, number in born if child != who.pk]
        faults += sibling_fits("birth", birth, plurality, siblings, limits)
    if family is not None and family.father is not None:
        faults += father_fits("birth", birth, life(family.father), limits)
    corrected = {who.pk: replace(life(who), birth=birth)}
    return faults + kinship.correction_fits(corrected, limits, "birth").get(who.pk, [])


def _number_agrees(person: Person, birth: HalfDate | None) -> list[Fault]:
    for identifier in Identifier.objects.filter(person=person, kind=Identifier.Kind.RESIDENT):
        number = parse_resident_number(sealing.open_sealed(bytes(identifier.number), "identifier.number"))
        if birth is not None and not birth.earliest <= number.birth_date <= birth.latest:
            what = Text(zh="与公民身份号码中的出生日期不一致。", en="It differs from the date in the resident number.")
            return [Fault("birth", what, _COMPARE)]
    return []
