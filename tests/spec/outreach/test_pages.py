"""Pages of outreach: a morning from its plan to the list, and what nobody sees."""

from __future__ import annotations

import re

import pytest

from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.outreach import actions
from shidai.outreach.models import Session
from tests.factories import CITY, COUNTY, NANQIAO, OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.outreach.conftest import ADOLESCENTS, STANDARDS, TALK, plan, sign_in

pytestmark = pytest.mark.django_db
FACTS = {"day": "2006-06-01", "starts": "8:30", "ends": "11:30", "trainer": "陈老师", "place": "镇会议室"}


def test_a_morning_goes_its_way_through_the_pages(cast: Cast) -> None:
    zhou = sign_in("zhou")
    answer = zhou.post(f"/outreach/plan/?area={TOWNSHIP}", {"id": new_id(), "topic": STANDARDS, **FACTS})
    url = answer["Location"]
    assert "还没有登记" in zhou.get(url).content.decode()
    zhou.post(f"{url}staff/", {"id": new_id(), "staff": ["lan"], "others": "xu，gu"})
    page = zhou.get(url).content.decode()
    assert "确认举办" in page
    assert all(name in page for name in ("Lan", "Xu", "Gu"))
    assert "到场 3 人次" in zhou.get(f"{url}held/").content.decode()
    zhou.post(f"{url}held/", {"id": new_id()})
    assert "已举办" in zhou.get(f"/outreach/?area={TOWNSHIP}&period=2006").content.decode()
    assert "须满" in zhou.get(f"/outreach/trained/?area={TOWNSHIP}&period=2006").content.decode()
    lines = zhou.get(f"/outreach/csv/?area={TOWNSHIP}&period=2006").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{STANDARDS},")
    assert lines[1].endswith(",held,3,0")
    assert AuditEntry.objects.filter(deed="outreach.export").count() == 1


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(cast: Cast) -> None:
    answer = sign_in("zhou").post(
        f"/outreach/plan/?area={TOWNSHIP}", {"id": new_id(), "topic": STANDARDS, **FACTS, "ends": "8:00"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "结束时间须晚于开始时间" in page
    assert 'value="陈老师"' in page


def test_who_was_slower_keeps_what_was_typed_and_saves_it_then(cast: Cast) -> None:
    session = plan(cast.zhou)
    url, typed = f"/outreach/sessions/{session.uuid}/change/", {**FACTS, "trainer": "吴老师", "reason": "换人"}
    actions.change_session(
        by=cast.xu, session=session.uuid, seen=1, reason="下午办", day=session.day, starts="13:30", ends="16:00",
        trainer="陈老师", place="镇会议室",
    )  # fmt: skip
    zhou = sign_in("zhou")
    late = zhou.post(url, {"id": new_id(), "seen": "1", **typed})
    assert late.status_code == 422
    assert "别人已更改" in late.content.decode()
    assert 'value="吴老师"' in late.content.decode()
    zhou.post(url, {"id": late.context["form"]["id"].value(), "seen": late.context["form"]["seen"].value(), **typed})
    session.refresh_from_db()
    assert session.trainer == "吴老师"


def test_a_resident_is_found_and_named_with_her_consent_and_shown_to_who_may_read_her(cast: Cast) -> None:
    session, person = plan(cast.zhou, TALK), make_person("欧阳若兰")
    url, zhou = f"/outreach/sessions/{session.uuid}/", sign_in("zhou")
    found = zhou.post(f"{url}resident/", {"q": "欧阳"}, follow=True).content.decode()
    assert f"?person={person.uuid}" in found
    sent = {"id": new_id(), "person": str(person.uuid)}
    assert "没有同意" in zhou.post(f"{url}resident/", sent).content.decode()
    zhou.post(f"{url}resident/", sent | {"agreed": "on"})
    assert "欧阳若兰" in zhou.get(url).content.decode()
    assert AuditEntry.objects.filter(deed="outreach.read").exists()
    told = sign_in("qian").get(url).content.decode()
    assert "欧阳若兰" not in told
    assert "不在您可查看范围内的居民" in told


def test_a_village_sees_the_sessions_above_it_and_not_who_came(cast: Cast) -> None:
    session = plan(cast.zhou, ADOLESCENTS)
    actions.note_staff(by=cast.zhou, session=session.uuid, staff=["xu"])
    lan = sign_in("lan")
    assert "青春期教育" in lan.get(f"/outreach/?area={NANQIAO}&period=2006").content.decode()
    page = lan.get(f"/outreach/sessions/{session.uuid}/").content.decode()
    assert "到场名单由举办地区查看" in page
    assert not re.search(r">[^<]*Xu", page.split("<main")[1])  # tokens stand in tags only
    assert lan.post(f"/outreach/sessions/{session.uuid}/held/", {"id": new_id()}).status_code == 403
    assert sign_in("ma").get(f"/outreach/sessions/{session.uuid}/").status_code == 404


def test_a_session_of_the_city_is_no_secret_in_any_county(cast: Cast) -> None:
    session = plan(OPERATOR, area=CITY)
    for member in ("lan", "ma"):
        assert sign_in(member).get(f"/outreach/sessions/{session.uuid}/").status_code == 200


def test_a_text_that_a_spreadsheet_would_run_stays_a_text(cast: Cast) -> None:
    plan(cast.zhou, trainer="=1+1")
    lines = sign_in("gu").get(f"/outreach/csv/?area={COUNTY}&period=2006").content.decode("utf-8-sig").splitlines()
    assert ",'=1+1," in lines[1]


def test_a_line_is_put_right_and_empty_lists_say_how_to_begin(cast: Cast) -> None:
    zhou = sign_in("zhou")
    assert "安排一场后会列在这里" in zhou.get(f"/outreach/?area={TOWNSHIP}&period=2006").content.decode()
    session = plan(cast.zhou, TALK)
    zhou.post(f"/outreach/sessions/{session.uuid}/heads/", {"id": new_id(), "residents": "25"})
    line = session.attendances.get()
    zhou.post(f"/outreach/attendances/{line.uuid}/end/", {"id": new_id(), "reason": "记错场次"})
    assert session.attendances.filter(end=None).count() == 0
    zhou.post(f"/outreach/sessions/{session.uuid}/cancel/", {"id": new_id(), "reason": "台风"})
    assert Session.objects.get().state == "cancelled"
    zhou.post(f"/outreach/sessions/{session.uuid}/reopen/", {"id": new_id(), "reason": "误操作"})
    assert Session.objects.get().state == "planned"
