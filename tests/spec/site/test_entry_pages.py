"""Entry pages: what people type is read, what is impossible is refused at its field, two clicks are one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shidai.core import queries
from shidai.registry import queries as registry
from tests.factories import NANQIAO, Cast, make_couple, make_person


@pytest.fixture
def lan(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "zh"})
    client.force_login(queries.staff_named("lan"))
    return client


def page_id(client: Client, address: str) -> str:
    """The id that the form was made with."""
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_birth_is_recorded_in_one_step(lan: Client, cast: Cast) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": mother.uuid,
        "name": "王新",
        "sex": "2",
        "birth": "二〇〇六年三月五日",
        "plurality": "1",
    }
    answer = lan.post(address, form, follow=True)
    assert "王新" in answer.content.decode()
    child = registry.find_people(cast.lan, "王新")[0].person
    assert child.birth_date.isoformat() == "2006-03-05"
    assert child.living_area == child.registered_area == NANQIAO


def test_two_clicks_record_it_once(lan: Client, cast: Cast) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": mother.uuid,
        "name": "王新",
        "sex": "1",
        "birth": "2006-3-5",
        "plurality": "1",
    }
    lan.post(address, form)
    lan.post(address, form)
    assert len(registry.find_people(cast.lan, "王新")) == 1


def test_an_impossible_birth_is_refused_at_its_field_and_keeps_what_was_typed(lan: Client) -> None:
    girl = make_person("小红", born="2000-1-1")
    address = f"/people/birth/?mother={girl.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": girl.uuid,
        "name": "早",
        "sex": "1",
        "birth": "2006.1.1",
        "plurality": "1",
    }
    answer = lan.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "10" in page
    assert 'value="2006.1.1"' in page
    assert 'value="早"' in page


def test_a_date_that_does_not_exist_says_how_to_write_one(lan: Client) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    answer = lan.post(
        address,
        {"id": page_id(lan, address), "mother": mother.uuid, "sex": "1", "birth": "2006-2-30", "plurality": "1"},
    )
    assert "2006-2-30" in answer.content.decode()
    assert "1987-03-05" in answer.content.decode()


def test_a_death_ends_residence_and_widows(lan: Client) -> None:
    wife, husband = make_couple()
    address = f"/people/{husband.uuid}/death/"
    lan.post(address, {"id": page_id(lan, address), "death": "2006-5-1", "cause": ""})
    page = lan.get(f"/people/{husband.uuid}/").content.decode()
    assert "已故" in page
    assert "丧偶" in lan.get(f"/people/{wife.uuid}/").content.decode()


def test_somebody_new_is_entered_with_a_sealed_number(lan: Client, cast: Cast) -> None:
    form = {
        "id": page_id(lan, "/people/new/"),
        "name": "曾一",
        "sex": "1",
        "birth": "1987-3",
        "number": "",
        "area": NANQIAO,
        "residence": "both",
        "registered_area": "",
        "since": "",
        "registration": "rural",
        "phone": "13800000000",
    }
    lan.post("/people/new/", form)
    found = registry.find_people(cast.lan, "zengyi")
    assert [one.person.name for one in found] == ["曾一"]
    assert b"13800000000" not in bytes(found[0].person.contact)
