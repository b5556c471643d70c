"""Every write of what a station has: rooms and staff, equipment and how it stands. None of it cancels anything."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.programmes.fleet import kind_called
from shidai.programmes.models import Capacity, Piece, PieceNote
from shidai.registry.recordsday import records_day
from shidai.supply.queries import find_open_site
from shidai.words import Problem, ShidaiError, Text

State = PieceNote.State
MOST = 200  # rooms, or people, of one station


@once
def state_capacity(
    *, by: Scope, site: str, day: date, rooms: int | None = None, staff: int | None = None, id: UUID | None = None
) -> Capacity:
    """How many rooms a site has and how many of its staff see people, from a day on. None: not stated.

    The same id again: no change. Raises ShidaiError for numbers that can't be.
    """
    found = find_open_site(site, day)
    require(by, "service.record", found.area)
    known = Capacity.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.site_id, known.day, known.rooms, known.staff) == (found.pk, day, rooms, staff))
        return known
    for where, number in (("rooms", rooms), ("staff", staff)):
        if number is not None and not 0 <= number <= MOST:
            raise _refuse(
                where,
                Text(zh=f"{number} 不是可能的数目。", en=f"{number} can't be."),
                Text(zh=f"请填写0到{MOST}，或留空。", en=f"Enter 0 to {MOST}, or leave it empty."),
            )
    made = Capacity.objects.create(
        uuid=id or new_id(), by=by.username, site=found, day=day, rooms=rooms, staff=staff
    )  # fmt: skip
    audit.record(by, "service.rooms", f"site:{site}", area=found.area, day=str(day), rooms=rooms, staff=staff)
    return made


@transaction.atomic
def add_piece(*, by: Scope, site: str, kind: str, number: str, day: date, id: UUID | None = None) -> Piece:
    """A piece of equipment of a site, in service from a day on. The same id again: no change.

    Raises ShidaiError for a kind that the pack doesn't have and an inventory number that the site has already.
    """
    found = find_open_site(site, max(day, records_day()))  # a piece may be older than its site
    require(by, "service.record", found.area)
    if (known := _known_piece(id, found.pk, kind, number)) is not None:
        return known
    if kind_called(kind) is None:
        raise _refuse(
            "kind",
            Text(zh=f"政策包没有设备种类 {kind}。", en=f"The pack has no kind of equipment {kind}."),
            Text(zh="请从列表中选择。", en="Choose one of the list."),
        )
    try:
        with transaction.atomic():
            made = Piece.objects.create(
                uuid=id or new_id(), by=by.username, site=found, kind=kind, number=number, day=day
            )
    except IntegrityError:
        if (known := _known_piece(id, found.pk, kind, number)) is not None:  # the same click, a moment ago
            return known
        raise _refuse(
            "number",
            Text(zh=f"本站已有编号 {number} 的设备。", en=f"The site has a piece with the number {number} already."),
            Text(zh="请换一个编号；停用后重新启用的，在原设备上登记。",
                 en="Give another number; one that comes back into service is noted on the piece itself."),
        ) from None  # fmt: skip
    audit.record(by, "service.piece", f"site:{site}", area=found.area, kind=kind, number=number)
    return made


def _known_piece(id: UUID | None, site: int, kind: str, number: str) -> Piece | None:
    """The piece that was entered under this id already. Raises ShidaiError when the id stands for another one."""
    known = Piece.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.site_id, known.kind, known.number) == (site, kind, number))
    return known


@once
def note_piece(*, by: Scope, piece: UUID, state: str, day: date, reason: str = "", id: UUID | None = None) -> PieceNote:
    """What was seen of a piece on a day. Bookings stay: the page lists those that need it. Same id again: no change.

    Raises ShidaiError for a day to come (but of going out of service), one before it came into service, and what is
    out of order without a reason.
    """
    found = Piece.objects.select_for_update(of=("self",)).select_related("site").filter(uuid=piece).first()
    if found is None:
        raise no_piece()
    require(by, "service.record", found.site.area)
    known = PieceNote.objects.filter(uuid=id).first() if id else None
    if known is not None:
        refuse_other((known.piece_id, known.state, known.day) == (found.pk, state, day))
        return known
    if state != State.OUT:
        refuse_future(day)
    if day < found.day:
        raise _refuse(
            "day",
            Text(zh=f"这台设备{found.day}才启用。", en=f"The piece came into service on {found.day}."),
            Text(zh="请填写那天或之后的日期。", en="Enter that day or a later one."),
        )
    if state == State.BROKEN and not reason.strip():
        raise _refuse(
            "reason",
            Text(zh="没有写明故障。", en="What is wrong with it isn't said."),
            Text(zh="请写明什么坏了。", en="Say what is out of order."),
        )
    made = PieceNote.objects.create(
        uuid=id or new_id(), by=by.username, piece=found, state=State(state), day=day, reason=reason.strip()
    )
    audit.record(by, "service.piecenote", f"site:{found.site.code}", area=found.site.area, kind=found.kind,
                 number=found.number, state=state)  # fmt: skip
    return made


def no_piece() -> ShidaiError:
    """There is no such piece."""
    return _refuse(
        "piece",
        Text(zh="找不到这台设备。", en="There is no such piece of equipment."),
        Text(zh="请刷新页面。", en="Load the page again."),
    )


def _refuse(where: str, what: Text, mend: Text) -> ShidaiError:
    return ShidaiError(Problem(where, what, mend))
