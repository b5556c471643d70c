"""Handing out: by card, by resident number, without a name; how much a person may have."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.registry import actions as registry
from shidai.supply import actions
from shidai.supply.actions.cards import draw_number
from shidai.supply.finding import card_token, find_commodity, identify
from shidai.supply.models import CardEnd, StockEntry
from shidai.supply.queries import serving
from shidai.supply.taking import taken_by
from shidai.words import ShidaiError
from tests.factories import FARAWAY, OPERATOR, Cast, make_person
from tests.spec.supply.conftest import CONDOM, IUD, JUNE, MARCH, PILL, STATION, fill

pytestmark = pytest.mark.django_db
NUMBER = "329901198001011233"


def give(by, quantity: int = 10, **more: object) -> StockEntry:  # type: ignore[no-untyped-def]
    return actions.hand_out(by=by, site=STATION, commodity=CONDOM, quantity=quantity, day=JUNE, **more)  # type: ignore[arg-type]


def test_a_card_is_a_number_and_a_signed_code_and_shows_no_name(cast: Cast) -> None:
    person = make_person()
    card = actions.issue_card(by=cast.lan, person=person.uuid, day=MARCH)
    token = card_token(card.number)
    assert person.name not in token
    assert identify(card.number).person == identify(token).person == person.pk
    with pytest.raises(ShidaiError, match="leads to nobody"):
        identify(token[:-1] + ("0" if token[-1] != "0" else "1"))
    wrong = card.number[:-1] + str((int(card.number[-1]) + 1) % 10)
    with pytest.raises(ShidaiError, match="leads to nobody"):
        identify(wrong)


def test_a_card_serves_at_every_place_of_the_city(cast: Cast) -> None:
    fill()
    stranger = make_person(area=FARAWAY)
    card = actions.issue_card(by=OPERATOR, person=stranger.uuid, day=MARCH)
    given = give(cast.xu, who=card.number)
    assert given.person_id == stranger.pk
    with pytest.raises(ShidaiError):  # her page, though, is not Xu's to open
        give(cast.xu, person=stranger.uuid)


def test_a_resident_number_serves_like_a_card(cast: Cast) -> None:
    fill()
    person = make_person(resident_number=NUMBER, born="1980-1-1", sex=1)
    assert give(cast.xu, who=NUMBER).person_id == person.pk


def test_a_new_card_ends_the_former_one_and_a_lost_card_opens_nothing(cast: Cast) -> None:
    person = make_person()
    old = actions.issue_card(by=cast.lan, person=person.uuid, day=MARCH)
    new = actions.issue_card(by=cast.lan, person=person.uuid, day=JUNE)
    with pytest.raises(ShidaiError, match="lost or replaced"):
        identify(old.number)
    actions.end_card(by=cast.lan, card=new.uuid, reason="lost")
    with pytest.raises(ShidaiError, match="lost or replaced"):
        identify(new.number)
    assert sorted(CardEnd.objects.values_list("reason", flat=True)) == ["lost", "replaced"]


def test_numbers_of_cards_are_drawn_by_chance_with_a_check_digit() -> None:
    numbers = {draw_number() for _ in range(50)}
    assert len(numbers) == 50
    assert {len(one) for one in numbers} == {12}


def test_at_most_the_allowance_within_its_months(cast: Cast) -> None:
    """The pack of 2006 lets a person have 120 condoms within three months."""
    fill()
    person = make_person()
    give(cast.xu, 100, person=person.uuid)
    with pytest.raises(ShidaiError, match="20 are left"):
        give(cast.xu, 21, person=person.uuid)
    give(cast.xu, 20, person=person.uuid)
    later = actions.hand_out(
        by=cast.xu, site=STATION, commodity=CONDOM, quantity=120, day=date(2006, 9, 1), person=person.uuid
    )
    assert later.deed == "handout"


def test_what_was_reversed_doesnt_count_towards_the_allowance(cast: Cast) -> None:
    fill()
    person = make_person()
    given = give(cast.xu, 120, person=person.uuid)
    actions.reverse_entry(by=cast.xu, entry=given.uuid, reason="wrong person", day=JUNE)
    assert give(cast.xu, 120, person=person.uuid).pk


def test_an_allowance_follows_the_person_when_two_records_are_merged(cast: Cast) -> None:
    fill()
    keep, gone = make_person("张一"), make_person("张二")
    give(cast.xu, 100, person=gone.uuid)
    registry.merge_people(by=OPERATOR, keep=keep.uuid, gone=gone.uuid, reason="the same person, seen together")
    assert taken_by(keep.pk, find_commodity(CONDOM, JUNE), JUNE) == 100
    with pytest.raises(ShidaiError, match="20 are left"):
        give(cast.xu, 21, person=keep.uuid)


def test_without_a_name_as_far_as_the_pack_allows(cast: Cast) -> None:
    fill()
    fill(commodity=PILL, lot="P1", quantity=50)
    assert give(cast.xu, 40).person_id is None
    with pytest.raises(ShidaiError, match="at most 40"):
        give(cast.xu, 41)
    with pytest.raises(ShidaiError, match="without a card"):
        actions.hand_out(by=cast.xu, site=STATION, commodity=PILL, quantity=1, day=JUNE)


def test_what_a_nurse_puts_in_comes_from_no_machine_and_no_village_worker(cast: Cast) -> None:
    fill(commodity=IUD, lot="I1", quantity=10)
    woman = make_person()
    given = actions.hand_out(by=cast.xu, site=STATION, commodity=IUD, quantity=1, day=JUNE, person=woman.uuid)
    assert given.person_id == woman.pk
    dispenser = actions.hand_out
    with pytest.raises(NoAccess):
        dispenser(by=cast.lan, site=STATION, commodity=IUD, quantity=1, day=JUNE, person=woman.uuid)


def test_a_dispensing_point_shows_what_may_be_had_and_no_name(cast: Cast) -> None:
    fill()
    person = make_person()
    card = actions.issue_card(by=cast.lan, person=person.uuid, day=MARCH)
    give(cast.xu, 100, who=card.number)
    seen = serving(cast.xu, STATION, card.number, JUNE)
    condoms = next(one for one in seen.offered if one.commodity.id == CONDOM)
    assert (condoms.good, condoms.left, condoms.most) == (900, 20, 20)
    assert person.name not in repr(seen)
    assert AuditEntry.objects.filter(deed="supply.identify").count() == 1


def test_without_a_card_only_what_may_be_anonymous_is_offered(cast: Cast) -> None:
    fill()
    seen = serving(cast.xu, STATION, "", JUNE)
    assert not seen.known
    assert {one.commodity.id for one in seen.offered} == {"male-condom", "female-condom", "spermicide-film"}
