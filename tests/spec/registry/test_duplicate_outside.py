"""A row of another list beside a record: its places by name or as outside the city, its dates as ours are written."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from shidai.core import queries as core_queries
from shidai.core import sealing
from shidai.registry.models import DuplicatePair, DuplicateRun
from tests.factories import COUNTY, NANQIAO, TOWNSHIP, Cast, make_person

pytestmark = pytest.mark.usefixtures("city")


def make_outside(**row: str) -> DuplicatePair:
    """A record and a row of another city's list that may be the same person's."""
    run = DuplicateRun.objects.create(
        by="operator", people=2, model="han", settings={}, least=0.1, pairs=1, expected_missed=0.2,
        expected_false=0.1, against="theirs.csv",
    )  # fmt: skip
    told = {"name": "李红", "birth_date": "1970-05-01"} | row
    return DuplicatePair.objects.create(
        one=make_person("李红", 2, "1970-5-1"), other=None, outside_mark=1, run=run, probability=0.9, records_mark=1,
        evidence=[{"aspect": "name", "rung": "the same", "context": "strangers", "weight": 9.0}],
        outside=sealing.seal(json.dumps(told), "duplicate.outside"),
    )  # fmt: skip


@pytest.fixture
def read(cast: Cast) -> Callable[..., str]:
    def page(pair: DuplicatePair, language: str = "zh") -> str:
        client = Client()
        client.cookies["shidai_language"] = language
        client.force_login(core_queries.staff_named("zhou"))
        return client.get(f"/duplicates/{pair.uuid}/", {"area": TOWNSHIP}).content.decode()

    return page


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("341623", "外市（341623）", "outside the city (341623)"),
        ("341623101205", "外市（341623101205）", "outside the city (341623101205)"),
        (NANQIAO, "东山镇 南桥村", "Dongshan Nanqiao"),
        (TOWNSHIP, "东县 东山镇", "East County Dongshan"),
        (COUNTY, "东县", "East County"),
        (f"{COUNTY}000000", "东县", "East County"),
        (f"{TOWNSHIP}299", "东县 东山镇（329901101299）", "East County Dongshan (329901101299)"),
        ("亳州市利辛县", "亳州市利辛县", "亳州市利辛县"),
    ],
)
def test_a_place_is_named_where_it_is_known_and_else_told_to_lie_outside(read, code: str, zh: str, en: str) -> None:
    pair = make_outside(region=code, locality=code)
    for language, place in (("zh", zh), ("en", en)):
        page = read(pair, language)
        assert page.count(f"<td><mark>{place}</mark></td>") + page.count(f"<td>{place}</td>") >= 2, page


def test_what_the_list_does_not_say_or_writes_otherwise_is_no_difference(read) -> None:
    page = read(make_outside(birth_date="1970.5.1"))
    assert page.count("1970年5月1日") == 2
    assert "未说明" not in page
    assert "<mark>" not in page


def test_a_birthday_that_is_none_stands_as_it_was_sent(read) -> None:
    assert "<mark>五月</mark>" in read(make_outside(birth_date="五月"))


def test_same_is_one_button_and_says_that_nothing_is_merged(read) -> None:
    page = read(make_outside())
    assert page.count('data-key="s"') == 1
    assert 'href=""' not in page
    assert "不合并" in page


def test_the_child_that_the_list_names_stands_there(read) -> None:
    page = read(make_outside(child="王小云1989-02-03"))
    assert "子女" in page
    assert "王小云1989-02-03" in page
