"""What a claim should have earned: which periods count, which days of payment cover them, what fits the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from shidai.indicators.proofclosing import Reckoned, days_that_count, last_pay_day
from shidai.indicators.proofstore import KeptProofs, keep_proofs, kept_proofs
from shidai.indicators.proved import Closing, CountyProof, Finding, Proofs
from shidai.packs import load_pack
from shidai.packs.schema.scheme import Scheme

SCHEMES = load_pack("wuxi-2006").schemes
REWARD, FUND, GRANT = SCHEMES["rural-reward"], SCHEMES["public-welfare-fund"], SCHEMES["village-grant"]
NOW = load_pack("china-2025").schemes["rural-reward"]
CUTOFF = date(2006, 12, 31)


def claim(scheme: Scheme, applied: date, start: date | None, end: date | None = None, **more: Any) -> dict[str, Any]:
    return {"day": applied, "start_date": start, "end_date": end, "version": scheme.version[0].id, **more}


def counting_from(scheme: Scheme, since: str, arrears_years: int = 0) -> Scheme:
    """The scheme with another first day whose period counts."""
    version = scheme.version[0]
    calendar = version.calendar.model_copy(update={"counts_from": since, "arrears_years": arrears_years})
    return scheme.model_copy(update={"version": (version.model_copy(update={"calendar": calendar}),)})


def months(scheme: Scheme, told: dict[str, Any]) -> tuple[date, date, int]:
    days = days_that_count(scheme, told, CUTOFF)
    return days[0], days[-1], len(days)


@pytest.mark.parametrize(
    ("since", "arrears_years", "first"),
    [
        ("application", 0, date(2006, 2, 28)),
        ("confirmation", 0, date(2006, 5, 31)),
        ("eligibility", 0, date(2004, 1, 31)),
        ("eligibility", 1, date(2005, 1, 31)),
    ],
)
def test_months_count_from_the_day_that_the_scheme_names(since: str, arrears_years: int, first: date) -> None:
    told = claim(REWARD, date(2006, 2, 10), date(2006, 5, 3))
    assert months(counting_from(REWARD, since, arrears_years), told)[:2] == (first, CUTOFF)


def test_the_month_of_the_end_counts_no_more_and_what_was_never_in_force_counts_nothing() -> None:
    ended = claim(REWARD, date(2006, 2, 10), date(2006, 5, 3), date(2006, 9, 30))
    assert months(REWARD, ended) == (date(2006, 2, 28), date(2006, 8, 31), 7)
    assert days_that_count(REWARD, claim(REWARD, date(2006, 2, 10), None), CUTOFF) == ()


def test_a_yearly_amount_counts_on_its_day_and_a_grant_on_the_day_of_its_confirmation() -> None:
    assert days_that_count(FUND, claim(FUND, date(2006, 2, 10), date(2006, 5, 3)), CUTOFF) == (CUTOFF,)
    granted = claim(GRANT, date(2006, 2, 10), date(2006, 5, 3), date(2006, 6, 1))
    assert days_that_count(GRANT, granted, CUTOFF) == (date(2006, 5, 3),)


def test_a_claim_counts_under_the_versions_of_its_days() -> None:
    days = days_that_count(NOW, claim(NOW, date(2008, 11, 1), date(2008, 12, 1)), date(2009, 2, 28))
    assert days == (date(2008, 11, 30), date(2008, 12, 31), date(2009, 1, 31), date(2009, 2, 28))
    assert len({version.id for day in days if (version := NOW.version_on(day))}) == 2


def test_a_day_of_payment_covers_who_came_into_force_before_it() -> None:
    assert last_pay_day(REWARD, date(2006, 5, 3), CUTOFF) == CUTOFF
    assert last_pay_day(REWARD, CUTOFF, date(2007, 6, 30)) is None
    assert last_pay_day(REWARD, date(2004, 5, 3), date(2006, 6, 30)) == date(2005, 12, 31)
    assert last_pay_day(FUND, date(2006, 1, 10), date(2006, 6, 30)) == date(2006, 1, 20)


QUARTER = Reckoned((date(2006, 1, 31), date(2006, 2, 28), date(2006, 3, 31)), (5_000, 0, 6_000))
GRANTED = Reckoned((date(2006, 1, 31),), (50_000,), granted=True)


@pytest.mark.parametrize(
    ("told", "batched", "right"),
    [
        (11_000, date(2006, 3, 31), True),
        (5_000, date(2006, 1, 31), True),  # the ledger was brought up to date in January or February
        (0, None, True),  # nothing was reckoned yet: told as unpaid, if a day of payment has passed
        (5_000, date(2006, 3, 31), False),  # March was in a batch
        (6_000, None, False),
        (10_000, date(2006, 1, 31), False),
    ],
)
def test_a_ledger_is_right_if_it_holds_the_first_periods_and_all_that_were_batched(
    told: int, batched: date | None, right: bool
) -> None:
    should = QUARTER.should_earn(told, batched, date(2006, 3, 31))
    assert (should == told) is right
    assert should in (told, 11_000)


@pytest.mark.parametrize(("told", "should"), [(0, 0), (30_000, 30_000), (50_000, 50_000), (50_001, 50_000), (-1, 0)])
def test_a_granted_amount_is_right_up_to_the_most_that_may_be_granted(told: int, should: int) -> None:
    assert GRANTED.should_earn(told, None, None) == should


def made(manifest: str = "m") -> Proofs:
    row = CountyProof("3202", "rural-reward", payees=1, paid=60_000, errors=1, closing=Closing(claims=1, in_force=1))
    wrong = Finding("error", "3202", "rural-reward", "-7", date(2006, 11, 30), 5_000, 0, ("alive", "area?"))
    return Proofs(2006, CUTOFF, "wuxi-2006 1", manifest, (row,), (wrong,))


def test_proofs_are_kept_by_year_and_area_and_come_back_the_same(tmp_path: Path) -> None:
    at = datetime(2007, 1, 5, 8, 30, tzinfo=UTC)
    keep_proofs(tmp_path, "3202", KeptProofs(at, made("first")))
    keep_proofs(tmp_path, "3202", KeptProofs(at, made()))
    kept = kept_proofs(tmp_path, 2006, "3202")
    assert kept == KeptProofs(at, made())
    assert kept is not None
    assert kept.made.seal == made().seal != made("first").seal
    assert kept_proofs(tmp_path, 2006, "320201") is None
    assert kept_proofs(tmp_path, 2005, "3202") is None
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage", [lambda text: text.replace("60000", "50000"), lambda text: text[:50], lambda _: "{}"]
)
def test_kept_proofs_that_their_seal_does_not_fit_are_as_none(tmp_path: Path, damage: Any) -> None:
    keep_proofs(tmp_path, "", KeptProofs(datetime(2007, 1, 5, tzinfo=UTC), made()))
    (file,) = tmp_path.iterdir()
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert kept_proofs(tmp_path, 2006, "") is None
