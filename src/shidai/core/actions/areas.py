"""Changes of the area tree: old records keep their code and keep resolving."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.models import Area, AreaChange, CountyChange, LoadedAreas
from shidai.core.tree import AREAS, OUTSIDE, county_of, level_of, parent_of
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    from shidai.packs import Pack
    from shidai.packs.schema.area import PackArea


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area to be set up."""

    code: str
    name_zh: str
    name_en: str
    urban: bool = False
    position: int = 0


@transaction.atomic
def load_areas(pack: Pack, *, by: Scope) -> int:
    """Put a pack's areas into the tree; returns how many rows were new or changed: none when the pack's list is the
    one that was loaded last.

    An area that a change made here has ended, renamed or set up is the city's own from then on: the pack's rows of its
    code are left alone, so that a later list adds to the tree and undoes nothing.
    """
    require(by, "area.manage")
    digest = _digest(pack)
    if LoadedAreas.objects.filter(city=pack.city, digest=digest).exists():
        return 0
    own = _changed_here()
    wanted = [row for row in pack.areas if row.code not in own]
    known = {(area.code, area.start_date): area for area in Area.objects.all()}
    fresh: list[Area] = []
    changed: list[Area] = []
    for area in map(_from_pack, wanted):
        old = known.get((area.code, area.start_date))
        if old is None:
            fresh.append(area)
        elif any(getattr(old, name) != getattr(area, name) for name in _FIELDS):
            area.pk = old.pk
            changed.append(area)
    Area.objects.bulk_create(fresh)
    Area.objects.bulk_update(changed, _FIELDS)
    noted = _note_pack_successors(wanted)
    LoadedAreas.objects.update_or_create(city=pack.city, defaults={"digest": digest})
    if fresh or changed or noted:
        mark_changed([AREAS])
        audit.record(by, "area.load", f"pack:{pack.id}", new=len(fresh), changed=len(changed))
    return len(fresh) + len(changed)


_FIELDS = ("parent", "level", "name_zh", "name_en", "pinyin", "initials", "urban", "position", "end_date")
_GIVEN = ("code", "level", "name_zh", "name_en", "urban", "position", "start_date", "end_date")


def _digest(pack: Pack) -> str:
    """What the pack's list of areas says, as far as the tree takes it over."""
    stated = [[str(getattr(row, name)) for name in (*_GIVEN, "parent", "successor")] for row in pack.areas]
    return sha256(json.dumps(stated).encode()).hexdigest()


def _changed_here() -> frozenset[str]:
    """Codes that changes entered here, not taken from a pack, have ended, renamed or set up."""
    changes = AreaChange.objects.filter(by_pack=False)
    set_up = Area.objects.filter(code=OuterRef("successor"), start_date=OuterRef("day"))
    ended = changes.values_list("predecessor", flat=True)
    return frozenset(ended) | frozenset(changes.filter(Exists(set_up)).values_list("successor", flat=True))


def _from_pack(row: PackArea) -> Area:
    values = {name: getattr(row, name) for name in _GIVEN}
    return Area(parent=row.parent or "", **_reading(row.name_zh), **values)


def _reading(name: str) -> dict[str, str]:
    from pypinyin import lazy_pinyin  # loads dictionaries: only for new areas

    syllables = lazy_pinyin(name)
    return {"pinyin": "".join(syllables).lower()[:120], "initials": "".join(s[:1] for s in syllables).lower()[:30]}


def _note_pack_successors(rows: Iterable[PackArea]) -> bool:
    """Hold the pack's own changes as its list states them now; returns whether any is new or gone."""
    stated = {
        (row.code, row.successor, row.end_date)
        for row in rows
        if row.successor and row.end_date and row.successor != row.code
    }
    known = {(each.predecessor, each.successor, each.day): each for each in AreaChange.objects.all()}
    gone = [each for key, each in known.items() if each.by_pack and key not in stated]
    for each in gone:
        _mark_records(each.predecessor, each.successor)
        each.delete()
    fresh = sorted(stated - set(known))
    for old, new, day in fresh:
        _link(AreaChange.Kind.MERGE, old, new, day, by_pack=True)
    return bool(gone or fresh)


@transaction.atomic
def rename_area(*, by: Scope, code: str, name_zh: str, name_en: str, day: date) -> Area:
    """From `day` on the area has another name; the code stays."""
    require(by, "area.manage", code)
    old = _valid(code, day)
    new = _copy(old, day, name_zh=name_zh, name_en=name_en)
    AreaChange.objects.create(kind=AreaChange.Kind.RENAME, predecessor=code, successor=code, day=day)
    _told(by, "area.rename", [code], name=name_zh, day=day)
    return new


@transaction.atomic
def merge_areas(*, by: Scope, codes: Sequence[str], into: NewArea | str, day: date) -> Area:
    """Several areas become one, a new one or one that exists."""
    heir = into if isinstance(into, str) else into.code
    require(by, "area.manage", heir)
    olds = [_valid(code, day) for code in codes if code != heir]
    target = _valid(heir, day) if isinstance(into, str) else _set_up(into, day)
    for old in olds:
        _end(old, day)
        _link(AreaChange.Kind.MERGE, old.code, heir, day)
    _told(by, "area.merge", [*codes, heir], into=heir, day=day)
    return target


@transaction.atomic
def split_area(*, by: Scope, code: str, into: Sequence[NewArea], day: date) -> list[Area]:
    """One area becomes several. Its records stay at the old code until each household is assigned."""
    require(by, "area.manage", code)
    old = _valid(code, day)
    _end(old, day)
    made = [_set_up(new, day) for new in into]
    for new in into:
        _link(AreaChange.Kind.SPLIT, code, new.code, day)
    _told(by, "area.split", [code, *(new.code for new in into)], day=day)
    return made


@transaction.atomic
def move_area(*, by: Scope, code: str, to: str, day: date) -> list[Area]:
    """The area and all below it get a code under another parent: `to` is the area's new code."""
    require(by, "area.manage", code)
    _valid(code, day)
    _valid(parent_of(to), day)
    moved = []
    below = [a for a in Area.objects.filter(code__startswith=code) if a.end_date is None or a.end_date > day]
    for old in below:
        new_code = to + old.code[len(code) :]
        moved.append(_copy(old, day, code=new_code, parent=parent_of(new_code)))
        _link(AreaChange.Kind.MOVE, old.code, new_code, day)
    _told(by, "area.move", [code, to], to=to, day=day)
    return moved


def _valid(code: str, day: date) -> Area:
    found = Area.objects.filter(code=code, start_date__lt=day).order_by("-start_date").first()
    if found is None or (found.end_date is not None and found.end_date <= day):
        raise ShidaiError(
            problem(
                code,
                zh=f"{day} 时没有这个有效的区划代码。",
                en=f"No area with this code is valid on {day}.",
                mend_zh="请检查代码和日期。",
                mend_en="Check the code and the day.",
            )
        )
    return found


def _set_up(new: NewArea, day: date) -> Area:
    level = level_of(new.code)
    if level is None or Area.objects.filter(code=new.code, end_date=None).exists():
        raise ShidaiError(
            problem(
                new.code,
                zh="代码位数不对，或已被使用。",
                en="The code has a wrong length or is in use.",
                mend_zh="请换一个代码（城市 4 位、县区 6 位、镇街 9 位、村居 12 位）。",
                mend_en="Choose another (city 4, county 6, township 9, village 12 digits).",
            )
        )
    return Area.objects.create(
        code=new.code, parent=parent_of(new.code), level=level, name_zh=new.name_zh, name_en=new.name_en,
        urban=new.urban, position=new.position, start_date=day, **_reading(new.name_zh),
    )  # fmt: skip


def _copy(old: Area, day: date, **changes: str) -> Area:
    values = {f.name: getattr(old, f.name) for f in Area._meta.fields if f.name != "id"}
    values |= {"start_date": day, "end_date": None, **changes}
    _end(old, day)
    return Area.objects.create(**{**values, **_reading(values["name_zh"])})


def _end(old: Area, day: date) -> None:
    old.end_date = day
    old.save(update_fields=("end_date",))


def _link(kind: str, old: str, new: str, day: date, *, by_pack: bool = False) -> None:
    """Note what became of an area; the records of both counties must be extracted again."""
    _mark_records(old, new)
    AreaChange.objects.create(kind=kind, predecessor=old, successor=new, day=day, by_pack=by_pack)


def _mark_records(*codes: str) -> None:
    mark_changed([OUTSIDE, *map(county_of, codes)])


def _told(by: Scope, deed: str, codes: Iterable[str], **detail: object) -> None:
    mark_changed([AREAS])
    first, *others = codes
    audit.record(by, deed, f"area:{first}", area=first, others=others, **detail)


def mark_changed(partitions: Iterable[str]) -> None:
    """Note that these partitions of the record tables must be extracted again ('all' is the area table)."""
    wanted = sorted(set(partitions))
    CountyChange.objects.bulk_create([CountyChange(county=code) for code in wanted], ignore_conflicts=True)
    CountyChange.objects.filter(county__in=wanted).update(changes=F("changes") + 1)


def mark_extracted(changes: dict[str, int]) -> None:
    """Note which changes are in the record tables now; later ones stay marked."""
    for county, count in changes.items():
        CountyChange.objects.filter(county=county, extracted__lt=count).update(extracted=count)
