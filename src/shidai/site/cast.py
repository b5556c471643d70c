"""The cast of a demonstration city: one person for each role, two county officers; without passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from shidai.core import actions, queries
from shidai.core.access import Scope
from shidai.core.roles import ROLES
from shidai.words import Text


@dataclass(frozen=True, slots=True)
class Member:
    username: str
    name: str
    role: str

    @property
    def title(self) -> Text:
        return ROLES[self.role].title


CAST_IDS = uuid5(NAMESPACE_URL, "shidai:demonstration-cast")

CAST = (
    Member("lan", "兰小芳", "village_worker"),
    Member("xu", "许静", "station_nurse"),
    Member("zhou", "周建国", "township_officer"),
    Member("sun", "孙雅琴", "supply_manager"),
    Member("gu", "顾明", "county_officer"),
    Member("feng", "冯立", "county_officer"),
    Member("dai", "戴敏", "city_officer"),
    Member("shen", "沈洁", "city_registrar"),
    Member("qian", "钱学文", "city_analyst"),
    Member("he", "何正", "auditor"),
    Member("admin", "管理员", "administrator"),
)


def make_cast(*, by: Scope, city: str, since: date) -> None:
    """Post every member of the cast in the first county with townships and villages; doing it again changes nothing."""
    county = next(c for c in queries.children(city) if queries.children(c.code))
    township = queries.children(county.code)[0]
    village = queries.children(township.code)[0]
    places = {"city": city, "county": county.code, "township": township.code, "village": village.code}
    for member in CAST:
        level = ROLES[member.role].levels[0]
        staff_id = uuid5(CAST_IDS, member.username)
        staff = actions.add_staff(by=by, username=member.username, name=member.name, id=staff_id)
        actions.post_staff(by=by, staff=staff, role=member.role, prefix=places[level], start_date=since)
