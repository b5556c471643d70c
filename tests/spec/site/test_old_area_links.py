"""An old link to an area that was merged leads to the area which took its place; one that never was leads nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shidai.core import actions
from tests.factories import BEIQIAO, COUNTY, NANQIAO, OPERATOR, make_areas

pytestmark = pytest.mark.django_db


def test_a_merged_villages_link_shows_its_successor(client: Client) -> None:
    make_areas()
    actions.merge_areas(by=OPERATOR, codes=[NANQIAO], into=BEIQIAO, day=timezone.localdate() - timedelta(days=1))
    gu = actions.add_staff(by=OPERATOR, username="gu", name="Gu")
    actions.post_staff(by=OPERATOR, staff=gu, role="county_officer", prefix=COUNTY)
    client.force_login(gu)
    page = client.get(f"/areas/?area={NANQIAO}")
    assert page.status_code == 200
    assert page.wsgi_request.place.area.code == BEIQIAO
    assert client.get(f"/areas/?area={COUNTY}999999").status_code == 404
