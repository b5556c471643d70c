"""Capacity: rooms, staff and equipment of a station. What doesn't work isn't promised; nothing is cancelled by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.packs.schema.equipment import EquipmentKind
from shidai.programmes import booking, capacity
from shidai.programmes.fleet import Fleet, Standing
from shidai.programmes.models import Booking, Capacity, Clinic, Piece, PieceNote
from shidai.programmes.slots import slots_of, times_for
from shidai.programmes.spans import Span, most_at_once
from shidai.programmes.stations import affected_bookings, equipment_of, station_page
from shidai.registry.citypack import city_pack
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.models import Site
from shidai.words import ShidaiError
from tests.factories import COUNTY, FARAWAY, OPERATOR, TOWNSHIP, Cast, make_couple, make_person, make_staff
from tests.spec.programmes.conftest import RTI, SCREENING
from tests.spec.programmes.test_pages import read, sign_in

START, EVE, MONDAY = date(2006, 1, 1), date(2006, 12, 31), date(2007, 1, 1)
STEP, CHECK = "examination", "check"
ANALYSER, MICROSCOPE = "haemoglobin-analyser", "microscope"


@pytest.fixture(autouse=True)
def station(cast: Cast) -> Site:
    """A station with three places at a time on Mondays, and nothing on its list."""
    site = supply.open_site(
        by=OPERATOR, code="S1", area=TOWNSHIP, kind="station", name_zh="东山站", name_en="Station", opened_on=START
    )
    hold(cast, "08:30", "09:30", 3)
    return site


def hold(cast: Cast, start: str, end: str, places: int = 1, **more: object) -> Clinic:
    about = {"site": "S1", "weekday": 1, "minutes": 20, "starts_on": START} | more
    return booking.open_clinic(by=cast.xu, start=start, end=end, places=places, **about)  # type: ignore[arg-type]


def own(cast: Cast, number: str = "A1", kind: str = ANALYSER, day: date = START) -> Piece:
    return capacity.add_piece(by=cast.xu, site="S1", kind=kind, number=number, day=day)


def note(cast: Cast, piece: Piece, state: str, day: date = EVE, reason: str = "灯坏了") -> PieceNote:
    return capacity.note_piece(by=cast.xu, piece=piece.uuid, state=state, day=day, reason=reason)


def book(cast: Cast, person: Person, time: str = "08:30", programme: str = SCREENING, step: str = STEP) -> Booking:
    return booking.book(
        by=cast.lan, person=person.uuid, programme=programme, step=step, site="S1", day=MONDAY, time=time
    )


def free(site: Site, step: str = STEP, programme: str = SCREENING) -> list[tuple[str, int, int]]:
    return [(one.time, one.places, one.free) for one in slots_of(site.pk, programme, MONDAY, 7, step)]


def standing(piece: Piece, on: date) -> Standing:
    return next(one for one in Fleet([piece.site_id]).standings(on) if one.piece.pk == piece.pk)


def test_a_step_that_needs_equipment_is_offered_only_where_a_piece_works(cast: Cast, station: Site) -> None:
    assert free(station)[0] == ("08:30", 3, 3), "a station that keeps no list isn't held to it"
    own(cast, "M1", "microscope")
    assert free(station) == []
    assert [one.kind for _, one in times_for(station.pk, SCREENING, MONDAY, 7, STEP).lacks] == [ANALYSER]
    assert len(free(station, "recheck")) == 3, "a step that needs none is offered as ever"
    own(cast)
    assert free(station) == [("08:30", 1, 1), ("08:50", 1, 1), ("09:10", 1, 1)]
    own(cast, "A2")
    assert free(station)[0] == ("08:30", 2, 2)
    for number in "345":
        own(cast, f"A{number}")
    assert free(station)[0] == ("08:30", 3, 3), "no more than the clinic has places"


def test_a_piece_counts_from_the_day_on_which_it_comes_into_service(cast: Cast, station: Site) -> None:
    own(cast, day=MONDAY + timedelta(days=7))
    told = times_for(station.pk, SCREENING, MONDAY, 14, STEP)
    assert {one.day for one in told.slots} == {MONDAY + timedelta(days=7)}
    assert [(day, lack.since) for day, lack in told.lacks] == [(MONDAY, None)]


def test_the_refusal_says_which_kind_and_since_when(cast: Cast, bride: Person) -> None:
    own(cast, "M1", "microscope")
    with pytest.raises(ShidaiError, match="Haemoglobin analyser: the site has none on its list"):
        book(cast, bride)
    piece = own(cast)
    note(cast, piece, "broken", date(2006, 12, 28))
    note(cast, piece, "broken", date(2006, 12, 30), "还在等配件")
    with pytest.raises(ShidaiError) as refused:
        book(cast, bride)
    said = refused.value.problems[0]
    assert "血红蛋白测定仪自2006-12-28起不能用（还在等配件）" in said.what.zh
    assert "诊室、人员和设备" in said.mend.zh
    note(cast, piece, "works", reason="")
    assert book(cast, bride).minutes == 20


def test_one_of_two_that_works_is_enough_and_the_last_to_stop_says_since_when(cast: Cast, station: Site) -> None:
    first, second = own(cast), own(cast, "A2")
    note(cast, first, "broken", date(2006, 12, 1))
    assert free(station)[0] == ("08:30", 1, 1)
    note(cast, second, "out", date(2006, 12, 20), "")
    (_, lack), *_ = times_for(station.pk, SCREENING, MONDAY, 7, STEP).lacks
    assert lack.since == date(2006, 12, 20)


def test_a_piece_is_promised_to_one_at_a_time_whatever_the_step(cast: Cast, bride: Person, station: Site) -> None:
    own(cast, kind=MICROSCOPE)
    own(cast, "A1" * 2)
    book(cast, bride, programme=RTI, step=CHECK)
    with pytest.raises(ShidaiError, match="is full"):
        book(cast, make_person("孙美"), programme=RTI, step=CHECK)
    with pytest.raises(ShidaiError, match="is full"):
        book(cast, make_person("周云"), programme="migrant-checkup", step="checkup")
    book(cast, make_person("吴月"))  # needs the analyser, which is free; the clinic has places
    assert free(station, CHECK, RTI)[:2] == [("08:30", 1, 0), ("08:50", 1, 1)]


def test_times_that_overlap_share_the_piece(cast: Cast, bride: Person, station: Site) -> None:
    own(cast)
    hold(cast, "08:40", "09:40", minutes=30)
    book(cast, bride, "08:40")
    assert [(time, left) for time, _, left in free(station)] == [
        ("08:30", 0), ("08:40", 0), ("08:50", 0), ("09:10", 1),
    ]  # fmt: skip


def test_asking_for_her_own_time_again_is_not_refused(cast: Cast, bride: Person) -> None:
    own(cast)
    book(cast, bride)
    assert book(cast, bride).cancelled_at is None
    assert Booking.objects.filter(cancelled_at=None).count() == 1


def test_a_refused_change_keeps_the_booking_that_she_has(cast: Cast, bride: Person) -> None:
    piece = own(cast)
    made = book(cast, bride)
    note(cast, piece, "broken")
    with pytest.raises(ShidaiError):
        book(cast, bride, "09:10")
    made.refresh_from_db()
    assert made.cancelled_at is None


def test_an_overdue_check_is_shown_and_stops_nothing(cast: Cast, station: Site) -> None:
    piece = own(cast, day=date(2005, 12, 31))
    assert not standing(piece, EVE).overdue
    assert standing(piece, MONDAY).overdue
    assert free(station)[0] == ("08:30", 1, 1)
    note(cast, piece, "checked", EVE, "")
    told = standing(piece, MONDAY)
    assert (told.overdue, told.checked, told.due) == (False, EVE, date(2007, 12, 31))
    assert told.state == "works"


def test_a_kind_without_a_rule_is_never_overdue(cast: Cast) -> None:
    told = standing(own(cast, kind=MICROSCOPE), date(2016, 1, 1))
    assert (told.due, told.overdue) == (None, False)


def test_a_check_does_not_mend_and_what_was_taken_out_can_come_back(cast: Cast) -> None:
    piece = own(cast)
    note(cast, piece, "broken", date(2006, 12, 1))
    note(cast, piece, "checked", date(2006, 12, 2), "")
    assert (standing(piece, EVE).state, standing(piece, EVE).since) == ("broken", date(2006, 12, 1))
    note(cast, piece, "out", date(2006, 12, 3), "")
    assert standing(piece, EVE).state == "out"
    note(cast, piece, "works", date(2006, 12, 4), "")
    assert standing(piece, EVE).state == "works"
    assert standing(piece, date(2006, 12, 1)).state == "broken", "as of a day before"


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"state": "broken", "day": EVE, "reason": " "}, "isn't said"),
        ({"state": "works", "day": date(2005, 12, 31), "reason": ""}, "came into service on 2006-01-01"),
        ({"state": "checked", "day": date(2999, 1, 1), "reason": ""}, "lies in the future"),
    ],
)
def test_what_cannot_be_noted_is_refused_with_the_remedy(cast: Cast, about: dict[str, object], said: str) -> None:
    piece = own(cast)
    with pytest.raises(ShidaiError, match=said):
        capacity.note_piece(by=cast.xu, piece=piece.uuid, **about)  # type: ignore[arg-type]
    assert not PieceNote.objects.exists()


def test_a_kind_that_the_pack_lacks_and_a_number_twice_are_refused(cast: Cast) -> None:
    with pytest.raises(ShidaiError, match="no kind of equipment crystal-ball"):
        own(cast, kind="crystal-ball")
    own(cast)
    with pytest.raises(ShidaiError, match="number A1 already"):
        own(cast, kind=MICROSCOPE)


def test_every_write_has_an_id_and_two_clicks_write_once(cast: Cast) -> None:
    id_, note_id, rooms_id = new_id(), new_id(), new_id()
    for _ in range(2):
        piece = capacity.add_piece(by=cast.xu, site="S1", kind=ANALYSER, number="A1", day=START, id=id_)
        capacity.note_piece(by=cast.xu, piece=piece.uuid, state="broken", day=EVE, reason="?", id=note_id)
        capacity.state_capacity(by=cast.xu, site="S1", day=START, rooms=3, id=rooms_id)
    assert (Piece.objects.count(), PieceNote.objects.count(), Capacity.objects.count()) == (1, 1, 1)
    with pytest.raises(ShidaiError, match="used for something else"):
        capacity.note_piece(by=cast.xu, piece=piece.uuid, state="works", day=EVE, id=note_id)
    deeds = list(AuditEntry.objects.filter(deed__startswith="service.").values_list("deed", flat=True))
    assert [deeds.count(one) for one in ("service.piece", "service.piecenote", "service.rooms")] == [1, 1, 1]


def test_what_was_written_is_never_changed(cast: Cast) -> None:
    note(cast, own(cast), "broken")
    capacity.state_capacity(by=cast.xu, site="S1", day=START, rooms=3)
    for model, change in ((Piece, {"number": "B"}), (PieceNote, {"reason": "B"}), (Capacity, {"rooms": 9})):
        changes: Mapping[str, object] = change
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(**changes)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.all()._raw_delete(model.objects.db)


def test_only_who_may_open_a_clinic_writes(cast: Cast) -> None:
    piece = own(cast)
    for other in (cast.lan, cast.zhou, cast.gu, make_staff("wei", "station_nurse", FARAWAY[:9])):
        with pytest.raises(NoAccess):
            capacity.add_piece(by=other, site="S1", kind=ANALYSER, number="A9", day=START)
        with pytest.raises(NoAccess):
            capacity.note_piece(by=other, piece=piece.uuid, state="works", day=EVE)
        with pytest.raises(NoAccess):
            capacity.state_capacity(by=other, site="S1", day=START, rooms=1)


def test_spans_side_by_side_are_counted_at_their_worst_moment() -> None:
    spans = [Span(0, 10, 2), Span(10, 20, 1), Span(15, 30, 1)]
    assert most_at_once(spans, Span(0, 30)) == 2
    assert most_at_once(spans, Span(10, 15)) == 1
    assert most_at_once(spans, Span(30, 40)) == 0
    assert most_at_once([Span(5, 6, 7)], Span(0, 30)) == 7


def test_hours_for_which_there_are_no_rooms_are_refused_with_the_clinics_beside_them(cast: Cast) -> None:
    capacity.state_capacity(by=cast.xu, site="S1", day=START, rooms=4)
    hold(cast, "09:30", "10:30", 4)  # begins when the other ends
    hold(cast, "08:30", "09:30", 4, weekday=2)
    with pytest.raises(ShidaiError) as refused:
        hold(cast, "09:00", "10:00", 1)
    said = refused.value.problems[0]
    assert (said.where, "同时接待5人，诊室只有4间" in said.what.zh) == ("places", True)
    assert "周一08:30–09:30（同时3人）、周一09:30–10:30（同时4人）" in said.what.zh
    assert "end a clinic that overlaps" in said.mend.en
    hold(cast, "08:30", "09:30", 1)


def test_staff_limit_hours_too_and_what_is_not_stated_limits_nothing(cast: Cast) -> None:
    hold(cast, "08:30", "09:30", 90)
    capacity.state_capacity(by=cast.xu, site="S1", day=START, staff=1)
    with pytest.raises(ShidaiError, match="one of the staff sees people"):
        hold(cast, "13:00", "14:00", 2)
    hold(cast, "13:00", "14:00", 1)


def test_what_is_stated_from_a_later_day_counts_from_then_on(cast: Cast) -> None:
    capacity.state_capacity(by=cast.xu, site="S1", day=START, rooms=9)
    capacity.state_capacity(by=cast.xu, site="S1", day=date(2006, 6, 1), rooms=2)
    with pytest.raises(ShidaiError, match="From 2006-06-01 on 3 would be seen"):
        hold(cast, "13:00", "14:00", 3)
    with pytest.raises(ShidaiError, match="From 2006-07-03 on"):
        hold(cast, "13:00", "14:00", 3, starts_on=date(2006, 7, 3))
    capacity.state_capacity(by=cast.xu, site="S1", day=date(2006, 6, 1), rooms=3)
    hold(cast, "13:00", "14:00", 3)


def test_a_clinic_that_has_ended_takes_no_room(cast: Cast) -> None:
    capacity.state_capacity(by=cast.xu, site="S1", day=START, rooms=3)
    booking.close_clinic(by=cast.xu, clinic=Clinic.objects.get().uuid, day=date(2006, 6, 1))
    with pytest.raises(ShidaiError, match="From 2006-01-02 on"):
        hold(cast, "08:30", "09:30", 1, starts_on=date(2006, 1, 2))
    hold(cast, "08:30", "09:30", 3, starts_on=date(2006, 6, 1))


def test_clinics_that_no_longer_fit_are_shown_and_go_on(cast: Cast, station: Site) -> None:
    capacity.state_capacity(by=cast.xu, site="S1", day=EVE, rooms=2)
    page = station_page(cast.xu, "S1", EVE)
    assert page is not None
    assert [(crowd.many, crowd.limits) for _, crowd in page.crowds] == [(3, (("rooms", 2),))]
    assert "诊室只有2间" in read("xu", "/services/sites/S1/capacity/")
    assert len(free(station, "recheck")) == 3


def test_when_a_piece_breaks_nothing_is_cancelled_and_who_needs_it_is_listed(cast: Cast, bride: Person) -> None:
    first, second = own(cast), own(cast, "A2")
    made, other = book(cast, bride), book(cast, make_person("孙美"))
    late = book(cast, make_person("周云"), "09:10")
    assert affected_bookings(made.site_id, EVE) == {}
    note(cast, second, "broken")
    assert set(affected_bookings(made.site_id, EVE)) == {made, other}, "one piece is left: which of two isn't for us"
    note(cast, first, "broken")
    assert set(affected_bookings(made.site_id, EVE)) == {made, other, late}
    assert Booking.objects.filter(cancelled_at=None).count() == 3
    note(cast, second, "works", reason="")
    note(cast, first, "works", reason="")
    assert affected_bookings(made.site_id, EVE) == {}


def test_the_station_lists_whom_to_call_and_names_only_its_own(cast: Cast, bride: Person) -> None:
    piece = own(cast)
    far = make_couple(area=FARAWAY)[0]
    book(cast, bride)
    nurse = make_staff("wei", "station_nurse", FARAWAY[:9])
    booking.book(
        by=nurse, person=far.uuid, programme=SCREENING, step=STEP, site="S1", day=MONDAY, time="08:50"
    )  # fmt: skip
    note(cast, piece, "broken")
    page = read("xu", "/services/sites/S1/capacity/")
    assert "须联系的预约" in page
    assert page.count(f"/services/people/{bride.uuid}/{SCREENING}/{STEP}/book/") == 1
    assert "不在您的范围内" in page
    assert str(far.uuid) not in page
    assert AuditEntry.objects.filter(deed="service.agenda").exists()
    looked = AuditEntry.objects.count()
    others = read("gu", "/services/sites/S1/capacity/")
    assert bride.name not in others
    assert "须联系的预约" in others, "the number is no secret"
    assert AuditEntry.objects.count() == looked
    assert "血红蛋白测定仪不能用" in read("xu", f"/services/sites/S1/?day={MONDAY}")


def test_the_page_of_times_says_what_is_lacking(cast: Cast, bride: Person) -> None:
    address = f"/services/people/{bride.uuid}/{SCREENING}/{STEP}/book/"
    own(cast, "M1", "microscope")
    assert "本站没有登记血红蛋白测定仪" in read("lan", address)
    note(cast, own(cast), "broken")
    assert "不能用（灯坏了）" in read("lan", address)
    assert 'name="slot"' not in read("lan", address)


def test_the_pages_enter_note_and_list(cast: Cast) -> None:
    client = sign_in("xu")
    station = "/services/sites/S1/capacity/"
    assert "还没有登记设备" in client.get(station).content.decode()
    client.post(f"{station}rooms/", {"id": new_id(), "rooms": "4", "staff": "", "day": "2006-12-31"})
    client.post(f"{station}equipment/", {"id": new_id(), "kind": ANALYSER, "number": "A1", "day": "2005-03-01"})
    page = client.get(station).content.decode()
    assert "诊室4间" in page
    assert "接诊人员未说明" in page
    assert "已过期" in page
    one = f"/services/equipment/{Piece.objects.get().uuid}/"
    wrong = client.post(f"{one}note/", {"id": new_id(), "state": "broken", "reason": "", "day": "2006-12-31"})
    assert (wrong.status_code, "没有写明故障" in wrong.content.decode()) == (422, True)
    client.post(f"{one}note/", {"id": new_id(), "state": "broken", "reason": "读数不稳", "day": "2006-12-31"})
    for member in ("xu", "gu"):
        told = read(member, f"/services/equipment/?area={TOWNSHIP if member == 'xu' else COUNTY}")
        assert "读数不稳" in told
        assert "Haemoglobin" in sign_in(member, "en").get(one).content.decode()
    assert "<form" not in read("gu", one).split("<main")[1], "who only reads gets no form"
    assert sign_in("gu").post(f"{one}note/", {"id": new_id(), "state": "works", "day": "2006-12-31"}).status_code == 403
    assert "读数不稳" not in sign_in("ma").get("/services/equipment/?area=329902").content.decode()


def test_the_list_of_a_county_shows_what_needs_care_the_longest_first_by_pages(cast: Cast) -> None:
    for number in range(60):
        note(cast, own(cast, f"A{number:02}"), "broken", START + timedelta(days=60 - number))
    own(cast, "old", day=date(2005, 1, 1))
    own(cast, "fine")
    gone = own(cast, "gone", day=date(2005, 1, 1))
    note(cast, gone, "out", reason="")
    found = equipment_of(cast.gu, COUNTY, EVE)
    assert [one.piece.number for one in found] == [f"A{number:02}" for number in range(59, -1, -1)] + ["old"]
    assert len(equipment_of(cast.gu, COUNTY, EVE, every=True)) == 62
    first = read("gu", f"/services/equipment/?area={COUNTY}")
    assert "page=2" in first
    assert sign_in("gu").get(f"/services/equipment/?area={COUNTY}&page=²").status_code == 200
    second = read("gu", f"/services/equipment/?area={COUNTY}&page=2")
    assert ("old" in second, "A59" in second) == (True, False)
    with pytest.raises(NoAccess):
        equipment_of(cast.ma, COUNTY, EVE)


def test_the_list_asks_as_many_questions_for_many_pieces_as_for_one(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        note(cast, own(cast, f"A{number}"), "checked", EVE, "")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        equipment_of(cast.gu, COUNTY, EVE, every=True)


def test_every_kind_that_is_checked_has_a_case_on_either_side_of_the_day() -> None:
    kinds: list[EquipmentKind] = [one for one in city_pack().equipment.values() if one.check_months]
    assert kinds
    for one in kinds:
        assert {case.overdue for case in one.case} == {True, False}
