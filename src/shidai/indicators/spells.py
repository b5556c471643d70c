"""The spells behind person-time as Ibis tables: registered, living, in union, using contraception.

All have the columns that `persontime.person_time` asks for, and `person_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shidai.indicators.clock import DAY, FAR, Clock
from shidai.indicators.persontime import sex_class

REGISTERED, LIVING_LOCAL, LIVING_MIGRANT, IN_UNION, USERS_ANY, USERS_MODERN = range(6)
"""Groups of spells. Living residents are LIVING_LOCAL and LIVING_MIGRANT together."""

COLUMNS = ("person_id", "group", "place", "sex", "born", "start", "end", "weight")


@dataclass(frozen=True, slots=True)
class RecordSource:
    """What measures read: tables by name, and the table `places` (area, place) that numbers the areas."""

    table: Any  # Callable[[str], ibis.Table]
    places: Any  # ibis.Table
    clock: Clock = DAY


def residence_spells(source: RecordSource, kind: str | None = None) -> Any:
    """Residence spells in clock units. Spells in areas outside the tree don't belong to the city and are left out."""
    import ibis

    clock = source.clock
    rows = source.table("residence")
    if kind is not None:
        rows = rows.filter(rows.kind == kind)
    rows = rows.join(source.places, "area")
    group = ibis.cases(
        (rows.kind == "registered", REGISTERED), (rows.migrant, LIVING_MIGRANT), else_=LIVING_LOCAL
    ).cast("int32")
    return rows.mutate(
        group=group,
        sex=sex_class(rows.sex),
        born=rows.birth_date,
        start=clock.of(rows.start_date),
        end=clock.of(rows.end_date).fill_null(FAR),
    ).select(*COLUMNS, "household_id", "start_reason", "end_reason", "area")


def union_spells(source: RecordSource, year: int) -> Any:
    """Registered residence of women while in a union, for spells that touch the year.

    Where a woman is registered counts, not where the union was entered; overlapping unions of one woman count once.
    """
    homes = residence_spells(source, "registered")
    homes = _touching(homes.filter(homes.sex == 1), source.clock, year)
    unions = source.table("union_")
    unions = unions.filter(unions.wife_id.notnull(), unions.start_date.notnull()).select(
        who=unions.wife_id,
        since=source.clock.of(unions.start_date),
        until=source.clock.of(unions.end_date).fill_null(FAR),
    )
    return _during(homes, _touching(_disjoint(unions), source.clock, year, "since", "until"), IN_UNION)


def user_spells(source: RecordSource, unions: Any, year: int, group: int) -> Any:
    """The parts of `unions` while using any (`USERS_ANY`) or a modern (`USERS_MODERN`) method of contraception."""
    use = source.table("contraception")
    if group == USERS_MODERN:
        use = use.filter(use.modern)
    use = use.select(
        who=use.person_id,
        since=source.clock.of(use.start_date),
        until=source.clock.of(use.end_date).fill_null(FAR),
    )
    use = _touching(_disjoint(use), source.clock, year, "since", "until")
    return _during(unions, use, group)


def _touching(spells: Any, clock: Clock, year: int, start: str = "start", end: str = "end") -> Any:
    edges = clock.month_edges(year)
    return spells.filter(spells[start] < int(edges[-1]), spells[end] >= int(edges[0]), spells[start] < spells[end])


def _disjoint(spells: Any) -> Any:
    """One person's overlapping intervals cut so that each day counts once: a later one begins when all before ended."""
    import ibis

    spells = spells.filter(spells.since < spells.until)
    earlier = ibis.window(group_by="who", order_by=["since", "until"], rows=(None, -1))
    ended = spells.until.max().over(earlier).fill_null(-FAR)
    cut = spells.mutate(since=ibis.greatest(spells.since, ended))
    return cut.filter(cut.since < cut.until)


def _during(homes: Any, intervals: Any, group: int) -> Any:
    """The parts of the spells that lie inside an interval of the same person."""
    import ibis

    both = homes.join(intervals, homes.person_id == intervals.who)
    both = both.mutate(
        start=ibis.greatest(both.start, both.since),
        end=ibis.least(both.end, both.until),
        group=ibis.literal(group).cast("int32"),
    )
    return both.filter(both.start < both.end).select(*COLUMNS)
