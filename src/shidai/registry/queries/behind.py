"""From a figure back to the records that it counts: pseudonyms become people again, for those with access only."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope
from shidai.core.pseudonyms import row_numbers
from shidai.registry.models import Birth, Household, Person
from shidai.registry.queries.people import in_scope

PURPOSE = "analysis"  # of the record tables' pseudonyms


def people_behind(
    scope: Scope, person_ids: Iterable[int], *, area: str = "", indicator: str = "", period: str = "", side: str = ""
) -> dict[int, Person]:
    """People by the record tables' pseudonyms; those outside the caller's areas are left out.

    The look is logged as one entry: at which figure (indicator, area, period, side), and whose records were listed.
    """
    numbers = _numbers(person_ids, "person")
    found = {person.pk: person for person in in_scope(scope).filter(pk__in=list(numbers.values()))}
    figure = {"indicator": indicator, "period": period, "side": side}
    _log(scope, area, figure, [person.uuid for person in found.values()])
    return {mark: found[number] for mark, number in numbers.items() if number in found}


def households_behind(scope: Scope, household_ids: Iterable[int], *, area: str = "") -> dict[int, Household]:
    """Households by the record tables' pseudonyms, those whose head the caller may read. Logged as people are."""
    numbers = _numbers(household_ids, "household")
    homes = Household.objects.filter(pk__in=list(numbers.values()), head__isnull=False).select_related("head")
    readable = set(in_scope(scope).filter(pk__in=[one.head_id for one in homes]).values_list("pk", flat=True))
    found = {one.pk: one for one in homes if one.head_id in readable}
    _log(scope, area, {"indicator": ""}, [one.head.uuid for one in found.values() if one.head is not None])
    return {mark: found[number] for mark, number in numbers.items() if number in found}


def births_behind(
    scope: Scope, birth_ids: Iterable[int], *, area: str = "", indicator: str = "", period: str = "", side: str = ""
) -> dict[int, Birth]:
    """Births by the pseudonyms of the record tables, those whose child the caller may read. Logged as people are."""
    numbers = _numbers(birth_ids, "birth")
    births = Birth.objects.filter(pk__in=list(numbers.values())).select_related("child")
    readable = in_scope(scope).filter(pk__in=[birth.child_id for birth in births]).values_list("pk", flat=True)
    found = {birth.pk: birth for birth in births if birth.child_id in set(readable)}
    figure = {"indicator": indicator, "period": period, "side": side}
    _log(scope, area, figure, [birth.child.uuid for birth in found.values()])
    return {mark: found[number] for mark, number in numbers.items() if number in found}


def _numbers(marks: Iterable[int], kind: str) -> dict[int, int]:
    wanted = list(marks)
    return dict(zip(wanted, map(int, row_numbers(wanted, PURPOSE, kind)), strict=True))


def _log(scope: Scope, area: str, figure: dict[str, str], people: list[UUID]) -> None:
    if not people:
        return
    indicator = figure.pop("indicator")
    stated = {name: value for name, value in figure.items() if value}
    subject = f"indicator:{indicator}" if indicator else "records"
    listed = sorted(str(uuid) for uuid in people)
    audit.record(scope, "records.list", subject, area=area, count=len(listed), people=listed, **stated)
