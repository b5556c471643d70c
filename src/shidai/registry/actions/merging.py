"""Two records of one person become one, and two again if that was a mistake.

Every column that a merge changes, in whatever room, is written down as it was and as it became; undoing it gives each
its former value, or says which have changed since.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.audit import Deed
from shidai.registry import afterdeath, places
from shidai.registry.actions.refusing import find, refuse
from shidai.registry.merging import plan_merge, relatives
from shidai.registry.models import (
    Birth,
    ContraceptiveUse,
    Death,
    DuplicatePair,
    Merge,
    MergedReference,
    Person,
    Spell,
    Union,
)
from shidai.registry.references import Change, differences, make_change, remember, undo_change
from shidai.registry.rules import Fault
from shidai.registry.wording import say_model
from shidai.words import Problem, ShidaiError, Text, problem

_ENDS = ("end_date", "end_precision", "end_reason")


@transaction.atomic
def merge_people(*, by: Scope, keep: UUID, gone: UUID, reason: str, id: UUID | None = None) -> Merge:
    """Merge two records of one person: what refers to `gone` follows to `keep`. Again with the same id: no change.

    For who may judge in an area of either. Raises ShidaiError when one is merged already, or the two are relatives.
    """
    known = Merge.objects.filter(uuid=id).first() if id else None
    if known is not None:
        return _recall(by, known, keep, gone)
    kept, merged = _find_two(by, keep, gone)
    _mark(kept, merged)
    plan = plan_merge(kept, merged)
    made = {"uuid": id} if id else {}
    merge = Merge.objects.create(
        by=by.username,
        keep=kept,
        gone=merged,
        reason=reason,
        keep_areas=_areas(kept),
        gone_areas=_areas(merged),
        **made,
    )
    changes = list(plan.changes)
    for change in changes:
        make_change(change)
    changes += _end_after_death(kept.pk)
    MergedReference.objects.bulk_create(
        MergedReference(
            merge=merge, model=one.model, row=one.row, field=one.field, before=one.before, after=one.after
        )
        for one in changes
    )  # fmt: skip
    _settle(kept, merged)
    pairs = _pairs(kept, merged)
    pairs.update(state=DuplicatePair.State.SAME, judged_by=by.username, judged_at=timezone.now(), reason=reason)
    facts = {"rows": len(plan.follows), "why": reason}
    audit.record_all(by, [
        Deed("person.merge", f"person:{merged.uuid}", _place(merge.gone_areas), {**facts, "into": kept.uuid}),
        Deed("person.merge", f"person:{kept.uuid}", _place(merge.keep_areas), {**facts, "gone": merged.uuid}),
    ])  # fmt: skip
    return merge


@transaction.atomic
def unmerge_people(*, by: Scope, merge: UUID, reason: str) -> Merge:
    """Undo a merge: every row that followed goes back, as it was. Undone already it changes nothing.

    Raises ShidaiError naming the rows that were changed since so that they can't go back.
    """
    found = find(Merge.objects.select_related("keep", "gone"), merge, "合并", "merge")
    _require_both(by, found.keep_areas, found.gone_areas)
    if found.undone_at is not None:
        return found
    keep, gone = found.keep, found.gone
    refuse(_later_merge(keep) + _died_since(found))
    _mark(keep, gone)
    changes = [Change(one.model, one.row, one.field, one.before, one.after) for one in found.references.order_by("-id")]
    stuck = [change for change in changes if not undo_change(change)]
    if stuck:
        raise ShidaiError([_changed_since(model) for model in sorted({one.model for one in stuck})])
    _settle(keep, gone)
    Merge.objects.filter(pk=found.pk).update(
        undone_at=timezone.now(), undone_by=by.username, undone_reason=reason
    )  # fmt: skip
    asked_again = {"state": DuplicatePair.State.OPEN, "judged_by": "", "judged_at": None, "reason": ""}
    _pairs(keep, gone).update(**asked_again)
    facts = {"rows": len(changes), "why": reason}
    audit.record_all(by, [
        Deed("person.unmerge", f"person:{gone.uuid}", _place(found.gone_areas), facts),
        Deed("person.unmerge", f"person:{keep.uuid}", _place(found.keep_areas), facts),
    ])  # fmt: skip
    return Merge.objects.get(pk=found.pk)


def _recall(by: Scope, known: Merge, keep: UUID, gone: UUID) -> Merge:
    """The merge that a form's id stands for already: two clicks merge once."""
    _require_both(by, known.keep_areas, known.gone_areas)
    if (known.keep.uuid, known.gone.uuid) == (keep, gone):
        return known
    raise ShidaiError(
        problem(
            "id",
            zh="这张表单已经提交过，或编号已被占用。",
            en="This form was sent before, or its id is taken.",
            mend_zh="本次没有合并；请重新打开页面。",
            mend_en="Nothing was merged now; open the page again.",
        )
    )


def _find_two(by: Scope, keep: UUID, gone: UUID) -> tuple[Person, Person]:
    """Both, locked in the order of their numbers, so that two merges never wait for each other."""
    order = Person.objects.filter(uuid__in=(keep, gone)).order_by("pk").values_list("uuid", flat=True)
    found = {uuid: find(Person.objects.all(), uuid, "人员", "person") for uuid in order}
    for uuid in (keep, gone):
        if uuid not in found:
            find(Person.objects.none(), uuid, "人员", "person")
    kept, merged = found[keep], found[gone]
    _require_both(by, _areas(kept), _areas(merged))
    refuse(_faults(kept, merged))
    return kept, merged


def _faults(kept: Person, merged: Person) -> list[Fault]:
    if kept == merged:
        what = Text(zh="这是同一份档案。", en="This is one and the same record.")
        return [Fault("gone", what, Text(zh="请选择两份档案。", en="Choose two records."))]
    faults = []
    for field, one in (("keep", kept), ("gone", merged)):
        if one.merged_into_id is not None:
            what = Text(zh="这份档案已并入另一份。", en="This record was merged into another already.")
            faults.append(Fault(field, what, Text(zh="请打开那份档案。", en="Open that record instead.")))
    if relatives(kept, merged):
        what = Text(zh="两人是夫妻或父母子女，不是同一人。", en="They are a couple, or parent and child: two people.")
        mend = Text(zh="如关系登记有误，请先更正。", en="If that is recorded wrongly, correct it first.")
        faults.append(Fault("gone", what, mend))
    return faults


def _require_both(by: Scope, *areas: Collection[str]) -> None:
    for each in areas:
        require(by, "duplicate.judge", *(area or "-" for area in each))


def _areas(person: Person) -> list[str]:
    return [person.registered_area, person.living_area]


def _place(areas: Collection[str]) -> str:
    return next((area for area in reversed(list(areas)) if area), "")


def _pairs(one: Person, other: Person) -> QuerySet[DuplicatePair]:
    first, second = sorted((one.pk, other.pk))
    return DuplicatePair.objects.filter(one=first, other=second)


def _end_after_death(person: int) -> list[Change]:
    """What is open of somebody dead ends with the death; the changes that this made."""
    mine = Q(wife=person) | Q(husband=person)
    rows = (
        Spell.objects.filter(person=person),
        ContraceptiveUse.objects.filter(person=person),
        Union.objects.filter(mine),
    )
    before = {row: values for each in rows for row, values in remember(each, *_ENDS).items()}
    afterdeath.follow([person])
    return list(differences(before))


def _mark(*people: Person) -> None:
    """Note the counties of all that is recorded of these people for the next extract."""
    ids = [person.pk for person in people]
    events = [one for model, whose in ((Birth, "child"), (Death, "person"))
              for one in model.objects.filter(**{f"{whose}__in": ids})]  # fmt: skip
    areas = [area for one in (*people, *events) for area in (one.registered_area, one.living_area)]
    places.mark_people(ids, *areas)


def _settle(*people: Person) -> None:
    ids = [person.pk for person in people]
    places.settle(ids)
    places.settle(list(afterdeath.spouses_of(ids)))
    places.mark_people(ids)


def _later_merge(keep: Person) -> list[Fault]:
    if keep.merged_into_id is None:
        return []
    what = Text(zh="保留的档案后来又并入了另一份。", en="The kept record was merged into another one since.")
    return [Fault("merge", what, Text(zh="请先撤销那次合并。", en="Undo that merge first."))]


def _died_since(merge: Merge) -> list[Fault]:
    """A death recorded since ended what came from both records: whose it is must be said first."""
    if not Death.objects.filter(person=merge.keep, recorded_at__gt=merge.at).exists():
        return []
    what = Text(zh="合并之后登记了死亡。", en="A death was recorded since the merge.")
    return [Fault("merge", what, Text(zh="请先撤销死亡登记。", en="Withdraw that death first."))]


def _changed_since(model: str) -> Problem:
    named = say_model(apps.get_model(model)._meta.label)
    return problem(
        "merge",
        zh=f"合并之后，有{named.zh}记录又被更改或删除，不能自动恢复。",
        en=f"Since the merge a record was changed or removed: {named.en}. It can't go back by itself.",
        mend_zh="请先撤销那次更改，再拆分。",
        mend_en="Take that change back first, then undo the merge.",
    )
