"""A row that was taken over before, held to what was kept: the same, with more acts, or something else."""

from __future__ import annotations

from datetime import date

from shidai.benefits.actions.rosterfaults import kept_otherwise
from shidai.benefits.actions.rosterfile import ClaimRow, FactRow
from shidai.benefits.bank import masked
from shidai.benefits.models import Account, Claim
from shidai.benefits.wording import DID
from shidai.core import sealing
from shidai.words import Problem, Text, in_yuan

_ANOTHER = Text(zh="另一个", en="another one")
_NONE = Text(zh="无", en="none")
_PASSED = Text(zh="通过审核", en="passed")


def differences_of_claim(row: ClaimRow, claim: Claim, *, same_subject: bool) -> list[Problem]:
    """What the row says otherwise than was kept. Later acts, and an account where there was none, are no difference."""
    found = [
        kept_otherwise(row.place, noun, _plain(kept), _plain(told))
        for noun, kept, told in (
            (Text(zh="方案", en="the scheme"), claim.scheme, row.scheme.id),
            (Text(zh="版本", en="the version"), claim.version, row.version.id),
            (Text(zh="受理地", en="the area"), claim.area, row.area),
        )
        if kept != told
    ]
    if not same_subject:
        found.append(kept_otherwise(row.place, Text(zh="对象", en="the subject"), _ANOTHER, _plain(row.whom.key)))
    return [*found, *_other_act(row, claim), *_other_account(row, claim)]


def differences_of_fact(row: FactRow, end: date | None, paper: str) -> list[Problem]:
    """What the row says otherwise than was kept of a fact that was attested before."""
    found = []
    if row.end_date != end:
        noun = Text(zh="结束日期", en="the last day")
        found.append(kept_otherwise(row.place, noun, _plain(end), _plain(row.end_date)))
    if row.paper != paper:
        found.append(kept_otherwise(row.place, Text(zh="材料", en="the paper"), _plain(paper), _plain(row.paper)))
    return found


def account_kept(row: ClaimRow, claim: Claim) -> Account | None:
    """The claim's account that the row names; None where it names none, or one that isn't kept."""
    index = sealing.blind_index(row.account, Account.SEALED) if row.account else None
    named = (index, row.bank_code, row.holder)
    return next((one for one in claim.accounts.all() if (one.index, one.bank_code, one.holder) == named), None)


def _other_act(row: ClaimRow, claim: Claim) -> list[Problem]:
    """The first act that differs, where the shorter of the two ways isn't the beginning of the longer one."""
    ledger = sorted(claim.entries.all(), key=lambda one: one.number)
    for number, (kept, told) in enumerate(zip(ledger, row.acts, strict=False), 1):
        if (kept.act, kept.day, kept.reason, kept.fen) != (told.act, told.day, told.reason, told.fen):
            noun = Text(zh=f"第 {number} 次办理", en=f"act {number}")
            was = _said(kept.act, kept.day, kept.reason, kept.fen)
            return [kept_otherwise(row.place, noun, was, _said(told.act, told.day, told.reason, told.fen))]
    return []


def _other_account(row: ClaimRow, claim: Claim) -> list[Problem]:
    kept = list(claim.accounts.all())
    if not row.account or not kept or account_kept(row, claim) is not None:
        return []
    latest = max(kept, key=lambda one: one.pk)
    return [
        kept_otherwise(
            row.place,
            Text(zh="账号", en="the account"),
            _plain(f"{latest.holder} {latest.masked_number()} {latest.bank_code}"),
            _plain(f"{row.holder} {masked(row.account)} {row.bank_code}"),
        )
    ]


def _said(act: str, day: date, reason: str, fen: int | None) -> Text:
    did = DID.get(act, _PASSED)
    amount = Text(zh=f"，{in_yuan(fen)}元", en=f", {in_yuan(fen)} yuan") if fen is not None else Text(zh="", en="")
    why = Text(zh=f"（{reason}）", en=f" ({reason})") if reason else Text(zh="", en="")
    return Text(zh=f"{day} {did.zh}{amount.zh}{why.zh}", en=f"{day} {did.en}{amount.en}{why.en}")


def _plain(value: object) -> Text:
    return Text(zh=str(value), en=str(value)) if value else _NONE
