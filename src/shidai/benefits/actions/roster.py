"""A roster that another system has kept: claims with their acts, papers and accounts, taken over as files give them.

Acts are checked like those that are done here; each claim keeps the decision on which it was confirmed, refused or
stopped, made by today's register. The same row again changes nothing.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from shidai.benefits.bank import check_account, check_bank_code
from shidai.benefits.deciding import judge_all, scheme_of
from shidai.benefits.models import Account, Attestation, Claim, Decision, LedgerEntry
from shidai.benefits.workflow import Act, Entry, stand
from shidai.core import audit, sealing
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.tree import county_of
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.registry.queries import areas_of, records_of
from shidai.words import Problem, ShidaiError, problem

Row = dict[str, str]
_ENDS: dict[str, Act] = {"refused": "refuse", "declined": "decline", "stopped": "stop"}
_JUDGED: tuple[Act, ...] = ("refuse", "stop")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over: new claims, their acts, attested facts and accounts."""

    claims: int
    acts: int
    attested: int
    accounts: int


@transaction.atomic
def take_roster(*, by: Scope, source: str, claims: Path, attested: Path) -> Taken:
    """Take over the claims of a file and the facts attested for their subjects; all rows or none.

    source: the one whose keys name the subjects, as in the register's import. Columns of `claims`: key, scheme,
    version, subject, person_key | household_key | village, area, applied_on, passed_on and confirmed_on (days, ';'
    between them), outcome, ended_on, reason, granted_fen, account, bank_code; of `attested`: subject, its key, fact,
    number, start_date, end_date, paper. Raises ShidaiError with every row that can't be taken.
    """
    require(by, "record.import")
    rows = _fresh(_read(claims), source)
    made = _make_claims(rows, source, by)
    papers = _make_attested(_read(attested), source, by)
    acts = _make_entries(rows, made, by)
    accounts = _make_accounts(rows, made, by)
    mark_changed({county_of(one.area) for one in made.values()})
    audit.record(by, "benefit.roster", f"source:{source}", claims=len(made), acts=acts)
    return Taken(len(made), acts, papers, accounts)


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [row | {"": f"{file.name}:{at}"} for at, row in enumerate(csv.DictReader(lines), 2)]


def claim_id(source: str, key: str) -> UUID:
    """The id of the claim that a source's key stands for."""
    return uuid5(NAMESPACE_URL, f"claim:{source}:{key}")


def _fresh(rows: list[Row], source: str) -> list[Row]:
    """The rows that weren't taken before."""
    known = set(Claim.objects.values_list("uuid", flat=True))
    return [row for row in rows if claim_id(source, row["key"]) not in known]


def _subjects(rows: Iterable[Row], source: str, by: Scope) -> dict[str, dict[str, int]]:
    rows = list(rows)
    return {
        kind: records_of(by, source, kind, (row[f"{kind}_key"] for row in rows if row[f"{kind}_key"]))
        for kind in ("person", "household")
    }


def _make_claims(rows: list[Row], source: str, by: Scope) -> dict[str, Claim]:
    """The claims, by the key of their rows."""
    records, problems, made = _subjects(rows, source, by), [], {}
    for row in rows:
        kind = row["subject"]
        number = records[kind].get(row[f"{kind}_key"]) if kind in records else None
        if kind in records and number is None:
            problems.append(_stranger(row, kind))
            continue
        version = _version(row)
        made[row["key"]] = Claim(
            uuid=claim_id(source, row["key"]), by=by.username, scheme=row["scheme"], version=version.id,
            occasion=version.id if version.amount.per == "event" else "",
            person_id=number if kind == "person" else None, household_id=number if kind == "household" else None,
            village=row["village"] if kind == "village" else "", area=row["area"], state="new",
        )  # fmt: skip
    if problems:
        raise ShidaiError(problems)
    Claim.objects.bulk_create(made.values(), batch_size=500)
    return made


def _version(row: Row) -> SchemeVersion:
    scheme = scheme_of(row["scheme"])
    found = next((one for one in scheme.version if one.id == row["version"]), None)
    if found is None:
        raise ShidaiError(
            problem(
                row[""],
                zh=f"“{scheme.title.zh}”没有版本 {row['version']}。",
                en=f"'{scheme.title.en}' has no version {row['version']}.",
                mend_zh="请核对政策包。",
                mend_en="Check the pack.",
            )
        )
    return found


def _stranger(row: Row, kind: str) -> Problem:
    key = row[f"{kind}_key"]
    return problem(
        row[""],
        zh=f"登记册中没有 {key}。",
        en=f"{key} isn't on the register.",
        mend_zh="请先导入居民和家庭户，再导入待遇名册。",
        mend_en="Import the people and households first.",
    )


def _attested_id(source: str, row: Row) -> UUID:
    told = (row["person_key"], row["household_key"], row["village"], row["fact"], row["start_date"], row["number"])
    return uuid5(NAMESPACE_URL, f"attested:{source}:{':'.join(told)}")


def _make_attested(rows: list[Row], source: str, by: Scope) -> int:
    """Facts attested for people, households and villages, whether they have a claim or not."""
    known = set(Attestation.objects.filter(paper__startswith=f"{source}:").values_list("uuid", flat=True))
    rows = [row for row in rows if _attested_id(source, row) not in known]
    records, problems, papers = _subjects(rows, source, by), [], []
    areas = {kind: areas_of(by, kind, found.values()) for kind, found in records.items()}
    for row in rows:
        kind = row["subject"]
        number = records[kind].get(row[f"{kind}_key"]) if kind in records else None
        if kind in records and number is None:
            problems.append(_stranger(row, kind))
            continue
        papers.append(
            Attestation(
                uuid=_attested_id(source, row), by=by.username, person_id=number if kind == "person" else None,
                household_id=number if kind == "household" else None,
                village="" if number is not None else row["village"],
                area=areas[kind][number] if number is not None else row["village"],
                fact=row["fact"], number=int(row["number"]), paper=f"{source}:{row['paper']}",
                start_date=row["start_date"], end_date=row["end_date"] or None,
            )
        )  # fmt: skip
    if problems:
        raise ShidaiError(problems)
    Attestation.objects.bulk_create(papers, batch_size=500)
    return len(papers)


def _acts(row: Row, steps: int, by: Scope, hands: Sequence[str]) -> Iterator[tuple[Entry, str, int | None]]:
    """The acts of a row in order, each with its reason and the amount that it grants."""
    yield Entry("apply", date.fromisoformat(row["applied_on"]), by.username), "", None
    passed = [date.fromisoformat(day) for day in row["passed_on"].split(";") if day]
    for at, day in enumerate(passed):
        last = at == steps - 1
        yield (
            Entry("pass", day, f"{by.username}:{hands[at]}"),
            "",
            int(row["granted_fen"] or 0) or None if last else None,
        )
    for day_text in filter(None, row["confirmed_on"].split(";")):
        yield Entry("reverify", date.fromisoformat(day_text), by.username), "", None
    if row["outcome"] in _ENDS:
        yield Entry(_ENDS[row["outcome"]], date.fromisoformat(row["ended_on"]), by.username), row["reason"], None


def _make_entries(rows: list[Row], made: dict[str, Claim], by: Scope) -> int:
    """The ledgers, checked act by act, with the decisions that they rest on."""
    entries: list[LedgerEntry] = []
    judged: defaultdict[tuple[str, date], list[LedgerEntry]] = defaultdict(list)
    for row in rows:
        claim, version = made[row["key"]], _version(row)
        acts = sorted(
            _acts(row, len(version.step), by, [one.level for one in version.step]), key=lambda one: one[0].day
        )
        claim.state = _checked(row, [one[0] for one in acts], version)
        for number, (act, reason, fen) in enumerate(acts, 1):
            entry = LedgerEntry(
                uuid=new_id(),
                by=act.by,
                claim=claim,
                number=number,
                act=act.act,
                day=act.day,
                told_on=act.day,
                reason=reason,
                fen=fen,
            )
            entries.append(entry)
            is_last = act.act == "pass" and sum(one[0].act == "pass" for one in acts[:number]) == len(version.step)
            if is_last or act.act in _JUDGED:
                judged[claim.scheme, act.day].append(entry)
    _decide(judged, by)
    LedgerEntry.objects.bulk_create(entries, batch_size=500)
    Claim.objects.bulk_update(made.values(), ["state"], batch_size=500)
    return len(entries)


def _checked(row: Row, acts: Sequence[Entry], version: SchemeVersion) -> str:
    """Where a claim stands after its last act. Raises ShidaiError, with the row, for one that couldn't follow."""
    try:
        return stand(acts, version.step, acts[-1].day).state
    except ShidaiError as error:
        fault = error.problems[0]
        raise ShidaiError(
            problem(row[""], zh=fault.what.zh, en=fault.what.en, mend_zh=fault.mend.zh, mend_en=fault.mend.en)
        ) from error


def _decide(judged: dict[tuple[str, date], list[LedgerEntry]], by: Scope) -> None:
    """Decisions of one scheme and day are made together."""
    for (scheme, day), entries in judged.items():
        if _in_force(scheme_of(scheme), day):
            grants = {one.claim_id: one.fen for one in entries if one.fen is not None}
            made = judge_all([one.claim for one in entries], day, by, grants)
            Decision.objects.bulk_create(made.values())
            for entry in entries:
                entry.decision = made[entry.claim_id]


def _in_force(scheme: Scheme, day: date) -> bool:
    return scheme.version_on(day) is not None


def _make_accounts(rows: list[Row], made: dict[str, Claim], by: Scope) -> int:
    faults: list[Problem] = []
    accounts = []
    for row in rows:
        if not row["account"]:
            continue
        number, code = row["account"], row["bank_code"]
        faults += [*check_account(number, "card", row[""]), *check_bank_code(code, row[""])]
        accounts.append(
            Account(
                by=by.username, claim=made[row["key"]], holder=row.get("holder") or "本人", kind="card", bank_code=code,
                number=sealing.seal(number, "account.number"), index=sealing.blind_index(number, "account.number"),
            )
        )  # fmt: skip
    if faults:
        raise ShidaiError(faults)
    Account.objects.bulk_create(accounts, batch_size=500)
    return len(accounts)
