"""Booking with the service card at a site's counter or machine: by whoever holds it, with no name read or shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings

from shidai.core import queries
from shidai.core.access import NoAccess, Scope
from shidai.core.ids import new_id
from shidai.programmes import booking
from shidai.programmes.agenda import agenda, bookings_of
from shidai.programmes.models import Booking
from shidai.programmes.slots import slots_of
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.finding import card_token
from shidai.supply.models import Site
from shidai.supply.refusals import TooMany
from shidai.words import ShidaiError
from tests.factories import OPERATOR, TOWNSHIP, Cast, make_person, make_staff
from tests.spec.programmes.conftest import HIGH, SCREENING, agree, examine
from tests.spec.programmes.test_booking import EVE, MONDAY, STEP, station
from tests.spec.programmes.test_pages import sign_in

__all__ = ["station"]
PAGE = f"/services/sites/S1/card/?programme={SCREENING}"


@pytest.fixture
def counter(station: Site) -> Scope:
    """The account of the station's counter or machine: it hands out and reads no records."""
    return make_staff("counter", "dispenser", TOWNSHIP)


@pytest.fixture
def card(cast: Cast, bride: Person) -> str:
    return supply.issue_card(by=cast.xu, person=bride.uuid, day=EVE).number


def book(by: Scope, who: str, **more: object) -> Booking:
    about = {"programme": SCREENING, "site": "S1", "day": MONDAY, "time": "08:30"} | more
    return booking.book_by_card(by=by, who=who, **about)  # type: ignore[arg-type]


@pytest.mark.parametrize("coded", [False, True])
def test_the_card_books_what_is_due_for_its_holder(coded: bool, counter: Scope, card: str, bride: Person) -> None:
    made = book(counter, card_token(card) if coded else card)
    assert (made.person_id, made.step, made.day, made.time) == (bride.pk, STEP, MONDAY, "08:30")
    assert made.area.startswith(TOWNSHIP)


def test_another_time_moves_her_booking_and_a_full_one_takes_nobody_elses(
    counter: Scope, card: str, cast: Cast, bride: Person, station: Site
) -> None:
    book(counter, card)
    moved = book(counter, card, time="09:10")
    assert [one.pk for one in Booking.objects.filter(cancelled_at=None)] == [moved.pk]
    booking.book(
        by=cast.lan,
        person=make_person("孙美").uuid,
        programme=SCREENING,
        step=STEP,
        site="S1",
        day=MONDAY,
        time="08:30",
    )
    with pytest.raises(ShidaiError, match="is full"):
        book(counter, card)
    assert Booking.objects.filter(cancelled_at=None, person=bride).get().time == "09:10", "she keeps what she had"


def test_two_clicks_book_once(counter: Scope, card: str, station: Site) -> None:
    id_ = new_id()
    assert book(counter, card, id=id_).pk == book(counter, card, id=id_).pk
    with pytest.raises(ShidaiError):
        book(counter, card, id=id_, time="08:50")
    assert [one.free for one in slots_of(station.pk, SCREENING, MONDAY, 7)] == [0, 1, 1]


def test_two_clicks_at_one_moment_book_once_and_both_are_told_the_same(
    counter: Scope, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_, read_number, made = new_id(), booking.read_number, []

    def read_slowly(*given: object) -> object:
        monkeypatch.setattr(booking, "read_number", read_number)
        made.append(book(counter, card, id=id_))
        return read_number(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(booking, "read_number", read_slowly)
    assert book(counter, card, id=id_).pk == made[0].pk
    assert Booking.objects.get().cancelled_at is None


def test_the_card_moves_what_a_nurse_has_booked_before_it_is_due(
    counter: Scope, card: str, cast: Cast, bride: Person
) -> None:
    agree(cast, bride)
    examine(cast, bride, EVE, **HIGH)
    booking.book(
        by=cast.lan, person=bride.uuid, programme=SCREENING, step="recheck", site="S1",
        day=date(2007, 1, 15), time="08:30",
    )  # fmt: skip
    moved = book(counter, card, day=date(2007, 1, 22))
    assert moved.step == "recheck"
    assert [one.pk for one in Booking.objects.filter(cancelled_at=None)] == [moved.pk]


def test_her_card_moves_a_booking_of_a_record_that_was_merged_into_hers(
    counter: Scope, card: str, cast: Cast, bride: Person
) -> None:
    twice = make_person("李红", 2, "1970-5-1")
    before = booking.book(
        by=cast.lan, person=twice.uuid, programme=SCREENING, step=STEP, site="S1", day=MONDAY, time="08:30"
    )
    registry.merge_people(by=OPERATOR, keep=bride.uuid, gone=twice.uuid, reason="twice")
    assert [one.name for one in agenda(cast.xu, "S1", MONDAY) or ()] == [bride.name]
    assert bookings_of({bride.pk}) == {(bride.pk, SCREENING, STEP): before}
    moved = book(counter, card, time="09:10")
    assert [one.pk for one in Booking.objects.filter(cancelled_at=None)] == [moved.pk] != [before.pk]


def test_what_is_lacking_is_not_said_for_it_would_tell_what_her_result_was(
    counter: Scope, card: str, cast: Cast, bride: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = city_pack().programmes[SCREENING]
    version = programme.version[0]
    steps = tuple(
        one.model_copy(update={"equipment": ("colposcope",)}) if one.id == "recheck" else one for one in version.step
    )
    changed = programme.model_copy(update={"version": (version.model_copy(update={"step": steps}),)})
    monkeypatch.setitem(city_pack().programmes, SCREENING, changed)
    agree(cast, bride)
    examine(cast, bride, **HIGH)
    with pytest.raises(ShidaiError) as refused:
        book(counter, card)
    said = str(refused.value)
    assert "can't be booked with this card" in said
    assert "olposcop" not in said
    assert "olposcop" not in repr(refused.value.problems)


def test_who_is_not_offered_it_is_sent_to_the_counter_without_a_word_why(counter: Scope, cast: Cast) -> None:
    groom = make_person("王强", 1, "1980-1-1")
    number = supply.issue_card(by=cast.xu, person=groom.uuid, day=EVE).number
    with pytest.raises(ShidaiError, match="can't be booked with this card"):
        book(counter, number)


def test_wrong_numbers_are_counted_and_stopped(counter: Scope, settings: LazySettings) -> None:
    settings.SHIDAI_UNKNOWN_NUMBERS = 2
    for _ in range(2):
        with pytest.raises(ShidaiError, match="card or number"):
            book(counter, "123456789012")
    with pytest.raises(TooMany):
        book(counter, "123456789012")


def test_trying_out_numbers_who_is_offered_what_is_stopped_too(
    counter: Scope, cast: Cast, settings: LazySettings
) -> None:
    """Typed numbers count; a card's own code, which nobody makes up, doesn't."""
    settings.SHIDAI_UNKNOWN_NUMBERS = 2
    groom = make_person("王强", 1, "1980-1-1")
    number = supply.issue_card(by=cast.xu, person=groom.uuid, day=EVE).number
    for who in (card_token(number), card_token(number), number, number):
        with pytest.raises(ShidaiError, match="can't be booked with this card"):
            book(counter, who)
    with pytest.raises(TooMany):
        book(counter, number)


def test_only_where_one_hands_out(cast: Cast, card: str, station: Site) -> None:
    for member in (cast.he, cast.gu, cast.admin):
        with pytest.raises(NoAccess):
            book(member, card)


def test_the_page_names_nobody_and_is_the_same_for_everybody(counter: Scope, card: str, bride: Person) -> None:
    client = sign_in("counter")
    page = client.get(PAGE).content.decode()
    assert "08:30" in page
    form = {"id": str(new_id()), "slot": f"{MONDAY}|08:30", "who": card}
    answer = client.post(PAGE, form, follow=True).content.decode()
    assert "已预约" in answer
    assert bride.name not in answer
    assert card not in answer
    assert Booking.objects.get().person_id == bride.pk
    deeds = [entry.deed for entry in queries.entries(OPERATOR) if entry.actor == "counter"]
    assert "service.cardbook" in deeds


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"who": ""}, 422, "请扫描服务卡或输入号码"),
        ({"who": "123456789012"}, 422, "核对"),
        ({"slot": ""}, 422, "请选择时间"),
        ({"slot": f"{date(2007, 1, 2)}|08:30"}, 422, "这个时间刚被约满"),
    ],
)
def test_what_is_wrong_stands_at_its_field(typed: dict, status: int, said: str, counter: Scope, card: str) -> None:
    form = {"id": str(new_id()), "slot": f"{MONDAY}|08:30", "who": card} | typed
    answer = sign_in("counter").post(PAGE, form)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_site_without_hours_says_so(counter: Scope, cast: Cast) -> None:
    supply.open_site(
        by=OPERATOR,
        code="S2",
        area=TOWNSHIP,
        kind="station",
        name_zh="西站",
        name_en="West",
        opened_on=date(2005, 1, 1),
    )
    assert "还没有门诊时段" in sign_in("counter").get("/services/sites/S2/card/").content.decode()
