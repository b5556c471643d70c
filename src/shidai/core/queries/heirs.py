"""Who holds an ended area's records on which day: all changes of the tree in memory, for whole tables of records."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from shidai.core.access import within
from shidai.core.models import Area, AreaChange

Change = tuple[date, str]  # from this day on, this code
Validity = tuple[date, date | None]


@dataclass(frozen=True)
class Heirs:
    """The changes by the code that ended, oldest first, and when these codes and their heirs were valid.

    A split area's records go to the part that was named first, until somebody assigns its households.
    """

    changes: Mapping[str, tuple[Change, ...]]
    validity: Mapping[str, tuple[Validity, ...]]

    def holder(self, code: str, day: date) -> str:
        """The code that holds the records of `code` on the day: itself, while it is valid or nothing follows it."""
        seen: set[str] = set()
        while code not in seen and not self._valid(code, day):
            seen.add(code)
            code = next((heir for since, heir in reversed(self.changes.get(code, ())) if since <= day), code)
        return code

    def holders(self, code: str, start: date, end: date | None) -> tuple[Change, ...]:
        """Who holds the records of `code` from `start` up to, not including, `end`: each code with its first day."""
        until = len(self._days) if end is None else bisect_left(self._days, end)
        between = (code, bisect_right(self._days, start), until)  # all that the answer depends on, but its first day
        if between not in self._followed:
            self._followed[between] = tuple(self._follow(code, start, end))
        (_, first), *later = self._followed[between]
        return ((start, first), *later)

    def _follow(self, code: str, start: date, end: date | None) -> Iterator[Change]:
        day, now = start, self.holder(code, start)
        yield day, now
        while following := self._next_change(now, day):
            day = following
            if end is not None and day >= end:
                return
            former, now = now, self.holder(now, day)
            if now != former:
                yield day, now

    @cached_property
    def _days(self) -> tuple[date, ...]:
        """Every day on which anything changes."""
        changed = {since for changes in self.changes.values() for since, _ in changes}
        valid = {day for spans in self.validity.values() for span in spans for day in span if day is not None}
        return tuple(sorted(changed | valid))

    @cached_property
    def _followed(self) -> dict[tuple[str, int, int], tuple[Change, ...]]:
        return {}

    def changed(self, code: str) -> bool:
        """Whether any change ended this code."""
        return code in self.changes

    def former(self, prefix: str, day: date) -> tuple[str, ...]:
        """Codes outside the prefix whose records an area inside it holds on the day."""
        return tuple(
            code for code in sorted(self.changes) if not code.startswith(prefix) and self._in(code, prefix, day)
        )

    def gone(self, prefix: str, day: date) -> tuple[str, ...]:
        """Codes inside the prefix whose records an area outside it holds on the day."""
        return tuple(
            code for code in sorted(self.changes) if code.startswith(prefix) and not self._in(code, prefix, day)
        )

    def ever_former(self, prefix: str) -> tuple[str, ...]:
        """Codes outside the prefix whose records an area inside it holds on some day."""
        outside = (code for code in sorted(self.changes) if not code.startswith(prefix))
        return tuple(code for code in outside if any(each.startswith(prefix) for each in self._ever_holders[code]))

    @cached_property
    def _ever_holders(self) -> dict[str, frozenset[str]]:
        return {code: frozenset(self.holder(code, day) for day in self._days) for code in self.changes}

    def _in(self, code: str, prefix: str, day: date) -> bool:
        return self.holder(code, day).startswith(prefix)

    def _valid(self, code: str, day: date) -> bool:
        return any(start <= day and (end is None or day < end) for start, end in self.validity.get(code, ()))

    def _next_change(self, code: str, day: date) -> date | None:
        return next((since for since, _ in self.changes.get(code, ()) if since > day), None)


def area_heirs() -> Heirs:
    """The heirs of all areas that ended by a merger, a split or a new code."""
    changes: dict[str, dict[date, str]] = {}
    found = AreaChange.objects.exclude(kind=AreaChange.Kind.RENAME).order_by("day", "id")
    for old, new, day in found.values_list("predecessor", "successor", "day"):
        if new != old:
            changes.setdefault(old, {}).setdefault(day, new)  # of several parts the first one named
    codes = {*changes, *(new for heirs in changes.values() for new in heirs.values())}
    validity: dict[str, tuple[Validity, ...]] = {}
    for code, start, end in Area.objects.filter(code__in=codes).values_list("code", "start_date", "end_date"):
        validity[code] = (*validity.get(code, ()), (start, end))
    return Heirs({code: tuple(heirs.items()) for code, heirs in changes.items()}, validity)


def parts_of(code: str) -> dict[str, date]:
    """The areas into which this one was split, in the order in which they were named, each with its first day."""
    parts = AreaChange.objects.filter(predecessor=code, kind=AreaChange.Kind.SPLIT).order_by("day", "id")
    return dict(parts.values_list("successor", "day"))


def present_code(code: str, on: date | None = None) -> str:
    """The area's own code on the day: another one since it was put under another parent, the same after any other
    change, since a merger or a split makes other areas."""
    moves = AreaChange.objects.filter(kind=AreaChange.Kind.MOVE, day__lte=on or timezone.localdate())
    while later := moves.filter(predecessor=code).exclude(successor=code).order_by("-day").first():
        moves = moves.filter(day__gte=later.day).exclude(pk=later.pk)
        code = later.successor
    return code


def held_in(area: str, *fields: str) -> Q:
    """A filter like `access.within`: one of the area fields lies in the area or in a former one that it holds today."""
    if not _has_changed(area):
        return within((area,), *fields)
    heirs, today = area_heirs(), timezone.localdate()
    gone = heirs.gone(area, today)
    wanted = Q(pk__in=[])
    for field in fields:
        here = within((area, *heirs.former(area, today)), field)
        wanted |= here & ~Q(**{f"{field}__in": gone}) if gone else here
    return wanted


def _has_changed(area: str) -> bool:
    """Whether any area here ended or took another in: answered from the indexes, and no for most areas."""
    return AreaChange.objects.filter(within((area,), "predecessor", "successor")).exists()
