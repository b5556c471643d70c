"""What may be put right on a person's page: quiet doors beside each event and each spell of residence."""

from __future__ import annotations

from typing import Any

from shidai.registry import queries
from shidai.words import Text

Door = dict[str, Any]

BIRTH_DATE = Text(zh="更正出生日期", en="Correct the date of birth")
WITHDRAW_BIRTH = Text(zh="撤销出生登记", en="Withdraw the birth")
WITHDRAW_DEATH = Text(zh="撤销死亡登记", en="Withdraw the death")
WITHDRAW_MOVE = Text(zh="撤销迁入", en="Withdraw the move here")
WITHDRAW_DEPARTURE = Text(zh="撤销迁出", en="Withdraw the departure")


def mend_birth(page: queries.PersonPage) -> list[Door]:
    """The date may be wrong; the birth itself only where one was recorded."""
    doors = [_door(f"/people/{page.person.uuid}/birth-date/", BIRTH_DATE)]
    if page.birth is not None:
        doors.append(_door(f"/people/{page.person.uuid}/birth/withdraw/", WITHDRAW_BIRTH))
    return doors


def mend_death(page: queries.PersonPage) -> list[Door]:
    return [_door(f"/people/{page.person.uuid}/death/withdraw/", WITHDRAW_DEATH)]


def mend_spell(spell: Any, page: queries.PersonPage) -> list[Door]:
    """The latest move of each kind: into the open spell, or out of the city from the last one of the living."""
    stand = page.residence
    if spell in (stand.living, stand.registered):
        moved = spell.start_reason not in ("birth", "correction", "boundary") or _follows(spell, page)
        return [_door(f"/spells/{spell.uuid}/move/withdraw/", WITHDRAW_MOVE)] if moved else []
    if spell in (stand.left_living, stand.left_registered) and page.death is None:
        return [_door(f"/spells/{spell.uuid}/departure/withdraw/", WITHDRAW_DEPARTURE)]
    return []


def _follows(spell: Any, page: queries.PersonPage) -> bool:
    """Whether another spell of the kind ended as this one began."""
    ends = {each.end_date for each in page.spells if each.kind == spell.kind}
    return spell.start_reason != "birth" and spell.start_date in ends


def _door(url: str, title: Text) -> Door:
    return {"url": url, "title": title}
