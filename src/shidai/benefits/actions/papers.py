"""Papers of a claim: attested facts, and the accounts of those who are paid and of those who pay."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from shidai.benefits.actions.days import refuse_other
from shidai.benefits.bank import AccountKind, check_account, check_bank_code, tidy_number
from shidai.benefits.models import Account, Attestation, Payer
from shidai.benefits.queries import find_claim
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.core.ids import new_id
from shidai.core.tree import county_of
from shidai.registry.citypack import city_pack
from shidai.words import Problem, ShidaiError, problem


@transaction.atomic
def attest(
    *, by: Scope, claim: UUID, fact: str, value: bool | int | str, paper: str, since: date, until: date | None = None,
    id: UUID | None = None,
) -> Attestation:  # fmt: skip
    """Write down a fact that no register holds, with the paper that shows it. The same `id` changes nothing."""
    found = find_claim(by, claim)
    require(by, "benefit.apply", found.area)
    written = Attestation.objects.filter(uuid=id).first() if id else None
    if written is not None:
        refuse_other(written.fact == fact)
        return written
    known = city_pack().attested.get(fact)
    if known is None or known.archive:
        raise ShidaiError(
            problem(
                fact,
                zh=f"{fact} 不是可以证明的事实。" if known is None else f"“{known.title.zh}”只是历史，不再询问。",
                en=f"{fact} is no fact to attest."
                if known is None
                else f"'{known.title.en}' is history: nobody is asked.",
                mend_zh="请核对政策包。",
                mend_en="Check the pack.",
            )
        )
    made = Attestation.objects.create(
        uuid=id or new_id(), by=by.username, person_id=found.person_id, household_id=found.household_id,
        village=found.village, area=found.area, fact=fact, paper=paper, start_date=since, end_date=until,
        number=None if isinstance(value, str) else int(value), text=value if isinstance(value, str) else "",
    )  # fmt: skip
    mark_changed([county_of(found.area)])
    audit.record(by, "benefit.attest", f"claim:{found.uuid}", area=found.area, fact=fact)
    return made


@transaction.atomic
def set_account(
    *, by: Scope, claim: UUID, holder: str, number: str, bank_code: str, kind: AccountKind = "card",
    id: UUID | None = None,
) -> Account:  # fmt: skip
    """Where the money goes; an account is never changed, a new one takes its place. The same `id` changes nothing.

    Raises ShidaiError for a number with a wrong check digit or length, and for a bank code that can't be one.
    """
    found = find_claim(by, claim)
    require(by, "benefit.apply", found.area)
    known = Account.objects.filter(uuid=id, claim=found).first() if id else None
    if known is not None:
        return known
    plain, code = tidy_number(number), tidy_number(bank_code)
    _refuse_faults(holder, [*check_account(plain, kind, "number"), *check_bank_code(code, "bank_code")])
    made = Account.objects.create(
        uuid=id or new_id(), by=by.username, claim=found, holder=holder.strip(), kind=kind, bank_code=code,
        **Account.sealed(plain),
    )  # fmt: skip
    audit.record(by, "benefit.account", f"claim:{found.uuid}", area=found.area)
    return made


@transaction.atomic
def set_payer(*, by: Scope, area: str, name: str, number: str, bank_code: str) -> Payer:
    """The account from which a county pays; batches built later are paid from it."""
    require(by, "payment.release", area)
    plain, code = tidy_number(number), tidy_number(bank_code)
    _refuse_faults(name, [*check_account(plain, "other", "number"), *check_bank_code(code, "bank_code")])
    made = Payer.objects.create(by=by.username, area=area, name=name.strip(), bank_code=code, **Payer.sealed(plain))
    audit.record(by, "payment.payer", f"payer:{made.uuid}", area=area)
    return made


def _refuse_faults(holder: str, faults: list[Problem]) -> None:
    if not holder.strip():
        faults.insert(
            0,
            problem(
                "holder",
                zh="请填写户名。",
                en="Enter the account holder's name.",
                mend_zh="与存折或银行卡上的一致。",
                mend_en="As it stands on the passbook or card.",
            ),
        )
    if faults:
        raise ShidaiError(faults)
