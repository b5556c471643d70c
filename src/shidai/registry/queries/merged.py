"""Records that were merged into another one: where each person is found today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from shidai.core import audit
from shidai.core.access import Scope
from shidai.registry.models import Merge, Person
from shidai.registry.queries.people import in_scope


def survivors(person_ids: Collection[int]) -> dict[int, int]:
    """Of these row numbers those of merged records, each with that of the record which was kept."""
    merged = Person.objects.filter(pk__in=person_ids, merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into_id"))


def merged_into(person_id: int) -> list[int]:
    """The row numbers of the records that were merged into this one."""
    return list(Person.objects.filter(merged_into_id=person_id).values_list("pk", flat=True))


def all_merged_into(person_ids: Collection[int]) -> dict[int, int]:
    """Of the records that were merged into one of these, each with the one that was kept."""
    return dict(Person.objects.filter(merged_into_id__in=person_ids).values_list("pk", "merged_into_id"))


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A merged record: the merge, with both records, and whether the reader may undo it."""

    merge: Merge
    may_undo: bool


def merged_record(scope: Scope, uuid: UUID) -> MergedRecord | None:
    """A merged record whose kept one the caller may read; None otherwise. The look is logged."""
    merge = Merge.objects.select_related("keep", "gone").filter(gone__uuid=uuid, undone_at=None).first()
    if merge is None or not in_scope(scope).filter(merged__uuid=uuid).exists():
        return None
    audit.record(scope, "person.read", f"person:{uuid}", area=merge.keep.living_area or merge.keep.registered_area)
    return MergedRecord(merge, _may_judge_both(scope, merge))


def _may_judge_both(scope: Scope, merge: Merge) -> bool:
    return all(
        any(scope.allows("duplicate.judge", area or "-") for area in areas)
        for areas in (merge.keep_areas, merge.gone_areas)
    )
