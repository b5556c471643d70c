"""Parts of a record's page, opened by their own addresses: a page that leads to the whole record."""

from __future__ import annotations

import pytest
from django.test import Client

from shidai.core import queries as core_queries
from tests.factories import Cast, make_person

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.parametrize("address", ["/services/people/{}/", "/supply/people/{}/", "/benefits/people/{}/"])
def test_a_part_by_itself_is_a_page_and_a_part_within_a_page_is_not(cast: Cast, address: str) -> None:
    person = make_person()
    client = Client()
    client.force_login(core_queries.staff_named("xu"))
    alone = client.get(address.format(person.uuid))
    assert alone.status_code == 200
    assert "<!doctype html>" in alone.content.decode()
    assert f'href="/people/{person.uuid}/"' in alone.content.decode()
    within = client.get(address.format(person.uuid), headers={"HX-Request": "true"})
    assert within.content.decode().lstrip().startswith("<section")
    assert within.content.decode() in alone.content.decode()
