"""Reads of referrals: who was referred to a site, whom it sent on, with the answers; what a visit calls for.

A referral stands while its visit's result, as it was last corrected, calls for one, and she lives and hasn't declined:
what was taken back, declined or ended by death leaves every list. The answer is the visit of a step that follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shidai.core import audit
from shidai.core.access import Scope
from shidai.packs.schema.programme import NO_VISITS, ProgrammeStep, Result
from shidai.programmes.models import Consent, Referral, Visit
from shidai.programmes.offered import consents_of, declined_by, find_programme, lines_of
from shidai.registry.citypack import city_pack
from shidai.registry.queries import people_by_number
from shidai.registry.recordsday import records_day
from shidai.supply.queries import receiving_sites, site_of

PAST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Called:
    """What a visit's result calls for: a referral within the result's days, and the steps that answer it."""

    result: Result
    until: date
    answers: tuple[ProgrammeStep, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """A referral that stands: whose (her record that was kept), her visit as it was last corrected, and the answer."""

    referral: Referral
    person: Any
    visit: Visit
    called: Called
    answer: Visit | None

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come; where no step follows, until the time for it has passed."""
        return self.answer is None and (bool(self.called.answers) or self.called.until >= records_day())

    @property
    def late(self) -> bool:
        return self.waits and self.called.until < records_day()


def called_for(visit: Visit) -> Called | None:
    """What a visit calls for, by the version that held then; None without a referral, or when the pack lost it."""
    return _called(visit.programme, visit.version, visit.step, visit.outcome, visit.day)


def _called(programme: str, version: str, step: str, outcome: str, day: date) -> Called | None:
    if programme not in city_pack().programmes or outcome in NO_VISITS:
        return None
    held = next((one for one in find_programme(programme).version if one.id == version), None)
    made = next((one for one in held.step if one.id == step), None) if held is not None else None
    result = next((one for one in made.result if one.id == outcome), None) if made is not None else None
    if held is None or result is None or result.action != "refer" or result.days is None:
        return None
    answers = tuple(
        one for one in held.step
        if one.follows == step and one.for_ == "self" and (not one.on or outcome in one.on)
    )  # fmt: skip
    return Called(result, day + timedelta(days=result.days), answers)


def _parted(referrals: QuerySet[Referral]) -> tuple[list[int], list[int]]:
    """Row numbers of those that wait, and of the last that don't: from a few columns, since a site has many in time."""
    lines: defaultdict[UUID, list[tuple[str, date, str, str]]] = defaultdict(list)
    of = Visit.objects.filter(course__in=referrals.filter(replaced_by=None).values("visit__course"), replaced_by=None)
    known = of.exclude(outcome__in=NO_VISITS).values_list("course", "step", "day", "outcome", "version")
    for course, step, day, outcome, version in known:
        lines[course].append((step, day, outcome, version))
    waiting: list[int] = []
    past: list[tuple[date, int]] = []
    rows = referrals.filter(replaced_by=None).values_list(
        "pk", "visit__course", "visit__programme", "visit__step", "visit__day"
    )
    for pk, course, programme, step, day in rows:
        now = next((one for one in lines[course] if one[:2] == (step, day)), None)
        called = _called(programme, now[3], step, now[2], day) if now is not None else None
        if called is None:
            continue
        steps = {one.id for one in called.answers}
        came = [on for done, on, *_ in lines[course] if done in steps and on >= day]
        if came or (not steps and called.until < records_day()):
            past.append((max(came, default=called.until), pk))
        else:
            waiting.append(pk)
    return waiting, [pk for _, pk in sorted(past, reverse=True)[:PAST_SHOWN]]


def standing(referrals: QuerySet[Referral]) -> list[Referred]:
    """Of these referrals those that stand, in as many queries as for one; for callers who check whom they show."""
    alive = Q(visit__person__death=None, visit__person__merged_into__death=None)
    open_ = referrals.filter(alive, replaced_by=None).order_by("pk")
    found = list(open_.select_related("visit__person__merged_into", "site", "origin"))
    people = {one.pk: one.visit.person.merged_into or one.visit.person for one in found}
    ids = {one.pk for one in people.values()}
    lines, words = lines_of(ids), consents_of(ids)
    told = (
        _told(one, her, lines[her.pk], words.get((her.pk, one.visit.programme), []))
        for one in found for her in (people[one.pk],)
    )  # fmt: skip
    return [one for one in told if one is not None]


def _told(referral: Referral, person: Any, lines: Iterable[Visit], words: Sequence[Consent]) -> Referred | None:
    made = referral.visit
    of_programme = [one for one in lines if one.programme == made.programme]
    visit = next((one for one in of_programme if _key(one) == _key(made)), None)
    called = called_for(visit) if visit is not None else None
    if visit is None or called is None or declined_by(of_programme, words, records_day()):
        return None
    return Referred(referral, person, visit, called, answer_in(of_programme, visit, called))


def answer_in(lines: Iterable[Visit], visit: Visit, called: Called) -> Visit | None:
    """The last visit of a step that answers what another one called for."""
    steps = {one.id for one in called.answers}
    came = [
        one for one in lines
        if one.course == visit.course and one.step in steps and one.day >= visit.day and one.outcome not in NO_VISITS
    ]  # fmt: skip
    return came[-1] if came else None


def _key(visit: Visit) -> tuple[object, ...]:
    """What a visit and its corrections share."""
    return visit.course, visit.step, visit.day


def referrals_after(visits: Collection[Visit]) -> dict[UUID, Referred]:
    """The referral of each of these visits that has one, by the visit's id; for callers who check whom they show."""
    of = Referral.objects.filter(visit__course__in={one.course for one in visits})
    told = {_key(one.visit): one for one in standing(of)}
    return {one.uuid: told[_key(one)] for one in visits if _key(one) in told}


def may_refer(visit: Visit) -> Called | None:
    """What a visit calls for and wasn't answered, while she may be asked; None where nobody is to be referred."""
    person = visit.person.merged_into_id or visit.person_id
    called = called_for(visit)
    if called is None or Visit.objects.filter(replaces=visit).exists() or _died(visit):
        return None
    lines = [one for one in lines_of([person])[person] if one.programme == visit.programme]
    words = consents_of([person]).get((person, visit.programme), [])
    if declined_by(lines, words, records_day()) or answer_in(lines, visit, called) is not None:
        return None
    return called


def _died(visit: Visit) -> bool:
    alive = Q(person__death=None, person__merged_into__death=None)
    return not Visit.objects.filter(alive, pk=visit.pk).exists()


def places_for(called: Called, on: date) -> list[Any]:
    """Sites of the city that can be referred to: of the pack's kind where the city has it, else all that see people."""
    return receiving_sites(on, called.result.to)


def referred_to(scope: Scope, person: UUID, programme: str, step: str) -> Referred | None:
    """The referral by which the reader serves somebody who needn't be of her areas; of several the one that waits."""
    hers = Q(visit__person__uuid=person, visit__person__merged_into=None) | Q(visit__person__merged_into__uuid=person)
    found = [
        one for one in standing(Referral.objects.filter(hers, visit__programme=programme).exclude(site=None))
        if one.referral.site is not None and scope.allows("service.record", one.referral.site.area)
        and step in {each.id for each in one.called.answers}
    ]  # fmt: skip
    return min(found, key=lambda one: (one.answer is not None, one.called.until), default=None)


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A referral with what its reader may see. mine: she may read the record; told: and what the answer says."""

    referred: Referred
    mine: bool
    told: bool


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """Who was referred to a site, and whom it sent on, those that wait longest first."""

    site: Any
    here: tuple[ReferralLine, ...]
    sent: tuple[ReferralLine, ...]


def referral_page(scope: Scope, code: str) -> ReferralPage | None:
    """A site's referrals for who serves there; None elsewhere. The look is logged with whose names it shows."""
    site = site_of(scope, code) if scope.allows("supply.read") else None
    if site is None or not scope.allows("service.record", site.area):
        return None
    here, sent = (_shown(Referral.objects.filter(**{end: site})) for end in ("site", "origin"))
    known = people_by_number(scope, {one.person.pk for one in (*here, *sent)})
    page = ReferralPage(site, *(_lines(scope, each, set(known), code) for each in (here, sent)))
    seen = {str(one.referred.person.uuid) for one in page.here}
    seen |= {str(one.referred.person.uuid) for one in page.sent if one.mine}
    if seen:
        audit.record(scope, "service.referrals", f"site:{code}", area=site.area, people=sorted(seen))
    return page


def _shown(referrals: QuerySet[Referral]) -> list[Referred]:
    """Of a site's referrals all that wait and the last that don't."""
    waiting, past = _parted(referrals)
    return standing(referrals.filter(pk__in=[*waiting, *past]))


def _lines(scope: Scope, found: list[Referred], known: set[int], code: str) -> tuple[ReferralLine, ...]:
    """What waits, the first that ends at the top, then the last that don't wait any more."""
    waiting = sorted((one for one in found if one.waits), key=lambda one: (one.called.until, one.referral.pk))
    past = [one for one in found if not one.waits]
    past.sort(key=lambda one: (one.answer.day if one.answer else one.called.until, one.referral.pk), reverse=True)
    return tuple(
        ReferralLine(one, one.person.pk in known, one.answer is not None and (
            one.answer.site == code or scope.allows("service.record", one.answer.area)))
        for one in (*waiting, *past)
    )  # fmt: skip


def waiting_at(site: int) -> int:
    """How many who were referred to a site wait there."""
    of = Referral.objects.filter(site=site)
    return sum(one.waits for one in standing(of.filter(pk__in=_parted(of)[0])))
