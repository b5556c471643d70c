"""Sessions are planned, changed, held or cancelled; nothing of it is forgotten, and nothing done twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.outreach import actions
from shidai.outreach.models import Attendance, Session, SessionChange
from shidai.outreach.queries import trained_staff
from shidai.registry import actions as registry
from shidai.words import ShidaiError
from tests.factories import COUNTY, FARAWAY, OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.outreach.conftest import ADOLESCENTS, JUNE, STANDARDS, TALK, plan

pytestmark = pytest.mark.django_db


def change(by, session: Session, **more):
    about = {"seen": 1, "reason": "会议室被占用", "day": JUNE, "starts": "13:30", "ends": "16:00", "trainer": "陈老师",
             "place": "镇会议室"}  # fmt: skip
    return actions.change_session(by=by, session=session.uuid, **{**about, **more})


def held(by, staff: tuple[str, ...] = ("lan", "xu"), **more) -> Session:
    session = plan(by, **more)
    actions.note_staff(by=by, session=session.uuid, staff=staff)
    return actions.hold_session(by=by, session=session.uuid)


class TestPlanning:
    def test_a_session_says_when_and_where_and_for_whom(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        assert (session.starts, session.ends, session.minutes) == ("08:30", "11:30", 180)
        assert session.audience == ["staff"]

    @pytest.mark.parametrize(
        ("wrong", "where"),
        [
            ({"topic": "ballroom-dancing"}, "topic"),
            ({"day": date(2005, 1, 1)}, "topic"),  # before the pack
            ({"ends": "8:30"}, "ends"),
            ({"starts": "25:00"}, "starts"),
            ({"place": " "}, "place"),
            ({"audience": ["residents"]}, "audience"),  # the standards are for the staff
            ({"site": "NONE"}, "site"),
        ],
    )
    def test_what_cant_be_is_refused_at_its_field(self, cast: Cast, wrong: dict, where: str) -> None:
        with pytest.raises(ShidaiError) as refused:
            plan(cast.zhou, **wrong)
        assert refused.value.problems[0].where == where
        assert not Session.objects.exists()

    def test_two_clicks_plan_once(self, cast: Cast) -> None:
        id = new_id()
        assert plan(cast.zhou, id=id) == plan(cast.zhou, id=id)
        with pytest.raises(ShidaiError, match="something else"):
            plan(cast.zhou, topic=TALK, id=id)

    def test_it_is_planned_by_who_keeps_outreach_in_the_area(self, cast: Cast) -> None:
        for other in (cast.lan, cast.qian, cast.he, cast.ma):
            with pytest.raises(NoAccess):
                plan(other)


class TestBecoming:
    def test_a_change_needs_its_reason_and_is_kept(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        with pytest.raises(ShidaiError, match="reason"):
            change(cast.zhou, session, reason=" ")
        change(cast.zhou, session)
        first, second = session.changes.order_by("number")
        assert (first.facts["starts"], second.facts["starts"], second.reason) == ("08:30", "13:30", "会议室被占用")
        with pytest.raises(DatabaseError), transaction.atomic():
            SessionChange.objects.filter(pk=first.pk).update(reason="")

    def test_who_was_slower_is_told_and_changes_nothing(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        change(cast.zhou, session)
        with pytest.raises(ShidaiError, match="Somebody changed"):
            change(cast.xu, session, starts="09:00")
        change(cast.xu, session, starts="09:00", seen=2)
        session.refresh_from_db()
        assert (session.starts, session.number) == ("09:00", 3)

    def test_it_is_held_once_somebody_came_and_not_before_its_day(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        with pytest.raises(ShidaiError, match="Nobody is noted"):
            actions.hold_session(by=cast.zhou, session=session.uuid)
        later = plan(cast.zhou, day=timezone.localdate().replace(year=timezone.localdate().year + 1, day=1))
        with pytest.raises(ShidaiError, match="future"):
            actions.note_staff(by=cast.zhou, session=later.uuid, staff=["xu"])
        with pytest.raises(ShidaiError, match="future"):
            actions.hold_session(by=cast.zhou, session=later.uuid)
        assert held(cast.zhou).state == "held"

    def test_a_mistake_is_undone_and_both_stay_in_the_book(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        id = new_id()
        for _ in range(2):
            actions.cancel_session(by=cast.zhou, session=session.uuid, reason="台风", id=id)
        with pytest.raises(ShidaiError, match="cancelled"):
            actions.note_staff(by=cast.zhou, session=session.uuid, staff=["xu"])
        actions.reopen_session(by=cast.zhou, session=session.uuid, reason="点错了")
        deeds = list(session.changes.order_by("number").values_list("deed", flat=True))
        assert deeds == ["planned", "cancelled", "reopened"]
        with pytest.raises(ShidaiError, match="planned"):
            actions.reopen_session(by=cast.zhou, session=session.uuid, reason="again")


class TestWhoCame:
    def test_staff_come_by_account_or_by_a_name_that_one_alone_has(self, cast: Cast) -> None:
        session = plan(cast.zhou)
        id = new_id()
        for _ in range(2):
            actions.note_staff(by=cast.zhou, session=session.uuid, staff=["lan", "Xu", "lan"], id=id)
        assert set(session.attendances.values_list("staff__username", flat=True)) == {"lan", "xu"}
        with pytest.raises(ShidaiError, match="nobody1"):
            actions.note_staff(by=cast.zhou, session=session.uuid, staff=["zhou", "nobody1"])
        assert session.attendances.count() == 2

    def test_residents_are_heads_and_a_new_count_takes_the_olds_place(self, cast: Cast) -> None:
        session = plan(cast.zhou, TALK)
        for heads in (40, 38, 38):
            actions.count_heads(by=cast.zhou, session=session.uuid, heads={"residents": heads})
        assert [one.heads for one in session.attendances.filter(end=None)] == [38]
        assert Attendance.objects.count() == 2
        with pytest.raises(ShidaiError, match="isn't for staff"):
            actions.count_heads(by=cast.zhou, session=session.uuid, heads={"staff": 3})

    def test_a_resident_is_named_only_if_she_agrees_and_only_by_who_may_read_her(self, cast: Cast) -> None:
        session, person, stranger = plan(cast.zhou, TALK), make_person(), make_person(area=FARAWAY)
        with pytest.raises(ShidaiError, match="agrees"):
            actions.note_resident(by=cast.zhou, session=session.uuid, person=person.uuid, agreed=False)
        with pytest.raises(ShidaiError, match="no such resident"):
            actions.note_resident(by=cast.zhou, session=session.uuid, person=stranger.uuid, agreed=True)
        for _ in range(2):
            actions.note_resident(by=cast.zhou, session=session.uuid, person=person.uuid, agreed=True)
        assert session.attendances.count() == 1

    def test_a_named_attendance_stays_with_its_record_when_two_are_merged(self, cast: Cast) -> None:
        session, keep, gone = plan(cast.zhou, TALK), make_person("张一"), make_person("张二")
        line = actions.note_resident(by=cast.zhou, session=session.uuid, person=gone.uuid, agreed=True)
        registry.merge_people(by=OPERATOR, keep=keep.uuid, gone=gone.uuid, reason="the same person, seen together")
        line.refresh_from_db()
        assert line.person == gone

    def test_a_wrong_line_ends_with_its_reason_and_the_last_of_a_held_session_doesnt(self, cast: Cast) -> None:
        session = held(cast.zhou)
        first, last = session.attendances.order_by("pk")
        with pytest.raises(ShidaiError, match="reason"):
            actions.end_attendance(by=cast.zhou, attendance=first.uuid, reason="")
        actions.end_attendance(by=cast.zhou, attendance=first.uuid, reason="没有来")
        with pytest.raises(ShidaiError, match="Nobody is noted"):
            actions.end_attendance(by=cast.zhou, attendance=last.uuid, reason="没有来")
        assert session.attendances.filter(end=None).get() == last
        with pytest.raises(NoAccess):
            actions.end_attendance(by=cast.ma, attendance=last.uuid, reason="?")


def test_hours_add_up_to_a_certificate_as_the_pack_says(cast: Cast) -> None:
    """Six hours of the standards; a talk earns none."""
    held(cast.zhou, ("xu",))
    held(cast.zhou, ("xu", "lan"), day=date(2006, 6, 2))
    held(cast.zhou, ("xu",), topic=ADOLESCENTS)
    plan(cast.zhou)  # not held: it counts for nobody
    found = {(one.username, one.topic): one for one in trained_staff(cast.gu, COUNTY, date(2007, 1, 1))}
    assert (found["xu", STANDARDS].minutes, found["xu", STANDARDS].certified) == (360, True)
    assert not found["lan", STANDARDS].certified
    assert not found["xu", ADOLESCENTS].certified
    assert len(found) == 3
    with pytest.raises(NoAccess):
        trained_staff(cast.ma, TOWNSHIP, date(2007, 1, 1))
