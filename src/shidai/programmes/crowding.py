"""Whether a site's clinics fit into its rooms, and are served by its staff, as far as either is stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shidai.programmes.models import Capacity, Clinic
from shidai.programmes.slots import runs_on
from shidai.programmes.spans import Span, minutes_of, most_at_once
from shidai.programmes.wording import WEEKDAYS
from shidai.words import Problem, ShidaiError, Text


@dataclass(frozen=True, slots=True)
class Crowd:
    """Hours in which more are seen at a time than there are rooms or staff for, from a day on.

    clinics: those that stand side by side; limits: what isn't enough, `rooms` or `staff`, with its number.
    """

    day: date
    many: int
    limits: tuple[tuple[str, int], ...]
    clinics: tuple[Clinic, ...]


def capacity_on(lines: Sequence[Capacity], day: date) -> Capacity | None:
    """What counts on a day of a site's lines, which stand in the order of their days."""
    return next((one for one in reversed(lines) if one.day <= day), None)


def capacity_lines(site: int) -> list[Capacity]:
    """All lines of a site, by day, later ones of a day after earlier ones. site: its row number."""
    return list(Capacity.objects.filter(site=site).order_by("day", "pk"))


def crowding(wanted: Clinic, others: Sequence[Clinic], lines: Sequence[Capacity], since: date) -> Crowd | None:
    """The first day, from `since` on, on which a clinic and the others of its weekday are too many; None: they fit."""
    changes = {since, *(one.starts_on for one in others), *(one.day for one in lines)}
    span = _span(wanted)
    for day in sorted(one for one in changes if one >= since):
        stated = capacity_on(lines, day)
        if stated is None or not runs_on(wanted, day):
            continue
        beside = [
            one for one in others
            if one.weekday == wanted.weekday and one.pk != wanted.pk and runs_on(one, day) and span.overlaps(_span(one))
        ]  # fmt: skip
        many = most_at_once([span, *(_span(one) for one in beside)], span)
        short = tuple((name, most) for name in ("rooms", "staff")
                      if (most := getattr(stated, name)) is not None and many > most)  # fmt: skip
        if short:
            return Crowd(day, many, short, tuple(beside))
    return None


def crowds_of(site: int, on: date) -> list[tuple[Clinic, Crowd]]:
    """A site's clinics that don't fit any more, on or after a day; shown so that somebody ends one or states anew."""
    lines = capacity_lines(site)
    running = [one for one in _clinics(site) if one.ends_on is None or one.ends_on > on]
    found = ((one, crowding(one, running, lines, max(on, one.starts_on))) for one in running)
    return [(one, crowd) for one, crowd in found if crowd is not None]


def refuse_crowding(wanted: Clinic) -> None:
    """Raise ShidaiError for a clinic to be opened that doesn't fit; its site's lines are locked while it is decided."""
    lines = list(Capacity.objects.select_for_update().filter(site=wanted.site_id).order_by("day", "pk"))
    found = crowding(wanted, _clinics(wanted.site_id), lines, wanted.starts_on) if lines else None
    if found is None:
        return
    said = say_limits(found)
    beside = say_clinics(found.clinics)
    with_zh = f"重叠的时段：{beside.zh}。" if found.clinics else ""
    with_en = f" It overlaps with {beside.en}." if found.clinics else ""
    raise ShidaiError(
        Problem(
            "places",
            Text(
                zh=f"自{found.day}起同时接待{found.many}人，{said.zh}。{with_zh}",
                en=f"From {found.day} on {found.many} would be seen at a time; {said.en}.{with_en}",
            ),
            Text(
                zh="请减少同时接待人数、改时间、先停止重叠的时段，或登记新的诊室和人员数。",
                en="See fewer at a time, choose other hours, end a clinic that overlaps, or state new rooms and staff.",
            ),
        )
    )


_ONLY = {
    "rooms": (Text(zh="诊室只有{n}间", en="there are {n} rooms"), Text(zh="诊室只有1间", en="there is one room")),
    "staff": (
        Text(zh="接诊人员只有{n}人", en="{n} of the staff see people"),
        Text(zh="接诊人员只有1人", en="one of the staff sees people"),
    ),
}


def say_limits(crowd: Crowd) -> Text:
    """'there are 2 rooms, one of the staff sees people'."""
    told = [(_ONLY[name][1] if number == 1 else _ONLY[name][0]).filled(n=str(number)) for name, number in crowd.limits]
    return Text(zh="，".join(one.zh for one in told), en=", ".join(one.en for one in told))


def say_clinics(clinics: Sequence[Clinic]) -> Text:
    """'Mon 08:30–11:30 (2 at a time), …'."""
    zh = [f"{WEEKDAYS[one.weekday].zh}{one.start}–{one.end}（同时{one.places}人）" for one in clinics]
    en = [f"{WEEKDAYS[one.weekday].en} {one.start}–{one.end} ({one.places} at a time)" for one in clinics]
    return Text(zh="、".join(zh), en=", ".join(en))


def _clinics(site: int) -> list[Clinic]:
    return list(Clinic.objects.filter(site=site).order_by("weekday", "start", "pk"))


def _span(clinic: Clinic) -> Span:
    return Span(minutes_of(clinic.start), minutes_of(clinic.end), clinic.places)
