"""A roster that another system has kept: claims with their acts, papers and accounts, taken over as files give them.

Acts are checked like those that are done here; each claim keeps the decision on which it was confirmed, refused or
stopped, made by today's register. The same row again changes nothing, a row that goes on adds its later acts, and one
that says something else than was kept is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from shidai.benefits.actions.rosterfaults import claimed_before, outside_limits
from shidai.benefits.actions.rosterfile import ClaimRow, FactRow, read_claims, read_facts
from shidai.benefits.actions.rosterkept import account_kept, differences_of_claim, differences_of_fact
from shidai.benefits.actions.rostersubjects import RECORDS, Found, Subjects
from shidai.benefits.bank.faults import Faults
from shidai.benefits.deciding import ClaimFacts, judge_all, keep_decisions, scheme_of
from shidai.benefits.models import Account, Attestation, Claim, LedgerEntry
from shidai.benefits.queries import version_of
from shidai.benefits.workflow import State
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.registry.citypack import city_pack
from shidai.registry.queries import survivors
from shidai.rules import columns_for, limits_of
from shidai.words import Problem, in_yuan

_AT_ONCE = 500
TOLD = 1000  # wrong rows that are told in words: an office mends its file once, not fifty rows at a time


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over: new claims, acts (those added to claims known before, too), attested facts, accounts.

    `standing`: by scheme and state, how many of the new claims stood there after their last act.
    """

    claims: int
    acts: int
    attested: int
    accounts: int
    standing: Mapping[tuple[str, State], int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Going:
    """A claim and the row that it is taken from; `kept`: how many of the row's acts its ledger has already."""

    claim: Claim
    row: ClaimRow
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Judged:
    """An act that rests on a decision; `granted`: the amount that stands then, `sets` whether this act set it."""

    entry: LedgerEntry
    place: str
    granted: int | None
    sets: bool


@transaction.atomic
def take_roster(*, by: Scope, source: str, claims: Path, attested: Path | None = None) -> Taken:
    """Take over the claims of a file and the facts attested for their subjects, if there are any; all rows or none.

    source: the one whose keys name the subjects, as in the register's import. The columns of both files stand in
    docs/reference/roster-columns.md.
    Raises ShidaiError with what is wrong with the rows that can't be taken, each with its file and row.
    """
    require(by, "benefit.import")
    told, wrong_claims = read_claims(claims)
    facts, faults = read_facts(attested) if attested is not None else ([], [])
    subjects = Subjects([*told, *facts], source, by)
    papers = _make_attested(facts, subjects, source, by, faults)
    know_all, faults = not faults, [*faults, *wrong_claims]
    going = _make_claims(told, subjects, source, by, faults)
    entries, judged = _make_entries(going, by)
    if know_all:  # without a paper the limits of an amount may be others
        _decide(judged, by, faults)
    _stop_at(faults, [claims, *([attested] if attested is not None else [])])
    LedgerEntry.objects.bulk_create(entries, batch_size=_AT_ONCE)
    accounts = _make_accounts(going, by)
    mark_changed(subjects.counties_of([*(one.claim.area for one in entries), *(one.area for one in papers)]))
    begun = [one.row for one in going if one.kept == 0]
    audit.record(by, "benefit.roster", f"source:{source}", claims=len(begun), acts=len(entries))
    standing = Counter((one.scheme.id, one.state) for one in begun)
    return Taken(len(begun), len(entries), len(papers), accounts, standing)


def claim_id(source: str, key: str) -> UUID:
    """The id of the claim that a source's key stands for."""
    return uuid5(NAMESPACE_URL, f"claim:{source}:{key}")


def _stop_at(problems: list[Problem], files: Sequence[Path]) -> None:
    """Raise ShidaiError with the problems, in the order of the files' rows."""
    names = [file.name for file in files]

    def place(one: Problem) -> tuple[int, int]:
        name, _, row = one.where.rpartition(":")
        return (names.index(name), int(row)) if name in names and row.isdigit() else (-1, 0)

    faults = Faults(TOLD)
    for one in sorted(problems, key=place):
        faults.add(one.where, zh=one.what.zh, en=one.what.en, mend_zh=one.mend.zh, mend_en=one.mend.en)
    faults.stop()


def _make_attested(
    rows: Iterable[FactRow], subjects: Subjects, source: str, by: Scope, faults: list[Problem]
) -> list[Attestation]:
    """Facts attested for people, households and villages, whether they have a claim or not."""
    of_source = Attestation.objects.filter(paper__startswith=f"{source}:")
    known = {uuid: (end, paper) for uuid, end, paper in of_source.values_list("uuid", "end_date", "paper")}
    made = []
    for row in rows:
        subject, id_ = subjects.find(row, faults), _attested_id(source, row)
        if subject is None or not subjects.may_take(row.place, subject.area, faults):
            continue
        if id_ in known:
            end, paper = known[id_]
            faults += differences_of_fact(row, end, paper.removeprefix(f"{source}:"))
            continue
        made.append(
            Attestation(
                uuid=id_, by=by.username, area=subject.area, fact=row.fact.id, number=row.number, text=row.text,
                paper=f"{source}:{row.paper}", start_date=row.start_date, end_date=row.end_date, **subject.fields,
            )
        )  # fmt: skip
    return Attestation.objects.bulk_create(made, batch_size=_AT_ONCE)


def _attested_id(source: str, row: FactRow) -> UUID:
    keys = (row.whom.key if row.whom.kind == kind else "" for kind in (*RECORDS, "village"))
    told = (*keys, row.fact.id, str(row.start_date), row.text if row.number is None else str(row.number))
    return uuid5(NAMESPACE_URL, f"attested:{source}:{':'.join(told)}")


def _make_claims(
    rows: Iterable[ClaimRow], subjects: Subjects, source: str, by: Scope, faults: list[Problem]
) -> list[_Going]:
    """The claims that begin with their rows, and those that go on."""
    found = [(row, subject) for row in rows if (subject := subjects.find(row, faults)) is not None]
    known = _known_claims([claim_id(source, row.key) for row, _ in found])
    fresh = [(row, subject) for row, subject in found if claim_id(source, row.key) not in known]
    late = [(row, subject) for row, subject in found if claim_id(source, row.key) in known]
    return [*_begin(fresh, subjects, source, by, faults), *_go_on(late, known, subjects, source, faults)]


def _known_claims(ids: Sequence[UUID]) -> dict[UUID, Claim]:
    found: dict[UUID, Claim] = {}
    for at in range(0, len(ids), _AT_ONCE):
        some = Claim.objects.select_for_update().filter(uuid__in=ids[at : at + _AT_ONCE]).order_by("pk")
        found |= {one.uuid: one for one in some.prefetch_related("entries", "accounts")}
    return found


def _begin(
    rows: list[tuple[ClaimRow, Found]], subjects: Subjects, source: str, by: Scope, faults: list[Problem]
) -> list[_Going]:
    """New claims; no subject claims the same twice."""
    placed, taken, going = subjects.check_areas(rows, faults), _claimed({row.scheme.id for row, _ in rows}), []
    for row, subject in rows:
        whose = (row.scheme.id, row.occasion, *subject.fields.values())
        first = taken.setdefault(whose, row.place)
        if first != row.place:
            faults.append(claimed_before(row.place, first))
        elif row.place in placed:
            claim = Claim(
                uuid=claim_id(source, row.key), by=by.username, scheme=row.scheme.id, version=row.version.id,
                occasion=row.occasion, area=row.area, state=row.state, **subject.fields,
            )  # fmt: skip
            going.append(_Going(claim, row))
    Claim.objects.bulk_create([one.claim for one in going], batch_size=_AT_ONCE)
    return going


def _claimed(schemes: set[str]) -> dict[tuple[str | int | None, ...], str]:
    """What is claimed already; a merged record's claim is that of the record which was kept."""
    fields = ("scheme", "occasion", "person_id", "household_id", "village")
    claims = list(Claim.objects.filter(scheme__in=schemes).values_list(*fields))
    kept = _survivors({person for _, _, person, _, _ in claims if person is not None})
    return {
        (scheme, occasion, kept.get(person, person), household, village): ""
        for scheme, occasion, person, household, village in claims
    }


def _survivors(people: set[int]) -> dict[int | None, int]:
    """Of merged records the one that was kept."""
    ordered, found = sorted(people), dict[int | None, int]()
    for at in range(0, len(ordered), _AT_ONCE):
        found.update(survivors(ordered[at : at + _AT_ONCE]).items())
    return found


def _go_on(
    rows: list[tuple[ClaimRow, Found]], known: dict[UUID, Claim], subjects: Subjects, source: str,
    faults: list[Problem],
) -> list[_Going]:  # fmt: skip
    """Claims that were taken over before, each with the acts that its row adds."""
    going, kept = [], _survivors({one.person_id for one in known.values() if one.person_id is not None})
    for row, subject in rows:
        claim = known[claim_id(source, row.key)]
        whose = (kept.get(claim.person_id, claim.person_id), claim.household_id, claim.village)
        found = differences_of_claim(row, claim, same_subject=whose == tuple(subject.fields.values()))
        faults += found
        if not found and subjects.may_take(row.place, claim.area, faults):
            going.append(_Going(claim, row, len(claim.entries.all())))
    gone_on = [one for one in going if one.kept < len(one.row.acts)]
    for one in gone_on:
        one.claim.state = one.row.state
    Claim.objects.bulk_update([one.claim for one in gone_on], ["state"], batch_size=_AT_ONCE)
    return going


def _make_entries(going: Iterable[_Going], by: Scope) -> tuple[list[LedgerEntry], list[_Judged]]:
    """The lines that the ledgers get, none stored yet, and those of them that rest on a decision."""
    entries, judged = [], []
    for one in going:
        granted = None
        for number, act in enumerate(one.row.acts, 1):
            granted = act.fen if act.fen is not None else granted
            if number <= one.kept:
                continue
            entry = LedgerEntry(
                uuid=new_id(), by=act.entry(by.username).by, claim=one.claim, number=number, act=act.act, day=act.day,
                told_on=act.day, reason=act.reason, fen=act.fen,
            )  # fmt: skip
            entries.append(entry)
            if act.judged:
                judged.append(_Judged(entry, one.row.place, granted, act.fen is not None))
    return entries, judged


def _decide(judged: Iterable[_Judged], by: Scope, faults: list[Problem]) -> None:
    """Decisions of one scheme and day are made together; an amount beyond that day's limits is a fault."""
    together: defaultdict[tuple[str, date], list[_Judged]] = defaultdict(list)
    for one in judged:
        together[one.entry.claim.scheme, one.entry.day].append(one)
    for (scheme, day), some in together.items():
        claims = [one.entry.claim for one in some]
        known = ClaimFacts(claims, city_pack())
        faults += _beyond_limits(some, scheme, day, known)
        if scheme_of(scheme).version_on(day) is None:
            continue
        grants = {one.entry.claim_id: one.granted for one in some if one.granted is not None}
        made = judge_all(claims, day, by, grants, known)
        keep_decisions([*made.values()], by)
        for one in some:
            one.entry.decision = made[one.entry.claim_id]


def _beyond_limits(judged: Iterable[_Judged], scheme_id: str, day: date, known: ClaimFacts) -> list[Problem]:
    """Amounts that no officer could have granted here on that day."""
    setting = [one for one in judged if one.sets and one.granted is not None]
    if not setting:
        return []
    scheme, every, found = scheme_of(scheme_id), known.on(day), []
    columns = columns_for(scheme.subject, city_pack().attested.values())
    for one in setting:
        version = scheme.version_on(day) or version_of(one.entry.claim)
        least, most = limits_of(version, columns, every[one.entry.claim_id])
        if not least <= (one.granted or 0) <= most:
            found.append(outside_limits(one.place, in_yuan(one.granted or 0), in_yuan(least), in_yuan(most)))
    return found


def _make_accounts(going: Iterable[_Going], by: Scope) -> int:
    """Accounts of cards; one that is kept already isn't made again."""
    made = [
        Account(
            by=by.username, claim=one.claim, holder=one.row.holder, kind="card", bank_code=one.row.bank_code,
            **Account.sealed(one.row.account),
        )
        for one in going
        if one.row.account and (one.kept == 0 or account_kept(one.row, one.claim) is None)
    ]  # fmt: skip
    Account.objects.bulk_create(made, batch_size=_AT_ONCE)
    return len(made)
