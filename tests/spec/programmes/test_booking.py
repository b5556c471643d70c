"""Booking: clinics' hours cut into times, one person a place, given back without a word held against anybody."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.core.language import say
from shidai.programmes import booking, capacity
from shidai.programmes.agenda import agenda, as_calendar
from shidai.programmes.models import Booking, Clinic
from shidai.programmes.offered import find_programme
from shidai.programmes.slots import slots_of
from shidai.programmes.spans import times_of
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.models import Site
from shidai.words import ShidaiError
from tests.factories import (
    FARAWAY,
    NANQIAO,
    OPERATOR,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    Cast,
    make_couple,
    make_person,
    make_staff,
)
from tests.spec.programmes.conftest import RTI, SCREENING, agree, examine
from tests.spec.programmes.test_pages import read, sign_in

MONDAY = date(2007, 1, 1)  # the first one after the demonstration's last day
EVE = date(2006, 12, 31)
STEP = "examination"


@pytest.fixture(autouse=True)
def station(cast: Cast) -> Site:
    site = supply.open_site(
        by=OPERATOR,
        code="S1",
        area=TOWNSHIP,
        kind="station",
        name_zh="东山站",
        name_en="Station",
        opened_on=date(2005, 1, 1),
    )
    booking.open_clinic(
        by=cast.xu, site="S1", weekday=1, start="08:30", end="09:30", minutes=20, places=1, starts_on=date(2006, 1, 1)
    )
    capacity.add_piece(by=cast.xu, site="S1", kind="haemoglobin-analyser", number="A1", day=date(2006, 1, 1))
    return site


def book(cast: Cast, person: Person, time: str = "08:30", **more: object) -> Booking:
    about = {"by": cast.lan, "programme": SCREENING, "step": STEP, "site": "S1", "day": MONDAY} | more
    return booking.book(person=person.uuid, time=time, **about)  # type: ignore[arg-type]


def free(site: Site) -> list[tuple[str, int]]:
    return [(one.time, one.free) for one in slots_of(site.pk, SCREENING, MONDAY, 7)]


def test_hours_are_cut_into_times_in_which_a_whole_one_fits() -> None:
    assert times_of("08:30", "09:30", 20) == ["08:30", "08:50", "09:10"]
    assert times_of("08:30", "09:25", 20) == ["08:30", "08:50"]


def test_what_is_booked_at_one_programmes_clinic_takes_no_place_of_anothers(
    cast: Cast, bride: Person, station: Site
) -> None:
    tuesday, about = date(2007, 1, 2), {"by": cast.xu, "site": "S1", "weekday": 2, "start": "08:30", "end": "08:50"}
    for programme in (SCREENING, RTI, ""):
        booking.open_clinic(**about, minutes=20, places=1, starts_on=date(2006, 1, 1), programme=programme)  # type: ignore[arg-type]

    def places() -> list[int]:
        return [slots_of(station.pk, one, tuesday, 1)[0].free for one in (SCREENING, RTI)]

    capacity.add_piece(by=cast.xu, site="S1", kind="microscope", number="M1", day=date(2006, 1, 1))
    capacity.add_piece(by=cast.xu, site="S1", kind="microscope", number="M2", day=date(2006, 1, 1))
    capacity.add_piece(by=cast.xu, site="S1", kind="haemoglobin-analyser", number="A2", day=date(2006, 1, 1))
    assert places() == [2, 2]
    book(cast, bride, day=tuesday, programme=RTI, step="check")
    assert places() == [2, 1], "her place is the programme's own"
    book(cast, make_person("孙美"), day=tuesday, programme=RTI, step="check")
    assert places() == [1, 0], "now the one for any is taken, too"
    book(cast, make_person("孙丽"), day=tuesday)
    assert places() == [0, 0]


def test_a_place_is_taken_once_and_free_again_when_given_back(cast: Cast, bride: Person, station: Site) -> None:
    made = book(cast, bride)
    assert free(station)[0] == ("08:30", 0)
    with pytest.raises(ShidaiError, match="is full"):
        book(cast, make_person("孙美"))
    booking.cancel_booking(by=cast.lan, booking=made.uuid)
    booking.cancel_booking(by=cast.lan, booking=made.uuid)
    assert free(station)[0] == ("08:30", 1)


def test_the_database_itself_refuses_the_same_place_twice(cast: Cast, bride: Person, station: Site) -> None:
    made = book(cast, bride)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(
            by="x", person=make_person("孙美"), area=NANQIAO, programme=SCREENING, step=STEP, site=station,
            day=MONDAY, time="08:30", place=made.place,
        )  # fmt: skip


def test_two_clicks_book_once_and_another_time_gives_the_first_back(cast: Cast, bride: Person, station: Site) -> None:
    id_ = new_id()
    assert book(cast, bride, id=id_).pk == book(cast, bride, id=id_).pk
    book(cast, bride, "09:10")
    assert free(station) == [("08:30", 1), ("08:50", 1), ("09:10", 0)]


def test_no_times_are_offered_from_the_day_on_which_the_site_closes(cast: Cast, bride: Person, station: Site) -> None:
    Site.objects.filter(pk=station.pk).update(closed_on=date(2007, 1, 8))  # a Monday; as a list of sites may say
    assert {one.day for one in slots_of(station.pk, SCREENING, MONDAY, 14)} == {MONDAY}
    page = read("lan", f"/services/people/{bride.uuid}/{SCREENING}/{STEP}/book/")
    assert f"S1|{MONDAY}|08:30" in page
    assert "S1|2007-01-08" not in page


def test_times_that_are_past_or_none_of_the_sites_are_refused(cast: Cast, bride: Person) -> None:
    for wrong in ({"time": "08:31"}, {"day": date(2007, 1, 2)}, {"day": date(2006, 12, 25)}, {"site": "S9"}):
        with pytest.raises(ShidaiError):
            book(cast, bride, **wrong)


def test_ending_a_clinic_again_does_not_bring_it_back(cast: Cast, station: Site) -> None:
    clinic = Clinic.objects.get()
    booking.close_clinic(by=cast.xu, clinic=clinic.uuid, day=MONDAY)
    assert booking.close_clinic(by=cast.xu, clinic=clinic.uuid, day=date(2007, 2, 1)).ends_on == MONDAY
    assert free(station) == []


def test_a_recorded_visit_keeps_the_booking(cast: Cast, bride: Person) -> None:
    book(cast, bride)
    agree(cast, bride, on=EVE)
    examine(cast, bride, on=EVE)
    assert Booking.objects.get().kept


def test_a_stranger_is_booked_by_nobody_here_and_the_nurse_sees_no_name_of_one(cast: Cast, bride: Person) -> None:
    far = make_couple(area=FARAWAY)[0]
    with pytest.raises(ShidaiError):
        book(cast, far)
    supply.open_site(
        by=OPERATOR,
        code="S2",
        area=OTHER_TOWNSHIP,
        kind="station",
        name_zh="西站",
        name_en="W",
        opened_on=date(2005, 1, 1),
    )
    booking.book(
        by=nurse_of_the_other_township(cast),
        person=far.uuid,
        programme=SCREENING,
        step=STEP,
        site="S1",
        day=MONDAY,
        time="08:30",
    )
    lines = agenda(cast.xu, "S1", MONDAY)
    assert lines is not None
    assert [(one.name, one.person) for one in lines] == [(None, None)]
    assert agenda(cast.lan, "S1", MONDAY) is None


def nurse_of_the_other_township(cast: Cast) -> Scope:
    return make_staff("wei", "station_nurse", OTHER_TOWNSHIP)


def test_a_clinic_that_fits_nobody_is_refused_and_only_a_nurse_sets_one(cast: Cast) -> None:
    about = {"site": "S1", "weekday": 2, "places": 1, "starts_on": EVE}
    with pytest.raises(ShidaiError, match="Nobody fits"):
        booking.open_clinic(by=cast.xu, start="08:30", end="08:40", minutes=20, **about)  # type: ignore[arg-type]
    with pytest.raises(NoAccess):
        booking.open_clinic(by=cast.lan, start="08:30", end="11:30", minutes=20, **about)  # type: ignore[arg-type]


def test_a_calendar_file_names_nobody(cast: Cast, bride: Person) -> None:
    book(cast, bride)
    lines = agenda(cast.xu, "S1", MONDAY)
    assert lines is not None
    text = as_calendar(lines, "东山站").decode()
    assert "BEGIN:VEVENT" in text
    assert bride.name not in text
    assert SCREENING not in text, "a calendar is read by people: the programme's title, not its id"
    assert say(find_programme(SCREENING).title.text) in text


def test_the_pages_book_show_and_give_back(cast: Cast, bride: Person) -> None:
    client = sign_in("lan")
    address = f"/services/people/{bride.uuid}/{SCREENING}/{STEP}/book/"
    assert "08:50" in client.get(address).content.decode()
    client.post(address, {"id": new_id(), "slot": f"S1|{MONDAY}|08:50"})
    part = client.get(f"/services/people/{bride.uuid}/").content.decode()
    assert "已约" in part
    day = read("xu", f"/services/sites/S1/?day={MONDAY}")
    assert bride.name in day
    again = client.post(address, {"id": new_id(), "slot": f"S1|{MONDAY}|08:50"})
    assert again.status_code == 422
    client.post(f"/services/bookings/{Booking.objects.get().uuid}/cancel/")
    assert "已约" not in client.get(f"/services/people/{bride.uuid}/").content.decode()
