"""Run in processes of their own: many who ask for the same few places at once.

`python -m tests.fault.booking make PEOPLE` makes a city with people and two clinics of three places a time, one
with as many microscopes, one with a single one; `… work NUMBER` lets every NUMBER-th of them ask for the same time with
eight threads, half of them at either site; `… tell` prints which places are taken where; `… twice` lets two requests
meet that are of one person, and of one new piece of equipment, and prints what the second one heard.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

PLACES, PROCESSES = 3, 4
MICROSCOPES = {"S-1": PLACES, "S-2": 1}
TIME, DAY = "08:30", date(2007, 1, 1)
PROGRAMME, STEP = "rti-control", "check"


def start() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shidai.site.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.DEMONSTRATION = True


def make(count: int) -> None:
    start()
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.programmes.booking import open_clinic
    from shidai.programmes.capacity import add_piece
    from shidai.supply.actions import open_site
    from tests.factories import OPERATOR, make_person, make_staff
    from tests.fault.running import VILLAGE

    prepare_city(load_pack("wuxi-2006"), by=operator())
    nurse, start_ = make_staff("xu", "station_nurse", VILLAGE[:9]), date(2006, 1, 1)
    for site, pieces in MICROSCOPES.items():
        open_site(
            by=OPERATOR, code=site, area=VILLAGE, kind="station", name_zh="站", name_en="Station", opened_on=start_
        )
        open_clinic(
            by=nurse, site=site, weekday=1, start=TIME, end="09:00", minutes=30, places=PLACES, starts_on=start_
        )
        for number in range(pieces):
            add_piece(by=nurse, site=site, kind="microscope", number=f"M{number}", day=start_)
    for number in range(count):
        make_person(f"孙{number:03}", area=VILLAGE)


def work(number: int) -> dict[str, Any]:
    """What came of it: how many were booked and refused, and every error that isn't a refusal."""
    start()
    from django.db import connection

    from shidai.core.queries import operator, scope_of, staff_called
    from shidai.programmes.booking import book
    from shidai.registry.models import Person
    from shidai.words import ShidaiError

    by = scope_of(staff_called(operator(), "xu").get())
    everybody = list(Person.objects.order_by("pk").values_list("uuid", flat=True))
    people = everybody[number::PROCESSES]
    told: dict[str, Any] = {"booked": 0, "refused": 0, "errors": []}

    def ask(asked: tuple[int, Any]) -> None:
        site = list(MICROSCOPES)[asked[0] % 2]
        try:
            book(by=by, person=asked[1], programme=PROGRAMME, step=STEP, site=site, day=DAY, time=TIME)
            told["booked"] += 1
        except ShidaiError:
            told["refused"] += 1
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            told["errors"].append(repr(error))
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, enumerate(people)))
    return told


def tell() -> list[tuple[str, int]]:
    """The places that are taken, by site."""
    start()
    from shidai.programmes.models import Booking

    return sorted(Booking.objects.filter(cancelled_at=None).values_list("site__code", "place"))


def meet(first: Callable[[], Any], second: Callable[[], Any]) -> str:
    """What the second said, or heard, which began before the first was committed."""
    from threading import Event

    from django.db import connection, transaction

    from shidai.words import ShidaiError

    written, told = Event(), Event()

    def begin() -> None:
        with transaction.atomic():
            first()
            written.set()
            told.wait(2)  # by then the second waits for what isn't committed yet
        connection.close()

    def follow() -> str:
        written.wait(20)
        try:
            return str(second())
        except ShidaiError as error:
            return " ".join(one.what.en for one in error.problems)
        finally:
            told.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(begin)
        return pool.submit(follow).result()


def twice() -> dict[str, str]:
    start()
    from functools import partial

    from shidai.core.ids import new_id
    from shidai.core.queries import operator, scope_of, staff_called
    from shidai.programmes.actions import set_consent
    from shidai.programmes.booking import book, open_clinic
    from shidai.programmes.capacity import add_piece, state_capacity
    from shidai.registry.models import Person

    by = scope_of(staff_called(operator(), "xu").get())
    her = Person.objects.order_by("pk").values_list("uuid", flat=True)[0]
    asks = [
        partial(book, by=by, person=her, programme=PROGRAMME, step=STEP, site=site, day=DAY, time=TIME)
        for site in MICROSCOPES
    ]
    enter = partial(add_piece, by=by, site="S-1", kind="microscope", number="M9", day=date(2006, 1, 1), id=new_id())
    state = partial(state_capacity, by=by, site="S-1", day=DAY, rooms=9, id=new_id())
    hours = partial(
        open_clinic, by=by, site="S-1", weekday=2, start=TIME, end="09:00", minutes=30, places=1, starts_on=DAY,
        id=new_id(),
    )  # fmt: skip
    agree = partial(set_consent, by=by, person=her, programme=PROGRAMME, given=True, day=date(2006, 12, 1), id=new_id())
    return {
        "consent": meet(agree, lambda: agree().given),
        "hours": meet(hours, lambda: hours().start),
        "place": meet(*asks),
        "piece": meet(enter, lambda: enter().number),
        "rooms": meet(state, lambda: state().rooms),
    }


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    else:
        asked = {"work": lambda: work(int(sys.argv[2])), "twice": twice, "tell": tell}
        print(json.dumps(asked[sys.argv[1]]()))
