"""Accounts, postings, log-ins and break-glass access."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from shidai.core import audit
from shidai.core.access import NoAccess, Scope, require
from shidai.core.ids import new_id
from shidai.core.models import EmergencyAccess, Posting, Staff
from shidai.core.roles import ROLES
from shidai.core.tree import level_of
from shidai.words import ShidaiError, problem

LOCK_AFTER = int(getattr(settings, "SHIDAI_LOCK_AFTER", 5))  # failed log-ins in a row
LOCK_MINUTES = int(getattr(settings, "SHIDAI_LOCK_MINUTES", 15))
EMERGENCY_HOURS = int(getattr(settings, "SHIDAI_EMERGENCY_HOURS", 8))


@transaction.atomic
def add_staff(*, by: Scope, username: str, name: str, password: str | None = None, id: UUID | None = None) -> Staff:
    """A new account; without a password nobody can log in with it. Again with the same id it changes nothing."""
    require(by, "staff.manage")
    known = Staff.objects.filter(pk=id).first() if id else None
    if known is not None:
        return known
    if Staff.objects.filter(username=username).exists():
        raise ShidaiError(
            problem(
                username,
                zh="用户名已被使用。",
                en="This user name is taken.",
                mend_zh="请换一个用户名。",
                mend_en="Choose another one.",
            )
        )
    made = Staff(id=id or new_id(), username=username, name=name)
    made.password = _checked(password, made) if password is not None else make_password(None)
    made.save(force_insert=True)
    audit.record(by, "staff.add", f"staff:{made.pk}", username=username)
    return made


def _checked(password: str, member: Staff) -> str:
    try:
        with override("en"):
            validate_password(password, member)
    except ValidationError as error:
        raise ShidaiError(
            problem(
                "password",
                zh="密码太简单。",
                en=" ".join(error.messages),
                mend_zh="请用十个以上字符，不要全是数字，也不要用常见密码。",
                mend_en="Use at least ten characters, not only digits, and no common password.",
            )
        ) from error
    return make_password(password)


@transaction.atomic
def set_password(*, by: Scope, staff: object, password: str) -> None:
    """One's own password, or anybody's for those who manage staff."""
    member = cast(Staff, staff)
    if by.staff_id != member.pk:
        require(by, "staff.manage")
    member.password = _checked(password, member)
    member.failed_logins, member.locked_until = 0, None
    member.save(update_fields=("password", "failed_logins", "locked_until"))
    audit.record(by, "staff.password", f"staff:{member.pk}")


@transaction.atomic
def post_staff(*, by: Scope, staff: object, role: str, prefix: str, start_date: date | None = None) -> Posting:
    """Give a role in an area from a day on (default today)."""
    require(by, "staff.manage", prefix) if prefix else require(by, "staff.manage")
    member = cast(Staff, staff)
    fits = role in ROLES and (level_of(prefix) in ROLES[role].levels if ROLES[role].levels else prefix == "")
    if not fits:
        raise ShidaiError(
            problem(
                f"{role} {prefix}",
                zh="该角色不能派到这一级区划。",
                en="This role can't be posted to an area of this level.",
                mend_zh="请参照 docs/reference/roles.md 选择角色和区划。",
                mend_en="See docs/reference/roles.md for roles and levels.",
            )
        )
    day = start_date or timezone.localdate()
    posting, made = Posting.objects.get_or_create(staff=member, role=role, prefix=prefix, start_date=day)
    if made:
        audit.record(by, "staff.post", f"staff:{member.pk}", area=prefix, role=role)
    return posting


@transaction.atomic
def end_posting(*, by: Scope, posting: Posting, day: date | None = None) -> None:
    require(by, "staff.manage", posting.prefix) if posting.prefix else require(by, "staff.manage")
    posting.end_date = max(day or timezone.localdate(), posting.start_date)
    posting.save(update_fields=("end_date",))
    audit.record(by, "staff.unpost", f"staff:{posting.staff_id}", area=posting.prefix, role=posting.role)


@transaction.atomic
def deactivate_staff(*, by: Scope, staff: object) -> None:
    """The account can't be used any more; what it did stays recorded."""
    require(by, "staff.manage")
    member = cast(Staff, staff)
    member.is_active = False
    member.save(update_fields=("is_active",))
    audit.record(by, "staff.deactivate", f"staff:{member.pk}")


@transaction.atomic
def record_login_failure(*, username: str) -> bool:
    """Count a wrong password; LOCK_AFTER in a row lock the account for LOCK_MINUTES. Returns whether it is locked."""
    found = Staff.objects.filter(username=username)
    found.update(failed_logins=F("failed_logins") + 1)
    member = found.first()
    locked = member is not None and member.failed_logins >= LOCK_AFTER
    if member is not None and locked:
        member.failed_logins = 0
        member.locked_until = timezone.now() + timedelta(minutes=LOCK_MINUTES)
        member.save(update_fields=("failed_logins", "locked_until"))
    by = Scope(None, username[:60], "", purpose="login")
    audit.record(by, "login.locked" if locked else "login.failed", f"staff:{member.pk if member else ''}")
    return locked


@transaction.atomic
def record_login(*, by: Scope) -> None:
    Staff.objects.filter(username=by.username).update(failed_logins=0, locked_until=None)
    audit.record(by, "login", f"staff:{by.staff_id}")


@transaction.atomic
def open_emergency_access(*, by: Scope, prefix: str, reason: str) -> EmergencyAccess:
    """Break the glass: read the records of another area for some hours. The reason is recorded and reviewed."""
    require(by, "emergency.open")
    if len(reason.strip()) < 10 or level_of(prefix) is None or by.staff_id is None:
        raise ShidaiError(
            problem(
                "reason",
                zh="请写明区划和理由（至少十个字）。",
                en="Name the area and give a reason of at least ten characters.",
                mend_zh="理由会存入审计日志并由上级复核。",
                mend_en="The reason goes into the audit log and is reviewed.",
            )
        )
    now = timezone.now()
    made = EmergencyAccess.objects.create(
        staff_id=by.staff_id, prefix=prefix, reason=reason.strip(), closes_at=now + timedelta(hours=EMERGENCY_HOURS)
    )
    audit.record(by, "emergency.open", f"emergency:{made.pk}", area=prefix, reason=reason.strip())
    return made


@transaction.atomic
def review_emergency_access(*, by: Scope, emergency: EmergencyAccess) -> None:
    """A second person has looked at a break-glass access."""
    require(by, "emergency.review", emergency.prefix)
    if emergency.staff_id == by.staff_id:
        raise NoAccess(
            problem(
                "",
                zh="不能复核自己的应急查阅。",
                en="You can't review your own emergency access.",
                mend_zh="请由他人复核。",
                mend_en="Somebody else has to.",
            )
        )
    emergency.reviewed_by, emergency.reviewed_at = by.username, timezone.now()
    emergency.save(update_fields=("reviewed_by", "reviewed_at"))
    audit.record(by, "emergency.review", f"emergency:{emergency.pk}", area=emergency.prefix)
