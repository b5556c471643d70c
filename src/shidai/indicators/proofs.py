"""The proofs of a year's benefits, from the record tables alone: no error, no duplicate, no omission, and the closure.

- No error: whoever was paid for a period meets every condition on that period's day by the register as it is now, and
  got what the rules then gave, less what was repaid or isn't asked back.
- No duplicate: no subject is paid for one period under two claims of a scheme, or under two schemes that can't be held
  together. (That two payees are one person under two records is looked for by linkage, which needs names.)
- No omission: whoever meets every condition on the year's last day has a claim in force; else it is said why not.
- Closure: claims = in force + over + pending; earned = batched − returned − given back + held; batched = paid +
  returned + in flight. Up to the records' cut-off, not of the year alone: arrears of earlier years are paid in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.engines import Records
from shidai.indicators.entitled import determine
from shidai.indicators.everybody import Everybody
from shidai.indicators.facts import KEYS
from shidai.indicators.proved import Closing, CountyProof, Finding, Proofs
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.rules.periods import due_days

__all__ = ["Closing", "CountyProof", "Finding", "Proofs", "prove"]

LIVE = ("paid", "in_flight")  # money that is with the payee or on its way
OVER = ("refused", "declined", "stopped")
OVERLOOKED = "overlooked"  # nobody has applied
CANDIDATE = "candidate"  # nor here, but what is granted is no right that follows from the conditions alone


def prove(records: Records, pack: Pack, year: int, *, area: str = "", schemes: Iterable[str] = ()) -> Proofs:
    """The proofs of a year for an area's counties, scheme by scheme (all of the pack, unless some are named).

    `area`: a code whose claims alone are looked at; '' for the city.
    """
    manifest = records.manifest
    counties = _counties(records)
    rows: dict[tuple[str, str], CountyProof] = {}
    findings: list[Finding] = []
    everybody = Everybody(records, _first_day(records), manifest.cutoff)
    chosen = [pack.schemes[one] for one in schemes] or list(pack.schemes.values())
    for scheme in chosen:
        made = _SchemeProof(records, pack, scheme, year, area, counties, rows, everybody)
        findings += made.find()
    findings += _incompatible(records, pack, year, area, counties, [one.id for one in chosen])
    for one in findings:
        if one.proof == "duplicate":
            _row(rows, one.county, one.scheme).duplicates += 1
    order = {county: at for at, county in enumerate(counties)}
    sorted_rows = sorted(rows.values(), key=lambda row: (order.get(row.county, len(order)), row.scheme))
    stated = f"{pack.id} {pack.version}"
    return Proofs(year, manifest.cutoff, stated, manifest.id, tuple(sorted_rows), tuple(findings))


def _first_day(records: Records) -> date:
    """The first day whose facts are asked for: that of the earliest period that was paid."""
    table = records.table("payment")
    first: date | None = records.fetch(table.aggregate(first=table.period.min()))["first"][0].as_py()
    return min(first or records.manifest.cutoff, records.manifest.cutoff)


def _counties(records: Records) -> list[str]:
    """The counties' codes in the pack's order; a code is a path, so they tell where a village lies."""
    table = records.table("area")
    rows = records.fetch(table.filter(table.level == "county").select("code", "position").distinct())
    return list(dict.fromkeys(one["code"] for one in sorted(rows.to_pylist(), key=lambda one: one["position"])))


def _county_of(area: str | None, counties: Iterable[str]) -> str:
    return next((code for code in counties if area and area.startswith(code)), "")


def _row(rows: dict[tuple[str, str], CountyProof], county: str, scheme: str) -> CountyProof:
    return rows.setdefault((county, scheme), CountyProof(county, scheme))


class _SchemeProof:
    """One scheme's claims and payments, read once, and what is wrong with them."""

    def __init__(
        self,
        records: Records,
        pack: Pack,
        scheme: Scheme,
        year: int,
        area: str,
        counties: list[str],
        rows: dict[tuple[str, str], CountyProof],
        everybody: Everybody,
    ) -> None:
        self.records, self.pack, self.scheme, self.year, self.area = records, pack, scheme, year, area
        self.everybody = everybody
        self.key = KEYS[scheme.subject]
        self.counties, self.rows = counties, rows
        self.claims = {one["record_id"]: one for one in self._read("entitlement")}
        self.payments = list(self._read("payment"))

    def _determine(self, day: date) -> pa.Table:
        return determine(self.records, self.pack, self.scheme.id, day, everybody=self.everybody)

    def _pay_day_passed(self) -> bool:
        """Whether one of the calendar's days of payment in the year has come."""
        last, first = self.records.manifest.cutoff, date(self.year, 1, 1)
        named = [text for one in self.scheme.version for text in one.calendar.pay]
        return any(first <= date(self.year, *map(int, text.split("-"))) <= last for text in named)

    def _read(self, name: str, area: str | None = None) -> Iterator[dict[str, Any]]:
        area = self.area if area is None else area
        table = self.records.table(name)
        table = table.filter(table.kind == self.scheme.id)
        if area:
            table = table.filter(table.area.startswith(area))
        for one in self.records.fetch(table).to_pylist():
            yield one | {"county": _county_of(one["area"], self.counties)}

    def find(self) -> list[Finding]:
        self._close()
        self._count_payees()
        return [*self._errors(), *self._twice(), *self._omissions()]

    def _row(self, county: str) -> CountyProof:
        return _row(self.rows, county, self.scheme.id)

    def _in_year(self, payment: Mapping[str, Any]) -> bool:
        return payment["outcome"] in LIVE and payment["day"].year == self.year

    def _close(self) -> None:
        """Count claims by where they stand, and money by what became of it."""
        open_: dict[int, int] = {}
        waived: dict[int, int] = {}
        for id_, claim in self.claims.items():
            closing = self._row(claim["county"]).closing
            closing.claims += 1
            if claim["outcome"] == "in_force":
                closing.in_force += 1
            elif claim["outcome"] in OVER:
                closing.over += 1
            else:
                closing.pending += 1
            closing.earned += claim["fen"]
            open_[id_] = claim["fen"]
        for one in self.payments:
            closing = self._row(one["county"]).closing
            if one["outcome"] == "waived":
                waived[one["entitlement_id"]] = waived.get(one["entitlement_id"], 0) - one["fen"]
                continue
            if one["outcome"] == "repaid":
                closing.given_back -= one["fen"]
            else:
                closing.batched += one["fen"]
                name = "paid" if one["outcome"] == "paid" else one["outcome"]
                setattr(closing, name, getattr(closing, name) + one["fen"])
            if one["outcome"] != "returned" and one["entitlement_id"] in open_:
                open_[one["entitlement_id"]] -= one["fen"]
        for id_, fen in open_.items():
            closing = self._row(self.claims[id_]["county"]).closing
            spared = min(waived.get(id_, 0), max(-fen, 0))
            closing.unpaid += max(fen, 0)
            closing.waived += spared
            closing.overpaid += max(-fen, 0) - spared

    def _count_payees(self) -> None:
        paid: dict[str, set[Any]] = {}
        for one in filter(self._in_year, self.payments):
            paid.setdefault(one["county"], set()).add(one[self.key])
            self._row(one["county"]).paid += one["fen"]
        for county, subjects in paid.items():
            self._row(county).payees = len(subjects)

    def _errors(self) -> Iterator[Finding]:
        """What was paid in the year, period by period, beside what the rules give by today's register."""
        wanted = {(one["entitlement_id"], one["period"]) for one in filter(self._in_year, self.payments)}
        net: dict[tuple[int, date], int] = {}
        waived: dict[tuple[int, date], int] = {}
        for one in self.payments:
            at = (one["entitlement_id"], one["period"])
            if at in wanted and one["outcome"] != "returned":
                some = waived if one["outcome"] == "waived" else net
                some[at] = some.get(at, 0) + one["fen"]
        by_day: dict[date, list[tuple[int, int, int]]] = {}
        for (claim, day), fen in net.items():
            by_day.setdefault(day, []).append((claim, fen, -waived.get((claim, day), 0)))
        faulty: dict[str, set[Any]] = {}
        for day in sorted(by_day):
            for found in self._errors_of(day, by_day[day]):
                faulty.setdefault(found.county, set()).add(found.subject)
                yield found
        for county, subjects in faulty.items():
            self._row(county).errors = len(subjects)

    def _errors_of(self, day: date, paid: list[tuple[int, int, int]]) -> Iterator[Finding]:
        """Of each claim, what was paid less what came back, and how much of it isn't asked back."""
        version = self.scheme.version_on(day)
        told = self._determined(day, [self.claims.get(claim, {}).get(self.key) for claim, _, _ in paid], version)
        for claim_id, net, waived in paid:
            claim = self.claims.get(claim_id)
            subject = claim[self.key] if claim else None
            should, failed = told.get(subject, (0, ("unknown",)))
            right = 0 if failed else should
            fen = max(net - waived, right) if net > right else net
            reasons = self._reasons(claim, day, fen, should, failed, version)
            if reasons:
                county = claim["county"] if claim else ""
                yield Finding("error", county, self.scheme.id, str(subject), day, fen, should, reasons)

    def _reasons(
        self,
        claim: Mapping[str, Any] | None,
        day: date,
        fen: int,
        should: int,
        failed: tuple[str, ...],
        version: SchemeVersion | None,
    ) -> tuple[str, ...]:
        """Why a payment for a period is wrong; nothing if it is right. What was wholly given back is right."""
        if claim is None or version is None:
            return ("no claim" if claim is None else "no version",) if fen else ()
        if failed:
            return failed if fen else ()
        if claim["start_date"] is None:
            return ("not in force",) if fen else ()
        wrong = fen > should if version.amount.granted else fen not in (0, should)
        ended = claim["end_date"] is not None and day >= claim["end_date"] and fen > 0
        return (("amount",) if wrong else ()) + (("ended",) if ended else ())

    def _determined(
        self, day: date, subjects: list[Any], version: SchemeVersion | None
    ) -> dict[Any, tuple[int, tuple[str, ...]]]:
        """What the rules give these subjects on a day, and which conditions fail."""
        if version is None:
            return {}
        table = self._determine(day)
        known = [one for one in subjects if one is not None]
        mine = table.filter(pc.is_in(table[self.scheme.subject], pa.array(known, table.schema.field(0).type)))
        return {
            one[self.scheme.subject]: (one["amount_fen"], tuple(filter(None, (one["failed"] or "").split(";"))))
            for one in mine.to_pylist()
        }

    def _twice(self) -> Iterator[Finding]:
        """Subjects with money for one period under more than one claim of the scheme."""
        found: dict[tuple[Any, date], dict[int, int]] = {}
        for one in self.payments:
            if one["outcome"] in LIVE or one["outcome"] == "repaid":
                claims = found.setdefault((one[self.key], one["period"]), {})
                claims[one["entitlement_id"]] = claims.get(one["entitlement_id"], 0) + one["fen"]
        this_year = {(one[self.key], one["period"]) for one in filter(self._in_year, self.payments)}
        for (subject, period), each in found.items():
            claims = {claim: fen for claim, fen in each.items() if fen > 0}
            if len(claims) > 1 and (subject, period) in this_year:
                county = self.claims[min(claims)]["county"]
                yield Finding(
                    "duplicate", county, self.scheme.id, str(subject), period, sum(claims.values()),
                    min(claims.values()), ("twice",),
                )  # fmt: skip

    def _omissions(self) -> Iterator[Finding]:
        """Who meets every condition on the year's last day of determination and isn't on the roster, and why not."""
        day = self._last_day()
        if day is None:
            return
        table = self._determine(day)
        table = table.filter(table["eligible"])
        stands: dict[Any, str] = {}
        everywhere = self._read("entitlement", "")  # whose claim lies in another county isn't overlooked
        for claim in sorted(everywhere, key=lambda one: one["outcome"] != "in_force", reverse=True):
            stands[claim[self.key]] = claim["outcome"]
        paid = {one[self.key] for one in self.payments if one["outcome"] in LIVE}
        areas = self._areas_of(table[self.scheme.subject], day)
        version = self.scheme.version_on(day)
        nobody = CANDIDATE if version is not None and version.amount.granted else OVERLOOKED
        for one in table.to_pylist():
            subject = one[self.scheme.subject]
            county = _county_of(areas.get(subject), self.counties)
            if self.area and not str(areas.get(subject) or "").startswith(self.area):
                continue
            row = self._row(county)
            row.entitled += 1
            state = stands.get(subject, nobody)
            if state == "in_force" and subject not in paid and self._pay_day_passed():
                state = "unpaid"
            if state != "in_force":
                row.overlooked += state == OVERLOOKED
                yield Finding("omission", county, self.scheme.id, str(subject), day, 0, one["amount_fen"], (state,))

    def _last_day(self) -> date | None:
        """The year's last day on which the scheme determines who is entitled, of those that the records reach."""
        until = min(date(self.year, 12, 31), self.records.manifest.cutoff)
        days = [
            day
            for version in self.scheme.version
            if version.status == "in_force"
            for day in due_days(version.amount, date(self.year, 1, 1), until)
            if version.in_force(day)
        ]
        return max(days, default=None)

    def _areas_of(self, subjects: pa.ChunkedArray, day: date) -> dict[Any, str]:
        """Where the subjects are at home: persons where they are registered, else where they live."""
        if self.scheme.subject == "village":
            return {one: one for one in subjects.to_pylist()}
        spells = self.records.table("residence")
        open_ = spells.end_date.isnull() | (spells.end_date > day)
        now = spells.filter(open_, spells.start_date <= day).select(self.key, "kind", "area")
        found = self.records.fetch(now)
        mine = found.filter(pc.is_in(found[self.key], subjects.combine_chunks()))
        places: dict[Any, str] = {}
        for one in sorted(mine.to_pylist(), key=lambda one: one["kind"] == "registered"):  # registered ones count
            places[one[self.key]] = one["area"]
        return places


def _incompatible(
    records: Records, pack: Pack, year: int, area: str, counties: list[str], schemes: list[str]
) -> Iterator[Finding]:
    """Persons who keep money for one month under two schemes that can't be held together, some of it of the year."""
    pairs = {
        tuple(sorted((one.id, other)))
        for one in pack.schemes.values()
        for other in one.incompatible
        if one.id in schemes or other in schemes
    }
    if not pairs:
        return
    table = records.table("payment")
    kinds = sorted({kind for pair in pairs for kind in pair})
    table = table.filter(table.outcome.isin((*LIVE, "repaid")), table.person_id.notnull(), table.kind.isin(kinds))
    kept: dict[tuple[int, int, int], dict[str, _Kept]] = {}
    for one in records.fetch(table.select("person_id", "kind", "period", "fen", "area", "day", "outcome")).to_pylist():
        if not area or (one["area"] or "").startswith(area):
            at = (one["person_id"], one["period"].year, one["period"].month)
            some = kept.setdefault(at, {}).setdefault(one["kind"], _Kept(one["area"]))
            some.fen += one["fen"]
            some.of_year |= one["outcome"] in LIVE and one["day"].year == year
    for (person, in_year, month), held in kept.items():
        for first, second in pairs:
            both = [held[kind] for kind in (first, second) if kind in held and held[kind].fen > 0]
            if len(both) == 2 and any(one.of_year for one in both):
                period = date(in_year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                fen = sum(one.fen for one in both)
                county = _county_of(both[0].area, counties)
                yield Finding("duplicate", county, first, str(person), period, fen, both[0].fen, (second,))


@dataclass(slots=True)
class _Kept:
    """What a person keeps for a month under one scheme, less what was given back; whether some was paid in the year."""

    area: str | None
    fen: int = 0
    of_year: bool = False
