"""Small makers of what tests need. Names and codes are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shidai.core import actions as core_actions
from shidai.core import queries as core_queries
from shidai.core.access import Scope
from shidai.core.models import Area
from shidai.registry import actions
from shidai.registry.dates import HalfDate, parse_date
from shidai.registry.models import Person

CITY, COUNTY, OTHER_COUNTY = "3299", "329901", "329902"
TOWNSHIP, OTHER_TOWNSHIP = "329901101", "329902101"
NANQIAO, BEIQIAO, FARAWAY = "329901101201", "329901101202", "329902101201"
START = date(1949, 10, 1)
OPERATOR = core_queries.operator()


def make_areas() -> None:
    rows = [
        (CITY, "city", "试验市", "Trial City"),
        (COUNTY, "county", "东县", "East County"),
        (OTHER_COUNTY, "county", "西县", "West County"),
        (TOWNSHIP, "township", "东山镇", "Dongshan"),
        (OTHER_TOWNSHIP, "township", "西山镇", "Xishan"),
        (NANQIAO, "village", "南桥村", "Nanqiao"),
        (BEIQIAO, "village", "北桥村", "Beiqiao"),
        (FARAWAY, "village", "远村", "Yuancun"),
    ]
    above = {CITY: "", COUNTY: CITY, OTHER_COUNTY: CITY, TOWNSHIP: COUNTY, OTHER_TOWNSHIP: OTHER_COUNTY}
    Area.objects.bulk_create(
        Area(
            code=code, parent=above.get(code, code[:9]), level=level, name_zh=zh, name_en=en,
            pinyin=en.lower(), initials=en[:1].lower(), position=position, start_date=START,
        )
        for position, (code, level, zh, en) in enumerate(rows)
    )  # fmt: skip


@dataclass(frozen=True)
class Cast:
    lan: Scope  # village worker of Nanqiao
    xu: Scope  # station nurse of the township
    zhou: Scope  # township officer
    gu: Scope  # county officer
    he: Scope  # auditor of the city
    qian: Scope  # analyst of the city
    admin: Scope
    ma: Scope  # county officer of the other county


def make_cast() -> Cast:
    return Cast(
        lan=make_staff("lan", "village_worker", NANQIAO),
        xu=make_staff("xu", "station_nurse", TOWNSHIP),
        zhou=make_staff("zhou", "township_officer", TOWNSHIP),
        gu=make_staff("gu", "county_officer", COUNTY),
        he=make_staff("he", "auditor", CITY),
        qian=make_staff("qian", "city_analyst", CITY),
        admin=make_staff("admin", "administrator", CITY),
        ma=make_staff("ma", "county_officer", OTHER_COUNTY),
    )


def make_staff(username: str, role: str, prefix: str) -> Scope:
    staff = core_actions.add_staff(by=OPERATOR, username=username, name=username.title())
    core_actions.post_staff(by=OPERATOR, staff=staff, role=role, prefix=prefix, start_date=date(2000, 1, 1))
    return core_queries.scope_of(staff)


def day(text: str) -> HalfDate:
    """A date as people type it: day('1987-3-5'), day('1987')."""
    found = parse_date(text)
    assert found is not None
    return found


def make_person(
    name: str = "王小明",
    sex: int = 2,
    born: str = "1970-5-1",
    area: str = NANQIAO,
    since: str | None = None,
    **more: object,
) -> Person:
    """A person registered and living in a village since birth."""
    identity = actions.Identity(name=name, sex=sex, birth=day(born), **more)  # type: ignore[arg-type]
    return actions.register_person(by=OPERATOR, identity=identity, area=area, since=day(since or born))


def make_couple(area: str = NANQIAO, married: str = "1995-1-1") -> tuple[Person, Person]:
    wife, husband = make_person("李红", 2, "1970-5-1", area), make_person("王强", 1, "1968-3-2", area)
    actions.start_union(by=OPERATOR, wife=wife.uuid, husband=husband.uuid, day=day(married))
    return wife, husband
