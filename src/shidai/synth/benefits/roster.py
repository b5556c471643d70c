"""Claims of persons under a scheme that is paid period after period, from its first day to the pack's last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from shidai.indicators.entitled import find_scheme, find_version
from shidai.packs import Pack
from shidai.packs.schema.demonstration import RosterShares
from shidai.packs.schema.scheme import SchemeVersion
from shidai.rules.periods import due_days
from shidai.synth.benefits.attested import PERSON, Numbers
from shidai.synth.benefits.claims import (
    CHANGED,
    DEATH,
    DECLINED,
    IN_FLIGHT,
    IN_FORCE,
    NOT_MET,
    NOTICE,
    OWN_WISH,
    PAID,
    REFUSED,
    RETURNED,
    STOPPED,
    WAITING,
    Claims,
    Draft,
    villages_on,
)
from shidai.synth.benefits.entitled import Entitled, entitled_persons
from shidai.synth.benefits.steps import Way, cut_off, draw_way
from shidai.synth.city import City, Columns
from shidai.synth.county import REGISTERED
from shidai.synth.days import NEVER, Days, day_number

Overlooked = Numbers
_YEAR = 365
_CONFIRMED_EARLY = 15  # days before a year is over


@dataclass(frozen=True, slots=True)
class _Applicants:
    """Who applies, on which day; `first` is the first day of determination that finds them entitled."""

    rows: Numbers  # of the entitled
    applied: Days


def roster_claims(
    city: City, pack: Pack, attested: Columns, shares: RosterShares, rng: np.random.Generator
) -> tuple[Claims, Overlooked]:
    """All claims up to the last day, with what they earned and what was paid; and who is entitled and has not applied:
    nobody told them, or they could only since some days."""
    version = find_version(find_scheme(pack, shares.scheme), pack.last_day)
    entitled = entitled_persons(city, pack, attested, shares.scheme, _days(version, shares, pack.last_day))
    draft = Draft(pack, version, shares.scheme)
    overlooked = rng.random(len(entitled.who)) < shares.overlooked
    overlooked[np.flatnonzero(entitled.fen[-1] > 0)[:1]] |= bool(shares.overlooked)  # a small city has one too
    applicants = _apply(entitled, ~overlooked, shares, city.cutoff, rng)
    rows = _decide(city, draft, entitled, applicants, shares, rng)
    _refuse_others(city, draft, entitled, shares, rng, len(rows))
    claims = draft.done()
    _pay(claims, draft, city.cutoff, shares, rng)
    came = np.isin(np.arange(len(entitled.who)), applicants.rows)
    return draft.done(), entitled.who[~came & (entitled.fen[-1] > 0)]


def _days(version: SchemeVersion, shares: RosterShares, last_day: date) -> tuple[date, ...]:
    return due_days(version.amount, shares.first_day, last_day)


def _apply(
    entitled: Entitled, told: npt.NDArray[np.bool_], shares: RosterShares, cutoff: int, rng: np.random.Generator
) -> _Applicants:
    """Those entitled from the first day on come in the first year or two; the others some days after they could."""
    first = np.argmax(entitled.fen > 0, axis=0)
    could = entitled.days[first]
    lag = rng.exponential(shares.lag_days, len(first)).astype(np.int32)
    from_start = first == 0
    wave = rng.integers(0, _YEAR, len(first)) + np.where(rng.random(len(first)) < shares.first_year, 0, _YEAR)
    applied = np.where(from_start, day_number(shares.first_day) + wave, could - 15 + lag).astype(np.int32)
    applied = np.maximum(applied, day_number(shares.first_day))
    rows = np.flatnonzero(told & (applied <= cutoff))
    return _Applicants(rows, applied[rows])


def _decide(
    city: City,
    draft: Draft,
    entitled: Entitled,
    applicants: _Applicants,
    shares: RosterShares,
    rng: np.random.Generator,
) -> Numbers:
    """The way of each application: declined, refused when the conditions failed on the way, in force, or still open."""
    rows, applied = applicants.rows, applicants.applied
    way = draw_way(
        rng, draft.version.step, np.maximum(applied, entitled.days[np.argmax(entitled.fen[:, rows] > 0, axis=0)] - 1)
    )
    declines = rng.random(len(rows)) < shares.declined
    fails = _first_failure(entitled, rows, way.passed)
    stopped_at = np.where(declines, applied + 3, np.minimum.reduce(np.where(fails, way.passed, NEVER), axis=1))
    told, waits, in_notice = cut_off(way, np.minimum(city.cutoff, stopped_at - 1))
    outcome = np.select(
        [(stopped_at <= city.cutoff) & declines, stopped_at <= city.cutoff, waits, in_notice],
        [DECLINED, REFUSED, WAITING, NOTICE],
        IN_FORCE,
    )
    ended = np.where(stopped_at <= city.cutoff, stopped_at, NEVER)
    reason = np.select([outcome == DECLINED, outcome == REFUSED], [OWN_WISH, NOT_MET], 0)
    lost = _lost(entitled, rows, told.in_force)
    stops = (outcome == IN_FORCE) & (lost <= city.cutoff)
    died = city.people["death"][entitled.who[rows]] <= lost
    outcome = np.where(stops, STOPPED, outcome)
    ended, reason = np.where(stops, lost, ended), np.where(stops, np.where(died, DEATH, CHANGED), reason)
    who = entitled.who[rows]
    seen = entitled.days[np.searchsorted(entitled.days, np.minimum(ended, city.cutoff)) - 1]
    confirmed = _confirmations(draft.version, told.in_force, np.where(ended < NEVER, seen, city.cutoff))
    claims = draft.add(
        told, confirmed, kind=PERSON, who=who, area=villages_on(city, REGISTERED, who, applied), applied=applied,
        outcome=outcome, in_force=told.in_force, ended=ended, reason=reason,
    )  # fmt: skip
    _earn(draft, entitled, rows, claims, applied, told.in_force, ended)
    return claims


def _first_failure(entitled: Entitled, rows: Numbers, passed: Days) -> npt.NDArray[np.bool_]:
    """(claims, steps): the conditions aren't met at the first determination on or after the step's day."""
    at = np.minimum(np.searchsorted(entitled.days, passed), len(entitled.days) - 1)
    return np.asarray(entitled.fen[at, rows[:, None]] == 0)


def _lost(entitled: Entitled, rows: Numbers, in_force: Days) -> Days:
    """The first day of determination after coming into force that finds a condition not met; NEVER: none."""
    after = entitled.days[:, None] >= in_force[None, :]
    fails = after & (entitled.fen[:, rows] == 0)
    return np.where(fails.any(0), entitled.days[np.argmax(fails, axis=0)], NEVER).astype(np.int32)


def _confirmations(version: SchemeVersion, in_force: Days, until: Days) -> Days:
    """Once a period of confirmation, a little before it is over."""
    every = round((version.reverify_months or 0) * _YEAR / 12) - _CONFIRMED_EARLY
    if every <= 0:
        return np.full((len(in_force), 0), NEVER, np.int32)
    longest = int((until - np.minimum(in_force, until)).max(initial=0)) // every
    days = in_force.astype(np.int64)[:, None] + every * np.arange(1, longest + 1)
    return np.where(days < until[:, None], days, NEVER).astype(np.int32)


def _earn(
    draft: Draft, entitled: Entitled, rows: Numbers, claims: Numbers, applied: Days, in_force: Days, ended: Days
) -> None:
    """The periods since the application of claims that came into force, up to what ended them."""
    days = entitled.days[:, None]
    counts = (days >= applied) & (days < ended) & (in_force < NEVER) & (entitled.fen[:, rows] > 0)
    day, claim = np.nonzero(counts)
    draft.earn(claims[claim], entitled.days[day], entitled.fen[day, rows[claim]])


def _refuse_others(
    city: City, draft: Draft, entitled: Entitled, shares: RosterShares, rng: np.random.Generator, granted: int
) -> None:
    """Some who never met the conditions applied in the last year and were refused at the first step."""
    here = entitled.others[city.people["death"][entitled.others] > city.cutoff]
    days = np.full(len(here), city.cutoff, np.int32)
    here = here[villages_on(city, REGISTERED, here, days) >= 0]  # who was never registered here has no office here
    wanted = min(len(here), round(shares.refused * granted))
    who = np.sort(rng.choice(here, wanted, replace=False))
    applied = (city.cutoff - rng.integers(40, _YEAR - 1, wanted)).astype(np.int32)
    way = draw_way(rng, draft.version.step, applied)
    day = way.passed[:, 0]
    nothing = Way(np.full_like(way.passed, NEVER), way.until, np.full_like(day, NEVER))
    draft.add(
        nothing, kind=PERSON, who=who, area=villages_on(city, REGISTERED, who, applied), applied=applied,
        outcome=REFUSED, in_force=NEVER, ended=day, reason=NOT_MET,
    )  # fmt: skip


def _pay(claims: Claims, draft: Draft, cutoff: int, shares: RosterShares, rng: np.random.Generator) -> None:
    """On each day of payment all that is earned and not yet paid; some comes back and is paid anew."""
    before = np.full(len(claims), -NEVER, np.int32)
    for day in _pay_days(draft.version, shares.first_day, cutoff):
        due = (claims.table["in_force"] <= day)[claims.periods["claim"]] & (claims.periods["day"] <= day)
        due &= claims.periods["day"] > before[claims.periods["claim"]]
        claim = np.unique(claims.periods["claim"][due])
        luck = rng.random(len(claim))
        last = day == cutoff
        back = (luck < shares.returned) & (not last)
        open_ = (luck < shares.in_flight) & last
        answered = np.where(open_, NEVER, np.where(back, day + rng.integers(4, 20, len(claim)), day))
        outcome = np.select([back, open_], [RETURNED, IN_FLIGHT], PAID)
        first = before[claim] + 1
        draft.pay(claim, day=day, outcome=outcome, answered=answered, first=first, last=day)
        anew = answered[back] + rng.integers(10, 30, int(back.sum()))
        draft.pay(claim[back], day=anew, outcome=PAID, answered=anew, first=first[back], last=day)
        before[claim] = day


def _pay_days(version: SchemeVersion, first: date, cutoff: int) -> Iterator[int]:
    last = date.fromordinal(cutoff + date(1970, 1, 1).toordinal())
    for year in range(first.year, last.year + 1):
        for text in version.calendar.pay:
            month, day = (int(part) for part in text.split("-"))
            number = day_number(date(year, month, day))
            if day_number(first) <= number <= cutoff:
                yield number
