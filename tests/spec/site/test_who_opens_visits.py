"""Whom a programme's figure counts is health data: it opens to who may see results, and to nobody else."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.core import queries
from shidai.core.access import Scope
from shidai.packs import load_pack
from shidai.site.views.numbers import _needed_to_open
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_only_figures_of_programmes_need_more_than_reading_records() -> None:
    known = load_pack("wuxi-2006").indicators
    assert _needed_to_open(known["rti_round_person_times"]) == ("record.read", "service.record")
    assert _needed_to_open(known["rti_round_coverage"]) == ("record.read", "service.record")
    assert _needed_to_open(known["natural_growth_rate"]) == ("record.read",)


def test_a_village_worker_may_not_open_whom_a_round_reached(cast: Cast, settings: LazySettings) -> None:
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True

    def status(scope: Scope, indicator: str) -> int:
        client = Client(headers={"accept-language": "zh"})
        client.force_login(queries.staff_named(scope.username))
        area = scope.grants[0].prefix
        return client.get(f"/numbers/{indicator}/records/?area={area}&period=2006").status_code

    assert status(cast.lan, "rti_round_person_times") == 403
    assert status(cast.lan, "population_registered") != 403
    assert status(cast.xu, "rti_round_person_times") != 403
