"""Group sessions: whoever came is recorded in one go, each with a visit of her own; unnamed heads are only counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction

from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import load_pack
from shidai.programmes.extract import contribute
from shidai.programmes.models import Attendance, Consent, Session, Visit
from shidai.programmes.sessions import find_attendees, group_steps, hold_session, session_page
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.words import ShidaiError
from tests.factories import CITY, FARAWAY, NANQIAO, OPERATOR, Cast, make_person
from tests.spec.programmes.test_pages import read, sign_in, typed

DAY = date(2025, 6, 1)
NEW = "/services/groups/new/parents-class/class/"


@pytest.fixture(autouse=True)
def law_in_force(pack: None, settings: LazySettings, cast: Cast) -> None:
    settings.PACK, settings.DEMONSTRATION = "china-2025", False
    for code, area in (("S1", NANQIAO), ("S2", FARAWAY)):
        supply.open_site(
            by=OPERATOR, code=code, area=area, kind="room", name_zh="南桥服务室", name_en="Nanqiao room",
            opened_on=date(2005, 1, 1),
        )  # fmt: skip


def hold(cast: Cast, *people: Person, **more: object) -> Session:
    facts = {"agreed": True, "day": DAY, "site": "S1", "values": {"topic": "feeding", "minutes": 60}} | more
    return hold_session(
        by=cast.xu, programme="parents-class", step="class", people=[one.uuid for one in people], **facts
    )  # type: ignore[arg-type]


def test_everybody_who_came_gets_her_visit_by_the_same_act(cast: Cast) -> None:
    anna, ben = make_person("安娜", 2, "1999-1-1"), make_person("本", 1, "1998-1-1")
    held = hold(cast, anna, ben, heads=3)
    assert (held.heads, held.area) == (3, NANQIAO)
    visits = Visit.objects.filter(programme="parents-class")
    assert {one.person for one in visits} == {anna, ben}
    assert {(one.outcome, one.site, one.day) for one in visits} == {("took_part", "S1", DAY)}
    assert all(one.values == {"topic": "feeding", "minutes": 60} for one in visits)
    assert Consent.objects.count() == 2
    assert {"service.session", "service.visit"} <= set(AuditEntry.objects.values_list("deed", flat=True))


def test_two_clicks_record_one_session(cast: Cast) -> None:
    anna, id_ = make_person("安娜", 2, "1999-1-1"), uuid4()
    assert hold(cast, anna, id=id_) == hold(cast, anna, id=id_)
    assert (Session.objects.count(), Visit.objects.count(), Attendance.objects.count()) == (1, 1, 1)


def test_a_session_sent_again_with_something_else_is_refused_and_one_of_an_old_form_too(cast: Cast) -> None:
    anna, id_ = make_person("安娜", 2, "1999-1-1"), uuid4()
    held = hold(cast, anna, id=id_, heads=2)
    others: tuple[dict[str, object], ...] = (
        {"heads": 3}, {"heads": 2, "values": {"topic": "mood"}}, {"heads": 2, "day": date(2025, 6, 2)},
    )  # fmt: skip
    for other in others:
        with pytest.raises(ShidaiError, match="used for something else"):
            hold(cast, anna, id=id_, **other)
    with pytest.raises(ShidaiError, match="used for something else"):
        hold(cast, id=id_, heads=2)
    assert hold(cast, anna, id=id_, heads=2) == held
    with pytest.raises(ShidaiError, match="has changed since this page was opened"):
        hold(cast, heads=2, form="of yesterday")
    assert Session.objects.get().form == Visit.objects.get().form


def test_where_names_are_not_asked_heads_are_counted_and_nothing_else(cast: Cast) -> None:
    held = hold(cast, agreed=False, heads=25)
    assert held.heads == 25
    assert not Visit.objects.exists()
    with pytest.raises(ShidaiError, match="Nobody came"):
        hold(cast, heads=0)


def test_one_who_cannot_be_recorded_is_named_and_nothing_is_kept_of_any(cast: Cast) -> None:
    anna, ben = make_person("安娜", 2, "1999-1-1"), make_person("本", 1, "1998-1-1")
    with pytest.raises(ShidaiError, match=r"本|安娜") as refused:
        hold(cast, anna, ben, agreed=False)
    assert refused.value.problems[0].where == "people"
    assert not Session.objects.exists()
    hold(cast, anna)
    with pytest.raises(ShidaiError, match="安娜"):
        hold(cast, anna)  # twice on one day
    assert Session.objects.count() == 1


def test_only_steps_that_are_held_in_groups(cast: Cast) -> None:
    assert [(one.id, step.id) for one, step in group_steps(DAY)] == [("parents-class", "class")]
    with pytest.raises(ShidaiError, match="isn't held in groups"):
        hold_session(by=cast.xu, programme="child-checkup", step="check", site="S1", values={}, heads=3, day=DAY)
    step = load_pack("china-2025").programmes["parents-class"].version[0].step[0]
    assert all(one.dispenses is None for one in step.field)


def test_what_was_recorded_of_a_session_cannot_be_changed(cast: Cast) -> None:
    hold(cast, make_person("安娜", 2, "1999-1-1"))
    for table in (Session, Attendance):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(by="other")


def test_who_serves_elsewhere_neither_holds_nor_sees_it_and_villagers_record_none(cast: Cast) -> None:
    with pytest.raises(NoAccess):
        hold(cast, heads=3, site="S2")
    with pytest.raises(NoAccess):
        hold_session(by=cast.lan, programme="parents-class", step="class", site="S1", values={}, heads=3, day=DAY)
    held = hold(cast, make_person("安娜", 2, "1999-1-1"))
    assert session_page(cast.ma, held.uuid) is None


def test_the_search_finds_only_those_of_ones_own_areas(cast: Cast) -> None:
    make_person("安娜近", 2, "1999-1-1")
    make_person("安娜远", 2, "1999-1-1", FARAWAY)
    assert [one.name for one in find_attendees(cast.xu, "安娜", "parents-class", DAY)] == ["安娜近"]
    assert find_attendees(cast.xu, "没有这个人", "parents-class", DAY) == []


def test_a_service_card_finds_its_holder(cast: Cast) -> None:
    anna = make_person("安娜", 2, "1999-1-1")
    card = supply.issue_card(by=cast.xu, person=anna.uuid, day=DAY)
    assert [one.uuid for one in find_attendees(cast.xu, card.number, "parents-class", DAY)] == [anna.uuid]


def test_the_page_finds_people_keeps_who_is_ticked_and_saves_all_at_once(cast: Cast) -> None:
    anna, ben = make_person("安娜", 2, "1999-1-1"), make_person("本杰明", 1, "1998-1-1")
    assert NEW in read("xu", "/services/groups/")
    client = sign_in("xu")
    values = typed(client, NEW, topic="feeding", minutes="60") | {"day": "2025-06-01", "site": "S1"}
    asked = values | {"q": "本杰明", "people": [str(anna.uuid)]}
    part = client.post(NEW, asked, headers={"HX-Request": "true"}).content.decode()
    assert part.index("安娜") < part.index("本杰明")
    assert part.count("checked") == 1
    page = client.post(NEW, asked | {"find": "1"})  # without scripts
    assert page.status_code == 200
    assert 'value="60"' in page.content.decode()
    assert not Session.objects.exists()
    both = values | {"people": [str(anna.uuid), str(ben.uuid)], "agreed": "on", "heads": "4"}
    saved = client.post(NEW, both, follow=True).content.decode()
    assert "安娜" in saved
    assert "没有登记姓名的：4人" in saved
    assert Visit.objects.count() == 2
    assert "家长课堂" in read("xu", "/services/groups/")


def test_a_stranger_who_is_ticked_is_not_let_in(cast: Cast) -> None:
    stranger = make_person("远方人", 2, "1999-1-1", FARAWAY)
    client = sign_in("xu")
    values = typed(client, NEW, topic="feeding") | {"day": "2025-06-01", "site": "S1", "agreed": "on"}
    page = client.post(NEW, values | {"people": [str(stranger.uuid), "no-uuid"]})
    assert page.status_code == 422
    assert "远方人" not in page.content.decode()
    with pytest.raises(ShidaiError):
        hold_session(
            by=cast.xu, programme="parents-class", step="class", site="S1", values={"topic": "feeding"}, day=DAY,
            people=[stranger.uuid], agreed=True,
        )  # fmt: skip


def extract(folder: Path) -> dict[str, list[dict[str, Any]]]:
    pack = city_pack().model_copy(update={"header": city_pack().header.model_copy(update={"city": CITY})})
    extract_records(folder, by=OPERATOR, pack=pack, cutoff=date(2025, 12, 31), more=(contribute,))
    with Records.open(folder) as records:
        return {name: records.fetch(records.table(name)).to_pylist() for name in ("session", "service", "observation")}


def test_who_came_unnamed_is_in_the_record_tables_with_what_was_answered_and_nobody_is_named(
    cast: Cast, tmp_path: Path
) -> None:
    hold(cast, make_person("安娜", 2, "1999-1-1"), heads=3)
    hold(cast, agreed=False, heads=25, day=date(2025, 7, 1), values={"topic": "mood"})
    told = extract(tmp_path)
    assert [(row["quantity"], row["unnamed"], row["person_id"]) for row in told["session"]] == [
        (4, 3, None),
        (25, 25, None),
    ]
    assert {(row["kind"], row["step"], row["site"], row["area"]) for row in told["session"]} == {
        ("parents-class", "class", "S1", NANQIAO)
    }
    assert len(told["service"]) == 1
    later = told["session"][1]["record_id"]
    assert [
        (row["field"], row["text"], row["person_id"]) for row in told["observation"] if row["service_id"] == later
    ] == [("topic", "mood", None)]
    assert len({row["record_id"] for row in told["observation"]}) == len(told["observation"]) == 5


def test_indicators_count_who_came_whether_named_or_not(cast: Cast, tmp_path: Path) -> None:
    hold(cast, make_person("安娜", 2, "1999-1-1"), heads=3)
    hold(cast, agreed=False, heads=25, day=date(2025, 7, 1), values={"topic": "mood"})
    extract(tmp_path)
    names = ("parents_class_sessions", "parents_class_attendances", "parents_class_visits")
    with Records.open(tmp_path) as records:
        rows = compute(
            records, city_pack(), year=2025, area=NANQIAO, indicators=names, period=None, breakdown="", protect=False
        ).to_pylist()  # fmt: skip
    told = {(row["period"], row["indicator"]): row["value"] for row in rows if row["area"] == NANQIAO}
    assert [told["2025", name] for name in names] == [2, 29, 1]
    assert [told["2025-07", name] for name in names] == [1, 25, 0]
