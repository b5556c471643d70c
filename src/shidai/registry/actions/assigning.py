"""Households of a split village go to the part in which they lie."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from shidai.core import audit
from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.registry import places
from shidai.registry.following import BOUNDARY
from shidai.registry.models import Household, Spell
from shidai.words import ShidaiError, problem


@transaction.atomic
def assign_households(*, by: Scope, area: str, to: str, households: Collection[UUID]) -> int:
    """The households' residence in `area` goes on in `to`, a part of it, from the day of the split.

    Until then all records of a split village lie in the part that was named first. Returns how many spells were
    assigned: none when run again. Raises ShidaiError for an area that isn't a part, and for households that never lived
    in the village.
    """
    require(by, "area.manage", area)
    day = _day_of_split(area, to)
    wanted = set(households)
    found = Spell.objects.select_for_update(of=("self",)).filter(household__uuid__in=wanted)
    lasting = Q(end_date=None) | Q(end_date__gt=day)
    spells = list(found.filter(lasting, area=area))
    _refuse_strangers(wanted, set(found.filter(area=area).values_list("household__uuid", flat=True)))
    for spell in spells:
        _assign(spell, to, day)
    Household.objects.filter(uuid__in=wanted, area=area).update(area=to)
    people = {spell.person_id for spell in spells}
    places.settle(people)
    places.mark_people(people, area, to)
    if spells:
        audit.record(
            by, "area.assign", f"area:{area}", area=area, to=to, count=len(wanted), households=sorted(map(str, wanted))
        )
    return len(spells)


def _assign(spell: Spell, to: str, day: date) -> None:
    """A spell that began before the split becomes two; one that began later lay in the part from its first day."""
    spell.version += 1
    if spell.start_date >= day:
        spell.area = to
        spell.save(update_fields=("area", "version"))
        return
    Spell.objects.create(
        uuid=new_id(), person_id=spell.person_id, kind=spell.kind, area=to, household_id=spell.household_id,
        relation=spell.relation, registered_area=spell.registered_area, start_date=day, start_reason=BOUNDARY,
        end_date=spell.end_date, end_precision=spell.end_precision, end_reason=spell.end_reason,
    )  # fmt: skip
    spell.end_date, spell.end_precision, spell.end_reason = day, "day", BOUNDARY
    spell.save(update_fields=("end_date", "end_precision", "end_reason", "version"))


def _day_of_split(area: str, to: str) -> date:
    parts = core.parts_of(area)
    if to not in parts:
        known = "、".join(parts)
        raise ShidaiError(
            problem(
                to,
                zh=f"{to} 不是由 {area} 拆分而成的。",
                en=f"{to} isn't a part into which {area} was split.",
                mend_zh=f"可选：{known}。" if known else "请检查代码：只有拆分过的区划才能分户。",
                mend_en=f"Choose one of {known}." if known else "Check the codes: only a split area has parts.",
            )
        )
    return parts[to]


def _refuse_strangers(wanted: set[UUID], known: set[UUID]) -> None:
    strangers = sorted(map(str, wanted - known))
    if strangers:
        raise ShidaiError(
            [
                problem(
                    each,
                    zh="这一户没有在这个区划居住或登记过。",
                    en="This household never lived or was registered in the area.",
                    mend_zh="请核对户的编号。",
                    mend_en="Check the household's id.",
                )
                for each in strangers
            ]
        )
