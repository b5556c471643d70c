"""Access: every address × every role × a foreign area. A foreign area answers 403 or 404, never a record."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shidai.advice.eligibility import VERSION
from shidai.assessment.files import keep_file
from shidai.assessment.models import Evidence, Pilot
from shidai.benefits.actions import Subject, apply_for
from shidai.benefits.models import Batch
from shidai.core import queries
from shidai.core.ids import new_id
from shidai.outreach import actions as outreach
from shidai.programmes.models import Booking, Clinic, Piece, Referral, ShownAdvice, Visit
from shidai.programmes.models import Session as Group
from shidai.registry import actions
from shidai.registry.models import DuplicatePair, DuplicateRun, Household, Person, Spell
from shidai.supply import actions as supply
from shidai.supply.models import Site
from tests.factories import (
    CITY,
    COUNTY,
    FARAWAY,
    NANQIAO,
    OPERATOR,
    OTHER_COUNTY,
    TOWNSHIP,
    Cast,
    day,
    make_couple,
    make_person,
    make_staff,
)

MEMBERS = ("lan", "xu", "zhou", "gu", "he", "qian", "admin", "ma")
OPEN_TO_ALL = {"login/", "language/"}
HOME = {
    "lan": NANQIAO,
    "xu": TOWNSHIP,
    "zhou": TOWNSHIP,
    "gu": COUNTY,
    "he": CITY,
    "qian": CITY,
    "admin": CITY,
    "ma": OTHER_COUNTY,
}
READS_RECORDS = {"lan", "xu", "zhou", "gu", "he"}
REFUSED = {403, 404}
SCHEME = "rural-reward"
READ_BY_THE_CITY = {
    "outreach/sessions/<uuid:uuid>/",
    "assessment/pilots/<uuid:uuid>/",
    "services/equipment/<uuid:uuid>/",
}
"""By whoever reads figures of the whole city: places and numbers, nobody's name."""
READ_BY_AUDITORS = {
    *READ_BY_THE_CITY,
    "assessment/evidence/<uuid:uuid>/",
    "people/<uuid:uuid>/",
    "households/<uuid:uuid>/",
    "benefits/people/<uuid:uuid>/",
    "benefits/households/<uuid:uuid>/",
    "benefits/claims/<uuid:uuid>/",
    "benefits/claims/<uuid:uuid>/again/",
    "benefits/batches/<uuid:uuid>/",
}


def list_routes(patterns, before: str = "") -> list[str]:
    """Every address of the site as its pattern is written."""
    found: list[str] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += list_routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            found.append(before + str(one.pattern))
    return found


ROUTES = list_routes(get_resolver().url_patterns)


def fill(route: str, uuid: object = "01a208aa-7a1d-7539-bf80-a15c1fccfebc") -> str:
    """An address with its parts filled; a part that the test doesn't know fails here, so that it is decided."""
    parts = {
        "<uuid:uuid>": str(uuid),
        "<slug:id>": "natural_growth_rate",
        "<int:year>": "2006",
        "<str:name>": "summary.html",
        "<uuid:decision>": str(uuid),
        "<slug:act>": "pass",
        "<slug:fact>": "retired_from_enterprise",
        "<slug:scheme>": SCHEME,
        "supply/sites/<slug:code>": f"supply/sites/S-{FARAWAY}",
        "<slug:code>": FARAWAY,
        "<slug:commodity>": "male-condom",
        "<path:number>": "NONE",
        "<uuid:card>": str(uuid),
        "<slug:village>": FARAWAY,
        "<slug:until>": "2006-12-31",
        "remind/<slug:form>": "remind/letters",
        "<slug:form>": "csv",
        "<slug:programme>": "rti-control",
        "<slug:step>": "check",
        "<slug:item>": "hours-kept",
        "<slug:answer>": "never",
        "<slug:letter>": "end",
        "<slug:run>": "0123456789abcdef",
    }
    for part, value in parts.items():
        route = route.replace(part, value)
    assert "<" not in route, f"the access walk doesn't know how to fill {route}"
    return "/" + route


def make_family(name: str, area: str) -> defaultdict[str, list[object]]:
    """A child born to a couple of whom the husband moved away: the ids of their records by kind of address."""
    wife, husband = make_couple(area=area)
    child = actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2, name=name).child
    actions.register_move(by=OPERATOR, person=husband.uuid, kind="living", day=day("2004-7-1"))
    home = Household.objects.create(area=area, head=wife)
    Person.objects.filter(pk__in=(wife.pk, husband.pk)).update(name=name)
    ids: defaultdict[str, list[object]] = defaultdict(lambda: [child.uuid])
    ids["people"] = [child.uuid, husband.uuid]
    ids["unions"] = [wife.unions_as_wife.get().uuid]
    ids["spells"] = list(Spell.objects.values_list("uuid", flat=True))
    ids["households"] = [home.uuid]
    ids["duplicates"] = [make_pair(child, husband).uuid]
    ids["claims"], ids["batches"] = make_claim(wife, area)
    visit = make_visit(wife, area)
    ids["visits"] = [visit.uuid]
    ids["advice"] = [make_advice(wife, area).uuid]
    ids["entries"], ids["transfers"], ids["requisitions"] = make_stock(area)
    make_referral(visit, area)
    ids["bookings"], ids["clinics"] = make_booking(wife, area)
    ids["equipment"] = [make_piece(area).uuid]
    ids["groups"] = [make_group(area).uuid]
    ids["sessions"], ids["attendances"] = make_session(child, area)
    ids["pilots"], ids["evidence"] = make_pilot(area)
    return ids


def make_claim(person: Person, area: str) -> tuple[list[object], list[object]]:
    """A claim of a person and a payment batch of the county: their ids."""
    clerk = make_staff(f"clerk{area}", "village_worker", area)
    claim = apply_for(by=clerk, scheme=SCHEME, subject=Subject(person.uuid))
    batch = Batch.objects.create(
        by="nobody", scheme=SCHEME, area=area[:6], pay_day=date(2006, 12, 31), signatures_needed=1
    )
    return [claim.uuid], [batch.uuid]


def make_stock(area: str) -> tuple[list[object], list[object], list[object]]:
    """A store and a room of a village: an entry of the book, goods under way, a requisition."""
    start, on = date(2005, 1, 1), date(2006, 6, 1)
    for code, above in ((f"S-{area}", ""), (f"R-{area}", f"S-{area}")):
        supply.open_site(
            by=OPERATOR,
            code=code,
            area=area,
            kind="room",
            name_zh="站",
            name_en="Site",
            opened_on=start,
            supplier=above,
        )
    line = supply.Received("male-condom", f"L{area}", date(2008, 1, 1), 100)
    entry = supply.receive(by=OPERATOR, site=f"S-{area}", lines=[line], day=on)
    sent = supply.send(by=OPERATOR, site=f"S-{area}", to=f"R-{area}", quantities={"male-condom": 10}, day=on)
    asked = supply.request_stock(
        by=OPERATOR, site=f"R-{area}", commodity="male-condom", quantity=10, day=on, reason="new"
    )
    return [entry.uuid], [sent.uuid], [asked.uuid]


def make_booking(person: Person, area: str) -> tuple[list[object], list[object]]:
    """A clinic at a village's store, and a booking of a person."""
    site = Site.objects.get(code=f"S-{area}")
    clinic = Clinic.objects.create(
        site=site, weekday=1, start="08:00", end="09:00", minutes=20, places=1, starts_on=date(2006, 1, 1)
    )
    booking = Booking.objects.create(
        by="nobody", person=person, area=area, programme="rti-control", step="check", site=site, day=date(2006, 6, 5),
        time="08:00", place=1,
    )  # fmt: skip
    return [booking.uuid], [clinic.uuid]


def make_piece(area: str) -> Piece:
    """A microscope at a village's store."""
    return Piece.objects.create(
        by="nobody", site=Site.objects.get(code=f"S-{area}"), kind="microscope", number="M1", day=date(2006, 1, 1)
    )


def make_group(area: str) -> Group:
    """A class that was held at a village's store."""
    return Group.objects.create(
        by="nobody", programme="rti-control", version="round-2", step="check", day=date(2006, 6, 1),
        site=Site.objects.get(code=f"S-{area}"), area=area, heads=9,
    )  # fmt: skip


def make_session(person: Person, area: str) -> tuple[list[object], list[object]]:
    """A talk in a village, and a resident who came and agreed to be named."""
    session = outreach.plan_session(
        by=OPERATOR, area=area, topic="reproductive-health-talk", day=date(2006, 6, 1), starts="09:00", ends="10:00",
        trainer="陈老师", place="村委会",
    )  # fmt: skip
    line = outreach.note_resident(by=OPERATOR, session=session.uuid, person=person.uuid, agreed=True)
    return [session.uuid], [line.uuid]


def make_pilot(area: str) -> tuple[list[object], list[object]]:
    """A village's store as a pilot, and a file of evidence."""
    pilot = Pilot.objects.create(
        checklist="generations-service", site=Site.objects.get(code=f"S-{area}"), area=area,
        started_on=date(2006, 3, 1),
    )  # fmt: skip
    file = Evidence.objects.create(
        by="nobody", pilot=pilot, item="hours-kept", name="sign.png", kind="png", size=9, digest="0" * 64
    )
    keep_file(file.uuid, b"a picture")
    return [pilot.uuid], [file.uuid]


def make_visit(person: Person, area: str) -> Visit:
    """What was done for a person in a programme."""
    return Visit.objects.create(
        by="nobody", person=person, programme="rti-control", version="round-2", step="check", course=new_id(),
        day=date(2006, 6, 1), area=area, outcome="referred", values={"microscopy": "clear"}, form="",
    )  # fmt: skip


def make_referral(visit: Visit, area: str) -> Referral:
    """Somebody who was referred from a village's store to its room."""
    here, there = (Site.objects.get(code=f"{kind}-{area}") for kind in "SR")
    return Referral.objects.create(by="nobody", visit=visit, origin=here, site=there, day=date(2006, 6, 1))


def make_advice(person: Person, area: str) -> ShownAdvice:
    """Advice on methods that was shown to a person."""
    return ShownAdvice.objects.create(
        by="nobody", person=person, day=date(2006, 6, 1), area=area, version=VERSION, age=30, conditions=[],
        categories={},
    )  # fmt: skip


def kind_of(route: str) -> str:
    """Which kind of record an address names."""
    for room in ("benefits/", "services/", "supply/", "outreach/", "assessment/"):
        route = route.removeprefix(room)
    return route.split("/")[0]


def make_pair(one: Person, other: Person) -> DuplicatePair:
    """Two records that may be one person's."""
    run = DuplicateRun.objects.create(
        by="operator", people=2, model="han", settings={}, least=0.1, pairs=1, expected_missed=0, expected_false=0
    )
    first, second = sorted((one, other), key=lambda each: each.pk)
    return DuplicatePair.objects.create(
        one=first, other=second, run=run, probability=0.9, evidence=[], records_mark=1
    )  # fmt: skip


@pytest.fixture
def signed_in(cast: Cast):
    def sign_in(member: str) -> Client:
        client = Client()
        client.force_login(queries.staff_named(member))
        return client

    return sign_in


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_sees_anything_without_signing_in(route: str, city: None) -> None:
    answer = Client().get(fill(route))
    if route in OPEN_TO_ALL:
        assert answer.status_code in (200, 405)
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("member", [m for m in MEMBERS if HOME[m] != CITY])
@pytest.mark.parametrize("route", [r for r in ROUTES if r not in OPEN_TO_ALL | {"logout/"}])
def test_a_page_of_a_foreign_area_is_refused(route: str, member: str, signed_in) -> None:
    """Lan of Nanqiao asks for Yuancun, Ma of the other county for Nanqiao; for those of the city no area is foreign."""
    foreign = NANQIAO if member == "ma" else FARAWAY
    answer = signed_in(member).get(fill(route), {"area": foreign})
    assert answer.status_code in REFUSED


@pytest.mark.parametrize("member", MEMBERS)
def test_a_record_of_a_foreign_area_is_not_even_admitted_to_exist(member: str, signed_in) -> None:
    stranger = make_family("远方人", NANQIAO if member == "ma" else FARAWAY)
    client = signed_in(member)
    for route in (r for r in ROUTES if "<uuid:uuid>" in r):
        for uuid in stranger[kind_of(route)]:
            for answer in (client.get(fill(route, uuid)), client.post(fill(route, uuid), {"id": new_id(), "why": "?"})):
                if member == "he" and route in READ_BY_AUDITORS:
                    assert answer.status_code == 200  # the city's auditor reads every record, and the log says so
                    continue
                if member == "qian" and route in READ_BY_THE_CITY:
                    assert answer.status_code == 200
                else:
                    assert answer.status_code in REFUSED | {405}
                assert "远方人" not in answer.content.decode()
    assert Person.objects.count() == 3
    assert Spell.objects.filter(end_date=None).count() == 5


@pytest.mark.parametrize("member", [m for m in MEMBERS if HOME[m] != CITY])
@pytest.mark.parametrize(
    "route", [r for r in ROUTES if {"<slug:village>", "<slug:code>"} & set(r.split("/"))], ids=lambda route: route
)
def test_a_village_of_a_foreign_area_is_refused_in_the_address_too(member: str, route: str, signed_in) -> None:
    address = fill(route).replace(FARAWAY, NANQIAO) if member == "ma" else fill(route)
    assert signed_in(member).get(address).status_code in REFUSED


@pytest.mark.parametrize("member", MEMBERS)
def test_a_sites_referrals_are_for_who_serves_there(member: str, signed_in) -> None:
    """A village of hers, and a foreign one, for each role: of those of the cast only the station's nurse serves."""
    for area in (NANQIAO, FARAWAY):
        make_family("远方人", area)
        for site in (f"R-{area}", f"S-{area}"):
            answer = signed_in(member).get(f"/services/sites/{site}/referrals/")
            mine = member == "xu" and area == NANQIAO
            assert answer.status_code == 200 if mine else answer.status_code in REFUSED
            assert mine or "远方人" not in answer.content.decode()


@pytest.mark.parametrize(("member", "status"), [("lan", 404), ("zhou", 404), ("gu", 200), ("he", 200), ("ma", 404)])
def test_a_batch_is_seen_by_who_reads_the_whole_countys_records(member: str, status: int, signed_in) -> None:
    batch = make_claim(make_person("王小明"), NANQIAO)[1][0]
    assert signed_in(member).get(f"/benefits/batches/{batch}/").status_code == status


@pytest.mark.parametrize("member", ["lan", "xu", "zhou", "he"])
@pytest.mark.parametrize("step", ["sign", "refuse", "answer", "file/csv"])
def test_a_batch_is_carried_on_by_its_county_alone(member: str, step: str, signed_in) -> None:
    batch = make_claim(make_person("王小明"), NANQIAO)[1][0]
    assert signed_in(member).post(f"/benefits/batches/{batch}/{step}/", {"id": new_id()}).status_code in REFUSED


@pytest.mark.parametrize("member", ["xu", "he"])
@pytest.mark.parametrize("step", ["act/pass", "act/decline", "account", "recover", "repay"])
def test_who_only_reads_records_does_nothing_with_a_claim(member: str, step: str, signed_in) -> None:
    claim = make_claim(make_person("王小明"), NANQIAO)[0][0]
    assert signed_in(member).get(f"/benefits/claims/{claim}/{step}/").status_code in REFUSED


@pytest.mark.parametrize("member", MEMBERS)
def test_who_reads_records_is_decided_by_the_role(member: str, signed_in) -> None:
    person = make_person("王小明", area=NANQIAO)
    answer = signed_in(member).get(f"/people/{person.uuid}/")
    assert answer.status_code == (200 if member in READS_RECORDS else 403 if member in ("qian", "admin") else 404)


@pytest.mark.parametrize(("member", "status"), [("he", 200), ("admin", 200), ("lan", 403), ("gu", 403), ("qian", 403)])
def test_the_audit_log_is_for_auditors_and_administrators(member: str, status: int, signed_in) -> None:
    assert signed_in(member).get("/audit/").status_code == status


def test_reading_a_record_leaves_a_line_in_the_log(signed_in, cast: Cast) -> None:
    person = make_person()
    signed_in("lan").get(f"/people/{person.uuid}/")
    entry = queries.entries(cast.he, subject=f"person:{person.uuid}").first()
    assert (entry.actor, entry.deed) == ("lan", "person.read")


def test_a_search_finds_only_inside_ones_area(signed_in) -> None:
    make_person("赵近", area=NANQIAO)
    make_person("赵远", area=FARAWAY)
    page = signed_in("lan").get("/people/", {"q": "赵"}).content.decode()
    assert "赵近" in page
    assert "赵远" not in page


def test_pages_forbid_foreign_scripts_and_frames(signed_in) -> None:
    answer = signed_in("lan").get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert answer["X-Frame-Options"] == "DENY"


def test_a_locked_account_stays_out_even_with_the_right_password(cast: Cast) -> None:
    from shidai.core import actions

    actions.set_password(by=cast.admin, staff=queries.staff_named("lan"), password="a long pass phrase")
    for _ in range(5):
        Client().post("/login/", {"username": "lan", "password": "wrong"})
    answer = Client().post("/login/", {"username": "lan", "password": "a long pass phrase"})
    assert answer.status_code == 200
    assert "锁定" in answer.content.decode() or "locked" in answer.content.decode()
