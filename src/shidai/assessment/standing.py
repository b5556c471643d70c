"""How a pilot stands: its checklist as it is now, the answers that count, and what shows them."""

from __future__ import annotations

from datetime import date

from shidai.assessment import refusals
from shidai.assessment.models import Answer, Pilot
from shidai.packs.schema.checklist import Checklist, Value
from shidai.registry.citypack import city_pack


def find_checklist(checklist: str, on: date) -> Checklist:
    """A checklist of the city's pack in force on a day. Raises ShidaiError."""
    found = city_pack().in_force(on).checklists.get(checklist)
    if found is None:
        raise refusals.no_checklist(checklist)
    return found


def checklist_of(pilot: Pilot) -> Checklist:
    """The latest version of a pilot's checklist. Raises ShidaiError where the pack has none any more."""
    versions = [one for one in city_pack().all_checklists if one.id == pilot.checklist]
    if not versions:
        raise refusals.no_checklist(pilot.checklist)
    return max(versions, key=lambda one: one.effective_from)


def standing_answers(pilot: Pilot) -> dict[str, Answer]:
    """The latest answer to each item."""
    return {one.item: one for one in pilot.answers.order_by("pk")}


def values_of(checklist: Checklist, answers: dict[str, Answer]) -> dict[str, Value]:
    """What was answered to the items as they are now: an answer to other words doesn't count."""
    return {
        one.id: answers[one.id].value
        for one in checklist.item
        if one.id in answers and answers[one.id].mark == one.mark
    }


def has_evidence(pilot: Pilot, answer: Answer) -> bool:
    """Whether an answer has a note, a paper's number or a file beside it."""
    return bool(answer.note or answer.paper) or pilot.evidence.filter(item=answer.item, end=None).exists()
