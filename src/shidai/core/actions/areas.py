"""Changes of the area tree: old records keep their code and keep resolving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from pypinyin import lazy_pinyin

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.models import Area, AreaChange, CountyChange
from shidai.core.tree import AREAS, level_of, parent_of
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    from shidai.packs import Pack


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
    """Put a pack's areas into the tree; returns how many rows were new or changed: none when run again."""
    require(by, "area.manage")
    known = {(area.code, area.start_date): area for area in Area.objects.all()}
    fresh: list[Area] = []
    changed: list[Area] = []
    for row in pack.areas:
        area = _from_pack(row)
        old = known.get((area.code, area.start_date))
        if old is None:
            fresh.append(area)
        elif any(getattr(old, name) != getattr(area, name) for name in _FIELDS):
            area.pk = old.pk
            changed.append(area)
    Area.objects.bulk_create(fresh)
    Area.objects.bulk_update(changed, _FIELDS)
    _note_pack_successors(pack)
    if fresh or changed:
        mark_changed([AREAS])
        audit.record(by, "area.load", f"pack:{pack.id}", new=len(fresh), changed=len(changed))
    return len(fresh) + len(changed)


_FIELDS = ("parent", "level", "name_zh", "name_en", "pinyin", "initials", "urban", "position", "end_date")


def _from_pack(row: object) -> Area:
    values = {
        name: getattr(row, name)
        for name in ("code", "level", "name_zh", "name_en", "urban", "position", "start_date", "end_date")
    }
    return Area(parent=getattr(row, "parent", None) or "", **_reading(values["name_zh"]), **values)


def _reading(name: str) -> dict[str, str]:
    syllables = lazy_pinyin(name)
    return {"pinyin": "".join(syllables).lower()[:120], "initials": "".join(s[:1] for s in syllables).lower()[:30]}


def _note_pack_successors(pack: Pack) -> None:
    for row in pack.areas:
        if row.successor and row.end_date and row.successor != row.code:
            AreaChange.objects.get_or_create(
                predecessor=row.code,
                successor=row.successor,
                day=row.end_date,
                defaults={"kind": AreaChange.Kind.MERGE},
            )


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


def _link(kind: str, old: str, new: str, day: date) -> None:
    AreaChange.objects.create(kind=kind, predecessor=old, successor=new, day=day)


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
