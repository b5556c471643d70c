"""Every read of assessment: pilots of an area, one with its answers, the files that show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from shidai.assessment.models import Answer, Evidence, Pilot, PilotStep
from shidai.assessment.standing import checklist_of, standing_answers, values_of
from shidai.core import audit
from shidai.core.access import Scope, require, within
from shidai.core.tree import parent_of
from shidai.packs.schema.checklist import Checklist, ChecklistItem, Judgement


def _in_scope(scope: Scope, area: str = "") -> QuerySet[Pilot]:
    require(scope, "assessment.read", area) if area else require(scope, "assessment.read")
    found = Pilot.objects.filter(within(scope.prefixes("assessment.read"), "area")).select_related("site")
    return found.filter(within((area,), "area")) if area else found


@dataclass(frozen=True, slots=True)
class Listed:
    """A pilot in a list, with what its answers come to."""

    pilot: Pilot
    checklist: Checklist
    verdict: Judgement


def pilots_of(scope: Scope, area: str) -> list[Listed]:
    """The pilots of an area, those that wait for a decision first."""
    order = [Pilot.State.SUBMITTED, Pilot.State.WORKING, Pilot.State.SIGNED, Pilot.State.ENDED]
    found = sorted(_in_scope(scope, area), key=lambda one: (order.index(Pilot.State(one.state)), one.area, one.pk))
    return [_listed(one) for one in found]


def _listed(pilot: Pilot) -> Listed:
    checklist = checklist_of(pilot)
    return Listed(pilot, checklist, checklist.judge(values_of(checklist, standing_answers(pilot))))


@dataclass(frozen=True, slots=True)
class Answered:
    """An item with the answer that stands, those before it, and its files. stale: it answers other words."""

    item: ChecklistItem
    answer: Answer | None
    stale: bool
    former: tuple[Answer, ...]
    files: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PilotPage:
    """A pilot, its items and steps, and what its reader may do. may_open: see the files."""

    pilot: Pilot
    checklist: Checklist
    verdict: Judgement
    items: tuple[Answered, ...]
    steps: tuple[PilotStep, ...]
    may_run: bool
    may_sign: bool
    may_open: bool

    def item_named(self, id: str) -> Answered | None:
        return next((one for one in self.items if one.item.id == id), None)


def pilot_page(scope: Scope, uuid: UUID) -> PilotPage | None:
    """One pilot of the reader's areas; None elsewhere."""
    pilot = _in_scope(scope).filter(uuid=uuid).first()
    if pilot is None:
        return None
    listed = _listed(pilot)
    written: dict[str, list[Answer]] = {}
    for one in pilot.answers.order_by("pk"):
        written.setdefault(one.item, []).append(one)
    files: dict[str, list[Evidence]] = {}
    for file in pilot.evidence.filter(end=None).order_by("pk"):
        files.setdefault(file.item, []).append(file)
    items = []
    for item in listed.checklist.item:
        own = written.get(item.id, [])
        last = own[-1] if own else None
        items.append(
            Answered(
                item, last, last is not None and last.mark != item.mark, tuple(reversed(own[:-1])),
                tuple(files.get(item.id, ())),
            )
        )  # fmt: skip
    return PilotPage(
        pilot, listed.checklist, listed.verdict, tuple(items), tuple(pilot.steps.order_by("number")),
        scope.allows("assessment.run", pilot.area) and pilot.state == Pilot.State.WORKING,
        scope.allows("assessment.sign", parent_of(pilot.area)), _may_open(scope, pilot.area),
    )  # fmt: skip


def _may_open(scope: Scope, area: str) -> bool:
    """Files are for who works on them, decides on them, or audits."""
    opens = ("assessment.run", "assessment.sign", "audit.read")
    return any(scope.allows(each, area) for each in opens)  # type: ignore[arg-type]


def open_evidence(scope: Scope, uuid: UUID) -> Evidence | None:
    """A file that its reader may open; None elsewhere. The look is logged."""
    found = find_evidence(scope, uuid)
    if found is not None:
        audit.record(
            scope, "assessment.look", f"pilot:{found.pilot.uuid}", area=found.pilot.area, item=found.item
        )  # fmt: skip
    return found


def find_evidence(scope: Scope, uuid: UUID) -> Evidence | None:
    """A file that stands and that its reader may open."""
    found = Evidence.objects.select_related("pilot").filter(uuid=uuid, end=None, pilot__in=_in_scope(scope)).first()
    return found if found is not None and _may_open(scope, found.pilot.area) else None
