"""Run in a process of its own: acts of supply that meet at one moment on PostgreSQL.

`python -m tests.fault.racing` prints as JSON what came of each kind of meeting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from uuid import UUID

from tests.fault.dispensing import COMMODITY, DAY, SITE, make

OTHER = "female-condom"
ROUNDS = 8


def meet(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do all at once; what each said: nothing, a refusal, or an error that is none."""
    from django.db import connection

    from shidai.words import ShidaiError

    told, start = [""] * len(acts), Barrier(len(acts))

    def do(at: int) -> None:
        start.wait()
        try:
            acts[at]()
        except ShidaiError:
            told[at] = "refused"
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            told[at] = repr(error)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(at,)) for at in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def race() -> dict[str, object]:
    make(1200)
    from django.db import transaction

    from shidai.core.ids import new_id
    from shidai.core.queries import operator
    from shidai.supply import actions
    from shidai.supply.models import Balance, Card, Requisition, RequisitionStep, StockEntry
    from shidai.supply.standing import available_of
    from tests.factories import make_person
    from tests.fault.running import VILLAGE

    by = operator()
    line = actions.Received(OTHER, "F1", date(2008, 1, 1), 500)
    actions.receive(by=by, site=SITE, lines=[line], day=date(2006, 1, 1))
    person = make_person("张三", area=VILLAGE)
    store = actions.open_site(
        by=by, code="STORE", area=VILLAGE, kind="station", name_zh="库", name_en="Store", opened_on=date(2005, 1, 1)
    )
    colleague = replace(by, username="colleague")
    errors: list[str] = []
    twice = two_cards = stranded = found_twice = clicked_in_vain = over = 0

    def find(site: str, lot: str, id: UUID) -> None:
        found = actions.Received(OTHER, lot, date(2008, 1, 1), 7)
        actions.record_surplus(by=by, site=site, line=found, reason="清点", day=DAY, id=id)

    def recall(lot: str) -> None:
        actions.recall_lot(by=by, commodity=OTHER, lot=lot, reason="厂家通知", day=DAY)
        actions.lift_recall(by=by, commodity=OTHER, lot=lot, reason="检验合格", day=DAY)

    def receive(lot: str) -> None:
        actions.receive(by=by, site=SITE, lines=[actions.Received(OTHER, lot, date(2008, 1, 1), 9)], day=DAY)

    def share(asked: Requisition, units: int, also: Requisition | None = None) -> None:
        shares = {asked.uuid: units} | ({also.uuid: units} if also is not None else {})
        actions.approve_shares(by=colleague, supplier="STORE", commodity=OTHER, shares=shares, day=DAY, reason="不足")

    def give(commodity: str, id: UUID | None = None) -> None:
        actions.hand_out(by=by, site=SITE, commodity=commodity, quantity=1, day=DAY, id=id)

    @transaction.atomic
    def visit() -> None:
        actions.hold_for(site=SITE, commodities=[COMMODITY, OTHER], person=person.pk)
        give(COMMODITY)
        give(OTHER)

    for number in range(ROUNDS):
        id_ = new_id()
        errors += meet([lambda id_=id_: give(COMMODITY, id_)] * 3)  # type: ignore[misc]
        twice += StockEntry.objects.filter(uuid=id_).count() != 1
        errors += meet([visit, lambda: give(OTHER), lambda: give(OTHER)])
        holder = make_person("李四", area=VILLAGE)
        errors += meet([lambda uuid=holder.uuid: actions.issue_card(by=by, person=uuid, day=DAY)] * 2)  # type: ignore[misc]
        two_cards += Card.objects.filter(person=holder, end=None).count() != 1
        room = actions.open_site(
            by=by, code=f"R{number}", area=VILLAGE, kind="room", name_zh="室", name_en="Room",
            opened_on=date(2005, 1, 1), supplier=SITE,
        )  # fmt: skip
        errors += meet([
            lambda to=room.code: actions.send(by=by, site=SITE, to=to, quantities={COMMODITY: 1}, day=DAY),  # type: ignore[misc]
            lambda site=room.code: actions.close_site(by=by, site=site, day=DAY),  # type: ignore[misc]
        ])  # fmt: skip
        room.refresh_from_db()
        lot, click = f"G{number}", new_id()
        receive(lot)  # known, and not on the room's book
        errors += meet([lambda lot=lot, site=room.code: find(site, lot, new_id())] * 2)  # type: ignore[misc]
        found_twice += Balance.objects.filter(account=f"site:{room.code}", lot__number=lot, quantity=14).exists()
        clicks = meet([lambda id_=click, number=number: find(SITE, f"H{number}", id_)] * 3)  # type: ignore[misc]
        errors += clicks
        clicked_in_vain += "refused" in clicks
        errors += meet([
            lambda lot=lot: recall(lot), lambda lot=lot: receive(lot), lambda: give(OTHER), lambda lot=lot: recall(lot),  # type: ignore[misc]
        ])  # fmt: skip
        actions.receive(by=by, site="STORE", lines=[actions.Received(OTHER, lot, date(2008, 1, 1), 100)], day=DAY)
        own = actions.open_site(
            by=by, code=f"Q{number}", area=VILLAGE, kind="room", name_zh="室", name_en="Room",
            opened_on=date(2005, 1, 1), supplier="STORE",
        )  # fmt: skip
        one, two = (
            actions.request_stock(by=by, site=own.code, commodity=OTHER, quantity=80, day=DAY, reason=why)
            for why in ("备货", "再备")
        )
        there = available_of(store, OTHER, DAY)
        errors += meet([lambda one=one: share(one, 80), lambda two=two: share(two, 80)])  # type: ignore[misc]
        agreed = RequisitionStep.objects.filter(requisition__in=[one, two], deed="approved")
        over += sum(agreed.values_list("quantity", flat=True)) > there
        first, other = (one, two) if agreed.filter(requisition=one).exists() else (two, one)
        errors += meet([
            lambda first=first: actions.send_requisition(by=by, requisition=first.uuid, day=DAY),  # type: ignore[misc]
            lambda first=first, other=other: share(other, 5, also=first),  # type: ignore[misc]
            lambda other=other: share(other, 5),  # type: ignore[misc]
        ])  # fmt: skip
        stranded += room.closed_on is not None and Balance.objects.filter(site=room, quantity__gt=0).exists()
    return {
        "errors": [one for one in errors if one not in ("", "refused")], "twice": twice, "two_cards": two_cards,
        "stranded": stranded, "found_twice": found_twice, "clicked_in_vain": clicked_in_vain, "over": over,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(race()))
