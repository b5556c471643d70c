"""Due lists that are kept, so that a village's page opens at once: all of them by night, one person's with each visit.

The night's lists come from the record tables, everybody together; what is renewed by day comes from the register. Both
follow the same rules (tests/property/test_programmes_agree_with_oracle.py). Nothing is kept that isn't derived.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.utils import timezone

from shidai.core.access import Scope, require, within
from shidai.core.bulk import insert
from shidai.core.pseudonyms import row_numbers
from shidai.core.queries import counties, operator
from shidai.indicators.programmes import list_all_due
from shidai.indicators.records import Records
from shidai.packs import Pack
from shidai.programmes.models import KeptDue, KeptList
from shidai.programmes.offered import offers
from shidai.registry.extract import PURPOSE
from shidai.registry.queries import people_of_village, survivors

_FIELDS = ("person", "area", "programme", "step", "since", "by", "last")
Progress = Callable[[int, int], None]


def renew_all(records: Records, pack: Pack, on: date, *, by: Scope, progress: Progress | None = None) -> int:
    """The lists of a day for everybody on the register, county by county: each is replaced at once. Lines kept.

    Raises NoAccess: the lists of the whole city are the server's to make.
    """
    require(by, "record.export")
    found = list_all_due(records, pack, on)
    codes = counties()
    total = 0
    for at, county in enumerate(codes):
        rows = [row for programme, table in found.items() for row in _rows_of(programme, table, county)]
        with transaction.atomic():
            KeptDue.objects.filter(within((county,), "area")).delete()
            KeptList.objects.filter(within((county,), "area")).delete()
            insert(KeptDue, _FIELDS, rows)
            KeptList.objects.create(area=county, day=on, made_at=timezone.now())
        total += len(rows)
        if progress is not None:
            progress(at + 1, len(codes))
    return total


def keep_due_lists(records: Path, pack: Pack, on: date, *, progress: Progress | None = None) -> int:
    """The lists of a day from the record tables of a folder, where any programme is in force. Lines kept."""
    if not any(one.version_on(on) for one in pack.all_programmes):
        return 0
    with Records.open(records) as opened:
        return renew_all(opened, pack, on, by=operator(), progress=progress)


def _rows_of(programme: str, table: pa.Table, county: str) -> list[tuple[object, ...]]:
    """The lines of a county, persons by row number, under the record that was kept where two were merged."""
    own = table.filter(pc.starts_with(table["area"], county))
    people = row_numbers(own["person"].to_numpy(), PURPOSE, "person").tolist()
    kept = survivors(set(people))
    days = [
        [None if one is None else one.isoformat() for one in own[name].to_pylist()] for name in ("since", "by", "last")
    ]
    lines = zip(people, own["area"].to_pylist(), own["step"].to_pylist(), *days, strict=True)
    return [(kept.get(who, who), area, programme, step, since, by, last) for who, area, step, since, by, last in lines]


def renew_people(people: Collection[int], on: date) -> None:
    """The lines of some people anew, from the register: after a visit, an answer or a correction."""
    lines = list(_lines(people, on))
    with transaction.atomic():
        KeptDue.objects.filter(person__in=people).delete()
        KeptDue.objects.bulk_create(lines)


def renew_village(area: str, on: date) -> None:
    """A village's list anew, from the register."""
    lines = list(_lines(people_of_village(area), on))
    with transaction.atomic():
        KeptDue.objects.filter(area=area).delete()
        KeptDue.objects.bulk_create(one for one in lines if one.area == area)
        KeptList.objects.update_or_create(area=area, defaults={"day": on, "made_at": timezone.now()})


def _lines(people: Collection[int], on: date) -> Iterable[KeptDue]:
    for person, offer in offers(people, on):
        area = offer.facts["living_area"] or offer.facts["registered_area"]
        for one in offer.due:
            yield KeptDue(
                person_id=person, area=area, programme=offer.programme.id, step=one.step, since=one.due.since,
                by=one.due.by, last=one.last,
            )  # fmt: skip


def kept_list(area: str) -> KeptList | None:
    """Which list a village has: its own, if that is later than its county's."""
    found = KeptList.objects.filter(area__in=[area[:length] for length in (4, 6, 9, 12)]).order_by("made_at")
    return found.last()
