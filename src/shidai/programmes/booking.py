"""Every write of bookings: clinics, a place at a time, and giving it back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_other
from shidai.core.written import once
from shidai.packs.schema.programme import Programme
from shidai.programmes.crowding import refuse_crowding
from shidai.programmes.fleet import Lack
from shidai.programmes.models import Booking, Clinic, Piece
from shidai.programmes.offered import find_programme, find_step, offers, version_in_force
from shidai.programmes.slots import Slot, times_for
from shidai.programmes.spans import times_of
from shidai.programmes.wording import say_lack
from shidai.registry.queries import get_person, merged_into
from shidai.registry.recordsday import records_day
from shidai.supply.limits import count_refused, read_number
from shidai.supply.queries import find_open_site
from shidai.words import Problem, ShidaiError, Text


@once
def open_clinic(
    *, by: Scope, site: str, weekday: int, start: str, end: str, minutes: int, places: int, starts_on: date,
    programme: str = "", id: UUID | None = None,
) -> Clinic:  # fmt: skip
    """Hours of a weekday in which a site sees people.

    Raises ShidaiError for hours in which nobody fits, and for more at a time, with the clinics beside them, than the
    site has rooms or staff for.
    """
    found = find_open_site(site, starts_on)
    require(by, "service.record", found.area)
    known = Clinic.objects.filter(uuid=id).first() if id else None
    if known is not None:
        told = (known.site_id, known.programme, known.weekday, known.start, known.end, known.minutes, known.places)
        asked = (found.pk, programme, weekday, start, end, minutes, places)
        refuse_other((*told, known.starts_on) == (*asked, starts_on))
        return known
    if programme:
        find_programme(programme)
    if not 1 <= weekday <= 7 or minutes < 5 or places < 1 or not times_of(start, end, minutes):
        raise ShidaiError(
            Problem(
                "end",
                Text(zh="这段时间里安排不下一个人。", en="Nobody fits into these hours."),
                Text(
                    zh="请核对起止时间、每人分钟数和同时接待人数。",
                    en="Check the hours, the minutes each and how many at a time.",
                ),
            )
        )
    made = Clinic(
        uuid=id or new_id(), site=found, programme=programme, weekday=weekday, start=start, end=end, minutes=minutes,
        places=places, starts_on=starts_on,
    )  # fmt: skip
    refuse_crowding(made)
    made.save()
    audit.record(by, "service.clinic", f"site:{site}", area=found.area, weekday=weekday, start=start)
    return made


@transaction.atomic
def close_clinic(*, by: Scope, clinic: UUID, day: date) -> Clinic:
    """No more from a day on; what is booked already stays, and the nurse sees it."""
    found = Clinic.objects.select_for_update(of=("self",)).select_related("site").filter(uuid=clinic).first()
    if found is None:
        raise _gone()
    require(by, "service.record", found.site.area)
    found.ends_on = min(found.ends_on or day, max(day, found.starts_on))
    found.save(update_fields=("ends_on",))
    audit.record(by, "service.clinicend", f"site:{found.site.code}", area=found.site.area, day=str(day))
    return found


@transaction.atomic
def book(
    *, by: Scope, person: UUID, programme: str, step: str, site: str, day: date, time: str, id: UUID | None = None
) -> Booking:
    """A place for somebody of the writer's areas, at any site of the city. Her other booking of the step is given back.

    Two who ask for the last place at the same moment: the database gives it to one. Who asks for a step that needs
    equipment waits for who asked before, so that a piece is promised once. Raises ShidaiError when the time is full,
    past, or none of the site's, and when equipment is lacking: which, and since when.
    """
    require(by, "service.invite")
    found = get_person(by, person)
    if found is None:
        raise _gone()
    area = found.living_area or found.registered_area
    require(by, "service.invite", found.living_area, found.registered_area)
    known = Booking.objects.filter(uuid=id).first() if id else None
    if known is not None:
        told = (known.person_id, known.programme, known.step, known.site.code, known.day, known.time)
        refuse_other(told == (found.pk, programme, step, site, day, time))
        return known
    place = find_open_site(site, day)
    made = _promise(by, found.pk, area, programme, step, place.pk, day, time, id)
    audit.record(by, "service.book", f"person:{person}", area=area, programme=programme, day=str(day))
    return made


def book_by_card(
    *, by: Scope, who: str, programme: str, site: str, day: date, time: str, id: UUID | None = None
) -> Booking:  # fmt: skip
    """A place at a site for whom a card or number leads to, at its counter or machine: no name is read or shown.

    What is booked is the step of a booking that she has, else the one that is due, else the programme's first; her
    other booking of it is given back. Raises ShidaiError as `book`, for a card that leads to nobody, and for a
    programme that isn't offered to whom it leads to; which equipment is lacking isn't said: it tells what is due.
    """
    place = find_open_site(site, day)
    require(by, "supply.dispense", place.area)
    known = Booking.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.site_id, known.programme, known.day, known.time) == (place.pk, programme, day, time))
        return known
    holder = read_number(by, place, who)  # outside of the transaction: a wrong number is counted and logged
    try:
        step, area = _step_for(holder.person, find_programme(programme)), (*holder.areas, place.area)[0]
    except _NotByCard:
        count_refused(by, place, who)
        raise
    with transaction.atomic():
        try:
            made = _promise(by, holder.person, area, programme, step, place.pk, day, time, id)
        except _Lacking as error:
            raise _not_by_card() from error
        audit.record(by, "service.cardbook", f"site:{site}", area=place.area, programme=programme, day=str(day))
    return made


def _step_for(person: int, programme: Programme) -> str:
    """The step that she is expected for already; else of what is offered to her the one that is due, or the first."""
    coming = _open_bookings(person).filter(programme=programme.id, day__gte=records_day())
    if (mine := coming.order_by("day", "time").first()) is not None:
        return mine.step
    told = next((offer for _, offer in offers([person], records_day(), [programme])), None)
    if told is None or told.partner or not (told.invited or told.due):
        raise _not_by_card()
    return told.due[0].step if told.due else told.version.step[0].id


class _NotByCard(ShidaiError):  # noqa: N818  reads as what it is
    """Whom the card leads to isn't offered it; nothing more is said."""


def _not_by_card() -> _NotByCard:
    return _NotByCard(
        Problem(
            "who",
            Text(zh="这张卡或号码不能预约这个项目。", en="This can't be booked with this card or number."),
            Text(zh="请到窗口咨询，窗口可以直接登记。", en="Ask at the counter, where it can be arranged."),
        )
    )


def _promise(
    by: Scope, person: int, area: str, programme: str, step: str, site: int, day: date, time: str, id: UUID | None
) -> Booking:
    """The place itself, after who asks was checked."""
    list(Clinic.objects.select_for_update().filter(site=site).order_by("pk"))  # each place is counted to one programme
    kinds = find_step(version_in_force(find_programme(programme), day), step).equipment
    list(Piece.objects.select_for_update().filter(site=site, kind__in=kinds).order_by("pk"))
    mine = list(_open_bookings(person).filter(programme=programme, step=step).select_for_update())
    if (made := next((one for one in mine if one.uuid == id), None)) is not None:  # by the same click a moment ago
        return made
    for old in mine:
        _cancel(by, old)
    return _take(by, person, area, programme, step, site, _find_slot(site, programme, step, day, time), id)


def _find_slot(site: int, programme: str, step: str, day: date, time: str) -> Slot:
    """The slot that is asked for. Raises ShidaiError when there is none, also for lack of equipment."""
    times = times_for(site, programme, day, 1, step)
    slot = next((one for one in times.slots if one.time == time), None)
    if slot is not None and day >= records_day():
        return slot
    if times.lacks and day >= records_day():
        raise _lacking(day, [lack for _, lack in times.lacks])
    raise ShidaiError(
        Problem(
            "slot",
            Text(zh=f"{day} {time} 没有可预约的时段。", en=f"There is no time to book at {time} on {day}."),
            Text(zh="请另选时间。", en="Choose another time."),
        )
    )


class _Lacking(ShidaiError):  # noqa: N818  reads as what it is
    """No piece of the equipment that a step needs works on the day."""


def _lacking(day: date, lacks: list[Lack]) -> _Lacking:
    told = [say_lack(one.title, str(one.since) if one.since else None, one.reason) for one in lacks]
    zh, en = "；".join(one.zh for one in told), "; ".join(one.en for one in told)
    return _Lacking(
        Problem(
            "slot",
            Text(zh=f"{day}不能预约：{zh}。", en=f"Nobody can be booked for {day}: {en}."),
            Text(
                zh="请换一个站点或日期；能用了的，在站点的“诊室、人员和设备”里登记。",
                en="Choose another site or day; what works again is noted on the site's 'Rooms, staff and equipment'.",
            ),
        )
    )


def _take(
    by: Scope, person: int, area: str, programme: str, step: str, site: int, slot: Slot, id: UUID | None
) -> Booking:
    """The first free place; when somebody else was faster, the next one. None without a free piece of equipment.

    Raises ShidaiError when it is full, and when she was given a place by another request a moment ago: hers is named.
    """
    day, time = slot.day, slot.time
    for place in range(1, slot.seats + 1) if slot.free else ():
        if Booking.objects.filter(site=site, day=day, time=time, place=place, cancelled_at=None).exists():
            continue
        try:
            with transaction.atomic():
                return Booking.objects.create(
                    uuid=id or new_id(), by=by.username, person_id=person, area=area, programme=programme, step=step,
                    site_id=site, day=day, time=time, place=place, minutes=slot.minutes,
                )  # fmt: skip
        except IntegrityError:
            if id is not None and (made := Booking.objects.filter(uuid=id).first()) is not None:  # the same click
                return made
            hers = _open_bookings(person).filter(programme=programme, step=step).select_related("site").first()
            if hers is not None:
                raise _has_place(hers) from None
            continue
    raise ShidaiError(
        Problem(
            "slot",
            Text(zh=f"{day} {time} 已约满。", en=f"{time} on {day} is full."),
            Text(zh="请另选时间。", en="Choose another time."),
        )
    )


def _has_place(hers: Booking) -> ShidaiError:
    """Somebody else booked for her at the same moment."""
    when, site = f"{hers.day} {hers.time}", hers.site
    return ShidaiError(
        Problem(
            "slot",
            Text(zh=f"刚刚已为本人约好{when}，{site.name_zh}。",
                 en=f"This person was booked a moment ago for {when} at {site.name_en}."),
            Text(zh="那个预约保留着；要改期，请再选一次时间。",
                 en="That booking stands; to move it, choose a time once more."),
        )
    )  # fmt: skip


@transaction.atomic
def cancel_booking(*, by: Scope, booking: UUID) -> Booking:
    """Give a place back; nothing is held against anybody. Again: no change."""
    found = (
        Booking.objects.select_for_update(of=("self",)).select_related("site", "person").filter(uuid=booking).first()
    )
    if found is None:
        raise _gone()
    require(by, "service.invite", found.area, found.site.area)
    if found.cancelled_at is None:
        _cancel(by, found)
        audit.record(by, "service.unbook", f"person:{found.person.uuid}", area=found.area, programme=found.programme)
    return found


def _cancel(by: Scope, booking: Booking) -> None:
    booking.cancelled_at, booking.cancelled_by = timezone.now(), by.username
    booking.save(update_fields=("cancelled_at", "cancelled_by"))


def keep_booking(person: int, programme: str, step: str) -> None:
    """The visit was recorded: the open booking of the step was kept."""
    _open_bookings(person).filter(programme=programme, step=step).update(kept=True)


def _open_bookings(person: int) -> QuerySet[Booking]:
    """Somebody's, also those under records that were merged into hers since."""
    return Booking.objects.filter(person__in=[person, *merged_into(person)], cancelled_at=None, kept=False)


def _gone() -> ShidaiError:
    return ShidaiError(
        Problem(
            "booking",
            Text(zh="找不到这个预约或这个人。", en="There is no such booking or person."),
            Text(zh="请刷新页面。", en="Load the page again."),
        )
    )
