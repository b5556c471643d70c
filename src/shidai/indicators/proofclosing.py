"""The closure: where every claim stands, what became of its money, and what the rules say that it should have earned.

A claim's ledger is held to the rules period by period, from the record tables alone: the days of determination that
count for it, each by that day's version and by the facts as the register tells them now. The ledger is brought up to
date when a batch is built, so it may end with any period after the last one that was batched; what a day of payment
should have covered and didn't is told as unpaid.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from shidai.indicators.proofpapers import Papers, Row, Rulings
from shidai.indicators.proved import Closing, Finding
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.rules.periods import due_days, months_later

OVER = ("refused", "declined", "stopped")
AMOUNT_EARNED = "amount earned"
UNPAID = "unpaid"
CAME_BACK = "returned"  # sent, and not paid anew yet


def close(papers: Papers) -> tuple[dict[str, Closing], dict[int, int]]:
    """The sums of each county, without what the rules give; and by claim what it has still to get (negative: too much).

    What isn't asked back doesn't lessen the latter: it stands in the county's `waived`.
    """
    closings: dict[str, Closing] = {}
    waived: dict[int, int] = {}
    open_ = {id_: claim["fen"] for id_, claim in papers.claims.items()}
    for claim in papers.claims.values():
        _count_claim(closings.setdefault(claim["county"], Closing()), claim)
    for one in papers.payments:
        _count_payment(closings.setdefault(one["county"], Closing()), one)
        if one["outcome"] == "waived":
            waived[one["entitlement_id"]] = waived.get(one["entitlement_id"], 0) - one["fen"]
        elif one["outcome"] != "returned" and one["entitlement_id"] in open_:
            open_[one["entitlement_id"]] -= one["fen"]
    for id_, fen in open_.items():
        closing = closings[papers.claims[id_]["county"]]
        spared = min(waived.get(id_, 0), max(-fen, 0))
        closing.unpaid += max(fen, 0)
        closing.waived += spared
        closing.overpaid += max(-fen, 0) - spared
    return closings, open_


def _count_claim(closing: Closing, claim: Row) -> None:
    closing.claims += 1
    if claim["outcome"] == "in_force":
        closing.in_force += 1
    elif claim["outcome"] in OVER:
        closing.over += 1
    else:
        closing.pending += 1
    closing.earned += claim["fen"]


def _count_payment(closing: Closing, payment: Row) -> None:
    """What isn't asked back is no payment."""
    if payment["outcome"] == "repaid":
        closing.given_back -= payment["fen"]
    elif payment["outcome"] != "waived":
        closing.batched += payment["fen"]
        setattr(closing, payment["outcome"], getattr(closing, payment["outcome"]) + payment["fen"])


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the rules give a claim: for each of its days of determination, in order, so many fen.

    `granted`: an office sets the sum of each period, and these are the most that it may set.
    """

    days: tuple[date, ...] = ()
    fen: tuple[int, ...] = ()
    granted: bool = False

    def until(self, day: date | None) -> int:
        """How many periods there are up to a day; none up to no day."""
        return bisect_right(self.days, day) if day is not None else 0

    def should_earn(self, told: int, batched: date | None, covered: date | None) -> int:
        """What the ledger should have earned: what it tells, if that is right.

        `batched`: the last period in a batch, which the ledger reaches at least. Where what it tells is wrong, the sum
        is that up to the last day of payment (`covered`), or up to that period if it is later.
        """
        sums = (0, *accumulate(self.fen))
        if self.granted:
            return min(max(told, 0), sums[-1])
        least = self.until(batched)
        return told if told in sums[least:] else sums[max(least, self.until(covered))]


def reckon(papers: Papers, rulings: Rulings) -> dict[int, Reckoned]:
    """What the rules give each claim, up to the cut-off.

    A person gets it once: where two records were made one, the claim of the one that earns nothing counts no more.
    """
    earning = {_held(papers, one) for one in papers.claims.values() if one["fen"] > 0}
    return {
        id_: Reckoned() if one["fen"] == 0 and _held(papers, one) in earning else _reckon(papers, one, rulings)
        for id_, one in papers.claims.items()
    }


def _held(papers: Papers, claim: Row) -> tuple[object, str]:
    """What a subject can hold once: the scheme, or what a version grants once."""
    version = version_of(papers.scheme, claim)
    once = version is not None and version.amount.per == "event"
    return claim[papers.key], claim["version"] if once else ""


def _reckon(papers: Papers, claim: Row, rulings: Rulings) -> Reckoned:
    days, fens, granted = days_that_count(papers.scheme, claim, papers.cutoff), [], False
    for day in days:
        fen, failed = rulings.on(day).get(claim[papers.key], (0, ("unknown",)))
        fens.append(0 if failed else fen)
        version = papers.scheme.version_on(day)
        granted |= version is not None and version.amount.granted
    return Reckoned(days, tuple(fens), granted)


def days_that_count(scheme: Scheme, claim: Row, cutoff: date) -> tuple[date, ...]:
    """The days of determination that count for a claim, in order: from its first day to its end or the cut-off.

    What is granted once is determined on the day on which the claim came into force.
    """
    if claim["start_date"] is None:
        return ()
    until = cutoff if claim["end_date"] is None else min(cutoff, claim["end_date"] - timedelta(days=1))
    first = first_day(scheme, claim)
    days: set[date] = set()
    for version in scheme.version:
        if version.status == "in_force":
            once = version.amount.per == "event"
            found = (claim["start_date"],) if once else due_days(version.amount, first, until)
            days.update(day for day in found if version.in_force(day))
    return tuple(sorted(days))


def first_day(scheme: Scheme, claim: Row) -> date:
    """The first day whose period counts for a claim that came into force, by the version under whose steps it goes."""
    start: date = claim["start_date"]
    version = version_of(scheme, claim)
    if version is None or version.amount.per == "event" or version.calendar.counts_from == "confirmation":
        return start
    applied: date = claim["day"] or start
    if version.calendar.counts_from == "application":
        return applied
    first = min(one.effective_from for one in scheme.version if one.status == "in_force")
    years = version.calendar.arrears_years
    return max(first, date(applied.year - years, 1, 1)) if years else first


def version_of(scheme: Scheme, claim: Row) -> SchemeVersion | None:
    """The version under whose steps a claim goes; None when the pack hasn't got it any more."""
    return next((one for one in scheme.version if one.id == claim["version"]), None)


def last_pay_day(scheme: Scheme, after: date, until: date) -> date | None:
    """The last of the calendar's days of payment after a day, up to another one; by the rules of each such day."""
    begun = [one for one in scheme.version if one.status == "in_force" and one.effective_from <= until]
    found: set[date] = set()
    for version in begun:
        ends = [one.effective_from for one in begun if one.effective_from > version.effective_from]
        last = min([until, *(day - timedelta(days=1) for day in ends)])
        first = max(after + timedelta(days=1), version.effective_from)
        named = (_day_of(year, text) for year in range(first.year, last.year + 1) for text in version.calendar.pay)
        found.update(day for day in named if first <= day <= last)
    return max(found, default=None)


def _day_of(year: int, text: str) -> date:
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def covered_until(papers: Papers, claim: Row) -> date | None:
    """The last day of payment since a claim came into force, up to the year's end: it covers what was due by it."""
    return last_pay_day(papers.scheme, claim["start_date"], papers.until) if claim["start_date"] else None


def find_misearned(
    papers: Papers, reckoned: dict[int, Reckoned], closings: dict[str, Closing], told: Collection[int]
) -> Iterator[tuple[int, Finding]]:
    """Claims whose ledger earned something else than the rules give, and into each county's closing what they give.

    `told`: claims of which it is said already, period by period, what was paid wrongly.
    """
    for id_, claim in papers.claims.items():
        made, batched = reckoned[id_], papers.batched.get(id_)
        should = made.should_earn(claim["fen"], batched, covered_until(papers, claim))
        closings[claim["county"]].by_rules += should
        if should != claim["fen"] and id_ not in told:
            day = max(made.days, default=claim["day"] or papers.cutoff)
            subject = str(claim[papers.key])
            yield (
                id_,
                Finding(
                    "error", claim["county"], papers.scheme.id, subject, day, claim["fen"], should, (AMOUNT_EARNED,)
                ),
            )


def find_unpaid(
    papers: Papers, reckoned: dict[int, Reckoned], open_: dict[int, int], told: Collection[int]
) -> Iterator[Finding]:
    """Claims in force that lack money which a day of payment since should have covered.

    `open_`: by claim what its ledger has earned and wasn't paid; `told`: claims whose ledger is wrong, said already.
    """
    for id_, claim in papers.claims.items():
        covered, made = covered_until(papers, claim), reckoned[id_]
        if claim["outcome"] != "in_force" or covered is None or id_ in told:
            continue
        kept = papers.kept.get(id_, {})
        lacking = {
            day: fen - kept.get(day, 0)
            for day, fen in zip(made.days, made.fen, strict=True)
            if day <= covered and fen > kept.get(day, 0)
        }
        fen = _surely_lacking(papers, claim, made, lacking, open_[id_])
        if fen > 0:
            back = lacking.keys() <= papers.came_back.get(id_, {}).keys()
            got = sum(each for day, each in kept.items() if day <= covered)
            yield Finding(
                "omission", claim["county"], papers.scheme.id, str(claim[papers.key]), max(lacking), got, got + fen,
                (CAME_BACK if back else UNPAID,),
            )  # fmt: skip


def _surely_lacking(papers: Papers, claim: Row, made: Reckoned, lacking: dict[date, int], open_: int) -> int:
    """How much of what the rules give and wasn't paid is surely due.

    Where an office sets the sum, and after the day by which the conditions are to be confirmed again, the ledger alone
    knows whether a period counts: no more than it has earned.
    """
    by_ledger = min(max(open_, 0), sum(lacking.values()))
    if made.granted:
        return by_ledger if claim["fen"] or claim["record_id"] in papers.kept else sum(lacking.values())
    version = version_of(papers.scheme, claim)
    months = version.reverify_months if version is not None else None
    lapses = months_later(claim["start_date"], months) if months is not None else date.max
    return max(by_ledger, sum(fen for day, fen in lacking.items() if day <= lapses))
