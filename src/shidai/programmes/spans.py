"""Hours of a day as spans of minutes, and how many stand side by side in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Span:
    """`many` side by side from one minute of the day up to, not including, another."""

    start: int
    end: int
    many: int = 1

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def minutes_of(clock: str) -> int:
    """'08:30' → 510."""
    hour, _, minute = clock.partition(":")
    return int(hour) * _HOUR + int(minute)


def clock_of(minutes: int) -> str:
    """510 → '08:30'."""
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"


def times_of(start: str, end: str, minutes: int) -> list[str]:
    """'08:30', '08:50', …: every time from which a whole slot fits before the end."""
    return [clock_of(at) for at in range(minutes_of(start), minutes_of(end) - minutes + 1, minutes)]


def most_at_once(spans: Sequence[Span], within: Span) -> int:
    """The most that stand side by side at any moment within a span; 0 where none does."""
    moments = {within.start, *(one.start for one in spans if within.start < one.start < within.end)}
    return max(sum(one.many for one in spans if one.start <= at < one.end) for at in moments)
