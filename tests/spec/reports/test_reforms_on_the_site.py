"""A reform on the site: two sides, the numbers to change, a job, and a report with protected figures that stays."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings

from shidai.core import queries
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.reports import reforms
from shidai.reports.actions import start_reform
from shidai.words import ShidaiError
from tests.factories import Cast
from tests.spec.benefits.test_pages import sign_in, visible
from tests.spec.benefits.test_proofs_page import work
from tests.spec.indicators.test_reform import OLD, XISHAN, YOUNGER, person, write_city

ASKED = {"a": "rural-reward:pilot-2004", "b": "rural-reward:pilot-2004", "first": 2006, "last": 2007}
NEXT = f"/reforms/new/?{urlencode(ASKED)}"


@pytest.fixture
def data(settings: LazySettings, tmp_path: Path, cast: Cast) -> Path:
    """Record tables of a county with 30 old people, and three who would gain by a lower age."""
    settings.DATA, settings.PACK = tmp_path, "wuxi-2006"
    old = [person(at, OLD, XISHAN) for at in range(30)]
    return write_city(tmp_path, [*old, *(person(at, YOUNGER, XISHAN) for at in range(30, 33))])


def changed(page: str, **numbers: str) -> dict[str, str]:
    """What the form sends when some numbers were typed over; the others stay as they stood."""
    stood = dict(re.findall(r'name="([ab]_\w+|take_up)"[^>]*?value="([^"]*)"', page))
    return {"id": str(new_id()), **stood, **numbers}


def test_from_two_sides_over_their_numbers_to_a_report_that_stays(data: Path) -> None:
    analyst = sign_in("qian")
    assert "农村部分计划生育家庭奖励扶助 · 2004年1月1日起的规定" in analyst.get("/reforms/").content.decode()
    page = analyst.get(NEXT).content.decode()
    assert "年满60周岁" in visible(page)
    asked = analyst.post(NEXT, changed(page, b_monthly="60"))
    where = asked["Location"]
    assert "等待测算" in visible(analyst.get(where).content.decode())
    assert 'hx-trigger="every 3s"' in analyst.get(where).content.decode()
    work()
    assert analyst.get(f"{where}?progress=1")["HX-Refresh"] == "true"
    report = analyst.get(where).content.decode()
    told = visible(report)
    assert "每月金额：60.00元" in told
    assert "rural-reward" not in told, "in words, not as it is written for the command line"
    assert "18,000.00" in told, "30 × 12 × 50 yuan"
    assert "21,600.00" in told, "30 × 12 × 60 yuan"
    assert report.count('class="chart"') == 2 * 2, (
        "cost and gains by county, for a desk and a phone; by age all is hidden"
    )
    assert "国办发〔2004〕21号" in told, "the rules beside the figures"
    assert "完成" in visible(sign_in("gu").get("/reforms/").content.decode()), "everybody who may simulate sees it"
    english = sign_in("gu", "en").get(where).content.decode()
    assert "Who gains, who loses" in english
    file = sign_in("gu", "en").get(f"{where}file/")
    assert b"<style>" in b"".join(file.streaming_content)


def test_small_counts_are_hidden_whoever_asks(data: Path) -> None:
    page = sign_in("gu").get(NEXT).content.decode()
    where = sign_in("gu").post(NEXT, changed(page, b_age="58"))["Location"]
    work()
    told = visible(sign_in("gu").get(where).content.decode())
    assert "18,000.00" in told, "A, with 30 people"
    assert "19,800.00" not in told, "B would tell of the three who gain"
    assert "1,800.00" not in told.replace("18,000.00", "")


def test_two_clicks_run_it_once(data: Path, cast: Cast) -> None:
    form = changed(sign_in("qian").get(NEXT).content.decode())
    first, second = (sign_in("qian").post(NEXT, form)["Location"] for _ in range(2))
    assert first == second
    assert len(reforms.reforms(cast.qian)) == 1


def test_it_is_for_analysts_and_county_officers(data: Path, cast: Cast) -> None:
    for member in ("lan", "zhou", "he", "admin"):
        assert sign_in(member).get("/reforms/").status_code == 403
        assert sign_in(member).get(NEXT).status_code == 403
        assert "/reforms/" not in sign_in(member).get("/work/").content.decode()
    with pytest.raises(NoAccess):
        start_reform(by=cast.lan, a="rural-reward", b="rural-reward", first=2006, last=2006, take_up=1)
    assert "/reforms/" in sign_in("qian").get("/work/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"b": "village-grant"}, "对象不同"),
        ({"last": 2005}, "先写较早的一年"),
        ({"a": "rural-reward:none"}, "“方案甲”没有所选的这一项"),
        ({"first": "x"}, "第一年"),
    ],
    ids=["another kind of subject", "the years the other way round", "no such version", "no year"],
)
def test_what_cannot_be_compared_is_told_before_anything_runs(data: Path, wrong: dict[str, object], said: str) -> None:
    answered = sign_in("qian").get(f"/reforms/new/?{urlencode(ASKED | wrong)}")
    assert answered.status_code == 422
    assert said in answered.content.decode()
    assert queries.jobs(queries.operator()).count() == 0


def test_years_and_take_up_are_held_to_their_bounds(data: Path, cast: Cast) -> None:
    right = {"by": cast.qian, "a": "rural-reward", "b": "rural-reward", "first": 2006, "last": 2007, "take_up": 1.0}
    for wrong in ({"last": 2050}, {"last": 2005}, {"take_up": 0.0}, {"take_up": 1.5}):
        with pytest.raises(ShidaiError):
            start_reform(**(right | wrong))


def test_without_record_tables_the_page_says_what_to_do(settings: LazySettings, tmp_path: Path, cast: Cast) -> None:
    settings.DATA, settings.PACK = tmp_path, "wuxi-2006"
    assert "shidai extract" in sign_in("qian").get("/reforms/").content.decode()
    made = start_reform(by=cast.qian, a="rural-reward", b="rural-reward", first=2006, last=2006, take_up=1)
    work()
    page = visible(sign_in("qian").get(f"/reforms/{made}/").content.decode())
    assert "测算没有完成" in page
    assert "shidai extract" in page


def test_the_second_step_without_the_first_leads_to_it_and_scolds_nobody(data: Path) -> None:
    answer = sign_in("qian").get("/reforms/new/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/reforms/?")


def test_the_list_of_jobs_names_the_schemes_and_what_was_changed(data: Path, cast: Cast) -> None:
    id_ = start_reform(by=cast.qian, a="rural-reward", b="rural-reward@age=58", first=2006, last=2006, take_up=1)
    title = queries.job(cast.qian, id_).title
    assert title.zh == "方案测算：农村部分计划生育家庭奖励扶助与农村部分计划生育家庭奖励扶助（年龄：58）"
