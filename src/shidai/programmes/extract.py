"""What programmes contribute to the record tables: visits and answers, and what was measured, without names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shidai.core.access import within
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.packs.schema.programme import ProgrammeStep
from shidai.programmes.models import Visit
from shidai.programmes.offered import find_programme
from shidai.registry.citypack import city_pack
from shidai.registry.following import Following
from shidai.registry.queries import survivors
from shidai.registry.roomrows import Row, write_rows
from shidai.rules.answers import observe

KINDS = {"record_id": "visit", "person_id": "person", "course_id": "course", "service_id": "visit"}
"""Of which kind the pseudonym of a column is."""
MOST_ROWS = 10_000  # of one visit


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's visits and observations up to the cut-off. Rows by table."""
    visits = _visits(partition, following)
    services, observations = _service_rows(visits, following), _observation_rows(visits, following)
    return {
        "service": write_rows(writer, "service", partition, services, KINDS),
        "observation": write_rows(writer, "observation", partition, observations, KINDS),
    }


def _visits(partition: str, following: Following) -> list[Visit]:
    """The visits that count and lie in a partition, under the records that were kept."""
    outside = ~within((following.city,), "area")
    here = outside if partition == OUTSIDE else within(following.sources(partition), "area")
    found = Visit.objects.filter(here, day__lte=following.cutoff, replaced_by=None).order_by("pk")
    visits = [one for one in found if partition == OUTSIDE or _area(one, following).startswith(partition)]
    kept = survivors({one.person_id for one in visits})
    for one in visits:
        one.person_id = kept.get(one.person_id, one.person_id)
    return visits


def _area(visit: Visit, following: Following) -> str:
    return following.heirs.holder(visit.area, following.cutoff) or visit.area


def _plain(visit: Visit, following: Following) -> Row:
    return {
        "person_id": visit.person_id, "area": _area(visit, following), "day": visit.day, "kind": visit.programme,
        "step": visit.step,
    }  # fmt: skip


def _service_rows(visits: Iterable[Visit], following: Following) -> Iterator[Row]:
    for visit in visits:
        yield _plain(visit, following) | {
            "record_id": visit.pk, "course_id": visit.course.int & (2**63 - 1), "outcome": visit.outcome,
            "until": visit.until, "site": visit.site or None,
        }  # fmt: skip


def _observation_rows(visits: Iterable[Visit], following: Following) -> Iterator[Row]:
    for visit in visits:
        step = _step_of(visit)
        fields = step.field if step is not None else ()
        told = [row for field in fields for row in observe(field, visit.values.get(field.id))]
        for number, (name, amount, text) in enumerate(told):
            yield _plain(visit, following) | {
                "record_id": visit.pk * MOST_ROWS + number, "service_id": visit.pk, "field": name,
                "number": amount, "text": text,
            }  # fmt: skip


def _step_of(visit: Visit) -> ProgrammeStep | None:
    """The step as it was then; None when the pack no longer has it."""
    if visit.programme not in city_pack().programmes:
        return None
    versions = [one for one in find_programme(visit.programme).version if one.id == visit.version]
    return next((step for one in versions for step in one.step if step.id == visit.step), None)
