"""What pages list: claims by what they wait for and until when, sums per scheme, current notices, batches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Claim, Due, LedgerEntry
from shidai.benefits.queries.claims import claims_in, entries_of, reverify_by, version_of
from shidai.benefits.queries.money import open_periods
from shidai.benefits.workflow import Standing, State, follow
from shidai.core import audit
from shidai.core.access import Scope, require, within
from shidai.core.roles import Capability
from shidai.core.workdays import WorkingDeadline, count_working_days
from shidai.packs.schema.scheme import Level, Step
from shidai.registry.citypack import city_pack
from shidai.words import Text

OFFICE: dict[Level, Capability] = {
    "village": "benefit.village",
    "township": "benefit.township",
    "county": "benefit.county",
    "city": "benefit.county",
}
OPEN: tuple[State, ...] = ("waiting", "notice", "objected")  # their stored state may be behind a notice that ended
SOON = 30  # days before a claim has to be confirmed again
SHOWS: dict[str, Text] = {
    "mine": Text(zh="等我办理", en="waiting for me"),
    "late": Text(zh="逾期", en="late"),
    "waiting": Text(zh="待办", en="waiting for a step"),
    "notice": Text(zh="公示中（含有异议的）", en="in public notice (objected ones too)"),
    "objected": Text(zh="有异议", en="objected to"),
    "in_force": Text(zh="享受中", en="in force"),
    "reverify": Text(zh="该复核", en="to be confirmed again"),
    "account": Text(zh="享受中但没有账号", en="in force without an account"),
    "unpaid": Text(zh="有待发金额", en="with money to be paid"),
    "overpaid": Text(zh="有多发金额", en="paid too much"),
    "refused": Text(zh="不予确认或放弃", en="refused or declined"),
    "stopped": Text(zh="已停止", en="stopped"),
    "all": Text(zh="全部", en="all"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A claim as a list shows it. `since`: from when it waits; `deadline`: by when the next step is to be done."""

    claim: Claim
    standing: Standing
    step: Step | None  # whose turn it is, or whose notice it is in
    since: date | None
    deadline: date | None
    late: int  # days beyond the deadline, 0 if it isn't late
    unannounced: tuple[int, ...] = ()  # years of the deadline's working days whose holidays the pack doesn't know


@dataclass(frozen=True, slots=True)
class SchemeCounts:
    """How many claims of a scheme stand where, and what is unpaid and overpaid in fen."""

    by_state: Counter[str]
    mine: int
    late: int
    unpaid: int
    overpaid: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Claims of one scheme and village that are shown in public for the same days."""

    scheme: str
    village: str
    first: date
    until: date
    claims: tuple[Seen, ...]


def look(claim: Claim, on: date) -> Seen:
    """Where a claim stands on a day and by when its next step is to be done."""
    entries, version = entries_of(claim), version_of(claim)
    raw = Standing()
    for entry in entries:
        raw = follow(raw, entry, version.step)
    now = raw.on(on, version.step)
    if now.state in OPEN:
        step, since = version.step[now.step], entries[-1].day
        if raw.until is not None and raw.state == "notice" and now.state == "waiting":
            since = raw.until + timedelta(days=1)
        if now.state != "waiting":
            return Seen(claim, now, step, since, now.until if now.state == "notice" else None, 0)
        by = _deadline(step, since)
        late = max(0, (on - by.day).days) if by else 0
        return Seen(claim, now, step, since, by.day if by else None, late, by.unannounced if by else ())
    if now.state == "in_force":
        deadline = reverify_by(now, version)
        return Seen(claim, now, None, now.since, deadline, max(0, (on - deadline).days) if deadline else 0)
    return Seen(claim, now, None, now.since, None, 0)


def _deadline(step: Step, since: date) -> WorkingDeadline | None:
    """The last day for a step; working days by the holidays that the pack knows."""
    if step.within_days is None:
        return None
    if not step.working_days:
        return WorkingDeadline(since + timedelta(days=step.within_days))
    return count_working_days(since, step.within_days, city_pack().holidays)


def is_mine(scope: Scope, seen: Seen) -> bool:
    """Whether the claim waits for something that this reader may do: a step that she did not do herself before."""
    if seen.standing.state in ("waiting", "objected") and seen.step is not None:
        mine = scope.allows(OFFICE[seen.step.level], seen.claim.area)
        return mine and (seen.standing.state == "objected" or scope.username not in seen.standing.hands)
    last = version_of(seen.claim).step[-1].level
    return seen.standing.state == "in_force" and seen.late > 0 and scope.allows(OFFICE[last], seen.claim.area)


def _open_claims(scope: Scope, area: str, scheme: str, on: date) -> list[Seen]:
    found = _of_scheme(claims_in(scope, area), scheme).filter(state__in=OPEN).order_by("pk")
    return [look(claim, on) for claim in found.prefetch_related("entries")]


def _of_scheme(claims: QuerySet[Claim], scheme: str) -> QuerySet[Claim]:
    return claims.filter(scheme=scheme) if scheme else claims


def _to_reverify(scope: Scope, area: str, scheme: str, on: date) -> list[Seen]:
    """Claims in force whose conditions are to be confirmed again within a month, or should have been."""
    confirmed = LedgerEntry.objects.filter(claim=OuterRef("pk"), act__in=("pass", "reverify", "settle"))
    found = _of_scheme(claims_in(scope, area), scheme).filter(state="in_force")
    listed = []
    for name in found.order_by().values_list("scheme", flat=True).distinct():
        months = [one.reverify_months for one in scheme_of(name).version if one.reverify_months is not None]
        if months:
            recent = on - timedelta(days=28 * min(months) - SOON)
            old = found.filter(scheme=name).exclude(Exists(confirmed.filter(day__gt=recent)))
            listed += [look(claim, on) for claim in old.prefetch_related("entries")]
    return [one for one in listed if one.deadline is not None and one.deadline <= on + timedelta(days=SOON)]


def claim_ids(scope: Scope, *, area: str, scheme: str = "", show: str = "all", on: date) -> list[int]:
    """Row numbers of the claims that a list shows: what has a deadline by its deadline, the rest by their order."""
    require(scope, "record.read", area)
    found = _of_scheme(claims_in(scope, area), scheme).order_by("pk")
    if show in ("mine", "late", "reverify"):
        due = _to_reverify(scope, area, scheme, on)
        if show == "reverify":
            return _by_deadline(due)
        seen = [*_open_claims(scope, area, scheme, on), *due]
        return _by_deadline(one for one in seen if (one.late > 0 if show == "late" else is_mine(scope, one)))
    if show in OPEN:
        wanted = ("notice", "objected") if show == "notice" else (show,)
        return _by_deadline(one for one in _open_claims(scope, area, scheme, on) if one.standing.state in wanted)
    if show in ("unpaid", "overpaid"):
        sign = "open__gt" if show == "unpaid" else "open__lt"
        lines = _open_periods(scope, area, scheme, on).filter(**{sign: 0}).values_list("claim_id", flat=True)
        return list(found.filter(pk__in=set(lines)).values_list("pk", flat=True))
    if show in ("in_force", "account"):
        moved = [one.claim.pk for one in _open_claims(scope, area, scheme, on) if one.standing.state == "in_force"]
        found = found.filter(Q(state="in_force") | Q(pk__in=moved))
        found = found.filter(accounts=None) if show == "account" else found
    elif show in ("refused", "stopped"):
        found = found.filter(state__in=("refused", "declined") if show == "refused" else ("stopped",))
    return list(found.values_list("pk", flat=True))


def _by_deadline(seen: Iterable[Seen]) -> list[int]:
    return [one.claim.pk for one in sorted(seen, key=lambda one: (one.deadline or date.max, one.claim.pk))]


def claims_seen(scope: Scope, ids: Iterable[int], on: date) -> list[Seen]:
    """These claims, in this order, with who they are for; the look is logged with whose they are."""
    wanted = list(ids)
    found = claims_in(scope).filter(pk__in=wanted).select_related("person", "household__head")
    known = {claim.pk: look(claim, on) for claim in found.prefetch_related("entries")}
    listed = [known[pk] for pk in wanted if pk in known]
    if listed:
        _log_look(scope, [one.claim for one in listed])
    return listed


def _log_look(scope: Scope, claims: Sequence[Claim]) -> None:
    people = sorted(str(claim.person.uuid) for claim in claims if claim.person is not None)
    audit.record(scope, "claim.list", "claims", area=claims[0].area[:6], count=len(claims), people=people)


def _open_periods(scope: Scope, area: str, scheme: str, on: date) -> QuerySet[Due, Any]:
    """By claim and period, what is open: more than 0 is unpaid, less is overpaid."""
    dues = Due.objects.filter(within(scope.prefixes("record.read"), "claim__area"), within((area,), "claim__area"))
    dues = dues.filter(claim__scheme=scheme) if scheme else dues
    return open_periods(dues.filter(period__lte=on))


def counts(scope: Scope, *, area: str, on: date) -> dict[str, SchemeCounts]:
    """For every scheme with claims in the area: how many stand where, and what is unpaid and overpaid."""
    require(scope, "record.read", area)
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    mine, late = Counter[str](), Counter[str]()
    stored = claims_in(scope, area).exclude(state__in=OPEN).order_by()
    for name, state, count in stored.values_list("scheme", "state").annotate(count=Count("pk")):
        states[name][state] += count
    due = _to_reverify(scope, area, "", on)
    for one in due:
        states[one.claim.scheme]["reverify"] += 1
    for one in (*_open_claims(scope, area, "", on), *due):
        if one.standing.state != "in_force" or one.claim.state in OPEN:
            states[one.claim.scheme][one.standing.state] += 1
        mine[one.claim.scheme] += is_mine(scope, one)
        late[one.claim.scheme] += one.late > 0
    sums = {name: _sums(_open_periods(scope, area, name, on)) for name in states}
    return {name: SchemeCounts(states[name], mine[name], late[name], *sums[name]) for name in states}


def _sums(periods: QuerySet[Due, Any]) -> tuple[int, int]:
    """What is unpaid and what is overpaid, in fen."""
    told = periods.aggregate(
        up=Sum("open", filter=Q(open__gt=0), default=0), down=Sum("open", filter=Q(open__lt=0), default=0)
    )
    return told["up"], -told["down"]


def waiting_for(scope: Scope, *, area: str, on: date, limit: int) -> tuple[int, list[Seen]]:
    """How many claims wait for the reader, and the first of them by deadline."""
    ids = claim_ids(scope, area=area, show="mine", on=on)
    return len(ids), claims_seen(scope, ids[:limit], on)


def claim_page(scope: Scope, uuid: UUID) -> Claim | None:
    """One claim that the reader may see, or None. The look is logged under whom it is for."""
    claim = claims_in(scope).filter(uuid=uuid).select_related("person", "household__head").first()
    if claim is None:
        return None
    if claim.person is not None:
        audit.record(scope, "person.read", f"person:{claim.person.uuid}", area=claim.area)
    elif claim.household is not None:
        audit.record(scope, "household.read", f"household:{claim.household.uuid}", area=claim.area)
    else:
        audit.record(scope, "claim.read", f"claim:{claim.uuid}", area=claim.area)
    return claim


def claims_for(scope: Scope, **subject: Any) -> list[Claim]:
    """The claims of one subject that the reader may see, newest first: person=…, household=… or village=…"""
    found = claims_in(scope).filter(**subject)
    return list(found.select_related("person", "household__head").prefetch_related("entries").order_by("-pk"))


def notices(scope: Scope, *, area: str, on: date) -> list[Notice]:
    """The public notices that hang in an area on a day, the one that ends first at the top."""
    require(scope, "record.read", area)
    shown: defaultdict[tuple[date, str, str], list[Seen]] = defaultdict(list)
    for one in _open_claims(scope, area, "", on):
        if one.standing.until is not None:
            shown[one.standing.until, one.claim.scheme, one.claim.area].append(one)
    return [
        Notice(scheme, village, _first_day(seen), until, tuple(seen))
        for (until, scheme, village), seen in sorted(shown.items())
    ]


def _first_day(seen: Sequence[Seen]) -> date:
    """The day after the step that the notice follows."""
    one = seen[0]
    assert one.step is not None
    assert one.standing.until is not None
    return one.standing.until - timedelta(days=one.step.notice_days - 1)


def notice(scope: Scope, *, scheme: str, village: str, until: date, on: date) -> Notice | None:
    """One notice with names; None if none such hangs where the reader may see. The look is logged."""
    if not scope.allows("record.read", village or "-"):
        return None
    found = [one for one in notices(scope, area=village, on=on) if (one.scheme, one.until) == (scheme, until)]
    if not found:
        return None
    audit.record(scope, "notice.read", f"scheme:{scheme}", area=village, scheme=scheme, until=str(until))
    ids = [one.claim.pk for one in found[0].claims]
    named = claims_in(scope).filter(pk__in=ids).select_related("person", "household__head")
    claims = [look(claim, on) for claim in named.prefetch_related("entries").order_by("pk")]
    return Notice(scheme, village, found[0].first, until, tuple(claims))


def log_export(scope: Scope, *, area: str, count: int, scheme: str, show: str) -> None:
    """An export is written into the log before its first line."""
    audit.record(scope, "claim.export", "claims", area=area, count=count, scheme=scheme, show=show)
