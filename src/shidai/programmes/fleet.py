"""A site's equipment as it stands on a day, from what was noted of each piece; an overdue check stops nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from shidai.packs.schema.equipment import EquipmentKind
from shidai.programmes.models import Piece, PieceNote
from shidai.registry.citypack import city_pack
from shidai.rules.periods import months_later
from shidai.words import Text

State = PieceNote.State
COMING = "coming"  # not in service yet


@dataclass(frozen=True, slots=True)
class Standing:
    """How a piece stands on a day: `works`, `broken`, `out` or `coming`, since when and why; when its check is due.

    checked: the day of the last check; due: by when the next one is to be, None where no rule says so.
    """

    piece: Piece
    state: str
    since: date
    reason: str
    checked: date | None
    due: date | None
    overdue: bool

    @property
    def title(self) -> Text:
        return kind_title(self.piece.kind)


@dataclass(frozen=True, slots=True)
class Lack:
    """A kind of which a site has no working piece. since: the day on which the last one stopped; None: it has none."""

    kind: str
    since: date | None
    reason: str

    @property
    def title(self) -> Text:
        return kind_title(self.kind)


class Fleet:
    """The pieces of some sites with their notes, read with two queries and asked for as many days as wanted."""

    def __init__(self, sites: Collection[int], kinds: Collection[str] | None = None) -> None:
        found = Piece.objects.filter(site__in=sites).order_by("site", "kind", "number")
        self.pieces = list(found if kinds is None else found.filter(kind__in=kinds))
        self._notes: defaultdict[int, list[PieceNote]] = defaultdict(list)
        for note in PieceNote.objects.filter(piece__in=[one.pk for one in self.pieces]).order_by("day", "pk"):
            self._notes[note.piece_id].append(note)

    def notes_of(self, piece: Piece) -> list[PieceNote]:
        """What was noted of a piece, in the order of its days."""
        return self._notes[piece.pk]

    def standings(self, on: date) -> list[Standing]:
        """Every piece as it stands on a day."""
        return [self._standing(one, on) for one in self.pieces]

    def working(self, kind: str, on: date) -> int:
        """How many pieces of a kind work on a day."""
        return sum(self._standing(one, on).state == State.WORKS for one in self.pieces if one.kind == kind)

    def lacking(self, kinds: Iterable[str], on: date) -> list[Lack]:
        """The kinds of which no piece works on a day."""
        return [self._lack(kind, on) for kind in kinds if not self.working(kind, on)]

    def _lack(self, kind: str, on: date) -> Lack:
        here = [self._standing(one, on) for one in self.pieces if one.kind == kind]
        stopped = [one for one in here if one.state in (State.BROKEN, State.OUT)]
        last = max(stopped, key=lambda one: (one.since, one.piece.pk), default=None)
        return Lack(kind, last.since, last.reason) if last is not None else Lack(kind, None, "")

    def _standing(self, piece: Piece, on: date) -> Standing:
        told = [one for one in self._notes[piece.pk] if one.day <= on]
        state, since, reason = str(State.WORKS), piece.day, ""
        for note in (one for one in told if one.state != State.CHECKED):
            if note.state != state:
                since = note.day
            state, reason = note.state, note.reason
        if piece.day > on:
            state, since = COMING, piece.day
        checked = max((one.day for one in told if one.state == State.CHECKED), default=None)
        return Standing(piece, state, since, reason, checked, *self._check(piece, state, checked, on))

    def _check(self, piece: Piece, state: str, checked: date | None, on: date) -> tuple[date | None, bool]:
        """By when a piece is to be checked next, and whether that is past. What is out of service isn't checked."""
        kind = kind_called(piece.kind)
        if kind is None or kind.check_months is None or state in (State.OUT, COMING):
            return None, False
        last = checked or piece.day
        return months_later(last, kind.check_months), kind.is_overdue(last, on)


def kind_called(kind: str) -> EquipmentKind | None:
    """A kind of the city's pack; None when it is no longer there."""
    return city_pack().equipment.get(kind)


def kind_title(kind: str) -> Text:
    """A kind's title; its id where the pack no longer has it."""
    found = kind_called(kind)
    return found.title.text if found is not None else Text(zh=kind, en=kind)
