"""Claims and where they stand, from their ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from shidai.benefits.deciding import named_version, scheme_of
from shidai.benefits.models import Claim, Decision
from shidai.benefits.rulesused import rules_kept, version_used
from shidai.benefits.workflow import Entry, Standing, stand
from shidai.core.access import Scope, within
from shidai.packs.schema.scheme import SchemeVersion
from shidai.registry.citypack import city_pack
from shidai.rules.periods import due_days, months_later
from shidai.words import ShidaiError, problem


def claims_in(scope: Scope, area: str = "") -> QuerySet[Claim]:
    """Claims that the caller may read, in an area of hers."""
    found = Claim.objects.filter(within(scope.prefixes("record.read"), "area"))
    return found.filter(within((area,), "area")) if area else found


def find_claim(scope: Scope, uuid: UUID) -> Claim:
    """A claim of the caller's areas, locked until the action is done. Raises ShidaiError when she has none such."""
    found = claims_in(scope).select_for_update().filter(uuid=uuid).first()
    if found is None:
        raise ShidaiError(
            problem(
                str(uuid),
                zh="找不到这件申请。",
                en="There is no such claim.",
                mend_zh="它可能不在您负责的区划内。",
                mend_en="It may lie outside your area.",
            )
        )
    return found


def version_of(claim: Claim) -> SchemeVersion:
    """The version under whose steps a claim goes; where the pack has lost it, as it was kept when it decided last.

    Raises ShidaiError when the pack has lost it and it was never kept.
    """
    scheme = scheme_of(claim)
    found = next((one for one in scheme.version if one.id == claim.version), None)
    if found is None and (kept := rules_kept(scheme.id, claim.version)) is not None:
        return version_used(kept.rules)
    return found or named_version(scheme, claim.version)


def entries_of(claim: Claim) -> list[Entry]:
    """The claim's ledger as plain values."""
    lines = sorted(claim.entries.all(), key=lambda one: one.number)  # those that were fetched with many claims, too
    return [Entry(one.act, one.day, one.by, one.told_on) for one in lines]  # type: ignore[arg-type]


def standing_of(claim: Claim, on: date) -> Standing:
    """Where a claim stands on a day, from its ledger alone."""
    return stand(entries_of(claim), version_of(claim).step, on)


def claims_of(scheme: str, area: str) -> list[Claim]:
    """All claims under a scheme in an area; for actions, which check access themselves."""
    found = Claim.objects.filter(within((area,), "area"), scheme=scheme).order_by("pk")
    return list(found.prefetch_related("entries"))


def claims_beside(claim: Claim) -> list[Claim]:
    """The same subject's claims under schemes that can't be held together with this one, locked for the act."""
    schemes = city_pack().schemes
    barred = {*scheme_of(claim).incompatible, *(id for id, one in schemes.items() if claim.scheme in one.incompatible)}
    same = {"person_id": claim.person_id, "household_id": claim.household_id, "village": claim.village}
    found = Claim.objects.select_for_update().filter(scheme__in=barred, **same).order_by("pk")
    return list(found.prefetch_related("entries"))


def claim_ids_of(scheme: str, area: str) -> list[int]:
    """The row numbers of all claims under a scheme in an area; for actions, which check access themselves."""
    return list(
        Claim.objects.filter(within((area,), "area"), scheme=scheme).order_by("pk").values_list("pk", flat=True)
    )


def in_force_days(claim: Claim, until: date) -> list[tuple[date, date]]:
    """First and last days of the times in which periods of a claim count, up to a day, by its ledger.

    Where the conditions are to be confirmed again after so many months, no later period counts until they are; then
    the ones between count as well.
    """
    return _joined((first, last) for _, first, last in _times_in_force(claim, until))


def _times_in_force(claim: Claim, until: date) -> Iterator[tuple[int, date, date]]:
    """The same act by act: the act's place in the ledger, and the first and last day that count after it."""
    version = version_of(claim)
    entries = [entry for entry in entries_of(claim) if entry.day <= until]
    applied: date | None = None
    for at, entry in enumerate(entries):
        if entry.act == "apply":  # an appeal that is won gives back the time between
            applied = entry.day
        end = _last_day(entries, at, until)
        now = stand(entries[: at + 1], version.step, end)
        if now.state == "in_force" and now.since is not None and applied is not None:
            first = _first_day(claim, version, applied, now.since)
            yield at, first, min(end, reverify_by(now, version) or end)


def grants_of(claim: Claim, until: date) -> list[tuple[date, date, int]]:
    """What offices granted a claim, in order: the first and last day of the time that each came to hold for, and fen.

    The times of a later one reach back over those of an earlier one, where a won appeal gives back the time between.
    """
    sums = [one.fen for one in sorted(claim.entries.all(), key=lambda one: one.number)]
    told = []
    for at, first, last in _times_in_force(claim, until):
        granted = next((fen for fen in reversed(sums[: at + 1]) if fen is not None), None)
        if granted is not None:
            told.append((first, last, granted))
    return told


def grant_for(grants: Sequence[tuple[date, date, int]], period: date, *, once: bool) -> int | None:
    """The grant that prices a period: the first one that came to hold for its day; None where none did.

    once: what is granted once has one period, so there the last grant stands in the place of those before it.
    """
    held = [fen for first, last, fen in grants if once or first <= period <= last]
    return (held[-1] if once else held[0]) if held else None


def _last_day(entries: list[Entry], at: int, until: date) -> date:
    """The last day that an act holds for: a stop's own day counts no more."""
    if at + 1 == len(entries):
        return until
    following = entries[at + 1]
    return following.day - timedelta(days=1) if following.act in ("stop", "decline", "refuse") else following.day


def force_of(claim: Claim, on: date) -> tuple[Standing, date | None, date | None]:
    """Where a claim stands on a day, since when it was in force first, and on which day it went out of it."""
    steps = version_of(claim).step
    entries = [entry for entry in entries_of(claim) if entry.day <= on]
    start: date | None = None
    for at, _ in enumerate(entries):
        now = stand(entries[: at + 1], steps, entries[at + 1].day if at + 1 < len(entries) else on)
        if now.state == "in_force" and start is None:
            start = now.since
    now = stand(entries, steps, on)
    return now, start, now.since if start is not None and now.state in ("stopped", "declined", "refused") else None


def reverify_by(standing: Standing, version: SchemeVersion) -> date | None:
    """The last day on which a claim counts without being confirmed again; None where that isn't asked for."""
    if version.reverify_months is None or standing.confirmed is None:
        return None
    return months_later(standing.confirmed, version.reverify_months)


def period_days(claim: Claim, until: date) -> list[date]:
    """The days of determination of all periods that count up to a day, in order.

    What is granted once is determined on the day on which it first came into force, however often it did.
    """
    scheme = scheme_of(claim)
    days: set[date] = set()
    spans = in_force_days(claim, until)
    for since, to in spans:
        for version in scheme.version:
            if version.status != "in_force":
                continue
            found = (spans[0][0],) if version.amount.per == "event" else due_days(version.amount, since, to)
            days.update(day for day in found if version.in_force(day))
    return sorted(days)


def _first_day(claim: Claim, version: SchemeVersion, applied: date, confirmed: date) -> date:
    if version.amount.per == "event" or version.calendar.counts_from == "confirmation":
        return confirmed
    if version.calendar.counts_from == "application":
        return applied
    first = min(one.effective_from for one in scheme_of(claim).version if one.status == "in_force")
    years = version.calendar.arrears_years
    return max(first, date(applied.year - years, 1, 1)) if years else first


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Overlapping times made one, so that no period is looked at twice."""
    joined: list[tuple[date, date]] = []
    for since, to in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], to))
        else:
            joined.append((since, to))
    return joined


def decisions_of(claim: Claim) -> list[Decision]:
    """All decisions on a claim, oldest first."""
    return list(claim.decisions.select_related("rules").order_by("pk"))
