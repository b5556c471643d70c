"""The demonstration's years of payments, played through the room's own actions: due, batched, released, answered."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shidai.benefits import actions
from shidai.benefits.actions.roster import claim_id
from shidai.benefits.models import Batch, Claim
from shidai.core.access import Grant, Scope
from shidai.core.tree import county_of
from shidai.packs import Pack
from shidai.packs.schema.scheme import Scheme
from shidai.words import ShidaiError

BUILDER, RELEASER = (
    Scope(None, f"demonstration:{name}", name, (Grant("", "county_officer"),)) for name in ("builder", "releaser")
)
PAYER_NAME, PAYER_ACCOUNT = "演示付款账户", "99990000000001"  # of no bank


@dataclass(frozen=True, slots=True)
class Return:
    """A payment that comes back on a day; `again`: when it is paid anew, if it is."""

    day: date
    again: date | None


def play_years(
    pack: Pack, folder: Path, *, by: Scope, source: str, report: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, int]:
    """Take the plan's roster over and pay it, pay day by pay day, up to the pack's last day. What was done, counted."""
    plan = folder / "benefits.csv"
    taken = actions.take_roster(by=by, source=source, claims=plan, attested=folder / "attested.csv")
    returns, bank_code = _read_plan(plan, source)
    counties = _counties()
    for county in sorted({county for found in counties.values() for county in found}):
        actions.set_payer(by=BUILDER, area=county, name=PAYER_NAME, number=PAYER_ACCOUNT, bank_code=bank_code)
    batches = 0
    for at, (scheme_id, found) in enumerate(sorted(counties.items())):
        report(at, len(counties))
        for day in _pay_days(pack.schemes[scheme_id], pack.last_day, returns):
            for county in sorted(found):
                batches += _pay(scheme_id, county, day, returns)
    return {"claims": taken.claims, "acts": taken.acts, "batches": batches}


def _read_plan(plan: Path, source: str) -> tuple[dict[int, Return], str]:
    """By claim, the payment that comes back; and the bank that the plan's accounts belong to."""
    by_subject: dict[int, Return] = {}
    code = "000000000000"
    known = dict(Claim.objects.values_list("uuid", "pk"))
    with plan.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code = row["bank_code"] or code
            if row["returned_on"]:
                again = date.fromisoformat(row["reissued_on"]) if row["reissued_on"] else None
                by_subject[known[claim_id(source, row["key"])]] = Return(date.fromisoformat(row["returned_on"]), again)
    return by_subject, code


def _counties() -> dict[str, set[str]]:
    """By scheme, the counties that have claims."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for scheme, area in Claim.objects.values_list("scheme", "area").distinct():
        found[scheme].add(county_of(area))
    return found


def _pay_days(scheme: Scheme, last_day: date, returns: dict[int, Return]) -> list[date]:
    """The calendar's days of payment up to the last day, and those on which what came back is paid anew."""
    days = {one.again for one in returns.values() if one.again is not None and one.again <= last_day}
    for version in scheme.version:
        if version.status != "in_force":
            continue
        for year in range(version.effective_from.year, last_day.year + 1):
            named = (date(year, *map(int, text.split("-"))) for text in version.calendar.pay)
            days |= {day for day in named if version.effective_from <= day <= last_day}
    return sorted(days)


def _pay(scheme: str, county: str, day: date, returns: dict[int, Return]) -> int:
    """One batch, if there is anything to pay: built, released, sent to the bank and answered."""
    try:
        batch = actions.build_batch(by=BUILDER, scheme=scheme, area=county, pay_day=day)
    except ShidaiError:
        return 0  # nothing to pay
    for number in range(batch.signatures_needed):
        releaser = Scope(None, f"{RELEASER.username}:{number + 1}", RELEASER.name, RELEASER.grants)
        actions.sign_batch(by=releaser, batch=batch.uuid)
    actions.record_answer(by=BUILDER, batch=batch.uuid, lines=_answers(batch, day, returns))
    return 1


def _answers(batch: Batch, day: date, returns: dict[int, Return]) -> list[actions.BankLine]:
    """Each payment is made on the day, unless the plan has it come back: once."""
    lines = []
    for payment in batch.payments.all():
        back = returns.get(payment.claim_id)
        if back is not None and day <= back.day:
            del returns[payment.claim_id]
            lines.append(actions.BankLine(payment.reference, payment.fen, False, back.day, "AC04 账户已销户"))
        else:
            lines.append(actions.BankLine(payment.reference, payment.fen, True, day))
    return lines
