"""Run in processes of their own: two officers' clicks at one moment, on people who wait for an application.

`python -m tests.fault.atonce make N` makes a city with N elders who may apply; `… apply lan|mei same|own` applies for
all of them, `… accrue` and `… build` bring dues up to date and build batches month by month. Each of these waits, when
it is ready, for a line to come in. `… merge` makes two claimants one person and two again; `… tell` prints what there
is.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from tests.fault.paying import SCHEME, UNTIL, start

MONTHS = [date(2006, month % 12 + 1, 1) for month in range(1, 12)]
APPLIED = date(2006, 1, 10)


def make(count: int) -> None:
    """A city with so many elders without a claim, two village workers and two county officers."""
    county = start()
    from django.conf import settings

    from shidai.benefits import actions
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from tests.factories import make_staff
    from tests.fault.paying import make_elder
    from tests.fault.running import VILLAGE

    settings.DEMONSTRATION = True
    prepare_city(load_pack("wuxi-2006"), by=operator())
    for name, role, area in (
        ("lan", "village_worker", VILLAGE), ("mei", "village_worker", VILLAGE),
        ("zhou", "township_officer", VILLAGE[:9]), ("gu", "county_officer", county), ("feng", "county_officer", county),
    ):  # fmt: skip
        make_staff(name, role, area)
    actions.set_payer(by=scope("gu"), area=county, name="财政局", number="1103020000123", bank_code="103302000000")
    for number in range(count):
        make_elder(number)


def scope(name: str) -> Any:
    from shidai.core.queries import operator, scope_of, staff_called

    return scope_of(staff_called(operator(), name).get())


def elders() -> list[UUID]:
    from shidai.registry.models import Person

    return list(Person.objects.filter(name="陈秀英").order_by("pk").values_list("uuid", flat=True))


def wait_for_the_word() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def apply(clerk: str, whose: str) -> list[str]:
    """Apply for everybody and pass the village's step; `same`: both clerks' clicks have one id. What came of each."""
    start()
    from shidai.benefits import actions
    from shidai.benefits.actions.claims import Subject
    from shidai.words import ShidaiError

    by, came = scope(clerk), []
    wait_for_the_word()
    for elder in elders():
        click = uuid5(NAMESPACE_URL, f"{elder}:{'' if whose == 'same' else clerk}")
        try:
            claim = actions.apply_for(by=by, scheme=SCHEME, subject=Subject(elder), day=APPLIED, id=click)
        except ShidaiError as error:
            came.append(error.said("en"))
            continue
        came.append(str(claim.uuid))
        if whose == "same":
            passed = uuid5(click, "pass")
            actions.act_on_claim(by=scope("lan"), claim=claim.uuid, act="pass", day=date(2006, 1, 11), id=passed)
    return came


def carry_on() -> None:
    """Confirm everybody's claim, with an account each."""
    start()
    from django.conf import settings

    from shidai.benefits import actions
    from shidai.benefits.models import Claim

    settings.DEMONSTRATION = True
    for claim in Claim.objects.order_by("pk"):
        for name, on in (("lan", 11), ("zhou", 30)):
            actions.act_on_claim(by=scope(name), claim=claim.uuid, act="pass", day=date(2006, 1, on))
        actions.act_on_claim(by=scope("gu"), claim=claim.uuid, act="pass", day=date(2006, 2, 20))
        actions.set_account(
            by=scope("lan"), claim=claim.uuid, holder="陈秀英", number="6228480000000000000", bank_code="103302000000"
        )


def accrue() -> list[str]:
    """Bring the dues up to the end of each month, several times."""
    county = start()
    from shidai.benefits import actions

    by = scope("gu")
    wait_for_the_word()
    for month in MONTHS:
        for _ in range(3):
            actions.accrue(by=by, scheme=SCHEME, area=county, until=month - timedelta(days=1))
    return []


def build() -> list[str]:
    """Build a batch at the end of each month and release it."""
    county = start()
    from shidai.benefits import actions
    from shidai.words import ShidaiError

    gu, feng = scope("gu"), scope("feng")
    wait_for_the_word()
    built = []
    for month in [*MONTHS, UNTIL + timedelta(days=1)]:
        with suppress(ShidaiError):  # nothing to pay yet
            batch = actions.build_batch(by=gu, scheme=SCHEME, area=county, pay_day=month - timedelta(days=1))
            built.append(str(actions.sign_batch(by=feng, batch=batch.uuid).uuid))
    return built


def merge() -> list[str]:
    """Make the first two elders one record and two again; the ledgers and decisions refuse to be changed throughout."""
    start()
    from django.db import DatabaseError, transaction

    from shidai.benefits.models import Attestation, Decision, Due, LedgerEntry
    from shidai.registry import actions as registry
    from tests.factories import OPERATOR

    keep, gone = elders()[:2]
    told = []
    done = registry.merge_people(by=OPERATOR, keep=keep, gone=gone, reason="同一人登记两次")
    told.append(f"merged {len(elders_claims())}")
    for model in (LedgerEntry, Decision, Due, Attestation):
        try:
            with transaction.atomic():
                model.objects.update(by="somebody")
        except DatabaseError as error:
            told.append(f"{model.__name__}: {str(error).splitlines()[0]}")
    registry.unmerge_people(by=OPERATOR, merge=done.uuid, reason="查明是两人")
    told.append(f"apart {len(elders_claims())}")
    return told


def elders_claims() -> set[int]:
    """Whose the claims are today: those of a merged record are the kept one's."""
    from shidai.benefits.models import Claim
    from shidai.registry.queries import survivors

    people = set(Claim.objects.values_list("person_id", flat=True))
    kept = survivors(people)
    return {kept.get(one, one) for one in people}


def tell() -> dict[str, Any]:
    """How many claims and acts there are, what each claim earned, how much of it is in payments, and if it closes."""
    county = start()
    from shidai.benefits.models import Claim, LedgerEntry, Payment, Settled
    from shidai.benefits.queries import closure
    from shidai.core import audit
    from shidai.core.queries import operator

    audit.verify()
    claims = list(Claim.objects.order_by("pk"))
    return {
        "claims": len(claims),
        "acts": LedgerEntry.objects.count(),
        "earned": [sum(claim.dues.values_list("fen", flat=True)) for claim in claims],
        "batched": [sum(Payment.objects.filter(claim=claim).values_list("fen", flat=True)) for claim in claims],
        "settled_twice": Settled.objects.count() - len(set(Settled.objects.values_list("due", flat=True))),
        "closes": closure(operator(), scheme=SCHEME, area=county, until=UNTIL).closes,
    }


if __name__ == "__main__":
    deed, *words = sys.argv[1:]
    if deed == "make":
        make(int(words[0]))
    elif deed == "carry":
        carry_on()
    else:
        said = {"apply": lambda: apply(*words), "accrue": accrue, "build": build, "merge": merge, "tell": tell}[deed]()
        print(json.dumps(said, ensure_ascii=False))
