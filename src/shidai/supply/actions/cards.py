"""Service cards: issuing one ends the former."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.packs.schema.commodity import check_digit_fits
from shidai.registry.queries import all_merged_into, get_person
from shidai.supply import refusals
from shidai.supply.finding import CARD_LENGTH
from shidai.supply.models import Card, CardEnd
from shidai.supply.taking import lock_taker
from shidai.words import Text

_TRIES = 5


@once
def issue_card(*, by: Scope, person: UUID, day: date, id: UUID | None = None) -> Card:
    """A new card for somebody of the writer's areas; her former card opens nothing from now on.

    The number is drawn by chance: it tells nothing of her, and nobody finds another one by counting.
    """
    refuse_future(day)
    require(by, "supply.dispense")
    found = get_person(by, person)
    if found is None:
        raise refusals.card_not_known()
    require(by, "supply.dispense", found.living_area, found.registered_area)
    known = Card.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other(known.person_id == found.pk)
        return known
    lock_taker(found.pk)
    for old in Card.objects.select_for_update(of=("self",)).filter(
        person__in={found.pk, *all_merged_into([found.pk])}, end=None
    ):
        CardEnd.objects.create(by=by.username, card=old, reason="replaced")
    area = found.living_area or found.registered_area
    card = _create(by, found.pk, area, day, id)
    audit.record(by, "card.issue", f"person:{person}", area=area)
    return card


def _create(by: Scope, person: int, area: str, day: date, id: UUID | None) -> Card:
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return Card.objects.create(
                    uuid=id or new_id(),
                    by=by.username,
                    number=draw_number(),
                    person_id=person,
                    area=area,
                    day=day,
                )
        except IntegrityError:
            if id is not None and Card.objects.filter(uuid=id).exists():
                return Card.objects.get(uuid=id)
    raise refusals.refuse(
        "card",
        Text(zh="暂时无法生成卡号。", en="No card number could be drawn."),
        Text(zh="请再试一次。", en="Try once more."),
    )


def draw_number() -> str:
    """Eleven digits by chance, the first of them not 0, and a check digit."""
    body = str(secrets.randbelow(9 * 10 ** (CARD_LENGTH - 2)) + 10 ** (CARD_LENGTH - 2))
    return next(body + digit for digit in "0123456789" if check_digit_fits(body + digit))


@transaction.atomic
def end_card(*, by: Scope, card: UUID, reason: str) -> CardEnd:
    """A card was lost or given back: it opens nothing any more. reason: lost or returned."""
    locked = Card.objects.select_for_update(of=("self",)).select_related("person__merged_into")
    found = locked.filter(uuid=card).first()
    holder = (found.person.merged_into or found.person) if found is not None else None
    if found is None or holder is None or get_person(by, holder.uuid) is None:
        raise refusals.card_not_known()
    require(by, "supply.dispense", holder.living_area, holder.registered_area)
    known = CardEnd.objects.filter(card=found).first()
    if known is not None:
        return known
    end = CardEnd.objects.create(by=by.username, card=found, reason="lost" if reason == "lost" else "returned")
    audit.record(by, "card.end", f"person:{holder.uuid}", area=found.area, reason=end.reason)
    return end
