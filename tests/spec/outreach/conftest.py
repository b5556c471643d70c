"""What the tests of outreach share: the pack of 2006, and a session at the township."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.core import queries
from shidai.core.access import Scope
from shidai.outreach import actions
from shidai.outreach.models import Session
from tests.factories import TOWNSHIP, Cast

JUNE = date(2006, 6, 1)
STANDARDS, TALK, ADOLESCENTS = "service-standards", "reproductive-health-talk", "adolescent-health"


@pytest.fixture(autouse=True)
def pack(settings: LazySettings, cast: Cast) -> None:
    settings.PACK, settings.DEMONSTRATION = "wuxi-2006", True


def plan(by: Scope, topic: str = STANDARDS, **more: Any) -> Session:
    """A morning in the township's hall."""
    about = {"area": TOWNSHIP, "day": JUNE, "starts": "8:30", "ends": "11:30", "trainer": "陈老师", "place": "镇会议室"}
    return actions.plan_session(by=by, topic=topic, **{**about, **more})


def sign_in(member: str) -> Client:
    client = Client()
    client.force_login(queries.staff_named(member))
    return client
