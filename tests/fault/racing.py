"""Run in a process of its own: acts of supply that meet at one moment on PostgreSQL.

`python -m tests.fault.racing` prints as JSON what came of each kind of meeting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
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
    from shidai.supply.models import Balance, Card, StockEntry
    from tests.factories import make_person
    from tests.fault.running import VILLAGE

    by = operator()
    line = actions.Received(OTHER, "F1", date(2008, 1, 1), 500)
    actions.receive(by=by, site=SITE, lines=[line], day=date(2006, 1, 1))
    person = make_person("张三", area=VILLAGE)
    errors: list[str] = []
    twice = two_cards = stranded = 0

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
        stranded += room.closed_on is not None and Balance.objects.filter(site=room, quantity__gt=0).exists()
    return {
        "errors": [one for one in errors if one not in ("", "refused")], "twice": twice, "two_cards": two_cards,
        "stranded": stranded,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(race()))
