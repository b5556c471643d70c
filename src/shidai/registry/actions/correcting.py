"""What was recorded wrongly is taken back: the record goes, what it had ended is open again, the log keeps both."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from shidai.core import audit
from shidai.core.access import Scope
from shidai.registry import facts
from shidai.registry.actions.people import settle
from shidai.registry.actions.refusing import find_person, refuse
from shidai.registry.dates import half_date
from shidai.registry.models import ContraceptiveUse, Death, Person, Spell, Union
from shidai.registry.rules import Fault, Stretch, overlap
from shidai.words import Text

_REOPENED = {"end_date": None, "end_precision": "none", "end_reason": ""}


@transaction.atomic
def withdraw_death(*, by: Scope, person: UUID, why: str) -> Person:
    """The person hasn't died: the death goes, and the residence, union and contraception it ended are open again.

    Withdrawn again it changes nothing. Refused when the widowed spouse has married since. Raises ShidaiError.
    """
    who = find_person(by, person)
    death = Death.objects.select_for_update().filter(person=who).first()
    if death is None:
        return who
    unions = list(_ended_unions(who, death))
    refuse(_married_since(who, unions))
    before = {"date": death.date, "precision": death.precision, "cause": death.cause}
    for ended in (_ended_by(Spell.objects.all(), who, death), _ended_by(ContraceptiveUse.objects.all(), who, death)):
        ended.update(version=F("version") + 1, **_REOPENED)
    Union.objects.filter(pk__in=[union.pk for union in unions]).update(version=F("version") + 1, **_REOPENED)
    death.delete()
    spouses = [one for union in unions for one in (union.wife, union.husband) if one is not None and one.pk != who.pk]
    settle(who, *spouses)
    area = who.registered_area or who.living_area
    audit.record(by, "death.withdraw", f"person:{who.uuid}", area=area, before=before, why=why)
    return Person.objects.get(pk=who.pk)


def _ended_by(records: QuerySet[Spell] | QuerySet[ContraceptiveUse], who: Person, death: Death) -> QuerySet[Spell]:
    return records.filter(person=who, end_date=death.date, end_reason="death")  # type: ignore[return-value]


def _ended_unions(who: Person, death: Death) -> QuerySet[Union]:
    """The unions that this death ended, not those whose other side died as well."""
    ended = Union.objects.filter(end_date=death.date, end_reason="widowed").select_related("wife", "husband")
    as_wife = Q(wife=who) & Q(husband__death=None)
    return ended.filter(as_wife | Q(husband=who) & Q(wife__death=None))


def _married_since(who: Person, unions: list[Union]) -> list[Fault]:
    """A union can't be reopened when one of the two has another one since."""
    for union in unions:
        pair = [one for one in (union.wife_id, union.husband_id) if one is not None]
        others = facts.unions_of(pair, {union.pk})
        reopened = Stretch(half_date(union.start_date, union.start_precision))
        if any(overlap(reopened, other) for found in others.values() for other in found):
            what = Text(zh="配偶此后已再婚，原婚姻不能恢复。", en="The spouse has married again since.")
            return [Fault("person", what, Text(zh="请先核对那次婚姻。", en="Check that marriage first."))]
    return []
