"""Whom a write of a programme concerns: who lives or is registered in the writer's areas, or was referred there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shidai.core.access import Scope, require
from shidai.core.roles import Capability
from shidai.programmes.offered import Offer, find_programme, offers, version_in_force
from shidai.programmes.referrals import referred_to
from shidai.registry.queries import get_person
from shidai.words import ShidaiError, problem


@dataclass(frozen=True, slots=True)
class Served:
    """Whom a write concerns, where she belongs, and what the programme offers her on the day.

    site: the code of the site to which she was referred, where she is served for that alone."""

    person: int
    area: str
    offer: Offer
    site: str = ""


def find_served(
    by: Scope,
    person: UUID,
    programme: str,
    on: date,
    capability: Capability,
    answers: tuple[str, UUID | None] = ("", None),
) -> Served:
    """Whom a write concerns. Raises ShidaiError when she isn't here, or the programme doesn't run where she lives.

    answers: a step and the id under which it is recorded. Who was referred to a site of the writer's for it is served
    there, wherever she lives: once, and under the same id again.
    """
    require(by, capability)
    found = get_person(by, person)
    chosen = find_programme(programme)
    version_in_force(chosen, on)
    step, id = answers
    referred = None
    if step and (found is None or not any(by.allows(capability, area) for area in _areas(found))):
        referred = referred_to(by, person, programme, step)
        if referred is not None and referred.answer is not None and referred.answer.uuid != id:
            referred = None
        found = referred.person if referred is not None else found
    told = next((offer for _, offer in offers([found.pk], on, [chosen])), None) if found is not None else None
    if found is None or told is None:
        raise ShidaiError(
            problem(
                "person",
                zh=f"在 {on}，“{chosen.title.zh}”不能为这个人办理。",
                en=f"'{chosen.title.en}' can't be done for this person on {on}.",
                mend_zh="请核对性别、健在、居住地和日期。",
                mend_en="Check the sex, whether she is alive, where she lives, and the day.",
            )
        )
    if referred is None:
        require(by, capability, found.living_area, found.registered_area)
    site = referred.referral.site if referred is not None else None
    return Served(found.pk, _areas(found)[0], told, site.code if site is not None else "")


def _areas(person: object) -> list[str]:
    """Where somebody lives, and is registered."""
    return [area for area in (person.living_area, person.registered_area) if area]  # type: ignore[attr-defined]
