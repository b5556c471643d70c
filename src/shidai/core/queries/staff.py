"""Who may do what where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from shidai.core.access import EMERGENCY_ROLE, Grant, Scope, require
from shidai.core.language import say
from shidai.core.models import EmergencyAccess, Posting, Staff
from shidai.core.queries.areas import former_within
from shidai.core.queries.heirs import present_code
from shidai.core.tree import path_of
from shidai.words import ShidaiError, Text, problem

OPERATOR = Scope(
    staff_id=None, username="operator", name="operator", grants=(Grant("", "operator"),), purpose="operation"
)

COMMAND_LINE = Text(zh="服务器命令行", en="the server's command line")
DEMONSTRATION = Text(zh="演示", en="demonstration")
TAKEN_OVER = Text(zh="{name}（接收）", en="{name} (taken over)")


def operator() -> Scope:
    """The server's command line: whoever may read the data directory and its keys."""
    return OPERATOR


def scope_of(staff: object, *, purpose: str = "service", on: date | None = None) -> Scope:
    """What a member of the staff may do today; an inactive one nothing. `staff` is `request.user`."""
    member = cast(Staff, staff)
    if not getattr(member, "is_active", False) or not isinstance(member, Staff):
        return Scope(None, "", "", purpose=purpose)
    day = on or timezone.localdate()
    valid = Q(start_date__lte=day) & (Q(end_date=None) | Q(end_date__gt=day))
    postings = [
        (present_code(prefix, day), role)
        for prefix, role in member.postings.filter(valid).values_list("prefix", "role")
    ]
    grants = [Grant(prefix, role, former_within(prefix, day)) for prefix, role in postings]
    now = timezone.now()
    opened = member.emergencies.filter(opened_at__lte=now, closes_at__gt=now).values_list("prefix", flat=True)
    grants += [Grant(prefix, EMERGENCY_ROLE) for prefix in opened]
    return Scope(member.id, member.username, member.name, tuple(grants), purpose)


def staff_named(username: str) -> Staff:
    """One account. Raises ShidaiError when there is none."""
    found = Staff.objects.filter(username=username).first()
    if found is None:
        raise ShidaiError(
            problem(
                username,
                zh="没有这个账号。",
                en="There is no such account.",
                mend_zh="请检查用户名。",
                mend_en="Check the user name.",
            )
        )
    return found


def staff_list(scope: Scope) -> QuerySet[Staff]:
    """Accounts with their postings, for whoever manages them or audits."""
    if not scope.allows("audit.read"):
        require(scope, "staff.manage")
    return Staff.objects.prefetch_related("postings")


def staff_known(scope: Scope, usernames: Iterable[str]) -> dict[str, Staff]:
    """Accounts by user name, with their postings; names that no account has are left out."""
    return {member.username: member for member in staff_list(scope).filter(username__in=set(usernames))}


def staff_with_ids(scope: Scope, ids: Iterable[UUID]) -> dict[str, Staff]:
    """Accounts by their id as the log writes it."""
    return {str(member.pk): member for member in staff_list(scope).filter(pk__in=set(ids))}


def staff_called(scope: Scope, text: str) -> QuerySet[Staff]:
    """Accounts with this user name or this person's name."""
    return staff_list(scope).filter(Q(username=text) | Q(name=text))


def colleagues_in(area: str, on: date) -> list[Staff]:
    """Who is posted in an area, below it, or at a level above it; colleagues' names are no secret among the staff."""
    valid = Q(start_date__lte=on) & (Q(end_date=None) | Q(end_date__gt=on))
    near = Q(prefix__startswith=area) | Q(prefix__in=path_of(area))
    ids = Posting.objects.filter(valid, near).exclude(prefix="").values("staff_id")
    return list(Staff.objects.filter(pk__in=ids, is_active=True).order_by("name", "username"))


def staff_called_one_of(names: Iterable[str]) -> dict[str, list[Staff]]:
    """Active accounts by what was typed: a user name, or else a person's name, which several may have."""
    told: dict[str, list[Staff]] = {}
    for name in names:
        found = Staff.objects.filter(is_active=True)
        told[name] = list(found.filter(username=name)) or list(found.filter(name=name)[:2])
    return told


def staff_names(usernames: Iterable[str]) -> dict[str, str]:
    """Who did something, as a page writes it beside the deed: an account that is gone keeps its user name.

    `account:hand` is an act of somebody else that the account took over from a roster.
    """
    asked = {one: one.partition(":") for one in usernames}
    accounts = {account for account, _, _ in asked.values()}
    names = dict(Staff.objects.filter(username__in=accounts).exclude(name="").values_list("username", "name"))
    names |= {OPERATOR.username: say(COMMAND_LINE), "demonstration": say(DEMONSTRATION)}
    said = {one: names.get(account, account) for one, (account, _, _) in asked.items()}
    return {
        one: say(TAKEN_OVER.filled(name=said[one])) if hand and account != "demonstration" else said[one]
        for one, (account, _, hand) in asked.items()
    }


def postings_of(staff_id: UUID) -> QuerySet[Posting]:
    return Posting.objects.filter(staff_id=staff_id)


def locked_until(username: str) -> datetime | None:
    """When a locked account opens again; None if it isn't locked."""
    found = Staff.objects.filter(username=username).values_list("locked_until", flat=True).first()
    return found if found and found > timezone.now() else None


def emergencies(scope: Scope) -> QuerySet[EmergencyAccess]:
    """Every break-glass access, newest first, for reviewers."""
    require(scope, "emergency.review")
    prefixes = scope.prefixes("emergency.review")
    place = Q()
    for prefix in prefixes:
        place |= Q(prefix__startswith=prefix)
    return EmergencyAccess.objects.filter(place).select_related("staff")
