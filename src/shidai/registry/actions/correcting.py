"""What was recorded wrongly is taken back: the record goes, what it had ended is open again, the log keeps both."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from shidai.core import audit
from shidai.core.access import Scope
from shidai.registry import afterdeath
from shidai.registry.actions.people import settle
from shidai.registry.actions.refusing import find_person, refuse
from shidai.registry.models import Death, Person


@transaction.atomic
def withdraw_death(*, by: Scope, person: UUID, why: str) -> Person:
    """The person hasn't died: the death goes, and the residence, union and contraception it ended are open again.

    Withdrawn again it changes nothing. Refused when the widowed spouse has married since. Raises ShidaiError.
    """
    who = find_person(by, person)
    death = Death.objects.select_for_update().filter(person=who).first()
    if death is None:
        return who
    dead = afterdeath.deaths_of([who.pk])
    refuse(afterdeath.can_reopen("person", afterdeath.widowed_by(dead)))
    before = {"date": death.date, "precision": death.precision, "cause": death.cause}
    death.delete()
    afterdeath.reopen(dead)
    settle(who, *Person.objects.filter(pk__in=afterdeath.spouses_of([who.pk])))
    area = who.registered_area or who.living_area
    audit.record(by, "death.withdraw", f"person:{who.uuid}", area=area, before=before, why=why)
    return Person.objects.get(pk=who.pk)
