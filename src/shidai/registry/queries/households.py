"""One household and its members today."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shidai.core import audit, sealing
from shidai.core.access import Scope, require
from shidai.registry.models import Household, Person, Spell
from shidai.registry.queries.people import in_scope


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A household, its address, its head if the reader may know her, and the open spells of its members."""

    household: Household
    head: Person | None
    address: str
    spells: tuple[Spell, ...]


def get_household(scope: Scope, uuid: UUID) -> Household | None:
    """A household that the caller may read; None if there is none in her areas."""
    found = Household.objects.filter(uuid=uuid).first()
    return found if found is not None and scope.allows("record.read", found.area or "-") else None


def household_page(scope: Scope, uuid: UUID) -> HouseholdPage | None:
    """A household that the caller may read; None if there is none in her areas. The look is logged."""
    household = Household.objects.filter(uuid=uuid).select_related("head").first()
    if household is None or not scope.allows("record.read", household.area):
        return None
    require(scope, "record.read", household.area)
    audit.record(scope, "household.read", f"household:{household.uuid}", area=household.area)
    spells = (
        Spell.objects.filter(household=household, end_date=None).select_related("person").order_by("person__birth_date")
    )
    latest: dict[int, Spell] = {}
    for spell in spells:
        if spell.person_id not in latest or spell.kind == Spell.Kind.LIVING:
            latest[spell.person_id] = spell
    address = sealing.open_sealed(bytes(household.address), "household.address") if household.address else ""
    head = household.head
    known = head is not None and (head.pk in latest or in_scope(scope).filter(pk=head.pk).exists())
    return HouseholdPage(household, head if known else None, address, tuple(latest.values()))
