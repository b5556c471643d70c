"""Who may dispense reads cards and numbers of anybody, and so not of everybody: tries are counted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from shidai.core import queries
from shidai.core.models import AuditEntry
from shidai.registry import actions as registry
from shidai.registry.recordsday import records_day
from shidai.supply import actions
from shidai.supply.finding import card_token
from shidai.supply.models import Looked
from shidai.supply.queries import serving
from shidai.supply.refusals import TooMany
from shidai.words import ShidaiError
from tests.factories import FARAWAY, NANQIAO, OPERATOR, Cast, day, make_person
from tests.spec.supply.conftest import CONDOM, JUNE, MARCH, PILL, STATION, fill

pytestmark = pytest.mark.django_db
OUTSIDE = ("329901198001011233", "329901197001011239", "329901196001011234")
NEAR = "32990119500101123X"


@pytest.fixture
def few(settings: LazySettings) -> None:
    settings.SHIDAI_UNKNOWN_NUMBERS, settings.SHIDAI_NUMBERS_OUTSIDE = 2, 2


def read(cast: Cast, who: str) -> None:
    serving(cast.xu, STATION, who, JUNE)


def person_with(number: str, area: str = FARAWAY) -> None:
    make_person(area=area, resident_number=number, born=f"{number[6:10]}-1-1", sex=1)


def try_twice(cast: Cast) -> None:
    for end in ("11", "12"):
        with pytest.raises(ShidaiError, match="leads to nobody"):
            read(cast, f"3299011980010112{end}")


def test_after_some_numbers_that_lead_to_nobody_no_more_are_read_within_the_hour(cast: Cast, few: None) -> None:
    card = actions.issue_card(by=cast.lan, person=make_person().uuid, day=MARCH)
    try_twice(cast)
    for typed in (card.number, OUTSIDE[0]):
        with pytest.raises(TooMany):
            read(cast, typed)
    assert AuditEntry.objects.filter(deed="supply.limit").count() == 2
    read(cast, card_token(card.number))  # a card that is there
    serving(OPERATOR, STATION, card.number, JUNE)  # another one's tries are her own
    Looked.objects.update(at=timezone.now() - timedelta(minutes=61))
    read(cast, card.number)


def test_few_people_from_elsewhere_are_read_by_number_within_a_day(cast: Cast, few: None) -> None:
    for number in OUTSIDE:
        person_with(number)
    for number in (*OUTSIDE[:2], OUTSIDE[0]):  # somebody for the second time isn't another one
        read(cast, number)
    with pytest.raises(TooMany):
        read(cast, OUTSIDE[2])
    read(cast, OUTSIDE[1])
    Looked.objects.update(at=timezone.now() - timedelta(hours=25))
    read(cast, OUTSIDE[2])
    assert Looked.objects.count() == 1  # what is older than a day has gone


def test_cards_and_people_of_ones_own_areas_are_read_without_a_limit(cast: Cast, few: None) -> None:
    for number in OUTSIDE:
        person_with(number, area=NANQIAO)
    cards = [actions.issue_card(by=OPERATOR, person=make_person(area=FARAWAY).uuid, day=MARCH) for _ in range(4)]
    for card in cards:
        read(cast, card.number)
    assert not Looked.objects.exists()


def test_an_auditor_sees_that_one_person_was_looked_up_and_not_who(cast: Cast) -> None:
    people = [make_person(), make_person()]
    cards = [actions.issue_card(by=cast.lan, person=one.uuid, day=MARCH) for one in people]
    for card in (cards[0], cards[0], cards[1]):
        read(cast, card.number)
    told = [json.loads(one.detail) for one in AuditEntry.objects.filter(deed="supply.identify").order_by("seq")]
    marks = [one["mark"] for one in told]
    assert marks[0] == marks[1] != marks[2]
    assert not any(str(one.uuid) in repr(told) or str(one.uuid.int) in repr(told) for one in people)


def test_the_page_answers_429_and_still_hands_out_without_a_name(cast: Cast, few: None) -> None:
    fill()
    client = Client()
    client.force_login(queries.staff_named("xu"))
    try_twice(cast)
    answer = client.post(f"/supply/sites/{STATION}/hand-out/", {"who": OUTSIDE[0]})
    assert answer.status_code == 429
    assert "识别的号码过多" in answer.content.decode()
    assert client.get(f"/supply/sites/{STATION}/hand-out/").status_code == 200


def test_what_cant_be_given_isnt_told_so_that_no_past_is(cast: Cast) -> None:
    """Neither 'allowance used' nor 'no stock' stands there: the first would tell what somebody took."""
    fill()
    fill(commodity=PILL, lot="P1", quantity=9)
    person = make_person()
    card = actions.issue_card(by=cast.lan, person=person.uuid, day=MARCH)
    actions.hand_out(by=cast.xu, site=STATION, commodity=CONDOM, quantity=120, day=records_day(), who=card.number)
    client = Client()
    client.force_login(queries.staff_named("xu"))
    page = client.post(f"/supply/sites/{STATION}/hand-out/", {"who": card.number}).content.decode()
    assert "口服" in page
    assert "避孕套" not in page
    assert "已领完" not in page


def test_the_card_and_number_of_somebody_who_died_cant_be_used_and_no_death_is_told(cast: Cast) -> None:
    person = make_person(resident_number=NEAR, born="1950-1-1", sex=1)
    card = actions.issue_card(by=cast.lan, person=person.uuid, day=MARCH)
    registry.record_death(by=OPERATOR, person=person.uuid, death=day("2006-4-1"))
    for who in (card.number, card_token(card.number), NEAR):
        with pytest.raises(ShidaiError, match="can't be used") as refused:
            read(cast, who)
        assert "died" not in str(refused.value)
        assert "死亡" not in str(refused.value.problems[0].what)
