"""Run in processes of their own: dispensers who all serve from one shelf at once.

`python -m tests.fault.dispensing make UNITS` makes a city with a station and so many units; `… work NUMBER` serves with
ten threads what dispenser NUMBER has to serve, the same again when it is run again; `… tell` prints the book as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SITE, COMMODITY, DAY = "S-1", "male-condom", date(2006, 6, 1)
THREADS, TURNS, UNITS = 10, 4, 10
PEOPLE = 4


def start() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shidai.site.settings"
    import django

    django.setup()


def make(units: int) -> None:
    """A station whose units lie in three lots, and a few people with cards."""
    start()
    from django.conf import settings

    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.supply import actions
    from tests.factories import OPERATOR, make_person
    from tests.fault.running import VILLAGE

    settings.DEMONSTRATION = True
    prepare_city(load_pack("wuxi-2006"), by=operator())
    actions.open_site(
        by=OPERATOR,
        code=SITE,
        area=VILLAGE,
        kind="station",
        name_zh="站",
        name_en="Station",
        opened_on=date(2005, 1, 1),
    )
    for number in range(3):
        line = actions.Received(COMMODITY, f"L{number}", date(2008, 1 + number, 1), units // 3)
        actions.receive(by=OPERATOR, site=SITE, lines=[line], day=date(2006, 1, 1))
    for number in range(PEOPLE):
        person = make_person(f"张{'一二三四五六'[number]}", area=VILLAGE)
        actions.issue_card(by=OPERATOR, person=person.uuid, day=date(2006, 1, 1))


def work(dispenser: int) -> dict[str, Any]:
    """What came of it: how many were served, how many refused, and every error that isn't a refusal."""
    start()
    from django.db import connection

    from shidai.core.queries import operator
    from shidai.supply import actions
    from shidai.supply.models import Card
    from shidai.words import ShidaiError

    by, cards = operator(), list(Card.objects.order_by("pk").values_list("number", flat=True))
    told: dict[str, Any] = {"served": 0, "refused": 0, "errors": []}

    def serve(thread: int) -> None:
        for turn in range(TURNS):
            who = cards[(thread + turn) % len(cards)] if turn % 3 == 0 else ""
            try:
                actions.hand_out(
                    by=by, site=SITE, commodity=COMMODITY, quantity=UNITS, day=DAY, who=who,
                    id=uuid5(NAMESPACE_URL, f"{dispenser}.{thread}.{turn}"),
                )  # fmt: skip
                told["served"] += 1
                (Path(os.environ["SHIDAI_DATA"]) / f"served-{dispenser}").touch()
            except ShidaiError:
                told["refused"] += 1
            except Exception as error:  # noqa: BLE001  whatever it is, it is told
                told["errors"].append(repr(error))
        connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(serve, range(THREADS)))
    return told


def tell() -> dict[str, Any]:
    """What is left on the shelf, what went out, to whom most, and what doesn't balance."""
    start()
    from django.db.models import Sum

    from shidai.core import audit
    from shidai.supply.ledger import find_imbalances
    from shidai.supply.models import Balance, Movement, StockEntry

    out = Movement.objects.filter(target="people")
    by_person = out.filter(entry__person__isnull=False).values_list("entry__person").annotate(units=Sum("quantity"))
    return {
        "left": sum(Balance.objects.values_list("quantity", flat=True)),
        "least": min(Balance.objects.values_list("quantity", flat=True)),
        "out": sum(out.values_list("quantity", flat=True)),
        "handouts": StockEntry.objects.filter(deed="handout").count(),
        "most": max([units for _, units in by_person.order_by()], default=0),
        "imbalances": len(find_imbalances()),
        "log_broken_at": audit.verify().broken_at,
    }


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    else:
        print(json.dumps(work(int(sys.argv[2])) if sys.argv[1] == "work" else tell()))
