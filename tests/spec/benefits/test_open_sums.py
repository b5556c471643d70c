"""What a claim has still to get, or got too much, is the same in a batch, in a list, on its page and when it repays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from shidai.benefits import actions
from shidai.benefits.models import Batch, Claim
from shidai.benefits.queries import overpaid_of, unpaid_and_overpaid
from shidai.benefits.queries.lists import claim_ids, counts
from shidai.benefits.queries.pages import periods_of
from shidai.core.access import Scope
from shidai.registry import actions as registry
from tests.factories import COUNTY, OPERATOR, Cast, day
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay

pytestmark = pytest.mark.usefixtures("payer")
Story = Callable[[Cast, Scope], Claim]


def reckon(cast: Cast) -> None:
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)


def never_paid(cast: Cast, other_officer: Scope) -> Claim:
    claim = carry_through(cast, make_elder())
    reckon(cast)
    return claim


def paid(cast: Cast, other_officer: Scope) -> Claim:
    claim = carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    return claim


def died_in_autumn(cast: Cast, other_officer: Scope) -> Claim:
    claim = paid(cast, other_officer)
    assert claim.person is not None
    registry.record_death(by=OPERATOR, person=claim.person.uuid, death=day("2006-9-15"))
    reckon(cast)
    return claim


def part_given_back(cast: Cast, other_officer: Scope) -> Claim:
    claim = died_in_autumn(cast, other_officer)
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=7_000, day=date(2007, 2, 1), paper="收据")
    return claim


def part_waived(cast: Cast, other_officer: Scope) -> Claim:
    claim = died_in_autumn(cast, other_officer)
    actions.record_repayment(by=cast.gu, claim=claim.uuid, fen=7_000, day=date(2007, 2, 1), paper="困难", waived=True)
    return claim


def waived_though_nothing_was_too_much(cast: Cast, other_officer: Scope) -> Claim:
    claim = part_waived(cast, other_officer)
    assert claim.person is not None
    registry.withdraw_death(by=OPERATOR, person=claim.person.uuid, why="误报")
    reckon(cast)
    return claim


def waived_and_then_came_back(cast: Cast, other_officer: Scope) -> Claim:
    claim = part_waived(cast, other_officer)
    answer(cast, Batch.objects.get(), paid=False)
    return claim


@pytest.mark.parametrize(
    ("story", "to_get", "too_much"),
    [
        (never_paid, 60_000, 0),
        (paid, 0, 0),
        (died_in_autumn, 0, 20_000),
        (part_given_back, 0, 13_000),
        (part_waived, 0, 13_000),
        (waived_though_nothing_was_too_much, 0, 0),
        (waived_and_then_came_back, 40_000, 0),
    ],
    ids=lambda told: told.__name__ if callable(told) else None,
)
def test_batch_list_page_and_repayment_say_the_same(
    cast: Cast, other_officer: Scope, story: Story, to_get: int, too_much: int
) -> None:
    claim = story(cast, other_officer)
    unpaid, overpaid = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    assert (sum(one.fen for one in unpaid), sum(one.fen for one in overpaid)) == (to_get, too_much), "a batch"
    told = counts(cast.gu, area=COUNTY, on=YEAR)[SCHEME]
    assert (told.unpaid, told.overpaid) == (to_get, too_much), "the overview"
    for show, fen in (("unpaid", to_get), ("overpaid", too_much)):
        assert claim_ids(cast.gu, area=COUNTY, show=show, on=YEAR) == ([claim.pk] if fen else []), "the list"
    open_ = [one.open for one in periods_of(claim)]
    assert (sum(fen for fen in open_ if fen > 0), -sum(fen for fen in open_ if fen < 0)) == (to_get, too_much)
    assert sum(overpaid_of(claim).values()) == too_much, "what may be given back"
