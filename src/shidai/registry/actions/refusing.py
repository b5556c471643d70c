"""What every action shares: faults become one error, and records are found and locked before they are changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone

from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.registry.dates import HalfDate, half_date
from shidai.registry.models import Person
from shidai.registry.rules import Fault, Life
from shidai.words import Problem, ShidaiError, problem

Record = TypeVar("Record", bound=Model)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise ShidaiError with all faults, if there are any."""
    problems = [Problem(where=fault.field, what=fault.what, mend=fault.mend) for fault in faults]
    if problems:
        raise ShidaiError(problems)


def today() -> date:
    return timezone.localdate()


def find(records: QuerySet[Record], uuid: UUID, zh: str, en: str) -> Record:
    """The record with this id, locked until the action is done. Raises ShidaiError when there is none."""
    found = records.select_for_update(of=("self",)).filter(uuid=uuid).first()  # not what an outer join may lack
    if found is None:
        raise ShidaiError(
            problem(
                str(uuid),
                zh=f"找不到这条{zh}记录。",
                en=f"There is no such {en}.",
                mend_zh="它可能已被删除或合并。",
                mend_en="It may have been removed or merged.",
            )
        )
    return found


def find_person(by: Scope, uuid: UUID) -> Person:
    """A person whom `by` may change: one who lives, or is registered, in her area."""
    person = find(Person.objects.all(), uuid, "人员", "person")
    require_person(by, person)
    if person.merged_into_id is not None:
        raise ShidaiError(
            problem(
                str(uuid),
                zh="这份档案已并入另一份。",
                en="This record was merged into another one.",
                mend_zh="请在保留的那份档案上登记。",
                mend_en="Enter it in the record that was kept.",
            )
        )
    return person


def recall(by: Scope, record: Record, people: Iterable[Person | None], *, same: bool) -> Record:
    """The record that a form's id stands for already, so that two clicks record it once.

    Refused when the form tells other facts now (`same` is False): someone went back and entered a second thing in it.
    An id is typed by nobody but sent by a browser: one of a record outside the writer's area is refused as used,
    and nothing is said about whose it is.
    """
    areas = [area for one in people if one is not None for area in (one.registered_area, one.living_area)]
    if same and any(by.allows("record.write", area or "-") for area in areas):
        return record
    raise ShidaiError(
        problem(
            "id",
            zh="这张表单已经提交过，或编号已被占用。",
            en="This form was sent before, or its id is taken.",
            mend_zh="本次内容没有保存；请打开一张新表单再填写。",
            mend_en="Nothing was stored now; open a new form and fill it in again.",
        )
    )


def require_person(by: Scope, person: Person) -> None:
    require(by, "record.write", person.registered_area or "-", person.living_area or "-")


def check_village(by: Scope, area: str, field: str = "area") -> None:
    """The area is a village of today's tree for which `by` works."""
    found = core.area(area)
    if found is None or found.level != "village":
        raise ShidaiError(
            problem(
                field,
                zh=f"没有村（社区）{area}。",
                en=f"There is no village {area}.",
                mend_zh="请从区划中选择村（社区）。",
                mend_en="Choose a village from the area tree.",
            )
        )
    require(by, "record.write", area)


def life(person: Person) -> Life:
    """What the rules need to know."""
    death = getattr(person, "death", None)
    return Life(
        half_date(person.birth_date, person.birth_precision),
        half_date(death.date, death.precision) if death else None,
        person.sex,
    )


def day_columns(half: HalfDate | None, prefix: str) -> dict[str, object]:
    """The two columns of a half-known date: {prefix}_date and {prefix}_precision."""
    if half is None:
        return {f"{prefix}_date": None, f"{prefix}_precision": "none"}
    return {f"{prefix}_date": half.day, f"{prefix}_precision": half.precision}
