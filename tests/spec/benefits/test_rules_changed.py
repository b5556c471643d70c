"""A scheme changed in the middle of a year: nothing is decided by rules that differ from those that decided before.

New rules are a new version from a day on; an error of the pack is mended with a reason, and past periods
get the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from shidai.benefits import actions
from shidai.benefits.actions.rules import accept_rules
from shidai.benefits.deciding import same_result
from shidai.benefits.models import Claim, Decision, Due, LedgerEntry, RulesUsed
from shidai.cli import run
from shidai.core.access import NoAccess
from shidai.packs.schema.scheme import SchemeVersion
from shidai.registry.citypack import city_pack
from shidai.words import Exit, ShidaiError
from tests.factories import COUNTY, OPERATOR, Cast
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, carry_through, make_elder

pytestmark = pytest.mark.usefixtures("payer")
Put = Callable[..., None]
PILOT = "pilot-2004"


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts versions into the pack in place of those that it has, as somebody who edits its file does."""

    def put(*versions: SchemeVersion) -> None:
        scheme = city_pack().schemes[SCHEME]
        monkeypatch.setitem(city_pack().schemes, SCHEME, scheme.model_copy(update={"version": versions}))

    return put


def pilot() -> SchemeVersion:
    return city_pack().schemes[SCHEME].version_named(PILOT)


def with_monthly(fen: int, **more: object) -> SchemeVersion:
    parameters = tuple(
        one.model_copy(update={"value": fen}) if one.id == "monthly" else one for one in pilot().parameter
    )
    return pilot().model_copy(update={"parameter": parameters, "effective_to": None, **more})


def reckon(cast: Cast, until: date = YEAR) -> int:
    return actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=until)


def due(claim: Claim) -> int:
    return Due.objects.filter(claim=claim).aggregate(fen=Sum("fen"))["fen"] or 0


def test_an_amount_changed_in_a_version_that_has_decided_is_refused_and_nothing_is_lost(cast: Cast, put: Put) -> None:
    claim = carry_through(cast, make_elder())
    reckon(cast, date(2006, 6, 30))
    there = (due(claim), Decision.objects.count(), LedgerEntry.objects.count())
    put(with_monthly(6000))
    with pytest.raises(ShidaiError, match=r"amount a month \(parameter\[monthly\].value\): '5000' → '6000'\. Nothing"):
        reckon(cast)
    with pytest.raises(ShidaiError, match="write new ones as a new version"):
        actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 7, 1), reason="去世")
    with pytest.raises(ShidaiError):
        actions.apply_for(
            by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder("1941-1-1").uuid), day=date(2006, 7, 1)
        )
    assert (due(claim), Decision.objects.count(), LedgerEntry.objects.count()) == there


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("condition", r"condition\[rural\].when"),
        ("step", r"step\[0\].notice_days"),
        ("reverify_months", "reverify_months"),
        ("calendar", "calendar.arrears_years"),
    ],
)
def test_whatever_decides_is_watched(field: str, place: str, cast: Cast, put: Put) -> None:
    carry_through(cast, make_elder())
    now = pilot()
    changed = {
        "condition": tuple(
            one.model_copy(update={"when": "registration = 'urban'"}) if one.id == "rural" else one
            for one in now.condition
        ),
        "step": (now.step[0].model_copy(update={"notice_days": 1}), *now.step[1:]),
        "reverify_months": 6,
        "calendar": now.calendar.model_copy(update={"arrears_years": 7}),
    }
    put(now.model_copy(update={field: changed[field]}))
    with pytest.raises(ShidaiError, match=place):
        reckon(cast)


def test_words_sources_and_the_end_of_a_version_may_be_mended(cast: Cast, put: Put) -> None:
    claim = carry_through(cast, make_elder())
    words = tuple(
        one.model_copy(update={"clause": one.clause.model_copy(update={"en": "Article 6"})})
        for one in pilot().condition
    )
    put(pilot().model_copy(update={"condition": words, "checked_on": date(2026, 11, 29), "second_signature_over": 1}))
    reckon(cast)
    assert due(claim) > 0


def test_a_new_version_in_the_middle_of_a_year_prices_its_own_months(cast: Cast, put: Put) -> None:
    claim = carry_through(cast, make_elder())
    reckon(cast, date(2006, 6, 30))
    half = due(claim)
    later = with_monthly(8000, id="raised-2006", effective_from=date(2006, 7, 1))
    put(pilot().model_copy(update={"effective_to": date(2006, 7, 1)}), later)
    reckon(cast)
    assert due(claim) == half + 6 * 8000
    assert {one.version for one in RulesUsed.objects.all()} == {PILOT, "raised-2006"}


def test_an_error_that_is_mended_with_a_reason_gives_the_difference_and_old_decisions_stay_what_they_were(
    cast: Cast, put: Put
) -> None:
    claim = carry_through(cast, make_elder())
    reckon(cast, date(2006, 6, 30))
    half = due(claim)
    put(with_monthly(6000))
    accept_rules(by=OPERATOR, scheme=SCHEME, version=PILOT, reason="the amount was mistyped")
    assert accept_rules(by=OPERATOR, scheme=SCHEME, version=PILOT, reason="again").number == 2
    reckon(cast, date(2006, 6, 30))
    assert due(claim) == half * 6 // 5
    decisions = list(claim.decisions.order_by("pk"))
    assert {one.rules.number for one in decisions if one.rules} == {1, 2}
    assert all(same_result(one) for one in decisions)


def test_decisions_are_made_again_although_the_pack_has_lost_their_version(cast: Cast, put: Put) -> None:
    claim = carry_through(cast, make_elder())
    put(with_monthly(9000, id="another"))
    assert all(same_result(one) for one in claim.decisions.all())


def test_mending_needs_a_reason_a_decision_before_and_the_servers_command_line(
    cast: Cast, put: Put, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ShidaiError, match="decided nothing yet"):
        accept_rules(by=OPERATOR, scheme=SCHEME, version=PILOT, reason="?")
    carry_through(cast, make_elder())
    with pytest.raises(ShidaiError, match="Say which error"):
        accept_rules(by=OPERATOR, scheme=SCHEME, version=PILOT, reason=" ")
    with pytest.raises(ShidaiError, match="at most 500"):
        accept_rules(by=OPERATOR, scheme=SCHEME, version=PILOT, reason="x" * 501)
    for member in (cast.gu, cast.lan, cast.admin):
        with pytest.raises(NoAccess):
            accept_rules(by=member, scheme=SCHEME, version=PILOT, reason="mine")
    monkeypatch.setenv("SHIDAI_LANG", "en")
    assert run(["scheme", "accept", SCHEME, "no-such-version", "--reason", "x"]) != Exit.OK
    assert "no-such-version" in capsys.readouterr().err


def test_the_rules_that_decided_are_never_changed(cast: Cast) -> None:
    carry_through(cast, make_elder())
    for table in (RulesUsed.objects.all(), Decision.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.update(version="other")
        with pytest.raises(DatabaseError), transaction.atomic():
            table.delete()
