"""Claims: applied for, carried from step to step, objected to, stopped; every act is a line of the claim's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shidai.benefits.actions.days import refuse_future, refuse_other, told_on
from shidai.benefits.deciding import decide, grant_limits, scheme_of, version_decided, version_in_force
from shidai.benefits.models import Claim, Decision, LedgerEntry
from shidai.benefits.queries import claims_beside, entries_of, find_claim, standing_of, version_of
from shidai.benefits.queries.lists import OFFICE
from shidai.benefits.workflow import Act, Entry, follow, stand
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.tree import county_of
from shidai.packs.schema.scheme import Level, Scheme, Step
from shidai.registry.queries import get_household, get_person, merged_into
from shidai.words import ShidaiError, in_yuan, problem

_ANYBODY: tuple[Act, ...] = ("apply", "decline", "object", "appeal")  # told at the counter of any level


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a claim is: a person, a household, or a village."""

    person: UUID | None = None
    household: UUID | None = None
    village: str = ""


@transaction.atomic
def apply_for(
    *, by: Scope, scheme: str, subject: Subject, day: date | None = None, reason: str = "", id: UUID | None = None
) -> Claim:
    """A claim begins, or one that was declined begins again. The same `id` sent again changes nothing.

    Raises ShidaiError for a scheme without rules on the day, a subject of another kind, or a claim that runs already.
    """
    on, chosen = day or timezone.localdate(), scheme_of(scheme)
    version = version_in_force(chosen, on)
    refuse_future(on)
    made = Claim.objects.filter(uuid=id).first() if id else None
    if made is not None:
        require(by, "benefit.apply", made.area)
        refuse_other(made.scheme == scheme)
        return made
    whose, area = _place(by, chosen, subject)
    require(by, "benefit.apply", area)
    whose = _under_which_record(chosen, whose)
    whose |= {"scheme": chosen.id, "occasion": version.id if version.amount.per == "event" else ""}
    begun = {"uuid": id or new_id(), "by": by.username, "version": version.id, "area": area, "state": "new"}
    claim, _ = Claim.objects.select_for_update().get_or_create(**whose, defaults=begun)
    require(by, "benefit.apply", claim.area)
    if id is not None and claim.entries.filter(uuid=id).exists():  # the same click, which came at the same moment
        return claim
    _write_entry(claim, "apply", on, by, reason, decide(claim, on, by), id)
    return claim


def _under_which_record(scheme: Scheme, whose: dict[str, Any]) -> dict[str, Any]:
    """A person into whose record another one was merged goes on with the claim that was made under that one."""
    if "person_id" not in whose:
        return whose
    merged = merged_into(whose["person_id"])
    own = Claim.objects.filter(scheme=scheme.id, person_id=whose["person_id"]).exists()
    former = None if own else Claim.objects.filter(scheme=scheme.id, person_id__in=merged).first()
    return {"person_id": former.person_id} if former is not None else whose


def _place(by: Scope, scheme: Scheme, subject: Subject) -> tuple[dict[str, Any], str]:
    """Whose claim it is, as the fields of one, and the village whose office handles it."""
    match scheme.subject, subject:
        case "village", Subject(person=None, household=None, village=str(village)) if village:
            return {"village": village}, village
        case "person", Subject(person=UUID() as uuid):
            person = get_person(by, uuid)
            if person is not None:
                return {"person_id": person.pk}, person.registered_area or person.living_area
        case "household", Subject(household=UUID() as uuid):
            household = get_household(by, uuid)
            if household is not None:
                return {"household_id": household.pk}, household.area
    raise ShidaiError(
        problem(
            "subject",
            zh=f"“{scheme.title.zh}”的对象不是这样的，或不在您负责的区划内。",
            en=f"'{scheme.title.en}' is not for such a subject, or it isn't in your area.",
            mend_zh="请从档案页面开始办理。",
            mend_en="Begin from the record's page.",
        )
    )


@transaction.atomic
def act_on_claim(
    *, by: Scope, claim: UUID, act: Act, day: date | None = None, reason: str = "", fen: int | None = None,
    id: UUID | None = None,
) -> Claim:  # fmt: skip
    """Carry a claim on by one act. The same `id` sent again changes nothing.

    fen: the amount that is granted with a step, where the scheme leaves it to who approves; the last step needs one.

    A step is passed only when every condition is met by that day's facts, and the last one only when no scheme is in
    force that can't be held beside it; the decision is kept. Raises ShidaiError when the act doesn't fit where the
    claim stands, or is not for this office or person.
    """
    found = find_claim(by, claim)
    known = LedgerEntry.objects.filter(uuid=id).first() if id is not None else None
    if known is not None:
        refuse_other((known.claim_id, known.act) == (found.pk, act))
        return found
    on = day or timezone.localdate()
    refuse_future(on)
    _require_office(by, found, act, on)
    _require_reason(act, reason)
    if act == "pass" or fen is not None:
        _check_grant(found, act, on, fen)
    if act == "pass":
        _refuse_incompatible(found, on)
    decision = decide(found, on, by, fen) if act not in ("object", "settle") else None
    if act in ("pass", "reverify") and decision is not None and not decision.eligible:
        raise _not_met(decision)
    _write_entry(found, act, on, by, reason, decision, id, fen)
    return found


def _check_grant(claim: Claim, act: Act, on: date, fen: int | None) -> None:
    """A granted amount lies within the pack's limits; who passes the last step sets it, and nobody else."""
    limits = grant_limits(claim, on)
    last = act == "pass" and standing_of(claim, on).step == len(_steps(claim)) - 1
    if fen is not None and not last and limits is not None:
        raise ShidaiError(
            problem(
                "fen",
                zh="金额由最后一级审核核定。",
                en="The last level sets the amount.",
                mend_zh="请不要填写金额。",
                mend_en="Leave the amount empty.",
            )
        )
    if limits is None and fen is not None:
        raise ShidaiError(
            problem(
                "fen",
                zh="这个方案的金额由规定算出，不能另行核定。",
                en="The rules give this scheme's amount; nobody sets another one.",
                mend_zh="请不要填写金额。",
                mend_en="Leave the amount empty.",
            )
        )
    if limits is None or not last:
        return
    if fen is None or not limits[0] <= fen <= limits[1]:
        least, most = in_yuan(limits[0]), in_yuan(limits[1])
        raise ShidaiError(
            problem(
                "fen",
                zh=f"核定金额应在{least}元到{most}元之间。",
                en=f"The amount granted lies between {least} and {most} yuan.",
                mend_zh="请填写限额以内的金额。",
                mend_en="Enter an amount within these limits.",
            )
        )


def _refuse_incompatible(claim: Claim, on: date) -> None:
    """Of schemes that can't be held at the same time the second one isn't confirmed."""
    held = [one for one in claims_beside(claim) if standing_of(one, on).state == "in_force"]
    if held:
        title = scheme_of(held[0]).title
        raise ShidaiError(
            problem(
                "scheme",
                zh=f"当事人正在享受“{title.zh}”，两者不能同时享受。",
                en=f"'{title.en}' is in force for the same subject; the two can't be held together.",
                mend_zh="请当事人选择其一，先停止另一项。",
                mend_en="Let the person choose one; stop the other first.",
            )
        )


def _require_office(by: Scope, claim: Claim, act: Act, on: date) -> None:
    """Which office an act belongs to: the next step's; stopping and settling belong to the last step's."""
    if act in _ANYBODY:
        require(by, "benefit.apply", claim.area)
        return
    steps = _steps(claim)
    standing = standing_of(claim, on)
    following = standing.step + (standing.state == "notice")  # whose turn it is when the notice has ended
    at = following if act in ("pass", "refuse", "settle") else -1
    level: Level = steps[at if at < len(steps) else -1].level
    require(by, OFFICE[level], claim.area)


def _steps(claim: Claim) -> tuple[Step, ...]:
    return version_of(claim).step


def _require_reason(act: Act, reason: str) -> None:
    if act in ("refuse", "object", "settle", "stop", "appeal") and not reason.strip():
        raise ShidaiError(
            problem(
                "reason",
                zh="请写明理由。",
                en="Give the reason.",
                mend_zh="当事人会看到它。",
                mend_en="The person concerned will read it.",
            )
        )


def _not_met(decision: Decision) -> ShidaiError:
    words = {one.id: one.title for one in version_decided(decision).condition}
    return ShidaiError(
        [
            problem(
                outcome["id"],
                zh=f"条件“{words[outcome['id']].zh}”{'不详' if outcome['met'] is None else '不符合'}。",
                en=f"'{words[outcome['id']].en}' is {'unknown' if outcome['met'] is None else 'not met'}.",
                mend_zh="请更正档案、补充证明，或不予确认并说明理由。",
                mend_en="Correct the record, add a paper, or refuse the claim with the reason.",
            )
            for outcome in decision.outcomes
            if not outcome["met"]
        ]
    )


def _write_entry(
    claim: Claim, act: Act, day: date, by: Scope, reason: str, decision: Decision | None, id: UUID | None = None,
    fen: int | None = None,
) -> None:  # fmt: skip
    """Add a line to the ledger if it may follow, and renew the copy of the state."""
    before = list(claim.entries.order_by("number"))
    steps = _steps(claim)
    if before and day < before[-1].day:
        raise ShidaiError(
            problem(
                "day",
                zh=f"{day} 早于上一步的日期 {before[-1].day}。",
                en=f"{day} is before the day of the last act, {before[-1].day}.",
                mend_zh="请核对日期。",
                mend_en="Check the day.",
            )
        )
    entry = Entry(act, day, by.username, told_on(day))
    standing = follow(stand(entries_of(claim), steps, day), entry, steps)
    LedgerEntry.objects.create(
        uuid=id or new_id(), by=by.username, claim=claim, number=len(before) + 1, act=act, day=day,
        told_on=told_on(day), reason=reason, decision=decision, fen=fen,
    )  # fmt: skip
    claim.state = standing.state
    claim.save(update_fields=("state",))
    mark_changed([county_of(claim.area)])
    audit.record(by, "benefit.act", f"claim:{claim.uuid}", area=claim.area, act=act, scheme=claim.scheme)
