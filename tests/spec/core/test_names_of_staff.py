"""Who did something stands on pages by name, in the reader's language; a user name only where the account has none."""

from __future__ import annotations

import pytest
from django.utils import translation

from shidai.core import queries
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_people_machines_and_what_was_taken_over_are_named(cast: Cast) -> None:
    name = queries.staff_named("lan").name
    with translation.override("zh-hans"):
        told = queries.staff_names(
            ["lan", "gone", "operator", "operator:county", "lan:village", "demonstration:builder"]
        )
    assert told == {
        "lan": name, "gone": "gone", "operator": "服务器命令行", "operator:county": "服务器命令行（接收）",
        "lan:village": f"{name}（接收）", "demonstration:builder": "演示",
    }  # fmt: skip


def test_all_names_are_read_at_once(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.staff_names(["lan", "xu", "zhou", "operator"])
