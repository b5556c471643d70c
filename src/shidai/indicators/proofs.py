"""The proofs of a year's benefits, from the record tables alone: no error, no duplicate, no omission, and the closure.

- No error: whoever was paid for a period meets every condition on that period's day by the register as it is now, and
  got what the rules then gave, less what was repaid or isn't asked back; and every claim's ledger has earned what the
  rules give for its periods.
- No duplicate: no subject is paid for one period under two claims of a scheme, or under two schemes that can't be held
  together. (That two payees are one person under two records is looked for by linkage, which needs names.)
- No omission: whoever meets every condition on the year's last day has a claim in force, and who has one was paid what
  the days of payment should have covered; else it is said why not.
- Closure: claims = in force + over + pending; earned = what the rules give; earned = batched − returned − given back +
  held; batched = paid + returned + in flight. Up to the records' cut-off, not of the year alone: arrears of earlier
  years are paid in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody
from shidai.indicators.proofclosing import UNPAID, close, find_misearned, find_unpaid, first_day, reckon
from shidai.indicators.proofpapers import LIVE, Papers, Row, Rulings, county_of, read_papers
from shidai.indicators.proved import Closing, CountyProof, Finding, Proofs
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import SchemeVersion
from shidai.rules.periods import due_days

__all__ = ["Closing", "CountyProof", "Finding", "Proofs", "prove"]

OVERLOOKED = "overlooked"  # nobody has applied
CANDIDATE = "candidate"  # nor here, but what is granted is no right that follows from the conditions alone
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: of which records, by which pack, for which year and area; and the counties in order."""

    records: Records
    pack: Pack
    year: int
    area: str
    counties: Sequence[str]


def prove(
    records: Records, pack: Pack, year: int, *, area: str = "", schemes: Iterable[str] = (),
    report: Report = lambda done, total: None,
) -> Proofs:  # fmt: skip
    """The proofs of a year for an area's counties, scheme by scheme (all of the pack, unless some are named).

    `area`: a code whose claims alone are looked at; '' for the city. `report`: told how many schemes are done, of how
    many; what it raises ends the run.
    """
    manifest = records.manifest
    asked = _Question(records, pack, year, area, _counties(records))
    chosen = [pack.schemes[one] for one in schemes] or list(pack.schemes.values())
    papers = [read_papers(records, scheme, year, area, asked.counties) for scheme in chosen]
    everybody = Everybody(records, _first_day(papers, manifest.cutoff), manifest.cutoff)
    rows: dict[tuple[str, str], CountyProof] = {}
    findings: list[Finding] = []
    for at, one in enumerate(papers):
        report(at, len(papers))
        made, found = _prove_scheme(asked, one, everybody)
        rows |= {(row.county, row.scheme): row for row in made}
        findings += found
    for twice in _incompatible(asked, [one.id for one in chosen]):
        _row(rows, twice.county, twice.scheme).duplicates += 1
        findings.append(twice)
    report(len(papers), len(papers))
    order = {county: at for at, county in enumerate(asked.counties)}
    sorted_rows = sorted(rows.values(), key=lambda row: (order.get(row.county, len(order)), row.scheme))
    stated = f"{pack.id} {pack.version}"
    return Proofs(year, manifest.cutoff, stated, manifest.id, tuple(sorted_rows), tuple(findings))


def _first_day(papers: Iterable[Papers], cutoff: date) -> date:
    """The first day whose facts are asked for: that of the earliest period that was paid, or counts for a claim."""
    paid = (payment["period"] for one in papers for payment in one.payments)
    counts = (first_day(one.scheme, claim) for one in papers for claim in one.claims.values() if claim["start_date"])
    first: date = min([cutoff, *paid, *counts])
    return first


def _counties(records: Records) -> list[str]:
    """The counties' codes in the pack's order; a code is a path, so they tell where a village lies."""
    table = records.table("area")
    rows = records.fetch(table.filter(table.level == "county").select("code", "position").distinct())
    return list(dict.fromkeys(one["code"] for one in sorted(rows.to_pylist(), key=lambda one: one["position"])))


def _row(rows: dict[tuple[str, str], CountyProof], county: str, scheme: str) -> CountyProof:
    return rows.setdefault((county, scheme), CountyProof(county, scheme))


def _prove_scheme(asked: _Question, papers: Papers, everybody: Everybody) -> tuple[list[CountyProof], list[Finding]]:
    """One scheme's rows, a county each, and everything that is found."""
    rulings = Rulings(asked.records, asked.pack, papers, everybody)
    closings, open_ = close(papers)
    reckoned = reckon(papers, rulings)
    wrong = list(_wrong_payments(papers, rulings))
    misearned = dict(find_misearned(papers, reckoned, closings, {claim for claim, _ in wrong}))
    errors = [*(found for _, found in wrong), *misearned.values()]
    twice = list(_paid_twice(papers))
    entitled, missing = _missing(asked, papers, rulings)
    omissions = [*missing, *find_unpaid(papers, reckoned, open_, misearned)]
    rows = {county: CountyProof(county, papers.scheme.id) for county in (*closings, *entitled)}
    for county, row in rows.items():
        row.closing = closings.get(county, row.closing)
        row.entitled = entitled.get(county, 0)
        row.payees, row.paid = _payees(papers, county)
        row.errors = len({one.subject for one in errors if one.county == county})
        row.duplicates = sum(one.county == county for one in twice)
        row.overlooked = sum(one.county == county and one.reasons == (OVERLOOKED,) for one in omissions)
        row.unpaid = sum(one.county == county and one.reasons == (UNPAID,) for one in omissions)
    return list(rows.values()), [*errors, *twice, *omissions]


def _payees(papers: Papers, county: str) -> tuple[int, int]:
    """How many subjects of a county were paid in the year, and how much in fen."""
    paid = [one for one in papers.payments if one["county"] == county and papers.of_year(one)]
    return len({one[papers.key] for one in paid}), sum(one["fen"] for one in paid)


def _wrong_payments(papers: Papers, rulings: Rulings) -> Iterator[tuple[int, Finding]]:
    """By claim, what was paid in the year that isn't what the rules give by today's register, period by period."""
    wanted = {(one["period"], one["entitlement_id"]) for one in papers.payments if papers.of_year(one)}
    waived: dict[tuple[date, int], int] = {}
    for one in papers.payments:
        if one["outcome"] == "waived":
            at = (one["period"], one["entitlement_id"])
            waived[at] = waived.get(at, 0) - one["fen"]
    for day, id_ in sorted(wanted):
        claim, version = papers.claims.get(id_), papers.scheme.version_on(day)
        subject = claim[papers.key] if claim else None
        should, failed = rulings.on(day).get(subject, (0, ("unknown",)))
        net, right = papers.kept[id_][day], 0 if failed else should
        fen = max(net - waived.get((day, id_), 0), right) if net > right else net
        reasons = _reasons(claim, day, fen, should, failed, version)
        if reasons:
            county = claim["county"] if claim else ""
            yield id_, Finding("error", county, papers.scheme.id, str(subject), day, fen, should, reasons)


def _reasons(
    claim: Row | None, day: date, fen: int, should: int, failed: tuple[str, ...], version: SchemeVersion | None
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


def _paid_twice(papers: Papers) -> Iterator[Finding]:
    """Subjects with money for one period under more than one claim of the scheme, some of it of the year."""
    whose = {one["entitlement_id"]: one[papers.key] for one in papers.payments}
    found: dict[tuple[Any, date], dict[int, int]] = {}
    for id_, periods in papers.kept.items():
        for period, fen in periods.items():
            if fen > 0:
                found.setdefault((whose[id_], period), {})[id_] = fen
    of_year = {(one[papers.key], one["period"]) for one in papers.payments if papers.of_year(one)}
    for (subject, period), claims in found.items():
        if len(claims) > 1 and (subject, period) in of_year:
            first = papers.claims.get(min(claims))
            yield Finding(
                "duplicate", first["county"] if first else "", papers.scheme.id, str(subject), period,
                sum(claims.values()), min(claims.values()), ("twice",),
            )  # fmt: skip


def _missing(asked: _Question, papers: Papers, rulings: Rulings) -> tuple[dict[str, int], list[Finding]]:
    """Who meets every condition on the year's last day of determination and has no claim in force, and why not.

    And by county how many meet them.
    """
    day = _last_day(papers)
    if day is None:
        return {}, []
    entitled = rulings.entitled(day)
    stands: dict[Any, str] = {}  # whose claim lies in another county isn't overlooked
    for claim in sorted(papers.everywhere, key=lambda one: one["outcome"] == "in_force"):
        stands[claim[papers.key]] = claim["outcome"]
    areas = _areas_of(asked, papers, entitled, day)
    version = papers.scheme.version_on(day)
    nobody = CANDIDATE if version is not None and version.amount.granted else OVERLOOKED
    counted: dict[str, int] = {}
    found = []
    for subject, fen in entitled.items():
        area = areas.get(subject, "")
        if not area.startswith(asked.area):
            continue
        county = county_of(area, asked.counties)
        counted[county] = counted.get(county, 0) + 1
        state = stands.get(subject, nobody)
        if state != "in_force":
            found.append(Finding("omission", county, papers.scheme.id, str(subject), day, 0, fen, (state,)))
    return counted, found


def _last_day(papers: Papers) -> date | None:
    """The year's last day on which the scheme determines who is entitled, of those that the records reach."""
    days = [
        day
        for version in papers.scheme.version
        if version.status == "in_force"
        for day in due_days(version.amount, date(papers.year, 1, 1), papers.until)
        if version.in_force(day)
    ]
    return max(days, default=None)


def _areas_of(asked: _Question, papers: Papers, subjects: Iterable[Any], day: date) -> dict[Any, str]:
    """Where the subjects are at home: persons where they are registered, else where they live."""
    if papers.scheme.subject == "village":
        return {one: one for one in subjects}
    records, key = asked.records, papers.key
    mine = records.beside("proved_subjects", pa.table({key: pa.array(list(subjects), pa.int64())}))
    spells = records.table("residence")
    open_ = spells.end_date.isnull() | (spells.end_date > day)
    found = spells.filter(open_, spells.start_date <= day).semi_join(mine, key).select(key, "kind", "area")
    places: dict[Any, str] = {}
    for one in sorted(records.fetch(found).to_pylist(), key=lambda one: one["kind"] == "registered"):  # these count
        places[one[key]] = one["area"]
    return places


def _incompatible(asked: _Question, schemes: Sequence[str]) -> Iterator[Finding]:
    """Persons who keep money for one month under two schemes that can't be held together, some of it of the year."""
    pairs = {
        tuple(sorted((one.id, other)))
        for one in asked.pack.schemes.values()
        for other in one.incompatible
        if one.id in schemes or other in schemes
    }
    if not pairs:
        return
    table = asked.records.table("payment")
    kinds = sorted({kind for pair in pairs for kind in pair})
    table = table.filter(table.outcome.isin((*LIVE, "repaid")), table.person_id.notnull(), table.kind.isin(kinds))
    kept: dict[tuple[int, int, int], dict[str, _Kept]] = {}
    for one in asked.records.fetch(
        table.select("person_id", "kind", "period", "fen", "area", "day", "outcome")
    ).to_pylist():
        if (one["area"] or "").startswith(asked.area):
            at = (one["person_id"], one["period"].year, one["period"].month)
            some = kept.setdefault(at, {}).setdefault(one["kind"], _Kept(one["area"]))
            some.fen += one["fen"]
            some.of_year |= one["outcome"] in LIVE and one["day"].year == asked.year
    for (person, in_year, month), held in kept.items():
        for first, second in pairs:
            both = [held[kind] for kind in (first, second) if kind in held and held[kind].fen > 0]
            if len(both) == 2 and any(one.of_year for one in both):
                period = date(in_year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                fen = sum(one.fen for one in both)
                county = county_of(both[0].area, asked.counties)
                yield Finding("duplicate", county, first, str(person), period, fen, both[0].fen, (second,))


@dataclass(slots=True)
class _Kept:
    """What a person keeps for a month under one scheme, less what was given back; whether some was paid in the year."""

    area: str | None
    fen: int = 0
    of_year: bool = False
