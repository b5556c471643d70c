"""Access = area prefix × role × dates; a stated emergency opens more, and is reported."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from shidai.core import actions, queries
from shidai.core.access import NoAccess, Scope, require
from shidai.core.models import EmergencyAccess, Posting, Staff
from shidai.core.roles import ROLES
from shidai.words import ShidaiError
from tests.factories import BEIQIAO, CITY, COUNTY, FARAWAY, NANQIAO, OPERATOR, OTHER_COUNTY, TOWNSHIP


def test_a_village_worker_serves_her_village_only(cast):
    assert cast.lan.allows("record.write", NANQIAO)
    assert not cast.lan.allows("record.read", BEIQIAO)


def test_an_officer_serves_everything_below_her_area(cast):
    assert cast.zhou.allows("record.write", NANQIAO)
    assert cast.zhou.allows("record.write", BEIQIAO)
    assert not cast.zhou.allows("record.read", FARAWAY)


def test_a_stranger_sees_nothing_here(cast):
    assert not any(cast.ma.allows(capability, NANQIAO) for role in ROLES.values() for capability in role.capabilities)


def test_an_analyst_sees_figures_but_no_records(cast):
    assert cast.qian.allows("aggregate.read", NANQIAO)
    assert not cast.qian.allows("record.read", NANQIAO)


def test_an_auditor_reads_everything_and_writes_nothing(cast):
    assert cast.he.allows("record.read", NANQIAO)
    assert cast.he.allows("audit.read")
    assert not cast.he.allows("record.write", NANQIAO)


def test_an_administrator_manages_the_system_without_seeing_records(cast):
    assert cast.admin.allows("staff.manage", NANQIAO)
    assert not cast.admin.allows("record.read", NANQIAO)


def test_a_posting_counts_from_its_first_day_until_its_end(cast):
    staff = queries.staff_named("lan")
    actions.end_posting(by=OPERATOR, posting=Posting.objects.get(staff=staff), day=date(2006, 1, 1))

    assert queries.scope_of(staff, on=date(2005, 12, 31)).allows("record.read", NANQIAO)
    assert not queries.scope_of(staff, on=date(2006, 1, 1)).allows("record.read", NANQIAO)
    assert not queries.scope_of(staff, on=date(1999, 12, 31)).allows("record.read", NANQIAO)


def test_an_account_that_was_closed_may_do_nothing(cast):
    actions.deactivate_staff(by=OPERATOR, staff=queries.staff_named("lan"))

    assert queries.scope_of(queries.staff_named("lan")).grants == ()


def test_refusal_names_the_area_and_says_whom_to_ask(cast):
    with pytest.raises(NoAccess) as refused:
        require(cast.ma, "record.read", NANQIAO)
    assert NANQIAO in refused.value.said("zh")
    assert "系统管理员" in refused.value.said("zh")


def test_a_role_is_posted_only_to_its_own_level(cast):
    with pytest.raises(ShidaiError, match="level"):
        actions.post_staff(by=OPERATOR, staff=queries.staff_named("lan"), role="village_worker", prefix=COUNTY)


def test_only_administrators_manage_staff(cast):
    with pytest.raises(NoAccess):
        actions.add_staff(by=cast.gu, username="new", name="New")
    assert actions.add_staff(by=cast.admin, username="new", name="New").pk


def test_a_weak_password_is_refused(cast):
    with pytest.raises(ShidaiError, match="too short"):
        actions.add_staff(by=cast.admin, username="new", name="New", password="12345")
    assert not Staff.objects.filter(username="new").exists()


def test_five_wrong_passwords_lock_the_account_for_a_while(cast):
    assert [actions.record_login_failure(username="lan") for _ in range(5)] == [False] * 4 + [True]

    until = queries.locked_until("lan")
    assert until is not None
    assert until > timezone.now() + timedelta(minutes=14)


def test_a_login_forgets_the_wrong_passwords_before_it(cast):
    for _ in range(4):
        actions.record_login_failure(username="lan")
    actions.record_login(by=cast.lan)

    assert actions.record_login_failure(username="lan") is False


def test_an_unknown_name_is_counted_without_saying_that_it_is_unknown(cast):
    assert actions.record_login_failure(username="nobody") is False


class TestEmergency:
    reason = "急诊：产妇昏迷，需要查既往记录"

    def test_a_reason_opens_the_records_of_another_area_for_some_hours(self, cast):
        actions.open_emergency_access(by=cast.zhou, prefix=OTHER_COUNTY, reason=self.reason)

        zhou = queries.scope_of(queries.staff_named("zhou"))
        assert zhou.allows("record.read", FARAWAY)
        assert not zhou.allows("record.write", FARAWAY)

    def test_it_closes_by_itself(self, cast):
        opened = actions.open_emergency_access(by=cast.zhou, prefix=OTHER_COUNTY, reason=self.reason)
        EmergencyAccess.objects.filter(pk=opened.pk).update(closes_at=timezone.now())

        assert not queries.scope_of(queries.staff_named("zhou")).allows("record.read", FARAWAY)

    def test_a_reason_must_be_given(self, cast):
        with pytest.raises(ShidaiError, match="reason"):
            actions.open_emergency_access(by=cast.zhou, prefix=OTHER_COUNTY, reason="急")

    def test_those_who_review_there_see_it_and_nobody_reviews_her_own(self, cast):
        opened = actions.open_emergency_access(by=cast.gu, prefix=OTHER_COUNTY, reason=self.reason)

        assert list(queries.emergencies(cast.ma)) == [opened]
        actions.review_emergency_access(by=cast.ma, emergency=opened)
        opened.refresh_from_db()
        assert opened.reviewed_by == "ma"
        own = actions.open_emergency_access(by=cast.gu, prefix=COUNTY, reason=self.reason)
        with pytest.raises(NoAccess, match="your own"):
            actions.review_emergency_access(by=cast.gu, emergency=own)

    def test_a_village_worker_has_no_glass_to_break(self, cast):
        with pytest.raises(NoAccess):
            actions.open_emergency_access(by=cast.lan, prefix=TOWNSHIP, reason=self.reason)


def test_prefixes_inside_one_another_are_one():
    from shidai.core.access import Grant

    scope = Scope(None, "x", "x", (Grant(CITY, "auditor"), Grant(COUNTY, "county_officer")))
    assert scope.prefixes("record.read") == (CITY,)
    assert scope.prefixes("record.write") == (COUNTY,)


def test_the_roles_page_shows_exactly_what_the_code_grants():
    page = Path("docs/reference/roles.md").read_text(encoding="utf-8")
    capabilities = sorted({c for role in ROLES.values() for c in role.capabilities})
    for role in ROLES.values():
        marks = " | ".join("✓" if c in role.capabilities else "" for c in capabilities)
        assert f"| {role.title.zh} `{role.id}` | {marks} |" in page
