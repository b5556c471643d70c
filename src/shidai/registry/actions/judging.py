"""What people say of two records that may be one person's: different, unsure, or that the city shall say."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.audit import Deed
from shidai.registry.actions.refusing import find
from shidai.registry.models import DuplicatePair
from shidai.registry.models.people import Person
from shidai.words import ShidaiError, problem

Verdict = Literal["same", "different", "unsure"]


@transaction.atomic
def judge_pair(*, by: Scope, pair: UUID, verdict: Verdict, reason: str = "") -> DuplicatePair:
    """Say whether the two are one person. For who may judge in an area of either.

    Of two records of the register 'same' is said by merging them; of a row of another list it is only noted.
    A second judgement replaces the first; the log keeps both. Raises ShidaiError.
    """
    found = _find(pair)
    for person in _people(found):
        require(by, "duplicate.judge", *_areas(person))
    if found.state == verdict:
        return found
    if found.other is not None and "same" in (verdict, found.state):
        raise ShidaiError(
            problem(
                "verdict",
                zh="登记册内的两份档案通过合并（或撤销合并）来判断。",
                en="Of two records of the register this is said by merging them, or by undoing that.",
                mend_zh="请用“同一人”打开合并页面。",
                mend_en="Open the page of the merge with 'same'.",
            )
        )
    found.state, found.reason = verdict, reason
    found.judged_by, found.judged_at = by.username, timezone.now()
    found.save(update_fields=("state", "reason", "judged_by", "judged_at"))
    audit.record_all(by, [
        Deed("duplicate.judge", f"person:{one.uuid}", one.living_area or one.registered_area,
             {"pair": found.uuid, "verdict": verdict, "why": reason})
        for one in _people(found)
    ])  # fmt: skip
    return found


@transaction.atomic
def pass_pair(*, by: Scope, pair: UUID) -> DuplicatePair:
    """One of the records lies in another area: ask those who may judge in both. Asked again it changes nothing."""
    found = _find(pair)
    mine = [one for one in _people(found) if any(by.allows("duplicate.judge", area) for area in _areas(one))]
    if not mine:
        require(by, "duplicate.judge", "-")
    if found.passed_at is not None:
        return found
    found.passed_by, found.passed_at = by.username, timezone.now()
    found.save(update_fields=("passed_by", "passed_at"))
    audit.record_all(by, [
        Deed("duplicate.pass", f"person:{one.uuid}", one.living_area or one.registered_area, {"pair": found.uuid})
        for one in mine
    ])  # fmt: skip
    return found


def _find(pair: UUID) -> DuplicatePair:
    return find(DuplicatePair.objects.select_related("one", "other"), pair, "重复核对", "pair of records")


def _people(pair: DuplicatePair) -> list[Person]:
    return [one for one in (pair.one, pair.other) if one is not None]


def _areas(person: Person) -> tuple[str, str]:
    return person.registered_area or "-", person.living_area or "-"
