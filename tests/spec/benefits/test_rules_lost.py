"""Pages when a version that decided was changed, or is no longer in the pack: read on, with a clear word."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from shidai.benefits import actions
from shidai.benefits.deciding import version_decided
from shidai.benefits.models import Claim, Decision, Due, RulesUsed
from shidai.core import queries
from shidai.packs.schema.base import Words
from shidai.packs.schema.scheme import SchemeVersion
from shidai.registry.citypack import city_pack
from shidai.words import ShidaiError
from tests.factories import NANQIAO, Cast
from tests.spec.benefits.test_claims import SCHEME, carry_through, make_elder
from tests.spec.benefits.test_rules_changed import PILOT, Put, due, pilot, put, reckon, with_monthly

__all__ = ["put"]
pytestmark = pytest.mark.usefixtures("payer")


def ask(member: str, address: str) -> tuple[int, str]:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(queries.staff_named(member))
    answer = client.get(address)
    if answer.streaming:
        return answer.status_code, b"".join(answer.streaming_content).decode()
    return answer.status_code, answer.content.decode()


def pages(claim: Claim) -> list[str]:
    waits = f"/benefits/claims/?area={NANQIAO}&scheme={SCHEME}&show="
    return [
        f"/benefits/?area={NANQIAO}",
        *(waits + show for show in ("all", "mine", "in_force", "reverify", "account")),
        f"/benefits/claims/{claim.uuid}/",
        f"/benefits/claims/{claim.uuid}/again/",
        f"/benefits/claims/{claim.uuid}/act/stop/",
        f"/benefits/claims/{claim.uuid}/decisions/{claim.decisions.first().uuid}/",
        f"/benefits/claims/pass/{SCHEME}/?area={NANQIAO}",
        f"/benefits/people/{claim.person.uuid}/",
        f"/people/{claim.person.uuid}/",
        f"/benefits/notices/?area={NANQIAO}",
        f"/benefits/proofs/?area={NANQIAO}",
        f"/benefits/batches/?area={NANQIAO}",
        f"/benefits/claims/csv/?area={NANQIAO}",
        f"/?area={NANQIAO}",
    ]


@pytest.fixture
def claims(cast: Cast) -> list[Claim]:
    """One in force, and one that waits at the village."""
    waiting = make_elder("1941-1-1")
    return [
        carry_through(cast, make_elder()),
        actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(waiting.uuid), day=date(2006, 1, 10)),
    ]


def test_pages_go_on_by_the_kept_rules_although_the_pack_has_lost_the_version(claims: list[Claim], put: Put) -> None:
    put(with_monthly(6000, id="another"))
    assert {(page, ask("gu", page)[0]) for one in claims for page in pages(one)} == {
        (page, 200) for one in claims for page in pages(one)
    }


def test_pages_are_read_although_a_version_was_changed_and_say_so_where_it_judges(
    claims: list[Claim], put: Put
) -> None:
    put(with_monthly(6000))
    assert {(page, ask("gu", page)[0]) for one in claims for page in pages(one)} == {
        (page, 200) for one in claims for page in pages(one)
    }
    assert "its rules were changed" in ask("gu", f"/benefits/claims/{claims[0].uuid}/")[1]
    status, said = ask("lan", f"/benefits/claims/pass/{SCHEME}/?area={NANQIAO}")
    assert status == 400
    assert "its rules were changed" in said


def test_one_scheme_that_was_changed_hides_no_other_one_from_who_may_apply(
    claims: list[Claim], put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = city_pack().schemes[SCHEME]
    other = scheme.model_copy(update={"id": "other", "title": Words(zh="另一待遇", en="Another entitlement")})
    monkeypatch.setitem(city_pack().schemes, "other", other)
    put(with_monthly(6000))
    status, said = ask("lan", f"/benefits/people/{make_elder('1943-1-1').uuid}/")
    assert status == 200
    assert "its rules were changed" in said
    assert "Another entitlement" in said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"id": "renamed"}, "has no version pilot-2004"),
        ({"status": "draft"}, "status: 'in_force' → 'draft'"),
        ({"effective_to": date(2006, 3, 1)}, "no rules in force on 2006-03-31"),
    ],
)
def test_nothing_earned_is_taken_back_because_the_pack_has_a_hole_where_a_version_was(
    now: dict[str, object], said: str, cast: Cast, put: Put
) -> None:
    claim = carry_through(cast, make_elder())
    reckon(cast, date(2006, 6, 30))
    earned = due(claim)
    put(SchemeVersion.model_validate({**pilot().model_dump(), "effective_to": None, **now}))
    with pytest.raises(ShidaiError, match=said):
        reckon(cast, date(2006, 6, 30))
    assert due(claim) == earned > 0
    assert Due.objects.filter(claim=claim, fen__lt=0).count() == 0


def test_kept_rules_that_this_program_cannot_read_are_told(cast: Cast) -> None:
    carry_through(cast, make_elder())
    decided = Decision.objects.latest("pk")
    decided.rules = RulesUsed(scheme=SCHEME, version=PILOT, number=2, rules='{"of": "a program to come"}')
    with pytest.raises(ShidaiError, match="can't read the rules"):
        version_decided(decided)
