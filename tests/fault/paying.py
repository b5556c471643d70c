"""Run in processes of their own: a city with claims, and workers that pay them again and again until nothing is left.

`python -m tests.fault.paying make N` makes a city with N claims in force; `… work` accrues, builds, releases and
answers in a loop; `… tell` prints what was paid to whom as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import date
from typing import Any

SCHEME, UNTIL = "rural-reward", date(2006, 12, 31)


def start() -> str:
    """Set Django up; returns the county's code."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shidai.site.settings"
    import django

    django.setup()
    from tests.fault.running import VILLAGE

    return VILLAGE[:6]


def make(count: int) -> None:
    """A city with so many claims in force, each worth 12 months."""
    county = start()
    from django.conf import settings

    from shidai.benefits import actions
    from shidai.benefits.actions.claims import Subject
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from tests.factories import make_staff
    from tests.fault.running import VILLAGE

    settings.DEMONSTRATION = True  # its notices ran in 2006
    prepare_city(load_pack("wuxi-2006"), by=operator())
    lan, zhou = make_staff("lan", "village_worker", VILLAGE), make_staff("zhou", "township_officer", VILLAGE[:9])
    gu, _ = make_staff("gu", "county_officer", county), make_staff("feng", "county_officer", county)
    actions.set_payer(by=gu, area=county, name="财政局", number="1103020000123", bank_code="103302000000")
    for number in range(count):
        elder = make_elder(number)
        claim = actions.apply_for(by=lan, scheme=SCHEME, subject=Subject(elder.uuid), day=date(2006, 1, 10))
        for by, on in ((lan, date(2006, 1, 11)), (zhou, date(2006, 2, 1)), (gu, date(2006, 3, 1))):
            actions.act_on_claim(by=by, claim=claim.uuid, act="pass", day=on)
        actions.set_account(
            by=lan, claim=claim.uuid, holder="陈秀英", number="6228480000000000000", bank_code="103302000000"
        )


def make_elder(number: int) -> Any:
    """A rural widow with one grown child."""
    from shidai.registry import actions as registry
    from tests.factories import OPERATOR, day
    from tests.fault.running import VILLAGE

    elder, born = None, day(f"1940-3-{1 + number}")
    for name, sex, when in (("陈秀英", 2, born), ("陈一", 1, day("1965-1-1"))):
        identity = registry.Identity(name=name, sex=sex, birth=when, registration="rural")
        made = registry.register_person(
            by=OPERATOR, identity=identity, area=VILLAGE, since=when, mother=elder.uuid if elder else None
        )
        elder = elder or made
    return elder


def work() -> None:
    """Pay what there is, several times over, as if every click came twice."""
    county = start()
    from shidai.benefits import actions
    from shidai.benefits.models import Batch
    from shidai.core.queries import operator, scope_of, staff_called
    from shidai.words import ShidaiError

    gu, feng = (scope_of(staff_called(operator(), name).get()) for name in ("gu", "feng"))
    for _ in range(4):
        actions.accrue(by=gu, scheme=SCHEME, area=county, until=UNTIL)
        with suppress(ShidaiError):  # nothing left to pay
            actions.build_batch(by=gu, scheme=SCHEME, area=county, pay_day=UNTIL)
        for batch in Batch.objects.all():
            actions.sign_batch(by=feng, batch=batch.uuid)
            lines = [actions.BankLine(one.reference, one.fen, True, UNTIL) for one in batch.payments.all()]
            actions.record_answer(by=gu, batch=batch.uuid, lines=lines)


def tell() -> dict[str, Any]:
    """What each claim earned and got, and whether the sums close."""
    county = start()
    from shidai.benefits.models import Claim, Outcome
    from shidai.benefits.queries import closure
    from shidai.core import audit
    from shidai.core.queries import operator

    audit.verify()
    earned = [sum(claim.dues.values_list("fen", flat=True)) for claim in Claim.objects.order_by("pk")]
    paid = [
        sum(Outcome.objects.filter(payment__claim=claim, paid=True).values_list("payment__fen", flat=True))
        for claim in Claim.objects.order_by("pk")
    ]
    closes = closure(operator(), scheme=SCHEME, area=county, until=UNTIL).closes
    return {"earned": earned, "paid": paid, "closes": closes}


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    elif sys.argv[1] == "work":
        work()
    else:
        print(json.dumps(tell()))
