"""Reads of what stations have: one station's rooms, staff and equipment, and what of an area's equipment needs care."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shidai.core.access import Scope, require
from shidai.programmes.agenda import AgendaLine, agenda_lines
from shidai.programmes.crowding import Crowd, capacity_lines, capacity_on, crowds_of
from shidai.programmes.fleet import Fleet, Standing, State
from shidai.programmes.models import Booking, Capacity, Clinic, Piece, PieceNote
from shidai.programmes.offered import kinds_needed
from shidai.programmes.slots import in_use, span_of
from shidai.programmes.spans import most_at_once
from shidai.supply.queries import site_of, sites_of

MOST_CALLED = 100


@dataclass(frozen=True, slots=True)
class Affected:
    """A booking for which no working piece is left, and the kinds that are lacking."""

    line: AgendaLine
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StationPage:
    """A station's capacity on a day. affected: the first bookings that need what doesn't work, of `affected_all`.

    coming: what was stated for days to come; crowds: clinics that no longer fit. affected is empty for who doesn't
    serve there; the number is no secret.
    """

    site: Any
    now: Capacity | None
    coming: tuple[Capacity, ...]
    crowds: tuple[tuple[Clinic, Crowd], ...]
    pieces: tuple[Standing, ...]
    affected: tuple[Affected, ...]
    affected_all: int
    may_write: bool


def station_page(scope: Scope, code: str, day: date) -> StationPage | None:
    """A station for who reads sites there; None elsewhere. Names of who is booked only for who serves, and logged."""
    site = site_of(scope, code) if scope.allows("supply.read") else None
    if site is None:
        return None
    lines = capacity_lines(site.pk)
    may_write = scope.allows("service.record", site.area)
    lacking = affected_bookings(site.pk, day)
    shown = list(lacking)[:MOST_CALLED] if may_write else []
    told = agenda_lines(scope, shown, code, site.area)
    return StationPage(
        site,
        capacity_on(lines, day),
        tuple(one for one in lines if one.day > day),
        tuple(crowds_of(site.pk, day)),
        tuple(sorted(Fleet([site.pk]).standings(day), key=_order)),
        tuple(Affected(one, lacking[one.booking]) for one in told),
        len(lacking),
        may_write,
    )


def affected_bookings(site: int, first: date, last: date | None = None) -> dict[Booking, tuple[str, ...]]:
    """Bookings from a day on, not kept yet, that more need at their time than pieces work: with the kinds, by time."""
    open_ = Booking.objects.filter(site=site, day__gte=first, cancelled_at=None, kept=False)
    days: defaultdict[date, list[Booking]] = defaultdict(list)
    for one in (open_ if last is None else open_.filter(day__lte=last)).order_by("day", "time", "place"):
        days[one.day].append(one)
    fleet = Fleet([site])
    if not fleet.pieces:
        return {}
    found: dict[Booking, tuple[str, ...]] = {}
    for day, booked in days.items():
        used = in_use(booked)
        room = {kind: fleet.working(kind, day) for kind in used}
        for one in booked:
            kinds = kinds_needed(one.programme, one.step, day)
            short = tuple(kind for kind in kinds if most_at_once(used[kind], span_of(one)) > room[kind])
            if short:
                found[one] = short
    return found


@dataclass(frozen=True, slots=True)
class PiecePage:
    """A piece with everything that was noted of it, the latest first."""

    standing: Standing
    notes: tuple[PieceNote, ...]


def piece_page(scope: Scope, uuid: UUID, day: date) -> PiecePage | None:
    """One piece for who reads sites there; None elsewhere."""
    piece = Piece.objects.select_related("site").filter(uuid=uuid).first()
    if piece is None or not scope.allows("supply.read", piece.site.area):
        return None
    fleet = Fleet([piece.site_id], [piece.kind])
    standing = next(one for one in fleet.standings(day) if one.piece.pk == piece.pk)
    standing.piece.site = piece.site
    return PiecePage(standing, tuple(reversed(fleet.notes_of(standing.piece))))


def equipment_of(scope: Scope, area: str, day: date, *, every: bool = False) -> list[Standing]:
    """An area's equipment that is out of order or overdue for its check, the longest first; `every`: all in service."""
    require(scope, "supply.read", area)
    sites = {one.pk: one for one in sites_of(scope, area, day)}
    found = []
    for one in Fleet(sites).standings(day):
        if one.state != State.OUT and (every or one.state == State.BROKEN or one.overdue):
            one.piece.site = sites[one.piece.site_id]
            found.append(one)
    return sorted(found, key=_order)


def _order(one: Standing) -> tuple[Any, ...]:
    """What is out of order first, then overdue checks, then the rest; what was taken out last."""
    rank = {State.BROKEN: 0, State.WORKS: 2, "coming": 3, State.OUT: 4}[one.state]
    if one.overdue and rank:
        rank = 1
    day = one.since if rank == 0 else one.due if rank == 1 and one.due else date.min
    return rank, day, one.piece.site_id, one.piece.kind, one.piece.number
