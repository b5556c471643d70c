"""Births and moves that were entered by mistake are taken back, unless something else rests on them.

The record goes, what a move had ended is open again, and the audit log keeps what was recorded, by whom and why.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.core import audit
from shidai.core.access import Scope
from shidai.core.audit import Deed
from shidai.registry import facts, places
from shidai.registry.actions.people import settle
from shidai.registry.actions.refusing import find, find_person, refuse
from shidai.registry.dates import half_date
from shidai.registry.models import Birth, Parentage, Person, SourceRow, Spell
from shidai.registry.rules import Fault, Stretch, overlap
from shidai.words import ShidaiError, Text, problem

_NOT_MOVES = ("birth", "correction", "boundary")  # reasons with which a spell begins without a move
_LATER_FIRST = Text(zh="请先撤销后来的那条记录。", en="Withdraw the later record first.")


@transaction.atomic
def withdraw_birth(*, by: Scope, child: UUID, why: str) -> Person | None:
    """The birth was recorded by mistake: the child, who is on the register by it alone, leaves it again.

    Refused when the child has any other record. The source's keys of an imported child stay known, so that the same
    files don't bring it back, and corrected rows do. Returns the mother. Raises ShidaiError with everything that stands
    in the way.
    """
    who = find_person(by, child)
    birth = _birth_of(who)
    refuse(_standing_in_the_way(who))
    family = Parentage.objects.select_related("mother", "father").filter(child=who).first()
    mother = family.mother if family else None
    father = family.father if family else None
    area = who.registered_area or who.living_area
    before = {
        "born": who.birth_date, "precision": who.birth_precision, "sex": who.sex, "order": birth.birth_order,
        "plurality": birth.plurality, "recorded_on": birth.recorded_on,
        "mother": mother.uuid if mother else None, "father": father.uuid if father else None,
    }  # fmt: skip
    places.mark_people([who.pk])
    places.mark_areas([birth.registered_area, birth.living_area])
    _keep_keys(who, birth)
    who.delete()
    deeds = [Deed("birth.withdraw", f"person:{child}", area, {"before": before, "why": why})]
    if mother is not None:
        settle(mother)
        deeds.append(Deed("birth.withdraw", f"person:{mother.uuid}", area, {"child": child, "why": why}))
    audit.record_all(by, deeds)
    return mother


def _birth_of(child: Person) -> Birth:
    birth = Birth.objects.select_for_update().filter(child=child).first()
    if birth is not None:
        return birth
    raise ShidaiError(
        problem(
            "child",
            zh="此人没有出生登记。",
            en="No birth of this person was recorded.",
            mend_zh="如出生日期有误，请更正日期。",
            mend_en="If the date of birth is wrong, correct it.",
        )
    )


def _standing_in_the_way(child: Person) -> list[Fault]:
    """What else is recorded of the child; each would lose its person."""
    found = {
        Text(zh="迁移", en="a move"): child.spells.exclude(start_reason="birth", end_date=None).exists(),
        Text(zh="死亡", en="a death"): hasattr(child, "death"),
        Text(zh="婚姻", en="a marriage"): child.unions_as_wife.exists() or child.unions_as_husband.exists(),
        Text(zh="子女", en="a child"): child.children_borne.exists() or child.children_fathered.exists(),
        Text(zh="避孕", en="use of contraception"): child.contraception.exists(),
        Text(zh="证件号码", en="an identity number"): child.identifiers.exists(),
        Text(zh="户主", en="a household as its head"): child.heads.exists(),
    }
    what = Text(zh="孩子另有{other}记录，出生登记不能撤销。", en="The child has {other} on record.")
    mend = Text(
        zh="请先撤销那条记录；如只是日期有误，请更正出生日期。",
        en="Withdraw that first; if only the date is wrong, correct the date of birth.",
    )
    return [Fault("child", what.filled(other=other), mend) for other, is_there in found.items() if is_there]


def _keep_keys(child: Person, birth: Birth) -> None:
    """The sources' keys of all that goes remember that it was withdrawn."""
    spells = child.spells.values_list("pk", flat=True)
    for kind, records in (("person", [child.pk]), ("birth", [birth.pk]), ("spell", list(spells))):
        SourceRow.objects.filter(kind=kind, record_id__in=records).update(record_id=-child.pk)


@transaction.atomic
def withdraw_move(*, by: Scope, spell: UUID, why: str) -> Person:
    """The move with which this spell began was a mistake: the spell goes, the one that it ended is open again.

    Refused when anything came after it: another move, a death, or a child who was born into that residence.
    """
    begun = find(Spell.objects.all(), spell, "居住", "spell of residence")
    who = find_person(by, begun.person.uuid)
    ended = _ended_by(begun)
    refuse(_is_no_move(begun, ended) + _came_after(begun) + _clash(ended, begun))
    before = _told(begun)
    places.mark_areas([begun.area])
    if ended is not None:
        _open_again(ended)
    begun.delete()
    settle(who)
    reopened = _told(ended) if ended else None
    audit.record(
        by, "move.withdraw", f"person:{who.uuid}", area=begun.area, kind=begun.kind, before=before, reopened=reopened,
        why=why,
    )  # fmt: skip
    return who


@transaction.atomic
def withdraw_departure(*, by: Scope, spell: UUID, why: str) -> Person:
    """The person didn't move out of the city: the spell that the departure ended is open again.

    Withdrawn again it changes nothing. Refused when she came back since, or has died.
    """
    left = find(Spell.objects.all(), spell, "居住", "spell of residence")
    who = find_person(by, left.person.uuid)
    if left.end_date is None:
        return who
    later = Spell.objects.filter(person=who, kind=left.kind, start_date__gte=left.end_date).exclude(pk=left.pk)
    faults = []
    if left.end_reason == "death" or hasattr(who, "death"):
        faults.append(Fault("spell", Text(zh="此人已登记死亡。", en="The person's death is recorded."), _LATER_FIRST))
    if later.exists():
        what = Text(zh="此后又有同类的居住记录。", en="A later spell of the same kind is recorded.")
        faults.append(Fault("spell", what, _LATER_FIRST))
    refuse(faults or _clash(left))
    before = _told(left)
    _open_again(left)
    settle(who)
    audit.record(by, "move.withdraw", f"person:{who.uuid}", area=left.area, kind=left.kind, before=before, why=why)
    return who


def _ended_by(begun: Spell) -> Spell | None:
    """The spell of the same kind that ended on the day on which this one began."""
    same = Spell.objects.select_for_update().filter(person=begun.person, kind=begun.kind, end_date=begun.start_date)
    return same.exclude(pk=begun.pk).exclude(end_reason="death").order_by("-start_date", "-pk").first()


def _is_no_move(begun: Spell, ended: Spell | None) -> list[Fault]:
    if begun.start_reason == "birth" or (begun.start_reason in _NOT_MOVES and ended is None):
        what = Text(zh="这条居住记录不是由迁移产生的。", en="This residence didn't begin with a move.")
        mend = Text(zh="如是误登的出生，请撤销出生登记。", en="If the birth is a mistake, withdraw the birth.")
        return [Fault("spell", what, mend)]
    if not Spell.objects.filter(person=begun.person).exclude(pk=begun.pk).exists():
        what = Text(zh="这是此人唯一的居住记录。", en="It is the only residence on record.")
        mend = Text(zh="请登记迁移到正确的村（社区）。", en="Register a move to the right village.")
        return [Fault("spell", what, mend)]
    return []


def _came_after(begun: Spell) -> list[Fault]:
    if begun.end_date is not None:
        what = Text(zh="这次迁移之后又有迁移或死亡记录。", en="A move or a death came after this move.")
        return [Fault("spell", what, _LATER_FIRST)]
    born_here = Spell.objects.filter(
        person__parentage__mother=begun.person, kind=begun.kind, area=begun.area, start_reason="birth",
        start_date__gte=begun.start_date,
    )  # fmt: skip
    if born_here.exists():
        what = Text(zh="此后出生的孩子随母亲登记在那里。", en="A child born since is recorded there, with the mother.")
        mend = Text(zh="请登记迁回；或先撤销那次出生。", en="Register a move back, or withdraw that birth first.")
        return [Fault("spell", what, mend)]
    return []


def _clash(ended: Spell | None, begun: Spell | None = None) -> list[Fault]:
    """An open spell must not overlap another: imported residence may have gaps and odd orders."""
    if ended is None:
        return []
    but = {one.pk for one in (ended, begun) if one is not None}
    reopened = Stretch(half_date(ended.start_date, ended.start_precision))
    others = facts.spells_of([ended.person_id], but)[ended.person_id, ended.kind]
    if not any(overlap(reopened, other) for other in others):
        return []
    what = Text(zh="恢复后会与另一条居住记录重叠。", en="What it would open again overlaps another spell.")
    return [Fault("spell", what, Text(zh="请先核对居住记录的日期。", en="Check the dates of residence first."))]


def _open_again(ended: Spell) -> None:
    ended.end_date, ended.end_precision, ended.end_reason = None, "none", ""
    ended.version += 1
    ended.save(update_fields=("end_date", "end_precision", "end_reason", "version"))


def _told(spell: Spell) -> dict[str, str | date | None]:
    """A spell as the log keeps it."""
    return {
        "area": spell.area, "start": spell.start_date, "start_reason": spell.start_reason, "end": spell.end_date,
        "end_reason": spell.end_reason,
    }  # fmt: skip
