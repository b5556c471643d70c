"""What programmes contribute to the record tables: visits, sessions, answers and what was measured, without names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count

from shidai.core.access import within
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.packs.schema.programme import REFUSALS, ProgrammeStep
from shidai.programmes.models import Session, Visit
from shidai.programmes.offered import consents_of, find_programme, holds_until
from shidai.registry.citypack import city_pack
from shidai.registry.following import Following
from shidai.registry.queries import survivors
from shidai.registry.roomrows import Row, write_rows
from shidai.rules.answers import observe

KINDS = {"record_id": "visit", "person_id": "person", "course_id": "course", "service_id": "visit"}
"""Of which kind the pseudonym of a column is."""
OF_SESSIONS = {"record_id": "session", "service_id": "session"}
"""The same, of a session; it is nobody's."""
MOST_ROWS = 10_000  # of one visit


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's visits, sessions and observations up to the cut-off. Rows by table."""
    visits, held = _visits(partition, following), _held(partition, following)
    of_visits, of_sessions = (_observation_rows(each, following) for each in (visits, held))
    return {
        "service": write_rows(writer, "service", partition, _service_rows(visits, following), KINDS),
        "session": write_rows(writer, "session", partition, _session_rows(held, following), OF_SESSIONS),
        "observation": write_rows(
            writer, "observation", partition, of_visits, KINDS, (of_sessions, OF_SESSIONS)
        ),
    }  # fmt: skip


def _held(partition: str, following: Following) -> list[Any]:
    """The sessions that lie in a partition, each with how many were `named`."""
    found = Session.objects.filter(_lies(partition, following), day__lte=following.cutoff)
    listed = found.select_related("site").annotate(named=Count("attended")).order_by("pk")
    return [one for one in listed if partition == OUTSIDE or _area(one, following).startswith(partition)]


def _lies(partition: str, following: Following) -> Any:
    return ~within((following.city,), "area") if partition == OUTSIDE else within(following.sources(partition), "area")


def _visits(partition: str, following: Following) -> list[Visit]:
    """The visits that count and lie in a partition, under the records that were kept."""
    found = Visit.objects.filter(_lies(partition, following), day__lte=following.cutoff, replaced_by=None).order_by(
        "pk"
    )
    visits = [one for one in found if partition == OUTSIDE or _area(one, following).startswith(partition)]
    kept = survivors({one.person_id for one in visits})
    for one in visits:
        one.person_id = kept.get(one.person_id, one.person_id)
    return visits


def _area(one: Visit | Session, following: Following) -> str:
    return following.heirs.holder(one.area, following.cutoff) or one.area


def _plain(one: Visit | Session, following: Following) -> Row:
    return {
        "person_id": one.person_id if isinstance(one, Visit) else None, "area": _area(one, following), "day": one.day,
        "kind": one.programme, "step": one.step,
    }  # fmt: skip


def _session_rows(held: Iterable[Any], following: Following) -> Iterator[Row]:
    for one in held:
        yield _plain(one, following) | {
            "record_id": one.pk, "quantity": one.named + one.heads, "unnamed": one.heads, "site": one.site.code,
        }  # fmt: skip


def _service_rows(visits: Sequence[Visit], following: Following) -> Iterator[Row]:
    words = consents_of({one.person_id for one in visits if one.outcome in REFUSALS})
    for visit in visits:
        yield _plain(visit, following) | {
            "record_id": visit.pk, "course_id": visit.course.int & (2**63 - 1), "outcome": visit.outcome,
            "until": holds_until(visit, words.get((visit.person_id, visit.programme), ())), "site": visit.site or None,
        }  # fmt: skip


def _observation_rows(visits: Iterable[Visit | Session], following: Following) -> Iterator[Row]:
    """What was answered, of visits or of sessions: the numbers of both begin with one and have their own pseudonyms."""
    for visit in visits:
        step = _step_of(visit)
        fields = step.field if step is not None else ()
        told = [row for field in fields for row in observe(field, visit.values.get(field.id))]
        for number, (name, amount, text) in enumerate(told):
            yield _plain(visit, following) | {
                "record_id": visit.pk * MOST_ROWS + number, "service_id": visit.pk, "field": name,
                "number": amount, "text": text,
            }  # fmt: skip


def _step_of(visit: Visit | Session) -> ProgrammeStep | None:
    """The step as it was then; None when the pack no longer has it."""
    if visit.programme not in city_pack().programmes:
        return None
    versions = [one for one in find_programme(visit.programme).version if one.id == visit.version]
    return next((step for one in versions for step in one.step if step.id == visit.step), None)
