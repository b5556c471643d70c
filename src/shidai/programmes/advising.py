"""Advice on contraceptive methods for one person: what was asked, what the criteria say, kept as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shidai.advice.eligibility import Advice, Question, advise, ask
from shidai.advice.topics import version_of
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_other
from shidai.core.written import once
from shidai.programmes.models import ShownAdvice
from shidai.registry.queries import get_person
from shidai.registry.queries.factsofday import Lives
from shidai.words import ShidaiError, problem

MALE = 1


@dataclass(frozen=True, slots=True)
class Advised:
    """Whom to advise, and what the register knows: age in completed years, children born, the last birth."""

    number: int
    name: str
    area: str
    age: int | None
    children: int
    last_birth: date | None

    @property
    def known(self) -> tuple[str, ...]:
        """Conditions that nobody need be asked for."""
        return ("parity.parous",) if self.children else ("parity.nulliparous",)


@dataclass(frozen=True, slots=True)
class Told:
    """Advice as it was shown; `told` and `questions` are empty when the criteria have changed since."""

    shown: ShownAdvice
    told: tuple[Advice, ...]
    questions: tuple[Question, ...]


def find_advised(scope: Scope, person: UUID, on: date) -> Advised | None:
    """A woman of the reader's areas who is alive on a day; None elsewhere."""
    require(scope, "service.record")
    found = get_person(scope, person)
    if found is None:
        return None
    areas = [area for area in (found.living_area, found.registered_area) if area]
    lives = Lives([found.pk])
    facts = lives.on(on).get(found.pk)
    if facts is None or not facts["alive"] or facts["sex"] == MALE:
        return None
    if not any(scope.allows("service.record", area) for area in areas):
        return None
    return Advised(
        found.pk,
        found.name,
        areas[0],
        facts.get("age"),
        facts.get("children_ever") or 0,
        lives.last_birth(found.pk, on),
    )


@once
def show_advice(
    *, by: Scope, person: UUID, conditions: Sequence[str], age: int | None, on: date, id: UUID | None = None
) -> ShownAdvice:
    """Work out the advice and keep it with the version of the criteria. The same id again gives the same.

    Raises ShidaiError for an unknown condition, an age without criteria, or a person who isn't the reader's to advise.
    """
    found = find_advised(by, person, on)
    if found is None:
        raise ShidaiError(
            problem(
                "person",
                zh="不能为这个人提供避孕方法咨询。",
                en="No advice on methods can be given for this person.",
                mend_zh="请核对性别、是否健在和居住地。",
                mend_en="Check the sex, whether she is alive, and where she lives.",
            )
        )
    named = list(dict.fromkeys((*found.known, *conditions)))
    known = ShownAdvice.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.person_id, known.conditions, known.age) == (found.number, named, age))
        return known
    told = advise(named, age=age)
    made = ShownAdvice.objects.create(
        uuid=id or new_id(), by=by.username, person_id=found.number, day=on, area=found.area, age=age,
        version=version_of("eligibility"), conditions=named,
        categories={
            one.method.id: [str(one.initiation or "n"), str(one.continuation or "n")] for one in told
        },
    )  # fmt: skip
    audit.record(by, "service.advise", f"person:{person}", area=found.area)
    return made


def read_advice(scope: Scope, uuid: UUID) -> Told | None:
    """Advice that was shown, for who may see results there; the look is logged."""
    found = ShownAdvice.objects.select_related("person").filter(uuid=uuid).first()
    if found is None or not scope.allows("service.record", found.area):
        return None
    audit.record(scope, "service.read", f"person:{found.person.uuid}", area=found.area, count=1)
    if found.version != version_of("eligibility"):  # any line of the tables has changed since
        return Told(found, (), ())
    return Told(found, advise(found.conditions, age=found.age), ask(found.conditions, age=found.age))
