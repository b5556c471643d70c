"""The area tree on any day. Everybody on the staff may read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from shidai.core.models import Area, AreaChange, CountyChange
from shidai.core.queries.heirs import area_heirs
from shidai.core.tree import path_of
from shidai.words import Text


def valid_areas(on: date | None = None) -> Q:
    day = on or timezone.localdate()
    return Q(start_date__lte=day) & (Q(end_date=None) | Q(end_date__gt=day))


def area(code: str, on: date | None = None) -> Area | None:
    """The area with this code as it was on the day (default today); None if there was none."""
    return Area.objects.filter(valid_areas(on), code=code).first()


def resolve(code: str, on: date | None = None) -> Area | None:
    """The area that holds the code's records on the day: itself, or its successor if it was ended before.

    A split area resolves to its first successor; `successors` gives them all.
    """
    found = area(code, on)
    if found is None:
        found = next((area(heir, on) for heir in successors(code, on) if area(heir, on)), None)
    return found


def successors(code: str, on: date | None = None) -> tuple[str, ...]:
    """The codes that hold the code's records on the day, following splits, merges and moves; itself if unchanged."""
    return _follow(code, on or timezone.localdate(), "predecessor", "successor")


def predecessors(code: str, on: date | None = None) -> tuple[str, ...]:
    """The former codes whose records belong to this one by the day."""
    return tuple(
        c for c in _follow(code, on or timezone.localdate(), "successor", "predecessor", every=True) if c != code
    )


def _follow(code: str, day: date, here: str, there: str, *, every: bool = False) -> tuple[str, ...]:
    ends: list[str] = []
    seen, waiting = {code}, [code]
    while waiting:
        now = waiting.pop(0)
        changes = AreaChange.objects.filter(**{here: now}, day__lte=day).exclude(kind=AreaChange.Kind.RENAME)
        onward = [c for c in changes.values_list(there, flat=True) if c not in seen]
        if every or not onward:
            ends.append(now)
        seen.update(onward)
        waiting += onward
    return tuple(ends)


def former_within(prefix: str, on: date | None = None) -> tuple[str, ...]:
    """Former codes outside the prefix whose records belong inside it now."""
    if not prefix:
        return ()
    moved = AreaChange.objects.filter(day__lte=on or timezone.localdate(), successor__startswith=prefix)
    heirs = moved.exclude(kind=AreaChange.Kind.RENAME).values_list("successor", flat=True).distinct()
    found = {former for heir in heirs for former in predecessors(heir, on)}
    return tuple(sorted(code for code in found if not code.startswith(prefix)))


def children(code: str, on: date | None = None) -> list[Area]:
    """The areas directly below, in the pack's order; '' gives the city."""
    return list(Area.objects.filter(valid_areas(on), parent=code))


def areas_at(level: str, within: str = "", on: date | None = None) -> list[Area]:
    """All areas of a level below a prefix, in the pack's order."""
    return list(Area.objects.filter(valid_areas(on), level=level, code__startswith=within))


def breadcrumb(code: str, on: date | None = None) -> list[Area]:
    """From the city down to the area."""
    found = Area.objects.filter(valid_areas(on), code__in=path_of(code))
    return sorted(found, key=lambda each: len(each.code))


def find_areas(text: str, within: Iterable[str] = ("",), limit: int = 12) -> list[Area]:
    """Type-ahead: areas whose name, pinyin, initials or code begins with the text, higher levels first."""
    plain = text.strip().lower()
    if not plain:
        return []
    named = Q(name_zh__contains=plain) | Q(pinyin__startswith=plain) | Q(initials__startswith=plain)
    named |= Q(code__startswith=plain) | Q(name_en__istartswith=plain)
    place = Q()
    for prefix in within:
        place |= Q(code__startswith=prefix)
    found = Area.objects.filter(valid_areas(), named, place)[:200]
    return sorted(found, key=lambda each: (len(each.code), each.position))[:limit]


def names(codes: Iterable[str]) -> dict[str, Area]:
    """The latest form of each area, by code."""
    found = Area.objects.filter(code__in=set(codes)).order_by("start_date")
    return {each.code: each for each in found}


def full_names(codes: Iterable[str]) -> dict[str, tuple[Area, ...]]:
    """The latest form of each area and of those above it, from below the city down; of the city itself alone.

    Codes that are outside the tree have no names and are left out.
    """
    wanted = {code for code in codes if code}
    known = names(part for code in wanted for part in path_of(code))
    paths = {code: tuple(known[part] for part in path_of(code) if part in known) for code in wanted if code in known}
    return {code: path[1:] or path for code, path in paths.items()}


@dataclass(frozen=True, slots=True)
class AreaBook:
    """All codes ever valid with their validity, held in memory for the checks of an import."""

    validity: dict[str, tuple[tuple[date, date | None], ...]]
    levels: dict[str, str]
    titles: dict[str, Text] = field(default_factory=dict)

    def said(self, code: str) -> Text:
        """An area by name with its code, for who has the code before him in a file."""
        name = self.titles.get(code)
        return Text(zh=f"{name.zh}（{code}）", en=f"{name.en} ({code})") if name else Text(zh=code, en=code)

    def is_village(self, code: str) -> bool:
        return self.levels.get(code) == "village"

    def ever_valid(self, code: str) -> bool:
        return code in self.levels


def area_book() -> AreaBook:
    validity: dict[str, tuple[tuple[date, date | None], ...]] = {}
    levels: dict[str, str] = {}
    titles: dict[str, Text] = {}
    for each in Area.objects.order_by("code", "start_date"):
        validity[each.code] = (*validity.get(each.code, ()), (each.start_date, each.end_date))
        levels[each.code], titles[each.code] = each.level, each.text
    return AreaBook(validity, levels, titles)


def counties() -> list[str]:
    """Every county-level code ever valid."""
    return sorted(set(Area.objects.filter(level=Area.Level.COUNTY).values_list("code", flat=True)))


def change_counts() -> dict[str, tuple[int, int]]:
    """By county: how often its record tables were touched, and how many of these touches the last extract has seen."""
    rows = CountyChange.objects.values_list("county", "changes", "extracted")
    return {county: (changes, extracted) for county, changes, extracted in rows}


def area_rows() -> list[tuple[object, ...]]:
    """Everything the record table 'area' needs, successor included."""
    heirs = {code: dict(changes) for code, changes in area_heirs().changes.items()}
    fields = ("code", "parent", "level", "name_zh", "name_en", "urban", "position", "start_date", "end_date")
    rows = Area.objects.order_by("position", "code", "start_date").values_list(*fields)
    return [(*row, heirs.get(row[0], {}).get(row[8])) for row in rows]
